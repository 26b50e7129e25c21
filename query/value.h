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
bool value_peek(struct slice s, struct num *ret);
/* Why an indicator of the type does not take the value, in words ("a count is not negative"); NULL = it does. */
const char *value_unfit(const struct msg_value *v, enum value_type type);
