/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_flat.h - inside the rows that were kept small. Only query/trend_flat*.c include it.
 */
#pragma once
#include "query/trend_projecting.h"

#define FLAT_PLAIN_MAX INT64_C(10000000000) /* figures up to this one, so that percentages stay within 64 bits */

struct flat_block {
	uint32_t series, ref, round;
	uint8_t scale;
	bool plain;          /* figures of it may be encoded from pieces */
	uint32_t rank;       /* in the order of rows */
	uint32_t before;     /* what the pieces were made for: index + 1 of a block; 0 = none; UINT32_MAX = not made */
	struct slice period; /* as text */
	struct buf head, tail;
};
struct placed { /* a figure of the unit at hand */
	uint32_t block;
	int64_t digits;
};
struct flat_row { /* one of the general kind */
	struct trend_row row;
	struct trend_sum sum;
	mpq_t low, high, may, exact;
	struct msg_decimal decimal;
	struct msg_value value;
};
struct putting {
	struct trend *t;
	size_t n, room;
	struct placed *list; /* of the unit at hand, in the order of rows; heap */
	size_t rows_room;
	struct flat_row **rows; /* heap; each is kept for the next unit */
	struct trend_row **sorted;
	size_t sorted_room;
	struct buf unit;
	uint32_t ahead; /* a figure of the next unit: index + 1 */
	struct tags {   /* of the row's figure, and fields of it and of its growth */
		uint8_t figures, measure, numerator, denominator, shown, growth, from_period, absolute, percent,
		    percent_numerator, percent_denominator, points, undefined;
	} tags;
};

/* trend_flat_row.c: the rows of the unit at hand */
void flat_learn(struct putting *p); /* once, before all rows */
/* Figures of a unit lie far apart: those of the next are fetched into the cache while this one's are written. */
static inline void flat_fetch_ahead(struct putting *p)
{
	const struct trend_flat *list = p->t->project->flats.list;
	if (p->ahead)
		p->ahead = list[p->ahead - 1].next;
	if (p->ahead)
		__builtin_prefetch(&list[p->ahead - 1]);
}
struct trend_row *flat_fill(struct putting *p, size_t at, uint32_t unit,
			    const struct placed *x); /* one of the general kind, in place `at` */
enum err flat_put_pieces(struct putting *p, uint32_t unit) MUST_CHECK;
