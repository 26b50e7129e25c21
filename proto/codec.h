/* SPDX-License-Identifier: Apache-2.0
 *
 * codec.h - bytes ↔ plain structs. The only place that knows protobuf-c.
 *
 * Memory   everything decoded lives in the caller's arena; texts and bytes are copied there, so the
 *          input may go. The arena's cap bounds what hostile bytes can make of themselves: over it
 *          decoding fails with ERR_TOO_LARGE and nothing leaks.
 * Checks   always: valid UTF-8 without NUL in every text. Of several alternatives of a oneof on the wire
 *          the last one counts, as everywhere in protobuf; a struct has at most one.
 *          CODEC_STRICT (what is ingested): also every unknown field and every unknown or zero
 *          enum value, with its path. CODEC_TOLERANT (questions, answers): those pass, an unknown enum
 *          value reads as 0.
 * Depth    the schema has no recursive message; a test proves it.
 * Threads  no state.
 */
#pragma once
#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"
#include "proto/msg.h"

enum codec_mode { CODEC_STRICT, CODEC_TOLERANT };

/* One thing that is wrong with the bytes. */
struct codec_fault {
	enum err err;     /* MALFORMED, UNKNOWN_FIELD, INVALID */
	const char *path; /* "submission.observations[3].status" */
	const char *text; /* a sentence */
};
#define CODEC_FAULTS_MAX 64 /* further ones are counted in `more` */
struct codec_faults {
	size_t n, more;
	struct codec_fault list[CODEC_FAULTS_MAX]; /* texts in the arena */
};

/* Decode `bytes` as a message of `type` into *ret (a struct msg_…, in the arena). With CODEC_STRICT
 * all faults are collected (faults may be NULL) and the error is that of the first one. */
enum err codec_decode(const struct msg_type *type, struct slice bytes, enum codec_mode mode, struct arena *a,
		      void **ret, struct codec_faults *faults) MUST_CHECK;

/* Append the encoding of `msg` (a struct msg_… of `type`) to `out`. The bytes depend on the message alone:
 * fields in order of number, zero scalars left out. Cannot fail. */
void codec_encode(const struct msg_type *type, const void *msg, struct buf *out);

/* The number of a field on the wire; it must be there. For who writes many of one message by hand. */
unsigned codec_field(const struct msg_type *type, const char *field);
/* Write a length-delimited field, so that bytes stored earlier (a receipt, a change set) can be put
 * into an answer as they are: codec_embed(out, 5, receipt) after codec_encode() of the rest. */
void codec_embed(struct buf *out, unsigned field, struct slice bytes);
void codec_embed_head(struct buf *out, unsigned field, size_t len); /* without the bytes, which follow it */
/* Such a field whose bytes the caller puts behind the others, in between; `start` is what codec_open() gave. */
size_t codec_open(struct buf *out, unsigned field);
void codec_close(struct buf *out, size_t start);
