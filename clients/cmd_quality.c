/* SPDX-License-Identifier: Apache-2.0
 *
 * varde quality: how good the answers to a survey are.
 */
#include <string.h>
#include "clients/command.h"
#include "clients/question.h"
#include "clients/show.h"

/* ---- one table a part ---- */

static void show_response(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {
	    {"round", false, false},   {"indicator", false, false}, {"frame", true, false},
	    {"answered", true, false}, {"missing", true, false},    {"silent", true, false},
	    {"rate", true, false},     {"complete", false, false},  {"silent_names", false, true}};
	struct grid g = grid_of(r->arena, columns, 9);
	struct arena *a = r->arena;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->quality->n_response; i++) {
			const struct msg_response_row *x = &parts[p]->quality->response[i];
			grid_row(&g,
				 (const char *[]){x->round, x->indicator,
						  x->frame ? arena_printf(a, "%u", x->frame->population) : "",
						  arena_printf(a, "%u", x->answered), arena_printf(a, "%u", x->missing),
						  x->frame ? arena_printf(a, "%u", x->silent) : "",
						  x->rate ? arena_printf(a, "%s %%", x->rate->shown) : "",
						  show_code(a, &msg_enum_completion, (int)x->complete),
						  show_list(a, x->silent_names, x->n_silent_names)});
		}
	if (g.n_rows)
		grid_print(&r->out, &g, "response against the frame");
}

static void show_missing(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {{"round", false, false},
						     {"indicator", false, false},
						     {"missing", false, false},
						     {"figures", true, false},
						     {"units", false, true}};
	struct grid g = grid_of(r->arena, columns, 5);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->quality->n_missing; i++) {
			const struct msg_missing_row *x = &parts[p]->quality->missing[i];
			grid_row(&g, (const char *[]){x->round, x->indicator,
						      show_code(r->arena, &msg_enum_missing_kind, (int)x->kind),
						      arena_printf(r->arena, "%u", x->cells),
						      show_list(r->arena, x->names, x->n_names)});
		}
	if (g.n_rows)
		grid_print(&r->out, &g, "missing");
}

/* One line a value; the chosen one stands first and names the rule. */
static void show_conflicts(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {
	    {"unit", false, false},       {"name", false, false},      {"indicator", false, false},
	    {"categories", false, false}, {"period", false, false},    {"value", false, false},
	    {"status", false, false},     {"chosen_by", false, false}, {"source", false, false},
	    {"locator", false, true},     {"round", false, false},     {"revision", true, false}};
	struct grid g = grid_of(r->arena, columns, 12);
	struct arena *a = r->arena;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->quality->n_conflicts; i++) {
			const struct msg_conflict_row *x = &parts[p]->quality->conflicts[i];
			for (size_t k = 0; k < x->n_values; k++) {
				const struct msg_conflict_value *v = &x->values[k];
				bool named = !k || r->out.format == FORMAT_CSV;
				grid_row(&g,
					 (const char *[]){
					     named ? x->unit : "", named ? x->unit_name : "", named ? x->indicator : "",
					     named ? show_categories(a, x->categories, x->n_categories) : "",
					     named ? x->period : "", show_value(a, v->value),
					     show_code(a, &msg_enum_observation_status, (int)v->status),
					     k ? "" : x->rule, v->source, v->locator, v->round,
					     show_number(a, v->revision)});
			}
		}
	if (g.n_rows)
		grid_print(&r->out, &g, "values side by side");
}

static void show_findings(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {
	    {"revision", true, false},   {"rule", false, false}, {"finding", false, true}, {"path", false, false},
	    {"submitter", false, false}, {"time", false, false}, {"message", false, false}};
	struct grid g = grid_of(r->arena, columns, 7);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->quality->n_findings; i++) {
			static const struct msg_finding none = {.rule = "", .text = "", .path = ""};
			const struct msg_open_finding_row *x = &parts[p]->quality->findings[i];
			const struct msg_finding *f = x->finding ? x->finding : &none;
			bool csv = r->out.format == FORMAT_CSV;
			grid_row(&g, (const char *[]){show_number(r->arena, x->revision), f->rule, f->text, f->path,
						      x->submitter, show_time(r->arena, x->system_time_us),
						      csv ? show_hex(r->arena, x->message_id) : ""});
		}
	if (g.n_rows)
		grid_print(&r->out, &g, "findings still open");
}

static void show_asymmetries(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {{"arrangement", false, false}, {"name", false, true},
						     {"named", false, false},       {"named_name", false, false},
						     {"by", false, true},           {"round", false, false},
						     {"revision", true, false}};
	struct grid g = grid_of(r->arena, columns, 7);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->quality->n_asymmetries; i++) {
			const struct msg_asymmetry_row *x = &parts[p]->quality->asymmetries[i];
			grid_row(&g, (const char *[]){x->arrangement, x->name, x->named, x->named_name,
						      show_list(r->arena, x->by, x->n_by), x->round,
						      show_number(r->arena, x->revision)});
		}
	if (g.n_rows)
		grid_print(&r->out, &g, "named, and silent about it");
}

/* ---- what is asked ---- */

enum err question_quality(struct run *r, struct msg_quality_question *q, struct why *why)
{
	q->survey = option_text(&r->o, OPT_SURVEY, "");
	q->rounds = r->o.given[OPT_ROUND].list;
	q->n_rounds = r->o.given[OPT_ROUND].n;
	q->indicator = option_text(&r->o, OPT_INDICATOR, "");
	q->response = option_given(&r->o, OPT_RESPONSE);
	q->missing = option_given(&r->o, OPT_MISSING);
	q->conflicts = option_given(&r->o, OPT_CONFLICTS);
	q->findings = option_given(&r->o, OPT_FINDINGS);
	q->asymmetries = option_given(&r->o, OPT_ASYMMETRIES);
	if (r->o.given[OPT_IN].n > 1)
		return fail(why, ERR_INVALID, "--in is given once");
	return option_given(&r->o, OPT_IN) ? option_unit(&r->o, option_text(&r->o, OPT_IN, ""), &q->scope, why)
					   : ERR_OK;
}

static enum err one_table(struct run *r, const struct msg_quality_question *q, struct why *why)
{
	int parts = q->response + q->missing + q->conflicts + q->findings + q->asymmetries;
	return r->out.format == FORMAT_CSV && parts != 1
		   ? fail(why, ERR_INVALID,
			  "CSV holds one table: name one of --response, --missing, --conflicts, --findings, "
			  "--asymmetries")
		   : ERR_OK;
}

int cmd_quality(struct run *r)
{
	struct msg_quality_question t = {0};
	struct msg_query_request q = {.quality = &t};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	size_t n;
	if (r->o.n_args)
		return run_usage_text("no arguments are wanted: varde quality --round nordland-2014 --response");
	enum err e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = option_format(&r->o, &r->out.format, &why);
	if (e == ERR_OK)
		e = question_quality(r, &t, &why);
	if (e == ERR_OK)
		e = one_table(r, &t, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	int status;
	if (!run_answered(r, &q, RUN_KIND(quality), &parts, &n, &status))
		return status;
	show_response(r, parts, n);
	show_missing(r, parts, n);
	show_conflicts(r, parts, n);
	show_findings(r, parts, n);
	show_asymmetries(r, parts, n);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->quality->n_notes; i++)
			out_note(&r->out, "%s", parts[p]->quality->notes[i]);
	run_note(r, parts[0], NULL);
	return EXIT_DONE;
}
