/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_cause_rate.c - the causes of a change of n of N: a printed percentage of a frame, or of another indicator.
 *
 * The numerators are the whole numbers that print as it (explain_cell.c). Of a frame that is known by name the units are
 * followed to the later point (explain_cause_reach.c); else all that its size allows is possible. Of all readings the
 * one counts in which least really changed.
 */
#include "query/explain_causes.h"
#include <stdlib.h>
#include <string.h>

/* n of N; of several n that print alike the lowest and the highest. */
struct counts {
	bool has;
	uint32_t low, high, of;
};
struct rating {
	struct causes_read read;
	struct contributor *then, *from, *to;
	struct counts c_then, c_from, c_to;
};

static struct counts counts_of(struct causes *c, struct explain *y, const struct contributor *k, uint64_t rev)
{
	struct counts n = {0};
	struct num percent;
	uint64_t as_of = c->x->r->v->as_of;
	if (!k || k->s->said->missing || !value_exact(k->s->said, &percent))
		return n;
	c->x->r->v->as_of = rev;
	const char *why = explain_count_behind(y, k, &n.low, NULL, &n.of);
	c->x->r->v->as_of = as_of;
	unsigned fits = !n.of ? 0 : why ? num_percent_counts(percent, n.of, &n.low) : 1;
	n.high = n.low + (fits ? fits - 1 : 0);
	n.has = fits != 0;
	return n;
}

static struct span percent(struct causes *c, uint32_t low, uint32_t high, uint32_t of)
{
	struct span s = span_zero(c->x);
	mpq_set_ui(s.low, low * 100ul, of ? of : 1);
	mpq_set_ui(s.high, high * 100ul, of ? of : 1);
	mpq_canonicalize(s.low);
	mpq_canonicalize(s.high);
	return s;
}

static struct span percent_of(struct causes *c, const struct counts *n)
{
	return n->has ? percent(c, n->low, n->high, n->of) : span_zero(c->x);
}

static struct span less(struct causes *c, const struct span *now, const struct span *then)
{
	struct span change = span_zero(c->x);
	span_add(&change, now);
	span_add_sign(&change, then, -1);
	return change;
}

/* A cause between two percentages, told by the statements that it is a matter of. */
static void say(struct rating *s, enum cause cause, const struct span *now, const struct span *then)
{
	struct causes *c = s->read.c;
	struct span change = less(c, now, then);
	causes_put(c, cause, &change, 1);
}

static void tell(struct rating *s)
{
	const struct span *made = &s->read.c->part[s->read.c->x->q->cause];
	if (s->read.c->x->q->cause != CAUSE_UNDETERMINED && span_exact(made) && !mpq_sgn(made->low))
		return; /* nothing is due to it */
	static const int points[] = {POINT_THEN, POINT_FROM, POINT_TO};
	struct contributor *said[] = {s->then, s->from, s->to};
	const struct counts *n[] = {&s->c_then, &s->c_from, &s->c_to};
	struct causes *c = s->read.c;
	bool known_before = c->x->q->cause == CAUSE_CORRECTION || c->x->q->cause == CAUSE_FOUND_LATE,
	     moved = c->x->q->cause == CAUSE_STRUCTURE || c->x->q->cause == CAUSE_FRAME;
	for (int i = 0; i < 3; i++) {
		bool part = known_before ? points[i] != POINT_TO
			    : moved      ? points[i] == POINT_FROM
					 : points[i] != POINT_THEN;
		if (!said[i] || !part)
			continue;
		struct msg_explain_item *item = said[i]->item = explain_item(c->x);
		explain_tell(&s->read.y[points[i]], said[i], item);
		if (n[i]->has)
			item->used->shown =
			    n[i]->low == n[i]->high
				? arena_printf(c->x->r->a, "%u of %u", n[i]->low, n[i]->of)
				: arena_printf(c->x->r->a, "%u–%u of %u", n[i]->low, n[i]->high, n[i]->of);
	}
	explain_rule(c->x, "a numerator is the whole number that, of its denominator, rounds to what was printed");
}

/* ---- frames ----------------------------------------------------------------------------------------------- */

/* n0 of N0 become [min, max] of `of` with the borders; of these `dropped` leave the frame, and `added` come to it. */
struct became {
	uint32_t of, min, max, dropped, added;
};

static bool stands(struct causes *c, uint32_t unit, uint32_t area)
{
	struct projected p;
	struct view *v = c->x->r->v;
	if (project_unit(c->x->atoms, unit, c->from->day, c->to->day, unit_kind(v, unit), &p) != ERR_OK)
		return false;
	bool same = p.method == METHOD_EXACT && p.parts[0].target == unit && unit_inside(v, unit, area, c->to->day);
	project_clear(&p);
	return same;
}

static bool holds(const struct causes_frame *f, uint32_t unit)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->units[i] == unit)
			return true;
	return false;
}

/* Those of the earlier frame that are not what they were, with the events that made them others. */
static void tell_units(struct rating *s, const struct causes_frame *f)
{
	struct causes *c = s->read.c;
	struct explain *y = &s->read.y[POINT_FROM];
	for (size_t i = 0; i < f->n; i++) {
		struct projected p;
		struct statement of = {.unit = f->units[i]};
		struct contributor k = {.s = &of, .day = c->from->day};
		if (project_unit(c->x->atoms, of.unit, c->from->day, c->to->day, unit_kind(c->x->r->v, of.unit), &p) !=
		    ERR_OK)
			continue;
		if (p.n && !(p.n == 1 && p.parts[0].target == of.unit)) {
			struct msg_explain_item *item = k.item = explain_item(c->x);
			item->unit = unit_id(c->x->r->v, of.unit, c->x->r->a);
			item->unit_name = unit_name(c->x->r->v, of.unit, c->from->day, c->x->r->a);
			item->period = c->from->text;
			item->method = p.method;
			explain_steps(y, &k, p.parts[0].target, NULL);
		}
		project_clear(&p);
	}
}

/* Each unit of the earlier frame is followed. Those of the later one that came of none of them are added; those that
 * stand as they stood, and are not in it any more, are dropped. */
static enum err followed(struct rating *s, struct became *ret)
{
	struct causes *c = s->read.c;
	const struct causes_frame *f0 = &s->read.frames[POINT_FROM], *f1 = &s->read.frames[POINT_TO];
	uint32_t *to = arena_alloc(c->x->r->a, (f0->n + f1->n + 1) * sizeof *to);
	struct causes_reach all = {.x = c->x,
				   .from_day = c->from->day,
				   .to_day = c->to->day,
				   .from = f0->units,
				   .n_from = f0->n,
				   .to = f1->units,
				   .n_to = f1->n};
	enum err e = causes_reach(&all);
	for (size_t t = 0; t < f1->n && e == ERR_OK; t++) {
		bool came = false;
		for (size_t i = 0; i < f0->n && !came; i++)
			came = all.leads[i * f1->n + t];
		ret->added += !came;
		if (came)
			to[ret->of++] = f1->units[t];
	}
	for (size_t i = 0; i < f0->n && e == ERR_OK; i++)
		if (!holds(f1, f0->units[i]) && stands(c, f0->units[i], s->to->s->unit)) {
			to[ret->of++] = f0->units[i];
			ret->dropped++;
		}
	struct causes_reach reach = all;
	reach.to = to;
	reach.n_to = ret->of;
	e = e == ERR_OK ? causes_reach(&reach) : e;
	if (e == ERR_OK && c->x->q->cause == CAUSE_STRUCTURE)
		tell_units(s, f0);
	ret->min = UINT32_MAX;
	for (uint32_t n = s->c_from.low; n <= s->c_from.high && e == ERR_OK; n++) {
		uint32_t min = 0, max = 0;
		if (!causes_reach_any(&reach, n, &min, &max))
			c->untold[CAUSE_STRUCTURE] = c->untold[CAUSE_FRAME] = c->untold[CAUSE_REAL] =
			    c->untold[CAUSE_UNDETERMINED] =
				"too many units of the frame were divided among the same heirs to try what became of "
				"so many: structure, frame and real are not explained";
		ret->min = min < ret->min ? min : ret->min;
		ret->max = max > ret->max ? max : ret->max;
	}
	return e;
}

/* Whoever left may have taken part or not, and so may whoever came. */
static struct became by_size(const struct counts *n0, const struct counts *n1)
{
	return (struct became){.of = n0->of,
			       .min = n0->low,
			       .max = n0->high,
			       .dropped = n0->of > n1->of ? n0->of - n1->of : 0,
			       .added = n1->of > n0->of ? n1->of - n0->of : 0};
}

static uint32_t nearest(uint32_t n, uint32_t min, uint32_t max)
{
	return n < min ? min : n > max ? max : n;
}

static void fix(struct causes *c, enum cause cause, const struct span *now, const struct span *then)
{
	c->fixed[cause] = less(c, now, then).low;
}

static void taken(struct rating *s, const struct became *b)
{
	struct causes *c = s->read.c;
	const struct counts *n0 = &s->c_from, *n1 = &s->c_to;
	uint32_t lost = b->dropped < b->max ? b->dropped : b->max, low = b->min > b->dropped ? b->min - b->dropped : 0,
		 high = b->max + b->added < n1->of ? b->max + b->added : n1->of;
	low = low < high ? low : high;
	struct span then = percent_of(c, n0), now = percent_of(c, n1), middle = percent(c, b->min, b->max, b->of),
		    end = percent(c, low, high, n1->of);
	say(s, CAUSE_STRUCTURE, &middle, &then);
	say(s, CAUSE_REAL, &now, &end);
	if (b->dropped || b->added) {
		struct span framed = percent(c, b->min > lost ? b->min - lost : 0, b->max + b->added, n1->of);
		say(s, CAUSE_FRAME, &framed, &middle);
	}
	explain_note(c->x,
		     arena_printf(c->x->r->a, "with the borders %u–%u of %u, with the frame %u–%u of %u take part",
				  b->min, b->max, b->of, low, high, n1->of));
	if (n0->low != n0->high || n1->low != n1->high)
		return;
	/* As near to the later figure as the borders and the frame allow. */
	uint32_t k = nearest(n1->low, low, high), before = nearest(k, b->min, b->max);
	struct span at_end = percent(c, k, k, n1->of), at_middle = percent(c, before, before, b->of);
	fix(c, CAUSE_STRUCTURE, &at_middle, &then);
	fix(c, CAUSE_FRAME, &at_end, &at_middle);
	fix(c, CAUSE_REAL, &now, &at_end);
	explain_rule(c->x, "of what the borders and the frame allow, the reading counts in which least really changed");
}

/* ---- of another indicator --------------------------------------------------------------------------------- */

static enum err of_indicator(struct rating *s)
{
	struct causes *c = s->read.c;
	struct projected p;
	enum err e = project_unit(c->x->atoms, s->from->s->unit, s->from->day, c->to->day, s->from->kind, &p);
	if (e != ERR_OK)
		return e;
	struct span then = percent_of(c, &s->c_from), now = percent_of(c, &s->c_to), any = percent(c, 0, 1, 1);
	bool same = p.method == METHOD_EXACT && p.parts[0].target == s->to->s->unit;
	if (!same)
		say(s, CAUSE_STRUCTURE, &any, &then);
	say(s, CAUSE_REAL, &now, same ? &then : &any);
	project_clear(&p);
	return ERR_OK;
}

/* ---- the question ----------------------------------------------------------------------------------------- */

static struct contributor *in_group(struct rating *s, int point, uint64_t rev)
{
	struct explain *y = &s->read.y[point];
	struct contributor *found = NULL;
	s->read.c->x->r->v->as_of = rev;
	for (size_t i = 0; i < y->n_from && !found; i++)
		if (causes_in(s->read.c, y->from[i].s->unit, y->from[i].day))
			found = &y->from[i];
	s->read.c->x->r->v->as_of = s->read.c->to->rev;
	return found;
}

static bool same_counts(const struct counts *a, const struct counts *b)
{
	return a->has == b->has && a->low == b->low && a->high == b->high && a->of == b->of;
}

static enum err between(struct rating *s)
{
	struct causes *c = s->read.c;
	const struct causes_frame *f0 = &s->read.frames[POINT_FROM], *f1 = &s->read.frames[POINT_TO];
	struct became b = {0};
	enum err e = ERR_OK;
	if (strcmp(s->read.y[POINT_FROM].def->denominator, "frame") != 0)
		return of_indicator(s);
	if (f0->known && f1->known && f0->n == s->c_from.of && f1->n == s->c_to.of)
		e = followed(s, &b);
	else
		b = by_size(&s->c_from, &s->c_to);
	if (e == ERR_OK && !c->untold[CAUSE_REAL])
		taken(s, &b);
	return e;
}

enum err causes_rate(struct causes *c)
{
	struct rating *s = arena_alloc(c->x->r->a, sizeof *s);
	enum err e = causes_read(c, &s->read);
	if (e != ERR_OK) {
		causes_read_free(&s->read);
		return e;
	}
	memset(c->untold, 0, sizeof c->untold); /* of one definition, as the decomposition has it */
	s->then = in_group(s, POINT_THEN, c->from->rev);
	s->from = in_group(s, POINT_FROM, c->to->rev);
	s->to = in_group(s, POINT_TO, c->to->rev);
	s->c_then = counts_of(c, &s->read.y[POINT_THEN], s->then, c->from->rev);
	s->c_from = counts_of(c, &s->read.y[POINT_FROM], s->from, c->to->rev);
	s->c_to = counts_of(c, &s->read.y[POINT_TO], s->to, c->to->rev);
	c->then = percent_of(c, &s->c_then);
	c->now = percent_of(c, &s->c_to);
	struct span from = percent_of(c, &s->c_from), none = span_zero(c->x);
	if (!same_counts(&s->c_then, &s->c_from))
		say(s, s->then || causes_said_before(&s->read, s->from->s->unit) ? CAUSE_CORRECTION : CAUSE_FOUND_LATE,
		    &from, &c->then);
	if (s->c_from.has && s->c_to.has)
		e = between(s);
	else if (s->c_from.has)
		say(s, CAUSE_RESPONSE, &none, &from);
	else if (s->c_to.has)
		say(s, CAUSE_RESPONSE, &c->now, &none);
	if (e == ERR_OK)
		tell(s);
	causes_read_free(&s->read);
	return e;
}
