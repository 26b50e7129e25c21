/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_json.c - any text: what is read as messages is the same after the way out and in again, and what is refused is
 * told.
 */
#include "clients/json.h"
#include "proto/codec.h"
#include "tests/fuzz/fuzz.h"
#include "tests/msg_any.h"

static void check_way_back(struct arena *a, const struct msg_message *m)
{
	struct faults faults = {.arena = a};
	AUTO_BUF struct buf bytes = {0};
	json_t *j = json_from_msg(&msg_type_message, m);
	const void *back = json_to_msg(&msg_type_message, j, "", a, &faults);
	json_decref(j);
	ALWAYS(back && any_equal(&msg_type_message, m, back));
	codec_encode(&msg_type_message, m, &bytes);
}

FUZZ_TARGET(json)(const uint8_t *data, size_t size)
{
	AUTO_ARENA struct arena *arena = arena_new(0);
	struct faults faults = {.arena = arena};
	struct msg_message **messages;
	size_t n;
	if (size > 65536)
		return;
	bool good = json_messages((const char *)data, size, "submission", arena, &messages, &n, &faults);
	ALWAYS(good == (faults.n == 0));
	for (size_t i = 0; i < faults.n; i++)
		ALWAYS(faults.list[i].text[0]);
	for (size_t i = 0; good && i < n; i++)
		check_way_back(arena, messages[i]);
}
