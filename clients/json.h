/* SPDX-License-Identifier: Apache-2.0
 *
 * json.h - messages as JSON and back, by msg.h's tables.
 *
 * Names are those of varde.proto; enumerations are lower case without their prefix ("main"); bytes are hex; integers
 * are numbers, decimals strings. A JSON real is refused, since 12.10 would come out as 12.1 or worse. A key that is
 * unknown, or said twice, is refused. Fields that are zero, empty or absent are not written.
 *
 * Short forms, read and written:
 *   Decimal, Value   12, "12.10"
 *   Value            {"missing": "blank"}, {"low": 5, "high": null}, {"about": "20", "qualifier": "nearly"}, {"words":
 * "…"}; each with "printed" if wanted Bound            5, "0.5" (included), else {"value": 5, "exclusive": true}
 *   UnitRef          "id"; {"code": "0301", "scheme": "kommunenummer"}; {"name": "Bodø", "kind": …, "within": …}
 *   Participant      as a UnitRef, when there is neither role nor part
 *   Name             "Bodø"
 *   categories, codes {"level": "higher"}
 *   Supersedes 17, PrintedCount 5, FrameSize 41
 */
#pragma once
#include <jansson.h>
#include "base/bytes.h"
#include "base/mem.h"
#include "clients/fault.h"
#include "proto/msg.h"

/* A struct msg_… of `type` in the arena, or NULL after at least one fault. `where` begins every path; "" = nothing. */
void *json_to_msg(const struct msg_type *type, const json_t *json, const char *where, struct arena *a,
		  struct faults *faults);

/* Never NULL; a new reference. */
json_t *json_from_msg(const struct msg_type *type, const void *msg);

/* Text that holds messages: one, an array of them, or one after the other (JSON lines), into *ret, *n of them. Paths
 * begin with "message 3: " where there are several. An object without any field of a Message is taken as its `wrap`
 * ("define", "submission", …; NULL = none). False after at least one fault. */
bool json_messages(const char *text, size_t len, const char *wrap, struct arena *a, struct msg_message ***ret,
		   size_t *n, struct faults *faults);
