/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_record.c - units of a kind, or arrangements, counted on two days, with all that happened to them between.
 *
 * A thing is a unit with all that are one with it (balance_thing.c): what flows between these is nothing, and a flow
 * that two registers tell of them on one day is one. Two that are one only as known at the closing are CORRECTED.
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
#include "query/passage.h"

struct balance_row *record_row(struct record *c, uint32_t group)
{
	return balance_row(c->b, group, c->from, c->to);
}

/* ---- counted ---------------------------------------------------------------------------------------- */

/* As known at the closing's as_of. */
static struct places places_at(struct record *c, const struct thing *x, int32_t day)
{
	return thing_places(c, c->b->to.rev, x, day, false);
}

void record_count(struct record *c, const struct places *p, bool closing)
{
	for (size_t i = 0; i < p->n; i++) {
		struct balance_row *row = record_row(c, p->list[i].group);
		struct amount *x = closing ? &row->closing : &row->opening;
		size_t mark = amounts_mark(c->b->all);
		int sure = p->list[i].sure;
		struct amount low = amount_whole(c->b->all, sure), one = amount_whole(c->b->all, 1);
		mpq_add(x->low, x->low, low.low);
		mpq_add(x->high, x->high, one.low);
		amounts_back(c->b->all, mark);
		left_add(c, row, closing ? sure : -1, closing ? 1 : -sure);
	}
}

/* ---- flows ------------------------------------------------------------------------------------------ */

static void flow(struct record *c, uint32_t group, enum flow_kind kind, uint32_t event, int low, int high,
		 uint32_t unit)
{
	struct balance_row *row = record_row(c, group);
	balance_add(c->b, row, kind, event, low, high, unit);
	left_add(c, row, -high, -low);
}

void record_each(struct record *c, const struct places *p, enum flow_kind kind, uint32_t event, int n, bool certain,
		 uint32_t unit)
{
	for (size_t i = 0; i < p->n; i++) {
		bool sure = certain && p->list[i].sure;
		int low = n < 0 || sure ? n : 0, high = n > 0 || sure ? n : 0;
		flow(c, p->list[i].group, kind, event, low, high, unit);
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
	flow(c, x->group, kind, event, n < 0 || sure ? n : 0, n > 0 || sure ? n : 0, unit);
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

void record_stands(struct record *c, struct standings *s, const struct places *p, uint32_t unit, bool known)
{
	for (size_t i = 0; i < p->n; i++) {
		s->list = arena_grow(c->b->work, s->list, s->n, s->n + 1, sizeof *s->list, &s->room);
		s->list[s->n++] = (struct standing){p->list[i].group, unit, p->list[i].sure, known};
	}
}

static int by_standing(const void *x, const void *y)
{
	const struct standing *a = x, *b = y;
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->sure != b->sure)
		return b->sure - a->sure;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

/* In every group one then is set against one now; what has none on the other side is more, or less. */
void record_learned(struct record *c, struct standings *then, struct standings *now)
{
	size_t i = 0, k = 0;
	if (then->n)
		qsort(then->list, then->n, sizeof *then->list, by_standing);
	if (now->n)
		qsort(now->list, now->n, sizeof *now->list, by_standing);
	while (i < then->n || k < now->n) {
		const struct standing *a = i < then->n ? &then->list[i] : NULL, *b = k < now->n ? &now->list[k] : NULL;
		if (a && b && a->group != b->group)
			*(a->group < b->group ? &b : &a) = NULL;
		i += a != NULL;
		k += b != NULL;
		struct pairing x = {.group = b ? b->group : a->group};
		x.was = !a ? BEING_NO : a->sure ? BEING_SURE : BEING_PERHAPS;
		x.is = !b ? BEING_NO : b->sure ? BEING_SURE : BEING_PERHAPS;
		if (x.is != x.was)
			shift(c, &x, b && !a && !b->known ? FLOW_KIND_FOUND_LATE : FLOW_KIND_CORRECTED, 0, true,
			      b ? b->unit : a->unit);
	}
}

enum passing record_passes(const struct balance *b, const struct when *w)
{
	if (w->precision == WHEN_NONE || w->hi <= b->from.day || w->lo > b->to.day)
		return PASSING_NO;
	return w->lo > b->from.day && w->hi <= b->to.day ? PASSING_YES : PASSING_PERHAPS;
}

static int32_t within(const struct balance *b, int32_t day)
{
	return day < b->from.day ? b->from.day : day > b->to.day ? b->to.day : day;
}

static void one_span(struct record *c, const struct thing *x, const struct span *s)
{
	struct balance *b = c->b;
	enum passing begins = record_passes(b, &s->from), ends = record_passes(b, &s->to);
	if (s->to.hi <= b->from.day || s->from.lo > b->to.day)
		return;
	/* On an uncertain date it is looked at where it is there for certain. */
	int32_t first = begins ? within(b, s->from.hi) : b->from.day, last = b->to.day;
	if (ends) /* "since ever" has no day before it */
		last = s->to.lo <= b->from.day ? b->from.day : within(b, s->to.lo - 1);
	struct places start = places_at(c, x, first), end = places_at(c, x, last);
	struct move lives_on = {FLOW_KIND_MOVED_IN, FLOW_KIND_MOVED_OUT, 0, x->units[0], x->units[0], true};
	if (begins && !thing_has_other(c, s, false))
		record_each(c, &start, FLOW_KIND_NEW, s->first->born_by, 1, begins == PASSING_YES, s->first->unit);
	if (ends && !thing_has_other(c, s, true))
		record_each(c, &end, FLOW_KIND_ENDED, s->last->ended_by, -1, ends == PASSING_YES, s->last->unit);
	if (x->n > 1) { /* where one of its units gives way to another on an uncertain date it has not moved */
		start = thing_places(c, b->to.rev, x, first, true);
		end = thing_places(c, b->to.rev, x, last, true);
	}
	record_move(c, &start, &end, &lives_on);
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

/* What happened to it, as known at the closing. */
static void passed(struct record *c, const struct thing *x)
{
	struct balance *b = c->b;
	struct span *spans;
	size_t n = b->from.day < b->to.day ? thing_spans(c, x, &spans) : 0;
	for (size_t i = 0; i < n; i++)
		one_span(c, x, &spans[i]);
	for (size_t u = 0; u < x->n; u++) {
		uint32_t *events;
		n = passage_events(b->r->v, x->units[u], b->from.day, b->to.day, b->work, &events);
		for (size_t i = 0; i < n; i++) {
			c->turns =
			    arena_grow(b->r->a, c->turns, c->n_turns, c->n_turns + 1, sizeof *c->turns, &c->turns_room);
			c->turns[c->n_turns++] = (struct turn){.event = events[i], .unit = x->units[u]};
		}
	}
}

/* All that hangs together by what was known then or is known now. */
static enum err one_whole(struct record *c, uint32_t unit)
{
	struct balance *b = c->b;
	struct thing all = thing_of(c, &c->either, unit);
	struct standings then = {0}, now = {0};
	bool learned = b->from.rev != b->to.rev;
	c->at = unit;
	for (size_t i = 0; i < all.n && all.units[0] == unit; i++) {
		uint32_t u = all.units[i];
		struct thing x = thing_of(c, &c->then, u), y = thing_of(c, &c->now, u);
		if (x.units[0] == u) {
			struct places p = thing_places(c, b->from.rev, &x, b->from.day, false);
			record_count(c, &p, false);
			record_stands(c, &then, &p, u, true);
		}
		if (y.units[0] != u)
			continue;
		struct places p = places_at(c, &y, b->to.day);
		record_count(c, &p, true);
		passed(c, &y);
		if (learned) {
			p = places_at(c, &y, b->from.day);
			record_stands(c, &now, &p, u, thing_known(c, b->from.rev, &y));
		}
	}
	if (learned)
		record_learned(c, &then, &now);
	arena_reset(b->work);
	return answer_work(b->r);
}

enum err balance_record(struct balance *b)
{
	struct record c = {.b = b, .from = b->from.told->valid_at, .to = b->to.told->valid_at};
	enum err e = ERR_OK;
	if (!scope_grouped(b->scope))
		(void)record_row(&c, 0);
	b->r->v->as_of = b->to.rev;
	find_units(&c);
	thing_read(&c);
	bool rounds = b->q->counted == COUNTED_ARRANGEMENTS && b->from.round && b->to.round;
	for (size_t i = 0; i < c.n_units && e == ERR_OK && !rounds; i++)
		e = one_whole(&c, c.units[i]);
	if (e == ERR_OK)
		e = rounds ? balance_rounds(&c) : record_events(&c);
	if (e == ERR_OK)
		e = balance_left(&c, rounds);
	if (e != ERR_OK)
		return e;
	bool any = false;
	for (size_t i = 0; i < b->n_rows && !any; i++)
		any = mpq_sgn(b->rows[i].opening.high) || mpq_sgn(b->rows[i].closing.high);
	if (!any && b->r->v->err == ERR_OK)
		return fail(&b->r->why, ERR_NOT_FOUND, "no %.100s lives there at either point",
			    balance_text(b, SPACE_TERM, b->kind));
	return b->r->v->err;
}
