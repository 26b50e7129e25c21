/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages into JSON.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clients/json_walk.h"

const char *walk_code_text(const struct msg_enum *codes, int number, char text[48])
{
	const char *name = msg_code_name(codes, number);
	size_t n = 0;
	for (; name[n] && n < 47; n++)
		text[n] = (char)tolower((unsigned char)name[n]);
	text[n] = 0;
	return text;
}

static json_t *give_text(const char *text)
{
	json_t *j = json_string(text ? text : "");
	return j ? j : json_string("?"); /* jansson refuses what is not UTF-8; decoding did before */
}

static json_t *give_bytes(struct slice bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = mem_alloc(bytes.len * 2 + 1);
	const uint8_t *p = bytes.data;
	for (size_t i = 0; i < bytes.len; i++) {
		hex[2 * i] = digits[p[i] >> 4];
		hex[2 * i + 1] = digits[p[i] & 15];
	}
	json_t *j = json_stringn(hex, bytes.len * 2);
	free(hex);
	return j;
}

static json_t *give_code(const struct msg_enum *codes, int number)
{
	char text[48];
	return number ? json_string(walk_code_text(codes, number, text)) : NULL;
}

static json_t *give_unsigned(uint64_t n)
{
	char text[24];
	if (n <= INT64_MAX)
		return n ? json_integer((json_int_t)n) : NULL;
	snprintf(text, sizeof text, "%llu", (unsigned long long)n);
	return json_string(text);
}

static json_t *give_list(const struct msg_field *f, const char *msg)
{
	size_t n;
	const char *list;
	memcpy(&n, msg + f->count_offset, sizeof n);
	memcpy(&list, msg + f->offset, sizeof list);
	if (!n)
		return NULL;
	if (f->kind == MSG_SUBS && short_pairs(f->sub)) {
		json_t *pairs = short_give_pairs(f->sub, list, n);
		if (pairs)
			return pairs;
	}
	json_t *j = json_array();
	for (size_t i = 0; i < n; i++) {
		if (f->kind == MSG_TEXTS)
			json_array_append_new(j, give_text(((const char *const *)(const void *)list)[i]));
		else if (f->kind == MSG_CODES) {
			json_t *code = give_code(f->codes, ((const int *)(const void *)list)[i]);
			json_array_append_new(j, code ? code : json_null());
		} else
			json_array_append_new(j, json_from_msg(f->sub, list + i * f->sub->size));
	}
	return j;
}

/* NULL where the field says nothing. */
static json_t *give_field(const struct msg_field *f, const char *msg)
{
	const void *at = msg + f->offset;
	const void *sub;
	uint32_t u32;
	uint64_t u64;
	int64_t s64;
	int code;
	switch (f->kind) {
	case MSG_TEXT: {
		const char *text = *(const char *const *)at;
		return text && *text ? give_text(text) : NULL;
	}
	case MSG_BYTES: {
		struct slice bytes = *(const struct slice *)at;
		return bytes.len ? give_bytes(bytes) : NULL;
	}
	case MSG_U32:
		memcpy(&u32, at, sizeof u32);
		return give_unsigned(u32);
	case MSG_U64:
		memcpy(&u64, at, sizeof u64);
		return give_unsigned(u64);
	case MSG_S64:
		memcpy(&s64, at, sizeof s64);
		return s64 ? json_integer(s64) : NULL;
	case MSG_BOOL:
		return *(const bool *)at ? json_true() : NULL;
	case MSG_CODE:
		memcpy(&code, at, sizeof code);
		return give_code(f->codes, code);
	case MSG_TEXTS:
	case MSG_CODES:
	case MSG_SUBS:
		return give_list(f, msg);
	case MSG_SUB:
	case MSG_ALT:
		memcpy(&sub, at, sizeof sub);
		return sub ? json_from_msg(f->sub, sub) : NULL;
	}
	return NULL;
}

json_t *json_from_msg(const struct msg_type *type, const void *msg)
{
	json_t *j = short_give(type, msg);
	if (j)
		return j;
	j = json_object();
	for (unsigned i = 0; i < type->count; i++) {
		json_t *value = give_field(&type->fields[i], msg);
		if (value)
			json_object_set_new(j, type->fields[i].name, value);
	}
	return j;
}
