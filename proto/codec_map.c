/* SPDX-License-Identifier: Apache-2.0
 *
 * codec_map.c - matches each field of msg.def by name with the descriptor that protoc-c generated, once.
 */
#include "proto/codec_map.h"
#include <pthread.h>
#include "base/err.h"
#include "base/mem.h"
#include "proto/varde.pb-c.h"

static struct codec_map maps[MSG_TYPE_COUNT] = {
#define MSG_ONLY_NAMES
#define ENUM(name, PREFIX)
#define MSG(name) {&varde__v1__##name##__descriptor, &msg_type_##name, NULL},
#include "proto/msg_undef.h"
#include "proto/msg.def"
#undef MSG_ONLY_NAMES
#include "proto/msg_undef.h"
};
static pthread_once_t maps_once = PTHREAD_ONCE_INIT;

static ProtobufCType wire_type_of(enum msg_kind kind)
{
	switch (kind) {
	case MSG_TEXT:
	case MSG_TEXTS:
		return PROTOBUF_C_TYPE_STRING;
	case MSG_BYTES:
		return PROTOBUF_C_TYPE_BYTES;
	case MSG_U32:
		return PROTOBUF_C_TYPE_UINT32;
	case MSG_U64:
		return PROTOBUF_C_TYPE_UINT64;
	case MSG_S64:
		return PROTOBUF_C_TYPE_SINT64;
	case MSG_BOOL:
		return PROTOBUF_C_TYPE_BOOL;
	case MSG_CODE:
	case MSG_CODES:
		return PROTOBUF_C_TYPE_ENUM;
	case MSG_SUB:
	case MSG_ALT:
	case MSG_SUBS:
		break;
	}
	return PROTOBUF_C_TYPE_MESSAGE;
}

static bool is_repeated(enum msg_kind kind)
{
	return kind == MSG_TEXTS || kind == MSG_CODES || kind == MSG_SUBS;
}

/* Where a look tells whether anything is said: at a number, a length, a count or a pointer. */
static void see_what_says(struct codec_slot *s)
{
	s->said_off = s->off;
	s->said_width = sizeof(void *);
	if (is_repeated(s->kind)) {
		s->said_off = s->count_off;
		s->said_width = sizeof(size_t);
	} else if (s->kind == MSG_BYTES) {
		s->said_off += offsetof(struct slice, len);
		s->said_width = sizeof(size_t);
	} else if (s->kind == MSG_U64 || s->kind == MSG_S64) {
		s->said_width = sizeof(uint64_t);
	} else if (s->kind == MSG_U32 || s->kind == MSG_CODE) {
		s->said_width = sizeof(uint32_t);
	} else if (s->kind == MSG_BOOL) {
		s->said_width = sizeof(bool);
	}
}

/* msg.def and varde.proto disagreeing is a bug: every assumption of the walks is checked here, once. */
static void slot_fill(struct codec_slot *s, const struct msg_field *f, const ProtobufCMessageDescriptor *desc)
{
	const ProtobufCFieldDescriptor *d = protobuf_c_message_descriptor_get_field_by_name(desc, f->name);
	ALWAYS(d);
	ALWAYS(d->type == wire_type_of(f->kind));
	ALWAYS((d->label == PROTOBUF_C_LABEL_REPEATED) == is_repeated(f->kind));
	ALWAYS(((d->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) == (f->kind == MSG_ALT));
	*s = (struct codec_slot){
	    .kind = f->kind,
	    .id = d->id,
	    .packed = (d->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0,
	    .off = f->offset,
	    .count_off = f->count_offset,
	    .pb_off = d->offset,
	    .pb_count_off = d->quantifier_offset,
	    .codes = f->codes,
	    .name = f->name,
	};
	see_what_says(s);
	if (f->sub) {
		s->sub = &maps[f->sub->index];
		ALWAYS(s->sub->desc == d->descriptor);
	}
}

static void maps_fill(void)
{
	for (size_t i = 0; i < MSG_TYPE_COUNT; i++) {
		struct codec_map *m = &maps[i];
		ALWAYS(m->type->index == i && m->type->count == m->desc->n_fields);
		m->slots = mem_zero(m->type->count, sizeof *m->slots);
		for (unsigned k = 0; k < m->type->count; k++) {
			slot_fill(&m->slots[k], &m->type->fields[k], m->desc);
			ALWAYS(k == 0 || m->slots[k - 1].id < m->slots[k].id);
		}
	}
}

const struct codec_map *codec_map_of(const struct msg_type *type)
{
	pthread_once(&maps_once, maps_fill);
	return &maps[type->index];
}
