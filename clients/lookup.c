/* SPDX-License-Identifier: Apache-2.0
 *
 * Open addressing; at most two thirds full, so that a search ends.
 */
#include <string.h>
#include "clients/lookup.h"

static size_t hash(const char *key)
{
	uint64_t h = 14695981039346656037u;
	for (; *key; key++)
		h = (h ^ (uint8_t)*key) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

static struct lookup_place *place(struct lookup_place *places, size_t room, const char *key)
{
	size_t i = hash(key) & (room - 1);
	while (places[i].key && strcmp(places[i].key, key) != 0)
		i = (i + 1) & (room - 1);
	return &places[i];
}

void lookup_init(struct lookup *t, struct arena *a)
{
	*t = (struct lookup){.arena = a, .room = 64};
	t->places = arena_alloc(a, t->room * sizeof *t->places);
}

void *lookup_get(const struct lookup *t, const char *key)
{
	return place(t->places, t->room, key)->thing;
}

static void grow(struct lookup *t)
{
	size_t room = t->room * 2;
	struct lookup_place *places = arena_alloc(t->arena, room * sizeof *places);
	for (size_t i = 0; i < t->room; i++)
		if (t->places[i].key)
			*place(places, room, t->places[i].key) = t->places[i];
	t->places = places;
	t->room = room;
}

void **lookup_put(struct lookup *t, const char *key)
{
	if (t->n * 3 >= t->room * 2)
		grow(t);
	struct lookup_place *p = place(t->places, t->room, key);
	if (!p->key) {
		p->key = key;
		t->n++;
	}
	return &p->thing;
}
