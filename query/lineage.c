/* SPDX-License-Identifier: Apache-2.0
 *
 * lineage.c - see lineage.h.
 *
 * Both walks are one: a queue of labels (unit, distance, day). The day says what may still be followed from there:
 * back, only events that took effect on it or before; forward, on it or after. A unit is looked at again when it is met
 * by a label that allows more, so that every day allows less until nothing is new; no circle of events can hold the
 * walk. Uncertain dates are followed where some reading of them allows it.
 */
#include "query/lineage.h"
#include <stdlib.h>
#include <string.h>

struct label {
	uint32_t unit;
	int32_t day;  /* what may be followed from here: events up to it, or from it on */
	int32_t seen; /* when the unit was met: chooses the life that is told */
	int64_t distance;
};

struct found {
	struct fact_edge edge;
	uint64_t rev;
	bool identity; /* SAME_AS: no event */
	const char *event;
	const char *from, *to;
};

struct met {
	uint32_t unit;
	int64_t distance;
	int32_t seen;
	struct unit_life life;
	bool lives;
	const char *id;
};

struct lineage {
	struct answer *r;
	const struct msg_lineage_question *q;
	size_t n_units, units_room, n_edges, edges_room, n_labels, labels_room;
	struct met *units;
	struct found *edges;
	struct label *labels; /* of the walk at hand */
	uint32_t n_known;
	uint32_t *place;  /* by unit: index into units + 1; 0 = not met */
	int32_t *allowed; /* by unit: the most allowing day of the walk at hand */
	bool *reached;    /* by unit: by the walk at hand */
};

static enum err too_many(struct lineage *l)
{
	if (l->n_units + l->n_edges <= l->r->c->limits->rows_max)
		return answer_work(l->r);
	return fail(&l->r->why, ERR_TOO_LARGE,
		    "the lineage has more than %u units and flows: ask for fewer steps, or one way",
		    l->r->c->limits->rows_max);
}

/* ---- meeting ---------------------------------------------------------------------------------------- */

static int64_t away(int64_t distance)
{
	return distance < 0 ? -distance : distance;
}

/* A label is followed when it allows more than what led here before. */
static void meet(struct lineage *l, struct label at, bool back)
{
	if (at.unit > l->n_known)
		return;
	if (l->reached[at.unit] && (back ? at.day <= l->allowed[at.unit] : at.day >= l->allowed[at.unit]))
		return;
	l->reached[at.unit] = true;
	l->allowed[at.unit] = at.day;
	l->labels = arena_grow(l->r->a, l->labels, l->n_labels, l->n_labels + 1, sizeof *l->labels, &l->labels_room);
	l->labels[l->n_labels++] = at;
	if (l->place[at.unit]) {
		struct met *m = &l->units[l->place[at.unit] - 1];
		if (away(at.distance) < away(m->distance))
			m->distance = at.distance;
		return;
	}
	l->units = arena_grow(l->r->a, l->units, l->n_units, l->n_units + 1, sizeof *l->units, &l->units_room);
	l->units[l->n_units] = (struct met){.unit = at.unit, .distance = at.distance, .seen = at.seen};
	l->place[at.unit] = (uint32_t)++l->n_units;
}

static void keep_edge(struct lineage *l, const struct fact_edge *e, uint64_t rev, bool identity)
{
	l->edges = arena_grow(l->r->a, l->edges, l->n_edges, l->n_edges + 1, sizeof *l->edges, &l->edges_room);
	l->edges[l->n_edges++] = (struct found){.edge = *e, .rev = rev, .identity = identity};
}

/* The next standing fact of the walk; a broken row sticks in the view. */
static bool next_standing(struct walk *w, struct fact *ret, uint64_t *ret_rev)
{
	while (walk_fact(w, ret, ret_rev))
		if (state_stands(ret->kind == FACT_EDGE ? ret->edge.state : ret->link.state))
			return true;
	return false;
}

/* All that is the same as what the label names, whenever each of them lived. */
static void meet_same(struct lineage *l, struct label at, bool back)
{
	for (int to = 0; to < 2; to++) {
		AUTO_WALK struct walk w = {0};
		AUTO_BUF struct buf key = {0};
		struct fact f;
		uint64_t rev;
		key_link(&key, LINK_TYPE_SAME_AS, at.unit);
		walk_begin(&w, l->r->v, to ? TABLE_LINK_TO : TABLE_LINK, buf_view(&key));
		while (next_standing(&w, &f, &rev)) {
			struct fact_edge same = {.from = f.link.a, .to = f.link.b, .state = f.link.state};
			keep_edge(l, &same, rev, true);
			meet(l, (struct label){to ? f.link.a : f.link.b, at.day, at.seen, at.distance}, back);
		}
	}
}

/* ---- walking ---------------------------------------------------------------------------------------- */

/* Where the walk goes from `at` through an edge: the other end, on which side of the event, and what may be followed
 * there. What this one got or gave away at other times may not be followed through the other. */
static struct label through(struct label at, const struct fact_edge *e, bool back)
{
	int32_t day = back ? e->effective.hi : e->effective.lo;
	if (back ? day > at.day : day < at.day)
		day = at.day;
	struct label next = {back ? e->from : e->to, day, e->effective.hi, at.distance + (back ? -1 : 1)};
	if (back)
		next.seen = e->effective.lo > WHEN_DAY_MIN ? e->effective.lo - 1 : WHEN_DAY_MIN;
	return next;
}

static enum err follow(struct lineage *l, struct label at, bool back)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	uint64_t rev;
	enum err e = ERR_OK;
	key_unit(&key, at.unit);
	walk_begin(&w, l->r->v, back ? TABLE_EDGE_TO : TABLE_EDGE, buf_view(&key));
	while (e == ERR_OK && next_standing(&w, &f, &rev)) {
		if (back ? f.edge.effective.lo > at.day : f.edge.effective.hi < at.day)
			continue;
		keep_edge(l, &f.edge, rev, false);
		if (f.edge.from != f.edge.to)
			meet(l, through(at, &f.edge, back), back);
		e = too_many(l);
	}
	return e == ERR_OK ? l->r->v->err : e;
}

/* From each label on, those that are the same stand right behind it, so that distances only grow along the queue. */
static enum err walk_all(struct lineage *l, struct label root, bool back)
{
	enum err e = ERR_OK;
	memset(l->reached, 0, (l->n_known + 1) * sizeof *l->reached);
	l->n_labels = 0;
	root.day = back ? WHEN_DAY_MAX : WHEN_DAY_MIN;
	meet(l, root, back);
	for (size_t k = 0; k < l->n_labels; k++)
		meet_same(l, l->labels[k], back);
	for (size_t i = 0; i < l->n_labels && e == ERR_OK; i++) {
		size_t first = l->n_labels;
		if (l->q->steps && away(l->labels[i].distance) >= l->q->steps)
			continue;
		e = follow(l, l->labels[i], back);
		for (size_t k = first; k < l->n_labels; k++)
			meet_same(l, l->labels[k], back);
	}
	return e;
}

/* ---- putting in order ------------------------------------------------------------------------------- */

static int unit_order(const void *a, const void *b)
{
	const struct met *x = a, *y = b;
	int c = x->lives != y->lives ? (x->lives ? -1 : 1) : 0;
	if (c == 0 && x->lives) {
		/* An unknown start comes before all that is known. */
		bool xs = x->life.life.from.precision != WHEN_NONE, ys = y->life.life.from.precision != WHEN_NONE;
		c = xs != ys ? (xs ? 1 : -1) : xs ? when_cmp(&x->life.life.from, &y->life.life.from) : 0;
	}
	return c ? c : strcmp(x->id, y->id);
}

static int edge_order(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int c = x->identity != y->identity ? (x->identity ? -1 : 1) : when_cmp(&x->edge.effective, &y->edge.effective);
	if (c == 0)
		c = strcmp(x->event, y->event);
	if (c == 0)
		c = strcmp(x->from, y->from);
	return c ? c : strcmp(x->to, y->to);
}

/* Both walks, and a unit that is met twice, find an edge more than once. */
static void order(struct lineage *l)
{
	struct answer *r = l->r;
	size_t n = 0;
	for (size_t i = 0; i < l->n_units; i++) {
		struct met *m = &l->units[i];
		struct unit_life *lives;
		m->id = unit_id(r->v, m->unit, r->a);
		m->lives = unit_life_at(r->v, m->unit, m->seen, &m->life);
		size_t k = m->lives ? 0 : unit_lives(r->v, m->unit, r->a, &lives);
		if (k) {
			m->life = lives[k - 1];
			m->lives = true;
		}
	}
	for (size_t i = 0; i < l->n_edges; i++) {
		struct slice event = view_text(r->v, SPACE_EVENT, l->edges[i].edge.event);
		l->edges[i].event = event.len ? arena_text(r->a, event.data, event.len) : "";
		l->edges[i].from = unit_id(r->v, l->edges[i].edge.from, r->a);
		l->edges[i].to = unit_id(r->v, l->edges[i].edge.to, r->a);
	}
	if (l->n_units)
		qsort(l->units, l->n_units, sizeof *l->units, unit_order);
	if (l->n_edges)
		qsort(l->edges, l->n_edges, sizeof *l->edges, edge_order);
	for (size_t i = 0; i < l->n_edges; i++)
		if (i == 0 || edge_order(&l->edges[n - 1], &l->edges[i]) != 0)
			l->edges[n++] = l->edges[i];
	l->n_edges = n;
}

/* ---- telling ---------------------------------------------------------------------------------------- */

static enum err tell_unit(struct lineage *l, const struct met *m)
{
	struct answer *r = l->r;
	const struct when *to = &m->life.life.to;
	int32_t last = r->has_today ? r->today : WHEN_DAY_MAX;
	if (m->lives && to->precision != WHEN_NONE && to->lo > WHEN_DAY_MIN)
		last = to->lo - 1;
	struct msg_lineage_unit row = {
	    .id = m->id,
	    .kind = answer_text(r, SPACE_TERM, m->lives ? m->life.life.kind : unit_kind(r->v, m->unit)),
	    .name = unit_name(r->v, m->unit, last, r->row),
	    .valid_from = m->lives ? answer_date(r, &m->life.life.from) : "",
	    .valid_to = m->lives ? answer_date(r, to) : "",
	    .distance = m->distance,
	};
	return answer_row(r, 2, &msg_type_lineage_unit, &row);
}

/* What the event says of itself; an edge without its event (which no judge makes) has no type. */
static enum change_type type_of(struct answer *r, uint32_t event)
{
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	void *m;
	key_event(&key, event);
	if (!view_get(r->v, TABLE_EVENT, buf_view(&key), &row))
		return CHANGE_TYPE_UNSPECIFIED;
	enum err e = row_fact(&row, &f);
	if (e == ERR_OK)
		e = codec_decode(&msg_type_reorganisation_event, f.event.body, CODEC_TOLERANT, r->row, &m, NULL);
	if (e == ERR_OK)
		return ((struct msg_reorganisation_event *)m)->type;
	if (r->v->err == ERR_OK)
		r->v->err = ERR_CORRUPT;
	return CHANGE_TYPE_UNSPECIFIED;
}

static void weights_of(struct answer *r, const struct fact_edge *e, struct msg_lineage_edge *ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	size_t room = 0;
	struct row row;
	struct fact f;
	key_event(&key, e->event);
	buf_be32(&key, e->from);
	buf_be32(&key, e->to);
	walk_begin(&w, r->v, TABLE_WEIGHT, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK) {
			r->v->err = ERR_CORRUPT;
			return;
		}
		if (!state_stands(f.weight.state))
			continue;
		struct msg_decimal *d = arena_alloc(r->row, sizeof *d);
		*d = (struct msg_decimal){.digits = f.weight.digits, .scale = f.weight.scale};
		ret->weights =
		    arena_grow(r->row, ret->weights, ret->n_weights, ret->n_weights + 1, sizeof *ret->weights, &room);
		ret->weights[ret->n_weights++] = (struct msg_weight){
		    .basis = answer_text(r, SPACE_TERM, f.weight.basis),
		    .value = d,
		    .date = answer_date(r, &f.weight.date),
		    .source = answer_text(r, SPACE_SOURCE, f.weight.src),
		};
	}
}

static enum err tell_edges(struct lineage *l)
{
	struct answer *r = l->r;
	uint32_t event = 0;
	enum change_type type = CHANGE_TYPE_UNSPECIFIED;
	for (size_t i = 0; i < l->n_edges; i++) {
		const struct found *x = &l->edges[i];
		struct msg_lineage_edge row = {.from = x->from, .to = x->to, .event = x->event, .revision = x->rev};
		if (!x->identity) {
			if (x->edge.event != event)
				type = type_of(r, event = x->edge.event); /* the edges of an event stand together */
			row.type = type;
			row.effective = answer_date(r, &x->edge.effective);
			row.part = x->edge.part;
			row.territory_of = unit_id(r->v, x->edge.territory, r->row);
			weights_of(r, &x->edge, &row);
		}
		enum err e = answer_row(r, 3, &msg_type_lineage_edge, &row);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err ask_lineage(struct answer *r, const struct msg_lineage_question *q)
{
	struct lineage l = {.r = r, .q = q};
	struct label root = {.seen = r->has_today ? r->today : WHEN_DAY_MAX};
	struct when at;
	enum err e = answer_when(r, q->valid_at, "valid_at", &at);
	if (e != ERR_OK)
		return e;
	if (at.precision != WHEN_NONE && at.precision != WHEN_DAY)
		return fail(&r->why, ERR_INVALID, "valid_at is one day, such as 2020-06-30, not \"%.32s\"",
			    q->valid_at);
	if (at.precision == WHEN_DAY)
		root.seen = at.lo;
	e = answer_unit(r, q->unit, root.seen, &root.unit);
	if (e != ERR_OK)
		return e;
	l.n_known = view_terms(r->v, SPACE_UNIT);
	l.place = arena_alloc(r->a, (l.n_known + 1) * sizeof *l.place);
	l.allowed = arena_alloc(r->a, (l.n_known + 1) * sizeof *l.allowed);
	l.reached = arena_alloc(r->a, (l.n_known + 1) * sizeof *l.reached);
	if (q->back || !q->forward)
		e = walk_all(&l, root, true);
	if (e == ERR_OK && (q->forward || !q->back))
		e = walk_all(&l, root, false);
	if (e != ERR_OK)
		return e;
	order(&l);
	struct msg_lineage_answer *head = arena_alloc(r->a, sizeof *head);
	head->unit = unit_id(r->v, root.unit, r->a);
	answer_begin(r, 16, &msg_type_lineage_answer, head);
	for (size_t i = 0; i < l.n_units && e == ERR_OK; i++)
		e = tell_unit(&l, &l.units[i]);
	return e == ERR_OK ? tell_edges(&l) : e;
}
