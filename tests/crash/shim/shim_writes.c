/* SPDX-License-Identifier: Apache-2.0
 *
 * shim_writes.c - preloaded into a process: writes down every change of files under one directory, and every sync.
 *
 * For single-threaded processes. Writes through maps are not seen; LMDB has only its lock file in one.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "tests/crash/trace.h"

#define FDS_MAX 1024

static int trace = -1;
static const char *watched;
static bool mine[FDS_MAX]; /* open under the watched directory */

#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

static void put(struct trace_op op, const void *payload)
{
	struct iovec v[2] = {{&op, sizeof op}, {(void *)(uintptr_t)payload, op.len}};
	if (REAL(writev)(trace, v, op.len ? 2 : 1) != (ssize_t)(sizeof op + op.len))
		abort();
}

static bool watches(const char *path)
{
	static bool ready;
	if (!ready) {
		const char *file = getenv(TRACE_FILE);
		ready = true;
		watched = getenv(TRACE_DIR);
		if (watched && file)
			trace = REAL(open)(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	}
	return trace >= 0 && strncmp(path, watched, strlen(watched)) == 0;
}

static bool is_mine(int fd)
{
	return fd >= 0 && fd < FDS_MAX && mine[fd];
}

void shim_note(uint64_t promised);
void shim_note(uint64_t promised)
{
	if (trace >= 0)
		put((struct trace_op){.kind = TRACE_NOTE, .a = promised}, NULL);
}

static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode)
{
	struct stat st;
	bool watch = watches(path), there = watch && stat(path, &st) == 0;
	int fd = real(path, flags, mode);
	if (fd < 0 || !watch)
		return fd;
	if (fd >= FDS_MAX)
		abort();
	mine[fd] = true;
	put((struct trace_op){TRACE_OPEN, fd, !there, (flags & (O_DSYNC | O_SYNC)) != 0, strlen(path) + 1}, path);
	if (there && (flags & O_TRUNC))
		put((struct trace_op){.kind = TRACE_TRUNCATE, .fd = fd}, NULL);
	return fd;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	return opened(REAL(open), path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	return opened(REAL(open), path, flags, mode);
}

int close(int fd)
{
	if (is_mine(fd)) {
		mine[fd] = false;
		put((struct trace_op){.kind = TRACE_CLOSE, .fd = fd}, NULL);
	}
	return REAL(close)(fd);
}

static ssize_t wrote(int fd, const struct iovec *v, int n, off_t at, ssize_t done)
{
	size_t left = done > 0 ? (size_t)done : 0;
	for (int i = 0; i < n && left > 0; i++) {
		size_t len = v[i].iov_len < left ? v[i].iov_len : left;
		put((struct trace_op){TRACE_WRITE, fd, (uint64_t)at, 0, len}, v[i].iov_base);
		at += (off_t)len;
		left -= len;
	}
	return done;
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
	ssize_t done = REAL(pwrite)(fd, data, len, at);
	struct iovec v = {(void *)(uintptr_t)data, len};
	return is_mine(fd) ? wrote(fd, &v, 1, at, done) : done;
}

ssize_t write(int fd, const void *data, size_t len)
{
	off_t at = is_mine(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
	ssize_t done = REAL(write)(fd, data, len);
	struct iovec v = {(void *)(uintptr_t)data, len};
	return is_mine(fd) ? wrote(fd, &v, 1, at, done) : done;
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
	off_t at = is_mine(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
	ssize_t done = REAL(writev)(fd, v, n);
	return is_mine(fd) ? wrote(fd, v, n, at, done) : done;
}

ssize_t pwritev(int fd, const struct iovec *v, int n, off_t at)
{
	ssize_t done = REAL(pwritev)(fd, v, n, at);
	return is_mine(fd) ? wrote(fd, v, n, at, done) : done;
}

int ftruncate(int fd, off_t len)
{
	int rc = REAL(ftruncate)(fd, len);
	if (rc == 0 && is_mine(fd))
		put((struct trace_op){.kind = TRACE_TRUNCATE, .fd = fd, .a = (uint64_t)len}, NULL);
	return rc;
}

static int synced(int fd, int rc)
{
	if (rc == 0 && is_mine(fd))
		put((struct trace_op){.kind = TRACE_SYNC, .fd = fd}, NULL);
	return rc;
}

int fsync(int fd)
{
	return synced(fd, REAL(fsync)(fd));
}

int fdatasync(int fd)
{
	return synced(fd, REAL(fdatasync)(fd));
}

static int changed(const char *path, uint32_t kind, int rc)
{
	if (rc == 0 && watches(path))
		put((struct trace_op){.kind = kind, .len = strlen(path) + 1}, path);
	return rc;
}

int mkdir(const char *path, mode_t mode)
{
	return changed(path, TRACE_MKDIR, REAL(mkdir)(path, mode));
}

int unlink(const char *path)
{
	return changed(path, TRACE_UNLINK, REAL(unlink)(path));
}

int rmdir(const char *path)
{
	return changed(path, TRACE_UNLINK, REAL(rmdir)(path));
}

int rename(const char *from, const char *to)
{
	int rc = REAL(rename)(from, to);
	char both[8192];
	if (rc == 0 && watches(from)) {
		int n = snprintf(both, sizeof both, "%s%c%s", from, 0, to);
		put((struct trace_op){.kind = TRACE_RENAME, .len = (uint64_t)n + 1}, both);
	}
	return rc;
}
