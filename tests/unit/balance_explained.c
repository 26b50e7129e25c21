/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_explained.c - see balance_explained.h.
 */
#include "tests/unit/balance_explained.h"
#include <stdio.h>

size_t balance_lines;

struct msg_explain_answer balance_line(struct world *w, const char *question, const char *rest)
{
	balance_lines++;
	return explanation(w, arena_printf(w->a, "'balance': {%s}, %s", question, rest));
}

static void one(struct world *w, const char *question, const struct msg_balance_row *row, const struct msg_figure *f,
		const char *figure, const char *through)
{
	const char *group = *row->group ? row->group : *row->group_name ? row->group_name : "-";
	struct msg_explain_answer e =
	    balance_line(w, question,
			 arena_printf(w->a, "'group': '%s', 'period': '%s/%s', 'figure': '%s', 'through': '%s'", group,
				      row->from, row->to, figure, *through ? through : "-"));
	if (!e.agrees)
		fail_msg("{%s}: \"%s\" %s/%s, %s %s is %s%s [%s, %s], made once more %s%s [%s, %s]", question, group,
			 row->from, row->to, figure, through, f->shown, f->refused, f->low, f->high,
			 e.recomputed->shown, e.recomputed->refused, e.recomputed->low, e.recomputed->high);
}

size_t balance_explained(struct world *w, const char *question, const struct answers *all)
{
	size_t n = balance_lines;
	for (size_t p = 0; p < all->n; p++)
		for (size_t i = 0; i < all->list[p].balance->n_rows; i++) {
			const struct msg_balance_row *x = &all->list[p].balance->rows[i];
			one(w, question, x, x->opening, "opening", "");
			for (size_t k = 0; k < x->n_flows; k++) {
				const struct msg_balance_flow *f = &x->flows[k];
				one(w, question, x, f->figure, msg_code_name(&msg_enum_flow_kind, (int)f->kind),
				    *f->indicator ? f->indicator : f->event);
			}
			one(w, question, x, x->closing, "closing", "");
			one(w, question, x, x->unexplained, "unexplained", "");
		}
	return balance_lines - n;
}

struct answers balance_asked(struct world *w, const char *fmt, ...)
{
	char question[4096];
	va_list ap;
	va_start(ap, fmt);
	assert_true((size_t)vsnprintf(question, sizeof question, fmt, ap) < sizeof question);
	va_end(ap);
	struct answers all = asked(w, "{'balance': {%s}}", question);
	balance_explained(w, question, &all);
	return all;
}
