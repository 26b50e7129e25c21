/* SPDX-License-Identifier: Apache-2.0
 *
 * access.c - the thread that answers ZAP requests, and the memory of who is connected where.
 *
 * A verdict about a CURVE peer carries the key as a property of its own ("Varde-Key"), so that every frame tells by
 * which key, not only under which name, its sender came in. A key that is no longer listed is thus noticed with the
 * next frame of a connection that was silent until then; those heard before are cut at once. The fd of a connection may
 * have been closed and taken by another peer in between; cutting that one costs it a reconnection.
 */
#include "daemon/access.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/bytes.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/clock.h"
#include "daemon/sock.h"

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define ZAP_FRAMES   8
#define KEY_PROPERTY "Varde-Key"
#define FD_MAX       1048576 /* more sockets than any limit allows */

struct access {
	void *zap;
	char dir[1025];
	access_decide_f *decide;
	int wake, watch; /* eventfd; inotify or -1 */
	bool running;
	pthread_t thread;
	atomic_bool stop, reload;
	atomic_llong beat_ms;

	pthread_mutex_t lock; /* of all below */
	struct access_keys keys;
	struct guard *guard;
	struct access_key *at_fd; /* who was heard last on each fd */
	size_t n_fds;
};

static void say_odd(const char *line)
{
	log_warn("access", "client-keys: %s", line);
}

/* ---- ZAP ---- */

/* Frames of one request, as C texts where they are texts. */
struct zap_request {
	unsigned n;
	struct zap_frame {
		size_t len;
		char data[256]; /* longer frames are no request of ZeroMQ's */
	} frames[ZAP_FRAMES];
	bool bad;
};
enum { ZAP_VERSION, ZAP_ID, ZAP_DOMAIN, ZAP_ADDRESS, ZAP_IDENTITY, ZAP_MECHANISM, ZAP_CREDENTIALS };

static bool zap_receive(void *zap, struct zap_request *r)
{
	*r = (struct zap_request){0};
	zmq_msg_t m;
	zmq_msg_init(&m);
	bool got = zmq_msg_recv(&m, zap, ZMQ_DONTWAIT) >= 0;
	for (bool more = got; more;) {
		size_t len = zmq_msg_size(&m);
		if (r->n == ZAP_FRAMES || len >= sizeof r->frames[0].data) {
			r->bad = true;
		} else {
			struct zap_frame *f = &r->frames[r->n++];
			f->len = len;
			memcpy(f->data, zmq_msg_data(&m), len);
		}
		more = zmq_msg_more(&m) && zmq_msg_recv(&m, zap, 0) >= 0;
	}
	zmq_msg_close(&m);
	return got;
}

static void zap_property(struct buf *b, const char *name, const char *value)
{
	buf_u8(b, (uint8_t)strlen(name));
	buf_put(b, name, strlen(name));
	buf_be32(b, (uint32_t)strlen(value));
	buf_put(b, value, strlen(value));
}

static void zap_answer(void *zap, const struct zap_request *r, const struct access_verdict *v)
{
	AUTO_BUF struct buf properties = {0};
	if (v->allowed && *v->key_text)
		zap_property(&properties, KEY_PROPERTY, v->key_text);
	const char *status = v->allowed ? "200" : "400", *text = v->allowed ? "OK" : "not known here";
	zmq_send(zap, "1.0", 3, ZMQ_SNDMORE);
	zmq_send(zap, r->frames[ZAP_ID].data, r->frames[ZAP_ID].len, ZMQ_SNDMORE);
	zmq_send(zap, status, 3, ZMQ_SNDMORE);
	zmq_send(zap, text, strlen(text), ZMQ_SNDMORE);
	zmq_send(zap, v->user, strlen(v->user), ZMQ_SNDMORE);
	zmq_send(zap, properties.data, properties.len, 0);
}

static void zap_turn(struct access *a)
{
	struct zap_request r;
	while (zap_receive(a->zap, &r)) {
		struct access_verdict v = {0};
		bool curve = r.n == ZAP_CREDENTIALS + 1 && r.frames[ZAP_CREDENTIALS].len == 32;
		if (!r.bad && r.n >= ZAP_CREDENTIALS && strcmp(r.frames[ZAP_VERSION].data, "1.0") == 0) {
			struct access_request q = {
			    .domain = r.frames[ZAP_DOMAIN].data,
			    .address = r.frames[ZAP_ADDRESS].data,
			    .mechanism = r.frames[ZAP_MECHANISM].data,
			    .key = curve ? (const uint8_t *)r.frames[ZAP_CREDENTIALS].data : NULL,
			};
			pthread_mutex_lock(&a->lock);
			a->decide(&a->keys, &q, &v);
			pthread_mutex_unlock(&a->lock);
			if (!v.allowed)
				log_limited(LOG_LEVEL_WARN, "access", "refused a %s connection from %s", q.mechanism,
					    q.address);
		}
		zap_answer(a->zap, &r, &v);
	}
}

/* ---- the directory ---- */

static bool listed(const struct access_keys *keys, const struct access_key *k)
{
	const struct access_key *found = access_find(keys, k->key_text);
	return found && strcmp(found->name, k->name) == 0;
}

/* The lock is held. */
static void cut(struct access *a, size_t fd)
{
	log_info("access", "cut a connection of %s: its key is no longer listed", a->at_fd[fd].name);
	shutdown((int)fd, SHUT_RDWR);
	a->at_fd[fd] = (struct access_key){0};
}

static enum err read_dir(struct access *a, struct why *why)
{
	struct access_keys keys = {0};
	enum err e = access_read(a->dir, &keys, say_odd, why);
	if (e)
		return e;
	pthread_mutex_lock(&a->lock);
	struct access_keys old = a->keys;
	a->keys = keys;
	for (size_t fd = 0; fd < a->n_fds; fd++)
		if (*a->at_fd[fd].key_text && !listed(&a->keys, &a->at_fd[fd]))
			cut(a, fd);
	size_t n = keys.n;
	pthread_mutex_unlock(&a->lock);
	access_keys_free(&old);
	log_info("access", "%zu client keys are listed", n);
	return ERR_OK;
}

static void drain_watch(int fd)
{
	char events[4096];
	while (read(fd, events, sizeof events) > 0)
		;
}

static void *run(void *arg)
{
	struct access *a = arg;
	int64_t look_ms = 0;
	while (!atomic_load(&a->stop)) {
		zmq_pollitem_t items[] = {
		    {a->zap, 0, ZMQ_POLLIN, 0}, {NULL, a->wake, ZMQ_POLLIN, 0}, {NULL, a->watch, ZMQ_POLLIN, 0}};
		zmq_poll(items, a->watch >= 0 ? 3 : 2, GUARD_TURN_MS);
		atomic_store(&a->beat_ms, clock_ms());
		if (clock_ms() >= look_ms) {
			pthread_mutex_lock(&a->lock);
			guard_turn(a->guard);
			pthread_mutex_unlock(&a->lock);
			look_ms = clock_ms() + GUARD_TURN_MS;
		}
		if (items[1].revents)
			sock_wake_clear(a->wake);
		bool changed = a->watch >= 0 && items[2].revents;
		if (changed)
			drain_watch(a->watch);
		if (atomic_exchange(&a->reload, false) || changed) {
			struct why why = {0};
			if (*a->dir && read_dir(a, &why))
				log_err("access", "%s; the keys known so far stay", why.text);
		}
		zap_turn(a);
	}
	return NULL;
}

/* ---- for the others ---- */

enum err access_new(void *ctx, const char *dir, access_decide_f *decide, struct access **ret, struct why *why)
{
	struct access *a = mem_zero(1, sizeof *a);
	*ret = a;
	snprintf(a->dir, sizeof a->dir, "%s", dir);
	a->decide = decide;
	a->watch = -1;
	pthread_mutex_init(&a->lock, NULL);
	a->wake = sock_wake_new();
	a->zap = zmq_socket(ctx, ZMQ_REP);
	enum err e = ERR_OK;
	if (a->wake < 0 || !a->zap || zmq_bind(a->zap, ZAP_ENDPOINT) != 0)
		e = fail(why, ERR_IO, "access: %s", zmq_strerror(errno));
	if (!e && *dir) {
		/* Watch before reading, so that no change falls between. */
		a->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
		if (a->watch >= 0)
			inotify_add_watch(a->watch, dir,
					  IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB |
					      IN_ONLYDIR);
		e = read_dir(a, why);
	}
	if (e)
		*ret = access_free(a);
	return e;
}

static void cut_greedy(void *arg, int fd, const char *why)
{
	(void)arg;
	log_limited(LOG_LEVEL_WARN, "access", "cut a connection: %s", why);
	shutdown(fd, SHUT_RDWR);
}

enum err access_start(struct access *a, const struct guard_options *limits, struct why *why)
{
	struct guard_options o = *limits;
	o.cut = cut_greedy;
	a->guard = guard_new(&o);
	atomic_store(&a->beat_ms, clock_ms());
	int rc = pthread_create(&a->thread, NULL, run, a);
	if (rc)
		return fail(why, err_from_errno(rc), "cannot start the access thread: %s", strerror(rc));
	a->running = true;
	return ERR_OK;
}

void access_reload(struct access *a)
{
	atomic_store(&a->reload, true);
	sock_wake(a->wake);
}

int64_t access_beat_ms(const struct access *a)
{
	return atomic_load(&a->beat_ms);
}

struct access *access_free(struct access *a)
{
	if (!a)
		return NULL;
	if (a->running) {
		atomic_store(&a->stop, true);
		sock_wake(a->wake);
		pthread_join(a->thread, NULL);
	}
	sock_close(&a->zap, 0);
	if (a->wake >= 0)
		close(a->wake);
	if (a->watch >= 0)
		close(a->watch);
	a->guard = guard_free(a->guard);
	access_keys_free(&a->keys);
	free(a->at_fd);
	pthread_mutex_destroy(&a->lock);
	free(a);
	return NULL;
}

/* Remember who spoke on `fd`. The lock is held. */
static void remember(struct access *a, int fd, const struct access_key *k)
{
	if (fd < 0 || fd >= FD_MAX)
		return;
	size_t want = (size_t)fd + 1;
	if (want > a->n_fds) {
		size_t room = want + 64;
		a->at_fd = mem_grow(a->at_fd, room * sizeof *a->at_fd);
		memset(a->at_fd + a->n_fds, 0, (room - a->n_fds) * sizeof *a->at_fd);
		a->n_fds = room;
	}
	a->at_fd[fd] = *k;
}

void access_turn_away(zmq_msg_t *message, const char *why)
{
	int fd = zmq_msg_get(message, ZMQ_SRCFD);
	const char *user = zmq_msg_gets(message, "User-Id");
	log_limited(LOG_LEVEL_WARN, "access", "cut a connection of %s: %s", user ? user : "nobody", why);
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
}

bool access_peer(struct access *a, zmq_msg_t *payload, char ret_user[ACCESS_USER_MAX])
{
	const char *user = zmq_msg_gets(payload, "User-Id");
	const char *key = zmq_msg_gets(payload, KEY_PROPERTY);
	*ret_user = '\0';
	size_t len = user ? strlen(user) : ACCESS_USER_MAX;
	if (len >= ACCESS_USER_MAX)
		return false;
	memcpy(ret_user, user, len + 1);
	struct access_key who = {0};
	int fd = zmq_msg_get(payload, ZMQ_SRCFD);
	if (key) {
		snprintf(who.key_text, sizeof who.key_text, "%s", key);
		snprintf(who.name, sizeof who.name, "%.100s", user);
	}
	pthread_mutex_lock(&a->lock);
	if (a->guard)
		guard_heard(a->guard, fd);
	bool plain = !key;
	bool may = plain || listed(&a->keys, &who);
	if (!plain || (fd >= 0 && (size_t)fd < a->n_fds))
		remember(a, fd, &who); /* a plain peer's clears what stood there */
	if (!may && fd >= 0 && (size_t)fd < a->n_fds)
		cut(a, (size_t)fd);
	pthread_mutex_unlock(&a->lock);
	return may;
}
