/* SPDX-License-Identifier: Apache-2.0
 *
 * test_crowd.c - peers that no limit of ZeroMQ's stops: a message without end, more connections than there are
 * descriptors; and what others notice of them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "tests/integration/daemon.h"
#include "tests/integration/raw.h"
#include "tests/test.h"

#define CROWD      400
#define ENOUGH_MIB 4096u /* what would be held of a message without end, were it not cut off */

static int setup(void **state)
{
	static struct daemon d;
	daemon_init(&d);
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	daemon_fini(*state);
	return 0;
}

/* A connection that has introduced itself as ZMTP 3.0 wants it, without ZeroMQ. */
static int introduced(const char *endpoint)
{
	static const char greeting[64] = "\xff\0\0\0\0\0\0\0\0\x7f\x03\0"
					 "NULL",
			  ready[] = "\x04\x1c\x05READY\x0bSocket-Type\0\0\0\x06"
				    "DEALER";
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	a.sin_port = htons((uint16_t)strtoul(strrchr(endpoint, ':') + 1, NULL, 10));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval wait = {.tv_sec = RAW_WAIT_MS / 1000};
	assert_true(fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
	assert_int_equal(send(fd, greeting, sizeof greeting, MSG_NOSIGNAL), sizeof greeting);
	assert_int_equal(send(fd, ready, sizeof ready - 1, MSG_NOSIGNAL), sizeof ready - 1);
	return fd;
}

/* What comes before the other end has said READY too breaks the handshake. */
static void await_ready(int fd)
{
	char got[512];
	size_t n = 0;
	while (!memmem(got, n, "READY", 5)) {
		ssize_t more = recv(fd, got + n, sizeof got - n, 0);
		assert_true(more > 0);
		n += (size_t)more;
	}
}

static bool status_answered(const char *endpoint)
{
	struct raw r;
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	raw_open(&r, ZMQ_DEALER, endpoint, NULL);
	raw_ask(&r, &q);
	const struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
	bool good = answer && answer->status;
	raw_close(&r);
	return good;
}

/* Each frame is within its limit; all were held until a last one would come. */
static void a_message_without_end_is_cut_off(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, (const char *[]){"--unheard-max=8MiB", NULL});
	int fd = introduced(d->query);
	await_ready(fd);
	size_t size = 9 + (1 << 20), sent = 0;
	unsigned char *frame = calloc(1, size);
	assert_non_null(frame);
	frame[0] = 3; /* long, and more to come */
	frame[6] = 0x10;
	/* A sender whose window was full when it was cut is told by the other end's FIN alone. */
	bool cut = false;
	while (!cut && sent < ENOUGH_MIB * (size_t)(1 << 20)) {
		struct pollfd p = {.fd = fd, .events = POLLOUT | POLLRDHUP};
		assert_int_equal(poll(&p, 1, RAW_WAIT_MS), 1);
		ssize_t n = send(fd, frame + sent % size, size - sent % size, MSG_NOSIGNAL | MSG_DONTWAIT);
		sent += n > 0 ? (size_t)n : 0;
		cut = (p.revents & (POLLRDHUP | POLLERR | POLLHUP)) || (n < 0 && errno != EAGAIN);
	}
	free(frame);
	close(fd);
	assert_true(cut);
	if (!daemon_says(d, "of which no whole message could be taken", RAW_WAIT_MS)) {
		char *log = daemon_logged(d);
		fail_msg("%zu bytes were sent; it said: %s", sent, log);
	}
	assert_true(status_answered(d->query));
	assert_int_equal(daemon_stop(d), 0);
}

/* Without descriptors ZeroMQ tries to accept for ever; it is not let come so far. Those there before stay. */
static void connections_over_the_limit_are_cut_off_and_those_there_before_stay(void **state)
{
	struct daemon *d = *state;
	struct raw before;
	daemon_start(d, (const char *[]){"--connections-max=50", NULL});
	raw_open(&before, ZMQ_DEALER, d->ingest, NULL);
	struct msg_item item = raw_source(&before, "a", 1);
	raw_exchange(&before, &item, 1);
	int fds[CROWD];
	for (int i = 0; i < CROWD; i++)
		fds[i] = introduced(d->query);
	assert_true(daemon_says(d, "there are 50 connections already", RAW_WAIT_MS));
	struct msg_item next = raw_source(&before, "b", 2);
	assert_int_equal(raw_exchange(&before, &next, 1)->receipts[0].verdict, VERDICT_ACCEPTED);
	for (int i = 0; i < CROWD; i++)
		close(fds[i]);
	assert_true(status_answered(d->query));
	raw_close(&before);
	assert_int_equal(daemon_stop(d), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_message_without_end_is_cut_off, setup, teardown),
	    cmocka_unit_test_setup_teardown(connections_over_the_limit_are_cut_off_and_those_there_before_stay, setup,
					    teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
