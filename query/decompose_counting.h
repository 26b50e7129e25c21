/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_counting.h - inside the decomposition of what is counted: which things are counted where. Only
 * query/decompose_*.c include it.
 */
#pragma once
#include "query/arrangement.h"
#include "query/decompose_reach.h"
#include "query/filter.h"
#include "query/same.h"
#include "query/spoken.h"

/* The earlier point as known then, and as known now; the later point; the arrangements of the earlier one in the units
 * of the later. */
enum reading { READ_THEN, READ_FROM, READ_TO, READ_MOVED, READINGS };

struct mark {
	uint32_t group, thing;
	bool certain, internalised;
};
struct marks {
	size_t n, room;
	struct mark *list; /* by group, thing; once each, certain ones first */
};
struct counting {
	struct decompose *d;
	struct filter *where;
	struct atoms *atoms;
	uint32_t kind;
	struct marks marks[READINGS];
	size_t n_same;
	struct same *same;  /* units that are one, as known at the reading at hand: they count once */
	bool open;          /* a list may have more: only what is certain counts */
	unsigned untold[2]; /* units of the row that ended, and that began, without an event */
	/* Arrangements between two rounds: those that each speaks of; NULL = what is on record. */
	struct spoken *spoken;
	struct spoken_scope earlier, later;
};

/* decompose_mark.c */
enum err counting_read(struct counting *c, enum reading which) MUST_CHECK;
const struct mark *mark_of(const struct marks *m, uint32_t group, uint32_t thing); /* NULL = not counted there */
bool counting_lives(struct counting *c, uint32_t thing, int32_t day);              /* as what is counted */
const char *counting_name(struct counting *c, struct ledger *l, uint32_t thing, bool later);
/* Known to the record as of the earlier revision? A participant: as one that takes part in anything. */
bool counting_known(struct counting *c, uint32_t thing);
/* decompose_round.c: of arrangements between two rounds, which ones each speaks of; none where the points are none. */
enum err counting_rounds(struct counting *c) MUST_CHECK;
bool counting_wanted(const struct counting *c, enum reading which, uint32_t arrangement);
/* What is counted at both points, by the balance question. */
enum err counting_balance(struct counting *c, struct decompose_figures *from, struct decompose_figures *to) MUST_CHECK;
/* Why it is counted at one point or not: one cause, or one of several and nobody knows which (bits by cause), and why
 * not. */
struct fate {
	unsigned causes;
	const char *note; /* "" = none */
};
/* Of an arrangement that only one of the rounds speaks of, and that no border nor event explains. `came`: it is the
 * later one that does. */
struct fate counting_silent(struct counting *c, uint32_t arrangement, bool came);
/* decompose_participant.c: the whole row of a group */
enum err counting_participants(struct counting *c, struct ledger *l, uint32_t group) MUST_CHECK;
