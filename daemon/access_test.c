/* SPDX-License-Identifier: Apache-2.0
 *
 * access_test.c - the daemon knocks at its own door with a key that nobody can know.
 *
 * CURVE without a working ZAP handler lets every key in, silently. So the real endpoint is tried before the daemon says that it
 * is ready; the client's socket monitor tells a refusal by the handler from everything else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <sodium.h>
#include "base/bytes.h"
#include "daemon/access.h"
#include "daemon/sock.h"

#define MONITOR "inproc://varde.self-test"

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

static bool prepare(void *client, const uint8_t server_public[32])
{
	char public_text[CERT_Z85_MAX], secret_text[CERT_Z85_MAX];
	uint8_t secret[32], public_key[32];
	if (zmq_curve_keypair(public_text, secret_text) != 0 || !zmq_z85_decode(secret, secret_text) ||
	    !zmq_z85_decode(public_key, public_text))
		return false;
	int ipv6 = 1;
	bool ok = zmq_setsockopt(client, ZMQ_CURVE_SERVERKEY, server_public, 32) == 0 &&
		  zmq_setsockopt(client, ZMQ_CURVE_PUBLICKEY, public_key, 32) == 0 &&
		  zmq_setsockopt(client, ZMQ_CURVE_SECRETKEY, secret, 32) == 0 &&
		  zmq_setsockopt(client, ZMQ_IPV6, &ipv6, sizeof ipv6) == 0 &&
		  zmq_socket_monitor(client, MONITOR,
				     ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
					     ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) == 0;
	sodium_memzero(secret, sizeof secret);
	return ok;
}

/* The first event of the handshake; 0 when there was none in time. */
static uint16_t first_event(void *monitor, int wait_ms)
{
	zmq_pollitem_t item = {monitor, 0, ZMQ_POLLIN, 0};
	uint8_t frame[6];
	if (zmq_poll(&item, 1, wait_ms) <= 0 || zmq_recv(monitor, frame, sizeof frame, 0) < (int)sizeof frame)
		return 0;
	uint16_t event;
	memcpy(&event, frame, sizeof event); /* in the machine's own order */
	return event;
}

enum err access_self_test(void *ctx, const char *endpoint, const uint8_t server_public[32], int wait_ms, struct why *why)
{
	char where[ENDPOINT_TEXT];
	reachable(endpoint, where, sizeof where);
	void *client = zmq_socket(ctx, ZMQ_DEALER), *monitor = zmq_socket(ctx, ZMQ_PAIR);
	uint16_t event = 0;
	enum err e = ERR_OK;
	if (!client || !monitor || !prepare(client, server_public) || zmq_connect(monitor, MONITOR) != 0 ||
	    zmq_connect(client, where) != 0)
		e = fail(why, ERR_IO, "self-test of %s: %s", where, zmq_strerror(errno));
	else
		event = first_event(monitor, wait_ms);
	if (client)
		zmq_socket_monitor(client, NULL, 0);
	sock_close(&client, 0);
	sock_close(&monitor, 0);
	if (e || event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
		return e;
	if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
		return fail(why, ERR_NOT_ALLOWED, "self-test: %s lets an unknown key in; the daemon does not serve it", where);
	return fail(why, ERR_DEADLINE, "self-test: %s did not refuse an unknown key within %d ms (event %u)", where, wait_ms, event);
}
