/* SPDX-License-Identifier: Apache-2.0
 *
 * words.c - words by text, and by number. A word goes into the first free place from its own on, or is not kept when
 * none is near. Small marks of the words stand apart from them, in an array that stays in the cache: most look-ups touch
 * one place, and those of what is not kept touch none.
 */
#include "storage/words.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PLACES     131072u /* a power of two */
#define NEAR       16u
#define RECENT     16u /* a power of two */
#define PLACE_BITS 24  /* of a number's `at`; its space stands above */

struct place {
	uint32_t id;
	uint8_t space, len, unused[4];
	char text[WORD_TEXT_MAX];
};
struct number {
	uint32_t id, at; /* 1 + the place of its text, and the space; 0 = free */
};
struct words {
	struct number recent[RECENT];  /* found by text last: their texts are asked for next */
	uint16_t marks[PLACES + NEAR]; /* of the text in each place; 0 = free */
	struct number numbers[PLACES + NEAR];
	struct place places[PLACES + NEAR];
};
_Static_assert(sizeof(struct place) == 64, "as words.h says");

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

/* Where a text would stand, and its mark there. */
static uint32_t home_of_text(enum space s, struct slice text, uint16_t *ret_mark)
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
	*ret_mark = (uint16_t)(h >> 24) | 1;
	return (uint32_t)(h >> 40) & (PLACES - 1);
}

static uint32_t home_of_number(enum space s, uint32_t id)
{
	return (id * 2654435761u ^ (uint32_t)s * 40503u) & (PLACES - 1);
}

static bool fits(struct slice text)
{
	return text.len > 0 && text.len <= WORD_TEXT_MAX;
}

static uint32_t at_of(enum space s, uint32_t place)
{
	return (place + 1) | (uint32_t)s << PLACE_BITS;
}

uint32_t words_number(struct words *w, enum space s, struct slice text)
{
	uint16_t mark;
	if (!fits(text))
		return 0;
	uint32_t home = home_of_text(s, text, &mark);
	for (uint32_t i = home; i < home + NEAR && w->marks[i]; i++) {
		const struct place *p = &w->places[i];
		if (w->marks[i] == mark && p->space == s && p->len == text.len &&
		    memcmp(p->text, text.data, text.len) == 0) {
			w->recent[p->id & (RECENT - 1)] = (struct number){p->id, at_of(s, i)};
			return p->id;
		}
	}
	return 0;
}

/* The text of a number, if that is the one. */
static bool is_text_of(const struct words *w, const struct number *n, enum space s, uint32_t id, struct slice *ret)
{
	if (!n->at || n->id != id || n->at >> PLACE_BITS != (uint32_t)s)
		return false;
	const struct place *p = &w->places[(n->at & ((1u << PLACE_BITS) - 1)) - 1];
	*ret = (struct slice){p->text, p->len};
	return true;
}

struct slice words_text(const struct words *w, enum space s, uint32_t id)
{
	uint32_t home = home_of_number(s, id);
	struct slice text = {0};
	if (is_text_of(w, &w->recent[id & (RECENT - 1)], s, id, &text))
		return text;
	for (uint32_t i = home; i < home + NEAR && w->numbers[i].at; i++)
		if (is_text_of(w, &w->numbers[i], s, id, &text))
			break;
	return text;
}

/* The place where the word stands now; PLACES + NEAR = none was free. */
static uint32_t place_of(struct words *w, enum space s, struct slice text, uint32_t id)
{
	uint16_t mark;
	uint32_t home = home_of_text(s, text, &mark);
	for (uint32_t i = home; i < home + NEAR; i++) {
		struct place *p = &w->places[i];
		if (w->marks[i] == mark && p->id == id && p->space == s)
			return i;
		if (w->marks[i])
			continue;
		w->marks[i] = mark;
		*p = (struct place){.id = id, .space = (uint8_t)s, .len = (uint8_t)text.len};
		memcpy(p->text, text.data, text.len);
		return i;
	}
	return PLACES + NEAR;
}

void words_keep(struct words *w, enum space s, struct slice text, uint32_t id)
{
	if (!id || !fits(text))
		return;
	uint32_t place = place_of(w, s, text, id), home = home_of_number(s, id);
	if (place == PLACES + NEAR)
		return;
	for (uint32_t i = home; i < home + NEAR; i++) {
		struct number *n = &w->numbers[i];
		if (!n->at)
			*n = (struct number){id, at_of(s, place)};
		if (n->id == id && n->at == at_of(s, place))
			return;
	}
}
