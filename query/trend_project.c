/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_project.c - a trend in the units of another day.
 *
 * What stands under one series and reference is taken together, round by round, and recast (recast.h): cells are units
 * of the structure, each goes to the row of its group; what lies among several units goes to their group where all of
 * them are in it, else it is a row of its own, so that rows of an additive indicator add up to what was said. Where a
 * set or a percentage is made of parts that were reported in different rounds or of different dates, no block knows all
 * of them: one more row, of all those dates, puts the newest together.
 */
#include "query/trend_projecting.h"
#include <stdlib.h>
#include <string.h>
#include "query/basis.h"
#include "query/kept.h"

/* ---- what is asked ---------------------------------------------------------------------------------- */

static enum err ask_day(struct trend *t, const char *text, const char *what, int32_t *ret)
{
	struct when w;
	enum err e = answer_when(t->r, text, what, &w);
	if (e == ERR_OK && w.precision != WHEN_DAY)
		return fail(&t->r->why, ERR_INVALID, "%s is one day, such as 2020-01-01, not \"%.32s\"", what, text);
	*ret = w.lo;
	return e;
}

enum err trend_project_ask(struct trend *t)
{
	const struct msg_trend_question *q = t->q;
	if (!*q->structure_at && !*q->group_structure_at)
		return ERR_OK;
	struct trend_project *p = arena_alloc(t->r->a, sizeof *p);
	enum err e = ERR_OK;
	p->same_units = !*q->structure_at;
	if (*q->structure_at)
		e = ask_day(t, q->structure_at, "structure_at", &p->day);
	p->group_day = p->day;
	if (e == ERR_OK && *q->group_structure_at)
		e = ask_day(t, q->group_structure_at, "group_structure_at", &p->group_day);
	if (e != ERR_OK)
		return e;
	if (p->same_units)
		p->day = p->group_day;
	if (t->group_kind && *q->group_structure_at)
		e = trend_kind_lives(t, t->group_kind, p->group_day, q->group_structure_at);
	if (e != ERR_OK)
		return e;
	e = basis_ask(t->r, q->weight_basis, &p->basis);
	if (e != ERR_OK)
		return e;
	p->atoms = kept_atoms(t->r->c->kept, t->r->v, p->basis, t->r->a);
	struct recast_ask ask = {.view = t->r->v,
				 .atoms = p->same_units ? NULL : p->atoms,
				 .day = p->day,
				 .def = t->def,
				 .n_units = t->n_units};
	p->recast = recast_new(&ask);
	p->whole = arena_alloc(t->r->a, (size_t)t->n_units + 1);
	t->project = p;
	return t->r->v->err;
}

struct recast *trend_project_recast(const struct trend *t)
{
	return t->project->recast;
}

int32_t trend_project_day(const struct trend *t)
{
	if (t->project)
		return t->project->day;
	return t->r->has_today ? t->r->today : WHEN_DAY_MAX;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

void trend_project_units(struct trend *t, uint32_t *units, size_t n)
{
	struct trend_project *p = t->project;
	uint32_t *targets = arena_alloc(t->r->a, (n + 1) * sizeof *targets),
		 *sources = arena_alloc(t->r->a, (n + 1) * sizeof *sources);
	size_t n_targets = 0, n_sources = 0;
	for (size_t i = 0; i < n; i++) {
		struct unit_life life;
		if (unit_life_at(t->r->v, units[i], p->day, &life))
			targets[n_targets++] = units[i];
		else
			sources[n_sources++] = units[i];
	}
	qsort(targets, n_targets, sizeof *targets, by_number);
	qsort(sources, n_sources, sizeof *sources, by_number);
	p->targets = (struct unit_list){.n = n_targets, .units = targets};
	p->sources = (struct unit_list){.n = n_sources, .units = sources};
	p->only_sources = n_sources && !n_targets;
	bool plain = !t->by && !t->keep && !t->sources && !t->q->latest_rounds; /* rows of sums alone */
	if (plain && !n && !p->same_units && t->def->over_units == AGGREGATION_ADDITIVE)
		trend_still_begin(t);
}

void trend_project_free(struct trend *t)
{
	struct trend_project *p = t->project;
	if (!p)
		return;
	for (size_t i = 0; i < p->n_fractions; i++)
		mpq_clear(p->fractions[i]);
	free(p->taken);
	free(p->sums);
	free(p->runs);
	trend_flat_free(t);
	recast_free(p->recast);
	atoms_free(p->atoms);
	t->project = NULL;
}

/* ---- blocks ----------------------------------------------------------------------------------------- */

enum err trend_rows_left(struct trend *t)
{
	uint32_t max = t->r->c->limits->rows_max;
	if (t->n_rows + trend_flats(t) <= max)
		return ERR_OK;
	return fail(&t->r->why, ERR_TOO_LARGE,
		    "the answer has more than %u rows: name periods, units or categories, or group more coarsely", max);
}

static enum err kind_lives(struct trend *t, uint32_t kind)
{
	struct trend_project *p = t->project;
	if (recast_kind_lives(p->recast, kind))
		return ERR_OK;
	return fail(&t->r->why, t->r->v->err ? t->r->v->err : ERR_NOT_FOUND,
		    "no %s is on record as living on %s: there is no structure to express the figures in",
		    answer_text(t->r, SPACE_TERM, kind), t->q->structure_at);
}

enum err trend_project_take(struct trend *t, uint32_t series, const struct stated *one, int32_t day, const char *choice)
{
	struct trend_project *p = t->project;
	enum err still;
	p->series = series;
	if (!choice && trend_project_still(t, one, day, &still))
		return still == ERR_OK ? trend_rows_left(t) : still;
	uint32_t unit = one->obs.unit, kind = trend_kind(t, unit);
	if (p->only_sources && !trend_asked(t, &p->sources, unit, day))
		return ERR_OK;
	if (!kind && !p->same_units) { /* all its lives are taken back */
		p->ghost = p->n_ghosts++ ? p->ghost : unit;
		return ERR_OK;
	}
	enum err e = p->same_units ? ERR_OK : kind_lives(t, kind);
	if (e != ERR_OK)
		return e;
	if (p->n_taken == p->taken_room) {
		p->taken_room = p->taken_room ? p->taken_room * 2 : 256;
		p->taken = mem_grow(p->taken, p->taken_room * sizeof *p->taken);
	}
	p->taken[p->n_taken] = (struct taken){
	    .e = {.unit = unit,
		  .kind = kind,
		  .day = day,
		  .ref = one->obs.ref,
		  .round = one->obs.round,
		  .rev = one->rev,
		  .value = one->obs.value,
		  .tag = (uint32_t)p->n_taken},
	    .choice = choice,
	    .key = t->at_key,
	};
	p->n_taken++;
	return ERR_OK;
}

static enum err put_block(struct trend *t, uint32_t ref, uint32_t round)
{
	struct recast_cell *cells;
	struct recast_rest *rests;
	struct recast *c = t->project->recast;
	enum err e = recast_run(c);
	size_t n = e == ERR_OK ? recast_cells(c, &cells) : 0;
	for (size_t i = 0; i < n && t->by == TREND_BY_SIZE; i++)
		trend_key_size(t, cells[i].unit, &cells[i]);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		t->project->whole[cells[i].unit] |= cells[i].of >= cells[i].all;
		e = trend_put_cell(t, &cells[i], ref, round);
		if (e == ERR_OK)
			e = answer_work(t->r);
	}
	n = e == ERR_OK ? recast_rests(c, &rests) : 0;
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = trend_put_rest(t, &rests[i], ref, round);
	return e == ERR_OK ? trend_rows_left(t) : e;
}

/* Rows of several dates are of no one round. */
static int by_round(const void *a, const void *b, void *arg)
{
	const struct trend *t = arg;
	const struct taken *x = a, *y = b;
	int d = t->row_ref ? 0 : (x->e.round > y->e.round) - (x->e.round < y->e.round);
	d = d ? d : (x->key > y->key) - (x->key < y->key);
	return d ? d : (x->e.unit > y->e.unit) - (x->e.unit < y->e.unit);
}

/* They were taken in the order of units, mostly of one round. */
static void sort_taken(struct trend *t, struct taken *list, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (by_round(&list[i - 1], &list[i], t) > 0) {
			qsort_r(list, n, sizeof *list, by_round, t);
			return;
		}
	}
}

enum err trend_project_block(struct trend *t, uint32_t series, uint32_t ref)
{
	struct trend_project *p = t->project;
	enum err e = ERR_OK;
	p->series = series;
	trend_still_block(t, ref);
	sort_taken(t, p->taken + p->block_from, p->n_taken - p->block_from);
	for (size_t i = p->block_from; i < p->n_taken && e == ERR_OK;) {
		uint32_t round = p->taken[i].e.round, key = p->taken[i].key;
		bool any = t->row_ref != 0;
		t->at_key = key;
		recast_begin(p->recast, &t->series[p->series]);
		for (; i < p->n_taken && p->taken[i].key == key && (any || p->taken[i].e.round == round); i++) {
			p->taken[i].e.tag = (uint32_t)i;
			recast_add(p->recast, &p->taken[i].e);
		}
		e = put_block(t, ref, any ? 0 : round);
	}
	/* What adds up is complete in its blocks; what does not may be put together from several
	 * (trend_project_series()). */
	if (t->def->over_units == AGGREGATION_ADDITIVE || p->same_units || t->by || t->row_ref)
		p->n_taken = 0;
	p->block_from = p->n_taken;
	return e;
}

/* ---- parts of several dates ------------------------------------------------------------------------- */

static int newest_first(const void *a, const void *b, void *arg)
{
	const struct trend *t = arg;
	const struct taken *x = a, *y = b;
	if (x->e.unit != y->e.unit)
		return x->e.unit < y->e.unit ? -1 : 1;
	int d = when_cmp(&t->refs[y->e.ref].when, &t->refs[x->e.ref].when);
	return d ? d : (x->e.round > y->e.round) - (x->e.round < y->e.round);
}

/* The reference that all parts of a cell are of: theirs, or the time between the first and the last of them. 0 = none.
 */
static uint32_t ref_between(struct trend *t, const struct recast_cell *cell)
{
	struct trend_project *p = t->project;
	uint32_t first = 0, last = 0;
	for (size_t i = 0; i < cell->n_parts; i++) {
		uint32_t ref = p->taken[recast_entry(p->recast, cell->parts[i].entry)->tag].e.ref;
		if (!first || when_cmp(&t->refs[ref].when, &t->refs[first].when) < 0)
			first = ref;
		if (!last || when_cmp(&t->refs[ref].when, &t->refs[last].when) > 0)
			last = ref;
	}
	return trend_span(t, first, last);
}

/* Parts of one round and date are a block of their own, which has been told. */
static bool of_several(struct trend *t, const struct recast_cell *cell)
{
	struct trend_project *p = t->project;
	const struct taken *first = &p->taken[recast_entry(p->recast, cell->parts[0].entry)->tag];
	for (size_t i = 1; i < cell->n_parts; i++) {
		const struct taken *x = &p->taken[recast_entry(p->recast, cell->parts[i].entry)->tag];
		if (x->e.ref != first->e.ref || x->e.round != first->e.round)
			return true;
	}
	return false;
}

static const char *parts_text(struct trend *t, const struct recast_cell *cell)
{
	struct trend_project *p = t->project;
	struct arena *a = recast_arena(p->recast);
	const char *text = "";
	for (size_t i = 0; i < cell->n_parts && i < 6; i++) {
		uint32_t entry = cell->parts[i].entry;
		const struct recast_entry *e = recast_entry(p->recast, entry);
		text = arena_printf(a, "%s%s %s in %s (%s)", text, i ? "," : "", trend_entry_name(t, entry),
				    t->refs[p->taken[e->tag].e.ref].text, value_text(a, e->said));
	}
	return arena_printf(a, "put together from what was said at different times or in different rounds:%s%s", text,
			    cell->n_parts > 6 ? ", …" : "");
}

static enum err put_together(struct trend *t, struct recast_cell *cells, size_t n)
{
	struct trend_project *p = t->project;
	for (size_t i = 0; i < n; i++) {
		struct recast_cell *cell = &cells[i];
		struct trend_groups g = {0};
		if (!cell->unit || cell->n_parts < 2 || p->whole[cell->unit] || cell->of < cell->all ||
		    !of_several(t, cell) || !trend_cell_wanted(t, cell))
			continue;
		enum err e = trend_groups_of(t, cell->unit, p->day, &g);
		uint32_t ref = e == ERR_OK ? ref_between(t, cell) : 0;
		if (e == ERR_OK && (g.n != 1 || g.list[0] != cell->unit || !ref))
			continue;
		if (e != ERR_OK)
			return e;
		struct trend_row *row = trend_row_at(t, cell->unit, ref, 0);
		e = trend_row_add(t, row, cell);
		if (e != ERR_OK)
			return e;
		trend_sum_note(t, row->sum, parts_text(t, cell));
	}
	return ERR_OK;
}

enum err trend_project_series(struct trend *t, uint32_t series)
{
	struct trend_project *p = t->project;
	struct recast_cell *cells;
	enum err e = ERR_OK;
	p->series = series;
	t->block_start = t->n_rows;
	if (p->n_taken) {
		qsort_r(p->taken, p->n_taken, sizeof *p->taken, newest_first, t);
		recast_begin(p->recast, &t->series[p->series]);
		for (size_t i = 0; i < p->n_taken; i++) {
			if (i && p->taken[i].e.unit == p->taken[i - 1].e.unit)
				continue;
			p->taken[i].e.tag = (uint32_t)i;
			recast_add(p->recast, &p->taken[i].e);
		}
		e = recast_run(p->recast);
		size_t n = recast_cells(p->recast, &cells);
		if (e == ERR_OK)
			e = put_together(t, cells, n);
	}
	memset(p->whole, 0, (size_t)t->n_units + 1);
	p->n_taken = p->block_from = 0;
	return e;
}

/* ---- notes ------------------------------------------------------------------------------------------ */

/* Units that are one have one territory: all of its atoms, of which whole ones bear the number of one of them. */
static bool same_again(const uint32_t *atoms, size_t n, uint32_t unit, bool *seen)
{
	bool again = n == 1 && atoms[0] <= unit && seen[atoms[0]];
	if (n == 1 && atoms[0] <= unit)
		seen[atoms[0]] = true;
	return again;
}

static void count_all(struct trend *t, uint32_t kind, uint32_t *all)
{
	struct trend_project *p = t->project;
	const uint32_t *atoms;
	bool *seen = arena_alloc(t->r->a, (size_t)t->n_units + 1);
	recast_begin(p->recast, &t->series[p->series]);
	for (uint32_t unit = 1; unit <= t->n_units; unit++) {
		struct trend_groups g = {0};
		if (trend_kind(t, unit) != kind || !project_lives(p->atoms, unit, p->day) ||
		    !trend_target_wanted(t, unit, p->day) || trend_groups_of(t, unit, p->day, &g) != ERR_OK || g.n != 1)
			continue;
		size_t n = atoms_parts(p->atoms, unit, p->day, &atoms);
		if (!same_again(atoms, n, unit, seen))
			all[g.list[0]] += (uint32_t)n;
	}
}

/* The smallest parts that the units of a kind have on the day, by group: counted once, and where all units are asked
 * for they stay with the atoms. */
static uint32_t *all_of(struct trend *t, uint32_t kind)
{
	struct trend_project *p = t->project;
	size_t n = (size_t)t->n_units + 1;
	struct atoms_worked of = {.about = ATOMS_COUNTED,
				  .day = p->day,
				  .group_day = p->group_day,
				  .group_kind = t->group_kind,
				  .kind = kind,
				  .n_units = t->n_units};
	bool whole = !p->targets.n && !p->sources.n;
	uint32_t *all = whole ? atoms_worked(p->atoms, &of, (n + 1) * sizeof *all) : NULL;
	if (!all)
		all = arena_alloc(t->r->a, (n + 1) * sizeof *all);
	if (!all[n]) /* behind all groups: that they were counted */
		count_all(t, kind, all);
	all[n] = 1;
	return all;
}

uint32_t trend_project_all(struct trend *t, uint32_t group, uint32_t kind)
{
	struct trend_project *p = t->project;
	if (t->by || (p->all && p->all_kind != kind))
		return 0;
	if (!p->all) {
		p->all = all_of(t, kind);
		p->all_kind = kind;
	}
	return p->all[group];
}

/* A day on which an event may have come or not: the units are those of before it. */
static enum err unsure_note(struct trend *t)
{
	struct trend_project *p = t->project;
	struct arena *a = t->r->a;
	uint32_t event;
	size_t n = p->atoms ? atoms_unsure(p->atoms, p->day, &event) : 0;
	if (!n || !*t->q->structure_at)
		return ERR_OK;
	const char *more = n > 1 ? arena_printf(a, " and %zu more", n - 1) : "";
	return answer_bytes(t->r, 5,
			    slice_text(arena_printf(a,
						    "whether %s%s had taken effect on %s is not certain: the units are "
						    "those of before",
						    answer_text(t->r, SPACE_EVENT, event), more, t->q->structure_at)));
}

enum err trend_project_notes(struct trend *t)
{
	struct trend_project *p = t->project;
	const struct msg_trend_question *q = t->q;
	struct arena *a = t->r->a;
	if (!p)
		return ERR_OK;
	const char *text = p->same_units ? "units as reported" : arena_printf(a, "in the units of %s", q->structure_at);
	if ((t->group_kind || t->by) && *q->group_structure_at)
		text = arena_printf(a, "%s, grouped as on %s", text, q->group_structure_at);
	enum err e = answer_bytes(t->r, 5, slice_text(text));
	if (e == ERR_OK)
		e = unsure_note(t);
	if (e == ERR_OK && p->n_ghosts)
		e = answer_bytes(
		    t->r, 5,
		    slice_text(arena_printf(a,
					    "left out: figures of units that do not exist any more, since what "
					    "made them was taken back: %u, the first of %s",
					    p->n_ghosts, answer_text(t->r, SPACE_UNIT, p->ghost))));
	if (e != ERR_OK || !*q->weight_basis)
		return e;
	return answer_bytes(
	    t->r, 5, slice_text(arena_printf(a, "divided by weights of %s where they are known", q->weight_basis)));
}
