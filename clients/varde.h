/* SPDX-License-Identifier: Apache-2.0
 *
 * varde.h - libvarde, the client library: submit, ask, watch, each with a deadline.
 *
 * Handle   one a thread; it owns its ZeroMQ context and sockets.
 * Retries  submitting keeps the message ids over every retry, so that a lost answer costs nothing: the receipt is the
 *          same.
 * Errors   UNREACHABLE no server there; KEY_REFUSED it does not know our key (or we not its); WRONG_VERSION it speaks
 *          another version; SILENT it took the connection and does not answer; DEADLINE, TOO_LARGE, NO_MEMORY; and
 *          what the server itself answered. `why` has the sentence with the endpoint in it.
 * Memory   what is handed out lives in the arena given.
 * Feed     varde_watch() subscribes, replays from the revision wanted, splices and closes any gap by replay: in order,
 *          no gap, no duplicate, byte for byte as first sent.
 */
#pragma once
#include "base/mem.h"
#include "proto/msg.h"
#include "base/err.h"

struct varde_options {
	const char *ingest, *query,
	    *feed;              /* endpoints; NULL = the defaults on loopback: tcp://127.0.0.1:5670, 5671, 5672 */
	const char *server_key; /* CURVE public key of the server, Z85, 40 characters; NULL = plain */
	const char *key_file;   /* our secret certificate (zcert format); with server_key */
	unsigned deadline_ms;   /* of a whole call, retries included; 0 = 10000 */
};
struct varde;
enum err varde_open(const struct varde_options *o, struct varde **ret, struct why *why) MUST_CHECK;
struct varde *varde_close(struct varde *v); /* NULL allowed; returns NULL */

/* Has any request left yet? If not, a failed varde_submit() surely stored nothing. */
bool varde_sent(const struct varde *v);

/* A fresh time-ordered message id: 6 bytes of milliseconds, 10 random. */
void varde_message_id(uint8_t ret[16]);

/* An id made of the content alone (BLAKE2b, 16 bytes): sending the same again is a retry, and gets the first receipt.
 */
void varde_content_id(struct slice content, uint8_t ret[16]);

/* An item to send: `message` encoded into the arena, with a fresh id. */
struct msg_item varde_item(struct arena *a, const struct msg_message *message);

/* Submit items; *ret has one receipt an item, in order. ERR_OK when every item has its receipt, whatever the verdicts.
 * What the server calls BUSY or SHUTTING_DOWN is sent again until the deadline. Many items go in several requests, one
 * after the other. Replies to earlier varde_send() requests that arrive meanwhile are dropped: use the two on different
 * handles. */
enum err varde_submit(struct varde *v, const struct msg_item *items, size_t n, struct arena *a,
		      struct msg_receipt **ret, struct why *why) MUST_CHECK;
/* Many in flight, for loads: send one request without waiting for its answer / take one reply (waits up to wait_ms;
 * ERR_DEADLINE if none). Receipts name their message ids. Nothing is sent again: after an error, submit what has no
 * receipt yet once more. */
enum err varde_send(struct varde *v, const struct msg_item *items, size_t n, struct why *why) MUST_CHECK;
enum err varde_receive(struct varde *v, unsigned wait_ms, struct arena *a, struct msg_ingest_reply **ret,
		       struct why *why) MUST_CHECK;

/* Ask; request_id and version are filled in. `part` is called for each part in order (the last has `end`); an error
 * that the server answered is returned as that error with its sentence in `why`. */
typedef enum err varde_part_f(void *arg, const struct msg_query_reply *part);
enum err varde_ask(struct varde *v, struct msg_query_request *q, struct arena *a, varde_part_f *part, void *arg,
		   struct why *why) MUST_CHECK;
/* Of an answer that has one part only. */
enum err varde_ask_one(struct varde *v, struct msg_query_request *q, struct arena *a, struct msg_query_reply **ret,
		       struct why *why) MUST_CHECK;

/* Every change set from revision `from` on (0 = only new ones), as the bytes first sent and decoded. Returns when `set`
 * returns false (ERR_OK), after `idle_ms` without news when that is not 0 (ERR_OK), or on failure. `reached` may be
 * NULL: called with each heartbeat's revision once everything up to it has been delivered. */
struct varde_watcher {
	bool (*set)(void *arg, struct slice bytes, const struct msg_change_set *set);
	bool (*reached)(void *arg, uint64_t revision);
	void *arg;
};
enum err varde_watch(struct varde *v, uint64_t from, unsigned idle_ms, const struct varde_watcher *w,
		     struct why *why) MUST_CHECK;
