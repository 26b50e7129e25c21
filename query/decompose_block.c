/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_block.c - the parts of one block after the other: what was corrected, what crossed the border of the scope,
 * who reported at one point only, and what is left to compare.
 *
 * Each statement is looked at by itself. What flows to a unit that both points speak of is matched; where its division
 * among several is not known, each part that any of them belongs to may have none or all of it.
 */
#include "query/decomposing.h"
#include <stdlib.h>
#include <string.h>

enum fate { FATE_OUT, FATE_MATCHED, FATE_FRAME, FATE_RESPONSE, FATES };

/* Numbers of what belongs to the block at hand, each list ascending. */
struct numbers {
	size_t n, room;
	uint32_t *at;
};
struct block {
	struct decomposing *x;
	struct ledger *l;
	uint32_t group;
	struct numbers keys[SIDES], flows[SIDES], rests[SIDES], units;
	struct amount matched[SIDES]; /* what flows to matched units */
	uint32_t n_matched, first;
	size_t mark;
};

static struct amount none(struct block *b)
{
	return amount_zero(b->x->d->all);
}

static struct amount copy(struct block *b, const struct amount *x)
{
	struct amount y = none(b);
	amount_add(&y, x, 1);
	return y;
}

/* ---- who reported ----------------------------------------------------------------------------------- */

/* Was anybody to report at the other point of the territory that nothing is said of there? `said`: what is not asked
 * about; NULL = nothing. */
bool decomposing_framed(struct decomposing *x, enum side_of other, uint32_t unit, const bool *said)
{
	struct decompose *d = x->d;
	const struct frame_known *f = &x->frames[other];
	int32_t day = other == SIDE_FROM ? d->from.day : d->to.day;
	const uint32_t *atoms;
	size_t n = atoms_of(x->atoms, unit, d->to.day, false, &atoms);
	uint32_t kind = unit_kind(d->r->v, unit);
	bool any = false, framed = other == SIDE_TO && frame_has(f, unit);
	for (size_t i = 0; i < n && !framed; i++) {
		if (said && said[i])
			continue;
		uint32_t who = atoms_holder(x->atoms, atoms[i], day);
		any |= who != 0;
		framed =
		    who && f->known && (frame_has(f, who) || frame_has(f, unit_container(d->r->v, who, kind, day)));
	}
	return f->known ? framed : any;
}

static enum cause cause_of(enum fate f)
{
	return f == FATE_FRAME ? CAUSE_FRAME : f == FATE_RESPONSE ? CAUSE_RESPONSE : CAUSE_REAL;
}

/* The atoms of a unit that a side's statements speak of, as a mask over them. */
static bool *spoken_of(struct block *b, enum side_of s, uint32_t unit, const uint32_t *atoms, size_t n)
{
	struct decomposing *x = b->x;
	const struct recast_cell *cell = decomposing_cell(x, s, unit);
	bool *mask = arena_alloc(x->d->r->row, (n + 1) * sizeof *mask);
	for (size_t i = 0; cell && i < cell->n_parts; i++) {
		const struct recast_entry *e = recast_entry(x->sides[s].recast, cell->parts[i].entry);
		const uint32_t *of;
		size_t m = atoms_of(x->atoms, e->unit, e->day, false, &of), k = 0;
		for (size_t at = 0; at < n; at++) {
			while (k < m && of[k] < atoms[at])
				k++;
			mask[at] |= k < m && of[k] == atoms[at];
		}
	}
	return mask;
}

static enum fate silent(struct block *b, enum side_of other, uint32_t unit)
{
	const uint32_t *atoms;
	size_t n = atoms_of(b->x->atoms, unit, b->x->d->to.day, false, &atoms);
	const bool *said = spoken_of(b, other, unit, atoms, n);
	return decomposing_framed(b->x, other, unit, said) ? FATE_RESPONSE : FATE_FRAME;
}

struct overlap_of {
	bool both, only[2]; /* territory that both sides speak of; that one alone does */
};
static struct overlap_of overlap_of(struct block *b, enum side_of s0, enum side_of s1, uint32_t unit)
{
	const struct recast_cell *c0 = decomposing_cell(b->x, s0, unit), *c1 = decomposing_cell(b->x, s1, unit);
	struct overlap_of ret = {.both = true};
	const uint32_t *atoms;
	if (c0->of >= c0->all && c1->of >= c1->all)
		return ret;
	size_t n = atoms_of(b->x->atoms, unit, b->x->d->to.day, false, &atoms);
	const bool *m0 = spoken_of(b, s0, unit, atoms, n), *m1 = spoken_of(b, s1, unit, atoms, n);
	ret.both = false;
	for (size_t i = 0; i < n; i++) {
		ret.both |= m0[i] && m1[i];
		ret.only[0] |= m0[i] && !m1[i];
		ret.only[1] |= m1[i] && !m0[i];
	}
	return ret;
}

/* What becomes of what side `s` says of a unit in scope. */
static enum fate fate_of(struct block *b, enum side_of s, uint32_t unit, uint32_t from_group)
{
	enum side_of other = s == SIDE_FROM ? SIDE_TO : SIDE_FROM;
	if (!unit) /* no unit holds it: it leaves no scope, it ends (or has not begun) */
		return from_group == b->group ? FATE_FRAME : FATE_OUT;
	if (decomposing_group(b->x, unit) != b->group)
		return FATE_OUT;
	if (decomposing_has(b->x, SIDE_FROM, unit) && decomposing_has(b->x, SIDE_TO, unit) &&
	    overlap_of(b, SIDE_FROM, SIDE_TO, unit).both)
		return FATE_MATCHED;
	return silent(b, other, unit);
}

/* ---- the earlier point, known otherwise now --------------------------------------------------------- */

void decomposing_correct(struct decomposing *x, struct ledger *l, uint32_t group, const struct key *k)
{
	struct decompose *d = x->d;
	bool then = k->then && k->group_then == group, now = k->now && k->group == group;
	if (then)
		ledger_then(l, &k->x_then);
	if ((then && now && k->same) || (!then && !now))
		return;
	enum cause c = k->known_before ? CAUSE_CORRECTION : CAUSE_FOUND_LATE;
	struct amount change = amount_zero(d->all);
	if (now)
		amount_add(&change, &k->x, 1);
	if (then)
		amount_add(&change, &k->x_then, -1);
	ledger_put(l, c, &change, 1);
	ledger_name(d, l, c, k->unit, 0, d->from.day, &change, 1);
	if (then && !k->said)
		ledger_note(l, c,
			    arena_printf(l->a, "%s: what was said of it is retracted",
					 unit_name(d->r->v, k->unit, k->day_then, l->a)));
}

/* ---- flows ------------------------------------------------------------------------------------------ */

static void matched_add(struct block *b, enum side_of s, const struct amount *x)
{
	amount_add(&b->matched[s], x, 1);
}

static void to_fate(struct block *b, enum side_of s, enum fate f, uint32_t unit, int32_t day, const struct amount *x)
{
	int sign = s == SIDE_FROM ? -1 : 1;
	if (f == FATE_MATCHED) {
		matched_add(b, s, x);
	} else if (f != FATE_OUT) {
		ledger_put(b->l, cause_of(f), x, sign);
		ledger_name(b->x->d, b->l, cause_of(f), unit, 0, day, x, sign);
	}
}

/* Structure: what of a statement counts in the scope of the later point, less what counted in that of its own day. */
static void across(struct block *b, enum side_of s, const struct key *k, const struct amount *x, bool in_there,
		   struct amount *net)
{
	bool in = k->group == b->group;
	if (in == in_there)
		return;
	int sign = (in_there ? 1 : -1) * (s == SIDE_FROM ? 1 : -1);
	ledger_put(b->l, CAUSE_STRUCTURE, x, sign);
	amount_add(net, x, sign);
}

static void flow_one(struct block *b, enum side_of s, const struct flow *f, struct amount *net)
{
	struct decomposing *x = b->x;
	const struct key *k = &x->sides[s].keys[f->key];
	enum fate fate = fate_of(b, s, f->target, k->group);
	uint32_t unit = f->target ? f->target : k->unit;
	across(b, s, k, &f->x, fate != FATE_OUT, net);
	to_fate(b, s, fate, unit, f->target ? x->d->to.day : k->day, &f->x);
}

/* "Tysfjord was divided among Hamarøy, Narvik, and nobody knows how" */
static const char *spread_text(struct block *b, const struct key *k, const char *among)
{
	struct arena *a = b->l->a;
	struct answer *r = b->x->d->r;
	const char *name = unit_name(r->v, k->unit, k->day, a);
	uint32_t kind = atoms_gaps(b->x->atoms, k->unit, k->day);
	if (!kind)
		return arena_printf(a, "%s was divided among %s, and nobody knows how", name, among);
	return arena_printf(
	    a, "%s lies in %s, and not all its units of kind %s are on record: nobody knows how much in which", name,
	    among, answer_text(r, SPACE_TERM, kind));
}

static const char *names_of(struct block *b, const struct rest *r)
{
	struct arena *a = b->l->a;
	const char *text = "";
	for (size_t i = 0; i < r->n && i < 6; i++)
		text = arena_printf(a, "%s%s%s", text, i ? ", " : "",
				    r->targets[i] ? unit_name(b->x->d->r->v, r->targets[i], b->x->d->to.day, a)
						  : "no unit");
	return r->n > 6 ? arena_printf(a, "%s, …", text) : text;
}

/* What nobody can divide: all of it has one fate, or each of its fates may have none or all. */
static void rest_one(struct block *b, enum side_of s, const struct rest *r, struct amount *net)
{
	struct decomposing *x = b->x;
	struct decompose *d = x->d;
	const struct key *k = &x->sides[s].keys[r->key];
	bool has[FATES] = {false};
	uint32_t first[FATES] = {0};
	unsigned fates = 0;
	for (size_t i = 0; i < r->n; i++) {
		enum fate f = fate_of(b, s, r->targets[i], k->group);
		fates += !has[f];
		first[f] = has[f] ? first[f] : r->targets[i] ? r->targets[i] : k->unit;
		has[f] = true;
	}
	for (int f = FATE_OUT; f < FATES; f++) {
		struct amount some = copy(b, &r->x);
		if (!has[f])
			continue;
		if (fates > 1)
			amount_some(&some, x->negative);
		to_fate(b, s, (enum fate)f, first[f], d->to.day, &some);
	}
	bool in = k->group == b->group;
	struct amount some = copy(b, &r->x);
	if (has[FATE_OUT] && fates > 1) {
		/* In scope then: as much as lies outside now is gone; outside then: as much as lies inside came. */
		amount_some(&some, x->negative);
		across(b, s, k, &some, !in, net);
		const char *text = spread_text(b, k, names_of(b, r));
		ledger_note(b->l, CAUSE_STRUCTURE, text);
		ledger_note(b->l, CAUSE_UNDETERMINED, text);
	} else {
		across(b, s, k, &some, !has[FATE_OUT], net);
		if (fates > 1)
			ledger_note(b->l, CAUSE_UNDETERMINED,
				    arena_printf(b->l->a, "%s was divided among %s, of whom not all reported",
						 unit_name(d->r->v, k->unit, k->day, b->l->a), names_of(b, r)));
	}
}

/* Flows and rests of a side are in the order of cells: gathered by key to be named once. */
static void flows(struct block *b, enum side_of s)
{
	struct decomposing *x = b->x;
	const struct side *side = &x->sides[s];
	for (size_t i = 0; i < b->keys[s].n; i++) {
		uint32_t number = b->keys[s].at[i];
		const struct key *k = &side->keys[number];
		struct amount net = none(b);
		if (s == SIDE_TO && k->now && k->group == b->group)
			ledger_now(b->l, &k->x);
		if (!k->now)
			continue;
		for (size_t j = 0; j < b->flows[s].n; j++)
			if (side->flows[b->flows[s].at[j]].key == number)
				flow_one(b, s, &side->flows[b->flows[s].at[j]], &net);
		for (size_t j = 0; j < b->rests[s].n; j++)
			if (side->rests[b->rests[s].at[j]].key == number)
				rest_one(b, s, &side->rests[b->rests[s].at[j]], &net);
		ledger_name(x->d, b->l, CAUSE_STRUCTURE, k->unit, 0, k->day, &net, 1);
	}
}

/* ---- matched units ---------------------------------------------------------------------------------- */

/* All that may flow to a unit from a side. */
static struct amount at_most(struct block *b, enum side_of s, uint32_t unit)
{
	const struct side *side = &b->x->sides[s];
	struct amount sum = none(b);
	for (size_t i = 0; i < b->flows[s].n; i++)
		if (side->flows[b->flows[s].at[i]].target == unit)
			amount_add(&sum, &side->flows[b->flows[s].at[i]].x, 1);
	for (size_t i = 0; i < b->rests[s].n; i++) {
		const struct rest *r = &side->rests[b->rests[s].at[i]];
		for (size_t k = 0; k < r->n; k++)
			if (r->targets[k] == unit)
				amount_add(&sum, &r->x, 1);
	}
	return sum;
}

/* One point speaks of a part of the unit only: what the other says of the rest is response, and nobody knows how much
 * that is. */
static void partly(struct block *b, uint32_t unit)
{
	struct overlap_of o = overlap_of(b, SIDE_FROM, SIDE_TO, unit);
	struct decompose *d = b->x->d;
	for (int s = SIDE_FROM; s <= SIDE_TO; s++) {
		if (!o.only[s])
			continue;
		int sign = s == SIDE_TO ? 1 : -1;
		enum cause c = cause_of(silent(b, s == SIDE_TO ? SIDE_FROM : SIDE_TO, unit));
		struct amount some = at_most(b, (enum side_of)s, unit);
		amount_some(&some, b->x->negative);
		ledger_put(b->l, c, &some, sign);
		ledger_put(b->l, CAUSE_REAL, &some, -sign);
		ledger_name(d, b->l, c, unit, 0, d->to.day, &some, sign);
		const char *text =
		    arena_printf(b->l->a, "of %s only a part reported at the %s point",
				 unit_name(d->r->v, unit, d->to.day, b->l->a), s == SIDE_TO ? "earlier" : "later");
		ledger_note(b->l, c, text);
		ledger_note(b->l, CAUSE_UNDETERMINED, text);
	}
}

/* Did a break of one of the definitions come between any of what two sides say? */
static bool broken_between(const struct block *b, enum side_of one, enum side_of other, unsigned definition)
{
	const struct breaks *breaks = &b->x->breaks[definition];
	uint64_t low = UINT64_MAX, high = 0;
	for (size_t s = 0; s < SIDES && breaks->n; s++) {
		for (size_t i = 0; (s == one || s == other) && i < b->keys[s].n; i++) {
			const struct key *k = &b->x->sides[s].keys[b->keys[s].at[i]];
			low = k->now && k->rev < low ? k->rev : low;
			high = k->now && k->rev > high ? k->rev : high;
		}
	}
	return low < high && decomposing_broken(breaks, low, high);
}

/* Is the other definition measured at this side for just what is matched, and the same as at the other side? */
static bool bridged(struct block *b, enum side_of s, enum side_of bridge)
{
	bool later = bridge == SIDE_BRIDGE_FROM;
	if (broken_between(b, bridge, later ? SIDE_TO : SIDE_FROM, later))
		return false;
	for (size_t i = 0; i < b->units.n; i++) {
		uint32_t unit = b->units.at[i];
		if (fate_of(b, SIDE_FROM, unit, b->group) != FATE_MATCHED || !decomposing_has(b->x, s, unit))
			continue;
		if (!decomposing_has(b->x, bridge, unit))
			return false;
		struct overlap_of o = overlap_of(b, s, bridge, unit);
		if (o.only[0] || o.only[1])
			return false;
	}
	/* What it says flows to matched units alone, so that all of it can be compared. */
	for (size_t i = 0; i < b->rests[bridge].n; i++) {
		const struct rest *r = &b->x->sides[bridge].rests[b->rests[bridge].at[i]];
		for (size_t k = 0; k < r->n; k++)
			if (!r->targets[k] || fate_of(b, SIDE_FROM, r->targets[k], b->group) != FATE_MATCHED)
				return false;
		matched_add(b, bridge, &r->x);
	}
	for (size_t i = 0; i < b->flows[bridge].n; i++) {
		const struct flow *f = &b->x->sides[bridge].flows[b->flows[bridge].at[i]];
		if (f->target && fate_of(b, SIDE_FROM, f->target, b->group) == FATE_MATCHED)
			matched_add(b, bridge, &f->x);
	}
	return true;
}

static void difference(struct block *b, enum cause c, const struct amount *now, const struct amount *then)
{
	struct decompose *d = b->x->d;
	struct amount change = copy(b, now);
	amount_add(&change, then, -1);
	ledger_put(b->l, c, &change, 1);
	ledger_name(d, b->l, c, b->first, b->n_matched - 1, d->to.day, &change, 1);
}

/* No one knows which of the two it is. */
static void broken(struct block *b)
{
	struct decompose *d = b->x->d;
	struct amount real = copy(b, &b->matched[SIDE_TO]), other;
	amount_add(&real, &b->matched[SIDE_FROM], -1);
	other = copy(b, &real);
	real.no_high = other.no_low = true; /* real is not below −v0, and definition not above v1: else both are free */
	if (b->x->negative) {
		real.no_low = other.no_high = true;
	} else {
		mpq_neg(real.low, b->matched[SIDE_FROM].high);
		real.no_low = b->matched[SIDE_FROM].no_high;
		mpq_set(other.high, b->matched[SIDE_TO].high);
		other.no_high = b->matched[SIDE_TO].no_high;
	}
	ledger_put(b->l, CAUSE_REAL, &real, 1);
	ledger_put(b->l, CAUSE_DEFINITION, &other, 1);
	const char *text = arena_printf(
	    b->l->a,
	    b->x->other_definition
		? "%s continues %s, and no unit was measured by both at one time: what of the change is real and "
		  "what is definition nobody can tell"
		: "the definition of %s changed between the statements, and no unit was measured by both%.0s: "
		  "what of the change is real and what is definition nobody can tell",
	    d->def_to->id, d->def->id);
	ledger_note(b->l, CAUSE_DEFINITION, text);
	ledger_note(b->l, CAUSE_UNDETERMINED, text);
	struct amount change = copy(b, &b->matched[SIDE_TO]);
	amount_add(&change, &b->matched[SIDE_FROM], -1);
	ledger_name(d, b->l, CAUSE_UNDETERMINED, b->first, b->n_matched - 1, d->to.day, &change, 1);
}

static void matched(struct block *b)
{
	for (size_t i = 0; i < b->units.n; i++) {
		uint32_t unit = b->units.at[i];
		if (fate_of(b, SIDE_FROM, unit, b->group) != FATE_MATCHED || !decomposing_has(b->x, SIDE_FROM, unit))
			continue;
		b->first = b->n_matched++ ? b->first : unit;
		partly(b, unit);
	}
	if (!b->n_matched)
		return;
	if (!b->x->other_definition && !broken_between(b, SIDE_FROM, SIDE_TO, 0)) {
		difference(b, CAUSE_REAL, &b->matched[SIDE_TO], &b->matched[SIDE_FROM]);
	} else if (bridged(b, SIDE_FROM, SIDE_BRIDGE_FROM)) {
		difference(b, CAUSE_DEFINITION, &b->matched[SIDE_BRIDGE_FROM], &b->matched[SIDE_FROM]);
		difference(b, CAUSE_REAL, &b->matched[SIDE_TO], &b->matched[SIDE_BRIDGE_FROM]);
	} else if (bridged(b, SIDE_TO, SIDE_BRIDGE_TO)) {
		difference(b, CAUSE_DEFINITION, &b->matched[SIDE_TO], &b->matched[SIDE_BRIDGE_TO]);
		difference(b, CAUSE_REAL, &b->matched[SIDE_BRIDGE_TO], &b->matched[SIDE_FROM]);
	} else {
		broken(b);
	}
}

/* ---- all blocks ------------------------------------------------------------------------------------- */

static void block_group(struct block *b, uint32_t group)
{
	b->group = group;
	b->l = decomposing_ledger(b->x, group);
	b->n_matched = 0;
	b->first = 0;
	b->mark = amounts_mark(b->x->d->all);
	for (int s = 0; s < SIDES; s++)
		b->matched[s] = none(b);
	ledger_block(b->l);
	for (size_t i = 0; i < b->keys[SIDE_FROM].n; i++)
		decomposing_correct(b->x, b->l, group, &b->x->sides[SIDE_FROM].keys[b->keys[SIDE_FROM].at[i]]);
	flows(b, SIDE_FROM);
	flows(b, SIDE_TO);
	matched(b);
	ledger_block_end(b->l);
	amounts_back(b->x->d->all, b->mark);
}

static void number_add(struct block *b, struct numbers *n, uint32_t number)
{
	n->at = arena_grow(b->x->d->r->a, n->at, n->n, n->n + 1, sizeof *n->at, &n->room);
	n->at[n->n++] = number;
}

static void groups_add(struct block *b, struct numbers *groups, uint32_t group)
{
	for (size_t i = 0; i < groups->n; i++) {
		if (groups->at[i] == group)
			return;
	}
	if (group != DECOMPOSE_NOWHERE)
		number_add(b, groups, group);
}

static void block_run(struct block *b, struct numbers *groups)
{
	struct decomposing *x = b->x;
	groups->n = 0;
	for (int s = SIDE_FROM; s <= SIDE_TO; s++) {
		for (size_t i = 0; i < b->keys[s].n; i++) {
			const struct key *k = &x->sides[s].keys[b->keys[s].at[i]];
			if (s == SIDE_FROM)
				groups_add(b, groups, k->group_then);
			groups_add(b, groups, k->group);
		}
	}
	for (size_t i = 0; i < b->units.n; i++)
		groups_add(b, groups, decomposing_group(x, b->units.at[i]));
	for (size_t i = 0; i < groups->n; i++)
		block_group(b, groups->at[i]);
}

/* Everything there is, by the block it belongs to. */
enum what { WHAT_KEY, WHAT_FLOW, WHAT_REST, WHAT_UNIT };
struct belonging {
	uint32_t root, number;
	uint8_t what, side;
};

static int by_root(const void *a, const void *b)
{
	const struct belonging *x = a, *y = b;
	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static size_t belongings(struct decomposing *x, struct belonging **ret)
{
	size_t n = 0, room = x->d->n_units + 1;
	for (int s = 0; s < SIDES; s++)
		room += x->sides[s].n_keys + x->sides[s].n_flows + x->sides[s].n_rests;
	struct belonging *list = mem_alloc(room * sizeof *list);
	for (uint32_t u = 1; u <= x->d->n_units; u++) {
		bool any = false;
		for (int s = 0; s < SIDES; s++)
			any |= decomposing_has(x, (enum side_of)s, u);
		if (any)
			list[n++] = (struct belonging){decomposing_root(x, u), u, WHAT_UNIT, 0};
	}
	for (uint8_t s = 0; s < SIDES; s++) {
		const struct side *side = &x->sides[s];
		for (uint32_t i = 0; i < side->n_keys; i++)
			list[n++] = (struct belonging){decomposing_root(x, x->node_of[s] + i), i, WHAT_KEY, s};
		for (uint32_t i = 0; i < side->n_flows; i++)
			list[n++] = (struct belonging){decomposing_root(x, x->node_of[s] + side->flows[i].key), i,
						       WHAT_FLOW, s};
		for (uint32_t i = 0; i < side->n_rests; i++)
			list[n++] = (struct belonging){decomposing_root(x, x->node_of[s] + side->rests[i].key), i,
						       WHAT_REST, s};
	}
	qsort(list, n, sizeof *list, by_root);
	*ret = list;
	return n;
}

enum err decomposing_blocks(struct decomposing *x)
{
	struct block b = {.x = x};
	struct numbers groups = {0};
	struct belonging *list;
	size_t n = belongings(x, &list);
	enum err e = ERR_OK;
	for (size_t i = 0; i < n && e == ERR_OK;) {
		uint32_t root = list[i].root;
		for (int s = 0; s < SIDES; s++)
			b.keys[s].n = b.flows[s].n = b.rests[s].n = 0;
		b.units.n = 0;
		for (; i < n && list[i].root == root; i++) {
			struct numbers *to[] = {&b.keys[list[i].side], &b.flows[list[i].side], &b.rests[list[i].side],
						&b.units};
			number_add(&b, to[list[i].what], list[i].number);
		}
		block_run(&b, &groups);
		e = x->n_ledgers > x->d->r->c->limits->rows_max ? decomposing_too_many(x) : answer_work(x->d->r);
	}
	free(list);
	return e;
}
