/* SPDX-License-Identifier: Apache-2.0
 *
 * world.h - the real thing in process, driven as the daemon drives it, and its twin beside it.
 *
 * Every call returns false at the first disagreement and says it in world.failure; nothing asserts, so that a failing
 * sequence can be run again, shortened.
 */
#pragma once
#include "query/ask.h"
#include "query/judge.h"
#include "storage/index.h"
#include "tests/model/gen.h"

#define GROUP_MAX 24

/* What was answered once and must be answered for ever. By position. */
struct sent {
	uint64_t pos, rev;
	const char *submitter; /* "" = a tick */
	uint8_t id[16], hash[32];
	const struct msg_message *message; /* as decoded from the bytes; NULL = a tick */
	struct slice content, receipt;
	size_t n_changes;
	struct slice *changes;
};

struct world {
	struct store_options options;
	char dir[128];
	struct store *store;
	struct judge *judge;
	struct view view;
	struct overlay *over;
	struct journal_head head; /* durable */
	uint64_t rev;             /* newest, durable or not */
	int64_t time_us;
	size_t n_pending;
	struct journal_record pending[GROUP_MAX];
	struct arena *arena; /* as long as the sequence */
	struct twin *twin;
	struct gen gen;
	size_t n_sent, sent_room;
	struct sent *sent;
	bool say; /* print each step */
	unsigned accepted, refused;
	char failure[4096];
};

bool world_open(struct world *w, const char *dir, bool say);
void world_close(struct world *w); /* and remove its directory */
bool world_fail(struct world *w, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Steps. */
bool world_message(struct world *w, const struct msg_message *m);
bool world_repeat(struct world *w); /* an id once more, with the same content or another */
bool world_tick(struct world *w, int32_t days);
bool world_commit(struct world *w);
bool world_drop(struct world *w); /* the group's commit failed */
bool world_fold(struct world *w, uint32_t records, bool renew);
bool world_reopen(struct world *w);
bool world_rebuild(struct world *w); /* the digest must not change */

void message_text(struct buf *b, const struct msg_type *type, const void *msg); /* print.c */

/* Comparisons (world_ask.c). They ask as of some revision that the index has reached. */
bool world_ask(struct world *w);
bool world_replay(struct world *w); /* every receipt and change set in the log, byte for byte */
