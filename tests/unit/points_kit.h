/* SPDX-License-Identifier: Apache-2.0
 *
 * points_kit.h - what came between two points, told as text: balances and differences of a world that a judge made.
 */
#pragma once
#include "tests/unit/asking.h"

/* Points, and the heads of what is said. */
#define AT(day)         "'valid_at': '" day "'"
#define A_2017          AT("2017-06-01")
#define A_2019          AT("2019-06-01")
#define IN_ROUND(round) "{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'arrangements': ["
#define MEMBER          "'participants': ['bodo'], 'participants_complete': 'yes'"
#define COUNTED         "'counted': 'arrangements'"
struct said *patch(struct world *w, const char *inside); /* a submission of the source a */

/* "GROUP: opening; KIND n {event} units; …; closing; rest unexplained" a line. `more` is the rest of a question. Every
 * line is explained too, and agrees. */
const char *balance(struct world *w, const char *from, const char *to, const char *more);
const char *balance_rows(struct world *w, const struct answers *all);
const char *balance_notes(struct world *w, const struct answers *all); /* a line each */

/* "WHAT SUBJECT unit field: before -> after [others] {event}" a line, then its notes where asked. */
const char *diff(struct world *w, const char *from, const char *to, const char *more);
const char *diff_noted(struct world *w, const char *from, const char *to, const char *more);
const char *diff_rows(struct world *w, const struct answers *all, bool notes);
