/* SPDX-License-Identifier: Apache-2.0
 *
 * row.c - a fact becomes its rows, a row becomes its fact again (declared in table.h).
 *
 * Rows are made by the hundred thousand in a fold, so keys and all but very long values are built on the stack.
 */
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "storage/table.h"

#define LINK_PART_OF 1  /* the wire's LinkType */
#define FIXED_MAX    96 /* bytes of a value without its texts */

/* A key and a value under construction. */
struct kv {
	struct buf key, val;
	uint64_t rev;
	row_emit_f *emit;
	void *arg;
	uint8_t key_room[KEY_MAX + 1], val_room[512];
};

static void kv_begin(struct kv *kv, size_t texts, uint64_t rev, row_emit_f *emit, void *arg)
{
	size_t need = texts + FIXED_MAX;
	kv->key = (struct buf){kv->key_room, 0, sizeof kv->key_room};
	kv->val = need <= sizeof kv->val_room ? (struct buf){kv->val_room, 0, sizeof kv->val_room}
					      : (struct buf){mem_alloc(need), 0, need};
	kv->rev = rev;
	kv->emit = emit;
	kv->arg = arg;
}

static void kv_end(struct kv *kv)
{
	ALWAYS(kv->key.data == kv->key_room); /* it never outgrew the stack */
	if (kv->val.data != kv->val_room)
		free(kv->val.data);
}

static void kv_emit(struct kv *kv, enum table t)
{
	kv->emit(kv->arg, t, buf_view(&kv->key), buf_view(&kv->val));
}

static void key_start(struct kv *kv)
{
	buf_clear(&kv->key);
}

static void add_day(struct buf *b, int32_t day)
{
	buf_be32(b, (uint32_t)day ^ 0x80000000u);
}

static void add_from(struct buf *b, const struct when *from)
{
	add_day(b, from->precision == WHEN_NONE ? WHEN_DAY_MIN : from->lo);
}

/* The revision changed how units hang together. */
static void emit_structure(struct kv *kv)
{
	key_start(kv);
	buf_clear(&kv->val);
	buf_be48(&kv->key, kv->rev);
	kv_emit(kv, TABLE_STRUCTURE);
}

/* ---- facts to rows ---------------------------------------------------------------------------------------- */

static void rows_term(struct kv *kv, const struct fact_term *f)
{
	key_term(&kv->key, f->space, f->text);
	buf_be32(&kv->val, f->id);
	buf_be48(&kv->val, kv->rev);
	kv_emit(kv, TABLE_TERM);
	key_number(&kv->key, f->space, f->id);
	buf_clear(&kv->val);
	buf_put(&kv->val, f->text.data, f->text.len);
	kv_emit(kv, TABLE_TERM_BY_ID);
}

static void rows_life(struct kv *kv, const struct fact_life *f)
{
	for (int by_kind = 0; by_kind < 2; by_kind++) {
		key_start(kv);
		buf_clear(&kv->val);
		if (by_kind)
			buf_be32(&kv->key, f->kind);
		buf_be32(&kv->key, f->unit);
		buf_be16(&kv->key, f->life);
		buf_u8(&kv->val, (uint8_t)f->state);
		if (!by_kind)
			buf_be32(&kv->val, f->kind);
		when_put(&kv->val, &f->from);
		when_put(&kv->val, &f->to);
		buf_be32(&kv->val, f->src);
		buf_be32(&kv->val, f->born_by);
		buf_be32(&kv->val, f->ended_by);
		kv_emit(kv, by_kind ? TABLE_KIND : TABLE_LIFE);
	}
	emit_structure(kv);
}

/* A text's folded form for keys. What cannot be folded is kept under the empty name: the fold never judges. */
static size_t fold_text(struct slice text, char ret[TEXT_FOLD_MAX + 1])
{
	char small[512];
	char *copy = text.len < sizeof small ? small : mem_alloc(text.len + 1);
	if (text.len)
		memcpy(copy, text.data, text.len);
	copy[text.len] = 0;
	size_t len = 0;
	if (text_fold(copy, ret, &len) != ERR_OK)
		len = 0;
	if (copy != small)
		free(copy);
	return len;
}

static void rows_name(struct kv *kv, const struct fact_name *f)
{
	char folded[TEXT_FOLD_MAX + 1];
	size_t len = fold_text(f->text, folded);
	buf_u8(&kv->val, (uint8_t)f->state);
	when_put(&kv->val, &f->from);
	when_put(&kv->val, &f->to);
	buf_be32(&kv->val, f->src);
	buf_be32(&kv->val, f->born_by);
	buf_be32(&kv->val, f->ended_by);
	buf_put(&kv->val, f->text.data, f->text.len);
	key_name(&kv->key, folded, len);
	add_from(&kv->key, &f->from);
	buf_be32(&kv->key, f->unit);
	kv_emit(kv, TABLE_NAME);
	key_unit(&kv->key, f->unit);
	add_from(&kv->key, &f->from);
	buf_put(&kv->key, folded, len);
	buf_u8(&kv->key, 0);
	kv_emit(kv, TABLE_NAME_OF);
}

static void rows_code(struct kv *kv, const struct fact_code *f)
{
	ALWAYS(f->text.len <= KEY_TEXT_MAX);
	buf_u8(&kv->val, (uint8_t)f->state);
	when_put(&kv->val, &f->from);
	when_put(&kv->val, &f->to);
	buf_be32(&kv->val, f->src);
	buf_be32(&kv->val, f->born_by);
	buf_be32(&kv->val, f->ended_by);
	key_code(&kv->key, f->scheme, f->text);
	add_from(&kv->key, &f->from);
	buf_be32(&kv->key, f->unit);
	kv_emit(kv, TABLE_CODE);
	key_unit(&kv->key, f->unit);
	buf_be32(&kv->key, f->scheme);
	add_from(&kv->key, &f->from);
	buf_put(&kv->key, f->text.data, f->text.len);
	buf_u8(&kv->key, 0);
	kv_emit(kv, TABLE_CODE_OF);
}

static void rows_attr(struct kv *kv, const struct fact_attr *f)
{
	key_unit(&kv->key, f->unit);
	buf_be32(&kv->key, f->name);
	add_from(&kv->key, &f->from);
	buf_be32(&kv->key, f->src);
	buf_be16(&kv->key, f->seq);
	buf_u8(&kv->val, (uint8_t)f->state);
	when_put(&kv->val, &f->from);
	when_put(&kv->val, &f->to);
	buf_slice(&kv->val, f->values);
	buf_slice(&kv->val, f->locator);
	kv_emit(kv, TABLE_ATTR);
}

static void rows_link(struct kv *kv, const struct fact_link *f)
{
	buf_u8(&kv->val, (uint8_t)f->state);
	when_put(&kv->val, &f->from);
	when_put(&kv->val, &f->to);
	buf_be32(&kv->val, f->role);
	buf_be32(&kv->val, f->part);
	buf_be32(&kv->val, f->born_by);
	buf_be32(&kv->val, f->ended_by);
	buf_put(&kv->val, f->locator.data, f->locator.len);
	for (int back = 0; back < 2; back++) {
		key_link(&kv->key, f->type, back ? f->b : f->a);
		buf_be32(&kv->key, back ? f->a : f->b);
		add_from(&kv->key, &f->from);
		buf_be32(&kv->key, f->src);
		buf_be16(&kv->key, f->seq);
		kv_emit(kv, back ? TABLE_LINK_TO : TABLE_LINK);
	}
	if (f->type == LINK_PART_OF)
		emit_structure(kv);
}

static void rows_obs(struct kv *kv, const struct fact_obs *f)
{
	key_start(kv);
	buf_be32(&kv->key, f->series);
	buf_be32(&kv->key, f->ref);
	buf_be32(&kv->key, f->unit);
	buf_be32(&kv->key, f->src);
	buf_be16(&kv->key, f->seq);
	buf_u8(&kv->val, (uint8_t)f->state);
	buf_u8(&kv->val, f->status);
	buf_be32(&kv->val, f->round);
	buf_be32(&kv->val, (uint32_t)f->expressed_in);
	buf_slice(&kv->val, f->locator);
	buf_put(&kv->val, f->value.data, f->value.len);
	kv_emit(kv, TABLE_OBS);
}

static void rows_edge(struct kv *kv, const struct fact_edge *f)
{
	buf_u8(&kv->val, (uint8_t)f->state);
	when_put(&kv->val, &f->effective);
	buf_u8(&kv->val, f->part);
	buf_be32(&kv->val, f->territory);
	for (int back = 0; back < 2; back++) {
		key_start(kv);
		buf_be32(&kv->key, back ? f->to : f->from);
		buf_be32(&kv->key, back ? f->from : f->to);
		buf_be32(&kv->key, f->event);
		kv_emit(kv, back ? TABLE_EDGE_TO : TABLE_EDGE);
	}
	emit_structure(kv);
}

static void rows_weight(struct kv *kv, const struct fact_weight *f)
{
	key_event(&kv->key, f->event);
	buf_be32(&kv->key, f->from);
	buf_be32(&kv->key, f->to);
	buf_be32(&kv->key, f->basis);
	buf_be32(&kv->key, f->src);
	buf_u8(&kv->val, (uint8_t)f->state);
	buf_be64(&kv->val, (uint64_t)f->digits);
	buf_u8(&kv->val, f->scale);
	when_put(&kv->val, &f->date);
	kv_emit(kv, TABLE_WEIGHT);
	emit_structure(kv);
}

static void rows_scope(struct kv *kv, const struct fact_scope *f)
{
	key_scope(&kv->key, f->round);
	buf_be32(&kv->key, f->unit);
	buf_be32(&kv->key, f->kind);
	buf_u8(&kv->val, (uint8_t)f->state);
	buf_u8(&kv->val, f->completion);
	buf_be32(&kv->val, f->src);
	kv_emit(kv, TABLE_SCOPE);
}

static void rows_event_unit(struct kv *kv, const struct fact_event_unit *f)
{
	key_unit(&kv->key, f->unit);
	add_day(&kv->key, f->day);
	buf_be32(&kv->key, f->event);
	buf_u8(&kv->val, f->role);
	buf_u8(&kv->val, (uint8_t)f->state);
	kv_emit(kv, TABLE_EVENT_OF);
}

static void rows_due(struct kv *kv, const struct fact_due *f)
{
	key_due(&kv->key, f->day);
	buf_u8(&kv->key, f->kind);
	buf_be32(&kv->key, f->id);
	buf_be32(&kv->key, f->id2);
	buf_u8(&kv->val, (uint8_t)f->state);
	kv_emit(kv, TABLE_DUE);
}

/* Bytes of the texts that go into a value of the fact. */
static size_t fact_texts(const struct fact *f)
{
	switch (f->kind) {
	case FACT_TERM:
		return f->term.text.len;
	case FACT_DEF:
		return f->def.body.len;
	case FACT_NAME:
		return f->name.text.len;
	case FACT_ATTR:
		return f->attr.values.len + f->attr.locator.len;
	case FACT_LINK:
		return f->link.locator.len;
	case FACT_OBS:
		return f->obs.locator.len + f->obs.value.len;
	case FACT_EVENT:
		return f->event.body.len;
	case FACT_LIFE:
	case FACT_CODE:
	case FACT_SCOPE:
	case FACT_EVENT_UNIT:
	case FACT_EDGE:
	case FACT_DUE:
	case FACT_TICK:
	case FACT_WEIGHT:
		break;
	}
	return 0;
}

static void emit_rows(struct kv *kv, const struct fact *f)
{
	switch (f->kind) {
	case FACT_TERM:
		rows_term(kv, &f->term);
		return;
	case FACT_DEF:
		key_number(&kv->key, f->def.space, f->def.id);
		buf_put(&kv->val, f->def.body.data, f->def.body.len);
		kv_emit(kv, TABLE_DEF);
		return;
	case FACT_LIFE:
		rows_life(kv, &f->life);
		return;
	case FACT_NAME:
		rows_name(kv, &f->name);
		return;
	case FACT_CODE:
		rows_code(kv, &f->code);
		return;
	case FACT_ATTR:
		rows_attr(kv, &f->attr);
		return;
	case FACT_LINK:
		rows_link(kv, &f->link);
		return;
	case FACT_OBS:
		rows_obs(kv, &f->obs);
		return;
	case FACT_SCOPE:
		rows_scope(kv, &f->scope);
		return;
	case FACT_EVENT:
		key_event(&kv->key, f->event.event);
		buf_u8(&kv->val, f->event.status);
		when_put(&kv->val, &f->event.effective);
		buf_put(&kv->val, f->event.body.data, f->event.body.len);
		kv_emit(kv, TABLE_EVENT);
		return;
	case FACT_EVENT_UNIT:
		rows_event_unit(kv, &f->event_unit);
		return;
	case FACT_EDGE:
		rows_edge(kv, &f->edge);
		return;
	case FACT_DUE:
		rows_due(kv, &f->due);
		return;
	case FACT_WEIGHT:
		rows_weight(kv, &f->weight);
		return;
	case FACT_TICK:
		key_tick(&kv->key);
		add_day(&kv->val, f->tick.day);
		kv_emit(kv, TABLE_TICK);
		return;
	}
	err_never(__FILE__, __LINE__, "a fact of a known kind");
}

void fact_rows(const struct fact *f, uint64_t rev, row_emit_f *emit, void *arg)
{
	struct kv kv;
	kv_begin(&kv, fact_texts(f), rev, emit, arg);
	emit_rows(&kv, f);
	kv_end(&kv);
}

void record_rows(uint32_t submitter, const uint8_t id[16], uint64_t pos, uint64_t rev, row_emit_f *emit, void *arg)
{
	struct kv kv;
	kv_begin(&kv, 0, rev, emit, arg);
	key_submission(&kv.key, submitter, id);
	buf_be64(&kv.val, pos);
	buf_be48(&kv.val, rev);
	kv_emit(&kv, TABLE_ID);
	kv_end(&kv);
}
