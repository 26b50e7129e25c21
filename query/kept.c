/* SPDX-License-Identifier: Apache-2.0
 *
 * kept.c - see kept.h. The few places are looked through one by one.
 *
 * Atoms go on reading while they are asked, singly, and remember what they read. That is right in a later question too:
 * it asks as of a revision between which and theirs nothing of all that was touched.
 */
#include "query/kept.h"
#include <stdlib.h>
#include "proto/msg.h"
#include "query/atom_inner.h"

struct kept {
	struct kept_thing things[KEPT_THINGS];
	uint64_t uses;
	unsigned depth; /* questions within each other */
	bool failed;    /* one of them was made under an error of the view */
};

struct kept *kept_new(void)
{
	return mem_zero(1, sizeof(struct kept));
}

static void forget(struct kept_thing *x)
{
	if (x->what == KEPT_ATOMS && x->made) {
		struct atoms *t = x->made;
		t->kept = false;
		atoms_free(t);
	}
	arena_free(x->a);
	*x = (struct kept_thing){0};
}

struct kept *kept_free(struct kept *k)
{
	for (size_t i = 0; k && i < KEPT_THINGS; i++)
		forget(&k->things[i]);
	free(k);
	return NULL;
}

static size_t bytes_of(const struct kept_thing *x)
{
	size_t n = x->a ? arena_used(x->a) : 0;
	return x->what == KEPT_ATOMS && x->made ? n + atoms_heap(x->made) : n;
}

size_t kept_bytes(const struct kept *k)
{
	size_t n = 0;
	for (size_t i = 0; k && i < KEPT_THINGS; i++)
		n += bytes_of(&k->things[i]);
	return n;
}

void kept_begin(struct kept *k)
{
	if (k)
		k->depth++;
}

/* A place that is free, or whose thing was used longest ago by a question that is over; NULL = none. */
static struct kept_thing *oldest(struct kept *k)
{
	struct kept_thing *found = NULL;
	for (size_t i = 0; i < KEPT_THINGS; i++) {
		struct kept_thing *x = &k->things[i];
		if (!x->now && (!found || x->used < found->used))
			found = x;
	}
	return found;
}

void kept_end(struct kept *k, const struct view *v)
{
	if (!k)
		return;
	k->failed |= v->err != ERR_OK;
	if (--k->depth)
		return;
	for (size_t i = 0; i < KEPT_THINGS; i++) {
		struct kept_thing *x = &k->things[i];
		if (x->now && (k->failed || !x->made))
			forget(x);
		x->now = false;
	}
	k->failed = false;
	while (kept_bytes(k) > KEPT_BYTES_MAX) {
		struct kept_thing *last = NULL;
		for (size_t i = 0; i < KEPT_THINGS; i++) {
			struct kept_thing *x = &k->things[i];
			if (x->what && (!last || x->used < last->used))
				last = x;
		}
		forget(last);
	}
}

uint64_t kept_mark(struct view *v)
{
	AUTO_WALK struct walk w = {0};
	struct row row;
	const uint8_t same = LINK_TYPE_SAME_AS;
	uint64_t mark = view_structure(v);
	walk_begin(&w, v, TABLE_LINK, (struct slice){&same, 1}); /* these few are not in the table of structure */
	w.all_revisions = true;
	while (walk_next(&w, &row))
		mark = row.rev > mark ? row.rev : mark;
	uint64_t told = roster_mark(v); /* nor are lists with gaps */
	return told > mark ? told : mark;
}

struct kept_thing *kept_thing(struct kept *k, struct view *v, enum kept_what what, uint32_t of)
{
	if (!k || !k->depth || v->over || v->as_of == REV_NEWEST || v->err != ERR_OK)
		return NULL;
	uint64_t mark = kept_mark(v);
	if (v->err != ERR_OK)
		return NULL;
	struct kept_thing *found = NULL;
	for (size_t i = 0; i < KEPT_THINGS && !found; i++) {
		struct kept_thing *x = &k->things[i];
		if (x->what == what && x->of == of && x->mark == mark)
			found = x;
	}
	if (!found) {
		found = oldest(k);
		if (!found)
			return NULL;
		forget(found);
		*found = (struct kept_thing){.a = arena_new(0), .what = what, .of = of, .mark = mark};
	}
	found->now = true;
	found->used = ++k->uses;
	return found;
}

struct atoms *kept_atoms(struct kept *k, struct view *v, uint32_t basis, struct arena *a)
{
	struct kept_thing *x = kept_thing(k, v, KEPT_ATOMS, basis);
	if (!x)
		return atoms_new(v, basis, a);
	struct atoms *t = x->made;
	if (!t) {
		t = x->made = atoms_new(v, basis, x->a);
		t->kept = true;
	}
	t->v = v;
	return t;
}
