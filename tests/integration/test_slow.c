/* SPDX-License-Identifier: Apache-2.0
 *
 * test_slow.c - clients that ask and do not read, or read slowly, and what others notice of it.
 */
#include <unistd.h>
#include "tests/integration/daemon.h"
#include "tests/integration/raw.h"
#include "tests/test.h"

#define MESSAGES 40
#define SOURCES  500 /* of a message: its change set has more than 100 KiB, all of them some 5 MB */
#define SLOW     8
#define SLOW_ASK 30
#ifdef __SANITIZE_THREAD__ /* keeps four bytes of its own beside each of ours */
#define ANON_KIB (5 * 64L * 1024)
#else
#define ANON_KIB (64L * 1024)
#endif
#define WIDE        30000 /* units of a question: over 1 MiB, decoded */
#define MANY        2000
#define MANY_WAITED 10

static int setup(void **state)
{
	static struct daemon d;
	daemon_init(&d);
	d.env = "ASAN_OPTIONS=quarantine_size_mb=1"; /* what is free is not kept, so that memory can be measured */
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	daemon_fini(*state);
	return 0;
}

/* A client that takes in next to nothing by itself. */
static void slow_open(struct raw *r, const char *endpoint)
{
	*r = (struct raw){.ctx = zmq_ctx_new(), .a = arena_new(0)};
	r->sock = zmq_socket(r->ctx, ZMQ_DEALER);
	int none = 0, one = 1, bytes = 4096, many = 200000;
	zmq_setsockopt(r->sock, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(r->sock, ZMQ_RCVHWM, &one, sizeof one);
	zmq_setsockopt(r->sock, ZMQ_RCVBUF, &bytes, sizeof bytes);
	zmq_setsockopt(r->sock, ZMQ_SNDHWM, &many, sizeof many);
	assert_int_equal(zmq_connect(r->sock, endpoint), 0);
}

/* A message that defines so many sources with long ids. */
static struct msg_item wide(struct raw *w, uint64_t id, size_t n)
{
	AUTO_BUF struct buf b = {0};
	struct msg_source *sources = arena_alloc(w->a, n * sizeof *sources);
	for (size_t i = 0; i < n; i++) {
		sources[i].id = arena_printf(w->a, "%0*u-%u", 180, (unsigned)id, (unsigned)i);
		sources[i].title = "t";
	}
	struct msg_define d = {.n_sources = n, .sources = sources};
	struct msg_message m = {.define = &d};
	codec_encode(&msg_type_message, &m, &b);
	struct msg_item item = raw_source(w, "any", id);
	item.content = (struct slice){arena_text(w->a, (const char *)b.data, b.len), b.len};
	return item;
}

/* Returns the revision of the last of the messages. */
static uint64_t fill(struct daemon *d, size_t messages, size_t sources)
{
	struct raw w;
	uint64_t rev = 0;
	raw_open(&w, ZMQ_DEALER, d->ingest, NULL);
	for (uint64_t i = 1; i <= messages; i++) {
		struct msg_item item = wide(&w, i, sources);
		const struct msg_ingest_reply *reply = raw_exchange(&w, &item, 1);
		assert_int_equal(reply->n_receipts, 1);
		assert_int_equal(reply->receipts[0].verdict, VERDICT_ACCEPTED);
		rev = reply->receipts[0].revision;
	}
	raw_close(&w);
	return rev;
}

static void ask_changes(struct raw *r, uint64_t from, uint32_t limit, uint64_t min_revision)
{
	struct msg_changes_question changes = {.from_revision = from, .limit = limit};
	struct msg_query_request q = {.changes = &changes, .min_revision = min_revision};
	raw_ask(r, &q);
}

static bool status_answered(struct raw *r)
{
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	raw_ask(r, &q);
	const struct msg_query_reply *answer = raw_answer(r, RAW_WAIT_MS);
	return answer && answer->status;
}

static long anon_kib(pid_t pid)
{
	char path[64], line[256];
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	long kib = 0;
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "RssAnon: %ld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

static void a_reader_that_does_not_read_costs_a_bounded_amount(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--stall-max=500", "--in-flight-max=1000", NULL});
	uint64_t rev = fill(d, MESSAGES, SOURCES);
	struct raw slow[SLOW], good;
	raw_open(&good, ZMQ_DEALER, d->query, NULL);
	ask_changes(&good, 1, 0, rev);
	assert_true(raw_whole_answer(&good, RAW_WAIT_MS));
	long before = anon_kib(d->pid), most = before;
	for (size_t i = 0; i < SLOW; i++) {
		slow_open(&slow[i], d->query);
		for (unsigned n = 0; n < SLOW_ASK; n++)
			ask_changes(&slow[i], 1, 0, 0);
	}
	/* Each of them is given up, and the others are served the while; each round is a long answer that they all
	 * could have filled their queues in. */
	for (int i = 0; i < 10; i++) {
		assert_true(status_answered(&good));
		ask_changes(&good, 1, 0, 0);
		assert_true(raw_whole_answer(&good, RAW_WAIT_MS));
		long now = anon_kib(d->pid);
		most = now > most ? now : most;
	}
	assert_true(daemon_said(d, "does not read"));
	if (before && most - before > ANON_KIB) /* it is measured where there is /proc */
		fail_msg("%ld KiB more", most - before);
	for (size_t i = 0; i < SLOW; i++)
		raw_close(&slow[i]);
	raw_close(&good);
	assert_int_equal(daemon_stop(d), 0);
}

static void a_client_with_many_questions_in_flight_gets_every_answer(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--answer-queue=8", "--stall-max=60000", "--pending-max=64MiB", NULL});
	uint64_t rev = fill(d, 1, 20);
	struct raw r;
	slow_open(&r, d->query);
	ask_changes(&r, rev, 1, rev);
	assert_true(raw_whole_answer(&r, RAW_WAIT_MS));
	/* Large and small ones by turns, which must not overtake each other. */
	for (unsigned i = 0; i < MANY; i++) {
		struct msg_status_question status = {0};
		struct msg_query_request q = {.status = &status};
		if (i % 2)
			raw_ask(&r, &q);
		else
			ask_changes(&r, rev, 1, 0);
	}
	struct raw other; /* by the time that these are answered the queue has been full for long */
	raw_open(&other, ZMQ_DEALER, d->query, NULL);
	for (unsigned i = 0; i < MANY_WAITED; i++)
		assert_true(status_answered(&other));
	for (unsigned i = 0; i < MANY; i++) {
		const struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
		assert_non_null(answer);
		assert_null(answer->error);
		assert_int_equal(be32_get(answer->request_id.data), i + 2);
		assert_true(i % 2 ? answer->status != NULL : answer->changes != NULL);
		arena_reset(r.a);
	}
	assert_false(daemon_said(d, "an answer was dropped"));
	raw_close(&other);
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
}

static void an_answer_is_given_up_when_its_peer_takes_nothing_and_the_next_one_that_is_read_is_whole(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--stall-max=100", NULL});
	uint64_t rev = fill(d, MESSAGES, SOURCES);
	struct raw r;
	slow_open(&r, d->query);
	for (unsigned i = 0; i < SLOW_ASK; i++)
		ask_changes(&r, 1, 0, i ? 0 : rev);
	assert_true(daemon_says(d, "an answer was dropped", RAW_WAIT_MS));
	unsigned whole = 0;
	while (raw_whole_answer(&r, 500))
		whole++;
	assert_true(whole < SLOW_ASK);
	assert_true(status_answered(&r));
	ask_changes(&r, 1, 0, 0);
	assert_true(raw_whole_answer(&r, RAW_WAIT_MS));
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
}

/* Each is decoded before it waits: 256 of them were gigabytes. */
static void large_questions_that_wait_are_bounded_by_what_they_take(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--questions-max=1MiB", "--deadline-max=60000", NULL});
	struct raw large, other;
	raw_open(&large, ZMQ_DEALER, d->query, NULL);
	const char **units = arena_alloc(large.a, WIDE * sizeof *units);
	for (unsigned i = 0; i < WIDE; i++)
		units[i] = "a unit with a name of some length";
	struct msg_changes_question changes = {.n_units = WIDE, .units = units};
	struct msg_query_request q = {.changes = &changes, .min_revision = 1000};
	for (int i = 0; i < 8; i++)
		raw_ask(&large, &q);
	for (int i = 0; i < 7; i++) { /* one alone is let in, whatever it takes */
		const struct msg_query_reply *answer = raw_answer(&large, RAW_WAIT_MS);
		assert_non_null(answer);
		assert_non_null(answer->error);
		assert_int_equal(answer->error->code, ERROR_CODE_BUSY);
	}
	raw_open(&other, ZMQ_DEALER, d->query, NULL);
	for (int i = 0; i < 3; i++)
		assert_true(status_answered(&other));
	raw_close(&other);
	raw_close(&large);
	assert_int_equal(daemon_stop(d), 0);
}

static void questions_that_wait_leave_room_for_those_that_need_not(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--in-flight-max=16", "--in-flight-peer-max=10", NULL});
	struct raw waiting[2], other;
	struct msg_status_question status = {0};
	for (int i = 0; i < 2; i++) { /* one client, two connections: 10 and 4 wait */
		raw_open(&waiting[i], ZMQ_DEALER, d->query, NULL);
		for (int n = 0; n < 11; n++) {
			struct msg_query_request q = {.status = &status, .min_revision = 1000};
			raw_ask(&waiting[i], &q);
		}
		for (int n = 0; n < (i ? 7 : 1); n++) {
			const struct msg_query_reply *answer = raw_answer(&waiting[i], RAW_WAIT_MS);
			assert_non_null(answer);
			assert_non_null(answer->error);
			assert_int_equal(answer->error->code, ERROR_CODE_BUSY);
		}
	}
	raw_open(&other, ZMQ_DEALER, d->query, NULL);
	for (int i = 0; i < 5; i++)
		assert_true(status_answered(&other));
	raw_close(&other);
	for (int i = 0; i < 2; i++)
		raw_close(&waiting[i]);
	assert_int_equal(daemon_stop(d), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_reader_that_does_not_read_costs_a_bounded_amount),
	    TEST(a_client_with_many_questions_in_flight_gets_every_answer),
	    TEST(an_answer_is_given_up_when_its_peer_takes_nothing_and_the_next_one_that_is_read_is_whole),
	    TEST(questions_that_wait_leave_room_for_those_that_need_not),
	    TEST(large_questions_that_wait_are_bounded_by_what_they_take),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
