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
void buf_clear(struct buf *b);           /* len = 0, room kept */
void *buf_take(struct buf *b, size_t n); /* n bytes at the end, for the caller to fill */
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

struct rd {
	const uint8_t *p, *end;
	bool bad;
};
struct rd rd_of(struct slice s);
bool rd_ok(const struct rd *r);   /* nothing ran short so far */
bool rd_done(const struct rd *r); /* ok, and all bytes read */
uint8_t rd_u8(struct rd *r);
uint16_t rd_be16(struct rd *r);
uint32_t rd_be32(struct rd *r);
uint64_t rd_be48(struct rd *r);
uint64_t rd_be64(struct rd *r);
uint64_t rd_varint(struct rd *r);
int64_t rd_zigzag(struct rd *r);
struct slice rd_slice(struct rd *r);           /* varint length, then that many bytes; borrowed */
struct slice rd_bytes(struct rd *r, size_t n); /* borrowed */

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
