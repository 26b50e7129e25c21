/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_trend.c - a figure of a trend: the row's question settled, the figure made once more, and the statements it is
 * made of told as items (explaining.h says how).
 */
#include "query/explaining.h"
#include <string.h>

/* ---- the question ----------------------------------------------------------------------------------------- */

static enum err settle_day(struct explain *x, const char *text, int32_t *ret)
{
	struct when w;
	enum err e = answer_when(x->r, text, "structure_at", &w);
	*ret = w.lo;
	return e;
}

static enum err settle_row(struct explain *x)
{
	struct answer *r = x->r;
	struct when w;
	struct msg_category *all = arena_alloc(r->a, (x->row.n_categories + x->t->n_categories + 1) * sizeof *all);
	size_t n = 0;
	for (size_t i = 0; i < x->row.n_categories; i++)
		all[n++] = x->row.categories[i];
	for (size_t i = 0; i < x->t->n_categories; i++) {
		bool again = false;
		for (size_t k = 0; k < x->row.n_categories && !again; k++)
			again = strcmp(all[k].dimension, x->t->categories[i].dimension) == 0;
		if (!again)
			all[n++] = x->t->categories[i];
	}
	x->def = define_find(r->v, SPACE_INDICATOR, x->t->indicator, r->a, NULL);
	if (!x->def)
		return fail(&r->why, ERR_NOT_FOUND,
			    "no indicator \"%.100s\" is defined: `varde catalogue indicators` lists them",
			    x->t->indicator);
	x->n_series = series_find(r->v, x->t->indicator, all, n, r->a, &x->series);
	x->ref = view_term(r->v, SPACE_REF, slice_text(x->row.period));
	x->round = view_term(r->v, SPACE_ROUND, slice_text(x->row.round));
	x->newest = x->t->latest_rounds || !x->ref;
	x->row_day = when_parse(x->row.period, &w, NULL) == ERR_OK ? when_reference_day(&w) : WHEN_DAY_MAX;
	x->among = x->row.n_among != 0;
	x->all_groups = (x->figure.measure == MEASURE_SHARE && !*x->t->share_of) || x->figure.measure == MEASURE_RANK;
	x->any_round &= x->all_groups;
	enum err e = answer_when(r, x->t->published_by, "published_by", &x->published_by);
	if (e == ERR_OK && x->published_by.precision)
		e = answer_entered_by(r, x->published_by.hi, &x->entered_by);
	return e;
}

static enum err settle_structure(struct explain *x)
{
	const struct msg_trend_question *t = x->t;
	enum err e = ERR_OK;
	x->moved = *t->structure_at;
	if (*t->structure_at)
		e = settle_day(x, t->structure_at, &x->day);
	x->group_day = x->day;
	if (e == ERR_OK && *t->group_structure_at)
		e = settle_day(x, t->group_structure_at, &x->group_day);
	if (e == ERR_OK && (x->moved || *t->group_structure_at)) {
		uint32_t basis = *t->weight_basis ? view_term(x->r->v, SPACE_TERM, slice_text(t->weight_basis)) : 0;
		x->atoms = atoms_new(x->r->v, basis, x->r->a);
		e = x->r->v->err;
	}
	return e;
}

/* ---- items ------------------------------------------------------------------------------------------------ */

static const struct series *series_of(const struct explain *x, uint32_t id)
{
	for (size_t i = 0; i < x->n_series; i++)
		if (x->series[i].id == id)
			return &x->series[i];
	return NULL;
}

static void tell_source(struct explain *x, uint32_t src, struct msg_explain_item *item)
{
	const struct msg_source *def = define_get(x->r->v, SPACE_SOURCE, src, x->r->a, NULL);
	item->source = explain_text(x, SPACE_SOURCE, src);
	item->source_title = def ? def->title : "";
}

void explain_tell(struct explain *x, const struct contributor *c, struct msg_explain_item *item)
{
	const struct statement *s = c->s;
	const struct series *series = series_of(x, s->series);
	item->unit = unit_id(x->r->v, s->unit, x->r->a);
	item->unit_name = unit_name(x->r->v, s->unit, c->day, x->r->a);
	item->indicator = x->def->id;
	item->n_categories = series ? series->n_categories : 0;
	item->categories = series ? series->categories : NULL;
	item->period = explain_text(x, SPACE_REF, s->ref);
	item->value = (struct msg_value *)arena_alloc(x->r->a, sizeof *item->value);
	memcpy((void *)item->value, s->said, sizeof *item->value);
	tell_source(x, s->src, item);
	item->locator = s->locator;
	item->round = explain_text(x, SPACE_ROUND, s->round);
	item->revision = s->rev;
	item->message_id = s->message_id;
	item->submitter = s->submitter;
	item->system_time_us = s->time_us;
	item->rule = choice_name(c->rule);
	item->alternatives = c->alternatives;
}

void explain_tell_used(struct explain *x, const struct span *s, bool exact, struct msg_figure *used)
{
	struct arena *a = x->r->a;
	if (!s->low)
		return;
	unsigned places = 0;
	mpq_ptr q = number(x);
	mpz_t rest;
	mpz_init(rest);
	for (mpz_set_ui(rest, 1); places < 6 && !mpz_divisible_p(rest, mpq_denref(s->low)); places++)
		mpz_mul_ui(rest, rest, 10);
	mpz_clear(rest);
	mpq_set(q, s->low);
	const char *text = span_text(a, s, places);
	used->shown = text ? text : "";
	if (exact && span_exact(s)) {
		struct made m = {.as = MADE_EXACT, .exact = q};
		struct msg_figure told;
		made_tell(x, &m, &told);
		used->numerator = told.numerator;
		used->denominator = told.denominator;
	} else {
		used->low = s->no_low ? "" : end_decimal(a, s->low, places, false);
		used->high = s->no_high ? "" : end_decimal(a, s->high, places, true);
	}
}

static const char *share_text(struct explain *x, const struct parcel *p)
{
	struct arena *a = x->r->a;
	if (!p->known)
		return "";
	const char *num = mpz_decimal(a, mpq_numref(p->share));
	return mpz_cmp_ui(mpq_denref(p->share), 1) == 0
		   ? num
		   : arena_printf(a, "%s/%s", num, mpz_decimal(a, mpq_denref(p->share)));
}

static void item_of(struct explain *x, struct contributor *c, const struct parcel *p);

/* One that was put together: each of its parts, and what it says. */
static void items_of_parts(struct explain *x, struct contributor *c, const struct parcel *p)
{
	struct parcel part = *p;
	for (size_t i = 0; i < c->n_said; i++) {
		struct contributor *one = &c->said[i];
		one->method = c->method;
		if (!span_of(x, one->s->said, explain_not_negative(x), &one->number))
			one->number = (struct span){0};
		part.own = p->whole ? one->number : (struct span){0};
		item_of(x, one, &part);
		c->item = one->item;
	}
}

/* Do all units among which it lies stand in the row's group? */
static bool rest_in_group(struct explain *x, const struct rest *s)
{
	const struct contributor *c = &x->from[s->from];
	for (size_t i = 0; i < s->n; i++) {
		const char *const *keys;
		size_t n = explain_groups(x, c, s->units[i], x->day, &keys);
		if (!explain_wanted(x, c, s->units[i]) || !explain_has_key(keys, n, x->key))
			return false;
	}
	return s->n != 0;
}

/* What of a statement lies in all units of the row together: what was divided within them is whole there. */
static struct parcel in_group(struct explain *x, const struct parcel *p, bool *ret_whole)
{
	struct parcel all = *p;
	mpq_ptr rest = number(x);
	all.own = span_zero(x);
	all.share = number(x);
	*ret_whole = false;
	mpq_set_ui(rest, 1, 1);
	for (size_t i = 0; i < x->n_cells; i++) {
		const struct cell_made *c = &x->cells[i];
		bool in = explain_cell_in(x, c, x->key, x->round);
		for (size_t k = 0; k < c->n; k++) {
			if (c->parcels[k]->from != p->from)
				continue;
			mpq_sub(rest, rest, c->parcels[k]->share);
			if (!in)
				continue;
			mpq_add(all.share, all.share, c->parcels[k]->share);
			if (c->parcels[k]->own.low)
				span_add(&all.own, &c->parcels[k]->own);
		}
	}
	for (size_t i = 0; i < x->n_rests; i++) {
		if (x->rests[i].from != p->from || !rest_in_group(x, &x->rests[i]))
			continue;
		span_add(&all.own, &x->rests[i].amount);
		mpq_add(all.share, all.share, rest);
		all.known = *ret_whole = true;
	}
	return all;
}

static void item_of_parcel(struct explain *x, const struct parcel *p)
{
	struct contributor *c = &x->from[p->from];
	bool additive = x->def->over_units == AGGREGATION_ADDITIVE, whole = false;
	if (c->item)
		return; /* it has a share in several cells of the group, which are told as one */
	struct parcel all = additive && x->moved && p->own.low && !p->whole ? in_group(x, p, &whole) : *p;
	if (c->n_said)
		items_of_parts(x, c, p);
	else
		item_of(x, c, &all);
	if (whole && c->item->method == METHOD_UNALLOCATED)
		c->item->method = METHOD_MERGED;
}

static void item_of(struct explain *x, struct contributor *c, const struct parcel *p)
{
	struct msg_explain_item *item = c->item = explain_item(x);
	explain_tell(x, c, item);
	item->method = c->method;
	item->share = share_text(x, p);
	if (x->moved && !(p->same && p->unit == c->s->unit))
		explain_steps(x, c, p->unit, NULL);
	bool additive = x->def->over_units == AGGREGATION_ADDITIVE;
	if (x->figure.measure == MEASURE_COUNT && !c->s->said->missing)
		item->used->shown = "1";
	else
		explain_tell_used(x, additive && x->moved ? &p->own : &c->number, true, item->used);
}

static bool rest_of_row(struct explain *x, const struct rest *s)
{
	const struct contributor *c = &x->from[s->from];
	for (size_t i = 0; i < s->n; i++) {
		const char *const *keys;
		size_t n = explain_groups(x, c, s->units[i], x->day, &keys);
		if (explain_has_key(x->row.among, x->row.n_among, unit_id(x->r->v, s->units[i], x->r->a)))
			return true;
		for (size_t k = 0; k < n; k++)
			if (explain_has_key(x->row.among, x->row.n_among, keys[k]))
				return true;
	}
	return false;
}

/* What lies among several units: its statements, and how much of each nobody can place. */
static void items_of_rests(struct explain *x)
{
	for (size_t i = 0; i < x->n_rests; i++) {
		const struct rest *s = &x->rests[i];
		struct contributor *c = &x->from[s->from];
		if (!rest_of_row(x, s) || c->item)
			continue;
		struct msg_explain_item *item = c->item = explain_item(x);
		explain_tell(x, c, item);
		item->method = METHOD_UNALLOCATED;
		if (s->n)
			explain_steps(x, c, s->units[0], NULL);
		explain_tell_used(x, &s->amount, true, item->used);
	}
}

/* A unit that lies in several groups, all of them the row's. */
static bool cell_among(const struct explain *x, const struct cell_made *c)
{
	bool among = c->n_keys > 1 && x->from[c->parcels[0]->from].s->round == x->round;
	for (size_t i = 0; i < c->n_keys && among; i++)
		among = explain_has_key(x->row.among, x->row.n_among, c->keys[i]);
	return among;
}

static void items_of_row(struct explain *x)
{
	if (x->among)
		items_of_rests(x);
	for (size_t i = 0; i < x->n_cells; i++) {
		if (x->among ? !cell_among(x, &x->cells[i]) : !explain_cell_in(x, &x->cells[i], x->key, x->round))
			continue;
		for (size_t k = 0; k < x->cells[i].n; k++)
			item_of_parcel(x, x->cells[i].parcels[k]);
	}
}

/* What stays among several units was divided, or is more than its parts on record. */
static void rules_of_rests(struct explain *x)
{
	for (size_t i = 0; i < x->n_rests; i++) {
		const struct contributor *c = &x->from[x->rests[i].from];
		explain_rule(x, atoms_gaps(x->atoms, c->s->unit, c->day)
				    ? "what is more than its parts on record stays among the units that it may lie in"
				    : "what was divided and has no weights stays among the units it was divided among");
	}
}

static void rules_of_row(struct explain *x)
{
	static const char *const by_method[] = {
	    [METHOD_EXACT] = NULL,
	    [METHOD_MERGED] = "figures of whole territories are put together",
	    [METHOD_APPORTIONED] = "what was divided is apportioned by weights; whole things by largest remainder",
	    [METHOD_BOUNDS] = "what is not known is between two ends, never at a midpoint",
	    [METHOD_UNALLOCATED] = NULL, /* rules_of_rests() */
	    [METHOD_REFUSED] = NULL,
	};
	if (x->row.method > 0 && x->row.method <= METHOD_REFUSED && by_method[x->row.method])
		explain_rule(x, by_method[x->row.method]);
	if (x->row.method == METHOD_UNALLOCATED)
		rules_of_rests(x);
	if (x->figure.measure == MEASURE_SUM && x->def->over_units == AGGREGATION_ADDITIVE)
		explain_rule(x, "the sum adds what the units say; the indicator is additive over units");
	if (x->figure.measure == MEASURE_COUNT)
		explain_rule(x, "units with a value are counted; kinds of missing are not values");
	for (size_t i = 0; i < x->row.n_notes; i++)
		explain_note(x, x->row.notes[i]);
}

static enum err second_path(struct explain *x)
{
	struct made made = {0};
	enum err e = explain_read(x);
	if (e == ERR_OK && !x->n_from && !x->newest && !x->round) {
		/* A row of no round: parts that were reported in different rounds, put together. */
		x->newest = true;
		e = explain_read(x);
	}
	if (e == ERR_OK)
		e = explain_place(x);
	if (e == ERR_OK)
		e = explain_cells(x);
	if (e != ERR_OK)
		return e;
	items_of_row(x);
	if (*x->figure.refused) {
		explain_refused(x);
		return ERR_OK;
	}
	e = explain_figure(x, &made);
	x->made = made;
	made_tell(x, &made, &x->recomputed);
	x->agrees = made_agrees(x, &made, &x->figure) && !x->unheard;
	if (x->unheard)
		explain_note(x, "the index has a statement that the log's change records do not have");
	return e == ERR_OK ? (x->r->failed != ERR_OK ? x->r->failed : x->r->v->err) : e;
}

enum err explain_trend(struct explain *x)
{
	x->t = x->q->trend;
	x->only = x->t->n_measures == 1 ? x->t->measures[0] : MEASURE_UNSPECIFIED;
	enum err e = explain_ask(x);
	if (e == ERR_OK)
		e = explain_find(x);
	if (e == ERR_OK)
		e = settle_row(x);
	if (e == ERR_OK)
		e = settle_structure(x);
	if (e == ERR_OK)
		e = explain_group_ask(x);
	if (e == ERR_OK)
		e = second_path(x);
	rules_of_row(x);
	atoms_free(x->atoms);
	return e;
}
