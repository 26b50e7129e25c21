/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_codec.c - any bytes: what is decoded is the same after the way out and in again, and what is refused is told.
 *
 * The first byte chooses the message (low three bits) and the mode (high bit: strict), the rest is the message.
 */
#include <string.h>
#include "base/err.h"
#include "base/mem.h"
#include "proto/codec.h"
#include "tests/fuzz/fuzz.h"
#include "tests/msg_any.h"

static const struct msg_type *const roots[8] = {
    &msg_type_message,    &msg_type_ingest_request, &msg_type_ingest_reply,  &msg_type_receipt,
    &msg_type_change_set, &msg_type_heartbeat,      &msg_type_query_request, &msg_type_query_reply,
};

static void check_faults(const struct codec_faults *faults, enum err e)
{
	ALWAYS(faults->n > 0 && faults->n <= CODEC_FAULTS_MAX);
	ALWAYS(faults->list[0].err == e || e == ERR_TOO_LARGE);
	for (size_t i = 0; i < faults->n; i++)
		ALWAYS(strlen(faults->list[i].path) < 512 && strlen(faults->list[i].text) < 256);
}

static void check_way_back(const struct msg_type *type, const void *msg, enum codec_mode mode)
{
	AUTO_ARENA struct arena *arena = arena_new(0);
	AUTO_BUF struct buf once = {0}, twice = {0};
	void *back = NULL;
	codec_encode(type, msg, &once);
	enum err e = codec_decode(type, buf_view(&once), mode, arena, &back, NULL);
	ALWAYS(e == ERR_OK);
	ALWAYS(any_equal(type, msg, back));
	codec_encode(type, back, &twice);
	ALWAYS(slice_eq(buf_view(&once), buf_view(&twice)));
}

FUZZ_TARGET(codec)(const uint8_t *data, size_t size)
{
	if (size == 0)
		return;
	const struct msg_type *type = roots[data[0] & 7];
	enum codec_mode mode = data[0] & 0x80 ? CODEC_STRICT : CODEC_TOLERANT;
	size_t cap = 16 * size + 4096;
	AUTO_ARENA struct arena *arena = arena_new(cap);
	struct codec_faults faults;
	void *msg = NULL;
	enum err e = codec_decode(type, (struct slice){data + 1, size - 1}, mode, arena, &msg, &faults);
	ALWAYS(arena_used(arena) <= cap);
	if (e != ERR_OK)
		check_faults(&faults, e);
	else
		check_way_back(type, msg, mode);
}
