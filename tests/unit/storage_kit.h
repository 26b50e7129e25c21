/* SPDX-License-Identifier: Apache-2.0
 *
 * storage_kit.h - a throw-away store, and random facts from a seed.
 */
#pragma once
#include "storage/index.h"
#include "storage/outcome.h"
#include "tests/test.h"

/* A store in a directory of its own under $TMPDIR. */
struct kit {
	char dir[256]; /* the store's; its parent is ours too */
	struct store_options opt;
	struct store *store;
	int64_t time_us;
	uint64_t ids;
};
int kit_setup(void **state);    /* makes and opens one; *state is a struct kit */
int kit_teardown(void **state); /* closes it and removes all */
void kit_reopen(struct kit *k);
void kit_close(struct kit *k);

struct outcome kit_outcome(struct fact *facts, size_t n);
/* Append one message with these facts (NULL: refused); returns its position. */
uint64_t kit_append(struct kit *k, struct fact *facts, size_t n);
void kit_fold(struct kit *k); /* all that the log holds */

/* Raw bytes of the closed store: flip bit 0 of byte `at` in record `pos` of the log, and put its checksum right
 * where asked. */
void kit_flip(struct kit *k, uint64_t pos, size_t at, bool mend_crc);
void kit_put_format(struct kit *k, uint32_t format);

/* Random numbers that a seed repeats. */
uint64_t kit_random(uint64_t *seed);
uint64_t kit_below(uint64_t *seed, uint64_t n);
/* A random fact with small numbers, so that keys meet again; texts in the arena. */
struct fact kit_fact(uint64_t *seed, struct arena *a);
bool fact_same(const struct fact *a, const struct fact *b); /* by their encodings */
