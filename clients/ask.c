/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking: one request, an answer in parts.
 */
#include <string.h>
#include "clients/handle.h"
#include "proto/codec.h"

struct question {
	struct varde *v;
	struct msg_query_request *q;
	bool deadline_given;
	struct arena *arena;
	varde_part_f *part;
	void *arg;
	uint32_t expected; /* the next part's number */
};

static void question_encode(void *arg, const uint8_t id[ID_LEN], unsigned left_ms, struct buf *out)
{
	struct question *k = arg;
	k->q->version = WIRE_VERSION;
	k->q->request_id = (struct slice){id, ID_LEN};
	if (!k->deadline_given) /* a little less than ours, so that the server's own sentence arrives in time */
		k->q->deadline_ms = left_ms > 20 ? left_ms - left_ms / 10 : left_ms;
	k->expected = 0;
	codec_encode(&msg_type_query_request, k->q, out);
	k->q->request_id = (struct slice){0};
}

static enum err question_reply(void *arg, const uint8_t id[ID_LEN], struct slice bytes, enum step *ret, struct why *why)
{
	struct question *k = arg;
	void *msg;
	enum err e = codec_decode(&msg_type_query_reply, bytes, CODEC_TOLERANT, k->arena, &msg, NULL);
	struct msg_query_reply *reply = msg;
	*ret = STEP_DONE;
	if (e == ERR_TOO_LARGE)
		return fail(why, e, "the answer is larger than the memory set aside for it: ask for less");
	if (e != ERR_OK)
		return handle_wrong_version(k->v, PLACE_QUERY, 0, why);
	if (reply->version != WIRE_VERSION)
		return handle_wrong_version(k->v, PLACE_QUERY, reply->version, why);
	if (!slice_eq(reply->request_id, (struct slice){id, ID_LEN}) && !(reply->error && !reply->request_id.len)) {
		*ret = STEP_OTHER;
		return ERR_OK;
	}
	if (reply->error) {
		enum error_code code = reply->error->code;
		bool passing = code == ERROR_CODE_BUSY || code == ERROR_CODE_SHUTTING_DOWN;
		if (passing && reply->error->retryable && !k->expected)
			*ret = STEP_AGAIN;
		return handle_error(k->v, PLACE_QUERY, reply->error, why);
	}
	if (reply->part != k->expected)
		return fail(why, ERR_INTERNAL, "part %u of the answer is missing (part %u came): ask again",
			    k->expected, reply->part);
	k->expected++;
	*ret = reply->end ? STEP_DONE : STEP_MORE;
	return k->part(k->arg, reply);
}

enum err varde_ask(struct varde *v, struct msg_query_request *q, struct arena *a, varde_part_f *part, void *arg,
		   struct why *why)
{
	struct question k = {
	    .v = v, .q = q, .deadline_given = q->deadline_ms != 0, .arena = a, .part = part, .arg = arg};
	struct call c = {.place = PLACE_QUERY, .encode = question_encode, .reply = question_reply, .arg = &k};
	enum err e = handle_call(v, &c, now_ms() + v->deadline_ms, why);
	if (!k.deadline_given)
		q->deadline_ms = 0;
	return e;
}

struct one {
	struct msg_query_reply *reply;
	unsigned parts;
};

static enum err one_part(void *arg, const struct msg_query_reply *part)
{
	struct one *o = arg;
	if (!o->parts++)
		*o->reply = *part;
	return ERR_OK;
}

enum err varde_ask_one(struct varde *v, struct msg_query_request *q, struct arena *a, struct msg_query_reply **ret,
		       struct why *why)
{
	struct one o = {.reply = arena_alloc(a, sizeof *o.reply)};
	enum err e = varde_ask(v, q, a, one_part, &o, why);
	if (e != ERR_OK)
		return e;
	if (o.parts != 1)
		return fail(why, ERR_TOO_LARGE, "the answer came in %u parts where one was expected: ask for less",
			    o.parts);
	*ret = o.reply;
	return ERR_OK;
}
