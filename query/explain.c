/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.c - one figure, down to its messages (explaining.h says how).
 */
#include "query/explaining.h"
#include <stdlib.h>
#include <string.h>

/* ---- what is gathered --------------------------------------------------------------------------------- */

static void add_once(struct explain *x, const char ***list, size_t *n, size_t *room, const char *text)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*list)[i], text) == 0)
			return;
	*list = arena_grow(x->r->a, *list, *n, *n + 1, sizeof **list, room);
	(*list)[(*n)++] = text;
}

void explain_rule(struct explain *x, const char *text)
{
	add_once(x, &x->rules, &x->n_rules, &x->rules_room, text);
}

void explain_note(struct explain *x, const char *text)
{
	add_once(x, &x->notes, &x->n_notes, &x->notes_room, text);
}

void explain_refused(struct explain *x)
{
	x->made = (struct made){.as = MADE_NOTHING, .words = x->figure.refused};
	x->recomputed = x->figure;
	x->agrees = true;
	explain_note(x, "the figure is refused: there is nothing to recompute");
}

const char *explain_text(struct explain *x, enum space s, uint32_t id)
{
	struct slice text = id ? view_text(x->r->v, s, id) : (struct slice){0};
	return text.len ? arena_text(x->r->a, text.data, text.len) : "";
}

struct msg_explain_item *explain_item(struct explain *x)
{
	struct msg_figure *used = arena_alloc(x->r->a, sizeof *used);
	*used = (struct msg_figure){.measure = x->figure.measure,
				    .numerator = "",
				    .denominator = "",
				    .shown = "",
				    .refused = "",
				    .low = "",
				    .high = ""};
	struct msg_explain_item *item = arena_alloc(x->r->a, sizeof *item);
	*item = (struct msg_explain_item){.unit = "",
					  .unit_name = "",
					  .indicator = "",
					  .period = "",
					  .source = "",
					  .source_title = "",
					  .locator = "",
					  .round = "",
					  .submitter = "",
					  .rule = "",
					  .share = "",
					  .used = used};
	x->items = arena_grow(x->r->a, x->items, x->n_items, x->n_items + 1, sizeof(struct msg_explain_item *),
			      &x->items_room);
	x->items[x->n_items++] = item;
	return item;
}

/* ---- the answer --------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct msg_explain_item *const *x = a, *const *y = b;
	int d = strcmp((*x)->unit_name, (*y)->unit_name);
	return d ? d : strcmp((*x)->unit, (*y)->unit);
}

static enum err put(struct explain *x)
{
	struct answer *r = x->r;
	if (x->n_items)
		qsort(x->items, x->n_items, sizeof *x->items, by_name);
	answer_begin(r, 23, &msg_type_explain_answer, arena_alloc(r->a, sizeof(struct msg_explain_answer)));
	enum err e = answer_row(r, 1, &msg_type_trend_row, &x->row);
	for (size_t i = 0; i < x->n_items && e == ERR_OK; i++)
		e = answer_row(r, 2, &msg_type_explain_item, x->items[i]);
	if (e == ERR_OK)
		e = answer_row(r, 3, &msg_type_figure, &x->recomputed);
	for (size_t i = 0; i < x->n_rules && e == ERR_OK; i++)
		e = answer_bytes(r, 5, slice_text(x->rules[i]));
	for (size_t i = 0; i < x->n_notes && e == ERR_OK; i++)
		e = answer_bytes(r, 6, slice_text(x->notes[i]));
	if (e == ERR_OK && x->part)
		e = answer_row(r, 7, &msg_type_decompose_part, x->part);
	struct msg_explain_answer last = {.agrees = x->agrees, .figure = x->line ? x->line : ""};
	return e == ERR_OK ? answer_last(r, &last) : e;
}

void explain_inside(struct explain *x, const char *indicator, const char *round, struct explain *ret)
{
	struct msg_trend_question *t = arena_alloc(x->r->a, sizeof *t);
	const char **rounds = arena_alloc(x->r->a, sizeof *rounds);
	rounds[0] = round;
	*t = (struct msg_trend_question){.indicator = indicator, .n_rounds = round != NULL, .rounds = rounds};
	msg_fill_texts(&msg_type_trend_question, t);
	*ret = (struct explain){.r = x->r,
				.q = x->q,
				.t = t,
				.numbers = x->numbers,
				.record = x->record,
				.figure = x->figure,
				.key = "",
				.newest = true,
				.all_groups = true};
}

enum err ask_explain(struct answer *r, const struct msg_explain_question *q)
{
	AUTO_ARENA struct arena *record = arena_new(0);
	struct fraction_pool numbers = {0};
	struct explain x = {.r = r, .q = q, .numbers = &numbers, .record = record, .key = ""};
	enum err e;
	if ((q->trend || q->count || q->decompose) + !!q->balance + !!q->quality + !!q->network > 1)
		e = fail(&r->why, ERR_INVALID, "a figure is of one question, not of several");
	else if ((q->trend || q->count) && *q->figure)
		e = explain_growth(&x);
	else if (q->trend)
		e = explain_trend(&x);
	else if (q->count)
		e = explain_count(&x);
	else if (q->decompose)
		e = explain_decompose(&x);
	else if (q->balance)
		e = explain_balance(&x);
	else if (q->quality)
		e = explain_quality(&x);
	else if (q->network)
		e = explain_network(&x);
	else
		e = fail(&r->why, ERR_INVALID,
			 "say which question gave the figure: trend, count, decompose, balance, network or quality");
	if (e == ERR_OK)
		e = put(&x);
	pool_free(&numbers);
	return e;
}
