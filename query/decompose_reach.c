/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_reach.c - see decompose_reach.h.
 *
 * Units that touched one another are a component. Most are one unit that stayed what it is: there k of k. Of a small
 * one every choice of participants is tried; of one with more than a dozen sources only what its sizes allow is said.
 * What so many participants can become altogether is put together component by component.
 */
#include "query/decompose_reach.h"
#include <stdlib.h>
#include <string.h>

#define TRIED_MAX 12u /* sources of a component whose choices are all tried */

static uint32_t root_of(uint32_t *group, uint32_t i)
{
	while (group[i] != i) {
		group[i] = group[group[i]];
		i = group[i];
	}
	return i;
}

static bool find(const uint32_t *list, size_t n, uint32_t unit, uint32_t *ret)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list[middle] < unit)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = (uint32_t)low;
	return low < n && list[low] == unit;
}

/* Has a unit of the other day territory that none of `from` had? */
static void look_outside(struct reach *x, uint32_t target)
{
	const uint32_t *atoms;
	uint32_t at, kind = unit_kind(x->d->r->v, x->to[target]);
	size_t n = atoms_of(x->atoms, x->to[target], x->to_day, false, &atoms);
	for (size_t i = 0; i < n; i++) {
		uint32_t who = atoms_holder(x->atoms, atoms[i], x->from_day);
		bool ours = who && (find(x->from, x->n_from, who, &at) ||
				    find(x->from, x->n_from, unit_container(x->d->r->v, who, kind, x->from_day), &at));
		x->outside[target] |= who && !ours;
	}
}

enum err reach_find(struct reach *x)
{
	struct arena *a = x->d->r->a;
	struct view *v = x->d->r->v;
	x->outside = arena_alloc(a, (x->n_to + 1) * sizeof *x->outside);
	x->came = arena_alloc(a, (x->n_to + 1) * sizeof *x->came);
	x->group = arena_alloc(a, (x->n_from + x->n_to + 1) * sizeof *x->group);
	for (uint32_t i = 0; i < x->n_from + x->n_to; i++)
		x->group[i] = i;
	for (uint32_t i = 0; i < x->n_from; i++) {
		struct projected p;
		enum err e = project_unit(x->atoms, x->from[i], x->from_day, x->to_day, unit_kind(v, x->from[i]), &p);
		if (e == ERR_NOT_FOUND)
			continue;
		if (e != ERR_OK)
			return e;
		for (size_t k = 0; k < p.n; k++) {
			uint32_t at;
			if (!find(x->to, x->n_to, p.parts[k].target, &at))
				continue;
			x->edges =
			    arena_grow(a, x->edges, x->n_edges, x->n_edges + 1, sizeof *x->edges, &x->edges_room);
			x->edges[x->n_edges++] = (struct reach_edge){i, at, p.n == 1};
			x->came[at] = true;
			x->group[root_of(x->group, i)] = root_of(x->group, (uint32_t)x->n_from + at);
		}
		project_clear(&p);
		e = answer_work(x->d->r);
		if (e != ERR_OK)
			return e;
	}
	for (uint32_t i = 0; i < x->n_to; i++)
		look_outside(x, i);
	return v->err;
}

/* ---- one component ---------------------------------------------------------------------------------- */

struct component {
	size_t n_sources, n_targets, n_edges;
	uint32_t *sources, *targets; /* indices of the whole */
	const struct reach_edge **edges;
	uint32_t *min, *max; /* by the number of its sources that take part */
	bool *can;
	bool simple;
};

/* What a choice of participants becomes: `takes` by index of the component's sources. */
static void become(const struct reach *x, const struct component *c, uint32_t takes, uint32_t *min, uint32_t *max)
{
	bool *sure = mem_zero(x->n_to + 1, sizeof *sure), *may = mem_zero(x->n_to + 1, sizeof *may);
	uint32_t divided = 0, reached = 0, certain = 0, outside = 0;
	for (size_t s = 0; s < c->n_sources; s++)
		for (size_t e = 0; e < c->n_edges; e++)
			if (takes >> s & 1 && c->edges[e]->source == c->sources[s] && c->edges[e]->whole)
				sure[c->edges[e]->target] = true;
	for (size_t s = 0; s < c->n_sources; s++) {
		bool some = false;
		for (size_t e = 0; e < c->n_edges; e++) {
			const struct reach_edge *edge = c->edges[e];
			if (takes >> s & 1 && edge->source == c->sources[s] && !sure[edge->target])
				some = may[edge->target] = true;
		}
		divided += some;
	}
	for (size_t t = 0; t < c->n_targets; t++) {
		uint32_t target = c->targets[t];
		certain += sure[target];
		reached += may[target];
		outside += !sure[target] && x->outside[target];
	}
	*min = certain;
	*max = certain + (divided < reached ? divided : reached) + outside;
	*max = *max < c->n_targets ? *max : (uint32_t)c->n_targets;
	free(sure);
	free(may);
}

static void component_solve(const struct reach *x, struct component *c, const bool *who)
{
	size_t n = c->n_sources;
	c->min = mem_zero(n + 1, sizeof *c->min);
	c->max = mem_zero(n + 1, sizeof *c->max);
	c->can = mem_zero(n + 1, sizeof *c->can);
	if (n > TRIED_MAX) {
		uint32_t outside = 0, known = 0;
		for (size_t t = 0; t < c->n_targets; t++)
			outside += x->outside[c->targets[t]];
		for (size_t s = 0; s < n; s++)
			known += who && who[c->sources[s]];
		for (size_t q = 0; q <= n; q++) {
			size_t most = q + outside;
			c->can[q] = !who || q == known;
			c->max[q] = (uint32_t)(most < c->n_targets ? most : c->n_targets);
		}
		return;
	}
	for (uint32_t takes = 0; takes < 1u << n; takes++) {
		uint32_t q = 0, min, max;
		bool wanted = true;
		for (size_t s = 0; s < n; s++) {
			q += takes >> s & 1;
			wanted = wanted && (!who || who[c->sources[s]] == (takes >> s & 1));
		}
		if (!wanted)
			continue;
		become(x, c, takes, &min, &max);
		c->min[q] = c->can[q] && c->min[q] < min ? c->min[q] : min;
		c->max[q] = c->can[q] && c->max[q] > max ? c->max[q] : max;
		c->can[q] = true;
	}
}

static void component_free(struct component *c)
{
	free(c->sources);
	free(c->targets);
	free(c->edges);
	free(c->min);
	free(c->max);
	free(c->can);
}

/* ---- all of them ------------------------------------------------------------------------------------ */

static void component_of(const struct reach *x, uint32_t root, struct component *c)
{
	*c = (struct component){.sources = mem_zero(x->n_from + 1, sizeof *c->sources),
				.targets = mem_zero(x->n_to + 1, sizeof *c->targets),
				.edges = mem_zero(x->n_edges + 1, sizeof *c->edges)};
	for (uint32_t i = 0; i < x->n_from; i++)
		if (root_of(x->group, i) == root)
			c->sources[c->n_sources++] = i;
	for (uint32_t i = 0; i < x->n_to; i++)
		if (root_of(x->group, (uint32_t)x->n_from + i) == root)
			c->targets[c->n_targets++] = i;
	for (size_t i = 0; i < x->n_edges; i++)
		if (root_of(x->group, x->edges[i].source) == root)
			c->edges[c->n_edges++] = &x->edges[i];
}

/* Add one component: of each total that was possible, with each number that it may have. */
struct totals {
	uint32_t n; /* at most so many take part */
	uint32_t *min, *max;
	bool *can;
};

static void totals_add(struct totals *t, const struct component *c)
{
	uint32_t *min = mem_zero(t->n + 1, sizeof *min), *max = mem_zero(t->n + 1, sizeof *max);
	bool *can = mem_zero(t->n + 1, sizeof *can);
	for (uint32_t total = 0; total <= t->n; total++) {
		for (uint32_t q = 0; t->can[total] && q <= c->n_sources && total + q <= t->n; q++) {
			uint32_t at = total + q, low, high;
			if (!c->can[q])
				continue;
			low = t->min[total] + c->min[q];
			high = t->max[total] + c->max[q];
			min[at] = can[at] && min[at] < low ? min[at] : low;
			max[at] = can[at] && max[at] > high ? max[at] : high;
			can[at] = true;
		}
	}
	free(t->min);
	free(t->max);
	free(t->can);
	t->min = min;
	t->max = max;
	t->can = can;
}

void reach_range(const struct reach *x, uint32_t n, const bool *who, uint32_t *ret_min, uint32_t *ret_max)
{
	struct totals t = {.n = n,
			   .min = mem_zero(n + 1, sizeof *t.min),
			   .max = mem_zero(n + 1, sizeof *t.max),
			   .can = mem_zero(n + 1, sizeof *t.can)};
	bool *done = mem_zero(x->n_from + x->n_to + 1, sizeof *done);
	t.can[0] = true;
	for (uint32_t i = 0; i < x->n_from + x->n_to; i++) {
		uint32_t root = root_of(x->group, i);
		struct component c;
		if (done[root])
			continue;
		done[root] = true;
		component_of(x, root, &c);
		component_solve(x, &c, who);
		totals_add(&t, &c);
		component_free(&c);
	}
	*ret_min = t.can[n] ? t.min[n] : 0;
	*ret_max = t.can[n] ? t.max[n] : (uint32_t)x->n_to;
	free(done);
	free(t.min);
	free(t.max);
	free(t.can);
}
