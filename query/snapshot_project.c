/* SPDX-License-Identifier: Apache-2.0
 *
 * snapshot_project.c - observations of a snapshot in the units of another day.
 *
 * (Arrangements: arrangement.h.) An observation of one reference is recast with all others of it (recast.h), so that
 * rows of what adds up, with what is unallocated, are what was said.
 */
#include "query/basis.h"
#include "query/kept.h"
#include "query/snapshot.h"

struct snapshot_project {
	struct atoms *atoms;
	uint32_t basis; /* SPACE_TERM; 0 = no weights are asked for */
};

static struct recast *recast_of(struct snapshot *s, const struct msg_indicator *def)
{
	struct recast_ask ask = {
	    .view = s->r->v, .atoms = s->project->atoms, .day = s->to, .def = def, .n_units = s->n_units};
	return recast_new(&ask);
}

enum err snapshot_project_ask(struct snapshot *s)
{
	struct when w;
	enum err e = answer_when(s->r, s->q->structure_at, "structure_at", &w);
	if (e == ERR_OK && w.precision == WHEN_NONE && *s->q->weight_basis)
		return fail(
		    &s->r->why, ERR_INVALID,
		    "weights of %.100s apportion what is expressed in the units of another day: name structure_at",
		    s->q->weight_basis);
	if (e != ERR_OK || w.precision == WHEN_NONE)
		return e;
	if (w.precision != WHEN_DAY)
		return fail(&s->r->why, ERR_INVALID, "structure_at is one day, such as 2020-01-01, not \"%.32s\"",
			    s->q->structure_at);
	s->to = w.lo;
	s->project = arena_alloc(s->r->a, sizeof *s->project);
	e = basis_ask(s->r, s->q->weight_basis, &s->project->basis);
	if (e != ERR_OK) {
		s->project = NULL;
		return e;
	}
	s->project->atoms = kept_atoms(s->r->c->kept, s->r->v, s->project->basis, s->r->a);
	return s->r->v->err;
}

void snapshot_project_free(struct snapshot *s)
{
	if (!s->project)
		return;
	atoms_free(s->project->atoms);
	s->project = NULL;
}

struct atoms *snapshot_project_atoms(const struct snapshot *s)
{
	return s->project ? s->project->atoms : NULL;
}

static enum err no_structure(struct snapshot *s, uint32_t kind)
{
	return fail(&s->r->why, s->r->v->err ? s->r->v->err : ERR_NOT_FOUND,
		    "no %s is on record as living on %s: there is no structure to express it in",
		    answer_text(s->r, SPACE_TERM, kind), s->q->structure_at);
}

/* ---- observations ----------------------------------------------------------------------------------- */

/* Of a unit all of whose lives were taken back: it lies nowhere, and is told as it was said. */
static enum err put_ghost(struct snapshot *s, const struct series *series, const char *period, const struct stated *one,
			  const struct choice *choice)
{
	struct msg_observation_row m;
	const char **notes = arena_alloc(s->r->row, sizeof *notes);
	describe_observation(s->r, series, period, one, choice, true, &m);
	notes[0] = "as reported: the unit does not exist any more, since what made it was taken back";
	m.method = METHOD_REFUSED;
	m.notes = notes;
	m.n_notes = 1;
	return snapshot_observation(s, &m);
}

static enum err take_cell(struct snapshot *s, struct recast *c, const struct cell *cell, const struct series *series,
			  const char *period, bool *ret_any)
{
	struct answer *r = s->r;
	struct stated *some = arena_alloc(s->work, cell->n * sizeof *some);
	struct choice choice;
	struct when w;
	size_t n = 0;
	for (size_t i = 0; i < cell->n; i++) {
		if (!s->round || cell->list[i].obs.round == s->round)
			some[n++] = cell->list[i];
	}
	if (!n || (!s->everywhere && !s->by_target && !snapshot_in_list(&s->in, cell->unit)))
		return answer_work(r);
	enum err e = choose_value(some, n, s->work, &choice);
	if (e != ERR_OK)
		return e;
	const struct fact_obs *obs = &some[choice.chosen].obs;
	uint32_t kind = unit_kind(r->v, obs->unit);
	if (!ref_when(r->v, obs->ref, &w))
		return r->v->err;
	if (!kind)
		return put_ghost(s, series, period, &some[choice.chosen], &choice);
	if (!recast_kind_lives(c, kind))
		return no_structure(s, kind);
	struct recast_entry entry = {.unit = obs->unit,
				     .kind = kind,
				     .day = obs->expressed_in ? obs->expressed_in : when_reference_day(&w),
				     .ref = obs->ref,
				     .round = obs->round,
				     .rev = some[choice.chosen].rev,
				     .value = obs->value,
				     .tag = obs->src};
	recast_add(c, &entry);
	*ret_any = true;
	return answer_work(r);
}

static struct msg_value *unclear(struct arena *a)
{
	struct msg_value *v = arena_alloc(a, sizeof *v);
	v->printed = "";
	v->missing = arena_alloc(a, sizeof *v->missing);
	v->missing->kind = MISSING_KIND_UNCLEAR;
	return v;
}

static void row_note(struct snapshot *s, struct msg_observation_row *m, const char *text)
{
	if (!m->notes)
		m->notes = arena_alloc(s->r->row, 4 * sizeof *m->notes);
	if (text && *text && m->n_notes < 4)
		m->notes[m->n_notes++] = text;
}

static struct msg_value *cell_value(struct snapshot *s, const struct recast *c, const struct recast_cell *cell,
				    struct msg_observation_row *m)
{
	struct arena *a = s->r->row;
	struct amount x = cell->own;
	struct msg_value *v;
	if (cell->same)
		return answer_value(s->r, recast_entry(c, cell->parts[0].entry)->value);
	switch (cell->state) {
	case RECAST_NUMBER:
		break;
	case RECAST_MISSING:
		v = unclear(a);
		v->missing->kind = cell->missing;
		return v;
	case RECAST_VAGUE:
		row_note(s, m,
			 arena_printf(a, "a part says \"%s\", which bounds nothing",
				      value_text(a, recast_entry(c, cell->vague)->said)));
		return unclear(a);
	case RECAST_REFUSED:
		row_note(s, m, cell->refused);
		return unclear(a);
	}
	mpq_t high;
	mpq_init(high);
	if (cell->may) {
		mpq_add(high, x.high, cell->may_high);
		x.high = high;
		x.no_high |= cell->may_open;
		row_note(s, m, "a part of what is unallocated may be added");
	}
	if (x.no_low && x.no_high) {
		row_note(s, m, "values are missing or open, and may be negative: there is no bound on either side");
		v = unclear(a);
	} else {
		v = amount_value(a, &x);
	}
	mpq_clear(high);
	return v;
}

/* What all parts of a cell agree on. */
static void cell_origin(struct snapshot *s, const struct recast *c, const struct recast_part *parts, size_t n,
			struct msg_observation_row *m)
{
	const struct recast_entry *first = recast_entry(c, parts[0].entry);
	uint32_t source = first->tag, round = first->round;
	for (size_t i = 0; i < n; i++) {
		const struct recast_entry *e = recast_entry(c, parts[i].entry);
		m->revision = e->rev > m->revision ? e->rev : m->revision;
		source = e->tag == source ? source : 0;
		round = e->round == round ? round : 0;
	}
	m->source = answer_text(s->r, SPACE_SOURCE, source);
	m->round = answer_text(s->r, SPACE_ROUND, round);
}

static enum err put_cell(struct snapshot *s, const struct recast *c, const struct recast_cell *cell,
			 const struct series *series, const char *period)
{
	if (s->by_target && !snapshot_in_list(&s->targets, cell->unit))
		return ERR_OK;
	struct msg_observation_row m = {.indicator = series->indicator,
					.n_categories = series->n_categories,
					.categories = series->categories,
					.period = period,
					.chosen = true,
					.method = cell->method,
					.unit = answer_text(s->r, SPACE_UNIT, cell->unit)};
	m.unit_name = cell->unit ? unit_name(s->r->v, cell->unit, s->to, s->r->row) : "(outside all units)";
	m.covered = cell->all ? arena_printf(s->r->row, "%u of %u", cell->told, cell->all) : "";
	m.value = cell_value(s, c, cell, &m);
	row_note(s, &m, cell->note);
	cell_origin(s, c, cell->parts, cell->n_parts, &m);
	return snapshot_observation(s, &m);
}

static enum err put_rest(struct snapshot *s, struct recast *c, const struct recast_rest *rest,
			 const struct series *series, const char *period)
{
	struct arena *a = s->r->row;
	bool wanted = !s->by_target;
	struct recast_part part = {.entry = rest->entry};
	struct msg_observation_row m = {.unit_name = "(unallocated)",
					.indicator = series->indicator,
					.n_categories = series->n_categories,
					.categories = series->categories,
					.period = period,
					.chosen = true,
					.method = METHOD_UNALLOCATED};
	m.among = arena_alloc(a, (rest->n + 1) * sizeof *m.among);
	for (size_t i = 0; i < rest->n; i++) {
		wanted |= s->by_target && snapshot_in_list(&s->targets, rest->targets[i]);
		m.among[m.n_among++] = answer_text(s->r, SPACE_UNIT, rest->targets[i]);
	}
	if (!wanted)
		return ERR_OK;
	const struct recast_entry *e = recast_entry(c, rest->entry);
	m.value = amount_value(a, &rest->amount);
	row_note(s, &m,
		 recast_why_left(c, e, unit_name(s->r->v, e->unit, e->day, a),
				 basis_why(s->r, s->q->weight_basis, &s->unweighted), a));
	cell_origin(s, c, &part, 1, &m);
	return snapshot_observation(s, &m);
}

static enum err put_block(struct snapshot *s, struct recast *c, const struct series *series, const char *period)
{
	struct recast_cell *cells;
	struct recast_rest *rests;
	enum err e = recast_run(c);
	size_t n = e == ERR_OK ? recast_cells(c, &cells) : 0;
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = put_cell(s, c, &cells[i], series, period);
	n = e == ERR_OK ? recast_rests(c, &rests) : 0;
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = put_rest(s, c, &rests[i], series, period);
	return e;
}

/* All cells of one reference, from where the scan stands; *ret_ref = 0 at the end of the series. */
static enum err take_block(struct snapshot *s, struct recast *c, const struct series *series, uint32_t from,
			   uint32_t *ret_ref)
{
	AUTO_CELLS struct cells cells = {0};
	struct cell cell;
	const char *period = NULL;
	bool any = false;
	enum err e = ERR_OK;
	*ret_ref = 0;
	recast_begin(c, series);
	cells_begin(&cells, s->r->v, series->id, s->ref, 0);
	if (from)
		cells_seek(&cells, from, 0);
	while (e == ERR_OK && cells_next(&cells, &cell) && (!any || cell.ref == *ret_ref)) {
		if (cell.ref != *ret_ref)
			period = snapshot_period(s, cell.ref);
		*ret_ref = cell.ref;
		if (!period)
			cells_seek(&cells, cell.ref + 1, 0);
		else
			e = take_cell(s, c, &cell, series, period, &any);
		if (s->work != s->r->a)
			arena_reset(s->work);
	}
	if (e == ERR_OK && any)
		e = put_block(s, c, series, period);
	if (!any)
		*ret_ref = 0;
	return e;
}

enum err snapshot_project_series(struct snapshot *s, const struct series *series)
{
	const struct msg_indicator *def = define_find(s->r->v, SPACE_INDICATOR, series->indicator, s->r->a, NULL);
	if (!def)
		return s->r->v->err ? s->r->v->err : ERR_CORRUPT;
	struct recast *c = recast_of(s, def);
	uint32_t ref = s->ref;
	enum err e;
	/* What is kept of a block lies in the view: it is let go only between two. */
	do {
		e = take_block(s, c, series, ref, &ref);
		if (e == ERR_OK && ref)
			e = answer_pause(s->r);
	} while (e == ERR_OK && ref && ++ref && !s->ref);
	recast_free(c);
	return e;
}
