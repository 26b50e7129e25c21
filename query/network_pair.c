/* SPDX-License-Identifier: Apache-2.0
 *
 * network_pair.c - who meets whom: every two participants of an arrangement.
 */
#include <stdlib.h>
#include <string.h>
#include "query/network.h"

#define PAIRS_MAX 2000000u /* different ones of a date */

static size_t place_of(const struct network_pairs *p, uint32_t a, uint32_t b)
{
	uint64_t x = ((uint64_t)a << 32 | b) * UINT64_C(0x9e3779b97f4a7c15);
	size_t at = (size_t)(x >> 20) & (p->room - 1);
	while (p->list[at].a && (p->list[at].a != a || p->list[at].b != b))
		at = (at + 1) & (p->room - 1);
	return at;
}

static void grow(struct network_pairs *p)
{
	struct network_pairs more = {.n = p->n, .room = p->room ? p->room * 2 : 1024};
	more.list = mem_zero(more.room, sizeof *more.list);
	for (size_t i = 0; i < p->room; i++) {
		if (p->list[i].a)
			more.list[place_of(&more, p->list[i].a, p->list[i].b)] = p->list[i];
	}
	free(p->list);
	*p = more;
}

void network_pairs_free(struct network_pairs *p)
{
	free(p->list);
	*p = (struct network_pairs){0};
}

static enum err meet(struct network *w, uint32_t a, uint32_t b, bool certain)
{
	struct network_pairs *p = &w->met;
	if ((p->n + 1) * 2 > p->room)
		grow(p);
	uint32_t first = a < b ? a : b, second = a < b ? b : a;
	struct network_pair *x = &p->list[place_of(p, first, second)];
	if (!x->a) {
		if (p->n == PAIRS_MAX)
			return fail(&w->r->why, ERR_TOO_LARGE,
				    "more than %u pairs meet on %s: name units, a kind or filters", PAIRS_MAX, w->date);
		p->n++;
		x->a = first;
		x->b = second;
	}
	x->arrangements += certain;
	x->possible += !certain;
	return answer_work(w->r);
}

enum err network_meet(struct network *w)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < w->n && e == ERR_OK; i++) {
		const struct arrangement *x = w->list[i].x;
		size_t sure = x->n_participants, all = sure + x->n_possible;
		for (size_t k = 0; k < all && e == ERR_OK; k++) {
			uint32_t a = k < sure ? x->participants[k] : x->possible[k - sure];
			for (size_t m = k + 1; m < all && e == ERR_OK; m++) {
				uint32_t b = m < sure ? x->participants[m] : x->possible[m - sure];
				e = meet(w, a, b, m < sure && w->list[i].certain);
			}
		}
	}
	return e;
}

struct told {
	const struct network_pair *pair;
	const char *a, *b, *a_name, *b_name;
};

static int by_weight(const void *a, const void *b)
{
	const struct told *x = a, *y = b;
	if (x->pair->arrangements != y->pair->arrangements)
		return x->pair->arrangements > y->pair->arrangements ? -1 : 1;
	int d = strcmp(x->a_name, y->a_name);
	d = d ? d : strcmp(x->b_name, y->b_name);
	d = d ? d : strcmp(x->a, y->a);
	return d ? d : strcmp(x->b, y->b);
}

enum err network_put_pairs(struct network *w)
{
	struct told *list = arena_alloc(w->work, (w->met.n + 1) * sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < w->met.room; i++) {
		const struct network_pair *p = &w->met.list[i];
		if (!p->a)
			continue;
		const char *a = network_id(w, p->a), *b = network_id(w, p->b);
		bool turned = strcmp(a, b) > 0;
		list[n++] = (struct told){p, turned ? b : a, turned ? a : b, network_name(w, turned ? p->b : p->a),
					  network_name(w, turned ? p->a : p->b)};
	}
	qsort(list, n, sizeof *list, by_weight);
	enum err e = ERR_OK;
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		struct msg_network_pair m = {.date = w->date,
					     .a = list[i].a,
					     .a_name = list[i].a_name,
					     .b = list[i].b,
					     .b_name = list[i].b_name,
					     .arrangements = list[i].pair->arrangements,
					     .possible = list[i].pair->possible};
		e = answer_row(w->r, 1, &msg_type_network_pair, &m);
	}
	return e;
}
