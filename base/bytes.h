/* SPDX-License-Identifier: Apache-2.0
 *
 * bytes.h - borrowed bytes, a growing buffer, and a reader that cannot overrun.
 *
 * Numbers are big-endian, so that keys sort as numbers. Varints are LEB128 as in protobuf.
 * Errors stick: a reader that ran short returns zeros and rd_ok() is false at the end.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const void *data;
	size_t len;
};
struct slice slice_text(const char *text);     /* without its NUL; NULL gives an empty slice */
int slice_cmp(struct slice a, struct slice b); /* memcmp order, a prefix sorts first */
bool slice_eq(struct slice a, struct slice b);

/* A heap buffer. {0} is empty and valid. */
struct buf {
	uint8_t *data;
	size_t len, room;
};
void buf_free(struct buf *b);
void buf_clear(struct buf *b);          /* len = 0, room kept */
void buf_more(struct buf *b, size_t n); /* for buf_take() alone: room for n bytes more */
/* n bytes at the end, for the caller to fill */
static inline void *buf_take(struct buf *b, size_t n)
{
	if (!b->data || b->room - b->len < n)
		buf_more(b, n);
	void *p = b->data + b->len;
	b->len += n;
	return p;
}
void buf_put(struct buf *b, const void *data, size_t len);
void buf_u8(struct buf *b, uint8_t v);
void buf_be16(struct buf *b, uint16_t v);
void buf_be32(struct buf *b, uint32_t v);
void buf_be48(struct buf *b, uint64_t v);
void buf_be64(struct buf *b, uint64_t v);
void buf_varint(struct buf *b, uint64_t v);
void buf_zigzag(struct buf *b, int64_t v);
void buf_slice(struct buf *b, struct slice s); /* varint length, then the bytes */
struct slice buf_view(const struct buf *b);    /* valid until the next change of `b` */
#define AUTO_BUF __attribute__((cleanup(buf_free)))

/* Fixed places in keys and headers. */
static inline void be16_put(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}
static inline void be32_put(uint8_t *p, uint32_t v)
{
	be16_put(p, (uint16_t)(v >> 16));
	be16_put(p + 2, (uint16_t)v);
}
static inline void be48_put(uint8_t *p, uint64_t v)
{
	be16_put(p, (uint16_t)(v >> 32));
	be32_put(p + 2, (uint32_t)v);
}
static inline void be64_put(uint8_t *p, uint64_t v)
{
	be32_put(p, (uint32_t)(v >> 32));
	be32_put(p + 4, (uint32_t)v);
}
static inline uint16_t be16_get(const uint8_t *p)
{
	return (uint16_t)((uint16_t)p[0] << 8 | p[1]);
}
static inline uint32_t be32_get(const uint8_t *p)
{
	return (uint32_t)be16_get(p) << 16 | be16_get(p + 2);
}
static inline uint64_t be48_get(const uint8_t *p)
{
	return (uint64_t)be16_get(p) << 32 | be32_get(p + 2);
}
static inline uint64_t be64_get(const uint8_t *p)
{
	return (uint64_t)be32_get(p) << 32 | be32_get(p + 4);
}

/* The reader. */
struct rd {
	const uint8_t *p, *end;
	bool bad;
};
static inline struct rd rd_of(struct slice s)
{
	static const uint8_t nothing[1];
	const uint8_t *p = s.data ? s.data : nothing;
	return (struct rd){p, p + (s.data ? s.len : 0), false};
}
/* Nothing ran short so far. */
static inline bool rd_ok(const struct rd *r)
{
	return !r->bad;
}
/* Ok, and all bytes read. */
static inline bool rd_done(const struct rd *r)
{
	return !r->bad && r->p == r->end;
}
/* What was read cannot be: as if it had run short. */
static inline void rd_spoil(struct rd *r)
{
	r->bad = true;
	r->p = r->end;
}
/* For rd_…() alone: the next n bytes, or NULL and spoilt. */
static inline const uint8_t *rd_need(struct rd *r, size_t n)
{
	if ((size_t)(r->end - r->p) < n) {
		rd_spoil(r);
		return NULL;
	}
	const uint8_t *p = r->p;
	r->p += n;
	return p;
}
static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_need(r, 1);
	return p ? *p : 0;
}
static inline uint16_t rd_be16(struct rd *r)
{
	const uint8_t *p = rd_need(r, 2);
	return p ? be16_get(p) : 0;
}
static inline uint32_t rd_be32(struct rd *r)
{
	const uint8_t *p = rd_need(r, 4);
	return p ? be32_get(p) : 0;
}
static inline uint64_t rd_be48(struct rd *r)
{
	const uint8_t *p = rd_need(r, 6);
	return p ? be48_get(p) : 0;
}
static inline uint64_t rd_be64(struct rd *r)
{
	const uint8_t *p = rd_need(r, 8);
	return p ? be64_get(p) : 0;
}
uint64_t rd_varint_long(struct rd *r); /* for rd_varint() alone: of more than one byte */
static inline uint64_t rd_varint(struct rd *r)
{
	return r->p < r->end && *r->p < 0x80 ? *r->p++ : rd_varint_long(r); /* most are one byte */
}
static inline int64_t rd_zigzag(struct rd *r)
{
	uint64_t v = rd_varint(r);
	return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}
struct slice rd_slice(struct rd *r); /* varint length, then that many bytes; borrowed */
/* Borrowed. */
static inline struct slice rd_bytes(struct rd *r, size_t n)
{
	const uint8_t *p = rd_need(r, n);
	return p ? (struct slice){p, n} : (struct slice){NULL, 0};
}
