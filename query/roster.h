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
 * Scope   A unit's own list counts; else that of the nearest unit around it that has one (of several equally near, one
 *         that is complete). What lies in a unit whose list has gaps has gaps too, and so has what holds such a unit.
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

/* Where there may be more units of one kind on one day than are on record. */
struct roster_gaps {
	uint32_t kind;
	int32_t day;
	size_t n_words;
	const struct roster_word **words; /* lists of living scopes that have gaps */
	size_t n;
	struct roster_place { /* those scopes, and all that they lie in */
		uint32_t unit, word;
	} * places; /* by unit, word */
};
void roster_gaps_read(const struct roster *t, struct view *v, uint32_t kind, int32_t day, struct arena *a,
		      struct roster_gaps *ret);
/* In `unit`? That is by its own list, or one around it, or one inside it. */
bool roster_gap(const struct roster *t, struct view *v, const struct roster_gaps *g, uint32_t unit);
/* By which lists: in any of the units (none named: anywhere), each once. */
size_t roster_gap_words(const struct roster *t, struct view *v, const struct roster_gaps *g, const uint32_t *units,
			size_t n, struct arena *a, const struct roster_word ***ret);
