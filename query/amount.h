/* SPDX-License-Identifier: Apache-2.0
 *
 * amount.h - a number between two ends, in exact fractions: read from a value, summed, told.
 *
 * Memory     ends are the caller's: of a pool (below), or mpq_init'ed.
 */
#pragma once
#include <gmp.h>
#include "base/mem.h"
#include "proto/msg.h"

/* Fractions that are used again block after block, so that GMP's memory is asked for once: n = 0 gives all back. */
struct fraction_pool {
	size_t n, room;
	mpq_ptr *list;
};
mpq_ptr pool_get(struct fraction_pool *p); /* zero */
void pool_free(struct fraction_pool *p);

/* A number between two ends; equal ends without a flag: exact. */
struct amount {
	mpq_ptr low, high;
	bool no_low, no_high, low_out, high_out;
	unsigned scale; /* places that its parts were printed with */
};
bool amount_exact(const struct amount *a);
void amount_sum(struct amount *sum, const struct amount *x);
/* What a value says, into ends that are zero. false: it is missing, approximate or words. */
bool amount_read(const struct msg_value *v, struct amount *ret);
/* An amount for people: "12", "53–99", "at least 5", or NULL where nothing bounds it. */
const char *amount_text(struct arena *a, const struct amount *x, unsigned places);
/* GMP's numbers as text in the arena: whole, and rounded once to so many places. */
const char *mpz_decimal(struct arena *a, mpz_srcptr z);
const char *mpq_decimal(struct arena *a, mpq_srcptr q, unsigned places);
/* An end of what is not exact: the decimal at or below (above) it, so that nothing that is possible lies outside. */
const char *end_decimal(struct arena *a, mpq_srcptr q, unsigned places, bool above);
/* A value that says it: exact where its decimals end, else between the decimals beside it. */
struct msg_value *amount_value(struct arena *a, const struct amount *x);
