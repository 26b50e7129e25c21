/* SPDX-License-Identifier: Apache-2.0
 *
 * atom.c - asking what the events made of the territories.
 *
 * Down from a version of a unit to its atoms, up from an atom to who held it. What no event touched is answered from
 * its number alone.
 */
#include "query/atom.h"
#include <stdlib.h>
#include <string.h>
#include "proto/msg.h"
#include "query/atom_inner.h"

enum { MEMO_REGION = 1, MEMO_ATOMS };

#define SHARE_BYTES 32u /* of a fraction's digits, with what malloc adds: mostly there are few */

/* ---- lists ---- */

void list_add(struct list *l, uint32_t number)
{
	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 8;
		l->at = mem_grow(l->at, l->room * sizeof *l->at);
	}
	l->at[l->n++] = number;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

void list_sort(struct list *l)
{
	size_t n = 0;
	if (!l->n)
		return;
	qsort(l->at, l->n, sizeof *l->at, by_number);
	for (size_t i = 0; i < l->n; i++) {
		if (i == 0 || l->at[i] != l->at[n - 1])
			l->at[n++] = l->at[i];
	}
	l->n = n;
}

void list_free(struct list *l)
{
	free(l->at);
	*l = (struct list){0};
}

bool list_has(const uint32_t *sorted, size_t n, uint32_t number, size_t *ret_at)
{
	const uint32_t *p = n ? bsearch(&number, sorted, n, sizeof number, by_number) : NULL;
	if (p && ret_at)
		*ret_at = (size_t)(p - sorted);
	return p;
}

static const uint32_t *keep(struct atoms *t, const struct list *l)
{
	uint32_t *copy = arena_alloc(t->a, (l->n + 1) * sizeof *copy);
	if (l->n)
		memcpy(copy, l->at, l->n * sizeof *copy);
	return copy;
}

/* ---- life cycle ---- */

struct atoms *atoms_new(struct view *v, uint32_t basis, struct arena *a)
{
	struct atoms *t = mem_zero(1, sizeof *t);
	t->v = v;
	t->a = a;
	t->n_entries = 1; /* 0 is none */
	t->groupings_end = &t->groupings;
	atoms_build(t, basis);
	return t;
}

struct atoms *atoms_free(struct atoms *t)
{
	if (!t || t->kept)
		return NULL;
	for (size_t i = 0; i < t->n_held; i++) {
		list_free(&t->held[i]->set);
		list_free(&t->held[i]->incoming);
	}
	for (struct shares *s = t->shares; s; s = s->next) {
		for (size_t i = 0; i < s->n; i++)
			mpq_clear(s->q[i]);
	}
	for (struct grouping *g = t->groupings; g; g = g->next) {
		for (size_t i = 0; i < g->shares->n; i++)
			list_free(&g->groups[i]);
	}
	for (size_t i = 0; i < t->n_numbers; i++)
		free(t->numbers[i]);
	free(t->numbers);
	free(t->slot);
	free(t->pieces);
	free(t->entries);
	free(t->life_at);
	free(t->parts_at);
	free(t->lives);
	free(t->memos);
	free(t);
	return NULL;
}

size_t atoms_heap(const struct atoms *t)
{
	size_t n = sizeof *t + t->slots * sizeof *t->slot + t->pieces_room * sizeof *t->pieces +
		   t->entries_room * sizeof *t->entries + t->units * (sizeof *t->life_at + sizeof *t->parts_at) +
		   t->lives_room * sizeof *t->lives + t->memos_room * sizeof *t->memos;
	for (size_t i = 0; i < t->n_held; i++)
		n += (t->held[i]->set.room + t->held[i]->incoming.room) * sizeof(uint32_t);
	for (size_t i = 0; i < t->n_numbers; i++)
		n += sizeof *t->numbers + (t->numbers[i] ? sizeof(uint32_t) << 12 : 0);
	for (const struct shares *s = t->shares; s; s = s->next)
		n += s->n * SHARE_BYTES;
	for (const struct grouping *g = t->groupings; g; g = g->next) {
		for (size_t i = 0; i < g->shares->n; i++)
			n += g->groups[i].room * sizeof(uint32_t);
	}
	return n;
}

void *atoms_worked(struct atoms *t, const struct atoms_worked *of, size_t bytes)
{
	for (size_t i = 0; i < t->n_worked; i++) {
		const struct atoms_worked *x = &t->worked[i].of;
		if (x->about == of->about && x->day == of->day && x->group_day == of->group_day &&
		    x->group_kind == of->group_kind && x->kind == of->kind && x->n_units == of->n_units)
			return t->worked[i].room;
	}
	if (t->n_worked == WORKED_MAX)
		return NULL;
	struct worked *new = &t->worked[t->n_worked++];
	*new = (struct worked){*of, arena_alloc(t->a, bytes)};
	return new->room;
}

/* ---- down ---- */

void node_leaves(const struct atoms *t, uint32_t id, struct list *ret)
{
	const struct node *x;
	for (uint32_t at = id;;) {
		while ((x = node_of(t, at)) && x->first)
			at = x->first;
		list_add(ret, at);
		view_work(t->v, 1);
		/* The next one beside it, or beside what it is a piece of. A unit may be cut every day: no recursion. */
		while (at != id) {
			uint32_t above = node_of(t, at)->parent;
			const struct node *of = node_of(t, above);
			if (at + 1 < of->first + of->n)
				break;
			at = above;
		}
		if (at++ == id)
			return;
	}
}

void version_leaves(struct atoms *t, struct version *v)
{
	AUTO_LIST struct list l = {0};
	if (v->leaves)
		return;
	for (size_t i = 0; i < v->n; i++)
		node_leaves(t, v->nodes[i], &l);
	list_sort(&l);
	uint32_t *leaves = arena_alloc(t->a, (l.n + 1) * sizeof *leaves);
	if (l.n)
		memcpy(leaves, l.at, l.n * sizeof *leaves);
	v->n_leaves = l.n;
	v->leaves = leaves;
}

static struct version *newest_until(const struct holding *h, int32_t day)
{
	size_t lo = 0, hi = h->n_versions;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (h->versions[mid]->day <= day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? h->versions[lo - 1] : NULL;
}

struct version *version_at(struct atoms *t, uint32_t unit, int32_t day, bool *ret_none)
{
	struct life life;
	*ret_none = !unit_living(t, unit, day, &life);
	const struct holding *h = *ret_none ? NULL : holding_of(t, unit_first(t, unit));
	if (!h)
		return NULL;
	struct version *v = newest_until(h, day);
	/* One that perhaps lives already has what it gets on the latest day that it can begin. */
	if ((!v || !v->n) && life.from.precision != WHEN_NONE && life.from.hi > day)
		v = newest_until(h, life.from.hi);
	*ret_none = !v || !v->n;
	return *ret_none ? NULL : v;
}

/* A list of one number, which costs nothing but the number. */
static const uint32_t *number_list(struct atoms *t, uint32_t number)
{
	size_t page = number >> 12;
	if (page >= t->n_numbers) {
		t->numbers = mem_grow(t->numbers, (page + 1) * sizeof *t->numbers);
		memset(t->numbers + t->n_numbers, 0, (page + 1 - t->n_numbers) * sizeof *t->numbers);
		t->n_numbers = page + 1;
	}
	if (!t->numbers[page]) {
		t->numbers[page] = mem_alloc(sizeof(uint32_t) << 12);
		for (uint32_t i = 0; i < 1u << 12; i++)
			t->numbers[page][i] = (uint32_t)(page << 12) + i;
	}
	return &t->numbers[page][number & 0xfff];
}

static size_t own_atoms(struct atoms *t, uint32_t unit, int32_t day, const uint32_t **ret)
{
	bool none;
	struct version *v = version_at(t, unit, day, &none);
	*ret = NULL;
	if (none)
		return 0;
	if (!v) {
		*ret = number_list(t, unit_first(t, unit));
		return 1;
	}
	version_leaves(t, v);
	*ret = v->leaves;
	return v->n_leaves;
}

static bool has_gaps(struct atoms *t, uint32_t unit, uint32_t kind, int32_t day)
{
	const struct roster_word *word = roster_word_of(t->roster, t->v, unit, kind, day);
	return word && word->complete != COMPLETION_YES;
}

/* Of the units of a subtree (`below`), of which `ret` from `from` on has those without parts, the ones that are more
 * than their parts: they have one of a kind of which there may be others. */
static void rests_add(struct atoms *t, const uint32_t *below, size_t n, int32_t day, size_t from, struct list *ret)
{
	if (!t->roster || !t->roster->n)
		return;
	uint32_t *looked = mem_zero(n, sizeof *looked), *around; /* for which kind, by unit */
	for (size_t i = from, end = ret->n; i < end; i++) {
		AUTO_ARENA struct arena *a = arena_new(0);
		struct life life;
		if (unit_itself_living(t, ret->at[i], day, &life) == TRUTH_NO || !roster_speaks(t->roster, life.kind))
			continue;
		size_t at, n_around = unit_around(t->v, ret->at[i], day, a, &around);
		for (size_t k = 1; k < n_around; k++) {
			if (!list_has(below, n, around[k], &at) || looked[at] == life.kind)
				continue;
			looked[at] = life.kind;
			if (has_gaps(t, around[k], life.kind, day))
				list_add(ret, around[k]);
		}
	}
	free(looked);
}

/* Add those of the unit's subtree that have no parts in it, and the rests of the others; a unit alone adds nothing. */
static void region_add(struct atoms *t, uint32_t unit, int32_t day, struct list *ret)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	uint32_t *below;
	size_t from = ret->n, n = unit_has_parts(t, unit) ? unit_subtree(t->v, unit, day, a, &below) : 0;
	for (size_t i = 0; i < n && n > 1; i++) {
		struct unit_link *links;
		size_t k = 0, n_links = 0;
		if (below[i] == unit)
			continue;
		if (unit_has_parts(t, below[i]))
			n_links = unit_links_to(t->v, LINK_TYPE_PART_OF, below[i], day, a, &links);
		while (k < n_links && (links[k].link.a == below[i] || !list_has(below, n, links[k].link.a, NULL)))
			k++;
		if (k == n_links)
			list_add(ret, below[i]);
	}
	if (ret->n > from)
		rests_add(t, below, n, day, from, ret);
}

size_t atoms_region(struct atoms *t, uint32_t unit, int32_t day, const uint32_t **ret)
{
	AUTO_LIST struct list l = {0};
	bool is_new;
	uint32_t first = unit_first(t, unit);
	if (!t->n_same && !unit_has_parts(t, unit)) {
		*ret = number_list(t, unit);
		return 1;
	}
	struct memo *m = memo_find(t, unit, day, MEMO_REGION, &is_new);
	if (is_new) {
		region_add(t, unit, day, &l);
		for (size_t i = 0; i < t->n_same; i++) {
			if (t->same[i].first == first && t->same[i].unit != unit)
				region_add(t, t->same[i].unit, day, &l);
		}
		list_sort(&l);
		if (!l.n)
			list_add(&l, unit);
		m->n = l.n;
		m->list = keep(t, &l);
	}
	*ret = m->list;
	return m->n;
}

size_t atoms_of(struct atoms *t, uint32_t unit, int32_t day, bool own, const uint32_t **ret)
{
	const uint32_t *units, *atoms;
	struct life life;
	bool is_new;
	*ret = NULL;
	if (t->v->err != ERR_OK || !unit)
		return 0;
	size_t n = own ? 0 : atoms_region(t, unit, day, &units);
	if (own || (n == 1 && units[0] == unit))
		return own_atoms(t, unit, day, ret);
	if (!unit_living(t, unit, day, &life))
		return 0;
	struct memo *m = memo_find(t, unit, day, MEMO_ATOMS, &is_new);
	if (is_new) {
		AUTO_LIST struct list l = {0};
		for (size_t i = 0; i < n; i++) {
			size_t n_atoms = own_atoms(t, units[i], day, &atoms);
			for (size_t k = 0; k < n_atoms; k++)
				list_add(&l, atoms[k]);
		}
		list_sort(&l);
		m->n = l.n;
		m->list = keep(t, &l);
	}
	*ret = m->list;
	return m->n;
}

/* ---- up ---- */

uint32_t atoms_holder(struct atoms *t, uint32_t atom, int32_t day)
{
	struct life life;
	uint32_t unit = atom;
	const struct node *x;
	while (unit && (x = node_of(t, unit))) {
		uint32_t e = x->entry;
		while (e && t->entries[e].day > day)
			e = t->entries[e].older;
		if (e) {
			unit = t->entries[e].unit;
			break;
		}
		if (!x->parent)
			break; /* it has not moved yet: whose it was first */
		unit = x->parent;
	}
	return unit && !(unit & PIECE) ? unit_living(t, unit, day, &life) : 0;
}

bool atoms_share(struct atoms *t, uint32_t unit, int32_t day, uint32_t atom, mpq_t ret)
{
	const uint32_t *atoms;
	size_t n = atoms_of(t, unit, day, true, &atoms), at;
	mpq_set_ui(ret, 0, 1);
	if (!list_has(atoms, n, atom, &at))
		return false;
	size_t *class_of = mem_zero(n, sizeof *class_of);
	class_of[at] = 1;
	bool known[2] = {false, false};
	mpq_t q[2];
	mpq_inits(q[0], q[1], NULL);
	struct spread s = {t, n, atoms, class_of, 2, true};
	spread_units(&s, &unit, 1, day, q, known);
	if (known[1])
		mpq_set(ret, q[1]);
	mpq_clears(q[0], q[1], NULL);
	free(class_of);
	return known[1];
}
