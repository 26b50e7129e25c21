/* SPDX-License-Identifier: Apache-2.0
 *
 * test_rude.c - questions that are meant to hurt, and what others notice of them.
 */
#include "tests/integration/daemon.h"
#include "tests/integration/raw.h"
#include "tests/test.h"

#define MESSAGES 100
#define SOURCES  500

/* Change sets of some 100 KiB each: together more than sockets take on the way. */
static uint64_t fill(struct daemon *d)
{
	struct raw w;
	uint64_t rev = 0;
	raw_open(&w, ZMQ_DEALER, d->ingest, NULL);
	for (uint64_t i = 1; i <= MESSAGES; i++) {
		AUTO_BUF struct buf b = {0};
		struct msg_source *sources = arena_alloc(w.a, SOURCES * sizeof *sources);
		for (size_t k = 0; k < SOURCES; k++) {
			sources[k].id = arena_printf(w.a, "%0180u-%zu", (unsigned)i, k);
			sources[k].title = "t";
		}
		struct msg_define define = {.n_sources = SOURCES, .sources = sources};
		struct msg_message m = {.define = &define};
		codec_encode(&msg_type_message, &m, &b);
		struct msg_item item = raw_source(&w, "any", i);
		item.content = (struct slice){arena_text(w.a, (const char *)b.data, b.len), b.len};
		const struct msg_ingest_reply *reply = raw_exchange(&w, &item, 1);
		assert_int_equal(reply->receipts[0].verdict, VERDICT_ACCEPTED);
		rev = reply->receipts[0].revision;
	}
	raw_close(&w);
	return rev;
}

static void ask_all_changes(struct raw *r, uint64_t min_revision)
{
	struct msg_changes_question changes = {.from_revision = 1};
	struct msg_query_request q = {.changes = &changes, .min_revision = min_revision};
	raw_ask(r, &q);
}

static uint64_t questions_so_far(struct raw *r)
{
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	raw_ask(r, &q);
	const struct msg_query_reply *answer = raw_answer(r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_non_null(answer->status);
	return answer->status->questions;
}

/* The reply to it had no room for it: an assertion ended the daemon. */
static void a_question_with_a_request_id_of_any_length_is_refused_and_no_more(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	static const size_t lengths[] = {33, 217, 300, 70000};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		AUTO_BUF struct buf b = {0};
		char *id = arena_alloc(r.a, lengths[i]);
		struct msg_status_question status = {0};
		struct msg_query_request q = {
		    .version = i % 2 ? 1 : 7, .request_id = {id, lengths[i]}, .status = &status};
		codec_encode(&msg_type_query_request, &q, &b);
		raw_bytes(&r, buf_view(&b));
		const struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
		assert_non_null(answer);
		assert_non_null(answer->error);
		assert_int_equal(answer->error->code, i % 2 ? ERROR_CODE_INVALID : ERROR_CODE_WRONG_VERSION);
		assert_int_equal(answer->request_id.len, 0);
	}
	assert_int_equal(questions_so_far(&r), 5);
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
}

/* Two answers that nobody read took both readers, and the long questions of all others waited behind them. */
static void long_questions_of_one_client_leave_a_reader_to_the_others(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--readers=2", "--stall-max=60000", "--part-bytes=1024",
					 "--answer-window=1024", "--deadline-max=60000", NULL});
	uint64_t rev = fill(d);
	struct raw greedy, other;
	raw_open(&other, ZMQ_DEALER, d->query, NULL);
	ask_all_changes(&other, rev);
	assert_true(raw_whole_answer(&other, RAW_WAIT_MS));
	raw_open(&greedy, ZMQ_DEALER, d->query, NULL);
	int one = 1, bytes = 4096;
	zmq_close(greedy.sock);
	greedy.sock = zmq_socket(greedy.ctx, ZMQ_DEALER);
	zmq_setsockopt(greedy.sock, ZMQ_RCVHWM, &one, sizeof one);
	zmq_setsockopt(greedy.sock, ZMQ_RCVBUF, &bytes, sizeof bytes);
	assert_int_equal(zmq_connect(greedy.sock, d->query), 0);
	for (int i = 0; i < 6; i++)
		ask_all_changes(&greedy, 0);
	for (uint64_t n = 2; questions_so_far(&other) < n + 6; n++) /* until all of them were taken */
		arena_reset(other.a);
	for (int i = 0; i < 3; i++) {
		ask_all_changes(&other, 0);
		assert_true(raw_whole_answer(&other, RAW_WAIT_MS));
	}
	for (int i = 0; i < 6; i++) /* and they lose nothing */
		assert_true(raw_whole_answer(&greedy, RAW_WAIT_MS));
	raw_close(&greedy);
	raw_close(&other);
	assert_int_equal(daemon_stop(d), 0);
}

/* An operator saw readers that were busy, and not with what. */
static void a_question_that_costs_too_much_is_in_the_log(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--rows-max=1", NULL});
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item items[] = {raw_source(&r, "a", 1), raw_source(&r, "b", 2)};
	uint64_t rev = raw_exchange(&r, items, 2)->receipts[1].revision;
	raw_close(&r);
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	struct msg_catalogue_question sources = {.list = CATALOGUE_LIST_SOURCES};
	struct msg_query_request q = {.catalogue = &sources, .min_revision = rev};
	raw_ask(&r, &q);
	const struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_non_null(answer->error);
	assert_int_equal(answer->error->code, ERROR_CODE_TOO_LARGE);
	assert_true(daemon_says(d, "slow: a catalogue for plain:127.0.0.1 took ", RAW_WAIT_MS));
	assert_true(daemon_said(d, "of them waiting: TOO_LARGE"));
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_question_with_a_request_id_of_any_length_is_refused_and_no_more,
					    daemon_new, daemon_gone),
	    cmocka_unit_test_setup_teardown(long_questions_of_one_client_leave_a_reader_to_the_others, daemon_new,
					    daemon_gone),
	    cmocka_unit_test_setup_teardown(a_question_that_costs_too_much_is_in_the_log, daemon_new, daemon_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
