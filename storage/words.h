/* SPDX-License-Identifier: Apache-2.0
 *
 * words.h - a memory of numbers and texts that were looked up, so that the next look-up costs no page.
 *
 * A number never gets another text, so what is on record may be kept for ever. What stands only in a group that may
 * still fail must be forgotten with it: words_clear(). A full place is not given to another word until words_clear();
 * so texts that were lent stay where they are.
 * Limits   texts of up to WORD_TEXT_MAX bytes; 131,072 of them, 74 bytes each, touched only as far as it is used.
 * Threads  one.
 */
#pragma once
#include "storage/fact.h"

#define WORD_TEXT_MAX 54u

struct words;
struct words *words_new(void);
struct words *words_free(struct words *w); /* NULL allowed; returns NULL */
void words_clear(struct words *w);
/* 0 when it is not kept. */
uint32_t words_number(struct words *w, enum space s, struct slice text);
/* Empty when it is not kept. Lent until words_clear(). */
struct slice words_text(const struct words *w, enum space s, uint32_t id);
void words_keep(struct words *w, enum space s, struct slice text, uint32_t id);
