/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_printed.c - a stock as printed at two rounds, with the printed figures of what came and went between.
 *
 * A flow's period lies between when it begins no earlier than the opening's reference does and ends after the opening
 * and no later than the closing; years are said roughly, so that of a period of whole years the years decide. Of
 * periods of one unit that share days the longest counts, the others are told in a note, since they would count twice.
 */
#include "query/balance_stock.h"
#include <stdlib.h>
#include <string.h>

/* One of the two times of a row. */
struct moment {
	int32_t day, lo, hi;
	struct when when; /* WHEN_NONE = a day */
	bool exactly;     /* figures of this period only; else of any of the round */
	const char *text;
};

/* ---- the figure of a moment ------------------------------------------------------------------------- */

static struct moment moment_of(const struct point *p)
{
	bool day = p->when.precision == WHEN_NONE;
	return (struct moment){.day = p->day,
			       .lo = day ? p->day : p->when.lo,
			       .hi = day ? p->day : p->when.hi,
			       .when = p->when,
			       .exactly = !p->round || *p->said->period,
			       .text = p->text};
}

static bool of_moment(const struct moment *m, const struct printed *x)
{
	if (m->when.precision == WHEN_NONE)
		return x->when.lo <= m->day && m->day <= x->when.hi;
	return !m->exactly || when_eq(&x->when, &m->when);
}

static bool better(const struct moment *m, const struct printed *x, const struct printed *y)
{
	bool a = when_eq(&x->when, &m->when), b = when_eq(&y->when, &m->when);
	int64_t la = (int64_t)x->when.hi - x->when.lo, lb = (int64_t)y->when.hi - y->when.lo;
	if (a != b)
		return a;
	return la != lb ? la < lb : when_cmp(&x->when, &y->when) > 0;
}

static const struct printed *at_moment(const struct printed_list *l, const struct moment *m, uint32_t unit)
{
	const struct printed *best = NULL;
	size_t low = 0, high = l->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (l->of_unit[middle]->unit < unit)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < l->n && l->of_unit[low]->unit == unit; low++)
		if (of_moment(m, l->of_unit[low]) && (!best || better(m, l->of_unit[low], best)))
			best = l->of_unit[low];
	return best;
}

/* ---- what lies between ------------------------------------------------------------------------------ */

static bool whole_years(const struct when *w)
{
	int y, m, d, y2, m2, d2;
	if (w->lo == WHEN_DAY_MIN || w->hi == WHEN_DAY_MAX)
		return false;
	day_parts(w->lo, &y, &m, &d);
	day_parts(w->hi, &y2, &m2, &d2);
	return m == 1 && d == 1 && m2 == 12 && d2 == 31;
}

static int year_of(int32_t day)
{
	int y, m, d;
	day_parts(day, &y, &m, &d);
	return y;
}

static bool between(const struct moment *from, const struct moment *to, const struct when *w)
{
	if (w->lo == WHEN_DAY_MIN || w->hi == WHEN_DAY_MAX || w->hi <= from->hi || from->day == to->day)
		return false;
	if (w->lo >= from->lo && w->hi <= to->hi)
		return true;
	return whole_years(w) && year_of(w->lo) >= year_of(from->lo) && year_of(w->hi) <= year_of(to->hi);
}

/* Not between, yet some of it is. A year that both share does not make it so. */
static bool partly(const struct moment *from, const struct moment *to, const struct when *w)
{
	if (w->hi == WHEN_DAY_MAX || w->hi <= from->hi || w->lo >= to->lo || from->day == to->day)
		return false;
	return !whole_years(w) || (year_of(w->hi) > year_of(from->hi) && year_of(w->lo) < year_of(to->lo));
}

static bool counted_already(const struct flows *f, const struct printed *x)
{
	for (const struct printed *y = x; y > f->list.list && y[-1].unit == x->unit && y[-1].group == x->group; y--) {
		if (y[-1].taken && y[-1].when.lo <= x->when.hi && x->when.lo <= y[-1].when.hi)
			return true;
	}
	return false;
}

/* Values that stand side by side: which one was chosen, and that there was a choice. */
static void choice_note(struct balance *b, struct balance_row *row, const char *what, const char *whose,
			const struct printed *x)
{
	if (x && x->values > 1)
		balance_note(b, row,
			     arena_printf(b->r->a, "%s of %s%s: %s stand side by side; chosen by %s", what, whose,
					  x->period, x->all, x->rule));
}

static void flow_take(struct balance *b, struct balance_row *row, const struct flows *f, const struct printed *x)
{
	struct balance_flow *flow = balance_flow(b, row, f->out ? FLOW_KIND_ENDED : FLOW_KIND_NEW, 0, f->indicator);
	struct amount zero = amount_zero(b->all), y;
	if (!amount_of_value(b->all, x->value, &y)) {
		flow->refused = arena_printf(b->r->a, "%s of %s is %s, which is no number", f->indicator, x->period,
					     value_text(b->r->a, x->value));
		return;
	}
	if (f->out)
		y = amount_minus(b->all, &zero, &y);
	flow->amount = amount_plus(b->all, &flow->amount, &y);
	balance_name(b, flow, x->unit);
	choice_note(b, row, f->indicator, "", x);
}

static void flows_take(struct stock *s, struct balance_row *row, const struct moment *from, const struct moment *to,
		       struct flows *f)
{
	struct balance *b = s->b;
	struct printed *list;
	size_t n = printed_of_group(&f->list, row->group, &list);
	bool any = false;
	answer_did(b->r, n);
	for (size_t i = 0; i < n; i++)
		list[i].taken = false;
	for (size_t i = 0; i < n; i++) {
		struct printed *x = &list[i];
		if (!between(from, to, &x->when)) {
			if (partly(from, to, &x->when))
				balance_note(b, row,
					     arena_printf(b->r->a,
							  "%s of %s is left out: only a part of it lies between",
							  f->indicator, x->period));
			continue;
		}
		if (counted_already(f, x)) {
			balance_note(b, row,
				     arena_printf(b->r->a, "%s of %s is left out: it shares days with another figure",
						  f->indicator, x->period));
			continue;
		}
		x->taken = any = true;
		flow_take(b, row, f, x);
	}
	if (!any)
		balance_note(b, row, arena_printf(b->r->a, "no figure of %s lies between", f->indicator));
}

/* ---- rows ------------------------------------------------------------------------------------------- */

/* The figures of the units of a group at a moment. *ret: each unit's, how many. */
static unsigned group_at(struct stock *s, uint32_t group, const struct printed_list *l, const struct moment *m,
			 const struct printed ***ret)
{
	struct printed *list;
	size_t all = printed_of_group(l, group, &list);
	unsigned n = 0;
	*ret = arena_alloc(s->b->r->a, (all + 1) * sizeof **ret);
	answer_did(s->b->r, all);
	for (size_t i = 0; i < all; i++)
		if (of_moment(m, &list[i]) && &list[i] == at_moment(l, m, list[i].unit))
			(*ret)[n++] = &list[i];
	return n;
}

/* One side of a row. */
struct side {
	unsigned n;
	const struct printed **list;
};

/* Added up. */
static struct side group_sum(struct stock *s, struct balance_row *row, const struct printed_list *l,
			     const struct moment *m, const char *what, struct amount *sum, const char **refused)
{
	struct balance *b = s->b;
	struct side side;
	side.n = group_at(s, row->group, l, m, &side.list);
	*sum = amount_zero(b->all);
	for (unsigned i = 0; i < side.n; i++) {
		const struct printed *x = side.list[i];
		const char *whose =
		    side.n > 1 ? arena_printf(b->r->a, "%s, ", unit_name(b->r->v, x->unit, m->day, b->r->a)) : "";
		struct amount y;
		if (amount_of_value(b->all, x->value, &y))
			*sum = amount_plus(b->all, sum, &y);
		else
			*refused = arena_printf(b->r->a, "%s of %s%s is %s, which is no number", s->def->id, whose,
						x->period, value_text(b->r->a, x->value));
		choice_note(b, row, what, whose, x);
	}
	if (!side.n)
		*refused = arena_printf(b->r->a, "%s has no figure of %s", s->def->id, m->text);
	else if (side.n > 1 && s->def->over_units != AGGREGATION_ADDITIVE)
		*refused = arena_printf(
		    b->r->a, "%s of %u units cannot be added: what they share would count twice (group_by unit)",
		    s->def->id, side.n);
	return side;
}

static int by_its_unit(const void *x, const void *y)
{
	const struct printed *a = *(const struct printed *const *)x, *b = *(const struct printed *const *)y;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

/* What is not of the same units, or not measured alike, is no balance of one thing. */
static void alike_notes(struct stock *s, struct balance_row *row, const struct side *x, const struct side *y)
{
	struct balance *b = s->b;
	unsigned both = 0;
	uint64_t first = UINT64_MAX, last = 0;
	if (!x->n || !y->n)
		return;
	qsort(x->list, x->n, sizeof *x->list, by_its_unit);
	for (unsigned i = 0; i < x->n; i++)
		first = x->list[i]->under < first ? x->list[i]->under : first;
	for (unsigned i = 0; i < y->n; i++) {
		last = y->list[i]->under > last ? y->list[i]->under : last;
		both += bsearch(&y->list[i], x->list, x->n, sizeof *x->list, by_its_unit) != NULL;
	}
	if (both < x->n || both < y->n)
		balance_note(b, row,
			     arena_printf(b->r->a, "the opening is of %u units, the closing of %u: %u are in both",
					  x->n, y->n, both));
	if (define_breaks(b->r->v, s->def->id, first, last, b->work))
		balance_note(b, row, "the definition changed between the two: not comparable");
}

static void frame_note(struct balance *b, struct balance_row *row)
{
	const struct msg_round *x = b->from.def, *y = b->to.def;
	if (x && y && x->frame && y->frame && x->frame->population != y->frame->population)
		balance_note(b, row,
			     arena_printf(b->r->a, "the frame changed, %u → %u %s", x->frame->population,
					  y->frame->population, y->unit_kind));
}

/* What of the opening is known wrong since. */
static void corrected(struct stock *s, struct balance_row *row, const struct moment *from)
{
	struct balance *b = s->b;
	struct amount now;
	const char *refused = NULL;
	(void)group_sum(s, row, &s->now, from, "opening", &now, &refused);
	if (row->opening_refused || refused || amount_equal(&now, &row->opening))
		return;
	struct balance_flow *f = balance_flow(b, row, FLOW_KIND_CORRECTED, 0, s->def->id);
	f->amount = amount_minus(b->all, &now, &row->opening);
}

static void one_row(struct stock *s, uint32_t group, const struct moment *from, const struct moment *to, bool link)
{
	struct balance *b = s->b;
	bool late = !link && b->from.rev != b->to.rev;
	struct balance_row *row = balance_row(b, group, from->text, to->text);
	if (row->n_flows || row->n_notes)
		return; /* the whole is the only link */
	row->day = to->day;
	struct side x = group_sum(s, row,
				  link   ? &s->any
				  : late ? &s->then
					 : &s->now,
				  from, "opening", &row->opening, &row->opening_refused),
		    y = group_sum(s, row, link ? &s->any : &s->closing, to, "closing", &row->closing,
				  &row->closing_refused);
	alike_notes(s, row, &x, &y);
	if (late)
		corrected(s, row, from);
	if (!link)
		frame_note(b, row);
	for (size_t i = 0; i < s->n_flows; i++)
		flows_take(s, row, from, to, &s->flows[i]);
	if (!b->q->n_outflows)
		balance_note(b, row, "nobody lists what ended or was merged: it is in what is unexplained");
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* The groups that have a figure at either end. */
static size_t groups_of(struct stock *s, const struct moment *from, const struct moment *to, uint32_t **ret)
{
	struct balance *b = s->b;
	const struct printed_list *lists[] = {&s->then, &s->now, &s->closing};
	size_t n = 0, kept = 0;
	*ret = arena_alloc(b->r->a, (s->then.n + s->now.n + s->closing.n + 1) * sizeof **ret);
	for (int k = 0; k < 3; k++)
		for (size_t i = 0; i < lists[k]->n; i++) {
			const struct printed *x = &lists[k]->list[i];
			if (of_moment(k < 2 ? from : to, x))
				(*ret)[n++] = x->group;
		}
	if (n)
		qsort(*ret, n, sizeof **ret, by_number);
	for (size_t i = 0; i < n; i++)
		if (!i || (*ret)[i] != (*ret)[i - 1])
			(*ret)[kept++] = (*ret)[i];
	return kept;
}

static int by_when(const void *x, const void *y)
{
	const struct moment *a = x, *b = y;
	return a->day != b->day ? (a->day < b->day ? -1 : 1) : when_cmp(&a->when, &b->when);
}

/* The references of the stock from the one to the other, each once. */
static size_t moments_of(struct stock *s, uint32_t group, const struct moment *from, const struct moment *to,
			 struct moment **ret)
{
	struct printed *figures;
	size_t all = printed_of_group(&s->any, group, &figures), n = 0, kept = 0;
	struct moment *list = *ret = arena_alloc(s->b->r->a, (all + 1) * sizeof *list);
	for (size_t i = 0; i < all; i++) {
		const struct printed *x = &figures[i];
		int32_t day = when_reference_day(&x->when);
		if (day < from->day || day > to->day)
			continue;
		list[n++] = (struct moment){day, x->when.lo, x->when.hi, x->when, true, x->period};
	}
	if (n)
		qsort(list, n, sizeof *list, by_when);
	for (size_t i = 0; i < n; i++)
		if (!kept || !when_eq(&list[kept - 1].when, &list[i].when))
			list[kept++] = list[i];
	return kept;
}

enum err balance_printed(struct balance *b)
{
	struct stock s = {.b = b};
	struct moment from = moment_of(&b->from), to = moment_of(&b->to), *moments;
	uint32_t *groups;
	enum err e = stock_read(&s);
	size_t n = e == ERR_OK ? groups_of(&s, &from, &to, &groups) : 0;
	if (e == ERR_OK && !n)
		return fail(&b->r->why, ERR_NOT_FOUND, "%.100s has no figure of %.32s nor of %.32s there", s.def->id,
			    from.text, to.text);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		one_row(&s, groups[i], &from, &to, false);
		size_t k = b->q->chain ? moments_of(&s, groups[i], &from, &to, &moments) : 0;
		for (size_t j = 0; j + 1 < k && k > 2 && e == ERR_OK; j++) {
			one_row(&s, groups[i], &moments[j], &moments[j + 1], true);
			e = answer_work(b->r);
		}
		e = e == ERR_OK ? answer_work(b->r) : e;
	}
	return e;
}
