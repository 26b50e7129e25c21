/* SPDX-License-Identifier: Apache-2.0
 *
 * fact.c - facts as bytes: a kind, then its fields in the order of fact.def; numbers as varints.
 *
 * What fact_get() accepts is what fact_put() writes: a state, a space or a length outside its range breaks
 * the reader, so that a damaged outcome is found here and not in the tables.
 */
#include "storage/fact.h"
#include "storage/table.h"

static uint32_t get_u32(struct rd *r)
{
	uint64_t v = rd_varint(r);
	if (v > UINT32_MAX)
		rd_spoil(r);
	return (uint32_t)v;
}

static uint16_t get_u16(struct rd *r)
{
	uint64_t v = rd_varint(r);
	if (v > UINT16_MAX)
		rd_spoil(r);
	return (uint16_t)v;
}

static int32_t get_i32(struct rd *r)
{
	int64_t v = rd_zigzag(r);
	if (v < INT32_MIN || v > INT32_MAX)
		rd_spoil(r);
	return (int32_t)v;
}

static bool get_bool(struct rd *r)
{
	uint8_t v = rd_u8(r);
	if (v > 1)
		rd_spoil(r);
	return v == 1;
}

static struct slice get_key_text(struct rd *r)
{
	struct slice s = rd_slice(r);
	if (s.len > KEY_TEXT_MAX)
		rd_spoil(r);
	return s;
}

static void put_key_text(struct buf *b, struct slice s)
{
	ALWAYS(s.len <= KEY_TEXT_MAX);
	buf_slice(b, s);
}

void fact_put(struct buf *b, const struct fact *fact)
{
	buf_u8(b, (uint8_t)fact->kind);
	switch (fact->kind) {
/* clang-format off */
#define FACT(KIND, member, fields) case FACT_##KIND: { const struct fact_##member *f = &fact->member; fields return; }
#define U8(x)       buf_u8(b, f->x);
#define BOOL(x)     buf_u8(b, f->x);
#define U16(x)      buf_varint(b, f->x);
#define U32(x)      buf_varint(b, f->x);
#define I32(x)      buf_zigzag(b, f->x);
#define I64(x)      buf_zigzag(b, f->x);
#define DAY(x)      buf_zigzag(b, f->x);
#define STATE(x)    buf_u8(b, (uint8_t)f->x);
#define SPACE(x)    buf_u8(b, (uint8_t)f->x);
#define WHEN(x)     when_put(b, &f->x);
#define SLICE(x)    buf_slice(b, f->x);
#define KEY_TEXT(x) put_key_text(b, f->x);
#define END_FACT
#define ROW(...)
#define ROWS(...)
#define STRUCTURE(...)
/* clang-format on */
#include "storage/fact.def"
	}
	err_never(__FILE__, __LINE__, "a fact of a known kind");
}

bool fact_get(struct rd *r, struct fact *ret)
{
	if (!rd_ok(r) || r->p == r->end)
		return false;
	*ret = (struct fact){.kind = (enum fact_kind)rd_u8(r)};
	switch (ret->kind) {
/* clang-format off */
#define FACT(KIND, member, fields) case FACT_##KIND: { struct fact_##member *f = &ret->member; fields return rd_ok(r); }
#define U8(x)       f->x = rd_u8(r);
#define BOOL(x)     f->x = get_bool(r);
#define U16(x)      f->x = get_u16(r);
#define U32(x)      f->x = get_u32(r);
#define I32(x)      f->x = get_i32(r);
#define I64(x)      f->x = rd_zigzag(r);
#define DAY(x)      f->x = get_i32(r);
#define STATE(x)    f->x = fact_get_state(r);
#define SPACE(x)    f->x = fact_get_space(r);
#define WHEN(x)     f->x = when_get(r);
#define SLICE(x)    f->x = rd_slice(r);
#define KEY_TEXT(x) f->x = get_key_text(r);
#define END_FACT
#define ROW(...)
#define ROWS(...)
#define STRUCTURE(...)
/* clang-format on */
#include "storage/fact.def"
	}
	rd_spoil(r);
	return false;
}

/* Up to two units into ret, without zeros and repeats. */
static unsigned units(uint32_t a, uint32_t b, uint32_t ret[2])
{
	unsigned n = 0;
	if (a)
		ret[n++] = a;
	if (b && b != a)
		ret[n++] = b;
	return n;
}

unsigned fact_units(const struct fact *f, uint32_t ret[2])
{
	switch (f->kind) {
	case FACT_LIFE:
		return units(f->life.unit, 0, ret);
	case FACT_NAME:
		return units(f->name.unit, 0, ret);
	case FACT_CODE:
		return units(f->code.unit, 0, ret);
	case FACT_ATTR:
		return units(f->attr.unit, 0, ret);
	case FACT_LINK:
		return units(f->link.a, f->link.b, ret);
	case FACT_OBS:
		return units(f->obs.unit, 0, ret);
	case FACT_SCOPE:
		return units(f->scope.unit, 0, ret);
	case FACT_EVENT_UNIT:
		return units(f->event_unit.unit, 0, ret);
	case FACT_EDGE:
		return units(f->edge.from, f->edge.to, ret);
	case FACT_WEIGHT:
		return units(f->weight.from, f->weight.to, ret);
	case FACT_DUE: /* of an event the units stand in facts of their own */
		return f->due.kind == 1 ? 0 : units(f->due.id, f->due.id2, ret);
	case FACT_TERM:
	case FACT_DEF:
	case FACT_EVENT:
	case FACT_TICK:
		break;
	}
	return 0;
}
