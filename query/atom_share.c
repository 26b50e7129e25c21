/* SPDX-License-Identifier: Apache-2.0
 *
 * atom_share.c - how a figure spreads over classes of atoms, as far as weights tell.
 *
 * A spread says of each class which share it has, or that nobody knows. Territories whose shares of the whole are
 * unknown are mixed: what is the same in all of them is true of the whole, whatever their shares are, and the rest is
 * unknown. So a unit of many atoms, all of which were cut by the same weights, spreads by these weights, and one of
 * which all atoms went the same way went that way.
 */
#include <stdlib.h>
#include <string.h>
#include "query/atom_inner.h"

/* All of it one class (q NULL), or the share of each class. */
struct dist {
	size_t one;
	mpq_t *q;
	bool *known;
};

static struct dist dist_of(size_t n, size_t one)
{
	struct dist d = {one, mem_alloc(n * sizeof *d.q), mem_zero(n, sizeof *d.known)};
	for (size_t i = 0; i < n; i++)
		mpq_init(d.q[i]);
	return d;
}

static void dist_free(struct dist *d, size_t n)
{
	for (size_t i = 0; d->q && i < n; i++)
		mpq_clear(d->q[i]);
	free(d->q);
	free(d->known);
	*d = (struct dist){0};
}

static bool dist_get(const struct dist *d, size_t i, mpq_t ret)
{
	if (d->q)
		mpq_set(ret, d->q[i]);
	else
		mpq_set_ui(ret, i == d->one, 1);
	return !d->q || d->known[i];
}

/* Of a single unknown class the share is what the others leave. */
static void settle(struct dist *d, size_t n)
{
	size_t unknown = 0, at = 0;
	for (size_t i = 0; i < n; i++) {
		if (d->known[i])
			continue;
		unknown++;
		at = i;
		mpq_set_ui(d->q[i], 0, 1);
	}
	if (unknown != 1)
		return;
	mpq_t rest;
	mpq_init(rest);
	mpq_set_ui(rest, 1, 1);
	for (size_t i = 0; i < n; i++)
		mpq_sub(rest, rest, d->q[i]);
	mpq_set(d->q[at], rest);
	d->known[at] = true;
	mpq_clear(rest);
}

/* Mix in another territory: only what both say stays known. Takes `d` over. */
static void mix(const struct spread *s, struct dist *all, bool *any, struct dist *d)
{
	if (!*any) {
		*all = *d;
		*any = true;
		return;
	}
	if (!all->q && !d->q && all->one == d->one)
		return;
	struct dist both = dist_of(s->n_classes, 0);
	mpq_t x;
	mpq_init(x);
	for (size_t i = 0; i < s->n_classes; i++) {
		bool known = dist_get(all, i, both.q[i]);
		both.known[i] = (int)known & (int)dist_get(d, i, x) & (int)mpq_equal(both.q[i], x);
	}
	mpq_clear(x);
	settle(&both, s->n_classes);
	dist_free(all, s->n_classes);
	dist_free(d, s->n_classes);
	*all = both;
}

/* Add a territory that is this share of the whole. Takes `d` over. */
static void weigh(const struct spread *s, struct dist *all, const mpq_t share, struct dist *d)
{
	mpq_t x;
	mpq_init(x);
	for (size_t i = 0; i < s->n_classes && mpq_sgn(share) > 0; i++) {
		all->known[i] &= dist_get(d, i, x);
		mpq_mul(x, x, share);
		mpq_add(all->q[i], all->q[i], x);
	}
	mpq_clear(x);
	dist_free(d, s->n_classes);
}

static struct dist weighed(const struct spread *s)
{
	struct dist d = dist_of(s->n_classes, 0);
	memset(d.known, 1, s->n_classes * sizeof *d.known);
	return d;
}

/* How a node's pieces are put together. */
struct pieces {
	size_t n;
	mpq_t *mass; /* how much of each is in the list, as far as it is known */
	struct dist *dist;
	bool all; /* all of all of them */
};

/* By the shares of the pieces that are there. Their sum into `mass`; 0 where the shares say nothing of them. */
static struct dist by_shares(const struct spread *s, const struct shares *shares, struct pieces *p, mpq_t mass)
{
	struct dist all = weighed(s);
	for (size_t i = 0; i < p->n; i++) {
		mpq_mul(p->mass[i], p->mass[i], shares->q[i]);
		mpq_add(mass, mass, p->mass[i]);
	}
	for (size_t i = 0; i < p->n; i++) {
		mpq_div(p->mass[i], p->mass[i], mass);
		weigh(s, &all, p->mass[i], &p->dist[i]);
	}
	settle(&all, s->n_classes);
	return all;
}

static bool shares_tell(const struct shares *shares, const struct pieces *p)
{
	for (size_t i = 0; shares && i < p->n; i++) {
		if (mpq_sgn(p->mass[i]) > 0 && mpq_sgn(shares->q[i]) > 0)
			return true;
	}
	return false;
}

/* The spread of what is in the sorted list of a node, and into `mass` how much of the node it is, where that is known.
 * Where it is not, mass is 0, and the pieces are mixed into `loose` one by one. */
static struct dist spread_node(const struct spread *s, const uint32_t *in, size_t n_in, uint32_t id, mpq_t mass,
			       struct dist *loose, bool *any)
{
	const struct node *x = node_of(s->t, id);
	struct dist ret = {0};
	size_t at;
	mpq_set_ui(mass, 0, 1);
	if (!x || !x->first) {
		if (list_has(in, n_in, id, NULL) && list_has(s->atoms, s->n, id, &at)) {
			mpq_set_ui(mass, 1, 1);
			ret.one = s->class_of[at];
		}
		return ret;
	}
	struct pieces p = {x->n, mem_alloc(x->n * sizeof *p.mass), mem_zero(x->n, sizeof *p.dist), true};
	for (uint32_t i = 0; i < x->n; i++) {
		mpq_init(p.mass[i]);
		p.dist[i] = spread_node(s, in, n_in, x->first + i, p.mass[i], loose, any);
		p.all &= mpq_cmp_ui(p.mass[i], 1, 1) == 0;
	}
	bool told = shares_tell(x->shares, &p), mixed = false;
	if (told)
		ret = by_shares(s, x->shares, &p, mass);
	for (uint32_t i = 0; i < x->n; i++) {
		if (!told && p.all)
			mix(s, &ret, &mixed, &p.dist[i]);
		else if (!told && mpq_sgn(p.mass[i]) > 0)
			mix(s, loose, any, &p.dist[i]);
		mpq_clear(p.mass[i]);
	}
	if (mixed)
		mpq_set_ui(mass, 1, 1);
	free(p.mass);
	free(p.dist);
	return ret;
}

/* The spread of a list of atoms, ascending. Pieces that met again are the whole that they were cut from. */
static void spread_atoms(const struct spread *s, const uint32_t *atoms, size_t n, struct dist *ret, bool *any)
{
	AUTO_LIST struct list roots = {0};
	for (size_t i = 0; i < n; i++) {
		uint32_t id = atoms[i];
		const struct node *x;
		while ((x = node_of(s->t, id)) && x->parent)
			id = x->parent;
		list_add(&roots, id);
	}
	list_sort(&roots);
	for (size_t i = 0; i < roots.n; i++) {
		mpq_t mass;
		mpq_init(mass);
		struct dist d = spread_node(s, atoms, n, roots.at[i], mass, ret, any);
		if (mpq_sgn(mass) > 0)
			mix(s, ret, any, &d);
		mpq_clear(mass);
	}
}

/* The weights of a later event that divided exactly this territory; NULL = none did. */
static const struct grouping *grouping_of(const struct spread *s, struct version *v)
{
	for (const struct grouping *g = s->t->groupings; g; g = g->next) {
		if (g->of == v)
			return g;
	}
	for (const struct grouping *g = s->t->groupings; g; g = g->next) {
		if (g->of->day < v->day)
			continue;
		version_leaves(s->t, g->of);
		if (g->of->n_leaves == v->n_leaves &&
		    memcmp(g->of->leaves, v->leaves, v->n_leaves * sizeof *v->leaves) == 0)
			return g;
	}
	return NULL;
}

static struct dist spread_groups(const struct spread *s, const struct grouping *g)
{
	struct dist all = weighed(s);
	for (size_t i = 0; i < g->shares->n; i++) {
		AUTO_LIST struct list atoms = {0};
		struct dist d = {0};
		bool any = false;
		for (size_t k = 0; k < g->groups[i].n; k++)
			node_leaves(s->t, g->groups[i].at[k], &atoms);
		list_sort(&atoms);
		spread_atoms(s, atoms.at, atoms.n, &d, &any);
		weigh(s, &all, g->shares->q[i], &d);
	}
	settle(&all, s->n_classes);
	return all;
}

static bool all_known(const struct spread *s, const struct dist *d)
{
	for (size_t i = 0; d->q && i < s->n_classes; i++) {
		if (!d->known[i])
			return false;
	}
	return true;
}

static struct dist spread_version(const struct spread *s, struct version *v)
{
	struct dist d = {0};
	bool any = false;
	version_leaves(s->t, v);
	const struct grouping *g = grouping_of(s, v);
	if (g && s->forward)
		return spread_groups(s, g);
	spread_atoms(s, v->leaves, v->n_leaves, &d, &any);
	if (g && !all_known(s, &d)) {
		dist_free(&d, s->n_classes);
		d = spread_groups(s, g);
	}
	return d;
}

void spread_units(const struct spread *s, const uint32_t *units, size_t n, int32_t day, mpq_t *q, bool *known)
{
	struct dist all = {0};
	bool any = false;
	for (size_t i = 0; i < n; i++) {
		bool none;
		size_t at = 0;
		struct dist d = {0};
		struct version *v = version_at(s->t, units[i], day, &none);
		if (none)
			continue;
		if (v)
			d = spread_version(s, v);
		else if (list_has(s->atoms, s->n, unit_first(s->t, units[i]), &at))
			d.one = s->class_of[at];
		mix(s, &all, &any, &d);
	}
	for (size_t i = 0; i < s->n_classes; i++)
		known[i] = dist_get(&all, i, q[i]);
	dist_free(&all, s->n_classes);
}
