/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_total.c - all that lies in one group.
 *
 * What lies whole in a group is a cell of it; what lies among several units or groups is a lot: of the group, where all
 * of them are in it, else something that the group may have.
 */
#include "query/explaining.h"
#include <string.h>

/* ---- lots ------------------------------------------------------------------------------------------------- */

static struct lot *lot_new(struct sums *s, const struct span *amount, uint32_t round)
{
	s->lots = arena_grow(s->x->r->a, s->lots, s->n_lots, s->n_lots + 1, sizeof *s->lots, &s->room);
	s->lots[s->n_lots] = (struct lot){.amount = *amount, .round = round};
	return &s->lots[s->n_lots++];
}

static void add_once(struct explain *x, const char ***list, size_t *n, const char *text)
{
	if (explain_has_key(*list, *n, text))
		return;
	const char **more = arena_alloc(x->r->a, (*n + 1) * sizeof *more);
	if (*n)
		memcpy(more, *list, *n * sizeof *more);
	more[(*n)++] = text;
	*list = more;
}

static void lot_keys(struct explain *x, struct lot *l, const char *const *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_once(x, &l->keys, &l->n, keys[i]);
}

static void lots_of_rests(struct sums *s)
{
	struct explain *x = s->x;
	for (size_t i = 0; i < x->n_rests; i++) {
		const struct rest *rest = &x->rests[i];
		const struct contributor *c = &x->from[rest->from];
		struct lot *l = lot_new(s, &rest->amount, c->s->round);
		for (size_t k = 0; k < rest->n; k++) {
			const char *const *keys;
			size_t n = explain_groups(x, c, rest->units[k], x->day, &keys);
			bool in = explain_wanted(x, c, rest->units[k]);
			if (in)
				lot_keys(x, l, keys, n);
			l->outside |= !in;
		}
		l->n_among = l->n;
		l->among = l->keys;
		if (!l->outside)
			continue;
		l->n_among = 0;
		l->among = NULL;
		for (size_t k = 0; k < rest->n; k++)
			add_once(x, &l->among, &l->n_among, unit_id(x->r->v, rest->units[k], x->r->a));
	}
}

/* A unit in several groups: each of its parts lies where all of it does, or among them. */
static void lots_of_cell(struct sums *s, const struct cell_made *c)
{
	struct explain *x = s->x;
	for (size_t i = 0; i < c->n; i++) {
		const struct parcel *p = c->parcels[i];
		const struct contributor *f = &x->from[p->from];
		if (!p->known || !p->own.low)
			continue;
		struct lot *l = lot_new(s, &p->own, f->s->round);
		l->part = true;
		const char *const *keys;
		size_t n = p->whole ? explain_groups(x, f, f->s->unit, f->day, &keys) : 0;
		if (n)
			lot_keys(x, l, keys, n);
		else
			lot_keys(x, l, c->keys, c->n_keys);
		l->n_among = l->n;
		l->among = l->keys;
	}
}

void explain_lots(struct sums *s)
{
	lots_of_rests(s);
	for (size_t i = 0; i < s->x->n_cells; i++)
		if (explain_splits(s->x, &s->x->cells[i]))
			lots_of_cell(s, &s->x->cells[i]);
}

/* ---- one group -------------------------------------------------------------------------------------------- */

bool explain_splits(const struct explain *x, const struct cell_made *c)
{
	return c->n_keys > 1 && x->grouping == GROUP_KIND;
}

static void total_cell(struct total *t, const struct cell_made *c)
{
	t->first = t->n++ ? t->first : c;
	t->mixed |= t->first->kind != c->kind;
	switch (c->state) {
	case CELL_NUMBER:
		span_add(&t->own, &c->own);
		if (span_exact(&c->own) && !c->may) {
			t->n_exact++;
			mpq_add(t->exact, t->exact, c->own.low);
		}
		return;
	case CELL_MISSING:
		t->n_missing++;
		return;
	case CELL_WORDS:
		t->n_words++;
		return;
	case CELL_REFUSED:
		t->n_refused++;
		t->refused = t->refused ? t->refused : c->why;
		return;
	}
}

static struct total total_new(struct explain *x)
{
	return (struct total){.own = span_zero(x), .may = number(x), .exact = number(x)};
}

static void total_lots(const struct sums *s, struct total *t, const char *key, uint32_t round)
{
	for (size_t i = 0; i < s->n_lots; i++) {
		const struct lot *l = &s->lots[i];
		if (!explain_has_key(l->keys, l->n, key) || (!s->x->newest && l->round != round))
			continue;
		if (l->n == 1 && !l->outside) {
			span_add(&t->own, &l->amount);
			t->n_parts += l->part;
			continue;
		}
		t->has_may = true;
		mpq_add(t->may, t->may, l->amount.high);
		t->may_open |= l->amount.no_high;
	}
}

bool explain_cell_in(const struct explain *x, const struct cell_made *c, const char *key, uint32_t round)
{
	return explain_has_key(c->keys, c->n_keys, key) &&
	       (x->newest || x->from[c->parcels[0]->from].s->round == round);
}

struct total explain_total(const struct sums *s, const char *key, uint32_t round)
{
	struct explain *x = s->x;
	struct total t = total_new(x);
	for (size_t i = 0; i < x->n_cells; i++)
		if (explain_cell_in(x, &x->cells[i], key, round) && !explain_splits(x, &x->cells[i]))
			total_cell(&t, &x->cells[i]);
	total_lots(s, &t, key, round);
	return t;
}

/* Does it lie among just those that the row names? */
static bool lies_among(const struct lot *l, const struct msg_trend_row *row)
{
	bool same = l->n && l->n_among == row->n_among;
	for (size_t i = 0; i < l->n_among && same; i++)
		same = explain_has_key(row->among, row->n_among, l->among[i]);
	return same;
}

/* What lies among several: the lots of just these. */
struct total explain_total_among(const struct sums *s, const struct msg_trend_row *row)
{
	struct explain *x = s->x;
	struct total t = total_new(x);
	for (size_t i = 0; i < s->n_lots; i++) {
		const struct lot *l = &s->lots[i];
		if (lies_among(l, row) && (l->n > 1 || l->outside)) {
			span_add(&t.own, &l->amount);
			t.n++;
		}
	}
	return t;
}

/* Was a scope of the row's round in the group said to be incomplete, or, unless the group is one unit, the nearest one
 * around it? */
bool explain_incomplete(struct explain *x, const char *group_id, uint32_t round)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct view *v = x->r->v;
	struct row row;
	struct fact f;
	uint32_t kind = round ? view_term(v, SPACE_TERM, slice_text(x->def->id)) : 0, near = 0;
	uint32_t group = *group_id ? view_term(v, SPACE_UNIT, slice_text(group_id)) : 0;
	bool near_open = false, wide = !group || x->grouping != GROUP_UNIT;
	if (!kind)
		return false;
	key_scope(&key, round);
	walk_begin(&w, v, TABLE_SCOPE, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || f.scope.kind != kind || !state_stands(f.scope.state))
			continue;
		uint32_t scope = f.scope.unit;
		bool touches = group ? unit_inside(v, scope, group, x->row_day) : !x->n_asked;
		bool holds = wide && group && unit_inside(v, group, scope, x->row_day);
		for (size_t i = 0; i < x->n_asked && !group && x->t->subtree; i++) {
			touches |= unit_inside(v, scope, x->asked[i], x->row_day);
			holds |= unit_inside(v, x->asked[i], scope, x->row_day);
		}
		if (touches && f.scope.completion != COMPLETION_YES)
			return true;
		if (holds && (!near || unit_inside(v, scope, near, x->row_day))) {
			near = scope;
			near_open = f.scope.completion != COMPLETION_YES;
		}
	}
	return near_open;
}

bool explain_incomplete_row(struct explain *x, const char *group, uint32_t round)
{
	uint32_t last = 0;
	if (round || !x->t->latest_rounds)
		return explain_incomplete(x, group, round);
	for (size_t i = 0; i < x->n_cells; i++) {
		const struct cell_made *c = &x->cells[i];
		for (size_t k = 0; k < c->n && explain_cell_in(x, c, group, 0); k++) {
			uint32_t of = x->from[c->parcels[k]->from].s->round;
			if (of && of != last && explain_incomplete(x, group, last = of))
				return true;
		}
	}
	return false;
}
