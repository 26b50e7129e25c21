/* SPDX-License-Identifier: Apache-2.0
 *
 * test_example.c - the reforms of examples/ through the varde command and varded: counties that merge and break down
 * again, agencies whose regions part ways with them, and a merger that is annulled and entered again.
 */
#include <jansson.h>
#include <unistd.h>
#include "tests/integration/example.h"
#include "tests/integration/sheet.h"
#include "tests/test.h"

static int begin(void **state)
{
	site_setup(state);
	example_load(*state, "define", "definitions.json");
	example_load(*state, "submit", "units.json");
	return 0;
}

/* ---- figures of counties ---- */

static void expect(const struct sheet *x, const char *unit, const char *column, const char *text)
{
	const char *cell = sheet_cell(x, sheet_row(x, "group", unit), column);
	if (strcmp(cell, text) != 0)
		fail_msg("%s of %s is \"%s\", not \"%s\"", column, unit, cell, text);
}

static void shares_of_2024_are_recounted_in_the_counties_of_before_and_never_averaged(void **state)
{
	struct site *s = *state;
	example_load(s, "event", "events.json");
	example_load(s, "submit", "district_municipalities.json");
	static const char *const days[] = {"2020-01-01", "2022-06-30", "2023-12-31"};
	for (size_t i = 0; i < 3; i++) {
		struct sheet x = SHEET("trend", "district-percent", "--measure", "value", "--group-by", "unit",
				       "--period", "2024", "--structure-at", days[i], AT);
		/* 90 and 89 percent of 21 and 18: 19 + 16 = 35 of 39, and no mean of 90 and 89. */
		expect(&x, "fylke/troms-og-finnmark", "value_numerator", "3500");
		expect(&x, "fylke/troms-og-finnmark", "value_denominator", "39");
		expect(&x, "fylke/troms-og-finnmark", "value", "89.7");
		expect(&x, "fylke/troms-og-finnmark", "notes",
		       "35 of 39: Troms 19 of 21, Finnmark 16 of 18; counts derived from rounded percentages");
		expect(&x, "fylke/viken", "value_numerator", "1000");
		expect(&x, "fylke/viken", "value_denominator", "51");
		expect(&x, "fylke/nordland", "method", "exact");
		sheet_free(&x);
	}
	/* The day after they broke down they are what was printed. */
	struct sheet x = SHEET("trend", "district-percent", "--measure", "value", "--group-by", "unit", "--period",
			       "2024", "--structure-at", "2024-01-01", AT);
	expect(&x, "fylke/troms-2024", "value", "90");
	expect(&x, "fylke/finnmark-2024", "value", "89");
	sheet_free(&x);
}

static void a_countys_share_is_refused_of_its_municipalities_with_the_reason(void **state)
{
	struct site *s = *state;
	example_load(s, "event", "events.json");
	example_load(s, "submit", "district_municipalities.json");
	struct sheet x = SHEET("trend", "district-percent", "--measure", "value", "--group-by", "municipality",
			       "--period", "2024", "--structure-at", "2020-01-01", AT);
	bool troms = false;
	assert_true(x.csv.n_rows > 0);
	for (size_t i = 0; i < x.csv.n_rows; i++) {
		const char *notes = sheet_cell(&x, i, "notes");
		assert_string_equal(sheet_cell(&x, i, "value_numerator"), "");
		assert_non_null(strstr(notes, "value refused: "));
		troms |= strstr(notes, "what is said of Troms og Finnmark as a whole says nothing of each "
				       "municipality that it lies in") != NULL;
	}
	assert_true(troms);
	sheet_free(&x);
}

/* ---- regions and counties ---- */

static void expect_pair(const struct sheet *x, const char *region, const char *county, const char *extent,
			const char *contains, const char *apart)
{
	char a[80], b[80];
	snprintf(a, sizeof a, "region/%s", region);
	snprintf(b, sizeof b, "fylke/%s", county);
	for (size_t i = 0; i < x->csv.n_rows; i++) {
		if (strcmp(sheet_cell(x, i, "a"), a) != 0 || strcmp(sheet_cell(x, i, "b"), b) != 0)
			continue;
		assert_string_equal(sheet_cell(x, i, "extent"), extent);
		assert_string_equal(sheet_cell(x, i, "contains"), contains);
		assert_string_equal(sheet_cell(x, i, "apart"), apart);
		return;
	}
	fail_msg("%s and %s share nothing:\n%s", a, b, x->text);
}

static struct sheet overlap(struct site *s, const char *agency, const char *day)
{
	return SHEET("overlap", "agency-region", "county", "--valid-at", day, "--in-a", agency, AT);
}

static size_t shared_with(const struct sheet *x, const char *county)
{
	size_t n = 0;
	for (size_t i = 0; i < x->csv.n_rows; i++)
		n += strcmp(sheet_cell(x, i, "b"), county) == 0;
	return n;
}

static void regions_that_nobody_changed_part_ways_with_the_counties_of_2020(void **state)
{
	struct site *s = *state;
	example_load(s, "event", "events.json");
	example_load(s, "submit", "agencies.json");
	struct sheet x = overlap(s, "etat/husbanken", "2019-12-31");
	expect_pair(&x, "husbanken-sor", "buskerud", "whole", "b in a", "");
	expect_pair(&x, "husbanken-ost", "oppland", "whole", "b in a", "");
	sheet_free(&x);
	/* Jevnaker and Lunner were Oppland's, and are Viken's: whoever covers Oppland keeps them. */
	x = overlap(s, "etat/husbanken", "2020-01-01");
	assert_int_equal(shared_with(&x, "fylke/viken"), 2);
	expect_pair(&x, "husbanken-sor", "viken", "part", "", "Akershus; Jevnaker; Lunner; Våler");
	expect_pair(&x, "husbanken-ost", "viken", "part", "", "Buskerud");
	expect_pair(&x, "husbanken-ost", "innlandet", "whole", "b in a", "");
	sheet_free(&x);
	x = overlap(s, "etat/imdi", "2020-01-01");
	assert_int_equal(shared_with(&x, "fylke/viken"), 2);
	expect_pair(&x, "imdi-ost", "viken", "part", "", "Buskerud; Jevnaker; Lunner");
	expect_pair(&x, "imdi-indre-ost", "viken", "part", "", "Akershus; Våler");
	expect_pair(&x, "imdi-sor", "vestfold-og-telemark", "part", "", "Vestfold");
	sheet_free(&x);
	x = overlap(s, "etat/bufetat", "2020-01-01");
	assert_int_equal(shared_with(&x, "fylke/viken"), 2);
	expect_pair(&x, "bufetat-region-sor", "viken", "part", "", "Akershus; Jevnaker; Lunner; Våler");
	expect_pair(&x, "bufetat-region-ost", "viken", "part", "", "Buskerud");
	sheet_free(&x);
	x = overlap(s, "etat/nav", "2020-01-01");
	assert_int_equal(shared_with(&x, "fylke/viken"), 3);
	expect_pair(&x, "nav-innlandet", "innlandet", "whole", "b in a", "");
	expect_pair(&x, "nav-innlandet", "viken", "part", "", "Akershus; Buskerud; Våler");
	expect_pair(&x, "nav-vest-viken", "viken", "part", "a in b", "Jevnaker; Lunner; Våler");
	expect_pair(&x, "nav-ost-viken", "viken", "part", "a in b", "Buskerud; Jevnaker; Lunner");
	sheet_free(&x);
}

/* ---- annulled, and entered again ---- */

/* Events of examples/events.json, sent one by one; `more` (may be NULL) are members added. */
static uint64_t send_event(struct site *s, const char *id, json_t *more)
{
	json_t *all = json_load_file("examples/events.json", 0, NULL), *item;
	size_t i;
	assert_non_null(all);
	json_array_foreach(all, i, item)
	{
		json_t *event = json_object_get(item, "event");
		if (strcmp(json_string_value(json_object_get(event, "id")), id) != 0)
			continue;
		json_object_update(event, more);
		char *text = json_dumps(item, 0);
		struct cli c = CLI(text, "event", "-", AT);
		cli_expect(&c, 0, "accepted");
		cli_free(&c);
		free(text);
	}
	json_decref(all);
	json_decref(more);
	return site_revision(s);
}

#define QUESTIONS 12
struct answers {
	struct sheet sheets[QUESTIONS];
	const char *texts[QUESTIONS];
};

/* Who lives where under which name and number, what figures are there, on days before and after. */
static struct answers ask_all(struct site *s)
{
	static const char *const days[] = {"2019-12-31", "2020-01-01", "2024-01-01"};
	struct answers a;
	size_t n = 0;
	for (size_t i = 0; i < 3; i++) {
		a.sheets[n++] = SHEET("snapshot", "--units", "--valid-at", days[i], AT);
		a.sheets[n++] = SHEET("snapshot", "--links", "--valid-at", days[i], AT);
		a.sheets[n++] =
		    SHEET("snapshot", "--arrangements", "--valid-at", "2019-12-31", "--structure-at", days[i], AT);
		a.sheets[n++] =
		    SHEET("trend", "people", "--measure", "sum", "--group-by", "unit", "--structure-at", days[i], AT);
	}
	for (size_t i = 0; i < n; i++)
		a.texts[i] = i % 4 == 3 ? a.sheets[i].text : sheet_without(&a.sheets[i], "revision", NULL);
	return a;
}

static size_t differing(const struct answers *a, const struct answers *b)
{
	size_t n = 0;
	for (size_t i = 0; i < QUESTIONS; i++)
		n += strcmp(a->texts[i], b->texts[i]) != 0;
	return n;
}

static void answers_free(struct answers *a)
{
	for (size_t i = 0; i < QUESTIONS; i++)
		sheet_free(&a->sheets[i]);
}

static const char about[] =
    "[{\"define\": {\"indicators\": [{\"id\": \"people\", \"label\": \"People\", \"type\": \"count\", "
    "\"over_units\": \"additive\", \"over_time\": \"none\"}]}}, "
    "{\"submission\": {\"mode\": \"patch\", \"source\": \"klass\", \"observations\": ["
    "{\"unit\": \"kommune/alesund\", \"indicator\": \"people\", \"period\": \"2019\", \"value\": 48000, "
    "\"status\": \"main\"}, {\"unit\": \"kommune/haram\", \"indicator\": \"people\", \"period\": \"2019\", "
    "\"value\": 9300, \"status\": \"main\"}], \"arrangements\": [{\"id\": \"o\", \"name\": \"Water\", "
    "\"participants\": [\"kommune/alesund\", \"kommune/haram\"], \"participants_complete\": \"yes\", "
    "\"host\": \"kommune/haram\"}]}}]";

static json_t *supersedes(uint64_t revision, const char *reason)
{
	return json_pack("{s:{s:I, s:s}}", "supersedes", "revision", (json_int_t)revision, "reason", reason);
}

/* Lines of the feed of one revision that say all of it. */
static void expect_feed(struct site *s, uint64_t revision, const char *const *texts)
{
	char from[24];
	snprintf(from, sizeof from, "%llu", (unsigned long long)revision);
	struct cli c = CLI(NULL, "watch", "--from", from, "--idle", "300ms", AT),
		   replay = CLI(NULL, "changes", "--from", from, "--to", from, AT);
	for (; *texts; texts++) {
		cli_expect(&c, 0, *texts);
		cli_expect(&replay, 0, *texts);
	}
	cli_free(&c);
	cli_free(&replay);
}

/* Ålesund took Haram in 2020 and gave it back in 2024. Without the first the second cannot be. */
static void an_annulled_merger_leaves_everything_as_before_it_and_comes_back(void **state)
{
	struct site *s = *state;
	struct cli c = CLI(about, "submit", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	struct answers before = ask_all(s);
	uint64_t merger = send_event(s, "m2020-alesund", NULL);
	struct answers merged = ask_all(s);
	send_event(s, "m2024-haram", NULL);
	struct answers both = ask_all(s);
	assert_true(differing(&before, &merged) >= 6);
	assert_true(differing(&merged, &both) >= 3);

	json_t *annul = supersedes(merger, "the decision was void");
	json_object_set_new(annul, "status", json_string("annulled"));
	uint64_t annulled = send_event(s, "m2020-alesund", annul);
	struct answers now = ask_all(s);
	for (size_t i = 0; i < QUESTIONS; i++)
		assert_string_equal(now.texts[i], before.texts[i]);
	answers_free(&now);
	expect_feed(s, annulled,
		    (const char *[]){"annulled event", "MERGING m2020-alesund since 2020-01-01 (the decision was void)",
				     "retracted unit kommune/alesund-2020", "retracted unit kommune/haram-2024", NULL});

	uint64_t again = send_event(s, "m2020-alesund", supersedes(annulled, "it was valid after all"));
	now = ask_all(s);
	for (size_t i = 0; i < QUESTIONS; i++)
		assert_string_equal(now.texts[i], both.texts[i]);
	answers_free(&now);
	expect_feed(s, again,
		    (const char *[]){"reorganised event", "(it was valid after all)",
				     "asserted unit kommune/alesund-2020", "asserted unit kommune/haram-2024", NULL});
	answers_free(&before);
	answers_free(&merged);
	answers_free(&both);
}

static void whoever_annuls_is_told_what_depended_on_it(void **state)
{
	struct site *s = *state;
	uint64_t merger = send_event(s, "m2020-alesund", NULL);
	send_event(s, "m2024-haram", NULL);
	char text[300];
	snprintf(text, sizeof text,
		 "{\"event\": {\"id\": \"m2020-alesund\", \"type\": \"merging\", \"status\": \"annulled\", \"source\": "
		 "\"klass\", \"supersedes\": {\"revision\": %llu, \"reason\": \"void\"}}}",
		 (unsigned long long)merger);
	struct cli c = CLI(text, "event", "-", "--dry-run", AT);
	cli_expect(&c, 0, "event \"m2024-haram\" of 2024-01-01 stays on record and changes nothing now");
	cli_free(&c);
	c = CLI(text, "event", "-", AT);
	cli_expect(&c, 0, "event \"m2024-haram\" of 2024-01-01 stays on record and changes nothing now");
	cli_expect(&c, 0, "DEPENDANT_EVENTS");
	cli_free(&c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, site_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(shares_of_2024_are_recounted_in_the_counties_of_before_and_never_averaged),
	    TEST(a_countys_share_is_refused_of_its_municipalities_with_the_reason),
	    TEST(regions_that_nobody_changed_part_ways_with_the_counties_of_2020),
	    TEST(an_annulled_merger_leaves_everything_as_before_it_and_comes_back),
	    TEST(whoever_annuls_is_told_what_depended_on_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
