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

static void yrange(struct drawing *d)
{
	double low, high;
	plot_yrange(d, &low, &high);
	plot_put(d, "set yrange [%.9g:%.9g]\n", low, high);
}

static void draw_lines(struct drawing *d)
{
	bool terminal_ = d->how->target == PLOT_TERMINAL;
	unsigned legend = d->n_lines > 1 ? (unsigned)d->n_lines : 0;
	plot_xtics(d, plot_columns(d) - 14, 0.06);
	plot_terminal(d, terminal_ ? d->how->height + legend + d->tic_lines : 540 + 18 * (legend + d->tic_lines));
	for (size_t i = 0; i < d->n_lines; i++)
		plot_data(d, i);
	plot_breaks(d, 0, d->n_lines);
	for (size_t i = 0; i < d->n_lines; i++)
		plot_open_ends(d, &d->lines[i]);
	plot_put(d, "set title %s\nset xlabel %s\n", plot_wrapped(d, plot_title(d), 0),
		 plot_wrapped(d, plot_below(d, d->caption), 0));
	ylabel(d);
	plot_put(d, legend ? "set key outside below vertical maxcols 1 left Left reverse\n" : "unset key\n");
	yrange(d);
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
	d->label_max = plot_columns(d) / wide > 30 ? plot_columns(d) / wide - 22 : 8;
	plot_xtics(d, plot_columns(d) / wide - 12, 0.06);
	plot_terminal(d, terminal_ ? high * (13 + d->tic_lines) + 4 : high * (260 + 18 * d->tic_lines) + 60);
	for (size_t i = 0; i < d->n_lines; i++)
		plot_data(d, i);
	const char *top = arena_printf(d->arena, "%s\n%s", plot_title(d), d->caption);
	plot_put(d, "set multiplot layout %u,%u title %s\n", high, wide, plot_wrapped(d, top, 0));
	yrange(d);
	for (size_t from = 0, to; from < d->n_lines; from = to) {
		to = from + 1;
		while (to < d->n_lines && d->lines[to].group == d->lines[from].group)
			to++;
		(void)plot_frames(d, from, to, false); /* marked below this panel alone; the caption says it of all */
		plot_xtics(d, plot_columns(d) / wide - 12, 0.06);
		plot_breaks(d, from, to);
		for (size_t i = from; i < to; i++)
			plot_open_ends(d, &d->lines[i]);
		plot_put(d, "set title %s\n",
			 plot_quote(d->arena, d->c->dims[0].codes[d->lines[from].group].label, LABEL_MAX));
		ylabel(d);
		plot_put(d, "set xlabel %s\n", plot_wrapped(d, plot_below(d, ""), 0));
		plot_put(d, to - from > 1 ? "set key below left Left reverse samplen 1\n" : "unset key\n");
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
	if (n)
		plot_put(d, ", $b using 1:2:3:4 with xerrorbars lc 2 pt %d notitle", terminal_ ? 0 : -1);
	plot_put(d, "\n");
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
		plot_slopes(d);
		break;
	case PLOT_MULTIPLES:
		draw_multiples(d);
		break;
	}
}
