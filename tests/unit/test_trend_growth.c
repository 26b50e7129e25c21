/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_growth.c - growth is of the same units: rows that have none in common are not compared.
 */
#include "tests/test.h"
#include "tests/unit/trend_told.h"

static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}, {'id': 's2', 'title': 'S2'}], 'indicators': ["
		    "{'id': 'people', 'label': 'People', 'type': 'count', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'town'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'X', 'kind': 'shire', 'names': ['X'], 'valid_from': '2000-01-01'},"
		    "{'id': 'Y', 'kind': 'shire', 'names': ['Y'], 'valid_from': '2000-01-01'},"
		    "{'id': 'ask', 'kind': 'town', 'names': ['Ask'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'bru', 'kind': 'town', 'names': ['Bru'], 'valid_from': '2000-01-01', 'part_of': 'Y'},"
		    "{'id': 'cod', 'kind': 'town', 'names': ['Cod'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'dal', 'kind': 'town', 'names': ['Dal'], 'valid_from': '2000-01-01', 'part_of': 'Y'},"
		    "{'id': 'eid', 'kind': 'town', 'names': ['Eid'], 'valid_from': '2000-01-01', 'part_of': 'X'}]}}");
	accepted(w,
		 "{'define': {'surveys': [{'id': 'v', 'title': 'V'}], 'rounds': ["
		 "{'id': 'r1', 'survey': 'v', 'reference': '2010', 'area': 'X', 'unit_kind': 'town', 'frame': 3},"
		 "{'id': 'r2', 'survey': 'v', 'reference': '2011', 'area': 'X', 'unit_kind': 'town', 'frame': 2}]}}");
}

/* "dal 7 eid 8": in a period, in a round ("" = none). */
static void tell(struct world *w, const char *source, const char *period, const char *round, const char *figures)
{
	char text[200], *save = NULL;
	const char *list = "";
	snprintf(text, sizeof text, "%s", figures);
	for (char *unit = strtok_r(text, " ", &save); unit; unit = strtok_r(NULL, " ", &save))
		list = arena_printf(w->a,
				    "%s%s{'unit': '%s', 'indicator': 'people', 'period': '%s', 'status': 'main', "
				    "'value': %s}",
				    list, *list ? ", " : "", unit, period, strtok_r(NULL, " ", &save));
	accepted(w, "{'submission': {'mode': 'patch', 'source': '%s', %s 'observations': [%s]}}", source,
		 *round ? arena_printf(w->a, "'round': '%s',", round) : "", list);
}

#define TREND(measures, rest) "{'indicator': 'people', 'measures': [" measures "], 'decimals': 1" rest "}"
#define AT_2012               ", 'structure_at': '2012-01-01'"
#define BY(group)             ", 'group_by': '" group "'"

static void a_town_is_not_compared_with_another_that_was_asked_the_year_before(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "s", "2010", "r1", "ask 10");
	tell(w, "s", "2011", "r2", "bru 20");
	/* Neither the growth nor the frames, of which the one is not the other's. */
	const char *apart = "2010: 10\n2011: 20 | no growth from 2010: the two rows have no unit in common\n";
	assert_string_equal(trend_rows(w, TREND("'value'", "")), apart);
	assert_string_equal(trend_rows(w, TREND("'mean'", "")),
			    "2010: 10.0\n2011: 20.0 | no growth from 2010: the two rows have no unit in common\n");
	assert_non_null(strstr(trend_rows(w, TREND("'value'", BY("source"))), "s 2011: 20 | no growth from 2010"));
	assert_non_null(strstr(trend_rows(w, TREND("'sum'", AT_2012)), "2011: 20 | no growth from 2010"));
	assert_non_null(strstr(trend_rows(w, TREND("'sum'", ", 'group_structure_at': '2012-01-01'")),
			       "2011: 20 | no growth from 2010"));
	/* Each by itself has nothing before it. */
	assert_string_equal(trend_rows(w, TREND("'value'", BY("unit"))), "ask 2010: 10\nbru 2011: 20\n");
}

static void a_series_of_one_unit_grows_with_its_frame(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "s", "2010", "r1", "ask 10");
	tell(w, "s", "2011", "r2", "ask 12");
	const char *grown = "2010: 10\n2011: 12 (+2, 20.0 %) | frame changed, 3 → 2 towns\n";
	assert_string_equal(trend_rows(w, TREND("'value'", "")), grown);
	assert_string_equal(trend_rows(w, TREND("'value'", AT_2012)), grown);
	assert_non_null(
	    strstr(trend_rows(w, TREND("'value'", BY("unit"))), "ask 2011: 12 (+2, 20.0 %) | frame changed"));
}

static void growth_between_rows_that_have_some_units_in_common_says_how_many(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "s", "2010", "", "ask 10 bru 20 cod 30");
	tell(w, "s", "2011", "", "cod 31 dal 40 eid 50 ask 11");
	tell(w, "s", "2012", "", "cod 32 dal 41 eid 51 ask 12");
	assert_string_equal(trend_rows(w, TREND("'sum'", "")),
			    "2010: 60\n2011: 132 (+72, 120.0 %) | 2 of the 4 units are in 2010 too, which has 3\n"
			    "2012: 136 (+4, 3.0 %)\n");
	/* In the units of another day those that stood still are summed up on another way. */
	assert_string_equal(trend_rows(w, TREND("'sum'", AT_2012)), trend_rows(w, TREND("'sum'", "")));
	assert_string_equal(trend_rows(w, TREND("'sum'", AT_2012 BY("shire"))),
			    "X 2010: 40\nX 2011: 92 (+52, 130.0 %) | 2 of the 3 units are in 2010 too, which has 2\n"
			    "X 2012: 95 (+3, 3.3 %)\nY 2010: 20\n"
			    "Y 2011: 40 | no growth from 2010: the two rows have no unit in common\n"
			    "Y 2012: 41 (+1, 2.5 %)\n");
	assert_string_equal(trend_rows(w, TREND("'sum'", AT_2012 BY("shire"))),
			    trend_rows(w, TREND("'sum'", BY("shire"))));
	/* Where there is no growth nobody needs to know. */
	assert_null(strstr(trend_rows(w, TREND("'value'", "")), "units are in"));
}

static void of_several_rows_of_the_year_before_the_one_with_the_same_towns_is_compared(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "s", "2010", "", "ask 10");
	tell(w, "s", "2011", "r1", "ask 11");
	tell(w, "s", "2011", "r2", "bru 20");
	tell(w, "s", "2012", "", "ask 12");
	const char *rows = trend_rows(w, TREND("'sum'", ""));
	assert_non_null(strstr(rows, "2011: 11 (+1, 10.0 %)"));
	assert_non_null(strstr(rows, "2011: 20 | no growth from 2010: the two rows have no unit in common\n"));
	assert_non_null(strstr(rows, "2012: 12 (+1, 9.1 %)")); /* not from Bru's 20 */
}

static void a_town_and_what_is_declared_one_with_it_are_one_that_grows(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "s", "2010", "", "ask 10");
	tell(w, "s", "2011", "", "bru 12");
	assert_non_null(strstr(trend_rows(w, TREND("'sum'", "")), "no growth"));
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'reason': 'found out', 'identities': ["
		    "{'type': 'same_as', 'a': 'ask', 'b': 'bru'}]}}");
	assert_non_null(strstr(trend_rows(w, TREND("'sum'", "")), "2011: 12 (+2, 20.0 %)"));
	assert_non_null(strstr(trend_rows(w, TREND("'sum'", AT_2012)), "2011: 12 (+2, 20.0 %)"));
}

/* Which units are in both is counted by runs of their numbers; here once more, of random ones, by looking. */
static void units_in_common_are_counted_right_however_they_are_scattered(void **state)
{
	struct world *w = *state;
	unsigned seed = 11;
	lay(w);
	for (int i = 0; i < 40; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 't%d', 'kind': 'town', "
			 "'names': ['T%d'], 'valid_from': '2000-01-01', 'part_of': '%s'}]}}",
			 i, i, i % 3 ? "X" : "Y");
	for (int year = 2020; year < 2040; year += 2) {
		unsigned n[2][2] = {{0}}, both[2] = {0};
		bool in[2][40];
		for (int k = 0; k < 2; k++) {
			const char *list = "";
			seed = seed * 1103515245 + 12345;
			unsigned one_in = 2 + (seed >> 16) % 4;
			for (int i = 0; i < 40; i++) {
				seed = seed * 1103515245 + 12345;
				in[k][i] = (seed >> 16) % one_in != 0;
				n[k][i % 3 == 0] += in[k][i];
				if (in[k][i])
					list = arena_printf(w->a,
							    "%s%s{'unit': 't%d', 'indicator': 'people', 'period': "
							    "'%d', 'status': 'main', 'value': 5}",
							    list, *list ? ", " : "", i, year + k);
			}
			accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'observations': [%s]}}", list);
		}
		for (int i = 0; i < 40; i++)
			both[i % 3 == 0] += in[0][i] && in[1][i];
		for (int moved = 0; moved < 2; moved++) {
			const char *rows = trend_rows(
			    w, arena_printf(w->a,
					    "{'indicator': 'people', 'measures': ['count'], 'group_by': 'shire', "
					    "'periods': ['%d', '%d'] %s}",
					    year, year + 1, moved ? ", 'structure_at': '2019-01-01'" : ""));
			for (int y = 0; y < 2; y++)
				if (n[0][y] != both[y] || n[1][y] != both[y])
					assert_non_null(strstr(
					    rows, arena_printf(w->a, "| %u of the %u units are in %d too, which has %u",
							       both[y], n[1][y], year, n[0][y])));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_town_is_not_compared_with_another_that_was_asked_the_year_before),
	    BOTH(a_series_of_one_unit_grows_with_its_frame),
	    BOTH(growth_between_rows_that_have_some_units_in_common_says_how_many),
	    BOTH(of_several_rows_of_the_year_before_the_one_with_the_same_towns_is_compared),
	    BOTH(a_town_and_what_is_declared_one_with_it_are_one_that_grows),
	    BOTH(units_in_common_are_counted_right_however_they_are_scattered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
