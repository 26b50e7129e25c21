/* SPDX-License-Identifier: Apache-2.0
 *
 * row_fact.c - the way back: a row of the index becomes the fact that made it (declared in table.h).
 */
#include <string.h>
#include "storage/table.h"

static int32_t got_day(struct rd *r)
{
	return (int32_t)(rd_be32(r) ^ 0x80000000u);
}

static void spoil(struct rd *r)
{
	r->bad = true;
	r->p = r->end;
}

static enum fact_state got_state(struct rd *r)
{
	uint8_t v = rd_u8(r);
	if (v < STATE_ASSERTED || v > STATE_ERASED)
		spoil(r);
	return (enum fact_state)v;
}

static enum space got_space(struct rd *r)
{
	uint8_t v = rd_u8(r);
	if (v == 0 || v >= SPACE_COUNT)
		spoil(r);
	return (enum space)v;
}

/* All that is left. */
static struct slice got_rest(struct rd *r)
{
	return rd_bytes(r, (size_t)(r->end - r->p));
}

/* A text up to its 0 byte. */
static struct slice got_text0(struct rd *r)
{
	const uint8_t *zero = r->p < r->end ? memchr(r->p, 0, (size_t)(r->end - r->p)) : NULL;
	if (!zero) {
		spoil(r);
		return (struct slice){0};
	}
	struct slice s = rd_bytes(r, (size_t)(zero - r->p));
	rd_u8(r);
	return s;
}

static void life_of(enum table t, struct rd *k, struct rd *v, struct fact_life *f)
{
	if (t == TABLE_KIND)
		f->kind = rd_be32(k);
	f->unit = rd_be32(k);
	f->life = rd_be16(k);
	f->state = got_state(v);
	if (t == TABLE_LIFE)
		f->kind = rd_be32(v);
	f->from = when_get(v);
	f->to = when_get(v);
	f->src = rd_be32(v);
	f->born_by = rd_be32(v);
	f->ended_by = rd_be32(v);
}

static void name_of(enum table t, struct rd *k, struct rd *v, struct fact_name *f)
{
	if (t == TABLE_NAME_OF) {
		f->unit = rd_be32(k);
		rd_be32(k);
		got_text0(k);
	} else {
		got_text0(k);
		rd_be32(k);
		f->unit = rd_be32(k);
	}
	f->state = got_state(v);
	f->from = when_get(v);
	f->to = when_get(v);
	f->src = rd_be32(v);
	f->born_by = rd_be32(v);
	f->ended_by = rd_be32(v);
	f->text = got_rest(v);
}

static void code_of(enum table t, struct rd *k, struct rd *v, struct fact_code *f)
{
	if (t == TABLE_CODE_OF) {
		f->unit = rd_be32(k);
		f->scheme = rd_be32(k);
		rd_be32(k);
		f->text = got_text0(k);
	} else {
		f->scheme = rd_be32(k);
		f->text = got_text0(k);
		rd_be32(k);
		f->unit = rd_be32(k);
	}
	f->state = got_state(v);
	f->from = when_get(v);
	f->to = when_get(v);
	f->src = rd_be32(v);
	f->born_by = rd_be32(v);
	f->ended_by = rd_be32(v);
}

static void attr_of(struct rd *k, struct rd *v, struct fact_attr *f)
{
	f->unit = rd_be32(k);
	f->name = rd_be32(k);
	rd_be32(k);
	f->src = rd_be32(k);
	f->seq = rd_be16(k);
	f->state = got_state(v);
	f->from = when_get(v);
	f->to = when_get(v);
	f->values = rd_slice(v);
	f->locator = rd_slice(v);
}

static void link_of(enum table t, struct rd *k, struct rd *v, struct fact_link *f)
{
	f->type = rd_u8(k);
	uint32_t near = rd_be32(k), far = rd_be32(k);
	f->a = t == TABLE_LINK ? near : far;
	f->b = t == TABLE_LINK ? far : near;
	rd_be32(k);
	f->src = rd_be32(k);
	f->seq = rd_be16(k);
	f->state = got_state(v);
	f->from = when_get(v);
	f->to = when_get(v);
	f->role = rd_be32(v);
	f->part = rd_be32(v);
	f->born_by = rd_be32(v);
	f->ended_by = rd_be32(v);
	f->locator = got_rest(v);
}

static void obs_of(struct rd *k, struct rd *v, struct fact_obs *f)
{
	f->series = rd_be32(k);
	f->ref = rd_be32(k);
	f->unit = rd_be32(k);
	f->src = rd_be32(k);
	f->seq = rd_be16(k);
	f->state = got_state(v);
	f->status = rd_u8(v);
	f->round = rd_be32(v);
	f->expressed_in = (int32_t)rd_be32(v);
	f->locator = rd_slice(v);
	f->value = got_rest(v);
}

static void edge_of(enum table t, struct rd *k, struct rd *v, struct fact_edge *f)
{
	uint32_t near = rd_be32(k), far = rd_be32(k);
	f->from = t == TABLE_EDGE ? near : far;
	f->to = t == TABLE_EDGE ? far : near;
	f->event = rd_be32(k);
	f->state = got_state(v);
	f->effective = when_get(v);
	f->part = rd_u8(v) != 0;
	f->territory = rd_be32(v);
}

static void weight_of(struct rd *k, struct rd *v, struct fact_weight *f)
{
	f->event = rd_be32(k);
	f->from = rd_be32(k);
	f->to = rd_be32(k);
	f->basis = rd_be32(k);
	f->src = rd_be32(k);
	f->state = got_state(v);
	f->digits = (int64_t)rd_be64(v);
	f->scale = rd_u8(v);
	f->date = when_get(v);
}

static void term_of(enum table t, struct rd *k, struct rd *v, struct fact_term *f)
{
	f->space = got_space(k);
	if (t == TABLE_TERM) {
		f->text = got_rest(k);
		f->id = rd_be32(v);
		rd_be48(v); /* the revision that gave it */
	} else {
		f->id = rd_be32(k);
		f->text = got_rest(v);
	}
}

static void event_rows_of(enum table t, struct rd *k, struct rd *v, struct fact *f)
{
	if (t == TABLE_EVENT) {
		f->kind = FACT_EVENT;
		f->event.event = rd_be32(k);
		f->event.status = rd_u8(v);
		f->event.effective = when_get(v);
		f->event.body = got_rest(v);
	} else {
		f->kind = FACT_EVENT_UNIT;
		f->event_unit.unit = rd_be32(k);
		f->event_unit.day = got_day(k);
		f->event_unit.event = rd_be32(k);
		f->event_unit.role = rd_u8(v);
		f->event_unit.state = got_state(v);
	}
}

static void scope_of(struct rd *k, struct rd *v, struct fact_scope *f)
{
	f->round = rd_be32(k);
	f->unit = rd_be32(k);
	f->kind = rd_be32(k);
	f->state = got_state(v);
	f->completion = rd_u8(v);
	f->src = rd_be32(v);
}

static void due_of(struct rd *k, struct rd *v, struct fact_due *f)
{
	f->day = got_day(k);
	f->kind = rd_u8(k);
	f->id = rd_be32(k);
	f->id2 = rd_be32(k);
	f->state = got_state(v);
}

/* Fill the fact; false where the table holds no facts. */
static bool fill(enum table t, struct rd *k, struct rd *v, struct fact *f)
{
	switch (t) {
	case TABLE_TERM:
	case TABLE_TERM_BY_ID:
		f->kind = FACT_TERM;
		term_of(t, k, v, &f->term);
		return true;
	case TABLE_DEF:
		f->kind = FACT_DEF;
		f->def.space = got_space(k);
		f->def.id = rd_be32(k);
		f->def.body = got_rest(v);
		return true;
	case TABLE_LIFE:
	case TABLE_KIND:
		f->kind = FACT_LIFE;
		life_of(t, k, v, &f->life);
		return true;
	case TABLE_NAME:
	case TABLE_NAME_OF:
		f->kind = FACT_NAME;
		name_of(t, k, v, &f->name);
		return true;
	case TABLE_CODE:
	case TABLE_CODE_OF:
		f->kind = FACT_CODE;
		code_of(t, k, v, &f->code);
		return true;
	case TABLE_ATTR:
		f->kind = FACT_ATTR;
		attr_of(k, v, &f->attr);
		return true;
	case TABLE_LINK:
	case TABLE_LINK_TO:
		f->kind = FACT_LINK;
		link_of(t, k, v, &f->link);
		return true;
	case TABLE_OBS:
		f->kind = FACT_OBS;
		obs_of(k, v, &f->obs);
		return true;
	case TABLE_SCOPE:
		f->kind = FACT_SCOPE;
		scope_of(k, v, &f->scope);
		return true;
	case TABLE_EVENT:
	case TABLE_EVENT_OF:
		event_rows_of(t, k, v, f);
		return true;
	case TABLE_EDGE:
	case TABLE_EDGE_TO:
		f->kind = FACT_EDGE;
		edge_of(t, k, v, &f->edge);
		return true;
	case TABLE_DUE:
		f->kind = FACT_DUE;
		due_of(k, v, &f->due);
		return true;
	case TABLE_WEIGHT:
		f->kind = FACT_WEIGHT;
		weight_of(k, v, &f->weight);
		return true;
	case TABLE_TICK:
		f->kind = FACT_TICK;
		rd_u8(k);
		f->tick.day = got_day(v);
		return true;
	case TABLE_META:
	case TABLE_ID:
	case TABLE_STRUCTURE:
	case TABLE_POST:
	case TABLE_COUNT:
		break;
	}
	return false;
}

enum err row_fact(const struct row *r, struct fact *ret)
{
	struct rd k = rd_of(r->key), v = rd_of(r->val);
	*ret = (struct fact){0};
	if (!fill(r->tab, &k, &v, ret))
		return ERR_INVALID;
	return rd_done(&k) && rd_done(&v) ? ERR_OK : ERR_CORRUPT;
}
