/* SPDX-License-Identifier: Apache-2.0
 *
 * access.h - who may speak: ZeroMQ asks here (ZAP, rfc 27) before it lets a connection in.
 *
 * Names     a CURVE peer is named by the certificate that lists its key; a plain one "plain:127.0.0.1" or
 * "plain:ipc:UID". Names travel as User-Id on every payload frame (ZeroMQ 4.3.4 loses them on the routing id). Failing
 * closed: an unreadable file lists nobody, an unknown domain or mechanism is refused. Removing  a key cuts its live
 * connections: each key's sockets are remembered as its frames come in (access_peer()). Threads   access_new() binds,
 * access_start() starts the thread that answers; access_peer() is for any thread.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>
#include "daemon/cert.h"
#include "daemon/guard.h"

struct access_key {
	char key_text[CERT_Z85_MAX];
	char name[CERT_NAME_MAX + 1];
};
struct access_keys {
	size_t n;
	struct access_key *list; /* sorted by key_text */
};
/* Read a directory of certificates. Files that are hidden, end in "_secret" or "~", or cannot be read as certificates
 * with a name are left out; each of the last is told to `odd` (may be NULL). */
enum err access_read(const char *dir, struct access_keys *ret, void (*odd)(const char *line),
		     struct why *why) MUST_CHECK;
void access_keys_free(struct access_keys *k);
const struct access_key *access_find(const struct access_keys *k, const char *key_text); /* NULL = not listed */

/* What ZeroMQ asks, and the answer. */
struct access_request {
	const char *domain, *address, *mechanism;
	const uint8_t *key; /* 32 bytes, of CURVE; else NULL */
};
struct access_verdict {
	bool allowed;
	char user[CERT_NAME_MAX + 32];
	char key_text[CERT_Z85_MAX]; /* "" of a plain peer */
};
typedef void access_decide_f(const struct access_keys *keys, const struct access_request *q,
			     struct access_verdict *ret);
void access_decide(const struct access_keys *keys, const struct access_request *q, struct access_verdict *ret);

struct access;
/* Bind the place where ZeroMQ asks; must come before any other bind in this context. `dir` "" = no CURVE client is
 * known. */
enum err access_new(void *ctx, const char *dir, access_decide_f *decide, struct access **ret,
		    struct why *why) MUST_CHECK;
/* `limits`: of what ZeroMQ does not bound (guard.h); its `cut` is set here. */
enum err access_start(struct access *a, const struct guard_options *limits, struct why *why) MUST_CHECK;
void access_reload(struct access *a); /* read the directory again, soon */
int64_t access_beat_ms(const struct access *a);
struct access *access_free(struct access *a); /* stops the thread; after all other sockets are closed; NULL allowed */

#define ACCESS_USER_MAX (CERT_NAME_MAX + 32)
/* Who sent this payload frame? false: nobody who may (still) speak; a removed key's connection has been cut. */
bool access_peer(struct access *a, zmq_msg_t *payload, char ret_user[ACCESS_USER_MAX]);
void access_turn_away(zmq_msg_t *message, const char *why); /* cut its sender's connection, and log why */

/* Prove that the endpoint (as really bound, CURVE) refuses a key that was made this moment. `client_type` is the kind
 * of socket that it expects: ZMQ_DEALER, ZMQ_SUB; another one would be refused for that alone. ERR_NOT_ALLOWED when it
 * gets in, ERR_DEADLINE when nothing was decided within `wait_ms`. */
enum err access_self_test(void *ctx, const char *endpoint, int client_type, const uint8_t server_public[32],
			  int wait_ms, struct why *why) MUST_CHECK;
