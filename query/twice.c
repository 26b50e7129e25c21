/* SPDX-License-Identifier: Apache-2.0
 *
 * twice.c - see twice.h.
 *
 * All atoms of all claims are sorted; only those that lie in two of them make work. Claims that overlap, directly or by
 * way of others, are settled together: once beginning with the exact ones, once with the largest; the first way is
 * taken unless the second leaves less out.
 */
#include <stdlib.h>
#include <string.h>
#include "query/atom_inner.h"
#include "query/project.h"
#include "query/twice.h"

struct held {
	uint32_t atom, claim;
};
struct settling {
	struct atoms *t;
	struct twice_claim *list;
	size_t n;
	uint32_t *group; /* by claim: the lowest of those that hang together, as far as known */
};

static int by_atom(const void *a, const void *b)
{
	const struct held *x = a, *y = b;
	if (x->atom != y->atom)
		return x->atom < y->atom ? -1 : 1;
	return (x->claim > y->claim) - (x->claim < y->claim);
}

static uint32_t group_of(const struct settling *s, uint32_t claim)
{
	while (s->group[claim] != claim)
		claim = s->group[claim];
	return claim;
}

static bool rivals(const struct settling *s, uint32_t a, uint32_t b)
{
	const struct twice_claim *x = &s->list[a], *y = &s->list[b];
	const struct atoms *t = s->t;
	if (x->kind != y->kind)
		return false;
	if (same_first(t->same, t->n_same, x->unit) == same_first(t->same, t->n_same, y->unit))
		return true;
	return !project_lives(s->t, x->unit, y->day) || !project_lives(s->t, y->unit, x->day);
}

static size_t atoms_held(const struct settling *s, uint32_t claim, const uint32_t **ret)
{
	return atoms_of(s->t, s->list[claim].unit, s->list[claim].day, false, ret);
}

static bool overlap(const struct settling *s, uint32_t a, uint32_t b)
{
	const uint32_t *x, *y;
	size_t n = atoms_held(s, a, &x), m = atoms_held(s, b, &y);
	for (size_t i = 0, k = 0; i < n && k < m;) {
		if (x[i] == y[k])
			return true;
		if (x[i] < y[k])
			i++;
		else
			k++;
	}
	return false;
}

/* Which claims hang together; false = none do. */
static bool hang_together(struct settling *s)
{
	size_t n = 0, room = 0;
	struct held *all = NULL;
	bool any = false;
	for (uint32_t i = 0; i < s->n; i++) {
		const uint32_t *atoms;
		size_t n_atoms = atoms_held(s, i, &atoms);
		if (n + n_atoms > room) {
			room = 2 * (n + n_atoms);
			all = mem_grow(all, room * sizeof *all);
		}
		for (size_t k = 0; k < n_atoms; k++)
			all[n++] = (struct held){atoms[k], i};
		s->group[i] = i;
	}
	if (n)
		qsort(all, n, sizeof *all, by_atom);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && all[end].atom == all[i].atom; end++) {
			if (view_work(s->t->v, 1 + (end - i) / 4) != ERR_OK)
				continue; /* thousands may claim one atom */
			for (size_t k = i; k < end; k++) {
				uint32_t a = group_of(s, all[k].claim), b = group_of(s, all[end].claim);
				if (a == b || !rivals(s, all[k].claim, all[end].claim))
					continue;
				s->group[a > b ? a : b] = a < b ? a : b;
				any = true;
			}
		}
	}
	free(all);
	return any;
}

struct candidate {
	uint32_t claim;
	size_t size;
	const struct twice_claim *c;
};

static int by_rank(const struct candidate *x, const struct candidate *y)
{
	if (x->c->exact != y->c->exact)
		return x->c->exact ? -1 : 1;
	if (x->c->rev != y->c->rev)
		return x->c->rev < y->c->rev ? -1 : 1;
	return (x->claim > y->claim) - (x->claim < y->claim);
}

static int exact_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	return x->c->number != y->c->number ? (x->c->number ? -1 : 1) : by_rank(x, y);
}

static int largest_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	if (x->c->number != y->c->number)
		return x->c->number ? -1 : 1;
	return x->size != y->size ? (x->size > y->size ? -1 : 1) : by_rank(x, y);
}

/* In that order, each that overlaps none before it; returns how many atoms numbers are of. */
static size_t settle(const struct settling *s, struct candidate *list, size_t n,
		     int (*order)(const void *, const void *), uint32_t *ret_by)
{
	size_t told = 0;
	qsort(list, n, sizeof *list, order);
	for (size_t i = 0; i < n; i++) {
		uint32_t claim = list[i].claim, by = 0;
		for (size_t k = 0; k < i && !by && view_work(s->t->v, 1) == ERR_OK; k++) {
			uint32_t other = list[k].claim;
			if (!ret_by[other] && rivals(s, claim, other) && overlap(s, claim, other))
				by = other + 1;
		}
		ret_by[claim] = by;
		told += by || !list[i].c->number ? 0 : list[i].size;
	}
	return told;
}

static bool settle_group(struct settling *s, struct candidate *list, size_t n, uint32_t *by, uint32_t *other)
{
	bool out = false;
	size_t told = settle(s, list, n, exact_first, by);
	bool larger = settle(s, list, n, largest_first, other) > told;
	for (size_t i = 0; i < n; i++) {
		uint32_t claim = list[i].claim;
		s->list[claim].by = larger ? other[claim] : by[claim];
		out |= s->list[claim].by != 0;
	}
	return out;
}

bool twice_on_one_day(const struct atoms *t)
{
	return t->n_same != 0;
}

void twice_groups(struct atoms *t, struct twice_claim *list, size_t n, uint32_t *ret_group)
{
	struct settling s = {.t = t, .list = list, .n = n, .group = ret_group};
	hang_together(&s);
	for (uint32_t i = 0; i < n; i++)
		ret_group[i] = group_of(&s, i);
}

bool twice_settle(struct atoms *t, struct twice_claim *list, size_t n)
{
	struct settling s = {.t = t, .list = list, .n = n, .group = mem_alloc((n + 1) * sizeof *s.group)};
	bool out = false;
	for (size_t i = 0; i < n; i++)
		list[i].by = 0;
	if (n > 1 && hang_together(&s)) {
		struct candidate *some = mem_alloc(n * sizeof *some);
		uint32_t *by = mem_zero(n, sizeof *by), *other = mem_zero(n, sizeof *other);
		for (uint32_t i = 0; i < n && view_work(t->v, (n - i) / 64) == ERR_OK; i++) {
			size_t n_some = 0;
			for (uint32_t k = i; k < n && s.group[i] == i; k++) {
				const uint32_t *atoms;
				if (group_of(&s, k) == i)
					some[n_some++] = (struct candidate){k, atoms_held(&s, k, &atoms), &list[k]};
			}
			if (n_some > 1)
				out |= settle_group(&s, some, n_some, by, other);
		}
		free(some);
		free(by);
		free(other);
	}
	free(s.group);
	return out;
}
