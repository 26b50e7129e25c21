/* SPDX-License-Identifier: Apache-2.0
 *
 * test_options.c - the command line is understood, or refused with a sentence that helps.
 */
#include "tests/test.h"
#include <unistd.h>
#include "clients/options.h"
#include "clients/ref.h"

static struct arena *arena;
static struct why why;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

static enum err parse(struct options *o, const char *const *words)
{
	const char *argv[16] = {"varde"};
	int argc = 1;
	for (; words[argc - 1]; argc++)
		argv[argc] = words[argc - 1];
	why = (struct why){{0}};
	return options_parse(argc, argv, arena, o, &why);
}
#define PARSE(o, ...) parse(o, (const char *[]){__VA_ARGS__, NULL})

static void options_may_stand_anywhere(void **state)
{
	(void)state;
	struct options o;
	assert_ok(
	    PARSE(&o, "--format=json", "snapshot", "-o", "x", "name=Bodø", "--dim", "a:b", "--dim=c:d", "--", "--odd"));
	assert_int_equal(o.command, CMD_SNAPSHOT);
	assert_int_equal(o.n_args, 2);
	assert_string_equal(o.args[1], "--odd");
	assert_string_equal(option_text(&o, OPT_FORMAT, ""), "json");
	assert_string_equal(option_text(&o, OPT_OUTPUT, ""), "x");
	assert_int_equal(o.given[OPT_DIM].n, 2);
	assert_false(option_given(&o, OPT_UNITS));
}

static void a_value_that_may_be_left_out_is_one_of_its_words(void **state)
{
	(void)state;
	struct options o;
	assert_ok(PARSE(&o, "trend", "--plot", "arrangements"));
	assert_string_equal(option_text(&o, OPT_PLOT, "none"), "");
	assert_int_equal(o.n_args, 1);
	assert_ok(PARSE(&o, "trend", "--plot", "bars", "arrangements"));
	assert_string_equal(option_text(&o, OPT_PLOT, "none"), "bars");
	assert_int_equal(o.n_args, 1);
	assert_ok(PARSE(&o, "trend", "arrangements", "--plot=slopes", "--plot-to", "x.svg"));
	assert_string_equal(option_text(&o, OPT_PLOT, "none"), "slopes");
	assert_ok(PARSE(&o, "trend", "arrangements", "--plot"));
	assert_true(option_given(&o, OPT_PLOT));
	assert_ok(PARSE(&o, "trend", "--plot", "line")); /* a word that only begins like one */
	assert_int_equal(o.n_args, 1);
}

static void a_format_is_of_its_commands(void **state)
{
	(void)state;
	struct options o;
	enum format f;
	assert_ok(PARSE(&o, "count", "units", "--format", "sdmx-csv"));
	assert_ok(option_format(&o, &f, &why));
	assert_int_equal(f, FORMAT_SDMX_CSV);
	assert_ok(PARSE(&o, "status", "--format", "json-stat"));
	assert_err(ERR_INVALID, option_format(&o, &f, &why));
	assert_non_null(strstr(why.text, "is for `varde snapshot`, `varde trend`, `varde count`"));
}

static void what_is_misspelt_is_answered_with_what_is_near(void **state)
{
	(void)state;
	struct options o;
	assert_err(ERR_INVALID, PARSE(&o, "submitt", "x"));
	assert_non_null(strstr(why.text, "`varde submit`"));
	assert_err(ERR_INVALID, PARSE(&o, "submit", "x", "--dry-rum"));
	assert_non_null(strstr(why.text, "--dry-run"));
	assert_err(ERR_INVALID, PARSE(&o, "status", "--group-by", "county"));
	assert_non_null(strstr(why.text, "`varde status` has no option --group-by"));
}

static void what_is_incomplete_is_refused(void **state)
{
	(void)state;
	struct options o;
	assert_err(ERR_INVALID, parse(&o, (const char *[]){NULL}));
	assert_err(ERR_INVALID, PARSE(&o, "status", "--query"));
	assert_err(ERR_INVALID, PARSE(&o, "submit", "--dry-run=yes", "x"));
	assert_err(ERR_INVALID, PARSE(&o, "status", "--query", "a", "--query", "b"));
	assert_err(ERR_INVALID, PARSE(&o, "status", "-x"));
}

static void help_is_asked_for_in_three_ways(void **state)
{
	(void)state;
	struct options o;
	assert_ok(PARSE(&o, "submit", "--help"));
	assert_int_equal(o.command, CMD_HELP);
	assert_string_equal(o.args[0], "submit");
	assert_ok(PARSE(&o, "-h"));
	assert_int_equal(o.command, CMD_HELP);
	assert_int_equal(o.n_args, 0);
	assert_ok(PARSE(&o, "help", "trend"));
	assert_string_equal(o.args[0], "trend");
}

static void numbers_and_times_are_checked(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned ms;
	} good[] = {{"10", 10000}, {"10s", 10000}, {"500ms", 500}, {"2m", 120000}, {"1h", 3600000}};
	static const char *const bad[] = {"", "0", "-1", "1.5", "10x", "ms", "99999999999999999999", "25h"};
	struct options o;
	unsigned ms;
	uint64_t n;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_ok(PARSE(&o, "status", "--deadline", good[i].text));
		assert_ok(option_duration(&o, OPT_DEADLINE, 7, &ms, &why));
		assert_int_equal(ms, good[i].ms);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_ok(PARSE(&o, "status", "--deadline", bad[i]));
		assert_err(ERR_INVALID, option_duration(&o, OPT_DEADLINE, 7, &ms, &why));
	}
	assert_ok(PARSE(&o, "watch", "--from", "18446744073709551615"));
	assert_ok(option_number(&o, OPT_FROM, 0, UINT64_MAX, &n, &why));
	assert_true(n == UINT64_MAX);
	assert_err(ERR_INVALID, option_number(&o, OPT_FROM, 0, INT64_MAX, &n, &why));
	assert_ok(PARSE(&o, "watch", "--from", "18446744073709551616"));
	assert_err(ERR_INVALID, option_number(&o, OPT_FROM, 0, UINT64_MAX, &n, &why));
}

static void as_of_is_a_revision_a_time_or_a_tag(void **state)
{
	(void)state;
	struct options o;
	struct msg_query_request q = {0};
	assert_ok(PARSE(&o, "trend", "i", "--as-of", "17", "--min-revision", "3"));
	assert_ok(option_as_of(&o, &q, &why));
	assert_int_equal(q.as_of_revision, 17);
	assert_int_equal(q.min_revision, 3);
	q = (struct msg_query_request){0};
	assert_ok(PARSE(&o, "trend", "i", "--as-of", "tag:report"));
	assert_ok(option_as_of(&o, &q, &why));
	assert_string_equal(q.as_of_tag, "report");
	assert_ok(PARSE(&o, "trend", "i", "--as-of", "2026-11-21"));
	assert_ok(option_as_of(&o, &q, &why));
	assert_string_equal(q.as_of_time, "2026-11-21T23:59:59.999999Z");
	q = (struct msg_query_request){0}; /* a day begins with digits, and was once taken for a revision as well */
	assert_ok(option_as_of(&o, &q, &why));
	assert_int_equal(q.as_of_revision, 0);
	static const char *const bad[] = {"0", "tag:", "yesterday", "2026-11", "17x"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_ok(PARSE(&o, "trend", "i", "--as-of", bad[i]));
		assert_err(ERR_INVALID, option_as_of(&o, &q, &why));
	}
}

static void a_unit_is_an_id_a_code_or_a_name(void **state)
{
	(void)state;
	struct msg_unit_ref *u = ref_parse("k:1804", arena, &why);
	assert_string_equal(u->id->id, "k:1804");
	u = ref_parse("code=1804,scheme=kommunenummer", arena, &why);
	assert_string_equal(u->code->code, "1804");
	assert_string_equal(u->code->scheme, "kommunenummer");
	u = ref_parse("name=Bø, Telemark,kind=municipality,within=c-08", arena, &why);
	assert_string_equal(u->name->name, "Bø, Telemark");
	assert_string_equal(u->name->within, "c-08");
	static const char *const bad[] = {"name=a,code=b", "kind=x", "name=a,name=b", "scheme=x", "code=1,within=x"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		why = (struct why){{0}};
		assert_null(ref_parse(bad[i], arena, &why));
		assert_true(*why.text);
	}
	why = (struct why){{0}};
	assert_null(ref_parse("", arena, &why));
	assert_string_equal(why.text, "");
}

static void the_server_is_found_by_name_by_file_or_by_endpoints(void **state)
{
	(void)state;
	struct options o;
	struct varde_options w;
	assert_ok(PARSE(&o, "status", "--server", "registry.example", "--feed", "ipc:///f"));
	assert_ok(option_server(&o, &w, &why));
	assert_string_equal(w.query, "tcp://registry.example:5671");
	assert_string_equal(w.feed, "ipc:///f");
	assert_ok(PARSE(&o, "status", "--server", "tcp://x:1"));
	assert_err(ERR_INVALID, option_server(&o, &w, &why));
	assert_ok(PARSE(&o, "status", "--endpoints", "/nowhere/at/all"));
	assert_err(ERR_NOT_FOUND, option_server(&o, &w, &why));
	assert_ok(PARSE(&o, "status", "--server-key", "short"));
	assert_err(ERR_INVALID, option_server(&o, &w, &why));

	char path[] = "/tmp/varde-test-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	static const char text[] =
	    "ingest=tcp://h:1\nquery=tcp://h:2 ipc:///q\nfeed=tcp://h:3\nquery_curve=tcp://h:9\n";
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	assert_ok(PARSE(&o, "status", "--endpoints", path));
	assert_ok(option_server(&o, &w, &why));
	assert_string_equal(w.ingest, "tcp://h:1");
	assert_string_equal(w.query, "tcp://h:2");
	assert_ok(PARSE(&o, "status", "--endpoints", path, "--server-key", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"));
	assert_ok(option_server(&o, &w, &why));
	assert_string_equal(w.query, "tcp://h:9");
	assert_string_equal(w.feed, "tcp://h:3");
	unlink(path);
}

static void every_option_has_a_command_and_a_sentence(void **state)
{
	(void)state;
	for (int i = 0; i < OPTION_COUNT; i++) {
		assert_true(option_rows[i].commands != 0);
		assert_true(strlen(option_rows[i].doc) > 8);
		for (int k = 0; k < i; k++) {
			assert_string_not_equal(option_rows[i].name, option_rows[k].name);
			assert_false(option_rows[i].letter && option_rows[i].letter == option_rows[k].letter);
		}
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(options_may_stand_anywhere),
	    T(a_value_that_may_be_left_out_is_one_of_its_words),
	    T(a_format_is_of_its_commands),
	    T(what_is_misspelt_is_answered_with_what_is_near),
	    T(what_is_incomplete_is_refused),
	    T(help_is_asked_for_in_three_ways),
	    T(numbers_and_times_are_checked),
	    T(as_of_is_a_revision_a_time_or_a_tag),
	    T(a_unit_is_an_id_a_code_or_a_name),
	    T(the_server_is_found_by_name_by_file_or_by_endpoints),
	    T(every_option_has_a_command_and_a_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
