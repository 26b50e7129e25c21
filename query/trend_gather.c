/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_gather.c - statements that are put together before they go to their rows: the codes of dimensions that are
 * summed over, and the newest round of each unit.
 *
 * Both happen to what was said, before anything is projected, so that figures in another structure are made of the same
 * statements. Along a dimension a unit's parts are summed where it says a value of every code that is no total; else its
 * total counts, where it says one (trend_along.c). A unit that states neither a total nor all the parts that others state
 * has "at least" the sum of those it does: absence is not zero.
 */
#include <stdlib.h>
#include <string.h>
#include "query/category.h"
#include "query/trend_measuring.h"

#define NAMES_TOLD       5u
#define GATHERED_PER_ROW 4u /* statements put together, for each row that an answer may have */

struct trend_gather {
	bool merges, newest;
	uint32_t *key_of; /* by series: 0 = left out */
	size_t n, room;
	struct gathered *list;     /* heap: trend_gather_end() frees it */
	const char *summed;        /* names of dimensions */
	struct trend_along *along; /* those of them that have totals as well; NULL = none */
	uint64_t n_totals;         /* that count in place of parts */
	uint32_t n_superseded;
	const char *superseded;
};

/* ---- what is asked ---------------------------------------------------------------------------------- */

/* Along a dimension that is not fixed to one code. Of one that does not add up only one part may be there. */
static enum err sum_along(struct trend *t, const struct msg_dimension *d)
{
	struct trend_gather *g = t->gather;
	const struct msg_code_list *l = define_find(t->r->v, SPACE_CODE_LIST, d->code_list, t->r->a, NULL);
	bool adds = d->aggregation == AGGREGATION_ADDITIVE, parts = false, totals = false, several = false;
	const char *first = NULL;
	for (size_t i = 0; i < t->n_series; i++) {
		bool total = trend_along_total(l, trend_code_of(&t->series[i], d->id));
		parts |= g->key_of[i] && !total;
		totals |= g->key_of[i] && total;
	}
	for (size_t i = 0; i < t->n_series; i++) {
		const char *code = trend_code_of(&t->series[i], d->id);
		if (g->key_of[i] && parts && !adds && trend_along_total(l, code))
			g->key_of[i] = 0;
		if (!g->key_of[i])
			continue;
		several |= first && strcmp(first, code) != 0;
		first = first ? first : code;
	}
	if (several && !adds)
		return fail(
		    &t->r->why, ERR_INVALID,
		    "along \"%.80s\" the figures are not additive, so they cannot be summed over it: name one of "
		    "its categories",
		    d->id);
	if (several)
		g->summed = arena_printf(t->r->a, "%s%s%s", g->summed, *g->summed ? ", " : "", d->id);
	if (adds && parts && totals)
		trend_along_add(t, d->id, l, &g->along);
	return ERR_OK;
}

static void out_series(struct trend *t, const char *dimension)
{
	struct series *grown = arena_alloc(t->r->a, (t->n_series + 1) * sizeof *grown);
	struct series *s = &grown[t->n_series];
	if (t->n_series)
		memcpy(grown, t->series, t->n_series * sizeof *grown);
	s->indicator = t->def->id;
	s->categories = arena_alloc(t->r->a, (t->q->n_categories + 1) * sizeof *s->categories);
	for (size_t i = 0; i < t->q->n_categories; i++) {
		const struct msg_category *c = &t->q->categories[i];
		bool again = s->n_categories && categories_hold(s->categories, s->n_categories, c, 1);
		if (!again && strcmp(c->dimension, dimension) != 0 &&
		    categories_fix(t->q->categories, t->q->n_categories, c->dimension))
			s->categories[s->n_categories++] = *c;
	}
	t->series = grown;
}

static enum err ask_dimension(struct trend *t)
{
	struct trend_gather *g = t->gather;
	const char *id = t->q->group_by + strlen("dim:");
	g->merges = true;
	for (size_t i = 0; i < t->n_series; i++)
		g->key_of[i] = trend_key_of_code(t, trend_code_of(&t->series[i], id));
	for (size_t i = 0; i < t->def->n_dimensions; i++) {
		const struct msg_dimension *d = &t->def->dimensions[i];
		enum err e = strcmp(d->id, id) == 0 || categories_fix(t->q->categories, t->q->n_categories, d->id)
				 ? ERR_OK
				 : sum_along(t, d);
		if (e != ERR_OK)
			return e;
	}
	out_series(t, id);
	return ERR_OK;
}

enum err trend_gather_ask(struct trend *t)
{
	if (t->by != TREND_BY_DIM && !t->q->latest_rounds)
		return ERR_OK;
	struct trend_gather *g = arena_alloc(t->r->a, sizeof *g);
	t->gather = g;
	g->summed = g->superseded = "";
	g->newest = t->q->latest_rounds;
	t->keep |= g->newest; /* the notes tell the dates of each row's units */
	g->key_of = arena_alloc(t->r->a, (t->n_series + 1) * sizeof *g->key_of);
	return t->by == TREND_BY_DIM ? ask_dimension(t) : ERR_OK;
}

bool trend_gather_series(const struct trend *t, uint32_t series)
{
	return !t->gather || !t->gather->merges || t->gather->key_of[series];
}

enum err trend_gather_add(struct trend *t, uint32_t series, const struct stated *one, int32_t day, const char *beside)
{
	struct trend_gather *g = t->gather;
	if (t->n_roots && !trend_inside(t, day, one->obs.unit))
		return ERR_OK;
	if (g->n / GATHERED_PER_ROW >= t->r->c->limits->rows_max)
		return fail(&t->r->why, ERR_TOO_LARGE,
			    "more than %llu figures would have to be put together: name periods, units or categories",
			    (unsigned long long)g->n);
	if (g->n == g->room) {
		g->room = g->room ? g->room * 2 : 256;
		g->list = mem_grow(g->list, g->room * sizeof *g->list);
	}
	struct gathered *x = &g->list[g->n++];
	*x = (struct gathered){.one = *one,
			       .series = g->merges ? (uint32_t)t->n_series : series,
			       .member = series,
			       .key = g->merges ? g->key_of[series] : t->at_key,
			       .day = day,
			       .beside = beside};
	uint8_t *copy = arena_alloc(t->r->a, one->obs.value.len + 1);
	memcpy(copy, one->obs.value.data, one->obs.value.len);
	x->one.obs.value.data = copy;
	x->one.obs.locator = (struct slice){0};
	return ERR_OK;
}

/* ---- parts into one figure -------------------------------------------------------------------------- */

static int cmp(uint64_t x, uint64_t y)
{
	return (x > y) - (x < y);
}

static int by_key_and_unit(const void *a, const void *b)
{
	const struct gathered *x = a, *y = b;
	int d = cmp(x->key, y->key);
	d = d ? d : cmp(x->one.obs.ref, y->one.obs.ref);
	d = d ? d : cmp(x->one.obs.round, y->one.obs.round);
	d = d ? d : cmp(x->one.obs.unit, y->one.obs.unit);
	return d ? d : cmp(x->member, y->member);
}

static bool same_round(const struct gathered *x, const struct gathered *y)
{
	return x->key == y->key && x->one.obs.ref == y->one.obs.ref && x->one.obs.round == y->one.obs.round;
}

/* What several parts are together: their sum, at least the sum of those that are known, or what bounds nothing. */
static enum err parts_value(struct trend *t, const struct gathered *list, size_t n, bool all, struct msg_value **ret)
{
	bool not_negative = t->def->type == VALUE_TYPE_COUNT || t->def->type == VALUE_TYPE_PERCENT, number = false;
	struct fraction_pool pool = {0};
	struct amount sum = {.low = pool_get(&pool), .high = pool_get(&pool)};
	struct msg_value *missing = NULL, *v;
	enum err e = ERR_OK;
	*ret = NULL;
	for (size_t i = 0; i < n && e == ERR_OK && !*ret; i++) {
		struct amount x = {.low = pool_get(&pool), .high = pool_get(&pool)};
		e = value_get(list[i].one.obs.value, t->r->a, &v);
		if (e != ERR_OK || !v)
			e = e != ERR_OK ? e : ERR_CORRUPT;
		else if (v->missing)
			missing = v;
		else if (!amount_read(v, &x))
			*ret = v;
		else
			amount_sum(&sum, &x);
		number |= e == ERR_OK && !v->missing;
	}
	if (!number && missing)
		*ret = missing;
	if (missing || !all) {
		sum.no_high = true;
		sum.no_low |= !not_negative;
	}
	sum.no_low &= !not_negative;
	if (e == ERR_OK && !*ret)
		*ret = amount_value(t->r->a, &sum);
	pool_free(&pool);
	return e;
}

static enum err parts_join(struct trend *t, struct gathered *list, size_t n, bool all)
{
	AUTO_BUF struct buf b = {0};
	struct msg_value *v;
	if (n == 1 && all)
		return ERR_OK;
	enum err e = parts_value(t, list, n, all, &v);
	if (e != ERR_OK)
		return e;
	value_put(&b, v);
	uint8_t *copy = arena_alloc(t->r->a, b.len + 1);
	memcpy(copy, b.data, b.len);
	list->one.obs.value = (struct slice){copy, b.len};
	for (size_t i = 1; i < n; i++) {
		list[i].out = true;
		list->one.rev = list[i].one.rev > list->one.rev ? list[i].one.rev : list->one.rev;
		list->beside = list->beside ? list->beside : list[i].beside;
	}
	return ERR_OK;
}

/* The parts that anybody states of a key in a round, each once. */
static size_t members_of(struct trend *t, const struct gathered *list, size_t n, uint32_t *ret)
{
	size_t members = 0;
	bool *seen = mem_zero(t->n_series + 1, sizeof *seen);
	for (size_t i = 0; i < n; i++) {
		if (!seen[list[i].member])
			ret[members++] = list[i].member;
		seen[list[i].member] = true;
	}
	free(seen);
	return members;
}

/* What one unit says of a key in a round, of which `of` is said by anybody. */
static enum err of_unit(struct trend *t, struct gathered *list, size_t n, const uint32_t *of, size_t n_of)
{
	struct trend_gather *g = t->gather;
	size_t kept = 0;
	if (!g->along)
		return parts_join(t, list, n, n == n_of);
	bool totals = false, all = trend_along_choose(g->along, list, n, of, n_of, &totals);
	g->n_totals += totals;
	for (size_t i = 0; i < n; i++) {
		struct gathered x = list[i];
		if (x.out)
			continue;
		list[i] = list[kept];
		list[kept++] = x;
	}
	return parts_join(t, list, kept, all);
}

static enum err merge(struct trend *t)
{
	struct trend_gather *g = t->gather;
	enum err e = ERR_OK;
	uint32_t *of = mem_alloc((t->n_series + 1) * sizeof *of);
	if (g->n)
		qsort(g->list, g->n, sizeof *g->list, by_key_and_unit);
	for (size_t i = 0, end; i < g->n && e == ERR_OK; i = end) {
		for (end = i + 1; end < g->n && same_round(&g->list[i], &g->list[end]);)
			end++;
		size_t n_of = members_of(t, &g->list[i], end - i, of);
		for (size_t k = i, next; k < end && e == ERR_OK; k = next) {
			for (next = k + 1; next < end && g->list[next].one.obs.unit == g->list[k].one.obs.unit;)
				next++;
			e = of_unit(t, &g->list[k], next - k, of, n_of);
			if (e == ERR_OK)
				e = answer_work(t->r);
		}
	}
	free(of);
	return e;
}

/* ---- the newest of each unit ------------------------------------------------------------------------ */

static uint32_t side_of(const struct trend *t, const struct gathered *x)
{
	return t->by == TREND_BY_SURVEY || t->by == TREND_BY_SOURCE ? x->key : 0;
}

static int newer(struct trend *t, const struct gathered *x, const struct gathered *y)
{
	const struct trend_ref *a = &t->refs[x->one.obs.ref], *b = &t->refs[y->one.obs.ref];
	int d = cmp((uint64_t)(int64_t)b->day + (UINT64_C(1) << 63), (uint64_t)(int64_t)a->day + (UINT64_C(1) << 63));
	d = d ? d : when_cmp(&b->when, &a->when);
	return d ? d : cmp(y->one.obs.round, x->one.obs.round);
}

static int by_unit_newest(const void *a, const void *b, void *arg)
{
	struct trend *t = arg;
	const struct gathered *x = a, *y = b;
	int d = cmp(side_of(t, x), side_of(t, y));
	d = d ? d : cmp(x->one.obs.unit, y->one.obs.unit);
	d = d ? d : newer(t, x, y);
	d = d ? d : cmp(x->series, y->series);
	d = d ? d : cmp(x->key, y->key);
	return d ? d : cmp(x->member, y->member);
}

/* Does what a unit became report of a later day? Its own older figure would be counted twice. */
static bool superseded(struct trend *t, const int32_t *newest, uint32_t unit, int32_t day)
{
	struct trend *const x = t;
	uint32_t *queue = NULL;
	size_t n = 0, room = 0;
	bool found = false;
	queue = arena_grow(x->work, queue, n, n + 1, sizeof *queue, &room);
	queue[n++] = unit;
	for (size_t i = 0; i < n && !found; i++) {
		AUTO_WALK struct walk w = {0};
		AUTO_BUF struct buf key = {0};
		struct row row;
		struct fact f;
		key_unit(&key, queue[i]);
		walk_begin(&w, t->r->v, TABLE_EDGE, buf_view(&key));
		while (walk_next(&w, &row) && !found) {
			if (row_fact(&row, &f) != ERR_OK || f.edge.to > t->n_units ||
			    (f.edge.state != STATE_ASSERTED && f.edge.state != STATE_CORRECTED))
				continue;
			found = f.edge.to != unit && newest[f.edge.to] != WHEN_DAY_MIN && newest[f.edge.to] > day;
			size_t k = 0;
			while (k < n && queue[k] != f.edge.to)
				k++;
			if (k < n)
				continue;
			queue = arena_grow(x->work, queue, n, n + 1, sizeof *queue, &room);
			queue[n++] = f.edge.to;
		}
	}
	return found;
}

static void supersede(struct trend *t, const int32_t *newest, int32_t last)
{
	struct trend_gather *g = t->gather;
	uint32_t told = 0;
	for (size_t i = 0; i < g->n; i++) {
		struct gathered *x = &g->list[i];
		struct unit_life life;
		uint32_t unit = x->one.obs.unit;
		if (x->out || x->day >= last || unit_life_at(t->r->v, unit, last, &life) ||
		    !superseded(t, newest, unit, newest[unit]))
			continue;
		x->out = true;
		if (told == unit)
			continue;
		told = unit;
		if (g->n_superseded++ < NAMES_TOLD)
			g->superseded = arena_printf(t->r->a, "%s%s%s", g->superseded, *g->superseded ? ", " : "",
						     unit_name(t->r->v, unit, x->day, t->r->a));
		arena_reset(t->work);
	}
}

/* The time from the first to the last reference of what is kept. */
static enum err range(struct trend *t)
{
	const struct trend_gather *g = t->gather;
	uint32_t first = 0, last = 0;
	for (size_t i = 0; i < g->n; i++) {
		uint32_t ref = g->list[i].one.obs.ref;
		if (g->list[i].out)
			continue;
		if (!first || t->refs[ref].when.lo < t->refs[first].when.lo)
			first = ref;
		if (!last || t->refs[ref].when.hi > t->refs[last].when.hi)
			last = ref;
	}
	t->row_ref = first ? trend_span(t, first, last) : 0;
	if (t->row_ref || !first)
		return ERR_OK;
	return fail(&t->r->why, ERR_INVALID, "%.60s and %.60s are no ends of a time: name the periods",
		    t->refs[first].text, t->refs[last].text);
}

static enum err keep_newest(struct trend *t)
{
	struct trend_gather *g = t->gather;
	int32_t last = WHEN_DAY_MIN, *newest = mem_alloc(((size_t)t->n_units + 1) * sizeof *newest);
	if (g->n)
		qsort_r(g->list, g->n, sizeof *g->list, by_unit_newest, t);
	for (uint32_t i = 0; i <= t->n_units; i++)
		newest[i] = WHEN_DAY_MIN;
	for (size_t i = 0, first = 0; i < g->n; i++) {
		struct gathered *x = &g->list[i], *best = &g->list[first];
		if (x->one.obs.unit != best->one.obs.unit || side_of(t, x) != side_of(t, best)) {
			first = i;
			best = x;
		}
		x->out |= newer(t, best, x) != 0;
		int32_t day = t->refs[x->one.obs.ref].day, *of = &newest[x->one.obs.unit];
		*of = day > *of ? day : *of;
		last = day > last ? day : last;
	}
	supersede(t, newest, last);
	free(newest);
	return range(t);
}

/* ---- to their rows ---------------------------------------------------------------------------------- */

static int by_block(const void *a, const void *b)
{
	const struct gathered *x = a, *y = b;
	int d = cmp(x->out, y->out);
	d = d ? d : cmp(x->series, y->series);
	d = d ? d : cmp(x->one.obs.ref, y->one.obs.ref);
	d = d ? d : cmp(x->one.obs.round, y->one.obs.round);
	d = d ? d : cmp(x->key, y->key);
	return d ? d : cmp(x->one.obs.unit, y->one.obs.unit);
}

static enum err put(struct trend *t, const struct gathered *x)
{
	uint32_t unit = x->one.obs.unit, single, ref = t->row_ref ? t->row_ref : x->one.obs.ref;
	const uint32_t *groups = &single;
	size_t n = 1;
	t->at_key = x->key;
	if (t->project)
		return trend_project_take(t, x->series, &x->one, x->day, x->beside);
	if (t->by)
		n = trend_key_groups(t, unit, x->day, x->one.obs.ref, &groups);
	else
		single = trend_group(t, x->day, unit);
	for (size_t i = 0; i < n; i++) {
		struct trend_row *row = trend_row_of(t, groups[i], x->series, ref, t->row_ref ? 0 : x->one.obs.round);
		trend_span_see(t, row, x->one.obs.ref);
		enum err e = trend_row_put(t, row, &x->one, x->beside);
		if (e == ERR_OK)
			e = trend_rows_left(t);
		if (e != ERR_OK)
			return e;
	}
	if (arena_used(t->work))
		arena_reset(t->work);
	return ERR_OK;
}

static enum err put_all(struct trend *t)
{
	struct trend_gather *g = t->gather;
	enum err e = ERR_OK;
	if (g->n)
		qsort(g->list, g->n, sizeof *g->list, by_block);
	for (size_t i = 0; i < g->n && !g->list[i].out && e == ERR_OK; i++) {
		const struct gathered *x = &g->list[i], *last = i ? x - 1 : NULL,
				      *next = i + 1 < g->n && !x[1].out ? x + 1 : NULL;
		if (!last || last->series != x->series || (!t->row_ref && last->one.obs.ref != x->one.obs.ref))
			t->block_start = t->n_rows;
		e = put(t, x);
		if (e == ERR_OK)
			e = answer_work(t->r);
		bool series_ends = !next || next->series != x->series;
		if (e != ERR_OK || !t->project)
			continue;
		if (series_ends || (!t->row_ref && next->one.obs.ref != x->one.obs.ref))
			e = trend_project_block(t, x->series, t->row_ref ? t->row_ref : x->one.obs.ref);
		if (e == ERR_OK && series_ends)
			e = trend_project_series(t, x->series);
		t->block_start = t->n_rows;
	}
	return e;
}

enum err trend_gather_end(struct trend *t)
{
	struct trend_gather *g = t->gather;
	enum err e = ERR_OK;
	if (!g)
		return ERR_OK;
	if (g->merges)
		e = merge(t);
	if (e == ERR_OK && g->newest)
		e = keep_newest(t);
	if (e == ERR_OK)
		e = put_all(t);
	return e == ERR_OK ? trend_span_end(t) : e;
}

void trend_gather_free(struct trend *t)
{
	if (t->gather)
		free(t->gather->list);
	t->gather = NULL;
}

/* ---- notes ------------------------------------------------------------------------------------------ */

enum err trend_gather_notes(struct trend *t)
{
	const struct trend_gather *g = t->gather;
	struct arena *a = t->r->a;
	enum err e = ERR_OK;
	if (!g)
		return ERR_OK;
	if (*g->summed)
		e = answer_bytes(t->r, 5,
				 slice_text(arena_printf(a,
							 g->n_totals ? "summed over %s; a total counts where a unit "
								       "does not say all of its parts"
								     : "summed over %s, totals left out",
							 g->summed)));
	if (e == ERR_OK && g->n_superseded)
		e = answer_bytes(t->r, 5,
				 slice_text(arena_printf(a, "left out, as what they became reports newer figures: %s%s",
							 g->superseded, g->n_superseded > NAMES_TOLD ? ", …" : "")));
	return e;
}

struct dated {
	uint32_t ref, n;
};

static int by_when(const void *a, const void *b, void *arg)
{
	const struct trend *t = arg;
	const struct dated *x = a, *y = b;
	return when_cmp(&t->refs[x->ref].when, &t->refs[y->ref].when);
}

void trend_gather_row_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	struct arena *a = t->r->row;
	struct dated *list = NULL;
	size_t n = 0, room = 0;
	const char *text = "";
	if (!t->gather || !t->gather->newest)
		return;
	for (uint32_t i = 0; i < row->n_kept; i++) {
		const struct trend_more *more = trend_more(t, &row->kept[i]);
		for (size_t k = 0; more && k < more->n_parts; k++) {
			size_t at = 0;
			while (at < n && list[at].ref != more->parts[k].ref)
				at++;
			if (at == n) {
				list = arena_grow(a, list, n, n + 1, sizeof *list, &room);
				list[n++] = (struct dated){more->parts[k].ref, 0};
			}
			list[at].n++;
		}
	}
	if (n < 2)
		return;
	qsort_r(list, n, sizeof *list, by_when, t);
	for (size_t i = 0; i < n; i++)
		text = arena_printf(a, "%s%s%u of %s", text, i ? ", " : "", list[i].n, t->refs[list[i].ref].text);
	trend_note(t, m, arena_printf(a, "the newest round of each unit: %s", text));
}
