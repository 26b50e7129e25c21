/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_empty.c - an answer without a row: which filter names what nothing was ever said about, and what there is.
 *
 * Only looked into when there is no row. A filter that alone leaves nothing is a mistake and an error; where each of
 * them leaves something and all together nothing, that is an answer.
 */
#include <stdlib.h>
#include <string.h>
#include "query/trend_measuring.h"

#define TOLD_MAX 10u

struct on_record {
	bool *refs, *rounds;
	bool any, unit, inside, published;
};

/* ---- what there is ---------------------------------------------------------------------------------- */

static bool unit_asked(struct trend *t, uint32_t unit)
{
	for (size_t i = 0; i < t->only.n; i++) {
		if (t->only.units[i] == unit)
			return true;
	}
	return false;
}

static void see_cell(struct trend *t, const struct cell *cell, struct on_record *x)
{
	size_t n = cell->n;
	x->any = true;
	x->refs[cell->ref] = true;
	x->unit |= t->only.n && unit_asked(t, cell->unit);
	for (size_t i = 0; i < cell->n; i++) {
		int32_t in = cell->list[i].obs.expressed_in;
		if (cell->list[i].obs.round <= t->n_rounds)
			x->rounds[cell->list[i].obs.round] = true;
		if (t->n_roots && !x->inside)
			x->inside = trend_inside(t, in ? in : t->refs[cell->ref].day, cell->unit);
	}
	if (t->sources && !x->published)
		(void)trend_source_filter(t, cell->list, cell->n, false, &n);
	x->published |= n > 0;
}

static enum err see_all(struct trend *t, struct on_record *x)
{
	x->refs = arena_alloc(t->r->a, t->n_refs + 1);
	x->rounds = arena_alloc(t->r->a, t->n_rounds + 1);
	for (size_t i = 0; i < t->n_series; i++) {
		AUTO_CELLS struct cells cells = {0};
		struct cell cell;
		cells_begin(&cells, t->r->v, t->series[i].id, 0, 0);
		while (t->series[i].id && cells_next(&cells, &cell)) {
			enum err e = cell.ref > t->n_refs ? ERR_CORRUPT : trend_ref_learn(t, cell.ref);
			if (e == ERR_OK)
				e = answer_work(t->r);
			if (e != ERR_OK)
				return e;
			see_cell(t, &cell, x);
			if (arena_used(t->work))
				arena_reset(t->work);
		}
	}
	return t->r->v->err;
}

/* ---- told ------------------------------------------------------------------------------------------- */

static int by_when(const void *a, const void *b, void *arg)
{
	const struct trend *t = arg;
	return when_cmp(&t->refs[*(const uint32_t *)a].when, &t->refs[*(const uint32_t *)b].when);
}

static const char *periods_text(struct trend *t, const struct on_record *x)
{
	uint32_t *list = arena_alloc(t->r->a, (t->n_refs + 1) * sizeof *list);
	size_t n = 0;
	const char *text = "";
	for (uint32_t i = 1; i <= t->n_refs; i++) {
		if (x->refs[i])
			list[n++] = i;
	}
	qsort_r(list, n, sizeof *list, by_when, t);
	size_t from = n > TOLD_MAX ? n - TOLD_MAX : 0;
	for (size_t i = from; i < n; i++)
		text = arena_printf(t->r->a, "%s%s%s", text,
				    i > from ? ", "
				    : from   ? "…, "
					     : "",
				    t->refs[list[i]].text);
	return text;
}

static const char *rounds_text(struct trend *t, const struct on_record *x)
{
	const char *text = "";
	size_t n = 0;
	for (uint32_t i = 1; i <= t->n_rounds && n <= TOLD_MAX; i++) {
		if (x->rounds[i] && n++ < TOLD_MAX)
			text = arena_printf(t->r->a, "%s%s%.40s", text, n > 1 ? ", " : "",
					    answer_text(t->r, SPACE_ROUND, i));
	}
	return n > TOLD_MAX ? arena_printf(t->r->a, "%s, …", text) : *text ? text : "none";
}

static bool known_period(struct trend *t, const struct on_record *x)
{
	for (uint32_t i = 1; i <= t->n_refs; i++) {
		if (x->refs[i] && t->refs[i].wanted)
			return true;
	}
	return false;
}

static bool known_round(struct trend *t, const struct on_record *x)
{
	for (uint32_t i = 0; i <= t->n_rounds; i++) {
		if (x->rounds[i] && trend_round_wanted(t, i))
			return true;
	}
	return false;
}

static enum err no_categories(struct trend *t)
{
	struct answer *r = t->r;
	struct series *all;
	size_t n = series_find(r->v, t->q->indicator, NULL, 0, r->a, &all);
	const char *text = "";
	for (size_t i = 0; i < n && i < TOLD_MAX; i++) {
		const char *one = "";
		for (size_t k = 0; k < all[i].n_categories; k++)
			one = arena_printf(r->a, "%s%s%s:%s", one, k ? " " : "", all[i].categories[k].dimension,
					   all[i].categories[k].code);
		text = arena_printf(r->a, "%s%s%s", text, i ? ", " : "", *one ? one : "(none)");
	}
	if (!n || !t->q->n_categories)
		return answer_bytes(r, 5, slice_text("nothing was ever said of this indicator"));
	return fail(&r->why, ERR_NOT_FOUND,
		    "nothing was ever said of \"%.60s\" in these categories: there are %.280s%s", t->q->indicator, text,
		    n > TOLD_MAX ? ", …" : "");
}

static enum err no_units(struct trend *t)
{
	bool one = t->q->n_units == 1;
	uint32_t unit = t->n_roots ? t->roots[0] : t->only.units[0];
	const char *name = unit_name(t->r->v, unit, trend_project_day(t), t->r->a);
	if (t->n_roots)
		return fail(&t->r->why, ERR_NOT_FOUND, "nothing is on record of what is inside %.80s%s", name,
			    one ? "" : " or the others named");
	return fail(&t->r->why, ERR_NOT_FOUND,
		    "nothing is on record of %.80s itself%s: ask for what is inside with subtree (--in)", name,
		    one ? "" : " or the others named");
}

enum err trend_empty(struct trend *t)
{
	const struct msg_trend_question *q = t->q;
	struct answer *r = t->r;
	struct on_record x = {0};
	if (!t->n_series)
		return no_categories(t);
	enum err e = see_all(t, &x);
	if (e != ERR_OK)
		return e;
	if (!x.any)
		return answer_bytes(r, 5, slice_text("nothing is on record of this indicator"));
	if (q->n_periods && !known_period(t, &x))
		return fail(&r->why, ERR_NOT_FOUND, "nothing is on record of %.60s%s: there are %.300s", q->periods[0],
			    q->n_periods > 1 ? " and the other periods named" : "", periods_text(t, &x));
	if ((q->n_rounds || *q->survey) && !known_round(t, &x))
		return fail(&r->why, ERR_NOT_FOUND,
			    "nothing is on record of %s \"%.60s\"%s: there are figures of the rounds %.280s",
			    q->n_rounds ? "round" : "survey", q->n_rounds ? q->rounds[0] : q->survey,
			    q->n_rounds > 1 ? " and the others named" : "", rounds_text(t, &x));
	if ((t->only.n && !x.unit) || (t->n_roots && !x.inside))
		return no_units(t);
	if (t->sources && !x.published)
		return fail(&r->why, ERR_NOT_FOUND,
			    "no source that says something here is known to have been published by %.32s",
			    q->published_by);
	return answer_bytes(
	    r, 5,
	    slice_text("each of the periods, rounds and units asked for is on record, but nothing of all of "
		       "them together"));
}
