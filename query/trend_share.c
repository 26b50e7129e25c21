/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_share.c - what a row has of what all rows have together, or of the total along a dimension.
 *
 * A share is of a whole that is made of the same units: where the total of some of them was never said there is no
 * share; where some have a total and not the part, the part is at least what is known of it.
 */
#include <stdlib.h>
#include <string.h>
#include "query/trend_placing.h"
#include "query/unit.h"

/* ---- of what all rows have together ------------------------------------------------------------------ */

struct total {
	mpq_t low, high;
	uint32_t n_open;
	const char *none;
};

static void total_add(struct trend *t, struct total *all, const struct trend_row *row, const struct place *p)
{
	bool negative = p->x.no_low || mpq_sgn(p->x.low) < 0;
	if (p->none && (trend_valued(row) || row->n_vague || !trend_missing(row) || !trend_not_negative(t)))
		all->none =
		    all->none ? all->none : arena_printf(t->r->a, "what they have together is not known: %s", p->none);
	else if (negative)
		all->none = "figures may be negative: they are no parts of a whole";
	mpq_add(all->low, all->low, p->x.low);
	mpq_add(all->high, all->high, p->x.high);
	view_work(t->r->v, fraction_cost(all->high));
	all->n_open += p->x.no_high;
}

/* x of x + others, in percent; the ends are independent. */
static void share_end(mpq_t ret, const mpq_t x, const mpq_t others)
{
	mpq_t all;
	mpq_init(all);
	mpq_add(all, x, others);
	mpq_set_ui(ret, 0, 1);
	if (mpq_sgn(all) > 0) {
		mpq_div(ret, x, all);
		mpq_set_ui(all, 100, 1);
		mpq_mul(ret, ret, all);
	}
	mpq_clear(all);
}

static void share_of_all(struct place *p, const struct total *all)
{
	mpq_t others, x;
	mpq_inits(others, x, NULL);
	p->share.no_low = p->share.no_high = false;
	mpq_sub(others, all->high, p->x.high);
	share_end(p->share.low, p->x.low, others);
	if (all->n_open > p->x.no_high)
		mpq_set_ui(p->share.low, 0, 1);
	mpq_sub(others, all->low, p->x.low);
	mpq_sub(others, others, p->may); /* it stands in a row of its own, and would be here */
	if (mpq_sgn(others) < 0)
		mpq_set_ui(others, 0, 1);
	mpq_add(x, p->x.high, p->may);
	share_end(p->share.high, x, others);
	mpq_set_ui(x, 100, 1);
	if (p->x.no_high || p->may_open || mpq_cmp(p->share.high, x) > 0)
		mpq_set(p->share.high, x);
	if (!mpq_sgn(all->high) && !all->n_open)
		p->no_share = "the sum is zero: there are no shares of it";
	mpq_clears(others, x, NULL);
}

void trend_share_all(struct trend *t, const uint32_t *rows, uint32_t n, bool by_round_)
{
	struct total all = {0};
	mpq_inits(all.low, all.high, NULL);
	bool told = false,
	     more = false; /* that there may be more: of a group, which is open then; of what is in none */
	for (uint32_t i = 0; i < n; i++) {
		total_add(t, &all, &t->rows[rows[i]], &t->places->list[rows[i]]);
		if (t->by == TREND_BY_DIM && t->def->over_units != AGGREGATION_ADDITIVE &&
		    t->rows[rows[i]].first_unit != t->rows[rows[0]].first_unit)
			all.none = "the groups are of different units, whose figures are not added up";
		told = told || trend_incomplete(t, &t->rows[rows[i]]);
		if (!i || t->rows[rows[i]].round != t->rows[rows[i - 1]].round)
			more = more || trend_incomplete_whole(t, &t->rows[rows[i]]);
	}
	all.n_open += more && !told;
	for (uint32_t i = 0; i < n; i++) {
		struct place *p = &t->places->list[rows[i]];
		p->alone_by_round = by_round_;
		p->no_share = p->none ? p->none : all.none;
		if (!p->no_share)
			share_of_all(p, &all);
	}
	mpq_clears(all.low, all.high, NULL);
}

/* ---- of the total along a dimension ----------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* The units that a row speaks of, ascending; NULL where it does not keep them: one unit a row, or a rest. */
static uint32_t *units_of(const struct trend_row *row)
{
	uint32_t *units = row->n_kept ? mem_alloc(row->n_kept * sizeof *units) : NULL;
	for (uint32_t i = 0; i < row->n_kept; i++)
		units[i] = row->kept[i].unit;
	if (units)
		qsort(units, row->n_kept, sizeof *units, by_number);
	return units;
}

/* A unit that x speaks of and y does not; 0 = none. Both ascending. */
static uint32_t only_in(const uint32_t *x, size_t n_x, const uint32_t *y, size_t n_y)
{
	size_t k = 0;
	for (size_t i = 0; i < n_x; i++) {
		while (k < n_y && y[k] < x[i])
			k++;
		if (k == n_y || y[k] != x[i])
			return x[i];
	}
	return 0;
}

/* Is the total one of the same units? Where it is one of more, the row has more than is known. */
static void same_units(struct trend *t, const struct trend_row *row, const struct trend_row *total, struct place *p)
{
	uint32_t *x = units_of(row), *y = units_of(total), more = 0, other = 0;
	if (x && y) {
		other = only_in(x, row->n_kept, y, total->n_kept);
		more = only_in(y, total->n_kept, x, row->n_kept);
	}
	if (other)
		p->no_share =
		    arena_printf(t->r->a, "the total along %s is of other units: none is on record of %s",
				 t->places->along->id, unit_name(t->r->v, other, t->refs[row->ref].day, t->r->a));
	p->fewer = more != 0;
	free(x);
	free(y);
}

/* The part has to be one of the whole: between nothing and all of it, as far as they agree. */
static void within_hundred(struct place *p)
{
	mpq_t hundred;
	mpq_init(hundred);
	mpq_set_ui(hundred, 100, 1);
	bool exact = !p->share.no_high && mpq_equal(p->share.low, p->share.high);
	if (!exact && mpq_cmp(p->share.low, hundred) <= 0 &&
	    (p->share.no_high || mpq_cmp(p->share.high, hundred) > 0)) {
		mpq_set(p->share.high, hundred);
		p->share.no_high = false;
	}
	mpq_clear(hundred);
}

static void percent_of(mpq_t ret, const mpq_t part, const mpq_t whole)
{
	mpq_t hundred;
	mpq_init(hundred);
	mpq_set_ui(hundred, 100, 1);
	mpq_div(ret, part, whole);
	mpq_mul(ret, ret, hundred);
	mpq_clear(hundred);
}

/* A part above zero is least in the largest whole, one below zero in the smallest. */
static void share_of_total(struct trend *t, struct place *p, const struct place *whole)
{
	bool open = whole->x.no_high || whole->may_open, not_negative = trend_not_negative(t);
	mpq_t most, high;
	mpq_inits(most, high, NULL);
	mpq_add(most, whole->x.high, whole->may);
	mpq_add(high, p->x.high, p->may);
	p->share.no_low = p->x.no_low || (p->fewer && !not_negative);
	p->share.no_high = p->x.no_high || p->may_open || p->fewer;
	if (p == whole) { /* whatever it is */
		mpq_set_ui(p->share.low, 100, 1);
		mpq_set_ui(p->share.high, 100, 1);
		p->share.no_low = p->share.no_high = false;
	} else {
		if (mpq_sgn(p->x.low) < 0)
			percent_of(p->share.low, p->x.low, whole->x.low);
		else if (!open)
			percent_of(p->share.low, p->x.low, most);
		if (mpq_sgn(high) >= 0)
			percent_of(p->share.high, high, whole->x.low);
		else if (!open)
			percent_of(p->share.high, high, most);
		if (not_negative)
			within_hundred(p);
		if (p->share.no_low && p->share.no_high)
			p->no_share =
			    "values are missing or open, and may be negative: there is no bound on either side";
	}
	mpq_clears(most, high, NULL);
}

static void share_along(struct trend *t, const struct trend_row *row, struct place *p, const struct trend_row *total,
			const struct place *whole)
{
	p->no_share = p->none ? p->none : whole->none;
	if (!p->no_share && !whole->x.no_low && mpq_sgn(whole->x.low) <= 0 && mpq_sgn(whole->x.high) <= 0 &&
	    !whole->x.no_high && !mpq_sgn(whole->may) && !whole->may_open)
		p->no_share = "the total is not above zero: there are no shares of it";
	if (!p->no_share && (whole->x.no_low || mpq_sgn(whole->x.low) <= 0))
		p->no_share = "the total may be zero, or less: there are no shares of it";
	if (!p->no_share)
		same_units(t, row, total, p);
	if (!p->no_share)
		share_of_total(t, p, whole);
}

/* Along a dimension: of its total where that is on record, else of the sum of its parts. */
void trend_share_along(struct trend *t, const uint32_t *rows, uint32_t n, bool alone_by_round)
{
	struct trend_places *p = t->places;
	const struct trend_row *total = NULL;
	for (uint32_t i = 0; i < n; i++) {
		if (p->total[t->rows[rows[i]].series])
			total = &t->rows[rows[i]];
	}
	if (!total)
		trend_share_all(t, rows, n, alone_by_round);
	for (uint32_t i = 0; i < n; i++) {
		p->list[rows[i]].of_parts = !total;
		if (total)
			share_along(t, &t->rows[rows[i]], &p->list[rows[i]], total, &p->list[total - t->rows]);
	}
}
