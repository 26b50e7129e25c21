/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_structure.c - who contains whom, in memory.
 *
 * unit.h walks the rows of one unit a call, which is right for a few units and slow for a hundred thousand on twenty
 * days. Here all lives and all part_of links are read once, in key order, and asked on as many days as there are. The
 * answers are the same by the same rules; a test holds the two against each other. What was read is kept for other
 * questions (kept.h).
 */
#include <string.h>
#include "query/kept.h"
#include "query/trend.h"

struct kept_life {
	struct when from, to;
};
struct kept_link {
	uint32_t to_unit;
	struct when from, to;
};
/* Of unit u: lives[life_at[u]] up to life_at[u + 1], and likewise links. */
struct trend_structure {
	struct arena *a;
	uint32_t n_units;
	uint32_t *kind, *life_at, *link_at;
	size_t n_lives, lives_room, n_links, links_room;
	struct kept_life *lives;
	struct kept_link *links;
};

static bool stands(enum fact_state s)
{
	return s == STATE_ASSERTED || s == STATE_CORRECTED;
}

/* Rows come in the order of units: whatever lies between the last one and this begins here. */
static void begin_unit(uint32_t *at, uint32_t *last, uint32_t unit, size_t n)
{
	while (*last < unit)
		at[++*last] = (uint32_t)n;
}

static enum err load_lives(struct trend_structure *s, struct view *v)
{
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	uint32_t last = 0;
	walk_begin(&w, v, TABLE_LIFE, (struct slice){0});
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &f);
		if (e != ERR_OK || f.life.unit > s->n_units)
			return e != ERR_OK ? e : ERR_CORRUPT;
		if (!stands(f.life.state))
			continue;
		begin_unit(s->life_at, &last, f.life.unit, s->n_lives);
		if (!s->kind[f.life.unit])
			s->kind[f.life.unit] = f.life.kind;
		s->lives = arena_grow(s->a, s->lives, s->n_lives, s->n_lives + 1, sizeof *s->lives, &s->lives_room);
		s->lives[s->n_lives++] = (struct kept_life){f.life.from, f.life.to};
	}
	begin_unit(s->life_at, &last, s->n_units + 1, s->n_lives);
	return v->err;
}

static enum err load_links(struct trend_structure *s, struct view *v)
{
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	uint32_t last = 0;
	const uint8_t type = LINK_TYPE_PART_OF;
	walk_begin(&w, v, TABLE_LINK, (struct slice){&type, 1});
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &f);
		if (e != ERR_OK || f.link.a > s->n_units || f.link.b > s->n_units)
			return e != ERR_OK ? e : ERR_CORRUPT;
		if (!stands(f.link.state))
			continue;
		begin_unit(s->link_at, &last, f.link.a, s->n_links);
		s->links = arena_grow(s->a, s->links, s->n_links, s->n_links + 1, sizeof *s->links, &s->links_room);
		s->links[s->n_links++] = (struct kept_link){f.link.b, f.link.from, f.link.to};
	}
	begin_unit(s->link_at, &last, s->n_units + 1, s->n_links);
	return v->err;
}

static struct trend_structure *load(struct view *v, uint32_t n_units, struct arena *a)
{
	struct trend_structure *s = arena_alloc(a, sizeof *s);
	s->a = a;
	s->n_units = n_units;
	s->kind = arena_alloc(a, ((size_t)s->n_units + 2) * sizeof *s->kind);
	s->life_at = arena_alloc(a, ((size_t)s->n_units + 2) * sizeof *s->life_at);
	s->link_at = arena_alloc(a, ((size_t)s->n_units + 2) * sizeof *s->link_at);
	/* Mostly a unit has one life, and one container. */
	s->lives_room = s->links_room = (size_t)s->n_units + s->n_units / 8 + 8;
	s->lives = arena_alloc(a, s->lives_room * sizeof *s->lives);
	s->links = arena_alloc(a, s->links_room * sizeof *s->links);
	enum err e = load_lives(s, v);
	if (e == ERR_OK)
		e = load_links(s, v);
	if (e != ERR_OK && v->err == ERR_OK)
		v->err = e;
	return e == ERR_OK ? s : NULL;
}

struct trend_structure *trend_structure_load(struct trend *t)
{
	struct view *v = t->r->v;
	struct kept_thing *x = t->r->c ? kept_thing(t->r->c->kept, v, KEPT_STRUCTURE, t->n_units) : NULL;
	if (!x)
		return load(v, t->n_units, t->r->a);
	if (!x->made)
		x->made = load(v, t->n_units, x->a);
	return x->made;
}

static enum truth lives_at(const struct trend_structure *s, uint32_t unit, int32_t day)
{
	enum truth best = TRUTH_NO;
	for (uint32_t i = s->life_at[unit]; i < s->life_at[unit + 1] && best != TRUTH_CERTAIN; i++) {
		enum truth truth = when_covers(&s->lives[i].from, &s->lives[i].to, day);
		best = truth > best ? truth : best;
	}
	return best;
}

static enum truth holds_at(const struct trend_structure *s, const struct kept_link *l, enum truth alive, int32_t day)
{
	enum truth truth = when_covers(&l->from, &l->to, day);
	truth = alive < truth ? alive : truth;
	if (truth == TRUTH_NO)
		return TRUTH_NO;
	alive = lives_at(s, l->to_unit, day);
	return alive < truth ? alive : truth;
}

struct queue {
	uint32_t *units;
	size_t n, room;
};

static void queue_add(struct trend *t, struct queue *q, uint32_t unit)
{
	view_work(t->r->v, 1 + q->n / 64);
	for (size_t i = 0; i < q->n; i++) {
		if (q->units[i] == unit)
			return;
	}
	q->units = arena_grow(t->work, q->units, q->n, q->n + 1, sizeof *q->units, &q->room);
	q->units[q->n++] = unit;
}

/* What contains `unit` directly: a possible container only where no certain one of its kind is known. */
static void containers(struct trend *t, const struct trend_structure *s, uint32_t unit, int32_t day, struct queue *q)
{
	uint32_t from = s->link_at[unit], to = s->link_at[unit + 1];
	enum truth alive = from < to ? lives_at(s, unit, day) : TRUTH_NO;
	for (uint32_t i = from; i < to && t->r->v->err == ERR_OK; i++) {
		const struct kept_link *l = &s->links[i];
		enum truth truth = holds_at(s, l, alive, day);
		bool out = truth == TRUTH_NO;
		for (uint32_t k = from; k < to && truth == TRUTH_POSSIBLE && !out; k++)
			out = s->kind[s->links[k].to_unit] == s->kind[l->to_unit] &&
			      holds_at(s, &s->links[k], alive, day) == TRUTH_CERTAIN;
		if (!out)
			queue_add(t, q, l->to_unit);
	}
}

uint32_t trend_structure_upwards(struct trend *t, const struct trend_structure *s, uint32_t unit, uint32_t wanted,
				 uint32_t kind, int32_t day)
{
	struct queue q = {0};
	size_t from = 0;
	queue_add(t, &q, unit);
	for (unsigned depth = 0; depth < UNIT_DEPTH_MAX && from < q.n; depth++) {
		size_t to = q.n;
		for (size_t i = from; i < to && t->r->v->err == ERR_OK; i++)
			containers(t, s, q.units[i], day, &q);
		for (size_t i = to; i < q.n; i++) {
			if (wanted ? q.units[i] == wanted : !kind || s->kind[q.units[i]] == kind)
				return q.units[i];
		}
		from = to;
	}
	return 0;
}

uint32_t trend_structure_kind(const struct trend_structure *s, uint32_t unit)
{
	return s->kind[unit];
}
