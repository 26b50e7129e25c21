/* SPDX-License-Identifier: Apache-2.0
 *
 * overlap_mark.c - which atoms count, and what the smallest unit is that each belongs to.
 *
 * An atom counts where a unit without parts holds it or covers it, or where both sides hold it as territory of their
 * own that was not divided since.
 */
#include "query/overlapping.h"
#include <stdlib.h>

static int mark_order(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	return (x->atom > y->atom) - (x->atom < y->atom);
}

const struct mark *mark_find(const struct overlap *o, uint32_t atom)
{
	struct mark key = {.atom = atom};
	return bsearch(&key, o->marks, o->n_marks, sizeof key, mark_order);
}

/* An atom that only a unit with parts holds: if some other unit had it for its own when a coverage began, that one is
 * its smallest unit. */
static void look_back(struct overlap *o, struct mark *m)
{
	for (size_t i = 0; i < o->n_days && !m->strong; i++) {
		const uint32_t *own, *all;
		uint32_t unit = atoms_holder(o->atoms, m->atom, o->days[i]);
		size_t n_own = unit ? atoms_of(o->atoms, unit, o->days[i], true, &own) : 0;
		size_t n_all = unit ? atoms_of(o->atoms, unit, o->days[i], false, &all) : 0;
		if (!n_own || whole_of_parts(own, n_own, all, n_all))
			continue;
		m->strong = true;
		m->leaf_old = unit;
	}
}

void mark_all(struct overlap *o)
{
	size_t n = 0, total = 0;
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < o->side[k].n; i++)
			total += o->side[k].units[i].n;
	o->marks = arena_alloc(o->r->a, (total + 1) * sizeof *o->marks);
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < o->side[k].n; i++)
			for (size_t h = 0; h < o->side[k].units[i].n; h++) {
				const struct hold *x = &o->side[k].units[i].holds[h];
				o->marks[n++] = (struct mark){.atom = x->atom,
							      .leaf = x->old ? 0 : x->leaf,
							      .leaf_old = x->old ? x->leaf : 0,
							      .in = {k == 0, k == 1},
							      .strong = x->strong,
							      .divided = x->divided};
			}
	if (n)
		qsort(o->marks, n, sizeof *o->marks, mark_order);
	for (size_t i = 0; i < n; i++) {
		struct mark *last = o->n_marks ? &o->marks[o->n_marks - 1] : NULL, x = o->marks[i];
		if (!last || last->atom != x.atom) {
			o->marks[o->n_marks++] = x;
			continue;
		}
		last->leaf = last->leaf ? last->leaf : x.leaf;
		last->leaf_old = last->leaf_old ? last->leaf_old : x.leaf_old;
		last->in[0] |= x.in[0];
		last->in[1] |= x.in[1];
		last->strong |= x.strong;
		last->divided |= x.divided;
	}
	for (size_t i = 0; i < o->n_marks; i++) {
		struct mark *m = &o->marks[i];
		if (!m->strong && !m->leaf && !m->leaf_old)
			look_back(o, m);
		m->counts = m->strong || (m->in[0] && m->in[1] && !m->divided);
	}
}

static int place_order(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->atom != y->atom)
		return x->atom < y->atom ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* What does not count is dropped; of what is held whole and in part the whole stands; and side b can be looked up by
 * atom. */
void settle_holds(struct overlap *o)
{
	size_t total = 0;
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < o->side[k].n; i++) {
			struct side_unit *s = &o->side[k].units[i];
			size_t n = 0;
			for (size_t h = 0; h < s->n; h++) {
				const struct hold *last = n ? &s->holds[n - 1] : NULL, *x = &s->holds[h];
				bool again = last && last->atom == x->atom && (!last->part || last->part == x->part) &&
					     (last->sure || !x->sure);
				if (again || !mark_find(o, x->atom)->counts)
					continue;
				s->n_unsure += !x->sure;
				s->holds[n++] = *x;
			}
			s->n = n;
			total += k ? n : 0;
		}
	o->places = arena_alloc(o->r->a, (total + 1) * sizeof *o->places);
	for (size_t i = 0; i < o->side[1].n; i++)
		for (size_t h = 0; h < o->side[1].units[i].n; h++) {
			const struct hold *x = &o->side[1].units[i].holds[h];
			if (h == 0 || x[-1].atom != x->atom)
				o->places[o->n_places++] = (struct place){x->atom, (uint32_t)i};
		}
	if (o->n_places)
		qsort(o->places, o->n_places, sizeof *o->places, place_order);
}
