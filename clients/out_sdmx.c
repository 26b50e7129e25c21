/* SPDX-License-Identifier: Apache-2.0
 *
 * out_sdmx.c - a row a cell. Codes of units and categories are kept as they are, since `/` and letters such as ø
 * belong to them: the dimensions are texts to SDMX, not coded ones. Names of columns are made to fit.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include "clients/out_sdmx.h"
#include "clients/show.h"

/* A column, and what it is called beside its id. */
struct component {
	const char *id, *name;
};

const char *sdmx_name(struct arena *a, const char *text)
{
	bool digit = isdigit((unsigned char)*text);
	char *name = arena_printf(a, "%s%s", digit || !*text ? "_" : "", text);
	for (char *p = name; *p; p++)
		*p = isalnum((unsigned char)*p) && (unsigned char)*p < 128 ? (char)toupper((unsigned char)*p) : '_';
	return name;
}

/* ---- time ------------------------------------------------------------------------------------------- */

/* First day and length, in the largest unit that both ends fit. */
static const char *range_text(struct arena *a, int32_t lo, int32_t hi)
{
	int y, m, d, y2, m2, d2;
	day_parts(lo, &y, &m, &d);
	day_parts(hi + 1, &y2, &m2, &d2);
	const char *start = arena_printf(a, "%04d-%02d-%02d", y, m, d);
	int months = (y2 - y) * 12 + m2 - m;
	if (d == 1 && d2 == 1 && months % 12 == 0)
		return arena_printf(a, "%s/P%dY", start, months / 12);
	if (d == 1 && d2 == 1)
		return arena_printf(a, "%s/P%dM", start, months);
	return arena_printf(a, "%s/P%dD", start, (int)(hi - lo) + 1);
}

const char *sdmx_period(struct arena *a, const struct cube_code *period, bool *ret_other)
{
	int y, m, d;
	*ret_other = false;
	switch ((enum precision)period->when.precision) {
	case WHEN_DAY:
	case WHEN_MONTH:
	case WHEN_YEAR:
		return period->code;
	case WHEN_QUARTER:
		day_parts(period->when.lo, &y, &m, &d);
		return arena_printf(a, "%04d-Q%d", y, (m + 2) / 3);
	case WHEN_SEASON:
	case WHEN_RANGE:
		return range_text(a, period->when.lo, period->when.hi);
	case WHEN_NONE:
	case WHEN_BEFORE:
	case WHEN_AFTER:
	case WHEN_AROUND:
	case WHEN_DAY_WITHOUT_YEAR:
	case WHEN_UNKNOWN:
		break;
	}
	*ret_other = true;
	return period->code;
}

/* ---- cells ------------------------------------------------------------------------------------------ */

static char missing_status(enum missing_kind kind)
{
	switch (kind) {
	case MISSING_KIND_NOT_APPLICABLE:
		return 'M'; /* data cannot exist */
	case MISSING_KIND_NOT_ASKED:
		return 'L'; /* data exist but were not collected */
	case MISSING_KIND_SUPPRESSED:
		return 'Q'; /* suppressed */
	case MISSING_KIND_NOT_ANSWERED:
	case MISSING_KIND_UNCLEAR:
	case MISSING_KIND_NOT_PUBLISHED:
	case MISSING_KIND_BLANK:
	case MISSING_KIND_NOT_YET_DUE:
	case MISSING_KIND_ERASED:
	case MISSING_KIND_UNSPECIFIED:
		break;
	}
	return 'O';
}

char sdmx_status(const struct cube_cell *cell)
{
	if (cell->row->break_before)
		return 'B';
	switch (cell->state) {
	case CUBE_MISSING:
		return missing_status(cell->missing);
	case CUBE_REFUSED:
		return 'M';
	case CUBE_BOUNDS:
	case CUBE_WORDS:
		return 'O';
	case CUBE_VALUE:
		break;
	}
	if (cell->row->method == METHOD_APPORTIONED)
		return 'E';
	if (cell->said && cell->said->status == OBSERVATION_STATUS_ESTIMATED)
		return 'E';
	return cell->said && cell->said->status == OBSERVATION_STATUS_PRELIMINARY ? 'P' : 'A';
}

static const char *status_name(char status)
{
	static const char *const names[] = {['A'] = "Normal value",
					    ['B'] = "Time series break",
					    ['E'] = "Estimated value",
					    ['L'] = "Missing value; data exist but were not collected",
					    ['M'] = "Missing value; data cannot exist",
					    ['O'] = "Missing value",
					    ['P'] = "Provisional value",
					    ['Q'] = "Missing value; suppressed"};
	return names[(size_t)status];
}

/* Whatever the other columns do not say. */
static const char *note(struct arena *a, const struct cube_cell *cell)
{
	const char *said = cube_status(a, cell), *text = "";
	if (cell->state == CUBE_REFUSED)
		text = arena_printf(a, "refused: %s", cell->figure->refused);
	else if (cell->state == CUBE_MISSING)
		text = said;
	else if (cell->state != CUBE_VALUE)
		text = arena_printf(a, "%s: %s", said, cell->figure->shown);
	const char *more = show_list(a, cell->row->notes, cell->row->n_notes);
	return arena_printf(a, "%s%s%s", text, *text && *more ? "; " : "", more);
}

static const char *among(struct arena *a, const struct msg_trend_row *row)
{
	const char *ids = "";
	for (size_t i = 0; i < row->n_among; i++)
		ids = arena_printf(a, "%s%s%s", ids, i ? " " : "", row->among[i]);
	return ids;
}

/* ---- lines ------------------------------------------------------------------------------------------ */

#define CELLS_MAX(c) (2 * ((c)->n_dims + 40))

/* A line in the making; with `labels`, a column of names stands behind each but the first and ACTION. */
struct line {
	struct arena *a;
	bool labels;
	size_t n;
	const char **cells;
};

static struct line line_new(struct arena *a, const struct cube *c, bool labels)
{
	return (struct line){.a = a, .labels = labels, .cells = arena_alloc(a, CELLS_MAX(c) * sizeof(char *))};
}

static void put(struct line *l, const char *text)
{
	l->cells[l->n++] = text;
}

static void put_named(struct line *l, const char *text, const char *name)
{
	put(l, text);
	if (l->labels)
		put(l, name);
}

static void put_number(struct line *l, uint64_t n)
{
	put_named(l, n ? arena_printf(l->a, "%" PRIu64, n) : "", "");
}

/* A code in upper case, and as people read it. */
static void put_code(struct line *l, const struct msg_enum *codes, int number)
{
	const char *name = show_code(l->a, codes, number);
	put_named(l, *name ? sdmx_name(l->a, name) : "", name);
}

/* ---- columns ---------------------------------------------------------------------------------------- */

static const struct component first[] = {{"OBS_VALUE", "Observation value"},
					 {"OBS_STATUS", "Observation status"},
					 {"UNIT_MEASURE", "Unit of measure"},
					 {"DECIMALS", "Decimals"},
					 {"METHOD", "Method"},
					 {"COVERED", "Covered"},
					 {"LOWER", "Lower bound"},
					 {"UPPER", "Upper bound"},
					 {"NUMERATOR", "Numerator"},
					 {"DENOMINATOR", "Denominator"},
					 {"AMONG", "Among these units"},
					 {"GROUP_NAME", "Name of the group"}};
static const struct component trend[] = {
    {"UNITS", "Units with a value"}, {"FRAME", "Units in the frame"}, {"FROM_PERIOD", "Grown from"}};
static const struct component statement[] = {{"STATEMENT_STATUS", "Status of the statement"},
					     {"CHOSEN", "Chosen"},
					     {"ALTERNATIVES", "Other values under the key"},
					     {"RULE", "Rule that chose"},
					     {"ROUND", "Round"},
					     {"SOURCE", "Source"},
					     {"LOCATOR", "Place in the source"},
					     {"PRINTED", "As printed"},
					     {"SAID_AT", "Said at revision"},
					     {"VALID_AT", "True on"}};
static const struct component last[] = {{"AS_OF", "As of revision"},           {"TODAY", "Today"},
					{"STRUCTURE_AT", "Structure of"},      {"GROUP_STRUCTURE_AT", "Groups of"},
					{"PUBLISHED_BY", "Published by"},      {"ASKED", "As it was asked"},
					{"COMMENT_DSET", "Note on all of it"}, {"NOTE", "Note"}};
#define COUNT(list) (sizeof(list) / sizeof *(list))

/* After the dimensions come these, one list after the other. */
static const struct component *after(const struct cube *c, size_t i)
{
	bool said = c->dims[c->metric].role == CUBE_INDICATOR;
	const struct component *const lists[] = {first, said ? statement : trend, last};
	const size_t counts[] = {COUNT(first), said ? COUNT(statement) : COUNT(trend), COUNT(last)};
	for (size_t k = 0; k < 3; k++) {
		if (i < counts[k])
			return &lists[k][i];
		i -= counts[k];
	}
	return NULL;
}

/* A name that no column before has, nor any of ours. */
static const char *free_name(struct arena *a, const struct cube *c, const struct line *before, const char *wanted)
{
	static const char *const ours[] = {"INDICATOR", "TIME_PERIOD", "ROUND", "STATEMENT", "MEASURE"};
	const char *name = sdmx_name(a, wanted);
	const struct component *x;
	bool taken = false;
	for (size_t i = 0; i < COUNT(ours); i++)
		taken |= strcmp(ours[i], name) == 0;
	for (size_t i = 0; i < before->n; i++)
		taken |= strcmp(before->cells[i], name) == 0;
	for (size_t i = 0; (x = after(c, i)); i++)
		taken |= strcmp(x->id, name) == 0;
	return taken ? free_name(a, c, before, arena_printf(a, "DIM_%s", name)) : name;
}

static struct component dim_component(struct arena *a, const struct cube *c, const struct cube_dim *d,
				      const struct line *before)
{
	switch (d->role) {
	case CUBE_GROUP:
		return c->by_unit ? (struct component){"REF_AREA", "Unit"} : (struct component){"GROUP", "Group"};
	case CUBE_CATEGORY:
		/* a colon keeps it from being the id of any column */
		return (struct component){free_name(a, c, before, d->label),
					  arena_printf(a, "Dimension: %s", d->label)};
	case CUBE_INDICATOR:
		return (struct component){"INDICATOR", "Indicator"};
	case CUBE_PERIOD:
		return (struct component){"TIME_PERIOD", "Time period"};
	case CUBE_ROUND:
		return (struct component){"ROUND", "Round"};
	case CUBE_STATEMENT:
		return (struct component){"STATEMENT", "Statement under one key"};
	case CUBE_MEASURE:
		break;
	}
	return (struct component){"MEASURE", "Measure"};
}

/* Rounds of a trend and numbers of statements are always columns of the key, so that the columns do not hang on what
 * was found: where the cube has no such dimension, it stands before the measure, or behind all. */
static bool key_lacks(const struct cube *c, enum cube_role role, size_t dim)
{
	bool here = role == CUBE_ROUND ? dim == c->metric : dim + 1 == c->n_dims;
	bool said = c->dims[c->metric].role == CUBE_INDICATOR;
	return here && said == (role == CUBE_STATEMENT) && !cube_dim_of(c, role);
}

static struct line columns_make(struct arena *a, const struct cube *c, bool labels)
{
	static const struct cube_dim round = {.role = CUBE_ROUND}, number = {.role = CUBE_STATEMENT};
	struct line l = line_new(a, c, labels);
	const struct component *x;
	put(&l, "STRUCTURE");
	put_named(&l, "STRUCTURE_ID", "STRUCTURE_NAME");
	put(&l, "ACTION");
	for (size_t i = 0; i < c->n_dims; i++) {
		struct component dim = dim_component(a, c, &c->dims[i], &l);
		struct component lacks = dim_component(a, c, key_lacks(c, CUBE_ROUND, i) ? &round : &number, &l);
		if (key_lacks(c, CUBE_ROUND, i))
			put_named(&l, lacks.id, lacks.name);
		put_named(&l, dim.id, dim.name);
		if (key_lacks(c, CUBE_STATEMENT, i))
			put_named(&l, lacks.id, lacks.name);
	}
	for (size_t i = 0; (x = after(c, i)); i++)
		put_named(&l, x->id, x->name);
	return l;
}

/* ---- rows ------------------------------------------------------------------------------------------- */

/* What stands in one row: a cell, or how it grew. */
struct observation {
	const struct cube_cell *cell;
	const char *suffix, *name; /* of the measure: "", "_GROWTH" … */
	const char *value, *unit, *numerator, *denominator, *note;
	const char *from; /* the period it grew from; "" = of the cell itself */
	unsigned decimals;
	char status;
};

static const char *id_of(struct arena *a, const struct cube *c)
{
	bool said = c->dims[c->metric].role == CUBE_INDICATOR;
	const char *name = said ? "OBSERVATIONS" : *c->name ? c->name : c->label;
	return arena_printf(a, "VARDE:%s(1.0.0)", sdmx_name(a, *name ? name : "COUNT"));
}

static void put_dims(struct line *l, const struct cube *c, const struct observation *o)
{
	const struct cube_cell *cell = o->cell;
	const char *round = cell->row->round && *cell->row->round ? cell->row->round : "_Z", *code;
	bool other;
	for (size_t d = 0; d < c->n_dims; d++) {
		const struct cube_code *at = cube_code_at(c, cell, d);
		if (key_lacks(c, CUBE_ROUND, d))
			put_named(l, round, *round == '_' ? "(outside any round)" : "");
		code = at->code;
		if (c->dims[d].role == CUBE_PERIOD)
			code = sdmx_period(l->a, at, &other);
		else if (c->dims[d].role == CUBE_MEASURE)
			code = arena_printf(l->a, "%s%s", sdmx_name(l->a, at->code), o->suffix);
		put_named(l, code,
			  c->dims[d].role == CUBE_MEASURE ? arena_printf(l->a, "%s%s", o->name, at->label) : at->label);
		if (key_lacks(c, CUBE_STATEMENT, d))
			put_named(l, arena_printf(l->a, "%u", cell->statement), "");
	}
}

static void put_statement(struct line *l, const struct cube *c, const struct cube_cell *cell)
{
	const struct msg_observation_row *x = cell->said;
	put_code(l, &msg_enum_observation_status, (int)x->status);
	put_named(l, x->chosen ? "YES" : "NO", x->chosen ? "yes" : "no");
	put_named(l, arena_printf(l->a, "%u", x->alternatives), "");
	put_named(l, x->rule, "");
	put_named(l, x->round, "");
	put_named(l, x->source, "");
	put_named(l, x->locator, "");
	put_named(l, x->value ? x->value->printed : "", "");
	put_number(l, x->revision);
	put_named(l, c->valid_at, "");
}

static void put_trend(struct line *l, const struct observation *o)
{
	const struct msg_trend_row *row = o->cell->row;
	struct cube_code from = {.code = o->from};
	bool other;
	if (when_parse(o->from, &from.when, NULL) != ERR_OK)
		from.when = (struct when){0};
	put_named(l, arena_printf(l->a, "%u", row->units), "");
	put_named(l, row->frame ? arena_printf(l->a, "%u", row->frame->population) : "", "");
	put_named(l, *o->from ? sdmx_period(l->a, &from, &other) : "", "");
}

/* What is the same in every row: made once. */
struct whole {
	const char *asked, *comment;
};

static struct whole whole_of(struct arena *a, const struct cube *c)
{
	const char *page = c->next_skip ? "this is a page: more rows follow" : "",
		   *notes = show_list(a, c->notes, c->n_notes), *asked = "";
	for (size_t i = 0; i < c->asked->n_line; i++)
		asked = arena_printf(a, "%s%s%s", asked, i ? " " : "", c->asked->line[i]);
	return (struct whole){asked, arena_printf(a, "%s%s%s", notes, *notes && *page ? "; " : "", page)};
}

static void put_observation(struct grid *g, const struct cube *c, bool labels, const struct whole *whole,
			    const struct observation *o)
{
	const struct cube_cell *cell = o->cell;
	struct line l = line_new(g->arena, c, labels);
	put(&l, "dataflow");
	put_named(&l, id_of(l.a, c), cell->said ? "Observations" : c->label);
	put(&l, "I");
	put_dims(&l, c, o);
	put_named(&l, o->value, "");
	put_named(&l, arena_printf(l.a, "%c", o->status), status_name(o->status));
	put_named(&l, o->unit, "");
	put_named(&l, arena_printf(l.a, "%u", o->decimals), "");
	put_code(&l, &msg_enum_method, (int)cell->row->method);
	put_named(&l, cell->row->covered, "");
	put_named(&l, *o->from ? "" : cell->low, "");
	put_named(&l, *o->from ? "" : cell->high, "");
	put_named(&l, o->numerator, "");
	put_named(&l, o->denominator, "");
	put_named(&l, among(l.a, cell->row), "");
	put_named(&l, cell->row->group_name, "");
	if (cell->said)
		put_statement(&l, c, cell);
	else
		put_trend(&l, o);
	put_number(&l, c->head->revision);
	put_named(&l, c->head->today, "");
	put_named(&l, c->asked->structure_at, "");
	put_named(&l, c->asked->group_structure_at, "");
	put_named(&l, c->asked->published_by, "");
	put_named(&l, whole->asked, "");
	put_named(&l, whole->comment, "");
	put_named(&l, o->note, "");
	ALWAYS(l.n == g->n_columns);
	grid_row(g, l.cells);
}

/* ---- growth ----------------------------------------------------------------------------------------- */

static unsigned places(const char *text, unsigned most)
{
	const char *point = text ? strchr(text, '.') : NULL;
	return point && strlen(point + 1) > most ? (unsigned)strlen(point + 1) : most;
}

/* The most places that any growth of a measure shows: in the unit of the measure, and in percent. */
static void growth_places(const struct cube *c, const struct cube_cell *like, unsigned ret[2])
{
	ret[0] = ret[1] = 0;
	for (size_t i = 0; i < c->n_cells; i++) {
		const struct msg_figure *f = c->cells[i].figure;
		if (!f->growth || f->measure != like->figure->measure)
			continue;
		ret[0] = places(f->growth->absolute, ret[0]);
		ret[1] = places(f->growth->percent, ret[1]);
	}
}

/* Two further measures: by how much, and by how many percent. A rank has no percentage; from zero there is none. */
static void put_growth(struct grid *g, const struct cube *c, bool labels, const struct whole *whole,
		       const struct cube_cell *cell, const unsigned decimals[2])
{
	const struct msg_growth *grown = cell->figure->growth;
	struct observation o = {.cell = cell, .from = grown->from_period};
	o.suffix = "_GROWTH";
	o.name = "growth of ";
	o.value = grown->absolute;
	o.unit = *grown->points ? "percentage points" : cube_metric(c, cell)->unit;
	o.decimals = decimals[0];
	o.note = *o.value ? "" : grown->undefined;
	o.status = cell->row->break_before ? 'B' : *o.value ? 'A' : 'O';
	put_observation(g, c, labels, whole, &o);
	if (cell->figure->measure == MEASURE_RANK)
		return;
	o.suffix = "_GROWTH_PERCENT";
	o.name = "growth in percent of ";
	o.value = grown->percent;
	o.unit = "percent";
	o.numerator = grown->percent_numerator;
	o.denominator = grown->percent_denominator;
	o.decimals = decimals[1];
	o.note = grown->undefined;
	if (!cell->row->break_before)
		o.status = *o.value ? 'A' : *grown->absolute ? 'M' : 'O';
	put_observation(g, c, labels, whole, &o);
}

struct grid sdmx_grid(struct arena *a, const struct cube *c, bool labels)
{
	struct line head = columns_make(a, c, labels);
	struct grid_column *columns = arena_alloc(a, head.n * sizeof *columns);
	unsigned(*decimals)[2] = arena_alloc(a, (c->dims[c->metric].n + 1) * sizeof *decimals);
	bool *counted = arena_alloc(a, c->dims[c->metric].n + 1);
	for (size_t i = 0; i < head.n; i++)
		columns[i] = (struct grid_column){.name = head.cells[i]};
	struct grid g = grid_of(a, columns, head.n);
	struct whole whole = whole_of(a, c);
	for (size_t i = 0; i < c->n_cells; i++) {
		const struct cube_cell *cell = &c->cells[i];
		uint32_t metric = cell->codes[c->metric];
		struct observation o = {.cell = cell, .suffix = "", .name = "", .from = ""};
		o.value = cell->value;
		o.unit = cube_metric(c, cell)->unit;
		o.numerator = cell->figure->numerator;
		o.denominator = cell->figure->denominator;
		o.decimals = cube_metric(c, cell)->decimals;
		o.note = note(a, cell);
		o.status = sdmx_status(cell);
		put_observation(&g, c, labels, &whole, &o);
		if (!cell->figure->growth)
			continue;
		if (!counted[metric])
			growth_places(c, cell, decimals[metric]);
		counted[metric] = true;
		put_growth(&g, c, labels, &whole, cell, decimals[metric]);
	}
	return g;
}
