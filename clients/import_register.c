/* SPDX-License-Identifier: Apache-2.0
 *
 * varde import register: a register of changes of any country, as a table of docs/import.md.
 */
#include <stdlib.h>
#include <string.h>
#include "base/num.h"
#include "clients/import.h"

/* ---- the table of changes ---- */

enum column { DATE, TYPE, OLD_CODE, OLD_NAME, NEW_CODE, NEW_NAME, EVENT, PART_OF, WEIGHT, COLUMNS };

struct weight_column {
	const char *basis;
	int column;
};
struct reading {
	struct import_table *t;
	bool inclusive;
	int column[COLUMNS];
	struct weight_column *weights;
	size_t n_weights, weights_room;
};

static void weight_column(struct reading *r, const char *basis, int column)
{
	r->weights =
	    arena_grow(r->t->arena, r->weights, r->n_weights, r->n_weights + 1, sizeof *r->weights, &r->weights_room);
	r->weights[r->n_weights++] = (struct weight_column){basis, column};
}

static bool find_columns(struct reading *r, const char *basis)
{
	static const struct {
		const char *name;
		bool needed;
	} wanted[COLUMNS] = {{"date", true},      {"type", false},    {"old_code", true},
			     {"old_name", false}, {"new_code", true}, {"new_name", false},
			     {"event", false},    {"part_of", false}, {"weight", false}};
	bool good = true;
	for (int i = 0; i < COLUMNS; i++) {
		r->column[i] = import_column(r->t, wanted[i].name, wanted[i].name, wanted[i].needed);
		good = good && (!wanted[i].needed || r->column[i] >= 0);
	}
	if (r->column[WEIGHT] >= 0 && *basis)
		weight_column(r, basis, r->column[WEIGHT]);
	else if (r->column[WEIGHT] >= 0) {
		register_say(r->t->findings, REGISTER_ERROR, r->t->file, 1, "NO_BASIS",
			     "what do the weights count? say --basis population, or name the column weight:population");
		good = false;
	}
	for (size_t i = 0; i < r->t->csv.n_columns; i++)
		if (strncmp(r->t->csv.header[i], "weight:", 7) == 0 && r->t->csv.header[i][7])
			weight_column(r, r->t->csv.header[i] + 7, (int)i);
	return good;
}

static bool take_type(struct reading *r, size_t i, struct register_row *ret)
{
	const char *text = import_cell(r->t, i, r->column[TYPE]);
	char *name = mem_dup(text);
	for (char *c = name; *c; c++)
		*c = *c == '-' || *c == ' ' ? '_' : *c;
	int code = *text ? msg_code_number(&msg_enum_change_type, name) : 0;
	ret->stock = strcmp(name, "stock") == 0;
	free(name);
	if (code >= 0)
		ret->type = (enum change_type)code;
	else if (!ret->stock)
		register_say(r->t->findings, REGISTER_ERROR, r->t->file, ret->line, "UNKNOWN_TYPE",
			     "\"%s\" is no type of change: merging, take-over, breakdown, split-off, code-change …, "
			     "stock, or an empty cell",
			     text);
	return code >= 0 || ret->stock;
}

static bool take_date(struct reading *r, size_t i, struct register_row *ret)
{
	const char *text = import_cell(r->t, i, r->column[DATE]);
	if (ret->stock && !*text) {
		ret->day = REGISTER_EVER;
		return true;
	}
	/* An inclusive date is the last day of what ends; where nothing ends it is the first day. */
	return import_day(r->t->findings, r->t->file, ret->line, text, r->inclusive && *ret->old_code, &ret->day);
}

static bool take_weights(struct reading *r, size_t i, struct register_row *ret)
{
	bool good = true;
	ret->weights = arena_alloc(r->t->arena, (r->n_weights + 1) * sizeof *ret->weights);
	for (size_t k = 0; k < r->n_weights; k++) {
		const char *text = import_cell(r->t, i, r->weights[k].column);
		struct msg_weight *w = &ret->weights[ret->n_weights];
		if (!*text)
			continue;
		if (!import_number(r->t->findings, r->t->file, ret->line, text, &w->value))
			good = false;
		w->basis = r->weights[k].basis;
		w->date = w->source = "";
		ret->n_weights++;
	}
	return good;
}

bool import_register_rows(const char *text, size_t len, struct import_table *t, bool inclusive, const char *basis,
			  struct register_row **ret, size_t *n)
{
	struct reading r = {.t = t, .inclusive = inclusive};
	*n = 0;
	*ret = NULL;
	if (!import_table_read(t, text, len) || !find_columns(&r, basis))
		return false;
	bool all = true;
	*ret = arena_alloc(t->arena, (t->csv.n_rows + 1) * sizeof **ret);
	for (size_t i = 0; i < t->csv.n_rows; i++) {
		struct register_row *row = &(*ret)[*n];
		*row = (struct register_row){.line = IMPORT_LINE(i),
					     .old_code = import_cell(t, i, r.column[OLD_CODE]),
					     .old_name = import_cell(t, i, r.column[OLD_NAME]),
					     .new_code = import_cell(t, i, r.column[NEW_CODE]),
					     .new_name = import_cell(t, i, r.column[NEW_NAME]),
					     .part_of = import_cell(t, i, r.column[PART_OF]),
					     .event = import_cell(t, i, r.column[EVENT])};
		bool good = take_type(&r, i, row);
		good = take_date(&r, i, row) && good;
		good = take_weights(&r, i, row) && good;
		if (good)
			++*n;
		all = all && good;
	}
	return all;
}

/* ---- the list of versions ---- */

bool import_register_versions(const char *text, size_t len, struct import_table *t, bool inclusive,
			      struct register_version **ret, size_t *n)
{
	*n = 0;
	*ret = NULL;
	if (!import_table_read(t, text, len))
		return false;
	int code = import_column(t, "code", "code", true), name = import_column(t, "name", "name", true),
	    from = import_column(t, "valid_from", "valid_from|validFrom", true),
	    to = import_column(t, "valid_to", "valid_to|validTo", true);
	if (code < 0 || name < 0 || from < 0 || to < 0)
		return false;
	bool all = true;
	*ret = arena_alloc(t->arena, (t->csv.n_rows + 1) * sizeof **ret);
	for (size_t i = 0; i < t->csv.n_rows; i++) {
		const char *begins = import_cell(t, i, from), *ends = import_cell(t, i, to);
		struct register_version *v = &(*ret)[*n];
		*v = (struct register_version){.line = IMPORT_LINE(i),
					       .code = import_cell(t, i, code),
					       .name = import_cell(t, i, name),
					       .from = REGISTER_EVER,
					       .to = REGISTER_OPEN};
		bool good = !*begins || import_day(t->findings, t->file, v->line, begins, false, &v->from);
		good = (!*ends || import_day(t->findings, t->file, v->line, ends, inclusive, &v->to)) && good;
		if (good)
			++*n;
		all = all && good;
	}
	return all;
}

/* ---- shares ---- */

static void check_source(struct register_model *m, const struct register_event *e, uint32_t source)
{
	struct num sum = {0}, one = {.digits = 1};
	size_t line = 0;
	for (size_t i = 0; i < e->n_flows; i++)
		for (size_t k = 0; e->flows[i].source == source && k < e->flows[i].n_weights; k++) {
			const struct msg_weight *w = &e->flows[i].weights[k];
			if (strcmp(w->basis, "share") != 0 || !w->value)
				continue;
			struct num part = {.digits = w->value->digits, .scale = (uint8_t)w->value->scale};
			line = e->flows[i].line;
			if (num_add(sum, part, &sum) != ERR_OK)
				sum = (struct num){.digits = 2};
		}
	char text[NUM_TEXT_MAX];
	if (num_cmp(sum, one) > 0)
		register_say(&m->findings, REGISTER_ERROR, "changes", line, "WEIGHTS_OVER_ONE",
			     "the shares of %s in %s add up to %s", e->sources[source]->id, e->id,
			     num_format(sum, text));
}

void import_check_shares(struct register_model *m)
{
	for (size_t i = 0; i < m->n_events; i++)
		for (uint32_t s = 0; s < m->events[i]->n_sources; s++)
			check_source(m, m->events[i], s);
}

/* ---- the command ---- */

static int read_all(struct import *im, const char *path, bool inclusive, struct register_model *m)
{
	struct options *o = &im->r->o;
	struct import_table changes, list;
	struct register_row *rows;
	struct register_version *versions = NULL;
	const char *codes = option_text(o, OPT_CODES, NULL);
	size_t len, n, n_versions = 0;
	char *text;
	int status = import_plan(im, "changes", &changes);
	if (status == EXIT_DONE)
		status = import_load(im, path, &text, &len);
	if (status != EXIT_DONE)
		return status;
	import_register_rows(text, len, &changes, inclusive, option_text(o, OPT_BASIS, ""), &rows, &n);
	if (codes) {
		status = import_plan(im, "codes", &list);
		if (status == EXIT_DONE)
			status = import_load(im, codes, &text, &len);
		if (status != EXIT_DONE)
			return status;
		import_register_versions(text, len, &list, inclusive, &versions, &n_versions);
	}
	struct register_options ro = {
	    .kind = im->kind, .strict = true, .skip = o->given[OPT_SKIP].list, .n_skip = o->given[OPT_SKIP].n};
	register_init(m, im->r->arena, &ro);
	m->findings = im->findings;
	if (register_build(m, rows, n) && codes)
		register_check(m, versions, n_versions);
	import_check_shares(m);
	return EXIT_DONE;
}

int import_run_register(struct run *r, const char *path)
{
	struct import im;
	struct register_model m;
	const char *ends = option_text(&r->o, OPT_ENDS, "");
	bool inclusive = strcmp(ends, "inclusive") == 0;
	if (!inclusive && strcmp(ends, "exclusive") != 0)
		return run_usage_text("say --ends inclusive (dates are the last day of what ends) or --ends exclusive "
				      "(the first day without it)");
	if (r->o.given[OPT_BASIS].n > 1)
		return run_usage_text("--basis is given twice: name the columns weight:BASIS instead");
	int status = import_begin(r, "register", "A register of changes", NULL, NULL, &im);
	if (status == EXIT_DONE)
		status = read_all(&im, path, inclusive, &m);
	return status == EXIT_DONE ? import_model(&im, &m) : status;
}
