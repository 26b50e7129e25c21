/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_part.c - codes of dimensions that are summed over, put together: of what one unit says in one round the parts,
 * or where it does not say all of them the total; and one number made of what counts.
 */
#include "query/explaining.h"
#include "query/category.h"
#include "query/define.h"
#include <stdlib.h>
#include <string.h>

struct along { /* a dimension that is summed over */
	const char *id;
	const struct msg_code_list *codes;
};
struct putting {
	struct explain *x;
	size_t n;
	struct along *along;
	bool total;
};
/* Some of the contributors: their places in x->from. */
struct some {
	size_t n;
	uint32_t *list;
};

static const char *code_along(const struct explain *x, uint32_t from, const char *dimension)
{
	uint32_t series = x->from[from].s->series;
	for (size_t i = 0; i < x->n_series; i++)
		for (size_t k = 0; x->series[i].id == series && k < x->series[i].n_categories; k++)
			if (strcmp(x->series[i].categories[k].dimension, dimension) == 0)
				return x->series[i].categories[k].code;
	return "";
}

/* Those with the code; NULL: with a code that stands for all others. */
static struct some coded(struct putting *p, const struct along *d, const char *code, struct some from)
{
	struct some some = {0, arena_alloc(p->x->r->a, (from.n + 1) * sizeof *some.list)};
	for (size_t i = 0; i < from.n; i++) {
		const char *is = code_along(p->x, from.list[i], d->id);
		bool wanted = code && strcmp(is, code) == 0;
		for (size_t k = 0; k < d->codes->n_codes && !code; k++)
			wanted |= d->codes->codes[k].total && strcmp(d->codes->codes[k].code, is) == 0;
		if (wanted)
			some.list[some.n++] = from.list[i];
	}
	return some;
}

static bool say(const struct putting *p, struct some some)
{
	for (size_t i = 0; i < some.n; i++)
		if (!p->x->from[some.list[i]].s->said->missing)
			return true;
	return false;
}

static bool all_codes_say(struct putting *p, const struct along *d, struct some own)
{
	for (size_t k = 0; k < d->codes->n_codes; k++)
		if (!d->codes->codes[k].total && !say(p, coded(p, d, d->codes->codes[k].code, own)))
			return false;
	return true;
}

/* Adds what counts of one unit's to `ret`; true: that is all of it, by what anybody says of the row in the round (one
 * contributor for each series). */
static bool decide(struct putting *p, size_t at, struct some own, struct some anybody, struct some *ret)
{
	const struct along *d = &p->along[at];
	bool whole = true;
	if (at == p->n) {
		for (size_t i = 0; i < own.n; i++)
			ret->list[ret->n++] = own.list[i];
		return own.n == anybody.n;
	}
	struct some totals = coded(p, d, NULL, own);
	if (totals.n && (totals.n == own.n || (say(p, totals) && !all_codes_say(p, d, own)))) {
		p->total = true;
		return decide(p, at + 1, totals, coded(p, d, NULL, anybody), ret);
	}
	for (size_t k = 0; k < d->codes->n_codes; k++) {
		const struct msg_code *c = &d->codes->codes[k];
		struct some others = c->total ? (struct some){0, NULL} : coded(p, d, c->code, anybody),
			    mine = others.n ? coded(p, d, c->code, own) : others;
		if (mine.n)
			whole &= decide(p, at + 1, mine, others, ret);
		whole &= !others.n || mine.n;
	}
	return whole;
}

/* What they say together: their sum, or what of them is no number. */
static const struct msg_value *together(struct putting *p, const struct some *some, bool whole)
{
	struct explain *x = p->x;
	struct span sum = span_zero(x), one;
	const struct msg_value *missing = NULL;
	bool nn = explain_not_negative(x), number = false;
	for (size_t i = 0; i < some->n; i++) {
		const struct msg_value *v = x->from[some->list[i]].s->said;
		if (v->missing) {
			missing = v;
			continue;
		}
		if (!span_of(x, v, nn, &one))
			return v;
		span_add(&sum, &one);
		number = true;
	}
	if (!number && missing)
		return missing;
	sum.no_high |= missing || !whole;
	sum.no_low |= (missing || !whole) && !nn;
	struct amount a = {sum.low, sum.high, sum.no_low, sum.no_high, sum.low_out, sum.high_out, 0};
	return amount_value(x->r->a, &a);
}

/* As one statement, of the series that stands for the row: what the units of a row say is put together further. */
static void put_together(struct putting *p, const struct some *some, bool whole, uint32_t series,
			 struct contributor *ret)
{
	struct explain *x = p->x;
	struct statement *s = arena_alloc(x->r->a, sizeof *s);
	struct contributor *said = arena_alloc(x->r->a, some->n * sizeof *said);
	for (size_t i = 0; i < some->n; i++)
		said[i] = x->from[some->list[i]];
	*ret = said[0];
	*s = *ret->s;
	s->series = series;
	if (some->n > 1 || !whole)
		s->said = together(p, some, whole);
	ret->s = s;
	ret->n_said = some->n;
	ret->said = said;
}

/* ---- of which dimensions ------------------------------------------------------------------------------ */

static void dimensions(struct putting *p)
{
	struct explain *x = p->x;
	const struct msg_indicator *def = x->def;
	p->along = arena_alloc(x->r->a, (def->n_dimensions + 1) * sizeof *p->along);
	for (size_t i = 0; i < def->n_dimensions; i++) {
		const struct msg_dimension *d = &def->dimensions[i];
		const struct msg_code_list *l = define_find(x->r->v, SPACE_CODE_LIST, d->code_list, x->r->a, NULL);
		if (l && strcmp(d->id, x->t->group_by + strlen("dim:")) != 0 &&
		    !categories_fix(x->t->categories, x->t->n_categories, d->id))
			p->along[p->n++] = (struct along){d->id, l};
	}
}

/* ---- row by row --------------------------------------------------------------------------------------- */

static int by_row(const void *a, const void *b, void *arg)
{
	const struct explain *x = arg;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct statement *s = x->from[i].s, *t = x->from[k].s;
	const char *by = x->t->group_by + strlen("dim:");
	if (s->ref != t->ref)
		return s->ref < t->ref ? -1 : 1;
	if (s->round != t->round)
		return s->round < t->round ? -1 : 1;
	int d = s->series == t->series ? 0 : strcmp(code_along(x, i, by), code_along(x, k, by));
	return d;
}

static int by_unit(const void *a, const void *b, void *arg)
{
	const struct explain *x = arg;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b, u = x->from[i].s->unit, v = x->from[k].s->unit;
	int d = (u > v) - (u < v);
	return d ? d : (i > k) - (i < k);
}

static struct some one_of_each_series(struct putting *p, struct some row)
{
	struct explain *x = p->x;
	struct some some = {0, arena_alloc(x->r->a, (x->n_series + 1) * sizeof *some.list)};
	for (size_t s = 0; s < x->n_series; s++) {
		size_t i = 0;
		while (i < row.n && x->from[row.list[i]].s->series != x->series[s].id)
			i++;
		if (i < row.n)
			some.list[some.n++] = row.list[i];
	}
	return some;
}

/* What each unit says of a row. */
static enum err row_put_together(struct putting *p, struct some row, struct contributor *ret, size_t *n_ret)
{
	struct explain *x = p->x;
	struct some anybody = one_of_each_series(p, row), kept = {0, arena_alloc(x->r->a, row.n * sizeof *kept.list)};
	enum err e = ERR_OK;
	/* Only read to know which round of a unit is its newest. */
	for (size_t i = 0; i < row.n && !anybody.n; i++)
		ret[(*n_ret)++] = x->from[row.list[i]];
	row.n = anybody.n ? row.n : 0;
	if (row.n)
		qsort_r(row.list, row.n, sizeof *row.list, by_unit, x);
	for (size_t i = 0, end; i < row.n && e == ERR_OK; i = end) {
		for (end = i + 1; end < row.n && x->from[row.list[end]].s->unit == x->from[row.list[i]].s->unit; end++)
			;
		kept.n = 0;
		bool whole = decide(p, 0, (struct some){end - i, row.list + i}, anybody, &kept);
		if (kept.n)
			put_together(p, &kept, whole, x->from[*anybody.list].s->series, &ret[(*n_ret)++]);
		e = answer_work(x->r);
	}
	return e;
}

/* A total is no group beside its parts, unless it is asked for by name. */
static void leave_out_totals(struct explain *x)
{
	const char *by = x->t->group_by + strlen("dim:");
	const struct msg_code_list *l = NULL;
	size_t n = 0;
	for (size_t i = 0; i < x->def->n_dimensions; i++)
		if (strcmp(x->def->dimensions[i].id, by) == 0)
			l = define_find(x->r->v, SPACE_CODE_LIST, x->def->dimensions[i].code_list, x->r->a, NULL);
	for (size_t i = 0; i < x->t->n_categories; i++)
		if (strcmp(x->t->categories[i].dimension, by) == 0)
			return;
	for (uint32_t i = 0; i < x->n_from; i++) {
		bool total = false;
		for (size_t k = 0; l && k < l->n_codes && !total; k++)
			total = l->codes[k].total && strcmp(l->codes[k].code, code_along(x, i, by)) == 0;
		if (!total)
			x->from[n++] = x->from[i];
	}
	x->n_from = n;
}

enum err explain_parts(struct explain *x)
{
	struct putting p = {.x = x};
	size_t n_list = 0;
	enum err e = ERR_OK;
	if (strncmp(x->t->group_by, "dim:", 4) != 0)
		return ERR_OK;
	leave_out_totals(x);
	dimensions(&p);
	size_t n = x->n_from;
	if (!p.n || !n)
		return ERR_OK;
	struct contributor *list = arena_alloc(x->r->a, n * sizeof *list);
	uint32_t *all = arena_alloc(x->r->a, n * sizeof *all);
	for (uint32_t i = 0; i < n; i++)
		all[i] = i;
	qsort_r(all, n, sizeof *all, by_row, x);
	for (size_t i = 0, end; i < n && e == ERR_OK; i = end) {
		for (end = i + 1; end < n && by_row(&all[i], &all[end], x) == 0; end++)
			;
		e = row_put_together(&p, (struct some){end - i, all + i}, list, &n_list);
	}
	x->from = list;
	x->n_from = x->from_room = n_list;
	if (p.total)
		explain_rule(x, "what a unit says of the codes of a dimension is summed where it says a value of each, "
				"and else its total counts");
	return e;
}
