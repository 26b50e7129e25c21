/* SPDX-License-Identifier: Apache-2.0
 *
 * print.c - a message as a person reads it: one line, what is not said left out.
 */
#include "tests/model/world.h"
#include <stdio.h>
#include <string.h>

static void put(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

static void put_field(struct buf *b, const struct msg_field *f, const char *at)
{
	char text[64];
	uint64_t number = 0;
	const char *words;
	if (f->kind == MSG_TEXT) {
		memcpy(&words, at, sizeof words);
		put(b, "\"");
		put(b, words ? words : "");
		put(b, "\"");
		return;
	}
	memcpy(&number, at, f->kind == MSG_U64 || f->kind == MSG_S64 ? 8 : f->kind == MSG_BOOL ? 1 : 4);
	if (f->kind == MSG_CODE)
		put(b, msg_code_name(f->codes, (int)number));
	else if (f->kind != MSG_BYTES) {
		snprintf(text, sizeof text, "%lld", (long long)number);
		put(b, text);
	}
}

static bool is_said(const struct msg_field *f, const char *at)
{
	static const char zero[16];
	const char *words;
	if (f->kind != MSG_TEXT)
		return memcmp(at, zero,
			      f->kind == MSG_U32 || f->kind == MSG_CODE ? 4
			      : f->kind == MSG_BOOL                     ? 1
									: 8) != 0;
	memcpy(&words, at, sizeof words);
	return words && *words;
}

void message_text(struct buf *b, const struct msg_type *type, const void *msg)
{
	put(b, "{");
	for (unsigned i = 0; i < type->count; i++) {
		const struct msg_field *f = &type->fields[i];
		const char *at = (const char *)msg + f->offset;
		size_t n = 1;
		bool many = f->kind == MSG_SUBS || f->kind == MSG_TEXTS || f->kind == MSG_CODES;
		if (many)
			memcpy(&n, (const char *)msg + f->count_offset, sizeof n);
		if (n == 0 || !is_said(f, at))
			continue;
		put(b, " ");
		put(b, f->name);
		put(b, " ");
		if (f->kind == MSG_SUB || f->kind == MSG_ALT || many)
			at = *(const char *const *)(const void *)at;
		for (size_t k = 0; k < n; k++) {
			struct msg_field one = *f;
			if (f->sub) {
				message_text(b, f->sub, at + k * f->sub->size);
				continue;
			}
			one.kind = f->kind == MSG_TEXTS ? MSG_TEXT : f->kind == MSG_CODES ? MSG_CODE : f->kind;
			put_field(b, &one, f->kind == MSG_TEXTS ? at + k * sizeof(char *) : at + k * 4);
			put(b, " ");
		}
	}
	put(b, "}");
}
