/* SPDX-License-Identifier: Apache-2.0
 *
 * roster.h - is every unit of a kind on record? What was declared of the lists (Completeness of a kind of unit).
 *
 * A list is of a kind of unit inside a scope, such as the municipalities of a county. A list that nobody declared
 * anything about is as it is on record: registers are complete by their nature. Declared YES it is complete; NO and
 * UNKNOWN say that there may be more units than are on record.
 *
 * Day     A declaration holds from the first day of its round's reference on, until one of a later reference: units
 *         come and go by events, and a register that once had all of them goes on having them. Before the first
 *         declaration it holds backwards where it is not YES, since a list with gaps today has more of them the further
 *         back one asks: what ended before it was made is not on it (a survivors' list). YES says nothing of before.
 *         Of two of one day the one said last counts. It holds while its scope lives, and not for its successors.
 * Scope   A unit's own list counts; else that of the nearest unit around it that has one. What lies in a unit whose
 *         list has gaps has gaps too, and so has what holds such a unit.
 * As known as of the view. An error of the view sticks there and reads as nothing declared.
 */
#pragma once
#include "proto/msg.h"
#include "query/unit.h"

struct roster_word {
	uint32_t kind, scope; /* SPACE_TERM, SPACE_UNIT */
	uint32_t round;       /* SPACE_ROUND, which declared it */
	int32_t from;
	enum completion complete;
	uint64_t rev;
};
struct roster { /* all declarations, by kind, scope, day, revision */
	size_t n, room;
	struct roster_word *list;
};
struct roster *roster_read(struct view *v, struct arena *a); /* in the arena */
/* The newest revision at or before the view's as_of that declared anything complete or not; 0 = none. */
uint64_t roster_mark(struct view *v);

/* Is anything declared of this kind? */
bool roster_speaks(const struct roster *t, uint32_t kind);
/* What holds of the list of the kind inside `unit` on the day, by itself or what is around it; NULL = nothing. */
const struct roster_word *roster_word_of(const struct roster *t, struct view *v, uint32_t unit, uint32_t kind,
					 int32_t day);
/* May there be more units of the kind in `unit` (0 = anywhere) than are on record? */
bool roster_gap(const struct roster *t, struct view *v, uint32_t unit, uint32_t kind, int32_t day);
/* By which declarations: that of the unit itself or of what is around it, and those inside it. Adds to the n in *ret, in
 * the arena; returns how many there are then. */
size_t roster_gaps(const struct roster *t, struct view *v, uint32_t unit, uint32_t kind, int32_t day, struct arena *a,
		   const struct roster_word ***ret, size_t n);
