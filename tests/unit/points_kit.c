/* SPDX-License-Identifier: Apache-2.0
 *
 * points_kit.c - see points_kit.h.
 */
#include "tests/unit/points_kit.h"
#include "query/value.h"
#include "tests/unit/balance_explained.h"

struct said *patch(struct world *w, const char *inside)
{
	return accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', %s}}", inside);
}

/* ---- balances ---- */

static const char *figure_text(const struct msg_figure *f)
{
	return *f->refused ? f->refused : f->shown;
}

const char *balance_rows(struct world *w, const struct answers *all)
{
	const char *text = "";
	for (size_t p = 0; p < all->n; p++)
		for (size_t i = 0; i < all->list[p].balance->n_rows; i++) {
			const struct msg_balance_row *x = &all->list[p].balance->rows[i];
			text = arena_printf(w->a, "%s%s%s%s", text, x->group, *x->group ? ": " : "",
					    figure_text(x->opening));
			for (size_t k = 0; k < x->n_flows; k++) {
				const struct msg_balance_flow *f = &x->flows[k];
				text = arena_printf(w->a, "%s; %s %s%s%s%s%s%s", text,
						    msg_code_name(&msg_enum_flow_kind, (int)f->kind),
						    figure_text(f->figure), *f->event ? " {" : "", f->event,
						    *f->event ? "}" : "", *f->indicator ? " " : "", f->indicator);
				for (size_t u = 0; u < f->n_units; u++)
					text = arena_printf(w->a, "%s%s%s", text, u ? "," : " ", f->units[u]);
			}
			text = arena_printf(w->a, "%s; = %s, %s\n", text, figure_text(x->closing),
					    figure_text(x->unexplained));
		}
	return text;
}

const char *balance_notes(struct world *w, const struct answers *all)
{
	const char *text = "";
	for (size_t p = 0; p < all->n; p++)
		for (size_t i = 0; i < all->list[p].balance->n_rows; i++)
			for (size_t k = 0; k < all->list[p].balance->rows[i].n_notes; k++)
				text = arena_printf(w->a, "%s%s\n", text, all->list[p].balance->rows[i].notes[k]);
	return text;
}

const char *balance(struct world *w, const char *from, const char *to, const char *more)
{
	const char *question = arena_printf(w->a, "'from': {%s}, 'to': {%s}, %s", from, to, more);
	struct answers all = asked(w, "{'balance': {%s}}", question);
	balance_explained(w, question, &all); /* each line agrees with the log */
	return balance_rows(w, &all);
}

/* ---- differences ---- */

static const char *joined(struct world *w, const char *const *list, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = arena_printf(w->a, "%s%s%s", text, i ? ", " : "", list[i]);
	return text;
}

static const char *side(struct world *w, const struct msg_value *v, const char *text)
{
	return v ? value_text(w->a, v) : text;
}

const char *diff_rows(struct world *w, const struct answers *all, bool notes)
{
	const char *text = "";
	for (size_t p = 0; p < all->n; p++)
		for (size_t i = 0; i < all->list[p].diff->n_rows; i++) {
			const struct msg_diff_row *x = &all->list[p].diff->rows[i];
			text = arena_printf(
			    w->a, "%s%s %s %s%s%s: %s -> %s%s%s%s%s%s%s%s%s%s\n", text,
			    msg_code_name(&msg_enum_difference, (int)x->what),
			    msg_code_name(&msg_enum_subject, (int)x->subject), x->unit, *x->field ? " " : "", x->field,
			    side(w, x->before, x->before_text), side(w, x->after, x->after_text),
			    x->n_others ? " [" : "", joined(w, x->others, x->n_others), x->n_others ? "]" : "",
			    *x->event ? " {" : "", x->event, *x->event ? "}" : "", notes && x->n_notes ? " (" : "",
			    notes ? joined(w, x->notes, x->n_notes) : "", notes && x->n_notes ? ")" : "");
		}
	return text;
}

const char *diff(struct world *w, const char *from, const char *to, const char *more)
{
	struct answers all = asked(w, "{'diff': {'from': {%s}, 'to': {%s}%s%s}}", from, to, *more ? ", " : "", more);
	return diff_rows(w, &all, false);
}

const char *diff_noted(struct world *w, const char *from, const char *to, const char *more)
{
	struct answers all = asked(w, "{'diff': {'from': {%s}, 'to': {%s}%s%s}}", from, to, *more ? ", " : "", more);
	return diff_rows(w, &all, true);
}
