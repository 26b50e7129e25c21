/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_network_host.c - what a unit hosts, by the links that the log has.
 */
#include "query/explain_network.h"
#include <stdlib.h>

/* The unit of the structure that a host is whole; 0 = it lies in several. */
static uint32_t became(struct web *w, uint32_t host)
{
	struct things *t = &w->t;
	struct projected p = {0};
	if (!t->atoms)
		return host;
	if (project_unit(t->atoms, host, t->day, t->place, unit_kind(w->x->r->v, host), &p) != ERR_OK)
		return host; /* it lives nowhere there */
	uint32_t unit = p.n == 1 ? p.parts[0].target : p.n ? 0 : host;
	project_clear(&p);
	return unit;
}

static int by_arrangement(const void *a, const void *b)
{
	const struct thing *const *x = a, *const *y = b;
	if ((*x)->other != (*y)->other)
		return (*x)->other < (*y)->other ? -1 : 1;
	if ((*x)->truth != (*y)->truth)
		return (int)(*y)->truth - (int)(*x)->truth;
	return ((*x)->rev > (*y)->rev) - ((*x)->rev < (*y)->rev);
}

/* Of the hosts of an arrangement the most certain one counts, then the one said first. */
enum err network_hosts_again(struct web *w)
{
	struct view *v = w->x->r->v;
	struct msg_count_question q = *w->t.q;
	struct things t = w->t;
	struct unit_life life;
	q.counted = COUNTED_LINKS;
	q.link = LINK_TYPE_HOSTS;
	t.q = &q;
	t.n = t.room = 0;
	t.list = NULL;
	enum err e = things_gather(&t);
	if (e == ERR_OK)
		e = things_hear(&t);
	const struct thing **list = arena_alloc(w->x->r->a, (t.n + 1) * sizeof(const struct thing *));
	for (size_t i = 0; i < t.n; i++)
		list[i] = &t.list[i];
	if (t.n)
		qsort(list, t.n, sizeof(const struct thing *), by_arrangement);
	bool kind = !w->kind || (unit_life_at(v, w->named[0], w->t.place, &life) && life.life.kind == w->kind);
	for (size_t i = 0; i < t.n && e == ERR_OK && kind; i++) {
		const struct thing *p = list[i];
		bool first = !i || list[i - 1]->other != p->other;
		bool certain = p->truth == TRUTH_CERTAIN && unit_life_at(v, p->other, w->t.day, &life) &&
			       life.truth == TRUTH_CERTAIN;
		if (!first || !certain || !w->in[p->other] || became(w, p->unit) != w->named[0])
			continue;
		w->count++;
		struct msg_explain_item *item = things_item(&t, p);
		item->share = item->used->shown = "1";
	}
	return e;
}
