/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_place.c - where units lie after a reform: what a target is part of, and what is part of it.
 *
 * Parts   a merger carries the parts of its ended sources to its one target; otherwise the targets name theirs.
 * Around  a new target lies where it says, else where all its sources lay.
 */
#include "query/judging.h"

#define HEIRS_MAX 64

/* Move a unit: links into containers of the new one's kind (or of `from_any`) that hold the day before end, a new one
 * begins. */
static void move_part(struct judging *c, const struct reform *r, uint32_t part, uint32_t whole, uint32_t whole_kind,
		      const char *path)
{
	static const struct when open = {0};
	struct unit_link *links;
	size_t n = unit_links_from(c->v, LINK_TYPE_PART_OF, part, r->before, c->a, &links);
	bool there = false;
	for (size_t i = 0; i < n; i++) {
		uint32_t old = links[i].link.b;
		there |= old == whole && when_eq(&links[i].link.to, &open); /* it lies there already */
		bool leaves = kind_of(c, old) == whole_kind;
		for (size_t k = 0; k < r->m->n_sources; k++)
			leaves |= r->sources[k] == old && !r->survives[k];
		if (leaves && old != whole && !when_eq(&links[i].link.to, &r->effective))
			end_link(c, &links[i], &r->effective, r->m->reason);
	}
	if (!there) {
		put_link(c, LINK_TYPE_PART_OF, part, whole, &r->effective, &open, "", "", c->locator, path);
		return;
	}
	event_waits_for(c, r->event, r->day, part);
	event_waits_for(c, r->event, r->day, whole);
}

/* ---- reforms of one day ----
 *
 * A county merger and a municipal merger across its border may take effect the same day, and be told in either order.
 * So a unit that ended that day stands for what it became, where it went whole into one other.
 */

/* What the unit became by other events of the day. *ret gets at most `max`; returns how many. */
static size_t became(struct judging *c, const struct reform *r, uint32_t unit, bool whole, uint32_t *ret, size_t max)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	size_t n = 0;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_EDGE, buf_view(&key));
	while (n < max && walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && f.edge.state != STATE_RETRACTED && f.edge.to != unit &&
		    when_eq(&f.edge.effective, &r->effective) && !(whole && f.edge.part))
			ret[n++] = f.edge.to;
	return n;
}

/* The unit itself while it lives, else its one heir of the day; 0 = none. */
static uint32_t on_the_day(struct judging *c, const struct reform *r, uint32_t unit)
{
	uint32_t heirs[2];
	struct unit_life life;
	if (unit_life_at(c->v, unit, r->day, &life))
		return unit;
	return became(c, r, unit, true, heirs, 2) == 1 && unit_life_at(c->v, heirs[0], r->day, &life) ? heirs[0] : 0;
}

/* Did the unit, before, lie in what is `whole` now? */
static bool lay_in(struct judging *c, const struct reform *r, uint32_t unit, uint32_t whole)
{
	struct unit_link *links;
	size_t n = unit_links_from(c->v, LINK_TYPE_PART_OF, unit, r->before, c->a, &links);
	for (size_t i = 0; i < n; i++)
		if (on_the_day(c, r, links[i].link.b) == whole)
			return true;
	return false;
}

/* A unit born that day of parts, all of which lay in what is `whole` now, lies in it too, if nothing else was said. */
static void carry_heir(struct judging *c, const struct reform *r, uint32_t unit, uint32_t whole, uint32_t whole_kind)
{
	static const struct when open = {0};
	struct unit_link *links;
	struct unit_life life;
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	bool all =
	    unit != whole && unit_life_at(c->v, unit, r->day, &life) && !unit_life_at(c->v, unit, r->before, &life);
	size_t n = unit_links_from(c->v, LINK_TYPE_PART_OF, unit, r->day, c->a, &links);
	for (size_t i = 0; i < n; i++)
		all = all && kind_of(c, links[i].link.b) != whole_kind;
	if (!all)
		return;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_EDGE_TO, buf_view(&key));
	while (all && walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && f.edge.state != STATE_RETRACTED &&
		    when_eq(&f.edge.effective, &r->effective))
			all = lay_in(c, r, f.edge.from, whole);
	walk_end(&w);
	if (all)
		put_link(c, LINK_TYPE_PART_OF, unit, whole, &r->effective, &open, "", "", c->locator, "event.sources");
}

/* All parts of the ended sources follow them to the one target. */
static void carry_parts(struct judging *c, const struct reform *r, uint32_t whole, uint32_t whole_kind)
{
	for (size_t i = 0; i < r->m->n_sources; i++) {
		struct unit_link *links;
		if (r->survives[i])
			continue;
		size_t n = unit_links_to(c->v, LINK_TYPE_PART_OF, r->sources[i], r->before, c->a, &links);
		for (size_t k = 0; k < n; k++) {
			const struct fact_link *l = &links[k].link;
			uint32_t heirs[HEIRS_MAX];
			struct unit_life life;
			if (l->to.precision != WHEN_NONE) /* it leaves that very day: it went its own way */
				continue;
			if (l->a != whole && unit_life_at(c->v, l->a, r->day, &life))
				move_part(c, r, l->a, whole, whole_kind, "event.sources");
			size_t born = became(c, r, l->a, false, heirs, HEIRS_MAX);
			for (size_t x = 0; x < born; x++)
				carry_heir(c, r, heirs[x], whole, whole_kind);
		}
	}
}

/* Without a word on it, a new unit lies where all its sources lay. */
static void inherit_container(struct judging *c, const struct reform *r, uint32_t unit)
{
	static const struct when open = {0};
	struct unit_link *first;
	if (r->m->n_sources == 0)
		return;
	size_t n = unit_links_from(c->v, LINK_TYPE_PART_OF, r->sources[0], r->before, c->a, &first);
	for (size_t i = 0; i < n; i++) {
		uint32_t whole = on_the_day(c, r, first[i].link.b);
		bool all = whole && whole != unit;
		for (size_t k = 1; k < r->m->n_sources && all; k++)
			all = lay_in(c, r, r->sources[k], whole);
		if (all)
			put_link(c, LINK_TYPE_PART_OF, unit, whole, &r->effective, &open, "", "", c->locator,
				 "event.targets");
	}
}

void place_target(struct judging *c, const struct reform *r, size_t i)
{
	const struct msg_target *t = &r->m->targets[i];
	struct msg_target *said = &r->said->targets[i];
	uint32_t unit = r->targets[i], kind = r->is_new[i] ? target_kind(c, r, t) : kind_of(c, unit);
	if (t->part_of) {
		const char *path = PATH(c, "event.targets[%zu].part_of", i);
		/* The container may be born the same day, by an event on record before. */
		struct unit_life life;
		uint32_t whole = take_unit(c, t->part_of, path, r->day);
		if (whole && !unit_life_at(c->v, whole, r->day, &life)) {
			finding_add(&c->f, RULE_NOT_THERE, path, word_text(c, SPACE_UNIT, whole), r->m->effective,
				    NULL);
		} else if (whole) {
			move_part(c, r, unit, whole, kind_of(c, whole), path);
			said->part_of = arena_alloc(c->a, sizeof *said->part_of);
			put_ref(c, said->part_of, whole);
		}
	} else if (r->is_new[i]) {
		inherit_container(c, r, unit);
	}
	for (size_t k = 0; k < t->n_parts; k++) {
		const char *path = PATH(c, "event.targets[%zu].parts[%zu]", i, k);
		uint32_t part = take_unit(c, &t->parts[k], path, r->before);
		if (part) {
			move_part(c, r, part, unit, kind, path);
			put_ref(c, &said->parts[k], part);
		}
	}
	if (r->m->n_targets == 1 && t->n_parts == 0)
		carry_parts(c, r, unit, kind);
}
