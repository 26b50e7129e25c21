/* SPDX-License-Identifier: Apache-2.0
 *
 * show_trend.c - rows of a trend, shown.
 */
#include "clients/show_trend.h"
#include <string.h>
#include "clients/show.h"

#define COLUMNS_MAX (11 + 6 * SHOW_MEASURES_MAX)

static const char *growth_text(struct arena *a, const struct msg_growth *g)
{
	if (!g)
		return "";
	if (*g->undefined)
		return arena_printf(a, "undefined: %s", g->undefined);
	const char *text = g->absolute;
	if (*g->percent)
		text = arena_printf(a, "%s%s%s %%", text, *text ? ", " : "", g->percent);
	if (*g->points)
		text = arena_printf(a, "%s%s%s points", text, *text ? ", " : "", g->points);
	return *text ? arena_printf(a, "%s from %s", text, g->from_period) : "";
}

/* Why there is no figure is too long for its column: the notes have it. */
static const char *notes_text(struct arena *a, const struct msg_trend_row *x)
{
	const char *text = show_list(a, x->notes, x->n_notes);
	for (size_t i = 0; i < x->n_figures; i++)
		if (*x->figures[i].refused)
			text = arena_printf(a, "%s%s%s refused: %s", text, *text ? "; " : "",
					    show_code(a, &msg_enum_measure, (int)x->figures[i].measure),
					    x->figures[i].refused);
	return text;
}

static bool wanted(const struct run *r, const struct msg_trend_row *x)
{
	if (!option_given(&r->o, OPT_REFUSED))
		return true;
	for (size_t i = 0; i < x->n_figures; i++)
		if (*x->figures[i].refused)
			return true;
	return false;
}

/* One column a measure, each with its growth beside it. */
static void show(struct run *r, struct msg_query_reply *const *parts, size_t n, const struct show_trend *t)
{
	struct grid_column columns[COLUMNS_MAX] = {
	    {"group", false, false}, {"name", false, false}, {"categories", false, false}, {"period", false, false},
	    {"round", false, false}, {"units", true, false}, {"frame", true, false}};
	size_t c = 7;
	bool csv = r->out.format == FORMAT_CSV, moved = t->moved;
	for (size_t i = 0; i < t->n_measures; i++) {
		const char *name = show_code(r->arena, &msg_enum_measure, (int)t->measures[i]);
		columns[c++] = (struct grid_column){name, true, false};
		columns[c++] = (struct grid_column){arena_printf(r->arena, "%s_growth", name), false, false};
		if (csv) {
			columns[c++] = (struct grid_column){arena_printf(r->arena, "%s_numerator", name), true, false};
			columns[c++] =
			    (struct grid_column){arena_printf(r->arena, "%s_denominator", name), true, false};
		}
		if (csv && moved) {
			columns[c++] = (struct grid_column){arena_printf(r->arena, "%s_low", name), true, false};
			columns[c++] = (struct grid_column){arena_printf(r->arena, "%s_high", name), true, false};
		}
	}
	if (moved) {
		columns[c++] = (struct grid_column){"method", false, false};
		columns[c++] = (struct grid_column){"covered", true, false};
		columns[c++] = (struct grid_column){"among", false, true};
	}
	columns[c++] = (struct grid_column){"notes", false, true};
	struct grid g = grid_of(r->arena, columns, c);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_rows; i++) {
			const struct msg_trend_row *x = &parts[p]->trend->rows[i];
			const char *cells[COLUMNS_MAX] = {x->group,
							  x->group_name,
							  show_categories(r->arena, x->categories, x->n_categories),
							  x->period,
							  x->round,
							  arena_printf(r->arena, "%u", x->units),
							  x->frame ? arena_printf(r->arena, "%u", x->frame->population)
								   : ""};
			size_t k = 7;
			if (!wanted(r, x))
				continue;
			for (size_t m = 0; m < t->n_measures; m++) {
				static const struct msg_figure none = {.numerator = "",
								       .denominator = "",
								       .shown = "",
								       .refused = "",
								       .low = "",
								       .high = ""};
				const struct msg_figure *f = m < x->n_figures ? &x->figures[m] : &none;
				cells[k++] = *f->refused ? "refused" : f->shown;
				cells[k++] = growth_text(r->arena, f->growth);
				if (csv) {
					cells[k++] = f->numerator;
					cells[k++] = f->denominator;
				}
				if (csv && moved) {
					cells[k++] = f->low;
					cells[k++] = f->high;
				}
			}
			if (moved) {
				cells[k++] = show_code(r->arena, &msg_enum_method, (int)x->method);
				cells[k++] = x->covered;
				cells[k++] = show_list(r->arena, x->among, x->n_among);
			}
			cells[k] = notes_text(r->arena, x);
			grid_row(&g, cells);
		}
	const struct msg_trend_answer *first = parts[0]->trend;
	const char *title = *first->label ? first->label : first->indicator;
	if (*first->unit_of_measure)
		title = arena_printf(r->arena, "%s (%s)", title, first->unit_of_measure);
	grid_print(&r->out, &g, title);
	if (!g.n_rows)
		out_note(&r->out, "no figures: nothing is reported there, or everything is filtered out");
}

int show_trend(struct run *r, struct msg_query_reply *const *parts, size_t n, const struct show_trend *t)
{
	for (size_t i = 0; i < n; i++)
		if (!parts[i]->trend)
			return run_strange();
	if (r->out.format == FORMAT_JSON) {
		run_json(r, parts, n);
		return EXIT_DONE;
	}
	show(r, parts, n, t);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_notes; i++)
			out_note(&r->out, "%s", parts[p]->trend->notes[i]);
	run_note(r, parts[0], NULL);
	return EXIT_DONE;
}

/* ---- what is asked ---------------------------------------------------------------------------------- */

/* "value, sum, mean …" */
static const char *show_codes(struct arena *a, const struct msg_enum *codes)
{
	const char *text = "";
	for (size_t i = 1; i < codes->count; i++)
		text = arena_printf(a, "%s%s%s", text, *text ? ", " : "", show_code(a, codes, codes->values[i].number));
	return text;
}

enum err show_trend_measures(struct run *r, const char *otherwise, struct show_trend *t, struct why *why)
{
	const char *const *list = r->o.given[OPT_MEASURE].n ? r->o.given[OPT_MEASURE].list : &otherwise;
	size_t n = r->o.given[OPT_MEASURE].n ? r->o.given[OPT_MEASURE].n : 1;
	t->measures = arena_alloc(r->arena, SHOW_MEASURES_MAX * sizeof *t->measures);
	for (size_t i = 0; i < n; i++)
		for (const char *at = list[i]; *at;) {
			size_t len = strcspn(at, ",");
			int code = msg_code_number(&msg_enum_measure, arena_text(r->arena, at, len));
			if (code <= 0)
				return fail(why, ERR_INVALID, "--measure %.*s: one of %s", (int)len, at,
					    show_codes(r->arena, &msg_enum_measure));
			if (t->n_measures == SHOW_MEASURES_MAX)
				return fail(why, ERR_INVALID, "at most %d measures at once", SHOW_MEASURES_MAX);
			t->measures[t->n_measures++] = (enum measure)code;
			at += len + (at[len] == ',');
		}
	return ERR_OK;
}

/* --in gives whole subtrees, --unit single units; the question knows one of the two. */
enum err show_trend_units(struct run *r, bool *ret_subtree, struct msg_unit_ref **ret, size_t *ret_n, struct why *why)
{
	enum option opt = option_given(&r->o, OPT_IN) ? OPT_IN : OPT_UNIT;
	if (option_given(&r->o, OPT_IN) && option_given(&r->o, OPT_UNIT))
		return fail(why, ERR_INVALID, "--in and --unit exclude each other");
	*ret_subtree = opt == OPT_IN;
	*ret_n = r->o.given[opt].n;
	*ret = *ret_n ? arena_alloc(r->arena, *ret_n * sizeof **ret) : NULL;
	for (size_t i = 0; i < *ret_n; i++) {
		struct msg_unit_ref *ref;
		enum err e = option_unit(&r->o, r->o.given[opt].list[i], &ref, why);
		if (e != ERR_OK)
			return e;
		(*ret)[i] = *ref;
	}
	return ERR_OK;
}
