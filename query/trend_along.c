/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_along.c - of what one unit says along dimensions that are summed over: its parts, or its total?
 *
 * A total is printed as well as its parts, or in their place: a round may tell the parts, another the total alone, and a
 * part may be suppressed. Where a value is said of every code that is no total, the parts count, as whoever asks for a
 * sum of codes would have them; else the total, which is what they are together. One dimension after the other, each
 * within a code of the one before.
 */
#include <stdlib.h>
#include <string.h>
#include "query/trend_measuring.h"

struct dim {
	size_t n_codes;    /* of the list */
	uint32_t *code_of; /* by series: index into the list */
	const bool *total; /* by code */
};
struct trend_along {
	size_t n;
	struct dim *dims;
};

const char *trend_code_of(const struct series *s, const char *dimension)
{
	for (size_t i = 0; i < s->n_categories; i++) {
		if (strcmp(s->categories[i].dimension, dimension) == 0)
			return s->categories[i].code;
	}
	return "";
}

bool trend_along_total(const struct msg_code_list *l, const char *code)
{
	for (size_t i = 0; l && i < l->n_codes; i++) {
		if (strcmp(l->codes[i].code, code) == 0)
			return l->codes[i].total;
	}
	return false;
}

void trend_along_add(struct trend *t, const char *dimension, const struct msg_code_list *l, struct trend_along **all)
{
	struct arena *a = t->r->a;
	struct trend_along *x = *all ? *all : arena_alloc(a, sizeof *x);
	struct dim *dims = arena_alloc(a, (x->n + 1) * sizeof *dims), *d = &dims[x->n];
	bool *total = arena_alloc(a, (l->n_codes + 1) * sizeof *total);
	if (x->n)
		memcpy(dims, x->dims, x->n * sizeof *dims);
	d->n_codes = l->n_codes;
	d->code_of = arena_alloc(a, (t->n_series + 1) * sizeof *d->code_of);
	d->total = total;
	for (size_t i = 0; i < l->n_codes; i++) {
		total[i] = l->codes[i].total;
		for (size_t k = 0; k < t->n_series; k++)
			if (strcmp(trend_code_of(&t->series[k], dimension), l->codes[i].code) == 0)
				d->code_of[k] = (uint32_t)i;
	}
	x->dims = dims;
	x->n++;
	*all = x;
}

/* ---- the choice ------------------------------------------------------------------------------------- */

struct chosen {
	const struct trend_along *along;
	struct arena *work;
	bool totals;
};

static bool says_value(struct chosen *c, const struct gathered *x)
{
	struct msg_value *v;
	return value_get(x->one.obs.value, c->work, &v) == ERR_OK && v && !v->missing;
}

/* Of one dimension: those with the code, or with any total where code is n_codes. */
static size_t with_code(struct chosen *c, const struct dim *d, size_t code, struct gathered *const *list, size_t n,
			struct gathered ***ret)
{
	size_t kept = 0;
	*ret = arena_alloc(c->work, (n + 1) * sizeof **ret);
	for (size_t i = 0; i < n; i++) {
		uint32_t of = d->code_of[list[i]->member];
		if (code == d->n_codes ? d->total[of] : of == code)
			(*ret)[kept++] = list[i];
	}
	return kept;
}

static size_t others_with(struct chosen *c, const struct dim *d, size_t code, const uint32_t *of, size_t n,
			  uint32_t **ret)
{
	size_t kept = 0;
	*ret = arena_alloc(c->work, (n + 1) * sizeof **ret);
	for (size_t i = 0; i < n; i++) {
		uint32_t is = d->code_of[of[i]];
		if (code == d->n_codes ? d->total[is] : is == code)
			(*ret)[kept++] = of[i];
	}
	return kept;
}

static bool any_value(struct chosen *c, struct gathered *const *list, size_t n)
{
	bool any = false;
	for (size_t i = 0; i < n && !any; i++)
		any = says_value(c, list[i]);
	return any;
}

/* Marks what does not count as out. Is what counts all that there is, as far as anybody says? */
static bool choose(struct chosen *c, size_t at, struct gathered *const *list, size_t n, const uint32_t *of, size_t n_of)
{
	const struct dim *d = &c->along->dims[at];
	struct gathered **part;
	uint32_t *others;
	bool all_said = true, whole = true;
	if (at == c->along->n)
		return n == n_of;
	size_t n_total = with_code(c, d, d->n_codes, list, n, &part);
	struct gathered **totals = part;
	for (size_t code = 0; code < d->n_codes && n_total && all_said; code++) {
		size_t k = d->total[code] ? 0 : with_code(c, d, code, list, n, &part);
		all_said = d->total[code] || any_value(c, part, k);
	}
	bool by_total = n_total && (n_total == n || (!all_said && any_value(c, totals, n_total)));
	for (size_t i = 0; i < n; i++) {
		if (d->total[d->code_of[list[i]->member]] != by_total)
			list[i]->out = true;
	}
	if (by_total) {
		c->totals = true;
		size_t k_of = others_with(c, d, d->n_codes, of, n_of, &others);
		return choose(c, at + 1, totals, n_total, others, k_of);
	}
	for (size_t code = 0; code < d->n_codes; code++) {
		size_t k_of = d->total[code] ? 0 : others_with(c, d, code, of, n_of, &others);
		if (!k_of)
			continue;
		size_t k = with_code(c, d, code, list, n, &part);
		whole &= k != 0;
		if (k)
			whole &= choose(c, at + 1, part, k, others, k_of);
	}
	return whole;
}

bool trend_along_choose(const struct trend_along *along, struct gathered *list, size_t n, const uint32_t *of,
			size_t n_of, bool *ret_totals)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	struct chosen c = {.along = along, .work = work};
	struct gathered **all = arena_alloc(work, (n + 1) * sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[i] = &list[i];
	bool whole = choose(&c, 0, all, n, of, n_of);
	*ret_totals = c.totals;
	return whole;
}
