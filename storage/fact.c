/* SPDX-License-Identifier: Apache-2.0
 *
 * fact.c - facts as bytes: a kind, then the fields in the order of their declaration; numbers as varints.
 *
 * What fact_get() accepts is what fact_put() writes: a state, a space or a length outside its range breaks
 * the reader, so that a damaged outcome is found here and not in the tables.
 */
#include "storage/fact.h"
#include "storage/table.h"

static void spoil(struct rd *r)
{
	r->bad = true;
	r->p = r->end;
}

static uint32_t get_u32(struct rd *r)
{
	uint64_t v = rd_varint(r);
	if (v > UINT32_MAX)
		spoil(r);
	return (uint32_t)v;
}

static uint16_t get_u16(struct rd *r)
{
	uint64_t v = rd_varint(r);
	if (v > UINT16_MAX)
		spoil(r);
	return (uint16_t)v;
}

static int32_t get_i32(struct rd *r)
{
	int64_t v = rd_zigzag(r);
	if (v < INT32_MIN || v > INT32_MAX)
		spoil(r);
	return (int32_t)v;
}

static bool get_bool(struct rd *r)
{
	uint8_t v = rd_u8(r);
	if (v > 1)
		spoil(r);
	return v == 1;
}

static enum fact_state get_state(struct rd *r)
{
	uint8_t v = rd_u8(r);
	if (v < STATE_ASSERTED || v > STATE_ERASED)
		spoil(r);
	return (enum fact_state)v;
}

static enum space get_space(struct rd *r)
{
	uint8_t v = rd_u8(r);
	if (v == 0 || v >= SPACE_COUNT)
		spoil(r);
	return (enum space)v;
}

static struct slice get_key_text(struct rd *r)
{
	struct slice s = rd_slice(r);
	if (s.len > KEY_TEXT_MAX)
		spoil(r);
	return s;
}

static void put_key_text(struct buf *b, struct slice s)
{
	ALWAYS(s.len <= KEY_TEXT_MAX);
	buf_slice(b, s);
}

static void put_span(struct buf *b, const struct when *from, const struct when *to)
{
	when_put(b, from);
	when_put(b, to);
}

static void put_numbers(struct buf *b, size_t n, const uint64_t *v)
{
	for (size_t i = 0; i < n; i++)
		buf_varint(b, v[i]);
}
#define PUT_NUMBERS(b, ...)                                                                                            \
	put_numbers(b, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t), (const uint64_t[]){__VA_ARGS__})

static void put_attr(struct buf *b, const struct fact_attr *f)
{
	PUT_NUMBERS(b, f->unit, f->name);
	put_span(b, &f->from, &f->to);
	PUT_NUMBERS(b, f->src, f->seq);
	buf_u8(b, (uint8_t)f->state);
	buf_slice(b, f->values);
	buf_slice(b, f->locator);
}

static void put_link(struct buf *b, const struct fact_link *f)
{
	buf_u8(b, f->type);
	PUT_NUMBERS(b, f->a, f->b);
	put_span(b, &f->from, &f->to);
	PUT_NUMBERS(b, f->src, f->seq);
	buf_u8(b, (uint8_t)f->state);
	PUT_NUMBERS(b, f->role, f->part, f->born_by, f->ended_by);
	buf_slice(b, f->locator);
}

static void put_obs(struct buf *b, const struct fact_obs *f)
{
	PUT_NUMBERS(b, f->series, f->ref, f->unit, f->src, f->seq);
	buf_u8(b, (uint8_t)f->state);
	buf_u8(b, f->status);
	buf_varint(b, f->round);
	buf_zigzag(b, f->expressed_in);
	buf_slice(b, f->locator);
	buf_slice(b, f->value);
}

static void put_life(struct buf *b, const struct fact_life *f)
{
	PUT_NUMBERS(b, f->unit, f->life, f->kind);
	buf_u8(b, (uint8_t)f->state);
	put_span(b, &f->from, &f->to);
	PUT_NUMBERS(b, f->src, f->born_by, f->ended_by);
}

static void put_name(struct buf *b, const struct fact_name *f)
{
	buf_varint(b, f->unit);
	buf_u8(b, (uint8_t)f->state);
	put_span(b, &f->from, &f->to);
	PUT_NUMBERS(b, f->src, f->born_by, f->ended_by);
	buf_slice(b, f->text);
}

static void put_code(struct buf *b, const struct fact_code *f)
{
	PUT_NUMBERS(b, f->unit, f->scheme);
	buf_u8(b, (uint8_t)f->state);
	put_span(b, &f->from, &f->to);
	PUT_NUMBERS(b, f->src, f->born_by, f->ended_by);
	put_key_text(b, f->text);
}

static void put_edge(struct buf *b, const struct fact_edge *f)
{
	PUT_NUMBERS(b, f->from, f->to, f->event);
	buf_u8(b, (uint8_t)f->state);
	when_put(b, &f->effective);
	buf_u8(b, f->part);
	buf_varint(b, f->territory);
}

static void put_weight(struct buf *b, const struct fact_weight *f)
{
	PUT_NUMBERS(b, f->event, f->from, f->to, f->basis, f->src);
	buf_u8(b, (uint8_t)f->state);
	buf_zigzag(b, f->digits);
	buf_u8(b, f->scale);
	when_put(b, &f->date);
}

static void put_scope(struct buf *b, const struct fact_scope *f)
{
	PUT_NUMBERS(b, f->round, f->unit, f->kind);
	buf_u8(b, (uint8_t)f->state);
	buf_u8(b, f->completion);
	buf_varint(b, f->src);
}

void fact_put(struct buf *b, const struct fact *f)
{
	buf_u8(b, (uint8_t)f->kind);
	switch (f->kind) {
	case FACT_TERM:
		buf_u8(b, (uint8_t)f->term.space);
		buf_varint(b, f->term.id);
		put_key_text(b, f->term.text);
		return;
	case FACT_DEF:
		buf_u8(b, (uint8_t)f->def.space);
		buf_varint(b, f->def.id);
		buf_slice(b, f->def.body);
		return;
	case FACT_LIFE:
		put_life(b, &f->life);
		return;
	case FACT_NAME:
		put_name(b, &f->name);
		return;
	case FACT_CODE:
		put_code(b, &f->code);
		return;
	case FACT_ATTR:
		put_attr(b, &f->attr);
		return;
	case FACT_LINK:
		put_link(b, &f->link);
		return;
	case FACT_OBS:
		put_obs(b, &f->obs);
		return;
	case FACT_SCOPE:
		put_scope(b, &f->scope);
		return;
	case FACT_EVENT:
		buf_varint(b, f->event.event);
		buf_u8(b, f->event.status);
		when_put(b, &f->event.effective);
		buf_slice(b, f->event.body);
		return;
	case FACT_EVENT_UNIT:
		PUT_NUMBERS(b, f->event_unit.unit, f->event_unit.event);
		buf_zigzag(b, f->event_unit.day);
		buf_u8(b, f->event_unit.role);
		buf_u8(b, (uint8_t)f->event_unit.state);
		return;
	case FACT_EDGE:
		put_edge(b, &f->edge);
		return;
	case FACT_DUE:
		buf_zigzag(b, f->due.day);
		buf_u8(b, f->due.kind);
		PUT_NUMBERS(b, f->due.id, f->due.id2);
		buf_u8(b, (uint8_t)f->due.state);
		return;
	case FACT_TICK:
		buf_zigzag(b, f->tick.day);
		return;
	case FACT_WEIGHT:
		put_weight(b, &f->weight);
		return;
	}
	err_never(__FILE__, __LINE__, "a fact of a known kind");
}

static void get_attr(struct rd *r, struct fact_attr *f)
{
	f->unit = get_u32(r);
	f->name = get_u32(r);
	f->from = when_get(r);
	f->to = when_get(r);
	f->src = get_u32(r);
	f->seq = get_u16(r);
	f->state = get_state(r);
	f->values = rd_slice(r);
	f->locator = rd_slice(r);
}

static void get_link(struct rd *r, struct fact_link *f)
{
	f->type = rd_u8(r);
	f->a = get_u32(r);
	f->b = get_u32(r);
	f->from = when_get(r);
	f->to = when_get(r);
	f->src = get_u32(r);
	f->seq = get_u16(r);
	f->state = get_state(r);
	f->role = get_u32(r);
	f->part = get_u32(r);
	f->born_by = get_u32(r);
	f->ended_by = get_u32(r);
	f->locator = rd_slice(r);
}

static void get_obs(struct rd *r, struct fact_obs *f)
{
	f->series = get_u32(r);
	f->ref = get_u32(r);
	f->unit = get_u32(r);
	f->src = get_u32(r);
	f->seq = get_u16(r);
	f->state = get_state(r);
	f->status = rd_u8(r);
	f->round = get_u32(r);
	f->expressed_in = get_i32(r);
	f->locator = rd_slice(r);
	f->value = rd_slice(r);
}

static void get_life(struct rd *r, struct fact_life *f)
{
	f->unit = get_u32(r);
	f->life = get_u16(r);
	f->kind = get_u32(r);
	f->state = get_state(r);
	f->from = when_get(r);
	f->to = when_get(r);
	f->src = get_u32(r);
	f->born_by = get_u32(r);
	f->ended_by = get_u32(r);
}

static void get_name(struct rd *r, struct fact_name *f)
{
	f->unit = get_u32(r);
	f->state = get_state(r);
	f->from = when_get(r);
	f->to = when_get(r);
	f->src = get_u32(r);
	f->born_by = get_u32(r);
	f->ended_by = get_u32(r);
	f->text = rd_slice(r);
}

static void get_code(struct rd *r, struct fact_code *f)
{
	f->unit = get_u32(r);
	f->scheme = get_u32(r);
	f->state = get_state(r);
	f->from = when_get(r);
	f->to = when_get(r);
	f->src = get_u32(r);
	f->born_by = get_u32(r);
	f->ended_by = get_u32(r);
	f->text = get_key_text(r);
}

static void get_weight(struct rd *r, struct fact_weight *f)
{
	f->event = get_u32(r);
	f->from = get_u32(r);
	f->to = get_u32(r);
	f->basis = get_u32(r);
	f->src = get_u32(r);
	f->state = get_state(r);
	f->digits = rd_zigzag(r);
	f->scale = rd_u8(r);
	f->date = when_get(r);
}

static void get_small(struct rd *r, struct fact *f)
{
	switch ((int)f->kind) { /* not an enum: the kinds that fact_get() leaves to us */
	case FACT_TERM:
		f->term.space = get_space(r);
		f->term.id = get_u32(r);
		f->term.text = get_key_text(r);
		return;
	case FACT_DEF:
		f->def.space = get_space(r);
		f->def.id = get_u32(r);
		f->def.body = rd_slice(r);
		return;
	case FACT_SCOPE:
		f->scope.round = get_u32(r);
		f->scope.unit = get_u32(r);
		f->scope.kind = get_u32(r);
		f->scope.state = get_state(r);
		f->scope.completion = rd_u8(r);
		f->scope.src = get_u32(r);
		return;
	case FACT_EVENT:
		f->event.event = get_u32(r);
		f->event.status = rd_u8(r);
		f->event.effective = when_get(r);
		f->event.body = rd_slice(r);
		return;
	case FACT_EVENT_UNIT:
		f->event_unit.unit = get_u32(r);
		f->event_unit.event = get_u32(r);
		f->event_unit.day = get_i32(r);
		f->event_unit.role = rd_u8(r);
		f->event_unit.state = get_state(r);
		return;
	case FACT_EDGE:
		f->edge.from = get_u32(r);
		f->edge.to = get_u32(r);
		f->edge.event = get_u32(r);
		f->edge.state = get_state(r);
		f->edge.effective = when_get(r);
		f->edge.part = get_bool(r);
		f->edge.territory = get_u32(r);
		return;
	case FACT_DUE:
		f->due.day = get_i32(r);
		f->due.kind = rd_u8(r);
		f->due.id = get_u32(r);
		f->due.id2 = get_u32(r);
		f->due.state = get_state(r);
		return;
	case FACT_TICK:
		f->tick.day = get_i32(r);
		return;
	case FACT_WEIGHT:
		get_weight(r, &f->weight);
		return;
	}
	spoil(r);
}

bool fact_get(struct rd *r, struct fact *ret)
{
	if (!rd_ok(r) || r->p == r->end)
		return false;
	*ret = (struct fact){.kind = (enum fact_kind)rd_u8(r)};
	switch (ret->kind) {
	case FACT_LIFE:
		get_life(r, &ret->life);
		break;
	case FACT_NAME:
		get_name(r, &ret->name);
		break;
	case FACT_CODE:
		get_code(r, &ret->code);
		break;
	case FACT_ATTR:
		get_attr(r, &ret->attr);
		break;
	case FACT_LINK:
		get_link(r, &ret->link);
		break;
	case FACT_OBS:
		get_obs(r, &ret->obs);
		break;
	case FACT_TERM:
	case FACT_DEF:
	case FACT_SCOPE:
	case FACT_EVENT:
	case FACT_EVENT_UNIT:
	case FACT_EDGE:
	case FACT_DUE:
	case FACT_TICK:
	case FACT_WEIGHT:
		get_small(r, ret);
		break;
	}
	if (ret->kind < FACT_TERM || ret->kind > FACT_WEIGHT)
		spoil(r);
	return rd_ok(r);
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
