/* SPDX-License-Identifier: Apache-2.0
 *
 * varde count WHAT: units, arrangements, links or participants on days, grouped.
 */
#include <string.h>
#include "clients/day_text.h"
#include "clients/question.h"
#include "clients/show.h"

static enum err counted(struct run *r, const char *what, const char *type, struct msg_count_question *q,
			struct why *why)
{
	static const struct {
		const char *name;
		enum counted counted;
	} words[] = {{"units", COUNTED_UNITS},
		     {"arrangements", COUNTED_ARRANGEMENTS},
		     {"links", COUNTED_LINKS},
		     {"participants", COUNTED_PARTICIPANTS}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(what, words[i].name) == 0)
			q->counted = words[i].counted;
	}
	if (!q->counted)
		return fail(why, ERR_INVALID,
			    "\"%.40s\" is not counted: units, arrangements, links or participants are", what);
	if (q->counted != COUNTED_LINKS)
		return type ? fail(why, ERR_INVALID, "%.40s: only links have a type", type) : ERR_OK;
	int code = type ? msg_code_number(&msg_enum_link_type, type) : 0;
	if (code <= 0)
		return fail(why, ERR_INVALID, "which links? name their type: varde count links %s",
			    show_codes(r->arena, &msg_enum_link_type));
	q->link = (enum link_type)code;
	return ERR_OK;
}

/* --group-by county,level: two groupings are crossed. */
static enum err groupings(struct run *r, struct msg_count_question *q, struct why *why)
{
	const char *by = option_text(&r->o, OPT_GROUP_BY, ""), *comma = strchr(by, ',');
	q->group_by = comma ? arena_text(r->arena, by, (size_t)(comma - by)) : by;
	q->then_by = comma ? comma + 1 : "";
	q->share_of = option_text(&r->o, OPT_SHARE_OF, "");
	if (comma && (comma == by || !comma[1]))
		return fail(why, ERR_INVALID, "--group-by %.60s: name two groupings, as in --group-by county,level",
			    by);
	if (strchr(q->then_by, ','))
		return fail(why, ERR_INVALID, "--group-by %.60s: at most two groupings are crossed", by);
	return ERR_OK;
}

enum err question_count(struct run *r, const char *what, const char *type, struct msg_count_question *ret,
			struct show_trend *show, struct why *why)
{
	struct msg_count_question *q = ret;
	uint64_t decimals, limit;
	enum err e = counted(r, what, type, q, why);
	if (e == ERR_OK)
		e = show_trend_measures(r, "count", show, why);
	if (e == ERR_OK)
		e = show_trend_units(r, &q->subtree, &q->units, &q->n_units, why);
	if (e == ERR_OK)
		e = option_days(&r->o, &q->dates, &q->n_dates, why);
	if (e == ERR_OK)
		e = option_where(&r->o, &q->where, &q->n_where, why);
	if (e == ERR_OK)
		e = option_size(&r->o, &q->size_indicator, &q->size_limits, &q->n_size_limits, why);
	if (e == ERR_OK)
		e = groupings(r, q, why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_DECIMALS, 1, 6, &decimals, why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_LIMIT, 0, UINT32_MAX, &limit, why);
	if (e != ERR_OK)
		return e;
	q->measures = show->measures;
	q->n_measures = show->n_measures;
	q->decimals = (uint32_t)decimals;
	q->limit = (uint32_t)limit;
	q->kind = option_text(&r->o, OPT_KIND, "");
	q->structure_at = option_text(&r->o, OPT_STRUCTURE_AT, "");
	q->survey = option_text(&r->o, OPT_SURVEY, "");
	q->published_by = option_text(&r->o, OPT_PUBLISHED_BY, "");
	q->rounds = r->o.given[OPT_ROUND].list;
	q->n_rounds = r->o.given[OPT_ROUND].n;
	show->moved = *q->structure_at;
	return ERR_OK;
}

int cmd_count(struct run *r)
{
	struct msg_count_question c = {0};
	struct show_trend show = {0};
	struct msg_query_request q = {.count = &c};
	struct msg_query_reply **parts;
	struct why why = {{0}};
	size_t n;
	if (r->o.n_args < 1 || r->o.n_args > 2)
		return run_usage_text("what is counted? varde count arrangements --group-by county --years 2010/2020");
	enum err e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = question_count(r, r->o.args[0], r->o.n_args > 1 ? r->o.args[1] : NULL, &c, &show, &why);
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
