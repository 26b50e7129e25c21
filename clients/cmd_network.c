/* SPDX-License-Identifier: Apache-2.0
 *
 * varde network [UNIT]...: who co-operates with whom.
 */
#include <string.h>
#include "clients/command.h"
#include "clients/day_text.h"
#include "clients/question.h"
#include "clients/show.h"

/* One date is said once, below the tables. */
struct shown {
	struct run *r;
	struct msg_query_reply *const *parts;
	size_t n;
	bool dated;
};

static const char *date(const struct shown *s, const char *text)
{
	return s->dated || s->r->out.format == FORMAT_CSV ? text : "";
}

static const char *number(const struct shown *s, uint32_t n)
{
	return arena_printf(s->r->arena, "%u", n);
}

static const char *more(const struct shown *s, uint32_t n)
{
	return n || s->r->out.format == FORMAT_CSV ? number(s, n) : "";
}

static void show_pairs(const struct shown *s)
{
	static const struct grid_column columns[] = {
	    {"date", false, false},   {"a", false, false},           {"a_name", false, false}, {"b", false, false},
	    {"b_name", false, false}, {"arrangements", true, false}, {"possible", true, false}};
	struct grid g = grid_of(s->r->arena, columns, 7);
	for (size_t p = 0; p < s->n; p++)
		for (size_t i = 0; i < s->parts[p]->network->n_pairs; i++) {
			const struct msg_network_pair *x = &s->parts[p]->network->pairs[i];
			grid_row(&g, (const char *[]){date(s, x->date), x->a, x->a_name, x->b, x->b_name,
						      number(s, x->arrangements), more(s, x->possible)});
		}
	grid_print(&s->r->out, &g, arena_printf(s->r->arena, "%zu pairs that meet in an arrangement", g.n_rows));
}

static void show_constellations(const struct shown *s)
{
	static const struct grid_column columns[] = {{"date", false, false},     {"arrangements", true, false},
						     {"size", true, false},      {"units", false, true},
						     {"complete", false, false}, {"names", false, true}};
	struct grid g = grid_of(s->r->arena, columns, 6);
	for (size_t p = 0; p < s->n; p++)
		for (size_t i = 0; i < s->parts[p]->network->n_constellations; i++) {
			const struct msg_network_constellation *x = &s->parts[p]->network->constellations[i];
			bool ids = s->r->out.format == FORMAT_CSV;
			grid_row(&g,
				 (const char *[]){
				     date(s, x->date), number(s, x->arrangements), number(s, (uint32_t)x->n_units),
				     show_list(s->r->arena, ids ? x->units : x->names, ids ? x->n_units : x->n_names),
				     x->incomplete ? "not said" : "yes",
				     show_list(s->r->arena, x->arrangement_names, x->n_arrangement_names)});
		}
	grid_print(&s->r->out, &g, arena_printf(s->r->arena, "%zu constellations", g.n_rows));
}

static const char *sides(const struct shown *s, const struct msg_network_crossing *x)
{
	const char *text = "";
	for (size_t i = 0; i < x->n_sides; i++)
		text = arena_printf(s->r->arena, "%s%s%s: %s", text, i ? " | " : "", x->sides[i].name,
				    show_list(s->r->arena, x->sides[i].names, x->sides[i].n_names));
	return text;
}

static void show_crossings(const struct shown *s)
{
	static const struct grid_column columns[] = {{"date", false, false},
						     {"arrangement", false, false},
						     {"name", false, true},
						     {"sides", true, false},
						     {"participants", false, true}};
	struct grid g = grid_of(s->r->arena, columns, 5);
	for (size_t p = 0; p < s->n; p++)
		for (size_t i = 0; i < s->parts[p]->network->n_crossings; i++) {
			const struct msg_network_crossing *x = &s->parts[p]->network->crossings[i];
			grid_row(&g, (const char *[]){date(s, x->date), x->arrangement, x->name,
						      number(s, (uint32_t)x->n_sides), sides(s, x)});
		}
	grid_print(&s->r->out, &g,
		   arena_printf(s->r->arena, "%zu arrangements that cross a border of %s", g.n_rows,
				option_text(&s->r->o, OPT_BORDER, "")));
}

static void show_units(const struct shown *s)
{
	static const struct grid_column columns[] = {
	    {"date", false, false},        {"unit", false, false},          {"name", false, false},
	    {"arrangements", true, false}, {"possible", true, false},       {"hosts", true, false},
	    {"partners", true, false},     {"constellations", true, false}, {"crossing", true, false}};
	struct grid g = grid_of(s->r->arena, columns, 9);
	bool border = option_given(&s->r->o, OPT_BORDER);
	for (size_t p = 0; p < s->n; p++)
		for (size_t i = 0; i < s->parts[p]->network->n_units; i++) {
			const struct msg_network_unit *x = &s->parts[p]->network->units[i];
			grid_row(&g,
				 (const char *[]){date(s, x->date), x->unit, x->name, number(s, x->arrangements),
						  more(s, x->possible), number(s, x->hosts), number(s, x->partners),
						  number(s, x->constellations), border ? number(s, x->crossing) : ""});
		}
	grid_print(&s->r->out, &g, arena_printf(s->r->arena, "%zu units, and what each is in", g.n_rows));
}

struct nodes {
	size_t n, room;
	const char **ids;
};

static void dot_node(const struct shown *s, struct nodes *told, const char *id, const char *name)
{
	struct arena *a = s->r->arena;
	for (size_t i = 0; i < told->n; i++)
		if (strcmp(told->ids[i], id) == 0)
			return;
	told->ids = arena_grow(a, told->ids, told->n, told->n + 1, sizeof *told->ids, &told->room);
	told->ids[told->n++] = id;
	fprintf(s->r->out.file, "\t\"%s\" [label=\"%s\"];\n", show_quoted(a, id), show_quoted(a, name));
}

/* Pairs as a graph: the more arrangements, the stronger the line; dashed where they only may meet. */
static void show_dot(const struct shown *s)
{
	FILE *out = s->r->out.file;
	struct arena *a = s->r->arena;
	struct nodes told = {0};
	fputs("graph network {\n\tnode [shape=box];\n", out);
	for (size_t p = 0; p < s->n; p++)
		for (size_t i = 0; i < s->parts[p]->network->n_pairs; i++) {
			const struct msg_network_pair *x = &s->parts[p]->network->pairs[i];
			unsigned width = x->arrangements < 1 ? 1 : x->arrangements > 12 ? 12 : x->arrangements;
			dot_node(s, &told, x->a, x->a_name);
			dot_node(s, &told, x->b, x->b_name);
			fprintf(out, "\t\"%s\" -- \"%s\" [label=\"%u%s\", weight=%u, penwidth=%u%s];\n",
				show_quoted(a, x->a), show_quoted(a, x->b), x->arrangements,
				x->possible ? arena_printf(a, "–%u", x->arrangements + x->possible) : "", width, width,
				x->arrangements ? "" : ", style=dashed");
		}
	fputs("}\n", out);
}

static int show(const struct shown *s, const struct msg_network_question *q)
{
	struct run *r = s->r;
	bool all = !q->pairs && !q->constellations && !q->crossing && !q->per_unit;
	if (r->out.format == FORMAT_DOT) {
		show_dot(s);
		return EXIT_DONE;
	}
	if (all || q->per_unit)
		show_units(s);
	if (all || q->pairs)
		show_pairs(s);
	if (all || q->constellations)
		show_constellations(s);
	if ((all && *q->border_kind) || q->crossing)
		show_crossings(s);
	for (size_t p = 0; p < s->n; p++)
		for (size_t i = 0; i < s->parts[p]->network->n_notes; i++)
			out_note(&r->out, "%s", s->parts[p]->network->notes[i]);
	run_note(r, s->parts[0], q->n_dates == 1 ? q->dates[0] : NULL);
	return EXIT_DONE;
}

/* ---- the question ----------------------------------------------------------------------------------- */

/* Units as arguments are themselves; --in means all inside. */
static enum err units_fill(struct run *r, int first, struct msg_network_question *q, struct why *why)
{
	size_t n_args = r->o.n_args - (size_t)first;
	q->subtree = option_given(&r->o, OPT_IN);
	if (q->subtree && n_args)
		return fail(why, ERR_INVALID, "name units, or --in for all inside one, not both");
	const char *const *list = q->subtree ? r->o.given[OPT_IN].list : r->o.args + first;
	q->n_units = q->subtree ? r->o.given[OPT_IN].n : n_args;
	q->units = arena_alloc(r->arena, (q->n_units + 1) * sizeof *q->units);
	for (size_t i = 0; i < q->n_units; i++) {
		struct msg_unit_ref *ref;
		enum err e = option_unit(&r->o, list[i], &ref, why);
		if (e != ERR_OK)
			return e;
		q->units[i] = *ref;
	}
	return ERR_OK;
}

/* CSV and graphs hold one kind of row. */
static enum err parts_fill(struct run *r, struct msg_network_question *q, struct why *why)
{
	enum format format;
	enum err e = option_format(&r->o, &format, why);
	if (e != ERR_OK)
		return e;
	q->pairs = option_given(&r->o, OPT_PAIRS);
	q->constellations = option_given(&r->o, OPT_CONSTELLATIONS);
	q->crossing = option_given(&r->o, OPT_CROSSING);
	q->per_unit = option_given(&r->o, OPT_PER_UNIT);
	int parts = q->pairs + q->constellations + q->crossing + q->per_unit;
	if (format == FORMAT_DOT && (parts > q->pairs || q->n_dates > 1))
		return fail(why, ERR_INVALID,
			    "a graph is of the pairs of one date: leave out the other parts and dates");
	if (format == FORMAT_CSV && parts > 1)
		return fail(why, ERR_INVALID,
			    "CSV holds one kind of row: one of --pairs, --constellations, --crossing, --per-unit");
	q->pairs |= !parts && (format == FORMAT_CSV || format == FORMAT_DOT);
	return ERR_OK;
}

enum err question_network(struct run *r, int first, struct msg_network_question *q, struct why *why)
{
	enum err e = units_fill(r, first, q, why);
	if (e == ERR_OK)
		e = option_days(&r->o, &q->dates, &q->n_dates, why);
	if (e == ERR_OK)
		e = option_where(&r->o, &q->where, &q->n_where, why);
	q->kind = option_text(&r->o, OPT_KIND, "");
	q->border_kind = option_text(&r->o, OPT_BORDER, "");
	q->structure_at = option_text(&r->o, OPT_STRUCTURE_AT, "");
	return e;
}

int cmd_network(struct run *r)
{
	struct msg_network_question question = {0};
	struct msg_query_request q = {.network = &question};
	struct shown s = {.r = r};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	enum err e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = question_network(r, 0, &question, &why);
	if (e == ERR_OK)
		e = parts_fill(r, &question, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	int status;
	if (!run_answered(r, &q, RUN_KIND(network), &parts, &s.n, &status))
		return status;
	s.parts = parts;
	s.dated = question.n_dates > 1;
	return show(&s, &question);
}
