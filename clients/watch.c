/* SPDX-License-Identifier: Apache-2.0
 *
 * Watching: PUB is a hint, the log is the truth.
 *
 * Happy path: subscribe; ask for the newest revision; replay up to it through the query side, a few windows of
 * revisions in flight; then take what the feed brings, dropping what was seen. `next` and `next_chunk` name the one
 * change set that may be delivered; nothing else ever is, so order, gaps and duplicates are decided in one place,
 * offer().
 *
 * Failure modes: the feed dropped something, seen by a later revision or by a heartbeat, or the connection was lost:
 * replay from `next`. The feed is mute for long: ask for the newest revision. The query side went away in a replay: ask
 * again from `next`, for as long as the deadline allows without any progress. Another store answers than before: stop,
 * since its revisions mean something else.
 */
#include <stdlib.h>
#include <string.h>
#include <zmq.h>
#include "clients/handle.h"
#include "clients/wire.h"
#include "proto/codec.h"

#define CREDIT     4   /* windows in flight */
#define WINDOW     512 /* revisions a window */
#define SILENCE_MS 10000

/* One question for a window of revisions, and what came of it so far. */
struct window {
	uint64_t from, to, then; /* then: where the server says to go on */
	uint8_t id[ID_LEN];
	bool answered;
	struct buf sets; /* length and bytes of each change set */
};

struct watch {
	struct varde *v;
	const struct varde_watcher *watcher;
	uint64_t next;       /* the revision wanted now */
	uint32_t next_chunk; /* and its chunk */
	bool stopped;
	bool store_known;
	uint8_t store[16];
	uint64_t epoch;
	int64_t news; /* when something was last delivered */
	struct arena *arena;
	struct window windows[CREDIT];
	size_t n_windows;
	unsigned feed_ups;
};

/* ---- what may be delivered ---- */

static enum err store_check(struct watch *w, struct slice id, uint64_t epoch, struct why *why)
{
	if (id.len != sizeof w->store)
		return ERR_OK;
	if (!w->store_known) {
		memcpy(w->store, id.data, sizeof w->store);
		w->epoch = epoch;
		w->store_known = true;
	}
	if (memcmp(w->store, id.data, sizeof w->store) == 0 && w->epoch == epoch)
		return ERR_OK;
	return fail(
	    why, ERR_INVALID,
	    "the store behind %s is another one than before, or was restored (epoch %llu): its revisions need not be "
	    "those seen so far; watch again from revision 1",
	    w->v->endpoint[PLACE_FEED], (unsigned long long)epoch);
}

enum offered { OFFERED_SEEN, OFFERED_DELIVERED, OFFERED_GAP };

/* Deliver `bytes` if they are what is due. In a replay revisions that changed nothing are not told, so it may jump. */
static enum err offer(struct watch *w, struct slice bytes, bool replay, enum offered *ret, struct why *why)
{
	void *msg;
	arena_reset(w->arena);
	enum err e = codec_decode(&msg_type_change_set, bytes, CODEC_TOLERANT, w->arena, &msg, NULL);
	if (e != ERR_OK)
		return handle_wrong_version(w->v, PLACE_FEED, 0, why);
	const struct msg_change_set *set = msg;
	e = store_check(w, set->store_id, set->epoch, why);
	if (e != ERR_OK)
		return e;
	*ret = OFFERED_SEEN;
	if (set->revision < w->next || (set->revision == w->next && set->chunk < w->next_chunk))
		return ERR_OK;
	*ret = OFFERED_GAP;
	bool due = set->revision == w->next && set->chunk == w->next_chunk;
	if (!due && !(replay && w->next_chunk == 0 && set->chunk == 0))
		return ERR_OK;
	*ret = OFFERED_DELIVERED;
	w->news = now_ms();
	w->next = set->last ? set->revision + 1 : set->revision;
	w->next_chunk = set->last ? 0 : set->chunk + 1;
	if (!w->watcher->set(w->watcher->arg, bytes, set))
		w->stopped = true;
	return ERR_OK;
}

/* ---- replay ---- */

static bool changes_read(struct slice bytes, struct window *k)
{
	struct rd r = rd_of(bytes);
	unsigned number;
	uint64_t varint;
	struct slice value;
	while (wire_next(&r, &number, &varint, &value)) {
		if (number == 1)
			buf_slice(&k->sets, value);
		else if (number == 2)
			k->then = varint;
	}
	return rd_ok(&r);
}

static void windows_clear(struct watch *w)
{
	for (size_t i = 0; i < CREDIT; i++)
		buf_free(&w->windows[i].sets);
	w->n_windows = 0;
}

static enum err window_ask(struct watch *w, struct window *k, struct link *l, struct why *why)
{
	AUTO_BUF struct buf request = {0};
	struct msg_changes_question changes = {.from_revision = k->from, .to_revision = k->to};
	struct msg_query_request q = {.version = WIRE_VERSION, .min_revision = k->to, .changes = &changes};
	handle_request_id(w->v, k->id);
	q.request_id = (struct slice){k->id, ID_LEN};
	q.deadline_ms = w->v->deadline_ms;
	k->answered = false;
	k->then = 0;
	buf_clear(&k->sets);
	codec_encode(&msg_type_query_request, &q, &request);
	return link_send(l, buf_view(&request), now_ms() + w->v->deadline_ms, why);
}

static enum err server_error(struct watch *w, struct slice bytes, bool *again, struct why *why)
{
	void *msg;
	arena_reset(w->arena);
	if (codec_decode(&msg_type_query_reply, bytes, CODEC_TOLERANT, w->arena, &msg, NULL) != ERR_OK)
		return handle_wrong_version(w->v, PLACE_QUERY, 0, why);
	const struct msg_query_reply *reply = msg;
	*again = reply->error && reply->error->retryable;
	return reply->error ? handle_error(w->v, PLACE_QUERY, reply->error, why)
			    : handle_wrong_version(w->v, PLACE_QUERY, 0, why);
}

/* File what came under its window. */
static enum err reply_file(struct watch *w, struct slice bytes, bool *again, struct why *why)
{
	struct wire_reply o;
	*again = false;
	if (!wire_reply(bytes, &o))
		return handle_wrong_version(w->v, PLACE_QUERY, 0, why);
	if (o.version != WIRE_VERSION)
		return handle_wrong_version(w->v, PLACE_QUERY, (unsigned)o.version, why);
	for (size_t i = 0; i < w->n_windows; i++) {
		struct window *k = &w->windows[i];
		if (!slice_eq(o.request_id, (struct slice){k->id, ID_LEN}))
			continue;
		if (o.error)
			return server_error(w, bytes, again, why);
		if (!changes_read(o.changes, k))
			return handle_wrong_version(w->v, PLACE_QUERY, 0, why);
		k->answered = o.end;
		return ERR_OK;
	}
	return ERR_OK; /* of a question that was given up */
}

/* Deliver the first window, which is answered. Where the server stopped short, ask on in its place. */
static enum err window_deliver(struct watch *w, struct link *l, struct why *why)
{
	struct window *k = &w->windows[0];
	struct rd r = rd_of(buf_view(&k->sets));
	enum offered offered;
	uint64_t next = w->next;
	uint32_t chunk = w->next_chunk;
	while (!rd_done(&r) && rd_ok(&r) && !w->stopped) {
		enum err e = offer(w, rd_slice(&r), true, &offered, why);
		if (e != ERR_OK)
			return e;
		if (offered == OFFERED_GAP)
			return fail(why, ERR_CORRUPT, "the server's log lacks a part of revision %llu",
				    (unsigned long long)w->next);
	}
	if (k->then && k->then <= k->to && !w->stopped) {
		if (k->then <= k->from && w->next == next && w->next_chunk == chunk)
			return fail(why, ERR_INTERNAL, "the server does not get on from revision %llu",
				    (unsigned long long)k->from);
		k->from = k->then;
		return window_ask(w, k, l, why);
	}
	if (w->next_chunk && w->next <= k->to && !w->stopped)
		return fail(why, ERR_CORRUPT, "the server's log lacks the end of revision %llu",
			    (unsigned long long)w->next);
	if (w->next_chunk == 0 && w->next <= k->to && !w->stopped)
		w->next = k->to + 1;
	struct window first = *k;
	w->n_windows--;
	memmove(k, k + 1, w->n_windows * sizeof *k);
	w->windows[w->n_windows] = first; /* its buffer serves again */
	return ERR_OK;
}

static enum err windows_fill(struct watch *w, struct link *l, uint64_t *ask, uint64_t target, struct why *why)
{
	while (w->n_windows < CREDIT && *ask <= target) {
		struct window *k = &w->windows[w->n_windows];
		k->from = *ask;
		k->to = target - *ask < WINDOW ? target : *ask + WINDOW - 1;
		*ask = k->to + 1;
		w->n_windows++;
		enum err e = window_ask(w, k, l, why);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* Replay as far as one connection carries. *again = start over from `next`. */
static enum err replay_run(struct watch *w, struct link *l, uint64_t target, bool *again, struct why *why)
{
	AUTO_BUF struct buf body = {0};
	unsigned drops = link_drops(l);
	uint64_t ask = w->next;
	int64_t progress = now_ms();
	char topic;
	*again = false;
	for (;;) {
		enum err e = windows_fill(w, l, &ask, target, why);
		if (e != ERR_OK || w->n_windows == 0)
			return e;
		bool ready;
		e = link_wait(l, ZMQ_POLLIN, progress + w->v->deadline_ms / 3, &ready, why);
		*again = e == ERR_DEADLINE || (!ready && link_drops(l) != drops);
		if (e == ERR_DEADLINE) /* an answer may be lost: take a new socket */
			handle_drop_link(w->v, PLACE_QUERY);
		if (*again)
			return ERR_OK;
		if (e != ERR_OK)
			return e;
		while (ready && link_take(l, &body, &topic) == ERR_OK) {
			progress = now_ms();
			e = reply_file(w, buf_view(&body), again, why);
			if (e != ERR_OK)
				return e;
			while (e == ERR_OK && w->n_windows && w->windows[0].answered && !w->stopped)
				e = window_deliver(w, l, why);
			if (e != ERR_OK || w->stopped)
				return e;
		}
	}
}

/* Deliver everything up to `target`. */
static enum err replay(struct watch *w, uint64_t target, struct why *why)
{
	int64_t until = now_ms() + w->v->deadline_ms;
	uint64_t reached = w->next;
	while (w->next <= target && !w->stopped) {
		struct link *l;
		bool again = false, ready;
		enum err e = handle_link(w->v, PLACE_QUERY, &l, why);
		if (e != ERR_OK)
			return e;
		e = replay_run(w, l, target, &again, why);
		windows_clear(w);
		if (w->next > reached) {
			reached = w->next;
			until = now_ms() + w->v->deadline_ms;
		}
		if (e != ERR_OK && !(again && now_ms() < until))
			return e;
		if (again && now_ms() >= until)
			return fail(
			    why, ERR_SILENT, "the server at %s has not answered any question of a replay for %u.%u s",
			    w->v->endpoint[PLACE_QUERY], w->v->deadline_ms / 1000, w->v->deadline_ms % 1000 / 100);
		if (again && e != ERR_OK) { /* the server asked for patience */
			e = link_wait(l, 0, now_ms() + 100, &ready, why);
			if (e != ERR_OK && e != ERR_DEADLINE)
				return e;
		}
	}
	return ERR_OK;
}

static enum err newest(struct watch *w, uint64_t *ret, struct why *why)
{
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	struct msg_query_reply *reply;
	arena_reset(w->arena);
	enum err e = varde_ask_one(w->v, &q, w->arena, &reply, why);
	if (e != ERR_OK)
		return e;
	if (!reply->status)
		return handle_wrong_version(w->v, PLACE_QUERY, 0, why);
	*ret = reply->status->durable_revision;
	return store_check(w, reply->store_id, reply->epoch, why);
}

static enum err catch_up(struct watch *w, struct why *why)
{
	uint64_t target;
	enum err e = newest(w, &target, why);
	return e == ERR_OK ? replay(w, target, why) : e;
}

/* ---- the feed ---- */

/* A heartbeat has nothing but its first four fields; a change set always has its message id. */
static bool is_heartbeat(struct slice bytes)
{
	struct rd r = rd_of(bytes);
	unsigned number;
	uint64_t varint;
	struct slice value;
	while (wire_next(&r, &number, &varint, &value))
		if (number > 4)
			return false;
	return rd_ok(&r);
}

static enum err heartbeat_take(struct watch *w, struct slice bytes, struct why *why)
{
	void *msg;
	arena_reset(w->arena);
	enum err e = codec_decode(&msg_type_heartbeat, bytes, CODEC_TOLERANT, w->arena, &msg, NULL);
	if (e != ERR_OK)
		return handle_wrong_version(w->v, PLACE_FEED, 0, why);
	const struct msg_heartbeat *beat = msg;
	uint64_t revision = beat->revision;
	e = store_check(w, beat->store_id, beat->epoch, why);
	if (e == ERR_OK && revision >= w->next)
		e = replay(w, revision, why);
	if (e == ERR_OK && !w->stopped && w->watcher->reached && w->next_chunk == 0 && w->next == revision + 1)
		w->stopped = !w->watcher->reached(w->watcher->arg, revision);
	return e;
}

static enum err set_take(struct watch *w, struct slice bytes, struct why *why)
{
	enum offered offered;
	enum err e = offer(w, bytes, false, &offered, why);
	if (e != ERR_OK || offered != OFFERED_GAP)
		return e;
	/* offer() left the decoded set in the arena, but replay() will use that: its revision is read again. */
	struct rd r = rd_of(bytes);
	unsigned number;
	uint64_t varint, revision = w->next;
	struct slice value;
	while (wire_next(&r, &number, &varint, &value))
		if (number == 3)
			revision = varint;
	return replay(w, revision, why);
}

static enum err feed_drain(struct watch *w, struct link *feed, struct buf *body, bool *heard, struct why *why)
{
	char topic;
	enum err e = ERR_OK;
	while (e == ERR_OK && !w->stopped && link_take(feed, body, &topic) == ERR_OK) {
		*heard = true;
		e = is_heartbeat(buf_view(body)) ? heartbeat_take(w, buf_view(body), why)
						 : set_take(w, buf_view(body), why);
	}
	return e;
}

static enum err subscribe(struct watch *w, struct link **ret, struct why *why)
{
	int64_t began = now_ms(), until = began + w->v->deadline_ms;
	enum err e = handle_link(w->v, PLACE_FEED, ret, why);
	while (e == ERR_OK && !link_up(*ret)) {
		bool ready;
		e = link_wait(*ret, 0, until, &ready, why);
		if (e == ERR_DEADLINE)
			e = link_explain(*ret, (unsigned)(now_ms() - began), why);
	}
	if (e == ERR_OK)
		w->feed_ups = link_ups(*ret);
	return e;
}

static enum err feed_run(struct watch *w, struct link *feed, unsigned idle_ms, struct why *why)
{
	AUTO_BUF struct buf body = {0};
	int64_t heard_at = now_ms();
	while (!w->stopped) {
		bool heard = false, ready;
		enum err e = feed_drain(w, feed, &body, &heard, why);
		if (e != ERR_OK)
			return e;
		if (heard)
			heard_at = now_ms();
		if (w->stopped)
			break;
		int64_t until = heard_at + SILENCE_MS;
		if (idle_ms && w->news + idle_ms < until)
			until = w->news + idle_ms;
		e = link_wait(feed, ZMQ_POLLIN, until, &ready, why);
		if (e != ERR_OK && e != ERR_DEADLINE)
			return e;
		bool back = link_ups(feed) != w->feed_ups;
		w->feed_ups = link_ups(feed);
		if (e == ERR_OK && !back)
			continue;
		/* Mute or back again: the log knows whether something was missed. */
		uint64_t before = w->next;
		e = catch_up(w, why);
		if (e != ERR_OK)
			return e;
		heard_at = now_ms();
		if (idle_ms && w->next == before && now_ms() >= w->news + idle_ms)
			break;
	}
	return ERR_OK;
}

enum err varde_watch(struct varde *v, uint64_t from, unsigned idle_ms, const struct varde_watcher *watcher,
		     struct why *why)
{
	struct watch w = {.v = v, .watcher = watcher, .next = from, .arena = arena_new(0)};
	struct link *feed;
	uint64_t target = 0;
	enum err e = subscribe(&w, &feed, why);
	if (e == ERR_OK)
		e = newest(&w, &target, why);
	if (e == ERR_OK && from == 0)
		w.next = target + 1;
	w.news = now_ms();
	if (e == ERR_OK)
		e = replay(&w, target, why);
	if (e == ERR_OK)
		e = feed_run(&w, feed, idle_ms, why);
	windows_clear(&w);
	arena_free(w.arena);
	handle_drop_link(v, PLACE_FEED);
	handle_drop_link(v, PLACE_QUERY); /* answers to questions given up may still be under way */
	return e;
}
