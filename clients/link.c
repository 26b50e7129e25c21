/* SPDX-License-Identifier: Apache-2.0
 *
 * A ZeroMQ socket says nothing about why no answer comes: a refused connection, a refused key and a stopped server look
 * alike. Its monitor tells them apart, so every wait here is a wait for both.
 *
 * What the monitor shows (libzmq 4.3.4):
 *   nothing listens     CLOSED, RETRIED, over and over
 *   key not listed      CONNECTED, FAILED_AUTH 400, DISCONNECTED, and never again: the socket gives up for good
 *   wrong server key    CONNECTED, FAILED_NO_DETAIL, DISCONNECTED, RETRIED, over and over
 *   CURVE against plain CONNECTED, FAILED_PROTOCOL (mechanism mismatch), DISCONNECTED
 *   mute listener       CONNECTED and nothing more
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <errno.h>
#include <zmq.h>
#include "base/mem.h"
#include "clients/link.h"

/* A first connection that is refused for so long is not coming: a restart of the daemon takes less. Once a link was up,
 * the whole deadline is spent on waiting for the server to come back. */
#define PATIENCE_MS 2000

/* A connection that is cut before its handshake ends may be bad luck: a server that refuses our mechanism can close
 * before we have read which one it wants. So often in a row it is no luck. */
#define CUTS 4

struct link {
	void *sock, *monitor;
	const char *what;
	char *endpoint;
	bool curve;
	int64_t opened;
	bool connected, up, was_up;
	unsigned refused, cut, drops, ups; /* attempts refused; connections cut before, and after, their handshake */
	unsigned auth_status;              /* of ZAP; 0 = not refused */
	bool mismatch, garbled;            /* the other side wants another mechanism; speaks no ZeroMQ */
};

int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum err from_zmq(int errnum)
{
	switch (errnum) { /* not an enum */
	case ENOMEM:
		return ERR_NO_MEMORY;
	case EINVAL:
	case EPROTONOSUPPORT:
	case ENOCOMPATPROTO:
		return ERR_INVALID;
	case EMFILE:
	case ENFILE:
		return ERR_IO;
	default: /* not an enum */
		return err_from_errno(errnum);
	}
}

static void set_int(void *sock, int option, int value)
{
	int rc = zmq_setsockopt(sock, option, &value, sizeof value);
	ALWAYS(rc == 0);
}

static enum err keys_set(void *sock, const struct link_options *o, struct why *why)
{
	if (!o->server_key)
		return ERR_OK;
	if (zmq_setsockopt(sock, ZMQ_CURVE_SERVERKEY, o->server_key, 41) != 0)
		return fail(why, ERR_INVALID,
			    "the server's public key is not 40 characters of Z85: copy it from its certificate");
	if (zmq_setsockopt(sock, ZMQ_CURVE_PUBLICKEY, o->public_key, 41) != 0 ||
	    zmq_setsockopt(sock, ZMQ_CURVE_SECRETKEY, o->secret_key, 41) != 0)
		return fail(why, ERR_INVALID,
			    "the certificate holds no usable key pair: make one with `varde key make`");
	return ERR_OK;
}

static void options_set(void *sock, int type)
{
	set_int(sock, ZMQ_LINGER, 0);
	set_int(sock, ZMQ_RECONNECT_IVL, 100);
	set_int(sock, ZMQ_RECONNECT_IVL_MAX, 1000);
	set_int(sock, ZMQ_HANDSHAKE_IVL, 5000);
	set_int(sock, ZMQ_HEARTBEAT_IVL, 2000);
	set_int(sock, ZMQ_HEARTBEAT_TIMEOUT, 6000);
	set_int(sock, ZMQ_HEARTBEAT_TTL, 6000);
	if (type == ZMQ_DEALER) /* requests must not queue for a peer that is gone */
		set_int(sock, ZMQ_IMMEDIATE, 1);
	set_int(sock, ZMQ_SNDHWM, 100000);
	set_int(sock, ZMQ_RCVHWM, 100000);
}

static enum err monitor_open(struct link *l, void *ctx, struct why *why)
{
	static _Atomic unsigned counter;
	char name[48];
	snprintf(name, sizeof name, "inproc://varde-link-%u", counter++);
	if (zmq_socket_monitor(l->sock, name, ZMQ_EVENT_ALL) != 0 || !(l->monitor = zmq_socket(ctx, ZMQ_PAIR)))
		return fail(why, from_zmq(errno), "cannot watch the %s socket: %s", l->what, zmq_strerror(errno));
	set_int(l->monitor, ZMQ_LINGER, 0);
	if (zmq_connect(l->monitor, name) != 0)
		return fail(why, from_zmq(errno), "cannot watch the %s socket: %s", l->what, zmq_strerror(errno));
	return ERR_OK;
}

enum err link_open(void *ctx, const struct link_options *o, struct link **ret, struct why *why)
{
	struct link *l = mem_zero(1, sizeof *l);
	enum err e = ERR_OK;
	l->what = o->what;
	l->endpoint = mem_dup(o->endpoint);
	l->curve = o->server_key != NULL;
	l->opened = now_ms();
	l->sock = zmq_socket(ctx, o->type);
	if (!l->sock)
		e = fail(why, from_zmq(errno), "cannot make a socket: %s", zmq_strerror(errno));
	if (e == ERR_OK) {
		options_set(l->sock, o->type);
		e = keys_set(l->sock, o, why);
	}
	if (e == ERR_OK)
		e = monitor_open(l, ctx, why);
	if (e == ERR_OK && o->type == ZMQ_SUB && zmq_setsockopt(l->sock, ZMQ_SUBSCRIBE, "", 0) != 0)
		e = fail(why, from_zmq(errno), "cannot subscribe: %s", zmq_strerror(errno));
	if (e == ERR_OK && zmq_connect(l->sock, o->endpoint) != 0)
		e = fail(why, ERR_INVALID, "%s is no endpoint for %s (%s): write tcp://HOST:PORT or ipc:///PATH",
			 o->endpoint, o->what, zmq_strerror(errno));
	if (e != ERR_OK) {
		link_close(l);
		return e;
	}
	*ret = l;
	return ERR_OK;
}

struct link *link_close(struct link *l)
{
	if (!l)
		return NULL;
	if (l->sock) {
		zmq_socket_monitor(l->sock, NULL, 0);
		zmq_close(l->sock);
	}
	if (l->monitor)
		zmq_close(l->monitor);
	free(l->endpoint);
	free(l);
	return NULL;
}

/* ---- what the monitor says ---- */

static void learn(struct link *l, unsigned event, unsigned value)
{
	switch (event) { /* not an enum */
	case ZMQ_EVENT_CONNECTED:
		l->connected = true;
		break;
	case ZMQ_EVENT_CLOSED:
	case ZMQ_EVENT_CONNECT_RETRIED:
		if (!l->connected)
			l->refused++;
		break;
	case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
		l->up = l->was_up = true;
		l->cut = 0;
		l->ups++;
		break;
	case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
		l->auth_status = value ? value : 400;
		break;
	case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
		if (value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH)
			l->mismatch = true;
		else
			l->garbled = true;
		break;
	case ZMQ_EVENT_DISCONNECTED:
		if (l->up)
			l->drops++;
		else
			l->cut++;
		l->up = l->connected = false;
		l->refused = 0;
		break;
	default: /* not an enum: the rest tells nothing new */
		break;
	}
}

/* Read what the monitor has; true when the state of the connection changed. */
static bool monitor_read(struct link *l)
{
	unsigned ups = l->ups, drops = l->drops, cut = l->cut;
	uint8_t head[6];
	while (zmq_recv(l->monitor, head, sizeof head, ZMQ_DONTWAIT) == (int)sizeof head) {
		uint16_t event;
		uint32_t value;
		char address[256];
		memcpy(&event, head, 2);
		memcpy(&value, head + 2, 4);
		(void)zmq_recv(l->monitor, address, sizeof address, ZMQ_DONTWAIT);
		learn(l, event, value);
	}
	return ups != l->ups || drops != l->drops || cut != l->cut;
}

/* Is it certain that no answer will come? */
static bool hopeless(const struct link *l)
{
	if (l->auth_status || l->mismatch)
		return true;
	if (!l->was_up && l->cut >= CUTS)
		return true;
	return !l->was_up && l->refused && now_ms() - l->opened >= PATIENCE_MS;
}

static enum err explain_keys(const struct link *l, struct why *why)
{
	if (l->auth_status >= 500)
		return fail(why, ERR_KEY_REFUSED,
			    "the server at %s could not judge our key (its access control failed): ask its operator",
			    l->endpoint);
	if (l->auth_status)
		return fail(why, ERR_KEY_REFUSED,
			    "the server at %s does not know our key: give its operator the public certificate "
			    "(`varde key show`)",
			    l->endpoint);
	if (l->mismatch && l->curve)
		return fail(
		    why, ERR_KEY_REFUSED,
		    "the server at %s speaks without keys, and we were given --server-key: leave it out, or ask "
		    "for its CURVE endpoint",
		    l->endpoint);
	if (l->mismatch)
		return fail(why, ERR_KEY_REFUSED,
			    "the server at %s wants keys: give --server-key and --key, see `varde help key`",
			    l->endpoint);
	return fail(
	    why, ERR_KEY_REFUSED,
	    "the server at %s closes the connection when we present our keys: it has another key than --server-key "
	    "says, or speaks without keys; ask its operator for the public key",
	    l->endpoint);
}

enum err link_explain(const struct link *l, unsigned waited_ms, struct why *why)
{
	if (l->auth_status || l->mismatch || (l->cut && l->curve && !l->was_up))
		return explain_keys(l, why);
	/* A server that wants keys either says so or just hangs up, whichever comes first. */
	if (l->garbled || (l->cut && !l->was_up))
		return fail(
		    why, l->garbled ? ERR_UNREACHABLE : ERR_KEY_REFUSED,
		    "what is at %s closes the connection when we introduce ourselves: if it is varded and wants keys, "
		    "give --server-key and --key; else check the address and the port",
		    l->endpoint);
	if (l->up)
		return fail(
		    why, ERR_SILENT,
		    "the server at %s took the connection and has not answered for %u.%u s: it may be overloaded "
		    "or stopped; try again, or give a longer --deadline",
		    l->endpoint, waited_ms / 1000, waited_ms % 1000 / 100);
	if (l->connected)
		return fail(
		    why, ERR_SILENT,
		    "something at %s took the connection and does not introduce itself as varded does: is it varded, "
		    "and is it running?",
		    l->endpoint);
	if (l->was_up)
		return fail(why, ERR_UNREACHABLE, "the server at %s went away and has not come back for %u.%u s",
			    l->endpoint, waited_ms / 1000, waited_ms % 1000 / 100);
	return fail(why, ERR_UNREACHABLE, "no server at %s: start varded, or say where it is with --server or --%s",
		    l->endpoint, l->what);
}

/* ---- waiting, sending, taking ---- */

enum err link_wait(struct link *l, short events, int64_t until, bool *ready, struct why *why)
{
	int64_t began = now_ms();
	*ready = false;
	for (;;) {
		zmq_pollitem_t items[2] = {{l->monitor, 0, ZMQ_POLLIN, 0}, {l->sock, 0, events, 0}};
		int64_t left = until - now_ms();
		if (left < 0)
			left = 0;
		/* While nothing has ever answered, look again now and then: patience may end before the deadline. */
		if (!l->was_up && left > 100)
			left = 100;
		if (zmq_poll(items, events ? 2 : 1, (long)left) < 0 && errno != EINTR)
			return fail(why, ERR_IO, "cannot wait for %s: %s", l->endpoint, zmq_strerror(errno));
		bool news = (items[0].revents & ZMQ_POLLIN) && monitor_read(l);
		if (events && (items[1].revents & events)) {
			*ready = true;
			return ERR_OK;
		}
		if (hopeless(l))
			return link_explain(l, (unsigned)(now_ms() - began), why);
		if (news)
			return ERR_OK;
		if (now_ms() >= until)
			return ERR_DEADLINE;
	}
}

enum err link_send(struct link *l, struct slice body, int64_t until, struct why *why)
{
	int64_t began = now_ms();
	for (;;) {
		/* Without REQ's empty frame, so that an answer may come in parts. */
		if (zmq_send(l->sock, body.data, body.len, ZMQ_DONTWAIT) >= 0)
			return ERR_OK;
		if (errno != EAGAIN && errno != EINTR)
			return fail(why, from_zmq(errno), "cannot send to %s: %s", l->endpoint, zmq_strerror(errno));
		bool ready;
		enum err e = link_wait(l, ZMQ_POLLOUT, until, &ready, why);
		if (e == ERR_DEADLINE)
			return link_explain(l, (unsigned)(now_ms() - began), why);
		if (e != ERR_OK)
			return e;
	}
}

enum err link_take(struct link *l, struct buf *body, char *topic)
{
	zmq_msg_t frame;
	bool first = true, more = true;
	*topic = 0;
	buf_clear(body);
	zmq_msg_init(&frame);
	while (more) {
		if (zmq_msg_recv(&frame, l->sock, first ? ZMQ_DONTWAIT : 0) < 0) {
			zmq_msg_close(&frame);
			return ERR_DEADLINE;
		}
		more = zmq_msg_more(&frame);
		if (first && more && zmq_msg_size(&frame))
			*topic = *(const char *)zmq_msg_data(&frame);
		if (!more)
			buf_put(body, zmq_msg_data(&frame), zmq_msg_size(&frame));
		first = false;
	}
	zmq_msg_close(&frame);
	return ERR_OK;
}

bool link_up(const struct link *l)
{
	return l->up;
}

unsigned link_drops(const struct link *l)
{
	return l->drops;
}

unsigned link_ups(const struct link *l)
{
	return l->ups;
}
