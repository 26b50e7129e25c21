/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_read.c - the statements of both points, as known then and as known now, and the units of the later point
 * that each flows to.
 */
#include "query/decomposing.h"
#include <stdlib.h>
#include <string.h>
#include "query/define.h"

#define NOT_LOOKED (UINT32_MAX - 1)

/* ---- statements ------------------------------------------------------------------------------------- */

static struct key *key_add(struct decomposing *x, struct side *s)
{
	struct arena *a = x->d->r->a;
	s->keys = arena_grow(a, s->keys, s->n_keys, s->n_keys + 1, sizeof *s->keys, &s->keys_room);
	return &s->keys[s->n_keys++];
}

/* The value as an amount that bounds as much as it says. false = it is missing. */
static bool amount_said(struct decomposing *x, struct slice stored, struct amount *ret, enum err *err)
{
	struct arena *a = x->d->r->row;
	struct msg_value *v;
	*err = value_get(stored, a, &v);
	if (*err != ERR_OK || !v || v->missing) {
		*ret = amount_zero(x->d->all);
		*err = *err == ERR_OK && !v ? ERR_CORRUPT : *err;
		return false;
	}
	if (!amount_of_value(x->d->all, v, ret))
		ret->no_low = ret->no_high = true;
	if (ret->no_low && !x->negative)
		ret->no_low = false; /* its end is zero */
	return true;
}

/* One statement of a unit, chosen among those of the point's round. */
static enum err take(struct decomposing *x, const struct side *s, const struct cell *cell, bool then, struct key *k)
{
	struct arena *a = x->d->r->row;
	struct stated *some = arena_alloc(a, cell->n * sizeof *some);
	struct choice choice;
	size_t n = 0;
	for (size_t i = 0; i < cell->n; i++)
		if (!s->p->round || cell->list[i].obs.round == s->p->round)
			some[n++] = cell->list[i];
	if (!n)
		return ERR_NOT_FOUND;
	enum err e = choose_value(some, n, a, &choice), broken = ERR_OK;
	if (e != ERR_OK)
		return e;
	const struct stated *one = &some[choice.chosen];
	int32_t day = one->obs.expressed_in ? one->obs.expressed_in : s->p->day;
	struct amount amount;
	bool has = amount_said(x, one->obs.value, &amount, &broken);
	k->unit = cell->unit;
	if (then) {
		k->said_then = true;
		k->then = has;
		k->day_then = day;
		k->x_then = amount;
		(void)value_peek(one->obs.value, &k->n_then);
	} else {
		k->said = true;
		k->now = has;
		k->day = day;
		k->x = amount;
		(void)value_peek(one->obs.value, &k->n);
		k->rev = stated_under(x->d->r->v, one);
		k->value = one->obs.value;
		k->ref = one->obs.ref;
		k->round = one->obs.round;
	}
	return broken;
}

/* Keys come in the order of units, so those of the second reading are found by stepping along. */
static enum err read_at(struct decomposing *x, struct side *s, uint32_t series, uint32_t ref, uint64_t rev, bool then)
{
	AUTO_CELLS struct cells cells = {0};
	struct decompose *d = x->d;
	struct cell cell;
	enum err e = ERR_OK;
	size_t at = 0, n = s->n_keys;
	d->r->v->as_of = rev;
	cells_begin(&cells, d->r->v, series, ref, 0);
	while (e == ERR_OK && cells_next(&cells, &cell) && cell.ref == ref) {
		struct key k = {0};
		if (cell.unit > d->n_units)
			return ERR_CORRUPT;
		while (at < n && s->keys[at].unit < cell.unit)
			at++;
		bool have = at < n && s->keys[at].unit == cell.unit;
		e = take(x, s, &cell, then, have ? &s->keys[at] : &k);
		if (e == ERR_OK && !have)
			*key_add(x, s) = k;
		else if (e == ERR_NOT_FOUND)
			e = ERR_OK;
		if (e == ERR_OK)
			e = answer_work(d->r);
	}
	return e;
}

/* Was anything ever said under the key by then, though nothing stood? */
static bool known_before(struct decomposing *x, uint32_t series, const struct key *k, uint64_t rev)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	x->d->r->v->as_of = rev;
	key_obs(&key, series, k->ref, k->unit);
	walk_begin(&w, x->d->r->v, TABLE_OBS, buf_view(&key));
	return walk_next(&w, &row);
}

static bool same_value(const struct key *k)
{
	return k->then && k->now && amount_equal(&k->x_then, &k->x) && k->day_then == k->day;
}

static enum err read_side(struct decomposing *x, enum side_of which, const struct msg_indicator *def,
			  const struct point *p)
{
	struct decompose *d = x->d;
	struct side *s = &x->sides[which];
	uint64_t now = d->to.rev;
	s->def = def;
	s->p = p;
	uint32_t series = view_term(d->r->v, SPACE_SERIES,
				    slice_text(series_text(d->r->a, def->id, d->q->categories, d->q->n_categories)));
	enum err e = ERR_OK;
	if (!series || !p->ref)
		return ERR_OK;
	if (which == SIDE_FROM)
		e = read_at(x, s, series, p->ref, d->from.rev, true);
	if (e == ERR_OK)
		e = read_at(x, s, series, p->ref, now, false);
	for (size_t i = 0; i < s->n_keys && e == ERR_OK && which == SIDE_FROM; i++) {
		struct key *k = &s->keys[i];
		d->r->v->as_of = d->from.rev;
		k->group_then = k->said_then ? decompose_group(d, k->unit, k->day_then) : DECOMPOSE_NOWHERE;
		k->known_before = k->said_then || known_before(x, series, k, d->from.rev);
		k->same = same_value(k);
	}
	d->r->v->as_of = now;
	for (size_t i = 0; i < s->n_keys && e == ERR_OK; i++) {
		struct key *k = &s->keys[i];
		k->group = k->said ? decompose_group(d, k->unit, k->day) : DECOMPOSE_NOWHERE;
	}
	return e == ERR_OK ? d->r->v->err : e;
}

/* ---- where they flow -------------------------------------------------------------------------------- */

static void flow_add(struct decomposing *x, struct side *s, uint32_t key, uint32_t target, const struct amount *amount)
{
	struct arena *a = x->d->r->a;
	s->flows = arena_grow(a, s->flows, s->n_flows, s->n_flows + 1, sizeof *s->flows, &s->flows_room);
	s->flows[s->n_flows++] = (struct flow){key, target, *amount};
}

static void rest_add(struct decomposing *x, struct side *s, uint32_t key, size_t n, const uint32_t *targets,
		     const struct amount *amount)
{
	struct arena *a = x->d->r->a;
	s->rests = arena_grow(a, s->rests, s->n_rests, s->n_rests + 1, sizeof *s->rests, &s->rests_room);
	s->rests[s->n_rests++] = (struct rest){key, n, targets, *amount};
}

/* Words that bound nothing lie somewhere among the targets, whatever the weights. */
static void vague_rest(struct decomposing *x, struct side *s, uint32_t key, const struct recast_cell *cells, size_t n)
{
	uint32_t *targets = NULL;
	size_t n_targets = 0, room = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < cells[i].n_parts; k++) {
			if (recast_entry(s->recast, cells[i].parts[k].entry)->tag != key)
				continue;
			targets = arena_grow(x->d->r->a, targets, n_targets, n_targets + 1, sizeof *targets, &room);
			targets[n_targets++] = cells[i].unit;
		}
	}
	if (n_targets == 1)
		flow_add(x, s, key, targets[0], &s->keys[key].x);
	else
		rest_add(x, s, key, n_targets, targets, &s->keys[key].x);
}

static enum err flows_of(struct decomposing *x, struct side *s)
{
	struct decompose *d = x->d;
	struct recast_cell *cells;
	struct recast_rest *rests;
	s->cell_of = arena_alloc(d->r->a, ((size_t)d->n_units + 1) * sizeof *s->cell_of);
	if (!s->n_keys)
		return ERR_OK;
	struct recast_ask ask = {
	    .view = d->r->v,
	    .atoms = x->atoms,
	    .day = d->to.day,
	    .def = s->def,
	    .n_units = d->n_units,
	    .all = true,
	};
	bool additive = s->def->over_units == AGGREGATION_ADDITIVE;
	s->recast = recast_new(&ask);
	s->series = (struct series){
	    .indicator = s->def->id, .n_categories = d->q->n_categories, .categories = d->q->categories};
	recast_begin(s->recast, &s->series);
	for (uint32_t i = 0; i < s->n_keys; i++) {
		const struct key *k = &s->keys[i];
		uint32_t kind = unit_kind(d->r->v, k->unit);
		if (!k->now)
			continue;
		if (!kind) { /* all its lives are taken back: no unit has it, and a trend as reported counts it */
			flow_add(x, s, i, 0, &k->x);
			continue;
		}
		if (!recast_kind_lives(s->recast, kind))
			return fail(&d->r->why, d->r->v->err ? d->r->v->err : ERR_NOT_FOUND,
				    "no %s is on record as living on %s: the earlier figures have no structure to be "
				    "held against",
				    answer_text(d->r, SPACE_TERM, kind), d->to.told->valid_at);
		recast_add(s->recast, &(struct recast_entry){.unit = k->unit,
							     .kind = kind,
							     .day = k->day,
							     .ref = k->ref,
							     .round = k->round,
							     .rev = k->rev,
							     .value = k->value,
							     .tag = i});
	}
	enum err e = recast_run(s->recast);
	if (e != ERR_OK)
		return e;
	size_t n = recast_cells(s->recast, &cells), n_rests = recast_rests(s->recast, &rests);
	bool *vague = arena_alloc(d->r->a, (s->n_keys + 1) * sizeof *vague);
	for (size_t i = 0; i < n; i++) {
		s->cell_of[cells[i].unit] = (uint32_t)i + 1;
		for (size_t k = 0; k < cells[i].n_parts; k++) {
			const struct recast_part *part = &cells[i].parts[k];
			uint32_t key = recast_entry(s->recast, part->entry)->tag;
			struct amount amount;
			if (!additive) {
				flow_add(x, s, key, cells[i].unit, &s->keys[key].x);
			} else if (!recast_amount(s->recast, part, &amount)) {
				vague[key] = true;
			} else if (part->known) {
				flow_add(x, s, key, cells[i].unit, &amount);
			}
		}
	}
	for (size_t i = 0; i < n_rests; i++)
		rest_add(x, s, recast_entry(s->recast, rests[i].entry)->tag, rests[i].n, rests[i].targets,
			 &rests[i].amount);
	for (uint32_t i = 0; i < s->n_keys; i++)
		if (vague[i])
			vague_rest(x, s, i, cells, n);
	return answer_work(d->r);
}

/* ---- blocks ----------------------------------------------------------------------------------------- */

uint32_t decomposing_root(struct decomposing *x, uint32_t node)
{
	while (x->parent[node] != node) {
		x->parent[node] = x->parent[x->parent[node]];
		node = x->parent[node];
	}
	return node;
}

static void unite(struct decomposing *x, uint32_t a, uint32_t b)
{
	a = decomposing_root(x, a);
	b = decomposing_root(x, b);
	if (a != b)
		x->parent[a > b ? a : b] = a < b ? a : b;
}

static void blocks(struct decomposing *x)
{
	x->n_nodes = x->d->n_units + 1;
	for (int s = 0; s < SIDES; s++) {
		x->node_of[s] = x->n_nodes;
		x->n_nodes += (uint32_t)x->sides[s].n_keys;
	}
	x->parent = arena_alloc(x->d->r->a, (size_t)x->n_nodes * sizeof *x->parent);
	for (uint32_t i = 0; i < x->n_nodes; i++)
		x->parent[i] = i;
	for (int s = 0; s < SIDES; s++) {
		const struct side *side = &x->sides[s];
		for (size_t i = 0; i < side->n_flows; i++)
			if (side->flows[i].target)
				unite(x, x->node_of[s] + side->flows[i].key, side->flows[i].target);
		for (size_t i = 0; i < side->n_rests; i++)
			for (size_t k = 0; k < side->rests[i].n; k++)
				if (side->rests[i].targets[k])
					unite(x, x->node_of[s] + side->rests[i].key, side->rests[i].targets[k]);
	}
}

uint32_t decomposing_group(struct decomposing *x, uint32_t unit)
{
	if (x->group[unit] == NOT_LOOKED)
		x->group[unit] = decompose_group(x->d, unit, x->d->to.day);
	return x->group[unit];
}

bool decomposing_has(const struct decomposing *x, enum side_of s, uint32_t unit)
{
	return x->sides[s].cell_of && x->sides[s].cell_of[unit];
}

const struct recast_cell *decomposing_cell(const struct decomposing *x, enum side_of s, uint32_t unit)
{
	struct recast_cell *cells;
	if (!decomposing_has(x, s, unit))
		return NULL;
	recast_cells(x->sides[s].recast, &cells);
	return &cells[x->sides[s].cell_of[unit] - 1];
}

struct ledger *decomposing_ledger(struct decomposing *x, uint32_t group)
{
	struct decompose *d = x->d;
	if (!x->ledger_of)
		x->ledger_of = arena_alloc(d->r->a, ((size_t)d->n_units + 1) * sizeof *x->ledger_of);
	if (x->ledger_of[group])
		return x->ledgers[x->ledger_of[group] - 1].l;
	x->ledgers =
	    arena_grow(d->r->a, x->ledgers, x->n_ledgers, x->n_ledgers + 1, sizeof *x->ledgers, &x->ledgers_room);
	x->ledgers[x->n_ledgers] = (struct group_ledger){group, ledger_new(d, group)};
	x->ledger_of[group] = (uint32_t)x->n_ledgers + 1;
	return x->ledgers[x->n_ledgers++].l;
}

enum err decomposing_too_many(struct decomposing *x)
{
	return fail(&x->d->r->why, ERR_TOO_LARGE,
		    "the answer has more than %u rows: name units, or group more coarsely",
		    x->d->r->c->limits->rows_max);
}

/* ---- all -------------------------------------------------------------------------------------------- */

/* The revisions of the definition that call themselves a break. */
static enum err read_breaks(struct decomposing *x, const struct msg_indicator *d, struct breaks *ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	size_t room = 0;
	struct view *v = x->d->r->v;
	key_number(&key, SPACE_INDICATOR, view_term(v, SPACE_INDICATOR, slice_text(d->id)));
	walk_begin(&w, v, TABLE_DEF, buf_view(&key));
	w.all_revisions = true;
	while (walk_next(&w, &row)) {
		void *def;
		enum err e = row_fact(&row, &f);
		if (e == ERR_OK)
			e = codec_decode(&msg_type_indicator, f.def.body, CODEC_TOLERANT, x->d->r->a, &def, NULL);
		if (e != ERR_OK)
			return e;
		if (!((const struct msg_indicator *)def)->break_before)
			continue;
		ret->list = arena_grow(x->d->r->a, ret->list, ret->n, ret->n + 1, sizeof *ret->list, &room);
		ret->list[ret->n++] = row.rev;
	}
	return v->err;
}

bool decomposing_broken(const struct breaks *b, uint64_t rev, uint64_t other)
{
	for (size_t i = 0; i < b->n; i++) {
		if ((rev < b->list[i]) != (other < b->list[i]))
			return true;
	}
	return false;
}

enum err decomposing_read(struct decomposing *x)
{
	struct decompose *d = x->d;
	const char *basis = d->q->weight_basis;
	d->r->v->as_of = d->to.rev;
	x->negative = decompose_may_be_negative(d);
	x->other_definition = strcmp(d->def->id, d->def_to->id) != 0;
	x->atoms = atoms_new(d->r->v, *basis ? view_term(d->r->v, SPACE_TERM, slice_text(basis)) : 0, d->r->a);
	x->group = arena_alloc(d->r->a, ((size_t)d->n_units + 1) * sizeof *x->group);
	for (size_t i = 0; i <= d->n_units; i++)
		x->group[i] = NOT_LOOKED;
	enum err e = d->r->v->err;
	if (e == ERR_OK)
		e = read_side(x, SIDE_FROM, d->def, &d->from);
	if (e == ERR_OK)
		e = read_side(x, SIDE_TO, d->def_to, &d->to);
	if (e == ERR_OK && x->other_definition)
		e = read_side(x, SIDE_BRIDGE_FROM, d->def_to, &d->from);
	if (e == ERR_OK && x->other_definition)
		e = read_side(x, SIDE_BRIDGE_TO, d->def, &d->to);
	d->r->v->as_of = d->to.rev;
	for (int s = 0; s < SIDES && e == ERR_OK; s++)
		e = flows_of(x, &x->sides[s]);
	if (e == ERR_OK)
		e = read_breaks(x, d->def, &x->breaks[0]);
	if (e == ERR_OK)
		e = read_breaks(x, d->def_to, &x->breaks[1]);
	if (e == ERR_OK)
		e = decompose_frame(d, &d->from, d->rounds[0], &x->frames[0]);
	if (e == ERR_OK)
		e = decompose_frame(d, &d->to, d->rounds[1], &x->frames[1]);
	if (e == ERR_OK)
		blocks(x);
	return e;
}

void decomposing_free(struct decomposing *x)
{
	for (int s = 0; s < SIDES; s++)
		recast_free(x->sides[s].recast);
	atoms_free(x->atoms);
}
