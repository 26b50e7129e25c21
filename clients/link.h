/* SPDX-License-Identifier: Apache-2.0
 *
 * link.h - one socket to one endpoint, with the socket's monitor beside it, so that a failure has a name.
 *
 * Threads  a link belongs to one thread.
 * Errors   UNREACHABLE nothing listens there; KEY_REFUSED the keys do not fit, either way; SILENT the connection is
 *          there and no answer is; DEADLINE never: link_explain() turns a passed deadline into one of these.
 * Clock    deadlines are in milliseconds of now_ms(), the monotonic clock.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/bytes.h"
#include "base/err.h"

struct link;

struct link_options {
	int type;             /* ZMQ_DEALER or ZMQ_SUB (which subscribes to everything) */
	const char *what;     /* "ingest": for sentences; static */
	const char *endpoint; /* borrowed for the call */
	/* CURVE keys in Z85; server_key NULL = plain. Borrowed for the call. */
	const char *server_key, *public_key, *secret_key;
};

int64_t now_ms(void);

/* ERR_INVALID for an endpoint that ZeroMQ does not understand. Connecting goes on behind the call's back. */
enum err link_open(void *ctx, const struct link_options *o, struct link **ret, struct why *why) MUST_CHECK;
struct link *link_close(struct link *l); /* NULL allowed; returns NULL */

/* Wait for `events` (ZMQ_POLLIN, ZMQ_POLLOUT). ERR_DEADLINE when `until` has passed; at once with the right error when
 * it is certain that waiting is of no use. `events` 0 waits for news of the connection only. Returns early, with ERR_OK
 * and *ready false, when the connection was lost or made. */
enum err link_wait(struct link *l, short events, int64_t until, bool *ready, struct why *why) MUST_CHECK;

/* Send one request, waiting for a connection until `until`. The errors of link_explain(). */
enum err link_send(struct link *l, struct slice body, int64_t until, struct why *why) MUST_CHECK;

/* Take one message that is there: its last frame into `body` (cleared before), its first byte of the first of several
 * frames, if any, into *topic (else 0). ERR_DEADLINE when there is none. */
enum err link_take(struct link *l, struct buf *body, char *topic) MUST_CHECK;

/* What it means that no answer came. Never ERR_OK. */
enum err link_explain(const struct link *l, unsigned waited_ms, struct why *why);

bool link_up(const struct link *l);
unsigned link_drops(const struct link *l); /* connections lost after their handshake so far */
unsigned link_ups(const struct link *l);   /* handshakes done so far */
