/* SPDX-License-Identifier: Apache-2.0
 *
 * lookup.h - texts to things, in an arena: a hash table that grows and never forgets.
 *
 * Lending  keys are borrowed: they must live as long as it.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"

struct lookup_place {
	const char *key;
	void *thing;
};
struct lookup {
	struct arena *arena;
	struct lookup_place *places; /* a power of two of them */
	size_t n, room;
};
void lookup_init(struct lookup *t, struct arena *a);
void *lookup_get(const struct lookup *t, const char *key); /* NULL = not there */
/* Where the thing of a key is kept, NULL at first. Good until the next lookup_put(). */
void **lookup_put(struct lookup *t, const char *key);
