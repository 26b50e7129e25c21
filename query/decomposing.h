/* SPDX-License-Identifier: Apache-2.0
 *
 * decomposing.h - inside the decomposition of an indicator: statements, where they flow, and blocks of them. Only
 * query/decompose_*.c include it.
 */
#pragma once
#include "query/decompose.h"

/* v0; v1; the bridges: the later definition at v0, the earlier one at v1. */
enum side_of { SIDE_FROM, SIDE_TO, SIDE_BRIDGE_FROM, SIDE_BRIDGE_TO, SIDES };

/* What is said of one unit. */
struct key {
	uint32_t unit;
	int32_t day_then, day;      /* whose unit it is */
	bool said_then, said;       /* a statement stands, as of a0 and as of a1 */
	bool then, now;             /* and has a value */
	bool known_before;          /* something was said under the key by a0 */
	struct num n_then, n;       /* where they are exact */
	struct amount x_then, x;    /* words are an interval without an upper end */
	bool same;                  /* both the same */
	uint32_t group_then, group; /* at its own day */
	uint64_t rev;
	struct slice value;
	uint32_t ref, round;
};
/* What is known to go where. */
struct flow {
	uint32_t key, target; /* target 0 = to no unit */
	struct amount x;
};
/* What lies among several, and nobody knows how. */
struct rest {
	uint32_t key;
	size_t n;
	const uint32_t *targets;
	struct amount x;
};
struct side {
	const struct msg_indicator *def;
	const struct point *p;
	struct recast *recast;
	struct series series;
	size_t n_keys, keys_room, n_flows, flows_room, n_rests, rests_room;
	struct key *keys;
	struct flow *flows;
	struct rest *rests;
	uint32_t *cell_of; /* by unit: index + 1 of its cell */
};
struct decomposing {
	struct decompose *d;
	struct atoms *atoms;
	bool negative;
	struct side sides[SIDES];
	struct frame_known frames[2];
	uint32_t *group;  /* by unit: at s1; NOT_LOOKED */
	uint32_t *parent; /* union-find over units, then the keys of each side */
	uint32_t node_of[SIDES];
	uint32_t n_nodes;
	struct breaks {
		size_t n;
		uint64_t *list; /* revisions of the definition that call themselves a break */
	} breaks[2];            /* of the definition of the earlier point, and of the later one */
	bool other_definition;
	uint32_t *ledger_of; /* by group: index + 1 */
	size_t n_ledgers, ledgers_room;
	struct group_ledger {
		uint32_t group;
		struct ledger *l;
	} * ledgers;
};

/* decompose_read.c */
enum err decomposing_read(struct decomposing *x) MUST_CHECK;
void decomposing_free(struct decomposing *x);
uint32_t decomposing_root(struct decomposing *x, uint32_t node);
uint32_t decomposing_group(struct decomposing *x, uint32_t unit);                 /* at s1 */
bool decomposing_has(const struct decomposing *x, enum side_of s, uint32_t unit); /* anything flows to it */
const struct recast_cell *decomposing_cell(const struct decomposing *x, enum side_of s, uint32_t unit);
struct ledger *decomposing_ledger(struct decomposing *x, uint32_t group);
enum err decomposing_too_many(struct decomposing *x) MUST_CHECK; /* groups */
/* Is one of the breaks behind a statement of one revision, and not behind one of the other? */
bool decomposing_broken(const struct breaks *b, uint64_t rev, uint64_t other);
/* decompose_sum.c: ERR_NOT_FOUND where nobody says a value at one of the points, anywhere. */
enum err decompose_both_said(const struct decomposing *x) MUST_CHECK;
/* decompose_block.c */
/* What is known otherwise now of one statement about the earlier point. */
void decomposing_correct(struct decomposing *x, struct ledger *l, uint32_t group, const struct key *k);
/* Of a unit of which one point says nothing, or not all: should the rest have reported there? `said`, by the atoms of
 * the unit: what it speaks of; NULL = nothing. */
bool decomposing_framed(struct decomposing *x, enum side_of other, uint32_t unit, const bool *said);
/* All blocks into the ledgers of their groups. */
enum err decomposing_blocks(struct decomposing *x) MUST_CHECK;
/* decompose_single.c: of indicators that do not add up: one unit a group */
enum err decomposing_single(struct decomposing *x) MUST_CHECK;
