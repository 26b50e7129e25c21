/* SPDX-License-Identifier: Apache-2.0
 *
 * ask.h - questions: a request and a view in, encoded replies out. No socket, no clock.
 *
 * An answer is one or more QueryReply, emitted in order, the last with `end`. An error is a reply too: ask() itself
 * only fails when the store or the receiver does.
 */
#pragma once
#include "proto/msg.h"
#include "storage/view.h"

/* The version of the rules that make figures, in every reply. A question whose times are resolved has one answer for
 * ever under one of them: whoever changes what an old question answers counts on here and says in PROTOCOL.md what the
 * new one does otherwise. */
#define ASK_METHOD "2"

#define ASK_REQUEST_ID_MAX 32u /* bytes; a longer one is refused, and not echoed */

struct ask_limits {
	uint32_t rows_max;    /* of one answer, all kinds together: over it ERR_TOO_LARGE, with the advice to narrow */
	uint32_t part_bytes;  /* a part is closed when it has grown over this: 256 KiB */
	uint32_t changes_max; /* change sets of one answer: 512 */
	uint32_t history_max; /* history rows of one answer: 1000 */
	size_t
	    work_max; /* bytes that a question may hold while it is worked out: over it ERR_TOO_LARGE; 0 = no limit */
};
/* What only the daemon knows, for the status question. */
struct ask_status {
	const char *server_version, *feed_endpoint;
	int64_t started_us;
	uint64_t accepted, refused, not_processed, repeated, questions;
	uint32_t max_frame_bytes, max_items;
};
struct kept;
struct known;
struct ask_context {
	struct store *store;
	struct view *view;              /* renewed by the caller; ask() sets as_of */
	struct journal_reader *journal; /* renewed by the caller */
	const struct ask_limits *limits;
	const struct ask_status *status;
	struct kept *kept;          /* of the thread (kept.h); NULL = nothing is kept from question to question */
	struct known *known;        /* likewise (known.h) */
	struct buf *lent;           /* two that answers are made in, kept by the thread; NULL = new ones each time */
	bool (*expired)(void *arg); /* has the deadline passed? NULL = never */
	void *expired_arg;
	uint32_t look_every; /* rows read between two looks whether it has; 0 = ASK_LOOK_EVERY */
	/* Take one encoded QueryReply; `bytes` is valid during the call. Failing ends the answer. */
	enum err (*emit)(void *arg, struct slice bytes, bool end);
	void *emit_arg;
	enum err *told; /* set to the error that is told instead of an answer; NULL = nobody wants to know */
	bool inner;     /* asked by another question (inner.h), to which finding nothing is an answer */
};
#define ASK_LOOK_EVERY 256u
/* Which questions a thread with others waiting should hand to a reader thread. Bounded ones are answered in place. */
enum ask_weight { ASK_SHORT, ASK_LONG };
enum ask_weight ask_weight(const struct msg_query_request *q);

/* Answer. `a` is reset by the caller afterwards. */
enum err ask(const struct ask_context *c, const struct msg_query_request *q, struct arena *a) MUST_CHECK;
/* One reply that is an error, e.g. for what could not be decoded (q may be NULL). */
enum err ask_error(const struct ask_context *c, const struct msg_query_request *q, enum err e, const char *text,
		   struct arena *a) MUST_CHECK;
