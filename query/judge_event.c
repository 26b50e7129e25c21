/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_event.c - reorganisation events: one decision, n sources to m targets, as lives, names, codes, containment and
 * edges.
 *
 * Who lives on  a target that is also a source; every other source ends on the effective date, every new target begins
 * then. The date keeps its precision, and moves sources and targets together. Parts         a merger carries the parts
 * of its ended sources to its one target; otherwise the targets name theirs. Edges         as the flows say; without
 * flows from every source to every target, marked as parts where there are several. Kept only     proposed, undecided
 * and lapsed events are on record and change nothing.
 */
#include "query/judging.h"
#include <string.h>

struct reform {
	const struct msg_reorganisation_event *m;
	struct when effective;
	int32_t day, before; /* the first day after it, and the last day before */
	uint32_t event;
	uint32_t *sources, *targets; /* units; 0 = not found */
	bool *survives;              /* of sources: is also a target */
	bool *is_new;                /* of targets: born here */
	bool applies;
};

static const char *type_name(const struct reform *r)
{
	return msg_code_name(&msg_enum_change_type, (int)r->m->type);
}

/* ---- shape: what each type needs ---- */

static void need(struct judging *c, const struct reform *r, bool given, const char *what, const char *path)
{
	if (!given)
		finding_add(&c->f, RULE_EVENT_NEEDS, path, type_name(r), what, NULL);
}

static size_t survivors(const struct reform *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->m->n_sources; i++)
		n += r->survives[i];
	return n;
}

static void shape(struct judging *c, const struct reform *r)
{
	const struct msg_reorganisation_event *m = r->m;
	size_t ns = m->n_sources, nt = m->n_targets, alive = survivors(r);
	bool one_lives = true, none_lives = true;
	switch (m->type) {
	case CHANGE_TYPE_CREATION:
		need(c, r, ns == 0, "no sources", "event.sources");
		need(c, r, nt >= 1, "a target", "event.targets");
		break;
	case CHANGE_TYPE_DELETION:
		need(c, r, ns >= 1, "a source", "event.sources");
		need(c, r, nt == 0, "no targets", "event.targets");
		break;
	case CHANGE_TYPE_MERGING:
		need(c, r, ns >= 2, "two sources or more", "event.sources");
		need(c, r, nt == 1, "one target", "event.targets");
		none_lives = alive == 0;
		break;
	case CHANGE_TYPE_TAKE_OVER:
		need(c, r, ns >= 2, "two sources or more, the surviving one among them", "event.sources");
		need(c, r, nt == 1, "one target", "event.targets");
		one_lives = alive == 1;
		break;
	case CHANGE_TYPE_BREAKDOWN:
		need(c, r, ns == 1, "one source", "event.sources");
		need(c, r, nt >= 2, "two targets or more", "event.targets");
		none_lives = alive == 0;
		break;
	case CHANGE_TYPE_SPLIT_OFF:
		need(c, r, ns == 1, "one source", "event.sources");
		need(c, r, nt >= 2, "the surviving source and another target", "event.targets");
		one_lives = alive == 1;
		break;
	case CHANGE_TYPE_CODE_CHANGE:
	case CHANGE_TYPE_NAME_CHANGE:
	case CHANGE_TYPE_REPARENTING:
		need(c, r, ns == 1, "one source", "event.sources");
		need(c, r, nt == 1, "the same unit as its target", "event.targets");
		one_lives = alive == 1;
		if (nt == 1) {
			const struct msg_target *t = &m->targets[0];
			need(c, r, m->type != CHANGE_TYPE_CODE_CHANGE || t->n_codes, "the new code",
			     "event.targets[0].codes");
			need(c, r, m->type != CHANGE_TYPE_NAME_CHANGE || t->n_names, "the new name",
			     "event.targets[0].names");
			need(c, r, m->type != CHANGE_TYPE_REPARENTING || t->part_of, "the new containing unit",
			     "event.targets[0].part_of");
		}
		break;
	case CHANGE_TYPE_REORGANISATION:
		need(c, r, ns >= 1, "a source", "event.sources");
		need(c, r, nt >= 1, "a target", "event.targets");
		break;
	case CHANGE_TYPE_TRANSFER_OF_PART:
	case CHANGE_TYPE_BOUNDARY_ADJUSTMENT:
	case CHANGE_TYPE_UNSPECIFIED:
		break;
	}
	if (!one_lives)
		finding_add(&c->f, RULE_NOT_A_SURVIVOR, "event.targets", m->id, type_name(r), NULL);
	need(c, r, none_lives, "a target that is none of its sources (else it is a take-over or split-off)",
	     "event.targets");
}

/* What this version keeps out rather than half apply. */
static void not_yet(struct judging *c, const struct reform *r)
{
	const struct msg_reorganisation_event *m = r->m;
	if (m->type == CHANGE_TYPE_TRANSFER_OF_PART || m->type == CHANGE_TYPE_BOUNDARY_ADJUSTMENT)
		finding_add(&c->f, RULE_NOT_YET_APPLIED, "event.type", type_name(r), NULL);
	if (m->status == EVENT_STATUS_ANNULLED)
		finding_add(&c->f, RULE_NOT_YET_APPLIED, "event.status", "annulment", NULL);
	if (m->n_dispositions)
		finding_add(&c->f, RULE_NOT_YET_APPLIED, "event.dispositions", "a disposition of objects", NULL);
	for (size_t i = 0; i < m->n_flows; i++)
		if (m->flows[i].n_weights)
			finding_add(&c->f, RULE_NOT_YET_APPLIED, PATH(c, "event.flows[%zu].weights", i), "a weight",
				    NULL);
	for (size_t i = 0; i < m->n_targets; i++)
		if (m->targets[i].restores)
			finding_add(&c->f, RULE_NOT_YET_APPLIED, PATH(c, "event.targets[%zu].restores", i),
				    "restoring a territory", NULL);
}

/* ---- heads, sources, targets ---- */

static bool take_event_head(struct judging *c, struct reform *r)
{
	const struct msg_reorganisation_event *m = r->m;
	bool ok = take_id(c, m->id, "event.id");
	if (ok && word_find(c, SPACE_EVENT, m->id)) {
		finding_add(&c->f, RULE_EVENT_EXISTS, "event.id", m->id, NULL);
		ok = false;
	}
	if (m->type == CHANGE_TYPE_UNSPECIFIED) {
		finding_add(&c->f, RULE_REQUIRED, "event.type", "the type of change", NULL);
		ok = false;
	}
	if (m->status == EVENT_STATUS_UNSPECIFIED) {
		finding_add(&c->f, RULE_REQUIRED, "event.status", "the status", NULL);
		ok = false;
	}
	c->src = take_source(c, m->source, "event.source");
	c->src_text = m->source;
	c->locator = m->locator;
	c->reason = m->reason;
	if (!*m->effective)
		finding_add(&c->f, RULE_REQUIRED, "event.effective", "the effective date", NULL);
	else if (take_when(c, m->effective, "event", "effective", &r->effective) &&
		 (r->effective.lo == WHEN_DAY_MIN || r->effective.hi == WHEN_DAY_MAX ||
		  r->effective.precision == WHEN_DAY_WITHOUT_YEAR))
		finding_add(&c->f, RULE_BAD_DATE, "event.effective", m->effective,
			    "an event needs a date with two ends", NULL);
	if (c->f.errors)
		return false;
	r->day = r->effective.hi;
	r->before = r->effective.lo - 1;
	c->structure_day = r->before;
	if (r->effective.precision != WHEN_DAY)
		finding_add(&c->f, RULE_DATE_UNCERTAIN, "event.effective", "the effective date", m->effective, NULL);
	return ok && c->src;
}

static void take_sources(struct judging *c, struct reform *r)
{
	if (r->m->scope)
		c->scope = take_unit(c, r->m->scope, "event.scope", r->before);
	for (size_t i = 0; i < r->m->n_sources; i++) {
		const char *path = PATH(c, "event.sources[%zu]", i);
		struct unit_life life;
		uint32_t unit = take_unit(c, &r->m->sources[i], path, r->before);
		for (size_t k = 0; unit && k < i; k++)
			if (r->sources[k] == unit)
				finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, path, word_text(c, SPACE_UNIT, unit),
					    NULL);
		if (unit && !unit_life_at(c->v, unit, r->before, &life))
			finding_add(&c->f, RULE_ALREADY_ENDED, path, word_text(c, SPACE_UNIT, unit), r->m->effective,
				    NULL);
		r->sources[i] = unit;
	}
}

/* A new target's number is given out now, so that flows and parts can name it; its life is put on record later. */
static uint32_t new_target(struct judging *c, struct reform *r, const struct msg_target *t, const char *path)
{
	if (!take_id(c, t->id, PATH(c, "%s.id", path)))
		return 0;
	uint32_t unit = word_find(c, SPACE_UNIT, t->id);
	if (unit && unit_kind(c->v, unit)) {
		finding_add(&c->f, RULE_UNIT_EXISTS, PATH(c, "%s.id", path), t->id, NULL);
		return 0;
	}
	if (t->n_names == 0)
		finding_add(&c->f, RULE_NEW_UNIT_NEEDS, PATH(c, "%s.names", path), "a name", NULL);
	if (!*t->kind && r->m->n_sources == 0)
		finding_add(&c->f, RULE_NEW_UNIT_NEEDS, PATH(c, "%s.kind", path), "a kind", NULL);
	if (*t->kind && !take_id(c, t->kind, PATH(c, "%s.kind", path)))
		return 0;
	return word_take(c, SPACE_UNIT, t->id);
}

static void take_targets(struct judging *c, struct reform *r)
{
	for (size_t i = 0; i < r->m->n_targets; i++) {
		const struct msg_target *t = &r->m->targets[i];
		const char *path = PATH(c, "event.targets[%zu]", i);
		if (t->unit) {
			r->targets[i] = take_unit(c, t->unit, PATH(c, "%s.unit", path), r->before);
		} else {
			r->targets[i] = new_target(c, r, t, path);
			r->is_new[i] = true;
		}
		for (size_t k = 0; r->targets[i] && k < i; k++)
			if (r->targets[k] == r->targets[i])
				finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, path,
					    word_text(c, SPACE_UNIT, r->targets[i]), NULL);
		for (size_t k = 0; k < r->m->n_sources; k++)
			if (r->targets[i] && r->sources[k] == r->targets[i])
				r->survives[k] = true;
	}
}

static void check_flows(struct judging *c, const struct reform *r)
{
	for (size_t i = 0; i < r->m->n_flows; i++) {
		const struct msg_flow *f = &r->m->flows[i];
		if (f->source >= r->m->n_sources || f->target >= r->m->n_targets)
			finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "event.flows[%zu]", i), "flow",
				    "it names a source or target that the event does not have", NULL);
		for (size_t k = 0; k < i; k++)
			if (r->m->flows[k].source == f->source && r->m->flows[k].target == f->target)
				finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, PATH(c, "event.flows[%zu]", i),
					    "the flow", NULL);
	}
}

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

static void begin_life(struct judging *c, const struct reform *r, uint32_t unit, uint32_t kind, uint16_t number)
{
	struct fact_life l = {.unit = unit,
			      .life = number,
			      .kind = kind,
			      .state = STATE_ASSERTED,
			      .from = r->effective,
			      .src = c->src,
			      .born_by = r->event};
	judging_fact(c, FACT_LIFE)->life = l;
	struct msg_change *m = judging_change(c, CHANGE_KIND_ASSERTED, SUBJECT_UNIT);
	change_units(c, m, unit, 0);
	m->field = word_text(c, SPACE_TERM, kind);
	m->valid_from = when_text(c, &r->effective);
	m->reason = r->m->reason;
}

/* ---- names and codes of one that lives on: the old ones end, the new ones begin ---- */

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
		if (scheme && f.code.scheme == scheme && f.code.state != STATE_RETRACTED && when_eq(&f.code.to, &open))
			put_code(c, unit, word_text(c, SPACE_TERM, scheme),
				 arena_text(c->a, f.code.text.data, f.code.text.len), &f.code.from, &r->effective);
		if (!scheme && f.name.state != STATE_RETRACTED && when_eq(&f.name.to, &open))
			put_name(c, unit, arena_text(c->a, f.name.text.data, f.name.text.len), &f.name.from,
				 &r->effective);
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
			finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.names[%zu]", path, k), "the name", NULL);
		else
			put_name(c, unit, t->names[k], &r->effective, &open);
	}
	for (size_t k = 0; k < t->n_codes; k++) {
		const struct msg_code_value *v = &t->codes[k];
		const char *at = PATH(c, "%s.codes[%zu]", path, k);
		if (!take_id(c, v->scheme, PATH(c, "%s.scheme", at)) || !take_id(c, v->code, PATH(c, "%s.code", at)))
			continue;
		if (!is_new)
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
	for (size_t i = 0; i < n; i++) {
		uint32_t old = links[i].link.b;
		bool leaves = kind_of(c, old) == whole_kind;
		for (size_t k = 0; k < r->m->n_sources; k++)
			leaves |= r->sources[k] == old && !r->survives[k];
		if (leaves && old != whole && !when_eq(&links[i].link.to, &r->effective))
			end_link(c, &links[i], &r->effective, r->m->reason);
	}
	put_link(c, LINK_TYPE_PART_OF, part, whole, &r->effective, &open, "", "", c->locator, path);
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
			struct unit_life life;
			/* One that leaves or ends that very day went its own way. */
			if (l->to.precision != WHEN_NONE || !unit_life_at(c->v, l->a, r->day, &life))
				continue;
			bool is_target = l->a == whole;
			if (!is_target)
				move_part(c, r, l->a, whole, whole_kind, "event.sources");
		}
	}
}

/* Without a word on it, a new unit lies where all its sources lay. */
static void inherit_container(struct judging *c, const struct reform *r, uint32_t unit)
{
	static const struct when open = {0};
	struct unit_link *first, *other;
	if (r->m->n_sources == 0)
		return;
	size_t n = unit_links_from(c->v, LINK_TYPE_PART_OF, r->sources[0], r->before, c->a, &first);
	for (size_t i = 0; i < n; i++) {
		uint32_t whole = first[i].link.b;
		struct unit_life life;
		bool all = unit_life_at(c->v, whole, r->day, &life);
		for (size_t k = 1; k < r->m->n_sources && all; k++) {
			size_t m = unit_links_from(c->v, LINK_TYPE_PART_OF, r->sources[k], r->before, c->a, &other);
			bool there = false;
			for (size_t x = 0; x < m; x++)
				there |= other[x].link.b == whole;
			all = there;
		}
		if (all)
			put_link(c, LINK_TYPE_PART_OF, unit, whole, &r->effective, &open, "", "", c->locator,
				 "event.targets");
	}
}

static void place_target(struct judging *c, const struct reform *r, size_t i)
{
	const struct msg_target *t = &r->m->targets[i];
	uint32_t unit = r->targets[i], kind = r->is_new[i] ? target_kind(c, r, t) : kind_of(c, unit);
	if (t->part_of) {
		const char *path = PATH(c, "event.targets[%zu].part_of", i);
		/* The container may be born the same day, by an event on record before. */
		uint32_t whole = take_unit(c, t->part_of, path, r->day);
		if (whole)
			move_part(c, r, unit, whole, kind_of(c, whole), path);
	} else if (r->is_new[i]) {
		inherit_container(c, r, unit);
	}
	for (size_t k = 0; k < t->n_parts; k++) {
		const char *path = PATH(c, "event.targets[%zu].parts[%zu]", i, k);
		uint32_t part = take_unit(c, &t->parts[k], path, r->before);
		if (part)
			move_part(c, r, part, unit, kind, path);
	}
	if (r->m->n_targets == 1 && t->n_parts == 0)
		carry_parts(c, r, unit, kind);
}

/* ---- edges and the event itself ---- */

static void put_edge(struct judging *c, const struct reform *r, size_t s, size_t t, bool part)
{
	judging_fact(c, FACT_EDGE)->edge = (struct fact_edge){.from = r->sources[s],
							      .to = r->targets[t],
							      .event = r->event,
							      .state = STATE_ASSERTED,
							      .effective = r->effective,
							      .part = part};
}

static void put_edges(struct judging *c, const struct reform *r)
{
	for (size_t i = 0; i < r->m->n_flows; i++)
		put_edge(c, r, r->m->flows[i].source, r->m->flows[i].target, r->m->flows[i].part);
	if (r->m->n_flows)
		return;
	for (size_t s = 0; s < r->m->n_sources; s++)
		for (size_t t = 0; t < r->m->n_targets; t++)
			put_edge(c, r, s, t, r->m->n_targets > 1);
}

static void put_ref(struct judging *c, struct msg_unit_ref *ref, uint32_t unit)
{
	memset(ref, 0, sizeof *ref);
	ref->id = arena_alloc(c->a, sizeof *ref->id);
	ref->id->id = word_text(c, SPACE_UNIT, unit);
}

/* The event as it is kept: as said, with the units it was resolved to. */
static struct slice event_body(struct judging *c, const struct reform *r)
{
	struct msg_reorganisation_event e = *r->m;
	e.sources = arena_alloc(c->a, (e.n_sources + 1) * sizeof *e.sources);
	for (size_t i = 0; i < e.n_sources; i++)
		put_ref(c, &e.sources[i], r->sources[i]);
	e.targets = arena_alloc(c->a, (e.n_targets + 1) * sizeof *e.targets);
	for (size_t i = 0; i < e.n_targets; i++) {
		e.targets[i] = r->m->targets[i];
		if (e.targets[i].unit) {
			e.targets[i].unit = arena_alloc(c->a, sizeof *e.targets[i].unit);
			put_ref(c, e.targets[i].unit, r->targets[i]);
		}
	}
	AUTO_BUF struct buf b = {0};
	codec_encode(&msg_type_reorganisation_event, &e, &b);
	return (struct slice){arena_text(c->a, (const char *)b.data, b.len), b.len};
}

static void put_event_unit(struct judging *c, const struct reform *r, uint32_t unit, uint8_t role)
{
	judging_fact(c, FACT_EVENT_UNIT)->event_unit =
	    (struct fact_event_unit){.unit = unit, .event = r->event, .day = r->day, .role = role};
}

static const char *names_of(struct judging *c, const uint32_t *units, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = PATH(c, "%s%s%s", text, i ? " + " : "", word_text(c, SPACE_UNIT, units[i]));
	return text;
}

static void put_event(struct judging *c, const struct reform *r)
{
	const struct msg_reorganisation_event *m = r->m;
	judging_fact(c, FACT_EVENT)->event = (struct fact_event){
	    .event = r->event, .status = (uint8_t)m->status, .effective = r->effective, .body = event_body(c, r)};
	struct msg_change *ch =
	    judging_change(c, r->applies ? CHANGE_KIND_REORGANISED : CHANGE_KIND_ASSERTED, SUBJECT_EVENT);
	ch->units = arena_alloc(c->a, (m->n_sources + m->n_targets + 1) * sizeof *ch->units);
	for (size_t i = 0; i < m->n_sources; i++) {
		ch->units[ch->n_units++] = word_text(c, SPACE_UNIT, r->sources[i]);
		put_event_unit(c, r, r->sources[i], r->survives[i] ? 3 : 1);
	}
	for (size_t i = 0; i < m->n_targets; i++) {
		bool both = false;
		for (size_t k = 0; k < m->n_sources; k++)
			both |= r->sources[k] == r->targets[i];
		if (both)
			continue;
		ch->units[ch->n_units++] = word_text(c, SPACE_UNIT, r->targets[i]);
		put_event_unit(c, r, r->targets[i], 2);
	}
	ch->field = PATH(c, "%s %s", type_name(r), m->id);
	ch->before_text = names_of(c, r->sources, m->n_sources);
	ch->after_text = names_of(c, r->targets, m->n_targets);
	ch->valid_from = m->effective;
	ch->locator = m->locator;
	ch->reason = m->reason;
	if (r->applies)
		due_add(c, &r->effective, 1, r->event, 0);
}

static void apply(struct judging *c, const struct reform *r)
{
	/* Lives first: what follows looks them up. */
	for (size_t i = 0; i < r->m->n_sources; i++)
		if (!r->survives[i])
			end_source(c, r, r->sources[i]);
	for (size_t i = 0; i < r->m->n_targets; i++) {
		struct unit_life *lives, now;
		if (r->is_new[i]) {
			begin_life(c, r, r->targets[i], target_kind(c, r, &r->m->targets[i]), 1);
		} else if (!unit_life_at(c->v, r->targets[i], r->before, &now)) {
			size_t n = unit_lives(c->v, r->targets[i], c->a, &lives); /* it comes back: a new life */
			begin_life(c, r, r->targets[i], kind_of(c, r->targets[i]),
				   (uint16_t)(n ? lives[n - 1].life.life + 1 : 1));
		}
	}
	judging_lay(c);
	for (size_t i = 0; i < r->m->n_targets; i++)
		put_texts(c, r, &r->m->targets[i], r->targets[i], r->is_new[i], PATH(c, "event.targets[%zu]", i));
	for (size_t i = 0; i < r->m->n_targets; i++)
		place_target(c, r, i);
	put_edges(c, r);
}

void judge_event(struct judging *c, const struct msg_reorganisation_event *m)
{
	struct reform r = {.m = m};
	size_t n = m->n_sources + m->n_targets + m->n_flows;
	for (size_t i = 0; i < m->n_targets; i++)
		n += m->targets[i].n_parts;
	c->root = "event";
	if (n > c->j->limits.statements_max) {
		finding_add(&c->f, RULE_TOO_MANY, "event", "units and flows", PATH(c, "%zu", n),
			    PATH(c, "%u", c->j->limits.statements_max), NULL);
		return;
	}
	r.applies = m->status == EVENT_STATUS_ADOPTED || m->status == EVENT_STATUS_EFFECTIVE;
	r.sources = arena_alloc(c->a, (m->n_sources + 1) * sizeof *r.sources);
	r.survives = arena_alloc(c->a, (m->n_sources + 1) * sizeof *r.survives);
	r.targets = arena_alloc(c->a, (m->n_targets + 1) * sizeof *r.targets);
	r.is_new = arena_alloc(c->a, (m->n_targets + 1) * sizeof *r.is_new);
	not_yet(c, &r);
	if (!take_event_head(c, &r))
		return;
	take_sources(c, &r);
	take_targets(c, &r);
	if (c->f.errors)
		return;
	shape(c, &r);
	check_flows(c, &r);
	if (c->f.errors)
		return;
	r.event = word_take(c, SPACE_EVENT, m->id);
	put_event(c, &r);
	if (r.applies)
		apply(c, &r);
}
