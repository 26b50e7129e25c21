/* SPDX-License-Identifier: Apache-2.0
 *
 * journal.c - the log in one LMDB environment.
 *
 * Happy path: one write transaction a group, every record put at the end (MDB_APPEND, so LMDB itself refuses a position
 * out of order), one synced commit. Each record's header also names the newest revision so far; that ascends with the
 * position even where refused records stand between, so a revision is found by bisection, between two marks.
 *
 * Failure modes: no space, in the map or on the disk: the group is gone, all older records stand, and a smaller one may
 * succeed. Anything else at the commit: whether it reached the disk is not known, and a second fdatasync could lie, so
 * the store is marked broken and the process is expected to end.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "storage/crc.h"
#include "storage/lmdb_env.h"

#define MARK_EVERY 64u

/* Places in a record; FORMAT.md. */
enum {
	AT_VERSION = 0,
	AT_KIND = 1,
	AT_FLAGS = 2,
	AT_POS = 4,
	AT_REV = 12,
	AT_NEWEST = 20,
	AT_EPOCH = 28,
	AT_TIME = 36,
	AT_SUBMITTER = 44,
	AT_ID = 48,
	AT_BODY_LEN = 64,
	AT_OUTCOME_LEN = 68,
	AT_HASH = 72, /* what stands before is chained as it is */
	AT_COMMIT = 104,
	AT_CHAIN = 136,
	AT_CRC = 168,
	AT_SALT = 172,
	AT_BODY = 188,
};
#define RECORD_VERSION 1

struct journal_reader {
	struct store *store;
	MDB_txn *txn;
	MDB_cursor *cursor;
	uint64_t at;    /* the cursor's position; 0 = none */
	uintptr_t page; /* that was read last, one behind the other */
};

/* Hash, commit and chain of a record whose header stands at `head`. */
static void make_hashes(const uint8_t *head, const uint8_t prev[32], struct journal_record *r)
{
	crypto_generichash_state h;
	crypto_generichash(r->hash, 32, r->body.data, r->body.len, NULL, 0);
	crypto_generichash_init(&h, NULL, 0, 32);
	crypto_generichash_update(&h, r->salt, sizeof r->salt);
	crypto_generichash_update(&h, r->body.data, r->body.len);
	crypto_generichash_update(&h, r->outcome.data, r->outcome.len);
	crypto_generichash_final(&h, r->commit, 32);
	crypto_generichash_init(&h, NULL, 0, 32);
	crypto_generichash_update(&h, prev, 32);
	crypto_generichash_update(&h, head, AT_HASH);
	crypto_generichash_update(&h, r->commit, 32);
	crypto_generichash_final(&h, r->chain, 32);
}

static uint32_t record_crc(const uint8_t *p, size_t len)
{
	return crc32c(crc32c(0, p, AT_CRC), p + AT_SALT, len - AT_SALT);
}

static void head_put(uint8_t *p, const struct journal_record *r, uint64_t newest)
{
	p[AT_VERSION] = RECORD_VERSION;
	p[AT_KIND] = (uint8_t)r->kind;
	be16_put(p + AT_FLAGS, 0);
	be64_put(p + AT_POS, r->pos);
	be64_put(p + AT_REV, r->rev);
	be64_put(p + AT_NEWEST, newest);
	be64_put(p + AT_EPOCH, r->epoch);
	be64_put(p + AT_TIME, (uint64_t)r->time_us);
	be32_put(p + AT_SUBMITTER, r->submitter);
	memcpy(p + AT_ID, r->id, 16);
	be32_put(p + AT_BODY_LEN, (uint32_t)r->body.len);
	be32_put(p + AT_OUTCOME_LEN, (uint32_t)r->outcome.len);
}

/* Put one record and its mark, and move the head on. */
static int put_record(struct store *s, MDB_txn *txn, struct journal_record *r, struct journal_head *head)
{
	uint64_t newest = r->rev ? r->rev : head->rev;
	uint8_t key[8];
	be64_put(key, r->pos);
	MDB_val k = val_of(key, sizeof key);
	MDB_val v = {AT_BODY + r->body.len + r->outcome.len, NULL};
	int rc = mdb_put(txn, s->rec, &k, &v, MDB_APPEND | MDB_RESERVE);
	if (rc != 0)
		return rc;
	uint8_t *p = v.mv_data;
	head_put(p, r, newest);
	make_hashes(p, head->chain, r);
	memcpy(p + AT_HASH, r->hash, 32);
	memcpy(p + AT_COMMIT, r->commit, 32);
	memcpy(p + AT_CHAIN, r->chain, 32);
	memcpy(p + AT_SALT, r->salt, 16);
	if (r->body.len)
		memcpy(p + AT_BODY, r->body.data, r->body.len);
	if (r->outcome.len)
		memcpy(p + AT_BODY + r->body.len, r->outcome.data, r->outcome.len);
	be32_put(p + AT_CRC, record_crc(p, v.mv_size));
	head->pos = r->pos;
	memcpy(head->chain, r->chain, 32);
	if (r->rev == 0)
		return 0;
	head->rev = r->rev;
	head->time_us = r->time_us;
	if (r->rev % MARK_EVERY != 0)
		return 0;
	uint8_t mark[16];
	be64_put(key, r->rev);
	be64_put(mark, r->pos);
	be64_put(mark + 8, (uint64_t)r->time_us);
	MDB_val mk = val_of(key, sizeof key), mv = val_of(mark, sizeof mark);
	return mdb_put(txn, s->mark, &mk, &mv, MDB_APPEND);
}

/* Positions and revisions without gap, times of revisions ascending. */
static enum err check_group(const struct journal_head *head, const struct journal_record *r, size_t n, struct why *why)
{
	uint64_t rev = head->rev;
	int64_t time_us = head->time_us;
	for (size_t i = 0; i < n; i++) {
		if (r[i].pos != head->pos + 1 + i)
			return fail(why, ERR_INVALID, "position %llu does not follow %llu",
				    (unsigned long long)r[i].pos, (unsigned long long)(head->pos + i));
		if (r[i].body.len > INT32_MAX || r[i].outcome.len > INT32_MAX)
			return fail(why, ERR_TOO_LARGE, "a record of over 2 GiB");
		if (r[i].rev == 0)
			continue;
		if (r[i].rev != rev + 1)
			return fail(why, ERR_INVALID, "revision %llu does not follow %llu",
				    (unsigned long long)r[i].rev, (unsigned long long)rev);
		if (rev > 0 && r[i].time_us <= time_us)
			return fail(why, ERR_INVALID, "revision %llu is not later than the one before",
				    (unsigned long long)r[i].rev);
		rev = r[i].rev;
		time_us = r[i].time_us;
	}
	return ERR_OK;
}

enum err journal_head(struct store *s, struct journal_head *ret)
{
	pthread_mutex_lock(&s->lock);
	*ret = s->head;
	enum err e = s->broken ? ERR_IO : ERR_OK;
	pthread_mutex_unlock(&s->lock);
	return e;
}

/* A salt for each, with one call: the kernel is asked for every piece of randomness. */
static void make_salts(struct journal_record *r, size_t n)
{
	uint8_t *salts = mem_alloc(n * sizeof r->salt);
	randombytes_buf(salts, n * sizeof r->salt);
	for (size_t i = 0; i < n; i++)
		memcpy(r[i].salt, salts + i * sizeof r->salt, sizeof r->salt);
	free(salts);
}

enum err journal_append(struct store *s, struct journal_record *records, size_t n, struct why *why)
{
	struct journal_head head;
	enum err e = journal_head(s, &head);
	if (e != ERR_OK)
		return fail(why, e, "an earlier commit of the log failed; the store must be opened anew");
	if (n == 0)
		return ERR_OK;
	e = check_group(&head, records, n, why);
	if (e != ERR_OK)
		return e;
	make_salts(records, n);
	MDB_txn *txn;
	int rc = mdb_txn_begin(s->log, NULL, 0, &txn);
	if (rc != 0)
		return lmdb_fail(why, rc, "log");
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = put_record(s, txn, &records[i], &head);
	if (rc != 0) {
		mdb_txn_abort(txn);
		return lmdb_fail(why, rc, "log");
	}
	rc = mdb_txn_commit(txn);
	e = store_lmdb_err(rc);
	pthread_mutex_lock(&s->lock);
	if (e == ERR_OK)
		s->head = head;
	else if (e != ERR_NO_SPACE)
		s->broken = true;
	pthread_mutex_unlock(&s->lock);
	return e == ERR_OK ? e : lmdb_fail(why, rc, "log, at the commit");
}

/* ---- reading ---------------------------------------------------------------------------------------------- */

enum err journal_read_begin(struct store *s, struct journal_reader **ret)
{
	struct journal_reader *r = mem_zero(1, sizeof *r);
	r->store = s;
	enum err e = env_read(s->log, &r->txn);
	if (e == ERR_OK)
		e = store_lmdb_err(mdb_cursor_open(r->txn, s->rec, &r->cursor));
	if (e != ERR_OK) {
		journal_read_end(r);
		return e;
	}
	*ret = r;
	return ERR_OK;
}

enum err journal_read_renew(struct journal_reader *r)
{
	mdb_txn_reset(r->txn);
	r->at = 0;
	int rc = mdb_txn_renew(r->txn);
	if (rc == 0)
		rc = mdb_cursor_renew(r->txn, r->cursor);
	return store_lmdb_err(rc);
}

bool journal_read_newest(const struct journal_reader *r)
{
	return env_newest(r->store->log, r->txn);
}

void journal_read_rest(struct journal_reader *r)
{
	mdb_txn_reset(r->txn);
}

struct journal_reader *journal_read_end(struct journal_reader *r)
{
	if (!r)
		return NULL;
	if (r->cursor)
		mdb_cursor_close(r->cursor);
	if (r->txn)
		mdb_txn_abort(r->txn);
	free(r);
	return NULL;
}

/* The stored bytes of a position, with no more than their shape checked. */
static enum err raw_get(struct journal_reader *r, uint64_t pos, MDB_val *ret)
{
	uint8_t key[8];
	be64_put(key, pos);
	MDB_val k = val_of(key, sizeof key);
	bool next = r->at && pos == r->at + 1;
	int rc = mdb_cursor_get(r->cursor, &k, ret, next ? MDB_NEXT : MDB_SET_KEY);
	r->at = rc == 0 ? pos : 0;
	if (rc != 0)
		return store_lmdb_err(rc);
	const uint8_t *p = ret->mv_data;
	if (next)
		fetch_ahead(&r->page, p, ret->mv_size);
	if (k.mv_size != 8 || be64_get(k.mv_data) != pos || ret->mv_size < AT_BODY || be64_get(p + AT_POS) != pos)
		return ERR_CORRUPT;
	return ERR_OK;
}

static enum err record_of(MDB_val v, struct journal_record *ret)
{
	const uint8_t *p = v.mv_data;
	size_t body = be32_get(p + AT_BODY_LEN), outcome = be32_get(p + AT_OUTCOME_LEN);
	if (v.mv_size != AT_BODY + body + outcome || be32_get(p + AT_CRC) != record_crc(p, v.mv_size))
		return ERR_CORRUPT;
	if (p[AT_VERSION] != RECORD_VERSION)
		return ERR_WRONG_VERSION;
	if (p[AT_KIND] < RECORD_STORE || p[AT_KIND] > RECORD_TICK)
		return ERR_CORRUPT;
	*ret = (struct journal_record){
	    .pos = be64_get(p + AT_POS),
	    .rev = be64_get(p + AT_REV),
	    .kind = (enum record_kind)p[AT_KIND],
	    .epoch = be64_get(p + AT_EPOCH),
	    .time_us = (int64_t)be64_get(p + AT_TIME),
	    .submitter = be32_get(p + AT_SUBMITTER),
	    .body = {p + AT_BODY, body},
	    .outcome = {p + AT_BODY + body, outcome},
	};
	memcpy(ret->id, p + AT_ID, 16);
	memcpy(ret->hash, p + AT_HASH, 32);
	memcpy(ret->commit, p + AT_COMMIT, 32);
	memcpy(ret->chain, p + AT_CHAIN, 32);
	memcpy(ret->salt, p + AT_SALT, 16);
	return ERR_OK;
}

enum err journal_get(struct journal_reader *r, uint64_t pos, struct journal_record *ret)
{
	MDB_val v;
	enum err e = raw_get(r, pos, &v);
	return e == ERR_OK ? record_of(v, ret) : e;
}

/* The last position of this reader's snapshot and the newest revision there. */
static enum err last_get(struct journal_reader *r, uint64_t *pos, uint64_t *rev)
{
	MDB_val k, v;
	r->at = 0;
	int rc = mdb_cursor_get(r->cursor, &k, &v, MDB_LAST);
	if (rc != 0)
		return store_lmdb_err(rc);
	if (k.mv_size != 8 || v.mv_size < AT_BODY)
		return ERR_CORRUPT;
	*pos = be64_get(k.mv_data);
	*rev = be64_get((const uint8_t *)v.mv_data + AT_NEWEST);
	return ERR_OK;
}

static enum err mark_get(struct journal_reader *r, uint64_t rev, uint64_t *pos, int64_t *time_us)
{
	uint8_t key[8];
	be64_put(key, rev);
	MDB_val k = val_of(key, sizeof key), v;
	int rc = mdb_get(r->txn, r->store->mark, &k, &v);
	if (rc != 0)
		return store_lmdb_err(rc);
	if (v.mv_size != 16)
		return ERR_CORRUPT;
	*pos = be64_get(v.mv_data);
	*time_us = (int64_t)be64_get((const uint8_t *)v.mv_data + 8);
	return ERR_OK;
}

/* journal_find(), and the revision's time; last_pos is the snapshot's. */
static enum err find(struct journal_reader *r, uint64_t rev, uint64_t last_pos, uint64_t *ret_pos, int64_t *ret_time)
{
	uint64_t lo = 1, hi = last_pos, base = rev - rev % MARK_EVERY, pos;
	int64_t time_us;
	enum err e = base ? mark_get(r, base, &lo, &time_us) : ERR_OK;
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	e = mark_get(r, base + MARK_EVERY, &pos, &time_us);
	if (e == ERR_OK)
		hi = pos;
	else if (e != ERR_NOT_FOUND)
		return e;
	MDB_val v;
	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;
		e = raw_get(r, mid, &v);
		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
		if (be64_get((const uint8_t *)v.mv_data + AT_NEWEST) < rev)
			lo = mid + 1;
		else
			hi = mid;
	}
	e = raw_get(r, lo, &v);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	if (be64_get((const uint8_t *)v.mv_data + AT_REV) != rev)
		return ERR_CORRUPT;
	*ret_pos = lo;
	*ret_time = (int64_t)be64_get((const uint8_t *)v.mv_data + AT_TIME);
	return ERR_OK;
}

enum err journal_find(struct journal_reader *r, uint64_t rev, uint64_t *ret_pos)
{
	uint64_t last_pos, last_rev;
	int64_t time_us;
	enum err e = last_get(r, &last_pos, &last_rev);
	if (e != ERR_OK)
		return e;
	if (rev == 0 || rev > last_rev)
		return ERR_NOT_FOUND;
	return find(r, rev, last_pos, ret_pos, &time_us);
}

enum err journal_find_time(struct journal_reader *r, int64_t time_us, uint64_t *ret_rev)
{
	uint64_t last_pos, last_rev, pos;
	int64_t t;
	enum err e = last_get(r, &last_pos, &last_rev);
	uint64_t lo = 0, hi = e == ERR_OK ? last_rev / MARK_EVERY : 0;
	while (e == ERR_OK && lo < hi) { /* the last mark that is not later */
		uint64_t mid = lo + (hi - lo + 1) / 2;
		e = mark_get(r, mid * MARK_EVERY, &pos, &t);
		if (e == ERR_OK && t <= time_us)
			lo = mid;
		else
			hi = mid - 1;
	}
	uint64_t first = lo * MARK_EVERY, last = first + MARK_EVERY - 1;
	if (last > last_rev)
		last = last_rev;
	while (e == ERR_OK && first < last) { /* and the last revision behind it */
		uint64_t mid = first + (last - first + 1) / 2;
		e = find(r, mid, last_pos, &pos, &t);
		if (e == ERR_OK && t <= time_us)
			first = mid;
		else
			last = mid - 1;
	}
	if (e == ERR_OK)
		*ret_rev = first;
	return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

enum err journal_head_load(struct store *s)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	struct journal_head h = {0};
	enum err e = journal_read_begin(s, &r);
	if (e == ERR_OK)
		e = last_get(r, &h.pos, &h.rev);
	if (e == ERR_OK)
		e = journal_get(r, h.pos, &rec);
	if (e == ERR_OK) {
		uint64_t pos = h.pos;
		memcpy(h.chain, rec.chain, 32);
		if (rec.rev)
			h.time_us = rec.time_us;
		else if (h.rev)
			e = find(r, h.rev, pos, &pos, &h.time_us);
	}
	journal_read_end(r);
	if (e == ERR_OK)
		s->head = h;
	return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

bool journal_chain_at(struct store *s, uint64_t pos, uint8_t ret[32])
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	enum err e = journal_read_begin(s, &r);
	if (e == ERR_OK)
		e = journal_get(r, pos, &rec);
	if (e == ERR_OK)
		memcpy(ret, rec.chain, 32);
	journal_read_end(r);
	return e == ERR_OK;
}

enum err journal_prove(struct journal_reader *r, uint64_t pos, const uint8_t prev[32], struct journal_record *ret)
{
	MDB_val v;
	enum err e = raw_get(r, pos, &v);
	if (e == ERR_OK)
		e = record_of(v, ret);
	if (e != ERR_OK)
		return e;
	struct journal_record again = *ret;
	make_hashes(v.mv_data, prev, &again);
	if (memcmp(again.hash, ret->hash, 32) != 0 || memcmp(again.commit, ret->commit, 32) != 0 ||
	    memcmp(again.chain, ret->chain, 32) != 0)
		return ERR_CORRUPT;
	return ERR_OK;
}
