/* SPDX-License-Identifier: Apache-2.0
 *
 * gen_reform.c - what a random event is made of, by its type.
 */
#include "tests/model/gen_reform.h"

struct msg_message *gen_reform(struct making *e, const char *id, enum change_type type)
{
	struct gen *g = e->g;
	struct msg_message *message = NEW(g, msg_message, 1);
	e->m = message->event = NEW(g, msg_reorganisation_event, 1);
	*e->m = (struct msg_reorganisation_event){.id = id,
						  .type = type,
						  .status =
						      gen_one_in(g, 8) ? EVENT_STATUS_PROPOSED : EVENT_STATUS_EFFECTIVE,
						  .reason = "decided",
						  .source = "s1",
						  .locator = "",
						  .title = "",
						  .targets = NEW(g, msg_target, 4)};
	return message;
}

static void take_sources(struct making *e, unsigned n)
{
	e->m->sources = NEW(e->g, msg_unit_ref, n);
	for (unsigned i = 0; i < n; i++) {
		e->sources[i] = e->is->unit(e, e->kind);
		for (unsigned k = 0; k < i; k++)
			if (e->sources[k] == e->sources[i])
				return;
		if (!e->sources[i])
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

void one_name(struct making *e, struct msg_target *t)
{
	t->n_names = 1;
	t->names = arena_alloc(e->g->a, sizeof *t->names);
	t->names[0] = e->is->names[gen_below(e->g, e->is->n_names)];
}

static void one_code(struct making *e, struct msg_target *t)
{
	t->n_codes = 1;
	t->codes = NEW(e->g, msg_code_value, 1);
	t->codes[0] = (struct msg_code_value){
	    e->is->scheme, arena_printf(e->g->a, "%04u", 1 + gen_below(e->g, e->is->n_codes)), "", ""};
}

/* One of which something came to the unit; 0 = none. */
static unsigned former(struct making *e, unsigned unit)
{
	const struct twin *t = e->g->t;
	size_t at = gen_below(e->g, (unsigned)t->n);
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[(at + i) % t->n];
		if (s->kind == SAID_EDGE && s->other == unit && s->unit != unit && stands_at(s, e->g->rev))
			return gen_one_in(e->g, 4) && former(e, s->unit) ? former(e, s->unit) : s->unit;
	}
	return 0;
}

/* Now and then a former unit comes back, or gives the new one its territory. true: it is the target. */
static bool from_before(struct making *e, struct msg_target *t)
{
	struct gen *g = e->g;
	unsigned unit = e->is->hangs && e->m->n_sources && gen_one_in(g, 2) ? former(e, e->sources[0]) : 0;
	if (e->is->hangs && gen_one_in(g, 60))
		unit = gen_unit(g, e->kind);
	if (!unit)
		return false;
	if (twin_life(g->t, g->rev, unit, e->day - 1, NULL) >= 0 || gen_one_in(g, 3)) {
		t->territory_of = gen_id_ref(g, unit);
		return false;
	}
	t->unit = gen_id_ref(g, unit);
	t->restores = !gen_one_in(g, 4);
	if (gen_one_in(g, 2))
		one_name(e, t);
	return true;
}

static void new_target(struct making *e)
{
	struct gen *g = e->g;
	struct msg_target *t = target(e);
	if (from_before(e, t))
		return;
	t->id = e->is->new_id(e);
	t->kind = gen_one_in(g, 2) || e->m->n_sources == 0 ? e->kind : "";
	if (!gen_one_in(g, 30))
		one_name(e, t);
	if (gen_one_in(g, 2))
		one_code(e, t);
	if (e->kind == e->is->inner && gen_one_in(g, 3))
		t->part_of = gen_id_ref(g, e->is->unit(e, e->is->outer));
	if (e->is->parts && e->kind == e->is->outer && gen_one_in(g, 3)) {
		t->n_parts = 1 + gen_below(g, 2);
		t->parts = NEW(g, msg_unit_ref, t->n_parts);
		for (size_t i = 0; i < t->n_parts; i++)
			t->parts[i] = *gen_id_ref(g, e->is->unit(e, e->is->inner));
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

void fill_reform(struct making *e)
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
		e->kind = e->is->inner;
		take_sources(e, 1);
		survivor(e, e->sources[0]);
		e->m->targets[0].part_of = gen_id_ref(g, e->is->unit(e, e->is->outer));
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
		survivor(e, e->is->unit(e, e->kind));
		break;
	case CHANGE_TYPE_CODE_CHANGE:
	case CHANGE_TYPE_NAME_CHANGE:
	case CHANGE_TYPE_UNSPECIFIED:
		take_sources(e, 1);
		survivor(e, e->sources[0]);
		break;
	case CHANGE_TYPE_RELOCATION:
	case CHANGE_TYPE_TRANSFER_OF_TASK:
		gen_moves(e);
		break;
	}
	if (e->is->hangs) {
		gen_dispositions(e);
		gen_flows(e);
	}
}
