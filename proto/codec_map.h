/* SPDX-License-Identifier: Apache-2.0
 *
 * codec_map.h - what of msg.def lies where in the library's structs; for codec*.c only.
 */
#pragma once
#include "proto/msg.h"

struct ProtobufCMessageDescriptor;

struct codec_map;
struct codec_slot {
	enum msg_kind kind;
	uint32_t id; /* number of the field on the wire */
	bool packed;
	size_t off, count_off;       /* in the plain struct */
	size_t pb_off, pb_count_off; /* in the library's; pb_count_off is the case of an ALT */
	size_t said_off, said_width; /* what is zero there when nothing is said */
	const struct codec_map *sub;
	const struct msg_enum *codes;
	const char *name;
};
struct codec_map {
	const struct ProtobufCMessageDescriptor *desc;
	const struct msg_type *type;
	struct codec_slot *slots; /* type->count of them, in order of id; as in msg.def */
};

/* The map of a type; made at the first call, for ever. Any thread. */
const struct codec_map *codec_map_of(const struct msg_type *type);
