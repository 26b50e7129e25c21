/* SPDX-License-Identifier: Apache-2.0
 *
 * feed.c - see feed.h.
 */
#include "daemon/feed.h"
#include <string.h>
#include <zmq.h>
#include "daemon/clock.h"
#include "proto/codec.h"

void feed_init(struct feed *f, void *sock, struct access *access, const struct store_facts *about, int64_t heartbeat_ms)
{
	*f = (struct feed){.sock = sock, .access = access, .about = about, .heartbeat_ms = heartbeat_ms};
}

static void send_on(struct feed *f, const char *topic, struct slice bytes)
{
	/* XPUB never refuses: it drops for each subscriber whose queue is full. */
	if (zmq_send(f->sock, topic, strlen(topic), ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0)
		zmq_send(f->sock, bytes.data, bytes.len, ZMQ_DONTWAIT);
	f->sent_ms = clock_ms();
}

void feed_publish(struct feed *f, struct slice change_set)
{
	if (f->sock)
		send_on(f, FEED_CHANGES, change_set);
}

static void heartbeat(struct feed *f, uint64_t revision, int64_t time_us)
{
	AUTO_BUF struct buf bytes = {0};
	struct msg_heartbeat h = {
	    .store_id = {f->about->id, sizeof f->about->id},
	    .epoch = f->about->epoch,
	    .revision = revision,
	    .system_time_us = time_us,
	};
	codec_encode(&msg_type_heartbeat, &h, &bytes);
	send_on(f, FEED_HEARTBEAT, buf_view(&bytes));
}

/* Is it the beginning of a topic of this feed, or the end of such a subscription? Anything else is no subscription. */
static bool may_match(zmq_msg_t *m)
{
	size_t len = zmq_msg_size(m);
	const char *text = zmq_msg_data(m);
	if (len == 0 || (*text != 0 && *text != 1))
		return false;
	text++;
	len--;
	return (len <= strlen(FEED_CHANGES) && memcmp(text, FEED_CHANGES, len) == 0) ||
	       (len <= strlen(FEED_HEARTBEAT) && memcmp(text, FEED_HEARTBEAT, len) == 0);
}

/* Subscriptions matter to ZeroMQ; here only who made them does, so that a removed key's can be cut off. */
static void see_subscribers(struct feed *f)
{
	char user[ACCESS_USER_MAX];
	zmq_msg_t m;
	zmq_msg_init(&m);
	while (zmq_msg_recv(&m, f->sock, ZMQ_DONTWAIT) >= 0) {
		/* A subscription that no topic can match would only fill ZeroMQ's tree: its sender is shown the door.
		 */
		if (access_peer(f->access, &m, user) && !may_match(&m))
			access_turn_away(&m, "it subscribes to what there is not");
	}
	zmq_msg_close(&m);
}

int64_t feed_turn(struct feed *f, uint64_t revision, int64_t time_us)
{
	if (!f->sock)
		return CLOCK_TURN_MS;
	see_subscribers(f);
	int64_t left = f->sent_ms + f->heartbeat_ms - clock_ms();
	if (left > 0)
		return left;
	heartbeat(f, revision, time_us);
	return f->heartbeat_ms;
}
