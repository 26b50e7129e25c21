/* SPDX-License-Identifier: Apache-2.0
 *
 * varde overlap KIND_A KIND_B: which units of one structure share which units of another.
 */
#include "clients/command.h"
#include "clients/show.h"

static const char *contains(const struct msg_overlap_row *x)
{
	bool b_in_a = x->extent == EXTENT_WHOLE;
	return b_in_a && x->contains_a ? "the same" : b_in_a ? "b in a" : x->contains_a ? "a in b" : "";
}

static void show_rows(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {
	    {"a", false, false},      {"a_name", false, false},   {"b", false, false},     {"b_name", false, false},
	    {"extent", false, false}, {"contains", false, false}, {"common", true, false}, {"apart", false, true},
	    {"parts", false, true},   {"certainty", false, false}};
	struct grid g = grid_of(r->arena, columns, 10);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->overlap->n_rows; i++) {
			const struct msg_overlap_row *x = &parts[p]->overlap->rows[i];
			grid_row(&g, (const char *[]){x->a, x->a_name, x->b, x->b_name,
						      show_code(r->arena, &msg_enum_extent, (int)x->extent),
						      contains(x), arena_printf(r->arena, "%u", x->common),
						      show_list(r->arena, x->apart, x->n_apart),
						      show_list(r->arena, x->parts, x->n_parts),
						      x->possible ? "possible" : ""});
		}
	grid_print(&r->out, &g, arena_printf(r->arena, "%zu pairs", g.n_rows));
}

static void show_spans(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	static const struct grid_column columns[] = {{"unit", false, false}, {"name", false, false},
						     {"kind", false, false}, {"others", true, false},
						     {"whole", true, false}, {"possible", true, false}};
	struct grid g = grid_of(r->arena, columns, 6);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->overlap->n_spans; i++) {
			const struct msg_span_row *x = &parts[p]->overlap->spans[i];
			grid_row(&g,
				 (const char *[]){x->unit, x->name, x->kind, arena_printf(r->arena, "%u", x->others),
						  arena_printf(r->arena, "%u", x->whole),
						  x->possible ? arena_printf(r->arena, "%u", x->possible) : ""});
		}
	grid_print(&r->out, &g, "How many of the other kind each shares, and how many of these lie wholly in it");
}

static int question_fill(struct run *r, struct msg_query_request *q, struct msg_overlap_question *o)
{
	struct why why = {{0}};
	const char *in_a = option_text(&r->o, OPT_IN_A, NULL), *in_b = option_text(&r->o, OPT_IN_B, NULL);
	if (r->o.n_args != 2)
		return run_usage_text("two kinds are wanted: varde overlap agency-region county");
	enum err e = option_as_of(&r->o, q, &why);
	if (e == ERR_OK && in_a)
		e = option_unit(&r->o, in_a, &o->within_a, &why);
	if (e == ERR_OK && in_b)
		e = option_unit(&r->o, in_b, &o->within_b, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	o->kind_a = r->o.args[0];
	o->kind_b = r->o.args[1];
	o->valid_at = option_text(&r->o, OPT_VALID_AT, "");
	o->crossing = option_given(&r->o, OPT_CROSSING);
	q->overlap = o;
	return EXIT_DONE;
}

int cmd_overlap(struct run *r)
{
	struct msg_overlap_question o = {0};
	struct msg_query_request q = {0};
	struct msg_query_reply **parts;
	size_t n;
	int status = question_fill(r, &q, &o);
	if (status != EXIT_DONE || !run_answered(r, &q, RUN_KIND(overlap), &parts, &n, &status))
		return status;
	bool only_spans = option_given(&r->o, OPT_SPANS);
	if (!only_spans)
		show_rows(r, parts, n);
	if (only_spans || r->out.format == FORMAT_TABLE) /* CSV holds one kind of row */
		show_spans(r, parts, n);
	run_note(r, parts[0], parts[0]->overlap->valid_at);
	return EXIT_DONE;
}
