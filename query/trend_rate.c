/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_rate.c - the rate of several units: their numerators over their denominators.
 *
 * What is on record is a rounded percentage of each. Its numerator is derived where exactly one whole number prints as
 * that percentage of the denominator; where several do it lies between them; where none does the two contradict each
 * other, and there is no rate. Percentages are never averaged.
 */
#include <string.h>
#include "query/trend_measuring.h"

struct rate {
	struct trend_number count; /* numerators so far */
	mpq_t of;
	uint32_t n, n_left; /* statements used; units of which not all have a percentage and a denominator */
	bool derived, whole;
	const char *left_why, *refused;
};

static const char *name_of(struct trend *t, const struct trend_part *p)
{
	return unit_name(t->r->v, p->unit, p->day ? p->day : t->refs[p->ref].day, t->r->row);
}

/* A frame counts the units of its round's area, so it is a percentage's own only where it was said of that area. */
static bool of_frame(struct trend *t, const struct trend_part *p, struct num *ret)
{
	(void)trend_round_wanted(t, p->round);
	const struct msg_round *round = t->rounds[p->round].def;
	const char *area = round && round->area && round->area->id ? round->area->id->id : "";
	if (!round || !round->frame || !*area || view_term(t->r->v, SPACE_UNIT, slice_text(area)) != p->unit)
		return false;
	*ret = (struct num){round->frame->population, 0};
	return true;
}

static bool denominator(struct trend *t, const struct trend_row *row, const struct trend_part *p, struct num *ret,
			bool *ret_whole)
{
	*ret_whole = !t->denominator || trend_side_counts(t->denominator);
	if (!t->denominator)
		return of_frame(t, p, ret);
	uint32_t key = t->by == TREND_BY_DIM ? row->group : 0;
	return trend_side_at(t, t->denominator, row->series, key, p->ref, p->unit, ret) && ret->digits >= 0;
}

/* half of the last place that a number was printed with */
static void half_place(struct num n, mpq_t ret)
{
	mpz_ui_pow_ui(mpq_denref(ret), 10, n.scale);
	mpz_mul_ui(mpq_denref(ret), mpq_denref(ret), 2);
	mpz_set_ui(mpq_numref(ret), 1);
	mpq_canonicalize(ret);
}

/* The numerator of an exact percentage. false = it contradicts its denominator. */
static bool count_exact(struct rate *x, struct num percent, struct num of, const mpq_t of_q, bool whole, mpq_t low,
			mpq_t high)
{
	uint32_t first = 0;
	if (whole && !of.scale && of.digits <= UINT32_MAX) {
		unsigned fits = num_percent_counts(percent, (uint32_t)of.digits, &first);
		if (!fits)
			return false;
		x->derived = true;
		mpq_set_ui(low, first, 1);
		mpq_set_ui(high, first, 1);
		mpz_add_ui(mpq_numref(high), mpq_numref(high), fits - 1);
		return true;
	}
	mpq_t half;
	mpq_init(half);
	half_place(percent, half);
	num_to_fraction(percent, low);
	mpq_add(high, low, half);
	mpq_sub(low, low, half);
	if (mpq_sgn(low) < 0)
		mpq_set_ui(low, 0, 1);
	mpq_set_ui(half, 1, 100);
	mpq_mul(half, half, of_q);
	mpq_mul(low, low, half);
	mpq_mul(high, high, half);
	mpq_clear(half);
	return true;
}

/* Of an interval: an open end is none or all of what it is of. */
static void count_between(const struct msg_interval *i, const mpq_t of, mpq_t low, mpq_t high)
{
	mpq_set_ui(low, 0, 1);
	mpq_set_ui(high, 100, 1);
	if (i->low)
		num_to_fraction((struct num){i->low->value->digits, (uint8_t)i->low->value->scale}, low);
	if (i->high)
		num_to_fraction((struct num){i->high->value->digits, (uint8_t)i->high->value->scale}, high);
	mpq_t share;
	mpq_init(share);
	mpq_set_ui(share, 1, 100);
	mpq_mul(share, share, of);
	mpq_mul(low, low, share);
	mpq_mul(high, high, share);
	mpq_clear(share);
}

/* What a statement says, and what that is of. */
struct said {
	struct num percent, of;
	const struct msg_interval *between; /* NULL: percent is exact */
	bool whole;
};

/* NULL, or why nothing can be counted of it. `exact` (NULL = none) is what it says, where that is known. */
static const char *read_part(struct trend *t, const struct trend_row *row, const struct trend_part *p,
			     const struct num *exact, struct said *ret)
{
	struct arena *a = t->r->row;
	struct msg_value *v = NULL;
	*ret = (struct said){0};
	if (exact)
		ret->percent = *exact;
	else if (!value_peek(p->value, &ret->percent)) {
		if (value_get(p->value, a, &v) != ERR_OK || !v || !v->interval)
			return "no unit says a percentage";
		ret->between = v->interval;
	}
	if (denominator(t, row, p, &ret->of, &ret->whole))
		return NULL;
	return t->denominator ? arena_printf(a, "%s, which the percentages are of, is not known for %s",
					     trend_side_id(t->denominator), t->refs[p->ref].text)
			      : "how many units the percentages are of is not known: no round has a frame for them";
}

static void add_part(struct trend *t, const struct trend_part *p, const struct said *said, struct rate *x)
{
	struct arena *a = t->r->row;
	mpq_t low, high, of;
	mpq_inits(low, high, of, NULL);
	num_to_fraction(said->of, of);
	if (said->between)
		count_between(said->between, of, low, high);
	else if (mpq_sgn(of) && !count_exact(x, said->percent, said->of, of, said->whole, low, high))
		x->refused =
		    arena_printf(a, "%s %% of %s in %s fits no whole number: the two contradict each other",
				 mpq_decimal(a, (num_to_fraction(said->percent, low), low), said->percent.scale),
				 mpq_decimal(a, of, said->of.scale), name_of(t, p));
	x->whole &= said->whole;
	x->n++;
	mpq_add(x->of, x->of, of);
	mpq_add(x->count.low, x->count.low, low);
	mpq_add(x->count.high, x->count.high, high);
	mpq_clears(low, high, of, NULL);
}

/* A unit that is made of others counts only where all of it is told of. */
static const char *not_all_of_it(struct trend *t, const struct trend_row *row, const struct trend_more *m,
				 struct rate *x)
{
	const char *why =
	    m->partial ? "not all parts of the unit have a figure, so the whole cannot be recomputed" : NULL;
	struct said said;
	for (size_t i = 0; i < m->n_parts; i++) {
		if (!m->parts[i].whole) {
			x->refused = arena_printf(t->r->row,
						  "only a part of %s lies here, and how much of its percentage belongs "
						  "to that part is not known",
						  name_of(t, &m->parts[i]));
			return NULL;
		}
		if (!why && m->n_parts > 1)
			why = read_part(t, row, &m->parts[i], NULL, &said);
	}
	return why;
}

static void add_kept(struct trend *t, const struct trend_row *row, const struct trend_kept *k, struct rate *x)
{
	const struct trend_more *m = trend_more(t, k);
	struct trend_part own = {.unit = k->unit, .ref = row->ref, .round = row->round, .whole = true};
	const struct trend_part *parts = m ? m->parts : &own;
	const char *why = m ? not_all_of_it(t, row, m, x) : NULL;
	struct said said;
	for (size_t i = 0; i < (m ? m->n_parts : 1) && !x->refused && !why; i++) {
		why = read_part(t, row, &parts[i], m ? NULL : &k->n, &said);
		if (!why)
			add_part(t, &parts[i], &said, x);
	}
	if (!why)
		return;
	x->n_left++;
	x->left_why = x->left_why ? x->left_why : why;
}

static const char *meaningless(struct trend *t)
{
	if (t->def->over_units != AGGREGATION_RELATIVE)
		return "the indicator is not relative to anything: ask for SHARE, or for MEAN";
	if (t->def->type != VALUE_TYPE_PERCENT)
		return "relative: only percentages can be recomputed from their parts, and these are not";
	if (!t->def->denominator || !*t->def->denominator)
		return "the indicator names no denominator, so there is nothing to recompute it from";
	return NULL;
}

static void tell(struct trend *t, const struct trend_row *row, const struct rate *x, struct msg_trend_row *m)
{
	struct arena *a = t->r->row;
	unsigned places = x->whole ? 0 : t->q->decimals;
	const char *low = mpq_decimal(a, x->count.low, places), *high = mpq_decimal(a, x->count.high, places);
	trend_note(t, m,
		   arena_printf(a, "rate: %s%s%s of %s%s", low, strcmp(low, high) ? "–" : "",
				strcmp(low, high) ? high : "", mpq_decimal(a, x->of, places),
				x->derived ? "; numerators derived from rounded percentages" : ""));
	if (x->n_left)
		trend_note(t, m,
			   arena_printf(a,
					"the rate is over %u of %u units: the others have no percentage or no "
					"denominator%s",
					row->n_units > x->n_left ? row->n_units - x->n_left : 0, row->n_units,
					row->sum ? " of all their parts" : ""));
}

const char *trend_rate(struct trend *t, const struct trend_row *row, struct trend_number *ret, struct msg_trend_row *m)
{
	const char *why = meaningless(t);
	if (why)
		return why;
	struct rate x = {.whole = true};
	trend_number_init(&x.count);
	mpq_init(x.of);
	for (uint32_t i = 0; i < row->n_kept && !x.refused; i++)
		add_kept(t, row, &row->kept[i], &x);
	why = x.refused ? x.refused
	      : x.n     ? (mpq_sgn(x.of) ? NULL : "the denominators add up to zero")
			: (x.left_why ? x.left_why : "no unit says a percentage");
	if (!why) {
		if (m)
			tell(t, row, &x, m);
		mpq_inv(x.of, x.of);
		mpz_mul_ui(mpq_numref(x.of), mpq_numref(x.of), 100);
		mpq_canonicalize(x.of);
		mpq_mul(ret->low, x.count.low, x.of);
		mpq_mul(ret->high, x.count.high, x.of);
		ret->places = t->q->decimals;
	}
	mpq_clear(x.of);
	trend_number_clear(&x.count);
	return why;
}
