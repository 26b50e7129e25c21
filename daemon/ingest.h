/* SPDX-License-Identifier: Apache-2.0
 *
 * ingest.h - the writer's thread: receive, judge, commit, publish, reply; and turn the day.
 *
 * Happy path  whatever is queued when the thread looks, up to a bound, is one group: one commit, then its change sets
 * on the feed, then the replies. So a record is durable before anyone hears of it. Stopping    no message is judged any
 * more; those that still come in are answered SHUTTING_DOWN until it is quiet. Failing     a store that cannot be
 * written (other than for want of space), an index thread that died, or a clock that cannot be believed ends the
 * thread; `failed` is woken, and ingest_failed() has the sentence.
 */
#pragma once
#include "daemon/access.h"
#include "daemon/config.h"
#include "daemon/group.h"
#include "daemon/indexer.h"
#include "daemon/sock.h"

struct ingest_options {
	struct store *store;
	const struct config *config;
	struct access *access;
	struct indexer *indexer;
	void *ingest, *feed; /* bound sockets, the thread's from now on; NULL = none */
	int wake;            /* eventfd that the indexer wakes too; stays the caller's */
	int failed;          /* eventfd woken when the thread ends by itself */
};
struct ingest;
/* Start the thread and wait until it is ready: the first day has been ticked. */
enum err ingest_start(const struct ingest_options *o, struct ingest **ret, struct why *why) MUST_CHECK;
void ingest_ask_stop(struct ingest *i);                /* begin to stop; ingest_stop() waits for the end */
struct ingest *ingest_stop(struct ingest *i);          /* closes the sockets; NULL allowed */
bool ingest_failed(struct ingest *i, struct why *ret); /* and why */
int64_t ingest_beat_ms(const struct ingest *i);
struct group_counts ingest_counts(struct ingest *i); /* any thread */
