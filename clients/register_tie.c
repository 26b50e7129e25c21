/* SPDX-License-Identifier: Apache-2.0
 *
 * Which rows of a day are one event: those whose codes hang together, or that name the same decision.
 */
#include <stdlib.h>
#include <string.h>
#include "clients/register_today.h"

#define NO_NODE SIZE_MAX

void register_tell(struct register_today *d, struct register_part *p, enum register_severity s, size_t line,
		   const char *rule, const char *text)
{
	register_say(&d->m->findings, s, "changes", line, rule, "%s", text);
	if (p && s == REGISTER_ERROR)
		p->bad = true;
}
/* ---- components ---- */

static size_t root(struct register_today *d, size_t i)
{
	while (d->parent[i] != i)
		i = d->parent[i] = d->parent[d->parent[i]];
	return i;
}

static void join(struct register_today *d, size_t a, size_t b)
{
	a = root(d, a);
	b = root(d, b);
	if (a != b)
		d->parent[a > b ? a : b] = a > b ? b : a;
}

static size_t node(struct register_today *d, size_t *stamp, size_t *at)
{
	if (*stamp != d->stamp) {
		*stamp = d->stamp;
		*at = d->n_nodes;
		d->parent[d->n_nodes] = d->n_nodes;
		d->n_nodes++;
	}
	return *at;
}

static size_t node_of_row(struct register_today *d, struct register_row *r)
{
	size_t a = NO_NODE, b = NO_NODE;
	if (*r->old_code) {
		struct register_code *c = register_code(d->m, r->old_code);
		a = node(d, &c->old_stamp, &c->old_node);
	}
	if (*r->new_code) {
		struct register_code *c = register_code(d->m, r->new_code);
		b = node(d, &c->new_stamp, &c->new_node);
		if (!*r->old_code)
			c->created_stamp = d->stamp;
	}
	if (a != NO_NODE && b != NO_NODE)
		join(d, a, b);
	return a != NO_NODE ? a : b;
}

/* An old code that nobody bore the day before and that begins today: the event leads through it. */
static bool passes(const struct register_today *d, const struct register_code *c)
{
	return !c->living && c->old_stamp == d->stamp && c->new_stamp == d->stamp &&
	       (c->n_bearers || d->stocked || c->created_stamp == d->stamp);
}

struct ordered {
	size_t root, row;
};
static int by_root(const void *x, const void *y)
{
	const struct ordered *a = x, *b = y;
	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static void check_event_names(struct register_today *d)
{
	struct lookup names;
	lookup_init(&names, d->m->arena);
	for (size_t i = 0; i < d->n; i++) {
		struct register_row *r = &d->rows[i], **first;
		if (!*r->event)
			continue;
		first = (struct register_row **)lookup_put(&names, r->event);
		if (*first)
			join(d, node_of_row(d, *first), node_of_row(d, r));
		else
			*first = r;
	}
}

void register_tie(struct register_today *d)
{
	struct arena *a = d->m->arena;
	struct ordered *order = arena_alloc(a, d->n * sizeof *order);
	d->parent = arena_alloc(a, 2 * d->n * sizeof *d->parent);
	for (size_t i = 0; i < d->n; i++)
		node_of_row(d, &d->rows[i]);
	check_event_names(d);
	bool *through = arena_alloc(a, d->n * sizeof *through);
	for (size_t i = 0; i < d->n; i++)
		through[i] = *d->rows[i].old_code && passes(d, register_code(d->m, d->rows[i].old_code));
	for (size_t i = 0; i < d->n; i++)
		if (through[i]) {
			struct register_code *c = register_code(d->m, d->rows[i].old_code);
			join(d, c->old_node, c->new_node);
		}
	for (size_t i = 0; i < d->n; i++)
		order[i] = (struct ordered){root(d, node_of_row(d, &d->rows[i])), i};
	qsort(order, d->n, sizeof *order, by_root);
	d->parts = arena_alloc(a, d->n * sizeof *d->parts);
	for (size_t i = 0; i < d->n; i++) {
		if (i == 0 || order[i].root != order[i - 1].root)
			d->parts[d->n_parts++].first = &d->rows[order[i].row];
		struct register_part *p = &d->parts[d->n_parts - 1];
		struct register_row *r = &d->rows[order[i].row];
		p->pairs = arena_grow(a, p->pairs, p->n, p->n + 1, sizeof *p->pairs, &p->room);
		p->pairs[p->n++] = (struct register_pair){*r->old_code ? register_code(d->m, r->old_code) : NULL,
							  *r->new_code ? register_code(d->m, r->new_code) : NULL, r};
		if (strcmp(r->event, p->first->event) != 0 && *r->event && *p->first->event)
			SAY(REGISTER_ERROR, r->line, "TWO_EVENTS",
			    "a unit is in two events of one day, \"%s\" (line %zu) and \"%s\"", p->first->event,
			    p->first->line, r->event);
	}
}

/* ---- chains within a day ---- */

static void look_through(struct register_today *d, struct register_part *p, struct register_code *c)
{
	struct register_pair *kept = NULL;
	size_t n = 0, room = 0, in = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct register_pair *x = &p->pairs[i];
		if (x->to != c && x->from != c) {
			kept = arena_grow(d->m->arena, kept, n, n + 1, sizeof *kept, &room);
			kept[n++] = *x;
		}
		if (x->to != c || x->from == c)
			continue;
		in++;
		for (size_t k = 0; k < p->n; k++)
			if (p->pairs[k].from == c && p->pairs[k].to != c) {
				kept = arena_grow(d->m->arena, kept, n, n + 1, sizeof *kept, &room);
				kept[n++] = (struct register_pair){x->from, p->pairs[k].to, p->pairs[k].row};
			}
	}
	if (!in || !n)
		SAY(REGISTER_ERROR, p->first->line, "CYCLE", "%s begins on this very day out of what it itself becomes",
		    c->code);
	else
		SAY(REGISTER_INFO, p->first->line, "CHAIN",
		    "%s begins and ends on %s: the event leads from what was there before to what was there after",
		    c->code, register_day(d->m->arena, d->day));
	p->pairs = kept;
	p->n = n;
	p->room = room;
}

void register_chains(struct register_today *d, struct register_part *p)
{
	/* Each round takes one code out of the pairs; none comes in. */
	for (size_t i = 0; i < p->n && !p->bad;) {
		struct register_code *c = p->pairs[i].from;
		if (c && passes(d, c)) {
			look_through(d, p, c);
			i = 0;
		} else {
			i++;
		}
	}
}
