/* SPDX-License-Identifier: Apache-2.0
 *
 * cube.c - rows into cells: first the codes of every dimension as they come, then periods in the order of time, then
 * positions. A round becomes a dimension only where two rows would otherwise claim one cell.
 */
#include <stdlib.h>
#include <string.h>
#include "base/num.h"
#include "clients/cube_rows.h"
#include "clients/lookup.h"
#include "clients/show.h"

#define SIZE_LIMIT ((uint64_t)1 << 53) /* positions are numbers to JavaScript and R */

struct making {
	struct arena *arena;
	struct cube *cube;
	struct lookup *found; /* by dimension: code → place + 1 */
	const struct cube_rows *rows;
	struct why *why;
};

static const char *text_of(const char *text)
{
	return text ? text : "";
}

/* ---- cells ------------------------------------------------------------------------------------------ */

/* A decimal as JSON has numbers: no sign but a minus, no leading zero, no exponent. */
static bool plain_decimal(const char *text)
{
	const char *p = text + (*text == '-');
	size_t whole = strspn(p, "0123456789");
	if (!whole || (whole > 1 && *p == '0'))
		return false;
	p += whole;
	if (!*p)
		return true;
	return *p == '.' && p[1] && p[1 + strspn(p + 1, "0123456789")] == '\0';
}

static void cell_read(struct cube_cell *cell)
{
	const struct msg_figure *f = cell->figure;
	const char *shown = text_of(f->shown), *low = text_of(f->low), *high = text_of(f->high);
	cell->missing = f->missing;
	if (*text_of(f->refused)) {
		cell->state = CUBE_REFUSED;
	} else if (f->missing || !*shown) {
		cell->state = CUBE_MISSING;
	} else if (plain_decimal(shown) && (*text_of(f->denominator) || f->measure != MEASURE_VALUE)) {
		cell->state = CUBE_VALUE;
		cell->value = shown;
	} else if (plain_decimal(low) || plain_decimal(high)) {
		cell->state = CUBE_BOUNDS;
		cell->low = plain_decimal(low) ? low : NULL;
		cell->high = plain_decimal(high) ? high : NULL;
	} else {
		cell->state = CUBE_WORDS;
	}
}

/* ---- codes ------------------------------------------------------------------------------------------ */

static uint32_t code_put(struct making *m, size_t dim, const char *code, const char *label, const char *note)
{
	struct cube_dim *d = &m->cube->dims[dim];
	uintptr_t at = (uintptr_t)lookup_get(&m->found[dim], code);
	if (at) {
		struct cube_code *have = &d->codes[at - 1];
		if (strcmp(have->label, label) != 0 && *label)
			have->label = label; /* a unit is shown by its newest name, as a table ends with it */
		return (uint32_t)(at - 1);
	}
	d->codes = arena_grow(m->arena, d->codes, d->n, d->n + 1, sizeof *d->codes, &d->room);
	d->codes[d->n] = (struct cube_code){.code = code, .label = *label ? label : code, .note = note};
	*lookup_put(&m->found[dim], code) = (void *)(uintptr_t)++d->n;
	return (uint32_t)(d->n - 1);
}

static uint32_t group_put(struct making *m, size_t dim, const struct msg_trend_row *row)
{
	const char *name = text_of(row->group_name), *ids = "";
	if (*text_of(row->group))
		return code_put(m, dim, row->group, name, "");
	if (row->n_among) {
		bool refused = row->method == METHOD_REFUSED;
		for (size_t i = 0; i < row->n_among; i++)
			ids = arena_printf(m->arena, "%s%s%s", ids, i ? "+" : "", row->among[i]);
		return code_put(m, dim, arena_printf(m->arena, "_%c:%s", refused ? 'R' : 'X', ids),
				arena_printf(m->arena, "%s among %s", refused ? "refused" : "unallocated",
					     show_list(m->arena, row->among, row->n_among)),
				refused ? "has no meaning for any one of these units"
					: "lies among these units, nobody knows where: it belongs to no single one");
	}
	if (!*text_of(m->cube->asked->group_by) && m->cube->only)
		return code_put(m, dim, m->cube->only, m->cube->only_name, "");
	if (!*text_of(m->cube->asked->group_by))
		return code_put(m, dim, "_T", "all", "");
	return code_put(m, dim, "_Z", *name ? name : "(none)", "inside none of the groups");
}

static const char *category_of(const struct msg_trend_row *row, const char *dimension)
{
	for (size_t i = 0; i < row->n_categories; i++)
		if (strcmp(row->categories[i].dimension, dimension) == 0)
			return row->categories[i].code;
	return NULL;
}

static const char *label_of(const struct making *m, const char *dimension, const char *code)
{
	const struct cube_rows *all = m->rows;
	for (size_t i = 0; i < all->n_labels; i++)
		for (size_t k = 0; k < all->labels[i].n_codes && strcmp(all->labels[i].id, dimension) == 0; k++)
			if (strcmp(all->labels[i].codes[k].code, code) == 0)
				return text_of(all->labels[i].codes[k].label);
	return code;
}

static uint32_t category_put(struct making *m, size_t dim, const struct msg_trend_row *row)
{
	const char *code = category_of(row, m->cube->dims[dim].label);
	if (!code)
		return code_put(m, dim, "_Z", "(none)", "the row has no such dimension");
	if (!*code)
		return code_put(m, dim, "_Z", label_of(m, m->cube->dims[dim].label, code), "inside none of the groups");
	bool known = lookup_get(&m->found[dim], code);
	return code_put(m, dim, code, known ? "" : label_of(m, m->cube->dims[dim].label, code), "");
}

static uint32_t period_put(struct making *m, size_t dim, const char *period)
{
	struct cube_dim *d = &m->cube->dims[dim];
	size_t before = d->n;
	uint32_t at = code_put(m, dim, *period ? period : "_T", *period ? period : "all", "");
	if (d->n > before && when_parse(period, &d->codes[at].when, NULL) != ERR_OK)
		d->codes[at].when = (struct when){0};
	return at;
}

static void dim_add(struct making *m, enum cube_role role, const char *id, const char *label)
{
	struct cube *c = m->cube;
	lookup_init(&m->found[c->n_dims], m->arena);
	c->dims[c->n_dims++] = (struct cube_dim){.role = role, .id = id, .label = label};
}

/* Names of the indicator's dimensions, as rows come to have them. */
static const char **dimension_names(struct making *m, size_t *ret_n)
{
	const char **names = NULL;
	size_t room = 0;
	struct lookup seen;
	lookup_init(&seen, m->arena);
	*ret_n = 0;
	for (size_t i = 0; i < m->rows->n; i++) {
		const struct msg_trend_row *row = m->rows->list[i].row;
		for (size_t k = 0; k < row->n_categories; k++) {
			void **at = lookup_put(&seen, row->categories[k].dimension);
			if (*at)
				continue;
			*at = m;
			names = arena_grow(m->arena, names, *ret_n, *ret_n + 1, sizeof *names, &room);
			names[(*ret_n)++] = row->categories[k].dimension;
		}
	}
	return names;
}

/* The dimensions, in the order of positions. Those of the indicator give way where they have a name of ours. */
static void dims_make(struct making *m, bool rounds)
{
	static const char *const ours[] = {"group", "indicator", "period", "round", "statement", "measure"};
	struct cube *c = m->cube;
	size_t n_names;
	const char **names = dimension_names(m, &n_names);
	c->n_dims = 0;
	c->dims = arena_alloc(m->arena, (n_names + 4) * sizeof *c->dims);
	m->found = arena_alloc(m->arena, (n_names + 4) * sizeof *m->found);
	dim_add(m, CUBE_GROUP, "group", c->by_unit ? "unit" : "group");
	if (m->rows->said)
		dim_add(m, CUBE_INDICATOR, "indicator", "indicator");
	for (size_t i = 0; i < n_names; i++) {
		const char *id = names[i];
		for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
			if (strcmp(names[i], ours[k]) == 0)
				id = arena_printf(m->arena, "dim:%s", names[i]);
		dim_add(m, CUBE_CATEGORY, id, names[i]);
	}
	dim_add(m, CUBE_PERIOD, "period", "period");
	if (rounds && m->rows->said)
		dim_add(m, CUBE_STATEMENT, "statement", "statement under one key");
	else if (rounds)
		dim_add(m, CUBE_ROUND, "round", "round");
	if (!m->rows->said)
		dim_add(m, CUBE_MEASURE, "measure", "measure");
	c->metric = m->rows->said ? 1 : c->n_dims - 1;
}

/* A measure as asked, or an indicator. */
static uint32_t metric_put(struct making *m, const char *code, const char *label, const char *unit)
{
	struct cube_dim *d = &m->cube->dims[m->cube->metric];
	uint32_t at = code_put(m, m->cube->metric, code, label, "");
	d->codes[at].unit = unit;
	return at;
}

static uint32_t indicator_put(struct making *m, const char *id)
{
	const struct cube_rows *all = m->rows;
	for (size_t i = 0; i < all->n_indicators; i++)
		if (strcmp(all->indicators[i].id, id) == 0)
			return metric_put(m, id, text_of(all->indicators[i].label),
					  text_of(all->indicators[i].unit_of_measure));
	return metric_put(m, id, id, "");
}

static uint32_t statement_put(struct making *m, size_t dim, unsigned number)
{
	const char *code = arena_printf(m->arena, "%u", number);
	return code_put(m, dim, code, code, number == 1 ? "the one that a figure would use, where one is chosen" : "");
}

static uint32_t place_of(struct making *m, size_t d, const struct cube_row *x)
{
	const struct msg_trend_row *row = x->row;
	switch (m->cube->dims[d].role) {
	case CUBE_GROUP:
		return group_put(m, d, row);
	case CUBE_INDICATOR:
		return indicator_put(m, x->said->indicator);
	case CUBE_CATEGORY:
		return category_put(m, d, row);
	case CUBE_PERIOD:
		return period_put(m, d, text_of(row->period));
	case CUBE_ROUND:
		return *text_of(row->round) ? code_put(m, d, row->round, row->round, "")
					    : code_put(m, d, "_Z", "(outside any round)", "");
	case CUBE_STATEMENT:
		return statement_put(m, d, x->statement);
	case CUBE_MEASURE:
		break;
	}
	return 0; /* each figure has its own */
}

static void row_put(struct making *m, const struct cube_row *x)
{
	struct cube *c = m->cube;
	uint32_t *place = arena_alloc(m->arena, c->n_dims * sizeof *place);
	for (size_t d = 0; d < c->n_dims; d++)
		place[d] = place_of(m, d, x);
	for (size_t i = 0; i < x->row->n_figures; i++) {
		struct cube_cell *cell = &c->cells[c->n_cells++];
		const struct msg_figure *f = &x->row->figures[i];
		uint32_t *codes = place;
		if (i) {
			codes = arena_alloc(m->arena, c->n_dims * sizeof *codes);
			memcpy(codes, place, c->n_dims * sizeof *codes);
		}
		if (!x->said) {
			const char *measure = cube_measure(m->arena, f->measure);
			codes[c->metric] = metric_put(m, measure, measure, cube_unit(c, f->measure));
		}
		*cell = (struct cube_cell){
		    .codes = codes, .row = x->row, .figure = f, .said = x->said, .statement = x->statement};
		cell_read(cell);
	}
}

/* ---- order ------------------------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b, void *arg)
{
	const struct cube_code *codes = arg, *x = &codes[*(const uint32_t *)a], *y = &codes[*(const uint32_t *)b];
	bool none = x->when.precision == WHEN_NONE, other = y->when.precision == WHEN_NONE;
	int d = none != other ? (none ? 1 : -1) : when_cmp(&x->when, &y->when);
	return d ? d : strcmp(x->code, y->code);
}

static void periods_sort(struct making *m, size_t dim)
{
	struct cube *c = m->cube;
	struct cube_dim *d = &c->dims[dim];
	uint32_t *order = arena_alloc(m->arena, (d->n + 1) * sizeof *order);
	uint32_t *place = arena_alloc(m->arena, (d->n + 1) * sizeof *place);
	struct cube_code *sorted = arena_alloc(m->arena, (d->n + 1) * sizeof *sorted);
	for (uint32_t i = 0; i < d->n; i++)
		order[i] = i;
	qsort_r(order, d->n, sizeof *order, by_time, d->codes);
	for (uint32_t i = 0; i < d->n; i++) {
		sorted[i] = d->codes[order[i]];
		place[order[i]] = i;
	}
	d->codes = sorted;
	for (size_t i = 0; i < c->n_cells; i++)
		c->cells[i].codes[dim] = place[c->cells[i].codes[dim]];
}

static int by_position(const void *a, const void *b)
{
	const struct cube_cell *x = a, *y = b;
	return (x->position > y->position) - (x->position < y->position);
}

static enum err positions_make(struct making *m, bool *ret_twice)
{
	struct cube *c = m->cube;
	*ret_twice = false;
	c->size = 1;
	for (size_t d = 0; d < c->n_dims; d++) {
		if (c->dims[d].n && c->size > SIZE_LIMIT / c->dims[d].n)
			return fail(m->why, ERR_TOO_LARGE,
				    "all groups by all categories by all periods are too many cells for one table: ask "
				    "for fewer at once");
		c->size *= c->dims[d].n;
	}
	for (size_t i = 0; i < c->n_cells; i++)
		for (size_t d = 0; d < c->n_dims; d++)
			c->cells[i].position = c->cells[i].position * c->dims[d].n + c->cells[i].codes[d];
	qsort(c->cells, c->n_cells, sizeof *c->cells, by_position);
	for (size_t i = 1; i < c->n_cells; i++)
		*ret_twice |= c->cells[i].position == c->cells[i - 1].position;
	return ERR_OK;
}

/* Two units may have one name (Herøy): then the id stands behind it, since readers go by labels. */
static void labels_part(struct making *m, struct cube_dim *d)
{
	struct lookup first;
	lookup_init(&first, m->arena);
	size_t n = d->n;
	bool *again = arena_alloc(m->arena, n + 1);
	for (size_t i = 0; i < n; i++) {
		void **at = lookup_put(&first, d->codes[i].label);
		if (*at)
			again[i] = again[(uintptr_t)*at - 1] = true;
		else
			*at = (void *)(uintptr_t)(i + 1);
	}
	for (size_t i = 0; i < n; i++)
		if (again[i])
			d->codes[i].label = arena_printf(m->arena, "%s (%s)", d->codes[i].label, d->codes[i].code);
}

static enum err layout(struct making *m, bool rounds, bool *ret_twice)
{
	struct cube *c = m->cube;
	dims_make(m, rounds);
	c->n_cells = 0;
	for (size_t i = 0; i < c->asked->n_measures; i++) {
		const char *measure = cube_measure(m->arena, c->asked->measures[i]);
		(void)metric_put(m, measure, measure, cube_unit(c, c->asked->measures[i]));
	}
	for (unsigned i = 1; rounds && i <= m->rows->most; i++)
		(void)statement_put(m, c->n_dims - 1, i);
	for (size_t i = 0; i < m->rows->n; i++)
		row_put(m, &m->rows->list[i]);
	for (size_t d = 0; d < c->n_dims; d++) {
		if (c->dims[d].role == CUBE_PERIOD)
			periods_sort(m, d);
		labels_part(m, &c->dims[d]);
	}
	return positions_make(m, ret_twice);
}

/* ---- the whole -------------------------------------------------------------------------------------- */

/* Is the group a unit: itself, or a containing one of some kind? */
static bool groups_are_units(const char *by)
{
	static const char *const others[] = {"survey", "source", "size", "task", "sector", "legal_form", "level"};
	by = text_of(by);
	if (!*by || strncmp(by, "dim:", 4) == 0 || strncmp(by, "attr:", 5) == 0)
		return false;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(by, others[i]) == 0)
			return false;
	return true;
}

static void notes_gather(struct cube *c, struct arena *a, struct msg_query_reply *const *parts, size_t n)
{
	size_t room = 0;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_notes; i++) {
			c->notes = arena_grow(a, c->notes, c->n_notes, c->n_notes + 1, sizeof *c->notes, &room);
			c->notes[c->n_notes++] = parts[p]->trend->notes[i];
		}
}

static void decimals_count(struct cube *c)
{
	for (size_t i = 0; i < c->n_cells; i++) {
		const struct cube_cell *cell = &c->cells[i];
		const char *texts[] = {cell->value, cell->low, cell->high};
		unsigned *most = &c->dims[c->metric].codes[cell->codes[c->metric]].decimals;
		for (size_t k = 0; k < 3; k++) {
			const char *point = texts[k] ? strchr(texts[k], '.') : NULL;
			if (point && strlen(point + 1) > *most)
				*most = (unsigned)strlen(point + 1);
		}
	}
}

enum err cube_lay(struct arena *a, const struct cube_rows *rows, struct cube *c, struct why *why)
{
	struct making m = {.arena = a, .cube = c, .why = why, .rows = rows};
	size_t n_cells = 0;
	bool twice;
	for (size_t i = 0; i < rows->n; i++)
		n_cells += rows->list[i].row->n_figures;
	c->cells = arena_alloc(a, (n_cells + 1) * sizeof *c->cells);
	enum err e = layout(&m, false, &twice);
	if (e == ERR_OK && twice)
		e = layout(&m, true, &twice);
	if (e == ERR_OK && twice)
		e = fail(why, ERR_MALFORMED, "the answer has two rows for one group, period and round");
	decimals_count(c);
	return e;
}

enum err cube_of(struct arena *a, struct msg_query_reply *const *parts, size_t n, const struct cube_asked *asked,
		 struct cube *ret, struct why *why)
{
	const struct msg_trend_answer *first = parts[0]->trend, *last = parts[n - 1]->trend;
	struct cube_rows rows = {.n_labels = last->n_labels, .labels = last->labels};
	size_t most = 0;
	*ret = (struct cube){
	    .head = parts[0], .asked = asked, .by_unit = groups_are_units(asked->group_by), .valid_at = ""};
	ret->then_by_unit = groups_are_units(asked->then_by);
	ret->name = text_of(first->indicator);
	ret->label = *text_of(first->label) ? first->label : ret->name;
	ret->unit = text_of(first->unit_of_measure);
	for (size_t p = 0; p < n; p++) {
		ret->overlapping |= parts[p]->trend->overlapping;
		if (parts[p]->trend->next_skip)
			ret->next_skip = parts[p]->trend->next_skip;
		most += parts[p]->trend->n_rows;
	}
	ret->n_overlapping_by = last->n_overlapping_by;
	ret->overlapping_by = last->overlapping_by;
	notes_gather(ret, a, parts, n);
	if (last->n_units == 1 && last->n_unit_names == 1) {
		ret->only = last->units[0];
		ret->only_name = last->unit_names[0];
		ret->by_unit = true;
	}
	rows.list = arena_alloc(a, (most + 1) * sizeof *rows.list);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_rows; i++)
			rows.list[rows.n++].row = &parts[p]->trend->rows[i];
	return cube_lay(a, &rows, ret, why);
}

/* ---- what is asked of it ---------------------------------------------------------------------------- */

const struct cube_dim *cube_dim_of(const struct cube *c, enum cube_role role)
{
	for (size_t i = 0; i < c->n_dims; i++)
		if (c->dims[i].role == role)
			return &c->dims[i];
	return NULL;
}

const struct cube_code *cube_code_at(const struct cube *c, const struct cube_cell *cell, size_t dim)
{
	return &c->dims[dim].codes[cell->codes[dim]];
}

const struct cube_code *cube_metric(const struct cube *c, const struct cube_cell *cell)
{
	return cube_code_at(c, cell, c->metric);
}
