/* SPDX-License-Identifier: Apache-2.0
 *
 * kept.h - what a thread read of the structure, kept from one question to the next.
 *
 * Territories (atom.h) and who contains whom (trend_structure.c) follow from lives, part_of links, identities, edges,
 * weights and what is declared of lists (roster.h) alone. So what one question read of them is right for every other one whose as_of lies behind the same
 * newest revision that touched any of these, whatever was observed meanwhile. A later event, its correction, or an
 * earlier as_of has another such revision, and is read anew.
 * Threads  one. Views may be others from question to question, of one store.
 * Lending  a thing stays until the end of the question that got it, also when an inner question looks at another
 *          revision: kept_begin() and kept_end() around each, inner ones within outer ones.
 * Errors   none; what was made under an error of the view is forgotten at the end.
 * Limits   KEPT_THINGS, and between questions KEPT_BYTES_MAX in all: those used longest ago are forgotten first.
 */
#pragma once
#include "query/atom.h"

#define KEPT_THINGS    4u
#define KEPT_BYTES_MAX ((size_t)32 << 20)

enum kept_what { KEPT_NOTHING = 0, KEPT_ATOMS, KEPT_STRUCTURE };
struct kept_thing {
	struct arena *a; /* what it is made in */
	void *made;      /* NULL: new; whoever got it makes it */
	/* private */
	enum kept_what what;
	uint32_t of;
	uint64_t mark, used;
	bool now; /* of the question at hand */
};
struct kept;
struct kept *kept_new(void);
struct kept *kept_free(struct kept *k); /* NULL allowed; returns NULL. The same of all below */

void kept_begin(struct kept *k);
void kept_end(struct kept *k, const struct view *v);
/* The thing of this sort as of the view; `of` tells several of a sort apart. NULL = nothing can be kept: outside of
 * kept_begin() and kept_end(), of a view that is not settled on a revision or has an overlay, or where all places are
 * taken by the question at hand. */
struct kept_thing *kept_thing(struct kept *k, struct view *v, enum kept_what what, uint32_t of);
/* As atoms_new(); atoms_free() leaves alone what is kept. */
struct atoms *kept_atoms(struct kept *k, struct view *v, uint32_t basis, struct arena *a);

/* The newest revision at or before the view's as_of that touched what structure follows from; 0 = none did. */
uint64_t kept_mark(struct view *v);
/* Bytes that things take up; for tests. */
size_t kept_bytes(const struct kept *k);
