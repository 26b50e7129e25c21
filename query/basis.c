/* SPDX-License-Identifier: Apache-2.0
 *
 * basis.c - see basis.h. Weights stand by their events, so those of a basis are looked for among all; the first one of
 * it ends that. Whatever is known by now counts: weights that came later are none to an earlier revision, whose answer
 * leaves unallocated what was divided, but the word is no mistake.
 */
#include "query/basis.h"

#define TOLD_MAX 8u

/* Up to the first weight of `wanted`; else which bases there are. */
static enum err look(struct answer *r, uint32_t wanted, bool *ret_found, const char **ret_told)
{
	AUTO_WALK struct walk w = {0};
	struct fact f;
	uint32_t told[TOLD_MAX];
	size_t n = 0;
	*ret_told = "";
	walk_begin(&w, r->v, TABLE_WEIGHT, (struct slice){0});
	while (!*ret_found && walk_fact(&w, &f, NULL)) {
		enum err e = answer_work(r);
		if (e != ERR_OK)
			return e;
		bool again = !state_stands(f.weight.state);
		*ret_found = !again && f.weight.basis == wanted;
		for (size_t i = 0; i < n && !again; i++)
			again = told[i] == f.weight.basis;
		if (again || n == TOLD_MAX)
			continue;
		struct slice text = view_text(r->v, SPACE_TERM, f.weight.basis);
		*ret_told =
		    arena_printf(r->a, "%s%s%.*s", *ret_told, n ? ", " : "", (int)text.len, (const char *)text.data);
		told[n++] = f.weight.basis;
	}
	return r->v->err;
}

enum err basis_ask(struct answer *r, const char *basis, uint32_t *ret)
{
	bool found = false;
	const char *told;
	*ret = *basis ? view_term(r->v, SPACE_TERM, slice_text(basis)) : 0;
	if (!*basis)
		return ERR_OK;
	uint64_t as_of = r->v->as_of;
	r->v->as_of = REV_NEWEST;
	enum err e = look(r, *ret, &found, &told);
	r->v->as_of = as_of;
	if (e != ERR_OK || (*ret && found))
		return e;
	return fail(&r->why, ERR_NOT_FOUND, "no weights of \"%.80s\" are on record: there are %.120s", basis,
		    *told ? told : "none at all");
}

const char *basis_why(struct answer *r, const char *asked, const char **kept)
{
	bool found = false;
	const char *told;
	if (*kept)
		return *kept;
	if (*asked)
		*kept = arena_printf(r->a, "the weights of %s do not tell how", asked);
	else if (look(r, 0, &found, &told) != ERR_OK || !*told)
		*kept = "no weights tell how";
	else
		*kept = arena_printf(r->a, "weight_basis names none of the weights that there are (%s)", told);
	return *kept;
}
