/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_flow_round.c - arrangements that two rounds speak of, one thing after the other.
 *
 * What a round speaks of is there for certain, wherever its participants are. Silence ends nothing: PROTOCOL.md has
 * what it is counted as.
 */
#include "query/explain_balance.h"
#include "query/spoken.h"
#include <string.h>

struct heard {
	struct account *b;
	struct spoken *spoken;
	struct spoken_round rounds[2]; /* the later one first */
	struct spoken_scope later, earlier;
};

/* Where the things stand that a round speaks of; *ret_unit: the first of them. */
static struct stands spoken_at(struct heard *h, bool late, bool known_now, const uint32_t *units, size_t n,
			       uint32_t *ret_unit)
{
	struct account *b = h->b;
	uint32_t *some = arena_alloc(b->work, (n + 1) * sizeof *some);
	uint64_t rev = known_now ? b->to.rev : b->from.rev;
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (spoken_of(h->spoken, units[i], rev) & (late ? SPOKEN_LATER : SPOKEN_EARLIER))
			some[k++] = units[i];
	*ret_unit = k ? some[0] : 0;
	return account_stands(b, known_now, some, k, late ? b->to.day : b->from.day, true);
}

/* The message of the round that speaks of it. */
static uint64_t word(struct heard *h, uint32_t unit, bool late, bool known_now)
{
	const char *src;
	uint64_t rev = 0;
	spoken_rounds(h->spoken, unit, late ? SPOKEN_LATER : SPOKEN_EARLIER, known_now ? h->b->to.rev : h->b->from.rev,
		      &rev, &src);
	return rev;
}

static void count(struct heard *h, bool late, uint32_t thing, uint32_t unit, struct stands at)
{
	struct entry e = {
	    .line = late ? LINE_CLOSING : LINE_OPENING, .thing = thing, .unit = unit, .rev = word(h, unit, late, late)};
	account_one(h->b, e, at, 1, true);
}

static size_t members(struct heard *h, const uint32_t *units, size_t n, int32_t day, uint32_t **ret)
{
	struct account *b = h->b;
	size_t all = 0;
	*ret = NULL;
	for (size_t i = 0; i < n; i++) {
		uint32_t *some;
		size_t k = spoken_members(b->x->r->v, units[i], day, b->work, &some);
		uint32_t *more = arena_alloc(b->work, (all + k + 1) * sizeof *more);
		if (all)
			memcpy(more, *ret, all * sizeof *more);
		if (k)
			memcpy(more + all, some, k * sizeof *more);
		*ret = more;
		all += k;
	}
	return all;
}

/* The stay of a thing that holds a day. */
static const struct stay *stay_at(struct heard *h, const uint32_t *units, size_t n, int32_t day)
{
	struct stay *list;
	size_t k = account_stays(h->b, units, n, &list);
	for (size_t i = 0; i < k; i++)
		if (list[i].from.lo <= day && day < list[i].to.hi)
			return &list[i];
	return NULL;
}

static void gone(struct heard *h, const uint32_t *units, size_t n, uint32_t unit, struct stands at)
{
	struct account *b = h->b;
	const struct stay *s = stay_at(h, units, n, b->from.day);
	struct entry e = {.line = FLOW_KIND_NOT_FOUND_AGAIN, .thing = unit, .unit = unit};
	uint32_t *who;
	size_t n_who = members(h, units, n, b->from.day, &who);
	bool some;
	e.rev = word(h, unit, false, true);
	if (s && account_passes(b, &s->to) == PASSING_YES) {
		e.event = s->last->ended_by;
		e.line = s->goes ? FLOW_KIND_MERGED : FLOW_KIND_ENDED;
		e.rev = s->last->rev;
	} else if (spoken_declared(b->x->r, &h->later, "arrangement", who, n_who, &some)) {
		e.line = FLOW_KIND_ENDED;
	}
	account_one(b, e, at, -1, true);
}

static void come(struct heard *h, const uint32_t *units, size_t n, uint32_t unit, struct stands at)
{
	struct account *b = h->b;
	const struct stay *s = stay_at(h, units, n, b->to.day);
	enum passing begins = s ? account_passes(b, &s->from) : PASSING_NO;
	struct entry e = {.line = FLOW_KIND_FOUND_LATE, .thing = unit, .unit = unit, .rev = word(h, unit, true, true)};
	bool sure = true, some;
	uint32_t *who;
	if (begins != PASSING_NO) {
		e.line = s->came ? FLOW_KIND_MERGED : FLOW_KIND_NEW;
		e.event = s->first->born_by;
		e.rev = s->first->rev;
	}
	if (begins == PASSING_PERHAPS && e.line == FLOW_KIND_NEW) {
		size_t n_who = members(h, units, n, b->to.day, &who);
		sure = spoken_declared(b->x->r, &h->earlier, "arrangement", who, n_who, &some);
	}
	account_one(b, e, at, 1, sure);
}

/* As known at the closing. */
static void one_thing(struct heard *h, const uint32_t *units, size_t n, struct stands was, uint32_t unit_then)
{
	struct account *b = h->b;
	uint32_t unit;
	struct stands is = spoken_at(h, true, true, units, n, &unit);
	count(h, true, units[0], unit, is);
	if (was.anywhere && !is.anywhere) {
		gone(h, units, n, unit_then, was);
	} else if (is.anywhere && !was.anywhere) {
		come(h, units, n, unit, is);
	} else {
		struct entry e = {.thing = units[0]};
		e.unit = is.here > was.here ? unit : unit_then;
		e.rev = is.here > was.here ? word(h, e.unit, true, true) : word(h, e.unit, false, true);
		account_move(b, e, was, is, FLOW_KIND_MOVED_IN, FLOW_KIND_MOVED_OUT, true);
	}
}

static bool heard_then(struct heard *h, const uint32_t *units, size_t n)
{
	bool heard = false;
	for (size_t i = 0; i < n; i++)
		heard |= (spoken_of(h->spoken, units[i], h->b->from.rev) & SPOKEN_EARLIER) != 0;
	return heard;
}

static void one_whole(struct heard *h, const uint32_t *all, size_t n_all)
{
	struct account *b = h->b;
	struct stood *then = arena_alloc(b->work, n_all * sizeof *then),
		     *now = arena_alloc(b->work, n_all * sizeof *now);
	size_t n_then = 0, n_now = 0;
	for (size_t i = 0; i < n_all; i++) {
		const uint32_t *x, *y;
		size_t n_x = kin_of(b, &b->then, all[i], &x), n_y = kin_of(b, &b->now, all[i], &y);
		uint32_t who;
		if (x[0] == all[i]) {
			struct stands at = spoken_at(h, false, false, x, n_x, &who);
			count(h, false, x[0], who, at);
			then[n_then++] = (struct stood){at, who, true};
		}
		if (y[0] == all[i]) {
			struct stands at = spoken_at(h, false, true, y, n_y, &who);
			now[n_now++] = (struct stood){at, who, heard_then(h, y, n_y)};
			one_thing(h, y, n_y, at, who);
		}
	}
	if (b->from.rev != b->to.rev)
		account_learned(b, then, n_then, now, n_now);
}

/* What an event did to a round's arrangements in all: fewer are merged, more are split. */
static void settle(struct account *b)
{
	for (size_t i = 0; i < b->n_entries; i++) {
		int low = 0;
		if (b->entries[i].line != FLOW_KIND_MERGED)
			continue;
		for (size_t k = 0; k < b->n_entries; k++)
			if (b->entries[k].event == b->entries[i].event &&
			    (b->entries[k].line == FLOW_KIND_MERGED || b->entries[k].line == -FLOW_KIND_MERGED))
				low += b->entries[k].low;
		if (low > 0)
			b->entries[i].line = -FLOW_KIND_MERGED; /* marked, so that the sum stays that of all */
	}
	for (size_t i = 0; i < b->n_entries; i++)
		if (b->entries[i].line == -FLOW_KIND_MERGED)
			b->entries[i].line = FLOW_KIND_SPLIT;
}

enum err account_rounds(struct account *b)
{
	struct heard h = {.b = b};
	bool one = b->from.round == b->to.round;
	h.rounds[0] = (struct spoken_round){b->to.round, b->to.def, SPOKEN_LATER | (one ? SPOKEN_EARLIER : 0)};
	h.rounds[1] = (struct spoken_round){b->from.round, b->from.def, SPOKEN_EARLIER | (one ? SPOKEN_LATER : 0)};
	h.later = (struct spoken_scope){.n_rounds = 1, .rounds = h.rounds, .from = b->from.day, .to = b->to.day};
	h.earlier = (struct spoken_scope){.n_rounds = 1, .rounds = h.rounds + 1, .from = b->from.day, .to = b->to.day};
	struct spoken_ask ask = {.n_rounds = 2, .rounds = h.rounds, .through = b->to.rev};
	enum err e = spoken_read(b->x->r, &ask, &h.spoken);
	explain_rule(b->x, "between two rounds arrangements are those that each round speaks of; silence ends nothing");
	for (size_t i = 0; i < b->n_units && e == ERR_OK; i++) {
		const uint32_t *all;
		size_t n = kin_of(b, &b->either, b->units[i], &all);
		if (all[0] == b->units[i])
			one_whole(&h, all, n);
		arena_reset(b->work);
		e = answer_work(b->x->r);
	}
	settle(b);
	return e;
}
