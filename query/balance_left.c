/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_left.c - of what is counted on record: what its flows leave unexplained, and where there may be more of it.
 *
 * What is uncertain of a thing is uncertain once: whichever is its day, it is in the opening or new, never both nor
 * neither. Bounds of all things added up would tell of each the worst of both. So the difference is taken thing by
 * thing, of those together that an event between the points connects (what one of them loses the other gains), and
 * is none wherever their bounds allow none.
 */
#include <stdlib.h>
#include <string.h>
#include "query/balancing.h"
#include "query/count_listed.h"

static uint32_t *parents(struct record *c)
{
	if (!c->joined) {
		uint32_t n = view_terms(c->b->r->v, SPACE_UNIT);
		c->joined = arena_alloc(c->b->r->a, ((size_t)n + 1) * sizeof *c->joined);
		for (uint32_t i = 0; i <= n; i++)
			c->joined[i] = i;
	}
	return c->joined;
}

static uint32_t root_of(struct record *c, uint32_t thing)
{
	uint32_t *up = parents(c);
	while (up[thing] != thing)
		thing = up[thing] = up[up[thing]];
	return thing;
}

void left_join(struct record *c, uint32_t unit, uint32_t other)
{
	const struct ones *o = &c->either;
	uint32_t x = root_of(c, same_first(o->list, o->n, unit)), y = root_of(c, same_first(o->list, o->n, other));
	c->joined[x > y ? x : y] = x < y ? x : y;
}

void left_add(struct record *c, const struct balance_row *row, int low, int high)
{
	const struct ones *o = &c->either;
	c->left = arena_grow(c->b->r->a, c->left, c->n_left, c->n_left + 1, sizeof *c->left, &c->left_room);
	c->left[c->n_left++] = (struct left){
	    .row = (uint32_t)(row - c->b->rows), .thing = same_first(o->list, o->n, c->at), .low = low, .high = high};
}

static int by_thing(const void *a, const void *b)
{
	const struct left *x = a, *y = b;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return (x->thing > y->thing) - (x->thing < y->thing);
}

static void left_settle(struct record *c)
{
	struct balance *b = c->b;
	for (size_t i = 0; i < c->n_left; i++)
		c->left[i].thing = root_of(c, c->left[i].thing);
	if (c->n_left)
		qsort(c->left, c->n_left, sizeof *c->left, by_thing);
	for (size_t i = 0; i < b->n_rows; i++) {
		b->rows[i].left = arena_alloc(b->r->a, sizeof *b->rows[i].left);
		*b->rows[i].left = amount_zero(b->all);
	}
	for (size_t i = 0, end; i < c->n_left; i = end) {
		int64_t low = 0, high = 0;
		for (end = i; end < c->n_left && by_thing(&c->left[i], &c->left[end]) == 0; end++) {
			low += c->left[end].low;
			high += c->left[end].high;
		}
		if (low <= 0 && high >= 0)
			continue;
		struct amount *sum = b->rows[c->left[i].row].left;
		size_t mark = amounts_mark(b->all);
		struct amount x = amount_whole(b->all, low), y = amount_whole(b->all, high);
		mpq_add(sum->low, sum->low, x.low);
		mpq_add(sum->high, sum->high, y.low);
		amounts_back(b->all, mark);
	}
}

/* ---- there may be more ------------------------------------------------------------------------------ */

/* Whose lists count for a row: its group's, or those of all that is asked about. */
static size_t units_of(struct balance *b, uint32_t group, uint32_t **ret)
{
	size_t n = group ? 1 : b->q->n_units;
	*ret = arena_alloc(b->work, (n + 1) * sizeof **ret);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = group ? group : scope_unit(b->scope, i);
	return n;
}

/* Of what a round speaks of: it must say itself that it speaks of all. */
static bool round_lists(struct balance *b, const struct point *p, uint32_t group)
{
	struct spoken_round round = {.round = p->round, .def = p->def};
	struct spoken_scope in = {.n_rounds = 1, .rounds = &round, .from = p->day, .to = p->day};
	uint32_t *units;
	size_t n = units_of(b, group, &units);
	bool some, all = spoken_declared(b->r, &in, "arrangement", units, n, &some);
	/* Of everything: whether what is declared is all of it, is the count's to say. */
	return all || (!n && spoken_declares(b->r->v, p->round, "arrangement"));
}

/* Why: nothing declares a list of arrangements complete, or one of units is declared not to be. */
static void why_open(struct balance *b, struct balance_row *row, struct listed *listed)
{
	uint32_t *units;
	size_t n = units_of(b, row->group, &units);
	const char **texts;
	n = listed_gaps(listed, units, n, &texts);
	for (size_t i = 0; i < n; i++)
		balance_note(b, row, arena_printf(b->r->a, "of those on record: %s", texts[i]));
	if (!n)
		balance_note(b, row, "at least so many: what is on record is not declared complete there");
}

static void open_put(struct balance *b, struct balance_row *row, struct listed *listed, bool closing)
{
	struct amount *x = closing ? &row->closing : &row->opening;
	size_t mark = amounts_mark(b->all);
	struct amount maybe = amount_zero(b->all);
	mpq_sub(maybe.low, x->high, x->low);
	if (mpq_sgn(maybe.low))
		balance_note(b, row,
			     arena_printf(b->r->a, "%s %s only possible at the %s: dates are uncertain",
					  mpq_decimal(b->r->a, maybe.low, 0),
					  mpz_cmp_ui(mpq_numref(maybe.low), 1) ? "are" : "is",
					  closing ? "closing" : "opening"));
	amounts_back(b->all, mark);
	x->no_high = true;
	why_open(b, row, listed);
}

static uint32_t *row_groups(struct balance *b)
{
	uint32_t *groups = arena_alloc(b->r->a, (b->n_rows + 1) * sizeof *groups);
	for (size_t i = 0; i < b->n_rows; i++)
		groups[i] = b->rows[i].group;
	return groups;
}

static enum err open_side(struct record *c, bool closing, bool rounds)
{
	struct balance *b = c->b;
	const struct point *p = closing ? &b->to : &b->from;
	struct listed_ask ask = {.day = p->day,
				 .scope = b->scope,
				 .n_units = b->q->n_units,
				 .subtree = b->q->subtree,
				 .arrangements =
				     b->q->counted == COUNTED_ARRANGEMENTS || strcmp(b->q->kind, "arrangement") == 0,
				 .kind = b->kind,
				 .n_groups = b->n_rows};
	struct listed *listed;
	ask.groups = row_groups(b);
	b->r->v->as_of = p->rev;
	enum err e = listed_read(b->r, &ask, &listed);
	for (size_t i = 0; i < b->n_rows && e == ERR_OK; i++) {
		struct balance_row *row = &b->rows[i];
		bool open = listed_open(listed, row->group) || (rounds && !round_lists(b, p, row->group));
		if (open)
			open_put(b, row, listed, closing);
		arena_reset(b->work);
		e = answer_work(b->r);
	}
	b->r->v->as_of = b->to.rev;
	return e;
}

enum err balance_left(struct record *c, bool rounds)
{
	left_settle(c);
	enum err e = open_side(c, false, rounds);
	return e == ERR_OK ? open_side(c, true, rounds) : e;
}
