/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_odd.c - figures as reported that a reader would not expect in a sum: of units whose lives were all taken back,
 * and of several units that are declared one.
 *
 * As reported nothing is left out, since a sum is that of what was said (and a decomposition of it adds up to the same);
 * but it does not go without a word. In another structure the first are left out, with a note, and of the second only
 * what makes up their territory counts (twice.h).
 */
#include <stdlib.h>
#include "query/same.h"
#include "query/trend_measuring.h"

struct odd_one {
	uint32_t first, unit; /* first: by which all that are one are known */
};
struct trend_odd {
	uint32_t n_ghosts, ghost; /* the first */
	size_t n, room;
	struct odd_one *list; /* units that are the same as another, anywhere */
};

enum err trend_odd_ask(struct trend *t)
{
	struct same *list;
	size_t n = same_read(t->r->v, t->r->a, &list);
	if (!n)
		return t->r->v->err;
	t->same_of = arena_alloc(t->r->a, ((size_t)t->n_units + 1) * sizeof *t->same_of);
	for (size_t i = 0; i < n; i++)
		if (list[i].unit <= t->n_units)
			t->same_of[list[i].unit] = list[i].first;
	return t->r->v->err;
}

static bool counts(struct trend *t, struct slice value)
{
	struct msg_value *v = NULL;
	struct num n;
	return value_peek(value, &n) || (value_get(value, t->work, &v) == ERR_OK && v && !v->missing);
}

void trend_odd_see(struct trend *t, struct trend_row *row, uint32_t unit, struct slice value)
{
	bool ghost = !trend_kind(t, unit), same = t->same_of && t->same_of[unit] && counts(t, value);
	if (!ghost && !same)
		return;
	if (!row->odd)
		row->odd = arena_alloc(t->r->a, sizeof *row->odd);
	struct trend_odd *o = row->odd;
	if (ghost)
		o->ghost = o->n_ghosts++ ? o->ghost : unit;
	if (!same)
		return;
	o->list = arena_grow(t->r->a, o->list, o->n, o->n + 1, sizeof *o->list, &o->room);
	o->list[o->n++] = (struct odd_one){t->same_of[unit], unit};
}

static int by_first(const void *a, const void *b)
{
	const struct odd_one *x = a, *y = b;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->unit > y->unit) - (x->unit < y->unit);
}

static void same_note(struct trend *t, struct trend_odd *o, struct msg_trend_row *m)
{
	struct arena *a = t->r->row;
	const struct odd_one *first = NULL;
	size_t n = 0;
	if (o->n)
		qsort(o->list, o->n, sizeof *o->list, by_first);
	for (size_t i = 1; i < o->n; i++) {
		const struct odd_one *x = &o->list[i - 1], *y = &o->list[i];
		/* Territories and their authorities are of two kinds: neither counts for the other. */
		if (x->first != y->first || x->unit == y->unit || trend_kind(t, x->unit) != trend_kind(t, y->unit))
			continue;
		first = first ? first : x;
		n++;
	}
	if (!n)
		return;
	const char *more = n > 1 ? arena_printf(a, ", and so with %zu more", n - 1) : "";
	trend_note(
	    t, m,
	    arena_printf(a,
			 "%s and %s are declared one unit%s: what is said of both counts twice here, and does not "
			 "with structure_at",
			 answer_text(t->r, SPACE_UNIT, first[0].unit), answer_text(t->r, SPACE_UNIT, first[1].unit),
			 more));
}

void trend_odd_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	struct trend_odd *o = row->odd;
	if (!o)
		return;
	if (o->n_ghosts)
		trend_note(t, m,
			   arena_printf(t->r->row,
					"figures of units that do not exist any more, since what made them was taken "
					"back, are counted here: %u, the first of %s",
					o->n_ghosts, answer_text(t->r, SPACE_UNIT, o->ghost)));
	same_note(t, o, m);
}
