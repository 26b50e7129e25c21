/* SPDX-License-Identifier: Apache-2.0
 *
 * atom_build.c - from the edges on record to who held what when.
 *
 * Days are applied one after the other. On a day, what a unit gives away is taken from what it had in the morning, and
 * what it gets is its own in the evening; only a unit born that day passes on what it got that day, after it has all
 * of it. So it does not matter in what order the events of a day are applied, except where one unit gives by several
 * of them: those go by the ids of the events, which do not depend on the order of entry either.
 *
 * A number of a unit may differ from one store to the other; nothing but the numbering of atoms follows from it.
 */
#include <stdlib.h>
#include <string.h>
#include "query/atom_inner.h"

/* The shares that one event gives away of one source. */
struct giving {
	struct holding *h;
	const struct flow *flows; /* n of them, of one event and source */
	size_t n;
	bool stays;              /* what is left over is the source's own, though no flow says so */
	struct list *named;      /* by flow: the nodes that its territory names */
	struct list rest;        /* the other nodes of the source */
	struct list to;          /* of the rest: flows, n = the source itself */
	const struct num **said; /* by flow, and of the source itself: its weight, or NULL */
};

struct holding *holding_of(const struct atoms *t, uint32_t first)
{
	return first < t->slots && t->slot[first] ? t->held[t->slot[first] - 1] : NULL;
}

struct node *node_of(const struct atoms *t, uint32_t id)
{
	if (id & PIECE)
		return (id & ~PIECE) < t->n_pieces ? &t->pieces[id & ~PIECE] : NULL;
	struct holding *h = holding_of(t, id);
	return h ? &h->node : NULL;
}

static struct holding *hold(struct atoms *t, uint32_t unit)
{
	struct holding *h = holding_of(t, unit);
	if (h)
		return h;
	if (unit >= t->slots) {
		size_t room = t->slots ? t->slots : 1024;
		while (room <= unit)
			room *= 2;
		t->slot = mem_grow(t->slot, room * sizeof *t->slot);
		memset(t->slot + t->slots, 0, (room - t->slots) * sizeof *t->slot);
		t->slots = room;
	}
	t->held = arena_grow(t->a, t->held, t->n_held, t->n_held + 1, sizeof(struct holding *), &t->held_room);
	h = t->held[t->n_held++] = arena_alloc(t->a, sizeof *h);
	*h = (struct holding){.unit = unit, .today = INT32_MIN};
	t->slot[unit] = (uint32_t)t->n_held;
	return h;
}

/* n shares, all 0 so far */
static struct shares *shares_new(struct atoms *t, size_t n)
{
	struct shares *s = arena_alloc(t->a, sizeof *s);
	s->q = arena_alloc(t->a, n * sizeof *s->q);
	s->n = n;
	s->next = t->shares;
	t->shares = s;
	for (size_t i = 0; i < n; i++)
		mpq_init(s->q[i]);
	return s;
}

static void shares_add(struct shares *s, size_t i, const struct num *value)
{
	mpq_t q;
	mpq_init(q);
	num_to_fraction(*value, q);
	mpq_add(s->q[i], s->q[i], q);
	mpq_clear(q);
}

/* Divide by the sum; false when that is nothing. */
static bool shares_even(struct shares *s)
{
	mpq_t sum;
	mpq_init(sum);
	for (size_t i = 0; i < s->n; i++)
		mpq_add(sum, sum, s->q[i]);
	bool some = mpq_sgn(sum) > 0;
	for (size_t i = 0; i < s->n && some; i++)
		mpq_div(s->q[i], s->q[i], sum);
	mpq_clear(sum);
	return some;
}

/* ---- moving and cutting ---- */

static void enter(struct atoms *t, uint32_t id, int32_t day, uint32_t unit)
{
	struct node *x = node_of(t, id);
	if (t->n_entries >= t->entries_room) {
		t->entries_room = t->entries_room ? 2 * t->entries_room : 256;
		t->entries = mem_grow(t->entries, t->entries_room * sizeof *t->entries);
	}
	t->entries[t->n_entries] = (struct entry){day, unit, x->entry};
	x->entry = (uint32_t)t->n_entries++;
}

static void too_large(struct atoms *t)
{
	if (t->v->err == ERR_OK)
		t->v->err = ERR_TOO_LARGE;
}

static void give(struct build *b, struct holding *to, int32_t day, uint32_t id)
{
	list_add(to->newborn ? &to->set : &to->incoming, id);
	to->moved = true;
	if (b->t->n_entries < MOVES_MAX)
		enter(b->t, id, day, to->unit);
	else
		too_large(b->t);
}

/* n pieces; the first one's id, or 0 when there are too many of all. */
static uint32_t cut(struct atoms *t, uint32_t id, uint32_t n, const struct shares *shares)
{
	if (n > ATOMS_MAX - t->n_pieces) {
		too_large(t);
		return 0;
	}
	if (t->n_pieces + n > t->pieces_room) {
		t->pieces_room = 2 * (t->n_pieces + n);
		t->pieces = mem_grow(t->pieces, t->pieces_room * sizeof *t->pieces);
	}
	struct node *x = node_of(t, id);
	*x = (struct node){x->parent, PIECE | (uint32_t)t->n_pieces, n, x->entry, shares};
	for (uint32_t i = 0; i < n; i++)
		t->pieces[t->n_pieces++] = (struct node){.parent = id};
	return PIECE | (uint32_t)(t->n_pieces - n);
}

/* ---- one event and one of its sources ---- */

/* The atoms that the former unit had on its last day of life before `day`. */
static void last_atoms(struct atoms *t, uint32_t unit, int32_t day, struct list *ret)
{
	const struct holding *h = holding_of(t, unit_first(t, unit));
	if (!h || !h->begun)
		node_leaves(t, unit_first(t, unit), ret);
	for (size_t i = h ? h->n_versions : 0; i-- > 0;) {
		const struct version *v = h->versions[i];
		if (v->day >= day || !v->n)
			continue;
		for (size_t k = 0; k < v->n; k++)
			node_leaves(t, v->nodes[k], ret);
		break;
	}
	list_sort(ret);
}

/* Which nodes each flow names, and which none does. */
static void divide(struct build *b, struct giving *g)
{
	struct list *of = mem_zero(g->n, sizeof *of);
	for (size_t i = 0; i < g->n; i++) {
		if (g->flows[i].territory)
			last_atoms(b->t, g->flows[i].territory, g->flows[i].day, &of[i]);
	}
	for (size_t k = 0; k < g->h->set.n; k++) {
		uint32_t id = g->h->set.at[k];
		size_t i = 0;
		while (i < g->n && !list_has(of[i].at, of[i].n, id, NULL))
			i++;
		view_work(b->t->v, 1 + i / 8);
		list_add(i < g->n ? &g->named[i] : &g->rest, id);
	}
	for (size_t i = 0; i < g->n; i++)
		list_free(&of[i]);
	free(of);
}

/* Who gets the rest: the flows that name no territory, and the source itself where it lives on and nobody said that
 * all of it goes. Where nobody is left to get it, it may lie with any of the targets. */
static void rest_targets(struct giving *g)
{
	bool whole = false, self = false;
	for (size_t i = 0; i < g->n; i++) {
		const struct flow *f = &g->flows[i];
		self |= f->target == f->source;
		whole |= !f->territory && !f->part;
		if (!f->territory)
			list_add(&g->to, (uint32_t)i);
	}
	g->stays &= !self && !whole && g->rest.n > 0;
	if (g->stays)
		list_add(&g->to, (uint32_t)g->n);
	if (!g->to.n && g->rest.n) {
		for (size_t i = 0; i < g->n; i++)
			list_add(&g->to, (uint32_t)i);
	}
}

/* All weights, or false. */
static bool weigh(const struct build *b, struct giving *g)
{
	bool all = b->t->n_weights > 0;
	for (size_t i = 0; i < g->n && all; i++) {
		g->said[i] = weight_of(b->t, g->flows[i].event, g->flows[i].from, g->flows[i].to);
		all = g->said[i];
	}
	if (all && g->stays) {
		g->said[g->n] = weight_of(b->t, g->flows[0].event, g->flows[0].from, g->flows[0].from);
		all = g->said[g->n];
	}
	return all;
}

static const struct shares *rest_shares(struct build *b, const struct giving *g)
{
	struct shares *s = shares_new(b->t, g->to.n);
	for (size_t i = 0; i < g->to.n; i++)
		shares_add(s, i, g->said[g->to.at[i]]);
	return shares_even(s) ? s : NULL;
}

/* The weights say how much of the source each named territory is, and the rest. Only where they agree with what is
 * there: a weight without a territory, or a rest that names its targets twice, says nothing. */
static void group(struct build *b, const struct giving *g)
{
	struct atoms *t = b->t;
	struct holding *h = g->h;
	size_t n = 0, k = 0;
	bool named = false, fits = !h->newborn && !h->gave && h->n_versions > 0;
	for (size_t i = 0; i < g->n; i++) {
		bool has = g->flows[i].territory;
		named |= has;
		fits &= !has || g->named[i].n > 0;
		for (size_t x = 0; x < g->to.n; x++)
			fits &= !has || g->to.at[x] != i;
		n += has;
	}
	fits &= g->rest.n > 0 || g->to.n == 0;
	n += g->rest.n > 0;
	if (!named || !fits || n < 2)
		return;
	struct shares *s = shares_new(t, n);
	struct list *groups = arena_alloc(t->a, n * sizeof *groups);
	for (size_t i = 0; i < g->n; i++) {
		if (!g->flows[i].territory)
			continue;
		shares_add(s, k, g->said[i]);
		for (size_t x = 0; x < g->named[i].n; x++)
			list_add(&groups[k], g->named[i].at[x]);
		k++;
	}
	for (size_t x = 0; x < g->to.n && k < n; x++)
		shares_add(s, k, g->said[g->to.at[x]]);
	for (size_t x = 0; x < g->rest.n; x++)
		list_add(&groups[k], g->rest.at[x]);
	struct grouping *new = arena_alloc(t->a, sizeof *new);
	*new = (struct grouping){.of = h->versions[h->n_versions - 1], .shares = s, .groups = groups};
	if (!shares_even(s)) {
		for (size_t i = 0; i < n; i++)
			list_free(&groups[i]);
		return;
	}
	*t->groupings_end = new;
	t->groupings_end = &new->next;
}

/* Give one node, or a piece of one, to a flow's target; flow n, or one that leads to itself: it is kept. */
static void hand(struct build *b, const struct giving *g, size_t flow, uint32_t id)
{
	if (flow == g->n || g->flows[flow].target == g->h->unit)
		list_add(&g->h->set, id);
	else
		give(b, holding_of(b->t, g->flows[flow].target), g->flows[flow].day, id);
}

static void give_away(struct build *b, struct giving *g)
{
	divide(b, g);
	rest_targets(g);
	const struct shares *shares = NULL;
	if (weigh(b, g)) {
		group(b, g);
		shares = g->to.n > 1 ? rest_shares(b, g) : NULL;
	}
	g->h->set.n = 0;
	g->h->moved = g->h->gave = true;
	for (size_t i = 0; i < g->n; i++) {
		for (size_t k = 0; k < g->named[i].n && b->t->v->err == ERR_OK; k++)
			hand(b, g, i, g->named[i].at[k]);
	}
	for (size_t k = 0; k < g->rest.n && view_work(b->t->v, 1) == ERR_OK; k++) {
		if (g->to.n == 1) {
			hand(b, g, g->to.at[0], g->rest.at[k]);
			continue;
		}
		uint32_t piece = cut(b->t, g->rest.at[k], (uint32_t)g->to.n, shares);
		for (size_t i = 0; i < g->to.n && piece; i++)
			hand(b, g, g->to.at[i], piece + (uint32_t)i);
	}
}

static void apply_event(struct build *b, struct holding *h, const struct flow *flows, size_t n, bool more)
{
	struct giving g = {.h = h, .flows = flows, .n = n};
	/* Where another event of the day takes from it too, something is left for that one. */
	g.stays = more || unit_survives(b->t, h->unit, flows[0].day, flows[0].event, h->newborn);
	g.named = mem_zero(n, sizeof *g.named);
	g.said = mem_zero(n + 1, sizeof *g.said);
	give_away(b, &g);
	for (size_t i = 0; i < n; i++)
		list_free(&g.named[i]);
	list_free(&g.rest);
	list_free(&g.to);
	free(g.named);
	free(g.said);
}

/* ---- one day ---- */

static void version_add(struct atoms *t, struct holding *h, int32_t day)
{
	if (h->set.n > MOVES_MAX - t->n_listed) {
		too_large(t);
		return;
	}
	t->n_listed += h->set.n;
	view_work(t->v, h->set.n / 64);
	struct version *v = arena_alloc(t->a, sizeof *v);
	*v = (struct version){.day = day, .n = h->set.n};
	v->nodes = arena_alloc(t->a, (v->n + 1) * sizeof *v->nodes);
	if (v->n)
		memcpy(v->nodes, h->set.at, v->n * sizeof *v->nodes);
	h->versions = arena_grow(t->a, h->versions, h->n_versions, h->n_versions + 1, sizeof(struct version *),
				 &h->versions_room);
	h->versions[h->n_versions++] = v;
}

static void involve(struct build *b, uint32_t unit, int32_t day)
{
	struct holding *h = hold(b->t, unit);
	if (h->today == day)
		return;
	h->today = day;
	h->newborn = h->moved = h->gave = h->done = false;
	h->n_flows = h->waiting = 0;
	list_add(&b->today, b->t->slot[unit] - 1);
}

/* Who is born today, and what everybody has in the morning. */
static void begin_day(struct build *b, const struct flow *flows, size_t n)
{
	struct atoms *t = b->t;
	b->today.n = b->queue.n = 0;
	for (size_t i = 0; i < n; i++) {
		involve(b, flows[i].source, flows[i].day);
		involve(b, flows[i].target, flows[i].day);
		struct holding *h = holding_of(t, flows[i].source);
		if (!h->n_flows++)
			h->first_flow = i;
		if (flows[i].source != flows[i].target)
			holding_of(t, flows[i].target)->waiting++;
	}
	for (size_t i = 0; i < b->today.n; i++) {
		struct holding *h = t->held[b->today.at[i]];
		h->newborn = h->waiting && !unit_lived_before(t, h->unit, flows[0].day);
		if (!h->newborn && !h->begun) {
			list_add(&h->set, h->unit);
			version_add(t, h, INT32_MIN);
		}
		/* What it had in a former life, and nobody took over, is nobody's. */
		for (size_t k = 0; h->newborn && k < h->set.n; k++)
			enter(t, h->set.at[k], flows[0].day, 0);
		if (h->newborn)
			h->set.n = 0;
		h->begun = true;
		if (!h->newborn && h->n_flows)
			list_add(&b->queue, b->today.at[i]);
	}
}

static void apply_source(struct build *b, struct holding *h, const struct flow *flows)
{
	const struct flow *mine = flows + h->first_flow;
	h->done = true;
	for (size_t i = 0; i < h->n_flows && b->t->v->err == ERR_OK;) {
		size_t n = 1;
		while (i + n < h->n_flows && mine[i + n].event == mine[i].event)
			n++;
		apply_event(b, h, mine + i, n, i + n < h->n_flows);
		i += n;
	}
	for (size_t i = 0; i < h->n_flows; i++) {
		struct holding *to = holding_of(b->t, mine[i].target);
		if (to != h && --to->waiting == 0 && to->newborn && to->n_flows && !to->done)
			list_add(&b->queue, b->t->slot[to->unit] - 1);
	}
}

static void apply_day(struct build *b, const struct flow *flows, size_t n)
{
	struct atoms *t = b->t;
	begin_day(b, flows, n);
	for (size_t i = 0; i < b->queue.n; i++)
		apply_source(b, t->held[b->queue.at[i]], flows);
	/* Units born of each other on one day: no order is right, and everyone has its turn. */
	for (size_t i = 0; i < b->today.n; i++) {
		struct holding *h = t->held[b->today.at[i]];
		if (h->n_flows && !h->done)
			apply_source(b, h, flows);
	}
	for (size_t i = 0; i < b->today.n; i++) {
		struct holding *h = t->held[b->today.at[i]];
		for (size_t k = 0; k < h->incoming.n; k++)
			list_add(&h->set, h->incoming.at[k]);
		h->incoming.n = 0;
		if (h->moved)
			version_add(t, h, flows[0].day);
	}
}

/* ---- all of it ---- */

void atoms_build(struct atoms *t, uint32_t basis)
{
	struct build b = {.t = t};
	atoms_read(&b, basis);
	for (size_t i = 0; i < b.n_flows && t->v->err == ERR_OK;) {
		size_t n = 1;
		while (i + n < b.n_flows && b.flows[i + n].day == b.flows[i].day)
			n++;
		apply_day(&b, b.flows + i, n);
		i += n;
	}
	list_free(&b.today);
	list_free(&b.queue);
}
