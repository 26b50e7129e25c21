/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_kit.c - see explain_kit.h.
 */
#include "tests/unit/explain_kit.h"

void x_town(struct world *w, const char *id, const char *county, const char *from, const char *to)
{
	w_unit(w, id, "municipality", from, to, id);
	w_link(w, LINK_TYPE_PART_OF, id, county, from, to);
}

static void say_units(struct world *w)
{
	w_unit(w, "North", "county", "", "", "North");
	w_unit(w, "South", "county", "", "", "South");
	x_town(w, "Bodo", "North", "", "");
	x_town(w, "Rana", "North", "", "");
	x_town(w, "Vega", "North", "", "");
	x_town(w, "Rissa", "South", "", "2018-01-01");
	x_town(w, "Leksvik", "South", "", "2018-01-01");
	x_town(w, "Indre", "South", "2018-01-01", "");
	h_event(w, "m2018", "2018-01-01", "Rissa>Indre Leksvik>Indre");
	x_town(w, "Snill", "South", "", "2020-01-01");
	x_town(w, "Heim", "South", "2020-01-01", "");
	x_town(w, "Hitra", "North", "2020-01-01", "");
	h_event(w, "s2020", "2020-01-01", "Snill>*Heim Snill>*Hitra");
	h_weight(w, "s2020", "Snill>Heim", 60, 0);
	h_weight(w, "s2020", "Snill>Hitra", 40, 0);
	x_town(w, "Old", "South", "", "2020-01-01");
	x_town(w, "East", "South", "2020-01-01", "");
	x_town(w, "West", "North", "2020-01-01", "");
	h_event(w, "o2020", "2020-01-01", "Old>*East Old>*West");
	w_commit(w);
}

static void say_indicators(struct world *w)
{
	static const char *const frame[] = {"people"};
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "area", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "arr", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "municipality");
	w_indicator(w, "shore", VALUE_TYPE_COUNT, AGGREGATION_ANY, "municipality");
	struct msg_indicator share = {.id = "old-share",
				      .label = "Share",
				      .type = VALUE_TYPE_PERCENT,
				      .over_units = AGGREGATION_RELATIVE,
				      .over_time = AGGREGATION_NONE,
				      .denominator = frame[0],
				      .unit_kind = "municipality"};
	w_def(w, SPACE_INDICATOR, "old-share", &msg_type_indicator, &share);
	w_round(w, "r2014", "2014", 8);
	w_round(w, "r2021", "2021", 9);
	w_commit(w);
}

/* One revision a figure, so that each has to be found in its own. */
void x_say(struct world *w, const char *series, const char *unit, const char *period, const char *value)
{
	w_obs(w, unit, series, period, value);
	w_commit(w);
}

static void say_figures(struct world *w)
{
	static const char *const people[][2] = {{"Bodo", "52001"}, {"Rana", "26000"},   {"Vega", "1201"},
						{"Rissa", "6600"}, {"Leksvik", "3500"}, {"Snill", "997"},
						{"Old", "811"}};
	w->round = "r2014";
	for (size_t i = 0; i < 7; i++)
		x_say(w, "people", people[i][0], "2014", people[i][1]);
	x_say(w, "area", "Bodo", "2014", "1395.30");
	x_say(w, "area", "Rana", "2014", "4460.2");
	x_say(w, "area", "Vega", "2014", "150..160");
	x_say(w, "area", "Snill", "2014", "508.25");
	static const char *const arr[][2] = {{"Bodo", "44"},    {"Rana", "37"},      {"Vega", "?"}, {"Rissa", "53"},
					     {"Leksvik", "46"}, {"Snill", "30..33"}, {"Old", "12"}};
	for (size_t i = 0; i < 7; i++)
		x_say(w, "arr", arr[i][0], "2014", arr[i][1]);
	x_say(w, "old-share", "Vega", "2014", "25.1");
	x_say(w, "old-share", "Rissa", "2014", "20.02");
	x_say(w, "old-share", "Leksvik", "2014", "18.03");
	x_say(w, "shore", "Rissa", "2014", "1");
	x_say(w, "shore", "Leksvik", "2014", "0");
	x_say(w, "shore", "Bodo", "2014", "1");
	w->round = "r2021";
	x_say(w, "people", "Bodo", "2021", "52803");
	x_say(w, "people", "Indre", "2021", "10050");
	x_say(w, "arr", "Indre", "2021", "~70");
	x_say(w, "arr", "Bodo", "2021", "41");
	/* Two sources about one key, and a correction. */
	w->source = "s2";
	x_say(w, "arr", "Bodo", "2021", "43");
	w->source = "s3";
	x_say(w, "arr", "Bodo", "2021", "43");
	w->source = "s1";
	w->round = "r2014";
	w_obs(w, "Rana", "arr", "2014", "38")->obs.state = STATE_CORRECTED;
	w_tick(w, "2024-06-01");
	w_commit(w);
}

struct msg_explain_answer *x_explain(struct world *w, struct msg_explain_question *q)
{
	struct msg_query_request r = w_request();
	r.explain = q;
	struct msg_query_reply *reply = w_ask(w, &r);
	if (!reply->explain)
		fail_msg("not explained: %s", reply->error ? reply->error->text : "?");
	assert_int_equal(w->n_replies, 1);
	return reply->explain;
}

void x_lay(struct world *w)
{
	say_units(w);
	say_indicators(w);
	say_figures(w);
}

struct msg_trend_question x_question(struct world *w, const char *indicator, const char *group_by, enum measure m)
{
	enum measure *list = arena_alloc(w->a, sizeof *list);
	*list = m;
	return (struct msg_trend_question){
	    .indicator = indicator, .group_by = group_by, .n_measures = 1, .measures = list, .decimals = 1};
}

bool x_told(const char *const *list, size_t n, const char *part)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(list[i], part))
			return true;
	return false;
}
