/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_decompose.c - a figure of a decomposition: which row, and the whole change.
 *
 * Each of the two figures is made once more as a figure of a trend, or a count, is, as known at its own point; the
 * difference of what was made is held against the change. What is taken away is told with its sign. Single causes are
 * made of all that is said of both points (explain_cause.c).
 */
#include "query/explain_causes.h"
#include <string.h>

struct side {
	struct explain *x;
	const struct msg_decompose_question *q;
	const char *group;
	struct msg_unit_ref *refs; /* of the scope, by id */
	struct span made;
	bool told, agrees; /* told: there is a number */
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

void explain_take(struct explain *x, struct explain *y, bool away)
{
	for (size_t i = 0; i < y->n_items; i++) {
		if (away)
			take_away(x, y->items[i]->used);
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
					.units = s->refs,
					.subtree = q->subtree,
					.group_by = q->measure == MEASURE_VALUE && !*q->group_by ? "unit" : q->group_by,
					.n_measures = 1,
					.measures = m,
					.decimals = q->decimals};
	msg_fill_texts(&msg_type_trend_question, t);
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

static void ask_count_of(struct side *s, const struct point *p, enum counted counted, struct msg_count_question *c,
			 enum measure *m, const char **list)
{
	const struct msg_decompose_question *q = s->q;
	char text[WHEN_TEXT_MAX];
	struct when day = when_day(p->day);
	when_format(&day, text);
	*list = arena_text(s->x->r->a, text, strlen(text));
	*m = MEASURE_COUNT;
	*c = (struct msg_count_question){.counted = counted,
					 .kind = q->kind,
					 .n_units = q->n_units,
					 .units = s->refs,
					 .subtree = q->subtree,
					 .group_by = q->group_by,
					 .n_where = counted == COUNTED_UNITS ? 0 : q->n_where,
					 .where = q->where,
					 .n_dates = 1,
					 .dates = list,
					 .n_measures = 1,
					 .measures = m};
	msg_fill_texts(&msg_type_count_question, c);
}

/* Everything is asked and read as of the point's own revision. Where nothing is said there, it is counted from 0. */
static enum err at_point(struct side *s, const struct point *p, bool later, enum counted counted, struct explain *y)
{
	struct explain *x = s->x;
	struct answer *r = x->r;
	struct msg_explain_question *q = arena_alloc(r->a, sizeof *q);
	uint64_t revision = r->revision, as_of = r->v->as_of;
	struct msg_trend_question *t = arena_alloc(r->a, sizeof *t);
	struct msg_count_question *c = arena_alloc(r->a, sizeof *c);
	enum measure *m = arena_alloc(r->a, sizeof *m);
	const char **list = arena_alloc(r->a, sizeof *list);
	enum err e;
	*q = (struct msg_explain_question){.group = s->group};
	msg_fill_texts(&msg_type_explain_question, q);
	*y = (struct explain){.r = r, .q = q, .numbers = x->numbers, .record = x->record, .key = ""};
	r->revision = r->v->as_of = p->rev;
	if (*s->q->indicator) {
		ask_trend_of(s, p, later, t, m, list);
		q->trend = t;
		e = explain_trend(y);
	} else {
		ask_count_of(s, p, counted, c, m, list);
		q->count = c;
		e = explain_count(y);
	}
	r->revision = revision;
	r->v->as_of = as_of;
	if (e != ERR_NOT_FOUND || r->failed != ERR_OK || r->v->err != ERR_OK)
		return e;
	*y = (struct explain){.r = r, .q = q, .agrees = true, .made = {.as = MADE_EXACT, .exact = number(x)}};
	return ERR_OK;
}

/* Participants are those on record for certain: a rate is of all units of the kind. */
static enum err of_participants(struct side *s, const struct point *p, bool later)
{
	struct explain *x = s->x, y;
	mpq_ptr hundred = number(x);
	s->made.no_low = s->made.no_high = s->made.low_out = s->made.high_out = false;
	mpq_set(s->made.high, s->made.low);
	if (s->q->measure != MEASURE_RATE)
		return ERR_OK;
	enum err e = at_point(s, p, later, COUNTED_UNITS, &y);
	if (e != ERR_OK)
		return e;
	mpq_srcptr all = y.made.as == MADE_BETWEEN ? y.made.span.low : y.made.exact;
	s->agrees &= y.agrees;
	mpq_set_ui(hundred, 100, 1);
	explain_note(x, arena_printf(x->r->a, "%s: %s of %s of kind %s", p->text, mpq_decimal(x->r->a, s->made.low, 0),
				     mpq_decimal(x->r->a, all, 0), s->q->kind));
	if (mpq_sgn(all)) {
		mpq_mul(s->made.low, s->made.low, hundred);
		mpq_div(s->made.low, s->made.low, all);
		mpq_set(s->made.high, s->made.low);
	}
	return ERR_OK;
}

static bool is_number(const struct made *m)
{
	return m->as == MADE_EXACT || m->as == MADE_BETWEEN;
}

static enum err side_take(struct side *s, const struct point *p, bool later, struct explain *y)
{
	explain_take(s->x, y, !later);
	s->agrees = y->agrees;
	s->made = span_zero(s->x);
	s->told = is_number(&y->made);
	if (y->made.as == MADE_EXACT) {
		mpq_set(s->made.low, y->made.exact);
		mpq_set(s->made.high, y->made.exact);
	} else if (y->made.as == MADE_BETWEEN) {
		s->made = y->made.span;
	}
	return !*s->q->indicator && s->told && s->q->counted == COUNTED_PARTICIPANTS ? of_participants(s, p, later)
										     : ERR_OK;
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
	struct made made = {.as = MADE_NOTHING, .words = "one of the two figures is no number"};
	struct span change = span_zero(x);
	if (then->told && now->told) {
		span_add(&change, &now->made);
		span_add_sign(&change, &then->made, -1);
		made = span_exact(&change) ? (struct made){.as = MADE_EXACT, .exact = change.low}
					   : (struct made){.as = MADE_BETWEEN, .span = change};
	}
	made_tell(x, &made, &x->recomputed);
	x->agrees = then->agrees && now->agrees && made_agrees(x, &made, &x->figure);
	explain_rule(x, "the change is the later figure less the earlier one, each as known at its own point");
}

/* The units of the scope by their ids: the same name may be another unit's at the other point. */
static enum err scope_refs(struct answer *r, const struct msg_decompose_question *q, const struct point *to,
			   struct msg_unit_ref **ret)
{
	uint64_t as_of = r->v->as_of;
	enum err e = ERR_OK;
	*ret = arena_alloc(r->a, (q->n_units + 1) * sizeof **ret);
	r->v->as_of = to->rev;
	for (size_t i = 0; i < q->n_units && e == ERR_OK; i++) {
		uint32_t unit = 0;
		struct msg_unit_by_id *id = arena_alloc(r->a, sizeof *id);
		e = answer_unit(r, &q->units[i], to->day, &unit);
		id->id = unit_id(r->v, unit, r->a);
		(*ret)[i].id = id;
	}
	r->v->as_of = as_of;
	return e;
}

/* The later figure less the earlier one. Of sums that are not exact, and of what rounds speak of, the figures of trends
 * and counts are not those that are compared: then all that was said of both points is read instead. */
static enum err whole_change(struct explain *x, const struct msg_decompose_row *row, const struct point *from,
			     const struct point *to, struct msg_unit_ref *refs)
{
	struct side then = {.x = x, .q = x->q->decompose, .group = row->group, .refs = refs}, now = then;
	const struct msg_decompose_question *q = then.q;
	bool only = q->measure == MEASURE_RATE || q->counted == COUNTED_PARTICIPANTS,
	     rounds = q->counted == COUNTED_ARRANGEMENTS && from->round && to->round;
	struct explain earlier, later;
	if (!*q->indicator && rounds)
		return explain_cause(x, row, from, to, refs);
	enum err e = at_point(&then, from, false, q->counted, &earlier);
	if (e == ERR_OK)
		e = at_point(&now, to, true, q->counted, &later);
	bool exact = e == ERR_OK && earlier.made.as == MADE_EXACT && later.made.as == MADE_EXACT;
	if (!only && !exact && (e == ERR_OK || (e == ERR_INVALID && x->r->failed == ERR_OK)))
		return explain_cause(x, row, from, to, refs);
	if (e == ERR_OK)
		e = side_take(&then, from, false, &earlier);
	if (e == ERR_OK)
		e = side_take(&now, to, true, &later);
	if (e == ERR_OK)
		conclude(x, &then, &now);
	return e;
}

enum err explain_decompose(struct explain *x)
{
	const struct msg_decompose_question *q = x->q->decompose;
	struct msg_query_request inner = {.decompose = x->q->decompose};
	const struct msg_decompose_row *row = NULL;
	struct msg_unit_ref *refs;
	struct msg_query_reply *parts;
	struct point from, to;
	size_t n;
	enum err e = inner_ask(x->r, &inner, &parts, &n);
	if (e == ERR_OK)
		e = find_row(x, parts, n, &row);
	if (e == ERR_OK)
		e = point_settle(x->r, q->from, "from", &from);
	if (e == ERR_OK)
		e = point_settle(x->r, q->to, "to", &to);
	if (e == ERR_OK)
		e = scope_refs(x->r, q, &to, &refs);
	if (e != ERR_OK)
		return e;
	tell_row(x, row, &from, &to);
	if (x->q->cause)
		return explain_cause(x, row, &from, &to, refs);
	if (!*x->figure.refused)
		return whole_change(x, row, &from, &to, refs);
	explain_refused(x);
	return ERR_OK;
}
