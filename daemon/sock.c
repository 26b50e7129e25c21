/* SPDX-License-Identifier: Apache-2.0
 *
 * sock.c - ZeroMQ 4.3.4 with what it needs said: limits before bind, since a bind copies them; the plain endpoints
 * first, then the CURVE ones with the same socket, as security options are copied too.
 */
#include "daemon/sock.h"
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG        4096 /* all clients of a daemon that starts anew come at once; the kernel has its own bound */
#define FRAMES_MAX     3
#define FEED_FRAME_MAX 512 /* less than 276 breaks CURVE's handshake */

/* ZeroMQ speaks errno, with a few numbers of its own. */
static enum err err_from_zmq(int errnum)
{
	return errnum >= ZMQ_HAUSNUMERO ? ERR_IO : err_from_errno(errnum);
}

static int set_int(void *sock, int option, int value)
{
	return zmq_setsockopt(sock, option, &value, sizeof value);
}

void *sock_new(void *ctx, int type, uint64_t send_queue, const struct config *c)
{
	void *sock = zmq_socket(ctx, type);
	if (!sock)
		return NULL;
	/* Subscribers send nothing but topics, and ZeroMQ keeps those in a tree of one node a byte. */
	int64_t frame_max = type == ZMQ_XPUB ? FEED_FRAME_MAX : (int64_t)c->frame_max;
	int ping = (int)c->ping;
	int rc = zmq_setsockopt(sock, ZMQ_MAXMSGSIZE, &frame_max, sizeof frame_max);
	rc |= set_int(sock, ZMQ_SNDHWM, (int)send_queue);
	rc |= set_int(sock, ZMQ_RCVHWM, (int)c->queue);
	rc |= set_int(sock, ZMQ_BACKLOG, BACKLOG);
	rc |= set_int(sock, ZMQ_LINGER, (int)c->linger);
	rc |= set_int(sock, ZMQ_HANDSHAKE_IVL, (int)c->handshake);
	rc |= set_int(sock, ZMQ_HEARTBEAT_IVL, ping);
	rc |= set_int(sock, ZMQ_HEARTBEAT_TIMEOUT, ping * 3);
	rc |= set_int(sock, ZMQ_HEARTBEAT_TTL, ping * 3);
	if (type == ZMQ_ROUTER)
		rc |= set_int(sock, ZMQ_ROUTER_MANDATORY, 1); /* else answers vanish without a word */
	if (type == ZMQ_XPUB)
		rc |= set_int(sock, ZMQ_XPUB_VERBOSE, 1); /* every subscriber is seen, not only the first of a topic */
	if (rc == 0)
		return sock;
	sock_close(&sock, 0);
	return NULL;
}

void sock_close(void **sock, int linger_ms)
{
	if (!*sock)
		return;
	set_int(*sock, ZMQ_LINGER, linger_ms);
	zmq_close(*sock);
	*sock = NULL;
}

/* Remember where a bind really ended: port * and ipc wildcards are resolved by then. */
static enum err note_endpoint(void *sock, char list[SOCK_BOUND_MAX])
{
	char last[ENDPOINT_TEXT] = "";
	size_t len = sizeof last;
	if (zmq_getsockopt(sock, ZMQ_LAST_ENDPOINT, last, &len) != 0)
		return err_from_zmq(errno);
	size_t have = strlen(list);
	int n = snprintf(list + have, SOCK_BOUND_MAX - have, "%s%s", have ? "," : "", last);
	return n > 0 && (size_t)n < SOCK_BOUND_MAX - have ? ERR_OK : ERR_TOO_LARGE;
}

/* ZeroMQ unlinks the socket of an ipc path before it binds there, also one that a living process listens on; that one
 * would then hear nothing more, without a word. */
static bool ipc_taken(const char *endpoint)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	const char *path = endpoint + strlen("ipc://");
	if (strncmp(endpoint, "ipc://", 6) != 0 || *path != '/' || strlen(path) >= sizeof a.sun_path)
		return false;
	memcpy(a.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	bool taken = connect(fd, (const struct sockaddr *)&a, sizeof a) == 0 || errno == EAGAIN;
	close(fd);
	return taken;
}

static enum err bind_list(void *sock, const char *name, const char *list, char bound[SOCK_BOUND_MAX], struct why *why)
{
	char e[ENDPOINTS_MAX][ENDPOINT_TEXT];
	unsigned n = config_endpoints(list, e);
	for (unsigned i = 0; i < n && i < ENDPOINTS_MAX; i++) {
		set_int(sock, ZMQ_IPV6, strchr(e[i], '[') != NULL);
		bool taken = ipc_taken(e[i]);
		if (taken || zmq_bind(sock, e[i]) != 0) {
			int err = taken ? EADDRINUSE : errno;
			return fail(why, err_from_zmq(err), "cannot bind %s to %s: %s", name, e[i], zmq_strerror(err));
		}
		if (strncmp(e[i], "ipc:///", 7) == 0)
			chmod(e[i] + 6,
			      0666); /* as open to this machine's users as loopback is; the umask is for files */
		enum err err = note_endpoint(sock, bound);
		if (err)
			return fail(why, err, "cannot tell where %s is bound: %s", name, e[i]);
	}
	return ERR_OK;
}

enum err sock_bind(void *sock, const char *name, const char *plain, const char *curve, const uint8_t *secret,
		   struct sock_bound *ret, struct why *why)
{
	*ret = (struct sock_bound){0};
	if (zmq_setsockopt(sock, ZMQ_ZAP_DOMAIN, SOCK_DOMAIN_PLAIN, strlen(SOCK_DOMAIN_PLAIN)) != 0)
		return fail(why, err_from_zmq(errno), "%s: %s", name, zmq_strerror(errno));
	enum err e = bind_list(sock, name, plain, ret->plain, why);
	if (e || !*curve)
		return e;
	ALWAYS(secret);
	if (zmq_setsockopt(sock, ZMQ_ZAP_DOMAIN, SOCK_DOMAIN_CURVE, strlen(SOCK_DOMAIN_CURVE)) != 0 ||
	    set_int(sock, ZMQ_CURVE_SERVER, 1) != 0 || zmq_setsockopt(sock, ZMQ_CURVE_SECRETKEY, secret, 32) != 0)
		return fail(why, err_from_zmq(errno), "%s: %s", name, zmq_strerror(errno));
	char full[32];
	snprintf(full, sizeof full, "%s-curve", name);
	return bind_list(sock, full, curve, ret->curve, why);
}

/* Throw away what is left of a message; one frame is held at a time. */
static void drop_rest(void *sock, zmq_msg_t *m)
{
	while (zmq_msg_more(m) && zmq_msg_recv(m, sock, ZMQ_DONTWAIT) >= 0)
		;
}

enum sock_got sock_receive(void *router, struct sock_peer *ret, zmq_msg_t *payload)
{
	*ret = (struct sock_peer){0};
	zmq_msg_t *m = payload;
	if (zmq_msg_recv(m, router, ZMQ_DONTWAIT) < 0)
		return errno == EAGAIN || errno == EINTR ? SOCK_NOTHING : SOCK_BROKEN;
	size_t len = zmq_msg_size(m);
	ALWAYS(len <= sizeof ret->id); /* ZeroMQ's own bound of routing ids */
	memcpy(ret->id, zmq_msg_data(m), len);
	ret->len = (uint8_t)len;
	unsigned frames = 1;
	while (zmq_msg_more(m) && frames < FRAMES_MAX) {
		if (zmq_msg_recv(m, router, ZMQ_DONTWAIT) < 0)
			return SOCK_BROKEN; /* ZeroMQ hands over whole messages */
		frames++;
		if (frames == 2 && zmq_msg_size(m) == 0 && zmq_msg_more(m))
			ret->req = true;
		else
			break;
	}
	bool junk = frames == 1 || zmq_msg_more(m);
	drop_rest(router, m);
	return junk ? SOCK_JUNK : SOCK_REQUEST;
}

enum sock_sent sock_reply_begin(void *router, const struct sock_peer *to)
{
	/* With MANDATORY the first frame finds out whether the peer is there and has room; the rest then goes through.
	 */
	if (zmq_send(router, to->id, to->len, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		return errno == EAGAIN ? SOCK_FULL : SOCK_GONE;
	if (to->req && zmq_send(router, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		return SOCK_GONE;
	return SOCK_SENT;
}

enum sock_sent sock_reply(void *router, const struct sock_peer *to, struct slice bytes)
{
	enum sock_sent sent = sock_reply_begin(router, to);
	if (sent == SOCK_SENT && zmq_send(router, bytes.data, bytes.len, ZMQ_DONTWAIT) < 0)
		return SOCK_GONE;
	return sent;
}

struct slice sock_bytes(zmq_msg_t *m)
{
	return (struct slice){zmq_msg_data(m), zmq_msg_size(m)};
}

int sock_wake_new(void)
{
	return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

void sock_wake(int fd)
{
	uint64_t one = 1;
	ssize_t n = write(fd, &one, sizeof one);
	(void)n; /* EAGAIN: it is awake already */
}

void sock_wake_clear(int fd)
{
	uint64_t count;
	ssize_t n = read(fd, &count, sizeof count);
	(void)n;
}

bool sock_has_message(void *sock)
{
	int events = 0;
	size_t len = sizeof events;
	return zmq_getsockopt(sock, ZMQ_EVENTS, &events, &len) == 0 && (events & ZMQ_POLLIN);
}

/* Half as many system calls as zmq_poll() makes, which asks every socket before it waits and after. */
bool sock_wait(void *sock, int wake, int64_t wait_ms, bool *ret_woken)
{
	int fd = -1;
	size_t len = sizeof fd;
	zmq_getsockopt(sock, ZMQ_FD, &fd, &len);
	struct pollfd list[] = {{wake, POLLIN, 0}, {fd, POLLIN, 0}};
	if (poll(list, 2, (int)wait_ms) < 0)
		list[0].revents = list[1].revents = 0; /* interrupted */
	*ret_woken = list[0].revents;
	return list[1].revents;
}
