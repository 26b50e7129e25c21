/* SPDX-License-Identifier: Apache-2.0
 *
 * mem.h - memory: one arena a request, and a heap that does not fail.
 *
 * Running out of memory aborts here, since every size that a peer can choose is capped
 * before (the arena's cap returns NULL instead, for the codec's sake). A client library
 * that must survive uses arena_new() with a cap and checks.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t len);               /* never NULL; not zeroed */
void *mem_zero(size_t count, size_t size); /* never NULL; zeroed */
void *mem_grow(void *old, size_t len);     /* realloc that aborts */
char *mem_dup(const char *text);

/* An arena hands out memory that is freed all at once.
 * Threads: belongs to one. Lending: what it hands out dies at arena_reset()/arena_free(). */
struct arena;
struct arena *arena_new(size_t cap); /* cap in bytes of all that it may hand out, each rounded up to 16; 0 = no cap */
struct arena *arena_under(struct arena *above); /* what it hands out counts as used of `above`, which must outlive it */
void arena_reset(struct arena *a);              /* forget all, keep up to 1 MiB for reuse */
void arena_cap(struct arena *a, size_t cap);    /* another cap, for the next use */
struct arena *arena_free(struct arena *a);      /* NULL allowed; returns NULL */
void *arena_try(struct arena *a, size_t len);   /* 16-byte aligned, not zeroed; NULL over the cap */
void *arena_alloc(struct arena *a, size_t len); /* zeroed; aborts over the cap */
char *arena_text(struct arena *a, const char *text, size_t len); /* a NUL-terminated copy */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
size_t arena_used(const struct arena *a); /* with that of arenas under it */

/* Grow an array in an arena: returns a place for `want` elements of `size` bytes, with the
 * first `have` copied and the rest zero. `*room` is the current room in elements, 0 at first, updated
 * (doubling). The old place stays until the reset. */
void *arena_grow(struct arena *a, void *old, size_t have, size_t want, size_t size, size_t *room);

void arena_cleanup(struct arena **a);
#define AUTO_ARENA __attribute__((cleanup(arena_cleanup)))
