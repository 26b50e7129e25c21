/* SPDX-License-Identifier: Apache-2.0
 *
 * guard.c - see guard.h. Descriptors are found in /proc/self/fd: monitors of ZeroMQ would tell of each connection, but
 * nothing of what it sends.
 */
#include "daemon/guard.h"
#include <ctype.h>
#include <dirent.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include "base/mem.h"

#define FD_MAX      1048576
#define PINGS       64u /* bytes between two looks that ZeroMQ's own heartbeats may come to */
#define OWN_FDS     64u /* files, eventfds, listening sockets */
#define SAID_LENGTH 160

struct socket_at {
	struct guard_count count;
	uint32_t turn; /* when it was last there; 0 = never */
	bool heard;
};
struct guard {
	struct guard_options o;
	DIR *fds; /* held open: when descriptors run out it is too late to open it */
	size_t connections_max, n;
	struct socket_at *at; /* by descriptor */
	uint32_t turn;
};

uint64_t guard_unheard(struct guard_count *c, uint64_t got, bool heard)
{
	if (got < c->last) /* another connection got the descriptor */
		*c = (struct guard_count){0};
	uint64_t more = got - c->last;
	c->last = got;
	if (heard)
		c->base = got;
	else if (more <= PINGS)
		c->base += more;
	return got - c->base;
}

/* What comes in between two looks needs descriptors too. */
static size_t descriptors(size_t most)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
		return most;
	size_t all = (size_t)files.rlim_cur, own = OWN_FDS + all / 8, room = all > own ? all - own : 1;
	return most < room ? most : room;
}

struct guard *guard_new(const struct guard_options *o)
{
	struct guard *g = mem_zero(1, sizeof *g);
	g->o = *o;
	g->connections_max = descriptors(o->connections_max);
	g->fds = opendir("/proc/self/fd");
	return g;
}

struct guard *guard_free(struct guard *g)
{
	if (!g)
		return NULL;
	if (g->fds)
		closedir(g->fds);
	free(g->at);
	free(g);
	return NULL;
}

static struct socket_at *at(struct guard *g, int fd)
{
	size_t want = (size_t)fd + 1;
	if (want > g->n) {
		size_t room = want + 64;
		g->at = mem_grow(g->at, room * sizeof *g->at);
		memset(g->at + g->n, 0, (room - g->n) * sizeof *g->at);
		g->n = room;
	}
	return &g->at[fd];
}

void guard_heard(struct guard *g, int fd)
{
	if (fd >= 0 && fd < FD_MAX)
		at(g, fd)->heard = true;
}

static int option(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof value;
	return getsockopt(fd, SOL_SOCKET, name, &value, &len) == 0 ? value : -1;
}

static bool is_connection(int fd)
{
	int domain = option(fd, SO_DOMAIN);
	return (domain == AF_INET || domain == AF_INET6 || domain == AF_UNIX) && option(fd, SO_TYPE) == SOCK_STREAM &&
	       option(fd, SO_ACCEPTCONN) == 0;
}

static uint64_t received(int fd)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof info;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
	    len < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received)
		return 0;
	return info.tcpi_bytes_received;
}

/* Returns whether it stays. */
static bool look_at(struct guard *g, int fd, size_t before)
{
	struct socket_at *x = at(g, fd);
	char text[SAID_LENGTH];
	bool known = x->turn && x->turn + 1 == g->turn;
	if (!known)
		x->count = (struct guard_count){0};
	if (!known && before >= g->connections_max) {
		snprintf(text, sizeof text, "there are %zu connections already", before);
		g->o.cut(g->o.arg, fd, text);
		return false;
	}
	x->turn = g->turn;
	uint64_t unheard = guard_unheard(&x->count, received(fd), x->heard);
	x->heard = false;
	if (unheard <= g->o.unheard_max)
		return true;
	snprintf(text, sizeof text, "it has sent %llu MiB of which no whole message could be taken",
		 (unsigned long long)(unheard >> 20));
	g->o.cut(g->o.arg, fd, text);
	x->count.base = x->count.last;
	return false;
}

void guard_turn(struct guard *g)
{
	if (!g->fds)
		return; /* there is no /proc: nothing can be seen */
	rewinddir(g->fds);
	size_t n = 0, kept = 0;
	int *list = NULL;
	size_t room = 0;
	for (const struct dirent *e; (e = readdir(g->fds));) {
		int fd = isdigit((unsigned char)*e->d_name) ? (int)strtol(e->d_name, NULL, 10) : -1;
		if (fd < 0 || fd >= FD_MAX || !is_connection(fd))
			continue;
		if (n == room)
			list = mem_grow(list, (room = room ? room * 2 : 64) * sizeof *list);
		list[n++] = fd;
	}
	g->turn++;
	/* Those known before stay before those that are new. */
	for (int fresh = 0; fresh < 2; fresh++)
		for (size_t i = 0; i < n; i++) {
			const struct socket_at *x = at(g, list[i]);
			bool known = x->turn && (x->turn + 1 == g->turn || x->turn == g->turn);
			if (known == !fresh && x->turn != g->turn)
				kept += look_at(g, list[i], kept);
		}
	free(list);
}
