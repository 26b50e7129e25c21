/* SPDX-License-Identifier: Apache-2.0
 *
 * test_import.c - varde import against varded: a register, its concordance and its people, twice.
 */
#include "tests/integration/sheet.h"
#include "tests/integration/site.h"
#include "tests/test.h"

#define RUN(status, text, input, ...)                                                                                  \
	do {                                                                                                           \
		struct cli c_ = CLI(input, "import", __VA_ARGS__, AT);                                                 \
		cli_expect(&c_, status, text);                                                                         \
		cli_free(&c_);                                                                                         \
	} while (0)
#define UNITS "--kind", "commune", "--scheme", "nr"

static size_t living(struct site *s, const char *kind, const char *day)
{
	struct cli c = CLI(NULL, "snapshot", "--units", "--kind", kind, "--valid-at", day, "-f", "csv", AT);
	size_t lines = 0;
	if (c.status == 1) /* nothing of that kind is known at all */
		lines = 1;
	else
		assert_int_equal(c.status, 0);
	for (const char *p = c.out; c.status == 0 && *p; p++)
		lines += *p == '\n';
	cli_free(&c);
	return lines - 1;
}

/*   1999        2020
 *   A ────┐
 *   B ────┴──── C
 *   D ────┬──── E
 *         └──── F                        */
static const char changes[] = "date,type,old_code,old_name,new_code,new_name,event\n"
			      "1999-01-01,stock,,,A,Ask,\n1999-01-01,stock,,,B,Bjerk,\n1999-01-01,stock,,,D,Dal,\n"
			      "2020-01-01,,A,Ask,C,Skog,\n2020-01-01,,B,Bjerk,C,Skog,\n"
			      "2020-01-01,,D,Dal,E,Eng,\n2020-01-01,,D,Dal,F,Fjell,\n";

static void a_second_import_changes_nothing_and_says_so(void **state)
{
	struct site *s = *state;
	RUN(0, "nothing was stored", changes, "register", "-", UNITS, "--ends", "exclusive", "--dry-run");
	assert_int_equal(living(s, "commune", "2020-01-01"), 0);
	RUN(0, "4 messages stored", changes, "register", "-", UNITS, "--ends", "exclusive");
	RUN(0, "nothing changed: all 4 messages were stored before", changes, "register", "-", UNITS, "--ends",
	    "exclusive");
	assert_int_equal(living(s, "commune", "2019-12-31"), 3);
	assert_int_equal(living(s, "commune", "2020-01-01"), 3);
	assert_int_equal(living(s, "commune", "1998-12-31"), 0);
}

static void a_malformed_register_sends_nothing(void **state)
{
	struct site *s = *state;
	static const char bad[] =
	    "date,type,old_code,old_name,new_code,new_name\n"
	    "2020-01-01,,A,Ask,B,Bjerk\n2020-13-01,,C,c,D,d\n2021-01-01,split-off,B,Bjerk,B,Bjerk\n"
	    "2022-01-01,,A,Ask,X,x\n";
	RUN(1, "BAD_DATE", bad, "register", "-", UNITS, "--ends", "exclusive");
	RUN(1, "INTO_ITSELF", bad, "register", "-", UNITS, "--ends", "exclusive");
	RUN(1, "ENDED_BEFORE", bad, "register", "-", UNITS, "--ends", "exclusive");
	RUN(1, "nothing was sent", bad, "register", "-", UNITS, "--ends", "exclusive");
	assert_int_equal(living(s, "commune", "2020-01-01"), 0);
	RUN(2, "say --ends inclusive", bad, "register", "-", UNITS);
	RUN(2, "say which units", bad, "register", "-", "--ends", "exclusive");
	RUN(2, "is none of", bad, "registry", "-");
}

static void what_was_refused_is_judged_anew(void **state)
{
	struct site *s = *state;
	RUN(1, "UNKNOWN_SOURCE", changes, "register", "-", UNITS, "--ends", "exclusive", "--source", "later");
	struct cli c = CLI("{\"sources\": [{\"id\": \"later\", \"title\": \"Later\"}]}", "define", "-", AT);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
	RUN(0, "3 messages stored", changes, "register", "-", UNITS, "--ends", "exclusive", "--source", "later");
	RUN(0, "nothing changed", changes, "register", "-", UNITS, "--ends", "exclusive", "--source", "later");
}

#define STOCK                                                                                                          \
	"date,type,old_code,old_name,new_code,new_name,event\n"                                                        \
	"1999-01-01,stock,,,A,Ask,\n1999-01-01,stock,,,B,Bjerk,\n1999-01-01,stock,,,D,Dal,\n"                          \
	"2020-01-01,,A,Ask,C,Skog,\n2020-01-01,,B,Bjerk,C,Skog,\n"
/* The same, but that D went to three; but that E has another name. */
static const char three[] = STOCK "2020-01-01,,D,Dal,E,Eng,\n2020-01-01,,D,Dal,F,Fjell,\n2020-01-01,,D,Dal,G,Gard,\n";
static const char renamed[] = STOCK "2020-01-01,,D,Dal,E,Enger,\n2020-01-01,,D,Dal,F,Fjell,\n";
#define REGISTER "register", "-", UNITS, "--ends", "exclusive"

static void bears_name(struct site *s, const char *code, const char *name)
{
	char ref[60];
	snprintf(ref, sizeof ref, "code=%s,scheme=nr", code);
	struct cli c = CLI(NULL, "snapshot", ref, "--units", "--valid-at", "2020-01-01", "-f", "csv", AT);
	cli_expect(&c, name ? 0 : 1, name);
	cli_free(&c);
}

static void an_amended_file_amends_what_is_on_record(void **state)
{
	struct site *s = *state;
	RUN(0, "4 messages stored", changes, REGISTER);
	RUN(0, "1 messages stored, 3 were stored before, 0 refused, 0 not sent", three, REGISTER);
	assert_int_equal(living(s, "commune", "2020-01-01"), 4);
	bears_name(s, "G", "Gard");
	RUN(0, "nothing changed: all 4 messages were stored before", three, REGISTER);
	RUN(0, "amended 1 events", renamed, REGISTER);
	assert_int_equal(living(s, "commune", "2020-01-01"), 3);
	bears_name(s, "E", "Enger");
	/* Back to what it said at first, and there again: each is the newest word. */
	RUN(0, "amended 1 events", changes, REGISTER);
	bears_name(s, "E", "Eng,");
	RUN(0, "amended 1 events", three, REGISTER);
	assert_int_equal(living(s, "commune", "2020-01-01"), 4);
	RUN(0, "nothing changed", three, REGISTER);
	struct cli c = CLI(NULL, "history", "commune/D", AT);
	cli_expect(&c, 0, "the register says otherwise now");
	cli_free(&c);
}

static void an_event_that_a_person_annulled_is_left_alone(void **state)
{
	struct site *s = *state;
	static const char annul[] =
	    "{\"event\": {\"id\": \"commune/2020-01-01/D\", \"type\": \"breakdown\", \"status\": \"annulled\", "
	    "\"source\": \"register\", \"supersedes\": {\"revision\": 5, \"reason\": \"not adopted\"}}}";
	RUN(0, "4 messages stored", changes, REGISTER);
	struct cli c = CLI(annul, "event", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	RUN(0, "commune/2020-01-01/D says otherwise since revision 6", changes, REGISTER);
	RUN(0, "nothing changed", changes, REGISTER);
	assert_int_equal(living(s, "commune", "2020-01-01"), 2);
	/* What the file never said before is newer than that. */
	RUN(0, "amended 1 events", three, REGISTER);
	assert_int_equal(living(s, "commune", "2020-01-01"), 4);
}

static void an_event_that_was_refused_first_is_known_again(void **state)
{
	struct site *s = *state;
	RUN(1, "UNKNOWN_SOURCE", changes, REGISTER, "--source", "later");
	struct cli c = CLI("{\"sources\": [{\"id\": \"later\", \"title\": \"Later\"}]}", "define", "-", AT);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
	RUN(0, "3 messages stored", changes, REGISTER, "--source", "later");
	RUN(0, "nothing changed", changes, REGISTER, "--source", "later");
	RUN(0, "amended 1 events", three, REGISTER, "--source", "later");
}

static void a_dry_run_is_judged_as_far_as_it_can_be(void **state)
{
	struct site *s = *state;
	static const char more[] = "2021-01-01,,C,Skog,H,Hei,\n";
	char text[1000];
	RUN(0, "of 4 messages the server judged 1 and has 0; nothing was stored", changes, REGISTER, "--dry-run");
	RUN(0, "3 were judged here only", changes, REGISTER, "--dry-run");
	RUN(0, "4 messages stored", changes, REGISTER);
	RUN(0, "of 4 messages the server judged 0 and has 4", changes, REGISTER, "--dry-run");
	RUN(0, "would amend 1 events", three, REGISTER, "--dry-run");
	/* The second of two changes of D stands on the first, which is not stored; that of C stands alone. */
	snprintf(text, sizeof text, "%s%s2021-01-01,,G,Gard,K,Kvam,\n", three, more);
	RUN(0, "of 6 messages the server judged 2 and has 3", text, REGISTER, "--dry-run");
	RUN(0, "1 were judged here only", text, REGISTER, "--dry-run");
	assert_int_equal(living(s, "commune", "2020-01-01"), 3);
	/* The server knows what the rows do not: somebody else ended C before. */
	struct cli c = CLI("{\"event\": {\"id\": \"x\", \"type\": \"deletion\", \"effective\": \"2020-06-01\", "
			   "\"status\": \"effective\", \"source\": \"register\", \"sources\": [\"commune/C\"]}}",
			   "event", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	RUN(1, "commune/2021-01-01/C", text, REGISTER, "--dry-run");
}

static void units_of_a_register_are_put_into_their_containers(void **state)
{
	struct site *s = *state;
	static const char counties[] = "date,type,old_code,new_code\n,stock,,1\n,stock,,2\n",
			  communes[] = "date,type,old_code,new_code,part_of\n1999-01-01,stock,,A,county/1\n"
				       "1999-01-01,stock,,B,county/2\n2010-01-01,,A,A,county/2\n"
				       "2020-01-01,,A,C,county/1\n2020-01-01,,B,C,county/1\n";
	static const struct {
		const char *day, *county;
		size_t n;
	} parts[] = {{"2009-12-31", "county/1", 1},
		     {"2010-01-01", "county/1", 0},
		     {"2010-01-01", "county/2", 2},
		     {"2020-01-01", "county/1", 1},
		     {"2020-01-01", "county/2", 0}};
	RUN(0, "2 messages stored", counties, "register", "-", "--kind", "county", "--scheme", "cnr", "--ends",
	    "exclusive");
	RUN(1, "UNRESOLVED_UNIT", "date,type,old_code,new_code,part_of\n,stock,,A,county/9\n", REGISTER, "--source",
	    "register");
	RUN(0, "3 messages stored", communes, REGISTER, "--source", "register");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct sheet x = SHEET("snapshot", "--in", parts[i].county, "--units", "--kind", "commune",
				       "--valid-at", parts[i].day, AT);
		if (x.csv.n_rows != parts[i].n)
			fail_msg("%zu in %s on %s:\n%s", x.csv.n_rows, parts[i].county, parts[i].day, x.text);
		sheet_free(&x);
	}
}

static void a_concordance_weighs_the_event_that_joins_its_codes(void **state)
{
	struct site *s = *state;
	static const char jrc[] = "code_v1,code_v2,uniqueID,areaKm,pop18\nD,E,DE,1.5,300\nD,F,DF,2,100.5\n"
				  "A,F,AF,1,1\nQ,F,QF,1,1\n";
	static const char plain[] = "from,to,basis,value,date\nD,E,staff,10,2019\nD,F,staff,30,2019\n";
	RUN(0, "4 messages stored", changes, "register", "-", UNITS, "--ends", "exclusive");
	RUN(0, "NO_EVENT", jrc, "concordance", "-", UNITS, "--valid-at", "2019-12-31", "--onto", "2020-01-01",
	    "--basis", "population=pop18@2018", "--basis", "area=areaKm");
	RUN(0, "nothing changed", jrc, "concordance", "-", UNITS, "--valid-at", "2019-12-31", "--onto", "2020-01-01",
	    "--basis", "population=pop18@2018", "--basis", "area=areaKm");
	RUN(0, "UNKNOWN_CODE", jrc, "concordance", "-", UNITS, "--valid-at", "2019-12-31", "--onto", "2020-01-01",
	    "--basis", "population=pop18@2018", "--basis", "area=areaKm");
	RUN(0, "2 weights, 0 rows", plain, "concordance", "-", UNITS, "--valid-at", "2019-12-31", "--onto",
	    "2020-01-01");
	struct cli c = CLI(NULL, "lineage", "code=D,scheme=nr", "--valid-at", "2019-12-31", "-f", "json", AT);
	cli_expect(&c, 0, "100.5");
	cli_expect(&c, 0, "staff");
	cli_free(&c);
}

static void people_are_counted_where_they_live_and_weigh_what_was_divided(void **state)
{
	struct site *s = *state;
	static const char people[] = "code,name,year,population\nA,Ask,2019,100\nB,Bjerk,2019,50\nD,Dal,2019,70\n"
				     "X,nobody,2019,0\nC,Skog,2020,151\nE,Eng,2020,40\nF,Fjell,2020,31\n";
	RUN(0, "4 messages stored", changes, "register", "-", UNITS, "--ends", "exclusive");
	RUN(0, "6 observations, 2 weights, 1 rows left out", people, "population", "-", UNITS, "--as-weights");
	RUN(0, "nothing changed", people, "population", "-", UNITS, "--as-weights");
	RUN(1, "UNKNOWN_CODE", "code,year,population\nZ,2019,5\n", "population", "-", UNITS);
	RUN(0, "0 observations", "code,year,population\nZ,2019,5\n", "population", "-", UNITS, "--skip", "Z");
	struct cli c = CLI(NULL, "trend", "population", "--measure", "sum", "--period", "2019-01-01", AT);
	cli_expect(&c, 0, "220");
	cli_free(&c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, site_setup, site_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_second_import_changes_nothing_and_says_so),
	    TEST(a_malformed_register_sends_nothing),
	    TEST(what_was_refused_is_judged_anew),
	    TEST(an_amended_file_amends_what_is_on_record),
	    TEST(an_event_that_a_person_annulled_is_left_alone),
	    TEST(an_event_that_was_refused_first_is_known_again),
	    TEST(a_dry_run_is_judged_as_far_as_it_can_be),
	    TEST(units_of_a_register_are_put_into_their_containers),
	    TEST(a_concordance_weighs_the_event_that_joins_its_codes),
	    TEST(people_are_counted_where_they_live_and_weigh_what_was_divided),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
