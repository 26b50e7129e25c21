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

/* The share of one class. */
struct part {
	size_t class;
	bool known; /* else q is 0 */
	mpq_t q;
};
/* All of it one class (part NULL), or the shares of classes, ascending; what is not among them has none of it, as is
 * known. Of thousands of classes most territories lie in few. */
struct dist {
	size_t one;
	size_t n, room;
	struct part *part;
};

static struct part *part_add(struct dist *d, size_t class, bool known)
{
	if (d->n == d->room) {
		d->room = d->room ? 2 * d->room : 4;
		d->part = mem_grow(d->part, d->room * sizeof *d->part);
	}
	struct part *p = &d->part[d->n++];
	p->class = class;
	p->known = known;
	mpq_init(p->q);
	return p;
}

static void dist_free(struct dist *d)
{
	for (size_t i = 0; i < d->n; i++)
		mpq_clear(d->part[i].q);
	free(d->part);
	*d = (struct dist){0};
}

/* Written out, also where all of it is one class. */
static void dist_open(struct dist *d)
{
	if (!d->part)
		mpq_set_ui(part_add(d, d->one, true)->q, 1, 1);
}

/* What was done, by the length of the numbers too: those of weights upon weights grow without end. */
static void worked(const struct spread *s, const mpq_t q)
{
	view_work(s->t->v, fraction_cost(q));
}

/* Of a single unknown class the share is what the others leave. */
static void settle(struct dist *d)
{
	size_t unknown = 0, at = 0;
	for (size_t i = 0; i < d->n; i++) {
		if (d->part[i].known)
			continue;
		unknown++;
		at = i;
		mpq_set_ui(d->part[i].q, 0, 1);
	}
	if (unknown != 1)
		return;
	mpq_t rest;
	mpq_init(rest);
	mpq_set_ui(rest, 1, 1);
	for (size_t i = 0; i < d->n; i++)
		mpq_sub(rest, rest, d->part[i].q);
	mpq_set(d->part[at].q, rest);
	d->part[at].known = true;
	mpq_clear(rest);
}

/* One class of two territories: known where both say the same; NULL = it has none of that one. */
static void mix_class(struct dist *both, const struct part *x, const struct part *y)
{
	bool same = x && y ? (int)x->known & (int)y->known & (int)mpq_equal(x->q, y->q)
			   : (x ? x : y)->known && mpq_sgn((x ? x : y)->q) == 0;
	struct part *p = part_add(both, (x ? x : y)->class, same);
	if (same)
		mpq_set(p->q, (x ? x : y)->q);
}

/* Mix in another territory: only what both say stays known. Takes `d` over. */
static void mix(const struct spread *s, struct dist *all, bool *any, struct dist *d)
{
	if (!*any) {
		*all = *d;
		*any = true;
		return;
	}
	if (!all->part && !d->part && all->one == d->one)
		return;
	struct dist both = {0};
	size_t i = 0, k = 0;
	dist_open(all);
	dist_open(d);
	while ((i < all->n || k < d->n) && s->t->v->err == ERR_OK) {
		const struct part *x = i < all->n ? &all->part[i] : NULL, *y = k < d->n ? &d->part[k] : NULL;
		if (x && y && x->class != y->class) {
			x = x->class < y->class ? x : NULL;
			y = x ? NULL : y;
		}
		i += x != NULL;
		k += y != NULL;
		worked(s, x ? x->q : y->q);
		mix_class(&both, x, y);
	}
	settle(&both);
	dist_free(all);
	dist_free(d);
	*all = both;
}

/* Add a territory that is this share of the whole: classes in any order, and several times. Takes `d` over. */
static void weigh(const struct spread *s, struct dist *all, const mpq_t share, struct dist *d)
{
	bool some = mpq_sgn(share) > 0;
	if (some)
		dist_open(d);
	for (size_t i = 0; i < d->n && some && s->t->v->err == ERR_OK; i++) {
		struct part *p = part_add(all, d->part[i].class, d->part[i].known);
		mpq_mul(p->q, d->part[i].q, share);
		worked(s, p->q);
	}
	dist_free(d);
}

static int by_class(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	return (x->class > y->class) - (x->class < y->class);
}

/* What weigh() added: each class once, ascending. Nobody knows the share of a class of which a part is unknown. */
static void weighed(const struct spread *s, struct dist *d)
{
	size_t n = 0;
	if (d->n)
		qsort(d->part, d->n, sizeof *d->part, by_class);
	for (size_t i = 0; i < d->n; i++) {
		struct part *x = &d->part[i], *last = n ? &d->part[n - 1] : NULL;
		if (!last || last->class != x->class) {
			if (n < i)
				d->part[n] = *x;
			n++;
			continue;
		}
		mpq_add(last->q, last->q, x->q);
		last->known &= x->known;
		mpq_clear(x->q);
		worked(s, last->q);
	}
	d->n = n;
	settle(d);
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
	struct dist all = {0};
	for (size_t i = 0; i < p->n; i++) {
		mpq_mul(p->mass[i], p->mass[i], shares->q[i]);
		mpq_add(mass, mass, p->mass[i]);
		worked(s, mass);
	}
	for (size_t i = 0; i < p->n; i++) {
		mpq_div(p->mass[i], p->mass[i], mass);
		weigh(s, &all, p->mass[i], &p->dist[i]);
	}
	weighed(s, &all);
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

/* A list of atoms that is spread, and what of it stands for itself. */
struct listed {
	const struct spread *s;
	const uint32_t *atoms; /* ascending */
	size_t n;
	struct dist *loose;
	bool *any;
};
/* A node that is being spread: its pieces one by one, which may have pieces. */
struct level {
	const struct node *x;
	size_t at;
	struct pieces p;
};

static struct dist leaf_spread(const struct listed *l, uint32_t id, mpq_t mass)
{
	struct dist ret = {0};
	size_t at;
	mpq_set_ui(mass, 0, 1);
	if (list_has(l->atoms, l->n, id, NULL) && list_has(l->s->atoms, l->s->n, id, &at)) {
		mpq_set_ui(mass, 1, 1);
		ret.one = l->s->class_of[at];
	}
	return ret;
}

static void level_open(struct level *l, const struct node *x)
{
	*l = (struct level){x, 0, {x->n, mem_alloc(x->n * sizeof *l->p.mass), mem_zero(x->n, sizeof *l->p.dist), true}};
	for (uint32_t i = 0; i < x->n; i++)
		mpq_init(l->p.mass[i]);
}

/* The spread of what is in the list of a node whose pieces are known, and into `mass` how much of the node it is, where
 * that is known. Where it is not, mass is 0, and the pieces are mixed into `loose` one by one. */
static struct dist level_close(const struct listed *l, struct level *v, mpq_t mass)
{
	struct pieces *p = &v->p;
	struct dist ret = {0};
	bool told = shares_tell(v->x->shares, p), mixed = false, ended = l->s->t->v->err != ERR_OK;
	mpq_set_ui(mass, 0, 1);
	for (size_t i = 0; i < p->n && ended; i++) {
		dist_free(&p->dist[i]);
		mpq_set_ui(p->mass[i], 0, 1);
	}
	told &= !ended;
	p->all &= !ended;
	if (told)
		ret = by_shares(l->s, v->x->shares, p, mass);
	for (size_t i = 0; i < p->n; i++) {
		if (!told && p->all)
			mix(l->s, &ret, &mixed, &p->dist[i]);
		else if (!told && mpq_sgn(p->mass[i]) > 0)
			mix(l->s, l->loose, l->any, &p->dist[i]);
		mpq_clear(p->mass[i]);
	}
	if (mixed)
		mpq_set_ui(mass, 1, 1);
	free(p->mass);
	free(p->dist);
	return ret;
}

/* Of a node and all below it. No recursion: a unit may give away a part every day of its life. */
static struct dist spread_node(const struct listed *l, uint32_t id, mpq_t mass)
{
	struct level *levels = NULL;
	size_t depth = 0, room = 0;
	struct dist d = {0};
	for (bool down = true;;) {
		const struct node *x = down ? node_of(l->s->t, id) : NULL;
		if (down && x && x->first && view_work(l->s->t->v, 1) == ERR_OK) {
			if (depth == room) {
				room = room ? 2 * room : 8;
				levels = mem_grow(levels, room * sizeof *levels);
			}
			level_open(&levels[depth++], x);
			id = x->first;
			continue;
		}
		if (down)
			d = leaf_spread(l, id, mass);
		if (!depth)
			break;
		struct level *v = &levels[depth - 1];
		v->p.dist[v->at] = d;
		mpq_set(v->p.mass[v->at], mass);
		v->p.all &= mpq_cmp_ui(mass, 1, 1) == 0;
		down = ++v->at < v->p.n;
		if (down) {
			id = v->x->first + (uint32_t)v->at;
			continue;
		}
		d = level_close(l, v, mass);
		depth--;
	}
	free(levels);
	return d;
}

/* The spread of a list of atoms, ascending. Pieces that met again are the whole that they were cut from. */
static void spread_atoms(const struct spread *s, const uint32_t *atoms, size_t n, struct dist *ret, bool *any)
{
	AUTO_LIST struct list roots = {0};
	for (size_t i = 0; i < n; i++) {
		uint32_t id = atoms[i], up = 0;
		const struct node *x;
		for (; (x = node_of(s->t, id)) && x->parent; up++)
			id = x->parent;
		list_add(&roots, id);
		view_work(s->t->v, up / 16);
	}
	list_sort(&roots);
	struct listed l = {s, atoms, n, ret, any};
	for (size_t i = 0; i < roots.n; i++) {
		mpq_t mass;
		mpq_init(mass);
		struct dist d = spread_node(&l, roots.at[i], mass);
		if (mpq_sgn(mass) > 0)
			mix(s, ret, any, &d);
		else
			dist_free(&d);
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
		if (g->of->day < v->day || view_work(s->t->v, 1) != ERR_OK)
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
	struct dist all = {0};
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
	weighed(s, &all);
	return all;
}

static bool all_known(const struct dist *d)
{
	for (size_t i = 0; i < d->n; i++) {
		if (!d->part[i].known)
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
	if (g && !all_known(&d)) {
		dist_free(&d);
		d = spread_groups(s, g);
	}
	return d;
}

void spread_units(const struct spread *s, const uint32_t *units, size_t n, int32_t day, mpq_t *q, bool *known)
{
	struct dist all = {0};
	bool any = false;
	for (size_t i = 0; i < n && s->t->v->err == ERR_OK; i++) {
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
	dist_open(&all);
	for (size_t i = 0; i < s->n_classes; i++)
		known[i] = true;
	for (size_t i = 0; i < all.n; i++) {
		known[all.part[i].class] = all.part[i].known;
		mpq_set(q[all.part[i].class], all.part[i].q);
	}
	dist_free(&all);
}
