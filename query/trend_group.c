/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_group.c - where units belong on a day. Each answer is kept: a trend asks the same of every unit for every
 * series.
 */
#include <string.h>
#include "query/trend_measuring.h"

/* Below this many look-ups, walking the rows of single units is cheaper than reading all of them. */
#define FEW_LOOKUPS 2048u

static struct trend_day *day_of_structure(struct trend *t, int32_t day)
{
	for (size_t i = t->n_days; i--;) { /* mostly the newest */
		if (t->days[i].day == day)
			return &t->days[i];
	}
	t->days = arena_grow(t->r->a, t->days, t->n_days, t->n_days + 1, sizeof *t->days, &t->days_room);
	struct trend_day *d = &t->days[t->n_days++];
	*d = (struct trend_day){.day = day};
	if (t->group_kind) {
		d->group = arena_alloc(t->r->a, ((size_t)t->n_units + 1) * sizeof *d->group);
		memset(d->group, 0xff, ((size_t)t->n_units + 1) * sizeof *d->group);
	}
	if (t->n_roots)
		d->inside = arena_alloc(t->r->a, (size_t)t->n_units + 1);
	return d;
}

static const struct trend_structure *structure(struct trend *t)
{
	if (!t->structure && ++t->lookups > FEW_LOOKUPS)
		t->structure = trend_structure_load(t);
	return t->structure;
}

static bool inside(struct trend *t, int32_t day, uint32_t unit)
{
	const struct trend_structure *s = structure(t);
	for (size_t i = 0; i < t->n_roots; i++) {
		uint32_t root = t->roots[i];
		if (unit == root || (s ? trend_structure_upwards(t, s, unit, root, 0, day) != 0
				       : unit_inside(t->r->v, unit, root, day)))
			return true;
	}
	return false;
}

bool trend_inside(struct trend *t, int32_t day, uint32_t unit)
{
	struct trend_day *d = day_of_structure(t, day);
	if (!d->inside[unit])
		d->inside[unit] = inside(t, day, unit) ? 2 : 1;
	return d->inside[unit] == 2;
}

uint32_t trend_kind(struct trend *t, uint32_t unit)
{
	if (t->kinds[unit] == TREND_UNSET) {
		const struct trend_structure *s = structure(t);
		t->kinds[unit] = s ? trend_structure_kind(s, unit) : unit_kind(t->r->v, unit);
	}
	return t->kinds[unit];
}

uint32_t trend_group(struct trend *t, int32_t day, uint32_t unit)
{
	if (t->by_unit)
		return unit;
	if (!t->group_kind)
		return 0;
	struct trend_day *d = day_of_structure(t, day);
	if (d->group[unit] == TREND_UNSET) {
		const struct trend_structure *s = structure(t);
		d->group[unit] = trend_kind(t, unit) == t->group_kind ? unit
				 : s ? trend_structure_upwards(t, s, unit, 0, t->group_kind, day)
				     : unit_container(t->r->v, unit, t->group_kind, day);
	}
	return d->group[unit];
}

const char *trend_group_name(struct trend *t, uint32_t group)
{
	struct answer *r = t->r;
	const struct trend_set *set = trend_project_set(t, group);
	if (set)
		return set->refused ? "(refused)" : "(unallocated)";
	if (t->by) {
		if (!t->names[group])
			t->names[group] = trend_key_name(t, group);
		return t->names[group];
	}
	if (group) {
		if (!t->names[group])
			t->names[group] = unit_name(r->v, group, trend_project_day(t), r->a);
		return t->names[group];
	}
	if (t->by_unit && t->project)
		return "(outside all units)";
	return t->group_kind ? arena_printf(r->a, "(no %s)", t->kind_name) : "";
}

uint32_t trend_group_unit(const struct trend *t, const struct trend_row *row)
{
	return t->by || row->among ? 0 : row->group;
}
