/* SPDX-License-Identifier: Apache-2.0
 *
 * recast.h - the figures of one block (series, reference, round) in the units of another day.
 *
 * Entries go in: a unit, the day whose unit it is, its value. Cells come out, one for each unit that any of them leads
 * to, and rests: what is known to lie among several units and nobody knows where. How a cell's parts become one value
 * depends on how the indicator aggregates over units:
 * additive  sums; whole things apportioned by largest remainder; cells and rests add up to the entries exactly;
 * distinct  the value of the same territory, else from the largest whole part to the sum of all that may lie in it;
 * relative  the value of the same territory, else recomputed from counts of its denominator, else refused;
 * any, all  true where any part, all parts are; 0 to 1 where that is not known;
 * none      the value of the same territory, else refused.
 * Memory    everything lives until the next recast_begin().
 * Lending   entries' values must live as long.
 * Threads   one.
 */
#pragma once
#include <gmp.h>
#include "query/amount.h"
#include "query/observe.h"
#include "query/project.h"
#include "query/value.h"

struct recast_entry {
	uint32_t unit, kind; /* kind SPACE_TERM: targets are units of it */
	int32_t day;         /* whose unit it is */
	uint32_t ref, round;
	uint64_t rev;
	struct slice value; /* as stored */
	uint32_t tag;       /* the caller's */
	/* made by recast_run() */
	const struct msg_value *said;
	uint32_t rest;     /* place of what is left of it among the rests + 1; 0 = nothing is */
	bool out;          /* another entry tells of its territory already (twice.h) */
	const char *twice; /* what is out for its sake, as a note; "" = nothing */
};
struct recast_part {
	uint32_t entry;
	bool whole;           /* all of the entry's territory lies in the cell */
	bool known;           /* else it is one of those among which nobody knows the division */
	struct amount amount; /* additive: what is apportioned to it */
};
enum recast_state { RECAST_NUMBER, RECAST_MISSING, RECAST_VAGUE, RECAST_REFUSED };
struct recast_cell {
	uint32_t unit; /* 0 = outside every unit of the kind */
	uint32_t kind;
	size_t n_parts;
	struct recast_part *parts;
	enum method method;
	enum method base; /* without what may lie here: of a whole in which all that may lie does lie */
	enum recast_state state;
	const struct msg_value *same; /* one entry has the same territory: its value; NULL = made of parts */
	struct amount own;            /* NUMBER: the value; additive: what is known to be its own */
	bool may;                     /* additive: more of it may lie here */
	mpq_ptr may_high;             /* at most so much */
	bool may_open;                /* no upper end of that */
	enum missing_kind missing;
	uint32_t vague; /* entry whose words bound nothing */
	const char *refused;
	const char *note; /* "" = none */
	uint32_t of, all; /* smallest parts covered, and all of them */
	uint32_t told;    /* of those covered, the ones of which a value is said, where one is of any */
};
struct recast_rest {
	uint32_t entry;
	size_t n;
	uint32_t *targets; /* ascending */
	struct amount amount;
};

struct recast_ask {
	struct view *view;
	struct atoms *atoms; /* NULL: every unit stays what it is */
	int32_t day;         /* of the structure */
	const struct msg_indicator *def;
	uint32_t n_units; /* numbers given out */
	bool all;         /* every entry counts, also where another tells of its territory: as figures as reported do */
};
struct recast;
struct recast *recast_new(const struct recast_ask *ask);
struct recast *recast_free(struct recast *c); /* NULL allowed; returns NULL */

void recast_begin(struct recast *c, const struct series *of);    /* the series is read for denominators */
void recast_add(struct recast *c, const struct recast_entry *e); /* one a unit */
enum err recast_run(struct recast *c) MUST_CHECK;
size_t recast_cells(const struct recast *c, struct recast_cell **ret);
size_t recast_rests(const struct recast *c, struct recast_rest **ret);
const struct recast_entry *recast_entry(const struct recast *c, uint32_t entry);
/* What a part of an additive cell carries. false = it says no number. */
bool recast_amount(struct recast *c, const struct recast_part *part, struct amount *ret);
struct arena *recast_arena(struct recast *c);
/* Why what is left of an entry lies among several units: it was divided, and nothing tells how (`why`: basis_why()), or
 * not all of it is on record. `name`: its unit's. */
const char *recast_why_left(struct recast *c, const struct recast_entry *e, const char *name, const char *why,
			    struct arena *a);
/* Does any unit of the kind live at the day, for certain? Asked of the view once a kind. */
bool recast_kind_lives(struct recast *c, uint32_t kind);
/* Where the territory that a unit had on a day lies; no parts where it did not live then. Until the same unit is asked
 * for with another day. */
enum err recast_where(struct recast *c, uint32_t unit, int32_t day, uint32_t kind,
		      const struct projected **ret) MUST_CHECK;
/* What a percentage of the entry is of. false = not known, with the reason. */
bool recast_count(struct recast *c, const struct recast_entry *e, uint32_t *ret, const char **ret_why);
