/* SPDX-License-Identifier: Apache-2.0
 *
 * batch.c - rows are sorted before they are put, since random pages are what an index costs.
 *
 * Keys of a table in a batch share their beginning, so the eight bytes behind the shared part nearly always decide.
 * They are sorted by radix; only runs of equals are compared in full. The sort is stable: of rows with one key the last
 * stays.
 */
#include "storage/batch.h"
#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES 6 /* before each row: key length 2, value length 4 */

struct entry {
	uint64_t word; /* eight bytes of the key behind `common` */
	uint64_t at;   /* in bytes */
};

struct rows {
	struct buf bytes;
	struct entry *e;
	size_t n, room, common;
};

struct batch {
	struct rows tab[TABLE_COUNT];
	struct entry *scratch;
	size_t scratch_room, total;
};

struct batch *batch_new(void)
{
	return mem_zero(1, sizeof(struct batch));
}

struct batch *batch_free(struct batch *b)
{
	if (!b)
		return NULL;
	for (int t = 0; t < TABLE_COUNT; t++) {
		buf_free(&b->tab[t].bytes);
		free(b->tab[t].e);
	}
	free(b->scratch);
	free(b);
	return NULL;
}

void batch_clear(struct batch *b)
{
	for (int t = 0; t < TABLE_COUNT; t++) {
		buf_clear(&b->tab[t].bytes);
		b->tab[t].n = 0;
	}
	b->total = 0;
}

size_t batch_rows(const struct batch *b)
{
	return b->total;
}

static struct slice key_at(const struct rows *r, uint64_t at)
{
	const uint8_t *p = r->bytes.data + at;
	return (struct slice){p + HEAD_BYTES, be16_get(p)};
}

static struct slice val_at(const struct rows *r, uint64_t at)
{
	const uint8_t *p = r->bytes.data + at;
	return (struct slice){p + HEAD_BYTES + be16_get(p), be32_get(p + 2)};
}

void batch_add(struct batch *b, enum table t, struct slice key, struct slice val, uint64_t rev)
{
	struct rows *r = &b->tab[t];
	size_t key_len = key.len + (table_versioned(t) ? 6 : 0);
	ALWAYS(key_len <= KEY_MAX && val.len <= INT32_MAX);
	if (r->n == r->room) {
		r->room = r->room ? r->room * 2 : 256;
		r->e = mem_grow(r->e, r->room * sizeof *r->e);
	}
	uint64_t at = r->bytes.len;
	uint8_t *p = buf_take(&r->bytes, HEAD_BYTES + key_len + val.len);
	be16_put(p, (uint16_t)key_len);
	be32_put(p + 2, (uint32_t)val.len);
	p += HEAD_BYTES;
	memcpy(p, key.data, key.len);
	if (table_versioned(t))
		rev_put(p + key.len, rev);
	if (val.len)
		memcpy(p + key_len, val.data, val.len);
	struct slice first = key_at(r, 0);
	if (r->n == 0)
		r->common = key_len;
	if (r->common > key_len)
		r->common = key_len;
	if (memcmp(first.data, p, r->common) != 0) {
		size_t same = 0;
		while (((const uint8_t *)first.data)[same] == p[same])
			same++;
		r->common = same;
	}
	r->e[r->n++].at = at;
	b->total++;
}

static uint64_t word_of(struct slice key, size_t from)
{
	uint8_t bytes[8] = {0};
	size_t n = key.len - from < 8 ? key.len - from : 8;
	memcpy(bytes, (const uint8_t *)key.data + from, n);
	return be64_get(bytes);
}

/* Stable, least byte first; bytes that are the same everywhere cost one counting. */
static void radix_sort(struct entry **a, struct entry **scratch, size_t n)
{
	size_t count[8][256];
	memset(count, 0, sizeof count);
	for (size_t i = 0; i < n; i++) {
		uint64_t w = (*a)[i].word;
		for (unsigned byte = 0; byte < 8; byte++)
			count[byte][w >> (8 * byte) & 0xff]++;
	}
	for (unsigned byte = 0; byte < 8; byte++) {
		size_t *c = count[byte], sum = 0;
		if (c[(*a)[0].word >> (8 * byte) & 0xff] == n)
			continue;
		for (unsigned v = 0; v < 256; v++) {
			size_t here = c[v];
			c[v] = sum;
			sum += here;
		}
		for (size_t i = 0; i < n; i++)
			(*scratch)[c[(*a)[i].word >> (8 * byte) & 0xff]++] = (*a)[i];
		struct entry *swap = *a;
		*a = *scratch;
		*scratch = swap;
	}
}

struct tie {
	const struct rows *rows;
	struct entry e;
};

static int tie_cmp(const void *a, const void *b)
{
	const struct tie *x = a, *y = b;
	int d = slice_cmp(key_at(x->rows, x->e.at), key_at(y->rows, y->e.at));
	return d ? d : (x->e.at > y->e.at) - (x->e.at < y->e.at);
}

/* Entries [0, n) have the same word: order them by their whole keys. */
static void sort_ties(const struct rows *r, struct entry *e, size_t n)
{
	struct tie few[16], *t = n <= 16 ? few : mem_alloc(n * sizeof *t);
	for (size_t i = 0; i < n; i++)
		t[i] = (struct tie){r, e[i]};
	qsort(t, n, sizeof *t, tie_cmp);
	for (size_t i = 0; i < n; i++)
		e[i] = t[i].e;
	if (t != few)
		free(t);
}

static void sort_rows(struct batch *b, struct rows *r)
{
	if (b->scratch_room < r->room) {
		b->scratch = mem_grow(b->scratch, r->room * sizeof *b->scratch);
		b->scratch_room = r->room;
	}
	for (size_t i = 0; i < r->n; i++)
		r->e[i].word = word_of(key_at(r, r->e[i].at), r->common);
	size_t room = r->room;
	struct entry *before = r->e;
	radix_sort(&r->e, &b->scratch, r->n);
	if (r->e != before) { /* the two changed places */
		r->room = b->scratch_room;
		b->scratch_room = room;
	}
	for (size_t i = 0, end; i < r->n; i = end) {
		for (end = i + 1; end < r->n && r->e[end].word == r->e[i].word;)
			end++;
		if (end - i > 1)
			sort_ties(r, r->e + i, end - i);
	}
}

static int put_rows(struct batch *b, const struct index_env *x, MDB_txn *txn, enum table t)
{
	struct rows *r = &b->tab[t];
	sort_rows(b, r);
	MDB_cursor *c;
	int rc = mdb_cursor_open(txn, x->tab[t], &c);
	if (rc != 0)
		return rc;
	uint8_t last[KEY_MAX];
	size_t last_len = 0;
	MDB_val k, v;
	rc = mdb_cursor_get(c, &k, &v, MDB_LAST);
	if (rc == 0) {
		last_len = k.mv_size;
		memcpy(last, k.mv_data, k.mv_size);
	}
	bool append = rc == MDB_NOTFOUND;
	if (rc == MDB_NOTFOUND)
		rc = 0;
	for (size_t i = 0; rc == 0 && i < r->n; i++) {
		struct slice key = key_at(r, r->e[i].at), val = val_at(r, r->e[i].at);
		if (i + 1 < r->n && r->e[i + 1].word == r->e[i].word && slice_eq(key, key_at(r, r->e[i + 1].at)))
			continue; /* the next one replaces it */
		if (!append && slice_cmp(key, (struct slice){last, last_len}) > 0)
			append = true;
		k = val_of(key.data, key.len);
		v = val_of(val.data, val.len);
		rc = mdb_cursor_put(c, &k, &v, append ? MDB_APPEND : 0);
	}
	mdb_cursor_close(c);
	return rc;
}

int batch_put(struct batch *b, const struct index_env *x, MDB_txn *txn)
{
	int rc = 0;
	for (int t = 0; rc == 0 && t < TABLE_COUNT; t++) {
		if (b->tab[t].n)
			rc = put_rows(b, x, txn, (enum table)t);
	}
	return rc;
}
