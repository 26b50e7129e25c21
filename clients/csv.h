/* SPDX-License-Identifier: Apache-2.0
 *
 * csv.h - tables into messages.
 *
 * A table is UTF-8 CSV with a header row; a byte order mark is dropped; cells may hold newlines. Headers decide: one
 * that is the name of a field below (csv_field.def) fills it, `--column FIELD=HEADER` says which other one does, and
 * `--set FIELD=TEXT` is what holds where the cell is empty or there is no such column; {HEADER} in TEXT stands for the
 * cell of the same row. dim:NAME, code:SCHEME and attr:NAME columns are categories, codes and attributes.
 *
 * Rows that agree in round, scope, mode, source, expressed_in and in the columns of `--by` make one submission.
 *
 * A wide table has `--value-column HEADER=dim:code,…` for each column of figures: one observation a cell. Beside
 * dimensions, indicator:ID, period:DATE, status:STATUS and round:ID can be said there.
 *
 * An empty cell of a figure is never guessed at: `--blank skip`, or a kind of missing, else it is a fault.
 */
#pragma once
#include "base/mem.h"
#include "clients/fault.h"
#include "proto/msg.h"

enum csv_kind { CSV_OBSERVATIONS = 1, CSV_ARRANGEMENTS = 2, CSV_UNITS = 4, CSV_EVENTS = 8 };

enum csv_field {
#define FIELD(sym, name, kinds) CSV_F_##sym,
#include "clients/csv_field.def"
#undef FIELD
	CSV_FIELD_COUNT
};
const char *csv_field_name(enum csv_field f);
const char *csv_field_names(enum csv_kind kind, struct arena *a); /* "unit, unit_code, …" */

/* ---- reading ---- */

struct csv_table {
	size_t n_columns, n_rows;
	const char **header; /* n_columns */
	const char ***rows;  /* n_rows of n_columns cells; never NULL */
};
/* False after at least one fault: not UTF-8, an unclosed quote, rows of another width, a header twice. `delimiter` 0 =
 * comma, or semicolon or tab where the header has no comma. */
bool csv_read(const char *text, size_t len, char delimiter, struct arena *a, struct csv_table *ret,
	      struct faults *faults);

/* ---- the plan: which column means what ---- */

struct csv_pair {
	const char *key, *value;
};
struct csv_pairs {
	struct csv_pair *list;
	size_t n, room;
};
struct csv_value_column {
	const char *header;
	struct csv_pairs pairs;
};
enum csv_blank { CSV_BLANK_FAULT = 0, CSV_BLANK_SKIP = -1 }; /* or a positive enum missing_kind */
struct csv_plan {
	enum csv_kind kind;
	char delimiter;
	struct csv_pairs columns, sets, by,
	    completeness; /* field=header; field=template; header; kind=yes|no|unknown */
	struct csv_value_column *values;
	size_t n_values, values_room;
	int blank;
	size_t split; /* statements a submission at most; 0 = no limit */
	struct arena *arena;
};
void csv_plan_init(struct csv_plan *p, struct arena *a); /* observations, mode patch, status main */
enum err csv_plan_kind(struct csv_plan *p, const char *name, struct why *why) MUST_CHECK;
enum err csv_plan_column(struct csv_plan *p, const char *field_header, struct why *why) MUST_CHECK;
enum err csv_plan_set(struct csv_plan *p, const char *field, const char *template, struct why *why) MUST_CHECK;
enum err csv_plan_value_column(struct csv_plan *p, const char *text, struct why *why) MUST_CHECK;
enum err csv_plan_blank(struct csv_plan *p, const char *text, struct why *why) MUST_CHECK;
enum err csv_plan_by(struct csv_plan *p, const char *header, struct why *why) MUST_CHECK;
enum err csv_plan_completeness(struct csv_plan *p, const char *kind_completion, struct why *why) MUST_CHECK;

/* ---- messages ---- */

struct csv_place {
	size_t row;         /* the header being row 1 */
	const char *column; /* "" = the row as a whole */
};
struct csv_load {
	struct msg_message **messages;
	struct csv_places {
		struct csv_place *list; /* of each statement of the message, in order */
		size_t n, room;
	} * places;
	size_t n, room, places_room;
	const char **unused; /* headers that no field took */
	size_t n_unused;
};
/* False after at least one fault. */
bool csv_messages(const char *text, size_t len, const struct csv_plan *plan, struct arena *a, struct csv_load *ret,
		  struct faults *faults);
/* The cell that a finding's path ("submission.observations[3].value") is about, or NULL. */
const struct csv_place *csv_place_of(const struct csv_load *load, size_t message, const char *path);
