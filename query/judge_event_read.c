/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_event_read.c - a reorganisation event is read: one decision, n sources to m targets.
 *
 * What it names is found, and its type and the lives of its units must fit what it says. All that is wrong with it is
 * found at once. What it then changes is judge_reform.c's.
 */
#include "query/judging.h"

const char *reform_type(const struct reform *r)
{
	return msg_code_name(&msg_enum_change_type, (int)r->m->type);
}

/* Does the event end none of its units? */
bool all_live_on(const struct msg_reorganisation_event *m)
{
	return m->type == CHANGE_TYPE_TRANSFER_OF_PART || m->type == CHANGE_TYPE_BOUNDARY_ADJUSTMENT;
}

/* ---- shape: what each type needs ---- */

static void need(struct judging *c, const struct reform *r, bool given, const char *what, const char *path)
{
	if (!given)
		finding_add(&c->f, RULE_EVENT_NEEDS, path, reform_type(r), what, NULL);
}

static size_t survivors(const struct reform *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->m->n_sources; i++)
		n += r->survives[i];
	return n;
}

/* Of how many sources and targets an event of the type is, each in words, and how many of the sources are targets too. */
#define ANY SIZE_MAX
struct shape {
	size_t sources_min, sources_max;
	const char *sources;
	size_t targets_min, targets_max;
	const char *targets;
	size_t alive_min, alive_max;
};

static struct shape shape_of(enum change_type t)
{
	switch (t) {
	case CHANGE_TYPE_CREATION:
		return (struct shape){0, 0, "no sources", 1, ANY, "a target", 0, ANY};
	case CHANGE_TYPE_DELETION:
		return (struct shape){1, ANY, "a source", 0, 0, "no targets", 0, ANY};
	case CHANGE_TYPE_MERGING:
		return (struct shape){2, ANY, "two sources or more", 1, 1, "one target", 0, 0};
	case CHANGE_TYPE_TAKE_OVER:
		return (struct shape){2, ANY, "two sources or more, the surviving one among them", 1, 1, "one target",
				      1, 1};
	case CHANGE_TYPE_BREAKDOWN:
		return (struct shape){1, 1, "one source", 2, ANY, "two targets or more", 0, 0};
	case CHANGE_TYPE_SPLIT_OFF:
		return (struct shape){1, 1, "one source", 2, ANY, "the surviving source and another target", 1, 1};
	case CHANGE_TYPE_CODE_CHANGE:
	case CHANGE_TYPE_NAME_CHANGE:
	case CHANGE_TYPE_REPARENTING:
		return (struct shape){1, 1, "one source", 1, 1, "the same unit as its target", 1, 1};
	case CHANGE_TYPE_REORGANISATION:
	case CHANGE_TYPE_TRANSFER_OF_PART:
	case CHANGE_TYPE_BOUNDARY_ADJUSTMENT:
		return (struct shape){1, ANY, "a source", 1, ANY, "a target", 0, ANY};
	case CHANGE_TYPE_RELOCATION:
	case CHANGE_TYPE_TRANSFER_OF_TASK:
		return (struct shape){0, 0, "no sources: it moves links", 0, 0, "no targets: it moves links", 0, ANY};
	case CHANGE_TYPE_UNSPECIFIED:
		break;
	}
	return (struct shape){0, ANY, "", 0, ANY, "", 0, ANY};
}

/* What a target must say for the event to be of its type. */
static void need_of_target(struct judging *c, const struct reform *r, size_t i)
{
	enum change_type type = r->m->type;
	const struct msg_target *t = &r->m->targets[i];
	const char *path = PATH(c, "event.targets[%zu]", i);
	if (all_live_on(r->m))
		need(c, r, !r->is_new[i], "targets that live on", path);
	if (r->m->n_targets != 1)
		return;
	need(c, r, type != CHANGE_TYPE_CODE_CHANGE || t->n_codes, "the new code", PATH(c, "%s.codes", path));
	need(c, r, type != CHANGE_TYPE_NAME_CHANGE || t->n_names, "the new name", PATH(c, "%s.names", path));
	need(c, r, type != CHANGE_TYPE_REPARENTING || t->part_of, "the new containing unit",
	     PATH(c, "%s.part_of", path));
}

static bool between(size_t n, size_t min, size_t max)
{
	return n >= min && n <= max;
}

/* `known`: every source and target was found, so that it can be told who lives on. */
static void check_shape(struct judging *c, const struct reform *r, bool known)
{
	const struct msg_reorganisation_event *m = r->m;
	const struct shape s = shape_of(m->type);
	size_t alive = survivors(r);
	need(c, r, between(m->n_sources, s.sources_min, s.sources_max), s.sources, "event.sources");
	need(c, r, between(m->n_targets, s.targets_min, s.targets_max), s.targets, "event.targets");
	for (size_t i = 0; i < m->n_targets; i++)
		need_of_target(c, r, i);
	if (!known)
		return;
	if (m->n_sources == 1 && m->n_targets == 1 && r->sources[0] == r->targets[0] &&
	    (m->type == CHANGE_TYPE_SPLIT_OFF || m->type == CHANGE_TYPE_BREAKDOWN || all_live_on(m)))
		finding_add(&c->f, RULE_SPLIT_INTO_ITSELF, "event.targets", word_text(c, SPACE_UNIT, r->sources[0]),
			    NULL);
	if (alive < s.alive_min || (s.alive_min && alive > s.alive_max))
		finding_add(&c->f, RULE_NOT_A_SURVIVOR, "event.targets", m->id, reform_type(r), NULL);
	need(c, r, s.alive_max || !alive, "a target that is none of its sources (else it is a take-over or split-off)",
	     "event.targets");
}

/* ---- heads, sources, targets ---- */

/* true: the date is known, so that sources and targets can be looked up. */
static bool take_event_head(struct judging *c, struct reform *r)
{
	const struct msg_reorganisation_event *m = r->m;
	take_id(c, m->id, "event.id");
	if (m->type == CHANGE_TYPE_UNSPECIFIED)
		finding_add(&c->f, RULE_REQUIRED, "event.type", "the type of change", NULL);
	if (m->status == EVENT_STATUS_UNSPECIFIED)
		finding_add(&c->f, RULE_REQUIRED, "event.status", "the status", NULL);
	c->src = take_source(c, m->source, "event.source");
	c->src_text = m->source;
	c->locator = m->locator;
	c->reason = m->reason;
	if (!*m->effective) {
		finding_add(&c->f, RULE_REQUIRED, "event.effective", "the effective date", NULL);
		return false;
	}
	if (!take_when(c, m->effective, "event", "effective", &r->effective))
		return false;
	if (r->effective.lo == WHEN_DAY_MIN || r->effective.hi == WHEN_DAY_MAX ||
	    r->effective.precision == WHEN_DAY_WITHOUT_YEAR) {
		finding_add(&c->f, RULE_BAD_DATE, "event.effective", m->effective,
			    "an event needs a date with two ends", NULL);
		return false;
	}
	r->day = r->effective.hi;
	r->before = r->effective.lo - 1;
	c->structure_day = r->before;
	if (r->effective.precision != WHEN_DAY)
		finding_add(&c->f, RULE_DATE_UNCERTAIN, "event.effective", "the effective date", m->effective, NULL);
	return true;
}

/* Could the two dates be the same day? */
static bool may_agree(const struct when *a, const struct when *b)
{
	return a->lo <= b->hi && b->lo <= a->hi;
}

static void refuse_life(struct judging *c, const struct fact_life *l, const char *path)
{
	finding_add(&c->f, RULE_OVERLAPPING_LIVES, path, word_text(c, SPACE_UNIT, l->unit), when_text(c, &l->from),
		    when_text(c, &l->to), NULL);
}

static void take_sources(struct judging *c, struct reform *r, struct unit_life *lives)
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
		r->sources[i] = unit;
		if (unit && !unit_life_at(c->v, unit, r->before, &life))
			finding_add(&c->f, RULE_ALREADY_ENDED, path, word_text(c, SPACE_UNIT, unit), r->m->effective,
				    NULL);
		else if (unit)
			lives[i] = life;
	}
}

/* A source that ends then must not be known to end another day. */
static void check_ends(struct judging *c, const struct reform *r, const struct unit_life *lives)
{
	for (size_t i = 0; i < r->m->n_sources; i++) {
		const struct fact_life *l = &lives[i].life;
		if (r->applies && l->unit && !r->survives[i] && l->to.precision != WHEN_NONE &&
		    !may_agree(&l->to, &r->effective))
			refuse_life(c, l, PATH(c, "event.sources[%zu]", i));
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

/* An existing unit lives on as one of the sources, or comes back to a life that no other one crosses. */
static void check_existing(struct judging *c, const struct reform *r, uint32_t unit, const char *path)
{
	struct unit_life *lives, now;
	for (size_t k = 0; k < r->m->n_sources; k++)
		if (r->sources[k] == unit)
			return;
	if (unit_life_at(c->v, unit, r->before, &now)) {
		if (all_live_on(r->m))
			return;
		if (r->m->type == CHANGE_TYPE_CREATION)
			finding_add(&c->f, RULE_UNIT_EXISTS, path, word_text(c, SPACE_UNIT, unit), NULL);
		else
			finding_add(&c->f, RULE_NOT_A_SURVIVOR, path, word_text(c, SPACE_UNIT, unit), reform_type(r),
				    NULL);
		return;
	}
	size_t n = unit_lives(c->v, unit, c->a, &lives);
	if (all_live_on(r->m))
		finding_add(&c->f, RULE_ALREADY_ENDED, path, word_text(c, SPACE_UNIT, unit), r->m->effective, NULL);
	for (size_t i = 0; i < n; i++) {
		const struct when *from = &lives[i].life.from, *to = &lives[i].life.to;
		bool over = to->precision != WHEN_NONE && to->lo <= r->effective.hi;
		if (!over && !when_eq(from, &r->effective)) /* that very life may be on record already */
			refuse_life(c, &lives[i].life, path);
	}
}

#define LINEAGE_MAX 10000u

struct reached {
	uint32_t unit;
	int32_t since; /* what left it before is none of it */
};

static bool reached_by_then(const struct reached *list, size_t n, uint32_t unit, int32_t since)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].unit == unit && list[i].since <= since)
			return true;
	return false;
}

/* Did anything of `former` come to `unit` before the day, over any number of reforms, one after the other? */
bool reform_flowed(struct judging *c, uint32_t former, uint32_t unit, int32_t day)
{
	size_t n = 0, room = 0;
	struct reached *seen = arena_grow(c->a, NULL, 0, 1, sizeof *seen, &room);
	seen[n++] = (struct reached){former, WHEN_DAY_MIN};
	for (size_t i = 0; i < n && n < LINEAGE_MAX; i++) {
		AUTO_BUF struct buf key = {0};
		AUTO_WALK struct walk w = {0};
		struct row row;
		struct fact f;
		if (seen[i].unit == unit)
			return true;
		key_unit(&key, seen[i].unit);
		walk_begin(&w, c->v, TABLE_EDGE, buf_view(&key));
		while (walk_next(&w, &row)) {
			if (row_fact(&row, &f) != ERR_OK || f.edge.state == STATE_RETRACTED ||
			    f.edge.effective.hi >= day || f.edge.effective.hi < seen[i].since)
				continue;
			int32_t since = f.edge.effective.lo > seen[i].since ? f.edge.effective.lo : seen[i].since;
			if (reached_by_then(seen, n, f.edge.to, since))
				continue;
			seen = arena_grow(c->a, seen, n, n + 1, sizeof *seen, &room);
			seen[n++] = (struct reached){f.edge.to, since};
		}
	}
	return false;
}

/* Whose territory the target has: its own of before, or that of another former unit. */
static void take_territory(struct judging *c, struct reform *r, size_t i, const char *path)
{
	const struct msg_target *t = &r->m->targets[i];
	if (t->restores && t->territory_of) {
		finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "%s.territory_of", path), "target",
			    "it restores its own territory, or has that of another: not both", NULL);
		return;
	}
	if (t->restores && !t->unit) {
		finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "%s.restores", path), "restores",
			    "only an existing unit comes back; a new one has the territory of another", NULL);
		return;
	}
	path = PATH(c, "%s.%s", path, t->restores ? "restores" : "territory_of");
	if (t->restores)
		r->territory[i] = r->targets[i];
	else if (t->territory_of)
		r->territory[i] = take_unit(c, t->territory_of, path, r->before);
	bool flowed = !r->territory[i];
	for (size_t k = 0; k < r->m->n_sources && !flowed; k++)
		flowed = r->sources[k] != r->territory[i] &&
			 reform_flowed(c, r->territory[i], r->sources[k], r->effective.lo);
	if (!flowed)
		finding_add(&c->f, RULE_NEVER_FLOWED, path, word_text(c, SPACE_UNIT, r->territory[i]), r->m->id, NULL);
}

static void take_targets(struct judging *c, struct reform *r)
{
	for (size_t i = 0; i < r->m->n_targets; i++) {
		const struct msg_target *t = &r->m->targets[i];
		const char *path = PATH(c, "event.targets[%zu]", i);
		if (t->unit) {
			r->targets[i] = take_unit(c, t->unit, PATH(c, "%s.unit", path), r->before);
			if (*t->id)
				finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "%s.id", path), "target",
					    "it is either an existing unit or a new one with an id", NULL);
			if (r->targets[i])
				check_existing(c, r, r->targets[i], PATH(c, "%s.unit", path));
		} else {
			r->targets[i] = new_target(c, r, t, path);
			r->is_new[i] = true;
		}
		take_territory(c, r, i, path);
		for (size_t k = 0; r->targets[i] && k < i; k++)
			if (r->targets[k] == r->targets[i])
				finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, path,
					    word_text(c, SPACE_UNIT, r->targets[i]), NULL);
		for (size_t k = 0; k < r->m->n_sources; k++)
			if (r->targets[i] && r->sources[k] == r->targets[i])
				r->survives[k] = true;
	}
	for (size_t k = 0; k < r->m->n_sources && all_live_on(r->m); k++)
		r->survives[k] = true;
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

void read_reform(struct judging *c, const struct msg_reorganisation_event *m, struct reform *r)
{
	*r = (struct reform){.m = m};
	r->applies = event_applies((uint8_t)m->status);
	r->sources = arena_alloc(c->a, (m->n_sources + 1) * sizeof *r->sources);
	r->survives = arena_alloc(c->a, (m->n_sources + 1) * sizeof *r->survives);
	r->targets = arena_alloc(c->a, (m->n_targets + 1) * sizeof *r->targets);
	r->is_new = arena_alloc(c->a, (m->n_targets + 1) * sizeof *r->is_new);
	r->territory = arena_alloc(c->a, (m->n_targets + 1) * sizeof *r->territory);
	struct unit_life *lives = arena_alloc(c->a, (m->n_sources + 1) * sizeof *lives);
	bool known = take_event_head(c, r);
	if (known) {
		take_sources(c, r, lives);
		take_targets(c, r);
		check_ends(c, r, lives);
		take_moves(c, r);
		take_dispositions(c, r);
	}
	for (size_t i = 0; i < m->n_sources; i++)
		known = known && r->sources[i];
	for (size_t i = 0; i < m->n_targets; i++)
		known = known && r->targets[i];
	check_shape(c, r, known);
	check_flows(c, r);
	take_flow_weights(c, r);
}
