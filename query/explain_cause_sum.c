/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_cause_sum.c - the causes of a change of what adds up over units.
 *
 * A statement flows from its own day to the units of the later point: what is known to be one unit's by itself, and what
 * lies among several and nobody knows how as it is. Each flow is looked at alone: whether it crosses the border of the
 * scope, and whether the other point speaks of the same territory. Only where the definition is another do those count
 * together that share units or statements: whether all that is compared of them was measured by both at one time.
 */
#include "query/explain_causes.h"
#include <stdlib.h>
#include <string.h>

struct flow {
	struct contributor *k;
	bool in; /* its statement is in the row's group, at its own day */
	size_t n;
	const uint32_t *units; /* one: all of it is this unit's (0: no unit's) */
	struct span amount;
};
/* A unit that a flow leads to. */
struct reached {
	uint32_t unit, flow;
};
struct side {
	struct explain *y;
	size_t n, room, n_reached, reached_room;
	struct flow *flows;
	struct reached *reached; /* by unit */
};
/* What hangs together, by its lowest node: units, then statements of each side. */
enum definition { DEFINITION_ONE, DEFINITION_AHEAD, DEFINITION_BACK, DEFINITION_BROKEN };
struct bunch {
	uint64_t low[3],
	    high[3];    /* revisions whose definitions are compared: of the points, of each bridge and its point */
	bool untold[2]; /* the bridge is not of just what is compared */
};
struct summing {
	struct causes_read read;
	struct side sides[READINGS];
	uint32_t base[READINGS]; /* node of the first statement of a side */
	uint32_t *up;            /* by node; NULL = nothing is of another definition */
	struct bunch *bunches;   /* by root */
};
enum fate { FATE_OUT, FATE_MATCHED, FATE_FRAME, FATE_RESPONSE, FATES };

static int other_of(int side)
{
	return side == POINT_FROM ? POINT_TO : POINT_FROM;
}

/* ---- flows ------------------------------------------------------------------------------------------------ */

static void flow_new(struct summing *s, struct side *d, struct contributor *k, size_t n, const uint32_t *units,
		     const struct span *amount)
{
	struct arena *a = d->y->r->a;
	d->flows = arena_grow(a, d->flows, d->n, d->n + 1, sizeof *d->flows, &d->room);
	d->flows[d->n] = (struct flow){k, causes_was_in(&s->read, k), n, units, *amount};
	for (size_t i = 0; i < n; i++) {
		d->reached =
		    arena_grow(a, d->reached, d->n_reached, d->n_reached + 1, sizeof *d->reached, &d->reached_room);
		d->reached[d->n_reached++] = (struct reached){units[i], (uint32_t)d->n};
	}
	d->n++;
}

/* Parcels of a contributor follow one another. Words lie somewhere among all of its units. */
static void flows_of(struct summing *s, struct side *d, struct contributor *k, const struct parcel *p, size_t n)
{
	struct span all;
	if (!causes_number(&s->read, d->y, k, &all))
		return;
	uint32_t *units = arena_alloc(d->y->r->a, (n + 1) * sizeof *units);
	for (size_t i = 0; i < n; i++)
		units[i] = p[i].unit;
	if (!k->number.low) {
		flow_new(s, d, k, n, units, &all);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (p[i].known)
			flow_new(s, d, k, 1, &units[i], &p[i].own);
}

static int by_unit(const void *a, const void *b)
{
	const struct reached *x = a, *y = b;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->flow > y->flow) - (x->flow < y->flow);
}

static void side_read(struct summing *s, int which)
{
	struct side *d = &s->sides[which];
	d->y = &s->read.y[which];
	for (size_t i = 0, end; i < d->y->n_parcels; i = end) {
		for (end = i + 1; end < d->y->n_parcels && d->y->parcels[end].from == d->y->parcels[i].from; end++)
			;
		flows_of(s, d, &d->y->from[d->y->parcels[i].from], &d->y->parcels[i], end - i);
	}
	for (size_t i = 0; i < d->y->n_rests; i++) {
		const struct rest *rest = &d->y->rests[i];
		flow_new(s, d, &d->y->from[rest->from], rest->n, rest->units, &rest->amount);
	}
	if (d->n_reached)
		qsort(d->reached, d->n_reached, sizeof *d->reached, by_unit);
}

/* The flows that lead to a unit; 0 = none. */
static size_t flows_to(const struct side *d, uint32_t unit, const struct reached **ret)
{
	size_t from = 0, to = d->n_reached, n = 0;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (d->reached[mid].unit < unit)
			from = mid + 1;
		else
			to = mid;
	}
	*ret = d->reached + from;
	while (from + n < d->n_reached && d->reached[from + n].unit == unit)
		n++;
	return n;
}

/* ---- what becomes of them --------------------------------------------------------------------------------- */

/* The parts of a unit that a side speaks of. */
static bool *mask_of(struct summing *s, int side, uint32_t unit, size_t *ret_n)
{
	struct side *d = &s->sides[side];
	const struct reached *list;
	size_t n = flows_to(d, unit, &list);
	uint32_t *units = arena_alloc(d->y->r->a, (n + 1) * sizeof *units);
	int32_t *days = arena_alloc(d->y->r->a, (n + 1) * sizeof *days);
	for (size_t i = 0; i < n; i++) {
		units[i] = d->flows[list[i].flow].k->s->unit;
		days[i] = d->flows[list[i].flow].k->day;
	}
	return causes_spoken(&s->read, unit, units, days, n, ret_n);
}

static enum fate fate_of(struct summing *s, int side, uint32_t unit, bool in)
{
	size_t n;
	if (!unit)
		return in ? FATE_FRAME : FATE_OUT; /* it ends, or has not begun */
	if (!causes_in_now(&s->read, unit))
		return FATE_OUT;
	const bool *own = mask_of(s, side, unit, &n), *others = mask_of(s, other_of(side), unit, &n);
	for (size_t i = 0; i < n; i++)
		if (own[i] && others[i])
			return FATE_MATCHED;
	return causes_framed(&s->read, other_of(side), unit, others) ? FATE_RESPONSE : FATE_FRAME;
}

static enum cause cause_of(enum fate f)
{
	return f == FATE_FRAME ? CAUSE_FRAME : f == FATE_RESPONSE ? CAUSE_RESPONSE : CAUSE_REAL;
}

/* ---- another definition ----------------------------------------------------------------------------------- */

static uint32_t root_of(struct summing *s, uint32_t node)
{
	while (s->up[node] != node)
		node = s->up[node] = s->up[s->up[node]];
	return node;
}

static uint32_t node_of(struct summing *s, int side, const struct contributor *k)
{
	return s->base[side] + (uint32_t)(k - s->sides[side].y->from);
}

static void hang_together(struct summing *s)
{
	struct explain *x = s->read.c->x;
	uint32_t n = view_terms(x->r->v, SPACE_UNIT) + 1;
	for (int i = POINT_FROM; i < READINGS; i++) {
		s->base[i] = n;
		n += s->sides[i].y ? (uint32_t)s->sides[i].y->n_from : 0;
	}
	s->up = arena_alloc(x->r->a, (size_t)n * sizeof *s->up);
	s->bunches = arena_alloc(x->r->a, (size_t)n * sizeof *s->bunches);
	for (uint32_t i = 0; i < n; i++) {
		s->up[i] = i;
		for (int k = 0; k < 3; k++)
			s->bunches[i].low[k] = UINT64_MAX;
	}
	for (int side = POINT_FROM; side < READINGS; side++)
		for (size_t i = 0; i < s->sides[side].n; i++) {
			const struct flow *f = &s->sides[side].flows[i];
			for (size_t k = 0; k < f->n; k++)
				if (f->units[k])
					s->up[root_of(s, f->units[k])] = root_of(s, node_of(s, side, f->k));
		}
}

static bool matched(struct summing *s, uint32_t unit)
{
	return unit && fate_of(s, POINT_FROM, unit, false) == FATE_MATCHED;
}

/* Which of the three comparisons a side takes part in. */
static bool compared_in(int side, int which)
{
	static const int sides[3][2] = {{POINT_FROM, POINT_TO}, {BRIDGE_FROM, POINT_TO}, {BRIDGE_TO, POINT_FROM}};
	return side == sides[which][0] || side == sides[which][1];
}

static void look_at_statements(struct summing *s, int side)
{
	struct explain *y = s->sides[side].y;
	for (size_t i = 0; y && i < y->n_from; i++) {
		struct bunch *b = &s->bunches[root_of(s, node_of(s, side, &y->from[i]))];
		struct span any;
		if (!causes_number(&s->read, y, &y->from[i], &any))
			continue;
		uint64_t rev = causes_under(&s->read, y->from[i].s);
		for (int k = 0; k < 3; k++)
			if (compared_in(side, k)) {
				b->low[k] = rev < b->low[k] ? rev : b->low[k];
				b->high[k] = rev > b->high[k] ? rev : b->high[k];
			}
	}
}

static bool same_mask(struct summing *s, int side, int bridge, uint32_t unit)
{
	size_t n;
	const bool *a = mask_of(s, side, unit, &n), *b = mask_of(s, bridge, unit, &n);
	bool same = true;
	for (size_t i = 0; i < n; i++)
		same &= a[i] == b[i];
	return same;
}

/* A bridge is measured for just what is compared, of the same territory; what it says and nobody can divide is of
 * nothing else. */
static void look_at_bridge(struct summing *s, int bridge)
{
	int side = bridge == BRIDGE_FROM ? POINT_FROM : POINT_TO;
	struct side *d = &s->sides[side], *over = &s->sides[bridge];
	const struct reached *list;
	for (size_t i = 0; i < d->n_reached; i++) {
		uint32_t unit = d->reached[i].unit;
		if ((i && d->reached[i - 1].unit == unit) || !matched(s, unit))
			continue;
		if (!flows_to(over, unit, &list) || !same_mask(s, side, bridge, unit))
			s->bunches[root_of(s, unit)].untold[bridge - BRIDGE_FROM] = true;
	}
	for (size_t i = 0; i < over->n; i++)
		for (size_t k = 0; k < over->flows[i].n && over->flows[i].n > 1; k++)
			if (!matched(s, over->flows[i].units[k]))
				s->bunches[root_of(s, node_of(s, bridge, over->flows[i].k))]
				    .untold[bridge - BRIDGE_FROM] = true;
}

static void definitions(struct summing *s)
{
	if (!s->read.other && !s->read.breaks[0].n)
		return;
	hang_together(s);
	for (int side = POINT_FROM; side < READINGS; side++)
		look_at_statements(s, side);
	for (int bridge = BRIDGE_FROM; bridge < READINGS && s->read.other; bridge++)
		look_at_bridge(s, bridge);
}

static bool breaks(const struct summing *s, const struct bunch *b, int which, bool later)
{
	return b->low[which] < b->high[which] && causes_broken(&s->read, later, b->low[which], b->high[which]);
}

static enum definition definition_of(struct summing *s, int side, const struct contributor *k)
{
	const struct bunch *b = s->up ? &s->bunches[root_of(s, node_of(s, side, k))] : NULL;
	if (!b || (!s->read.other && !breaks(s, b, 0, false)))
		return DEFINITION_ONE;
	if (s->read.other && !b->untold[0] && !breaks(s, b, 1, true))
		return DEFINITION_AHEAD;
	return s->read.other && !b->untold[1] && !breaks(s, b, 2, false) ? DEFINITION_BACK : DEFINITION_BROKEN;
}

/* What is not comparable may all be real, down to what was, or all be definition, up to what is. */
static struct span any_of(struct summing *s, const struct explain *y, const struct span *x, bool was)
{
	struct span any = span_zero(s->read.c->x);
	bool negative = !explain_not_negative(y);
	if (was) {
		mpq_neg(any.low, x->high);
		any.no_low = x->no_high || negative;
		any.no_high = true;
	} else {
		mpq_set(any.high, x->high);
		any.no_high = x->no_high || negative;
		any.no_low = true;
	}
	return any;
}

/* What flows to a unit that both points speak of. */
static void say_matched(struct summing *s, int side, const struct flow *f, uint32_t unit, const struct span *x)
{
	struct causes *c = s->read.c;
	struct explain *y = s->sides[side].y;
	bool was = side == POINT_FROM;
	int sign = was ? -1 : 1;
	struct span any;
	switch (definition_of(s, side, f->k)) {
	case DEFINITION_ONE:
		causes_say(c, CAUSE_REAL, y, f->k, unit, x, sign);
		return;
	case DEFINITION_AHEAD: /* the later definition at the earlier point */
		causes_say(c, was ? CAUSE_DEFINITION : CAUSE_REAL, y, f->k, unit, x, sign);
		return;
	case DEFINITION_BACK:
		causes_say(c, was ? CAUSE_REAL : CAUSE_DEFINITION, y, f->k, unit, x, sign);
		return;
	case DEFINITION_BROKEN:
		any = any_of(s, y, x, was);
		causes_say(c, was ? CAUSE_REAL : CAUSE_DEFINITION, y, f->k, unit, &any, 1);
		return;
	}
}

/* What a bridge says of what is compared is definition on its one side, and real on the other. */
static void say_bridge(struct summing *s, int bridge)
{
	struct causes *c = s->read.c;
	struct side *d = &s->sides[bridge];
	bool ahead = bridge == BRIDGE_FROM;
	for (size_t i = 0; i < d->n; i++) {
		const struct flow *f = &d->flows[i];
		if (!matched(s, f->units[0]) ||
		    definition_of(s, bridge, f->k) != (ahead ? DEFINITION_AHEAD : DEFINITION_BACK))
			continue;
		causes_say(c, CAUSE_DEFINITION, d->y, f->k, f->units[0], &f->amount, ahead ? 1 : -1);
		causes_say(c, CAUSE_REAL, d->y, f->k, f->units[0], &f->amount, ahead ? -1 : 1);
	}
}

/* ---- what becomes of a flow ------------------------------------------------------------------------------- */

static void flow_take(struct summing *s, int side, const struct flow *f)
{
	struct causes *c = s->read.c;
	struct explain *y = s->sides[side].y;
	int sign = side == POINT_TO ? 1 : -1;
	bool has[FATES] = {false};
	uint32_t first[FATES] = {0};
	unsigned fates = 0;
	for (size_t i = 0; i < f->n; i++) {
		enum fate fate = fate_of(s, side, f->units[i], f->in);
		fates += !has[fate];
		first[fate] = has[fate] ? first[fate] : f->units[i];
		has[fate] = true;
	}
	struct span some = fates > 1 ? causes_some(c, y, &f->amount) : f->amount;
	if (has[FATE_MATCHED])
		say_matched(s, side, f, first[FATE_MATCHED], &some);
	for (int i = FATE_MATCHED + 1; i < FATES; i++)
		if (has[i])
			causes_say(c, cause_of((enum fate)i), y, f->k, first[i], &some, sign);
	if (has[FATE_OUT] && fates > 1) /* none or all of it crossed the border */
		causes_say(c, CAUSE_STRUCTURE, y, f->k, first[FATE_OUT], &some, f->in ? sign : -sign);
	else if (f->in && has[FATE_OUT])
		causes_say(c, CAUSE_STRUCTURE, y, f->k, first[FATE_OUT], &f->amount, sign);
	else if (!f->in && !has[FATE_OUT])
		causes_say(c, CAUSE_STRUCTURE, y, f->k, f->units[0], &f->amount, -sign);
}

/* Of a unit of which one point speaks only in part: what the other says of the rest is no real change, and nobody knows
 * how much that is. */
static void partly(struct summing *s, uint32_t unit)
{
	size_t n;
	const bool *masks[POINTS] = {NULL, mask_of(s, POINT_FROM, unit, &n), mask_of(s, POINT_TO, unit, &n)};
	for (int side = POINT_FROM; side < POINTS; side++) {
		const struct reached *list;
		bool only = false;
		for (size_t i = 0; i < n; i++)
			only |= masks[side][i] && !masks[other_of(side)][i];
		if (!only)
			continue;
		struct side *d = &s->sides[side];
		int sign = side == POINT_TO ? 1 : -1;
		enum cause cause =
		    causes_framed(&s->read, other_of(side), unit, masks[other_of(side)]) ? CAUSE_RESPONSE : CAUSE_FRAME;
		for (size_t i = 0, k = flows_to(d, unit, &list); i < k; i++) {
			struct flow *f = &d->flows[list[i].flow];
			struct span some = causes_some(s->read.c, d->y, &f->amount);
			causes_say(s->read.c, cause, d->y, f->k, unit, &some, sign);
			causes_say(s->read.c, CAUSE_REAL, d->y, f->k, unit, &some, -sign);
		}
	}
}

enum err causes_sum(struct causes *c)
{
	struct summing *s = arena_alloc(c->x->r->a, sizeof *s); /* what is told lies in it */
	struct side *from = &s->sides[POINT_FROM];
	enum err e = causes_read(c, &s->read);
	if (e == ERR_OK) {
		side_read(s, POINT_FROM);
		side_read(s, POINT_TO);
		for (int bridge = BRIDGE_FROM; bridge < READINGS && s->read.other; bridge++)
			side_read(s, bridge);
		definitions(s);
		causes_corrected(&s->read);
		for (int bridge = BRIDGE_FROM; bridge < READINGS && s->read.other; bridge++)
			say_bridge(s, bridge);
	}
	for (int side = POINT_FROM; side < POINTS && e == ERR_OK; side++)
		for (size_t i = 0; i < s->sides[side].n && e == ERR_OK; i++) {
			flow_take(s, side, &s->sides[side].flows[i]);
			e = answer_work(c->x->r);
		}
	for (size_t i = 0; i < from->n_reached && e == ERR_OK; i++) {
		uint32_t unit = from->reached[i].unit;
		if ((!i || from->reached[i - 1].unit != unit) && fate_of(s, POINT_FROM, unit, false) == FATE_MATCHED)
			partly(s, unit);
		e = answer_work(c->x->r);
	}
	for (size_t i = 0; i < s->read.y[POINT_TO].n_from && e == ERR_OK; i++) {
		struct contributor *k = &s->read.y[POINT_TO].from[i];
		struct span now;
		if (causes_was_in(&s->read, k) && causes_number(&s->read, &s->read.y[POINT_TO], k, &now))
			causes_point(c, &s->read.y[POINT_TO], k, &now, 1);
	}
	causes_read_free(&s->read);
	return e;
}
