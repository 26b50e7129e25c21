/* SPDX-License-Identifier: Apache-2.0
 *
 * network.c - the network question: the arrangements of each date, and what is made of them.
 *
 * An arrangement that only may live on the date, and a participant that only may take part, count apart: as possible.
 */
#include "query/network.h"
#include <string.h>

/* What a unit is called on the date, looked up once, however many arrangements it takes part in. */
static struct network_called *called(struct network *w, uint32_t unit)
{
	if (!w->called) {
		w->n_called = view_terms(w->r->v, SPACE_UNIT) + 1;
		w->called = arena_alloc(w->work, w->n_called * sizeof *w->called);
	}
	ALWAYS(unit < w->n_called);
	struct network_called *c = &w->called[unit];
	if (!c->id)
		*c = (struct network_called){unit_id(w->r->v, unit, w->work),
					     unit_name(w->r->v, unit, w->place, w->work)};
	return c;
}

const char *network_name(struct network *w, uint32_t unit)
{
	return called(w, unit)->name;
}

const char *network_id(struct network *w, uint32_t unit)
{
	return called(w, unit)->id;
}

/* ---- what is asked ---------------------------------------------------------------------------------- */

static enum err day_ask(struct network *w, const char *text)
{
	struct when when;
	enum err e = answer_when(w->r, text, "dates", &when);
	if (e != ERR_OK)
		return e;
	int32_t day = when.precision == WHEN_NONE ? WHEN_DAY_MAX : when_reference_day(&when);
	if (day == WHEN_DAY_MAX)
		return fail(&w->r->why, ERR_INVALID, "dates: \"%.40s\" names no day", text);
	size_t at = 0;
	while (at < w->n_days && w->days[at] < day)
		at++;
	if (at < w->n_days && w->days[at] == day)
		return ERR_OK;
	w->days = arena_grow(w->r->a, w->days, w->n_days, w->n_days + 1, sizeof *w->days, &w->days_room);
	memmove(&w->days[at + 1], &w->days[at], (w->n_days++ - at) * sizeof *w->days);
	w->days[at] = day;
	return ERR_OK;
}

static enum err days_ask(struct network *w)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < w->q->n_dates && e == ERR_OK; i++)
		e = day_ask(w, w->q->dates[i]);
	if (e != ERR_OK || w->n_days)
		return e;
	if (!w->r->has_today)
		return fail(&w->r->why, ERR_INVALID,
			    "no day has turned in this store yet, so there is no today: name dates");
	w->days = arena_grow(w->r->a, w->days, 0, 1, sizeof *w->days, &w->days_room);
	w->days[w->n_days++] = w->r->today;
	return ERR_OK;
}

static enum err structure_ask(struct network *w)
{
	struct when when;
	enum err e = answer_when(w->r, w->q->structure_at, "structure_at", &when);
	if (e != ERR_OK || when.precision == WHEN_NONE)
		return e;
	if (when.precision != WHEN_DAY)
		return fail(&w->r->why, ERR_INVALID, "structure_at is one day, such as 2020-01-01, not \"%.32s\"",
			    w->q->structure_at);
	w->structure = when.lo;
	w->atoms = atoms_new(w->r->v, 0, w->r->a);
	return w->r->v->err;
}

static enum err border_ask(struct network *w)
{
	if (!*w->q->border_kind) {
		if (w->q->crossing)
			return fail(&w->r->why, ERR_INVALID,
				    "which border is crossed? name the kind of unit that it divides, such as county");
		return ERR_OK;
	}
	enum err e = scope_ask(w->r, NULL, 0, false, 0, &w->border);
	if (e == ERR_OK)
		e = scope_group_ask(w->border, w->q->border_kind);
	return e;
}

static enum err kind_ask(struct network *w)
{
	struct answer *r = w->r;
	const char *kind = w->q->kind;
	if (!*kind)
		return ERR_OK;
	struct scope *known;
	w->kind = view_term(r->v, SPACE_TERM, slice_text(kind));
	enum err e = scope_ask(r, NULL, 0, false, 0, &known);
	if (e == ERR_OK && scope_group_ask(known, arena_printf(r->a, "kind:%s", kind)) != ERR_OK)
		e = fail(&r->why, ERR_NOT_FOUND, "no unit is of kind \"%.100s\"", kind);
	return e;
}

/* A unit that is named is one of the structure asked for. */
static enum err scope_lives(struct network *w)
{
	struct answer *r = w->r;
	for (size_t i = 0; i < w->q->n_units && w->atoms; i++) {
		struct unit_life life;
		uint32_t unit = scope_unit(w->scope, i);
		if (!unit_life_at(r->v, unit, w->structure, &life))
			return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
				    "%.80s does not live on %s: name units of that day",
				    unit_name(r->v, unit, w->structure, r->a), w->q->structure_at);
	}
	return ERR_OK;
}

static enum err ask_all(struct network *w)
{
	const struct msg_network_question *q = w->q;
	bool all = !q->pairs && !q->constellations && !q->crossing && !q->per_unit;
	w->pairs = all || q->pairs;
	w->constellations = all || q->constellations;
	w->crossing = (all && *q->border_kind) || q->crossing;
	w->per_unit = all || q->per_unit;
	enum err e = days_ask(w);
	if (e == ERR_OK)
		e = structure_ask(w);
	if (e == ERR_OK)
		e = border_ask(w);
	if (e == ERR_OK)
		e = kind_ask(w);
	if (e == ERR_OK)
		e = filter_ask(w->r, q->where, q->n_where, &w->where);
	if (e == ERR_OK)
		e = scope_ask(w->r, q->units, q->n_units, q->subtree, w->atoms ? w->structure : w->days[w->n_days - 1],
			      &w->scope);
	return e == ERR_OK ? scope_lives(w) : e;
}

/* ---- the arrangements of a date --------------------------------------------------------------------- */

static bool touches(struct network *w, const struct arrangement *x)
{
	bool in = scope_all(w->scope) || scope_has(w->scope, x->unit, w->day);
	for (size_t i = 0; i < x->n_participants && !in; i++)
		in = scope_has(w->scope, x->participants[i], w->place);
	for (size_t i = 0; i < x->n_possible && !in; i++)
		in = scope_has(w->scope, x->possible[i], w->place);
	in = in || (x->host && scope_has(w->scope, x->host, w->place));
	for (size_t i = 0; i < x->n_possible_hosts && !in; i++)
		in = scope_has(w->scope, x->possible_hosts[i], w->place);
	return in;
}

static size_t of_kind(struct network *w, const uint32_t *list, size_t n, const uint32_t **ret)
{
	struct unit_life life;
	struct view *v = w->r->v;
	uint32_t *kept = arena_alloc(w->work, (n + 1) * sizeof *kept);
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		bool lives = unit_life_at(v, list[i], w->place, &life) || unit_life_at(v, list[i], w->day, &life);
		if (!w->kind || (lives ? life.life.kind : unit_kind(v, list[i])) == w->kind)
			kept[k++] = list[i];
	}
	*ret = kept;
	return k;
}

static void keep(struct network *w, const struct arrangement *x)
{
	struct arrangement *k = arrangement_keep(x, w->work);
	k->n_participants = of_kind(w, x->participants, x->n_participants, &k->participants);
	k->n_possible = of_kind(w, x->possible, x->n_possible, &k->possible);
	w->list = arena_grow(w->work, w->list, w->n, w->n + 1, sizeof *w->list, &w->room);
	w->list[w->n++] = (struct network_arrangement){.x = k, .certain = x->life.truth == TRUTH_CERTAIN};
	w->open_lists += x->complete != COMPLETION_YES;
	w->internalised += x->internalised;
	w->unsure += x->life.truth != TRUTH_CERTAIN;
}

static enum err gather(struct network *w)
{
	struct arrangements_ask ask = {.day = w->day, .atoms = w->atoms, .structure = w->structure};
	struct arrangements *l = arrangements_open(w->r, &ask);
	const struct arrangement *x;
	enum err e = ERR_OK;
	while (e == ERR_OK && arrangements_next(l, &x)) {
		if (filter_arrangement(w->where, x) && touches(w, x))
			keep(w, x);
		else
			w->silent += filter_silent(w->where, x) && touches(w, x);
		e = answer_work(w->r);
	}
	enum err closed = arrangements_close(l);
	e = e == ERR_OK ? closed : e;
	return e == ERR_OK ? answer_work(w->r) : e;
}

/* ---- the answer ------------------------------------------------------------------------------------- */

static enum err note(struct network *w, bool when, const char *text)
{
	return when ? answer_bytes(w->r, 5, slice_text(text)) : ERR_OK;
}

static enum err notes(struct network *w)
{
	struct arena *a = w->work;
	enum err e = note(w, w->open_lists,
			  arena_printf(a,
				       "%s: %u of %zu arrangements do not say that their participants are all named: "
				       "there may be more pairs",
				       w->date, w->open_lists, w->n));
	if (e == ERR_OK)
		e = note(w, w->internalised,
			 arena_printf(a,
				      "%s: %u arrangements are internalised: all their participants are one unit on %s",
				      w->date, w->internalised, w->q->structure_at));
	if (e == ERR_OK)
		e = note(
		    w, w->unsure,
		    arena_printf(a,
				 "%s: %u arrangements only may be there, since their dates are uncertain: they count "
				 "as possible, and make no constellation",
				 w->date, w->unsure));
	if (e == ERR_OK)
		e = note(
		    w, w->silent,
		    arena_printf(a,
				 "%s: %u arrangements are left out, since nothing is said of what is filtered: they "
				 "may be among them",
				 w->date, w->silent));
	if (e == ERR_OK)
		e = note(w, w->may_cross,
			 arena_printf(a, "%s: %u arrangements more may cross a border", w->date, w->may_cross));
	return e;
}

static enum err put_date(struct network *w)
{
	enum err e = gather(w);
	if (e == ERR_OK && (w->pairs || w->per_unit))
		e = network_meet(w);
	if (e != ERR_OK)
		return e;
	if (w->constellations || w->per_unit)
		network_sets(w);
	if (w->border)
		e = network_borders(w);
	if (e == ERR_OK && w->pairs)
		e = network_put_pairs(w);
	if (e == ERR_OK && w->constellations)
		e = network_put_sets(w);
	if (e == ERR_OK && w->crossing)
		e = network_put_crossings(w);
	if (e == ERR_OK && w->per_unit)
		e = network_put_units(w);
	if (e == ERR_OK)
		e = notes(w);
	return e == ERR_OK ? answer_pause(w->r) : e;
}

static enum err put_all(struct network *w)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < w->n_days && e == ERR_OK; i++) {
		char text[WHEN_TEXT_MAX];
		struct when when = when_day(w->days[i]);
		AUTO_ARENA struct arena *work = arena_under(w->r->a);
		w->work = work;
		w->called = NULL;
		w->day = w->days[i];
		w->place = w->atoms ? w->structure : w->day;
		w->date = when_format(&when, text);
		w->n = w->room = 0;
		w->list = NULL;
		w->open_lists = w->internalised = w->unsure = w->may_cross = w->silent = 0;
		e = put_date(w);
		network_pairs_free(&w->met);
	}
	return e;
}

enum err ask_network(struct answer *r, const struct msg_network_question *q)
{
	struct network w = {.r = r, .q = q};
	enum err e = ask_all(&w);
	if (e == ERR_OK) {
		struct msg_network_answer *head = arena_alloc(r->a, sizeof *head);
		answer_begin(r, 21, &msg_type_network_answer, head);
		e = put_all(&w);
	}
	atoms_free(w.atoms);
	return e;
}
