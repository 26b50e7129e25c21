/* SPDX-License-Identifier: Apache-2.0
 *
 * varde trend INDICATOR: a measure over rounds or dates, grouped, as reported or in the structure of a day.
 */
#include <string.h>
#include "clients/day_text.h"
#include "clients/question.h"

/* What chooses statements, and pages of rows. */
static enum err choices_fill(struct run *r, struct msg_trend_question *t, struct why *why)
{
	const char *rounds = option_text(&r->o, OPT_ROUNDS, "");
	uint64_t limit = 0;
	if (*rounds && strcmp(rounds, "latest") != 0)
		return fail(why, ERR_INVALID, "--rounds %.60s: the one thing it takes is latest; --round names a round",
			    rounds);
	t->latest_rounds = *rounds;
	t->published_by = option_text(&r->o, OPT_PUBLISHED_BY, "");
	t->share_of = option_text(&r->o, OPT_SHARE_OF, "");
	t->mean_weight = option_text(&r->o, OPT_MEAN_WEIGHT, "");
	enum err e = option_size(&r->o, &t->size_indicator, &t->size_limits, &t->n_size_limits, why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_SKIP, 0, UINT64_MAX, &t->skip, why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_LIMIT, 0, UINT32_MAX, &limit, why);
	t->limit = (uint32_t)limit;
	return e;
}

enum err question_trend(struct run *r, const char *indicator, struct msg_trend_question *ret, struct show_trend *show,
			struct why *why)
{
	struct msg_trend_question *t = ret;
	uint64_t decimals = 1;
	t->indicator = indicator;
	enum err e = option_categories(&r->o, &t->categories, &t->n_categories, why);
	if (e == ERR_OK)
		e = show_trend_measures(r, "sum", show, why);
	if (e == ERR_OK)
		e = show_trend_units(r, &t->subtree, &t->units, &t->n_units, why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_DECIMALS, 1, 6, &decimals, why);
	if (e == ERR_OK)
		e = choices_fill(r, t, why);
	if (e != ERR_OK)
		return e;
	t->measures = show->measures;
	t->n_measures = show->n_measures;
	t->decimals = (uint32_t)decimals;
	t->group_by = option_text(&r->o, OPT_GROUP_BY, "");
	t->structure_at = option_text(&r->o, OPT_STRUCTURE_AT, "");
	t->group_structure_at = option_text(&r->o, OPT_GROUP_STRUCTURE_AT, "");
	show->moved = *t->structure_at || *t->group_structure_at;
	t->weight_basis = option_text(&r->o, OPT_WEIGHTS, "");
	if (*t->weight_basis && !show->moved)
		return fail(why, ERR_INVALID,
			    "--weights apportions what is expressed in the units of another day: name "
			    "--structure-at");
	t->survey = option_text(&r->o, OPT_SURVEY, "");
	t->rounds = r->o.given[OPT_ROUND].list;
	t->n_rounds = r->o.given[OPT_ROUND].n;
	t->periods = r->o.given[OPT_PERIOD].list;
	t->n_periods = r->o.given[OPT_PERIOD].n;
	return ERR_OK;
}

int cmd_trend(struct run *r)
{
	struct msg_trend_question t = {0};
	struct show_trend show = {0};
	struct msg_query_request q = {.trend = &t};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	size_t n;
	if (r->o.n_args != 1)
		return run_usage_text(
		    "one INDICATOR is wanted: varde trend arrangements --group-by county --dim level:total");
	enum err e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = question_trend(r, r->o.args[0], &t, &show, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	int status = run_open(r);
	if (status != EXIT_DONE)
		return status;
	e = run_ask(r, &q, &parts, &n, &why);
	if (e != ERR_OK)
		return run_failed(e, &why);
	return show_trend(r, parts, n, &show);
}
