/* SPDX-License-Identifier: Apache-2.0
 *
 * ingest.c - see ingest.h. What a request says is read in request.c; here is the loop and the order of things.
 */
#include "daemon/ingest.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "daemon/clock.h"
#include "daemon/feed.h"
#include "daemon/request.h"
#include "daemon/tick.h"

#define QUIET_MS      50 /* stopping: nothing came in for so long */
#define TICK_RETRY_US INT64_C(60000000)

struct ingest {
	struct ingest_options o;
	struct group *group;
	struct feed feed;
	struct requests *requests;
	int64_t next_day_us;
	pthread_t thread;
	bool running;
	atomic_bool stop;
	atomic_llong beat_ms;

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t started_cond;
	bool started, failed;
	struct why why;
	struct group_counts counts;
};

static void tell_failure(struct ingest *i, const char *text)
{
	pthread_mutex_lock(&i->lock);
	if (!i->failed)
		fail(&i->why, ERR_INTERNAL, "%s", text);
	i->failed = true;
	pthread_mutex_unlock(&i->lock);
	sock_wake(i->o.failed);
}

/* Make the group durable and tell everyone in the order that the promise needs. false = the thread must end. */
static bool finish_group(struct ingest *i)
{
	struct why why = {0};
	enum err e = group_commit(i->group, &why);
	if (e && group_fatal(e)) {
		log_err("ingest", "the store cannot be written: %s", *why.text ? why.text : err_text(e));
		tell_failure(i, *why.text ? why.text : err_text(e));
	} else if (e) {
		log_limited(LOG_LEVEL_WARN, "ingest", "nothing is stored: %s", *why.text ? why.text : err_text(e));
	}
	struct group_counts counts = group_counts(i->group);
	pthread_mutex_lock(&i->lock);
	i->counts = counts; /* whoever has a receipt finds it counted */
	pthread_mutex_unlock(&i->lock);
	if (i->requests)
		requests_reply(i->requests); /* first: somebody waits for each of them */
	struct group_at at = {0};
	struct slice set;
	while (!e && group_change(i->group, &at, &set))
		feed_publish(&i->feed, set);
	if (!e && group_records(i->group)) {
		const struct journal_head *head = group_head(i->group);
		indexer_durable(i->o.indexer, head->pos, head->rev);
	}
	return !e || !group_fatal(e);
}

/* ---- the day ---- */

static enum err believe(struct ingest *i, int64_t now_us, int32_t *ret_last, bool *ret_ticked, struct why *why)
{
	struct tick_guard guard = {
	    .newest_us = group_head(i->group)->time_us,
	    .ahead_max = (uint32_t)i->o.config->clock_ahead_max_days,
	    .accept = i->o.config->accept_clock,
	};
	guard.ticked = group_today(i->group, &guard.last_day);
	*ret_ticked = guard.ticked;
	*ret_last = guard.last_day;
	bool behind;
	enum err e = tick_believe(&guard, now_us, &behind, why);
	if (!e && behind)
		log_limited(
		    LOG_LEVEL_WARN, "clock",
		    "the clock is behind what the store has seen; times go on from there, one microsecond at a time");
	return e;
}

/* Turn the day if it has turned. Errors are those that a person must see to. */
static enum err turn_day(struct ingest *i, struct why *why)
{
	int64_t now_us = tick_now_us();
	if (now_us < i->next_day_us)
		return ERR_OK;
	int32_t today = tick_day(now_us), last;
	bool ticked;
	enum err e = group_begin(i->group, now_us);
	if (!e)
		e = believe(i, now_us, &last, &ticked, why);
	if (e)
		return e;
	i->next_day_us = tick_next(now_us);
	if (ticked && last >= today)
		return ERR_OK;
	e = group_tick(i->group, today, why);
	if (!e && !finish_group(i))
		return ERR_IO; /* told already */
	if (e || !group_records(i->group)) {
		i->next_day_us = now_us + TICK_RETRY_US;
		log_limited(LOG_LEVEL_ERR, "clock", "the day could not be turned, it will be tried again: %s",
			    why->text);
		return e && group_fatal(e) ? e : ERR_OK;
	}
	char text[16];
	log_info("clock", "today is %s", tick_text(today, text));
	return ERR_OK;
}

/* ---- the loop ---- */

static bool take_group(struct ingest *i)
{
	struct why why = {0};
	enum err e = turn_day(i, &why);
	if (!e)
		e = group_begin(i->group, tick_now_us());
	if (e) {
		log_err("ingest", "%s", *why.text ? why.text : err_text(e));
		tell_failure(i, *why.text ? why.text : err_text(e));
		return false;
	}
	requests_take(i->requests, atomic_load(&i->stop));
	return finish_group(i);
}

static int timeout_ms(struct ingest *i)
{
	const struct journal_head *head = group_head(i->group);
	int64_t ms = feed_turn(&i->feed, head->rev, head->time_us);
	int64_t day_ms = (i->next_day_us - tick_now_us()) / 1000 + 1;
	if (ms > CLOCK_TURN_MS)
		ms = CLOCK_TURN_MS;
	if (ms > day_ms)
		ms = day_ms;
	return ms < 0 ? 0 : (int)ms;
}

/* One turn; false = the thread must end. */
static bool turn(struct ingest *i)
{
	struct why why = {0};
	atomic_store(&i->beat_ms, clock_ms());
	enum err e = turn_day(i, &why);
	if (e || indexer_failed(i->o.indexer)) {
		const char *text = !e ? "the index cannot be written" : *why.text ? why.text : err_text(e);
		log_err("ingest", "%s", text);
		tell_failure(i, text);
		return false;
	}
	bool listen = i->o.ingest && !group_must_wait(i->group);
	zmq_pollitem_t items[3] = {{NULL, i->o.wake, ZMQ_POLLIN, 0}};
	int n = 1, at_ingest = -1;
	if (i->o.feed)
		items[n++] = (zmq_pollitem_t){i->o.feed, 0, ZMQ_POLLIN, 0};
	if (listen)
		items[at_ingest = n++] = (zmq_pollitem_t){i->o.ingest, 0, ZMQ_POLLIN, 0};
	zmq_poll(items, n, timeout_ms(i));
	if (items[0].revents) {
		sock_wake_clear(i->o.wake);
		e = group_renew(i->group);
		if (e) {
			tell_failure(i, "the index cannot be read");
			return false;
		}
	}
	return at_ingest < 0 || !items[at_ingest].revents || atomic_load(&i->stop) || take_group(i);
}

/* Answer what still comes in, until it is quiet or the time to linger is over. */
static void drain(struct ingest *i)
{
	int64_t end = clock_ms() + (int64_t)i->o.config->linger;
	while (i->o.ingest && clock_ms() < end) {
		zmq_pollitem_t item = {i->o.ingest, 0, ZMQ_POLLIN, 0};
		atomic_store(&i->beat_ms, clock_ms());
		if (zmq_poll(&item, 1, QUIET_MS) <= 0)
			break;
		if (group_begin(i->group, tick_now_us()) != ERR_OK)
			break;
		requests_take(i->requests, true);
		finish_group(i);
	}
}

static void tell_started(struct ingest *i)
{
	pthread_mutex_lock(&i->lock);
	i->started = true;
	pthread_cond_signal(&i->started_cond);
	pthread_mutex_unlock(&i->lock);
}

static enum err open_all(struct ingest *i, struct why *why)
{
	const struct config *c = i->o.config;
	struct group_limits limits = {
	    .items_max = (uint32_t)c->group_items_max,
	    .bytes_max = c->group_bytes_max,
	    .message_max = c->message_max,
	    .statements_max = (uint32_t)c->statements_max,
	    .expansion_max = (uint32_t)c->expansion_max,
	    .behind_max = c->behind_max,
	};
	enum err e = group_new(i->o.store, &limits, &i->group, why);
	if (e)
		return e;
	if (i->o.ingest)
		i->requests = requests_new(i->o.ingest, i->o.access, i->group, c, store_about(i->o.store));
	feed_init(&i->feed, i->o.feed, i->o.access, store_about(i->o.store), (int64_t)c->feed_heartbeat);
	return turn_day(i, why);
}

static void *run(void *arg)
{
	struct ingest *i = arg;
	struct why why = {0};
	enum err e = open_all(i, &why);
	if (e)
		tell_failure(i, *why.text ? why.text : err_text(e));
	tell_started(i);
	bool going = !e;
	while (going && !atomic_load(&i->stop))
		going = turn(i);
	atomic_store(&i->stop, true);
	if (!e)
		drain(i);
	i->requests = requests_free(i->requests);
	i->group = group_free(i->group);
	return NULL;
}

enum err ingest_start(const struct ingest_options *o, struct ingest **ret, struct why *why)
{
	struct ingest *i = mem_zero(1, sizeof *i);
	*ret = i;
	i->o = *o;
	atomic_store(&i->beat_ms, clock_ms());
	pthread_mutex_init(&i->lock, NULL);
	pthread_cond_init(&i->started_cond, NULL);
	int rc = pthread_create(&i->thread, NULL, run, i);
	i->running = rc == 0;
	pthread_mutex_lock(&i->lock);
	while (i->running && !i->started)
		pthread_cond_wait(&i->started_cond, &i->lock);
	bool failed = rc != 0 || i->failed;
	if (failed)
		fail(why, ERR_IO, "%s", rc ? "cannot start the writer's thread" : i->why.text);
	pthread_mutex_unlock(&i->lock);
	if (!failed)
		return ERR_OK;
	*ret = ingest_stop(i);
	return ERR_IO;
}

void ingest_ask_stop(struct ingest *i)
{
	atomic_store(&i->stop, true);
	sock_wake(i->o.wake);
}

struct ingest *ingest_stop(struct ingest *i)
{
	if (!i)
		return NULL;
	ingest_ask_stop(i);
	if (i->running)
		pthread_join(i->thread, NULL);
	sock_close(&i->o.ingest, (int)i->o.config->linger);
	sock_close(&i->o.feed, (int)i->o.config->linger);
	pthread_cond_destroy(&i->started_cond);
	pthread_mutex_destroy(&i->lock);
	free(i);
	return NULL;
}

bool ingest_failed(struct ingest *i, struct why *ret)
{
	pthread_mutex_lock(&i->lock);
	bool failed = i->failed;
	*ret = i->why;
	pthread_mutex_unlock(&i->lock);
	return failed;
}

int64_t ingest_beat_ms(const struct ingest *i)
{
	return atomic_load(&i->beat_ms);
}

struct group_counts ingest_counts(struct ingest *i)
{
	pthread_mutex_lock(&i->lock);
	struct group_counts counts = i->counts;
	pthread_mutex_unlock(&i->lock);
	return counts;
}
