/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/fake.h"
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>
#include "tests/test.h"

/* ---- a ROUTER ---- */

static void zap_refuse(void *zap)
{
	static const char *const reply[] = {"400", "unknown key", "", ""};
	char id[256] = "";
	int id_len = 0, more = 1;
	size_t size = sizeof more;
	for (int i = 0; more; i++) {
		char part[256];
		int len = zmq_recv(zap, part, sizeof part, 0);
		if (len < 0)
			return;
		if (i == 1) {
			memcpy(id, part, (size_t)len);
			id_len = len;
		}
		zmq_getsockopt(zap, ZMQ_RCVMORE, &more, &size);
	}
	zmq_send(zap, "1.0", 3, ZMQ_SNDMORE);
	zmq_send(zap, id, (size_t)id_len, ZMQ_SNDMORE);
	for (int i = 0; i < 4; i++)
		zmq_send(zap, reply[i], strlen(reply[i]), i < 3 ? ZMQ_SNDMORE : 0);
}

static void serve(struct fake *f)
{
	AUTO_BUF struct buf reply = {0};
	zmq_msg_t id, body;
	zmq_msg_init(&id);
	zmq_msg_init(&body);
	if (zmq_msg_recv(&id, f->sock, ZMQ_DONTWAIT) < 0)
		return;
	zmq_msg_recv(&body, f->sock, 0);
	struct slice request = {zmq_msg_data(&body), zmq_msg_size(&body)};
	if (f->answer(f->arg, request, &reply)) {
		zmq_msg_send(&id, f->sock, ZMQ_SNDMORE);
		zmq_send(f->sock, reply.data, reply.len, 0);
	}
	zmq_msg_close(&id);
	zmq_msg_close(&body);
}

static void *run(void *arg)
{
	struct fake *f = arg;
	void *stop = zmq_socket(f->ctx, ZMQ_PAIR);
	zmq_connect(stop, "inproc://stop");
	for (;;) {
		zmq_pollitem_t items[3] = {{stop, 0, ZMQ_POLLIN, 0},
					   {f->zap ? f->zap : stop, 0, ZMQ_POLLIN, 0},
					   {f->sock, 0, f->answer ? ZMQ_POLLIN : 0, 0}};
		if (zmq_poll(items, 3, -1) < 0 || items[0].revents)
			break;
		if (f->zap && items[1].revents)
			zap_refuse(f->zap);
		if (items[2].revents)
			serve(f);
	}
	zmq_close(stop);
	return NULL;
}

void fake_start(struct fake *f)
{
	size_t len = sizeof f->endpoint;
	int one = 1, none = 0;
	f->ctx = zmq_ctx_new();
	f->stop = zmq_socket(f->ctx, ZMQ_PAIR);
	assert_int_equal(zmq_bind(f->stop, "inproc://stop"), 0);
	f->sock = zmq_socket(f->ctx, ZMQ_ROUTER);
	zmq_setsockopt(f->sock, ZMQ_LINGER, &none, sizeof none);
	if (f->max_bytes)
		zmq_setsockopt(f->sock, ZMQ_MAXMSGSIZE, &f->max_bytes, sizeof f->max_bytes);
	if (f->curve) {
		assert_int_equal(zmq_curve_keypair(f->server_public, f->server_secret), 0);
		zmq_setsockopt(f->sock, ZMQ_CURVE_SERVER, &one, sizeof one);
		zmq_setsockopt(f->sock, ZMQ_CURVE_SECRETKEY, f->server_secret, 41);
	}
	f->zap = NULL;
	if (f->refuse) {
		f->zap = zmq_socket(f->ctx, ZMQ_REP);
		zmq_setsockopt(f->zap, ZMQ_LINGER, &none, sizeof none);
		assert_int_equal(zmq_bind(f->zap, "inproc://zeromq.zap.01"), 0);
	}
	assert_int_equal(zmq_bind(f->sock, "tcp://127.0.0.1:*"), 0);
	assert_int_equal(zmq_getsockopt(f->sock, ZMQ_LAST_ENDPOINT, f->endpoint, &len), 0);
	assert_int_equal(pthread_create(&f->thread, NULL, run, f), 0);
}

void fake_stop(struct fake *f)
{
	zmq_send(f->stop, "", 0, 0);
	pthread_join(f->thread, NULL);
	if (f->zap)
		zmq_close(f->zap);
	zmq_close(f->sock);
	zmq_close(f->stop);
	zmq_ctx_term(f->ctx);
}

/* ---- a listener ---- */

static int bound(char endpoint[96])
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	snprintf(endpoint, 96, "tcp://127.0.0.1:%u", ntohs(a.sin_port));
	return fd;
}

void nobody(char endpoint[96], int *fd)
{
	*fd = bound(endpoint); /* bound, and never listening: the port stays ours and refuses */
}

static void *listen_run(void *arg)
{
	struct mute *m = arg;
	int peers[64], n = 0;
	for (;;) {
		struct pollfd fds[2] = {{m->stop[0], POLLIN, 0}, {m->fd, POLLIN, 0}};
		if (poll(fds, 2, -1) < 0 || fds[0].revents)
			break;
		int peer = accept(m->fd, NULL, NULL);
		if (peer < 0)
			continue;
		if (m->greeting && send(peer, m->greeting, strlen(m->greeting), MSG_NOSIGNAL) < 0)
			continue;
		if (n < 64)
			peers[n++] = peer;
		else
			close(peer);
	}
	while (n > 0)
		close(peers[--n]);
	return NULL;
}

void mute_start(struct mute *m)
{
	m->fd = bound(m->endpoint);
	assert_int_equal(listen(m->fd, 16), 0);
	assert_int_equal(pipe(m->stop), 0);
	assert_int_equal(pthread_create(&m->thread, NULL, listen_run, m), 0);
}

void mute_stop(struct mute *m)
{
	assert_int_equal(write(m->stop[1], "x", 1), 1);
	pthread_join(m->thread, NULL);
	close(m->fd);
	close(m->stop[0]);
	close(m->stop[1]);
}
