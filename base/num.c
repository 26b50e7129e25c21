/* SPDX-License-Identifier: Apache-2.0
 *
 * num.c - decimals in int64, worked out in 128 bits: an int64 times 10^18 is below 2^127, so no
 * comparison or sum of two of them can overflow on the way; only the result is checked.
 */
#include "base/num.h"
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

__extension__ typedef __int128 wide;

_Static_assert(sizeof(long) == 8, "num_to_fraction hands an int64 to mpz_set_si");

static const int64_t power[NUM_SCALE_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

static enum err not_a_number(const char *text, struct why *why)
{
	char shown[33];
	size_t n = 0;
	for (; text[n] && n < sizeof shown - 1; n++)
		shown[n] = text[n] < ' ' || text[n] > '~' ? '?' : text[n];
	shown[n] = '\0';
	return fail(why, ERR_INVALID,
		    "\"%s\" is not a number: accepted are digits with an optional leading - and an optional decimal "
		    "point between digits (7, -12.10); no comma, blank, plus sign or exponent",
		    shown);
}

enum err num_parse(const char *text, struct num *ret, struct why *why)
{
	if (!text || !*text)
		return fail(why, ERR_INVALID, "a number is missing: accepted are for example 7 and -12.10");
	const char *p = text;
	bool minus = *p == '-';
	p += minus;
	int64_t digits = 0; /* kept at or below zero, where int64 reaches one further */
	unsigned scale = 0;
	bool point = false, over = false;
	if (*p < '0' || *p > '9')
		return not_a_number(text, why);
	for (; *p; p++) {
		if (*p == '.' && !point && p[1] >= '0' && p[1] <= '9') {
			point = true;
			continue;
		}
		if (*p < '0' || *p > '9')
			return not_a_number(text, why);
		over |= __builtin_mul_overflow(digits, (int64_t)10, &digits);
		over |= __builtin_sub_overflow(digits, (int64_t)(*p - '0'), &digits);
		over |= point && ++scale > NUM_SCALE_MAX;
	}
	if (over || (!minus && digits == INT64_MIN))
		return fail(why, ERR_OVERFLOW,
			    "the number is outside what is kept exactly: at most %d decimal places, and without its "
			    "point between -9223372036854775808 and 9223372036854775807",
			    NUM_SCALE_MAX);
	*ret = (struct num){minus ? digits : -digits, (uint8_t)scale};
	return ERR_OK;
}

const char *num_format(struct num n, char text[NUM_TEXT_MAX])
{
	ALWAYS(n.scale <= NUM_SCALE_MAX);
	uint64_t v = n.digits < 0 ? 0 - (uint64_t)n.digits : (uint64_t)n.digits;
	char back[NUM_TEXT_MAX];
	size_t len = 0, put = 0;
	for (unsigned place = 0; v || place <= n.scale; place++) {
		if (place == n.scale && place)
			back[len++] = '.';
		back[len++] = (char)('0' + v % 10);
		v /= 10;
	}
	if (n.digits < 0)
		back[len++] = '-';
	while (len)
		text[put++] = back[--len];
	text[put] = '\0';
	return text;
}

/* The digits of n at a scale at least its own. */
static wide at_scale(struct num n, uint8_t scale)
{
	ALWAYS(n.scale <= scale && scale <= NUM_SCALE_MAX);
	return (wide)n.digits * power[scale - n.scale];
}

int num_cmp(struct num a, struct num b)
{
	uint8_t scale = a.scale > b.scale ? a.scale : b.scale;
	wide x = at_scale(a, scale), y = at_scale(b, scale);
	return (x > y) - (x < y);
}

static enum err narrow(wide digits, uint8_t scale, struct num *ret)
{
	if (digits > INT64_MAX || digits < INT64_MIN)
		return ERR_OVERFLOW;
	*ret = (struct num){(int64_t)digits, scale};
	return ERR_OK;
}

enum err num_add(struct num a, struct num b, struct num *ret)
{
	uint8_t scale = a.scale > b.scale ? a.scale : b.scale;
	return narrow(at_scale(a, scale) + at_scale(b, scale), scale, ret);
}

enum err num_sub(struct num a, struct num b, struct num *ret)
{
	uint8_t scale = a.scale > b.scale ? a.scale : b.scale;
	return narrow(at_scale(a, scale) - at_scale(b, scale), scale, ret);
}

void num_to_fraction(struct num n, mpq_t ret)
{
	ALWAYS(n.scale <= NUM_SCALE_MAX);
	mpz_set_si(mpq_numref(ret), n.digits);
	mpz_set_si(mpq_denref(ret), power[n.scale]);
	if (n.scale)
		mpq_canonicalize(ret);
}

void fraction_add(mpq_t sum, const mpq_t q)
{
	if (mpz_cmp_ui(mpq_denref(sum), 1) == 0 && mpz_cmp_ui(mpq_denref(q), 1) == 0)
		mpz_add(mpq_numref(sum), mpq_numref(sum), mpq_numref(q));
	else
		mpq_add(sum, sum, q);
}

char *fraction_format(const mpq_t q, unsigned decimals)
{
	/* |q| × 10^decimals, rounded half up, as an integer; the sign and the point are put in afterwards. */
	mpz_t whole, twice;
	mpz_inits(whole, twice, NULL);
	mpz_ui_pow_ui(whole, 10, decimals);
	mpz_mul(whole, whole, mpq_numref(q));
	mpz_abs(whole, whole);
	mpz_mul_2exp(whole, whole, 1);
	mpz_add(whole, whole, mpq_denref(q));
	mpz_mul_2exp(twice, mpq_denref(q), 1);
	mpz_fdiv_q(whole, whole, twice);

	bool minus = mpq_sgn(q) < 0 && mpz_sgn(whole) != 0;
	char *digits = mem_alloc(mpz_sizeinbase(whole, 10) + 2);
	mpz_get_str(digits, 10, whole);
	mpz_clears(whole, twice, NULL);

	size_t len = strlen(digits), places = decimals;
	size_t before = len > places ? len - places : 0; /* digits left of the point */
	char *text = mem_alloc(len + places + 4), *p = text;
	if (minus)
		*p++ = '-';
	if (before) {
		memcpy(p, digits, before);
		p += before;
	} else {
		*p++ = '0';
	}
	if (places) {
		*p++ = '.';
		size_t zeros = places - (len - before);
		memset(p, '0', zeros);
		memcpy(p + zeros, digits + before, len - before);
		p += places;
	}
	*p = '\0';
	free(digits);
	return text;
}

/* The smallest whole number not below a / b, for b > 0. */
static wide ceiling(wide a, wide b)
{
	return a >= 0 ? (a + b - 1) / b : -(-a / b);
}

unsigned num_percent_counts(struct num percent, uint32_t n, uint32_t *ret)
{
	ALWAYS(percent.scale <= NUM_SCALE_MAX);
	if (n == 0 || percent.digits < 0)
		return 0;
	/* k prints as d when d - ½ <= 100·10^scale·k / n < d + ½; everything doubled stays whole. */
	wide d = percent.digits, per = (wide)200 * power[percent.scale];
	wide first = ceiling((2 * d - 1) * n, per);
	wide last = ceiling((2 * d + 1) * n, per) - 1;
	if (first < 0)
		first = 0;
	if (last > n)
		last = n;
	if (first > last)
		return 0;
	*ret = (uint32_t)first;
	/* Only 0..UINT32_MAX in whole can be one more than an unsigned holds, and no percent has them all. */
	return (unsigned)(last - first + 1);
}
