/* SPDX-License-Identifier: Apache-2.0
 *
 * twin_event.c - reorganisations, by the comments of varde.proto: who ends, who begins, what moves.
 */
#include "tests/model/twin_reform.h"
#include <string.h>

static bool is_source(const struct reform *r, unsigned unit)
{
	for (size_t i = 0; i < r->m->n_sources; i++)
		if (r->sources[i] == unit)
			return true;
	return false;
}

bool reform_all_live(const struct reform *r)
{
	return r->m->type == CHANGE_TYPE_TRANSFER_OF_PART || r->m->type == CHANGE_TYPE_BOUNDARY_ADJUSTMENT;
}

bool reform_ends(const struct reform *r, unsigned unit)
{
	if (reform_all_live(r))
		return false;
	for (size_t i = 0; i < r->m->n_targets; i++)
		if (r->targets[i] == unit)
			return false;
	return is_source(r, unit);
}

/* An existing target is a source, or came to its end and comes back to a life that crosses no other. */
static void check_existing(const struct reform *r, unsigned unit)
{
	struct twin *t = r->t;
	bool lives = twin_life(t, t->rev, unit, r->before, NULL) >= 0;
	if (is_source(r, unit) || (lives && reform_all_live(r)))
		return;
	if (lives || reform_all_live(r))
		twin_wrong(t, "a target that lives besides, or does not live");
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind == SAID_LIFE && s->unit == unit && twin_now(t, s) &&
		    (s->to.precision == WHEN_NONE || s->to.lo > r->effective.hi) && !when_eq(&s->from, &r->effective))
			twin_wrong(t, "another life of the target is in the way");
	}
}

static void take_units(struct reform *r)
{
	struct twin *t = r->t;
	for (size_t i = 0; i < r->m->n_sources; i++) {
		r->sources[i] = twin_unit(t, &r->m->sources[i], r->before);
		for (size_t k = 0; k < i; k++)
			if (r->sources[k] == r->sources[i])
				twin_wrong(t, "a source twice");
		long life = twin_life(t, t->rev, r->sources[i], r->before, NULL);
		if (life < 0)
			twin_wrong(t, "a source that does not live the day before");
	}
	for (size_t i = 0; i < r->m->n_targets; i++) {
		const struct msg_target *g = &r->m->targets[i];
		if (g->unit) {
			r->targets[i] = twin_unit(t, g->unit, r->before);
			if (r->targets[i])
				check_existing(r, r->targets[i]);
		} else {
			r->targets[i] = twin_word(t, g->id);
			if (twin_kind(t, t->rev, r->targets[i]))
				twin_wrong(t, "the unit exists");
			if (g->n_names == 0 || (!*g->kind && r->m->n_sources == 0))
				twin_wrong(t, "a new unit needs a kind and a name");
		}
		for (size_t k = 0; k < i; k++)
			if (r->targets[k] == r->targets[i])
				twin_wrong(t, "a target twice");
	}
}

/* What ends then must not be known to end another day. */
static void check_ends(const struct reform *r)
{
	const struct twin *t = r->t;
	for (size_t i = 0; i < r->m->n_sources && r->applies; i++) {
		long life = twin_life(t, t->rev, r->sources[i], r->before, NULL);
		if (life < 0 || !reform_ends(r, r->sources[i]))
			continue;
		const struct when *to = &t->list[life].to;
		if (to->precision != WHEN_NONE && (to->lo > r->effective.hi || to->hi < r->effective.lo))
			twin_wrong(r->t, "a source that ends on another day");
	}
}

static void check_shape(const struct reform *r)
{
	size_t ns = r->m->n_sources, nt = r->m->n_targets, live = 0;
	for (size_t i = 0; i < ns; i++)
		live += !reform_ends(r, r->sources[i]);
	bool ok = true;
	switch (r->m->type) {
	case CHANGE_TYPE_CREATION:
		ok = ns == 0 && nt >= 1;
		break;
	case CHANGE_TYPE_DELETION:
		ok = ns >= 1 && nt == 0;
		break;
	case CHANGE_TYPE_MERGING:
		ok = ns >= 2 && nt == 1 && live == 0;
		break;
	case CHANGE_TYPE_TAKE_OVER:
		ok = ns >= 2 && nt == 1 && live == 1;
		break;
	case CHANGE_TYPE_BREAKDOWN:
		ok = ns == 1 && nt >= 2 && live == 0;
		break;
	case CHANGE_TYPE_SPLIT_OFF:
		ok = ns == 1 && nt >= 2 && live == 1;
		break;
	case CHANGE_TYPE_CODE_CHANGE:
		ok = ns == 1 && nt == 1 && live == 1 && r->m->targets[0].n_codes;
		break;
	case CHANGE_TYPE_NAME_CHANGE:
		ok = ns == 1 && nt == 1 && live == 1 && r->m->targets[0].n_names;
		break;
	case CHANGE_TYPE_REPARENTING:
		ok = ns == 1 && nt == 1 && live == 1 && r->m->targets[0].part_of;
		break;
	case CHANGE_TYPE_REORGANISATION:
		ok = ns >= 1 && nt >= 1;
		break;
	case CHANGE_TYPE_TRANSFER_OF_PART:
	case CHANGE_TYPE_BOUNDARY_ADJUSTMENT:
		ok = ns >= 1 && nt >= 1 && !(ns == 1 && nt == 1 && r->sources[0] == r->targets[0]);
		for (size_t i = 0; i < nt; i++)
			ok = ok && r->m->targets[i].unit &&
			     twin_life(r->t, r->t->rev, r->targets[i], r->before, NULL) >= 0;
		break;
	case CHANGE_TYPE_RELOCATION:
	case CHANGE_TYPE_TRANSFER_OF_TASK:
		ok = ns == 0 && nt == 0;
		break;
	case CHANGE_TYPE_UNSPECIFIED:
		ok = false;
		break;
	}
	if (!ok)
		twin_wrong(r->t, "sources and targets do not fit the type");
}

/* ---- what it does ---- */

static unsigned kind_of(const struct reform *r, size_t i)
{
	const struct msg_target *g = &r->m->targets[i];
	if (*g->kind)
		return twin_word(r->t, g->kind);
	return twin_kind(r->t, r->t->rev,
			 is_source(r, r->targets[i]) || r->m->n_sources == 0 ? r->targets[i] : r->sources[0]);
}

/* A further life, unless that very one is on record. */
static void come_back(const struct reform *r, unsigned unit)
{
	struct twin *t = r->t;
	struct said s = {.kind = SAID_LIFE, .unit = unit, .what = twin_kind(t, t->rev, unit), .from = r->effective};
	for (size_t i = 0; i < t->n; i++) {
		const struct said *o = &t->list[i];
		if (o->kind != SAID_LIFE || o->unit != unit || !twin_now(t, o))
			continue;
		if (when_eq(&o->from, &r->effective))
			return;
		if (o->life >= s.life)
			s.life = o->life + 1;
	}
	twin_add(t, &s);
}

static void change_lives(const struct reform *r)
{
	struct twin *t = r->t;
	for (size_t i = 0; i < r->m->n_targets; i++)
		if (r->m->targets[i].unit && twin_life(t, t->rev, r->targets[i], r->before, NULL) < 0)
			come_back(r, r->targets[i]);
	for (size_t i = 0; i < r->m->n_targets; i++)
		if (!r->m->targets[i].unit)
			twin_add(t, &(struct said){.kind = SAID_LIFE,
						   .unit = r->targets[i],
						   .what = kind_of(r, i),
						   .life = 1,
						   .from = r->effective});
	for (size_t i = 0; i < r->m->n_sources; i++) {
		long life = twin_life(t, t->rev, r->sources[i], r->before, NULL);
		if (!reform_ends(r, r->sources[i]) || life < 0)
			continue;
		struct said s = t->list[life];
		twin_end(t, (size_t)life);
		s.to = r->effective;
		twin_add(t, &s);
	}
}

/* Of one that lives on, what stands with an open end under the same scheme ends when the new one begins. */
static void change_text(const struct reform *r, struct said s, bool lives_on)
{
	struct twin *t = r->t;
	s.from = r->effective;
	s.source = t->source;
	for (size_t i = 0; i < t->first && lives_on; i++) {
		struct said o = t->list[i];
		if (o.kind != s.kind || o.unit != s.unit || o.what != s.what || !stands_at(&o, t->rev) ||
		    o.to.precision != WHEN_NONE)
			continue;
		twin_end(t, i);
		o.to = r->effective;
		twin_add(t, &o);
	}
	twin_add(t, &s);
}

static void change_texts(const struct reform *r)
{
	struct twin *t = r->t;
	for (size_t i = 0; i < r->m->n_targets; i++) {
		const struct msg_target *g = &r->m->targets[i];
		struct said s = {.kind = SAID_NAME, .unit = r->targets[i]};
		for (size_t k = 0; k < g->n_names; k++) {
			s.text = twin_word(t, g->names[k]);
			change_text(r, s, g->unit);
		}
		s.kind = SAID_CODE;
		for (size_t k = 0; k < g->n_codes; k++) {
			s.what = twin_word(t, g->codes[k].scheme);
			s.text = twin_word(t, g->codes[k].code);
			change_text(r, s, g->unit);
		}
	}
}

static bool part_before(const struct reform *r, const struct said *s)
{
	/* As it was before this event said anything. */
	return s->kind == SAID_LINK && s->type == LINK_TYPE_PART_OF &&
	       twin_link_truth(r->t, r->t->rev - 1, s, r->before) > 0;
}

/* `part` lies in `whole` from the effective date: it leaves other containers of that kind, and those that end. */
static void move(const struct reform *r, unsigned part, unsigned whole)
{
	struct twin *t = r->t;
	bool there = false;
	for (size_t i = 0; i < t->first; i++) {
		struct said s = t->list[i];
		if (s.unit != part || !part_before(r, &s) || !stands_at(&s, t->rev))
			continue;
		if (s.other == whole) {
			there |= s.to.precision == WHEN_NONE;
			continue;
		}
		if (twin_kind(t, t->rev, s.other) != twin_kind(t, t->rev, whole) && !reform_ends(r, s.other))
			continue;
		twin_end(t, i);
		s.to = r->effective;
		twin_add(t, &s);
	}
	if (!there)
		twin_link(t, LINK_TYPE_PART_OF, part, whole, r->effective, (struct when){0}, 0, 0);
}

/* A new unit of which nothing is said lies where all its sources lay. */
static void inherit(const struct reform *r, unsigned unit)
{
	struct twin *t = r->t;
	for (unsigned whole = 1; whole < t->n_words; whole++) {
		size_t lay = 0;
		for (size_t k = 0; k < r->m->n_sources; k++) {
			bool there = false;
			for (size_t i = 0; i < t->first; i++)
				there |= t->list[i].unit == r->sources[k] && t->list[i].other == whole &&
					 part_before(r, &t->list[i]);
			lay += there;
		}
		if (lay && lay == r->m->n_sources && twin_life(t, t->rev, whole, r->after, NULL) >= 0)
			twin_link(t, LINK_TYPE_PART_OF, unit, whole, r->effective, (struct when){0}, 0, 0);
	}
}

/* All parts of what ends follow to the one target. */
static void follow(const struct reform *r, unsigned target)
{
	struct twin *t = r->t;
	for (size_t i = 0; i < t->first; i++) {
		struct said s = t->list[i];
		if (s.kind == SAID_LINK && reform_ends(r, s.other) && s.unit != target && s.to.precision == WHEN_NONE &&
		    part_before(r, &s) && twin_life(t, t->rev, s.unit, r->after, NULL) >= 0)
			move(r, s.unit, target);
	}
}

static void change_places(const struct reform *r)
{
	struct twin *t = r->t;
	for (size_t i = 0; i < r->m->n_targets && !t->wrong; i++) {
		const struct msg_target *g = &r->m->targets[i];
		if (g->part_of) {
			unsigned whole = twin_unit(t, g->part_of, r->after);
			if (!t->wrong && twin_life(t, t->rev, whole, r->after, NULL) < 0)
				twin_wrong(t, "a container that does not live then");
			move(r, r->targets[i], whole);
		} else if (!g->unit)
			inherit(r, r->targets[i]);
		for (size_t k = 0; k < g->n_parts && !t->wrong; k++)
			move(r, twin_unit(t, &g->parts[k], r->before), r->targets[i]);
		if (r->m->n_targets == 1 && g->n_parts == 0)
			follow(r, r->targets[i]);
	}
}

static bool read_event(struct reform *r)
{
	struct twin *t = r->t;
	r->effective = twin_date(t, r->m->effective);
	if (r->effective.precision == WHEN_NONE || r->effective.lo == WHEN_DAY_MIN || r->effective.hi == WHEN_DAY_MAX)
		twin_wrong(t, "effective needs two ends");
	if (t->wrong)
		return false;
	r->before = t->structure_day = r->effective.lo - 1;
	r->after = r->effective.hi;
	r->applies = r->m->status == EVENT_STATUS_ADOPTED || r->m->status == EVENT_STATUS_EFFECTIVE;
	take_units(r);
	check_ends(r);
	if (!t->wrong)
		check_shape(r);
	if (!t->wrong)
		reform_read_links(r);
	if (!t->wrong)
		reform_read_flows(r);
	if (!t->wrong)
		reform_read_territories(r);
	return !t->wrong;
}

void twin_event_read(struct twin *t, const struct msg_reorganisation_event *m)
{
	struct reform r = {.t = t, .m = m};
	read_event(&r);
}

void twin_event_apply(struct twin *t, const struct msg_reorganisation_event *m)
{
	struct reform r = {.t = t, .m = m};
	if (!read_event(&r) || !r.applies)
		return;
	change_lives(&r);
	reform_flow(&r);
	change_texts(&r);
	change_places(&r);
	reform_move(&r);
	reform_dispose(&r);
}

/* The version on record that it supersedes: its index, -1 = it is the first. */
static long version(struct twin *t, const struct msg_reorganisation_event *m, unsigned id)
{
	size_t at;
	bool known = twin_known(t, t->rev, SAID_DEFINED, id, &at);
	if (known && !m->supersedes)
		twin_wrong(t, "an event id is never reused");
	if (m->supersedes && (!known || t->list[at].rev != m->supersedes->revision))
		twin_wrong(t, "supersedes nothing");
	if (m->supersedes && !*m->supersedes->reason && !*m->reason)
		twin_wrong(t, "no reason");
	if (m->status == EVENT_STATUS_ANNULLED && !m->supersedes)
		twin_wrong(t, "nothing to annul");
	return known ? (long)at : -1;
}

void twin_event(struct twin *t, const struct msg_reorganisation_event *m)
{
	unsigned id = twin_joined(t, "event", m->id);
	t->source = twin_source(t, m->source);
	long old = version(t, m, id);
	struct said s = {.kind = SAID_DEFINED, .what = id, .body = m, .from = twin_date(t, m->effective)};
	if (t->wrong)
		return;
	if (twin_is_late(m->id)) {
		twin_late(t, &s, old);
		return;
	}
	twin_event_apply(t, m);
	twin_add(t, &s);
	if (!t->wrong)
		twin_event_weights(t, m, NULL);
}
