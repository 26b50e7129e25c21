/* SPDX-License-Identifier: Apache-2.0
 *
 * mem.c - a bump allocator over a list of chunks.
 *
 * Chunks stand in the order in which they are filled; `now` is the one being filled. A reset starts
 * again at the first, so that a loop of requests settles on memory it already has. Under
 * AddressSanitizer whatever is not handed out is poisoned: a read past an allocation or after a
 * reset is found there like one of the heap.
 */
#include "base/mem.h"
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define POISON 1
#endif
#ifdef POISON
#include <sanitizer/asan_interface.h>
#define HIDE(p, len) ASAN_POISON_MEMORY_REGION(p, len)
#define SHOW(p, len) ASAN_UNPOISON_MEMORY_REGION(p, len)
#else
#define HIDE(p, len) ((void)(p), (void)(len))
#define SHOW(p, len) ((void)(p), (void)(len))
#endif

#define ALIGN       ((size_t)16)
#define CHUNK_FIRST ((size_t)8 << 10)
#define CHUNK_LAST  ((size_t)256 << 10)
#define KEPT_MAX    ((size_t)1 << 20) /* what a reset keeps */

struct chunk {
	struct chunk *next;
	size_t size, used; /* of data */
	alignas(16) unsigned char data[];
};

struct arena {
	struct chunk *first, *now;
	size_t used, cap;
	size_t below; /* used of arenas under it; no part of what its cap bounds */
	struct arena *above;
};

void *mem_alloc(size_t len)
{
	void *p = malloc(len ? len : 1);
	ALWAYS(p && "out of memory");
	return p;
}

void *mem_zero(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);
	ALWAYS(p && "out of memory");
	return p;
}

void *mem_grow(void *old, size_t len)
{
	void *p = realloc(old, len ? len : 1);
	ALWAYS(p && "out of memory");
	return p;
}

char *mem_dup(const char *text)
{
	size_t len = strlen(text) + 1;
	return memcpy(mem_alloc(len), text, len);
}

struct arena *arena_new(size_t cap)
{
	struct arena *a = mem_zero(1, sizeof *a);
	a->cap = cap ? cap : SIZE_MAX;
	return a;
}

struct arena *arena_under(struct arena *above)
{
	struct arena *a = arena_new(0);
	a->above = above;
	return a;
}

/* Tell those above that `add` bytes more are used, and `less` no longer. */
static void count(struct arena *a, size_t add, size_t less)
{
	for (a = a->above; a; a = a->above)
		a->below = a->below + add - less;
}

static void chunks_free(struct chunk *c)
{
	while (c) {
		struct chunk *next = c->next;
		SHOW(c->data, c->size);
		free(c);
		c = next;
	}
}

void arena_reset(struct arena *a)
{
	size_t kept = 0;
	struct chunk **at = &a->first;
	while (*at && kept + (*at)->size <= KEPT_MAX) {
		kept += (*at)->size;
		(*at)->used = 0;
		HIDE((*at)->data, (*at)->size);
		at = &(*at)->next;
	}
	chunks_free(*at);
	*at = NULL;
	a->now = a->first;
	count(a, 0, a->used);
	a->used = 0;
}

void arena_cap(struct arena *a, size_t cap)
{
	a->cap = cap ? cap : SIZE_MAX;
}

struct arena *arena_free(struct arena *a)
{
	if (!a)
		return NULL;
	count(a, 0, a->used);
	chunks_free(a->first);
	free(a);
	return NULL;
}

/* Make `now` a chunk with room for `len`: the next kept one if it fits, else a new one in between.
 * NULL only where the system has no memory; the cap is checked before. */
static struct chunk *chunk_for(struct arena *a, size_t len)
{
	struct chunk *next = a->now ? a->now->next : a->first;
	if (!next || next->size < len) {
		size_t size = a->now ? a->now->size * 2 : CHUNK_FIRST;
		if (size > CHUNK_LAST)
			size = CHUNK_LAST;
		if (size < len)
			size = len;
		if (size > SIZE_MAX - sizeof(struct chunk))
			return NULL;
		struct chunk *c = malloc(sizeof *c + size);
		if (!c)
			return NULL;
		*c = (struct chunk){.next = next, .size = size};
		HIDE(c->data, size);
		if (a->now)
			a->now->next = c;
		else
			a->first = c;
		next = c;
	}
	next->used = 0;
	a->now = next;
	return next;
}

void *arena_try(struct arena *a, size_t len)
{
	if (len > SIZE_MAX - ALIGN)
		return NULL;
	size_t whole = len ? (len + ALIGN - 1) & ~(ALIGN - 1) : ALIGN;
	if (a->used > a->cap || whole > a->cap - a->used)
		return NULL;
	struct chunk *c = a->now;
	if (!c || c->size - c->used < whole) {
		c = chunk_for(a, whole);
		if (!c)
			return NULL;
	}
	void *p = c->data + c->used;
	c->used += whole;
	a->used += whole;
	count(a, whole, 0);
	SHOW(p, len);
	return p;
}

static void *must(struct arena *a, size_t len)
{
	void *p = arena_try(a, len);
	ALWAYS(p && "the arena's cap holds");
	return p;
}

void *arena_alloc(struct arena *a, size_t len)
{
	return memset(must(a, len), 0, len);
}

char *arena_text(struct arena *a, const char *text, size_t len)
{
	ALWAYS(len < SIZE_MAX);
	char *p = must(a, len + 1);
	if (len)
		memcpy(p, text, len);
	p[len] = '\0';
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	va_start(ap, fmt);
	int len = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	ALWAYS(len >= 0);
	if ((size_t)len < sizeof small)
		return arena_text(a, small, (size_t)len);
	char *p = must(a, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used + a->below;
}

void *arena_grow(struct arena *a, void *old, size_t have, size_t want, size_t size, size_t *room)
{
	ALWAYS(have <= *room && size > 0);
	if (old && want <= *room)
		return old;
	size_t more = *room ? *room : 4;
	while (more < want) {
		ALWAYS(more <= SIZE_MAX / 2);
		more *= 2;
	}
	ALWAYS(more <= SIZE_MAX / size);
	unsigned char *p = must(a, more * size);
	if (have)
		memcpy(p, old, have * size);
	memset(p + have * size, 0, (more - have) * size);
	*room = more;
	return p;
}

void arena_cleanup(struct arena **a)
{
	*a = arena_free(*a);
}
