/* SPDX-License-Identifier: Apache-2.0
 *
 * outcome.h - what became of a message: the verdict, the receipt's and the feed's very bytes, and the facts.
 *
 * Receipt and change sets are opaque here: the bytes that were sent are the bytes that are stored and sent again.
 */
#pragma once
#include "storage/fact.h"

enum outcome_verdict { OUTCOME_ACCEPTED = 1, OUTCOME_REFUSED = 2 };

struct outcome {
	enum outcome_verdict verdict;
	struct slice receipt;
	size_t n_changes; /* encoded change sets, in order of chunk */
	struct slice *changes;
	size_t n_facts; /* in the order of their decision */
	struct fact *facts;
};

void outcome_put(struct buf *b, const struct outcome *o);
/* Decode; arrays in the arena, slices borrowed from `bytes`. ERR_CORRUPT when broken. `facts` false skips them. */
enum err outcome_get(struct slice bytes, struct arena *a, bool facts, struct outcome *ret) MUST_CHECK;
/* Only the receipt; borrowed. */
enum err outcome_receipt(struct slice bytes, struct slice *ret) MUST_CHECK;
/* A reader that stands at the first of the n facts: fact_get() n times, then rd_done(). Without an arena. */
enum err outcome_facts(struct slice bytes, struct rd *ret, size_t *ret_n) MUST_CHECK;
