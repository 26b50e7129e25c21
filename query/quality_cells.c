/* SPDX-License-Identifier: Apache-2.0
 *
 * quality_cells.c - one look at all figures: who answered, what is missing, which values stand side by side.
 *
 * A unit answers an indicator in a round when it states a value in any of its series; what the round's statements under
 * one key come down to is chosen as for a figure (rule 8). Values side by side are told whatever their rounds, as each
 * contradicts the other.
 */
#include "query/quality.h"
#include "query/amount.h"
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 100u
#define KINDS     ((unsigned)MISSING_KIND_ERASED + 1)

enum { SILENT, GONE, ANSWERED }; /* of a unit in a round */

struct lack {
	uint32_t cells;
	size_t n_names;
	const char **names;
	uint32_t last; /* unit + 1 of the newest name */
};
struct round_seen {
	uint8_t *units;     /* by unit: what it did; NULL = nothing was said */
	bool any;           /* a unit of the round's kind was spoken of */
	struct lack *lacks; /* by kind; NULL = none */
};
struct conflict {
	const struct msg_conflict_row *row;
	const char *indicator;
};
struct seen {
	struct quality *x;
	const struct msg_indicator *def;
	struct arena *each;        /* ends with the indicator at hand */
	struct round_seen *rounds; /* of the indicator at hand */
	size_t n_response, response_room, n_missing, missing_room, n_conflicts, conflicts_room;
	struct msg_response_row *response;
	struct msg_missing_row *missing;
	struct msg_conflict_row *conflicts;
};

/* ---- one cell ----------------------------------------------------------------------------------------- */

static int32_t day_of_figure(const struct stated *s, int32_t reference)
{
	return s->obs.expressed_in ? s->obs.expressed_in : reference;
}

static void lack_add(struct seen *s, uint32_t round, enum missing_kind kind, uint32_t unit, int32_t day)
{
	struct quality *x = s->x;
	struct round_seen *r = &s->rounds[round];
	if (!r->lacks)
		r->lacks = arena_alloc(x->r->a, KINDS * sizeof *r->lacks);
	struct lack *l = &r->lacks[(unsigned)kind < KINDS ? kind : 0];
	l->cells++;
	const char *name =
	    l->last == unit + 1 || l->n_names == NAMES_MAX ? NULL : unit_name(x->r->v, unit, day, x->r->a);
	for (size_t i = 0; name && i < l->n_names; i++)
		name = strcmp(l->names[i], name) == 0 ? NULL : name;
	l->last = unit + 1;
	if (!name)
		return;
	if (!l->names)
		l->names = arena_alloc(x->r->a, NAMES_MAX * sizeof *l->names);
	l->names[l->n_names++] = name;
}

/* The statements of one round under one key. */
static enum err see_round(struct seen *s, const struct stated *list, size_t n, int32_t reference)
{
	struct quality *x = s->x;
	struct choice choice;
	struct msg_value *v;
	uint32_t unit = list[0].obs.unit, round = list[0].obs.round;
	enum err e = choose_value(list, n, x->work, &choice);
	if (e == ERR_OK)
		e = value_get(list[choice.chosen].obs.value, x->work, &v);
	if (e != ERR_OK || !v)
		return e != ERR_OK ? e : ERR_CORRUPT;
	int32_t day = day_of_figure(&list[choice.chosen], reference);
	if (!quality_inside(x, unit, day))
		return ERR_OK;
	if (v->missing && x->missing)
		lack_add(s, round, v->missing->kind, unit, day);
	struct round_seen *r = &s->rounds[round];
	if (!x->rounds[round].kind || unit_kind(x->r->v, unit) != x->rounds[round].kind)
		return ERR_OK;
	if (!r->units)
		r->units = arena_alloc(s->each, (size_t)x->n_units + 1);
	uint8_t did = v->missing ? GONE : ANSWERED;
	r->units[unit] = r->units[unit] > did ? r->units[unit] : did;
	r->any = true;
	return ERR_OK;
}

static enum err see_rounds(struct seen *s, const struct cell *cell, int32_t reference)
{
	struct quality *x = s->x;
	struct stated *some = arena_alloc(x->work, cell->n * sizeof *some);
	enum err e = ERR_OK;
	for (size_t i = 0; i < cell->n && e == ERR_OK; i++) {
		uint32_t round = cell->list[i].obs.round;
		bool before = !quality_round_wanted(x, round);
		size_t n = 0;
		for (size_t k = 0; k < i && !before; k++)
			before = cell->list[k].obs.round == round;
		for (size_t k = i; k < cell->n && !before; k++)
			if (cell->list[k].obs.round == round)
				some[n++] = cell->list[k];
		if (n)
			e = see_round(s, some, n, reference);
	}
	return e;
}

/* ---- values side by side ------------------------------------------------------------------------------ */

static enum err tell_value(struct seen *s, const struct stated *one, struct msg_conflict_value *ret)
{
	struct quality *x = s->x;
	struct msg_value *v = NULL;
	struct slice locator = one->obs.locator;
	enum err e = value_get(one->obs.value, x->r->a, &v);
	*ret = (struct msg_conflict_value){
	    .value = v,
	    .status = (enum observation_status)one->obs.status,
	    .source = quality_text(x, SPACE_SOURCE, one->obs.src),
	    .locator = locator.len ? arena_text(x->r->a, locator.data, locator.len) : "",
	    .round = quality_text(x, SPACE_ROUND, one->obs.round),
	    .revision = one->rev,
	};
	return e;
}

static enum err see_conflict(struct seen *s, const struct series *series, const struct cell *cell, int32_t reference)
{
	struct quality *x = s->x;
	struct choice choice;
	bool wanted = false;
	for (size_t i = 0; i < cell->n; i++)
		wanted |= quality_round_wanted(x, cell->list[i].obs.round);
	enum err e = choose_value(cell->list, cell->n, x->work, &choice);
	if (e != ERR_OK)
		return e;
	int32_t day = day_of_figure(&cell->list[choice.chosen], reference);
	if (!wanted || choice.values < 2 || !quality_inside(x, cell->unit, day))
		return ERR_OK;
	if (s->n_conflicts >= x->r->c->limits->rows_max)
		return fail(&x->r->why, ERR_TOO_LARGE,
			    "values stand side by side under more than %u keys: name rounds, "
			    "an indicator or a unit",
			    x->r->c->limits->rows_max);
	struct msg_conflict_value *values = arena_alloc(x->r->a, cell->n * sizeof *values);
	size_t n = 0;
	e = tell_value(s, &cell->list[choice.chosen], &values[n++]);
	for (size_t i = 0; i < cell->n && e == ERR_OK; i++)
		if (i != choice.chosen)
			e = tell_value(s, &cell->list[i], &values[n++]);
	s->conflicts = arena_grow(x->r->a, s->conflicts, s->n_conflicts, s->n_conflicts + 1, sizeof *s->conflicts,
				  &s->conflicts_room);
	s->conflicts[s->n_conflicts++] = (struct msg_conflict_row){
	    .unit = unit_id(x->r->v, cell->unit, x->r->a),
	    .unit_name = unit_name(x->r->v, cell->unit, day, x->r->a),
	    .indicator = series->indicator,
	    .n_categories = series->n_categories,
	    .categories = series->categories,
	    .period = quality_text(x, SPACE_REF, cell->ref),
	    .n_values = n,
	    .values = values,
	    .rule = choice_name(choice.rule),
	};
	return e;
}

/* ---- all cells of an indicator ------------------------------------------------------------------------ */

static enum err see_series(struct seen *s, const struct series *series)
{
	AUTO_CELLS struct cells cells = {0};
	struct quality *x = s->x;
	struct cell cell;
	struct when w;
	uint32_t ref = 0;
	int32_t day = 0;
	enum err e = ERR_OK;
	cells_begin(&cells, x->r->v, series->id, 0, 0);
	while (e == ERR_OK && cells_next(&cells, &cell)) {
		if (cell.ref != ref && ref_when(x->r->v, ref = cell.ref, &w))
			day = when_reference_day(&w);
		if (cell.unit > x->n_units)
			return ERR_CORRUPT;
		if (x->response || x->missing)
			e = see_rounds(s, &cell, day);
		if (e == ERR_OK && x->conflicts && cell.n > 1)
			e = see_conflict(s, series, &cell, day);
		arena_reset(x->work);
		if (e == ERR_OK)
			e = answer_work(x->r);
	}
	return e == ERR_OK ? x->r->v->err : e;
}

/* ---- response ----------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Those who should report, where they are named; else the units of the kind in the round's area, where these are as
 * many as the frame says. NULL = not known. */
static uint32_t *members_of(struct quality *x, const struct quality_round *round, size_t *ret_n)
{
	const struct msg_frame_size *frame = round->def->frame;
	uint32_t *list = NULL, unit;
	size_t n = 0;
	*ret_n = 0;
	answer_did(x->r, frame->n_members);
	if (frame->n_members) {
		list = arena_alloc(x->r->a, frame->n_members * sizeof *list);
		for (size_t i = 0; i < frame->n_members; i++)
			if (answer_unit(x->r, &frame->members[i], round->day, &unit) == ERR_OK)
				list[n++] = unit;
			else
				quality_note(x, arena_printf(x->r->a,
							     "a member of the frame of %s cannot be found any "
							     "more",
							     round->def->id));
		x->r->findings.n = 0;
	} else {
		size_t all = round->area ? unit_subtree(x->r->v, round->area, round->day, x->r->a, &list) : 0;
		for (size_t i = 0; i < all; i++)
			if (unit_kind(x->r->v, list[i]) == round->kind)
				list[n++] = list[i];
		if (n != frame->population)
			return NULL;
	}
	if (n)
		qsort(list, n, sizeof *list, by_number);
	*ret_n = n;
	return list;
}

/* As declared for the indicator in the round: NO before UNKNOWN before YES, where scopes differ. */
static enum completion declared(struct seen *s, uint32_t round)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct view *v = s->x->r->v;
	struct row row;
	struct fact f;
	enum completion c = COMPLETION_UNSPECIFIED;
	uint32_t kind = view_term(v, SPACE_TERM, slice_text(s->def->id));
	key_scope(&key, round);
	walk_begin(&w, v, TABLE_SCOPE, buf_view(&key));
	while (kind && walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || f.scope.kind != kind || !state_stands(f.scope.state))
			continue;
		enum completion said = (enum completion)f.scope.completion;
		if (said == COMPLETION_NO || c == COMPLETION_UNSPECIFIED || c == COMPLETION_YES)
			c = said;
	}
	return c;
}

static struct msg_figure *percent(struct quality *x, uint32_t part, uint32_t all)
{
	mpq_t q;
	struct msg_figure *f = arena_alloc(x->r->a, sizeof *f);
	mpq_init(q);
	mpq_set_ui(q, (unsigned long)part * 100, all);
	mpq_canonicalize(q);
	*f = (struct msg_figure){.measure = MEASURE_RATE,
				 .numerator = mpz_decimal(x->r->a, mpq_numref(q)),
				 .denominator = mpz_decimal(x->r->a, mpq_denref(q)),
				 .shown = mpq_decimal(x->r->a, q, 1)};
	mpq_clear(q);
	return f;
}

static void against_frame(struct seen *s, const struct quality_round *round, const uint8_t *units,
			  struct msg_response_row *row)
{
	struct quality *x = s->x;
	const struct msg_frame_size *frame = round->def->frame;
	struct msg_frame_size *size = arena_alloc(x->r->a, sizeof *size);
	size_t n;
	size->population = frame->population;
	row->frame = size;
	row->rate = frame->population ? percent(x, row->answered, frame->population) : NULL;
	uint32_t told = row->answered + row->missing;
	row->silent = frame->population > told ? frame->population - told : 0;
	if (told > frame->population)
		quality_note(x, arena_printf(x->r->a, "%s: %u units are spoken of in a frame of %u", round->def->id,
					     told, frame->population));
	uint32_t *members = members_of(x, round, &n);
	if (!row->silent || !members) {
		if (row->silent)
			quality_note(x, arena_printf(x->r->a, "%s: who of the frame is silent is not known by name",
						     round->def->id));
		return;
	}
	row->silent_names = arena_alloc(x->r->a, NAMES_MAX * sizeof *row->silent_names);
	for (size_t i = 0; i < n && row->n_silent_names < NAMES_MAX; i++)
		if (!units || units[members[i]] == SILENT)
			row->silent_names[row->n_silent_names++] = unit_name(x->r->v, members[i], round->day, x->r->a);
}

static void respond(struct seen *s, uint32_t id)
{
	struct quality *x = s->x;
	const struct quality_round *round = &x->rounds[id];
	const struct round_seen *seen = &s->rounds[id];
	if (!seen->any || !round->def)
		return;
	struct msg_response_row row = {.round = round->def->id, .indicator = s->def->id, .complete = declared(s, id)};
	for (uint32_t u = 1; u <= x->n_units; u++) {
		row.answered += seen->units[u] == ANSWERED;
		row.missing += seen->units[u] == GONE;
	}
	/* A frame is of the whole area: of a part of it nobody knows how many should report. */
	bool whole = !x->scope || (round->area && quality_inside(x, round->area, round->day));
	if (round->def->frame && whole)
		against_frame(s, round, seen->units, &row);
	else if (round->def->frame)
		quality_note(
		    x, arena_printf(x->r->a, "the frame of %s is of another area than the one asked for", row.round));
	else
		quality_note(x, arena_printf(x->r->a, "%s: frame unknown", row.round));
	s->response =
	    arena_grow(x->r->a, s->response, s->n_response, s->n_response + 1, sizeof *s->response, &s->response_room);
	s->response[s->n_response++] = row;
}

static void lack(struct seen *s, uint32_t id)
{
	struct quality *x = s->x;
	for (unsigned k = 0; s->rounds[id].lacks && k < KINDS; k++) {
		const struct lack *l = &s->rounds[id].lacks[k];
		if (!l->cells)
			continue;
		s->missing = arena_grow(x->r->a, s->missing, s->n_missing, s->n_missing + 1, sizeof *s->missing,
					&s->missing_room);
		s->missing[s->n_missing++] =
		    (struct msg_missing_row){.round = id ? quality_text(x, SPACE_ROUND, id) : "",
					     .indicator = s->def->id,
					     .kind = (enum missing_kind)k,
					     .cells = l->cells,
					     .n_names = l->n_names,
					     .names = l->names};
	}
}

static enum err see_indicator(struct seen *s, uint32_t id)
{
	AUTO_ARENA struct arena *each = arena_new(0);
	struct quality *x = s->x;
	struct series *series;
	s->each = each;
	s->def = define_get(x->r->v, SPACE_INDICATOR, id, x->r->a, NULL);
	if (!s->def || (*x->q->indicator && strcmp(x->q->indicator, s->def->id) != 0))
		return x->r->v->err;
	size_t n = series_find(x->r->v, s->def->id, NULL, 0, x->r->a, &series);
	enum err e = ERR_OK;
	memset(s->rounds, 0, ((size_t)x->n_rounds + 1) * sizeof *s->rounds);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = see_series(s, &series[i]);
	for (uint32_t i = 0; i <= x->n_rounds && e == ERR_OK; i++) {
		if (x->response)
			respond(s, i);
		if (x->missing)
			lack(s, i);
		e = answer_work(x->r);
	}
	return e == ERR_OK ? x->r->v->err : e;
}

/* ---- telling ------------------------------------------------------------------------------------------ */

static int response_order(const void *a, const void *b)
{
	const struct msg_response_row *x = a, *y = b;
	int d = strcmp(x->round, y->round);
	return d ? d : strcmp(x->indicator, y->indicator);
}

static int missing_order(const void *a, const void *b)
{
	const struct msg_missing_row *x = a, *y = b;
	int d = strcmp(x->round, y->round);
	d = d ? d : strcmp(x->indicator, y->indicator);
	return d ? d : (x->kind > y->kind) - (x->kind < y->kind);
}

static int conflict_order(const void *a, const void *b)
{
	const struct msg_conflict_row *x = a, *y = b;
	int d = strcmp(x->indicator, y->indicator);
	d = d ? d : strcmp(x->unit_name, y->unit_name);
	d = d ? d : strcmp(x->unit, y->unit);
	return d ? d : strcmp(x->period, y->period);
}

static enum err put_all(struct seen *s)
{
	struct answer *r = s->x->r;
	enum err e = ERR_OK;
	if (s->n_response)
		qsort(s->response, s->n_response, sizeof *s->response, response_order);
	if (s->n_missing)
		qsort(s->missing, s->n_missing, sizeof *s->missing, missing_order);
	if (s->n_conflicts)
		qsort(s->conflicts, s->n_conflicts, sizeof *s->conflicts, conflict_order);
	for (size_t i = 0; i < s->n_response && e == ERR_OK; i++)
		e = answer_row(r, 1, &msg_type_response_row, &s->response[i]);
	for (size_t i = 0; i < s->n_missing && e == ERR_OK; i++)
		e = answer_row(r, 2, &msg_type_missing_row, &s->missing[i]);
	for (size_t i = 0; i < s->n_conflicts && e == ERR_OK; i++)
		e = answer_row(r, 3, &msg_type_conflict_row, &s->conflicts[i]);
	return e;
}

enum err quality_cells(struct quality *x)
{
	struct seen s = {.x = x};
	enum err e = ERR_OK;
	s.rounds = arena_alloc(x->r->a, ((size_t)x->n_rounds + 1) * sizeof *s.rounds);
	for (uint32_t i = 1; i <= view_terms(x->r->v, SPACE_INDICATOR) && e == ERR_OK; i++)
		e = see_indicator(&s, i);
	return e == ERR_OK ? put_all(&s) : e;
}
