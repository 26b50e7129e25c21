/* SPDX-License-Identifier: Apache-2.0
 *
 * The model as messages. Nothing of the input's form is in them (no line, no file name): the same register gives the
 * same bytes however its rows are ordered, so that ids made of the content make a second import a retry.
 */
#include <stdlib.h>
#include <string.h>
#include "clients/ref.h"
#include "clients/register_part.h"

struct emitting {
	const struct register_model *m;
	const struct register_emission *e;
	struct arena *a;
	struct msg_message **list;
	size_t n, room;
};

static struct msg_message *message(struct emitting *x)
{
	x->list = arena_grow(x->a, x->list, x->n, x->n + 1, sizeof *x->list, &x->room);
	return x->list[x->n++] = arena_alloc(x->a, sizeof(struct msg_message));
}

/* ---- units that were there before ---- */

static int by_id(const void *x, const void *y)
{
	const struct register_unit *const *a = x, *const *b = y;
	return strcmp((*a)->id, (*b)->id);
}

/* Days on which a listed unit changes its name are its own; of the others events tell. */
static void put_unit(struct emitting *x, const struct register_unit *u, struct msg_unit_statement *s)
{
	size_t n = u->listed ? u->n_spans : 1;
	const struct register_span *first = &u->spans[0];
	s->id = u->id;
	s->kind = x->e->kind;
	s->valid_from = register_day(x->a, u->from);
	s->valid_to = u->listed ? register_day(x->a, u->to) : "";
	s->names = arena_alloc(x->a, n * sizeof *s->names);
	for (size_t i = 0; i < n; i++)
		s->names[s->n_names++] =
		    (struct msg_name){.text = u->spans[i].name,
				      .valid_from = n > 1 ? register_day(x->a, u->spans[i].from) : "",
				      .valid_to = n > 1 ? register_day(x->a, u->spans[i].to) : ""};
	s->codes = arena_alloc(x->a, sizeof *s->codes);
	s->codes[s->n_codes++] =
	    (struct msg_code_value){.scheme = x->e->scheme, .code = first->code, .valid_from = "", .valid_to = ""};
	s->locator = "";
	if (u->part_of || *x->e->part_of)
		s->part_of = ref_id(u->part_of ? u->part_of : x->e->part_of, x->a);
}

static void put_first(struct emitting *x)
{
	const struct register_unit **list = arena_alloc(x->a, (x->m->n_units + 1) * sizeof *list);
	struct msg_submission *s = NULL;
	size_t n = 0;
	for (size_t i = 0; i < x->m->n_units; i++)
		if (x->m->units[i]->first)
			list[n++] = x->m->units[i];
	if (n)
		qsort(list, n, sizeof *list, by_id);
	for (size_t i = 0; i < n; i++) {
		if (i % x->e->split == 0) {
			s = message(x)->submission = arena_alloc(x->a, sizeof *s);
			s->mode = SUBMISSION_MODE_PATCH;
			s->source = x->e->source;
			s->units = arena_alloc(x->a, x->e->split * sizeof *s->units);
		}
		put_unit(x, list[i], &s->units[s->n_units++]);
	}
}

/* ---- events ---- */

static void put_target(struct emitting *x, const struct register_event *e, const struct register_target *t,
		       struct msg_target *ret)
{
	const struct register_span *s = register_span_at(t->unit, e->day);
	const char *code = t->is_new ? s->code : t->code, *name = t->is_new ? s->name : t->name;
	if (t->is_new) {
		ret->id = t->unit->id;
		ret->kind = x->e->kind;
		if (*x->e->part_of && e->n_sources == 0)
			ret->part_of = ref_id(x->e->part_of, x->a);
	} else {
		ret->unit = ref_id(t->unit->id, x->a);
	}
	if (t->part_of)
		ret->part_of = ref_id(t->part_of, x->a);
	if (name) {
		ret->names = arena_alloc(x->a, sizeof *ret->names);
		ret->names[ret->n_names++] = name;
	}
	if (code) {
		ret->codes = arena_alloc(x->a, sizeof *ret->codes);
		ret->codes[ret->n_codes++] = (struct msg_code_value){.scheme = x->e->scheme, .code = code};
	}
}

static void put_event(struct emitting *x, const struct register_event *e)
{
	struct msg_reorganisation_event *m = message(x)->event = arena_alloc(x->a, sizeof *m);
	m->id = e->id;
	m->type = e->type;
	m->effective = register_day(x->a, e->day);
	m->status = EVENT_STATUS_EFFECTIVE;
	m->source = x->e->source;
	m->sources = arena_alloc(x->a, (e->n_sources + 1) * sizeof *m->sources);
	for (size_t i = 0; i < e->n_sources; i++)
		m->sources[m->n_sources++] = *ref_id(e->sources[i]->id, x->a);
	m->targets = arena_alloc(x->a, (e->n_targets + 1) * sizeof *m->targets);
	for (size_t i = 0; i < e->n_targets; i++)
		put_target(x, e, &e->targets[i], &m->targets[m->n_targets++]);
	m->flows = arena_alloc(x->a, (e->n_flows + 1) * sizeof *m->flows);
	for (size_t i = 0; i < e->n_flows; i++)
		m->flows[m->n_flows++] = (struct msg_flow){.source = e->flows[i].source,
							   .target = e->flows[i].target,
							   .part = e->flows[i].part,
							   .weights = e->flows[i].weights,
							   .n_weights = e->flows[i].n_weights};
}

struct msg_message **register_messages(const struct register_model *m, const struct register_emission *e, size_t *n)
{
	struct emitting x = {.m = m, .e = e, .a = m->arena};
	put_first(&x);
	for (size_t i = 0; i < m->n_events; i++)
		put_event(&x, m->events[i]);
	*n = x.n;
	return x.list;
}
