/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_span.c - explain's own arithmetic: fractions between two ends, and whether two figures say the same.
 */
#include "query/explaining.h"
#include "query/figure.h"
#include <string.h>

mpq_ptr number(struct explain *x)
{
	return pool_get(x->numbers);
}

struct span span_zero(struct explain *x)
{
	return (struct span){.low = number(x), .high = number(x)};
}

static void end_of(const struct msg_bound *b, mpq_ptr ret, bool *none, bool *out)
{
	*none = !b;
	*out = b && b->exclusive;
	if (b)
		num_to_fraction((struct num){b->value->digits, (uint8_t)b->value->scale}, ret);
}

bool span_of(struct explain *x, const struct msg_value *v, bool not_negative, struct span *ret)
{
	*ret = span_zero(x);
	if (v->exact) {
		num_to_fraction((struct num){v->exact->digits, (uint8_t)v->exact->scale}, ret->low);
		mpq_set(ret->high, ret->low);
		return true;
	}
	if (!v->interval)
		return false;
	end_of(v->interval->low, ret->low, &ret->no_low, &ret->low_out);
	end_of(v->interval->high, ret->high, &ret->no_high, &ret->high_out);
	ret->no_low &= !not_negative; /* else it begins at the zero that is there */
	return true;
}

void span_add(struct span *sum, const struct span *s)
{
	mpq_add(sum->low, sum->low, s->low);
	mpq_add(sum->high, sum->high, s->high);
	sum->no_low |= s->no_low;
	sum->no_high |= s->no_high;
	sum->low_out |= s->low_out;
	sum->high_out |= s->high_out;
}

void span_add_sign(struct span *sum, const struct span *s, int sign)
{
	if (sign > 0) {
		span_add(sum, s);
		return;
	}
	mpq_sub(sum->low, sum->low, s->high);
	mpq_sub(sum->high, sum->high, s->low);
	sum->no_low |= s->no_high;
	sum->no_high |= s->no_low;
	sum->low_out |= s->high_out;
	sum->high_out |= s->low_out;
}

bool span_exact(const struct span *s)
{
	return !s->no_low && !s->no_high && !s->low_out && !s->high_out && mpq_equal(s->low, s->high);
}

const char *span_text(struct arena *a, const struct span *s, unsigned places)
{
	if (span_exact(s))
		return mpq_decimal(a, s->low, places);
	const char *low = s->no_low ? NULL : end_decimal(a, s->low, places, false),
		   *high = s->no_high ? NULL : end_decimal(a, s->high, places, true);
	const char *from = s->low_out ? "over" : "at least", *to = s->high_out ? "under" : "at most";
	if (!low && !high)
		return NULL;
	if (!high)
		return arena_printf(a, "%s %s", from, low);
	if (!low)
		return arena_printf(a, "%s %s", to, high);
	if (s->low_out || s->high_out)
		return arena_printf(a, "%s %s and %s %s", from, low, to, high);
	return arena_printf(a, *low == '-' || *high == '-' ? "%s to %s" : "%s–%s", low, high);
}

/* How many decimals a shown number has: both figures are then rounded alike. */
unsigned places_shown(const char *shown)
{
	const char *at = shown + strcspn(shown, "0123456789");
	at += strspn(at, "0123456789");
	return *at == '.' ? (unsigned)strspn(at + 1, "0123456789") : 0;
}

/* An end as it is told: rounded, or, so that nothing that is possible lies outside, rounded outwards. */
static const char *end_like(struct arena *a, mpq_srcptr q, const char *told, bool up)
{
	unsigned places = places_shown(told);
	const char *rounded = mpq_decimal(a, q, places);
	if (strcmp(rounded, told) == 0)
		return rounded;
	mpq_t x;
	mpq_init(x);
	mpz_ui_pow_ui(mpq_denref(x), 10, places);
	mpz_mul(mpq_numref(x), mpq_denref(x), mpq_numref(q));
	if (up)
		mpz_cdiv_q(mpq_numref(x), mpq_numref(x), mpq_denref(q));
	else
		mpz_fdiv_q(mpq_numref(x), mpq_numref(x), mpq_denref(q));
	mpq_canonicalize(x);
	const char *outwards = mpq_decimal(a, x, places);
	mpq_clear(x);
	return strcmp(outwards, told) == 0 ? outwards : rounded;
}

static bool same_fraction(struct arena *a, mpq_srcptr q, const struct msg_figure *f)
{
	return strcmp(mpz_decimal(a, mpq_numref(q)), f->numerator) == 0 &&
	       strcmp(mpz_decimal(a, mpq_denref(q)), *f->denominator ? f->denominator : "1") == 0;
}

void made_tell(struct explain *x, const struct made *m, struct msg_figure *ret)
{
	struct arena *a = x->r->a;
	unsigned places = places_shown(x->figure.shown);
	*ret = (struct msg_figure){.measure = x->figure.measure,
				   .numerator = "",
				   .denominator = "",
				   .shown = "",
				   .refused = "",
				   .low = "",
				   .high = ""};
	switch (m->as) {
	case MADE_EXACT:
		ret->numerator = mpz_decimal(a, mpq_numref(m->exact));
		ret->denominator = mpz_decimal(a, mpq_denref(m->exact));
		ret->shown = mpq_decimal(a, m->exact, places);
		break;
	case MADE_BETWEEN: {
		const char *text = span_text(a, &m->span, places);
		ret->shown = text ? text : "";
		ret->low = m->span.no_low ? "" : end_like(a, m->span.low, x->figure.low, false);
		ret->high = m->span.no_high ? "" : end_like(a, m->span.high, x->figure.high, true);
		if (strcmp(ret->low, x->figure.low) == 0 && strcmp(ret->high, x->figure.high) == 0)
			ret->shown = x->figure.shown; /* the same ends */
		if (m->exact) {
			ret->numerator = mpz_decimal(a, mpq_numref(m->exact));
			ret->denominator = mpz_decimal(a, mpq_denref(m->exact));
		}
		break;
	}
	case MADE_WORDS:
		ret->shown = m->words;
		if (m->said)
			figure_say(a, m->said, ret);
		break;
	case MADE_NOTHING:
		ret->refused = m->words;
		break;
	}
}

bool made_agrees(struct explain *x, const struct made *m, const struct msg_figure *f)
{
	struct arena *a = x->r->a;
	bool bounds = *f->low || *f->high;
	switch (m->as) {
	case MADE_EXACT:
		return *f->numerator && !bounds && same_fraction(a, m->exact, f);
	case MADE_BETWEEN:
		if (!bounds || (*f->numerator && (!m->exact || !same_fraction(a, m->exact, f))))
			return false;
		return (m->span.no_low ? !*f->low : strcmp(end_like(a, m->span.low, f->low, false), f->low) == 0) &&
		       (m->span.no_high ? !*f->high : strcmp(end_like(a, m->span.high, f->high, true), f->high) == 0);
	case MADE_WORDS: {
		struct msg_figure told;
		made_tell(x, m, &told);
		return !*f->refused && strcmp(told.shown, f->shown) == 0 && strcmp(told.low, f->low) == 0 &&
		       strcmp(told.high, f->high) == 0 && told.missing == f->missing;
	}
	case MADE_NOTHING:
		return *f->refused;
	}
	return false;
}
