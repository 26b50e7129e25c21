/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_ledger.c - one row: ranges summed block by block, what is certain of each, and what is left.
 */
#include "query/decompose.h"
#include <stdlib.h>
#include <string.h>

void amount_add(struct amount *sum, const struct amount *x, int sign)
{
	if (sign > 0) {
		amount_sum(sum, x);
		return;
	}
	struct amount less = {.low = x->high,
			      .high = x->low,
			      .no_low = x->no_high,
			      .no_high = x->no_low,
			      .low_out = x->high_out,
			      .high_out = x->low_out,
			      .scale = x->scale};
	mpq_sub(sum->low, sum->low, less.low);
	mpq_sub(sum->high, sum->high, less.high);
	sum->no_low |= less.no_low;
	sum->no_high |= less.no_high;
	sum->low_out |= less.low_out;
	sum->high_out |= less.high_out;
	sum->scale = x->scale > sum->scale ? x->scale : sum->scale;
}

void amount_some(struct amount *x, bool may_be_negative)
{
	if (may_be_negative) {
		x->no_low = x->no_high = true;
		return;
	}
	mpq_set_ui(x->low, 0, 1);
	x->no_low = x->low_out = false;
}

struct ledger *ledger_new(struct decompose *d, uint32_t group)
{
	struct ledger *l = arena_alloc(d->r->a, sizeof *l);
	l->group = group;
	l->all = d->all;
	l->a = d->r->a;
	l->places = d->places;
	for (int c = 0; c < CAUSE_COUNT; c++) {
		l->part[c] = amount_zero(d->kept);
		l->share[c] = amount_zero(d->kept);
		l->figure[c] = amount_zero(d->kept).low;
	}
	l->total = amount_zero(d->kept);
	l->now = amount_zero(d->kept);
	l->then = amount_zero(d->kept);
	l->kept = d->kept;
	return l;
}

/* Most rows have nothing to name under most causes. */
static struct ledger_item *items_of(struct ledger *l, enum cause c)
{
	if (!l->items[c]) {
		l->items[c] = arena_alloc(l->a, (DECOMPOSE_AMONG + 1) * sizeof **l->items);
		for (size_t i = 0; i <= DECOMPOSE_AMONG; i++)
			l->items[c][i].size = amount_zero(l->kept).low;
	}
	return l->items[c];
}

static void empty(struct amount *x)
{
	mpq_set_ui(x->low, 0, 1);
	mpq_set_ui(x->high, 0, 1);
	x->no_low = x->no_high = x->low_out = x->high_out = false;
	x->scale = 0;
}

void ledger_block(struct ledger *l)
{
	empty(&l->now);
	empty(&l->then);
	for (int c = 0; c < CAUSE_COUNT; c++) {
		if (l->has[c])
			empty(&l->share[c]);
		l->has[c] = false;
	}
}

void ledger_put(struct ledger *l, enum cause c, const struct amount *x, int sign)
{
	amount_add(&l->share[c], x, sign);
	l->has[c] = true;
}

void ledger_now(struct ledger *l, const struct amount *x)
{
	amount_sum(&l->now, x);
}

void ledger_then(struct ledger *l, const struct amount *x)
{
	amount_sum(&l->then, x);
}

/* Parts that are all exact are the block's change, so that an error in any of them shows; else the joint change is. */
void ledger_block_end(struct ledger *l)
{
	bool exact = true;
	for (int c = 1; c < CAUSE_COUNT; c++)
		exact = exact && (!l->has[c] || amount_exact(&l->share[c]));
	for (int c = 1; c < CAUSE_COUNT; c++) {
		if (!l->has[c])
			continue;
		amount_add(&l->part[c], &l->share[c], 1);
		if (exact)
			amount_add(&l->total, &l->share[c], 1);
	}
	if (exact)
		return;
	amount_add(&l->total, &l->now, 1);
	amount_add(&l->total, &l->then, -1);
}

static bool minus_larger(const struct amount *x)
{
	mpq_t less;
	mpq_init(less);
	mpq_neg(less, x->low);
	bool larger = mpq_cmp(less, x->high) > 0;
	mpq_clear(less);
	return larger;
}

/* How large it may be, whatever its sign; true where nobody knows. */
static bool size_of(const struct amount *x, mpq_ptr ret)
{
	bool low = mpq_sgn(x->low) < 0 && (mpq_sgn(x->high) <= 0 || minus_larger(x));
	mpq_abs(ret, low ? x->low : x->high);
	return x->no_low || x->no_high;
}

static bool smaller(const struct ledger_item *x, const struct ledger_item *y)
{
	return x->open != y->open ? y->open : !x->open && mpq_cmp(x->size, y->size) < 0;
}

const char *ledger_amount(struct arena *a, const struct amount *x, unsigned places)
{
	struct msg_figure f;
	figure_put(a, x, MEASURE_SUM, places, &f);
	if (*f.refused)
		return "not bounded";
	return amount_exact(x) && mpq_sgn(x->low) > 0 ? arena_printf(a, "+%s", f.shown) : f.shown;
}

void ledger_name(struct decompose *d, struct ledger *l, enum cause c, uint32_t unit, uint32_t more, int32_t day,
		 const struct amount *x, int sign)
{
	if (amount_is_zero(x))
		return;
	l->units[c] += 1 + more;
	struct ledger_item *list = items_of(l, c), item = list[DECOMPOSE_AMONG];
	item.open = size_of(x, item.size);
	size_t n = l->n_items[c], at = n;
	while (at && smaller(&list[at - 1], &item))
		at--;
	if (at == DECOMPOSE_AMONG)
		return;
	size_t mark = amounts_mark(d->all);
	struct amount y = amount_zero(d->all);
	amount_add(&y, x, sign);
	const char *name = unit ? unit_name(d->r->v, unit, day, l->a) : "";
	item.text = arena_printf(l->a, "%s%s %s", name, more ? arena_printf(l->a, " and %u more", more) : "",
				 ledger_amount(l->a, &y, l->places > y.scale ? l->places : y.scale));
	amounts_back(d->all, mark);
	/* The last one's place, and its fraction, are the next one's to fill. */
	if (n < DECOMPOSE_AMONG) {
		list[DECOMPOSE_AMONG] = list[n];
		l->n_items[c]++;
	} else {
		n--;
		list[DECOMPOSE_AMONG] = list[n];
	}
	memmove(&list[at + 1], &list[at], (n - at) * sizeof item);
	list[at] = item;
}

void ledger_tell(struct ledger *l, enum cause c, uint32_t units, const char *text)
{
	l->units[c] += units;
	if (l->n_items[c] < DECOMPOSE_AMONG)
		items_of(l, c)[l->n_items[c]++].text = text;
}

void ledger_note(struct ledger *l, enum cause c, const char *text)
{
	for (size_t i = 0; i < l->n_notes[c]; i++) {
		if (strcmp(l->notes[c][i], text) == 0)
			return;
	}
	if (l->n_notes[c] >= DECOMPOSE_AMONG)
		return;
	l->notes[c] =
	    arena_grow(l->a, l->notes[c], l->n_notes[c], l->n_notes[c] + 1, sizeof **l->notes, &l->notes_room[c]);
	l->notes[c][l->n_notes[c]++] = text;
}

void ledger_fix(struct ledger *l, enum cause c, mpq_srcptr figure)
{
	l->fixed[c] = true;
	mpq_set(l->figure[c], figure);
}

/* The number in the range that is nearest to zero. */
static void least(const struct ledger *l, enum cause c, mpq_ptr ret)
{
	const struct amount *x = &l->part[c];
	if (l->fixed[c])
		mpq_set(ret, l->figure[c]);
	else if (!x->no_low && mpq_sgn(x->low) > 0)
		mpq_set(ret, x->low);
	else if (!x->no_high && mpq_sgn(x->high) < 0)
		mpq_set(ret, x->high);
	else
		mpq_set_ui(ret, 0, 1);
}

static unsigned places_of(const struct ledger *l, const struct amount *x)
{
	return x->scale > l->places ? x->scale : l->places;
}

static void part_put(struct decompose *d, struct ledger *l, enum cause c, const struct amount *x, enum measure m,
		     struct msg_decompose_part *ret)
{
	struct arena *a = d->r->row;
	if (c != CAUSE_UNDETERMINED && l->part[c].no_low && l->part[c].no_high)
		ledger_note(l, c, "nothing bounds it on either side");
	*ret = (struct msg_decompose_part){
	    .cause = c, .units = l->units[c], .n_among = l->n_items[c], .n_notes = l->n_notes[c], .notes = l->notes[c]};
	ret->figure = arena_alloc(a, sizeof *ret->figure);
	figure_put(a, x, m, places_of(l, x), ret->figure);
	if (c != CAUSE_UNDETERMINED && !amount_exact(&l->part[c])) {
		struct msg_figure range;
		figure_put(a, &l->part[c], m, places_of(l, &l->part[c]), &range);
		ret->figure->low = range.low;
		ret->figure->high = range.high;
	}
	ret->among = arena_alloc(a, (ret->n_among + 1) * sizeof *ret->among);
	for (size_t i = 0; i < ret->n_among; i++)
		ret->among[i] = l->items[c][i].text;
}

void ledger_row(struct decompose *d, struct ledger *l, const struct amount *from, const struct amount *to,
		struct msg_decompose_row *row)
{
	struct arena *a = d->r->row;
	enum measure m = d->q->measure;
	struct amount left = amount_zero(d->all), sum = amount_zero(d->all), change;
	amount_add(&left, &l->total, 1);
	row->n_parts = CAUSE_UNDETERMINED;
	row->parts = arena_alloc(a, row->n_parts * sizeof *row->parts);
	for (int c = 1; c < CAUSE_UNDETERMINED; c++) {
		struct amount certain = amount_zero(d->all);
		least(l, (enum cause)c, certain.low);
		mpq_set(certain.high, certain.low);
		certain.scale = l->part[c].scale;
		amount_add(&left, &certain, -1);
		amount_add(&sum, &certain, 1);
		part_put(d, l, (enum cause)c, &certain, m, &row->parts[c - 1]);
	}
	part_put(d, l, CAUSE_UNDETERMINED, &left, m, &row->parts[CAUSE_UNDETERMINED - 1]);
	amount_add(&sum, &left, 1);
	change = amount_minus(d->all, to, from);
	row->change = arena_alloc(a, sizeof *row->change);
	row->sum = arena_alloc(a, sizeof *row->sum);
	figure_put(a, &change, m, places_of(l, &change), row->change);
	figure_put(a, &sum, m, places_of(l, &sum), row->sum);
	row->agrees = amount_equal(&change, &sum);
}
