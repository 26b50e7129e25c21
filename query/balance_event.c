/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_event.c - what events did to the things that are counted: balance_record.c has the rules.
 */
#include <stdlib.h>
#include <string.h>
#include "query/balancing.h"
#include "query/passage.h"

static bool event_at(struct record *c, struct turn *t)
{
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	key_event(&key, t->event);
	if (!view_get(c->b->r->v, TABLE_EVENT, buf_view(&key), &row) || row_fact(&row, &f) != ERR_OK)
		return false;
	enum passing p = record_passes(c->b, &f.event.effective);
	t->lo = f.event.effective.lo;
	t->hi = f.event.effective.hi;
	t->certain = p == PASSING_YES;
	return p != PASSING_NO;
}

static void name_in(struct record *c, const struct places *p, enum flow_kind kind, uint32_t event, uint32_t unit)
{
	for (size_t i = 0; i < p->n; i++)
		balance_name(c->b, balance_flow(c->b, record_row(c, p->list[i].group), kind, event, ""), unit);
}

/* Flows of a thing in the events of one moment: two registers may tell the same one of units that are one. */
struct flowing {
	struct record *c;
	bool goes_on; /* it is there before and after */
	struct places at;
	uint32_t first, first_in; /* the flow that makes no difference: to or from whom, in which event */
	size_t n_met, room;
	uint32_t *met; /* things on the other side, by their lowest number */
};

static bool met(struct flowing *f, const struct turn *t, uint32_t other)
{
	const struct ones *o = &f->c->now;
	uint32_t it = same_first(o->list, o->n, other);
	bool known = it == t->thing;
	for (size_t i = 0; i < f->n_met && !known; i++)
		known = f->met[i] == it;
	if (known)
		return true;
	f->met = arena_grow(f->c->b->work, f->met, f->n_met, f->n_met + 1, sizeof *f->met, &f->room);
	f->met[f->n_met++] = it;
	return false;
}

/* Of an event some know the day, others the year only. It takes a thing's end (out) or its beginning once: of those that
 * end with the same day the one that begins first, and the other way round. */
static bool told_before(struct record *c, const struct turn *t, uint32_t unit, bool out)
{
	uint32_t thing = same_first(c->now.list, c->now.n, unit);
	size_t low = 0, high = c->n_turns;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (c->by_thing[mid].thing < thing)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < c->n_turns && c->by_thing[low].thing == thing; low++) {
		const struct turn *x = &c->by_thing[low];
		bool at_once = out ? x->hi == t->hi && x->lo < t->lo : x->lo == t->lo && x->hi < t->hi;
		if (at_once && thing_flows(c, x->unit, x->event, out))
			return true;
	}
	return false;
}

static bool was_there(struct record *c, const struct thing *x, const struct turn *t)
{
	return thing_lives(c, x, t->lo - 1) || told_before(c, t, x->units[0], false);
}

static bool is_there(struct record *c, const struct thing *x, const struct turn *t)
{
	return thing_lives(c, x, t->hi) || told_before(c, t, x->units[0], true);
}

/* One flow out of it: one more for each but the first; then to its target's group. */
static void flow_out(struct flowing *f, const struct turn *t, uint32_t other)
{
	struct record *c = f->c;
	struct thing y = thing_of(c, &c->now, other);
	/* Among those that live on a part passes, and no thing. */
	if (f->goes_on && was_there(c, &y, t))
		return;
	if (!f->goes_on && !f->first) {
		f->first = other;
		f->first_in = t->event;
	} else {
		if (f->first_in == t->event)
			name_in(c, &f->at, FLOW_KIND_SPLIT, t->event, f->first);
		record_each(c, &f->at, FLOW_KIND_SPLIT, t->event, 1, t->certain, other);
	}
	struct places to = thing_places(c, c->b->to.rev, &y, t->hi, false);
	struct move goes = {FLOW_KIND_MOVED_IN, FLOW_KIND_MOVED_OUT, t->event, other, t->unit, t->certain};
	record_move(c, &f->at, &to, &goes);
}

/* One flow into it: one less for each but the first. All of them have merged, so all are named. */
static void flow_in(struct flowing *f, const struct turn *t, uint32_t other)
{
	struct record *c = f->c;
	struct thing y = thing_of(c, &c->now, other);
	if (f->goes_on && is_there(c, &y, t))
		return;
	if (!f->goes_on && !f->first) {
		f->first = other;
		f->first_in = t->event;
		return;
	}
	name_in(c, &f->at, FLOW_KIND_MERGED, t->event, f->first_in == t->event ? f->first : t->unit);
	record_each(c, &f->at, FLOW_KIND_MERGED, t->event, -1, t->certain, other);
}

/* Turns of one thing at one moment. */
static void flows(struct record *c, const struct turn *list, size_t n)
{
	struct thing x = thing_of(c, &c->now, list->unit);
	c->at = list->unit;
	bool was = thing_lives(c, &x, list->lo - 1), is = thing_lives(c, &x, list->hi);
	for (int out = 1; out >= 0; out--) {
		struct flowing f = {.c = c, .goes_on = out ? is_there(c, &x, list) : was_there(c, &x, list)};
		if (!(out ? was : is))
			continue;
		f.at = thing_places(c, c->b->to.rev, &x, out ? list->lo - 1 : list->hi, false);
		for (size_t i = 0; i < n; i++) {
			uint32_t *others;
			size_t k = passage_others(c->b->r->v, list[i].unit, list[i].event, out, c->b->work, &others);
			for (size_t m = 0; m < k; m++)
				if (thing_counted(c, others[m]) && !met(&f, &list[i], others[m])) {
					left_join(c, list[i].unit, others[m]);
					(out ? flow_out : flow_in)(&f, &list[i], others[m]);
				}
		}
	}
}

static int by_event(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;
	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

static int by_moment(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->thing != b->thing)
		return a->thing < b->thing ? -1 : 1;
	return by_event(x, y);
}

static int by_thing(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;
	return a->thing != b->thing ? (a->thing < b->thing ? -1 : 1) : by_moment(x, y);
}

/* Each once, and only those of events that take effect between the points. */
static void turns_settle(struct record *c)
{
	size_t kept = 0;
	struct turn last = {0};
	bool there = false;
	if (c->n_turns)
		qsort(c->turns, c->n_turns, sizeof *c->turns, by_event);
	for (size_t i = 0; i < c->n_turns; i++) {
		struct turn t = c->turns[i];
		if (i && by_event(&t, &last) == 0)
			continue;
		if (!i || t.event != last.event) {
			there = event_at(c, &t);
		} else {
			t.lo = last.lo;
			t.hi = last.hi;
			t.certain = last.certain;
		}
		t.thing = same_first(c->now.list, c->now.n, t.unit);
		last = t;
		if (there)
			c->turns[kept++] = t;
	}
	c->n_turns = kept;
	if (!kept)
		return;
	qsort(c->turns, kept, sizeof *c->turns, by_moment);
	c->by_thing = arena_alloc(c->b->r->a, kept * sizeof *c->by_thing);
	memcpy(c->by_thing, c->turns, kept * sizeof *c->turns);
	qsort(c->by_thing, kept, sizeof *c->by_thing, by_thing);
}

enum err record_events(struct record *c)
{
	enum err e = ERR_OK;
	turns_settle(c);
	for (size_t i = 0, end; i < c->n_turns && e == ERR_OK; i = end) {
		const struct turn *t = &c->turns[i];
		for (end = i + 1; end < c->n_turns && c->turns[end].lo == t->lo && c->turns[end].hi == t->hi &&
				  c->turns[end].thing == t->thing;)
			end++;
		flows(c, t, end - i);
		arena_reset(c->b->work);
		e = answer_work(c->b->r);
	}
	return e;
}
