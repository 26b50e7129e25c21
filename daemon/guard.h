/* SPDX-License-Identifier: Apache-2.0
 *
 * guard.h - what ZeroMQ 4.3.4 does not bound by itself: how many connections there are, and how much one of them may
 * send before a whole message of it is taken.
 *
 * ZeroMQ limits a frame and counts whole messages, so that a message of endlessly many frames is held until there is no
 * memory; and a process out of descriptors can take no connection, nor open a file. Both are looked at from outside, a
 * few times a second: which sockets this process has, and what the kernel received on each (TCP_INFO). One that goes
 * too far is shut down; its peer connects again, and sends again what was not answered.
 * Limits   a peer on ipc is counted as a connection, but the kernel tells no bytes of it. Between two looks a fast
 * sender gets as far as the link carries. Threads   not safe: the caller's lock.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUARD_TURN_MS 200

struct guard_options {
	size_t connections_max; /* less where the process may have fewer descriptors */
	uint64_t unheard_max;   /* bytes */
	/* A connection is to be cut. */
	void (*cut)(void *arg, int fd, const char *why);
	void *arg;
};
struct guard;
struct guard *guard_new(const struct guard_options *o);
struct guard *guard_free(struct guard *g); /* NULL allowed */
void guard_heard(struct guard *g, int fd); /* a whole message of it was taken */
void guard_turn(struct guard *g);

/* The decision about what one connection has sent: `got` bytes until now, `heard` since the last look. */
struct guard_count {
	uint64_t last, base;
};
/* Returns what it has sent since it was heard. */
uint64_t guard_unheard(struct guard_count *c, uint64_t got, bool heard);
