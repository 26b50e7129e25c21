/* SPDX-License-Identifier: Apache-2.0
 *
 * test_asked.c - a file says what was asked: who opens it next year has nothing else.
 */
#include <string.h>
#include "tests/integration/example.h"
#include "tests/test.h"

static struct site site, *const s = &site;
#define HERE "--query", s->d.query, "--ingest", s->d.ingest

static int setup(void **state)
{
	(void)state;
	example_begin(s);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	site_end(s);
	return 0;
}

/* The cell of a column in the first row; cells of the example that are asked for hold no comma. */
static void cell(const char *csv, const char *column, char *ret, size_t room)
{
	size_t at = 0, i = 0;
	const char *head = csv, *row = strchr(csv, '\n') + 1;
	for (; strncmp(head, column, strlen(column)) != 0 || !strchr(",\n", head[strlen(column)]); at++) {
		head = strpbrk(head, ",\n");
		if (!head || *head == '\n')
			fail_msg("no column %s in %s", column, csv);
		head++;
	}
	for (bool quoted = false; at || quoted; row++) {
		quoted ^= *row == '"';
		at -= *row == ',' && !quoted;
	}
	for (bool quoted = *row == '"'; row[i] && (quoted || !strchr(",\n", row[i])) && i + 1 < room; i++) {
		ret[i] = row[i];
		quoted ^= i && row[i] == '"';
	}
	ret[i] = '\0';
}

#define CELL(c, column, expected)                                                                                      \
	do {                                                                                                           \
		char text_[2000];                                                                                      \
		cell((c).out, column, text_, sizeof text_);                                                            \
		assert_string_equal(text_, expected);                                                                  \
	} while (0)

static void an_sdmx_file_has_its_filters_its_unit_and_its_notes(void **state)
{
	(void)state;
	struct cli c = CLI(NULL, "count", "arrangements", "--where", "task=NAV", "--in", "name=Nordland,kind=county",
			   "--date", "2020", "--format", "sdmx-csv", HERE);
	cli_expect(&c, 0, NULL);
	CELL(c, "REF_AREA", "fylke/nordland");
	char asked[2000];
	cell(c.out, "ASKED", asked, sizeof asked);
	assert_non_null(strstr(asked, "--where task=NAV"));
	assert_non_null(strstr(asked, "--in name=Nordland"));
	cell(c.out, "COMMENT_DSET", asked, sizeof asked);
	assert_non_null(strstr(asked, "not declared complete"));
	cli_free(&c);
	c = CLI("{\"sources\":[{\"id\":\"old\",\"title\":\"Old\",\"published\":\"2005-03\"}]}", "define", "-", HERE);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI("{\"mode\":\"patch\",\"source\":\"old\",\"observations\":[{\"unit\":\"fylke/nordland\",\"indicator\":"
		"\"arrangements\",\"categories\":{\"level\":\"total\"},\"period\":\"2004\",\"value\":7,\"status\":"
		"\"main\"}]}",
		"submit", "-", HERE);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(NULL, "trend", "arrangements", "--dim", "level:total", "--unit", "fylke/nordland", "--measure", "value",
		"--published-by", "2010", "--format", "sdmx-csv", HERE);
	cli_expect(&c, 0, NULL);
	CELL(c, "PUBLISHED_BY", "2010");
	CELL(c, "REF_AREA", "fylke/nordland");
	cli_free(&c);
}

static void of_several_units_together_no_file_says_that_it_is_one(void **state)
{
	(void)state;
	struct cli c = CLI(NULL, "count", "arrangements", "--in", "fylke/nordland", "--in", "fylke/troms-2024",
			   "--date", "2024", "--format", "sdmx-csv", HERE);
	cli_expect(&c, 0, NULL);
	CELL(c, "GROUP", "_T");
	cli_free(&c);
}

static void a_dataset_is_of_the_unit_that_was_asked_for(void **state)
{
	(void)state;
	struct cli c = CLI(NULL, "trend", "arrangements", "--dim", "level:total", "--unit", "fylke/nordland",
			   "--measure", "value", "--format", "json-stat", HERE);
	cli_expect(&c, 0, "\"index\":{\"fylke/nordland\":0}");
	cli_expect(&c, 0, "\"label\":{\"fylke/nordland\":\"Nordland\"}");
	cli_expect(&c, 0, "\"geo\":[\"group\"]");
	cli_free(&c);
}

static void csv_has_numbers_in_columns_and_the_notes_of_the_whole(void **state)
{
	(void)state;
	struct cli c =
	    CLI(NULL, "count", "arrangements", "--in", "fylke/nordland", "--date", "2020", "--format", "csv", HERE);
	char text[2000];
	cli_expect(&c, 0, NULL);
	CELL(c, "count", "");
	cell(c.out, "count_low", text, sizeof text);
	assert_true(*text && strspn(text, "0123456789") == strlen(text));
	cell(c.out, "count_shown", text, sizeof text);
	assert_int_equal(strncmp(text, "at least ", 9), 0);
	CELL(c, "count_high", "");
	cell(c.out, "answer_notes", text, sizeof text);
	assert_non_null(strstr(text, "not declared complete"));
	cli_free(&c);
	c = CLI(NULL, "trend", "arrangements", "--dim", "level:total", "--unit", "fylke/nordland", "--measure", "value",
		"--round", "nordland-2014", "--round", "nordland-2010", "--sort", "growth", "--format", "csv", HERE);
	cli_expect(&c, 0, NULL);
	CELL(c, "value", "297");
	CELL(c, "value_growth", "27");
	CELL(c, "value_growth_percent", "10.0");
	CELL(c, "value_growth_from", "2010");
	cli_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_sdmx_file_has_its_filters_its_unit_and_its_notes),
	    cmocka_unit_test(of_several_units_together_no_file_says_that_it_is_one),
	    cmocka_unit_test(a_dataset_is_of_the_unit_that_was_asked_for),
	    cmocka_unit_test(csv_has_numbers_in_columns_and_the_notes_of_the_whole),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
