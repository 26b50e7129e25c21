/* SPDX-License-Identifier: Apache-2.0
 *
 * count_round.h - what a count at a round leaves out: arrangements on record that the round, whose list is declared
 * complete, does not speak of.
 *
 * Silence ends nothing, but a list that is complete leaves nothing out: between rounds such an arrangement has ended
 * (balance, diff), so at the round it does not count. Where only some of those that it has to do with lie in what is
 * declared complete, it may or may not be in the round's list. A count at a date is of what is on record; so is one at
 * a round that declares no complete list, which is "at least" that many. Rounds of one day are one.
 * Limits   the log is read where a round declares a complete list, and only then (spoken.h).
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
/* The rounds of a day that declare a complete list: "r2014, s2014". Memory: r->a. */
const char *round_word_names(const struct round_word *w, int32_t day);
