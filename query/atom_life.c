/* SPDX-License-Identifier: Apache-2.0
 *
 * atom_life.c - lives, parts and identities, remembered for the length of a question.
 *
 * A question about one unit must not read all of them, and one about all must not look each of them up. So the first
 * few are looked up singly, and then a whole table is read in one walk. With an overlay nothing can be read whole.
 */
#include <stdlib.h>
#include <string.h>
#include "proto/msg.h"
#include "query/atom_inner.h"

#define LOOKUPS 64

static void walk_rows(struct atoms *t, enum table tab, struct slice prefix, scan_f *fn, void *arg)
{
	AUTO_WALK struct walk w = {0};
	struct fact f;
	walk_begin(&w, t->v, tab, prefix);
	while (walk_fact(&w, &f, NULL) && fn(arg, &f))
		;
}

void scan(struct atoms *t, enum table tab, uint8_t type, scan_f *fn, void *arg)
{
	AUTO_BUF struct buf key = {0};
	if (!t->v->over) {
		if (type)
			buf_u8(&key, type);
		walk_rows(t, tab, buf_view(&key), fn, arg);
		return;
	}
	/* With an overlay every look-up names its bucket: here a unit. The newest units may be in the overlay alone. */
	uint32_t known = view_terms(t->v, SPACE_UNIT);
	for (uint32_t u = 1; u <= known || view_text(t->v, SPACE_UNIT, u).len; u++) {
		if (type)
			key_link(&key, type, u);
		else
			key_unit(&key, u);
		walk_rows(t, tab, buf_view(&key), fn, arg);
	}
}

/* Room for what is remembered by unit. */
static void units_room(struct atoms *t, uint32_t unit)
{
	if (unit < t->units)
		return;
	size_t room = t->units ? t->units : 1024;
	while (room <= unit)
		room *= 2;
	t->life_at = mem_grow(t->life_at, room * sizeof *t->life_at);
	t->parts_at = mem_grow(t->parts_at, room);
	memset(t->life_at + t->units, 0, (room - t->units) * sizeof *t->life_at);
	memset(t->parts_at + t->units, 0, room - t->units);
	t->units = room;
}

/* ---- lives ---- */

static void life_add(struct atoms *t, uint32_t unit, const struct fact_life *l)
{
	if (t->n_lives == t->lives_room) {
		t->lives_room = t->lives_room ? 2 * t->lives_room : 256;
		t->lives = mem_grow(t->lives, t->lives_room * sizeof *t->lives);
	}
	t->lives[t->n_lives] = (struct life){.from = l->from, .to = l->to, .kind = l->kind, .ended_by = l->ended_by};
	if (t->life_at[unit] > 1)
		t->lives[t->n_lives - 1].more = true;
	else
		t->life_at[unit] = (uint32_t)t->n_lives + 2;
	t->n_lives++;
}

static bool life_row(void *arg, const struct fact *f)
{
	struct atoms *t = arg;
	units_room(t, f->life.unit);
	if (state_stands(f->life.state))
		life_add(t, f->life.unit, &f->life);
	return true;
}

static void lives_read(struct atoms *t)
{
	memset(t->life_at, 0, t->units * sizeof *t->life_at);
	t->n_lives = 0;
	t->lives_read = true;
	scan(t, TABLE_LIFE, 0, life_row, t);
}

/* The first of the unit's lives; NULL = none. Valid until the next look-up. */
static const struct life *lives_of(struct atoms *t, uint32_t unit)
{
	units_room(t, unit);
	if (!t->lives_read && !t->life_at[unit] && !t->v->over && ++t->life_lookups > LOOKUPS)
		lives_read(t);
	if (!t->lives_read && !t->life_at[unit]) {
		AUTO_ARENA struct arena *a = arena_new(0);
		struct unit_life *lives;
		size_t n = unit_lives(t->v, unit, a, &lives);
		t->life_at[unit] = 1;
		for (size_t i = 0; i < n; i++)
			life_add(t, unit, &lives[i].life);
	}
	return t->life_at[unit] > 1 ? t->lives + t->life_at[unit] - 2 : NULL;
}

/* ---- identities ---- */

uint32_t unit_first(const struct atoms *t, uint32_t unit)
{
	return same_first(t->same, t->n_same, unit);
}

enum truth unit_itself_living(struct atoms *t, uint32_t unit, int32_t day, struct life *ret)
{
	enum truth best = TRUTH_NO;
	const struct life *l = lives_of(t, unit);
	for (bool more = l; more; l++) {
		enum truth truth = when_covers(&l->from, &l->to, day);
		more = l->more;
		if (truth == TRUTH_NO || truth < best)
			continue;
		best = truth;
		*ret = *l;
	}
	return best;
}

bool unit_lives_once(struct atoms *t, uint32_t unit)
{
	const struct life *l = lives_of(t, unit);
	return l && !l->more;
}

uint32_t unit_living(struct atoms *t, uint32_t unit, int32_t day, struct life *ret)
{
	uint32_t first = unit_first(t, unit), found = 0;
	enum truth best = TRUTH_NO;
	struct life l;
	if (!t->n_same)
		return unit_itself_living(t, unit, day, ret) == TRUTH_NO ? 0 : unit;
	if (view_work(t->v, 1 + t->n_same / 64) != ERR_OK)
		return 0;
	best = unit_itself_living(t, first, day, ret);
	found = best == TRUTH_NO ? 0 : first;
	for (size_t i = 0; i < t->n_same; i++) {
		if (t->same[i].first != first || t->same[i].unit == first)
			continue;
		enum truth truth = unit_itself_living(t, t->same[i].unit, day, &l);
		if (truth <= best)
			continue;
		best = truth;
		found = t->same[i].unit;
		*ret = l;
	}
	return found;
}

static bool began_before(const struct life *l, int32_t day)
{
	return l->from.precision == WHEN_NONE || l->from.hi < day;
}

static bool lived_before(struct atoms *t, uint32_t unit, int32_t day)
{
	const struct life *l = lives_of(t, unit);
	for (bool more = l; more; l++) {
		more = l->more;
		if (began_before(l, day) && when_covers(&l->from, &l->to, day - 1) != TRUTH_NO)
			return true;
	}
	return false;
}

bool unit_lived_before(struct atoms *t, uint32_t first, int32_t day)
{
	bool yes = lived_before(t, first, day);
	for (size_t i = 0; i < t->n_same && !yes; i++)
		yes = t->same[i].first == first && lived_before(t, t->same[i].unit, day);
	return yes;
}

static bool survives(struct atoms *t, uint32_t unit, int32_t day, uint32_t event, bool newborn)
{
	const struct life *l = lives_of(t, unit);
	for (bool more = l; more; l++) {
		more = l->more;
		if ((newborn || began_before(l, day)) && l->ended_by != event &&
		    when_covers(&l->from, &l->to, day) != TRUTH_NO)
			return true;
	}
	return false;
}

bool unit_survives(struct atoms *t, uint32_t first, int32_t day, uint32_t event, bool newborn)
{
	bool yes = survives(t, first, day, event, newborn);
	for (size_t i = 0; i < t->n_same && !yes; i++)
		yes = t->same[i].first == first && survives(t, t->same[i].unit, day, event, newborn);
	return yes;
}

/* ---- parts ---- */

static bool part_row(void *arg, const struct fact *f)
{
	struct atoms *t = arg;
	units_room(t, f->link.b);
	if (state_stands(f->link.state))
		t->parts_at[f->link.b] = 2;
	return true;
}

bool unit_has_parts(struct atoms *t, uint32_t unit)
{
	units_room(t, unit);
	if (!t->parts_read && !t->parts_at[unit] && !t->v->over && ++t->parts_lookups > LOOKUPS) {
		t->parts_read = true;
		scan(t, TABLE_LINK_TO, LINK_TYPE_PART_OF, part_row, t);
	}
	if (!t->parts_read && !t->parts_at[unit]) {
		AUTO_BUF struct buf key = {0};
		t->parts_at[unit] = 1;
		key_link(&key, LINK_TYPE_PART_OF, unit);
		walk_rows(t, TABLE_LINK_TO, buf_view(&key), part_row, t);
	}
	return t->parts_at[unit] == 2;
}

/* ---- what was worked out before ---- */

static struct memo *memo_place(struct memo *memos, size_t room, uint32_t unit, int32_t day, uint32_t what)
{
	uint64_t h =
	    (unit * 0x9e3779b97f4a7c15u) ^ ((uint32_t)day * 0xc2b2ae3d27d4eb4fu) ^ (what * 0x165667b19e3779f9u);
	for (size_t i = (h ^ h >> 29) & (room - 1);; i = (i + 1) & (room - 1)) {
		struct memo *m = &memos[i];
		if (!m->what || (m->unit == unit && m->day == day && m->what == what))
			return m;
	}
}

struct memo *memo_find(struct atoms *t, uint32_t unit, int32_t day, uint32_t what, bool *ret_new)
{
	if (2 * (t->n_memos + 1) > t->memos_room) {
		size_t room = t->memos_room ? 2 * t->memos_room : 256;
		struct memo *memos = mem_zero(room, sizeof *memos);
		for (size_t i = 0; i < t->memos_room; i++) {
			const struct memo *m = &t->memos[i];
			if (m->what)
				*memo_place(memos, room, m->unit, m->day, m->what) = *m;
		}
		free(t->memos);
		t->memos = memos;
		t->memos_room = room;
	}
	struct memo *m = memo_place(t->memos, t->memos_room, unit, day, what);
	*ret_new = !m->what;
	if (*ret_new) {
		*m = (struct memo){.unit = unit, .day = day, .what = what};
		t->n_memos++;
	}
	return m;
}
