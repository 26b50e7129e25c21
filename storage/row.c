/* SPDX-License-Identifier: Apache-2.0
 *
 * row.c - a fact becomes its rows, a row becomes its fact again (declared in table.h), both by the lists of fact.def.
 *
 * Rows are made by the hundred thousand in a fold, so keys and all but very long values are built on the stack.
 */
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "storage/table.h"

#define LINK_PART_OF 1  /* the wire's LinkType */
#define FIXED_MAX    96 /* bytes of a value without its texts */

/* A key and a value under construction. */
struct kv {
	struct buf key, val;
	uint64_t rev;
	row_emit_f *emit;
	void *arg;
	struct slice folded; /* of a name: its folded form */
	char folded_room[TEXT_FOLD_MAX + 1];
	uint8_t key_room[KEY_MAX + 1], val_room[512];
};

static void kv_begin(struct kv *kv, uint64_t rev, row_emit_f *emit, void *arg)
{
	kv->key = (struct buf){kv->key_room, 0, sizeof kv->key_room};
	kv->val = (struct buf){kv->val_room, 0, sizeof kv->val_room};
	kv->rev = rev;
	kv->emit = emit;
	kv->arg = arg;
}

static void kv_end(struct kv *kv)
{
	ALWAYS(kv->key.data == kv->key_room); /* it never outgrew the stack */
	if (kv->val.data != kv->val_room)
		free(kv->val.data);
}

static void kv_emit(struct kv *kv, enum table t)
{
	kv->emit(kv->arg, t, buf_view(&kv->key), buf_view(&kv->val));
}

/* The revision changed how units hang together. */
static void emit_structure(struct kv *kv)
{
	buf_clear(&kv->key);
	buf_clear(&kv->val);
	buf_be48(&kv->key, kv->rev);
	kv_emit(kv, TABLE_STRUCTURE);
}

/* ---- facts to rows ---------------------------------------------------------------------------------------- */

static struct buf *start(struct buf *b)
{
	buf_clear(b);
	return b;
}

static void add_day(struct buf *b, int32_t day)
{
	buf_be32(b, (uint32_t)day ^ 0x80000000u);
}

static void add_from(struct buf *b, const struct when *from)
{
	add_day(b, from->precision == WHEN_NONE ? WHEN_DAY_MIN : from->lo);
}

/* A text of a key or a value; a value that would outgrow the stack moves to the heap. */
static void add_text(struct kv *kv, struct buf *b, struct slice s)
{
	size_t need = b->len + s.len + FIXED_MAX;
	if (b->data == kv->val_room && need > sizeof kv->val_room) {
		uint8_t *heap = mem_alloc(need);
		memcpy(heap, b->data, b->len);
		*b = (struct buf){heap, b->len, need};
	}
	buf_put(b, s.data, s.len);
}

static void add_key_text(struct buf *b, struct slice s)
{
	ALWAYS(s.len <= KEY_TEXT_MAX);
	buf_put(b, s.data, s.len);
	buf_u8(b, 0);
}

/* A text's folded form for keys. What cannot be folded is kept under the empty name: the fold never judges. */
static size_t fold_text(struct slice text, char ret[TEXT_FOLD_MAX + 1])
{
	char small[512];
	char *copy = text.len < sizeof small ? small : mem_alloc(text.len + 1);
	if (text.len)
		memcpy(copy, text.data, text.len);
	copy[text.len] = 0;
	size_t len = 0;
	if (text_fold(copy, ret, &len) != ERR_OK)
		len = 0;
	if (copy != small)
		free(copy);
	return len;
}

static void emit_rows(struct kv *kv, const struct fact *fact)
{
	struct buf *b;
	switch (fact->kind) {
/* clang-format off */
#define FACT(KIND, member, fields) case FACT_##KIND: { const struct fact_##member *f = &fact->member;
#define END_FACT                   return; }
#define ROW(KIND, member, TABLE, key_fields, value_fields)                                                             \
	b = start(&kv->key); key_fields                                                                                \
	b = start(&kv->val); value_fields                                                                              \
	kv_emit(kv, TABLE_##TABLE);
#define ROWS(KIND, member, TABLE, key_fields, OTHER, other_key_fields, value_fields)                                   \
	ROW(KIND, member, TABLE, key_fields, value_fields)                                                             \
	b = start(&kv->key); other_key_fields                                                                          \
	kv_emit(kv, TABLE_##OTHER);
#define STRUCTURE(whether) if (whether) emit_structure(kv);
#define U8(x)       buf_u8(b, f->x);
#define BOOL(x)     buf_u8(b, f->x);
#define U16(x)      buf_be16(b, f->x);
#define U32(x)      buf_be32(b, f->x);
#define I32(x)      buf_be32(b, (uint32_t)f->x);
#define I64(x)      buf_be64(b, (uint64_t)f->x);
#define DAY(x)      add_day(b, f->x);
#define STATE(x)    buf_u8(b, (uint8_t)f->x);
#define SPACE(x)    buf_u8(b, (uint8_t)f->x);
#define WHEN(x)     when_put(b, &f->x);
#define SLICE(x)    buf_varint(b, f->x.len); add_text(kv, b, f->x);
#define KEY_TEXT(x) add_key_text(b, f->x);
#define REST(x)     add_text(kv, b, f->x);
#define FROM        add_from(b, &f->from);
#define FOLDED      add_key_text(b, kv->folded);
#define REV         buf_be48(b, kv->rev);
#define ZERO        buf_u8(b, 0);
/* clang-format on */
#include "storage/fact.def"
	}
	err_never(__FILE__, __LINE__, "a fact of a known kind");
}

void fact_rows(const struct fact *f, uint64_t rev, row_emit_f *emit, void *arg)
{
	struct kv kv;
	kv_begin(&kv, rev, emit, arg);
	if (f->kind == FACT_NAME)
		kv.folded = (struct slice){kv.folded_room, fold_text(f->name.text, kv.folded_room)};
	emit_rows(&kv, f);
	kv_end(&kv);
}

void record_rows(uint32_t submitter, const uint8_t id[16], uint64_t pos, uint64_t rev, row_emit_f *emit, void *arg)
{
	struct kv kv;
	kv_begin(&kv, rev, emit, arg);
	key_submission(&kv.key, submitter, id);
	buf_be64(&kv.val, pos);
	buf_be48(&kv.val, rev);
	kv_emit(&kv, TABLE_ID);
	kv_end(&kv);
}

/* ---- and back --------------------------------------------------------------------------------------------- */

static int32_t got_day(struct rd *r)
{
	return (int32_t)(rd_be32(r) ^ 0x80000000u);
}

/* All that is left. */
static struct slice got_rest(struct rd *r)
{
	return rd_bytes(r, (size_t)(r->end - r->p));
}

/* A text up to its 0 byte. */
static struct slice got_key_text(struct rd *r)
{
	const uint8_t *zero = r->p < r->end ? memchr(r->p, 0, (size_t)(r->end - r->p)) : NULL;
	if (!zero) {
		rd_spoil(r);
		return (struct slice){0};
	}
	struct slice s = rd_bytes(r, (size_t)(zero - r->p));
	rd_u8(r);
	return s;
}

enum err row_fact(const struct row *row, struct fact *ret)
{
	struct rd k = rd_of(row->key), v = rd_of(row->val), *r;
	*ret = (struct fact){0};
	switch (row->tab) {
/* clang-format off */
#define FACT(KIND, member, fields)
#define END_FACT
#define ROW(KIND, member, TABLE, key_fields, value_fields)                                                             \
	case TABLE_##TABLE: {                                                                                          \
		struct fact_##member *f = &ret->member;                                                                \
		ret->kind = FACT_##KIND;                                                                               \
		r = &k; key_fields                                                                                     \
		r = &v; value_fields                                                                                   \
		return rd_done(&k) && rd_done(&v) ? ERR_OK : ERR_CORRUPT;                                              \
	}
#define ROWS(KIND, member, TABLE, key_fields, OTHER, other_key_fields, value_fields)                                   \
	ROW(KIND, member, TABLE, key_fields, value_fields)                                                             \
	ROW(KIND, member, OTHER, other_key_fields, value_fields)
#define STRUCTURE(whether)
#define U8(x)       f->x = rd_u8(r);
#define BOOL(x)     f->x = rd_u8(r) != 0;
#define U16(x)      f->x = rd_be16(r);
#define U32(x)      f->x = rd_be32(r);
#define I32(x)      f->x = (int32_t)rd_be32(r);
#define I64(x)      f->x = (int64_t)rd_be64(r);
#define DAY(x)      f->x = got_day(r);
#define STATE(x)    f->x = fact_get_state(r);
#define SPACE(x)    f->x = fact_get_space(r);
#define WHEN(x)     f->x = when_get(r);
#define SLICE(x)    f->x = rd_slice(r);
#define KEY_TEXT(x) f->x = got_key_text(r);
#define REST(x)     f->x = got_rest(r);
#define FROM        rd_be32(r);
#define FOLDED      got_key_text(r);
#define REV         rd_be48(r);
#define ZERO        rd_u8(r);
/* clang-format on */
#include "storage/fact.def"
	case TABLE_META:
	case TABLE_ID:
	case TABLE_STRUCTURE:
	case TABLE_POST:
	case TABLE_COUNT:
		break;
	}
	return ERR_INVALID;
}
