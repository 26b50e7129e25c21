/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_kinds.c - a row that holds units of several kinds: a county beside its own municipalities is no more of
 * anything.
 */
#include "tests/test.h"
#include "tests/unit/trend_told.h"

static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}], 'indicators': [{'id': 'any', 'label': 'Any', "
		    "'type': 'count', 'over_units': 'additive', 'over_time': 'none'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'Y', 'kind': 'shire', 'names': ['Y'], 'valid_from': '2000-01-01'},"
		    "{'id': 'ask', 'kind': 'town', 'names': ['Ask'], 'valid_from': '2000-01-01', 'part_of': 'Y'},"
		    "{'id': 'bru', 'kind': 'town', 'names': ['Bru'], 'valid_from': '2000-01-01', 'part_of': 'Y'}]}}");
}

/* A mean of a shire and its towns would be no mean of anything. */
static void a_mean_of_several_kinds_of_units_is_refused(void **state)
{
	struct world *w = *state;
	lay(w);
	static const char *const units[] = {"ask", "bru", "Y"};
	for (int i = 0; i < 3; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 's', 'observations': [{'unit': '%s', 'indicator': "
			 "'any', 'period': '2014', 'status': 'main', 'value': %d}]}}",
			 units[i], 10 * i);
#define MEANS(rest) "{'indicator': 'any', 'measures': ['mean', 'median', 'count'], 'decimals': 1" rest "}"
#define KINDS                                                                                                          \
	"refused: the row holds units of several kinds, and one may contain another: name the units, or group by "     \
	"unit"
	assert_string_equal(trend_rows(w, MEANS("")), "2014: " KINDS "; " KINDS "; 3\n");
	assert_string_equal(trend_rows(w, MEANS(", 'structure_at': '2015-01-01'")), "2014: " KINDS "; " KINDS "; 3\n");
	assert_string_equal(trend_rows(w, MEANS(", 'units': [{'id': 'ask'}, {'id': 'bru'}]")), "2014: 5.0; 5; 2\n");
	assert_string_equal(trend_rows(w, MEANS(", 'group_by': 'unit'")),
			    "ask 2014: 0.0; 0; 1\nbru 2014: 10.0; 10; 1\nY 2014: 20.0; 20; 1\n");
	assert_int_equal(trend_explained(w, MEANS("")), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_mean_of_several_kinds_of_units_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
