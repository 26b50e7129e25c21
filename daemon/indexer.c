/* SPDX-License-Identifier: Apache-2.0
 *
 * indexer.c - see indexer.h. An index commit costs two flushes however little it holds, so the thread would rather wait
 * a little and fold more; a question that waits makes it hurry.
 */
#include "daemon/indexer.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "daemon/clock.h"
#include "daemon/sock.h"

#define RETRY_MS 1000

struct indexer {
	struct store *store;
	struct index_limits limits;
	int64_t wait_ms, lazy_ms;
	uint64_t many; /* so far behind, it does not wait any more: a full commit, or ingest would soon wait for it */
	int wake;
	int listeners[INDEXER_LISTENERS];
	unsigned n_listeners;
	pthread_t thread;
	bool running;

	atomic_bool stop, failed;
	_Atomic uint64_t durable_pos, durable_rev; /* by the writer */
	_Atomic uint64_t wanted_rev;               /* by those who ask */
	_Atomic uint64_t reached_pos, reached_rev;
	atomic_llong beat_ms;
};

static struct index_limits limits_of(const struct config *c)
{
	return (struct index_limits){.records_max = (uint32_t)c->index_records_max,
				     .rows_max = (uint32_t)c->index_rows_max};
}

enum err indexer_catch_up(struct store *s, const struct config *c, void (*say)(uint64_t pos, uint64_t head),
			  struct why *why)
{
	struct index_limits l = limits_of(c);
	struct index_progress p = {0};
	struct journal_head head;
	enum err e = journal_head(s, &head);
	int64_t said_ms = clock_ms();
	while (!e) {
		e = index_fold(s, &l, &p, why);
		if (e || !p.more)
			return e;
		if (clock_ms() - said_ms >= 1000) {
			say(p.pos, head.pos);
			said_ms = clock_ms();
		}
	}
	return fail(why, e, "cannot read the log: %s", err_text(e));
}

static void publish(struct indexer *x, const struct index_progress *p)
{
	/* The position last: whoever sees it sees the revision too. */
	atomic_store(&x->reached_rev, p->rev);
	atomic_store(&x->reached_pos, p->pos);
	for (unsigned i = 0; i < x->n_listeners; i++)
		sock_wake(x->listeners[i]);
}

/* One commit. false = it failed; *ret_retry says whether to try again later. */
static bool fold(struct indexer *x, bool *ret_retry)
{
	struct index_progress p = {0};
	struct why why = {0};
	enum err e = index_fold(x->store, &x->limits, &p, &why);
	*ret_retry = e == ERR_NO_SPACE;
	if (!e) {
		publish(x, &p);
		return true;
	}
	log_limited(LOG_LEVEL_ERR, "index", "cannot fold on: %s", *why.text ? why.text : err_text(e));
	return false;
}

static bool hurried(const struct indexer *x)
{
	uint64_t want = atomic_load(&x->wanted_rev);
	return want > atomic_load(&x->reached_rev) && atomic_load(&x->durable_rev) > atomic_load(&x->reached_rev);
}

/* How long until the next commit is due; 0 = now, -1 = nothing to do. */
static int64_t due_in(const struct indexer *x, int64_t now, int64_t behind_since, int64_t last_commit)
{
	uint64_t behind = atomic_load(&x->durable_pos) - atomic_load(&x->reached_pos);
	if (!behind)
		return -1;
	int64_t at = behind_since + x->lazy_ms;
	if (hurried(x))
		at = last_commit + x->wait_ms;
	else if (behind >= x->many)
		at = now;
	return at > now ? at - now : 0;
}

static void *run(void *arg)
{
	struct indexer *x = arg;
	int64_t behind_since = 0, last_commit = 0;
	while (!atomic_load(&x->stop)) {
		int64_t now = clock_ms();
		atomic_store(&x->beat_ms, now);
		bool behind = atomic_load(&x->durable_pos) > atomic_load(&x->reached_pos);
		if (!behind)
			behind_since = 0;
		else if (!behind_since)
			behind_since = now;
		int64_t due = due_in(x, now, behind_since, last_commit);
		if (due == 0) {
			bool retry;
			bool done = fold(x, &retry);
			last_commit = clock_ms();
			behind_since = 0;
			if (done)
				continue;
			if (!retry) {
				atomic_store(&x->failed, true);
				publish(x, &(struct index_progress){.pos = atomic_load(&x->reached_pos),
								    .rev = atomic_load(&x->reached_rev)});
				return NULL;
			}
			due = RETRY_MS;
			last_commit += RETRY_MS; /* also for those who hurry */
		}
		struct pollfd p = {.fd = x->wake, .events = POLLIN};
		poll(&p, 1, (int)(due < 0 || due > CLOCK_TURN_MS ? CLOCK_TURN_MS : due));
		if (p.revents)
			sock_wake_clear(x->wake);
	}
	return NULL;
}

enum err indexer_start(struct store *s, const struct config *c, const int *listeners, unsigned n, struct indexer **ret,
		       struct why *why)
{
	ALWAYS(n <= INDEXER_LISTENERS);
	struct index_progress p = {0};
	struct journal_head head = {0};
	*ret = NULL;
	enum err e = index_reached(s, &p);
	if (!e)
		e = journal_head(s, &head);
	if (e)
		return fail(why, e, "cannot read the index: %s", err_text(e));
	struct indexer *x = mem_zero(1, sizeof *x);
	x->store = s;
	x->limits = limits_of(c);
	x->wait_ms = (int64_t)c->index_wait;
	x->lazy_ms = (int64_t)c->index_lazy;
	x->many = c->index_records_max < c->behind_max / 2 ? c->index_records_max : c->behind_max / 2;
	x->n_listeners = n;
	memcpy(x->listeners, listeners, n * sizeof *listeners);
	atomic_store(&x->durable_pos, head.pos);
	atomic_store(&x->durable_rev, head.rev);
	atomic_store(&x->reached_pos, p.pos);
	atomic_store(&x->reached_rev, p.rev);
	atomic_store(&x->beat_ms, clock_ms());
	x->wake = sock_wake_new();
	int rc = x->wake < 0 ? -1 : pthread_create(&x->thread, NULL, run, x);
	x->running = rc == 0;
	*ret = x;
	if (rc == 0)
		return ERR_OK;
	*ret = indexer_stop(x);
	return fail(why, ERR_IO, "cannot start the index thread");
}

struct indexer *indexer_stop(struct indexer *x)
{
	if (!x)
		return NULL;
	if (x->running) {
		atomic_store(&x->stop, true);
		sock_wake(x->wake);
		pthread_join(x->thread, NULL);
		bool retry;
		/* One commit more, so that the next start finds little to do; the log has it all anyway. */
		if (!atomic_load(&x->failed) && atomic_load(&x->durable_pos) > atomic_load(&x->reached_pos))
			fold(x, &retry);
	}
	if (x->wake >= 0)
		close(x->wake);
	free(x);
	return NULL;
}

void indexer_durable(struct indexer *x, uint64_t pos, uint64_t rev)
{
	uint64_t before = atomic_load(&x->durable_pos);
	atomic_store(&x->durable_rev, rev);
	atomic_store(&x->durable_pos, pos);
	/* It sleeps for a second at most, so it need only be woken for the first record, a full batch, or those who
	 * wait. */
	uint64_t reached = atomic_load(&x->reached_pos);
	if (before == reached || pos - reached >= x->many || hurried(x))
		sock_wake(x->wake);
}

void indexer_want(struct indexer *x, uint64_t rev)
{
	uint64_t now = atomic_load(&x->wanted_rev);
	while (now < rev && !atomic_compare_exchange_weak(&x->wanted_rev, &now, rev))
		;
	sock_wake(x->wake);
}

uint64_t indexer_reached(const struct indexer *x)
{
	return atomic_load(&x->reached_rev);
}

uint64_t indexer_durable_rev(const struct indexer *x)
{
	return atomic_load(&x->durable_rev);
}

bool indexer_failed(const struct indexer *x)
{
	return atomic_load(&x->failed);
}

int64_t indexer_beat_ms(const struct indexer *x)
{
	return atomic_load(&x->beat_ms);
}
