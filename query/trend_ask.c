/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_ask.c - what a trend question names: looked up once, before anything is read. What is not there is an error.
 */
#include <stdlib.h>
#include <string.h>
#include "query/category.h"
#include "query/trend_measuring.h"

/* ---- what is asked ---------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static enum err ask_units(struct trend *t)
{
	struct answer *r = t->r;
	uint32_t *list = arena_alloc(r->a, (t->q->n_units + 1) * sizeof *list);
	for (size_t i = 0; i < t->q->n_units; i++) {
		enum err e = answer_unit(r, &t->q->units[i], trend_project_day(t), &list[i]);
		if (e != ERR_OK)
			return e;
	}
	t->asked = arena_alloc(r->a, (t->q->n_units + 1) * sizeof *t->asked);
	for (size_t i = 0; i < t->q->n_units; i++)
		t->asked[i] = list[i];
	if (t->project) {
		trend_project_units(t, list, t->q->n_units);
		return r->v->err;
	}
	if (t->q->subtree) {
		t->n_roots = t->q->n_units;
		t->roots = list;
	} else {
		qsort(list, t->q->n_units, sizeof *list, by_number);
		t->only = (struct unit_list){.n = t->q->n_units, .units = list};
	}
	return ERR_OK;
}

static enum err ask_times(struct trend *t)
{
	struct answer *r = t->r;
	const struct msg_trend_question *q = t->q;
	t->n_refs = view_terms(r->v, SPACE_REF);
	t->refs_room = (size_t)t->n_refs + 1;
	t->refs = arena_alloc(r->a, t->refs_room * sizeof *t->refs);
	t->n_rounds = view_terms(r->v, SPACE_ROUND);
	t->rounds = arena_alloc(r->a, (t->n_rounds + 1) * sizeof *t->rounds);
	for (size_t i = 0; i < q->n_periods; i++) {
		struct when w;
		char text[WHEN_TEXT_MAX];
		enum err e = answer_when(r, q->periods[i], "periods", &w);
		if (e != ERR_OK)
			return e;
		uint32_t ref = view_term(r->v, SPACE_REF, slice_text(when_format(&w, text)));
		if (ref <= t->n_refs)
			t->refs[ref].wanted = true; /* 0: nothing was ever said about it */
	}
	for (size_t i = 0; i < q->n_rounds; i++) {
		if (!view_term(r->v, SPACE_ROUND, slice_text(q->rounds[i])))
			return fail(&r->why, ERR_NOT_FOUND,
				    "no round \"%.100s\" is defined: `varde catalogue rounds` lists them",
				    q->rounds[i]);
	}
	if (*q->survey && !(t->survey = view_term(r->v, SPACE_SURVEY, slice_text(q->survey))))
		return fail(&r->why, ERR_NOT_FOUND,
			    "no survey \"%.100s\" is defined: `varde catalogue surveys` lists them", q->survey);
	return ERR_OK;
}

static enum err ask_group(struct trend *t)
{
	t->n_units = view_terms(t->r->v, SPACE_UNIT);
	enum err e = trend_key_ask(t);
	if (e != ERR_OK)
		return e;
	t->block = arena_alloc(t->r->a, (t->n_groups + 1) * sizeof *t->block);
	t->kinds = arena_alloc(t->r->a, (t->n_units + 1) * sizeof *t->kinds);
	t->names = arena_alloc(t->r->a, (t->n_groups + 1) * sizeof *t->names);
	memset(t->kinds, 0xff, (t->n_units + 1) * sizeof *t->kinds);
	return ERR_OK;
}

/* The revisions of the definition that call themselves a break. */
static enum err learn_breaks(struct trend *t)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	size_t room = 0;
	key_number(&key, SPACE_INDICATOR, t->def_id);
	walk_begin(&w, t->r->v, TABLE_DEF, buf_view(&key));
	w.all_revisions = true;
	while (walk_next(&w, &row)) {
		void *def;
		enum err e = row_fact(&row, &f);
		if (e == ERR_OK)
			e = codec_decode(&msg_type_indicator, f.def.body, CODEC_TOLERANT, t->r->a, &def, NULL);
		if (e != ERR_OK)
			return e;
		if (!((const struct msg_indicator *)def)->break_before)
			continue;
		t->breaks = arena_grow(t->r->a, t->breaks, t->n_breaks, t->n_breaks + 1, sizeof *t->breaks, &room);
		t->breaks[t->n_breaks++] = row.rev;
	}
	return ERR_OK;
}

enum err trend_ask(struct trend *t)
{
	struct answer *r = t->r;
	t->def = define_find(r->v, SPACE_INDICATOR, t->q->indicator, r->a, &t->def_id);
	if (!t->def)
		return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
			    "no indicator \"%.100s\" is defined: `varde catalogue indicators` lists them",
			    t->q->indicator);
	enum err e = trend_measure_ask(t);
	if (e == ERR_OK)
		e = ask_group(t);
	if (e == ERR_OK)
		e = trend_source_ask(t);
	if (e == ERR_OK)
		e = trend_project_ask(t);
	if (e == ERR_OK)
		e = ask_units(t);
	if (e == ERR_OK)
		e = ask_times(t);
	if (e == ERR_OK)
		e = learn_breaks(t);
	t->n_series = series_find(r->v, t->q->indicator, t->q->categories, t->q->n_categories, r->a, &t->series);
	if (e == ERR_OK)
		e = categories_ask(r, t->def->id, t->q->categories, t->q->n_categories, t->series, t->n_series);
	if (e == ERR_OK)
		e = trend_rank_ask(t);
	if (e == ERR_OK)
		e = trend_gather_ask(t);
	if (e == ERR_OK)
		e = trend_odd_ask(t);
	t->plain = !t->project && !t->gather && !t->by && !t->sources;
	t->each = t->keep || !*t->def->unit_kind;
	t->units = trend_units_wanted(t);
	t->picks = t->sources || t->by == TREND_BY_SOURCE;
	if (e == ERR_OK)
		trend_flat_begin(t);
	return e;
}
