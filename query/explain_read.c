/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_read.c - which statements a figure is made of, and which of several under one key counts.
 *
 * The index says which statements stand; the log is asked what they say, and the choice (design, rule 8) is made once
 * more among these.
 */
#include "query/explaining.h"
#include "query/twice.h"
#include <stdlib.h>
#include <string.h>

/* ---- which statements stand --------------------------------------------------------------------------- */

static bool round_wanted(struct explain *x, uint32_t id)
{
	const struct msg_trend_question *t = x->t;
	struct answer *r = x->r;
	if (!x->newest && !x->any_round)
		return id == x->round;
	const char *name = explain_text(x, SPACE_ROUND, id);
	bool named = !t->n_rounds;
	for (size_t i = 0; i < t->n_rounds && !named; i++)
		named = strcmp(t->rounds[i], name) == 0;
	if (!named || !*t->survey)
		return named;
	const struct msg_round *def = id ? define_get(r->v, SPACE_ROUND, id, x->record, NULL) : NULL;
	return def && strcmp(def->survey, t->survey) == 0;
}

static bool ref_wanted(struct explain *x, uint32_t ref)
{
	const struct msg_trend_question *t = x->t;
	struct when asked, is;
	bool wanted = !t->n_periods;
	for (size_t i = 0; i < t->n_periods && !wanted; i++)
		wanted = when_parse(t->periods[i], &asked, NULL) == ERR_OK && ref_when(x->r->v, ref, &is) &&
			 when_eq(&asked, &is);
	return wanted;
}

/* Was its source published by the day asked for? At the latest when it was entered; else one of unknown date was not, as
 * far as anybody knows. */
static bool published(struct explain *x, const struct stated *one)
{
	struct when w;
	if (!x->published_by.precision || one->rev <= x->entered_by)
		return true;
	const struct msg_source *def = define_get(x->r->v, SPACE_SOURCE, one->obs.src, x->record, NULL);
	return def && when_parse(def->published, &w, NULL) == ERR_OK && w.precision && w.hi <= x->published_by.hi;
}

/* What counts of a statement: itself, or what it put right, where only that was published. */
static bool as_published(struct explain *x, struct stated *one)
{
	struct stated before;
	while (!published(x, one)) {
		if (!stated_before(x->r->v, one, x->r->a, &before))
			return false;
		*one = before;
	}
	return true;
}

static void keep(struct explain *x, const struct stated *one)
{
	x->statements = arena_grow(x->r->a, x->statements, x->n_statements, x->n_statements + 1, sizeof *x->statements,
				   &x->statements_room);
	x->statements[x->n_statements++] = (struct statement){.series = one->obs.series,
							      .ref = one->obs.ref,
							      .unit = one->obs.unit,
							      .src = one->obs.src,
							      .seq = one->obs.seq,
							      .rev = one->rev,
							      .locator = ""};
}

static int32_t day_of_ref(struct explain *x, uint32_t ref)
{
	struct when w;
	return ref_when(x->r->v, ref, &w) ? when_reference_day(&w) : WHEN_DAY_MAX;
}

struct standing {
	struct stated one;
	int32_t day; /* whose unit it is */
	bool reaches;
};

/* What tells of the same territory as a statement that counts decides with it which of them does. */
static void reach_further(struct explain *x, struct standing *list, size_t n)
{
	struct twice_claim *claims = arena_alloc(x->r->a, (n + 1) * sizeof *claims);
	uint32_t *group = arena_alloc(x->r->a, (n + 1) * sizeof *group);
	bool *reached = arena_alloc(x->r->a, n + 1);
	for (size_t i = 0; i < n; i++)
		claims[i] = (struct twice_claim){
		    .unit = list[i].one.obs.unit, .kind = unit_kind(x->r->v, list[i].one.obs.unit), .day = list[i].day};
	twice_groups(x->atoms, claims, n, group);
	for (size_t i = 0; i < n; i++)
		reached[group[i]] |= list[i].reaches;
	for (size_t i = 0; i < n; i++)
		list[i].reaches = reached[group[i]];
}

static enum err read_series(struct explain *x, uint32_t series)
{
	AUTO_CELLS struct cells cells = {0};
	struct cell cell;
	struct standing *list = NULL;
	size_t n = 0, room = 0;
	uint32_t ref = 0;
	int32_t day = 0;
	bool wanted = true, all = true;
	enum err e = ERR_OK;
	cells_begin(&cells, x->r->v, series, x->newest ? 0 : x->ref, 0);
	while (e == ERR_OK && cells_next(&cells, &cell)) {
		if (cell.ref != ref) {
			day = day_of_ref(x, ref = cell.ref);
			wanted = !x->newest || ref_wanted(x, ref);
		}
		for (size_t i = 0; i < cell.n && wanted; i++) {
			struct stated one = cell.list[i];
			const struct fact_obs *o = &one.obs;
			bool counts = as_published(x, &one);
			int32_t at = o->expressed_in ? o->expressed_in : day;
			if (!counts || !round_wanted(x, o->round))
				continue;
			bool reaches = explain_reaches(x, o, at);
			if (!reaches && !x->moved)
				continue;
			all &= reaches;
			list = arena_grow(x->r->a, list, n, n + 1, sizeof *list, &room);
			list[n++] = (struct standing){one, at, reaches};
		}
		arena_reset(x->record);
		e = answer_work(x->r);
	}
	if (e == ERR_OK && !all)
		reach_further(x, list, n);
	for (size_t i = 0; i < n; i++)
		if (list[i].reaches)
			keep(x, &list[i].one);
	return e == ERR_OK ? x->r->v->err : e;
}

/* ---- the choice --------------------------------------------------------------------------------------- */

static unsigned rank(const struct statement *s)
{
	return s->status == OBSERVATION_STATUS_MAIN ? 0 : s->status == OBSERVATION_STATUS_CONFLICT ? 2 : 1;
}

static bool says_same(const struct statement *a, const struct statement *b)
{
	return value_equal(a->said, b->said);
}

/* Sources that say what `one` says, whatever status they give it. */
static size_t voices(struct statement *const *list, size_t n, const struct statement *one)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		bool counts = says_same(list[i], one);
		for (size_t k = 0; k < i && counts; k++)
			counts = list[k]->src != list[i]->src || !says_same(list[k], one);
		count += counts;
	}
	return count;
}

struct picked {
	const struct statement *s;
	uint32_t others;
	enum choice_rule rule;
};

static struct picked pick(struct statement *const *list, size_t n)
{
	struct picked p = {.s = list[0], .rule = CHOICE_ONLY};
	uint32_t values = 0;
	for (size_t i = 0; i < n; i++) {
		bool first = true;
		for (size_t k = 0; k < i && first; k++)
			first = !says_same(list[k], list[i]);
		values += first;
		size_t a = voices(list, n, list[i]), b = voices(list, n, p.s);
		unsigned x = rank(list[i]), y = rank(p.s);
		if (x < y || (x == y && (a > b || (a == b && list[i]->rev < p.s->rev))))
			p.s = list[i];
	}
	bool rival = false, as_many = false;
	for (size_t i = 0; i < n; i++) {
		if (rank(list[i]) != rank(p.s) || says_same(list[i], p.s))
			continue;
		rival = true;
		as_many |= voices(list, n, list[i]) == voices(list, n, p.s);
	}
	p.others = values - 1;
	if (p.others)
		p.rule = !rival ? CHOICE_STATUS : as_many ? CHOICE_FIRST : CHOICE_SOURCES;
	return p;
}

static const char *const rule_sentences[] = {
    [CHOICE_STATUS] = "of several values under one key the one of status MAIN counts before any other, CONFLICT last "
		      "(rule STATUS)",
    [CHOICE_SOURCES] = "of several values under one key with the same status the one that more sources say counts "
		       "(rule SOURCES)",
    [CHOICE_FIRST] = "of several values under one key with the same status and as many sources the one said first "
		     "counts (rule FIRST)",
};

static void contribute(struct explain *x, struct statement *const *list, size_t n)
{
	struct picked p = pick(list, n);
	x->from = arena_grow(x->r->a, x->from, x->n_from, x->n_from + 1, sizeof *x->from, &x->from_room);
	x->from[x->n_from++] = (struct contributor){
	    .s = p.s,
	    .kind = unit_kind(x->r->v, p.s->unit),
	    .day = p.s->expressed_in ? p.s->expressed_in : day_of_ref(x, p.s->ref),
	    .rule = p.rule,
	    .alternatives = p.others,
	};
	if (rule_sentences[p.rule])
		explain_rule(x, rule_sentences[p.rule]);
}

static bool same_cell(const struct statement *a, const struct statement *b)
{
	return a->series == b->series && a->ref == b->ref && a->unit == b->unit;
}

/* Statements of one round do; grouped by source each source speaks for itself. */
static bool compete(const struct explain *x, const struct statement *a, const struct statement *b)
{
	return x->at_point || (a->round == b->round && (strcmp(x->t->group_by, "source") != 0 || a->src == b->src));
}

/* Statements of one cell stand together; those that compete are chosen from. What the log does not have takes no part.
 */
static void choose_all(struct explain *x)
{
	for (size_t i = 0, end; i < x->n_statements; i = end) {
		for (end = i; end < x->n_statements && same_cell(&x->statements[i], &x->statements[end]); end++)
			;
		struct statement **list = arena_alloc(x->r->a, (end - i) * sizeof *list);
		bool *done = arena_alloc(x->r->a, (end - i) * sizeof *done);
		for (size_t k = i; k < end; k++) {
			size_t n = 0;
			for (size_t m = k; m < end && !done[k - i]; m++) {
				struct statement *s = &x->statements[m];
				if (!s->heard || !compete(x, s, &x->statements[k]))
					continue;
				list[n++] = s;
				done[m - i] |= m != k;
			}
			if (n)
				contribute(x, list, n);
		}
	}
}

/* ---- what is of several dates ------------------------------------------------------------------------- */

/* Sources and surveys speak for themselves where they are the groups. */
uint32_t explain_side(const struct explain *x, const struct contributor *c)
{
	if (strcmp(x->t->group_by, "source") == 0)
		return c->s->src;
	const struct msg_round *def = strcmp(x->t->group_by, "survey") == 0 && c->s->round
					  ? define_get(x->r->v, SPACE_ROUND, c->s->round, x->r->a, NULL)
					  : NULL;
	return def ? view_term(x->r->v, SPACE_SURVEY, slice_text(def->survey)) : 0;
}

/* Newer first; of one time, with latest_rounds the later round, else the first. */
static int newer(struct explain *x, const struct contributor *p, const struct contributor *q)
{
	struct when u, v;
	if (!ref_when(x->r->v, p->s->ref, &u) || !ref_when(x->r->v, q->s->ref, &v))
		return 0;
	int32_t a = when_reference_day(&u), b = when_reference_day(&v);
	int d = x->t->latest_rounds && a != b ? (a > b ? -1 : 1) : when_cmp(&v, &u);
	int by_round = (p->s->round > q->s->round) - (p->s->round < q->s->round);
	return d ? d : x->t->latest_rounds ? -by_round : by_round;
}

static int newest_first(const void *a, const void *b, void *arg)
{
	struct explain *x = arg;
	const struct contributor *p = a, *q = b;
	bool rounds = x->t->latest_rounds;
	if (!rounds && p->s->series != q->s->series)
		return p->s->series < q->s->series ? -1 : 1;
	uint32_t u = rounds ? explain_side(x, p) : 0, v = rounds ? explain_side(x, q) : 0;
	if (u != v)
		return u < v ? -1 : 1;
	if (p->s->unit != q->s->unit)
		return p->s->unit < q->s->unit ? -1 : 1;
	int d = newer(x, p, q);
	return d ? d : (p->s->series > q->s->series) - (p->s->series < q->s->series);
}

/* Does something that the unit became report of a later day? */
static bool came_after(struct explain *x, uint32_t unit, const int32_t *newest, uint32_t n_units, int32_t day,
		       unsigned depth)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	key_unit(&key, unit);
	walk_begin(&w, x->r->v, TABLE_EDGE, buf_view(&key));
	while (depth && walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || f.edge.state > STATE_CORRECTED || f.edge.to > n_units ||
		    f.edge.to == unit)
			continue;
		if (newest[f.edge.to] > day || came_after(x, f.edge.to, newest, n_units, day, depth - 1))
			return true;
	}
	return false;
}

static int32_t ref_day(struct explain *x, const struct contributor *c)
{
	return day_of_ref(x, c->s->ref);
}

/* With latest_rounds a unit that is no more, and whose heirs report of a later day, would be counted twice. */
static void without_heirs(struct explain *x)
{
	uint32_t n_units = view_terms(x->r->v, SPACE_UNIT);
	int32_t *newest = arena_alloc(x->r->a, ((size_t)n_units + 1) * sizeof *newest), last = WHEN_DAY_MIN;
	size_t n = 0;
	for (uint32_t i = 0; i <= n_units; i++)
		newest[i] = WHEN_DAY_MIN;
	for (size_t i = 0; i < x->n_from; i++) {
		int32_t day = ref_day(x, &x->from[i]), *of = &newest[x->from[i].s->unit];
		*of = day > *of ? day : *of;
		last = day > last ? day : last;
	}
	for (size_t i = 0; i < x->n_from; i++) {
		const struct contributor *c = &x->from[i];
		struct unit_life life;
		bool out = ref_day(x, c) < last && !unit_life_at(x->r->v, c->s->unit, last, &life) &&
			   came_after(x, c->s->unit, newest, n_units, newest[c->s->unit], 32);
		if (!out)
			x->from[n++] = *c;
	}
	x->n_from = n;
}

static bool of_row(const struct explain *x, const struct contributor *c)
{
	for (size_t i = 0; i < x->n_series; i++)
		if (x->series[i].id == c->s->series)
			return true;
	return false;
}

static void only_newest(struct explain *x)
{
	size_t n = 0, first = 0;
	bool rounds = x->t->latest_rounds;
	qsort_r(x->from, x->n_from, sizeof *x->from, newest_first, x);
	for (size_t i = 0; i < x->n_from; i++) {
		const struct contributor *c = &x->from[i], *best = &x->from[first];
		bool same = n && best->s->unit == c->s->unit &&
			    (rounds ? explain_side(x, best) == explain_side(x, c) : best->s->series == c->s->series);
		if (same && !(rounds && newer(x, best, c) == 0))
			continue;
		if (!same)
			first = n;
		x->from[n++] = *c;
	}
	x->n_from = n;
	if (!rounds) {
		explain_rule(x, "of each unit what it said last counts");
		return;
	}
	without_heirs(x);
	explain_rule(
	    x, "of each unit the figures of its newest round count; one that is no more does not, where its heirs "
	       "report of a later day");
}

/* With latest_rounds which round is a unit's newest is a matter of all series of the question. */
static enum err read_all(struct explain *x)
{
	struct series *list = x->series;
	size_t n = x->n_series;
	enum err e = ERR_OK;
	if (x->t->latest_rounds)
		n = series_find(x->r->v, x->t->indicator, x->t->categories, x->t->n_categories, x->r->a, &list);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = read_series(x, list[i].id);
	return e;
}

enum err explain_read(struct explain *x)
{
	size_t n = 0;
	enum err e = read_all(x);
	if (e == ERR_OK)
		e = explain_hear(x);
	if (e != ERR_OK)
		return e;
	choose_all(x);
	e = x->at_point ? ERR_OK : explain_parts(x);
	if (e != ERR_OK)
		return e;
	if (x->newest && x->n_from)
		only_newest(x);
	for (size_t i = 0; i < x->n_from; i++)
		if (of_row(x, &x->from[i]))
			x->from[n++] = x->from[i];
	x->n_from = n;
	return x->r->v->err;
}

enum err explain_read_all(struct explain *x)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < x->n_series && e == ERR_OK; i++)
		e = read_series(x, x->series[i].id);
	if (e == ERR_OK)
		e = explain_hear(x);
	if (e == ERR_OK)
		choose_all(x);
	return e == ERR_OK ? x->r->v->err : e;
}

/* ---- one figure of another series --------------------------------------------------------------------- */

static uint32_t series_like(struct explain *x, const char *indicator, const struct series *like)
{
	struct view *v = x->r->v;
	uint32_t id = view_term(v, SPACE_SERIES,
				slice_text(series_text(x->r->a, indicator, like->categories, like->n_categories)));
	return id ? id : view_term(v, SPACE_SERIES, slice_text(series_text(x->r->a, indicator, NULL, 0)));
}

/* The statements of one cell, apart from those of the figure; false = there are none. */
static bool pick_cell(struct explain *x, uint32_t series, uint32_t ref, uint32_t unit, struct num *ret)
{
	struct explain y = *x;
	y.n_statements = y.statements_room = 0;
	y.statements = NULL;
	{
		AUTO_CELLS struct cells cells = {0};
		struct cell cell;
		cells_begin(&cells, x->r->v, series, ref, unit);
		if (!cells_next(&cells, &cell) || cell.ref != ref || cell.unit != unit)
			return false;
		for (size_t i = 0; i < cell.n; i++) {
			struct stated one = cell.list[i];
			if (as_published(x, &one))
				keep(&y, &one);
		}
	}
	struct statement **list = arena_alloc(x->r->a, (y.n_statements + 1) * sizeof *list);
	size_t n = 0;
	enum err e = explain_hear(&y);
	x->unheard |= y.unheard;
	for (size_t i = 0; i < y.n_statements && e == ERR_OK; i++)
		if (y.statements[i].heard)
			list[n++] = &y.statements[i];
	return n && value_exact(pick(list, n).s->said, ret);
}

bool explain_other(struct explain *x, const char *indicator, const struct contributor *c, const struct series *like,
		   struct num *ret)
{
	uint32_t series = series_like(x, indicator, like);
	return series && pick_cell(x, series, c->s->ref, c->s->unit, ret);
}

bool explain_newest(struct explain *x, const char *indicator, uint32_t unit, int32_t day, struct num *ret)
{
	static const struct series nothing;
	uint32_t series = series_like(x, indicator, &nothing);
	int32_t newest = WHEN_DAY_MIN;
	bool found = false;
	struct num n;
	for (uint32_t ref = 1; series && ref <= view_terms(x->r->v, SPACE_REF); ref++) {
		int32_t at = day_of_ref(x, ref);
		if (at > day || (found && at < newest) || !pick_cell(x, series, ref, unit, &n))
			continue;
		*ret = n;
		newest = at;
		found = true;
	}
	return found;
}
