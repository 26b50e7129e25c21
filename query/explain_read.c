/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_read.c - which statements a figure is made of, and which of several under one key counts.
 *
 * The index says which statements stand; the log is asked what they say, and the choice (design, rule 8) is made once
 * more among these.
 */
#include "query/explaining.h"
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

/* Was its source published by the day asked for? One of unknown date was not, as far as anybody knows. */
static bool published(struct explain *x, uint32_t src)
{
	struct when w;
	if (!x->published_by.precision)
		return true;
	const struct msg_source *def = define_get(x->r->v, SPACE_SOURCE, src, x->record, NULL);
	return def && when_parse(def->published, &w, NULL) == ERR_OK && w.precision && w.hi <= x->published_by.hi;
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

static enum err read_series(struct explain *x, uint32_t series)
{
	AUTO_CELLS struct cells cells = {0};
	struct cell cell;
	uint32_t ref = 0;
	int32_t day = 0;
	bool wanted = true;
	enum err e = ERR_OK;
	cells_begin(&cells, x->r->v, series, x->newest ? 0 : x->ref, 0);
	while (e == ERR_OK && cells_next(&cells, &cell)) {
		if (cell.ref != ref) {
			day = day_of_ref(x, ref = cell.ref);
			wanted = !x->newest || ref_wanted(x, ref);
		}
		for (size_t i = 0; i < cell.n && wanted; i++) {
			const struct fact_obs *o = &cell.list[i].obs;
			if (round_wanted(x, o->round) && published(x, o->src) &&
			    explain_reaches(x, o, o->expressed_in ? o->expressed_in : day))
				keep(x, &cell.list[i]);
		}
		arena_reset(x->record);
		e = answer_work(x->r);
	}
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

/* Statements of one cell stand together; those of one round compete. What the log does not have takes no part. */
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
				if (!s->heard || s->round != x->statements[k].round)
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

static int newest_first(const void *a, const void *b, void *arg)
{
	struct explain *x = arg;
	const struct contributor *p = a, *q = b;
	struct when u, v;
	if (p->s->series != q->s->series)
		return p->s->series < q->s->series ? -1 : 1;
	if (p->s->unit != q->s->unit)
		return p->s->unit < q->s->unit ? -1 : 1;
	int d = ref_when(x->r->v, p->s->ref, &u) && ref_when(x->r->v, q->s->ref, &v) ? when_cmp(&v, &u) : 0;
	return d ? d : (p->s->round > q->s->round) - (p->s->round < q->s->round);
}

static void only_newest(struct explain *x)
{
	size_t n = 0;
	qsort_r(x->from, x->n_from, sizeof *x->from, newest_first, x);
	for (size_t i = 0; i < x->n_from; i++) {
		bool again = n && x->from[n - 1].s->series == x->from[i].s->series &&
			     x->from[n - 1].s->unit == x->from[i].s->unit;
		if (!again)
			x->from[n++] = x->from[i];
	}
	x->n_from = n;
	explain_rule(x, "of each unit what it said last counts");
}

enum err explain_read(struct explain *x)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < x->n_series && e == ERR_OK; i++)
		e = read_series(x, x->series[i].id);
	if (e == ERR_OK)
		e = explain_hear(x);
	if (e != ERR_OK)
		return e;
	choose_all(x);
	if (x->newest && x->n_from)
		only_newest(x);
	return x->r->v->err;
}

/* ---- one figure of another series --------------------------------------------------------------------- */

static uint32_t series_like(struct explain *x, const char *indicator, const struct series *like)
{
	struct view *v = x->r->v;
	uint32_t id = view_term(v, SPACE_SERIES,
				slice_text(series_text(x->r->a, indicator, like->categories, like->n_categories)));
	return id ? id : view_term(v, SPACE_SERIES, slice_text(series_text(x->r->a, indicator, NULL, 0)));
}

bool explain_other(struct explain *x, const char *indicator, const struct contributor *c, const struct series *like,
		   struct num *ret)
{
	uint32_t series = series_like(x, indicator, like);
	size_t first = x->n_statements;
	if (!series)
		return false;
	{
		AUTO_CELLS struct cells cells = {0};
		struct cell cell;
		cells_begin(&cells, x->r->v, series, c->s->ref, c->s->unit);
		if (!cells_next(&cells, &cell) || cell.ref != c->s->ref || cell.unit != c->s->unit)
			return false;
		for (size_t i = 0; i < cell.n; i++)
			keep(x, &cell.list[i]);
	}
	struct statement **list = arena_alloc(x->r->a, (x->n_statements - first + 1) * sizeof *list);
	size_t n = 0;
	if (explain_hear(x) != ERR_OK)
		return false; /* r->failed has it */
	for (size_t i = first; i < x->n_statements; i++)
		if (x->statements[i].heard)
			list[n++] = &x->statements[i];
	return n && value_exact(pick(list, n).s->said, ret);
}
