/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_kit.h - questions about trends, and the rows and figures of their answers.
 */
#pragma once
#include "tests/unit/history.h"

/* One measure of an indicator, with one decimal. */
struct msg_trend_question t_ask(struct world *w, const char *indicator, const char *group_by, enum measure m);

/* These measures of it, with one decimal. */
struct msg_trend_question t_ask_these(const char *indicator, enum measure *measures, size_t n);
/* A count of municipalities m:0, m:1 …, whose names are M0, M1 … */
void t_towns(struct world *w, const char *indicator, int n);

void t_wrong(struct world *w, struct msg_trend_question *q, enum err e, const char *text); /* it is refused so */

bool t_listed(const char *const *list, size_t n, const char *text); /* one of them has the text in it */
bool t_noted(const struct msg_trend_row *row, const char *text);
bool t_noted_whole(const struct msg_trend_row *row, const char *text); /* a note that is that text */
/* The row of that group that is not among several; period NULL = any. */
const struct msg_trend_row *t_row(const struct msg_trend_answer *t, const char *group, const char *period);
const struct msg_figure *t_figure(const struct msg_trend_row *row, enum measure m);
const char *t_told(const struct msg_trend_row *row, enum measure m); /* as shown, or why it is refused */
/* "group|name|period|first figure" a line. */
const char *t_rows(struct world *w, const struct msg_trend_answer *t);
