/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_place.c - which row a figure belongs to: the group of its unit, or all groups among which it lies.
 */
#include "query/basis.h"
#include "query/trend_projecting.h"
#include <stdlib.h>
#include <string.h>

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* ---- which units, which groups ---------------------------------------------------------------------- */

bool trend_asked(struct trend *t, const struct unit_list *l, uint32_t unit, int32_t day)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->units[i] == unit || (t->q->subtree && unit_inside(t->r->v, unit, l->units[i], day)))
			return true;
	}
	return false;
}

bool trend_target_wanted(struct trend *t, uint32_t unit, int32_t day)
{
	struct trend_project *p = t->project;
	return p->only_sources || (!p->targets.n && !p->sources.n) || (unit && trend_asked(t, &p->targets, unit, day));
}

static bool from_source(struct trend *t, uint32_t entry)
{
	struct trend_project *p = t->project;
	const struct recast_entry *e = recast_entry(p->recast, entry);
	return p->sources.n && trend_asked(t, &p->sources, e->unit, e->day);
}

bool trend_cell_wanted(struct trend *t, const struct recast_cell *cell)
{
	int32_t day =
	    t->project->same_units ? recast_entry(t->project->recast, cell->parts[0].entry)->day : t->project->day;
	if (trend_target_wanted(t, cell->unit, day))
		return true;
	for (size_t i = 0; i < cell->n_parts; i++) {
		if (from_source(t, cell->parts[i].entry))
			return true;
	}
	return false;
}

static void groups_add(struct trend *t, struct trend_groups *g, uint32_t group)
{
	for (size_t i = 0; i < g->n; i++) {
		if (g->list[i] == group)
			return;
	}
	g->list = arena_grow(recast_arena(t->project->recast), g->list, g->n, g->n + 1, sizeof *g->list, &g->room);
	g->list[g->n++] = group;
}

/* Where the territory that a unit had on a day lies in units of the groups' kind; 0 = in none. */
static enum err groups_by_territory(struct trend *t, uint32_t unit, int32_t day, struct trend_groups *g)
{
	struct trend_project *p = t->project;
	struct projected where = {0};
	enum err e = project_unit(p->atoms, unit, day, p->group_day, t->group_kind, &where);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	for (size_t i = 0; i < where.n; i++)
		groups_add(t, g, where.parts[i].target);
	if (e != ERR_OK || !where.n)
		groups_add(t, g, 0);
	if (e == ERR_OK)
		project_clear(&where);
	return ERR_OK;
}

/* The groups of a unit of the structure: one, unless it lies in several. */
enum err trend_groups_of(struct trend *t, uint32_t unit, int32_t day, struct trend_groups *g)
{
	struct trend_project *p = t->project;
	struct unit_life life;
	if (t->by) {
		const uint32_t *keys;
		size_t n = trend_key_groups(t, unit, p->group_day, 0, &keys);
		for (size_t i = 0; i < n; i++)
			groups_add(t, g, keys[i]);
		return ERR_OK;
	}
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
	return groups_by_territory(t, unit, day, g);
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

struct trend_row *trend_row_at(struct trend *t, uint32_t group, uint32_t ref, uint32_t round)
{
	struct trend_row *row = trend_row_of(t, group, t->project->series, ref, round);
	if (!row->sum) {
		struct trend_sum *s = arena_alloc(t->r->a, sizeof *s);
		s->own.low = fraction_new(t);
		s->own.high = fraction_new(t);
		s->may = fraction_new(t);
		s->exact = fraction_new(t);
		row->sum = s;
		row->among = group > t->n_groups;
	}
	return row;
}

const struct trend_set *trend_project_set(const struct trend *t, uint32_t group)
{
	return t->project && group > t->n_groups ? &t->project->sets[group - t->n_groups - 1] : NULL;
}

/* The number of a set, behind those of units. */
static uint32_t set_of(struct trend *t, const struct trend_groups *g, bool refused, bool of_units)
{
	struct trend_project *p = t->project;
	qsort(g->list, g->n, sizeof *g->list, by_number);
	size_t i = 0;
	while (i < p->n_sets &&
	       (p->sets[i].n != g->n || p->sets[i].refused != refused || p->sets[i].of_units != of_units ||
		memcmp(p->sets[i].units, g->list, g->n * sizeof *g->list) != 0))
		i++;
	if (i == p->n_sets) {
		p->sets = arena_grow(t->r->a, p->sets, p->n_sets, p->n_sets + 1, sizeof *p->sets, &p->sets_room);
		struct trend_set *set = &p->sets[p->n_sets++];
		*set = (struct trend_set){.refused = refused, .of_units = of_units, .n = g->n};
		set->units = arena_alloc(t->r->a, (g->n + 1) * sizeof *set->units);
		memcpy(set->units, g->list, g->n * sizeof *g->list);
		if (!p->block_room)
			p->block_room = t->n_groups + 1;
		if (t->n_groups + 1 + p->n_sets > p->block_room) {
			uint32_t *grown = arena_alloc(t->r->a, ((size_t)p->block_room * 2 + 64) * sizeof *grown);
			memcpy(grown, t->block, (size_t)p->block_room * sizeof *grown);
			p->block_room = p->block_room * 2 + 64;
			t->block = grown;
		}
	}
	return t->n_groups + 1 + (uint32_t)i;
}

void trend_sum_note(struct trend *t, struct trend_sum *s, const char *text)
{
	for (size_t i = 0; i < s->n_notes; i++)
		if (strcmp(s->notes[i], text) == 0)
			return;
	if (s->n_notes < TREND_CHOICES_TOLD && *text)
		s->notes[s->n_notes++] = arena_text(t->r->a, text, strlen(text));
}

static void method_at_least(struct trend_sum *s, enum method m)
{
	s->method = m > s->method ? m : s->method;
}

void trend_row_revision(struct trend_row *row, uint64_t rev)
{
	row->rev_min = rev < row->rev_min ? rev : row->rev_min;
	row->rev_max = rev > row->rev_max ? rev : row->rev_max;
}

const char *trend_entry_name(struct trend *t, uint32_t entry)
{
	const struct recast_entry *e = recast_entry(t->project->recast, entry);
	return unit_name(t->r->v, e->unit, e->day, recast_arena(t->project->recast));
}

static void row_provenance(struct trend *t, struct trend_row *row, const struct recast_cell *cell)
{
	for (size_t i = 0; i < cell->n_parts; i++) {
		const struct recast_entry *e = recast_entry(t->project->recast, cell->parts[i].entry);
		const struct taken *x = &t->project->taken[e->tag];
		trend_row_revision(row, e->rev);
		trend_span_see(t, row, e->ref);
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

/* Only the groups are of another day. */
static void see_as_reported(struct trend *t, struct trend_row *row, uint32_t entry)
{
	const struct recast_entry *e = recast_entry(t->project->recast, entry);
	if (t->project->same_units)
		trend_odd_see(t, row, e->unit, e->value);
}

static void add_between(struct trend *t, struct trend_sum *s, const struct recast_cell *cell)
{
	if (!s->between) {
		s->between = arena_alloc(t->r->a, sizeof *s->between);
		s->between->low = fraction_new(t);
		s->between->high = fraction_new(t);
	}
	s->n_between++;
	amount_sum(s->between, &cell->own);
	if (!cell->may)
		return;
	mpq_add(s->between->high, s->between->high, cell->may_high);
	bool any = t->def->type != VALUE_TYPE_COUNT && t->def->type != VALUE_TYPE_PERCENT;
	s->between->no_low |= any; /* a part of what may be negative may be anything */
	s->between->no_high |= any || cell->may_open;
}

/* A count of sets is between the largest of its parts and their sum: why, for the row of one unit. */
static const char *overlap_text(struct trend *t, const struct recast_cell *cell)
{
	struct arena *a = t->r->a;
	const char *text = NULL, *names[2] = {"", ""};
	size_t n = 0, n_parts = 0;
	for (size_t i = 0; i < cell->n_parts; i++) {
		uint32_t entry = cell->parts[i].entry;
		if (recast_entry(t->project->recast, entry)->said->missing)
			continue;
		const char *name = n < 2 || !cell->parts[i].whole ? trend_entry_name(t, entry) : "";
		if (n < 2)
			names[n] = name;
		n++;
		if (!cell->parts[i].whole && !n_parts++)
			text = arena_printf(a, "only a part of %s lies here", name);
	}
	if (n_parts > 1)
		text = arena_printf(a, "only parts of %zu units lie here", n_parts);
	if (n < 2)
		return text;
	const char *both = n == 2 ? arena_printf(a, "one thing may count in both %s and %s", names[0], names[1])
				  : arena_printf(a, "one thing may count in several of the %zu units put together", n);
	return text ? arena_printf(a, "%s; %s", both, text) : both;
}

/* What a unit of the structure is worth goes into its row. */
enum err trend_row_add(struct trend *t, struct trend_row *row, const struct recast_cell *cell)
{
	struct trend_sum *s = row->sum;
	enum err e = ERR_OK;
	bool exact, first = !row->n_units++;
	trend_units_see(t, row, cell->unit);
	row->mixed |= !first && row->kind != cell->kind;
	row->kind = first ? cell->kind : row->kind;
	row->first_unit = first ? cell->unit : row->first_unit;
	s->of += cell->told;
	s->all += cell->all;
	method_at_least(s, cell->base);
	row_provenance(t, row, cell);
	if (cell->same)
		e = keep_value(t, cell, &s->same);
	switch (cell->state) {
	case RECAST_NUMBER:
		amount_sum(&s->own, &cell->own);
		exact = amount_exact(&cell->own) && !cell->may;
		row->n_exact += exact;
		s->n_outside += exact && !cell->unit;
		if (exact && cell->unit)
			fraction_add(s->exact, cell->own.low);
		else if (cell->unit)
			add_between(t, s, cell);
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
	trend_sum_note(t, s, cell->note);
	if (first && t->def->over_units == AGGREGATION_DISTINCT && !cell->same && cell->state == RECAST_NUMBER)
		s->overlap = overlap_text(t, cell);
	see_as_reported(t, row, cell->parts[0].entry);
	if (e == ERR_OK && t->keep)
		e = trend_keep_cell(t, row, cell);
	return e;
}

/* An additive unit that lies in several groups: each of its parts goes where all of it belongs, or among them. */
static enum err split_cell(struct trend *t, const struct recast_cell *cell, uint32_t ref, uint32_t round,
			   const struct trend_groups *all)
{
	for (size_t i = 0; i < cell->n_parts; i++) {
		const struct recast_part *part = &cell->parts[i];
		const struct recast_entry *x = recast_entry(t->project->recast, part->entry);
		struct trend_groups g = {0};
		struct amount whole = part->amount;
		enum err e = part->whole ? groups_by_territory(t, x->unit, x->day, &g) : ERR_OK;
		if (e != ERR_OK)
			return e;
		if (!part->known || !recast_amount(t->project->recast, part, &whole))
			continue; /* a rest of its own; or it says no number */
		bool one = g.n == 1;
		struct trend_row *row =
		    trend_row_at(t, one ? g.list[0] : set_of(t, g.n > 1 ? &g : all, false, false), ref, round);
		amount_sum(&row->sum->own, &whole);
		trend_row_revision(row, x->rev);
		trend_span_see(t, row, x->ref);
		method_at_least(row->sum, one ? METHOD_MERGED : METHOD_UNALLOCATED);
		row->n_units++;
		trend_units_see(t, row, x->unit);
		see_as_reported(t, row, part->entry);
		trend_sum_note(
		    t, row->sum,
		    one ? ""
			: arena_printf(recast_arena(t->project->recast),
				       "of %s: it lies in several of the groups, and nobody knows how it is divided",
				       trend_entry_name(t, part->entry)));
		const struct trend_groups *set = g.n > 1 ? &g : all;
		for (size_t k = 0; !one && k < set->n; k++) {
			struct trend_row *may = trend_row_at(t, set->list[k], ref, round);
			may->sum->has_may = true;
			trend_span_see(t, may, x->ref);
			fraction_add(may->sum->may, whole.high);
			may->sum->may_open |= whole.no_high;
		}
	}
	return ERR_OK;
}

enum err trend_put_cell(struct trend *t, const struct recast_cell *cell, uint32_t ref, uint32_t round)
{
	struct trend_project *p = t->project;
	struct trend_groups g = {0};
	int32_t day = p->same_units ? recast_entry(p->recast, cell->parts[0].entry)->day : p->day;
	enum err e = trend_cell_wanted(t, cell) ? trend_groups_of(t, cell->unit, day, &g) : ERR_OK;
	if (e != ERR_OK || !g.n)
		return e;
	if (g.n == 1)
		return trend_row_add(t, trend_row_at(t, g.list[0], ref, round), cell);
	for (size_t i = 0; t->by && i < g.n && e == ERR_OK; i++) /* whole in each of them */
		e = trend_row_add(t, trend_row_at(t, g.list[i], ref, round), cell);
	if (t->by)
		return e;
	if (t->def->over_units == AGGREGATION_ADDITIVE)
		return split_cell(t, cell, ref, round, &g);
	struct trend_row *row = trend_row_at(t, set_of(t, &g, true, false), ref, round);
	row->n_units++;
	trend_units_see(t, row, cell->unit);
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
enum err trend_put_rest(struct trend *t, const struct recast_rest *rest, uint32_t ref, uint32_t round)
{
	struct trend_project *p = t->project;
	struct trend_groups g = {0}, asked = {0};
	bool source = from_source(t, rest->entry), outside = false;
	for (size_t i = 0; i < rest->n; i++) {
		bool wanted = source || trend_target_wanted(t, rest->targets[i], p->day);
		enum err e = trend_groups_of(t, rest->targets[i], p->day, wanted ? &asked : &g);
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
	uint32_t group = one ? asked.list[0] : set_of(t, outside ? &g : &asked, false, outside);
	struct trend_row *row = trend_row_at(t, group, ref, round);
	const struct recast_entry *x = recast_entry(p->recast, rest->entry);
	amount_sum(&row->sum->own, &rest->amount);
	method_at_least(row->sum, one ? METHOD_MERGED : METHOD_UNALLOCATED);
	trend_row_revision(row, x->rev);
	trend_span_see(t, row, x->ref);
	if (one)
		return ERR_OK;
	row->n_units++;
	trend_units_see(t, row, x->unit);
	row->kind = x->kind;
	trend_sum_note(t, row->sum,
		       recast_why_left(p->recast, x, trend_entry_name(t, rest->entry),
				       basis_why(t->r, t->q->weight_basis, &p->unweighted), recast_arena(p->recast)));
	for (size_t i = 0; i < asked.n; i++) {
		struct trend_row *may = trend_row_at(t, asked.list[i], ref, round);
		struct trend_sum *s = may->sum;
		trend_span_see(t, may, x->ref);
		s->has_may = true;
		fraction_add(s->may, rest->amount.high);
		s->may_open |= rest->amount.no_high;
	}
	return ERR_OK;
}
