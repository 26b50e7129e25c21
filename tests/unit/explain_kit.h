/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_kit.h - a world whose figures are explained.
 *
 *   North: Bodo, Rana, Vega (2014)      2018: Rissa + Leksvik -> Indre       2020: Snill -> Heim 3/5, Hitra 2/5
 * (weights) South: Rissa, Leksvik, Snill                                             2020: Old -> East, West (no
 * weights)
 *
 * Each figure has a revision of its own, so that it has to be found there.
 */
#pragma once
#include "tests/unit/history.h"

void x_town(struct world *w, const char *id, const char *county, const char *from, const char *to);
void x_say(struct world *w, const char *series, const char *unit, const char *period, const char *value);
void x_lay(struct world *w);
struct msg_explain_answer *x_explain(struct world *w, struct msg_explain_question *q);
/* One measure of a trend. */
struct msg_trend_question x_question(struct world *w, const char *indicator, const char *group_by, enum measure m);
bool x_told(const char *const *list, size_t n, const char *part); /* in one of the texts */
