/* SPDX-License-Identifier: Apache-2.0
 *
 * spoken.h - of which arrangements the messages of some rounds speak, and of whom in them.
 *
 * What a later round says again adds nothing to the state, so that only the messages tell what it did not say (absence
 * is not zero: design, rule 9). They are read from the log, from the first definition of a round on; a message that
 * does not hold the bytes of a wanted round's id is not decoded. Refused messages have said nothing. What a later
 * retraction took back (of that revision, about the arrangement, or about one that it names) was never said, as known
 * from that retraction's revision on.
 * Limits     the time of the question; a store of many millions of messages is better asked without rounds.
 * Memory     r->a.
 */
#pragma once
#include "query/published.h"

/* Bits: who spoke of it. */
#define SPOKEN_EARLIER 1u
#define SPOKEN_LATER   2u
#define SPOKEN_ELSE    4u /* a submission outside the survey's rounds; only looked for where a survey is asked for */

struct spoken_round {
	uint32_t round;
	const struct msg_round *def;
	unsigned as; /* SPOKEN_EARLIER or SPOKEN_LATER */
};
struct spoken_ask {
	size_t n_rounds;
	const struct spoken_round *rounds;
	bool otherwise;              /* also what is said outside them */
	uint64_t through;            /* the last revision to look at; the view's as_of */
	struct published *published; /* what was not published by then has said nothing; NULL = all has */
};
struct spoken;
enum err spoken_read(struct answer *r, const struct spoken_ask *ask, struct spoken **ret) MUST_CHECK;
/* As known as of a revision, which is no later than `through`. */
unsigned spoken_of(const struct spoken *s, uint32_t arrangement, uint64_t as_of);
/* The rounds of one sort that speak of it, in the order of their ids: "r2013, r2014"; "" = none. *ret_last: the last
 * revision up to `through` that said so or took it back; 0 = none. *ret_src: of the last that said so. */
const char *spoken_rounds(const struct spoken *s, uint32_t arrangement, unsigned as, uint64_t as_of, uint64_t *ret_last,
			  const char **ret_src);
/* The rounds' word about one who took part, as known as of a revision: NO it is named; YES it is not, and the list is
 * complete; UNKNOWN it is not, and there may be more; UNSPECIFIED they do not say who takes part. A list in the units of another day is not complete of
 * those of its own. */
enum completion spoken_without(const struct spoken *s, uint32_t arrangement, uint32_t participant, unsigned as,
			       uint64_t as_of);
/* Does a later round name it as the host? */
bool spoken_host(const struct spoken *s, uint32_t arrangement, uint32_t host);
/* Do the rounds declare that their list of `kind` is complete in scopes that hold all of the units between them, on one
 * of two days? *ret_some: at least one of them. */
struct spoken_scope {
	size_t n_rounds;
	const struct spoken_round *rounds;
	int32_t from, to;
};
bool spoken_declared(struct answer *r, const struct spoken_scope *in, const char *kind, const uint32_t *units, size_t n,
		     bool *ret_some);
bool spoken_declares(struct view *v, uint32_t round, const char *kind); /* in any scope */
/* Does one of the rounds ask about one of the units: is it, on one of the two days, inside the round's area? A round
 * without an area, or with one that nobody knows there, asks about all; so it is where no unit is named. */
bool spoken_asked(struct answer *r, const struct spoken_scope *in, const uint32_t *units, size_t n);
/* Everybody that an arrangement has to do with on a day, as known as of the view: those that take part as surely as it
 * lives, and its host (arrangement.h). Memory: a. */
size_t spoken_members(struct view *v, uint32_t arrangement, int32_t day, struct arena *a, uint32_t **ret);
/* The last day before `day` on which anybody took part in it, or hosted it; WHEN_DAY_MIN = nobody ever did. */
int32_t spoken_last_day(struct view *v, uint32_t arrangement, int32_t day);
