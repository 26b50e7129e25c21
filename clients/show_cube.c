/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "clients/out_jsonstat.h"
#include "clients/out_sdmx.h"
#include "clients/plot.h"
#include "clients/show_cube.h"

#define WIDTH_MIN 40u
#define WIDTH_MAX 400u

static bool plot_wanted(const struct run *r)
{
	return option_given(&r->o, OPT_PLOT) || option_given(&r->o, OPT_PLOT_TO);
}

static const char *ending(const char *path)
{
	const char *dot = strrchr(path, '.');
	return dot ? dot : "";
}

enum err show_cube_check(const struct run *r, size_t n_measures, struct why *why)
{
	enum format format;
	enum plot_kind kind;
	const char *path = option_text(&r->o, OPT_PLOT_TO, NULL), *word = option_text(&r->o, OPT_PLOT, "");
	enum err e = option_format(&r->o, &format, why);
	bool plot = plot_wanted(r);
	if (e != ERR_OK)
		return e;
	if (plot && format != FORMAT_TABLE)
		return fail(why, ERR_INVALID, "--plot draws and --format writes: give one of the two");
	if (!plot_kind_parse(word, &kind))
		return fail(why, ERR_INVALID, "--plot %s: one of lines, bars, slopes, multiples", word);
	if (path && strcmp(ending(path), ".svg") != 0 && strcmp(ending(path), ".png") != 0)
		return fail(why, ERR_INVALID, "--plot-to %s: a name that ends in .svg or .png is wanted", path);
	if (path && option_given(&r->o, OPT_OUTPUT))
		return fail(why, ERR_INVALID, "--plot-to names the file of the chart: leave out --output");
	if (plot && n_measures != 1)
		return fail(why, ERR_INVALID, "a chart shows one measure: name one with --measure");
	bool cube = plot || format == FORMAT_JSON_STAT || format == FORMAT_SDMX_CSV;
	if (cube && (option_given(&r->o, OPT_REFUSED) || option_given(&r->o, OPT_SORT)))
		return fail(why, ERR_INVALID,
			    "--refused and --sort are about the rows of a table: they go with --format table or csv");
	return ERR_OK;
}

bool show_cube_wanted(const struct run *r)
{
	return plot_wanted(r) || r->out.format == FORMAT_JSON_STAT || r->out.format == FORMAT_SDMX_CSV;
}

/* ---- drawn ------------------------------------------------------------------------------------------ */

static struct plot_how how_of(const struct run *r)
{
	const char *path = option_text(&r->o, OPT_PLOT_TO, NULL);
	struct plot_how how = {.width = 80, .height = 24};
	struct winsize size;
	ALWAYS(plot_kind_parse(option_text(&r->o, OPT_PLOT, ""), &how.kind)); /* show_cube_check() has seen it */
	if (path)
		how.target = strcmp(ending(path), ".svg") == 0 ? PLOT_SVG : PLOT_PNG;
	if (isatty(fileno(r->out.file)) && ioctl(fileno(r->out.file), TIOCGWINSZ, &size) == 0 && size.ws_col) {
		how.width = size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
		how.height = size.ws_row > 44 ? 40 : size.ws_row > 28 ? size.ws_row - 4 : 24;
	}
	return how;
}

/* The dumb terminal begins with a form feed, even where it is told not to, and fills lines with blanks. */
static void print_drawn(FILE *f, struct slice drawn)
{
	const char *at = drawn.data, *end = at + drawn.len;
	bool begun = false;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		const char *next = stop ? stop + 1 : end;
		stop = stop ? stop : end;
		while (at < stop && *at == '\f')
			at++;
		while (stop > at && stop[-1] == ' ')
			stop--;
		begun |= stop > at;
		if (begun)
			fprintf(f, "%.*s\n", (int)(stop - at), at);
		at = next;
	}
}

static enum err file_write(struct arena *a, const char *path, struct slice drawn, struct why *why)
{
	struct whole_file w;
	enum err e = whole_open(a, path, &w, why);
	if (e == ERR_OK) {
		fwrite(drawn.data, 1, drawn.len, w.file);
		e = whole_close(&w, true, why);
	}
	return e;
}

static int draw(struct run *r, const struct cube *c)
{
	AUTO_BUF struct buf script = {0}, drawn = {0};
	const char *path = option_text(&r->o, OPT_PLOT_TO, NULL);
	struct plot_how how = how_of(r);
	struct why why = {{0}};
	unsigned left = 0;
	enum err e = plot_script(r->arena, c, &how, &script, &left, &why);
	if (e != ERR_OK)
		return run_failed(e, &why);
	e = plot_run("gnuplot", buf_view(&script), &drawn, &why);
	if (e == ERR_NOT_FOUND) {
		(void)run_failed(e, &why);
		return EXIT_FAILED;
	}
	if (e == ERR_OK && path)
		e = file_write(r->arena, path, buf_view(&drawn), &why);
	if (e != ERR_OK)
		return run_failed(e, &why);
	if (!path)
		print_drawn(r->out.file, buf_view(&drawn));
	if (left)
		out_note(&r->out, "not drawn, since their period names no time: %u", left);
	return EXIT_DONE;
}

/* ---- written ---------------------------------------------------------------------------------------- */

static void write_sdmx(struct run *r, const struct cube *c)
{
	const struct cube_dim *periods = cube_dim_of(c, CUBE_PERIOD);
	struct grid g = sdmx_grid(r->arena, c, option_given(&r->o, OPT_LABELS));
	const char *others = "";
	grid_print(&r->out, &g, NULL);
	for (size_t i = 0; i < periods->n; i++) {
		bool other;
		const char *text = sdmx_period(r->arena, &periods->codes[i], &other);
		if (other)
			others = arena_printf(r->arena, "%s%s%s", others, *others ? ", " : "", text);
	}
	if (*others)
		out_note(&r->out, "SDMX has no form for these periods, they stand as they are: %s", others);
}

/* What was asked, as it was written, but for where the server is and how the answer is to look. */
static void asked_options(struct run *r, struct cube_asked *asked)
{
	size_t room = 0;
	for (size_t i = 0; i < r->o.n_args; i++) {
		asked->line =
		    arena_grow(r->arena, asked->line, asked->n_line, asked->n_line + 1, sizeof *asked->line, &room);
		asked->line[asked->n_line++] = r->o.args[i];
	}
	for (int opt = OPT_OUTPUT + 1; opt < OPTION_COUNT; opt++)
		for (size_t i = 0; i < r->o.given[opt].n; i++) {
			if (opt == OPT_PLOT || opt == OPT_PLOT_TO || opt == OPT_MIN_REVISION)
				continue;
			asked->line = arena_grow(r->arena, asked->line, asked->n_line, asked->n_line + 1,
						 sizeof *asked->line, &room);
			const char *given = r->o.given[opt].list[i];
			asked->line[asked->n_line++] = arena_printf(r->arena, given && *given ? "--%s %s" : "--%s%s",
								    option_rows[opt].name, given ? given : "");
		}
}

/* A dataset for each indicator, since one for all would have the dimensions of all: mostly empty, and too large for
 * programs that fill it. */
static enum err write_collection(struct run *r, struct msg_query_reply *const *parts, size_t n,
				 const struct cube_asked *asked, struct why *why)
{
	size_t n_ids;
	const char **ids = cube_indicators(r->arena, parts, n, &n_ids);
	struct cube *list = arena_alloc(r->arena, (n_ids + 1) * sizeof *list), about;
	struct cube_asked *each = arena_alloc(r->arena, (n_ids + 1) * sizeof *each);
	each[n_ids] = *asked;
	each[n_ids].indicator = "";
	enum err e = cube_of_snapshot(r->arena, parts, n, &each[n_ids], &about, why);
	for (size_t i = 0; i < n_ids && e == ERR_OK; i++) {
		each[i] = *asked;
		each[i].indicator = ids[i];
		e = cube_of_snapshot(r->arena, parts, n, &each[i], &list[i], why);
	}
	if (e == ERR_OK)
		jsonstat_write_collection(r->out.file, r->arena, &about, list, n_ids);
	return e;
}

int show_cube(struct run *r, struct msg_query_reply *const *parts, size_t n, size_t n_measures,
	      const enum measure *measures)
{
	bool snapshot = r->o.command == CMD_SNAPSHOT;
	const char *then_by = r->o.command == CMD_COUNT ? strchr(option_text(&r->o, OPT_GROUP_BY, ""), ',') : NULL;
	struct cube_asked asked = {.group_by = option_text(&r->o, OPT_GROUP_BY, snapshot ? "unit" : ""),
				   .structure_at = option_text(&r->o, OPT_STRUCTURE_AT, ""),
				   .group_structure_at = option_text(&r->o, OPT_GROUP_STRUCTURE_AT, ""),
				   .published_by = option_text(&r->o, OPT_PUBLISHED_BY, ""),
				   .n_measures = n_measures,
				   .measures = measures,
				   .counted = r->o.command == CMD_COUNT ? r->o.args[0] : NULL,
				   .indicator = snapshot ? option_text(&r->o, OPT_INDICATOR, NULL) : NULL};
	struct cube c;
	struct why why = {{0}};
	enum err e;
	if (then_by) { /* "county,level" */
		asked.group_by = arena_text(r->arena, asked.group_by, (size_t)(then_by - asked.group_by));
		asked.then_by = then_by + 1;
	}
	asked_options(r, &asked);
	if (snapshot && r->out.format == FORMAT_JSON_STAT && !asked.indicator) {
		e = write_collection(r, parts, n, &asked, &why);
		return e == ERR_OK ? EXIT_DONE : run_failed(e, &why);
	}
	e = (snapshot ? cube_of_snapshot : cube_of)(r->arena, parts, n, &asked, &c, &why);
	int status = EXIT_DONE;
	if (e != ERR_OK)
		return run_failed(e, &why);
	if (plot_wanted(r))
		status = draw(r, &c);
	else if (r->out.format == FORMAT_JSON_STAT)
		jsonstat_write(r->out.file, r->arena, &c);
	else
		write_sdmx(r, &c);
	if (status != EXIT_DONE || r->out.format == FORMAT_JSON_STAT)
		return status; /* a dataset has its notes inside */
	for (size_t i = 0; i < c.n_notes; i++)
		out_note(&r->out, "%s", c.notes[i]);
	if (c.next_skip)
		out_note(&r->out, "this is a page: more rows follow behind row %llu", (unsigned long long)c.next_skip);
	if (!plot_wanted(r)) /* a chart says it in its caption */
		run_note(r, parts[0], c.valid_at);
	return EXIT_DONE;
}
