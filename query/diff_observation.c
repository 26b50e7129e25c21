/* SPDX-License-Identifier: Apache-2.0
 *
 * diff_observation.c - figures of two sides, by unit, indicator and categories, whatever their periods.
 *
 * Figures have periods. Two rounds or periods are compared with each other; two days are not: of what the year before
 * said nothing is gone with it. Of a day there is what is known otherwise of it: figures of the periods that hold it,
 * or of every period where the point names nothing but a revision, each with itself.
 *
 * As reported they are read cell by cell; in a structure the snapshot question answers for each side, which recasts
 * them. Several periods of one key on a side: the one that the point names, else the shortest that holds the day, else
 * the latest. The value is the one that a figure would use (design, rule 8).
 */
#include <stdlib.h>
#include <string.h>
#include "query/differing.h"
#include "query/figure.h"
#include "query/inner.h"
#include "query/observe.h"
#include "query/passage.h"

/* A value that stands beside the one that counts, and who said it first. */
struct beside {
	struct msg_value *value;
	const char *source;
	uint64_t rev;
};
struct figure_at {
	uint32_t unit;                 /* 0 = in no one unit */
	const char *id, *name, *among; /* `among`: of what lies in no one unit */
	struct series series;
	const char *text;   /* of the series */
	const char *period; /* as said */
	struct when when;
	bool named;     /* the very period of the point */
	bool by_period; /* the point names none */
	struct msg_value *value;
	const char *source;
	uint64_t rev;
	uint64_t under;  /* the revision whose definition it was stated under */
	uint32_t values; /* different ones side by side */
	size_t n_beside;
	struct beside *beside; /* all others of them */
	size_t n_notes;
	const char *const *notes;
};
struct figures {
	struct arena *in;
	size_t n, room;
	struct figure_at *list;
};

/* Of a day's figures the period belongs to the key. */
static int by_key(const void *x, const void *y)
{
	const struct figure_at *a = x, *b = y;
	int c = strcmp(a->id, b->id);
	c = c ? c : strcmp(a->among, b->among);
	c = c ? c : strcmp(a->text, b->text);
	return c || !a->by_period || !b->by_period ? c : strcmp(a->period, b->period);
}

static int64_t length(const struct when *w)
{
	return (int64_t)w->hi - w->lo;
}

/* Which of two periods of a key stands for the point? */
static bool better(const struct figure_at *x, const struct figure_at *y)
{
	if (x->named != y->named)
		return x->named;
	if (length(&x->when) != length(&y->when))
		return length(&x->when) < length(&y->when);
	int c = when_cmp(&x->when, &y->when);
	return c ? c > 0 : x->rev < y->rev;
}

static int by_key_best(const void *x, const void *y)
{
	int c = by_key(x, y);
	return c ? c : (better(x, y) ? -1 : better(y, x) ? 1 : 0);
}

static struct figure_at *figure_add(struct figures *f)
{
	f->list = arena_grow(f->in, f->list, f->n, f->n + 1, sizeof *f->list, &f->room);
	return &f->list[f->n++];
}

/* One a key. */
static void settle(struct figures *f)
{
	size_t kept = 0;
	if (f->n)
		qsort(f->list, f->n, sizeof *f->list, by_key_best);
	for (size_t i = 0; i < f->n; i++) {
		if (!kept || by_key(&f->list[kept - 1], &f->list[i]) != 0)
			f->list[kept++] = f->list[i];
	}
	f->n = kept;
}

/* ---- as reported ------------------------------------------------------------------------------------ */

/* Are figures of this reference the point's? */
static bool wanted_ref(struct diff *d, const struct point *p, uint32_t ref, struct when *ret)
{
	if (!ref_when(d->r->v, ref, ret))
		return false;
	if (*p->said->period || (!p->round && p->when.precision != WHEN_NONE))
		return when_eq(ret, &p->when);
	return p->round || !*p->said->valid_at || (ret->lo <= p->day && p->day <= ret->hi);
}

static enum err take_beside(struct diff *d, const struct stated *list, size_t n, struct figure_at *x)
{
	struct arena *a = d->r->a;
	x->beside = arena_alloc(a, n * sizeof *x->beside);
	for (size_t i = 0; i < n; i++) {
		struct beside one = {.source = diff_text(d, SPACE_SOURCE, list[i].obs.src), .rev = list[i].rev};
		enum err e = value_get(list[i].obs.value, a, &one.value);
		if (e != ERR_OK)
			return d->r->v->err = e;
		bool again = value_equal(one.value, x->value);
		for (size_t k = 0; k < x->n_beside && !again; k++)
			again = value_equal(one.value, x->beside[k].value);
		if (!again)
			x->beside[x->n_beside++] = one;
	}
	return ERR_OK;
}

static enum err take_cell(struct diff *d, const struct point *p, const struct series *series, const struct cell *cell,
			  const struct when *when, struct figures *ret)
{
	struct answer *r = d->r;
	struct stated *some = arena_alloc(d->work, cell->n * sizeof *some);
	struct choice choice;
	struct msg_value *value;
	size_t n = 0;
	for (size_t i = 0; i < cell->n; i++) {
		if (!p->round || cell->list[i].obs.round == p->round)
			some[n++] = cell->list[i];
	}
	if (!n)
		return ERR_OK;
	enum err e = choose_value(some, n, d->work, &choice);
	if (e != ERR_OK)
		return e;
	const struct stated *one = &some[choice.chosen];
	e = value_get(one->obs.value, r->a, &value);
	if (e != ERR_OK)
		return r->v->err = e;
	struct figure_at *x = figure_add(ret);
	*x = (struct figure_at){.unit = cell->unit,
				.id = diff_text(d, SPACE_UNIT, cell->unit),
				.among = "",
				.series = *series,
				.text = series_text(r->a, series->indicator, series->categories, series->n_categories),
				.period = diff_date(d, when),
				.when = *when,
				.named = p->when.precision != WHEN_NONE && when_eq(when, &p->when),
				.by_period = point_is_day(p),
				.value = value,
				.source = diff_text(d, SPACE_SOURCE, one->obs.src),
				.rev = one->rev,
				.under = stated_under(r->v, one),
				.values = choice.values};
	x->name = diff_name(d, cell->unit, when_reference_day(when));
	return choice.values > 1 ? take_beside(d, some, n, x) : ERR_OK;
}

static enum err read_series(struct diff *d, const struct point *p, const struct series *series, struct figures *ret)
{
	AUTO_CELLS struct cells cells = {0};
	struct unit_list in = {.n = d->n_list, .units = d->list};
	struct cell cell;
	struct when when = {0};
	uint32_t ref = 0;
	bool wanted = false;
	enum err e = ERR_OK;
	cells_begin(&cells, d->r->v, series->id, 0, 0);
	while (e == ERR_OK && cells_next(&cells, &cell)) {
		if (cell.ref != ref)
			wanted = wanted_ref(d, p, ref = cell.ref, &when);
		if (!wanted)
			cells_seek(&cells, ref + 1, 0);
		else if (d->everywhere || cells_wanted(&cells, &cell, &in))
			e = take_cell(d, p, series, &cell, &when, ret);
		arena_reset(d->work);
		if (e == ERR_OK)
			e = answer_work(d->r);
	}
	return e;
}

static enum err read_reported(struct diff *d, int side, struct figures *ret)
{
	struct answer *r = d->r;
	struct series *list;
	enum err e = ERR_OK;
	diff_look(d, side);
	size_t n = series_find(r->v, d->q->indicator, d->q->categories, d->q->n_categories, r->a, &list);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = read_series(d, d->side[side].point, &list[i], ret);
	return e == ERR_OK ? r->v->err : e;
}

/* ---- in another structure --------------------------------------------------------------------------- */

static void take_row(struct diff *d, const struct point *p, const struct msg_observation_row *m, struct figures *ret)
{
	struct arena *a = d->r->a;
	if (!m->chosen)
		return;
	struct figure_at *x = figure_add(ret);
	*x = (struct figure_at){.unit = view_term(d->r->v, SPACE_UNIT, slice_text(m->unit)),
				.id = m->unit,
				.name = m->unit_name,
				.among = "",
				.series = {0, m->indicator, m->n_categories, m->categories},
				.text = series_text(a, m->indicator, m->categories, m->n_categories),
				.period = m->period,
				.by_period = point_is_day(p),
				.value = m->value,
				.source = m->source,
				.rev = m->revision,
				.under = m->revision,
				.values = 1,
				.n_notes = m->n_notes,
				.notes = m->notes};
	for (size_t i = 0; i < m->n_among; i++)
		x->among = arena_printf(a, "%s%s%s", x->among, i ? "; " : "", m->among[i]);
	if (when_parse(m->period, &x->when, NULL) == ERR_OK)
		x->named = when_eq(&x->when, &p->when);
}

static enum err read_recast(struct diff *d, int side, struct figures *ret)
{
	const struct point *p = d->side[side].point;
	struct msg_snapshot_question q = {.valid_at = p->told->valid_at,
					  .scope = d->q->scope,
					  .subtree = d->q->subtree,
					  .kind = d->q->kind,
					  .round = p->said->round,
					  .indicator = d->q->indicator,
					  .n_categories = d->q->n_categories,
					  .categories = d->q->categories,
					  .period = p->round ? p->said->period : p->told->period,
					  .observations = true,
					  .structure_at = d->q->structure_at};
	struct msg_query_request request = {.as_of_revision = d->side[side].rev, .snapshot = &q};
	struct msg_query_reply *parts;
	size_t n;
	enum err e = inner_ask(d->r, &request, &parts, &n);
	diff_look(d, side);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		for (size_t k = 0; parts[i].snapshot && k < parts[i].snapshot->n_observations; k++)
			take_row(d, p, &parts[i].snapshot->observations[k], ret);
	return e;
}

/* ---- rows ------------------------------------------------------------------------------------------- */

/* Values that may be the same number: it is not certain that anything changed. */
static const char *doubt(struct diff *d, const struct msg_value *a, const struct msg_value *b)
{
	struct num x, y;
	struct amount p, q;
	if ((value_exact(a, &x) && value_exact(b, &y)) || a->missing || b->missing)
		return "";
	struct amounts *all = amounts_new(d->work);
	bool numbers = amount_of_value(all, a, &p) && amount_of_value(all, b, &q);
	int ab = numbers && !p.no_high && !q.no_low ? mpq_cmp(p.high, q.low) : 1;
	int ba = numbers && !q.no_high && !p.no_low ? mpq_cmp(q.high, p.low) : 1;
	bool apart =
	    ab < 0 || ba < 0 || (ab == 0 && (p.high_out || q.low_out)) || (ba == 0 && (q.high_out || p.low_out));
	amounts_free(all);
	if (apart)
		return "";
	return numbers ? "not certain: the two may be the same number"
		       : "not certain: words and near figures bound nothing";
}

static enum difference what_of(const struct diff_step *s, const struct figure_at *a, const struct figure_at *b)
{
	struct diff *d = s->d;
	bool some;
	if (s->learned)
		return !a ? DIFFERENCE_FOUND_LATE : b ? DIFFERENCE_CORRECTED : DIFFERENCE_RETRACTED;
	if (!a)
		return DIFFERENCE_NEW;
	if (b)
		return DIFFERENCE_CHANGED;
	return a->unit && diff_declared(d, a->series.indicator, &a->unit, 1, &some) ? DIFFERENCE_ENDED
										    : DIFFERENCE_NOT_FOUND_AGAIN;
}

/* Of what was taken back no statement is left to name its revision: the row says so. */
static uint64_t retracted_at(const struct diff_step *s, const struct figure_at *a)
{
	struct view *v = s->d->r->v;
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	char text[WHEN_TEXT_MAX];
	uint64_t rev = a->rev;
	uint32_t series = view_term(v, SPACE_SERIES, slice_text(a->text));
	uint32_t ref = view_term(v, SPACE_REF, slice_text(when_format(&a->when, text)));
	if (!series || !ref || !a->unit)
		return rev;
	key_obs(&key, series, ref, a->unit);
	walk_begin(&w, v, TABLE_OBS, buf_view(&key));
	while (walk_next(&w, &row) && row_fact(&row, &f) == ERR_OK) {
		if (f.obs.state == STATE_RETRACTED && row.rev > rev)
			rev = row.rev;
	}
	return rev;
}

static void notes(const struct diff_step *s, const struct figure_at *a, const struct figure_at *b,
		  struct msg_diff_row *row)
{
	struct diff *d = s->d;
	uint32_t *events;
	for (size_t i = 0; a && i < a->n_notes; i++)
		diff_note(d, row, a->notes[i]);
	for (size_t i = 0; b && i < b->n_notes; i++)
		diff_note(d, row, b->notes[i]);
	if (a && a->values > 1)
		diff_note(d, row, arena_printf(d->r->a, "before: one of %u values side by side", a->values));
	if (b && b->values > 1)
		diff_note(d, row, arena_printf(d->r->a, "after: one of %u values side by side", b->values));
	if (!a || !b)
		return;
	if (define_breaks(d->r->v, a->series.indicator, a->under, b->under, d->work))
		diff_note(d, row, "the definition changed between the two: not comparable");
	if (a->value && b->value)
		diff_note(d, row, doubt(d, a->value, b->value));
	if (!s->learned && !d->in_structure && a->unit &&
	    passage_events(d->r->v, a->unit, s->day_a, s->day_b, d->work, &events))
		diff_note(d, row,
			  arena_printf(d->r->a, "the unit was reorganised in between (%s): see structure_at",
				       diff_text(d, SPACE_EVENT, events[0])));
}

static struct msg_diff_row *figure_row(struct diff *d, enum difference what, const struct figure_at *a,
				       const struct figure_at *b)
{
	const struct figure_at *x = b ? b : a;
	struct msg_diff_row *row = diff_row(d, what, SUBJECT_OBSERVATION, 0);
	if (!row)
		return NULL;
	row->unit = x->id;
	row->unit_name = *x->among ? arena_printf(d->r->a, "%s: %s", x->name, x->among) : x->name;
	row->field = x->series.indicator;
	row->n_categories = x->series.n_categories;
	row->categories = x->series.categories;
	row->before_at = a ? a->period : "";
	row->after_at = b ? b->period : "";
	return row;
}

/* ---- values side by side ------------------------------------------------------------------------------ */

/* Does it stand at that side, whether it counts or not? */
static bool stands_at(const struct figure_at *x, const struct msg_value *v)
{
	bool found = value_equal(x->value, v);
	for (size_t i = 0; i < x->n_beside && !found; i++)
		found = value_equal(x->beside[i].value, v);
	return found;
}

/* The value that the same source had beside, and has no more; NULL = none. */
static const struct beside *put_right(const struct figure_at *a, const struct figure_at *b, const char *source)
{
	for (size_t i = 0; i < a->n_beside; i++)
		if (strcmp(a->beside[i].source, source) == 0 && !stands_at(b, a->beside[i].value))
			return &a->beside[i];
	return NULL;
}

static enum err put_one_beside(const struct diff_step *s, const struct figure_at *a, const struct figure_at *b,
			       const struct beside *before, const struct beside *after)
{
	struct diff *d = s->d;
	enum difference what = !before ? DIFFERENCE_FOUND_LATE : !after ? DIFFERENCE_RETRACTED : DIFFERENCE_CORRECTED;
	struct msg_diff_row *row = figure_row(d, what, before ? a : NULL, after ? b : NULL);
	if (!row)
		return ERR_TOO_LARGE;
	row->before = before ? before->value : NULL;
	row->after = after ? after->value : NULL;
	row->revision = after ? after->rev : retracted_at(s, a);
	row->source = after ? after->source : before->source;
	diff_note(d, row, arena_printf(d->r->a, "beside %s, which counts", value_text(d->r->a, b->value)));
	return ERR_OK;
}

/* What was learned of values that do not count, beside one that did and does. */
static enum err put_beside(const struct diff_step *s, const struct figure_at *a, const struct figure_at *b)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < b->n_beside && e == ERR_OK; i++)
		if (!stands_at(a, b->beside[i].value))
			e = put_one_beside(s, a, b, put_right(a, b, b->beside[i].source), &b->beside[i]);
	for (size_t i = 0; i < a->n_beside && e == ERR_OK; i++) {
		bool told = stands_at(b, a->beside[i].value);
		for (size_t k = 0; k < b->n_beside && !told; k++)
			told =
			    !stands_at(a, b->beside[k].value) && put_right(a, b, b->beside[k].source) == &a->beside[i];
		if (!told)
			e = put_one_beside(s, a, b, &a->beside[i], NULL);
	}
	return e;
}

/* ---- a figure ------------------------------------------------------------------------------------------- */

static enum err put_figure(const struct diff_step *s, const struct figure_at *a, const struct figure_at *b)
{
	struct diff *d = s->d;
	const struct figure_at *x = b ? b : a;
	if (a && b && s->learned) {
		enum err e = put_beside(s, a, b);
		if (e != ERR_OK)
			return e;
	}
	if (a && b && value_equal(a->value, b->value))
		return ERR_OK;
	struct msg_diff_row *row = figure_row(d, what_of(s, a, b), a, b);
	if (!row)
		return ERR_TOO_LARGE;
	row->before = a ? a->value : NULL;
	row->after = b ? b->value : NULL;
	row->revision = row->what == DIFFERENCE_RETRACTED ? retracted_at(s, a) : x->rev;
	row->source = x->source;
	notes(s, a, b, row);
	arena_reset(d->work);
	return answer_work(d->r);
}

bool diff_of_days(const struct diff *d)
{
	return point_is_day(&d->from) || point_is_day(&d->to);
}

const char *diff_of_days_note(const struct diff *d)
{
	if (d->from.day != d->to.day)
		return "figures have periods: between two days they are not compared with each other, only with what "
		       "was known of them; name a round or a period at each point to see what changed";
	return *d->from.said->valid_at || d->in_structure ? "of figures, those whose period holds the day are compared"
							  : "of figures, those of every period are compared";
}

enum err diff_observations(const struct diff_step *s)
{
	struct diff *d = s->d;
	AUTO_ARENA struct arena *in = arena_under(s->d->r->a);
	struct figures a = {.in = in}, b = {.in = in};
	if (*d->q->indicator && !view_term(d->r->v, SPACE_INDICATOR, slice_text(d->q->indicator)))
		return fail(&d->r->why, ERR_NOT_FOUND,
			    "no indicator \"%.100s\" is defined: `varde catalogue indicators` lists them",
			    d->q->indicator);
	if (!s->learned && diff_of_days(d))
		return ERR_OK;
	enum err e = (d->in_structure ? read_recast : read_reported)(d, s->a, &a);
	if (e == ERR_OK)
		e = (d->in_structure ? read_recast : read_reported)(d, s->b, &b);
	settle(&a);
	settle(&b);
	diff_look(d, s->b);
	size_t i = 0, k = 0;
	while (e == ERR_OK && (i < a.n || k < b.n)) {
		int c = i >= a.n ? 1 : k >= b.n ? -1 : by_key(&a.list[i], &b.list[k]);
		e = put_figure(s, c <= 0 ? &a.list[i] : NULL, c >= 0 ? &b.list[k] : NULL);
		i += c <= 0;
		k += c >= 0;
	}
	return e;
}
