/* SPDX-License-Identifier: Apache-2.0
 *
 * gen_event.c - random reorganisations.
 *
 * Effective dates lie after all that is on record about the sources: what an event in the middle of later statements
 * does to those is not promised anywhere.
 */
#include "tests/model/gen.h"
#include <string.h>

struct making {
	struct gen *g;
	struct msg_reorganisation_event *m;
	int32_t after; /* the last day that is on record */
	const char *kind;
	unsigned sources[4];
};

static bool names_unit(const struct msg_reorganisation_event *m, const char *id)
{
	bool names = false;
	for (size_t i = 0; i < m->n_sources; i++)
		names |= strcmp(m->sources[i].id->id, id) == 0;
	for (size_t i = 0; i < m->n_targets; i++) {
		const struct msg_target *t = &m->targets[i];
		names |= strcmp(t->unit ? t->unit->id->id : t->id, id) == 0;
		names |= t->part_of && strcmp(t->part_of->id->id, id) == 0;
	}
	return names;
}

/* Later than all that is known of the unit and of its parts. */
static void see(struct making *e, unsigned unit)
{
	const struct twin *t = e->g->t;
	for (size_t i = 0; i < t->n; i++) /* nor is an event that left no other trace in it */
		if (t->list[i].body && t->list[i].kind == SAID_DEFINED && t->list[i].from.hi > e->after &&
		    strncmp(twin_text(t, t->list[i].what), "event:", 6) == 0 &&
		    names_unit(t->list[i].body, twin_text(t, unit)))
			e->after = t->list[i].from.hi;
	for (size_t i = 0; i < t->n; i++) { /* nor is a container's end in the middle of what is to come */
		const struct said *s = &t->list[i];
		for (size_t k = 0; k < t->n && s->kind == SAID_LIFE && s->to.precision != WHEN_NONE; k++)
			if (t->list[k].kind == SAID_LINK && t->list[k].type == LINK_TYPE_PART_OF &&
			    t->list[k].unit == unit && t->list[k].other == s->unit && s->to.hi > e->after)
				e->after = s->to.hi;
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind > SAID_LINK || (s->unit != unit && s->other != unit))
			continue;
		if (s->from.precision != WHEN_NONE && s->from.hi > e->after)
			e->after = s->from.hi;
		if (s->to.precision != WHEN_NONE && s->to.hi > e->after)
			e->after = s->to.hi;
		if (s->other == unit && s->type == LINK_TYPE_PART_OF)
			for (size_t k = 0; k < t->n; k++)
				if (t->list[k].kind <= SAID_LINK && t->list[k].unit == s->unit) {
					const struct said *p = &t->list[k];
					if (p->from.precision != WHEN_NONE && p->from.hi > e->after)
						e->after = p->from.hi;
					if (p->to.precision != WHEN_NONE && p->to.hi > e->after)
						e->after = p->to.hi;
				}
	}
}

static void take_sources(struct making *e, unsigned n)
{
	e->m->sources = NEW(e->g, msg_unit_ref, n);
	for (unsigned i = 0; i < n; i++) {
		e->sources[i] = gen_unit(e->g, e->kind);
		for (unsigned k = 0; k < i; k++)
			if (e->sources[k] == e->sources[i])
				return;
		if (!e->sources[i])
			return;
		see(e, e->sources[i]);
		e->m->sources[e->m->n_sources++] = *gen_id_ref(e->g, e->sources[i]);
	}
}

static struct msg_target *target(struct making *e)
{
	struct msg_target *t = &e->m->targets[e->m->n_targets++];
	*t = (struct msg_target){.id = "", .kind = ""};
	return t;
}

static void one_name(struct making *e, struct msg_target *t)
{
	static const char *const names[] = {"Os", "Nes", "Heim", "Ny", "Sande"};
	t->n_names = 1;
	t->names = arena_alloc(e->g->a, sizeof *t->names);
	t->names[0] = names[gen_below(e->g, 5)];
}

static void one_code(struct making *e, struct msg_target *t)
{
	t->n_codes = 1;
	t->codes = NEW(e->g, msg_code_value, 1);
	t->codes[0] = (struct msg_code_value){"nr", arena_printf(e->g->a, "%04u", 1 + gen_below(e->g, 12)), "", ""};
}

static void new_target(struct making *e)
{
	struct msg_target *t = target(e);
	t->id = arena_printf(e->g->a, "%c%u", e->kind[0], gen_below(e->g, 40));
	t->kind = gen_one_in(e->g, 2) || e->m->n_sources == 0 ? e->kind : "";
	if (!gen_one_in(e->g, 30))
		one_name(e, t);
	if (gen_one_in(e->g, 2))
		one_code(e, t);
	if (gen_one_in(e->g, 4) && *e->kind == 'm') {
		unsigned county = gen_unit(e->g, "county");
		see(e, county);
		t->part_of = gen_id_ref(e->g, county);
	}
}

static void survivor(struct making *e)
{
	struct msg_target *t = target(e);
	t->unit = gen_id_ref(e->g, e->sources[0]);
	if (gen_one_in(e->g, 3))
		one_name(e, t);
	if (gen_one_in(e->g, 3))
		one_code(e, t);
}

static void fill(struct making *e)
{
	struct gen *g = e->g;
	switch (e->m->type) {
	case CHANGE_TYPE_CREATION:
		new_target(e);
		break;
	case CHANGE_TYPE_DELETION:
		take_sources(e, 1);
		break;
	case CHANGE_TYPE_MERGING:
		take_sources(e, 2 + gen_one_in(g, 2));
		new_target(e);
		break;
	case CHANGE_TYPE_TAKE_OVER:
		take_sources(e, 2);
		survivor(e);
		break;
	case CHANGE_TYPE_BREAKDOWN:
		take_sources(e, 1);
		new_target(e);
		new_target(e);
		break;
	case CHANGE_TYPE_SPLIT_OFF:
		take_sources(e, 1);
		survivor(e);
		new_target(e);
		break;
	case CHANGE_TYPE_REPARENTING:
		e->kind = "municipality";
		take_sources(e, 1);
		survivor(e);
		if (gen_unit(g, "county")) {
			unsigned county = gen_unit(g, "county");
			see(e, county);
			e->m->targets[0].part_of = gen_id_ref(g, county);
		}
		break;
	case CHANGE_TYPE_REORGANISATION:
		take_sources(e, 1 + gen_below(g, 3));
		new_target(e);
		if (gen_one_in(g, 2))
			survivor(e);
		break;
	case CHANGE_TYPE_CODE_CHANGE:
	case CHANGE_TYPE_NAME_CHANGE:
	case CHANGE_TYPE_UNSPECIFIED:
	case CHANGE_TYPE_TRANSFER_OF_PART:
	case CHANGE_TYPE_BOUNDARY_ADJUSTMENT:
	case CHANGE_TYPE_RELOCATION:
	case CHANGE_TYPE_TRANSFER_OF_TASK:
		take_sources(e, 1);
		survivor(e);
		break;
	}
}

struct msg_message *gen_event(struct gen *g)
{
	static const enum change_type types[] = {
	    CHANGE_TYPE_CREATION,    CHANGE_TYPE_DELETION,      CHANGE_TYPE_MERGING,     CHANGE_TYPE_TAKE_OVER,
	    CHANGE_TYPE_BREAKDOWN,   CHANGE_TYPE_SPLIT_OFF,     CHANGE_TYPE_CODE_CHANGE, CHANGE_TYPE_NAME_CHANGE,
	    CHANGE_TYPE_REPARENTING, CHANGE_TYPE_REORGANISATION};
	struct msg_message *message = NEW(g, msg_message, 1);
	struct msg_reorganisation_event *m = message->event = NEW(g, msg_reorganisation_event, 1);
	struct making e = {
	    .g = g, .m = m, .kind = gen_one_in(g, 4) ? "county" : "municipality", .after = day_of(2008, 1, 1)};
	*m = (struct msg_reorganisation_event){.id = arena_printf(g->a, "e%u", gen_below(g, 60)),
					       .type = types[gen_below(g, 10)],
					       .status =
						   gen_one_in(g, 8) ? EVENT_STATUS_PROPOSED : EVENT_STATUS_EFFECTIVE,
					       .reason = "decided",
					       .source = gen_one_in(g, 40) ? "s9" : "s1",
					       .locator = "",
					       .title = "",
					       .targets = NEW(g, msg_target, 4)};
	fill(&e);
	int y, month, d;
	day_parts(e.after, &y, &month, &d);
	unsigned year = (unsigned)y + 1 + gen_below(g, 3);
	if (year > 2200)
		year = 2200;
	m->effective = gen_one_in(g, 4) ? arena_printf(g->a, "%u", year) : arena_printf(g->a, "%u-01-01", year);
	if (gen_one_in(g, 25)) { /* long before: the sources may not live yet */
		m->effective = "1890-01-01";
		m->status =
		    EVENT_STATUS_PROPOSED; /* what it would do to all that is said of later days is another matter */
	}
	return message;
}
