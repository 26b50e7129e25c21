/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_standing.c - under the key of a figure: what stands on record, and what this message has said so far.
 */
#include "query/judging_observation.h"
#include <string.h>

/* What stands under one key, as far as this message has asked. */
struct stood {
	uint32_t series, ref, unit;
	size_t n;
	struct standing *list;
	struct stood *chain;
};

static uint64_t key_hash(uint32_t series, uint32_t ref, uint32_t unit)
{
	uint64_t h = (uint64_t)series * 0x9e3779b97f4a7c15u ^ (uint64_t)ref * 0xc2b2ae3d27d4eb4fu ^
		     (uint64_t)unit * 0x165667b19e3779f9u;
	return h ^ h >> 31;
}

void standing_begin(struct judging *c, size_t n)
{
	c->said_mask = 1;
	while (c->said_mask < n)
		c->said_mask = c->said_mask * 2 + 1;
	c->said = arena_alloc(c->a, (c->said_mask + 1) * sizeof *c->said);
	c->stood = arena_alloc(c->a, (c->said_mask + 1) * sizeof *c->stood);
	c->said_at = arena_alloc(c->a, (n + 1) * sizeof *c->said_at);
}

/* ---- on record ---- */

size_t read_standing(struct judging *c, const struct taken *t, struct standing **ret)
{
	uint8_t key_room[16];
	struct buf key = {.data = key_room, .room = sizeof key_room};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	size_t n = 0, room = 0;
	*ret = NULL;
	key_obs(&key, t->series, t->ref, t->unit);
	walk_begin(&w, c->v, TABLE_OBS, buf_view(&key));
	while (walk_next(&w, &r)) {
		if (row_fact(&r, &f) != ERR_OK)
			continue;
		if (n == room)
			*ret = arena_grow(c->a, *ret, n, n + 1, sizeof **ret, &room);
		struct standing *s = &(*ret)[n++];
		struct msg_value *v = NULL;
		bool live = f.obs.state != STATE_RETRACTED && value_get(f.obs.value, c->a, &v) == ERR_OK;
		*s = (struct standing){.src = f.obs.src,
				       .seq = f.obs.seq,
				       .rev = r.rev,
				       .status = f.obs.status,
				       .value = live ? v : NULL,
				       .locator = arena_text(c->a, f.obs.locator.data, f.obs.locator.len)};
	}
	return n;
}

/* Nothing is laid while figures are judged, so that what stands under a key is read once a message. */
size_t standing_of(struct judging *c, const struct taken *t, struct standing **ret)
{
	struct stood **slot = &c->stood[key_hash(t->series, t->ref, t->unit) & c->said_mask], *s = *slot;
	while (s && (s->series != t->series || s->ref != t->ref || s->unit != t->unit))
		s = s->chain;
	if (!s) {
		s = arena_alloc(c->a, sizeof *s);
		*s = (struct stood){.series = t->series, .ref = t->ref, .unit = t->unit, .chain = *slot};
		s->n = read_standing(c, t, &s->list);
		*slot = s;
	}
	*ret = s->list;
	return s->n;
}

/* ---- in this message ---- */

struct said_obs **said_slot(struct judging *c, uint32_t series, uint32_t ref, uint32_t unit)
{
	return &c->said[key_hash(series, ref, unit) & c->said_mask];
}

const struct said_obs *said_find(struct judging *c, uint32_t series, uint32_t ref, uint32_t unit)
{
	const struct said_obs *found = NULL;
	for (const struct said_obs *s = *said_slot(c, series, ref, unit); s; s = s->chain)
		if (s->series == series && s->ref == ref && s->unit == unit &&
		    (!found || found->status == OBSERVATION_STATUS_CONFLICT))
			found = s;
	return found;
}

void said_add(struct judging *c, const struct taken *t, uint16_t seq, const struct standing *old)
{
	struct said_obs **slot = said_slot(c, t->series, t->ref, t->unit);
	struct said_obs *s = arena_alloc(c->a, sizeof *s);
	*s = (struct said_obs){.series = t->series,
			       .ref = t->ref,
			       .unit = t->unit,
			       .seq = seq,
			       .old_src = old ? old->src : 0,
			       .old_seq = old ? old->seq : 0,
			       .index = t->index,
			       .status = t->m->status,
			       .value = t->m->value,
			       .locator = t->locator,
			       .chain = *slot};
	*slot = s;
	c->said_at[t->index] = s;
}

bool said_of(struct judging *c, const struct taken *t, const struct standing *old)
{
	for (const struct said_obs *o = *said_slot(c, t->series, t->ref, t->unit); o; o = o->chain) {
		if (o->series == t->series && o->ref == t->ref && o->unit == t->unit && o->old_src == old->src &&
		    o->old_seq == old->seq)
			return true;
	}
	return false;
}
