/* SPDX-License-Identifier: Apache-2.0
 *
 * answer_kit.h - an answer in the making, for what only the readers of query/ call; and arrangements to read.
 */
#pragma once
#include "query/answer.h"
#include "tests/unit/history.h"

/* Over a new view of the world; memory in w->a. */
struct answer *w_answer(struct world *w);
/* An attribute of several values, sorted: "a;b". */
void w_attrs(struct world *w, const char *unit, const char *name, const char *from, const char *to, const char *values);
/* An arrangement that began in 2010, its participants by blanks ("A B"), hosted by one of them or NULL. */
void w_arrangement(struct world *w, const char *id, const char *participants, const char *host);
/* Every figure of a count is explained, and agrees. Returns how many were not refused. */
size_t w_count_explained(struct world *w, const struct msg_count_question *q, const struct msg_trend_answer *t);
/* Units as their ids by blanks, in the order given. */
const char *w_ids(struct world *w, const uint32_t *units, size_t n);
