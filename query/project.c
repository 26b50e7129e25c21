/* SPDX-License-Identifier: Apache-2.0
 *
 * project.c - where the territory of a unit lies on another day, and in which shares.
 *
 * Most units were never touched by an event: they are answered at once. Of the others every atom is asked for its
 * home, the unit of the kind that holds it. One home: the figure goes there, whatever its inner shares. Several: it
 * spreads (atom_share.c).
 *
 * A unit with parts is its parts. Only where none of them can be found again, as the parts are not on record on the
 * other day, and where its own events carry weights for the very units that its parts ended in, it is asked as itself.
 */
#include "query/project.h"
#include <stdlib.h>
#include <string.h>
#include "query/atom_inner.h"

/* A memo's `what` above the ones of atom.c: the kind asked for. */
#define MEMO_HOME 16

/* The unit of the kind that is `holder` or contains it; kind 0: itself. */
static uint32_t home_of(struct atoms *t, uint32_t holder, uint32_t kind, int32_t day)
{
	struct life life;
	bool is_new;
	if (!holder || !kind)
		return holder;
	if (unit_living(t, holder, day, &life) && life.kind == kind)
		return holder;
	struct memo *m = memo_find(t, holder, day, MEMO_HOME + kind, &is_new);
	if (is_new)
		m->number = unit_container(t->v, holder, kind, day);
	return m->number;
}

/* The atoms of a unit, and the home of each. */
struct aim {
	bool own;
	size_t n;
	const uint32_t *atoms;
	size_t *class_of;
	struct list homes; /* ascending; 0 = outside every unit of the kind */
	bool outside, inside;
	bool itself; /* the homes hold the atoms as their own, none by their parts */
};

static void aim_free(struct aim *a)
{
	free(a->class_of);
	list_free(&a->homes);
}

static void aim(struct atoms *t, uint32_t unit, int32_t from, int32_t to, uint32_t kind, bool own, struct aim *ret)
{
	AUTO_LIST struct list home = {0};
	*ret = (struct aim){.own = own, .itself = true};
	ret->n = atoms_of(t, unit, from, own, &ret->atoms);
	ret->class_of = mem_zero(ret->n + 1, sizeof *ret->class_of);
	for (size_t i = 0; i < ret->n; i++) {
		uint32_t holder = atoms_holder(t, ret->atoms[i], to), h = home_of(t, holder, kind, to);
		list_add(&home, h);
		list_add(&ret->homes, h);
		ret->outside |= !h;
		ret->inside |= h != 0;
		ret->itself &= h == holder;
	}
	list_sort(&ret->homes);
	for (size_t i = 0; i < ret->n; i++)
		list_has(ret->homes.at, ret->homes.n, home.at[i], &ret->class_of[i]);
	if (!ret->n) { /* it has no territory on record */
		list_add(&ret->homes, 0);
		ret->outside = true;
	}
}

static bool same_atoms(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
	return n_a == n_b && (!n_a || memcmp(a, b, n_a * sizeof *a) == 0);
}

static void part_add(struct projected *p, uint32_t target, bool known, const mpq_t share)
{
	struct project_part *part = &p->parts[p->n++];
	part->target = target;
	part->known = known;
	mpq_init(part->share);
	if (known && share)
		mpq_set(part->share, share);
	else
		mpq_set_ui(part->share, known, 1);
}

/* One home takes all: is there anything else in it? */
static void one_home(struct atoms *t, const struct aim *a, int32_t to, struct projected *ret)
{
	const uint32_t *atoms;
	uint32_t target = a->homes.at[0];
	ret->parts = mem_alloc(sizeof *ret->parts);
	part_add(ret, target, true, NULL);
	ret->method = METHOD_UNALLOCATED;
	if (!target)
		return;
	size_t n = atoms_of(t, target, to, a->itself, &atoms);
	ret->method = same_atoms(atoms, n, a->atoms, a->n) ? METHOD_EXACT : METHOD_MERGED;
}

static void spread(struct atoms *t, const struct aim *a, uint32_t unit, int32_t from, int32_t to, struct projected *ret)
{
	size_t m = a->homes.n, n_units = 1;
	const uint32_t *units = &unit;
	mpq_t *q = mem_alloc(m * sizeof *q);
	bool *known = mem_zero(m, sizeof *known);
	struct spread s = {t, a->n, a->atoms, a->class_of, m, from <= to};
	if (!a->own)
		n_units = atoms_region(t, unit, from, &units);
	for (size_t i = 0; i < m; i++)
		mpq_init(q[i]);
	spread_units(&s, units, n_units, from, q, known);
	ret->parts = mem_alloc(m * sizeof *ret->parts);
	ret->method = METHOD_APPORTIONED;
	for (size_t i = 0; i < m; i++) {
		if (!known[i])
			ret->method = METHOD_UNALLOCATED;
		if (!known[i] || mpq_sgn(q[i]) > 0)
			part_add(ret, a->homes.at[i], known[i], q[i]);
		mpq_clear(q[i]);
	}
	free(q);
	free(known);
}

static void measure(struct atoms *t, const struct aim *a, uint32_t unit, int32_t from, int32_t to,
		    struct projected *ret)
{
	if (a->homes.n == 1)
		one_home(t, a, to, ret);
	else
		spread(t, a, unit, from, to, ret);
}

/* What its own events say of a unit with parts, where its parts do not say it. */
static void ask_itself(struct atoms *t, uint32_t unit, int32_t from, int32_t to, uint32_t kind, const struct aim *parts,
		       struct projected *ret)
{
	struct projected p = {0};
	struct aim own;
	aim(t, unit, from, to, kind, true, &own);
	measure(t, &own, unit, from, to, &p);
	bool better = parts->inside ? p.method == METHOD_APPORTIONED &&
					  same_atoms(own.homes.at, own.homes.n, parts->homes.at, parts->homes.n)
				    : own.inside;
	if (better) {
		project_clear(ret);
		*ret = p;
		p = (struct projected){0};
	}
	project_clear(&p);
	aim_free(&own);
}

static void project_kind(struct atoms *t, uint32_t unit, int32_t from, int32_t to, uint32_t kind, const struct aim *a,
			 struct projected *ret)
{
	const uint32_t *region;
	measure(t, a, unit, from, to, ret);
	if (ret->method == METHOD_UNALLOCATED && (atoms_region(t, unit, from, &region) > 1 || region[0] != unit))
		ask_itself(t, unit, from, to, kind, a, ret);
}

/* A unit that no event touched and that has no parts is where it was. */
static bool untouched(struct atoms *t, uint32_t unit, int32_t to, uint32_t kind, uint32_t own_kind,
		      struct projected *ret)
{
	struct life life;
	if ((kind && kind != own_kind) || t->n_same || holding_of(t, unit) || unit_has_parts(t, unit) ||
	    !unit_living(t, unit, to, &life) || life.kind != own_kind)
		return false;
	ret->parts = mem_alloc(sizeof *ret->parts);
	part_add(ret, unit, true, NULL);
	ret->method = METHOD_EXACT;
	return true;
}

bool project_still(struct atoms *t, uint32_t unit, int32_t day, int32_t *ret_from)
{
	struct life life;
	if (t->n_same || holding_of(t, unit) || unit_has_parts(t, unit) || !unit_living(t, unit, day, &life))
		return false;
	*ret_from = life.from.precision == WHEN_NONE ? WHEN_DAY_MIN : life.from.hi;
	return t->v->err == ERR_OK;
}

static void narrow(int32_t *from, int32_t *until, int32_t first, int32_t last)
{
	*from = first > *from ? first : *from;
	*until = last < *until ? last : *until;
}

void project_span(struct atoms *t, uint32_t unit, int32_t day, int32_t to, int32_t *ret_from, int32_t *ret_until)
{
	struct life life;
	*ret_from = *ret_until = day;
	if (t->n_same || unit_has_parts(t, unit) || !unit_lives_once(t, unit) ||
	    unit_itself_living(t, unit, day, &life) != TRUTH_CERTAIN)
		return;
	int32_t from = WHEN_DAY_MIN, until = WHEN_DAY_MAX;
	narrow(&from, &until, day <= to ? from : to + 1, day <= to ? to : until);
	if (life.from.precision != WHEN_NONE)
		narrow(&from, &until, life.from.hi, until);
	if (life.to.precision != WHEN_NONE)
		narrow(&from, &until, from, life.to.lo - 1);
	const struct holding *h = holding_of(t, unit);
	for (size_t i = 0; h && i < h->n_versions; i++) {
		if (h->versions[i]->day <= day)
			narrow(&from, &until, h->versions[i]->day, until);
		else
			narrow(&from, &until, from, h->versions[i]->day - 1);
	}
	if (from > day || until < day)
		return; /* a date that is not plain */
	*ret_from = from;
	*ret_until = until;
}

bool project_lives(struct atoms *t, uint32_t unit, int32_t day)
{
	struct life life;
	return unit_itself_living(t, unit, day, &life) != TRUTH_NO;
}

enum err project_unit(struct atoms *t, uint32_t unit, int32_t from_day, int32_t to_day, uint32_t kind,
		      struct projected *ret)
{
	struct life life;
	struct aim a;
	*ret = (struct projected){0};
	bool lives = unit && t->v->err == ERR_OK && unit_living(t, unit, from_day, &life);
	if (t->v->err != ERR_OK)
		return t->v->err;
	if (!lives)
		return ERR_NOT_FOUND;
	if (untouched(t, unit, to_day, kind, life.kind, ret))
		return t->v->err;
	aim(t, unit, from_day, to_day, kind ? kind : life.kind, false, &a);
	if (!kind && a.outside && a.inside) { /* units of its own kind do not hold all of it */
		aim_free(&a);
		aim(t, unit, from_day, to_day, 0, false, &a);
	} else if (!kind && a.outside) {
		struct aim bare;
		aim(t, unit, from_day, to_day, 0, false, &bare);
		if (bare.inside) {
			aim_free(&a);
			a = bare;
		} else {
			aim_free(&bare);
			kind = life.kind;
		}
	} else if (!kind) {
		kind = life.kind;
	}
	project_kind(t, unit, from_day, to_day, kind, &a, ret);
	aim_free(&a);
	if (t->v->err != ERR_OK)
		project_clear(ret);
	return t->v->err;
}

void project_clear(struct projected *p)
{
	for (size_t i = 0; i < p->n; i++)
		mpq_clear(p->parts[i].share);
	free(p->parts);
	*p = (struct projected){0};
}

static uint32_t covered(struct atoms *t, const uint32_t *all, size_t n_all, const uint32_t *units, size_t n,
			int32_t day, bool own)
{
	AUTO_LIST struct list l = {0};
	const uint32_t *atoms;
	uint64_t seen = 0; /* mostly there are few: a bit each */
	size_t at;
	for (size_t i = 0; i < n; i++) {
		size_t k = atoms_of(t, units[i], day, own, &atoms);
		for (size_t x = 0; x < k; x++) {
			if (!list_has(all, n_all, atoms[x], &at))
				continue;
			if (n_all <= 64)
				seen |= UINT64_C(1) << at;
			else
				list_add(&l, atoms[x]);
		}
	}
	if (n_all <= 64)
		return (uint32_t)__builtin_popcountll(seen);
	list_sort(&l);
	return (uint32_t)l.n;
}

void project_coverage(struct atoms *t, uint32_t target, int32_t to_day, const uint32_t *units, size_t n,
		      int32_t from_day, uint32_t *ret_of, uint32_t *ret_all)
{
	const uint32_t *all, *parts;
	*ret_of = *ret_all = 0;
	size_t n_parts = atoms_parts(t, target, to_day, &parts);
	/* As it consists of its parts; where these were not on record then, as itself. */
	for (unsigned own = 0; own < 2 && !*ret_of; own++) {
		size_t n_all = atoms_of(t, target, to_day, own, &all);
		uint32_t of = covered(t, all, n_all, units, n, from_day, own);
		if (own && !of)
			return;
		*ret_of = !own && of && n_parts < n_all ? covered(t, parts, n_parts, units, n, from_day, own) : of;
		*ret_all = !own && *ret_of ? (uint32_t)n_parts : (uint32_t)n_all;
	}
}

/* ---- whole things ---- */

struct rest {
	size_t at;
	mpq_t part; /* of one */
};

static int larger_first(const void *a, const void *b)
{
	const struct rest *x = a, *y = b;
	int c = mpq_cmp(y->part, x->part);
	return c ? c : (x->at > y->at) - (x->at < y->at);
}

void project_whole(const mpq_t *shares, size_t n, const mpz_t total, mpz_t *counts)
{
	struct rest *rests = mem_zero(n + 1, sizeof *rests);
	mpq_t q;
	mpz_t left;
	mpq_init(q);
	mpz_init_set(left, total);
	for (size_t i = 0; i < n; i++) {
		mpq_set_z(q, total);
		mpq_mul(q, q, shares[i]);
		mpz_fdiv_q(counts[i], mpq_numref(q), mpq_denref(q));
		mpz_sub(left, left, counts[i]);
		rests[i].at = i;
		mpq_init(rests[i].part);
		mpq_set_z(rests[i].part, counts[i]);
		mpq_sub(rests[i].part, q, rests[i].part);
	}
	qsort(rests, n, sizeof *rests, larger_first);
	for (size_t i = 0; i < n && mpz_sgn(left) > 0; i++) {
		mpz_add_ui(counts[rests[i].at], counts[rests[i].at], 1);
		mpz_sub_ui(left, left, 1);
	}
	for (size_t i = 0; i < n; i++)
		mpq_clear(rests[i].part);
	free(rests);
	mpq_clear(q);
	mpz_clear(left);
}
