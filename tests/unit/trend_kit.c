/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_kit.c - see trend_kit.h.
 */
#include "tests/unit/trend_kit.h"

struct msg_trend_question t_ask(struct world *w, const char *indicator, const char *group_by, enum measure m)
{
	enum measure *measures = arena_alloc(w->a, sizeof *measures);
	*measures = m;
	return (struct msg_trend_question){
	    .indicator = indicator, .group_by = group_by, .n_measures = 1, .measures = measures, .decimals = 1};
}

struct msg_trend_question t_ask_these(const char *indicator, enum measure *measures, size_t n)
{
	return (struct msg_trend_question){
	    .indicator = indicator, .n_measures = n, .measures = measures, .decimals = 1};
}

void t_towns(struct world *w, const char *indicator, int n)
{
	w_indicator(w, indicator, VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (int i = 0; i < n; i++)
		w_unit(w, arena_printf(w->a, "m:%d", i), "municipality", "", "", arena_printf(w->a, "M%d", i));
}

void t_wrong(struct world *w, struct msg_trend_question *q, enum err e, const char *text)
{
	struct msg_query_request r = w_request();
	r.trend = q;
	w_ask_error(w, &r, e, text);
}

bool t_listed(const char *const *list, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++) {
		if (strstr(list[i], text))
			return true;
	}
	for (size_t i = 0; i < n; i++)
		print_message("note: %s\n", list[i]);
	return false;
}

bool t_noted(const struct msg_trend_row *row, const char *text)
{
	return t_listed(row->notes, row->n_notes, text);
}

bool t_noted_whole(const struct msg_trend_row *row, const char *text)
{
	for (size_t i = 0; i < row->n_notes; i++) {
		if (strcmp(row->notes[i], text) == 0)
			return true;
		print_message("note: %s\n", row->notes[i]);
	}
	return false;
}

const struct msg_trend_row *t_row(const struct msg_trend_answer *t, const char *group, const char *period)
{
	for (size_t i = 0; i < t->n_rows; i++) {
		if (strcmp(t->rows[i].group, group) == 0 && !t->rows[i].n_among &&
		    (!period || strcmp(t->rows[i].period, period) == 0))
			return &t->rows[i];
	}
	fail_msg("no row of %s", group);
	return NULL;
}

const struct msg_figure *t_figure(const struct msg_trend_row *row, enum measure m)
{
	for (size_t i = 0; i < row->n_figures; i++) {
		if (row->figures[i].measure == m)
			return &row->figures[i];
	}
	fail_msg("no such figure");
	return NULL;
}

const char *t_told(const struct msg_trend_row *row, enum measure m)
{
	const struct msg_figure *f = t_figure(row, m);
	assert_true((*f->shown != 0) != (*f->refused != 0));
	return *f->shown ? f->shown : f->refused;
}

const char *t_rows(struct world *w, const struct msg_trend_answer *t)
{
	const char *text = "";
	for (size_t i = 0; i < t->n_rows; i++) {
		const struct msg_trend_row *r = &t->rows[i];
		text = arena_printf(w->a, "%s%s%s|%s|%s|%s", text, i ? "\n" : "", r->group, r->group_name, r->period,
				    *r->figures[0].shown ? r->figures[0].shown : r->figures[0].refused);
	}
	return text;
}
