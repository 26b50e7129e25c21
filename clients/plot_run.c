/* SPDX-License-Identifier: Apache-2.0
 *
 * plot_run.c - gnuplot as a child: the script, what it draws and what it complains of are files in memory, so that no
 * pipe can fill up or break, and nothing is left behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "clients/plot.h"

extern char **environ;

struct child {
	int in, out, err;
};

static void child_fini(struct child *c)
{
	int fds[] = {c->in, c->out, c->err};
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static bool write_all(int fd, struct slice s)
{
	for (size_t at = 0; at < s.len;) {
		ssize_t n = write(fd, (const char *)s.data + at, s.len - at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return lseek(fd, 0, SEEK_SET) == 0;
}

static bool read_all(int fd, struct buf *ret)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return false;
	off_t at = 0;
	while (at < st.st_size) {
		size_t left = (size_t)(st.st_size - at);
		ssize_t n = pread(fd, buf_take(ret, left), left, at);
		ret->len -= left - (n > 0 ? (size_t)n : 0);
		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		at += n > 0 ? n : 0;
	}
	return true;
}

#define NOT_THERE 127 /* the exit status of a child that could not become the program */

static int spawn(const char *program, const struct child *c, pid_t *pid)
{
	const char *argv[] = {program, "-d", "-", NULL}; /* -d: nobody's .gnuplot */
	posix_spawn_file_actions_t acts;
	int e = posix_spawn_file_actions_init(&acts);
	if (e)
		return e;
	e = posix_spawn_file_actions_adddup2(&acts, c->in, 0);
	if (!e)
		e = posix_spawn_file_actions_adddup2(&acts, c->out, 1);
	if (!e)
		e = posix_spawn_file_actions_adddup2(&acts, c->err, 2);
	if (!e)
		e = posix_spawnp(pid, program, &acts, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	return e;
}

/* The last line of what it complained of. */
static enum err complain(const char *program, int err, int status, struct why *why)
{
	AUTO_BUF struct buf said = {0};
	if (!read_all(err, &said))
		buf_clear(&said);
	while (said.len && (said.data[said.len - 1] == '\n' || said.data[said.len - 1] == ' '))
		said.len--;
	size_t from = said.len;
	while (from && said.data[from - 1] != '\n')
		from--;
	if (WIFSIGNALED(status))
		return fail(why, ERR_INTERNAL, "%s was killed by signal %d", program, WTERMSIG(status));
	return fail(why, ERR_INTERNAL, "%s did not draw it: %.*s", program, (int)(said.len - from),
		    said.len ? (const char *)said.data + from : "");
}

enum err plot_run(const char *program, struct slice script, struct buf *ret, struct why *why)
{
	struct child c = {memfd_create("script", MFD_CLOEXEC), memfd_create("drawn", MFD_CLOEXEC),
			  memfd_create("said", MFD_CLOEXEC)};
	enum err e = ERR_OK;
	pid_t pid = 0;
	int status = 0;
	if (c.in < 0 || c.out < 0 || c.err < 0 || !write_all(c.in, script))
		e = fail(why, err_from_errno(errno), "cannot keep the chart in memory: %s", strerror(errno));
	int errnum = e == ERR_OK ? spawn(program, &c, &pid) : 0;
	if (errnum && errnum != ENOENT)
		e = fail(why, err_from_errno(errnum), "cannot run %s: %s", program, strerror(errnum));
	while (e == ERR_OK && !errnum && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			e = fail(why, ERR_INTERNAL, "%s is lost: %s", program, strerror(errno));
	/* posix_spawn() may tell of it by itself, or let the child end so. */
	if (errnum == ENOENT || (WIFEXITED(status) && WEXITSTATUS(status) == NOT_THERE))
		e = fail(why, ERR_NOT_FOUND,
			 "%s is not installed, and --plot draws with it: install the package gnuplot-nox", program);
	else if (e == ERR_OK && status != 0)
		e = complain(program, c.err, status, why);
	if (e == ERR_OK && !read_all(c.out, ret))
		e = fail(why, ERR_IO, "cannot read what %s drew: %s", program, strerror(errno));
	child_fini(&c);
	return e;
}
