/* SPDX-License-Identifier: Apache-2.0
 *
 * msg.c - the tables of msg.def: what msg.h declares, made by reading the list once more for each table.
 */
#include "proto/msg.h"
#include <string.h>
#include <strings.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- one table an enum, one a message ---- */

#define ENUM(name, PREFIX)          static const struct msg_enum_value values_##name[] = {
#define VALUE(PREFIX, NAME, number) {number, #NAME},
#define END_ENUM(name, PREFIX)                                                                                         \
	}                                                                                                              \
	;                                                                                                              \
	const struct msg_enum msg_enum_##name = {#name, #PREFIX, COUNT_OF(values_##name), values_##name};

#define MSG(name)             static const struct msg_field fields_##name[] = {
#define ONE(msg, field, kind) {#field, kind, offsetof(struct msg_##msg, field), 0, NULL, NULL, NULL},
#define TEXT(msg, field)      ONE(msg, field, MSG_TEXT)
#define BYTES(msg, field)     ONE(msg, field, MSG_BYTES)
#define U32(msg, field)       ONE(msg, field, MSG_U32)
#define U64(msg, field)       ONE(msg, field, MSG_U64)
#define S64(msg, field)       ONE(msg, field, MSG_S64)
#define BOOL(msg, field)      ONE(msg, field, MSG_BOOL)
#define CODE(msg, field, e)   {#field, MSG_CODE, offsetof(struct msg_##msg, field), 0, NULL, &msg_enum_##e, NULL},
#define TEXTS(msg, field)                                                                                              \
	{#field, MSG_TEXTS, offsetof(struct msg_##msg, field), offsetof(struct msg_##msg, n_##field), NULL, NULL, NULL},
#define CODES(msg, field, e)                                                                                           \
	{#field,        MSG_CODES, offsetof(struct msg_##msg, field), offsetof(struct msg_##msg, n_##field), NULL,     \
	 &msg_enum_##e, NULL},
#define SUB(msg, field, sub)      {#field, MSG_SUB, offsetof(struct msg_##msg, field), 0, &msg_type_##sub, NULL, NULL},
#define ALT(msg, field, sub, one) {#field, MSG_ALT, offsetof(struct msg_##msg, field), 0, &msg_type_##sub, NULL, #one},
#define SUBS(msg, field, sub)                                                                                          \
	{#field, MSG_SUBS, offsetof(struct msg_##msg, field), offsetof(struct msg_##msg, n_##field), &msg_type_##sub,  \
	 NULL,   NULL},
#define END_MSG(name)                                                                                                  \
	}                                                                                                              \
	;                                                                                                              \
	const struct msg_type msg_type_##name = {#name, sizeof(struct msg_##name), COUNT_OF(fields_##name),            \
						 MSG_INDEX_##name, fields_##name};
#include "proto/msg.def"
#undef ONE
#include "proto/msg_undef.h"

/* ---- all of them ---- */

const struct msg_type *const msg_types[] = {
#define MSG_ONLY_NAMES
#define ENUM(name, PREFIX)
#define MSG(name) &msg_type_##name,
#include "proto/msg_undef.h"
#include "proto/msg.def"
#undef MSG_ONLY_NAMES
#include "proto/msg_undef.h"
    NULL};
_Static_assert(COUNT_OF(msg_types) == MSG_TYPE_COUNT + 1, "msg_types holds every message");

const struct msg_enum *const msg_enums[] = {
#define MSG_ONLY_NAMES
#define ENUM(name, PREFIX) &msg_enum_##name,
#define MSG(name)
#include "proto/msg_undef.h"
#include "proto/msg.def"
#undef MSG_ONLY_NAMES
#include "proto/msg_undef.h"
    NULL};

void msg_fill_texts(const struct msg_type *type, void *message)
{
	for (unsigned i = 0; i < type->count; i++) {
		const char **text = (const char **)((char *)message + type->fields[i].offset);
		if (type->fields[i].kind == MSG_TEXT && !*text)
			*text = "";
	}
}

const char *msg_code_name(const struct msg_enum *e, int number)
{
	for (unsigned i = 0; i < e->count; i++)
		if (e->values[i].number == number)
			return e->values[i].name;
	return "?";
}

int msg_code_number(const struct msg_enum *e, const char *name)
{
	if (!name)
		return -1;
	/* A bare name goes first: the prefix of one enum may begin a value of it. */
	for (unsigned i = 0; i < e->count; i++)
		if (strcasecmp(e->values[i].name, name) == 0)
			return e->values[i].number;
	size_t len = strlen(e->prefix);
	if (strncasecmp(name, e->prefix, len) != 0 || name[len] != '_')
		return -1;
	for (unsigned i = 0; i < e->count; i++)
		if (strcasecmp(e->values[i].name, name + len + 1) == 0)
			return e->values[i].number;
	return -1;
}
