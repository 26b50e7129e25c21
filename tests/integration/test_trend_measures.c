/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_measures.c - measures, groups and pages of trends, through the daemon and the command.
 */
#include <stdio.h>
#include "tests/integration/site.h"
#include "tests/test.h"

static const char definitions[] =
    "{\"define\": {"
    "\"sources\": [{\"id\": \"old\", \"title\": \"Old table\", \"published\": \"2012-05-01\"},"
    "{\"id\": \"new\", \"title\": \"New table\", \"published\": \"2021\"}],"
    "\"indicators\": ["
    "{\"id\": \"people\", \"label\": \"People\", \"type\": \"count\", \"over_units\": \"additive\","
    " \"over_time\": \"none\", \"unit_kind\": \"municipality\"},"
    "{\"id\": \"voters\", \"label\": \"Turnout\", \"type\": \"percent\", \"over_units\": \"relative\","
    " \"over_time\": \"none\", \"denominator\": \"people\", \"unit_kind\": \"municipality\"}]}}";

static const char units[] =
    "{\"submission\": {\"mode\": \"patch\", \"source\": \"old\", \"units\": ["
    "{\"id\": \"c/1\", \"kind\": \"county\", \"names\": [\"East\"]},"
    "{\"id\": \"c/2\", \"kind\": \"county\", \"names\": [\"West\"]},"
    "{\"id\": \"m/1\", \"kind\": \"municipality\", \"names\": [\"Aa\"]},"
    "{\"id\": \"m/2\", \"kind\": \"municipality\", \"names\": [\"Bø\"]},"
    "{\"id\": \"m/3\", \"kind\": \"municipality\", \"names\": [\"Ski\"]},"
    "{\"id\": \"m/4\", \"kind\": \"municipality\", \"names\": [\"Vik\"]}],"
    "\"links\": [{\"type\": \"part_of\", \"from\": {\"id\": \"m/1\"}, \"to\": {\"id\": \"c/1\"}},"
    "{\"type\": \"part_of\", \"from\": {\"id\": \"m/2\"}, \"to\": {\"id\": \"c/1\"}},"
    "{\"type\": \"part_of\", \"from\": {\"id\": \"m/3\"}, \"to\": {\"id\": \"c/2\"}},"
    "{\"type\": \"part_of\", \"from\": {\"id\": \"m/4\"}, \"to\": {\"id\": \"c/2\"}}]}}";

static void send(struct site *s, const char *input, const char *const *words)
{
	const char *all[24];
	size_t n = 0;
	for (; words[n]; n++)
		all[n] = words[n];
	all[n++] = "--endpoints";
	all[n++] = s->endpoints;
	all[n] = NULL;
	struct cli c = cli_run(all, input);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
}

static void send_figures(struct site *s, const char *indicator, const char *source, const char *rows)
{
	send(s, rows,
	     (const char *[]){"submit", "-", "--table", "observations", "--indicator", indicator, "--source", source,
			      "--input", "csv", NULL});
}

static int setup(void **state)
{
	static struct site s;
	site_begin(&s);
	send(&s, definitions, (const char *[]){"define", "-", NULL});
	send(&s, units, (const char *[]){"submit", "-", NULL});
	send_figures(&s, "people", "old",
		     "unit,period,value\nm/1,2010,1000\nm/2,2010,3000\nm/3,2010,6000\nm/4,2010,2000\n");
	send_figures(&s, "people", "new", "unit,period,value\nm/1,2020,1100\nm/2,2020,2900\nm/3,2020,8000\n");
	send_figures(&s, "voters", "new", "unit,period,value\nm/1,2020,50.0\nm/2,2020,80.00\nm/3,2020,62.50\n");
	*state = &s;
	return 0;
}

static void measures_are_named_with_commas_and_shown_side_by_side(void **state)
{
	struct site *s = *state;
#define PEOPLE "trend", "people"
	SAYS(0,
	     "East,,2010,,2,,2000,2000,,,,,,2000,1,1000,1000,,,,,,1000,1,3000,3000,,,,,,3000,1,33.3,33.3,,,,,,100,3,2,"
	     "2,,,,,,2,1,",
	     PEOPLE, "--group-by", "county", "--period", "2010", "--measure", "median,min,max,share,rank", "--format",
	     "csv");
	SAYS(0, "smallest: Aa; largest: Bø", PEOPLE, "--group-by", "county", "--measure", "min,max");
	SAYS(0, "0.347", PEOPLE, "--period", "2010", "--measure", "concentration"); /* (1 + 9 + 36 + 4) / 144 */
	SAYS(2, "one of value, sum, mean", PEOPLE, "--measure", "maen");
}

static void rates_and_weighted_means_use_the_indicator_they_name(void **state)
{
	struct site *s = *state;
	/* 550 of 1100, 2320 of 2900, 5000 of 8000: several whole numbers print as the first and the third, and more */
	SAYS(0, "65.6", "trend", "voters", "--measure", "rate");
	SAYS(0, "rate: 7", "trend", "voters", "--measure", "rate");
	SAYS(0, "65.6", "trend", "voters", "--measure", "mean", "--mean-weight", "people");
	SAYS(1, "mean_weight: no indicator", "trend", "voters", "--measure", "mean", "--mean-weight", "sheep");
}

static void groups_by_size_source_and_the_newest_round(void **state)
{
	struct site *s = *state;
	SAYS(0, "2000 to under 5000,2000 to under 5000,,2010,,2,,5000,", PEOPLE, "--group-by", "size", "--size",
	     "people:2000,5000", "--format", "csv");
	SAYS(1, "--size population:2000", PEOPLE, "--group-by", "size");
	SAYS(0, "new,New table,,2020,,3,,12000,", PEOPLE, "--group-by", "source", "--format", "csv");
	SAYS(0, ",,,2010/2020,,4,,14000,", PEOPLE, "--rounds", "latest", "--format", "csv");
	SAYS(0, "the newest round of each unit: 1 of 2010, 3 of 2020", PEOPLE, "--rounds", "latest");
	SAYS(2, "--rounds newest", PEOPLE, "--rounds", "newest");
}

static void only_what_was_published_by_then(void **state)
{
	struct site *s = *state;
	SAYS(0, "statements left out: 3 published later", PEOPLE, "--published-by", "2015");
	SAYS(1, "no source that says something here is known to have been published by 2001", PEOPLE, "--published-by",
	     "2001");
}

static void a_page_says_how_to_go_on(void **state)
{
	struct site *s = *state;
	SAYS(0, "this is a page: go on with --skip 3 --as-of", PEOPLE, "--group-by", "unit", "--limit", "3");
	SAYS(0, "m/2,Bø,,2020", PEOPLE, "--group-by", "unit", "--skip", "3", "--limit", "1", "--format", "csv");
	SAYS(1, "skip 70: the answer has 7 rows", PEOPLE, "--group-by", "unit", "--skip", "70");
}

static void what_is_not_there_is_said_with_what_there_is(void **state)
{
	struct site *s = *state;
	SAYS(1, "nothing is on record of 1999: there are 2010, 2020", PEOPLE, "--period", "1999");
	SAYS(1, "nothing is on record of East itself", PEOPLE, "--unit", "c/1");
	SAYS(1, "no unit has an attribute \"colour\"", PEOPLE, "--group-by", "attr:colour");
	SAYS(1, "no unit is of kind \"planet\"", PEOPLE, "--group-by", "planet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(measures_are_named_with_commas_and_shown_side_by_side),
	    cmocka_unit_test(rates_and_weighted_means_use_the_indicator_they_name),
	    cmocka_unit_test(groups_by_size_source_and_the_newest_round),
	    cmocka_unit_test(only_what_was_published_by_then),
	    cmocka_unit_test(a_page_says_how_to_go_on),
	    cmocka_unit_test(what_is_not_there_is_said_with_what_there_is),
	};
	return cmocka_run_group_tests(tests, setup, site_teardown);
}
