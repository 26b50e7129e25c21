/* SPDX-License-Identifier: Apache-2.0
 *
 * varde diff --from POINT --to POINT: what is different between two points.
 */
#include <string.h>
#include "clients/command.h"
#include "clients/point_text.h"
#include "clients/show.h"

static const struct grid_column columns[] = {
    {"what", false, false},     {"subject", false, false},    {"unit", false, false},      {"name", false, false},
    {"field", false, false},    {"categories", false, false}, {"before_at", false, false}, {"before", false, true},
    {"after_at", false, false}, {"after", false, true},       {"others", false, true},     {"event", false, false},
    {"revision", true, false},  {"source", false, false},     {"notes", false, true}};
#define COLUMNS (sizeof columns / sizeof *columns)

static const char *side_text(struct arena *a, const struct msg_value *v, const char *text)
{
	return v ? show_value(a, v) : text;
}

/* In a table the start of a name or a link says little beside its notes, and the source stands in `varde history`. */
static void put(struct run *r, struct grid *g, const struct msg_diff_row *x)
{
	struct arena *a = r->arena;
	bool csv = r->out.format == FORMAT_CSV, figure = x->subject == SUBJECT_OBSERVATION;
	const char *cells[COLUMNS] = {show_code(a, &msg_enum_difference, (int)x->what),
				      show_code(a, &msg_enum_subject, (int)x->subject),
				      x->unit,
				      x->unit_name,
				      x->field,
				      show_categories(a, x->categories, x->n_categories),
				      csv || figure ? x->before_at : "",
				      side_text(a, x->before, x->before_text),
				      csv || figure ? x->after_at : "",
				      side_text(a, x->after, x->after_text),
				      csv || *x->event ? show_list(a, x->others, x->n_others) : "",
				      x->event,
				      show_number(a, x->revision),
				      csv ? x->source : "",
				      show_list(a, x->notes, x->n_notes)};
	grid_row(g, cells);
}

/* Figures have columns of their own, so in a table they stand apart. */
static void show(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	struct grid things = grid_of(r->arena, columns, COLUMNS), figures = grid_of(r->arena, columns, COLUMNS);
	bool csv = r->out.format == FORMAT_CSV;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->diff->n_rows; i++) {
			const struct msg_diff_row *x = &parts[p]->diff->rows[i];
			put(r, !csv && x->subject == SUBJECT_OBSERVATION ? &figures : &things, x);
		}
	if (csv || things.n_rows)
		grid_print(&r->out, &things, NULL);
	if (figures.n_rows)
		grid_print(&r->out, &figures, things.n_rows ? "figures" : NULL);
}

static const char *point_show(struct arena *a, const struct msg_point *p)
{
	const char *what = *p->round    ? arena_printf(a, "round %s (%s)", p->round, p->period)
			   : *p->period ? p->period
					: p->valid_at;
	return arena_printf(a, "%s, as known at revision %llu", what, (unsigned long long)p->as_of_revision);
}

static void show_notes(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	const char *text = "";
	for (size_t p = 0; p < n; p++) {
		const struct msg_diff_answer *d = parts[p]->diff;
		for (size_t i = 0; i < d->n_counts; i++)
			text = arena_printf(r->arena, "%s%s%llu %s %s", text, *text ? ", " : "",
					    (unsigned long long)d->counts[i].rows,
					    show_code(r->arena, &msg_enum_subject, (int)d->counts[i].subject),
					    show_code(r->arena, &msg_enum_difference, (int)d->counts[i].what));
		for (size_t i = 0; i < d->n_notes; i++)
			out_note(&r->out, "%s", d->notes[i]);
	}
	out_note(&r->out, "%s", *text ? text : "no difference");
	if (parts[0]->diff->from && parts[0]->diff->to)
		out_note(&r->out, "from %s; to %s", point_show(r->arena, parts[0]->diff->from),
			 point_show(r->arena, parts[0]->diff->to));
	run_note(r, parts[0], NULL);
}

static int question_fill(struct run *r, struct msg_query_request *q, struct msg_diff_question *d)
{
	struct why why = {{0}};
	if (r->o.n_args)
		return run_usage_text("\"%s\" is not understood: varde diff --from POINT --to POINT [--in UNIT]",
				      r->o.args[0]);
	if (r->o.given[OPT_IN].n > 1 || r->o.given[OPT_KIND].n > 1)
		return run_usage_text("--in and --kind are given once: a difference is of one scope and one kind");
	enum err e = point_both(
	    &r->o, "varde diff --from 2019-12-31 --to 2020-01-01, or round=ID, or period=2014, each also @REVISION",
	    r->arena, &d->from, &d->to, &why);
	if (e == ERR_OK)
		e = option_as_of(&r->o, q, &why);
	if (e == ERR_OK)
		e = option_categories(&r->o, &d->categories, &d->n_categories, &why);
	if (e == ERR_OK && option_given(&r->o, OPT_IN))
		e = option_unit(&r->o, option_text(&r->o, OPT_IN, ""), &d->scope, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	d->subtree = d->scope;
	d->kind = option_text(&r->o, OPT_KIND, "");
	d->indicator = option_text(&r->o, OPT_INDICATOR, "");
	d->units = option_given(&r->o, OPT_UNITS);
	d->links = option_given(&r->o, OPT_LINKS);
	d->arrangements = option_given(&r->o, OPT_ARRANGEMENTS);
	d->observations = option_given(&r->o, OPT_OBSERVATIONS);
	d->structure_at = option_text(&r->o, OPT_STRUCTURE_AT, "");
	d->survey = option_text(&r->o, OPT_SURVEY, "");
	q->diff = d;
	return EXIT_DONE;
}

int cmd_diff(struct run *r)
{
	struct msg_diff_question d = {0};
	struct msg_query_request q = {0};
	struct msg_query_reply **parts;
	size_t n;
	int status = question_fill(r, &q, &d);
	if (status != EXIT_DONE || !run_answered(r, &q, RUN_KIND(diff), &parts, &n, &status))
		return status;
	show(r, parts, n);
	show_notes(r, parts, n);
	return EXIT_DONE;
}
