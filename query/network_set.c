/* SPDX-License-Identifier: Apache-2.0
 *
 * network_set.c - constellations: sets of participants that at least one arrangement has, neither more nor fewer; and
 * arrangements whose participants lie on several sides of a border.
 *
 * A set is that of the participants named. Where the list is not complete, or some only may take part, it is marked.
 */
#include <stdlib.h>
#include <string.h>
#include "query/network.h"

/* ---- constellations --------------------------------------------------------------------------------- */

static int by_set(const void *a, const void *b)
{
	const struct arrangement *x = (*(struct network_arrangement *const *)a)->x,
				 *y = (*(struct network_arrangement *const *)b)->x;
	if (x->n_participants != y->n_participants)
		return x->n_participants < y->n_participants ? -1 : 1;
	for (size_t i = 0; i < x->n_participants; i++) {
		if (x->participants[i] != y->participants[i])
			return x->participants[i] < y->participants[i] ? -1 : 1;
	}
	return (x->unit > y->unit) - (x->unit < y->unit);
}

static bool same_set(const struct arrangement *x, const struct arrangement *y)
{
	return x->n_participants == y->n_participants &&
	       memcmp(x->participants, y->participants, x->n_participants * sizeof *x->participants) == 0;
}

/* Those that have a set, the same ones together. */
static size_t in_order(struct network *w, struct network_arrangement ***ret)
{
	struct network_arrangement **list = arena_alloc(w->work, (w->n + 1) * sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < w->n; i++) {
		if (w->list[i].certain && w->list[i].x->n_participants)
			list[n++] = &w->list[i];
	}
	qsort(list, n, sizeof *list, by_set);
	*ret = list;
	return n;
}

void network_sets(struct network *w)
{
	struct network_arrangement **list;
	size_t n = in_order(w, &list);
	for (size_t i = 0; i < n; i++)
		list[i]->set = i && same_set(list[i]->x, list[i - 1]->x) ? list[i - 1]->set
									 : (uint32_t)(i ? list[i - 1]->set + 1 : 1);
}

struct named {
	const char *id, *name;
};

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_members(struct network *w, const struct arrangement *x, struct msg_network_constellation *m)
{
	size_t n = x->n_participants;
	struct named *list = arena_alloc(w->work, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct named){network_id(w, x->participants[i]), network_name(w, x->participants[i])};
	qsort(list, n, sizeof *list, by_id);
	m->units = arena_alloc(w->work, (n + 1) * sizeof *m->units);
	m->names = arena_alloc(w->work, (n + 1) * sizeof *m->names);
	m->n_units = m->n_names = n;
	for (size_t i = 0; i < n; i++) {
		m->units[i] = list[i].id;
		m->names[i] = list[i].name;
	}
}

static int by_weight(const void *a, const void *b)
{
	const struct msg_network_constellation *x = a, *y = b;
	if (x->arrangements != y->arrangements)
		return x->arrangements > y->arrangements ? -1 : 1;
	if (x->n_units != y->n_units)
		return x->n_units < y->n_units ? -1 : 1;
	for (size_t i = 0; i < x->n_units; i++) {
		int d = strcmp(x->names[i], y->names[i]);
		d = d ? d : strcmp(x->units[i], y->units[i]);
		if (d)
			return d;
	}
	return 0;
}

enum err network_put_sets(struct network *w)
{
	struct network_arrangement **list;
	size_t n = in_order(w, &list), kept = 0;
	struct msg_network_constellation *all = arena_alloc(w->work, (n + 1) * sizeof *all);
	for (size_t i = 0, next; i < n; i = next) {
		struct msg_network_constellation *m = &all[kept++];
		*m = (struct msg_network_constellation){.date = w->date};
		put_members(w, list[i]->x, m);
		for (next = i; next < n && list[next]->set == list[i]->set; next++)
			;
		m->arrangement_names = arena_alloc(w->work, (next - i + 1) * sizeof *m->arrangement_names);
		for (size_t k = i; k < next; k++) {
			const struct arrangement *x = list[k]->x;
			m->arrangement_names[m->n_arrangement_names++] = x->name;
			m->incomplete |= x->complete != COMPLETION_YES || x->n_possible;
		}
		m->arrangements = (uint32_t)m->n_arrangement_names;
		qsort(m->arrangement_names, m->n_arrangement_names, sizeof *m->arrangement_names, by_text);
		answer_did(w->r, m->n_units);
		enum err e = answer_work(w->r);
		if (e != ERR_OK)
			return e;
	}
	qsort(all, kept, sizeof *all, by_weight);
	enum err e = ERR_OK;
	for (size_t i = 0; i < kept && e == ERR_OK; i++)
		e = answer_row(w->r, 2, &msg_type_network_constellation, &all[i]);
	return e;
}

/* ---- borders ---------------------------------------------------------------------------------------- */

/* A participant, and the unit of the border's kind that it lies in. */
struct sided {
	uint32_t side;
	const char *name;
};

static int by_side_number(const void *a, const void *b)
{
	const struct sided *x = a, *y = b;
	if (x->side != y->side)
		return x->side < y->side ? -1 : 1;
	return x->name && y->name ? strcmp(x->name, y->name) : 0;
}

static size_t several(struct sided *list, size_t n)
{
	size_t sides = 0;
	qsort(list, n, sizeof *list, by_side_number);
	for (size_t i = 0; i < n; i++)
		sides += list[i].side && (!i || list[i].side != list[i - 1].side);
	return sides;
}

/* How many units of the border's kind these lie in, for certain; *ret_may adds those of possible participants. */
static size_t sides(struct network *w, const struct arrangement *x, size_t *ret_may)
{
	size_t n = 0;
	struct sided *list = arena_alloc(w->work, (x->n_participants + x->n_possible + 1) * sizeof *list);
	for (size_t i = 0; i < x->n_participants; i++)
		list[n++].side = scope_group(w->border, x->participants[i], w->place);
	size_t sure = several(list, n);
	for (size_t i = 0; i < x->n_possible; i++)
		list[n++].side = scope_group(w->border, x->possible[i], w->place);
	*ret_may = x->n_possible ? several(list, n) : sure;
	answer_did(w->r, n);
	return sure;
}

enum err network_borders(struct network *w)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < w->n && e == ERR_OK; i++) {
		size_t may, sure = sides(w, w->list[i].x, &may);
		w->list[i].crosses = sure > 1 && w->list[i].certain;
		w->may_cross += may > 1 && !w->list[i].crosses;
		e = answer_work(w->r);
	}
	return e;
}

static int by_name(const void *a, const void *b)
{
	const struct arrangement *x = (*(struct network_arrangement *const *)a)->x,
				 *y = (*(struct network_arrangement *const *)b)->x;
	int d = strcmp(x->name, y->name);
	return d ? d : strcmp(x->id, y->id);
}

static int by_side(const void *a, const void *b)
{
	const struct msg_network_side *x = a, *y = b;
	int d = strcmp(x->name, y->name);
	return d ? d : strcmp(x->unit, y->unit);
}

/* In `row`, which is emptied when it is put: of many arrangements with many participants it is much. */
static void put_sides(struct network *w, const struct arrangement *x, struct msg_network_crossing *m)
{
	size_t n = x->n_participants;
	struct arena *row = w->r->row;
	struct sided *list = arena_alloc(row, (n + 1) * sizeof *list);
	const char **names = arena_alloc(row, (n + 1) * sizeof *names);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct sided){scope_group(w->border, x->participants[i], w->place),
					 network_name(w, x->participants[i])};
	qsort(list, n, sizeof *list, by_side_number);
	m->sides = arena_alloc(row, (n + 1) * sizeof *m->sides);
	for (size_t i = 0; i < n; i++) {
		uint32_t of = list[i].side;
		names[i] = list[i].name;
		if (!i || of != list[i - 1].side)
			m->sides[m->n_sides++] = (struct msg_network_side){
			    network_id(w, of), of ? network_name(w, of) : scope_group_name(w->border, of, w->place), 0,
			    &names[i]};
		m->sides[m->n_sides - 1].n_names++;
	}
	qsort(m->sides, m->n_sides, sizeof *m->sides, by_side);
	answer_did(w->r, n);
}

enum err network_put_crossings(struct network *w)
{
	struct network_arrangement **list = arena_alloc(w->work, (w->n + 1) * sizeof *list);
	size_t n = 0;
	enum err e = ERR_OK;
	for (size_t i = 0; i < w->n; i++) {
		if (w->list[i].crosses)
			list[n++] = &w->list[i];
	}
	qsort(list, n, sizeof *list, by_name);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		struct msg_network_crossing m = {
		    .date = w->date, .arrangement = list[i]->x->id, .name = list[i]->x->name};
		put_sides(w, list[i]->x, &m);
		e = answer_row(w->r, 3, &msg_type_network_crossing, &m);
	}
	return e;
}
