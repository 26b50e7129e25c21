/* SPDX-License-Identifier: Apache-2.0
 *
 * network.h - inside the network question. Only query/network*.c include it.
 *
 * Of each date network.c keeps the arrangements asked for; network_pair.c counts who meets whom in them;
 * network_set.c finds the sets of participants, and the arrangements that cross a border; network_unit.c adds up what
 * each unit is in.
 */
#pragma once
#include "query/arrangement.h"
#include "query/filter.h"
#include "query/scope.h"

struct network_pair {
	uint32_t a, b; /* numbers, ascending; 0 = an empty place */
	uint32_t arrangements, possible;
};
struct network_pairs { /* heap: a table of places, at most half of them taken */
	size_t n, room;
	struct network_pair *list;
};
struct network_arrangement {
	const struct arrangement *x; /* participants of the kind asked for only */
	bool certain;
	bool crosses;
	uint32_t set; /* number of its constellation + 1; 0 = none */
};
struct network {
	struct answer *r;
	const struct msg_network_question *q;
	bool pairs, constellations, crossing, per_unit;
	struct filter *where;
	struct scope *scope, *border; /* border NULL = not asked */
	uint32_t kind;                /* SPACE_TERM; 0 = any */
	struct atoms *atoms;
	int32_t structure;
	size_t n_days, days_room;
	int32_t *days; /* ascending */
	/* of the date at hand */
	struct arena *work;
	size_t n_called;
	struct network_called {
		const char *id, *name; /* NULL = not looked up yet */
	} * called;                    /* by unit; NULL = none yet */
	int32_t day, place;            /* place: the day in whose units participants stand */
	const char *date;
	size_t n, room;
	struct network_arrangement *list;
	struct network_pairs met;
	uint32_t open_lists, internalised, unsure, may_cross, silent;
};
const char *network_name(struct network *w, uint32_t unit);
const char *network_id(struct network *w, uint32_t unit);

/* network_pair.c */
enum err network_meet(struct network *w) MUST_CHECK; /* fills w->met */
enum err network_put_pairs(struct network *w) MUST_CHECK;
void network_pairs_free(struct network_pairs *p);

/* network_set.c */
void network_sets(struct network *w);                   /* numbers constellations */
enum err network_borders(struct network *w) MUST_CHECK; /* which cross */
enum err network_put_sets(struct network *w) MUST_CHECK;
enum err network_put_crossings(struct network *w) MUST_CHECK;

/* network_unit.c */
enum err network_put_units(struct network *w) MUST_CHECK;
