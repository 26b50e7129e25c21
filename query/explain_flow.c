/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_flow.c - what is counted on two days, and what happened to it between: one thing after the other, entry by
 * entry, in the one group that is asked about.
 *
 * A thing is a unit with all that are one with it. Of the events of one moment all its flows are looked at together: of
 * n that leave what ends there n - 1 are more (SPLIT), of m that reach what begins there m - 1 are fewer (MERGED), and
 * where it lives on each is; what leaves goes where its target then stands. Between two that both live on nothing passes.
 */
#include "query/explain_balance.h"
#include <stdlib.h>
#include <string.h>

void account_enter(struct account *b, const struct entry *e)
{
	b->entries =
	    arena_grow(b->x->r->a, b->entries, b->n_entries, b->n_entries + 1, sizeof *b->entries, &b->entries_room);
	b->entries[b->n_entries] = *e;
	b->entries[b->n_entries++].thing = account_thing(b, e->thing);
}

void account_one(struct account *b, struct entry e, struct stands where, int n, bool certain)
{
	bool sure = certain && where.here == BEING_SURE;
	if (where.here == BEING_NO)
		return;
	e.low = n < 0 || sure ? n : 0;
	e.high = n > 0 || sure ? n : 0;
	account_enter(b, &e);
}

void account_move(struct account *b, struct entry e, struct stands was, struct stands is, int in, int out, bool certain)
{
	struct stands sure = {.here =
				  was.here != BEING_PERHAPS && is.here != BEING_PERHAPS ? BEING_SURE : BEING_PERHAPS};
	if (was.here == is.here)
		return;
	e.line = is.here > was.here ? in : out;
	account_one(b, e, sure, is.here > was.here ? 1 : -1, certain);
}

enum passing account_passes(const struct account *b, const struct when *w)
{
	if (w->precision == WHEN_NONE || w->hi <= b->from.day || w->lo > b->to.day)
		return PASSING_NO;
	return w->lo > b->from.day && w->hi <= b->to.day ? PASSING_YES : PASSING_PERHAPS;
}

/* ---- one after the other, as things hang together ------------------------------------------------------- */

static uint32_t root_of(struct account *b, uint32_t thing)
{
	while (b->joined[thing] != thing)
		thing = b->joined[thing] = b->joined[b->joined[thing]];
	return thing;
}

void account_join(struct account *b, uint32_t unit, uint32_t other)
{
	uint32_t x = root_of(b, account_thing(b, unit)), y = root_of(b, account_thing(b, other));
	b->joined[x > y ? x : y] = x < y ? x : y;
}

/* ---- the flows of events -------------------------------------------------------------------------------- */

struct flow { /* as one of its ends sees it */
	const struct passed *p;
	uint32_t self, other; /* units */
	uint32_t thing, met;  /* things, as known now */
	bool out;
};
struct flows {
	struct account *b;
	size_t n;
	struct flow *list; /* by thing, direction, moment, event, unit, other */
};

static int by_number(uint32_t x, uint32_t y)
{
	return (x > y) - (x < y);
}

static int by_moment(const struct flow *x, const struct flow *y)
{
	int d = by_number(x->thing, y->thing);
	const struct when *u = &x->p->effective, *v = &y->p->effective;
	d = d ? d : (int)y->out - (int)x->out;
	d = d ? d : (u->lo > v->lo) - (u->lo < v->lo);
	return d ? d : (u->hi > v->hi) - (u->hi < v->hi);
}

static int by_flow(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;
	int d = by_moment(x, y);
	d = d ? d : by_number(x->p->event, y->p->event);
	d = d ? d : by_number(x->self, y->self);
	return d ? d : by_number(x->other, y->other);
}

static void flows_read(struct account *b, struct flows *s)
{
	const struct kin *k = &b->now;
	*s = (struct flows){.b = b, .list = arena_alloc(b->x->r->a, (2 * b->n_passed + 1) * sizeof *s->list)};
	for (size_t i = 0; i < b->n_passed; i++) {
		const struct passed *p = &b->passed[i];
		uint32_t x = same_first(k->list, k->n, p->from), y = same_first(k->list, k->n, p->to);
		if (x == y)
			continue;
		s->list[s->n++] = (struct flow){p, p->from, p->to, x, y, true};
		s->list[s->n++] = (struct flow){p, p->to, p->from, y, x, false};
	}
	if (s->n)
		qsort(s->list, s->n, sizeof *s->list, by_flow);
}

/* Some know the day of an event, others the year only: an end that another flow of the same last day takes earlier is
 * taken once; and so a beginning of the same first day. */
static bool taken_before(const struct flows *s, uint32_t thing, const struct when *w, bool out)
{
	size_t low = 0, high = s->n;
	bool taken = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (s->list[mid].thing < thing)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < s->n && s->list[low].thing == thing && !taken; low++) {
		const struct when *v = &s->list[low].p->effective;
		taken = s->list[low].out == out &&
			(out ? v->hi == w->hi && v->lo < w->lo : v->lo == w->lo && v->hi < w->hi);
	}
	return taken;
}

/* Is the thing of a unit there on the other side of the moment, or, coming in, was it there before? */
static bool goes_on(const struct flows *s, uint32_t unit, const struct when *w, bool after)
{
	struct account *b = s->b;
	const uint32_t *units;
	size_t n = kin_of(b, &b->now, unit, &units);
	return account_lives(b, units, n, after ? w->hi : w->lo - 1) ||
	       taken_before(s, same_first(b->now.list, b->now.n, unit), w, after);
}

static struct stands thing_stands(struct account *b, uint32_t unit, int32_t day)
{
	const uint32_t *units;
	size_t n = kin_of(b, &b->now, unit, &units);
	return account_stands(b, true, units, n, day, false);
}

static struct entry entry_of(const struct flow *f, int line)
{
	return (struct entry){.line = line,
			      .event = f->p->event,
			      .thing = f->self,
			      .unit = f->other,
			      .other = f->self,
			      .rev = f->p->rev,
			      .by = f->p};
}

/* The flows of one moment into a thing, or out of it: each other thing once. */
static void one_moment(const struct flows *s, const struct flow *list, size_t n)
{
	struct account *b = s->b;
	const struct when *w = &list->p->effective;
	bool out = list->out, certain = account_passes(b, w) == PASSING_YES, lives_on = goes_on(s, list->self, w, out);
	const uint32_t *units;
	size_t n_units = kin_of(b, &b->now, list->self, &units);
	if (!account_lives(b, units, n_units, out ? w->lo - 1 : w->hi))
		return;
	struct stands at = account_stands(b, true, units, n_units, out ? w->lo - 1 : w->hi, false);
	const struct flow *first = NULL; /* that makes no difference */
	bool told = false;
	for (size_t i = 0; i < n; i++) {
		const struct flow *f = &list[i];
		bool met = false;
		for (size_t k = 0; k < i && !met; k++)
			met = list[k].met == f->met;
		if (met)
			continue;
		account_join(b, f->self, f->other);
		if (lives_on && goes_on(s, f->other, w, !out))
			continue;
		struct entry e = entry_of(f, out ? FLOW_KIND_SPLIT : FLOW_KIND_MERGED);
		if (!lives_on && !first) {
			first = f;
		} else {
			struct entry none = entry_of(first ? first : f, e.line);
			if (first && !told && none.event == e.event && at.here)
				account_enter(b, &none);
			told |= first && none.event == e.event;
			account_one(b, e, at, out ? 1 : -1, certain);
		}
		if (!out)
			continue;
		struct stands to = thing_stands(b, f->other, w->hi);
		e.unit = to.here > at.here ? f->other : f->self;
		e.other = to.here > at.here ? f->self : f->other;
		account_move(b, e, at, to, FLOW_KIND_MOVED_IN, FLOW_KIND_MOVED_OUT, certain);
	}
}

static enum err all_flows(struct account *b)
{
	struct flows s;
	enum err e = ERR_OK;
	flows_read(b, &s);
	for (size_t i = 0, end; i < s.n && e == ERR_OK; i = end) {
		for (end = i + 1; end < s.n && by_moment(&s.list[i], &s.list[end]) == 0; end++)
			;
		one_moment(&s, s.list + i, end - i);
		arena_reset(b->work);
		e = answer_work(b->x->r);
	}
	return e;
}

/* ---- what lives ----------------------------------------------------------------------------------------- */

static int32_t within(const struct account *b, int32_t day)
{
	return day < b->from.day ? b->from.day : day > b->to.day ? b->to.day : day;
}

/* Who lives on in another group is told by the statement that it lies where it does at the end. */
static void placed(struct account *b, struct entry *e, int32_t day)
{
	struct unit_link *list;
	size_t n = b->q->counted == COUNTED_UNITS
		       ? unit_links_from(b->x->r->v, LINK_TYPE_PART_OF, e->unit, day, b->work, &list)
		       : 0;
	for (size_t i = 0; i < n; i++)
		if (!e->link || list[i].rev > e->rev) {
			e->link = true;
			e->other = list[i].link.b;
			e->rev = list[i].rev;
		}
}

static void one_stay(struct account *b, const uint32_t *units, size_t n, const struct stay *s)
{
	enum passing begins = account_passes(b, &s->from), ends = account_passes(b, &s->to);
	if (s->to.hi <= b->from.day || s->from.lo > b->to.day)
		return;
	int32_t first = begins ? within(b, s->from.hi) : b->from.day, last = b->to.day;
	if (ends)
		last = s->to.lo <= b->from.day ? b->from.day : within(b, s->to.lo - 1);
	struct stands start = account_stands(b, true, units, n, first, false),
		      end = account_stands(b, true, units, n, last, false);
	struct entry e = {.thing = units[0], .line = FLOW_KIND_NEW};
	if (begins && !s->came) {
		e.event = s->first->born_by;
		e.unit = s->first->unit;
		e.rev = s->first->rev;
		account_one(b, e, start, 1, begins == PASSING_YES);
	}
	if (ends && !s->goes) {
		e.line = FLOW_KIND_ENDED;
		e.event = s->last->ended_by;
		e.unit = s->last->unit;
		e.rev = s->last->rev;
		account_one(b, e, end, -1, ends == PASSING_YES);
	}
	if (n > 1) { /* one of them gives way to another: nothing has moved */
		start = account_stands(b, true, units, n, first, true);
		end = account_stands(b, true, units, n, last, true);
	}
	e.event = 0;
	e.unit = units[0];
	e.rev = s->last->rev;
	placed(b, &e, last);
	account_move(b, e, start, end, FLOW_KIND_MOVED_IN, FLOW_KIND_MOVED_OUT, true);
}

static int by_standing(const void *a, const void *b)
{
	const struct stood *x = a, *y = b;
	if (x->at.here != y->at.here)
		return (int)y->at.here - (int)x->at.here;
	return by_number(x->unit, y->unit);
}

void account_learned(struct account *b, struct stood *then, size_t n_then, struct stood *now, size_t n_now)
{
	if (n_then)
		qsort(then, n_then, sizeof *then, by_standing);
	if (n_now)
		qsort(now, n_now, sizeof *now, by_standing);
	for (size_t i = 0; i < n_then || i < n_now; i++) {
		const struct stood *x = i < n_then && then[i].at.here ? &then[i] : NULL,
				   *y = i < n_now && now[i].at.here ? &now[i] : NULL;
		struct stands none = {0};
		uint32_t unit = y ? y->unit : x ? x->unit : 0;
		const struct lived *l = unit ? account_life(b, y != NULL, unit, b->from.day) : NULL;
		int line = y && !x && !y->known ? FLOW_KIND_FOUND_LATE : FLOW_KIND_CORRECTED;
		if (unit)
			account_move(b, (struct entry){.thing = unit, .unit = unit, .rev = l ? l->rev : 0},
				     x ? x->at : none, y ? y->at : none, line, line, true);
	}
}

static void counted(struct account *b, bool late, const uint32_t *units, size_t n, struct stands at)
{
	int32_t day = late ? b->to.day : b->from.day;
	struct entry e = {.line = late ? LINE_CLOSING : LINE_OPENING, .thing = units[0], .unit = units[0]};
	for (size_t i = n; i--;) {
		const struct lived *l = account_life(b, late, units[i], day);
		e.rev = l ? l->rev : e.rev;
		e.unit = l ? units[i] : e.unit;
	}
	account_one(b, e, at, 1, true);
}

/* All that hangs together by what was known then or is known now. */
static void one_whole(struct account *b, const uint32_t *all, size_t n_all)
{
	struct stood *then = arena_alloc(b->work, n_all * sizeof *then),
		     *now = arena_alloc(b->work, n_all * sizeof *now);
	size_t n_then = 0, n_now = 0;
	for (size_t i = 0; i < n_all; i++) {
		const uint32_t *x, *y;
		size_t n_x = kin_of(b, &b->then, all[i], &x), n_y = kin_of(b, &b->now, all[i], &y);
		struct stay *stays;
		if (x[0] == all[i]) {
			struct stands at = account_stands(b, false, x, n_x, b->from.day, false);
			counted(b, false, x, n_x, at);
			then[n_then++] = (struct stood){at, all[i], true};
		}
		if (y[0] != all[i])
			continue;
		counted(b, true, y, n_y, account_stands(b, true, y, n_y, b->to.day, false));
		now[n_now++] = (struct stood){account_stands(b, true, y, n_y, b->from.day, false), all[i],
					      account_known(b, y, n_y)};
		size_t n = b->from.day < b->to.day ? account_stays(b, y, n_y, &stays) : 0;
		for (size_t k = 0; k < n; k++)
			one_stay(b, y, n_y, &stays[k]);
	}
	if (b->from.rev != b->to.rev)
		account_learned(b, then, n_then, now, n_now);
}

enum err account_days(struct account *b)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < b->n_units && e == ERR_OK; i++) {
		const uint32_t *all;
		size_t n = kin_of(b, &b->either, b->units[i], &all);
		if (all[0] == b->units[i])
			one_whole(b, all, n);
		arena_reset(b->work);
		e = answer_work(b->x->r);
	}
	return e == ERR_OK ? all_flows(b) : e;
}
