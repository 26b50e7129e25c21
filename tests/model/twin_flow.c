/* SPDX-License-Identifier: Apache-2.0
 *
 * twin_flow.c - which source went to which target, and how much of it, as the comments of varde.proto have it.
 */
#include "tests/model/twin_reform.h"
#include <stdio.h>
#include <string.h>

/* ---- flows ---- */

const char *decimal_word(struct arena *a, const struct msg_decimal *d)
{
	struct msg_decimal copy = *d;
	struct msg_value v = {.exact = &copy};
	return value_word(a, &v);
}

/* A share in hundredths; the generator makes no finer ones. */
static int64_t hundredths(const char *text)
{
	long long digits = 0;
	unsigned scale = 0;
	sscanf(text, "x:%lld/%u", &digits, &scale);
	return scale == 0 ? digits * 100 : scale == 1 ? digits * 10 : digits;
}

static const char *who(const struct msg_reorganisation_event *m, const struct msg_weight *w)
{
	return *w->source ? w->source : m->source;
}

static void read_weight(struct reform *r, size_t i, size_t k)
{
	const struct msg_reorganisation_event *m = r->m;
	const struct msg_weight *w = &m->flows[i].weights[k];
	int64_t sum = 0;
	if (!*w->basis || !w->value || w->value->digits < 0)
		twin_wrong(r->t, "no weight");
	for (size_t x = 0; x < k; x++)
		if (strcmp(m->flows[i].weights[x].basis, w->basis) == 0 &&
		    strcmp(who(m, &m->flows[i].weights[x]), who(m, w)) == 0)
			twin_wrong(r->t, "a weight twice");
	for (size_t x = 0; x < m->n_flows && strcmp(w->basis, "share") == 0; x++)
		for (size_t y = 0; y < m->flows[x].n_weights; y++) {
			const struct msg_weight *o = &m->flows[x].weights[y];
			if (m->flows[x].source == m->flows[i].source && strcmp(o->basis, "share") == 0 &&
			    strcmp(who(m, o), who(m, w)) == 0)
				sum += hundredths(decimal_word(r->t->arena, o->value));
		}
	if (sum > 100)
		twin_wrong(r->t, "more than all of it");
}

void reform_read_flows(struct reform *r)
{
	const struct msg_reorganisation_event *m = r->m;
	for (size_t i = 0; i < m->n_flows; i++) {
		const struct msg_flow *f = &m->flows[i];
		if (f->source >= m->n_sources || f->target >= m->n_targets)
			twin_wrong(r->t, "a flow from or to nothing");
		for (size_t k = 0; k < i; k++)
			if (m->flows[k].source == f->source && m->flows[k].target == f->target)
				twin_wrong(r->t, "a flow twice");
		for (size_t k = 0; k < f->n_weights; k++)
			read_weight(r, i, k);
	}
}

/* Did anything of the one come to the other, from `since` on and before `until`, over any number of events? */
static bool flowed(const struct twin *t, unsigned from, unsigned to, int32_t since, int32_t until, unsigned depth)
{
	if (from == to)
		return true;
	for (size_t i = 0; i < t->first && depth; i++) {
		const struct said *e = &t->list[i];
		if (e->kind == SAID_EDGE && e->unit == from && e->other != from && twin_now(t, e) &&
		    e->from.lo >= since && e->from.hi < until && flowed(t, e->other, to, e->from.lo, until, depth - 1))
			return true;
	}
	return false;
}

#define REFORMS_DEEP 12

static bool came_to(const struct reform *r, unsigned former, unsigned source)
{
	return former != source && flowed(r->t, former, source, INT32_MIN, r->effective.lo, REFORMS_DEEP);
}

/* Only what came to one of the sources can be given back. */
void reform_read_territories(struct reform *r)
{
	for (size_t i = 0; i < r->m->n_targets; i++) {
		const struct msg_target *g = &r->m->targets[i];
		bool came = false;
		if (g->restores && (g->territory_of || !g->unit))
			twin_wrong(r->t, "who comes back has its own territory");
		if (g->restores)
			r->territory[i] = r->targets[i];
		else if (g->territory_of)
			r->territory[i] = twin_unit(r->t, g->territory_of, r->before);
		for (size_t k = 0; k < r->m->n_sources; k++)
			came |= came_to(r, r->territory[i], r->sources[k]);
		if (r->territory[i] && !came)
			twin_wrong(r->t, "it never came to a source");
	}
}

static void edge(const struct reform *r, unsigned from, unsigned to, bool part)
{
	unsigned former = 0;
	for (size_t i = 0; i < r->m->n_targets; i++)
		if (r->targets[i] == to && r->territory[i] && came_to(r, r->territory[i], from))
			former = r->territory[i];
	twin_add(r->t, &(struct said){.kind = SAID_EDGE,
				      .unit = from,
				      .other = to,
				      .what = twin_word(r->t, r->m->id),
				      .status = part,
				      .text = former,
				      .from = r->effective});
}

void reform_flow(const struct reform *r)
{
	const struct msg_reorganisation_event *m = r->m;
	bool all_live = reform_all_live(r);
	for (size_t s = 0; s < m->n_sources; s++) {
		bool stays = false; /* where all live on, what does not go away stays, and that is a flow too */
		for (size_t t = 0; t < m->n_targets; t++) {
			bool flows = m->n_flows == 0, part = m->n_targets > 1;
			for (size_t i = 0; i < m->n_flows; i++)
				if (m->flows[i].source == s && m->flows[i].target == t) {
					flows = true;
					part = m->flows[i].part;
				}
			if (!flows)
				continue;
			edge(r, r->sources[s], r->targets[t], part || all_live);
			stays |= r->sources[s] == r->targets[t];
		}
		if (all_live && !stays)
			edge(r, r->sources[s], r->sources[s], true);
	}
}

/* ---- weights ---- */

/* The weight of that flow, basis and source that stands; -1 = none. */
static long standing(const struct twin *t, const struct said *w)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind == SAID_WEIGHT && twin_now(t, s) && s->unit == w->unit && s->other == w->other &&
		    s->what == w->what && s->role == w->role && s->source == w->source)
			return (long)i;
	}
	return -1;
}

static struct said weight(struct twin *t, const struct msg_reorganisation_event *m, const struct msg_flow *f,
			  const struct msg_weight *w)
{
	const struct msg_target *to = &m->targets[f->target];
	return (struct said){.kind = SAID_WEIGHT,
			     .unit = twin_word(t, m->sources[f->source].id->id),
			     .other = twin_word(t, to->unit ? to->unit->id->id : to->id),
			     .what = twin_word(t, m->id),
			     .role = twin_word(t, w->basis),
			     .text = twin_word(t, decimal_word(t->arena, w->value)),
			     .source = twin_word(t, who(m, w)),
			     .from = twin_date(t, w->date)};
}

/* Does the version say the very same of that flow? Then it goes on standing. */
static bool says(struct twin *t, const struct msg_reorganisation_event *m, const struct said *s)
{
	for (size_t i = 0; m->status != EVENT_STATUS_ANNULLED && i < m->n_flows; i++)
		for (size_t k = 0; k < m->flows[i].n_weights; k++) {
			struct said w = weight(t, m, &m->flows[i], &m->flows[i].weights[k]);
			if (w.unit == s->unit && w.other == s->other && w.role == s->role && w.source == s->source &&
			    w.text == s->text && when_eq(&w.from, &s->from))
				return true;
		}
	return false;
}

void twin_event_weights(struct twin *t, const struct msg_reorganisation_event *m,
			const struct msg_reorganisation_event *old)
{
	for (size_t i = 0; old && i < old->n_flows; i++)
		for (size_t k = 0; k < old->flows[i].n_weights; k++) {
			struct said w = weight(t, old, &old->flows[i], &old->flows[i].weights[k]);
			long at = standing(t, &w);
			if (at >= 0 && !says(t, m, &t->list[at]))
				twin_end(t, (size_t)at);
		}
	for (size_t i = 0; m->status != EVENT_STATUS_ANNULLED && i < m->n_flows; i++)
		for (size_t k = 0; k < m->flows[i].n_weights; k++) {
			struct said w = weight(t, m, &m->flows[i], &m->flows[i].weights[k]);
			if (standing(t, &w) < 0)
				twin_add(t, &w);
		}
}

/* The event's newest version tells which flows there are. */
static bool is_flow(struct twin *t, const struct msg_reorganisation_event *m, unsigned from, unsigned to)
{
	bool source = false;
	for (size_t s = 0; s < m->n_sources; s++) {
		if (twin_word(t, m->sources[s].id->id) != from)
			continue;
		source = true;
		for (size_t x = 0; x < m->n_targets; x++) {
			const struct msg_target *g = &m->targets[x];
			bool flows = m->n_flows == 0;
			for (size_t i = 0; i < m->n_flows; i++)
				flows |= m->flows[i].source == s && m->flows[i].target == x;
			if (flows && twin_word(t, g->unit ? g->unit->id->id : g->id) == to)
				return true;
		}
	}
	return source && from == to &&
	       (m->type == CHANGE_TYPE_TRANSFER_OF_PART || m->type == CHANGE_TYPE_BOUNDARY_ADJUSTMENT);
}

void twin_weight(struct twin *t, const struct msg_weight_statement *m)
{
	size_t at;
	if (!twin_known(t, t->rev, SAID_DEFINED, twin_joined(t, "event", m->event), &at)) {
		twin_wrong(t, "no such event");
		return;
	}
	struct said w = {.kind = SAID_WEIGHT,
			 .unit = twin_unit(t, m->from, t->list[at].from.lo - 1),
			 .other = twin_unit(t, m->to, t->list[at].from.hi),
			 .what = twin_word(t, m->event),
			 .role = twin_word(t, m->weight->basis),
			 .text = twin_word(t, decimal_word(t->arena, m->weight->value)),
			 .source = *m->weight->source ? twin_source(t, m->weight->source) : t->source,
			 .from = twin_date(t, m->weight->date)};
	if (m->weight->value->digits < 0)
		twin_wrong(t, "less than nothing");
	if (!t->wrong && !is_flow(t, t->list[at].body, w.unit, w.other))
		twin_wrong(t, "no flow of that event");
	int64_t sum = hundredths(twin_text(t, w.text));
	for (size_t i = 0; i < t->n && strcmp(m->weight->basis, "share") == 0; i++) {
		const struct said *s = &t->list[i];
		if (s->kind == SAID_WEIGHT && twin_now(t, s) && s->what == w.what && s->unit == w.unit &&
		    s->other != w.other && s->role == w.role && s->source == w.source)
			sum += hundredths(twin_text(t, s->text));
	}
	if (strcmp(m->weight->basis, "share") == 0 && sum > 100)
		twin_wrong(t, "more than all of it");
	long old = standing(t, &w);
	if (m->supersedes && !*m->supersedes->reason && !*t->reason)
		twin_wrong(t, "no reason");
	if (m->supersedes && (old < 0 || t->list[old].rev != m->supersedes->revision))
		twin_wrong(t, "supersedes nothing");
	if (!m->supersedes && old >= 0 && t->list[old].text != w.text)
		twin_wrong(t, "another value of the same source");
	if (t->wrong || (!m->supersedes && old >= 0)) /* wrong, or confirmed */
		return;
	if (old >= 0)
		twin_end(t, (size_t)old);
	twin_add(t, &w);
}

/* ---- telling ---- */

void twin_lineage(struct twin *t, uint64_t rev, unsigned unit, struct lines *ret)
{
	char text[WHEN_TEXT_MAX];
	for (size_t i = 0; i < t->n; i++) {
		const struct said *e = &t->list[i];
		const char *list[64];
		size_t n = 0;
		if (e->kind != SAID_EDGE || !stands_at(e, rev) || (e->unit != unit && e->other != unit))
			continue;
		for (size_t k = 0; k < t->n && n < 64; k++) {
			const struct said *w = &t->list[k];
			if (w->kind == SAID_WEIGHT && stands_at(w, rev) && w->what == e->what && w->unit == e->unit &&
			    w->other == e->other)
				list[n++] = arena_printf(ret->arena, "%s=%s of %s by %s", twin_text(t, w->role),
							 twin_text(t, w->text), when_format(&w->from, text),
							 twin_text(t, w->source));
		}
		line_add(ret, "%s: %s to %s on %s part %u territory (%s) weights {%s}", twin_text(t, e->what),
			 twin_text(t, e->unit), twin_text(t, e->other), when_format(&e->from, text), e->status,
			 twin_text(t, e->text), set_text(ret->arena, list, n));
	}
	lines_sort(ret);
}
