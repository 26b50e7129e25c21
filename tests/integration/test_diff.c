/* SPDX-License-Identifier: Apache-2.0
 *
 * test_diff.c - differences and balances of the real example, through the daemon and the command.
 */
#include <stdio.h>
#include "tests/integration/example.h"
#include "tests/test.h"

static int setup(void **state)
{
	static struct site s;
	example_begin_frame(&s);
	example_load(&s, "submit", "county_totals.json");
	example_load(&s, "submit", "arrangement_flows.json");
	example_load(&s, "submit", "arrangements.json");
	*state = &s;
	return 0;
}

#define NEW_YEAR "--from", "2019-12-31", "--to", "2020-01-01", "--in", "fylke/nordland"

static void the_reform_of_2020_is_told_with_its_events(void **state)
{
	struct site *s = *state;
#define DIFF "diff", NEW_YEAR, "--units", "--format", "csv"
	SAYS(0,
	     "reorganised,unit,kommune/narvik,Narvik,,,,Tysfjord; Ballangen,,,kommune/tysfjord; "
	     "kommune/ballangen,m2020-tysfjord,",
	     DIFF);
	SAYS(0, "kommune/narvik,Narvik,kommunenummer,,", DIFF);
	SAYS(0, "kommune/tjeldsund-2020,m2020-tjeldsund,", DIFF);
	SAYS(0, "5 unit reorganised", "diff", NEW_YEAR, "--units");
	SAYS(0, "as known at revision", "diff", NEW_YEAR, "--units");
	SAYS(0, "\"event\": \"m2020-tysfjord\"", "diff", NEW_YEAR, "--units", "--format", "json");
	SAYS(0, "no difference", "diff", "--from", "2019-12-30", "--to", "2019-12-31", "--in", "fylke/nordland");
}

static void the_municipalities_of_nordland_are_balanced(void **state)
{
	struct site *s = *state;
	struct cli c = CLI(NULL, "balance", "units", "--kind", "municipality", NEW_YEAR, "--format", "csv", AT);
	cli_expect(&c, 0, NULL);
	assert_string_equal(c.out,
			    "group,name,from,to,item,figure,event,what,notes\n"
			    ",,2019-12-31,2020-01-01,opening,44,,,\n"
			    ",,2019-12-31,2020-01-01,merged,-3,m2020-tysfjord,Hamarøy; Tysfjord; Narvik; Ballangen,\n"
			    ",,2019-12-31,2020-01-01,split,+1,m2020-tysfjord,Hamarøy; Narvik,\n"
			    ",,2019-12-31,2020-01-01,moved out,-1,m2020-tjeldsund,Tjeldsund,\n"
			    ",,2019-12-31,2020-01-01,closing,41,,,\n"
			    ",,2019-12-31,2020-01-01,unexplained,0,,,\n");
	cli_free(&c);
}

/* Every municipality that came or went from before the first reform to after the last is in some event. */
static void no_municipality_of_the_country_is_unexplained(void **state)
{
	struct site *s = *state;
	static const char *const days[] = {"2017-12-31", "2018-01-01", "2019-12-31",
					   "2020-01-01", "2023-12-31", "2024-01-01"};
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		for (size_t k = i + 1; k < sizeof days / sizeof *days; k++) {
			struct cli c = CLI(NULL, "balance", "units", "--kind", "municipality", "--from", days[i],
					   "--to", days[k], "--group-by", "county", "--format", "csv", AT);
			cli_expect(&c, 0, NULL);
			size_t rows = 0;
			for (const char *p = c.out; (p = strstr(p, ",unexplained,")); p++, rows++)
				assert_int_equal(strncmp(p, ",unexplained,0,", 15), 0);
			assert_true(rows > 5);
			cli_free(&c);
		}
}

static void what_nobody_lists_of_nordlands_arrangements_is_unexplained(void **state)
{
	struct site *s = *state;
#define STOCK(from, to)                                                                                                \
	"balance", "arrangements", "--dim", "level:total", "--in", "fylke/nordland", "--inflow", "arrangements-new",   \
	    "--from", "round=nordland-" from, "--to", "round=nordland-" to, "--format", "csv"
	SAYS(0, ",unexplained,-99,", STOCK("2014", "2020"));
	SAYS(0, ",new,+65,,arrangements-new,", STOCK("2014", "2020"));
	SAYS(0, ",unexplained,-35,", STOCK("2010", "2014"));
	SAYS(0, "2010,2020,unexplained,-134,", STOCK("2010", "2020"), "--chain");
	SAYS(0, "2010,2014-03,unexplained,-35,", STOCK("2010", "2020"), "--chain");
	SAYS(0, "2014-03,2020,unexplained,-99,", STOCK("2010", "2020"), "--chain");
}

static void figures_of_two_rounds_are_compared(void **state)
{
	struct site *s = *state;
	SAYS(0, "changed,observation,fylke/nordland,Nordland,arrangements,level=total,2014-03,297,2020,263,", "diff",
	     "--from", "round=nordland-2014", "--to", "round=nordland-2020", "--indicator", "arrangements", "--format",
	     "csv");
}

/* The round of 2014 has figures and no list, that of 2020 has 33 arrangements of Alstahaug: whether they are new nobody
 * knows, and all three say so. */
static void the_three_questions_say_the_same_of_two_rounds(void **state)
{
	struct site *s = *state;
#define ROUNDS "--from", "round=nordland-2014", "--to", "round=nordland-2020"
	SAYS(0, "33 unit not listed before", "diff", ROUNDS, "--arrangements");
	SAYS(0, "nordland-2014 does not speak of it", "diff", ROUNDS, "--arrangements");
	SAYS(0, "2014-03-31,2020-12-31,opening,at least 0,", "balance", "arrangements", ROUNDS, "--format", "csv");
	SAYS(0, "2014-03-31,2020-12-31,new,0–33,", "balance", "arrangements", ROUNDS, "--format", "csv");
	SAYS(0, "33 may be new, or were there before and not listed", "balance", "arrangements", ROUNDS);
	SAYS(0, ",,from,0,0,1,", "decompose", "arrangements", ROUNDS, "--format", "csv");
	SAYS(0, ",,found late,0,0,1,0,33,", "decompose", "arrangements", ROUNDS, "--format", "csv");
	SAYS(0, ",,real,0,0,1,0,33,", "decompose", "arrangements", ROUNDS, "--format", "csv");
	SAYS(0, ",,undetermined,33,33,1,", "decompose", "arrangements", ROUNDS, "--format", "csv");
	SAYS(0, "recomputed from the log: 33: agrees", "explain", "decompose", "arrangements", ROUNDS);
}

static void wrong_questions_are_told_in_a_sentence(void **state)
{
	struct site *s = *state;
	SAYS(2, "two points are wanted", "diff", "--from", "2020-01-01");
	SAYS(2, "period=2014", "diff", "--from", "2014", "--to", "2020-01-01");
	SAYS(2, "a balance of what?", "balance", NEW_YEAR);
	SAYS(1, "swap them", "diff", "--from", "2020-01-01", "--to", "2019-12-31");
	SAYS(1, "so swap them", "balance", "arrangements", "--from", "2020-01-01", "--to", "2019-12-31");
	SAYS(1, "so swap them", "decompose", "arrangements", "--from", "2020-01-01", "--to", "2019-12-31");
	SAYS(1, "no round \"nordland-1999\"", "diff", "--from", "round=nordland-1999", "--to", "2019-12-31");
	SAYS(1, "there is no revision 9999 yet", "diff", "--from", "2019-12-31", "--to", "2019-12-31@9999");
	SAYS(1, "there is no tag \"none\"", "diff", "--from", "2019-12-31", "--to", "2019-12-31@tag:none");
	SAYS(1, "no unit is of kind \"village\"", "balance", "units", "--kind", "village", NEW_YEAR);
	SAYS(1, "no indicator \"none\"", "balance", "none", NEW_YEAR);
	SAYS(2, "write a field and its value", "balance", "arrangements", "--where", "task", NEW_YEAR);
	SAYS(1, "task", "balance", "arrangements", "--where", "task=none", NEW_YEAR);
	SAYS(1, "cannot be filtered", "balance", "arrangements", "--chain", "--where", "task=none", NEW_YEAR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_reform_of_2020_is_told_with_its_events),
	    cmocka_unit_test(the_municipalities_of_nordland_are_balanced),
	    cmocka_unit_test(no_municipality_of_the_country_is_unexplained),
	    cmocka_unit_test(what_nobody_lists_of_nordlands_arrangements_is_unexplained),
	    cmocka_unit_test(figures_of_two_rounds_are_compared),
	    cmocka_unit_test(the_three_questions_say_the_same_of_two_rounds),
	    cmocka_unit_test(wrong_questions_are_told_in_a_sentence),
	};
	return cmocka_run_group_tests(tests, setup, site_teardown);
}
