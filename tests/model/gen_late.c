/* SPDX-License-Identifier: Apache-2.0
 *
 * gen_late.c - random events of parishes and deaneries: on any day, entered in any order, amended, put off, annulled.
 *
 * No two of them are of one day. New units have ids that were never used, and what amends an event keeps its units.
 */
#include "tests/model/gen.h"
#include <string.h>

struct making {
	struct gen *g;
	struct msg_reorganisation_event *m;
	int32_t day;
	const char *kind;
	unsigned sources[3];
};

static const struct said *event_at(const struct twin *t, size_t i)
{
	const struct said *s = &t->list[i];
	const char *what = twin_text(t, s->what);
	bool is = s->kind == SAID_DEFINED && strncmp(what, "event:", 6) == 0 && twin_is_late(what + 6);
	return is ? s : NULL;
}

static int32_t free_day(struct gen *g)
{
	for (;;) {
		int32_t day = day_of(1980 + (int)gen_below(g, 40), 1 + (int)gen_below(g, 12), 1);
		bool taken = false;
		for (size_t i = 0; i < g->t->n; i++)
			taken |= event_at(g->t, i) && g->t->list[i].from.lo == day;
		if (!taken)
			return day;
	}
}

static const char *day_text(struct gen *g, int32_t day)
{
	char text[WHEN_TEXT_MAX];
	struct when w = when_day(day);
	when_format(&w, text);
	return arena_text(g->a, text, strlen(text));
}

/* One that lives the day before, mostly. */
static unsigned living(struct making *e, const char *kind)
{
	unsigned unit = 0;
	for (int i = 0; i < 8; i++) {
		unit = gen_unit(e->g, kind);
		if (gen_one_in(e->g, 20) || twin_life(e->g->t, e->g->rev, unit, e->day - 1, NULL) >= 0)
			break;
	}
	return unit;
}

static void take_sources(struct making *e, unsigned n)
{
	e->m->sources = NEW(e->g, msg_unit_ref, n);
	for (unsigned i = 0; i < n; i++) {
		e->sources[i] = living(e, e->kind);
		for (unsigned k = 0; k < i; k++)
			if (e->sources[k] == e->sources[i])
				return;
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
	/* None of other units: a statement that names those would become one about a parish. */
	static const char *const names[] = {"Dal", "Li", "Vik", "Moen", "Haug"};
	t->n_names = 1;
	t->names = arena_alloc(e->g->a, sizeof *t->names);
	t->names[0] = PICK(e->g, names);
}

static void one_code(struct making *e, struct msg_target *t)
{
	t->n_codes = 1;
	t->codes = NEW(e->g, msg_code_value, 1);
	t->codes[0] = (struct msg_code_value){"sokn", arena_printf(e->g->a, "%03u", 1 + gen_below(e->g, 20)), "", ""};
}

static void new_target(struct making *e)
{
	struct gen *g = e->g;
	struct msg_target *t = target(e);
	t->id = arena_printf(g->a, "%c%llu-%zu", *e->kind, (unsigned long long)g->rev, e->m->n_targets);
	t->kind = e->m->n_sources == 0 ? e->kind : "";
	one_name(e, t);
	if (gen_one_in(g, 2))
		one_code(e, t);
	if (*e->kind == 'p' && gen_one_in(g, 3))
		t->part_of = gen_id_ref(g, living(e, "deanery"));
	if (*e->kind == 'd' && gen_one_in(g, 3)) {
		t->n_parts = 1 + gen_below(g, 2);
		t->parts = NEW(g, msg_unit_ref, t->n_parts);
		for (size_t i = 0; i < t->n_parts; i++)
			t->parts[i] = *gen_id_ref(g, living(e, "parish"));
	}
}

static void survivor(struct making *e, unsigned unit)
{
	struct msg_target *t = target(e);
	t->unit = gen_id_ref(e->g, unit);
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
		survivor(e, e->sources[0]);
		break;
	case CHANGE_TYPE_BREAKDOWN:
		take_sources(e, 1);
		new_target(e);
		new_target(e);
		break;
	case CHANGE_TYPE_SPLIT_OFF:
		take_sources(e, 1);
		survivor(e, e->sources[0]);
		new_target(e);
		break;
	case CHANGE_TYPE_REPARENTING:
		e->kind = "parish";
		take_sources(e, 1);
		survivor(e, e->sources[0]);
		e->m->targets[0].part_of = gen_id_ref(g, living(e, "deanery"));
		break;
	case CHANGE_TYPE_REORGANISATION:
		take_sources(e, 1 + gen_below(g, 3));
		new_target(e);
		if (gen_one_in(g, 2))
			survivor(e, e->sources[0]);
		break;
	case CHANGE_TYPE_TRANSFER_OF_PART:
	case CHANGE_TYPE_BOUNDARY_ADJUSTMENT:
		take_sources(e, 1);
		survivor(e, living(e, e->kind));
		break;
	case CHANGE_TYPE_CODE_CHANGE:
	case CHANGE_TYPE_NAME_CHANGE:
	case CHANGE_TYPE_UNSPECIFIED:
	case CHANGE_TYPE_RELOCATION:
	case CHANGE_TYPE_TRANSFER_OF_TASK:
		take_sources(e, 1);
		survivor(e, e->sources[0]);
		break;
	}
}

static struct msg_message *first_version(struct gen *g)
{
	static const enum change_type types[] = {
	    CHANGE_TYPE_CREATION,       CHANGE_TYPE_DELETION,         CHANGE_TYPE_MERGING,
	    CHANGE_TYPE_TAKE_OVER,      CHANGE_TYPE_BREAKDOWN,        CHANGE_TYPE_SPLIT_OFF,
	    CHANGE_TYPE_CODE_CHANGE,    CHANGE_TYPE_NAME_CHANGE,      CHANGE_TYPE_REPARENTING,
	    CHANGE_TYPE_REORGANISATION, CHANGE_TYPE_TRANSFER_OF_PART, CHANGE_TYPE_BOUNDARY_ADJUSTMENT};
	struct msg_message *message = NEW(g, msg_message, 1);
	struct msg_reorganisation_event *m = message->event = NEW(g, msg_reorganisation_event, 1);
	struct making e = {.g = g, .m = m, .kind = gen_one_in(g, 3) ? "deanery" : "parish", .day = free_day(g)};
	*m = (struct msg_reorganisation_event){
	    .id = arena_printf(g->a, "late%llu", (unsigned long long)(gen_one_in(g, 40) ? gen_below(g, 30) : g->rev)),
	    .type = PICK(g, types),
	    .status = gen_one_in(g, 8) ? EVENT_STATUS_PROPOSED : EVENT_STATUS_EFFECTIVE,
	    .effective = day_text(g, e.day),
	    .reason = "decided",
	    .source = "s1",
	    .locator = "",
	    .title = "",
	    .targets = NEW(g, msg_target, 4)};
	fill(&e);
	return message;
}

static struct msg_message *another_version(struct gen *g, const struct said *s)
{
	struct msg_message *message = NEW(g, msg_message, 1);
	struct msg_reorganisation_event *m = message->event = NEW(g, msg_reorganisation_event, 1);
	*m = *(const struct msg_reorganisation_event *)s->body;
	m->supersedes = NEW(g, msg_supersedes, 1);
	*m->supersedes = (struct msg_supersedes){gen_one_in(g, 20) ? s->rev - 1 : s->rev, "read wrongly"};
	m->effective = day_text(g, s->from.lo);
	m->status = gen_one_in(g, 3)   ? EVENT_STATUS_ANNULLED
		    : gen_one_in(g, 6) ? EVENT_STATUS_PROPOSED
				       : EVENT_STATUS_EFFECTIVE;
	if (m->status != EVENT_STATUS_ANNULLED && gen_one_in(g, 2))
		m->effective = day_text(g, free_day(g));
	struct making e = {.g = g, .m = m, .kind = "parish"};
	if (m->n_targets && gen_one_in(g, 2)) {
		const struct msg_target *old = m->targets;
		m->targets = NEW(g, msg_target, m->n_targets);
		memcpy(m->targets, old, m->n_targets * sizeof *old);
		one_name(&e, &m->targets[0]);
	}
	return message;
}

struct msg_message *gen_late(struct gen *g)
{
	const struct twin *t = g->t;
	size_t at = gen_below(g, (unsigned)t->n);
	if (gen_one_in(g, 3))
		for (size_t k = 0; k < t->n; k++) {
			const struct said *s = event_at(t, (at + k) % t->n);
			size_t last;
			if (s && twin_known(t, g->rev, SAID_DEFINED, s->what, &last))
				return another_version(g, &t->list[last]);
		}
	return first_version(g);
}
