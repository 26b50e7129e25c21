/* SPDX-License-Identifier: Apache-2.0
 *
 * atom_inner.h - what the files behind atom.h and project.h share. Nobody else includes it.
 *
 * A node is a territory: the first one of a unit, whose number is the unit's own, or a piece of a node that was cut
 * (PIECE and its place). A node that was never cut is an atom. Nodes that never moved and were never cut exist only
 * as their number. A unit's versions are the lists of nodes that it held from a day on, as they were then; what was
 * cut later is found by going down. Who holds an atom on a day is found by going up, since only moves are written.
 */
#pragma once
#include "base/num.h"
#include "query/atom.h"
#include "query/roster.h"
#include "query/same.h"

#define PIECE      0x80000000u
#define ATOMS_MAX  (4u << 20) /* pieces of all; more stick as ERR_TOO_LARGE */
#define MOVES_MAX  (8u << 20) /* of all pieces, and what all versions list; likewise */
#define WORKED_MAX 8u         /* rooms for others */

struct list {
	uint32_t *at;
	size_t n, room;
};
void list_add(struct list *l, uint32_t number);
void list_sort(struct list *l); /* ascending, without repeats */
void list_free(struct list *l);
#define AUTO_LIST __attribute__((cleanup(list_free)))
bool list_has(const uint32_t *sorted, size_t n, uint32_t number, size_t *ret_at); /* ret_at may be NULL */

struct shares { /* add up to 1 */
	struct shares *next;
	size_t n;
	mpq_t *q;
};
struct node {
	uint32_t parent;             /* 0 = a first territory */
	uint32_t first, n;           /* its pieces; 0 = it is an atom */
	uint32_t entry;              /* its newest move; 0 = never on its own */
	const struct shares *shares; /* of the pieces; NULL = unknown */
};
struct entry {
	int32_t day;
	uint32_t unit, older;
};
/* The weights of an event told how much of a unit's territory these groups of its nodes are. */
struct grouping {
	struct grouping *next;
	struct version *of;
	const struct shares *shares;
	struct list *groups; /* as many as shares */
};
struct version {
	int32_t day; /* from when on */
	size_t n;
	uint32_t *nodes;
	size_t n_leaves;
	uint32_t *leaves; /* NULL until asked for */
};
/* A unit that an event touched. */
struct holding {
	uint32_t unit;
	struct node node; /* its first territory */
	struct list set, incoming;
	size_t n_versions, versions_room;
	struct version **versions;
	/* While a day is applied: */
	int32_t today;
	bool begun, newborn, moved, gave, done;
	size_t first_flow, n_flows, waiting;
};
struct life {
	struct when from, to;
	uint32_t kind, ended_by;
	bool more; /* another one of the unit follows */
};
struct weight {
	uint32_t event, from, to;
	struct num value;
	uint64_t rev;
};
/* An event of which nobody can say whether it had come: from its first day to the day before its last. */
struct unsure {
	uint32_t event;
	int32_t from, to; /* to: it has come for certain; WHEN_DAY_MAX = never */
};
struct memo {
	uint32_t unit;
	int32_t day;
	uint32_t what; /* 0 = free */
	uint32_t number;
	size_t n;
	const uint32_t *list;
};

struct atoms {
	struct view *v;
	struct arena *a;
	bool kept; /* kept.c: another question may want it */
	size_t n_held, held_room;
	struct holding **held;
	uint32_t *slot; /* by unit: its place in held + 1 */
	size_t slots;
	size_t n_pieces, pieces_room;
	struct node *pieces;
	size_t n_entries, entries_room;
	size_t n_listed; /* nodes, by all versions */
	struct entry *entries;
	size_t n_unsure, unsure_room;
	struct unsure *unsure;
	struct shares *shares;
	struct grouping *groupings, **groupings_end;
	size_t n_weights, weights_room;
	struct weight *weights;
	size_t n_same;
	struct same *same; /* by unit */
	struct roster *roster;
	/* What was looked up; after LOOKUPS single ones everything is read at once. */
	uint32_t *life_at; /* by unit: 0 = not looked up, 1 = none, else its place in lives + 2 */
	uint8_t *parts_at; /* by unit: 0 = not looked up, 1 = none, 2 = has some on some day */
	size_t units;
	unsigned life_lookups, parts_lookups;
	bool lives_read, parts_read;
	size_t n_lives, lives_room;
	struct life *lives;
	bool moving_read;
	size_t n_moving;
	uint32_t *moving; /* kinds that events move */
	size_t n_memos, memos_room;
	struct memo *memos;
	size_t n_worked;
	struct worked {
		struct atoms_worked of;
		void *room;
	} worked[WORKED_MAX];
	uint32_t **numbers; /* the lists of one number, by its upper bits */
	size_t n_numbers;
};

struct flow {
	int32_t day;
	uint32_t event, from, to, territory; /* as on record */
	uint32_t source, target;             /* the first ones of their identities */
	bool part;
	const char *id; /* of the event */
};
struct build {
	struct atoms *t;
	size_t n_flows, flows_room;
	struct flow *flows;
	struct list today, queue; /* places in held */
};

/* atom_life.c: lives and parts, remembered */
uint32_t unit_first(const struct atoms *t, uint32_t unit);
/* The unit, or one that is the same, that lives then (certain before possible, then the lowest); 0 = none. */
uint32_t unit_living(struct atoms *t, uint32_t unit, int32_t day, struct life *ret);
enum truth unit_itself_living(struct atoms *t, uint32_t unit, int32_t day, struct life *ret); /* no other one */
bool unit_lives_once(struct atoms *t, uint32_t unit);                 /* it has one life, and not several */
bool unit_lived_before(struct atoms *t, uint32_t first, int32_t day); /* and on the day before */
bool unit_survives(struct atoms *t, uint32_t first, int32_t day, uint32_t event, bool newborn);
bool unit_has_parts(struct atoms *t, uint32_t unit);
struct memo *memo_find(struct atoms *t, uint32_t unit, int32_t day, uint32_t what, bool *ret_new);
/* Walk all rows of a table of edges or, with a type, links. */
typedef bool scan_f(void *arg, const struct fact *f); /* false = stop */
void scan(struct atoms *t, enum table tab, uint8_t type, scan_f *fn, void *arg);

/* atom_read.c */
void atoms_read(struct build *b, uint32_t basis); /* flows by day, source and id of the event */
const struct num *weight_of(const struct atoms *t, uint32_t event, uint32_t from, uint32_t to); /* NULL = none */

/* atom_build.c */
void atoms_build(struct atoms *t, uint32_t basis);
struct holding *holding_of(const struct atoms *t, uint32_t first);
struct node *node_of(const struct atoms *t, uint32_t id); /* NULL = untouched */

/* atom.c */
size_t atoms_heap(const struct atoms *t); /* bytes that it holds beside its arena, about */
void node_leaves(const struct atoms *t, uint32_t id, struct list *ret);
void version_leaves(struct atoms *t, struct version *v);
/* The version that holds what the unit had then; NULL = its untouched first territory, or nothing (*ret_none). */
struct version *version_at(struct atoms *t, uint32_t unit, int32_t day, bool *ret_none);
/* The units without parts that make up the unit then: itself where it has none. Those with parts, itself too, stand
 * among them for what no part on record holds, where the list of their parts is declared to have gaps. */
size_t atoms_region(struct atoms *t, uint32_t unit, int32_t day, const uint32_t **ret);

/* atom_share.c: how a figure spreads over classes of atoms */
struct spread {
	struct atoms *t;
	size_t n;
	const uint32_t *atoms; /* ascending */
	const size_t *class_of;
	size_t n_classes;
	bool forward; /* the weights of later events come before those of earlier ones */
};
/* The shares of what these units held then, by class; known[i] false = its share is unknown and q[i] is 0. q and known
 * have n_classes places, q initialised. */
void spread_units(const struct spread *s, const uint32_t *units, size_t n, int32_t day, mpq_t *q, bool *known);
