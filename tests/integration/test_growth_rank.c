/* SPDX-License-Identifier: Apache-2.0
 *
 * test_growth_rank.c - rows sorted by growth have its rank beside it.
 */
#include <stdio.h>
#include "tests/integration/site.h"
#include "tests/test.h"

static const char definitions[] =
    "{\"define\": {\"sources\": [{\"id\": \"s\", \"title\": \"S\"}], \"indicators\": [{\"id\": \"people\", \"label\": "
    "\"People\", \"type\": \"count\", \"over_units\": \"additive\", \"over_time\": \"none\", \"unit_kind\": "
    "\"town\"}]}}";
static const char units[] =
    "{\"submission\": {\"mode\": \"patch\", \"source\": \"s\", \"units\": ["
    "{\"id\": \"a\", \"kind\": \"town\", \"names\": [\"A\"]}, {\"id\": \"b\", \"kind\": \"town\", \"names\": [\"B\"]},"
    "{\"id\": \"c\", \"kind\": \"town\", \"names\": [\"C\"]}, {\"id\": \"d\", \"kind\": \"town\", \"names\": "
    "[\"D\"]},"
    "{\"id\": \"e\", \"kind\": \"town\", \"names\": [\"E\"]}]}}";
/* A and C grow alike; D was not there before; E grows most, but from another year. */
static const char figures[] = "unit,period,value\na,2010,10\nb,2010,10\nc,2010,20\ne,2009,0\n"
			      "a,2020,15\nb,2020,30\nc,2020,25\nd,2020,99\ne,2020,90\nb,2021,29\na,2021,17\n";

static int setup(void **state)
{
	static struct site site;
	struct site *s = &site;
	site_begin(s);
	struct cli c = CLI(definitions, "define", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(units, "submit", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(figures, "submit", "-", "--table", "observations", "--indicator", "people", "--source", "s", "--input",
		"csv", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	site_end(*state);
	return 0;
}

#define PEOPLE "trend", "people", "--group-by", "unit", "--measure", "value", "--format", "csv"

static void the_rank_of_growth_stands_beside_it_where_rows_are_sorted_by_it(void **state)
{
	struct site *s = *state;
	SAYS(0, "value_growth_from,value_numerator,value_denominator,growth_rank,break_before", PEOPLE, "--sort",
	     "growth");
	SAYS(0, "b,B,,2020,,1,,30,30,,,20,200.0,2010,30,1,1,", PEOPLE, "--sort", "growth");
	/* The two that grew alike share their rank; E is ranked among those of its own years. */
	SAYS(0, "a,A,,2020,,1,,15,15,,,5,50.0,2010,15,1,2=,", PEOPLE, "--sort", "growth");
	SAYS(0, "c,C,,2020,,1,,25,25,,,5,25.0,2010,25,1,2=,", PEOPLE, "--sort", "growth");
	SAYS(0, "e,E,,2020,,1,,90,90,,,90,,2009,90,1,1,", PEOPLE, "--sort", "growth");
	SAYS(0, "a,A,,2021,,1,,17,17,,,2,13.3,2020,17,1,1,", PEOPLE, "--sort", "growth");
	SAYS(0, "b,B,,2021,,1,,29,29,,,-1,-3.3,2020,29,1,2,", PEOPLE, "--sort", "growth");
	SAYS(0, "d,D,,2020,,1,,99,99,,,,,,99,1,,", PEOPLE, "--sort", "growth");
}

static void a_page_has_no_rank_among_rows_that_it_does_not_show(void **state)
{
	struct site *s = *state;
	SAYS(0, "value_denominator,break_before", PEOPLE, "--sort", "growth", "--limit", "9");
	SAYS(0, "value_denominator,break_before", PEOPLE, "--sort", "value");
}

static void a_measure_named_twice_is_shown_once(void **state)
{
	struct site *s = *state;
	SAYS(0,
	     "frame,sum,sum_shown,sum_low,sum_high,sum_growth,sum_growth_percent,sum_growth_from,sum_numerator,sum_"
	     "denominator,break_before,notes",
	     "trend", "people", "--measure", "sum,sum", "--measure", "sum", "--format", "csv");
}

static void a_row_without_groups_has_no_rank(void **state)
{
	struct site *s = *state;
	SAYS(0, "rank refused: a row without groups has none to be ranked among", "trend", "people", "--measure",
	     "sum,rank", "--period", "2020");
	SAYS(0, "b,B,,2020,,1,,3,", "trend", "people", "--group-by", "unit", "--measure", "rank", "--period", "2020",
	     "--format", "csv");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_rank_of_growth_stands_beside_it_where_rows_are_sorted_by_it),
	    cmocka_unit_test(a_page_has_no_rank_among_rows_that_it_does_not_show),
	    cmocka_unit_test(a_measure_named_twice_is_shown_once),
	    cmocka_unit_test(a_row_without_groups_has_no_rank),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
