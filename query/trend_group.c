/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_group.c - where units belong on a day. Each answer is kept: a trend asks the same of every unit for every
 * series.
 */
#include <string.h>
#include "query/trend.h"

static void mark_subtree(struct trend *t, struct trend_day *d, uint32_t root)
{
	uint32_t *list;
	size_t n = unit_subtree(t->r->v, root, d->day, t->r->row, &list);
	for (size_t i = 0; i < n; i++)
		d->inside[list[i] / 8] |= (uint8_t)(1u << list[i] % 8);
}

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
		d->group = arena_alloc(t->r->a, (t->n_units + 1) * sizeof *d->group);
		memset(d->group, 0xff, (t->n_units + 1) * sizeof *d->group);
	}
	if (t->n_roots)
		d->inside = arena_alloc(t->r->a, t->n_units / 8 + 1);
	for (size_t i = 0; i < t->n_roots; i++)
		mark_subtree(t, d, t->roots[i]);
	return d;
}

bool trend_inside(struct trend *t, int32_t day, uint32_t unit)
{
	const struct trend_day *d = day_of_structure(t, day);
	return d->inside[unit / 8] >> unit % 8 & 1;
}

uint32_t trend_kind(struct trend *t, uint32_t unit)
{
	if (t->kinds[unit] == TREND_UNSET)
		t->kinds[unit] = unit_kind(t->r->v, unit);
	return t->kinds[unit];
}

uint32_t trend_group(struct trend *t, int32_t day, uint32_t unit)
{
	if (t->by_unit)
		return unit;
	if (!t->group_kind)
		return 0;
	struct trend_day *d = day_of_structure(t, day);
	if (d->group[unit] == TREND_UNSET)
		d->group[unit] =
		    trend_kind(t, unit) == t->group_kind ? unit : unit_container(t->r->v, unit, t->group_kind, day);
	return d->group[unit];
}

const char *trend_group_name(struct trend *t, uint32_t group)
{
	struct answer *r = t->r;
	if (group) {
		if (!t->names[group])
			t->names[group] = unit_name(r->v, group, r->has_today ? r->today : WHEN_DAY_MAX, r->a);
		return t->names[group];
	}
	return t->group_kind ? arena_printf(r->a, "(no %s)", t->q->group_by) : "";
}
