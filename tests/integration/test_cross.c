/* SPDX-License-Identifier: Apache-2.0
 *
 * test_cross.c - counts of the real example by two groupings, through the daemon and the command: tables, files that
 * other programs read, and the explanation of a cell.
 */
#include "tests/integration/example.h"
#include "tests/test.h"

static int setup(void **state)
{
	static struct site s;
	example_begin(&s);
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	site_end(*state);
	return 0;
}

#define CROSS "count", "arrangements", "--group-by"
#define DAY   "--date", "2020"

static void a_table_has_the_second_grouping_across(void **state)
{
	struct site *s = *state;
	SAYS(0,
	     "arrangements by county and level, 2020-12-31\nGROUP                   NAME               (no level)   "
	     "regional\n",
	     CROSS, "county,level", DAY);
	SAYS(0, "\nfylke/trondelag         Trøndelag          at least 1 at least 1\n", CROSS, "county,level", DAY);
	SAYS(0, "\nfylke/nordland          Nordland          at least 41 at least 0\n", CROSS, "county,level", DAY);
	SAYS(0, " Nordland    Oppland ", CROSS, "legal_form,county", "--date", "2014");
	SAYS(0, "by county: an arrangement stands in each group", CROSS, "legal_form,county", DAY);
	/* Of two days each has its lines, and notes are told once. */
	SAYS(0, "\n         (no level) 2020-12-31 ", CROSS, "level,county", "--date", "2020", "--date", "2014");
	SAYS(0, "\n5 cells: 1 only possible: dates are uncertain\n", CROSS, "level,county", "--date", "2020", "--date",
	     "2014");
	SAYS(0, "\n12 cells: refused: the whole is not known: lists are not declared complete\n", CROSS, "county,level",
	     DAY, "--measure", "share", "--share-of", "county");
	SAYS(0, "shares are of everything counted in the row's group by county", CROSS, "county,level", DAY,
	     "--measure", "share", "--share-of", "county");
}

/* Of more measures, or more groups than fit beside each other. */
static void other_tables_have_a_row_for_each_cell(void **state)
{
	struct site *s = *state;
	SAYS(0, "Trøndelag         level=regional   2020-12-31     1  at least 1  1–6", CROSS, "county,level", DAY,
	     "--measure", "count,rank");
	SAYS(0, "IKS             county=(no county)", CROSS, "legal_form,county", DAY, "--measure", "count,rank");
	SAYS(0, "county=fylke/nordland (Nordland)", CROSS, "legal_form,county", DAY, "--measure", "count,rank");
	SAYS(0, "unit=kommune/alstahaug (Alstahaug)", CROSS, "legal_form,unit", DAY);
	SAYS(0, "fylke/trondelag,Trøndelag,level=regional,2020-12-31,,1,,,at least 1,1,", CROSS, "county,level", DAY,
	     "--format", "csv");
}

static void both_groupings_are_dimensions_of_files(void **state)
{
	struct site *s = *state;
	SAYS(0, "\"id\":[\"group\",\"county\",\"period\",\"measure\"],\n\"size\":[2,6,1,1]", CROSS, "level,county", DAY,
	     "--format", "json-stat");
	SAYS(0, "\"role\":{\"geo\":[\"county\"],\"time\":[\"period\"]", CROSS, "level,county", DAY, "--format",
	     "json-stat");
	SAYS(0, "\"role\":{\"geo\":[\"group\"],\"time\":[\"period\"]", CROSS, "county,level", DAY, "--format",
	     "json-stat");
	SAYS(0, "\"fylke/nordland\":\"Nordland\"", CROSS, "level,county", DAY, "--format", "json-stat");
	SAYS(0, "\"overlapping_by\":[\"county\"]", CROSS, "level,county", DAY, "--format", "json-stat");
	SAYS(0, "\"group_by\":\"level\",\"then_by\":\"county\"", CROSS, "level,county", DAY, "--format", "json-stat");
	SAYS(0, ",REF_AREA,LEVEL,TIME_PERIOD,", CROSS, "county,level", DAY, "--format", "sdmx-csv");
	SAYS(0, ",fylke/nordland,_Z,2020-12-31,", CROSS, "county,level", DAY, "--format", "sdmx-csv");
	SAYS(0, "Dimension: county", CROSS, "level,county", DAY, "--format", "sdmx-csv", "--labels");
}

static void a_cell_is_explained_down_to_its_messages(void **state)
{
	struct site *s = *state;
#define EXPLAIN "explain", CROSS, "county,level", DAY
	SAYS(0, "recomputed from the log: at least 1: agrees", EXPLAIN, "--group", "Trøndelag", "--dim",
	     "level:regional");
	SAYS(1, "no row of the answer is of that group", EXPLAIN, "--group", "Trøndelag", "--dim", "level:local");
	SAYS(1, "several rows are meant, such as", EXPLAIN, "--group", "Trøndelag");
}

static void more_than_two_groupings_are_not_crossed(void **state)
{
	struct site *s = *state;
	SAYS(2, "at most two groupings are crossed", CROSS, "county,level,sector", DAY);
	SAYS(2, "name two groupings, as in --group-by county,level", CROSS, "county,", DAY);
	SAYS(1, "both groupings are \"county\"", CROSS, "county,county", DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_table_has_the_second_grouping_across),
	    cmocka_unit_test(other_tables_have_a_row_for_each_cell),
	    cmocka_unit_test(both_groupings_are_dimensions_of_files),
	    cmocka_unit_test(a_cell_is_explained_down_to_its_messages),
	    cmocka_unit_test(more_than_two_groupings_are_not_crossed),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
