/* SPDX-License-Identifier: Apache-2.0
 *
 * project.h - figures of one day's structure in the structure of another day: nothing invented, nothing lost.
 *
 * A unit's figure flows to the units of `kind` that hold its atoms at the target day. It is
 *   EXACT        all of it goes to one unit that has nothing else;
 *   MERGED       all of it goes to one unit that has more;
 *   APPORTIONED  it is divided by known weights;
 *   UNALLOCATED  it is divided among several units, and nobody knows how.
 * What no unit of the kind holds goes to target 0; a figure all of which does is UNALLOCATED, with that one part of
 * share 1. A unit with parts is asked by its parts, and by its rest where not all of them are on record (atom.h); as
 * itself only where none of them is found on the other day, or where weights of its own events divide it among the very
 * units that its parts went to. The shares of a figure's parts add up to exactly 1, an unallocated remainder included.
 */
#pragma once
#include "proto/msg.h"
#include "query/atom.h"

struct project_part {
	uint32_t target; /* unit of the kind asked for at the target day; 0 = outside every such unit */
	bool known;      /* share is known; else the part is one of the unallocated ones */
	mpq_t share;     /* of the figure; 0 where unknown. Cleared by project_clear() */
};
struct projected {
	enum method method;
	size_t n;                   /* parts, by target */
	struct project_part *parts; /* heap; project_clear() */
};
/* Where does the territory that `unit` had at `from_day` lie at `to_day`, in units of `kind` (SPACE_TERM; 0 = the units
 * without parts, or of the unit's own kind when such hold all of it)? ERR_NOT_FOUND when the unit did not live at
 * from_day. */
enum err project_unit(struct atoms *t, uint32_t unit, int32_t from_day, int32_t to_day, uint32_t kind,
		      struct projected *ret) MUST_CHECK;
void project_clear(struct projected *p);
/* Does the unit live on `day`, a single atom that no event ever touched, and so is the same, and nothing else is, on
 * every day since *ret_from? */
bool project_still(struct atoms *t, uint32_t unit, int32_t day, int32_t *ret_from);
/* The days around `day`, ends included, on which the unit holds the very same, so that it lies in the same units of day
 * `to`: no more of them than is plain to see. */
void project_span(struct atoms *t, uint32_t unit, int32_t day, int32_t to, int32_t *ret_from, int32_t *ret_until);
/* Does the unit itself, not another one that is the same, live on the day? */
bool project_lives(struct atoms *t, uint32_t unit, int32_t day);

/* Does `target` at `to_day` consist of nothing but these units' territories at from_day? Sets *ret_of to the number of
 * atoms covered and *ret_all to all of its atoms. */
void project_coverage(struct atoms *t, uint32_t target, int32_t to_day, const uint32_t *units, size_t n,
		      int32_t from_day, uint32_t *ret_of, uint32_t *ret_all);
/* Whole things apportioned by largest remainder, ties by unit number: counts[i] of total by shares (which add up to 1).
 */
void project_whole(const mpq_t *shares, size_t n, const mpz_t total, mpz_t *counts);
