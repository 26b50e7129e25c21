/* SPDX-License-Identifier: Apache-2.0
 *
 * msg.h - the messages of varde.proto as plain C structs, and tables that describe them.
 *
 * `struct msg_observation`, `enum observation_status`, … are made from msg.def; what each field means stands in
 * varde.proto. Texts are never NULL after decoding ("" = not said) and are NUL-terminated UTF-8; when encoding, NULL
 * counts as "". All memory belongs to the arena that the message was decoded into (or to whoever built it).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/bytes.h"

#define ENUM(name, PREFIX)          enum name {
#define VALUE(PREFIX, NAME, number) PREFIX##_##NAME = number,
#define END_ENUM(name, PREFIX)                                                                                         \
	}                                                                                                              \
	;
#define MSG(name)           struct msg_##name {
#define TEXT(msg, field)    const char *field;
#define BYTES(msg, field)   struct slice field;
#define U32(msg, field)     uint32_t field;
#define U64(msg, field)     uint64_t field;
#define S64(msg, field)     int64_t field;
#define BOOL(msg, field)    bool field;
#define CODE(msg, field, e) enum e field;
#define TEXTS(msg, field)                                                                                              \
	size_t n_##field;                                                                                              \
	const char **field;
#define CODES(msg, field, e)                                                                                           \
	size_t n_##field;                                                                                              \
	enum e *field;
#define SUB(msg, field, sub)      struct msg_##sub *field;
#define ALT(msg, field, sub, one) struct msg_##sub *field;
#define SUBS(msg, field, sub)                                                                                          \
	size_t n_##field;                                                                                              \
	struct msg_##sub *field;
#define END_MSG(name)                                                                                                  \
	}                                                                                                              \
	;
#include "proto/msg.def"
#include "proto/msg_undef.h"

/* ---- tables, for whoever handles all messages alike (codec, JSON, tests) ---- */

enum msg_kind {
	MSG_TEXT,
	MSG_BYTES,
	MSG_U32,
	MSG_U64,
	MSG_S64,
	MSG_BOOL,
	MSG_CODE,
	MSG_TEXTS,
	MSG_CODES,
	MSG_SUB,
	MSG_ALT,
	MSG_SUBS
};

struct msg_enum {
	const char *name;   /* "observation_status" */
	const char *prefix; /* "OBSERVATION_STATUS" */
	unsigned count;
	const struct msg_enum_value {
		int number;
		const char *name; /* without the prefix: "MAIN" */
	} * values;
};
struct msg_field {
	const char *name;
	enum msg_kind kind;
	size_t offset, count_offset;  /* in the struct; count_offset of repeated ones */
	const struct msg_type *sub;   /* of SUB, ALT, SUBS */
	const struct msg_enum *codes; /* of CODE, CODES */
	const char *one;              /* name of the oneof, of ALT */
};
struct msg_type {
	const char *name; /* "observation" */
	size_t size;
	unsigned count;
	unsigned index; /* its place in msg_types[] */
	const struct msg_field *fields;
};

#define MSG_ONLY_NAMES
#define MSG(name)          extern const struct msg_type msg_type_##name;
#define ENUM(name, PREFIX) extern const struct msg_enum msg_enum_##name;
#include "proto/msg_undef.h"
#include "proto/msg.def"
#undef MSG_ONLY_NAMES
#include "proto/msg_undef.h"

enum {
#define MSG_ONLY_NAMES
#define ENUM(name, PREFIX)
#define MSG(name) MSG_INDEX_##name,
#include "proto/msg_undef.h"
#include "proto/msg.def"
#undef MSG_ONLY_NAMES
#include "proto/msg_undef.h"
	MSG_TYPE_COUNT /* how many messages there are */
};

extern const struct msg_type *const msg_types[]; /* all of them, MSG_TYPE_COUNT; NULL ends it */
extern const struct msg_enum *const msg_enums[];

/* Texts that are not set (NULL) become "": of a message that is made here and not decoded. Not of those inside it. */
void msg_fill_texts(const struct msg_type *type, void *message);
/* "MAIN" of MAIN; "?" for a number the table does not have. Static. */
const char *msg_code_name(const struct msg_enum *e, int number);
/* The number of a name (any case, with or without prefix), or -1. */
int msg_code_number(const struct msg_enum *e, const char *name);
