/* SPDX-License-Identifier: Apache-2.0
 *
 * daemon.c - see daemon.h.
 */
#include "tests/integration/daemon.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/test.h"

#define START_MAX_MS 30000
#define ARGS_MAX     64

extern char **environ;

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

const char *daemon_program(void)
{
	static char path[1024];
	const char *build = getenv("VARDE_BUILD");
	if (build && *build) {
		snprintf(path, sizeof path, "%s/varded", build);
		return path;
	}
	/* build/<flavour>/tests/integration/test_x */
	char self[900];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	self[n > 0 ? n : 0] = '\0';
	for (int up = 0; up < 3; up++) {
		char *slash = strrchr(self, '/');
		if (slash)
			*slash = '\0';
	}
	snprintf(path, sizeof path, "%s/varded", self);
	return path;
}

void daemon_init(struct daemon *d)
{
	*d = (struct daemon){.notify_fd = -1};
	const char *tmp = getenv("TMPDIR");
	snprintf(d->dir, sizeof d->dir, "%.80s/varde.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(d->dir))
		fail_msg("mkdtemp %s: %s", d->dir, strerror(errno));
	snprintf(d->log, sizeof d->log, "%s/log", d->dir);
	snprintf(d->notify, sizeof d->notify, "%s/notify", d->dir);
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	snprintf(a.sun_path, sizeof a.sun_path, "%.100s", d->notify);
	d->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (d->notify_fd < 0 || bind(d->notify_fd, (struct sockaddr *)&a, sizeof a) != 0)
		fail_msg("cannot bind %s: %s", d->notify, strerror(errno));
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void daemon_fini(struct daemon *d)
{
	daemon_kill(d);
	if (d->notify_fd >= 0)
		close(d->notify_fd);
	if (*d->dir)
		nftw(d->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	*d = (struct daemon){.notify_fd = -1};
}

int daemon_new(void **state)
{
	static struct daemon d;
	daemon_init(&d);
	*state = &d;
	return 0;
}

int daemon_gone(void **state)
{
	daemon_fini(*state);
	return 0;
}

static void child(const struct daemon *d, const char *const *argv)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	char text[200];
	snprintf(text, sizeof text, "%u", d->watchdog_ms * 1000);
	if (d->watchdog_ms)
		setenv("WATCHDOG_USEC", text, 1);
	else
		unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	setenv("NOTIFY_SOCKET", d->notify, 1);
	if (d->env) {
		snprintf(text, sizeof text, "%s", d->env);
		char *equals = strchr(text, '=');
		if (equals) {
			*equals = '\0';
			setenv(text, equals + 1, 1);
		}
	}
	int out = open(d->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600),
	    null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	union { /* execv() promises not to write */
		const char *const *from;
		char *const *to;
	} args = {.from = argv};
	execv(daemon_program(), args.to);
	fprintf(stderr, "%s: %s\n", daemon_program(), strerror(errno));
	_exit(127);
}

static void launch(struct daemon *d, const char *const *args)
{
	char store[200];
	snprintf(store, sizeof store, "--store=%s/store", d->dir);
	const char *argv[ARGS_MAX] = {"varded",
				      "--config=/dev/null",
				      store,
				      "--ingest=tcp://127.0.0.1:*",
				      "--query=tcp://127.0.0.1:*",
				      "--feed=tcp://127.0.0.1:*",
				      "--log-map=1GiB",
				      "--index-map=1GiB",
				      "--local-map=16MiB",
				      "--reserve=1MiB"};
	size_t n = 0;
	while (argv[n])
		n++;
	for (size_t i = 0; args && args[i]; i++) {
		assert_true(n < ARGS_MAX - 1);
		argv[n++] = args[i];
	}
	char old[4096]; /* what an earlier process said last */
	while (recv(d->notify_fd, old, sizeof old, MSG_DONTWAIT) >= 0)
		;
	fflush(NULL);
	d->pid = fork();
	if (d->pid == 0)
		child(d, argv);
	if (d->pid < 0)
		fail_msg("fork: %s", strerror(errno));
}

/* "… key=value …" out of a notification. */
static void pick(const char *text, const char *key, char ret[DAEMON_ENDPOINT])
{
	char want[64];
	snprintf(want, sizeof want, " %s=", key);
	const char *at = strstr(text, want);
	ret[0] = '\0';
	if (at) {
		at += strlen(want);
		snprintf(ret, DAEMON_ENDPOINT, "%.*s", (int)strcspn(at, " \n"), at);
	}
}

static bool notification(struct daemon *d, char *text, size_t room, unsigned wait_ms)
{
	struct pollfd p = {.fd = d->notify_fd, .events = POLLIN};
	if (poll(&p, 1, (int)wait_ms) <= 0)
		return false;
	ssize_t n = recv(d->notify_fd, text, room - 1, MSG_DONTWAIT);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static int status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void daemon_start(struct daemon *d, const char *const *args)
{
	char text[8192];
	launch(d, args);
	for (int64_t end = now_ms() + START_MAX_MS; now_ms() < end;) {
		int status;
		if (notification(d, text, sizeof text, 100) && strstr(text, "READY=1")) {
			pick(text, "ingest", d->ingest);
			pick(text, "query", d->query);
			pick(text, "feed", d->feed);
			pick(text, "ingest_curve", d->ingest_curve);
			pick(text, "query_curve", d->query_curve);
			pick(text, "feed_curve", d->feed_curve);
			return;
		}
		if (waitpid(d->pid, &status, WNOHANG) == d->pid) {
			d->pid = 0;
			char *log = daemon_logged(d);
			print_error("%s", log);
			free(log);
			fail_msg("varded ended with %d instead of starting", status_of(status));
		}
	}
	fail_msg("varded is not ready after %d ms", START_MAX_MS);
}

int daemon_wait(struct daemon *d, unsigned wait_ms)
{
	for (int64_t end = now_ms() + wait_ms;;) {
		int status;
		if (waitpid(d->pid, &status, WNOHANG) == d->pid) {
			d->pid = 0;
			return status_of(status);
		}
		if (now_ms() >= end)
			return -1000;
		poll(NULL, 0, 5); /* the kernel has no other wait with a bound for a child without pidfd */
	}
}

int daemon_run(struct daemon *d, const char *const *args)
{
	launch(d, args);
	int status = daemon_wait(d, START_MAX_MS);
	if (status == -1000)
		fail_msg("varded runs on");
	return status;
}

void daemon_signal(struct daemon *d, int sig)
{
	if (d->pid > 0)
		kill(d->pid, sig);
}

int daemon_stop(struct daemon *d)
{
	daemon_signal(d, SIGTERM);
	int status = daemon_wait(d, START_MAX_MS);
	if (status == -1000)
		fail_msg("varded does not stop");
	return status;
}

void daemon_kill(struct daemon *d)
{
	if (d->pid <= 0)
		return;
	kill(d->pid, SIGKILL);
	waitpid(d->pid, NULL, 0);
	d->pid = 0;
}

bool daemon_notified(struct daemon *d, const char *text, unsigned wait_ms)
{
	char got[8192];
	for (int64_t end = now_ms() + wait_ms, left; (left = end - now_ms()) > 0;)
		if (notification(d, got, sizeof got, (unsigned)left) && strstr(got, text))
			return true;
	return false;
}

char *daemon_logged(const struct daemon *d)
{
	FILE *f = fopen(d->log, "re");
	char *text = NULL;
	size_t len = 0, room = 0;
	do {
		if (len + 4096 > room) {
			room = room * 2 + 8192;
			text = realloc(text, room);
		}
		size_t n = f ? fread(text + len, 1, 4095, f) : 0;
		len += n;
		text[len] = '\0';
		if (n == 0)
			break;
	} while (true);
	if (f)
		fclose(f);
	return text;
}

bool daemon_said(const struct daemon *d, const char *text)
{
	char *log = daemon_logged(d);
	bool said = strstr(log, text) != NULL;
	free(log);
	return said;
}

bool daemon_says(const struct daemon *d, const char *text, unsigned wait_ms)
{
	int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	inotify_add_watch(watch, d->log, IN_MODIFY);
	bool said = daemon_said(d, text);
	for (int64_t end = now_ms() + wait_ms, left; !said && (left = end - now_ms()) > 0;) {
		struct pollfd p = {.fd = watch, .events = POLLIN};
		char events[1024];
		poll(&p, 1, (int)left);
		while (read(watch, events, sizeof events) > 0)
			;
		said = daemon_said(d, text);
	}
	close(watch);
	return said;
}
