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

/* The place of the first one of the kind, and of the scope or a later one. */
static size_t first_of(const struct roster *t, uint32_t kind, uint32_t scope)
{
	size_t lo = 0, hi = t->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const struct roster_word *x = &t->list[mid];
		if (x->kind < kind || (x->kind == kind && x->scope < scope))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool roster_speaks(const struct roster *t, uint32_t kind)
{
	size_t i = first_of(t, kind, 0);
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

/* Of those around a unit the nearest: no other one lies in it. Of several, neither of which holds the other, one that has
 * all of its units has these too. */
static const struct roster_word *nearest(struct view *v, const struct roster_word *const *words, size_t n, int32_t day)
{
	const struct roster_word *near = NULL;
	for (size_t i = 0; i < n; i++) {
		bool far = false;
		for (size_t k = 0; k < n && !far; k++)
			far = k != i && unit_inside(v, words[k]->scope, words[i]->scope, day);
		if (!far && (!near || words[i]->complete == COMPLETION_YES))
			near = words[i];
	}
	return near;
}

const struct roster_word *roster_word_of(const struct roster *t, struct view *v, uint32_t unit, uint32_t kind,
					 int32_t day)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	uint32_t *around;
	size_t n = lives(v, unit, day) ? unit_around(v, unit, day, a, &around) : 0, n_words = 0;
	const struct roster_word **words = arena_alloc(a, (n + 1) * sizeof *words);
	for (size_t i = 0; i < n; i++) {
		size_t at = first_of(t, kind, around[i]);
		if (at == t->n || t->list[at].kind != kind || t->list[at].scope != around[i])
			continue;
		const struct roster_word *x = word_on(t, &at, day);
		if (x)
			words[n_words++] = x;
	}
	return nearest(v, words, n_words, day);
}

/* ---- gaps ------------------------------------------------------------------------------------------- */

static int by_unit(const void *a, const void *b)
{
	const struct roster_place *x = a, *y = b;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->word > y->word) - (x->word < y->word);
}

void roster_gaps_read(const struct roster *t, struct view *v, uint32_t kind, int32_t day, struct arena *a,
		      struct roster_gaps *ret)
{
	size_t words_room = 0, room = 0;
	*ret = (struct roster_gaps){.kind = kind, .day = day};
	for (size_t i = first_of(t, kind, 0); i < t->n && t->list[i].kind == kind;) {
		const struct roster_word *x = word_on(t, &i, day);
		uint32_t *around;
		if (!x || x->complete == COMPLETION_YES || !lives(v, x->scope, day))
			continue;
		size_t n = unit_around(v, x->scope, day, a, &around);
		ret->places = arena_grow(a, ret->places, ret->n, ret->n + n, sizeof *ret->places, &room);
		for (size_t k = 0; k < n; k++)
			ret->places[ret->n++] = (struct roster_place){around[k], (uint32_t)ret->n_words};
		ret->words = arena_grow(a, ret->words, ret->n_words, ret->n_words + 1, sizeof *ret->words, &words_room);
		ret->words[ret->n_words++] = x;
	}
	if (ret->n)
		qsort(ret->places, ret->n, sizeof *ret->places, by_unit);
}

/* The words of lists inside the unit, from *ret on. */
static size_t inside(const struct roster_gaps *g, uint32_t unit, const struct roster_place **ret)
{
	size_t lo = 0, hi = g->n, n = 0;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (g->places[mid].unit < unit)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret = g->places + lo;
	while (lo + n < g->n && g->places[lo + n].unit == unit)
		n++;
	return n;
}

bool roster_gap(const struct roster *t, struct view *v, const struct roster_gaps *g, uint32_t unit)
{
	const struct roster_place *places;
	if (inside(g, unit, &places))
		return true;
	const struct roster_word *own = roster_word_of(t, v, unit, g->kind, g->day);
	return own && own->complete != COMPLETION_YES;
}

size_t roster_gap_words(const struct roster *t, struct view *v, const struct roster_gaps *g, const uint32_t *units,
			size_t n, struct arena *a, const struct roster_word ***ret)
{
	bool *in = arena_alloc(a, (g->n_words + 1) * sizeof *in);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		const struct roster_place *places;
		const struct roster_word *own = roster_word_of(t, v, units[i], g->kind, g->day);
		for (size_t k = 0; k < g->n_words; k++)
			in[k] |= g->words[k] == own;
		for (size_t k = inside(g, units[i], &places); k--;)
			in[places[k].word] = true;
	}
	*ret = arena_alloc(a, (g->n_words + 1) * sizeof **ret);
	for (size_t k = 0; k < g->n_words; k++) {
		if (!n || in[k])
			(*ret)[kept++] = g->words[k];
	}
	return kept;
}
