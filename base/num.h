/* SPDX-License-Identifier: Apache-2.0
 *
 * num.h - exact decimals, and exact fractions rounded once, when shown.
 *
 * A `struct num` is digits × 10^-scale. Scale 0..18 and all of int64 are kept; what does not fit is
 * ERR_OVERFLOW, never a rounded value. 12.10 and 12.1 are equal as values (num_cmp) but print as
 * they were given. Fractions are GMP rationals.
 */
#pragma once
#include <gmp.h>
#include <stdint.h>
#include "base/err.h"

#define NUM_SCALE_MAX 18
#define NUM_TEXT_MAX  24 /* sign, 19 digits, point, leading zero, NUL */

struct num {
	int64_t digits;
	uint8_t scale;
};

/* "-12.10", "7"; a decimal comma, blanks, exponents and signs other than a leading - are refused. */
enum err num_parse(const char *text, struct num *ret, struct why *why) MUST_CHECK;
const char *num_format(struct num n, char text[NUM_TEXT_MAX]);
int num_cmp(struct num a, struct num b);                                  /* by value, exact for all inputs */
enum err num_add(struct num a, struct num b, struct num *ret) MUST_CHECK; /* scale = the larger one */
enum err num_sub(struct num a, struct num b, struct num *ret) MUST_CHECK;
void num_to_fraction(struct num n, mpq_t ret); /* ret initialised by the caller */
void fraction_add(mpq_t sum, const mpq_t q);   /* as mpq_add(sum, sum, q), soon done with where both are whole */

/* What working with it costs, by the length of its numbers: 1 for one of few digits. */
static inline size_t fraction_cost(const mpq_t q)
{
	return 1 + (mpz_size(mpq_numref(q)) + mpz_size(mpq_denref(q))) / 16;
}

/* The fraction as decimal text with `decimals` places, rounded half away from zero ("-0" is "0").
 * Heap text; the caller frees. */
char *fraction_format(const mpq_t q, unsigned decimals);

/* Does a whole count k of `n` print as `percent` (a decimal with its own scale, rounded half away
 * from zero)? Returns how many k in 0..n do, and the smallest such k in *ret when there is one. */
unsigned num_percent_counts(struct num percent, uint32_t n, uint32_t *ret);
