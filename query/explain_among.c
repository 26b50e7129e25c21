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
	bool unknown = t.n_missing || (!among && explain_incomplete(x, row->group, round));
	struct has h = {.x = t.own, .may = t.may, .may_open = t.may_open};
	h.number = among || t.n > t.n_missing + t.n_refused + t.n_words || (!t.n && mpq_sgn(t.own.high));
	/* Several units have one figure only where their figures add up. */
	h.number &= among || t.n <= 1 || (x->def->over_units == AGGREGATION_ADDITIVE && !t.n_words && !t.mixed);
	h.x.no_high |= unknown;
	h.x.no_low = (h.x.no_low || unknown) && !nn;
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
	for (size_t i = 0; i < x->n_peers; i++) {
		struct has h = has_of(x, s, x->peers[i]);
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
	struct span share = share_of_all(x, &own, &all, n_open);
	made_of(m, &share);
	all.no_high = n_open;
	explain_note(
	    x, arena_printf(x->r->a, "of %s, what %zu rows have together", span_text(x->r->a, &all, 0), x->n_peers));
	explain_rule(x, "a share is of what all groups of the same period and categories have together, in percent");
}

/* The same group's figure in another series, read as the row's own was. */
static enum err other_series(struct explain *x, const struct msg_category *c, size_t n, struct total *ret,
			     size_t *ret_statements)
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
	*ret = explain_total(&s, y.key, y.round);
	*ret_statements = y.n_from;
	x->numbers = y.numbers;
	x->rules = y.rules;
	x->n_rules = y.n_rules;
	x->rules_room = y.rules_room;
	x->unheard |= y.unheard;
	return e;
}

/* Along a dimension: of its total where that is on record, else of the sum of the other codes. */
static enum err whole_of(struct explain *x, const char *dimension, struct span *ret, bool *ret_total)
{
	const struct msg_code_list *l = NULL;
	size_t at = x->row.n_categories, n;
	struct total t;
	struct msg_category *c = arena_alloc(x->r->a, (x->row.n_categories + 1) * sizeof *c);
	enum err e = ERR_OK;
	for (size_t i = 0; i < x->def->n_dimensions; i++)
		if (strcmp(x->def->dimensions[i].id, dimension) == 0)
			l = define_find(x->r->v, SPACE_CODE_LIST, x->def->dimensions[i].code_list, x->r->a, NULL);
	for (size_t i = 0; i < x->row.n_categories; i++) {
		c[i] = x->row.categories[i];
		at = strcmp(c[i].dimension, dimension) == 0 ? i : at;
	}
	*ret = span_zero(x);
	*ret_total = false;
	for (size_t k = 0; l && at < x->row.n_categories && k < l->n_codes && e == ERR_OK; k++) {
		if (!l->codes[k].total)
			continue;
		c[at].code = l->codes[k].code;
		e = other_series(x, c, x->row.n_categories, &t, &n);
		*ret_total = e == ERR_OK && n;
		*ret = t.own;
		if (t.n_missing)
			ret->no_high = true;
	}
	for (size_t k = 0; l && at < x->row.n_categories && k < l->n_codes && e == ERR_OK && !*ret_total; k++) {
		if (l->codes[k].total)
			continue;
		c[at].code = l->codes[k].code;
		e = other_series(x, c, x->row.n_categories, &t, &n);
		span_add(ret, &t.own);
		ret->no_high |= t.n_missing != 0;
	}
	return e;
}

static enum err of_dimension(struct explain *x, const struct sums *s, struct made *m)
{
	struct has own = has_of(x, s, &x->row);
	struct span whole, share = span_zero(x);
	bool total;
	enum err e = whole_of(x, x->t->share_of + strlen("dim:"), &whole, &total);
	if (e != ERR_OK || mpq_sgn(whole.low) <= 0) {
		*m = (struct made){.as = MADE_NOTHING, .words = "the whole is not above zero"};
		return e;
	}
	if (!total) {
		share = share_of_all(x, &own, &whole, whole.no_high);
	} else {
		mpq_ptr hundred = number(x), most = number(x);
		mpq_set_ui(hundred, 100, 1);
		mpq_div(share.low, own.x.low, whole.high);
		mpq_mul(share.low, share.low, hundred);
		mpq_add(most, own.x.high, own.may);
		mpq_div(share.high, most, whole.low);
		mpq_mul(share.high, share.high, hundred);
		if (whole.no_high)
			mpq_set_ui(share.low, 0, 1);
		share.no_low = own.x.no_low;
		share.no_high = own.x.no_high || own.may_open;
	}
	made_of(m, &share);
	explain_note(x, arena_printf(x->r->a, "of %s, the %s along %s", span_text(x->r->a, &whole, 0),
				     total ? "total" : "sum of the codes", x->t->share_of + strlen("dim:")));
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
