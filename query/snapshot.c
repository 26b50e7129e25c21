/* SPDX-License-Identifier: Apache-2.0
 *
 * snapshot.c - what is true at a day, as known as of a revision.
 *
 * First the day, then the units that the question is about, then one section after another. A question that asks for
 * observations only, of a named period or round, needs no day: their references say when they are true. Without period
 * or round an observation is true at a day that its reference holds. The point question (one unit by id, one indicator,
 * a period) is what clients ask most: it opens one short walk over the cell and reads nothing of the unit but its name.
 */
#include "query/snapshot.h"
#include <stdlib.h>
#include <string.h>
#include "query/category.h"
#include "query/periods.h"
#include "query/roster_note.h"

/* ---- what is asked ---------------------------------------------------------------------------------- */

static void choose_sections(struct snapshot *s)
{
	const struct msg_snapshot_question *q = s->q;
	bool all = !q->units && !q->links && !q->arrangements && !q->observations;
	s->units = all || q->units;
	s->links = all || q->links;
	s->arrangements = all || q->arrangements;
	s->observations = all || q->observations;
}

static enum err choose_round(struct snapshot *s, struct when *ret)
{
	const struct msg_round *def = define_find(s->r->v, SPACE_ROUND, s->q->round, s->r->a, &s->round);
	if (!def)
		return fail(&s->r->why, ERR_NOT_FOUND,
			    "no round \"%.100s\" is defined: `varde catalogue rounds` lists them", s->q->round);
	return when_parse(def->reference, ret, &s->r->why);
}

static enum err choose_day(struct snapshot *s)
{
	struct answer *r = s->r;
	struct when at, period = {0}, round = {0};
	enum err e = answer_when(r, s->q->valid_at, "valid_at", &at);
	if (e == ERR_OK)
		e = answer_when(r, s->q->period, "period", &period);
	if (e == ERR_OK && *s->q->round)
		e = choose_round(s, &round);
	if (e != ERR_OK)
		return e;
	char text[WHEN_TEXT_MAX];
	if (period.precision != WHEN_NONE) {
		struct slice canonical = slice_text(when_format(&period, text));
		s->period = arena_text(r->a, canonical.data, canonical.len);
		s->ref = view_term(r->v, SPACE_REF, canonical);
	}
	s->any_time = s->period || s->round;
	bool needless = !s->units && !s->links && !s->arrangements && s->any_time;
	if (at.precision == WHEN_DAY)
		s->day = at.lo;
	else if (at.precision != WHEN_NONE)
		return fail(&r->why, ERR_INVALID, "valid_at is one day, such as 2020-06-30, not \"%.32s\"",
			    s->q->valid_at);
	else if (needless)
		s->day = when_reference_day(s->period ? &period : &round);
	else if (r->has_today)
		s->day = r->today;
	else
		return fail(&r->why, ERR_INVALID,
			    "no day has turned in this store yet, so there is no today: name valid_at");
	return ERR_OK;
}

/* ---- the units it is about -------------------------------------------------------------------------- */

static bool of_kind(struct snapshot *s, uint32_t unit, uint32_t kind, int32_t day)
{
	struct unit_life life;
	return !kind || (unit_life_at(s->r->v, unit, day, &life) && life.life.kind == kind);
}

/* The units inside the scope, or of the kind, on a day. */
static void units_at(struct snapshot *s, uint32_t root, uint32_t kind, int32_t day, struct unit_list *ret)
{
	struct answer *r = s->r;
	uint32_t *list;
	if (!root) {
		ret->n = unit_all_of_kind(r->v, kind, day, r->a, &list);
		ret->units = list;
		return;
	}
	if (s->q->subtree) {
		ret->n = unit_subtree(r->v, root, day, r->a, &list);
	} else {
		ret->n = 1;
		list = arena_alloc(r->a, sizeof *list);
		list[0] = root;
	}
	size_t kept = 0;
	for (size_t i = 0; i < ret->n; i++) {
		if (of_kind(s, list[i], kind, day))
			list[kept++] = list[i];
	}
	*ret = (struct unit_list){.n = kept, .units = list};
}

static enum err choose_units(struct snapshot *s)
{
	struct answer *r = s->r;
	uint32_t kind = *s->q->kind ? view_term(r->v, SPACE_TERM, slice_text(s->q->kind)) : 0, root = 0;
	enum err e = ERR_OK;
	if (*s->q->kind && !kind)
		return fail(&r->why, ERR_NOT_FOUND, "no unit is of kind \"%.100s\": `varde catalogue kinds` lists them",
			    s->q->kind);
	if (s->q->scope)
		e = answer_unit(r, s->q->scope, s->day, &root);
	if (e != ERR_OK)
		return e;
	s->root = root;
	s->kind = kind;
	s->everywhere = !root && !kind;
	if (!s->everywhere)
		units_at(s, root, kind, s->day, &s->in);
	struct unit_life life;
	s->by_target = s->project && !s->everywhere && (!root || unit_life_at(r->v, root, s->to, &life));
	if (s->by_target)
		units_at(s, root, kind, s->to, &s->targets);
	return r->v->err;
}

/* The i-th unit of the question, from 0; 0 = no more. */
static uint32_t unit_at(struct snapshot *s, uint32_t i)
{
	if (!s->everywhere)
		return i < s->in.n ? s->in.units[i] : 0;
	return i < s->n_units ? i + 1 : 0;
}

static void work_done(struct snapshot *s)
{
	if (s->work != s->r->a)
		arena_reset(s->work);
}

/* ---- sections --------------------------------------------------------------------------------------- */

static enum err put_units(struct snapshot *s)
{
	/* Arrangements have a section of their own. */
	uint32_t left_out = view_term(s->r->v, SPACE_TERM, slice_text("arrangement"));
	if (!s->arrangements || strcmp(s->q->kind, "arrangement") == 0)
		left_out = 0;
	enum err e = ERR_OK;
	for (uint32_t i = 0, unit; e == ERR_OK && (unit = unit_at(s, i)); i++) {
		struct unit_life life;
		struct msg_unit_row row;
		if (!unit_life_at(s->r->v, unit, s->day, &life) || (left_out && life.life.kind == left_out)) {
			e = answer_work(s->r);
			continue;
		}
		describe_unit(s->r, unit, &life, s->day, &row);
		e = answer_row(s->r, 2, &msg_type_unit_row, &row);
		if (e == ERR_OK)
			e = answer_pause(s->r);
	}
	return e;
}

bool snapshot_in_list(const struct unit_list *l, uint32_t unit)
{
	size_t low = 0, high = l->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (l->units[middle] < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->n && l->units[low] == unit;
}

/* Links of a unit; those that come in from a unit of the list are told there. */
static enum err put_links_of(struct snapshot *s, uint32_t unit, bool in)
{
	struct msg_link_row row;
	enum err e = ERR_OK;
	for (unsigned type = LINK_TYPE_PART_OF; type <= LINK_TYPE_RESPONSIBLE_FOR && e == ERR_OK; type++) {
		struct unit_link *list;
		size_t n = (in ? unit_links_to : unit_links_from)(s->r->v, (uint8_t)type, unit, s->day, s->work, &list);
		for (size_t i = 0; i < n && e == ERR_OK; i++) {
			if (in && snapshot_in_list(&s->in, list[i].link.a))
				continue;
			describe_link(s->r, &list[i], &row);
			e = answer_row(s->r, 3, &msg_type_link_row, &row);
		}
	}
	return e;
}

static enum err put_links(struct snapshot *s)
{
	enum err e = ERR_OK;
	for (uint32_t i = 0, unit; e == ERR_OK && (unit = unit_at(s, i)); i++) {
		e = put_links_of(s, unit, false);
		if (e == ERR_OK && !s->everywhere)
			e = put_links_of(s, unit, true);
		work_done(s);
		if (e == ERR_OK)
			e = answer_work(s->r);
		if (e == ERR_OK)
			e = answer_pause(s->r);
	}
	return e;
}

static void arrangements_of(struct snapshot *s, uint32_t unit)
{
	static const uint8_t types[] = {LINK_TYPE_PARTICIPATES_IN, LINK_TYPE_HOSTS};
	for (size_t t = 0; t < sizeof types; t++) {
		struct unit_link *list;
		size_t n = unit_links_from(s->r->v, types[t], unit, s->day, s->work, &list);
		for (size_t i = 0; i < n; i++)
			s->seen[list[i].link.b / 8] |= (uint8_t)(1u << list[i].link.b % 8);
	}
	s->seen[unit / 8] |= (uint8_t)(1u << unit % 8); /* if it is one itself */
	work_done(s);
}

static bool any_in(const struct unit_list *l, const uint32_t *units, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (snapshot_in_list(l, units[i]))
			return true;
	}
	return false;
}

/* Is it about a unit of the question, in that structure? */
static bool by_target(const struct snapshot *s, const struct arrangement *x)
{
	return snapshot_in_list(&s->targets, x->unit) || snapshot_in_list(&s->targets, x->host) ||
	       any_in(&s->targets, x->participants, x->n_participants) ||
	       any_in(&s->targets, x->possible, x->n_possible) ||
	       any_in(&s->targets, x->possible_hosts, x->n_possible_hosts);
}

/* Arrangements that a unit of the list takes part in, hosts, or is. */
static enum err put_arrangements(struct snapshot *s)
{
	if (!s->everywhere && !s->by_target) {
		s->seen = arena_alloc(s->r->a, s->n_units / 8 + 1);
		for (size_t i = 0; i < s->in.n; i++)
			arrangements_of(s, s->in.units[i]);
	}
	struct arrangements_ask ask = {
	    .day = s->day, .atoms = snapshot_project_atoms(s), .structure = s->to, .only = s->seen};
	struct arrangements *list = arrangements_open(s->r, &ask);
	const struct arrangement *x;
	struct msg_arrangement_row row;
	enum err e = ERR_OK;
	while (e == ERR_OK && arrangements_next(list, &x)) {
		if (s->by_target && !by_target(s, x))
			continue;
		describe_arrangement(s->r, x, ask.atoms ? s->to : s->day, &row);
		e = answer_row(s->r, 4, &msg_type_arrangement_row, &row);
		if (e == ERR_OK)
			e = answer_pause(s->r);
	}
	enum err closed = arrangements_close(list);
	return e == ERR_OK ? closed : e;
}

/* ---- observations ----------------------------------------------------------------------------------- */

enum err snapshot_observation(struct snapshot *s, const struct msg_observation_row *row)
{
	s->n_told++;
	return answer_row(s->r, 5, &msg_type_observation_row, row);
}

static enum err put_cell(struct snapshot *s, const struct series *series, const struct cell *cell, const char *period)
{
	const struct stated *list = cell->list;
	size_t n = cell->n;
	struct msg_observation_row row;
	struct choice choice;
	if (s->round) {
		struct stated *some = arena_alloc(s->work, n * sizeof *some);
		size_t kept = 0;
		for (size_t i = 0; i < n; i++) {
			if (list[i].obs.round == s->round)
				some[kept++] = list[i];
		}
		list = some;
		n = kept;
		if (!n)
			return answer_work(s->r);
	}
	enum err e = choose_value(list, n, s->work, &choice);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		describe_observation(s->r, series, period, &list[i], &choice, i == choice.chosen, &row);
		e = snapshot_observation(s, &row);
	}
	work_done(s);
	return e;
}

/* Is the reference asked for? Its text, or NULL. */
const char *snapshot_period(struct snapshot *s, uint32_t ref)
{
	if (s->period)
		return s->period;
	struct when w;
	if (!ref_when(s->r->v, ref, &w) || (!s->any_time && (s->day < w.lo || s->day > w.hi)))
		return NULL;
	struct slice text = view_text(s->r->v, SPACE_REF, ref);
	return arena_text(s->r->a, text.data, text.len);
}

static void cells_of(struct snapshot *s, const struct series *series, struct cells *ret)
{
	cells_begin(ret, s->r->v, series->id, s->ref, s->in.n == 1 && !s->everywhere ? s->in.units[0] : 0);
}

/* After a part was sent: let the view go, and go on behind this cell. */
static enum err go_on_behind(struct snapshot *s, const struct series *series, const struct cell *cell,
			     struct cells *cells)
{
	uint32_t ref = cell->ref, unit = cell->unit;
	cells_end(cells);
	*cells = (struct cells){0};
	enum err e = answer_pause(s->r);
	cells_of(s, series, cells);
	cells_seek(cells, ref, unit + 1);
	return e;
}

static enum err put_series(struct snapshot *s, const struct series *series)
{
	AUTO_CELLS struct cells cells = {0};
	struct cell cell;
	uint32_t ref = 0;
	const char *period = NULL;
	enum err e = ERR_OK;
	cells_of(s, series, &cells);
	while (e == ERR_OK && cells_next(&cells, &cell)) {
		if (cell.ref != ref)
			period = snapshot_period(s, ref = cell.ref);
		if (!period)
			cells_seek(&cells, ref + 1, 0);
		else if (s->everywhere || cells_wanted(&cells, &cell, &s->in))
			e = put_cell(s, series, &cell, period);
		else
			e = answer_work(s->r);
		if (e == ERR_OK && s->r->sent)
			e = go_on_behind(s, series, &cell, &cells);
	}
	return e;
}

/* What an indicator and the codes of its dimensions are called; each is told once. */
static enum err label(struct snapshot *s, const char *indicator)
{
	struct view *v = s->r->v;
	struct arena *a = s->r->a;
	struct msg_snapshot_answer *last = &s->last;
	for (size_t i = 0; i < last->n_indicators; i++)
		if (strcmp(last->indicators[i].id, indicator) == 0)
			return ERR_OK;
	const struct msg_indicator *def = define_find(v, SPACE_INDICATOR, indicator, a, NULL);
	if (!def)
		return v->err;
	last->indicators = arena_grow(a, last->indicators, last->n_indicators, last->n_indicators + 1,
				      sizeof *last->indicators, &s->indicators_room);
	last->indicators[last->n_indicators++] = *def;
	for (size_t d = 0; d < def->n_dimensions; d++) {
		const char *id = def->dimensions[d].code_list;
		size_t k = 0;
		while (k < last->n_code_lists && strcmp(last->code_lists[k].id, id) != 0)
			k++;
		const struct msg_code_list *list =
		    k < last->n_code_lists ? NULL : define_find(v, SPACE_CODE_LIST, id, a, NULL);
		if (!list)
			continue;
		last->code_lists = arena_grow(a, last->code_lists, k, k + 1, sizeof *list, &s->code_lists_room);
		last->code_lists[last->n_code_lists++] = *list;
	}
	return v->err;
}

/* Nobody ever said anything about the period: a mistake, unless another question asks. */
static enum err no_period(struct snapshot *s, const struct series *list, size_t n)
{
	const char **periods;
	size_t n_periods;
	bool others = s->units || s->links || s->arrangements;
	if (s->r->c->inner || others || !*s->q->indicator) /* of all together finding none is an answer */
		return ERR_OK;
	enum err e = periods_find(s->r, list, n, &periods, &n_periods);
	return e ? e
		 : fail(&s->r->why, ERR_NOT_FOUND, "nothing was ever said of %.40s: there are figures of %.160s",
			s->period, periods_told(s->r, periods, n_periods));
}

static enum err put_observations(struct snapshot *s)
{
	struct answer *r = s->r;
	struct series *list;
	size_t n = series_find(r->v, s->q->indicator, s->q->categories, s->q->n_categories, r->a, &list);
	if (!n && *s->q->indicator && !view_term(r->v, SPACE_INDICATOR, slice_text(s->q->indicator)))
		return fail(&r->why, ERR_NOT_FOUND,
			    "no indicator \"%.100s\" is defined: `varde catalogue indicators` lists them",
			    s->q->indicator);
	enum err e = categories_ask(r, s->q->indicator, s->q->categories, s->q->n_categories, list, n);
	if (e == ERR_OK && !n && s->q->n_categories)
		e = categories_none(r, s->q->indicator);
	if (e != ERR_OK)
		return e;
	if (s->period && !s->ref)
		return no_period(s, list, n);
	if (!s->everywhere && !s->in.n && !s->by_target)
		return ERR_OK;
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		size_t before = s->n_told;
		e = s->project ? snapshot_project_series(s, &list[i]) : put_series(s, &list[i]);
		if (e == ERR_OK && s->q->labels && s->n_told > before)
			e = label(s, list[i].indicator);
	}
	return e == ERR_OK && s->last.n_indicators ? answer_last(r, &s->last) : e;
}

/* A unit that is named is no list. */
static enum err put_notes(struct snapshot *s)
{
	const char **texts;
	struct roster_about about = {.kind = s->kind, .inside = s->root, .n_days = 1, .days = &s->day};
	enum err e = ERR_OK;
	if (!s->units || (s->root && !s->q->subtree))
		return ERR_OK;
	size_t n = roster_notes_about(s->r, &about, &texts);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = answer_bytes(s->r, 8, slice_text(texts[i]));
	return e == ERR_OK ? s->r->v->err : e;
}

static enum err put_all(struct snapshot *s)
{
	enum err e = ERR_OK;
	if (s->units)
		e = put_units(s);
	if (e == ERR_OK && s->links)
		e = put_links(s);
	if (e == ERR_OK && s->arrangements)
		e = put_arrangements(s);
	if (e == ERR_OK && s->observations)
		e = put_observations(s);
	return e == ERR_OK ? put_notes(s) : e;
}

enum err ask_snapshot(struct answer *r, const struct msg_snapshot_question *q)
{
	AUTO_ARENA struct arena *work = r->row == r->a ? NULL : arena_under(r->a);
	struct snapshot s = {.r = r, .q = q, .work = work ? work : r->a};
	choose_sections(&s);
	if (!q->scope || s.arrangements || *q->structure_at)
		s.n_units = view_terms(r->v, SPACE_UNIT);
	enum err e = choose_day(&s);
	if (e == ERR_OK)
		e = snapshot_project_ask(&s);
	if (e == ERR_OK)
		e = choose_units(&s);
	if (e == ERR_OK) {
		struct msg_snapshot_answer *head = arena_alloc(r->a, sizeof *head);
		struct when day = when_day(s.day);
		char text[WHEN_TEXT_MAX] = "";
		if (s.day != WHEN_DAY_MAX && s.day != WHEN_DAY_MIN)
			when_format(&day, text);
		head->valid_at = arena_text(r->a, text, strlen(text));
		answer_begin(r, 11, &msg_type_snapshot_answer, head);
		e = put_all(&s);
	}
	snapshot_project_free(&s);
	return e;
}
