/* SPDX-License-Identifier: Apache-2.0
 *
 * recast_value.c - values of units that are made of parts of others.
 *
 * No mean of percentages, no sum of sets, no midpoint: what cannot be known is between two ends, or refused with the
 * reason.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "query/recasting.h"
#include "query/unit.h"

/* ---- amounts ---------------------------------------------------------------------------------------- */

static struct amount amount_new(struct recast *c)
{
	return (struct amount){.low = pool_get(&c->pool), .high = pool_get(&c->pool)};
}

/* Can a value not be negative? */
static bool recast_not_negative(const struct recast *c)
{
	return c->ask.def->type == VALUE_TYPE_COUNT || c->ask.def->type == VALUE_TYPE_PERCENT;
}

/* What a value says as a number. false: it is missing, or words. */
static bool amount_of(struct recast *c, const struct msg_value *v, struct amount *ret)
{
	*ret = amount_new(c);
	if (!amount_read(v, ret))
		return false;
	if (ret->no_low && recast_not_negative(c))
		ret->no_low = false; /* from zero, which is what the end was set to */
	return true;
}

/* ---- dividing --------------------------------------------------------------------------------------- */

/* Whole things by largest remainder, an unallocated rest counting as one more part: nothing is lost between the ends.
 */
static void divide_whole(mpz_srcptr total, mpq_srcptr *shares, size_t n, struct amount *parts)
{
	mpq_t *copy = mem_alloc(n * sizeof *copy);
	mpz_t *counts = mem_alloc(n * sizeof *counts);
	for (size_t i = 0; i < n; i++) {
		mpq_init(copy[i]);
		mpq_set(copy[i], shares[i]);
		mpz_init(counts[i]);
	}
	project_whole((const mpq_t *)copy, n, total, counts);
	for (size_t i = 0; i < n; i++) {
		mpq_set_z(parts[i].low, counts[i]);
		mpq_set_z(parts[i].high, counts[i]);
		mpz_clear(counts[i]);
		mpq_clear(copy[i]);
	}
	free(counts);
	free(copy);
}

static void divide_fraction(const struct amount *total, mpq_srcptr share, bool whole_things, struct amount *part)
{
	mpq_mul(part->low, total->low, share);
	mpq_mul(part->high, total->high, share);
	if (whole_things) { /* between two whole numbers of them */
		mpz_fdiv_q(mpq_numref(part->low), mpq_numref(part->low), mpq_denref(part->low));
		mpz_set_ui(mpq_denref(part->low), 1);
		mpz_cdiv_q(mpq_numref(part->high), mpq_numref(part->high), mpq_denref(part->high));
		mpz_set_ui(mpq_denref(part->high), 1);
	}
	part->no_low = total->no_low;
	part->no_high = total->no_high;
	part->low_out = total->low_out && !whole_things;
	part->high_out = total->high_out && !whole_things;
}

static bool none_known(const struct projected *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->parts[i].known)
			return false;
	}
	return true;
}

bool recast_divide(struct recast *c, const struct recast_entry *e, const struct projected *p, struct amount *parts,
		   struct amount *ret_rest, bool *ret_has_rest)
{
	struct amount total;
	if (!amount_of(c, e->said, &total))
		return false;
	bool whole_things = c->ask.def->type == VALUE_TYPE_COUNT;
	bool plain = amount_exact(&total) && (!whole_things || mpz_cmp_ui(mpq_denref(total.low), 1) == 0);
	*ret_has_rest = false;
	if (plain && p->n == 1 && p->parts[0].known && mpq_cmp_ui(p->parts[0].share, 1, 1) == 0) {
		parts[0] = total; /* all of it */
		*ret_rest = amount_new(c);
		return true;
	}
	if (plain && none_known(p)) {
		for (size_t i = 0; i < p->n; i++) {
			parts[i] = amount_new(c);
			parts[i].scale = total.scale;
		}
		*ret_rest = total;
		*ret_has_rest = true;
		return true;
	}
	mpq_srcptr *shares = arena_alloc(c->a, (p->n + 1) * sizeof *shares);
	struct amount *all = arena_alloc(c->a, (p->n + 1) * sizeof *all);
	mpq_ptr left = pool_get(&c->pool), none = pool_get(&c->pool);
	mpq_set_ui(left, 1, 1);
	for (size_t i = 0; i < p->n; i++) {
		shares[i] = p->parts[i].known ? p->parts[i].share : none;
		mpq_sub(left, left, shares[i]);
		*ret_has_rest |= !p->parts[i].known;
	}
	shares[p->n] = left;
	for (size_t i = 0; i <= p->n; i++) {
		all[i] = amount_new(c);
		all[i].scale = total.scale;
	}
	if (whole_things && plain) {
		divide_whole(mpq_numref(total.low), shares, p->n + 1, all);
	} else {
		for (size_t i = 0; i <= p->n; i++)
			divide_fraction(&total, shares[i], whole_things, &all[i]);
	}
	memcpy(parts, all, p->n * sizeof *all);
	*ret_rest = all[p->n];
	return true;
}

/* ---- words ------------------------------------------------------------------------------------------ */

static const char *name_of(struct recast *c, uint32_t entry)
{
	const struct recast_entry *e = &c->entries[entry];
	return unit_name(c->ask.view, e->unit, e->day, c->a);
}

static bool refuse(struct recast_cell *cell, const char *why)
{
	cell->state = RECAST_REFUSED;
	cell->method = METHOD_REFUSED;
	cell->refused = why;
	return false;
}

/* Does a part say no number at all? Missing ones are counted; words end it. */
static bool all_numbers(struct recast *c, struct recast_cell *cell, size_t *ret_missing)
{
	enum missing_kind kind = MISSING_KIND_UNSPECIFIED;
	*ret_missing = 0;
	for (size_t i = 0; i < cell->n_parts; i++) {
		const struct msg_value *v = c->entries[cell->parts[i].entry].said;
		if (v->missing) {
			bool other = *ret_missing && kind != v->missing->kind;
			kind = other ? MISSING_KIND_UNCLEAR : v->missing->kind;
			++*ret_missing;
		} else if (!v->exact && !v->interval) {
			cell->state = RECAST_VAGUE;
			cell->vague = cell->parts[i].entry;
			return false;
		}
	}
	if (*ret_missing == cell->n_parts) {
		cell->state = RECAST_MISSING;
		cell->missing = kind;
		return false;
	}
	return true;
}

/* Who says no value, where others do. */
static void note_missing(struct recast *c, struct recast_cell *cell)
{
	for (size_t i = 0; i < cell->n_parts; i++) {
		const struct msg_value *v = c->entries[cell->parts[i].entry].said;
		if (v->missing)
			cell->note = arena_printf(c->a, "%s%s%s: %s", cell->note, *cell->note ? "; " : "",
						  name_of(c, cell->parts[i].entry), value_text(c->a, v));
	}
}

/* ---- by aggregation --------------------------------------------------------------------------------- */

static void additive(struct recast *c, struct recast_cell *cell)
{
	size_t missing;
	cell->method = METHOD_MERGED;
	if (!all_numbers(c, cell, &missing))
		return;
	cell->own = amount_new(c);
	cell->may_high = pool_get(&c->pool);
	for (size_t i = 0; i < cell->n_parts && view_work(c->ask.view, fraction_cost(cell->own.high)) == ERR_OK; i++) {
		const struct recast_part *part = &cell->parts[i];
		const struct msg_value *v = c->entries[part->entry].said;
		struct amount x;
		if (v->missing)
			continue;
		if (!part->known) {
			/* What may be added is the entry's rest: all of what its known parts leave. */
			uint32_t rest = c->entries[part->entry].rest;
			if (rest) {
				fraction_add(cell->may_high, c->rests[rest - 1].amount.high);
				cell->may_open |= c->rests[rest - 1].amount.no_high;
			}
			cell->may = true;
			continue;
		}
		if (!part->whole && cell->method < METHOD_APPORTIONED)
			cell->method = METHOD_APPORTIONED;
		if (part->whole && part->amount.low == NULL && amount_of(c, v, &x))
			amount_sum(&cell->own, &x);
		else
			amount_sum(&cell->own, &part->amount);
	}
	if (missing || cell->of < cell->all) { /* something lies where nothing is said of, whatever else may */
		cell->own.no_high = true;
		cell->own.no_low |= !recast_not_negative(c);
	}
	cell->base = cell->own.no_high ? METHOD_BOUNDS : cell->method;
	if (cell->may || cell->own.no_high)
		cell->method = METHOD_BOUNDS;
}

static void distinct(struct recast *c, struct recast_cell *cell)
{
	size_t missing;
	cell->method = METHOD_BOUNDS;
	if (!all_numbers(c, cell, &missing))
		return;
	cell->own = amount_new(c);
	bool not_negative = recast_not_negative(c), any = false;
	for (size_t i = 0; i < cell->n_parts; i++) {
		struct amount x;
		if (!amount_of(c, c->entries[cell->parts[i].entry].said, &x))
			continue;
		fraction_add(cell->own.high, x.high);
		cell->own.no_high |= x.no_high;
		cell->own.high_out |= x.high_out;
		cell->own.scale = x.scale > cell->own.scale ? x.scale : cell->own.scale;
		if (!cell->parts[i].whole || x.no_low)
			continue; /* a part of it may hold none of what it counts */
		int d = any ? mpq_cmp(x.low, cell->own.low) : 1;
		if (d > 0 || (d == 0 && x.low_out)) {
			mpq_set(cell->own.low, x.low);
			cell->own.low_out = x.low_out;
		}
		any = true;
	}
	cell->own.no_low = !any && !not_negative;
	cell->own.no_high |= missing || cell->of < cell->all;
}

/* true = 1, false = 0; what says neither is missing to us. */
static bool truth_of(struct recast *c, const struct msg_value *v, bool *ret_low, bool *ret_high)
{
	struct amount x;
	if (!amount_of(c, v, &x))
		return false;
	*ret_low = !x.no_low && (mpq_sgn(x.low) > 0 || (mpq_sgn(x.low) == 0 && x.low_out));
	*ret_high = x.no_high || mpq_sgn(x.high) != 0;
	return true;
}

static void any_or_all(struct recast *c, struct recast_cell *cell, bool any)
{
	size_t missing;
	bool low = !any, high = !any;
	cell->method = METHOD_MERGED;
	if (!all_numbers(c, cell, &missing))
		return;
	for (size_t i = 0; i < cell->n_parts; i++) {
		bool l = false, h = true;
		if (truth_of(c, c->entries[cell->parts[i].entry].said, &l, &h) && !cell->parts[i].whole) {
			l = l && !any; /* true of some part: perhaps of another one */
			h = h || !any; /* false of some part: perhaps of another one */
		}
		low = any ? low || l : low && l;
		high = any ? high || h : high && h;
	}
	if (cell->of < cell->all) {
		low = low && any;
		high = high || any;
	}
	cell->own = amount_new(c);
	mpq_set_ui(cell->own.low, low, 1);
	mpq_set_ui(cell->own.high, high, 1);
	if (low != high)
		cell->method = METHOD_BOUNDS;
}

/* ---- relative --------------------------------------------------------------------------------------- */

/* A count between two ends, and what it is of. */
struct behind {
	uint64_t low, high, of;
};

/* The counts that a percentage may stand for; false = refused. */
static bool count_behind(struct recast *c, struct recast_cell *cell, uint32_t entry, struct behind *ret)
{
	uint32_t low = 0, of = 0;
	const struct recast_entry *e = &c->entries[entry];
	const char *why = "";
	struct num percent;
	if (!recast_count(c, e, &of, &why))
		return refuse(cell, arena_printf(c->a, "%s: %s", name_of(c, entry), why));
	if (!value_exact(e->said, &percent))
		return refuse(cell, arena_printf(c->a, "%s says %s, from which no count follows", name_of(c, entry),
						 value_text(c->a, e->said)));
	unsigned fits = num_percent_counts(percent, of, &low);
	if (!fits)
		return refuse(cell, arena_printf(c->a, "%s %% of %u in %s fits no whole number: the count is not known",
						 value_text(c->a, e->said), of, name_of(c, entry)));
	*ret = (struct behind){low, low + fits - 1, of};
	return true;
}

/* "40 of 44", "186–192 of 700" */
static const char *counted_text(struct recast *c, const struct behind *x)
{
	return x->low == x->high ? arena_printf(c->a, "%" PRIu64 " of %" PRIu64, x->low, x->of)
				 : arena_printf(c->a, "%" PRIu64 "–%" PRIu64 " of %" PRIu64, x->low, x->high, x->of);
}

static void percent_of(uint64_t count, uint64_t of, mpq_ptr ret)
{
	mpz_set_ui(mpq_numref(ret), count * 100);
	mpz_set_ui(mpq_denref(ret), of);
	mpq_canonicalize(ret);
}

static void recomputed(struct recast *c, struct recast_cell *cell, const struct behind *all, const char *parts)
{
	cell->own = amount_new(c);
	percent_of(all->low, all->of, cell->own.low);
	percent_of(all->high, all->of, cell->own.high);
	if (all->low != all->high)
		cell->method = METHOD_BOUNDS;
	for (size_t i = 0; i < cell->n_parts; i++) {
		struct amount x;
		if (amount_of(c, c->entries[cell->parts[i].entry].said, &x) && x.scale > cell->own.scale)
			cell->own.scale = x.scale;
	}
	cell->note = arena_printf(c->a, "%s: %s; counts derived from rounded percentages", counted_text(c, all), parts);
}

static void relative(struct recast *c, struct recast_cell *cell)
{
	struct behind all = {0}, one;
	const char *parts = "";
	size_t missing;
	cell->method = METHOD_MERGED;
	if (!all_numbers(c, cell, &missing))
		return;
	if (c->ask.def->type != VALUE_TYPE_PERCENT) {
		refuse(cell, "relative: only percentages can be recomputed from counts, and these are not");
		return;
	}
	for (size_t i = 0; i < cell->n_parts; i++) {
		uint32_t entry = cell->parts[i].entry;
		if (!cell->parts[i].whole) {
			refuse(cell, arena_printf(
					 c->a,
					 "relative: only a part of %s lies here, and how much of its %s %% belongs to "
					 "that part is not known",
					 name_of(c, entry), value_text(c->a, c->entries[entry].said)));
			return;
		}
		if (!count_behind(c, cell, entry, &one))
			return;
		all.low += one.low;
		all.high += one.high;
		all.of += one.of;
		parts = arena_printf(c->a, "%s%s%s %s", parts, i ? ", " : "", name_of(c, entry), counted_text(c, &one));
	}
	if (cell->of < cell->all || !all.of) {
		refuse(cell, "relative: not all parts of the unit have a figure, so the whole cannot be recomputed");
		return;
	}
	recomputed(c, cell, &all, parts);
}

/* ---- one cell --------------------------------------------------------------------------------------- */

static void as_it_stands(struct recast *c, struct recast_cell *cell)
{
	const struct msg_value *v = cell->same;
	cell->method = METHOD_EXACT;
	if (v->missing) {
		cell->state = RECAST_MISSING;
		cell->missing = v->missing->kind;
	} else if (!amount_of(c, v, &cell->own)) {
		cell->state = RECAST_VAGUE;
		cell->vague = cell->parts[0].entry;
	}
}

static void by_aggregation(struct recast *c, struct recast_cell *cell)
{
	if (c->ask.def->type == VALUE_TYPE_TEXT) {
		refuse(cell, "the values are words, which say nothing of other territories");
		return;
	}
	switch (c->ask.def->over_units) {
	case AGGREGATION_ADDITIVE:
		additive(c, cell);
		return;
	case AGGREGATION_DISTINCT:
		distinct(c, cell);
		return;
	case AGGREGATION_RELATIVE:
		relative(c, cell);
		return;
	case AGGREGATION_ANY:
		any_or_all(c, cell, true);
		return;
	case AGGREGATION_ALL:
		any_or_all(c, cell, false);
		return;
	case AGGREGATION_NONE:
	case AGGREGATION_UNSPECIFIED:
		break;
	}
	refuse(cell, "the indicator has no meaning for units put together or divided");
}

void recast_value(struct recast *c, struct recast_cell *cell)
{
	cell->state = RECAST_NUMBER;
	if (cell->same)
		as_it_stands(c, cell);
	else
		by_aggregation(c, cell);
	if (!cell->base)
		cell->base = cell->method;
	if (!cell->same && cell->state == RECAST_NUMBER)
		note_missing(c, cell);
}

bool recast_amount(struct recast *c, const struct recast_part *part, struct amount *ret)
{
	*ret = part->amount;
	return part->amount.low || (part->whole && amount_of(c, c->entries[part->entry].said, ret));
}
