/* SPDX-License-Identifier: Apache-2.0
 *
 * show_cross.h - a count by two groupings as a table for people: the second one across.
 */
#pragma once
#include "clients/show_trend.h"

#define CROSS_COLUMNS_MAX 12u /* groups across; more of them are rows */

/* Is the answer such a table: one measure, as it comes, with few groups across? */
bool show_cross_wanted(const struct run *r, const struct msg_trend_answer *last, const struct show_trend *t);
void show_cross(struct run *r, struct msg_query_reply *const *parts, size_t n, const char *title);
