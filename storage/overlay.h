/* SPDX-License-Identifier: Apache-2.0
 *
 * overlay.h - the inside of the overlay, for views (view.h has its public part).
 */
#pragma once
#include "storage/view.h"

/* One row. Rows of a bucket stand by key, then newest revision first, then last added first. */
struct over_row {
	struct over_row *next; /* in order of addition, over all tables */
	struct over_bucket *bucket;
	uint64_t pos, rev;
	uint32_t key_len, val_len;
	uint8_t bytes[]; /* key, value */
};

/* The rows of the bucket that `key` names: n of them, NULL when there are none. */
struct over_row **overlay_bucket(const struct overlay *o, enum table t, struct slice key, size_t *ret_n);
/* The first row of a bucket whose key is ≥ `key`. */
size_t overlay_lower(struct over_row *const *rows, size_t n, struct slice key);

static inline struct slice over_key(const struct over_row *r)
{
	return (struct slice){r->bytes, r->key_len};
}
static inline struct slice over_val(const struct over_row *r)
{
	return (struct slice){r->bytes + r->key_len, r->val_len};
}
