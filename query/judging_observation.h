/* SPDX-License-Identifier: Apache-2.0
 *
 * judging_observation.h - inside the judging of figures: one observation, what stands under its key, what this message
 * has said of it. Only judge_observe.c, judge_standing.c, judge_sum.c and judge_report.c include it.
 *
 * A key is (series, ref, unit), a series being an indicator with its categories.
 * Memory  the message's arena.
 */
#pragma once
#include "query/judging.h"

/* One observation with everything it names found. */
struct taken {
	const struct msg_observation *m;
	size_t index;
	const struct indicator_info *ind;
	struct when period;
	uint32_t series, ref, unit;
	const char *period_text, *locator;
	bool full; /* as many as may stand under the key stand there: with which it is in conflict is not told */
};

#define OBS_PATH(c, t, field) PATH(c, "submission.observations[%zu]%s", (t)->index, field)

/* One statement that stands under a key, or stood: `value` is NULL when it was retracted. */
struct standing {
	uint32_t src;
	uint16_t seq;
	uint64_t rev;
	uint8_t status;
	const struct msg_value *value;
	const char *locator;
};

/* An observation of this message, to find repeats and to add up parts. */
struct said_obs {
	uint32_t series, ref, unit;
	uint32_t old_src; /* what it corrects or confirms; 0 = nothing */
	uint16_t old_seq, seq;
	enum observation_status status;
	size_t index; /* in submission.observations */
	const struct msg_value *value;
	const char *locator;
	struct said_obs *chain;
};

/* judge_standing.c */
void standing_begin(struct judging *c, size_t n); /* before the first of n observations */
/* What stands under the key, of all sources, with what was retracted: read from the view. */
size_t read_standing(struct judging *c, const struct taken *t, struct standing **ret);
/* The same as it was before the message: read once. */
size_t standing_of(struct judging *c, const struct taken *t, struct standing **ret);
/* Of this message: the first of a chain of keys that share a place; compare series, ref and unit. */
struct said_obs **said_slot(struct judging *c, uint32_t series, uint32_t ref, uint32_t unit);
/* The figure that this message says; what it says is in conflict with it only where there is no other. NULL = none. */
const struct said_obs *said_find(struct judging *c, uint32_t series, uint32_t ref, uint32_t unit);
void said_add(struct judging *c, const struct taken *t, uint16_t seq, const struct standing *old);
/* Has this message corrected or confirmed that statement already? */
bool said_of(struct judging *c, const struct taken *t, const struct standing *old);

/* judge_sum.c: do printed totals and the parts of this message agree? A warning where they do not. */
void check_sums(struct judging *c, const struct msg_submission *m);

/* judge_report.c: what a complete report does not say again is retracted. */
void complete_report(struct judging *c);
