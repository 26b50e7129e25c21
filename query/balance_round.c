/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_round.c - arrangements between two rounds: those that each of them speaks of.
 *
 * The opening is what the earlier round spoke of as known at its own as_of. What is known otherwise of it since is a
 * flow of its own (CORRECTED, also where its word was taken back; FOUND_LATE where it is first said since); then
 * everything is as known at the closing. Silence ends nothing: what the later round does not speak of has ended where
 * an end is stated, or its list is declared complete; else it is NOT_FOUND_AGAIN. What only the later round speaks of
 * is NEW, or FOUND_LATE where it was there at the opening for certain; whether it was there nobody may know.
 */
#include "query/balancing.h"

struct rounds {
	struct record *c;
	struct spoken *spoken;
	struct spoken_scope earlier, later;
	unsigned unsure;           /* new, and may have begun before */
	unsigned unasked, unheard; /* outside what the later round asks about; what the earlier one did */
};

static void gone(struct rounds *x, uint32_t unit, const struct places *p, const struct unit_life *lived)
{
	struct balance *b = x->c->b;
	uint32_t *units, event = 0;
	size_t n = spoken_members(b->r->v, unit, b->from.day, b->work, &units);
	bool some, ends = lived && record_passes(b, &lived->life.to) == PASSING_YES;
	enum flow_kind kind = FLOW_KIND_ENDED;
	if (ends) {
		event = lived->life.ended_by;
		kind = record_has_other(x->c, unit, event, true) ? FLOW_KIND_MERGED : FLOW_KIND_ENDED;
	} else if (!spoken_declared(b->r, &x->later, "arrangement", units, n, &some)) {
		kind = FLOW_KIND_NOT_FOUND_AGAIN;
		x->unasked += !spoken_asked(b->r, &x->later, units, n);
	}
	record_each(x->c, p, kind, event, -1, true, unit);
}

static void come(struct rounds *x, uint32_t unit, const struct places *p, const struct unit_life *lives)
{
	struct balance *b = x->c->b;
	uint32_t *units, event = lives ? lives->life.born_by : 0;
	enum passing begins = lives ? record_passes(b, &lives->life.from) : PASSING_NO;
	enum flow_kind kind = FLOW_KIND_FOUND_LATE;
	bool some;
	if (begins != PASSING_NO)
		kind = record_has_other(x->c, unit, event, false) ? FLOW_KIND_MERGED : FLOW_KIND_NEW;
	if (begins != PASSING_YES && kind != FLOW_KIND_MERGED) {
		size_t n = spoken_members(b->r->v, unit, b->to.day, b->work, &units);
		bool declared = spoken_declared(b->r, &x->earlier, "arrangement", units, n, &some);
		if (!declared && !spoken_asked(b->r, &x->earlier, units, n))
			x->unheard++;
		else if (kind == FLOW_KIND_NEW)
			x->unsure += !declared;
	}
	record_each(x->c, p, kind, kind == FLOW_KIND_FOUND_LATE ? 0 : event, 1, true, unit);
}

/* A round that speaks of it is sure of it, as far as it is on record there. */
static void one_spoken(struct rounds *x, uint32_t unit)
{
	struct record *c = x->c;
	struct balance *b = c->b;
	struct unit_life a = {0}, z = {0};
	struct places then = {0}, now = {0}, last = {0};
	unsigned known = spoken_of(x->spoken, unit, b->from.rev), as = spoken_of(x->spoken, unit, b->to.rev);
	if (known & SPOKEN_EARLIER)
		then = record_places(c, b->from.rev, unit, b->from.day, true);
	if (as & SPOKEN_EARLIER)
		now = record_places(c, b->to.rev, unit, b->from.day, true);
	if (as & SPOKEN_LATER)
		last = record_places(c, b->to.rev, unit, b->to.day, true);
	record_count(c, &then, false);
	record_count(c, &last, true);
	if (b->from.rev != b->to.rev)
		record_learned(c, unit, &then, &now, known & SPOKEN_EARLIER);
	bool was = unit_life_at(b->r->v, unit, b->from.day, &a), is = unit_life_at(b->r->v, unit, b->to.day, &z);
	struct move lives_on = {FLOW_KIND_MOVED_IN, FLOW_KIND_MOVED_OUT, 0, unit, unit, true};
	if (now.n && !last.n)
		gone(x, unit, &now, was ? &a : NULL);
	else if (last.n && !now.n)
		come(x, unit, &last, is ? &z : NULL);
	else
		record_move(c, &now, &last, &lives_on);
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
			balance_note(
			    b, row,
			    arena_printf(a, "%u that are new may have begun before: nobody says when", x->unsure));
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
		one_spoken(&x, c->units[i]);
		arena_reset(b->work);
		e = answer_work(b->r);
	}
	settle_events(b);
	notes(&x);
	return e;
}
