/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain.c - figures of the real example down to their messages, and how good the answers are, through the daemon
 * and the command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/integration/example.h"
#include "tests/test.h"

/* The lines of one county, below the header. */
static void county_lines(const char *county, char *ret, size_t room)
{
	char line[512];
	size_t n = 0, len = strlen(county);
	FILE *f = fopen("examples/data/municipality_counts.csv", "re");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		if (n && (strncmp(line, county, len) != 0 || line[len] != ','))
			continue;
		assert_true(n + strlen(line) < room);
		memcpy(ret + n, line, strlen(line) + 1);
		n += strlen(line);
	}
	fclose(f);
}

static void load_counts(struct site *s, const char *county, const char *round)
{
	static char text[65536];
	county_lines(county, text, sizeof text);
	struct cli c = CLI(text, "submit", "-", "--round", round, "--source", "nivi-001", "--indicator",
			   "municipality-arrangements", "--column", "unit_name=municipality", "--column",
			   "source=", "--set", "locator=table {table}", "--value-column", "higher=level:higher",
			   "--value-column", "regional=level:regional", "--value-column", "local=level:local",
			   "--value-column", "total=level:total", AT);
	cli_expect(&c, 0, NULL);
	cli_free(&c);
}

static int setup(void **state)
{
	static struct site s;
	example_begin_frame(&s);
	example_load(&s, "submit", "county_totals.json");
	load_counts(&s, "Nordland", "nordland-2014");
	load_counts(&s, "Sør-Trøndelag", "sor-trondelag-2013");
	load_counts(&s, "Nord-Trøndelag", "nord-trondelag-2012");
	load_counts(&s, "Møre og Romsdal", "more-og-romsdal-2013");
	example_load(&s, "submit", "arrangements.json");
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	site_end(*state);
	return 0;
}

#define AGREES(figure, ...) SAYS(0, "recomputed from the log: " figure ": agrees", "explain", __VA_ARGS__)
#define PER_UNIT            "trend", "municipality-arrangements", "--dim", "level:total"

static void figures_of_every_kind_agree_with_the_log(void **state)
{
	struct site *s = *state;
	AGREES("297", "trend", "arrangements", "--unit", "fylke/nordland", "--dim", "level:total", "--measure", "value",
	       "--at", "2014-03");
	AGREES("218", "trend", "arrangements", "--unit", "fylke/nord-trondelag", "--dim", "level:total", "--measure",
	       "value", "--at", "2012");
	AGREES("30.93", PER_UNIT, "--group-by", "county", "--measure", "mean", "--group", "Nordland", "--decimals",
	       "2");
	AGREES("44", PER_UNIT, "--group-by", "county", "--measure", "count", "--group", "fylke/nordland");
	AGREES("29", PER_UNIT, "--group-by", "county", "--measure", "median", "--group", "Nordland");
	AGREES("at least 46", PER_UNIT, "--group-by", "unit", "--measure", "value", "--structure-at", "2020-06-01",
	       "--group", "kommune/indre-fosen", "--at", "2012");
	AGREES("53–99", PER_UNIT, "--group-by", "unit", "--measure", "value", "--structure-at", "2020-06-01", "--group",
	       "kommune/indre-fosen", "--at", "2012/2013");
	AGREES("41", PER_UNIT, "--group-by", "unit", "--measure", "value", "--structure-at", "2024-06-01", "--group",
	       "Haram", "--at", "2013");
	AGREES("41", "count", "units", "--kind", "municipality", "--in", "fylke/nordland", "--date", "2020-12-31");
	AGREES("33", "count", "arrangements", "--in", "name=Alstahaug", "--date", "2020-12-31");
	AGREES("100.0", "count", "participants", "--kind", "municipality", "--in", "fylke/nordland", "--date",
	       "2020-12-31", "--measure", "rate");
	AGREES("-34", "decompose", "arrangements", "--unit", "fylke/nordland", "--dim", "level:total", "--measure",
	       "value", "--from", "period=2014-03", "--to", "period=2020");
#define CAUSE(figure, cause, ...) AGREES(figure, "decompose", __VA_ARGS__, "--cause", cause)
#define NORDLAND_UNITS                                                                                                 \
	"units", "--kind", "municipality", "--in", "fylke/nordland", "--from", "2014-12-31", "--to", "2020-12-31"
#define NORDLAND_TOTAL                                                                                                 \
	"arrangements", "--unit", "fylke/nordland", "--dim", "level:total", "--measure", "value", "--from",            \
	    "period=2014-03", "--to", "period=2020"
	CAUSE("-3", "structure", NORDLAND_UNITS);
	CAUSE("0", "real", NORDLAND_UNITS);
	CAUSE("0 (-297 to 0)", "structure", NORDLAND_TOTAL);
	CAUSE("0 (-34 to 263)", "real", NORDLAND_TOTAL);
	CAUSE("-34", "undetermined", NORDLAND_TOTAL);
	AGREES("1", "count", "participants", "--kind", "municipality", "--group-by", "county", "--date", "2020-12-31",
	       "--measure", "rank", "--group", "Nordland");
	SAYS(0, "among ", "explain", "count", "units", "--kind", "municipality", "--group-by", "county", "--date",
	     "2020-12-31", "--measure", "rank", "--group", "Nordland");
	SAYS(0, "m2020-tysfjord 2020-01-01: kommune/tysfjord → kommune/narvik", "explain", "decompose", NORDLAND_UNITS,
	     "--cause", "structure");
	SAYS(2, "--cause borders: correction, structure", "explain", "decompose", NORDLAND_UNITS, "--cause", "borders");
	SAYS(0, "refused: distinct", "explain", PER_UNIT, "--group-by", "county", "--measure", "sum", "--group",
	     "Nordland");
}

static void lines_growth_networks_and_answers_agree_with_the_log(void **state)
{
	struct site *s = *state;
#define NORDLAND_BALANCE                                                                                               \
	"balance", "units", "--kind", "municipality", "--in", "fylke/nordland", "--from", "2014-12-31", "--to",        \
	    "2020-12-31"
#define STOCK                                                                                                          \
	"balance", "arrangements", "--dim", "level:total", "--in", "fylke/nordland", "--from", "round=nordland-2010",  \
	    "--to", "round=nordland-2020", "--chain"
#define VALUE "trend", "arrangements", "--unit", "fylke/nordland", "--dim", "level:total", "--measure", "value"
#define NET   "network", "--date", "2020-12-31", "--kind", "municipality"
	AGREES("44", NORDLAND_BALANCE, "--figure", "opening");
	AGREES("-3", NORDLAND_BALANCE, "--figure", "merged");
	AGREES("-1", NORDLAND_BALANCE, "--figure", "moved out", "--through", "m2020-tjeldsund");
	AGREES("0", NORDLAND_BALANCE, "--figure", "unexplained");
	SAYS(0, "merged, through m2020-tysfjord, 2014-12-31 → 2020-12-31: -3", "explain", NORDLAND_BALANCE, "--figure",
	     "merged");
	AGREES("-7", STOCK, "--at", "2010/2020", "--figure", "unexplained");
	AGREES("-34", STOCK, "--at", "2014-03/2020", "--figure", "unexplained");
	SAYS(1, "several rows are meant, such as 2010/2020 and 2010/2014-03", "explain", STOCK, "--figure", "closing");
	SAYS(1, "say which figure of the balance", "explain", NORDLAND_BALANCE);
	SAYS(2, "a balance of what?", "explain", "balance");
	AGREES("-34", VALUE, "--at", "2020", "--figure", "growth");
	AGREES("-11.4", VALUE, "--at", "2020", "--figure", "percent");
	SAYS(1, "has no growth", "explain", VALUE, "--at", "2010", "--figure", "growth");
	AGREES("81", NET, "--group", "Alstahaug", "--figure", "partners");
	AGREES("32", NET, "--group", "Alstahaug; Leirfjord", "--figure", "arrangements");
	AGREES("3", NET, "--group", "Alstahaug; Leirfjord", "--figure", "constellation");
	AGREES("100.0", "quality", "--round", "nordland-2014", "--indicator", "municipality-arrangements", "--figure",
	       "rate");
	AGREES("2", "quality", "--figure", "conflicts");
}

static void a_figure_is_explained_by_its_statements_rules_and_events(void **state)
{
	struct site *s = *state;
#define CONFLICT                                                                                                       \
	"explain", "trend", "arrangements", "--unit", "fylke/nord-trondelag", "--dim", "level:total", "--measure",     \
	    "value", "--at", "2012"
	SAYS(0, "value, level=total, 2012 (nord-trondelag-2012): 218", CONFLICT);
	SAYS(0, "STATUS", CONFLICT);
	SAYS(0, "rule: of several values under one key the one of status MAIN counts", CONFLICT);
	SAYS(0, "source nivi-001: NIVI report on inter-municipal cooperation", CONFLICT);
	SAYS(0, "tables 4.1; 4.2; Vedlegg 4,", CONFLICT, "--format", "csv");
	SAYS(0, "\"agrees\": true", CONFLICT, "--format", "json");
	SAYS(0, "m2018-indre-fosen 2018-01-01: kommune/leksvik → kommune/indre-fosen", "explain", PER_UNIT,
	     "--group-by", "unit", "--measure", "value", "--structure-at", "2020-06-01", "--group", "Indre Fosen",
	     "--at", "2012");
	SAYS(0, "recomputed from the log: 4: agrees", "explain", "trend", "arrangements", "--dim", "level:total",
	     "--rounds", "latest", "--measure", "count", "--at", "2012/2020"); /* a row of several dates */
	SAYS(1, "several rows are meant", "explain", PER_UNIT, "--group-by", "county", "--measure", "mean");
	SAYS(1, "no row of the answer", "explain", PER_UNIT, "--group-by", "county", "--group", "Viken");
	SAYS(2, "say which question gave the figure", "explain");
	SAYS(2, "one INDICATOR is wanted", "explain", "trend");
}

static void the_quality_of_the_reports_is_told(void **state)
{
	struct site *s = *state;
#define RESPONSE "quality", "--response", "--format", "csv"
	SAYS(0, "nordland-2014,municipality-arrangements,44,44,0,0,100.0 %,,", RESPONSE);
	SAYS(0, "nord-trondelag-2012,municipality-arrangements,23,23,0,0,100.0 %,,", RESPONSE);
	SAYS(0, "Vestvågøy: the parts add up to 24, printed is 34", "quality", "--findings");
	SAYS(0, "Røyrvik: the parts add up to 35, printed is 36", "quality", "--findings", "--survey",
	     "nord-trondelag");
	SAYS(0, "fylke/nord-trondelag,Nord-Trøndelag,arrangements,level=total,2012,218,main,STATUS,", "quality",
	     "--conflicts", "--format", "csv");
	SAYS(0, ",2012,212,conflict,,nivi-001,5.4,", "quality", "--conflicts", "--format", "csv");
	SAYS(0, "no unit has a report of its own that lists arrangements", "quality", "--asymmetries");
	SAYS(0, "as known at revision", "quality", "--round", "nordland-2014");
	SAYS(1, "no round \"nowhere\" is defined", "quality", "--round", "nowhere");
	SAYS(2, "CSV holds one table", "quality", "--format", "csv");
}

/* The correction and its reason are made up. */
static void a_corrected_figure_closes_its_finding(void **state)
{
	struct site *s = *state;
	char text[512];
	struct cli c = CLI(NULL, "quality", "--findings", "--round", "nordland-2014", "--format", "csv", AT);
	cli_expect(&c, 0, "SUM_MISMATCH");
	unsigned long revision = strtoul(strchr(c.out, '\n') + 1, NULL, 10);
	cli_free(&c);
	snprintf(text, sizeof text,
		 "{\"submission\": {\"round\": \"nordland-2014\", \"mode\": \"patch\", \"source\": \"nivi-001\", "
		 "\"locator\": "
		 "\"table 4.2\", \"reason\": \"16 are local, not 6\", \"observations\": [{\"unit\": {\"name\": "
		 "\"Vestvågøy\"}, "
		 "\"indicator\": \"municipality-arrangements\", \"categories\": {\"level\": \"local\"}, \"value\": 16, "
		 "\"status\": "
		 "\"main\", \"supersedes\": %lu}]}}",
		 revision);
	c = CLI(text, "submit", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(NULL, "quality", "--findings", "--round", "nordland-2014", "--format", "csv", AT);
	cli_expect(&c, 0, NULL);
	assert_null(strstr(c.out, "SUM_MISMATCH"));
	cli_free(&c);
	AGREES("16", "trend", "municipality-arrangements", "--dim", "level:local", "--unit", "name=Vestvågøy",
	       "--measure", "value");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(figures_of_every_kind_agree_with_the_log),
	    cmocka_unit_test(lines_growth_networks_and_answers_agree_with_the_log),
	    cmocka_unit_test(a_figure_is_explained_by_its_statements_rules_and_events),
	    cmocka_unit_test(the_quality_of_the_reports_is_told),
	    cmocka_unit_test(a_corrected_figure_closes_its_finding),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
