/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_replay.c - events that touch the same units are applied in the order of their days, whenever they were entered.
 *
 * Happy path  what an event touches is looked through for later events; so is what those touch, and so on. All of them
 *             are undone (judge_undo.c), the latest word being what stood before; then they are applied again with the
 *             new one among them, or without the one that was annulled (judge_turn.c).
 * Limits      a replay of more than REPLAY_EVENTS_MAX events is refused.
 */
#include "query/judging.h"

#define AS(role) (1u << (role))

bool event_applies(uint8_t status)
{
	return status == EVENT_STATUS_ADOPTED || status == EVENT_STATUS_EFFECTIVE;
}

/* It is asked for by each of the units that an event touches, and may name thousands: once a message is enough. */
bool event_on_record(struct judging *c, uint32_t event, struct replay_event *ret)
{
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	void *m;
	key_event(&key, event);
	if (!view_get(c->v, TABLE_EVENT, buf_view(&key), &row) || row_fact(&row, &f) != ERR_OK)
		return false;
	if (!c->read)
		c->read = arena_alloc(c->a, EVENTS_READ * sizeof *c->read);
	struct replay_event *read = &c->read[event % EVENTS_READ];
	if (read->event == event && read->rev == row.rev) {
		*ret = *read;
		return true;
	}
	keep_texts(c, &f);
	if (codec_decode(&msg_type_reorganisation_event, f.event.body, CODEC_TOLERANT, c->a, &m, NULL) != ERR_OK)
		return false;
	*ret = (struct replay_event){
	    .event = event, .status = f.event.status, .effective = f.event.effective, .rev = row.rev, .m = m};
	if (row.rev < c->in->rev) /* of the message at hand it may be said anew */
		*read = *ret;
	return true;
}

uint32_t ref_unit(struct judging *c, const struct msg_unit_ref *ref)
{
	return ref && ref->id && *ref->id->id ? word_find(c, SPACE_UNIT, ref->id->id) : 0;
}

uint32_t target_unit(struct judging *c, const struct msg_target *t)
{
	return t->unit ? ref_unit(c, t->unit) : word_find(c, SPACE_UNIT, t->id);
}

bool among_targets(struct judging *c, const struct msg_reorganisation_event *m, uint32_t unit)
{
	bool among = false;
	for (size_t i = 0; i < m->n_targets && !among; i++)
		among = target_unit(c, &m->targets[i]) == unit;
	return among;
}

void replay_begin(struct judging *c, struct replay *p)
{
	*p = (struct replay){.c = c, .first_fact = c->n_facts, .first_change = c->n_changes};
}

/* ---- units to be looked through ---- */

static size_t slot_of(const struct replay *p, uint32_t unit)
{
	size_t i = (unit * 2654435761u) & p->mask;
	while (p->slots[i] && p->units[p->slots[i] - 1].unit != unit)
		i = (i + 1) & p->mask;
	return i;
}

static void more_slots(struct replay *p)
{
	size_t n = p->mask ? (p->mask + 1) * 2 : 64;
	p->slots = arena_alloc(p->c->a, n * sizeof *p->slots);
	p->mask = n - 1;
	for (size_t i = 0; i < p->n_units; i++)
		p->slots[slot_of(p, p->units[i].unit)] = (uint32_t)i + 1;
}

static void touch(struct replay *p, uint32_t unit, int32_t day, bool both)
{
	if (!unit)
		return;
	if (!p->slots || p->n_units * 2 > p->mask)
		more_slots(p);
	size_t s = slot_of(p, unit);
	if (!p->slots[s]) {
		p->units = arena_grow(p->c->a, p->units, p->n_units, p->n_units + 1, sizeof *p->units, &p->units_room);
		p->units[p->n_units++] = (struct touched){.unit = unit, .from = day, .both = both, .wait = true};
		p->slots[s] = (uint32_t)p->n_units;
		return;
	}
	struct touched *t = &p->units[p->slots[s] - 1];
	if (day < t->from || (both && !t->both))
		t->wait = true;
	t->from = day < t->from ? day : t->from;
	t->both |= both;
}

/* A source that ends: where the heirs of its parts lie depends on it. */
static void touch_ended(struct replay *p, uint32_t unit, int32_t day)
{
	if (!unit)
		return;
	touch(p, unit, day, true);
	struct touched *t = &p->units[p->slots[slot_of(p, unit)] - 1];
	t->wait |= !t->ended;
	t->ended = true;
}

static bool find_event(struct replay *p, uint32_t event, int32_t from);

/* Events from the day on in which the unit has one of the roles. */
static void find_events_of(struct replay *p, uint32_t unit, int32_t from, unsigned roles)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	if (!unit)
		return;
	key_unit(&key, unit);
	walk_begin(&w, p->c->v, TABLE_EVENT_OF, buf_view(&key));
	while (walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && f.event_unit.role <= ROLE_WAITS &&
		    (roles & AS(f.event_unit.role)) && f.event_unit.day >= from &&
		    f.event_unit.state != STATE_RETRACTED)
			find_event(p, f.event_unit.event, from);
}

/* What is put into a unit lies elsewhere when the unit's own end carries its parts along. */
static void touch_container(struct replay *p, uint32_t unit, int32_t day)
{
	find_events_of(p, unit, day, AS(ROLE_SOURCE));
}

static void touch_event(struct replay *p, const struct msg_reorganisation_event *m, int32_t day)
{
	struct judging *c = p->c;
	for (size_t i = 0; i < m->n_sources; i++) {
		uint32_t unit = ref_unit(c, &m->sources[i]);
		touch(p, unit, day, true);
		if (!among_targets(c, m, unit))
			touch_ended(p, unit, day);
	}
	for (size_t i = 0; i < m->n_targets; i++) {
		const struct msg_target *t = &m->targets[i];
		touch(p, target_unit(c, t), day, true);
		touch_container(p, ref_unit(c, t->part_of), day);
		for (size_t k = 0; k < t->n_parts; k++)
			touch(p, ref_unit(c, &t->parts[k]), day, false);
	}
	for (size_t i = 0; i < m->n_moves; i++) {
		touch(p, ref_unit(c, m->moves[i].what), day, true);
		touch(p, ref_unit(c, m->moves[i].from), day, true);
		touch(p, ref_unit(c, m->moves[i].to), day, true);
	}
	for (size_t i = 0; i < m->n_dispositions; i++)
		touch(p, ref_unit(c, m->dispositions[i].object), day, false);
}

void replay_touch_reform(struct replay *p, const struct reform *r)
{
	struct judging *c = p->c;
	struct resolved named;
	if (!r->applies)
		return;
	for (size_t i = 0; i < r->m->n_sources; i++) {
		touch(p, r->sources[i], r->day, true);
		if (!r->survives[i])
			touch_ended(p, r->sources[i], r->day);
	}
	for (size_t i = 0; i < r->m->n_targets; i++) {
		const struct msg_target *t = &r->m->targets[i];
		touch(p, r->targets[i], r->day, true);
		if (t->part_of) {
			resolve_unit(c->v, t->part_of, c->scope, r->day, c->a, &named);
			touch_container(p, named.unit, r->day);
		}
		for (size_t k = 0; k < t->n_parts; k++) {
			resolve_unit(c->v, &t->parts[k], c->scope, r->before, c->a, &named);
			touch(p, named.unit, r->day, false);
		}
	}
	for (size_t i = 0; i < r->m->n_moves; i++) {
		touch(p, r->what[i], r->day, true);
		touch(p, r->from[i], r->day, true);
		touch(p, r->to[i], r->day, true);
	}
	for (size_t i = 0; i < r->m->n_dispositions; i++)
		touch(p, r->objects[i], r->day, false);
}

/* ---- events found ---- */

static bool add_event(struct replay *p, const struct replay_event *e)
{
	if (p->n >= REPLAY_EVENTS_MAX) {
		p->too_many = true;
		return false;
	}
	p->events = arena_grow(p->c->a, p->events, p->n, p->n + 1, sizeof *p->events, &p->room);
	p->events[p->n++] = *e;
	touch_event(p, e->m, e->effective.hi);
	return true;
}

/* true: the event is among those that are applied anew. */
static bool find_event(struct replay *p, uint32_t event, int32_t from)
{
	struct replay_event e;
	for (size_t i = 0; i < p->n; i++)
		if (p->events[i].event == event)
			return true;
	return event && event_on_record(p->c, event, &e) && event_applies(e.status) && e.effective.hi >= from &&
	       add_event(p, &e);
}

void replay_old(struct replay *p, const struct replay_event *old)
{
	struct replay_event e = *old;
	e.self = true;
	add_event(p, &e);
}

/* What became of a unit later: heirs of which nothing was said lie where it lay. */
static void through_heirs(struct replay *p, uint32_t unit, int32_t day)
{
	find_events_of(p, unit, day, AS(ROLE_SOURCE) | AS(ROLE_BOTH));
}

/* Who put the part elsewhere after its container had ended had nothing to end there: if the container has not ended,
 * the part leaves it. */
static void through_part(struct replay *p, uint32_t part, int32_t day)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	key_link(&key, LINK_TYPE_PART_OF, part);
	walk_begin(&w, p->c->v, TABLE_LINK, buf_view(&key));
	while (walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && f.link.state != STATE_RETRACTED)
			find_event(p, f.link.born_by, day);
}

static void through_links(struct replay *p, struct touched t, uint8_t type, bool back)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	key_link(&key, type, t.unit);
	walk_begin(&w, p->c->v, back ? TABLE_LINK_TO : TABLE_LINK, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || f.link.state == STATE_RETRACTED)
			continue;
		bool born = find_event(p, f.link.born_by, t.from), ended = find_event(p, f.link.ended_by, t.from);
		if (type == LINK_TYPE_PART_OF && !back) {
			touch_container(p, f.link.b, t.from);
		} else if (type == LINK_TYPE_PART_OF && t.ended) {
			through_heirs(p, f.link.a, t.from);
			through_part(p, f.link.a, t.from);
		}
		if ((type != LINK_TYPE_PART_OF || back) && (born || ended))
			touch(p, back ? f.link.a : f.link.b, t.from, false);
	}
}

static void through_unit(struct replay *p, struct touched t)
{
	find_events_of(p, t.unit, t.from, AS(ROLE_SOURCE) | AS(ROLE_TARGET) | AS(ROLE_BOTH) | AS(ROLE_WAITS));
	for (uint8_t type = 1; type <= MOVABLE_LINK_MAX; type++) {
		through_links(p, t, type, false);
		if (t.both)
			through_links(p, t, type, true);
	}
}

void replay_undo(struct replay *p)
{
	bool more = true;
	judging_lay(p->c);
	while (more && !p->too_many) {
		more = false;
		for (size_t i = 0; i < p->n_units && !p->too_many; i++) {
			if (!p->units[i].wait)
				continue;
			p->units[i].wait = false;
			more = true;
			through_unit(p, p->units[i]);
		}
	}
	if (p->n > p->undone && !p->too_many)
		undo_events(p, p->undone);
	p->undone = p->n;
}
