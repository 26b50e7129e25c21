/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_single.c - figures that do not add up: counts of sets, percentages, what any or all of the parts have.
 *
 * A group has one unit at each point. What of the earlier point becomes the later unit's is what recast makes of it:
 * the figure of the same territory, bounds for sets put together, a percentage recomputed from counts; else it is not
 * known, and what the borders did cannot be told from what really changed.
 */
#include "query/decomposing.h"

/* What recast makes of the earlier figures for a unit; `same`: the very figure of one statement. */
static struct amount earlier(struct decomposing *x, struct ledger *l, uint32_t unit, const struct key **same)
{
	struct decompose *d = x->d;
	const struct recast_cell *cell = decomposing_cell(x, SIDE_FROM, unit);
	struct amount p = amount_zero(d->all);
	*same = NULL;
	if (cell->same && cell->n_parts == 1) {
		*same = &x->sides[SIDE_FROM].keys[recast_entry(x->sides[SIDE_FROM].recast, cell->parts[0].entry)->tag];
		amount_add(&p, &(*same)->x, 1);
		return p;
	}
	if (cell->state == RECAST_NUMBER) {
		amount_add(&p, &cell->own, 1);
		if (!amount_exact(&p))
			ledger_note(
			    l, CAUSE_STRUCTURE,
			    arena_printf(l->a,
					 cell->n_parts > 1
					     ? "%s is made of several: what they had in common counts once, so "
					       "that it is from the largest part to the sum"
					     : "%s is not the same territory any more, and how much of the figure "
					       "was of what came or went is not known",
					 unit_name(d->r->v, unit, d->to.day, l->a)));
		return p;
	}
	p.no_high = true;
	p.no_low = x->negative;
	const char *why = cell->refused
			      ? arena_printf(l->a, "%s: %s", unit_name(d->r->v, unit, d->to.day, l->a), cell->refused)
			      : "what was said at the earlier point bounds nothing";
	ledger_note(l, CAUSE_STRUCTURE, why);
	ledger_note(l, CAUSE_UNDETERMINED, why);
	return p;
}

static const struct key *key_in(const struct side *s, uint32_t group, uint32_t unit)
{
	for (size_t i = 0; i < s->n_keys; i++) {
		if (s->keys[i].now && s->keys[i].group == group && (!unit || s->keys[i].unit == unit))
			return &s->keys[i];
	}
	return NULL;
}

static void changed(struct decomposing *x, struct ledger *l, enum cause c, uint32_t unit, const struct amount *now,
		    const struct amount *then)
{
	struct amount change = amount_zero(x->d->all);
	if (now)
		amount_add(&change, now, 1);
	if (then)
		amount_add(&change, then, -1);
	ledger_put(l, c, &change, 1);
	ledger_name(x->d, l, c, unit, 0, x->d->to.day, &change, 1);
}

/* Another definition: measured at the earlier point too, at the later one, or neither. */
static void compared(struct decomposing *x, struct ledger *l, uint32_t unit, const struct key *now,
		     const struct amount *then, bool broken)
{
	const struct key *bridge = key_in(&x->sides[SIDE_BRIDGE_FROM], l->group, unit);
	const struct key *back = key_in(&x->sides[SIDE_BRIDGE_TO], l->group, unit);
	if (bridge && decomposing_broken(&x->breaks[1], bridge->rev, now->rev))
		bridge = NULL;
	for (size_t i = 0; i < x->sides[SIDE_FROM].n_flows && back; i++) {
		const struct flow *f = &x->sides[SIDE_FROM].flows[i];
		if (f->target == unit &&
		    decomposing_broken(&x->breaks[0], x->sides[SIDE_FROM].keys[f->key].rev, back->rev))
			back = NULL;
	}
	if (!broken) {
		changed(x, l, CAUSE_REAL, unit, &now->x, then);
	} else if (bridge) {
		changed(x, l, CAUSE_DEFINITION, unit, &bridge->x, then);
		changed(x, l, CAUSE_REAL, unit, &now->x, &bridge->x);
	} else if (back) {
		changed(x, l, CAUSE_DEFINITION, unit, &now->x, &back->x);
		changed(x, l, CAUSE_REAL, unit, &back->x, then);
	} else {
		struct amount free_ = amount_zero(x->d->all);
		free_.no_low = free_.no_high = true;
		const char *text = "the definition changed, and both were never measured at one time: what is real and "
				   "what is definition nobody can tell";
		ledger_put(l, CAUSE_REAL, &free_, 1);
		ledger_put(l, CAUSE_DEFINITION, &free_, 1);
		ledger_note(l, CAUSE_DEFINITION, text);
		ledger_note(l, CAUSE_UNDETERMINED, text);
	}
}

static void one_unit(struct decomposing *x, struct ledger *l, uint32_t unit)
{
	const struct key *now = key_in(&x->sides[SIDE_TO], l->group, unit), *same = NULL;
	bool had = decomposing_has(x, SIDE_FROM, unit);
	struct amount then;
	if (had) {
		then = earlier(x, l, unit, &same);
		const struct key *itself = key_in(&x->sides[SIDE_FROM], l->group, unit);
		if (!same || same->group != l->group)
			changed(x, l, CAUSE_STRUCTURE, unit, &then, itself ? &itself->x : NULL);
	}
	if (now)
		ledger_now(l, &now->x);
	if (now && had) {
		bool broken = x->other_definition;
		for (size_t i = 0; i < x->sides[SIDE_FROM].n_flows && !broken; i++) {
			const struct flow *f = &x->sides[SIDE_FROM].flows[i];
			broken = f->target == unit &&
				 decomposing_broken(&x->breaks[0], x->sides[SIDE_FROM].keys[f->key].rev, now->rev);
		}
		compared(x, l, unit, now, &then, broken);
	} else if (now) {
		changed(x, l, decomposing_framed(x, SIDE_FROM, unit, NULL) ? CAUSE_RESPONSE : CAUSE_FRAME, unit,
			&now->x, NULL);
	} else if (had) {
		changed(x, l, decomposing_framed(x, SIDE_TO, unit, NULL) ? CAUSE_RESPONSE : CAUSE_FRAME, unit, NULL,
			&then);
	}
}

/* The figure of a unit that is no longer there, or not the same, has flowed on: it leaves, and what it became came. */
static void leave(struct decomposing *x, struct ledger *l)
{
	const struct side *s = &x->sides[SIDE_FROM];
	for (uint32_t i = 0; i < s->n_keys; i++) {
		const struct key *k = &s->keys[i];
		bool stays = false;
		decomposing_correct(x, l, l->group, k);
		if (!k->now || k->group != l->group)
			continue;
		/* Its own figure is held against what became of it (one_unit()). */
		stays = decomposing_has(x, SIDE_FROM, k->unit) && decomposing_group(x, k->unit) == l->group;
		for (size_t j = 0; j < s->n_flows && !stays; j++) {
			const struct recast_cell *cell =
			    s->flows[j].key == i ? decomposing_cell(x, SIDE_FROM, s->flows[j].target) : NULL;
			stays = cell && cell->unit && cell->same && cell->n_parts == 1 &&
				decomposing_group(x, cell->unit) == l->group;
		}
		if (!stays)
			changed(x, l, CAUSE_STRUCTURE, k->unit, NULL, &k->x);
	}
}

enum err decomposing_single(struct decomposing *x)
{
	for (int s = SIDE_FROM; s <= SIDE_TO; s++) {
		for (size_t i = 0; i < x->sides[s].n_keys; i++) {
			const struct key *k = &x->sides[s].keys[i];
			if (k->then && k->group_then != DECOMPOSE_NOWHERE)
				decomposing_ledger(x, k->group_then);
			if (k->now && k->group != DECOMPOSE_NOWHERE)
				decomposing_ledger(x, k->group);
		}
	}
	for (uint32_t u = 1; u <= x->d->n_units; u++)
		if (decomposing_has(x, SIDE_FROM, u) && decomposing_group(x, u) != DECOMPOSE_NOWHERE)
			decomposing_ledger(x, decomposing_group(x, u));
	for (size_t i = 0; i < x->n_ledgers; i++) {
		struct ledger *l = x->ledgers[i].l;
		if (x->n_ledgers > x->d->r->c->limits->rows_max)
			return decomposing_too_many(x);
		ledger_block(l);
		leave(x, l);
		for (uint32_t u = 1; u <= x->d->n_units; u++) {
			if (decomposing_group(x, u) == l->group &&
			    (decomposing_has(x, SIDE_FROM, u) || key_in(&x->sides[SIDE_TO], l->group, u)))
				one_unit(x, l, u);
		}
		ledger_block_end(l);
		enum err e = answer_work(x->d->r);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}
