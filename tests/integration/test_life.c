/* SPDX-License-Identifier: Apache-2.0
 *
 * test_life.c - the daemon starts, stops, is killed, runs out of space; and says why it does not start.
 */
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/integration/daemon.h"
#include "tests/integration/raw.h"
#include "tests/test.h"

/* ---- no space ---- */

static void without_space_nothing_is_stored_and_everything_else_goes_on(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--log-map=4MiB", "--reserve=1MiB", NULL});
	struct raw r, q;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_ingest_reply *reply;
	uint64_t id = 0, accepted = 0;
	struct msg_item first = raw_source(&r, "a", 1), last;
	AUTO_BUF struct buf receipt = {0};
	do {
		last = raw_source(&r, arena_printf(r.a, "%0*d", 180, 0), ++id);
		if (id == 1)
			last = first;
		reply = raw_exchange(&r, &last, 1);
		accepted += reply->receipts[0].verdict == VERDICT_ACCEPTED;
		if (id == 1)
			buf_put(&receipt, raw_receipt(&r, 0).data, raw_receipt(&r, 0).len);
	} while (reply->receipts[0].verdict == VERDICT_ACCEPTED && id < 100000);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_NOT_PROCESSED);
	assert_int_equal(reply->receipts[0].error->code, ERROR_CODE_NO_SPACE);
	assert_true(reply->receipts[0].error->retryable);
	assert_true(accepted > 100);
	raw_exchange(&r, &first, 1); /* what is known is known */
	assert_true(slice_eq(raw_receipt(&r, 0), buf_view(&receipt)));
	raw_open(&q, ZMQ_DEALER, d->query, NULL);
	struct msg_status_question status = {0};
	struct msg_query_request ask = {.status = &status, .min_revision = accepted + 1};
	raw_ask(&q, &ask);
	struct msg_query_reply *answer = raw_answer(&q, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_non_null(answer->status);
	assert_int_equal(answer->status->durable_revision, accepted + 1);
	assert_int_equal(answer->status->accepted, accepted);
	raw_close(&q);
	assert_int_equal(daemon_stop(d), 0);
	raw_close(&r);

	/* With room again the same message, with the same id, is taken; its revision is the next. */
	daemon_start(d, NULL);
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item again = raw_source(&r, arena_printf(r.a, "%0*d", 180, 0), id);
	reply = raw_exchange(&r, &again, 1);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_ACCEPTED);
	assert_int_equal(reply->receipts[0].revision, accepted + 2);
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
}

/* ---- life ---- */

static void the_watchdog_is_fed_while_the_threads_turn(void **state)
{
	struct daemon *d = *state;
	d->watchdog_ms = 600;
	daemon_start(d, NULL);
	for (int i = 0; i < 3; i++)
		assert_true(daemon_notified(d, "WATCHDOG=1", 3000));
	daemon_signal(d, SIGTERM);
	assert_true(daemon_notified(d, "STOPPING=1", 3000));
	assert_int_equal(daemon_wait(d, 30000), 0);
}

#define LOADED 3000

static void a_stop_under_load_answers_everything(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	uint64_t accepted = 0, declined = 0;
	for (uint64_t i = 1; i <= LOADED; i++) {
		struct msg_item item = raw_source(&r, "a", i);
		raw_submit(&r, &item, 1);
		if (i == LOADED / 2)
			daemon_signal(d, SIGTERM);
	}
	for (unsigned i = 0; i < LOADED; i++) {
		struct msg_ingest_reply *reply = raw_reply(&r, 3000);
		if (!reply)
			break;
		assert_int_equal(reply->n_receipts, 1);
		if (reply->receipts[0].verdict == VERDICT_ACCEPTED) {
			accepted++;
		} else {
			assert_int_equal(reply->receipts[0].error->code, ERROR_CODE_SHUTTING_DOWN);
			assert_true(reply->receipts[0].error->retryable);
			declined++;
		}
	}
	assert_int_equal(daemon_wait(d, 30000), 0);
	raw_close(&r);
	assert_int_equal(accepted + declined, LOADED);
	/* What was acknowledged is there, and nothing else. */
	daemon_start(d, NULL);
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	raw_ask(&r, &q);
	struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_int_equal(answer->status->durable_revision, accepted + 1);
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
}

static void after_kill_9_all_that_was_acknowledged_is_there(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	for (uint64_t i = 1; i <= 500; i++) {
		struct msg_item item = raw_source(&r, "a", i);
		raw_submit(&r, &item, 1);
	}
	uint64_t newest = 0;
	for (int i = 0; i < 200; i++) {
		struct msg_ingest_reply *reply = raw_reply(&r, RAW_WAIT_MS);
		assert_non_null(reply);
		newest = reply->receipts[0].revision;
	}
	daemon_kill(d);
	raw_close(&r);
	daemon_start(d, NULL);
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	for (uint64_t i = 1; i <= 200; i++) {
		struct msg_item item = raw_source(&r, "a", i);
		struct msg_ingest_reply *reply = raw_exchange(&r, &item, 1);
		assert_int_equal(reply->receipts[0].revision, i + 1);
	}
	assert_int_equal(newest, 201);
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
	assert_int_equal(daemon_run(d, (const char *[]){"--verify", NULL}), 0);
}

static void the_endpoints_file_names_what_was_bound(void **state)
{
	struct daemon *d = *state;
	char arg[200], path[160], text[1024] = "", want[1024];
	snprintf(path, sizeof path, "%s/endpoints", d->dir);
	snprintf(arg, sizeof arg, "--endpoints-file=%s", path);
	daemon_start(d, (const char *[]){arg, NULL});
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof text - 1, f) > 0);
	fclose(f);
	snprintf(want, sizeof want, "ingest=%s\nquery=%s\nfeed=%s\n", d->ingest, d->query, d->feed);
	assert_string_equal(text, want);
	assert_int_equal(daemon_stop(d), 0);
}

/* ---- refusals to start ---- */

static void expect_refusal(struct daemon *d, const char *const *args, int status, const char *line)
{
	truncate(d->log, 0);
	assert_int_equal(daemon_run(d, args), status);
	if (daemon_said(d, line))
		return;
	char *log = daemon_logged(d);
	print_error("%s", log);
	free(log);
	fail_msg("it did not say: %s", line);
}

static void a_store_in_use_is_not_opened_twice(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct daemon other = *d;
	other.pid = 0;
	expect_refusal(&other, NULL, 1, "cannot open the store");
	assert_int_equal(daemon_stop(d), 0);
}

static void a_port_that_is_taken_is_named(void **state)
{
	struct daemon *d = *state;
	char arg[300], want[400];
	struct daemon first;
	daemon_init(&first);
	daemon_start(&first, NULL);
	snprintf(arg, sizeof arg, "--query=%s", first.query);
	snprintf(want, sizeof want, "cannot bind query to %s: Address already in use", first.query);
	expect_refusal(d, (const char *[]){arg, NULL}, 1, want);
	daemon_fini(&first);
}

static void a_store_of_another_format_is_refused(void **state)
{
	struct daemon *d = *state;
	char path[200];
	snprintf(path, sizeof path, "%s/store", d->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/store/log", d->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/store/log/data.mdb", d->dir);
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	for (int i = 0; i < 16384; i++)
		fputc('x', f);
	fclose(f);
	expect_refusal(d, NULL, 1, "cannot open the store");
}

static void no_store_is_made_where_it_may_not_be(void **state)
{
	struct daemon *d = *state;
	expect_refusal(d, (const char *[]){"--store=/proc/nowhere/store", NULL}, 1,
		       "cannot open the store /proc/nowhere/store");
	expect_refusal(d, (const char *[]){"--create=no", NULL}, 1, "cannot open the store");
	expect_refusal(d, (const char *[]){"--zone=Mars/Olympus", NULL}, 1,
		       "the system knows no zone \"Mars/Olympus\"");
	expect_refusal(d, (const char *[]){"--nonsense=1", NULL}, 2, "there is no parameter \"nonsense\"");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, daemon_new, daemon_gone)
	const struct CMUnitTest tests[] = {
	    TEST(without_space_nothing_is_stored_and_everything_else_goes_on),
	    TEST(the_watchdog_is_fed_while_the_threads_turn),
	    TEST(a_stop_under_load_answers_everything),
	    TEST(after_kill_9_all_that_was_acknowledged_is_there),
	    TEST(the_endpoints_file_names_what_was_bound),
	    TEST(a_store_in_use_is_not_opened_twice),
	    TEST(a_port_that_is_taken_is_named),
	    TEST(a_store_of_another_format_is_refused),
	    TEST(no_store_is_made_where_it_may_not_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
