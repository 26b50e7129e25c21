/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_flat.c - a trend by unit, of which most rows are one figure of a unit that stood still.
 *
 * A row in the making knows of groups, sets, bounds and fractions, and takes half a kilobyte; there may be millions of
 * rows that need none of it. Those are kept as sixteen bytes (a block says what a series, reference and round have in
 * common), and become rows one unit at a time, when they are put between the others: from pieces where they are plain
 * (trend_flat_row.c), else as any other row. A test asks for the same rows both ways.
 */
#include <stdlib.h>
#include <string.h>
#include "query/trend_flat.h"

#define FEW_NAMES 1024u /* looked up singly; more are read in one walk */

/* ---- taking ----------------------------------------------------------------------------------------- */

void trend_flat_begin(struct trend *t)
{
	struct trend_project *p = t->project;
	bool whole = !t->q->skip && !t->q->limit && !t->places && !t->hidden; /* all rows, none held against others */
	if (!p || !p->still || !t->by_unit || t->n_breaks || !whole)
		return;
	p->flats.on = true;
	p->flats.newest = arena_alloc(t->r->a, ((size_t)t->n_units + 1) * sizeof *p->flats.newest);
}

size_t trend_flats(const struct trend *t)
{
	return t->project ? t->project->flats.n : 0;
}

void trend_flat_free(struct trend *t)
{
	struct trend_flats *f = &t->project->flats;
	for (uint32_t i = 0; i < f->n_blocks; i++) {
		buf_free(&f->blocks[i].head);
		buf_free(&f->blocks[i].tail);
	}
	free(f->list);
	f->n = 0;
}

/* Those of a reference follow each other. */
static uint32_t block_of(struct trend *t, uint32_t series, uint32_t ref, uint32_t round, uint8_t scale)
{
	struct trend_flats *f = &t->project->flats;
	for (uint32_t i = f->n_blocks; i--;) {
		const struct flat_block *b = &f->blocks[i];
		if (b->ref != ref || b->series != series)
			break;
		if (b->round == round && b->scale == scale)
			return i;
	}
	f->blocks =
	    arena_grow(t->r->a, f->blocks, f->n_blocks, (size_t)f->n_blocks + 1, sizeof *f->blocks, &f->blocks_room);
	f->blocks[f->n_blocks] =
	    (struct flat_block){.series = series, .ref = ref, .round = round, .scale = scale, .before = UINT32_MAX};
	return f->n_blocks++;
}

enum err trend_flat_add(struct trend *t, uint32_t series, const struct stated *one, struct num n)
{
	struct trend_flats *f = &t->project->flats;
	uint32_t unit = one->obs.unit;
	if (f->n == f->room) {
		f->room = f->room ? f->room * 2 : 4096;
		f->list = mem_grow(f->list, f->room * sizeof *f->list);
	}
	if (f->n == UINT32_MAX - 1)
		return ERR_TOO_LARGE;
	f->list[f->n] =
	    (struct trend_flat){f->newest[unit], block_of(t, series, one->obs.ref, one->obs.round, n.scale), n.digits};
	f->newest[unit] = (uint32_t)++f->n;
	return ERR_OK;
}

bool trend_flat_frames(struct trend *t)
{
	const struct trend_flats *f = t->project ? &t->project->flats : NULL;
	for (uint32_t i = 0; f && i < f->n_blocks; i++) {
		const struct msg_round *round = t->rounds[f->blocks[i].round].def;
		if (round && round->frame)
			return true;
	}
	return false;
}

/* ---- blocks and names ------------------------------------------------------------------------------- */

static int by_rank(const void *a, const void *b, void *arg)
{
	struct trend *t = arg;
	const struct flat_block *x = &t->project->flats.blocks[*(const uint32_t *)a],
				*y = &t->project->flats.blocks[*(const uint32_t *)b];
	int d = (x->series > y->series) - (x->series < y->series);
	if (d == 0)
		d = when_cmp(&t->refs[x->ref].when, &t->refs[y->ref].when);
	return d ? d : (x->round > y->round) - (x->round < y->round);
}

/* Was anything said of how complete the round is for this indicator? Then a sum may be less than all. */
static bool scoped(struct trend *t, uint32_t round)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row at;
	struct fact f;
	struct view *v = t->r->v;
	uint32_t kind = round ? view_term(v, SPACE_TERM, slice_text(t->def->id)) : 0;
	if (!kind)
		return false;
	key_scope(&key, round);
	walk_begin(&w, v, TABLE_SCOPE, buf_view(&key));
	while (walk_next(&w, &at)) {
		if (row_fact(&at, &f) != ERR_OK || f.scope.kind == kind)
			return true;
	}
	return false;
}

static void rank_blocks(struct trend *t)
{
	struct trend_flats *f = &t->project->flats;
	uint32_t *order = arena_alloc(t->r->a, ((size_t)f->n_blocks + 1) * sizeof *order);
	bool plain = t->q->n_measures == 1 && t->def->type != VALUE_TYPE_TEXT &&
		     (t->q->measures[0] == MEASURE_SUM || t->q->measures[0] == MEASURE_VALUE);
	for (uint32_t i = 0; i < f->n_blocks; i++)
		order[i] = i;
	qsort_r(order, f->n_blocks, sizeof *order, by_rank, t);
	for (uint32_t i = 0; i < f->n_blocks; i++) {
		struct flat_block *b = &f->blocks[order[i]];
		b->rank = i;
		b->period = slice_text(t->refs[b->ref].text);
		b->plain = plain && !b->scale && !scoped(t, b->round);
	}
}

/* All names in one walk, by the rule of unit_name(). */
static void read_names(struct trend *t)
{
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	struct unit_naming *found = mem_zero((size_t)t->n_units + 1, sizeof *found);
	walk_begin(&w, t->r->v, TABLE_NAME_OF, (struct slice){0});
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &f);
		if (e != ERR_OK && t->r->v->err == ERR_OK)
			t->r->v->err = e;
		if (e == ERR_OK && f.name.unit <= t->n_units && t->project->flats.newest[f.name.unit])
			unit_naming_offer(&found[f.name.unit], &f.name, trend_project_day(t));
	}
	for (uint32_t u = 1; u <= t->n_units; u++) {
		if (found[u].text.data && !t->names[u])
			t->names[u] = arena_text(t->r->a, found[u].text.data, found[u].text.len);
	}
	free(found);
}

/* And all ids. */
static void read_ids(struct trend *t)
{
	AUTO_WALK struct walk w = {0};
	const uint8_t space = SPACE_UNIT;
	struct row row;
	struct fact f;
	struct trend_flats *flats = &t->project->flats;
	flats->ids = arena_alloc(t->r->a, ((size_t)t->n_units + 1) * sizeof *flats->ids);
	walk_begin(&w, t->r->v, TABLE_TERM_BY_ID, (struct slice){&space, 1});
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &f);
		if (e != ERR_OK && t->r->v->err == ERR_OK)
			t->r->v->err = e;
		if (e == ERR_OK && f.term.id <= t->n_units && flats->newest[f.term.id])
			flats->ids[f.term.id] = arena_text(t->r->a, f.term.text.data, f.term.text.len);
	}
}

static int by_name(const void *a, const void *b, void *arg)
{
	const struct trend *t = arg;
	const uint32_t *x = a, *y = b;
	int d = strcmp(t->names[*x], t->names[*y]);
	return d ? d : (*x > *y) - (*x < *y);
}

/* Units that have any, in the order of rows. */
static size_t units_in_order(struct trend *t, uint32_t **ret)
{
	uint32_t *list = *ret = arena_alloc(t->r->a, ((size_t)t->n_units + 1) * sizeof *list);
	size_t n = 0;
	bool sorted = true;
	for (uint32_t u = 1; u <= t->n_units; u++) {
		if (t->project->flats.newest[u])
			list[n++] = u;
	}
	if (n > FEW_NAMES) {
		read_names(t);
		read_ids(t);
	}
	for (size_t i = 0; i < n; i++) {
		trend_group_name(t, list[i]);
		sorted &= !i || by_name(&list[i - 1], &list[i], t) < 0;
	}
	if (!sorted)
		qsort_r(list, n, sizeof *list, by_name, t);
	return n;
}

/* ---- as any row ------------------------------------------------------------------------------------- */

/* With the other rows that the unit has. */
static enum err put_slowly(struct putting *p, uint32_t unit, struct trend_row *const *others, size_t n_others)
{
	enum err e = ERR_OK;
	size_t n = p->n + n_others;
	if (n > p->sorted_room) {
		p->sorted_room = 2 * n;
		p->sorted = mem_grow(p->sorted, p->sorted_room * sizeof *p->sorted);
	}
	for (size_t i = 0; i < p->n; i++)
		p->sorted[i] = flat_fill(p, i, unit, &p->list[i]);
	for (size_t i = 0; i < n_others; i++)
		p->sorted[p->n + i] = others[i];
	if (n_others)
		qsort_r(p->sorted, n, sizeof *p->sorted, trend_by_order, p->t);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = trend_put_row(p->t, p->sorted, i);
	return e;
}

/* ---- all of them ------------------------------------------------------------------------------------ */

/* The unit's figures in the order of rows; true when all of them are plain. */
static bool gather(struct putting *p, uint32_t unit)
{
	const struct trend_flats *f = &p->t->project->flats;
	bool plain = true;
	size_t n = 0;
	for (uint32_t at = f->newest[unit]; at; at = f->list[at - 1].next)
		n++;
	if (n > p->room) {
		p->room = 2 * n;
		p->list = mem_grow(p->list, p->room * sizeof *p->list);
	}
	p->n = n;
	for (uint32_t at = f->newest[unit]; at; at = f->list[at - 1].next) {
		const struct trend_flat *x = &f->list[at - 1];
		p->list[--n] = (struct placed){x->block, x->digits};
		plain &= f->blocks[x->block].plain && x->digits <= FLAT_PLAIN_MAX && x->digits >= -FLAT_PLAIN_MAX;
	}
	/* They were taken by series and number of the reference, which is mostly their order. */
	for (size_t i = 1; i < p->n; i++) {
		struct placed x = p->list[i];
		size_t k = i;
		for (; k && f->blocks[p->list[k - 1].block].rank > f->blocks[x.block].rank; k--)
			p->list[k] = p->list[k - 1];
		p->list[k] = x;
	}
	return plain;
}

static bool comes_before(const struct trend_row *row, const struct trend *t, uint32_t unit)
{
	if (row->among)
		return false;
	int d = row->group == unit ? 0 : strcmp(row->group_name, t->names[unit]);
	return d ? d < 0 : row->group < unit;
}

enum err trend_flat_put(struct trend *t, struct trend_row *const *sorted)
{
	struct putting p = {.t = t};
	uint32_t *units;
	size_t at = 0;
	enum err e = ERR_OK;
	flat_learn(&p);
	rank_blocks(t);
	size_t n = units_in_order(t, &units);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		size_t others = 0;
		while (at < t->n_rows && e == ERR_OK && comes_before(sorted[at], t, units[i]))
			e = trend_put_row(t, sorted, at++);
		while (at + others < t->n_rows && sorted[at + others]->group == units[i])
			others++;
		if (e != ERR_OK)
			break;
		bool plain = gather(&p, units[i]);
		p.ahead = i + 1 < n ? t->project->flats.newest[units[i + 1]] : 0;
		e = plain && !others ? flat_put_pieces(&p, units[i]) : put_slowly(&p, units[i], sorted + at, others);
		at += others;
	}
	for (; at < t->n_rows && e == ERR_OK; at++)
		e = trend_put_row(t, sorted, at);
	for (size_t i = 0; i < p.rows_room; i++) {
		mpq_clears(p.rows[i]->low, p.rows[i]->high, p.rows[i]->may, p.rows[i]->exact, NULL);
		free(p.rows[i]);
	}
	free(p.rows);
	free(p.sorted);
	free(p.list);
	buf_free(&p.unit);
	return e;
}
