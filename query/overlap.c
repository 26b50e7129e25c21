/* SPDX-License-Identifier: Apache-2.0
 *
 * overlap.c - see overlap.h.
 *
 * First both sides are gathered: for each unit a sorted list of what it holds. Then every atom that anybody holds gets
 * a mark: does it count, and what is the smallest unit that it belongs to. Then each unit of the one side looks up who
 * of the other holds its atoms, and only such pairs are compared, atom by atom. The work is that of the atoms held, not
 * of all pairs.
 */
#include "query/overlap.h"
#include <stdlib.h>
#include <string.h>
#include "query/kept.h"

#define DAYS_MAX 16 /* on which fixed coverage began; more are not looked at for names */

struct hold {
	uint32_t atom;
	uint32_t leaf; /* the unit without parts that it belongs to; 0 = of a unit that has parts */
	uint32_t part; /* SPACE_TERM: some of it, under this name; 0 = all of it */
	bool old;      /* `leaf` is of another day than the one asked */
	bool strong;   /* counts also when nobody of the other side holds it */
	bool divided;  /* of a unit with parts, which several units share now */
};
struct side_unit {
	uint32_t unit;
	const char *id, *name;
	size_t n, room;
	struct hold *holds; /* by atom, all of it before parts */
	uint32_t others, whole;
};
struct side {
	uint32_t kind;
	const char *kind_text;
	size_t n, room;
	struct side_unit *units; /* by name, then id */
};
/* What is known of an atom, both sides together. */
struct mark {
	uint32_t atom, leaf, leaf_old;
	bool in[2], strong, divided, counts;
};
struct place {
	uint32_t atom, at; /* index into the units of side b */
};
struct overlap {
	struct answer *r;
	const struct msg_overlap_question *q;
	int32_t day;
	uint32_t fixed; /* the word "fixed"; 0 = nobody ever said it */
	struct atoms *atoms;
	struct arena *work;
	struct side side[2];
	size_t n_days;
	int32_t days[DAYS_MAX];
	size_t n_marks;
	struct mark *marks;
	size_t n_places;
	struct place *places;
};

static bool stands(enum fact_state s)
{
	return s == STATE_ASSERTED || s == STATE_CORRECTED;
}

static bool next_fact(struct walk *w, struct fact *ret)
{
	struct row row;
	if (!walk_next(w, &row))
		return false;
	enum err e = row_fact(&row, ret);
	if (e != ERR_OK && w->view->err == ERR_OK)
		w->view->err = e;
	return e == ERR_OK;
}

/* ---- what a unit holds ------------------------------------------------------------------------------ */

static void hold(struct overlap *o, struct side_unit *s, struct hold h)
{
	s->holds = arena_grow(o->r->a, s->holds, s->n, s->n + 1, sizeof *s->holds, &s->room);
	s->holds[s->n++] = h;
}

/* Has it parts on the day? Then `own` is not the same as all that lies in it. */
static bool whole_of_parts(const uint32_t *own, size_t n_own, const uint32_t *all, size_t n_all)
{
	return n_own != n_all || (n_own && memcmp(own, all, n_own * sizeof *own) != 0);
}

static bool divided(struct overlap *o, const uint32_t *own, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (atoms_holder(o->atoms, own[i], o->day) != atoms_holder(o->atoms, own[0], o->day))
			return true;
	return false;
}

static void hold_territory(struct overlap *o, struct side_unit *s, uint32_t unit, int32_t day, uint32_t part,
			   bool strong)
{
	const uint32_t *all, *own;
	size_t n_all = atoms_of(o->atoms, unit, day, false, &all);
	size_t n_own = atoms_of(o->atoms, unit, day, true, &own);
	bool old = day != o->day;
	for (size_t i = 0; i < n_all; i++)
		hold(o, s, (struct hold){all[i], atoms_holder(o->atoms, all[i], day), part, old, strong, false});
	if (!whole_of_parts(own, n_own, all, n_all))
		return;
	bool cut = old && divided(o, own, n_own);
	for (size_t i = 0; i < n_own; i++)
		hold(o, s, (struct hold){own[i], 0, part, old, false, cut});
}

/* The latest day that the start of the link may mean, and on which the unit lived: 2018-05 of a county that ended with
 * 2017 means the county as it was last. */
static int32_t territory_day(struct overlap *o, uint32_t unit, const struct when *from)
{
	struct unit_life *lives, at;
	int32_t day = from->hi == WHEN_DAY_MAX ? from->lo : from->hi;
	if (from->precision == WHEN_NONE || day == WHEN_DAY_MIN)
		day = o->day;
	if (unit_life_at(o->r->v, unit, day, &at))
		return day;
	size_t n = unit_lives(o->r->v, unit, o->work, &lives);
	int32_t last = WHEN_DAY_MIN;
	for (size_t i = 0; i < n; i++) {
		const struct when *to = &lives[i].life.to;
		if (to->precision != WHEN_NONE && to->lo <= day && to->lo > last + 1)
			last = to->lo - 1;
	}
	if (last == WHEN_DAY_MIN && n && lives[0].life.from.precision != WHEN_NONE)
		last = lives[0].life.from.hi; /* it began only later: as it was first */
	return last == WHEN_DAY_MIN ? day : last;
}

static void remember_day(struct overlap *o, int32_t day)
{
	for (size_t i = 0; i < o->n_days; i++)
		if (o->days[i] == day)
			return;
	if (o->n_days < DAYS_MAX)
		o->days[o->n_days++] = day;
}

/* What `unit`, which is `s` or a part of it, covers. The covered unit may be gone where its territory is fixed. */
static bool hold_covered(struct overlap *o, struct side_unit *s, uint32_t unit)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	bool any = false;
	struct fact f;
	key_link(&key, LINK_TYPE_COVERS, unit);
	walk_begin(&w, o->r->v, TABLE_LINK, buf_view(&key));
	while (next_fact(&w, &f)) {
		if (!stands(f.link.state) || when_covers(&f.link.from, &f.link.to, o->day) == TRUTH_NO)
			continue;
		int32_t day = o->day;
		any = true;
		if (o->fixed && f.link.role == o->fixed) {
			day = territory_day(o, f.link.b, &f.link.from);
			remember_day(o, day);
		}
		hold_territory(o, s, f.link.b, day, f.link.part, true);
	}
	return any;
}

static int hold_order(const void *a, const void *b)
{
	const struct hold *x = a, *y = b;
	if (x->atom != y->atom)
		return x->atom < y->atom ? -1 : 1;
	if ((x->part != 0) != (y->part != 0))
		return x->part ? 1 : -1;
	return (x->part > y->part) - (x->part < y->part);
}

static enum err gather(struct overlap *o, struct side_unit *s)
{
	uint32_t *tree;
	bool covers = false;
	arena_reset(o->work);
	size_t n = unit_subtree(o->r->v, s->unit, o->day, o->work, &tree);
	for (size_t i = 0; i < n; i++)
		covers = hold_covered(o, s, tree[i]) || covers;
	hold_territory(o, s, s->unit, o->day, 0, !covers);
	if (s->n)
		qsort(s->holds, s->n, sizeof *s->holds, hold_order);
	return answer_work(o->r);
}

/* ---- the two sides ---------------------------------------------------------------------------------- */

static int name_order(const void *a, const void *b)
{
	const struct side_unit *x = a, *y = b;
	int c = strcmp(x->name, y->name);
	return c ? c : strcmp(x->id, y->id);
}

static enum err list_side(struct overlap *o, struct side *s, uint32_t within)
{
	struct answer *r = o->r;
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	enum err e = ERR_OK;
	struct fact f;
	key_kind(&key, s->kind);
	walk_begin(&w, r->v, TABLE_KIND, buf_view(&key));
	while (e == ERR_OK && next_fact(&w, &f)) {
		if (!stands(f.life.state) || when_covers(&f.life.from, &f.life.to, o->day) == TRUTH_NO)
			continue;
		if (s->n && s->units[s->n - 1].unit == f.life.unit)
			continue; /* two lives, both possible */
		if (within && !unit_inside(r->v, f.life.unit, within, o->day))
			continue;
		s->units = arena_grow(r->a, s->units, s->n, s->n + 1, sizeof *s->units, &s->room);
		s->units[s->n++] = (struct side_unit){.unit = f.life.unit,
						      .id = unit_id(r->v, f.life.unit, r->a),
						      .name = unit_name(r->v, f.life.unit, o->day, r->a)};
		e = answer_work(r);
	}
	if (s->n)
		qsort(s->units, s->n, sizeof *s->units, name_order);
	for (size_t i = 0; i < s->n && e == ERR_OK; i++)
		e = gather(o, &s->units[i]);
	return e == ERR_OK ? r->v->err : e;
}

/* ---- marks ------------------------------------------------------------------------------------------ */

static int mark_order(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	return (x->atom > y->atom) - (x->atom < y->atom);
}

static struct mark *mark_find(const struct overlap *o, uint32_t atom)
{
	struct mark key = {.atom = atom};
	return bsearch(&key, o->marks, o->n_marks, sizeof key, mark_order);
}

/* An atom that only a unit with parts holds: if some other unit had it for its own when a coverage began, that one is
 * its smallest unit. */
static void look_back(struct overlap *o, struct mark *m)
{
	for (size_t i = 0; i < o->n_days && !m->strong; i++) {
		const uint32_t *own, *all;
		uint32_t unit = atoms_holder(o->atoms, m->atom, o->days[i]);
		size_t n_own = unit ? atoms_of(o->atoms, unit, o->days[i], true, &own) : 0;
		size_t n_all = unit ? atoms_of(o->atoms, unit, o->days[i], false, &all) : 0;
		if (!n_own || whole_of_parts(own, n_own, all, n_all))
			continue;
		m->strong = true;
		m->leaf_old = unit;
	}
}

static void mark_all(struct overlap *o)
{
	size_t n = 0, total = 0;
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < o->side[k].n; i++)
			total += o->side[k].units[i].n;
	o->marks = arena_alloc(o->r->a, (total + 1) * sizeof *o->marks);
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < o->side[k].n; i++)
			for (size_t h = 0; h < o->side[k].units[i].n; h++) {
				const struct hold *x = &o->side[k].units[i].holds[h];
				o->marks[n++] = (struct mark){.atom = x->atom,
							      .leaf = x->old ? 0 : x->leaf,
							      .leaf_old = x->old ? x->leaf : 0,
							      .in = {k == 0, k == 1},
							      .strong = x->strong,
							      .divided = x->divided};
			}
	if (n)
		qsort(o->marks, n, sizeof *o->marks, mark_order);
	for (size_t i = 0; i < n; i++) {
		struct mark *last = o->n_marks ? &o->marks[o->n_marks - 1] : NULL, x = o->marks[i];
		if (!last || last->atom != x.atom) {
			o->marks[o->n_marks++] = x;
			continue;
		}
		last->leaf = last->leaf ? last->leaf : x.leaf;
		last->leaf_old = last->leaf_old ? last->leaf_old : x.leaf_old;
		last->in[0] |= x.in[0];
		last->in[1] |= x.in[1];
		last->strong |= x.strong;
		last->divided |= x.divided;
	}
	for (size_t i = 0; i < o->n_marks; i++) {
		struct mark *m = &o->marks[i];
		if (!m->strong && !m->leaf && !m->leaf_old)
			look_back(o, m);
		m->counts = m->strong || (m->in[0] && m->in[1] && !m->divided);
	}
}

static int place_order(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->atom != y->atom)
		return x->atom < y->atom ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* What does not count is dropped; of what is held whole and in part the whole stands; and side b can be looked up by
 * atom. */
static void settle_holds(struct overlap *o)
{
	size_t total = 0;
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < o->side[k].n; i++) {
			struct side_unit *s = &o->side[k].units[i];
			size_t n = 0;
			for (size_t h = 0; h < s->n; h++) {
				const struct hold *last = n ? &s->holds[n - 1] : NULL, *x = &s->holds[h];
				bool again = last && last->atom == x->atom && (!last->part || last->part == x->part);
				if (!again && mark_find(o, x->atom)->counts)
					s->holds[n++] = *x;
			}
			s->n = n;
			total += k ? n : 0;
		}
	o->places = arena_alloc(o->r->a, (total + 1) * sizeof *o->places);
	for (size_t i = 0; i < o->side[1].n; i++)
		for (size_t h = 0; h < o->side[1].units[i].n; h++) {
			const struct hold *x = &o->side[1].units[i].holds[h];
			if (h == 0 || x[-1].atom != x->atom)
				o->places[o->n_places++] = (struct place){x->atom, (uint32_t)i};
		}
	if (o->n_places)
		qsort(o->places, o->n_places, sizeof *o->places, place_order);
}

/* ---- pairs ------------------------------------------------------------------------------------------ */

struct pair {
	const struct side_unit *a, *b;
	size_t known;        /* atoms that both hold whole */
	bool b_in_a, a_in_b; /* all of them */
	size_t n_parts, parts_room, n_common, common_room, n_apart, apart_room;
	uint32_t *parts;          /* SPACE_TERM */
	uint32_t *common, *apart; /* smallest units */
};

static void number_add(struct arena *a, uint32_t **list, size_t *n, size_t *room, uint32_t x)
{
	*list = arena_grow(a, *list, *n, *n + 1, sizeof **list, room);
	(*list)[(*n)++] = x;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static size_t unique(uint32_t *list, size_t n)
{
	size_t kept = 0;
	if (n)
		qsort(list, n, sizeof *list, by_number);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[kept++] = list[i];
	return kept;
}

/* The smallest unit that an atom of the pair belongs to: today's, unless that is one of the two; then the one it was
 * when the coverage began. */
static uint32_t smallest(const struct overlap *o, const struct pair *p, uint32_t atom)
{
	const struct mark *m = mark_find(o, atom);
	if (!m->leaf || (m->leaf != p->a->unit && m->leaf != p->b->unit))
		return m->leaf ? m->leaf : m->leaf_old;
	for (size_t i = 0; i < o->n_days && !m->leaf_old; i++) {
		uint32_t before = atoms_holder(o->atoms, atom, o->days[i]);
		if (before && before != m->leaf)
			return before;
	}
	return m->leaf_old ? m->leaf_old : m->leaf;
}

/* One atom: entries of a and of b, none (NULL) or the first of `n`. */
static void meet(struct overlap *o, struct pair *p, const struct hold *a, size_t n_a, const struct hold *b, size_t n_b)
{
	bool a_whole = a && !a->part, b_whole = b && !b->part;
	uint32_t leaf = smallest(o, p, a ? a->atom : b->atom);
	p->b_in_a = p->b_in_a && (!b || a_whole);
	p->a_in_b = p->a_in_b && (!a || b_whole);
	if (a_whole && b_whole) {
		p->known++;
		if (leaf)
			number_add(o->work, &p->common, &p->n_common, &p->common_room, leaf);
		return;
	}
	if (!a && leaf && leaf != p->b->unit)
		number_add(o->work, &p->apart, &p->n_apart, &p->apart_room, leaf);
	for (size_t i = 0; a && b && i < n_a; i++)
		if (a[i].part)
			number_add(o->work, &p->parts, &p->n_parts, &p->parts_room, a[i].part);
	for (size_t i = 0; a && b && i < n_b; i++)
		if (b[i].part)
			number_add(o->work, &p->parts, &p->n_parts, &p->parts_room, b[i].part);
}

static size_t alike(const struct side_unit *s, size_t from)
{
	size_t n = 1;
	while (from + n < s->n && s->holds[from + n].atom == s->holds[from].atom)
		n++;
	return n;
}

static struct pair compare(struct overlap *o, const struct side_unit *a, const struct side_unit *b)
{
	struct pair p = {.a = a, .b = b, .b_in_a = true, .a_in_b = true};
	size_t i = 0, k = 0;
	while (i < a->n || k < b->n) {
		const struct hold *x = i < a->n ? &a->holds[i] : NULL, *y = k < b->n ? &b->holds[k] : NULL;
		if (x && y && x->atom != y->atom) {
			if (x->atom < y->atom)
				y = NULL;
			else
				x = NULL;
		}
		size_t n_a = x ? alike(a, i) : 0, n_b = y ? alike(b, k) : 0;
		meet(o, &p, x, n_a, y, n_b);
		i += n_a;
		k += n_b;
	}
	p.n_common = unique(p.common, p.n_common);
	p.n_apart = unique(p.apart, p.n_apart);
	p.n_parts = unique(p.parts, p.n_parts);
	return p;
}

/* ---- telling ---------------------------------------------------------------------------------------- */

static int text_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum err tell_pair(struct overlap *o, const struct pair *p, enum extent extent)
{
	struct answer *r = o->r;
	struct msg_overlap_row row = {.a = p->a->id,
				      .a_name = p->a->name,
				      .b = p->b->id,
				      .b_name = p->b->name,
				      .extent = extent,
				      .contains_a = p->a_in_b,
				      .common = (uint32_t)p->n_common};
	row.apart = arena_alloc(o->work, (p->n_apart + 1) * sizeof *row.apart);
	for (size_t i = 0; i < p->n_apart; i++)
		row.apart[row.n_apart++] = unit_name(r->v, p->apart[i], o->day, o->work);
	if (row.n_apart)
		qsort(row.apart, row.n_apart, sizeof *row.apart, text_order);
	if (row.n_apart > OVERLAP_APART_MAX)
		row.n_apart = OVERLAP_APART_MAX;
	row.parts = arena_alloc(o->work, (p->n_parts + 1) * sizeof *row.parts);
	for (size_t i = 0; i < p->n_parts; i++)
		row.parts[row.n_parts++] = answer_text(r, SPACE_TERM, p->parts[i]);
	if (row.n_parts)
		qsort(row.parts, row.n_parts, sizeof *row.parts, text_order);
	return answer_row(r, 2, &msg_type_overlap_row, &row);
}

static enum err one_pair(struct overlap *o, struct side_unit *a, struct side_unit *b)
{
	if (a->unit == b->unit)
		return ERR_OK; /* the same kind on both sides */
	arena_reset(o->work);
	struct pair p = compare(o, a, b);
	enum extent extent = p.b_in_a ? EXTENT_WHOLE : p.known ? EXTENT_PART : EXTENT_UNKNOWN;
	a->others++;
	b->others++;
	a->whole += extent == EXTENT_WHOLE;
	b->whole += p.a_in_b;
	if (o->q->crossing && (extent == EXTENT_WHOLE || p.a_in_b))
		return answer_work(o->r);
	return tell_pair(o, &p, extent);
}

/* Who of side b holds an atom of `a`, in their order. `ret` has room for three times side b. */
static size_t others_of(struct overlap *o, const struct side_unit *a, uint32_t *ret)
{
	size_t n = 0;
	for (size_t h = 0; h < a->n; h++) {
		size_t low = 0, high = o->n_places;
		while (low < high) {
			size_t mid = (low + high) / 2;
			if (o->places[mid].atom < a->holds[h].atom)
				low = mid + 1;
			else
				high = mid;
		}
		for (; low < o->n_places && o->places[low].atom == a->holds[h].atom; low++)
			ret[n++] = o->places[low].at;
		if (n > 2 * o->side[1].n)
			n = unique(ret, n);
	}
	return unique(ret, n);
}

static enum err tell_spans(struct overlap *o, const struct side *s)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < s->n && e == ERR_OK; i++) {
		const struct side_unit *u = &s->units[i];
		struct msg_span_row row = {
		    .unit = u->id, .name = u->name, .kind = s->kind_text, .others = u->others, .whole = u->whole};
		e = answer_row(o->r, 3, &msg_type_span_row, &row);
	}
	return e;
}

/* ---- the question ----------------------------------------------------------------------------------- */

static enum err settle_day(struct overlap *o)
{
	struct answer *r = o->r;
	struct when at;
	enum err e = answer_when(r, o->q->valid_at, "valid_at", &at);
	if (e != ERR_OK)
		return e;
	if (at.precision == WHEN_DAY)
		o->day = at.lo;
	else if (at.precision != WHEN_NONE)
		return fail(&r->why, ERR_INVALID, "valid_at is one day, such as 2020-06-30, not \"%.32s\"",
			    o->q->valid_at);
	else if (r->has_today)
		o->day = r->today;
	else
		return fail(&r->why, ERR_INVALID,
			    "no day has turned in this store yet, so there is no today: name valid_at");
	return ERR_OK;
}

static enum err settle_kind(struct overlap *o, int k, const char *text)
{
	struct side *s = &o->side[k];
	s->kind_text = text;
	s->kind = view_term(o->r->v, SPACE_TERM, slice_text(text));
	if (!*text)
		return fail(&o->r->why, ERR_INVALID, "kind_%c is wanted: which kind of unit, such as county", 'a' + k);
	if (!s->kind)
		return fail(&o->r->why, ERR_NOT_FOUND, "nobody ever spoke of a unit of the kind \"%.100s\"", text);
	return ERR_OK;
}

static enum err read_sides(struct overlap *o)
{
	const struct msg_unit_ref *within[2] = {o->q->within_a, o->q->within_b};
	const char *kinds[2] = {o->q->kind_a, o->q->kind_b};
	for (int k = 0; k < 2; k++) {
		uint32_t unit = 0;
		enum err e = settle_kind(o, k, kinds[k]);
		if (e == ERR_OK && within[k])
			e = answer_unit(o->r, within[k], o->day, &unit);
		if (e == ERR_OK)
			e = list_side(o, &o->side[k], unit);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err tell(struct overlap *o)
{
	struct answer *r = o->r;
	struct msg_overlap_answer *head = arena_alloc(r->a, sizeof *head);
	struct when day = when_day(o->day);
	char text[WHEN_TEXT_MAX];
	when_format(&day, text);
	head->valid_at = arena_text(r->a, text, strlen(text));
	answer_begin(r, 17, &msg_type_overlap_answer, head);
	uint32_t *others = arena_alloc(r->a, (3 * o->side[1].n + 1) * sizeof *others);
	enum err e = ERR_OK;
	for (size_t i = 0; i < o->side[0].n && e == ERR_OK; i++) {
		size_t n = others_of(o, &o->side[0].units[i], others);
		for (size_t k = 0; k < n && e == ERR_OK; k++)
			e = one_pair(o, &o->side[0].units[i], &o->side[1].units[others[k]]);
	}
	if (e == ERR_OK)
		e = tell_spans(o, &o->side[0]);
	return e == ERR_OK ? tell_spans(o, &o->side[1]) : e;
}

enum err ask_overlap(struct answer *r, const struct msg_overlap_question *q)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	struct overlap o = {.r = r, .q = q, .work = work, .fixed = view_term(r->v, SPACE_TERM, slice_text("fixed"))};
	enum err e = settle_day(&o);
	if (e != ERR_OK)
		return e;
	o.atoms = kept_atoms(r->c->kept, r->v, 0, r->a);
	e = r->v->err;
	if (e == ERR_OK)
		e = read_sides(&o);
	if (e == ERR_OK) {
		mark_all(&o);
		settle_holds(&o);
		e = tell(&o);
	}
	o.atoms = atoms_free(o.atoms);
	return e;
}
