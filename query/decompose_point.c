/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_point.c - what the ordinary questions answer at a point, and who should have reported there.
 */
#include "query/decompose.h"
#include <stdlib.h>
#include <string.h>
#include "query/define.h"
#include "query/inner.h"

struct decompose_figure *figure_of(struct decompose_figures *list, uint32_t group)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->list[i].group == group)
			return &list->list[i];
	}
	return NULL;
}

static struct decompose_figure *figure_add(struct decompose *d, struct decompose_figures *list, uint32_t group)
{
	struct arena *a = d->r->a;
	struct decompose_figure *f = figure_of(list, group);
	if (f)
		return f;
	list->list = arena_grow(a, list->list, list->n, list->n + 1, sizeof *list->list, &list->room);
	f = &list->list[list->n++];
	*f = (struct decompose_figure){.group = group, .x = amount_zero(d->all), .round = ""};
	return f;
}

static bool fraction_of(const char *n, const char *of, mpq_ptr ret)
{
	if (!*n || mpz_set_str(mpq_numref(ret), n, 10) != 0)
		return false;
	if (!*of || mpz_set_str(mpq_denref(ret), of, 10) != 0 || mpz_sgn(mpq_denref(ret)) == 0)
		return false;
	mpq_canonicalize(ret);
	return true;
}

/* Decimal text into a fraction. */
static bool decimal_of(const char *text, mpq_ptr ret, unsigned *scale)
{
	struct num n;
	if (!*text || num_parse(text, &n, NULL) != ERR_OK)
		return false;
	num_to_fraction(n, ret);
	*scale = n.scale > *scale ? n.scale : *scale;
	return true;
}

bool decompose_amount(struct decompose *d, const struct msg_figure *f, struct amount *ret)
{
	*ret = amount_zero(d->all);
	if (*f->refused)
		return false;
	if (!*f->low && !*f->high && fraction_of(f->numerator, f->denominator, ret->low)) {
		const char *point = strchr(f->shown, '.');
		mpq_set(ret->high, ret->low);
		ret->scale = point ? (unsigned)strspn(point + 1, "0123456789") : 0;
		return true;
	}
	ret->no_low = !decimal_of(f->low, ret->low, &ret->scale);
	ret->no_high = !decimal_of(f->high, ret->high, &ret->scale);
	return !ret->no_low || !ret->no_high;
}

static enum err ask_trend_at(struct decompose *d, const struct point *p, const char *indicator, const char *group_by,
			     enum measure m, struct msg_query_reply **ret, size_t *ret_n)
{
	const char *round = p->said->round, *period = p->told->period;
	struct msg_trend_question t = {.indicator = indicator,
				       .n_categories = d->q->n_categories,
				       .categories = d->q->categories,
				       .n_units = d->q->n_units,
				       .units = d->refs,
				       .subtree = d->q->subtree,
				       .group_by = group_by,
				       .n_measures = 1,
				       .measures = &m,
				       .decimals = d->q->decimals,
				       .n_rounds = *round ? 1 : 0,
				       .rounds = &round,
				       .n_periods = 1,
				       .periods = &period};
	struct msg_query_request q = {.as_of_revision = p->rev, .trend = &t};
	return inner_ask(d->r, &q, ret, ret_n);
}

static uint32_t number_of(struct decompose *d, const char *id)
{
	return *id ? view_term(d->r->v, SPACE_UNIT, slice_text(id)) : 0;
}

/* Sums with a value missing are "at least": what is decomposed is the sum of what was reported, unit by unit. */
static enum err sums_of_reported(struct decompose *d, const struct point *p, const char *indicator,
				 struct decompose_figures *list)
{
	struct msg_query_reply *parts;
	size_t n;
	enum err e = ask_trend_at(d, p, indicator, "unit", MEASURE_SUM, &parts, &n);
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < list->n; i++) {
		list->list[i].x = amount_zero(d->all);
		list->list[i].refused = NULL;
		list->list[i].has = false;
	}
	uint64_t as_of = d->r->v->as_of;
	d->r->v->as_of = p->rev;
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		for (size_t k = 0; parts[i].trend && k < parts[i].trend->n_rows; k++) {
			const struct msg_trend_row *row = &parts[i].trend->rows[k];
			const struct msg_figure *f = &row->figures[0];
			uint32_t group = decompose_group(d, number_of(d, row->group), p->day);
			struct decompose_figure *of = figure_add(d, list, group);
			struct amount x;
			if (decompose_amount(d, f, &x)) {
				amount_sum(&of->x, &x);
				of->has = true;
			} else if (*f->refused) { /* words that bound nothing */
				of->x.no_high = of->has = true;
				of->x.no_low |= decompose_may_be_negative(d);
			} else {
				of->n_missing++;
			}
			e = answer_work(d->r);
		}
	}
	d->r->v->as_of = as_of;
	return e;
}

enum err decompose_trend(struct decompose *d, const struct point *p, const char *indicator, enum measure m,
			 struct decompose_figures *ret)
{
	struct msg_query_reply *parts;
	size_t n;
	bool again = false;
	*ret = (struct decompose_figures){0};
	enum err e = ask_trend_at(d, p, indicator, d->q->group_by, m, &parts, &n);
	if (e == ERR_NOT_FOUND && d->r->failed == ERR_OK)
		return d->r->v->err; /* nothing was known of it there */
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		for (size_t k = 0; parts[i].trend && k < parts[i].trend->n_rows; k++) {
			const struct msg_trend_row *row = &parts[i].trend->rows[k];
			uint32_t group = number_of(d, row->group);
			if (figure_of(ret, group))
				return fail(&d->r->why, ERR_INVALID,
					    "several rounds report of %s (%s, %s): name the round", p->text,
					    ret->list[0].round, row->round);
			struct decompose_figure *f = figure_add(d, ret, group);
			f->told = row->figures[0];
			f->round = row->round;
			f->frame = row->frame ? row->frame->population : 0;
			f->has = decompose_amount(d, &f->told, &f->x);
			f->refused = *f->told.refused ? f->told.refused : NULL;
			again |= !f->has || !amount_exact(&f->x);
		}
	}
	if (e == ERR_OK && again && d->def->over_units == AGGREGATION_ADDITIVE)
		e = sums_of_reported(d, p, indicator, ret);
	return e;
}

enum err decompose_count_figures(struct decompose *d, const struct point *p, enum counted counted,
				 struct decompose_figures *ret)
{
	struct msg_query_reply *parts;
	size_t n;
	const char *day = p->told->valid_at;
	enum measure m = MEASURE_COUNT;
	struct msg_count_question c = {.counted = counted,
				       .kind = d->q->kind,
				       .n_units = d->q->n_units,
				       .units = d->refs,
				       .subtree = d->q->subtree,
				       .group_by = d->q->group_by,
				       .n_where = counted == COUNTED_UNITS ? 0 : d->q->n_where,
				       .where = d->q->where,
				       .n_dates = 1,
				       .dates = &day,
				       .n_measures = 1,
				       .measures = &m,
				       .decimals = d->q->decimals};
	struct msg_query_request q = {.as_of_revision = p->rev, .count = &c};
	*ret = (struct decompose_figures){0};
	enum err e = inner_ask(d->r, &q, &parts, &n);
	if (e == ERR_NOT_FOUND && d->r->failed == ERR_OK)
		return d->r->v->err; /* nothing was known of it there */
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		for (size_t k = 0; parts[i].trend && k < parts[i].trend->n_rows; k++) {
			const struct msg_trend_row *row = &parts[i].trend->rows[k];
			struct decompose_figure *f = figure_add(d, ret, number_of(d, row->group));
			f->told = row->figures[0];
			f->has = decompose_amount(d, &f->told, &f->x);
			f->refused = *f->told.refused ? f->told.refused : NULL;
		}
	}
	return e;
}

/* The round of all the figures; 0 = several, or none. */
uint32_t decompose_round(struct decompose *d, const struct point *p, const struct decompose_figures *list)
{
	if (p->round || !list->n)
		return p->round;
	for (size_t i = 1; i < list->n; i++) {
		if (strcmp(list->list[i].round, list->list[0].round) != 0)
			return 0;
	}
	return *list->list[0].round ? view_term(d->r->v, SPACE_ROUND, slice_text(list->list[0].round)) : 0;
}

/* ---- frames ----------------------------------------------------------------------------------------- */

int frame_by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

bool frame_has(const struct frame_known *f, uint32_t unit)
{
	return f->n && bsearch(&unit, f->units, f->n, sizeof unit, frame_by_number);
}

static enum err members(struct decompose *d, const struct point *p, const struct msg_round *round,
			struct frame_known *ret)
{
	const struct msg_frame_size *f = round->frame;
	ret->units = arena_alloc(d->r->a, (f->n_members + 1) * sizeof *ret->units);
	for (size_t i = 0; i < f->n_members; i++) {
		enum err e = answer_unit(d->r, &f->members[i], p->day, &ret->units[i]);
		if (e != ERR_OK)
			return e;
	}
	ret->n = f->n_members;
	ret->known = ret->n == f->population;
	ret->how = "its frame names its members";
	return ERR_OK;
}

/* The units of the kind inside the area, where they are as many as the frame counts. */
static enum err by_area(struct decompose *d, const struct point *p, const struct msg_round *round,
			struct frame_known *ret)
{
	uint32_t area, kind = view_term(d->r->v, SPACE_TERM, slice_text(round->unit_kind)), *units;
	enum err e = answer_unit(d->r, round->area, p->day, &area);
	if (e != ERR_OK || !kind)
		return e;
	size_t n = unit_subtree(d->r->v, area, p->day, d->r->a, &units);
	ret->units = units;
	for (size_t i = 0; i < n; i++) {
		struct unit_life life;
		if (unit_life_at(d->r->v, units[i], p->day, &life) && life.life.kind == kind)
			units[ret->n++] = units[i];
	}
	ret->known = ret->n == ret->size;
	ret->how = arena_printf(d->r->a, "its frame of %u is known: %s has as many on record (%s)", ret->size,
				unit_name(d->r->v, area, p->day, d->r->a), round->unit_kind);
	return d->r->v->err;
}

enum err decompose_frame(struct decompose *d, const struct point *p, uint32_t number, struct frame_known *ret)
{
	*ret = (struct frame_known){.how = ""};
	if (!number)
		return ERR_OK;
	const struct msg_round *round = define_get(d->r->v, SPACE_ROUND, number, d->r->a, NULL);
	if (!round || !round->frame)
		return d->r->v->err;
	enum err e = ERR_OK;
	ret->size = round->frame->population;
	if (round->frame->n_members)
		e = members(d, p, round, ret);
	else if (round->area && *round->unit_kind)
		e = by_area(d, p, round, ret);
	if (e == ERR_OK && !ret->known)
		ret->n = 0;
	if (ret->n)
		qsort(ret->units, ret->n, sizeof *ret->units, frame_by_number);
	return e;
}
