/* SPDX-License-Identifier: Apache-2.0
 *
 * test_question.c - asking the daemon: revisions to wait for, too many questions at once, answers in parts.
 */
#include <unistd.h>
#include "tests/integration/daemon.h"
#include "tests/integration/raw.h"
#include "tests/test.h"

static void a_reader_that_names_its_revision_sees_its_write(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--index-lazy=60000", NULL}); /* nothing is indexed unless somebody waits */
	struct raw w, r;
	raw_open(&w, ZMQ_DEALER, d->ingest, NULL);
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	for (uint64_t i = 1; i <= 20; i++) {
		struct msg_item item = raw_source(&w, "a", i);
		uint64_t rev = raw_exchange(&w, &item, 1)->receipts[0].revision;
		struct msg_status_question status = {0};
		struct msg_query_request q = {.status = &status, .min_revision = rev};
		raw_ask(&r, &q);
		struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
		assert_non_null(answer);
		assert_null(answer->error);
		assert_true(answer->revision >= rev);
	}
	raw_close(&w);
	raw_close(&r);
}

static void ingest_waits_for_an_index_far_behind_and_goes_on(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--behind-max=16", "--index-lazy=60000", "--group-items-max=4", NULL});
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	for (uint64_t i = 1; i <= 300; i++) {
		struct msg_item item = raw_source(&r, "a", i);
		raw_submit(&r, &item, 1);
	}
	for (uint64_t i = 1; i <= 300; i++) {
		struct msg_ingest_reply *reply = raw_reply(&r, RAW_WAIT_MS);
		assert_non_null(reply);
		assert_int_equal(reply->receipts[0].revision, i + 1);
	}
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
}

static void a_revision_that_does_not_come_is_told_at_the_deadline(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	struct msg_status_question status = {0};
	struct msg_query_request far = {.status = &status, .min_revision = 1000, .deadline_ms = 200},
				 now = {.status = &status};
	raw_ask(&r, &far);
	raw_ask(&r, &now); /* is not held up */
	struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_non_null(answer->status);
	answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_non_null(answer->error);
	assert_int_equal(answer->error->code, ERROR_CODE_NOT_REACHED);
	assert_true(answer->error->retryable);
	assert_true(answer->end);
	raw_close(&r);
}

static void too_many_questions_in_flight_are_told_to_come_back(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--in-flight-peer-max=2", NULL});
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	struct msg_status_question status = {0};
	for (int i = 0; i < 3; i++) {
		struct msg_query_request q = {.status = &status, .min_revision = 1000, .deadline_ms = 500};
		raw_ask(&r, &q);
	}
	enum error_code codes[3];
	for (int i = 0; i < 3; i++) {
		struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
		assert_non_null(answer);
		assert_non_null(answer->error);
		codes[i] = answer->error->code;
	}
	assert_int_equal(codes[0], ERROR_CODE_BUSY);
	assert_int_equal(codes[1], ERROR_CODE_NOT_REACHED);
	assert_int_equal(codes[2], ERROR_CODE_NOT_REACHED);
	raw_close(&r);
}

static void broken_questions_are_answered_with_an_error(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	raw_bytes(&r, slice_text("nothing that was ever meant"));
	struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_int_equal(answer->error->code, ERROR_CODE_MALFORMED);
	AUTO_BUF struct buf b = {0};
	struct msg_query_request q = {.version = 2, .request_id = {"x", 1}};
	codec_encode(&msg_type_query_request, &q, &b);
	raw_bytes(&r, buf_view(&b));
	answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_int_equal(answer->error->code, ERROR_CODE_WRONG_VERSION);
	assert_true(slice_eq(answer->request_id, slice_text("x")));
	assert_true(answer->end);
	raw_close(&r);
}

/* Many change sets: an answer in several parts. */
static void an_answer_in_parts_reaches_a_dealer_and_a_req_is_told_why_not(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--part-bytes=1KiB", NULL});
	struct raw w, r;
	raw_open(&w, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item items[60];
	for (uint64_t i = 0; i < 60; i++)
		items[i] = raw_source(&w, arena_printf(w.a, "source-%u", (unsigned)i), i + 1);
	uint64_t rev = raw_exchange(&w, items, 60)->receipts[59].revision;
	raw_close(&w);
	struct msg_changes_question changes = {.from_revision = 1};
	struct msg_query_request q = {.changes = &changes, .min_revision = rev};
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	raw_ask(&r, &q);
	uint32_t parts = 0;
	size_t sets = 0;
	for (bool end = false; !end; parts++) {
		struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
		assert_non_null(answer);
		assert_non_null(answer->changes);
		assert_int_equal(answer->part, parts);
		sets += answer->changes->n_sets;
		end = answer->end;
	}
	assert_true(parts > 1);
	assert_int_equal(sets, 61); /* the day, and the sources */
	raw_close(&r);

	raw_open(&r, ZMQ_REQ, d->query, NULL);
	raw_ask(&r, &q);
	struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_non_null(answer->error);
	assert_int_equal(answer->error->code, ERROR_CODE_TOO_LARGE);
	assert_non_null(strstr(answer->error->text, "DEALER"));
	struct msg_status_question status = {0};
	q = (struct msg_query_request){.status = &status};
	raw_ask(&r, &q); /* the socket is in step */
	answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_non_null(answer->status);
	raw_close(&r);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, daemon_new, daemon_gone)
	const struct CMUnitTest tests[] = {
	    TEST(a_reader_that_names_its_revision_sees_its_write),
	    TEST(ingest_waits_for_an_index_far_behind_and_goes_on),
	    TEST(a_revision_that_does_not_come_is_told_at_the_deadline),
	    TEST(too_many_questions_in_flight_are_told_to_come_back),
	    TEST(broken_questions_are_answered_with_an_error),
	    TEST(an_answer_in_parts_reaches_a_dealer_and_a_req_is_told_why_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
