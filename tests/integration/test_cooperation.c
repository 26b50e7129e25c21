/* SPDX-License-Identifier: Apache-2.0
 *
 * test_cooperation.c - counts and networks of the real example, through the daemon and the command.
 */
#include <stdio.h>
#include "tests/integration/example.h"
#include "tests/test.h"

static int setup(void **state)
{
	static struct site s;
	example_begin_frame(&s);
	example_load(&s, "submit", "arrangements.json");
	*state = &s;
	return 0;
}

static size_t lines_of(const char *text, const char *part)
{
	size_t n = 0;
	for (const char *p = text; (p = strstr(p, part)); p += strlen(part))
		n++;
	return n;
}

static void alstahaug_takes_part_in_33_arrangements_in_24_constellations(void **state)
{
	struct site *s = *state;
#define ALSTAHAUG "network", "name=Alstahaug", "--date", "2020-12-31"
	SAYS(0, "2020-12-31,kommune/alstahaug,Alstahaug,33,0,0,81,24,\n", ALSTAHAUG, "--per-unit", "--format", "csv");
	SAYS(0, "24 constellations", ALSTAHAUG, "--constellations");
	SAYS(0, "2020-12-31,kommune/alstahaug,Alstahaug,kommune/leirfjord,Leirfjord,32,0\n", ALSTAHAUG, "--pairs",
	     "--format", "csv");
	struct cli c = CLI(NULL, ALSTAHAUG, "--constellations", "--format", "csv", AT);
	cli_expect(&c, 0, NULL);
	assert_int_equal(lines_of(c.out, "\n"), 25);
	assert_int_equal(lines_of(c.out, ",yes,"), 24);
	cli_free(&c);
	SAYS(0, "at revision", ALSTAHAUG);
	SAYS(0, "\"constellations\": 24", ALSTAHAUG, "--per-unit", "--format", "json");
	/* Before the slide that names them nobody knows since when they are there. */
	SAYS(0, "2014-12-31,kommune/alstahaug,Alstahaug,0,33,0,0,0,\n", "network", "name=Alstahaug", "--date", "2014",
	     "--date", "2020", "--per-unit", "--format", "csv");
}

static void two_of_them_cross_a_border_of_counties(void **state)
{
	struct site *s = *state;
	SAYS(0, "2 arrangements that cross a border of county", ALSTAHAUG, "--border", "county", "--crossing");
	SAYS(0, ",Revisjon Midt-Norge SA,3,Innlandet: Alvdal; Folldal; Os; Tolga | Nordland: Alstahaug;", ALSTAHAUG,
	     "--border", "county", "--crossing", "--format", "csv");
	SAYS(0, ",33,0,0,81,24,2\n", ALSTAHAUG, "--border", "county", "--per-unit", "--format", "csv");
}

static void pairs_are_drawn_by_graphviz(void **state)
{
	struct site *s = *state;
	struct cli c = CLI(NULL, ALSTAHAUG, "--format", "dot", AT);
	cli_expect(&c, 0, NULL);
	assert_int_equal(strncmp(c.out, "graph network {\n", 16), 0);
	assert_non_null(strstr(
	    c.out, "\t\"kommune/alstahaug\" -- \"kommune/leirfjord\" [label=\"32\", weight=12, penwidth=12];\n"));
	assert_int_equal(lines_of(c.out, "\t\"kommune/alstahaug\" [label=\"Alstahaug\"];\n"), 1);
	assert_int_equal(lines_of(c.out, " [label=\""), 82 + lines_of(c.out, " -- "));
	cli_free(&c);
	SAYS(2, "a graph is of the pairs of one date", ALSTAHAUG, "--format", "dot", "--per-unit");
	SAYS(2, "CSV holds one kind of row", ALSTAHAUG, "--format", "csv", "--pairs", "--per-unit");
}

static void arrangements_and_participants_are_counted(void **state)
{
	struct site *s = *state;
	SAYS(0, ",,,2020-12-31,,33,,33,33,,,,,,33,1,", "count", "arrangements", "--unit", "name=Alstahaug", "--date",
	     "2020", "--format", "csv");
	SAYS(0, ",33,,,at least 33,33,,,,,,,", "count", "arrangements", "--date", "2020", "--format", "csv");
	SAYS(0, "at least 33", "count", "arrangements", "--date", "2020"); /* of others not all are named */
	SAYS(0, "not declared complete", "count", "arrangements", "--date", "2020");
	SAYS(0, "fylke/nordland,Nordland,,2020-12-31,,41,41,41,41,,,,,,41,1,100.0,100.0,,,,,,100,1,", "count",
	     "participants", "--kind", "municipality", "--date", "2020", "--group-by", "county", "--measure",
	     "count,rate", "--format", "csv");
	SAYS(0, "fylke/trondelag,Trøndelag,,2020-12-31,,36,38,,36–38,36,38,", "count", "participants", "--kind",
	     "municipality", "--date", "2020", "--group-by", "county", "--format", "csv");
	SAYS(0, "33 only possible: dates are uncertain", "count", "arrangements", "--date", "2014");
}

static void units_and_links_are_counted_over_years(void **state)
{
	struct site *s = *state;
	struct cli c = CLI(NULL, "count", "units", "--kind", "municipality", "--in", "fylke/nordland", "--years",
			   "2018/2021", "--format", "csv", AT);
	cli_expect(&c, 0, NULL);
	assert_non_null(strstr(c.out, ",2019-12-31,,44,,44,44,,,0,0.0,2018-12-31,44,1,"));
	assert_non_null(strstr(c.out, ",2020-12-31,,41,,41,41,,,-3,-6.8,2019-12-31,41,1,"));
	assert_int_equal(lines_of(c.out, "\n"), 5);
	cli_free(&c);
	SAYS(0, "fylke/nordland,Nordland,,2020-12-31,,41,,41,", "count", "links", "part_of", "--date", "2020",
	     "--group-by", "county", "--format", "csv");
	SAYS(0, ",2020-12-31,nordland-2020,", "count", "arrangements", "--round", "nordland-2020", "--format", "csv");
}

static void what_cannot_be_counted_is_said_in_one_sentence(void **state)
{
	struct site *s = *state;
	SAYS(2, "units, arrangements, links or participants are", "count", "villages");
	SAYS(2, "only links have a type", "count", "units", "part_of");
	SAYS(2, "name their type", "count", "links");
	SAYS(2, "such as 2010/2020", "count", "arrangements", "--years", "2010");
	SAYS(2, "task=brann", "count", "arrangements", "--where", "brann");
	SAYS(2, "--measure magic", "count", "arrangements", "--measure", "magic");
	SAYS(2, "population:2000,5000", "count", "units", "--size", "population");
	SAYS(2, "\"many\" is no number", "count", "units", "--size", "population:many");
	SAYS(1, "size_limits such as", "count", "units", "--kind", "county", "--group-by", "size");
	SAYS(1, "Nordland is no municipality: ask for what is inside it with subtree (--in)", "count", "units",
	     "--kind", "municipality", "--unit", "fylke/nordland");
	SAYS(2, "not both", "network", "name=Alstahaug", "--in", "fylke/nordland");
	SAYS(1, "nothing on record has a sector", "count", "arrangements", "--where", "sector=helse");
	SAYS(1, "no field \"shape\"", "count", "arrangements", "--where", "shape=round");
	SAYS(1, "no municipality is on record as living on 1700-12-31", "count", "units", "--kind", "municipality",
	     "--date", "1700", "--as-of", "1");
	SAYS(1, "no round \"nordland-1999\"", "count", "arrangements", "--round", "nordland-1999");
	SAYS(1, "\"village\" is no kind of unit", "network", "--border", "village");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(alstahaug_takes_part_in_33_arrangements_in_24_constellations),
	    cmocka_unit_test(two_of_them_cross_a_border_of_counties),
	    cmocka_unit_test(pairs_are_drawn_by_graphviz),
	    cmocka_unit_test(arrangements_and_participants_are_counted),
	    cmocka_unit_test(units_and_links_are_counted_over_years),
	    cmocka_unit_test(what_cannot_be_counted_is_said_in_one_sentence),
	};
	return cmocka_run_group_tests(tests, setup, site_teardown);
}
