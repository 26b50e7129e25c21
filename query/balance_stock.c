/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_stock.c - see balance_stock.h.
 */
#include "query/balance_stock.h"
#include <stdlib.h>
#include <string.h>
#include "query/category.h"
#include "query/define.h"

/* ---- reading ---------------------------------------------------------------------------------------- */

static const char *values_text(struct balance *b, const struct stated *list, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n && i < 5; i++) {
		struct msg_value *v;
		if (value_get(list[i].obs.value, b->r->a, &v) != ERR_OK)
			continue;
		text = arena_printf(b->r->a, "%s%s%s in %s", text, i ? ", " : "", value_text(b->r->a, v),
				    balance_text(b, SPACE_SOURCE, list[i].obs.src));
	}
	return text;
}

static enum err take_cell(struct balance *b, const struct cell *cell, uint32_t round, const struct when *when,
			  struct printed_list *ret)
{
	struct stated *some = arena_alloc(b->work, cell->n * sizeof *some);
	struct choice choice;
	struct msg_value *value;
	char text[WHEN_TEXT_MAX];
	size_t n = 0;
	for (size_t i = 0; i < cell->n; i++)
		if (!round || cell->list[i].obs.round == round)
			some[n++] = cell->list[i];
	if (!n || !scope_has(b->scope, cell->unit, when_reference_day(when)))
		return ERR_OK;
	enum err e = choose_value(some, n, b->work, &choice);
	if (e == ERR_OK)
		e = value_get(some[choice.chosen].obs.value, b->r->a, &value);
	if (e != ERR_OK)
		return e;
	when_format(when, text);
	ret->list = arena_grow(b->r->a, ret->list, ret->n, ret->n + 1, sizeof *ret->list, &ret->room);
	ret->list[ret->n] = (struct printed){.unit = cell->unit,
					     .group = scope_group(b->scope, cell->unit, when_reference_day(when)),
					     .place = (uint32_t)ret->n,
					     .when = *when,
					     .period = arena_text(b->r->a, text, strlen(text)),
					     .value = value,
					     .values = choice.values,
					     .rule = choice_name(choice.rule),
					     .under = stated_under(b->r->v, &some[choice.chosen]),
					     .all = choice.values > 1 ? values_text(b, some, n) : ""};
	ret->n++;
	return ERR_OK;
}

static enum err read_series(struct balance *b, const struct series *series, uint32_t round, struct printed_list *ret)
{
	AUTO_CELLS struct cells cells = {0};
	struct cell cell;
	struct when when = {0};
	uint32_t ref = 0;
	enum err e = ERR_OK;
	cells_begin(&cells, b->r->v, series->id, 0, 0);
	while (e == ERR_OK && cells_next(&cells, &cell)) {
		if (cell.ref != ref && !ref_when(b->r->v, ref = cell.ref, &when))
			break;
		e = take_cell(b, &cell, round, &when, ret);
		arena_reset(b->work);
		if (e == ERR_OK)
			e = answer_work(b->r);
	}
	return e == ERR_OK ? b->r->v->err : e;
}

/* ---- which series ----------------------------------------------------------------------------------- */

static bool is_total(struct balance *b, const struct msg_indicator *def, const struct msg_category *c)
{
	for (size_t i = 0; i < def->n_dimensions; i++) {
		if (strcmp(def->dimensions[i].id, c->dimension) != 0)
			continue;
		const struct msg_code_list *list =
		    define_find(b->r->v, SPACE_CODE_LIST, def->dimensions[i].code_list, b->r->a, NULL);
		for (size_t k = 0; list && k < list->n_codes; k++)
			if (list->codes[k].total && strcmp(list->codes[k].code, c->code) == 0)
				return true;
	}
	return false;
}

static bool fits(struct balance *b, const struct msg_indicator *def, const struct series *s)
{
	const struct msg_balance_question *q = b->q;
	for (size_t i = 0; i < s->n_categories; i++) {
		const struct msg_category *c = &s->categories[i];
		bool asked = false, same = false;
		for (size_t k = 0; k < q->n_categories; k++) {
			if (strcmp(q->categories[k].dimension, c->dimension) != 0)
				continue;
			asked = true;
			same = strcmp(q->categories[k].code, c->code) == 0;
		}
		if (asked ? !same : !is_total(b, def, c))
			return false;
	}
	return true;
}

static enum err define(struct balance *b, const char *id, const struct msg_indicator **ret)
{
	*ret = define_find(b->r->v, SPACE_INDICATOR, id, b->r->a, NULL);
	if (!*ret)
		return fail(&b->r->why, b->r->v->err ? b->r->v->err : ERR_NOT_FOUND,
			    "no indicator \"%.100s\" is defined: `varde catalogue indicators` lists them", id);
	if ((*ret)->over_units != AGGREGATION_ADDITIVE && (*ret)->over_units != AGGREGATION_DISTINCT)
		return fail(&b->r->why, ERR_INVALID, "%.100s is no count of things: there is no balance of it", id);
	return categories_single(b->r, b->q->categories, b->q->n_categories);
}

/* The one series of an indicator that stands for what is asked. *ret_any: it has any at all. */
static bool choose_series(struct balance *b, const struct msg_indicator *def, struct series *ret, bool *ret_any)
{
	struct series *list;
	size_t n = series_find(b->r->v, def->id, NULL, 0, b->r->a, &list);
	*ret_any = n;
	for (size_t i = 0; i < n; i++) {
		if (!fits(b, def, &list[i]))
			continue;
		*ret = list[i];
		return true;
	}
	return false;
}

/* ---- in which order --------------------------------------------------------------------------------- */

/* A row is made of what its group has: of thousands of groups each must not read what all have. */
static int by_group(const void *x, const void *y)
{
	const struct printed *a = x, *b = y;
	int d = (a->group > b->group) - (a->group < b->group);
	return d ? d : (a->place > b->place) - (a->place < b->place);
}

static int by_unit(const void *x, const void *y)
{
	const struct printed *a = *(const struct printed *const *)x, *b = *(const struct printed *const *)y;
	int d = (a->unit > b->unit) - (a->unit < b->unit);
	return d ? d : (a->place > b->place) - (a->place < b->place);
}

/* Of a group those of a unit together, the longest first. */
static int longest(const void *x, const void *y)
{
	const struct printed *a = x, *b = y;
	int d = (a->group > b->group) - (a->group < b->group);
	d = d ? d : (a->unit > b->unit) - (a->unit < b->unit);
	if (d)
		return d;
	int64_t la = (int64_t)a->when.hi - a->when.lo, lb = (int64_t)b->when.hi - b->when.lo;
	return la != lb ? (la > lb ? -1 : 1) : when_cmp(&a->when, &b->when);
}

static void order(struct balance *b, struct printed_list *l)
{
	l->of_unit = arena_alloc(b->r->a, (l->n + 1) * sizeof *l->of_unit);
	if (!l->n)
		return;
	qsort(l->list, l->n, sizeof *l->list, by_group);
	for (size_t i = 0; i < l->n; i++)
		l->of_unit[i] = &l->list[i];
	qsort(l->of_unit, l->n, sizeof *l->of_unit, by_unit);
}

size_t printed_of_group(const struct printed_list *l, uint32_t group, struct printed **ret)
{
	size_t low = 0, high = l->n, n = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (l->list[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = l->n ? l->list + low : NULL;
	while (low + n < l->n && l->list[low + n].group == group)
		n++;
	return n;
}

static enum err read_flow(struct stock *s, const char *id, bool out)
{
	struct balance *b = s->b;
	const struct msg_indicator *def;
	struct series series;
	bool any;
	struct flows *f = &s->flows[s->n_flows++];
	*f = (struct flows){.indicator = id, .out = out};
	enum err e = define(b, id, &def);
	if (e == ERR_OK && choose_series(b, def, &series, &any))
		e = read_series(b, &series, 0, &f->list);
	if (f->list.n)
		qsort(f->list.list, f->list.n, sizeof *f->list.list, longest);
	return e;
}

enum err stock_read(struct stock *s)
{
	struct balance *b = s->b;
	struct series series;
	bool any;
	b->r->v->as_of = b->to.rev;
	enum err e = define(b, b->q->indicator, &s->def);
	if (e != ERR_OK)
		return e;
	if (!choose_series(b, s->def, &series, &any))
		return fail(&b->r->why, ERR_NOT_FOUND,
			    any ? "%.100s has no figures in these categories: name one of each dimension, or those "
				  "that are totals"
				: "nothing was ever said about %.100s",
			    s->def->id);
	e = read_series(b, &series, b->from.round, &s->now);
	if (e == ERR_OK)
		e = read_series(b, &series, b->to.round, &s->closing);
	if (e == ERR_OK && b->q->chain)
		e = read_series(b, &series, 0, &s->any);
	if (e == ERR_OK && b->from.rev != b->to.rev) {
		b->r->v->as_of = b->from.rev;
		e = read_series(b, &series, b->from.round, &s->then);
		b->r->v->as_of = b->to.rev;
	}
	struct printed_list *const lists[] = {&s->then, &s->now, &s->closing, &s->any};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		order(b, lists[i]);
	s->flows = arena_alloc(b->r->a, (b->q->n_inflows + b->q->n_outflows + 1) * sizeof *s->flows);
	for (size_t i = 0; i < b->q->n_inflows && e == ERR_OK; i++)
		e = read_flow(s, b->q->inflows[i], false);
	for (size_t i = 0; i < b->q->n_outflows && e == ERR_OK; i++)
		e = read_flow(s, b->q->outflows[i], true);
	return e;
}
