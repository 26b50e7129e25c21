/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_among.c - a row among those that stand together: its share of what they have, its rank.
 *
 * Each row's sum is made once more of the log; what lies between two ends has a share and a rank between two ends. What
 * is unallocated belongs to what all have together, and has no rank.
 */
#include "query/explaining.h"
#include <stdlib.h>
#include <string.h>

/* What a row has. */
struct has {
	struct span x;
	mpq_ptr may;
	bool may_open, number, self;
};

static struct has has_of(struct explain *x, const struct sums *s, const struct msg_trend_row *row)
{
	uint32_t round = view_term(x->r->v, SPACE_ROUND, slice_text(row->round));
	bool among = row->n_among, nn = explain_not_negative(x);
	struct total t = among ? explain_total_among(s, row) : explain_total(s, row->group, round);
	bool unknown = t.n_missing || (!among && explain_incomplete_row(x, row->group, round));
	struct has h = {.x = t.own, .may = t.may, .may_open = t.may_open};
	h.number = among || t.n > t.n_missing + t.n_refused + t.n_words || (!t.n && mpq_sgn(t.own.high));
	/* Several units have one figure only where their figures add up. */
	h.number &= among || t.n <= 1 || (x->def->over_units == AGGREGATION_ADDITIVE && !t.n_words && !t.mixed);
	h.x.no_high |= unknown;
	h.x.no_low = (h.x.no_low || unknown) && !nn;
	if (t.has_may && !nn) /* a part of what may be negative may be anything */
		h.x.no_low = h.x.no_high = true;
	h.self = strcmp(row->group, x->row.group) == 0 && strcmp(row->group_name, x->row.group_name) == 0 &&
		 strcmp(row->round, x->row.round) == 0 && row->n_among == x->row.n_among;
	for (size_t i = 0; i < row->n_among && h.self; i++)
		h.self = strcmp(row->among[i], x->row.among[i]) == 0;
	return h;
}

static void made_of(struct made *m, const struct span *s)
{
	*m = span_exact(s) ? (struct made){.as = MADE_EXACT, .exact = s->low}
			   : (struct made){.as = MADE_BETWEEN, .span = *s};
}

/* ---- shares ------------------------------------------------------------------------------------------- */

/* part of part + others, in percent */
static void percent(struct explain *x, mpq_ptr ret, mpq_srcptr part, mpq_srcptr others)
{
	mpq_ptr all = number(x);
	mpq_add(all, part, others);
	mpq_set_ui(ret, 0, 1);
	if (mpq_sgn(all) <= 0)
		return;
	mpq_div(ret, part, all);
	mpq_set_ui(all, 100, 1);
	mpq_mul(ret, ret, all);
}

static struct span share_of_all(struct explain *x, const struct has *own, const struct span *all, size_t n_open)
{
	struct span s = span_zero(x);
	mpq_ptr others = number(x), most = number(x), hundred = number(x);
	mpq_set_ui(hundred, 100, 1);
	mpq_sub(others, all->high, own->x.high);
	percent(x, s.low, own->x.low, others);
	if (n_open > own->x.no_high) /* others may have any amount */
		mpq_set_ui(s.low, 0, 1);
	mpq_sub(others, all->low, own->x.low);
	mpq_sub(others, others, own->may); /* it is among all as a row of its own, and would be here */
	if (mpq_sgn(others) < 0)
		mpq_set_ui(others, 0, 1);
	mpq_add(most, own->x.high, own->may);
	percent(x, s.high, most, others);
	if (own->x.no_high || own->may_open || mpq_cmp(s.high, hundred) > 0)
		mpq_set(s.high, hundred);
	return s;
}

static void of_groups(struct explain *x, const struct sums *s, struct made *m)
{
	struct span all = span_zero(x);
	struct has own = {0};
	size_t n_open = 0;
	bool told = false, more = false;
	for (size_t i = 0; i < x->n_peers; i++) {
		uint32_t round = view_term(x->r->v, SPACE_ROUND, slice_text(x->peers[i]->round));
		struct has h = has_of(x, s, x->peers[i]);
		told = told || (!x->peers[i]->n_among && explain_incomplete_row(x, x->peers[i]->group, round));
		more = more || explain_incomplete(x, "", round);
		mpq_add(all.low, all.low, h.x.low);
		mpq_add(all.high, all.high, h.x.high);
		n_open += h.x.no_high;
		if (h.self)
			own = h;
	}
	if (!own.may) {
		*m = (struct made){.as = MADE_NOTHING, .words = "the log has no statement for it"};
		return;
	}
	n_open += more && !told; /* what is in none of the groups */
	struct span share = share_of_all(x, &own, &all, n_open);
	made_of(m, &share);
	all.no_high = n_open;
	explain_note(
	    x, arena_printf(x->r->a, "of %s, what %zu rows have together", span_text(x->r->a, &all, 0), x->n_peers));
	explain_rule(x, "a share is of what all groups of the same period and categories have together, in percent");
}

/* What the row's group has in another series. */
struct other {
	struct total t;
	size_t n_statements, n_units;
	uint32_t *units; /* that are spoken of */
};

/* The units of the row's group that are spoken of. */
static void units_of(const struct explain *x, uint32_t **ret, size_t *ret_n)
{
	*ret = arena_alloc(x->r->a, (x->n_cells + 1) * sizeof **ret);
	*ret_n = 0;
	for (size_t i = 0; i < x->n_cells; i++)
		if (explain_cell_in(x, &x->cells[i], x->key, x->round))
			(*ret)[(*ret_n)++] = x->cells[i].unit;
}

/* The same group's figure in another series, read as the row's own was. */
static enum err other_series(struct explain *x, const struct msg_category *c, size_t n, struct other *ret)
{
	struct explain y = *x;
	struct sums s = {.x = &y};
	y.n_statements = y.n_from = y.n_parcels = y.n_rests = y.n_cells = 0;
	y.statements_room = y.from_room = y.parcels_room = y.rests_room = 0;
	y.n_series = series_find(x->r->v, x->def->id, c, n, x->r->a, &y.series);
	enum err e = explain_read(&y);
	if (e == ERR_OK)
		e = explain_place(&y);
	if (e == ERR_OK)
		e = explain_cells(&y);
	explain_lots(&s);
	ret->t = x->among ? explain_total_among(&s, &x->row) : explain_total(&s, y.key, y.round);
	ret->n_statements = y.n_from;
	units_of(&y, &ret->units, &ret->n_units);
	x->rules = y.rules;
	x->n_rules = y.n_rules;
	x->rules_room = y.rules_room;
	x->unheard |= y.unheard;
	return e;
}

/* What a part is a share of. */
struct whole {
	struct span x; /* of a total with what may lie there */
	bool total;    /* was said; else the sum of the codes */
	bool self;     /* the row is the total */
	bool more;     /* it is of units that the row says nothing of */
};

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void whole_total(struct explain *x, const struct other *o, struct whole *ret)
{
	uint32_t *own;
	size_t n_own;
	mpq_ptr high = number(x);
	units_of(x, &own, &n_own);
	qsort(own, n_own, sizeof *own, by_number);
	mpq_add(high, o->t.own.high, o->t.may);
	ret->total = true;
	ret->x = o->t.own;
	ret->x.high = high;
	ret->x.no_high |= o->t.may_open || o->t.n_missing || (!x->among && explain_incomplete(x, x->key, x->round));
	for (size_t i = 0; i < o->n_units && !ret->more && x->grouping != GROUP_UNIT; i++)
		ret->more = !bsearch(&o->units[i], own, n_own, sizeof *own, by_number);
}

/* Along a dimension: of its total where that is on record, else of the sum of the other codes. */
static enum err whole_of(struct explain *x, const char *dimension, struct whole *ret)
{
	const struct msg_code_list *l = NULL;
	size_t at = x->row.n_categories;
	struct other o;
	struct msg_category *c = arena_alloc(x->r->a, (x->row.n_categories + 1) * sizeof *c);
	enum err e = ERR_OK;
	for (size_t i = 0; i < x->def->n_dimensions; i++)
		if (strcmp(x->def->dimensions[i].id, dimension) == 0)
			l = define_find(x->r->v, SPACE_CODE_LIST, x->def->dimensions[i].code_list, x->r->a, NULL);
	for (size_t i = 0; i < x->row.n_categories; i++) {
		c[i] = x->row.categories[i];
		at = strcmp(c[i].dimension, dimension) == 0 ? i : at;
	}
	*ret = (struct whole){.x = span_zero(x)};
	for (size_t k = 0; l && at < x->row.n_categories && k < l->n_codes && e == ERR_OK; k++) {
		if (!l->codes[k].total)
			continue;
		c[at].code = l->codes[k].code;
		e = other_series(x, c, x->row.n_categories, &o);
		if (e == ERR_OK && o.n_statements) {
			whole_total(x, &o, ret);
			ret->self = strcmp(x->row.categories[at].code, l->codes[k].code) == 0;
		}
	}
	for (size_t k = 0; l && at < x->row.n_categories && k < l->n_codes && e == ERR_OK && !ret->total; k++) {
		if (l->codes[k].total)
			continue;
		c[at].code = l->codes[k].code;
		e = other_series(x, c, x->row.n_categories, &o);
		span_add(&ret->x, &o.t.own);
		ret->x.no_high |= o.t.n_missing != 0;
	}
	return e;
}

static struct span share_of_total(struct explain *x, const struct has *own, const struct whole *w)
{
	struct span s = span_zero(x);
	mpq_ptr hundred = number(x), most = number(x);
	bool nn = explain_not_negative(x);
	mpq_set_ui(hundred, 100, 1);
	if (w->self) {
		mpq_set(s.low, hundred);
		mpq_set(s.high, hundred);
		return s;
	}
	s.no_low = own->x.no_low || (w->more && !nn);
	s.no_high = own->x.no_high || own->may_open || w->more;
	mpq_add(most, own->x.high, own->may);
	/* Above zero it is least of the largest whole, below zero of the smallest. */
	if (mpq_sgn(own->x.low) < 0)
		mpq_div(s.low, own->x.low, w->x.low);
	else if (!w->x.no_high)
		mpq_div(s.low, own->x.low, w->x.high);
	if (mpq_sgn(most) >= 0)
		mpq_div(s.high, most, w->x.low);
	else if (!w->x.no_high)
		mpq_div(s.high, most, w->x.high);
	mpq_mul(s.low, s.low, hundred);
	mpq_mul(s.high, s.high, hundred);
	bool exact = !s.no_high && mpq_equal(s.low, s.high);
	if (nn && !exact && mpq_cmp(s.low, hundred) <= 0 && (s.no_high || mpq_cmp(s.high, hundred) > 0)) {
		mpq_set(s.high, hundred); /* it is a part */
		s.no_high = false;
	}
	return s;
}

static enum err of_dimension(struct explain *x, const struct sums *s, struct made *m)
{
	struct has own = has_of(x, s, &x->row);
	struct whole whole;
	enum err e = whole_of(x, x->t->share_of + strlen("dim:"), &whole);
	if (e != ERR_OK || mpq_sgn(whole.x.low) <= 0) {
		*m = (struct made){.as = MADE_NOTHING, .words = "the whole is not above zero"};
		return e;
	}
	struct span share =
	    whole.total ? share_of_total(x, &own, &whole) : share_of_all(x, &own, &whole.x, whole.x.no_high);
	made_of(m, &share);
	explain_note(x, arena_printf(x->r->a, "of %s, the %s along %s", span_text(x->r->a, &whole.x, 0),
				     whole.total ? "total" : "sum of the codes", x->t->share_of + strlen("dim:")));
	return ERR_OK;
}

enum err explain_share(struct explain *x, const struct sums *s, struct made *ret)
{
	if (*x->t->share_of)
		return of_dimension(x, s, ret);
	of_groups(x, s, ret);
	return ERR_OK;
}

/* ---- ranks -------------------------------------------------------------------------------------------- */

/* Is `a` above `b` whatever both are? */
static bool surely_above(const struct span *a, const struct span *b)
{
	if (a->no_low || b->no_high)
		return false;
	int d = mpq_cmp(a->low, b->high);
	return d > 0 || (d == 0 && (a->low_out || b->high_out));
}

void explain_rank(struct explain *x, const struct sums *s, struct made *ret)
{
	struct has *list = arena_alloc(x->r->a, (x->n_peers + 1) * sizeof *list), *own = NULL;
	struct span rank = span_zero(x);
	size_t n = 0, surely = 0, perhaps = 0;
	for (size_t i = 0; i < x->n_peers; i++) {
		const struct msg_trend_row *row = x->peers[i];
		struct has h = has_of(x, s, row);
		if (row->n_among || !h.number || (!*row->group && *x->t->group_by))
			continue;
		h.x.no_high |= h.may_open;
		mpq_ptr high = number(x);
		mpq_add(high, h.x.high, h.may);
		h.x.high = high;
		list[n++] = h;
	}
	for (size_t i = 0; i < n; i++)
		own = list[i].self ? &list[i] : own;
	if (!own) {
		*ret = (struct made){.as = MADE_NOTHING, .words = "the log has no statement for it"};
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (&list[i] == own)
			continue;
		surely += surely_above(&list[i].x, &own->x);
		perhaps += own->x.no_low || list[i].x.no_high || mpq_cmp(list[i].x.high, own->x.low) > 0;
	}
	mpq_set_ui(rank.low, surely + 1, 1);
	mpq_set_ui(rank.high, perhaps + 1, 1);
	made_of(ret, &rank);
	explain_rule(x, "the rank is one more than the number of groups with a larger figure; equal ones share it");
	explain_note(x, arena_printf(x->r->a, "among %zu groups", n));
}
