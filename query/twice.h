/* SPDX-License-Identifier: Apache-2.0
 *
 * twice.h - territories of which more than one figure tells, so that none is counted twice.
 *
 * A figure of 2010 may be printed in the units of 2010 and again in those of 2020; and what was told of two units that
 * turn out to be one is told twice. Of statements whose territories overlap those count that are of a unit of the
 * structure asked for, before others; of such, a number before what is missing, then the one said first. Where these
 * do not make up the whole territory and a larger one does, the larger counts: what is there is not lost. Units of one
 * kind that live side by side on both days, and are not the same, may overlap: neither speaks of the other.
 */
#pragma once
#include "query/atom.h"

struct twice_claim {
	uint32_t unit, kind;
	int32_t day;  /* whose unit it is */
	bool number;  /* it says one */
	bool exact;   /* a unit of the structure asked for has this very territory */
	uint64_t rev; /* that said it */
	uint32_t by;  /* made: 0 = it counts, else 1 + the place of one that counts instead */
};
/* Sets `by` of each; true: some do not count. The order of the list makes no difference but for equal `rev`. */
bool twice_settle(struct atoms *t, struct twice_claim *list, size_t n);
/* Can claims of one day rival one another? Only where units are one: what lives side by side does not. */
bool twice_on_one_day(const struct atoms *t);
/* Which claims hang together, directly or by way of others: ret_group[i] is the lowest place of those that do. */
void twice_groups(struct atoms *t, struct twice_claim *list, size_t n, uint32_t *ret_group);
