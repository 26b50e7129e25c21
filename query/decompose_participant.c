/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_participant.c - why more or fewer units take part in something, or a larger share of them.
 *
 * Units that take part are followed to the later point as those of a rate are (decompose_reach.h), only that here is
 * known which they are.
 */
#include <stdlib.h>
#include <string.h>
#include "query/decompose_counting.h"

static uint32_t count_in(const struct marks *m, uint32_t group)
{
	uint32_t n = 0;
	for (size_t i = 0; i < m->n; i++)
		n += m->list[i].group == group && m->list[i].certain;
	return n;
}

static size_t units_in(struct counting *c, int32_t day, uint32_t group, uint32_t **ret)
{
	struct decompose *d = c->d;
	size_t n = unit_all_of_kind(d->r->v, c->kind, day, d->r->a, ret), kept = 0;
	for (size_t i = 0; i < n; i++)
		if (group == UINT32_MAX || decompose_group(d, (*ret)[i], day) == group)
			(*ret)[kept++] = (*ret)[i];
	return kept;
}

/* Of the participants: what the count, or the rate, would be with `n` of `of`. */
static struct amount measured(struct counting *c, uint32_t low, uint32_t high, size_t of)
{
	struct amount x = amount_zero(c->d->all);
	bool rate = c->d->q->measure == MEASURE_RATE;
	mpq_set_ui(x.low, rate ? low * 100ul : low, rate && of ? of : 1);
	mpq_set_ui(x.high, rate ? high * 100ul : high, rate && of ? of : 1);
	mpq_canonicalize(x.low);
	mpq_canonicalize(x.high);
	return x;
}

static void step(struct counting *c, struct ledger *l, enum cause cause, const struct amount *now,
		 const struct amount *then, bool fixed)
{
	struct amount change = amount_minus(c->d->all, now, then);
	if (fixed)
		ledger_fix(l, cause, change.low);
	else
		ledger_put(l, cause, &change, 1);
}

/* By name: who is new, who does not take part any more, of whom nobody knows since when; what they became. */
static void tell_participants(struct counting *c, struct ledger *l, uint32_t group, const struct reach *x,
			      const bool *who, const bool *perhaps)
{
	uint8_t *had = arena_alloc(l->a, x->n_to + 1);
	enum { NONE, UNKNOWN, MAY, SURE };
	for (size_t i = 0; i < x->n_edges; i++) {
		const struct reach_edge *e = &x->edges[i];
		uint8_t now = who[e->source] ? (e->whole ? SURE : MAY) : perhaps[e->source] ? UNKNOWN : NONE;
		had[e->target] = now > had[e->target] ? now : had[e->target];
	}
	for (size_t i = 0; i < x->n_to; i++) {
		const struct mark *m = mark_of(&c->marks[READ_TO], group, x->to[i]);
		bool takes = m && m->certain;
		const char *name = takes || had[i] == SURE ? counting_name(c, l, x->to[i], true) : "";
		if (takes && had[i] <= UNKNOWN)
			ledger_tell(l, had[i] == NONE ? CAUSE_REAL : CAUSE_UNDETERMINED, 1,
				    arena_printf(l->a, "%s +1", name));
		else if (!takes && had[i] == SURE)
			ledger_tell(l, CAUSE_REAL, 1, arena_printf(l->a, "%s -1", name));
	}
	for (size_t i = 0; i < x->n_from; i++) {
		if (who[i] && decompose_group(c->d, x->from[i], c->d->from.day) == group &&
		    !counting_lives(c, x->from[i], c->d->to.day))
			ledger_tell(l, CAUSE_STRUCTURE, 1,
				    arena_printf(l->a, "%s -1", counting_name(c, l, x->from[i], false)));
	}
}

/* A group's participants at each reading, and of how many units; what they became. */
struct followed {
	uint32_t n_then, n_from, n_to, late;
	size_t of_then, of_from, of_to,
	    came;                /* came: of those of the later point, that have territory of the earlier */
	uint32_t min, max, most; /* most: if all that may take part did */
};

/* Who took part at the earlier point, wherever; those of the group that were found since are told. */
static void took_part(struct counting *c, struct ledger *l, uint32_t group, const struct reach *x, bool *who,
		      bool *perhaps, struct followed *ret)
{
	for (size_t i = 0; i < c->marks[READ_FROM].n; i++) {
		const struct mark *m = &c->marks[READ_FROM].list[i];
		uint32_t at;
		if (reach_source(x, m->thing, &at)) {
			who[at] |= m->certain;
			perhaps[at] = true;
		}
		if (m->group != group || !m->certain || mark_of(&c->marks[READ_THEN], group, m->thing))
			continue;
		bool known = counting_known(c, m->thing);
		ret->late += !known;
		ledger_tell(l, known ? CAUSE_CORRECTION : CAUSE_FOUND_LATE, 1,
			    arena_printf(l->a, "%s +1", counting_name(c, l, m->thing, false)));
	}
}

static enum err follow(struct counting *c, struct ledger *l, uint32_t group, struct followed *ret)
{
	struct decompose *d = c->d;
	uint32_t *units, *units_to, *all, n = 0, n_perhaps = 0, least;
	d->r->v->as_of = d->from.rev;
	ret->of_then = units_in(c, d->from.day, group, &units);
	d->r->v->as_of = d->to.rev;
	ret->of_from = units_in(c, d->from.day, group, &units);
	ret->of_to = units_in(c, d->to.day, group, &units_to);
	struct reach x = {.d = d,
			  .atoms = c->atoms,
			  .from_day = d->from.day,
			  .to_day = d->to.day,
			  .to = units_to,
			  .n_to = ret->of_to};
	x.n_from = unit_all_of_kind(d->r->v, c->kind, d->from.day, d->r->a, &all);
	x.from = all;
	enum err e = reach_find(&x);
	if (e != ERR_OK)
		return e;
	bool *who = arena_alloc(l->a, (x.n_from + 1) * sizeof *who),
	     *perhaps = arena_alloc(l->a, (x.n_from + 1) * sizeof *perhaps);
	took_part(c, l, group, &x, who, perhaps, ret);
	for (size_t i = 0; i < x.n_to; i++)
		ret->came += x.came[i];
	for (size_t i = 0; i < x.n_from; i++) {
		n += who[i];
		n_perhaps += perhaps[i];
	}
	reach_range(&x, n, who, &ret->min, &ret->max);
	reach_range(&x, n_perhaps, perhaps, &least, &ret->most);
	ret->most = ret->most > ret->max ? ret->most : ret->max;
	ret->n_then = count_in(&c->marks[READ_THEN], group);
	ret->n_from = count_in(&c->marks[READ_FROM], group);
	ret->n_to = count_in(&c->marks[READ_TO], group);
	tell_participants(c, l, group, &x, who, perhaps);
	return ERR_OK;
}

static uint32_t clamp(uint32_t n, uint32_t min, uint32_t max)
{
	return n < min ? min : n > max ? max : n;
}

/* A rate of k of those that came of the earlier ones, and of all. */
static void frame(struct counting *c, struct ledger *l, const struct followed *f, uint32_t k)
{
	struct amount ends[2], fixed_of = measured(c, k, k, f->came), fixed = measured(c, k, k, f->of_to);
	for (int i = 0; i < 2; i++) {
		uint32_t n = i ? f->max : f->min;
		struct amount of_all = measured(c, n, n, f->of_to), of_came = measured(c, n, n, f->came);
		ends[i] = amount_minus(c->d->all, &of_all, &of_came);
	}
	int up = mpq_cmp(ends[0].low, ends[1].low) < 0;
	struct amount range = amount_between(c->d->all, ends[!up].low, ends[up].low);
	ledger_put(l, CAUSE_FRAME, &range, 1);
	step(c, l, CAUSE_FRAME, &fixed, &fixed_of, true);
	l->units[CAUSE_FRAME] += (uint32_t)(f->of_to - f->came);
}

enum err counting_participants(struct counting *c, struct ledger *l, uint32_t group)
{
	struct followed f = {0};
	enum err e = follow(c, l, group, &f);
	if (e != ERR_OK)
		return e;
	uint32_t k = clamp(f.n_to, f.min, f.max), nearest = clamp(f.n_to, f.min, f.most), known = f.n_from - f.late;
	struct amount then = measured(c, f.n_then, f.n_then, f.of_then),
		      corrected = measured(c, known, known, f.of_from),
		      from = measured(c, f.n_from, f.n_from, f.of_from), to = measured(c, f.n_to, f.n_to, f.of_to),
		      moved = measured(c, f.min, f.max, f.came), moved_k = measured(c, k, k, f.came),
		      before = measured(c, f.min, f.most, f.of_to), before_k = measured(c, nearest, nearest, f.of_to);
	ledger_block(l);
	ledger_then(l, &then);
	ledger_now(l, &to);
	step(c, l, CAUSE_CORRECTION, &corrected, &then, false);
	step(c, l, CAUSE_FOUND_LATE, &from, &corrected, false);
	step(c, l, CAUSE_STRUCTURE, &moved, &from, false);
	step(c, l, CAUSE_STRUCTURE, &moved_k, &from, true);
	if (c->d->q->measure == MEASURE_RATE)
		frame(c, l, &f, k);
	step(c, l, CAUSE_REAL, &to, &before, false);
	step(c, l, CAUSE_REAL, &to, &before_k, true);
	ledger_block_end(l);
	if (nearest != k)
		ledger_note(l, CAUSE_UNDETERMINED,
			    arena_printf(l->a, "since when %u of them take part is not known: they may have before",
					 nearest > k ? nearest - k : k - nearest));
	return ERR_OK;
}
