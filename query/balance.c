/* SPDX-License-Identifier: Apache-2.0
 *
 * balance.c - opening + flows = closing: what is asked, and the rows in order.
 */
#include "query/balancing.h"
#include <stdlib.h>
#include <string.h>

#define NOTES_MAX 100u /* of a row: nobody reads more, and each is compared with all before it */

/* ---- rows in the making ----------------------------------------------------------------------------- */

const char *balance_text(struct balance *b, enum space s, uint32_t id)
{
	struct slice text = id ? view_text(b->r->v, s, id) : (struct slice){0};
	return text.len ? arena_text(b->r->a, text.data, text.len) : "";
}

struct balance_row *balance_row(struct balance *b, uint32_t group, const char *from, const char *to)
{
	for (size_t i = b->n_rows; i-- > 0;) {
		struct balance_row *row = &b->rows[i];
		if (row->group == group && strcmp(row->from, from) == 0 && strcmp(row->to, to) == 0)
			return row;
	}
	b->rows = arena_grow(b->r->a, b->rows, b->n_rows, b->n_rows + 1, sizeof *b->rows, &b->rows_room);
	struct balance_row *row = &b->rows[b->n_rows++];
	*row = (struct balance_row){.group = group,
				    .from = from,
				    .to = to,
				    .day = b->to.day,
				    .opening = amount_zero(b->all),
				    .closing = amount_zero(b->all)};
	return row;
}

struct balance_flow *balance_flow(struct balance *b, struct balance_row *row, enum flow_kind kind, uint32_t event,
				  const char *indicator)
{
	for (size_t i = 0; i < row->n_flows; i++) {
		struct balance_flow *f = &row->flows[i];
		if (f->kind == kind && f->event == event && strcmp(f->indicator, indicator) == 0)
			return f;
	}
	row->flows =
	    arena_grow(b->r->a, row->flows, row->n_flows, row->n_flows + 1, sizeof *row->flows, &row->flows_room);
	struct balance_flow *f = &row->flows[row->n_flows++];
	*f = (struct balance_flow){.kind = kind, .event = event, .indicator = indicator, .amount = amount_zero(b->all)};
	return f;
}

void balance_name(struct balance *b, struct balance_flow *f, uint32_t unit)
{
	for (size_t i = 0; i < f->n_units; i++)
		if (f->units[i] == unit)
			return;
	if (!unit || f->n_units >= BALANCE_NAMES_MAX)
		return;
	f->units = arena_grow(b->r->a, f->units, f->n_units, f->n_units + 1, sizeof *f->units, &f->units_room);
	f->units[f->n_units++] = unit;
}

void balance_add(struct balance *b, struct balance_row *row, enum flow_kind kind, uint32_t event, int low, int high,
		 uint32_t unit)
{
	if (!low && !high)
		return;
	struct balance_flow *f = balance_flow(b, row, kind, event, "");
	size_t mark = amounts_mark(b->all);
	struct amount x = amount_whole(b->all, low), y = amount_whole(b->all, high);
	mpq_add(f->amount.low, f->amount.low, x.low);
	mpq_add(f->amount.high, f->amount.high, y.low);
	amounts_back(b->all, mark);
	balance_name(b, f, unit);
}

void balance_note(struct balance *b, struct balance_row *row, const char *text)
{
	for (size_t i = 0; i < row->n_notes; i++)
		if (strcmp(row->notes[i], text) == 0)
			return;
	if (row->n_notes > NOTES_MAX)
		return;
	if (row->n_notes == NOTES_MAX)
		text = "there is more to note than is told here: ask about fewer units";
	row->notes =
	    arena_grow(b->r->a, row->notes, row->n_notes, row->n_notes + 1, sizeof *row->notes, &row->notes_room);
	row->notes[row->n_notes++] = text;
}

/* ---- rows told -------------------------------------------------------------------------------------- */

static int by_kind(const void *x, const void *y)
{
	const struct balance_flow *a = x, *b = y;
	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	return strcmp(a->indicator, b->indicator);
}

static struct msg_figure *figure(struct balance *b, const struct amount *x, const char *refused)
{
	struct msg_figure *f = arena_alloc(b->r->a, sizeof *f);
	if (refused)
		figure_refuse(b->r->a, MEASURE_COUNT, refused, f);
	else
		figure_put(b->r->a, x, MEASURE_COUNT, 0, f);
	return f;
}

static void flow_put(struct balance *b, const struct balance_row *row, const struct balance_flow *f,
		     struct msg_balance_flow *m)
{
	struct arena *a = b->r->a;
	m->kind = f->kind;
	m->indicator = f->indicator;
	m->event = balance_text(b, SPACE_EVENT, f->event);
	m->figure = figure(b, &f->amount, f->refused);
	m->units = arena_alloc(a, (f->n_units + 1) * sizeof *m->units);
	m->names = arena_alloc(a, (f->n_units + 1) * sizeof *m->names);
	m->n_units = m->n_names = f->n_units;
	for (size_t i = 0; i < f->n_units; i++) {
		m->units[i] = balance_text(b, SPACE_UNIT, f->units[i]);
		m->names[i] = unit_name(b->r->v, f->units[i], row->day, a);
	}
}

/* What is left: refused as soon as one of its terms is. */
static struct msg_figure *unexplained(struct balance *b, const struct balance_row *row)
{
	const char *refused = row->opening_refused ? row->opening_refused : row->closing_refused;
	struct amount sum = row->opening;
	for (size_t i = 0; i < row->n_flows && !refused; i++) {
		refused = row->flows[i].refused;
		if (!refused)
			sum = amount_plus(b->all, &sum, &row->flows[i].amount);
	}
	struct amount left = refused ? sum : row->left ? *row->left : amount_minus(b->all, &row->closing, &sum);
	return figure(b, &left, refused);
}

static enum err row_put(struct balance *b, struct balance_row *row)
{
	struct arena *a = b->r->a;
	struct msg_balance_row m = {.group = balance_text(b, SPACE_UNIT, row->group),
				    .group_name = scope_group_name(b->scope, row->group, row->day),
				    .from = row->from,
				    .to = row->to,
				    .n_notes = row->n_notes,
				    .notes = row->notes};
	if (row->n_flows)
		qsort(row->flows, row->n_flows, sizeof *row->flows, by_kind);
	m.flows = arena_alloc(a, (row->n_flows + 1) * sizeof *m.flows);
	for (size_t i = 0; i < row->n_flows; i++)
		if (row->flows[i].refused || !amount_is_zero(&row->flows[i].amount))
			flow_put(b, row, &row->flows[i], &m.flows[m.n_flows++]);
	m.opening = figure(b, &row->opening, row->opening_refused);
	m.closing = figure(b, &row->closing, row->closing_refused);
	m.unexplained = unexplained(b, row);
	return answer_row(b->r, 1, &msg_type_balance_row, &m);
}

struct numbered {
	const struct balance_row *row;
	size_t at;
};

static int by_group(const void *x, const void *y)
{
	const struct numbered *a = x, *b = y;
	if (a->row->group != b->row->group)
		return a->row->group < b->row->group ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

/* Those of a group in the order in which they were made: the whole first, then its links. */
static enum err rows_put(struct balance *b)
{
	struct numbered *sorted = arena_alloc(b->r->a, (b->n_rows + 1) * sizeof *sorted);
	enum err e = ERR_OK;
	for (size_t i = 0; i < b->n_rows; i++)
		sorted[i] = (struct numbered){&b->rows[i], i};
	qsort(sorted, b->n_rows, sizeof *sorted, by_group);
	for (size_t i = 0; i < b->n_rows && e == ERR_OK; i++)
		e = row_put(b, &b->rows[sorted[i].at]);
	return e;
}

/* ---- what is asked ---------------------------------------------------------------------------------- */

static enum err choose_counted(struct balance *b)
{
	struct answer *r = b->r;
	const struct msg_balance_question *q = b->q;
	const char *kind = q->counted == COUNTED_UNITS ? q->kind : "arrangement";
	if (q->counted == COUNTED_UNSPECIFIED) {
		if (*q->indicator)
			return q->n_where
				   ? fail(&r->why, ERR_INVALID,
					  "printed figures of %.100s cannot be filtered: count arrangements or units",
					  q->indicator)
				   : ERR_OK;
		return fail(&r->why, ERR_INVALID,
			    "a balance is of units of a kind, of arrangements, or of the figures of an indicator");
	}
	if (q->counted != COUNTED_UNITS && q->counted != COUNTED_ARRANGEMENTS)
		return fail(&r->why, ERR_INVALID, "a balance counts units or arrangements, nothing else");
	if (*q->indicator || q->n_inflows || q->n_outflows || q->chain || q->n_categories)
		return fail(&r->why, ERR_INVALID,
			    "a balance is either counted on record or made of printed figures: leave the indicators, "
			    "categories and chain out, or what is counted");
	if (!*kind)
		return fail(&r->why, ERR_INVALID, "of what kind are the units? Name one, such as municipality");
	b->kind = view_term(r->v, SPACE_TERM, slice_text(kind));
	if (!b->kind)
		return fail(&r->why, ERR_NOT_FOUND, "no unit is of kind \"%.100s\"", kind);
	return ERR_OK;
}

static enum err choose(struct balance *b)
{
	struct answer *r = b->r;
	enum err e = point_settle(r, b->q->from, "from", &b->from);
	if (e == ERR_OK)
		e = point_settle(r, b->q->to, "to", &b->to);
	if (e == ERR_OK)
		e = point_order(b->r, &b->from, &b->to);
	if (e == ERR_OK)
		e = choose_counted(b);
	r->v->as_of = b->to.rev;
	if (e == ERR_OK)
		e = scope_ask(r, b->q->units, b->q->n_units, b->q->subtree, b->to.day, &b->scope);
	if (e == ERR_OK)
		e = scope_group_ask(b->scope, b->q->group_by);
	if (e == ERR_OK)
		e = filter_ask(r, b->q->where, b->q->n_where, &b->where);
	return e;
}

enum err ask_balance(struct answer *r, const struct msg_balance_question *q)
{
	static const struct msg_balance_answer head;
	AUTO_ARENA struct arena *work = arena_under(r->a);
	struct balance b = {.r = r, .q = q, .work = work, .all = amounts_new(r->a)};
	uint64_t as_of = r->v->as_of;
	enum err e = choose(&b);
	if (e == ERR_OK)
		e = b.kind ? balance_record(&b) : balance_printed(&b);
	if (e == ERR_OK)
		e = r->v->err;
	r->v->as_of = b.to.rev;
	if (e == ERR_OK) {
		answer_begin(r, 19, &msg_type_balance_answer, &head);
		e = rows_put(&b);
	}
	r->v->as_of = as_of;
	amounts_free(b.all);
	return e;
}
