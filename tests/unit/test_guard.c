/* SPDX-License-Identifier: Apache-2.0
 *
 * test_guard.c - connections are counted and cut by what the kernel says of them.
 */
#include "daemon/guard.h"
#include "tests/test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct seen {
	int cut[8];
	size_t n;
};

static void note(void *arg, int fd, const char *why)
{
	struct seen *s = arg;
	assert_non_null(why);
	assert_true(s->n < 8);
	s->cut[s->n++] = fd;
}

/* A pair over loopback: ret[0] was accepted. */
static void pair(int ret[2])
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int listening = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(bind(listening, (struct sockaddr *)&a, sizeof a) == 0 && listen(listening, 1) == 0);
	assert_int_equal(getsockname(listening, (struct sockaddr *)&a, &len), 0);
	ret[1] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(ret[1], (struct sockaddr *)&a, sizeof a), 0);
	ret[0] = accept(listening, NULL, NULL);
	assert_true(ret[0] >= 0);
	close(listening);
}

static void send_bytes(int fds[2], size_t n)
{
	static char bytes[4096];
	for (size_t left = n; left > 0;) {
		size_t now = left < sizeof bytes ? left : sizeof bytes;
		assert_int_equal(write(fds[1], bytes, now), now);
		assert_int_equal(recv(fds[0], bytes, now, MSG_WAITALL), now);
		left -= now;
	}
}

static void what_was_heard_and_heartbeats_do_not_count(void **state)
{
	(void)state;
	struct guard_count c = {0};
	assert_int_equal(guard_unheard(&c, 1000, false), 1000);
	assert_int_equal(guard_unheard(&c, 5000, false), 5000);
	assert_int_equal(guard_unheard(&c, 5020, false), 5000); /* a ping */
	assert_int_equal(guard_unheard(&c, 9020, true), 0);
	assert_int_equal(guard_unheard(&c, 10020, false), 1000);
	assert_int_equal(guard_unheard(&c, 300, false), 300); /* another connection */
}

static void a_connection_that_is_never_heard_is_cut(void **state)
{
	(void)state;
	struct seen seen = {.n = 0};
	struct guard_options o = {.connections_max = 1000, .unheard_max = 100000, .cut = note, .arg = &seen};
	struct guard *g = guard_new(&o);
	int talks[2], endless[2];
	pair(talks);
	pair(endless);
	for (int i = 0; i < 4; i++) {
		send_bytes(talks, 40000);
		guard_heard(g, talks[0]);
		send_bytes(endless, 40000);
		guard_turn(g);
	}
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.cut[0], endless[0]);
	guard_free(g);
	for (int i = 0; i < 2; i++) {
		close(talks[i]);
		close(endless[i]);
	}
}

static void connections_over_the_limit_are_cut_and_those_there_before_stay(void **state)
{
	(void)state;
	struct seen seen = {.n = 0};
	struct guard_options o = {.connections_max = 4, .unheard_max = UINT64_MAX, .cut = note, .arg = &seen};
	int fds[3][2];
	pair(fds[0]); /* both ends are of this process */
	pair(fds[1]);
	struct guard *g = guard_new(&o);
	guard_turn(g);
	assert_int_equal(seen.n, 0);
	pair(fds[2]);
	guard_turn(g);
	assert_int_equal(seen.n, 2);
	assert_true(seen.cut[0] == fds[2][0] || seen.cut[0] == fds[2][1]);
	assert_true(seen.cut[1] == fds[2][0] || seen.cut[1] == fds[2][1]);
	close(fds[0][0]);
	close(fds[0][1]);
	guard_turn(g);
	assert_int_equal(seen.n, 2); /* there is room now */
	guard_free(g);
	for (int i = 1; i < 3; i++) {
		close(fds[i][0]);
		close(fds[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_heard_and_heartbeats_do_not_count),
	    cmocka_unit_test(a_connection_that_is_never_heard_is_cut),
	    cmocka_unit_test(connections_over_the_limit_are_cut_and_those_there_before_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
