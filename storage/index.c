/* SPDX-License-Identifier: Apache-2.0
 *
 * index.c - one commit of the fold: read records, collect their rows, sort, put, and say how far it went.
 *
 * The log is read in a transaction of its own, which sees only what is durable, so the index can never be ahead of it.
 * A commit that would not fit LMDB's list of dirty pages is tried again with half the records.
 */
#include "storage/index.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include "storage/batch.h"
#include "storage/outcome.h"
#include "storage/posting.h"

#define LITTLE_LEFT (16u << 20)

struct fold {
	struct batch *batch;
	struct pairs pairs, scratch;
	uint64_t rev; /* of the record whose rows are being added */
};

static struct fold *fold_of(struct store *s)
{
	if (!s->fold) {
		s->fold = mem_zero(1, sizeof *s->fold);
		s->fold->batch = batch_new();
	}
	return s->fold;
}

struct fold *fold_free(struct fold *f)
{
	if (!f)
		return NULL;
	batch_free(f->batch);
	pairs_free(&f->pairs);
	pairs_free(&f->scratch);
	free(f);
	return NULL;
}

/* ---- how far ---------------------------------------------------------------------------------------------- */

/* META "format": be32; "reached": pos8 rev8 chain32. */
#define MARK_BYTES 48

enum err index_mark_get(const struct index_env *x, MDB_txn *txn, struct index_mark *ret)
{
	MDB_val k = val_of("format", 6), v;
	int rc = mdb_get(txn, x->tab[TABLE_META], &k, &v);
	if (rc != 0)
		return rc == MDB_NOTFOUND ? ERR_CORRUPT : store_lmdb_err(rc);
	if (v.mv_size != 4 || be32_get(v.mv_data) != STORE_FORMAT)
		return ERR_WRONG_VERSION;
	k = val_of("reached", 7);
	rc = mdb_get(txn, x->tab[TABLE_META], &k, &v);
	if (rc != 0 || v.mv_size != MARK_BYTES)
		return rc == 0 || rc == MDB_NOTFOUND ? ERR_CORRUPT : store_lmdb_err(rc);
	const uint8_t *p = v.mv_data;
	*ret = (struct index_mark){.pos = be64_get(p), .rev = be64_get(p + 8)};
	memcpy(ret->chain, p + 16, 32);
	return ERR_OK;
}

enum err index_mark_put(const struct index_env *x, MDB_txn *txn, const struct index_mark *m)
{
	uint8_t format[4], reached[MARK_BYTES];
	be32_put(format, STORE_FORMAT);
	be64_put(reached, m->pos);
	be64_put(reached + 8, m->rev);
	memcpy(reached + 16, m->chain, 32);
	MDB_val k = val_of("format", 6), v = val_of(format, sizeof format);
	int rc = mdb_put(txn, x->tab[TABLE_META], &k, &v, 0);
	if (rc != 0)
		return store_lmdb_err(rc);
	k = val_of("reached", 7);
	v = val_of(reached, sizeof reached);
	return store_lmdb_err(mdb_put(txn, x->tab[TABLE_META], &k, &v, 0));
}

static enum err mark_read(const struct index_env *x, struct index_mark *ret)
{
	MDB_txn *txn;
	enum err e = env_read(x->env, &txn);
	if (e != ERR_OK)
		return e;
	e = index_mark_get(x, txn, ret);
	mdb_txn_abort(txn);
	return e;
}

enum err index_reached(struct store *s, struct index_progress *ret)
{
	struct index_mark m;
	struct journal_head head;
	enum err e = mark_read(&s->index, &m);
	if (e == ERR_OK)
		e = journal_head(s, &head);
	if (e == ERR_OK)
		*ret = (struct index_progress){m.pos, m.rev, head.pos > m.pos};
	return e;
}

/* ---- folding ---------------------------------------------------------------------------------------------- */

static void add_row(void *arg, enum table t, struct slice key, struct slice val)
{
	struct fold *f = arg;
	batch_add(f->batch, t, key, val, f->rev);
}

/* The rows and postings of one record. */
static enum err add_record(struct fold *f, const struct journal_record *rec)
{
	struct rd r;
	size_t n;
	enum err e = outcome_facts(rec->outcome, &r, &n);
	if (e != ERR_OK)
		return e;
	f->rev = rec->rev;
	if (rec->kind == RECORD_MESSAGE)
		record_rows(rec->submitter, rec->id, rec->pos, rec->rev, add_row, f);
	struct fact fact;
	for (size_t i = 0; i < n; i++) {
		if (!fact_get(&r, &fact))
			return ERR_CORRUPT;
		fact_rows(&fact, rec->rev, add_row, f);
		uint32_t units[2];
		for (unsigned u = fact_units(&fact, units); u-- > 0;) {
			const struct pair *last = f->pairs.n ? &f->pairs.p[f->pairs.n - 1] : NULL;
			if (!last || last->unit != units[u] || last->rev != rec->rev)
				pairs_add(&f->pairs, units[u], rec->rev);
		}
	}
	return rd_done(&r) ? ERR_OK : ERR_CORRUPT;
}

/* Collect records behind m, and move m on to the last of them. */
static enum err collect(struct store *s, struct fold *f, const struct index_limits *l, uint64_t upto,
			struct index_mark *m, struct why *why)
{
	batch_clear(f->batch);
	f->pairs.n = 0;
	struct journal_reader *r = NULL;
	enum err e = journal_read_begin(s, &r);
	for (uint32_t n = 0; e == ERR_OK && m->pos < upto && n < l->records_max; n++) {
		struct journal_record rec;
		if (batch_rows(f->batch) >= l->rows_max)
			break;
		e = journal_get(r, m->pos + 1, &rec);
		if (e == ERR_OK)
			e = add_record(f, &rec);
		if (e != ERR_OK)
			break;
		m->pos = rec.pos;
		if (rec.rev)
			m->rev = rec.rev;
		memcpy(m->chain, rec.chain, 32);
	}
	journal_read_end(r);
	return e == ERR_OK ? e
			   : fail(why, e == ERR_NOT_FOUND ? ERR_CORRUPT : e, "record %llu of the log cannot be folded",
				  (unsigned long long)m->pos + 1);
}

/* LMDB calls a write that is cut short by a full disk an input/output error. */
static enum err cannot_write(const struct store *s, enum err e, int rc, struct why *why)
{
	struct statvfs fs;
	if (rc == EIO && statvfs(s->opt.dir, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < LITTLE_LEFT)
		return fail(why, ERR_NO_SPACE,
			    "the index cannot be written: the disk of %s has %llu MB left: make room there; what was "
			    "acknowledged stands in the log",
			    s->opt.dir, (unsigned long long)((uint64_t)fs.f_bavail * fs.f_frsize >> 20));
	return fail(why, e, "the index cannot be written: %s", mdb_strerror(rc));
}

static enum err put_all(struct fold *f, const struct index_env *x, const struct index_mark *m, int *rc)
{
	MDB_txn *txn;
	*rc = mdb_txn_begin(x->env, NULL, 0, &txn);
	if (*rc != 0)
		return store_lmdb_err(*rc);
	*rc = batch_put(f->batch, x, txn);
	enum err e = store_lmdb_err(*rc);
	if (e == ERR_OK)
		e = posting_append(x, txn, &f->pairs, &f->scratch);
	if (e == ERR_OK)
		e = index_mark_put(x, txn, m);
	if (e != ERR_OK) {
		mdb_txn_abort(txn);
		return e;
	}
	*rc = mdb_txn_commit(txn);
	return store_lmdb_err(*rc);
}

enum err fold_commit(struct store *s, struct index_env *x, const struct index_limits *l, uint64_t upto,
		     struct index_progress *ret, struct why *why)
{
	struct index_limits now = {l->records_max ? l->records_max : 1, l->rows_max ? l->rows_max : 1};
	struct fold *f = fold_of(s);
	struct index_mark before, m;
	enum err e = mark_read(x, &before);
	if (e != ERR_OK)
		return fail(why, e, "the index does not say how far it is");
	for (;;) {
		m = before;
		e = collect(s, f, &now, upto, &m, why);
		if (e != ERR_OK)
			return e;
		int rc = 0;
		if (m.pos > before.pos)
			e = put_all(f, x, &m, &rc);
		if (rc != MDB_TXN_FULL || m.pos - before.pos <= 1) {
			if (e != ERR_OK)
				return cannot_write(s, e, rc, why);
			break;
		}
		now.records_max = (uint32_t)((m.pos - before.pos) / 2);
	}
	*ret = (struct index_progress){m.pos, m.rev, m.pos < upto};
	return ERR_OK;
}

enum err index_fold(struct store *s, const struct index_limits *l, struct index_progress *ret, struct why *why)
{
	struct journal_head head;
	enum err e = journal_head(s, &head);
	return e == ERR_OK ? fold_commit(s, &s->index, l, head.pos, ret, why) : fail(why, e, "the log is broken");
}

/* ---- digest ----------------------------------------------------------------------------------------------- */

struct digest {
	crypto_generichash_state state;
	uint8_t room[64 << 10];
	size_t n;
	uint64_t rows;
};

static void digest_add(struct digest *d, const void *data, size_t len)
{
	if (len > sizeof d->room - d->n) {
		crypto_generichash_update(&d->state, d->room, d->n);
		d->n = 0;
	}
	if (len > sizeof d->room) {
		crypto_generichash_update(&d->state, data, len);
	} else if (len) {
		memcpy(d->room + d->n, data, len);
		d->n += len;
	}
}

static void digest_row(struct digest *d, enum table t, struct slice key, struct slice val)
{
	uint8_t head[7];
	head[0] = (uint8_t)t;
	be16_put(head + 1, (uint16_t)key.len);
	be32_put(head + 3, (uint32_t)val.len);
	digest_add(d, head, sizeof head);
	digest_add(d, key.data, key.len);
	digest_add(d, val.data, val.len);
	d->rows++;
}

static void digest_pair(void *arg, struct pair p)
{
	uint8_t key[10];
	be32_put(key, p.unit);
	be48_put(key + 4, p.rev);
	digest_row(arg, TABLE_POST, (struct slice){key, sizeof key}, (struct slice){0});
}

static enum err digest_table(struct digest *d, const struct index_env *x, MDB_txn *txn, enum table t)
{
	MDB_cursor *c;
	MDB_val k, v;
	int rc = mdb_cursor_open(txn, x->tab[t], &c);
	if (rc != 0)
		return store_lmdb_err(rc);
	for (rc = mdb_cursor_get(c, &k, &v, MDB_FIRST); rc == 0; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT))
		digest_row(d, t, slice_of(k), slice_of(v));
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? ERR_OK : store_lmdb_err(rc);
}

enum err digest_env(const struct index_env *x, uint8_t ret[32], uint64_t *ret_rows)
{
	MDB_txn *txn;
	enum err e = env_read(x->env, &txn);
	if (e != ERR_OK)
		return e;
	struct digest *d = mem_zero(1, sizeof *d);
	crypto_generichash_init(&d->state, NULL, 0, 32);
	for (int t = TABLE_META + 1; e == ERR_OK && t < TABLE_POST; t++)
		e = digest_table(d, x, txn, (enum table)t);
	if (e == ERR_OK)
		e = posting_each(x, txn, digest_pair, d);
	crypto_generichash_update(&d->state, d->room, d->n);
	crypto_generichash_final(&d->state, ret, 32);
	*ret_rows = d->rows;
	free(d);
	mdb_txn_abort(txn);
	return e;
}

enum err index_digest(struct store *s, uint8_t ret[32], uint64_t *ret_rows)
{
	return digest_env(&s->index, ret, ret_rows);
}
