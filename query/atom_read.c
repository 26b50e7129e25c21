/* SPDX-License-Identifier: Apache-2.0
 *
 * atom_read.c - what is on record of the events: flows, weights and identities, in the order in which they apply; and
 * which lists of parts have gaps.
 */
#include <stdlib.h>
#include <string.h>
#include "query/atom_inner.h"

/* ---- reading ---- */

/* A unit that only lives on, with another name or number, changes no territory. */
static void unsure_add(struct atoms *t, const struct fact_edge *e)
{
	bool moves = e->from != e->to || e->part;
	if (!state_stands(e->state) || !moves || e->effective.precision == WHEN_NONE ||
	    e->effective.precision == WHEN_DAY_WITHOUT_YEAR || e->effective.lo >= e->effective.hi)
		return;
	for (size_t i = 0; i < t->n_unsure; i++) {
		if (t->unsure[i].event == e->event)
			return;
	}
	t->unsure = arena_grow(t->a, t->unsure, t->n_unsure, t->n_unsure + 1, sizeof *t->unsure, &t->unsure_room);
	t->unsure[t->n_unsure++] = (struct unsure){e->event, e->effective.lo, e->effective.hi};
}

static bool edge_row(void *arg, const struct fact *f)
{
	struct build *b = arg;
	const struct fact_edge *e = &f->edge;
	unsure_add(b->t, e);
	/* Of a date that names no latest day nobody can say that it is past. */
	if (!state_stands(e->state) || e->effective.precision == WHEN_NONE ||
	    e->effective.precision == WHEN_DAY_WITHOUT_YEAR || e->effective.hi == WHEN_DAY_MAX)
		return true;
	b->flows = arena_grow(b->t->a, b->flows, b->n_flows, b->n_flows + 1, sizeof *b->flows, &b->flows_room);
	b->flows[b->n_flows++] = (struct flow){.day = e->effective.hi,
					       .event = e->event,
					       .from = e->from,
					       .to = e->to,
					       .territory = e->territory,
					       .part = e->part};
	return true;
}

/* ---- weights ---- */

static void weight_row(struct atoms *t, uint32_t basis, const struct fact_weight *w, uint64_t rev)
{
	if (!state_stands(w->state) || w->basis != basis || w->digits < 0)
		return;
	t->weights = arena_grow(t->a, t->weights, t->n_weights, t->n_weights + 1, sizeof *t->weights, &t->weights_room);
	t->weights[t->n_weights++] = (struct weight){w->event, w->from, w->to, {w->digits, w->scale}, rev};
}

static int flow_of_weight(const struct weight *x, const struct weight *y)
{
	if (x->event != y->event)
		return x->event < y->event ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

static int weight_cmp(const void *a, const void *b)
{
	const struct weight *x = a, *y = b;
	int c = flow_of_weight(x, y);
	if (!c)
		c = num_cmp(x->value, y->value);
	return c ? c : (x->rev > y->rev) - (x->rev < y->rev);
}

/* Of several values for a flow the one that more sources give, then the one that was said first. */
static void choose_weights(struct atoms *t)
{
	size_t n = 0;
	if (t->n_weights)
		qsort(t->weights, t->n_weights, sizeof *t->weights, weight_cmp);
	for (size_t i = 0; i < t->n_weights;) {
		size_t k = i, best = i, best_n = 0;
		while (k < t->n_weights && flow_of_weight(&t->weights[k], &t->weights[i]) == 0) {
			size_t value = k;
			while (k < t->n_weights && flow_of_weight(&t->weights[k], &t->weights[i]) == 0 &&
			       num_cmp(t->weights[k].value, t->weights[value].value) == 0)
				k++;
			if (k - value > best_n ||
			    (k - value == best_n && t->weights[value].rev < t->weights[best].rev)) {
				best = value;
				best_n = k - value;
			}
		}
		t->weights[n++] = t->weights[best];
		i = k;
	}
	t->n_weights = n;
}

/* Those of the events that flow. */
static void read_weights(struct build *b, uint32_t basis)
{
	AUTO_LIST struct list events = {0};
	AUTO_BUF struct buf key = {0};
	for (size_t i = 0; i < b->n_flows; i++)
		list_add(&events, b->flows[i].event);
	list_sort(&events);
	for (size_t i = 0; i < events.n; i++) {
		AUTO_WALK struct walk w = {0};
		struct row row;
		struct fact f;
		key_event(&key, events.at[i]);
		walk_begin(&w, b->t->v, TABLE_WEIGHT, buf_view(&key));
		while (walk_next(&w, &row)) {
			enum err e = row_fact(&row, &f);
			if (e == ERR_OK)
				weight_row(b->t, basis, &f.weight, row.rev);
			else if (b->t->v->err == ERR_OK)
				b->t->v->err = e;
		}
	}
	choose_weights(b->t);
}

static int weight_key(const void *a, const void *b)
{
	return flow_of_weight(a, b);
}

const struct num *weight_of(const struct atoms *t, uint32_t event, uint32_t from, uint32_t to)
{
	struct weight key = {.event = event, .from = from, .to = to};
	const struct weight *w = t->n_weights ? bsearch(&key, t->weights, t->n_weights, sizeof key, weight_key) : NULL;
	return w ? &w->value : NULL;
}

static int flow_cmp(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	int c = x->event == y->event ? 0 : strcmp(x->id, y->id);
	if (c)
		return c;
	return x->target != y->target ? (x->target > y->target) - (x->target < y->target)
				      : (x->from > y->from) - (x->from < y->from);
}

static void name_flows(struct build *b)
{
	struct atoms *t = b->t;
	for (size_t i = 0; i < b->n_flows; i++) {
		struct flow *f = &b->flows[i];
		struct slice id = view_text(t->v, SPACE_EVENT, f->event);
		f->id = arena_text(t->a, id.data ? id.data : "", id.len);
		f->source = unit_first(t, f->from);
		f->target = unit_first(t, f->to);
	}
	if (b->n_flows)
		qsort(b->flows, b->n_flows, sizeof *b->flows, flow_cmp);
}

void atoms_read(struct build *b, uint32_t basis)
{
	scan(b->t, TABLE_EDGE, 0, edge_row, b);
	b->t->n_same = same_read(b->t->v, b->t->a, &b->t->same);
	b->t->roster = roster_read(b->t->v, b->t->a);
	if (basis)
		read_weights(b, basis);
	name_flows(b);
}

size_t atoms_unsure(const struct atoms *t, int32_t day, uint32_t *ret_event)
{
	size_t n = 0;
	*ret_event = 0;
	for (size_t i = 0; i < t->n_unsure; i++) {
		const struct unsure *u = &t->unsure[i];
		if (day < u->from || day >= u->to)
			continue;
		n++;
		if (!*ret_event || u->event < *ret_event)
			*ret_event = u->event;
	}
	return n;
}
