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
	if (strcmp(by, "size") == 0 && x->moved)
		return fail(&r->why, ERR_INVALID,
			    "groups by size in another structure are not explained: group by unit, and explain that");
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

static const char *size_class(struct explain *x, uint32_t unit, int32_t day)
{
	struct num n;
	struct arena *a = x->r->a;
	const struct msg_trend_question *t = x->t;
	const char *low = NULL;
	if (!explain_newest(x, t->size_indicator, unit, day, &n))
		return "";
	for (size_t i = 0; i < t->n_size_limits; i++) {
		char text[NUM_TEXT_MAX];
		struct num limit = {t->size_limits[i].digits, (uint8_t)t->size_limits[i].scale};
		const char *high = arena_printf(a, "%s", num_format(limit, text));
		if (num_cmp(n, limit) < 0)
			return low ? arena_printf(a, "%s to under %s", low, high) : arena_printf(a, "under %s", high);
		low = high;
	}
	return arena_printf(a, "%s or more", low ? low : "");
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
	return one(x, size_class(x, unit, day_of_statement(x, c)), ret);
}
