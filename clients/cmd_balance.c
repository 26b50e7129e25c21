/* SPDX-License-Identifier: Apache-2.0
 *
 * varde balance WHAT --from POINT --to POINT: opening, what came and went, closing, and what is not explained.
 *
 * A table reads downwards as accounts do; CSV has a line for each of its figures.
 */
#include <string.h>
#include "clients/command.h"
#include "clients/day_text.h"
#include "clients/point_text.h"
#include "clients/question.h"
#include "clients/show.h"

static const struct grid_column columns[] = {{"group", false, false}, {"name", false, false}, {"from", false, false},
					     {"to", false, false},    {"item", false, false}, {"figure", true, false},
					     {"event", false, false}, {"what", false, true},  {"notes", false, true}};
#define COLUMNS (sizeof columns / sizeof *columns)

static const char *figure_show(const struct msg_figure *f)
{
	return !f ? "" : *f->refused ? "refused" : f->shown;
}

static const char *signed_show(struct arena *a, const struct msg_figure *f)
{
	const char *text = figure_show(f);
	return *text >= '0' && *text <= '9' && !f->low[0] && strcmp(text, "0") != 0 ? arena_printf(a, "+%s", text)
										    : text;
}

static void line(struct run *r, struct grid *g, const struct msg_balance_row *x, bool first, const char *item,
		 const char *figure, const char *event, const char *what, const char *notes)
{
	bool full = first || r->out.format == FORMAT_CSV;
	grid_row(g, (const char *[]){full ? x->group : "", full ? x->group_name : "", full ? x->from : "",
				     full ? x->to : "", item, figure, event, what, notes});
}

/* Why there is no figure is too long for its column. */
static const char *why_not(const struct msg_figure *f)
{
	return f ? f->refused : "";
}

static void row_show(struct run *r, struct grid *g, const struct msg_balance_row *x)
{
	struct arena *a = r->arena;
	line(r, g, x, true, "opening", figure_show(x->opening), "", "", why_not(x->opening));
	for (size_t i = 0; i < x->n_flows; i++) {
		const struct msg_balance_flow *f = &x->flows[i];
		const char *who = show_list(a, f->names, f->n_names);
		const char *what = *f->indicator ? f->indicator : who;
		line(r, g, x, false, show_code(a, &msg_enum_flow_kind, (int)f->kind), signed_show(a, f->figure),
		     f->event, what, why_not(f->figure));
	}
	line(r, g, x, false, "closing", figure_show(x->closing), "", "", why_not(x->closing));
	line(r, g, x, false, "unexplained", signed_show(a, x->unexplained), "", "", show_list(a, x->notes, x->n_notes));
}

static void show(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	struct grid g = grid_of(r->arena, columns, COLUMNS);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->balance->n_rows; i++)
			row_show(r, &g, &parts[p]->balance->rows[i]);
	grid_print(&r->out, &g, NULL);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->balance->n_notes; i++)
			out_note(&r->out, "%s", parts[p]->balance->notes[i]);
	run_note(r, parts[0], NULL);
}

/* "units" and "arrangements" are counted on record, unless what else is said is about printed figures. */
static void counted_take(const char *what, struct msg_balance_question *b)
{
	bool printed = b->n_inflows || b->n_outflows || b->chain || b->n_categories;
	b->indicator = "";
	if (strcmp(what, "units") == 0 && !printed)
		b->counted = COUNTED_UNITS;
	else if (strcmp(what, "arrangements") == 0 && !printed)
		b->counted = COUNTED_ARRANGEMENTS;
	else
		b->indicator = what;
}

static enum err scope_take(struct run *r, struct msg_balance_question *b, struct why *why)
{
	enum err e = ERR_OK;
	size_t n = r->o.given[OPT_IN].n;
	b->units = arena_alloc(r->arena, (n + 1) * sizeof *b->units);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		struct msg_unit_ref *unit;
		e = option_unit(&r->o, r->o.given[OPT_IN].list[i], &unit, why);
		if (e == ERR_OK)
			b->units[b->n_units++] = *unit;
	}
	b->subtree = n > 0;
	return e;
}

enum err question_balance(struct run *r, const char *what, struct msg_balance_question *b, struct why *why)
{
	if (r->o.given[OPT_KIND].n > 1)
		return fail(why, ERR_INVALID, "--kind is given once: a balance is of one kind");
	enum err e = point_both(&r->o, "varde balance units --kind municipality --from 2019-12-31 --to 2020-01-01",
				r->arena, &b->from, &b->to, why);
	if (e == ERR_OK)
		e = option_categories(&r->o, &b->categories, &b->n_categories, why);
	if (e == ERR_OK)
		e = option_where(&r->o, &b->where, &b->n_where, why);
	if (e == ERR_OK)
		e = scope_take(r, b, why);
	if (e != ERR_OK)
		return e;
	b->inflows = r->o.given[OPT_INFLOW].list;
	b->n_inflows = r->o.given[OPT_INFLOW].n;
	b->outflows = r->o.given[OPT_OUTFLOW].list;
	b->n_outflows = r->o.given[OPT_OUTFLOW].n;
	b->chain = option_given(&r->o, OPT_CHAIN);
	b->kind = option_text(&r->o, OPT_KIND, "");
	b->group_by = option_text(&r->o, OPT_GROUP_BY, "");
	counted_take(what, b);
	return ERR_OK;
}

int cmd_balance(struct run *r)
{
	struct msg_balance_question b = {0};
	struct msg_query_request q = {.balance = &b};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	size_t n;
	int status;
	if (r->o.n_args != 1)
		return run_usage_text("a balance of what? varde balance arrangements|units|INDICATOR --from POINT --to "
				      "POINT");
	enum err e = question_balance(r, r->o.args[0], &b, &why);
	if (e == ERR_OK)
		e = option_as_of(&r->o, &q, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	if (!run_answered(r, &q, RUN_KIND(balance), &parts, &n, &status))
		return status;
	show(r, parts, n);
	return EXIT_DONE;
}
