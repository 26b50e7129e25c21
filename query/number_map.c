/* SPDX-License-Identifier: Apache-2.0
 *
 * number_map.c - see number_map.h. Open addressing, never more than half full.
 */
#include "query/number_map.h"
#include <string.h>

#define ROOM_FIRST 64u

static uint64_t mixed(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15u;
	return x ^ x >> 29;
}

static struct number_slot *slot_of(const struct number_map *m, uint64_t key)
{
	size_t at = mixed(key) & (m->room - 1);
	while (m->slots[at].value && m->slots[at].key != key)
		at = (at + 1) & (m->room - 1);
	return &m->slots[at];
}

static void grow(struct number_map *m, struct arena *a)
{
	struct number_map more = {.n = m->n, .room = m->room ? 2 * m->room : ROOM_FIRST};
	more.slots = arena_alloc(a, more.room * sizeof *more.slots);
	for (size_t i = 0; i < m->room; i++)
		if (m->slots[i].value)
			*slot_of(&more, m->slots[i].key) = m->slots[i];
	*m = more;
}

uint32_t *number_map_at(struct number_map *m, struct arena *a, uint64_t key)
{
	if (2 * (m->n + 1) > m->room)
		grow(m, a);
	struct number_slot *s = slot_of(m, key);
	if (!s->value) {
		s->key = key;
		m->n++; /* the caller gives it a number now */
	}
	return &s->value;
}

uint32_t number_map_get(const struct number_map *m, uint64_t key)
{
	return m->room ? slot_of(m, key)->value : 0;
}

static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		h = (h ^ *p) * 0x100000001b3u;
	return h;
}

uint32_t text_list_number(struct text_list *l, struct arena *a, const char *text)
{
	for (uint64_t h = hash(text);; h++) {
		uint32_t *number = number_map_at(&l->map, a, h);
		if (*number && strcmp(l->list[*number - 1], text) != 0)
			continue; /* two texts of one hash stand side by side */
		if (!*number) {
			l->list = arena_grow(a, l->list, l->n, l->n + 1, sizeof *l->list, &l->room);
			l->list[l->n++] = arena_text(a, text, strlen(text));
			*number = (uint32_t)l->n;
		}
		return *number;
	}
}
