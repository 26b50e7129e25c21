/* SPDX-License-Identifier: Apache-2.0
 *
 * overlay.c - a hash map from (table, bucket of the key) to the few rows there.
 *
 * Rows come and go in order of position, so they are laid one behind the other into chunks and linked in that order:
 * forgetting what is indexed frees whole chunks from the front. Each bucket that loses rows is swept once a call, not
 * once a row, so that a bucket of many rows (all units of a kind) costs no more than its length.
 * The newest record can be added to and dropped again at the cost of its own rows: so a judge lays out what it has
 * decided so far.
 *
 * The map is open addressing, with one byte of each hash in an array of its own: a miss, which is what most look-ups of
 * a judge are, reads that one, and it stays in the processor's cache. The hash has a secret seed, since names and codes
 * are the senders' choice.
 */
#include "storage/overlay.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 << 10)
#define SPARE_MAX   64 /* chunks kept for reuse */
#define SLOTS_FIRST 1024u
#define FEW         2 /* rows that a bucket holds without an array of its own */

struct over_bucket {
	uint64_t hash;
	struct over_row **rows; /* few, or an array of `room` */
	uint32_t n, room;
	uint32_t prefix; /* bytes of the key that name the bucket */
	uint8_t tab;
	bool swept;               /* on the list of those to sweep */
	struct over_bucket *next; /* of those to sweep */
	struct over_row *few[FEW];
};

struct slot {
	uint64_t hash;
	struct over_bucket *bucket; /* NULL = empty */
};

struct chunk {
	struct chunk *next;
	size_t size, used;
	uint64_t seq;      /* ascending from front to back */
	uint64_t last_pos; /* of the newest record with a row in it */
	_Alignas(16) uint8_t data[];
};

struct record {
	uint64_t pos, rev;
	struct over_row *first, *last; /* NULL when it has no rows */
	struct chunk *back; /* the newest chunk when it began, its number (0: none) and what was used of it */
	uint64_t seq;
	size_t used;
};

struct overlay {
	struct slot *slots;
	uint8_t *tags;             /* of each slot: 0 = empty, else bits of its hash */
	size_t n_slots, n_buckets; /* slots: a power of two */
	uint64_t seed[2];
	struct chunk *front, *back, *spare;
	size_t n_spare;
	uint64_t chunks;        /* ever made */
	struct record *records; /* a ring: [from, from + n) modulo room, a power of two */
	size_t from, n, room;
	struct over_row *last; /* the newest row */
};

static void slots_new(struct overlay *o, size_t n);

struct overlay *overlay_new(void)
{
	struct overlay *o = mem_zero(1, sizeof *o);
	slots_new(o, SLOTS_FIRST);
	o->room = 256;
	o->records = mem_zero(o->room, sizeof *o->records);
	randombytes_buf(o->seed, sizeof o->seed);
	return o;
}

static void chunks_free(struct chunk *c)
{
	while (c) {
		struct chunk *next = c->next;
		free(c);
		c = next;
	}
}

struct overlay *overlay_free(struct overlay *o)
{
	if (!o)
		return NULL;
	for (size_t i = 0; i < o->n_slots; i++) {
		struct over_bucket *b = o->tags[i] ? o->slots[i].bucket : NULL;
		if (b && b->rows != b->few)
			free(b->rows);
		free(b);
	}
	chunks_free(o->front);
	chunks_free(o->spare);
	free(o->slots);
	free(o->tags);
	free(o->records);
	free(o);
	return NULL;
}

/* ---- the map ---------------------------------------------------------------------------------------------- */

__extension__ typedef unsigned __int128 wide;

static uint64_t mix(uint64_t a, uint64_t b)
{
	wide m = (wide)a * b;
	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* In the manner of wyhash: eight bytes a multiplication. */
static uint64_t hash_of(const struct overlay *o, enum table t, const uint8_t *p, size_t len)
{
	uint64_t h = o->seed[0] ^ (uint64_t)t << 56 ^ len, word;
	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		h = mix(h ^ word, o->seed[1] | 1);
	}
	word = 0;
	memcpy(&word, p, len);
	return mix(h ^ word ^ 0x9e3779b97f4a7c15u, o->seed[1] | 1);
}

static bool is_bucket(const struct over_bucket *b, enum table t, const uint8_t *prefix, size_t len)
{
	return b->tab == (uint8_t)t && b->prefix == len && memcmp(b->rows[0]->bytes, prefix, len) == 0;
}

static uint8_t tag_of(uint64_t hash)
{
	return (uint8_t)(hash >> 57 | 0x80);
}

/* The slot of a bucket, or the empty one where it would stand. */
static size_t slot_of(const struct overlay *o, uint64_t hash, enum table t, const uint8_t *prefix, size_t len)
{
	size_t mask = o->n_slots - 1, i = hash & mask;
	uint8_t tag = tag_of(hash);
	for (; o->tags[i]; i = (i + 1) & mask) {
		if (o->tags[i] == tag && o->slots[i].hash == hash && is_bucket(o->slots[i].bucket, t, prefix, len))
			break;
	}
	return i;
}

static void slot_set(struct overlay *o, size_t i, struct slot s)
{
	o->slots[i] = s;
	o->tags[i] = s.bucket ? tag_of(s.hash) : 0;
}

static void slots_new(struct overlay *o, size_t n)
{
	o->n_slots = n;
	o->slots = mem_alloc(n * sizeof *o->slots);
	o->tags = mem_zero(n, 1);
}

static void slots_move(struct overlay *o, size_t room)
{
	struct slot *old = o->slots;
	uint8_t *tags = o->tags;
	size_t n = o->n_slots;
	slots_new(o, room);
	for (size_t i = 0; i < n; i++) {
		if (!tags[i])
			continue;
		size_t at = old[i].hash & (o->n_slots - 1);
		while (o->tags[at])
			at = (at + 1) & (o->n_slots - 1);
		slot_set(o, at, old[i]);
	}
	free(old);
	free(tags);
}

/* After a burst the map gives back what it no longer needs. */
static void slots_shrink(struct overlay *o)
{
	size_t room = o->n_slots;
	while (room > SLOTS_FIRST && o->n_buckets * 16 < room)
		room /= 2;
	if (room < o->n_slots / 4)
		slots_move(o, room * 2);
}

static struct over_bucket *bucket_new(void)
{
	struct over_bucket *b = mem_alloc(sizeof *b);
	*b = (struct over_bucket){.rows = b->few, .room = FEW};
	return b;
}

/* Take an empty bucket out of the map; those behind it that it had pushed on move up. */
static void bucket_drop(struct overlay *o, struct over_bucket *b)
{
	size_t mask = o->n_slots - 1, hole = b->hash & mask;
	while (!o->tags[hole] || o->slots[hole].bucket != b)
		hole = (hole + 1) & mask;
	for (size_t i = (hole + 1) & mask; o->tags[i]; i = (i + 1) & mask) {
		size_t home = o->slots[i].hash & mask;
		if (((i - home) & mask) >= ((i - hole) & mask)) {
			slot_set(o, hole, o->slots[i]);
			hole = i;
		}
	}
	slot_set(o, hole, (struct slot){0});
	if (b->rows != b->few)
		free(b->rows);
	free(b);
	o->n_buckets--;
}

/* ---- rows ------------------------------------------------------------------------------------------------- */

static struct over_row *row_room(struct overlay *o, size_t len, uint64_t pos)
{
	size_t need = (sizeof(struct over_row) + len + 15) & ~(size_t)15;
	if (!o->back || o->back->size - o->back->used < need) {
		struct chunk *c = o->spare;
		if (c && need <= c->size) {
			o->spare = c->next;
			o->n_spare--;
		} else {
			size_t size = need > CHUNK_BYTES ? need : CHUNK_BYTES;
			c = mem_alloc(sizeof *c + size);
			c->size = size;
		}
		c->used = 0;
		c->next = NULL;
		c->seq = ++o->chunks;
		if (o->back)
			o->back->next = c;
		else
			o->front = c;
		o->back = c;
	}
	struct over_row *r = (struct over_row *)(void *)(o->back->data + o->back->used);
	o->back->used += need;
	o->back->last_pos = pos;
	return r;
}

/* Put a row into its place; a later row under the same key and revision stands before the earlier one. */
static void bucket_insert(struct over_bucket *b, struct over_row *r)
{
	if (b->n == b->room) {
		uint32_t room = b->room * 2;
		struct over_row **rows =
		    b->rows == b->few ? mem_alloc(room * sizeof *rows) : mem_grow(b->rows, room * sizeof *rows);
		if (b->rows == b->few)
			memcpy(rows, b->few, sizeof b->few);
		b->rows = rows;
		b->room = room;
	}
	size_t at = b->n;
	if (at > 0 && slice_cmp(over_key(b->rows[at - 1]), over_key(r)) >= 0)
		at = overlay_lower(b->rows, b->n, over_key(r)); /* newest first, and this is the newest */
	memmove(b->rows + at + 1, b->rows + at, (b->n - at) * sizeof *b->rows);
	b->rows[at] = r;
	b->n++;
}

struct adding {
	struct overlay *o;
	struct record *record;
	uint64_t rev;
};

static void add_row(void *arg, enum table t, struct slice key, struct slice val)
{
	struct adding *a = arg;
	struct overlay *o = a->o;
	if (t == TABLE_STRUCTURE)
		return;
	struct over_row *r = row_room(o, key.len + val.len, a->record->pos);
	*r = (struct over_row){.pos = a->record->pos,
			       .rev = table_versioned(t) ? a->rev : 0,
			       .key_len = (uint32_t)key.len,
			       .val_len = (uint32_t)val.len};
	memcpy(r->bytes, key.data, key.len);
	if (val.len)
		memcpy(r->bytes + key.len, val.data, val.len);
	size_t prefix = table_bucket(t, key);
	uint64_t hash = hash_of(o, t, r->bytes, prefix);
	size_t at = slot_of(o, hash, t, r->bytes, prefix);
	if (!o->tags[at] && (o->n_buckets + 1) * 2 > o->n_slots) {
		slots_move(o, o->n_slots * 2);
		at = slot_of(o, hash, t, r->bytes, prefix);
	}
	if (!o->tags[at]) {
		struct over_bucket *b = bucket_new();
		b->hash = hash;
		b->prefix = (uint32_t)prefix;
		b->tab = (uint8_t)t;
		slot_set(o, at, (struct slot){hash, b});
		o->n_buckets++;
	}
	r->bucket = o->slots[at].bucket;
	bucket_insert(r->bucket, r);
	if (o->last)
		o->last->next = r;
	o->last = r;
	if (!a->record->first)
		a->record->first = r;
	a->record->last = r;
}

static struct record *record_at(const struct overlay *o, size_t i)
{
	return &o->records[(o->from + i) & (o->room - 1)];
}

static struct record *record_push(struct overlay *o, uint64_t pos)
{
	if (o->n == o->room) {
		struct record *more = mem_zero(o->room * 2, sizeof *more);
		for (size_t i = 0; i < o->n; i++)
			more[i] = *record_at(o, i);
		free(o->records);
		o->records = more;
		o->from = 0;
		o->room *= 2;
	}
	struct record *r = record_at(o, o->n++);
	*r = (struct record){.pos = pos, .back = o->back};
	if (o->back) {
		r->seq = o->back->seq;
		r->used = o->back->used;
	}
	return r;
}

void overlay_add(struct overlay *o, const struct journal_record *rec, const struct fact *facts, size_t n_facts)
{
	ALWAYS(o->n == 0 || rec->pos >= record_at(o, o->n - 1)->pos);
	struct adding a = {o, record_push(o, rec->pos), rec->rev};
	a.record->rev = rec->rev;
	if (rec->kind == RECORD_MESSAGE)
		record_rows(rec->submitter, rec->id, rec->pos, rec->rev, add_row, &a);
	for (size_t i = 0; i < n_facts; i++)
		fact_rows(&facts[i], rec->rev, add_row, &a);
}

/* ---- forgetting ------------------------------------------------------------------------------------------- */

/* Sweep the buckets of the rows first..last: keep what lies behind `pos`. */
static void sweep(struct overlay *o, struct over_row *first, const struct over_row *last, uint64_t pos)
{
	struct over_bucket *list = NULL;
	for (struct over_row *r = first; r; r = r == last ? NULL : r->next) {
		if (!r->bucket->swept) {
			r->bucket->swept = true;
			r->bucket->next = list;
			list = r->bucket;
		}
	}
	while (list) {
		struct over_bucket *b = list;
		list = b->next;
		b->swept = false;
		uint32_t kept = 0;
		for (uint32_t i = 0; i < b->n; i++) {
			if (b->rows[i]->pos > pos)
				b->rows[kept++] = b->rows[i];
		}
		b->n = kept;
		if (kept == 0)
			bucket_drop(o, b);
	}
}

/* First and last row of the records [from, to). */
static bool rows_between(const struct overlay *o, size_t from, size_t to, struct over_row **first,
			 struct over_row **last)
{
	*first = *last = NULL;
	for (size_t i = from; i < to; i++) {
		const struct record *r = record_at(o, i);
		if (!r->first)
			continue;
		if (!*first)
			*first = r->first;
		*last = r->last;
	}
	return *first != NULL;
}

/* Free a chunk, or keep it for when one is needed. */
static void chunk_drop(struct overlay *o, struct chunk *c)
{
	if (c->size == CHUNK_BYTES && o->n_spare < SPARE_MAX) {
		c->next = o->spare;
		o->spare = c;
		o->n_spare++;
	} else {
		free(c);
	}
}

/* Give back the memory of `r`, the oldest record that goes, and of all behind it. Where the chunk that it began in is
 * gone, so is everything before it. */
static void chunks_back_to(struct overlay *o, const struct record *r, uint64_t pos)
{
	struct chunk *keep = r->seq && o->front && r->seq >= o->front->seq ? r->back : NULL;
	struct chunk *c = keep ? keep->next : o->front;
	while (c) {
		struct chunk *next = c->next;
		chunk_drop(o, c);
		c = next;
	}
	if (keep) {
		keep->next = NULL;
		keep->used = r->used;
		if (keep->last_pos > pos)
			keep->last_pos = pos;
	} else {
		o->front = NULL;
	}
	o->back = keep;
}

/* Take one row, of the newest ones, out of its bucket: under its key it stands first. */
static void row_drop(struct overlay *o, const struct over_row *r)
{
	struct over_bucket *b = r->bucket;
	size_t at = b->n - 1;
	if (b->rows[at] != r) {
		at = overlay_lower(b->rows, b->n, over_key(r));
		while (b->rows[at] != r)
			at++;
	}
	b->n--;
	memmove(b->rows + at, b->rows + at + 1, (b->n - at) * sizeof *b->rows);
	if (b->n == 0)
		bucket_drop(o, b);
}

void overlay_drop_after(struct overlay *o, uint64_t pos)
{
	size_t keep = o->n;
	while (keep > 0 && record_at(o, keep - 1)->pos > pos)
		keep--;
	if (keep == o->n)
		return;
	struct over_row *first, *last;
	if (rows_between(o, keep, o->n, &first, &last)) {
		for (const struct over_row *r = first; r; r = r == last ? NULL : r->next)
			row_drop(o, r);
	}
	chunks_back_to(o, record_at(o, keep), pos);
	o->n = keep;
	o->last = NULL;
	for (size_t i = keep; i > 0 && !o->last; i--)
		o->last = record_at(o, i - 1)->last;
	if (o->last)
		o->last->next = NULL;
}

void overlay_indexed(struct overlay *o, uint64_t pos)
{
	size_t gone = 0;
	while (gone < o->n && record_at(o, gone)->pos <= pos)
		gone++;
	struct over_row *first, *last;
	if (rows_between(o, 0, gone, &first, &last)) {
		sweep(o, first, last, pos);
		if (last == o->last)
			o->last = NULL;
	}
	o->from = (o->from + gone) & (o->room - 1);
	o->n -= gone;
	while (o->front && o->front->last_pos <= pos) {
		struct chunk *c = o->front;
		o->front = c->next;
		if (!o->front)
			o->back = NULL;
		chunk_drop(o, c);
	}
	slots_shrink(o);
}

size_t overlay_records(const struct overlay *o)
{
	return o->n;
}

/* ---- looking ---------------------------------------------------------------------------------------------- */

bool overlay_revision(const struct overlay *o, uint64_t rev, overlay_row_f *fn, void *arg)
{
	for (size_t i = o->n; i > 0; i--) {
		const struct record *rec = record_at(o, i - 1);
		if (rec->rev != rev)
			continue;
		for (const struct over_row *r = rec->first; r; r = r == rec->last ? NULL : r->next) {
			struct row row = {
			    .tab = (enum table)r->bucket->tab, .key = over_key(r), .val = over_val(r), .rev = rev};
			fn(arg, &row);
		}
		return true;
	}
	return false;
}

size_t overlay_lower(struct over_row *const *rows, size_t n, struct slice key)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (slice_cmp(over_key(rows[mid]), key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct over_row **overlay_bucket(const struct overlay *o, enum table t, struct slice key, size_t *ret_n)
{
	size_t prefix = table_bucket(t, key);
	ALWAYS(prefix <= key.len); /* a look-up names the whole bucket */
	size_t at = slot_of(o, hash_of(o, t, key.data, prefix), t, key.data, prefix);
	struct over_bucket *b = o->tags[at] ? o->slots[at].bucket : NULL;
	*ret_n = b ? b->n : 0;
	return b ? b->rows : NULL;
}
