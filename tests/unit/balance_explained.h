/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_explained.h - every line of a balance is explained too, and agrees.
 */
#pragma once
#include "tests/unit/explanation.h"

/* Of a balance by the JSON of its question, and its answer. Fails where a line does not agree; returns how many there
 * were. */
size_t balance_explained(struct world *w, const char *question, const struct answers *all);
/* Asks by the inside of the question, and explains every line. */
struct answers balance_asked(struct world *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* What the log makes of one line, in one: `rest` names it ("'figure': 'new', 'through': 'e1'"). */
struct msg_explain_answer balance_line(struct world *w, const char *question, const char *rest);
extern size_t balance_lines; /* explained so far */
