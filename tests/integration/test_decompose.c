/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose.c - why figures of the real example changed, through the daemon and the command.
 */
#include <stdio.h>
#include "tests/integration/example.h"
#include "tests/test.h"

static void load_tasks(struct site *s, const char *round, const char *value)
{
	struct cli c = CLI(NULL, "submit", "examples/data/task_participation_nordland.csv", "--round", round,
			   "--source", "nivi-004", "--indicator", "task-participation", "--set", "unit=fylke/nordland",
			   "--column", "dim:task=task_nr", "--column", value, "--column", "source=", AT);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
}

static int setup(void **state)
{
	static struct site s;
	example_begin_frame(&s);
	example_load(&s, "submit", "county_totals.json");
	load_tasks(&s, "nordland-2014", "value=percent_2014");
	load_tasks(&s, "nordland-2020", "value=percent_2020");
	example_load(&s, "submit", "arrangements.json");
	*state = &s;
	return 0;
}

#define NORDLAND "--unit", "fylke/nordland"
#define ROUNDS   "--from", "round=nordland-2014", "--to", "round=nordland-2020"

/* Task 7 is the PP-tjeneste: 91 percent of 44 is 40, 98 percent of 41 is 40. */
static void a_percentage_that_grew_as_municipalities_merged_has_no_certain_real_change(void **state)
{
	struct site *s = *state;
#define TASK "decompose", "task-participation", NORDLAND, "--dim", "task:7", "--measure", "rate", ROUNDS
	SAYS(0, "40 of 44 became between 37 and 41 of 41", TASK);
	SAYS(0, "no real change is certain", TASK);
	SAYS(0, "Tysfjord: divided among", TASK);
	SAYS(0, "the parts add up to +6.65, which is the change", TASK);
	SAYS(0, "frame changed, 44 → 41", TASK);
	struct cli c = CLI(NULL, TASK, "--format", "csv", AT);
	cli_expect(&c, 0, ",,from,90.91,1000,11,,,,,\n");
	assert_non_null(strstr(c.out, ",,structure,6.65,3000,451,-0.67,9.10,3,"));
	assert_non_null(strstr(c.out, ",,frame,0.00,0,1,,,,,\n"));
	assert_non_null(strstr(c.out, ",,real,0.00,0,1,-2.44,7.32,"));
	assert_non_null(strstr(c.out, ",,undetermined,0.00,0,1,,,,,\n"));
	assert_non_null(strstr(c.out, ",,to,97.56,4000,41,,,,,\n"));
	cli_free(&c);
	SAYS(0, "\"agrees\": true", TASK, "--format", "json");
	SAYS(0, "\"cause\": \"undetermined\"", TASK, "--format", "json");
}

/* What no reading of the borders explains stays: every task whose numerators are known adds up. */
static void all_tasks_add_up_or_say_why_not(void **state)
{
	struct site *s = *state;
	unsigned agreed = 0;
	for (int task = 1; task <= 41; task++) {
		char dim[32];
		snprintf(dim, sizeof dim, "task:%d", task);
		struct cli c = CLI(NULL, "decompose", "task-participation", NORDLAND, "--dim", dim, "--measure", "rate",
				   ROUNDS, AT);
		cli_expect(&c, 0, NULL);
		assert_null(strstr(c.out, "WRONG"));
		agreed += strstr(c.out, "which is the change") != NULL;
		if (!strstr(c.out, "which is the change"))
			assert_non_null(strstr(c.out, "contradict each other"));
		cli_free(&c);
	}
	assert_true(agreed >= 35);
}

static void municipalities_are_fewer_by_reorganisation_alone(void **state)
{
	struct site *s = *state;
#define UNITS "decompose", "units", "--kind", "municipality", "--from", "2019-12-31", "--to", "2020-01-01"
	struct cli c = CLI(NULL, UNITS, "--in", "fylke/nordland", "--format", "csv", AT);
	cli_expect(&c, 0, ",,from,44,44,1,");
	assert_non_null(strstr(c.out, ",,structure,-3,-3,1,,,3,Tjeldsund -1; Tysfjord -1; Ballangen -1,"));
	assert_non_null(strstr(c.out, ",,real,0,0,1,,,,,"));
	assert_non_null(strstr(c.out, ",,to,41,41,1,"));
	cli_free(&c);
	c = CLI(NULL, UNITS, "--group-by", "county", AT);
	cli_expect(&c, 0, "units, Nordland");
	assert_null(strstr(c.out, "WRONG"));
	cli_free(&c);
}

/* A set that nobody has listed: the county is not the same territory any more. */
static void printed_totals_of_another_territory_are_between_bounds(void **state)
{
	struct site *s = *state;
#define TOTAL "decompose", "arrangements", NORDLAND, "--dim", "level:total", "--measure", "value"
	SAYS(0, "the parts add up to -34, which is the change", TOTAL, ROUNDS);
	SAYS(0, ",real,0,0,1,-34,263,", TOTAL, ROUNDS, "--format", "csv");
	SAYS(0, "is not the same territory any more", TOTAL, ROUNDS);
	/* Nordland of 2010 and of 2014 is the same. */
	SAYS(0, ",real,27,27,1,,,1,Nordland +27,", TOTAL, "--from", "round=nordland-2010", "--to",
	     "round=nordland-2014", "--format", "csv");
}

/* Made up for this test: a correction, and what was known before it. */
static void a_correction_is_no_change(void **state)
{
	struct site *s = *state;
	struct cli c = CLI(NULL, "history", "fylke/nordland", "--indicator", "arrangements", "--dim", "level:total",
			   "--period", "2010", "--format", "csv", AT);
	char text[600], from[64];
	cli_expect(&c, 0, ",asserted,observation,arrangements level=total 2010,,270,nivi-001,");
	unsigned long said = strtoul(strchr(c.out, '\n') + 1, NULL, 10);
	cli_free(&c);
	c = CLI(NULL, "status", "--format", "csv", AT);
	cli_expect(&c, 0, "durable revision,");
	snprintf(from, sizeof from, "round=nordland-2010@%lu",
		 strtoul(strstr(c.out, "durable revision,") + strlen("durable revision,"), NULL, 10));
	cli_free(&c);
	for (int i = 0; i < 2; i++) { /* two sources say so */
		snprintf(text, sizeof text,
			 "{\"submission\":{\"round\":\"nordland-2010\",\"mode\":\"patch\",\"source\":\"nivi-00%d\","
			 "\"reason\":\"made up for a test\",\"observations\":[{\"unit\":\"fylke/nordland\","
			 "\"indicator\":\"arrangements\",\"categories\":{\"level\":\"total\"},\"value\":275,"
			 "\"status\":\"main\",\"supersedes\":%lu}]}}",
			 i ? 4 : 1, said + (unsigned long)i);
		c = CLI(text, "submit", "-", AT);
		if (c.status != 0)
			fail_msg("%s%s", c.out, c.err);
		cli_free(&c);
	}
	SAYS(0, ",correction,5,5,1,,,1,Nordland +5,", TOTAL, "--from", from, "--to", "round=nordland-2014", "--format",
	     "csv");
	SAYS(0, ",real,22,22,1,", TOTAL, "--from", from, "--to", "round=nordland-2014", "--format", "csv");
	SAYS(0, "the parts add up to +27, which is the change", TOTAL, "--from", from, "--to", "round=nordland-2014");
}

static void arrangements_and_participants_are_taken_apart(void **state)
{
	struct site *s = *state;
	struct cli c = CLI(NULL, "decompose", "arrangements", "--from", "2019-12-31", "--to", "2020-12-31", AT);
	cli_expect(&c, 0, "which is the change");
	cli_free(&c);
	SAYS(0, "which is the change", "decompose", "participants", "--kind", "municipality", "--measure", "rate",
	     "--in", "fylke/nordland", "--from", "2019-12-31", "--to", "2020-12-31");
}

static void wrong_questions_have_one_clear_sentence(void **state)
{
	struct site *s = *state;
	SAYS(2, "two points are wanted", "decompose", "arrangements");
	SAYS(2, "what changed?", "decompose", "--from", "2019", "--to", "2020");
	SAYS(2, "--measure median", "decompose", "units", "--measure", "median,mean", ROUNDS);
	SAYS(1, "no indicator", "decompose", "nothing", ROUNDS);
	SAYS(1, "one category of each dimension", "decompose", "task-participation", "--measure", "rate", ROUNDS);
	SAYS(1, "no round", TOTAL, "--from", "round=nordland-1999", "--to", "round=nordland-2020");
	SAYS(1, "names only a day", TOTAL, "--from", "2014-01-01", "--to", "round=nordland-2020");
	SAYS(1, "kind is not given", "decompose", "units", "--from", "2019-01-01", "--to", "2020-01-01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_percentage_that_grew_as_municipalities_merged_has_no_certain_real_change),
	    cmocka_unit_test(all_tasks_add_up_or_say_why_not),
	    cmocka_unit_test(municipalities_are_fewer_by_reorganisation_alone),
	    cmocka_unit_test(printed_totals_of_another_territory_are_between_bounds),
	    cmocka_unit_test(a_correction_is_no_change),
	    cmocka_unit_test(arrangements_and_participants_are_taken_apart),
	    cmocka_unit_test(wrong_questions_have_one_clear_sentence),
	};
	return cmocka_run_group_tests(tests, setup, site_teardown);
}
