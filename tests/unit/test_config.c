/* SPDX-License-Identifier: Apache-2.0
 *
 * test_config.c - what an operator may write, and the sentence for what not.
 */
#include <unistd.h>
#include "daemon/config.h"
#include "tests/test.h"

static struct config c;

static int fresh(void **state)
{
	(void)state;
	config_init(&c);
	return 0;
}

static void assert_says(const struct why *why, const char *want)
{
	if (!strstr(why->text, want))
		fail_msg("\"%s\" does not say \"%s\"", why->text, want);
}

static void the_defaults_are_in_order(void **state)
{
	(void)state;
	struct why why = {0};
	assert_ok(config_check(&c, &why));
	assert_string_equal(c.ingest, "tcp://127.0.0.1:5670");
	assert_string_equal(c.query, "tcp://127.0.0.1:5671");
	assert_string_equal(c.feed, "tcp://127.0.0.1:5672");
	assert_true(c.create);
	assert_int_equal(c.clock_ahead_max_days, 400);
	assert_int_equal(c.behind_max, 65536);
}

static void a_file_sets_what_it_names(void **state)
{
	(void)state;
	assert_ok(config_text(
	    &c, "f", "# a comment\n\nstore = /srv/varde\ningest =\ncreate = no\nframe-max = 2MiB ; two\n", NULL));
	assert_string_equal(c.store, "/srv/varde");
	assert_string_equal(c.ingest, "");
	assert_false(c.create);
	assert_int_equal(c.frame_max, 2 * MIB);
	assert_string_equal(c.query, "tcp://127.0.0.1:5671");
}

static void a_fault_in_a_file_is_one_sentence_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} bad[] = {
	    {"store = /x\nstoer = /y\n", "f, line 2: there is no parameter \"stoer\""},
	    {"readers = 0\n", "f, line 1: readers: \"0\" is not a number from 1 to 64 (threads)"},
	    {"readers = 65\n", "readers: \"65\" is not a number from 1 to 64"},
	    {"readers = 2x\n", "readers: \"2x\""},
	    {"readers = -1\n", "readers: \"-1\""},
	    {"readers = 99999999999999999999999\n", "is not a number from 1 to 64"},
	    {"frame-max = 1PiB\n", "frame-max: \"1PiB\" is not a number from 1KiB to 256MiB (bytes)"},
	    {"frame-max = 18446744073709551615TiB\n", "is not a number from 1KiB"},
	    {"create = maybe\n", "create: \"maybe\" is neither yes nor no"},
	    {"\n\nstore\n", "f, line 3: "},
	    {"[ingest]\nqueue = 10\n", "the file has no sections"},
	    {"queue = 10\nqueue = 20\n", "f, line 2: queue is said twice"},
	    {"accept-clock = 2026-11-21T\n", "longer than 10 (date)"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct why why = {0};
		config_init(&c);
		if (config_text(&c, "f", bad[i].text, &why) == ERR_OK)
			fail_msg("taken: %s", bad[i].text);
		assert_says(&why, bad[i].says);
		assert_int_equal(c.readers, 2); /* the default */
	}
	char text[300];
	struct why why = {0};
	snprintf(text, sizeof text, "a = b\nstore = /%0*d\n", 250, 0);
	assert_err(ERR_INVALID, config_text(&c, "f", text, &why));
	assert_says(&why, "f, line 2: longer than");
}

static void what_no_single_value_shows_is_checked(void **state)
{
	(void)state;
	static const struct {
		const char *name, *value, *says;
	} bad[] = {
	    {"ingest", "tcp://0.0.0.0:5670",
	     "\"tcp://0.0.0.0:5670\" is not on loopback, and only ingest-curve may leave it"},
	    {"query", "tcp://*:5670", "is not on loopback"},
	    {"feed", "tcp://127.0.0.1:0;0.0.0.0:5672", "is not on loopback"},
	    {"feed", "tcp://127.example.org:5672", "is not on loopback"},
	    {"feed", "tcp://127.1:5672", "is not on loopback"},
	    {"feed", "tcp://[::1]:0;[::]:5672", "is not on loopback"},
	    {"feed", "tcp://192.0.2.1:5670", "is not on loopback"},
	    {"feed", "tcp://127.0.0.1", "is neither tcp://ADDRESS:PORT nor ipc://PATH"},
	    {"feed", "tcp://127.0.0.1:70000", "is neither"},
	    {"feed", "udp://127.0.0.1:7", "is neither"},
	    {"feed", "ipc://", "is neither"},
	    {"feed", "ipc://a ipc://b ipc://c ipc://d ipc://e", "more than 4 endpoints"},
	    {"query-curve", "tcp://*:5670", "query-curve needs server-key"},
	    {"query-curve", "ipc:///x", "CURVE is for tcp; query takes ipc"},
	    {"message-max", "8MiB", "message-max: 8388608 is more than frame-max (4194304 bytes)"},
	    {"accept-clock", "2026-11", "\"2026-11\" is not a day"},
	    {"log-level", "loud", "\"loud\" is none of err, warn, info, debug"},
	    {"store", "", "store: the directory is missing"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct why why = {0};
		config_init(&c);
		assert_ok(config_set(&c, bad[i].name, bad[i].value, NULL));
		assert_err(ERR_INVALID, config_check(&c, &why));
		assert_says(&why, bad[i].says);
	}
	config_init(&c);
	assert_ok(config_set(&c, "ingest", "tcp://127.0.0.1:* ipc:///run/varde/ingest tcp://[::1]:0", NULL));
	assert_ok(config_set(&c, "query-curve", "tcp://*:5671", NULL));
	assert_ok(config_set(&c, "server-key", "/k", NULL));
	assert_err(ERR_INVALID, config_check(&c, NULL));
	assert_ok(config_set(&c, "client-keys", "/d", NULL));
	assert_ok(config_check(&c, NULL));
}

static enum err args(enum config_job *job, struct why *why, const char *a, const char *b, const char *d)
{
	char words[3][128];
	char *argv[4] = {0};
	const char *in[] = {a, b, d};
	int n = 0;
	for (; n < 3 && in[n]; n++) {
		snprintf(words[n], sizeof words[n], "%s", in[n]);
		argv[n] = words[n];
	}
	return config_args(&c, n, argv, job, why);
}

static void flags_come_in_two_forms_and_win_over_the_file(void **state)
{
	(void)state;
	enum config_job job;
	char path[] = "/tmp/varde.config.XXXXXX", flag[64];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "readers = 5\nqueue = 50\n", 23), 23);
	close(fd);
	snprintf(flag, sizeof flag, "--config=%s", path);
	assert_ok(args(&job, NULL, "--readers=7", flag, "--check"));
	assert_int_equal(job, CONFIG_CHECK);
	assert_int_equal(c.readers, 7);
	assert_int_equal(c.queue, 50);
	config_init(&c);
	assert_ok(args(&job, NULL, flag, "--queue", "60"));
	assert_int_equal(job, CONFIG_RUN);
	assert_int_equal(c.readers, 5);
	assert_int_equal(c.queue, 60);
	unlink(path);
	struct why why = {0};
	assert_err(ERR_NOT_FOUND, args(&job, &why, flag, NULL, NULL));
	assert_says(&why, path);
}

static void a_wrong_flag_is_one_sentence(void **state)
{
	(void)state;
	enum config_job job;
	struct why why = {0};
	assert_err(ERR_NOT_FOUND, args(&job, &why, "--config=/dev/null", "--raeders=1", NULL));
	assert_says(&why, "there is no parameter \"raeders\"");
	assert_err(ERR_INVALID, args(&job, &why, "--config=/dev/null", "--readers", NULL));
	assert_says(&why, "--readers needs a value");
	assert_err(ERR_INVALID, args(&job, &why, "--config=/dev/null", "start", NULL));
	assert_says(&why, "\"start\" is not a flag");
	assert_err(ERR_INVALID, args(&job, &why, "--check", "--verify", NULL));
	assert_says(&why, "--verify: only one job at a time");
	assert_ok(args(&job, &why, "--help", NULL, NULL));
	assert_int_equal(job, CONFIG_HELP);
}

static void what_is_dumped_reads_back_the_same(void **state)
{
	(void)state;
	assert_ok(config_set(&c, "frame-max", "3145729", NULL));
	assert_ok(config_set(&c, "store", "/srv/a b", NULL));
	assert_ok(config_set(&c, "create", "no", NULL));
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	assert_non_null(f);
	config_dump(&c, f);
	fclose(f);
	struct config again;
	struct why why = {0};
	config_init(&again);
	if (config_text(&again, "dump", text, &why))
		fail_msg("%s", why.text);
	assert_memory_equal(&again, &c, sizeof c);
	free(text);
}

static void endpoints_are_split_at_blanks(void **state)
{
	(void)state;
	char e[ENDPOINTS_MAX][ENDPOINT_TEXT];
	assert_int_equal(config_endpoints("", e), 0);
	assert_int_equal(config_endpoints("  a \t b  ", e), 2);
	assert_string_equal(e[0], "a");
	assert_string_equal(e[1], "b");
	assert_int_equal(config_endpoints("a b c d", e), 4);
	assert_int_equal(config_endpoints("a b c d e", e), ENDPOINTS_MAX + 1);
	char longest[ENDPOINT_TEXT + 1];
	memset(longest, 'x', ENDPOINT_TEXT);
	longest[ENDPOINT_TEXT] = '\0';
	assert_int_equal(config_endpoints(longest, e), ENDPOINTS_MAX + 1);
	longest[ENDPOINT_TEXT - 1] = '\0';
	assert_int_equal(config_endpoints(longest, e), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(the_defaults_are_in_order, fresh),
	    cmocka_unit_test_setup(a_file_sets_what_it_names, fresh),
	    cmocka_unit_test_setup(a_fault_in_a_file_is_one_sentence_with_its_line, fresh),
	    cmocka_unit_test_setup(what_no_single_value_shows_is_checked, fresh),
	    cmocka_unit_test_setup(flags_come_in_two_forms_and_win_over_the_file, fresh),
	    cmocka_unit_test_setup(a_wrong_flag_is_one_sentence, fresh),
	    cmocka_unit_test_setup(what_is_dumped_reads_back_the_same, fresh),
	    cmocka_unit_test(endpoints_are_split_at_blanks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
