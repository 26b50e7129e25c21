/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_rank.c - a row among others: its share of what they have together, its rank.
 *
 * Rows of the same categories and period stand together, whatever their rounds, since counties are often surveyed in
 * rounds of their own; only where a group has several of them does each round stand alone. What is between two ends has
 * a share and a rank between two ends.
 */
#include <stdlib.h>
#include <string.h>
#include "query/category.h"
#include "query/trend_placing.h"

/* ---- what is asked ---------------------------------------------------------------------------------- */

static const char *code_of(const struct series *s, const char *dimension)
{
	for (size_t i = 0; i < s->n_categories; i++) {
		if (strcmp(s->categories[i].dimension, dimension) == 0)
			return s->categories[i].code;
	}
	return "";
}

static bool same_but(const struct series *x, const struct series *y, const char *dimension)
{
	if (x->n_categories != y->n_categories)
		return false;
	for (size_t i = 0; i < x->n_categories; i++) {
		const char *d = x->categories[i].dimension;
		if (strcmp(d, dimension) != 0 && strcmp(x->categories[i].code, code_of(y, d)) != 0)
			return false;
	}
	return true;
}

/* The series of the other codes too, which are read and not shown. */
static void open_up(struct trend *t, const char *dimension)
{
	const struct msg_trend_question *q = t->q;
	struct msg_category *c = arena_alloc(t->r->a, (q->n_categories + 1) * sizeof *c);
	size_t n = 0;
	bool fixed = false;
	for (size_t i = 0; i < q->n_categories; i++) {
		if (strcmp(q->categories[i].dimension, dimension) == 0)
			fixed = true;
		else
			c[n++] = q->categories[i];
	}
	if (!fixed || !t->n_series) /* nothing was said of what is asked for, whatever else was */
		return;
	t->n_series = series_find(t->r->v, q->indicator, c, n, t->r->a, &t->series);
	t->hidden = arena_alloc(t->r->a, t->n_series + 1);
	for (size_t i = 0; i < t->n_series; i++)
		t->hidden[i] = !categories_hold(t->series[i].categories, t->series[i].n_categories, q->categories,
						q->n_categories);
}

static enum err ask_along(struct trend *t, const char *of)
{
	struct answer *r = t->r;
	struct trend_places *p = t->places;
	if (strncmp(of, "dim:", 4) != 0)
		return fail(&r->why, ERR_INVALID,
			    "share_of is \"\" for all groups, or dim:ID for the total of a dimension, not \"%.80s\"",
			    of);
	for (size_t i = 0; i < t->def->n_dimensions; i++) {
		if (strcmp(t->def->dimensions[i].id, of + 4) == 0)
			p->along = &t->def->dimensions[i];
	}
	if (!p->along)
		return fail(&r->why, ERR_NOT_FOUND, "indicator \"%.80s\" has no dimension \"%.80s\"", t->def->id,
			    of + 4);
	if (p->along->aggregation != AGGREGATION_ADDITIVE)
		return fail(&r->why, ERR_INVALID,
			    "along \"%.80s\" the figures are not additive: its categories are no parts of a total",
			    of + 4);
	if (t->by == TREND_BY_DIM)
		return fail(&r->why, ERR_INVALID,
			    "share_of names a dimension, and so does group_by: leave share_of out, or group by units");
	open_up(t, of + 4);
	const struct msg_code_list *l = define_find(r->v, SPACE_CODE_LIST, p->along->code_list, r->a, NULL);
	p->base = arena_alloc(r->a, (t->n_series + 1) * sizeof *p->base);
	p->total = arena_alloc(r->a, t->n_series + 1);
	for (uint32_t i = 0; i < t->n_series; i++) {
		while (p->base[i] < i && !same_but(&t->series[p->base[i]], &t->series[i], of + 4))
			p->base[i]++;
		for (size_t k = 0; l && k < l->n_codes; k++)
			p->total[i] |=
			    l->codes[k].total && strcmp(l->codes[k].code, code_of(&t->series[i], of + 4)) == 0;
	}
	return ERR_OK;
}

enum err trend_rank_ask(struct trend *t)
{
	if (!trend_measure_asked(t, MEASURE_SHARE) && !trend_measure_asked(t, MEASURE_RANK))
		return ERR_OK;
	t->places = arena_alloc(t->r->a, sizeof *t->places);
	return *t->q->share_of ? ask_along(t, t->q->share_of) : ERR_OK;
}

/* ---- what a row has --------------------------------------------------------------------------------- */

bool trend_not_negative(const struct trend *t)
{
	return t->def->type == VALUE_TYPE_COUNT || t->def->type == VALUE_TYPE_PERCENT;
}

static void reported(const struct trend_row *row, struct place *p)
{
	mpq_t part;
	mpq_init(part);
	tally_get(&row->exact, p->x.low);
	mpq_set(p->x.high, p->x.low);
	tally_get(&row->low, part);
	mpq_add(p->x.low, p->x.low, part);
	tally_get(&row->high, part);
	mpq_add(p->x.high, p->x.high, part);
	p->x.no_low = row->no_low;
	p->x.no_high = row->no_high;
	p->x.low_out = row->low_out;
	p->x.high_out = row->high_out;
	mpq_clear(part);
}

static void projected(const struct trend_row *row, struct place *p)
{
	const struct trend_sum *s = row->sum;
	mpq_set(p->x.low, s->own.low);
	mpq_set(p->x.high, s->own.high);
	p->x.no_low = s->own.no_low;
	p->x.no_high = s->own.no_high;
	p->x.low_out = s->own.low_out;
	p->x.high_out = s->own.high_out;
	if (s->has_may) {
		mpq_set(p->may, s->may);
		p->may_open = s->may_open;
	}
}

/* Its sum, or what its only unit says. */
static void take(struct trend *t, const struct trend_row *row, struct place *p)
{
	bool one = row->n_units == 1 && !row->among && t->def->type != VALUE_TYPE_TEXT;
	p->none = one && !row->n_vague ? NULL : trend_no_sum(t, row);
	if (!p->none && row->sum && row->sum->refused)
		p->none = row->sum->refused;
	if (!p->none && !row->among && !trend_valued(row))
		p->none = "there is no value";
	if (p->none && (!trend_not_negative(t) || trend_valued(row) || row->n_vague))
		return;
	if (row->sum)
		projected(row, p);
	else
		reported(row, p);
	bool unknown = trend_missing(row) || trend_incomplete(t, row);
	p->x.no_high |= unknown;
	p->x.no_low = (p->x.no_low || unknown) && !trend_not_negative(t);
	if (row->sum && row->sum->has_may && !trend_not_negative(t)) /* a part of it may be anything */
		p->x.no_low = p->x.no_high = true;
}

/* ---- which rows stand together ---------------------------------------------------------------------- */

struct sorting {
	const struct trend *t;
	bool dimension; /* rows of one group, along a dimension; else groups of one series */
};

static int cmp(uint32_t x, uint32_t y)
{
	return (x > y) - (x < y);
}

/* Series that stand together, and, along a dimension, groups. */
static int by_whole(const struct sorting *s, const struct trend_row *x, const struct trend_row *y)
{
	const struct trend_places *p = s->t->places;
	int d = s->dimension ? cmp(p->base[x->series], p->base[y->series]) : cmp(x->series, y->series);
	if (d == 0 && s->dimension)
		d = cmp(x->group, y->group);
	return d || s->t->row_ref ? d : cmp(x->ref, y->ref); /* the newest of each stand together */
}

static int by_place(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	const struct trend_row *x = &s->t->rows[*(const uint32_t *)a], *y = &s->t->rows[*(const uint32_t *)b];
	int d = by_whole(s, x, y);
	if (d == 0)
		d = s->dimension ? cmp(x->series, y->series) : cmp(x->group, y->group);
	return d ? d : cmp(x->round, y->round);
}

static int by_round(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	const struct trend_row *x = &s->t->rows[*(const uint32_t *)a], *y = &s->t->rows[*(const uint32_t *)b];
	int d = cmp(x->round, y->round);
	return d ? d : by_place(a, b, arg);
}

typedef void together_f(struct trend *t, const uint32_t *rows, uint32_t n, bool by_round);

/* The newest figures of each may be of different times. */
static void tell_dates(struct trend *t, const uint32_t *rows, uint32_t n)
{
	bool differ = false;
	for (uint32_t i = 1; i < n && !differ; i++)
		differ = t->rows[rows[i]].ref != t->rows[rows[0]].ref;
	for (uint32_t i = 0; i < n && differ; i++)
		t->places->list[rows[i]].dates = true;
}

/* Call `fn` for each set of rows that stand together. */
static void each_set(struct trend *t, bool dimension, together_f *fn)
{
	struct sorting s = {t, dimension};
	uint32_t *rows = mem_alloc((t->n_rows + 1) * sizeof *rows);
	for (uint32_t i = 0; i < t->n_rows; i++)
		rows[i] = i;
	qsort_r(rows, t->n_rows, sizeof *rows, by_place, &s);
	for (uint32_t i = 0, end; i < t->n_rows; i = end) {
		bool several = false;
		for (end = i + 1; end < t->n_rows && by_whole(&s, &t->rows[rows[i]], &t->rows[rows[end]]) == 0; end++) {
			const struct trend_row *x = &t->rows[rows[end - 1]], *y = &t->rows[rows[end]];
			several |= dimension ? x->series == y->series : x->group == y->group;
		}
		if (several)
			qsort_r(rows + i, end - i, sizeof *rows, by_round, &s);
		for (uint32_t k = i, next; k < end; k = next) {
			for (next = k + 1;
			     next < end && (!several || t->rows[rows[next]].round == t->rows[rows[k]].round);)
				next++;
			fn(t, rows + k, next - k, several);
			tell_dates(t, rows + k, next - k);
		}
	}
	free(rows);
}

/* ---- ranks ------------------------------------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
	return mpq_cmp(*(mpq_srcptr const *)a, *(mpq_srcptr const *)b);
}

/* How many are larger than `x`; `or_equal`: or as large. */
static uint32_t above(mpq_srcptr const *list, uint32_t n, mpq_srcptr x, bool or_equal)
{
	uint32_t low = 0, high = n;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int d = mpq_cmp(list[mid], x);
		if (d < 0 || (d == 0 && !or_equal))
			low = mid + 1;
		else
			high = mid;
	}
	return n - low;
}

static bool no_group(const struct trend *t, const struct trend_row *row)
{
	return !row->group && *t->q->group_by;
}

static bool ranked(const struct trend *t, uint32_t row)
{
	return !t->places->list[row].none && !t->rows[row].among && !no_group(t, &t->rows[row]);
}

static void x_with_may(struct place *p)
{
	mpq_add(p->x.high, p->x.high, p->may);
	p->x.no_high |= p->may_open;
}

/* Places in order: certainly before it are those whose low end is above its high end, perhaps those whose high end is
 * above its low end. */
static void rank_set(struct trend *t, const uint32_t *rows, uint32_t n, bool by_round_)
{
	struct place *list = t->places->list;
	mpq_srcptr *lows = mem_alloc((n + 1) * sizeof *lows), *out_lows = mem_alloc((n + 1) * sizeof *out_lows),
		   *highs = mem_alloc((n + 1) * sizeof *highs);
	uint32_t n_lows = 0, n_out = 0, n_highs = 0, n_ranked = 0, n_groups = 0;
	for (uint32_t i = 0; i < n; i++) {
		struct place *p = &list[rows[i]];
		n_groups += !t->rows[rows[i]].among && !no_group(t, &t->rows[rows[i]]);
		if (!ranked(t, rows[i]))
			continue;
		x_with_may(p);
		n_ranked++;
		if (!p->x.no_low)
			lows[n_lows++] = p->x.low;
		if (!p->x.no_low && p->x.low_out)
			out_lows[n_out++] = p->x.low;
		if (!p->x.no_high)
			highs[n_highs++] = p->x.high;
	}
	qsort(lows, n_lows, sizeof *lows, by_value);
	qsort(out_lows, n_out, sizeof *out_lows, by_value);
	qsort(highs, n_highs, sizeof *highs, by_value);
	for (uint32_t i = 0; i < n; i++) {
		struct place *p = &list[rows[i]];
		p->ranked = n_ranked;
		p->unranked = n_groups - n_ranked;
		p->alone_by_round = by_round_;
		if (!ranked(t, rows[i]))
			continue;
		uint32_t surely = 0, perhaps = n_ranked - 1;
		if (!p->x.no_high) {
			/* "over 50" is above 50; everything from 50 on is above "under 50" */
			surely = above(lows, n_lows, p->x.high, p->x.high_out) +
				 (p->x.high_out ? 0
						: above(out_lows, n_out, p->x.high, true) -
						      above(out_lows, n_out, p->x.high, false));
		}
		if (!p->x.no_low) {
			bool self = p->x.no_high || mpq_cmp(p->x.high, p->x.low) > 0;
			perhaps = above(highs, n_highs, p->x.low, false) + (n_ranked - n_highs) - self;
		}
		p->best = 1 + surely;
		p->worst = 1 + perhaps;
	}
	free(lows);
	free(out_lows);
	free(highs);
}

/* ---- all rows --------------------------------------------------------------------------------------- */

enum err trend_rank_all(struct trend *t)
{
	struct trend_places *p = t->places;
	if (!p)
		return ERR_OK;
	p->n = t->n_rows;
	p->list = mem_zero((size_t)p->n + 1, sizeof *p->list);
	for (uint32_t i = 0; i < p->n; i++) {
		struct place *x = &p->list[i];
		trend_number_init(&x->x);
		trend_number_init(&x->share);
		mpq_init(x->may);
		take(t, &t->rows[i], x);
		if (x->none) /* in the row's arena so far */
			x->none = arena_text(t->r->a, x->none, strlen(x->none));
	}
	if (trend_measure_asked(t, MEASURE_SHARE))
		each_set(t, p->along != NULL, p->along ? trend_share_along : trend_share_all);
	if (trend_measure_asked(t, MEASURE_RANK))
		each_set(t, false, rank_set);
	return answer_work(t->r);
}

void trend_rank_free(struct trend *t)
{
	if (!t->places)
		return;
	for (uint32_t i = 0; i < t->places->n; i++) {
		trend_number_clear(&t->places->list[i].x);
		trend_number_clear(&t->places->list[i].share);
		mpq_clear(t->places->list[i].may);
	}
	free(t->places->list);
	t->places = NULL;
}

static struct place *place_of(struct trend *t, const struct trend_row *row)
{
	return &t->places->list[row - t->rows];
}

/* The codes of a dimension are parts of what a unit has, also where units are no parts of anything. */
static const char *no_shares_of_codes(struct trend *t)
{
	const struct msg_dimension *d = trend_key_dimension(t);
	if (d->aggregation != AGGREGATION_ADDITIVE)
		return arena_printf(
		    t->r->row, "along %s the figures are not additive: its categories are no parts of a total", d->id);
	switch (t->def->over_units) {
	case AGGREGATION_ADDITIVE:
	case AGGREGATION_DISTINCT:
	case AGGREGATION_NONE:
	case AGGREGATION_UNSPECIFIED:
		return NULL;
	case AGGREGATION_RELATIVE:
	case AGGREGATION_ANY:
	case AGGREGATION_ALL:
		break;
	}
	return "the figures are no amounts: they have no shares";
}

/* Why shares have no meaning whatever the figures are. */
static const char *no_shares(struct trend *t)
{
	if (t->by == TREND_BY_DIM)
		return no_shares_of_codes(t);
	if (t->places->along)
		return t->def->over_units == AGGREGATION_RELATIVE || t->def->over_units == AGGREGATION_ANY ||
			       t->def->over_units == AGGREGATION_ALL
			   ? "the figures are no amounts: they have no shares"
			   : NULL;
	if (t->def->over_units == AGGREGATION_DISTINCT)
		return "distinct: the same thing counts in several groups, so that their sum is not what they have "
		       "together";
	if (t->def->over_units != AGGREGATION_ADDITIVE)
		return "the figures are not additive over units: they are no parts of one sum";
	if (t->by == TREND_BY_SOURCE || t->by == TREND_BY_SURVEY)
		return "sources and surveys say the same things side by side: they are no parts of one sum";
	if (t->overlapping)
		return "a unit stands in several groups: they are no parts of one sum";
	return NULL;
}

const char *trend_share(struct trend *t, const struct trend_row *row, struct trend_number *ret)
{
	const struct place *p = place_of(t, row);
	const char *why = no_shares(t);
	why = why ? why : p->no_share;
	if (why)
		return why;
	mpq_set(ret->low, p->share.low);
	mpq_set(ret->high, p->share.high);
	ret->no_low = p->share.no_low;
	ret->no_high = p->share.no_high;
	ret->places = t->q->decimals;
	return NULL;
}

const char *trend_rank(struct trend *t, const struct trend_row *row, struct trend_number *ret)
{
	const struct place *p = place_of(t, row);
	if (row->among)
		return "what is unallocated belongs to none of the groups: it has no rank";
	if (no_group(t, row))
		return "it is outside the groups that are ranked";
	if (p->none)
		return p->none;
	if (!*t->q->group_by)
		return "a row without groups has none to be ranked among: group by unit, or by what is to be ranked";
	mpq_set_ui(ret->low, p->best, 1);
	mpq_set_ui(ret->high, p->worst, 1);
	ret->places = 0;
	return NULL;
}

void trend_rank_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	struct arena *a = t->r->row;
	if (!t->places)
		return;
	const struct place *p = place_of(t, row);
	if (trend_measure_asked(t, MEASURE_RANK) && *t->q->group_by && p->best && p->unranked)
		trend_note(t, m,
			   arena_printf(a, "ranked among %u; %u more %s no figure to rank", p->ranked, p->unranked,
					p->unranked == 1 ? "has" : "have"));
	if (trend_measure_asked(t, MEASURE_SHARE) && p->of_parts && !p->no_share)
		trend_note(t, m,
			   arena_printf(a, "share of the sum of what is on record along %s: no total is",
					t->places->along->id));
	if (p->dates && (p->best || (trend_measure_asked(t, MEASURE_SHARE) && !p->no_share)))
		trend_note(t, m, "the groups compared are of different dates");
	if (p->alone_by_round && (p->best || !p->no_share))
		trend_note(t, m, "several rounds report of this period: compared within the round");
}
