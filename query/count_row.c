/* SPDX-License-Identifier: Apache-2.0
 *
 * count_row.c - rows of a count: exact figures, bounds where something is only possible or not on record, or the reason
 * why there is no figure.
 *
 * A figure between bounds takes numerator and denominator as independent, so that it never says more than is known.
 */
#include <stdlib.h>
#include <string.h>
#include "query/count.h"
#include "query/figure.h"

/* ---- how many --------------------------------------------------------------------------------------- */

struct count_span {
	int64_t low, high;
	bool open; /* no upper end but `high`, where that is not INT64_MAX */
};

static struct count_span span_of(const struct count_marks *m, uint32_t key)
{
	const struct count_mark *list;
	size_t n = count_range(m, key, &list);
	struct count_span s = {.high = (int64_t)n};
	for (size_t i = 0; i < n; i++)
		s.low += list[i].certain;
	return s;
}

/* All units of the kind in the group; open: there may be more, of which nothing is known. */
static struct count_span all_of(struct count *c, const struct count_day *d, uint32_t key)
{
	uint32_t of = count_cell_of_units(c, key);
	struct count_span s = span_of(&d->all, of);
	s.open = count_gap(c, d, of);
	return s;
}

static struct count_span count_span_of(struct count *c, const struct count_day *d, uint32_t key)
{
	struct count_span s = span_of(&d->things, key);
	if (!count_open(c, d, key))
		return s;
	s.open = true;
	if (c->q->counted != COUNTED_PARTICIPANTS) {
		s.high = INT64_MAX;
		return s;
	}
	struct count_span all = all_of(c, d, key);
	s.high = all.open ? INT64_MAX : all.high > s.high ? all.high : s.high;
	s.open = s.high > s.low;
	return s;
}

static int by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static struct count_cell cell_at(const struct count *c, size_t i, size_t k)
{
	struct count_cell x = {{c->axes[0].groups[i].key, COUNT_TOTAL}};
	if (c->n_axes == 2)
		x.keys[1] = c->axes[1].groups[k].key;
	return x;
}

static size_t n_second(const struct count *c)
{
	return c->n_axes == 2 ? c->axes[1].n_groups : 1;
}

/* The groups of the day; of two groupings those of the first that are in one group of the second. */
static enum err rank_in(struct count *c, const struct count_day *d, size_t second, struct count_ranked *ret)
{
	enum err e = ERR_OK;
	ret->lows = arena_alloc(c->r->a, (c->axes[0].n_groups + 1) * sizeof *ret->lows);
	ret->highs = arena_alloc(c->r->a, (c->axes[0].n_groups + 1) * sizeof *ret->highs);
	for (size_t i = 0; i < c->axes[0].n_groups && e == ERR_OK; i++) {
		struct count_cell x = cell_at(c, i, second);
		e = answer_work(c->r);
		if (!count_has_row(c, d, &x))
			continue;
		struct count_span s = count_span_of(c, d, count_cell(c, &x));
		ret->lows[ret->n] = s.low;
		ret->highs[ret->n++] = s.high;
	}
	qsort(ret->lows, ret->n, sizeof *ret->lows, by_size);
	qsort(ret->highs, ret->n, sizeof *ret->highs, by_size);
	return e;
}

enum err count_rank(struct count *c, struct count_day *d)
{
	enum err e = ERR_OK;
	if (!count_asked(c, MEASURE_RANK))
		return ERR_OK;
	d->ranked = arena_alloc(c->r->a, (n_second(c) + 1) * sizeof *d->ranked);
	for (size_t k = 0; k < n_second(c) && e == ERR_OK; k++)
		e = rank_in(c, d, k, &d->ranked[k]);
	return e;
}

static int64_t above(const int64_t *list, size_t n, int64_t x)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list[middle] <= x)
			low = middle + 1;
		else
			high = middle;
	}
	return (int64_t)(n - low);
}

/* ---- measures --------------------------------------------------------------------------------------- */

struct figure_at {
	struct amount x;
	const char *refused; /* NULL = there is one */
};
struct rows {
	struct count *c;
	struct amounts *amounts;
	size_t second; /* of the row, its group of the second grouping */
	uint64_t at;   /* rows made, for skip and limit */
	bool more;
};

static void ratio(mpq_ptr ret, int64_t n, int64_t of, int64_t times)
{
	mpq_set_si(ret, n, (unsigned long)of);
	mpq_canonicalize(ret);
	mpq_t by;
	mpq_init(by);
	mpq_set_si(by, times, 1);
	mpq_mul(ret, ret, by);
	mpq_clear(by);
}

/* n of `of`, times something; at most `most` of it (0 = no limit). */
static struct figure_at part(struct rows *w, struct count_span n, struct count_span of, int64_t times, int64_t most)
{
	struct figure_at f = {.x = amount_zero(w->amounts)};
	if (!of.open) /* else it may be next to nothing */
		ratio(f.x.low, n.low, of.high, times);
	f.x.no_high = (n.high == INT64_MAX || !of.low) && !most;
	if (f.x.no_high)
		return f;
	bool whole = n.high == INT64_MAX || !of.low || (most && n.high > most * of.low);
	if (whole)
		mpq_set_si(f.x.high, most * times, 1);
	else
		ratio(f.x.high, n.high, of.low, times);
	return f;
}

static struct figure_at refuse(const char *why)
{
	return (struct figure_at){.refused = why};
}

/* Of everything, or of all in the row's group of one grouping. */
static struct figure_at share(struct rows *w, const struct count_day *d, uint32_t key, struct count_span n)
{
	struct count *c = w->c;
	struct count_cell of = {{COUNT_TOTAL, COUNT_TOTAL}};
	if (c->share_of < c->n_axes)
		of.keys[c->share_of] = count_cell_of(c, key).keys[c->share_of];
	struct count_span all = count_span_of(c, d, c->n_axes == 2 ? count_cell(c, &of) : COUNT_TOTAL);
	if (all.open || n.open)
		return refuse(d->gap && w->c->q->counted == COUNTED_UNITS
				  ? "the whole is not known: the list of units has gaps"
				  : "the whole is not known: lists are not declared complete");
	if (!all.high)
		return refuse("nothing is counted, so there is no whole");
	return part(w, n, all, 100, 1);
}

static struct figure_at rank(struct rows *w, const struct count_day *d, struct count_span n)
{
	struct figure_at f = {.x = amount_zero(w->amounts)};
	const struct count_ranked *among = &d->ranked[w->second];
	int64_t best = 1 + above(among->lows, among->n, n.high), last = 1 + above(among->highs, among->n, n.low);
	mpq_set_si(f.x.low, best, 1);
	mpq_set_si(f.x.high, last - (n.high > n.low), 1); /* not above itself */
	return f;
}

static struct figure_at per_unit(struct rows *w, const struct count_day *d, uint32_t key, struct count_span n)
{
	struct count *c = w->c;
	struct count_span all = all_of(c, d, key), pairs = n;
	if (!all.high && !all.open)
		return refuse(arena_printf(c->r->row, "no %s lives there", c->q->kind));
	if (c->of_arrangements) {
		pairs = span_of(&d->parts, key);
		pairs.high = count_open(c, d, key) || d->open_anywhere ? INT64_MAX : pairs.high;
	}
	if (all.open && (pairs.high == INT64_MAX || !all.low))
		return refuse(count_gap_why(w->c));
	return part(w, pairs, all, 1, 0);
}

static struct figure_at rate(struct rows *w, const struct count_day *d, uint32_t key, struct count_span n)
{
	struct count_span all = all_of(w->c, d, key);
	if (!all.high && !all.open)
		return refuse(arena_printf(w->c->r->row, "no %s lives there", w->c->q->kind));
	if (all.open && n.high >= all.low) /* anything from 0 to 100 */
		return refuse(count_gap_why(w->c));
	return part(w, n, all, 100, 1);
}

/* Sum of the squared shares of the units in all participations. */
static struct figure_at concentration(struct rows *w, const struct count_day *d, uint32_t key)
{
	const struct count_mark *list;
	size_t n = count_range(&d->parts, key, &list);
	int64_t squares = 0;
	if (count_open(w->c, d, key) || d->open_anywhere)
		return refuse("not all participations are known: lists are not complete");
	if (!n)
		return refuse("nobody takes part");
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i; next < n && list[next].thing == list[i].thing; next++) {
			if (!list[next].certain)
				return refuse("some participations are only possible");
		}
		squares += (int64_t)(next - i) * (int64_t)(next - i);
	}
	struct figure_at f = {.x = amount_zero(w->amounts)};
	ratio(f.x.low, squares, (int64_t)n * (int64_t)n, 1);
	mpq_set(f.x.high, f.x.low);
	return f;
}

static struct figure_at figure_of(struct rows *w, const struct count_day *d, uint32_t key, enum measure m)
{
	struct count_span n = count_span_of(w->c, d, key);
	struct figure_at f = {.x = amount_zero(w->amounts)};
	switch (m) {
	case MEASURE_COUNT:
		mpq_set_si(f.x.low, n.low, 1);
		mpq_set_si(f.x.high, n.high == INT64_MAX ? n.low : n.high, 1);
		f.x.no_high = n.high == INT64_MAX;
		return f;
	case MEASURE_SHARE:
		return share(w, d, key, n);
	case MEASURE_RANK:
		return rank(w, d, n);
	case MEASURE_MEAN:
		return per_unit(w, d, key, n);
	case MEASURE_RATE:
		return rate(w, d, key, n);
	case MEASURE_CONCENTRATION:
		return concentration(w, d, key);
	case MEASURE_UNSPECIFIED:
	case MEASURE_VALUE:
	case MEASURE_SUM:
	case MEASURE_MEDIAN:
	case MEASURE_MIN:
	case MEASURE_MAX:
		break;
	}
	return refuse("counts have no such measure"); /* ask_count() refused it */
}

static unsigned places(const struct count *c, enum measure m)
{
	if (m == MEASURE_CONCENTRATION) /* a number below one wants its own places, as in a trend */
		return c->q->decimals < 3 ? 3 : c->q->decimals;
	return m == MEASURE_COUNT || m == MEASURE_RANK ? 0 : c->q->decimals;
}

/* ---- growth ----------------------------------------------------------------------------------------- */

static struct msg_growth *growth(struct rows *w, const struct count_day *before, const struct figure_at *then,
				 const struct figure_at *now, enum measure m)
{
	struct count *c = w->c;
	struct arena *a = c->r->row;
	struct msg_growth *g = arena_alloc(a, sizeof *g);
	*g = (struct msg_growth){.from_period = before->text,
				 .absolute = "",
				 .percent = "",
				 .percent_numerator = "",
				 .percent_denominator = "",
				 .points = "",
				 .undefined = ""};
	if (!amount_exact(&now->x)) {
		g->undefined = "this figure is not exact";
		return g;
	}
	if (then->refused || !amount_exact(&then->x)) {
		g->undefined = arena_printf(a, "there is no exact figure in %s", before->text);
		return g;
	}
	struct amount change = amount_minus(w->amounts, &now->x, &then->x);
	g->absolute = mpq_decimal(a, change.low, places(c, m));
	if (m == MEASURE_SHARE || m == MEASURE_RATE)
		g->points = g->absolute;
	if (m == MEASURE_RANK)
		return g;
	if (mpq_sgn(then->x.low) == 0) {
		g->undefined = "from zero";
		return g;
	}
	mpq_t percent, hundred;
	mpq_inits(percent, hundred, NULL);
	mpq_set_ui(hundred, 100, 1);
	mpq_div(percent, change.low, then->x.low);
	mpq_mul(percent, percent, hundred);
	g->percent = mpq_decimal(a, percent, c->q->decimals);
	g->percent_numerator = mpz_decimal(a, mpq_numref(percent));
	g->percent_denominator = mpz_decimal(a, mpq_denref(percent));
	mpq_clears(percent, hundred, NULL);
	return g;
}

/* ---- rows ------------------------------------------------------------------------------------------- */

static const struct count_day *row_before(struct count *c, size_t day, const struct count_cell *x)
{
	while (day--) {
		if (count_has_row(c, &c->days[day], x))
			return &c->days[day];
	}
	return NULL;
}

static void row_notes(struct count *c, const struct count_day *d, const struct count_day *before, uint32_t key,
		      struct msg_trend_row *m)
{
	struct arena *a = c->r->row;
	struct count_span n = span_of(&d->things, key);
	m->notes = arena_alloc(a, 4 * sizeof *m->notes);
	if (n.high > n.low)
		m->notes[m->n_notes++] =
		    arena_printf(a, "%lld only possible: dates are uncertain%s%s", (long long)(n.high - n.low),
				 c->atoms ? ", or a unit was divided" : "",
				 d->unsure ? ", or the round does not speak of them" : "");
	if (!c->kind || c->q->counted == COUNTED_UNITS)
		return;
	struct count_span all = all_of(c, d, key), then = all;
	if (before)
		then = all_of(c, before, key);
	if (all.open) {
		m->notes[m->n_notes++] =
		    arena_printf(a, "N is at least %lld: the list of units of kind %s has gaps, or may have",
				 (long long)all.low, c->q->kind);
		return;
	}
	if (!then.open && (all.high != then.high || all.low != then.low))
		m->notes[m->n_notes++] = arena_printf(a, "N changed, %lld → %lld of kind %s", (long long)then.high,
						      (long long)all.high, c->q->kind);
	if (all.low != all.high)
		m->notes[m->n_notes++] =
		    arena_printf(a, "N is %lld to %lld: dates are uncertain", (long long)all.low, (long long)all.high);
}

static enum err put_row(struct rows *w, const struct count_group *g, const struct count_cell *x, size_t day)
{
	struct count *c = w->c;
	struct answer *r = c->r;
	uint32_t key = count_cell(c, x);
	const struct count_day *d = &c->days[day], *before = row_before(c, day, x);
	struct msg_trend_row m = {.group = g->id,
				  .group_name = g->name,
				  .period = d->text,
				  .round = answer_text(r, SPACE_ROUND, d->round),
				  .units = (uint32_t)span_of(&d->things, key).high,
				  .covered = ""};
	struct msg_category second = {.dimension = c->q->then_by, .code = ""};
	if (c->n_axes == 2) {
		second.code = c->axes[1].groups[w->second].id;
		m.categories = &second;
		m.n_categories = 1;
	}
	struct count_span all = all_of(c, d, key);
	struct msg_frame_size frame = {.population = (uint32_t)all.high};
	m.frame = c->kind && c->q->counted != COUNTED_UNITS && !all.open ? &frame : NULL;
	m.n_figures = c->q->n_measures;
	m.figures = arena_alloc(r->row, m.n_figures * sizeof *m.figures);
	m.method = c->atoms ? METHOD_MERGED : METHOD_UNSPECIFIED;
	size_t mark = amounts_mark(w->amounts);
	for (size_t i = 0; i < m.n_figures; i++) {
		enum measure what = c->q->measures[i];
		struct figure_at now = figure_of(w, d, key, what), then = refuse("");
		if (now.refused) {
			figure_refuse(r->row, what, now.refused, &m.figures[i]);
			continue;
		}
		figure_put(r->row, &now.x, what, places(c, what), &m.figures[i]);
		if (c->atoms && !amount_exact(&now.x))
			m.method = METHOD_BOUNDS;
		if (before)
			then = figure_of(w, before, key, what);
		if (before)
			m.figures[i].growth = growth(w, before, &then, &now, what);
	}
	row_notes(c, d, before, key, &m);
	amounts_back(w->amounts, mark);
	c->told_open |= c->q->counted != COUNTED_UNITS && count_span_of(c, d, key).open;
	c->told_gap |= all.open;
	enum err e = answer_row(r, 4, &msg_type_trend_row, &m);
	return e == ERR_OK ? answer_pause(r) : e;
}

static enum err put_days(struct rows *w, size_t first)
{
	struct count *c = w->c;
	enum err e = ERR_OK;
	struct count_cell x = cell_at(c, first, w->second);
	for (size_t k = 0; k < c->n_days && e == ERR_OK; k++) {
		e = answer_work(c->r);
		if (!count_has_row(c, &c->days[k], &x) || w->at++ < c->q->skip)
			continue;
		w->more = c->q->limit && w->at - c->q->skip > c->q->limit;
		if (w->more || e != ERR_OK)
			return e;
		e = put_row(w, &c->axes[0].groups[first], &x, k);
	}
	return e;
}

static enum err put_groups(struct rows *w)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < w->c->axes[0].n_groups && !w->more && e == ERR_OK; i++)
		for (w->second = 0; w->second < n_second(w->c) && !w->more && e == ERR_OK; w->second++)
			e = put_days(w, i);
	return e;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static void tell_units(struct count *c, struct msg_trend_answer *last)
{
	uint32_t units[ANSWER_UNITS_TOLD];
	size_t n = c->q->n_units;
	for (size_t i = 0; i < n && n <= ANSWER_UNITS_TOLD; i++)
		units[i] = scope_unit(c->scope, i);
	answer_tell_units(c->r, units, n, count_place(c, &c->days[c->n_days - 1]), last);
}

/* What the groups of the second grouping are called, and which groupings' groups overlap. */
static void tell_second(struct count *c, struct msg_trend_answer *last)
{
	struct arena *a = c->r->a;
	const struct count_axis *x = &c->axes[1];
	struct msg_code_list *list = arena_alloc(a, sizeof *list);
	const char **by = arena_alloc(a, c->n_axes * sizeof *by);
	*list =
	    (struct msg_code_list){.id = x->asked, .codes = arena_alloc(a, (x->n_groups + 1) * sizeof *list->codes)};
	for (size_t i = 0; i < x->n_groups; i++)
		list->codes[list->n_codes++] = (struct msg_code){.code = x->groups[i].id, .label = x->groups[i].name};
	last->labels = list;
	last->n_labels = 1;
	for (size_t i = 0; i < c->n_axes; i++)
		if (c->axes[i].overlapping)
			by[last->n_overlapping_by++] = c->axes[i].asked;
	last->overlapping_by = by;
}

enum err count_rows(struct count *c)
{
	struct rows w = {.c = c, .amounts = amounts_new(c->r->a)};
	enum err e = put_groups(&w);
	amounts_free(w.amounts);
	if (e == ERR_OK && !w.at && !c->r->c->inner)
		e = fail(&c->r->why, ERR_NOT_FOUND,
			 "nothing of what is counted is on record on the days asked for, so there is no group to show: "
			 "without group_by it is counted");
	if (e == ERR_OK)
		e = count_notes(c);
	struct msg_trend_answer last = {.next_skip = w.more ? w.at - 1 : 0};
	if (e == ERR_OK && !*c->q->group_by)
		tell_units(c, &last);
	if (e == ERR_OK && c->n_axes == 2)
		tell_second(c, &last);
	if (e == ERR_OK && (last.next_skip || last.n_units || last.n_labels))
		e = answer_last(c->r, &last);
	return e;
}
