/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_quality.c - what the quality of a survey's answers counts: who answered, who says why there is no value, who of
 * the frame is silent; figures that are missing, by kind; keys under which values stand side by side.
 *
 * The statements of the round (of conflicts: of all rounds) are read from the log, and of those under one key one is
 * chosen again. A unit has answered that states a value in any category.
 */
#include "query/explaining.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum counted_as { AS_ANSWERED, AS_MISSING, AS_SILENT, AS_RATE, AS_CELLS, AS_CONFLICTS };

struct answers {
	struct explain *x;
	const struct msg_quality_question *q;
	enum counted_as what;
	enum missing_kind lack; /* of cells */
	const char *round, *indicator;
	const struct msg_round *def; /* NULL = outside any round */
	uint32_t round_kind, area, scope;
	int32_t day; /* of the round */
	const struct msg_response_row *row;
};

/* ---- which is meant ------------------------------------------------------------------------------------- */

static char *name_of(struct explain *x, const char *text)
{
	char *name = arena_text(x->r->a, text, strlen(text));
	for (char *p = name; *p; p++)
		*p = *p == ' ' || *p == '-' ? '_' : (char)tolower((unsigned char)*p);
	return name;
}

static enum err read_name(struct answers *s)
{
	static const char *const names[] = {"answered", "missing", "silent", "rate", "cells", "conflicts"};
	struct explain *x = s->x;
	const char *name = name_of(x, x->q->figure);
	int kind = *x->q->through ? msg_code_number(&msg_enum_missing_kind, name_of(x, x->q->through)) : 0;
	size_t i = 0;
	while (i < 6 && strcmp(names[i], name) != 0)
		i++;
	if (i == 6)
		return fail(
		    &x->r->why, ERR_INVALID,
		    "say which figure of the quality: answered, missing, silent, rate, cells (through a kind of "
		    "missing) or conflicts, not \"%.40s\"",
		    x->q->figure);
	s->what = (enum counted_as)i;
	s->lack = (enum missing_kind)kind;
	if (s->what == AS_CELLS && kind <= 0)
		return fail(&x->r->why, ERR_INVALID, "through which kind of missing? \"%.40s\" is none", x->q->through);
	x->line = s->what == AS_CELLS ? arena_printf(x->r->a, "cells, through %s", x->q->through) : names[i];
	return ERR_OK;
}

static bool wanted(const struct answers *s, const char *round, const char *indicator)
{
	const struct msg_explain_question *q = s->x->q;
	return (!*q->group || strcmp(q->group, indicator) == 0) &&
	       (!*q->round || strcmp(strcmp(q->round, "-") == 0 ? "" : q->round, round) == 0);
}

static enum err several(struct answers *s, const char *round, const char *indicator)
{
	return fail(&s->x->r->why, ERR_INVALID,
		    "several rows are meant, such as %.80s of %.80s and %.80s of %.80s: say which round, and as group "
		    "which indicator",
		    s->indicator, *s->round ? s->round : "no round", indicator, *round ? round : "no round");
}

static struct msg_figure whole(struct explain *x, uint64_t n)
{
	return (struct msg_figure){.measure = MEASURE_COUNT,
				   .numerator = arena_printf(x->r->a, "%llu", (unsigned long long)n),
				   .denominator = "1",
				   .shown = arena_printf(x->r->a, "%llu", (unsigned long long)n),
				   .refused = "",
				   .low = "",
				   .high = ""};
}

static void response_figure(struct answers *s, const struct msg_response_row *row)
{
	struct explain *x = s->x;
	s->row = row;
	if (s->what == AS_RATE && row->rate) {
		x->figure = *row->rate;
		return;
	}
	x->figure = whole(x, s->what == AS_ANSWERED  ? row->answered
			     : s->what == AS_MISSING ? row->missing
						     : row->silent);
	if (s->what == AS_RATE || (s->what == AS_SILENT && !row->frame))
		x->figure.refused = "the frame is not known";
}

static enum err find_response(struct answers *s, const struct msg_quality_answer *a)
{
	for (size_t i = 0; i < a->n_response; i++) {
		const struct msg_response_row *row = &a->response[i];
		if (!wanted(s, row->round, row->indicator))
			continue;
		if (s->round)
			return several(s, row->round, row->indicator);
		s->round = row->round;
		s->indicator = row->indicator;
		response_figure(s, row);
	}
	return ERR_OK;
}

static enum err find_cells(struct answers *s, const struct msg_quality_answer *a)
{
	for (size_t i = 0; i < a->n_missing; i++) {
		const struct msg_missing_row *row = &a->missing[i];
		if (!wanted(s, row->round, row->indicator) || row->kind != s->lack)
			continue;
		if (s->round)
			return several(s, row->round, row->indicator);
		s->round = row->round;
		s->indicator = row->indicator;
		s->x->figure = whole(s->x, row->cells);
	}
	return ERR_OK;
}

/* Of one indicator all rows together. */
static enum err find_conflicts(struct answers *s, const struct msg_quality_answer *a, uint64_t *n)
{
	for (size_t i = 0; i < a->n_conflicts; i++) {
		const struct msg_conflict_row *row = &a->conflicts[i];
		if (*s->x->q->group && strcmp(s->x->q->group, row->indicator) != 0)
			continue;
		if (s->indicator && strcmp(s->indicator, row->indicator) != 0)
			return several(s, "", row->indicator);
		s->round = "";
		s->indicator = row->indicator;
		s->x->figure = whole(s->x, ++*n);
	}
	return ERR_OK;
}

static enum err find(struct answers *s)
{
	struct explain *x = s->x;
	struct msg_quality_question q = *s->q;
	struct msg_query_request inner = {.quality = &q};
	struct msg_query_reply *parts;
	size_t n = 0;
	uint64_t conflicts = 0;
	q.findings = q.asymmetries = false;
	q.conflicts = s->what == AS_CONFLICTS;
	q.missing = s->what == AS_CELLS;
	q.response = !q.conflicts && !q.missing;
	enum err e = inner_ask(x->r, &inner, &parts, &n);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		const struct msg_quality_answer *a = parts[i].quality;
		e = !a                        ? ERR_OK
		    : s->what == AS_CONFLICTS ? find_conflicts(s, a, &conflicts)
		    : s->what == AS_CELLS     ? find_cells(s, a)
					      : find_response(s, a);
	}
	if (e == ERR_OK && !s->round)
		e = fail(&x->r->why, ERR_NOT_FOUND, "the quality question has no such row: nothing is counted there");
	return e;
}

/* ---- the round ------------------------------------------------------------------------------------------ */

static enum err settle(struct answers *s)
{
	struct explain *x = s->x;
	struct answer *r = x->r;
	struct when w;
	enum err e =
	    s->q->scope ? answer_unit(r, s->q->scope, r->has_today ? r->today : WHEN_DAY_MAX, &s->scope) : ERR_OK;
	s->def = *s->round ? define_find(r->v, SPACE_ROUND, s->round, r->a, NULL) : NULL;
	s->day = WHEN_DAY_MAX;
	if (e != ERR_OK || !s->def)
		return e == ERR_OK ? r->v->err : e;
	if (when_parse(s->def->reference, &w, NULL) == ERR_OK)
		s->day = when_reference_day(&w);
	s->round_kind = view_term(r->v, SPACE_TERM, slice_text(s->def->unit_kind));
	if (s->def->area && s->def->area->id)
		s->area = view_term(r->v, SPACE_UNIT, slice_text(s->def->area->id->id));
	else if (s->def->area && answer_unit(r, s->def->area, s->day, &s->area) != ERR_OK)
		s->area = 0;
	return r->v->err;
}

static bool inside(const struct answers *s, uint32_t unit, int32_t day)
{
	return !s->scope || unit_inside(s->x->r->v, unit, s->scope, day);
}

/* A frame is of the whole area. */
static const struct msg_frame_size *frame_of(const struct answers *s)
{
	bool whole_area = !s->scope || (s->area && inside(s, s->area, s->day));
	return s->def && whole_area ? s->def->frame : NULL;
}

/* ---- statements ----------------------------------------------------------------------------------------- */

static enum err read(struct answers *s, struct explain *y)
{
	struct explain *x = s->x;
	struct answer *r = x->r;
	explain_inside(x, s->indicator, s->what == AS_CONFLICTS ? NULL : s->round, y);
	y->at_point = s->what == AS_CONFLICTS;
	y->def = define_find(r->v, SPACE_INDICATOR, s->indicator, r->a, NULL);
	if (!y->def)
		return r->v->err ? r->v->err : ERR_CORRUPT;
	y->n_series = series_find(r->v, s->indicator, NULL, 0, r->a, &y->series);
	enum err e = explain_read_all(y);
	x->unheard |= y->unheard;
	for (size_t i = 0; i < y->n_rules; i++)
		explain_rule(x, y->rules[i]);
	return e;
}

static void tell(struct answers *s, struct explain *y, const struct contributor *k)
{
	struct msg_explain_item *item = explain_item(s->x);
	explain_tell(y, k, item);
	item->used->shown = "1";
}

/* Units of the round's kind that state a value, or only why there is none; each is told by its first statement. */
static void count_units(struct answers *s, struct explain *y, uint64_t *answered, uint64_t *gone)
{
	struct view *v = s->x->r->v;
	uint32_t n = view_terms(v, SPACE_UNIT);
	const struct contributor **value =
				     arena_alloc(s->x->r->a, ((size_t)n + 1) * sizeof(const struct contributor *)),
				 **none = arena_alloc(s->x->r->a, ((size_t)n + 1) * sizeof(const struct contributor *));
	for (size_t i = 0; i < y->n_from; i++) {
		const struct contributor *k = &y->from[i];
		uint32_t unit = k->s->unit;
		if (!s->round_kind || k->kind != s->round_kind || !inside(s, unit, k->day))
			continue;
		const struct contributor **at = k->s->said->missing ? none : value;
		at[unit] = at[unit] ? at[unit] : k;
	}
	for (uint32_t u = 1; u <= n; u++) {
		*answered += value[u] != NULL;
		*gone += !value[u] && none[u];
		if (value[u] && (s->what == AS_ANSWERED || s->what == AS_RATE))
			tell(s, y, value[u]);
		if (!value[u] && none[u] && s->what == AS_MISSING)
			tell(s, y, none[u]);
	}
}

static uint64_t count_cells(struct answers *s, struct explain *y)
{
	uint64_t n = 0;
	for (size_t i = 0; i < y->n_from; i++) {
		const struct contributor *k = &y->from[i];
		if (!k->s->said->missing || k->s->said->missing->kind != s->lack || !inside(s, k->s->unit, k->day))
			continue;
		n++;
		tell(s, y, k);
	}
	return n;
}

static bool round_asked(struct answers *s, uint32_t round)
{
	struct explain *x = s->x;
	const struct msg_quality_question *q = s->q;
	const struct msg_round *def = round ? define_get(x->r->v, SPACE_ROUND, round, x->r->a, NULL) : NULL;
	if (round && !def)
		return false;
	if (!*q->survey && !q->n_rounds)
		return true;
	if (!def)
		return false;
	return (*q->survey && strcmp(def->survey, q->survey) == 0) || explain_has_key(q->rounds, q->n_rounds, def->id);
}

/* Statements that stand under one key are told one by one. */
static uint64_t count_conflicts(struct answers *s, struct explain *y)
{
	uint64_t n = 0;
	for (size_t i = 0; i < y->n_from; i++) {
		const struct contributor *k = &y->from[i];
		bool asked = false;
		if (!k->alternatives || !inside(s, k->s->unit, k->day))
			continue;
		for (size_t m = 0; m < y->n_statements && !asked; m++) {
			const struct statement *o = &y->statements[m];
			asked = o->series == k->s->series && o->ref == k->s->ref && o->unit == k->s->unit &&
				round_asked(s, o->round);
		}
		if (!asked)
			continue;
		n++;
		tell(s, y, k);
	}
	return n;
}

/* ---- the figure ----------------------------------------------------------------------------------------- */

static void conclude(struct answers *s, uint64_t n, uint64_t answered, uint64_t gone)
{
	struct explain *x = s->x;
	const struct msg_frame_size *frame = frame_of(s);
	mpq_ptr q = number(x);
	uint64_t told = answered + gone, all = frame ? frame->population : 0;
	bool of_frame = s->what == AS_RATE || s->what == AS_SILENT;
	if (s->what == AS_SILENT)
		n = all > told ? all - told : 0;
	if (of_frame && frame)
		explain_note(
		    x, arena_printf(x->r->a,
				    "the round is defined with a frame of %llu; of %llu a value is stated, of %llu "
				    "only why there is none",
				    (unsigned long long)all, (unsigned long long)answered, (unsigned long long)gone));
	mpq_set_ui(q, n, 1);
	if (s->what == AS_RATE && all) {
		mpq_set_ui(q, answered * 100, all);
		mpq_canonicalize(q);
	}
	x->made = of_frame && !(s->what == AS_RATE ? all : frame != NULL)
		      ? (struct made){.as = MADE_NOTHING, .words = "the frame is not known"}
		      : (struct made){.as = MADE_EXACT, .exact = q};
	made_tell(x, &x->made, &x->recomputed);
	x->agrees = made_agrees(x, &x->made, &x->figure) && !x->unheard;
	if (x->unheard)
		explain_note(x, "the index has a statement that the log's change records do not have");
}

static void rule_of(struct answers *s)
{
	static const char *const rules[] = {
	    [AS_ANSWERED] = "a unit of the round's kind has answered that states a value in any category",
	    [AS_MISSING] = "units that say of all that is said of them only why there is no value",
	    [AS_SILENT] = "silent are those of the frame of whom nothing is said",
	    [AS_RATE] = "the response rate is of the frame: units that state a value in any category, in percent",
	    [AS_CELLS] = "figures that say this kind of missing; under each key of the round one is chosen",
	    [AS_CONFLICTS] = "keys under which different values stand side by side, whatever their rounds",
	};
	explain_rule(s->x, rules[s->what]);
}

enum err explain_quality(struct explain *x)
{
	struct answers s = {.x = x, .q = x->q->quality};
	struct explain y;
	uint64_t answered = 0, gone = 0, n = 0;
	enum err e = read_name(&s);
	if (e == ERR_OK)
		e = find(&s);
	if (e == ERR_OK)
		e = settle(&s);
	if (e == ERR_OK)
		e = read(&s, &y);
	if (e != ERR_OK)
		return e;
	x->row = (struct msg_trend_row){.group = s.indicator,
					.group_name = y.def->label,
					.period = s.def ? s.def->reference : "",
					.round = s.round,
					.covered = "",
					.n_figures = 1,
					.figures = &x->figure};
	if (s.what == AS_CONFLICTS) {
		n = count_conflicts(&s, &y);
	} else if (s.what == AS_CELLS) {
		n = count_cells(&s, &y);
	} else {
		count_units(&s, &y, &answered, &gone);
		n = s.what == AS_ANSWERED ? answered : gone;
	}
	conclude(&s, n, answered, gone);
	rule_of(&s);
	return x->r->v->err;
}
