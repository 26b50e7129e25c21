/* SPDX-License-Identifier: Apache-2.0
 *
 * test_register.c - Norway's own register of municipalities, 1838 to 2024, through varde import and varded: who lived
 * on which day under which number, and the people of 2019 in the structure of 2020.
 *
 * One daemon for all of it, in the order of the tests: the last ones add to what is known.
 */
#include <unistd.h>
#include "tests/integration/sheet.h"
#include "tests/integration/site.h"
#include "tests/test.h"

struct scene {
	bool there; /* the samples are */
	struct site site;
	char changes[400], codes[400], people[400];
	struct sheet findings; /* of the import */
};
#define HERE        "--endpoints", s->site.endpoints
#define PEOPLE_2019 5328212 /* sum of the file's own column, by hand */
#define UNITS       "--kind", "kommune", "--scheme", "kommunenummer"

static int begin(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	const char *dir = getenv("VARDE_SAMPLES");
	dir = dir && *dir ? dir : "../shared/samples";
	snprintf(s->changes, sizeof s->changes, "%s/klass131_changes_1838_2024.csv", dir);
	snprintf(s->codes, sizeof s->codes, "%s/klass131_codes_since_2017.csv", dir);
	snprintf(s->people, sizeof s->people, "%s/population_2019_2020.csv", dir);
	*state = s;
	s->there = access(s->changes, R_OK) == 0 && access(s->codes, R_OK) == 0 && access(s->people, R_OK) == 0;
	site_begin(&s->site);
	if (s->there)
		s->findings = SHEET("import", "klass-changes", s->changes, "--codes", s->codes, HERE);
	else
		print_message("skipped: there are no samples in %s; VARDE_SAMPLES says where they are\n", dir);
	return 0;
}

static int end(void **state)
{
	struct scene *s = *state;
	if (s->there)
		sheet_free(&s->findings);
	site_end(&s->site);
	free(s);
	return 0;
}

static struct scene *scene_of(void **state)
{
	struct scene *s = *state;
	if (!s->there)
		skip();
	return s;
}

/* ---- the two files ---- */

/* A finding of a rule about a code, one of those of its file and rule. */
static void found(const struct sheet *x, const char *rule, const char *text)
{
	for (size_t i = 0; i < x->csv.n_rows; i++)
		if (strcmp(sheet_cell(x, i, "rule"), rule) == 0 && strstr(sheet_cell(x, i, "text"), text))
			return;
	fail_msg("%s is not told of %s:\n%s", rule, text, x->text);
}

static size_t count_rule(const struct sheet *x, const char *rule)
{
	size_t n = 0;
	for (size_t i = 0; i < x->csv.n_rows; i++)
		n += strcmp(sheet_cell(x, i, "rule"), rule) == 0;
	return n;
}

/* Found by hand too: four numbers since 1838 that no change ever names, and 9999, which names no place. Nothing else.
 */
static void every_inconsistency_of_the_two_files_is_told(void **state)
{
	struct scene *s = scene_of(state);
	const struct sheet *x = &s->findings;
	assert_int_equal(count_rule(x, "NEVER_CHANGED"), 4);
	found(x, "NEVER_CHANGED", "1120 Klepp");
	found(x, "NEVER_CHANGED", "1121 Time");
	found(x, "NEVER_CHANGED", "1815 Vega");
	found(x, "NEVER_CHANGED", "1840 Saltdal");
	assert_int_equal(count_rule(x, "SKIPPED"), 1);
	found(x, "SKIPPED", "9999 Uoppgitt");
	assert_int_equal(count_rule(x, "NOTHING_CHANGES"), 4);
	assert_int_equal(x->csv.n_rows, 9);
}

/* The file without the lines that begin with one of two texts; with the first `from` written `to`. */
static void copy_less(const char *path, const char *copy, const char *a, const char *b, const char *from,
		      const char *to)
{
	char line[2000];
	FILE *in = fopen(path, "re"), *out = fopen(copy, "we");
	size_t left_out = 0;
	assert_non_null(in);
	assert_non_null(out);
	while (fgets(line, sizeof line, in)) {
		bool drop = strncmp(line, a, strlen(a)) == 0 || strncmp(line, b, strlen(b)) == 0;
		left_out += drop;
		if (drop)
			continue;
		if (strncmp(line, from, strlen(from)) == 0)
			fprintf(out, "%s%s", to, line + strlen(from));
		else
			fputs(line, out);
	}
	fclose(in);
	assert_int_equal(fclose(out), 0);
	assert_true(left_out >= 2);
}

static void what_one_of_the_files_leaves_out_is_told_and_never_made_up(void **state)
{
	struct scene *s = scene_of(state);
	char copy[300];
	snprintf(copy, sizeof copy, "%s/copy.csv", s->site.d.dir);
	copy_less(s->changes, copy, "1567,Rindal,5061", "1507,Ålesund,1580", "?", "?");
	struct sheet x = SHEET("import", "klass-changes", copy, "--codes", s->codes, "--dry-run", HERE);
	found(&x, "NOT_LISTED", "1567 Rindal");
	found(&x, "STILL_LIVING", "1567 Rindal is valid to 2019-01-01 only");
	found(&x, "NEVER_CHANGED", "5061 Rindal, valid from 2019-01-01");
	found(&x, "NEVER_CHANGED", "1580 Haram, valid from 2024-01-01");
	assert_int_equal(x.csv.n_rows, 9 + 4);
	sheet_free(&x);
	copy_less(s->codes, copy, "5061,", "1507,", "1580,Haram", "1580,Harham");
	x = SHEET("import", "klass-changes", s->changes, "--codes", copy, "--dry-run", HERE);
	found(&x, "NOT_LISTED", "5061 Rindal is there until today");
	found(&x, "NOT_LISTED", "1507 Ålesund is there until 2024-01-01");
	found(&x, "OTHER_NAME", "1580 is called \"Harham\"");
	assert_int_equal(x.csv.n_rows, 9 + 3);
	sheet_free(&x);
}

static void a_second_import_changes_nothing_and_says_so(void **state)
{
	struct scene *s = scene_of(state);
	uint64_t before = site_revision(&s->site);
	struct cli c = CLI(NULL, "import", "klass-changes", s->changes, "--codes", s->codes, HERE);
	cli_expect(&c, 0, "nothing changed: all 1095 messages were stored before");
	cli_free(&c);
	assert_int_equal(site_revision(&s->site), before);
}

/* Without samples, too. */
static void a_register_that_cannot_be_read_is_told_and_sends_nothing(void **state)
{
	struct scene *s = *state;
	uint64_t before = site_revision(&s->site);
	struct cli c = CLI(NULL, "import", "klass-changes", "/nowhere/changes.csv", HERE);
	cli_expect(&c, 4, "/nowhere/changes.csv");
	cli_free(&c);
	assert_int_equal(site_revision(&s->site), before);
}

/* ---- days and lives ---- */

static void the_day_before_of_and_after_each_reform_has_its_municipalities(void **state)
{
	struct scene *s = scene_of(state);
	static const struct {
		const char *day;
		size_t n;
	} days[] = {
	    {"2017-12-31", 426}, {"2018-01-01", 422}, {"2018-01-02", 422}, {"2018-12-31", 422},
	    {"2019-01-01", 422}, {"2019-01-02", 422}, {"2019-12-31", 422}, {"2020-01-01", 356},
	    {"2020-01-02", 356}, {"2023-12-31", 356}, {"2024-01-01", 357}, {"2024-01-02", 357},
	};
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		struct sheet x = SHEET("snapshot", "--units", "--kind", "kommune", "--valid-at", days[i].day, HERE);
		if (x.csv.n_rows != days[i].n)
			fail_msg("%zu municipalities on %s, not %zu", x.csv.n_rows, days[i].day, days[i].n);
		sheet_free(&x);
	}
}

/* Who bears the number that day: "ID NAME FROM TO", or "nobody". */
static void bears(struct scene *s, const char *number, const char *day, const char *expected)
{
	char ref[60], code[60], text[300] = "nobody";
	snprintf(ref, sizeof ref, "code=%s,scheme=kommunenummer", number);
	snprintf(code, sizeof code, "kommunenummer=%s", number);
	struct cli c = CLI(NULL, "snapshot", ref, "--units", "--valid-at", day, "--format", "csv", HERE);
	int status = c.status;
	cli_free(&c);
	if (status == 0) { /* else nobody ever bore it alone */
		struct sheet x = SHEET("snapshot", ref, "--units", "--valid-at", day, HERE);
		assert_true(x.csv.n_rows <= 1);
		if (x.csv.n_rows && strcmp(sheet_cell(&x, 0, "codes"), code) == 0)
			snprintf(text, sizeof text, "%s %s %s %s", sheet_cell(&x, 0, "id"), sheet_cell(&x, 0, "names"),
				 sheet_cell(&x, 0, "valid_from"), sheet_cell(&x, 0, "valid_to"));
		sheet_free(&x);
	}
	if (strcmp(text, expected) != 0)
		fail_msg("%s on %s: %s, not %s", number, day, text, expected);
}

static void numbers_have_the_lives_of_those_who_bore_them(void **state)
{
	struct scene *s = scene_of(state);
	bears(s, "0301", "2017-12-31", "kommune/0301 Oslo  ");
	bears(s, "0301", "2024-01-02", "kommune/0301 Oslo  ");
	/* Trondheim: another number in 2018, the same unit, also after it took Klæbu over. */
	bears(s, "1601", "2017-12-31", "kommune/1601 Trondheim  ");
	bears(s, "5001", "2017-12-31", "nobody");
	bears(s, "1601", "2018-01-01", "nobody");
	bears(s, "5001", "2018-01-01", "kommune/1601 Trondheim  ");
	bears(s, "5001", "2020-01-02", "kommune/1601 Trondheim  ");
	bears(s, "5030", "2019-12-31", "kommune/1662 Klæbu  2020-01-01");
	bears(s, "5030", "2020-01-01", "nobody");
	/* Rindal goes to another county in 2019. */
	bears(s, "1567", "2018-12-31", "kommune/1567 Rindal 1858-01-01 ");
	bears(s, "5061", "2018-12-31", "nobody");
	bears(s, "5061", "2019-01-01", "kommune/1567 Rindal 1858-01-01 ");
	bears(s, "5061", "2019-01-02", "kommune/1567 Rindal 1858-01-01 ");
	/* The register tells the end of 1507 as a breakdown: both that come after it have new numbers. */
	bears(s, "1504", "2019-12-31", "kommune/1504 Ålesund 1977-01-01 2020-01-01");
	bears(s, "1534", "2019-12-31", "kommune/1534 Haram  2020-01-01");
	bears(s, "1507", "2019-12-31", "nobody");
	bears(s, "1507", "2020-01-01", "kommune/1507 Ålesund 2020-01-01 2024-01-01");
	bears(s, "1507", "2023-12-31", "kommune/1507 Ålesund 2020-01-01 2024-01-01");
	bears(s, "1507", "2024-01-01", "nobody");
	bears(s, "1508", "2024-01-01", "kommune/1508 Ålesund 2024-01-01 ");
	bears(s, "1580", "2023-12-31", "nobody");
	bears(s, "1580", "2024-01-01", "kommune/1580 Haram 2024-01-01 ");
	/* A number that came back after 54 years is another unit's. */
	bears(s, "0712", "1963-12-31", "kommune/0712 Skoger  1964-01-01");
	bears(s, "0712", "1964-01-01", "nobody");
	bears(s, "0712", "2017-12-31", "nobody");
	bears(s, "0712", "2018-01-01", "kommune/0712:2018-01-01 Larvik 2018-01-01 ");
	bears(s, "0712", "2019-12-31", "kommune/0712:2018-01-01 Larvik 2018-01-01 ");
	bears(s, "3805", "2020-01-01", "kommune/0712:2018-01-01 Larvik 2018-01-01 ");
}

/* ---- people ---- */

#define PROJECTED                                                                                                      \
	"trend", "population", "--group-by", "unit", "--measure", "sum", "--period", "2019-01-01", "--structure-at",   \
	    "2020-01-01"

static void expect_unit(const struct sheet *x, const char *unit, const char *column, const char *text)
{
	const char *cell = sheet_cell(x, sheet_row(x, "group", unit), column);
	if (strcmp(cell, text) != 0)
		fail_msg("%s of %s is %s, not %s", column, unit, cell, text);
}

/* What lies among these units and nobody knows where. */
static void expect_rest(const struct sheet *x, const char *among, const char *people, const char *of)
{
	size_t row = sheet_row(x, "among", among);
	assert_string_equal(sheet_cell(x, row, "group"), "");
	assert_string_equal(sheet_cell(x, row, "sum"), people);
	assert_string_equal(sheet_cell(x, row, "method"), "unallocated");
	assert_non_null(strstr(sheet_cell(x, row, "notes"), of));
}

static void the_people_of_2019_are_all_there_in_the_structure_of_2020(void **state)
{
	struct scene *s = scene_of(state);
	struct cli c = CLI(NULL, "import", "population", s->people, UNITS, "--column", "code=municipality_code",
			   "--column", "population=population_jan1", "--as-weights", HERE);
	/* Whoever took a part of Tysfjord or Snillfjord took others too: populations do not tell the flows. */
	cli_expect(&c, 0, "778 observations, 0 weights");
	cli_expect(&c, 0, "how kommune/1850 was divided");
	cli_expect(&c, 0, "how kommune/1613 was divided");
	cli_free(&c);
	struct sheet x = SHEET(PROJECTED, HERE);
	assert_int_equal(sheet_sum(&x, "sum_numerator"), PEOPLE_2019);
	assert_int_equal(x.csv.n_rows, 356 + 2);
	expect_rest(&x, "kommune/1806:2020-01-01; kommune/1875", "1925", "Tysfjord");
	expect_rest(&x, "kommune/5055; kommune/5056; kommune/5059", "999", "Snillfjord");
	expect_unit(&x, "kommune/1806:2020-01-01", "method", "bounds");
	expect_unit(&x, "kommune/1806:2020-01-01", "sum_shown", "21100–23025");
	expect_unit(&x, "kommune/5055", "sum_shown", "5802–6801");
	expect_unit(&x, "kommune/0301", "method", "exact");
	sheet_free(&x);
}

/* The shares are made up: the register has none. */
static void weights_apportion_whole_people_and_leave_the_answer_of_before(void **state)
{
	struct scene *s = scene_of(state);
	static const char weights[] = "from,to,basis,value,date\n1850,1806,population,500,2019\n"
				      "1850,1875,population,1425,2019\n5012,5055,population,100,2019\n"
				      "5012,5056,population,100,2019\n5012,5059,population,100.5,2019\n";
	char revision[24];
	snprintf(revision, sizeof revision, "%llu", (unsigned long long)site_revision(&s->site));
	struct cli c = CLI(NULL, PROJECTED, "--weights", "population", HERE);
	cli_expect(&c, 1, "no weights of \"population\" are on record");
	cli_free(&c);
	struct sheet before = SHEET(PROJECTED, HERE);
	c = CLI(weights, "import", "concordance", "-", UNITS, "--valid-at", "2019-12-31", "--onto", "2020-01-01", HERE);
	cli_expect(&c, 0, "5 weights, 0 rows without an event");
	cli_free(&c);
	struct sheet x = SHEET(PROJECTED, "--weights", "population", HERE);
	assert_int_equal(sheet_sum(&x, "sum_numerator"), PEOPLE_2019);
	assert_int_equal(x.csv.n_rows, 356);
	for (size_t i = 0; i < x.csv.n_rows; i++)
		assert_string_equal(sheet_cell(&x, i, "sum_denominator"), "1");
	expect_unit(&x, "kommune/1806:2020-01-01", "method", "apportioned");
	expect_unit(&x, "kommune/1806:2020-01-01", "sum", "21600");
	expect_unit(&x, "kommune/1875", "sum", "3172");
	/* 999 by 100 : 100 : 100.5 is 332.4 : 332.4 : 334.1; one is left over, and equal remainders go by unit. */
	expect_unit(&x, "kommune/5055", "sum", "6135");
	expect_unit(&x, "kommune/5056", "sum", "5026");
	expect_unit(&x, "kommune/5059", "sum", "18018");
	sheet_free(&x);
	const char *figures = sheet_without(&before, "notes", "answer_notes");
	/* As of before they came: the figures of before; notes say that weights were asked for. */
	x = SHEET(PROJECTED, "--weights", "population", "--as-of", revision, HERE);
	assert_string_equal(sheet_without(&x, "notes", "answer_notes"), figures);
	assert_non_null(strstr(sheet_cell(&x, 0, "answer_notes"), "weights of population where they are known"));
	sheet_free(&x);
	/* Not asked for, not used; what stays unallocated says that there are some. */
	x = SHEET(PROJECTED, HERE);
	assert_string_equal(sheet_without(&x, "notes", "answer_notes"), figures);
	expect_rest(&x, "kommune/1806:2020-01-01; kommune/1875", "1925",
		    "none of the weights that there are (population)");
	sheet_free(&x);
	sheet_free(&before);
}

static void a_snapshot_apportions_the_same_people(void **state)
{
	struct scene *s = scene_of(state);
	struct sheet x = SHEET("snapshot", "--observations", "--indicator", "population", "--period", "2019-01-01",
			       "--structure-at", "2020-01-01", "--weights", "population", HERE);
	assert_int_equal(sheet_sum(&x, "value"), PEOPLE_2019);
	assert_int_equal(x.csv.n_rows, 356);
	size_t row = sheet_row(&x, "unit", "kommune/5056");
	assert_string_equal(sheet_cell(&x, row, "value"), "5026");
	assert_string_equal(sheet_cell(&x, row, "method"), "apportioned");
	sheet_free(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_inconsistency_of_the_two_files_is_told),
	    cmocka_unit_test(what_one_of_the_files_leaves_out_is_told_and_never_made_up),
	    cmocka_unit_test(a_second_import_changes_nothing_and_says_so),
	    cmocka_unit_test(a_register_that_cannot_be_read_is_told_and_sends_nothing),
	    cmocka_unit_test(the_day_before_of_and_after_each_reform_has_its_municipalities),
	    cmocka_unit_test(numbers_have_the_lives_of_those_who_bore_them),
	    cmocka_unit_test(the_people_of_2019_are_all_there_in_the_structure_of_2020),
	    cmocka_unit_test(weights_apportion_whole_people_and_leave_the_answer_of_before),
	    cmocka_unit_test(a_snapshot_apportions_the_same_people),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
