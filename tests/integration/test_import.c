/* SPDX-License-Identifier: Apache-2.0
 *
 * test_import.c - varde import against varded: a register, its concordance and its people, twice.
 */
#include "tests/integration/cli.h"
#include "tests/integration/daemon.h"
#include "tests/test.h"

struct scene {
	struct daemon d;
	char endpoints[200], argument[240];
};

static int begin(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	daemon_init(&s->d);
	snprintf(s->endpoints, sizeof s->endpoints, "%s/endpoints", s->d.dir);
	snprintf(s->argument, sizeof s->argument, "--endpoints-file=%s", s->endpoints);
	daemon_start(&s->d, (const char *[]){s->argument, NULL});
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct scene *s = *state;
	daemon_stop(&s->d);
	daemon_fini(&s->d);
	free(s);
	return 0;
}
#define AT "--endpoints", s->endpoints
#define RUN(status, text, input, ...)                                                                                  \
	do {                                                                                                           \
		struct cli c_ = CLI(input, "import", __VA_ARGS__, AT);                                                 \
		cli_expect(&c_, status, text);                                                                         \
		cli_free(&c_);                                                                                         \
	} while (0)
#define UNITS "--kind", "commune", "--scheme", "nr"

static size_t living(struct scene *s, const char *kind, const char *day)
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
	struct scene *s = *state;
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
	struct scene *s = *state;
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
	struct scene *s = *state;
	RUN(1, "UNKNOWN_SOURCE", changes, "register", "-", UNITS, "--ends", "exclusive", "--source", "later");
	struct cli c = CLI("{\"sources\": [{\"id\": \"later\", \"title\": \"Later\"}]}", "define", "-", AT);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
	RUN(0, "3 messages stored", changes, "register", "-", UNITS, "--ends", "exclusive", "--source", "later");
	RUN(0, "nothing changed", changes, "register", "-", UNITS, "--ends", "exclusive", "--source", "later");
}

static void a_concordance_weighs_the_event_that_joins_its_codes(void **state)
{
	struct scene *s = *state;
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
	struct scene *s = *state;
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_second_import_changes_nothing_and_says_so),
	    TEST(a_malformed_register_sends_nothing),
	    TEST(what_was_refused_is_judged_anew),
	    TEST(a_concordance_weighs_the_event_that_joins_its_codes),
	    TEST(people_are_counted_where_they_live_and_weigh_what_was_divided),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
