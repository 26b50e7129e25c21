/* SPDX-License-Identifier: Apache-2.0
 *
 * category.c - see category.h.
 */
#include "query/category.h"
#include <string.h>

#define TOLD_MAX 10u

static bool same(const struct msg_category *x, const struct msg_category *y)
{
	return strcmp(x->dimension, y->dimension) == 0 && strcmp(x->code, y->code) == 0;
}

bool categories_hold(const struct msg_category *have, size_t n_have, const struct msg_category *want, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		bool held = false;
		for (size_t i = 0; i < n_have && !held; i++)
			for (size_t j = 0; j < n && !held; j++)
				held = strcmp(want[j].dimension, want[k].dimension) == 0 && same(&have[i], &want[j]);
		if (!held)
			return false;
	}
	return true;
}

bool categories_fix(const struct msg_category *want, size_t n, const char *dimension)
{
	const struct msg_category *first = NULL;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(want[i].dimension, dimension) != 0)
			continue;
		if (first && !same(first, &want[i]))
			return false;
		first = &want[i];
	}
	return first != NULL;
}

enum err categories_single(struct answer *r, const struct msg_category *want, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!categories_fix(want, n, want[i].dimension))
			return fail(
			    &r->why, ERR_INVALID,
			    "several codes of dimension \"%.80s\" are named: this question is about one of them",
			    want[i].dimension);
	return ERR_OK;
}

/* ---- what there is ---------------------------------------------------------------------------------- */

/* It is not there at all: which of the two, dimension or code. */
static enum err known(struct answer *r, const char *indicator, const struct msg_category *c)
{
	const struct msg_indicator *def = define_find(r->v, SPACE_INDICATOR, indicator, r->a, NULL);
	const struct msg_dimension *d = NULL;
	if (!def)
		return r->v->err;
	for (size_t k = 0; k < def->n_dimensions && !d; k++)
		if (strcmp(def->dimensions[k].id, c->dimension) == 0)
			d = &def->dimensions[k];
	if (!d)
		return fail(&r->why, ERR_NOT_FOUND,
			    "indicator \"%.80s\" has no dimension \"%.80s\": `varde catalogue dimensions` lists them",
			    def->id, c->dimension);
	const struct msg_code_list *l = define_find(r->v, SPACE_CODE_LIST, d->code_list, r->a, NULL);
	bool found = !l;
	for (size_t k = 0; l && k < l->n_codes && !found; k++)
		found = strcmp(l->codes[k].code, c->code) == 0;
	if (found)
		return r->v->err;
	return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
		    "code list \"%.80s\" has no code \"%.60s\": `varde catalogue codes %.80s` lists them", d->code_list,
		    c->code, d->code_list);
}

/* With no series at all each may be right, and only all together wrong: categories_none(). */
enum err categories_ask(struct answer *r, const char *indicator, const struct msg_category *want, size_t n,
			const struct series *found, size_t n_found)
{
	for (size_t i = 0; i < n; i++) {
		bool said = false;
		for (size_t k = 0; k < n_found && !said; k++)
			said = categories_hold(found[k].categories, found[k].n_categories, &want[i], 1);
		enum err e = said ? ERR_OK : known(r, indicator, &want[i]);
		if (e != ERR_OK)
			return e;
		if (!said && n_found)
			return fail(&r->why, ERR_NOT_FOUND,
				    "nothing was ever said of %.80s:%.60s, as against the others named",
				    want[i].dimension, want[i].code);
	}
	return r->v->err;
}

enum err categories_none(struct answer *r, const char *indicator)
{
	struct series *all;
	size_t n = series_find(r->v, indicator, NULL, 0, r->a, &all);
	const char *text = "", *of = *indicator ? arena_printf(r->a, " of \"%.60s\"", indicator) : "";
	if (!n)
		return fail(&r->why, ERR_NOT_FOUND, "nothing was ever said%s", of);
	for (size_t i = 0; i < n && i < TOLD_MAX; i++) {
		const char *one = "";
		for (size_t k = 0; k < all[i].n_categories; k++)
			one = arena_printf(r->a, "%s%s%s:%s", one, k ? " " : "", all[i].categories[k].dimension,
					   all[i].categories[k].code);
		text = arena_printf(r->a, "%s%s%s", text, i ? ", " : "", *one ? one : "(none)");
	}
	return fail(&r->why, ERR_NOT_FOUND, "nothing was ever said%s in these categories: there are %.280s%s", of, text,
		    n > TOLD_MAX ? ", …" : "");
}
