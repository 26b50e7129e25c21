/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_cause_count.c - the causes of a change of how many units, or arrangements, there are.
 *
 * Things are gathered four times (explain_things.h): at the earlier point as known then, and as known now; at the later
 * one; and those of the earlier point where their participants stand at the later. Each that is not the same at all of
 * them is looked at by itself.
 */
#include "query/explain_causes.h"
#include "query/explain_open.h"
#include "query/explain_things.h"
#include "query/inner.h"
#include "query/spoken.h"
#include <stdlib.h>
#include <string.h>

enum { POINT_MOVED = POINTS, GATHERINGS };

struct mark {
	uint32_t counted;
	bool certain;
	const struct thing *thing;
};
struct gathering {
	struct things t;
	size_t n;
	struct mark *list; /* by counted, each once */
};
struct counting {
	struct causes *c;
	struct msg_count_question q;
	struct filter *where;
	struct gathering at[GATHERINGS];
	bool open;             /* one of the figures is "at least": then only what is certain counts */
	struct spoken *spoken; /* of arrangements between two rounds: those that each speaks of; NULL = on record */
	struct spoken_round rounds[2];
};
/* Why a thing is at one of the points only. */
struct reason {
	bool is[CAUSES];
	const char *note; /* "" = for certain */
};

/* ---- gathering -------------------------------------------------------------------------------------------- */

static uint64_t revision_of(const struct counting *s, int which)
{
	return which == POINT_THEN ? s->c->from->rev : s->c->to->rev;
}

static bool spoken_at(const struct counting *s, int which, uint32_t arrangement)
{
	unsigned as = which == POINT_TO ? SPOKEN_LATER : SPOKEN_EARLIER;
	return !s->spoken || spoken_of(s->spoken, arrangement, revision_of(s, which)) & as;
}

static int by_counted(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	if (x->counted != y->counted)
		return x->counted < y->counted ? -1 : 1;
	return (int)y->certain - (int)x->certain;
}

/* Of the row's group, each thing once. Of one that its round speaks of nobody doubts that it is there. */
static void marks_of(struct counting *s, int which, const char *key)
{
	struct gathering *g = &s->at[which];
	struct things *t = &g->t;
	size_t n = 0;
	g->list = arena_alloc(t->x->r->a, (t->n + 1) * sizeof *g->list);
	for (size_t i = 0; i < t->n; i++) {
		const struct thing *p = &t->list[i];
		if (p->truth == TRUTH_NO || (t->grouped && !explain_has_key(p->keys, p->n_keys, key)) ||
		    !spoken_at(s, which, p->unit))
			continue;
		bool certain = s->spoken ? p->limit == TRUTH_CERTAIN : p->truth == TRUTH_CERTAIN;
		g->list[n++] = (struct mark){(uint32_t)p->counted, certain, p};
	}
	if (n)
		qsort(g->list, n, sizeof *g->list, by_counted);
	for (size_t i = 0; i < n; i++)
		if (!i || g->list[i].counted != g->list[g->n - 1].counted)
			g->list[g->n++] = g->list[i];
}

static enum err gather(struct counting *s, int which, const char *key)
{
	struct causes *c = s->c;
	struct explain *x = c->x;
	struct things *t = &s->at[which].t;
	bool moved = which == POINT_MOVED, later = which == POINT_TO;
	*t = (struct things){.x = x,
			     .q = &s->q,
			     .scope = c->scope,
			     .where = s->where,
			     .atoms = moved ? x->atoms : NULL,
			     .day = later ? c->to->day : c->from->day,
			     .place = moved || later ? c->to->day : c->from->day,
			     .kind = *s->q.kind ? view_term(x->r->v, SPACE_TERM, slice_text(s->q.kind)) : 0};
	x->r->v->as_of = revision_of(s, which);
	enum err e = things_group_ask(t);
	if (e == ERR_OK)
		e = things_gather(t);
	if (e == ERR_OK)
		e = things_hear(t);
	x->r->v->as_of = c->to->rev;
	marks_of(s, which, key);
	return e;
}

static const struct mark *mark_of(const struct counting *s, int which, uint32_t counted)
{
	const struct gathering *g = &s->at[which];
	struct mark key = {.counted = counted, .certain = true};
	size_t from = 0, to = g->n;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (g->list[mid].counted < key.counted)
			from = mid + 1;
		else
			to = mid;
	}
	return from < g->n && g->list[from].counted == counted ? &g->list[from] : NULL;
}

/* ---- what became of a thing ------------------------------------------------------------------------------- */

static bool lives(struct counting *s, uint32_t thing, int32_t day)
{
	struct unit_life life;
	return unit_life_at(s->c->x->r->v, thing, day, &life) &&
	       (s->q.counted != COUNTED_UNITS || life.life.kind == s->at[POINT_TO].t.kind);
}

/* Does an event between the points take it over into others, or make it of others? */
static bool reorganised(struct counting *s, uint32_t thing, bool made)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	bool found = false;
	key_unit(&key, thing);
	walk_begin(&w, s->c->x->r->v, made ? TABLE_EDGE_TO : TABLE_EDGE, buf_view(&key));
	while (!found && walk_next(&w, &row))
		found = row_fact(&row, &f) == ERR_OK && state_stands(f.edge.state) && f.edge.from != f.edge.to &&
			f.edge.effective.hi > s->c->from->day && f.edge.effective.lo <= s->c->to->day;
	return found;
}

static struct reason because(enum cause cause)
{
	struct reason r = {.note = ""};
	r.is[cause] = true;
	return r;
}

/* Only one of two rounds speaks of it, and no event says why. */
static struct reason silent(struct counting *s, uint32_t thing, bool came)
{
	struct causes *c = s->c;
	struct answer *r = c->x->r;
	struct spoken_scope round = {
	    .n_rounds = 1, .rounds = &s->rounds[!came], .from = c->from->day, .to = c->to->day};
	struct unit_life life;
	uint32_t *units;
	bool some;
	size_t n = spoken_members(r->v, thing, came ? c->to->day : c->from->day, r->a, &units);
	bool declared = spoken_declared(r, &round, "arrangement", units, n, &some);
	if (!declared && !spoken_asked(r, &round, units, n))
		return because(CAUSE_FRAME);
	if (came && unit_life_at(r->v, thing, c->from->day, &life) && life.truth == TRUTH_CERTAIN)
		return because(CAUSE_FOUND_LATE);
	struct reason why = because(CAUSE_REAL);
	if (!declared) {
		why.is[came ? CAUSE_FOUND_LATE : CAUSE_RESPONSE] = true;
		why.note = arena_printf(r->a, "%s does not speak of %s", s->rounds[!came].def->id,
					unit_name(r->v, thing, came ? c->to->day : c->from->day, r->a));
	}
	return why;
}

static struct reason divided(struct reason why)
{
	why.is[CAUSE_STRUCTURE] = true;
	why.note = "a participant was divided over the border of the scope";
	return why;
}

static struct reason of_arrangement(struct counting *s, uint32_t thing, bool came)
{
	const struct mark *moved = mark_of(s, POINT_MOVED, thing);
	int32_t other = came ? s->c->from->day : s->c->to->day;
	bool alive = lives(s, thing, other), there = alive && spoken_at(s, came ? POINT_FROM : POINT_TO, thing),
	     event = reorganised(s, thing, came);
	if (came && !there)
		return event ? because(CAUSE_STRUCTURE) : alive ? silent(s, thing, true) : because(CAUSE_REAL);
	if (came)
		return !moved           ? because(CAUSE_REAL)
		       : moved->certain ? because(CAUSE_STRUCTURE)
					: divided(because(CAUSE_REAL));
	if (!moved)
		return because(CAUSE_STRUCTURE); /* those who take part moved out of the scope */
	if (there)
		return moved->certain ? because(CAUSE_REAL) : divided(because(CAUSE_REAL));
	if (event || (moved->certain && moved->thing->internalised))
		return because(CAUSE_STRUCTURE);
	struct reason why = alive ? silent(s, thing, false) : because(CAUSE_REAL);
	return moved->certain ? why : divided(why);
}

static struct reason reason_of(struct counting *s, uint32_t thing, const struct mark *was, const struct mark *is)
{
	struct reason why = because(CAUSE_REAL);
	if (was && is) {
		if (s->open && was->certain != is->certain)
			why.note = "when one of them began or ended is not known: it may have been there at both "
				   "points";
		return why;
	}
	if (s->q.counted == COUNTED_ARRANGEMENTS)
		return of_arrangement(s, thing, is);
	bool other = lives(s, thing, is ? s->c->from->day : s->c->to->day);
	return other || reorganised(s, thing, is) ? because(CAUSE_STRUCTURE) : why;
}

/* ---- what it adds ----------------------------------------------------------------------------------------- */

static struct span worth(struct counting *s, const struct mark *m)
{
	struct span x = span_zero(s->c->x);
	mpq_set_ui(x.low, m && m->certain, 1);
	mpq_set_ui(x.high, m && (m->certain || !s->open), 1);
	return x;
}

static bool same(const struct span *a, const struct span *b)
{
	return mpq_equal(a->low, b->low) && mpq_equal(a->high, b->high);
}

static void tell(struct counting *s, const struct mark *m, int which, const struct span *adds)
{
	struct causes *c = s->c;
	struct msg_explain_item *item = things_item(&s->at[which].t, m->thing);
	item->period = which == POINT_TO ? c->to->text : c->from->text;
	if (adds)
		explain_tell_used(c->x, adds, true, item->used);
	if (c->x->q->cause == CAUSE_STRUCTURE && which == POINT_TO)
		explain_edges(c->x, item, m->thing->unit, c->to->day, c->from->day);
	else if (c->x->q->cause == CAUSE_STRUCTURE)
		explain_edges(c->x, item, m->thing->unit, c->from->day, c->to->day);
}

static void say(struct counting *s, enum cause cause, const struct mark *m, int which, const struct span *x)
{
	struct causes *c = s->c;
	causes_put(c, cause, x, 1);
	if (c->x->q->cause == cause)
		tell(s, m, which, x);
	else if (c->x->q->cause == CAUSE_UNDETERMINED && !span_exact(x))
		tell(s, m, which, NULL);
}

static struct span less(struct counting *s, const struct span *now, const struct span *then)
{
	struct span change = span_zero(s->c->x);
	span_add(&change, now);
	span_add_sign(&change, then, -1);
	return change;
}

/* Was it known of by the revision of the earlier point? */
static bool known(struct counting *s, uint32_t thing)
{
	struct view *v = s->c->x->r->v;
	struct unit_life *list;
	if (s->spoken)
		return spoken_at(s, POINT_THEN, thing);
	v->as_of = s->c->from->rev;
	bool ever = unit_lives(v, thing, s->c->x->r->a, &list) != 0;
	v->as_of = s->c->to->rev;
	return ever;
}

/* Of the whole change all that is counted is told. */
static void whole(struct counting *s, const struct mark *const m[POINTS], const struct span x[POINTS])
{
	struct span none = span_zero(s->c->x), gone = less(s, &none, &x[POINT_THEN]);
	if (m[POINT_THEN])
		tell(s, m[POINT_THEN], POINT_THEN, &gone);
	if (m[POINT_TO])
		tell(s, m[POINT_TO], POINT_TO, &x[POINT_TO]);
}

static void one_thing(struct counting *s, uint32_t thing)
{
	const struct mark *m[POINTS];
	struct span x[POINTS];
	for (int i = 0; i < POINTS; i++) {
		m[i] = mark_of(s, i, thing);
		x[i] = worth(s, m[i]);
	}
	span_add(&s->c->then, &x[POINT_THEN]);
	span_add(&s->c->now, &x[POINT_TO]);
	if (!s->c->x->q->cause)
		whole(s, m, x);
	if (!same(&x[POINT_THEN], &x[POINT_FROM])) {
		struct span change = less(s, &x[POINT_FROM], &x[POINT_THEN]);
		int which = m[POINT_FROM] ? POINT_FROM : POINT_THEN;
		say(s, known(s, thing) ? CAUSE_CORRECTION : CAUSE_FOUND_LATE, m[which], which, &change);
	}
	struct span change = less(s, &x[POINT_TO], &x[POINT_FROM]);
	int which = m[POINT_TO] ? POINT_TO : POINT_FROM;
	if (same(&x[POINT_FROM], &x[POINT_TO])) {
		if (!span_exact(&change))
			say(s, CAUSE_REAL, m[which], which, &change);
		return;
	}
	struct reason why = reason_of(s, thing, m[POINT_FROM], m[POINT_TO]);
	if (*why.note) { /* one of several, and nobody knows which */
		bool more = mpq_cmp(x[POINT_TO].high, x[POINT_FROM].high) > 0;
		change = span_zero(s->c->x);
		mpq_set_si(change.low, more ? 0 : -1, 1);
		mpq_set_si(change.high, more ? 1 : 0, 1);
		if (why.is[s->c->x->q->cause] || s->c->x->q->cause == CAUSE_UNDETERMINED)
			explain_note(s->c->x, why.note);
	}
	for (int cause = 1; cause < CAUSE_UNDETERMINED; cause++)
		if (why.is[cause])
			say(s, (enum cause)cause, m[which], which, &change);
}

/* ---- the question ----------------------------------------------------------------------------------------- */

static bool says_open(const struct msg_figure *f)
{
	return f && *f->low && !*f->high;
}

/* That a list may have more than a round speaks of, the balance between the two rounds says. */
static enum err is_open_between(struct counting *s)
{
	const struct causes *c = s->c;
	struct answer *r = c->x->r;
	struct msg_point from = *c->from->told, to = *c->to->told;
	struct msg_balance_question q = {.counted = COUNTED_ARRANGEMENTS,
					 .n_units = s->q.n_units,
					 .units = s->q.units,
					 .subtree = s->q.subtree,
					 .group_by = s->q.group_by,
					 .n_where = s->q.n_where,
					 .where = s->q.where,
					 .from = &from,
					 .to = &to};
	struct msg_query_request inner = {.as_of_revision = c->to->rev, .balance = &q};
	struct msg_query_reply *parts;
	size_t n = 0;
	enum err e = inner_ask(r, &inner, &parts, &n);
	if (e == ERR_NOT_FOUND && r->failed == ERR_OK)
		return r->v->err; /* neither round speaks of any */
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		for (size_t k = 0; parts[i].balance && k < parts[i].balance->n_rows; k++)
			s->open |= says_open(parts[i].balance->rows[k].opening) ||
				   says_open(parts[i].balance->rows[k].closing);
	return e;
}

/* That a list may have more, the declarations of the point's day say, of any of the groups that have something there. */
static enum err is_open(struct counting *s, int which, const struct point *p)
{
	struct answer *r = s->c->x->r;
	const struct things *t = &s->at[which].t;
	struct open_ask o = {.x = s->c->x,
			     .scope = s->c->scope,
			     .subtree = s->q.subtree,
			     .n_units = s->q.n_units,
			     .arrangements =
				 s->q.counted == COUNTED_ARRANGEMENTS || strcmp(s->q.kind, "arrangement") == 0,
			     .n_axes = 1,
			     .axes = {{.by_unit = t->grouped}},
			     .open_lists = t->open,
			     .kind = t->kind,
			     .day = p->day,
			     .place = p->day};
	bool *seen = arena_alloc(r->a, (size_t)view_terms(r->v, SPACE_UNIT) + 1);
	r->v->as_of = p->rev;
	enum err e = open_read(&o);
	if (e == ERR_OK && !t->grouped)
		s->open |= open_more(&o, &(uint32_t){0});
	for (size_t i = 0; i < t->n && e == ERR_OK && t->grouped; i++)
		for (size_t k = 0; k < t->list[i].n_keys && t->list[i].truth && !s->open; k++) {
			const char *key = t->list[i].keys[k];
			uint32_t group = *key ? view_term(r->v, SPACE_UNIT, slice_text(key)) : 0;
			s->open |= !seen[group] && open_more(&o, &group);
			seen[group] = true;
		}
	r->v->as_of = s->c->to->rev;
	return e;
}

static enum err read_rounds(struct counting *s)
{
	const struct point *a = s->c->from, *z = s->c->to;
	bool one = a->round == z->round;
	if (s->q.counted != COUNTED_ARRANGEMENTS || !a->round || !z->round)
		return ERR_OK;
	s->rounds[0] = (struct spoken_round){a->round, a->def, SPOKEN_EARLIER | (one ? SPOKEN_LATER : 0)};
	s->rounds[1] = (struct spoken_round){z->round, z->def, SPOKEN_LATER | (one ? SPOKEN_EARLIER : 0)};
	struct spoken_ask ask = {.n_rounds = 2, .rounds = s->rounds, .through = z->rev};
	explain_rule(s->c->x, "between two rounds arrangements are those that each round speaks of");
	return spoken_read(s->c->x->r, &ask, &s->spoken);
}

static enum err all_things(struct counting *s)
{
	enum err e = ERR_OK;
	for (int i = 0; i < POINTS && e == ERR_OK; i++)
		for (size_t k = 0; k < s->at[i].n && e == ERR_OK; k++) {
			uint32_t thing = s->at[i].list[k].counted;
			bool before = false;
			for (int j = 0; j < i && !before; j++)
				before = mark_of(s, j, thing);
			if (!before)
				one_thing(s, thing);
			e = answer_work(s->c->x->r);
		}
	return e;
}

enum err causes_count(struct causes *c)
{
	const struct msg_decompose_question *q = c->q;
	struct answer *r = c->x->r;
	struct counting s = {.c = c,
			     .q = {.counted = q->counted,
				   .kind = q->kind,
				   .n_units = q->n_units,
				   .units = c->refs,
				   .subtree = q->subtree,
				   .group_by = q->group_by,
				   .n_where = q->n_where,
				   .where = q->where}};
	msg_fill_texts(&msg_type_count_question, &s.q);
	c->x->atoms = atoms_new(r->v, 0, r->a);
	enum err e = filter_ask(r, q->where, q->n_where, &s.where);
	if (e == ERR_OK)
		e = read_rounds(&s);
	if (e == ERR_OK && s.spoken)
		e = is_open_between(&s);
	for (int i = 0; i < GATHERINGS && e == ERR_OK; i++)
		if (i != POINT_MOVED || q->counted == COUNTED_ARRANGEMENTS)
			e = gather(&s, i, c->key);
	if (e == ERR_OK && !s.spoken)
		e = is_open(&s, POINT_THEN, c->from);
	if (e == ERR_OK && !s.spoken)
		e = is_open(&s, POINT_TO, c->to);
	if (e == ERR_OK)
		e = all_things(&s);
	c->x->atoms = atoms_free(c->x->atoms);
	return e;
}
