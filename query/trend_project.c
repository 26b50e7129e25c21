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
#include "query/trend.h"
#include <stdlib.h>
#include <string.h>

struct taken {
	struct recast_entry e;
	const char *choice; /* NULL = there was none */
};
struct trend_project {
	bool same_units; /* only groups are of another day */
	int32_t day, group_day;
	uint32_t basis;
	struct atoms *atoms;
	struct recast *recast;
	size_t n_taken, taken_room;
	struct taken *taken; /* of the series; heap */
	size_t block_from;   /* of them */
	uint8_t *whole;      /* by unit: a block knew all its parts */
	uint32_t series;
	size_t n_sets, sets_room;
	struct trend_set *sets;
	uint32_t block_room; /* of t->block */
	size_t n_fractions, fractions_room;
	mpq_ptr *fractions;                /* of rows: cleared at the end */
	struct unit_list targets, sources; /* asked for, without subtrees */
	bool only_sources;
	uint32_t n_more_refs;
	uint32_t *all; /* by group: of one kind */
	uint32_t all_kind;
};

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
	p->basis = *q->weight_basis ? view_term(t->r->v, SPACE_TERM, slice_text(q->weight_basis)) : 0;
	p->atoms = atoms_new(t->r->v, p->basis, t->r->a);
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
}

void trend_project_free(struct trend *t)
{
	struct trend_project *p = t->project;
	if (!p)
		return;
	for (size_t i = 0; i < p->n_fractions; i++)
		mpq_clear(p->fractions[i]);
	free(p->taken);
	recast_free(p->recast);
	atoms_free(p->atoms);
	t->project = NULL;
}

/* ---- which units, which groups ---------------------------------------------------------------------- */

static bool among(struct trend *t, const struct unit_list *l, uint32_t unit, int32_t day)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->units[i] == unit || (t->q->subtree && unit_inside(t->r->v, unit, l->units[i], day)))
			return true;
	}
	return false;
}

static bool target_wanted(struct trend *t, uint32_t unit, int32_t day)
{
	struct trend_project *p = t->project;
	return p->only_sources || (!p->targets.n && !p->sources.n) || (unit && among(t, &p->targets, unit, day));
}

static bool from_source(struct trend *t, uint32_t entry)
{
	struct trend_project *p = t->project;
	const struct recast_entry *e = recast_entry(p->recast, entry);
	return p->sources.n && among(t, &p->sources, e->unit, e->day);
}

static bool cell_wanted(struct trend *t, const struct recast_cell *cell)
{
	int32_t day =
	    t->project->same_units ? recast_entry(t->project->recast, cell->parts[0].entry)->day : t->project->day;
	if (target_wanted(t, cell->unit, day))
		return true;
	for (size_t i = 0; i < cell->n_parts; i++) {
		if (from_source(t, cell->parts[i].entry))
			return true;
	}
	return false;
}

struct groups {
	size_t n, room;
	uint32_t *list;
};

static void groups_add(struct trend *t, struct groups *g, uint32_t group)
{
	for (size_t i = 0; i < g->n; i++) {
		if (g->list[i] == group)
			return;
	}
	g->list = arena_grow(recast_arena(t->project->recast), g->list, g->n, g->n + 1, sizeof *g->list, &g->room);
	g->list[g->n++] = group;
}

/* Where the territory that a unit had on a day lies in units of the groups' kind. */
static enum err groups_by_territory(struct trend *t, uint32_t unit, int32_t day, struct groups *g)
{
	struct trend_project *p = t->project;
	struct projected where = {0};
	enum err e = project_unit(p->atoms, unit, day, p->group_day, t->group_kind, &where);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	for (size_t i = 0; i < where.n; i++)
		groups_add(t, g, where.parts[i].target);
	if (e == ERR_OK)
		project_clear(&where);
	return ERR_OK;
}

/* The groups of a unit of the structure: one, unless it lies in several. */
static enum err groups_of(struct trend *t, uint32_t unit, int32_t day, struct groups *g)
{
	struct trend_project *p = t->project;
	struct unit_life life;
	size_t before = g->n;
	if (t->by_unit || !t->group_kind || !unit) {
		groups_add(t, g, t->by_unit ? unit : 0);
		return ERR_OK;
	}
	uint32_t group = 0;
	if (day == p->group_day || unit_life_at(t->r->v, unit, p->group_day, &life))
		group = trend_group(t, p->group_day, unit);
	if (group) {
		groups_add(t, g, group);
		return ERR_OK;
	}
	enum err e = groups_by_territory(t, unit, day, g);
	if (g->n == before)
		groups_add(t, g, 0);
	return e;
}

/* ---- rows ------------------------------------------------------------------------------------------- */

static mpq_ptr fraction_new(struct trend *t)
{
	struct trend_project *p = t->project;
	p->fractions = arena_grow(t->r->a, p->fractions, p->n_fractions, p->n_fractions + 1, sizeof *p->fractions,
				  &p->fractions_room);
	mpq_ptr q = arena_alloc(t->r->a, sizeof *q);
	mpq_init(q);
	return p->fractions[p->n_fractions++] = q;
}

static struct trend_row *row_at(struct trend *t, uint32_t group, uint32_t ref, uint32_t round)
{
	struct trend_row *row = trend_row_of(t, group, t->project->series, ref, round);
	if (!row->sum) {
		struct trend_sum *s = arena_alloc(t->r->a, sizeof *s);
		s->own.low = fraction_new(t);
		s->own.high = fraction_new(t);
		s->may = fraction_new(t);
		s->exact = fraction_new(t);
		row->sum = s;
		row->among = group > t->n_units;
	}
	return row;
}

const struct trend_set *trend_project_set(const struct trend *t, uint32_t group)
{
	return t->project && group > t->n_units ? &t->project->sets[group - t->n_units - 1] : NULL;
}

/* The number of a set, behind those of units. */
static uint32_t set_of(struct trend *t, const struct groups *g, bool refused)
{
	struct trend_project *p = t->project;
	qsort(g->list, g->n, sizeof *g->list, by_number);
	size_t i = 0;
	while (i < p->n_sets && (p->sets[i].n != g->n || p->sets[i].refused != refused ||
				 memcmp(p->sets[i].units, g->list, g->n * sizeof *g->list) != 0))
		i++;
	if (i == p->n_sets) {
		p->sets = arena_grow(t->r->a, p->sets, p->n_sets, p->n_sets + 1, sizeof *p->sets, &p->sets_room);
		struct trend_set *set = &p->sets[p->n_sets++];
		*set = (struct trend_set){.refused = refused, .n = g->n};
		set->units = arena_alloc(t->r->a, (g->n + 1) * sizeof *set->units);
		memcpy(set->units, g->list, g->n * sizeof *g->list);
		if (!p->block_room)
			p->block_room = t->n_units + 1;
		if (t->n_units + 1 + p->n_sets > p->block_room) {
			uint32_t *grown = arena_alloc(t->r->a, ((size_t)p->block_room * 2 + 64) * sizeof *grown);
			memcpy(grown, t->block, (size_t)p->block_room * sizeof *grown);
			p->block_room = p->block_room * 2 + 64;
			t->block = grown;
		}
	}
	return t->n_units + 1 + (uint32_t)i;
}

static void sum_note(struct trend *t, struct trend_sum *s, const char *text)
{
	if (s->n_notes < TREND_CHOICES_TOLD && *text)
		s->notes[s->n_notes++] = arena_text(t->r->a, text, strlen(text));
}

static void method_at_least(struct trend_sum *s, enum method m)
{
	s->method = m > s->method ? m : s->method;
}

static void row_revision(struct trend_row *row, uint64_t rev)
{
	row->rev_min = rev < row->rev_min ? rev : row->rev_min;
	row->rev_max = rev > row->rev_max ? rev : row->rev_max;
}

static const char *entry_name(struct trend *t, uint32_t entry)
{
	const struct recast_entry *e = recast_entry(t->project->recast, entry);
	return unit_name(t->r->v, e->unit, e->day, recast_arena(t->project->recast));
}

static void row_provenance(struct trend *t, struct trend_row *row, const struct recast_cell *cell)
{
	for (size_t i = 0; i < cell->n_parts; i++) {
		const struct recast_entry *e = recast_entry(t->project->recast, cell->parts[i].entry);
		const struct taken *x = &t->project->taken[e->tag];
		row_revision(row, e->rev);
		if (!x->choice || row->n_choices++ >= TREND_CHOICES_TOLD)
			continue;
		row->choice_unit[row->n_choices - 1] = e->unit;
		row->choice_text[row->n_choices - 1] = x->choice;
	}
}

static enum err keep_value(struct trend *t, const struct recast_cell *cell, const struct msg_value **ret)
{
	struct msg_value *v = NULL;
	enum err e = value_get(recast_entry(t->project->recast, cell->parts[0].entry)->value, t->r->a, &v);
	*ret = v;
	return e;
}

static void row_refuse(struct trend *t, struct trend_row *row, const char *why)
{
	row->sum->n_refused++;
	if (!row->sum->refused)
		row->sum->refused = arena_text(t->r->a, why, strlen(why));
}

/* What a unit of the structure is worth goes into its row. */
static enum err row_add(struct trend *t, struct trend_row *row, const struct recast_cell *cell)
{
	struct trend_sum *s = row->sum;
	enum err e = ERR_OK;
	bool first = !row->n_units++;
	row->mixed |= !first && row->kind != cell->kind;
	row->kind = first ? cell->kind : row->kind;
	row->first_unit = first ? cell->unit : row->first_unit;
	s->of += cell->of;
	s->all += cell->all;
	method_at_least(s, cell->base);
	row_provenance(t, row, cell);
	if (cell->same)
		e = keep_value(t, cell, &s->same);
	switch (cell->state) {
	case RECAST_NUMBER:
		amount_sum(&s->own, &cell->own);
		if (amount_exact(&cell->own) && !cell->may) {
			row->n_exact++;
			mpq_add(s->exact, s->exact, cell->own.low);
		}
		break;
	case RECAST_MISSING:
		row->missing[cell->missing > 0 && cell->missing < TREND_MISSING ? cell->missing : 0]++;
		break;
	case RECAST_VAGUE:
		if (!row->n_vague++) {
			const struct recast_entry *x = recast_entry(t->project->recast, cell->vague);
			struct msg_value *v;
			row->vague_unit = x->unit;
			e = value_get(x->value, t->r->a, &v);
			row->vague = v;
		}
		break;
	case RECAST_REFUSED:
		row_refuse(t, row, cell->refused);
		break;
	}
	sum_note(t, s, cell->note);
	return e;
}

/* An additive unit that lies in several groups: each of its parts goes where all of it belongs, or among them. */
static enum err split_cell(struct trend *t, const struct recast_cell *cell, uint32_t ref, uint32_t round,
			   const struct groups *all)
{
	for (size_t i = 0; i < cell->n_parts; i++) {
		const struct recast_part *part = &cell->parts[i];
		const struct recast_entry *x = recast_entry(t->project->recast, part->entry);
		struct groups g = {0};
		struct amount whole = part->amount;
		enum err e = part->whole ? groups_by_territory(t, x->unit, x->day, &g) : ERR_OK;
		if (e != ERR_OK)
			return e;
		if (!part->known || !recast_amount(t->project->recast, part, &whole))
			continue; /* a rest of its own; or it says no number */
		bool one = g.n == 1;
		struct trend_row *row = row_at(t, one ? g.list[0] : set_of(t, g.n > 1 ? &g : all, false), ref, round);
		amount_sum(&row->sum->own, &whole);
		row_revision(row, x->rev);
		method_at_least(row->sum, one ? METHOD_MERGED : METHOD_UNALLOCATED);
		row->n_units++;
		sum_note(
		    t, row->sum,
		    one ? ""
			: arena_printf(recast_arena(t->project->recast),
				       "of %s: it lies in several of the groups, and nobody knows how it is divided",
				       entry_name(t, part->entry)));
		const struct groups *set = g.n > 1 ? &g : all;
		for (size_t k = 0; !one && k < set->n; k++) {
			struct trend_row *may = row_at(t, set->list[k], ref, round);
			may->sum->has_may = true;
			mpq_add(may->sum->may, may->sum->may, whole.high);
			may->sum->may_open |= whole.no_high;
		}
	}
	return ERR_OK;
}

static enum err put_cell(struct trend *t, const struct recast_cell *cell, uint32_t ref, uint32_t round)
{
	struct trend_project *p = t->project;
	struct groups g = {0};
	int32_t day = p->same_units ? recast_entry(p->recast, cell->parts[0].entry)->day : p->day;
	enum err e = cell_wanted(t, cell) ? groups_of(t, cell->unit, day, &g) : ERR_OK;
	if (e != ERR_OK || !g.n)
		return e;
	if (g.n == 1)
		return row_add(t, row_at(t, g.list[0], ref, round), cell);
	if (t->def->over_units == AGGREGATION_ADDITIVE)
		return split_cell(t, cell, ref, round, &g);
	struct trend_row *row = row_at(t, set_of(t, &g, true), ref, round);
	row->n_units++;
	method_at_least(row->sum, METHOD_REFUSED);
	row_provenance(t, row, cell);
	row_refuse(t, row,
		   arena_printf(recast_arena(p->recast),
				"what is said of %s as a whole says nothing of each %s that it lies in",
				unit_name(t->r->v, cell->unit, day, recast_arena(p->recast)), t->q->group_by));
	return ERR_OK;
}

/* What lies among several units: their group's, where it is one; else a row of its own, that each of them may have of.
 */
static enum err put_rest(struct trend *t, const struct recast_rest *rest, uint32_t ref, uint32_t round)
{
	struct trend_project *p = t->project;
	struct groups g = {0}, asked = {0};
	bool source = from_source(t, rest->entry), outside = false;
	for (size_t i = 0; i < rest->n; i++) {
		bool wanted = source || target_wanted(t, rest->targets[i], p->day);
		enum err e = groups_of(t, rest->targets[i], p->day, wanted ? &asked : &g);
		if (e != ERR_OK)
			return e;
		outside |= !wanted;
	}
	if (!asked.n)
		return ERR_OK;
	bool one = asked.n == 1 && !outside;
	if (!one && outside) { /* a part may lie in units that are not asked for, perhaps of the same group */
		g.n = 0;
		for (size_t i = 0; i < rest->n; i++)
			groups_add(t, &g, rest->targets[i]);
	}
	uint32_t group = one ? asked.list[0] : set_of(t, outside ? &g : &asked, false);
	struct trend_row *row = row_at(t, group, ref, round);
	const struct recast_entry *x = recast_entry(p->recast, rest->entry);
	amount_sum(&row->sum->own, &rest->amount);
	method_at_least(row->sum, one ? METHOD_MERGED : METHOD_UNALLOCATED);
	row_revision(row, x->rev);
	if (one)
		return ERR_OK;
	row->n_units++;
	row->kind = x->kind;
	sum_note(t, row->sum,
		 arena_printf(recast_arena(p->recast), "of %s, which was divided: no weights tell how",
			      entry_name(t, rest->entry)));
	for (size_t i = 0; i < asked.n; i++) {
		struct trend_sum *s = row_at(t, asked.list[i], ref, round)->sum;
		s->has_may = true;
		mpq_add(s->may, s->may, rest->amount.high);
		s->may_open |= rest->amount.no_high;
	}
	return ERR_OK;
}

/* ---- blocks ----------------------------------------------------------------------------------------- */

static enum err kind_lives(struct trend *t, uint32_t kind)
{
	struct trend_project *p = t->project;
	if (recast_kind_lives(p->recast, kind))
		return ERR_OK;
	return fail(&t->r->why, t->r->v->err ? t->r->v->err : ERR_NOT_FOUND,
		    "no %s is on record as living on %s: there is no structure to express the figures in",
		    answer_text(t->r, SPACE_TERM, kind), t->q->structure_at);
}

enum err trend_project_take(struct trend *t, const struct stated *one, int32_t day, const char *choice)
{
	struct trend_project *p = t->project;
	uint32_t unit = one->obs.unit, kind = trend_kind(t, unit);
	if (p->only_sources && !among(t, &p->sources, unit, day))
		return ERR_OK;
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
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		t->project->whole[cells[i].unit] |= cells[i].of >= cells[i].all;
		e = put_cell(t, &cells[i], ref, round);
		if (e == ERR_OK)
			e = answer_work(t->r);
	}
	n = e == ERR_OK ? recast_rests(c, &rests) : 0;
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = put_rest(t, &rests[i], ref, round);
	if (e == ERR_OK && t->n_rows > t->r->c->limits->rows_max)
		return fail(
		    &t->r->why, ERR_TOO_LARGE,
		    "the answer has more than %u rows: name periods, units or categories, or group more coarsely",
		    t->r->c->limits->rows_max);
	return e;
}

static int by_round(const void *a, const void *b)
{
	const struct taken *x = a, *y = b;
	int d = (x->e.round > y->e.round) - (x->e.round < y->e.round);
	return d ? d : (x->e.unit > y->e.unit) - (x->e.unit < y->e.unit);
}

enum err trend_project_block(struct trend *t, uint32_t series, uint32_t ref)
{
	struct trend_project *p = t->project;
	enum err e = ERR_OK;
	p->series = series;
	qsort(p->taken + p->block_from, p->n_taken - p->block_from, sizeof *p->taken, by_round);
	for (size_t i = p->block_from; i < p->n_taken && e == ERR_OK;) {
		uint32_t round = p->taken[i].e.round;
		recast_begin(p->recast, &t->series[p->series]);
		for (; i < p->n_taken && p->taken[i].e.round == round; i++) {
			p->taken[i].e.tag = (uint32_t)i;
			recast_add(p->recast, &p->taken[i].e);
		}
		e = put_block(t, ref, round);
	}
	/* What adds up is complete in its blocks; what does not may be put together from several
	 * (trend_project_series()). */
	if (t->def->over_units == AGGREGATION_ADDITIVE || p->same_units)
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
	if (first == last)
		return first;
	const char *text = arena_printf(t->r->a, "%s/%s", t->refs[first].text, t->refs[last].text);
	struct when w;
	for (uint32_t i = t->n_refs + 1; i <= t->n_refs + p->n_more_refs; i++) {
		if (strcmp(t->refs[i].text, text) == 0)
			return i;
	}
	if (p->n_more_refs == TREND_MORE_REFS - 1 || when_parse(text, &w, NULL) != ERR_OK)
		return 0;
	uint32_t ref = t->n_refs + ++p->n_more_refs;
	t->refs[ref] =
	    (struct trend_ref){.known = true, .wanted = true, .when = w, .day = when_reference_day(&w), .text = text};
	return ref;
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
		text = arena_printf(a, "%s%s %s in %s (%s)", text, i ? "," : "", entry_name(t, entry),
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
		struct groups g = {0};
		if (!cell->unit || cell->n_parts < 2 || p->whole[cell->unit] || cell->of < cell->all ||
		    !of_several(t, cell) || !cell_wanted(t, cell))
			continue;
		enum err e = groups_of(t, cell->unit, p->day, &g);
		uint32_t ref = e == ERR_OK ? ref_between(t, cell) : 0;
		if (e == ERR_OK && (g.n != 1 || g.list[0] != cell->unit || !ref))
			continue;
		if (e != ERR_OK)
			return e;
		struct trend_row *row = row_at(t, cell->unit, ref, 0);
		e = row_add(t, row, cell);
		if (e != ERR_OK)
			return e;
		sum_note(t, row->sum, parts_text(t, cell));
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

/* The smallest parts that the units of a kind have on the day, by group: counted once. */
uint32_t trend_project_all(struct trend *t, uint32_t group, uint32_t kind)
{
	struct trend_project *p = t->project;
	const uint32_t *atoms;
	if (p->all && p->all_kind != kind)
		return 0;
	if (!p->all) {
		p->all = arena_alloc(t->r->a, ((size_t)t->n_units + 1) * sizeof *p->all);
		p->all_kind = kind;
		recast_begin(p->recast, &t->series[p->series]);
		for (uint32_t unit = 1; unit <= t->n_units; unit++) {
			struct groups g = {0};
			struct unit_life life;
			if (trend_kind(t, unit) != kind || !unit_life_at(t->r->v, unit, p->day, &life) ||
			    !target_wanted(t, unit, p->day) || groups_of(t, unit, p->day, &g) != ERR_OK || g.n != 1)
				continue;
			p->all[g.list[0]] += (uint32_t)atoms_of(p->atoms, unit, p->day, false, &atoms);
		}
	}
	return p->all[group];
}

enum err trend_project_notes(struct trend *t)
{
	struct trend_project *p = t->project;
	const struct msg_trend_question *q = t->q;
	struct arena *a = t->r->a;
	if (!p)
		return ERR_OK;
	const char *text = p->same_units ? "units as reported" : arena_printf(a, "in the units of %s", q->structure_at);
	if (t->group_kind && *q->group_structure_at)
		text = arena_printf(a, "%s, grouped as on %s", text, q->group_structure_at);
	enum err e = answer_bytes(t->r, 5, slice_text(text));
	if (e != ERR_OK || !*q->weight_basis)
		return e;
	return answer_bytes(t->r, 5,
			    slice_text(arena_printf(a,
						    p->basis ? "divided by weights of %s where they are known"
							     : "no weights of \"%s\" are on record",
						    q->weight_basis)));
}
