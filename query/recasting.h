/* SPDX-License-Identifier: Apache-2.0
 *
 * recasting.h - inside recast: a block in the making. Only query/recast*.c include it.
 *
 * recast.c finds out where the entries' territories lie; recast_value.c makes values of the parts that a unit gets.
 */
#pragma once
#include "query/recast.h"

struct recast_slot { /* where a unit's territory of a day lies: by unit number */
	bool have;
	int32_t from, until; /* days for which that holds */
	uint32_t number;     /* of all that were looked up: the same one is the same territory */
	struct projected p;
};
#define RECAST_COVER_PARTS 4u
struct recast_cover { /* by unit of the structure: how much of it the parts covered that it had last */
	uint32_t n, of, all;
	uint32_t parts[RECAST_COVER_PARTS]; /* slots' numbers */
};
struct recast {
	struct recast_ask ask;
	struct arena *a;             /* of the block */
	const struct series *series; /* of the block */
	size_t n_kinds, kinds_room;
	uint32_t *kinds; /* known to live on the day; heap */
	struct fraction_pool pool;
	struct recast_slot *slots;
	uint32_t n_looked; /* slots' numbers given out */
	struct recast_cover *covers;
	uint32_t *cell_of; /* by unit: index + 1 of its cell in this block */
	uint32_t *all_of;  /* by unit: its smallest parts on the day + 1; 0 = not counted */
	size_t n_entries, entries_room, n_cells, cells_room, n_rests, rests_room;
	struct recast_entry *entries; /* these three on the heap */
	struct recast_cell *cells;
	struct recast_rest *rests;
};

/* The amounts of an entry's parts by the shares of `p`; what is left in ret_rest. false = it says no number. */
bool recast_divide(struct recast *c, const struct recast_entry *e, const struct projected *p, struct amount *parts,
		   struct amount *ret_rest, bool *ret_has_rest);
void recast_value(struct recast *c, struct recast_cell *cell);
