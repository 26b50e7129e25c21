/* SPDX-License-Identifier: Apache-2.0
 *
 * show_cross.c - see show_cross.h.
 *
 * A line is a group of the first grouping on a day, a cell its figure in a group of the second. There is no room in it
 * for what a row says beside its figure: below the table each note is told once, and how many cells have it.
 */
#include "clients/show_cross.h"
#include <stdlib.h>
#include <string.h>
#include "base/when.h"
#include "clients/lookup.h"
#include "clients/show.h"

#define FIRST      4u /* columns before the groups across */
#define NOTES_TOLD 8u

struct line {
	size_t group; /* in the order of the answer */
	struct when when;
	const char **cells;
};
struct cross {
	struct run *r;
	size_t n_across;
	const struct msg_code *across;
	size_t n, room;
	struct line *lines;
	struct lookup found; /* line + 1 by group and period */
	size_t n_groups;
	const struct msg_trend_row *last;
	size_t n_notes, notes_room;
	struct told {
		const char *text;
		size_t n;
	} * notes;
};

bool show_cross_wanted(const struct run *r, const struct msg_trend_answer *last, const struct show_trend *t)
{
	return r->o.command == CMD_COUNT && r->out.format == FORMAT_TABLE && t->n_measures == 1 && !t->moved &&
	       !option_given(&r->o, OPT_SORT) && !option_given(&r->o, OPT_REFUSED) && last->n_labels == 1 &&
	       last->labels[0].n_codes <= CROSS_COLUMNS_MAX;
}

static struct line *line_of(struct cross *c, const struct msg_trend_row *x)
{
	struct arena *a = c->r->arena;
	bool same = c->last && strcmp(c->last->group, x->group) == 0 && strcmp(c->last->group_name, x->group_name) == 0;
	c->n_groups += !same;
	c->last = x;
	void **at = lookup_put(&c->found, arena_printf(a, "%zu %s", c->n_groups, x->period));
	if (!*at) {
		c->lines = arena_grow(a, c->lines, c->n, c->n + 1, sizeof *c->lines, &c->room);
		struct line *l = &c->lines[c->n++];
		*l = (struct line){.group = c->n_groups};
		if (when_parse(x->period, &l->when, NULL) != ERR_OK)
			l->when = (struct when){0};
		l->cells = arena_alloc(a, (FIRST + c->n_across) * sizeof *l->cells);
		l->cells[0] = x->group;
		l->cells[1] = x->group_name;
		l->cells[2] = x->period;
		l->cells[3] = x->round;
		*at = (void *)(uintptr_t)c->n;
	}
	return &c->lines[(uintptr_t)*at - 1];
}

static void note(struct cross *c, const char *text)
{
	size_t i = 0;
	while (i < c->n_notes && strcmp(c->notes[i].text, text) != 0)
		i++;
	if (i == c->n_notes) {
		c->notes =
		    arena_grow(c->r->arena, c->notes, c->n_notes, c->n_notes + 1, sizeof *c->notes, &c->notes_room);
		c->notes[c->n_notes++].text = text;
	}
	c->notes[i].n++;
}

static void row_put(struct cross *c, const struct msg_trend_row *x)
{
	struct line *l = line_of(c, x);
	const char *code = x->n_categories ? x->categories[0].code : "";
	const struct msg_figure *f = x->n_figures ? &x->figures[0] : NULL;
	for (size_t i = 0; i < c->n_across && f; i++)
		if (strcmp(c->across[i].code, code) == 0)
			l->cells[FIRST + i] = *f->refused ? "refused" : f->shown;
	for (size_t i = 0; i < x->n_notes; i++)
		note(c, x->notes[i]);
	if (f && *f->refused)
		note(c, arena_printf(c->r->arena, "refused: %s", f->refused));
}

static int by_place(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int d = (x->group > y->group) - (x->group < y->group);
	return d ? d : when_cmp(&x->when, &y->when);
}

/* The day is told where there are several; else it stands once, in the title. */
static const char *only_day(struct cross *c)
{
	const char *day = c->n ? c->lines[0].cells[2] : "";
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->lines[i].cells[2], day) != 0)
			return NULL;
	for (size_t i = 0; i < c->n; i++)
		c->lines[i].cells[2] = "";
	return day;
}

static void print(struct cross *c, const char *title)
{
	struct arena *a = c->r->arena;
	static const char *const first[FIRST] = {"group", "name", "period", "round"};
	struct grid_column *columns = arena_alloc(a, (FIRST + c->n_across) * sizeof *columns);
	for (size_t i = 0; i < FIRST; i++)
		columns[i].name = first[i];
	for (size_t i = 0; i < c->n_across; i++)
		columns[FIRST + i] = (struct grid_column){c->across[i].label, true, false};
	struct grid g = grid_of(a, columns, FIRST + c->n_across);
	g.data_from = FIRST;
	const char *day = only_day(c);
	for (size_t i = 0; i < c->n; i++)
		grid_row(&g, c->lines[i].cells);
	grid_print(&c->r->out, &g, day ? arena_printf(a, "%s, %s", title, day) : title);
	if (!c->n)
		out_note(&c->r->out, "no rows");
	for (size_t i = 0; i < c->n_notes && i < NOTES_TOLD; i++)
		out_note(&c->r->out, "%zu %s: %s", c->notes[i].n, c->notes[i].n == 1 ? "cell" : "cells",
			 c->notes[i].text);
	if (c->n_notes > NOTES_TOLD)
		out_note(&c->r->out, "and %zu other notes: --format csv has those of each cell",
			 c->n_notes - NOTES_TOLD);
}

void show_cross(struct run *r, struct msg_query_reply *const *parts, size_t n, const char *title)
{
	const struct msg_code_list *labels = &parts[n - 1]->trend->labels[0];
	struct cross c = {.r = r, .n_across = labels->n_codes, .across = labels->codes};
	lookup_init(&c.found, r->arena);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_rows; i++)
			row_put(&c, &parts[p]->trend->rows[i]);
	if (c.n)
		qsort(c.lines, c.n, sizeof *c.lines, by_place);
	print(&c, title);
}
