/* SPDX-License-Identifier: Apache-2.0
 *
 * answer_kit.c - see answer_kit.h.
 */
#include "tests/unit/answer_kit.h"

struct answer *w_answer(struct world *w)
{
	struct answer *r = arena_alloc(w->a, sizeof *r);
	struct ask_context *c = arena_alloc(w->a, sizeof *c);
	*c = (struct ask_context){.store = w->kit->store, .view = w_view(w), .limits = &w->limits};
	*r = (struct answer){.c = c, .v = c->view, .a = w->a, .row = w->a, .today_text = ""};
	r->has_today = unit_today(r->v, &r->today);
	findings_init(&r->findings, w->a);
	return r;
}

void w_attrs(struct world *w, const char *unit, const char *name, const char *from, const char *to, const char *values)
{
	struct buf all = {0}, b = {0};
	uint64_t n = 0;
	for (const char *p = values; *p; n++) {
		size_t len = strcspn(p, ";");
		buf_slice(&all, (struct slice){p, len});
		p += len + (p[len] == ';');
	}
	buf_varint(&b, n);
	buf_put(&b, all.data, all.len);
	uint32_t u = w_word(w, SPACE_UNIT, unit), t = w_word(w, SPACE_TERM, name),
		 src = w_word(w, SPACE_SOURCE, w->source);
	struct slice kept = {arena_text(w->a, (const char *)b.data, b.len), b.len};
	w_fact(w, FACT_ATTR)->attr = (struct fact_attr){.unit = u,
							.name = t,
							.from = w_when(from),
							.to = w_when(to),
							.src = src,
							.state = STATE_ASSERTED,
							.values = kept};
	buf_free(&all);
	buf_free(&b);
}

void w_arrangement(struct world *w, const char *id, const char *participants, const char *host)
{
	w_unit(w, id, "arrangement", "2010", "", id);
	for (const char *p = participants; *p;) {
		size_t len = strcspn(p, " ");
		w_link(w, LINK_TYPE_PARTICIPATES_IN, arena_text(w->a, p, len), id, "2010", "");
		p += len + (p[len] == ' ');
	}
	if (host)
		w_link(w, LINK_TYPE_HOSTS, host, id, "2010", "");
}

const char *w_ids(struct world *w, const uint32_t *units, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = arena_printf(w->a, "%s%s%s", text, i ? " " : "", unit_id(&w->view, units[i], w->a));
	return text;
}

static void figure_explained(struct world *w, struct msg_count_question *q, const struct msg_trend_row *row,
			     const struct msg_figure *f)
{
	struct msg_explain_question e = {.count = q,
					 .group = *row->group ? row->group : row->group_name,
					 .period = row->period,
					 .n_categories = row->n_categories,
					 .categories = row->categories,
					 .measure = f->measure};
	struct msg_query_request r = w_request();
	r.explain = &e;
	w_ask(w, &r);
	const struct msg_figure *again = NULL;
	bool agrees = false;
	for (size_t i = 0; i < w->n_replies; i++) {
		const struct msg_query_reply *reply = w->replies[i];
		if (!reply->explain)
			fail_msg("%s %s, measure %d is not explained: %s", row->group_name, row->period, f->measure,
				 reply->error ? reply->error->text : "?");
		again = reply->explain->recomputed ? reply->explain->recomputed : again;
		agrees |= reply->explain->agrees;
	}
	if (!agrees)
		fail_msg("\"%s\" by \"%s\" at \"%s\", %s %s: measure %d is %s%s [%s, %s], made once more %s%s [%s, %s]",
			 q->kind ? q->kind : "", q->group_by, q->structure_at ? q->structure_at : "", row->group_name,
			 row->period, f->measure, f->shown, f->refused, f->low, f->high, again->shown, again->refused,
			 again->low, again->high);
}

size_t w_count_explained(struct world *w, const struct msg_count_question *q, const struct msg_trend_answer *t)
{
	struct msg_count_question copy = *q;
	size_t told = 0;
	for (size_t i = 0; i < t->n_rows; i++)
		for (size_t k = 0; k < t->rows[i].n_figures; k++) {
			figure_explained(w, &copy, &t->rows[i], &t->rows[i].figures[k]);
			told += !*t->rows[i].figures[k].refused;
		}
	return told;
}
