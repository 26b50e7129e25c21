/* SPDX-License-Identifier: Apache-2.0
 *
 * count_complete.c - may there be more than is on record?
 *
 * A round declares, for a unit, that all arrangements inside it are told. That holds for the days of its reference, and
 * for every unit inside. What is nowhere declared complete is "at least" what is on record. Of units of a kind, what is
 * declared to have gaps is (roster.h): where they are counted, and where something is counted of how many there are.
 */
#include <stdlib.h>
#include <string.h>
#include "query/count.h"
#include "query/define.h"
#include "query/roster_note.h"

static enum err take_round(struct count *c, uint32_t round, uint32_t kind)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct answer *r = c->r;
	struct row row;
	struct fact f;
	struct when when;
	const struct msg_round *def = NULL;
	key_scope(&key, round);
	walk_begin(&w, r->v, TABLE_SCOPE, buf_view(&key));
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &f);
		if (e != ERR_OK)
			return e;
		if (f.scope.kind != kind || f.scope.completion != COMPLETION_YES || !state_stands(f.scope.state))
			continue;
		if (!def && (!(def = define_get(r->v, SPACE_ROUND, round, r->a, NULL)) ||
			     when_parse(def->reference, &when, NULL) != ERR_OK || when.precision == WHEN_NONE))
			return r->v->err;
		c->declared = arena_grow(r->a, c->declared, c->n_declared, c->n_declared + 1, sizeof *c->declared,
					 &c->declared_room);
		c->declared[c->n_declared++] =
		    (struct count_declared){f.scope.unit, kind, when.lo, when.hi, def->unit_kind};
	}
	return r->v->err;
}

/* Is it arrangements that are counted, in one way or another? */
static bool arrangements(const struct count *c)
{
	const struct msg_count_question *q = c->q;
	return c->of_arrangements || strcmp(q->kind, "arrangement") == 0 ||
	       (q->counted == COUNTED_LINKS && (q->link == LINK_TYPE_PARTICIPATES_IN || q->link == LINK_TYPE_HOSTS));
}

enum err count_complete_ask(struct count *c)
{
	struct view *v = c->r->v;
	uint32_t kind = arrangements(c) ? view_term(v, SPACE_TERM, slice_text("arrangement")) : 0;
	enum err e = ERR_OK;
	for (uint32_t i = 1, n = kind ? view_terms(v, SPACE_ROUND) : 0; i <= n && e == ERR_OK; i++)
		e = take_round(c, i, kind);
	struct roster *t = c->kind ? roster_read(v, c->r->a) : NULL;
	/* Units that are named are no list. */
	if (t && roster_speaks(t, c->kind) && (scope_all(c->scope) || c->q->subtree))
		c->roster = t;
	return e == ERR_OK ? v->err : e;
}

/* What is said of the unit's own list, or of that of a unit around it: */
enum said { SAID_NOTHING, SAID_AROUND, SAID_ITSELF };

static bool declared(const struct count_day *d, uint32_t unit)
{
	return d->declared[unit / 8] >> unit % 8 & 1;
}

static enum said look_around(struct count *c, const struct count_day *d, uint32_t unit)
{
	for (size_t i = 0; i < d->n_kinds; i++) {
		uint32_t at = unit;
		for (unsigned depth = 0; at && depth < UNIT_DEPTH_MAX; depth++) {
			at = unit_container(c->r->v, at, d->kinds[i], d->day);
			if (at && declared(d, at))
				return SAID_AROUND;
		}
	}
	return SAID_NOTHING;
}

static enum said said_of(struct count *c, const struct count_day *d, uint32_t unit)
{
	if (!d->known[unit])
		d->known[unit] = (uint8_t)(1 + (declared(d, unit) ? SAID_ITSELF : look_around(c, d, unit)));
	return (enum said)(d->known[unit] - 1);
}

/* Does what was declared cover every unit of the kind that lives on the day? */
static enum err everywhere(struct count *c, const struct count_day *d, bool *ret)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	struct view *v = c->r->v;
	enum err e = ERR_OK;
	uint32_t kind = c->kind, *list;
	for (size_t i = 0; i < c->n_declared && !kind; i++)
		kind = view_term(v, SPACE_TERM, slice_text(c->declared[i].unit_kind));
	size_t n = kind && d->n_kinds ? unit_all_of_kind(v, kind, d->day, work, &list) : 0;
	*ret = n != 0;
	for (size_t i = 0; i < n && *ret && e == ERR_OK; i++) {
		*ret = said_of(c, d, list[i]) != SAID_NOTHING;
		e = answer_work(c->r);
	}
	return e;
}

/* The whole of what is asked for: the least that is said of any of its units. */
static enum err said_of_scope(struct count *c, struct count_day *d)
{
	enum said least = SAID_ITSELF;
	enum err e = ERR_OK;
	bool all = true;
	if (scope_all(c->scope))
		e = everywhere(c, d, &all);
	for (size_t i = 0; i < c->q->n_units && e == ERR_OK; i++) {
		uint32_t unit = scope_unit(c->scope, i);
		enum said s = said_of(c, d, unit);
		least = s < least ? s : least;
		e = answer_work(c->r);
	}
	d->said = all ? least : SAID_NOTHING;
	return e;
}

/* Which units' lists are declared for the day. */
static void declared_ask(struct count *c, struct count_day *d)
{
	uint32_t n = view_terms(c->r->v, SPACE_UNIT);
	size_t room = 0;
	answer_did(c->r, c->n_declared + n / 64);
	d->declared = arena_alloc(c->r->a, n / 8 + 1);
	d->known = arena_alloc(c->r->a, (size_t)n + 1);
	for (size_t i = 0; i < c->n_declared; i++) {
		const struct count_declared *x = &c->declared[i];
		if (d->day < x->from || d->day > x->to)
			continue;
		uint32_t kind = unit_kind(c->r->v, x->unit);
		size_t k = 0;
		while (k < d->n_kinds && d->kinds[k] != kind)
			k++;
		if (k == d->n_kinds) {
			d->kinds = arena_grow(c->r->a, d->kinds, k, k + 1, sizeof *d->kinds, &room);
			d->kinds[d->n_kinds++] = kind;
		}
		d->declared[x->unit / 8] |= (uint8_t)(1u << x->unit % 8);
	}
}

enum err count_complete_day(struct count *c, struct count_day *d)
{
	if (!arrangements(c))
		return ERR_OK;
	declared_ask(c, d);
	return said_of_scope(c, d);
}

/* ---- units ------------------------------------------------------------------------------------------ */

static bool gap_in_scope(struct count *c, const struct count_day *d)
{
	bool found = !c->q->n_units && d->lists.n_words;
	for (size_t i = 0; i < c->q->n_units && !found; i++)
		found = roster_gap(c->roster, c->r->v, &d->lists, scope_unit(c->scope, i));
	return found;
}

/* A unit of the kind itself is no list of them. */
static bool gap_in_group(struct count *c, const struct count_day *d, uint32_t unit)
{
	struct view *v = c->r->v;
	struct unit_life life;
	bool itself =
	    unit_life_at(v, unit, d->lists.day, &life) ? life.life.kind == c->kind : unit_kind(v, unit) == c->kind;
	return !itself && roster_gap(c->roster, v, &d->lists, unit);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static enum err gaps_of_axis(struct count *c, struct count_day *d, size_t axis)
{
	const struct count_axis *x = &c->axes[axis];
	struct count_gaps *g = &d->gaps[axis];
	enum err e = ERR_OK;
	if (x->by != COUNT_BY_UNIT)
		return ERR_OK;
	g->keys = arena_alloc(c->r->a, (x->n_groups + 1) * sizeof *g->keys);
	for (size_t i = 0; i < x->n_groups && e == ERR_OK; i++) {
		uint32_t key = x->groups[i].key;
		if (!key || gap_in_group(c, d, key))
			g->keys[g->n++] = key;
		e = answer_work(c->r);
	}
	if (g->n)
		qsort(g->keys, g->n, sizeof *g->keys, by_number);
	return e;
}

/* Of what is both in the scope and in the group, all is on record if all of either is. */
enum err count_complete_groups(struct count *c, struct count_day *d)
{
	enum err e = ERR_OK;
	if (!c->roster)
		return ERR_OK;
	roster_gaps_read(c->roster, c->r->v, c->kind, count_place(c, d), c->r->a, &d->lists);
	answer_did(c->r, c->roster->n);
	d->gap = gap_in_scope(c, d);
	for (size_t x = 0; x < c->n_axes && d->gap && e == ERR_OK; x++)
		e = gaps_of_axis(c, d, x);
	return e == ERR_OK ? c->r->v->err : e;
}

bool count_gap(const struct count *c, const struct count_day *d, uint32_t key)
{
	struct count_cell cell = count_cell_of(c, key);
	bool gap = d->gap;
	for (size_t x = 0; x < c->n_axes && gap; x++) {
		uint32_t unit = cell.keys[x];
		if (c->axes[x].by == COUNT_BY_UNIT && unit != COUNT_TOTAL)
			gap = bsearch(&unit, d->gaps[x].keys, d->gaps[x].n, sizeof unit, by_number);
	}
	return gap;
}

const char *count_gap_why(const struct count *c)
{
	return arena_printf(c->r->row, "how many units of kind %s there are is not known: their list has gaps",
			    c->q->kind);
}

/* Mostly it is the same on all days. */
static enum err gap_note(struct count *c, const char *text)
{
	for (size_t i = 0; i < c->n_gap_notes; i++) {
		if (strcmp(c->gap_notes[i], text) == 0)
			return ERR_OK;
	}
	c->gap_notes = arena_grow(c->r->a, c->gap_notes, c->n_gap_notes, c->n_gap_notes + 1, sizeof *c->gap_notes,
				  &c->gap_notes_room);
	c->gap_notes[c->n_gap_notes++] = text;
	return answer_bytes(c->r, 5, slice_text(text));
}

enum err count_gap_notes(struct count *c, const struct count_day *d)
{
	struct answer *r = c->r;
	uint32_t *units = arena_alloc(r->a, (c->q->n_units + 1) * sizeof *units);
	const struct roster_word **words;
	const char **texts;
	enum err e = ERR_OK;
	for (size_t i = 0; i < c->q->n_units; i++)
		units[i] = scope_unit(c->scope, i);
	size_t n = roster_gap_words(c->roster, r->v, &d->lists, units, c->q->n_units, r->a, &words);
	n = roster_notes(r, &d->lists, words, n, &texts);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = gap_note(c, texts[i]);
	return e == ERR_OK ? r->v->err : e;
}

bool count_open(struct count *c, const struct count_day *d, uint32_t key)
{
	if (!arrangements(c))
		return count_gap(c, d, key);
	struct count_cell cell = count_cell_of(c, key);
	enum said said = (enum said)d->said;
	bool narrowed = false;
	for (size_t x = 0; x < c->n_axes; x++)
		narrowed |=
		    cell.keys[x] != COUNT_TOTAL && (c->axes[x].by == COUNT_BY_UNIT || c->axes[x].by == COUNT_BY_SIZE);
	if (narrowed && said == SAID_ITSELF)
		said = SAID_AROUND; /* what is known of the whole need not say who takes part */
	for (size_t x = 0; x < c->n_axes; x++) {
		bool of_unit = c->axes[x].by == COUNT_BY_UNIT && cell.keys[x] && cell.keys[x] != COUNT_TOTAL;
		enum said own = of_unit ? said_of(c, d, cell.keys[x]) : SAID_NOTHING;
		said = own > said ? own : said;
	}
	if (said == SAID_NOTHING)
		return true;
	bool lists = said == SAID_AROUND || c->q->counted == COUNTED_PARTICIPANTS || c->q->counted == COUNTED_LINKS;
	return lists && d->open_anywhere;
}
