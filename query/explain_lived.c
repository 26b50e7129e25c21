/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_lived.c - while units are there, and what events made of them, read from the facts of the log; and where they
 * stand on a day.
 */
#include "query/explain_balance.h"
#include <stdlib.h>
#include <string.h>

/* ---- which statements there are ------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static bool of_kind(const struct account *b, uint32_t unit)
{
	return b->n_units && bsearch(&unit, b->units, b->n_units, sizeof unit, by_number);
}

static void find_units(struct account *b)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct answer *r = b->x->r;
	struct fact f;
	size_t room = 0;
	key_kind(&key, b->kind);
	walk_begin(&w, r->v, TABLE_KIND, buf_view(&key));
	while (walk_fact(&w, &f, NULL))
		if (!b->n_units || b->units[b->n_units - 1] != f.life.unit) {
			b->units = arena_grow(r->a, b->units, b->n_units, b->n_units + 1, sizeof *b->units, &room);
			b->units[b->n_units++] = f.life.unit;
		}
}

/* Of one point; the view stands there. */
static void find_lives(struct account *b, struct lives *l)
{
	struct answer *r = b->x->r;
	for (size_t i = 0; i < b->n_units; i++) {
		struct unit_life *some;
		size_t n = unit_lives(r->v, b->units[i], b->work, &some);
		for (size_t k = 0; k < n; k++) {
			if (some[k].life.kind != b->kind)
				continue;
			l->list = arena_grow(r->a, l->list, l->n, l->n + 1, sizeof *l->list, &l->room);
			l->list[l->n++] =
			    (struct lived){.unit = b->units[i], .life = some[k].life.life, .rev = some[k].rev};
		}
		arena_reset(b->work);
	}
}

static void find_passed(struct account *b, uint32_t unit)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct answer *r = b->x->r;
	struct fact f;
	uint64_t rev;
	key_unit(&key, unit);
	walk_begin(&w, r->v, TABLE_EDGE, buf_view(&key));
	while (walk_fact(&w, &f, &rev)) {
		if (!state_stands(f.edge.state) || !f.edge.event || f.edge.to == unit || !of_kind(b, f.edge.to))
			continue;
		b->passed =
		    arena_grow(r->a, b->passed, b->n_passed, b->n_passed + 1, sizeof *b->passed, &b->passed_room);
		b->passed[b->n_passed++] =
		    (struct passed){.from = unit, .to = f.edge.to, .event = f.edge.event, .rev = rev};
	}
}

/* ---- what the log says of them -------------------------------------------------------------------------- */

struct wanted {
	uint64_t rev;
	uint32_t unit; /* whose life; of an event's flow the source */
	struct lived *life;
	struct passed *passed;
	bool known, told; /* its fact was there; a change says so */
};
struct hearing {
	struct view *v;
	struct wanted *list; /* of one revision */
	size_t n;
};

static int by_revision(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;
	if (x->rev != y->rev)
		return x->rev < y->rev ? -1 : 1;
	return (x->unit > y->unit) - (x->unit < y->unit);
}

/* The first of a unit, or the end. */
static size_t first_of(const struct hearing *h, uint32_t unit)
{
	size_t low = 0, high = h->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (h->list[mid].unit < unit)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Which life it is, and which events began and ended it. The fact that stands last in a record counts. */
static enum err hear_fact(void *arg, const struct fact *f)
{
	struct hearing *h = arg;
	if (f->kind != FACT_LIFE && f->kind != FACT_EDGE)
		return ERR_OK;
	uint32_t unit = f->kind == FACT_LIFE ? f->life.unit : f->edge.from;
	for (size_t i = first_of(h, unit); i < h->n && h->list[i].unit == unit; i++) {
		struct wanted *w = &h->list[i];
		if (f->kind == FACT_LIFE && w->life && w->life->life == f->life.life) {
			w->known = state_stands(f->life.state);
			w->life->from = f->life.from;
			w->life->to = f->life.to;
			w->life->born_by = f->life.born_by;
			w->life->ended_by = f->life.ended_by;
		}
		if (f->kind == FACT_EDGE && w->passed && w->passed->to == f->edge.to &&
		    w->passed->event == f->edge.event) {
			w->known = w->told = state_stands(f->edge.state);
			w->passed->effective = f->edge.effective;
		}
	}
	return ERR_OK;
}

/* While it is there: where a revision tells of several lives of a unit, the change that says what the fact says; else
 * what the change says. Where only an end was taken back the record says what stands again. */
static enum err hear_change(void *arg, const struct journal_record *rec, const struct msg_change_set *set,
			    const struct msg_change *m)
{
	struct hearing *h = arg;
	struct when from, to;
	(void)rec, (void)set;
	if (m->subject != SUBJECT_UNIT || !m->n_units || (m->kind == CHANGE_KIND_RETRACTED && !*m->after_text) ||
	    when_parse(m->valid_from, &from, NULL) != ERR_OK || when_parse(m->valid_to, &to, NULL) != ERR_OK)
		return ERR_OK;
	uint32_t unit = view_term(h->v, SPACE_UNIT, slice_text(m->units[0]));
	bool same = false;
	for (int pass = 0; pass < 2 && !same; pass++)
		for (size_t i = first_of(h, unit); i < h->n && h->list[i].unit == unit; i++) {
			struct wanted *w = &h->list[i];
			if (!w->life || (pass && w->told))
				continue;
			bool says = when_eq(&w->life->from, &from) && when_eq(&w->life->to, &to);
			same |= says;
			if (!says && !pass)
				continue;
			w->told = true;
			w->life->from = from;
			w->life->to = to;
		}
	return ERR_OK;
}

static void no_ends(struct lived *l)
{
	if (l->from.precision == WHEN_NONE)
		l->from.lo = l->from.hi = WHEN_DAY_MIN;
	if (l->to.precision == WHEN_NONE)
		l->to.lo = l->to.hi = WHEN_DAY_MAX;
}

static enum err hear_all(struct account *b, struct wanted *list, size_t n)
{
	struct answer *r = b->x->r;
	enum err e = r->failed = journal_read_renew(r->c->journal);
	for (size_t i = 0, k; i < n && e == ERR_OK; i = k) {
		for (k = i; k < n && list[k].rev == list[i].rev; k++)
			;
		struct hearing h = {r->v, list + i, k - i};
		e = explain_facts(b->x, list[i].rev, hear_fact, &h);
		if (e == ERR_OK)
			e = explain_changes(b->x, list[i].rev, hear_change, &h);
		if (e == ERR_OK)
			e = answer_work(r);
	}
	return e;
}

static enum err hear(struct account *b)
{
	struct explain *x = b->x;
	size_t n = 0, all = b->lived[0].n + b->lived[1].n + b->n_passed;
	struct wanted *list = arena_alloc(x->r->a, (all + 1) * sizeof *list);
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < b->lived[i].n; k++) {
			struct lived *l = &b->lived[i].list[k];
			list[n++] = (struct wanted){.rev = l->rev, .unit = l->unit, .life = l};
		}
	for (size_t i = 0; i < b->n_passed; i++)
		list[n++] =
		    (struct wanted){.rev = b->passed[i].rev, .unit = b->passed[i].from, .passed = &b->passed[i]};
	if (n)
		qsort(list, n, sizeof *list, by_revision);
	enum err e = hear_all(b, list, n);
	for (size_t i = 0; i < n; i++) {
		bool heard = list[i].known && list[i].told;
		x->unheard |= !heard;
		if (!list[i].life) {
			list[i].passed->heard = heard;
			continue;
		}
		list[i].life->heard = heard;
		no_ends(list[i].life);
	}
	return e;
}

/* Those of events that take effect between the points. An event's day is the last that it may be. */
static void keep_between(struct account *b)
{
	size_t n = 0;
	for (size_t i = 0; i < b->n_passed; i++) {
		const struct when *w = &b->passed[i].effective;
		if (b->passed[i].heard && w->hi > b->from.day && w->hi <= b->to.day)
			b->passed[n++] = b->passed[i];
	}
	b->n_passed = n;
}

/* ---- which are one -------------------------------------------------------------------------------------- */

static struct kin kin_read(struct account *b, const struct same *list, size_t n)
{
	return (struct kin){n, list, same_by_class(list, n, b->x->r->a)};
}

size_t kin_of(struct account *b, const struct kin *k, uint32_t unit, const uint32_t **ret)
{
	const struct same *all;
	size_t n = same_class(k->by_class, k->n, same_first(k->list, k->n, unit), &all), kept = 0;
	uint32_t *units = arena_alloc(b->work, (n + 1) * sizeof *units);
	for (size_t i = 0; i < n; i++)
		if (of_kind(b, all[i].unit))
			units[kept++] = all[i].unit;
	if (!kept)
		units[kept++] = unit;
	*ret = units;
	return kept;
}

uint32_t account_thing(const struct account *b, uint32_t unit)
{
	return same_first(b->either.list, b->either.n, unit);
}

enum err account_read(struct account *b)
{
	struct answer *r = b->x->r;
	struct same *list, *joined;
	bool two = b->from.rev != b->to.rev;
	size_t n;
	r->v->as_of = b->to.rev;
	find_units(b);
	find_lives(b, &b->lived[1]);
	for (size_t i = 0; i < b->n_units; i++)
		find_passed(b, b->units[i]);
	n = same_read(r->v, r->a, &list);
	b->then = b->now = b->either = kin_read(b, list, n);
	if (two) {
		r->v->as_of = b->from.rev;
		find_lives(b, &b->lived[0]);
		n = same_read(r->v, r->a, &list);
		b->then = kin_read(b, list, n);
		r->v->as_of = b->to.rev;
		n = same_join(b->then.list, b->then.n, b->now.list, b->now.n, r->a, &joined);
		b->either = kin_read(b, joined, n);
	}
	enum err e = r->v->err == ERR_OK ? hear(b) : r->v->err;
	keep_between(b);
	if (!two)
		b->lived[0] = b->lived[1];
	return e;
}

/* ---- while it is there ---------------------------------------------------------------------------------- */

static size_t lives_of(const struct lives *l, uint32_t unit, const struct lived **ret)
{
	size_t low = 0, high = l->n, n = 0;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (l->list[mid].unit < unit)
			low = mid + 1;
		else
			high = mid;
	}
	*ret = l->list + low;
	while (low + n < l->n && l->list[low + n].unit == unit)
		n++;
	return n;
}

static enum truth truth_of(const struct lived *l, int32_t day)
{
	return l->heard ? when_covers(&l->from, &l->to, day) : TRUTH_NO;
}

const struct lived *account_life(struct account *b, bool late, uint32_t unit, int32_t day)
{
	const struct lived *list, *best = NULL;
	size_t n = lives_of(&b->lived[late], unit, &list);
	for (size_t i = 0; i < n; i++)
		if (truth_of(&list[i], day) > (best ? truth_of(best, day) : TRUTH_NO))
			best = &list[i];
	return best;
}

bool account_lives(struct account *b, const uint32_t *units, size_t n, int32_t day)
{
	bool lives = false;
	for (size_t i = 0; i < n; i++)
		lives |= account_life(b, true, units[i], day) != NULL;
	return lives;
}

bool account_known(struct account *b, const uint32_t *units, size_t n)
{
	const struct lived *list;
	bool known = false;
	for (size_t i = 0; i < n; i++)
		known |= lives_of(&b->lived[0], units[i], &list) > 0;
	return known;
}

static int by_begin(const void *a, const void *b)
{
	const struct lived *x = *(const struct lived *const *)a, *y = *(const struct lived *const *)b;
	int d = (x->from.lo > y->from.lo) - (x->from.lo < y->from.lo);
	d = d ? d : (x->from.hi > y->from.hi) - (x->from.hi < y->from.hi);
	d = d ? d : (x->unit > y->unit) - (x->unit < y->unit);
	return d ? d : (x->life > y->life) - (x->life < y->life);
}

/* Did the event lead from the unit to another thing of the kind, or from one to it? It may be of any day. */
static bool leads(struct account *b, uint32_t unit, uint32_t event, bool forward)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	uint32_t thing = same_first(b->now.list, b->now.n, unit);
	if (!event)
		return false;
	key_unit(&key, unit);
	walk_begin(&w, b->x->r->v, forward ? TABLE_EDGE : TABLE_EDGE_TO, buf_view(&key));
	while (walk_fact(&w, &f, NULL)) {
		uint32_t other = forward ? f.edge.to : f.edge.from;
		if (state_stands(f.edge.state) && f.edge.event == event && of_kind(b, other) &&
		    same_first(b->now.list, b->now.n, other) != thing)
			return true;
	}
	return false;
}

/* Lives that may touch are one stay: it begins with the first of them, for certain as soon as one has. */
static struct stay stay_of(struct account *b, const struct lived *const *list, size_t n)
{
	struct stay s = {.from = list[0]->from, .to = list[0]->to, .first = list[0], .last = list[0]};
	for (size_t i = 1; i < n; i++) {
		const struct lived *l = list[i];
		if (l->from.hi < s.from.hi) {
			s.from.hi = l->from.hi;
			s.first = l;
		}
		if (l->to.lo > s.to.lo || (l->to.lo == s.to.lo && l->to.hi > s.to.hi)) {
			s.last = l;
			s.to.lo = l->to.lo;
		}
		s.to.hi = l->to.hi > s.to.hi ? l->to.hi : s.to.hi;
	}
	for (size_t i = 0; i < n; i++) {
		s.came |= list[i]->from.lo == s.from.lo && leads(b, list[i]->unit, list[i]->born_by, false);
		s.goes |= list[i]->to.hi == s.to.hi && leads(b, list[i]->unit, list[i]->ended_by, true);
	}
	return s;
}

size_t account_stays(struct account *b, const uint32_t *units, size_t n, struct stay **ret)
{
	const struct lived **all = NULL;
	size_t n_all = 0, room = 0, kept = 0;
	for (size_t i = 0; i < n; i++) {
		const struct lived *list;
		size_t k = lives_of(&b->lived[1], units[i], &list);
		for (size_t m = 0; m < k; m++) {
			all = arena_grow(b->work, all, n_all, n_all + 1, sizeof *all, &room);
			all[n_all++] = &list[m];
		}
	}
	if (n_all)
		qsort(all, n_all, sizeof *all, by_begin);
	*ret = arena_alloc(b->work, (n_all + 1) * sizeof **ret);
	for (size_t i = 0, end; i < n_all; i = end) {
		int32_t until = all[i]->to.hi;
		for (end = i + 1; end < n_all && all[end]->from.lo <= until; end++)
			until = all[end]->to.hi > until ? all[end]->to.hi : until;
		(*ret)[kept++] = stay_of(b, all + i, end - i);
	}
	return kept;
}

/* ---- where it stands ------------------------------------------------------------------------------------ */

static void more_of(struct stands *s, uint32_t group, const struct account *b, bool sure)
{
	enum being is = sure ? BEING_SURE : BEING_PERHAPS;
	s->anywhere = true;
	if (group == b->group && is > s->here)
		s->here = is;
}

/* An arrangement stands where one that takes part in it, or its host, is; the most certain host, then the first said. */
static void stands_by_others(struct account *b, uint32_t unit, int32_t day, enum truth lives, bool sure,
			     struct stands *s)
{
	struct view *v = b->x->r->v;
	struct unit_link *parts, *hosts;
	const struct unit_link *host = NULL;
	struct attr_at *attrs;
	struct arrangement x = {.unit = unit};
	size_t n = unit_links_to(v, LINK_TYPE_PARTICIPATES_IN, unit, day, b->work, &parts),
	       n_hosts = unit_links_to(v, LINK_TYPE_HOSTS, unit, day, b->work, &hosts);
	bool itself = scope_has(b->scope, unit, day);
	for (size_t i = n_hosts; i--;)
		if (!host || hosts[i].truth > host->truth ||
		    (hosts[i].truth == host->truth && hosts[i].rev <= host->rev))
			host = &hosts[i];
	x.n_attrs = attributes_at(v, unit, day, b->work, &attrs);
	x.attrs = attrs;
	x.host = x.host_reported = host ? host->link.a : 0;
	if (!filter_arrangement(b->where, &x))
		return;
	if (itself && (!scope_grouped(b->scope) || (!n && !n_hosts)))
		more_of(s, 0, b, sure);
	for (size_t i = 0; i < n; i++)
		if (itself || scope_has(b->scope, parts[i].link.a, day))
			more_of(s, scope_group(b->scope, parts[i].link.a, day), b, sure && parts[i].truth >= lives);
	if (host && (itself || scope_has(b->scope, host->link.a, day)))
		more_of(s, scope_group(b->scope, host->link.a, day), b, sure && host->truth >= lives);
}

struct stands account_stands(struct account *b, bool late, const uint32_t *units, size_t n, int32_t day, bool sure)
{
	struct answer *r = b->x->r;
	struct stands s = {0};
	r->v->as_of = late ? b->to.rev : b->from.rev;
	for (size_t i = 0; i < n; i++) {
		const struct lived *l = account_life(b, late, units[i], day);
		enum truth lives = l ? truth_of(l, day) : TRUTH_NO;
		bool certain = sure || lives == TRUTH_CERTAIN;
		if (!l)
			continue;
		if (b->q->counted == COUNTED_ARRANGEMENTS)
			stands_by_others(b, units[i], day, lives, certain, &s);
		else if (scope_has(b->scope, units[i], day) && filter_unit(r, b->where, units[i], day))
			more_of(&s, scope_group(b->scope, units[i], day), b, certain);
	}
	r->v->as_of = b->to.rev;
	return s;
}
