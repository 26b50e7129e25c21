/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_latest.c - the newest round of each unit: every row is of the dates of its own figures.
 */
#include "tests/test.h"
#include "tests/unit/trend_told.h"

static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}], 'indicators': ["
		    "{'id': 'people', 'label': 'People', 'type': 'count', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'town'},"
		    "{'id': 'sets', 'label': 'Sets', 'type': 'count', 'over_units': 'distinct',"
		    " 'over_time': 'none', 'unit_kind': 'town'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'X', 'kind': 'shire', 'names': ['X'], 'valid_from': '2000-01-01'},"
		    "{'id': 'Y', 'kind': 'shire', 'names': ['Y'], 'valid_from': '2000-01-01'},"
		    "{'id': 'Z', 'kind': 'shire', 'names': ['Z'], 'valid_from': '2000-01-01'},"
		    "{'id': 'ask', 'kind': 'town', 'names': ['Ask'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'bru', 'kind': 'town', 'names': ['Bru'], 'valid_from': '2000-01-01', 'part_of': 'Y'},"
		    "{'id': 'cod', 'kind': 'town', 'names': ['Cod'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'dal', 'kind': 'town', 'names': ['Dal'], 'valid_from': '2000-01-01', 'part_of': 'Z'},"
		    "{'id': 'eid', 'kind': 'town', 'names': ['Eid'], 'valid_from': '2000-01-01', 'part_of': 'Z'}]}}");
	accepted(w, "{'event': {'id': 'e1', 'type': 'merging', 'effective': '2012-01-01', 'status': 'effective',"
		    " 'source': 's', 'sources': ['dal', 'eid'],"
		    " 'targets': [{'id': 'daleid', 'names': ['Daleid'], 'part_of': 'Z'}]}}");
}

static void tell(struct world *w, const char *indicator, const char *unit, const char *period, const char *value)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's', 'observations': [{'unit': '%s', 'indicator': '%s', "
		 "'period': '%s', 'status': 'main', 'value': %s}]}}",
		 unit, indicator, period, value);
}

#define LATEST(indicator, measures, rest)                                                                              \
	"{'indicator': '" indicator "', 'measures': [" measures "], 'latest_rounds': true, 'decimals': 1" rest "}"
#define BY(group) ", 'group_by': '" group "'"
#define AT_2013   ", 'structure_at': '2013-01-01'"

static void a_shires_newest_figures_keep_the_dates_that_they_are_of(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "ask", "2010", "1");
	tell(w, "people", "bru", "2010", "2");
	tell(w, "people", "bru", "2014", "3");
	tell(w, "people", "cod", "2011", "4");
	/* Not 2010/2014 for both: what another shire's figures are of is no matter of this one. */
	const char *rows = "X 2010/2011: 5 | the newest round of each unit: 1 of 2010, 1 of 2011\nY 2014: 3\n";
	assert_string_equal(trend_rows(w, LATEST("people", "'sum'", BY("shire"))), rows);
	assert_string_equal(trend_rows(w, LATEST("people", "'sum'",
						 BY("shire") ", 'units': [{'id': 'X'}], 'subtree': "
							     "true")),
			    "X 2010/2011: 5 | the newest round of each unit: 1 of 2010, 1 of 2011\n");
	assert_string_equal(trend_rows(w, LATEST("people", "'sum'", BY("shire") AT_2013)), rows);
	assert_string_equal(trend_rows(w, LATEST("people", "'sum'", BY("unit"))),
			    "ask 2010: 1\nbru 2014: 3\ncod 2011: 4\n");
	assert_string_equal(trend_rows(w, LATEST("people", "'sum'", "")),
			    "2010/2014: 8 | the newest round of each unit: 1 of 2010, 1 of 2011, 1 of 2014\n");
	assert_non_null(strstr(trend_notes_told(w, LATEST("people", "'sum'", BY("shire"))),
			       "not all groups have figures of the same dates"));
	assert_int_equal(trend_explained(w, LATEST("people", "'sum', 'mean'", BY("shire"))), 4);
	assert_int_equal(trend_explained(w, LATEST("people", "'sum', 'mean'", BY("shire") AT_2013)), 4);
	assert_int_equal(trend_explained(w, LATEST("people", "'sum', 'median'", "")), 2);
}

static void groups_of_different_dates_are_ranked_together_with_a_note(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "ask", "2010", "1");
	tell(w, "people", "bru", "2014", "3");
	const char *ranks = LATEST("people", "'rank', 'share'", BY("shire"));
	assert_string_equal(trend_rows(w, ranks), "X 2010: 2; 25.0 | the groups compared are of different dates\n"
						  "Y 2014: 1; 75.0 | the groups compared are of different dates\n");
	assert_int_equal(trend_explained(w, ranks), 4);
	tell(w, "people", "ask", "2014", "6");
	assert_string_equal(trend_rows(w, ranks), "X 2014: 1; 66.7\nY 2014: 2; 33.3\n");
}

static void a_town_put_together_of_two_dates_is_of_the_time_between_them(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sets", "dal", "2009", "5");
	tell(w, "sets", "eid", "2010", "7");
	tell(w, "sets", "bru", "2014", "3");
	const char *moved = LATEST("sets", "'value'", BY("unit") AT_2013);
	assert_string_equal(trend_rows(w, moved), "bru 2014: 3\n"
						  "daleid 2009/2010: 7–12 | one thing may count in both Dal and Eid | "
						  "the newest round of each unit: 1 of 2009, 1 of 2010\n");
	assert_int_equal(trend_explained(w, moved), 2);
}

static void a_report_said_to_be_incomplete_leaves_the_newest_open_too(void **state)
{
	struct world *w = *state;
	lay(w);
	accepted(w, "{'define': {'surveys': [{'id': 'v', 'title': 'V'}], 'rounds': [{'id': 'r', 'survey': 'v', "
		    "'reference': '2010', 'area': 'X', 'unit_kind': 'town'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'round': 'r', 'completeness': "
		    "[{'scope': {'id': 'X'}, 'kind': 'people', 'complete': 'no'}], 'observations': ["
		    "{'unit': 'ask', 'indicator': 'people', 'period': '2010', 'status': 'main', 'value': 5}]}}");
	tell(w, "people", "bru", "2014", "3");
	const char *all = LATEST("people", "'sum', 'share', 'rank'", BY("shire"));
	assert_string_equal(trend_rows(w, all),
			    "X 2010: at least 5; 62.5–100.0; 1 | the groups compared are of different dates\n"
			    "Y 2014: 3; 0.0–37.5; 2 | the groups compared are of different dates\n");
	assert_int_equal(trend_explained(w, all), 6);
	assert_int_equal(trend_explained(w, LATEST("people", "'sum'", BY("shire") AT_2013)), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_shires_newest_figures_keep_the_dates_that_they_are_of),
	    BOTH(groups_of_different_dates_are_ranked_together_with_a_note),
	    BOTH(a_report_said_to_be_incomplete_leaves_the_newest_open_too),
	    BOTH(a_town_put_together_of_two_dates_is_of_the_time_between_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
