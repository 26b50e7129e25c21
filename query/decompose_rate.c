/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_rate.c - why a percentage changed: n of N at both points.
 *
 * What is on record is a rounded percentage of a frame, or of another indicator. The numerator is derived where exactly
 * one whole number prints as it, else it is between those that do. The frame's units are followed to the later point:
 * so many of them took part, and nobody need know which (decompose_reach.h).
 */
#include <stdlib.h>
#include <string.h>
#include "query/decompose_reach.h"
#include "query/decomposing.h"
#include "query/define.h"

/* n of N at one point; of several n that print alike the lowest and the highest. */
struct rate {
	bool has;
	uint32_t low, high, of;
	const char *refused;
};

static struct rate rate_of(struct decomposing *x, const struct side *s, const struct key *k, uint64_t rev, bool then)
{
	struct decompose *d = x->d;
	struct rate ret = {0};
	if (!k || !(then ? k->then : k->now))
		return ret;
	uint64_t as_of = d->r->v->as_of;
	struct recast_entry e = {.unit = k->unit, .ref = s->p->ref, .round = s->p->round};
	const char *why = NULL;
	e.round = k->round ? k->round : e.round;
	d->r->v->as_of = rev;
	bool known = recast_count(s->recast, &e, &ret.of, &why);
	d->r->v->as_of = as_of;
	if (!known)
		ret.refused = why;
	else if (!ret.of)
		ret.refused = "its denominator is zero";
	else if (!amount_exact(then ? &k->x_then : &k->x))
		ret.refused = "only an exact percentage can be traced to whole units";
	if (ret.refused)
		return ret;
	unsigned fits = num_percent_counts(then ? k->n_then : k->n, ret.of, &ret.low);
	if (!fits)
		ret.refused = "the percentage fits no whole number of its denominator: the two contradict each other";
	ret.high = ret.low + (fits ? fits - 1 : 0);
	ret.has = fits != 0;
	return ret;
}

static struct amount percent(struct decompose *d, uint32_t low, uint32_t high, uint32_t of)
{
	struct amount p = amount_zero(d->all);
	mpq_set_ui(p.low, low * 100ul, of);
	mpq_set_ui(p.high, high * 100ul, of);
	mpq_canonicalize(p.low);
	mpq_canonicalize(p.high);
	return p;
}

static struct amount percent_of(struct decompose *d, const struct rate *r)
{
	return r->has ? percent(d, r->low, r->high, r->of) : amount_zero(d->all);
}

static const char *rate_text(struct arena *a, const struct rate *r)
{
	return r->low == r->high ? arena_printf(a, "%u of %u", r->low, r->of)
				 : arena_printf(a, "%u–%u of %u", r->low, r->high, r->of);
}

static bool exact(const struct rate *r)
{
	return r->low == r->high;
}

/* ---- what the borders made of it -------------------------------------------------------------------- */

/* n0 of N0, after the borders k of `of`, after the frame k of N1. */
struct steps {
	uint32_t structure_of, min, max; /* after the borders */
	uint32_t dropped, added;         /* by the frame alone */
	bool by_size;                    /* members not known: all of it is the frame's */
};

static uint32_t clamp(uint32_t n, uint32_t min, uint32_t max)
{
	return n < min ? min : n > max ? max : n;
}

/* What became of a unit of the earlier frame that is not itself any more. */
static void tell_source(struct decomposing *x, struct ledger *l, uint32_t unit, const struct frame_known *later)
{
	struct decompose *d = x->d;
	struct projected p;
	const char *targets = "";
	size_t inside = 0;
	if (project_unit(x->atoms, unit, d->from.day, d->to.day, unit_kind(d->r->v, unit), &p) != ERR_OK)
		return;
	bool itself = p.n == 1 && p.parts[0].target == unit;
	for (size_t i = 0; i < p.n && !itself; i++) {
		inside += frame_has(later, p.parts[i].target);
		targets = arena_printf(l->a, "%s%s%s", targets, *targets ? " and " : "",
				       p.parts[i].target ? unit_name(d->r->v, p.parts[i].target, d->to.day, l->a)
							 : "no unit");
	}
	if (!itself)
		ledger_tell(l, CAUSE_STRUCTURE, 1,
			    arena_printf(l->a, "%s: %s %s%s", unit_name(d->r->v, unit, d->from.day, l->a),
					 p.n > 1 ? "divided among" : "became", targets,
					 inside ? "" : ", which is outside the frame"));
	project_clear(&p);
}

/* The frames are known by name: each unit of the earlier one is followed. */
static enum err followed(struct decomposing *x, struct ledger *l, uint32_t area, const struct rate *r0,
			 struct steps *ret)
{
	const struct frame_known *f0 = &x->frames[0], *f1 = &x->frames[1];
	struct decompose *d = x->d;
	uint32_t *to = arena_alloc(d->r->a, (f0->n + f1->n + 1) * sizeof *to);
	struct reach reach = {.d = d,
			      .atoms = x->atoms,
			      .from_day = d->from.day,
			      .to_day = d->to.day,
			      .from = f0->units,
			      .n_from = f0->n,
			      .to = f1->units,
			      .n_to = f1->n};
	enum err e = reach_find(&reach);
	size_t n = 0;
	/* Those of the later frame that came of the earlier; and those that stand as they stood, and are dropped. */
	for (size_t i = 0; i < f1->n && e == ERR_OK; i++) {
		if (reach.came[i])
			to[n++] = f1->units[i];
		else
			ret->added++;
	}
	for (size_t i = 0; i < f0->n && e == ERR_OK; i++) {
		struct projected p;
		if (frame_has(f1, f0->units[i]))
			continue;
		e = project_unit(x->atoms, f0->units[i], d->from.day, d->to.day, unit_kind(d->r->v, f0->units[i]), &p);
		bool stands = e == ERR_OK && p.method == METHOD_EXACT && p.parts[0].target == f0->units[i] &&
			      unit_inside(d->r->v, f0->units[i], area, d->to.day);
		if (e == ERR_OK)
			project_clear(&p);
		if (!stands)
			continue;
		to[n++] = f0->units[i];
		ret->dropped++;
	}
	if (e != ERR_OK)
		return e;
	qsort(to, n, sizeof *to, frame_by_number);
	reach.to = to;
	reach.n_to = n;
	reach.n_edges = 0;
	e = reach_find(&reach);
	ret->structure_of = (uint32_t)n;
	ret->min = UINT32_MAX;
	for (uint32_t k = r0->low; k <= r0->high && e == ERR_OK; k++) {
		uint32_t min, max;
		reach_range(&reach, k, NULL, &min, &max);
		ret->min = min < ret->min ? min : ret->min;
		ret->max = max > ret->max ? max : ret->max;
	}
	for (size_t i = 0; i < f0->n && e == ERR_OK; i++)
		tell_source(x, l, f0->units[i], f1);
	return e;
}

/* Only their sizes are known: whoever left may have taken part or not, and so may whoever came. */
static void sized(const struct rate *r0, const struct rate *r1, struct steps *ret)
{
	ret->by_size = true;
	ret->structure_of = r0->of;
	ret->min = r0->low;
	ret->max = r0->high;
	ret->dropped = r0->of > r1->of ? r0->of - r1->of : 0;
	ret->added = r1->of > r0->of ? r1->of - r0->of : 0;
}

static void put_range(struct decompose *d, struct ledger *l, enum cause c, const struct amount *now,
		      const struct amount *then)
{
	struct amount change = amount_minus(d->all, now, then);
	ledger_put(l, c, &change, 1);
}

static void fix(struct decompose *d, struct ledger *l, enum cause c, const struct amount *now,
		const struct amount *then)
{
	struct amount change = amount_minus(d->all, now, then);
	ledger_fix(l, c, change.low);
}

/* Structure, frame and real, of the reading in which least really changed. */
static void taken(struct decomposing *x, struct ledger *l, const struct rate *r0, const struct rate *r1,
		  const struct steps *s)
{
	struct decompose *d = x->d;
	uint32_t lost = s->dropped < s->max ? s->dropped : s->max, of = s->structure_of ? s->structure_of : 1;
	uint32_t low = s->min > s->dropped ? s->min - s->dropped : 0, high = s->max + s->added;
	high = high < r1->of ? high : r1->of;
	low = low < high ? low : high;
	struct amount then = percent_of(d, r0), now = percent_of(d, r1);
	struct amount middle = percent(d, s->min, s->max, of), end = percent(d, low, high, r1->of);
	put_range(d, l, CAUSE_STRUCTURE, &middle, &then);
	put_range(d, l, CAUSE_REAL, &now, &end);
	if (s->dropped || s->added) {
		struct amount range = amount_zero(d->all),
			      a = percent(d, s->min > lost ? s->min - lost : 0, s->max + s->added, r1->of);
		range = amount_minus(d->all, &a, &middle);
		ledger_put(l, CAUSE_FRAME, &range, 1);
	}
	l->units[CAUSE_FRAME] += s->dropped + s->added;
	if (!exact(r0) || !exact(r1))
		return;
	/* k after all borders and frames, as near to n1 as can be; and before the frame as near to that. */
	uint32_t k = clamp(r1->low, low, high), before = clamp(k, s->min, s->max);
	struct amount end_fixed = percent(d, k, k, r1->of), middle_fixed = percent(d, before, before, of);
	fix(d, l, CAUSE_STRUCTURE, &middle_fixed, &then);
	fix(d, l, CAUSE_FRAME, &end_fixed, &middle_fixed);
	fix(d, l, CAUSE_REAL, &now, &end_fixed);
	const char *text =
	    low == high
		? arena_printf(l->a, "%s became %u of %u", rate_text(l->a, r0), k, r1->of)
		: arena_printf(
		      l->a, "%s became between %u and %u of %u, whichever they were; nearest to the %u of then is %u",
		      rate_text(l->a, r0), low, high, r1->of, r1->low, k);
	ledger_note(l, s->by_size ? CAUSE_FRAME : CAUSE_STRUCTURE, text);
	if (low != high)
		ledger_note(l, CAUSE_REAL,
			    k == r1->low ? "no real change is certain: borders and frame can explain all of it"
					 : "this much neither borders nor frame can explain");
}

/* Of another indicator: where the territory is the same, all of it is real. */
static enum err of_indicator(struct decomposing *x, struct ledger *l, const struct key *k0, const struct key *k1,
			     const struct rate *r0, const struct rate *r1)
{
	struct decompose *d = x->d;
	struct projected p;
	enum err e = project_unit(x->atoms, k0->unit, k0->day, d->to.day, unit_kind(d->r->v, k0->unit), &p);
	if (e != ERR_OK)
		return e;
	struct amount then = percent_of(d, r0), now = percent_of(d, r1);
	if (p.method == METHOD_EXACT && p.parts[0].target == k1->unit) {
		put_range(d, l, CAUSE_REAL, &now, &then);
	} else {
		struct amount any = percent(d, 0, 1, 1), less = amount_minus(d->all, &any, &then),
			      real = amount_minus(d->all, &now, &any);
		const char *text = arena_printf(
		    l->a, "%s is not the same territory at both points, and how its parts differ is not known",
		    unit_name(d->r->v, k1->unit, d->to.day, l->a));
		ledger_put(l, CAUSE_STRUCTURE, &less, 1);
		ledger_put(l, CAUSE_REAL, &real, 1);
		ledger_note(l, CAUSE_STRUCTURE, text);
		ledger_note(l, CAUSE_UNDETERMINED, text);
	}
	project_clear(&p);
	return ERR_OK;
}

/* ---- rows ------------------------------------------------------------------------------------------- */

static const struct key *only_key(const struct side *s, uint32_t group, size_t *ret_n)
{
	const struct key *found = NULL;
	*ret_n = 0;
	for (size_t i = 0; i < s->n_keys; i++) {
		const struct key *k = &s->keys[i];
		if ((k->now && k->group == group) || (k->then && k->group_then == group)) {
			found = k;
			++*ret_n;
		}
	}
	return found;
}

static void corrected(struct decomposing *x, struct ledger *l, const struct key *k, const struct rate *then,
		      const struct rate *now)
{
	struct decompose *d = x->d;
	if (!k || (then->has == now->has && then->low == now->low && then->high == now->high && then->of == now->of))
		return;
	enum cause c = k->known_before ? CAUSE_CORRECTION : CAUSE_FOUND_LATE;
	struct amount a = percent_of(d, then), b = percent_of(d, now);
	put_range(d, l, c, &b, &a);
	ledger_note(l, c,
		    arena_printf(l->a, "%s as known then, %s now", then->has ? rate_text(l->a, then) : "nothing",
				 now->has ? rate_text(l->a, now) : "nothing"));
}

static void refuse(struct decompose_figure *f, const char *why)
{
	if (!f->refused && why)
		f->refused = why;
}

static enum err rate_row(struct decomposing *x, uint32_t group, struct decompose_figure *from,
			 struct decompose_figure *to)
{
	struct decompose *d = x->d;
	struct ledger *l = ledger_new(d, group);
	size_t n0, n1;
	const struct key *k0 = only_key(&x->sides[SIDE_FROM], group, &n0),
			 *k1 = only_key(&x->sides[SIDE_TO], group, &n1);
	struct decompose_figure none = {.group = group, .x = amount_zero(d->all)}, *f0 = from ? from : &none, f1 = none;
	f1 = to ? *to : none;
	if (n0 > 1 || n1 > 1)
		refuse(f0, "the rate of several units together is not taken apart: name one, or group by unit");
	struct rate then = rate_of(x, &x->sides[SIDE_FROM], k0, d->from.rev, true),
		    r0 = rate_of(x, &x->sides[SIDE_FROM], k0, d->to.rev, false),
		    r1 = rate_of(x, &x->sides[SIDE_TO], k1, d->to.rev, false);
	refuse(f0, then.refused ? then.refused : r0.refused);
	refuse(&f1, r1.refused);
	enum err e = ERR_OK;
	ledger_block(l);
	struct amount said_then = percent_of(d, &then), said_now = percent_of(d, &r1);
	ledger_then(l, &said_then);
	ledger_now(l, &said_now);
	if (f0->has && !amount_exact(&f0->x))
		f0->x = said_then; /* the trend rounds its ends */
	if (f1.has && !amount_exact(&f1.x))
		f1.x = said_now;
	corrected(x, l, k0, &then, &r0);
	if (r0.has && r1.has && !f0->refused) {
		struct steps s = {0};
		if (strcmp(d->def->denominator, "frame") != 0) {
			e = of_indicator(x, l, k0, k1, &r0, &r1);
		} else {
			bool known = x->frames[0].known && x->frames[1].known && x->frames[0].n == r0.of &&
				     x->frames[1].n == r1.of;
			if (known)
				e = followed(x, l, k1->unit, &r0, &s);
			else
				sized(&r0, &r1, &s);
			if (e == ERR_OK)
				taken(x, l, &r0, &r1, &s);
		}
	} else if (r0.has) {
		struct amount p = percent_of(d, &r0);
		ledger_put(l, CAUSE_RESPONSE, &p, -1);
	} else if (r1.has) {
		struct amount p = percent_of(d, &r1);
		ledger_put(l, CAUSE_RESPONSE, &p, 1);
	}
	ledger_block_end(l);
	return e == ERR_OK ? decompose_group_row(d, group, l, f0, &f1) : e;
}

enum err decompose_rate(struct decompose *d)
{
	struct decomposing x = {.d = d};
	struct decompose_figures from = {0}, to = {0};
	d->places = d->q->decimals;
	if (d->def != d->def_to && strcmp(d->def->id, d->def_to->id) != 0)
		return fail(&d->r->why, ERR_INVALID,
			    "a rate is taken apart within one indicator: indicator_to is for sums");
	enum err e = decompose_trend(d, &d->from, d->def->id, MEASURE_RATE, &from);
	if (e == ERR_OK)
		e = decompose_trend(d, &d->to, d->def->id, MEASURE_RATE, &to);
	if (e == ERR_OK && !from.n && !to.n)
		e = fail(&d->r->why, ERR_NOT_FOUND,
			 "nothing is said of \"%.80s\" in this scope, neither for %s nor for %s", d->def->id,
			 d->from.text, d->to.text);
	d->rounds[0] = decompose_round(d, &d->from, &from);
	d->rounds[1] = decompose_round(d, &d->to, &to);
	if (e == ERR_OK)
		e = decomposing_read(&x);
	if (e == ERR_OK)
		e = decompose_both_said(&x);
	for (size_t i = 0; i < from.n && e == ERR_OK; i++)
		e = rate_row(&x, from.list[i].group, &from.list[i], figure_of(&to, from.list[i].group));
	for (size_t i = 0; i < to.n && e == ERR_OK; i++)
		if (!figure_of(&from, to.list[i].group))
			e = rate_row(&x, to.list[i].group, NULL, &to.list[i]);
	if (e == ERR_OK)
		e = decompose_frame_notes(d, x.frames);
	decomposing_free(&x);
	return e;
}
