/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_project_still.c - figures of units that stood still.
 *
 * Most units of a country were never touched by an event. What such a unit says of something additive, as an exact
 * number, is its own figure in every structure in which it lives, and nobody else's goes there: it needs no block and
 * no fraction, and goes into its row at once. Everything else is projected. Which units these are follows from the
 * structure alone: that is worked out once, and stays with the atoms.
 */
#include "query/trend_projecting.h"

#define STILL_NO 1u /* else its group + 2 */

void trend_still_begin(struct trend *t)
{
	struct trend_project *p = t->project;
	size_t n = (size_t)t->n_units + 1;
	struct atoms_worked of = {.about = ATOMS_STILL,
				  .day = p->day,
				  .group_day = p->group_day,
				  .group_kind = t->by_unit ? UINT32_MAX : t->group_kind,
				  .n_units = t->n_units};
	p->still = atoms_worked(p->atoms, &of, n * sizeof *p->still);
	if (!p->still)
		p->still = arena_alloc(t->r->a, n * sizeof *p->still);
	p->summed = arena_alloc(t->r->a, n * sizeof *p->summed);
	p->sums = mem_zero(n, sizeof *p->sums);
	p->block = 1;
}

static uint32_t look_up(struct trend *t, uint32_t unit, int32_t *ret_from, uint32_t *ret_kind)
{
	struct trend_project *p = t->project;
	struct trend_groups g = {0};
	uint32_t kind = *ret_kind = trend_kind(t, unit);
	if (!project_still(p->atoms, unit, p->day, ret_from) || !recast_kind_lives(p->recast, kind) ||
	    trend_groups_of(t, unit, p->day, &g) != ERR_OK || g.n != 1)
		return STILL_NO;
	return g.list[0] + 2;
}

/* The group of a unit that is on `day` what it is in the structure. */
static bool stands_still(struct trend *t, uint32_t unit, int32_t day, uint32_t *ret_group)
{
	struct trend_project *p = t->project;
	struct trend_still *s = &p->still[unit];
	if (!s->group)
		s->group = look_up(t, unit, &s->from, &s->kind);
	*ret_group = s->group - 2;
	return s->group != STILL_NO && day >= s->from && day <= p->day;
}

static enum err still_add(struct trend *t, struct trend_row *row, const struct stated *one, struct num n)
{
	struct trend_sum *s = row->sum;
	uint32_t unit = one->obs.unit, kind = t->project->still[unit].kind;
	bool first = !row->n_units++;
	trend_units_see(t, row, unit);
	row->mixed |= !first && row->kind != kind;
	row->kind = first ? kind : row->kind;
	row->first_unit = first ? unit : row->first_unit;
	row->n_exact++;
	tally_add(&row->exact, n);
	trend_row_revision(row, one->rev);
	s->still = true;
	s->of++;
	s->all++;
	s->method = s->method > METHOD_EXACT ? s->method : METHOD_EXACT;
	if (s->same)
		return ERR_OK;
	struct msg_value *v = NULL;
	enum err e = value_get(one->obs.value, t->r->a, &v);
	s->same = v;
	return e;
}

bool trend_project_still(struct trend *t, const struct stated *one, int32_t day, enum err *ret)
{
	struct trend_project *p = t->project;
	uint32_t unit = one->obs.unit, group;
	struct num n;
	if (!p->still || !value_peek(one->obs.value, &n) || !stands_still(t, unit, day, &group))
		return false;
	*ret = p->flats.on ? trend_flat_add(t, p->series, one, n)
			   : still_add(t, trend_row_at(t, group, one->obs.ref, one->obs.round), one, n);
	return true;
}

/* Of units that follow each other only the ends are kept. */
static void run_end(struct trend_project *p, uint32_t group, struct trend_still_sum *s, uint32_t unit)
{
	if (s->run.to) {
		if (p->n_runs == p->runs_room) {
			p->runs_room = p->runs_room ? p->runs_room * 2 : 256;
			p->runs = mem_grow(p->runs, p->runs_room * sizeof *p->runs);
		}
		p->runs[p->n_runs++] = (struct trend_still_run){group, s->run};
	}
	s->run = (struct trend_run){unit, unit};
}

/* A row is many bytes far apart: of what it gets in a block only the first figure goes into it at once, and the whole
 * numbers behind that are summed up first. */
static inline bool sum_up(struct trend *t, const struct stated *one, struct num n)
{
	struct trend_project *p = t->project;
	const struct trend_still *still = &p->still[one->obs.unit];
	struct trend_still_sum *s = &p->sums[still->group - 2];
	int64_t whole;
	if (s->block != p->block || n.scale || s->round != one->obs.round || s->kind != still->kind ||
	    __builtin_add_overflow(s->whole, n.digits, &whole))
		return false;
	s->whole = whole;
	s->n++;
	s->rev_min = one->rev < s->rev_min ? one->rev : s->rev_min;
	s->rev_max = one->rev > s->rev_max ? one->rev : s->rev_max;
	uint32_t unit = trend_units_first(t, one->obs.unit);
	if (s->run.to && s->run.to + 1 == unit)
		s->run.to = unit;
	else
		run_end(p, still->group - 2, s, unit);
	return true;
}

static void sum_begin(struct trend_project *p, const struct stated *one)
{
	const struct trend_still *still = &p->still[one->obs.unit];
	struct trend_still_sum *s = &p->sums[still->group - 2];
	if (s->block == p->block)
		return;
	*s = (struct trend_still_sum){
	    .block = p->block, .round = one->obs.round, .kind = still->kind, .rev_min = UINT64_MAX};
	p->summed[p->n_summed++] = still->group - 2;
}

/* Of a round that is wanted, and of a unit that is known to have stood still. */
static inline bool plain(const struct trend *t, const struct stated *one, int32_t day, struct num *ret)
{
	const struct trend_project *p = t->project;
	const struct trend_still *s = &p->still[one->obs.unit];
	day = one->obs.expressed_in ? one->obs.expressed_in : day;
	return s->group > STILL_NO && day >= s->from && day <= p->day && value_peek(one->obs.value, ret);
}

/* The cells behind it, as long as all that is to be done is to sum them up. (A sum was begun by a round that is
 * wanted.) */
static void sum_on(struct trend *t, struct cells *cells, uint32_t ref)
{
	int32_t day = t->refs[ref].day;
	const struct stated *list;
	size_t n, i;
	do {
		n = cells_ahead(cells, &list);
		for (i = 0; i + 1 < n; i++) {
			const struct fact_obs *obs = &list[i].obs, *next = &list[i + 1].obs;
			bool alone = next->unit != obs->unit || next->ref != ref;
			struct num x;
			if (!alone || obs->ref != ref || obs->unit > t->n_units ||
			    (t->n_breaks && obs->state == STATE_CORRECTED) || !plain(t, &list[i], day, &x) ||
			    !sum_up(t, &list[i], x))
				break;
		}
		cells_pass(cells, i);
		answer_did(t->r, i);
	} while (i && i + 1 == n);
}

bool trend_project_still_cell(struct trend *t, uint32_t series, const struct stated *one, struct cells *cells,
			      enum err *ret)
{
	struct trend_project *p = t->project;
	uint32_t unit = one->obs.unit, round = one->obs.round, ref = one->obs.ref;
	struct num n;
	if (!p || !p->still || unit > t->n_units || round > t->n_rounds || !t->rounds[round].known ||
	    !t->rounds[round].wanted || !plain(t, one, t->refs[ref].day, &n))
		return false;
	p->series = series;
	if (p->flats.on) {
		*ret = trend_flat_add(t, series, one, n);
		if (*ret == ERR_OK)
			*ret = trend_rows_left(t);
		return true;
	}
	if (sum_up(t, one, n)) {
		sum_on(t, cells, ref);
		return true;
	}
	sum_begin(p, one);
	struct trend_row *row = trend_row_at(t, p->still[unit].group - 2, ref, round);
	*ret = trend_rows_left(t);
	if (*ret == ERR_OK)
		*ret = still_add(t, row, one, n);
	return true;
}

void trend_still_block(struct trend *t, uint32_t ref)
{
	struct trend_project *p = t->project;
	for (size_t i = 0; i < p->n_runs && t->units; i++)
		trend_units_more(trend_row_at(t, p->runs[i].group, ref, p->sums[p->runs[i].group].round),
				 p->runs[i].run);
	for (size_t i = 0; i < p->n_summed; i++) {
		const struct trend_still_sum *sum = &p->sums[p->summed[i]];
		if (!sum->n)
			continue;
		struct trend_row *row = trend_row_at(t, p->summed[i], ref, sum->round);
		row->n_units += sum->n;
		row->n_exact += sum->n;
		row->exact.whole += sum->whole;
		trend_row_revision(row, sum->rev_min);
		trend_row_revision(row, sum->rev_max);
		row->sum->of += sum->n;
		row->sum->all += sum->n;
		if (t->units)
			trend_units_more(row, sum->run);
	}
	p->n_runs = 0;
	p->n_summed = 0;
	p->block++;
}

void trend_project_still_end(struct trend *t)
{
	mpq_t q;
	if (!t->project || !t->project->still)
		return;
	mpq_init(q);
	for (uint32_t i = 0; i < t->n_rows; i++) {
		struct trend_sum *s = t->rows[i].sum;
		if (!s || !s->still)
			continue;
		tally_get(&t->rows[i].exact, q);
		struct amount x = {.low = q, .high = q, .scale = t->rows[i].exact.scale};
		amount_sum(&s->own, &x);
		fraction_add(s->exact, q);
	}
	mpq_clear(q);
}
