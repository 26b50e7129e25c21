/* SPDX-License-Identifier: Apache-2.0
 *
 * indexer.h - the thread that folds the log into the index.
 *
 * Pace     index_lazy ms, or index_records_max records, while nobody waits; at once, but at least index_wait ms apart,
 *          while a parked question waits for a revision. Commits are shared by all who wait.
 * Telling  after each commit every listener's eventfd is woken; indexer_reached() says how far it is.
 * Failing  NO_SPACE is tried again every second (questions go on, ingest waits once it is too far ahead); anything else
 * ends the thread, and indexer_failed() is true.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "daemon/config.h"
#include "storage/index.h"

#define INDEXER_LISTENERS 3
struct indexer;
/* Fold until the head of the log, before there are threads: `say` hears of long work. */
enum err indexer_catch_up(struct store *s, const struct config *c, void (*say)(uint64_t pos, uint64_t head),
			  struct why *why) MUST_CHECK;
/* `listeners` are eventfds of others, which stay theirs. The index has reached the head of the log. */
enum err indexer_start(struct store *s, const struct config *c, const int *listeners, unsigned n, struct indexer **ret,
		       struct why *why) MUST_CHECK;
struct indexer *indexer_stop(struct indexer *x); /* folds what is left, ends the thread; NULL allowed */
void indexer_durable(struct indexer *x, uint64_t pos, uint64_t rev); /* the log has grown */
void indexer_want(struct indexer *x, uint64_t rev);                  /* a question waits for this revision */
uint64_t indexer_reached(const struct indexer *x);                   /* newest revision in the index */
uint64_t indexer_durable_rev(const struct indexer *x);               /* newest revision of the log */
bool indexer_failed(const struct indexer *x);
int64_t indexer_beat_ms(const struct indexer *x);
