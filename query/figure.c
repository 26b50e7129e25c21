/* SPDX-License-Identifier: Apache-2.0
 *
 * figure.c - see figure.h.
 *
 * An end that has no decimal with so many places is shown at the decimal outside of it: what is said to be "at most"
 * is never less than it may be.
 */
#include "query/figure.h"
#include <string.h>
#include "base/num.h"

#define PLACES_MOST 6u

struct amounts {
	struct arena *a;
	struct fraction_pool pool;
};

struct amounts *amounts_new(struct arena *a)
{
	struct amounts *all = arena_alloc(a, sizeof *all);
	all->a = a;
	return all;
}

void amounts_free(struct amounts *all)
{
	if (all)
		pool_free(&all->pool);
}

size_t amounts_mark(const struct amounts *all)
{
	return all->pool.n;
}

void amounts_back(struct amounts *all, size_t mark)
{
	all->pool.n = mark;
}

struct amount amount_zero(struct amounts *all)
{
	return (struct amount){.low = pool_get(&all->pool), .high = pool_get(&all->pool)};
}

struct amount amount_between(struct amounts *all, mpq_srcptr low, mpq_srcptr high)
{
	struct amount x = amount_zero(all);
	mpq_set(x.low, low);
	mpq_set(x.high, high);
	return x;
}

struct amount amount_fraction(struct amounts *all, mpq_srcptr q)
{
	return amount_between(all, q, q);
}

struct amount amount_whole(struct amounts *all, int64_t n)
{
	struct amount x = amount_zero(all);
	num_to_fraction((struct num){.digits = n}, x.low);
	mpq_set(x.high, x.low);
	return x;
}

bool amount_of_value(struct amounts *all, const struct msg_value *v, struct amount *ret)
{
	*ret = amount_zero(all);
	return v && amount_read(v, ret);
}

struct amount amount_plus(struct amounts *all, const struct amount *x, const struct amount *y)
{
	struct amount sum = amount_between(all, x->low, x->high);
	sum.no_low = x->no_low;
	sum.no_high = x->no_high;
	sum.low_out = x->low_out;
	sum.high_out = x->high_out;
	sum.scale = x->scale;
	amount_sum(&sum, y);
	return sum;
}

struct amount amount_minus(struct amounts *all, const struct amount *x, const struct amount *y)
{
	struct amount less = amount_zero(all);
	mpq_neg(less.low, y->high);
	mpq_neg(less.high, y->low);
	less.no_low = y->no_high;
	less.no_high = y->no_low;
	less.low_out = y->high_out;
	less.high_out = y->low_out;
	less.scale = y->scale;
	return amount_plus(all, x, &less);
}

static bool end_equal(mpq_srcptr x, bool no_x, bool x_out, mpq_srcptr y, bool no_y, bool y_out)
{
	return no_x == no_y && (no_x || (x_out == y_out && mpq_equal(x, y)));
}

bool amount_equal(const struct amount *x, const struct amount *y)
{
	return end_equal(x->low, x->no_low, x->low_out, y->low, y->no_low, y->low_out) &&
	       end_equal(x->high, x->no_high, x->high_out, y->high, y->no_high, y->high_out);
}

bool amount_is_zero(const struct amount *x)
{
	return amount_exact(x) && mpq_sgn(x->low) == 0;
}

void figure_put(struct arena *a, const struct amount *x, enum measure m, unsigned places, struct msg_figure *ret)
{
	places = places < PLACES_MOST ? places : PLACES_MOST;
	*ret =
	    (struct msg_figure){.measure = m, .numerator = "", .denominator = "", .refused = "", .low = "", .high = ""};
	if (amount_exact(x)) {
		ret->numerator = mpz_decimal(a, mpq_numref(x->low));
		ret->denominator = mpz_decimal(a, mpq_denref(x->low));
		ret->shown = mpq_decimal(a, x->low, places);
		return;
	}
	ret->low = x->no_low ? "" : end_decimal(a, x->low, places, false);
	ret->high = x->no_high ? "" : end_decimal(a, x->high, places, true);
	ret->shown = amount_text(a, x, places);
	if (!ret->shown) {
		ret->shown = "";
		ret->refused = "nothing bounds it on either side";
	}
}

static const char *end_said(struct arena *a, const struct msg_bound *end)
{
	char text[NUM_TEXT_MAX];
	if (!end)
		return "";
	return arena_printf(a, "%s", num_format((struct num){end->value->digits, (uint8_t)end->value->scale}, text));
}

void figure_say(struct arena *a, const struct msg_value *v, struct msg_figure *ret)
{
	ret->shown = value_text(a, v);
	if (v->interval) {
		ret->low = end_said(a, v->interval->low);
		ret->high = end_said(a, v->interval->high);
	}
	if (v->missing)
		ret->missing = v->missing->kind;
}

void figure_refuse(struct arena *a, enum measure m, const char *why, struct msg_figure *ret)
{
	*ret = (struct msg_figure){.measure = m,
				   .numerator = "",
				   .denominator = "",
				   .shown = "",
				   .refused = arena_text(a, why, strlen(why)),
				   .low = "",
				   .high = ""};
}
