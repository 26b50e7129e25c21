/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_cell.c - what a unit of the structure is worth, by how the indicator aggregates over units (recast.h has the
 * rules; this is another hand that follows them).
 */
#include "query/explaining.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool explain_not_negative(const struct explain *x)
{
	return x->def->type == VALUE_TYPE_COUNT || x->def->type == VALUE_TYPE_PERCENT;
}

static const struct contributor *from_of(const struct explain *x, const struct parcel *p)
{
	return &x->from[p->from];
}

static void refuse(struct cell_made *c, enum cell_state s, const char *why)
{
	c->state = s;
	c->why = why;
}

/* ---- by aggregation ----------------------------------------------------------------------------------- */

static void may_lie_here(struct explain *x, struct cell_made *c, uint32_t from)
{
	c->may = c->may ? c->may : number(x);
	for (size_t i = 0; i < x->n_rests; i++)
		if (x->rests[i].from == from) {
			mpq_add(c->may, c->may, x->rests[i].amount.high);
			c->may_open |= x->rests[i].amount.no_high;
		}
}

static void additive(struct explain *x, struct cell_made *c, bool missing)
{
	for (size_t i = 0; i < c->n; i++) {
		if (!c->parcels[i]->known)
			may_lie_here(x, c, c->parcels[i]->from);
		else if (c->parcels[i]->own.low)
			span_add(&c->own, &c->parcels[i]->own);
	}
	if (missing || c->parts_of < c->parts_all) {
		c->own.no_high = true;
		c->own.no_low |= !explain_not_negative(x);
	}
}

/* The same thing may count in several parts: at least as many as in the largest whole one, at most the sum. */
static void distinct(struct explain *x, struct cell_made *c, bool missing)
{
	bool any = false;
	for (size_t i = 0; i < c->n; i++) {
		const struct span *s = &from_of(x, c->parcels[i])->number;
		if (!s->low)
			continue;
		mpq_add(c->own.high, c->own.high, s->high);
		c->own.no_high |= s->no_high;
		c->own.high_out |= s->high_out;
		if (!c->parcels[i]->whole || s->no_low)
			continue;
		int d = any ? mpq_cmp(s->low, c->own.low) : 1;
		if (d > 0)
			mpq_set(c->own.low, s->low);
		if (d >= 0)
			c->own.low_out = s->low_out || (d == 0 && c->own.low_out);
		any = true;
	}
	c->own.no_low = !any && !explain_not_negative(x);
	c->own.no_high |= missing || c->parts_of < c->parts_all;
}

static void any_or_all(struct explain *x, struct cell_made *c, bool any)
{
	bool low = !any, high = !any;
	for (size_t i = 0; i < c->n; i++) {
		const struct span *s = &from_of(x, c->parcels[i])->number;
		bool certain = false, possible = true;
		if (s->low) {
			certain = !s->no_low && (mpq_sgn(s->low) > 0 || (mpq_sgn(s->low) == 0 && s->low_out));
			possible = s->no_high || mpq_sgn(s->high) != 0;
		}
		if (s->low && !c->parcels[i]->whole) { /* of a part nothing is certain in the one direction */
			certain = certain && !any;
			possible = possible || !any;
		}
		low = any ? low || certain : low && certain;
		high = any ? high || possible : high && possible;
	}
	if (c->parts_of < c->parts_all) {
		low = low && any;
		high = high || any;
	}
	mpq_set_ui(c->own.low, low, 1);
	mpq_set_ui(c->own.high, high, 1);
}

/* ---- relative ----------------------------------------------------------------------------------------- */

static bool frame_of(struct explain *x, const struct contributor *c, uint32_t *ret)
{
	struct view *v = x->r->v;
	const struct msg_round *round = c->s->round ? define_get(v, SPACE_ROUND, c->s->round, x->r->a, NULL) : NULL;
	const char *area = round && round->area && round->area->id ? round->area->id->id : "";
	if (!round || !round->frame || !*area || view_term(v, SPACE_UNIT, slice_text(area)) != c->s->unit)
		return false;
	*ret = round->frame->population;
	return true;
}

static const struct series *series_of(const struct explain *x, uint32_t id)
{
	for (size_t i = 0; i < x->n_series; i++)
		if (x->series[i].id == id)
			return &x->series[i];
	return NULL;
}

const char *explain_count_behind(struct explain *x, const struct contributor *c, uint32_t *ret, uint32_t *ret_high,
				 uint32_t *ret_of)
{
	static const struct series nothing;
	const struct series *like = series_of(x, c->s->series);
	struct num percent, of;
	if (strcmp(x->def->denominator, "frame") == 0) {
		if (!frame_of(x, c, ret_of))
			return "how many units its percentage is of is not known";
	} else if (!*x->def->denominator || !explain_other(x, x->def->denominator, c, like ? like : &nothing, &of) ||
		   of.scale || of.digits < 0 || of.digits > UINT32_MAX) {
		return "what its percentage is of is not known";
	} else {
		*ret_of = (uint32_t)of.digits;
	}
	if (!value_exact(c->s->said, &percent))
		return "it is not exact";
	unsigned fits = num_percent_counts(percent, *ret_of, ret);
	if (!fits)
		return "no whole number fits it";
	if (!ret_high)
		return fits == 1 ? NULL : "more than one whole number fits it";
	*ret_high = *ret + fits - 1;
	return NULL;
}

static void relative(struct explain *x, struct cell_made *c)
{
	if (x->def->type != VALUE_TYPE_PERCENT) {
		refuse(c, CELL_REFUSED, "only percentages can be recomputed from counts");
		return;
	}
	uint64_t most = 0;
	for (size_t i = 0; i < c->n; i++) {
		uint32_t count, high, of;
		const char *why = c->parcels[i]->whole
				      ? explain_count_behind(x, from_of(x, c->parcels[i]), &count, &high, &of)
				      : "only a part of it lies here";
		if (why) {
			refuse(c, CELL_REFUSED, why);
			return;
		}
		c->count += count;
		most += high;
		c->of += of;
	}
	if (c->parts_of < c->parts_all || !c->of) {
		refuse(c, CELL_REFUSED, "not all parts have a figure");
		return;
	}
	mpz_set_ui(mpq_numref(c->own.low), c->count * 100);
	mpz_set_ui(mpq_denref(c->own.low), c->of);
	mpq_canonicalize(c->own.low);
	mpz_set_ui(mpq_numref(c->own.high), most * 100);
	mpz_set_ui(mpq_denref(c->own.high), c->of);
	mpq_canonicalize(c->own.high);
	explain_rule(x,
		     "percentages of units put together are made of the counts behind them: the whole number that, of "
		     "the denominator, rounds to what was printed");
}

/* ---- one cell ----------------------------------------------------------------------------------------- */

static void by_aggregation(struct explain *x, struct cell_made *c, bool missing)
{
	if (x->def->type == VALUE_TYPE_TEXT) {
		refuse(c, CELL_REFUSED, "the values are words");
		return;
	}
	switch (x->def->over_units) {
	case AGGREGATION_ADDITIVE:
		additive(x, c, missing);
		return;
	case AGGREGATION_DISTINCT:
		distinct(x, c, missing);
		explain_rule(
		    x, "of units put together a distinct count is at least that of the largest whole part, at most "
		       "the sum");
		return;
	case AGGREGATION_RELATIVE:
		relative(x, c);
		return;
	case AGGREGATION_ANY:
	case AGGREGATION_ALL:
		any_or_all(x, c, x->def->over_units == AGGREGATION_ANY);
		return;
	case AGGREGATION_NONE:
	case AGGREGATION_UNSPECIFIED:
		break;
	}
	refuse(c, CELL_REFUSED, "the indicator has no meaning for units put together");
}

static void worth(struct explain *x, struct cell_made *c)
{
	size_t missing = 0;
	const struct contributor *words = NULL;
	c->own = span_zero(x);
	for (size_t i = 0; i < c->n; i++) {
		const struct contributor *f = from_of(x, c->parcels[i]);
		missing += f->s->said->missing != NULL;
		if (!words && !f->s->said->missing && !f->number.low)
			words = f;
	}
	c->single = c->n == 1 && c->parcels[0]->same;
	if (words && x->def->type != VALUE_TYPE_TEXT && (c->single || x->def->over_units != AGGREGATION_NONE))
		refuse(c, CELL_WORDS, value_text(x->r->a, words->s->said));
	else if (words && c->single)
		refuse(c, CELL_WORDS, value_text(x->r->a, words->s->said));
	else if (missing == c->n)
		c->state = CELL_MISSING;
	else if (c->single)
		c->own = from_of(x, c->parcels[0])->number;
	else
		by_aggregation(x, c, missing != 0);
}

/* The smallest parts of the unit that its contributors' territories make up. */
static void cover(struct explain *x, struct cell_made *c)
{
	uint32_t *units = arena_alloc(x->r->a, (c->n + 1) * sizeof *units), of, all;
	bool *done = arena_alloc(x->r->a, (c->n + 1) * sizeof *done);
	if (!x->moved || !c->unit || (c->n == 1 && c->parcels[0]->same))
		return;
	for (size_t i = 0; i < c->n; i++) {
		int32_t day = from_of(x, c->parcels[i])->day;
		size_t n = 0;
		for (size_t k = i; k < c->n && !done[i]; k++)
			if (from_of(x, c->parcels[k])->day == day) {
				units[n++] = from_of(x, c->parcels[k])->s->unit;
				done[k] = k != i;
			}
		if (!n)
			continue;
		project_coverage(x->atoms, c->unit, x->day, units, n, day, &of, &all);
		c->parts_of += of;
		c->parts_all = all;
	}
	c->parts_of = c->parts_of < c->parts_all ? c->parts_of : c->parts_all;
}

/* Where sources, surveys or codes are the groups each speaks for itself; 0 = they are not. */
static uint32_t speaker(const struct explain *x, const struct parcel *p)
{
	return strncmp(x->t->group_by, "dim:", 4) == 0 ? from_of(x, p)->s->series : explain_side(x, from_of(x, p));
}

static int by_unit(const void *a, const void *b, void *arg)
{
	const struct explain *x = arg;
	const struct parcel *p = *(struct parcel *const *)a, *q = *(struct parcel *const *)b;
	uint32_t u = x->newest ? 0 : from_of(x, p)->s->round, v = x->newest ? 0 : from_of(x, q)->s->round;
	if (u == v) {
		u = speaker(x, p);
		v = speaker(x, q);
	}
	if (u != v)
		return u < v ? -1 : 1;
	if (p->unit != q->unit)
		return p->unit < q->unit ? -1 : 1;
	return (p->from > q->from) - (p->from < q->from);
}

/* Of one unit, and of one report. */
static bool together(const struct explain *x, const struct parcel *p, const struct parcel *q)
{
	return p->unit == q->unit && speaker(x, p) == speaker(x, q) &&
	       (x->newest || from_of(x, p)->s->round == from_of(x, q)->s->round);
}

static bool wanted(struct explain *x, const struct cell_made *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (explain_wanted(x, from_of(x, c->parcels[i]), c->unit))
			return true;
	return false;
}

enum err explain_cells(struct explain *x)
{
	struct parcel **list = arena_alloc(x->r->a, (x->n_parcels + 1) * sizeof *list);
	enum err e = ERR_OK;
	for (size_t i = 0; i < x->n_parcels; i++)
		list[i] = &x->parcels[i];
	qsort_r(list, x->n_parcels, sizeof *list, by_unit, x);
	x->cells = arena_alloc(x->r->a, (x->n_parcels + 1) * sizeof *x->cells);
	for (size_t i = 0, end; i < x->n_parcels && e == ERR_OK; i = end) {
		/* As reported every statement is a cell of its own, also where several series make a row. */
		for (end = i + 1; end < x->n_parcels && x->moved && together(x, list[i], list[end]); end++)
			;
		const struct contributor *first = from_of(x, list[i]);
		struct cell_made *c = &x->cells[x->n_cells];
		*c = (struct cell_made){
		    .unit = list[i]->unit, .kind = first->kind, .n = end - i, .parcels = list + i, .why = ""};
		if (!wanted(x, c))
			continue;
		c->n_keys = explain_groups(x, first, c->unit, x->moved ? x->day : first->day, &c->keys);
		cover(x, c);
		if (x->moved && strcmp(x->t->group_by, "size") == 0)
			c->n_keys = explain_size_groups(x, c, &c->keys);
		worth(x, c);
		x->n_cells++;
		e = answer_work(x->r);
	}
	return e == ERR_OK ? (x->r->failed != ERR_OK ? x->r->failed : x->r->v->err) : e;
}
