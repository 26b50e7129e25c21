/* SPDX-License-Identifier: Apache-2.0
 *
 * feed.h - what has changed, told to whoever listens. A hint: what a slow subscriber's queue cannot take is dropped,
 * and its client closes the gap by replay on the query side.
 *
 * A message is [topic][payload]: FEED_CHANGES with a ChangeSet, the very bytes of the log; FEED_HEARTBEAT with a
 * Heartbeat that names the last revision published, when nothing else was sent for a while. Threads  the writer's, as
 * it publishes what it has just made durable.
 */
#pragma once
#include "daemon/access.h"
#include "storage/store.h"

#define FEED_CHANGES   "varde.v1.changes"
#define FEED_HEARTBEAT "varde.v1.heartbeat"

struct feed {
	void *sock; /* XPUB; NULL = no feed is configured */
	struct access *access;
	const struct store_facts *about;
	int64_t heartbeat_ms, sent_ms;
};
void feed_init(struct feed *f, void *sock, struct access *access, const struct store_facts *about,
	       int64_t heartbeat_ms);
void feed_publish(struct feed *f, struct slice change_set);
/* Look at new subscriptions; send a heartbeat when it is due. Returns the ms until the next one is. */
int64_t feed_turn(struct feed *f, uint64_t revision, int64_t time_us);
