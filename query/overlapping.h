/* SPDX-License-Identifier: Apache-2.0
 *
 * overlapping.h - inside the overlap question. Only query/overlap*.c include it.
 *
 * First both sides are gathered: for each unit a sorted list of what it holds (overlap_hold.c). Then every atom that
 * anybody holds gets a mark: does it count, and what is the smallest unit that it belongs to (overlap_mark.c). Then
 * each unit of the one side looks up who of the other holds its atoms, and only such pairs are compared, atom by atom
 * (overlap_pair.c), and told (overlap.c). The work is that of the atoms held, not of all pairs.
 * Memory  the answer's arena; of the unit or pair at hand: `work`.
 */
#pragma once
#include "query/atom.h"
#include "query/overlap.h"

#define DAYS_MAX 16 /* on which fixed coverage began; more are not looked at for names */

struct hold {
	uint32_t atom;
	uint32_t leaf; /* the unit without parts that it belongs to; 0 = of a unit that has parts */
	uint32_t part; /* SPACE_TERM: some of it, under this name; 0 = all of it */
	bool old;      /* `leaf` is of another day than the one asked */
	bool strong;   /* counts also when nobody of the other side holds it */
	bool divided;  /* of a unit with parts, which several units share now */
	bool sure;     /* certain on the day; else only possible */
};
struct side_unit {
	uint32_t unit;
	const char *id, *name;
	size_t n, room;
	struct hold *holds; /* by atom, all of it before parts, each of these what is sure first */
	bool perhaps;       /* it may not live on the day */
	size_t n_unsure;    /* holds */
	uint32_t others, whole, possible;
};
struct side {
	uint32_t kind;
	const char *kind_text;
	size_t n, room;
	struct side_unit *units; /* by name, then id */
};
/* What is known of an atom, both sides together. */
struct mark {
	uint32_t atom, leaf, leaf_old;
	bool in[2], strong, divided, counts;
};
struct place {
	uint32_t atom, at; /* index into the units of side b */
};
struct overlap {
	struct answer *r;
	const struct msg_overlap_question *q;
	int32_t day;
	uint32_t fixed; /* the word "fixed"; 0 = nobody ever said it */
	struct atoms *atoms;
	struct arena *work;
	struct side side[2];
	size_t n_days;
	int32_t days[DAYS_MAX];
	size_t n_marks;
	struct mark *marks;
	size_t n_places;
	struct place *places;
};

struct pair {
	const struct side_unit *a, *b;
	size_t known;        /* atoms that both hold whole */
	bool b_in_a, a_in_b; /* all of them */
	size_t n_parts, parts_room, n_common, common_room, n_apart, apart_room;
	uint32_t *parts;          /* SPACE_TERM */
	uint32_t *common, *apart; /* smallest units */
};

/* overlap_hold.c: fill the unit's holds, sorted by atom, all of it before parts. */
enum err hold_all(struct overlap *o, struct side_unit *s) MUST_CHECK;
/* Has a unit parts on the day? Then its own atoms are not the same as all that lie in it. */
bool whole_of_parts(const uint32_t *own, size_t n_own, const uint32_t *all, size_t n_all);

/* overlap_mark.c: mark the atoms of both sides, and leave only the holds that count. */
void mark_all(struct overlap *o);
const struct mark *mark_find(const struct overlap *o, uint32_t atom); /* of an atom that somebody holds */
void settle_holds(struct overlap *o);

/* overlap_pair.c */
/* Who of side b holds an atom of `a`, in their order. `ret` has room for three times side b. */
size_t others_of(const struct overlap *o, const struct side_unit *a, uint32_t *ret);
struct pair compare(struct overlap *o, const struct side_unit *a, const struct side_unit *b);
/* Would the pair be told otherwise if only what is certain held? */
bool compare_unsure(struct overlap *o, const struct pair *p);
enum extent pair_extent(const struct pair *p);
