/* SPDX-License-Identifier: Apache-2.0
 *
 * value.h - observation values: stored, compared, shown. Exactness is kept: nothing here rounds.
 */
#pragma once
#include "base/mem.h"
#include "base/num.h"
#include "proto/msg.h"

/* The stored form (FORMAT.md, "values"). */
void value_put(struct buf *b, const struct msg_value *v);
/* Into the arena; an empty slice gives NULL (a retracted statement has no value). ERR_CORRUPT when broken. */
enum err value_get(struct slice s, struct arena *a, struct msg_value **ret) MUST_CHECK;
/* Same kind and same value: 12.0 equals 12; the printed text does not count. NULL equals NULL. */
bool value_equal(const struct msg_value *a, const struct msg_value *b);
/* For people: "12.10", "5–8", "over 50", "at least 5", "nearly 20", "(not answered)", "". In the arena. */
const char *value_text(struct arena *a, const struct msg_value *v);
/* The exact number, if it is one. */
bool value_exact(const struct msg_value *v, struct num *ret);
/* The same straight from the stored form, without memory: what a trend over many units does for each of them. */
enum { VALUE_EXACT = 1 };                              /* the first byte of such a one */
bool value_peek_long(struct slice s, struct num *ret); /* for value_peek() alone: digits of more than three bytes */
static inline bool value_peek(struct slice s, struct num *ret)
{
	const uint8_t *p = s.data;
	if (s.len < 3 || *p != VALUE_EXACT)
		return false;
	uint32_t v = p[1] & 0x7f;
	if (p[1] & 0x80) {
		v |= (p[2] & 0x7fu) << 7;
		p++;
	}
	if (p[1] & 0x80 && s.len >= 5) {
		v |= (p[2] & 0x7fu) << 14;
		p++;
	}
	if (p[1] & 0x80 || p + 2 == (const uint8_t *)s.data + s.len || p[2])
		return value_peek_long(s, ret);
	*ret = (struct num){(int32_t)(v >> 1 ^ -(v & 1)), 0};
	return true;
}
/* Why an indicator of the type does not take the value, in words ("a count is not negative"); NULL = it does. */
const char *value_unfit(const struct msg_value *v, enum value_type type);
