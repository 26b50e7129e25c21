/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_turn.c - the events of a replay, each in its turn.
 *
 * Order    the effective day; within a day whoever gives birth to a unit comes before whoever names it; then the id, so
 *          that the order of entry does not matter.
 * Failing  an event that cannot be applied any more stays on record and is named; when it can be applied again it is.
 */
#include "query/judging.h"
#include <stdlib.h>
#include <string.h>

/* ---- the order ---- */

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
	for (size_t i = 0; i < t->m->n_sources && !all_live_on(t->m); i++) {
		uint32_t unit = ref_unit(t->c, &t->m->sources[i]);
		if (!among_targets(t->c, t->m, unit) && lies_in_source(other, unit))
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

/* ---- the event being judged, as one on record ---- */

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

/* ---- applying ---- */

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
	judging_fact(c, FACT_EVENT_UNIT)->event_unit = (struct fact_event_unit){
	    .unit = unit, .event = event, .day = day, .role = ROLE_WAITS, .state = STATE_ASSERTED};
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

/* Of the turns of one day, the first that waits for none of those left; in a circle simply the first. */
static struct turn *next_turn(struct turn *day, size_t n)
{
	struct turn *first = NULL;
	for (size_t i = 0; i < n; i++) {
		bool waits = day[i].done;
		if (!day[i].done && !first)
			first = &day[i];
		for (size_t k = 0; k < n && !waits; k++)
			waits = k != i && !day[k].done && waits_for(&day[i], &day[k]);
		if (!waits)
			return &day[i];
	}
	return first;
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
	for (size_t from = 0, to = 0; from < n; from = to) {
		while (to < n && turns[to].effective.hi == turns[from].effective.hi)
			to++;
		for (size_t left = to - from; left > 0; left--)
			take_turn(p, next_turn(turns + from, to - from));
	}
}
