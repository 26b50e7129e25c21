/* SPDX-License-Identifier: Apache-2.0
 *
 * plot_text.c - texts of a chart: quoted, wrapped, and what they say.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "clients/plot_drawing.h"

#define TIC_BYTES 48u /* gnuplot keeps 49 of a text at a tic, and cuts where that may be */

void plot_put(struct drawing *d, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, fmt);
	int n = vasprintf(&text, fmt, args);
	va_end(args);
	ALWAYS(n >= 0);
	buf_put(d->out, text, (size_t)n);
	free(text);
}

/* ---- texts ------------------------------------------------------------------------------------------ */

bool plot_kind_parse(const char *text, enum plot_kind *ret)
{
	static const char *const names[] = {"lines", "bars", "slopes", "multiples"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(text, names[i]) == 0 || (!*text && !i)) {
			*ret = (enum plot_kind)i;
			return true;
		}
	return false;
}

/* How many bytes of `text` are `max` characters; all of it when it has no more. */
size_t plot_chars(const char *text, unsigned max, unsigned *ret_n)
{
	size_t at = 0;
	unsigned n = 0;
	while (text[at] && n < max) {
		at++;
		while (((unsigned char)text[at] & 0xc0) == 0x80)
			at++;
		n++;
	}
	*ret_n = n;
	return at;
}

/* The first `len` bytes of a text with nothing in it that could speak. */
static char *cleaned(struct arena *a, const char *text, size_t len)
{
	char *clean = arena_alloc(a, 3 * len + 1);
	size_t k = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		size_t control = text_control(text + i);
		if (control) {
			clean[k++] = ' ';
			i += control - 1;
		} else if (c == '\'') { /* doubled it would do, but not as the first one: gnuplot ends the text there */
			memcpy(clean + k, "’", 3);
			k += 3;
		} else {
			if (c == '>' && i > 1 && text[i - 1] == ']' && text[i - 2] == ']')
				clean[k++] = ' '; /* "]]>" may not stand in XML, and gnuplot lets it through */
			clean[k++] = (char)c;
		}
	}
	if (!text_valid(clean, k))
		for (char *p = clean; *p; p++)
			*p = (unsigned char)*p < 128 ? *p : '?';
	return clean;
}

const char *plot_quote(struct arena *a, const char *text, unsigned max)
{
	unsigned n;
	size_t len = plot_chars(text, max, &n);
	return arena_printf(a, "'%s%s'", cleaned(a, text, len), text[len] ? "…" : "");
}

const char *plot_tic(struct arena *a, const char *text, const char *rest)
{
	const char *end = cleaned(a, rest, strlen(rest)), *name = cleaned(a, text, strlen(text));
	size_t len = strlen(name), room = strlen(end) + 3 < TIC_BYTES ? TIC_BYTES - strlen(end) : 3;
	const char *whole = len <= room ? arena_printf(a, "%s%s", name, end)
					: arena_printf(a, "%.*s…%s", (int)text_cut(name, room - 3), name, end);
	char *doubled = arena_alloc(a, 2 * strlen(whole) + 1), *at = doubled;
	for (const char *p = whole; *p; p++) {
		if (*p == '%')
			*at++ = '%';
		*at++ = *p;
	}
	return arena_printf(a, "'%s'", doubled);
}

unsigned plot_columns(const struct drawing *d)
{
	return d->how->target == PLOT_TERMINAL ? d->how->width : 130;
}

/* Lines of at most the chart's width, broken at blanks, as one string expression. */
const char *plot_wrapped(const struct drawing *d, const char *text, unsigned aside)
{
	struct arena *a = d->arena;
	unsigned room = plot_columns(d) > aside + 24 ? plot_columns(d) - aside - 4 : 20, n;
	const char *all = "";
	while (*text) {
		size_t len = plot_chars(text, room, &n), cut = strcspn(text, "\n");
		if (cut < len) {
			len = cut;
		} else if (text[len] && text[len] != '\n') {
			size_t blank = len;
			while (blank && text[blank] != ' ')
				blank--;
			len = blank ? blank : len;
		}
		all = arena_printf(a, "%s%s%s", all, *all ? ".\"\\n\"." : "",
				   plot_quote(a, arena_text(a, text, len), room));
		text += len;
		text += *text == ' ' || *text == '\n';
	}
	return *all ? all : "''";
}

/* ---- what they say ---------------------------------------------------------------------------------- */

/* What tells a line from the others; what all have in common is in the title. */
const char *plot_label(struct drawing *d, const struct cube_cell *cell, bool group, bool shared)
{
	const char *text = "";
	for (size_t i = 0; i < d->period; i++) {
		const struct cube_dim *dim = &d->c->dims[i];
		const struct cube_code *code = cube_code_at(d->c, cell, i);
		if ((dim->n > 1) == shared || (dim->role == CUBE_GROUP && !group))
			continue;
		if (dim->role == CUBE_GROUP && strcmp(code->code, "_T") == 0)
			continue;
		const char *part =
		    dim->role == CUBE_GROUP ? code->label : arena_printf(d->arena, "%s=%s", dim->label, code->label);
		text = arena_printf(d->arena, "%s%s%s", text, *text ? ", " : "", part);
	}
	return text;
}

/* What narrows the whole chart, as it was asked: a reader sees neither the command nor what is left out. */
static const char *filters(const struct drawing *d)
{
	static const char *const words[] = {"--in", "--unit", "--where", "--kind", "--survey", "--published-by"};
	const char *text = "";
	for (size_t i = 0; i < d->c->asked->n_line; i++)
		for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
			const char *said = d->c->asked->line[i];
			size_t len = strlen(words[k]);
			bool unit = k < 2;
			if (strncmp(said, words[k], len) != 0 || said[len] != ' ' || (unit && d->c->only))
				continue;
			text = arena_printf(d->arena, "%s%s%s", text, *text ? ", " : "", said + 2);
		}
	return text;
}

const char *plot_title(struct drawing *d)
{
	const struct cube *c = d->c;
	const char *shared = c->n_cells ? plot_label(d, &c->cells[0], true, true) : "";
	const char *measure = cube_measure(d->arena, c->asked->measures[0]);
	bool plain =
	    c->asked->measures[0] == MEASURE_VALUE || (c->asked->counted && c->asked->measures[0] == MEASURE_COUNT);
	const char *unit = d->how->target == PLOT_TERMINAL ? cube_unit(c, c->asked->measures[0]) : "";
	const char *only = filters(d);
	return arena_printf(d->arena, "%s%s%s%s%s%s%s%s%s%s", c->label, plain ? "" : ", ", plain ? "" : measure,
			    *shared ? ", " : "", shared, *only ? "; " : "", only, *unit ? " (" : "", unit,
			    *unit ? ")" : "");
}

const char *plot_below(struct drawing *d, const char *caption)
{
	const char *text = caption;
	for (unsigned i = 0; i < d->tic_lines; i++)
		text = arena_printf(d->arena, "\n%s", text);
	return text;
}

void plot_caption_add(struct drawing *d, const char *text)
{
	d->caption = arena_printf(d->arena, "%s\n%s", d->caption, text);
}
