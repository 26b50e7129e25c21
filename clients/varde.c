/* SPDX-License-Identifier: Apache-2.0
 *
 * The handle, its links, and the one way a request is made.
 *
 * The happy path: open the link when first needed, send, wait for the reply that carries our request id. Failure modes:
 * the connection is lost with the request (send again when it is back), the reply is lost (send again after a third of
 * the deadline, over a new socket), the server asks for patience (send again after a pause). Sending again is safe:
 * a message keeps its id, and the same id gives the same receipt.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sodium.h>
#include <czmq.h>
#include "clients/handle.h"
#include "proto/codec.h"

#define DEADLINE_MS  10000
#define CUTOFF_BYTES 65536 /* smaller requests are never over a frame limit */
#define PAUSE_MS     50
#define PAUSE_MAX_MS 1000

static const char *const place_name[PLACE_COUNT] = {"ingest", "query", "feed"};
static const char *const place_default[PLACE_COUNT] = {"tcp://127.0.0.1:5670", "tcp://127.0.0.1:5671",
						       "tcp://127.0.0.1:5672"};

/* ---- open and close ---- */

static enum err keys_load(struct varde *v, const struct varde_options *o, struct why *why)
{
	if (!o->server_key) {
		if (o->key_file)
			return fail(why, ERR_INVALID,
				    "a key without the server's: give --server-key, the server's public key");
		return ERR_OK;
	}
	if (strlen(o->server_key) != 40)
		return fail(why, ERR_INVALID,
			    "the server's public key has %zu characters, not 40: copy it from its certificate",
			    strlen(o->server_key));
	if (!o->key_file)
		return fail(why, ERR_INVALID,
			    "a server with a key wants to know ours: give --key, the secret certificate");
	zcert_t *cert = zcert_load(o->key_file);
	if (!cert)
		return fail(why, ERR_NOT_FOUND, "cannot read the certificate %s: make one with `varde key make`",
			    o->key_file);
	static const uint8_t none[32];
	bool secret = memcmp(zcert_secret_key(cert), none, sizeof none) != 0;
	memcpy(v->server_key, o->server_key, 41);
	memcpy(v->public_key, zcert_public_txt(cert), 41);
	memcpy(v->secret_key, zcert_secret_txt(cert), 41);
	zcert_destroy(&cert);
	if (!secret)
		return fail(why, ERR_INVALID, "%s holds no secret key: name the certificate whose file ends in _secret",
			    o->key_file);
	v->curve = true;
	return ERR_OK;
}

static enum err endpoints_check(const struct varde *v, struct why *why)
{
	for (int p = 0; p < PLACE_COUNT; p++)
		if (strncmp(v->endpoint[p], "tcp://", 6) != 0 && strncmp(v->endpoint[p], "ipc://", 6) != 0)
			return fail(why, ERR_INVALID, "%s is no endpoint for %s: write tcp://HOST:PORT or ipc:///PATH",
				    v->endpoint[p], place_name[p]);
	return ERR_OK;
}

enum err varde_open(const struct varde_options *o, struct varde **ret, struct why *why)
{
	static const struct varde_options plain;
	const char *given[PLACE_COUNT];
	if (!o)
		o = &plain;
	if (sodium_init() < 0)
		return fail(why, ERR_INTERNAL, "libsodium does not start");
	struct varde *v = mem_zero(1, sizeof *v);
	given[PLACE_INGEST] = o->ingest;
	given[PLACE_QUERY] = o->query;
	given[PLACE_FEED] = o->feed;
	for (int p = 0; p < PLACE_COUNT; p++)
		v->endpoint[p] = mem_dup(given[p] ? given[p] : place_default[p]);
	v->deadline_ms = o->deadline_ms ? o->deadline_ms : DEADLINE_MS;
	randombytes_buf(v->nonce, sizeof v->nonce);
	enum err e = endpoints_check(v, why);
	if (e == ERR_OK)
		e = keys_load(v, o, why);
	if (e == ERR_OK) {
		v->ctx = zmq_ctx_new();
		if (!v->ctx)
			e = fail(why, ERR_NO_MEMORY, "cannot make a ZeroMQ context: %s", zmq_strerror(errno));
	}
	if (e != ERR_OK) {
		varde_close(v);
		return e;
	}
	zmq_ctx_set(v->ctx, ZMQ_BLOCKY, 0);
	*ret = v;
	return ERR_OK;
}

struct varde *varde_close(struct varde *v)
{
	if (!v)
		return NULL;
	for (int p = 0; p < PLACE_COUNT; p++) {
		handle_drop_link(v, (enum place)p);
		free(v->endpoint[p]);
	}
	if (v->ctx)
		zmq_ctx_term(v->ctx);
	sodium_memzero(v->secret_key, sizeof v->secret_key);
	free(v);
	return NULL;
}

bool varde_sent(const struct varde *v)
{
	return v->sent;
}

enum err handle_link(struct varde *v, enum place p, struct link **ret, struct why *why)
{
	if (!v->link[p]) {
		struct link_options o = {
		    .type = p == PLACE_FEED ? ZMQ_SUB : ZMQ_DEALER, .what = place_name[p], .endpoint = v->endpoint[p]};
		if (v->curve) {
			o.server_key = v->server_key;
			o.public_key = v->public_key;
			o.secret_key = v->secret_key;
		}
		enum err e = link_open(v->ctx, &o, &v->link[p], why);
		if (e != ERR_OK)
			return e;
	}
	*ret = v->link[p];
	return ERR_OK;
}

void handle_drop_link(struct varde *v, enum place p)
{
	v->link[p] = link_close(v->link[p]);
}

/* ---- ids ---- */

void handle_request_id(struct varde *v, uint8_t ret[ID_LEN])
{
	memcpy(ret, v->nonce, 8);
	be64_put(ret + 8, ++v->requests);
}

void varde_message_id(uint8_t ret[16])
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	be48_put(ret, (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000);
	randombytes_buf(ret + 6, 10);
}

void varde_content_id(struct slice content, uint8_t ret[16])
{
	crypto_generichash(ret, 16, content.data, content.len, NULL, 0);
}

struct msg_item varde_item(struct arena *a, const struct msg_message *message)
{
	AUTO_BUF struct buf b = {0};
	struct msg_item item = {0};
	uint8_t *id = arena_alloc(a, 16);
	codec_encode(&msg_type_message, message, &b);
	varde_message_id(id);
	item.message_id = (struct slice){id, 16};
	item.content = (struct slice){arena_text(a, (const char *)b.data, b.len), b.len};
	return item;
}

/* ---- errors of the server ---- */

enum err handle_error(const struct varde *v, enum place p, const struct msg_error *error, struct why *why)
{
	int code = (int)error->code;
	if (code == (int)ERROR_CODE_WRONG_VERSION)
		return fail(why, ERR_WRONG_VERSION,
			    "the server at %s speaks another version than this varde (%d): use the client that came "
			    "with it%s%s",
			    v->endpoint[p], WIRE_VERSION, *error->text ? "; it says: " : "", error->text);
	if (code <= 0 || code >= (int)ERR_COUNT)
		return fail(why, ERR_INTERNAL,
			    "the server at %s answered with an error that this version does not know: %s",
			    v->endpoint[p], error->text);
	return fail(why, (enum err)code, "%s", *error->text ? error->text : err_text((enum err)code));
}

enum err handle_wrong_version(const struct varde *v, enum place p, unsigned version, struct why *why)
{
	if (version)
		return fail(
		    why, ERR_WRONG_VERSION,
		    "the server at %s speaks version %u, this varde version %d: use the client that came with it",
		    v->endpoint[p], version, WIRE_VERSION);
	return fail(
	    why, ERR_WRONG_VERSION,
	    "what the server at %s answers is not varde's protocol, version %d: check the port, or use the client that "
	    "came with it",
	    v->endpoint[p], WIRE_VERSION);
}

/* ---- one request ---- */

/* Where a call stands. */
struct attempt {
	const struct call *call;
	int64_t until, began;
	uint8_t id[ID_LEN];
	unsigned parts; /* that were handed on: no second try then */
	unsigned cutoffs;
	size_t bytes;
};

static enum err cut_off(const struct varde *v, struct attempt *t, bool *again, struct why *why)
{
	*again = true;
	t->cutoffs++;
	if (t->parts)
		return fail(why, ERR_UNREACHABLE, "the server at %s went away in the middle of an answer: ask again",
			    v->endpoint[t->call->place]);
	if (t->cutoffs >= 2 && t->bytes > CUTOFF_BYTES)
		return fail(
		    why, ERR_TOO_LARGE,
		    "the server at %s cuts the connection at this request of %zu bytes, which is over its frame limit: "
		    "send less at once",
		    v->endpoint[t->call->place], t->bytes);
	return ERR_OK;
}

/* Wait for the answer to what was sent. *again = send it once more. */
static enum err await(struct varde *v, struct link *l, struct attempt *t, enum step *step, bool *again, struct why *why)
{
	AUTO_BUF struct buf body = {0};
	unsigned drops = link_drops(l);
	int64_t left = t->until - now_ms();
	int64_t patience = now_ms() + (left > 3000 ? left / 3 : left);
	char topic;
	for (;;) {
		bool ready;
		enum err e = link_wait(l, ZMQ_POLLIN, t->parts ? t->until : patience, &ready, why);
		if (e == ERR_DEADLINE && now_ms() < t->until) {
			/* The reply may be lost, or the socket wedged: Lazy Pirate takes a new one. */
			handle_drop_link(v, t->call->place);
			*again = true;
			return ERR_OK;
		}
		if (e == ERR_DEADLINE)
			return link_explain(l, (unsigned)(now_ms() - t->began), why);
		if (e != ERR_OK)
			return e;
		while (ready && link_take(l, &body, &topic) == ERR_OK) {
			e = t->call->reply(t->call->arg, t->id, buf_view(&body), step, why);
			if (e != ERR_OK || *step == STEP_DONE || *step == STEP_AGAIN)
				return e;
			t->parts += *step == STEP_MORE;
		}
		if (!ready && link_drops(l) != drops)
			return cut_off(v, t, again, why);
	}
}

enum err handle_call(struct varde *v, const struct call *c, int64_t until, struct why *why)
{
	struct attempt t = {.call = c, .until = until, .began = now_ms()};
	AUTO_BUF struct buf request = {0};
	unsigned pause = PAUSE_MS;
	for (;;) {
		struct link *l;
		enum step step = STEP_OTHER;
		bool again = false;
		int64_t left = until - now_ms();
		enum err e = handle_link(v, c->place, &l, why);
		if (e != ERR_OK)
			return e;
		buf_clear(&request);
		handle_request_id(v, t.id);
		c->encode(c->arg, t.id, left > 0 ? (unsigned)left : 1, &request);
		t.bytes = request.len;
		e = link_send(l, buf_view(&request), until, why);
		v->sent |= e == ERR_OK;
		if (e == ERR_OK)
			e = await(v, l, &t, &step, &again, why);
		/* After a retryable answer the sentence in `why` stands until the next one. */
		if (e != ERR_OK && !(step == STEP_AGAIN && now_ms() + pause < until)) {
			if (e == ERR_KEY_REFUSED || e == ERR_SILENT || e == ERR_UNREACHABLE)
				handle_drop_link(v, c->place);
			return e;
		}
		if (step == STEP_DONE)
			return ERR_OK;
		if (step == STEP_AGAIN) {
			bool ready;
			if (e == ERR_OK && now_ms() + pause >= until)
				return ERR_OK; /* reply() kept what there is */
			e = link_wait(l, 0, now_ms() + pause, &ready, why);
			if (e != ERR_OK && e != ERR_DEADLINE)
				return e;
			pause = pause * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause * 2;
		}
	}
}
