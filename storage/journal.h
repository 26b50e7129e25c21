/* SPDX-License-Identifier: Apache-2.0
 *
 * journal.h - the log: append-only records, each with its message, its outcome, a checksum and the chain.
 *
 * Order     positions 1, 2, 3 … without gap; revisions likewise among accepted records (0 on refused ones).
 * Durable   journal_append() returns ERR_OK only when the group is on disk; readers see it only then.
 * Chain     commit = BLAKE2b-256(salt ‖ body ‖ outcome);
 *           chain = BLAKE2b-256(previous chain ‖ header ‖ commit), from position 1. The salt is random per record,
 *           so that erasing a body leaves a commit that does not tell it.
 * Threads   one appender. Readers: one struct journal_reader a thread at a time.
 * Lending   a record's slices point into the map: dead after journal_read_end() or journal_read_renew().
 * Later     a replicated log takes this place: append → durable; read what is durable; redact a position.
 */
#pragma once
#include "storage/store.h"

enum record_kind {
	RECORD_STORE = 1,   /* the first: store id, zone, format; submitter and id zero */
	RECORD_MESSAGE = 2, /* a client's */
	RECORD_TICK = 3,    /* the daemon's own: a civil day has turned */
};

struct journal_record {
	uint64_t pos, rev; /* rev 0: refused */
	enum record_kind kind;
	uint64_t epoch;
	int64_t time_us;    /* system time; strictly increasing over revisions */
	uint32_t submitter; /* SPACE_SUBMITTER; 0 = the daemon */
	uint8_t id[16];
	struct slice body;             /* as received */
	struct slice outcome;          /* outcome.h */
	uint8_t hash[32];              /* BLAKE2b-256 of body */
	uint8_t salt[16];              /* read: as stored; append: made here */
	uint8_t commit[32], chain[32]; /* likewise */
};
struct journal_head {
	uint64_t pos, rev;
	int64_t time_us; /* of the newest revision */
	uint8_t chain[32];
};

/* The newest durable record. */
enum err journal_head(struct store *s, struct journal_head *ret) MUST_CHECK;
/* Append a group, all or nothing, durable on return. records[i].pos must be head+1+i. On failure nothing was appended.
 */
enum err journal_append(struct store *s, struct journal_record *records, size_t n, struct why *why) MUST_CHECK;

struct journal_reader; /* a read transaction; keep it short: renew at least every 100 ms of work */
enum err journal_read_begin(struct store *s, struct journal_reader **ret) MUST_CHECK;
enum err journal_read_renew(struct journal_reader *r) MUST_CHECK;
bool journal_read_newest(const struct journal_reader *r); /* as view_newest() */
void journal_read_rest(struct journal_reader *r); /* hold no page of the log; usable again after journal_read_renew() */
struct journal_reader *journal_read_end(struct journal_reader *r); /* NULL allowed; returns NULL */
/* One record; ERR_NOT_FOUND past the head; ERR_CORRUPT when its checksum fails. */
enum err journal_get(struct journal_reader *r, uint64_t pos, struct journal_record *ret) MUST_CHECK;
/* The position of a revision; ERR_NOT_FOUND past the newest. */
enum err journal_find(struct journal_reader *r, uint64_t rev, uint64_t *ret_pos) MUST_CHECK;
/* The newest revision at or before a system time; 0 when there is none. */
enum err journal_find_time(struct journal_reader *r, int64_t time_us, uint64_t *ret_rev) MUST_CHECK;
