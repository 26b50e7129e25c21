/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_flow_item.c - the entries of a line of a balance as items: who said so, in which message, and which event did it.
 */
#include "query/explain_balance.h"
#include <stdlib.h>
#include <string.h>

struct telling {
	uint64_t rev;
	const struct entry *e;
	struct msg_explain_item *item;
	const char *other; /* where it lies; NULL = it is not told by that */
	int fit;           /* of the change that it is told by: 0 = none yet */
};
struct hearing {
	struct telling *list;
	size_t n;
	struct explain *x;
};

static int by_revision(const void *a, const void *b)
{
	const struct telling *x = a, *y = b;
	return (x->rev > y->rev) - (x->rev < y->rev);
}

static const char *copy(struct explain *x, const char *text)
{
	return arena_text(x->r->a, text, strlen(text));
}

/* How well a change tells of the entry: the very unit, or at least the event. */
static int fit_of(const struct explain *x, const struct telling *t, const struct msg_change *m)
{
	const struct passed *p = t->e->by;
	struct slice event = p ? view_text(x->r->v, SPACE_EVENT, p->event) : (struct slice){0};
	bool about = m->n_units && strcmp(m->units[0], t->item->unit) == 0;
	if (about && t->other && m->subject == SUBJECT_LINK && m->n_units == 2 && strcmp(m->units[1], t->other) == 0)
		return 4;
	if (about)
		return m->subject == SUBJECT_UNIT ? 3 : 2;
	return event.len && slice_eq(event, slice_text(m->field)) ? 2 : 1;
}

static enum err hear_change(void *arg, const struct journal_record *rec, const struct msg_change_set *set,
			    const struct msg_change *m)
{
	struct hearing *h = arg;
	(void)rec;
	for (size_t i = 0; i < h->n; i++) {
		struct telling *t = &h->list[i];
		int fit = fit_of(h->x, t, m);
		if (fit <= t->fit)
			continue;
		t->fit = fit;
		t->item->submitter = copy(h->x, set->submitter);
		t->item->message_id = (struct slice){arena_text(h->x->r->a, set->message_id.data, set->message_id.len),
						     set->message_id.len};
		t->item->system_time_us = set->system_time_us;
		t->item->source = fit > 1 ? copy(h->x, m->source) : "";
		t->item->locator = fit > 1 ? copy(h->x, m->locator) : "";
	}
	return ERR_OK;
}

static enum err hear(struct account *b, struct telling *list, size_t n)
{
	struct answer *r = b->x->r;
	enum err e = r->failed = journal_read_renew(r->c->journal);
	if (n)
		qsort(list, n, sizeof *list, by_revision);
	for (size_t i = 0, k; i < n && e == ERR_OK; i = k) {
		for (k = i; k < n && list[k].rev == list[i].rev; k++)
			;
		struct hearing h = {list + i, k - i, b->x};
		e = list[i].rev ? explain_changes(b->x, list[i].rev, hear_change, &h) : ERR_OK;
		if (e == ERR_OK)
			e = answer_work(r);
	}
	for (size_t i = 0; i < n; i++) {
		const struct msg_source *def =
		    *list[i].item->source ? define_find(r->v, SPACE_SOURCE, list[i].item->source, r->a, NULL) : NULL;
		list[i].item->source_title = def ? def->title : "";
	}
	return e;
}

static void adds(struct explain *x, const struct entry *e, struct msg_explain_item *item)
{
	struct span s = span_zero(x);
	mpq_set_si(s.low, e->low, 1);
	mpq_set_si(s.high, e->high, 1);
	explain_tell_used(x, &s, true, item->used);
	item->share = e->low == e->high ? "1" : "";
}

/* By which event; of a life that an event began or ended, without anybody on the other side, that one alone. */
static void step_of(struct account *b, const struct entry *e, struct msg_explain_item *item)
{
	if (e->by) {
		struct fact_edge edge = {
		    .from = e->by->from, .to = e->by->to, .event = e->by->event, .effective = e->by->effective};
		explain_edge(b->x, item, &edge, e->by->rev);
	} else if (e->event) {
		bool ends = e->high <= 0;
		const struct lived *l = account_life(b, true, e->unit, ends ? b->from.day : b->to.day);
		struct fact_edge edge = {.event = e->event, .from = ends ? e->unit : 0, .to = ends ? 0 : e->unit};
		if (l)
			edge.effective = ends ? l->to : l->from;
		explain_edge(b->x, item, &edge, e->rev);
	}
}

enum err account_tell(struct account *b)
{
	struct explain *x = b->x;
	struct telling *list = arena_alloc(x->r->a, (b->n_entries + 1) * sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < b->n_entries; i++) {
		const struct entry *e = &b->entries[i];
		if (e->line != b->line || e->event != b->event || !e->unit)
			continue;
		struct msg_explain_item *item = explain_item(x);
		item->unit = unit_id(x->r->v, e->unit, x->r->a);
		item->unit_name =
		    unit_name(x->r->v, e->unit, b->line == LINE_OPENING ? b->from.day : b->to.day, x->r->a);
		item->revision = e->rev;
		adds(x, e, item);
		step_of(b, e, item);
		list[n] = (struct telling){.rev = e->rev, .e = e, .item = item};
		if (e->link) {
			list[n].other = unit_id(x->r->v, e->other, x->r->a);
			item->unit_name = arena_printf(x->r->a, "%s, in %s", item->unit_name,
						       unit_name(x->r->v, e->other, b->to.day, x->r->a));
		}
		n++;
	}
	return hear(b, list, n);
}
