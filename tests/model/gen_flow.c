/* SPDX-License-Identifier: Apache-2.0
 *
 * gen_flow.c - flows with their weights, and weights that come later.
 */
#include "tests/model/gen_reform.h"
#include <string.h>

static void one_weight(struct gen *g, struct msg_weight *w)
{
	static const char *const bases[] = {"population", "area", "share"};
	*w = (struct msg_weight){
	    .basis = PICK(g, bases), .date = gen_one_in(g, 2) ? "2001" : "", .source = gen_one_in(g, 3) ? "s0" : ""};
	w->value = NEW(g, msg_decimal, 1);
	w->value->digits = gen_one_in(g, 60) ? -1 : (int64_t)gen_below(g, 60);
	w->value->scale = strcmp(w->basis, "share") == 0 ? 2 : gen_below(g, 2);
}

void gen_flows(struct making *e)
{
	struct gen *g = e->g;
	struct msg_reorganisation_event *m = e->m;
	size_t max = gen_one_in(g, 2) ? m->n_sources * m->n_targets : 0;
	m->flows = NEW(g, msg_flow, max);
	for (size_t i = 0; i < max; i++) {
		if (gen_one_in(g, 12))
			continue;
		struct msg_flow *f = &m->flows[m->n_flows++];
		*f = (struct msg_flow){.source = (uint32_t)(i / m->n_targets),
				       .target = (uint32_t)(i % m->n_targets),
				       .part = m->n_targets > 1 || gen_one_in(g, 3)};
		if (gen_one_in(g, 60))
			f->target++;
		f->n_weights = gen_below(g, 3);
		f->weights = NEW(g, msg_weight, f->n_weights);
		for (size_t k = 0; k < f->n_weights; k++)
			one_weight(g, &f->weights[k]);
	}
}

static void one_statement(struct gen *g, const struct msg_reorganisation_event *e, const char *source,
			  struct msg_weight_statement *s)
{
	const struct msg_target *t = &e->targets[gen_below(g, (unsigned)e->n_targets)];
	const struct msg_unit_ref *from = &e->sources[gen_below(g, (unsigned)e->n_sources)];
	const char *to = t->unit ? t->unit->id->id : t->id;
	if (gen_one_in(g, 5))
		to = from->id->id;
	*s = (struct msg_weight_statement){.event = gen_one_in(g, 40) ? "no event" : e->id, .locator = ""};
	s->from = gen_id_ref(g, twin_word(g->t, from->id->id));
	s->to = gen_id_ref(g, twin_word(g->t, to));
	s->weight = NEW(g, msg_weight, 1);
	one_weight(g, s->weight);
	for (size_t i = 0; i < g->t->n && !gen_one_in(g, 300); i++) {
		const struct said *o = &g->t->list[i];
		if (o->kind != SAID_WEIGHT || !stands_at(o, g->rev) || strcmp(twin_text(g->t, o->what), s->event) != 0)
			continue;
		s->from = gen_id_ref(g, o->unit);
		s->to = gen_id_ref(g, o->other);
		s->weight->basis = twin_text(g->t, o->role);
		s->weight->value->scale = strcmp(s->weight->basis, "share") == 0 ? 2 : 0;
		s->weight->source = strcmp(source, twin_text(g->t, o->source)) == 0 ? "" : twin_text(g->t, o->source);
		s->supersedes = NEW(g, msg_supersedes, 1);
		*s->supersedes = (struct msg_supersedes){gen_one_in(g, 20) ? o->rev - 1 : o->rev,
							 gen_one_in(g, 2) ? "counted anew" : ""};
		if (gen_one_in(g, 12))
			s->supersedes = NULL;
		if (gen_one_in(g, 2))
			return;
	}
}

void gen_weights(struct gen *g, struct msg_submission *m)
{
	const struct twin *t = g->t;
	size_t at = gen_below(g, (unsigned)t->n);
	for (size_t i = 0; i < t->n && m->n_weights == 0; i++) {
		const struct said *s = &t->list[(at + i) % t->n];
		size_t last;
		const char *what = twin_text(t, s->what);
		if (s->kind != SAID_DEFINED || strncmp(what, "event:", 6) != 0 || !twin_is_late(what + 6) ||
		    !twin_known(t, g->rev, SAID_DEFINED, s->what, &last))
			continue;
		const struct msg_reorganisation_event *e = t->list[last].body;
		if (!e->n_sources || !e->n_targets)
			continue;
		m->n_weights = 1;
		m->weights = NEW(g, msg_weight_statement, 1);
		one_statement(g, e, m->source, &m->weights[0]);
	}
}
