/* SPDX-License-Identifier: Apache-2.0
 *
 * varde lineage UNIT: where a unit came from and where it went, as rows, as a tree of text, or as a graph for dot(1).
 */
#include <string.h>
#include "base/when.h"
#include "clients/command.h"
#include "clients/show.h"

/* The whole answer, put together of its parts. */
struct family {
	struct run *run;
	const char *root;
	size_t n_units, n_edges, units_room, edges_room;
	const struct msg_lineage_unit **units;
	const struct msg_lineage_edge **edges;
	bool *drawn; /* by unit: its own branches stand in the tree already */
};

static void gather(struct family *f, struct msg_query_reply *const *parts, size_t n)
{
	struct arena *a = f->run->arena;
	f->root = parts[0]->lineage->unit;
	for (size_t p = 0; p < n; p++) {
		const struct msg_lineage_answer *l = parts[p]->lineage;
		f->units = arena_grow(a, f->units, f->n_units, f->n_units + l->n_units, sizeof(void *), &f->units_room);
		f->edges = arena_grow(a, f->edges, f->n_edges, f->n_edges + l->n_edges, sizeof(void *), &f->edges_room);
		for (size_t i = 0; i < l->n_units; i++)
			f->units[f->n_units++] = &l->units[i];
		for (size_t i = 0; i < l->n_edges; i++)
			f->edges[f->n_edges++] = &l->edges[i];
	}
	f->drawn = arena_alloc(a, f->n_units + 1);
}

static const char *weights(struct arena *a, const struct msg_lineage_edge *x)
{
	const char *text = "";
	for (size_t i = 0; i < x->n_weights; i++) {
		struct msg_value v = {.exact = x->weights[i].value, .printed = ""};
		text = arena_printf(a, "%s%s%s %s", text, i ? "; " : "", x->weights[i].basis, show_value(a, &v));
	}
	return text;
}

static const char *type(struct arena *a, const struct msg_lineage_edge *x)
{
	return *x->event ? show_code(a, &msg_enum_change_type, (int)x->type) : "the same as";
}

/* ---- rows ---- */

static void show_units(struct family *f)
{
	static const struct grid_column columns[] = {{"unit", false, false},     {"name", false, false},
						     {"kind", false, false},     {"valid_from", false, false},
						     {"valid_to", false, false}, {"distance", true, false}};
	struct run *r = f->run;
	struct grid g = grid_of(r->arena, columns, 6);
	for (size_t i = 0; i < f->n_units; i++) {
		const struct msg_lineage_unit *u = f->units[i];
		grid_row(&g, (const char *[]){u->id, u->name, u->kind, u->valid_from, u->valid_to,
					      arena_printf(r->arena, "%lld", (long long)u->distance)});
	}
	grid_print(&r->out, &g, arena_printf(r->arena, "%zu units", g.n_rows));
}

static void show_edges(struct family *f)
{
	static const struct grid_column columns[] = {
	    {"from", false, false},         {"to", false, false},     {"event", false, false},
	    {"type", false, false},         {"date", false, false},   {"part", false, false},
	    {"territory_of", false, false}, {"weights", false, true}, {"revision", true, false}};
	struct run *r = f->run;
	struct grid g = grid_of(r->arena, columns, 9);
	for (size_t i = 0; i < f->n_edges; i++) {
		const struct msg_lineage_edge *x = f->edges[i];
		grid_row(&g, (const char *[]){x->from, x->to, x->event, type(r->arena, x), x->effective,
					      x->part ? "yes" : "", x->territory_of, weights(r->arena, x),
					      show_number(r->arena, x->revision)});
	}
	grid_print(&r->out, &g, arena_printf(r->arena, "%zu flows", g.n_rows));
}

/* ---- a tree of text ---- */

struct branch {
	const char *indent;
	int32_t day; /* what is drawn below happened up to it, or from it on */
	bool back;
};

static size_t unit_at(const struct family *f, const char *id)
{
	size_t i = 0;
	while (i < f->n_units && strcmp(f->units[i]->id, id) != 0)
		i++;
	return i;
}

static const char *unit_text(struct family *f, const char *id)
{
	struct arena *a = f->run->arena;
	size_t i = unit_at(f, id);
	if (i == f->n_units)
		return id;
	const struct msg_lineage_unit *u = f->units[i];
	const char *span = show_span(a, u->valid_from, u->valid_to);
	return arena_printf(a, "%s (%s)%s%s", u->name, id, *span ? ", " : "", span);
}

static const char *edge_text(struct family *f, const struct msg_lineage_edge *x)
{
	struct arena *a = f->run->arena;
	const char *w = weights(a, x);
	if (!*x->event)
		return "the same as";
	return arena_printf(a, "%s %s %s%s%s%s%s%s%s", x->effective, type(a, x), x->event, x->part ? ", a part" : "",
			    *x->territory_of ? ", the territory of " : "", x->territory_of, *w ? ", " : "", w, ":");
}

/* The other end, where this edge belongs below `unit`; NULL = elsewhere. */
static const char *other_end(const struct msg_lineage_edge *x, const char *unit, const struct branch *b,
			     int32_t *ret_day)
{
	struct when at;
	*ret_day = b->day;
	if (!*x->event)
		return strcmp(x->from, unit) == 0 ? x->to : strcmp(x->to, unit) == 0 ? x->from : NULL;
	if (strcmp(b->back ? x->to : x->from, unit) != 0 || when_parse(x->effective, &at, NULL) != ERR_OK)
		return NULL;
	if (b->back ? at.lo > b->day : at.hi < b->day)
		return NULL;
	if (b->back ? at.hi < b->day : at.lo > b->day)
		*ret_day = b->back ? at.hi : at.lo;
	return b->back ? x->from : x->to;
}

/* Deep lines are cut nowhere: a unit's branches are drawn once, so that the depth is that of the history. */
static void draw(struct family *f, const char *unit, struct branch b)
{
	int32_t day;
	size_t last = f->n_edges, at = unit_at(f, unit);
	if (at < f->n_units)
		f->drawn[at] = true;
	for (size_t i = 0; i < f->n_edges; i++)
		if (other_end(f->edges[i], unit, &b, &day))
			last = i;
	for (size_t i = 0; i < f->n_edges; i++) {
		const struct msg_lineage_edge *x = f->edges[i];
		const char *other = other_end(x, unit, &b, &day);
		if (!other)
			continue;
		fprintf(f->run->out.file, "%s%s ", b.indent, i == last ? "└─" : "├─");
		out_plain(f->run->out.file, edge_text(f, x));
		size_t k = unit_at(f, other);
		bool self = strcmp(other, unit) == 0, again = !self && k < f->n_units && f->drawn[k];
		fputc(' ', f->run->out.file);
		out_plain(f->run->out.file, self ? "lives on" : unit_text(f, other));
		fputs(again ? " (see above)\n" : "\n", f->run->out.file);
		if (!self && !again)
			draw(f, other,
			     (struct branch){arena_printf(f->run->arena, "%s%s", b.indent, i == last ? "   " : "│  "),
					     day, b.back});
	}
}

static void show_tree(struct family *f)
{
	out_plain(f->run->out.file, unit_text(f, f->root));
	fputc('\n', f->run->out.file);
	for (int forward = 0; forward < 2; forward++) {
		struct branch b = {"", forward ? WHEN_DAY_MIN : WHEN_DAY_MAX, !forward};
		bool any = false;
		int32_t day;
		if (option_given(&f->run->o, forward ? OPT_BACK : OPT_FORWARD) &&
		    !option_given(&f->run->o, forward ? OPT_FORWARD : OPT_BACK))
			continue;
		for (size_t i = 0; i < f->n_edges; i++)
			any = any || other_end(f->edges[i], f->root, &b, &day);
		if (!any)
			continue;
		memset(f->drawn, 0, f->n_units);
		fprintf(f->run->out.file, "%s\n", forward ? "went to" : "came from");
		draw(f, f->root, b);
	}
}

/* ---- a graph ---- */

static void show_dot(struct family *f)
{
	FILE *out = f->run->out.file;
	struct arena *a = f->run->arena;
	fputs("digraph lineage {\n\trankdir=LR;\n\tnode [shape=box];\n", out);
	for (size_t i = 0; i < f->n_units; i++) {
		const struct msg_lineage_unit *u = f->units[i];
		const char *span = show_span(a, u->valid_from, u->valid_to);
		fprintf(out, "\t\"%s\" [label=\"%s\\n%s%s%s\"%s];\n", show_quoted(a, u->id), show_quoted(a, u->name),
			show_quoted(a, u->id), *span ? "\\n" : "", show_quoted(a, span),
			u->distance ? "" : ", penwidth=2");
	}
	for (size_t i = 0; i < f->n_edges; i++) {
		const struct msg_lineage_edge *x = f->edges[i];
		const char *w = weights(a, x);
		fprintf(out, "\t\"%s\" -> \"%s\" [label=\"%s%s%s%s%s\"%s];\n", show_quoted(a, x->from),
			show_quoted(a, x->to), show_quoted(a, type(a, x)), *x->effective ? "\\n" : "",
			show_quoted(a, x->effective), *w ? "\\n" : "", show_quoted(a, w),
			!*x->event ? ", dir=none, style=dotted"
			: x->part  ? ", style=dashed"
				   : "");
	}
	fputs("}\n", out);
}

/* ---- the command ---- */

static int show(struct family *f, struct msg_query_reply *const *parts)
{
	switch (f->run->out.format) {
	case FORMAT_TABLE:
		show_units(f);
		show_edges(f);
		run_note(f->run, parts[0], NULL);
		break;
	case FORMAT_CSV: /* one kind of row: the flows name the units */
		show_edges(f);
		run_note(f->run, parts[0], NULL);
		break;
	case FORMAT_TREE:
		show_tree(f);
		run_note(f->run, parts[0], NULL);
		break;
	case FORMAT_DOT:
		show_dot(f);
		break;
	case FORMAT_JSON:
	case FORMAT_JSON_STAT: /* refused before */
	case FORMAT_SDMX_CSV:
		break;
	}
	return EXIT_DONE;
}

int cmd_lineage(struct run *r)
{
	struct msg_lineage_question l = {0};
	struct msg_query_request q = {.lineage = &l};
	struct family f = {.run = r};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	uint64_t steps = 0;
	size_t n;
	if (r->o.n_args != 1)
		return run_usage_text("one UNIT is wanted: varde lineage name=Haram,kind=municipality");
	enum err e = option_unit(&r->o, r->o.args[0], &l.unit, &why);
	if (e == ERR_OK)
		e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_STEPS, 0, UINT32_MAX, &steps, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	l.steps = (uint32_t)steps;
	l.valid_at = option_text(&r->o, OPT_VALID_AT, "");
	l.back = option_given(&r->o, OPT_BACK);
	l.forward = option_given(&r->o, OPT_FORWARD);
	int status;
	if (!run_answered(r, &q, RUN_KIND(lineage), &parts, &n, &status))
		return status;
	gather(&f, parts, n);
	return show(&f, parts);
}
