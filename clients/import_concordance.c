/* SPDX-License-Identifier: Apache-2.0
 *
 * varde import concordance: how much of each old unit is in each new one, as weights on the events that made it so.
 *
 * Two forms: that of the JRC and its like, two columns of codes and a column a basis (--basis NAME=COLUMN[@DATE]); and
 * a plain one with columns from, to, basis, value, date. The daemon is asked which event joins the two units; a row
 * that no single event explains is a finding, never a guess.
 */
#include <stdlib.h>
#include <string.h>
#include "clients/import.h"
#include "clients/ref.h"

#define SPLIT 1000

struct weighing {
	struct import *im;
	struct import_table t;
	struct lookup from, to; /* code → unit row */
	struct lookup lineages; /* unit id → lineage answer */
	struct msg_weight_statement *list;
	size_t *lines;
	size_t n, room, lines_room, unmatched, asked;
};
struct basis {
	const char *name, *date;
	int column;
};

#define TELL(severity, line, rule, ...) register_say(&w->im->findings, severity, "concordance", line, rule, __VA_ARGS__)

/* ---- columns ---- */

/* The columns of codes: from and to, else the only two that begin with "code". */
static bool code_columns(struct weighing *w, int *from, int *to)
{
	struct import_table *t = &w->t;
	*from = import_column(t, "from", "from|from_code", false);
	*to = import_column(t, "to", "to|to_code", false);
	for (size_t i = 0; i < t->csv.n_columns && (*from < 0 || *to < 0); i++)
		if (strncmp(t->csv.header[i], "code", 4) == 0) {
			if (*from < 0)
				*from = (int)i;
			else if (*from != (int)i)
				*to = (int)i;
		}
	if (*from < 0 || *to < 0)
		TELL(REGISTER_ERROR, 1, "NO_COLUMN",
		     "which columns have the codes? Name them with --column from=HEADER --column to=HEADER");
	return *from >= 0 && *to >= 0;
}

static bool bases(struct weighing *w, struct basis **ret, size_t *n)
{
	const struct options *o = &w->im->r->o;
	struct arena *a = w->t.arena;
	*n = o->given[OPT_BASIS].n;
	*ret = arena_alloc(a, (*n + 1) * sizeof **ret);
	for (size_t i = 0; i < *n; i++) {
		const char *text = o->given[OPT_BASIS].list[i], *eq = strchr(text, '=');
		const char *at = eq ? strchr(eq, '@') : NULL;
		if (!eq || eq == text || !eq[1]) {
			TELL(REGISTER_ERROR, 0, "BASIS", "--basis %s: write NAME=COLUMN, as in population=pop18", text);
			return false;
		}
		const char *header = at ? arena_text(a, eq + 1, (size_t)(at - eq - 1)) : eq + 1;
		(*ret)[i] = (struct basis){.name = arena_text(a, text, (size_t)(eq - text)),
					   .date = at ? at + 1 : "",
					   .column = import_column(&w->t, header, header, true)};
		if ((*ret)[i].column < 0)
			return false;
	}
	return true;
}

/* ---- matching ---- */

static enum err lineage_of(struct weighing *w, const char *unit, struct msg_lineage_answer **ret, struct why *why)
{
	void **place = lookup_put(&w->lineages, unit);
	enum err e = ERR_OK;
	if (!*place) {
		struct msg_lineage_answer *all = NULL;
		e = import_lineage(w->im, unit, false, 0, &all, why);
		if (e != ERR_OK)
			return e;
		*lookup_put(&w->lineages, unit) = all;
		w->asked++;
		*ret = all;
		return ERR_OK;
	}
	*ret = *place;
	return e;
}

/* The one event that leads from a to b after the day of the left codes and up to that of the right ones. */
static const char *event_between(const struct msg_lineage_answer *l, const char *a, const char *b, const char *after,
				 const char *upto, size_t *found)
{
	const char *event = NULL;
	*found = 0;
	for (size_t i = 0; i < l->n_edges; i++) {
		const struct msg_lineage_edge *e = &l->edges[i];
		bool within = strcmp(e->effective, after) > 0 && strcmp(e->effective, upto) <= 0;
		if (!*e->event || !within || strcmp(e->from, a) != 0 || strcmp(e->to, b) != 0)
			continue;
		event = e->event;
		++*found;
	}
	return event;
}

static void put_weight(struct weighing *w, size_t line, const char *event, const char *a, const char *b,
		       const char *basis, struct msg_decimal *value, const char *date)
{
	struct arena *x = w->t.arena;
	w->list = arena_grow(x, w->list, w->n, w->n + 1, sizeof *w->list, &w->room);
	w->lines = arena_grow(x, w->lines, w->n, w->n + 1, sizeof *w->lines, &w->lines_room);
	w->lines[w->n] = line;
	struct msg_weight_statement *s = &w->list[w->n++];
	*s = (struct msg_weight_statement){.event = event, .from = ref_id(a, x), .to = ref_id(b, x), .locator = ""};
	s->weight = arena_alloc(x, sizeof *s->weight);
	*s->weight = (struct msg_weight){.basis = basis, .value = value, .date = date, .source = ""};
}

static const char *unit_of(struct weighing *w, const struct lookup *units, const char *code, size_t line,
			   const char *day)
{
	const struct msg_unit_row *u = lookup_get(units, code);
	if (u)
		return u->id;
	w->unmatched++;
	TELL(REGISTER_WARNING, line, "UNKNOWN_CODE", "no %s has the code %s on %s: the row is left out", w->im->kind,
	     code, day);
	return NULL;
}

/* Finding the event of a row; NULL with a finding. */
static enum err match(struct weighing *w, size_t line, const char *from, const char *to, const char *days[2],
		      const char *ids[2], const char **event, struct why *why)
{
	struct msg_lineage_answer *l;
	size_t found;
	*event = NULL;
	ids[0] = unit_of(w, &w->from, from, line, days[0]);
	ids[1] = ids[0] ? unit_of(w, &w->to, to, line, days[1]) : NULL;
	if (!ids[1])
		return ERR_OK;
	enum err e = lineage_of(w, ids[0], &l, why);
	if (e != ERR_OK)
		return e;
	*event = event_between(l, ids[0], ids[1], days[0], days[1], &found);
	if (found == 1)
		return ERR_OK;
	*event = NULL;
	w->unmatched++;
	if (strcmp(ids[0], ids[1]) == 0 && !found)
		TELL(REGISTER_INFO, line, "SAME_UNIT", "%s → %s is one unit throughout: there is nothing to weigh",
		     from, to);
	else
		TELL(REGISTER_WARNING, line, found ? "SEVERAL_EVENTS" : "NO_EVENT",
		     "%s event leads from %s to %s between %s and %s: the row is left out",
		     found ? "more than one" : "no single", from, to, days[0], days[1]);
	return ERR_OK;
}

/* ---- rows ---- */

static enum err take_rows(struct weighing *w, const char *days[2], struct why *why)
{
	struct basis *list;
	size_t n;
	int from, to;
	if (!code_columns(w, &from, &to) || !bases(w, &list, &n))
		return ERR_OK;
	int basis = -1, value = -1, date = -1;
	if (!n) {
		basis = import_column(&w->t, "basis", "basis", true);
		value = import_column(&w->t, "value", "value|weight", true);
		date = import_column(&w->t, "date", "date", false);
		if (basis < 0 || value < 0)
			return ERR_OK;
	}
	for (size_t i = 0; i < w->t.csv.n_rows; i++) {
		const char *ids[2], *event;
		size_t line = IMPORT_LINE(i);
		enum err e =
		    match(w, line, import_cell(&w->t, i, from), import_cell(&w->t, i, to), days, ids, &event, why);
		if (e != ERR_OK)
			return e;
		import_progress("rows", i + 1, w->t.csv.n_rows);
		for (size_t k = 0; k < (n ? n : 1); k++) {
			struct msg_decimal *d;
			const char *text = import_cell(&w->t, i, n ? list[k].column : value);
			if (!*text || !import_number(&w->im->findings, "concordance", line, text, &d) || !event)
				continue;
			put_weight(w, line, event, ids[0], ids[1], n ? list[k].name : import_cell(&w->t, i, basis), d,
				   n ? list[k].date : import_cell(&w->t, i, date));
		}
	}
	return ERR_OK;
}

static void put_messages(struct weighing *w)
{
	for (size_t i = 0; i < w->n; i += SPLIT) {
		struct msg_message *m = arena_alloc(w->t.arena, sizeof *m);
		struct msg_submission *s = m->submission = arena_alloc(w->t.arena, sizeof *s);
		s->mode = SUBMISSION_MODE_PATCH;
		s->source = w->im->source;
		s->weights = w->list + i;
		s->n_weights = w->n - i < SPLIT ? w->n - i : SPLIT;
		import_add(w->im, m, w->lines + i);
	}
}

int import_run_concordance(struct run *r, const char *path)
{
	struct import im;
	struct weighing weighing = {.im = &im}, *w = &weighing;
	struct why why = {{0}};
	char *text;
	size_t len;
	int32_t day;
	const char *days[2] = {option_text(&r->o, OPT_VALID_AT, ""), option_text(&r->o, OPT_ONTO, "")};
	if (!*days[0] || !*days[1])
		return run_usage_text(
		    "say the day of the codes on either side: --valid-at 2016-12-31 --onto 2021-01-01");
	int status = import_begin(r, "concordance", "A weighted concordance", NULL, NULL, &im);
	if (status == EXIT_DONE)
		status = import_plan(&im, "concordance", &w->t);
	if (status == EXIT_DONE)
		status = import_load(&im, path, &text, &len);
	if (status != EXIT_DONE)
		return status;
	for (int i = 0; i < 2; i++)
		if (!import_day(&im.findings, "concordance", 0, days[i], false, &day))
			return run_usage_text("%s is not a day: write it as 2021-01-01", days[i]);
	lookup_init(&w->lineages, r->arena);
	enum err e = import_units_at(&im, days[0], &w->from, &why);
	if (e == ERR_OK)
		e = import_units_at(&im, days[1], &w->to, &why);
	if (e == ERR_OK && import_table_read(&w->t, text, len))
		e = take_rows(w, days, &why);
	if (e != ERR_OK)
		return run_failed(e, &why);
	if (!im.findings.count[REGISTER_ERROR])
		put_messages(w);
	return import_finish(&im, arena_printf(r->arena, "%zu weights, %zu rows without an event", w->n, w->unmatched),
			     option_given(&r->o, OPT_SOURCE));
}
