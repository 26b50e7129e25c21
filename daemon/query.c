/* SPDX-License-Identifier: Apache-2.0
 *
 * query.c - see query.h. Jobs are in one place at a time: parked (waiting for the index), queued (waiting for a
 * reader), or with a reader; a short one is answered before the next is read.
 */
#include "daemon/query.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "daemon/clock.h"
#include "daemon/outlet.h"
#include "daemon/reader.h"
#include "proto/codec.h"

#define WIRE_VERSION     1u
#define DECODE_ALLOWANCE ((size_t)64 << 10)
#define TURN_MAX         256 /* questions read before the others get their turn */
#define OUTBOX_MAX       64 /* answers sent together: fewer wake others often, more let them wait and then come all at once */
#define OUTBOX_BYTES     (64u << 10)
#define QUIET_MS         50
#define HOLD_MS          20 /* how long what was read last is held while no question comes */
#define READERS_MAX      64
#define SPARE_MAX        16 /* jobs kept for the next questions: each keeps up to 2 MiB */

struct jobs { /* first in, first out */
	struct job *first, **end;
	size_t n;
};

/* Answers sent together, at the latest at the end of the turn: then ZeroMQ's own thread is woken once, and writes many
 * at a time, while the next ones are made. */
struct outbox {
	struct buf bytes;
	size_t n;
	struct outgoing {
		struct sock_peer peer;
		size_t at, len;
	} list[OUTBOX_MAX];
};

struct query {
	struct query_options o;
	struct ask_limits limits;
	struct job_tools tools;
	struct jobs parked, queued;
	struct job *spare;
	size_t n_spare;
	struct reader *readers[READERS_MAX];
	unsigned n_readers;
	struct outbox out;
	struct outlet *outlet;
	uint64_t gave_up;       /* how often, when last looked at */
	size_t in_flight, held; /* questions; bytes that they take, decoded */
	uint64_t questions;
	bool stopping;
	pthread_t thread;
	bool running;
	atomic_bool stop;
	atomic_llong beat_ms;
};

/* ---- lists ---- */

static void put(struct jobs *l, struct job *j)
{
	if (!l->first)
		l->end = &l->first;
	j->next = NULL;
	*l->end = j;
	l->end = &j->next;
	l->n++;
}

/* Take out the one at *at. */
static struct job *take_at(struct jobs *l, struct job **at)
{
	struct job *j = *at;
	*at = j->next;
	if (!*at)
		l->end = at;
	l->n--;
	return j;
}

static struct job *spare(struct query *q)
{
	struct job *j = q->spare;
	if (!j)
		return job_new();
	q->spare = j->next;
	q->n_spare--;
	j->next = NULL;
	return j;
}

static void put_back(struct query *q, struct job *j)
{
	if (q->n_spare == SPARE_MAX) {
		job_free(j);
		return;
	}
	job_reset(j);
	j->next = q->spare;
	q->spare = j;
	q->n_spare++;
}

/* ---- answering ---- */

static void flush(struct query *q)
{
	for (size_t i = 0; i < q->out.n; i++) {
		const struct outgoing *o = &q->out.list[i];
		outlet_send(q->outlet, &o->peer, (struct slice){q->out.bytes.data + o->at, o->len});
	}
	q->out.n = 0;
	buf_clear(&q->out.bytes);
}

static bool send_later(void *arg, struct job *j, struct slice bytes)
{
	struct query *q = arg;
	if (q->out.n == OUTBOX_MAX || q->out.bytes.len > OUTBOX_BYTES)
		flush(q);
	q->out.list[q->out.n++] = (struct outgoing){j->peer, q->out.bytes.len, bytes.len};
	buf_put(&q->out.bytes, bytes.data, bytes.len);
	return true;
}

static struct ask_status status(struct query *q)
{
	struct group_counts counts = ingest_counts(q->o.ingest);
	return (struct ask_status){
	    .server_version = VARDED_VERSION,
	    .feed_endpoint = q->o.feed_endpoint,
	    .started_us = q->o.started_us,
	    .accepted = counts.accepted,
	    .refused = counts.refused,
	    .not_processed = counts.not_processed,
	    .repeated = counts.repeated,
	    .questions = q->questions,
	    .max_frame_bytes = (uint32_t)q->o.config->frame_max,
	    .max_items = (uint32_t)q->o.config->items_max,
	};
}

/* The last word about a job that is in flight. */
static void end_job(struct query *q, struct job *j)
{
	q->in_flight--;
	q->held -= j->held;
	put_back(q, j);
}

static void refuse(struct query *q, struct job *j, enum err e, const char *text)
{
	struct ask_status s = status(q);
	j->send = send_later;
	j->send_arg = q;
	job_refuse(j, &q->tools, &s, e, text);
	end_job(q, j);
}

static unsigned readers_of(const struct query *q, const struct sock_peer *p)
{
	unsigned n = 0;
	for (unsigned i = 0; i < q->n_readers; i++) {
		const struct job *j = reader_job(q->readers[i]);
		n += j && sock_same_peer(&j->peer, p);
	}
	return n;
}

/* The next one for a reader: of the peer that has the fewest, then the one that came first. None has the last one, so
 * that slow questions of one do not hold up all others. */
static struct job *next_queued(struct query *q)
{
	struct job **best = NULL;
	unsigned fewest = q->n_readers > 1 ? q->n_readers - 1 : 1;
	for (struct job **at = &q->queued.first; *at && fewest; at = &(*at)->next) {
		unsigned n = readers_of(q, &(*at)->peer);
		if (n >= fewest)
			continue;
		fewest = n;
		best = at;
	}
	return best ? take_at(&q->queued, best) : NULL;
}

static void give_to_readers(struct query *q)
{
	for (unsigned i = 0; i < q->n_readers && q->queued.first; i++) {
		struct job *j = reader_idle(q->readers[i]) ? next_queued(q) : NULL;
		if (j) {
			struct ask_status s = status(q);
			reader_give(q->readers[i], j, &s);
		}
	}
}

static void dispatch(struct query *q, struct job *j)
{
	struct ask_status s = {0};
	if (j->request->status)
		s = status(q);
	j->send = send_later;
	j->send_arg = q;
	if (ask_weight(j->request) == ASK_SHORT && job_answer_brief(j, &q->tools, &s)) {
		end_job(q, j);
		return;
	}
	put(&q->queued, j);
	give_to_readers(q);
}

/* ---- taking ---- */

static size_t in_flight_of(const struct query *q, const struct sock_peer *p)
{
	size_t n = 0;
	const struct job *lists[] = {q->parked.first, q->queued.first};
	for (size_t i = 0; i < 2; i++)
		for (const struct job *j = lists[i]; j; j = j->next)
			n += sock_same_peer(&j->peer, p);
	for (unsigned i = 0; i < q->n_readers; i++) {
		const struct job *j = reader_job(q->readers[i]);
		n += j && sock_same_peer(&j->peer, p);
	}
	return n;
}

static bool parks(const struct query *q, const struct job *j)
{
	return j->request->min_revision > indexer_reached(q->o.indexer);
}

/* May one more be in flight? A peer with many connections may fill what there is for questions that wait; short ones of
 * others are still answered. */
static bool has_room(const struct query *q, const struct job *j)
{
	size_t most = q->o.config->in_flight_max;
	if (parks(q, j) || ask_weight(j->request) == ASK_LONG) {
		if (most > 1)
			most -= (most + 7) / 8;
		if (q->held > j->held && q->held > q->o.config->questions_max)
			return false;
	}
	return q->in_flight <= most && in_flight_of(q, &j->peer) < q->o.config->in_flight_peer_max;
}

static enum err decode(struct query *q, struct job *j, struct slice bytes)
{
	void *msg = NULL;
	arena_cap(j->arena, DECODE_ALLOWANCE + bytes.len * (size_t)q->o.config->expansion_max);
	enum err e = codec_decode(&msg_type_query_request, bytes, CODEC_TOLERANT, j->arena, &msg, NULL);
	arena_cap(j->arena, 0);
	j->request = e ? NULL : msg;
	j->held = arena_used(j->arena);
	q->held += j->held;
	return e;
}

/* Why this question is not let in; ERR_OK = it is. */
static enum err admit(struct query *q, struct job *j, struct slice bytes, bool junk, const char **ret_text)
{
	enum err e = junk ? ERR_MALFORMED : decode(q, j, bytes);
	const struct msg_query_request *m = j->request;
	*ret_text = NULL;
	if (e)
		return e;
	if (m->version != WIRE_VERSION) {
		*ret_text = "this server speaks version 1";
		return ERR_WRONG_VERSION;
	}
	if (m->request_id.len == 0 || m->request_id.len > ASK_REQUEST_ID_MAX) {
		*ret_text = "request_id: 1 to 32 bytes are needed";
		return ERR_INVALID;
	}
	if (q->stopping)
		return ERR_SHUTTING_DOWN;
	return has_room(q, j) ? ERR_OK : ERR_BUSY;
}

static void take(struct query *q, const struct sock_peer *peer, const char *user, struct slice bytes, bool junk)
{
	struct job *j = spare(q);
	const char *text;
	j->peer = *peer;
	j->came_ms = clock_ms();
	snprintf(j->user, sizeof j->user, "%s", user);
	q->in_flight++;
	q->questions++;
	enum err e = admit(q, j, bytes, junk, &text);
	if (e) {
		refuse(q, j, e, text ? text : err_text(e));
		return;
	}
	int64_t most = (int64_t)q->o.config->deadline_max, asked = j->request->deadline_ms;
	j->deadline_ms = clock_ms() + (asked && asked < most ? asked : most);
	if (parks(q, j)) {
		put(&q->parked, j);
		indexer_want(q->o.indexer, j->request->min_revision);
	} else {
		dispatch(q, j);
	}
}

static void take_all(struct query *q)
{
	struct sock_peer peer;
	char user[ACCESS_USER_MAX];
	zmq_msg_t payload;
	zmq_msg_init(&payload);
	for (unsigned i = 0; i < TURN_MAX; i++) {
		enum sock_got got = sock_receive(q->o.router, &peer, &payload);
		if (got == SOCK_NOTHING || got == SOCK_BROKEN)
			break;
		if (access_peer(q->o.access, &payload, user))
			take(q, &peer, user, sock_bytes(&payload), got == SOCK_JUNK);
		else
			log_limited(LOG_LEVEL_WARN, "query", "dropped a question of a peer that may not speak");
	}
	zmq_msg_close(&payload);
}

/* ---- waiting ---- */

static void refuse_parked(struct query *q, struct job *j)
{
	uint64_t durable = indexer_durable_rev(q->o.indexer);
	uint64_t want = j->request->min_revision;
	if (want > durable)
		refuse(q, j, ERR_NOT_REACHED,
		       arena_printf(j->arena, "revision %llu has not been reached; the newest is %llu",
				    (unsigned long long)want, (unsigned long long)durable));
	else
		refuse(q, j, ERR_DEADLINE, "the deadline passed before the revision was indexed");
}

/* Let go of parked jobs whose revision has come; refuse those of both lists whose time is over. Returns the next
 * deadline. */
static int64_t look_after(struct query *q)
{
	int64_t now = clock_ms(), next = now + CLOCK_TURN_MS;
	uint64_t reached = indexer_reached(q->o.indexer);
	for (struct job **at = &q->parked.first; *at;) {
		struct job *j = *at;
		if (j->request->min_revision <= reached) {
			dispatch(q, take_at(&q->parked, at));
		} else if (q->stopping) {
			refuse(q, take_at(&q->parked, at), ERR_SHUTTING_DOWN, err_text(ERR_SHUTTING_DOWN));
		} else if (j->deadline_ms <= now) {
			refuse_parked(q, take_at(&q->parked, at));
		} else {
			next = j->deadline_ms < next ? j->deadline_ms : next;
			at = &j->next;
		}
	}
	for (struct job **at = &q->queued.first; *at;) {
		struct job *j = *at;
		if (q->stopping || j->deadline_ms <= now) {
			enum err e = q->stopping ? ERR_SHUTTING_DOWN : ERR_DEADLINE;
			refuse(q, take_at(&q->queued, at), e, err_text(e));
		} else {
			next = j->deadline_ms < next ? j->deadline_ms : next;
			at = &j->next;
		}
	}
	return next;
}

/* Nobody reads the answers of a peer that was given up: its other questions end without any. */
static void drop_given_up(struct query *q)
{
	if (q->gave_up == outlet_gave_up(q->outlet))
		return;
	q->gave_up = outlet_gave_up(q->outlet);
	struct jobs *lists[] = {&q->parked, &q->queued};
	for (size_t i = 0; i < 2; i++)
		for (struct job **at = &lists[i]->first; *at;)
			if (outlet_given_up(q->outlet, &(*at)->peer))
				end_job(q, take_at(lists[i], at));
			else
				at = &(*at)->next;
	for (unsigned i = 0; i < q->n_readers; i++) {
		struct job *j = reader_job(q->readers[i]);
		if (j && outlet_given_up(q->outlet, &j->peer))
			atomic_store(&j->dead, true);
	}
}

/* While a part waits for its peer none is taken from the reader, whose own queue then holds it back. */
static bool held_back(const struct query *q, const struct reader *r)
{
	const struct job *j = reader_job(r);
	return j && !atomic_load(&j->dead) && outlet_waits(q->outlet, &j->peer);
}

/* Returns whether there were any. */
static bool take_parts(struct query *q, struct reader *r)
{
	bool any = false, done = false;
	struct outlet_part *part = NULL;
	while (!reader_idle(r) && !held_back(q, r)) {
		struct job *j = reader_job(r);
		part = reader_take(r, &done);
		if (done)
			end_job(q, j);
		else if (!part)
			break;
		else if (atomic_load(&j->dead))
			free(part);
		else if (!outlet_give(q->outlet, &j->peer, part))
			atomic_store(&j->dead, true);
		any = true;
	}
	return any;
}

/* One turn, of at most `wait_ms`. Returns whether anything happened. */
static bool turn(struct query *q, int64_t wait_ms)
{
	bool any = false, woken;
	outlet_turn(q->outlet);
	drop_given_up(q);
	for (unsigned i = 0; i < q->n_readers; i++) /* behind the outlet: nobody wakes for what is held back no more */
		any |= take_parts(q, q->readers[i]);
	give_to_readers(q);
	int64_t due = look_after(q) - clock_ms();
	flush(q);
	due = due < wait_ms ? due : wait_ms;
	due = due < outlet_wait_ms(q->outlet) ? due : outlet_wait_ms(q->outlet);
	due = q->tools.held && !q->stopping && due > HOLD_MS ? HOLD_MS : due;
	bool asked = sock_has_message(q->o.router);
	asked |= sock_wait(q->o.router, q->o.wake, asked || due < 0 ? 0 : due, &woken);
	atomic_store(&q->beat_ms, clock_ms());
	job_tools_turn(&q->tools);
	if (woken)
		sock_wake_clear(q->o.wake);
	if (woken || !asked) /* idle, or what is held has become old: hold nothing */
		job_tools_rest(&q->tools);
	if (asked)
		take_all(q);
	flush(q);
	return any || asked || woken;
}

static bool readers_idle(const struct query *q)
{
	for (unsigned i = 0; i < q->n_readers; i++)
		if (!reader_idle(q->readers[i]))
			return false;
	return true;
}

/* Everyone gets an answer, be it that there is none; long answers may go on until the time to linger is over. */
static void drain(struct query *q)
{
	int64_t end = clock_ms() + (int64_t)q->o.config->linger;
	q->stopping = true;
	bool quiet = false;
	while (clock_ms() < end && !(quiet && readers_idle(q) && outlet_wait_ms(q->outlet) == INT64_MAX))
		quiet = !turn(q, QUIET_MS);
	for (unsigned i = 0; i < q->n_readers; i++)
		if (reader_job(q->readers[i]))
			atomic_store(&reader_job(q->readers[i])->dead, true);
	while (!readers_idle(q))
		turn(q, QUIET_MS);
}

static void *run(void *arg)
{
	struct query *q = arg;
	while (!atomic_load(&q->stop))
		turn(q, CLOCK_TURN_MS);
	drain(q);
	job_tools_fini(&q->tools); /* here: a transaction belongs to its thread */
	return NULL;
}

static struct ask_limits limits_of(const struct config *c)
{
	return (struct ask_limits){
	    .rows_max = (uint32_t)c->rows_max,
	    .part_bytes = (uint32_t)c->part_bytes,
	    .changes_max = (uint32_t)c->changes_max,
	    .history_max = (uint32_t)c->history_max,
	    .work_max = (size_t)c->work_max,
	};
}

/* With less than two parts a reader waiting, a peer could be given up for the first part that it does not take. */
static struct outlet *outlet_of(const struct query_options *o)
{
	size_t least = 2 * o->config->part_bytes * o->config->readers;
	return outlet_new(&(struct outlet_options){
	    .router = o->router,
	    .window = o->config->answer_window,
	    .unread_max = o->config->unread_max,
	    .pending_max = o->config->pending_max > least ? o->config->pending_max : least,
	    .stall_max_ms = (int64_t)o->config->stall_max,
	});
}

enum err query_start(const struct query_options *o, struct query **ret, struct why *why)
{
	*ret = NULL;
	if (!o->router)
		return ERR_OK;
	struct query *q = mem_zero(1, sizeof *q);
	q->o = *o;
	q->limits = limits_of(o->config);
	q->tools = (struct job_tools){.store = o->store, .limits = &q->limits, .slow_ms = (int64_t)o->config->slow};
	q->outlet = outlet_of(o);
	atomic_store(&q->beat_ms, clock_ms());
	enum err e = ERR_OK;
	for (unsigned i = 0; !e && i < o->config->readers && i < READERS_MAX; i++) {
		e = reader_start(o->wake, &q->tools, &q->readers[i], why);
		q->n_readers += e == ERR_OK;
	}
	int rc = e ? 0 : pthread_create(&q->thread, NULL, run, q);
	q->running = !e && rc == 0;
	*ret = q;
	if (q->running)
		return ERR_OK;
	*ret = query_stop(q);
	return e ? e : fail(why, err_from_errno(rc), "cannot start the query thread: %s", strerror(rc));
}

void query_ask_stop(struct query *q)
{
	if (!q)
		return;
	atomic_store(&q->stop, true);
	sock_wake(q->o.wake);
}

struct query *query_stop(struct query *q)
{
	if (!q)
		return NULL;
	query_ask_stop(q);
	if (q->running)
		pthread_join(q->thread, NULL);
	for (unsigned i = 0; i < q->n_readers; i++)
		q->readers[i] = reader_stop(q->readers[i]);
	q->outlet = outlet_free(q->outlet);
	sock_close(&q->o.router, (int)q->o.config->linger);
	while (q->spare) {
		struct job *j = q->spare;
		q->spare = j->next;
		job_free(j);
	}
	buf_free(&q->out.bytes);
	free(q);
	return NULL;
}

int64_t query_beat_ms(const struct query *q)
{
	return atomic_load(&q->beat_ms);
}
