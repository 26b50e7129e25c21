/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_causes.h - inside the explain question: the parts of a decomposition made once more. Only
 * query/explain_cause*.c and explain_decompose.c include it.
 *
 * Which cause is which, the rules at the head of decompose.h say; this is another hand that follows them. Every
 * statement, or thing counted, of both points is looked at by itself: what of it belongs to which cause, between which
 * ends. There are no blocks: ranges are added up over all of them, and what is undetermined is the whole change less
 * what is certain of each cause.
 */
#pragma once
#include "query/explaining.h"
#include "query/point.h"
#include "query/scope.h"

#define CAUSES (CAUSE_UNDETERMINED + 1)

struct causes {
	struct explain *x;
	const struct msg_decompose_question *q;
	const struct point *from, *to;
	struct scope *scope;
	struct msg_unit_ref *refs; /* the scope, by ids */
	const char *key;           /* of the row: its group's id */
	uint32_t group;            /* 0 = all, or in none */
	struct span part[CAUSES];
	mpq_ptr fixed[CAUSES];      /* the figure, where it is not what is least of the range; NULL = it is */
	struct span then, now;      /* what was said of the two points, each as known at it */
	const char *untold[CAUSES]; /* why it is not made once more; NULL = it is */
	size_t n_told, told_room;
	struct cause_told {
		struct explain *y;
		struct contributor *k;
		uint32_t target; /* the unit of the later point that it counts in; 0 = none */
		struct span adds;
	} * told;
};

/* explain_cause.c */
/* One cause of the row, made once more; or (CAUSE_UNSPECIFIED) the whole change, of all that was said. */
enum err explain_cause(struct explain *x, const struct msg_decompose_row *row, const struct point *from,
		       const struct point *to, struct msg_unit_ref *refs) MUST_CHECK;
bool causes_in(struct causes *c, uint32_t unit, int32_t day); /* in the row's group, as of the view */
/* Between zero and s; of what may be negative anything. */
struct span causes_some(struct causes *c, const struct explain *y, const struct span *s);
void causes_put(struct causes *c, enum cause cause, const struct span *s, int sign);
/* What was said of a point, as known at it; told where the whole change is asked for. */
void causes_point(struct causes *c, struct explain *y, struct contributor *k, const struct span *s, int sign);
/* The same of a statement, which is told where this cause is asked for. */
void causes_say(struct causes *c, enum cause cause, struct explain *y, struct contributor *k, uint32_t target,
		const struct span *s, int sign);

/* explain_cause_read.c: what is said of the points, and where it lies at the later one */
enum { POINT_THEN, POINT_FROM, POINT_TO, POINTS }; /* the earlier as known then, and as known now; the later */
/* Where another definition continues the first: what it says of the earlier point, and the first of the later. */
enum { BRIDGE_FROM = POINTS, BRIDGE_TO, READINGS };
struct causes_frame {
	bool known; /* by name */
	size_t n;
	uint32_t *units; /* ascending */
};
struct causes_read {
	struct causes *c;
	struct explain y[READINGS];
	bool other; /* definition at the later point */
	struct causes_breaks {
		size_t n, room;
		uint64_t *list; /* revisions of the definition that are not comparable with what was before */
	} breaks[2];            /* of the earlier point's, of the later point's */
	uint32_t *group;        /* by unit: 1 + is it in the row's group at the later point; 0 = not looked up */
	struct causes_frame frames[POINTS];
};
enum err causes_read(struct causes *c, struct causes_read *ret) MUST_CHECK;
/* The revision under whose definition a statement was made; and whether a break came between two of them. */
uint64_t causes_under(const struct causes_read *s, const struct statement *of);
bool causes_broken(const struct causes_read *s, bool later, uint64_t rev, uint64_t other);
void causes_read_free(struct causes_read *s);
/* What it says; words lie between open ends. false: it is missing. */
bool causes_number(struct causes_read *s, struct explain *y, const struct contributor *k, struct span *ret);
bool causes_in_now(struct causes_read *s, uint32_t unit);               /* at the later point */
bool causes_was_in(struct causes_read *s, const struct contributor *k); /* at its own day, as known now */
/* Which of the unit's smallest parts at the later point somebody speaks of: units[i] on days[i]. */
bool *causes_spoken(struct causes_read *s, uint32_t unit, const uint32_t *units, const int32_t *days, size_t n,
		    size_t *ret_n);
/* Of a unit, or the parts of it that `said` (NULL = none) does not cover: should it have reported at the other point? */
bool causes_framed(struct causes_read *s, int other, uint32_t unit, const bool *said);
/* Was anything said of the unit by the revision of the earlier point, even if it did not stand then? */
bool causes_said_before(struct causes_read *s, uint32_t unit);
/* Corrections, and what was found late. */
void causes_corrected(struct causes_read *s);

/* explain_cause_sum.c, explain_cause_single.c: of an indicator that is additive over units; of any other */
enum err causes_sum(struct causes *c) MUST_CHECK;
enum err causes_single(struct causes *c) MUST_CHECK;
/* explain_cause_rate.c: of a percentage of a frame, or of another indicator */
enum err causes_rate(struct causes *c) MUST_CHECK;
/* explain_cause_reach.c: of units, some of which take part, what their heirs at a later day are. */
struct causes_reach {
	struct explain *x;
	int32_t from_day, to_day;
	size_t n_from, n_to;
	const uint32_t *from, *to;
	/* made */
	bool *leads;   /* [source * n_to + target]: some of its territory lies there */
	bool *whole;   /* by source: all of it lies in one unit */
	bool *outside; /* by target: it has territory of none of the sources */
};
enum err causes_reach(struct causes_reach *s) MUST_CHECK;
/* Between which numbers of targets take part where `n` of the sources do, and nobody knows which. false: too many were
 * divided among the same targets to try them all. */
bool causes_reach_any(const struct causes_reach *s, uint32_t n, uint32_t *ret_min, uint32_t *ret_max);
/* The same of those that take part, who are known. */
void causes_reach_who(const struct causes_reach *s, const bool *who, uint32_t *ret_min, uint32_t *ret_max);
/* explain_cause_participant.c: of units that take part in arrangements */
enum err causes_participants(struct causes *c) MUST_CHECK;
/* explain_cause_count.c: of units and arrangements */
enum err causes_count(struct causes *c) MUST_CHECK;
