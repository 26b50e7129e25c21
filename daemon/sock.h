/* SPDX-License-Identifier: Apache-2.0
 *
 * sock.h - ZeroMQ sockets on the server's side: made with their limits, bound where the operator said, read with care.
 *
 * Frames   a request is [routing id][payload] from a DEALER or [routing id][empty][payload] from a REQ. ZeroMQ's own
 * size limit is per frame, so that frames are counted here and what goes on past the third is thrown away unread.
 * Sending  never waits: a peer whose queue is full or who has gone is told from one that was served.
 * Threads  a socket belongs to one thread at a time; the one that binds hands it over before the other starts.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <zmq.h>
#include "base/bytes.h"
#include "daemon/config.h"

#define SOCK_DOMAIN_PLAIN "plain" /* ZAP domains: which endpoint a peer came by */
#define SOCK_DOMAIN_CURVE "curve"
#define SOCK_BOUND_MAX    1024 /* bytes of all endpoints of a socket, joined by commas */

/* One of the three services: what it is bound to. */
struct sock_bound {
	char plain[SOCK_BOUND_MAX]; /* "" = none */
	char curve[SOCK_BOUND_MAX];
};

/* A socket of `type` (ZMQ_ROUTER, ZMQ_XPUB) with every limit set, not bound; `send_queue` is how many messages may wait
 * for each peer. NULL with errno on failure. */
void *sock_new(void *ctx, int type, uint64_t send_queue, const struct config *c);
void sock_close(void **sock, int linger_ms); /* NULL allowed; sets NULL */

/* Bind to every endpoint of both lists. `name` ("ingest") stands in the sentence; `secret` is the server's CURVE secret
 * key (32 bytes; NULL when `curve` is empty). */
enum err sock_bind(void *sock, const char *name, const char *plain, const char *curve, const uint8_t *secret,
		   struct sock_bound *ret, struct why *why) MUST_CHECK;

/* Whom to answer. */
struct sock_peer {
	uint8_t id[255];
	uint8_t len;
	bool req; /* an empty delimiter stood before the payload: exactly one reply is expected */
};
static inline bool sock_same_peer(const struct sock_peer *a, const struct sock_peer *b)
{
	return a->len == b->len && memcmp(a->id, b->id, a->len) == 0;
}
enum sock_got {
	SOCK_NOTHING, /* no message is queued */
	SOCK_REQUEST,
	SOCK_JUNK,   /* not of the form above; the peer is known, `payload` is its last frame */
	SOCK_BROKEN, /* the socket itself failed: errno */
};
/* Take one message without waiting. `payload` must be initialised by zmq_msg_init(); it is closed and filled. */
enum sock_got sock_receive(void *router, struct sock_peer *ret, zmq_msg_t *payload);
enum sock_sent {
	SOCK_SENT,
	SOCK_FULL, /* nothing was sent: the peer's queue is full */
	SOCK_GONE, /* nothing was sent: there is no such peer */
};
enum sock_sent sock_reply(void *router, const struct sock_peer *to, struct slice bytes);
/* The frames before the payload; after SOCK_SENT the payload must follow, and there is room for it. */
enum sock_sent sock_reply_begin(void *router, const struct sock_peer *to);
struct slice sock_bytes(zmq_msg_t *m); /* borrowed from the message */

/* Eventfds that wake a loop. */
int sock_wake_new(void); /* -1 with errno */
void sock_wake(int fd);
void sock_wake_clear(int fd);

/* A loop over one socket and one eventfd: ask whether a message is queued, and if none is, wait. Nothing may be done
 * with the socket in between, as ZeroMQ tells once that something has come. Returns whether the socket is to be asked
 * for a message; there may be none. */
bool sock_has_message(void *sock);
bool sock_wait(void *sock, int wake, int64_t wait_ms, bool *ret_woken);
