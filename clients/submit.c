/* SPDX-License-Identifier: Apache-2.0
 *
 * Submitting. Items are cut into requests below the server's limits; within one request the server judges them in
 * order.
 */
#include <stdlib.h>
#include <string.h>
#include <zmq.h>
#include "clients/handle.h"
#include "proto/codec.h"

#define BATCH_ITEMS  256
#define BATCH_BYTES  (1u << 20)
#define SURELY_BYTES 65536 /* any server takes requests of this size */
#define OVERHEAD     64    /* of an item and of the request, in bytes, generously */

/* One request's worth of items. */
struct batch {
	struct varde *v;
	const struct msg_item *items;
	size_t n;
	struct arena *arena;
	struct msg_receipt *receipts; /* n places, filled */
};

static void encode_request(const struct msg_item *items, size_t n, const uint8_t id[ID_LEN], struct buf *out)
{
	struct msg_ingest_request request = {
	    .version = WIRE_VERSION, .request_id = {id, ID_LEN}, .n_items = n, .items = mem_alloc(n * sizeof *items)};
	memcpy(request.items, items, n * sizeof *items);
	codec_encode(&msg_type_ingest_request, &request, out);
	free(request.items);
}

static void batch_encode(void *arg, const uint8_t id[ID_LEN], unsigned left_ms, struct buf *out)
{
	struct batch *b = arg;
	(void)left_ms;
	encode_request(b->items, b->n, id, out);
}

/* Would the same item, sent a little later, fare better? */
static bool passing(const struct msg_error *e)
{
	return e && e->retryable && (e->code == ERROR_CODE_BUSY || e->code == ERROR_CODE_SHUTTING_DOWN);
}

static enum err decode_reply(struct varde *v, struct slice bytes, struct arena *a, struct msg_ingest_reply **ret,
			     struct why *why)
{
	void *msg;
	enum err e = codec_decode(&msg_type_ingest_reply, bytes, CODEC_TOLERANT, a, &msg, NULL);
	if (e == ERR_TOO_LARGE)
		return fail(why, e, "the server's answer of %zu bytes does not fit into the memory set aside for it",
			    bytes.len);
	if (e != ERR_OK)
		return handle_wrong_version(v, PLACE_INGEST, 0, why);
	*ret = msg;
	if ((*ret)->version != WIRE_VERSION)
		return handle_wrong_version(v, PLACE_INGEST, (*ret)->version, why);
	return ERR_OK;
}

static enum err batch_reply(void *arg, const uint8_t id[ID_LEN], struct slice bytes, enum step *ret, struct why *why)
{
	struct batch *b = arg;
	struct msg_ingest_reply *reply;
	enum err e = decode_reply(b->v, bytes, b->arena, &reply, why);
	*ret = STEP_DONE;
	if (e != ERR_OK)
		return e;
	if (!slice_eq(reply->request_id, (struct slice){id, ID_LEN}) && !(reply->error && !reply->request_id.len)) {
		*ret = STEP_OTHER;
		return ERR_OK;
	}
	if (reply->error) {
		*ret = passing(reply->error) ? STEP_AGAIN : STEP_DONE;
		return handle_error(b->v, PLACE_INGEST, reply->error, why);
	}
	if (reply->n_receipts != b->n)
		return fail(why, ERR_INTERNAL, "the server at %s sent %zu receipts for %zu messages",
			    b->v->endpoint[PLACE_INGEST], reply->n_receipts, b->n);
	for (size_t i = 0; i < b->n; i++) {
		if (!slice_eq(reply->receipts[i].message_id, b->items[i].message_id))
			return fail(why, ERR_INTERNAL, "the server at %s sent a receipt for another message",
				    b->v->endpoint[PLACE_INGEST]);
		if (reply->receipts[i].verdict == VERDICT_NOT_PROCESSED && passing(reply->receipts[i].error))
			*ret = STEP_AGAIN;
	}
	memcpy(b->receipts, reply->receipts, b->n * sizeof *b->receipts);
	return ERR_OK;
}

/* Ask the server once what it can take. A server that cannot be asked keeps the defaults: it says so itself then. */
static void limits_ask(struct varde *v)
{
	AUTO_ARENA struct arena *a = arena_new(1u << 20);
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	struct msg_query_reply *reply;
	v->limits_known = true;
	v->max_frame = BATCH_BYTES;
	v->max_items = BATCH_ITEMS;
	unsigned deadline_ms = v->deadline_ms; /* most of it is for the submission itself */
	v->deadline_ms = deadline_ms / 4 < 1000 ? deadline_ms / 4 + 1 : 1000;
	enum err e = varde_ask_one(v, &q, a, &reply, NULL);
	v->deadline_ms = deadline_ms;
	if (e != ERR_OK || !reply->status)
		return;
	if (reply->status->max_frame_bytes)
		v->max_frame = reply->status->max_frame_bytes;
	if (reply->status->max_items)
		v->max_items = reply->status->max_items;
}

static size_t item_bytes(const struct msg_item *item)
{
	return item->content.len + item->message_id.len + OVERHEAD;
}

/* How many items go into the next request: at least one. */
static enum err batch_cut(struct varde *v, const struct msg_item *items, size_t n, size_t *ret, struct why *why)
{
	size_t bytes = OVERHEAD, k = 0;
	for (size_t i = 0; i < n && !v->limits_known; i++)
		if ((bytes += item_bytes(&items[i])) > SURELY_BYTES || i >= 16)
			limits_ask(v);
	uint64_t max_items = v->limits_known && v->max_items < BATCH_ITEMS ? v->max_items : BATCH_ITEMS;
	uint64_t max_bytes = v->limits_known && v->max_frame < BATCH_BYTES ? v->max_frame : BATCH_BYTES;
	for (bytes = OVERHEAD; k < n && k < max_items; k++) {
		size_t next = item_bytes(&items[k]);
		if (k && bytes + next > max_bytes)
			break;
		bytes += next;
	}
	if (k == 1 && v->limits_known && bytes > v->max_frame && v->max_frame > BATCH_BYTES / 64)
		return fail(why, ERR_TOO_LARGE,
			    "a message of %zu bytes is over the server's limit of %llu bytes a frame: split it",
			    items[0].content.len, (unsigned long long)v->max_frame);
	*ret = k;
	return ERR_OK;
}

enum err varde_submit(struct varde *v, const struct msg_item *items, size_t n, struct arena *a,
		      struct msg_receipt **ret, struct why *why)
{
	int64_t until = now_ms() + v->deadline_ms;
	struct msg_receipt *receipts = arena_alloc(a, (n ? n : 1) * sizeof *receipts);
	for (size_t done = 0; done < n;) {
		size_t k = 0;
		enum err e = batch_cut(v, items + done, n - done, &k, why);
		if (e != ERR_OK)
			return e;
		struct batch b = {.v = v, .items = items + done, .n = k, .arena = a, .receipts = receipts + done};
		struct call c = {.place = PLACE_INGEST, .encode = batch_encode, .reply = batch_reply, .arg = &b};
		e = handle_call(v, &c, until, why);
		if (e != ERR_OK)
			return e;
		done += k;
	}
	*ret = receipts;
	return ERR_OK;
}

enum err varde_send(struct varde *v, const struct msg_item *items, size_t n, struct why *why)
{
	AUTO_BUF struct buf request = {0};
	uint8_t id[ID_LEN];
	struct link *l;
	enum err e = handle_link(v, PLACE_INGEST, &l, why);
	if (e != ERR_OK)
		return e;
	handle_request_id(v, id);
	encode_request(items, n, id, &request);
	return link_send(l, buf_view(&request), now_ms() + v->deadline_ms, why);
}

enum err varde_receive(struct varde *v, unsigned wait_ms, struct arena *a, struct msg_ingest_reply **ret,
		       struct why *why)
{
	AUTO_BUF struct buf body = {0};
	int64_t until = now_ms() + wait_ms;
	struct link *l;
	char topic;
	bool ready;
	enum err e = handle_link(v, PLACE_INGEST, &l, why);
	while (e == ERR_OK) {
		if (link_take(l, &body, &topic) == ERR_OK) {
			e = decode_reply(v, buf_view(&body), a, ret, why);
			if (e == ERR_OK && (*ret)->error && !(*ret)->n_receipts)
				e = handle_error(v, PLACE_INGEST, (*ret)->error, why);
			return e;
		}
		e = link_wait(l, ZMQ_POLLIN, until, &ready, why);
	}
	if (e == ERR_DEADLINE)
		return fail(why, e, "no reply from %s within %u ms", v->endpoint[PLACE_INGEST], wait_ms);
	return e;
}
