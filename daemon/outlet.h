/* SPDX-License-Identifier: Apache-2.0
 *
 * outlet.h - answers on their way to peers that may read slowly, or not at all.
 *
 * Happy path  an answer goes to ZeroMQ at once. What ZeroMQ holds of large answers is counted for each peer, by the
 * free functions of the messages: a peer that has `window` bytes unread gets no more for now. Likewise when ZeroMQ says
 * that the peer's queue is full. The answer is then pending; no later answer to that peer overtakes it.
 * Giving up   a peer that takes nothing for `stall_max_ms`, or that has most pending when all have more than
 * `pending_max`, loses what is pending; from then on answers that do not fit are dropped at once, until one fits.
 * Memory      pending_max, and for each peer its window and the small answers of its queue; once all peers together
 * have `unread_max` unread, one large answer each.
 * Threads     one; only the counts are touched by ZeroMQ's own.
 */
#pragma once
#include "daemon/sock.h"

struct outlet_options {
	void *router; /* borrowed */
	size_t window, unread_max, pending_max;
	int64_t stall_max_ms;
};
struct outlet;
struct outlet *outlet_new(const struct outlet_options *o);
struct outlet *outlet_free(struct outlet *o); /* drops what is pending; ZeroMQ may hold answers on. NULL allowed */

/* Send now or later; `bytes` is copied. false: dropped, as the peer is gone or given up. */
bool outlet_send(struct outlet *o, const struct sock_peer *to, struct slice bytes);
/* An answer in memory of its own, made on any thread; outlet_give() takes it over, or free() it. */
struct outlet_part {
	struct outlet_part *next; /* for whoever has it */
	struct flow *flow;
	size_t len;
	bool req;
	uint8_t data[];
};
struct outlet_part *outlet_part_new(struct slice bytes);
bool outlet_give(struct outlet *o, const struct sock_peer *to, struct outlet_part *p); /* as outlet_send() */
void outlet_turn(struct outlet *o); /* try again what is pending; give up who takes nothing */
/* How long to wait until the next turn: INT64_MAX when nothing is pending. */
int64_t outlet_wait_ms(const struct outlet *o);
bool outlet_waits(const struct outlet *o, const struct sock_peer *p);    /* is something pending for it? */
bool outlet_given_up(const struct outlet *o, const struct sock_peer *p); /* what it has asked is not worth answering */
uint64_t outlet_gave_up(const struct outlet *o);                         /* how often a peer was given up */
