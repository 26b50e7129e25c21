/* SPDX-License-Identifier: Apache-2.0
 *
 * growth_explained.c - see growth_explained.h.
 */
#include "tests/unit/growth_explained.h"

struct msg_explain_answer growth_line(struct world *w, const char *question, const char *rest)
{
	struct msg_explain_answer whole = explanation(w, arena_printf(w->a, "%s, %s", question, rest));
	assert_non_null(whole.row);
	return whole;
}

static void one(struct world *w, const char *question, const struct msg_trend_row *row, const struct msg_figure *f,
		const char *name)
{
	const char *categories = "", *group = *row->group ? row->group : row->group_name;
	for (size_t i = 0; i < row->n_categories; i++)
		categories = arena_printf(w->a, "%s%s'%s': '%s'", categories, i ? ", " : "",
					  row->categories[i].dimension, row->categories[i].code);
	struct msg_explain_answer e = growth_line(
	    w, question,
	    arena_printf(w->a,
			 "'group': '%s', 'period': '%s', 'round': '%s', 'categories': {%s}, 'measure': '%s', "
			 "'figure': '%s'",
			 group, row->period, *row->round ? row->round : "-", categories,
			 msg_code_name(&msg_enum_measure, (int)f->measure), name));
	const struct msg_figure *is = &e.row->figures[0];
	if (!e.agrees)
		fail_msg("{%s}: of \"%s\" %s %s the %s is %s%s, made once more %s%s", question, group, row->period,
			 row->round, name, is->shown, is->refused, e.recomputed->shown, e.recomputed->refused);
	if (strcmp(name, "growth") == 0)
		assert_string_equal(is->shown, f->growth->absolute);
	if (strcmp(name, "percent") == 0)
		assert_string_equal(is->shown, f->growth->percent);
	if (strcmp(name, "points") == 0)
		assert_string_equal(is->shown, f->growth->points);
}

size_t growth_explained(struct world *w, const char *question, const struct msg_trend_row *row)
{
	static const char *const names[] = {"growth", "percent", "points", "growth_rank"};
	size_t told = 0;
	for (size_t i = 0; i < row->n_figures; i++)
		for (size_t k = 0; k < 4 && row->figures[i].growth && !row->n_among; k++, told++)
			one(w, question, row, &row->figures[i], names[k]);
	return told;
}
