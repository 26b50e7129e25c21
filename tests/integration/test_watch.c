/* SPDX-License-Identifier: Apache-2.0
 *
 * test_watch.c - varde_watch() over a feed that drops, repeats and tears what it sends, and a query side that loses
 * answers: what is delivered is the log, in order, no gap, no duplicate, byte for byte.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <zmq.h>
#include "clients/varde.h"
#include "proto/codec.h"
#include "tests/integration/fake.h"
#include "tests/test.h"

#undef fail
#define REVISIONS  400
#define CHUNKS_MAX 3

/* A store that was never there: its log, a feed that is unreliable, and an honest but forgetful query side. */
struct site {
	struct buf sets[REVISIONS + 1][CHUNKS_MAX];
	unsigned chunks[REVISIONS + 1];
	_Atomic uint64_t durable;
	struct fake query;
	_Atomic unsigned asked; /* questions answered */
	bool wait_for_question; /* before anything is published */
	unsigned questions, lose_every;
	uint8_t store[16];
	void *ctx, *pub, *stop;
	char feed[96];
	pthread_t thread;
	uint64_t seed, begin; /* of the publisher: what is durable before anyone watches */
	/* what was delivered */
	uint64_t first, next;
	unsigned next_chunk;
	uint64_t reached, stop_at;
	bool wrong;
};

static uint64_t roll(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

static void log_make(struct site *s)
{
	uint64_t seed = s->seed;
	for (uint64_t r = 1; r <= REVISIONS; r++) {
		s->chunks[r] = roll(&seed) % 4 ? 1 : (unsigned)(1 + roll(&seed) % CHUNKS_MAX);
		for (unsigned c = 0; c < s->chunks[r]; c++) {
			char text[24];
			struct msg_change change = {.sequence = c + 1, .field = text};
			struct msg_change_set set = {.store_id = {s->store, 16},
						     .epoch = 1,
						     .revision = r,
						     .chunk = c,
						     .last = c + 1 == s->chunks[r],
						     .message_id = {"0123456789abcdef", 16},
						     .n_changes = 1,
						     .changes = &change};
			snprintf(text, sizeof text, "%llu", (unsigned long long)roll(&seed));
			s->sets[r][c] = (struct buf){0};
			codec_encode(&msg_type_change_set, &set, &s->sets[r][c]);
		}
	}
}

/* ---- the query side ---- */

static void answer_changes(struct site *s, const struct msg_query_request *q, struct msg_query_reply *r,
			   struct buf *reply)
{
	struct buf inner = {0};
	uint64_t newest = s->durable, from = q->changes->from_revision, to = q->changes->to_revision;
	uint64_t at = from;
	if (!to || to > newest)
		to = newest;
	for (unsigned n = 0; at <= to && n < 5; n++, at++) /* five revisions an answer, however many were asked for */
		for (unsigned c = 0; c < s->chunks[at]; c++)
			codec_embed(&inner, 1, buf_view(&s->sets[at][c]));
	buf_u8(&inner, 2 << 3);
	buf_varint(&inner, at);
	codec_encode(&msg_type_query_reply, r, reply);
	codec_embed(reply, 14, buf_view(&inner));
	buf_free(&inner);
}

static bool answer(void *arg, struct slice request, struct buf *reply)
{
	struct site *s = arg;
	AUTO_ARENA struct arena *a = arena_new(0);
	void *msg;
	if (codec_decode(&msg_type_query_request, request, CODEC_STRICT, a, &msg, NULL) != ERR_OK)
		return false;
	const struct msg_query_request *q = msg;
	struct msg_status_answer status = {.durable_revision = s->durable};
	struct msg_query_reply r = {.version = 1,
				    .request_id = q->request_id,
				    .store_id = {s->store, 16},
				    .epoch = 1,
				    .revision = s->durable,
				    .end = true};
	if (s->lose_every && ++s->questions % s->lose_every == 0)
		return false;
	s->asked++;
	if (q->changes) {
		answer_changes(s, q, &r, reply);
		return true;
	}
	r.status = &status;
	codec_encode(&msg_type_query_reply, &r, reply);
	return true;
}

/* ---- the feed ---- */

static void send_on(struct site *s, const char *topic, struct slice bytes)
{
	zmq_send(s->pub, topic, strlen(topic), ZMQ_SNDMORE);
	zmq_send(s->pub, bytes.data, bytes.len, 0);
}

static void heartbeat(struct site *s)
{
	struct buf b = {0};
	struct msg_heartbeat h = {.store_id = {s->store, 16}, .epoch = 1, .revision = s->durable};
	codec_encode(&msg_type_heartbeat, &h, &b);
	send_on(s, "varde.v1.heartbeat", buf_view(&b));
	buf_free(&b);
}

static void publish(struct site *s, uint64_t r, uint64_t *seed)
{
	for (unsigned c = 0; c < s->chunks[r]; c++) {
		if (roll(seed) % 10 < 2)
			continue; /* dropped */
		send_on(s, "varde.v1.changes", buf_view(&s->sets[r][c]));
		if (roll(seed) % 10 == 0)
			send_on(s, "varde.v1.changes", buf_view(&s->sets[r][c]));
	}
	if (roll(seed) % 10 == 0)
		heartbeat(s);
	if (roll(seed) % 20 == 0 && r > 3) /* an old one again */
		send_on(s, "varde.v1.changes", buf_view(&s->sets[r - 3][0]));
}

static void *feed_run(void *arg)
{
	struct site *s = arg;
	void *stop = zmq_socket(s->ctx, ZMQ_PAIR);
	uint64_t seed = s->seed + 1;
	zmq_connect(stop, "inproc://stop");
	zmq_pollitem_t items[2] = {{stop, 0, ZMQ_POLLIN, 0}, {s->pub, 0, ZMQ_POLLIN, 0}};
	bool subscribed = false;
	while (!subscribed && zmq_poll(items, 2, -1) > 0 && !items[0].revents) {
		char room[64];
		subscribed = zmq_recv(s->pub, room, sizeof room, 0) > 0 && room[0] == 1;
	}
	while (zmq_poll(items, 1, s->durable < REVISIONS && (s->asked || !s->wait_for_question) ? 0 : 20) == 0) {
		if (s->durable < REVISIONS && (s->asked || !s->wait_for_question)) {
			uint64_t r = s->durable + 1;
			s->durable = r;
			publish(s, r, &seed);
		} else
			heartbeat(s);
	}
	zmq_close(stop);
	return NULL;
}

static void site_start(struct site *s)
{
	size_t len = sizeof s->feed;
	int none = 0, verbose = 1, many = 0;
	memset(s->store, 7, sizeof s->store);
	log_make(s);
	s->durable = s->begin;
	s->query.answer = answer;
	s->query.arg = s;
	fake_start(&s->query);
	s->ctx = zmq_ctx_new();
	s->stop = zmq_socket(s->ctx, ZMQ_PAIR);
	assert_int_equal(zmq_bind(s->stop, "inproc://stop"), 0);
	s->pub = zmq_socket(s->ctx, ZMQ_XPUB);
	zmq_setsockopt(s->pub, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(s->pub, ZMQ_XPUB_VERBOSE, &verbose, sizeof verbose);
	zmq_setsockopt(s->pub, ZMQ_SNDHWM, &many, sizeof many);
	assert_int_equal(zmq_bind(s->pub, "tcp://127.0.0.1:*"), 0);
	assert_int_equal(zmq_getsockopt(s->pub, ZMQ_LAST_ENDPOINT, s->feed, &len), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, feed_run, s), 0);
}

static void site_stop(struct site *s)
{
	zmq_send(s->stop, "", 0, 0);
	pthread_join(s->thread, NULL);
	zmq_close(s->pub);
	zmq_close(s->stop);
	zmq_ctx_term(s->ctx);
	fake_stop(&s->query);
	for (uint64_t r = 1; r <= REVISIONS; r++)
		for (unsigned c = 0; c < s->chunks[r]; c++)
			buf_free(&s->sets[r][c]);
}

/* ---- the watcher ---- */

static bool on_set(void *arg, struct slice bytes, const struct msg_change_set *set)
{
	struct site *s = arg;
	if (!s->next)
		s->next = s->first = set->revision; /* from "what is new": wherever that begins */
	if (set->revision != s->next || set->chunk != s->next_chunk || s->next > REVISIONS ||
	    !slice_eq(bytes, buf_view(&s->sets[s->next][s->next_chunk]))) {
		print_error("revision %llu.%u instead of %llu.%u\n", (unsigned long long)set->revision, set->chunk,
			    (unsigned long long)s->next, s->next_chunk);
		s->wrong = true;
		return false;
	}
	s->next_chunk++;
	if (set->last) {
		s->next++;
		s->next_chunk = 0;
	}
	return s->next != s->stop_at;
}

static bool on_reached(void *arg, uint64_t revision)
{
	struct site *s = arg;
	if (revision + 1 != s->next && s->next)
		s->wrong = true;
	s->reached = revision;
	return revision < REVISIONS;
}

static enum err watch(struct site *s, uint64_t from, unsigned idle_ms, bool reached)
{
	struct varde_options o = {.query = s->query.endpoint, .feed = s->feed, .deadline_ms = 3000};
	struct varde_watcher w = {.set = on_set, .reached = reached ? on_reached : NULL, .arg = s};
	struct varde *v;
	struct why why = {{0}};
	s->next = from;
	s->next_chunk = 0;
	assert_ok(varde_open(&o, &v, &why));
	enum err e = varde_watch(v, from, idle_ms, &w, &why);
	if (e != ERR_OK)
		print_message("%s\n", why.text);
	varde_close(v);
	return e;
}

static struct site site;

static void a_watcher_is_told_the_log_whatever_the_feed_does(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= test_rounds(12); seed++) {
		site = (struct site){.seed = seed, .begin = seed * 17 % 100, .stop_at = REVISIONS + 1};
		site_start(&site);
		enum err e = watch(&site, 1, 0, false);
		site_stop(&site);
		if (e != ERR_OK || site.wrong || site.next != REVISIONS + 1)
			fail_msg("seed %llu: %s, next is %llu", (unsigned long long)seed, err_symbol(e),
				 (unsigned long long)site.next);
	}
}

static void a_heartbeat_closes_the_tail_and_is_told(void **state)
{
	(void)state;
	site = (struct site){.seed = 99, .begin = 50};
	site_start(&site);
	assert_ok(watch(&site, 20, 0, true));
	site_stop(&site);
	assert_false(site.wrong);
	assert_int_equal(site.reached, REVISIONS);
	assert_int_equal(site.next, REVISIONS + 1);
}

static void lost_answers_of_a_replay_are_asked_for_again(void **state)
{
	(void)state;
	site = (struct site){.seed = 5, .begin = 300, .stop_at = REVISIONS + 1, .lose_every = 30};
	site_start(&site);
	assert_ok(watch(&site, 1, 0, false));
	site_stop(&site);
	assert_false(site.wrong);
	assert_int_equal(site.next, REVISIONS + 1);
	assert_true(site.questions >= 60); /* so at least two were lost */
}

static void zero_begins_with_what_is_new(void **state)
{
	(void)state;
	site = (struct site){.seed = 6, .begin = 10, .stop_at = REVISIONS + 1, .wait_for_question = true};
	site_start(&site);
	assert_ok(watch(&site, 0, 0, false));
	site_stop(&site);
	assert_false(site.wrong);
	assert_int_equal(site.first, 11);
	assert_int_equal(site.next, REVISIONS + 1);
}

static void a_watcher_may_stop_and_an_idle_one_ends(void **state)
{
	(void)state;
	site = (struct site){.seed = 7, .begin = REVISIONS, .stop_at = 77};
	site_start(&site);
	assert_ok(watch(&site, 70, 0, false));
	assert_int_equal(site.next, 77);
	assert_ok(watch(&site, REVISIONS - 2, 100, false));
	assert_int_equal(site.next, REVISIONS + 1);
	assert_ok(watch(&site, REVISIONS + 1, 100, false)); /* nothing to tell yet */
	assert_int_equal(site.next, REVISIONS + 1);
	site_stop(&site);
	assert_false(site.wrong);
}

static void a_query_side_that_is_mute_ends_the_watch(void **state)
{
	(void)state;
	site = (struct site){.seed = 8, .begin = 20, .lose_every = 1};
	site_start(&site);
	assert_err(ERR_SILENT, watch(&site, 1, 0, false));
	site_stop(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_watcher_is_told_the_log_whatever_the_feed_does),
	    cmocka_unit_test(a_heartbeat_closes_the_tail_and_is_told),
	    cmocka_unit_test(lost_answers_of_a_replay_are_asked_for_again),
	    cmocka_unit_test(zero_begins_with_what_is_new),
	    cmocka_unit_test(a_watcher_may_stop_and_an_idle_one_ends),
	    cmocka_unit_test(a_query_side_that_is_mute_ends_the_watch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
