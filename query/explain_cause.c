/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_cause.c - one cause of a decomposition: its figure made once more, and what it is made of.
 */
#include "query/explain_causes.h"
#include <string.h>

bool causes_in(struct causes *c, uint32_t unit, int32_t day)
{
	return scope_has(c->scope, unit, day) && scope_group(c->scope, unit, day) == c->group;
}

struct span causes_some(struct causes *c, const struct explain *y, const struct span *s)
{
	struct span some = span_zero(c->x);
	mpq_set(some.high, s->high);
	some.no_high = s->no_high;
	some.high_out = s->high_out;
	if (!explain_not_negative(y))
		some.no_low = some.no_high = true;
	return some;
}

/* ---- what is told ----------------------------------------------------------------------------------------- */

void causes_put(struct causes *c, enum cause cause, const struct span *s, int sign)
{
	span_add_sign(&c->part[cause], s, sign);
}

static struct cause_told *told_of(struct causes *c, struct explain *y, struct contributor *k, uint32_t target)
{
	if (k->told)
		return &c->told[k->told - 1];
	c->told = arena_grow(c->x->r->a, c->told, c->n_told, c->n_told + 1, sizeof *c->told, &c->told_room);
	c->told[c->n_told] = (struct cause_told){.y = y, .k = k, .target = target, .adds = span_zero(c->x)};
	k->told = ++c->n_told;
	return &c->told[c->n_told - 1];
}

void causes_say(struct causes *c, enum cause cause, struct explain *y, struct contributor *k, uint32_t target,
		const struct span *s, int sign)
{
	causes_put(c, cause, s, sign);
	if (c->x->q->cause == cause)
		span_add_sign(&told_of(c, y, k, target)->adds, s, sign);
	else if (c->x->q->cause == CAUSE_UNDETERMINED && !span_exact(s))
		told_of(c, y, k, target);
}

void causes_point(struct causes *c, struct explain *y, struct contributor *k, const struct span *s, int sign)
{
	span_add(sign > 0 ? &c->now : &c->then, s);
	if (!c->x->q->cause)
		span_add_sign(&told_of(c, y, k, 0)->adds, s, sign);
}

static bool nothing(const struct span *s)
{
	return span_exact(s) && mpq_sgn(s->low) == 0;
}

static void items_of(struct causes *c)
{
	struct explain *x = c->x;
	bool adds = x->q->cause != CAUSE_UNDETERMINED;
	for (size_t i = 0; i < c->n_told; i++) {
		struct cause_told *t = &c->told[i];
		if (x->q->cause && adds && nothing(&t->adds))
			continue; /* it came and went */
		struct msg_explain_item *item = t->k->item = explain_item(x);
		explain_tell(t->y, t->k, item);
		item->method = t->k->method;
		if (t->target && t->target != t->k->s->unit)
			explain_steps(t->y, t->k, t->target, NULL);
		if (adds)
			explain_tell_used(t->y, &t->adds, true, item->used);
	}
}

/* ---- the figure ------------------------------------------------------------------------------------------- */

/* The number in the range that is nearest to zero: so much of it is certain. */
static mpq_ptr least(struct causes *c, int cause)
{
	const struct span *s = &c->part[cause];
	mpq_ptr q = number(c->x);
	if (c->fixed[cause])
		return c->fixed[cause];
	if (!s->no_low && mpq_sgn(s->low) > 0)
		mpq_set(q, s->low);
	else if (!s->no_high && mpq_sgn(s->high) < 0)
		mpq_set(q, s->high);
	return q;
}

static void between(struct made *m, const struct span *s)
{
	if (span_exact(s))
		*m = (struct made){.as = MADE_EXACT, .exact = s->low};
	else if (s->no_low && s->no_high)
		*m = (struct made){.as = MADE_NOTHING, .words = "nothing bounds it on either side"};
	else
		*m = (struct made){.as = MADE_BETWEEN, .span = *s};
}

static struct span change_of(struct causes *c)
{
	struct span s = span_zero(c->x);
	span_add(&s, &c->now);
	span_add_sign(&s, &c->then, -1);
	return s;
}

static void undetermined(struct causes *c, struct made *m)
{
	struct explain *x = c->x;
	struct span left = change_of(c);
	const char *change = span_text(x->r->a, &left, 6);
	for (int i = 1; i < CAUSE_UNDETERMINED; i++) {
		mpq_ptr sure = least(c, i);
		mpq_sub(left.low, left.low, sure);
		mpq_sub(left.high, left.high, sure);
	}
	between(m, &left);
	explain_rule(x, "undetermined is the change less what is certain of each cause");
	if (change)
		explain_note(x, arena_printf(x->r->a, "the change made once more: %s", change));
}

static void one_cause(struct causes *c, struct made *m)
{
	static const char *const rules[CAUSES] = {
	    [CAUSE_CORRECTION] = "correction: what is said now of the earlier point less what was said of it then, "
				 "where something had been said",
	    [CAUSE_STRUCTURE] = "structure: what of the earlier point came into the scope with the borders, less what "
				"left it",
	    [CAUSE_FRAME] = "frame: figures of those who should report at one of the points only",
	    [CAUSE_RESPONSE] = "response: figures of those who should report at both points, and did at one",
	    [CAUSE_DEFINITION] = "definition: figures of both definitions for the same time",
	    [CAUSE_FOUND_LATE] = "found late: what is known of the earlier point only since its as_of",
	    [CAUSE_REAL] = "real: what is said of the later point less what is said of the same units, or things, of "
			   "the earlier one",
	};
	struct explain *x = c->x;
	const struct span *s = &c->part[x->q->cause];
	explain_rule(x, rules[x->q->cause]);
	mpq_ptr sure = least(c, (int)x->q->cause);
	if (span_exact(s) || (s->no_low && s->no_high)) /* nothing bounds it: then no bounds are told */
		*m = (struct made){.as = MADE_EXACT, .exact = sure};
	else
		*m = (struct made){.as = MADE_BETWEEN, .span = *s, .exact = sure};
	if (!span_exact(s) && !c->fixed[x->q->cause])
		explain_rule(x, "where it may be more or less, the figure is what is certain: the number between its "
				"ends that is nearest to zero");
}

static enum err conclude(struct causes *c)
{
	struct explain *x = c->x;
	struct made made = {0};
	enum cause cause = x->q->cause;
	if (c->untold[cause])
		return fail(&x->r->why, ERR_INVALID, "%s", c->untold[cause]);
	if (cause == CAUSE_UNDETERMINED) {
		undetermined(c, &made);
	} else if (cause) {
		one_cause(c, &made);
	} else {
		struct span change = change_of(c);
		between(&made, &change);
		explain_rule(x, "the change is the later figure less the earlier one, each as known at its own point");
	}
	items_of(c);
	made_tell(x, &made, &x->recomputed);
	if (made.as == MADE_BETWEEN && made.exact && *x->figure.numerator)
		x->recomputed.shown = mpq_decimal(x->r->a, made.exact, places_shown(x->figure.shown));
	x->agrees = made_agrees(x, &made, &x->figure) && !x->unheard;
	if (x->unheard)
		explain_note(x, "the index has a statement that the log's change records do not have");
	return ERR_OK;
}

/* ---- the question ----------------------------------------------------------------------------------------- */

static enum err made_by(struct causes *c)
{
	struct explain *x = c->x;
	const struct msg_decompose_question *q = c->q;
	const struct msg_indicator *def =
	    *q->indicator ? define_find(x->r->v, SPACE_INDICATOR, q->indicator, x->r->a, NULL) : NULL;
	if (*q->indicator && !def)
		return fail(&x->r->why, ERR_NOT_FOUND, "no indicator \"%.100s\" is defined", q->indicator);
	if (def && q->measure == MEASURE_RATE)
		return causes_rate(c);
	if (def)
		return def->over_units == AGGREGATION_ADDITIVE ? causes_sum(c) : causes_single(c);
	return q->counted == COUNTED_PARTICIPANTS ? causes_participants(c) : causes_count(c);
}

static void tell_part(struct explain *x, const struct msg_decompose_row *row)
{
	for (size_t i = 0; i < row->n_parts; i++) {
		if (row->parts[i].cause != x->q->cause)
			continue;
		x->part = &row->parts[i];
		x->figure = *row->parts[i].figure;
		for (size_t k = 0; k < row->parts[i].n_notes; k++)
			explain_note(x, row->parts[i].notes[k]);
	}
}

enum err explain_cause(struct explain *x, const struct msg_decompose_row *row, const struct point *from,
		       const struct point *to, struct msg_unit_ref *refs)
{
	struct answer *r = x->r;
	struct causes c = {.x = x, .q = x->q->decompose, .from = from, .to = to, .refs = refs, .key = row->group};
	uint64_t as_of = r->v->as_of;
	tell_part(x, row);
	if (*row->change->refused) {
		explain_refused(x);
		return ERR_OK;
	}
	for (int i = 0; i < CAUSES; i++)
		c.part[i] = span_zero(x);
	c.then = span_zero(x);
	c.now = span_zero(x);
	c.group = *row->group ? view_term(r->v, SPACE_UNIT, slice_text(row->group)) : 0;
	r->v->as_of = to->rev;
	enum err e = scope_ask(r, refs, c.q->n_units, c.q->subtree, to->day, &c.scope);
	if (e == ERR_OK)
		e = scope_group_ask(c.scope, c.q->group_by);
	if (e == ERR_OK)
		e = made_by(&c);
	if (e == ERR_OK)
		e = conclude(&c);
	r->v->as_of = as_of;
	return e == ERR_OK ? r->v->err : e;
}
