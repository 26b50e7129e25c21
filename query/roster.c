/* SPDX-License-Identifier: Apache-2.0
 *
 * roster.c - see roster.h. There are few declarations, a county's or a country's: they are looked through one by one.
 */
#include "query/roster.h"
#include <stdlib.h>
#include <string.h>
#include "query/define.h"

/* ---- reading ---------------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
	const struct roster_word *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->scope != y->scope)
		return x->scope < y->scope ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->rev > y->rev) - (x->rev < y->rev);
}

/* Completeness is also declared of arrangements and indicators: those are other matters. */
static bool of_units(struct view *v, uint32_t kind)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	if (slice_eq(view_text(v, SPACE_TERM, kind), slice_text("arrangement")))
		return false;
	key_kind(&key, kind);
	walk_begin(&w, v, TABLE_KIND, buf_view(&key));
	return walk_next(&w, &row);
}

/* The first day that the round's reference may mean. */
static bool round_from(struct view *v, uint32_t round, int32_t *ret)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	const struct msg_round *def = define_get(v, SPACE_ROUND, round, work, NULL);
	struct when when;
	if (!def || when_parse(def->reference, &when, NULL) != ERR_OK || when.precision == WHEN_NONE)
		return false;
	*ret = when.lo;
	return true;
}

static void read_round(struct roster *t, struct view *v, uint32_t round, struct arena *a)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	bool dated = false;
	int32_t from = 0;
	struct fact f;
	uint64_t rev;
	key_scope(&key, round);
	walk_begin(&w, v, TABLE_SCOPE, buf_view(&key));
	while (walk_fact(&w, &f, &rev)) {
		if (!state_stands(f.scope.state) || !of_units(v, f.scope.kind))
			continue;
		if (!dated && !(dated = round_from(v, round, &from)))
			return;
		t->list = arena_grow(a, t->list, t->n, t->n + 1, sizeof *t->list, &t->room);
		t->list[t->n++] = (struct roster_word){
		    f.scope.kind, f.scope.unit, round, from, (enum completion)f.scope.completion, rev};
	}
}

struct roster *roster_read(struct view *v, struct arena *a)
{
	struct roster *t = arena_alloc(a, sizeof *t);
	*t = (struct roster){0};
	/* The newest rounds may be in an overlay alone. */
	for (uint32_t i = 1, n = view_terms(v, SPACE_ROUND); i <= n || (v->over && view_text(v, SPACE_ROUND, i).len);
	     i++)
		read_round(t, v, i, a);
	if (t->n)
		qsort(t->list, t->n, sizeof *t->list, by_place);
	return t;
}

uint64_t roster_mark(struct view *v)
{
	AUTO_WALK struct walk w = {0};
	struct row row;
	uint64_t mark = 0;
	walk_begin(&w, v, TABLE_SCOPE, (struct slice){0});
	w.all_revisions = true;
	while (walk_next(&w, &row))
		mark = row.rev > mark ? row.rev : mark;
	return mark;
}

/* ---- what holds ------------------------------------------------------------------------------------- */

/* The place of the first one of the kind. */
static size_t first_of(const struct roster *t, uint32_t kind)
{
	size_t lo = 0, hi = t->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (t->list[mid].kind < kind)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool roster_speaks(const struct roster *t, uint32_t kind)
{
	size_t i = first_of(t, kind);
	return i < t->n && t->list[i].kind == kind;
}

/* Of the declarations of one list, which begin at *at, the one that holds on the day; moves *at behind them. */
static const struct roster_word *word_on(const struct roster *t, size_t *at, int32_t day)
{
	const struct roster_word *first = &t->list[*at], *holds = NULL;
	const struct roster_word *earliest = first; /* the last said of the earliest day */
	for (; *at < t->n && t->list[*at].kind == first->kind && t->list[*at].scope == first->scope; ++*at) {
		const struct roster_word *x = &t->list[*at];
		if (x->from <= day)
			holds = x;
		if (x->from == first->from)
			earliest = x;
	}
	if (!holds && earliest->complete != COMPLETION_YES)
		holds = earliest;
	return holds;
}

static bool lives(struct view *v, uint32_t unit, int32_t day)
{
	struct unit_life life;
	return unit_life_at(v, unit, day, &life);
}

const struct roster_word *roster_word_of(const struct roster *t, struct view *v, uint32_t unit, uint32_t kind,
					 int32_t day)
{
	const struct roster_word *near = NULL;
	for (size_t i = first_of(t, kind); i < t->n && t->list[i].kind == kind;) {
		const struct roster_word *x = word_on(t, &i, day);
		if (!x || !unit_inside(v, unit, x->scope, day) || !lives(v, x->scope, day))
			continue;
		/* Of two around it, neither of which holds the other, one that has all of its units has these too. */
		if (!near || unit_inside(v, x->scope, near->scope, day) ||
		    (x->complete == COMPLETION_YES && !unit_inside(v, near->scope, x->scope, day)))
			near = x;
	}
	return near;
}

/* Each list by which there are gaps in `unit`, until it returns false. */
typedef bool gap_f(void *arg, const struct roster_word *word);
static void each_gap(const struct roster *t, struct view *v, uint32_t unit, uint32_t kind, int32_t day, gap_f *fn,
		     void *arg)
{
	const struct roster_word *own = unit ? roster_word_of(t, v, unit, kind, day) : NULL;
	if (own && own->complete != COMPLETION_YES && !fn(arg, own))
		return;
	for (size_t i = first_of(t, kind); i < t->n && t->list[i].kind == kind;) {
		const struct roster_word *x = word_on(t, &i, day);
		if (x && x != own && x->complete != COMPLETION_YES && (!unit || unit_inside(v, x->scope, unit, day)) &&
		    lives(v, x->scope, day) && !fn(arg, x))
			return;
	}
}

static bool found(void *arg, const struct roster_word *word)
{
	bool *any = arg;
	*any = word;
	return false;
}

bool roster_gap(const struct roster *t, struct view *v, uint32_t unit, uint32_t kind, int32_t day)
{
	bool any = false;
	each_gap(t, v, unit, kind, day, found, &any);
	return any;
}

struct gaps {
	struct arena *a;
	const struct roster_word **list;
	size_t n, room;
};

static bool keep(void *arg, const struct roster_word *word)
{
	struct gaps *g = arg;
	g->list = arena_grow(g->a, g->list, g->n, g->n + 1, sizeof *g->list, &g->room);
	g->list[g->n++] = word;
	return true;
}

size_t roster_gaps(const struct roster *t, struct view *v, uint32_t unit, uint32_t kind, int32_t day, struct arena *a,
		   const struct roster_word ***ret, size_t n)
{
	struct gaps g = {.a = a, .list = *ret, .n = n, .room = n};
	each_gap(t, v, unit, kind, day, keep, &g);
	*ret = g.list;
	return g.n;
}
