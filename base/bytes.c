/* SPDX-License-Identifier: Apache-2.0
 *
 * bytes.c - the buffer grows by doubling; the reader, once short, jumps to its end and stays there,
 * so that every later read runs short too and callers check once.
 */
#include "base/bytes.h"
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/mem.h"

struct slice slice_text(const char *text)
{
	return (struct slice){text, text ? strlen(text) : 0};
}

int slice_cmp(struct slice a, struct slice b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int d = common ? memcmp(a.data, b.data, common) : 0;
	return d ? d : (a.len > b.len) - (a.len < b.len);
}

bool slice_eq(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
	b->len = 0;
}

void buf_more(struct buf *b, size_t n)
{
	ALWAYS(n <= SIZE_MAX / 4 && b->len <= SIZE_MAX / 4);
	size_t room = b->room ? b->room : 64;
	while (room < b->len + n)
		room *= 2;
	b->data = mem_grow(b->data, room);
	b->room = room;
}

void buf_put(struct buf *b, const void *data, size_t len)
{
	if (len)
		memcpy(buf_take(b, len), data, len);
}

void buf_u8(struct buf *b, uint8_t v)
{
	*(uint8_t *)buf_take(b, 1) = v;
}

void buf_be16(struct buf *b, uint16_t v)
{
	be16_put(buf_take(b, 2), v);
}

void buf_be32(struct buf *b, uint32_t v)
{
	be32_put(buf_take(b, 4), v);
}

void buf_be48(struct buf *b, uint64_t v)
{
	ALWAYS(v >> 48 == 0); /* a key cut short would sort elsewhere */
	be48_put(buf_take(b, 6), v);
}

void buf_be64(struct buf *b, uint64_t v)
{
	be64_put(buf_take(b, 8), v);
}

void buf_varint(struct buf *b, uint64_t v)
{
	uint8_t bytes[10];
	size_t n = 0;
	while (v >= 0x80) {
		bytes[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	bytes[n++] = (uint8_t)v;
	memcpy(buf_take(b, n), bytes, n);
}

void buf_zigzag(struct buf *b, int64_t v)
{
	buf_varint(b, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

void buf_slice(struct buf *b, struct slice s)
{
	buf_varint(b, s.len);
	buf_put(b, s.data, s.len);
}

struct slice buf_view(const struct buf *b)
{
	return (struct slice){b->data, b->len};
}

uint64_t rd_varint_long(struct rd *r)
{
	uint64_t v = 0;
	const uint8_t *p = r->p;
	for (unsigned shift = 0; shift < 64 && p < r->end; shift += 7, p++) {
		if (shift == 63 && *p > 1)
			break; /* more than 64 bits */
		v |= (uint64_t)(*p & 0x7f) << shift;
		if (*p < 0x80) {
			r->p = p + 1;
			return v;
		}
	}
	rd_spoil(r);
	return 0;
}

struct slice rd_slice(struct rd *r)
{
	uint64_t len = rd_varint(r);
	if (len > (size_t)(r->end - r->p)) {
		rd_spoil(r);
		len = 0;
	}
	return rd_bytes(r, (size_t)len);
}
