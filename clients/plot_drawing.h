/* SPDX-License-Identifier: Apache-2.0
 *
 * plot_drawing.h - inside the charts: a chart in the making. Only clients/plot*.c include it.
 *
 * plot.c finds the lines and writes what stands around them and their data; plot_draw.c has the four kinds of charts;
 * plot_text.c is about texts.
 */
#pragma once
#include "clients/plot.h"

#define LINES_MAX  26u /* a terminal has so many letters to mark points with */
#define BARS_MAX   120u
#define SLOPES_MAX 60u
#define PANELS_MAX 36u
#define LABEL_MAX  48u
#define MARKS_MAX  8u

/* Cells of one group and categories, in the order of time. */
struct line {
	const char *label;
	size_t first, n;
	uint32_t group;
};
struct drawing {
	struct arena *arena;
	const struct cube *c;
	const struct plot_how *how;
	struct buf *out;
	size_t n_lines, room;
	struct line *lines;
	size_t period; /* its dimension */
	bool *starred; /* by period: a frame changed */
	int32_t x_min, x_max;
	double y_min, y_max;
	const char *caption;
	unsigned left, drawn;
	unsigned tic_lines; /* below the first, that labels at the tics take */
	unsigned label_max; /* characters of a legend */
};

/* plot_text.c */
void plot_put(struct drawing *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* How many bytes of `text` are `max` characters; all of it when it has no more. */
size_t plot_chars(const char *text, unsigned max, unsigned *ret_n);
/* `text` and `rest` at a tic, where gnuplot formats texts like numbers and has no room for long ones: of those `text`
 * is cut. */
const char *plot_tic(struct arena *a, const char *text, const char *rest);
/* Lines of at most the chart's width less `aside`, broken at blanks, as one string expression. */
const char *plot_wrapped(const struct drawing *d, const char *text, unsigned aside);
unsigned plot_columns(const struct drawing *d); /* characters from side to side */
const char *plot_title(struct drawing *d);
/* The caption below tics of several lines. */
const char *plot_below(struct drawing *d, const char *caption);
/* What tells a line from the others; or, `shared`, what all have in common. */
const char *plot_label(struct drawing *d, const struct cube_cell *cell, bool group, bool shared);
void plot_caption_add(struct drawing *d, const char *text);

/* plot.c */
bool plot_cell_x(const struct drawing *d, size_t cell, int32_t *ret);
void plot_terminal(struct drawing *d, unsigned height);
/* In `room` characters; `left` of the whole span stays free on the left. Labels that would touch stand on several lines.
 */
void plot_xtics(struct drawing *d, unsigned room, double left);
/* The span of figures with room around it, but never below zero nor over 100 percent where no figure is. */
void plot_yrange(struct drawing *d, double *ret_low, double *ret_high);
/* Marks the periods in which the frame of one of these lines is another than before; the note of it, "" = none. With
 * `named` it says whose. */
const char *plot_frames(struct drawing *d, size_t from, size_t to, bool named);
bool plot_frame_changed(const struct drawing *d, const struct line *l, size_t cell);
void plot_breaks(struct drawing *d, size_t from, size_t to);  /* of these lines: where a definition changed */
void plot_open_ends(struct drawing *d, const struct line *l); /* an arrow from the known end */
void plot_data(struct drawing *d, size_t line);
void plot_of(struct drawing *d, size_t from, size_t to); /* the plot command of these lines */

/* plot_slope.c */
void plot_slopes(struct drawing *d);

/* plot_draw.c */
void plot_draw(struct drawing *d);
