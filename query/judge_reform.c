/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_reform.c - what an event changes: lives, names, codes, containment, lineage.
 *
 * Who lives on  a target that is also a source; every other source ends on the effective date, every new target begins
 *               then. The date keeps its precision, and moves sources and targets together.
 * Parts         a merger carries the parts of its ended sources to its one target; otherwise the targets name theirs.
 * Edges         as the flows say; without flows from every source to every target, marked as parts where there are
 * several; where all live on, what stays where it was is an edge too. Kept only     proposed, undecided and lapsed
 * events are on record and change nothing.
 */
#include "query/judging.h"
#include <string.h>

#define HEIRS_MAX 64

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

static uint32_t target_kind(struct judging *c, const struct reform *r, const struct msg_target *t)
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
	for (size_t k = 0; k < t->n_names; k++) {
		char folded[TEXT_FOLD_MAX + 1];
		size_t len;
		if (text_fold(t->names[k], folded, &len) != ERR_OK)
			finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.names[%zu]", path, k), name_wanted(t->names[k]),
				    NULL);
		else
			put_name(c, unit, t->names[k], &r->effective, &open);
	}
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

/* ---- containment ---- */

/* Move a unit: links into containers of the new one's kind (or of `from_any`) that hold the day before end, a new one
 * begins. */
static void move_part(struct judging *c, const struct reform *r, uint32_t part, uint32_t whole, uint32_t whole_kind,
		      const char *path)
{
	static const struct when open = {0};
	struct unit_link *links;
	size_t n = unit_links_from(c->v, LINK_TYPE_PART_OF, part, r->before, c->a, &links);
	bool there = false;
	for (size_t i = 0; i < n; i++) {
		uint32_t old = links[i].link.b;
		there |= old == whole && when_eq(&links[i].link.to, &open); /* it lies there already */
		bool leaves = kind_of(c, old) == whole_kind;
		for (size_t k = 0; k < r->m->n_sources; k++)
			leaves |= r->sources[k] == old && !r->survives[k];
		if (leaves && old != whole && !when_eq(&links[i].link.to, &r->effective))
			end_link(c, &links[i], &r->effective, r->m->reason);
	}
	if (!there) {
		put_link(c, LINK_TYPE_PART_OF, part, whole, &r->effective, &open, "", "", c->locator, path);
		return;
	}
	event_waits_for(c, r->event, r->day, part);
	event_waits_for(c, r->event, r->day, whole);
}

/* ---- reforms of one day ----
 *
 * A county merger and a municipal merger across its border may take effect the same day, and be told in either order.
 * So a unit that ended that day stands for what it became, where it went whole into one other.
 */

/* What the unit became by other events of the day. *ret gets at most `max`; returns how many. */
static size_t became(struct judging *c, const struct reform *r, uint32_t unit, bool whole, uint32_t *ret, size_t max)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	size_t n = 0;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_EDGE, buf_view(&key));
	while (n < max && walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && f.edge.state != STATE_RETRACTED && f.edge.to != unit &&
		    when_eq(&f.edge.effective, &r->effective) && !(whole && f.edge.part))
			ret[n++] = f.edge.to;
	return n;
}

/* The unit itself while it lives, else its one heir of the day; 0 = none. */
static uint32_t on_the_day(struct judging *c, const struct reform *r, uint32_t unit)
{
	uint32_t heirs[2];
	struct unit_life life;
	if (unit_life_at(c->v, unit, r->day, &life))
		return unit;
	return became(c, r, unit, true, heirs, 2) == 1 && unit_life_at(c->v, heirs[0], r->day, &life) ? heirs[0] : 0;
}

/* Did the unit, before, lie in what is `whole` now? */
static bool lay_in(struct judging *c, const struct reform *r, uint32_t unit, uint32_t whole)
{
	struct unit_link *links;
	size_t n = unit_links_from(c->v, LINK_TYPE_PART_OF, unit, r->before, c->a, &links);
	for (size_t i = 0; i < n; i++)
		if (on_the_day(c, r, links[i].link.b) == whole)
			return true;
	return false;
}

/* A unit born that day of parts, all of which lay in what is `whole` now, lies in it too, if nothing else was said. */
static void carry_heir(struct judging *c, const struct reform *r, uint32_t unit, uint32_t whole, uint32_t whole_kind)
{
	static const struct when open = {0};
	struct unit_link *links;
	struct unit_life life;
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	bool all =
	    unit != whole && unit_life_at(c->v, unit, r->day, &life) && !unit_life_at(c->v, unit, r->before, &life);
	size_t n = unit_links_from(c->v, LINK_TYPE_PART_OF, unit, r->day, c->a, &links);
	for (size_t i = 0; i < n; i++)
		all = all && kind_of(c, links[i].link.b) != whole_kind;
	if (!all)
		return;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_EDGE_TO, buf_view(&key));
	while (all && walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && f.edge.state != STATE_RETRACTED &&
		    when_eq(&f.edge.effective, &r->effective))
			all = lay_in(c, r, f.edge.from, whole);
	walk_end(&w);
	if (all)
		put_link(c, LINK_TYPE_PART_OF, unit, whole, &r->effective, &open, "", "", c->locator, "event.sources");
}

/* All parts of the ended sources follow them to the one target. */
static void carry_parts(struct judging *c, const struct reform *r, uint32_t whole, uint32_t whole_kind)
{
	for (size_t i = 0; i < r->m->n_sources; i++) {
		struct unit_link *links;
		if (r->survives[i])
			continue;
		size_t n = unit_links_to(c->v, LINK_TYPE_PART_OF, r->sources[i], r->before, c->a, &links);
		for (size_t k = 0; k < n; k++) {
			const struct fact_link *l = &links[k].link;
			uint32_t heirs[HEIRS_MAX];
			struct unit_life life;
			if (l->to.precision != WHEN_NONE) /* it leaves that very day: it went its own way */
				continue;
			if (l->a != whole && unit_life_at(c->v, l->a, r->day, &life))
				move_part(c, r, l->a, whole, whole_kind, "event.sources");
			size_t born = became(c, r, l->a, false, heirs, HEIRS_MAX);
			for (size_t x = 0; x < born; x++)
				carry_heir(c, r, heirs[x], whole, whole_kind);
		}
	}
}

/* Without a word on it, a new unit lies where all its sources lay. */
static void inherit_container(struct judging *c, const struct reform *r, uint32_t unit)
{
	static const struct when open = {0};
	struct unit_link *first;
	if (r->m->n_sources == 0)
		return;
	size_t n = unit_links_from(c->v, LINK_TYPE_PART_OF, r->sources[0], r->before, c->a, &first);
	for (size_t i = 0; i < n; i++) {
		uint32_t whole = on_the_day(c, r, first[i].link.b);
		bool all = whole && whole != unit;
		for (size_t k = 1; k < r->m->n_sources && all; k++)
			all = lay_in(c, r, r->sources[k], whole);
		if (all)
			put_link(c, LINK_TYPE_PART_OF, unit, whole, &r->effective, &open, "", "", c->locator,
				 "event.targets");
	}
}

static void place_target(struct judging *c, const struct reform *r, size_t i)
{
	const struct msg_target *t = &r->m->targets[i];
	struct msg_target *said = &r->said->targets[i];
	uint32_t unit = r->targets[i], kind = r->is_new[i] ? target_kind(c, r, t) : kind_of(c, unit);
	if (t->part_of) {
		const char *path = PATH(c, "event.targets[%zu].part_of", i);
		/* The container may be born the same day, by an event on record before. */
		struct unit_life life;
		uint32_t whole = take_unit(c, t->part_of, path, r->day);
		if (whole && !unit_life_at(c->v, whole, r->day, &life)) {
			finding_add(&c->f, RULE_NOT_THERE, path, word_text(c, SPACE_UNIT, whole), r->m->effective,
				    NULL);
		} else if (whole) {
			move_part(c, r, unit, whole, kind_of(c, whole), path);
			said->part_of = arena_alloc(c->a, sizeof *said->part_of);
			put_ref(c, said->part_of, whole);
		}
	} else if (r->is_new[i]) {
		inherit_container(c, r, unit);
	}
	for (size_t k = 0; k < t->n_parts; k++) {
		const char *path = PATH(c, "event.targets[%zu].parts[%zu]", i, k);
		uint32_t part = take_unit(c, &t->parts[k], path, r->before);
		if (part) {
			move_part(c, r, part, unit, kind, path);
			put_ref(c, &said->parts[k], part);
		}
	}
	if (r->m->n_targets == 1 && t->n_parts == 0)
		carry_parts(c, r, unit, kind);
}

/* ---- edges and the event itself ---- */

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

static bool all_live_on(const struct reform *r)
{
	return r->m->type == CHANGE_TYPE_TRANSFER_OF_PART || r->m->type == CHANGE_TYPE_BOUNDARY_ADJUSTMENT;
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
	bool parts = all_live_on(r);
	for (size_t i = 0; i < r->m->n_flows; i++)
		put_edge(c, r, r->m->flows[i].source, r->m->flows[i].target, r->m->flows[i].part || parts);
	for (size_t s = 0; s < r->m->n_sources && !r->m->n_flows; s++)
		for (size_t t = 0; t < r->m->n_targets; t++)
			put_edge(c, r, s, t, r->m->n_targets > 1 || parts);
	if (parts)
		put_remainders(c, r);
}

void put_ref(struct judging *c, struct msg_unit_ref *ref, uint32_t unit)
{
	memset(ref, 0, sizeof *ref);
	ref->id = arena_alloc(c->a, sizeof *ref->id);
	ref->id->id = word_text(c, SPACE_UNIT, unit);
}

static struct msg_unit_ref *new_ref(struct judging *c, struct msg_unit_ref *said, uint32_t unit)
{
	if (!unit)
		return said;
	struct msg_unit_ref *ref = arena_alloc(c->a, sizeof *ref);
	put_ref(c, ref, unit);
	return ref;
}

/* The event as it is kept: as said, with the units it was resolved to; what a target contains is filled in when it is
 * applied. */
static void begin_said(struct judging *c, struct reform *r)
{
	struct msg_reorganisation_event *e = arena_alloc(c->a, sizeof *e);
	*e = *r->m;
	e->scope = new_ref(c, e->scope, e->scope ? c->scope : 0);
	e->sources = arena_alloc(c->a, (e->n_sources + 1) * sizeof *e->sources);
	for (size_t i = 0; i < e->n_sources; i++)
		put_ref(c, &e->sources[i], r->sources[i]);
	e->targets = arena_alloc(c->a, (e->n_targets + 1) * sizeof *e->targets);
	for (size_t i = 0; i < e->n_targets; i++) {
		struct msg_target *t = &e->targets[i];
		*t = r->m->targets[i];
		if (t->unit)
			t->unit = new_ref(c, t->unit, r->targets[i]);
		if (t->territory_of)
			t->territory_of = new_ref(c, t->territory_of, r->territory[i]);
		t->parts = arena_alloc(c->a, (t->n_parts + 1) * sizeof *t->parts);
		if (t->n_parts)
			memcpy(t->parts, r->m->targets[i].parts, t->n_parts * sizeof *t->parts);
	}
	e->moves = arena_alloc(c->a, (e->n_moves + 1) * sizeof *e->moves);
	for (size_t i = 0; i < e->n_moves; i++) {
		struct msg_move *v = &e->moves[i];
		*v = r->m->moves[i];
		v->what = new_ref(c, v->what, r->what[i]);
		v->from = new_ref(c, v->from, r->from[i]);
		v->to = new_ref(c, v->to, r->to[i]);
	}
	e->dispositions = arena_alloc(c->a, (e->n_dispositions + 1) * sizeof *e->dispositions);
	for (size_t i = 0; i < e->n_dispositions; i++) {
		e->dispositions[i] = r->m->dispositions[i];
		e->dispositions[i].object = new_ref(c, e->dispositions[i].object, r->objects[i]);
	}
	r->said = e;
}

struct slice event_body(struct judging *c, const struct msg_reorganisation_event *m)
{
	AUTO_BUF struct buf b = {0};
	codec_encode(&msg_type_reorganisation_event, m, &b);
	return (struct slice){arena_text(c->a, (const char *)b.data, b.len), b.len};
}

static void put_event_unit(struct judging *c, const struct reform *r, uint32_t unit, uint8_t role)
{
	if (unit)
		judging_fact(c, FACT_EVENT_UNIT)->event_unit = (struct fact_event_unit){
		    .unit = unit, .event = r->event, .day = r->day, .role = role, .state = STATE_ASSERTED};
}

static const char *names_of(struct judging *c, const uint32_t *units, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = PATH(c, "%s%s%s", text, i ? " + " : "", word_text(c, SPACE_UNIT, units[i]));
	return text;
}

static void add_unit(struct judging *c, struct msg_change *ch, uint32_t unit)
{
	const char *id = word_text(c, SPACE_UNIT, unit);
	for (size_t i = 0; i < ch->n_units; i++)
		if (strcmp(ch->units[i], id) == 0)
			return;
	if (unit)
		ch->units[ch->n_units++] = id;
}

void put_reform_change(struct judging *c, const struct reform *r, enum change_kind kind)
{
	const struct msg_reorganisation_event *m = r->m;
	struct msg_change *ch = judging_change(c, kind, SUBJECT_EVENT);
	ch->units = arena_alloc(c->a, (m->n_sources + m->n_targets + 3 * m->n_moves + 1) * sizeof *ch->units);
	if (r->sources) {
		for (size_t i = 0; i < m->n_sources; i++)
			add_unit(c, ch, r->sources[i]);
		for (size_t i = 0; i < m->n_targets; i++)
			add_unit(c, ch, r->targets[i]);
		for (size_t i = 0; i < m->n_moves; i++) {
			add_unit(c, ch, r->what[i]);
			add_unit(c, ch, r->from[i]);
			add_unit(c, ch, r->to[i]);
		}
		ch->before_text = names_of(c, r->sources, m->n_sources);
		ch->after_text = names_of(c, r->targets, m->n_targets);
	} else { /* annulled: as it was kept */
		for (size_t i = 0; i < m->n_sources; i++)
			add_unit(c, ch, ref_unit(c, &m->sources[i]));
		for (size_t i = 0; i < m->n_targets; i++)
			add_unit(c, ch,
				 m->targets[i].unit ? ref_unit(c, m->targets[i].unit)
						    : word_find(c, SPACE_UNIT, m->targets[i].id));
		for (size_t i = 0; i < m->n_moves; i++)
			add_unit(c, ch, ref_unit(c, m->moves[i].what));
	}
	ch->field = PATH(c, "%s %s", reform_type(r), m->id);
	ch->valid_from = m->effective;
	ch->locator = m->locator;
	ch->reason = c->reason;
}

void put_reform_event(struct judging *c, const struct reform *r)
{
	const struct msg_reorganisation_event *m = r->m;
	judging_fact(c, FACT_EVENT)->event = (struct fact_event){
	    .event = r->event, .status = (uint8_t)m->status, .effective = r->effective, .body = event_body(c, r->said)};
	for (size_t i = 0; i < m->n_sources; i++)
		put_event_unit(c, r, r->sources[i], r->survives[i] ? 3 : 1);
	for (size_t i = 0; i < m->n_targets; i++) {
		bool both = false;
		for (size_t k = 0; k < m->n_sources; k++)
			both |= r->sources[k] == r->targets[i];
		if (!both)
			put_event_unit(c, r, r->targets[i], all_live_on(r) ? 3 : 2);
	}
	for (size_t i = 0; i < m->n_moves; i++) {
		put_event_unit(c, r, r->what[i], 3);
		put_event_unit(c, r, r->from[i], 3);
		put_event_unit(c, r, r->to[i], 3);
	}
	judging_lay(c);
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
