/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose.h - inside the decompose question: why a measure changed between two points. Only query/decompose*.c
 * include it.
 *
 * The points are (v0, a0, s0) and (v1, a1, s1): what they name (a round, a period), the revision as known, the day. The
 * figures are those of the trend or count question at each point; the parts are made here, from the statements, and
 * their sum is held against the difference. The causes, in their fixed order, over what was said (additive):
 *
 *   correction    keys of v0 said both as of a0 and as of a1: new − old, each where it was in scope. Retracted ones:
 *                 −old. (A kind of missing that became a value is such a change too.)
 *   structure     what of v0, as of a1, leaves or enters the scope since borders moved: every statement flows from its
 *                 own day to the units of s1 (project.h); share in scope there − in scope then. Of everything: 0.
 *   frame         units of s1 that should report at one point only: + their v1, − what flows to them of v0. Also a unit
 *                 that ended without an heir, and one that began on no territory that had reported.
 *   response      units that should report at both points, or of whom nobody knows, with a value at one point only.
 *   definition    matched units, where the other definition was measured at v0 too (or the first one at v1): the
 *                 difference of the two at that same time.
 *   found late    keys of v0 first said after a0: +value. It completes the earlier point, so that the later causes
 *                 start from what is known of it now.
 *   real          matched units of s1: v1 − what flows to them of v0.
 *   undetermined  known to lie in several of these, not in which.
 *
 * A frame is known by name where its members are named, or where the round's area holds exactly as many units of its
 * kind as the frame counts; else it is not known, and silence is response.
 *
 * Blocks    Units of s1 that share a statement (it was divided among them) are one block, with the statements that
 *           flow to it. All parts of a block are found one by one. Where all are exact, they are its contribution:
 *           nothing is a remainder, and an error in any part shows in the sum. Where one is an interval (a rest whose
 *           division nobody knows, an interval, words that bound nothing, a unit of which only a part reported),
 *           the block's joint change is still known: what was said of it at v1 − what was said at v0, each statement
 *           in scope once.
 *
 * Least     A part's range is the sum of its intervals over all blocks. Its figure, what is certain of it, is the
 *           number in that range that is nearest to zero: nobody can show that more of it happened. What is left of
 *           the joint changes, Σ joint − Σ figures, is undetermined: it happened for certain, for one of several
 *           reasons. So a part in [−10, 0] and one in [−2, 8] that together are −2 give 0, 0 and −2 undetermined,
 *           while [−10, 0] and [2, 12] that are +2 give 0 and +2: at least that is real.
 *
 * Rates     n of N, where reorganisation has surely changed N: here structure takes what it can explain, and real is
 *           only what no reading of the borders explains. n flows as by `any`: merged units are one participant; of
 *           one that is divided each heir may be one, or none (as in arrangement.h). So n becomes any k of
 *           [k_min, k_max]; real = (n1 − k) / N1 for the k nearest to n1, structure = k / N1 − n0 / N0 for the same k,
 *           and both have the bounds that the other k give. Where the members of the frames are not known, the same
 *           with what their sizes allow, as frame.
 * Distinct  a count of sets has one unit a point; what flows to it of v0 is between the largest whole part and the sum
 *           (recast.h); so are structure and real, and the least of both is taken.
 * Counted   things that can be named are looked at one by one: at the earlier point as known then and now, at the later
 *           one. Gone by an event into others, or out of the scope with the borders (an arrangement: its participants,
 *           expressed in the units of the later day, or all of them one unit there), is structure; else it ended, which
 *           is real; and so for what came. Participants are followed as a rate's are, only that they are known. Where a
 *           list is "at least n", what is certain on record is taken apart, and a thing that may have been there at
 *           both points is undetermined. Nobody is silent in a register: response, frame (but of rates) and definition
 *           are 0.
 * Rounds    Between two rounds arrangements are those that each speaks of, and the figures those of the balance
 *           question: what the later one is silent about and nobody ended is no certain change (decompose_round.c).
 * Break     where the definition changed and no bridge was measured, real and definition of a block are each anything
 *           that the values allow, so both are 0 and the change is undetermined between these two.
 *
 * Memory    the answer's arena; fractions on GMP's heap until the answer is made.
 */
#pragma once
#include "query/answer.h"
#include "query/atom.h"
#include "query/figure.h"
#include "query/observe.h"
#include "query/point.h"
#include "query/recast.h"
#include "query/scope.h"

#define CAUSE_COUNT       (CAUSE_UNDETERMINED + 1)
#define DECOMPOSE_AMONG   20u
#define DECOMPOSE_NOWHERE UINT32_MAX /* group of what is not in scope */

/* What makes a part: a unit, or several between which it cannot be told. */
struct ledger_item {
	const char *text; /* "Tjeldsund −15" */
	bool open;        /* nobody knows how large */
	mpq_ptr size;     /* to sort by: the largest first */
};
/* One row in the making. */
struct ledger {
	uint32_t group;
	struct amounts *all, *kept;
	struct arena *a;
	unsigned places;
	struct amount part[CAUSE_COUNT]; /* ranges */
	bool fixed[CAUSE_COUNT];         /* the figure is `figure`, not the least of the range */
	mpq_ptr figure[CAUSE_COUNT];
	struct amount total; /* joint changes */
	uint32_t units[CAUSE_COUNT];
	size_t n_items[CAUSE_COUNT];
	struct ledger_item *items[CAUSE_COUNT];
	size_t n_notes[CAUSE_COUNT], notes_room[CAUSE_COUNT];
	const char **notes[CAUSE_COUNT];
	/* the block at hand */
	struct amount now, then; /* said of it at the points, in scope */
	struct amount share[CAUSE_COUNT];
	bool has[CAUSE_COUNT];
};

struct decompose {
	struct answer *r;
	const struct msg_decompose_question *q;
	struct point from, to;
	struct amounts *all;
	struct amounts *kept; /* of the rows: not given back while blocks are */
	unsigned places;
	uint32_t n_units;
	struct scope *scope;
	struct msg_unit_ref *refs; /* units of the scope, by id */
	const struct msg_indicator *def, *def_to;
	uint32_t rounds[2]; /* that the figures of the points are of: named, or the only one; 0 = none, or several */
	struct msg_decompose_answer *head;
};

/* decompose_ledger.c */
const char *ledger_amount(struct arena *a, const struct amount *x, unsigned places); /* "+5", "−3 to 8" */
struct ledger *ledger_new(struct decompose *d, uint32_t group);
void ledger_block(struct ledger *l); /* begin one */
/* `sign` times x of the block's cause. `unit` 0: nothing to name. */
void ledger_put(struct ledger *l, enum cause c, const struct amount *x, int sign);
void ledger_name(struct decompose *d, struct ledger *l, enum cause c, uint32_t unit, uint32_t more, int32_t day,
		 const struct amount *x, int sign);
void ledger_tell(struct ledger *l, enum cause c, uint32_t units, const char *text); /* without a figure of its own */
void ledger_now(struct ledger *l, const struct amount *x);
void ledger_then(struct ledger *l, const struct amount *x);
void ledger_block_end(struct ledger *l);
void ledger_note(struct ledger *l, enum cause c, const char *text); /* once each */
void ledger_fix(struct ledger *l, enum cause c, mpq_srcptr figure);
void ledger_row(struct decompose *d, struct ledger *l, const struct amount *from, const struct amount *to,
		struct msg_decompose_row *row);
void amount_add(struct amount *sum, const struct amount *x, int sign);
/* Between 0 and x (which may be negative, or open). `free_` = parts may be larger than the whole. */
void amount_some(struct amount *x, bool may_be_negative);

/* decompose.c: the scope. The group that a unit is in at a day, as of the view: DECOMPOSE_NOWHERE = not in scope, 0 =
 * in it and in no group. */
uint32_t decompose_group(struct decompose *d, uint32_t unit, int32_t day);
bool decompose_may_be_negative(const struct decompose *d);

/* What a point's question answered for one group. */
struct decompose_figure {
	uint32_t group; /* 0 = all */
	bool has;       /* there is a figure */
	struct amount x;
	const char *refused; /* why there is none; NULL = there is one, or nothing was said */
	struct msg_figure told;
	const char *round;
	uint32_t frame; /* 0 = unknown */
	uint32_t n_missing;
	const char *note;
};
struct decompose_figures {
	size_t n, room;
	struct decompose_figure *list;
};
/* decompose_point.c */
enum err decompose_trend(struct decompose *d, const struct point *p, const char *indicator, enum measure m,
			 struct decompose_figures *ret) MUST_CHECK;
/* What a figure says as an amount; false: it is no number. */
bool decompose_amount(struct decompose *d, const struct msg_figure *f, struct amount *ret);
/* COUNT of what is counted, by group. */
enum err decompose_count_figures(struct decompose *d, const struct point *p, enum counted counted,
				 struct decompose_figures *ret) MUST_CHECK;
uint32_t decompose_round(struct decompose *d, const struct point *p, const struct decompose_figures *list);
struct decompose_figure *figure_of(struct decompose_figures *list, uint32_t group); /* NULL = none */
/* Who should have reported at a point. */
struct frame_known {
	bool known;
	size_t n;
	uint32_t *units; /* ascending */
	uint32_t size;   /* 0 = unknown */
	const char *how; /* for notes */
};
enum err decompose_frame(struct decompose *d, const struct point *p, uint32_t round,
			 struct frame_known *ret) MUST_CHECK;
bool frame_has(const struct frame_known *f, uint32_t unit);
int frame_by_number(const void *a, const void *b); /* of qsort() */
/* How each frame is known, as notes of the answer. */
enum err decompose_frame_notes(struct decompose *d, const struct frame_known frames[2]) MUST_CHECK;

/* decompose_sum.c: one row; NULL figures: nothing was said */
enum err decompose_group_row(struct decompose *d, uint32_t group, struct ledger *l, struct decompose_figure *from,
			     struct decompose_figure *to) MUST_CHECK;
/* decompose_sum.c, decompose_rate.c, decompose_count.c: all rows */
enum err decompose_indicator(struct decompose *d) MUST_CHECK;
enum err decompose_rate(struct decompose *d) MUST_CHECK;
enum err decompose_counted(struct decompose *d) MUST_CHECK;
