/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_figure.c - figures of a row: exact fractions, bounds where there is no exact figure, or the reason why there is
 * none.
 *
 * Nothing is rounded before it is shown. A sum with a missing value is "at least" the rest only where values cannot be
 * negative; growth is only between two exact figures.
 */
#include "query/figure.h"
#include "query/trend_measuring.h"

/* ---- exact sums ------------------------------------------------------------------------------------- */

#define FRACTION_ONE INT64_C(1000000000000000000) /* 10^18 */

static int64_t power_of_ten(unsigned n)
{
	int64_t p = 1;
	while (n--)
		p *= 10;
	return p;
}

void tally_add(struct tally *t, struct num n)
{
	if (!n.scale) {
		t->whole += n.digits;
		return;
	}
	int64_t power = power_of_ten(n.scale);
	t->whole += n.digits / power;
	t->fraction += (tally_wide)(n.digits % power) * (FRACTION_ONE / power);
	t->scale = n.scale > t->scale ? n.scale : t->scale;
}

static void wide_set(mpz_t ret, tally_wide w)
{
	mpz_set_si(ret, (int64_t)(w >> 64));
	mpz_mul_2exp(ret, ret, 64);
	mpz_add_ui(ret, ret, (uint64_t)w);
}

void tally_get(const struct tally *t, mpq_t ret)
{
	mpz_t whole;
	mpz_init(whole);
	wide_set(whole, t->whole);
	wide_set(mpq_numref(ret), t->fraction);
	mpz_set_si(mpq_denref(ret), FRACTION_ONE);
	mpz_addmul(mpq_numref(ret), whole, mpq_denref(ret));
	mpq_canonicalize(ret);
	mpz_clear(whole);
}

/* ---- what a row can tell ---------------------------------------------------------------------------- */

uint32_t trend_missing(const struct trend_row *row)
{
	uint32_t n = 0;
	for (size_t i = 0; i < TREND_MISSING; i++)
		n += row->missing[i];
	return n;
}

uint32_t trend_valued(const struct trend_row *row)
{
	return row->n_units - trend_missing(row) - (row->sum ? row->sum->n_refused : 0);
}

/* Was the scope said to be incomplete for this indicator in the round? One that lies in the group; else the nearest
 * that the group lies in. Of a single unit (`around` false) what lies around it says nothing. */
static bool incomplete_in(struct trend *t, int32_t day, uint32_t group, bool around, uint32_t round, uint32_t kind)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row at;
	struct fact f;
	struct view *v = t->r->v;
	uint32_t near = 0;
	bool near_open = false;
	key_scope(&key, round);
	walk_begin(&w, v, TABLE_SCOPE, buf_view(&key));
	while (walk_next(&w, &at)) {
		if (row_fact(&at, &f) != ERR_OK || f.scope.kind != kind ||
		    (f.scope.state != STATE_ASSERTED && f.scope.state != STATE_CORRECTED))
			continue;
		uint32_t scope = f.scope.unit;
		bool open = f.scope.completion != COMPLETION_YES;
		bool touches = group ? unit_inside(v, scope, group, day) : !t->n_roots && !t->only.n;
		for (size_t i = 0; i < t->n_roots && !group && !touches; i++)
			touches = unit_inside(v, scope, t->roots[i], day);
		if (open && touches)
			return true;
		bool holds = around && group && unit_inside(v, group, scope, day);
		for (size_t i = 0; i < t->n_roots && around && !group && !holds; i++)
			holds = unit_inside(v, t->roots[i], scope, day);
		if (holds && (!near || unit_inside(v, scope, near, day))) {
			near = scope;
			near_open = open;
		}
	}
	return near_open;
}

/* In the row's round; where it holds the newest of several, in any of them. */
bool trend_incomplete(struct trend *t, const struct trend_row *row)
{
	uint32_t kind = row->among ? 0 : view_term(t->r->v, SPACE_TERM, slice_text(t->def->id)), last = 0;
	if (!kind)
		return false;
	int32_t day = t->refs[row->ref].day;
	uint32_t group = trend_group_unit(t, row);
	if (row->round)
		return incomplete_in(t, day, group, !t->by_unit, row->round, kind);
	for (uint32_t i = 0; t->row_ref && i < row->n_kept; i++) {
		const struct trend_more *m = trend_more(t, &row->kept[i]);
		for (size_t k = 0; m && k < m->n_parts; k++) {
			if (m->parts[k].round && m->parts[k].round != last &&
			    incomplete_in(t, day, group, !t->by_unit, last = m->parts[k].round, kind))
				return true;
		}
	}
	return false;
}

bool trend_incomplete_whole(struct trend *t, const struct trend_row *row)
{
	uint32_t kind = view_term(t->r->v, SPACE_TERM, slice_text(t->def->id));
	return kind && row->round && incomplete_in(t, t->refs[row->ref].day, 0, true, row->round, kind);
}

static const char *kind_of_units(struct trend *t)
{
	return trend_plural(t->r->row, t->def->unit_kind);
}

const char *trend_mixed(const struct trend_row *row)
{
	return row->mixed
		   ? "the row holds units of several kinds, and one may contain another: name the units, or group by "
		     "unit"
		   : NULL;
}

/* Why the figures of several units are no parts of one sum, with what to ask instead; NULL = they are. */
static const char *no_parts(struct trend *t)
{
	struct arena *a = t->r->row;
	switch (t->def->over_units) {
	case AGGREGATION_ADDITIVE:
		return NULL;
	case AGGREGATION_DISTINCT:
		return arena_printf(
		    a,
		    "distinct: the same thing counts in several %s, so the sum counts it several times; ask for VALUE "
		    "by unit, or recount from the sets (varde count)",
		    kind_of_units(t));
	case AGGREGATION_RELATIVE:
		return arena_printf(a,
				    "relative to %s: such figures are not summed; ask for RATE, which sums their parts "
				    "and divides, or for VALUE by unit",
				    *t->def->denominator ? t->def->denominator : "its denominator");
	case AGGREGATION_ANY:
		return "any: true of a whole if true of any part; such figures are not summed; ask for VALUE by unit";
	case AGGREGATION_ALL:
		return "all: true of a whole if true of all parts; such figures are not summed; ask for VALUE by unit";
	case AGGREGATION_NONE:
	case AGGREGATION_UNSPECIFIED:
		break;
	}
	return "the indicator has no meaning for a whole; ask for VALUE by unit";
}

/* The sum of one figure is the figure, whatever it is; of a set there may be more where the report is incomplete. */
static bool alone(struct trend *t, const struct trend_row *row)
{
	return row->n_units == 1 && !row->among &&
	       (t->def->over_units == AGGREGATION_DISTINCT || !trend_incomplete(t, row));
}

const char *trend_no_parts(struct trend *t, const struct trend_row *row)
{
	const char *why = no_parts(t);
	if (why)
		return why;
	if (t->def->type == VALUE_TYPE_TEXT)
		return "the values are words";
	if (row->mixed)
		return trend_mixed(row);
	if (row->n_vague)
		return arena_printf(t->r->row, "%s says \"%s\", which bounds nothing",
				    unit_name(t->r->v, row->vague_unit, t->refs[row->ref].day, t->r->row),
				    value_text(t->r->row, row->vague));
	if (!trend_valued(row) && row->n_units > 1)
		return arena_printf(t->r->row, "none of the %u units has a value", row->n_units);
	return NULL;
}

const char *trend_no_sum(struct trend *t, const struct trend_row *row)
{
	if (t->def->over_units == AGGREGATION_ADDITIVE || t->def->type == VALUE_TYPE_TEXT || row->n_vague ||
	    !alone(t, row))
		return trend_no_parts(t, row);
	return NULL;
}

/* What several units have. */
static const char *in_place_of_value(const struct msg_indicator *def)
{
	if (def->type == VALUE_TYPE_TEXT)
		return "COUNT";
	switch (def->over_units) {
	case AGGREGATION_ADDITIVE:
		return "SUM, MEAN or COUNT";
	case AGGREGATION_DISTINCT:
		return "MEAN or COUNT";
	case AGGREGATION_RELATIVE:
		return def->type == VALUE_TYPE_PERCENT ? "RATE, MEDIAN or COUNT" : "MEDIAN or COUNT";
	case AGGREGATION_ANY:
	case AGGREGATION_ALL:
	case AGGREGATION_NONE:
	case AGGREGATION_UNSPECIFIED:
		break;
	}
	return "COUNT";
}

static const char *no_figure(struct trend *t, const struct trend_row *row, enum measure m)
{
	const char *refused = row->sum && !trend_measured(m) ? trend_project_refused(t, row, m) : NULL;
	if (refused)
		return refused;
	switch (m) {
	case MEASURE_VALUE:
		if (row->n_units == 1 || row->among)
			return NULL;
		return arena_printf(t->r->row,
				    "the row holds %u units, and a value belongs to one: group by unit, or ask for %s",
				    row->n_units, in_place_of_value(t->def));
	case MEASURE_SUM:
		return trend_no_sum(t, row);
	case MEASURE_MEAN:
	case MEASURE_MEDIAN:
	case MEASURE_MIN:
	case MEASURE_MAX:
	case MEASURE_SHARE:
	case MEASURE_RANK:
	case MEASURE_CONCENTRATION:
	case MEASURE_RATE:
	case MEASURE_COUNT:
	case MEASURE_UNSPECIFIED:
		break;
	}
	return NULL;
}

static bool measured_exact(struct trend *t, const struct trend_row *row, enum measure m, mpq_t ret,
			   unsigned *ret_places)
{
	struct trend_number x;
	trend_number_init(&x);
	bool exact = !trend_measure(t, row, m, &x) && trend_number_exact(&x);
	mpq_set(ret, x.low);
	*ret_places = x.places;
	trend_number_clear(&x);
	return exact;
}

/* The exact figure, if there is one. *ret_places is how many decimals it shows. */
static bool exact_figure(struct trend *t, const struct trend_row *row, enum measure m, mpq_t ret, unsigned *ret_places)
{
	*ret_places = row->exact.scale;
	if (trend_measured(m))
		return measured_exact(t, row, m, ret, ret_places);
	if (no_figure(t, row, m))
		return false;
	if (row->sum)
		return trend_project_exact(t, row, m, ret, ret_places) &&
		       (m != MEASURE_SUM || !trend_incomplete(t, row));
	switch (m) {
	case MEASURE_VALUE:
	case MEASURE_SUM:
		tally_get(&row->exact, ret);
		return row->n_exact == row->n_units && (m == MEASURE_VALUE || !trend_incomplete(t, row));
	case MEASURE_COUNT:
		*ret_places = 0;
		mpq_set_ui(ret, trend_valued(row), 1);
		return true;
	case MEASURE_MEAN:
	case MEASURE_MEDIAN:
	case MEASURE_MIN:
	case MEASURE_MAX:
	case MEASURE_SHARE:
	case MEASURE_RANK:
	case MEASURE_CONCENTRATION:
	case MEASURE_RATE:
	case MEASURE_UNSPECIFIED:
		break;
	}
	return false;
}

/* ---- shown ------------------------------------------------------------------------------------------ */

static unsigned most(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* One end of a sum that is not exact, as text; NULL = no bound on that side. */
static const char *end_text(struct trend *t, const struct trend_row *row, bool high)
{
	const struct tally *ends = high ? &row->high : &row->low;
	bool not_negative = t->def->type == VALUE_TYPE_COUNT || t->def->type == VALUE_TYPE_PERCENT;
	bool unknown = trend_missing(row) || trend_incomplete(t, row) || (high ? row->no_high : row->no_low);
	if (unknown && (high || !not_negative))
		return NULL;
	mpq_t sum, part;
	mpq_inits(sum, part, NULL);
	tally_get(&row->exact, sum);
	tally_get(ends, part); /* an open low end of what cannot be negative adds nothing */
	mpq_add(sum, sum, part);
	const char *text = mpq_decimal(t->r->row, sum, most(row->exact.scale, ends->scale));
	mpq_clears(sum, part, NULL);
	return text;
}

static void bounded_sum(struct trend *t, const struct trend_row *row, struct msg_figure *f)
{
	struct arena *a = t->r->row;
	const char *low = end_text(t, row, false), *high = end_text(t, row, true);
	f->low = low ? low : "";
	f->high = high ? high : "";
	if (low && high && !row->low_out && !row->high_out)
		f->shown = arena_printf(a, *low == '-' || *high == '-' ? "%s to %s" : "%s–%s", low, high);
	else if (low && high)
		f->shown = arena_printf(a, "%s %s and %s %s", row->low_out ? "over" : "at least", low,
					row->high_out ? "under" : "at most", high);
	else if (low)
		f->shown = arena_printf(a, "%s %s", row->low_out ? "over" : "at least", low);
	else if (high)
		f->shown = arena_printf(a, "%s %s", row->high_out ? "under" : "at most", high);
	else
		f->refused = "values are missing or open, and may be negative: there is no bound on either side";
}

static void no_exact_figure(struct trend *t, const struct trend_row *row, struct msg_figure *f)
{
	if (row->sum) {
		trend_project_bounds(t, row, f->measure == MEASURE_SUM && trend_incomplete(t, row), f);
		return;
	}
	bool alone = row->n_units == 1 && !row->n_exact && !row->n_interval;
	if (f->measure == MEASURE_VALUE || (alone && !trend_incomplete(t, row)))
		figure_say(t->r->row, row->first, f);
	else
		bounded_sum(t, row, f);
}

/* ---- growth ----------------------------------------------------------------------------------------- */

static void growth_percent(struct trend *t, const mpq_t was, const mpq_t change, struct msg_growth *g)
{
	struct arena *a = t->r->row;
	if (mpq_sgn(was) <= 0) {
		g->undefined = mpq_sgn(was) ? "from a negative figure" : "from zero";
		return;
	}
	mpq_t percent, hundred;
	mpq_inits(percent, hundred, NULL);
	mpq_set_ui(hundred, 100, 1);
	mpq_div(percent, change, was);
	mpq_mul(percent, percent, hundred);
	g->percent = mpq_decimal(a, percent, t->q->decimals);
	g->percent_numerator = mpz_decimal(a, mpq_numref(percent));
	g->percent_denominator = mpz_decimal(a, mpq_denref(percent));
	mpq_clears(percent, hundred, NULL);
}

static bool in_percent(const struct trend *t, enum measure m)
{
	if (m == MEASURE_SHARE || m == MEASURE_RATE)
		return true;
	return t->def->type == VALUE_TYPE_PERCENT && m != MEASURE_COUNT && m != MEASURE_RANK &&
	       m != MEASURE_CONCENTRATION;
}

static struct msg_growth *growth(struct trend *t, const struct trend_row *before, enum measure m, const mpq_t now,
				 bool exact, unsigned places)
{
	struct msg_growth *g = arena_alloc(t->r->row, sizeof *g);
	unsigned places_then;
	mpq_t was, change;
	mpq_inits(was, change, NULL);
	g->from_period = t->refs[before->ref].text;
	if (!exact) {
		g->undefined = "this figure is not exact";
	} else if (!exact_figure(t, before, m, was, &places_then)) {
		g->undefined = arena_printf(t->r->row, "there is no exact figure in %s", g->from_period);
	} else {
		mpq_sub(change, now, was);
		places = most(places, places_then);
		if (m != MEASURE_CONCENTRATION) /* a number below one wants its own places */
			places = places < t->q->decimals ? places : t->q->decimals;
		g->absolute = mpq_decimal(t->r->row, change, places);
		if (in_percent(t, m))
			g->points = g->absolute;
		if (m != MEASURE_RANK)
			growth_percent(t, was, change, g);
	}
	mpq_clears(was, change, NULL);
	return g;
}

/* A figure of trend_measure.c. */
static void measured(struct trend *t, const struct trend_row *row, const struct trend_row *before, struct msg_figure *f)
{
	struct arena *a = t->r->row;
	struct trend_number x;
	trend_number_init(&x);
	const char *refused = trend_measure(t, row, f->measure, &x);
	bool exact = !refused && trend_number_exact(&x);
	if (refused) {
		f->refused = refused;
	} else if (exact) {
		f->numerator = mpz_decimal(a, mpq_numref(x.low));
		f->denominator = mpz_decimal(a, mpq_denref(x.low));
		f->shown = mpq_decimal(a, x.low, x.places);
	} else {
		f->shown = trend_number_text(a, &x);
		f->low = x.no_low ? "" : end_decimal(a, x.low, x.places, false);
		f->high = x.no_high ? "" : end_decimal(a, x.high, x.places, true);
		if (!f->shown)
			f->refused = "values are open on both sides: nothing bounds it";
	}
	if (before && !f->refused)
		f->growth = growth(t, before, f->measure, x.low, exact, x.places);
	trend_number_clear(&x);
}

static void one_figure(struct trend *t, const struct trend_row *row, const struct trend_row *before,
		       struct msg_figure *f)
{
	if (trend_measured(f->measure)) {
		measured(t, row, before, f);
		return;
	}
	const char *refused = no_figure(t, row, f->measure);
	unsigned places;
	if (refused) {
		f->refused = refused;
		return;
	}
	mpq_t q;
	mpq_init(q);
	bool exact = exact_figure(t, row, f->measure, q, &places);
	if (exact) {
		f->numerator = mpz_decimal(t->r->row, mpq_numref(q));
		f->denominator = mpz_decimal(t->r->row, mpq_denref(q));
		f->shown = f->measure == MEASURE_VALUE && !row->sum ? value_text(t->r->row, row->first)
								    : mpq_decimal(t->r->row, q, places);
	} else {
		no_exact_figure(t, row, f);
	}
	if (before && !f->refused)
		f->growth = growth(t, before, f->measure, q, exact, places);
	mpq_clear(q);
}

void trend_figures(struct trend *t, const struct trend_row *row, const struct trend_row *before,
		   struct msg_trend_row *m)
{
	m->n_figures = t->q->n_measures;
	m->figures = arena_alloc(t->r->row, m->n_figures * sizeof *m->figures);
	for (size_t i = 0; i < m->n_figures; i++) {
		m->figures[i].measure = t->q->measures[i];
		one_figure(t, row, before, &m->figures[i]);
	}
}
