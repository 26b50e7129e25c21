/* SPDX-License-Identifier: Apache-2.0
 *
 * store.h - one store: a directory with three LMDB environments, log/, index/ and local/, and a lock.
 *
 * Creation  happens in a temporary directory beside it (the parent must be writable), is synced, then renamed: a
 *           power cut leaves no store or a whole one.
 * Locking   one process at a time (flock on `lock`); ERR_LOCKED otherwise.
 * Threads   the handle is shared; transactions (journal readers, views) belong to the thread that opened them.
 * Errors    LMDB's are mapped once (store_lmdb_err): MAP_FULL, TXN_FULL, ENOSPC → NO_SPACE; EIO, PANIC, CORRUPTED
 *           → CORRUPT or IO, after which the caller must stop: fdatasync is never retried.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/bytes.h"
#include "base/err.h"

#define STORE_FORMAT   1u /* version of everything under the directory */
#define STORE_ZONE_MAX 64

struct store_options {
	const char *dir;
	uint64_t log_map_bytes, index_map_bytes, local_map_bytes; /* address space; fixed while open */
	uint64_t reserve_bytes;                                   /* kept free in both maps and on disk */
	unsigned readers_max;                                     /* reader slots of each environment */
	const char *zone; /* used at creation: IANA name of the zone whose midnight turns the day */
	bool create;      /* make it where there is none */
};
struct store_facts { /* fixed at creation */
	uint8_t id[16];
	uint64_t epoch;
	char zone[STORE_ZONE_MAX];
	int64_t created_us;
};
struct store;

/* Open, after making it where asked. Where another process died in the middle of creating, its remains are removed. */
enum err store_open(const struct store_options *o, struct store **ret, struct why *why) MUST_CHECK;
struct store *store_close(struct store *s);                   /* NULL allowed; returns NULL */
const struct store_facts *store_about(const struct store *s); /* lives as long as the store */

/* May a group that will write about `bytes` begin? ERR_NO_SPACE while a map or the disk would fall under the reserve.
 * Cheap: looks at page counts, and at the disk at most once in 100 ms. */
enum err store_admits(struct store *s, uint64_t bytes, struct why *why) MUST_CHECK;
void store_sizes(struct store *s, uint64_t *ret_log, uint64_t *ret_index); /* bytes used in each map */

/* Prove the whole store: every checksum, the chain from record 1, every outcome decodes, and the index equal, by
 * digest, to a rebuild in a temporary directory inside `dir`. `say` gets one line a finding or step. Opens the store
 * itself. */
enum err store_verify(const struct store_options *o, void (*say)(void *arg, const char *line), void *arg,
		      struct why *why) MUST_CHECK;
/* Throw the index away and fold it anew from the log (the store must not be open elsewhere). Atomic: built aside,
 * renamed. */
enum err store_rebuild(const struct store_options *o, uint8_t ret_digest[32], uint64_t *ret_records,
		       struct why *why) MUST_CHECK;

/* Small things that are no part of the state: local environment. ERR_NOT_FOUND when absent. */
enum err local_get(struct store *s, const char *key, void *data, size_t room, size_t *ret_len) MUST_CHECK;
enum err local_put(struct store *s, const char *key, const void *data, size_t len) MUST_CHECK;
