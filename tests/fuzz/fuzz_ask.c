/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_ask.c - any bytes as a question about one small store: every question is answered, in parts that decode,
 * numbered from 0, the last one marked; and a question whose deadline was seen to have passed is answered so.
 *
 * The first byte says after how many looks the deadline has passed, one look at every row that is read (up to 127 so
 * many, from 128 on 64 times as many as over that; 255: never); the rest is a QueryRequest.
 */
#include <limits.h>
#include "query/ask.h"
#include "tests/fuzz/fuzz_store.h"
#include "tests/fuzz/fuzz.h"

struct asked {
	unsigned looks_left;
	uint32_t parts;
	bool end, seen; /* seen: the deadline */
};

#define NEVER UINT_MAX

static unsigned looks_of(uint8_t first)
{
	return first == 255 ? NEVER : first < 128 ? first : (first - 127u) * 64;
}

static bool expired(void *arg)
{
	struct asked *q = arg;
	bool passed = q->looks_left != NEVER && (q->looks_left == 0 || q->looks_left-- == 1);
	q->seen |= passed;
	return passed;
}

static enum err emit(void *arg, struct slice bytes, bool end)
{
	struct asked *q = arg;
	AUTO_ARENA struct arena *a = arena_new(0);
	void *decoded = NULL;
	enum err e = codec_decode(&msg_type_query_reply, bytes, CODEC_TOLERANT, a, &decoded, NULL);
	ALWAYS(e == ERR_OK && !q->end);
	const struct msg_query_reply *reply = decoded;
	ALWAYS(reply->part == q->parts++ && reply->end == end);
	ALWAYS(!reply->error || (end && reply->error->code && *reply->error->text));
	ALWAYS(!end || !q->seen || (reply->error && reply->error->code == ERROR_CODE_DEADLINE));
	q->end = end;
	return ERR_OK;
}

FUZZ_TARGET(ask)(const uint8_t *data, size_t size)
{
	static const struct ask_limits limits = {
	    .rows_max = 1000, .part_bytes = 256, .changes_max = 512, .history_max = 1000, .work_max = 64u << 20};
	static const struct ask_status status = {.server_version = "1", .feed_endpoint = ""};
	if (size == 0)
		return;
	AUTO_ARENA struct arena *a = arena_new(0);
	void *request = NULL;
	if (codec_decode(&msg_type_query_request, (struct slice){data + 1, size - 1}, CODEC_TOLERANT, a, &request,
			 NULL) != ERR_OK)
		return;
	struct fuzz_store *f = fuzz_store();
	struct view view;
	struct journal_reader *journal;
	enum err e = view_open(f->store, &view);
	if (e == ERR_OK)
		e = journal_read_begin(f->store, &journal);
	ALWAYS(e == ERR_OK);
	struct asked q = {.looks_left = looks_of(data[0])};
	struct ask_context c = {.store = f->store,
				.view = &view,
				.journal = journal,
				.limits = &limits,
				.status = &status,
				.expired = expired,
				.expired_arg = &q,
				.look_every = 1,
				.emit = emit,
				.emit_arg = &q};
	e = ask(&c, request, a);
	ALWAYS(e == ERR_OK && q.end && view.err == ERR_OK);
	journal_read_end(journal);
	view_close(&view);
}
