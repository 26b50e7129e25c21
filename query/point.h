/* SPDX-License-Identifier: Apache-2.0
 *
 * point.h - one of the two points that a question of change compares: which day, which observations, as known when.
 *
 * The day is valid_at, else the reference day of the round or the period (when_reference_day()), else today. A point
 * that names a round or a period stands for its observations; one that does not, for what its day holds.
 */
#pragma once
#include "query/answer.h"

struct point {
	int32_t day;
	uint64_t rev;                /* as known as of it */
	uint32_t round;              /* SPACE_ROUND; 0 = not named */
	const struct msg_round *def; /* of the round; NULL = none */
	uint32_t ref;     /* SPACE_REF; 0 = not named, or nothing was ever said about it (then `when` is set) */
	struct when when; /* of the period or the round's reference; WHEN_NONE = a day only */
	const char *text; /* for people: "2014-03", "2020-06-30" */
	const struct msg_point *said; /* as asked */
	const struct msg_point *told; /* as settled, for answers: day, round, period, revision */
};
bool point_is_day(const struct point *p); /* it names neither a round nor a period */
/* ERR_INVALID for a time that is not a day, a period nobody can read, as_of given twice; ERR_NOT_FOUND for a round, tag
 * or revision that is not there. `what` ("from", "to") names the field; NULL `said` is ERR_INVALID. The round is looked
 * up as of the point's own revision; the view is left as it was. Memory: r->a. */
enum err point_settle(struct answer *r, const struct msg_point *said, const char *what, struct point *ret) MUST_CHECK;
/* From the earlier to the later, in the world and in knowledge: else nobody could say which of the two corrects the
 * other, nor what is found late. ERR_INVALID with what to do about it. */
enum err point_order(struct answer *r, const struct point *from, const struct point *to) MUST_CHECK;
