/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_stock.c - a line of a balance of printed figures: the stock at one of the two moments, the figures of an
 * indicator that lie between them, what was corrected, and what is left.
 */
#include "query/explain_balance.h"
#include <stdlib.h>
#include <string.h>

struct moment {
	int32_t day, lo, hi;
	struct when when; /* WHEN_NONE = a day */
	bool exactly;     /* figures of this period only */
};
struct figures {
	struct explain y;
	struct span sum;
	size_t n;
	struct contributor **list; /* those that count */
};
struct stock {
	struct account *b;
	const struct msg_balance_row *row;
	bool whole;
	struct moment from, to;
};

/* ---- statements ----------------------------------------------------------------------------------------- */

static bool is_total(struct answer *r, const struct msg_indicator *def, const struct msg_category *c)
{
	bool total = false;
	for (size_t i = 0; i < def->n_dimensions; i++) {
		if (strcmp(def->dimensions[i].id, c->dimension) != 0)
			continue;
		const struct msg_code_list *l =
		    define_find(r->v, SPACE_CODE_LIST, def->dimensions[i].code_list, r->a, NULL);
		for (size_t k = 0; l && k < l->n_codes; k++)
			total |= l->codes[k].total && strcmp(l->codes[k].code, c->code) == 0;
	}
	return total;
}

/* Of each dimension the code that is asked for; of one that is not asked about its total. */
static bool stands_for(struct answer *r, const struct msg_balance_question *q, const struct msg_indicator *def,
		       const struct series *s)
{
	bool fits = true;
	for (size_t i = 0; i < s->n_categories && fits; i++) {
		const struct msg_category *c = &s->categories[i];
		bool asked = false, named = false;
		for (size_t k = 0; k < q->n_categories; k++)
			if (strcmp(q->categories[k].dimension, c->dimension) == 0) {
				asked = true;
				named = strcmp(q->categories[k].code, c->code) == 0;
			}
		fits = asked ? named : is_total(r, def, c);
	}
	return fits;
}

/* All that is said of an indicator, in one round or (NULL) in any. */
static enum err read_figures(struct stock *s, const char *indicator, const char *round, uint64_t rev,
			     struct figures *ret)
{
	struct explain *x = s->b->x;
	struct answer *r = x->r;
	struct series *all;
	*ret = (struct figures){.sum = span_zero(x)};
	struct explain *y = &ret->y;
	explain_inside(x, indicator, round, y);
	y->at_point = true;
	uint64_t as_of = r->v->as_of;
	r->v->as_of = s->b->to.rev; /* which series it is is known as of the closing */
	y->def = define_find(r->v, SPACE_INDICATOR, indicator, r->a, NULL);
	size_t n = y->def ? series_find(r->v, indicator, NULL, 0, r->a, &all) : 0;
	for (size_t i = 0; i < n && !y->n_series; i++)
		if (stands_for(r, s->b->q, y->def, &all[i])) {
			y->series = &all[i];
			y->n_series = 1;
		}
	r->v->as_of = rev;
	enum err e = y->n_series ? explain_read_all(y) : r->v->err;
	r->v->as_of = as_of;
	ret->list = arena_alloc(r->a, (y->n_from + 1) * sizeof(struct contributor *));
	x->unheard |= y->unheard;
	for (size_t i = 0; i < y->n_rules; i++)
		explain_rule(x, y->rules[i]);
	return e;
}

static struct when when_of(const struct stock *s, const struct contributor *k)
{
	struct when w = {0};
	(void)ref_when(s->b->x->r->v, k->s->ref, &w);
	return w;
}

static bool in_row(const struct stock *s, const struct contributor *k, const struct when *w)
{
	struct account *b = s->b;
	int32_t day = when_reference_day(w);
	return scope_has(b->scope, k->s->unit, day) && scope_group(b->scope, k->s->unit, day) == b->group;
}

/* What it says is put to the sum, or (false) is no number. */
static bool put(struct figures *f, struct contributor *k)
{
	struct explain *y = &f->y;
	if (k->s->said->missing || !span_of(y, k->s->said, false, &k->number))
		return false;
	span_add(&f->sum, &k->number);
	f->list[f->n++] = k;
	return true;
}

/* ---- at a moment ---------------------------------------------------------------------------------------- */

static bool of_moment(const struct moment *m, const struct when *w)
{
	if (m->when.precision == WHEN_NONE)
		return w->lo <= m->day && m->day <= w->hi;
	return !m->exactly || when_eq(w, &m->when);
}

/* The period itself, else the shortest, else the latest. */
static bool fits_better(const struct moment *m, const struct when *w, const struct when *than)
{
	bool a = when_eq(w, &m->when), b = when_eq(than, &m->when);
	int64_t days = (int64_t)w->hi - w->lo, others = (int64_t)than->hi - than->lo;
	if (a != b)
		return a;
	return days != others ? days < others : when_cmp(w, than) > 0;
}

static int by_unit(const void *a, const void *b)
{
	const struct contributor *const *x = a, *const *y = b;
	if ((*x)->s->unit != (*y)->s->unit)
		return (*x)->s->unit < (*y)->s->unit ? -1 : 1;
	return (*x > *y) - (*x < *y);
}

/* The figures of the row's units at a moment. */
static bool sum_at(struct stock *s, struct figures *f, const struct moment *m)
{
	struct explain *y = &f->y;
	struct contributor **some = arena_alloc(y->r->a, (y->n_from + 1) * sizeof(struct contributor *));
	size_t n = 0;
	bool told = true;
	for (size_t i = 0; i < y->n_from; i++) {
		struct when w = when_of(s, &y->from[i]);
		if (of_moment(m, &w) && in_row(s, &y->from[i], &w))
			some[n++] = &y->from[i];
	}
	if (n)
		qsort(some, n, sizeof(struct contributor *), by_unit);
	for (size_t i = 0, end; i < n; i = end) {
		struct contributor *best = some[i];
		for (end = i + 1; end < n && some[end]->s->unit == some[i]->s->unit; end++) {
			struct when w = when_of(s, some[end]), than = when_of(s, best);
			best = fits_better(m, &w, &than) ? some[end] : best;
		}
		told &= put(f, best);
	}
	return told && n && (n == 1 || y->def->over_units == AGGREGATION_ADDITIVE);
}

static enum err opening(struct stock *s, bool late, struct figures *f, bool *ret_told)
{
	struct account *b = s->b;
	const char *round = s->whole && b->from.round ? b->from.said->round : NULL;
	enum err e = read_figures(s, b->q->indicator, round, late ? b->to.rev : b->from.rev, f);
	*ret_told = e == ERR_OK && sum_at(s, f, &s->from);
	return e;
}

static enum err closing(struct stock *s, struct figures *f, bool *ret_told)
{
	struct account *b = s->b;
	const char *round = s->whole && b->to.round ? b->to.said->round : NULL;
	enum err e = read_figures(s, b->q->indicator, round, b->to.rev, f);
	*ret_told = e == ERR_OK && sum_at(s, f, &s->to);
	return e;
}

/* ---- between -------------------------------------------------------------------------------------------- */

/* From a first of January to a thirty-first of December. */
static bool of_years(const struct when *w, int *ret_first, int *ret_last)
{
	int m, d, m2, d2;
	if (w->lo == WHEN_DAY_MIN || w->hi == WHEN_DAY_MAX)
		return false;
	day_parts(w->lo, ret_first, &m, &d);
	day_parts(w->hi, ret_last, &m2, &d2);
	return m == 1 && d == 1 && m2 == 12 && d2 == 31;
}

static int year(int32_t day)
{
	int y, m, d;
	day_parts(day, &y, &m, &d);
	return y;
}

static bool lies_between(const struct stock *s, const struct when *w)
{
	int first, last;
	if (s->from.day == s->to.day || w->lo == WHEN_DAY_MIN || w->hi == WHEN_DAY_MAX || w->hi <= s->from.hi)
		return false;
	return (w->lo >= s->from.lo && w->hi <= s->to.hi) ||
	       (of_years(w, &first, &last) && first >= year(s->from.lo) && last <= year(s->to.hi));
}

struct lying {
	struct contributor *k;
	struct when w;
};

static int longest_first(const void *a, const void *b)
{
	const struct lying *x = a, *y = b;
	int64_t dx = (int64_t)x->w.hi - x->w.lo, dy = (int64_t)y->w.hi - y->w.lo;
	return dx != dy ? (dx > dy ? -1 : 1) : when_cmp(&x->w, &y->w);
}

/* Of periods of a unit that share days the longest counts. */
static bool shares_days(const struct lying *list, size_t n, const bool *taken, const struct lying *x)
{
	for (size_t i = 0; i < n; i++)
		if (taken[i] && list[i].k->s->unit == x->k->s->unit && list[i].w.lo <= x->w.hi &&
		    x->w.lo <= list[i].w.hi)
			return true;
	return false;
}

static enum err flow_of(struct stock *s, const char *indicator, struct figures *f, bool *ret_told)
{
	struct answer *r = s->b->x->r;
	enum err e = read_figures(s, indicator, NULL, s->b->to.rev, f);
	struct lying *list = arena_alloc(r->a, (f->y.n_from + 1) * sizeof *list);
	bool *taken = arena_alloc(r->a, f->y.n_from + 1);
	size_t n = 0;
	*ret_told = true;
	for (size_t i = 0; i < f->y.n_from && e == ERR_OK; i++) {
		struct when w = when_of(s, &f->y.from[i]);
		if (in_row(s, &f->y.from[i], &w) && lies_between(s, &w))
			list[n++] = (struct lying){&f->y.from[i], w};
	}
	if (n)
		qsort(list, n, sizeof *list, longest_first);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		if (shares_days(list, n, taken, &list[i]))
			continue;
		taken[i] = true;
		*ret_told &= put(f, list[i].k);
		e = answer_work(r);
	}
	return e;
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

static void tell(struct stock *s, struct figures *f, int sign)
{
	struct explain *x = s->b->x;
	for (size_t i = 0; i < f->n; i++) {
		struct contributor *k = f->list[i];
		struct msg_explain_item *item = explain_item(x);
		struct span adds = span_zero(x);
		span_add_sign(&adds, &k->number, sign);
		explain_tell(&f->y, k, item);
		explain_tell_used(x, &adds, true, item->used);
	}
}

static bool same_end(mpq_srcptr x, bool no_x, bool x_out, mpq_srcptr y, bool no_y, bool y_out)
{
	return no_x == no_y && (no_x || (x_out == y_out && mpq_equal(x, y)));
}

/* The opening as known now less that of then, where they say something else. */
static enum err corrected(struct stock *s, bool items, struct span *ret, bool *ret_told)
{
	struct figures then, now;
	bool told_then = false, told_now = false;
	enum err e = opening(s, false, &then, &told_then);
	if (e == ERR_OK)
		e = opening(s, true, &now, &told_now);
	*ret = span_zero(s->b->x);
	*ret_told = told_then && told_now;
	const struct span *a = &then.sum, *z = &now.sum;
	if (e != ERR_OK || !*ret_told ||
	    (same_end(a->low, a->no_low, a->low_out, z->low, z->no_low, z->low_out) &&
	     same_end(a->high, a->no_high, a->high_out, z->high, z->no_high, z->high_out)))
		return e;
	span_add_sign(ret, z, 1);
	span_add_sign(ret, a, -1);
	if (items) {
		tell(s, &then, -1);
		tell(s, &now, 1);
	}
	return e;
}

static bool listed(const char *const *list, size_t n, const char *id)
{
	return explain_has_key(list, n, id);
}

/* All lines together: what the closing has more than the opening and the flows account for. */
static enum err unexplained(struct stock *s, struct span *ret, bool *ret_told)
{
	struct account *b = s->b;
	const struct msg_balance_question *q = b->q;
	struct figures f;
	struct span more;
	bool told;
	enum err e = closing(s, &f, ret_told);
	if (e == ERR_OK) {
		span_add_sign(ret, &f.sum, 1);
		tell(s, &f, 1);
		e = opening(s, !s->whole, &f, &told);
		*ret_told &= told;
	}
	if (e == ERR_OK) {
		span_add_sign(ret, &f.sum, -1);
		tell(s, &f, -1);
	}
	if (e == ERR_OK && s->whole && b->from.rev != b->to.rev) {
		e = corrected(s, false, &more, &told);
		span_add_sign(ret, &more, -1);
	}
	for (size_t i = 0; i < q->n_inflows + q->n_outflows && e == ERR_OK; i++) {
		bool out = i >= q->n_inflows;
		e = flow_of(s, out ? q->outflows[i - q->n_inflows] : q->inflows[i], &f, &told);
		*ret_told &= told;
		if (e == ERR_OK) {
			span_add_sign(ret, &f.sum, out ? 1 : -1);
			tell(s, &f, out ? 1 : -1);
		}
	}
	return e;
}

static enum err line(struct stock *s, const char *through, struct span *ret, bool *ret_told)
{
	struct account *b = s->b;
	struct figures f;
	enum err e;
	int sign = 1;
	switch (b->line) {
	case LINE_OPENING:
		e = opening(s, !s->whole, &f, ret_told);
		break;
	case LINE_CLOSING:
		e = closing(s, &f, ret_told);
		break;
	case LINE_UNEXPLAINED:
		return unexplained(s, ret, ret_told);
	case FLOW_KIND_CORRECTED:
		return corrected(s, true, ret, ret_told);
	default: /* not an enum */
		sign = b->line == FLOW_KIND_ENDED ? -1 : 1;
		if (!listed(b->q->inflows, b->q->n_inflows, through) &&
		    !listed(b->q->outflows, b->q->n_outflows, through))
			return fail(&b->x->r->why, ERR_NOT_FOUND, "the balance has no flow of \"%.100s\"", through);
		e = flow_of(s, through, &f, ret_told);
	}
	if (e != ERR_OK)
		return e;
	span_add_sign(ret, &f.sum, sign);
	tell(s, &f, sign);
	return e;
}

/* ---- the two moments ------------------------------------------------------------------------------------ */

static struct moment moment_of(const struct point *p)
{
	bool day = p->when.precision == WHEN_NONE;
	return (struct moment){p->day, day ? p->day : p->when.lo, day ? p->day : p->when.hi, p->when,
			       !p->round || *p->said->period};
}

/* Of a link of a chain: a period as it was said. */
static struct moment moment_said(const char *text)
{
	struct when w = {0};
	(void)!when_parse(text, &w, NULL);
	return (struct moment){when_reference_day(&w), w.lo, w.hi, w, true};
}

enum err explain_stock(struct account *b, const struct msg_balance_row *row, const char *through, struct made *ret)
{
	struct stock s = {.b = b, .row = row};
	struct span sum = span_zero(b->x);
	bool told = false;
	s.whole = strcmp(row->from, b->from.text) == 0 && strcmp(row->to, b->to.text) == 0;
	s.from = s.whole ? moment_of(&b->from) : moment_said(row->from);
	s.to = s.whole ? moment_of(&b->to) : moment_said(row->to);
	enum err e = line(&s, through, &sum, &told);
	if (e != ERR_OK)
		return e;
	if (b->line == LINE_UNEXPLAINED)
		explain_rule(b->x, "unexplained: the closing less the opening and all flows, each made by itself");
	else if (b->line != LINE_OPENING && b->line != LINE_CLOSING && b->line != FLOW_KIND_CORRECTED)
		explain_rule(b->x,
			     "a flow's figures count whose periods lie between opening and closing; of those of a "
			     "unit that share days the longest");
	if (!told)
		*ret = (struct made){.as = MADE_NOTHING, .words = "one of the figures is no number"};
	else if (span_exact(&sum))
		*ret = (struct made){.as = MADE_EXACT, .exact = sum.low};
	else
		*ret = (struct made){.as = MADE_BETWEEN, .span = sum};
	return ERR_OK;
}
