/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_cause_single.c - the causes of a change of what does not add up: counts of sets, percentages, any, all.
 *
 * What the earlier figures make of a unit of the later point is a cell (explain_cell.c): the figure of the same
 * territory, else what can be known of parts put together. A unit whose figure stays is compared with the later one;
 * what a cell makes of others, less the unit's own earlier figure, came with the borders.
 */
#include "query/explain_causes.h"

struct single {
	struct causes_read read;
};

static const struct cell_made *cell_of(struct single *s, uint32_t unit)
{
	const struct explain *y = &s->read.y[POINT_FROM];
	for (size_t i = 0; i < y->n_cells; i++)
		if (y->cells[i].unit == unit)
			return &y->cells[i];
	return NULL;
}

static const struct contributor *of_cell(struct single *s, const struct cell_made *cell)
{
	return cell->single ? &s->read.y[POINT_FROM].from[cell->parcels[0]->from] : NULL;
}

/* What was said of the unit itself, in the row's group and with a value. */
static struct contributor *said_of(struct single *s, int point, uint32_t unit, struct span *ret)
{
	struct explain *y = &s->read.y[point];
	for (size_t i = 0; i < y->n_from; i++) {
		struct contributor *k = &y->from[i];
		if (k->s->unit == unit && causes_was_in(&s->read, k) && causes_number(&s->read, y, k, ret))
			return k;
	}
	return NULL;
}

/* What the earlier figures make of a unit. */
static struct span earlier(struct single *s, const struct cell_made *cell)
{
	struct explain *y = &s->read.y[POINT_FROM];
	const struct contributor *same = of_cell(s, cell);
	struct span x;
	if (same && causes_number(&s->read, y, same, &x))
		return x;
	if (cell->state == CELL_NUMBER)
		return cell->own;
	x = span_zero(s->read.c->x);
	x.no_high = true;
	x.no_low = !explain_not_negative(y);
	return x;
}

/* All that makes up a cell is told; its amount is not to be divided among them, so the first carries it. */
static void say_cell(struct single *s, enum cause cause, const struct cell_made *cell, const struct span *x, int sign)
{
	struct explain *y = &s->read.y[POINT_FROM];
	struct span none = span_zero(s->read.c->x);
	for (size_t i = 0; i < cell->n; i++)
		causes_say(s->read.c, cause, y, &y->from[cell->parcels[i]->from], cell->unit, i ? &none : x, sign);
}

/* Is what the earlier figures make of it of another definition than a statement of the first one? */
static bool cell_broken(struct single *s, const struct cell_made *cell, const struct statement *than)
{
	const struct explain *y = &s->read.y[POINT_FROM];
	bool broken = false;
	for (size_t i = 0; i < cell->n; i++)
		broken |= causes_broken(&s->read, false, causes_under(&s->read, y->from[cell->parcels[i]->from].s),
					causes_under(&s->read, than));
	return broken;
}

/* Of one definition all of the difference is real. Of two, where both were measured at one of the points, what they
 * differ by there is definition; else nobody can tell which is which. */
static void compare(struct single *s, const struct cell_made *cell, const struct span *then, struct contributor *later,
		    const struct span *now)
{
	struct causes *c = s->read.c;
	struct explain *y = s->read.y;
	uint32_t unit = cell->unit;
	struct span x, free_ = span_zero(c->x);
	struct contributor *ahead = s->read.other ? said_of(s, BRIDGE_FROM, unit, &x) : NULL, *back = NULL;
	free_.no_low = free_.no_high = true;
	if (ahead && causes_broken(&s->read, true, causes_under(&s->read, ahead->s), causes_under(&s->read, later->s)))
		ahead = NULL;
	if (s->read.other && !ahead)
		back = said_of(s, BRIDGE_TO, unit, &x);
	if (back && cell_broken(s, cell, back->s))
		back = NULL;
	bool one = !s->read.other && !cell_broken(s, cell, later->s);
	if (one || back)
		say_cell(s, CAUSE_REAL, cell, then, -1);
	if (one || ahead)
		causes_say(c, CAUSE_REAL, &y[POINT_TO], later, unit, now, 1);
	if (ahead) {
		say_cell(s, CAUSE_DEFINITION, cell, then, -1);
		causes_say(c, CAUSE_DEFINITION, &y[BRIDGE_FROM], ahead, unit, &x, 1);
		causes_say(c, CAUSE_REAL, &y[BRIDGE_FROM], ahead, unit, &x, -1);
	} else if (back) {
		causes_say(c, CAUSE_DEFINITION, &y[POINT_TO], later, unit, now, 1);
		causes_say(c, CAUSE_DEFINITION, &y[BRIDGE_TO], back, unit, &x, -1);
		causes_say(c, CAUSE_REAL, &y[BRIDGE_TO], back, unit, &x, 1);
	} else if (!one) {
		causes_say(c, CAUSE_REAL, &y[POINT_TO], later, unit, &free_, 1);
		causes_say(c, CAUSE_DEFINITION, &y[POINT_TO], later, unit, &free_, 1);
	}
}

static void one_unit(struct single *s, uint32_t unit)
{
	struct causes *c = s->read.c;
	struct explain *from = &s->read.y[POINT_FROM], *to = &s->read.y[POINT_TO];
	const struct cell_made *cell = cell_of(s, unit);
	struct span now, own, then;
	struct contributor *later = said_of(s, POINT_TO, unit, &now), *itself = said_of(s, POINT_FROM, unit, &own);
	if (cell) {
		const struct contributor *same = of_cell(s, cell);
		then = earlier(s, cell);
		if (!same || !causes_was_in(&s->read, same)) {
			say_cell(s, CAUSE_STRUCTURE, cell, &then, 1);
			if (itself)
				causes_say(c, CAUSE_STRUCTURE, from, itself, unit, &own, -1);
		}
	}
	if (later)
		causes_point(c, to, later, &now, 1);
	if (later && cell) {
		compare(s, cell, &then, later, &now);
	} else if (later) {
		causes_say(c, causes_framed(&s->read, POINT_FROM, unit, NULL) ? CAUSE_RESPONSE : CAUSE_FRAME, to, later,
			   unit, &now, 1);
	} else if (cell) {
		say_cell(s, causes_framed(&s->read, POINT_TO, unit, NULL) ? CAUSE_RESPONSE : CAUSE_FRAME, cell, &then,
			 -1);
	}
}

/* Does a figure go on in the group, as the unit's own or that of the same territory? */
static bool stays(struct single *s, uint32_t from)
{
	const struct explain *y = &s->read.y[POINT_FROM];
	uint32_t unit = y->from[from].s->unit;
	if (cell_of(s, unit) && causes_in_now(&s->read, unit))
		return true;
	for (size_t i = 0; i < y->n_cells; i++)
		if (y->cells[i].unit && y->cells[i].single && y->cells[i].parcels[0]->from == from &&
		    causes_in_now(&s->read, y->cells[i].unit))
			return true;
	return false;
}

static void leave(struct single *s)
{
	struct explain *y = &s->read.y[POINT_FROM];
	for (uint32_t i = 0; i < y->n_from; i++) {
		struct span x;
		if (causes_was_in(&s->read, &y->from[i]) && causes_number(&s->read, y, &y->from[i], &x) && !stays(s, i))
			causes_say(s->read.c, CAUSE_STRUCTURE, y, &y->from[i], 0, &x, -1);
	}
}

/* What is missing says nothing that could be followed. */
static void drop_missing(struct explain *y)
{
	size_t n = 0;
	for (size_t i = 0; i < y->n_parcels; i++)
		if (!y->from[y->parcels[i].from].s->said->missing)
			y->parcels[n++] = y->parcels[i];
	y->n_parcels = n;
}

enum err causes_single(struct causes *c)
{
	struct single *s = arena_alloc(c->x->r->a, sizeof *s); /* what is told lies in it */
	uint32_t n_units = view_terms(c->x->r->v, SPACE_UNIT);
	enum err e = causes_read(c, &s->read);
	if (e == ERR_OK) {
		drop_missing(&s->read.y[POINT_FROM]);
		e = explain_cells(&s->read.y[POINT_FROM]);
	}
	if (e == ERR_OK) {
		causes_corrected(&s->read);
		leave(s);
	}
	for (uint32_t u = 1; u <= n_units && e == ERR_OK; u++) {
		if (causes_in_now(&s->read, u))
			one_unit(s, u);
		e = answer_work(c->x->r);
	}
	causes_read_free(&s->read);
	return e;
}
