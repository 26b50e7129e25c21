/* SPDX-License-Identifier: Apache-2.0
 *
 * varde import population: inhabitants by code and year, as observations of an additive indicator.
 *
 * A code means the unit that bears it on 1 January of the year. With --as-weights they are weights too, where they say
 * how a unit was divided: where every target of the event of that day comes from that one source, the flow is the
 * target's population. Elsewhere they cannot say it, and that is a finding.
 */
#include <stdlib.h>
#include <string.h>
#include "clients/import.h"
#include "clients/ref.h"

#define SPLIT 2000

struct person_row {
	size_t line;
	const char *code, *year;
	struct msg_decimal *value;
};
struct peopling {
	struct import *im;
	struct import_table t;
	struct person_row *rows;
	size_t n, observations, left_out, weights;
};
struct year {
	const char *day;      /* 2020-01-01 */
	struct lookup units;  /* code → unit row */
	struct lookup people; /* unit id → row */
};

#define TELL(severity, line, rule, ...) register_say(&p->im->findings, severity, "population", line, rule, __VA_ARGS__)

/* ---- rows ---- */

static void take_rows(struct peopling *p)
{
	struct import_table *t = &p->t;
	int code = import_column(t, "code", "code|region|unit_code", true),
	    year = import_column(t, "year", "year", true),
	    value = import_column(t, "population", "population|value", true);
	if (code < 0 || year < 0 || value < 0)
		return;
	p->rows = arena_alloc(t->arena, (t->csv.n_rows + 1) * sizeof *p->rows);
	for (size_t i = 0; i < t->csv.n_rows; i++) {
		struct person_row *x = &p->rows[p->n];
		struct when w;
		*x = (struct person_row){
		    .line = IMPORT_LINE(i), .code = import_cell(t, i, code), .year = import_cell(t, i, year)};
		if (when_parse(x->year, &w, NULL) != ERR_OK || w.precision != WHEN_YEAR)
			TELL(REGISTER_ERROR, x->line, "BAD_YEAR", "\"%s\" is not a year", x->year);
		else if (import_number(&p->im->findings, "population", x->line, import_cell(t, i, value), &x->value))
			p->n++;
	}
}

static int by_year(const void *x, const void *y)
{
	const struct person_row *a = x, *b = y;
	int years = strcmp(a->year, b->year);
	return years ? years : strcmp(a->code, b->code);
}

static bool skipped(const struct options *o, const char *code)
{
	for (size_t i = 0; i < o->given[OPT_SKIP].n; i++)
		if (strcmp(o->given[OPT_SKIP].list[i], code) == 0)
			return true;
	return false;
}

/* ---- a year ---- */

static void put_observation(struct peopling *p, struct year *y, const struct person_row *x, const char *indicator,
			    struct msg_observation *ret)
{
	struct arena *a = p->t.arena;
	struct msg_value *v = arena_alloc(a, sizeof *v);
	struct msg_unit_row *u = lookup_get(&y->units, x->code);
	v->exact = x->value;
	v->printed = "";
	*ret = (struct msg_observation){.unit = ref_id(u->id, a),
					.indicator = indicator,
					.period = y->day,
					.value = v,
					.status = OBSERVATION_STATUS_MAIN,
					.locator = ""};
	p->observations++;
}

/* May the row be sent? Findings otherwise. */
static bool good_row(struct peopling *p, struct year *y, struct person_row *x)
{
	struct msg_unit_row *u = lookup_get(&y->units, x->code);
	if (skipped(&p->im->r->o, x->code)) {
		p->left_out++;
		return false;
	}
	if (!u && x->value->digits == 0) {
		TELL(REGISTER_INFO, x->line, "UNKNOWN_CODE",
		     "no %s has the code %s on %s, and nobody lives there: left out", p->im->kind, x->code, y->day);
		p->left_out++;
		return false;
	}
	if (!u) {
		TELL(REGISTER_ERROR, x->line, "UNKNOWN_CODE",
		     "no %s has the code %s on %s; --skip %s leaves its people out", p->im->kind, x->code, y->day,
		     x->code);
		return false;
	}
	struct person_row **place = (struct person_row **)lookup_put(&y->people, u->id);
	if (*place)
		TELL(REGISTER_ERROR, x->line, "TWICE", "%s in %s is said twice (line %zu)", x->code, x->year,
		     (*place)->line);
	else
		*place = x;
	return *place == x;
}

static void put_year(struct peopling *p, struct year *y, struct person_row *rows, size_t n)
{
	const char *indicator = option_text(&p->im->r->o, OPT_INDICATOR, "population");
	struct msg_submission *s = NULL;
	size_t *lines = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!good_row(p, y, &rows[i]))
			continue;
		if (!s || s->n_observations == SPLIT) {
			struct msg_message *m = arena_alloc(p->t.arena, sizeof *m);
			s = m->submission = arena_alloc(p->t.arena, sizeof *s);
			s->mode = SUBMISSION_MODE_PATCH;
			s->source = p->im->source;
			s->observations = arena_alloc(p->t.arena, SPLIT * sizeof *s->observations);
			lines = arena_alloc(p->t.arena, SPLIT * sizeof *lines);
			import_add(p->im, m, lines);
		}
		lines[s->n_observations] = rows[i].line;
		put_observation(p, y, &rows[i], indicator, &s->observations[s->n_observations++]);
	}
}

/* ---- weights ---- */

/* Edges into `unit` by `event`. */
static enum err edges_into(struct peopling *p, const char *unit, const char *event, size_t *ret, struct why *why)
{
	struct msg_lineage_answer *l;
	enum err e = import_lineage(p->im, unit, true, 1, &l, why);
	*ret = 0;
	for (size_t i = 0; e == ERR_OK && i < l->n_edges; i++)
		*ret += strcmp(l->edges[i].event, event) == 0 && strcmp(l->edges[i].to, unit) == 0;
	return e;
}

/* All flows of a divided source, if populations tell them. */
static enum err weigh_source(struct peopling *p, struct year *y, const char *source, const char *event,
			     struct msg_submission *s, struct why *why)
{
	struct msg_lineage_answer *l;
	size_t into, n = s->n_weights, room = 0;
	enum err e = import_lineage(p->im, source, false, 1, &l, why);
	for (size_t i = 0; e == ERR_OK && i < l->n_edges; i++) {
		const struct msg_lineage_edge *x = &l->edges[i];
		if (strcmp(x->event, event) != 0 || strcmp(x->from, source) != 0)
			continue;
		struct person_row *people = lookup_get(&y->people, x->to);
		e = edges_into(p, x->to, event, &into, why);
		if (e != ERR_OK)
			return e;
		if (into != 1 || !people) {
			TELL(REGISTER_WARNING, people ? people->line : 0, "NOT_FROM_POPULATIONS",
			     "how %s was divided by %s cannot be told from populations: %s %s", source, event, x->to,
			     people ? "has other sources too" : "has none here");
			s->n_weights = n;
			return ERR_OK;
		}
		s->weights =
		    arena_grow(p->t.arena, s->weights, s->n_weights, s->n_weights + 1, sizeof *s->weights, &room);
		struct msg_weight *w = arena_alloc(p->t.arena, sizeof *w);
		*w = (struct msg_weight){.basis = "population", .value = people->value, .date = y->day, .source = ""};
		s->weights[s->n_weights++] = (struct msg_weight_statement){.event = event,
									   .from = ref_id(source, p->t.arena),
									   .to = ref_id(x->to, p->t.arena),
									   .weight = w,
									   .locator = ""};
	}
	return e;
}

/* Units that began that day are where somebody was divided. */
static enum err weigh_year(struct peopling *p, struct year *y, const struct person_row *rows, size_t n, struct why *why)
{
	struct lookup done;
	struct msg_message *m = arena_alloc(p->t.arena, sizeof *m);
	struct msg_submission *s = m->submission = arena_alloc(p->t.arena, sizeof *s);
	enum err e = ERR_OK;
	s->mode = SUBMISSION_MODE_PATCH;
	s->source = p->im->source;
	lookup_init(&done, p->t.arena);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		const struct msg_unit_row *u = lookup_get(&y->units, rows[i].code);
		struct msg_lineage_answer *l;
		if (!u || strcmp(u->valid_from, y->day) != 0)
			continue;
		e = import_lineage(p->im, u->id, true, 1, &l, why);
		for (size_t k = 0; e == ERR_OK && k < l->n_edges; k++) {
			const struct msg_lineage_edge *x = &l->edges[k];
			if (!x->part || strcmp(x->effective, y->day) != 0 || strcmp(x->to, u->id) != 0 ||
			    lookup_get(&done, x->from))
				continue;
			*lookup_put(&done, x->from) = p;
			e = weigh_source(p, y, x->from, x->event, s, why);
		}
	}
	p->weights += s->n_weights;
	if (s->n_weights)
		import_add(p->im, m, NULL);
	return e;
}

/* ---- the command ---- */

static void define_indicator(struct peopling *p)
{
	struct arena *a = p->t.arena;
	struct msg_message *m = arena_alloc(a, sizeof *m);
	m->define = arena_alloc(a, sizeof *m->define);
	m->define->indicators = arena_alloc(a, sizeof *m->define->indicators);
	m->define->n_indicators = 1;
	m->define->indicators[0] = (struct msg_indicator){.id = "population",
							  .label = "Inhabitants",
							  .type = VALUE_TYPE_COUNT,
							  .unit_of_measure = "persons",
							  .over_units = AGGREGATION_ADDITIVE,
							  .over_time = AGGREGATION_NONE};
	import_add(p->im, m, NULL);
}

static enum err take_years(struct peopling *p, struct why *why)
{
	enum err e = ERR_OK;
	if (p->n)
		qsort(p->rows, p->n, sizeof *p->rows, by_year);
	for (size_t i = 0, k; e == ERR_OK && i < p->n; i = k) {
		for (k = i; k < p->n && strcmp(p->rows[k].year, p->rows[i].year) == 0; k++)
			;
		struct year y = {.day = arena_printf(p->t.arena, "%s-01-01", p->rows[i].year)};
		lookup_init(&y.people, p->t.arena);
		e = import_units_at(p->im, y.day, &y.units, why);
		if (e != ERR_OK)
			return e;
		put_year(p, &y, p->rows + i, k - i);
		if (option_given(&p->im->r->o, OPT_AS_WEIGHTS))
			e = weigh_year(p, &y, p->rows + i, k - i, why);
	}
	return e;
}

int import_run_population(struct run *r, const char *path)
{
	struct import im;
	struct peopling p = {.im = &im};
	struct why why = {{0}};
	char *text;
	size_t len;
	int status = import_begin(r, "population", "Inhabitants on 1 January", NULL, NULL, &im);
	if (status == EXIT_DONE)
		status = import_plan(&im, "population", &p.t);
	if (status == EXIT_DONE)
		status = import_load(&im, path, &text, &len);
	if (status != EXIT_DONE)
		return status;
	if (!option_given(&r->o, OPT_INDICATOR))
		define_indicator(&p);
	if (import_table_read(&p.t, text, len))
		take_rows(&p);
	enum err e = take_years(&p, &why);
	if (e != ERR_OK)
		return run_failed(e, &why);
	return import_finish(&im,
			     arena_printf(r->arena, "%zu observations, %zu weights, %zu rows left out", p.observations,
					  p.weights, p.left_out),
			     option_given(&r->o, OPT_SOURCE) && option_given(&r->o, OPT_INDICATOR));
}
