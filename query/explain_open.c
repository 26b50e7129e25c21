/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_open.c - see explain_open.h.
 *
 * Arrangements are all on record where a unit that is asked about, or one around it, has a list that a round of the day
 * declares complete. Of units there may be more where a list that holds on the day is declared to have gaps: the unit's
 * own, else the nearest around it, or one inside it.
 */
#include "query/explain_open.h"
#include <string.h>

/* ---- reading -------------------------------------------------------------------------------------------- */

static void find(struct open_ask *o, uint32_t round)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct answer *r = o->x->r;
	struct fact f;
	uint64_t rev;
	key_scope(&key, round);
	walk_begin(&w, r->v, TABLE_SCOPE, buf_view(&key));
	while (walk_fact(&w, &f, &rev)) {
		if (!state_stands(f.scope.state) || (f.scope.kind != o->arrangement && f.scope.kind != o->kind))
			continue;
		o->list = arena_grow(r->a, o->list, o->n, o->n + 1, sizeof *o->list, &o->room);
		o->list[o->n++] =
		    (struct declaration){.round = round, .unit = f.scope.unit, .kind = f.scope.kind, .rev = rev};
	}
}

struct hearing {
	struct declaration *list;
	size_t n;
	uint64_t rev;
};

static enum err hear_fact(void *arg, const struct fact *f)
{
	struct hearing *h = arg;
	for (size_t i = 0; i < h->n && f->kind == FACT_SCOPE; i++) {
		struct declaration *d = &h->list[i];
		if (d->rev != h->rev || d->round != f->scope.round || d->unit != f->scope.unit ||
		    d->kind != f->scope.kind)
			continue;
		d->heard = state_stands(f->scope.state);
		d->yes = f->scope.completion == COMPLETION_YES;
	}
	return ERR_OK;
}

/* Rounds without a reference declare nothing. */
static bool dated(struct open_ask *o, struct declaration *d)
{
	struct answer *r = o->x->r;
	const struct msg_round *def = define_get(r->v, SPACE_ROUND, d->round, r->a, NULL);
	if (!def || when_parse(def->reference, &d->when, NULL) != ERR_OK || d->when.precision == WHEN_NONE)
		return false;
	d->of_kind = view_term(r->v, SPACE_TERM, slice_text(def->unit_kind));
	return true;
}

enum err open_read(struct open_ask *o)
{
	struct answer *r = o->x->r;
	size_t n = 0;
	o->arrangement = o->arrangements ? view_term(r->v, SPACE_TERM, slice_text("arrangement")) : 0;
	for (uint32_t i = 1; i <= view_terms(r->v, SPACE_ROUND) && (o->arrangement || o->kind); i++)
		find(o, i);
	enum err e = o->n ? (r->failed = journal_read_renew(r->c->journal)) : ERR_OK;
	for (size_t i = 0; i < o->n && e == ERR_OK; i++) {
		struct hearing h = {o->list, o->n, o->list[i].rev};
		if (!o->list[i].heard)
			e = explain_facts(o->x, o->list[i].rev, hear_fact, &h);
	}
	for (size_t i = 0; i < o->n && e == ERR_OK; i++) {
		o->x->unheard |= !o->list[i].heard;
		if (dated(o, &o->list[i]))
			o->list[n++] = o->list[i];
	}
	o->n = n;
	return e == ERR_OK ? r->v->err : e;
}

/* ---- telling -------------------------------------------------------------------------------------------- */

struct who {
	struct explain *x;
	const char *submitter;
};

static enum err hear_submitter(void *arg, const struct journal_record *rec, const struct msg_change_set *set,
			       const struct msg_change *m)
{
	struct who *w = arg;
	(void)rec, (void)m;
	w->submitter = *w->submitter ? w->submitter : arena_text(w->x->r->a, set->submitter, strlen(set->submitter));
	return ERR_OK;
}

static void tell(struct open_ask *o, struct declaration *d)
{
	struct explain *x = o->x;
	struct who w = {x, ""};
	if (d->told)
		return;
	d->told = true;
	if (explain_changes(x, d->rev, hear_submitter, &w) != ERR_OK)
		return; /* it was read before */
	explain_note(x, arena_printf(x->r->a, "the list of kind %s in %s %s %s (revision %llu%s%s)",
				     explain_text(x, SPACE_TERM, d->kind),
				     d->unit ? unit_name(x->r->v, d->unit, o->day, x->r->a) : "everything",
				     d->yes ? "is declared complete by" : "has gaps, or may have: so declares",
				     explain_text(x, SPACE_ROUND, d->round), (unsigned long long)d->rev,
				     *w.submitter ? ", " : "", w.submitter));
}

/* ---- arrangements --------------------------------------------------------------------------------------- */

enum word { WORD_NONE, WORD_AROUND, WORD_ITSELF };

static bool holds(const struct open_ask *o, const struct declaration *d)
{
	return d->kind == o->arrangement && d->yes && d->when.lo <= o->day && o->day <= d->when.hi;
}

static enum word word_of(struct open_ask *o, uint32_t unit)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct view *v = o->x->r->v;
	uint32_t *around;
	size_t n = unit_around(v, unit, o->day, a, &around);
	enum word word = WORD_NONE;
	for (size_t i = 0; i < o->n; i++) {
		enum word own = WORD_NONE;
		if (!holds(o, &o->list[i]))
			continue;
		if (o->list[i].unit == unit)
			own = WORD_ITSELF;
		for (size_t k = 0; k < n && !own; k++)
			own = around[k] == o->list[i].unit ? WORD_AROUND : WORD_NONE;
		if (own)
			tell(o, &o->list[i]);
		word = own > word ? own : word;
	}
	return word;
}

/* Of everything: is every unit of the kind that reports, or is asked about, in a list that is complete? */
static enum word word_everywhere(struct open_ask *o)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct view *v = o->x->r->v;
	uint32_t kind = o->kind, *list;
	bool any = false;
	for (size_t i = 0; i < o->n; i++) {
		any |= holds(o, &o->list[i]);
		kind = kind || !o->list[i].yes || o->list[i].kind != o->arrangement ? kind : o->list[i].of_kind;
	}
	size_t n = any && kind ? unit_all_of_kind(v, kind, o->day, a, &list) : 0;
	for (size_t i = 0; i < n; i++)
		if (!word_of(o, list[i]))
			return WORD_NONE;
	return n ? WORD_ITSELF : WORD_NONE;
}

static enum word word_of_all(struct open_ask *o)
{
	enum word word = o->n_units ? WORD_ITSELF : WORD_NONE;
	if (o->whole)
		return (enum word)(o->whole - 1);
	if (!o->n_units)
		word = word_everywhere(o);
	for (size_t i = 0; i < o->n_units; i++) {
		enum word own = word_of(o, scope_unit(o->scope, i));
		word = own < word ? own : word;
	}
	o->whole = 1 + (unsigned)word;
	return word;
}

static bool more_arrangements(struct open_ask *o, const uint32_t *groups)
{
	bool narrowed = false;
	enum word word = word_of_all(o);
	for (size_t i = 0; i < o->n_axes; i++)
		narrowed |= groups[i] != OPEN_TOTAL && (o->axes[i].by_unit || o->axes[i].by_size);
	if (narrowed && word == WORD_ITSELF)
		word = WORD_AROUND; /* what is known of the whole need not say who takes part */
	for (size_t i = 0; i < o->n_axes; i++) {
		bool of_unit = o->axes[i].by_unit && groups[i] && groups[i] != OPEN_TOTAL;
		enum word own = of_unit ? word_of(o, groups[i]) : WORD_NONE;
		word = own > word ? own : word;
	}
	return !word || ((word == WORD_AROUND || o->participants) && o->open_lists);
}

/* ---- units ---------------------------------------------------------------------------------------------- */

static bool about(const struct declaration *a, const struct declaration *b)
{
	return a->unit == b->unit && a->kind == b->kind;
}

/* Of the declarations of one list the one that holds on the day: the newest reference that has begun, else, where it is
 * not complete, the earliest. */
static struct declaration *on_the_day(struct open_ask *o, struct declaration *of)
{
	struct declaration *now = NULL, *first = NULL;
	for (size_t i = 0; i < o->n; i++) {
		struct declaration *d = &o->list[i];
		if (!about(d, of))
			continue;
		bool begun = d->when.lo <= o->place;
		if (begun && (!now || d->when.lo > now->when.lo || (d->when.lo == now->when.lo && d->rev > now->rev)))
			now = d;
		if (!first || d->when.lo < first->when.lo || (d->when.lo == first->when.lo && d->rev > first->rev))
			first = d;
	}
	return now ? now : first && !first->yes ? first : NULL;
}

/* What holds of the units inside a unit: its own word, else the nearest around it; of several one that is complete. */
static struct declaration *word_for(struct open_ask *o, uint32_t unit)
{
	struct view *v = o->x->r->v;
	struct declaration *best = NULL;
	struct unit_life life;
	if (!unit_life_at(v, unit, o->place, &life))
		return NULL;
	for (size_t i = 0; i < o->n; i++) {
		struct declaration *d = o->list[i].kind == o->kind ? on_the_day(o, &o->list[i]) : NULL;
		bool nearest = d && unit_inside(v, unit, d->unit, o->place);
		for (size_t k = 0; k < o->n && nearest; k++) {
			struct declaration *other =
			    o->list[k].kind == o->kind && !about(&o->list[k], d) ? on_the_day(o, &o->list[k]) : NULL;
			nearest = !other || !unit_inside(v, unit, other->unit, o->place) ||
				  !unit_inside(v, other->unit, d->unit, o->place);
		}
		if (nearest && (!best || d->yes))
			best = d;
	}
	return best;
}

static bool gap_in(struct open_ask *o, uint32_t unit)
{
	struct view *v = o->x->r->v;
	struct declaration *own = word_for(o, unit);
	struct unit_life life;
	bool gap = own && !own->yes;
	if (gap)
		tell(o, own);
	for (size_t i = 0; i < o->n; i++) {
		struct declaration *d = o->list[i].kind == o->kind ? on_the_day(o, &o->list[i]) : NULL;
		if (!d || d->yes || !unit_life_at(v, d->unit, o->place, &life) ||
		    !unit_inside(v, d->unit, unit, o->place))
			continue;
		gap = true;
		tell(o, d);
	}
	return gap;
}

static bool gap_anywhere(struct open_ask *o)
{
	struct view *v = o->x->r->v;
	struct unit_life life;
	bool gap = false;
	if (o->gap)
		return o->gap == 2;
	for (size_t i = 0; i < o->n_units; i++)
		gap |= gap_in(o, scope_unit(o->scope, i));
	for (size_t i = 0; i < o->n && !o->n_units; i++) {
		struct declaration *d = o->list[i].kind == o->kind ? on_the_day(o, &o->list[i]) : NULL;
		if (!d || d->yes || !unit_life_at(v, d->unit, o->place, &life))
			continue;
		gap = true;
		tell(o, d);
	}
	o->gap = gap ? 2 : 1;
	return gap;
}

bool open_units(struct open_ask *o, const uint32_t *groups)
{
	struct view *v = o->x->r->v;
	bool gap = true;
	/* Units that are named are no list. */
	if (!o->kind || !(scope_all(o->scope) || o->subtree) || !gap_anywhere(o))
		return false;
	for (size_t i = 0; i < o->n_axes && gap; i++) {
		struct unit_life life;
		uint32_t group = groups[i];
		if (!o->axes[i].by_unit || group == OPEN_TOTAL || !group)
			continue;
		uint32_t kind = unit_life_at(v, group, o->place, &life) ? life.life.kind : unit_kind(v, group);
		gap = kind != o->kind && gap_in(o, group);
	}
	return gap;
}

bool open_more(struct open_ask *o, const uint32_t *groups)
{
	return o->arrangements ? more_arrangements(o, groups) : open_units(o, groups);
}

const char *open_rule(const struct open_ask *o)
{
	return o->arrangements ? "at least: what is on record is not declared complete there"
			       : "at least: what is on record is declared not to be all, or not known to be";
}
