/* SPDX-License-Identifier: Apache-2.0
 *
 * death.c - a child that is expected to die, and its last words.
 */
#include "tests/unit/death.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/err.h"

/* Everything up to the end of the file; cut at room - 1. */
static void drain(int fd, char *said, size_t room)
{
	size_t len = 0;
	char c;
	while (read(fd, &c, 1) == 1)
		if (len < room - 1)
			said[len++] = c;
	said[len] = '\0';
}

bool aborts(void (*deed)(void), char *said, size_t room)
{
	int ends[2];
	ALWAYS(pipe(ends) == 0);
	fflush(NULL);
	pid_t child = fork();
	ALWAYS(child >= 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		signal(SIGABRT, SIG_DFL);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		deed();
		_exit(0);
	}
	close(ends[1]);
	drain(ends[0], said, room);
	close(ends[0]);
	int status = 0;
	ALWAYS(waitpid(child, &status, 0) == child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

void hear(void (*deed)(void), char *said, size_t room)
{
	int ends[2];
	ALWAYS(pipe(ends) == 0); /* its 64 KiB hold what a test makes it say */
	fflush(stderr);
	int kept = dup(STDERR_FILENO);
	ALWAYS(kept >= 0 && dup2(ends[1], STDERR_FILENO) >= 0);
	close(ends[1]);
	deed();
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	drain(ends[0], said, room);
	close(ends[0]);
}
