/* SPDX-License-Identifier: Apache-2.0
 *
 * catalogue_word.c - kinds, schemes, attributes and their values: words that statements use and nothing defines.
 *
 * What was retracted is left out; what ended is on record. Kinds and schemes stand in the order of their numbers, with
 * the units of each counted only for those on the page. Attributes and values want one walk over all that units have.
 */
#include <stdlib.h>
#include <string.h>
#include "query/cataloguing.h"

/* ---- kinds and schemes ------------------------------------------------------------------------------ */

static void word_key(struct buf *key, enum table t, uint32_t word)
{
	if (t == TABLE_KIND) {
		key_kind(key, word);
		return;
	}
	buf_clear(key);
	buf_be32(key, word);
}

static uint32_t unit_of(enum table t, const struct fact *f)
{
	if (t == TABLE_KIND)
		return state_stands(f->life.state) ? f->life.unit : 0;
	return state_stands(f->code.state) ? f->code.unit : 0;
}

static bool any(struct catalogue *c, enum table t, uint32_t word)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	bool found = false;
	word_key(&key, t, word);
	walk_begin(&w, c->r->v, t, buf_view(&key));
	while (!found && walk_fact(&w, &f, NULL))
		found = unit_of(t, &f) != 0;
	return found;
}

uint32_t catalogue_words(struct catalogue *c, enum table t)
{
	uint32_t n = 0, last = view_terms(c->r->v, SPACE_TERM);
	for (uint32_t word = 1; word && word <= last; word++)
		n += any(c, t, word);
	return n;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static uint32_t distinct(uint32_t *list, size_t n)
{
	uint32_t count = 0;
	if (n)
		qsort(list, n, sizeof *list, by_number);
	for (size_t i = 0; i < n; i++)
		count += !i || list[i] != list[i - 1];
	return count;
}

/* A unit has one kind and may have several codes of a scheme, or several lives. */
static enum err count_units(struct catalogue *c, enum table t, uint32_t word, struct msg_catalogue_entry *x)
{
	struct answer *r = c->r;
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	uint32_t *units = NULL, living = 0;
	size_t n = 0, room = 0;
	word_key(&key, t, word);
	walk_begin(&w, r->v, t, buf_view(&key));
	while (walk_fact(&w, &f, NULL)) {
		enum err e = answer_work(r);
		if (e != ERR_OK)
			return e;
		uint32_t unit = unit_of(t, &f);
		if (!unit)
			continue;
		units = arena_grow(r->row, units, n, n + 1, sizeof *units, &room);
		units[n++] = unit;
	}
	x->count = distinct(units, n);
	if (t == TABLE_KIND && r->has_today && r->v->err == ERR_OK)
		living = (uint32_t)unit_all_of_kind(r->v, word, r->today, r->row, &units);
	x->living = living;
	return r->v->err;
}

static enum err words(struct catalogue *c, enum table t)
{
	struct answer *r = c->r;
	uint32_t last = view_terms(r->v, SPACE_TERM);
	enum err e = ERR_OK;
	for (uint32_t word = 1; word && word <= last && e == ERR_OK; word++) {
		struct msg_catalogue_entry x = {.name = ""};
		e = answer_work(r);
		if (e != ERR_OK || !any(c, t, word))
			continue;
		x.id = answer_text(r, SPACE_TERM, word);
		if (!catalogue_wants(c, x.id))
			continue;
		e = count_units(c, t, word, &x);
		if (e == ERR_OK)
			e = catalogue_put(c, &x);
	}
	return e == ERR_OK ? r->v->err : e;
}

enum err catalogue_kinds(struct catalogue *c)
{
	return words(c, TABLE_KIND);
}

enum err catalogue_schemes(struct catalogue *c)
{
	return words(c, TABLE_CODE);
}

/* ---- attributes ------------------------------------------------------------------------------------- */

enum err catalogue_attributes(struct catalogue *c)
{
	struct answer *r = c->r;
	AUTO_WALK struct walk w = {0};
	struct fact f;
	uint32_t last = view_terms(r->v, SPACE_TERM), unit = 0, name = 0;
	uint32_t *counts = arena_alloc(r->a, (last + 1) * sizeof *counts);
	enum err e = ERR_OK;
	walk_begin(&w, r->v, TABLE_ATTR, (struct slice){0});
	while (e == ERR_OK && walk_fact(&w, &f, NULL)) {
		e = f.attr.name > last ? ERR_CORRUPT : answer_work(r);
		if (e != ERR_OK || !state_stands(f.attr.state) || (f.attr.unit == unit && f.attr.name == name))
			continue;
		unit = f.attr.unit; /* rows of a unit's attribute stand together */
		name = f.attr.name;
		counts[name]++;
	}
	e = e == ERR_OK ? r->v->err : e;
	for (uint32_t i = 1; i <= last && e == ERR_OK; i++) {
		struct msg_catalogue_entry x = {.name = "", .count = counts[i]};
		x.id = counts[i] ? answer_text(r, SPACE_TERM, i) : "";
		if (counts[i] && catalogue_wants(c, x.id))
			e = catalogue_put(c, &x);
	}
	return e;
}

/* ---- values ----------------------------------------------------------------------------------------- */

struct had {
	struct slice text; /* in the answer's arena */
	uint32_t unit;
};
struct had_list {
	size_t n, room;
	struct had *list;
};

static int by_text(const void *a, const void *b)
{
	const struct had *x = a, *y = b;
	size_t len = x->text.len < y->text.len ? x->text.len : y->text.len;
	int d = len ? memcmp(x->text.data, y->text.data, len) : 0;
	d = d ? d : (x->text.len > y->text.len) - (x->text.len < y->text.len);
	return d ? d : by_number(&x->unit, &y->unit);
}

static enum err find_values(struct catalogue *c, uint32_t name, struct had_list *ret)
{
	struct answer *r = c->r;
	AUTO_WALK struct walk w = {0};
	struct fact f;
	walk_begin(&w, r->v, TABLE_ATTR, (struct slice){0});
	while (walk_fact(&w, &f, NULL)) {
		enum err e = answer_work(r);
		if (e != ERR_OK)
			return e;
		if (f.attr.name != name || !state_stands(f.attr.state))
			continue;
		struct rd rd = rd_of(f.attr.values);
		for (uint64_t n = rd_varint(&rd); n && rd_ok(&rd); n--) {
			struct slice s = rd_slice(&rd);
			ret->list = arena_grow(r->a, ret->list, ret->n, ret->n + 1, sizeof *ret->list, &ret->room);
			ret->list[ret->n++] = (struct had){
			    .text = {arena_text(r->a, (const char *)s.data, s.len), s.len}, .unit = f.attr.unit};
		}
	}
	return r->v->err;
}

enum err catalogue_values(struct catalogue *c)
{
	struct answer *r = c->r;
	struct had_list all = {0};
	if (!*c->q->id)
		return fail(&r->why, ERR_INVALID,
			    "values of which attribute? Name one; the list of attributes has them");
	uint32_t name = view_term(r->v, SPACE_TERM, slice_text(c->q->id));
	enum err e = name ? find_values(c, name, &all) : ERR_OK;
	if (e == ERR_OK && !all.n)
		return fail(
		    &r->why, ERR_NOT_FOUND,
		    "nothing on record ever had an attribute \"%.100s\": `varde catalogue attributes` lists them",
		    c->q->id);
	if (all.n && e == ERR_OK)
		qsort(all.list, all.n, sizeof *all.list, by_text);
	for (size_t i = 0, end; i < all.n && e == ERR_OK; i = end) {
		struct msg_catalogue_entry x = {.id = all.list[i].text.data, .name = ""};
		uint32_t unit = 0;
		for (end = i; end < all.n && slice_eq(all.list[end].text, all.list[i].text); end++) {
			x.count += all.list[end].unit != unit;
			unit = all.list[end].unit;
		}
		if (catalogue_wants(c, x.id))
			e = catalogue_put(c, &x);
	}
	return e;
}
