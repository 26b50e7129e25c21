/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_place.c - where each contributor lies in the structure asked for, and what of it.
 *
 * Where a territory lies is asked of the atoms; in which shares it was divided is made of the events' weights
 * (explain_step.c) where these tell, and taken from the atoms where parts came together again. What is divided is
 * divided here: whole things by largest remainder, the unallocated rest being one more part.
 */
#include "query/explaining.h"
#include "query/twice.h"
#include <stdlib.h>
#include <string.h>

static uint32_t kind_of(struct explain *x, uint32_t unit)
{
	return unit_kind(x->r->v, unit);
}

/* ---- what is asked about ------------------------------------------------------------------------------ */

static bool lives(struct explain *x, uint32_t unit)
{
	struct unit_life life;
	return unit && unit_life_at(x->r->v, unit, x->day, &life);
}

/* In another structure the units asked for are those of that day; one that does not live then is asked about as it was
 * reported. */
bool explain_wanted(struct explain *x, const struct contributor *c, uint32_t unit)
{
	bool targets = false, sources = false;
	if (!x->n_asked)
		return true;
	if (!x->moved)
		return explain_asked(x, unit, c->day);
	for (size_t i = 0; i < x->n_asked; i++) {
		bool there = lives(x, x->asked[i]);
		targets |= there;
		sources |= !there;
		if (there ? unit && (x->asked[i] == unit ||
				     (x->t->subtree && unit_inside(x->r->v, unit, x->asked[i], x->day)))
			  : x->asked[i] == c->s->unit ||
				(x->t->subtree && unit_inside(x->r->v, c->s->unit, x->asked[i], c->day)))
			return true;
	}
	return !targets && !sources;
}

bool explain_reaches(struct explain *x, const struct fact_obs *o, int32_t day)
{
	struct projected where = {0};
	struct statement s = {.series = o->series, .ref = o->ref, .unit = o->unit, .round = o->round, .src = o->src};
	struct contributor c = {.s = &s, .day = day};
	const char *const *keys;
	if (x->t->latest_rounds) /* whose heirs report is a matter of all */
		return true;
	if (!x->moved) {
		size_t n = explain_wanted(x, &c, o->unit) ? explain_groups(x, &c, o->unit, day, &keys) : 0;
		return n && (x->all_groups || x->among || explain_has_key(keys, n, x->key));
	}
	if (x->all_groups || x->among || x->n_asked || strcmp(x->t->group_by, "size") == 0)
		return true;
	if (project_unit(x->atoms, o->unit, day, x->day, kind_of(x, o->unit), &where) != ERR_OK || !where.n)
		return true;
	bool reaches = false;
	for (size_t i = 0; i < where.n && !reaches; i++) {
		size_t n = explain_groups(x, &c, where.parts[i].target, x->day, &keys);
		reaches = explain_has_key(keys, n, x->key);
	}
	project_clear(&where);
	return reaches;
}

/* ---- dividing ----------------------------------------------------------------------------------------- */

static bool whole_number(const struct span *s)
{
	return span_exact(s) && mpz_cmp_ui(mpq_denref(s->low), 1) == 0;
}

/* Largest remainder: everybody gets the whole part of his share; what is left goes, one by one, to the largest
 * fractions, the first of equal ones. */
static void divide_whole(struct explain *x, const struct span *all, mpq_ptr *shares, struct span *ret, size_t n)
{
	mpq_t left, one, part;
	mpq_inits(left, one, part, NULL);
	mpq_set_ui(one, 1, 1);
	mpq_set(left, all->low);
	mpq_ptr *fractions = arena_alloc(x->r->a, (n + 1) * sizeof *fractions);
	for (size_t i = 0; i < n; i++) {
		fractions[i] = number(x);
		mpq_mul(part, all->low, shares[i]);
		mpz_fdiv_q(mpq_numref(ret[i].low), mpq_numref(part), mpq_denref(part));
		mpz_set_ui(mpq_denref(ret[i].low), 1);
		mpq_sub(fractions[i], part, ret[i].low);
		mpq_sub(left, left, ret[i].low);
	}
	while (mpq_sgn(left) > 0 && n) {
		size_t best = 0;
		for (size_t i = 1; i < n; i++)
			if (mpq_cmp(fractions[i], fractions[best]) > 0)
				best = i;
		mpq_add(ret[best].low, ret[best].low, one);
		mpq_set_si(fractions[best], -1, 1);
		mpq_sub(left, left, one);
	}
	for (size_t i = 0; i < n; i++)
		mpq_set(ret[i].high, ret[i].low);
	mpq_clears(left, one, part, NULL);
}

static void divide_part(const struct span *all, mpq_srcptr share, bool whole_things, struct span *ret)
{
	mpq_mul(ret->low, all->low, share);
	mpq_mul(ret->high, all->high, share);
	ret->no_low = all->no_low;
	ret->no_high = all->no_high;
	ret->low_out = all->low_out && !whole_things;
	ret->high_out = all->high_out && !whole_things;
	if (!whole_things)
		return;
	mpz_fdiv_q(mpq_numref(ret->low), mpq_numref(ret->low), mpq_denref(ret->low));
	mpz_cdiv_q(mpq_numref(ret->high), mpq_numref(ret->high), mpq_denref(ret->high));
	mpz_set_ui(mpq_denref(ret->low), 1);
	mpz_set_ui(mpq_denref(ret->high), 1);
}

/* The last of `shares` is the rest's. */
static void divide(struct explain *x, const struct contributor *c, mpq_ptr *shares, struct span *ret, size_t n)
{
	bool whole_things = x->def->type == VALUE_TYPE_COUNT;
	for (size_t i = 0; i < n; i++)
		ret[i] = span_zero(x);
	if (whole_things && whole_number(&c->number)) {
		divide_whole(x, &c->number, shares, ret, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		divide_part(&c->number, shares[i], whole_things, &ret[i]);
}

/* ---- one contributor ---------------------------------------------------------------------------------- */

static struct parcel *parcel_new(struct explain *x, uint32_t from, uint32_t unit)
{
	x->parcels =
	    arena_grow(x->r->a, x->parcels, x->n_parcels, x->n_parcels + 1, sizeof *x->parcels, &x->parcels_room);
	struct parcel *p = &x->parcels[x->n_parcels++];
	*p = (struct parcel){.from = from, .unit = unit, .share = number(x)};
	return p;
}

static void all_of(struct explain *x, uint32_t from, uint32_t unit, bool same)
{
	struct parcel *p = parcel_new(x, from, unit);
	p->same = same;
	p->whole = p->known = true;
	mpq_set_ui(p->share, 1, 1);
	p->own = x->from[from].number;
}

static void rest_new(struct explain *x, uint32_t from, const struct projected *where, const struct span *amount)
{
	x->rests = arena_grow(x->r->a, x->rests, x->n_rests, x->n_rests + 1, sizeof *x->rests, &x->rests_room);
	struct rest *s = &x->rests[x->n_rests++];
	*s = (struct rest){.from = from, .amount = *amount};
	s->units = arena_alloc(x->r->a, where->n * sizeof *s->units);
	for (size_t i = 0; i < where->n; i++)
		if (!where->parts[i].known)
			s->units[s->n++] = where->parts[i].target;
}

/* The shares by the weights of the events, where these tell all of them and they make up the whole. */
static void own_shares(struct explain *x, const struct contributor *c, const struct projected *where, mpq_ptr *shares)
{
	mpq_ptr sum = number(x);
	mpq_ptr *made = arena_alloc(x->r->a, (where->n + 1) * sizeof *made);
	for (size_t i = 0; i < where->n; i++) {
		made[i] = number(x);
		if (!where->parts[i].known || !where->parts[i].target ||
		    !explain_steps(x, c, where->parts[i].target, made[i]))
			return;
		mpq_add(sum, sum, made[i]);
	}
	if (mpq_cmp_ui(sum, 1, 1) != 0)
		return;
	for (size_t i = 0; i < where->n; i++)
		mpq_set(shares[i], made[i]);
	explain_rule(x,
		     "shares are made of the weights of the events: weight over the sum of the weights of all flows of "
		     "the source");
}

static void spread(struct explain *x, uint32_t from, const struct projected *where)
{
	struct contributor *c = &x->from[from];
	bool additive = x->def->over_units == AGGREGATION_ADDITIVE, has_rest = false;
	mpq_ptr *shares = arena_alloc(x->r->a, (where->n + 1) * sizeof *shares);
	struct span *amounts = arena_alloc(x->r->a, (where->n + 1) * sizeof *amounts);
	shares[where->n] = number(x);
	mpq_set_ui(shares[where->n], 1, 1);
	for (size_t i = 0; i < where->n; i++) {
		shares[i] = number(x);
		if (where->parts[i].known)
			mpq_set(shares[i], where->parts[i].share);
		has_rest |= !where->parts[i].known;
	}
	if (where->method == METHOD_APPORTIONED)
		own_shares(x, c, where, shares);
	for (size_t i = 0; i < where->n; i++)
		mpq_sub(shares[where->n], shares[where->n], shares[i]);
	if (additive && c->number.low)
		divide(x, c, shares, amounts, where->n + 1);
	for (size_t i = 0; i < where->n; i++) {
		struct parcel *p = parcel_new(x, from, where->parts[i].target);
		p->known = where->parts[i].known;
		p->whole = where->n == 1 && p->known;
		mpq_set(p->share, shares[i]);
		p->own = amounts[i];
	}
	if (additive && c->number.low && has_rest)
		rest_new(x, from, where, &amounts[where->n]);
}

static enum err place(struct explain *x, uint32_t from)
{
	struct contributor *c = &x->from[from];
	struct projected where = {0};
	c->method = METHOD_UNSPECIFIED;
	if (!x->moved) {
		all_of(x, from, c->s->unit, true);
		return ERR_OK;
	}
	enum err e = project_unit(x->atoms, c->s->unit, c->day, x->day, c->kind, &where);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && !where.n)) {
		c->method = METHOD_MERGED;
		all_of(x, from, 0, false);
		e = ERR_OK;
	} else if (e == ERR_OK) {
		c->method = where.method;
		if (where.method == METHOD_EXACT && where.n == 1)
			all_of(x, from, where.parts[0].target, true);
		else
			spread(x, from, &where);
	}
	project_clear(&where);
	return e;
}

/* Entries that were looked at together: of one series, reference and round, unless several dates make the figure. */
static int by_block(const void *a, const void *b, void *arg)
{
	const struct explain *x = arg;
	const struct contributor *p = a, *q = b;
	uint32_t u[] = {p->s->series, x->newest ? 0 : p->s->ref, x->newest ? 0 : p->s->round, explain_side(x, p)};
	uint32_t v[] = {q->s->series, x->newest ? 0 : q->s->ref, x->newest ? 0 : q->s->round, explain_side(x, q)};
	for (size_t i = 0; i < sizeof u / sizeof *u; i++)
		if (u[i] != v[i])
			return u[i] < v[i] ? -1 : 1;
	return 0;
}

static int in_blocks(const void *a, const void *b, void *arg)
{
	const struct contributor *p = a, *q = b;
	int d = by_block(a, b, arg);
	return d ? d : (p->s->unit > q->s->unit) - (p->s->unit < q->s->unit);
}

static bool exact_in(struct explain *x, const struct contributor *c)
{
	struct projected where = {0};
	bool exact = project_unit(x->atoms, c->s->unit, c->day, x->day, c->kind, &where) == ERR_OK &&
		     where.method == METHOD_EXACT && where.n == 1;
	project_clear(&where);
	return exact;
}

/* What others tell of already is no part of the figure. */
static void once_only(struct explain *x)
{
	struct contributor *list = arena_alloc(x->r->a, (x->n_from + 1) * sizeof *list);
	struct twice_claim *claims = arena_alloc(x->r->a, (x->n_from + 1) * sizeof *claims);
	bool *out = arena_alloc(x->r->a, x->n_from + 1), any = false;
	memcpy(list, x->from, x->n_from * sizeof *list);
	qsort_r(list, x->n_from, sizeof *list, in_blocks, x);
	for (size_t i = 0, end; i < x->n_from; i = end) {
		for (end = i; end < x->n_from && by_block(&list[i], &list[end], x) == 0; end++)
			claims[end] = (struct twice_claim){.unit = list[end].s->unit,
							   .kind = list[end].kind,
							   .day = list[end].day,
							   .number = list[end].number.low,
							   .exact = exact_in(x, &list[end]),
							   .rev = list[end].s->rev};
		twice_settle(x->atoms, claims + i, end - i);
		for (size_t k = i; k < end; k++)
			any |= out[k] = claims[k].by != 0;
	}
	size_t n = 0;
	for (size_t i = 0; i < x->n_from && any; i++)
		if (!out[i])
			x->from[n++] = list[i];
	if (!any)
		return;
	x->n_from = n;
	explain_rule(x, "what is told of the same territory twice counts once: first what is said of a unit of the "
			"structure asked for, then what was said first");
}

enum err explain_place(struct explain *x)
{
	enum err e = ERR_OK;
	bool not_negative = explain_not_negative(x);
	for (uint32_t i = 0; i < x->n_from && e == ERR_OK; i++) {
		struct contributor *c = &x->from[i];
		if (!span_of(x, c->s->said, not_negative, &c->number))
			c->number = (struct span){0};
	}
	if (x->moved && !x->at_point)
		once_only(x);
	for (uint32_t i = 0; i < x->n_from && e == ERR_OK; i++) {
		e = place(x, i);
		if (e == ERR_OK)
			e = answer_work(x->r);
	}
	return e;
}
