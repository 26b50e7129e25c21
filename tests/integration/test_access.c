/* SPDX-License-Identifier: Apache-2.0
 *
 * test_access.c - who is let in: by listed keys, by nobody else, and no longer than listed.
 */
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/integration/daemon.h"
#include "tests/integration/raw.h"
#include "tests/test.h"

struct site {
	struct daemon d;
	char keys[160], server_file[160];
	char server_public[41], server_secret[41];
	char keys_arg[200], key_arg[200];
};

static void write_cert(const char *path, const char *name, const char *public_key, const char *secret_key,
		       unsigned mode)
{
	char tmp[256];
	snprintf(tmp, sizeof tmp, "%s~", path);
	FILE *f = fopen(tmp, "we");
	assert_non_null(f);
	fprintf(f, "#   ZeroMQ CURVE Certificate\n\nmetadata\n");
	if (name)
		fprintf(f, "    name = \"%s\"\n", name);
	fprintf(f, "curve\n    public-key = \"%s\"\n", public_key);
	if (secret_key)
		fprintf(f, "    secret-key = \"%s\"\n", secret_key);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(tmp, mode), 0);
	assert_int_equal(rename(tmp, path), 0);
}

static int setup(void **state)
{
	static struct site s;
	s = (struct site){0};
	daemon_init(&s.d);
	snprintf(s.keys, sizeof s.keys, "%s/keys", s.d.dir);
	snprintf(s.server_file, sizeof s.server_file, "%s/server.key", s.d.dir);
	snprintf(s.keys_arg, sizeof s.keys_arg, "--client-keys=%s", s.keys);
	snprintf(s.key_arg, sizeof s.key_arg, "--server-key=%s", s.server_file);
	mkdir(s.keys, 0700);
	zmq_curve_keypair(s.server_public, s.server_secret);
	write_cert(s.server_file, NULL, s.server_public, s.server_secret, 0600);
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	struct site *s = *state;
	daemon_fini(&s->d);
	return 0;
}

static void start(struct site *s)
{
	daemon_start(&s->d, (const char *[]){s->keys_arg, s->key_arg, "--ingest-curve=tcp://127.0.0.1:*",
					     "--query-curve=tcp://127.0.0.1:*", "--feed-curve=tcp://127.0.0.1:*",
					     "--feed-heartbeat=50", NULL});
}

/* A fresh key; listed under `name` when that is not NULL. */
static struct raw_keys key_for(struct site *s, const char *name)
{
	struct raw_keys k;
	char path[256];
	zmq_curve_keypair(k.public_key, k.secret_key);
	memcpy(k.server_public, s->server_public, sizeof k.server_public);
	if (name) {
		snprintf(path, sizeof path, "%s/%s.txt", s->keys, name);
		write_cert(path, name, k.public_key, NULL, 0600);
	}
	return k;
}

static void unlist(struct site *s, const char *name)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s.txt", s->keys, name);
	assert_int_equal(unlink(path), 0);
}

static void a_listed_key_is_let_in_and_names_the_submitter(void **state)
{
	struct site *s = *state;
	struct raw_keys k = key_for(s, "nordland");
	start(s);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, s->d.ingest_curve, &k);
	struct msg_item item = raw_source(&r, "a", 1);
	struct msg_ingest_reply *reply = raw_exchange(&r, &item, 1);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_ACCEPTED);
	assert_string_equal(reply->receipts[0].submitter, "nordland");
	raw_close(&r);
	/* The same id from another submitter is another message. */
	raw_open(&r, ZMQ_DEALER, s->d.ingest, NULL);
	reply = raw_exchange(&r, (struct msg_item[]){raw_source(&r, "b", 1)}, 1);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_ACCEPTED);
	assert_string_equal(reply->receipts[0].submitter, "plain:127.0.0.1");
	raw_close(&r);
	raw_open(&r, ZMQ_DEALER, s->d.query_curve, &k);
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	raw_ask(&r, &q);
	assert_non_null(raw_answer(&r, RAW_WAIT_MS));
	raw_close(&r);
	raw_open(&r, ZMQ_SUB, s->d.feed_curve, &k);
	assert_true(raw_receive(&r, RAW_WAIT_MS));
	raw_close(&r);
	assert_int_equal(daemon_stop(&s->d), 0);
}

#define ENDPOINT_MAX 256

/* How a handshake ends: the event that decides it, or any other after some tries. */
static int handshake(const char *endpoint, const struct raw_keys *k, int type)
{
	int tries = 8;
	struct raw r;
	raw_open(&r, type, endpoint, k); /* only to make the context and the socket */
	void *monitor = zmq_socket(r.ctx, ZMQ_PAIR);
	void *sock = zmq_socket(r.ctx, type);
	int none = 0;
	zmq_setsockopt(sock, ZMQ_LINGER, &none, sizeof none);
	if (k) {
		zmq_setsockopt(sock, ZMQ_CURVE_SERVERKEY, k->server_public, 40);
		zmq_setsockopt(sock, ZMQ_CURVE_PUBLICKEY, k->public_key, 40);
		zmq_setsockopt(sock, ZMQ_CURVE_SECRETKEY, k->secret_key, 40);
	}
	zmq_socket_monitor(sock, "inproc://monitor",
			   ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
			       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
			       ZMQ_EVENT_DISCONNECTED);
	zmq_connect(monitor, "inproc://monitor");
	zmq_connect(sock, endpoint);
	zmq_pollitem_t item = {monitor, 0, ZMQ_POLLIN, 0};
	uint8_t frame[ENDPOINT_MAX];
	uint16_t event = 0;
	/* Two frames an event; one that ends without a reason is tried again by ZeroMQ. */
	while (event != ZMQ_EVENT_HANDSHAKE_FAILED_AUTH && event != ZMQ_EVENT_HANDSHAKE_SUCCEEDED &&
	       zmq_poll(&item, 1, 1000) > 0 && tries-- > 0) {
		if (zmq_recv(monitor, frame, sizeof frame, 0) == 6)
			memcpy(&event, frame, sizeof event);
		zmq_recv(monitor, frame, sizeof frame, 0);
	}
	zmq_socket_monitor(sock, NULL, 0);
	zmq_close(sock);
	zmq_close(monitor);
	raw_close(&r);
	return event;
}

static void an_unknown_key_is_refused_at_every_curve_endpoint(void **state)
{
	struct site *s = *state;
	struct raw_keys known = key_for(s, "nordland"), unknown = key_for(s, NULL);
	start(s);
	const char *endpoints[] = {s->d.ingest_curve, s->d.query_curve, s->d.feed_curve};
	const int types[] = {ZMQ_DEALER, ZMQ_DEALER, ZMQ_SUB};
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(handshake(endpoints[i], &unknown, types[i]), ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
		assert_int_equal(handshake(endpoints[i], &known, types[i]), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
	}
}

static void a_client_without_encryption_is_refused_at_the_curve_endpoint(void **state)
{
	struct site *s = *state;
	start(s);
	assert_int_not_equal(handshake(s->d.ingest_curve, NULL, ZMQ_DEALER), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
	assert_int_equal(handshake(s->d.ingest, NULL, ZMQ_DEALER), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, s->d.ingest_curve, NULL);
	r.cut_off = true;
	struct msg_item item = raw_source(&r, "a", 1);
	raw_submit(&r, &item, 1);
	assert_null(raw_reply(&r, 300));
	raw_close(&r);
}

static void a_key_that_is_added_is_let_in_without_a_restart(void **state)
{
	struct site *s = *state;
	start(s);
	struct raw_keys k = key_for(s, "troms");
	assert_true(daemon_says(&s->d, "1 client keys are listed", 5000));
	assert_int_equal(handshake(s->d.ingest_curve, &k, ZMQ_DEALER), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
}

static void a_key_that_is_removed_is_cut_off_at_once(void **state)
{
	struct site *s = *state;
	struct raw_keys gone = key_for(s, "troms"), stays = key_for(s, "nordland");
	start(s);
	struct raw w, f, other, silent;
	raw_open(&w, ZMQ_DEALER, s->d.ingest_curve, &gone);
	raw_open(&f, ZMQ_SUB, s->d.feed_curve, &gone);
	raw_open(&silent, ZMQ_DEALER, s->d.query_curve, &gone);
	raw_open(&other, ZMQ_DEALER, s->d.ingest_curve, &stays);
	raw_exchange(&w, (struct msg_item[]){raw_source(&w, "a", 1)}, 1);
	raw_exchange(&other, (struct msg_item[]){raw_source(&other, "b", 1)}, 1);
	assert_true(raw_receive(&f, RAW_WAIT_MS));

	unlist(s, "troms");
	assert_true(daemon_says(&s->d, "cut a connection of troms", 5000));
	/* Whatever was on its way, the feed falls silent (a heartbeat would come every 50 ms). */
	int late = 0;
	while (late < 100 && raw_receive(&f, 1000))
		late++;
	assert_true(late < 100);
	w.cut_off = silent.cut_off = true;
	raw_submit(&w, (struct msg_item[]){raw_source(&w, "c", 2)}, 1);
	assert_null(raw_reply(&w, 500));
	/* One that had not said a word yet is noticed when it does. */
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	raw_ask(&silent, &q);
	assert_null(raw_answer(&silent, 500));
	struct msg_ingest_reply *reply = raw_exchange(&other, (struct msg_item[]){raw_source(&other, "d", 3)}, 1);
	assert_int_equal(reply->receipts[0].verdict, VERDICT_ACCEPTED);
	assert_int_equal(reply->receipts[0].revision, 4); /* "c" was not stored */
	raw_close(&w);
	raw_close(&f);
	raw_close(&silent);
	raw_close(&other);
	assert_int_equal(daemon_stop(&s->d), 0);
}

static void a_replaced_key_cuts_the_old_one_and_sighup_reads_again(void **state)
{
	struct site *s = *state;
	struct raw_keys old = key_for(s, "troms");
	start(s);
	struct raw w;
	raw_open(&w, ZMQ_DEALER, s->d.ingest_curve, &old);
	raw_exchange(&w, (struct msg_item[]){raw_source(&w, "a", 1)}, 1);
	struct raw_keys new = key_for(s, "troms");
	daemon_signal(&s->d, SIGHUP);
	assert_true(daemon_says(&s->d, "reading the client keys again", 5000));
	assert_true(daemon_says(&s->d, "cut a connection of troms", 5000));
	w.cut_off = true;
	raw_submit(&w, (struct msg_item[]){raw_source(&w, "b", 2)}, 1);
	assert_null(raw_reply(&w, 300));
	raw_close(&w);
	raw_open(&w, ZMQ_DEALER, s->d.ingest_curve, &new);
	struct msg_ingest_reply *reply = raw_exchange(&w, (struct msg_item[]){raw_source(&w, "a", 1)}, 1);
	assert_int_equal(reply->receipts[0].revision, 2); /* the same submitter: the same receipt */
	raw_close(&w);
}

static void key_files_that_cannot_be_right_keep_the_daemon_from_starting(void **state)
{
	struct site *s = *state;
	const char *args[] = {s->keys_arg, s->key_arg, "--ingest-curve=tcp://127.0.0.1:*", NULL};
	assert_int_equal(chmod(s->server_file, 0644), 0);
	assert_int_equal(daemon_run(&s->d, args), 1);
	assert_true(daemon_said(&s->d, "others may use this secret key (mode 644): chmod 600 it"));
	write_cert(s->server_file, NULL, s->server_public, NULL, 0600);
	assert_int_equal(daemon_run(&s->d, args), 1);
	assert_true(daemon_said(&s->d, "there is no secret key in it"));
	/* A public key that is not the secret one's: the knock at the own door is not understood. */
	char other[41], unused[41];
	zmq_curve_keypair(other, unused);
	write_cert(s->server_file, NULL, other, s->server_secret, 0600);
	assert_int_equal(daemon_run(&s->d, (const char *[]){s->keys_arg, s->key_arg, "--ingest-curve=tcp://127.0.0.1:*",
							    "--handshake=100", NULL}),
			 1);
	assert_true(daemon_said(&s->d, "self-test"));
	assert_int_equal(daemon_run(&s->d, (const char *[]){s->key_arg, "--client-keys=/nowhere/at/all",
							    "--ingest-curve=tcp://127.0.0.1:*", NULL}),
			 1);
	assert_true(daemon_said(&s->d, "client-keys: /nowhere/at/all: No such file or directory"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_listed_key_is_let_in_and_names_the_submitter),
	    TEST(an_unknown_key_is_refused_at_every_curve_endpoint),
	    TEST(a_client_without_encryption_is_refused_at_the_curve_endpoint),
	    TEST(a_key_that_is_added_is_let_in_without_a_restart),
	    TEST(a_key_that_is_removed_is_cut_off_at_once),
	    TEST(a_replaced_key_cuts_the_old_one_and_sighup_reads_again),
	    TEST(key_files_that_cannot_be_right_keep_the_daemon_from_starting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
