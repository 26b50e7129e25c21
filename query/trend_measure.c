/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_measure.c - figures that look at each unit of a row: median, smallest, largest, weighted mean, concentration.
 *
 * Units that say an interval are between its ends, and so is the figure: the median of what lies between ends lies
 * between the median of the lower and that of the upper ones. Units that say no number are left out, and counted in a
 * note.
 */
#include <stdlib.h>
#include <string.h>
#include "query/trend_measuring.h"

#define NAMES_TOLD 3u

/* ---- what is asked ---------------------------------------------------------------------------------- */

bool trend_measure_asked(const struct trend *t, enum measure m)
{
	for (size_t i = 0; i < t->q->n_measures; i++) {
		if (t->q->measures[i] == m)
			return true;
	}
	return false;
}

bool trend_measured(enum measure m)
{
	return m >= MEASURE_MEDIAN || m == MEASURE_MEAN;
}

enum err trend_measure_ask(struct trend *t)
{
	const struct msg_trend_question *q = t->q;
	static const char *const known =
	    "VALUE, SUM, MEAN, MEDIAN, MIN, MAX, COUNT, SHARE, RANK, CONCENTRATION or RATE";
	if (!q->n_measures)
		return fail(&t->r->why, ERR_INVALID, "no measure is named: ask for %s", known);
	for (size_t i = 0; i < q->n_measures; i++) {
		if (q->measures[i] < MEASURE_VALUE || q->measures[i] > MEASURE_RATE)
			return fail(&t->r->why, ERR_INVALID, "a measure that this version does not know: ask for %s",
				    known);
		t->keep |= q->measures[i] >= MEASURE_MEDIAN && q->measures[i] != MEASURE_SHARE &&
			   q->measures[i] != MEASURE_RANK; /* which look at sums */
	}
	if (q->decimals > 6)
		return fail(&t->r->why, ERR_INVALID, "%u decimals: 0 to 6 can be shown", q->decimals);
	if (*q->mean_weight && !trend_measure_asked(t, MEASURE_MEAN))
		return fail(&t->r->why, ERR_INVALID, "mean_weight is for MEAN, which is not asked for");
	if (*q->share_of && !trend_measure_asked(t, MEASURE_SHARE))
		return fail(&t->r->why, ERR_INVALID, "share_of is for SHARE, which is not asked for");
	t->keep |= *q->share_of && strcmp(q->group_by, "unit") != 0; /* a total has to be of the same units */
	enum err e = ERR_OK;
	if (*q->mean_weight) {
		t->keep = true;
		e = trend_side_new(t, q->mean_weight, "mean_weight", &t->weight);
	}
	const char *of = t->def->denominator;
	if (e == ERR_OK && trend_measure_asked(t, MEASURE_RATE) && of && *of && strcmp(of, "frame") != 0)
		e = trend_side_new(t, of, "its denominator", &t->denominator);
	return e;
}

/* ---- order ------------------------------------------------------------------------------------------ */

/* One end of what a unit is worth. */
struct cut {
	const struct trend_kept *kept;
	struct num n;
	mpq_srcptr q; /* NULL: n */
	bool open, out;
};
struct cutting {
	bool high;
	mpq_t x, y; /* of numbers that are compared with fractions */
};

static int value_cmp(struct cutting *c, const struct cut *x, const struct cut *y)
{
	if (!x->q && !y->q)
		return num_cmp(x->n, y->n);
	mpq_srcptr a = x->q, b = y->q;
	if (!a) {
		num_to_fraction(x->n, c->x);
		a = c->x;
	}
	if (!b) {
		num_to_fraction(y->n, c->y);
		b = c->y;
	}
	return mpq_cmp(a, b);
}

/* An open low end lies below everything, an open high one above; "over 5" begins after 5, "under 5" ends before it. */
static int cut_cmp(const void *a, const void *b, void *arg)
{
	struct cutting *c = arg;
	const struct cut *x = a, *y = b;
	if (x->open || y->open)
		return c->high ? x->open - y->open : y->open - x->open;
	int d = value_cmp(c, x, y);
	if (d == 0)
		d = c->high ? y->out - x->out : x->out - y->out;
	return d;
}

static uint32_t cuts_of(struct trend *t, const struct trend_row *row, bool high, struct cut *ret)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < row->n_kept; i++) {
		const struct trend_kept *k = &row->kept[i];
		const struct trend_more *m = trend_more(t, k);
		if (m && !m->number)
			continue;
		ret[n] = (struct cut){.kept = k, .n = k->n};
		if (m) {
			ret[n].q = high ? m->high : m->low;
			ret[n].open = high ? m->no_high : m->no_low;
			ret[n].out = high ? m->high_out : m->low_out;
		}
		n++;
	}
	return n;
}

static void cut_get(const struct cut *c, mpq_t ret)
{
	if (c->q)
		mpq_set(ret, c->q);
	else
		num_to_fraction(c->n, ret);
}

/* One end of the figure: of the cuts, in order, the first, the last, or the middle. */
static void cuts_pick(const struct cut *cuts, uint32_t n, enum measure m, mpq_t ret, bool *ret_open, bool *ret_out)
{
	uint32_t a = m == MEASURE_MIN ? 0 : m == MEASURE_MAX ? n - 1 : (n - 1) / 2;
	uint32_t b = m == MEASURE_MEDIAN ? n / 2 : a;
	*ret_open = cuts[a].open || cuts[b].open;
	*ret_out = cuts[a].out || cuts[b].out;
	if (*ret_open)
		return;
	cut_get(&cuts[a], ret);
	if (a == b)
		return;
	mpq_t other;
	mpq_init(other);
	cut_get(&cuts[b], other);
	mpq_add(ret, ret, other);
	mpq_div_2exp(ret, ret, 1);
	mpq_clear(other);
}

static unsigned scale_of(struct trend *t, const struct trend_row *row)
{
	unsigned scale = 0;
	for (uint32_t i = 0; i < row->n_kept; i++) {
		const struct trend_more *m = trend_more(t, &row->kept[i]);
		unsigned one = m ? m->scale : row->kept[i].n.scale;
		scale = one > scale ? one : scale;
	}
	return scale;
}

/* Places that show it: as printed where that says all of it, else as asked for. */
static unsigned places_for(const struct trend *t, mpq_srcptr q, unsigned scale)
{
	mpz_t z;
	mpz_init(z);
	mpz_ui_pow_ui(z, 10, scale);
	bool all = mpz_divisible_p(z, mpq_denref(q));
	mpz_clear(z);
	return all || t->q->decimals < scale ? scale : t->q->decimals;
}

static const char *ordered(struct trend *t, const struct trend_row *row, enum measure m, struct trend_number *ret)
{
	struct cut *cuts = mem_alloc((row->n_kept + 1) * sizeof *cuts);
	struct cutting c = {0};
	mpq_inits(c.x, c.y, NULL);
	uint32_t n = cuts_of(t, row, false, cuts);
	if (n) {
		qsort_r(cuts, n, sizeof *cuts, cut_cmp, &c);
		cuts_pick(cuts, n, m, ret->low, &ret->no_low, &ret->low_out);
		c.high = true;
		n = cuts_of(t, row, true, cuts);
		qsort_r(cuts, n, sizeof *cuts, cut_cmp, &c);
		cuts_pick(cuts, n, m, ret->high, &ret->no_high, &ret->high_out);
		unsigned scale = scale_of(t, row), low = places_for(t, ret->low, scale),
			 high = places_for(t, ret->high, scale);
		ret->places = low > high ? low : high;
	}
	mpq_clears(c.x, c.y, NULL);
	free(cuts);
	return n ? NULL : "no unit says a number";
}

/* ---- weighted --------------------------------------------------------------------------------------- */

static uint32_t ref_of(const struct trend *t, const struct trend_row *row, const struct trend_kept *k)
{
	const struct trend_more *m = trend_more(t, k);
	return m ? m->ref : row->ref;
}

/* The weight of a unit; of one that is made of whole others, theirs together. */
static bool weight_of(struct trend *t, const struct trend_row *row, const struct trend_kept *k, mpq_t ret)
{
	const struct trend_more *m = trend_more(t, k);
	uint32_t key = t->by == TREND_BY_DIM ? row->group : 0;
	struct num n;
	if (!m || !row->sum) {
		if (!trend_side_at(t, t->weight, row->series, key, ref_of(t, row, k), k->unit, &n))
			return false;
		num_to_fraction(n, ret);
		return mpq_sgn(ret) >= 0;
	}
	mpq_t one;
	bool known = m->n_parts == 1 || trend_side_adds(t->weight);
	mpq_init(one);
	mpq_set_ui(ret, 0, 1);
	for (size_t i = 0; i < m->n_parts && known; i++) {
		const struct trend_part *p = &m->parts[i];
		known = p->whole && trend_side_at(t, t->weight, row->series, key, p->ref, p->unit, &n) && n.digits >= 0;
		if (!known)
			break;
		num_to_fraction(n, one);
		mpq_add(ret, ret, one);
	}
	mpq_clear(one);
	return known;
}

static const char *weighted(struct trend *t, const struct trend_row *row, struct trend_number *ret, uint32_t *ret_n)
{
	struct trend_number x;
	mpq_t weight, all;
	mpq_inits(weight, all, NULL);
	trend_number_init(&x);
	*ret_n = 0;
	for (uint32_t i = 0; i < row->n_kept && view_work(t->r->v, fraction_cost(ret->high)) == ERR_OK; i++) {
		const struct trend_kept *k = &row->kept[i];
		if (!trend_kept_number(t, k, &x) || !weight_of(t, row, k, weight))
			continue;
		++*ret_n;
		if (!mpq_sgn(weight))
			continue; /* an open end that weighs nothing opens nothing */
		mpq_add(all, all, weight);
		mpq_mul(x.low, x.low, weight);
		mpq_mul(x.high, x.high, weight);
		mpq_add(ret->low, ret->low, x.low);
		mpq_add(ret->high, ret->high, x.high);
		ret->no_low |= x.no_low;
		ret->no_high |= x.no_high;
		ret->low_out |= x.low_out;
		ret->high_out |= x.high_out;
	}
	const char *why = NULL;
	if (!mpq_sgn(all)) {
		why = *ret_n ? "the weights add up to zero"
			     : arena_printf(t->r->row, "no unit has both a number and a weight: %s of %s",
					    trend_side_id(t->weight), t->refs[row->ref].text);
	} else {
		mpq_div(ret->low, ret->low, all);
		mpq_div(ret->high, ret->high, all);
		ret->places = t->q->decimals;
	}
	trend_number_clear(&x);
	mpq_clears(weight, all, NULL);
	return why;
}

/* ---- concentration ---------------------------------------------------------------------------------- */

static const char *squared(struct trend *t, const struct trend_row *row, struct trend_number *ret)
{
	struct trend_number x;
	const char *why = row->n_kept < row->n_units ? "it holds parts of units, whose shares are not known" : NULL;
	mpq_t all;
	mpq_init(all);
	trend_number_init(&x);
	if (!why && trend_incomplete(t, row))
		why = "the report was said to be incomplete: there may be more units";
	for (uint32_t i = 0; i < row->n_kept && !why && view_work(t->r->v, fraction_cost(ret->low)) == ERR_OK; i++) {
		const struct trend_kept *k = &row->kept[i];
		if (!trend_kept_number(t, k, &x) || !trend_number_exact(&x))
			why = arena_printf(t->r->row, "%s has no exact figure, so that the shares are not known",
					   unit_name(t->r->v, k->unit, t->refs[row->ref].day, t->r->row));
		else if (mpq_sgn(x.low) < 0)
			why = "figures are negative: they have no shares";
		mpq_add(all, all, x.low);
		mpq_mul(x.low, x.low, x.low);
		mpq_add(ret->low, ret->low, x.low);
	}
	if (!why && !mpq_sgn(all))
		why = "the sum is zero: there are no shares of it";
	if (!why) {
		mpq_mul(all, all, all);
		mpq_div(ret->low, ret->low, all);
		mpq_set(ret->high, ret->low);
		ret->places = t->q->decimals > 3 ? t->q->decimals : 3;
	}
	trend_number_clear(&x);
	mpq_clear(all);
	return why;
}

/* ---- which has a meaning ---------------------------------------------------------------------------- */

static const char *denominator_name(const struct trend *t)
{
	return t->def->denominator && *t->def->denominator ? t->def->denominator : "its denominator";
}

/* Why single figures of such an indicator cannot be put in order, or averaged with weights; NULL = they can. */
static const char *no_order(struct trend *t)
{
	if (t->def->type == VALUE_TYPE_TEXT)
		return "the values are words";
	switch (t->def->over_units) {
	case AGGREGATION_ADDITIVE:
	case AGGREGATION_DISTINCT:
	case AGGREGATION_RELATIVE:
		return NULL;
	case AGGREGATION_ANY:
	case AGGREGATION_ALL:
		return "the figures say only whether something is so: ask for COUNT";
	case AGGREGATION_NONE:
	case AGGREGATION_UNSPECIFIED:
		break;
	}
	return "the indicator has no meaning for several units together";
}

static const char *no_measure(struct trend *t, const struct trend_row *row, enum measure m)
{
	const char *why = NULL;
	if (m == MEASURE_CONCENTRATION)
		why = t->def->over_units == AGGREGATION_RELATIVE
			  ? arena_printf(t->r->row, "relative to %s: such figures are no parts of one sum",
					 denominator_name(t))
			  : trend_no_parts(t, row);
	else if (m != MEASURE_RATE)
		why = no_order(t);
	if (why)
		return why;
	return row->mixed ? trend_mixed(row) : NULL;
}

const char *trend_measure(struct trend *t, const struct trend_row *row, enum measure m, struct trend_number *ret)
{
	uint32_t n;
	if (m == MEASURE_SHARE)
		return trend_share(t, row, ret);
	if (m == MEASURE_RANK)
		return trend_rank(t, row, ret);
	const struct trend_set *set = trend_project_set(t, row->group);
	if (set)
		return set->refused && row->sum->refused
			   ? row->sum->refused
			   : "what is unallocated belongs to none of the units: there is nothing to measure";
	if (m == MEASURE_MEAN && !t->weight)
		return trend_mean(t, row, ret);
	const char *why = no_measure(t, row, m);
	if (why)
		return why;
	if (m == MEASURE_RATE)
		return trend_rate(t, row, ret, NULL);
	if (m == MEASURE_CONCENTRATION)
		return squared(t, row, ret);
	return m == MEASURE_MEAN ? weighted(t, row, ret, &n) : ordered(t, row, m, ret);
}

/* ---- notes ------------------------------------------------------------------------------------------ */

/* May this unit be the smallest (largest) where the figure is `x`? */
static bool may_be(const struct trend_number *unit, const struct trend_number *x, enum measure m)
{
	if (m == MEASURE_MIN)
		return unit->no_low || x->no_high || mpq_cmp(unit->low, x->high) <= 0;
	return unit->no_high || x->no_low || mpq_cmp(unit->high, x->low) >= 0;
}

static void tell_end(struct trend *t, const struct trend_row *row, enum measure m, struct msg_trend_row *ret)
{
	struct arena *a = t->r->row;
	struct trend_number x, unit;
	uint32_t n = 0;
	const char *names = "";
	trend_number_init(&x);
	trend_number_init(&unit);
	if (row->n_units > 1 && !trend_measure(t, row, m, &x)) {
		for (uint32_t i = 0; i < row->n_kept; i++) {
			const struct trend_kept *k = &row->kept[i];
			if (!trend_kept_number(t, k, &unit) || !may_be(&unit, &x, m) || n++ >= NAMES_TOLD)
				continue;
			int32_t day = row->sum ? trend_project_day(t) : t->refs[ref_of(t, row, k)].day;
			names =
			    arena_printf(a, "%s%s%s", names, *names ? ", " : "", unit_name(t->r->v, k->unit, day, a));
		}
		if (n > NAMES_TOLD)
			names = arena_printf(a, "%s and %u more", names, n - NAMES_TOLD);
		trend_note(t, ret,
			   arena_printf(a, trend_number_exact(&x) ? "%s: %s" : "%s: one of %s",
					m == MEASURE_MIN ? "smallest" : "largest", names));
	}
	trend_number_clear(&x);
	trend_number_clear(&unit);
}

static uint32_t with_number(const struct trend *t, const struct trend_row *row)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < row->n_kept; i++) {
		const struct trend_more *m = trend_more(t, &row->kept[i]);
		n += !m || m->number;
	}
	return n;
}

static void tell_weights(struct trend *t, const struct trend_row *row, struct msg_trend_row *ret)
{
	struct trend_number x;
	uint32_t n;
	trend_number_init(&x);
	if (!row->among && !no_measure(t, row, MEASURE_MEAN) && !weighted(t, row, &x, &n) && n < row->n_units)
		trend_note(t, ret,
			   arena_printf(t->r->row,
					"the mean is over %u of %u units: the others have no number or no "
					"weight (%s of the same reference)",
					n, row->n_units, trend_side_id(t->weight)));
	trend_number_clear(&x);
}

void trend_measure_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	bool ends = trend_measure_asked(t, MEASURE_MIN) || trend_measure_asked(t, MEASURE_MAX);
	bool middle = trend_measure_asked(t, MEASURE_MEDIAN);
	uint32_t n = row->among || (!ends && !middle) || no_order(t) ? row->n_units : with_number(t, row);
	if (n && n < row->n_units)
		trend_note(t, m,
			   arena_printf(t->r->row, "the %s over %u of %u units: the others say no number",
					middle && ends ? "median, smallest and largest are"
					: middle       ? "median is"
						       : "smallest and largest are",
					n, row->n_units));
	if (trend_measure_asked(t, MEASURE_MIN))
		tell_end(t, row, MEASURE_MIN, m);
	if (trend_measure_asked(t, MEASURE_MAX))
		tell_end(t, row, MEASURE_MAX, m);
	trend_mean_notes(t, row, m);
	if (t->weight)
		tell_weights(t, row, m);
	if (trend_measure_asked(t, MEASURE_RATE) && !row->among && !row->mixed) {
		struct trend_number x;
		trend_number_init(&x);
		const char *why = trend_rate(t, row, &x, m);
		trend_number_clear(&x);
		(void)why; /* the figure tells it */
	}
	trend_rank_notes(t, row, m);
}
