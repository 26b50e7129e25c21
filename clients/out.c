/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <libsmartcols.h>
#include "clients/out.h"
#include "base/num.h"
#include "base/text.h"

void out_locale(void)
{
	/* libsmartcols prints \xc3\xa5 for an å where the locale is not UTF-8. */
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
}

enum err out_open(const struct options *o, struct out *ret, struct why *why)
{
	*ret = (struct out){.file = stdout, .arena = o->arena};
	enum err e = option_format(o, &ret->format, why);
	const char *path = option_text(o, OPT_OUTPUT, NULL);
	if (e != ERR_OK || !path)
		return e;
	e = whole_open(o->arena, path, &ret->whole, why);
	ret->file = e == ERR_OK ? ret->whole.file : stdout;
	return e;
}

enum err out_close(struct out *out, bool good, struct why *why)
{
	if (out->whole.file)
		return whole_close(&out->whole, good, why);
	if (fflush(out->file) == 0 && !ferror(out->file))
		return ERR_OK;
	return fail(why, ERR_IO, "cannot write the answer: %s", strerror(errno));
}

/* ---- grids ---- */

struct grid grid_of(struct arena *a, const struct grid_column *columns, size_t n)
{
	return (struct grid){.arena = a, .columns = columns, .n_columns = n};
}

void grid_row(struct grid *g, const char *const *cells)
{
	const char **copy = arena_alloc(g->arena, g->n_columns * sizeof *copy);
	for (size_t i = 0; i < g->n_columns; i++)
		copy[i] = cells[i] ? cells[i] : "";
	g->rows = arena_grow(g->arena, g->rows, g->n_rows, g->n_rows + 1, sizeof *g->rows, &g->room);
	g->rows[g->n_rows++] = copy;
}

static void cell_csv(FILE *f, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, f);
		return;
	}
	fputc('"', f);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', f);
		fputc(*text, f);
	}
	fputc('"', f);
}

void out_csv(FILE *f, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fputs(i ? "," : "", f);
		cell_csv(f, cells[i] ? cells[i] : "");
	}
	fputc('\n', f);
}

/* Would a spreadsheet take it for a formula? */
static bool like_formula(const char *text)
{
	struct num n;
	return *text && strchr("=+-@\t\r", *text) && text[1] && num_parse(text, &n, NULL) != ERR_OK;
}

/* It is not altered: whoever reads it back, or looks for the name, must find what was said. */
static void warn_formulas(struct out *out, const struct grid *g)
{
	size_t n = 0;
	for (size_t r = 0; r < g->n_rows; r++)
		for (size_t c = 0; c < g->n_columns; c++)
			n += like_formula(g->rows[r][c]);
	if (n)
		out_note(out,
			 "cells that begin as a formula does (=, +, -, @): %zu. They stand as they were said: let a "
			 "spreadsheet import the columns as text",
			 n);
}

static void print_csv(struct out *out, const struct grid *g)
{
	warn_formulas(out, g);
	const char **names = arena_alloc(g->arena, (g->n_columns + 1) * sizeof *names);
	for (size_t c = 0; c < g->n_columns; c++)
		names[c] = g->columns[c].name;
	out_csv(out->file, names, g->n_columns);
	for (size_t r = 0; r < g->n_rows; r++)
		out_csv(out->file, g->rows[r], g->n_columns);
}

/* What turns the direction of the text around it is shown by its number; of other controls libsmartcols sees to it. */
static const char *cell_shown(struct arena *a, const char *text)
{
	size_t n, k = 0;
	const char *p = text;
	while (*p && !((unsigned char)*p == 0xe2 && text_control(p)))
		p++;
	if (!*p)
		return text;
	char *shown = arena_alloc(a, 4 * strlen(text) + 1);
	for (p = text; *p; p += n ? n : 1) {
		const unsigned char *c = (const unsigned char *)p;
		n = *c == 0xe2 ? text_control(p) : 0;
		if (n)
			k += (size_t)snprintf(shown + k, 9, "<U+%04X>",
					      (*c & 0xfu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu));
		else
			shown[k++] = *p;
	}
	return shown;
}

static bool column_empty(const struct grid *g, size_t c)
{
	for (size_t r = 0; r < g->n_rows; r++)
		if (*g->rows[r][c])
			return false;
	return true;
}

static void print_table(struct out *out, const struct grid *g)
{
	struct libscols_table *table = scols_new_table();
	ALWAYS(table);
	scols_table_set_stream(table, out->file);
	for (size_t c = 0; c < g->n_columns; c++) {
		int flags = (g->columns[c].number ? SCOLS_FL_RIGHT : 0) | (g->columns[c].wrap ? SCOLS_FL_WRAP : 0);
		if (column_empty(g, c))
			flags |= SCOLS_FL_HIDDEN;
		char *name = mem_dup(g->columns[c].name);
		bool data = g->data_from && c >= g->data_from;
		for (char *p = name; *p && !data; p++)
			*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p == '_' ? ' ' : *p;
		ALWAYS(scols_table_new_column(table, name, 0, flags));
		free(name);
	}
	for (size_t r = 0; r < g->n_rows; r++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);
		ALWAYS(line);
		for (size_t c = 0; c < g->n_columns; c++)
			ALWAYS(scols_line_set_data(line, c, cell_shown(g->arena, g->rows[r][c])) == 0);
	}
	scols_print_table(table);
	scols_unref_table(table);
}

void grid_print(struct out *out, const struct grid *g, const char *title)
{
	if (out->grids++)
		fputc('\n', out->file);
	if (out->format == FORMAT_CSV || out->format == FORMAT_SDMX_CSV) {
		print_csv(out, g);
		return;
	}
	if (title) {
		out_plain(out->file, title);
		fputc('\n', out->file);
	}
	if (g->n_rows)
		print_table(out, g);
}

void out_json(struct out *out, const json_t *j, bool one_line)
{
	json_dumpf(j, out->file, one_line ? JSON_COMPACT : JSON_INDENT(2));
	fputc('\n', out->file);
}

static void put(FILE *f, const char *text, const char *kept)
{
	while (*text) {
		size_t n = strchr(kept, *text) ? 0 : text_control(text);
		for (size_t i = 0; i < n; i++)
			fprintf(f, "\\x%02x", (unsigned char)text[i]);
		if (!n)
			fputc(*text, f);
		text += n ? n : 1;
	}
}

void out_plain(FILE *f, const char *text)
{
	put(f, text, "\n\t");
}

void out_word(FILE *f, const char *text)
{
	put(f, text, "");
}

void out_note(struct out *out, const char *fmt, ...)
{
	va_list args;
	char *text = NULL;
	FILE *f = out->format == FORMAT_TABLE ? out->file : stderr;
	va_start(args, fmt);
	int n = vasprintf(&text, fmt, args);
	va_end(args);
	ALWAYS(n >= 0);
	out_plain(f, text);
	fputc('\n', f);
	free(text);
}
