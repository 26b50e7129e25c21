/* SPDX-License-Identifier: Apache-2.0
 *
 * count_gather.c - what stands where on a day.
 *
 * A thing may be met several times in a group: an arrangement for each of its participants there, a participant for
 * each of its arrangements. Everything is noted as it is met; sorting brings the same together, certain ones first.
 */
#include <stdlib.h>
#include <string.h>
#include "query/count.h"

#define MARKS_PER_ROW 16u /* held at once, for each row that an answer may have */

static void mark(struct count *c, struct count_marks *m, uint32_t key, uint32_t thing, bool certain)
{
	m->list = arena_grow(c->r->a, m->list, m->n, m->n + 1, sizeof *m->list, &m->room);
	m->list[m->n++] = (struct count_mark){key, thing, certain};
}

static void mark_places(struct count *c, struct count_marks *m, const struct count_places *places, uint32_t thing,
			bool certain)
{
	for (size_t i = 0; i < places->n; i++)
		mark(c, m, places->list[i].key, thing, certain && places->list[i].certain);
}

static int by_key(const void *a, const void *b)
{
	const struct count_mark *x = a, *y = b;
	int d = (x->key > y->key) - (x->key < y->key);
	if (d == 0)
		d = (x->thing > y->thing) - (x->thing < y->thing);
	return d ? d : y->certain - x->certain;
}

static void marks_sort(struct count_marks *m, bool once)
{
	size_t kept = 0;
	if (m->n)
		qsort(m->list, m->n, sizeof *m->list, by_key);
	for (size_t i = 0; i < m->n && once; i++) {
		if (!i || m->list[i].key != m->list[kept - 1].key || m->list[i].thing != m->list[kept - 1].thing)
			m->list[kept++] = m->list[i];
	}
	m->n = once ? kept : m->n;
}

size_t count_range(const struct count_marks *m, uint32_t key, const struct count_mark **ret)
{
	size_t low = 0, high = m->n, n = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (m->list[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = m->n ? m->list + low : NULL;
	while (low + n < m->n && m->list[low + n].key == key)
		n++;
	return n;
}

/* All days are held until the rows are made: a group's name is that of its last day. */
static enum err few_marks(struct count *c)
{
	uint64_t max = (uint64_t)MARKS_PER_ROW * c->r->c->limits->rows_max;
	if (c->n_marks <= max)
		return ERR_OK;
	return fail(&c->r->why, ERR_TOO_LARGE,
		    "more than %llu things are counted on %zu days: name fewer days, units or a filter",
		    (unsigned long long)max, c->n_days);
}

static enum err thing_done(struct count *c)
{
	if (c->r->row != c->r->a)
		arena_reset(c->r->row);
	return answer_work(c->r);
}

/* What the rounds of the day say of an arrangement in the scope: NO it is left out. */
static enum truth word_of(struct count *c, struct count_day *d, uint32_t arrangement)
{
	enum truth word = c->word ? round_word_of(c->word, d->day, arrangement) : TRUTH_CERTAIN;
	d->unspoken += word == TRUTH_NO;
	d->unsure += word == TRUTH_POSSIBLE;
	return word;
}

/* ---- units ------------------------------------------------------------------------------------------ */

/* All of the kind in the scope, in the groups of their own. */
static enum err take_all(struct count *c, struct count_day *d, struct count_marks *m, bool filtered)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	struct answer *r = c->r;
	int32_t day = count_place(c, d);
	uint32_t *list;
	size_t n = unit_all_of_kind(r->v, c->kind, day, work, &list);
	enum err e = r->v->err;
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		struct count_places places = {0};
		struct unit_life life;
		uint32_t thing = same_first(c->same, c->n_same, list[i]); /* two that are one count once */
		enum truth word = TRUTH_NO;
		if (scope_has(c->scope, list[i], day) && unit_life_at(r->v, list[i], day, &life) &&
		    (!filtered || filter_unit(r, c->where, list[i], day)))
			word = filtered ? word_of(c, d, list[i]) : TRUTH_CERTAIN;
		if (word != TRUTH_NO) {
			bool sure = life.truth == TRUTH_CERTAIN && word == TRUTH_CERTAIN;
			mark(c, m, COUNT_TOTAL, thing, sure);
			if (filtered || count_any_by_units(c))
				count_places(c, d, &(struct count_of){.unit = list[i]}, &places);
			mark_places(c, m, &places, thing, sure);
		}
		e = thing_done(c);
	}
	return e;
}

/* ---- arrangements ----------------------------------------------------------------------------------- */

static bool of_kind(struct count *c, const struct count_day *d, uint32_t unit)
{
	struct unit_life life;
	struct view *v = c->r->v;
	if (!c->kind)
		return true;
	if (unit_life_at(v, unit, count_place(c, d), &life) || unit_life_at(v, unit, d->day, &life))
		return life.life.kind == c->kind;
	return unit_kind(v, unit) == c->kind;
}

/* Two that are one count once. */
static uint32_t itself_of(const struct count *c, const struct arrangement *x)
{
	return same_first(c->same, c->n_same, x->unit);
}

/* What an arrangement touches inside the scope. */
struct touch {
	bool itself; /* is named: all that take part count */
	bool certain, possible;
	size_t n_members;
};

static bool each_its_own(const struct count *c)
{
	bool any = false;
	for (size_t i = 0; i < c->n_axes; i++)
		any |= strcmp(c->axes[i].text, "unit") == 0;
	return any;
}

/* One that takes part, or hosts. */
static void take_member(struct count *c, struct count_day *d, const struct arrangement *x, uint32_t unit, bool certain,
			bool takes_part, struct touch *t)
{
	int32_t day = count_place(c, d);
	struct count_places places = {0};
	if (!t->itself && !scope_has(c->scope, unit, day))
		return;
	t->certain |= certain;
	t->possible = true;
	bool sure = certain && x->life.truth == TRUTH_CERTAIN, wanted = of_kind(c, d, unit);
	bool stands = c->q->counted == COUNTED_ARRANGEMENTS && count_any_by_units(c) && (wanted || !each_its_own(c));
	if (stands || (takes_part && wanted))
		count_places(c, d, &(struct count_of){.unit = unit, .in = x}, &places);
	if (stands) {
		mark_places(c, &d->things, &places, itself_of(c, x), sure);
		t->n_members++;
	}
	if (takes_part && wanted)
		mark_places(c, &d->parts, &places, unit, sure);
}

static void take_arrangement(struct count *c, struct count_day *d, const struct arrangement *x)
{
	struct touch t = {.itself = scope_has(c->scope, x->unit, d->day)};
	bool arrangements = c->q->counted == COUNTED_ARRANGEMENTS;
	for (size_t i = 0; i < x->n_participants; i++)
		take_member(c, d, x, x->participants[i], true, true, &t);
	for (size_t i = 0; i < x->n_possible; i++)
		take_member(c, d, x, x->possible[i], false, true, &t);
	if (x->host && !x->n_possible_hosts)
		take_member(c, d, x, x->host, true, false, &t);
	for (size_t i = 0; i < x->n_possible_hosts; i++)
		take_member(c, d, x, x->possible_hosts[i], false, false, &t);
	t.certain |= t.itself;
	d->open_anywhere += x->complete != COMPLETION_YES;
	if (!t.itself && !t.possible)
		return;
	d->open_lists += x->complete != COMPLETION_YES;
	d->internalised += x->internalised;
	bool sure = t.certain && x->life.truth == TRUTH_CERTAIN;
	if (!arrangements)
		return;
	struct count_places places = {0};
	mark(c, &d->things, COUNT_TOTAL, itself_of(c, x), sure);
	if (count_any_by_units(c) && (t.n_members || c->kind))
		return;
	count_places(c, d, &(struct count_of){.in = x}, &places);
	mark_places(c, &d->things, &places, itself_of(c, x), sure);
}

/* One that the filter leaves out: would it have been asked for? */
static bool touches(struct count *c, const struct count_day *d, const struct arrangement *x)
{
	int32_t day = count_place(c, d);
	bool in = scope_all(c->scope) || scope_has(c->scope, x->unit, d->day) || scope_has(c->scope, x->host, day);
	for (size_t i = 0; i < x->n_participants && !in; i++)
		in = scope_has(c->scope, x->participants[i], day);
	for (size_t i = 0; i < x->n_possible && !in; i++)
		in = scope_has(c->scope, x->possible[i], day);
	return in;
}

/* One that the filter lets through. */
static void take_spoken(struct count *c, struct count_day *d, const struct arrangement *x)
{
	struct arrangement some = *x;
	bool asked = c->word && touches(c, d, x);
	enum truth word = asked ? word_of(c, d, x->unit) : TRUTH_CERTAIN;
	some.life.truth = word < x->life.truth ? word : x->life.truth;
	if (word == TRUTH_NO)
		return;
	d->unnamed += asked ? x->unnamed : 0;
	take_arrangement(c, d, &some);
}

/* Participants are counted once, however many arrangements they take part in. */
static void participants_once(struct count *c, struct count_day *d)
{
	for (size_t i = 0; i < d->parts.n; i++) {
		const struct count_mark x = d->parts.list[i];
		mark(c, &d->things, x.key, x.thing, x.certain);
		mark(c, &d->things, COUNT_TOTAL, x.thing, x.certain);
	}
}

static enum err take_arrangements(struct count *c, struct count_day *d)
{
	struct arrangements_ask ask = {.day = d->day, .atoms = c->atoms, .structure = c->structure, .word = c->word};
	struct arrangements *l = arrangements_open(c->r, &ask);
	const struct arrangement *x;
	enum err e = ERR_OK;
	while (e == ERR_OK && arrangements_next(l, &x)) {
		if (filter_arrangement(c->where, x))
			take_spoken(c, d, x);
		else
			d->silent += filter_silent(c->where, x) && touches(c, d, x) &&
				     (!c->word || round_word_of(c->word, d->day, x->unit) != TRUTH_NO);
		e = thing_done(c);
	}
	enum err closed = arrangements_close(l);
	e = e == ERR_OK ? closed : e;
	if (e == ERR_OK && c->kind)
		e = take_all(c, d, &d->all, false);
	if (e == ERR_OK && c->q->counted == COUNTED_PARTICIPANTS)
		participants_once(c, d);
	return e;
}

/* ---- links ------------------------------------------------------------------------------------------ */

static bool same_link(const struct fact_link *x, const struct fact_link *y)
{
	return x->b == y->b && x->role == y->role && x->part == y->part;
}

static void take_link(struct count *c, struct count_day *d, const struct unit_link *x, uint32_t number)
{
	struct count_places places = {0};
	uint32_t ends[2] = {x->link.a, x->link.b}, in[2];
	size_t n = 0;
	for (size_t i = 0; i < 2; i++)
		if (scope_has(c->scope, ends[i], d->day))
			in[n++] = ends[i];
	enum truth word = n ? word_of(c, d, x->link.b) : TRUTH_NO;
	if (word != TRUTH_NO && c->q->link == LINK_TYPE_PARTICIPATES_IN &&
	    round_word_leaves_out(c->word, d->day, x->link.b, x->link.a)) {
		d->unnamed += x->truth == TRUTH_CERTAIN;
		word = TRUTH_NO;
	}
	bool sure = x->truth == TRUTH_CERTAIN && word == TRUTH_CERTAIN;
	if (word == TRUTH_NO)
		return;
	mark(c, &d->things, COUNT_TOTAL, number, sure);
	count_places_of_link(c, d, in, n, &places);
	mark_places(c, &d->things, &places, number, sure);
}

/* Those that go out of one unit; what several sources say is one link. */
static enum err take_links_of(struct count *c, struct count_day *d, uint32_t unit, uint32_t *number)
{
	struct unit_link *list;
	AUTO_ARENA struct arena *work = arena_new(0);
	size_t n = unit_links_from(c->r->v, (uint8_t)c->q->link, unit, d->day, work, &list), kept = 0;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < kept && !same_link(&list[k].link, &list[i].link))
			k++;
		if (k < kept)
			list[k].truth = list[i].truth > list[k].truth ? list[i].truth : list[k].truth;
		else
			list[kept++] = list[i];
	}
	for (size_t i = 0; i < kept; i++)
		take_link(c, d, &list[i], ++*number);
	return thing_done(c);
}

static enum err take_links(struct count *c, struct count_day *d)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	uint32_t last = 0, number = 0;
	enum err e = ERR_OK;
	buf_u8(&key, (uint8_t)c->q->link);
	walk_begin(&w, c->r->v, TABLE_LINK, buf_view(&key));
	while (e == ERR_OK && walk_next(&w, &row)) {
		e = row_fact(&row, &f);
		if (e != ERR_OK || f.link.a == last)
			continue;
		e = take_links_of(c, d, last = f.link.a, &number);
	}
	if (e == ERR_OK && c->kind)
		e = take_all(c, d, &d->all, false);
	return e;
}

enum err count_gather(struct count *c, struct count_day *d)
{
	enum err e = c->of_arrangements               ? take_arrangements(c, d)
		     : c->q->counted == COUNTED_LINKS ? take_links(c, d)
						      : take_all(c, d, &d->things, true);
	marks_sort(&d->things, true);
	marks_sort(&d->parts, false);
	marks_sort(&d->all, true);
	c->n_marks += d->things.n + d->parts.n + d->all.n;
	if (e == ERR_OK)
		e = count_complete_day(c, d);
	if (e == ERR_OK)
		e = few_marks(c);
	return e == ERR_OK ? answer_work(c->r) : e;
}
