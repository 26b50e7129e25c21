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

static const char *const before[] = {"STRUCTURE", "STRUCTURE_ID", "ACTION"};
static const char *const after[] = {
    "OBS_VALUE",    "OBS_STATUS",         "UNIT_MEASURE", "DECIMALS",   "METHOD", "COVERED", "LOWER", "UPPER",
    "NUMERATOR",    "DENOMINATOR",        "AMONG",        "GROUP_NAME", "UNITS",  "FRAME",   "AS_OF", "TODAY",
    "STRUCTURE_AT", "GROUP_STRUCTURE_AT", "NOTE"};
#define N_BEFORE (sizeof before / sizeof *before)
#define N_AFTER  (sizeof after / sizeof *after)

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
	return cell->row->method == METHOD_APPORTIONED ? 'E' : 'A';
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

static const char *upper(struct arena *a, const char *text)
{
	char *copy = arena_printf(a, "%s", text);
	for (char *p = copy; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return copy;
}

static const char *among(struct arena *a, const struct msg_trend_row *row)
{
	const char *ids = "";
	for (size_t i = 0; i < row->n_among; i++)
		ids = arena_printf(a, "%s%s%s", ids, i ? " " : "", row->among[i]);
	return ids;
}

static void attributes(struct arena *a, const struct cube *c, const struct cube_cell *cell, const char **cells)
{
	const struct msg_figure *f = cell->figure;
	const struct msg_trend_row *row = cell->row;
	size_t k = 0;
	cells[k++] = cell->value;
	cells[k++] = arena_printf(a, "%c", sdmx_status(cell));
	cells[k++] = cube_unit(c, f->measure);
	cells[k++] = arena_printf(a, "%u", c->decimals[f->measure]);
	cells[k++] = upper(a, show_code(a, &msg_enum_method, (int)row->method));
	cells[k++] = row->covered;
	cells[k++] = cell->low;
	cells[k++] = cell->high;
	cells[k++] = f->numerator;
	cells[k++] = f->denominator;
	cells[k++] = among(a, row);
	cells[k++] = row->group_name;
	cells[k++] = arena_printf(a, "%u", row->units);
	cells[k++] = row->frame ? arena_printf(a, "%u", row->frame->population) : "";
	cells[k++] = arena_printf(a, "%" PRIu64, c->head->revision);
	cells[k++] = c->head->today;
	cells[k++] = c->asked->structure_at;
	cells[k++] = c->asked->group_structure_at;
	cells[k++] = note(a, cell);
}

/* ---- rows ------------------------------------------------------------------------------------------- */

static const char *id_of(struct arena *a, const struct cube *c)
{
	const struct msg_trend_answer *answer = c->head->trend;
	const char *name = answer->indicator && *answer->indicator ? answer->indicator : c->label;
	return arena_printf(a, "VARDE:%s(1.0.0)", sdmx_name(a, *name ? name : "COUNT"));
}

/* A name that no column before has. */
static const char *free_name(struct arena *a, const struct grid_column *columns, size_t n, const char *wanted)
{
	const char *name = sdmx_name(a, wanted);
	bool taken = strcmp(name, "TIME_PERIOD") == 0 || strcmp(name, "ROUND") == 0 || strcmp(name, "MEASURE") == 0;
	for (size_t i = 0; i < n; i++)
		taken |= strcmp(columns[i].name, name) == 0;
	for (size_t i = 0; i < N_AFTER; i++)
		taken |= strcmp(after[i], name) == 0;
	return taken ? free_name(a, columns, n, arena_printf(a, "DIM_%s", name)) : name;
}

static const char *dim_name(struct arena *a, const struct cube *c, const struct cube_dim *d,
			    const struct grid_column *columns, size_t n)
{
	switch (d->role) {
	case CUBE_GROUP:
		return c->by_unit ? "REF_AREA" : "GROUP";
	case CUBE_CATEGORY:
		return free_name(a, columns, n, d->label);
	case CUBE_PERIOD:
		return "TIME_PERIOD";
	case CUBE_ROUND:
		return "ROUND";
	case CUBE_MEASURE:
		break;
	}
	return "MEASURE";
}

/* A round is always a column of the key, so that the columns do not hang on what was found. */
static struct grid_column *columns_make(struct arena *a, const struct cube *c, size_t *ret)
{
	struct grid_column *columns = arena_alloc(a, (N_BEFORE + c->n_dims + 1 + N_AFTER) * sizeof *columns);
	bool rounds = cube_dim_of(c, CUBE_ROUND);
	size_t n = 0;
	for (size_t i = 0; i < N_BEFORE; i++)
		columns[n++].name = before[i];
	for (size_t i = 0; i < c->n_dims; i++) {
		if (c->dims[i].role == CUBE_MEASURE && !rounds)
			columns[n++].name = "ROUND";
		columns[n].name = dim_name(a, c, &c->dims[i], columns, n);
		n++;
	}
	for (size_t i = 0; i < N_AFTER; i++)
		columns[n++].name = after[i];
	*ret = n;
	return columns;
}

struct grid sdmx_grid(struct arena *a, const struct cube *c)
{
	size_t n;
	const struct grid_column *columns = columns_make(a, c, &n);
	struct grid g = grid_of(a, columns, n);
	const char **cells = arena_alloc(a, n * sizeof *cells), *id = id_of(a, c);
	bool rounds = cube_dim_of(c, CUBE_ROUND), other;
	for (size_t i = 0; i < c->n_cells; i++) {
		const struct cube_cell *cell = &c->cells[i];
		const char *round = cell->row->round && *cell->row->round ? cell->row->round : "_Z";
		size_t k = 0;
		cells[k++] = "dataflow";
		cells[k++] = id;
		cells[k++] = "I";
		for (size_t d = 0; d < c->n_dims; d++) {
			const struct cube_code *code = cube_code_at(c, cell, d);
			if (c->dims[d].role == CUBE_MEASURE && !rounds)
				cells[k++] = round;
			if (c->dims[d].role == CUBE_PERIOD)
				cells[k++] = sdmx_period(a, code, &other);
			else
				cells[k++] = c->dims[d].role == CUBE_MEASURE ? sdmx_name(a, code->code) : code->code;
		}
		attributes(a, c, cell, &cells[k]);
		grid_row(&g, cells);
	}
	return g;
}
