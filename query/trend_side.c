/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_side.c - figures of another indicator beside those asked for: weights, denominators, sizes.
 *
 * The series of the other indicator that goes with a row has the row's categories, as far as the other has such
 * dimensions, and the total code of those that the row does not name. A series is read once, as a whole, when it is
 * first wanted, and kept in the order of units and days.
 */
#include <stdlib.h>
#include <string.h>
#include "query/trend_measuring.h"

struct side_value {
	uint32_t unit, ref;
	int32_t day;
	struct num n;
};
struct side_table {
	uint32_t series; /* SPACE_SERIES; 0 = nothing was ever said of it */
	size_t n, room;
	struct side_value *list;
};
struct trend_side {
	const struct msg_indicator *def;
	size_t n_tables, tables_room;
	struct side_table *tables;
	size_t n_known, known_room;
	struct side_known {
		uint32_t series, key;
		size_t table;
	} * known; /* which table goes with which series of the trend */
};

enum err trend_side_new(struct trend *t, const char *indicator, const char *what, struct trend_side **ret)
{
	struct answer *r = t->r;
	const struct msg_indicator *def = define_find(r->v, SPACE_INDICATOR, indicator, r->a, NULL);
	if (!def)
		return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
			    "%s: no indicator \"%.100s\" is defined: `varde catalogue indicators` lists them", what,
			    indicator);
	if (def->type == VALUE_TYPE_TEXT)
		return fail(&r->why, ERR_INVALID, "%s: the values of \"%.100s\" are words", what, indicator);
	*ret = arena_alloc(r->a, sizeof **ret);
	(*ret)->def = def;
	return ERR_OK;
}

const char *trend_side_id(const struct trend_side *s)
{
	return s->def->id;
}

bool trend_side_counts(const struct trend_side *s)
{
	return s->def->type == VALUE_TYPE_COUNT;
}

bool trend_side_adds(const struct trend_side *s)
{
	return s->def->over_units == AGGREGATION_ADDITIVE;
}

/* ---- which series ----------------------------------------------------------------------------------- */

static const char *total_code(struct trend *t, const char *code_list)
{
	const struct msg_code_list *l = define_find(t->r->v, SPACE_CODE_LIST, code_list, t->r->a, NULL);
	for (size_t i = 0; l && i < l->n_codes; i++) {
		if (l->codes[i].total)
			return l->codes[i].code;
	}
	return NULL;
}

static const char *code_in(const struct msg_category *c, size_t n, const char *dimension)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(c[i].dimension, dimension) == 0)
			return c[i].code;
	}
	return NULL;
}

/* The series that goes with a row's; 0 = there is none. */
static uint32_t series_beside(struct trend *t, const struct trend_side *s, uint32_t series, uint32_t key)
{
	const struct series *of = series == TREND_UNSET ? NULL : &t->series[series];
	const struct msg_category *own = key ? trend_key_category(t, key) : NULL;
	struct msg_category *c = arena_alloc(t->r->a, (s->def->n_dimensions + 1) * sizeof *c);
	for (size_t i = 0; i < s->def->n_dimensions; i++) {
		const struct msg_dimension *d = &s->def->dimensions[i];
		c[i].dimension = d->id;
		c[i].code = of ? code_in(of->categories, of->n_categories, d->id) : NULL;
		if (!c[i].code && own)
			c[i].code = code_in(own, 1, d->id);
		if (!c[i].code)
			c[i].code = total_code(t, d->code_list);
		if (!c[i].code)
			return 0;
	}
	return view_term(t->r->v, SPACE_SERIES, slice_text(series_text(t->r->a, s->def->id, c, s->def->n_dimensions)));
}

/* ---- reading ---------------------------------------------------------------------------------------- */

static int by_unit_and_day(const void *a, const void *b)
{
	const struct side_value *x = a, *y = b;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->ref > y->ref) - (x->ref < y->ref);
}

static void load(struct trend *t, struct side_table *table)
{
	AUTO_CELLS struct cells cells = {0};
	AUTO_ARENA struct arena *work = arena_new(0);
	struct cell cell;
	if (!table->series)
		return;
	cells_begin(&cells, t->r->v, table->series, 0, 0);
	while (cells_next(&cells, &cell)) {
		struct choice choice;
		struct num n;
		size_t n_list = cell.n;
		const struct stated *list = cell.list;
		enum err e = cell.ref > t->n_refs ? ERR_CORRUPT : trend_ref_learn(t, cell.ref);
		if (e == ERR_OK)
			e = answer_work(t->r);
		t->failed = t->failed ? t->failed : e;
		if (e != ERR_OK)
			break;
		if (t->sources)
			list = trend_source_filter(t, list, n_list, false, &n_list);
		if (!n_list || choose_value(list, n_list, work, &choice) != ERR_OK ||
		    !value_peek(list[choice.chosen].obs.value, &n))
			continue;
		table->list =
		    arena_grow(t->r->a, table->list, table->n, table->n + 1, sizeof *table->list, &table->room);
		table->list[table->n++] = (struct side_value){cell.unit, cell.ref, t->refs[cell.ref].day, n};
		if (arena_used(work))
			arena_reset(work);
	}
	if (table->n)
		qsort(table->list, table->n, sizeof *table->list, by_unit_and_day);
}

static const struct side_table *table_of(struct trend *t, struct trend_side *s, uint32_t series, uint32_t key)
{
	for (size_t i = s->n_known; i--;) {
		if (s->known[i].series == series && s->known[i].key == key)
			return &s->tables[s->known[i].table];
	}
	uint32_t id = series_beside(t, s, series, key);
	size_t at = 0;
	while (at < s->n_tables && s->tables[at].series != id)
		at++;
	if (at == s->n_tables) {
		s->tables =
		    arena_grow(t->r->a, s->tables, s->n_tables, s->n_tables + 1, sizeof *s->tables, &s->tables_room);
		s->tables[s->n_tables++].series = id;
		load(t, &s->tables[at]);
	}
	s->known = arena_grow(t->r->a, s->known, s->n_known, s->n_known + 1, sizeof *s->known, &s->known_room);
	s->known[s->n_known++] = (struct side_known){series, key, at};
	return &s->tables[at];
}

/* The first of a unit's values. */
static size_t first_of(const struct side_table *table, uint32_t unit)
{
	size_t low = 0, high = table->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (table->list[mid].unit < unit)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool trend_side_at(struct trend *t, struct trend_side *s, uint32_t series, uint32_t key, uint32_t ref, uint32_t unit,
		   struct num *ret)
{
	const struct side_table *table = table_of(t, s, series, key);
	for (size_t i = first_of(table, unit); i < table->n && table->list[i].unit == unit; i++) {
		if (table->list[i].ref == ref) {
			*ret = table->list[i].n;
			return true;
		}
	}
	return false;
}

bool trend_side_newest(struct trend *t, struct trend_side *s, uint32_t unit, int32_t day, struct num *ret)
{
	const struct side_table *table = table_of(t, s, TREND_UNSET, 0);
	bool found = false;
	for (size_t i = first_of(table, unit); i < table->n && table->list[i].unit == unit; i++) {
		if (table->list[i].day > day)
			break;
		*ret = table->list[i].n;
		found = true;
	}
	return found;
}
