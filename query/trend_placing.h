/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_placing.h - inside the trend question: a row among others. Only query/trend_rank.c and trend_share.c include
 * it.
 */
#pragma once
#include "query/trend_measuring.h"

struct place { /* of a row */
	struct trend_number x, share;
	unsigned may_open;
	mpq_t may;        /* of a rest, more of it may be */
	const char *none; /* why it has no number */
	const char *no_share;
	const char *no_rank;
	uint32_t best, worst, ranked, unranked; /* best 0: not ranked */
	bool alone_by_round, of_parts;
	bool dates; /* those it is held against are of other dates */
	bool fewer; /* units than the total is of */
};
struct trend_places {
	struct place *list; /* by row; heap */
	uint32_t n;
	const struct msg_dimension *along; /* share_of; NULL = all groups */
	uint32_t *base;                    /* by series: the first that differs from it along that alone */
	bool *total;                       /* by series: of the total code */
};

/* Counts and percentages. */
bool trend_not_negative(const struct trend *t);
/* trend_share.c: the shares of rows that stand together; alone_by_round: each round by itself */
void trend_share_all(struct trend *t, const uint32_t *rows, uint32_t n, bool alone_by_round);
void trend_share_along(struct trend *t, const uint32_t *rows, uint32_t n, bool alone_by_round);
