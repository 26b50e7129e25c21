/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_step.c - the events between the unit that a statement was made about and the unit that it counts in.
 *
 * From the edges on record: all that can be met on the way from the one to the other, in the order of their dates. What
 * their weights make of a figure is followed event by event: a source's flows share what it has. Where a former
 * territory returns, or the figure goes back in time, the edges alone do not tell.
 */
#include "query/explaining.h"
#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 64u
#define DEPTH_MAX 32u

struct step {
	struct fact_edge edge;
	uint64_t rev;
};
struct path {
	struct explain *x;
	int32_t from, to; /* days; to < from: back in time */
	uint32_t target;
	size_t n, room;
	struct step *list;
	unsigned depth;
	bool lost; /* too many, or what edges do not tell */
};

/* The edges that leave a unit after a day (back in time: that led to it before it). */
static size_t edges_of(struct path *p, uint32_t unit, struct step **ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct arena *a = p->x->r->a;
	struct row row;
	struct fact f;
	size_t n = 0, room = 0;
	bool back = p->to < p->from;
	int32_t after = back ? p->to : p->from, until = back ? p->from : p->to;
	*ret = NULL;
	key_unit(&key, unit);
	walk_begin(&w, p->x->r->v, back ? TABLE_EDGE_TO : TABLE_EDGE, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || !state_stands(f.edge.state))
			continue;
		/* An event counts from its latest day on, as the atoms have it. */
		if (f.edge.effective.hi <= after || f.edge.effective.hi > until)
			continue;
		*ret = arena_grow(a, *ret, n, n + 1, sizeof **ret, &room);
		(*ret)[n++] = (struct step){f.edge, row.rev};
	}
	return n;
}

static uint32_t far_end(const struct path *p, const struct fact_edge *e)
{
	return p->to < p->from ? e->from : e->to;
}

static bool kept(const struct path *p, const struct fact_edge *e)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct fact_edge *k = &p->list[i].edge;
		if (k->from == e->from && k->to == e->to && k->event == e->event)
			return true;
	}
	return false;
}

static void keep(struct path *p, const struct step *s)
{
	if (kept(p, &s->edge))
		return;
	if (p->n == STEPS_MAX) {
		p->lost = true;
		return;
	}
	p->list = arena_grow(p->x->r->a, p->list, p->n, p->n + 1, sizeof *p->list, &p->room);
	p->list[p->n++] = *s;
}

static bool in_order(const struct path *p, int32_t last, int32_t next)
{
	return p->to < p->from ? next <= last : next >= last;
}

/* Does a way lead on from `unit`, by events not before `last`? Its edges are kept. */
static bool walk_to(struct path *p, uint32_t unit, int32_t last)
{
	struct step *list;
	bool there = unit == p->target;
	if (++p->depth > DEPTH_MAX) {
		p->lost = true;
		p->depth--;
		return there;
	}
	size_t n = edges_of(p, unit, &list);
	for (size_t i = 0; i < n; i++) {
		uint32_t next = far_end(p, &list[i].edge);
		int32_t day = list[i].edge.effective.hi;
		if (next == unit || !in_order(p, last, day))
			continue;
		if (walk_to(p, next, day)) {
			keep(p, &list[i]);
			there = true;
		}
	}
	p->depth--;
	return there;
}

/* ---- what the weights make of it ---------------------------------------------------------------------- */

static bool weight_of(struct path *p, const struct fact_edge *e, mpq_ptr ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct view *v = p->x->r->v;
	uint32_t basis = view_term(v, SPACE_TERM, slice_text(p->x->t->weight_basis));
	struct row row;
	struct fact f;
	uint64_t newest = 0;
	key_event(&key, e->event);
	buf_be32(&key, e->from);
	buf_be32(&key, e->to);
	walk_begin(&w, v, TABLE_WEIGHT, buf_view(&key));
	while (basis && walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && state_stands(f.weight.state) && f.weight.basis == basis &&
		    row.rev >= newest) {
			newest = row.rev;
			num_to_fraction((struct num){f.weight.digits, f.weight.scale}, ret);
		}
	return newest != 0;
}

static bool share_of(struct path *p, uint32_t unit, int32_t last, mpq_ptr ret);

/* The flows of one event from one source: by their weights, or all alike. */
static bool event_share(struct path *p, const struct step *list, size_t n, mpq_ptr ret)
{
	struct explain *x = p->x;
	mpq_ptr sum = number(x), weight = number(x), sub = number(x), first = number(x), weighted = number(x);
	bool weights = true, alike = true;
	for (size_t i = 0; i < n; i++) {
		const struct fact_edge *e = &list[i].edge;
		/* A source that lives on meets its own later events only. */
		int32_t day = e->from == e->to ? e->effective.hi + 1 : e->effective.hi;
		if (e->territory || !share_of(p, e->to, day, sub))
			return false;
		if (i == 0)
			mpq_set(first, sub);
		alike &= mpq_equal(first, sub);
		if (weights && (weights = weight_of(p, e, weight))) {
			mpq_add(sum, sum, weight);
			mpq_mul(weight, weight, sub);
			mpq_add(weighted, weighted, weight);
		}
	}
	if (alike)
		mpq_set(ret, first);
	else if (weights && mpq_sgn(sum) > 0)
		mpq_div(ret, weighted, sum);
	return alike || (weights && mpq_sgn(sum) > 0);
}

/* Of what the unit has on `last`, the share that comes to lie in the target. false = not told. */
static bool share_of(struct path *p, uint32_t unit, int32_t last, mpq_ptr ret)
{
	struct step *list;
	size_t n = edges_of(p, unit, &list), k = 0;
	int32_t first = WHEN_DAY_MAX;
	uint32_t event = 0;
	struct unit_life life;
	if (++p->depth > DEPTH_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct fact_edge *e = &list[i].edge;
		if (e->effective.hi >= last && e->effective.hi < first) {
			first = e->effective.hi;
			event = e->event;
		}
	}
	bool told = true, self = false;
	if (!event) {
		mpq_set_ui(ret, unit == p->target, 1);
		p->depth--;
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		const struct fact_edge *e = &list[i].edge;
		told &= e->effective.hi != first || e->event == event; /* two events of one day */
		if (e->event != event)
			continue;
		self |= e->to == unit;
		list[k++] = list[i];
	}
	/* It lives on, and how much of it, the event does not say. */
	if (!self && unit_life_at(p->x->r->v, unit, first, &life))
		told = false;
	told = told && event_share(p, list, k, ret);
	p->depth--;
	return told;
}

/* ---- telling ------------------------------------------------------------------------------------------ */

static int by_date(const void *a, const void *b)
{
	const struct step *x = a, *y = b;
	int d = when_cmp(&x->edge.effective, &y->edge.effective);
	if (d == 0)
		d = (x->edge.event > y->edge.event) - (x->edge.event < y->edge.event);
	return d ? d : (x->edge.to > y->edge.to) - (x->edge.to < y->edge.to);
}

static const char *date_text(struct explain *x, const struct when *w)
{
	char text[WHEN_TEXT_MAX];
	when_format(w, text);
	return arena_text(x->r->a, text, strlen(text));
}

static const char *title_of(struct explain *x, uint32_t event)
{
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	void *m;
	key_event(&key, event);
	if (view_get(x->r->v, TABLE_EVENT, buf_view(&key), &row) && row_fact(&row, &f) == ERR_OK &&
	    codec_decode(&msg_type_reorganisation_event, f.event.body, CODEC_TOLERANT, x->r->a, &m, NULL) == ERR_OK) {
		const char *title = ((const struct msg_reorganisation_event *)m)->title;
		return arena_text(x->r->a, title, strlen(title)); /* not in the map */
	}
	return "";
}

static void tell_weights(struct explain *x, const struct fact_edge *e, struct msg_explain_step *ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	size_t room = 0;
	key_event(&key, e->event);
	buf_be32(&key, e->from);
	buf_be32(&key, e->to);
	walk_begin(&w, x->r->v, TABLE_WEIGHT, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || !state_stands(f.weight.state))
			continue;
		struct msg_decimal *d = arena_alloc(x->r->a, sizeof *d);
		*d = (struct msg_decimal){.digits = f.weight.digits, .scale = f.weight.scale};
		ret->weights =
		    arena_grow(x->r->a, ret->weights, ret->n_weights, ret->n_weights + 1, sizeof *ret->weights, &room);
		ret->weights[ret->n_weights++] =
		    (struct msg_weight){.basis = explain_text(x, SPACE_TERM, f.weight.basis),
					.value = d,
					.date = date_text(x, &f.weight.date),
					.source = explain_text(x, SPACE_SOURCE, f.weight.src)};
	}
}

static void tell(struct explain *x, struct path *p, struct msg_explain_item *item)
{
	if (p->n)
		qsort(p->list, p->n, sizeof *p->list, by_date);
	item->n_steps = p->n;
	item->steps = arena_alloc(x->r->a, (p->n + 1) * sizeof *item->steps);
	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = &p->list[i];
		item->steps[i] = (struct msg_explain_step){
		    .event = explain_text(x, SPACE_EVENT, s->edge.event),
		    .title = title_of(x, s->edge.event),
		    .effective = date_text(x, &s->edge.effective),
		    .from = unit_id(x->r->v, s->edge.from, x->r->a),
		    .to = unit_id(x->r->v, s->edge.to, x->r->a),
		    .revision = s->rev,
		};
		tell_weights(x, &s->edge, &item->steps[i]);
	}
	if (p->lost)
		explain_note(x, arena_printf(x->r->a, "%s: not all events on its way are listed", item->unit_name));
}

bool explain_steps(struct explain *x, const struct contributor *c, uint32_t to, mpq_ptr ret_share)
{
	struct path p = {.x = x, .from = c->day, .to = x->day, .target = to};
	if (ret_share)
		return p.to >= p.from && share_of(&p, c->s->unit, c->day + 1, ret_share) && !p.lost;
	walk_to(&p, c->s->unit, p.to < p.from ? WHEN_DAY_MAX : WHEN_DAY_MIN);
	tell(x, &p, c->item);
	return true;
}

void explain_edges(struct explain *x, struct msg_explain_item *item, uint32_t unit, int32_t from, int32_t to)
{
	struct path p = {.x = x, .from = from, .to = to};
	struct step *list;
	size_t n = edges_of(&p, unit, &list);
	for (size_t i = 0; i < n; i++)
		if (list[i].edge.from != list[i].edge.to)
			keep(&p, &list[i]);
	tell(x, &p, item);
}

void explain_edge(struct explain *x, struct msg_explain_item *item, const struct fact_edge *edge, uint64_t rev)
{
	struct step one = {*edge, rev};
	struct path p = {.x = x, .n = 1, .list = &one};
	tell(x, &p, item);
}
