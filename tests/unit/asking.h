/* SPDX-License-Identifier: Apache-2.0
 *
 * asking.h - questions to a world that a judge made (world.h), with its log: what is said as JSON is asked about.
 */
#pragma once
#include "proto/codec.h"
#include "query/ask.h"
#include "tests/unit/world.h"

struct answers {
	size_t n, room;
	struct msg_query_reply *list;
};
/* Folds, and asks of the index and the log. The question is the JSON of a QueryRequest, ' for ". */
struct answers asked(struct world *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* One row of a decomposition, by the JSON of its question: the change and every cause, made once more of the log, agree.
 */
void causes_explained(struct world *w, const char *question, const struct msg_decompose_row *row);
/* The text of the error that it is answered with, when an answer may have so many rows; fails when it is answered. */
const char *ask_refused(struct world *w, enum err e, unsigned rows_max, const char *fmt, ...) PRINTF_LIKE(4, 5);
