/* SPDX-License-Identifier: Apache-2.0
 *
 * codec_encode.c - plain structs → bytes.
 *
 * The wire is written directly by the tables: the library would need a second set of structs built first and computes
 * every nested length twice. A test packs the same messages with the library and compares the bytes.
 */
#include <string.h>
#include "proto/codec.h"
#include "proto/codec_map.h"

enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };

static inline size_t varint_write(uint8_t *p, uint64_t v)
{
	size_t n = 0;
	if (v < 0x80) { /* most are */
		*p = (uint8_t)v;
		return 1;
	}
	for (; v >= 0x80; v >>= 7)
		p[n++] = (uint8_t)(v | 0x80);
	p[n++] = (uint8_t)v;
	return n;
}

/* Where the next n bytes may go. */
static uint8_t *room_for(struct buf *out, size_t n)
{
	if (out->room - out->len < n) {
		buf_take(out, n);
		out->len -= n;
	}
	return out->data + out->len;
}

static void put_varint(struct buf *out, uint64_t v)
{
	out->len += varint_write(room_for(out, 10), v);
}

static void put_scalar(struct buf *out, uint32_t id, uint64_t v)
{
	uint8_t *p = room_for(out, 20);
	size_t n = varint_write(p, (uint64_t)id << 3 | WIRE_VARINT);
	out->len += n + varint_write(p + n, v);
}

static void put_bytes(struct buf *out, uint32_t id, struct slice s)
{
	uint8_t *p = room_for(out, 20 + s.len);
	size_t n = varint_write(p, (uint64_t)id << 3 | WIRE_BYTES);
	n += varint_write(p + n, s.len);
	if (s.len)
		memcpy(p + n, s.data, s.len);
	out->len += n + s.len;
}

/* A length that is known only afterwards: one byte is kept for it, and moved if it turns out to need more. */
size_t codec_open(struct buf *out, unsigned field)
{
	uint8_t *p = room_for(out, 11);
	out->len += varint_write(p, (uint64_t)field << 3 | WIRE_BYTES) + 1;
	return out->len;
}

void codec_close(struct buf *out, size_t start)
{
	uint8_t length[10];
	size_t len = out->len - start, n = varint_write(length, len);
	if (n > 1) {
		buf_take(out, n - 1);
		memmove(out->data + start + n - 1, out->data + start, len);
	}
	memcpy(out->data + start - 1, length, n);
}

/* An enum travels as an int32, that is sign-extended. */
static uint64_t code_at(const char *p)
{
	int number;
	memcpy(&number, p, sizeof number);
	return (uint64_t)(int64_t)number;
}

static void put_message(struct buf *out, const struct codec_map *m, const char *in);

static void put_sub(struct buf *out, const struct codec_slot *s, const char *sub)
{
	size_t start = codec_open(out, s->id);
	put_message(out, s->sub, sub);
	codec_close(out, start);
}

static void put_repeated(struct buf *out, const struct codec_slot *s, const char *in)
{
	size_t n;
	const char *list;
	memcpy(&n, in + s->count_off, sizeof n);
	memcpy(&list, in + s->off, sizeof list);
	if (s->kind == MSG_CODES && s->packed && n > 0) {
		size_t start = codec_open(out, s->id);
		for (size_t i = 0; i < n; i++)
			put_varint(out, code_at(list + i * sizeof(int)));
		codec_close(out, start);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (s->kind == MSG_TEXTS) {
			const char *text;
			memcpy(&text, list + i * sizeof text, sizeof text);
			put_bytes(out, s->id, slice_text(text));
		} else if (s->kind == MSG_SUBS) {
			put_sub(out, s, list + i * s->sub->type->size);
		} else {
			put_varint(out, (uint64_t)s->id << 3 | WIRE_VARINT);
			put_varint(out, code_at(list + i * sizeof(int)));
		}
	}
}

static void put_field(struct buf *out, const struct codec_slot *s, const char *in)
{
	switch (s->kind) {
	case MSG_TEXT: {
		const char *text;
		memcpy(&text, in + s->off, sizeof text);
		if (*text)
			put_bytes(out, s->id, (struct slice){text, strlen(text)});
		return;
	}
	case MSG_BYTES: {
		struct slice bytes;
		memcpy(&bytes, in + s->off, sizeof bytes);
		put_bytes(out, s->id, bytes);
		return;
	}
	case MSG_U32: {
		uint32_t v;
		memcpy(&v, in + s->off, sizeof v);
		put_scalar(out, s->id, v);
		return;
	}
	case MSG_U64: {
		uint64_t v;
		memcpy(&v, in + s->off, sizeof v);
		put_scalar(out, s->id, v);
		return;
	}
	case MSG_S64: {
		int64_t v;
		memcpy(&v, in + s->off, sizeof v);
		put_scalar(out, s->id, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
		return;
	}
	case MSG_BOOL: {
		bool v;
		memcpy(&v, in + s->off, sizeof v);
		put_scalar(out, s->id, v);
		return;
	}
	case MSG_CODE:
		put_scalar(out, s->id, code_at(in + s->off));
		return;
	case MSG_TEXTS:
	case MSG_CODES:
	case MSG_SUBS:
		put_repeated(out, s, in);
		return;
	case MSG_SUB:
	case MSG_ALT: {
		const char *sub;
		memcpy(&sub, in + s->off, sizeof sub);
		put_sub(out, s, sub);
		return;
	}
	}
}

/* Is nothing said there? Most fields of most messages are not. */
static bool is_zero(const char *p, size_t width)
{
	uint64_t eight;
	uint32_t four;
	if (width == sizeof eight) {
		memcpy(&eight, p, sizeof eight);
		return eight == 0;
	}
	if (width == sizeof four) {
		memcpy(&four, p, sizeof four);
		return four == 0;
	}
	return *p == 0;
}

static void put_message(struct buf *out, const struct codec_map *m, const char *in)
{
	for (const struct codec_slot *s = m->slots, *end = s + m->type->count; s < end; s++)
		if (!is_zero(in + s->said_off, s->said_width))
			put_field(out, s, in);
}

void codec_encode(const struct msg_type *type, const void *msg, struct buf *out)
{
	put_message(out, codec_map_of(type), msg);
}

unsigned codec_field(const struct msg_type *type, const char *field)
{
	const struct codec_slot *s = codec_map_of(type)->slots, *end = s + type->count;
	while (s < end && strcmp(s->name, field) != 0)
		s++;
	ALWAYS(s < end);
	return s->id;
}

void codec_embed_head(struct buf *out, unsigned field, size_t len)
{
	put_varint(out, (uint64_t)field << 3 | WIRE_BYTES);
	put_varint(out, len);
}

void codec_embed(struct buf *out, unsigned field, struct slice bytes)
{
	put_bytes(out, field, bytes);
}
