/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_units.c - which units a row is of, so that growth is told only from rows that have units in common with it.
 *
 * Cells come in the order of units, which have numbers in the order in which they were first told of: a row of a
 * hundred thousand of them is mostly a few runs of numbers. A row of one group that is a unit needs no list.
 */
#include <stdlib.h>
#include "query/trend_measuring.h"

bool trend_units_wanted(const struct trend *t)
{
	return !t->by_unit && !t->q->latest_rounds && t->q->n_periods != 1;
}

void trend_units_more(struct trend_row *row, struct trend_run run)
{
	if (row->run.to) {
		if (row->n_runs == row->runs_room) {
			row->runs_room = row->runs_room ? row->runs_room * 2 : 4;
			row->runs = mem_grow(row->runs, row->runs_room * sizeof *row->runs);
		}
		row->runs[row->n_runs++] = row->run;
	}
	row->run = run;
}

static int by_number(const void *a, const void *b)
{
	const struct trend_run *x = a, *y = b;
	return (x->from > y->from) - (x->from < y->from);
}

/* All runs, ascending and apart. Returns how many units there are. */
static uint32_t settle(struct trend_row *row)
{
	uint32_t n = 0, units = 0;
	if (row->run.to)
		trend_units_more(row, (struct trend_run){0});
	bool ordered = true;
	for (uint32_t i = 1; i < row->n_runs && ordered; i++)
		ordered = row->runs[i - 1].to < row->runs[i].from;
	if (!ordered)
		qsort(row->runs, row->n_runs, sizeof *row->runs, by_number);
	for (uint32_t i = 0; i < row->n_runs; i++) {
		struct trend_run *last = n ? &row->runs[n - 1] : NULL, run = row->runs[i];
		if (last && run.from <= last->to)
			last->to = run.to > last->to ? run.to : last->to;
		else
			row->runs[n++] = run;
	}
	row->n_runs = n;
	for (uint32_t i = 0; i < n; i++)
		units += row->runs[i].to - row->runs[i].from + 1;
	return units;
}

struct trend_common trend_units_common(struct trend *t, struct trend_row *row, struct trend_row *before)
{
	struct trend_common c = {.alike = true};
	if (!before || !trend_units_wanted(t))
		return c;
	c.now = settle(row);
	c.then = settle(before);
	for (uint32_t i = 0, k = 0; i < row->n_runs && k < before->n_runs;) {
		struct trend_run x = row->runs[i], y = before->runs[k];
		uint32_t from = x.from > y.from ? x.from : y.from, to = x.to < y.to ? x.to : y.to;
		c.both += to >= from ? to - from + 1 : 0;
		i += x.to <= y.to;
		k += y.to <= x.to;
	}
	c.alike = !c.now || !c.then || c.both; /* one of no unit has no figure to compare either */
	return c;
}

void trend_units_notes(struct trend *t, const struct trend_common *c, const struct trend_row *before,
		       struct msg_trend_row *m)
{
	struct arena *a = t->r->row;
	bool told = false, grown = false;
	for (size_t i = 0; i < m->n_figures; i++) {
		const struct msg_growth *g = m->figures[i].growth;
		told |= !m->figures[i].refused || !*m->figures[i].refused;
		grown |= g && g->absolute && *g->absolute;
	}
	if (!c->alike && told)
		trend_note(t, m,
			   arena_printf(a, "no growth from %s: the two rows have no unit in common",
					t->refs[before->ref].text));
	else if (grown && (c->both != c->now || c->both != c->then))
		trend_note(t, m,
			   arena_printf(a, "%u of the %u units are in %s too, which has %u", c->both, c->now,
					t->refs[before->ref].text, c->then));
}

void trend_units_free(struct trend *t)
{
	for (uint32_t i = 0; i < t->n_rows; i++)
		free(t->rows[i].runs);
}
