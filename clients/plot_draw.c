/* SPDX-License-Identifier: Apache-2.0
 *
 * plot_draw.c - the four kinds of charts.
 */
#include <string.h>
#include "clients/plot_drawing.h"

/* A terminal has no room beside the axis: the title has the unit there. */
static void ylabel(struct drawing *d)
{
	if (d->how->target != PLOT_TERMINAL)
		plot_put(d, "set ylabel %s\n",
			 plot_quote(d->arena, cube_unit(d->c, d->c->asked->measures[0]), LABEL_MAX));
}

static void draw_lines(struct drawing *d)
{
	bool terminal_ = d->how->target == PLOT_TERMINAL;
	unsigned legend = d->n_lines > 1 ? (unsigned)d->n_lines : 0;
	plot_terminal(d, terminal_ ? d->how->height + legend : 540 + 18 * legend);
	for (size_t i = 0; i < d->n_lines; i++)
		plot_data(d, i);
	plot_breaks(d, 0, d->n_lines);
	for (size_t i = 0; i < d->n_lines; i++)
		plot_open_ends(d, &d->lines[i]);
	plot_put(d, "set title %s\nset xlabel %s\n", plot_wrapped(d, plot_title(d), 0), plot_wrapped(d, d->caption, 0));
	ylabel(d);
	plot_put(d, legend ? "set key outside below vertical maxcols 1 left Left reverse\n" : "unset key\n");
	plot_put(d, "set offsets 0, 0, graph 0.08, graph 0.08\n");
	plot_xtics(d, plot_columns(d) - 14, 0.06);
	plot_of(d, 0, d->n_lines);
}

static void draw_multiples(struct drawing *d)
{
	bool terminal_ = d->how->target == PLOT_TERMINAL;
	unsigned n = 0;
	for (size_t i = 0; i < d->n_lines; i++)
		n += !i || d->lines[i].group != d->lines[i - 1].group;
	unsigned wide = terminal_ ? d->how->width / 38 : 3;
	wide = wide < 1 ? 1 : wide > n ? n : wide;
	unsigned high = (n + wide - 1) / wide;
	double pad = d->y_max > d->y_min ? (d->y_max - d->y_min) * 0.08 : 1;
	plot_terminal(d, terminal_ ? high * 13 + 4 : high * 260 + 60);
	for (size_t i = 0; i < d->n_lines; i++)
		plot_data(d, i);
	const char *top = arena_printf(d->arena, "%s\n%s", plot_title(d), d->caption);
	plot_put(d, "set multiplot layout %u,%u title %s\nset yrange [%.9g:%.9g]\n", high, wide,
		 plot_wrapped(d, top, 0), d->y_min - pad, d->y_max + pad);
	plot_xtics(d, plot_columns(d) / wide - 12, 0.06);
	for (size_t from = 0, to; from < d->n_lines; from = to) {
		to = from + 1;
		while (to < d->n_lines && d->lines[to].group == d->lines[from].group)
			to++;
		plot_breaks(d, from, to);
		for (size_t i = from; i < to; i++)
			plot_open_ends(d, &d->lines[i]);
		plot_put(d, "set title %s\n",
			 plot_quote(d->arena, d->c->dims[0].codes[d->lines[from].group].label, LABEL_MAX));
		ylabel(d);
		plot_put(d, to - from > 1 ? "set key top left\n" : "unset key\n");
		plot_of(d, from, to);
	}
	plot_put(d, "unset multiplot\n");
}

static void bars_open(struct drawing *d)
{
	unsigned at = 0;
	char low =
	    d->how->target == PLOT_TERMINAL ? '7' : '0'; /* the dumb terminal draws arrows up to a line too high */
	for (size_t i = 0; i < d->n_lines; i++, at++)
		for (size_t k = d->lines[i].first; k < d->lines[i].first + d->lines[i].n; k++, at++) {
			const struct cube_cell *cell = &d->c->cells[k];
			if (cell->state == CUBE_BOUNDS && !(cell->low && cell->high))
				plot_put(d, "set arrow from first %s, first %u.%c to graph %d, first %u.%c head\n",
					 cell->low ? cell->low : cell->high, at, low, cell->low ? 1 : 0, at, low);
		}
}

static void bars_names(struct drawing *d)
{
	unsigned at = 0;
	plot_put(d, "set ytics (");
	for (size_t i = 0; i < d->n_lines; i++, at++)
		for (size_t k = d->lines[i].first; k < d->lines[i].first + d->lines[i].n; k++, at++) {
			const struct cube_cell *cell = &d->c->cells[k];
			const char *status = cube_status(d->arena, cell);
			const char *where = d->n_lines > 1 ? d->lines[i].label : "";
			const char *name = arena_printf(d->arena, "%s%s", cell->row->break_before ? "‖ " : "", where);
			const char *rest = arena_printf(d->arena, "%s%s%s%s%s%s", *where ? " " : "",
							cube_code_at(d->c, cell, d->period)->label,
							plot_frame_changed(d, &d->lines[i], k) ? "*" : "",
							*status ? " (" : "", status, *status ? ")" : "");
			plot_put(d, "%s%s %u", at ? ", " : "", plot_tic(d->arena, name, rest), at);
		}
	plot_put(d, ") nomirror\n");
}

static unsigned lines_of(const char *wrapped)
{
	unsigned n = 1;
	for (const char *at = wrapped; (at = strstr(at, ".\"\\n\".")); at++)
		n++;
	return n;
}

/* A row a cell, from the top; a row is empty between two lines. */
static void draw_bars(struct drawing *d)
{
	bool terminal_ = d->how->target == PLOT_TERMINAL;
	unsigned at = 0, n = 0;
	plot_put(d, "$v << EOD\n");
	for (size_t i = 0; i < d->n_lines; i++, at++)
		for (size_t k = d->lines[i].first; k < d->lines[i].first + d->lines[i].n; k++, at++)
			if (d->c->cells[k].value)
				plot_put(d, "%s %u\n", d->c->cells[k].value, at);
	plot_put(d, "EOD\n$b << EOD\n");
	at = 0;
	for (size_t i = 0; i < d->n_lines; i++, at++)
		for (size_t k = d->lines[i].first; k < d->lines[i].first + d->lines[i].n; k++, at++) {
			const struct cube_cell *cell = &d->c->cells[k];
			if (cell->state == CUBE_BOUNDS && ++n)
				plot_put(d, "%s %u %s %s\n", cell->low ? cell->low : cell->high, at,
					 cell->low ? cell->low : cell->high, cell->high ? cell->high : cell->low);
		}
	plot_put(d, "EOD\n");
	bars_open(d);
	const char *above = plot_wrapped(d, plot_title(d), 0);
	const char *below =
	    plot_wrapped(d, arena_printf(d->arena, "%s\n%s", cube_unit(d->c, d->c->asked->measures[0]), d->caption), 0);
	/* In a terminal each row is one line: as many lines between the borders as rows. */
	unsigned top = lines_of(above) + 1, bottom = lines_of(below) + 2;
	plot_terminal(d, terminal_ ? at + 1 + top + bottom : at * 20 + 140);
	if (terminal_)
		plot_put(d, "set tmargin %u\nset bmargin %u\n", top, bottom);
	plot_put(d, "set title %s\nset xlabel %s\nunset key\nset yrange [%u:-1]\nset xtics nomirror\n", above, below,
		 at - 1);
	bars_names(d);
	plot_put(d, "set xrange [%s:%s]\nset style fill solid 0.6\nplot ", d->y_min < 0 ? "*" : "0",
		 d->y_max > 0 ? "*" : "0");
	plot_put(d, "$v using 1:2:(0):1:($2-%s):($2+%s) with boxxyerror lc 1 notitle", terminal_ ? "0" : "0.38",
		 terminal_ ? "0" : "0.38");
	plot_put(d, n ? ", $b using 1:2:3:4 with xerrorbars lc 2 notitle\n" : "\n");
}

/* From the first to the last figure of each line, named at its end. */
static void draw_slopes(struct drawing *d)
{
	bool terminal_ = d->how->target == PLOT_TERMINAL;
	unsigned longest = 0, n_none = 0, most = plot_columns(d) / 3;
	plot_terminal(d, terminal_ ? d->how->height + 6 : 640);
	plot_put(d, "set offsets 0, 0, graph 0.08, graph 0.08\nset border 3\nset ytics nomirror\nunset key\n");
	plot_breaks(d, 0, d->n_lines);
	const char *plots = "plot ";
	for (size_t i = 0; i < d->n_lines; i++) {
		const struct line *l = &d->lines[i];
		size_t ends[2] = {SIZE_MAX, SIZE_MAX};
		int32_t x[2] = {0, 0}, at;
		unsigned n;
		for (size_t k = l->first; k < l->first + l->n; k++)
			if (d->c->cells[k].value && plot_cell_x(d, k, &at)) {
				x[1] = at;
				ends[1] = k;
				if (ends[0] == SIZE_MAX) {
					ends[0] = k;
					x[0] = at;
				}
			}
		if (ends[0] == SIZE_MAX) {
			n_none++;
			continue;
		}
		const char *first = d->c->cells[ends[0]].value, *last = d->c->cells[ends[1]].value;
		const char *label = arena_printf(d->arena, "%s%s%s", last, *l->label ? " " : "", l->label);
		plot_chars(label, most, &n);
		longest = n > longest ? n : longest;
		plot_put(d, "$s%zu << EOD\n%d %s\n%d %s\nEOD\n", i, x[0], first, x[1], last);
		plot_put(d, "set label %s at first %d, first %s left offset 1,0\n", plot_quote(d->arena, label, most),
			 x[1], last);
		if (ends[0] != ends[1])
			plot_put(d, "set label '%s' at first %d, first %s right offset -1,0\n", first, x[0], first);
		plots = arena_printf(d->arena, "%s%s$s%zu using 1:2 with linespoints lc %zu pt %zu", plots,
				     strcmp(plots, "plot ") == 0 ? "" : ", ", i, i + 1, i + 1);
	}
	if (n_none)
		plot_caption_add(d, arena_printf(d->arena, "not drawn, without an exact figure: %u", n_none));
	plot_put(d, "set title %s\nset xlabel %s\nset rmargin %u\n", plot_wrapped(d, plot_title(d), longest + 10),
		 plot_wrapped(d, d->caption, longest + 10), longest + 3);
	plot_xtics(d, plot_columns(d) > longest + 34 ? plot_columns(d) - 14 - longest : 20, 0.2);
	plot_put(d, "%s\n", plots);
}

void plot_draw(struct drawing *d)
{
	plot_put(d, "set encoding utf8\nset bars small\n");
	switch (d->how->kind) {
	case PLOT_LINES:
		draw_lines(d);
		break;
	case PLOT_BARS:
		draw_bars(d);
		break;
	case PLOT_SLOPES:
		draw_slopes(d);
		break;
	case PLOT_MULTIPLES:
		draw_multiples(d);
		break;
	}
}
