/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading: libcsv parses leniently (its strict mode stops at the first bad quote); what matters is checked afterwards.
 */
#include <stdlib.h>
#include <string.h>
#include <csv.h>
#include "base/text.h"
#include "clients/csv.h"

#define COLUMNS_MAX 4096

struct reading {
	struct arena *arena;
	struct faults *faults;
	const char **cells; /* of the row being read */
	size_t n, room;
	const char ***rows;
	size_t *widths;
	size_t n_rows, rows_room, widths_room;
	bool good;
};

/* Lines inside a cell end as the file's lines do; texts have plain newlines. */
static size_t lines_plain(char *text, size_t len)
{
	size_t to = 0;
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\r')
			text[to++] = text[i];
		else if (i + 1 == len || text[i + 1] != '\n')
			text[to++] = '\n';
	text[to] = 0;
	return to;
}

static void cell_end(void *data, size_t len, void *arg)
{
	struct reading *r = arg;
	char *text = arena_text(r->arena, data ? data : "", len);
	len = lines_plain(text, len);
	if (!text_valid(text, len) && len) {
		if (r->good)
			fault_add(r->faults, NULL, r->n_rows + 1, NULL,
				  "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")",
				  "cell %zu is not readable text in UTF-8", r->n + 1);
		r->good = false;
		text[0] = 0;
	}
	r->cells = arena_grow(r->arena, r->cells, r->n, r->n + 1, sizeof *r->cells, &r->room);
	r->cells[r->n++] = text;
}

static void row_end(int c, void *arg)
{
	struct reading *r = arg;
	(void)c;
	if (!r->n)
		return;
	r->rows = arena_grow(r->arena, r->rows, r->n_rows, r->n_rows + 1, sizeof *r->rows, &r->rows_room);
	r->widths = arena_grow(r->arena, r->widths, r->n_rows, r->n_rows + 1, sizeof *r->widths, &r->widths_room);
	r->rows[r->n_rows] = r->cells;
	r->widths[r->n_rows++] = r->n;
	r->cells = NULL;
	r->n = r->room = 0;
}

static char delimiter_guess(const char *text, size_t len)
{
	size_t line = 0;
	while (line < len && text[line] != '\n')
		line++;
	if (memchr(text, ',', line))
		return ',';
	if (memchr(text, ';', line))
		return ';';
	return memchr(text, '\t', line) ? '\t' : ',';
}

static void parse(struct reading *r, const char *text, size_t len, char delimiter)
{
	struct csv_parser p;
	ALWAYS(csv_init(&p, CSV_APPEND_NULL) == 0);
	csv_set_delim(&p, (unsigned char)delimiter);
	if (csv_parse(&p, text, len, cell_end, row_end, r) != len) {
		fault_add(r->faults, NULL, r->n_rows + 1, NULL, NULL, "%s", csv_strerror(csv_error(&p)));
		r->good = false;
	}
	/* 2: inside a field. A quoted one is still open then, and has swallowed the rest of the file. */
	if (p.quoted && p.pstate == 2) {
		fault_add(r->faults, NULL, r->n_rows + 1, NULL, "close it, or double the quotes inside a quoted cell",
			  "a quote (\") is opened here and never closed");
		r->good = false;
	}
	csv_fini(&p, cell_end, row_end, r);
	csv_free(&p);
}

static void check_header(struct reading *r, const struct csv_table *t)
{
	for (size_t i = 0; i < t->n_columns; i++)
		for (size_t k = 0; k < i; k++)
			if (*t->header[i] && strcmp(t->header[i], t->header[k]) == 0) {
				fault_add(r->faults, NULL, 1, t->header[i], "rename one of them",
					  "columns %zu and %zu have the same header", k + 1, i + 1);
				r->good = false;
			}
}

/* A row may be longer by empty cells, as spreadsheets write them; a shorter one has lost something. */
static void check_widths(struct reading *r, const struct csv_table *t)
{
	for (size_t i = 1; i < r->n_rows; i++) {
		size_t have = r->widths[i];
		while (have > t->n_columns && !*r->rows[i][have - 1])
			have--;
		if (have == t->n_columns)
			continue;
		fault_add(r->faults, NULL, i + 1, NULL, "quote cells that hold the separator, or give --delimiter",
			  "the row has %zu cells, the header %zu", r->widths[i], t->n_columns);
		r->good = false;
	}
}

bool csv_read(const char *text, size_t len, char delimiter, struct arena *a, struct csv_table *ret,
	      struct faults *faults)
{
	struct reading r = {.arena = a, .faults = faults, .good = true};
	*ret = (struct csv_table){0};
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	parse(&r, text, len, delimiter ? delimiter : delimiter_guess(text, len));
	if (!r.n_rows) {
		fault_add(faults, NULL, 0, NULL, "the first row names the columns", "the table is empty");
		return false;
	}
	ret->header = r.rows[0];
	ret->n_columns = r.widths[0];
	if (ret->n_columns > COLUMNS_MAX) {
		fault_add(faults, NULL, 1, NULL, NULL, "%zu columns are more than the %d allowed", ret->n_columns,
			  COLUMNS_MAX);
		return false;
	}
	check_header(&r, ret);
	check_widths(&r, ret);
	ret->rows = r.rows + 1;
	ret->n_rows = r.n_rows - 1;
	return r.good;
}
