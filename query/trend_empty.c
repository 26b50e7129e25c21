/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_empty.c - an answer without a row: which filter leaves nothing, and what there is.
 *
 * A question that nothing answers is a mistake and an error, never an empty table: either one of its filters names what
 * nothing was ever said about, or each of them leaves something and all together nothing. The second is told in the
 * order units, times, sources: of these units there are figures of other periods. Within another question
 * (ask_context.inner) the second is an answer. What is looked through is bounded by the series asked for, and by the
 * deadline.
 */
#include <stdlib.h>
#include <string.h>
#include "query/category.h"
#include "query/trend_measuring.h"

#define TOLD_MAX 10u

/* What there is, as of the view: of any unit; and of the units asked for, where they can be told without projecting. */
struct on_record {
	bool *refs, *rounds, *unit_refs, *unit_rounds;
	bool any, unit, timed;  /* any; of the units; of the units and times */
	bool published, of_all; /* known to be published by then, of any; of the units and times */
};

/* ---- what there is ---------------------------------------------------------------------------------- */

static bool listed(const struct unit_list *l, uint32_t unit)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->units[i] == unit)
			return true;
	}
	return false;
}

static bool unit_passes(struct trend *t, const struct cell *cell)
{
	if (t->only.n)
		return listed(&t->only, cell->unit);
	for (size_t i = 0; i < cell->n && t->n_roots; i++) {
		int32_t in = cell->list[i].obs.expressed_in;
		if (trend_inside(t, in ? in : t->refs[cell->ref].day, cell->unit))
			return true;
	}
	return !t->n_roots;
}

static void see_cell(struct trend *t, const struct cell *cell, struct on_record *x)
{
	const struct msg_trend_question *q = t->q;
	bool unit = unit_passes(t, cell), round = !q->n_rounds && !*q->survey;
	size_t n = cell->n;
	x->any = true;
	x->refs[cell->ref] = true;
	x->unit_refs[cell->ref] |= unit;
	for (size_t i = 0; i < cell->n; i++) {
		uint32_t of = cell->list[i].obs.round;
		if (of > t->n_rounds)
			continue;
		x->rounds[of] = true;
		x->unit_rounds[of] |= unit;
		round |= trend_round_wanted(t, of);
	}
	bool timed = unit && round && (!q->n_periods || t->refs[cell->ref].wanted);
	if (t->sources && !(x->published && x->of_all))
		(void)trend_source_filter(t, cell->list, cell->n, false, &n);
	x->published |= n > 0;
	x->unit |= unit;
	x->timed |= timed;
	x->of_all |= timed && n > 0;
}

static enum err see_all(struct trend *t, struct on_record *x)
{
	struct arena *a = t->r->a;
	x->refs = arena_alloc(a, t->n_refs + 1);
	x->unit_refs = arena_alloc(a, t->n_refs + 1);
	x->rounds = arena_alloc(a, t->n_rounds + 1);
	x->unit_rounds = arena_alloc(a, t->n_rounds + 1);
	for (size_t i = 0; i < t->n_series; i++) {
		AUTO_CELLS struct cells cells = {0};
		struct cell cell;
		if (t->hidden && t->hidden[i]) /* read for a share, not asked for */
			continue;
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

static const char *periods_text(struct trend *t, const bool *refs)
{
	uint32_t *list = arena_alloc(t->r->a, (t->n_refs + 1) * sizeof *list);
	size_t n = 0;
	const char *text = "";
	for (uint32_t i = 1; i <= t->n_refs; i++) {
		if (refs[i])
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

static const char *rounds_text(struct trend *t, const bool *rounds)
{
	const char *text = "";
	size_t n = 0;
	for (uint32_t i = 1; i <= t->n_rounds && n <= TOLD_MAX; i++) {
		if (rounds[i] && n++ < TOLD_MAX)
			text = arena_printf(t->r->a, "%s%s%.40s", text, n > 1 ? ", " : "",
					    answer_text(t->r, SPACE_ROUND, i));
	}
	return n > TOLD_MAX ? arena_printf(t->r->a, "%s, …", text) : *text ? text : "none";
}

static bool known_period(struct trend *t, const bool *refs)
{
	for (uint32_t i = 1; i <= t->n_refs; i++) {
		if (refs[i] && t->refs[i].wanted)
			return true;
	}
	return false;
}

static bool known_round(struct trend *t, const bool *rounds)
{
	for (uint32_t i = 0; i <= t->n_rounds; i++) {
		if (rounds[i] && trend_round_wanted(t, i))
			return true;
	}
	return false;
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

/* Of the units asked for, or whatever else was. */
static const char *subject(struct trend *t)
{
	bool one = t->q->n_units == 1;
	if (!t->q->n_units)
		return "what is asked for";
	if (!one)
		return "these units";
	return unit_name(t->r->v, t->n_roots ? t->roots[0] : t->only.units[0], trend_project_day(t), t->r->a);
}

/* No filter is wrong by itself. */
static enum err nothing_together(struct trend *t, const struct on_record *x)
{
	const struct msg_trend_question *q = t->q;
	struct answer *r = t->r;
	const char *of = t->project && q->n_units ? "" : arena_printf(r->a, "%.60s", subject(t));
	if (r->c->inner)
		return answer_bytes(
		    r, 5,
		    slice_text("each of the periods, rounds and units asked for is on record, but nothing "
			       "of all of them together"));
	if (q->n_periods && !known_period(t, x->unit_refs))
		return fail(&r->why, ERR_NOT_FOUND,
			    "of %s nothing is on record of %.40s%s: there are figures of %.120s", of, q->periods[0],
			    q->n_periods > 1 ? " and the other periods named" : "", periods_text(t, x->unit_refs));
	if ((q->n_rounds || *q->survey) && !known_round(t, x->unit_rounds))
		return fail(&r->why, ERR_NOT_FOUND,
			    "of %s nothing is on record of %s %.40s%s: there are the rounds %.120s", of,
			    q->n_rounds ? "round" : "survey", q->n_rounds ? q->rounds[0] : q->survey,
			    q->n_rounds > 1 ? " and the others named" : "", rounds_text(t, x->unit_rounds));
	if (!x->timed)
		return fail(
		    &r->why, ERR_NOT_FOUND,
		    "no figure is both of the periods and of the rounds asked for: there are figures of %.60s in the "
		    "rounds %.100s",
		    periods_text(t, x->unit_refs), rounds_text(t, x->unit_rounds));
	if (t->sources && !x->of_all)
		return fail(&r->why, ERR_NOT_FOUND,
			    "no source that says what is asked for is known to have been published by %.32s",
			    q->published_by);
	if (t->project && q->n_units)
		return fail(
		    &r->why, ERR_NOT_FOUND,
		    "nothing that is on record lies in the units asked for, as they are on %.32s: there are figures "
		    "of %.100s",
		    *q->structure_at ? q->structure_at : "that day", periods_text(t, x->refs));
	return fail(
	    &r->why, ERR_NOT_FOUND,
	    "each of the periods, rounds and units asked for is on record, but nothing of all of them together");
}

enum err trend_empty(struct trend *t)
{
	const struct msg_trend_question *q = t->q;
	struct answer *r = t->r;
	struct on_record x = {0};
	if (!t->n_series && (q->n_categories || !r->c->inner))
		return categories_none(r, q->indicator);
	if (!t->n_series)
		return answer_bytes(r, 5, slice_text("nothing was ever said of this indicator"));
	enum err e = see_all(t, &x);
	if (e != ERR_OK)
		return e;
	if (!x.any && r->c->inner)
		return answer_bytes(r, 5, slice_text("nothing is on record of this indicator"));
	if (!x.any)
		return fail(&r->why, ERR_NOT_FOUND, "nothing that was said of \"%.80s\" stands", q->indicator);
	if (q->n_periods && !known_period(t, x.refs))
		return fail(&r->why, ERR_NOT_FOUND, "nothing is on record of %.60s%s: there are %.300s", q->periods[0],
			    q->n_periods > 1 ? " and the other periods named" : "", periods_text(t, x.refs));
	if ((q->n_rounds || *q->survey) && !known_round(t, x.rounds))
		return fail(&r->why, ERR_NOT_FOUND,
			    "nothing is on record of %s \"%.60s\"%s: there are figures of the rounds %.280s",
			    q->n_rounds ? "round" : "survey", q->n_rounds ? q->rounds[0] : q->survey,
			    q->n_rounds > 1 ? " and the others named" : "", rounds_text(t, x.rounds));
	if (!x.unit)
		return no_units(t);
	if (t->sources && !x.published)
		return fail(&r->why, ERR_NOT_FOUND,
			    "no source that says something here is known to have been published by %.32s",
			    q->published_by);
	return nothing_together(t, &x);
}
