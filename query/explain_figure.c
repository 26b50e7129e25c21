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
	bool incomplete = !value && !x->among && explain_incomplete(x, x->row.group, x->round);
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

static void rate(struct explain *x, struct made *m)
{
	struct cell_made **list;
	uint64_t low = 0, high = 0, all = 0;
	size_t n = numbers_of(x, &list);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < list[i]->n; k++) {
			const struct contributor *c = &x->from[list[i]->parcels[k]->from];
			uint32_t count = 0, of = 0, most = 0;
			struct num percent;
			const char *why = explain_count_behind(x, c, &count, &of);
			if (!of || !value_exact(c->s->said, &percent))
				continue;
			most = why ? num_percent_counts(percent, of, &count) : 1;
			if (!most) {
				*m = (struct made){.as = MADE_NOTHING, .words = why};
				return;
			}
			low += count;
			high += count + most - 1;
			all += of;
			if (c->item)
				c->item->used->shown = arena_printf(x->r->a, "%u of %u", count, of);
		}
	if (!all) {
		*m = (struct made){.as = MADE_NOTHING, .words = "no denominator is known"};
		return;
	}
	struct span s = span_zero(x);
	mpq_set_ui(s.low, low * 100, all);
	mpq_set_ui(s.high, high * 100, all);
	mpq_canonicalize(s.low);
	mpq_canonicalize(s.high);
	made_between(m, &s);
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
		mpq_set_ui(n, t->n_exact, 1);
		if (t->n_exact)
			mpq_div(n, t->exact, n);
		*m = t->n_exact ? (struct made){.as = MADE_EXACT, .exact = n}
				: (struct made){.as = MADE_NOTHING, .words = "no unit has an exact value"};
		explain_rule(x, "the mean is plain, over the units with an exact value");
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
