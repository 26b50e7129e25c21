/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/bytes.h"
#include "tests/integration/daemon.h"
#include "tests/test.h"

#define RUN_MAX_MS 60000

static unsigned ms_since(const struct timespec *t)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned)((now.tv_sec - t->tv_sec) * 1000 + (now.tv_nsec - t->tv_nsec) / 1000000);
}

static void child(const char *const *words, const int in[2], const int out[2], const int err[2])
{
	const char *argv[64] = {"varde"};
	char program[1100];
	for (int i = 0; words[i] && i < 62; i++)
		argv[i + 1] = words[i];
	snprintf(program, sizeof program, "%s", daemon_program());
	program[strlen(program) - 1] = '\0'; /* varded → varde */
	dup2(in[0], 0);
	dup2(out[1], 1);
	dup2(err[1], 2);
	for (int i = 0; i < 2; i++) {
		close(in[i]);
		close(out[i]);
		close(err[i]);
	}
	execv(program, (char *const *)(uintptr_t)argv);
	fprintf(stderr, "%s: %s\n", program, strerror(errno));
	_exit(127);
}

/* What comes from both pipes, until both end. */
static bool gather(int out, int err, struct buf text[2], const struct timespec *began)
{
	struct pollfd fds[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
	char room[4096];
	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		unsigned spent = ms_since(began);
		if (spent >= RUN_MAX_MS || poll(fds, 2, (int)(RUN_MAX_MS - spent)) <= 0)
			return false;
		for (int i = 0; i < 2; i++) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			ssize_t n = read(fds[i].fd, room, sizeof room);
			if (n > 0)
				buf_put(&text[i], room, (size_t)n);
			else
				fds[i].fd = -1;
		}
	}
	return true;
}

struct cli cli_run(const char *const *words, const char *input)
{
	struct cli c = {0};
	struct buf text[2] = {{0}, {0}};
	struct timespec began;
	int in[2], out[2], err[2], status = 0;
	clock_gettime(CLOCK_MONOTONIC, &began);
	assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC) | pipe2(err, O_CLOEXEC), 0);
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child(words, in, out, err);
	close(in[0]);
	close(out[1]);
	close(err[1]);
	signal(SIGPIPE, SIG_IGN);
	size_t len = input ? strlen(input) : 0;
	ssize_t written = len ? write(in[1], input, len) : 0; /* less than a pipe holds */
	assert_true(written >= 0);
	close(in[1]);
	if (!gather(out[0], err[0], text, &began)) {
		kill(pid, SIGKILL);
		status = -1000;
	}
	int how;
	assert_int_equal(waitpid(pid, &how, 0), pid);
	c.status = status ? status : WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
	c.took_ms = ms_since(&began);
	close(out[0]);
	close(err[0]);
	buf_u8(&text[0], 0);
	buf_u8(&text[1], 0);
	c.out = (char *)text[0].data;
	c.err = (char *)text[1].data;
	return c;
}

void cli_free(struct cli *c)
{
	free(c->out);
	free(c->err);
	*c = (struct cli){0};
}

void cli_expect(const struct cli *c, int status, const char *text)
{
	if (c->status != status)
		fail_msg("exit status %d, not %d\n%s%s", c->status, status, c->out, c->err);
	if (text && !strstr(c->err, text) && !strstr(c->out, text))
		fail_msg("\"%s\" was not said, but\n%s%s", text, c->out, c->err);
}
