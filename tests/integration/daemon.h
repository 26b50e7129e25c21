/* SPDX-License-Identifier: Apache-2.0
 *
 * daemon.h - the real varded of this build, in a directory of its own, on ports that were free.
 *
 * The harness is the service manager: it binds NOTIFY_SOCKET and waits for READY=1, so that nothing sleeps. A daemon
 * dies with its test (PR_SET_PDEATHSIG), and only by its pid.
 *
 *     struct daemon d;
 *     daemon_init(&d);
 *     daemon_start(&d, NULL);                     // or (const char *[]){"--queue", "16", NULL}
 *     … d.ingest, d.query, d.feed …
 *     assert_int_equal(daemon_stop(&d), 0);
 *     daemon_fini(&d);
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define DAEMON_ENDPOINT 256

struct daemon {
	pid_t pid;        /* 0 = not running */
	char dir[128];    /* everything of this test lies here; the store in dir/store */
	char log[160];    /* dir/log: what it wrote to stderr and stdout since daemon_init() */
	char notify[160]; /* NOTIFY_SOCKET */
	int notify_fd;
	char ingest[DAEMON_ENDPOINT], query[DAEMON_ENDPOINT], feed[DAEMON_ENDPOINT]; /* of the newest start */
	char ingest_curve[DAEMON_ENDPOINT], query_curve[DAEMON_ENDPOINT], feed_curve[DAEMON_ENDPOINT];
	const char *env;      /* one more NAME=VALUE for its environment, or NULL */
	unsigned watchdog_ms; /* WATCHDOG_USEC for the next start; 0 = none */
};

void daemon_init(struct daemon *d); /* makes the directory */
void daemon_fini(struct daemon *d); /* kills what runs, removes the directory */
int daemon_new(void **state);       /* the same as setup and teardown of a test: *state is a struct daemon */
int daemon_gone(void **state);

/* Start on dir/store with small maps and free ports on loopback; `args` (NULL-terminated, may be NULL) come after and
 * win. Fails the test when the daemon is not ready within 30 s. */
void daemon_start(struct daemon *d, const char *const *args);
/* Run with these arguments until it ends by itself (30 s at most); returns its exit status, -signal when it was killed.
 */
int daemon_run(struct daemon *d, const char *const *args);
int daemon_stop(struct daemon *d);  /* SIGTERM, wait; the exit status, -signal when it was killed */
void daemon_kill(struct daemon *d); /* kill -9, wait */
void daemon_signal(struct daemon *d, int sig);
int daemon_wait(struct daemon *d, unsigned wait_ms); /* for its end; -1000 when it has not come */
bool daemon_notified(struct daemon *d, const char *text, unsigned wait_ms); /* a notification that contains `text` */

/* All that was logged; heap text, the caller frees. */
char *daemon_logged(const struct daemon *d);
bool daemon_said(const struct daemon *d, const char *text);
bool daemon_says(const struct daemon *d, const char *text, unsigned wait_ms); /* now or soon */
const char *daemon_program(void);                                             /* path of varded */
