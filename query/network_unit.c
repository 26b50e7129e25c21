/* SPDX-License-Identifier: Apache-2.0
 *
 * network_unit.c - what each unit is in. Where units are named only theirs is told: of others not all arrangements were
 * looked at.
 */
#include <stdlib.h>
#include <string.h>
#include "query/network.h"

struct seen {
	uint32_t unit, arrangement, set;
	enum { SEEN_TAKES_PART, SEEN_MAY, SEEN_HOSTS } how;
	bool crosses;
};
struct list {
	size_t n, room;
	struct seen *list;
};

static void see(struct network *w, struct list *l, uint32_t unit, const struct network_arrangement *x, unsigned how)
{
	if (!scope_all(w->scope) && !scope_has(w->scope, unit, w->place))
		return;
	l->list = arena_grow(w->work, l->list, l->n, l->n + 1, sizeof *l->list, &l->room);
	l->list[l->n++] = (struct seen){.unit = unit,
					.arrangement = x->x->unit,
					.set = x->set,
					.how = how,
					.crosses = x->crosses && how == SEEN_TAKES_PART};
}

static bool host_wanted(struct network *w, uint32_t host)
{
	struct unit_life life;
	return host && (!w->kind || (unit_life_at(w->r->v, host, w->place, &life) && life.life.kind == w->kind));
}

static int by_unit_set(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	int d = (x->unit > y->unit) - (x->unit < y->unit);
	return d ? d : (x->set > y->set) - (x->set < y->set);
}

/* Others that it meets for certain. */
static uint32_t *partners(struct network *w)
{
	uint32_t *n = arena_alloc(w->work, ((size_t)view_terms(w->r->v, SPACE_UNIT) + 1) * sizeof *n);
	for (size_t i = 0; i < w->met.room; i++) {
		const struct network_pair *p = &w->met.list[i];
		if (p->a && p->arrangements) {
			n[p->a]++;
			n[p->b]++;
		}
	}
	return n;
}

static int by_weight(const void *a, const void *b)
{
	const struct msg_network_unit *x = a, *y = b;
	if (x->arrangements != y->arrangements)
		return x->arrangements > y->arrangements ? -1 : 1;
	int d = strcmp(x->name, y->name);
	return d ? d : strcmp(x->unit, y->unit);
}

/* What was seen of one unit. */
static void add_up(const struct seen *list, size_t n, struct msg_network_unit *m)
{
	uint32_t set = 0;
	for (size_t i = 0; i < n; i++) {
		switch (list[i].how) {
		case SEEN_TAKES_PART:
			m->arrangements++;
			m->crossing += list[i].crosses;
			m->constellations += list[i].set && list[i].set != set;
			set = list[i].set;
			break;
		case SEEN_MAY:
			m->possible++;
			break;
		case SEEN_HOSTS:
			m->hosts++;
			break;
		}
	}
}

enum err network_put_units(struct network *w)
{
	struct list all = {0};
	enum err e = ERR_OK;
	for (size_t i = 0; i < w->n && e == ERR_OK; i++) {
		const struct network_arrangement *a = &w->list[i];
		for (size_t k = 0; k < a->x->n_participants; k++)
			see(w, &all, a->x->participants[k], a, a->certain ? SEEN_TAKES_PART : SEEN_MAY);
		for (size_t k = 0; k < a->x->n_possible; k++)
			see(w, &all, a->x->possible[k], a, SEEN_MAY);
		if (a->certain && !a->x->n_possible_hosts && host_wanted(w, a->x->host))
			see(w, &all, a->x->host, a, SEEN_HOSTS);
		answer_did(w->r, a->x->n_participants + a->x->n_possible);
		e = answer_work(w->r);
	}
	if (e != ERR_OK)
		return e;
	if (all.n)
		qsort(all.list, all.n, sizeof *all.list, by_unit_set);
	const uint32_t *met = partners(w);
	struct msg_network_unit *rows = arena_alloc(w->work, (all.n + 1) * sizeof *rows);
	size_t n = 0;
	for (size_t i = 0, next; i < all.n; i = next) {
		uint32_t unit = all.list[i].unit;
		for (next = i; next < all.n && all.list[next].unit == unit; next++)
			;
		rows[n] = (struct msg_network_unit){
		    .date = w->date, .unit = network_id(w, unit), .name = network_name(w, unit), .partners = met[unit]};
		add_up(&all.list[i], next - i, &rows[n++]);
	}
	qsort(rows, n, sizeof *rows, by_weight);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = answer_row(w->r, 4, &msg_type_network_unit, &rows[i]);
	return e;
}
