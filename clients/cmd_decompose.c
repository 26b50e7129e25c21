/* SPDX-License-Identifier: Apache-2.0
 *
 * varde decompose WHAT --from POINT --to POINT: why a measure changed, cause by cause, adding up exactly.
 *
 * A table reads downwards: the earlier figure, what each cause added, the later figure; and below it whether the parts
 * add up to the difference. CSV has a line for each.
 */
#include <string.h>
#include "clients/day_text.h"
#include "clients/point_text.h"
#include "clients/question.h"
#include "clients/show.h"

static const struct grid_column columns[] = {
    {"group", false, false},    {"name", false, false},       {"part", false, false}, {"figure", true, false},
    {"numerator", true, false}, {"denominator", true, false}, {"low", true, false},   {"high", true, false},
    {"units", true, false},     {"among", false, true},       {"why", false, true}};
static const struct grid_column table_columns[] = {
    {"part", false, false}, {"figure", true, false}, {"at least", true, false}, {"at most", true, false},
    {"units", true, false}, {"among", false, true},  {"why", false, true}};

static const char *plain(const struct msg_figure *f)
{
	return !f ? "" : *f->refused ? "refused" : f->shown;
}

/* With its sign, since it is what was added. */
static const char *added(struct arena *a, const struct msg_figure *f)
{
	const char *text = plain(f);
	bool positive = f && *f->numerator && *f->numerator != '-' && strcmp(f->numerator, "0") != 0;
	return positive ? arena_printf(a, "+%s", text) : text;
}

static void line(struct run *r, struct grid *g, const struct msg_decompose_row *x, const char *part,
		 const struct msg_figure *f, const char *shown, const struct msg_decompose_part *p)
{
	struct arena *a = r->arena;
	const char *units = p && p->units ? arena_printf(a, "%u", p->units) : "",
		   *among = p ? show_list(a, p->among, p->n_among) : "",
		   *why = p ? show_list(a, p->notes, p->n_notes) : "";
	why = !p && f ? f->refused : why;
	if (r->out.format == FORMAT_CSV)
		grid_row(g, (const char *[]){x->group, x->group_name, part, plain(f), f ? f->numerator : "",
					     f ? f->denominator : "", f ? f->low : "", f ? f->high : "", units, among,
					     why});
	else
		grid_row(g,
			 (const char *[]){part, shown, p && f ? f->low : "", p && f ? f->high : "", units, among, why});
}

static void row_show(struct run *r, struct grid *g, const struct msg_decompose_row *x, const char *from, const char *to)
{
	struct arena *a = r->arena;
	line(r, g, x, from, x->from, plain(x->from), NULL);
	for (size_t i = 0; i < x->n_parts; i++) {
		const struct msg_decompose_part *p = &x->parts[i];
		line(r, g, x, show_code(a, &msg_enum_cause, (int)p->cause), p->figure, added(a, p->figure), p);
	}
	line(r, g, x, to, x->to, plain(x->to), NULL);
}

/* The parts are computed one by one: that they add up is a check, and is told as one. */
static void check(struct run *r, const struct msg_decompose_row *x, bool several)
{
	struct arena *a = r->arena;
	const char *name = several ? arena_printf(a, "%s: ", *x->group_name ? x->group_name : x->group) : "";
	for (size_t i = 0; i < x->n_notes; i++)
		out_note(&r->out, "%s%s", name, x->notes[i]);
	if (!x->change)
		out_note(&r->out, "%sthe server tells no change: is it another version?", name);
	else if (*x->change->refused)
		out_note(&r->out, "%sno change to take apart: %s", name, x->change->refused);
	else if (x->agrees)
		out_note(&r->out, "%sthe parts add up to %s, which is the change", name, added(a, x->sum));
	else
		out_note(&r->out, "%sWRONG: the parts add up to %s, and the change is %s", name, added(a, x->sum),
			 added(a, x->change));
}

static void show(struct run *r, struct msg_query_reply *const *parts, size_t n, const char *what)
{
	bool csv = r->out.format == FORMAT_CSV;
	const char *from = option_text(&r->o, OPT_FROM, ""), *to = option_text(&r->o, OPT_TO, "");
	size_t rows = 0;
	for (size_t p = 0; p < n; p++)
		rows += parts[p]->decompose->n_rows;
	struct grid g = grid_of(r->arena, columns, sizeof columns / sizeof *columns);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->decompose->n_rows; i++) {
			const struct msg_decompose_row *x = &parts[p]->decompose->rows[i];
			if (!csv)
				g = grid_of(r->arena, table_columns, sizeof table_columns / sizeof *table_columns);
			row_show(r, &g, x, csv ? "from" : from, csv ? "to" : to);
			if (csv)
				continue;
			grid_print(&r->out, &g,
				   *x->group_name ? arena_printf(r->arena, "%s, %s", what, x->group_name) : what);
			check(r, x, rows > 1);
		}
	if (csv) {
		grid_print(&r->out, &g, NULL);
		for (size_t p = 0; p < n; p++)
			for (size_t i = 0; i < parts[p]->decompose->n_rows; i++)
				check(r, &parts[p]->decompose->rows[i], rows > 1);
	}
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->decompose->n_notes; i++)
			out_note(&r->out, "%s", parts[p]->decompose->notes[i]);
	run_note(r, parts[0], NULL);
}

static enum err measure(struct run *r, struct msg_decompose_question *q, struct why *why)
{
	const char *text = option_text(&r->o, OPT_MEASURE, *q->indicator ? "sum" : "count");
	int code = msg_code_number(&msg_enum_measure, text);
	if (code <= 0 || r->o.given[OPT_MEASURE].n > 1)
		return fail(why, ERR_INVALID, "--measure %.40s: one of sum, value, count, rate", text);
	q->measure = (enum measure)code;
	return ERR_OK;
}

/* "units", "arrangements" and "participants" are counted, unless a category says that an indicator is meant. */
static void subject(const char *what, struct msg_decompose_question *q)
{
	static const struct {
		const char *name;
		enum counted counted;
	} words[] = {
	    {"units", COUNTED_UNITS}, {"arrangements", COUNTED_ARRANGEMENTS}, {"participants", COUNTED_PARTICIPANTS}};
	q->indicator = what;
	for (size_t i = 0; i < sizeof words / sizeof *words && !q->n_categories; i++) {
		if (strcmp(what, words[i].name) != 0)
			continue;
		q->counted = words[i].counted;
		q->indicator = "";
	}
}

/* --in takes what is inside too, --unit the units alone. */
static enum err scope(struct run *r, struct msg_decompose_question *q, struct why *why)
{
	return show_trend_units(r, &q->subtree, &q->units, &q->n_units, why);
}

enum err question_decompose(struct run *r, const char *what, struct msg_decompose_question *q, struct why *why)
{
	uint64_t decimals;
	enum err e = point_both(&r->o, "varde decompose population --from round=census-2011 --to round=census-2021",
				r->arena, &q->from, &q->to, why);
	if (e == ERR_OK)
		e = option_categories(&r->o, &q->categories, &q->n_categories, why);
	if (e != ERR_OK)
		return e;
	subject(what, q);
	e = measure(r, q, why);
	if (e == ERR_OK)
		e = scope(r, q, why);
	if (e == ERR_OK)
		e = option_where(&r->o, &q->where, &q->n_where, why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_DECIMALS, 2, 6, &decimals, why);
	if (e == ERR_OK && r->o.given[OPT_KIND].n > 1)
		e = fail(why, ERR_INVALID, "--kind is given once");
	if (e != ERR_OK)
		return e;
	q->decimals = (uint32_t)decimals;
	q->kind = option_text(&r->o, OPT_KIND, "");
	q->group_by = option_text(&r->o, OPT_GROUP_BY, "");
	q->weight_basis = option_text(&r->o, OPT_WEIGHTS, "");
	q->indicator_to = option_text(&r->o, OPT_CONTINUES_AS, "");
	return ERR_OK;
}

int cmd_decompose(struct run *r)
{
	struct msg_decompose_question d = {0};
	struct msg_query_request q = {.decompose = &d};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	size_t n;
	if (r->o.n_args != 1)
		return run_usage_text(
		    "what changed? varde decompose INDICATOR|units|arrangements|participants --from POINT "
		    "--to POINT");
	enum err e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = question_decompose(r, r->o.args[0], &d, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	int status;
	if (!run_answered(r, &q, RUN_KIND(decompose), &parts, &n, &status))
		return status;
	show(r, parts, n, r->o.args[0]);
	return EXIT_DONE;
}
