/* SPDX-License-Identifier: Apache-2.0
 *
 * growth_explained.h - what a row grew is explained too, and agrees.
 */
#pragma once
#include "tests/unit/explanation.h"

/* Of each figure of the row that has growth: the number, the percentage, the points and the rank. `question` is the
 * JSON of the member of the explain question ("'trend': {…}"). Returns how many there are. */
size_t growth_explained(struct world *w, const char *question, const struct msg_trend_row *row);
/* One of them, in one; `rest` names it. */
struct msg_explain_answer growth_line(struct world *w, const char *question, const char *rest);
