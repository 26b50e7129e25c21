/* SPDX-License-Identifier: Apache-2.0
 *
 * amount.c - see amount.h.
 */
#include "query/amount.h"
#include <stdlib.h>
#include <string.h>
#include "base/num.h"

#define PLACES_MAX 9u /* of a value that has no end as a decimal */

/* ---- fractions -------------------------------------------------------------------------------------- */

mpq_ptr pool_get(struct fraction_pool *p)
{
	if (p->n == p->room) {
		size_t room = p->room ? p->room * 2 : 64;
		p->list = mem_grow(p->list, room * sizeof *p->list);
		for (size_t i = p->room; i < room; i++) {
			p->list[i] = mem_alloc(sizeof *p->list[i]);
			mpq_init(p->list[i]);
		}
		p->room = room;
	}
	mpq_ptr q = p->list[p->n++];
	mpq_set_ui(q, 0, 1);
	return q;
}

void pool_free(struct fraction_pool *p)
{
	for (size_t i = 0; i < p->room; i++) {
		mpq_clear(p->list[i]);
		free(p->list[i]);
	}
	free(p->list);
	*p = (struct fraction_pool){0};
}

/* ---- amounts ---------------------------------------------------------------------------------------- */

bool amount_exact(const struct amount *a)
{
	return !a->no_low && !a->no_high && !a->low_out && !a->high_out && mpq_equal(a->low, a->high);
}

static void end_set(mpq_ptr ret, const struct msg_bound *b, bool *none, bool *out, unsigned *scale)
{
	*none = !b;
	if (!b)
		return;
	*out = b->exclusive;
	*scale = b->value->scale > *scale ? b->value->scale : *scale;
	num_to_fraction((struct num){b->value->digits, (uint8_t)b->value->scale}, ret);
}

bool amount_read(const struct msg_value *v, struct amount *ret)
{
	if (v->exact) {
		num_to_fraction((struct num){v->exact->digits, (uint8_t)v->exact->scale}, ret->low);
		mpq_set(ret->high, ret->low);
		ret->scale = v->exact->scale;
		return true;
	}
	if (!v->interval)
		return false;
	end_set(ret->low, v->interval->low, &ret->no_low, &ret->low_out, &ret->scale);
	end_set(ret->high, v->interval->high, &ret->no_high, &ret->high_out, &ret->scale);
	return true;
}

void amount_sum(struct amount *sum, const struct amount *x)
{
	fraction_add(sum->low, x->low);
	fraction_add(sum->high, x->high);
	sum->no_low |= x->no_low;
	sum->no_high |= x->no_high;
	sum->low_out |= x->low_out;
	sum->high_out |= x->high_out;
	sum->scale = x->scale > sum->scale ? x->scale : sum->scale;
}

const char *mpz_decimal(struct arena *a, mpz_srcptr z)
{
	if (mpz_fits_slong_p(z)) { /* as nearly all do */
		char digits[NUM_TEXT_MAX];
		num_format((struct num){mpz_get_si(z), 0}, digits);
		return arena_text(a, digits, strlen(digits));
	}
	char *heap = mpz_get_str(NULL, 10, z);
	const char *text = arena_text(a, heap, strlen(heap));
	free(heap);
	return text;
}

const char *mpq_decimal(struct arena *a, mpq_srcptr q, unsigned places)
{
	if (!places && mpz_cmp_ui(mpq_denref(q), 1) == 0)
		return mpz_decimal(a, mpq_numref(q));
	char *heap = fraction_format(q, places);
	const char *text = arena_text(a, heap, strlen(heap));
	free(heap);
	return text;
}

const char *end_decimal(struct arena *a, mpq_srcptr q, unsigned places, bool above)
{
	mpq_t end;
	mpq_init(end);
	mpz_ui_pow_ui(mpq_denref(end), 10, places);
	mpz_mul(mpq_numref(end), mpq_denref(end), mpq_numref(q));
	if (above)
		mpz_cdiv_q(mpq_numref(end), mpq_numref(end), mpq_denref(q));
	else
		mpz_fdiv_q(mpq_numref(end), mpq_numref(end), mpq_denref(q));
	mpq_canonicalize(end);
	const char *text = mpq_decimal(a, end, places);
	mpq_clear(end);
	return text;
}

const char *amount_text(struct arena *a, const struct amount *x, unsigned places)
{
	if (amount_exact(x))
		return mpq_decimal(a, x->low, places);
	const char *low = x->no_low ? NULL : end_decimal(a, x->low, places, false);
	const char *high = x->no_high ? NULL : end_decimal(a, x->high, places, true);
	if (low && high && !x->low_out && !x->high_out)
		return arena_printf(a, *low == '-' || *high == '-' ? "%s to %s" : "%s–%s", low, high);
	if (low && high)
		return arena_printf(a, "%s %s and %s %s", x->low_out ? "over" : "at least", low,
				    x->high_out ? "under" : "at most", high);
	if (low)
		return arena_printf(a, "%s %s", x->low_out ? "over" : "at least", low);
	return high ? arena_printf(a, "%s %s", x->high_out ? "under" : "at most", high) : NULL;
}

/* The decimal at or below (above) a fraction with so many places; NULL when it does not fit. */
static struct msg_decimal *decimal_beside(struct arena *a, mpq_srcptr q, unsigned places, bool above)
{
	mpz_t z;
	struct msg_decimal *d = NULL;
	mpz_init(z);
	mpz_ui_pow_ui(z, 10, places);
	mpz_mul(z, z, mpq_numref(q));
	if (above)
		mpz_cdiv_q(z, z, mpq_denref(q));
	else
		mpz_fdiv_q(z, z, mpq_denref(q));
	if (mpz_fits_slong_p(z)) {
		d = arena_alloc(a, sizeof *d);
		d->digits = mpz_get_si(z);
		d->scale = places;
	}
	mpz_clear(z);
	return d;
}

static bool ends_within(mpq_srcptr q, unsigned places)
{
	mpz_t z;
	mpz_init(z);
	mpz_ui_pow_ui(z, 10, places);
	bool ends = mpz_divisible_p(z, mpq_denref(q));
	mpz_clear(z);
	return ends;
}

struct msg_value *amount_value(struct arena *a, const struct amount *x)
{
	struct msg_value *v = arena_alloc(a, sizeof *v);
	unsigned places = x->scale;
	v->printed = "";
	while (places < PLACES_MAX && !(ends_within(x->low, places) && ends_within(x->high, places)))
		places++;
	struct msg_decimal *low = x->no_low ? NULL : decimal_beside(a, x->low, places, false),
			   *high = x->no_high ? NULL : decimal_beside(a, x->high, places, true);
	if (low && high && amount_exact(x) && low->digits == high->digits) {
		v->exact = low;
		return v;
	}
	if (!low && !high) {
		v->missing = arena_alloc(a, sizeof *v->missing);
		v->missing->kind = MISSING_KIND_UNCLEAR;
		return v;
	}
	v->interval = arena_alloc(a, sizeof *v->interval);
	struct msg_bound *ends = arena_alloc(a, 2 * sizeof *ends);
	ends[0] = (struct msg_bound){.value = low, .exclusive = x->low_out};
	ends[1] = (struct msg_bound){.value = high, .exclusive = x->high_out};
	v->interval->low = low ? &ends[0] : NULL;
	v->interval->high = high ? &ends[1] : NULL;
	return v;
}
