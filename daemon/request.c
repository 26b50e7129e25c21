/* SPDX-License-Identifier: Apache-2.0
 *
 * request.c - see request.h.
 */
#include "daemon/request.h"
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "proto/codec.h"

#define WIRE_VERSION       1u
#define REQUEST_ID_MAX     32
#define RECEIPTS_FIELD     5 /* of IngestReply */
#define DECODE_ALLOWANCE   ((size_t)64 << 10)
#define FINDINGS_SHOWN_MAX 20

struct request {
	struct sock_peer peer;
	struct slice request_id;       /* in the group's arena */
	const struct msg_error *error; /* of the request as a whole; NULL = items were judged */
	size_t first, n;               /* places in the group */
};

struct requests {
	void *router;
	struct access *access;
	struct group *group;
	const struct config *config;
	const struct store_facts *about;
	struct buf out;
	struct codec_faults faults; /* of the request at hand */
	size_t n, room;
	struct request *list;
	uint64_t dropped; /* replies whose peer was gone or full */
};

struct requests *requests_new(void *router, struct access *access, struct group *g, const struct config *c,
			      const struct store_facts *about)
{
	struct requests *r = mem_zero(1, sizeof *r);
	*r = (struct requests){.router = router, .access = access, .group = g, .config = c, .about = about};
	return r;
}

struct requests *requests_free(struct requests *r)
{
	if (!r)
		return NULL;
	buf_free(&r->out);
	free(r->list);
	free(r);
	return NULL;
}

static struct request *request_new(struct requests *r, const struct sock_peer *peer)
{
	if (r->n == r->room) {
		r->room = r->room ? r->room * 2 : 64;
		r->list = mem_grow(r->list, r->room * sizeof *r->list);
	}
	struct request *q = &r->list[r->n++];
	*q = (struct request){.peer = *peer};
	return q;
}

static struct msg_error *whole_error(struct requests *r, struct request *q, enum err e, const char *text)
{
	struct msg_error *error = arena_alloc(group_arena(r->group), sizeof *error);
	error->code = (enum error_code)e; /* err.def has the wire's numbers */
	error->text = text;
	error->retryable = err_retryable(e);
	q->error = error;
	return error;
}

/* Decode with a bound on what hostile bytes can make of themselves. */
static enum err decode(struct requests *r, struct slice bytes, enum codec_mode mode, struct msg_ingest_request **ret,
		       struct codec_faults *faults)
{
	struct arena *a = group_arena(r->group);
	void *msg = NULL;
	arena_cap(a, arena_used(a) + DECODE_ALLOWANCE + bytes.len * (size_t)r->config->expansion_max);
	enum err e = codec_decode(&msg_type_ingest_request, bytes, mode, a, &msg, faults);
	arena_cap(a, 0);
	*ret = msg;
	return e;
}

/* What is wrong with the bytes, as findings; and the request id, if a tolerant look finds one. */
static void refuse_bytes(struct requests *r, struct request *q, struct slice bytes, enum err e)
{
	const struct codec_faults *faults = &r->faults;
	struct arena *a = group_arena(r->group);
	struct msg_ingest_request *m = NULL;
	if (decode(r, bytes, CODEC_TOLERANT, &m, NULL) == ERR_OK && m->request_id.len <= REQUEST_ID_MAX)
		q->request_id = m->request_id;
	struct msg_error *error = whole_error(r, q, e, err_text(e));
	size_t n = faults->n < FINDINGS_SHOWN_MAX ? faults->n : FINDINGS_SHOWN_MAX;
	if (!n)
		return;
	error->findings = arena_alloc(a, n * sizeof *error->findings);
	error->n_findings = n;
	for (size_t i = 0; i < n; i++) {
		struct msg_finding *f = &error->findings[i];
		f->severity = SEVERITY_FATAL;
		f->rule = err_symbol(faults->list[i].err);
		f->path = faults->list[i].path;
		f->text = faults->list[i].text;
	}
}

/* Is the request as a whole in order? Sets q->error otherwise. */
static bool whole(struct requests *r, struct request *q, const struct msg_ingest_request *m)
{
	struct arena *a = group_arena(r->group);
	if (m->version != WIRE_VERSION) {
		whole_error(r, q, ERR_WRONG_VERSION,
			    arena_printf(a, "version %u; this server speaks version 1", m->version));
	} else if (m->request_id.len == 0 || m->request_id.len > REQUEST_ID_MAX) {
		whole_error(r, q, ERR_INVALID, "request_id: 1 to 32 bytes are needed");
		q->request_id = (struct slice){0};
	} else if (m->n_items == 0) {
		whole_error(r, q, ERR_INVALID, "items: at least one is needed");
	} else if (m->n_items > r->config->items_max) {
		whole_error(r, q, ERR_TOO_LARGE,
			    arena_printf(a, "items: %zu are more than items-max, %llu", m->n_items,
					 (unsigned long long)r->config->items_max));
	}
	for (size_t i = 0; i < m->n_items && !q->error; i++)
		if (m->items[i].message_id.len != 16)
			whole_error(r, q, ERR_INVALID,
				    arena_printf(a, "items[%zu].message_id: %zu bytes, 16 are needed", i,
						 m->items[i].message_id.len));
	return !q->error;
}

static void take_one(struct requests *r, const struct sock_peer *peer, const char *user, struct slice bytes,
		     bool stopping)
{
	struct request *q = request_new(r, peer);
	r->faults.n = r->faults.more = 0;
	struct msg_ingest_request *m = NULL;
	enum err e = decode(r, bytes, CODEC_STRICT, &m, &r->faults);
	if (e) {
		refuse_bytes(r, q, bytes, e);
		return;
	}
	q->request_id = m->request_id;
	if (!whole(r, q, m))
		return;
	const char *submitter = arena_text(group_arena(r->group), user, strlen(user));
	for (size_t i = 0; i < m->n_items; i++) {
		size_t place = stopping ? group_decline(r->group, submitter, &m->items[i], ERR_SHUTTING_DOWN, NULL)
					: group_item(r->group, submitter, &m->items[i]);
		if (i == 0)
			q->first = place;
	}
	q->n = m->n_items;
}

void requests_take(struct requests *r, bool stopping)
{
	struct sock_peer peer;
	char user[ACCESS_USER_MAX];
	zmq_msg_t payload;
	zmq_msg_init(&payload);
	r->n = 0;
	while (!group_full(r->group) && r->n < r->config->group_items_max) {
		enum sock_got got = sock_receive(r->router, &peer, &payload);
		if (got == SOCK_NOTHING || got == SOCK_BROKEN)
			break;
		if (!access_peer(r->access, &payload, user)) {
			log_limited(LOG_LEVEL_WARN, "ingest", "dropped a message of a peer that may not speak");
		} else if (got == SOCK_JUNK) {
			struct request *q = request_new(r, &peer);
			whole_error(r, q, ERR_MALFORMED, "a request is one frame, or an empty one and one more");
		} else {
			take_one(r, &peer, user, sock_bytes(&payload), stopping);
		}
	}
	zmq_msg_close(&payload);
}

void requests_reply(struct requests *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct request *q = &r->list[i];
		struct msg_error error = q->error ? *q->error : (struct msg_error){0};
		struct msg_ingest_reply reply = {
		    .version = WIRE_VERSION,
		    .request_id = q->request_id,
		    .store_id = {r->about->id, sizeof r->about->id},
		    .epoch = r->about->epoch,
		    .error = q->error ? &error : NULL,
		};
		buf_clear(&r->out);
		codec_encode(&msg_type_ingest_reply, &reply, &r->out);
		for (size_t k = 0; k < q->n; k++)
			codec_embed(&r->out, RECEIPTS_FIELD, group_receipt(r->group, q->first + k));
		if (sock_reply(r->router, &q->peer, buf_view(&r->out)) != SOCK_SENT) {
			r->dropped++;
			log_limited(LOG_LEVEL_INFO, "ingest",
				    "a reply was dropped, as its peer is gone or does not read; %llu so far",
				    (unsigned long long)r->dropped);
		}
	}
	r->n = 0;
}
