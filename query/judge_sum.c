/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_sum.c - do the parts of an additive dimension add up to the printed total?
 *
 * Only where the message says all parts, and all of them exactly. A rounded figure may be off by half of its last place.
 */
#include "query/judging_observation.h"
#include <string.h>

static const char *total_code(const struct msg_code_list *l)
{
	for (size_t k = 0; l && k < l->n_codes; k++)
		if (l->codes[k].total)
			return l->codes[k].code;
	return NULL;
}

static const struct said_obs *sibling(struct judging *c, const struct msg_observation *m, const struct said_obs *o,
				      const char *dimension, const char *code)
{
	struct msg_category *cat = arena_alloc(c->a, (m->n_categories + 1) * sizeof *cat);
	for (size_t k = 0; k < m->n_categories; k++) {
		cat[k] = m->categories[k];
		if (strcmp(cat[k].dimension, dimension) == 0)
			cat[k].code = code;
	}
	uint32_t series = word_find(c, SPACE_SERIES, series_text(c->a, m->indicator, cat, m->n_categories));
	return series ? said_find(c, series, o->ref, o->unit) : NULL;
}

/* A rounded figure may be off by half of its last place; a count is not rounded. */
static bool widen(struct num *slack, struct num figure, enum value_type type)
{
	struct num half = {5, (uint8_t)(figure.scale + 1)};
	if (type == VALUE_TYPE_COUNT)
		return true;
	return figure.scale < NUM_SCALE_MAX && num_add(*slack, half, slack) == ERR_OK;
}

/* Do the parts of an additive dimension add up to the printed total? Only where all parts are said, and exact. */
static void add_up(struct judging *c, const struct msg_observation *m, const struct said_obs *o,
		   const struct msg_dimension *dim, const struct msg_code_list *l)
{
	struct num total, sum = {0, 0}, part, difference, slack = {0, 0};
	enum value_type type = indicator_find(c, m->indicator)->def->type;
	size_t parts = 0;
	if (!value_exact(o->value, &total) || !widen(&slack, total, type))
		return;
	for (size_t k = 0; k < l->n_codes; k++) {
		if (l->codes[k].total)
			continue;
		const struct said_obs *s = sibling(c, m, o, dim->id, l->codes[k].code);
		if (!s || !value_exact(s->value, &part) || num_add(sum, part, &sum) != ERR_OK ||
		    !widen(&slack, part, type))
			return;
		parts++;
	}
	enum err e = num_cmp(sum, total) > 0 ? num_sub(sum, total, &difference) : num_sub(total, sum, &difference);
	if (e != ERR_OK || parts == 0)
		return;
	char a[NUM_TEXT_MAX], b[NUM_TEXT_MAX];
	if (num_cmp(difference, slack) > 0)
		finding_add(&c->f, RULE_SUM_MISMATCH, PATH(c, "submission.observations[%zu].value", o->index),
			    unit_name(c->v, o->unit, c->structure_day, c->a), num_format(sum, a), num_format(total, b),
			    NULL);
}

void check_sums(struct judging *c, const struct msg_submission *m)
{
	for (size_t i = 0; i < m->n_observations; i++) {
		const struct msg_observation *o = &m->observations[i];
		const struct indicator_info *ind = indicator_find(c, o->indicator);
		for (size_t d = 0; ind && d < ind->def->n_dimensions; d++) {
			const struct msg_dimension *dim = &ind->def->dimensions[d];
			const char *total = total_code(ind->lists[d]);
			bool is_total = false;
			for (size_t k = 0; total && k < o->n_categories; k++)
				is_total |= strcmp(o->categories[k].dimension, dim->id) == 0 &&
					    strcmp(o->categories[k].code, total) == 0;
			if (!is_total || dim->aggregation != AGGREGATION_ADDITIVE)
				continue;
			if (c->said_at[i] && o->status != OBSERVATION_STATUS_CONFLICT)
				add_up(c, o, c->said_at[i], dim, ind->lists[d]);
		}
	}
}
