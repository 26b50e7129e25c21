/* SPDX-License-Identifier: Apache-2.0
 *
 * atom_parts.c - the smallest parts that a unit consists of, counted once.
 *
 * Of a unit of which not all parts are on record, the rest is one of them: atoms_gaps() tells so.
 *
 * A county may consist of its municipalities, and of regions of municipalities besides, which lie over them. Both are
 * units without parts of their own; only the kinds that events move are territories that figures come and go with.
 */
#include <string.h>
#include "query/atom_inner.h"

#define MEMO_PARTS 3u

/* The kinds of the units that an event touched. */
static void read_moving(struct atoms *t)
{
	t->moving_read = true;
	t->moving = arena_alloc(t->a, (t->n_held + 1) * sizeof *t->moving);
	for (size_t i = 0; i < t->n_held; i++) {
		uint32_t kind = unit_kind(t->v, t->held[i]->unit);
		size_t k = 0;
		while (k < t->n_moving && t->moving[k] != kind)
			k++;
		if (k == t->n_moving && kind)
			t->moving[t->n_moving++] = kind;
	}
}

static bool moves(struct atoms *t, uint32_t unit, int32_t day)
{
	struct life life;
	if (!t->moving_read)
		read_moving(t);
	if (!unit_living(t, unit, day, &life))
		return false;
	for (size_t i = 0; i < t->n_moving; i++) {
		if (t->moving[i] == life.kind)
			return true;
	}
	return false;
}

size_t atoms_parts(struct atoms *t, uint32_t unit, int32_t day, const uint32_t **ret)
{
	AUTO_LIST struct list l = {0};
	const uint32_t *units, *atoms;
	bool is_new;
	size_t n_all = atoms_of(t, unit, day, false, ret);
	size_t n = n_all > 1 ? atoms_region(t, unit, day, &units) : 0;
	if (n < 2)
		return n_all;
	struct memo *m = memo_find(t, unit, day, MEMO_PARTS, &is_new);
	if (!is_new) {
		*ret = m->list;
		return m->n;
	}
	for (size_t i = 0; i < n; i++) {
		size_t k = moves(t, units[i], day) ? atoms_of(t, units[i], day, true, &atoms) : 0;
		for (size_t x = 0; x < k; x++)
			list_add(&l, atoms[x]);
	}
	list_sort(&l);
	m = memo_find(t, unit, day, MEMO_PARTS, &is_new);
	m->n = l.n ? l.n : n_all;
	m->list = *ret;
	if (l.n && l.n < n_all) {
		uint32_t *list = arena_alloc(t->a, l.n * sizeof *list);
		memcpy(list, l.at, l.n * sizeof *list);
		m->list = list;
	}
	*ret = m->list;
	return m->n;
}

/* Is the unit in the region as the rest of what lies in it, which is more than its parts? */
static bool is_rest(struct atoms *t, uint32_t unit, int32_t day)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct unit_link *links;
	return unit_has_parts(t, unit) && unit_links_to(t->v, LINK_TYPE_PART_OF, unit, day, a, &links);
}

uint32_t atoms_gaps(struct atoms *t, uint32_t unit, int32_t day)
{
	const uint32_t *units;
	struct life life;
	size_t n = t->roster && t->roster->n ? atoms_region(t, unit, day, &units) : 0;
	for (size_t i = 0; i < n && n > 1; i++) {
		if (!is_rest(t, units[i], day))
			continue;
		for (size_t k = 0; k < n; k++) {
			if (!unit_living(t, units[k], day, &life) || !roster_speaks(t->roster, life.kind))
				continue;
			const struct roster_word *w = roster_word_of(t->roster, t->v, units[i], life.kind, day);
			if (w && w->complete != COMPLETION_YES)
				return life.kind;
		}
	}
	return 0;
}
