/* SPDX-License-Identifier: Apache-2.0
 *
 * varde explain trend|count|decompose|balance|network|quality …: one figure, down to its messages.
 */
#include <string.h>
#include "clients/question.h"
#include "clients/show.h"

/* ---- what is shown ---- */

static const struct grid_column columns[] = {
    {"unit", false, false},    {"name", false, false},      {"indicator", false, false}, {"categories", false, false},
    {"period", false, false},  {"said", false, false},      {"adds", true, false},       {"share", true, false},
    {"method", false, false},  {"events", false, true},     {"rule", false, false},      {"others", true, false},
    {"source", false, false},  {"title", false, true},      {"locator", false, true},    {"round", false, false},
    {"revision", true, false}, {"submitter", false, false}, {"message", false, false},   {"time", false, false}};
#define COLUMNS (sizeof columns / sizeof *columns)

static const char *decimal_text(struct arena *a, struct msg_decimal *d)
{
	struct msg_value v = {.exact = d, .printed = ""};
	return d ? show_value(a, &v) : "";
}

/* "m2020 2020-01-01: kommune/snill → kommune/heim (population 60)" */
static const char *steps_text(struct arena *a, const struct msg_explain_item *x)
{
	const char *text = "";
	for (size_t i = 0; i < x->n_steps; i++) {
		const struct msg_explain_step *s = &x->steps[i];
		text = arena_printf(a, "%s%s%s %s: %s%s%s", text, i ? "; " : "", s->event, s->effective, s->from,
				    *s->from && *s->to ? " → " : "", s->to);
		for (size_t k = 0; k < s->n_weights; k++)
			text = arena_printf(a, "%s (%s %s)", text, s->weights[k].basis,
					    decimal_text(a, s->weights[k].value));
	}
	return text;
}

/* A table leaves out what its title says, and what `varde history` has; sources are named below it. */
static void put(struct run *r, struct grid *g, const struct msg_trend_row *row, const struct msg_explain_item *x)
{
	struct arena *a = r->arena;
	bool csv = r->out.format == FORMAT_CSV;
	bool only = strcmp(x->rule, "ONLY") == 0 && !csv;
	const char *used = x->used ? x->used->shown : "";
	const char *categories = show_categories(a, x->categories, x->n_categories);
	bool as_row = !csv && row && strcmp(categories, show_categories(a, row->categories, row->n_categories)) == 0;
	const char *cells[COLUMNS] = {x->unit,
				      x->unit_name,
				      csv ? x->indicator : "",
				      as_row ? "" : categories,
				      !csv && row && strcmp(row->period, x->period) == 0 ? "" : x->period,
				      show_value(a, x->value),
				      used,
				      !csv && strcmp(x->share, "1") == 0 ? "" : x->share,
				      show_code(a, &msg_enum_method, (int)x->method),
				      steps_text(a, x),
				      only ? "" : x->rule,
				      show_number(a, x->alternatives),
				      x->source,
				      csv ? x->source_title : "",
				      x->locator,
				      !csv && row && strcmp(row->round, x->round) == 0 ? "" : x->round,
				      show_number(a, x->revision),
				      x->submitter,
				      csv ? show_hex(a, x->message_id) : "",
				      csv ? show_time(a, x->system_time_us) : ""};
	grid_row(g, cells);
}

static const char *figure_text(struct arena *a, const struct msg_figure *f)
{
	if (!f)
		return "";
	return *f->refused ? arena_printf(a, "refused: %s", f->refused) : f->shown;
}

/* Of a part of a change: what is certain of it, and between which ends it is. */
static const char *part_text(struct arena *a, const struct msg_figure *f)
{
	if (!f || *f->refused || !*f->numerator || (!*f->low && !*f->high))
		return figure_text(a, f);
	return !*f->low    ? arena_printf(a, "%s (at most %s)", f->shown, f->high)
	       : !*f->high ? arena_printf(a, "%s (at least %s)", f->shown, f->low)
			   : arena_printf(a, "%s (%s to %s)", f->shown, f->low, f->high);
}

static const char *title_of(struct run *r, const struct msg_explain_answer *e, const char *line)
{
	struct arena *a = r->arena;
	const struct msg_trend_row *row = e->row;
	if (e->part && e->part->figure)
		return arena_printf(a, "%s: %s",
				    e->part->cause ? show_code(a, &msg_enum_cause, (int)e->part->cause) : "change",
				    part_text(a, e->part->figure));
	if (!row || !row->n_figures)
		return "";
	const char *text = *line ? line : show_code(a, &msg_enum_measure, (int)row->figures[0].measure);
	if (*row->group_name)
		text = arena_printf(a, "%s, %s", text, row->group_name);
	if (row->n_categories)
		text = arena_printf(a, "%s, %s", text, show_categories(a, row->categories, row->n_categories));
	if (*row->period)
		text = arena_printf(a, "%s, %s", text, row->period);
	if (*row->round)
		text = arena_printf(a, "%s (%s)", text, row->round);
	return arena_printf(a, "%s: %s", text, figure_text(a, &row->figures[0]));
}

/* Each source once. */
static void show_sources(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	const char **told = NULL;
	size_t n_told = 0, room = 0;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->explain->n_items; i++) {
			const struct msg_explain_item *x = &parts[p]->explain->items[i];
			bool again = !*x->source_title;
			for (size_t k = 0; k < n_told && !again; k++)
				again = strcmp(told[k], x->source) == 0;
			if (again)
				continue;
			told = arena_grow(r->arena, told, n_told, n_told + 1, sizeof *told, &room);
			told[n_told++] = x->source;
			out_note(&r->out, "source %s: %s", x->source, x->source_title);
		}
}

static void show(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	struct grid g = grid_of(r->arena, columns, COLUMNS);
	const struct msg_explain_answer *first = parts[0]->explain, *last = parts[n - 1]->explain;
	const struct msg_figure *again = NULL;
	for (size_t p = 0; p < n; p++) {
		const struct msg_explain_answer *e = parts[p]->explain;
		for (size_t i = 0; i < e->n_items; i++)
			put(r, &g, first->row, &e->items[i]);
		again = e->recomputed ? e->recomputed : again;
	}
	grid_print(&r->out, &g, title_of(r, first, last->figure));
	show_sources(r, parts, n);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->explain->n_rules; i++)
			out_note(&r->out, "rule: %s", parts[p]->explain->rules[i]);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->explain->n_notes; i++)
			out_note(&r->out, "%s", parts[p]->explain->notes[i]);
	if (again && *again->refused && last->agrees)
		out_note(&r->out, "refused: %s", again->refused);
	else
		out_note(&r->out, "recomputed from the log: %s: %s",
			 first->part ? part_text(r->arena, again) : figure_text(r->arena, again),
			 last->agrees ? "agrees" : "DOES NOT AGREE");
}

/* ---- what is asked ---- */

static enum err fill_trend(struct run *r, struct msg_explain_question *q, struct why *why)
{
	struct msg_trend_question *t = arena_alloc(r->arena, sizeof *t);
	struct show_trend shown = {0};
	if (r->o.n_args != 2)
		return fail(why, ERR_INVALID,
			    "one INDICATOR is wanted: varde explain trend arrangements --group nordland "
			    "--at 2014");
	q->trend = t;
	return question_trend(r, r->o.args[1], t, &shown, why);
}

static enum err fill_count(struct run *r, struct msg_explain_question *q, struct why *why)
{
	struct msg_count_question *c = arena_alloc(r->arena, sizeof *c);
	struct show_trend shown = {0};
	if (r->o.n_args < 2 || r->o.n_args > 3)
		return fail(why, ERR_INVALID, "what was counted? varde explain count arrangements --date 2020-12-31");
	q->count = c;
	enum err e = option_categories(&r->o, &q->categories, &q->n_categories, why);
	return e ? e : question_count(r, r->o.args[1], r->o.n_args == 3 ? r->o.args[2] : NULL, c, &shown, why);
}

static enum err fill_decompose(struct run *r, struct msg_explain_question *q, struct why *why)
{
	struct msg_decompose_question *d = arena_alloc(r->arena, sizeof *d);
	const char *cause = option_text(&r->o, OPT_CAUSE, "");
	int code = *cause ? msg_code_number(&msg_enum_cause, cause) : 0;
	if (r->o.n_args != 2)
		return fail(why, ERR_INVALID,
			    "one INDICATOR is wanted: varde explain decompose population --from "
			    "period=2014 --to period=2020");
	if (code < 0 || (*cause && !code))
		return fail(why, ERR_INVALID,
			    "--cause %.40s: correction, structure, frame, response, definition, found_late, "
			    "real or undetermined",
			    cause);
	q->cause = (enum cause)code;
	q->decompose = d;
	return question_decompose(r, r->o.args[1], d, why);
}

static enum err fill_balance(struct run *r, struct msg_explain_question *q, struct why *why)
{
	struct msg_balance_question *b = arena_alloc(r->arena, sizeof *b);
	if (r->o.n_args != 2)
		return fail(why, ERR_INVALID,
			    "a balance of what? varde explain balance units --kind municipality --from 2019-12-31 --to "
			    "2020-01-01 --figure merged");
	q->balance = b;
	return question_balance(r, r->o.args[1], b, why);
}

static enum err fill_quality(struct run *r, struct msg_explain_question *q, struct why *why)
{
	struct msg_quality_question *t = arena_alloc(r->arena, sizeof *t);
	if (r->o.n_args != 1)
		return fail(why, ERR_INVALID,
			    "no more is wanted: varde explain quality --round nordland-2014 --indicator arrangements "
			    "--figure rate");
	q->quality = t;
	return question_quality(r, t, why);
}

static enum err fill_network(struct run *r, struct msg_explain_question *q, struct why *why)
{
	struct msg_network_question *t = arena_alloc(r->arena, sizeof *t);
	q->network = t;
	return question_network(r, 1, t, why);
}

static enum err fill(struct run *r, struct msg_explain_question *q, struct why *why)
{
	const char *what = r->o.n_args ? r->o.args[0] : "";
	q->group = option_text(&r->o, OPT_GROUP, "");
	q->period = option_text(&r->o, OPT_AT, "");
	q->round = option_text(&r->o, OPT_AT_ROUND, "");
	q->figure = option_text(&r->o, OPT_FIGURE, "");
	q->through = option_text(&r->o, OPT_THROUGH, "");
	if (strcmp(what, "trend") == 0)
		return fill_trend(r, q, why);
	if (strcmp(what, "count") == 0)
		return fill_count(r, q, why);
	if (strcmp(what, "decompose") == 0)
		return fill_decompose(r, q, why);
	if (strcmp(what, "balance") == 0)
		return fill_balance(r, q, why);
	if (strcmp(what, "quality") == 0)
		return fill_quality(r, q, why);
	if (strcmp(what, "network") == 0)
		return fill_network(r, q, why);
	return fail(why, ERR_INVALID,
		    "say which question gave the figure: varde explain trend …, count …, decompose …, balance …, "
		    "network … or quality …");
}

/* Said in one part of the answer. */
static bool agrees(struct msg_query_reply *const *parts, size_t n)
{
	bool said = false;
	for (size_t p = 0; p < n; p++)
		said |= parts[p]->explain->agrees;
	return said;
}

int cmd_explain(struct run *r)
{
	struct msg_explain_question e = {0};
	struct msg_query_request q = {.explain = &e};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	size_t n;
	enum err err = option_as_of(&r->o, &q, &why);
	if (err == ERR_OK)
		err = fill(r, &e, &why);
	if (err != ERR_OK)
		return run_usage(&why);
	int status;
	bool told = !run_answered(r, &q, RUN_KIND(explain), &parts, &n, &status);
	if (status != EXIT_DONE)
		return status;
	if (!told) {
		show(r, parts, n);
		run_note(r, parts[0], NULL);
	}
	if (agrees(parts, n))
		return EXIT_DONE;
	fputs("varde: the figure and what the log makes of it do not agree: check the store with varded --verify\n",
	      stderr);
	return EXIT_REFUSED;
}
