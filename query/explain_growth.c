/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_growth.c - what grew, in number, percent or points, and the rank of it among the rows that grew at once.
 *
 * Which row a row grew from is found again among those of the answer: of the period before, of several rounds the same,
 * else the one with most units in common. Both figures are made once more as any figure is; what grew is their
 * difference, in percent of the earlier one. Of a rank that is done with every row of the same two periods.
 */
#include "query/explaining.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum growing { GROWING_NUMBER, GROWING_PERCENT, GROWING_POINTS, GROWING_RANK };

struct growth {
	struct explain *x;
	enum measure measure;
	enum growing what;
	size_t n_rows;
	const struct msg_trend_row **rows; /* of the answer, in its order */
};
/* A row and the one before, made once more. */
struct grown {
	const struct msg_trend_row *now, *then;
	struct explain later, earlier;
	bool agrees;
	mpq_ptr from, change; /* NULL: one of the two is no exact number */
};

/* ---- which is meant ------------------------------------------------------------------------------------- */

static enum err read_name(struct growth *g)
{
	static const struct {
		const char *name;
		enum growing what;
	} names[] = {{"growth", GROWING_NUMBER}, {"percent", GROWING_PERCENT},      {"growth_percent", GROWING_PERCENT},
		     {"points", GROWING_POINTS}, {"growth_points", GROWING_POINTS}, {"growth_rank", GROWING_RANK}};
	struct explain *x = g->x;
	char *name = arena_text(x->r->a, x->q->figure, strlen(x->q->figure));
	for (char *p = name; *p; p++)
		*p = *p == ' ' || *p == '-' ? '_' : (char)tolower((unsigned char)*p);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i].name) == 0) {
			g->what = names[i].what;
			return ERR_OK;
		}
	return fail(
	    &x->r->why, ERR_INVALID,
	    "of a trend or count a figure is its measure, or growth, percent, points or growth_rank, not \"%.40s\"",
	    x->q->figure);
}

static bool same_group(const struct msg_trend_row *a, const struct msg_trend_row *b)
{
	bool same = strcmp(a->group, b->group) == 0 && strcmp(a->group_name, b->group_name) == 0 &&
		    a->n_categories == b->n_categories && a->n_among == b->n_among;
	for (size_t i = 0; i < a->n_categories && same; i++)
		same = strcmp(a->categories[i].dimension, b->categories[i].dimension) == 0 &&
		       strcmp(a->categories[i].code, b->categories[i].code) == 0;
	for (size_t i = 0; i < a->n_among && same; i++)
		same = strcmp(a->among[i], b->among[i]) == 0;
	return same;
}

/* The name of a group may be another at another time. */
static bool one_group(const struct msg_trend_row *a, const struct msg_trend_row *b)
{
	struct msg_trend_row named = *b;
	if (*a->group && !a->n_among)
		named.group_name = a->group_name;
	return same_group(a, &named);
}

static enum err rows_of(struct growth *g)
{
	struct explain *x = g->x;
	size_t room = 0;
	for (size_t p = 0; p < x->n_parts; p++)
		for (size_t i = 0; x->parts[p].trend && i < x->parts[p].trend->n_rows; i++) {
			g->rows = arena_grow(x->r->a, g->rows, g->n_rows, g->n_rows + 1,
					     sizeof(const struct msg_trend_row *), &room);
			g->rows[g->n_rows++] = &x->parts[p].trend->rows[i];
		}
	return answer_work(x->r);
}

static size_t place_of(const struct growth *g, const struct msg_trend_row *row)
{
	size_t i = 0;
	while (i < g->n_rows && !(same_group(g->rows[i], row) && strcmp(g->rows[i]->period, row->period) == 0 &&
				  strcmp(g->rows[i]->round, row->round) == 0))
		i++;
	return i;
}

static const struct msg_figure *figure_in(const struct msg_trend_row *row, enum measure m)
{
	for (size_t i = 0; i < row->n_figures; i++)
		if (row->figures[i].measure == m)
			return &row->figures[i];
	return NULL;
}

/* ---- one figure once more ------------------------------------------------------------------------------- */

static const char *group_text(struct explain *x, const struct msg_trend_row *row)
{
	const char *text = *row->group ? row->group : row->group_name;
	for (size_t i = 0; i < row->n_among; i++)
		text = arena_printf(x->r->a, "%s%s%s", i ? text : "", i ? "; " : "", row->among[i]);
	return text;
}

static enum err figure_of(struct growth *g, const struct msg_trend_row *row, struct explain *ret)
{
	struct explain *x = g->x;
	struct msg_explain_question *q = arena_alloc(x->r->a, sizeof *q);
	*q = (struct msg_explain_question){.trend = x->q->trend,
					   .count = x->q->count,
					   .group = group_text(x, row),
					   .n_categories = row->n_categories,
					   .categories = row->categories,
					   .period = row->period,
					   .round = *row->round ? row->round : "-",
					   .measure = g->measure};
	msg_fill_texts(&msg_type_explain_question, q);
	*ret = (struct explain){.r = x->r,
				.q = q,
				.numbers = x->numbers,
				.record = x->record,
				.key = "",
				.parts = x->parts,
				.n_parts = x->n_parts};
	return q->trend ? explain_trend(ret) : explain_count(ret);
}

static mpq_ptr exact_of(struct explain *x, const struct made *m)
{
	struct span s;
	if (m->as == MADE_EXACT)
		return m->exact;
	return m->as == MADE_WORDS && m->said && span_of(x, m->said, false, &s) && span_exact(&s) ? s.low : NULL;
}

/* ---- the row before ------------------------------------------------------------------------------------- */

/* The units that a row is of, in the structure that it is expressed in. */
static size_t units_of(const struct explain *y, const uint32_t **ret)
{
	uint32_t *list = arena_alloc(y->r->a, (y->n_cells + 1) * sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < y->n_cells; i++)
		if (explain_cell_in(y, &y->cells[i], y->key, y->round))
			list[n++] = y->cells[i].unit;
	*ret = list;
	return n;
}

static size_t in_common(const struct explain *a, const struct explain *b)
{
	const uint32_t *x, *y;
	size_t n_x = units_of(a, &x), n_y = units_of(b, &y), n = 0;
	for (size_t i = 0; i < n_x; i++) {
		bool both = false, again = false;
		for (size_t k = 0; k < n_y && !both; k++)
			both = x[i] == y[k];
		for (size_t k = 0; k < i && both && !again; k++)
			again = x[k] == x[i];
		n += both && !again;
	}
	return n;
}

/* Of several rounds of the period before the same one is nearer, else the one that has more units in common. */
static bool nearer(const struct grown *w, const struct msg_trend_row *row, const struct explain *y)
{
	bool same = strcmp(row->round, w->now->round) == 0, had = strcmp(w->then->round, w->now->round) == 0;
	return same || had ? same : in_common(&w->later, y) > in_common(&w->later, &w->earlier);
}

static enum err find_before(struct growth *g, struct grown *w)
{
	size_t at = place_of(g, w->now);
	struct explain y;
	enum err e = ERR_OK;
	while (at-- > 0 && e == ERR_OK) {
		const struct msg_trend_row *row = g->rows[at];
		if (!one_group(w->now, row) || (w->then && strcmp(row->period, w->then->period) != 0))
			break;
		if (strcmp(row->period, w->now->period) == 0)
			continue;
		e = figure_of(g, row, &y);
		if (e == ERR_OK && (!w->then || nearer(w, row, &y))) {
			w->then = row;
			w->earlier = y;
		}
	}
	return e;
}

static enum err grow(struct growth *g, struct grown *w)
{
	struct explain *x = g->x;
	enum err e = figure_of(g, w->now, &w->later);
	if (e == ERR_OK)
		e = find_before(g, w);
	if (e != ERR_OK || !w->then)
		return e;
	mpq_ptr now = exact_of(x, &w->later.made), then = exact_of(x, &w->earlier.made);
	w->agrees = w->later.agrees && w->earlier.agrees;
	if (!now || !then)
		return ERR_OK;
	w->from = then;
	w->change = number(x);
	mpq_sub(w->change, now, then);
	return answer_work(x->r);
}

/* ---- what is made of it --------------------------------------------------------------------------------- */

static void refuse(struct explain *x, const char *why)
{
	x->figure.refused = why;
	x->made = (struct made){.as = MADE_NOTHING, .words = why};
	x->recomputed = x->figure;
}

/* What the answer has, as a figure of its own. */
static void told(struct growth *g, const struct msg_growth *said)
{
	struct explain *x = g->x;
	bool percent = g->what == GROWING_PERCENT;
	const char *shown = percent ? said->percent : g->what == GROWING_POINTS ? said->points : said->absolute;
	x->figure = (struct msg_figure){.measure = g->measure,
					.numerator = percent ? said->percent_numerator : "",
					.denominator = percent ? said->percent_denominator : "",
					.shown = shown,
					.refused = "",
					.low = "",
					.high = ""};
	if (!*shown)
		x->figure.refused = !*said->absolute            ? said->undefined
				    : g->what == GROWING_POINTS ? "only what is in percent grows by points"
				    : *said->undefined          ? said->undefined
								: "a rank has no percentage";
}

static void conclude(struct growth *g, struct grown *w, const struct msg_growth *said)
{
	struct explain *x = g->x;
	bool from = strcmp(said->from_period, w->then->period) == 0;
	told(g, said);
	if (*x->figure.refused) {
		bool none = !*said->absolute            ? !w->change
			    : g->what == GROWING_POINTS ? true
			    : *said->undefined          ? w->change && mpq_sgn(w->from) <= 0
							: g->measure == MEASURE_RANK;
		refuse(x, x->figure.refused);
		x->agrees = w->agrees && from && none;
		return;
	}
	if (!w->change || (g->what == GROWING_PERCENT && mpq_sgn(w->from) <= 0)) {
		x->made = (struct made){.as = MADE_NOTHING, .words = "there is no exact figure at both ends"};
		made_tell(x, &x->made, &x->recomputed);
		return;
	}
	mpq_ptr q = number(x);
	mpq_set(q, w->change);
	if (g->what == GROWING_PERCENT) {
		mpq_ptr hundred = number(x);
		mpq_set_ui(hundred, 100, 1);
		mpq_div(q, q, w->from);
		mpq_mul(q, q, hundred);
	}
	x->made = (struct made){.as = MADE_EXACT, .exact = q};
	made_tell(x, &x->made, &x->recomputed);
	x->agrees = w->agrees && from && strcmp(x->recomputed.shown, x->figure.shown) == 0 &&
		    (g->what != GROWING_PERCENT || made_agrees(x, &x->made, &x->figure));
}

/* ---- the rank ------------------------------------------------------------------------------------------- */

static bool shown_growth(struct explain *x, const struct msg_figure *f, mpq_ptr ret)
{
	struct num n;
	(void)x;
	if (!f || !f->growth || num_parse(f->growth->absolute, &n, NULL) != ERR_OK)
		return false;
	num_to_fraction(n, ret);
	return true;
}

/* The rank as the rows of the answer have it: among those that grew between the same two periods, as shown. */
static unsigned long told_rank(struct growth *g, const struct msg_trend_row *now, const struct msg_growth *said)
{
	struct explain *x = g->x;
	mpq_ptr own = number(x), other = number(x);
	unsigned long larger = 0;
	(void)!shown_growth(x, figure_in(now, g->measure), own);
	for (size_t i = 0; i < g->n_rows; i++) {
		const struct msg_figure *f = figure_in(g->rows[i], g->measure);
		if (shown_growth(x, f, other) && strcmp(g->rows[i]->period, now->period) == 0 &&
		    strcmp(f->growth->from_period, said->from_period) == 0)
			larger += mpq_cmp(other, own) > 0;
	}
	return larger + 1;
}

#define RANKED_MAX 400u /* rows whose growth is made once more for one rank */

/* Rounded as the row shows it: what is equal as shown shares its rank. */
static void rounded(struct explain *x, mpq_srcptr q, const char *shown, mpq_ptr ret)
{
	struct num n;
	if (num_parse(mpq_decimal(x->r->a, q, places_shown(shown)), &n, NULL) == ERR_OK)
		num_to_fraction(n, ret);
}

static enum err rank_again(struct growth *g, const struct grown *w, unsigned long *ret, bool *ret_agrees)
{
	struct explain *x = g->x;
	mpq_ptr own = number(x), other = number(x);
	const char *shown = figure_in(w->now, g->measure)->growth->absolute, *larger = "";
	size_t peers = 0;
	enum err e = ERR_OK;
	*ret = 1;
	*ret_agrees = w->change && w->agrees;
	if (w->change)
		rounded(x, w->change, shown, own);
	for (size_t i = 0; i < g->n_rows && e == ERR_OK && w->change; i++) {
		struct grown v = {.now = g->rows[i]};
		const struct msg_figure *f = figure_in(v.now, g->measure);
		if (v.now == w->now || strcmp(v.now->period, w->now->period) != 0 || !f || *f->refused)
			continue;
		if (++peers > RANKED_MAX)
			return fail(&x->r->why, ERR_INVALID,
				    "a rank of growth among more than %u rows is not explained: ask about fewer groups",
				    RANKED_MAX);
		e = grow(g, &v);
		if (e != ERR_OK || !v.then || !v.change || !f->growth || strcmp(v.then->period, w->then->period) != 0)
			continue;
		*ret_agrees &= v.agrees;
		rounded(x, v.change, f->growth->absolute, other);
		if (mpq_cmp(other, own) <= 0)
			continue;
		++*ret;
		if (*ret <= 11)
			larger = arena_printf(x->r->a, "%s%s%s %s", larger, *larger ? ", " : "", v.now->group_name,
					      mpq_decimal(x->r->a, other, places_shown(f->growth->absolute)));
	}
	if (*larger)
		explain_note(x, arena_printf(x->r->a, "more grew: %s%s", larger, *ret > 11 ? ", …" : ""));
	return e;
}

static enum err rank(struct growth *g, const struct grown *w, const struct msg_growth *said)
{
	struct explain *x = g->x;
	unsigned long again = 0, is = told_rank(g, w->now, said);
	bool agrees;
	if (!*said->absolute) {
		refuse(x, said->undefined);
		x->agrees = w->agrees && !w->change;
		return ERR_OK;
	}
	enum err e = rank_again(g, w, &again, &agrees);
	x->figure = (struct msg_figure){.measure = g->measure,
					.numerator = arena_printf(x->r->a, "%lu", is),
					.denominator = "1",
					.shown = arena_printf(x->r->a, "%lu", is),
					.refused = "",
					.low = "",
					.high = ""};
	mpq_ptr q = number(x);
	mpq_set_ui(q, again, 1);
	x->made = (struct made){.as = MADE_EXACT, .exact = q};
	made_tell(x, &x->made, &x->recomputed);
	x->agrees = agrees && made_agrees(x, &x->made, &x->figure);
	explain_rule(x, "the rank of growth is one more than the number of rows that grew more between the same two "
			"periods; equal ones, as shown, share it");
	return e;
}

/* ---- the question --------------------------------------------------------------------------------------- */

static void rules(struct growth *g, const struct grown *w)
{
	struct explain *x = g->x;
	static const char *const sentences[] = {
	    [GROWING_NUMBER] = "growth is the figure less that of the period before, of the same group and categories",
	    [GROWING_PERCENT] = "growth in percent is the difference from the period before, of the figure of then",
	    [GROWING_POINTS] = "of figures in percent the difference from the period before is in points",
	    [GROWING_RANK] = NULL,
	};
	if (sentences[g->what])
		explain_rule(x, sentences[g->what]);
	explain_note(x, arena_printf(x->r->a, "%s: %s; %s: %s", w->then->period, w->earlier.recomputed.shown,
				     w->now->period, w->later.recomputed.shown));
}

static enum err of_row(struct growth *g)
{
	struct explain *x = g->x;
	size_t at = place_of(g, &x->row);
	struct grown w = {.now = at < g->n_rows ? g->rows[at] : NULL};
	const struct msg_figure *f = w.now ? figure_in(w.now, g->measure) : NULL;
	if (!f)
		return fail(&x->r->why, ERR_NOT_FOUND, "the row is not in the answer");
	if (!f->growth)
		return fail(
		    &x->r->why, ERR_NOT_FOUND,
		    "the figure has no growth: it is the first of its group, it is refused, or no unit is in the "
		    "row before too");
	enum err e = grow(g, &w);
	if (e != ERR_OK)
		return e;
	if (!w.then)
		return fail(&x->r->why, ERR_NOT_FOUND, "no row before it is of its group and categories");
	explain_take(x, &w.later, false);
	explain_take(x, &w.earlier, true);
	rules(g, &w);
	if (g->what == GROWING_RANK)
		e = rank(g, &w, f->growth);
	else
		conclude(g, &w, f->growth);
	x->row.n_figures = 1;
	x->row.figures = &x->figure;
	x->row.period = arena_printf(x->r->a, "%s → %s", w.then->period, w.now->period);
	return e;
}

enum err explain_growth(struct explain *x)
{
	static const char *const lines[] = {[GROWING_NUMBER] = "growth",
					    [GROWING_PERCENT] = "growth in percent",
					    [GROWING_POINTS] = "growth in points",
					    [GROWING_RANK] = "rank of growth"};
	struct growth g = {.x = x};
	x->t = x->q->trend;
	x->only = x->t ? (x->t->n_measures == 1 ? x->t->measures[0] : MEASURE_UNSPECIFIED)
		       : (x->q->count->n_measures == 1 ? x->q->count->measures[0] : MEASURE_UNSPECIFIED);
	enum err e = read_name(&g);
	if (e == ERR_OK)
		e = explain_ask(x);
	if (e == ERR_OK)
		e = explain_find(x);
	if (e == ERR_OK)
		e = rows_of(&g);
	if (e != ERR_OK)
		return e;
	g.measure = x->figure.measure;
	const char *name = msg_code_name(&msg_enum_measure, (int)g.measure);
	char *lower = arena_text(x->r->a, name, strlen(name));
	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	x->line = arena_printf(x->r->a, "%s, %s", lines[g.what], lower);
	return of_row(&g);
}
