/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_reach.c - see decompose_reach.h.
 *
 * Units that touched one another are a component. Most are one unit that stayed what it is: there k of k. Of a small
 * one every choice of participants is tried. Of one with more than a dozen sources, of which nobody knows which take
 * part, every choice of those that were divided is: of the others, which lie whole in one target each, only how many lie
 * in each counts. Where more than a dozen were divided, only what the sizes allow is said. What so many participants can
 * become altogether is put together component by component.
 */
#include "query/decompose_reach.h"
#include <stdlib.h>
#include <string.h>

#define TRIED_MAX 12u /* sources of a component whose choices are all tried; of a larger one, divided ones */

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

bool reach_source(const struct reach *x, uint32_t unit, uint32_t *ret)
{
	return find(x->from, x->n_from, unit, ret);
}

/* ---- one component ---------------------------------------------------------------------------------- */

struct component {
	uint32_t n_sources, n_targets, n_edges; /* edges by local numbers */
	const uint32_t *sources, *targets;
	const struct reach_edge *edges;
	uint32_t *min, *max; /* by the number of its sources that take part */
	bool *can;
};

/* What a choice of participants (by source) becomes. `mark` has room for the targets. */
static void become(const struct reach *x, const struct component *c, const bool *takes, uint8_t *mark, uint32_t *min,
		   uint32_t *max)
{
	enum { SURE = 1, MAY = 2 };
	uint32_t certain = 0, perhaps = 0;
	memset(mark, 0, c->n_targets + 1);
	for (uint32_t e = 0; e < c->n_edges; e++) {
		const struct reach_edge *edge = &c->edges[e];
		if (takes[edge->source] && mark[edge->target] != SURE)
			mark[edge->target] = edge->whole ? SURE : MAY;
	}
	for (uint32_t t = 0; t < c->n_targets; t++) {
		certain += mark[t] == SURE;
		perhaps += mark[t] == MAY || (mark[t] != SURE && x->outside[c->targets[t]]);
	}
	*min = certain;
	*max = certain + perhaps;
}

static int most_first(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x < *y) - (*x > *y);
}

/* Too many to try: those with the most heirs, each of which may take part, and what came from outside. */
static void by_size(const struct reach *x, struct component *c)
{
	uint32_t most = 0, *heirs = mem_zero(c->n_sources + 1, sizeof *heirs);
	for (uint32_t t = 0; t < c->n_targets; t++)
		most += x->outside[c->targets[t]];
	for (uint32_t e = 0; e < c->n_edges; e++)
		heirs[c->edges[e].source]++;
	qsort(heirs, c->n_sources, sizeof *heirs, most_first);
	for (uint32_t q = 0; q <= c->n_sources; most += heirs[q++]) {
		c->can[q] = true;
		c->max[q] = most < c->n_targets ? most : c->n_targets;
	}
	free(heirs);
}

/* Of how many sources that lie whole in a target each, the fewest targets that these can be in. */
static void fewest_targets(const struct component *c, const uint32_t *whole, uint32_t *ret)
{
	for (uint32_t w = 1; w <= c->n_sources; w++)
		ret[w] = UINT32_MAX;
	ret[0] = 0;
	for (uint32_t t = 0; t < c->n_targets; t++)
		for (uint32_t w = c->n_sources; w > 0; w--)
			for (uint32_t in = 1; in <= whole[t] && in <= w; in++)
				if (ret[w - in] != UINT32_MAX && ret[w - in] + 1 < ret[w])
					ret[w] = ret[w - in] + 1;
}

/* One choice of divided sources (by source): they lead to `led`, and whole ones can lie in each of the others. */
static void most_targets(const struct reach *x, struct component *c, const bool *takes, uint32_t n_whole, uint8_t *mark)
{
	enum { LED = 1, WHOLE = 2 };
	uint32_t led = 0, open = 0, chosen = 0;
	memset(mark, 0, c->n_targets + 1);
	for (uint32_t e = 0; e < c->n_edges; e++) {
		const struct reach_edge *edge = &c->edges[e];
		mark[edge->target] |= edge->whole ? WHOLE : takes[edge->source] ? LED : 0;
	}
	for (uint32_t t = 0; t < c->n_targets; t++) {
		bool counts = mark[t] & LED || x->outside[c->targets[t]];
		led += counts;
		open += !counts && mark[t] & WHOLE;
	}
	for (uint32_t s = 0; s < c->n_sources; s++)
		chosen += takes[s];
	for (uint32_t w = 0; w <= n_whole; w++) {
		uint32_t q = chosen + w, max = led + (w < open ? w : open);
		c->max[q] = c->max[q] > max ? c->max[q] : max;
		c->can[q] = true;
	}
}

/* false: too many were divided. */
static bool by_divided(const struct reach *x, struct component *c, bool *takes, uint8_t *mark)
{
	uint32_t divided[TRIED_MAX], n_divided = 0, n = c->n_sources;
	uint32_t *whole = mem_zero(c->n_targets + 1, sizeof *whole), *fewest = mem_zero(n + 1, sizeof *fewest);
	bool few = true, *is_whole = mem_zero(n + 1, sizeof *is_whole);
	for (uint32_t e = 0; e < c->n_edges; e++)
		if (c->edges[e].whole) {
			is_whole[c->edges[e].source] = true;
			whole[c->edges[e].target]++;
		}
	for (uint32_t s = 0; s < n && few; s++) {
		few = is_whole[s] || n_divided < TRIED_MAX;
		if (few && !is_whole[s])
			divided[n_divided++] = s;
	}
	for (uint32_t choice = 0; few && choice < 1u << n_divided; choice++) {
		for (uint32_t i = 0; i < n_divided; i++)
			takes[divided[i]] = choice >> i & 1;
		most_targets(x, c, takes, n - n_divided, mark);
	}
	fewest_targets(c, whole, fewest);
	for (uint32_t q = 0; q <= n && few; q++) /* the divided ones first: none of their heirs need take part */
		c->min[q] = q > n_divided ? fewest[q - n_divided] : 0;
	free(whole);
	free(fewest);
	free(is_whole);
	return few;
}

static void one_choice(const struct reach *x, struct component *c, const bool *takes, uint8_t *mark)
{
	uint32_t q = 0, min, max;
	for (uint32_t s = 0; s < c->n_sources; s++)
		q += takes[s];
	become(x, c, takes, mark, &min, &max);
	c->min[q] = c->can[q] && c->min[q] < min ? c->min[q] : min;
	c->max[q] = c->can[q] && c->max[q] > max ? c->max[q] : max;
	c->can[q] = true;
}

static void component_solve(const struct reach *x, struct component *c, const bool *who)
{
	uint32_t n = c->n_sources;
	uint8_t *mark = mem_zero(c->n_targets + 1, 1);
	bool *takes = mem_zero(n + 1, sizeof *takes);
	if (!who && n > TRIED_MAX && !by_divided(x, c, takes, mark))
		by_size(x, c);
	for (uint32_t choice = 0; n <= TRIED_MAX && !who && choice < 1u << n; choice++) {
		for (uint32_t s = 0; s < n; s++)
			takes[s] = choice >> s & 1;
		one_choice(x, c, takes, mark);
	}
	for (uint32_t s = 0; s < n && who; s++)
		takes[s] = who[c->sources[s]];
	if (who)
		one_choice(x, c, takes, mark);
	free(takes);
	free(mark);
}

/* ---- all of them ------------------------------------------------------------------------------------ */

/* Of each total that was possible so far, the numbers that it may have become. */
struct totals {
	uint32_t n;
	uint32_t *min, *max;
	bool *can;
};

static void totals_init(struct totals *t, uint32_t n)
{
	*t = (struct totals){.n = n,
			     .min = mem_zero((size_t)n + 1, sizeof *t->min),
			     .max = mem_zero((size_t)n + 1, sizeof *t->max),
			     .can = mem_zero((size_t)n + 1, sizeof *t->can)};
}

static void totals_fini(struct totals *t)
{
	free(t->min);
	free(t->max);
	free(t->can);
}

static void totals_add(struct totals *t, const struct component *c)
{
	struct totals sum;
	totals_init(&sum, t->n);
	for (uint32_t total = 0; total <= t->n; total++) {
		for (uint32_t q = 0; t->can[total] && q <= c->n_sources && total + q <= t->n; q++) {
			uint32_t at = total + q, low, high;
			if (!c->can[q])
				continue;
			low = t->min[total] + c->min[q];
			high = t->max[total] + c->max[q];
			sum.min[at] = sum.can[at] && sum.min[at] < low ? sum.min[at] : low;
			sum.max[at] = sum.can[at] && sum.max[at] > high ? sum.max[at] : high;
			sum.can[at] = true;
		}
	}
	totals_fini(t);
	*t = sum;
}

/* Sources and targets in the order of their components: `member` < n_from is a source, else n_from + a target. */
struct member {
	uint32_t root, member;
};
static int by_root(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	return (x->member > y->member) - (x->member < y->member);
}
struct edge_of {
	uint32_t root;
	struct reach_edge edge;
};
static int by_edge_root(const void *a, const void *b)
{
	const struct edge_of *x = a, *y = b;
	return (x->root > y->root) - (x->root < y->root);
}

/* What needs no trying: units that stayed what they are, that became nothing here, that came from elsewhere alone. */
struct plain {
	uint32_t same, lost, came;   /* came: with territory from outside */
	uint32_t same_who, lost_who; /* of these, that take part */
};

struct solving {
	const struct reach *x;
	const bool *who;
	struct plain plain;
	struct totals totals;
	uint32_t *list, *local;
	struct reach_edge *edges;
};

static void component_take(struct solving *s, const struct member *m, size_t n, const struct edge_of *e, size_t n_edges)
{
	const struct reach *x = s->x;
	struct component c = {.sources = s->list};
	for (size_t i = 0; i < n; i++) {
		bool source = m[i].member < x->n_from;
		s->list[i] = source ? m[i].member : m[i].member - (uint32_t)x->n_from;
		s->local[m[i].member] = source ? c.n_sources : c.n_targets;
		c.n_sources += source;
		c.n_targets += !source;
	}
	c.targets = s->list + c.n_sources;
	bool takes = s->who && c.n_sources == 1 && s->who[c.sources[0]];
	if (!c.n_targets) {
		s->plain.lost++;
		s->plain.lost_who += takes;
	} else if (!c.n_sources) {
		s->plain.came += x->outside[c.targets[0]];
	} else if (n == 2 && n_edges == 1 && e->edge.whole && !x->outside[c.targets[0]]) {
		s->plain.same++;
		s->plain.same_who += takes;
	} else {
		for (size_t i = 0; i < n_edges; i++)
			s->edges[c.n_edges++] = (struct reach_edge){
			    s->local[e[i].edge.source], s->local[x->n_from + e[i].edge.target], e[i].edge.whole};
		c.edges = s->edges;
		c.min = mem_zero(c.n_sources + 1, sizeof *c.min);
		c.max = mem_zero(c.n_sources + 1, sizeof *c.max);
		c.can = mem_zero(c.n_sources + 1, sizeof *c.can);
		component_solve(x, &c, s->who);
		totals_add(&s->totals, &c);
		free(c.min);
		free(c.max);
		free(c.can);
	}
}

/* The rest of n is of plain ones: as many as can be that were lost, or that stayed. */
static void put_together(const struct solving *s, uint32_t n, uint32_t *ret_min, uint32_t *ret_max)
{
	const struct plain *p = &s->plain;
	bool any = false;
	*ret_min = 0;
	*ret_max = (uint32_t)s->x->n_to;
	for (uint32_t q = 0; q <= s->totals.n && q <= n; q++) {
		uint32_t left = n - q, low = left > p->lost ? left - p->lost : 0,
			 high = left < p->same ? left : p->same;
		if (s->who) {
			low = high = p->same_who;
			if (left != p->same_who + p->lost_who)
				continue;
		}
		if (!s->totals.can[q] || low > high)
			continue;
		uint32_t min = s->totals.min[q] + low, max = s->totals.max[q] + high + p->came;
		*ret_min = any && *ret_min < min ? *ret_min : min;
		*ret_max = any && *ret_max > max ? *ret_max : max;
		any = true;
	}
}

void reach_range(const struct reach *x, uint32_t n, const bool *who, uint32_t *ret_min, uint32_t *ret_max)
{
	size_t all = x->n_from + x->n_to;
	struct member *m = mem_zero(all + 1, sizeof *m);
	struct edge_of *e = mem_zero(x->n_edges + 1, sizeof *e);
	struct solving s = {.x = x,
			    .who = who,
			    .list = mem_zero(all + 1, sizeof *s.list),
			    .local = mem_zero(all + 1, sizeof *s.local),
			    .edges = mem_zero(x->n_edges + 1, sizeof *s.edges)};
	for (uint32_t i = 0; i < all; i++)
		m[i] = (struct member){root_of(x->group, i), i};
	for (size_t i = 0; i < x->n_edges; i++)
		e[i] = (struct edge_of){root_of(x->group, x->edges[i].source), x->edges[i]};
	qsort(m, all, sizeof *m, by_root);
	qsort(e, x->n_edges, sizeof *e, by_edge_root);
	totals_init(&s.totals, n);
	s.totals.can[0] = true;
	for (size_t i = 0, k = 0; i < all;) {
		size_t from = i, edges_from = k;
		while (i < all && m[i].root == m[from].root)
			i++;
		while (k < x->n_edges && e[k].root == m[from].root)
			k++;
		component_take(&s, &m[from], i - from, &e[edges_from], k - edges_from);
	}
	put_together(&s, n, ret_min, ret_max);
	totals_fini(&s.totals);
	free(s.list);
	free(s.local);
	free(s.edges);
	free(m);
	free(e);
}
