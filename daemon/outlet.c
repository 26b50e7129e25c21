/* SPDX-License-Identifier: Apache-2.0
 *
 * outlet.c - see outlet.h.
 *
 * Peers with nothing unread or pending have no `flow` here, and a small answer to such a peer goes straight through.
 * ZeroMQ tells that a full queue has room only after half of it was read, which a slow line may take long for; the
 * counts show each large answer that was written, so that a slow peer and one that does not read are told apart.
 */
#include "daemon/outlet.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "daemon/clock.h"

#define SMALL_BYTES  1024u /* not counted: bounded by ZeroMQ's queue */
#define RETRY_MS_MIN 1
#define RETRY_MS_MAX 5
#define FORGET_MS    10000 /* a peer given up, of which nothing is unread, is as good as any other by then */

struct flow { /* to one peer */
	struct flow *next;
	struct outlet *outlet;
	struct sock_peer peer;
	struct outlet_part *first, **end; /* pending */
	size_t pending;                   /* bytes, all told */
	size_t seen;                      /* unread, when last looked at */
	int64_t progress_ms;              /* when it last took something */
	bool given_up;
	atomic_size_t unread;
	atomic_uint refs; /* the list's, and one for each answer that ZeroMQ holds */
};

struct outlet {
	struct outlet_options o;
	struct flow *flows;
	size_t pending;
	int64_t progress_ms; /* of any of them */
	uint64_t gave_up, dropped;
	atomic_size_t unread;
	atomic_uint refs; /* the owner's, and one for each flow */
};

static size_t cost(const struct outlet_part *h)
{
	return sizeof *h + h->len;
}

static void unref(struct outlet *o)
{
	if (atomic_fetch_sub(&o->refs, 1) == 1)
		free(o);
}

static void flow_unref(struct flow *f)
{
	if (atomic_fetch_sub(&f->refs, 1) != 1)
		return;
	unref(f->outlet);
	free(f);
}

/* ZeroMQ has written the answer, or thrown it away with its connection. On any thread. */
static void let_go(void *data, void *hint)
{
	(void)data;
	struct outlet_part *h = hint;
	struct flow *f = h->flow;
	atomic_fetch_sub(&f->outlet->unread, cost(h));
	atomic_fetch_sub(&f->unread, cost(h));
	free(h);
	flow_unref(f);
}

static struct flow *find(const struct outlet *o, const struct sock_peer *p)
{
	struct flow *f = o->flows;
	while (f && !sock_same_peer(&f->peer, p))
		f = f->next;
	return f;
}

static struct flow *flow_new(struct outlet *o, const struct sock_peer *p)
{
	struct flow *f = mem_zero(1, sizeof *f);
	f->outlet = o;
	f->peer = *p;
	f->end = &f->first;
	f->progress_ms = clock_ms();
	atomic_store(&f->refs, 1);
	atomic_fetch_add(&o->refs, 1);
	f->next = o->flows;
	o->flows = f;
	return f;
}

static void put(struct flow *f, struct outlet_part *h)
{
	if (!f->first)
		f->outlet->progress_ms = f->progress_ms = clock_ms(); /* its time begins now */
	*f->end = h;
	f->end = &h->next;
	f->pending += cost(h);
	f->outlet->pending += cost(h);
}

/* The first of the pending ones, of so many bytes, has left. */
static void took(struct flow *f, struct outlet_part *next, size_t bytes)
{
	f->first = next;
	if (!next)
		f->end = &f->first;
	f->pending -= bytes;
	f->outlet->pending -= bytes;
}

static void drop_first(struct flow *f)
{
	struct outlet_part *h = f->first;
	took(f, h->next, cost(h));
	free(h);
}

static void count_dropped(struct outlet *o, uint64_t n)
{
	o->dropped += n;
	if (n)
		log_limited(LOG_LEVEL_INFO, "query",
			    "an answer was dropped, as its peer is gone or does not read; %llu so far",
			    (unsigned long long)o->dropped);
}

static void give_up(struct flow *f)
{
	uint64_t n = 0;
	for (; f->first; n++)
		drop_first(f);
	f->given_up = true;
	f->progress_ms = clock_ms();
	f->outlet->gave_up++;
	count_dropped(f->outlet, n);
}

static bool room(const struct flow *f)
{
	size_t unread = atomic_load(&f->unread);
	return !unread || (unread < f->outlet->o.window && atomic_load(&f->outlet->unread) < f->outlet->o.unread_max);
}

/* Hand an answer to ZeroMQ. It stays the caller's unless it is sent. */
static enum sock_sent pass(struct flow *f, struct outlet_part *h)
{
	if (!room(f))
		return SOCK_FULL;
	struct sock_peer to = f->peer;
	to.req = h->req;
	enum sock_sent sent = sock_reply_begin(f->outlet->o.router, &to);
	if (sent != SOCK_SENT)
		return sent;
	atomic_fetch_add(&f->refs, 1);
	atomic_fetch_add(&f->unread, cost(h));
	atomic_fetch_add(&f->outlet->unread, cost(h));
	zmq_msg_t m;
	ALWAYS(zmq_msg_init_data(&m, h->data, h->len, let_go, h) == 0);
	if (zmq_msg_send(&m, f->outlet->o.router, ZMQ_DONTWAIT) < 0)
		zmq_msg_close(&m); /* the connection broke in between */
	f->seen = atomic_load(&f->unread);
	f->outlet->progress_ms = f->progress_ms = clock_ms();
	f->given_up = false;
	return SOCK_SENT;
}

static struct flow *most_pending(const struct outlet *o)
{
	struct flow *most = o->flows;
	for (struct flow *f = o->flows; f; f = f->next)
		if (f->pending > most->pending)
			most = f;
	return most;
}

/* By way of the peer's flow: counted, and behind what is pending. */
static bool give_counted(struct outlet *o, struct flow *f, bool req, struct outlet_part *h)
{
	h->next = NULL;
	h->flow = f;
	h->req = req;
	enum sock_sent sent = f->first ? SOCK_FULL : pass(f, h);
	if (sent == SOCK_SENT)
		return true;
	if (sent == SOCK_GONE || f->given_up) {
		free(h);
		count_dropped(o, 1);
		return false;
	}
	put(f, h);
	while (o->pending > o->o.pending_max)
		give_up(most_pending(o));
	return !f->given_up;
}

struct outlet_part *outlet_part_new(struct slice bytes)
{
	struct outlet_part *p = mem_alloc(sizeof *p + bytes.len);
	*p = (struct outlet_part){.len = bytes.len};
	memcpy(p->data, bytes.data, bytes.len);
	return p;
}

bool outlet_give(struct outlet *o, const struct sock_peer *to, struct outlet_part *p)
{
	if (p->len > SMALL_BYTES) {
		struct flow *f = find(o, to);
		return give_counted(o, f ? f : flow_new(o, to), to->req, p);
	}
	bool sent = outlet_send(o, to, (struct slice){p->data, p->len});
	free(p);
	return sent;
}

bool outlet_send(struct outlet *o, const struct sock_peer *to, struct slice bytes)
{
	struct flow *f = find(o, to);
	if (bytes.len <= SMALL_BYTES && (!f || !f->first)) {
		enum sock_sent sent = sock_reply(o->o.router, to, bytes);
		if (sent == SOCK_GONE)
			count_dropped(o, 1);
		if (sent != SOCK_FULL)
			return sent == SOCK_SENT;
	}
	return give_counted(o, f ? f : flow_new(o, to), to->req, outlet_part_new(bytes));
}

static void turn(struct flow *f, int64_t now)
{
	size_t unread = atomic_load(&f->unread);
	if (unread < f->seen)
		f->outlet->progress_ms = f->progress_ms = now;
	f->seen = unread;
	enum sock_sent sent = SOCK_SENT;
	while (f->first && sent == SOCK_SENT) {
		struct outlet_part *next = f->first->next; /* now, as the sent one may be gone at once */
		size_t bytes = cost(f->first);
		sent = pass(f, f->first);
		if (sent == SOCK_SENT)
			took(f, next, bytes);
	}
	if (f->first && (sent == SOCK_GONE || now - f->progress_ms > f->outlet->o.stall_max_ms))
		give_up(f);
}

void outlet_turn(struct outlet *o)
{
	if (!o->flows)
		return;
	int64_t now = clock_ms();
	for (struct flow **at = &o->flows; *at;) {
		struct flow *f = *at;
		turn(f, now);
		if (f->first || f->seen || (f->given_up && now - f->progress_ms < FORGET_MS)) {
			at = &f->next;
			continue;
		}
		*at = f->next;
		flow_unref(f);
	}
}

int64_t outlet_wait_ms(const struct outlet *o)
{
	if (!o->pending)
		return INT64_MAX;
	int64_t idle = clock_ms() - o->progress_ms;
	return idle < RETRY_MS_MIN ? RETRY_MS_MIN : idle > RETRY_MS_MAX ? RETRY_MS_MAX : idle;
}

bool outlet_waits(const struct outlet *o, const struct sock_peer *p)
{
	const struct flow *f = o->pending ? find(o, p) : NULL;
	return f && f->first;
}

bool outlet_given_up(const struct outlet *o, const struct sock_peer *p)
{
	const struct flow *f = find(o, p);
	return f && f->given_up;
}

uint64_t outlet_gave_up(const struct outlet *o)
{
	return o->gave_up;
}

struct outlet *outlet_new(const struct outlet_options *options)
{
	struct outlet *o = mem_zero(1, sizeof *o);
	o->o = *options;
	atomic_store(&o->refs, 1);
	return o;
}

struct outlet *outlet_free(struct outlet *o)
{
	if (!o)
		return NULL;
	while (o->flows) {
		struct flow *f = o->flows;
		while (f->first)
			drop_first(f);
		o->flows = f->next;
		flow_unref(f);
	}
	unref(o);
	return NULL;
}
