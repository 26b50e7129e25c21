/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_code.c - shares of the codes of a dimension, each a group.
 */
#include "tests/test.h"
#include "tests/unit/trend_told.h"

static void lay(struct world *w)
{
	const char *list = "";
	static const char *const aggregations[] = {"distinct", "additive", "any", "none"};
	for (int i = 0; i < 4; i++)
		list = arena_printf(
		    w->a,
		    "%s{'id': '%s', 'label': 'L', 'type': 'count', 'over_units': '%s', 'over_time': 'none',"
		    " 'unit_kind': 'town', 'dimensions': [{'id': 'level', 'code_list': 'levels', 'aggregation': "
		    "'additive'}]},",
		    list, aggregations[i], aggregations[i]);
	accepted(
	    w,
	    "{'define': {'sources': [{'id': 's', 'title': 'S'}], 'code_lists': [{'id': 'levels', 'codes': ["
	    "{'code': 'low', 'label': 'Low'}, {'code': 'high', 'label': 'High'},"
	    "{'code': 'all', 'label': 'All', 'total': true}]}], 'indicators': [%s"
	    "{'id': 'tasks', 'label': 'L', 'type': 'count', 'over_units': 'additive', 'over_time': 'none',"
	    " 'unit_kind': 'town', 'dimensions': [{'id': 'level', 'code_list': 'levels', 'aggregation': 'none'}]}]}}",
	    list);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'ask', 'kind': 'town', 'names': ['Ask'], 'valid_from': '2000-01-01'},"
		    "{'id': 'bru', 'kind': 'town', 'names': ['Bru'], 'valid_from': '2000-01-01'}]}}");
}

static void tell(struct world *w, const char *indicator, const char *unit, const char *code, const char *value)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's', 'observations': [{'unit': '%s', 'indicator': '%s', "
		 "'categories': {'level': '%s'}, 'period': '2010', 'status': 'main', 'value': %s}]}}",
		 unit, indicator, code, value);
}

#define SHARES(indicator, rest)                                                                                        \
	"{'indicator': '" indicator "', 'measures': ['share'], 'group_by': 'dim:level', 'decimals': 1" rest "}"
#define OF_ASK ", 'units': [{'id': 'ask'}]"

static void the_levels_of_one_town_are_shares_also_of_what_counts_in_several_towns(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "distinct", "ask", "low", "3");
	tell(w, "distinct", "ask", "high", "5");
	tell(w, "distinct", "ask", "all", "8");
	const char *shares = "low 2010: 37.5\nhigh 2010: 62.5\n";
	assert_string_equal(trend_rows(w, SHARES("distinct", "")), shares);
	tell(w, "distinct", "bru", "low", "7");
	assert_string_equal(trend_rows(w, SHARES("distinct", OF_ASK)), shares);
	assert_int_equal(trend_explained(w, SHARES("distinct", OF_ASK)), 2);
	/* Two towns have no figure together. */
	assert_non_null(strstr(trend_rows(w, SHARES("distinct", "")), "low 2010: refused: distinct: the same thing"));
	tell(w, "none", "ask", "low", "{'low':1,'high':2}");
	tell(w, "none", "ask", "high", "3");
	assert_string_equal(trend_rows(w, SHARES("none", "")), "low 2010: 25.0–40.0\nhigh 2010: 60.0–75.0\n");
	assert_int_equal(trend_explained(w, SHARES("none", "")), 2);
}

static void a_level_of_one_town_is_no_share_of_what_another_town_has(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "distinct", "ask", "low", "3");
	tell(w, "distinct", "bru", "high", "5");
	assert_string_equal(trend_rows(w, SHARES("distinct", "")),
			    "low 2010: refused: the groups are of different units, whose figures are not added up\n"
			    "high 2010: refused: the groups are of different units, whose figures are not added up\n");
	tell(w, "additive", "ask", "low", "3");
	tell(w, "additive", "bru", "high", "5");
	assert_string_equal(trend_rows(w, SHARES("additive", "")), "low 2010: 37.5\nhigh 2010: 62.5\n");
}

static void tasks_that_do_not_add_up_have_no_shares_of_their_sum(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "tasks", "ask", "low", "3");
	tell(w, "tasks", "ask", "high", "5");
	assert_non_null(
	    strstr(trend_rows(w, SHARES("tasks", "")), "low 2010: refused: along level the figures are not additive"));
	tell(w, "any", "ask", "low", "3");
	tell(w, "any", "ask", "high", "5");
	assert_non_null(strstr(trend_rows(w, SHARES("any", "")), "low 2010: refused: the figures are no amounts"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(the_levels_of_one_town_are_shares_also_of_what_counts_in_several_towns),
	    BOTH(a_level_of_one_town_is_no_share_of_what_another_town_has),
	    BOTH(tasks_that_do_not_add_up_have_no_shares_of_their_sum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
