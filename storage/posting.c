/* SPDX-License-Identifier: Apache-2.0
 *
 * posting.c - runs in the table `post`, their directory in `meta`.
 *
 * Table: run4 unit4 rev6 → the pairs behind the first one, which the key itself names: varint of the unit's growth,
 * then varint of the revision's growth within the unit, or of its distance from the run's first revision where a unit
 * begins.
 *
 * Directory: next4, then for each run in order of revision: run4 level1 pairs4 first_rev6 last_rev6.
 */
#include "storage/posting.h"
#include <stdlib.h>
#include <string.h>
#include "storage/index.h"

#define RUN_BYTES 21
#define LEVEL_MAX 200

struct run {
	uint32_t id, pairs;
	uint8_t level;
	uint64_t first, last; /* revisions */
};
struct runs {
	struct run *r;
	size_t n;
	uint32_t next;
};

void pairs_add(struct pairs *ps, uint32_t unit, uint64_t rev)
{
	if (ps->n == ps->room) {
		ps->room = ps->room ? ps->room * 2 : 256;
		ps->p = mem_grow(ps->p, ps->room * sizeof *ps->p);
	}
	ps->p[ps->n++] = (struct pair){rev, unit};
}

void pairs_free(struct pairs *ps)
{
	free(ps->p);
	*ps = (struct pairs){0};
}

/* Sort by unit, keeping the order within (a radix sort, least byte first, skipping bytes that all share); drop repeats.
 */
static void pairs_sort(struct pairs *ps, struct pairs *scratch)
{
	if (scratch->room < ps->n) {
		scratch->p = mem_grow(scratch->p, ps->n * sizeof *scratch->p);
		scratch->room = ps->n;
	}
	for (unsigned shift = 0; shift < 32; shift += 8) {
		size_t count[257] = {0};
		for (size_t i = 0; i < ps->n; i++)
			count[(ps->p[i].unit >> shift & 0xff) + 1]++;
		if (ps->n == 0 || count[(ps->p[0].unit >> shift & 0xff) + 1] == ps->n)
			continue;
		for (size_t i = 1; i < 257; i++)
			count[i] += count[i - 1];
		for (size_t i = 0; i < ps->n; i++)
			scratch->p[count[ps->p[i].unit >> shift & 0xff]++] = ps->p[i];
		struct pairs swap = {scratch->p, ps->n, scratch->room};
		scratch->p = ps->p;
		scratch->room = ps->room;
		*ps = swap;
	}
	size_t kept = 0;
	for (size_t i = 0; i < ps->n; i++) {
		if (kept == 0 || ps->p[kept - 1].unit != ps->p[i].unit || ps->p[kept - 1].rev != ps->p[i].rev)
			ps->p[kept++] = ps->p[i];
	}
	ps->n = kept;
}

/* ---- the directory ---------------------------------------------------------------------------------------- */

static enum err runs_get(const struct index_env *x, MDB_txn *txn, struct runs *ret)
{
	*ret = (struct runs){0};
	MDB_val k = val_of("runs", 4), v;
	int rc = mdb_get(txn, x->tab[TABLE_META], &k, &v);
	if (rc == MDB_NOTFOUND)
		return ERR_OK;
	if (rc != 0)
		return store_lmdb_err(rc);
	if (v.mv_size < 4 || (v.mv_size - 4) % RUN_BYTES != 0)
		return ERR_CORRUPT;
	const uint8_t *p = v.mv_data;
	ret->next = be32_get(p);
	ret->n = (v.mv_size - 4) / RUN_BYTES;
	ret->r = mem_alloc((ret->n + 1) * sizeof *ret->r); /* room for one more */
	p += 4;
	for (size_t i = 0; i < ret->n; i++, p += RUN_BYTES)
		ret->r[i] = (struct run){.id = be32_get(p),
					 .level = p[4],
					 .pairs = be32_get(p + 5),
					 .first = be48_get(p + 9),
					 .last = be48_get(p + 15)};
	return ERR_OK;
}

static enum err runs_put(const struct index_env *x, MDB_txn *txn, const struct runs *rs)
{
	AUTO_BUF struct buf b = {0};
	buf_be32(&b, rs->next);
	for (size_t i = 0; i < rs->n; i++) {
		buf_be32(&b, rs->r[i].id);
		buf_u8(&b, rs->r[i].level);
		buf_be32(&b, rs->r[i].pairs);
		buf_be48(&b, rs->r[i].first);
		buf_be48(&b, rs->r[i].last);
	}
	MDB_val k = val_of("runs", 4), v = val_of(b.data, b.len);
	return store_lmdb_err(mdb_put(txn, x->tab[TABLE_META], &k, &v, 0));
}

/* ---- chunks ----------------------------------------------------------------------------------------------- */

static void chunk_key(uint8_t key[14], uint32_t run, uint32_t unit, uint64_t rev)
{
	be32_put(key, run);
	be32_put(key + 4, unit);
	be48_put(key + 8, rev);
}

/* Reading a chunk's pairs one by one. */
struct chunk_rd {
	struct rd r;
	struct pair at;
	uint64_t base;
	bool has;
};

static enum err chunk_begin(struct chunk_rd *c, const struct run *run, MDB_val k, MDB_val v)
{
	if (k.mv_size != 14)
		return ERR_CORRUPT;
	const uint8_t *p = k.mv_data;
	*c = (struct chunk_rd){rd_of(slice_of(v)), {be48_get(p + 8), be32_get(p + 4)}, run->first, true};
	return ERR_OK;
}

static void chunk_next(struct chunk_rd *c)
{
	c->has = c->r.p < c->r.end;
	if (!c->has)
		return;
	uint64_t unit = rd_varint(&c->r), rev = rd_varint(&c->r);
	c->at.rev = unit ? c->base + rev : c->at.rev + rev;
	c->at.unit += (uint32_t)unit;
	c->has = rd_ok(&c->r);
}

static int chunk_put(const struct index_env *x, MDB_txn *txn, uint32_t run, struct pair first, const struct buf *val)
{
	uint8_t key[14];
	chunk_key(key, run, first.unit, first.rev);
	MDB_val k = val_of(key, sizeof key), v = val_of(val->data, val->len);
	return mdb_put(txn, x->tab[TABLE_POST], &k, &v, MDB_APPEND); /* run numbers ascend */
}

/* Write sorted pairs as a run. */
static enum err run_write(const struct index_env *x, MDB_txn *txn, const struct run *run, const struct pairs *ps)
{
	AUTO_BUF struct buf val = {0};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < ps->n;) {
		struct pair first = ps->p[i], prev = first;
		buf_clear(&val);
		for (i++; i < ps->n && val.len <= POST_CHUNK_MAX - 15; i++) {
			struct pair p = ps->p[i];
			buf_varint(&val, p.unit - prev.unit);
			buf_varint(&val, p.rev - (p.unit == prev.unit ? prev.rev : run->first));
			prev = p;
		}
		rc = chunk_put(x, txn, run->id, first, &val);
	}
	return store_lmdb_err(rc);
}

/* Append all pairs of a run; its chunks' keys to `keys`. */
static enum err run_read(const struct index_env *x, MDB_txn *txn, const struct run *run, struct pairs *ret,
			 struct buf *keys)
{
	MDB_cursor *c;
	int rc = mdb_cursor_open(txn, x->tab[TABLE_POST], &c);
	if (rc != 0)
		return store_lmdb_err(rc);
	uint8_t start[14];
	chunk_key(start, run->id, 0, 0);
	MDB_val k = val_of(start, sizeof start), v;
	enum err e = ERR_OK;
	for (rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE); rc == 0 && e == ERR_OK;
	     rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
		struct chunk_rd ch;
		if (k.mv_size < 4 || be32_get(k.mv_data) != run->id)
			break;
		e = chunk_begin(&ch, run, k, v);
		for (; e == ERR_OK && ch.has; chunk_next(&ch))
			pairs_add(ret, ch.at.unit, ch.at.rev);
		if (e == ERR_OK && !rd_ok(&ch.r))
			e = ERR_CORRUPT;
		buf_put(keys, k.mv_data, k.mv_size);
	}
	mdb_cursor_close(c);
	return e == ERR_OK && rc != 0 && rc != MDB_NOTFOUND ? store_lmdb_err(rc) : e;
}

/* ---- merging ---------------------------------------------------------------------------------------------- */

/* Make one run of runs[at, at + n). */
static enum err merge(const struct index_env *x, MDB_txn *txn, struct runs *rs, size_t at, size_t n,
		      struct pairs *scratch)
{
	struct pairs all = {0};
	AUTO_BUF struct buf keys = {0};
	enum err e = ERR_OK;
	for (size_t i = at; e == ERR_OK && i < at + n; i++)
		e = run_read(x, txn, &rs->r[i], &all, &keys);
	struct run merged = {.id = rs->next++,
			     .level = (uint8_t)(rs->r[at].level + 1),
			     .pairs = (uint32_t)all.n,
			     .first = rs->r[at].first,
			     .last = rs->r[at + n - 1].last};
	if (e == ERR_OK) {
		pairs_sort(&all,
			   scratch); /* runs follow each other in revisions, so the order within a unit is right */
		e = run_write(x, txn, &merged, &all);
	}
	for (size_t i = 0; e == ERR_OK && i < keys.len; i += 14) {
		MDB_val k = val_of(keys.data + i, 14);
		e = store_lmdb_err(mdb_del(txn, x->tab[TABLE_POST], &k, NULL));
	}
	pairs_free(&all);
	if (e != ERR_OK)
		return e;
	rs->r[at] = merged;
	memmove(&rs->r[at + 1], &rs->r[at + n], (rs->n - at - n) * sizeof *rs->r);
	rs->n -= n - 1;
	return ERR_OK;
}

/* Where RUNS_MERGED runs stand at one level, make the oldest of them one of the next, as many as the bound allows. */
static enum err merge_due(const struct index_env *x, MDB_txn *txn, struct runs *rs, struct pairs *scratch)
{
	size_t budget = MERGE_PAIRS_MAX;
	for (size_t end = rs->n; end > 0;) { /* levels fall from old to new: [start, end) is one level */
		size_t start = end;
		while (start > 0 && rs->r[start - 1].level == rs->r[end - 1].level)
			start--;
		if (end - start < RUNS_MERGED || rs->r[start].level >= LEVEL_MAX) {
			end = start;
			continue;
		}
		size_t n = 0, sum = 0;
		while (n < RUNS_MERGED && sum + rs->r[start + n].pairs <= MERGE_PAIRS_MAX)
			sum += rs->r[start + n++].pairs;
		if (n < 2) { /* too large to grow: up as it is */
			rs->r[start].level++;
			end = rs->n;
			continue;
		}
		if (sum > budget)
			return ERR_OK; /* the next commit goes on here */
		budget -= sum;
		enum err e = merge(x, txn, rs, start, n, scratch);
		if (e != ERR_OK)
			return e;
		end = rs->n;
	}
	return ERR_OK;
}

enum err posting_append(const struct index_env *x, MDB_txn *txn, struct pairs *batch, struct pairs *scratch)
{
	if (batch->n == 0)
		return ERR_OK;
	struct runs rs;
	enum err e = runs_get(x, txn, &rs);
	if (e != ERR_OK)
		return e;
	if (!rs.r)
		rs.r = mem_alloc(sizeof *rs.r);
	struct run run = {.id = rs.next++, .first = batch->p[0].rev, .last = batch->p[batch->n - 1].rev};
	pairs_sort(batch, scratch);
	run.pairs = (uint32_t)batch->n;
	e = run_write(x, txn, &run, batch);
	if (e == ERR_OK) {
		rs.r[rs.n++] = run;
		e = merge_due(x, txn, &rs, scratch);
	}
	if (e == ERR_OK)
		e = runs_put(x, txn, &rs);
	free(rs.r);
	return e;
}

/* ---- reading ---------------------------------------------------------------------------------------------- */

struct wanted {
	uint32_t unit;
	uint64_t from, to;
	size_t max, n;
	uint64_t *ret;
};

/* Take what is wanted of a chunk; *past when it goes beyond the unit. */
static enum err chunk_take(const struct run *run, MDB_val k, MDB_val v, struct wanted *w, bool *past)
{
	struct chunk_rd c;
	enum err e = chunk_begin(&c, run, k, v);
	for (; e == ERR_OK && c.has; chunk_next(&c)) {
		if (c.at.unit > w->unit || w->n == w->max) {
			*past = true;
			return ERR_OK;
		}
		if (c.at.unit == w->unit && c.at.rev >= w->from && c.at.rev <= w->to)
			w->ret[w->n++] = c.at.rev;
	}
	return e == ERR_OK && !rd_ok(&c.r) ? ERR_CORRUPT : e;
}

static enum err run_take(MDB_cursor *c, const struct run *run, struct wanted *w)
{
	uint8_t start[14];
	chunk_key(start, run->id, w->unit, w->from);
	MDB_val k = val_of(start, sizeof start), v;
	/* The chunk before the first one that begins behind may hold the beginning. */
	int rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	bool exact = rc == 0 && k.mv_size == 14 && memcmp(k.mv_data, start, 14) == 0;
	if (!exact) {
		rc = mdb_cursor_get(c, &k, &v, rc == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
		if (rc == 0 && (k.mv_size != 14 || be32_get(k.mv_data) != run->id))
			rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
		else if (rc == MDB_NOTFOUND)
			rc = mdb_cursor_get(c, &k, &v, MDB_FIRST);
	}
	bool past = false;
	enum err e = ERR_OK;
	while (rc == 0 && e == ERR_OK && !past && k.mv_size == 14 && be32_get(k.mv_data) == run->id) {
		e = chunk_take(run, k, v, w, &past);
		rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	return e == ERR_OK && rc != 0 && rc != MDB_NOTFOUND ? store_lmdb_err(rc) : e;
}

enum err posting_read(struct view *v, uint32_t unit, uint64_t from, size_t max, uint64_t *ret, size_t *ret_n)
{
	*ret_n = 0;
	if (v->err != ERR_OK)
		return v->err;
	const struct index_env *x = &v->store->index;
	struct wanted w = {unit, from, v->as_of, max, 0, ret};
	struct runs rs;
	MDB_cursor *c = NULL;
	if (from > REV_MASK)
		return ERR_OK;
	enum err e = runs_get(x, view_mdb_txn(v), &rs);
	if (e == ERR_OK)
		e = store_lmdb_err(mdb_cursor_open(view_mdb_txn(v), x->tab[TABLE_POST], &c));
	for (size_t i = 0; e == ERR_OK && i < rs.n && w.n < max; i++) {
		if (rs.r[i].last >= from && rs.r[i].first <= v->as_of)
			e = run_take(c, &rs.r[i], &w);
	}
	if (c)
		mdb_cursor_close(c);
	free(rs.r);
	*ret_n = w.n;
	if (e != ERR_OK)
		v->err = e;
	return e;
}

/* One run being read from its beginning to its end. */
struct stream {
	MDB_cursor *cursor;
	const struct run *run;
	struct chunk_rd chunk;
	bool has;
};

static enum err stream_load(struct stream *s, MDB_cursor_op op, MDB_val *k)
{
	MDB_val v;
	int rc = mdb_cursor_get(s->cursor, k, &v, op);
	s->has = rc == 0 && k->mv_size == 14 && be32_get(k->mv_data) == s->run->id;
	if (rc != 0 && rc != MDB_NOTFOUND)
		return store_lmdb_err(rc);
	return s->has ? chunk_begin(&s->chunk, s->run, *k, v) : ERR_OK;
}

static enum err stream_next(struct stream *s)
{
	MDB_val k;
	chunk_next(&s->chunk);
	if (!rd_ok(&s->chunk.r))
		return ERR_CORRUPT;
	return s->chunk.has ? ERR_OK : stream_load(s, MDB_NEXT, &k);
}

enum err posting_each(const struct index_env *x, MDB_txn *txn, void (*each)(void *arg, struct pair p), void *arg)
{
	struct runs rs;
	enum err e = runs_get(x, txn, &rs);
	if (e != ERR_OK)
		return e;
	struct stream *s = mem_zero(rs.n, sizeof *s);
	for (size_t i = 0; e == ERR_OK && i < rs.n; i++) {
		uint8_t start[14];
		s[i].run = &rs.r[i];
		chunk_key(start, rs.r[i].id, 0, 0);
		MDB_val k = val_of(start, sizeof start);
		e = store_lmdb_err(mdb_cursor_open(txn, x->tab[TABLE_POST], &s[i].cursor));
		if (e == ERR_OK)
			e = stream_load(&s[i], MDB_SET_RANGE, &k);
	}
	while (e == ERR_OK) {
		struct stream *least = NULL; /* the oldest run among equals */
		for (size_t i = 0; i < rs.n; i++) {
			if (s[i].has && (!least || s[i].chunk.at.unit < least->chunk.at.unit))
				least = &s[i];
		}
		if (!least)
			break;
		uint32_t unit = least->chunk.at.unit;
		while (e == ERR_OK && least->has && least->chunk.at.unit == unit) {
			each(arg, least->chunk.at);
			e = stream_next(least);
		}
	}
	for (size_t i = 0; i < rs.n; i++) {
		if (s[i].cursor)
			mdb_cursor_close(s[i].cursor);
	}
	free(s);
	free(rs.r);
	return e;
}
