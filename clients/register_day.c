/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of one day as events. First all components are read against the day before, then whoever ends or gives up a
 * code does so, then whoever begins or takes one: so two units may exchange their codes on a day.
 */
#include <stdlib.h>
#include <string.h>
#include "clients/register_today.h"

/* ---- sources and targets ---- */

static int by_code(const void *x, const void *y)
{
	const struct register_code *const *a = x, *const *b = y;
	return strcmp((*a)->code, (*b)->code);
}

static size_t unique(struct register_code **list, size_t n)
{
	size_t kept = 0;
	if (n)
		qsort(list, n, sizeof *list, by_code);
	for (size_t i = 0; i < n; i++)
		if (!kept || list[kept - 1] != list[i])
			list[kept++] = list[i];
	return kept;
}

static size_t find(struct register_code *const *list, size_t n, const struct register_code *c)
{
	size_t lo = 0;
	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;
		int cmp = strcmp(list[mid]->code, c->code);
		if (cmp == 0)
			return mid;
		if (cmp < 0)
			lo = mid + 1;
		else
			n = mid;
	}
	return SIZE_MAX;
}

static void collect(struct register_today *d, struct register_part *p)
{
	/* One more place each: a survivor that no row names. */
	p->sources = arena_alloc(d->m->arena, 2 * (p->n + 1) * sizeof(struct register_code *));
	p->targets = arena_alloc(d->m->arena, (p->n + 1) * sizeof(struct register_code *));
	for (size_t i = 0; i < p->n; i++) {
		if (p->pairs[i].from)
			p->sources[p->n_sources++] = p->pairs[i].from;
		if (p->pairs[i].to)
			p->targets[p->n_targets++] = p->pairs[i].to;
	}
	p->n_sources = unique(p->sources, p->n_sources);
	p->n_targets = unique(p->targets, p->n_targets);
}

static const char *name_of(const struct register_part *p, const struct register_code *c, bool old, size_t *line)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct register_row *r = p->pairs[i].row;
		if (line)
			*line = r->line;
		if (old && *r->old_name && strcmp(r->old_code, c->code) == 0)
			return r->old_name;
		if (!old && *r->new_name && strcmp(r->new_code, c->code) == 0)
			return r->new_name;
	}
	if (line)
		*line = p->first->line;
	return "";
}

/* The container that the rows name for a new code; NULL = none. */
static const char *container_of(struct register_today *d, struct register_part *p, const struct register_code *c)
{
	const char *said = NULL;
	for (size_t i = 0; i < p->n; i++) {
		const struct register_row *r = p->pairs[i].row;
		if (!r || !r->part_of || !*r->part_of || strcmp(r->new_code, c->code) != 0)
			continue;
		if (said && strcmp(said, r->part_of) != 0)
			SAY(REGISTER_ERROR, r->line, "TWO_CONTAINERS", "%s cannot be part of both %s and %s from %s",
			    c->code, said, r->part_of, register_day(d->m->arena, d->day));
		said = said ? said : r->part_of;
	}
	return said;
}

static void take_source(struct register_today *d, struct register_part *p, struct register_code *c)
{
	size_t line;
	const char *name = name_of(p, c, true, &line);
	const char *day = register_day(d->m->arena, d->day);
	if (!c->living && !c->n_bearers && !d->stocked) {
		register_begin(d->m, c, *name ? name : c->code, REGISTER_EVER, line)->first = true;
		if (c->new_stamp == d->stamp && find(p->targets, p->n_targets, c) == SIZE_MAX)
			SAY(REGISTER_WARNING, line, "BEGINS_THAT_DAY",
			    "%s ends and begins on %s; taken as two units, of which the first was there before",
			    c->code, day);
	} else if (!c->living && !c->n_bearers) {
		SAY(REGISTER_ERROR, line, "NEVER_BEGAN",
		    "%s is changed on %s, but nothing before says that it is there", c->code, day);
	} else if (!c->living) {
		const struct register_unit *u = c->bearers[c->n_bearers - 1];
		SAY(REGISTER_ERROR, line, "ENDED_BEFORE", "%s is changed on %s, but it ended on %s", c->code, day,
		    register_day(d->m->arena, u->spans[u->n_spans - 1].to));
	} else if (c->living->from >= d->day) {
		SAY(REGISTER_ERROR, line, "BEGINS_LATER", "%s is changed on %s, but it begins on %s", c->code, day,
		    register_day(d->m->arena, c->living->from));
	} else {
		const char *known = c->living->spans[c->living->n_spans - 1].name;
		if (*name && strcmp(name, known) != 0)
			SAY(REGISTER_WARNING, line, "OTHER_NAME",
			    "%s is called \"%s\" here and \"%s\" by what was said before: a change of name is left out",
			    c->code, name, known);
	}
}

/* ---- who lives on ---- */

static void pair_add(struct register_today *d, struct register_part *p, struct register_code *c)
{
	p->pairs = arena_grow(d->m->arena, p->pairs, p->n, p->n + 1, sizeof *p->pairs, &p->room);
	p->pairs[p->n++] = (struct register_pair){c, c, NULL};
}

static bool self_named(const struct register_part *p, const struct register_code *c)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->pairs[i].from == c && p->pairs[i].to == c)
			return true;
	return false;
}

static bool keeps_all(enum change_type t)
{
	return t == CHANGE_TYPE_TRANSFER_OF_PART || t == CHANGE_TYPE_BOUNDARY_ADJUSTMENT;
}

/* A living target that is none of the sources. */
static void take_living(struct register_today *d, struct register_part *p, struct register_code *c)
{
	enum change_type said = p->first->type;
	const char *day = register_day(d->m->arena, d->day);
	bool gives_up = c->old_stamp == d->stamp; /* another event of the day has it as a source */
	if (gives_up)
		return;
	if (keeps_all(said))
		return;
	if (p->n_sources == 0 || (d->m->o.strict && said != CHANGE_TYPE_TAKE_OVER)) {
		SAY(REGISTER_ERROR, p->first->line, "OVERLAP",
		    "%s would begin on %s, but it is there already; where it lives on, a row %s → %s says so", c->code,
		    day, c->code, c->code);
		return;
	}
	SAY(REGISTER_WARNING, p->first->line, "IMPLIED_SURVIVOR",
	    "%s is there already on %s and takes something over: it is taken to live on, though no row says so",
	    c->code, day);
	p->sources[p->n_sources++] = c;
	pair_add(d, p, c);
}

static void survivors(struct register_today *d, struct register_part *p)
{
	size_t n = p->n_targets;
	for (size_t i = 0; i < n; i++) {
		struct register_code *c = p->targets[i];
		if (c->living && find(p->sources, p->n_sources, c) == SIZE_MAX)
			take_living(d, p, c);
		p->n_sources = unique(p->sources, p->n_sources);
	}
	p->survives = arena_alloc(d->m->arena, (p->n_sources + 1) * sizeof *p->survives);
	for (size_t i = 0; i < p->n_sources; i++) {
		struct register_code *c = p->sources[i];
		p->survives[i] = find(p->targets, p->n_targets, c) != SIZE_MAX;
		if (p->survives[i] && !self_named(p, c)) {
			SAY(REGISTER_WARNING, p->first->line, "IMPLIED_SURVIVOR",
			    "%s is among what was there before and after: it is taken to live on, though no row says "
			    "so",
			    c->code);
			pair_add(d, p, c);
		}
	}
}

/* ---- types ---- */

static bool names_container(const struct register_part *p)
{
	bool any = false;
	for (size_t i = 0; i < p->n; i++)
		any |= p->pairs[i].row && p->pairs[i].row->part_of && *p->pairs[i].row->part_of;
	return any;
}

static enum change_type type_by_rules(const struct register_part *p)
{
	bool lives = false;
	for (size_t i = 0; i < p->n_sources; i++)
		lives |= p->survives[i];
	if (p->n_sources == 0)
		return CHANGE_TYPE_CREATION;
	if (p->n_targets == 0)
		return CHANGE_TYPE_DELETION;
	if (p->n_sources == 1 && p->n_targets == 1) {
		const struct register_unit *u = p->sources[0]->living;
		const char *name = name_of(p, p->targets[0], false, NULL);
		if (!lives)
			return CHANGE_TYPE_CODE_CHANGE;
		if (*name && u && strcmp(name, u->spans[u->n_spans - 1].name) != 0)
			return CHANGE_TYPE_NAME_CHANGE;
		return names_container(p) ? CHANGE_TYPE_REPARENTING : CHANGE_TYPE_UNSPECIFIED;
	}
	if (p->n_targets == 1)
		return lives ? CHANGE_TYPE_TAKE_OVER : CHANGE_TYPE_MERGING;
	if (p->n_sources == 1)
		return lives ? CHANGE_TYPE_SPLIT_OFF : CHANGE_TYPE_BREAKDOWN;
	return CHANGE_TYPE_REORGANISATION;
}

static const char *type_name(struct register_today *d, enum change_type t)
{
	char *text = mem_dup(msg_code_name(&msg_enum_change_type, (int)t));
	for (char *c = text; *c; c++)
		*c = *c == '_' ? '-' : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	const char *kept = arena_text(d->m->arena, text, strlen(text));
	free(text);
	return kept;
}

/* UNSPECIFIED = nothing happens. */
static enum change_type take_type(struct register_today *d, struct register_part *p)
{
	enum change_type rules = type_by_rules(p), said = p->first->type;
	for (size_t i = 0; i < p->n; i++)
		if (p->pairs[i].row && p->pairs[i].row->type != said)
			SAY(REGISTER_ERROR, p->pairs[i].row->line, "TWO_TYPES",
			    "rows of one event have different types (line %zu)", p->first->line);
	if (said == CHANGE_TYPE_UNSPECIFIED || said == rules) {
		if (rules == CHANGE_TYPE_UNSPECIFIED)
			SAY(REGISTER_INFO, p->first->line, "NOTHING_CHANGES",
			    "%s keeps its code and its name: another version of it, no event", p->sources[0]->code);
		return rules;
	}
	if (keeps_all(said)) {
		for (size_t i = 0; i < p->n_targets; i++)
			if (!p->targets[i]->living)
				SAY(REGISTER_ERROR, p->first->line, "NOT_THERE",
				    "%s must be there already: a %s makes none", p->targets[i]->code,
				    type_name(d, said));
		if (p->n_sources == 1 && p->n_targets == 1 && p->sources[0] == p->targets[0])
			SAY(REGISTER_ERROR, p->first->line, "INTO_ITSELF", "%s would give a part to itself",
			    p->sources[0]->code);
		return said;
	}
	if (said == CHANGE_TYPE_REORGANISATION && p->n_sources && p->n_targets && rules != CHANGE_TYPE_UNSPECIFIED)
		return said;
	if (rules == CHANGE_TYPE_UNSPECIFIED)
		SAY(REGISTER_ERROR, p->first->line, "INTO_ITSELF", "a %s of %s into itself", type_name(d, said),
		    p->sources[0]->code);
	else
		SAY(REGISTER_ERROR, p->first->line, "OTHER_TYPE", "the type says %s, the rows say %s",
		    type_name(d, said), type_name(d, rules));
	return rules;
}

/* ---- the event ---- */

static int by_flow(const void *x, const void *y)
{
	const struct register_flow *a = x, *b = y;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	return a->target < b->target ? -1 : a->target > b->target;
}

static void take_flows(struct register_today *d, struct register_part *p)
{
	struct register_event *e = p->e;
	size_t *out = arena_alloc(d->m->arena, (p->n_sources + 1) * sizeof *out), kept = 0;
	e->flows = arena_alloc(d->m->arena, (p->n + 1) * sizeof *e->flows);
	for (size_t i = 0; i < p->n; i++) {
		const struct register_pair *x = &p->pairs[i];
		if (!x->from || !x->to)
			continue;
		struct register_flow f = {.source = (uint32_t)find(p->sources, p->n_sources, x->from),
					  .target = (uint32_t)find(p->targets, p->n_targets, x->to),
					  .line = x->row ? x->row->line : p->first->line};
		if (x->row) {
			f.weights = x->row->weights;
			f.n_weights = x->row->n_weights;
		}
		e->flows[e->n_flows++] = f;
	}
	if (e->n_flows)
		qsort(e->flows, e->n_flows, sizeof *e->flows, by_flow);
	for (size_t i = 0; i < e->n_flows; i++) {
		if (kept && by_flow(&e->flows[kept - 1], &e->flows[i]) == 0) {
			SAY(REGISTER_WARNING, e->flows[i].line, "TWICE", "%s → %s is said twice (line %zu)",
			    p->sources[e->flows[i].source]->code, p->targets[e->flows[i].target]->code,
			    e->flows[kept - 1].line);
			continue;
		}
		e->flows[kept++] = e->flows[i];
		out[e->flows[i].source]++;
	}
	e->n_flows = kept;
	for (size_t i = 0; i < kept; i++)
		e->flows[i].part = out[e->flows[i].source] > 1 || keeps_all(e->type);
}

static const char *event_id(struct register_today *d, const struct register_part *p)
{
	const char *day = register_day(d->m->arena, d->day);
	if (*p->first->event)
		return arena_printf(d->m->arena, "%s/%s", d->m->o.kind, p->first->event);
	if (p->n_sources)
		return arena_printf(d->m->arena, "%s/%s/%s", d->m->o.kind, day, p->sources[0]->code);
	return arena_printf(d->m->arena, "%s/%s/new-%s", d->m->o.kind, day, p->targets[0]->code);
}

static void read_part(struct register_today *d, struct register_part *p)
{
	register_chains(d, p);
	collect(d, p);
	for (size_t i = 0; i < p->n_sources; i++)
		take_source(d, p, p->sources[i]);
	if (!p->bad)
		survivors(d, p);
	enum change_type type = p->bad ? CHANGE_TYPE_UNSPECIFIED : take_type(d, p);
	if (p->bad || type == CHANGE_TYPE_UNSPECIFIED)
		return;
	struct register_event *e = p->e = arena_alloc(d->m->arena, sizeof *e);
	e->type = type;
	e->day = d->day;
	e->line = p->first->line;
	e->id = event_id(d, p);
	e->n_sources = p->n_sources;
	e->sources = arena_alloc(d->m->arena, (p->n_sources + 1) * sizeof(struct register_unit *));
	for (size_t i = 0; i < p->n_sources; i++)
		e->sources[i] = p->sources[i]->living;
	e->n_targets = p->n_targets;
	e->targets = arena_alloc(d->m->arena, (p->n_targets + 1) * sizeof *e->targets);
	take_flows(d, p);
	if (type == CHANGE_TYPE_CREATION || type == CHANGE_TYPE_DELETION)
		e->n_flows = 0;
}

/* ---- what it does ---- */

/* Does the unit of a source keep its code today? */
static bool keeps_code(const struct register_part *p, size_t i)
{
	return p->survives[i] || keeps_all(p->e->type);
}

static void end_part(struct register_today *d, struct register_part *p)
{
	for (size_t i = 0; i < p->n_sources; i++) {
		struct register_code *c = p->sources[i];
		if (keeps_code(p, i))
			continue;
		register_span_end(c->living, d->day);
		if (p->e->type != CHANGE_TYPE_CODE_CHANGE)
			c->living->to = d->day;
		c->living = NULL;
		c->vacated_stamp = d->stamp;
	}
}

static void rename_unit(struct register_today *d, struct register_target *t, struct register_unit *u, const char *code,
			const char *name)
{
	const struct register_span *s = &u->spans[u->n_spans - 1];
	bool recoded = strcmp(s->code, code) != 0, renamed = *name && strcmp(s->name, name) != 0;
	t->unit = u;
	t->code = recoded ? code : NULL;
	t->name = renamed ? name : NULL;
	if (!recoded && !renamed)
		return;
	const char *stays = s->name;
	if (!recoded)
		register_span_end(u, d->day);
	register_span_begin(d->m, u, code, renamed ? name : stays, d->day);
}

static void begin_part(struct register_today *d, struct register_part *p)
{
	struct register_event *e = p->e;
	for (size_t i = 0; i < p->n_targets; i++) {
		struct register_code *c = p->targets[i];
		size_t line, at = find(p->sources, p->n_sources, c);
		const char *name = name_of(p, c, false, &line);
		e->late |= c->vacated_stamp == d->stamp;
		if (e->type == CHANGE_TYPE_CODE_CHANGE)
			rename_unit(d, &e->targets[i], e->sources[0], c->code, name);
		else if (at != SIZE_MAX || keeps_all(e->type))
			rename_unit(d, &e->targets[i], c->living, c->code, name);
		else if (c->living)
			SAY(REGISTER_ERROR, line, "OVERLAP", "%s would begin on %s, but it is there already", c->code,
			    register_day(d->m->arena, d->day));
		else
			e->targets[i] = (struct register_target){
			    .unit = register_begin(d->m, c, *name ? name : c->code, d->day, line), .is_new = true};
		e->targets[i].part_of = container_of(d, p, c);
	}
}

static int by_turn(const void *x, const void *y)
{
	const struct register_part *a = x, *b = y;
	if (!a->e || !b->e)
		return !a->e - !b->e;
	return a->e->late != b->e->late ? a->e->late - b->e->late : strcmp(a->e->id, b->e->id);
}

void register_take_day(struct register_model *m, struct register_row *rows, size_t n, size_t stamp, bool stocked)
{
	struct register_today d = {
	    .m = m, .rows = rows, .n = n, .stamp = stamp, .day = rows[0].day, .stocked = stocked};
	register_tie(&d);
	for (size_t i = 0; i < d.n_parts; i++)
		read_part(&d, &d.parts[i]);
	for (size_t i = 0; i < d.n_parts; i++)
		if (d.parts[i].e)
			end_part(&d, &d.parts[i]);
	for (size_t i = 0; i < d.n_parts; i++)
		if (d.parts[i].e)
			begin_part(&d, &d.parts[i]);
	qsort(d.parts, d.n_parts, sizeof *d.parts, by_turn);
	for (size_t i = 0; i < d.n_parts; i++)
		if (d.parts[i].e && !d.parts[i].bad)
			register_event_add(m, d.parts[i].e);
}
