/* SPDX-License-Identifier: Apache-2.0
 *
 * A client in another language, written from varde.proto alone, against the real daemon: foreign_client.py. It exits
 * non-zero at the first thing that does not hold, and says which.
 */
#include <sys/wait.h>
#include <unistd.h>
#include "tests/integration/daemon.h"
#include "tests/test.h"

#define PYTHON "/usr/bin/python3" /* Debian's, which has python3-zmq and python3-protobuf */
#define CLIENT "tests/integration/foreign_client.py"

static int setup(void **state)
{
	static struct daemon d;
	daemon_init(&d);
	daemon_start(&d, NULL);
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	daemon_fini(*state);
	return 0;
}

static void client_holds(const struct daemon *d)
{
	int status;
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execl(PYTHON, PYTHON, CLIENT, d->ingest, d->query, d->feed, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_client_from_the_proto_alone_defines_submits_asks_and_follows(void **state)
{
	client_holds(*state);
}

static void a_store_that_another_client_used_serves_it_the_same(void **state)
{
	client_holds(*state);
	client_holds(*state);
}

static void it_goes_on_after_a_restart(void **state)
{
	struct daemon *d = *state;
	client_holds(d);
	assert_int_equal(daemon_stop(d), 0);
	daemon_start(d, NULL);
	client_holds(d);
	assert_int_equal(daemon_stop(d), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_client_from_the_proto_alone_defines_submits_asks_and_follows, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(a_store_that_another_client_used_serves_it_the_same, setup, teardown),
	    cmocka_unit_test_setup_teardown(it_goes_on_after_a_restart, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
