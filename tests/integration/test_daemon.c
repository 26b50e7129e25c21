/* SPDX-License-Identifier: Apache-2.0
 *
 * test_daemon.c - messages from outside, with nothing but ZeroMQ and the codec: receipts, broken requests, the feed.
 */
#include <unistd.h>
#include "tests/integration/daemon.h"
#include "tests/integration/raw.h"
#include "tests/test.h"

/* One message by a client of its own; its receipt is copied into `ret`. */
static enum verdict submit_once(struct daemon *d, const char *source, uint64_t id, struct buf *ret)
{
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item item = raw_source(&r, source, id);
	struct msg_ingest_reply *reply = raw_exchange(&r, &item, 1);
	assert_null(reply->error);
	assert_int_equal(reply->n_receipts, 1);
	enum verdict v = reply->receipts[0].verdict;
	if (ret) {
		struct slice s = raw_receipt(&r, 0);
		buf_clear(ret);
		buf_put(ret, s.data, s.len);
	}
	raw_close(&r);
	return v;
}

static void a_message_is_accepted_and_its_receipt_says_all(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item item = raw_source(&r, "report-2014", 1);
	struct msg_ingest_reply *reply = raw_exchange(&r, &item, 1);
	assert_int_equal(reply->version, 1);
	assert_int_equal(reply->store_id.len, 16);
	assert_int_equal(reply->epoch, 1);
	const struct msg_receipt *receipt = &reply->receipts[0];
	assert_int_equal(receipt->verdict, VERDICT_ACCEPTED);
	assert_true(slice_eq(receipt->message_id, item.message_id));
	assert_int_equal(receipt->content_hash.len, 32);
	assert_int_equal(receipt->position, 3); /* after the store's own record and the first day */
	assert_int_equal(receipt->revision, 2);
	assert_true(receipt->system_time_us > 0);
	assert_string_equal(receipt->submitter, "plain:127.0.0.1");
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
}

static void the_same_id_gets_the_same_bytes_now_after_a_restart_and_after_a_rebuild(void **state)
{
	struct daemon *d = *state;
	AUTO_BUF struct buf first = {0}, again = {0};
	daemon_start(d, NULL);
	assert_int_equal(submit_once(d, "a", 7, &first), VERDICT_ACCEPTED);
	for (int i = 0; i < 3; i++) {
		submit_once(d, "a", 7, &again);
		assert_true(slice_eq(buf_view(&first), buf_view(&again)));
	}
	daemon_kill(d);
	daemon_start(d, NULL);
	submit_once(d, "a", 7, &again);
	assert_true(slice_eq(buf_view(&first), buf_view(&again)));
	assert_int_equal(daemon_stop(d), 0);
	assert_int_equal(daemon_run(d, (const char *[]){"--rebuild", NULL}), 0);
	assert_int_equal(daemon_run(d, (const char *[]){"--verify", NULL}), 0);
	daemon_start(d, NULL);
	submit_once(d, "a", 7, &again);
	assert_true(slice_eq(buf_view(&first), buf_view(&again)));
	assert_int_equal(daemon_stop(d), 0);
}

static void one_id_in_one_request_is_stored_once(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item one = raw_source(&r, "a", 1), two = raw_source(&r, "b", 2);
	struct msg_ingest_reply *reply = raw_exchange(&r, (struct msg_item[]){one, one, two, one}, 4);
	assert_int_equal(reply->n_receipts, 4);
	assert_int_equal(reply->receipts[0].revision, 2);
	assert_true(slice_eq(raw_receipt(&r, 0), raw_receipt(&r, 1)));
	assert_true(slice_eq(raw_receipt(&r, 0), raw_receipt(&r, 3)));
	assert_int_equal(reply->receipts[2].revision, 3);
	assert_int_equal(reply->receipts[2].position, 4);
	raw_close(&r);
}

static void a_reused_id_is_told_what_it_was_used_for(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	/* In the same group, and later. */
	struct msg_item first = raw_source(&r, "a", 1), other = raw_source(&r, "b", 1), third = raw_source(&r, "c", 2);
	struct msg_ingest_reply *reply = raw_exchange(&r, (struct msg_item[]){first, other}, 2);
	for (int i = 0; i < 2; i++) {
		const struct msg_receipt *no = &reply->receipts[reply->n_receipts - 1];
		assert_int_equal(no->verdict, VERDICT_NOT_PROCESSED);
		assert_int_equal(no->error->code, ERROR_CODE_ID_REUSED);
		assert_false(no->error->retryable);
		assert_int_equal(no->position, 0);
		assert_non_null(no->first);
		assert_int_equal(no->first->verdict, VERDICT_ACCEPTED);
		assert_int_equal(no->first->revision, 2);
		assert_int_equal(no->first->position, 3);
		reply = raw_exchange(&r, &other, 1);
	}
	reply = raw_exchange(&r, &third, 1);
	assert_int_equal(reply->receipts[0].revision, 3); /* nothing was burnt */
	raw_close(&r);
}

static void a_dry_run_stores_nothing(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item item = raw_source(&r, "a", 1);
	item.dry_run = true;
	struct msg_ingest_reply *reply = raw_exchange(&r, &item, 1);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_WOULD_ACCEPT);
	assert_int_equal(reply->receipts[0].position, 0);
	assert_int_equal(reply->receipts[0].revision, 0);
	item.dry_run = false;
	reply = raw_exchange(&r, &item, 1);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_ACCEPTED);
	assert_int_equal(reply->receipts[0].revision, 2);
	raw_close(&r);
}

static void a_refused_message_is_kept_and_takes_no_revision(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item bad = raw_source(&r, "", 1), good = raw_source(&r, "a", 2);
	struct msg_ingest_reply *reply = raw_exchange(&r, &bad, 1);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_REFUSED);
	assert_int_equal(reply->receipts[0].position, 3);
	assert_int_equal(reply->receipts[0].revision, 0);
	assert_true(reply->receipts[0].n_findings > 0);
	AUTO_BUF struct buf first = {0};
	struct slice s = raw_receipt(&r, 0);
	buf_put(&first, s.data, s.len);
	reply = raw_exchange(&r, &bad, 1);
	assert_true(slice_eq(buf_view(&first), raw_receipt(&r, 0)));
	reply = raw_exchange(&r, &good, 1);
	assert_int_equal(reply->receipts[0].position, 4);
	assert_int_equal(reply->receipts[0].revision, 2);
	raw_close(&r);
}

static void a_req_client_is_answered_like_any_other(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_REQ, d->ingest, NULL);
	for (uint64_t i = 1; i <= 3; i++) {
		struct msg_item item = raw_source(&r, "a", i);
		assert_non_null(raw_exchange(&r, &item, 1));
	}
	raw_close(&r);
	raw_open(&r, ZMQ_REQ, d->query, NULL);
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	raw_ask(&r, &q);
	struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_true(answer->end);
	assert_non_null(answer->status);
	assert_int_equal(answer->status->accepted, 3);
	assert_string_equal(answer->status->feed_endpoint, d->feed);
	raw_close(&r);
}

/* ---- what is not a request ---- */

static void expect_whole_error(struct raw *r, enum error_code code)
{
	struct msg_ingest_reply *reply = raw_reply(r, RAW_WAIT_MS);
	assert_non_null(reply);
	assert_int_equal(reply->n_receipts, 0);
	assert_non_null(reply->error);
	assert_int_equal(reply->error->code, code);
}

static void broken_requests_are_answered_with_an_error_and_the_next_one_is_served(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--items-max=3", NULL});
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	raw_bytes(&r, slice_text("this is no protobuf at all"));
	expect_whole_error(&r, ERROR_CODE_MALFORMED);
	raw_bytes(&r, slice_text(""));
	expect_whole_error(&r, ERROR_CODE_WRONG_VERSION);

	/* An unknown field: the request id is echoed all the same, and the path told. */
	AUTO_BUF struct buf b = {0};
	struct msg_item item = raw_source(&r, "a", 1);
	struct msg_ingest_request q = {.version = 1, .request_id = {"rq", 2}, .n_items = 1, .items = &item};
	codec_encode(&msg_type_ingest_request, &q, &b);
	codec_embed(&b, 99, slice_text("new"));
	raw_bytes(&r, buf_view(&b));
	struct msg_ingest_reply *reply = raw_reply(&r, RAW_WAIT_MS);
	assert_non_null(reply);
	assert_int_equal(reply->error->code, ERROR_CODE_UNKNOWN_FIELD);
	assert_true(reply->error->n_findings > 0);
	assert_true(slice_eq(reply->request_id, slice_text("rq")));

	struct msg_item four[4] = {item, item, item, item};
	raw_submit(&r, four, 4);
	expect_whole_error(&r, ERROR_CODE_TOO_LARGE);
	raw_submit(&r, four, 0);
	expect_whole_error(&r, ERROR_CODE_INVALID);
	four[1].message_id.len = 15;
	raw_submit(&r, four, 2);
	expect_whole_error(&r, ERROR_CODE_INVALID);

	zmq_send(r.sock, "a", 1, ZMQ_SNDMORE);
	zmq_send(r.sock, "b", 1, ZMQ_SNDMORE);
	zmq_send(r.sock, "c", 1, 0);
	expect_whole_error(&r, ERROR_CODE_MALFORMED);
	reply = raw_exchange(&r, &item, 1);
	assert_int_equal(reply->receipts[0].revision, 2);
	raw_close(&r);
}

static void a_message_over_the_limit_burns_no_id(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--message-max=1KiB", NULL});
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item small = raw_source(&r, "a", 1), large = small;
	large.content = (struct slice){arena_alloc(r.a, 1025), 1025};
	struct msg_ingest_reply *reply = raw_exchange(&r, &large, 1);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_NOT_PROCESSED);
	assert_int_equal(reply->receipts[0].error->code, ERROR_CODE_TOO_LARGE);
	reply = raw_exchange(&r, &small, 1);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_ACCEPTED);
	raw_close(&r);
}

static void a_frame_over_the_limit_cuts_off_its_sender_and_nobody_else(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--frame-max=64KiB", "--message-max=16KiB", NULL});
	struct raw good, bad;
	raw_open(&good, ZMQ_DEALER, d->ingest, NULL);
	raw_open(&bad, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item item = raw_source(&good, "a", 1);
	raw_exchange(&good, &item, 1);
	raw_bytes(&bad, (struct slice){arena_alloc(bad.a, 65537), 65537});
	assert_null(raw_reply(&bad, 300));
	struct msg_item next = raw_source(&good, "b", 2);
	raw_exchange(&good, &next, 1);
	raw_close(&bad);
	raw_close(&good);
}

static long rss_kib(pid_t pid)
{
	char path[64], line[256];
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	long kib = 0;
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "VmRSS: %ld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

static void a_message_of_a_hundred_thousand_frames_is_abandoned(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct raw good, bad;
	raw_open(&good, ZMQ_DEALER, d->ingest, NULL);
	raw_open(&bad, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item item = raw_source(&good, "a", 1);
	raw_exchange(&good, &item, 1);
	long before = rss_kib(d->pid);
	for (int i = 0; i < 100000; i++)
		assert_true(zmq_send(bad.sock, "0123456789012345678901234567890123456789", 40, ZMQ_SNDMORE) > 0);
	assert_true(zmq_send(bad.sock, "end", 3, 0) > 0);
	expect_whole_error(&bad, ERROR_CODE_MALFORMED);
	struct msg_item next = raw_source(&good, "b", 2);
	raw_exchange(&good, &next, 1);
	assert_true(rss_kib(d->pid) - before < 100 * 1024);
	raw_close(&bad);
	raw_close(&good);
	assert_int_equal(daemon_stop(d), 0);
}

/* ZeroMQ keeps one node for each byte of a subscription: twenty of a megabyte took 700 MB. */
static void a_subscription_to_nothing_fills_no_memory_and_others_hear_on(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--feed-heartbeat=50", NULL});
	struct raw good, bad;
	raw_open(&good, ZMQ_SUB, d->feed, NULL);
	assert_true(raw_receive(&good, RAW_WAIT_MS));
	long before = rss_kib(d->pid);
	raw_open(&bad, ZMQ_SUB, d->feed, NULL);
	char topic[10000]; /* much longer ones end ZeroMQ's own client */
	for (int i = 0; i < 600; i++) {
		memset(topic, 'a', sizeof topic);
		memcpy(topic, &i, sizeof i);
		assert_int_equal(zmq_setsockopt(bad.sock, ZMQ_SUBSCRIBE, topic, sizeof topic), 0);
	}
	assert_int_equal(zmq_setsockopt(bad.sock, ZMQ_SUBSCRIBE, "weather", 7), 0);
	for (int i = 0; i < 20; i++)
		assert_true(raw_receive(&good, RAW_WAIT_MS));
	if (before) /* it is measured where there is /proc */
		assert_true(rss_kib(d->pid) - before < 100 * 1024);
	raw_close(&bad);
	raw_open(&bad, ZMQ_SUB, d->feed, NULL);
	assert_int_equal(zmq_setsockopt(bad.sock, ZMQ_SUBSCRIBE, "weather", 7), 0);
	assert_true(daemon_says(d, "it subscribes to what there is not", RAW_WAIT_MS));
	raw_close(&bad);
	raw_close(&good);
	assert_int_equal(daemon_stop(d), 0);
}

/* ---- the feed ---- */

static void a_subscriber_gets_the_bytes_that_a_replay_gives(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--feed-heartbeat=50", NULL});
	struct raw s, w, r;
	raw_open(&s, ZMQ_SUB, d->feed, NULL);
	void *msg;
	assert_true(raw_receive(&s, RAW_WAIT_MS)); /* a heartbeat: the subscription is in force */
	assert_ok(codec_decode(&msg_type_heartbeat, buf_view(&s.last), CODEC_TOLERANT, s.a, &msg, NULL));
	assert_int_equal(((struct msg_heartbeat *)msg)->revision, 1);
	raw_open(&w, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item item = raw_source(&w, "a", 1);
	uint64_t rev = raw_exchange(&w, &item, 1)->receipts[0].revision;
	struct msg_change_set *set;
	do {
		assert_true(raw_receive(&s, RAW_WAIT_MS));
		assert_ok(codec_decode(&msg_type_change_set, buf_view(&s.last), CODEC_TOLERANT, s.a, &msg, NULL));
		set = msg;
	} while (set->n_changes == 0); /* heartbeats have none */
	assert_int_equal(set->revision, rev);
	assert_true(set->last);

	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	struct msg_changes_question changes = {.from_revision = rev};
	struct msg_query_request q = {.changes = &changes, .min_revision = rev};
	raw_ask(&r, &q);
	struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	assert_non_null(answer->changes);
	assert_int_equal(answer->changes->n_sets, 1);
	AUTO_BUF struct buf b = {0};
	codec_encode(&msg_type_change_set, &answer->changes->sets[0], &b);
	assert_true(slice_eq(buf_view(&b), buf_view(&s.last)));
	raw_close(&s);
	raw_close(&w);
	raw_close(&r);
}

/* ---- peers ---- */

static void an_ipc_peer_is_named_by_its_uid(void **state)
{
	struct daemon *d = *state;
	char arg[200], want[64];
	snprintf(arg, sizeof arg, "--ingest=ipc://%s/ingest", d->dir);
	daemon_start(d, (const char *[]){arg, NULL});
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item item = raw_source(&r, "a", 1);
	struct msg_ingest_reply *reply = raw_exchange(&r, &item, 1);
	snprintf(want, sizeof want, "plain:ipc:%u", (unsigned)getuid());
	assert_string_equal(reply->receipts[0].submitter, want);
	raw_close(&r);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, daemon_new, daemon_gone)
	const struct CMUnitTest tests[] = {
	    TEST(a_message_is_accepted_and_its_receipt_says_all),
	    TEST(the_same_id_gets_the_same_bytes_now_after_a_restart_and_after_a_rebuild),
	    TEST(one_id_in_one_request_is_stored_once),
	    TEST(a_reused_id_is_told_what_it_was_used_for),
	    TEST(a_dry_run_stores_nothing),
	    TEST(a_refused_message_is_kept_and_takes_no_revision),
	    TEST(a_req_client_is_answered_like_any_other),
	    TEST(broken_requests_are_answered_with_an_error_and_the_next_one_is_served),
	    TEST(a_message_over_the_limit_burns_no_id),
	    TEST(a_frame_over_the_limit_cuts_off_its_sender_and_nobody_else),
	    TEST(a_message_of_a_hundred_thousand_frames_is_abandoned),
	    TEST(a_subscription_to_nothing_fills_no_memory_and_others_hear_on),
	    TEST(a_subscriber_gets_the_bytes_that_a_replay_gives),
	    TEST(an_ipc_peer_is_named_by_its_uid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
