/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_projecting.h - inside the projection of a trend. Only query/trend_project.c and trend_place.c include it.
 */
#pragma once
#include "query/trend_measuring.h"

struct taken {
	struct recast_entry e;
	const char *choice; /* NULL = there was none */
	uint32_t key;       /* trend.at_key */
};
struct trend_still {
	uint32_t group; /* 0 = not looked up; see trend_project_still.c */
	int32_t from;   /* the first day of which that holds */
	uint32_t kind;
};
/* A figure of a unit that stood still, whole, in a trend by unit: its row in the making. */
struct trend_flat {
	uint32_t next;  /* of the unit, the one before: index + 1 */
	uint32_t block; /* series, reference, round and places */
	int64_t digits;
};
struct flat_block;
struct trend_flats {
	bool on;
	size_t n, room;
	struct trend_flat *list; /* heap */
	uint32_t *newest;        /* by unit: index + 1 */
	const char **ids;        /* by unit; NULL = looked up singly */
	uint32_t n_blocks;
	size_t blocks_room;
	struct flat_block *blocks;
};
/* What the units of a group that stood still add up to in the block at hand: whole numbers, behind the first. */
struct trend_still_sum {
	uint32_t block, round, kind, n;
	int64_t whole;
	uint64_t rev_min, rev_max;
	struct trend_run run; /* the last of its units; those before are in trend_project.runs */
};
struct trend_still_run {
	uint32_t group;
	struct trend_run run;
};
struct trend_project {
	struct trend_still_sum *sums; /* by group; heap */
	uint32_t block;               /* of them, from 1 */
	size_t n_summed;
	uint32_t *summed; /* groups that have one in this block */
	size_t n_runs, runs_room;
	struct trend_still_run *runs; /* of the block; heap */
	struct trend_flats flats;
	struct trend_still *still; /* by unit; NULL: everything is projected */
	bool same_units;           /* only groups are of another day */
	uint32_t n_ghosts, ghost;  /* figures of units without a life, left out; the first such unit */
	int32_t day, group_day;
	uint32_t basis;
	const char *unweighted; /* basis_why() */
	struct atoms *atoms;
	struct recast *recast;
	size_t n_taken, taken_room;
	struct taken *taken; /* of the series; heap */
	size_t block_from;   /* of them */
	uint8_t *whole;      /* by unit: a block knew all its parts */
	uint32_t series;
	size_t n_sets, sets_room;
	struct trend_set *sets;
	uint32_t block_room; /* of t->block */
	size_t n_fractions, fractions_room;
	mpq_ptr *fractions;                /* of rows: cleared at the end */
	struct unit_list targets, sources; /* asked for, without subtrees */
	bool only_sources;
	uint32_t *all; /* by group: of one kind */
	uint32_t all_kind;
};
struct trend_groups {
	size_t n, room;
	uint32_t *list;
};

/* trend_project_still.c */
void trend_still_begin(struct trend *t); /* what is asked allows it */
/* false = it has to be projected; *ret is then left as it is */
bool trend_project_still(struct trend *t, const struct stated *one, int32_t day, enum err *ret);
void trend_still_block(struct trend *t, uint32_t ref); /* all cells of the block are in: sums go to their rows */

/* trend_flat.c */
enum err trend_flat_add(struct trend *t, uint32_t series, const struct stated *one, struct num n) MUST_CHECK;
void trend_flat_free(struct trend *t);

/* trend_place.c: from units of the structure to rows */
bool trend_asked(struct trend *t, const struct unit_list *l, uint32_t unit, int32_t day); /* in the list, or inside */
bool trend_target_wanted(struct trend *t, uint32_t unit, int32_t day);
bool trend_cell_wanted(struct trend *t, const struct recast_cell *cell);
enum err trend_groups_of(struct trend *t, uint32_t unit, int32_t day,
			 struct trend_groups *g) MUST_CHECK; /* adds to g */
void trend_row_revision(struct trend_row *row, uint64_t rev);
struct trend_row *trend_row_at(struct trend *t, uint32_t group, uint32_t ref, uint32_t round);
enum err trend_row_add(struct trend *t, struct trend_row *row, const struct recast_cell *cell) MUST_CHECK;
enum err trend_put_cell(struct trend *t, const struct recast_cell *cell, uint32_t ref, uint32_t round) MUST_CHECK;
enum err trend_put_rest(struct trend *t, const struct recast_rest *rest, uint32_t ref, uint32_t round) MUST_CHECK;
void trend_sum_note(struct trend *t, struct trend_sum *s, const char *text);
const char *trend_entry_name(struct trend *t, uint32_t entry); /* until the block ends */
