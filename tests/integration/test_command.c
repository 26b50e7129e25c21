/* SPDX-License-Identifier: Apache-2.0
 *
 * test_command.c - the varde command against varded.
 */
#include <signal.h>
#include <unistd.h>
#include <jansson.h>
#include "tests/integration/site.h"
#include "tests/test.h"

#undef fail

/* ---- the line ---- */

static void wrong_usage_is_said_before_anything_is_sent(void **state)
{
	(void)state;
	static const char *const lines[][4] = {
	    {"submti", "x"}, {"submit"},  {"status", "--fromat", "csv"},     {"status", "--format", "xml"},
	    {"trend"},       {"history"}, {"status", "--query", "nonsense"}, {"tag"}};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct cli c = cli_run((const char *const[]){lines[i][0], lines[i][1], lines[i][2], NULL}, NULL);
		cli_expect(&c, 2, "varde: ");
		assert_string_equal(c.out, "");
		cli_free(&c);
	}
	struct cli c = CLI("{\"submission\": {\"mode\": 1}}", "submit", "-", "--round", "r");
	cli_expect(&c, 2, "--round is for tables");
	cli_free(&c);
	c = CLI("{\"submission\": {\"mode\": 1.5, \"x\": 2}}", "submit", "-");
	cli_expect(&c, 1, "standard input: submission.mode: ");
	cli_expect(&c, 1, "nothing was sent: 2 faults");
	cli_free(&c);
	c = CLI(NULL, "submit", "/nowhere/at/all");
	cli_expect(&c, 4, "cannot read /nowhere/at/all");
	cli_free(&c);
}

static void every_command_has_help_with_an_example(void **state)
{
	(void)state;
	static const char *const commands[] = {"define",  "submit", "event",   "tag",     "snapshot",
					       "history", "trend",  "lineage", "overlap", "changes",
					       "watch",   "status", "key",     "json",    "csv"};
	struct cli all = CLI(NULL, "help");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		struct cli c = CLI(NULL, "help", commands[i]);
		cli_expect(&c, 0, commands[i]);
		cli_expect(&all, 0, commands[i]);
		cli_free(&c);
	}
	cli_free(&all);
	struct cli c = CLI(NULL, "help", "nothing");
	cli_expect(&c, 2, NULL);
	cli_free(&c);
}

/* ---- the real daemon ---- */

static const char definitions[] =
    "{\"sources\": [{\"id\": \"s\", \"title\": \"A report\"}],"
    " \"code_lists\": [{\"id\": \"levels\", \"codes\": [{\"code\": \"local\"}, {\"code\": \"higher\"},"
    "   {\"code\": \"total\", \"total\": true}]}],"
    " \"indicators\": [{\"id\": \"count\", \"label\": \"Arrangements\", \"type\": \"count\", \"over_units\": "
    "\"distinct\","
    "   \"over_time\": \"none\", \"dimensions\": [{\"id\": \"level\", \"code_list\": \"levels\", \"aggregation\": "
    "\"additive\"}]}],"
    " \"surveys\": [{\"id\": \"v\", \"title\": \"Survey\"}],"
    " \"rounds\": [{\"id\": \"r-2010\", \"survey\": \"v\", \"reference\": \"2010\", \"frame\": 2},"
    "   {\"id\": \"r-2014\", \"survey\": \"v\", \"reference\": \"2014\", \"frame\": 2}]}";

static const char units[] = "id,kind,names,part_of,code:nr\nn,county,Nordland,,18\nb,municipality,Bodø,n,1804\n"
			    "h,municipality,Herøy,n,1818\n";

static const char counts[] =
    "year,municipality,local,higher,total\n2010,Bodø,10,5,15\n2010,Herøy,3,1,4\n2014,Bodø,20,9,29\n"
    "2014,Herøy,6,1,8\n";

#define WIDE                                                                                                           \
	"--input", "csv", "--source", "s", "--indicator", "count", "--round-from", "r-{year}", "--column",             \
	    "unit_name=municipality", "--value-column", "local=level:local", "--value-column", "higher=level:higher",  \
	    "--value-column", "total=level:total"

static void fill(struct site *s)
{
	struct cli c = CLI(definitions, "define", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(units, "submit", "-", "--input", "csv", "--table", "units", "--source", "s", AT);
	cli_expect(&c, 0, "3 units");
	cli_free(&c);
	c = CLI(counts, "submit", "-", WIDE, AT);
	cli_expect(&c, 0, "6 observations of r-2014");
	/* 6 + 1 is not 8: kept, and flagged with the cell. */
	cli_expect(&c, 0, "SUM_MISMATCH");
	cli_expect(&c, 0, "row 5, total");
	cli_free(&c);
}

static void a_wide_table_becomes_a_trend(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli c =
	    CLI(NULL, "trend", "count", "--unit", "name=Bodø", "--dim", "level:total", "--measure", "value", AT);
	cli_expect(&c, 0, "Arrangements");
	cli_expect(&c, 0, "29");
	cli_expect(&c, 0, "r-2010");
	assert_null(strchr(c.out, '\033')); /* no colour in a pipe */
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:total", "--measure", "sum,mean", "--group-by", "county", AT);
	cli_expect(&c, 0, "sum refused: ");
	cli_expect(&c, 0, "18.5");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:total", "--measure", "mean", "--format", "json", AT);
	json_t *j = json_loads(c.out, 0, NULL);
	assert_non_null(j);
	json_t *rows = json_object_get(json_object_get(j, "trend"), "rows");
	assert_int_equal(json_array_size(rows), 2);
	json_decref(j);
	cli_free(&c);
}

static void a_snapshot_and_a_history_are_shown(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli c = CLI(NULL, "snapshot", "name=Bodø", AT);
	cli_expect(&c, 0, "nr=1804");
	cli_expect(&c, 0, "1 units");
	cli_free(&c);
	c = CLI(NULL, "snapshot", "--in", "n", "--units", "--format", "csv", AT);
	cli_expect(&c, 0, "id,kind,names");
	cli_expect(&c, 0, "h,municipality,Herøy,nr=1818");
	cli_free(&c);
	c = CLI(NULL, "snapshot", "--format", "csv", AT);
	cli_expect(&c, 2, "one kind of row");
	cli_free(&c);
	c = CLI(NULL, "history", "code=1804,scheme=nr", AT);
	cli_expect(&c, 0, "level=total");
	cli_free(&c);
	c = CLI(NULL, "history", "name=Bodo", AT);
	cli_expect(&c, 1, "varde: ");
	cli_free(&c);
}

static void a_question_that_cannot_be_answered_says_what_to_write_instead(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli c = CLI("id,kind,names\nh-15,municipality,Herøy\n", "submit", "-", "--input", "csv", "--table",
			   "units", "--source", "s", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(NULL, "snapshot", "name=Herøy", AT);
	cli_expect(&c, 1, "more than one unit: say which: ");
	cli_expect(&c, 1, "h-15");
	cli_free(&c);
	c = CLI(NULL, "snapshot", "code=1804", AT);
	cli_expect(&c, 2, "add ,scheme=SCHEME");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "levle:total", AT);
	cli_expect(&c, 1, "has no dimension \"levle\"");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:totl", AT);
	cli_expect(&c, 1, "has no code \"totl\"");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--unit", "n", AT);
	cli_expect(&c, 1, "nothing is on record of Nordland itself: ask for what is inside");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--as-of", "2001-01-01", AT);
	cli_expect(&c, 1, "nothing was known yet at 2001-01-01"); /* not: as_of is given twice */
	cli_free(&c);
	c = CLI(NULL, "history", "b", AT);
	cli_expect(&c, 0, "b; n"); /* whom a link joins */
	cli_free(&c);
	c = CLI(NULL, "submit", s->d.dir, AT);
	cli_expect(&c, 4, s->d.dir);
	cli_free(&c);
}

static void what_is_refused_is_told_with_row_and_column(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli c = CLI("year,municipality,local,higher,total\n2014,Bodoe,1,1,2\n", "submit", "-", WIDE, AT);
	cli_expect(&c, 1, "refused");
	cli_expect(&c, 1, "row 2, local");
	cli_expect(&c, 1, "Bodoe");
	cli_free(&c);
	c = CLI("year,municipality,local,higher,total\n2014,Bodø,1,,2\n", "submit", "-", WIDE, AT);
	cli_expect(&c, 1, "standard input: row 2, column higher: ");
	cli_expect(&c, 1, "--blank");
	cli_free(&c);
}

static char *revision_of(struct site *s)
{
	static char text[40];
	struct cli c = CLI(NULL, "status", "--format", "json", AT);
	json_t *j = json_loads(c.out, 0, NULL);
	assert_non_null(j);
	json_int_t n = json_integer_value(json_object_get(json_object_get(j, "status"), "durable_revision"));
	snprintf(text, sizeof text, "%lld", (long long)n);
	json_decref(j);
	cli_free(&c);
	return text;
}

static void a_dry_run_and_a_rerun_store_nothing_more(void **state)
{
	struct site *s = *state;
	char before[40];
	fill(s);
	snprintf(before, sizeof before, "%s", revision_of(s));
	struct cli c = CLI(NULL, "tag", "report", "--dry-run", AT);
	cli_expect(&c, 0, "would accept");
	cli_free(&c);
	assert_string_equal(revision_of(s), before);
	c = CLI(NULL, "tag", "report", "--id-from-content", AT);
	cli_expect(&c, 0, "accepted");
	char *first = strdup(c.out);
	cli_free(&c);
	snprintf(before, sizeof before, "%s", revision_of(s));
	c = CLI(NULL, "tag", "report", "--id-from-content", AT);
	cli_expect(&c, 0, "accepted");
	assert_string_equal(c.out, first);
	assert_string_equal(revision_of(s), before);
	free(first);
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:total", "--measure", "mean", "--as-of", "tag:report", AT);
	cli_expect(&c, 0, "18.5");
	cli_free(&c);
	c = CLI(NULL, "trend", "count", "--dim", "level:total", "--measure", "mean", "--as-of", "tag:nothing", AT);
	cli_expect(&c, 1, "nothing");
	cli_free(&c);
}

static void changes_and_watch_tell_the_same_lines(void **state)
{
	struct site *s = *state;
	fill(s);
	struct cli changes = CLI(NULL, "changes", "--from", "1", "--format", "json", AT);
	struct cli watch = CLI(NULL, "watch", "--from", "1", "--idle", "300ms", "--format", "json", AT);
	cli_expect(&changes, 0, "\"revision\":2");
	cli_expect(&watch, 0, NULL);
	assert_string_equal(changes.out, watch.out);
	cli_free(&changes);
	cli_free(&watch);
	watch = CLI(NULL, "watch", "--idle", "200ms", AT);
	cli_expect(&watch, 0, NULL);
	assert_string_equal(watch.out, "");
	cli_free(&watch);
	changes = CLI(NULL, "changes", "--unit", "b", AT);
	cli_expect(&changes, 0, "asserted observation b: count level=total 2014: 29");
	cli_free(&changes);
	changes = CLI(NULL, "changes", "--kind", "nonsense", AT);
	cli_expect(&changes, 2, "asserted");
	cli_free(&changes);
}

static void a_title_forges_no_line_of_the_change_log_and_steers_no_terminal(void **state)
{
	struct site *s = *state;
	struct cli c = CLI("{\"define\": {\"sources\": [{\"id\": \"s\", \"title\": "
			   "\"S\\u001b[2J\\u202eon\\n9 2026 retracted unit b\"}]}}",
			   "define", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(NULL, "changes", "--from", "1", AT);
	cli_expect(&c, 0, "defined definition: source s: S\\x1b[2J\\xe2\\x80\\xaeon\\x0a9 2026 retracted unit b\n");
	assert_null(strchr(c.out, '\033'));
	cli_free(&c);
}

static const char structure[] =
    "{\"submission\": {\"mode\": \"patch\", \"source\": \"s\", \"units\": ["
    "  {\"id\": \"a\", \"kind\": \"county\", \"names\": [\"A \\\"old\\\"\"]}, {\"id\": \"m\", \"kind\": "
    "\"municipality\", "
    "\"names\": [\"M\"], \"part_of\": \"a\"},"
    "  {\"id\": \"z\", \"kind\": \"county\", \"names\": [\"Z\"]}, {\"id\": \"ag\", \"kind\": \"agency\", \"names\": "
    "[\"Ag\"]},"
    "  {\"id\": \"r\", \"kind\": \"agency-region\", \"names\": [\"R\"], \"part_of\": \"ag\"}],"
    " \"links\": [{\"type\": \"covers\", \"from\": \"r\", \"to\": \"a\", \"role\": \"fixed\", \"valid_from\": "
    "\"2017\"}]}}";

static const char merger[] =
    "{\"event\": {\"id\": \"e\", \"type\": \"merging\", \"effective\": \"2020-01-01\", \"status\": "
    "\"effective\", \"source\": \"s\", \"sources\": [\"a\", \"z\"], \"targets\": [{\"id\": \"az\", "
    "\"names\": [\"AZ\"]}]}}";

static void change_shape(struct site *s)
{
	fill(s);
	struct cli c = CLI(structure, "submit", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
	c = CLI(merger, "event", "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
}

static void lineage_is_shown_as_rows_tree_and_graph(void **state)
{
	struct site *s = *state;
	change_shape(s);
	struct cli c = CLI(NULL, "lineage", "az", AT);
	cli_expect(&c, 0, "3 units");
	cli_expect(&c, 0, "2 flows");
	cli_expect(&c, 0, "merging");
	cli_free(&c);
	c = CLI(NULL, "lineage", "az", "--format", "tree", AT);
	cli_expect(&c, 0,
		   "AZ (az), since 2020-01-01\ncame from\n├─ 2020-01-01 merging e: A \"old\" (a), until 2020-01-01\n");
	cli_expect(&c, 0, "└─ 2020-01-01 merging e: Z (z), until 2020-01-01\n");
	assert_null(strstr(c.out, "went to"));
	cli_free(&c);
	c = CLI(NULL, "lineage", "a", "--forward", "--format", "tree", AT);
	cli_expect(&c, 0, "went to\n└─ 2020-01-01 merging e: AZ (az)");
	cli_free(&c);
	c = CLI(NULL, "lineage", "az", "--format", "dot", AT);
	cli_expect(&c, 0, "digraph lineage {\n");
	cli_expect(&c, 0, "\"a\" -> \"az\" [label=\"merging\\n2020-01-01\"];\n");
	cli_expect(&c, 0, "A \\\"old\\\"");
	cli_free(&c);
	c = CLI(NULL, "lineage", "az", "--format", "csv", AT);
	cli_expect(&c, 0, "from,to,event,type,date");
	cli_expect(&c, 0, "a,az,e,merging,2020-01-01");
	cli_free(&c);
	c = CLI(NULL, "lineage", "az", "--format", "json", AT);
	json_t *j = json_loads(c.out, 0, NULL);
	assert_non_null(j);
	assert_int_equal(json_array_size(json_object_get(json_object_get(j, "lineage"), "edges")), 2);
	json_decref(j);
	cli_free(&c);
	c = CLI(NULL, "lineage", "nobody", AT);
	cli_expect(&c, 1, "varde: ");
	cli_free(&c);
	c = CLI(NULL, "status", "--format", "dot", AT);
	cli_expect(&c, 2, "one of table, csv, json");
	cli_free(&c);
}

static void overlap_is_shown_with_its_spans(void **state)
{
	struct site *s = *state;
	change_shape(s);
	struct cli c = CLI(NULL, "overlap", "agency-region", "county", "--valid-at", "2020-06-01", "--in-a", "ag", AT);
	cli_expect(&c, 0, "1 pairs");
	cli_expect(&c, 0, "a in b");
	cli_expect(&c, 0, "How many of the other kind");
	cli_free(&c);
	c = CLI(NULL, "overlap", "agency-region", "county", "--valid-at", "2020-06-01", "--format", "csv", AT);
	cli_expect(&c, 0, "a,a_name,b,b_name,extent,contains,common,apart,parts,certainty\n");
	cli_expect(&c, 0, "r,R,az,AZ,part,a in b,1,Z,,\n");
	cli_free(&c);
	c = CLI(NULL, "overlap", "agency-region", "county", "--valid-at", "2020-06-01", "--crossing", "--format", "csv",
		AT);
	cli_expect(&c, 0, NULL);
	assert_null(strstr(c.out, "r,R"));
	cli_free(&c);
	c = CLI(NULL, "overlap", "county", AT);
	cli_expect(&c, 2, "two kinds");
	cli_free(&c);
	c = CLI(NULL, "overlap", "county", "parish", AT);
	cli_expect(&c, 1, "parish");
	cli_free(&c);
}

static void an_output_file_appears_when_it_is_whole(void **state)
{
	struct site *s = *state;
	char path[220], text[64] = "";
	snprintf(path, sizeof path, "%s/answer.csv", s->d.dir);
	struct cli c = CLI(NULL, "history", "name=nobody", "--output", path, "--format", "csv", AT);
	cli_expect(&c, 1, NULL);
	cli_free(&c);
	fill(s);
	c = CLI(NULL, "snapshot", "--units", "--output", path, "--format", "csv", AT);
	cli_expect(&c, 0, NULL);
	assert_string_equal(c.out, "");
	cli_free(&c);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof text, f));
	assert_memory_equal(text, "id,kind,", 8);
	fclose(f);
	c = CLI(NULL, "snapshot", "--output", "/nowhere/at/all", AT);
	cli_expect(&c, 2, "cannot write");
	cli_free(&c);
}

static void a_server_that_stops_is_missed(void **state)
{
	struct site *s = *state;
	daemon_signal(&s->d, SIGSTOP);
	struct cli c = CLI(NULL, "status", "--deadline", "700ms", AT);
	cli_expect(&c, 3, NULL);
	assert_true(c.took_ms < 5000);
	cli_free(&c);
	daemon_signal(&s->d, SIGCONT);
	c = CLI(NULL, "status", AT);
	cli_expect(&c, 0, "durable revision");
	cli_free(&c);
}

int main(void)
{
#define D(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wrong_usage_is_said_before_anything_is_sent),
	    cmocka_unit_test(every_command_has_help_with_an_example),
	    D(a_wide_table_becomes_a_trend),
	    D(a_snapshot_and_a_history_are_shown),
	    D(a_question_that_cannot_be_answered_says_what_to_write_instead),
	    D(what_is_refused_is_told_with_row_and_column),
	    D(a_dry_run_and_a_rerun_store_nothing_more),
	    D(changes_and_watch_tell_the_same_lines),
	    D(a_title_forges_no_line_of_the_change_log_and_steers_no_terminal),
	    D(lineage_is_shown_as_rows_tree_and_graph),
	    D(overlap_is_shown_with_its_spans),
	    D(an_output_file_appears_when_it_is_whole),
	    D(a_server_that_stops_is_missed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
