/* SPDX-License-Identifier: Apache-2.0
 *
 * trend.c - a measure over rounds or dates, grouped, as reported or in the structure of a day.
 *
 * One pass over the cells of each series, in key order: a reference is one stretch of rows, so that the rows of the
 * answer that it feeds are the last ones made. A row is (group, categories, period, round): statements of several
 * rounds about one period are different reports and never compete; those of one round do, and the choice is noted. Sums
 * are kept as exact integers, so that a cell costs a few additions; figures, fractions and notes are made once a row,
 * at the end.
 */
#include <stdlib.h>
#include <string.h>
#include "query/trend_measuring.h"

/* ---- one cell --------------------------------------------------------------------------------------- */

static struct trend_row *row_new(struct trend *t, uint32_t group, uint32_t series, uint32_t ref, uint32_t round)
{
	if (t->n_rows == t->rows_room) {
		t->rows_room = t->rows_room ? t->rows_room * 2 : 64;
		t->rows = mem_grow(t->rows, t->rows_room * sizeof *t->rows);
	}
	struct trend_row *row = &t->rows[t->n_rows++];
	*row = (struct trend_row){.group = group, .series = series, .ref = ref, .round = round, .rev_min = UINT64_MAX};
	return row;
}

/* The row of a group and round for the reference at hand, made if need be. */
struct trend_row *trend_row_of(struct trend *t, uint32_t group, uint32_t series, uint32_t ref, uint32_t round)
{
	uint32_t first = t->block[group] > t->block_start ? t->block[group] : 0;
	for (uint32_t at = first; at; at = t->rows[at - 1].next) {
		if (t->rows[at - 1].round == round)
			return &t->rows[at - 1];
	}
	struct trend_row *row = row_new(t, group, series, ref, round);
	row->next = first;
	t->block[group] = t->n_rows;
	return row;
}

static void add_end(struct tally *sum, bool *open, bool *out, const struct msg_bound *b)
{
	if (!b) {
		*open = true;
		return;
	}
	*out |= b->exclusive;
	tally_add(sum, (struct num){b->value->digits, (uint8_t)b->value->scale});
}

/* Anything but an exact number. */
static void add_other(struct trend_row *row, uint32_t unit, const struct msg_value *v)
{
	if (v->interval) {
		row->n_interval++;
		add_end(&row->low, &row->no_low, &row->low_out, v->interval->low);
		add_end(&row->high, &row->no_high, &row->high_out, v->interval->high);
	} else if (v->missing) {
		enum missing_kind k = v->missing->kind;
		row->missing[k > 0 && k < TREND_MISSING ? k : 0]++;
	} else if (!row->n_vague++) {
		row->vague_unit = unit;
		row->vague = v;
	}
}

/* The first value, what is no exact number, and what is asked of every unit. */
static enum err row_add_more(struct trend *t, struct trend_row *row, const struct stated *one, bool first, bool exact)
{
	uint32_t unit = one->obs.unit;
	if (first || !exact) {
		/* What a row keeps outlives the cell: the first value, to show it, and a vague one, to name it. */
		struct msg_value *v;
		bool keep = first || !row->n_vague;
		enum err e = value_get(one->obs.value, keep ? t->r->a : t->work, &v);
		if (e != ERR_OK || !v)
			return e != ERR_OK ? e : ERR_CORRUPT;
		if (first) {
			row->first = v;
			row->first_unit = unit;
		}
		if (!exact)
			add_other(row, unit, v);
	}
	if (!*t->def->unit_kind) {
		uint32_t kind = trend_kind(t, unit);
		row->kind = first ? kind : row->kind;
		row->mixed |= kind != row->kind;
	}
	return t->keep ? trend_keep(t, row, one) : ERR_OK;
}

/* Nothing is to be looked up of a unit that has a kind, where none are one. */
static inline bool ordinary(const struct trend *t, uint32_t unit)
{
	uint32_t kind = t->kinds[unit];
	return kind && kind != TREND_UNSET && !t->same_of;
}

static inline enum err row_add(struct trend *t, struct trend_row *row, const struct stated *one)
{
	struct num n;
	bool exact = value_peek(one->obs.value, &n), first = !row->n_units++;
	row->rev_min = one->rev < row->rev_min ? one->rev : row->rev_min;
	row->rev_max = one->rev > row->rev_max ? one->rev : row->rev_max;
	if (one->obs.expressed_in && one->obs.expressed_in != t->refs[one->obs.ref].day) {
		row->moved_apart |= row->n_moved && row->moved_to != one->obs.expressed_in;
		row->moved_to = row->n_moved++ ? row->moved_to : one->obs.expressed_in;
	}
	if (exact) {
		row->n_exact++;
		tally_add(&row->exact, n);
	}
	trend_units_see(t, row, one->obs.unit);
	if (!ordinary(t, one->obs.unit))
		trend_odd_see(t, row, one->obs.unit, one->obs.value);
	return first || !exact || t->each ? row_add_more(t, row, one, first, exact) : ERR_OK;
}

enum err trend_row_put(struct trend *t, struct trend_row *row, const struct stated *one, const char *beside)
{
	if (beside && row->n_choices++ < TREND_CHOICES_TOLD) {
		row->choice_unit[row->n_choices - 1] = one->obs.unit;
		row->choice_text[row->n_choices - 1] = beside;
	}
	return row_add(t, row, one);
}

bool trend_round_wanted(struct trend *t, uint32_t id)
{
	struct answer *r = t->r;
	struct trend_round *round = &t->rounds[id];
	if (!round->known) {
		round->known = true;
		round->def = define_get(r->v, SPACE_ROUND, id, r->a, NULL);
		round->survey = round->def ? view_term(r->v, SPACE_SURVEY, slice_text(round->def->survey)) : 0;
		const char *name = id ? answer_text(r, SPACE_ROUND, id) : "";
		round->wanted = !t->survey || round->survey == t->survey;
		bool named = !t->q->n_rounds;
		for (size_t i = 0; i < t->q->n_rounds && !named; i++)
			named = strcmp(t->q->rounds[i], name) == 0;
		round->wanted &= named;
	}
	return round->wanted;
}

/* Into another structure, or a heap of its own, or each of the groups that are no units. */
static enum err take_otherwise(struct trend *t, uint32_t series, const struct stated *one, int32_t day,
			       const char *beside)
{
	uint32_t round = one->obs.round;
	if (t->by == TREND_BY_SURVEY)
		t->at_key = t->rounds[round].survey;
	if (t->gather)
		return trend_gather_add(t, series, one, day, beside);
	if (t->project)
		return trend_project_take(t, series, one, day, beside);
	if (t->n_roots && !trend_inside(t, day, one->obs.unit))
		return ERR_OK;
	uint32_t single = t->by ? 0 : trend_group(t, day, one->obs.unit);
	const uint32_t *groups = &single;
	size_t n = t->by ? trend_key_groups(t, one->obs.unit, day, one->obs.ref, &groups) : 1;
	enum err e = ERR_OK;
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		e = trend_row_put(t, trend_row_of(t, groups[i], series, one->obs.ref, round), one, beside);
		if (e == ERR_OK)
			e = trend_rows_left(t);
	}
	return e;
}

/* Statements of one round in one cell. */
static enum err take_round(struct trend *t, uint32_t series, const struct stated *list, size_t n)
{
	uint32_t ref = list[0].obs.ref, round = list[0].obs.round, unit = list[0].obs.unit;
	if (ref > t->n_refs || round > t->n_rounds || unit > t->n_units)
		return ERR_CORRUPT;
	if (t->rounds[round].known ? !t->rounds[round].wanted : !trend_round_wanted(t, round))
		return ERR_OK;
	struct choice choice;
	enum err e = choose_value(list, n, t->work, &choice);
	if (e != ERR_OK)
		return e;
	const struct stated *one = &list[choice.chosen];
	struct stated corrected = *one;
	if (t->n_breaks && one->obs.state == STATE_CORRECTED) {
		corrected.rev = stated_under(t->r->v, one);
		one = &corrected;
	}
	int32_t day = one->obs.expressed_in ? one->obs.expressed_in : t->refs[ref].day;
	if (!t->plain)
		return take_otherwise(t, series, one, day,
				      choice.values > 1 ? trend_choice_text(t, list, n, &choice) : NULL);
	if (t->n_roots && !trend_inside(t, day, unit))
		return ERR_OK;
	struct trend_row *row = trend_row_of(t, trend_group(t, day, unit), series, ref, round);
	if (t->n_rows > t->r->c->limits->rows_max)
		return trend_rows_left(t);
	if (choice.values > 1 && row->n_choices++ < TREND_CHOICES_TOLD) {
		row->choice_unit[row->n_choices - 1] = unit;
		row->choice_text[row->n_choices - 1] = trend_choice_text(t, list, n, &choice);
	}
	return row_add(t, row, one);
}

/* What the date of publication leaves, by source where that is asked. */
static enum err take_some(struct trend *t, uint32_t series, const struct stated *list, size_t n)
{
	const struct fact_obs *obs = &list[0].obs;
	if (obs->ref > t->n_refs || obs->round > t->n_rounds || obs->unit > t->n_units)
		return ERR_CORRUPT;
	if (t->sources && trend_round_wanted(t, obs->round)) {
		int32_t day = obs->expressed_in ? obs->expressed_in : t->refs[obs->ref].day;
		bool count = (!t->n_roots || trend_inside(t, day, obs->unit)) && !(t->hidden && t->hidden[series]);
		list = trend_source_filter(t, list, n, count, &n);
	}
	if (!n || t->by != TREND_BY_SOURCE)
		return n ? take_round(t, series, list, n) : ERR_OK;
	struct stated *some = arena_alloc(t->work, n * sizeof *some);
	enum err e = ERR_OK;
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		size_t n_some = 0;
		for (size_t k = 0; k < n; k++) {
			if (list[k].obs.src != list[i].obs.src)
				continue;
			if (k < i)
				break;
			some[n_some++] = list[k];
		}
		t->overlapping |= i && n_some;
		t->at_key = list[i].obs.src;
		if (n_some)
			e = take_round(t, series, some, n_some);
	}
	return e;
}

static enum err take_cell(struct trend *t, uint32_t series, const struct cell *cell, struct cells *cells)
{
	enum err e = ERR_OK;
	bool corrected = t->n_breaks && cell->list->obs.state == STATE_CORRECTED;
	if (cell->n == 1 && !corrected && trend_project_still_cell(t, series, cell->list, cells, &e))
		return e == ERR_OK ? answer_work(t->r) : e;
	if (cell->n == 1) {
		e = t->picks ? take_some(t, series, cell->list, 1) : take_round(t, series, cell->list, 1);
	} else {
		struct stated *some = arena_alloc(t->work, cell->n * sizeof *some);
		uint32_t key = t->at_key;
		for (size_t i = 0; i < cell->n && e == ERR_OK; i++) {
			size_t n = 0;
			uint32_t round = cell->list[i].obs.round;
			bool before = false;
			for (size_t k = 0; k < i && !before; k++)
				before = cell->list[k].obs.round == round;
			for (size_t k = i; k < cell->n && !before; k++) {
				if (cell->list[k].obs.round == round)
					some[n++] = cell->list[k];
			}
			if (n)
				e = t->picks ? take_some(t, series, some, n) : take_round(t, series, some, n);
			t->overlapping |= n && t->at_key != key && i && t->by == TREND_BY_SURVEY;
			key = t->at_key;
		}
	}
	if (arena_used(t->work))
		arena_reset(t->work);
	return e == ERR_OK ? answer_work(t->r) : e;
}

/* ---- all cells -------------------------------------------------------------------------------------- */

enum err trend_ref_learn(struct trend *t, uint32_t ref)
{
	struct trend_ref *x = &t->refs[ref];
	if (x->known)
		return ERR_OK;
	if (!ref_when(t->r->v, ref, &x->when))
		return ERR_CORRUPT;
	struct slice text = view_text(t->r->v, SPACE_REF, ref);
	x->text = arena_text(t->r->a, text.data, text.len);
	x->day = when_reference_day(&x->when);
	x->wanted = x->wanted || !t->q->n_periods;
	x->known = true;
	return ERR_OK;
}

static enum err take_series(struct trend *t, uint32_t series)
{
	AUTO_CELLS struct cells cells = {0};
	struct cell cell;
	uint32_t ref = 0;
	enum err e = ERR_OK;
	bool at_once = t->project && !t->gather;
	if (!trend_gather_series(t, series))
		return ERR_OK;
	cells_begin(&cells, t->r->v, t->series[series].id, 0, 0);
	while (e == ERR_OK && cells_next(&cells, &cell)) {
		if (cell.ref != ref) {
			if (at_once && ref)
				e = trend_project_block(t, series, ref);
			ref = cell.ref;
			t->block_start = t->n_rows;
			if (e == ERR_OK)
				e = ref > t->n_refs ? ERR_CORRUPT : trend_ref_learn(t, ref);
			if (e != ERR_OK)
				break;
		}
		if (!t->refs[ref].wanted)
			cells_seek(&cells, ref + 1, 0);
		else if (t->project || !t->only.n || cells_wanted(&cells, &cell, &t->only))
			e = take_cell(t, series, &cell, &cells);
	}
	if (e == ERR_OK && at_once && ref)
		e = trend_project_block(t, series, ref);
	return e == ERR_OK && at_once ? trend_project_series(t, series) : e;
}

/* ---- the answer ------------------------------------------------------------------------------------- */

static int by_group(const struct trend_row *x, const struct trend_row *y, bool in_order)
{
	/* What lies among several groups comes behind all of them; its number is behind theirs. */
	if (x->among != y->among)
		return x->among ? 1 : -1;
	int d = x->group != y->group && !in_order ? strcmp(x->group_name, y->group_name) : 0;
	if (in_order && x->group != y->group && (!x->group || !y->group))
		return x->group ? -1 : 1; /* classes and codes in their order, what is in none behind them */
	if (d == 0)
		d = (x->group > y->group) - (x->group < y->group);
	return d ? d : (x->series > y->series) - (x->series < y->series);
}

static bool has_order(const struct trend *t)
{
	return t->by == TREND_BY_SIZE || t->by == TREND_BY_DIM;
}

int trend_by_order(const void *a, const void *b, void *arg)
{
	const struct trend *t = arg;
	const struct trend_row *x = *(struct trend_row *const *)a, *y = *(struct trend_row *const *)b;
	int d = by_group(x, y, has_order(t));
	if (d == 0)
		d = when_cmp(&t->refs[x->ref].when, &t->refs[y->ref].when);
	return d ? d : (x->round > y->round) - (x->round < y->round);
}

unsigned trend_nearness(const struct trend *t, uint32_t round, uint32_t other)
{
	const struct msg_round *x = t->rounds[round].def, *y = t->rounds[other].def;
	return round == other ? 2 : x && y && strcmp(x->survey, y->survey) == 0;
}

/* Is x the row to compare with, and not y? Of the same round, else of the same survey; else with more of the units. */
static bool nearer(struct trend *t, struct trend_row *row, struct trend_row *x, struct trend_row *y)
{
	unsigned a = trend_nearness(t, row->round, x->round), b = trend_nearness(t, row->round, y->round);
	if (a != b || a == 2 || !t->units)
		return a > b;
	return trend_units_common(t, row, x).both > trend_units_common(t, row, y).both;
}

/* The row to compare sorted[i] with: of the period before. */
static struct trend_row *row_before(struct trend *t, struct trend_row *const *sorted, size_t i)
{
	struct trend_row *row = sorted[i], *found = NULL;
	while (i--) {
		struct trend_row *x = sorted[i];
		if (by_group(x, row, has_order(t)) != 0 || (found && x->ref != found->ref))
			break;
		if (x->ref == row->ref)
			continue;
		if (!found || nearer(t, row, x, found))
			found = x;
	}
	return found;
}

void trend_make_row(struct trend *t, struct trend_row *row, struct trend_row *before, struct msg_frame_size *frame,
		    struct msg_trend_row *m)
{
	struct answer *r = t->r;
	const struct series *s = &t->series[row->series];
	*m = (struct msg_trend_row){
	    .group = t->by && !row->among ? trend_key_id(t, row->group)
					  : answer_text(r, SPACE_UNIT, trend_group_unit(t, row)),
	    .group_name = row->group_name,
	    .n_categories = s->n_categories,
	    .categories = s->categories,
	    .period = t->refs[row->ref].text,
	    .round = answer_text(r, SPACE_ROUND, row->round),
	    .units = trend_valued(row),
	};
	const struct msg_round *round = t->rounds[row->round].def;
	*frame = (struct msg_frame_size){.population = round && round->frame ? round->frame->population : 0};
	m->frame = round && round->frame ? frame : NULL;
	if (trend_newest_rounds(t, row) && trend_newest_frame(t, row, &frame->population))
		m->frame = frame;
	struct trend_common c = trend_units_common(t, row, before);
	struct trend_row *like = c.alike ? before : NULL;
	trend_figures(t, row, like, m);
	trend_notes(t, row, before, like, m);
	trend_units_notes(t, &c, before, m);
	trend_project_tell(t, row, m);
}

enum err trend_put_row(struct trend *t, struct trend_row *const *sorted, size_t i)
{
	struct msg_trend_row m;
	struct msg_frame_size frame;
	trend_make_row(t, sorted[i], row_before(t, sorted, i), &frame, &m);
	trend_dates_see(t, sorted[i]->group, sorted[i]->ref);
	enum err e = t->failed;
	if (e == ERR_OK)
		e = answer_row(t->r, 4, &msg_type_trend_row, &m);
	return e == ERR_OK ? answer_pause(t->r) : e;
}

/* A page of the rows, in their order; *ret_next is where the next one begins. */
static enum err put_page(struct trend *t, struct trend_row *const *sorted, uint32_t n, uint64_t *ret_next)
{
	const struct msg_trend_question *q = t->q;
	uint64_t from = q->skip < n ? q->skip : n, to = q->limit && q->limit < n - from ? from + q->limit : n;
	enum err e = ERR_OK;
	if (q->skip && q->skip >= n)
		return fail(&t->r->why, ERR_NOT_FOUND, "skip %llu: the answer has %u rows", (unsigned long long)q->skip,
			    n);
	for (uint64_t i = from; i < to && e == ERR_OK; i++)
		e = trend_put_row(t, sorted, (size_t)i);
	*ret_next = to < n ? to : 0;
	return e;
}

static enum err put_all(struct trend *t, uint64_t *ret_next)
{
	struct trend_row **sorted = arena_alloc(t->r->a, (t->n_rows + 1) * sizeof *sorted);
	uint32_t n = 0;
	t->no_frames = !trend_flat_frames(t);
	for (uint32_t i = 0; i < t->n_rows; i++) {
		const struct msg_round *round = t->rounds[t->rows[i].round].def;
		if (t->hidden && t->hidden[t->rows[i].series])
			continue;
		sorted[n] = &t->rows[i];
		sorted[n++]->group_name = trend_group_name(t, t->rows[i].group);
		if (t->no_frames)
			t->no_frames = trend_newest_rounds(t, &t->rows[i]) ? !trend_newest_frame_known(t, &t->rows[i])
									   : !round || !round->frame;
	}
	qsort_r(sorted, n, sizeof *sorted, trend_by_order, t);
	enum err e = trend_flats(t) ? trend_flat_put(t, sorted) : n ? trend_rank_all(t) : trend_empty(t);
	if (e == ERR_OK && !trend_flats(t))
		e = put_page(t, sorted, n, ret_next);
	if (e == ERR_OK)
		e = trend_project_notes(t);
	return e == ERR_OK ? trend_general_notes(t) : e;
}

static void trend_free(struct trend *t)
{
	trend_gather_free(t);
	trend_rank_free(t);
	trend_keep_free(t);
	trend_units_free(t);
	trend_project_free(t);
	free(t->rows);
}

enum err ask_trend(struct answer *r, const struct msg_trend_question *q)
{
	AUTO_ARENA struct arena *work = arena_under(r->a);
	struct trend t = {.r = r, .q = q, .work = work};
	uint64_t next = 0;
	enum err e = trend_ask(&t);
	if (e != ERR_OK) {
		trend_free(&t);
		return e;
	}
	struct msg_trend_answer *head = arena_alloc(r->a, sizeof *head), *last = arena_alloc(r->a, sizeof *last);
	head->indicator = t.def->id;
	head->label = t.def->label;
	head->unit_of_measure = t.def->unit_of_measure;
	for (uint32_t i = 0, n = (uint32_t)t.n_series; i < n && e == ERR_OK; i++)
		e = take_series(&t, i);
	if (e == ERR_OK)
		e = trend_gather_end(&t);
	if (e == ERR_OK) {
		head->overlapping = t.overlapping;
		answer_begin(r, 13, &msg_type_trend_answer, head);
		trend_project_still_end(&t);
		e = put_all(&t, &next);
	}
	last->next_skip = next;
	if (e == ERR_OK)
		e = trend_labels(&t, last);
	if (e == ERR_OK)
		trend_tell_units(&t, last);
	if (e == ERR_OK && (next || last->n_labels || last->n_units))
		e = answer_last(r, last);
	trend_free(&t);
	return e;
}
