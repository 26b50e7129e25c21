/* SPDX-License-Identifier: Apache-2.0
 *
 * diff_unit.c - units of two sides: lives, and names, codes and attributes of those that live on.
 */
#include <stdlib.h>
#include <string.h>
#include "query/differing.h"
#include "query/passage.h"
#include "storage/index.h"

enum { NAMES, CODES, ATTRIBUTES };

/* ---- what stands at a day --------------------------------------------------------------------------- */

struct list {
	size_t n, room;
	struct diff_said *list;
};

static bool stands(enum fact_state s)
{
	return s == STATE_ASSERTED || s == STATE_CORRECTED;
}

/* A name or a code as what is said of it. */
static struct diff_said said_of(struct diff *d, const struct fact *f)
{
	bool code = f->kind == FACT_CODE;
	struct slice text = code ? f->code.text : f->name.text;
	return (struct diff_said){.scheme = code ? f->code.scheme : 0,
				  .text = arena_text(d->work, text.len ? text.data : "", text.len),
				  .from = code ? f->code.from : f->name.from,
				  .to = code ? f->code.to : f->name.to,
				  .src = code ? f->code.src : f->name.src,
				  .born = code ? f->code.born_by : f->name.born_by,
				  .ended = code ? f->code.ended_by : f->name.ended_by};
}

/* What is certain takes the place of what is only possible under the same scheme. */
static size_t certain_win(struct diff_said *list, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool out = false;
		for (size_t k = 0; k < n && list[i].truth != TRUTH_CERTAIN && !out; k++)
			out = list[k].truth == TRUTH_CERTAIN && list[k].scheme == list[i].scheme;
		if (!out)
			list[kept++] = list[i];
	}
	return kept;
}

static int by_text(const void *a, const void *b)
{
	const struct diff_said *x = a, *y = b;
	if (x->scheme != y->scheme)
		return x->scheme < y->scheme ? -1 : 1;
	int c = strcmp(x->text, y->text);
	return c ? c : (x->rev > y->rev) - (x->rev < y->rev);
}

/* Sorted, each text once: by who said it first. */
static size_t settle(struct diff_said *list, size_t n)
{
	size_t kept = 0;
	n = certain_win(list, n);
	if (n)
		qsort(list, n, sizeof *list, by_text);
	for (size_t i = 0; i < n; i++) {
		if (!kept || list[kept - 1].scheme != list[i].scheme || strcmp(list[kept - 1].text, list[i].text) != 0)
			list[kept++] = list[i];
	}
	return kept;
}

static void read_texts(struct diff *d, uint32_t unit, enum table t, int32_t day, struct list *ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	key_unit(&key, unit);
	walk_begin(&w, d->r->v, t, buf_view(&key));
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &f);
		if (e != ERR_OK) {
			d->r->v->err = d->r->v->err ? d->r->v->err : e;
			break;
		}
		if (!stands(t == TABLE_CODE_OF ? f.code.state : f.name.state))
			continue;
		struct diff_said one = said_of(d, &f);
		one.rev = row.rev;
		one.truth = when_covers(&one.from, &one.to, day);
		if (one.truth == TRUTH_NO)
			continue;
		ret->list = arena_grow(d->work, ret->list, ret->n, ret->n + 1, sizeof *ret->list, &ret->room);
		ret->list[ret->n++] = one;
	}
}

static const char *values_text(struct diff *d, struct slice stored)
{
	const char **values;
	AUTO_BUF struct buf b = {0};
	size_t n = attribute_values(d->r->v, stored, d->work, &values);
	for (size_t i = 0; i < n; i++) {
		buf_put(&b, "; ", i ? 2 : 0);
		buf_put(&b, values[i], strlen(values[i]));
	}
	return b.len ? arena_text(d->work, (const char *)b.data, b.len) : "";
}

static void read_attributes(struct diff *d, uint32_t unit, int32_t day, struct list *ret)
{
	struct attr_at *attrs;
	size_t n = attributes_at(d->r->v, unit, day, d->work, &attrs);
	ret->list = arena_alloc(d->work, (n + 1) * sizeof *ret->list);
	for (size_t i = 0; i < n; i++) {
		/* Several sources may say it, or a later date say it anew: the one to show. */
		if (attribute_named(attrs, n, attrs[i].attr.name) != &attrs[i])
			continue;
		ret->list[ret->n++] = (struct diff_said){.scheme = attrs[i].attr.name,
							 .text = values_text(d, attrs[i].attr.values),
							 .from = attrs[i].attr.from,
							 .to = attrs[i].attr.to,
							 .src = attrs[i].attr.src,
							 .rev = attrs[i].rev,
							 .truth = attrs[i].truth};
	}
}

void diff_state_read(struct diff *d, uint32_t unit, int side, int32_t day, struct diff_state *ret)
{
	struct list lists[3] = {{0}};
	*ret = (struct diff_state){0};
	diff_look(d, side);
	ret->lives = unit_life_at(d->r->v, unit, day, &ret->life);
	if (!ret->lives)
		return;
	read_texts(d, unit, TABLE_NAME_OF, day, &lists[NAMES]);
	read_texts(d, unit, TABLE_CODE_OF, day, &lists[CODES]);
	read_attributes(d, unit, day, &lists[ATTRIBUTES]);
	for (int i = 0; i < 3; i++) {
		ret->n[i] = settle(lists[i].list, lists[i].n);
		ret->said[i] = lists[i].list;
	}
}

/* ---- fields ----------------------------------------------------------------------------------------- */

/* The statements of one scheme: a stretch of a sorted list. */
struct stretch {
	size_t n;
	const struct diff_said *list;
};

static struct stretch stretch_at(const struct diff_state *s, int which, uint32_t scheme)
{
	struct stretch x = {0, NULL};
	for (size_t i = 0; i < s->n[which]; i++) {
		if (s->said[which][i].scheme != scheme)
			continue;
		x.list = x.n ? x.list : &s->said[which][i];
		x.n++;
	}
	return x;
}

static const struct diff_said *only_in(const struct stretch *x, const struct stretch *y)
{
	for (size_t i = 0; i < x->n; i++) {
		bool both = false;
		for (size_t k = 0; k < y->n && !both; k++)
			both = strcmp(x->list[i].text, y->list[k].text) == 0;
		if (!both)
			return &x->list[i];
	}
	return NULL;
}

static const char *joined(struct diff *d, const struct stretch *x)
{
	AUTO_BUF struct buf b = {0};
	for (size_t i = 0; i < x->n; i++) {
		buf_put(&b, "; ", i ? 2 : 0);
		buf_put(&b, x->list[i].text, strlen(x->list[i].text));
	}
	return b.len ? arena_text(d->r->a, (const char *)b.data, b.len) : "";
}

static enum fact_state state_of(const struct fact *f)
{
	return f->kind == FACT_NAME ? f->name.state : f->kind == FACT_CODE ? f->code.state : f->attr.state;
}

static bool is_that(struct diff *d, const struct fact *f, const struct diff_said *said)
{
	if (f->kind == FACT_ATTR)
		return f->attr.name == said->scheme && f->attr.src == said->src && when_eq(&f->attr.from, &said->from);
	struct diff_said one = said_of(d, f);
	return one.scheme == said->scheme && strcmp(one.text, said->text) == 0 && when_eq(&one.from, &said->from);
}

/* Was what stood on side a taken back by side b? Its value may be gone with it. */
static bool taken_back(const struct diff_step *s, uint32_t unit, int which, const struct diff_said *said,
		       uint64_t *ret_rev)
{
	static const enum table tables[] = {TABLE_NAME_OF, TABLE_CODE_OF, TABLE_ATTR};
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	bool back = false;
	diff_look(s->d, s->b);
	key_unit(&key, unit);
	walk_begin(&w, s->d->r->v, tables[which], buf_view(&key));
	while (!back && walk_next(&w, &row) && row_fact(&row, &f) == ERR_OK) {
		back = state_of(&f) == STATE_RETRACTED && is_that(s->d, &f, said);
		*ret_rev = back ? row.rev : *ret_rev;
	}
	return back;
}

static enum difference field_what(const struct diff_step *s, uint32_t unit, int which, const struct stretch *a,
				  const struct stretch *b, struct msg_diff_row *row)
{
	const struct diff_said *gone = only_in(a, b), *come = only_in(b, a);
	uint32_t event = come && come->born ? come->born : gone ? gone->ended : 0;
	row->revision = come ? come->rev : gone ? gone->rev : 0;
	if (!s->learned) {
		row->event = diff_text(s->d, SPACE_EVENT, event);
		return event ? DIFFERENCE_REORGANISED : DIFFERENCE_CHANGED;
	}
	if (!a->n)
		return DIFFERENCE_FOUND_LATE;
	return gone && !b->n && taken_back(s, unit, which, gone, &row->revision) ? DIFFERENCE_RETRACTED
										 : DIFFERENCE_CORRECTED;
}

static enum err one_field(const struct diff_step *s, uint32_t unit, int which, uint32_t scheme,
			  const struct diff_state *x, const struct diff_state *y)
{
	static const enum subject subjects[] = {SUBJECT_NAME, SUBJECT_CODE, SUBJECT_ATTRIBUTE};
	struct diff *d = s->d;
	struct stretch a = stretch_at(x, which, scheme), b = stretch_at(y, which, scheme);
	const struct diff_said *gone = only_in(&a, &b), *come = only_in(&b, &a);
	if (!gone && !come)
		return ERR_OK;
	struct msg_diff_row *row = diff_row(d, DIFFERENCE_CHANGED, subjects[which], unit);
	if (!row)
		return ERR_TOO_LARGE;
	const struct diff_said *one = come ? come : gone;
	row->what = field_what(s, unit, which, &a, &b, row);
	row->field = diff_text(d, SPACE_TERM, scheme);
	row->before_text = joined(d, &a);
	row->after_text = joined(d, &b);
	row->before_at = gone ? diff_date(d, &gone->from) : "";
	row->after_at = come ? diff_date(d, &come->from) : "";
	row->source = diff_text(d, SPACE_SOURCE, one->src);
	if (one->truth == TRUTH_POSSIBLE || (gone && gone->truth == TRUTH_POSSIBLE))
		diff_uncertain(d, row, &one->from, &one->to);
	return ERR_OK;
}

static bool hidden(struct diff *d, uint32_t scheme, bool arrangement)
{
	/* Names of participants are compared, not whether the list of them is complete. */
	return arrangement && scheme &&
	       slice_eq(view_text(d->r->v, SPACE_TERM, scheme), slice_text("participants_complete"));
}

enum err diff_fields(const struct diff_step *s, uint32_t unit, const struct diff_state *a, const struct diff_state *b,
		     bool arrangement)
{
	enum err e = ERR_OK;
	for (int which = 0; which < 3; which++) {
		size_t i = 0, k = 0;
		const struct diff_said *x = a->said[which], *y = b->said[which];
		while (e == ERR_OK && (i < a->n[which] || k < b->n[which])) {
			uint32_t scheme = i < a->n[which] ? x[i].scheme : y[k].scheme;
			if (k < b->n[which] && y[k].scheme < scheme)
				scheme = y[k].scheme;
			if (!hidden(s->d, scheme, arrangement))
				e = one_field(s, unit, which, scheme, a, b);
			while (i < a->n[which] && x[i].scheme == scheme)
				i++;
			while (k < b->n[which] && y[k].scheme == scheme)
				k++;
		}
	}
	return e;
}

/* ---- lives ------------------------------------------------------------------------------------------ */

static void life_put(const struct diff_step *s, const struct diff_state *x, bool after, struct msg_diff_row *row)
{
	struct diff *d = s->d;
	struct stretch names = stretch_at(x, NAMES, 0);
	const char *span = diff_span(d, &x->life.life.from, &x->life.life.to), *name = joined(d, &names);
	const char *text = *span ? arena_printf(d->r->a, "%s%s%s", name, *name ? ", " : "", span) : name;
	*(after ? &row->after_text : &row->before_text) = text;
	*(after ? &row->after_at : &row->before_at) = diff_date(d, &x->life.life.from);
	row->source = diff_text(d, SPACE_SOURCE, x->life.life.src);
	row->revision = x->life.rev > row->revision ? x->life.rev : row->revision;
}

/* Who came before, or after, by the event that did it. */
static void event_put(const struct diff_step *s, uint32_t unit, uint32_t event, bool forward, struct msg_diff_row *row)
{
	uint32_t *others;
	row->event = diff_text(s->d, SPACE_EVENT, event);
	size_t n = event ? passage_others(s->d->r->v, unit, event, forward, s->d->work, &others) : 0;
	if (n)
		diff_others(s->d, row, others, n);
}

/* What is one with it was there before, or is there after: the thing itself neither begins nor ends. */
static void self_put(const struct diff_step *s, uint32_t unit, bool begins, struct msg_diff_row *row)
{
	struct diff *d = s->d;
	uint32_t other = begins ? diff_other_self(d, unit, s->a, s->day_a) : diff_other_self(d, unit, s->b, s->day_b);
	diff_look(d, s->b);
	if (!other)
		return;
	if (row->what == DIFFERENCE_NEW || row->what == DIFFERENCE_ENDED) {
		row->what = DIFFERENCE_CHANGED;
		diff_others(d, row, &other, 1);
	}
	diff_note(d, row,
		  arena_printf(d->r->a, "it is one with %s, which %s", diff_text(d, SPACE_UNIT, other),
			       s->learned ? "was known then"
			       : begins   ? "was there before"
					  : "is there after"));
}

static enum err world_row(const struct diff_step *s, uint32_t unit, const struct diff_state *a,
			  const struct diff_state *b, bool begins, struct msg_diff_row **ret)
{
	const struct diff_state *x = begins ? b : a;
	uint32_t event = begins ? x->life.life.born_by : x->life.life.ended_by;
	struct msg_diff_row *row = diff_row(s->d,
					    event    ? DIFFERENCE_REORGANISED
					    : begins ? DIFFERENCE_NEW
						     : DIFFERENCE_ENDED,
					    SUBJECT_UNIT, unit);
	if (!row)
		return ERR_TOO_LARGE;
	life_put(s, x, begins, row);
	event_put(s, unit, event, !begins, row);
	if (!a->lives || !b->lives)
		self_put(s, unit, begins, row);
	if (x->life.truth == TRUTH_POSSIBLE || (a->lives && b->lives))
		diff_uncertain(s->d, row, &x->life.life.from, &x->life.life.to);
	*ret = row;
	return ERR_OK;
}

/* The revision that took a life back; 0 = none did. */
static uint64_t life_taken_back(struct view *v, uint32_t unit, const struct unit_life *life)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	uint64_t rev;
	key_unit(&key, unit);
	walk_begin(&w, v, TABLE_LIFE, buf_view(&key));
	while (walk_fact(&w, &f, &rev))
		if (f.life.life == life->life.life && f.life.state == STATE_RETRACTED)
			return rev;
	return 0;
}

/* Nothing happened: what was said of its life is other than what is said now. */
static enum err learned_row(const struct diff_step *s, uint32_t unit, const struct diff_state *a,
			    const struct diff_state *b, struct msg_diff_row **ret)
{
	struct diff *d = s->d;
	struct unit_life *lives;
	diff_look(d, a->lives ? s->b : s->a);
	bool ever = unit_lives(d->r->v, unit, d->work, &lives) > 0; /* on the side where it does not live */
	enum difference what = ever || (a->lives && b->lives) ? DIFFERENCE_CORRECTED
			       : a->lives                     ? DIFFERENCE_RETRACTED
							      : DIFFERENCE_FOUND_LATE;
	diff_look(d, s->b);
	struct msg_diff_row *row = diff_row(d, what, SUBJECT_UNIT, unit);
	if (!row)
		return ERR_TOO_LARGE;
	if (a->lives)
		life_put(s, a, false, row);
	if (b->lives)
		life_put(s, b, true, row);
	uint64_t back = what == DIFFERENCE_RETRACTED ? life_taken_back(d->r->v, unit, &a->life) : 0;
	row->revision = back ? back : row->revision;
	if (what == DIFFERENCE_FOUND_LATE)
		self_put(s, unit, true, row);
	if (b->lives && b->life.truth == TRUTH_POSSIBLE)
		diff_uncertain(d, row, &b->life.life.from, &b->life.life.to);
	/* An event that was entered late, on or before the day. */
	if (!b->lives && ever)
		for (size_t n = unit_lives(d->r->v, unit, d->work, &lives), i = 0; i < n; i++) {
			if (lives[i].life.life != a->life.life.life)
				continue;
			diff_note(
			    d, row,
			    arena_printf(d->r->a, "it lives %s", diff_span(d, &lives[i].life.from, &lives[i].life.to)));
			row->revision = lives[i].rev;
			event_put(s, unit, lives[i].life.ended_by, true, row);
		}
	else if (b->lives)
		event_put(s, unit, b->life.life.born_by, false, row);
	*ret = row;
	return ERR_OK;
}

enum err diff_presence(const struct diff_step *s, uint32_t unit, const struct diff_state *a, const struct diff_state *b,
		       struct msg_diff_row **ret)
{
	struct msg_diff_row *row = NULL;
	enum err e = ERR_OK;
	bool both = a->lives && b->lives;
	if (both && a->life.life.life == b->life.life.life && a->life.truth == b->life.truth)
		return ERR_OK;
	if (s->learned)
		e = learned_row(s, unit, a, b, &row);
	else if (both && a->life.life.life == b->life.life.life) /* surely there on one side, perhaps on the other */
		e = world_row(s, unit, a, b, b->life.truth == TRUTH_CERTAIN, &row);
	else {
		if (a->lives)
			e = world_row(s, unit, a, &(struct diff_state){0}, false, &row);
		if (e == ERR_OK && b->lives)
			e = world_row(s, unit, &(struct diff_state){0}, b, true, &row);
	}
	if (ret)
		*ret = row;
	return e;
}

/* It lives on: what came to it, or went away from it. */
static enum err passed(const struct diff_step *s, uint32_t unit)
{
	struct diff *d = s->d;
	uint32_t *events;
	enum err e = ERR_OK;
	size_t n = s->learned ? 0 : passage_events(d->r->v, unit, s->day_a, s->day_b, d->work, &events);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		for (int forward = 0; forward < 2 && e == ERR_OK; forward++) {
			uint32_t *others;
			size_t k = passage_others(d->r->v, unit, events[i], forward, d->work, &others);
			if (!k)
				continue;
			struct msg_diff_row *row = diff_row(d, DIFFERENCE_REORGANISED, SUBJECT_UNIT, unit);
			if (!row)
				return ERR_TOO_LARGE;
			row->event = diff_text(d, SPACE_EVENT, events[i]);
			diff_others(d, row, others, k);
			*(forward ? &row->after_text : &row->before_text) = diff_names(d, others, k, s->day_a);
			diff_note(d, row,
				  forward ? "it lives on: a part of it went elsewhere"
					  : "it lives on: the whole or a part of others came to it");
		}
	}
	return e;
}

/* Of what nobody spoke between the two revisions nothing else is known. */
static bool spoken_of_since(const struct diff_step *s, uint32_t unit)
{
	struct diff *d = s->d;
	uint64_t rev;
	size_t n = 0;
	diff_look(d, s->b);
	d->r->failed = posting_read(d->r->v, unit, d->side[s->a].rev + 1, 1, &rev, &n);
	return d->r->failed != ERR_OK || n;
}

static enum err one_unit(const struct diff_step *s, uint32_t unit, uint32_t left_out)
{
	struct diff *d = s->d;
	struct diff_state a, b;
	if (s->learned && !spoken_of_since(s, unit))
		return answer_work(d->r);
	if (d->r->failed != ERR_OK)
		return d->r->failed;
	diff_state_read(d, unit, s->a, s->day_a, &a);
	diff_state_read(d, unit, s->b, s->day_b, &b);
	uint32_t kind = b.lives ? b.life.life.kind : a.life.life.kind;
	enum err e = ERR_OK;
	if ((a.lives || b.lives) && (!left_out || kind != left_out)) {
		bool same = a.lives && b.lives && a.life.life.life == b.life.life.life;
		e = diff_presence(s, unit, &a, &b, NULL);
		diff_look(d, s->b);
		if (e == ERR_OK && same)
			e = diff_fields(s, unit, &a, &b, false);
		diff_look(d, s->b);
		if (e == ERR_OK && same)
			e = passed(s, unit);
	}
	arena_reset(d->work);
	return e == ERR_OK ? answer_work(d->r) : e;
}

enum err diff_units(const struct diff_step *s)
{
	struct diff *d = s->d;
	/* Arrangements have a section of their own. */
	uint32_t left_out = view_term(d->r->v, SPACE_TERM, slice_text("arrangement"));
	if (!d->arrangements)
		left_out = 0;
	enum err e = ERR_OK;
	size_t n = d->everywhere ? d->n_units : d->n_list;
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = one_unit(s, d->everywhere ? (uint32_t)i + 1 : d->list[i], left_out);
	return e;
}
