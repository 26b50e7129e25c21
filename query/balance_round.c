/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_round.c - arrangements between two rounds: those that each of them speaks of.
 *
 * The opening is what the earlier round spoke of as known at its own as_of. What is known otherwise of it since is a
 * flow of its own (CORRECTED, also where its word was taken back; FOUND_LATE where it is first said since); then
 * everything is as known at the closing. Silence ends nothing: what the later round does not speak of has ended where
 * an end is stated, or its list is declared complete; else it is NOT_FOUND_AGAIN. What only the later round speaks of
 * is NEW where its start is said to lie between, or the earlier round's list is declared complete; FOUND_LATE where it
 * was there at the opening for certain; else it is perhaps NEW, and perhaps of those that the opening does not list.
 */
#include "query/balancing.h"

struct rounds {
	struct record *c;
	struct spoken *spoken;
	struct spoken_scope earlier, later;
	unsigned unsure;           /* new, or there before and not listed */
	unsigned unasked, unheard; /* outside what the later round asks about; what the earlier one did */
};

/* Everybody that it has to do with on a day. */
static size_t members(struct rounds *x, const struct thing *t, int32_t day, uint32_t **ret)
{
	struct balance *b = x->c->b;
	size_t n = 0, room = 0;
	*ret = NULL;
	for (size_t i = 0; i < t->n; i++) {
		uint32_t *units;
		size_t k = spoken_members(b->r->v, t->units[i], day, b->work, &units);
		*ret = arena_grow(b->work, *ret, n, n + k + 1, sizeof **ret, &room);
		for (size_t m = 0; m < k; m++)
			(*ret)[n++] = units[m];
	}
	return n;
}

static void gone(struct rounds *x, const struct thing *t, uint32_t unit, const struct places *p)
{
	struct balance *b = x->c->b;
	struct span *spans;
	size_t n_spans = thing_spans(x->c, t, &spans);
	const struct span *lived = thing_span_at(spans, n_spans, b->from.day);
	uint32_t *units, event = 0;
	size_t n = members(x, t, b->from.day, &units);
	bool some;
	enum flow_kind kind = FLOW_KIND_ENDED;
	if (lived && record_passes(b, &lived->to) == PASSING_YES) {
		event = lived->last->ended_by;
		kind = thing_has_other(x->c, lived, true) ? FLOW_KIND_MERGED : FLOW_KIND_ENDED;
	} else if (!spoken_declared(b->r, &x->later, "arrangement", units, n, &some)) {
		kind = FLOW_KIND_NOT_FOUND_AGAIN;
		x->unasked += !spoken_asked(b->r, &x->later, units, n);
	}
	record_each(x->c, p, kind, event, -1, true, unit);
}

static void come(struct rounds *x, const struct thing *t, uint32_t unit, const struct places *p)
{
	struct balance *b = x->c->b;
	struct span *spans;
	size_t n_spans = thing_spans(x->c, t, &spans);
	const struct span *lives = thing_span_at(spans, n_spans, b->to.day);
	uint32_t *units, event = lives ? lives->first->born_by : 0;
	enum passing begins = lives ? record_passes(b, &lives->from) : PASSING_NO;
	enum flow_kind kind = FLOW_KIND_FOUND_LATE;
	bool some, sure = true;
	if (begins != PASSING_NO)
		kind = thing_has_other(x->c, lives, false) ? FLOW_KIND_MERGED : FLOW_KIND_NEW;
	if (begins != PASSING_YES && kind != FLOW_KIND_MERGED) {
		size_t n = members(x, t, b->to.day, &units);
		bool declared = spoken_declared(b->r, &x->earlier, "arrangement", units, n, &some);
		sure = declared || kind != FLOW_KIND_NEW;
		x->unsure += !sure;
		x->unheard += !declared && !spoken_asked(b->r, &x->earlier, units, n);
	}
	record_each(x->c, p, kind, kind == FLOW_KIND_FOUND_LATE ? 0 : event, 1, sure, unit);
}

/* Those of a thing that a round speaks of. It is sure of them, as far as they are on record there. */
static struct places spoken_places(struct rounds *x, uint64_t as_of, const struct thing *t, bool later,
				   uint32_t *ret_unit)
{
	const struct balance *b = x->c->b;
	uint32_t *units = arena_alloc(b->work, (t->n + 1) * sizeof *units);
	struct thing spoken = {0, units};
	for (size_t i = 0; i < t->n; i++)
		if (spoken_of(x->spoken, t->units[i], as_of) & (later ? SPOKEN_LATER : SPOKEN_EARLIER))
			units[spoken.n++] = t->units[i];
	*ret_unit = spoken.n ? *units : 0;
	return thing_places(x->c, as_of, &spoken, later ? b->to.day : b->from.day, true);
}

/* As known at the closing. */
static void one_thing(struct rounds *x, const struct thing *t, const struct places *now, uint32_t unit_now)
{
	struct record *c = x->c;
	uint32_t unit;
	struct places last = spoken_places(x, c->b->to.rev, t, true, &unit);
	record_count(c, &last, true);
	struct move lives_on = {FLOW_KIND_MOVED_IN, FLOW_KIND_MOVED_OUT, 0, unit, unit_now, true};
	if (now->n && !last.n)
		gone(x, t, unit_now, now);
	else if (last.n && !now->n)
		come(x, t, unit, &last);
	else
		record_move(c, now, &last, &lives_on);
}

static bool heard_then(struct rounds *x, const struct thing *t)
{
	bool heard = false;
	for (size_t i = 0; i < t->n; i++)
		heard |= (spoken_of(x->spoken, t->units[i], x->c->b->from.rev) & SPOKEN_EARLIER) != 0;
	return heard;
}

/* All that hangs together by what was known then or is known now. */
static void one_whole(struct rounds *x, uint32_t unit)
{
	struct record *c = x->c;
	struct balance *b = c->b;
	struct thing all = thing_of(c, &c->either, unit);
	struct standings then = {0}, now = {0};
	c->at = unit;
	for (size_t i = 0; i < all.n && all.units[0] == unit; i++) {
		struct thing a = thing_of(c, &c->then, all.units[i]), z = thing_of(c, &c->now, all.units[i]);
		uint32_t who;
		if (a.units[0] == all.units[i]) {
			struct places p = spoken_places(x, b->from.rev, &a, false, &who);
			record_count(c, &p, false);
			record_stands(c, &then, &p, who, true);
		}
		if (z.units[0] == all.units[i]) {
			struct places p = spoken_places(x, b->to.rev, &z, false, &who);
			record_stands(c, &now, &p, who, heard_then(x, &z));
			one_thing(x, &z, &p, who);
		}
	}
	if (b->from.rev != b->to.rev)
		record_learned(c, &then, &now);
}

/* What an event did in all: fewer are merged, more are split. */
static void settle_events(struct balance *b)
{
	for (size_t i = 0; i < b->n_rows; i++)
		for (size_t k = 0; k < b->rows[i].n_flows; k++) {
			struct balance_flow *f = &b->rows[i].flows[k];
			if (f->kind == FLOW_KIND_MERGED && mpq_sgn(f->amount.low) > 0)
				f->kind = FLOW_KIND_SPLIT;
		}
}

static void notes(const struct rounds *x)
{
	struct balance *b = x->c->b;
	struct arena *a = b->r->a;
	for (size_t i = 0; i < b->n_rows; i++) {
		struct balance_row *row = &b->rows[i];
		balance_note(b, row, "counted are the arrangements that each round speaks of");
		if (x->unsure)
			balance_note(b, row,
				     arena_printf(a,
						  "%u may be new, or were there before and not listed: %s does not "
						  "speak of them, and nobody says for certain that they began since",
						  x->unsure, b->from.def->id));
		if (x->unasked)
			balance_note(b, row,
				     arena_printf(a, "%u not found again are outside what %s asks about", x->unasked,
						  b->to.def->id));
		if (x->unheard)
			balance_note(
			    b, row, arena_printf(a, "%u are outside what %s asked about", x->unheard, b->from.def->id));
	}
}

enum err balance_rounds(struct record *c)
{
	struct balance *b = c->b;
	struct spoken_round *both = arena_alloc(b->r->a, 2 * sizeof *both);
	both[0] = (struct spoken_round){b->to.round, b->to.def, SPOKEN_LATER};
	both[1] = (struct spoken_round){b->from.round, b->from.def, SPOKEN_EARLIER};
	if (b->from.round == b->to.round)
		both[0].as = both[1].as = SPOKEN_EARLIER | SPOKEN_LATER;
	struct spoken_ask ask = {.n_rounds = 2, .rounds = both, .through = b->to.rev};
	struct rounds x = {.c = c,
			   .later = {.n_rounds = 1, .rounds = both, .from = b->from.day, .to = b->to.day},
			   .earlier = {.n_rounds = 1, .rounds = both + 1, .from = b->from.day, .to = b->to.day}};
	enum err e = spoken_read(b->r, &ask, &x.spoken);
	for (size_t i = 0; i < c->n_units && e == ERR_OK; i++) {
		one_whole(&x, c->units[i]);
		arena_reset(b->work);
		e = answer_work(b->r);
	}
	settle_events(b);
	notes(&x);
	return e;
}
