/* SPDX-License-Identifier: Apache-2.0
 *
 * plot.c - the gnuplot program of a chart. Figures go into it as the texts that they are; doubles are for distances on
 * the paper alone.
 */
#include <stdlib.h>
#include <string.h>
#include "clients/plot_drawing.h"

/* ---- the lines -------------------------------------------------------------------------------------- */

static bool period_x(const struct cube_code *period, int32_t *ret)
{
	const struct when *w = &period->when;
	if (w->precision == WHEN_NONE || w->precision == WHEN_UNKNOWN || w->precision == WHEN_DAY_WITHOUT_YEAR)
		return false;
	if (w->lo == WHEN_DAY_MIN)
		*ret = w->hi;
	else if (w->hi == WHEN_DAY_MAX)
		*ret = w->lo;
	else
		*ret = w->lo + (w->hi - w->lo) / 2;
	return true;
}

bool plot_cell_x(const struct drawing *d, size_t cell, int32_t *ret)
{
	return period_x(cube_code_at(d->c, &d->c->cells[cell], d->period), ret);
}

static bool same_line(const struct drawing *d, const struct cube_cell *x, const struct cube_cell *y)
{
	for (size_t i = 0; i < d->period; i++)
		if (x->codes[i] != y->codes[i])
			return false;
	return true;
}

static void reach(struct drawing *d, const char *figure)
{
	if (!figure)
		return;
	double y = strtod(figure, NULL);
	d->y_min = d->drawn && d->y_min < y ? d->y_min : y;
	d->y_max = d->drawn++ && d->y_max > y ? d->y_max : y;
}

static void lines_find(struct drawing *d)
{
	const struct cube *c = d->c;
	bool groups = d->how->kind != PLOT_MULTIPLES, first = true;
	for (size_t i = 0; i < c->n_cells; i++) {
		const struct cube_cell *cell = &c->cells[i];
		int32_t x;
		if (!i || !same_line(d, cell, &c->cells[i - 1])) {
			d->lines =
			    arena_grow(d->arena, d->lines, d->n_lines, d->n_lines + 1, sizeof *d->lines, &d->room);
			d->lines[d->n_lines++] = (struct line){
			    .label = plot_label(d, cell, groups, false), .first = i, .group = cell->codes[0]};
		}
		d->lines[d->n_lines - 1].n++;
		if (!plot_cell_x(d, i, &x)) {
			d->left++;
			if (d->how->kind != PLOT_BARS)
				continue;
		} else {
			d->x_min = !first && d->x_min < x ? d->x_min : x;
			d->x_max = !first && d->x_max > x ? d->x_max : x;
			first = false;
		}
		reach(d, cell->value);
		reach(d, cell->low);
		reach(d, cell->high);
	}
}

/* ---- what stands around ----------------------------------------------------------------------------- */

void plot_terminal(struct drawing *d, unsigned height)
{
	if (d->how->target == PLOT_TERMINAL)
		plot_put(d, "set terminal dumb nofeed noenhanced size %u,%u\n", d->how->width, height);
	else
		plot_put(d, "set terminal %s noenhanced size 960,%u%s\n",
			 d->how->target == PLOT_SVG ? "svg" : "pngcairo", height,
			 d->how->target == PLOT_SVG ? " background rgb 'white'" : "");
}

#define TIC_LINES 3u

/* On the first line that has room; a tic whose label has none on any keeps its place without one. */
static const char *tic_label(struct drawing *d, const struct cube_code *period, bool starred, double at, double *used)
{
	static const char *const down[TIC_LINES] = {"", "\"\\n\".", "\"\\n\\n\"."};
	unsigned n;
	plot_chars(period->label, LABEL_MAX, &n);
	for (unsigned k = 0; k < TIC_LINES; k++) {
		if (at - n / 2.0 < used[k] + 1)
			continue;
		used[k] = at + n / 2.0;
		d->tic_lines = k > d->tic_lines ? k : d->tic_lines;
		return arena_printf(d->arena, "%s%s", down[k], plot_tic(d->arena, period->label, starred ? "*" : ""));
	}
	return "''";
}

void plot_xtics(struct drawing *d, unsigned room, double left)
{
	const struct cube_dim *periods = &d->c->dims[d->period];
	double span = d->x_max > d->x_min ? d->x_max - d->x_min : 365, used[TIC_LINES] = {-1e9, -1e9, -1e9};
	bool any = false;
	plot_put(d, "set xrange [%.0f:%.0f]\nset xtics (", d->x_min - span * left, d->x_max + span * 0.06);
	for (size_t i = 0; i < periods->n; i++) {
		int32_t x;
		if (!period_x(&periods->codes[i], &x))
			continue;
		double at = (x - d->x_min) / (span * (1.06 + left)) * room;
		plot_put(d, "%s%s %d", any ? ", " : "", tic_label(d, &periods->codes[i], d->starred[i], at, used), x);
		any = true;
	}
	plot_put(d, ") nomirror\n");
}

void plot_yrange(struct drawing *d, double *ret_low, double *ret_high)
{
	const char *unit = cube_unit(d->c, d->c->asked->measures[0]);
	double span = d->y_max - d->y_min, pad = span > 0 ? span * 0.08 : 1;
	bool percent = strncmp(unit, "percent", 7) == 0;
	*ret_low = d->y_min - pad;
	*ret_high = d->y_max + pad;
	if (d->y_min >= 0 && *ret_low < 0)
		*ret_low = 0;
	if (percent && d->y_max <= 100 && *ret_high > 100)
		*ret_high = 100;
}

/* Is the frame of a cell another than that of the one before it on its line? */
bool plot_frame_changed(const struct drawing *d, const struct line *l, size_t cell)
{
	const struct cube_cell *cells = d->c->cells;
	if (cell == l->first || cells[cell].codes[d->period] == cells[cell - 1].codes[d->period])
		return false; /* two reports of one period: neither comes before the other */
	const struct msg_frame_size *now = cells[cell].row->frame, *then = cells[cell - 1].row->frame;
	return now && then && now->population != then->population;
}

const char *plot_frames(struct drawing *d, size_t from, size_t to, bool named)
{
	const char *all = "";
	unsigned n = 0;
	size_t n_periods = d->c->dims[d->period].n;
	d->starred = arena_alloc(d->arena, (n_periods + 1) * sizeof *d->starred);
	for (size_t l = from; l < to; l++)
		for (size_t i = d->lines[l].first; i < d->lines[l].first + d->lines[l].n; i++) {
			const struct cube_cell *cell = &d->c->cells[i];
			if (!plot_frame_changed(d, &d->lines[l], i))
				continue;
			d->starred[cell->codes[d->period]] = true;
			const char *whose = named ? d->c->dims[0].codes[d->lines[l].group].label : "";
			const char *text =
			    arena_printf(d->arena, "%s%s%s: %u → %u", whose, *whose ? " " : "", cell->row->period,
					 d->c->cells[i - 1].row->frame->population, cell->row->frame->population);
			if (!strstr(all, text) && n++ < MARKS_MAX)
				all = arena_printf(d->arena, "%s%s%s", all, *all ? "; " : "", text);
		}
	if (!n)
		return "";
	return arena_printf(d->arena, "* another frame than before, %s%s", all, n > MARKS_MAX ? " …" : "");
}

void plot_breaks(struct drawing *d, size_t from, size_t to)
{
	int32_t told[MARKS_MAX];
	unsigned n_told = 0;
	plot_put(d, "unset arrow\n");
	for (size_t l = from; l < to; l++)
		for (size_t i = d->lines[l].first + 1; i < d->lines[l].first + d->lines[l].n; i++) {
			int32_t x, then;
			if (!d->c->cells[i].row->break_before || !plot_cell_x(d, i, &x) ||
			    !plot_cell_x(d, i - 1, &then))
				continue;
			bool again = false;
			int32_t at = then + (x - then) / 2;
			for (unsigned k = 0; k < n_told && !again; k++)
				again = told[k] == at;
			if (again || n_told == MARKS_MAX)
				continue;
			told[n_told++] = at;
			plot_put(d,
				 "set arrow from first %d, graph 0 to first %d, graph 1 nohead dt 2 lc rgb 'black'\n",
				 at, at);
		}
}

/* Ends that are open: an arrow from the known one. */
void plot_open_ends(struct drawing *d, const struct line *l)
{
	for (size_t i = l->first; i < l->first + l->n; i++) {
		const struct cube_cell *cell = &d->c->cells[i];
		int32_t x;
		if (cell->state != CUBE_BOUNDS || (cell->low && cell->high) || !plot_cell_x(d, i, &x))
			continue;
		plot_put(d, "set arrow from first %d, first %s to first %d, graph %d head lc rgb 'black'\n", x,
			 cell->low ? cell->low : cell->high, x, cell->low ? 1 : 0);
	}
}

/* ---- data ------------------------------------------------------------------------------------------- */

/* $vN: figures, a blank line where the line breaks. $bN: bounds. $rN: ribbons. */
void plot_data(struct drawing *d, size_t line)
{
	const struct line *l = &d->lines[line];
	static const char block[] = "vbr";
	for (int k = 0; k < 3; k++) {
		bool any = false;
		plot_put(d, "$%c%zu << EOD\n", block[k], line);
		for (size_t i = l->first; i < l->first + l->n; i++) {
			const struct cube_cell *cell = &d->c->cells[i];
			const char *low = cell->value ? cell->value : cell->low ? cell->low : cell->high;
			const char *high = cell->value ? cell->value : cell->high ? cell->high : cell->low;
			bool one_end = cell->state == CUBE_BOUNDS && !(cell->low && cell->high);
			int32_t x;
			if (!plot_cell_x(d, i, &x))
				continue;
			bool again = i > l->first && cell->codes[d->period] == d->c->cells[i - 1].codes[d->period];
			if (any && (again || cell->row->break_before || (k == 0 && !cell->value) || !low ||
				    (k == 2 && one_end)))
				plot_put(d, "\n");
			if (k == 0 && cell->value)
				plot_put(d, "%d %s\n", x, cell->value);
			else if ((k == 1 && cell->state == CUBE_BOUNDS) || (k == 2 && low && !one_end))
				plot_put(d, "%d %s %s\n", x, low, high);
			any = true;
		}
		plot_put(d, "EOD\n");
	}
}

/* Has it something of the state at a time that can be placed? */
static bool plot_has(const struct drawing *d, const struct line *l, enum cube_state state)
{
	int32_t x;
	for (size_t i = l->first; i < l->first + l->n; i++)
		if (d->c->cells[i].state == state && plot_cell_x(d, i, &x))
			return true;
	return false;
}

void plot_of(struct drawing *d, size_t from, size_t to)
{
	const char *and = "plot ";
	for (size_t i = from; i < to; i++) {
		const struct line *l = &d->lines[i];
		const char *name = plot_quote(d->arena, l->label, d->label_max);
		unsigned color = (unsigned)(i - from) + 1;
		bool values = plot_has(d, l, CUBE_VALUE), bounds = plot_has(d, l, CUBE_BOUNDS);
		if (bounds && d->how->target != PLOT_TERMINAL) {
			plot_put(
			    d, "%s$r%zu using 1:2:3 with filledcurves lc %u fs transparent solid 0.2 noborder notitle",
			    and, i, color);
			and = ", ";
		}
		if (bounds) {
			/* no mark at the low end, which is no figure; a dumb terminal knows none, and has a dot */
			plot_put(d, "%s$b%zu using 1:2:2:3 with yerrorbars lc %u pt %d title %s", and, i, color,
				 d->how->target == PLOT_TERMINAL ? 0 : -1, values ? "''" : name);
			and = ", ";
		}
		if (values) {
			plot_put(d, "%s$v%zu using 1:2 with linespoints lc %u pt %u title %s", and, i, color, color,
				 name);
			and = ", ";
		}
	}
	plot_put(d, strcmp(and, "plot ") == 0 ? "plot NaN notitle\n" : "\n");
}

/* ---- the chart -------------------------------------------------------------------------------------- */

static enum err too_many(const struct drawing *d, struct why *why)
{
	const struct cube *c = d->c;
	unsigned lines = (unsigned)d->n_lines, most = 0, here = 0, panels = 0;
	for (size_t i = 0; i < d->n_lines; i++) {
		here = i && d->lines[i].group == d->lines[i - 1].group ? here + 1 : 1;
		panels += here == 1;
		most = here > most ? here : most;
	}
	switch (d->how->kind) {
	case PLOT_LINES:
		if (lines > LINES_MAX)
			return fail(
			    why, ERR_TOO_LARGE,
			    "%u lines in one chart, at most %u can be told apart: name units or categories, or draw "
			    "--plot multiples",
			    lines, LINES_MAX);
		break;
	case PLOT_SLOPES:
		if (lines > SLOPES_MAX)
			return fail(
			    why, ERR_TOO_LARGE,
			    "%u slopes in one chart, at most %u can be told apart: name units (--unit), categories "
			    "(--dim, several of one dimension too) or rounds",
			    lines, SLOPES_MAX);
		break;
	case PLOT_BARS:
		if (c->n_cells > BARS_MAX)
			return fail(why, ERR_TOO_LARGE,
				    "%zu bars, at most %u make a chart: name units, categories or periods", c->n_cells,
				    BARS_MAX);
		break;
	case PLOT_MULTIPLES:
		if (panels > PANELS_MAX || most > LINES_MAX)
			return fail(
			    why, ERR_TOO_LARGE,
			    "%u panels of up to %u lines, at most %u of %u make a chart: name units or categories",
			    panels, most, PANELS_MAX, LINES_MAX);
		break;
	}
	return ERR_OK;
}

enum err plot_script(struct arena *a, const struct cube *c, const struct plot_how *how, struct buf *ret,
		     unsigned *ret_left, struct why *why)
{
	struct drawing d = {
	    .arena = a, .c = c, .how = how, .out = ret, .caption = cube_caption(a, c), .label_max = LABEL_MAX};
	while (c->dims[d.period].role != CUBE_PERIOD)
		d.period++;
	lines_find(&d);
	*ret_left = how->kind == PLOT_BARS ? 0 : d.left;
	bool exact = how->kind != PLOT_SLOPES;
	for (size_t i = 0; i < d.n_lines && !exact; i++)
		exact = plot_has(&d, &d.lines[i], CUBE_VALUE);
	if (!d.drawn || !exact)
		return fail(why, ERR_NOT_FOUND, "there is nothing to draw: no row has a figure%s",
			    d.left ? " at a time that can be placed" : "");
	enum err e = too_many(&d, why);
	if (e != ERR_OK)
		return e;
	const char *frames = plot_frames(&d, 0, d.n_lines, how->kind == PLOT_MULTIPLES);
	if (*frames)
		plot_caption_add(&d, frames);
	for (size_t i = 0; i < c->n_cells; i++)
		if (c->cells[i].row->break_before) {
			plot_caption_add(&d, how->kind == PLOT_BARS
						 ? "‖ the definition changed: not comparable with those before"
						 : "dashed: the definition changed, not comparable across it");
			break;
		}
	plot_draw(&d);
	return ERR_OK;
}
