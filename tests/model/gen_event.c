/* SPDX-License-Identifier: Apache-2.0
 *
 * gen_event.c - random reorganisations.
 *
 * Effective dates lie after all that is on record about the sources: what an event in the middle of later statements
 * does to those is not promised anywhere.
 */
#include "tests/model/gen_reform.h"
#include <string.h>

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

static void see_day(struct making *e, const struct when *w)
{
	if (w->precision != WHEN_NONE && w->hi > e->day)
		e->day = w->hi;
}

/* Later than all that is known of the unit, also by events that left no other trace in it. */
static void see_alone(struct making *e, unsigned unit)
{
	const struct twin *t = e->g->t;
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		bool event = s->kind == SAID_DEFINED && s->body && strncmp(twin_text(t, s->what), "event:", 6) == 0 &&
			     names_unit(s->body, twin_text(t, unit));
		bool about = s->kind <= SAID_LINK && (s->unit == unit || s->other == unit);
		if (event || about)
			see_day(e, &s->from);
		if (about)
			see_day(e, &s->to);
	}
}

/* Nor is a part's change, or a container's end, in the middle of what is to come. */
static void see(struct making *e, unsigned unit)
{
	const struct twin *t = e->g->t;
	see_alone(e, unit);
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind != SAID_LINK || s->type != LINK_TYPE_PART_OF)
			continue;
		if (s->other == unit)
			see_alone(e, s->unit);
		for (size_t k = 0; k < t->n && s->unit == unit; k++)
			if (t->list[k].kind == SAID_LIFE && t->list[k].unit == s->other)
				see_day(e, &t->list[k].to);
	}
}

static unsigned unit(struct making *e, const char *kind)
{
	unsigned unit = gen_unit(e->g, kind);
	if (unit)
		see(e, unit);
	return unit;
}

static const char *new_id(struct making *e)
{
	return arena_printf(e->g->a, "%c%u", e->kind[0], gen_below(e->g, 40));
}

struct msg_message *gen_event(struct gen *g)
{
	static const char *const names[] = {"Os", "Nes", "Heim", "Ny", "Sande"};
	static const struct manner manner = {.names = names,
					     .n_names = 5,
					     .scheme = "nr",
					     .n_codes = 12,
					     .inner = "municipality",
					     .outer = "county",
					     .unit = unit,
					     .new_id = new_id};
	static const enum change_type types[] = {
	    CHANGE_TYPE_CREATION,    CHANGE_TYPE_DELETION,      CHANGE_TYPE_MERGING,     CHANGE_TYPE_TAKE_OVER,
	    CHANGE_TYPE_BREAKDOWN,   CHANGE_TYPE_SPLIT_OFF,     CHANGE_TYPE_CODE_CHANGE, CHANGE_TYPE_NAME_CHANGE,
	    CHANGE_TYPE_REPARENTING, CHANGE_TYPE_REORGANISATION};
	struct making e = {
	    .g = g, .is = &manner, .kind = gen_one_in(g, 4) ? manner.outer : manner.inner, .day = day_of(2008, 1, 1)};
	struct msg_message *message = gen_reform(&e, arena_printf(g->a, "e%u", gen_below(g, 60)), PICK(g, types));
	struct msg_reorganisation_event *m = e.m;
	if (gen_one_in(g, 40))
		m->source = "s9";
	fill_reform(&e);
	int y, month, d;
	day_parts(e.day, &y, &month, &d);
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
