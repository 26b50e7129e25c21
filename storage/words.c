/* SPDX-License-Identifier: Apache-2.0
 *
 * words.c - words by text in pairs of places, and by number in pairs of pointers to these places. A word goes into the
 * first free one of its pair, or is not kept.
 */
#include "storage/words.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAIRS 65536u /* a power of two; 64 bytes a place */

struct place {
	uint32_t id; /* 0 = free */
	uint8_t space, len, unused[4];
	char text[WORD_TEXT_MAX];
};
struct words {
	struct place by_text[PAIRS * 2];
	uint32_t by_id[PAIRS][2]; /* 1 + the place; 0 = free */
};

/* Mapped, not allocated: places that are never used cost nothing. */
struct words *words_new(void)
{
	void *w = mmap(NULL, sizeof(struct words), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ALWAYS(w != MAP_FAILED);
	return w;
}

struct words *words_free(struct words *w)
{
	if (w)
		munmap(w, sizeof *w);
	return NULL;
}

void words_clear(struct words *w)
{
	ALWAYS(madvise(w, sizeof *w, MADV_DONTNEED) == 0);
}

static uint32_t pair_of_text(enum space s, struct slice text)
{
	const uint8_t *p = text.data;
	uint64_t h = 1469598103934665603u ^ (uint64_t)s, part;
	size_t at = 0;
	for (; at + 8 <= text.len; at += 8) {
		memcpy(&part, p + at, 8);
		h = (h ^ part) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	part = 0;
	memcpy(&part, p + at, text.len - at);
	h = (h ^ part) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 40) & (PAIRS - 1);
}

static uint32_t pair_of_id(enum space s, uint32_t id)
{
	return (id * 2654435761u ^ (uint32_t)s * 40503u) & (PAIRS - 1);
}

uint32_t words_number(const struct words *w, enum space s, struct slice text)
{
	if (text.len == 0 || text.len > WORD_TEXT_MAX)
		return 0;
	const struct place *p = &w->by_text[pair_of_text(s, text) * 2];
	for (int i = 0; i < 2; i++)
		if (p[i].id && p[i].space == s && p[i].len == text.len && memcmp(p[i].text, text.data, text.len) == 0)
			return p[i].id;
	return 0;
}

struct slice words_text(const struct words *w, enum space s, uint32_t id)
{
	const uint32_t *at = w->by_id[pair_of_id(s, id)];
	for (int i = 0; id && i < 2; i++) {
		const struct place *p = at[i] ? &w->by_text[at[i] - 1] : NULL;
		if (p && p->id == id && p->space == s)
			return (struct slice){p->text, p->len};
	}
	return (struct slice){0};
}

/* The place where the word stands now; 0 = none was free. */
static uint32_t place_of(struct words *w, enum space s, struct slice text, uint32_t id)
{
	uint32_t first = pair_of_text(s, text) * 2;
	for (uint32_t i = first; i < first + 2; i++) {
		struct place *p = &w->by_text[i];
		if (p->id == id && p->space == s)
			return i + 1;
		if (p->id)
			continue;
		*p = (struct place){.id = id, .space = (uint8_t)s, .len = (uint8_t)text.len};
		memcpy(p->text, text.data, text.len);
		return i + 1;
	}
	return 0;
}

void words_keep(struct words *w, enum space s, struct slice text, uint32_t id)
{
	if (!id || text.len == 0 || text.len > WORD_TEXT_MAX)
		return;
	uint32_t place = place_of(w, s, text, id), *at = w->by_id[pair_of_id(s, id)];
	for (int i = 0; place && i < 2; i++) {
		if (at[i] == 0)
			at[i] = place;
		if (at[i] == place)
			return;
	}
}
