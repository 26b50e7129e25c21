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
#include "query/spoken.h"

/* In which groups a thing is counted on a day. */
struct places {
	int low, high; /* how many of it there are for certain, and at most: 0 or 1 */
	size_t n;
	uint32_t *groups; /* ascending */
};

/* A thing at an event. */
struct turn {
	uint32_t event, unit;
};
struct record {
	struct balance *b;
	const char *from, *to;
	size_t n_units;
	uint32_t *units; /* of the kind, ever; ascending */
	size_t n_turns, turns_room;
	struct turn *turns;
	struct spoken *spoken; /* NULL = not between rounds */
	struct spoken_scope later;
	unsigned unsure; /* arrangements that may have begun before */
};

static struct balance_row *row_of(struct record *c, uint32_t group)
{
	return balance_row(c->b, group, c->from, c->to);
}

/* ---- where it is ------------------------------------------------------------------------------------ */

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void place_add(struct record *c, struct places *p, size_t *room, uint32_t group)
{
	p->groups = arena_grow(c->b->work, p->groups, p->n, p->n + 1, sizeof *p->groups, room);
	p->groups[p->n++] = group;
}

static void places_settle(struct places *p)
{
	size_t kept = 0;
	if (p->n)
		qsort(p->groups, p->n, sizeof *p->groups, by_number);
	for (size_t i = 0; i < p->n; i++)
		if (!kept || p->groups[kept - 1] != p->groups[i])
			p->groups[kept++] = p->groups[i];
	p->n = kept;
}

static void place_if(struct record *c, struct places *p, size_t *room, uint32_t unit, int32_t day)
{
	if (scope_has(c->b->scope, unit, day))
		place_add(c, p, room, scope_group(c->b->scope, unit, day));
}

/* Read by itself: opening the list of a day for one arrangement would read which ones there are every time. */
static void arrangement_places(struct record *c, uint32_t unit, int32_t day, struct places *p)
{
	struct balance *b = c->b;
	struct view *v = b->r->v;
	struct arrangement x = {.unit = unit};
	struct attr_at *attrs;
	struct unit_link *hosts, *links;
	size_t n_hosts = unit_links_to(v, LINK_TYPE_HOSTS, unit, day, b->work, &hosts), room = 0;
	size_t n = unit_links_to(v, LINK_TYPE_PARTICIPATES_IN, unit, day, b->work, &links);
	x.n_attrs = attributes_at(v, unit, day, b->work, &attrs);
	x.attrs = attrs;
	x.host = x.host_reported = n_hosts ? hosts[0].link.a : 0;
	for (size_t i = 1; i < n_hosts; i++)
		if (hosts[i].truth > hosts[0].truth)
			x.host = x.host_reported = hosts[i].link.a;
	if (!filter_arrangement(b->where, &x))
		return;
	if (!n && !n_hosts && scope_all(b->scope))
		place_add(c, p, &room, 0); /* nobody is known to take part */
	for (size_t i = 0; i < n; i++)
		place_if(c, p, &room, links[i].link.a, day);
	for (size_t i = 0; i < n_hosts; i++)
		place_if(c, p, &room, hosts[i].link.a, day);
}

/* As known at the moment's as_of. */
static struct places places_at(struct record *c, uint32_t unit, int32_t day)
{
	struct balance *b = c->b;
	struct view *v = b->r->v;
	struct places p = {0};
	struct unit_life life;
	size_t room = 0;
	if (!unit_life_at(v, unit, day, &life) || life.life.kind != b->kind)
		return p;
	if (b->q->counted == COUNTED_ARRANGEMENTS)
		arrangement_places(c, unit, day, &p);
	else if (scope_has(b->scope, unit, day) && filter_unit(b->r, b->where, unit, day))
		place_add(c, &p, &room, scope_group(b->scope, unit, day));
	places_settle(&p);
	p.low = p.n && life.truth == TRUTH_CERTAIN;
	p.high = p.n != 0;
	return p;
}

static bool in(const struct places *p, uint32_t group)
{
	return p->n && bsearch(&group, p->groups, p->n, sizeof *p->groups, by_number);
}

static void count(struct record *c, const struct places *p, bool closing)
{
	for (size_t i = 0; i < p->n; i++) {
		struct balance_row *row = row_of(c, p->groups[i]);
		struct amount *x = closing ? &row->closing : &row->opening;
		size_t mark = amounts_mark(c->b->all);
		struct amount low = amount_whole(c->b->all, p->low), high = amount_whole(c->b->all, p->high);
		mpq_add(x->low, x->low, low.low);
		mpq_add(x->high, x->high, high.low);
		amounts_back(c->b->all, mark);
	}
}

/* ---- flows ------------------------------------------------------------------------------------------ */

/* +1 or −1 in every group of p, but not in those of `but`. */
static void each(struct record *c, const struct places *p, const struct places *but, enum flow_kind kind,
		 uint32_t event, int n, bool certain, uint32_t unit)
{
	for (size_t i = 0; i < p->n; i++) {
		if (but && in(but, p->groups[i]))
			continue;
		int low = n < 0 || certain ? n : 0, high = n > 0 || certain ? n : 0;
		balance_add(c->b, row_of(c, p->groups[i]), kind, event, low, high, unit);
	}
}

static void as_known(struct record *c, uint64_t rev)
{
	c->b->r->v->as_of = rev;
}

/* The opening, as it is known at the closing's as_of. */
static void learned(struct record *c, uint32_t unit, const struct places *then, const struct places *now)
{
	struct balance *b = c->b;
	struct unit_life *lives;
	as_known(c, b->from.rev);
	bool known = unit_lives(b->r->v, unit, b->work, &lives) > 0;
	as_known(c, b->to.rev);
	for (size_t i = 0; i < then->n; i++) {
		bool still = in(now, then->groups[i]);
		balance_add(b, row_of(c, then->groups[i]), FLOW_KIND_CORRECTED, 0, (still ? now->low : 0) - then->low,
			    (still ? now->high : 0) - then->high, unit);
	}
	each(c, now, then, known ? FLOW_KIND_CORRECTED : FLOW_KIND_FOUND_LATE, 0, 1, now->low, unit);
}

enum passing { PASSING_NO, PASSING_PERHAPS, PASSING_YES };

/* Does a date fall between the opening and the closing? */
static enum passing passes(const struct balance *b, const struct when *w)
{
	if (w->precision == WHEN_NONE || w->hi <= b->from.day || w->lo > b->to.day)
		return PASSING_NO;
	return w->lo > b->from.day && w->hi <= b->to.day ? PASSING_YES : PASSING_PERHAPS;
}

static bool counted_kind(struct record *c, uint32_t unit)
{
	return unit_kind(c->b->r->v, unit) == c->b->kind;
}

/* Is there anything of the kind on the event's other side? */
static bool has_other(struct record *c, uint32_t unit, uint32_t event, bool forward)
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
	enum passing begins = passes(b, &l->from), ends = passes(b, &l->to);
	bool there = l->to.precision == WHEN_NONE || l->to.hi > b->from.day;
	if (!there || (l->from.precision != WHEN_NONE && l->from.lo > b->to.day))
		return;
	/* On an uncertain date it is looked at where it is there for certain. */
	struct places start = places_at(c, unit, begins ? within(b, l->from.hi) : b->from.day);
	struct places end = places_at(c, unit, ends ? within(b, l->to.lo - 1) : b->to.day);
	if (begins && !has_other(c, unit, l->born_by, false))
		each(c, &start, NULL, FLOW_KIND_NEW, l->born_by, 1, begins == PASSING_YES, unit);
	if (ends && !has_other(c, unit, l->ended_by, true))
		each(c, &end, NULL, FLOW_KIND_ENDED, l->ended_by, -1, ends == PASSING_YES, unit);
	each(c, &start, &end, FLOW_KIND_MOVED_OUT, 0, -1, true, unit);
	each(c, &end, &start, FLOW_KIND_MOVED_IN, 0, 1, true, unit);
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
	enum passing p = passes(c->b, &f.event.effective);
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
		balance_name(c->b, balance_flow(c->b, row_of(c, p->groups[i]), kind, event, ""), unit);
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
			each(c, &at, NULL, FLOW_KIND_SPLIT, h->event, 1, h->certain, others[i]);
		}
		struct places to = side_of(c, h, others[i], false);
		each(c, &at, &to, FLOW_KIND_MOVED_OUT, h->event, -1, h->certain, unit);
		each(c, &to, &at, FLOW_KIND_MOVED_IN, h->event, 1, h->certain, others[i]);
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
		each(c, &at, NULL, FLOW_KIND_MERGED, h->event, -1, h->certain, others[i]);
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

/* ---- between two rounds ----------------------------------------------------------------------------- */

static struct places nowhere(struct places p, bool there)
{
	return there ? p : (struct places){0};
}

static void gone(struct record *c, uint32_t unit, const struct places *p, const struct fact_life *l)
{
	struct balance *b = c->b;
	struct unit_link *links;
	size_t n = unit_links_to(b->r->v, LINK_TYPE_PARTICIPATES_IN, unit, b->from.day, b->work, &links);
	uint32_t *units = arena_alloc(b->work, (n + 1) * sizeof *units);
	bool some, ends = l && passes(b, &l->to) == PASSING_YES;
	for (size_t i = 0; i < n; i++)
		units[i] = links[i].link.a;
	if (ends && has_other(c, unit, l->ended_by, true))
		each(c, p, NULL, FLOW_KIND_MERGED, l->ended_by, -1, true, unit);
	else if (ends || spoken_declared(b->r, &c->later, "arrangement", units, n, &some))
		each(c, p, NULL, FLOW_KIND_ENDED, ends ? l->ended_by : 0, -1, true, unit);
	else
		each(c, p, NULL, FLOW_KIND_NOT_FOUND_AGAIN, 0, -1, true, unit);
}

static void come(struct record *c, uint32_t unit, const struct places *p, const struct fact_life *l)
{
	struct balance *b = c->b;
	enum passing begins = l ? passes(b, &l->from) : PASSING_NO;
	if (begins && has_other(c, unit, l->born_by, false)) {
		each(c, p, NULL, FLOW_KIND_MERGED, l->born_by, 1, true, unit);
		return;
	}
	c->unsure += begins == PASSING_PERHAPS;
	each(c, p, NULL, begins ? FLOW_KIND_NEW : FLOW_KIND_FOUND_LATE, begins ? l->born_by : 0, 1, true, unit);
}

/* A round's arrangements are those that it speaks of. All as known at the closing. */
static void one_spoken(struct record *c, uint32_t unit)
{
	struct balance *b = c->b;
	struct unit_life a = {0}, z = {0};
	unsigned as = spoken_of(c->spoken, unit, b->to.rev);
	bool was = unit_life_at(b->r->v, unit, b->from.day, &a), is = unit_life_at(b->r->v, unit, b->to.day, &z);
	struct places then = nowhere(places_at(c, unit, b->from.day), as & SPOKEN_EARLIER);
	struct places last = nowhere(places_at(c, unit, b->to.day), as & SPOKEN_LATER);
	then.low = then.high; /* a round that speaks of it is sure of it */
	last.low = last.high;
	count(c, &then, false);
	count(c, &last, true);
	if (then.n && !last.n)
		gone(c, unit, &then, was ? &a.life : NULL);
	else if (last.n && !then.n)
		come(c, unit, &last, is ? &z.life : NULL);
	each(c, &then, &last, FLOW_KIND_MOVED_OUT, 0, then.n && last.n ? -1 : 0, true, unit);
	each(c, &last, &then, FLOW_KIND_MOVED_IN, 0, then.n && last.n ? 1 : 0, true, unit);
}

/* What an event did in all: fewer are merged, more are split. */
static void settle_events(struct record *c)
{
	for (size_t i = 0; i < c->b->n_rows; i++)
		for (size_t k = 0; k < c->b->rows[i].n_flows; k++) {
			struct balance_flow *f = &c->b->rows[i].flows[k];
			if (f->kind == FLOW_KIND_MERGED && mpq_sgn(f->amount.low) > 0)
				f->kind = FLOW_KIND_SPLIT;
		}
}

static enum err two_rounds(struct record *c)
{
	struct balance *b = c->b;
	struct spoken_round *rounds = arena_alloc(b->r->a, 2 * sizeof *rounds);
	rounds[0] = (struct spoken_round){b->to.round, b->to.def, SPOKEN_LATER};
	rounds[1] = (struct spoken_round){b->from.round, b->from.def, SPOKEN_EARLIER};
	struct spoken_ask ask = {.n_rounds = 2, .rounds = rounds, .through = b->to.rev};
	c->later = (struct spoken_scope){.n_rounds = 1, .rounds = rounds, .from = b->from.day, .to = b->to.day};
	enum err e = spoken_read(b->r, &ask, &c->spoken);
	for (size_t i = 0; i < c->n_units && e == ERR_OK; i++) {
		one_spoken(c, c->units[i]);
		arena_reset(b->work);
		e = answer_work(b->r);
	}
	settle_events(c);
	for (size_t i = 0; i < b->n_rows; i++) {
		balance_note(b, &b->rows[i], "counted are the arrangements that each round speaks of");
		if (b->from.rev != b->to.rev)
			balance_note(b, &b->rows[i], "the opening is as known at the closing's revision");
		if (c->unsure)
			balance_note(b, &b->rows[i],
				     arena_printf(b->r->a, "%u that are new may have begun before: nobody says when",
						  c->unsure));
	}
	return e;
}

/* ---- between two days ------------------------------------------------------------------------------- */

static enum err one_unit(struct record *c, uint32_t unit)
{
	struct balance *b = c->b;
	struct unit_life *lives;
	uint32_t *events;
	as_known(c, b->from.rev);
	struct places then = places_at(c, unit, b->from.day);
	as_known(c, b->to.rev);
	struct places now = places_at(c, unit, b->from.day), last = places_at(c, unit, b->to.day);
	count(c, &then, false);
	count(c, &last, true);
	if (b->from.rev != b->to.rev)
		learned(c, unit, &then, &now);
	size_t n = unit_lives(b->r->v, unit, b->work, &lives);
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
	as_known(&c, b->to.rev);
	find_units(&c);
	bool rounds = b->q->counted == COUNTED_ARRANGEMENTS && b->from.round && b->to.round;
	for (size_t i = 0; i < c.n_units && e == ERR_OK && !rounds; i++)
		e = one_unit(&c, c.units[i]);
	if (rounds)
		e = two_rounds(&c);
	if (e == ERR_OK)
		e = all_events(&c);
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
