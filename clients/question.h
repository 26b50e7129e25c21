/* SPDX-License-Identifier: Apache-2.0
 *
 * question.h - from the line to a question: for the command that asks it, and for `explain`, which asks about one of
 * its figures with the same options.
 */
#pragma once
#include "clients/show_trend.h"

/* ERR_INVALID with a sentence: wrong usage. */
enum err question_trend(struct run *r, const char *indicator, struct msg_trend_question *ret, struct show_trend *show,
			struct why *why) MUST_CHECK; /* cmd_trend.c */
/* `what` is units, arrangements, links or participants; `type` (may be NULL) that of the links. */
enum err question_count(struct run *r, const char *what, const char *type, struct msg_count_question *ret,
			struct show_trend *show, struct why *why) MUST_CHECK; /* cmd_count.c */
/* `what` is an indicator, or units, arrangements, participants; --from and --to are its points. */
enum err question_decompose(struct run *r, const char *what, struct msg_decompose_question *ret,
			    struct why *why) MUST_CHECK; /* cmd_decompose.c */
/* `what` is an indicator, or units, arrangements; --from and --to are its points. */
enum err question_balance(struct run *r, const char *what, struct msg_balance_question *ret,
			  struct why *why) MUST_CHECK; /* cmd_balance.c */
enum err question_quality(struct run *r, struct msg_quality_question *ret,
			  struct why *why) MUST_CHECK; /* cmd_quality.c */
/* Units are the arguments from the first on. */
enum err question_network(struct run *r, int first, struct msg_network_question *ret,
			  struct why *why) MUST_CHECK; /* cmd_network.c */
