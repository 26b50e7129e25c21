/* SPDX-License-Identifier: Apache-2.0
 *
 * verify.c - proving a store, and folding its index anew (declared in store.h).
 *
 * An index is built aside, in large commits that are not synced one by one; one sync at the end makes it whole before
 * any rename. The swap is two renames, and each state between them opens: without `index` the old one is taken back.
 */
#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "storage/index.h"
#include "storage/lmdb_env.h"
#include "storage/outcome.h"

#define RENEW_EVERY 65536 /* records read under one snapshot of the log */

static const struct index_limits aside_limits = {.records_max = 1u << 19, .rows_max = 1000000};

/* Build an index aside, in `path` (removed first), over positions up to `upto`; synced, and open in *ret. */
static enum err build_aside(struct store *s, const char *path, uint64_t upto, struct index_env *ret, struct why *why)
{
	struct env_spec spec = {path, s->opt.index_map_bytes, s->opt.readers_max, TABLE_COUNT, MDB_NOSYNC, true};
	struct index_env x = {0};
	enum err e = tree_remove(path, NULL);
	if (e != ERR_OK)
		return fail(why, e, "cannot clear %s", path);
	e = index_env_open(&spec, &x, why);
	MDB_txn *txn = NULL;
	if (e == ERR_OK)
		e = store_lmdb_err(mdb_txn_begin(x.env, NULL, 0, &txn));
	if (txn) {
		e = index_mark_put(&x, txn, &(struct index_mark){0});
		if (e == ERR_OK)
			e = store_lmdb_err(mdb_txn_commit(txn));
		else
			mdb_txn_abort(txn);
	}
	struct index_progress p = {.more = upto > 0};
	while (e == ERR_OK && p.more)
		e = fold_commit(s, &x, &aside_limits, upto, &p, why);
	if (e == ERR_OK)
		e = store_lmdb_err(mdb_env_sync(x.env, 1));
	if (e == ERR_OK)
		e = dir_sync(path, why);
	if (e != ERR_OK) {
		index_env_close(&x);
		return e;
	}
	*ret = x;
	return ERR_OK;
}

/* ---- rebuild ---------------------------------------------------------------------------------------------- */

static enum err move(const char *from, const char *to, struct why *why)
{
	if (rename(from, to) == 0)
		return ERR_OK;
	return fail(why, err_from_errno(errno), "cannot rename %s: %s", from, strerror(errno));
}

static enum err swap_in(struct store *s, const char *aside, struct why *why)
{
	char *path = path_join(s->opt.dir, "index"), *old = path_join(s->opt.dir, "index.old");
	enum err e = tree_remove(old, NULL);
	if (e == ERR_OK && path_exists(path)) {
		e = move(path, old, why);
		if (e == ERR_OK)
			e = dir_sync(s->opt.dir, why);
	}
	if (e == ERR_OK)
		e = move(aside, path, why);
	if (e == ERR_OK)
		e = dir_sync(s->opt.dir, why);
	if (e == ERR_OK)
		e = tree_remove(old, NULL);
	free(path);
	free(old);
	return e;
}

enum err store_rebuild(const struct store_options *o, uint8_t ret_digest[32], uint64_t *ret_records, struct why *why)
{
	struct store_options there = *o;
	there.create = false;
	struct store *s;
	enum err e = store_open_parts(&there, STORE_WITHOUT_INDEX, &s, why);
	if (e != ERR_OK)
		return e;
	char *aside = path_join(s->opt.dir, "index.new");
	struct index_env x;
	uint64_t rows;
	e = build_aside(s, aside, s->head.pos, &x, why);
	if (e == ERR_OK) {
		e = digest_env(&x, ret_digest, &rows);
		index_env_close(&x);
	}
	if (e == ERR_OK)
		e = swap_in(s, aside, why);
	if (e == ERR_OK)
		*ret_records = s->head.pos;
	free(aside);
	store_close(s);
	return e;
}

/* ---- verify ----------------------------------------------------------------------------------------------- */

struct verify {
	struct store *s;
	void (*say)(void *arg, const char *line);
	void *arg;
	struct why *why;
	uint64_t rev; /* so far */
	int64_t time_us;
};

static void say(const struct verify *v, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void say(const struct verify *v, const char *fmt, ...)
{
	char line[256];
	va_list args;
	va_start(args, fmt);
	vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	if (v->say)
		v->say(v->arg, line);
}

/* What a record must be besides unharmed; NULL or what is wrong. */
static const char *wrong_with(struct verify *v, const struct journal_record *rec, struct arena *a)
{
	struct outcome o;
	if (outcome_get(rec->outcome, a, true, &o) != ERR_OK)
		return "its outcome cannot be decoded";
	if ((rec->kind == RECORD_STORE) != (rec->pos == 1))
		return "its kind does not belong there";
	if (o.verdict == OUTCOME_REFUSED && rec->rev != 0)
		return "it is refused but has a revision";
	if (o.verdict == OUTCOME_ACCEPTED && rec->rev == 0 && rec->kind != RECORD_STORE)
		return "it is accepted but has no revision";
	if (rec->rev == 0)
		return NULL;
	if (rec->rev != v->rev + 1)
		return "its revision does not follow";
	if (v->rev > 0 && rec->time_us <= v->time_us)
		return "its time does not follow";
	v->rev = rec->rev;
	v->time_us = rec->time_us;
	return NULL;
}

static enum err verify_log(struct verify *v)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct journal_reader *r = NULL;
	uint8_t chain[32] = {0};
	enum err e = journal_read_begin(v->s, &r);
	for (uint64_t pos = 1; e == ERR_OK && pos <= v->s->head.pos; pos++) {
		struct journal_record rec;
		if (pos % RENEW_EVERY == 0)
			e = journal_read_renew(r);
		if (e == ERR_OK)
			e = journal_prove(r, pos, chain, &rec);
		const char *wrong = e == ERR_OK ? wrong_with(v, &rec, a) : "checksum, hash or chain fails";
		if (wrong) {
			say(v, "record %llu: %s", (unsigned long long)pos, wrong);
			e = fail(v->why, ERR_CORRUPT, "record %llu: %s", (unsigned long long)pos, wrong);
			break;
		}
		memcpy(chain, rec.chain, 32);
		arena_reset(a);
	}
	journal_read_end(r);
	if (e == ERR_OK)
		say(v, "log: %llu records, %llu revisions: checksums, chain and outcomes hold",
		    (unsigned long long)v->s->head.pos, (unsigned long long)v->rev);
	return e;
}

static enum err verify_index(struct verify *v)
{
	struct index_progress at;
	enum err e = index_reached(v->s, &at);
	if (e != ERR_OK)
		return fail(v->why, e, "the index does not say how far it is");
	char *aside = path_join(v->s->opt.dir, "verify.new");
	struct index_env x = {0};
	uint8_t live[32], built[32];
	uint64_t live_rows = 0, built_rows = 0;
	e = index_digest(v->s, live, &live_rows);
	if (e == ERR_OK)
		e = build_aside(v->s, aside, at.pos, &x, v->why);
	if (e == ERR_OK)
		e = digest_env(&x, built, &built_rows);
	index_env_close(&x);
	if (e == ERR_OK && memcmp(live, built, 32) != 0) {
		say(v, "index: %llu rows differ from %llu rows folded anew: rebuild it", (unsigned long long)live_rows,
		    (unsigned long long)built_rows);
		e = fail(v->why, ERR_CORRUPT, "the index differs from the log: rebuild it");
	} else if (e == ERR_OK) {
		char hex[65];
		sodium_bin2hex(hex, sizeof hex, live, sizeof live);
		say(v, "index: %llu rows up to position %llu equal those folded anew", (unsigned long long)live_rows,
		    (unsigned long long)at.pos);
		say(v, "digest: %s", hex);
	}
	enum err gone = tree_remove(aside, NULL);
	free(aside);
	return e == ERR_OK ? gone : e;
}

enum err store_verify(const struct store_options *o, void (*line)(void *arg, const char *line), void *arg,
		      struct why *why)
{
	struct store_options there = *o;
	there.create = false;
	struct verify v = {.say = line, .arg = arg, .why = why};
	enum err e = store_open_parts(&there, STORE_WITHOUT_INDEX, &v.s, why);
	if (e != ERR_OK)
		return e;
	e = verify_log(&v);
	if (e == ERR_OK) {
		e = store_open_index(v.s, false, why);
		if (e != ERR_OK)
			say(&v, "index: it cannot be read, or is not one of this log: rebuild it");
	}
	if (e == ERR_OK)
		e = verify_index(&v);
	store_close(v.s);
	return e;
}
