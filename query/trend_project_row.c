/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_project_row.c - figures of a row in another structure, and how they came there.
 */
#include "query/figure.h"
#include "query/trend_measuring.h"

static bool not_negative(const struct trend *t)
{
	return t->def->type == VALUE_TYPE_COUNT || t->def->type == VALUE_TYPE_PERCENT;
}

static uint32_t missing_count(const struct trend_row *row)
{
	uint32_t n = 0;
	for (size_t i = 0; i < TREND_MISSING; i++)
		n += row->missing[i];
	return n;
}

const char *trend_project_refused(struct trend *t, const struct trend_row *row, enum measure m)
{
	const struct trend_sum *s = row->sum;
	const struct trend_set *set = trend_project_set(t, row->group);
	if (set && set->refused)
		return s->refused;
	if (set && m == MEASURE_COUNT)
		return "what is unallocated belongs to none of the units: there is nothing to count";
	if (m == MEASURE_COUNT)
		return NULL;
	if (s->refused && (m == MEASURE_VALUE || t->def->over_units == AGGREGATION_ADDITIVE ||
			   (m == MEASURE_SUM && row->n_units == 1)))
		return s->refused;
	if (m == MEASURE_VALUE && row->n_vague && !s->same)
		return arena_printf(t->r->row, "%s says \"%s\", which bounds nothing",
				    unit_name(t->r->v, row->vague_unit, t->refs[row->ref].day, t->r->row),
				    value_text(t->r->row, row->vague));
	if (m == MEASURE_VALUE && !set && !row->n_units)
		return "no unit has a value here";
	return NULL;
}

/* Places that show it: as printed where that says all of it, else as asked for. */
static unsigned places_of(const struct trend *t, const struct trend_sum *s, mpq_srcptr q)
{
	mpz_t z;
	mpz_init(z);
	mpz_ui_pow_ui(z, 10, s->own.scale);
	bool all = mpz_divisible_p(z, mpq_denref(q));
	mpz_clear(z);
	return all || t->q->decimals < s->own.scale ? s->own.scale : t->q->decimals;
}

bool trend_project_exact(struct trend *t, const struct trend_row *row, enum measure m, mpq_t ret, unsigned *ret_places)
{
	const struct trend_sum *s = row->sum;
	switch (m) {
	case MEASURE_VALUE:
	case MEASURE_SUM:
		mpq_set(ret, s->own.low);
		*ret_places = places_of(t, s, ret);
		return amount_exact(&s->own) && !s->has_may && !missing_count(row) && !row->n_vague;
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

/* An additive figure keeps what is known to be its own, so that rows add up. */
static void own_part(struct trend *t, const struct trend_sum *s, struct msg_figure *f)
{
	if (t->def->over_units != AGGREGATION_ADDITIVE || !mpq_equal(s->own.low, s->own.high))
		return;
	f->numerator = mpz_decimal(t->r->row, mpq_numref(s->own.low));
	f->denominator = mpz_decimal(t->r->row, mpq_denref(s->own.low));
}

/* With what may be negative a part may be anything: there are no ends, but both figures are known. */
static bool part_of_any(struct trend *t, const struct trend_sum *s, struct msg_figure *f)
{
	struct arena *a = t->r->row;
	if (!s->has_may || not_negative(t))
		return false;
	const char *own = amount_text(a, &s->own, places_of(t, s, s->own.low));
	const char *may = s->may_open ? "what is not known" : mpq_decimal(a, s->may, places_of(t, s, s->may));
	f->shown = arena_printf(a, "%s and a part of %s", own ? own : "something", may);
	return true;
}

void trend_project_bounds(struct trend *t, const struct trend_row *row, bool incomplete, struct msg_figure *f)
{
	struct arena *a = t->r->row;
	const struct trend_sum *s = row->sum;
	bool unknown = missing_count(row) || incomplete;
	own_part(t, s, f);
	if (row->n_units == 1 && !row->among && !incomplete) {
		struct msg_missing missing = {0};
		struct msg_value v = {.missing = &missing};
		for (int k = 0; k < (int)TREND_MISSING && !s->same; k++) {
			if (row->missing[k])
				missing.kind = (enum missing_kind)k;
		}
		if (s->same || missing_count(row)) {
			f->numerator = f->denominator = "";
			figure_say(a, s->same ? s->same : &v, f);
			if (!s->same || !s->same->interval)
				return;
		}
	}
	if (part_of_any(t, s, f))
		return;
	mpq_t high;
	mpq_init(high);
	mpq_add(high, s->own.high, s->may);
	struct amount x = s->own;
	x.high = high;
	x.no_low |= unknown && !not_negative(t);
	x.no_high |= unknown || (s->has_may && s->may_open);
	unsigned places = places_of(t, s, x.low), more = places_of(t, s, x.high);
	places = places > more ? places : more;
	const char *text = amount_text(a, &x, places);
	if (!f->shown || !*f->shown)
		f->shown = text ? text : "";
	if (!text)
		f->refused = "values are missing or open, and may be negative: there is no bound on either side";
	f->low = x.no_low ? "" : end_decimal(a, x.low, places, false);
	f->high = x.no_high ? "" : end_decimal(a, x.high, places, true);
	mpq_clear(high);
}

void trend_project_tell(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	const struct trend_sum *s = row->sum;
	const struct trend_set *set = trend_project_set(t, row->group);
	if (!s)
		return;
	m->method = s->method;
	if (s->has_may && m->method < METHOD_BOUNDS)
		m->method = METHOD_BOUNDS;
	if (row->n_units && s->n_refused == row->n_units)
		m->method = METHOD_REFUSED;
	if (set) {
		m->n_among = set->n;
		m->among = arena_alloc(t->r->row, set->n * sizeof *m->among);
		for (size_t i = 0; i < set->n; i++)
			m->among[i] = t->by && !set->of_units ? trend_key_id(t, set->units[i])
							      : answer_text(t->r, SPACE_UNIT, set->units[i]);
		m->units = 0;
	} else if (*t->q->structure_at) {
		uint32_t all = t->by_unit ? s->all : row->mixed ? 0 : trend_project_all(t, row->group, row->kind);
		all = all < s->of ? s->all : all;
		if (all)
			m->covered = arena_printf(t->r->row, "%u of %u", s->of, all);
	}
}
