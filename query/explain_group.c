/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_group.c - which group a unit lies in, and whether it is asked about.
 */
#include "query/explaining.h"
#include "query/attribute.h"
#include <stdlib.h>
#include <string.h>

static const char *const none[] = {""};

enum err explain_group_ask(struct explain *x)
{
	const char *by = x->t->group_by, *kind = strncmp(by, "kind:", 5) == 0 ? by + 5 : by;
	struct answer *r = x->r;
	x->grouping = !*by ? GROUP_ALL : strcmp(by, "unit") == 0 ? GROUP_UNIT : GROUP_OTHER;
	bool word = strcmp(by, "survey") == 0 || strcmp(by, "source") == 0 || strcmp(by, "size") == 0 ||
		    strncmp(by, "dim:", 4) == 0 || strncmp(by, "attr:", 5) == 0;
	if (x->grouping == GROUP_OTHER && !word) {
		x->grouping = GROUP_KIND;
		x->group_kind = view_term(r->v, SPACE_TERM, slice_text(kind));
	}
	x->key = x->row.group;
	x->n_asked = x->t->n_units;
	x->asked = arena_alloc(r->a, (x->n_asked + 1) * sizeof *x->asked);
	int32_t day = x->moved ? x->day : r->has_today ? r->today : WHEN_DAY_MAX;
	for (size_t i = 0; i < x->n_asked; i++) {
		enum err e = answer_unit(r, &x->t->units[i], day, &x->asked[i]);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

bool explain_asked(struct explain *x, uint32_t unit, int32_t day)
{
	for (size_t i = 0; i < x->n_asked; i++)
		if (x->asked[i] == unit || (x->t->subtree && unit_inside(x->r->v, unit, x->asked[i], day)))
			return true;
	return !x->n_asked;
}

bool explain_has_key(const char *const *keys, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

static size_t one(struct explain *x, const char *key, const char *const **ret)
{
	const char **list = arena_alloc(x->r->a, sizeof *list);
	list[0] = key;
	*ret = list;
	return 1;
}

/* ---- by a containing unit ----------------------------------------------------------------------------- */

static uint32_t container(struct explain *x, uint32_t unit, int32_t day)
{
	return unit_kind(x->r->v, unit) == x->group_kind ? unit : unit_container(x->r->v, unit, x->group_kind, day);
}

/* Where the territory that the unit had on `day` lies in units of the groups' kind. */
static size_t by_territory(struct explain *x, uint32_t unit, int32_t day, const char *const **ret)
{
	struct projected where = {0};
	size_t n = 0;
	if (project_unit(x->atoms, unit, day, x->group_day, x->group_kind, &where) != ERR_OK || !where.n)
		return one(x, "", ret);
	const char **list = arena_alloc(x->r->a, where.n * sizeof *list);
	for (size_t i = 0; i < where.n; i++)
		list[n++] = unit_id(x->r->v, where.parts[i].target, x->r->a);
	project_clear(&where);
	*ret = list;
	return n;
}

static size_t by_kind(struct explain *x, uint32_t unit, int32_t day, const char *const **ret)
{
	struct unit_life life;
	if (!unit)
		return one(x, "", ret);
	if (!x->atoms) /* as reported: on the day of the figure */
		return one(x, unit_id(x->r->v, container(x, unit, day), x->r->a), ret);
	uint32_t group = 0;
	if (day == x->group_day || unit_life_at(x->r->v, unit, x->group_day, &life))
		group = container(x, unit, x->group_day);
	return group ? one(x, unit_id(x->r->v, group, x->r->a), ret) : by_territory(x, unit, day, ret);
}

/* The day of its reference, whatever units it is expressed in. */
static int32_t day_of_statement(struct explain *x, const struct contributor *c)
{
	struct when w;
	return ref_when(x->r->v, c->s->ref, &w) ? when_reference_day(&w) : WHEN_DAY_MAX;
}

/* ---- by something else -------------------------------------------------------------------------------- */

static const char *class_of(struct explain *x, const struct explain_sizes *s, mpq_srcptr size)
{
	struct arena *a = x->r->a;
	mpq_ptr end = number(x);
	const char *low = NULL;
	for (size_t i = 0; i < s->n; i++) {
		char text[NUM_TEXT_MAX];
		struct num limit = {s->limits[i].digits, (uint8_t)s->limits[i].scale};
		const char *high = arena_printf(a, "%s", num_format(limit, text));
		num_to_fraction(limit, end);
		if (mpq_cmp(size, end) < 0)
			return low ? arena_printf(a, "%s to under %s", low, high) : arena_printf(a, "under %s", high);
		low = high;
	}
	return arena_printf(a, "%s or more", low ? low : "");
}

const char *explain_size(struct explain *x, const struct explain_sizes *s, uint32_t unit, int32_t day)
{
	struct num n;
	mpq_ptr size = number(x);
	if (!explain_newest(x, s->indicator, unit, day, &n))
		return "";
	num_to_fraction(n, size);
	return class_of(x, s, size);
}

static struct explain_sizes sizes_of(const struct explain *x)
{
	return (struct explain_sizes){x->t->size_indicator, x->t->n_size_limits, x->t->size_limits};
}

static bool adds_up(struct explain *x, const char *indicator)
{
	const struct msg_indicator *def = define_find(x->r->v, SPACE_INDICATOR, indicator, x->r->a, NULL);
	return def && def->over_units == AGGREGATION_ADDITIVE;
}

/* A unit of another structure is as large as all that it is made of, where that is whole, and its size is known. */
size_t explain_size_groups(struct explain *x, const struct cell_made *c, const char *const **ret)
{
	struct explain_sizes s = sizes_of(x);
	mpq_ptr all = number(x), part = number(x);
	struct num n;
	*ret = none;
	if (!c->unit || c->parts_of < c->parts_all || (c->n > 1 && !adds_up(x, s.indicator)))
		return 1;
	for (size_t i = 0; i < c->n; i++) {
		const struct contributor *f = &x->from[c->parcels[i]->from];
		if (!c->parcels[i]->whole || !explain_newest(x, s.indicator, f->s->unit, day_of_statement(x, f), &n))
			return 1;
		num_to_fraction(n, part);
		mpq_add(all, all, part);
	}
	explain_rule(x, "a unit of the structure is as large as the units that it is made of together");
	return one(x, class_of(x, &s, all), ret);
}

static const char *survey_of(struct explain *x, uint32_t round)
{
	const struct msg_round *def = round ? define_get(x->r->v, SPACE_ROUND, round, x->r->a, NULL) : NULL;
	return def ? def->survey : "";
}

static const char *code_of(struct explain *x, uint32_t series, const char *dimension)
{
	for (size_t i = 0; i < x->n_series; i++)
		for (size_t k = 0; x->series[i].id == series && k < x->series[i].n_categories; k++)
			if (strcmp(x->series[i].categories[k].dimension, dimension) == 0)
				return x->series[i].categories[k].code;
	return "";
}

static size_t by_attribute(struct explain *x, uint32_t unit, int32_t day, const char *name, const char *const **ret)
{
	struct attr_at *list;
	const char **texts = NULL;
	size_t n = attributes_at(x->r->v, unit, day, x->r->a, &list);
	const struct attr_at *a = attribute_named(list, n, view_term(x->r->v, SPACE_TERM, slice_text(name)));
	size_t k = a ? attribute_values(x->r->v, a->attr.values, x->r->a, &texts) : 0;
	*ret = k ? texts : none;
	return k ? k : 1;
}

size_t explain_groups(struct explain *x, const struct contributor *c, uint32_t unit, int32_t day,
		      const char *const **ret)
{
	const char *by = x->t->group_by;
	*ret = none;
	switch (x->grouping) {
	case GROUP_ALL:
		return 1;
	case GROUP_UNIT:
		return one(x, unit_id(x->r->v, unit, x->r->a), ret);
	case GROUP_KIND:
		return by_kind(x, unit, day, ret);
	case GROUP_OTHER:
		break;
	}
	if (strncmp(by, "attr:", 5) == 0)
		return by_attribute(x, unit, day, by + 5, ret);
	if (strncmp(by, "dim:", 4) == 0)
		return one(x, code_of(x, c->s->series, by + 4), ret);
	if (strcmp(by, "survey") == 0)
		return one(x, survey_of(x, c->s->round), ret);
	if (strcmp(by, "source") == 0)
		return one(x, explain_text(x, SPACE_SOURCE, c->s->src), ret);
	struct explain_sizes s = sizes_of(x);
	/* Of the structure only whole cells have a size (explain_size_groups()). */
	return x->moved ? 1 : one(x, explain_size(x, &s, unit, day_of_statement(x, c)), ret);
}
