/* SPDX-License-Identifier: Apache-2.0
 *
 * access_test.c - the daemon knocks at its own door with a key that nobody can know.
 *
 * CURVE without a working ZAP handler lets every key in, silently. So the real endpoint is tried before the daemon says
 * that it is ready; the client's socket monitor tells a refusal by the handler from everything else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <stdatomic.h>
#include <sodium.h>
#include "base/bytes.h"
#include "daemon/access.h"
#include "daemon/clock.h"
#include "daemon/sock.h"

/* Where to connect to reach what is bound: an address that means "all" is reached by loopback. */
static void reachable(const char *endpoint, char *ret, size_t room)
{
	static const char any4[] = "tcp://0.0.0.0:", any6[] = "tcp://[::]:";
	if (strncmp(endpoint, any4, sizeof any4 - 1) == 0)
		snprintf(ret, room, "tcp://127.0.0.1:%s", endpoint + sizeof any4 - 1);
	else if (strncmp(endpoint, any6, sizeof any6 - 1) == 0)
		snprintf(ret, room, "tcp://[::1]:%s", endpoint + sizeof any6 - 1);
	else
		snprintf(ret, room, "%s", endpoint);
}

static bool prepare(void *client, const uint8_t server_public[32], const char *monitor)
{
	char public_text[CERT_Z85_MAX], secret_text[CERT_Z85_MAX];
	uint8_t secret[32], public_key[32];
	if (zmq_curve_keypair(public_text, secret_text) != 0 || !zmq_z85_decode(secret, secret_text) ||
	    !zmq_z85_decode(public_key, public_text))
		return false;
	int ipv6 = 1;
	bool ok =
	    zmq_setsockopt(client, ZMQ_CURVE_SERVERKEY, server_public, 32) == 0 &&
	    zmq_setsockopt(client, ZMQ_CURVE_PUBLICKEY, public_key, 32) == 0 &&
	    zmq_setsockopt(client, ZMQ_CURVE_SECRETKEY, secret, 32) == 0 &&
	    zmq_setsockopt(client, ZMQ_IPV6, &ipv6, sizeof ipv6) == 0 &&
	    zmq_socket_monitor(client, monitor,
			       ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
				   ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) == 0;
	sodium_memzero(secret, sizeof secret);
	return ok;
}

/* The event that decides the handshake; 0 when there was none in time. A connection that ends without a reason (the
 * refusal is lost when the server's end closes first) is tried again by ZeroMQ and decides nothing. */
static uint16_t verdict(void *monitor, int wait_ms)
{
	int64_t end = clock_ms() + wait_ms;
	for (int64_t left; (left = end - clock_ms()) > 0;) {
		zmq_pollitem_t item = {monitor, 0, ZMQ_POLLIN, 0};
		if (zmq_poll(&item, 1, (long)left) <= 0)
			continue;
		uint8_t frame[6];
		uint16_t event = 0;
		bool whole = zmq_recv(monitor, frame, sizeof frame, ZMQ_DONTWAIT) == (int)sizeof frame;
		if (whole)                                   /* else it is the address that follows an event */
			memcpy(&event, frame, sizeof event); /* in the machine's own order */
		if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED || event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
			return event;
		int more = 0;
		size_t len = sizeof more;
		char address[ENDPOINT_TEXT];
		while (zmq_getsockopt(monitor, ZMQ_RCVMORE, &more, &len) == 0 && more)
			zmq_recv(monitor, address, sizeof address, 0);
	}
	return 0;
}

enum err access_self_test(void *ctx, const char *endpoint, int client_type, const uint8_t server_public[32],
			  int wait_ms, struct why *why)
{
	static atomic_uint tests; /* a name of its own each time: the old one may still be bound */
	char where[ENDPOINT_TEXT], door[64];
	snprintf(door, sizeof door, "inproc://varde.self-test.%u", atomic_fetch_add(&tests, 1));
	reachable(endpoint, where, sizeof where);
	void *client = zmq_socket(ctx, client_type), *monitor = zmq_socket(ctx, ZMQ_PAIR);
	uint16_t event = 0;
	enum err e = ERR_OK;
	if (!client || !monitor || !prepare(client, server_public, door) || zmq_connect(monitor, door) != 0 ||
	    zmq_connect(client, where) != 0)
		e = fail(why, ERR_IO, "self-test of %s: %s", where, zmq_strerror(errno));
	else
		event = verdict(monitor, wait_ms);
	if (client)
		zmq_socket_monitor(client, NULL, 0);
	sock_close(&client, 0);
	sock_close(&monitor, 0);
	if (e || event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
		return e;
	if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
		return fail(why, ERR_NOT_ALLOWED, "self-test: %s lets an unknown key in; the daemon does not serve it",
			    where);
	return fail(why, ERR_DEADLINE, "self-test: %s did not refuse an unknown key within %d ms", where, wait_ms);
}
