/* SPDX-License-Identifier: Apache-2.0
 *
 * explanation.h - a whole explanation, whatever parts it came in.
 */
#pragma once
#include "tests/unit/asking.h"

/* `question`: the inside of an explain question as JSON ("'balance': {…}, 'figure': 'new'"). Fails where it is refused. */
struct msg_explain_answer explanation(struct world *w, const char *question);
