/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_cause_reach.c - which units of a later day take part in something that some units of an earlier day took part
 * in.
 *
 * One that a source lies whole in takes part as that one does; of one that was divided each heir may or may not; and so
 * may a unit that has territory of no source. Sources that have heirs in common hang together. Of such a bunch all
 * choices of those that were divided are tried; of those that lie whole in one target only how many lie in each counts:
 * fewest targets take part where they fill one after the other, most where each takes another. What so many participants
 * can become is put together bunch by bunch.
 */
#include "query/explain_causes.h"
#include <stdlib.h>
#include <string.h>

#define TRIED_MAX    12u      /* divided ones of a bunch */
#define FOLLOWED_MAX 4000000u /* sources times targets */

static bool among(const uint32_t *list, size_t n, uint32_t unit, size_t *ret)
{
	for (*ret = 0; *ret < n; ++*ret)
		if (list[*ret] == unit)
			return true;
	return false;
}

static void look_outside(struct causes_reach *s, size_t target)
{
	const uint32_t *atoms;
	struct view *v = s->x->r->v;
	uint32_t kind = unit_kind(v, s->to[target]);
	size_t at, n = atoms_of(s->x->atoms, s->to[target], s->to_day, false, &atoms);
	for (size_t i = 0; i < n && !s->outside[target]; i++) {
		uint32_t who = atoms_holder(s->x->atoms, atoms[i], s->from_day);
		s->outside[target] = who && !among(s->from, s->n_from, who, &at) &&
				     !among(s->from, s->n_from, unit_container(v, who, kind, s->from_day), &at);
	}
}

enum err causes_reach(struct causes_reach *s)
{
	struct arena *a = s->x->r->a;
	if (s->n_from * s->n_to > FOLLOWED_MAX)
		return fail(&s->x->r->why, ERR_TOO_LARGE,
			    "%zu units of the earlier point and %zu of the later are too many to follow each to each: "
			    "causes of a change of so many are not explained",
			    s->n_from, s->n_to);
	s->leads = arena_alloc(a, (s->n_from + 1) * (s->n_to + 1) * sizeof *s->leads);
	s->whole = arena_alloc(a, (s->n_from + 1) * sizeof *s->whole);
	s->outside = arena_alloc(a, (s->n_to + 1) * sizeof *s->outside);
	for (size_t i = 0; i < s->n_from; i++) {
		struct projected p;
		size_t at;
		enum err e = project_unit(s->x->atoms, s->from[i], s->from_day, s->to_day,
					  unit_kind(s->x->r->v, s->from[i]), &p);
		if (e == ERR_NOT_FOUND)
			continue;
		if (e != ERR_OK)
			return e;
		s->whole[i] = p.n == 1;
		for (size_t k = 0; k < p.n; k++)
			if (among(s->to, s->n_to, p.parts[k].target, &at))
				s->leads[i * s->n_to + at] = true;
		project_clear(&p);
		e = answer_work(s->x->r);
		if (e != ERR_OK)
			return e;
	}
	for (size_t i = 0; i < s->n_to; i++)
		look_outside(s, i);
	return s->x->r->v->err;
}

/* ---- bunches ---------------------------------------------------------------------------------------------- */

struct bunch {
	size_t n_from, n_to;
	size_t *from, *to;
	struct arena *a;
};

/* By how many take part: what these can become at least, and at most. */
struct outcome_of {
	uint32_t min, max;
	bool can;
};

static void take(struct outcome_of *o, uint32_t min, uint32_t max)
{
	o->min = !o->can || min < o->min ? min : o->min;
	o->max = !o->can || max > o->max ? max : o->max;
	o->can = true;
}

/* A bunch sorted out. Targets that have territory of no source may take part whoever does. */
struct sorted {
	const struct causes_reach *s;
	const struct bunch *b;
	size_t n_divided, n_whole; /* sources that lead to several targets; to one; all others to none */
	size_t divided[TRIED_MAX];
	uint32_t *whole; /* by target: sources that lie in it whole */
	uint32_t always; /* targets that may take part whoever does */
};

/* false: too many were divided. */
static bool sort_out(const struct causes_reach *s, const struct bunch *b, struct sorted *ret)
{
	*ret = (struct sorted){.s = s, .b = b, .whole = arena_alloc(b->a, (b->n_to + 1) * sizeof *ret->whole)};
	for (size_t t = 0; t < b->n_to; t++)
		ret->always += s->outside[b->to[t]];
	for (size_t i = 0; i < b->n_from; i++) {
		bool leads = false;
		for (size_t t = 0; t < b->n_to; t++) {
			bool here = s->leads[b->from[i] * s->n_to + b->to[t]];
			leads |= here;
			ret->whole[t] += here && s->whole[b->from[i]];
		}
		if (leads && s->whole[b->from[i]]) {
			ret->n_whole++;
		} else if (leads) {
			if (ret->n_divided == TRIED_MAX)
				return false;
			ret->divided[ret->n_divided++] = b->from[i];
		}
	}
	return true;
}

static int more_first(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x < *y) - (*x > *y);
}

/* At fewest: those that need not lead anywhere first, then all of one target, then of the next. */
static void at_least(const struct sorted *o, struct outcome_of *one)
{
	size_t n = o->b->n_from, idle = n - o->n_whole, t = 0, room = 0;
	uint32_t targets = 0;
	if (o->b->n_to)
		qsort(o->whole, o->b->n_to, sizeof *o->whole, more_first);
	for (size_t q = 0; q <= n; q++) {
		if (q > idle && !room) {
			room = o->whole[t++];
			targets++;
		}
		room -= q > idle;
		one[q].min = targets;
	}
}

/* At most, where just these of the divided ones take part: what they lead to, then one whole source a target. */
static void at_most(const struct sorted *o, uint32_t choice, struct outcome_of *one)
{
	const struct causes_reach *s = o->s;
	uint32_t led = 0, left = 0;
	size_t chosen = 0, others = o->b->n_from - o->n_divided;
	for (size_t i = 0; i < o->n_divided; i++)
		chosen += choice >> i & 1;
	for (size_t t = 0; t < o->b->n_to; t++) {
		bool heir = false;
		if (s->outside[o->b->to[t]])
			continue;
		for (size_t i = 0; i < o->n_divided; i++)
			heir |= choice >> i & 1 && s->leads[o->divided[i] * s->n_to + o->b->to[t]];
		led += heir;
		left += !heir && o->whole[t];
	}
	for (size_t q = chosen; q <= chosen + others; q++) {
		uint32_t more = q - chosen < left ? (uint32_t)(q - chosen) : left, max = o->always + led + more;
		one[q].max = !one[q].can || max > one[q].max ? max : one[q].max;
		one[q].can = true;
	}
}

/* With one bunch more, into `all`, which is empty. false: too many of it were divided. */
static bool more(const struct bunch *b, const struct causes_reach *s, const struct outcome_of *so_far,
		 struct outcome_of *all, uint32_t n)
{
	struct outcome_of *one = arena_alloc(b->a, (b->n_from + 1) * sizeof *one);
	struct sorted o;
	if (!sort_out(s, b, &o))
		return false;
	for (uint32_t choice = 0; choice < 1u << o.n_divided; choice++)
		at_most(&o, choice, one);
	at_least(&o, one); /* it puts the targets in another order */
	for (uint32_t k = 0; k <= n; k++)
		for (uint32_t q = 0; q <= b->n_from && k + q <= n; q++)
			if (so_far[k].can && one[q].can)
				take(&all[k + q], so_far[k].min + one[q].min, so_far[k].max + one[q].max);
	return true;
}

/* All that hangs together with a source, or a target, that is in no bunch yet. */
static void bunch_of(const struct causes_reach *s, struct bunch *b, bool *seen_from, bool *seen_to)
{
	size_t from = 0, to = 0;
	while (from < b->n_from || to < b->n_to) {
		for (; from < b->n_from; from++)
			for (size_t t = 0; t < s->n_to; t++)
				if (!seen_to[t] && s->leads[b->from[from] * s->n_to + t]) {
					seen_to[t] = true;
					b->to[b->n_to++] = t;
				}
		for (; to < b->n_to; to++)
			for (size_t i = 0; i < s->n_from; i++)
				if (!seen_from[i] && s->leads[i * s->n_to + b->to[to]]) {
					seen_from[i] = true;
					b->from[b->n_from++] = i;
				}
	}
}

bool causes_reach_any(const struct causes_reach *s, uint32_t n, uint32_t *ret_min, uint32_t *ret_max)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	bool *seen_from = arena_alloc(a, s->n_from + 1), *seen_to = arena_alloc(a, s->n_to + 1);
	size_t *from = arena_alloc(a, (s->n_from + 1) * sizeof *from), *to = arena_alloc(a, (s->n_to + 1) * sizeof *to),
	       room = ((size_t)n + 1) * sizeof(struct outcome_of);
	struct outcome_of *all = arena_alloc(a, room), *next = arena_alloc(a, room), *swap;
	take(&all[0], 0, 0);
	for (size_t i = 0; i < s->n_from + s->n_to; i++) {
		struct bunch b = {.from = from, .to = to, .a = a};
		bool source = i < s->n_from, *seen = source ? &seen_from[i] : &seen_to[i - s->n_from];
		if (*seen)
			continue;
		*seen = true;
		if (source)
			b.from[b.n_from++] = i;
		else
			b.to[b.n_to++] = i - s->n_from;
		bunch_of(s, &b, seen_from, seen_to);
		memset(next, 0, room);
		if (!more(&b, s, all, next, n))
			return false;
		swap = all;
		all = next;
		next = swap;
	}
	*ret_min = all[n].min;
	*ret_max = all[n].max;
	return all[n].can;
}

void causes_reach_who(const struct causes_reach *s, const bool *who, uint32_t *ret_min, uint32_t *ret_max)
{
	*ret_min = *ret_max = 0;
	for (size_t t = 0; t < s->n_to; t++) {
		bool sure = false, may = s->outside[t];
		for (size_t i = 0; i < s->n_from; i++) {
			bool heir = who[i] && s->leads[i * s->n_to + t];
			sure |= heir && s->whole[i];
			may |= heir;
		}
		*ret_min += sure;
		*ret_max += sure || may;
	}
}
