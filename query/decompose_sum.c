/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_sum.c - the change of an indicator: one row a group, its figures from the trend.
 */
#include <stdlib.h>
#include <string.h>
#include "query/decomposing.h"

static const char *no_value(struct decompose *d, const struct point *p)
{
	return arena_printf(d->r->a, "no value of \"%.80s\" is said for %s, and that is not 0",
			    p == &d->to ? d->def_to->id : d->def->id, p->text);
}

static struct msg_figure *figure_told(struct decompose *d, const struct decompose_figure *f)
{
	struct msg_figure *ret = arena_alloc(d->r->row, sizeof *ret);
	if (f && f->refused) {
		figure_refuse(d->r->row, d->q->measure, f->refused, ret);
	} else {
		struct amount none = amount_zero(d->all);
		const struct amount *x = f && f->has ? &f->x : &none;
		figure_put(d->r->row, x, d->q->measure, x->scale, ret);
	}
	return ret;
}

static const char **row_notes(struct decompose *d, const struct decompose_figure *from,
			      const struct decompose_figure *to, size_t *ret_n)
{
	struct arena *a = d->r->row;
	const char **list = arena_alloc(a, 8 * sizeof *list);
	const struct decompose_figure *figures[] = {from, to};
	const struct point *points[] = {&d->from, &d->to};
	size_t n = 0;
	for (int i = 0; i < 2; i++) {
		const struct decompose_figure *f = figures[i];
		if (!f || (!f->has && !f->refused))
			list[n++] =
			    arena_printf(a, "nothing with a value is said for %s: counted from 0", points[i]->text);
		if (f && f->n_missing)
			list[n++] =
			    arena_printf(a, "%s: %u without a value; the figure is the sum of what was reported",
					 points[i]->text, f->n_missing);
		if (f && f->note && !(i && from && from->note && strcmp(f->note, from->note) == 0))
			list[n++] = f->note;
	}
	if (from && to && from->frame && to->frame && from->frame != to->frame)
		list[n++] = arena_printf(a, "frame changed, %u → %u", from->frame, to->frame);
	*ret_n = n;
	return list;
}

/* No figure at one of the points: there is no change to explain. */
static void refuse_row(struct decompose *d, const char *why, struct msg_decompose_row *row)
{
	struct arena *a = d->r->row;
	row->change = arena_alloc(a, sizeof *row->change);
	row->sum = arena_alloc(a, sizeof *row->sum);
	figure_refuse(a, d->q->measure, why, row->change);
	figure_refuse(a, d->q->measure, why, row->sum);
	row->n_parts = CAUSE_UNDETERMINED;
	row->parts = arena_alloc(a, row->n_parts * sizeof *row->parts);
	for (int c = 1; c < CAUSE_COUNT; c++) {
		row->parts[c - 1] = (struct msg_decompose_part){.cause = (enum cause)c};
		row->parts[c - 1].figure = arena_alloc(a, sizeof *row->parts[c - 1].figure);
		figure_refuse(a, d->q->measure, why, row->parts[c - 1].figure);
	}
}

static bool any_of(const struct ledger *l, const enum cause *causes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!amount_is_zero(&l->part[causes[i]]))
			return true;
	return false;
}

/* No value at a point is no 0. Only where the territory reported as something else, or what was said is known otherwise
 * now, is the change counted from 0: that is what its causes say. */
static const char *no_figure(struct decompose *d, const struct ledger *l, const struct decompose_figure *f,
			     const struct point *p)
{
	static const enum cause known[] = {CAUSE_CORRECTION, CAUSE_STRUCTURE, CAUSE_FOUND_LATE};
	static const enum cause silent[] = {CAUSE_FRAME, CAUSE_RESPONSE, CAUSE_DEFINITION, CAUSE_REAL};
	bool to = p == &d->to;
	if (!d->def || (f && (f->has || f->refused)) || !any_of(l, silent, sizeof silent / sizeof *silent))
		return NULL;
	if (!to && any_of(l, known, sizeof known / sizeof *known))
		return NULL;
	return no_value(d, p);
}

enum err decompose_group_row(struct decompose *d, uint32_t group, struct ledger *l, struct decompose_figure *from,
			     struct decompose_figure *to)
{
	struct msg_decompose_row row = {.group = group ? unit_id(d->r->v, group, d->r->row) : "",
					.group_name = scope_group_name(d->scope, group, d->to.day)};
	struct amount none = amount_zero(d->all);
	struct decompose_figure nothing[2] = {{.refused = no_figure(d, l, from, &d->from)},
					      {.refused = no_figure(d, l, to, &d->to)}};
	from = nothing[0].refused ? &nothing[0] : from;
	to = nothing[1].refused ? &nothing[1] : to;
	const char *why = from && from->refused ? from->refused : to && to->refused ? to->refused : NULL;
	row.from = figure_told(d, from);
	row.to = figure_told(d, to);
	row.notes = row_notes(d, from, to, &row.n_notes);
	if (why)
		refuse_row(d, why, &row);
	else
		ledger_row(d, l, from && from->has ? &from->x : &none, to && to->has ? &to->x : &none, &row);
	return answer_row(d->r, 1, &msg_type_decompose_row, &row);
}

struct named_group {
	uint32_t group;
	const char *name;
};
static int by_name(const void *a, const void *b)
{
	const struct named_group *x = a, *y = b;
	int d = strcmp(x->name, y->name);
	return d ? d : (x->group > y->group) - (x->group < y->group);
}

static enum err put_rows(struct decomposing *x, struct decompose_figures *from, struct decompose_figures *to)
{
	struct decompose *d = x->d;
	for (size_t i = 0; i < from->n; i++)
		decomposing_ledger(x, from->list[i].group);
	for (size_t i = 0; i < to->n; i++)
		decomposing_ledger(x, to->list[i].group);
	if (!x->n_ledgers)
		return fail(&d->r->why, ERR_NOT_FOUND,
			    "nothing is said of \"%.80s\" in this scope, neither for %s nor for %s", d->def->id,
			    d->from.text, d->to.text);
	struct named_group *list = arena_alloc(d->r->a, x->n_ledgers * sizeof *list);
	for (size_t i = 0; i < x->n_ledgers; i++)
		list[i] = (struct named_group){x->ledgers[i].group,
					       scope_group_name(d->scope, x->ledgers[i].group, d->to.day)};
	qsort(list, x->n_ledgers, sizeof *list, by_name);
	enum err e = ERR_OK;
	for (size_t i = 0; i < x->n_ledgers && e == ERR_OK; i++)
		e = decompose_group_row(d, list[i].group, decomposing_ledger(x, list[i].group),
					figure_of(from, list[i].group), figure_of(to, list[i].group));
	return e;
}

enum err decompose_frame_notes(struct decompose *d, const struct frame_known frames[2])
{
	struct arena *a = d->r->a;
	const struct point *points[] = {&d->from, &d->to};
	enum err e = ERR_OK;
	for (int i = 0; i < 2 && e == ERR_OK; i++) {
		const struct frame_known *f = &frames[i];
		const char *what =
		    f->known  ? f->how
		    : f->size ? arena_printf(a, "its frame of %u is not known by name: silence is counted as response",
					     f->size)
			      : "its frame is not known: silence is counted as response";
		e = answer_bytes(d->r, 2, slice_text(arena_printf(a, "%s: %s", points[i]->text, what)));
	}
	return e;
}

enum err decompose_both_said(const struct decomposing *x)
{
	struct decompose *d = x->d;
	const struct side *from = &x->sides[SIDE_FROM], *to = &x->sides[SIDE_TO];
	bool then = false, now = false;
	for (size_t i = 0; i < from->n_keys; i++)
		then |= from->keys[i].then || from->keys[i].now;
	for (size_t i = 0; i < to->n_keys; i++)
		now |= to->keys[i].now;
	if (then == now) /* of neither: who tells the rows says so */
		return ERR_OK;
	return fail(&d->r->why, ERR_NOT_FOUND, "%s: there is no change to take apart",
		    no_value(d, then ? &d->to : &d->from));
}

enum err decompose_indicator(struct decompose *d)
{
	struct decomposing x = {.d = d};
	struct decompose_figures from = {0}, to = {0};
	enum err e = decompose_trend(d, &d->from, d->def->id, d->q->measure, &from);
	if (e == ERR_OK)
		e = decompose_trend(d, &d->to, d->def_to->id, d->q->measure, &to);
	d->rounds[0] = decompose_round(d, &d->from, &from);
	d->rounds[1] = decompose_round(d, &d->to, &to);
	if (e == ERR_OK)
		e = decomposing_read(&x);
	if (e == ERR_OK)
		e = decompose_both_said(&x);
	if (e == ERR_OK)
		e = d->def->over_units == AGGREGATION_ADDITIVE ? decomposing_blocks(&x) : decomposing_single(&x);
	if (e == ERR_OK)
		e = put_rows(&x, &from, &to);
	if (e == ERR_OK)
		e = decompose_frame_notes(d, x.frames);
	decomposing_free(&x);
	return e;
}
