/* SPDX-License-Identifier: Apache-2.0
 *
 * test_life.c - the states, what leads from one to another, and what the service manager hears. The test is the
 * manager.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "daemon/life.h"
#include "tests/test.h"

static int manager = -1;
static char path[] = "/tmp/varde.life.XXXXXX";
static char where[64];

static int listen_in(void **state)
{
	(void)state;
	snprintf(path, sizeof path, "/tmp/varde.life.XXXXXX");
	if (!mkdtemp(path))
		return -1;
	snprintf(where, sizeof where, "%s/notify", path);
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	snprintf(a.sun_path, sizeof a.sun_path, "%s", where);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setenv("NOTIFY_SOCKET", where, 1);
	return bind(manager, (struct sockaddr *)&a, sizeof a);
}

static int stop_listening(void **state)
{
	(void)state;
	close(manager);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unlink(where);
	return rmdir(path);
}

/* The next notification; "" when there is none. */
static const char *heard(void)
{
	static char text[4096];
	ssize_t n = recv(manager, text, sizeof text - 1, MSG_DONTWAIT);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void a_life_goes_from_starting_to_stopped_and_says_so(void **state)
{
	(void)state;
	struct life l;
	life_init(&l);
	assert_int_equal(l.state, LIFE_STARTING);
	life_ready_status(&l, "ready ingest=tcp://127.0.0.1:1");
	assert_string_equal(heard(), "");
	assert_true(life_handle(&l, LIFE_STARTED));
	assert_int_equal(l.state, LIFE_READY);
	assert_string_equal(heard(), "READY=1\nSTATUS=ready ingest=tcp://127.0.0.1:1");
	assert_true(life_handle(&l, LIFE_STOP));
	assert_int_equal(l.state, LIFE_DRAINING);
	assert_string_equal(heard(), "STOPPING=1\nSTATUS=draining");
	assert_false(life_handle(&l, LIFE_STOP)); /* a second SIGTERM */
	assert_string_equal(heard(), "");
	assert_true(life_handle(&l, LIFE_DRAINED));
	assert_int_equal(l.state, LIFE_STOPPED);
	assert_string_equal(heard(), "STATUS=stopped");
	assert_false(l.failed);
}

static void a_failure_is_remembered_whatever_comes_after(void **state)
{
	(void)state;
	struct life l;
	life_init(&l);
	assert_true(life_handle(&l, LIFE_FAILED));
	assert_int_equal(l.state, LIFE_DRAINING);
	assert_true(l.failed);
	assert_string_equal(heard(), "STOPPING=1\nSTATUS=stopping after a failure");
	assert_true(life_handle(&l, LIFE_DRAINED));
	assert_true(l.failed);
	life_init(&l);
	life_handle(&l, LIFE_STARTED);
	life_handle(&l, LIFE_STOP);
	assert_false(life_handle(&l, LIFE_FAILED)); /* while draining: no other state, but remembered */
	assert_true(l.failed);
}

static void only_the_moves_of_the_table_are_made(void **state)
{
	(void)state;
	/* Rows: from; columns: STARTED, STOP, FAILED, DRAINED; -1 = stays. */
	static const int want[LIFE_STATES][LIFE_EVENTS] = {
	    {LIFE_READY, LIFE_DRAINING, LIFE_DRAINING, -1},
	    {-1, LIFE_DRAINING, LIFE_DRAINING, -1},
	    {-1, -1, -1, LIFE_STOPPED},
	    {-1, -1, -1, -1},
	};
	for (int s = 0; s < LIFE_STATES; s++)
		for (int e = 0; e < LIFE_EVENTS; e++) {
			struct life l;
			life_init(&l);
			l.state = (enum life_state)s;
			bool moved = life_handle(&l, (enum life_event)e);
			assert_int_equal(moved, want[s][e] >= 0);
			assert_int_equal(l.state, moved ? want[s][e] : s);
		}
}

static void long_work_extends_the_managers_patience(void **state)
{
	(void)state;
	life_working(30, "indexing %d of %d", 1, 2);
	assert_string_equal(heard(), "EXTEND_TIMEOUT_USEC=30000000\nSTATUS=indexing 1 of 2");
}

static void the_watchdog_is_known_from_the_environment(void **state)
{
	(void)state;
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(life_watchdog_us(), 0);
	setenv("WATCHDOG_USEC", "10000000", 1);
	assert_int_equal(life_watchdog_us(), 10000000);
	life_watchdog_ping();
	assert_string_equal(heard(), "WATCHDOG=1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, listen_in, stop_listening)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_life_goes_from_starting_to_stopped_and_says_so),
	    TEST(a_failure_is_remembered_whatever_comes_after),
	    TEST(only_the_moves_of_the_table_are_made),
	    TEST(long_work_extends_the_managers_patience),
	    TEST(the_watchdog_is_known_from_the_environment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
