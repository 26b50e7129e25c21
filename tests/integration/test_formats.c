/* SPDX-License-Identifier: Apache-2.0
 *
 * test_formats.c - trends of the real example through the real command: as JSON-stat, as SDMX-CSV and drawn.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <jansson.h>
#include "tests/integration/example.h"
#include "tests/test.h"
#include "tests/unit/field_check.h"

#undef fail

static struct site site, *const s = &site;
#define HERE    "--query", s->d.query, "--ingest", s->d.ingest /* as against --endpoints */
#define TREND   "trend", "arrangements", "--unit", "fylke/nordland", "--measure", "value"
#define TOTALS  TREND, "--dim", "level:total"
#define COUNTED "trend", "municipality-arrangements", "--dim", "level:total"

static int setup(void **state)
{
	(void)state;
	example_begin_frame(s);
	example_load(s, "submit", "county_totals.json");
	static const char counts[] = "unit_name,total\nRissa,53\nÅfjord,43\nRoan,44\nSnillfjord,32\n";
	struct cli c = CLI(counts, "submit", "-", "--round", "sor-trondelag-2013", "--source", "nivi-001",
			   "--indicator", "municipality-arrangements", "--value-column", "total=level:total", HERE);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	site_end(s);
	return 0;
}

static const char *file_in(const char *name)
{
	static char path[256];
	snprintf(path, sizeof path, "%s/%s", s->d.dir, name);
	return path;
}

static char *file_text(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	char *text = calloc(1, 1 << 20);
	*len = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return text;
}

/* What another program says of a dataset on its standard input; NULL, said plainly, where it cannot be asked (77). */
static char *reader_says(const char *const *words, const char *path)
{
	char out[256] = "";
	int fds[2], status;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int in = open(path, O_RDONLY);
		dup2(in, 0);
		dup2(fds[1], 1);
		execvp(words[0], (char *const *)(uintptr_t)words);
		_exit(77);
	}
	close(fds[1]);
	FILE *f = fdopen(fds[0], "r");
	if (!fgets(out, sizeof out, f))
		out[0] = 0;
	fclose(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("skipped: %s %s: the program or its library is not installed\n", words[0], words[1]);
		return NULL;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return strdup(out);
}

/* ---- JSON-stat ---- */

static void a_trend_is_a_dataset(void **state)
{
	(void)state;
	struct why why = {{0}};
	struct cli c = CLI(NULL, TOTALS, "--format", "json-stat", HERE);
	cli_expect(&c, 0, "\"value\":[270,297,263]");
	if (!jsonstat_check(c.out, &why))
		fail_msg("%s\n%s", why.text, c.out);
	json_t *j = json_loads(c.out, 0, NULL);
	const json_t *x = json_object_get(j, "extension"), *cell = json_object_get(json_object_get(x, "cells"), "2");
	assert_true(json_integer_value(json_object_get(x, "as_of_revision")) > 0);
	assert_int_equal(json_integer_value(json_object_get(cell, "frame")), 41);
	assert_string_equal(json_string_value(json_object_get(json_object_get(cell, "growth"), "percent")), "-11.4");
	json_decref(j);
	assert_string_equal(c.err, "");
	cli_free(&c);
}

static void a_trend_in_another_structure_keeps_bounds_and_reasons(void **state)
{
	(void)state;
	struct why why = {{0}};
	struct cli c = CLI(NULL, COUNTED, "--group-by", "unit", "--measure", "value,share", "--structure-at",
			   "2020-06-01", "--format", "json-stat", HERE);
	cli_expect(&c, 0, "\"geo\":[\"group\"]");
	if (!jsonstat_check(c.out, &why))
		fail_msg("%s\n%s", why.text, c.out);
	cli_expect(&c, 0, "\"low\":\"44\",\"high\":\"87\",\"method\":\"bounds\",\"covered\":\"2 of 2\""); /* Åfjord */
	cli_expect(&c, 0, "refused: distinct: the same thing counts in several groups");
	cli_expect(&c, 0, "\"structure_at\":\"2020-06-01\"");
	cli_free(&c);
}

static void other_libraries_read_the_dataset(void **state)
{
	(void)state;
	const char *path = file_in("a.json");
	struct cli c = CLI(NULL, TOTALS, "--format", "json-stat", "--output", path, HERE);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
	static const char *const node[] = {"node", "tests/integration/read_jsonstat.cjs",
					   "{\"period\":\"2014-03\",\"level\":\"total\"}", NULL};
	static const char *const python[] = {"/usr/bin/python3", "tests/integration/read_jsonstat.py", NULL};
	char *says = reader_says(node, path);
	if (says)
		assert_string_equal(says, "3 297 null\n");
	free(says);
	says = reader_says(python, path);
	if (says)
		assert_string_equal(says, "3 830\n");
	free(says);
}

/* ---- SDMX-CSV ---- */

static void a_trend_is_an_sdmx_message(void **state)
{
	(void)state;
	struct why why = {{0}};
	struct cli c = CLI(NULL, TREND, "--format", "sdmx-csv", HERE);
	cli_expect(&c, 0,
		   "dataflow,VARDE:ARRANGEMENTS(1.0.0),I,fylke/"
		   "nordland,total,2014-03,nordland-2014,VALUE,297,A,arrangements,0,");
	if (!sdmx_check(c.out, false, &why))
		fail_msg("%s\n%s", why.text, c.out);
	assert_non_null(strstr(c.err, "as known at revision"));
	cli_free(&c);
	c = CLI(NULL, COUNTED, "--group-by", "unit", "--measure", "value", "--structure-at", "2020-06-01", "--format",
		"sdmx-csv", HERE);
	if (!sdmx_check(c.out, false, &why))
		fail_msg("%s\n%s", why.text, c.out);
	cli_expect(&c, 0,
		   ",I,kommune/afjord-2020,total,2013,sor-trondelag-2013,VALUE,,O,arrangements,0,BOUNDS,2 of 2,44,87,");
	cli_free(&c);
}

static void growth_and_names_are_in_the_sdmx_message_too(void **state)
{
	(void)state;
	struct why why = {{0}};
	struct cli c = CLI(NULL, TOTALS, "--format", "sdmx-csv", "--labels", HERE);
	if (!sdmx_check(c.out, false, &why))
		fail_msg("%s\n%s", why.text, c.out);
	cli_expect(&c, 0, "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Unit,LEVEL,Dimension: level,");
	cli_expect(&c, 0, ",VALUE_GROWTH,growth of value,-34,,A,Normal value,arrangements,,");
	cli_expect(&c, 0, ",VALUE_GROWTH_PERCENT,growth in percent of value,-11.4,,A,Normal value,percent,,1,");
	cli_expect(&c, 0, ",-3400,,297,,"); /* exactly */
	cli_free(&c);
}

/* ---- observations of a snapshot ---- */

#define SNAPSHOT "snapshot", "--observations", "--round", "sor-trondelag-2013"

/* Roan is printed once more, otherwise. */
static void say_conflict(void)
{
	struct cli c = CLI("unit_name,total\nRoan,45\n", "submit", "-", "--round", "sor-trondelag-2013", "--source",
			   "nivi-001", "--locator", "page 9", "--status", "conflict", "--indicator",
			   "municipality-arrangements", "--value-column", "total=level:total", HERE);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
}

static void a_snapshot_has_what_stands_side_by_side(void **state)
{
	(void)state;
	struct why why = {{0}};
	say_conflict();
	struct cli c = CLI(NULL, SNAPSHOT, "--indicator", "municipality-arrangements", "--format", "json-stat", HERE);
	cli_expect(&c, 0, "\"id\":[\"group\",\"indicator\",\"level\",\"period\",\"statement\"]");
	if (!jsonstat_check(c.out, &why))
		fail_msg("%s\n%s", why.text, c.out);
	cli_expect(&c, 0, "\"class\":\"dataset\"");
	cli_expect(&c, 0, "\"size\":[4,1,1,1,2]");
	cli_expect(&c, 0, "44,45"); /* the chosen one first */
	cli_expect(&c, 0,
		   "\"statement_status\":\"conflict\",\"chosen\":false,\"alternatives\":1,\"rule\":\"STATUS\","
		   "\"source\":\"nivi-001\",\"locator\":\"page 9\"");
	cli_expect(&c, 0, "\"unit\":{\"municipality-arrangements\":{\"base\":\"");
	cli_expect(&c, 0, "\"valid_at\":\"2013");
	cli_free(&c);
	c = CLI(NULL, SNAPSHOT, "--format", "sdmx-csv", HERE);
	if (!sdmx_check(c.out, false, &why))
		fail_msg("%s\n%s", why.text, c.out);
	cli_expect(&c, 0, "I,kommune/roan,municipality-arrangements,total,2013,1,44,A,");
	cli_expect(&c, 0, "I,kommune/roan,municipality-arrangements,total,2013,2,45,A,");
	cli_expect(&c, 0, ",CONFLICT,NO,1,STATUS,sor-trondelag-2013,nivi-001,page 9,");
	cli_free(&c);
}

static void a_snapshot_in_another_structure_keeps_bounds_method_and_notes(void **state)
{
	(void)state;
	struct why why = {{0}};
	struct cli c = CLI(NULL, SNAPSHOT, "--structure-at", "2020-06-01", "--format", "json-stat", HERE);
	cli_expect(&c, 0, "\"class\":\"collection\"");
	if (!jsonstat_check(c.out, &why))
		fail_msg("%s\n%s", why.text, c.out);
	cli_expect(&c, 0, "\"low\":\"44\",\"high\":\"87\",\"method\":\"bounds\",\"covered\":\"2 of 2\"");
	cli_expect(&c, 0, "\"structure_at\":\"2020-06-01\"");
	cli_free(&c);
	c = CLI(NULL, SNAPSHOT, "--structure-at", "2020-06-01", "--format", "sdmx-csv", "--labels", HERE);
	if (!sdmx_check(c.out, false, &why))
		fail_msg("%s\n%s", why.text, c.out);
	cli_expect(&c, 0, ",BOUNDS,bounds,2 of 2,,44,,87,,");
	cli_free(&c);
}

static void other_libraries_read_a_snapshot(void **state)
{
	(void)state;
	static const char *const node[] = {"node", "tests/integration/read_jsonstat.cjs", NULL};
	static const char *const python[] = {
	    "/usr/bin/python3", "-c",
	    "import csv, sys\nrows = list(csv.DictReader(sys.stdin))\n"
	    "values = [int(r['OBS_VALUE']) for r in rows if r['OBS_VALUE']]\n"
	    "print(len({r['INDICATOR'] for r in rows}), len(values), sum(values), "
	    "sum(r['OBS_STATUS'] != 'A' or r['STATEMENT_STATUS'] != 'MAIN' for r in rows))",
	    NULL};
	char *path = strdup(file_in("snapshot"));
	struct cli c = CLI(NULL, SNAPSHOT, "--format", "sdmx-csv", "--output", path, HERE);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
	char *of_csv = reader_says(python, path);
	c = CLI(NULL, SNAPSHOT, "--format", "json-stat", "--output", path, HERE);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
	char *of_json = reader_says(node, path);
	assert_non_null(of_csv);
	assert_string_equal(of_csv, "2 6 429 1\n"); /* 53 + 43 + 44 + 32, the conflict, 45; the county, 212 */
	if (of_json)                                /* two programs, two formats, one answer */
		assert_string_equal(of_json, of_csv);
	free(of_csv);
	free(of_json);
	free(path);
}

/* ---- drawn ---- */

static void a_trend_is_drawn_here(void **state)
{
	(void)state;
	static const char *const kinds[] = {"lines", "bars", "slopes", "multiples"};
	for (size_t i = 0; i < 4; i++) {
		struct cli c = CLI(NULL, TOTALS, "--plot", kinds[i], HERE);
		cli_expect(&c, 0, "Formal co-operation arrangements");
		cli_expect(&c, 0, "as known at revision");
		cli_expect(&c, 0, "2020: 44 → 41");
		assert_null(strchr(c.out, '\x1b'));
		assert_null(strchr(c.out, '\f'));
		for (const char *at = c.out; *at; at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n'))
			assert_true(strcspn(at, "\n") <= 3 * 80);
		cli_free(&c);
	}
	struct cli c = CLI(NULL, TOTALS, "--plot", HERE);
	cli_expect(&c, 0, "*A*");
	cli_free(&c);
}

static void a_trend_is_drawn_into_files(void **state)
{
	(void)state;
	size_t len;
	const char *path = file_in("it's `a` \"chart\".svg"); /* gnuplot never hears of it */
	struct cli c = CLI(NULL, TOTALS, "--plot-to", path, HERE);
	cli_expect(&c, 0, NULL);
	assert_string_equal(c.out, "");
	cli_free(&c);
	char *svg = file_text(path, &len);
	assert_non_null(strstr(svg, "<svg"));
	assert_non_null(strstr(svg, "arrangements</text>"));
	free(svg);
	static const char *const check[] = {
	    "/usr/bin/python3", "-c", "import sys, xml.etree.ElementTree as e; print(e.parse(sys.stdin).getroot().tag)",
	    NULL};
	char *says = reader_says(check, path);
	assert_string_equal(says, "{http://www.w3.org/2000/svg}svg\n");
	free(says);
	path = file_in("a.png");
	c = CLI(NULL, TOTALS, "--plot", "bars", "--plot-to", path, HERE);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
	char *png = file_text(path, &len);
	assert_memory_equal(png, "\x89PNG\r\n", 6);
	free(png);
	c = CLI(NULL, TOTALS, "--plot-to", "/nowhere/at/all.svg", HERE);
	cli_expect(&c, 4, "cannot write /nowhere/at/all.svg");
	cli_free(&c);
}

static void without_gnuplot_the_package_is_named(void **state)
{
	(void)state;
	char *path = strdup(getenv("PATH"));
	setenv("PATH", "/nowhere", 1);
	struct cli c = CLI(NULL, TOTALS, "--plot", HERE);
	setenv("PATH", path, 1);
	free(path);
	cli_expect(&c, 4, "install the package gnuplot-nox");
	assert_string_equal(c.out, "");
	cli_free(&c);
}

static void a_command_that_cannot_says_who_can(void **state)
{
	(void)state;
	static const struct {
		const char *words[8], *says;
	} all[] = {
	    {{"status", "--format", "json-stat"},
	     "--format json-stat is for `varde snapshot`, `varde trend`, `varde count`: here it is one of table, csv, "
	     "json"},
	    {{"history", "fylke/nordland", "--format", "sdmx-csv"},
	     "--format sdmx-csv is for `varde snapshot`, `varde trend`, `varde count`"},
	    {{"snapshot", "fylke/nordland", "--format", "json-stat"},
	     "--format json-stat holds figures, which units, links and arrangements are not: give --observations "
	     "alone"},
	    {{"snapshot", "--observations", "--links", "--format", "sdmx-csv"}, "give --observations alone"},
	    {{"snapshot", "--observations", "--labels"}, "--labels of a snapshot goes with --format json"},
	    {{"trend", "arrangements", "--format", "dot"}, "--format dot is for `varde lineage`"},
	    {{"trend", "arrangements", "--format", "jsonstat"}, "one of table, csv, json, json-stat, sdmx-csv"},
	    {{"trend", "arrangements", "--plot", "--format", "csv"}, "--plot draws and --format writes"},
	    {{"trend", "arrangements", "--plot=pie"}, "one of lines, bars, slopes, multiples"},
	    {{"trend", "arrangements", "--plot-to", "x.pdf"}, "ends in .svg or .png"},
	    {{"trend", "arrangements", "--plot", "--measure", "sum,mean"}, "a chart shows one measure"},
	    {{"trend", "arrangements", "--format", "json-stat", "--refused"}, "--format table or csv"},
	    {{"snapshot", "fylke/nordland", "--plot"}, "has no option --plot"},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct cli c = cli_run(all[i].words, NULL);
		cli_expect(&c, 2, all[i].says);
		assert_string_equal(c.out, "");
		cli_free(&c);
	}
}

/* ---- what the wire carries ---- */

static void an_interval_as_it_was_said_has_its_ends_in_fields(void **state)
{
	(void)state;
#define RISSA "municipality-arrangements", "--dim", "level:total", "--unit", "kommune/rissa", "--measure", "value"
	static const char said[] =
	    "{\"round\":\"nord-trondelag-2012\",\"mode\":\"patch\",\"source\":\"nivi-001\","
	    "\"observations\":[{\"unit\":\"kommune/rissa\",\"indicator\":\"municipality-arrangements\","
	    "\"categories\":{\"level\":\"total\"},\"period\":\"2009\",\"status\":\"main\","
	    "\"locator\":\"x\",\"value\":{\"low\":40,\"high\":50}}]}";
	struct cli c = CLI(said, "submit", "-", HERE);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
	c = CLI(NULL, "trend", RISSA, "--format", "sdmx-csv", HERE);
	cli_expect(&c, 0, ",2009,nord-trondelag-2012,VALUE,,O,arrangements,0,,,40,50,,,");
	cli_free(&c);
	c = CLI(NULL, "trend", RISSA, "--format", "json", HERE);
	cli_expect(&c, 0, "\"shown\": \"40–50\",\n            \"low\": \"40\",\n            \"high\": \"50\"");
	cli_free(&c);
	/* of the earlier point: taken away, the ends change places */
	c = CLI(NULL, "explain", "decompose", RISSA, "--from", "period=2009", "--to", "period=2013", "--format", "json",
		HERE);
	assert_in_range(c.status, 0, 1); /* whether the log makes the same of it is not the matter here */
	cli_expect(&c, c.status, "\"shown\": \"-50 to -40\"");
	cli_expect(&c, c.status, "\"low\": \"-50\"");
	cli_expect(&c, c.status, "\"high\": \"-40\"");
	cli_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_trend_is_a_dataset),
	    cmocka_unit_test(a_trend_in_another_structure_keeps_bounds_and_reasons),
	    cmocka_unit_test(other_libraries_read_the_dataset),
	    cmocka_unit_test(a_trend_is_an_sdmx_message),
	    cmocka_unit_test(growth_and_names_are_in_the_sdmx_message_too),
	    cmocka_unit_test(a_snapshot_has_what_stands_side_by_side),
	    cmocka_unit_test(a_snapshot_in_another_structure_keeps_bounds_method_and_notes),
	    cmocka_unit_test(other_libraries_read_a_snapshot),
	    cmocka_unit_test(a_trend_is_drawn_here),
	    cmocka_unit_test(a_trend_is_drawn_into_files),
	    cmocka_unit_test(without_gnuplot_the_package_is_named),
	    cmocka_unit_test(an_interval_as_it_was_said_has_its_ends_in_fields),
	    cmocka_unit_test(a_command_that_cannot_says_who_can),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
