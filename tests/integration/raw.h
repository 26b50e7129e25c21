/* SPDX-License-Identifier: Apache-2.0
 *
 * raw.h - a client made of ZeroMQ and the codec alone: what a test sends is what goes over the wire.
 */
#pragma once
#include <zmq.h>
#include "base/mem.h"
#include "proto/codec.h"

#define RAW_WAIT_MS 10000

struct raw {
	void *ctx, *sock;
	struct arena *a;   /* of all that is decoded */
	struct buf last;   /* bytes of the newest reply */
	unsigned requests; /* gives the request ids */
	bool cut_off;      /* set by the test: the other end may be gone for good, so that sending may fail */
};
/* A CURVE client's keys (Z85); NULL of them all = plain. */
struct raw_keys {
	char server_public[41], public_key[41], secret_key[41];
};
void raw_open(struct raw *r, int type, const char *endpoint,
	      const struct raw_keys *keys); /* ZMQ_DEALER, ZMQ_REQ, ZMQ_SUB */
void raw_close(struct raw *r);

void raw_bytes(struct raw *r, struct slice bytes); /* send one frame */
/* Send items with a request id of their own; returns its number. */
unsigned raw_submit(struct raw *r, const struct msg_item *items, size_t n);
/* The next reply; NULL when none comes in time. */
struct msg_ingest_reply *raw_reply(struct raw *r, unsigned wait_ms);
/* Submit and take the reply; fails the test when none comes. */
struct msg_ingest_reply *raw_exchange(struct raw *r, const struct msg_item *items, size_t n);
/* The bytes of the i-th receipt of the newest reply. */
struct slice raw_receipt(const struct raw *r, size_t i);

void raw_ask(struct raw *r, struct msg_query_request *q);
struct msg_query_reply *raw_answer(struct raw *r, unsigned wait_ms); /* one part; NULL when none comes in time */
bool raw_whole_answer(struct raw *r, unsigned wait_ms); /* all parts, none of them an error; false = it ends early */

/* An item that defines a source with this id: the smallest message that is accepted. `id` is filled into message_id. */
struct msg_item raw_source(struct raw *r, const char *source, uint64_t id);
bool raw_receive(struct raw *r, unsigned wait_ms); /* any one message into `last` (its last frame) */
