/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_event.c - a reorganisation event on its way to the record.
 *
 * It is read (judge_event_read.c) and applied in its turn among the events that touch the same units (judge_replay.c).
 * It may supersede a version on record, or annul it. It is kept as it was said, with the units it was resolved to.
 */
#include "query/judging.h"
#include <string.h>

/* ---- the event as it is kept ---- */

void put_ref(struct judging *c, struct msg_unit_ref *ref, uint32_t unit)
{
	memset(ref, 0, sizeof *ref);
	ref->id = arena_alloc(c->a, sizeof *ref->id);
	ref->id->id = word_text(c, SPACE_UNIT, unit);
}

static struct msg_unit_ref *new_ref(struct judging *c, struct msg_unit_ref *said, uint32_t unit)
{
	if (!unit)
		return said;
	struct msg_unit_ref *ref = arena_alloc(c->a, sizeof *ref);
	put_ref(c, ref, unit);
	return ref;
}

/* The event as it is kept: as said, with the units it was resolved to; what a target contains is filled in when it is
 * applied. */
void begin_said(struct judging *c, struct reform *r)
{
	struct msg_reorganisation_event *e = arena_alloc(c->a, sizeof *e);
	*e = *r->m;
	e->scope = new_ref(c, e->scope, e->scope ? c->scope : 0);
	e->sources = arena_alloc(c->a, (e->n_sources + 1) * sizeof *e->sources);
	for (size_t i = 0; i < e->n_sources; i++)
		put_ref(c, &e->sources[i], r->sources[i]);
	e->targets = arena_alloc(c->a, (e->n_targets + 1) * sizeof *e->targets);
	for (size_t i = 0; i < e->n_targets; i++) {
		struct msg_target *t = &e->targets[i];
		*t = r->m->targets[i];
		if (t->unit)
			t->unit = new_ref(c, t->unit, r->targets[i]);
		if (t->territory_of)
			t->territory_of = new_ref(c, t->territory_of, r->territory[i]);
		t->parts = arena_alloc(c->a, (t->n_parts + 1) * sizeof *t->parts);
		if (t->n_parts)
			memcpy(t->parts, r->m->targets[i].parts, t->n_parts * sizeof *t->parts);
	}
	e->moves = arena_alloc(c->a, (e->n_moves + 1) * sizeof *e->moves);
	for (size_t i = 0; i < e->n_moves; i++) {
		struct msg_move *v = &e->moves[i];
		*v = r->m->moves[i];
		v->what = new_ref(c, v->what, r->what[i]);
		v->from = new_ref(c, v->from, r->from[i]);
		v->to = new_ref(c, v->to, r->to[i]);
	}
	e->dispositions = arena_alloc(c->a, (e->n_dispositions + 1) * sizeof *e->dispositions);
	for (size_t i = 0; i < e->n_dispositions; i++) {
		e->dispositions[i] = r->m->dispositions[i];
		e->dispositions[i].object = new_ref(c, e->dispositions[i].object, r->objects[i]);
	}
	r->said = e;
}

static struct slice event_body(struct judging *c, const struct msg_reorganisation_event *m)
{
	AUTO_BUF struct buf b = {0};
	codec_encode(&msg_type_reorganisation_event, m, &b);
	return (struct slice){arena_text(c->a, (const char *)b.data, b.len), b.len};
}

static void put_event_unit(struct judging *c, const struct reform *r, uint32_t unit, enum event_role role)
{
	if (unit)
		judging_fact(c, FACT_EVENT_UNIT)->event_unit = (struct fact_event_unit){
		    .unit = unit, .event = r->event, .day = r->day, .role = (uint8_t)role, .state = STATE_ASSERTED};
}

static const char *names_of(struct judging *c, const uint32_t *units, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = PATH(c, "%s%s%s", text, i ? " + " : "", word_text(c, SPACE_UNIT, units[i]));
	return text;
}

static void add_unit(struct judging *c, struct msg_change *ch, uint32_t unit)
{
	const char *id = word_text(c, SPACE_UNIT, unit);
	for (size_t i = 0; i < ch->n_units; i++)
		if (strcmp(ch->units[i], id) == 0)
			return;
	if (unit)
		ch->units[ch->n_units++] = id;
}

static void put_reform_change(struct judging *c, const struct reform *r, enum change_kind kind)
{
	const struct msg_reorganisation_event *m = r->m;
	struct msg_change *ch = judging_change(c, kind, SUBJECT_EVENT);
	ch->units = arena_alloc(c->a, (m->n_sources + m->n_targets + 3 * m->n_moves + 1) * sizeof *ch->units);
	if (r->sources) {
		for (size_t i = 0; i < m->n_sources; i++)
			add_unit(c, ch, r->sources[i]);
		for (size_t i = 0; i < m->n_targets; i++)
			add_unit(c, ch, r->targets[i]);
		for (size_t i = 0; i < m->n_moves; i++) {
			add_unit(c, ch, r->what[i]);
			add_unit(c, ch, r->from[i]);
			add_unit(c, ch, r->to[i]);
		}
		ch->before_text = names_of(c, r->sources, m->n_sources);
		ch->after_text = names_of(c, r->targets, m->n_targets);
	} else { /* annulled: as it was kept */
		for (size_t i = 0; i < m->n_sources; i++)
			add_unit(c, ch, ref_unit(c, &m->sources[i]));
		for (size_t i = 0; i < m->n_targets; i++)
			add_unit(c, ch, target_unit(c, &m->targets[i]));
		for (size_t i = 0; i < m->n_moves; i++)
			add_unit(c, ch, ref_unit(c, m->moves[i].what));
	}
	ch->field = PATH(c, "%s %s", reform_type(r), m->id);
	ch->valid_from = m->effective;
	ch->locator = m->locator;
	ch->reason = c->reason;
}

static void put_reform_event(struct judging *c, const struct reform *r)
{
	const struct msg_reorganisation_event *m = r->m;
	judging_fact(c, FACT_EVENT)->event = (struct fact_event){
	    .event = r->event, .status = (uint8_t)m->status, .effective = r->effective, .body = event_body(c, r->said)};
	for (size_t i = 0; i < m->n_sources; i++)
		put_event_unit(c, r, r->sources[i], r->survives[i] ? ROLE_BOTH : ROLE_SOURCE);
	for (size_t i = 0; i < m->n_targets; i++) {
		bool both = false;
		for (size_t k = 0; k < m->n_sources; k++)
			both |= r->sources[k] == r->targets[i];
		if (!both)
			put_event_unit(c, r, r->targets[i], all_live_on(m) ? ROLE_BOTH : ROLE_TARGET);
	}
	for (size_t i = 0; i < m->n_moves; i++) {
		put_event_unit(c, r, r->what[i], ROLE_BOTH);
		put_event_unit(c, r, r->from[i], ROLE_BOTH);
		put_event_unit(c, r, r->to[i], ROLE_BOTH);
	}
	judging_lay(c);
}

/* ---- versions ---- */

static bool within_limits(struct judging *c, const struct msg_reorganisation_event *m)
{
	size_t n = m->n_sources + m->n_targets + m->n_flows + m->n_moves + m->n_dispositions;
	for (size_t i = 0; i < m->n_targets; i++)
		n += m->targets[i].n_parts + m->targets[i].n_names + m->targets[i].n_codes;
	for (size_t i = 0; i < m->n_flows; i++)
		n += m->flows[i].n_weights;
	if (!m->n_flows) /* every source flows to every target; each count is below the bytes that came */
		n += m->n_sources * m->n_targets;
	if (n > c->j->limits.statements_max) {
		finding_add(&c->f, RULE_TOO_MANY, "event", "units and flows", PATH(c, "%zu", n),
			    PATH(c, "%u", c->j->limits.statements_max), NULL);
		return false;
	}
	bool reason = take_note(c, m->reason, "event.reason");
	return take_note(c, m->locator, "event.locator") && reason;
}

/* The version on record that this one supersedes; false: there is none, or something is wrong with what is said of it.
 */
static bool take_version(struct judging *c, const struct msg_reorganisation_event *m, struct replay_event *ret)
{
	const char *reason;
	uint32_t event = word_find(c, SPACE_EVENT, m->id);
	bool there = event && event_on_record(c, event, ret);
	if (!m->supersedes) {
		if (there)
			finding_add(&c->f, RULE_EVENT_EXISTS, "event.id", m->id, NULL);
		if (m->status == EVENT_STATUS_ANNULLED)
			finding_add(&c->f, RULE_EVENT_NEEDS, "event.supersedes", "ANNULLED",
				    "the revision of the version that is annulled", NULL);
		return false;
	}
	take_reason(c, m->supersedes->reason, "event.supersedes.reason", &reason);
	if (!there || ret->rev != m->supersedes->revision) {
		finding_add(&c->f, RULE_SUPERSEDES_NOTHING, "event.supersedes.revision",
			    PATH(c, "%llu", (unsigned long long)m->supersedes->revision), NULL);
		return false;
	}
	c->reason = reason;
	return true;
}

/* Undone, and nothing in its place. */
static void annul(struct judging *c, const struct msg_reorganisation_event *m, const struct replay_event *old,
		  struct replay *p)
{
	struct msg_reorganisation_event kept = *old->m;
	kept.status = EVENT_STATUS_ANNULLED;
	kept.reason = c->reason;
	kept.source = m->source;
	kept.locator = m->locator;
	c->src = take_source(c, m->source, "event.source");
	if (c->f.errors)
		return;
	struct reform r = {.m = &kept, .said = &kept, .event = old->event, .effective = old->effective};
	judging_fact(c, FACT_EVENT)->event = (struct fact_event){.event = old->event,
								 .status = EVENT_STATUS_ANNULLED,
								 .effective = old->effective,
								 .body = event_body(c, &kept)};
	put_reform_change(c, &r, CHANGE_KIND_ANNULLED);
	p->first_change = c->n_changes;
	replay_apply(p, NULL);
	replay_settle(p);
	tell_dependants(c, p, old);
}

static void put_version(struct judging *c, struct reform *r, struct replay *p, const struct replay_event *old)
{
	replay_touch_reform(p, r);
	replay_undo(p);
	if (p->too_many)
		return;
	r->event = word_take(c, SPACE_EVENT, r->m->id);
	put_reform_change(c, r, r->applies ? CHANGE_KIND_REORGANISED : CHANGE_KIND_ASSERTED);
	p->first_change = c->n_changes;
	replay_apply(p, r);
	if (c->f.errors)
		return;
	put_reform_event(c, r);
	if (p->n || old)
		replay_settle(p);
	if (old && event_applies(old->status))
		tell_dependants(c, p, old);
}

/* What stands in the way of a proposed event once it is adopted does not refuse the proposal. */
static void only_warn(struct judging *c)
{
	for (size_t i = 0; i < c->f.n; i++)
		if (c->f.list[i].severity == SEVERITY_ERROR)
			c->f.list[i].severity = SEVERITY_WARNING;
	c->f.errors = false;
}

void judge_event(struct judging *c, const struct msg_reorganisation_event *m)
{
	struct replay p;
	struct replay_event old = {0};
	struct reform r;
	c->root = "event";
	c->reason = m->reason;
	c->src_text = m->source;
	c->locator = m->locator;
	if (!within_limits(c, m))
		return;
	replay_begin(c, &p);
	bool again = take_version(c, m, &old);
	if (again)
		replay_old(&p, &old);
	replay_undo(&p);
	if (again && m->status == EVENT_STATUS_ANNULLED) {
		annul(c, m, &old, &p);
	} else {
		const char *reason = c->reason;
		read_reform(c, m, &r);
		c->reason = reason;
		if (!c->f.errors) {
			bool asks = c->in->dry_run && (r.applies || m->status == EVENT_STATUS_PROPOSED ||
						       m->status == EVENT_STATUS_UNDECIDED);
			struct whatif *w = asks ? whatif_before(c, &r) : NULL;
			r.applies |= asks;
			put_version(c, &r, &p, again ? &old : NULL);
			bool failed = c->f.errors;
			/* A first version that is only kept has no turn, so it cannot be out of turn. */
			if (asks && !event_applies((uint8_t)m->status) && (!again || !r.refused))
				only_warn(c);
			if (w && !failed)
				whatif_after(c, &r, w);
		}
	}
	if (p.too_many)
		finding_add(&c->f, RULE_TOO_MANY, "event", "events that touch the same units", PATH(c, "%zu", p.n),
			    PATH(c, "%u", REPLAY_EVENTS_MAX), NULL);
}
