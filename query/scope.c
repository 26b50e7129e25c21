/* SPDX-License-Identifier: Apache-2.0
 *
 * scope.c - which units a question is about, and their groups.
 */
#include "query/scope.h"
#include <string.h>

#define UNSET    UINT32_MAX
#define DAYS_MAX 16u /* remembered at once: each costs five bytes a unit, and a question may name thousands */

/* What was looked up of one day as of one revision. */
struct scope_day {
	int32_t day;
	uint64_t as_of;
	uint32_t room;   /* units in both lists; 0 = nothing is looked up */
	uint8_t *inside; /* by unit: 0 not looked up, 1 outside, 2 inside */
	uint32_t *group; /* by unit: UNSET = not looked up */
};
struct scope {
	struct answer *r;
	bool subtree, by_unit, grouped;
	size_t n_roots;
	uint32_t *roots;
	uint32_t kind; /* SPACE_TERM: groups are units of it; 0 = none */
	const char *kind_text;
	size_t n_days, next; /* the one forgotten next */
	struct scope_day days[DAYS_MAX];
	struct scope_day *last; /* asked for */
};

enum err scope_ask(struct answer *r, const struct msg_unit_ref *units, size_t n, bool subtree, int32_t day,
		   struct scope **ret)
{
	struct scope *s = arena_alloc(r->a, sizeof *s);
	enum err e = ERR_OK;
	*s = (struct scope){.r = r, .subtree = subtree};
	s->roots = arena_alloc(r->a, (n + 1) * sizeof *s->roots);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = answer_unit(r, &units[i], day, &s->roots[s->n_roots++]);
	*ret = s;
	return e;
}

bool scope_all(const struct scope *s)
{
	return !s->n_roots;
}

uint32_t scope_unit(const struct scope *s, size_t i)
{
	return s->roots[i];
}

/* A day that was not asked for yet, in the place of the oldest one once all are taken. */
static struct scope_day *day_new(struct scope *s, int32_t day, uint64_t as_of)
{
	struct scope_day *d = s->n_days < DAYS_MAX ? &s->days[s->n_days++] : &s->days[s->next++ % DAYS_MAX];
	d->day = day;
	d->as_of = as_of;
	if (d->room) {
		memset(d->inside, 0, d->room);
		memset(d->group, 0xff, (size_t)d->room * sizeof *d->group);
		answer_did(s->r, d->room / 64);
	}
	return d;
}

static void day_room(struct scope *s, struct scope_day *d, uint32_t unit)
{
	if (unit < d->room)
		return;
	uint32_t terms = view_terms(s->r->v, SPACE_UNIT), room = (terms > unit ? terms : unit) + 1;
	uint8_t *inside = arena_alloc(s->r->a, room);
	uint32_t *group = arena_alloc(s->r->a, (size_t)room * sizeof *group);
	memset(group, 0xff, (size_t)room * sizeof *group);
	if (d->room) {
		memcpy(inside, d->inside, d->room);
		memcpy(group, d->group, (size_t)d->room * sizeof *group);
	}
	d->inside = inside;
	d->group = group;
	d->room = room;
}

static struct scope_day *day_of_scope(struct scope *s, uint32_t unit, int32_t day)
{
	uint64_t as_of = s->r->v->as_of;
	struct scope_day *d = s->last;
	for (size_t i = 0; i < s->n_days && !(d && d->day == day && d->as_of == as_of); i++)
		d = &s->days[i];
	if (!d || d->day != day || d->as_of != as_of)
		d = day_new(s, day, as_of);
	day_room(s, d, unit);
	return s->last = d;
}

bool scope_has(struct scope *s, uint32_t unit, int32_t day)
{
	bool inside = !s->n_roots;
	for (size_t i = 0; i < s->n_roots && !inside; i++)
		inside = s->roots[i] == unit;
	if (inside || !s->subtree)
		return inside;
	struct scope_day *d = day_of_scope(s, unit, day);
	if (!d->inside[unit]) {
		for (size_t i = 0; i < s->n_roots && !inside; i++)
			inside = unit_inside(s->r->v, unit, s->roots[i], day);
		answer_did(s->r, s->n_roots);
		d->inside[unit] = inside ? 2 : 1;
	}
	return d->inside[unit] == 2;
}

/* ---- groups ----------------------------------------------------------------------------------------- */

/* Was ever a unit of this kind? */
static bool kind_exists(struct view *v, uint32_t kind)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	if (!kind)
		return false;
	key_kind(&key, kind);
	walk_begin(&w, v, TABLE_KIND, buf_view(&key));
	return walk_next(&w, &row);
}

enum err scope_group_ask(struct scope *s, const char *group_by)
{
	struct answer *r = s->r;
	s->grouped = *group_by;
	s->by_unit = strcmp(group_by, "unit") == 0;
	s->kind = 0;
	if (!s->grouped || s->by_unit)
		return ERR_OK;
	s->kind_text = strncmp(group_by, "kind:", 5) == 0 ? group_by + 5 : group_by;
	s->kind = view_term(r->v, SPACE_TERM, slice_text(s->kind_text));
	if (!kind_exists(r->v, s->kind))
		return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND, "\"%.100s\" is no kind of unit on record",
			    s->kind_text);
	return r->v->err;
}

bool scope_grouped(const struct scope *s)
{
	return s->grouped;
}

uint32_t scope_group(struct scope *s, uint32_t unit, int32_t day)
{
	struct unit_life life;
	if (s->by_unit || !s->kind)
		return s->by_unit ? unit : 0;
	struct scope_day *d = day_of_scope(s, unit, day);
	if (d->group[unit] == UNSET) {
		bool itself = unit_life_at(s->r->v, unit, day, &life) ? life.life.kind == s->kind
								      : unit_kind(s->r->v, unit) == s->kind;
		d->group[unit] = itself ? unit : unit_container(s->r->v, unit, s->kind, day);
	}
	return d->group[unit];
}

const char *scope_group_name(struct scope *s, uint32_t group, int32_t day)
{
	if (group)
		return unit_name(s->r->v, group, day, s->r->a);
	return s->kind ? arena_printf(s->r->a, "(no %s)", s->kind_text) : "";
}
