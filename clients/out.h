/* SPDX-License-Identifier: Apache-2.0
 *
 * out.h - answers on a terminal, in a pipe or in a file: aligned tables for people, CSV and JSON for programs.
 *
 * Never a colour. An output file appears, whole, under its name only when out_close() says that all went well.
 */
#pragma once
#include <jansson.h>
#include <stdio.h>
#include "clients/options.h"
#include "clients/whole.h"

struct out {
	FILE *file;
	struct whole_file whole; /* its file is NULL: standard output */
	enum format format;
	struct arena *arena;
	unsigned grids; /* printed so far */
};
enum err out_open(const struct options *o, struct out *ret, struct why *why) MUST_CHECK;
/* Flush; `good` false drops a file. ERR_IO when something could not be written. */
enum err out_close(struct out *out, bool good, struct why *why) MUST_CHECK;

/* LC_CTYPE that can show æøå, whatever the environment says. */
void out_locale(void);

/* A table in the making. */
struct grid_column {
	const char *name;
	bool number; /* aligned to the right */
	bool wrap;   /* may be broken into lines on a terminal */
};
struct grid {
	struct arena *arena;
	const struct grid_column *columns;
	size_t n_columns;
	size_t data_from; /* columns from this one on are named by data, which a table does not shout; 0 = none */
	const char ***rows;
	size_t n_rows, room;
};
struct grid grid_of(struct arena *a, const struct grid_column *columns, size_t n);
/* A row of n_columns texts, which must live as long as the grid; NULL is "". */
void grid_row(struct grid *g, const char *const *cells);
/* As a table or as CSV. `title` (NULL = none) stands above a table; CSV has none. Columns that are empty in every row
 * of a table are left out. */
void grid_print(struct out *out, const struct grid *g, const char *title);
/* One line of CSV, quoted where it must be; NULL is "". */
void out_csv(FILE *f, const char *const *cells, size_t n);
void out_json(struct out *out, const json_t *j, bool one_line);
/* What the other side said, with nothing in it that a terminal would obey: "\x1b". Newlines and tabs stay. */
void out_plain(FILE *f, const char *text);
void out_word(FILE *f, const char *text); /* they do not */
/* A line below tables; on standard error beside CSV. */
void out_note(struct out *out, const char *fmt, ...) PRINTF_LIKE(2, 3);
