/* SPDX-License-Identifier: Apache-2.0
 *
 * csv_map.h - what csv_map.c, csv_statement.c and csv_event.c share.
 */
#pragma once
#include "clients/csv.h"

struct csv_prefixed { /* a dim:, code: or attr: column, or the template of one */
	const char *name;
	int column;
	const char *template;
};
/* One submission in the making. */
struct csv_group {
	const char *key;
	size_t message;
	struct msg_submission *submission;
	size_t room, statements; /* room of its one list of statements */
	struct csv_group *next;
};
struct csv_map {
	const struct csv_plan *plan;
	struct csv_table table;
	struct arena *arena;
	struct faults *faults;
	struct csv_load *load;
	bool good;
	int column[CSV_FIELD_COUNT]; /* -1 = none */
	const char *template[CSV_FIELD_COUNT];
	struct csv_prefixed *dims, *codes, *attrs;
	size_t n_dims, dims_room, n_codes, codes_room, n_attrs, attrs_room;
	bool *used; /* a flag a column */
	struct csv_group *groups;
	size_t row; /* the one at work, from 0 */
};

/* The text of a field in the row at work: its cell, else its template; "" = neither. Trimmed. */
const char *csv_get(struct csv_map *m, enum csv_field f);
const char *csv_get_prefixed(struct csv_map *m, const struct csv_prefixed *p);
/* The template alone, filled from the row; what is said once for a whole submission. */
const char *csv_get_set(struct csv_map *m, enum csv_field f);
/* Where the text of a field stands, for faults. */
const char *csv_where(const struct csv_map *m, enum csv_field f);
void csv_fault(struct csv_map *m, const char *column, const char *remedy, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* "a; b;c" → {"a", "b", "c"}; empty parts are left out unless `all`. */
const char **csv_split(struct csv_map *m, const char *text, bool all, size_t *n);
struct msg_unit_ref *csv_ref(struct csv_map *m, enum csv_field ref, enum csv_field name); /* NULL = neither is said */
struct msg_unit_ref *csv_name(struct csv_map *m, const char *name); /* with kind and within of the row */
/* A number of an enumeration, 0 after a fault. */
int csv_code(struct csv_map *m, enum csv_field f, const struct msg_enum *codes, int otherwise);
bool csv_u64(struct csv_map *m, enum csv_field f, uint64_t high, uint64_t *ret);
size_t csv_message(struct csv_map *m); /* a new message in the load; its index */
void csv_place(struct csv_map *m, size_t message, const char *column);

/* One row each. */
void csv_row_observations(struct csv_map *m);
void csv_row_arrangement(struct csv_map *m);
void csv_row_unit(struct csv_map *m);
void csv_row_event(struct csv_map *m);
