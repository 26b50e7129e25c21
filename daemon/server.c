/* SPDX-License-Identifier: Apache-2.0
 *
 * server.c - the order of starting and stopping.
 *
 * Start   signals blocked → store → index caught up → keys → ZAP bound, before any other bind → sockets bound → the
 *         daemon's own knock at its CURVE doors → indexer → writer (which turns the day) → query thread → READY.
 * Stop    the writer stops reading, commits, replies; the query thread lets go of those that wait; then the sockets are
 * closed with their linger, then the indexer, then access, then ZeroMQ's context, then the store. Whatever fails on the
 * way, stop() is the one way down: it takes apart what there is.
 */
#include "daemon/server.h"
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>
#include "base/log.h"
#include "daemon/announce.h"
#include "daemon/clock.h"
#include "daemon/life.h"
#include "daemon/query.h"
#include "daemon/tick.h"
#include "storage/index.h"
#include "storage/journal.h"

#define FILES_WANTED  65536
#define STOP_MAX_SECS 20   /* then ZeroMQ hangs, and the kernel ends it */
#define TRIM_MS       5000 /* between two looks for memory to give back */

struct server {
	const struct config *config;
	struct life life;
	struct cert key; /* locked in memory; all zero when there is no CURVE endpoint */
	int signals;
	int wake[2], failed; /* eventfds: writer, query thread; the writer has ended */
	void *ctx;
	void *socks[SERVICE_COUNT]; /* until their threads own them */
	struct sock_bound bound[SERVICE_COUNT];
	struct store *store;
	struct access *access;
	struct indexer *indexer;
	struct ingest *ingest;
	struct query *query;
};

struct store_options server_store_options(const struct config *c)
{
	return (struct store_options){
	    .dir = c->store,
	    .log_map_bytes = c->log_map,
	    .index_map_bytes = c->index_map,
	    .local_map_bytes = c->local_map,
	    .reserve_bytes = c->reserve,
	    .readers_max = (unsigned)c->reader_slots,
	    .zone = c->zone,
	    .create = c->create,
	};
}

/* ---- starting ---- */

static enum err prepare_process(struct server *s, struct why *why)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	/* Before there is any thread, so that all inherit it. */
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return fail(why, ERR_IO, "cannot block signals: %s", strerror(errno));
	signal(SIGPIPE, SIG_IGN);
	s->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	s->wake[0] = sock_wake_new();
	s->wake[1] = sock_wake_new();
	s->failed = sock_wake_new();
	if (s->signals < 0 || s->wake[0] < 0 || s->wake[1] < 0 || s->failed < 0)
		return fail(why, ERR_IO, "cannot make a descriptor: %s", strerror(errno));
	umask(0077);
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < FILES_WANTED) {
		files.rlim_cur = files.rlim_max < FILES_WANTED ? files.rlim_max : FILES_WANTED;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (sodium_init() < 0)
		return fail(why, ERR_IO, "libsodium cannot start");
	return ERR_OK;
}

static void say_catching_up(uint64_t pos, uint64_t head)
{
	life_working(30, "indexing %llu of %llu", (unsigned long long)pos, (unsigned long long)head);
	log_info("start", "indexing: %llu of %llu records", (unsigned long long)pos, (unsigned long long)head);
}

static enum err open_store(struct server *s, struct why *why)
{
	const struct config *c = s->config;
	struct store_options o = server_store_options(c);
	enum err e = tick_zone(c->zone, why); /* a store made with a bad zone would keep it */
	if (e)
		return e;
	struct why inner = {0};
	e = store_open(&o, &s->store, &inner);
	if (e)
		return fail(why, e, "cannot open the store %.80s: %.150s", c->store,
			    *inner.text ? inner.text : err_text(e));
	const struct store_facts *about = store_about(s->store);
	if (strcmp(about->zone, c->zone) != 0)
		log_info("start", "the store's zone is %s, as it was made", about->zone);
	e = tick_zone(about->zone, why);
	struct index_progress at;
	struct journal_head head;
	if (!e)
		e = index_reached(s->store, &at);
	if (!e)
		e = journal_head(s->store, &head);
	if (!e && at.pos == 0 && head.pos > 1) /* it was missing, or could not be read */
		log_info("start", "nothing is indexed: the index is made anew from the log, %llu records",
			 (unsigned long long)head.pos);
	if (!e)
		e = indexer_catch_up(s->store, c, say_catching_up, why);
	return e;
}

static bool any_curve(const struct config *c)
{
	return *c->ingest_curve || *c->query_curve || *c->feed_curve;
}

static enum err open_access(struct server *s, struct why *why)
{
	const struct config *c = s->config;
	enum err e = ERR_OK;
	sodium_mlock(&s->key, sizeof s->key); /* fails under a tight RLIMIT_MEMLOCK; then it may be swapped */
	if (any_curve(c))
		e = cert_secret_file(c->server_key, &s->key, why);
	if (e)
		return e;
	s->ctx = zmq_ctx_new();
	if (!s->ctx || zmq_ctx_set(s->ctx, ZMQ_IO_THREADS, (int)c->io_threads) != 0)
		return fail(why, ERR_IO, "ZeroMQ cannot start: %s", zmq_strerror(errno));
	return access_new(s->ctx, c->client_keys, access_decide, &s->access, why);
}

static enum err bind_all(struct server *s, struct why *why)
{
	const struct config *c = s->config;
	const uint64_t queues[] = {c->receipt_queue, c->answer_queue, c->feed_queue};
	const char *plain[] = {c->ingest, c->query, c->feed},
		   *curve[] = {c->ingest_curve, c->query_curve, c->feed_curve};
	for (unsigned i = 0; i < SERVICE_COUNT; i++) {
		if (!*plain[i] && !*curve[i])
			continue;
		s->socks[i] = sock_new(s->ctx, i == SERVICE_FEED ? ZMQ_XPUB : ZMQ_ROUTER, queues[i], c);
		if (!s->socks[i])
			return fail(why, ERR_IO, "cannot make the %s socket: %s", service_name((enum service)i),
				    zmq_strerror(errno));
		enum err e = sock_bind(s->socks[i], service_name((enum service)i), plain[i], curve[i],
				       s->key.secret_key, &s->bound[i], why);
		if (e)
			return e;
	}
	return ERR_OK;
}

/* Every CURVE endpoint must refuse a stranger before anyone is told that it is there. */
static enum err knock(struct server *s, struct why *why)
{
	for (unsigned i = 0; i < SERVICE_COUNT; i++) {
		char list[SOCK_BOUND_MAX], *rest = list;
		memcpy(list, s->bound[i].curve, sizeof list);
		for (char *e; (e = strsep(&rest, ",")) && *e;) {
			enum err err = access_self_test(s->ctx, e, i == SERVICE_FEED ? ZMQ_SUB : ZMQ_DEALER,
							s->key.public_key, (int)s->config->handshake + 3000, why);
			if (err)
				return err;
		}
	}
	return ERR_OK;
}

static enum err start_threads(struct server *s, struct why *why)
{
	enum err e = indexer_start(s->store, s->config, s->wake, 2, &s->indexer, why);
	if (e)
		return e;
	struct ingest_options in = {
	    .store = s->store,
	    .config = s->config,
	    .access = s->access,
	    .indexer = s->indexer,
	    .ingest = s->socks[SERVICE_INGEST],
	    .feed = s->socks[SERVICE_FEED],
	    .wake = s->wake[0],
	    .failed = s->failed,
	};
	s->socks[SERVICE_INGEST] = s->socks[SERVICE_FEED] = NULL; /* the writer's, also when it fails */
	e = ingest_start(&in, &s->ingest, why);
	if (e)
		return e;
	struct query_options q = {
	    .store = s->store,
	    .config = s->config,
	    .access = s->access,
	    .indexer = s->indexer,
	    .ingest = s->ingest,
	    .router = s->socks[SERVICE_QUERY],
	    .wake = s->wake[1],
	    .feed_endpoint = s->bound[SERVICE_FEED].plain,
	    .started_us = tick_now_us(),
	};
	s->socks[SERVICE_QUERY] = NULL;
	return query_start(&q, &s->query, why);
}

static enum err start(struct server *s, struct why *why)
{
	enum err e = prepare_process(s, why);
	if (!e)
		e = open_store(s, why);
	if (!e)
		e = open_access(s, why);
	if (!e)
		e = bind_all(s, why);
	if (!e)
		e = access_start(s->access,
				 &(struct guard_options){.connections_max = (size_t)s->config->connections_max,
							 .unheard_max = s->config->unheard_max},
				 why);
	if (!e)
		e = knock(s, why);
	if (!e)
		e = start_threads(s, why);
	if (!e && *s->config->endpoints_file)
		e = announce_file(s->config->endpoints_file, s->bound, why);
	return e;
}

/* ---- stopping ---- */

static void stop(struct server *s)
{
	alarm((unsigned)(s->config->linger / 1000) + STOP_MAX_SECS); /* its default action ends the process */
	if (s->ingest)
		ingest_ask_stop(s->ingest);
	s->query = query_stop(s->query);
	s->ingest = ingest_stop(s->ingest);
	for (unsigned i = 0; i < SERVICE_COUNT; i++)
		sock_close(&s->socks[i], 0);
	s->indexer = indexer_stop(s->indexer);
	s->access = access_free(s->access);
	if (s->ctx)
		zmq_ctx_term(s->ctx);
	s->store = store_close(s->store);
	const int fds[] = {s->signals, s->wake[0], s->wake[1], s->failed};
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	sodium_munlock(&s->key, sizeof s->key); /* also wipes it */
	alarm(0);
}

/* ---- serving ---- */

static void on_signals(struct server *s)
{
	struct signalfd_siginfo si;
	while (read(s->signals, &si, sizeof si) == (ssize_t)sizeof si) {
		if (si.ssi_signo == SIGHUP) {
			log_info("life", "reading the client keys again");
			access_reload(s->access);
		} else if (life_handle(&s->life, LIFE_STOP)) {
			log_info("life", "stopping, as signal %u asks", si.ssi_signo);
		}
	}
}

/* Does every thread turn its loop? One that does not is named in the log, and the manager is left to act. */
static bool all_alive(const struct server *s, int64_t within_ms)
{
	const struct {
		const char *name;
		int64_t beat_ms;
	} beats[] = {{"access", access_beat_ms(s->access)},
		     {"index", indexer_beat_ms(s->indexer)},
		     {"writer", ingest_beat_ms(s->ingest)},
		     {"query", s->query ? query_beat_ms(s->query) : clock_ms()}};
	int64_t now = clock_ms();
	for (size_t i = 0; i < sizeof beats / sizeof *beats; i++)
		if (now - beats[i].beat_ms > within_ms) {
			log_limited(LOG_LEVEL_ERR, "life", "the %s thread has stood still for %lld ms", beats[i].name,
				    (long long)(now - beats[i].beat_ms));
			return false;
		}
	return true;
}

static void serve(struct server *s)
{
	int64_t watch_ms = life_watchdog_us() / 1000, ping_ms = watch_ms ? watch_ms / 3 + 1 : -1;
	int64_t next_ms = clock_ms(), trim_ms = next_ms + TRIM_MS;
	while (s->life.state == LIFE_READY) {
		int64_t now = clock_ms();
		if (now >= trim_ms) { /* what a burst needed goes back to the system */
			malloc_trim(0);
			trim_ms = now + TRIM_MS;
		}
		if (watch_ms && now >= next_ms) {
			if (all_alive(s, watch_ms > 3 * CLOCK_TURN_MS ? watch_ms : 3 * CLOCK_TURN_MS))
				life_watchdog_ping();
			next_ms = now + ping_ms;
		}
		struct pollfd fds[] = {{s->signals, POLLIN, 0}, {s->failed, POLLIN, 0}};
		int64_t wake_ms = watch_ms && next_ms < trim_ms ? next_ms : trim_ms;
		poll(fds, 2, wake_ms > now ? (int)(wake_ms - now) : 0);
		if (fds[0].revents)
			on_signals(s);
		struct why why;
		if (fds[1].revents && ingest_failed(s->ingest, &why)) {
			log_err("life", "stopping, as the writer has failed: %s", why.text);
			life_handle(&s->life, LIFE_FAILED);
		}
	}
}

static void set_log_level(const char *name)
{
	enum log_level level = LOG_LEVEL_INFO;
	if (strcmp(name, "err") == 0)
		level = LOG_LEVEL_ERR;
	else if (strcmp(name, "warn") == 0)
		level = LOG_LEVEL_WARN;
	else if (strcmp(name, "debug") == 0)
		level = LOG_LEVEL_DEBUG;
	log_set_level(level);
}

int server_run(const struct config *c)
{
	static struct server s; /* large, and the key in it is locked by the page */
	struct why why = {0};
	s = (struct server){.config = c, .signals = -1, .wake = {-1, -1}, .failed = -1};
	set_log_level(c->log_level);
	life_init(&s.life);
	enum err e = start(&s, &why);
	if (e) {
		log_err("start", "%s", *why.text ? why.text : err_text(e));
		life_handle(&s.life, LIFE_FAILED);
	} else {
		char status[sizeof s.life.status] = "ready ";
		announce_text(s.bound, ' ', status + 6, sizeof status - 6);
		life_ready_status(&s.life, status);
		life_handle(&s.life, LIFE_STARTED);
		log_info("life", "%s", status);
		serve(&s);
	}
	stop(&s);
	life_handle(&s.life, LIFE_DRAINED);
	return s.life.failed ? 1 : 0;
}
