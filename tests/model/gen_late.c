/* SPDX-License-Identifier: Apache-2.0
 *
 * gen_late.c - random events of parishes and deaneries: on any day, entered in any order, amended, put off, annulled.
 *
 * Links may move on the day of another event; no two others are of one day. New units have ids that were never used,
 * and what amends an event keeps its units.
 */
#include "tests/model/gen_reform.h"
#include <string.h>

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

/* The day of another event, or of none. */
static int32_t any_day(struct gen *g)
{
	size_t at = gen_below(g, (unsigned)g->t->n);
	bool same = gen_one_in(g, 2);
	for (size_t i = 0; i < g->t->n && same; i++)
		if (event_at(g->t, (at + i) % g->t->n))
			return g->t->list[(at + i) % g->t->n].from.lo;
	return free_day(g);
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

static const char *new_id(struct making *e)
{
	return arena_printf(e->g->a, "%c%llu-%zu", *e->kind, (unsigned long long)e->g->rev, e->m->n_targets);
}

static const char *const names[] = {"Dal", "Li", "Vik", "Moen", "Haug"};
static const struct manner manner = {.names = names,
				     .n_names = 5,
				     .scheme = "sokn",
				     .n_codes = 20,
				     .inner = "parish",
				     .outer = "deanery",
				     .parts = true,
				     .hangs = true,
				     .unit = living,
				     .new_id = new_id};

static struct msg_message *first_version(struct gen *g)
{
	static const enum change_type types[] = {
	    CHANGE_TYPE_CREATION,       CHANGE_TYPE_DELETION,         CHANGE_TYPE_MERGING,
	    CHANGE_TYPE_TAKE_OVER,      CHANGE_TYPE_BREAKDOWN,        CHANGE_TYPE_SPLIT_OFF,
	    CHANGE_TYPE_CODE_CHANGE,    CHANGE_TYPE_NAME_CHANGE,      CHANGE_TYPE_REPARENTING,
	    CHANGE_TYPE_REORGANISATION, CHANGE_TYPE_TRANSFER_OF_PART, CHANGE_TYPE_BOUNDARY_ADJUSTMENT,
	    CHANGE_TYPE_RELOCATION,     CHANGE_TYPE_TRANSFER_OF_TASK};
	enum change_type type = PICK(g, types);
	bool moves = type == CHANGE_TYPE_RELOCATION || type == CHANGE_TYPE_TRANSFER_OF_TASK;
	struct making e = {.g = g,
			   .is = &manner,
			   .kind = gen_one_in(g, 3) ? manner.outer : manner.inner,
			   .day = moves ? any_day(g) : free_day(g)};
	uint64_t number = gen_one_in(g, 40) ? gen_below(g, 30) : g->rev;
	struct msg_message *message = gen_reform(&e, arena_printf(g->a, "late%llu", (unsigned long long)number), type);
	e.m->effective = day_text(g, e.day);
	fill_reform(&e);
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
	if (m->status == EVENT_STATUS_PROPOSED && m->n_moves) /* it may name units that are born later */
		m->status = EVENT_STATUS_EFFECTIVE;
	if (m->status != EVENT_STATUS_ANNULLED && gen_one_in(g, 2))
		m->effective = day_text(g, m->n_moves ? any_day(g) : free_day(g));
	struct making e = {.g = g, .m = m, .is = &manner, .kind = manner.inner};
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
