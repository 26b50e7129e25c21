/* SPDX-License-Identifier: Apache-2.0
 *
 * varde trend INDICATOR: a measure over rounds or dates, grouped, as reported or in the structure of a day.
 */
#include <string.h>
#include "clients/command.h"
#include "clients/show.h"

#define MEASURES_MAX 8
#define COLUMNS_MAX  (11 + 6 * MEASURES_MAX)

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
static void show(struct run *r, struct msg_query_reply *const *parts, size_t n, const struct msg_trend_question *t)
{
	struct grid_column columns[COLUMNS_MAX] = {
	    {"group", false, false}, {"name", false, false}, {"categories", false, false}, {"period", false, false},
	    {"round", false, false}, {"units", true, false}, {"frame", true, false}};
	size_t c = 7;
	bool csv = r->out.format == FORMAT_CSV, moved = *t->structure_at || *t->group_structure_at;
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

static enum err measures_fill(struct run *r, struct msg_trend_question *t, struct why *why)
{
	static const char *const by_default[] = {"sum"};
	const char *const *list = r->o.given[OPT_MEASURE].n ? r->o.given[OPT_MEASURE].list : by_default;
	size_t n = r->o.given[OPT_MEASURE].n ? r->o.given[OPT_MEASURE].n : 1;
	t->measures = arena_alloc(r->arena, MEASURES_MAX * sizeof *t->measures);
	for (size_t i = 0; i < n; i++)
		for (const char *at = list[i]; *at;) {
			size_t len = strcspn(at, ",");
			int code = msg_code_number(&msg_enum_measure, arena_text(r->arena, at, len));
			if (code <= 0)
				return fail(why, ERR_INVALID, "--measure %.*s: one of value, sum, mean, count",
					    (int)len, at);
			if (t->n_measures == MEASURES_MAX)
				return fail(why, ERR_INVALID, "at most %d measures at once", MEASURES_MAX);
			t->measures[t->n_measures++] = (enum measure)code;
			at += len + (at[len] == ',');
		}
	return ERR_OK;
}

/* --in gives whole subtrees, --unit single units; the question knows one of the two. */
static enum err units_fill(struct run *r, struct msg_trend_question *t, struct why *why)
{
	enum option opt = option_given(&r->o, OPT_IN) ? OPT_IN : OPT_UNIT;
	if (option_given(&r->o, OPT_IN) && option_given(&r->o, OPT_UNIT))
		return fail(why, ERR_INVALID, "--in and --unit exclude each other");
	t->subtree = opt == OPT_IN;
	t->n_units = r->o.given[opt].n;
	t->units = t->n_units ? arena_alloc(r->arena, t->n_units * sizeof *t->units) : NULL;
	for (size_t i = 0; i < t->n_units; i++) {
		struct msg_unit_ref *ref;
		enum err e = option_unit(&r->o, r->o.given[opt].list[i], &ref, why);
		if (e != ERR_OK)
			return e;
		t->units[i] = *ref;
	}
	return ERR_OK;
}

int cmd_trend(struct run *r)
{
	struct msg_trend_question t = {0};
	struct msg_query_request q = {.trend = &t};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	uint64_t decimals = 1;
	size_t n;
	if (r->o.n_args != 1)
		return run_usage_text(
		    "one INDICATOR is wanted: varde trend arrangements --group-by county --dim level:total");
	t.indicator = r->o.args[0];
	enum err e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = option_categories(&r->o, &t.categories, &t.n_categories, &why);
	if (e == ERR_OK)
		e = measures_fill(r, &t, &why);
	if (e == ERR_OK)
		e = units_fill(r, &t, &why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_DECIMALS, 1, 6, &decimals, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	t.decimals = (uint32_t)decimals;
	t.group_by = option_text(&r->o, OPT_GROUP_BY, "");
	t.structure_at = option_text(&r->o, OPT_STRUCTURE_AT, "");
	t.group_structure_at = option_text(&r->o, OPT_GROUP_STRUCTURE_AT, "");
	t.weight_basis = option_text(&r->o, OPT_WEIGHTS, "");
	t.survey = option_text(&r->o, OPT_SURVEY, "");
	t.rounds = r->o.given[OPT_ROUND].list;
	t.n_rounds = r->o.given[OPT_ROUND].n;
	t.periods = r->o.given[OPT_PERIOD].list;
	t.n_periods = r->o.given[OPT_PERIOD].n;
	int status = run_open(r);
	if (status != EXIT_DONE)
		return status;
	e = run_ask(r, &q, &parts, &n, &why);
	if (e != ERR_OK)
		return run_failed(e, &why);
	for (size_t i = 0; i < n; i++)
		if (!parts[i]->trend)
			return run_strange();
	if (r->out.format == FORMAT_JSON) {
		run_json(r, parts, n);
		return EXIT_DONE;
	}
	show(r, parts, n, &t);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_notes; i++)
			out_note(&r->out, "%s", parts[p]->trend->notes[i]);
	run_note(r, parts[0], NULL);
	return EXIT_DONE;
}
