/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_cause_read.c - what is said of the two points of a change, from the log; where it lies at the later point; and
 * who should have reported.
 */
#include "query/explain_causes.h"
#include <stdlib.h>
#include <string.h>

/* ---- statements ------------------------------------------------------------------------------------------- */

static const struct msg_trend_question *question_of(struct causes *c, const char *indicator)
{
	struct msg_trend_question *t = arena_alloc(c->x->r->a, sizeof *t);
	*t = (struct msg_trend_question){.indicator = indicator,
					 .n_categories = c->q->n_categories,
					 .categories = c->q->categories,
					 .structure_at = c->to->told->valid_at,
					 .weight_basis = c->q->weight_basis};
	msg_fill_texts(&msg_type_trend_question, t);
	return t;
}

/* All that is said of a point, whatever the scope: with the borders it may come into it. */
static enum err read_point(struct causes *c, const struct point *p, const char *indicator, uint64_t rev,
			   struct explain *y)
{
	struct explain *x = c->x;
	struct answer *r = x->r;
	*y = (struct explain){.r = r,
			      .q = x->q,
			      .t = question_of(c, indicator),
			      .numbers = x->numbers,
			      .record = x->record,
			      .figure = x->figure,
			      .key = "",
			      .atoms = x->atoms,
			      .day = c->to->day,
			      .group_day = c->to->day,
			      .row_day = p->day,
			      .moved = true,
			      .ref = p->ref,
			      .round = p->round,
			      .all_groups = true,
			      .any_round = !p->round,
			      .at_point = true};
	r->v->as_of = rev;
	y->def = define_find(r->v, SPACE_INDICATOR, indicator, r->a, NULL);
	if (!y->def)
		return r->v->err;
	y->n_series = series_find(r->v, indicator, c->q->categories, c->q->n_categories, r->a, &y->series);
	enum err e = p->ref ? explain_read(y) : ERR_OK;
	r->v->as_of = c->to->rev;
	x->unheard |= y->unheard;
	for (size_t i = 0; i < y->n_rules; i++)
		explain_rule(x, y->rules[i]);
	return e;
}

bool causes_number(struct causes_read *s, struct explain *y, const struct contributor *k, struct span *ret)
{
	if (k->s->said->missing)
		return false;
	if (span_of(s->c->x, k->s->said, explain_not_negative(y), ret))
		return true;
	*ret = span_zero(s->c->x); /* words bound nothing */
	ret->no_high = true;
	ret->no_low = !explain_not_negative(y);
	return true;
}

/* ---- the scope -------------------------------------------------------------------------------------------- */

bool causes_in_now(struct causes_read *s, uint32_t unit)
{
	if (!s->group[unit])
		s->group[unit] = 1 + causes_in(s->c, unit, s->c->to->day);
	return s->group[unit] == 2;
}

bool causes_was_in(struct causes_read *s, const struct contributor *k)
{
	return causes_in(s->c, k->s->unit, k->day);
}

/* ---- who should have reported ----------------------------------------------------------------------------- */

/* The round that was asked for, or the only one of all that is said in the scope; 0 = several. */
static uint32_t round_of(struct causes_read *s, const struct explain *y, const struct point *p, uint64_t rev)
{
	uint32_t round = p->round;
	bool any = round;
	s->c->x->r->v->as_of = rev;
	for (size_t i = 0; i < y->n_from && !p->round; i++) {
		const struct contributor *k = &y->from[i];
		if (!scope_has(s->c->scope, k->s->unit, k->day))
			continue;
		if (any && k->s->round != round) {
			round = 0;
			break;
		}
		round = k->s->round;
		any = true;
	}
	s->c->x->r->v->as_of = s->c->to->rev;
	return round;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static bool frame_holds(const struct causes_frame *f, uint32_t unit)
{
	return f->known && f->n && bsearch(&unit, f->units, f->n, sizeof unit, by_number);
}

/* Named members; or, where they are as many as the frame counts, the units of its kind inside the round's area. */
static enum err read_frame(struct causes *c, uint32_t number, const struct point *p, struct causes_frame *ret)
{
	struct answer *r = c->x->r;
	const struct msg_round *round = number ? define_get(r->v, SPACE_ROUND, number, r->a, NULL) : NULL;
	const struct msg_frame_size *f = round ? round->frame : NULL;
	uint32_t area, kind = f ? view_term(r->v, SPACE_TERM, slice_text(round->unit_kind)) : 0;
	enum err e = ERR_OK;
	if (!f)
		return r->v->err;
	if (f->n_members) {
		ret->units = arena_alloc(r->a, f->n_members * sizeof *ret->units);
		for (; ret->n < f->n_members && e == ERR_OK; ret->n++)
			e = answer_unit(r, &f->members[ret->n], p->day, &ret->units[ret->n]);
	} else if (round->area && kind && (e = answer_unit(r, round->area, p->day, &area)) == ERR_OK) {
		size_t n = unit_all_of_kind(r->v, kind, p->day, r->a, &ret->units);
		for (size_t i = 0; i < n; i++)
			if (unit_inside(r->v, ret->units[i], area, p->day))
				ret->units[ret->n++] = ret->units[i];
	}
	ret->known = e == ERR_OK && ret->n == f->population;
	if (ret->known && ret->n)
		qsort(ret->units, ret->n, sizeof *ret->units, by_number);
	return e;
}

bool causes_framed(struct causes_read *s, int other, uint32_t unit, const bool *said)
{
	const struct causes *c = s->c;
	struct view *v = c->x->r->v;
	const struct causes_frame *f = &s->frames[other];
	int32_t day = other == POINT_TO ? c->to->day : c->from->day;
	uint32_t kind = unit_kind(v, unit);
	const uint32_t *atoms;
	size_t n = atoms_of(c->x->atoms, unit, c->to->day, false, &atoms);
	if (other == POINT_TO && frame_holds(f, unit))
		return true;
	for (size_t i = 0; i < n; i++) {
		uint32_t who = said && said[i] ? 0 : atoms_holder(c->x->atoms, atoms[i], day);
		if (who && (!f->known || frame_holds(f, who) || frame_holds(f, unit_container(v, who, kind, day))))
			return true;
	}
	return false;
}

/* ---- what they speak of ----------------------------------------------------------------------------------- */

bool *causes_spoken(struct causes_read *s, uint32_t unit, const uint32_t *units, const int32_t *days, size_t n,
		    size_t *ret_n)
{
	struct explain *x = s->c->x;
	const uint32_t *own, *other;
	size_t all = atoms_of(x->atoms, unit, s->c->to->day, false, &own);
	bool *mask = arena_alloc(x->r->a, all + 1);
	for (size_t i = 0; i < n; i++) {
		size_t m = atoms_of(x->atoms, units[i], days[i], false, &other);
		for (size_t k = 0; k < m; k++) {
			const uint32_t *at = all ? bsearch(&other[k], own, all, sizeof *own, by_number) : NULL;
			if (at)
				mask[at - own] = true;
		}
	}
	*ret_n = all;
	return mask;
}

/* ---- corrections ------------------------------------------------------------------------------------------ */

static struct contributor *of_unit(struct explain *y, uint32_t unit)
{
	for (size_t from = 0, to = y->n_from; from < to;) {
		size_t mid = from + (to - from) / 2;
		if (y->from[mid].s->unit == unit)
			return &y->from[mid];
		if (y->from[mid].s->unit < unit)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

bool causes_said_before(struct causes_read *s, uint32_t unit)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct view *v = s->c->x->r->v;
	const struct explain *y = &s->y[POINT_FROM];
	struct row row;
	bool said = false;
	v->as_of = s->c->from->rev;
	for (size_t i = 0; i < y->n_series && !said; i++) {
		key_obs(&key, y->series[i].id, y->ref, unit);
		walk_begin(&w, v, TABLE_OBS, buf_view(&key));
		said = walk_next(&w, &row);
	}
	v->as_of = s->c->to->rev;
	return said;
}

static bool span_same(const struct span *a, const struct span *b)
{
	return a->no_low == b->no_low && a->no_high == b->no_high && a->low_out == b->low_out &&
	       a->high_out == b->high_out && (a->no_low || mpq_equal(a->low, b->low)) &&
	       (a->no_high || mpq_equal(a->high, b->high));
}

static void correct_one(struct causes_read *s, struct contributor *old, struct contributor *new)
{
	struct causes *c = s->c;
	struct explain *then = &s->y[POINT_THEN], *from = &s->y[POINT_FROM];
	struct span was = {0}, is = {0};
	uint32_t unit = old ? old->s->unit : new->s->unit;
	c->x->r->v->as_of = c->from->rev;
	bool had = old && causes_in(c, unit, old->day) && causes_number(s, then, old, &was);
	c->x->r->v->as_of = c->to->rev;
	bool has = new &&causes_was_in(s, new) && causes_number(s, from, new, &is);
	if (had)
		causes_point(c, then, old, &was, -1);
	if (had && has && old->day == new->day &&span_same(&was, &is))
		return;
	enum cause cause = old || causes_said_before(s, unit) ? CAUSE_CORRECTION : CAUSE_FOUND_LATE;
	if (has)
		causes_say(c, cause, from, new, 0, &is, 1);
	if (had)
		causes_say(c, cause, then, old, 0, &was, -1);
}

void causes_corrected(struct causes_read *s)
{
	struct explain *then = &s->y[POINT_THEN], *from = &s->y[POINT_FROM];
	for (size_t i = 0; i < then->n_from; i++)
		correct_one(s, &then->from[i], of_unit(from, then->from[i].s->unit));
	for (size_t i = 0; i < from->n_from; i++)
		if (!of_unit(then, from->from[i].s->unit))
			correct_one(s, NULL, &from->from[i]);
}

/* ---- all of it -------------------------------------------------------------------------------------------- */

/* The revisions of a definition that say that it is not comparable with what was before. */
static enum err read_breaks(struct explain *x, const char *indicator, struct causes_breaks *ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct view *v = x->r->v;
	struct row row;
	struct fact f;
	void *def;
	key_number(&key, SPACE_INDICATOR, view_term(v, SPACE_INDICATOR, slice_text(indicator)));
	walk_begin(&w, v, TABLE_DEF, buf_view(&key));
	w.all_revisions = true;
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK ||
		    codec_decode(&msg_type_indicator, f.def.body, CODEC_TOLERANT, x->r->a, &def, NULL) != ERR_OK ||
		    !((const struct msg_indicator *)def)->break_before)
			continue;
		ret->list = arena_grow(x->r->a, ret->list, ret->n, ret->n + 1, sizeof *ret->list, &ret->room);
		ret->list[ret->n++] = row.rev;
	}
	return v->err;
}

bool causes_broken(const struct causes_read *s, bool later, uint64_t rev, uint64_t other)
{
	const struct causes_breaks *b = &s->breaks[later];
	uint64_t low = rev < other ? rev : other, high = rev < other ? other : rev;
	for (size_t i = 0; i < b->n; i++)
		if (low < b->list[i] && b->list[i] <= high)
			return true;
	return false;
}

/* A correction stands under the definition of what it corrects. */
uint64_t causes_under(const struct causes_read *s, const struct statement *of)
{
	struct stated one = {.obs = {.series = of->series,
				     .ref = of->ref,
				     .unit = of->unit,
				     .src = of->src,
				     .seq = of->seq,
				     .state = STATE_CORRECTED},
			     .rev = of->rev};
	return stated_under(s->c->x->r->v, &one);
}

/* What the other definition says of the same point; and where a definition breaks. */
static enum err read_definitions(struct causes *c, struct causes_read *s, const char *later)
{
	enum err e = read_breaks(c->x, c->q->indicator, &s->breaks[0]);
	s->other = strcmp(later, c->q->indicator) != 0;
	if (e == ERR_OK)
		e = read_breaks(c->x, later, &s->breaks[1]);
	if (e == ERR_OK && s->other)
		e = read_point(c, c->from, later, c->to->rev, &s->y[BRIDGE_FROM]);
	if (e == ERR_OK && s->other)
		e = read_point(c, c->to, c->q->indicator, c->to->rev, &s->y[BRIDGE_TO]);
	return e;
}

enum err causes_read(struct causes *c, struct causes_read *ret)
{
	struct explain *x = c->x;
	struct answer *r = x->r;
	const char *basis = c->q->weight_basis, *later = *c->q->indicator_to ? c->q->indicator_to : c->q->indicator;
	*ret = (struct causes_read){.c = c};
	x->atoms = atoms_new(r->v, *basis ? view_term(r->v, SPACE_TERM, slice_text(basis)) : 0, r->a);
	ret->group = arena_alloc(r->a, ((size_t)view_terms(r->v, SPACE_UNIT) + 1) * sizeof *ret->group);
	enum err e = read_point(c, c->from, c->q->indicator, c->from->rev, &ret->y[POINT_THEN]);
	if (e == ERR_OK)
		e = read_point(c, c->from, c->q->indicator, c->to->rev, &ret->y[POINT_FROM]);
	if (e == ERR_OK)
		e = read_point(c, c->to, later, c->to->rev, &ret->y[POINT_TO]);
	if (e == ERR_OK)
		e = read_definitions(c, ret, later);
	uint32_t earlier_round = round_of(ret, &ret->y[POINT_THEN], c->from, c->from->rev),
		 later_round = round_of(ret, &ret->y[POINT_TO], c->to, c->to->rev);
	if (e == ERR_OK)
		e = read_frame(c, earlier_round, c->from, &ret->frames[POINT_FROM]);
	if (e == ERR_OK)
		e = read_frame(c, later_round, c->to, &ret->frames[POINT_TO]);
	for (int i = POINT_FROM; i < (ret->other ? READINGS : POINTS) && e == ERR_OK; i++)
		e = explain_place(&ret->y[i]);
	return e;
}

void causes_read_free(struct causes_read *s)
{
	s->c->x->atoms = atoms_free(s->c->x->atoms);
}
