/* SPDX-License-Identifier: Apache-2.0
 *
 * codec.c - bytes → plain structs, by the tables of msg.def and the descriptors that protoc-c generated.
 *
 * The happy path: protobuf-c unpacks into the arena, and one walk over its structs checks and copies them into plain
 * ones. Texts, bytes and arrays of scalars are not copied again: the plain struct borrows what the library put into the
 * arena. Nothing is ever freed singly, so protobuf_c_message_free_unpacked() is not called.
 *
 * Possible failures: the bytes are no message (the library returns NULL), the arena's cap is reached (its
 * allocator remembers it), or the walk finds a fault; faults are collected to the end, the others end it at once.
 *
 * How wide is a text? The library hands out `char *` and forgets the length, so a text with a NUL inside would be cut
 * there in silence. The allocator therefore keeps the size that was asked for in front of each block; the library asks
 * for length + 1 bytes for a text.
 */
#include "proto/codec.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "proto/codec_map.h"
#include "proto/varde.pb-c.h"

#define HEAD           8 /* bytes in front of a block: the size asked for; keeps 8-byte alignment */
#define PATH_MAX_BYTES 512
#define NO_INDEX       SIZE_MAX

/* ---- the allocator that the library sees ---- */

struct pool {
	struct arena *arena;
	bool over; /* the cap was reached */
};

static void *pool_take(struct pool *p, size_t len)
{
	void *block = arena_try(p->arena, len);
	if (!block)
		p->over = true;
	return block;
}

static void *pool_alloc(void *data, size_t len)
{
	char *block = pool_take(data, len + HEAD);
	if (!block)
		return NULL;
	memcpy(block, &len, sizeof len);
	return block + HEAD;
}
_Static_assert(sizeof(size_t) <= HEAD, "the size fits in front of a block");

/* The arena goes as a whole. */
static void pool_free(void *data, void *block)
{
	(void)data;
	(void)block;
}

static size_t text_len(const char *text)
{
	if (text == protobuf_c_empty_string)
		return 0; /* what the library sets where nothing came: not from the allocator */
	size_t len;
	memcpy(&len, text - HEAD, sizeof len);
	return len - 1;
}

/* ---- UTF-8 ---- */

/* The length of the character at `p`, 0 if there is none: no overlong form, no surrogate, at most U+10FFFF. */
static size_t character_len(const uint8_t *p, size_t len)
{
	uint8_t lead = p[0];
	size_t n = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
	if (lead < 0xC2 || lead > 0xF4 || len < n)
		return 0;
	uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
	uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return n;
}

static bool is_text(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text, *end = p + len;
	while (p < end) {
		if (end - p >= 8) {
			uint64_t eight;
			memcpy(&eight, p, 8);
			/* No high bit, and no byte of them zero: ASCII, eight at a time. */
			if (!((eight | (eight - 0x0101010101010101)) & 0x8080808080808080)) {
				p += 8;
				continue;
			}
		}
		size_t n = *p && *p < 0x80 ? 1 : character_len(p, (size_t)(end - p));
		if (n == 0)
			return false;
		p += n;
	}
	return true;
}

/* ---- faults ---- */

/* Where the walk is; a list on the stack, from the innermost outwards. */
struct at {
	const struct at *up;
	const char *name;
	size_t index;
};
struct walk {
	struct pool pool;
	bool strict;
	enum err first;
	struct codec_faults *faults;
};

static size_t path_print(const struct at *at, char *out, size_t room)
{
	size_t n = at->up ? path_print(at->up, out, room) : 0;
	if (!at->name || n >= room)
		return n;
	int more = at->index == NO_INDEX ? snprintf(out + n, room - n, "%s%s", n ? "." : "", at->name)
					 : snprintf(out + n, room - n, "%s%s[%zu]", n ? "." : "", at->name, at->index);
	return more < 0 ? n : n + (size_t)more < room ? n + (size_t)more : room - 1;
}

/* A copy in the arena, "" where its cap leaves no room: a fault is told in any case. */
static const char *kept(struct walk *w, const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = arena_try(w->pool.arena, len);
	return copy ? memcpy(copy, text, len) : "";
}

static void fault(struct walk *w, enum err e, const struct at *at, const char *fmt, ...) PRINTF_LIKE(4, 5);
static void fault(struct walk *w, enum err e, const struct at *at, const char *fmt, ...)
{
	if (w->first == ERR_OK)
		w->first = e;
	struct codec_faults *f = w->faults;
	if (!f)
		return;
	if (f->n == CODEC_FAULTS_MAX) {
		f->more++;
		return;
	}
	char path[PATH_MAX_BYTES] = "", text[256];
	path_print(at, path, sizeof path);
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	f->list[f->n++] = (struct codec_fault){e, kept(w, path), kept(w, text)};
}

static void fault_of_code(struct walk *w, const struct msg_enum *codes, int number, const struct at *at)
{
	char names[200] = "";
	size_t n = 0;
	for (unsigned i = 0; i < codes->count && n < sizeof names; i++)
		if (codes->values[i].number != 0)
			n +=
			    (size_t)snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "", codes->values[i].name);
	if (number == 0)
		fault(w, ERR_INVALID, at, "must be said: one of %s", names);
	else
		fault(w, ERR_UNKNOWN_FIELD, at, "%d is not known here: one of %s", number, names);
}

/* ---- decoding ---- */

static bool take_message(struct walk *w, const struct codec_map *m, const char *pb, char *out, const struct at *at);

static bool code_known(const struct msg_enum *e, int number)
{
	if (number >= 0 && (unsigned)number < e->count && e->values[number].number == number)
		return true;
	return msg_code_name(e, number)[0] != '?';
}

/* The value to keep: an unknown one reads as 0, and is a fault where the mode is strict. */
static int take_code(struct walk *w, const struct msg_enum *codes, int number, const struct at *at)
{
	bool known = code_known(codes, number);
	if (w->strict && (number == 0 || !known))
		fault_of_code(w, codes, number, at);
	return known ? number : 0;
}

static void check_text(struct walk *w, const char *text, const struct at *at)
{
	size_t len = text_len(text);
	if (is_text(text, len))
		return;
	bool nul = strlen(text) < len;
	fault(w, ERR_MALFORMED, at, nul && is_text(text, strlen(text)) ? "has a NUL inside" : "is not UTF-8");
}

static void take_texts(struct walk *w, const struct codec_slot *s, const char *pb, char *out, struct at *here)
{
	size_t n;
	char **texts;
	memcpy(&n, pb + s->pb_count_off, sizeof n);
	memcpy(&texts, pb + s->pb_off, sizeof texts);
	for (here->index = 0; here->index < n; here->index++)
		check_text(w, texts[here->index], here);
	if (n == 0)
		texts = NULL;
	memcpy(out + s->count_off, &n, sizeof n);
	memcpy(out + s->off, &texts, sizeof texts);
}

static void take_codes(struct walk *w, const struct codec_slot *s, const char *pb, char *out, struct at *here)
{
	size_t n;
	char *codes;
	memcpy(&n, pb + s->pb_count_off, sizeof n);
	memcpy(&codes, pb + s->pb_off, sizeof codes);
	for (here->index = 0; here->index < n; here->index++) {
		int number;
		memcpy(&number, codes + here->index * sizeof number, sizeof number);
		number = take_code(w, s->codes, number, here);
		memcpy(codes + here->index * sizeof number, &number, sizeof number);
	}
	if (n == 0)
		codes = NULL;
	memcpy(out + s->count_off, &n, sizeof n);
	memcpy(out + s->off, &codes, sizeof codes);
}

/* SUB, and an ALT that is the one set. */
static bool take_sub(struct walk *w, const struct codec_slot *s, const char *pb, char *out, const struct at *here)
{
	const char *from = NULL;
	void *sub = NULL;
	uint32_t set = s->id;
	if (s->kind == MSG_ALT)
		memcpy(&set, pb + s->pb_count_off, sizeof set);
	if (set == s->id)
		memcpy(&from, pb + s->pb_off, sizeof from);
	if (from) {
		sub = pool_take(&w->pool, s->sub->type->size);
		if (!sub || !take_message(w, s->sub, from, sub, here))
			return false;
	}
	memcpy(out + s->off, &sub, sizeof sub);
	return true;
}

static bool take_subs(struct walk *w, const struct codec_slot *s, const char *pb, char *out, struct at *here)
{
	size_t n;
	char **from;
	char *subs = NULL;
	memcpy(&n, pb + s->pb_count_off, sizeof n);
	memcpy(&from, pb + s->pb_off, sizeof from);
	if (n) {
		size_t size = s->sub->type->size;
		subs = pool_take(&w->pool, n * size); /* n is below the bytes that came: no overflow */
		if (!subs)
			return false;
		for (here->index = 0; here->index < n; here->index++)
			if (!take_message(w, s->sub, from[here->index], subs + here->index * size, here))
				return false;
	}
	memcpy(out + s->count_off, &n, sizeof n);
	memcpy(out + s->off, &subs, sizeof subs);
	return true;
}

static bool take_field(struct walk *w, const struct codec_slot *s, const char *pb, char *out, const struct at *at)
{
	struct at here = {at, s->name, NO_INDEX};
	switch (s->kind) {
	case MSG_TEXT: {
		char *text;
		memcpy(&text, pb + s->pb_off, sizeof text);
		check_text(w, text, &here);
		memcpy(out + s->off, &text, sizeof text);
		return true;
	}
	case MSG_BYTES: {
		ProtobufCBinaryData b;
		memcpy(&b, pb + s->pb_off, sizeof b);
		struct slice bytes = {b.data, b.len};
		memcpy(out + s->off, &bytes, sizeof bytes);
		return true;
	}
	case MSG_U32:
		memcpy(out + s->off, pb + s->pb_off, sizeof(uint32_t));
		return true;
	case MSG_U64:
	case MSG_S64:
		memcpy(out + s->off, pb + s->pb_off, sizeof(uint64_t));
		return true;
	case MSG_BOOL: {
		protobuf_c_boolean b;
		memcpy(&b, pb + s->pb_off, sizeof b);
		bool yes = b != 0;
		memcpy(out + s->off, &yes, sizeof yes);
		return true;
	}
	case MSG_CODE: {
		int number;
		memcpy(&number, pb + s->pb_off, sizeof number);
		number = take_code(w, s->codes, number, &here);
		memcpy(out + s->off, &number, sizeof number);
		return true;
	}
	case MSG_TEXTS:
		take_texts(w, s, pb, out, &here);
		return true;
	case MSG_CODES:
		take_codes(w, s, pb, out, &here);
		return true;
	case MSG_SUB:
	case MSG_ALT:
		return take_sub(w, s, pb, out, &here);
	case MSG_SUBS:
		return take_subs(w, s, pb, out, &here);
	}
	return false;
}
_Static_assert(sizeof(enum msg_kind) == sizeof(int), "enums are as wide as the library's");

static void check_unknown(struct walk *w, const char *pb, const struct at *at)
{
	ProtobufCMessage base;
	memcpy(&base, pb, sizeof base);
	for (unsigned i = 0; i < base.n_unknown_fields; i++) {
		char number[16];
		snprintf(number, sizeof number, "%u", base.unknown_fields[i].tag);
		struct at here = {at, number, NO_INDEX};
		fault(w, ERR_UNKNOWN_FIELD, &here, "a message of this version has no field %s here", number);
	}
}

/* False only over the cap; every field of `out` is set otherwise. */
static bool take_message(struct walk *w, const struct codec_map *m, const char *pb, char *out, const struct at *at)
{
	if (w->strict)
		check_unknown(w, pb, at);
	for (const struct codec_slot *s = m->slots, *end = s + m->type->count; s < end; s++)
		if (!take_field(w, s, pb, out, at))
			return false;
	return true;
}

enum err codec_decode(const struct msg_type *type, struct slice bytes, enum codec_mode mode, struct arena *a,
		      void **ret, struct codec_faults *faults)
{
	const struct codec_map *m = codec_map_of(type);
	struct walk w = {.pool = {.arena = a}, .strict = mode == CODEC_STRICT, .faults = faults};
	const struct at root = {NULL, NULL, NO_INDEX};
	ProtobufCAllocator allocator = {pool_alloc, pool_free, &w.pool};
	if (faults)
		faults->n = faults->more = 0;
	/* The library refuses a NULL, which is a message of no bytes too. */
	const ProtobufCMessage *pb =
	    protobuf_c_message_unpack(m->desc, &allocator, bytes.len, bytes.len ? bytes.data : (const uint8_t *)"");
	char *out = pb ? pool_take(&w.pool, type->size) : NULL;
	if (!out || !take_message(&w, m, (const char *)pb, out, &root)) {
		if (!w.pool.over)
			fault(&w, ERR_MALFORMED, &root, "these bytes are not a %s", type->name);
		else
			fault(&w, ERR_TOO_LARGE, &root, "the message takes more memory than its size allows");
		return w.pool.over ? ERR_TOO_LARGE : ERR_MALFORMED;
	}
	if (w.first == ERR_OK)
		*ret = out;
	return w.first;
}
