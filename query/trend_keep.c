/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_keep.c - what each unit of a row is worth, for measures that cannot be added up.
 *
 * Most of it is exact numbers of the row's own reference: 24 bytes a unit. What is not that has a place of its own.
 */
#include <stdlib.h>
#include <string.h>
#include "query/trend_measuring.h"

struct trend_keeping {
	size_t n_more, more_room, n_fractions, fractions_room;
	struct trend_more *more; /* these two on the heap */
	mpq_ptr *fractions;
};

static struct trend_keeping *keeping(struct trend *t)
{
	if (!t->keeping)
		t->keeping = mem_zero(1, sizeof *t->keeping);
	return t->keeping;
}

static mpq_ptr fraction_new(struct trend *t)
{
	struct trend_keeping *k = keeping(t);
	if (k->n_fractions == k->fractions_room) {
		k->fractions_room = k->fractions_room ? k->fractions_room * 2 : 64;
		k->fractions = mem_grow(k->fractions, k->fractions_room * sizeof *k->fractions);
	}
	mpq_ptr q = arena_alloc(t->r->a, sizeof *q);
	mpq_init(q);
	return k->fractions[k->n_fractions++] = q;
}

static struct trend_kept *kept_new(struct trend_row *row, uint32_t unit)
{
	if (row->n_kept == row->kept_room) {
		row->kept_room = row->kept_room ? row->kept_room * 2 : 4;
		row->kept = mem_grow(row->kept, row->kept_room * sizeof *row->kept);
	}
	row->kept[row->n_kept] = (struct trend_kept){.unit = unit};
	return &row->kept[row->n_kept++];
}

static struct trend_more *more_new(struct trend *t, struct trend_kept *kept, uint32_t ref, uint32_t round)
{
	struct trend_keeping *k = keeping(t);
	if (k->n_more == k->more_room) {
		k->more_room = k->more_room ? k->more_room * 2 : 64;
		k->more = mem_grow(k->more, k->more_room * sizeof *k->more);
	}
	struct trend_more *m = &k->more[k->n_more++];
	*m = (struct trend_more){.ref = ref, .round = round};
	kept->more = (uint32_t)k->n_more;
	return m;
}

const struct trend_more *trend_more(const struct trend *t, const struct trend_kept *k)
{
	return k->more ? &t->keeping->more[k->more - 1] : NULL;
}

/* ---- as reported ------------------------------------------------------------------------------------ */

static bool not_negative(const struct trend *t)
{
	return t->def->type == VALUE_TYPE_COUNT || t->def->type == VALUE_TYPE_PERCENT;
}

static void end_keep(struct trend *t, const struct msg_bound *b, mpq_ptr *ret, bool *none, bool *out, unsigned *scale)
{
	*ret = fraction_new(t);
	*none = !b;
	if (!b)
		return;
	*out = b->exclusive;
	*scale = b->value->scale > *scale ? b->value->scale : *scale;
	num_to_fraction((struct num){b->value->digits, (uint8_t)b->value->scale}, *ret);
}

static void value_keep(struct trend *t, struct trend_more *m, const struct msg_value *v)
{
	struct num n;
	if (value_exact(v, &n)) {
		m->number = true;
		m->scale = n.scale;
		m->low = m->high = fraction_new(t);
		num_to_fraction(n, m->low);
	} else if (v->interval) {
		m->number = true;
		end_keep(t, v->interval->low, &m->low, &m->no_low, &m->low_out, &m->scale);
		end_keep(t, v->interval->high, &m->high, &m->no_high, &m->high_out, &m->scale);
		m->no_low = m->no_low && !not_negative(t); /* else from zero, which is what the end is */
	}
}

static void part_keep(struct trend *t, struct trend_part *p, const struct slice *value)
{
	uint8_t *copy = arena_alloc(t->r->a, value->len + 1);
	memcpy(copy, value->data, value->len);
	p->value = (struct slice){copy, value->len};
}

enum err trend_keep(struct trend *t, struct trend_row *row, const struct stated *one)
{
	const struct fact_obs *obs = &one->obs;
	struct trend_kept *k = kept_new(row, obs->unit);
	struct msg_value *v;
	if (value_peek(obs->value, &k->n) && !t->row_ref)
		return ERR_OK;
	enum err e = value_get(obs->value, t->work, &v);
	if (e != ERR_OK || !v)
		return e != ERR_OK ? e : ERR_CORRUPT;
	struct trend_more *m = more_new(t, k, obs->ref, obs->round);
	value_keep(t, m, v);
	m->n_parts = 1;
	m->parts = arena_alloc(t->r->a, sizeof *m->parts);
	*m->parts = (struct trend_part){.unit = obs->unit, .ref = obs->ref, .round = obs->round, .whole = true};
	part_keep(t, m->parts, &obs->value);
	return ERR_OK;
}

/* ---- in another structure --------------------------------------------------------------------------- */

enum err trend_keep_cell(struct trend *t, struct trend_row *row, const struct recast_cell *cell)
{
	struct recast *c = trend_project_recast(t);
	struct trend_more *m = more_new(t, kept_new(row, cell->unit), row->ref, row->round);
	m->partial = cell->of < cell->all;
	m->n_parts = cell->n_parts;
	m->parts = arena_alloc(t->r->a, (cell->n_parts + 1) * sizeof *m->parts);
	for (size_t i = 0; i < cell->n_parts; i++) {
		const struct recast_entry *e = recast_entry(c, cell->parts[i].entry);
		m->parts[i] = (struct trend_part){
		    .unit = e->unit, .ref = e->ref, .round = e->round, .day = e->day, .whole = cell->parts[i].whole};
		part_keep(t, &m->parts[i], &e->value);
	}
	m->number = cell->state == RECAST_NUMBER && cell->unit;
	if (!m->number)
		return ERR_OK;
	m->low = fraction_new(t);
	m->high = fraction_new(t);
	mpq_set(m->low, cell->own.low);
	mpq_set(m->high, cell->own.high);
	m->no_low = cell->own.no_low;
	m->no_high = cell->own.no_high;
	m->low_out = cell->own.low_out;
	m->high_out = cell->own.high_out;
	m->scale = cell->own.scale;
	if (cell->may) {
		mpq_add(m->high, m->high, cell->may_high);
		m->no_high |= cell->may_open;
		m->no_low |= !not_negative(t); /* a part of what may be negative may be anything */
		m->no_high |= !not_negative(t);
	}
	return ERR_OK;
}

void trend_keep_free(struct trend *t)
{
	for (uint32_t i = 0; i < t->n_rows; i++)
		free(t->rows[i].kept);
	if (!t->keeping)
		return;
	for (size_t i = 0; i < t->keeping->n_fractions; i++)
		mpq_clear(t->keeping->fractions[i]);
	free(t->keeping->fractions);
	free(t->keeping->more);
	free(t->keeping);
	t->keeping = NULL;
}

/* ---- numbers while a figure is made ----------------------------------------------------------------- */

void trend_number_init(struct trend_number *x)
{
	*x = (struct trend_number){0};
	mpq_inits(x->low, x->high, NULL);
}

void trend_number_clear(struct trend_number *x)
{
	mpq_clears(x->low, x->high, NULL);
}

bool trend_number_exact(const struct trend_number *x)
{
	return !x->no_low && !x->no_high && !x->low_out && !x->high_out && mpq_equal(x->low, x->high);
}

const char *trend_number_text(struct arena *a, const struct trend_number *x)
{
	mpq_t low, high;
	*low = *x->low; /* amounts lend their ends; nothing is written to them */
	*high = *x->high;
	struct amount as = {.low = low,
			    .high = high,
			    .no_low = x->no_low,
			    .no_high = x->no_high,
			    .low_out = x->low_out,
			    .high_out = x->high_out};
	return amount_text(a, &as, x->places);
}

bool trend_kept_number(const struct trend *t, const struct trend_kept *k, struct trend_number *ret)
{
	const struct trend_more *m = trend_more(t, k);
	ret->no_low = ret->no_high = ret->low_out = ret->high_out = false;
	if (!m) {
		num_to_fraction(k->n, ret->low);
		mpq_set(ret->high, ret->low);
		ret->places = k->n.scale;
		return true;
	}
	if (!m->number)
		return false;
	mpq_set(ret->low, m->low);
	mpq_set(ret->high, m->high);
	ret->no_low = m->no_low;
	ret->no_high = m->no_high;
	ret->low_out = m->low_out;
	ret->high_out = m->high_out;
	ret->places = m->scale;
	return true;
}
