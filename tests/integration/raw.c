/* SPDX-License-Identifier: Apache-2.0
 *
 * raw.c - see raw.h.
 */
#include "tests/integration/raw.h"
#include "tests/test.h"

#define RECEIPTS_FIELD 5

void raw_open(struct raw *r, int type, const char *endpoint, const struct raw_keys *keys)
{
	*r = (struct raw){.ctx = zmq_ctx_new(), .a = arena_new(0)};
	r->sock = zmq_socket(r->ctx, type);
	int none = 0, many = 200000;
	zmq_setsockopt(r->sock, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(r->sock, ZMQ_SNDHWM, &many, sizeof many);
	zmq_setsockopt(r->sock, ZMQ_RCVHWM, &many, sizeof many);
	if (keys && (zmq_setsockopt(r->sock, ZMQ_CURVE_SERVERKEY, keys->server_public, 40) != 0 ||
		     zmq_setsockopt(r->sock, ZMQ_CURVE_PUBLICKEY, keys->public_key, 40) != 0 ||
		     zmq_setsockopt(r->sock, ZMQ_CURVE_SECRETKEY, keys->secret_key, 40) != 0))
		fail_msg("keys: %s", zmq_strerror(errno));
	if (type == ZMQ_SUB)
		zmq_setsockopt(r->sock, ZMQ_SUBSCRIBE, "varde.v1.", 9);
	if (zmq_connect(r->sock, endpoint) != 0)
		fail_msg("connect %s: %s", endpoint, zmq_strerror(errno));
}

void raw_close(struct raw *r)
{
	if (r->sock)
		zmq_close(r->sock);
	if (r->ctx)
		zmq_ctx_term(r->ctx);
	r->a = arena_free(r->a);
	buf_free(&r->last);
	*r = (struct raw){0};
}

void raw_bytes(struct raw *r, struct slice bytes)
{
	/* A DEALER whose key was refused has nobody to send to, and would wait for ever. */
	int wait = r->cut_off ? 200 : RAW_WAIT_MS;
	zmq_setsockopt(r->sock, ZMQ_SNDTIMEO, &wait, sizeof wait);
	if (zmq_send(r->sock, bytes.data, bytes.len, 0) < 0 && !r->cut_off)
		fail_msg("send: %s", zmq_strerror(errno));
}

unsigned raw_submit(struct raw *r, const struct msg_item *items, size_t n)
{
	AUTO_BUF struct buf b = {0};
	uint8_t id[4];
	be32_put(id, ++r->requests);
	struct msg_item *copy = arena_alloc(r->a, n * sizeof *copy);
	memcpy(copy, items, n * sizeof *copy);
	struct msg_ingest_request q = {.version = 1, .request_id = {id, sizeof id}, .n_items = n, .items = copy};
	codec_encode(&msg_type_ingest_request, &q, &b);
	raw_bytes(r, buf_view(&b));
	return r->requests;
}

bool raw_receive(struct raw *r, unsigned wait_ms)
{
	zmq_pollitem_t item = {r->sock, 0, ZMQ_POLLIN, 0};
	if (zmq_poll(&item, 1, wait_ms) <= 0)
		return false;
	zmq_msg_t m;
	zmq_msg_init(&m);
	do {
		if (zmq_msg_recv(&m, r->sock, 0) < 0)
			fail_msg("receive: %s", zmq_strerror(errno));
	} while (zmq_msg_more(&m));
	buf_clear(&r->last);
	buf_put(&r->last, zmq_msg_data(&m), zmq_msg_size(&m));
	zmq_msg_close(&m);
	return true;
}

struct msg_ingest_reply *raw_reply(struct raw *r, unsigned wait_ms)
{
	void *reply = NULL;
	if (!raw_receive(r, wait_ms))
		return NULL;
	assert_ok(codec_decode(&msg_type_ingest_reply, buf_view(&r->last), CODEC_TOLERANT, r->a, &reply, NULL));
	return reply;
}

struct msg_ingest_reply *raw_exchange(struct raw *r, const struct msg_item *items, size_t n)
{
	unsigned id = raw_submit(r, items, n);
	struct msg_ingest_reply *reply = raw_reply(r, RAW_WAIT_MS);
	if (!reply)
		fail_msg("no reply within %d ms", RAW_WAIT_MS);
	assert_int_equal(reply->request_id.len, 4);
	assert_int_equal(be32_get(reply->request_id.data), id);
	return reply;
}

struct slice raw_receipt(const struct raw *r, size_t i)
{
	struct rd rd = rd_of(buf_view(&r->last));
	while (rd_ok(&rd) && !rd_done(&rd)) {
		uint64_t tag = rd_varint(&rd);
		if ((tag & 7) == 0) {
			rd_varint(&rd);
			continue;
		}
		assert_int_equal(tag & 7, 2); /* a reply has no other kind of field */
		struct slice s = rd_slice(&rd);
		if (tag >> 3 == RECEIPTS_FIELD && i-- == 0)
			return s;
	}
	fail_msg("there is no such receipt");
	return (struct slice){0};
}

void raw_ask(struct raw *r, struct msg_query_request *q)
{
	AUTO_BUF struct buf b = {0};
	uint8_t id[4];
	be32_put(id, ++r->requests);
	q->version = 1;
	q->request_id = (struct slice){id, sizeof id};
	codec_encode(&msg_type_query_request, q, &b);
	raw_bytes(r, buf_view(&b));
}

struct msg_query_reply *raw_answer(struct raw *r, unsigned wait_ms)
{
	void *reply = NULL;
	if (!raw_receive(r, wait_ms))
		return NULL;
	assert_ok(codec_decode(&msg_type_query_reply, buf_view(&r->last), CODEC_TOLERANT, r->a, &reply, NULL));
	return reply;
}

struct msg_item raw_source(struct raw *r, const char *source, uint64_t id)
{
	AUTO_BUF struct buf b = {0};
	struct msg_source s = {.id = source, .title = source};
	struct msg_define d = {.n_sources = 1, .sources = &s};
	struct msg_message m = {.define = &d};
	codec_encode(&msg_type_message, &m, &b);
	uint8_t *bytes = arena_alloc(r->a, 16 + b.len);
	be64_put(bytes, UINT64_C(0x0190000000000000)); /* as if made in 2024 */
	be64_put(bytes + 8, id);
	memcpy(bytes + 16, b.data, b.len);
	return (struct msg_item){.message_id = {bytes, 16}, .content = {bytes + 16, b.len}};
}

bool raw_whole_answer(struct raw *r, unsigned wait_ms)
{
	for (;;) {
		const struct msg_query_reply *answer = raw_answer(r, wait_ms);
		if (!answer)
			return false;
		assert_null(answer->error);
		if (answer->end)
			return true;
		arena_reset(r->a);
	}
}
