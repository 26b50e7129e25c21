/* SPDX-License-Identifier: Apache-2.0
 *
 * overlap_hold.c - what a unit holds: its own territory with that of its parts, and what it and they cover (overlap.h).
 */
#include "query/overlapping.h"
#include <stdlib.h>
#include <string.h>

static void hold(struct overlap *o, struct side_unit *s, struct hold h)
{
	s->holds = arena_grow(o->r->a, s->holds, s->n, s->n + 1, sizeof *s->holds, &s->room);
	s->holds[s->n++] = h;
}

bool whole_of_parts(const uint32_t *own, size_t n_own, const uint32_t *all, size_t n_all)
{
	return n_own != n_all || (n_own && memcmp(own, all, n_own * sizeof *own) != 0);
}

static bool divided(struct overlap *o, const uint32_t *own, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (atoms_holder(o->atoms, own[i], o->day) != atoms_holder(o->atoms, own[0], o->day))
			return true;
	return false;
}

static void hold_territory(struct overlap *o, struct side_unit *s, uint32_t unit, int32_t day, uint32_t part,
			   bool strong, bool sure)
{
	const uint32_t *all, *own;
	size_t n_all = atoms_of(o->atoms, unit, day, false, &all);
	size_t n_own = atoms_of(o->atoms, unit, day, true, &own);
	bool old = day != o->day, of_parts = whole_of_parts(own, n_own, all, n_all), rest = of_parts && n_own;
	for (size_t i = 0, k = 0; i < n_all; i++) { /* its own are below, also where they are in the union for a rest */
		while (rest && k < n_own && own[k] < all[i])
			k++;
		if (!rest || k == n_own || own[k] != all[i])
			hold(
			    o, s,
			    (struct hold){all[i], atoms_holder(o->atoms, all[i], day), part, old, strong, false, sure});
	}
	if (!of_parts)
		return;
	bool cut = old && divided(o, own, n_own);
	for (size_t i = 0; i < n_own; i++)
		hold(o, s, (struct hold){own[i], 0, part, old, false, cut, sure});
}

/* The latest day that the start of the link may mean, and on which the unit lived: 2018-05 of a county that ended with
 * 2017 means the county as it was last. */
static int32_t territory_day(struct overlap *o, uint32_t unit, const struct when *from)
{
	struct unit_life *lives, at;
	int32_t day = from->hi == WHEN_DAY_MAX ? from->lo : from->hi;
	if (from->precision == WHEN_NONE || day == WHEN_DAY_MIN)
		day = o->day;
	if (unit_life_at(o->r->v, unit, day, &at))
		return day;
	size_t n = unit_lives(o->r->v, unit, o->work, &lives);
	int32_t last = WHEN_DAY_MIN;
	for (size_t i = 0; i < n; i++) {
		const struct when *to = &lives[i].life.to;
		if (to->precision != WHEN_NONE && to->lo <= day && to->lo > last + 1)
			last = to->lo - 1;
	}
	if (last == WHEN_DAY_MIN && n && lives[0].life.from.precision != WHEN_NONE)
		last = lives[0].life.from.hi; /* it began only later: as it was first */
	return last == WHEN_DAY_MIN ? day : last;
}

static void remember_day(struct overlap *o, int32_t day)
{
	for (size_t i = 0; i < o->n_days; i++)
		if (o->days[i] == day)
			return;
	if (o->n_days < DAYS_MAX)
		o->days[o->n_days++] = day;
}

/* Is it part_of the root for certain? */
static bool surely_inside(struct overlap *o, uint32_t unit, uint32_t root, unsigned depth)
{
	struct unit_link *links;
	struct unit_life life;
	if (unit == root)
		return true;
	if (depth >= UNIT_DEPTH_MAX || !unit_life_at(o->r->v, unit, o->day, &life) || life.truth != TRUTH_CERTAIN)
		return false;
	size_t n = unit_links_from(o->r->v, LINK_TYPE_PART_OF, unit, o->day, o->work, &links);
	for (size_t i = 0; i < n; i++)
		if (links[i].truth == TRUTH_CERTAIN && surely_inside(o, links[i].link.b, root, depth + 1))
			return true;
	return false;
}

/* What changes with its unit is covered as surely as that lives. */
static bool surely_there(struct overlap *o, const struct fact_link *l)
{
	struct unit_life life;
	if (o->fixed && l->role == o->fixed)
		return true;
	return unit_life_at(o->r->v, l->b, o->day, &life) && life.truth == TRUTH_CERTAIN;
}

/* What `unit`, which is `s` or a part of it, covers. The covered unit may be gone where its territory is fixed. */
static bool hold_covered(struct overlap *o, struct side_unit *s, uint32_t unit)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	bool any = false;
	struct fact f;
	key_link(&key, LINK_TYPE_COVERS, unit);
	walk_begin(&w, o->r->v, TABLE_LINK, buf_view(&key));
	while (walk_fact(&w, &f, NULL)) {
		enum truth truth = when_covers(&f.link.from, &f.link.to, o->day);
		if (!state_stands(f.link.state) || truth == TRUTH_NO)
			continue;
		int32_t day = o->day;
		bool sure = truth == TRUTH_CERTAIN && surely_there(o, &f.link) && surely_inside(o, unit, s->unit, 0);
		any = true;
		if (o->fixed && f.link.role == o->fixed) {
			day = territory_day(o, f.link.b, &f.link.from);
			remember_day(o, day);
		}
		hold_territory(o, s, f.link.b, day, f.link.part, true, sure);
	}
	return any;
}

static int hold_order(const void *a, const void *b)
{
	const struct hold *x = a, *y = b;
	if (x->atom != y->atom)
		return x->atom < y->atom ? -1 : 1;
	if ((x->part != 0) != (y->part != 0))
		return x->part ? 1 : -1;
	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	return y->sure - x->sure;
}

enum err hold_all(struct overlap *o, struct side_unit *s)
{
	uint32_t *tree;
	bool covers = false;
	arena_reset(o->work);
	size_t n = unit_subtree(o->r->v, s->unit, o->day, o->work, &tree);
	for (size_t i = 0; i < n; i++)
		covers = hold_covered(o, s, tree[i]) || covers;
	hold_territory(o, s, s->unit, o->day, 0, !covers, true);
	if (s->n)
		qsort(s->holds, s->n, sizeof *s->holds, hold_order);
	return answer_work(o->r);
}
