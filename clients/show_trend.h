/* SPDX-License-Identifier: Apache-2.0
 *
 * show_trend.h - what all questions have in common that are answered with a TrendAnswer: their rows, shown, and the
 * options that mean the same in each.
 */
#pragma once
#include "clients/command.h"

#define SHOW_MEASURES_MAX 11

struct show_trend {
	size_t n_measures;
	enum measure *measures; /* as asked */
	bool moved;             /* in another structure: methods, coverage and bounds have columns */
};
/* Rows and notes in the format asked for; the exit status. */
int show_trend(struct run *r, struct msg_query_reply *const *parts, size_t n, const struct show_trend *t);

/* --measure, or `otherwise`. */
enum err show_trend_measures(struct run *r, const char *otherwise, struct show_trend *t, struct why *why) MUST_CHECK;
/* --in gives whole subtrees, --unit single units; a question knows one of the two. */
enum err show_trend_units(struct run *r, bool *ret_subtree, struct msg_unit_ref **ret, size_t *ret_n,
			  struct why *why) MUST_CHECK;
