/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_replay.c - events that touch the same units are applied in the order of their days, whenever they were entered.
 *
 * Happy path  what an event touches is looked through for later events; so is what those touch, and so on. All of them
 *             are undone (judge_undo.c), the latest word being what stood before; then they are applied again with the
 *             new one among them, or without the one that was annulled.
 * Order       the effective day; within a day whoever gives birth to a unit comes before whoever names it; then the
 *             id, so that the order of entry does not matter.
 * Failing     an event that cannot be applied any more stays on record and is named; when it can be applied again it
 *             is.
 * Limits      a replay of more than REPLAY_EVENTS_MAX events is refused.
 */
#include "query/judging.h"
#include <stdlib.h>
#include <string.h>

#define LINK_TYPES (LINK_TYPE_RESPONSIBLE_FOR + 1)

bool event_applies(uint8_t status)
{
	return status == EVENT_STATUS_ADOPTED || status == EVENT_STATUS_EFFECTIVE;
}

bool event_on_record(struct judging *c, uint32_t event, struct replay_event *ret)
{
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	void *m;
	key_event(&key, event);
	if (!view_get(c->v, TABLE_EVENT, buf_view(&key), &row) || row_fact(&row, &f) != ERR_OK)
		return false;
	keep_texts(c, &f);
	if (codec_decode(&msg_type_reorganisation_event, f.event.body, CODEC_TOLERANT, c->a, &m, NULL) != ERR_OK)
		return false;
	*ret = (struct replay_event){
	    .event = event, .status = f.event.status, .effective = f.event.effective, .rev = row.rev, .m = m};
	return true;
}

uint32_t ref_unit(struct judging *c, const struct msg_unit_ref *ref)
{
	return ref && ref->id && *ref->id->id ? word_find(c, SPACE_UNIT, ref->id->id) : 0;
}

static uint32_t target_unit(struct judging *c, const struct msg_target *t)
{
	return t->unit ? ref_unit(c, t->unit) : word_find(c, SPACE_UNIT, t->id);
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

/* What is put into a unit lies elsewhere when the unit's own end carries its parts along. */
static void touch_container(struct replay *p, uint32_t unit, int32_t day)
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
		if (row_fact(&row, &f) == ERR_OK && f.event_unit.role == 1 && f.event_unit.day >= day &&
		    f.event_unit.state != STATE_RETRACTED)
			find_event(p, f.event_unit.event, day);
}

void replay_touch_event(struct replay *p, const struct msg_reorganisation_event *m, int32_t day)
{
	struct judging *c = p->c;
	for (size_t i = 0; i < m->n_sources; i++) {
		uint32_t unit = ref_unit(c, &m->sources[i]);
		bool ends = true;
		for (size_t k = 0; k < m->n_targets; k++)
			ends &= target_unit(c, &m->targets[k]) != unit;
		touch(p, unit, day, true);
		if (ends)
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
	replay_touch_event(p, e->m, e->effective.hi);
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
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	key_unit(&key, unit);
	walk_begin(&w, p->c->v, TABLE_EVENT_OF, buf_view(&key));
	while (walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && (f.event_unit.role == 1 || f.event_unit.role == 3) &&
		    f.event_unit.day >= day && f.event_unit.state != STATE_RETRACTED)
			find_event(p, f.event_unit.event, day);
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
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	key_unit(&key, t.unit);
	walk_begin(&w, p->c->v, TABLE_EVENT_OF, buf_view(&key));
	while (walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && f.event_unit.day >= t.from && f.event_unit.state != STATE_RETRACTED)
			find_event(p, f.event_unit.event, t.from);
	for (uint8_t type = 1; type < LINK_TYPES; type++) {
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

/* ---- the order, and applying ---- */

struct turn {
	struct judging *c;
	const struct replay_event *e; /* NULL: the event being judged */
	struct reform *r;
	const struct msg_reorganisation_event *m;
	struct when effective;
	bool done;
};

static int by_day(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;
	if (x->effective.hi != y->effective.hi)
		return x->effective.hi < y->effective.hi ? -1 : 1;
	if (x->effective.lo != y->effective.lo)
		return x->effective.lo < y->effective.lo ? -1 : 1;
	return strcmp(x->m->id, y->m->id);
}

static bool gives_birth(const struct turn *t, uint32_t unit)
{
	for (size_t i = 0; i < t->m->n_targets; i++) {
		bool source = false;
		if (target_unit(t->c, &t->m->targets[i]) != unit)
			continue;
		for (size_t k = 0; k < t->m->n_sources; k++)
			source |= ref_unit(t->c, &t->m->sources[k]) == unit;
		if (!source && (!t->m->targets[i].unit || t->m->type == CHANGE_TYPE_CREATION))
			return true;
	}
	return false;
}

/* Does `t` name a unit that `other` gives birth to? */
static bool names_newborn(const struct turn *t, const struct turn *other)
{
	struct judging *c = t->c;
	const struct msg_reorganisation_event *m = t->m;
	bool does = false;
	for (size_t i = 0; i < m->n_targets && !does; i++) {
		const struct msg_target *x = &m->targets[i];
		does = (x->unit && gives_birth(other, ref_unit(c, x->unit))) ||
		       (x->part_of && gives_birth(other, ref_unit(c, x->part_of)));
		for (size_t k = 0; k < x->n_parts && !does; k++)
			does = gives_birth(other, ref_unit(c, &x->parts[k]));
	}
	for (size_t i = 0; i < m->n_moves && !does; i++)
		does = (m->moves[i].to && gives_birth(other, ref_unit(c, m->moves[i].to))) ||
		       gives_birth(other, ref_unit(c, m->moves[i].what));
	return does;
}

/* Does it carry the parts of its sources along, without saying which? */
static bool carries(const struct turn *t)
{
	return t->m->n_sources && t->m->n_targets == 1 && t->m->targets[0].n_parts == 0;
}

static bool lies_in_source(const struct turn *t, uint32_t unit)
{
	struct unit_link *links;
	size_t n = unit ? unit_links_from(t->c->v, LINK_TYPE_PART_OF, unit, t->effective.lo - 1, t->c->a, &links) : 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < t->m->n_sources; k++)
			if (links[i].link.b == ref_unit(t->c, &t->m->sources[k]))
				return true;
	return false;
}

/* Does it end something that lies in a source of `other`, or say by name where it goes? */
static bool moves_from(const struct turn *t, const struct turn *other)
{
	bool all_live = t->m->type == CHANGE_TYPE_TRANSFER_OF_PART || t->m->type == CHANGE_TYPE_BOUNDARY_ADJUSTMENT;
	for (size_t i = 0; i < t->m->n_sources && !all_live; i++) {
		uint32_t unit = ref_unit(t->c, &t->m->sources[i]);
		bool ends = true;
		for (size_t k = 0; k < t->m->n_targets; k++)
			ends &= target_unit(t->c, &t->m->targets[k]) != unit;
		if (ends && lies_in_source(other, unit))
			return true;
	}
	for (size_t i = 0; i < t->m->n_targets; i++) {
		const struct msg_target *x = &t->m->targets[i];
		if (x->part_of && lies_in_source(other, target_unit(t->c, x)))
			return true;
		for (size_t k = 0; k < x->n_parts; k++)
			if (lies_in_source(other, ref_unit(t->c, &x->parts[k])))
				return true;
	}
	return false;
}

/* A birth comes before whoever names the unit; who goes a way of its own is gone before the rest is carried along. */
static bool waits_for(const struct turn *t, const struct turn *other)
{
	return names_newborn(t, other) || (carries(t) && moves_from(other, t) && !names_newborn(other, t));
}

static struct msg_unit_ref *ref_of(struct judging *c, uint32_t unit)
{
	struct msg_unit_ref *ref = unit ? arena_alloc(c->a, sizeof *ref) : NULL;
	if (ref)
		put_ref(c, ref, unit);
	return ref;
}

static struct msg_move *moves_by_ids(struct judging *c, const struct reform *r)
{
	struct msg_move *moves = arena_alloc(c->a, (r->m->n_moves + 1) * sizeof *moves);
	for (size_t i = 0; i < r->m->n_moves; i++) {
		moves[i] = r->m->moves[i];
		moves[i].what = ref_of(c, r->what[i]);
		moves[i].from = ref_of(c, r->from[i]);
		moves[i].to = ref_of(c, r->to[i]);
	}
	return moves;
}

/* The event being judged, with units by id as in those on record, where they are known by now. */
static const struct msg_reorganisation_event *by_ids(struct judging *c, const struct reform *r)
{
	struct msg_reorganisation_event *m = arena_alloc(c->a, sizeof *m);
	struct resolved named;
	*m = *r->m;
	m->sources = arena_alloc(c->a, (m->n_sources + 1) * sizeof *m->sources);
	m->targets = arena_alloc(c->a, (m->n_targets + 1) * sizeof *m->targets);
	m->moves = moves_by_ids(c, r);
	for (size_t i = 0; i < m->n_sources; i++)
		put_ref(c, &m->sources[i], r->sources[i]);
	for (size_t i = 0; i < m->n_targets; i++) {
		struct msg_target *t = &m->targets[i];
		*t = r->m->targets[i];
		if (t->unit) {
			t->unit = arena_alloc(c->a, sizeof *t->unit);
			put_ref(c, t->unit, r->targets[i]);
		}
		if (t->part_of && !t->part_of->id) {
			resolve_unit(c->v, t->part_of, c->scope, r->day, c->a, &named);
			t->part_of = arena_alloc(c->a, sizeof *t->part_of);
			put_ref(c, t->part_of, named.unit);
		}
		t->parts = arena_alloc(c->a, (t->n_parts + 1) * sizeof *t->parts);
		for (size_t k = 0; k < t->n_parts; k++) {
			resolve_unit(c->v, &r->m->targets[i].parts[k], c->scope, r->before, c->a, &named);
			put_ref(c, &t->parts[k], named.unit);
		}
	}
	return m;
}

/* Take back what an event has put on record before it could go no further. */
static void back_to(struct judging *c, size_t n_facts)
{
	judging_lay(c);
	overlay_drop_after(c->v->over, c->in->pos - 1);
	c->n_facts = n_facts;
	c->laid = 0;
	judging_lay(c);
}

void event_waits_for(struct judging *c, uint32_t event, int32_t day, uint32_t unit)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	if (!unit)
		return;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_EVENT_OF, buf_view(&key));
	while (walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && f.event_unit.event == event &&
		    f.event_unit.state != STATE_RETRACTED)
			return; /* known as one of its units already */
	judging_fact(c, FACT_EVENT_UNIT)->event_unit =
	    (struct fact_event_unit){.unit = unit, .event = event, .day = day, .role = 4, .state = STATE_ASSERTED};
}

/* What could not be applied may be for want of a container or part: it is looked at again when that changes. */
static void wait_for_units(struct judging *c, const struct turn *t)
{
	for (size_t i = 0; i < t->m->n_targets; i++) {
		const struct msg_target *x = &t->m->targets[i];
		event_waits_for(c, t->e->event, t->e->effective.hi, ref_unit(c, x->part_of));
		for (size_t k = 0; k < x->n_parts; k++)
			event_waits_for(c, t->e->event, t->e->effective.hi, ref_unit(c, &x->parts[k]));
	}
}

static void apply_again(struct replay *p, const struct turn *t)
{
	struct judging *c = p->c;
	struct findings said = c->f;
	struct reform r;
	size_t n_facts = c->n_facts;
	findings_init(&c->f, c->a);
	c->scope = 0;
	read_reform(c, t->m, &r);
	r.event = t->e->event;
	r.again = true;
	if (!c->f.errors)
		apply_reform(c, &r);
	if (c->f.errors) {
		back_to(c, n_facts);
		wait_for_units(c, t);
	}
	const char *because = "";
	for (size_t i = 0; i < c->f.n && !*because; i++)
		if (c->f.list[i].severity == SEVERITY_ERROR)
			because = c->f.list[i].text;
	bool failed = c->f.errors;
	c->f = said;
	if (failed)
		finding_add(&c->f, RULE_DEPENDANT, "event", t->m->id, t->m->effective, because, NULL);
}

/* The event being judged was read with what is on record; when it is amended, earlier events may stand between. */
static bool stands_in_turn(struct judging *c, const struct msg_reorganisation_event *m)
{
	struct findings said = c->f;
	struct reform r;
	findings_init(&c->f, c->a);
	read_reform(c, m, &r);
	if (c->f.errors)
		return false;
	c->f = said;
	return true;
}

/* What holds for the event being judged is set aside while another one is. */
static void take_turn(struct replay *p, struct turn *t)
{
	struct judging *c = p->c;
	struct judging kept = *c;
	if (t->e) {
		apply_again(p, t);
		c->src = kept.src;
		c->src_text = kept.src_text;
		c->locator = kept.locator;
		c->reason = kept.reason;
		c->scope = kept.scope;
		c->structure_day = kept.structure_day;
	} else {
		t->r->refused = !stands_in_turn(c, t->r->m);
		if (!t->r->refused)
			apply_reform(c, t->r);
		c->reason = kept.reason;
		c->scope = kept.scope;
		c->structure_day = kept.structure_day;
	}
	c->event = 0;
	judging_lay(c);
	t->done = true;
}

void replay_apply(struct replay *p, struct reform *r)
{
	struct judging *c = p->c;
	struct turn *turns = arena_alloc(c->a, (p->n + 1) * sizeof *turns);
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		if (!p->events[i].self)
			turns[n++] = (struct turn){
			    .c = c, .e = &p->events[i], .m = p->events[i].m, .effective = p->events[i].effective};
	if (r)
		turns[n++] = (struct turn){.c = c, .r = r, .m = by_ids(c, r), .effective = r->effective};
	qsort(turns, n, sizeof *turns, by_day);
	judging_lay(c);
	for (size_t from = 0; from < n;) {
		size_t to = from, next = from;
		while (to < n && turns[to].effective.hi == turns[from].effective.hi)
			to++;
		for (size_t left = to - from; left > 0; left--) {
			/* The first that waits for none; in a circle simply the first. */
			bool found = false;
			for (size_t i = from; i < to && !found; i++) {
				bool waits = turns[i].done;
				for (size_t k = from; k < to && !waits; k++)
					waits = k != i && !turns[k].done && waits_for(&turns[i], &turns[k]);
				found = !waits;
				next = i;
			}
			for (size_t i = from; i < to && !found; i++)
				if (!turns[i].done) {
					next = i;
					found = true;
				}
			take_turn(p, &turns[next]);
		}
		from = to;
	}
}
