/* SPDX-License-Identifier: Apache-2.0
 *
 * lmdb_env.h - the inside of a store, for storage/ alone: its environments, LMDB's errors, and a few file operations.
 */
#pragma once
#include <lmdb.h>
#include <pthread.h>
#include "storage/journal.h"
#include "storage/table.h"

/* The index, the live one or one that is being built aside. */
struct index_env {
	MDB_env *env;
	MDB_dbi tab[TABLE_COUNT];
};

struct fold; /* the indexer's scratch memory (index.c) */
struct store {
	struct store_options opt; /* texts are copies of our own */
	struct store_facts about;
	int lock_fd;
	MDB_env *log;
	MDB_dbi rec, mark, log_meta;
	struct index_env index;
	MDB_env *local;
	MDB_dbi local_dbi;
	pthread_mutex_t lock; /* guards what follows */
	struct journal_head head;
	bool broken;          /* a commit of the log failed in a way after which nothing may be tried again */
	int64_t disk_seen_ms; /* when the disk was last looked at; */
	uint64_t disk_free;   /* less what was admitted since */
	struct fold *fold;    /* the folding thread's alone */
};

/* LMDB's return code, or an errno, as ours. */
enum err store_lmdb_err(int rc);
enum err lmdb_fail(struct why *why, int rc, const char *what);

/* Open an environment directory; `create` makes the directory. EXISTING data is required otherwise (ERR_NOT_FOUND). */
struct env_spec {
	const char *path;
	uint64_t map_bytes;
	unsigned readers, dbis, flags; /* flags: LMDB's, besides MDB_NOTLS */
	bool create;
};
enum err env_open(const struct env_spec *spec, MDB_env **ret, struct why *why) MUST_CHECK;
/* Begin a read transaction; dead readers are cleared away once when the slots are all taken (then ERR_BUSY). */
enum err env_read(MDB_env *env, MDB_txn **ret) MUST_CHECK;
/* Has nothing been committed since this read transaction began, or was renewed? */
bool env_newest(MDB_env *env, MDB_txn *txn);

/* Open (or make) the tables of an index. ERR_NOT_FOUND when one is missing. */
enum err index_env_open(const struct env_spec *spec, struct index_env *ret, struct why *why) MUST_CHECK;
void index_env_close(struct index_env *x);

/* What META says that the index has reached; zeros when it is new. */
struct index_mark {
	uint64_t pos, rev;
	uint8_t chain[32];
};
enum err index_mark_get(const struct index_env *x, MDB_txn *txn, struct index_mark *ret) MUST_CHECK;
enum err index_mark_put(const struct index_env *x, MDB_txn *txn, const struct index_mark *m) MUST_CHECK;

/* Fold one commit into `x`, up to position `upto`. */
struct index_limits;
struct index_progress;
enum err fold_commit(struct store *s, struct index_env *x, const struct index_limits *l, uint64_t upto,
		     struct index_progress *ret, struct why *why) MUST_CHECK;
struct fold *fold_free(struct fold *f);
enum err digest_env(const struct index_env *x, uint8_t ret[32], uint64_t *ret_rows) MUST_CHECK;

struct view;
MDB_txn *view_mdb_txn(const struct view *v);
/* A cursor over TABLE_OBS, NULL and view.err when there is none; back before the view is closed. Kept for the next one.
 */
MDB_cursor *view_obs_cursor(struct view *v);
void view_obs_cursor_back(struct view *v, MDB_cursor *c);

/* The body of the store's first record. */
void store_record_put(struct buf *b, const struct store_facts *f);
enum err store_record_get(struct slice body, struct store_facts *ret) MUST_CHECK;

enum store_parts { STORE_WHOLE, STORE_WITHOUT_INDEX };
enum err store_open_parts(const struct store_options *o, enum store_parts parts, struct store **ret,
			  struct why *why) MUST_CHECK;
/* Open the index of an open store. `mend`: an empty one takes the place of one that cannot be read or does not fit. */
enum err store_open_index(struct store *s, bool mend, struct why *why) MUST_CHECK;
enum err journal_head_load(struct store *s) MUST_CHECK; /* at open */
bool journal_chain_at(struct store *s, uint64_t pos, uint8_t ret[32]);
/* journal_get(), and its hash, commit and chain made again from the stored bytes and the chain before. */
enum err journal_prove(struct journal_reader *r, uint64_t pos, const uint8_t prev[32],
		       struct journal_record *ret) MUST_CHECK;

/* Files. Paths are built into a heap text that the caller frees. */
char *path_join(const char *dir, const char *name);
enum err dir_sync(const char *path, struct why *why) MUST_CHECK;
enum err tree_remove(const char *path,
		     const char *keep) MUST_CHECK; /* absent is fine; `keep`: leave the directory and this file */
bool path_exists(const char *path);

/* Whoever reads rows on and on comes to the next page soon, since most stand one behind the other, as they were written:
 * while a row is read, what lies at its place in the next page is fetched into the cache, and the page's head when its
 * page is come to. *page is the page of the row before (0 = there was none: it may be about one row). A fetch of what is
 * not there does nothing. */
static inline void fetch_ahead(uintptr_t *page, const void *row, size_t len)
{
	enum { PAGE = 4096, LINE = 64, HEAD = 192 };
	uintptr_t p = (uintptr_t)row, now = p / PAGE, before = *page;
	*page = now;
	for (uintptr_t at = (now + 1) * PAGE; before && now != before && at < (now + 1) * PAGE + HEAD; at += LINE)
		__builtin_prefetch((const void *)at);
	for (uintptr_t at = p + PAGE; before && at < p + PAGE + (len < PAGE ? len : PAGE); at += LINE)
		__builtin_prefetch((const void *)at);
}

#define REV_MASK ((uint64_t)0xffffffffffff)
static inline void rev_put(uint8_t *p, uint64_t rev)
{
	be48_put(p, ~rev & REV_MASK);
}
static inline uint64_t rev_get(const uint8_t *p)
{
	return ~be48_get(p) & REV_MASK;
}
static inline MDB_val val_of(const void *data, size_t len)
{
	return (MDB_val){len, (void *)(uintptr_t)data}; /* LMDB never writes through it */
}
static inline struct slice slice_of(MDB_val v)
{
	return (struct slice){v.mv_data, v.mv_size};
}
