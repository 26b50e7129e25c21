/* SPDX-License-Identifier: Apache-2.0
 *
 * overlap.c - see overlap.h; overlapping.h says how.
 */
#include "query/overlapping.h"
#include <stdlib.h>
#include <string.h>
#include "query/kept.h"

/* ---- the two sides ---------------------------------------------------------------------------------------- */

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
	while (e == ERR_OK && walk_fact(&w, &f, NULL)) {
		if (!state_stands(f.life.state) || when_covers(&f.life.from, &f.life.to, o->day) == TRUTH_NO)
			continue;
		bool sure = when_covers(&f.life.from, &f.life.to, o->day) == TRUTH_CERTAIN;
		if (s->n && s->units[s->n - 1].unit == f.life.unit) { /* two lives, both possible */
			s->units[s->n - 1].perhaps &= !sure;
			continue;
		}
		if (within && !unit_inside(r->v, f.life.unit, within, o->day))
			continue;
		s->units = arena_grow(r->a, s->units, s->n, s->n + 1, sizeof *s->units, &s->room);
		s->units[s->n++] = (struct side_unit){.unit = f.life.unit,
						      .perhaps = !sure,
						      .id = unit_id(r->v, f.life.unit, r->a),
						      .name = unit_name(r->v, f.life.unit, o->day, r->a)};
		e = answer_work(r);
	}
	if (s->n)
		qsort(s->units, s->n, sizeof *s->units, name_order);
	for (size_t i = 0; i < s->n && e == ERR_OK; i++)
		e = hold_all(o, &s->units[i]);
	return e == ERR_OK ? r->v->err : e;
}

/* ---- telling ---------------------------------------------------------------------------------------------- */

static int text_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum err tell_pair(struct overlap *o, const struct pair *p, enum extent extent, bool possible)
{
	struct answer *r = o->r;
	struct msg_overlap_row row = {.a = p->a->id,
				      .a_name = p->a->name,
				      .b = p->b->id,
				      .b_name = p->b->name,
				      .extent = extent,
				      .contains_a = p->a_in_b,
				      .possible = possible,
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
	enum extent extent = pair_extent(&p);
	bool possible = compare_unsure(o, &p);
	a->others++;
	b->others++;
	a->whole += extent == EXTENT_WHOLE;
	b->whole += p.a_in_b;
	a->possible += possible;
	b->possible += possible;
	if (o->q->crossing && (extent == EXTENT_WHOLE || p.a_in_b))
		return answer_work(o->r);
	return tell_pair(o, &p, extent, possible);
}

static enum err tell_spans(struct overlap *o, const struct side *s)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < s->n && e == ERR_OK; i++) {
		const struct side_unit *u = &s->units[i];
		struct msg_span_row row = {.unit = u->id,
					   .name = u->name,
					   .kind = s->kind_text,
					   .others = u->others,
					   .whole = u->whole,
					   .possible = u->possible};
		e = answer_row(o->r, 3, &msg_type_span_row, &row);
	}
	return e;
}

/* ---- the question ----------------------------------------------------------------------------------------- */

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
	AUTO_ARENA struct arena *work = arena_under(r->a);
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
