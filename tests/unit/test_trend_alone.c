/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_alone.c - the sum of one unit's figure is the figure, whatever it means for several.
 */
#include "tests/test.h"
#include "tests/unit/trend_told.h"

static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}], 'indicators': ["
		    "{'id': 'people', 'label': 'L', 'type': 'count', 'over_units': 'additive', 'over_time': 'none',"
		    " 'unit_kind': 'town'},"
		    "{'id': 'sets', 'label': 'L', 'type': 'count', 'over_units': 'distinct', 'over_time': 'none',"
		    " 'unit_kind': 'town'},"
		    "{'id': 'percent', 'label': 'L', 'type': 'percent', 'over_units': 'relative', 'over_time': 'none',"
		    " 'unit_kind': 'town', 'denominator': 'people'},"
		    "{'id': 'grade', 'label': 'L', 'type': 'number', 'over_units': 'none', 'over_time': 'none',"
		    " 'unit_kind': 'town'}],"
		    "'surveys': [{'id': 'v', 'title': 'V'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'X', 'kind': 'shire', 'names': ['X'], 'valid_from': '2000-01-01'},"
		    "{'id': 'ask', 'kind': 'town', 'names': ['Ask'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'bru', 'kind': 'town', 'names': ['Bru'], 'valid_from': '2000-01-01', 'part_of': 'X'}]}}");
	accepted(w, "{'define': {'rounds': [{'id': 'r', 'survey': 'v', 'reference': '2010', 'area': 'X', "
		    "'unit_kind': 'town'}]}}");
}

static void tell(struct world *w, const char *indicator, const char *unit, const char *value, const char *more)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's' %s, 'observations': [{'unit': '%s', 'indicator': "
		 "'%s', 'period': '2010', 'status': 'main', 'value': %s}]}}",
		 more, unit, indicator, value);
}

#define SUM(indicator, rest) "{'indicator': '" indicator "', 'measures': ['sum'], 'decimals': 1" rest "}"
#define BY(group)            ", 'group_by': '" group "'"
#define AT_2011              ", 'structure_at': '2011-01-01'"

static void the_sum_of_one_towns_figure_is_the_figure(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sets", "ask", "12", "");
	tell(w, "percent", "ask", "'37.5'", "");
	tell(w, "grade", "ask", "{'low':2,'high':3}", "");
	static const char *const asks[] = {
	    SUM("sets", ""),         SUM("sets", BY("shire") AT_2011), SUM("percent", ""),   SUM("percent", BY("unit")),
	    SUM("percent", AT_2011), SUM("grade", BY("unit")),         SUM("grade", AT_2011)};
	static const char *const sums[] = {"2010: 12\n",   "X 2010: 12\n",    "2010: 37.5\n", "ask 2010: 37.5\n",
					   "2010: 37.5\n", "ask 2010: 2–3\n", "2010: 2–3\n"};
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		assert_string_equal(trend_rows(w, asks[i]), sums[i]);
		assert_int_equal(trend_explained(w, asks[i]), 1);
	}
}

static void the_sum_of_several_towns_says_what_to_ask_instead(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sets", "ask", "12", "");
	tell(w, "sets", "bru", "13", "");
	tell(w, "percent", "ask", "'37.5'", "");
	tell(w, "percent", "bru", "'37.5'", "");
	tell(w, "grade", "ask", "2", "");
	tell(w, "grade", "bru", "2", "");
	assert_non_null(
	    strstr(trend_rows(w, SUM("sets", "")), "ask for VALUE by unit, or recount from the sets (varde"));
	assert_non_null(strstr(trend_rows(w, SUM("percent", "")), "ask for RATE"));
	assert_non_null(strstr(trend_rows(w, SUM("grade", "")), "ask for VALUE by unit"));
	assert_string_equal(trend_rows(w, SUM("grade", BY("unit"))), "ask 2010: 2\nbru 2010: 2\n");
}

/* Of the shire there may be more than this one town: its sets are at least the town's, its percentage is not. */
static void one_town_of_an_incomplete_report_is_not_all_of_the_shire(void **state)
{
	struct world *w = *state;
	lay(w);
	static const char sets[] = ", 'round': 'r', 'completeness': [{'scope': {'id': 'X'}, 'kind': 'sets', "
				   "'complete': 'no'}]",
			  percent[] = ", 'round': 'r', 'completeness': [{'scope': {'id': 'X'}, 'kind': 'percent', "
				      "'complete': 'no'}]";
	tell(w, "sets", "ask", "12", sets);
	tell(w, "percent", "ask", "'37.5'", percent);
	assert_string_equal(trend_rows(w, SUM("sets", BY("shire"))), "X 2010: at least 12\n");
	assert_int_equal(trend_explained(w, SUM("sets", BY("shire"))), 1);
	assert_string_equal(trend_rows(w, SUM("sets", BY("unit"))), "ask 2010: 12\n");
	assert_non_null(strstr(trend_rows(w, SUM("percent", BY("shire"))), "X 2010: refused: relative"));
	assert_string_equal(trend_rows(w, SUM("percent", BY("unit"))), "ask 2010: 37.5\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(the_sum_of_one_towns_figure_is_the_figure),
	    BOTH(the_sum_of_several_towns_says_what_to_ask_instead),
	    BOTH(one_town_of_an_incomplete_report_is_not_all_of_the_shire),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
