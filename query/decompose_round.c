/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_round.c - arrangements between two rounds: those that each of them speaks of, as in a difference and a
 * balance.
 *
 * Silence ends nothing (design, rule 9). What the later round does not speak of has really ended where an end is
 * stated, or the round declares its list complete; else it may as well be there still, and have found no answer
 * (RESPONSE). What only the later one speaks of is really new where it has a start, or the earlier list was complete;
 * it was FOUND_LATE where it was there before, and either of the two where nobody knows. What the other round did not
 * ask about at all is FRAME.
 */
#include "query/decompose_counting.h"
#include "query/inner.h"

enum err counting_rounds(struct counting *c)
{
	struct decompose *d = c->d;
	const struct point *a = &d->from, *z = &d->to;
	if (d->q->counted != COUNTED_ARRANGEMENTS || !a->round || !z->round)
		return ERR_OK;
	struct spoken_round *both = arena_alloc(d->r->a, 2 * sizeof *both);
	bool same = a->round == z->round;
	both[0] = (struct spoken_round){z->round, z->def, same ? SPOKEN_EARLIER | SPOKEN_LATER : SPOKEN_LATER};
	both[1] = (struct spoken_round){a->round, a->def, same ? SPOKEN_EARLIER | SPOKEN_LATER : SPOKEN_EARLIER};
	c->later = (struct spoken_scope){.n_rounds = 1, .rounds = both, .from = a->day, .to = z->day};
	c->earlier = (struct spoken_scope){.n_rounds = 1, .rounds = both + 1, .from = a->day, .to = z->day};
	struct spoken_ask ask = {.n_rounds = 2, .rounds = both, .through = z->rev};
	return spoken_read(d->r, &ask, &c->spoken);
}

bool counting_wanted(const struct counting *c, enum reading which, uint32_t arrangement)
{
	uint64_t as_of = which == READ_THEN ? c->d->from.rev : c->d->to.rev;
	return !c->spoken ||
	       spoken_of(c->spoken, arrangement, as_of) & (which == READ_TO ? SPOKEN_LATER : SPOKEN_EARLIER);
}

/* ---- the figures ------------------------------------------------------------------------------------ */

static void figure_take(struct decompose *d, uint32_t group, const struct msg_figure *f, struct decompose_figures *ret)
{
	struct decompose_figure x = {.group = group, .told = *f, .round = ""};
	x.has = decompose_amount(d, f, &x.x);
	x.refused = *f->refused ? f->refused : NULL;
	ret->list = arena_grow(d->r->a, ret->list, ret->n, ret->n + 1, sizeof x, &ret->room);
	ret->list[ret->n++] = x;
}

enum err counting_balance(struct counting *c, struct decompose_figures *from, struct decompose_figures *to)
{
	struct decompose *d = c->d;
	struct msg_query_reply *parts;
	size_t n;
	struct msg_point a = *d->from.told, z = *d->to.told;
	struct msg_balance_question b = {.counted = COUNTED_ARRANGEMENTS,
					 .n_units = d->q->n_units,
					 .units = d->refs,
					 .subtree = d->q->subtree,
					 .group_by = d->q->group_by,
					 .n_where = d->q->n_where,
					 .where = d->q->where,
					 .from = &a,
					 .to = &z};
	struct msg_query_request q = {.as_of_revision = d->to.rev, .balance = &b};
	enum err e = inner_ask(d->r, &q, &parts, &n);
	if (e == ERR_NOT_FOUND && d->r->failed == ERR_OK)
		return d->r->v->err; /* neither round speaks of any */
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		for (size_t k = 0; parts[i].balance && k < parts[i].balance->n_rows; k++) {
			const struct msg_balance_row *row = &parts[i].balance->rows[k];
			uint32_t group = *row->group ? view_term(d->r->v, SPACE_UNIT, slice_text(row->group)) : 0;
			figure_take(d, group, row->opening, from);
			figure_take(d, group, row->closing, to);
		}
	}
	return e;
}

/* ---- silence ---------------------------------------------------------------------------------------- */

struct fate counting_silent(struct counting *c, uint32_t arrangement, bool came)
{
	struct decompose *d = c->d;
	const struct spoken_scope *round = came ? &c->earlier : &c->later;
	struct unit_life life;
	uint32_t *units;
	bool some;
	size_t n = spoken_members(d->r->v, arrangement, came ? d->to.day : d->from.day, d->r->a, &units);
	bool declared = spoken_declared(d->r, round, "arrangement", units, n, &some);
	if (!declared && !spoken_asked(d->r, round, units, n))
		return (struct fate){1u << CAUSE_FRAME, ""};
	if (came && unit_life_at(d->r->v, arrangement, d->from.day, &life) && life.truth == TRUTH_CERTAIN)
		return (struct fate){1u << CAUSE_FOUND_LATE, ""};
	if (declared)
		return (struct fate){1u << CAUSE_REAL, ""};
	return (struct fate){
	    1u << CAUSE_REAL | 1u << (came ? CAUSE_FOUND_LATE : CAUSE_RESPONSE),
	    arena_printf(d->r->a,
			 came ? "%s does not speak of it, and nobody says when it began: it may have been there before"
			      : "%s does not speak of it, and nobody said that it ended: it may be there still",
			 round->rounds[0].def->id)};
}
