/* SPDX-License-Identifier: Apache-2.0
 *
 * varde trend INDICATOR: a measure over rounds or dates, grouped, as reported or in the structure of a day.
 */
#include "clients/question.h"

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
