/* SPDX-License-Identifier: Apache-2.0
 *
 * diff.c - what is different between two points: settling them, and telling the rows in order.
 *
 * Units are looked at one by one, on both sides of a step, so that memory holds the differences and not the world.
 */
#include <stdlib.h>
#include <string.h>
#include "query/differing.h"
#include "query/roster_note.h"

/* ---- rows ------------------------------------------------------------------------------------------- */

void diff_look(struct diff *d, int side)
{
	d->r->v->as_of = d->side[side].rev;
}

const char *diff_text(struct diff *d, enum space s, uint32_t id)
{
	struct slice text = id ? view_text(d->r->v, s, id) : (struct slice){0};
	return text.len ? arena_text(d->r->a, text.data, text.len) : "";
}

const char *diff_date(struct diff *d, const struct when *w)
{
	char text[WHEN_TEXT_MAX];
	when_format(w, text);
	return *text ? arena_text(d->r->a, text, strlen(text)) : "";
}

const char *diff_span(struct diff *d, const struct when *from, const struct when *to)
{
	bool begins = from->precision != WHEN_NONE, ends = to->precision != WHEN_NONE;
	if (begins && ends)
		return arena_printf(d->r->a, "from %s until %s", diff_date(d, from), diff_date(d, to));
	if (ends)
		return arena_printf(d->r->a, "until %s", diff_date(d, to));
	return begins ? arena_printf(d->r->a, "from %s", diff_date(d, from)) : "";
}

const char *diff_name(struct diff *d, uint32_t unit, int32_t day)
{
	return unit_name(d->r->v, unit, day, d->r->a);
}

const char *diff_names(struct diff *d, const uint32_t *units, size_t n, int32_t day)
{
	AUTO_BUF struct buf b = {0};
	for (size_t i = 0; i < n; i++) {
		const char *name = unit_name(d->r->v, units[i], day, d->work);
		buf_put(&b, "; ", i ? 2 : 0);
		buf_put(&b, name, strlen(name));
	}
	return b.len ? arena_text(d->r->a, (const char *)b.data, b.len) : "";
}

struct msg_diff_row *diff_row(struct diff *d, enum difference what, enum subject subject, uint32_t unit)
{
	struct answer *r = d->r;
	uint32_t max = r->c->limits->rows_max;
	if (d->rows.n >= max) {
		(void)fail(&r->why, ERR_TOO_LARGE,
			   "the two points differ in more than %u rows: narrow the question to a unit, a kind or an "
			   "indicator",
			   max);
		return NULL;
	}
	d->rows.list = arena_grow(r->a, d->rows.list, d->rows.n, d->rows.n + 1, sizeof *d->rows.list, &d->rows.room);
	struct msg_diff_row *row = &d->rows.list[d->rows.n++];
	*row = (struct msg_diff_row){.what = what,
				     .subject = subject,
				     .unit = diff_text(d, SPACE_UNIT, unit),
				     .unit_name = unit ? diff_name(d, unit, d->to.day) : "",
				     .field = "",
				     .before_at = "",
				     .after_at = "",
				     .before_text = "",
				     .after_text = "",
				     .event = "",
				     .source = ""};
	return row;
}

void diff_note(struct diff *d, struct msg_diff_row *row, const char *text)
{
	if (!*text)
		return;
	const char **list = arena_alloc(d->r->a, (row->n_notes + 1) * sizeof *list);
	if (row->n_notes)
		memcpy(list, row->notes, row->n_notes * sizeof *list);
	list[row->n_notes++] = text;
	row->notes = list;
}

void diff_others(struct diff *d, struct msg_diff_row *row, const uint32_t *units, size_t n)
{
	const char **list = arena_alloc(d->r->a, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = diff_text(d, SPACE_UNIT, units[i]);
	row->others = list;
	row->n_others = n;
}

void diff_uncertain(struct diff *d, struct msg_diff_row *row, const struct when *from, const struct when *to)
{
	const char *span = diff_span(d, from, to);
	diff_note(d, row, arena_printf(d->r->a, "not certain: it holds %s", *span ? span : "at an unknown time"));
}

size_t diff_ones(struct diff *d, uint32_t unit, uint32_t **ret)
{
	const struct same *all;
	size_t n = same_class(d->by_class, d->n_same, same_first(d->same, d->n_same, unit), &all);
	*ret = arena_alloc(d->work, (n + 1) * sizeof **ret);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = all[i].unit;
	if (!n)
		(*ret)[n++] = unit;
	return n;
}

uint32_t diff_other_self(struct diff *d, uint32_t unit, int side, int32_t day)
{
	struct unit_life life;
	uint32_t *ones, found = 0;
	size_t n = diff_ones(d, unit, &ones);
	diff_look(d, side);
	for (size_t i = 0; i < n && !found; i++)
		if (ones[i] != unit && unit_life_at(d->r->v, ones[i], day, &life))
			found = ones[i];
	return found;
}

/* ---- order ------------------------------------------------------------------------------------------ */

static int by_categories(const struct msg_diff_row *x, const struct msg_diff_row *y)
{
	for (size_t i = 0; i < x->n_categories && i < y->n_categories; i++) {
		int c = strcmp(x->categories[i].dimension, y->categories[i].dimension);
		if (!c)
			c = strcmp(x->categories[i].code, y->categories[i].code);
		if (c)
			return c;
	}
	return (x->n_categories > y->n_categories) - (x->n_categories < y->n_categories);
}

static int by_others(const struct msg_diff_row *x, const struct msg_diff_row *y)
{
	if (!x->n_others || !y->n_others)
		return (x->n_others > y->n_others) - (x->n_others < y->n_others);
	return strcmp(x->others[0], y->others[0]);
}

/* What was known wrong goes before what happened then. */
static int order_of(enum difference what)
{
	bool learned = what == DIFFERENCE_CORRECTED || what == DIFFERENCE_RETRACTED || what == DIFFERENCE_FOUND_LATE;
	return learned ? (int)what - 100 : (int)what;
}

static int by_key(const void *a, const void *b)
{
	const struct msg_diff_row *x = a, *y = b;
	int c = (int)x->subject - (int)y->subject;
	c = c ? c : strcmp(x->unit, y->unit);
	c = c ? c : strcmp(x->field, y->field);
	c = c ? c : by_categories(x, y);
	c = c ? c : by_others(x, y);
	c = c ? c : order_of(x->what) - order_of(y->what);
	c = c ? c : strcmp(x->before_text, y->before_text);
	return c ? c : strcmp(x->after_text, y->after_text);
}

static enum err put_counts(struct diff *d)
{
	uint64_t counts[DIFFERENCE_NOT_LISTED_BEFORE + 1][SUBJECT_DAY + 1] = {{0}};
	struct msg_diff_count list[(DIFFERENCE_NOT_LISTED_BEFORE + 1) * (SUBJECT_DAY + 1)];
	struct msg_diff_answer last = {.counts = list};
	for (size_t i = 0; i < d->rows.n; i++)
		counts[d->rows.list[i].what][d->rows.list[i].subject]++;
	for (int what = 0; what <= DIFFERENCE_NOT_LISTED_BEFORE; what++)
		for (int subject = 0; subject <= SUBJECT_DAY; subject++)
			if (counts[what][subject])
				list[last.n_counts++] = (struct msg_diff_count){
				    (enum difference)what, (enum subject)subject, counts[what][subject]};
	return answer_last(d->r, &last);
}

static enum err put_rows(struct diff *d)
{
	enum err e = ERR_OK;
	if (d->rows.n)
		qsort(d->rows.list, d->rows.n, sizeof *d->rows.list, by_key);
	for (size_t i = 0; i < d->rows.n && e == ERR_OK; i++)
		e = answer_row(d->r, 3, &msg_type_diff_row, &d->rows.list[i]);
	return e == ERR_OK ? put_counts(d) : e;
}

/* ---- what is asked ---------------------------------------------------------------------------------- */

static void choose_sections(struct diff *d)
{
	const struct msg_diff_question *q = d->q;
	bool all = !q->units && !q->links && !q->arrangements && !q->observations;
	/* An indicator alone asks for its figures. */
	bool figures = all && (*q->indicator || q->n_categories);
	d->units = (all && !figures) || q->units;
	d->links = (all && !figures) || q->links;
	d->arrangements = (all && !figures) || q->arrangements;
	d->observations = all || q->observations;
}

static enum err choose_structure(struct diff *d)
{
	struct when w;
	enum err e = answer_when(d->r, d->q->structure_at, "structure_at", &w);
	if (e != ERR_OK || w.precision == WHEN_NONE)
		return e;
	if (w.precision != WHEN_DAY)
		return fail(&d->r->why, ERR_INVALID, "structure_at is one day, such as 2020-01-01, not \"%.32s\"",
			    d->q->structure_at);
	d->in_structure = true;
	d->structure = w.lo;
	return ERR_OK;
}

static enum err choose_points(struct diff *d)
{
	enum err e = point_settle(d->r, d->q->from, "from", &d->from);
	if (e == ERR_OK)
		e = point_settle(d->r, d->q->to, "to", &d->to);
	if (e == ERR_OK)
		e = point_order(d->r, &d->from, &d->to);
	if (e == ERR_OK)
		e = choose_structure(d);
	d->side[SIDE_FROM] = (struct diff_side){&d->from, d->from.rev};
	d->side[SIDE_KNOWN] = (struct diff_side){&d->from, d->to.rev};
	d->side[SIDE_TO] = (struct diff_side){&d->to, d->to.rev};
	return e;
}

static bool same_time(const struct diff *d)
{
	return d->from.day == d->to.day && d->from.round == d->to.round && when_eq(&d->from.when, &d->to.when);
}

/* ---- the units it is about -------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

bool diff_has(const struct diff *d, uint32_t unit)
{
	return d->everywhere || (d->n_list && bsearch(&unit, d->list, d->n_list, sizeof *d->list, by_number));
}

struct units {
	size_t n, room;
	uint32_t *list;
};

static void units_of(struct diff *d, uint32_t root, uint32_t kind, int32_t day, struct units *all)
{
	struct answer *r = d->r;
	struct unit_life life;
	uint32_t *list = &root;
	size_t n = 1;
	if (!root)
		n = unit_all_of_kind(r->v, kind, day, r->a, &list);
	else if (d->q->subtree)
		n = unit_subtree(r->v, root, day, r->a, &list);
	for (size_t i = 0; i < n; i++) {
		if (kind && (!unit_life_at(r->v, list[i], day, &life) || life.life.kind != kind))
			continue;
		all->list = arena_grow(r->a, all->list, all->n, all->n + 1, sizeof *all->list, &all->room);
		all->list[all->n++] = list[i];
	}
}

static enum err no_kind(struct diff *d)
{
	return fail(&d->r->why, d->r->v->err ? d->r->v->err : ERR_NOT_FOUND,
		    *d->q->kind && !d->q->scope ? "no %.100s lives at either point"
						: "no %.100s is inside the scope at either point",
		    *d->q->kind ? d->q->kind : "unit");
}

static enum err choose_units(struct diff *d)
{
	struct answer *r = d->r;
	const struct msg_diff_question *q = d->q;
	uint32_t kind = *q->kind ? view_term(r->v, SPACE_TERM, slice_text(q->kind)) : 0, root = 0;
	struct units all = {0};
	enum err e = ERR_OK;
	if (*q->kind && !kind)
		return fail(&r->why, ERR_NOT_FOUND, "no unit is of kind \"%.100s\"", q->kind);
	diff_look(d, SIDE_TO);
	if (q->scope)
		e = answer_unit(r, q->scope, d->to.day, &root);
	d->root = root;
	d->kind = kind;
	d->everywhere = !root && !kind;
	if (e != ERR_OK || d->everywhere)
		return e;
	for (int side = 0; side < SIDE_COUNT; side++) {
		diff_look(d, side);
		units_of(d, root, kind, d->side[side].point->day, &all);
	}
	if (d->in_structure)
		units_of(d, root, kind, d->structure, &all);
	if (all.n)
		qsort(all.list, all.n, sizeof *all.list, by_number);
	for (size_t i = 0; i < all.n; i++) {
		if (!i || all.list[i] != all.list[i - 1])
			all.list[d->n_list++] = all.list[i];
	}
	d->list = all.list;
	return d->n_list ? r->v->err : no_kind(d);
}

/* ---- rounds ----------------------------------------------------------------------------------------- */

struct rounds {
	size_t n, room;
	struct spoken_round *list;
};

static void round_add(struct diff *d, struct rounds *all, uint32_t round, const struct msg_round *def, unsigned as)
{
	all->list = arena_grow(d->r->a, all->list, all->n, all->n + 1, sizeof *all->list, &all->room);
	all->list[all->n++] = (struct spoken_round){round, def, as};
}

/* The rounds of a survey up to the one point, and those after it up to the other; what the rest of them say counts for
 * neither. */
static enum err survey_rounds(struct diff *d, struct rounds *all)
{
	struct answer *r = d->r;
	bool any = false;
	uint32_t n = view_terms(r->v, SPACE_ROUND);
	for (uint32_t id = 1; id <= n; id++) {
		const struct msg_round *def = define_get(r->v, SPACE_ROUND, id, r->a, NULL);
		struct when w;
		if (!def || strcmp(def->survey, d->q->survey) != 0 || when_parse(def->reference, &w, NULL) != ERR_OK)
			continue;
		any = true;
		int32_t day = when_reference_day(&w);
		if (id == d->from.round || id == d->to.round)
			continue;
		if (!d->from.round && day <= d->from.day)
			round_add(d, all, id, def, SPOKEN_EARLIER);
		else if (!d->to.round && day > d->from.day && day <= d->to.day)
			round_add(d, all, id, def, SPOKEN_LATER);
		else
			round_add(d, all, id, def, 0);
	}
	if (any)
		return r->v->err;
	return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
		    "no round of a survey \"%.100s\" is defined: `varde catalogue rounds` lists them", d->q->survey);
}

static enum err choose_rounds(struct diff *d)
{
	struct rounds all = {0};
	unsigned as = 0;
	enum err e = ERR_OK;
	diff_look(d, SIDE_TO);
	if (d->from.round)
		round_add(d, &all, d->from.round, d->from.def, SPOKEN_EARLIER);
	if (d->to.round && d->from.round != d->to.round)
		round_add(d, &all, d->to.round, d->to.def, SPOKEN_LATER);
	if (*d->q->survey)
		e = survey_rounds(d, &all);
	d->later = arena_alloc(d->r->a, (all.n + 1) * sizeof *d->later);
	d->earlier = arena_alloc(d->r->a, (all.n + 1) * sizeof *d->earlier);
	for (size_t i = 0; i < all.n; i++) {
		as |= all.list[i].as;
		if (all.list[i].as == SPOKEN_LATER)
			d->later[d->n_later++] = all.list[i];
		else if (all.list[i].as == SPOKEN_EARLIER)
			d->earlier[d->n_earlier++] = all.list[i];
	}
	d->between = as == (SPOKEN_EARLIER | SPOKEN_LATER);
	/* What the earlier round speaks of was there, and may be known otherwise, also where there is no later one. */
	if (e != ERR_OK || !d->arrangements || !(as & SPOKEN_EARLIER))
		return e;
	struct spoken_ask ask = {
	    .n_rounds = all.n, .rounds = all.list, .otherwise = *d->q->survey, .through = d->to.rev};
	return spoken_read(d->r, &ask, &d->spoken);
}

/* ---- the question ----------------------------------------------------------------------------------- */

static enum err one_step(struct diff *d, int a, int b, bool learned)
{
	struct diff_step s = {
	    .d = d, .a = a, .b = b, .learned = learned, .day_a = d->side[a].point->day, .day_b = d->side[b].point->day};
	enum err e = ERR_OK;
	if (d->units)
		e = diff_units(&s);
	if (e == ERR_OK && d->links)
		e = diff_links(&s);
	if (e == ERR_OK && d->arrangements)
		e = diff_arrangements(&s);
	if (e == ERR_OK && d->observations)
		e = diff_observations(&s);
	return e;
}

static void put_head(struct diff *d)
{
	struct answer *r = d->r;
	struct msg_diff_answer *head = arena_alloc(r->a, sizeof *head);
	head->from = arena_alloc(r->a, sizeof *head->from);
	head->to = arena_alloc(r->a, sizeof *head->to);
	*head->from = *d->from.told;
	*head->to = *d->to.told;
	answer_begin(r, 18, &msg_type_diff_answer, head);
}

/* What is new, or ended, may only have come to be on record. */
static enum err put_list_notes(struct diff *d)
{
	const int32_t days[] = {d->from.day, d->to.day};
	const char **texts;
	struct roster_about about = {.kind = d->kind, .inside = d->root, .n_days = 2, .days = days};
	enum err e = ERR_OK;
	if (!d->units || (d->root && !d->q->subtree))
		return ERR_OK;
	uint64_t as_of = d->r->v->as_of;
	diff_look(d, SIDE_TO);
	size_t n = roster_notes_about(d->r, &about, &texts);
	d->r->v->as_of = as_of;
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = answer_bytes(d->r, 5, slice_text(arena_printf(d->r->a, "of those on record: %s", texts[i])));
	return e == ERR_OK ? d->r->v->err : e;
}

static enum err put_notes(struct diff *d)
{
	enum err e = ERR_OK;
	if (same_time(d) && d->from.rev == d->to.rev)
		e = answer_bytes(d->r, 5, slice_text("the two points are the same"));
	if (e == ERR_OK && d->arrangements && !same_time(d) && !d->between)
		e = answer_bytes(
		    d->r, 5,
		    slice_text("arrangements are compared as on record: name a round at each point, or a survey, to "
			       "see which were not found again"));
	if (e == ERR_OK && d->observations && diff_of_days(d) && (!same_time(d) || d->from.rev != d->to.rev))
		e = answer_bytes(d->r, 5, slice_text(diff_of_days_note(d)));
	return e == ERR_OK ? put_list_notes(d) : e;
}

enum err ask_diff(struct answer *r, const struct msg_diff_question *q)
{
	AUTO_ARENA struct arena *work = arena_under(r->a);
	struct diff d = {.r = r, .q = q, .work = work, .n_units = view_terms(r->v, SPACE_UNIT)};
	uint64_t as_of = r->v->as_of;
	choose_sections(&d);
	enum err e = choose_points(&d);
	if (e == ERR_OK) {
		diff_look(&d, SIDE_TO);
		d.n_same = same_read(r->v, r->a, &d.same);
		d.by_class = same_by_class(d.same, d.n_same, r->a);
		e = choose_units(&d);
	}
	if (e == ERR_OK)
		e = choose_rounds(&d);
	if (e == ERR_OK && d.from.rev != d.to.rev)
		e = one_step(&d, SIDE_FROM, SIDE_KNOWN, true);
	if (e == ERR_OK && !same_time(&d))
		e = one_step(&d, SIDE_KNOWN, SIDE_TO, false);
	r->v->as_of = as_of;
	if (e != ERR_OK)
		return e;
	put_head(&d);
	e = put_notes(&d);
	return e == ERR_OK ? put_rows(&d) : e;
}
