/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_reform.c - what an event changes: lives, names, codes, lineage; where units lie is judge_place.c's.
 *
 * Who lives on  a target that is also a source; every other source ends on the effective date, every new target begins
 *               then. The date keeps its precision, and moves sources and targets together.
 * Edges         as the flows say; without flows from every source to every target, marked as parts where there are
 *               several; where all live on, what stays where it was is an edge too.
 * Kept only     proposed, undecided and lapsed events are on record and change nothing.
 */
#include "query/judging.h"
#include <string.h>

/* ---- lives ---- */

static void end_source(struct judging *c, const struct reform *r, uint32_t unit)
{
	struct unit_life life;
	if (!unit_life_at(c->v, unit, r->before, &life))
		return;
	struct fact_life l = life.life;
	l.to = r->effective;
	l.ended_by = r->event;
	judging_fact(c, FACT_LIFE)->life = l;
	struct msg_change *m = judging_change(c, CHANGE_KIND_ENDED, SUBJECT_UNIT);
	change_units(c, m, unit, 0);
	m->field = word_text(c, SPACE_TERM, l.kind);
	m->valid_from = when_text(c, &l.from);
	m->valid_to = when_text(c, &l.to);
	m->supersedes = life.rev;
	m->reason = r->m->reason;
}

uint32_t target_kind(struct judging *c, const struct reform *r, const struct msg_target *t)
{
	if (*t->kind)
		return word_take(c, SPACE_TERM, t->kind);
	return r->m->n_sources ? kind_of(c, r->sources[0]) : 0;
}

static void begin_life(struct judging *c, const struct reform *r, uint32_t unit, uint32_t kind, uint16_t number,
		       const struct when *to)
{
	struct fact_life l = {.unit = unit,
			      .life = number,
			      .kind = kind,
			      .state = STATE_ASSERTED,
			      .from = r->effective,
			      .to = *to,
			      .src = c->src,
			      .born_by = r->event};
	judging_fact(c, FACT_LIFE)->life = l;
	struct msg_change *m = judging_change(c, CHANGE_KIND_ASSERTED, SUBJECT_UNIT);
	change_units(c, m, unit, 0);
	m->field = word_text(c, SPACE_TERM, kind);
	m->valid_from = when_text(c, &r->effective);
	m->valid_to = when_text(c, to);
	m->reason = r->m->reason;
}

/* A unit that comes back gets a new life, unless that life is on record already: then it is this event that began it.
 */
static void begin_again(struct judging *c, const struct reform *r, uint32_t unit)
{
	static const struct when open = {0};
	struct unit_life *lives;
	uint16_t last = 0;
	size_t n = unit_lives(c->v, unit, c->a, &lives);
	for (size_t i = 0; i < n; i++) {
		const struct fact_life *l = &lives[i].life;
		if (when_eq(&l->from, &r->effective)) {
			begin_life(c, r, unit, l->kind, l->life, &l->to);
			return;
		}
		last = l->life > last ? l->life : last;
	}
	begin_life(c, r, unit, kind_of(c, unit), (uint16_t)(last + 1), &open);
}

/* ---- names and codes of one that lives on: the old ones end, the new ones begin ---- */

/* What begins then or later is not what ends. */
static bool begins_later(const struct reform *r, const struct when *from)
{
	return from->precision != WHEN_NONE && from->lo >= r->effective.lo;
}

static void end_texts(struct judging *c, const struct reform *r, uint32_t unit, uint32_t scheme)
{
	static const struct when open = {0};
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	key_unit(&key, unit);
	walk_begin(&w, c->v, scheme ? TABLE_CODE_OF : TABLE_NAME_OF, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK)
			continue;
		if (scheme && f.code.scheme == scheme && f.code.state != STATE_RETRACTED &&
		    when_eq(&f.code.to, &open) && !begins_later(r, &f.code.from)) {
			put_code(c, unit, word_text(c, SPACE_TERM, scheme),
				 arena_text(c->a, f.code.text.data, f.code.text.len), &f.code.from, &r->effective);
			c->facts[c->n_facts - 1].code.born_by = f.code.born_by;
			c->facts[c->n_facts - 1].code.ended_by = r->event;
		}
		if (!scheme && f.name.state != STATE_RETRACTED && when_eq(&f.name.to, &open) &&
		    !begins_later(r, &f.name.from)) {
			put_name(c, unit, arena_text(c->a, f.name.text.data, f.name.text.len), &f.name.from,
				 &r->effective);
			c->facts[c->n_facts - 1].name.born_by = f.name.born_by;
			c->facts[c->n_facts - 1].name.ended_by = r->event;
		}
	}
}

static void put_texts(struct judging *c, const struct reform *r, const struct msg_target *t, uint32_t unit, bool is_new,
		      const char *path)
{
	static const struct when open = {0};
	if (!is_new && t->n_names)
		end_texts(c, r, unit, 0);
	for (size_t k = 0; k < t->n_names; k++)
		if (take_name(c, t->names[k], PATH(c, "%s.names[%zu]", path, k)))
			put_name(c, unit, t->names[k], &r->effective, &open);
	for (size_t k = 0; k < t->n_codes; k++) {
		const struct msg_code_value *v = &t->codes[k];
		const char *at = PATH(c, "%s.codes[%zu]", path, k);
		if (!take_id(c, v->scheme, PATH(c, "%s.scheme", at)) || !take_id(c, v->code, PATH(c, "%s.code", at)))
			continue;
		bool first = true;
		for (size_t x = 0; x < k; x++)
			first = first && strcmp(t->codes[x].scheme, v->scheme) != 0;
		if (!is_new && first)
			end_texts(c, r, unit, word_take(c, SPACE_TERM, v->scheme));
		put_code(c, unit, v->scheme, v->code, &r->effective, &open);
	}
}

/* ---- edges ---- */

static void put_edge(struct judging *c, const struct reform *r, size_t s, size_t t, bool part)
{
	uint32_t former = r->territory[t];
	if (former && (former == r->sources[s] || !reform_flowed(c, former, r->sources[s], r->effective.lo)))
		former = 0; /* it never came to that source */
	judging_fact(c, FACT_EDGE)->edge = (struct fact_edge){.from = r->sources[s],
							      .to = r->targets[t],
							      .event = r->event,
							      .state = STATE_ASSERTED,
							      .effective = r->effective,
							      .part = part,
							      .territory = former};
}

/* The part of each source that stays where it was, unless a flow has said so. */
static void put_remainders(struct judging *c, const struct reform *r)
{
	for (size_t s = 0; s < r->m->n_sources; s++) {
		bool said = false;
		for (size_t i = 0; i < r->m->n_flows; i++)
			said |= r->m->flows[i].source == s && r->targets[r->m->flows[i].target] == r->sources[s];
		for (size_t t = 0; t < r->m->n_targets && !r->m->n_flows; t++)
			said |= r->targets[t] == r->sources[s];
		if (!said)
			judging_fact(c, FACT_EDGE)->edge = (struct fact_edge){.from = r->sources[s],
									      .to = r->sources[s],
									      .event = r->event,
									      .state = STATE_ASSERTED,
									      .effective = r->effective,
									      .part = true};
	}
}

static void put_edges(struct judging *c, const struct reform *r)
{
	bool parts = all_live_on(r->m);
	for (size_t i = 0; i < r->m->n_flows; i++)
		put_edge(c, r, r->m->flows[i].source, r->m->flows[i].target, r->m->flows[i].part || parts);
	for (size_t s = 0; s < r->m->n_sources && !r->m->n_flows; s++)
		for (size_t t = 0; t < r->m->n_targets; t++)
			put_edge(c, r, s, t, r->m->n_targets > 1 || parts);
	if (parts)
		put_remainders(c, r);
}

void apply_reform(struct judging *c, struct reform *r)
{
	static const struct when open = {0};
	c->event = r->event;
	begin_said(c, r);
	put_flow_weights(c, r);
	if (!r->applies)
		return;
	due_add(c, &r->effective, DUE_EVENT, r->event, 0);
	/* Lives and edges first: what follows looks them up. */
	for (size_t i = 0; i < r->m->n_sources; i++)
		if (!r->survives[i])
			end_source(c, r, r->sources[i]);
	for (size_t i = 0; i < r->m->n_targets; i++) {
		struct unit_life now;
		if (r->is_new[i])
			begin_life(c, r, r->targets[i], target_kind(c, r, &r->m->targets[i]), 1, &open);
		else if (!unit_life_at(c->v, r->targets[i], r->before, &now))
			begin_again(c, r, r->targets[i]);
	}
	put_edges(c, r);
	judging_lay(c);
	for (size_t i = 0; i < r->m->n_targets; i++)
		put_texts(c, r, &r->m->targets[i], r->targets[i], r->is_new[i], PATH(c, "event.targets[%zu]", i));
	for (size_t i = 0; i < r->m->n_targets; i++)
		place_target(c, r, i);
	apply_moves(c, r);
	apply_dispositions(c, r);
	judging_lay(c);
}
