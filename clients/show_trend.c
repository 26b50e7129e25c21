/* SPDX-License-Identifier: Apache-2.0
 *
 * show_trend.c - rows of a trend, shown.
 */
#include "clients/show_trend.h"
#include <string.h>
#include "base/num.h"
#include "clients/show.h"
#include "clients/show_cross.h"
#include "clients/show_cube.h"

#define COLUMNS_MAX (14 + 9 * SHOW_MEASURES_MAX)

/* From zero there is a change, and points, but no percentage. */
static const char *growth_text(struct arena *a, const struct msg_growth *g)
{
	if (!g)
		return "";
	const char *text = *g->points ? arena_printf(a, "%s points", g->points) : g->absolute;
	if (*g->percent)
		text = arena_printf(a, "%s%s%s %%", text, *text ? ", " : "", g->percent);
	if (!*text)
		return *g->undefined ? arena_printf(a, "undefined: %s", g->undefined) : "";
	text = arena_printf(a, "%s from %s", text, g->from_period);
	return *g->undefined ? arena_printf(a, "%s (%% undefined: %s)", text, g->undefined) : text;
}

/* Why there is no figure is too long for its column: the notes have it. */
static const char *notes_text(struct arena *a, const struct msg_trend_row *x)
{
	const char *text = show_list(a, x->notes, x->n_notes);
	for (size_t i = 0; i < x->n_figures; i++)
		if (*x->figures[i].refused)
			text = arena_printf(a, "%s%s%s refused: %s", text, *text ? "; " : "",
					    show_code(a, &msg_enum_measure, (int)x->figures[i].measure),
					    x->figures[i].refused);
	return text;
}

static bool wanted(const struct run *r, const struct msg_trend_row *x)
{
	if (!option_given(&r->o, OPT_REFUSED))
		return true;
	for (size_t i = 0; i < x->n_figures; i++)
		if (*x->figures[i].refused)
			return true;
	return false;
}

/* ---- rows in their order ---- */

struct rows {
	size_t n;
	const struct msg_trend_row **list;
	const char **ranks; /* of their growth; NULL = not asked for */
};

static struct rows rows_of(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	struct rows all = {0};
	size_t most = 0;
	for (size_t p = 0; p < n; p++)
		most += parts[p]->trend->n_rows;
	all.list = arena_alloc(r->arena, (most + 1) * sizeof *all.list);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_rows; i++)
			if (wanted(r, &parts[p]->trend->rows[i]))
				all.list[all.n++] = &parts[p]->trend->rows[i];
	return all;
}

/* What rows are sorted by: a figure, or the growth of the first one. */
struct key {
	size_t figure;
	bool growth, ascending;
};

static bool key_of(const struct msg_trend_row *x, const struct key *k, mpq_t ret)
{
	const struct msg_figure *f = k->figure < x->n_figures ? &x->figures[k->figure] : NULL;
	struct num n;
	struct why why;
	if (!f)
		return false;
	if (k->growth) {
		if (!f->growth || num_parse(f->growth->absolute, &n, &why) != ERR_OK)
			return false;
		num_to_fraction(n, ret);
		return true;
	}
	if (!*f->numerator || mpz_set_str(mpq_numref(ret), f->numerator, 10) != 0 ||
	    mpz_set_str(mpq_denref(ret), f->denominator, 10) != 0 || mpz_sgn(mpq_denref(ret)) == 0)
		return false;
	mpq_canonicalize(ret);
	return true;
}

static int by_key(const struct msg_trend_row *x, const struct msg_trend_row *y, const struct key *k)
{
	mpq_t p, q;
	mpq_inits(p, q, NULL);
	bool has_x = key_of(x, k, p), has_y = key_of(y, k, q);
	int d = has_x && has_y ? (k->ascending ? mpq_cmp(p, q) : mpq_cmp(q, p)) : has_y - has_x;
	mpq_clears(p, q, NULL);
	return d;
}

/* --sort COLUMN; equal ones keep the order of the answer. */
static enum err sort(struct run *r, const struct show_trend *t, struct rows *all, struct why *why)
{
	const char *by = option_text(&r->o, OPT_SORT, "");
	struct key k = {.growth = strcmp(by, "growth") == 0};
	int code = *by && !k.growth ? msg_code_number(&msg_enum_measure, by) : 0;
	if (!*by)
		return ERR_OK;
	while (!k.growth && k.figure < t->n_measures && (int)t->measures[k.figure] != code)
		k.figure++;
	if (k.figure == t->n_measures)
		return fail(why, ERR_INVALID, "--sort %s: sort by growth, or by a measure that is asked for", by);
	k.ascending = code == MEASURE_RANK;
	/* A merge sort keeps equal ones in their order; qsort() need not. */
	const struct msg_trend_row **from = all->list, **to = arena_alloc(r->arena, (all->n + 1) * sizeof *to);
	for (size_t width = 1; width < all->n; width *= 2) {
		for (size_t at = 0; at < all->n; at += 2 * width) {
			size_t a = at, a_end = at + width < all->n ? at + width : all->n, b = a_end,
			       b_end = at + 2 * width < all->n ? at + 2 * width : all->n;
			for (size_t i = at; i < b_end; i++)
				to[i] = b == b_end || (a < a_end && by_key(from[a], from[b], &k) <= 0) ? from[a++]
												       : from[b++];
		}
		const struct msg_trend_row **swap = from;
		from = to;
		to = swap;
	}
	all->list = from;
	return ERR_OK;
}

/* ---- ranks of growth ---- */

/* Rows that grew from one period to another. */
struct span {
	const char *from, *to;
	size_t n, rank, last; /* so far; the last one's rank, and which row it is */
};

static struct span *span_of(struct run *r, struct span **list, size_t *n, size_t *room, const char *from,
			    const char *to)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*list)[i].from, from) == 0 && strcmp((*list)[i].to, to) == 0)
			return &(*list)[i];
	*list = arena_grow(r->arena, *list, *n, *n + 1, sizeof **list, room);
	(*list)[*n] = (struct span){.from = from, .to = to};
	return &(*list)[(*n)++];
}

/* Of rows sorted by growth: 1 is the largest among those between the same two periods; equal ones, as shown, share it
 * ("15="). Of a page nobody knows. */
static void rank(struct run *r, struct rows *all)
{
	const struct key k = {.growth = true};
	struct span *spans = NULL;
	size_t n = 0, room = 0;
	mpq_t own, last;
	if (strcmp(option_text(&r->o, OPT_SORT, ""), "growth") != 0 || option_given(&r->o, OPT_LIMIT) ||
	    option_given(&r->o, OPT_SKIP) || option_given(&r->o, OPT_REFUSED))
		return;
	mpq_inits(own, last, NULL);
	all->ranks = arena_alloc(r->arena, (all->n + 1) * sizeof *all->ranks);
	for (size_t i = 0; i < all->n; i++) {
		all->ranks[i] = "";
		if (!key_of(all->list[i], &k, own))
			continue;
		struct span *s =
		    span_of(r, &spans, &n, &room, all->list[i]->figures[0].growth->from_period, all->list[i]->period);
		bool equal = s->n++ && key_of(all->list[s->last], &k, last) && mpq_equal(own, last);
		s->rank = equal ? s->rank : s->n;
		if (equal)
			all->ranks[s->last] = arena_printf(r->arena, "%zu=", s->rank);
		all->ranks[i] = arena_printf(r->arena, equal ? "%zu=" : "%zu", s->rank);
		s->last = i;
	}
	mpq_clears(own, last, NULL);
}

/* ---- rows as cells ---- */

/* "task=7 (Interkommunal PP-tjeneste)" with --labels, and in a table by two groupings, whose groups may be units. */
static const char *categories_text(struct run *r, const struct msg_trend_row *x, const struct msg_trend_answer *last)
{
	const char *text = "";
	bool labels = option_given(&r->o, OPT_LABELS) ||
		      (r->o.command == CMD_COUNT && r->out.format == FORMAT_TABLE && x->n_categories);
	if (!labels)
		return show_categories(r->arena, x->categories, x->n_categories);
	for (size_t i = 0; i < x->n_categories; i++) {
		const char *label = "";
		for (size_t k = 0; k < last->n_labels; k++)
			for (size_t c = 0; c < last->labels[k].n_codes; c++)
				if (strcmp(last->labels[k].id, x->categories[i].dimension) == 0 &&
				    strcmp(last->labels[k].codes[c].code, x->categories[i].code) == 0)
					label = last->labels[k].codes[c].label;
		const char *code = x->categories[i].code;
		bool itself = !*code || (r->o.command == CMD_COUNT && strcmp(code, label) == 0);
		text = arena_printf(r->arena, *label && !itself ? "%s%s%s=%s (%s)" : "%s%s%s=%s%s", text, i ? ", " : "",
				    x->categories[i].dimension, itself ? label : code, itself ? "" : label);
	}
	return text;
}

struct table {
	struct grid_column columns[COLUMNS_MAX];
	size_t n;
	bool csv;
};

static void column(struct table *t, const char *name, bool number, bool wrap)
{
	t->columns[t->n++] = (struct grid_column){name, number, wrap};
}

/* One column a measure, each with its growth beside it; for programs plain numbers, and what people read. */
static void columns_make(struct run *r, const struct show_trend *t, bool ranked, struct table *ret)
{
	static const char *const first[] = {"group", "name", "categories", "period", "round"};
	static const char *const more[] = {"shown",          "low",         "high",      "growth",
					   "growth_percent", "growth_from", "numerator", "denominator"};
	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		column(ret, first[i], false, false);
	column(ret, "units", true, false);
	column(ret, "frame", true, false);
	for (size_t i = 0; i < t->n_measures; i++) {
		const char *name = show_code(r->arena, &msg_enum_measure, (int)t->measures[i]);
		column(ret, name, true, false);
		if (!ret->csv)
			column(ret, arena_printf(r->arena, "%s_growth", name), false, false);
		for (size_t k = 0; ret->csv && k < sizeof more / sizeof *more; k++)
			column(ret, arena_printf(r->arena, "%s_%s", name, more[k]), true, false);
		if (!i && ranked)
			column(ret, "growth_rank", true, false);
	}
	if (t->moved) {
		column(ret, "method", false, false);
		column(ret, "covered", true, false);
		column(ret, "among", false, true);
	}
	if (ret->csv)
		column(ret, "break_before", false, false);
	column(ret, "notes", false, true);
	if (ret->csv)
		column(ret, "answer_notes", false, true);
}

/* The number alone, or nothing: "at least 49" and "14–41" are bounds, "over half" is words. */
static const char *plain(const char *text)
{
	struct num n;
	struct why why;
	return num_parse(text, &n, &why) == ERR_OK ? text : "";
}

static size_t figure_numbers(const struct msg_figure *f, const char **cells)
{
	static const struct msg_growth none = {
	    .absolute = "", .points = "", .percent = "", .from_period = "", .undefined = ""};
	const struct msg_growth *g = f->growth ? f->growth : &none;
	bool bounds = *f->low || *f->high;
	size_t k = 0;
	cells[k++] = *f->refused || f->missing || bounds ? "" : plain(f->shown);
	cells[k++] = *f->refused ? "refused" : f->shown;
	cells[k++] = f->low;
	cells[k++] = f->high;
	cells[k++] = *g->points ? g->points : g->absolute;
	cells[k++] = g->percent;
	cells[k++] = *g->points || *g->absolute || *g->percent ? g->from_period : "";
	cells[k++] = f->numerator;
	cells[k++] = f->denominator;
	return k;
}

static size_t figure_cells(struct run *r, const struct msg_figure *f, bool csv, const char **cells)
{
	if (csv)
		return figure_numbers(f, cells);
	cells[0] = *f->refused ? "refused" : f->shown;
	cells[1] = growth_text(r->arena, f->growth);
	return 2;
}

/* What holds for all rows, in each of them: a file has no other place for it. */
static const char *answer_notes(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	const char *text = "";
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_notes; i++)
			text = arena_printf(r->arena, "%s%s%s", text, *text ? "; " : "", parts[p]->trend->notes[i]);
	return text;
}

static void row_put(struct run *r, const struct msg_trend_row *x, const char *rank, const struct show_trend *t,
		    const struct msg_trend_answer *last, const char *of_all, struct grid *g)
{
	static const struct msg_figure none = {
	    .numerator = "", .denominator = "", .shown = "", .refused = "", .low = "", .high = ""};
	const char *cells[COLUMNS_MAX] = {x->group,
					  x->group_name,
					  categories_text(r, x, last),
					  x->period,
					  x->round,
					  arena_printf(r->arena, "%u", x->units),
					  x->frame ? arena_printf(r->arena, "%u", x->frame->population) : ""};
	size_t k = 7;
	for (size_t m = 0; m < t->n_measures; m++) {
		k += figure_cells(r, m < x->n_figures ? &x->figures[m] : &none, r->out.format == FORMAT_CSV, cells + k);
		if (!m && rank)
			cells[k++] = rank;
	}
	if (t->moved) {
		cells[k++] = show_code(r->arena, &msg_enum_method, (int)x->method);
		cells[k++] = x->covered;
		cells[k++] = show_list(r->arena, x->among, x->n_among);
	}
	if (r->out.format == FORMAT_CSV)
		cells[k++] = x->break_before ? "yes" : "";
	cells[k++] = notes_text(r->arena, x);
	cells[k] = of_all;
	grid_row(g, cells);
}

static enum err show(struct run *r, struct msg_query_reply *const *parts, size_t n, const struct show_trend *t,
		     struct why *why)
{
	struct table table = {.csv = r->out.format == FORMAT_CSV};
	struct rows all = rows_of(r, parts, n);
	const struct msg_trend_answer *first = parts[0]->trend;
	const char *title = *first->label ? first->label : first->indicator;
	if (*first->unit_of_measure)
		title = arena_printf(r->arena, "%s (%s)", title, first->unit_of_measure);
	if (show_cross_wanted(r, parts[n - 1]->trend, t)) {
		show_cross(r, parts, n, title);
		return ERR_OK;
	}
	enum err e = sort(r, t, &all, why);
	if (e != ERR_OK)
		return e;
	rank(r, &all);
	columns_make(r, t, all.ranks, &table);
	struct grid g = grid_of(r->arena, table.columns, table.n);
	const char *of_all = table.csv ? answer_notes(r, parts, n) : "";
	for (size_t i = 0; i < all.n; i++)
		row_put(r, all.list[i], all.ranks ? all.ranks[i] : NULL, t, parts[n - 1]->trend, of_all, &g);
	grid_print(&r->out, &g, title);
	if (!g.n_rows)
		out_note(&r->out, option_given(&r->o, OPT_REFUSED) ? "no figure is refused" : "no rows");
	return ERR_OK;
}

int show_trend(struct run *r, struct msg_query_reply *const *parts, size_t n, const struct show_trend *t)
{
	for (size_t i = 0; i < n; i++)
		if (!parts[i]->trend)
			return run_strange();
	if (show_cube_wanted(r))
		return show_cube(r, parts, n, t->n_measures, t->measures);
	if (r->out.format == FORMAT_JSON) {
		run_json(r, parts, n);
		return EXIT_DONE;
	}
	struct why why = {{0}};
	if (show(r, parts, n, t, &why) != ERR_OK)
		return run_usage(&why);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->trend->n_notes; i++)
			out_note(&r->out, "%s", parts[p]->trend->notes[i]);
	if (parts[n - 1]->trend->next_skip)
		out_note(&r->out, "this is a page: go on with --skip %llu --as-of %llu",
			 (unsigned long long)parts[n - 1]->trend->next_skip, (unsigned long long)parts[0]->revision);
	run_note(r, parts[0], NULL);
	return EXIT_DONE;
}

/* ---- what is asked ---------------------------------------------------------------------------------- */

enum err show_trend_measures(struct run *r, const char *otherwise, struct show_trend *t, struct why *why)
{
	const char *const *list = r->o.given[OPT_MEASURE].n ? r->o.given[OPT_MEASURE].list : &otherwise;
	size_t n = r->o.given[OPT_MEASURE].n ? r->o.given[OPT_MEASURE].n : 1;
	t->measures = arena_alloc(r->arena, SHOW_MEASURES_MAX * sizeof *t->measures);
	for (size_t i = 0; i < n; i++)
		for (const char *at = list[i]; *at;) {
			size_t len = strcspn(at, ",");
			int code = msg_code_number(&msg_enum_measure, arena_text(r->arena, at, len));
			if (code <= 0)
				return fail(why, ERR_INVALID, "--measure %.*s: one of %s", (int)len, at,
					    show_codes(r->arena, &msg_enum_measure));
			if (t->n_measures == SHOW_MEASURES_MAX)
				return fail(why, ERR_INVALID, "at most %d measures at once", SHOW_MEASURES_MAX);
			size_t again = 0; /* named twice: shown once */
			while (again < t->n_measures && (int)t->measures[again] != code)
				again++;
			if (again == t->n_measures)
				t->measures[t->n_measures++] = (enum measure)code;
			at += len + (at[len] == ',');
		}
	return show_cube_check(r, t->n_measures, why);
}

/* --in gives whole subtrees, --unit single units; the question knows one of the two. */
enum err show_trend_units(struct run *r, bool *ret_subtree, struct msg_unit_ref **ret, size_t *ret_n, struct why *why)
{
	enum option opt = option_given(&r->o, OPT_IN) ? OPT_IN : OPT_UNIT;
	if (option_given(&r->o, OPT_IN) && option_given(&r->o, OPT_UNIT))
		return fail(why, ERR_INVALID, "--in and --unit exclude each other");
	*ret_subtree = opt == OPT_IN;
	*ret_n = r->o.given[opt].n;
	*ret = *ret_n ? arena_alloc(r->arena, *ret_n * sizeof **ret) : NULL;
	for (size_t i = 0; i < *ret_n; i++) {
		struct msg_unit_ref *ref;
		enum err e = option_unit(&r->o, r->o.given[opt].list[i], &ref, why);
		if (e != ERR_OK)
			return e;
		(*ret)[i] = *ref;
	}
	return ERR_OK;
}
