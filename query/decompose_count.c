/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_count.c - why there are more or fewer units, arrangements or participants than there were.
 *
 * What is counted are things that can be named, so each is looked at by itself: was it counted at the earlier point, as
 * known then and as known now, and is it at the later? One that is no longer there was reorganised away, or moved out
 * of the scope with the borders, or ended; and so on. A thing that may count or not is between 0 and 1, unless the list
 * it stands in has no end anyway ("at least n"): then both points are what is on record for certain.
 */
#include <stdlib.h>
#include <string.h>
#include "query/arrangement.h"
#include "query/decompose_reach.h"
#include "query/filter.h"

enum reading { READ_THEN, READ_FROM, READ_TO, READ_MOVED, READINGS };

struct mark {
	uint32_t group, thing;
	bool certain, internalised;
};
struct marks {
	size_t n, room;
	struct mark *list; /* by group, thing; once each, certain ones first */
};
struct counting {
	struct decompose *d;
	struct filter *where;
	struct atoms *atoms;
	uint32_t kind;
	struct marks marks[READINGS];
	bool open; /* a list may have more: only what is certain counts */
};

/* ---- what is there ---------------------------------------------------------------------------------- */

static void mark_add(struct counting *c, struct marks *m, uint32_t group, uint32_t thing, bool certain, bool internal)
{
	if (group == DECOMPOSE_NOWHERE)
		return;
	m->list = arena_grow(c->d->r->a, m->list, m->n, m->n + 1, sizeof *m->list, &m->room);
	m->list[m->n++] = (struct mark){group, thing, certain, internal};
}

static int by_group(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int d = (x->group > y->group) - (x->group < y->group);
	if (d == 0)
		d = (x->thing > y->thing) - (x->thing < y->thing);
	return d ? d : y->certain - x->certain;
}

static void marks_sort(struct marks *m)
{
	size_t kept = 0;
	if (m->n)
		qsort(m->list, m->n, sizeof *m->list, by_group);
	for (size_t i = 0; i < m->n; i++)
		if (!i || m->list[i].group != m->list[kept - 1].group || m->list[i].thing != m->list[kept - 1].thing)
			m->list[kept++] = m->list[i];
	m->n = kept;
}

static const struct mark *mark_of(const struct marks *m, uint32_t group, uint32_t thing)
{
	struct mark x = {.group = group, .thing = thing};
	size_t low = 0, high = m->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_group(&m->list[middle], &x) < 0 &&
		    (m->list[middle].group != group || m->list[middle].thing != thing))
			low = middle + 1;
		else
			high = middle;
	}
	return low < m->n && m->list[low].group == group && m->list[low].thing == thing ? &m->list[low] : NULL;
}

static enum err read_units(struct counting *c, int32_t day, struct marks *m)
{
	struct decompose *d = c->d;
	uint32_t *list;
	size_t n = unit_all_of_kind(d->r->v, c->kind, day, d->r->a, &list);
	enum err e = d->r->v->err;
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		struct unit_life life;
		if (unit_life_at(d->r->v, list[i], day, &life))
			mark_add(c, m, decompose_group(d, list[i], day), list[i], life.truth == TRUTH_CERTAIN, false);
		e = answer_work(d->r);
	}
	return e;
}

static bool of_kind(struct counting *c, uint32_t unit, int32_t day)
{
	struct unit_life life;
	if (unit_life_at(c->d->r->v, unit, day, &life))
		return life.life.kind == c->kind;
	return unit_kind(c->d->r->v, unit) == c->kind;
}

/* One that takes part or hosts, where it stands on `day`. */
static void member(struct counting *c, const struct arrangement *x, uint32_t unit, bool certain, bool takes_part,
		   int32_t day, bool itself, struct marks *m)
{
	struct decompose *d = c->d;
	if (!unit || (!itself && !scope_has(d->scope, unit, day)))
		return;
	certain = certain && x->life.truth == TRUTH_CERTAIN;
	if (d->q->counted == COUNTED_ARRANGEMENTS)
		mark_add(c, m, scope_group(d->scope, unit, day), x->unit, certain, x->internalised);
	else if (takes_part && of_kind(c, unit, day))
		mark_add(c, m, scope_group(d->scope, unit, day), unit, certain, false);
}

static enum err read_arrangements(struct counting *c, int32_t day, struct atoms *atoms, int32_t structure,
				  struct marks *m)
{
	struct decompose *d = c->d;
	struct arrangements_ask ask = {.day = day, .atoms = atoms, .structure = structure};
	struct arrangements *l = arrangements_open(d->r, &ask);
	const struct arrangement *x;
	int32_t place = atoms ? structure : day;
	enum err e = ERR_OK;
	while (e == ERR_OK && arrangements_next(l, &x)) {
		if (filter_arrangement(c->where, x)) {
			bool itself = scope_has(d->scope, x->unit, day);
			for (size_t i = 0; i < x->n_participants; i++)
				member(c, x, x->participants[i], true, true, place, itself, m);
			for (size_t i = 0; i < x->n_possible; i++)
				member(c, x, x->possible[i], false, true, place, itself, m);
			if (!x->n_possible_hosts)
				member(c, x, x->host, true, false, place, itself, m);
			for (size_t i = 0; i < x->n_possible_hosts; i++)
				member(c, x, x->possible_hosts[i], false, false, place, itself, m);
			if (itself && !scope_grouped(d->scope) && d->q->counted == COUNTED_ARRANGEMENTS)
				mark_add(c, m, 0, x->unit, x->life.truth == TRUTH_CERTAIN, x->internalised);
		}
		e = answer_work(d->r);
	}
	enum err closed = arrangements_close(l);
	return e == ERR_OK ? closed : e;
}

static enum err read(struct counting *c, enum reading which)
{
	struct decompose *d = c->d;
	struct marks *m = &c->marks[which];
	int32_t day = which == READ_TO ? d->to.day : d->from.day;
	bool moved = which == READ_MOVED;
	d->r->v->as_of = which == READ_THEN ? d->from.rev : d->to.rev;
	enum err e = d->q->counted == COUNTED_UNITS ? moved ? ERR_OK : read_units(c, day, m)
						    : read_arrangements(c, day, moved ? c->atoms : NULL, d->to.day, m);
	marks_sort(m);
	d->r->v->as_of = d->to.rev;
	return e;
}

/* ---- what became of a thing ------------------------------------------------------------------------- */

/* Did an event between the points take it over into others, or make it of others? */
static bool reorganised(struct counting *c, uint32_t thing, bool made)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct decompose *d = c->d;
	struct row row;
	struct fact f;
	int32_t low = d->from.day < d->to.day ? d->from.day : d->to.day,
		high = d->from.day < d->to.day ? d->to.day : d->from.day;
	key_unit(&key, thing);
	walk_begin(&w, d->r->v, made ? TABLE_EDGE_TO : TABLE_EDGE, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) == ERR_OK &&
		    (f.edge.state == STATE_ASSERTED || f.edge.state == STATE_CORRECTED) && f.edge.from != f.edge.to &&
		    f.edge.effective.hi > low && f.edge.effective.lo <= high)
			return true;
	}
	return false;
}

static bool lives(struct counting *c, uint32_t thing, int32_t day)
{
	struct unit_life life;
	return unit_life_at(c->d->r->v, thing, day, &life) &&
	       (c->d->q->counted != COUNTED_UNITS || life.life.kind == c->kind);
}

static const char *name_of(struct counting *c, struct ledger *l, uint32_t thing, bool later)
{
	struct decompose *d = c->d;
	return unit_name(d->r->v, thing, later ? d->to.day : d->from.day, l->a);
}

/* Structure, real, or nobody knows which of the two (CAUSE_UNDETERMINED). */
static enum cause cause_of_unit(struct counting *c, uint32_t unit, bool came)
{
	if (lives(c, unit, came ? c->d->from.day : c->d->to.day) || reorganised(c, unit, came))
		return CAUSE_STRUCTURE; /* it moved over the border of the scope; or became, or was made of, others */
	return CAUSE_REAL;
}

static enum cause cause_of_arrangement(struct counting *c, struct ledger *l, uint32_t group, uint32_t thing, bool came)
{
	const struct mark *moved = mark_of(&c->marks[READ_MOVED], group, thing);
	if (came) {
		if (!lives(c, thing, c->d->from.day))
			return reorganised(c, thing, true) ? CAUSE_STRUCTURE : CAUSE_REAL;
		return !moved ? CAUSE_REAL : moved->certain ? CAUSE_STRUCTURE : CAUSE_UNDETERMINED;
	}
	if (!moved)
		return CAUSE_STRUCTURE; /* its participants moved out of the scope */
	if (!moved->certain)
		return CAUSE_UNDETERMINED;
	if (lives(c, thing, c->d->to.day))
		return CAUSE_REAL; /* another set of participants */
	if (moved->internalised) {
		ledger_note(l, CAUSE_STRUCTURE,
			    arena_printf(l->a, "%s ended as all its participants became one unit",
					 name_of(c, l, thing, false)));
		return CAUSE_STRUCTURE;
	}
	return reorganised(c, thing, false) ? CAUSE_STRUCTURE : CAUSE_REAL;
}

/* Known to the record as of the earlier revision? A participant: as one that takes part in anything. */
static bool known_before(struct counting *c, uint32_t thing)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct decompose *d = c->d;
	struct unit_life *list;
	struct row row;
	bool known;
	d->r->v->as_of = d->from.rev;
	if (d->q->counted == COUNTED_PARTICIPANTS) {
		key_link(&key, LINK_TYPE_PARTICIPATES_IN, thing);
		walk_begin(&w, d->r->v, TABLE_LINK, buf_view(&key));
		known = walk_next(&w, &row);
	} else {
		known = unit_lives(d->r->v, thing, d->r->row, &list) != 0;
	}
	d->r->v->as_of = d->to.rev;
	return known;
}

static struct amount worth(struct counting *c, const struct mark *m)
{
	struct amount x = amount_zero(c->d->all);
	if (m && (m->certain || !c->open))
		mpq_set_ui(x.high, 1, 1);
	if (m && m->certain)
		mpq_set_ui(x.low, 1, 1);
	return x;
}

static void put(struct counting *c, struct ledger *l, enum cause cause, uint32_t thing, const struct amount *now,
		const struct amount *then, bool later)
{
	struct amount change = amount_minus(c->d->all, now, then);
	ledger_put(l, cause, &change, 1);
	ledger_name(c->d, l, cause, thing, 0, later ? c->d->to.day : c->d->from.day, &change, 1);
}

/* Of a thing that is counted at one of the two points, or otherwise at one of them. */
static void between(struct counting *c, struct ledger *l, uint32_t group, uint32_t thing, const struct mark *const m[3],
		    const struct amount x[3])
{
	struct decompose *d = c->d;
	bool was = m[READ_FROM], is = m[READ_TO], more = mpq_cmp(x[READ_TO].high, x[READ_FROM].high) > 0;
	enum cause cause = was && is                        ? CAUSE_REAL
			   : d->q->counted == COUNTED_UNITS ? cause_of_unit(c, thing, is)
							    : cause_of_arrangement(c, l, group, thing, is);
	/* Where only what is certain counts, one that may have been there all the time is no certain change. */
	bool perhaps = was && is && c->open && m[READ_FROM]->certain != m[READ_TO]->certain;
	if (cause != CAUSE_UNDETERMINED && !perhaps) {
		put(c, l, cause, thing, &x[READ_TO], &x[READ_FROM], is);
		return;
	}
	struct amount change = amount_minus(d->all, &x[READ_TO], &x[READ_FROM]), some = amount_zero(d->all);
	mpq_set_si(some.low, more ? 0 : -1, 1);
	mpq_set_si(some.high, more ? 1 : 0, 1);
	ledger_put(l, CAUSE_REAL, &some, 1);
	if (!perhaps)
		ledger_put(l, CAUSE_STRUCTURE, &some, 1);
	ledger_name(d, l, CAUSE_UNDETERMINED, thing, 0, is ? d->to.day : d->from.day, &change, 1);
	ledger_note(l, CAUSE_UNDETERMINED,
		    perhaps ? "when it began or ended is not known: it may have been there at both points"
			    : "a participant was divided over the border of the scope, and nobody knows how");
}

static void one_thing(struct counting *c, struct ledger *l, uint32_t group, uint32_t thing)
{
	struct decompose *d = c->d;
	size_t mark = amounts_mark(d->all);
	const struct mark *m[3];
	struct amount x[3];
	for (int i = READ_THEN; i <= READ_TO; i++) {
		m[i] = mark_of(&c->marks[i], group, thing);
		x[i] = worth(c, m[i]);
	}
	ledger_block(l);
	ledger_then(l, &x[READ_THEN]);
	ledger_now(l, &x[READ_TO]);
	if (!amount_equal(&x[READ_THEN], &x[READ_FROM]))
		put(c, l, known_before(c, thing) ? CAUSE_CORRECTION : CAUSE_FOUND_LATE, thing, &x[READ_FROM],
		    &x[READ_THEN], false);
	if (!amount_equal(&x[READ_FROM], &x[READ_TO]))
		between(c, l, group, thing, m, x);
	ledger_block_end(l);
	amounts_back(d->all, mark);
}

/* ---- participants ----------------------------------------------------------------------------------- */

static uint32_t count_in(const struct marks *m, uint32_t group)
{
	uint32_t n = 0;
	for (size_t i = 0; i < m->n; i++)
		n += m->list[i].group == group && m->list[i].certain;
	return n;
}

static size_t units_in(struct counting *c, int32_t day, uint32_t group, uint32_t **ret)
{
	struct decompose *d = c->d;
	size_t n = unit_all_of_kind(d->r->v, c->kind, day, d->r->a, ret), kept = 0;
	for (size_t i = 0; i < n; i++)
		if (group == UINT32_MAX || decompose_group(d, (*ret)[i], day) == group)
			(*ret)[kept++] = (*ret)[i];
	return kept;
}

/* Of the participants: what the count, or the rate, would be with `n` of `of`. */
static struct amount measured(struct counting *c, uint32_t low, uint32_t high, size_t of)
{
	struct amount x = amount_zero(c->d->all);
	bool rate = c->d->q->measure == MEASURE_RATE;
	mpq_set_ui(x.low, rate ? low * 100ul : low, rate && of ? of : 1);
	mpq_set_ui(x.high, rate ? high * 100ul : high, rate && of ? of : 1);
	mpq_canonicalize(x.low);
	mpq_canonicalize(x.high);
	return x;
}

static void step(struct counting *c, struct ledger *l, enum cause cause, const struct amount *now,
		 const struct amount *then, bool fixed)
{
	struct amount change = amount_minus(c->d->all, now, then);
	if (fixed)
		ledger_fix(l, cause, change.low);
	else
		ledger_put(l, cause, &change, 1);
}

/* By name: who does not take part any more, who is new; what they became. */
static void tell_participants(struct counting *c, struct ledger *l, uint32_t group, const struct reach *x,
			      const bool *who)
{
	bool *sure = arena_alloc(l->a, (x->n_to + 1) * sizeof *sure),
	     *may = arena_alloc(l->a, (x->n_to + 1) * sizeof *may);
	for (size_t i = 0; i < x->n_edges; i++) {
		if (!who[x->edges[i].source])
			continue;
		if (x->edges[i].whole)
			sure[x->edges[i].target] = true;
		may[x->edges[i].target] = true;
	}
	for (size_t i = 0; i < x->n_to; i++) {
		const struct mark *m = mark_of(&c->marks[READ_TO], group, x->to[i]);
		bool takes = m && m->certain;
		if (takes && !may[i])
			ledger_tell(l, CAUSE_REAL, 1, arena_printf(l->a, "%s +1", name_of(c, l, x->to[i], true)));
		else if (!takes && sure[i])
			ledger_tell(l, CAUSE_REAL, 1, arena_printf(l->a, "%s -1", name_of(c, l, x->to[i], true)));
	}
	for (size_t i = 0; i < x->n_from; i++) {
		if (who[i] && decompose_group(c->d, x->from[i], c->d->from.day) == group &&
		    !lives(c, x->from[i], c->d->to.day))
			ledger_tell(l, CAUSE_STRUCTURE, 1,
				    arena_printf(l->a, "%s -1", name_of(c, l, x->from[i], false)));
	}
}

static enum err participants(struct counting *c, struct ledger *l, uint32_t group)
{
	struct decompose *d = c->d;
	uint32_t *units_then, *units_from, *units_to, *all, min, max, late = 0, n = 0, n_perhaps = 0, came = 0, least,
								      most;
	d->r->v->as_of = d->from.rev;
	size_t of_then = units_in(c, d->from.day, group, &units_then);
	d->r->v->as_of = d->to.rev;
	size_t of_from = units_in(c, d->from.day, group, &units_from), of_to = units_in(c, d->to.day, group, &units_to);
	size_t n_all = unit_all_of_kind(d->r->v, c->kind, d->from.day, d->r->a, &all);
	struct reach x = {.d = d,
			  .atoms = c->atoms,
			  .from_day = d->from.day,
			  .to_day = d->to.day,
			  .from = all,
			  .n_from = n_all,
			  .to = units_to,
			  .n_to = of_to};
	enum err e = reach_find(&x);
	if (e != ERR_OK)
		return e;
	bool *who = arena_alloc(l->a, (n_all + 1) * sizeof *who),
	     *perhaps = arena_alloc(l->a, (n_all + 1) * sizeof *perhaps);
	for (size_t i = 0; i < c->marks[READ_FROM].n; i++) {
		const struct mark *m = &c->marks[READ_FROM].list[i];
		for (size_t k = 0; k < n_all; k++) {
			if (all[k] != m->thing)
				continue;
			who[k] |= m->certain;
			perhaps[k] = true;
		}
		if (m->group == group && m->certain && !mark_of(&c->marks[READ_THEN], group, m->thing)) {
			late += !known_before(c, m->thing);
			ledger_tell(l, known_before(c, m->thing) ? CAUSE_CORRECTION : CAUSE_FOUND_LATE, 1,
				    arena_printf(l->a, "%s +1", name_of(c, l, m->thing, false)));
		}
	}
	for (size_t i = 0; i < of_to; i++)
		came += x.came[i];
	for (size_t i = 0; i < n_all; i++) {
		n += who[i];
		n_perhaps += perhaps[i];
	}
	reach_range(&x, n, who, &min, &max);
	reach_range(&x, n_perhaps, perhaps, &least, &most);
	most = most > max ? most : max;
	uint32_t n_then = count_in(&c->marks[READ_THEN], group), n0 = count_in(&c->marks[READ_FROM], group),
		 n1 = count_in(&c->marks[READ_TO], group),
		 k = n1 < min   ? min
		     : n1 > max ? max
				: n1,
		 nearest = n1 < min    ? min
			   : n1 > most ? most
				       : n1;
	uint32_t before_late = n0 - late;
	struct amount a = measured(c, n_then, n_then, of_then), b = measured(c, before_late, before_late, of_from),
		      f = measured(c, n0, n0, of_from), s = measured(c, min, max, came),
		      t = measured(c, min, most, of_to), z = measured(c, n1, n1, of_to), s1 = measured(c, k, k, came),
		      t1 = measured(c, k, k, of_to), near = measured(c, nearest, nearest, of_to);
	ledger_block(l);
	ledger_then(l, &a);
	ledger_now(l, &z);
	step(c, l, CAUSE_CORRECTION, &b, &a, false);
	step(c, l, CAUSE_FOUND_LATE, &f, &b, false);
	step(c, l, CAUSE_STRUCTURE, &s, &f, false);
	step(c, l, CAUSE_REAL, &z, &t, false);
	step(c, l, CAUSE_STRUCTURE, &s1, &f, true);
	step(c, l, CAUSE_REAL, &z, &near, true);
	if (d->q->measure == MEASURE_RATE) {
		struct amount low = measured(c, min, min, of_to), low_of = measured(c, min, min, came),
			      high = measured(c, max, max, of_to), high_of = measured(c, max, max, came);
		struct amount x1 = amount_minus(d->all, &low, &low_of), x2 = amount_minus(d->all, &high, &high_of);
		bool up = mpq_cmp(x1.low, x2.low) < 0;
		struct amount range = amount_between(d->all, up ? x1.low : x2.low, up ? x2.low : x1.low);
		ledger_put(l, CAUSE_FRAME, &range, 1);
		step(c, l, CAUSE_FRAME, &t1, &s1, true);
	}
	ledger_block_end(l);
	l->units[CAUSE_FRAME] += (uint32_t)of_to - came;
	if (nearest != k)
		ledger_note(l, CAUSE_UNDETERMINED,
			    arena_printf(l->a, "since when %u of them take part is not known: they may have before",
					 nearest > k ? nearest - k : k - nearest));
	tell_participants(c, l, group, &x, who);
	return ERR_OK;
}

/* ---- rows ------------------------------------------------------------------------------------------- */

struct groups {
	size_t n, room;
	struct counted_group {
		uint32_t group;
		const char *name;
	} * list;
};

static void group_add(struct counting *c, struct groups *g, uint32_t group)
{
	struct decompose *d = c->d;
	for (size_t i = g->n; i--;) {
		if (g->list[i].group == group)
			return;
	}
	g->list = arena_grow(d->r->a, g->list, g->n, g->n + 1, sizeof *g->list, &g->room);
	g->list[g->n++] = (struct counted_group){group, scope_group_name(d->scope, group, d->to.day)};
}

static int by_name(const void *a, const void *b)
{
	const struct counted_group *x = a, *y = b;
	int d = strcmp(x->name, y->name);
	return d ? d : (x->group > y->group) - (x->group < y->group);
}

/* "At least n": what is on record is what is taken apart. */
static void on_record(struct counting *c, struct decompose_figures *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct decompose_figure *f = &list->list[i];
		if (!f->has || amount_exact(&f->x) || !c->open)
			continue;
		mpq_set(f->x.high, f->x.low);
		f->x.no_high = f->x.high_out = f->x.low_out = false;
		f->note = "the list is not declared complete: what is on record for certain is taken apart";
	}
}

static enum err row(struct counting *c, uint32_t group, struct decompose_figures *from, struct decompose_figures *to)
{
	struct decompose *d = c->d;
	struct ledger *l = ledger_new(d, group);
	enum err e = ERR_OK;
	if (d->q->counted == COUNTED_PARTICIPANTS)
		e = participants(c, l, group);
	for (int s = READ_THEN; s <= READ_TO && d->q->counted != COUNTED_PARTICIPANTS && e == ERR_OK; s++) {
		for (size_t i = 0; i < c->marks[s].n && e == ERR_OK; i++) {
			const struct mark *m = &c->marks[s].list[i];
			bool before = false;
			for (int k = READ_THEN; k < s && !before; k++)
				before = mark_of(&c->marks[k], group, m->thing);
			if (m->group == group && !before)
				one_thing(c, l, group, m->thing);
			e = answer_work(d->r);
		}
	}
	return e == ERR_OK ? decompose_group_row(d, group, l, figure_of(from, group), figure_of(to, group)) : e;
}

static bool open_of(const struct decompose_figures *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->list[i].has && list->list[i].x.no_high)
			return true;
	return false;
}

static enum err rows(struct counting *c, struct decompose_figures *from, struct decompose_figures *to)
{
	struct decompose *d = c->d;
	struct groups g = {0};
	enum err e = ERR_OK;
	on_record(c, from); /* the other one may be open */
	for (int s = READ_THEN; s <= READ_TO; s++)
		for (size_t i = 0; i < c->marks[s].n; i++)
			group_add(c, &g, c->marks[s].list[i].group);
	if (!g.n || !scope_grouped(d->scope))
		group_add(c, &g, 0);
	qsort(g.list, g.n, sizeof *g.list, by_name);
	for (size_t i = 0; i < g.n && e == ERR_OK; i++)
		e = row(c, g.list[i].group, from, to);
	return e;
}

/* A rate is what takes part of all units of the kind: both counted, so that it is an exact fraction. */
static enum err figures(struct counting *c, const struct point *p, struct decompose_figures *ret)
{
	struct decompose *d = c->d;
	struct decompose_figures all;
	enum err e = decompose_count_figures(d, p, d->q->counted, ret);
	c->open |= open_of(ret);
	on_record(c, ret);
	if (e != ERR_OK || d->q->measure != MEASURE_RATE)
		return e;
	e = decompose_count_figures(d, p, COUNTED_UNITS, &all);
	for (size_t i = 0; i < all.n && e == ERR_OK; i++) {
		struct decompose_figure *f = figure_of(ret, all.list[i].group);
		if (!f || !f->has || !all.list[i].has || !mpq_sgn(all.list[i].x.low))
			continue;
		mpz_mul_ui(mpq_numref(f->x.low), mpq_numref(f->x.low), 100);
		mpq_div(f->x.low, f->x.low, all.list[i].x.low);
		mpq_set(f->x.high, f->x.low);
		f->x.scale = d->places;
	}
	return e;
}

enum err decompose_counted(struct decompose *d)
{
	struct counting c = {.d = d};
	struct decompose_figures from = {0}, to = {0};
	c.open = d->q->counted == COUNTED_PARTICIPANTS;
	d->places = d->q->measure == MEASURE_RATE ? d->q->decimals : 0;
	enum err e = figures(&c, &d->from, &from);
	if (e == ERR_OK)
		e = figures(&c, &d->to, &to);
	if (e == ERR_OK)
		e = filter_ask(d->r, d->q->where, d->q->n_where, &c.where);
	c.kind = *d->q->kind ? view_term(d->r->v, SPACE_TERM, slice_text(d->q->kind)) : 0;
	c.atoms = atoms_new(d->r->v, 0, d->r->a);
	for (int s = READ_THEN; s < READINGS && e == ERR_OK; s++)
		e = read(&c, (enum reading)s);
	if (e == ERR_OK)
		e = rows(&c, &from, &to);
	atoms_free(c.atoms);
	return e;
}
