/* SPDX-License-Identifier: Apache-2.0
 *
 * group.h - judging a handful of messages and making them durable in one commit. No socket, no clock.
 *
 * Happy path  group_begin() → group_item() for each message → group_commit() → group_receipt() of each → group_change()
 * of each. Receipts    an id that was used before gets the very bytes of its receipt, from the log or from this group;
 * other content under it gets ID_REUSED. What cannot be stored is NOT_PROCESSED and burns no id. Failing     when the
 * commit fails, all that the group judged is forgotten and every receipt that depended on it becomes NOT_PROCESSED.
 * group_fatal() then says whether the daemon must stop (all but NO_SPACE and TOO_LARGE). Memory      what is handed out
 * lives until the next group_begin(). Threads     the writer's alone.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "proto/codec.h"
#include "query/judge.h"
#include "storage/index.h"

struct group_limits {
	uint32_t items_max;     /* records of one group */
	uint64_t bytes_max;     /* of messages and outcomes */
	uint64_t message_max;   /* of one message's content */
	uint32_t expansion_max; /* memory that decoding a content may take, as a multiple of its bytes */
	uint32_t statements_max;
	uint64_t behind_max; /* records that the index may be behind */
};
/* Since start. */
struct group_counts {
	uint64_t accepted, refused, not_processed, repeated;
};
struct group;
/* The index must have reached the head of the log. */
enum err group_new(struct store *s, const struct group_limits *l, struct group **ret, struct why *why) MUST_CHECK;
struct group *group_free(struct group *g); /* NULL allowed */

/* Forget the last group, look at the index again. `now_us` is the clock's time; system times are above it where they
 * must be. */
enum err group_begin(struct group *g, int64_t now_us) MUST_CHECK;
struct arena *group_arena(struct group *g); /* for requests that go with this group */
/* Judge one message now. Returns its place for group_receipt(). `item` lives in the group's arena; its id has 16 bytes.
 */
size_t group_item(struct group *g, const char *submitter, const struct msg_item *item);
/* Do not judge it: it is NOT_PROCESSED for this reason. */
size_t group_decline(struct group *g, const char *submitter, const struct msg_item *item, enum err e, const char *text);
/* The civil day has turned. */
enum err group_tick(struct group *g, int32_t day, struct why *why) MUST_CHECK;
bool group_full(const struct group *g);
size_t group_records(const struct group *g); /* waiting for the commit */
/* One durable commit; nothing to do is ERR_OK. */
enum err group_commit(struct group *g, struct why *why) MUST_CHECK;
bool group_fatal(enum err e);

/* After the commit. */
struct slice group_receipt(const struct group *g, size_t place);
/* The change sets of this group in order: `*at` starts at 0; false at the end. */
struct group_at {
	size_t record, change;
};
bool group_change(const struct group *g, struct group_at *at, struct slice *ret);

/* The index has moved: let go of what it holds now. Cheap; also what keeps an idle writer from pinning old pages. */
enum err group_renew(struct group *g) MUST_CHECK;
bool group_must_wait(const struct group *g);                  /* too far ahead of the index */
const struct journal_head *group_head(const struct group *g); /* of the durable log */
bool group_today(struct group *g, int32_t *ret);              /* the last tick; false = none yet */
struct group_counts group_counts(const struct group *g);
