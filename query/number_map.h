/* SPDX-License-Identifier: Apache-2.0
 *
 * number_map.h - numbers for keys: what has been met, and under which small number.
 *
 * Zeroed it is empty. Memory: the arena that the caller names, always the same one; nothing is ever taken out.
 */
#pragma once
#include "base/mem.h"

struct number_map {
	size_t n, room; /* room: a power of two, or 0 */
	struct number_slot {
		uint64_t key;
		uint32_t value; /* 0 = the slot is free */
	} * slots;
};
/* Where the key's number stands, until the next call. 0 = the key is new: the caller puts a number there, at once. */
uint32_t *number_map_at(struct number_map *m, struct arena *a, uint64_t key);
uint32_t number_map_get(const struct number_map *m, uint64_t key); /* 0 = it is not there */
/* The number of a text among those in *list, from 1; a new one is copied to its end. */
struct text_list {
	size_t n, room;
	const char **list;
	struct number_map map;
};
uint32_t text_list_number(struct text_list *l, struct arena *a, const char *text);
