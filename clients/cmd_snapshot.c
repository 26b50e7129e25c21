/* SPDX-License-Identifier: Apache-2.0
 *
 * varde snapshot: what was true on a day, as known at a moment.
 */
#include <string.h>
#include "clients/command.h"
#include "clients/show.h"
#include "clients/show_cube.h"

static const char *certainty(enum certainty c)
{
	return c == CERTAINTY_POSSIBLE ? "possible" : "";
}

static const char *codes(struct arena *a, const struct msg_code_value *list, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = arena_printf(a, "%s%s%s=%s", text, i ? "; " : "", list[i].scheme, list[i].code);
	return text;
}

static const char *attributes(struct arena *a, const struct msg_attribute *list, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = arena_printf(a, "%s%s%s=%s", text, i ? "; " : "", list[i].name,
				    show_list(a, list[i].values, list[i].n_values));
	return text;
}

static void show_units(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {{"id", false, false},        {"kind", false, false},
						     {"names", false, true},      {"codes", false, true},
						     {"attributes", false, true}, {"valid_from", false, false},
						     {"valid_to", false, false},  {"life", true, false},
						     {"certainty", false, false}, {"revision", true, false}};
	struct grid g = grid_of(r->arena, columns, 10);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->snapshot->n_units; i++) {
			const struct msg_unit_row *u = &parts[p]->snapshot->units[i];
			grid_row(&g, (const char *[]){u->id, u->kind, show_list(r->arena, u->names, u->n_names),
						      codes(r->arena, u->codes, u->n_codes),
						      attributes(r->arena, u->attributes, u->n_attributes),
						      u->valid_from, u->valid_to, show_number(r->arena, u->life),
						      certainty(u->certainty), show_number(r->arena, u->revision)});
		}
	grid_print(&r->out, &g, arena_printf(r->arena, "%zu units", g.n_rows));
}

static void show_links(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {{"from", false, false},      {"type", false, false},
						     {"to", false, false},        {"role", false, false},
						     {"part", false, false},      {"valid_from", false, false},
						     {"valid_to", false, false},  {"source", false, false},
						     {"certainty", false, false}, {"revision", true, false}};
	struct grid g = grid_of(r->arena, columns, 10);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->snapshot->n_links; i++) {
			const struct msg_link_row *l = &parts[p]->snapshot->links[i];
			grid_row(&g, (const char *[]){l->from, show_code(r->arena, &msg_enum_link_type, (int)l->type),
						      l->to, l->role, l->part, l->valid_from, l->valid_to, l->source,
						      certainty(l->certainty), show_number(r->arena, l->revision)});
		}
	grid_print(&r->out, &g, arena_printf(r->arena, "%zu links", g.n_rows));
}

static void show_arrangements(struct run *r, struct msg_query_reply *const *parts, size_t n, bool moved)
{
	static const struct grid_column columns[] = {
	    {"id", false, false},          {"name", false, true},         {"tasks", false, true},
	    {"sector", false, false},      {"legal_form", false, false},  {"level", false, false},
	    {"host", false, false},        {"participants", false, true}, {"complete", false, false},
	    {"printed", true, false},      {"established", false, false}, {"ended", false, false},
	    {"certainty", false, false},   {"revision", true, false},     {"possible", false, true},
	    {"internalised", false, false}};
	struct grid g = grid_of(r->arena, columns, moved ? 16 : 14);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->snapshot->n_arrangements; i++) {
			const struct msg_arrangement_row *x = &parts[p]->snapshot->arrangements[i];
			bool named = x->n_participant_names == x->n_participants && r->out.format == FORMAT_TABLE;
			grid_row(&g, (const char *[]){
					 x->id, x->name, show_list(r->arena, x->tasks, x->n_tasks), x->sector,
					 x->legal_form, x->level, x->host,
					 named ? show_list(r->arena, x->participant_names, x->n_participants)
					       : show_list(r->arena, x->participants, x->n_participants),
					 show_code(r->arena, &msg_enum_completion, (int)x->participants_complete),
					 x->printed_participants
					     ? arena_printf(r->arena, "%u", x->printed_participants->count)
					     : "",
					 x->established, x->ended, certainty(x->certainty),
					 show_number(r->arena, x->revision),
					 show_list(r->arena, x->possible_participants, x->n_possible_participants),
					 x->internalised ? "yes" : "no"});
		}
	grid_print(&r->out, &g, arena_printf(r->arena, "%zu arrangements", g.n_rows));
}

static void show_observations(struct run *r, struct msg_query_reply *const *parts, size_t n, bool moved)
{
	static const struct grid_column columns[] = {
	    {"unit", false, false},       {"name", false, false},    {"indicator", false, false},
	    {"categories", false, false}, {"period", false, false},  {"value", true, false},
	    {"status", false, false},     {"source", false, false},  {"locator", false, false},
	    {"round", false, false},      {"revision", true, false}, {"chosen", false, false},
	    {"others", true, false},      {"rule", false, false},    {"method", false, false},
	    {"covered", true, false},     {"among", false, true},    {"notes", false, true}};
	struct grid g = grid_of(r->arena, columns, moved ? 18 : 14);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->snapshot->n_observations; i++) {
			const struct msg_observation_row *x = &parts[p]->snapshot->observations[i];
			grid_row(&g,
				 (const char *[]){x->unit, x->unit_name, x->indicator,
						  show_categories(r->arena, x->categories, x->n_categories), x->period,
						  show_value(r->arena, x->value),
						  show_code(r->arena, &msg_enum_observation_status, (int)x->status),
						  x->source, x->locator, x->round, show_number(r->arena, x->revision),
						  x->chosen ? "yes" : "no", show_number(r->arena, x->alternatives),
						  x->rule, show_code(r->arena, &msg_enum_method, (int)x->method),
						  x->covered, show_list(r->arena, x->among, x->n_among),
						  show_list(r->arena, x->notes, x->n_notes)});
		}
	grid_print(&r->out, &g, arena_printf(r->arena, "%zu observations", g.n_rows));
}

static int question_fill(struct run *r, struct msg_query_request *q, struct msg_snapshot_question *s)
{
	struct why why = {{0}};
	const char *in = option_text(&r->o, OPT_IN, NULL);
	const enum option many[] = {OPT_IN, OPT_KIND, OPT_ROUND, OPT_PERIOD};
	for (size_t i = 0; i < sizeof many / sizeof *many; i++)
		if (r->o.given[many[i]].n > 1)
			return run_usage_text("--%s is given twice", option_rows[many[i]].name);
	if (r->o.n_args > 1 || (r->o.n_args && in))
		return run_usage_text(
		    "one UNIT is the most: varde snapshot name=Alstahaug --in nordland is one too many");
	enum err e = option_as_of(&r->o, q, &why);
	if (e == ERR_OK && (in || r->o.n_args))
		e = option_unit(&r->o, in ? in : r->o.args[0], &s->scope, &why);
	if (e == ERR_OK)
		e = option_categories(&r->o, &s->categories, &s->n_categories, &why);
	if (e == ERR_OK)
		e = option_format(&r->o, &r->out.format, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	s->subtree = in != NULL;
	s->valid_at = option_text(&r->o, OPT_VALID_AT, "");
	s->structure_at = option_text(&r->o, OPT_STRUCTURE_AT, "");
	s->weight_basis = option_text(&r->o, OPT_WEIGHTS, "");
	s->kind = option_text(&r->o, OPT_KIND, "");
	s->round = option_text(&r->o, OPT_ROUND, "");
	s->indicator = option_text(&r->o, OPT_INDICATOR, "");
	s->period = option_text(&r->o, OPT_PERIOD, "");
	s->units = option_given(&r->o, OPT_UNITS);
	s->links = option_given(&r->o, OPT_LINKS);
	s->arrangements = option_given(&r->o, OPT_ARRANGEMENTS);
	s->observations = option_given(&r->o, OPT_OBSERVATIONS);
	q->snapshot = s;
	return EXIT_DONE;
}

/* What the format asked for can hold. */
static int shape_check(struct run *r, struct msg_snapshot_question *s)
{
	unsigned others = s->units + s->links + s->arrangements;
	bool table = r->out.format == FORMAT_TABLE || r->out.format == FORMAT_CSV;
	if (r->out.format == FORMAT_CSV && others + s->observations != 1)
		return run_usage_text(
		    "CSV holds one kind of row: add --units, --links, --arrangements or --observations");
	if (show_cube_wanted(r) && (others || !s->observations))
		return run_usage_text("--format %s holds figures, which units, links and arrangements are not: give "
				      "--observations alone",
				      option_text(&r->o, OPT_FORMAT, ""));
	if (table && option_given(&r->o, OPT_LABELS))
		return run_usage_text("--labels of a snapshot goes with --format json, json-stat or sdmx-csv");
	s->labels = show_cube_wanted(r) || option_given(&r->o, OPT_LABELS);
	return EXIT_DONE;
}

static bool any_observation(struct msg_query_reply *const *parts, size_t n)
{
	for (size_t p = 0; p < n; p++)
		if (parts[p]->snapshot->n_observations)
			return true;
	return false;
}

/* A person who asks for figures and gets none has most likely asked for something else than was meant. */
static int nothing_found(const struct msg_snapshot_question *s, const char *valid_at)
{
	if (*s->period || *s->round)
		fprintf(stderr,
			"varde: no such figure is on record for %s%s%s: `varde catalogue indicators` lists the "
			"periods of each indicator\n",
			s->period, *s->period && *s->round ? " in " : "", s->round);
	else
		fprintf(stderr,
			"varde: no such figure is of %s: name --period or --round; `varde catalogue indicators` lists "
			"the periods of each indicator\n",
			valid_at);
	return EXIT_REFUSED;
}

int cmd_snapshot(struct run *r)
{
	struct msg_snapshot_question s = {0};
	struct msg_query_request q = {0};
	struct msg_query_reply **parts;
	size_t n;
	int status = question_fill(r, &q, &s);
	if (status != EXIT_DONE)
		return status;
	bool all = !s.units && !s.links && !s.arrangements && !s.observations;
	status = shape_check(r, &s);
	if (status != EXIT_DONE)
		return status;
	bool told = !run_answered(r, &q, RUN_KIND(snapshot), &parts, &n, &status);
	if (status != EXIT_DONE)
		return status;
	bool figures = s.observations && !s.units && !s.links && !s.arrangements;
	if (figures && !any_observation(parts, n))
		return nothing_found(&s, parts[0]->snapshot->valid_at);
	if (told)
		return status;
	if (show_cube_wanted(r))
		return show_cube(r, parts, n, 0, NULL);
	if (all || s.units)
		show_units(r, parts, n);
	if (all || s.links)
		show_links(r, parts, n);
	if (all || s.arrangements)
		show_arrangements(r, parts, n, *s.structure_at);
	if (all || s.observations)
		show_observations(r, parts, n, *s.structure_at);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->snapshot->n_notes; i++)
			out_note(&r->out, "%s", parts[p]->snapshot->notes[i]);
	run_note(r, parts[0], parts[0]->snapshot->valid_at);
	return EXIT_DONE;
}
