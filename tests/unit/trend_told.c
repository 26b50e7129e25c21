/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_told.c - see trend_told.h.
 */
#include "tests/test.h"
#include "tests/unit/growth_explained.h"
#include "tests/unit/trend_told.h"

static const char *figure_text(struct world *w, const struct msg_figure *f)
{
	const struct msg_growth *g = f->growth;
	if (*f->refused)
		return arena_printf(w->a, "refused: %s", f->refused);
	if (!g)
		return f->shown;
	if (!*g->absolute)
		return arena_printf(w->a, "%s (no growth: %s)", f->shown, g->undefined);
	const char *sign = *g->absolute == '-' ? "" : "+";
	return *g->percent ? arena_printf(w->a, "%s (%s%s, %s %%)", f->shown, sign, g->absolute, g->percent)
			   : arena_printf(w->a, "%s (%s%s)", f->shown, sign, g->absolute);
}

static const char *row_text(struct world *w, const struct msg_trend_row *row)
{
	const char *text = *row->group ? row->group : row->group_name;
	for (size_t i = 0; i < row->n_categories; i++)
		text = arena_printf(w->a, "%s %s", text, row->categories[i].code);
	text = arena_printf(w->a, "%s%s%s:", text, *text ? " " : "", row->period);
	for (size_t i = 0; i < row->n_figures; i++)
		text = arena_printf(w->a, "%s%s %s", text, i ? ";" : "", figure_text(w, &row->figures[i]));
	for (size_t i = 0; i < row->n_notes; i++)
		text = arena_printf(w->a, "%s | %s", text, row->notes[i]);
	return text;
}

const char *trend_rows(struct world *w, const char *trend)
{
	struct answers a = asked(w, "{'trend': %s}", trend);
	const char *text = "";
	for (size_t i = 0; i < a.n; i++)
		for (size_t k = 0; a.list[i].trend && k < a.list[i].trend->n_rows; k++) {
			growth_explained(w, arena_printf(w->a, "'trend': %s", trend), &a.list[i].trend->rows[k]);
			text = arena_printf(w->a, "%s%s\n", text, row_text(w, &a.list[i].trend->rows[k]));
		}
	return text;
}

const char *trend_notes_told(struct world *w, const char *trend)
{
	struct answers a = asked(w, "{'trend': %s}", trend);
	const char *text = "";
	for (size_t i = 0; i < a.n; i++)
		for (size_t k = 0; a.list[i].trend && k < a.list[i].trend->n_notes; k++)
			text = arena_printf(w->a, "%s%s\n", text, a.list[i].trend->notes[k]);
	return text;
}

static const char *const measures[] = {"",    "value", "sum",   "mean", "count",         "median",
				       "min", "max",   "share", "rank", "concentration", "rate"};

static void explained(struct world *w, const char *trend, const struct msg_trend_row *row, enum measure m)
{
	const char *categories = "";
	for (size_t i = 0; i < row->n_categories; i++)
		categories = arena_printf(w->a, "%s%s'%s': '%s'", categories, i ? ", " : "",
					  row->categories[i].dimension, row->categories[i].code);
	struct answers a =
	    asked(w,
		  "{'explain': {'trend': %s, 'group': '%s', 'period': '%s', 'round': '%s', 'categories': "
		  "{%s}, 'measure': '%s'}}",
		  trend, *row->group ? row->group : row->group_name, row->period, row->round, categories, measures[m]);
	const struct msg_explain_answer *e = NULL;
	for (size_t i = 0; i < a.n; i++)
		e = a.list[i].explain && a.list[i].explain->recomputed ? a.list[i].explain : e;
	assert_non_null(e);
	if (!e->agrees)
		fail_msg("%s: the %s of %s: made once more it is %s%s", trend, measures[m], row_text(w, row),
			 e->recomputed->shown, e->recomputed->refused);
}

size_t trend_explained(struct world *w, const char *trend)
{
	struct answers a = asked(w, "{'trend': %s}", trend);
	size_t n = 0;
	for (size_t i = 0; i < a.n; i++)
		for (size_t k = 0; a.list[i].trend && k < a.list[i].trend->n_rows; k++) {
			const struct msg_trend_row *row = &a.list[i].trend->rows[k];
			for (size_t f = 0; f < row->n_figures && !row->n_among; f++, n++)
				explained(w, trend, row, row->figures[f].measure);
			n += growth_explained(w, arena_printf(w->a, "'trend': %s", trend), row);
		}
	return n;
}
