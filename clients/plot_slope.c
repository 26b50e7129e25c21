/* SPDX-License-Identifier: Apache-2.0
 *
 * plot_slope.c - slopes: each line from its first to its last figure, both named beside it.
 *
 * Labels that would lie on each other are moved apart, in their order, and stay as near to their figures as that
 * allows. Across a changed definition no line is drawn: the two figures are not comparable.
 */
#include <stdlib.h>
#include <string.h>
#include "clients/plot_drawing.h"

struct label {
	const char *text;
	int32_t x;
	double y, at; /* of its figure; where it stands */
	bool left;
};
struct slopes {
	size_t n, n_none;
	struct label *list; /* two a line at most */
	unsigned longest;   /* characters, of those on the right */
	const char *plots;
};

static int by_place(const void *a, const void *b)
{
	const struct label *x = a, *y = b;
	if (x->left != y->left)
		return x->left - y->left;
	return (x->y > y->y) - (x->y < y->y);
}

/* Upwards each at least `apart` over the one below; those pushed over the top come down again together. */
static void spread(struct label *list, size_t n, double apart, double top)
{
	for (size_t i = 0; i < n; i++)
		list[i].at = i && list[i].y < list[i - 1].at + apart ? list[i - 1].at + apart : list[i].y;
	if (!n || list[n - 1].at <= top)
		return;
	list[n - 1].at = top;
	for (size_t i = n - 1; i-- && list[i].at > list[i + 1].at - apart;)
		list[i].at = list[i + 1].at - apart;
}

static void label_put(struct slopes *s, const char *text, int32_t x, const char *figure, bool left)
{
	s->list[s->n++] = (struct label){.text = text, .x = x, .y = strtod(figure, NULL), .left = left};
}

static void slope(struct drawing *d, struct slopes *s, size_t line, unsigned most)
{
	const struct line *l = &d->lines[line];
	const struct cube_cell *cells = d->c->cells;
	size_t first = SIZE_MAX, last = 0;
	int32_t x0 = 0, x1 = 0, at;
	bool broken = false;
	unsigned n;
	for (size_t k = l->first; k < l->first + l->n; k++) {
		broken |= first != SIZE_MAX && cells[k].row->break_before;
		if (!cells[k].value || !plot_cell_x(d, k, &at))
			continue;
		x0 = first == SIZE_MAX ? at : x0;
		first = first == SIZE_MAX ? k : first;
		x1 = at;
		last = k;
	}
	if (first == SIZE_MAX) {
		s->n_none++;
		return;
	}
	const char *text = arena_printf(d->arena, "%s%s%s", cells[last].value, *l->label ? " " : "", l->label);
	plot_chars(text, most, &n);
	s->longest = n > s->longest ? n : s->longest;
	plot_put(d, "$s%zu << EOD\n%d %s\n%s%d %s\nEOD\n", line, x0, cells[first].value, broken ? "\n" : "", x1,
		 cells[last].value);
	label_put(s, text, x1, cells[last].value, false);
	if (first != last)
		label_put(s, cells[first].value, x0, cells[first].value, true);
	s->plots = arena_printf(d->arena, "%s%s$s%zu using 1:2 with linespoints lc %zu pt %zu", s->plots,
				*s->plots ? ", " : "plot ", line, line + 1, line + 1);
}

static void labels(struct drawing *d, struct slopes *s, unsigned most, double low, double high, unsigned rows)
{
	size_t right = 0;
	qsort(s->list, s->n, sizeof *s->list, by_place);
	while (right < s->n && !s->list[right].left)
		right++;
	double apart = (high - low) / rows;
	spread(s->list, right, apart, high);
	spread(s->list + right, s->n - right, apart, high);
	for (size_t i = 0; i < s->n; i++) {
		const struct label *x = &s->list[i];
		plot_put(d, "set label %s at first %d, first %.9g %s\n", plot_quote(d->arena, x->text, most), x->x,
			 x->at, x->left ? "right offset -1,0" : "left offset 1,0");
	}
}

void plot_slopes(struct drawing *d)
{
	bool terminal = d->how->target == PLOT_TERMINAL;
	unsigned lines = (unsigned)d->n_lines, most = plot_columns(d) / 3;
	struct slopes s = {.list = arena_alloc(d->arena, (2 * d->n_lines + 1) * sizeof *s.list), .plots = ""};
	double low, high;
	/* A line of text a slope, and what stands above and below. */
	unsigned height = terminal ? d->how->height + 6 : 640, wanted = terminal ? lines + 14 : lines * 17 + 160;
	height = wanted > height ? wanted : height;
	unsigned rows = terminal ? height - 12 : (height - 130) / 16;
	plot_terminal(d, height);
	plot_yrange(d, &low, &high);
	plot_put(d, "set border 3\nset ytics nomirror\nunset key\nset yrange [%.9g:%.9g]\n", low, high);
	plot_breaks(d, 0, d->n_lines);
	for (size_t i = 0; i < d->n_lines; i++)
		slope(d, &s, i, most);
	labels(d, &s, most, low, high, rows);
	if (s.n_none)
		plot_caption_add(d, arena_printf(d->arena, "not drawn, without an exact figure: %zu", s.n_none));
	plot_xtics(d, plot_columns(d) > s.longest + 34 ? plot_columns(d) - 14 - s.longest : 20, 0.2);
	plot_put(d, "set title %s\nset xlabel %s\nset rmargin %u\n", plot_wrapped(d, plot_title(d), s.longest + 10),
		 plot_wrapped(d, plot_below(d, d->caption), s.longest + 10), s.longest + 3);
	plot_put(d, "%s\n", s.plots);
}
