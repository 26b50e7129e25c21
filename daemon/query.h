/* SPDX-License-Identifier: Apache-2.0
 *
 * query.h - the thread that takes questions: answers bounded ones itself, hands long ones to readers, parks those that
 * need a revision which the index has not reached.
 *
 * Slow peers  cost what outlet.h says; a reader thread waits for its peer, and a peer given up loses its questions.
 * Limits    questions in flight, of all and of one peer (BUSY); a deadline each. A parked question whose time is over
 * gets NOT_REACHED when nothing so new is durable, else DEADLINE. Stopping  those that wait are answered SHUTTING_DOWN;
 * those being answered are cut short.
 */
#pragma once
#include "daemon/access.h"
#include "daemon/config.h"
#include "daemon/indexer.h"
#include "daemon/ingest.h"
#include "daemon/sock.h"

struct query_options {
	struct store *store;
	const struct config *config;
	struct access *access;
	struct indexer *indexer;
	struct ingest *ingest;     /* for its counts */
	void *router;              /* bound, the thread's from now on; NULL = none: no thread is started */
	int wake;                  /* eventfd that indexer and readers wake too; the caller's */
	const char *feed_endpoint; /* lives as long as the thread */
	int64_t started_us;
};
struct query;
enum err query_start(const struct query_options *o, struct query **ret, struct why *why) MUST_CHECK;
void query_ask_stop(struct query *q);
struct query *query_stop(struct query *q); /* NULL allowed */
int64_t query_beat_ms(const struct query *q);
