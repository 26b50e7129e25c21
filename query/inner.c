/* SPDX-License-Identifier: Apache-2.0
 *
 * inner.c - a question inside a question.
 */
#include "query/inner.h"
#include "proto/codec.h"

struct parts {
	struct arena *a;
	struct msg_query_reply *list;
	size_t n, room;
};

static enum err part_keep(void *arg, struct slice bytes, bool end)
{
	struct parts *p = arg;
	void *msg;
	(void)end;
	/* The texts of what is decoded may lie in the bytes. */
	struct slice kept = {arena_text(p->a, bytes.data, bytes.len), bytes.len};
	enum err e = codec_decode(&msg_type_query_reply, kept, CODEC_TOLERANT, p->a, &msg, NULL);
	if (e != ERR_OK)
		return e;
	p->list = arena_grow(p->a, p->list, p->n, p->n + 1, sizeof *p->list, &p->room);
	p->list[p->n++] = *(const struct msg_query_reply *)msg;
	return ERR_OK;
}

/* Through the codec, so that what was left out reads as it does from outside: "" and not NULL. */
static enum err request_copy(struct arena *a, const struct msg_query_request *q, struct msg_query_request **ret)
{
	AUTO_BUF struct buf bytes = {0};
	void *msg;
	codec_encode(&msg_type_query_request, q, &bytes);
	struct slice kept = {arena_text(a, (const char *)bytes.data, bytes.len), bytes.len};
	enum err e = codec_decode(&msg_type_query_request, kept, CODEC_TOLERANT, a, &msg, NULL);
	*ret = e == ERR_OK ? msg : NULL;
	return e;
}

enum err inner_ask(struct answer *r, const struct msg_query_request *q, struct msg_query_reply **ret, size_t *ret_n)
{
	struct parts p = {.a = r->a};
	struct ask_context c = *r->c;
	struct msg_query_request *inner;
	enum err e = request_copy(r->a, q, &inner);
	if (e != ERR_OK)
		return e;
	uint64_t as_of = r->v->as_of;
	c.emit = part_keep;
	c.emit_arg = &p;
	c.inner = true;
	c.told = NULL;
	inner->version = 1;
	if (!inner->as_of_revision && !*inner->as_of_time && !*inner->as_of_tag)
		inner->as_of_revision = r->revision;
	e = ask(&c, inner, r->a);
	r->v->as_of = as_of;
	*ret = p.list;
	*ret_n = p.n;
	if (e != ERR_OK) {
		r->failed = e;
		return e;
	}
	const struct msg_error *error = p.n ? p.list[p.n - 1].error : NULL;
	return error ? fail(&r->why, (enum err)error->code /* err.def has the wire's numbers */, "%s", error->text)
		     : ERR_OK;
}
