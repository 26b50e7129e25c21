/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_figure.c - the figure once more, of units, lots and groups (explain_total.c), in plain fractions.
 *
 * A share and a rank look at the sums of all groups (explain_among.c).
 */
#include "query/explaining.h"
#include <stdlib.h>
#include <string.h>

/* ---- sums and values ---------------------------------------------------------------------------------- */

static const struct msg_value *said_in(const struct explain *x, const struct cell_made *c)
{
	return x->from[c->parcels[0]->from].s->said;
}

static void words(struct made *m, const char *text)
{
	*m = (struct made){.as = MADE_WORDS, .words = text};
}

static void as_said(struct explain *x, const struct msg_value *v, struct made *m)
{
	*m = (struct made){.as = MADE_WORDS, .words = value_text(x->r->a, v), .said = v};
}

static const struct msg_value *missing_value(struct explain *x, const struct cell_made *c)
{
	struct arena *a = x->r->a;
	struct msg_value *v = arena_alloc(a, sizeof *v);
	v->printed = "";
	v->missing = arena_alloc(a, sizeof *v->missing);
	v->missing->kind = said_in(x, c)->missing->kind;
	for (size_t i = 1; i < c->n; i++)
		if (x->from[c->parcels[i]->from].s->said->missing->kind != v->missing->kind)
			v->missing->kind = MISSING_KIND_UNCLEAR;
	return v;
}

/* With what may be negative a part may be anything: there are no ends, but both figures are known. */
static void part_of_any(struct explain *x, const struct total *t, struct made *m)
{
	static const char between[] = " and a part of ";
	struct arena *a = x->r->a;
	const char *split = strstr(x->figure.shown, between);
	const char *own = span_text(a, &t->own, places_shown(x->figure.shown));
	const char *may = t->may_open ? "what is not known"
				      : mpq_decimal(a, t->may, split ? places_shown(split + sizeof between - 1) : 0);
	words(m, arena_printf(a, "%s%s%s", own ? own : "something", between, may));
}

static void sum_moved(struct explain *x, const struct total *t, bool incomplete, struct made *m)
{
	bool unknown = t->n_missing || incomplete, nn = explain_not_negative(x);
	if (span_exact(&t->own) && !t->has_may && !unknown && !t->n_words) {
		*m = (struct made){.as = MADE_EXACT, .exact = t->own.low};
		return;
	}
	bool alone = t->n == 1 && t->first && !x->among && !incomplete;
	if (alone && t->first->single && !said_in(x, t->first)->interval) {
		as_said(x, said_in(x, t->first), m);
		return;
	}
	if (alone && t->n_missing) {
		as_said(x, missing_value(x, t->first), m);
		return;
	}
	if (t->has_may && !nn) {
		part_of_any(x, t, m);
		return;
	}
	*m = (struct made){.as = MADE_BETWEEN, .span = t->own};
	if (x->def->over_units == AGGREGATION_ADDITIVE && mpq_equal(t->own.low, t->own.high) &&
	    !(alone && t->first->single))
		m->exact = t->own.low;
	m->span.high = number(x);
	mpq_add(m->span.high, t->own.high, t->may);
	m->span.no_low |= unknown && !nn;
	m->span.no_high |= unknown || (t->has_may && t->may_open);
}

static void sum_reported(struct explain *x, const struct total *t, bool value, bool incomplete, struct made *m)
{
	bool unknown = t->n_missing || incomplete, nn = explain_not_negative(x);
	if (t->n_exact == t->n && t->n && !incomplete) {
		*m = (struct made){.as = MADE_EXACT, .exact = t->own.low};
		return;
	}
	if (t->n == 1 && (value || (t->first->state != CELL_NUMBER && !incomplete))) {
		as_said(x, said_in(x, t->first), m);
		return;
	}
	*m = (struct made){.as = MADE_BETWEEN, .span = t->own};
	m->span.no_low |= unknown && !nn;
	m->span.no_high |= unknown;
}

static void sum(struct explain *x, const struct total *t, bool value, struct made *m)
{
	bool incomplete = !value && !x->among && explain_incomplete_row(x, x->row.group, x->round);
	if (incomplete)
		explain_note(x, "the report was said to be incomplete: there may be more");
	if (!t->n && !t->has_may && mpq_sgn(t->own.high) == 0)
		*m = (struct made){.as = MADE_NOTHING, .words = "the log has no statement for it"};
	else if (x->atoms) /* or only groups are of another day */
		sum_moved(x, t, incomplete, m);
	else
		sum_reported(x, t, value, incomplete, m);
}

/* ---- of the single units ------------------------------------------------------------------------------ */

struct end {
	mpq_srcptr q;
	bool open, out;
};

static int end_cmp(const void *a, const void *b, void *arg)
{
	const struct end *x = a, *y = b;
	bool high = *(const bool *)arg;
	if (x->open || y->open)
		return high ? x->open - y->open : y->open - x->open;
	int d = mpq_cmp(x->q, y->q);
	return d ? d : high ? y->out - x->out : x->out - y->out;
}

static void end_pick(const struct end *e, size_t n, enum measure m, mpq_ptr ret, bool *open, bool *out)
{
	size_t a = m == MEASURE_MIN ? 0 : m == MEASURE_MAX ? n - 1 : (n - 1) / 2;
	size_t b = m == MEASURE_MEDIAN ? n / 2 : a;
	*open = e[a].open || e[b].open;
	*out = e[a].out || e[b].out;
	if (*open)
		return;
	mpq_add(ret, e[a].q, e[b].q);
	mpz_mul_ui(mpq_denref(ret), mpq_denref(ret), 2);
	mpq_canonicalize(ret);
}

/* The units of the row that say a number; what lies outside every unit is none. */
static size_t numbers_of(struct explain *x, struct cell_made ***ret)
{
	size_t n = 0;
	*ret = arena_alloc(x->r->a, (x->n_cells + 1) * sizeof **ret);
	for (size_t i = 0; i < x->n_cells; i++)
		if (explain_cell_in(x, &x->cells[i], x->key, x->round) && x->cells[i].state == CELL_NUMBER &&
		    x->cells[i].unit && !explain_splits(x, &x->cells[i]))
			(*ret)[n++] = &x->cells[i];
	return n;
}

static void made_between(struct made *m, const struct span *s)
{
	*m = span_exact(s) ? (struct made){.as = MADE_EXACT, .exact = s->low}
			   : (struct made){.as = MADE_BETWEEN, .span = *s};
}

static void ordered(struct explain *x, enum measure measure, struct made *m)
{
	struct cell_made **list;
	size_t n = numbers_of(x, &list);
	struct end *ends = arena_alloc(x->r->a, (n + 1) * sizeof *ends);
	struct span s = span_zero(x);
	if (!n) {
		*m = (struct made){.as = MADE_NOTHING, .words = "no unit says a number"};
		return;
	}
	for (int high = 0; high < 2; high++) {
		bool upper = high;
		for (size_t i = 0; i < n; i++) {
			const struct span *o = &list[i]->own;
			ends[i] = upper ? (struct end){o->high, o->no_high, o->high_out}
					: (struct end){o->low, o->no_low, o->low_out};
			if (list[i]->may && !explain_not_negative(x)) {
				ends[i].open = true; /* a part of what may be negative may be anything */
			} else if (upper && list[i]->may) {
				mpq_ptr with = number(x);
				mpq_add(with, o->high, list[i]->may);
				ends[i].q = with;
				ends[i].open |= list[i]->may_open;
			}
		}
		qsort_r(ends, n, sizeof *ends, end_cmp, &upper);
		end_pick(ends, n, measure, upper ? s.high : s.low, upper ? &s.no_high : &s.no_low,
			 upper ? &s.high_out : &s.low_out);
	}
	made_between(m, &s);
	explain_rule(x, measure == MEASURE_MEDIAN ? "the median is the middle value; of an even number the mean of the "
						    "middle two"
						  : "the smallest or largest of the single values");
}

static bool weight_of(struct explain *x, const struct cell_made *c, mpq_ptr ret)
{
	static const struct series nothing;
	struct num n;
	mpq_ptr one = number(x);
	for (size_t i = 0; i < c->n; i++) {
		const struct contributor *f = &x->from[c->parcels[i]->from];
		const struct series *like = &nothing;
		for (size_t k = 0; k < x->n_series; k++)
			like = x->series[k].id == f->s->series ? &x->series[k] : like;
		if (!c->parcels[i]->whole || !explain_other(x, x->t->mean_weight, f, like, &n) || n.digits < 0)
			return false;
		num_to_fraction(n, one);
		mpq_add(ret, ret, one);
	}
	return true;
}

static void weighted_mean(struct explain *x, struct made *m)
{
	struct cell_made **list;
	struct span s = span_zero(x);
	mpq_ptr all = number(x), part = number(x);
	size_t n = numbers_of(x, &list);
	for (size_t i = 0; i < n; i++) {
		mpq_ptr weight = number(x);
		if (!weight_of(x, list[i], weight) || !mpq_sgn(weight))
			continue;
		mpq_add(all, all, weight);
		mpq_mul(part, list[i]->own.low, weight);
		mpq_add(s.low, s.low, part);
		mpq_mul(part, list[i]->own.high, weight);
		mpq_add(s.high, s.high, part);
		s.no_low |= list[i]->own.no_low;
		s.no_high |= list[i]->own.no_high;
		s.low_out |= list[i]->own.low_out;
		s.high_out |= list[i]->own.high_out;
	}
	if (!mpq_sgn(all)) {
		*m = (struct made){.as = MADE_NOTHING, .words = "no unit has both a number and a weight"};
		return;
	}
	mpq_div(s.low, s.low, all);
	mpq_div(s.high, s.high, all);
	made_between(m, &s);
	explain_rule(x, arena_printf(x->r->a, "the mean is weighted by %s", x->t->mean_weight));
}

/* The number of units that say one divides what they say; where all do, what is known of their sum is as good. */
static void plain_mean(struct explain *x, const struct total *t, struct made *m)
{
	struct cell_made **list;
	struct span s = span_zero(x), sum = t->own;
	size_t n = numbers_of(x, &list);
	mpq_ptr of = number(x), high = number(x);
	bool nn = explain_not_negative(x);
	if (!n) {
		*m = (struct made){.as = MADE_NOTHING, .words = "no unit says a number"};
		return;
	}
	for (size_t i = 0; i < n; i++) {
		span_add(&s, &list[i]->own);
		if (list[i]->may)
			mpq_add(s.high, s.high, list[i]->may);
		s.no_low |= list[i]->may && !nn;
		s.no_high |= list[i]->may && (list[i]->may_open || !nn);
	}
	mpq_add(high, sum.high, t->may);
	sum.high = high;
	sum.no_high |= t->may_open;
	bool all = n == t->n && !t->n_parts && (nn || !t->has_may);
	if (all && !sum.no_low && (s.no_low || mpq_cmp(sum.low, s.low) > 0)) {
		s.low = sum.low;
		s.no_low = false;
		s.low_out = sum.low_out;
	}
	if (all && !sum.no_high && (s.no_high || mpq_cmp(sum.high, s.high) < 0)) {
		s.high = sum.high;
		s.no_high = false;
		s.high_out = sum.high_out;
	}
	mpq_set_ui(of, n, 1);
	struct span mean = s;
	mean.low = number(x);
	mean.high = number(x);
	mpq_div(mean.low, s.low, of);
	mpq_div(mean.high, s.high, of);
	made_between(m, &mean);
	explain_rule(x, "the mean is plain, over the units that say a number");
}

static void concentration(struct explain *x, const struct total *t, struct made *m)
{
	struct cell_made **list;
	mpq_ptr squares = number(x), part = number(x);
	size_t n = numbers_of(x, &list);
	for (size_t i = 0; i < n; i++) {
		mpq_mul(part, list[i]->own.low, list[i]->own.low);
		mpq_add(squares, squares, part);
	}
	if (t->n_exact != t->n || !mpq_sgn(t->exact)) {
		*m = (struct made){.as = MADE_NOTHING, .words = "not all units have an exact figure"};
		return;
	}
	mpq_mul(part, t->exact, t->exact);
	mpq_div(squares, squares, part);
	*m = (struct made){.as = MADE_EXACT, .exact = squares};
	explain_rule(x, "the concentration is the sum of the squared shares of the units");
}

/* ---- rates -------------------------------------------------------------------------------------------- */

struct rate {
	struct span count;
	mpq_ptr of;
	const char *refused;
};

static const struct series *series_of(const struct explain *x, const struct contributor *c)
{
	static const struct series nothing;
	for (size_t k = 0; k < x->n_series; k++)
		if (x->series[k].id == c->s->series)
			return &x->series[k];
	return &nothing;
}

/* What a percentage is of; *ret_whole: so many things, of which a whole number counts. */
static bool denominator(struct explain *x, const struct contributor *c, struct num *ret, bool *ret_whole)
{
	uint32_t count, of = 0;
	*ret_whole = true;
	if (strcmp(x->def->denominator, "frame") == 0) {
		(void)explain_count_behind(x, c, &count, NULL, &of);
		*ret = (struct num){of, 0};
		return of;
	}
	const struct msg_indicator *def = define_find(x->r->v, SPACE_INDICATOR, x->def->denominator, x->r->a, NULL);
	*ret_whole = def && def->type == VALUE_TYPE_COUNT;
	return explain_other(x, x->def->denominator, c, series_of(x, c), ret) && ret->digits >= 0;
}

/* What the percentage makes of one, a hundredth of it: in q. */
static void of_hundred(mpq_ptr q, mpq_srcptr of)
{
	mpq_mul(q, q, of);
	mpz_mul_ui(mpq_denref(q), mpq_denref(q), 100);
	mpq_canonicalize(q);
}

static void rate_part(struct explain *x, const struct contributor *c, struct num n, bool whole, struct rate *rate)
{
	uint32_t first = 0;
	struct num percent;
	mpq_ptr of = number(x), half = number(x);
	struct span s = span_zero(x);
	num_to_fraction(n, of);
	mpq_add(rate->of, rate->of, of);
	bool exact = value_exact(c->s->said, &percent), counts = whole && !n.scale && n.digits <= UINT32_MAX;
	unsigned fits = exact && counts && n.digits ? num_percent_counts(percent, (uint32_t)n.digits, &first) : 0;
	if (fits) {
		mpq_set_ui(s.low, first, 1);
		mpq_set_ui(s.high, first + fits - 1, 1);
	} else if (exact && counts && n.digits) {
		rate->refused = "no whole number fits it";
	} else if (n.digits) { /* half of the last place printed, on both sides; of an interval, its ends */
		mpq_set(s.low, c->number.low);
		mpq_set(s.high, c->number.high);
		if (exact) {
			mpz_ui_pow_ui(mpq_denref(half), 10, percent.scale);
			mpz_mul_ui(mpq_denref(half), mpq_denref(half), 2);
			mpz_set_ui(mpq_numref(half), 1);
			mpq_canonicalize(half);
			mpq_sub(s.low, s.low, half);
			mpq_add(s.high, s.high, half);
		}
		if (mpq_sgn(s.low) < 0)
			mpq_set_ui(s.low, 0, 1);
		if (c->number.no_high)
			mpq_set_ui(s.high, 100, 1);
		of_hundred(s.low, of);
		of_hundred(s.high, of);
	}
	span_add(&rate->count, &s);
	if (c->item)
		c->item->used->shown = arena_printf(x->r->a, "%s of %s", span_text(x->r->a, &s, whole ? 0 : 1),
						    mpq_decimal(x->r->a, of, n.scale));
}

/* A unit counts where all of its parts are told of, each with a percentage and what that is of. */
static void rate_unit(struct explain *x, const struct cell_made *c, struct rate *rate)
{
	struct num *of = arena_alloc(x->r->a, (c->n + 1) * sizeof *of);
	bool all = c->parts_of >= c->parts_all, *whole = arena_alloc(x->r->a, c->n + 1);
	for (size_t k = 0; k < c->n; k++) {
		const struct contributor *f = &x->from[c->parcels[k]->from];
		if (!c->parcels[k]->whole)
			rate->refused = "only a part of it lies here";
		all = all && f->number.low && denominator(x, f, &of[k], &whole[k]);
	}
	for (size_t k = 0; k < c->n && all && !rate->refused; k++)
		rate_part(x, &x->from[c->parcels[k]->from], of[k], whole[k], rate);
}

static void rate(struct explain *x, struct made *m)
{
	struct rate all = {.count = span_zero(x), .of = number(x)};
	for (size_t i = 0; i < x->n_cells && !all.refused; i++)
		if (explain_cell_in(x, &x->cells[i], x->key, x->round) && !explain_splits(x, &x->cells[i]))
			rate_unit(x, &x->cells[i], &all);
	if (all.refused || !mpq_sgn(all.of)) {
		*m = (struct made){.as = MADE_NOTHING, .words = all.refused ? all.refused : "no denominator is known"};
		return;
	}
	mpq_inv(all.of, all.of);
	mpz_mul_ui(mpq_numref(all.of), mpq_numref(all.of), 100);
	mpq_canonicalize(all.of);
	mpq_mul(all.count.low, all.count.low, all.of);
	mpq_mul(all.count.high, all.count.high, all.of);
	made_between(m, &all.count);
	explain_rule(x,
		     "the rate is the sum of the numerators over the sum of the denominators; a numerator is the whole "
		     "number that, of its denominator, rounds to what was printed");
}

/* ---- all measures ------------------------------------------------------------------------------------- */

static enum err by_measure(struct explain *x, const struct sums *s, const struct total *t, struct made *m)
{
	mpq_ptr n = number(x);
	switch (x->figure.measure) {
	case MEASURE_VALUE:
	case MEASURE_SUM:
		sum(x, t, x->figure.measure == MEASURE_VALUE, m);
		return ERR_OK;
	case MEASURE_MEAN:
		if (*x->t->mean_weight) {
			weighted_mean(x, m);
			return ERR_OK;
		}
		plain_mean(x, t, m);
		return ERR_OK;
	case MEASURE_COUNT:
		mpq_set_ui(n, t->n - t->n_missing - t->n_refused, 1);
		*m = (struct made){.as = MADE_EXACT, .exact = n};
		return ERR_OK;
	case MEASURE_MEDIAN:
	case MEASURE_MIN:
	case MEASURE_MAX:
		ordered(x, x->figure.measure, m);
		return ERR_OK;
	case MEASURE_SHARE:
		return explain_share(x, s, m);
	case MEASURE_RANK:
		explain_rank(x, s, m);
		return ERR_OK;
	case MEASURE_CONCENTRATION:
		concentration(x, t, m);
		return ERR_OK;
	case MEASURE_RATE:
		rate(x, m);
		return ERR_OK;
	case MEASURE_UNSPECIFIED:
		break;
	}
	*m = (struct made){.as = MADE_NOTHING, .words = "this measure is not known"};
	return ERR_OK;
}

enum err explain_figure(struct explain *x, struct made *ret)
{
	struct sums s = {.x = x};
	explain_lots(&s);
	struct total t = x->among ? explain_total_among(&s, &x->row) : explain_total(&s, x->key, x->round);
	return by_measure(x, &s, &t, ret);
}
