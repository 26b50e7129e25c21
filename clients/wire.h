/* SPDX-License-Identifier: Apache-2.0
 *
 * wire.h - the outer bytes of an answer, for who wants the inner ones as they were first sent.
 */
#pragma once
#include <stdbool.h>
#include "base/bytes.h"

/* One field of a protobuf message: its number, its varint or its bytes. False at the end or on nonsense (see rd_ok()).
 */
bool wire_next(struct rd *r, unsigned *number, uint64_t *varint, struct slice *bytes);

/* A QueryReply with its ChangesAnswer as bytes. All slices are borrowed. */
struct wire_reply {
	uint64_t version;
	struct slice request_id, changes;
	bool end, error;
};
bool wire_reply(struct slice bytes, struct wire_reply *ret); /* false on nonsense */
