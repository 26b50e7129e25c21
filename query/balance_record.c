/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_record.c - units of a kind, or arrangements, counted on two days, with all that happened to them between.
 *
 * Counting looks at the two days alone. The flows come from the lives and the events: a life that begins or ends
 * without an event, or by one that has nothing of the kind on its other side, is NEW or ENDED. An event is kept account
 * of by its flows, each of which carries one thing: a source that flows to n targets becomes n (SPLIT, n − 1 more);
 * each goes to its target's group (MOVED_OUT, MOVED_IN); of m that reach one target, m − 1 are MERGED. So any n:m event
 * adds up, also one that lies in several groups, and one whose targets were merged again before the closing. Between
 * two that both live on only a part passes, which is no thing. What lives on and is in another group at the end than at
 * the start has moved. An arrangement is in every group in which one that takes part in it, or its host, is. Uncertain
 * dates: what may be there or not is 0 to 1, in counts and flows alike.
 */
#include "query/balancing.h"
#include <stdlib.h>
#include <string.h>
#include "query/define.h"
#include "query/passage.h"

/* A thing at an event. */
struct turn {
	uint32_t event, unit;
};

static struct balance_row *row_of(struct record *c, uint32_t group)
{
	return balance_row(c->b, group, c->from, c->to);
}

/* ---- where it is ------------------------------------------------------------------------------------ */

static int by_group(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return y->sure - x->sure;
}

static void place_add(struct record *c, struct places *p, size_t *room, uint32_t group, bool sure)
{
	p->list = arena_grow(c->b->work, p->list, p->n, p->n + 1, sizeof *p->list, room);
	p->list[p->n++] = (struct place){group, sure};
}

/* Each group once, certain ones first. */
static void places_settle(struct places *p, bool living)
{
	size_t kept = 0;
	if (p->n)
		qsort(p->list, p->n, sizeof *p->list, by_group);
	for (size_t i = 0; i < p->n; i++)
		if (!kept || p->list[kept - 1].group != p->list[i].group)
			p->list[kept++] = p->list[i];
	p->n = kept;
	for (size_t i = 0; i < p->n; i++)
		p->list[i].sure &= living;
}

/* Read by itself: opening the list of a day for one arrangement would read which ones there are every time. By the
 * rules of arrangement.h: a link is as certain as the arrangement, or only possible; of several hosts the most certain
 * one counts, then the one said first. */
static void arrangement_places(struct record *c, uint32_t unit, int32_t day, enum truth lives, struct places *p)
{
	struct balance *b = c->b;
	struct view *v = b->r->v;
	struct arrangement x = {.unit = unit};
	struct attr_at *attrs;
	struct unit_link *hosts, *links, host = {0};
	size_t n_hosts = unit_links_to(v, LINK_TYPE_HOSTS, unit, day, b->work, &hosts), room = 0;
	size_t n = unit_links_to(v, LINK_TYPE_PARTICIPATES_IN, unit, day, b->work, &links);
	bool itself = scope_has(b->scope, unit, day);
	x.n_attrs = attributes_at(v, unit, day, b->work, &attrs);
	x.attrs = attrs;
	for (size_t i = 0; i < n_hosts; i++)
		if (!i || hosts[i].truth > host.truth || (hosts[i].truth == host.truth && hosts[i].rev < host.rev))
			host = hosts[i];
	x.host = x.host_reported = host.link.a;
	if (!filter_arrangement(b->where, &x))
		return;
	if (itself && (!scope_grouped(b->scope) || (!n && !n_hosts)))
		place_add(c, p, &room, 0, true); /* nobody need be known to take part */
	for (size_t i = 0; i <= n; i++) {
		const struct unit_link *l = i < n ? &links[i] : &host;
		if (l->link.a && (itself || scope_has(b->scope, l->link.a, day)))
			place_add(c, p, &room, scope_group(b->scope, l->link.a, day), l->truth >= lives);
	}
}

struct places record_places(struct record *c, uint64_t as_of, uint32_t unit, int32_t day, bool living)
{
	struct balance *b = c->b;
	struct view *v = b->r->v;
	struct places p = {0};
	struct unit_life life;
	size_t room = 0;
	v->as_of = as_of;
	bool lives = unit_life_at(v, unit, day, &life) && life.life.kind == b->kind;
	if (lives && b->q->counted == COUNTED_ARRANGEMENTS)
		arrangement_places(c, unit, day, life.truth, &p);
	else if (lives && scope_has(b->scope, unit, day) && filter_unit(b->r, b->where, unit, day))
		place_add(c, &p, &room, scope_group(b->scope, unit, day), true);
	v->as_of = b->to.rev;
	places_settle(&p, living || (lives && life.truth == TRUTH_CERTAIN));
	return p;
}

/* As known at the closing's as_of. */
static struct places places_at(struct record *c, uint32_t unit, int32_t day)
{
	return record_places(c, c->b->to.rev, unit, day, false);
}

void record_count(struct record *c, const struct places *p, bool closing)
{
	for (size_t i = 0; i < p->n; i++) {
		struct balance_row *row = row_of(c, p->list[i].group);
		struct amount *x = closing ? &row->closing : &row->opening;
		size_t mark = amounts_mark(c->b->all);
		struct amount low = amount_whole(c->b->all, p->list[i].sure), one = amount_whole(c->b->all, 1);
		mpq_add(x->low, x->low, low.low);
		mpq_add(x->high, x->high, one.low);
		amounts_back(c->b->all, mark);
	}
}

/* ---- flows ------------------------------------------------------------------------------------------ */

void record_each(struct record *c, const struct places *p, enum flow_kind kind, uint32_t event, int n, bool certain,
		 uint32_t unit)
{
	for (size_t i = 0; i < p->n; i++) {
		bool sure = certain && p->list[i].sure;
		int low = n < 0 || sure ? n : 0, high = n > 0 || sure ? n : 0;
		balance_add(c->b, row_of(c, p->list[i].group), kind, event, low, high, unit);
	}
}

enum being { BEING_NO, BEING_PERHAPS, BEING_SURE };

/* One group after the other that is in either list: how it is in each. */
struct pairing {
	const struct places *a, *b;
	size_t i, k;
	uint32_t group;
	enum being was, is;
};

static enum being being_of(const struct places *p, size_t *at, uint32_t group)
{
	if (*at >= p->n || p->list[*at].group != group)
		return BEING_NO;
	return p->list[(*at)++].sure ? BEING_SURE : BEING_PERHAPS;
}

static bool pairing_next(struct pairing *x)
{
	bool a = x->i < x->a->n, b = x->k < x->b->n;
	if (!a && !b)
		return false;
	x->group = a && (!b || x->a->list[x->i].group <= x->b->list[x->k].group) ? x->a->list[x->i].group
										 : x->b->list[x->k].group;
	x->was = being_of(x->a, &x->i, x->group);
	x->is = being_of(x->b, &x->k, x->group);
	return true;
}

/* More or less of it: one for certain, or perhaps. */
static void shift(struct record *c, const struct pairing *x, enum flow_kind kind, uint32_t event, bool certain,
		  uint32_t unit)
{
	bool sure = certain && x->was != BEING_PERHAPS && x->is != BEING_PERHAPS;
	int n = x->is > x->was ? 1 : -1;
	balance_add(c->b, row_of(c, x->group), kind, event, n < 0 || sure ? n : 0, n > 0 || sure ? n : 0, unit);
}

void record_move(struct record *c, const struct places *before, const struct places *after, const struct move *m)
{
	struct pairing x = {.a = before, .b = after};
	while (pairing_next(&x)) {
		if (x.is > x.was)
			shift(c, &x, m->in, m->event, m->certain, m->unit_in);
		else if (x.is < x.was)
			shift(c, &x, m->out, m->event, m->certain, m->unit_out);
	}
}

void record_learned(struct record *c, uint32_t unit, const struct places *then, const struct places *now, bool known)
{
	struct pairing x = {.a = then, .b = now};
	while (pairing_next(&x)) {
		if (x.is != x.was)
			shift(c, &x, x.was == BEING_NO && !known ? FLOW_KIND_FOUND_LATE : FLOW_KIND_CORRECTED, 0, true,
			      unit);
	}
}

enum passing record_passes(const struct balance *b, const struct when *w)
{
	if (w->precision == WHEN_NONE || w->hi <= b->from.day || w->lo > b->to.day)
		return PASSING_NO;
	return w->lo > b->from.day && w->hi <= b->to.day ? PASSING_YES : PASSING_PERHAPS;
}

static bool counted_kind(struct record *c, uint32_t unit)
{
	return unit_kind(c->b->r->v, unit) == c->b->kind;
}

bool record_has_other(struct record *c, uint32_t unit, uint32_t event, bool forward)
{
	uint32_t *others;
	size_t n = event ? passage_others(c->b->r->v, unit, event, forward, c->b->work, &others) : 0;
	for (size_t i = 0; i < n; i++)
		if (counted_kind(c, others[i]))
			return true;
	return false;
}

static int32_t within(const struct balance *b, int32_t day)
{
	return day < b->from.day ? b->from.day : day > b->to.day ? b->to.day : day;
}

static void one_life(struct record *c, uint32_t unit, const struct fact_life *l)
{
	struct balance *b = c->b;
	enum passing begins = record_passes(b, &l->from), ends = record_passes(b, &l->to);
	bool there = l->to.precision == WHEN_NONE || l->to.hi > b->from.day;
	if (!there || (l->from.precision != WHEN_NONE && l->from.lo > b->to.day))
		return;
	/* On an uncertain date it is looked at where it is there for certain. */
	struct places start = places_at(c, unit, begins ? within(b, l->from.hi) : b->from.day);
	struct places end = places_at(c, unit, ends ? within(b, l->to.lo - 1) : b->to.day);
	struct move lives_on = {FLOW_KIND_MOVED_IN, FLOW_KIND_MOVED_OUT, 0, unit, unit, true};
	if (begins && !record_has_other(c, unit, l->born_by, false))
		record_each(c, &start, FLOW_KIND_NEW, l->born_by, 1, begins == PASSING_YES, unit);
	if (ends && !record_has_other(c, unit, l->ended_by, true))
		record_each(c, &end, FLOW_KIND_ENDED, l->ended_by, -1, ends == PASSING_YES, unit);
	record_move(c, &start, &end, &lives_on);
}

/* ---- events ----------------------------------------------------------------------------------------- */

struct happened {
	uint32_t event;
	struct when at;
	bool certain;
};

static bool lives_of_kind(struct record *c, uint32_t unit, int32_t day)
{
	struct unit_life life;
	return unit_life_at(c->b->r->v, unit, day, &life) && life.life.kind == c->b->kind;
}

static bool event_at(struct record *c, uint32_t event, struct happened *ret)
{
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	key_event(&key, event);
	if (!view_get(c->b->r->v, TABLE_EVENT, buf_view(&key), &row) || row_fact(&row, &f) != ERR_OK)
		return false;
	enum passing p = record_passes(c->b, &f.event.effective);
	*ret = (struct happened){event, f.event.effective, p == PASSING_YES};
	return p != PASSING_NO;
}

/* Where the thing on one side of a flow is when it flows. */
static struct places side_of(struct record *c, const struct happened *h, uint32_t unit, bool before)
{
	return places_at(c, unit, before ? h->at.lo - 1 : h->at.hi);
}

static void name_in(struct record *c, const struct places *p, enum flow_kind kind, uint32_t event, uint32_t unit)
{
	for (size_t i = 0; i < p->n; i++)
		balance_name(c->b, balance_flow(c->b, row_of(c, p->list[i].group), kind, event, ""), unit);
}

/* Flows from `unit`: one more for each but the first; then each to its target's group. */
static void source_flows(struct record *c, const struct happened *h, uint32_t unit)
{
	struct balance *b = c->b;
	uint32_t *others, first = 0;
	bool stays = lives_of_kind(c, unit, h->at.hi);
	size_t n = passage_others(b->r->v, unit, h->event, true, b->work, &others), flows = 0;
	struct places at = side_of(c, h, unit, true);
	for (size_t i = 0; i < n; i++) {
		/* Among those that live on a part passes, and no thing. */
		if (!counted_kind(c, others[i]) || (stays && lives_of_kind(c, others[i], h->at.lo - 1)))
			continue;
		if (!stays && !flows++) {
			first = others[i];
		} else {
			if (first)
				name_in(c, &at, FLOW_KIND_SPLIT, h->event, first);
			record_each(c, &at, FLOW_KIND_SPLIT, h->event, 1, h->certain, others[i]);
		}
		struct places to = side_of(c, h, others[i], false);
		struct move goes = {FLOW_KIND_MOVED_IN, FLOW_KIND_MOVED_OUT, h->event, others[i], unit, h->certain};
		record_move(c, &at, &to, &goes);
	}
}

/* Flows to `unit`: one less for each but the first. All of them have merged, so all are named. */
static void target_flows(struct record *c, const struct happened *h, uint32_t unit)
{
	struct balance *b = c->b;
	uint32_t *others, first = 0;
	bool was = lives_of_kind(c, unit, h->at.lo - 1);
	size_t n = passage_others(b->r->v, unit, h->event, false, b->work, &others), flows = 0;
	struct places at = side_of(c, h, unit, false);
	for (size_t i = 0; i < n; i++) {
		if (!counted_kind(c, others[i]) || (was && lives_of_kind(c, others[i], h->at.hi)))
			continue;
		if (!was && !flows++) {
			first = others[i];
			continue;
		}
		name_in(c, &at, FLOW_KIND_MERGED, h->event, first ? first : unit);
		record_each(c, &at, FLOW_KIND_MERGED, h->event, -1, h->certain, others[i]);
	}
}

static int by_event(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;
	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

static enum err all_events(struct record *c)
{
	struct happened h = {0};
	bool there = false;
	enum err e = ERR_OK;
	if (c->n_turns)
		qsort(c->turns, c->n_turns, sizeof *c->turns, by_event);
	for (size_t i = 0; i < c->n_turns && e == ERR_OK; i++) {
		const struct turn *t = &c->turns[i];
		if (i && by_event(t - 1, t) == 0)
			continue;
		if (!i || t->event != t[-1].event)
			there = event_at(c, t->event, &h);
		if (there && lives_of_kind(c, t->unit, h.at.lo - 1))
			source_flows(c, &h, t->unit);
		if (there && lives_of_kind(c, t->unit, h.at.hi))
			target_flows(c, &h, t->unit);
		arena_reset(c->b->work);
		e = answer_work(c->b->r);
	}
	return e;
}

/* ---- one after the other ---------------------------------------------------------------------------- */

/* Every unit that ever was of the kind, as known then or now. */
static void find_units(struct record *c)
{
	struct balance *b = c->b;
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	size_t room = 0;
	key_kind(&key, b->kind);
	walk_begin(&w, b->r->v, TABLE_KIND, buf_view(&key));
	while (walk_next(&w, &row) && row_fact(&row, &f) == ERR_OK) {
		if (c->n_units && c->units[c->n_units - 1] == f.life.unit)
			continue;
		c->units = arena_grow(b->r->a, c->units, c->n_units, c->n_units + 1, sizeof *c->units, &room);
		c->units[c->n_units++] = f.life.unit;
	}
}

/* ---- between two days ------------------------------------------------------------------------------- */

static enum err one_unit(struct record *c, uint32_t unit)
{
	struct balance *b = c->b;
	struct unit_life *lives;
	uint32_t *events;
	b->r->v->as_of = b->from.rev;
	bool known = b->from.rev != b->to.rev && unit_lives(b->r->v, unit, b->work, &lives) > 0;
	struct places then = record_places(c, b->from.rev, unit, b->from.day, false);
	struct places now = places_at(c, unit, b->from.day), last = places_at(c, unit, b->to.day);
	record_count(c, &then, false);
	record_count(c, &last, true);
	if (b->from.rev != b->to.rev)
		record_learned(c, unit, &then, &now, known);
	bool time_passes = b->from.day < b->to.day;
	size_t n = time_passes ? unit_lives(b->r->v, unit, b->work, &lives) : 0;
	for (size_t i = 0; i < n; i++)
		one_life(c, unit, &lives[i].life);
	n = passage_events(b->r->v, unit, b->from.day, b->to.day, b->work, &events);
	for (size_t i = 0; i < n; i++) {
		c->turns = arena_grow(b->r->a, c->turns, c->n_turns, c->n_turns + 1, sizeof *c->turns, &c->turns_room);
		c->turns[c->n_turns++] = (struct turn){events[i], unit};
	}
	arena_reset(b->work);
	return answer_work(b->r);
}

enum err balance_record(struct balance *b)
{
	struct record c = {.b = b, .from = b->from.told->valid_at, .to = b->to.told->valid_at};
	enum err e = ERR_OK;
	if (!scope_grouped(b->scope))
		(void)row_of(&c, 0);
	b->r->v->as_of = b->to.rev;
	find_units(&c);
	bool rounds = b->q->counted == COUNTED_ARRANGEMENTS && b->from.round && b->to.round;
	for (size_t i = 0; i < c.n_units && e == ERR_OK && !rounds; i++)
		e = one_unit(&c, c.units[i]);
	if (e == ERR_OK)
		e = rounds ? balance_rounds(&c) : all_events(&c);
	if (e != ERR_OK)
		return e;
	bool any = false;
	for (size_t i = 0; i < b->n_rows && !any; i++)
		any = !amount_is_zero(&b->rows[i].opening) || !amount_is_zero(&b->rows[i].closing);
	if (!any && b->r->v->err == ERR_OK)
		return fail(&b->r->why, ERR_NOT_FOUND, "no %.100s lives there at either point",
			    balance_text(b, SPACE_TERM, b->kind));
	return b->r->v->err;
}
