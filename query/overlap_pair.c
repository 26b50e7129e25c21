/* SPDX-License-Identifier: Apache-2.0
 *
 * overlap_pair.c - one unit of each side against the other, atom by atom.
 */
#include "query/overlapping.h"
#include <stdlib.h>

static void number_add(struct arena *a, uint32_t **list, size_t *n, size_t *room, uint32_t x)
{
	*list = arena_grow(a, *list, *n, *n + 1, sizeof **list, room);
	(*list)[(*n)++] = x;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static size_t unique(uint32_t *list, size_t n)
{
	size_t kept = 0;
	if (n)
		qsort(list, n, sizeof *list, by_number);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[kept++] = list[i];
	return kept;
}

size_t others_of(const struct overlap *o, const struct side_unit *a, uint32_t *ret)
{
	size_t n = 0;
	for (size_t h = 0; h < a->n; h++) {
		size_t low = 0, high = o->n_places;
		while (low < high) {
			size_t mid = (low + high) / 2;
			if (o->places[mid].atom < a->holds[h].atom)
				low = mid + 1;
			else
				high = mid;
		}
		for (; low < o->n_places && o->places[low].atom == a->holds[h].atom; low++)
			ret[n++] = o->places[low].at;
		if (n > 2 * o->side[1].n)
			n = unique(ret, n);
	}
	return unique(ret, n);
}

/* The smallest unit that an atom of the pair belongs to: today's, unless that is one of the two; then the one it was
 * when the coverage began. */
static uint32_t smallest(const struct overlap *o, const struct pair *p, uint32_t atom)
{
	const struct mark *m = mark_find(o, atom);
	if (!m->leaf || (m->leaf != p->a->unit && m->leaf != p->b->unit))
		return m->leaf ? m->leaf : m->leaf_old;
	for (size_t i = 0; i < o->n_days && !m->leaf_old; i++) {
		uint32_t before = atoms_holder(o->atoms, atom, o->days[i]);
		if (before && before != m->leaf)
			return before;
	}
	return m->leaf_old ? m->leaf_old : m->leaf;
}

/* One atom: entries of a and of b, none (NULL) or the first of `n`. */
static void meet(struct overlap *o, struct pair *p, const struct hold *a, size_t n_a, const struct hold *b, size_t n_b)
{
	bool a_whole = a && !a->part, b_whole = b && !b->part;
	uint32_t leaf = smallest(o, p, a ? a->atom : b->atom);
	p->b_in_a = p->b_in_a && (!b || a_whole);
	p->a_in_b = p->a_in_b && (!a || b_whole);
	if (a_whole && b_whole) {
		p->known++;
		if (leaf)
			number_add(o->work, &p->common, &p->n_common, &p->common_room, leaf);
		return;
	}
	if (!a && leaf && leaf != p->b->unit)
		number_add(o->work, &p->apart, &p->n_apart, &p->apart_room, leaf);
	for (size_t i = 0; a && b && i < n_a; i++)
		if (a[i].part)
			number_add(o->work, &p->parts, &p->n_parts, &p->parts_room, a[i].part);
	for (size_t i = 0; a && b && i < n_b; i++)
		if (b[i].part)
			number_add(o->work, &p->parts, &p->n_parts, &p->parts_room, b[i].part);
}

static size_t alike(const struct side_unit *s, size_t from)
{
	size_t n = 1;
	while (from + n < s->n && s->holds[from + n].atom == s->holds[from].atom)
		n++;
	return n;
}

struct pair compare(struct overlap *o, const struct side_unit *a, const struct side_unit *b)
{
	struct pair p = {.a = a, .b = b, .b_in_a = true, .a_in_b = true};
	size_t i = 0, k = 0;
	while (i < a->n || k < b->n) {
		const struct hold *x = i < a->n ? &a->holds[i] : NULL, *y = k < b->n ? &b->holds[k] : NULL;
		if (x && y && x->atom != y->atom) {
			if (x->atom < y->atom)
				y = NULL;
			else
				x = NULL;
		}
		size_t n_a = x ? alike(a, i) : 0, n_b = y ? alike(b, k) : 0;
		meet(o, &p, x, n_a, y, n_b);
		i += n_a;
		k += n_b;
	}
	p.n_common = unique(p.common, p.n_common);
	p.n_apart = unique(p.apart, p.n_apart);
	p.n_parts = unique(p.parts, p.n_parts);
	return p;
}

enum extent pair_extent(const struct pair *p)
{
	return p->b_in_a ? EXTENT_WHOLE : p->known ? EXTENT_PART : EXTENT_UNKNOWN;
}

static struct side_unit surely(struct overlap *o, const struct side_unit *s)
{
	struct side_unit sure = *s;
	if (!s->n_unsure)
		return sure;
	sure.n = 0;
	sure.holds = arena_alloc(o->work, (s->n + 1) * sizeof *sure.holds);
	for (size_t i = 0; i < s->n; i++)
		if (s->holds[i].sure)
			sure.holds[sure.n++] = s->holds[i];
	return sure;
}

bool compare_unsure(struct overlap *o, const struct pair *p)
{
	if (p->a->perhaps || p->b->perhaps)
		return true;
	if (!p->a->n_unsure && !p->b->n_unsure)
		return false;
	struct side_unit a = surely(o, p->a), b = surely(o, p->b);
	struct pair sure = compare(o, &a, &b);
	return (!sure.known && !sure.n_parts) || pair_extent(&sure) != pair_extent(p) || sure.a_in_b != p->a_in_b;
}
