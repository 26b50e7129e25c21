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
#include "query/decompose_counting.h"

/* ---- what became of a thing ------------------------------------------------------------------------- */

/* Did an event between the points take it over into others, or make it of others? */
static bool reorganised(struct counting *c, uint32_t thing, bool made)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct decompose *d = c->d;
	struct row row;
	struct fact f;
	key_unit(&key, thing);
	walk_begin(&w, d->r->v, made ? TABLE_EDGE_TO : TABLE_EDGE, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) == ERR_OK &&
		    (f.edge.state == STATE_ASSERTED || f.edge.state == STATE_CORRECTED) && f.edge.from != f.edge.to &&
		    f.edge.effective.hi > d->from.day && f.edge.effective.lo <= d->to.day)
			return true;
	}
	return false;
}

#define ONE(cause) ((struct fate){1u << (cause), ""})

static struct fate fate_of_unit(struct counting *c, uint32_t unit, bool came)
{
	if (counting_lives(c, unit, came ? c->d->from.day : c->d->to.day) || reorganised(c, unit, came))
		return ONE(
		    CAUSE_STRUCTURE); /* it moved over the border of the scope; or became, or was made of, others */
	struct unit_life life;
	bool lives = unit_life_at(c->d->r->v, unit, came ? c->d->to.day : c->d->from.day, &life);
	if (lives && !(came ? life.life.born_by : life.life.ended_by))
		c->untold[came]++;
	return ONE(CAUSE_REAL);
}

/* A participant of the scope was divided, also among units outside it. */
static struct fate divided(struct fate otherwise)
{
	return (struct fate){otherwise.causes | 1u << CAUSE_STRUCTURE,
			     *otherwise.note
				 ? otherwise.note
				 : "a participant was divided over the border of the scope, and nobody knows how"};
}

/* Do both rounds speak of it, or is what is on record counted anyway? */
static bool heard(const struct counting *c, uint32_t thing, bool came)
{
	return counting_wanted(c, came ? READ_FROM : READ_TO, thing);
}

static struct fate fate_of_new(struct counting *c, uint32_t group, uint32_t thing)
{
	const struct mark *moved = mark_of(&c->marks[READ_MOVED], group, thing);
	if (!counting_lives(c, thing, c->d->from.day))
		return ONE(reorganised(c, thing, true) ? CAUSE_STRUCTURE : CAUSE_REAL);
	if (!heard(c, thing, true))
		return reorganised(c, thing, true) ? ONE(CAUSE_STRUCTURE) : counting_silent(c, thing, true);
	if (!moved)
		return ONE(CAUSE_REAL);
	return moved->certain ? ONE(CAUSE_STRUCTURE) : divided(ONE(CAUSE_REAL));
}

static struct fate fate_of_gone(struct counting *c, struct ledger *l, uint32_t group, uint32_t thing)
{
	const struct mark *moved = mark_of(&c->marks[READ_MOVED], group, thing);
	bool lives = counting_lives(c, thing, c->d->to.day), there = lives && heard(c, thing, false);
	if (!moved)
		return ONE(CAUSE_STRUCTURE); /* its participants moved out of the scope */
	if (there)                           /* another set of participants */
		return moved->certain ? ONE(CAUSE_REAL) : divided(ONE(CAUSE_REAL));
	if (moved->certain && moved->internalised) {
		ledger_note(l, CAUSE_STRUCTURE,
			    arena_printf(l->a, "%s ended as all its participants became one unit",
					 counting_name(c, l, thing, false)));
		return ONE(CAUSE_STRUCTURE);
	}
	bool became = reorganised(c, thing, false);
	struct fate f = became ? ONE(CAUSE_STRUCTURE) : lives ? counting_silent(c, thing, false) : ONE(CAUSE_REAL);
	return moved->certain || became ? f : divided(f);
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

/* One of several causes, and nobody knows which. */
static void put_any(struct counting *c, struct ledger *l, const struct fate *f, uint32_t thing,
		    const struct amount *change, bool more, bool later)
{
	struct decompose *d = c->d;
	struct amount some = amount_zero(d->all);
	mpq_set_si(some.low, more ? 0 : -1, 1);
	mpq_set_si(some.high, more ? 1 : 0, 1);
	for (int cause = 1; cause < CAUSE_UNDETERMINED; cause++)
		if (f->causes >> cause & 1)
			ledger_put(l, (enum cause)cause, &some, 1);
	ledger_name(d, l, CAUSE_UNDETERMINED, thing, 0, later ? d->to.day : d->from.day, change, 1);
	ledger_note(l, CAUSE_UNDETERMINED, f->note);
}

/* Of a thing that is counted at one of the two points, or otherwise at one of them. */
static void between(struct counting *c, struct ledger *l, uint32_t group, uint32_t thing, const struct mark *const m[3],
		    const struct amount x[3])
{
	struct decompose *d = c->d;
	bool was = m[READ_FROM], is = m[READ_TO], more = mpq_cmp(x[READ_TO].high, x[READ_FROM].high) > 0;
	struct fate f = was && is                        ? ONE(CAUSE_REAL)
			: d->q->counted == COUNTED_UNITS ? fate_of_unit(c, thing, is)
			: is                             ? fate_of_new(c, group, thing)
							 : fate_of_gone(c, l, group, thing);
	/* Where only what is certain counts, one that may have been there all the time is no certain change. */
	if (was && is && c->open && m[READ_FROM]->certain != m[READ_TO]->certain)
		f.note = "when it began or ended is not known: it may have been there at both points";
	struct amount change = amount_minus(d->all, &x[READ_TO], &x[READ_FROM]);
	if (*f.note) {
		put_any(c, l, &f, thing, &change, more, is);
		return;
	}
	for (int cause = 1; cause < CAUSE_UNDETERMINED; cause++)
		if (f.causes >> cause & 1)
			put(c, l, (enum cause)cause, thing, &x[READ_TO], &x[READ_FROM], is);
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
		put(c, l, counting_known(c, thing) ? CAUSE_CORRECTION : CAUSE_FOUND_LATE, thing, &x[READ_FROM],
		    &x[READ_THEN], false);
	if (!amount_equal(&x[READ_FROM], &x[READ_TO])) {
		between(c, l, group, thing, m, x);
	} else if (!amount_exact(&x[READ_TO])) {
		struct amount change = amount_minus(d->all, &x[READ_TO], &x[READ_FROM]);
		ledger_put(l, CAUSE_REAL, &change, 1);
		ledger_note(l, CAUSE_REAL, "of some it is certain at neither point whether they are counted here");
	}
	ledger_block_end(l);
	amounts_back(d->all, mark);
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
	if (group == DECOMPOSE_NOWHERE)
		return;
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

/* A unit that was merged into others looks the same, where nobody says so. */
static void untold_note(const struct counting *c, struct ledger *l)
{
	if (c->untold[0])
		ledger_note(l, CAUSE_REAL,
			    arena_printf(l->a, "%u ended without an event on record: nobody says what became of %s",
					 c->untold[0], c->untold[0] == 1 ? "it" : "them"));
	if (c->untold[1])
		ledger_note(
		    l, CAUSE_REAL,
		    arena_printf(l->a, "%u began without an event on record: nobody says where from", c->untold[1]));
}

static enum err row(struct counting *c, uint32_t group, struct decompose_figures *from, struct decompose_figures *to)
{
	struct decompose *d = c->d;
	struct ledger *l = ledger_new(d, group);
	enum err e = ERR_OK;
	c->untold[0] = c->untold[1] = 0;
	if (d->q->counted == COUNTED_PARTICIPANTS)
		e = counting_participants(c, l, group);
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
	untold_note(c, l);
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
		if (!f || !f->has || !all.list[i].has)
			continue;
		if (all.list[i].x.no_high) {
			f->has = false;
			f->refused = arena_printf(d->r->a,
						  "how many units of kind %s there are is not known: their "
						  "list has gaps",
						  d->q->kind);
		}
		if (!f->has || !mpq_sgn(all.list[i].x.low))
			continue;
		mpz_mul_ui(mpq_numref(f->x.low), mpq_numref(f->x.low), 100);
		mpq_div(f->x.low, f->x.low, all.list[i].x.low);
		mpq_set(f->x.high, f->x.low);
		f->x.scale = d->places;
	}
	return e;
}

static enum err notes(struct counting *c)
{
	struct decompose *d = c->d;
	if (c->spoken)
		return answer_bytes(d->r, 2, slice_text("counted are the arrangements that each round speaks of"));
	if (d->from.round && d->to.round)
		return answer_bytes(d->r, 2,
				    slice_text("counted is what is on record on the two days, whichever round spoke of "
					       "it"));
	return ERR_OK;
}

enum err decompose_counted(struct decompose *d)
{
	struct counting c = {.d = d};
	struct decompose_figures from = {0}, to = {0};
	c.open = d->q->counted == COUNTED_PARTICIPANTS;
	d->places = d->q->measure == MEASURE_RATE ? d->q->decimals : 0;
	enum err e = counting_rounds(&c);
	if (e == ERR_OK && c.spoken) {
		e = counting_balance(&c, &from, &to);
		c.open |= open_of(&from) || open_of(&to);
		on_record(&c, &to);
	}
	if (e == ERR_OK && !c.spoken)
		e = figures(&c, &d->from, &from);
	if (e == ERR_OK && !c.spoken)
		e = figures(&c, &d->to, &to);
	if (e == ERR_OK)
		e = filter_ask(d->r, d->q->where, d->q->n_where, &c.where);
	c.kind = *d->q->kind ? view_term(d->r->v, SPACE_TERM, slice_text(d->q->kind)) : 0;
	c.atoms = atoms_new(d->r->v, 0, d->r->a);
	for (int s = READ_THEN; s < READINGS && e == ERR_OK; s++)
		e = counting_read(&c, (enum reading)s);
	if (e == ERR_OK)
		e = rows(&c, &from, &to);
	if (e == ERR_OK)
		e = notes(&c);
	atoms_free(c.atoms);
	return e;
}
