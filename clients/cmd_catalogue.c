/* SPDX-License-Identifier: Apache-2.0
 *
 * varde catalogue [LIST [NAME]]: what there is to ask about.
 */
#include <string.h>
#include "clients/command.h"
#include "clients/show.h"

struct list {
	const char *name; /* on the command line */
	enum catalogue_list list;
	const char *id;   /* what the name says already: "task" of tasks */
	const char *what; /* for the list of lists */
	size_t n_columns;
	struct grid_column columns[10];
	void (*row)(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g);
};

/* ---- one entry, one row ------------------------------------------------------------------------------ */

#define PERIODS_TOLD 4u
#define CODES_TOLD   8u

/* `all`: for a program; people see the first and the last of many. */
static const char *periods(struct arena *a, const struct msg_catalogue_entry *x, bool all)
{
	if (!x->n_periods)
		return all ? "" : "no figures";
	if (all || x->n_periods <= PERIODS_TOLD)
		return show_list(a, (const char *const *)x->periods, x->n_periods);
	return arena_printf(a, "%s … %s (%zu)", x->periods[0], x->periods[x->n_periods - 1], x->n_periods);
}

static void row_indicator(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	static const struct msg_indicator none = {.label = "", .unit_of_measure = "", .unit_kind = ""};
	const struct msg_indicator *d = x->indicator ? x->indicator : &none;
	const char *dimensions = "";
	for (size_t i = 0; i < d->n_dimensions; i++)
		dimensions = arena_printf(a, "%s%s%s", dimensions, i ? "; " : "", d->dimensions[i].id);
	grid_row(g,
		 (const char *[]){x->id, d->label, show_code(a, &msg_enum_value_type, (int)d->type), d->unit_of_measure,
				  dimensions, d->unit_kind, show_code(a, &msg_enum_aggregation, (int)d->over_units),
				  show_code(a, &msg_enum_aggregation, (int)d->over_time), periods(a, x, all),
				  show_number(a, x->revision)});
}

static void row_round(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	(void)all;
	static const struct msg_round none = {.survey = "", .reference = "", .unit_kind = "", .source = ""};
	const struct msg_round *d = x->round ? x->round : &none;
	grid_row(g, (const char *[]){x->id, d->survey, d->reference, d->area && d->area->id ? d->area->id->id : "",
				     x->name, d->unit_kind, d->frame ? arena_printf(a, "%u", d->frame->population) : "",
				     d->source, show_number(a, x->revision)});
}

static void row_survey(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	(void)all;
	grid_row(g, (const char *[]){x->id, x->survey ? x->survey->title : "", x->survey ? x->survey->by : "",
				     show_number(a, x->revision)});
}

static void row_source(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	(void)all;
	static const struct msg_source none = {.title = "", .publisher = "", .published = "", .reference = ""};
	const struct msg_source *d = x->source ? x->source : &none;
	grid_row(g, (const char *[]){x->id, d->title, d->publisher, d->published, d->reference,
				     show_number(a, x->revision)});
}

/* A row a code. */
static void row_codes(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	(void)all;
	for (size_t i = 0; x->code_list && i < x->code_list->n_codes; i++) {
		const struct msg_code *c = &x->code_list->codes[i];
		grid_row(g, (const char *[]){x->id, c->code, c->label, c->total ? "total" : "",
					     show_number(a, x->revision)});
	}
}

static void row_dimension(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	const struct msg_code_list *l = x->code_list;
	const char *codes = "";
	size_t n = l ? l->n_codes : 0, told = all || n <= CODES_TOLD ? n : CODES_TOLD - 1;
	for (size_t i = 0; i < told; i++)
		codes = arena_printf(a, "%s%s%s", codes, i ? "; " : "", l->codes[i].code);
	if (told < n)
		codes = arena_printf(a, "%s … (%zu)", codes, n);
	grid_row(g, (const char *[]){x->id, l ? l->id : "", codes,
				     show_list(a, (const char *const *)x->indicators, x->n_indicators)});
}

static void row_event(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	(void)all;
	static const struct msg_reorganisation_event none = {.effective = "", .title = "", .source = ""};
	const struct msg_reorganisation_event *d = x->event ? x->event : &none;
	grid_row(g, (const char *[]){x->id, show_code(a, &msg_enum_change_type, (int)d->type), d->effective,
				     show_code(a, &msg_enum_event_status, (int)d->status), d->title, d->source,
				     show_number(a, x->revision)});
}

static void row_tag(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	(void)all;
	grid_row(g,
		 (const char *[]){x->id, x->tag ? show_number(a, x->tag->revision) : "", x->tag ? x->tag->note : ""});
}

static void row_kind(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	(void)all;
	grid_row(g, (const char *[]){x->id, arena_printf(a, "%u", x->count), arena_printf(a, "%u", x->living)});
}

static void row_word(struct arena *a, const struct msg_catalogue_entry *x, bool all, struct grid *g)
{
	(void)all;
	grid_row(g, (const char *[]){x->id, arena_printf(a, "%u", x->count)});
}

/* clang-format off */
#define REVISION {"revision", true, false}
static const struct list lists[] = {
    {"indicators", CATALOGUE_LIST_INDICATORS, NULL, "what observations are of", 10,
     {{"indicator", false, false}, {"label", false, true}, {"type", false, false}, {"unit_of_measure", false, false},
      {"dimensions", false, false}, {"of", false, false}, {"over_units", false, false}, {"over_time", false, false},
      {"periods", false, true}, REVISION}, row_indicator},
    {"rounds", CATALOGUE_LIST_ROUNDS, NULL, "of surveys: reference, area, frame", 9,
     {{"round", false, false}, {"survey", false, false}, {"reference", false, false}, {"area", false, false},
      {"name", false, false}, {"of", false, false}, {"frame", true, false}, {"source", false, false}, REVISION}, row_round},
    {"surveys", CATALOGUE_LIST_SURVEYS, NULL, "that rounds are of", 4,
     {{"survey", false, false}, {"title", false, true}, {"by", false, false}, REVISION}, row_survey},
    {"sources", CATALOGUE_LIST_SOURCES, NULL, "documents and registers, with when they were published", 6,
     {{"source", false, false}, {"title", false, true}, {"publisher", false, false}, {"published", false, false},
      {"reference", false, true}, REVISION}, row_source},
    {"codes", CATALOGUE_LIST_CODE_LISTS, NULL, "code lists with their codes", 5,
     {{"code_list", false, false}, {"code", false, false}, {"label", false, true}, {"total", false, false}, REVISION},
     row_codes},
    {"dimensions", CATALOGUE_LIST_DIMENSIONS, NULL, "for --dim: of which indicators, with which codes", 4,
     {{"dimension", false, false}, {"code_list", false, false}, {"codes", false, true}, {"indicators", false, true}},
     row_dimension},
    {"events", CATALOGUE_LIST_EVENTS, NULL, "reorganisations", 7,
     {{"event", false, false}, {"type", false, false}, {"effective", false, false}, {"status", false, false},
      {"title", false, true}, {"source", false, false}, REVISION}, row_event},
    {"tags", CATALOGUE_LIST_TAGS, NULL, "named revisions, for --as-of tag:NAME", 3,
     {{"tag", false, false}, {"names_revision", true, false}, {"note", false, true}}, row_tag},
    {"kinds", CATALOGUE_LIST_KINDS, NULL, "of units, for --kind and --group-by", 3,
     {{"kind", false, false}, {"on_record", true, false}, {"today", true, false}}, row_kind},
    {"schemes", CATALOGUE_LIST_SCHEMES, NULL, "registers of codes of units, for code=CODE,scheme=SCHEME", 2,
     {{"scheme", false, false}, {"units", true, false}}, row_word},
    {"attributes", CATALOGUE_LIST_ATTRIBUTES, NULL, "of units and arrangements, for --where and attr:NAME", 2,
     {{"attribute", false, false}, {"units", true, false}}, row_word},
    {"values", CATALOGUE_LIST_VALUES, NULL, "of one attribute: varde catalogue values sector", 2,
     {{"value", false, true}, {"units", true, false}}, row_word},
    {"tasks", CATALOGUE_LIST_VALUES, "task", "what arrangements are for: values task", 2,
     {{"task", false, true}, {"units", true, false}}, row_word},
};
/* clang-format on */
#define N_LISTS (sizeof lists / sizeof *lists)

/* ---- the lists there are ------------------------------------------------------------------------------ */

static const char *count_of(struct run *r, struct msg_query_reply *const *parts, size_t n, enum catalogue_list list)
{
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->catalogue->n_entries; i++) {
			const struct msg_catalogue_entry *x = &parts[p]->catalogue->entries[i];
			if (msg_code_number(&msg_enum_catalogue_list, x->id) == (int)list && list)
				return list < CATALOGUE_LIST_ATTRIBUTES ? arena_printf(r->arena, "%u", x->count) : "";
		}
	return "";
}

static void show_lists(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {
	    {"list", false, false}, {"entries", true, false}, {"what", false, true}};
	struct grid g = grid_of(r->arena, columns, 3);
	for (size_t i = 0; i < N_LISTS; i++)
		grid_row(&g, (const char *[]){lists[i].name, count_of(r, parts, n, lists[i].list), lists[i].what});
	grid_print(&r->out, &g, NULL);
}

/* ---- what is asked ------------------------------------------------------------------------------------ */

static const struct list *list_named(const char *name)
{
	for (size_t i = 0; i < N_LISTS; i++)
		if (strcmp(lists[i].name, name) == 0)
			return &lists[i];
	return NULL;
}

static enum err fill(struct run *r, struct msg_catalogue_question *q, const struct list **ret, struct why *why)
{
	const char *all = "", *name = r->o.n_args > 1 ? r->o.args[1] : "";
	uint64_t limit = 0, skip = 0;
	q->id = name;
	*ret = r->o.n_args ? list_named(r->o.args[0]) : NULL;
	for (size_t i = 0; i < N_LISTS; i++)
		all = arena_printf(r->arena, "%s%s%s", all, i ? ", " : "", lists[i].name);
	if (r->o.n_args && !*ret)
		return fail(why, ERR_INVALID, "there is no list \"%s\": one of %s", r->o.args[0], all);
	if (*ret && (*ret)->id && *name)
		return fail(why, ERR_INVALID, "varde catalogue %s takes no name", (*ret)->name);
	if (*ret && (*ret)->list == CATALOGUE_LIST_VALUES && !(*ret)->id && !*name)
		return fail(why, ERR_INVALID,
			    "values of which attribute? varde catalogue values sector; `varde catalogue attributes` "
			    "lists them");
	if (*ret) {
		q->list = (*ret)->list;
		q->id = (*ret)->id ? (*ret)->id : name;
	}
	enum err e = option_number(&r->o, OPT_LIMIT, 0, UINT32_MAX, &limit, why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_SKIP, 0, UINT32_MAX, &skip, why);
	q->limit = (uint32_t)limit;
	q->skip = (uint32_t)skip;
	return e;
}

int cmd_catalogue(struct run *r)
{
	struct msg_catalogue_question t = {0};
	struct msg_query_request q = {.catalogue = &t};
	struct msg_query_reply **parts;
	const struct list *list;
	struct why why = {{0}};
	size_t n;
	if (r->o.n_args > 2)
		return run_usage_text("a list and a name are wanted, no more: varde catalogue codes levels");
	enum err e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = option_format(&r->o, &r->out.format, &why);
	if (e == ERR_OK)
		e = fill(r, &t, &list, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	int status;
	if (!run_answered(r, &q, RUN_KIND(catalogue), &parts, &n, &status))
		return status;
	if (!list)
		show_lists(r, parts, n);
	else {
		bool csv = r->out.format == FORMAT_CSV;
		struct grid g = grid_of(r->arena, list->columns, list->n_columns);
		for (size_t p = 0; p < n; p++)
			for (size_t i = 0; i < parts[p]->catalogue->n_entries; i++)
				list->row(r->arena, &parts[p]->catalogue->entries[i], csv, &g);
		grid_print(&r->out, &g, NULL);
		if (!g.n_rows)
			out_note(&r->out, "this list is empty");
	}
	uint32_t next = parts[n - 1]->catalogue->next_skip;
	if (next)
		out_note(&r->out, "this is a page: go on with --skip %u --as-of %llu", next,
			 (unsigned long long)parts[0]->revision);
	run_note(r, parts[0], NULL);
	return EXIT_DONE;
}
