/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_thing.c - what is counted once: where it is on a day, and while it is there.
 */
#include <stdlib.h>
#include "query/balancing.h"
#include "query/passage.h"

/* ---- which units are one ---------------------------------------------------------------------------- */

static struct ones ones_of(struct record *c, const struct same *list, size_t n)
{
	return (struct ones){n, list, same_by_class(list, n, c->b->r->a)};
}

void thing_read(struct record *c)
{
	struct balance *b = c->b;
	struct arena *a = b->r->a;
	struct same *list;
	size_t n = same_read(b->r->v, a, &list);
	c->then = c->now = c->either = ones_of(c, list, n);
	if (b->from.rev == b->to.rev)
		return;
	b->r->v->as_of = b->from.rev;
	n = same_read(b->r->v, a, &list);
	b->r->v->as_of = b->to.rev;
	c->then = ones_of(c, list, n);
	n = same_join(c->then.list, c->then.n, c->now.list, c->now.n, a, &list);
	c->either = ones_of(c, list, n);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

struct thing thing_of(struct record *c, const struct ones *o, uint32_t unit)
{
	const struct same *all;
	size_t n = same_class(o->by_class, o->n, same_first(o->list, o->n, unit), &all), kept = 0;
	n = view_work(c->b->r->v, 1 + n / 8) == ERR_OK ? n : 0; /* thousands may be one */
	uint32_t *units = arena_alloc(c->b->work, (n + 1) * sizeof *units);
	for (size_t i = 0; i < n; i++)
		if (bsearch(&all[i].unit, c->units, c->n_units, sizeof *c->units, by_number))
			units[kept++] = all[i].unit;
	if (!kept)
		units[kept++] = unit;
	return (struct thing){kept, units};
}

/* ---- where it is ------------------------------------------------------------------------------------ */

static int by_group(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return y->sure - x->sure;
}

static void place_add(struct record *c, struct places *p, size_t *room, uint32_t group, bool sure)
{
	p->list = arena_grow(c->b->work, p->list, p->n, p->n + 1, sizeof *p->list, room);
	p->list[p->n++] = (struct place){group, sure};
}

/* Each group once, certain ones first. */
static void places_settle(struct places *p)
{
	size_t kept = 0;
	if (p->n)
		qsort(p->list, p->n, sizeof *p->list, by_group);
	for (size_t i = 0; i < p->n; i++)
		if (!kept || p->list[kept - 1].group != p->list[i].group)
			p->list[kept++] = p->list[i];
	p->n = kept;
}

/* Read by itself: opening the list of a day for one arrangement would read which ones there are every time. By the
 * rules of arrangement.h: a link is as certain as the arrangement, or only possible; of several hosts the most certain
 * one counts, then the one said first. */
static void arrangement_places(struct record *c, uint32_t unit, int32_t day, enum truth lives, struct places *p)
{
	struct balance *b = c->b;
	struct view *v = b->r->v;
	struct arrangement x = {.unit = unit};
	struct attr_at *attrs;
	struct unit_link *hosts, *links, host = {0};
	size_t n_hosts = unit_links_to(v, LINK_TYPE_HOSTS, unit, day, b->work, &hosts), room = 0;
	size_t n = unit_links_to(v, LINK_TYPE_PARTICIPATES_IN, unit, day, b->work, &links);
	bool itself = scope_has(b->scope, unit, day);
	x.n_attrs = attributes_at(v, unit, day, b->work, &attrs);
	x.attrs = attrs;
	for (size_t i = 0; i < n_hosts; i++)
		if (!i || hosts[i].truth > host.truth || (hosts[i].truth == host.truth && hosts[i].rev < host.rev))
			host = hosts[i];
	x.host = x.host_reported = host.link.a;
	if (!filter_arrangement(b->where, &x))
		return;
	if (itself && (!scope_grouped(b->scope) || (!n && !n_hosts)))
		place_add(c, p, &room, 0, true); /* nobody need be known to take part */
	for (size_t i = 0; i <= n; i++) {
		const struct unit_link *l = i < n ? &links[i] : &host;
		if (l->link.a && (itself || scope_has(b->scope, l->link.a, day)))
			place_add(c, p, &room, scope_group(b->scope, l->link.a, day), l->truth >= lives);
	}
}

static void unit_places(struct record *c, uint32_t unit, int32_t day, bool living, struct places *ret, size_t *room)
{
	struct balance *b = c->b;
	struct places p = {0};
	struct unit_life life;
	size_t own = 0;
	bool lives = unit_life_at(b->r->v, unit, day, &life) && life.life.kind == b->kind;
	if (lives && b->q->counted == COUNTED_ARRANGEMENTS)
		arrangement_places(c, unit, day, life.truth, &p);
	else if (lives && scope_has(b->scope, unit, day) && filter_unit(b->r, b->where, unit, day))
		place_add(c, &p, &own, scope_group(b->scope, unit, day), true);
	bool sure = living || (lives && life.truth == TRUTH_CERTAIN);
	for (size_t i = 0; i < p.n; i++)
		place_add(c, ret, room, p.list[i].group, p.list[i].sure && sure);
}

struct places thing_places(struct record *c, uint64_t as_of, const struct thing *x, int32_t day, bool living)
{
	struct view *v = c->b->r->v;
	struct places p = {0};
	size_t room = 0;
	v->as_of = as_of;
	for (size_t i = 0; i < x->n; i++)
		unit_places(c, x->units[i], day, living, &p, &room);
	v->as_of = c->b->to.rev;
	places_settle(&p);
	return p;
}

/* ---- while it is there ------------------------------------------------------------------------------ */

bool thing_counted(struct record *c, uint32_t unit)
{
	return unit_kind(c->b->r->v, unit) == c->b->kind;
}

bool thing_lives(struct record *c, const struct thing *x, int32_t day)
{
	struct unit_life life;
	for (size_t i = 0; i < x->n; i++)
		if (unit_life_at(c->b->r->v, x->units[i], day, &life) && life.life.kind == c->b->kind)
			return true;
	return false;
}

bool thing_known(struct record *c, uint64_t as_of, const struct thing *x)
{
	struct view *v = c->b->r->v;
	struct unit_life *lives;
	bool known = false;
	v->as_of = as_of;
	for (size_t i = 0; i < x->n && !known; i++)
		known = unit_lives(v, x->units[i], c->b->work, &lives) > 0;
	v->as_of = c->b->to.rev;
	return known;
}

static struct when begins(const struct fact_life *l)
{
	static const struct when ever = {.lo = WHEN_DAY_MIN, .hi = WHEN_DAY_MIN};
	return l->from.precision == WHEN_NONE ? ever : l->from;
}

static struct when ends(const struct fact_life *l)
{
	static const struct when never = {.lo = WHEN_DAY_MAX, .hi = WHEN_DAY_MAX};
	return l->to.precision == WHEN_NONE ? never : l->to;
}

static int by_begin(const void *x, const void *y)
{
	const struct fact_life *a = x, *b = y;
	struct when p = begins(a), q = begins(b);
	if (p.lo != q.lo || p.hi != q.hi)
		return p.lo < q.lo || (p.lo == q.lo && p.hi < q.hi) ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return (a->life > b->life) - (a->life < b->life);
}

/* It is there as early as one of its lives may have begun, and for certain as soon as one has; and so at its end. */
static void span_add(struct span *s, const struct fact_life *l)
{
	struct when from = begins(l), to = ends(l);
	if (!s->n++) {
		*s = (struct span){from, to, 1, l, l, l};
		return;
	}
	if (from.hi < s->from.hi)
		s->first = l;
	if (to.lo > s->to.lo || (to.lo == s->to.lo && to.hi > s->to.hi)) {
		s->last = l;
		s->to.precision = to.precision;
	}
	s->from.hi = from.hi < s->from.hi ? from.hi : s->from.hi; /* .lo: they come in that order */
	s->to.lo = to.lo > s->to.lo ? to.lo : s->to.lo;
	s->to.hi = to.hi > s->to.hi ? to.hi : s->to.hi;
}

size_t thing_spans(struct record *c, const struct thing *x, struct span **ret)
{
	struct arena *a = c->b->work;
	struct fact_life *all = NULL;
	size_t n = 0, room = 0, kept = 0;
	for (size_t i = 0; i < x->n; i++) {
		struct unit_life *lives;
		size_t k = unit_lives(c->b->r->v, x->units[i], a, &lives);
		for (size_t m = 0; m < k; m++) {
			if (lives[m].life.kind != c->b->kind)
				continue;
			all = arena_grow(a, all, n, n + 1, sizeof *all, &room);
			all[n++] = lives[m].life;
		}
	}
	if (n)
		qsort(all, n, sizeof *all, by_begin);
	*ret = arena_alloc(a, (n + 1) * sizeof **ret);
	for (size_t i = 0; i < n; i++) {
		if (!kept || begins(&all[i]).lo > (*ret)[kept - 1].to.hi)
			(*ret)[kept++] = (struct span){0};
		span_add(&(*ret)[kept - 1], &all[i]);
	}
	return kept;
}

const struct span *thing_span_at(const struct span *list, size_t n, int32_t day)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].from.lo <= day && day < list[i].to.hi)
			return &list[i];
	return NULL;
}

bool thing_flows(struct record *c, uint32_t unit, uint32_t event, bool forward)
{
	const struct ones *o = &c->now;
	uint32_t *others;
	size_t n = event ? passage_others(c->b->r->v, unit, event, forward, c->b->work, &others) : 0;
	for (size_t i = 0; i < n; i++)
		if (thing_counted(c, others[i]) &&
		    same_first(o->list, o->n, others[i]) != same_first(o->list, o->n, unit))
			return true;
	return false;
}

bool thing_has_other(struct record *c, const struct span *s, bool forward)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct fact_life *l = &s->lives[i];
		bool outer = forward ? ends(l).hi == s->to.hi : begins(l).lo == s->from.lo;
		if (outer && thing_flows(c, l->unit, forward ? l->ended_by : l->born_by, forward))
			return true;
	}
	return false;
}
