/* SPDX-License-Identifier: Apache-2.0
 *
 * cube.c - rows into cells: first the codes of every dimension as they come, then periods in the order of time, then
 * positions. A round becomes a dimension only where two rows would otherwise claim one cell.
 */
#include <stdlib.h>
#include <string.h>
#include "base/num.h"
#include "clients/cube.h"
#include "clients/lookup.h"
#include "clients/show.h"

#define SIZE_LIMIT ((uint64_t)1 << 53) /* positions are numbers to JavaScript and R */

struct making {
	struct arena *arena;
	struct cube *cube;
	struct lookup *found; /* by dimension: code → place + 1 */
	const struct msg_query_reply *last;
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

/* "at least 5", "5–8", "-5 to 3", "over 5 and under 8": what people are shown of bounds, as numbers again. Figures as
 * reported carry no others. */
static bool bounds_shown(struct arena *a, const char *shown, const char **low, const char **high)
{
	static const struct {
		const char *word;
		bool high;
	} words[] = {{"at least ", false}, {"over ", false}, {"at most ", true}, {"under ", true}};
	static const char *const between[] = {" and ", "–", " to "};
	*low = *high = NULL;
	for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
		const char *gap = strstr(shown, between[i]);
		if (!gap)
			continue;
		const char *left = arena_text(a, shown, (size_t)(gap - shown)), *right = gap + strlen(between[i]), *no;
		if (i == 0)
			return bounds_shown(a, left, low, &no) && *low && bounds_shown(a, right, &no, high) && *high;
		*low = left;
		*high = right;
		return plain_decimal(left) && plain_decimal(right);
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i].word);
		if (strncmp(shown, words[i].word, len) != 0 || !plain_decimal(shown + len))
			continue;
		*(words[i].high ? high : low) = shown + len;
		return true;
	}
	return false;
}

static bool missing_shown(struct arena *a, const char *shown, enum missing_kind *ret)
{
	for (unsigned i = 0; i < msg_enum_missing_kind.count; i++) {
		int number = msg_enum_missing_kind.values[i].number;
		const char *word = number ? show_code(a, &msg_enum_missing_kind, number) : "missing";
		*ret = (enum missing_kind)number;
		if (strcmp(shown, arena_printf(a, "(%s)", word)) == 0)
			return true;
	}
	*ret = MISSING_KIND_UNSPECIFIED;
	return false;
}

static void cell_read(struct arena *a, struct cube_cell *cell)
{
	const struct msg_figure *f = cell->figure;
	const char *shown = text_of(f->shown), *low = text_of(f->low), *high = text_of(f->high);
	if (*text_of(f->refused)) {
		cell->state = CUBE_REFUSED;
	} else if (plain_decimal(shown) && (*text_of(f->denominator) || f->measure != MEASURE_VALUE)) {
		cell->state = CUBE_VALUE;
		cell->value = shown;
	} else if (plain_decimal(low) || plain_decimal(high)) {
		cell->state = CUBE_BOUNDS;
		cell->low = plain_decimal(low) ? low : NULL;
		cell->high = plain_decimal(high) ? high : NULL;
	} else if (bounds_shown(a, shown, &cell->low, &cell->high)) {
		cell->state = CUBE_BOUNDS;
	} else {
		cell->low = cell->high = NULL;
		cell->state = !*shown || missing_shown(a, shown, &cell->missing) ? CUBE_MISSING : CUBE_WORDS;
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

/* The answer has the labels of code lists in its last part. */
static const char *label_of(const struct making *m, const char *dimension, const char *code)
{
	const struct msg_trend_answer *last = m->last->trend;
	for (size_t i = 0; i < last->n_labels; i++)
		for (size_t k = 0; k < last->labels[i].n_codes && strcmp(last->labels[i].id, dimension) == 0; k++)
			if (strcmp(last->labels[i].codes[k].code, code) == 0)
				return text_of(last->labels[i].codes[k].label);
	return code;
}

static uint32_t category_put(struct making *m, size_t dim, const struct msg_trend_row *row)
{
	const char *code = category_of(row, m->cube->dims[dim].label);
	if (!code)
		return code_put(m, dim, "_Z", "(none)", "the row has no such dimension");
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
static const char **dimension_names(struct making *m, struct msg_query_reply *const *parts, size_t n, size_t *ret_n)
{
	const char **names = NULL;
	size_t room = 0;
	struct lookup seen;
	lookup_init(&seen, m->arena);
	*ret_n = 0;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_rows; i++) {
			const struct msg_trend_row *row = &parts[p]->trend->rows[i];
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
static void dims_make(struct making *m, struct msg_query_reply *const *parts, size_t n, bool rounds)
{
	static const char *const ours[] = {"group", "period", "round", "measure"};
	struct cube *c = m->cube;
	size_t n_names;
	const char **names = dimension_names(m, parts, n, &n_names);
	c->n_dims = 0;
	c->dims = arena_alloc(m->arena, (n_names + 4) * sizeof *c->dims);
	m->found = arena_alloc(m->arena, (n_names + 4) * sizeof *m->found);
	dim_add(m, CUBE_GROUP, "group", c->by_unit ? "unit" : "group");
	for (size_t i = 0; i < n_names; i++) {
		const char *id = names[i];
		for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
			if (strcmp(names[i], ours[k]) == 0)
				id = arena_printf(m->arena, "dim:%s", names[i]);
		dim_add(m, CUBE_CATEGORY, id, names[i]);
	}
	dim_add(m, CUBE_PERIOD, "period", "period");
	if (rounds)
		dim_add(m, CUBE_ROUND, "round", "round");
	dim_add(m, CUBE_MEASURE, "measure", "measure");
}

static void row_put(struct making *m, const struct msg_trend_row *row)
{
	struct cube *c = m->cube;
	uint32_t *place = arena_alloc(m->arena, c->n_dims * sizeof *place);
	for (size_t d = 0; d < c->n_dims; d++)
		switch (c->dims[d].role) {
		case CUBE_GROUP:
			place[d] = group_put(m, d, row);
			break;
		case CUBE_CATEGORY:
			place[d] = category_put(m, d, row);
			break;
		case CUBE_PERIOD:
			place[d] = period_put(m, d, text_of(row->period));
			break;
		case CUBE_ROUND:
			place[d] = *text_of(row->round) ? code_put(m, d, row->round, row->round, "")
							: code_put(m, d, "_Z", "(outside any round)", "");
			break;
		case CUBE_MEASURE:
			break;
		}
	for (size_t i = 0; i < row->n_figures; i++) {
		struct cube_cell *cell = &c->cells[c->n_cells++];
		uint32_t *codes = place;
		if (i) {
			codes = arena_alloc(m->arena, c->n_dims * sizeof *codes);
			memcpy(codes, place, c->n_dims * sizeof *codes);
		}
		const char *measure = cube_measure(m->arena, row->figures[i].measure);
		codes[c->n_dims - 1] = code_put(m, c->n_dims - 1, measure, measure, "");
		*cell = (struct cube_cell){.codes = codes, .row = row, .figure = &row->figures[i]};
		cell_read(m->arena, cell);
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

static enum err layout(struct making *m, struct msg_query_reply *const *parts, size_t n, bool rounds, bool *ret_twice)
{
	struct cube *c = m->cube;
	dims_make(m, parts, n, rounds);
	c->n_cells = 0;
	for (size_t i = 0; i < c->asked->n_measures; i++) {
		const char *measure = cube_measure(m->arena, c->asked->measures[i]);
		(void)code_put(m, c->n_dims - 1, measure, measure, "");
	}
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_rows; i++)
			row_put(m, &parts[p]->trend->rows[i]);
	for (size_t d = 0; d < c->n_dims; d++) {
		if (c->dims[d].role == CUBE_PERIOD)
			periods_sort(m, d);
		labels_part(m, &c->dims[d]);
	}
	return positions_make(m, ret_twice);
}

/* ---- the whole -------------------------------------------------------------------------------------- */

/* Is the group a unit: itself, or a containing one of some kind? */
static bool groups_are_units(const struct cube_asked *asked)
{
	static const char *const others[] = {"survey", "source", "size", "task", "sector", "legal_form", "level"};
	const char *by = text_of(asked->group_by);
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
		unsigned *most = &c->decimals[(unsigned)cell->figure->measure % CUBE_MEASURES];
		for (size_t k = 0; k < 3; k++) {
			const char *point = texts[k] ? strchr(texts[k], '.') : NULL;
			if (point && strlen(point + 1) > *most)
				*most = (unsigned)strlen(point + 1);
		}
	}
}

enum err cube_of(struct arena *a, struct msg_query_reply *const *parts, size_t n, const struct cube_asked *asked,
		 struct cube *ret, struct why *why)
{
	const struct msg_trend_answer *first = parts[0]->trend;
	size_t n_cells = 0;
	*ret = (struct cube){.head = parts[0], .asked = asked, .by_unit = groups_are_units(asked)};
	ret->label = *text_of(first->label) ? first->label : text_of(first->indicator);
	ret->unit = text_of(first->unit_of_measure);
	for (size_t p = 0; p < n; p++) {
		ret->overlapping |= parts[p]->trend->overlapping;
		if (parts[p]->trend->next_skip)
			ret->next_skip = parts[p]->trend->next_skip;
		for (size_t i = 0; i < parts[p]->trend->n_rows; i++)
			n_cells += parts[p]->trend->rows[i].n_figures;
	}
	notes_gather(ret, a, parts, n);
	ret->cells = arena_alloc(a, (n_cells + 1) * sizeof *ret->cells);
	struct making m = {.arena = a, .cube = ret, .why = why, .last = parts[n - 1]};
	bool twice;
	enum err e = layout(&m, parts, n, false, &twice);
	if (e == ERR_OK && twice)
		e = layout(&m, parts, n, true, &twice);
	if (e == ERR_OK && twice)
		e = fail(why, ERR_MALFORMED, "the answer has two rows for one group, period and round");
	decimals_count(ret);
	return e;
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

const char *cube_measure(struct arena *a, enum measure m)
{
	return show_code(a, &msg_enum_measure, (int)m);
}

const char *cube_unit(const struct cube *c, enum measure m)
{
	switch (m) {
	case MEASURE_COUNT:
		return !c->asked->counted ? "units" : *c->unit ? c->unit : c->asked->counted;
	case MEASURE_SHARE:
	case MEASURE_RATE:
		return "percent";
	case MEASURE_RANK:
		return "rank";
	case MEASURE_CONCENTRATION:
		return "index from 0 to 1";
	case MEASURE_VALUE:
	case MEASURE_SUM:
	case MEASURE_MEAN:
	case MEASURE_MEDIAN:
	case MEASURE_MIN:
	case MEASURE_MAX:
	case MEASURE_UNSPECIFIED:
		break;
	}
	return c->unit;
}

const char *cube_status(struct arena *a, const struct cube_cell *cell)
{
	switch (cell->state) {
	case CUBE_VALUE:
		break;
	case CUBE_BOUNDS:
		return "bounds";
	case CUBE_WORDS:
		return "in words";
	case CUBE_MISSING:
		return cell->missing ? show_code(a, &msg_enum_missing_kind, (int)cell->missing) : "missing";
	case CUBE_REFUSED:
		return "refused";
	}
	if (cell->row->method == METHOD_APPORTIONED)
		return "apportioned";
	return cell->row->method == METHOD_UNALLOCATED ? "unallocated" : "";
}

const char *cube_caption(struct arena *a, const struct cube *c)
{
	const char *at = text_of(c->asked->structure_at), *groups = text_of(c->asked->group_structure_at);
	const char *text = *at ? arena_printf(a, "in the structure of %s", at) : "as reported";
	if (*groups)
		text = arena_printf(a, "%s, groups of %s", text, groups);
	text = arena_printf(a, "%s, as known at revision %llu", text, (unsigned long long)c->head->revision);
	if (*text_of(c->head->today))
		text = arena_printf(a, "%s, today %s", text, c->head->today);
	if (*text_of(c->head->method))
		text = arena_printf(a, "%s, method %s", text, c->head->method);
	return text;
}
