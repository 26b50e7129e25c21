/* SPDX-License-Identifier: Apache-2.0
 *
 * handle.h - what a libvarde handle is made of, for the library's own files.
 */
#pragma once
#include "clients/link.h"
#include "clients/varde.h"

#define WIRE_VERSION 1
#define ID_LEN       16

enum place { PLACE_INGEST, PLACE_QUERY, PLACE_FEED, PLACE_COUNT };

struct varde {
	void *ctx;
	char *endpoint[PLACE_COUNT];
	bool curve;
	char server_key[41], public_key[41], secret_key[41];
	unsigned deadline_ms;
	struct link *link[PLACE_COUNT]; /* opened when first needed */
	uint8_t nonce[8];               /* request ids are the nonce and a counter */
	uint64_t requests;
	bool sent;         /* a request has left at least once */
	bool limits_known; /* asked of the server when a request is large */
	uint64_t max_frame, max_items;
};

/* The link to a place, opened if need be. */
enum err handle_link(struct varde *v, enum place p, struct link **ret, struct why *why) MUST_CHECK;
void handle_drop_link(struct varde *v, enum place p);
void handle_request_id(struct varde *v, uint8_t ret[ID_LEN]);

/* One request and its replies, sent again with a new request id as long as the deadline allows:
 * encode() appends the request; reply() judges what came. */
enum step {
	STEP_DONE,  /* answered */
	STEP_MORE,  /* a part; further ones follow, and the request can no longer be sent again */
	STEP_OTHER, /* not an answer to this request */
	STEP_AGAIN, /* the server asks for patience: send again after a pause */
};
struct call {
	enum place place;
	void (*encode)(void *arg, const uint8_t id[ID_LEN], unsigned left_ms, struct buf *out);
	enum err (*reply)(void *arg, const uint8_t id[ID_LEN], struct slice bytes, enum step *ret, struct why *why);
	void *arg;
};
/* `until` in now_ms() time. The last "again" of the server is returned as its error when the deadline passes. */
enum err handle_call(struct varde *v, const struct call *c, int64_t until, struct why *why) MUST_CHECK;

/* An error that the server answered, with its sentence. */
enum err handle_error(const struct varde *v, enum place p, const struct msg_error *error, struct why *why);
/* WRONG_VERSION, in a sentence; `version` 0 = what came could not be read at all. */
enum err handle_wrong_version(const struct varde *v, enum place p, unsigned version, struct why *why);
