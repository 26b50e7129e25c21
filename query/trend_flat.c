/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_flat.c - a trend by unit, of which most rows are one figure of a unit that stood still.
 *
 * A row in the making knows of groups, sets, bounds and fractions, and takes half a kilobyte; there may be millions of
 * rows that need none of it. Those are kept as sixteen bytes (a block says what a series, reference and round have in
 * common), and become rows one unit at a time, when they are put between the others. The row of a whole number is
 * encoded from pieces: what the unit gives, what the block gives with the one before it, both made by the same
 * functions as any row, and the figure, for which 64 bits are enough. Whatever is not as plain as that is put as any
 * other row is. A test asks for the same rows both ways.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "query/trend_projecting.h"

#define FEW_NAMES 1024u                /* looked up singly; more are read in one walk */
#define PLAIN_MAX INT64_C(10000000000) /* figures up to this one, so that percentages stay within 64 bits */

struct flat_block {
	uint32_t series, ref, round;
	uint8_t scale;
	bool plain;      /* figures of it may be encoded from pieces */
	uint32_t rank;   /* in the order of rows */
	uint32_t before; /* what the pieces were made for: index + 1 of a block; 0 = none; UINT32_MAX = not made */
	struct buf head, tail;
};
struct placed { /* a figure of the unit at hand */
	uint32_t block;
	int64_t digits;
};
struct flat_row { /* one of the general kind */
	struct trend_row row;
	struct trend_sum sum;
	mpq_t low, high, may, exact;
	struct msg_decimal decimal;
	struct msg_value value;
};
struct putting {
	struct trend *t;
	size_t n, room;
	struct placed *list; /* of the unit at hand, in the order of rows; heap */
	size_t rows_room;
	struct flat_row **rows; /* heap; each is kept for the next unit */
	struct trend_row **sorted;
	size_t sorted_room;
	struct buf unit, figure, whole;
};

/* ---- taking ----------------------------------------------------------------------------------------- */

void trend_flat_begin(struct trend *t)
{
	struct trend_project *p = t->project;
	if (!p || !p->still || !t->by_unit || t->n_breaks)
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
	if (n > FEW_NAMES)
		read_names(t);
	for (size_t i = 0; i < n; i++) {
		trend_group_name(t, list[i]);
		sorted &= !i || by_name(&list[i - 1], &list[i], t) < 0;
	}
	if (!sorted)
		qsort_r(list, n, sizeof *list, by_name, t);
	return n;
}

/* ---- as any row ------------------------------------------------------------------------------------- */

/* What trend_project_still.c would have made of it. */
static struct trend_row *row_fill(struct putting *p, size_t at, uint32_t unit, const struct placed *x)
{
	struct trend *t = p->t;
	const struct flat_block *b = &t->project->flats.blocks[x->block];
	if (at >= p->rows_room) {
		p->rows = mem_grow(p->rows, (at + 1) * sizeof *p->rows);
		struct flat_row *new = p->rows[p->rows_room++] = mem_zero(1, sizeof *new);
		mpq_inits(new->low, new->high, new->may, new->exact, NULL);
	}
	struct flat_row *r = p->rows[at];
	r->row = (struct trend_row){.group = unit,
				    .series = b->series,
				    .ref = b->ref,
				    .round = b->round,
				    .n_units = 1,
				    .n_exact = 1,
				    .kind = trend_kind(t, unit),
				    .first_unit = unit,
				    .group_name = trend_group_name(t, unit),
				    .sum = &r->sum};
	tally_add(&r->row.exact, (struct num){x->digits, b->scale});
	tally_get(&r->row.exact, r->low);
	mpq_set(r->high, r->low);
	mpq_set(r->exact, r->low);
	r->decimal = (struct msg_decimal){.digits = x->digits, .scale = b->scale};
	r->value = (struct msg_value){.exact = &r->decimal, .printed = ""};
	r->sum = (struct trend_sum){.own = {.low = r->low, .high = r->high, .scale = b->scale},
				    .may = r->may,
				    .exact = r->exact,
				    .method = METHOD_EXACT,
				    .of = 1,
				    .all = 1,
				    .same = &r->value};
	return &r->row;
}

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
		p->sorted[i] = row_fill(p, i, unit, &p->list[i]);
	for (size_t i = 0; i < n_others; i++)
		p->sorted[p->n + i] = others[i];
	if (n_others)
		qsort_r(p->sorted, n, sizeof *p->sorted, trend_by_order, p->t);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = trend_put_row(p->t, p->sorted, i);
	return e;
}

/* ---- from pieces ------------------------------------------------------------------------------------ */

static char *whole_put(char *p, int64_t v)
{
	char back[20];
	size_t n = 0;
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
	if (v < 0)
		*p++ = '-';
	do
		back[n++] = (char)('0' + u % 10);
	while (u /= 10);
	while (n)
		*p++ = back[--n];
	*p++ = '\0';
	return p;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	int shift = __builtin_ctzll(a | b);
	a >>= __builtin_ctzll(a);
	while (b) {
		b >>= __builtin_ctzll(b);
		uint64_t less = a < b ? a : b;
		b = a < b ? b - a : a - b;
		a = less;
	}
	return a << shift;
}

/* numerator / denominator, rounded half away from zero, as fraction_format() has it. */
static char *decimal_put(char *p, int64_t numerator, uint64_t denominator, unsigned places)
{
	uint64_t u = numerator < 0 ? -(uint64_t)numerator : (uint64_t)numerator, one = 1;
	for (unsigned i = 0; i < places; i++)
		one *= 10;
	u = (2 * u * one + denominator) / (2 * denominator);
	if (numerator < 0 && u)
		*p++ = '-';
	p = whole_put(p, (int64_t)(u / one));
	if (!places)
		return p;
	p[-1] = '.';
	for (uint64_t rest = u % one, digit = one / 10; digit; digit /= 10)
		*p++ = (char)('0' + rest / digit % 10);
	*p++ = '\0';
	return p;
}

static void growth_fill(struct trend *t, int64_t was, int64_t now, struct msg_growth *g, char *p)
{
	g->absolute = p;
	p = whole_put(p, now - was);
	if (t->def->type == VALUE_TYPE_PERCENT)
		g->points = g->absolute;
	if (was <= 0) {
		g->undefined = was ? "from a negative figure" : "from zero";
		return;
	}
	int64_t change = (now - was) * 100;
	int64_t by = now == was
			 ? was
			 : (int64_t)common_divisor(change < 0 ? -(uint64_t)change : (uint64_t)change, (uint64_t)was);
	g->percent = p;
	p = decimal_put(p, change / by, (uint64_t)(was / by), t->q->decimals);
	g->percent_numerator = p;
	p = whole_put(p, change / by);
	g->percent_denominator = p;
	whole_put(p, was / by);
}

static void figure_encode(struct putting *p, const struct placed *now, const struct placed *was)
{
	struct trend *t = p->t;
	char texts[256], more[256];
	struct msg_growth g = {0};
	struct msg_figure f = {.measure = t->q->measures[0], .numerator = texts, .denominator = "1", .shown = texts};
	struct msg_trend_row m = {.n_figures = 1, .figures = &f};
	whole_put(texts, now->digits);
	if (was) {
		g.from_period = t->refs[t->project->flats.blocks[was->block].ref].text;
		growth_fill(t, was->digits, now->digits, &g, more);
		f.growth = &g;
	}
	codec_encode(&msg_type_trend_row, &m, &p->figure);
}

/* Everything but unit and figure depends on the block and on the one before it: made once, as for any row. */
static void pieces(struct putting *p, uint32_t unit, const struct placed *now, const struct placed *was)
{
	struct trend *t = p->t;
	struct flat_block *b = &t->project->flats.blocks[now->block];
	uint32_t before = was ? was->block + 1 : 0;
	if (b->before == before)
		return;
	struct msg_trend_row m;
	struct msg_frame_size frame;
	struct trend_row *then = was ? row_fill(p, 1, unit, was) : NULL, *row = row_fill(p, 0, unit, now);
	trend_make_row(t, row, then, &frame, &m);
	struct msg_trend_row tail = {.n_notes = m.n_notes, .notes = m.notes, .method = m.method, .covered = m.covered};
	m.group = m.group_name = "";
	m.n_figures = m.n_notes = 0;
	m.method = METHOD_UNSPECIFIED;
	m.covered = "";
	buf_clear(&b->head);
	buf_clear(&b->tail);
	codec_encode(&msg_type_trend_row, &m, &b->head);
	codec_encode(&msg_type_trend_row, &tail, &b->tail);
	b->before = before;
}

/* The figure to compare with: of the reference before, of the same round if it can be. */
static const struct placed *before(const struct putting *p, size_t i)
{
	const struct flat_block *blocks = p->t->project->flats.blocks, *b = &blocks[p->list[i].block];
	const struct placed *found = NULL;
	while (i--) {
		const struct flat_block *x = &blocks[p->list[i].block];
		if (x->series != b->series || (found && x->ref != blocks[found->block].ref))
			break;
		if (x->ref != b->ref && (!found || x->round == b->round))
			found = &p->list[i];
	}
	return found;
}

static enum err put_quickly(struct putting *p, uint32_t unit)
{
	struct trend *t = p->t;
	enum err e = ERR_OK;
	struct slice id = view_text(t->r->v, SPACE_UNIT, unit);
	struct msg_trend_row m = {.group = arena_text(t->r->row, id.data ? id.data : "", id.len),
				  .group_name = t->names[unit]};
	buf_clear(&p->unit);
	codec_encode(&msg_type_trend_row, &m, &p->unit);
	for (size_t i = 0; i < p->n && e == ERR_OK; i++) {
		const struct placed *now = &p->list[i], *was = before(p, i);
		const struct flat_block *b = &t->project->flats.blocks[now->block];
		pieces(p, unit, now, was);
		buf_clear(&p->figure);
		figure_encode(p, now, was);
		buf_clear(&p->whole);
		buf_put(&p->whole, p->unit.data, p->unit.len);
		buf_put(&p->whole, b->head.data, b->head.len);
		buf_put(&p->whole, p->figure.data, p->figure.len);
		buf_put(&p->whole, b->tail.data, b->tail.len);
		trend_dates_see(t, unit, b->ref);
		e = answer_bytes(t->r, 4, buf_view(&p->whole));
	}
	return e == ERR_OK ? answer_pause(t->r) : e;
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
		plain &= f->blocks[x->block].plain && x->digits <= PLAIN_MAX && x->digits >= -PLAIN_MAX;
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
		e = plain && !others ? put_quickly(&p, units[i]) : put_slowly(&p, units[i], sorted + at, others);
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
	buf_free(&p.figure);
	buf_free(&p.whole);
	return e;
}
