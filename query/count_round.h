/* SPDX-License-Identifier: Apache-2.0
 *
 * count_round.h - what a count at a round leaves out: arrangements on record that the round, whose list is declared
 * complete, does not speak of; and participants on record where the round names all who take part, and not these.
 *
 * Silence ends nothing, but a list that is complete leaves nothing out: between rounds such an arrangement has ended
 * (balance, diff), so at the round it does not count. Where only some of those that it has to do with lie in what is
 * declared complete, it may or may not be in the round's list. A count at a date is of what is on record; so is one at
 * a round that declares no complete list, which is "at least" that many. Rounds of one day are one. Who left before the
 * round, or came after it, nobody need have said: what is on record of it is when they were first and last named.
 * Limits   the log is read (spoken.h).
 * Memory   r->a.
 */
#pragma once
#include "query/spoken.h"

struct round_word;
/* Of the rounds asked for, as far as they were published by then (NULL: whenever). *ret: NULL = it matters nowhere: every call below says CERTAIN, or "". */
enum err round_word_read(struct answer *r, const struct msg_count_question *q, struct published *published,
			 struct round_word **ret) MUST_CHECK;
/* Of an arrangement on record on the day of a count: NO it does not count, POSSIBLE it may not, CERTAIN the rounds of
 * the day speak of it, or declare no list of it. */
enum truth round_word_of(const struct round_word *w, int32_t day, uint32_t arrangement);
/* Of one who takes part in it on record on that day, for certain or perhaps: do the rounds of the day name all who do, and
 * neither it nor a unit that is one with it? */
bool round_word_leaves_out(const struct round_word *w, int32_t day, uint32_t arrangement, uint32_t participant);
/* Do the rounds of the day name all who take part in it? YES, UNKNOWN they do not say so, UNSPECIFIED they name nobody. */
enum completion round_word_complete(const struct round_word *w, int32_t day, uint32_t arrangement);
/* The rounds of a day, or those of them that declare a complete list: "r2014, s2014". Memory: r->a. */
const char *round_word_names(const struct round_word *w, int32_t day, bool declaring);
