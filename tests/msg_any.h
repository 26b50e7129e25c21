/* SPDX-License-Identifier: Apache-2.0
 *
 * msg_any.h - any message at all, by the tables: compare two, fill one with values that are all different.
 */
#pragma once
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "proto/msg.h"

static inline const void *any_pointer(const struct msg_field *f, const void *msg)
{
	const void *p;
	memcpy(&p, (const char *)msg + f->offset, sizeof p);
	return p;
}

static inline size_t any_count(const struct msg_field *f, const void *msg)
{
	size_t n;
	memcpy(&n, (const char *)msg + f->count_offset, sizeof n);
	return n;
}

static inline bool any_text_equal(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static inline bool any_equal(const struct msg_type *type, const void *a, const void *b);

static inline bool any_lists_equal(const struct msg_field *f, const void *a, const void *b)
{
	size_t n = any_count(f, a);
	const char *x = any_pointer(f, a), *y = any_pointer(f, b);
	if (n != any_count(f, b))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (f->kind == MSG_TEXTS) {
			const char *s, *t;
			memcpy(&s, x + i * sizeof s, sizeof s);
			memcpy(&t, y + i * sizeof t, sizeof t);
			if (!any_text_equal(s, t))
				return false;
		} else if (f->kind == MSG_SUBS) {
			if (!any_equal(f->sub, x + i * f->sub->size, y + i * f->sub->size))
				return false;
		} else if (memcmp(x + i * sizeof(int), y + i * sizeof(int), sizeof(int)) != 0) {
			return false;
		}
	}
	return true;
}

static inline bool any_fields_equal(const struct msg_field *f, const void *a, const void *b)
{
	const char *x = (const char *)a + f->offset, *y = (const char *)b + f->offset;
	switch (f->kind) {
	case MSG_TEXT:
		return any_text_equal(any_pointer(f, a), any_pointer(f, b));
	case MSG_BYTES: {
		struct slice s, t;
		memcpy(&s, x, sizeof s);
		memcpy(&t, y, sizeof t);
		return slice_eq(s, t);
	}
	case MSG_U32:
	case MSG_CODE:
		return memcmp(x, y, sizeof(uint32_t)) == 0;
	case MSG_U64:
	case MSG_S64:
		return memcmp(x, y, sizeof(uint64_t)) == 0;
	case MSG_BOOL:
		return memcmp(x, y, sizeof(bool)) == 0;
	case MSG_TEXTS:
	case MSG_CODES:
	case MSG_SUBS:
		return any_lists_equal(f, a, b);
	case MSG_SUB:
	case MSG_ALT: {
		const void *s = any_pointer(f, a), *t = any_pointer(f, b);
		return !s || !t ? s == t : any_equal(f->sub, s, t);
	}
	}
	return false;
}

static inline bool any_equal(const struct msg_type *type, const void *a, const void *b)
{
	for (unsigned i = 0; i < type->count; i++)
		if (!any_fields_equal(&type->fields[i], a, b))
			return false;
	return true;
}

/* ---- filling ---- */

struct any_filler {
	struct arena *arena;
	unsigned next;    /* the number that makes the next value different from all before */
	unsigned variant; /* which alternative of each oneof, and which values of enums */
};

static inline char *any_text(struct any_filler *f)
{
	return arena_printf(f->arena, "tekst %u æøå", f->next++);
}

static inline int any_code(const struct any_filler *f, const struct msg_enum *e)
{
	return e->values[1 + (f->next + f->variant) % (e->count - 1)].number;
}

static inline void any_fill(struct any_filler *f, const struct msg_type *type, void *msg);

static inline void any_fill_list(struct any_filler *f, const struct msg_field *d, char *msg)
{
	size_t n = 2, size = d->kind == MSG_TEXTS ? sizeof(char *) : d->kind == MSG_SUBS ? d->sub->size : sizeof(int);
	char *list = arena_alloc(f->arena, n * size);
	for (size_t i = 0; i < n; i++) {
		if (d->kind == MSG_SUBS) {
			any_fill(f, d->sub, list + i * size);
		} else if (d->kind == MSG_TEXTS) {
			char *text = any_text(f);
			memcpy(list + i * size, &text, size);
		} else {
			int code = any_code(f, d->codes);
			f->next++;
			memcpy(list + i * size, &code, size);
		}
	}
	memcpy(msg + d->count_offset, &n, sizeof n);
	memcpy(msg + d->offset, &list, sizeof list);
}

/* Which of the alternatives of the oneof of field `i` is `variant`'s? */
static inline bool any_is_chosen(const struct msg_type *type, unsigned i, unsigned variant)
{
	unsigned n = 0, place = 0;
	for (unsigned k = 0; k < type->count; k++) {
		if (type->fields[k].kind != MSG_ALT || strcmp(type->fields[k].one, type->fields[i].one) != 0)
			continue;
		if (k == i)
			place = n;
		n++;
	}
	return variant % n == place;
}

/* Set every field of `msg` to a value that is neither zero nor that of another field. */
static inline void any_fill(struct any_filler *f, const struct msg_type *type, void *msg)
{
	for (unsigned i = 0; i < type->count; i++) {
		const struct msg_field *d = &type->fields[i];
		char *at = (char *)msg + d->offset;
		uint64_t number = f->next++;
		int64_t negative = -(int64_t)(number << 40);
		uint32_t small = (uint32_t)number * 131;
		int code = d->codes ? any_code(f, d->codes) : 0;
		bool yes = true;
		if (d->kind == MSG_TEXT) {
			char *text = any_text(f);
			memcpy(at, &text, sizeof text);
		} else if (d->kind == MSG_BYTES) {
			struct slice s = {arena_alloc(f->arena, 5), 5};
			snprintf((char *)(uintptr_t)s.data, 5, "%04x", small & 0xffff);
			memcpy(at, &s, sizeof s);
		} else if (d->kind == MSG_U32) {
			memcpy(at, &small, sizeof small);
		} else if (d->kind == MSG_U64 || d->kind == MSG_S64) {
			memcpy(at, d->kind == MSG_S64 ? (const void *)&negative : (const void *)&number, sizeof number);
		} else if (d->kind == MSG_BOOL) {
			memcpy(at, &yes, sizeof yes);
		} else if (d->kind == MSG_CODE) {
			memcpy(at, &code, sizeof code);
		} else if (d->kind == MSG_SUB || (d->kind == MSG_ALT && any_is_chosen(type, i, f->variant))) {
			void *sub = arena_alloc(f->arena, d->sub->size);
			memcpy(at, &sub, sizeof sub);
			any_fill(f, d->sub, sub);
		} else if (d->kind != MSG_ALT) {
			any_fill_list(f, d, msg);
		}
	}
}
