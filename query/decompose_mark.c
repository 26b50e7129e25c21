/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_mark.c - which units, arrangements or participants are counted in which group, at each point.
 */
#include <stdlib.h>
#include <string.h>
#include "query/decompose_counting.h"

/* ---- what is there ---------------------------------------------------------------------------------- */

static void mark_add(struct counting *c, struct marks *m, uint32_t group, uint32_t thing, bool certain, bool internal)
{
	m->list = arena_grow(c->d->r->a, m->list, m->n, m->n + 1, sizeof *m->list, &m->room);
	if (c->d->q->counted != COUNTED_PARTICIPANTS)
		thing = same_first(c->same, c->n_same, thing);
	m->list[m->n++] = (struct mark){group, thing, certain, internal};
}

static int by_group(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int d = (x->group > y->group) - (x->group < y->group);
	if (d == 0)
		d = (x->thing > y->thing) - (x->thing < y->thing);
	return d ? d : y->certain - x->certain;
}

static void marks_sort(struct marks *m)
{
	size_t kept = 0;
	if (m->n)
		qsort(m->list, m->n, sizeof *m->list, by_group);
	for (size_t i = 0; i < m->n; i++)
		if (!i || m->list[i].group != m->list[kept - 1].group || m->list[i].thing != m->list[kept - 1].thing)
			m->list[kept++] = m->list[i];
	m->n = kept;
}

const struct mark *mark_of(const struct marks *m, uint32_t group, uint32_t thing)
{
	struct mark x = {.group = group, .thing = thing};
	size_t low = 0, high = m->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_group(&m->list[middle], &x) < 0 &&
		    (m->list[middle].group != group || m->list[middle].thing != thing))
			low = middle + 1;
		else
			high = middle;
	}
	return low < m->n && m->list[low].group == group && m->list[low].thing == thing ? &m->list[low] : NULL;
}

static enum err read_units(struct counting *c, int32_t day, struct marks *m)
{
	struct decompose *d = c->d;
	uint32_t *list;
	size_t n = unit_all_of_kind(d->r->v, c->kind, day, d->r->a, &list);
	enum err e = d->r->v->err;
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		struct unit_life life;
		uint32_t group = decompose_group(d, list[i], day);
		if (group != DECOMPOSE_NOWHERE && unit_life_at(d->r->v, list[i], day, &life))
			mark_add(c, m, group, list[i], life.truth == TRUTH_CERTAIN, false);
		e = answer_work(d->r);
	}
	return e;
}

static bool of_kind(struct counting *c, uint32_t unit, int32_t day)
{
	struct unit_life life;
	if (unit_life_at(c->d->r->v, unit, day, &life))
		return life.life.kind == c->kind;
	return unit_kind(c->d->r->v, unit) == c->kind;
}

/* One that takes part or hosts, where it stands on `day`. Participants outside the scope are kept: they may come into
 * it with the borders. */
static void member(struct counting *c, const struct arrangement *x, uint32_t unit, bool certain, bool takes_part,
		   int32_t day, bool itself, struct marks *m)
{
	struct decompose *d = c->d;
	if (!unit)
		return;
	bool in = itself || scope_has(d->scope, unit, day);
	uint32_t group = in ? scope_group(d->scope, unit, day) : DECOMPOSE_NOWHERE;
	if (d->q->counted == COUNTED_ARRANGEMENTS && in)
		mark_add(c, m, group, x->unit, certain, x->internalised);
	else if (d->q->counted == COUNTED_PARTICIPANTS && takes_part && of_kind(c, unit, day))
		mark_add(c, m, group, unit, certain, false);
}

/* In which groups it is, and who takes part in it. `place`: where they stand. */
static void take_arrangement(struct counting *c, const struct arrangement *x, int32_t day, int32_t place,
			     struct marks *m)
{
	struct decompose *d = c->d;
	/* A round that speaks of it is sure of it. */
	bool sure = c->spoken || x->life.truth == TRUTH_CERTAIN, itself = scope_has(d->scope, x->unit, day);
	bool nobody = !x->n_participants && !x->n_possible && !x->host;
	for (size_t i = 0; i < x->n_participants; i++)
		member(c, x, x->participants[i], sure, true, place, itself, m);
	for (size_t i = 0; i < x->n_possible; i++)
		member(c, x, x->possible[i], false, true, place, itself, m);
	if (!x->n_possible_hosts)
		member(c, x, x->host, sure, false, place, itself, m);
	for (size_t i = 0; i < x->n_possible_hosts; i++)
		member(c, x, x->possible_hosts[i], false, false, place, itself, m);
	if (itself && d->q->counted == COUNTED_ARRANGEMENTS && (nobody || !scope_grouped(d->scope)))
		mark_add(c, m, 0, x->unit, sure, x->internalised);
}

static enum err read_arrangements(struct counting *c, enum reading which, int32_t day, struct marks *m)
{
	struct decompose *d = c->d;
	bool moved = which == READ_MOVED;
	struct arrangements_ask ask = {.day = day, .atoms = moved ? c->atoms : NULL, .structure = d->to.day};
	struct arrangements *l = arrangements_open(d->r, &ask);
	const struct arrangement *x;
	enum err e = ERR_OK;
	while (e == ERR_OK && arrangements_next(l, &x)) {
		if (filter_arrangement(c->where, x) && counting_wanted(c, which, x->unit))
			take_arrangement(c, x, day, moved ? d->to.day : day, m);
		e = answer_work(d->r);
	}
	enum err closed = arrangements_close(l);
	return e == ERR_OK ? closed : e;
}

enum err counting_read(struct counting *c, enum reading which)
{
	struct decompose *d = c->d;
	struct marks *m = &c->marks[which];
	int32_t day = which == READ_TO ? d->to.day : d->from.day;
	bool moved = which == READ_MOVED;
	d->r->v->as_of = which == READ_THEN ? d->from.rev : d->to.rev;
	c->n_same = same_read(d->r->v, d->r->a, &c->same);
	enum err e = d->q->counted == COUNTED_UNITS ? moved ? ERR_OK : read_units(c, day, m)
						    : read_arrangements(c, which, day, m);
	marks_sort(m);
	d->r->v->as_of = d->to.rev;
	return e;
}

/* ---- of one thing ---- */

bool counting_lives(struct counting *c, uint32_t thing, int32_t day)
{
	struct unit_life life;
	return unit_life_at(c->d->r->v, thing, day, &life) &&
	       (c->d->q->counted != COUNTED_UNITS || life.life.kind == c->kind);
}

const char *counting_name(struct counting *c, struct ledger *l, uint32_t thing, bool later)
{
	struct decompose *d = c->d;
	return unit_name(d->r->v, thing, later ? d->to.day : d->from.day, l->a);
}

bool counting_known(struct counting *c, uint32_t thing)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct decompose *d = c->d;
	struct unit_life *list;
	struct row row;
	bool known;
	if (c->spoken)
		return counting_wanted(c, READ_THEN, thing);
	d->r->v->as_of = d->from.rev;
	if (d->q->counted == COUNTED_PARTICIPANTS) {
		key_link(&key, LINK_TYPE_PARTICIPATES_IN, thing);
		walk_begin(&w, d->r->v, TABLE_LINK, buf_view(&key));
		known = walk_next(&w, &row);
	} else {
		known = unit_lives(d->r->v, thing, d->r->row, &list) != 0;
	}
	d->r->v->as_of = d->to.rev;
	return known;
}
