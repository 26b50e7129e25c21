/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_mean.c - the plain mean of the units of a row.
 *
 * It is over every unit that says a number. One that says an interval is between its ends, and so is the mean; leaving
 * it out would put the mean outside what is possible. Units that say no number are left out, and counted in a note.
 */
#include "query/trend_measuring.h"

static uint32_t numbers(const struct trend_row *row)
{
	return row->sum ? row->n_exact - row->sum->n_outside + row->sum->n_between : row->n_exact + row->n_interval;
}

static const char *no_mean(struct trend *t)
{
	if (t->def->type == VALUE_TYPE_TEXT)
		return "the values are words";
	switch (t->def->over_units) {
	case AGGREGATION_ADDITIVE:
	case AGGREGATION_DISTINCT:
		return NULL;
	case AGGREGATION_RELATIVE:
		return arena_printf(t->r->row,
				    "relative to %s: a plain mean would count small and large units alike; sum the "
				    "parts and divide",
				    *t->def->denominator ? t->def->denominator : "its denominator");
	case AGGREGATION_ANY:
	case AGGREGATION_ALL:
		return "the figures say only whether something is so: ask for COUNT, or for VALUE by unit";
	case AGGREGATION_NONE:
	case AGGREGATION_UNSPECIFIED:
		break;
	}
	return "the indicator has no meaning for a whole";
}

/* Both ends of what the units say together. */
static void add_up(struct trend *t, const struct trend_row *row, struct trend_number *ret)
{
	bool not_negative = t->def->type == VALUE_TYPE_COUNT || t->def->type == VALUE_TYPE_PERCENT;
	const struct amount *x = row->sum ? row->sum->between : NULL;
	mpq_t part;
	mpq_init(part);
	if (row->sum)
		mpq_set(ret->low, row->sum->exact);
	else
		tally_get(&row->exact, ret->low);
	mpq_set(ret->high, ret->low);
	if (x) {
		mpq_add(ret->low, ret->low, x->low);
		mpq_add(ret->high, ret->high, x->high);
		ret->no_low = x->no_low;
		ret->no_high = x->no_high;
		ret->low_out = x->low_out;
		ret->high_out = x->high_out;
	} else if (!row->sum) {
		tally_get(&row->low, part);
		mpq_add(ret->low, ret->low, part);
		tally_get(&row->high, part);
		mpq_add(ret->high, ret->high, part);
		ret->no_low = row->no_low && !not_negative; /* else from zero */
		ret->no_high = row->no_high;
		ret->low_out = row->low_out;
		ret->high_out = row->high_out;
	}
	mpq_clear(part);
}

/* What was divided among units of the row, and nobody knows how, is known of all of them together: where all of them
 * say a number the ends of their sum may be the nearer ones. */
static void nearer_ends(const struct trend_row *row, struct trend_number *ret)
{
	const struct trend_sum *s = row->sum;
	mpq_t high;
	mpq_init(high);
	mpq_add(high, s->own.high, s->may);
	if (!s->own.no_low && (ret->no_low || mpq_cmp(s->own.low, ret->low) > 0)) {
		mpq_set(ret->low, s->own.low);
		ret->low_out = s->own.low_out;
		ret->no_low = false;
	}
	if (!s->own.no_high && !s->may_open && (ret->no_high || mpq_cmp(high, ret->high) < 0)) {
		mpq_set(ret->high, high);
		ret->high_out = s->own.high_out;
		ret->no_high = false;
	}
	mpq_clear(high);
}

const char *trend_mean(struct trend *t, const struct trend_row *row, struct trend_number *ret)
{
	const char *why = no_mean(t);
	uint32_t n = numbers(row);
	if (why)
		return why;
	if (row->mixed)
		return trend_mixed(row);
	if (!n)
		return "no unit says a number";
	add_up(t, row, ret);
	bool any = row->sum && row->sum->has_may && t->def->type != VALUE_TYPE_COUNT &&
		   t->def->type != VALUE_TYPE_PERCENT; /* a part of what may be negative may be anything */
	if (row->sum && n == row->n_units && !any)
		nearer_ends(row, ret);
	mpq_t of;
	mpq_init(of);
	mpq_set_ui(of, n, 1);
	mpq_div(ret->low, ret->low, of);
	mpq_div(ret->high, ret->high, of);
	mpq_clear(of);
	ret->places = t->q->decimals;
	return NULL;
}

void trend_mean_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	uint32_t n = numbers(row);
	if (trend_measure_asked(t, MEASURE_MEAN) && !t->weight && !row->among && !row->mixed && n && n < row->n_units &&
	    !no_mean(t))
		trend_note(t, m,
			   arena_printf(t->r->row, "the mean is over %u of %u units: the others say no number", n,
					row->n_units));
}
