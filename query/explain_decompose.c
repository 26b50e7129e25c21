/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_decompose.c - the change of a decomposition: the statements at both points, each as known then.
 *
 * Each of the two figures is made once more as a figure of a trend, or a count, is; the difference of what was made is
 * held against the change. What is taken away is told with its sign. The parts of a decomposition name their units
 * themselves. Of arrangements between two rounds those stay that the messages of the round speak of.
 */
#include "query/explaining.h"
#include "query/point.h"
#include "query/scope.h"
#include "query/spoken.h"
#include <string.h>

struct side {
	struct explain *x;
	const struct msg_decompose_question *q;
	const char *group;
	mpq_ptr made; /* exact */
	bool exact, agrees;
	struct spoken *spoken; /* NULL = the points are not two rounds of arrangements */
	unsigned as;
	long low, high; /* of those that the round speaks of */
};

static const char *negative(struct explain *x, const char *text)
{
	if (!*text || strcmp(text, "0") == 0)
		return text;
	return *text == '-' ? text + 1 : arena_printf(x->r->a, "-%s", text);
}

/* The ends of an interval change places: 5–8 becomes -8 to -5. */
static void take_away(struct explain *x, struct msg_figure *used)
{
	const char *low = negative(x, used->high), *high = negative(x, used->low);
	if (!*low && !*high) {
		used->shown = negative(x, used->shown);
		used->numerator = negative(x, used->numerator);
		return;
	}
	used->shown = !*high  ? arena_printf(x->r->a, "at least %s", low)
		      : !*low ? arena_printf(x->r->a, "at most %s", high)
			      : arena_printf(x->r->a, "%s to %s", low, high);
	used->low = low;
	used->high = high;
}

/* The items of a point go to the answer; those of the earlier one are taken away. */
static void take_items(struct side *s, struct explain *y, bool away)
{
	struct explain *x = s->x;
	for (size_t i = 0; i < y->n_items; i++) {
		struct msg_figure *used = y->items[i]->used;
		if (away) {
			take_away(x, used);
		}
		x->items = arena_grow(x->r->a, x->items, x->n_items, x->n_items + 1, sizeof *x->items, &x->items_room);
		x->items[x->n_items++] = y->items[i];
	}
	for (size_t i = 0; i < y->n_rules; i++)
		explain_rule(x, y->rules[i]);
	for (size_t i = 0; i < y->n_notes; i++)
		explain_note(x, arena_printf(x->r->a, "%s: %s", y->row.period, y->notes[i]));
}

static void ask_trend_of(struct side *s, const struct point *p, bool later, struct msg_trend_question *t,
			 enum measure *m, const char **list)
{
	const struct msg_decompose_question *q = s->q;
	*m = q->measure;
	*t =
	    (struct msg_trend_question){.indicator = later && *q->indicator_to ? q->indicator_to : q->indicator,
					.n_categories = q->n_categories,
					.categories = q->categories,
					.n_units = q->n_units,
					.units = q->units,
					.subtree = q->subtree,
					.group_by = q->measure == MEASURE_VALUE && !*q->group_by ? "unit" : q->group_by,
					.n_measures = 1,
					.measures = m,
					.decimals = q->decimals,
					.survey = "",
					.structure_at = "",
					.group_structure_at = "",
					.weight_basis = "",
					.published_by = "",
					.size_indicator = "",
					.share_of = "",
					.mean_weight = ""};
	if (p->round) {
		*list = p->said->round;
		t->rounds = list;
		t->n_rounds = 1;
	} else {
		*list = p->said->period;
		t->periods = list;
		t->n_periods = 1;
	}
}

static void ask_count_of(struct side *s, const struct point *p, struct msg_count_question *c, enum measure *m,
			 const char **list)
{
	const struct msg_decompose_question *q = s->q;
	char text[WHEN_TEXT_MAX];
	struct when day = when_day(p->day);
	when_format(&day, text);
	*list = arena_text(s->x->r->a, text, strlen(text));
	*m = MEASURE_COUNT;
	*c = (struct msg_count_question){.counted = q->counted,
					 .kind = q->kind,
					 .n_units = q->n_units,
					 .units = q->units,
					 .subtree = q->subtree,
					 .group_by = q->group_by,
					 .n_where = q->n_where,
					 .where = q->where,
					 .n_dates = 1,
					 .dates = list,
					 .survey = "",
					 .n_measures = 1,
					 .measures = m,
					 .structure_at = "",
					 .size_indicator = ""};
}

/* Those that the round speaks of stay. Whether one of them lives on the day is then beyond doubt; whether it touches
 * the units of the question need not be. */
static void keep_spoken(struct side *s, const struct point *p, struct explain *y)
{
	struct answer *r = s->x->r;
	bool all = !s->q->n_units && !*s->q->group_by;
	size_t kept = 0;
	for (size_t i = 0; i < y->n_items; i++) {
		struct msg_explain_item *item = y->items[i];
		uint32_t unit = view_term(r->v, SPACE_UNIT, slice_text(item->unit));
		struct unit_life life;
		if (!(spoken_of(s->spoken, unit, p->rev) & s->as))
			continue;
		bool doubt = !*item->share && unit_life_at(r->v, unit, p->day, &life) && life.truth == TRUTH_CERTAIN;
		if (!doubt || all) {
			item->share = item->used->shown = "1";
			s->low++;
		}
		s->high++;
		y->items[kept++] = item;
	}
	y->n_items = kept;
	y->n_rules = y->n_notes = 0;
}

/* Everything is asked and read as of the point's own revision. */
static enum err at_point(struct side *s, const struct point *p, bool later)
{
	struct explain *x = s->x;
	struct answer *r = x->r;
	struct msg_explain_question q = {.group = s->group, .period = "", .round = ""};
	struct explain y = {.r = r, .q = &q, .record = x->record, .key = "", .numbers = x->numbers};
	uint64_t revision = r->revision, as_of = r->v->as_of;
	struct msg_trend_question *t = arena_alloc(r->a, sizeof *t);
	struct msg_count_question *c = arena_alloc(r->a, sizeof *c);
	enum measure *m = arena_alloc(r->a, sizeof *m);
	const char **list = arena_alloc(r->a, sizeof *list);
	enum err e;
	r->revision = r->v->as_of = p->rev;
	if (*s->q->indicator) {
		ask_trend_of(s, p, later, t, m, list);
		q.trend = t;
		e = explain_trend(&y);
	} else {
		ask_count_of(s, p, c, m, list);
		q.count = c;
		e = explain_count(&y);
	}
	/* Nothing on record there: of a round that speaks of nothing. */
	if (s->spoken && e == ERR_NOT_FOUND && r->failed == ERR_OK && r->v->err == ERR_OK) {
		e = ERR_OK;
		y.agrees = true;
	}
	if (s->spoken && e == ERR_OK)
		keep_spoken(s, p, &y);
	r->revision = revision;
	r->v->as_of = as_of;
	x->numbers = y.numbers;
	if (e != ERR_OK)
		return e;
	take_items(s, &y, !later);
	s->made = number(x);
	s->agrees = y.agrees;
	s->exact = *y.recomputed.numerator && !*y.recomputed.low && !*y.recomputed.high &&
		   mpq_set_str(s->made, arena_printf(r->a, "%s/%s", y.recomputed.numerator, y.recomputed.denominator),
			       10) == 0;
	return ERR_OK;
}

static enum err find_row(struct explain *x, const struct msg_query_reply *parts, size_t n,
			 const struct msg_decompose_row **ret)
{
	const struct msg_decompose_row *found = NULL;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; parts[p].decompose && i < parts[p].decompose->n_rows; i++) {
			const struct msg_decompose_row *row = &parts[p].decompose->rows[i];
			if (*x->q->group && strcmp(x->q->group, row->group) != 0 &&
			    strcmp(x->q->group, row->group_name) != 0)
				continue;
			if (found)
				return fail(&x->r->why, ERR_INVALID,
					    "several groups are meant, such as %.80s and %.80s: say which",
					    found->group_name, row->group_name);
			found = row;
		}
	if (!found)
		return fail(&x->r->why, ERR_NOT_FOUND, "no row of the decomposition is of group \"%.80s\"",
			    x->q->group);
	*ret = found;
	return ERR_OK;
}

static void tell_row(struct explain *x, const struct msg_decompose_row *row, const struct point *from,
		     const struct point *to)
{
	struct msg_decompose_part *part = arena_alloc(x->r->a, sizeof *part);
	x->figure = *row->change;
	x->row = (struct msg_trend_row){.group = row->group,
					.group_name = row->group_name,
					.period = arena_printf(x->r->a, "%s → %s", from->text, to->text),
					.round = "",
					.covered = "",
					.n_figures = 1,
					.figures = &x->figure};
	*part = (struct msg_decompose_part){.figure = &x->figure};
	x->part = part;
}

static void conclude(struct explain *x, const struct side *then, const struct side *now)
{
	struct made made = {.as = MADE_NOTHING, .words = "one of the two figures is not exact"};
	if (then->spoken) {
		long low = now->low - then->high, high = now->high - then->low;
		made = (struct made){.as = low == high ? MADE_EXACT : MADE_BETWEEN, .span = span_zero(x)};
		mpq_set_si(made.span.low, low, 1);
		mpq_set_si(made.span.high, high, 1);
		made.exact = low == high ? made.span.low : NULL;
		explain_rule(x, "between two rounds arrangements are those that each round speaks of");
	} else if (then->exact && now->exact) {
		made = (struct made){.as = MADE_EXACT, .exact = number(x)};
		mpq_sub(made.exact, now->made, then->made);
	}
	made_tell(x, &made, &x->recomputed);
	x->agrees = then->agrees && now->agrees && made_agrees(x, &made, &x->figure);
	explain_rule(x, "the change is the later figure less the earlier one, each as known at its own point");
}

static enum err read_spoken(struct side *then, struct side *now, const struct point *from, const struct point *to)
{
	struct answer *r = then->x->r;
	uint64_t as_of = r->v->as_of;
	bool same = from->round == to->round;
	if (*then->q->indicator || then->q->counted != COUNTED_ARRANGEMENTS || !from->round || !to->round)
		return ERR_OK;
	then->as = SPOKEN_EARLIER;
	now->as = same ? SPOKEN_EARLIER : SPOKEN_LATER;
	struct spoken_round rounds[] = {{from->round, from->def, SPOKEN_EARLIER}, {to->round, to->def, SPOKEN_LATER}};
	struct spoken_ask ask = {.n_rounds = same ? 1 : 2, .rounds = rounds, .through = to->rev};
	r->v->as_of = to->rev;
	enum err e = spoken_read(r, &ask, &then->spoken);
	r->v->as_of = as_of;
	now->spoken = then->spoken;
	return e;
}

enum err explain_decompose(struct explain *x)
{
	struct msg_query_request inner = {.decompose = (struct msg_decompose_question *)x->q->decompose};
	struct side then = {.x = x, .q = x->q->decompose}, now = then;
	const struct msg_decompose_row *row = NULL;
	struct msg_query_reply *parts;
	struct point from, to;
	size_t n;
	if (x->q->cause)
		return fail(&x->r->why, ERR_INVALID,
			    "of a decomposition the whole change is explained; its parts name their units themselves");
	enum err e = inner_ask(x->r, &inner, &parts, &n);
	if (e == ERR_OK)
		e = find_row(x, parts, n, &row);
	if (e == ERR_OK)
		e = point_settle(x->r, then.q->from, "from", &from);
	if (e == ERR_OK)
		e = point_settle(x->r, then.q->to, "to", &to);
	if (e != ERR_OK)
		return e;
	tell_row(x, row, &from, &to);
	then.group = now.group = row->group;
	e = read_spoken(&then, &now, &from, &to);
	if (e == ERR_OK)
		e = at_point(&then, &from, false);
	if (e == ERR_OK)
		e = at_point(&now, &to, true);
	if (e == ERR_OK)
		conclude(x, &then, &now);
	return e;
}
