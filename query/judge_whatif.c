/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_whatif.c - what would follow from an event (a dry run), and what depended on one that is taken back.
 *
 * The event is applied within its message, as always, and looked at before it is thrown away. Each effect is one
 * finding: how many, and the first of them by name.
 */
#include "query/judging.h"
#include "storage/index.h"
#include <string.h>

#define NAMED_MAX 20u /* candidates of a finding */
#define REVS_ONCE 64u

/* A set of texts: ids of units, of series, of events. */
struct names {
	struct arena *a;
	size_t n, room;
	const char **list;
};

static void name_add(struct names *s, const char *id)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i], id) == 0)
			return;
	s->list = arena_grow(s->a, s->list, s->n, s->n + 1, sizeof *s->list, &s->room);
	s->list[s->n++] = id;
}

static void name_unit(struct judging *c, struct names *s, uint32_t unit)
{
	if (unit)
		name_add(s, word_text(c, SPACE_UNIT, unit));
}

static void give_candidates(struct judging *c, struct msg_finding *m, const struct names *s)
{
	m->n_candidates = s->n < NAMED_MAX ? s->n : NAMED_MAX;
	m->candidates = arena_alloc(c->a, (m->n_candidates + 1) * sizeof *m->candidates);
	for (size_t i = 0; i < m->n_candidates; i++)
		m->candidates[i] = s->list[i];
}

static void tell(struct judging *c, enum rule rule, const struct names *s)
{
	if (s->n)
		give_candidates(c, finding_add(&c->f, rule, "event", PATH(c, "%zu", s->n), NULL), s);
}

/* ---- observations of a unit ---- */

typedef void seen_f(struct judging *c, const struct fact_obs *f, void *arg);
struct looking {
	struct judging *c;
	uint32_t unit;
	uint64_t rev;
	seen_f *fn;
	void *arg;
};

/* Only if that revision's word still stands under its key. */
static void look_at(struct looking *l, const struct fact_obs *said)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	if (said->unit != l->unit)
		return;
	key_obs(&key, said->series, said->ref, said->unit);
	walk_begin(&w, l->c->v, TABLE_OBS, buf_view(&key));
	while (walk_next(&w, &r))
		if (row_fact(&r, &f) == ERR_OK && r.rev == l->rev && f.obs.src == said->src && f.obs.seq == said->seq &&
		    f.obs.state != STATE_RETRACTED)
			l->fn(l->c, &f.obs, l->arg);
}

static void look_at_row(void *arg, const struct row *row)
{
	struct fact f;
	if (row->tab == TABLE_OBS && row_fact(row, &f) == ERR_OK)
		look_at(arg, &f.obs);
}

static enum err look_at_record(struct looking *l, struct journal_reader *jr)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct journal_record rec;
	struct outcome o = {0};
	uint64_t pos;
	enum err e = journal_find(jr, l->rev, &pos);
	if (e == ERR_OK)
		e = journal_get(jr, pos, &rec);
	if (e == ERR_OK)
		e = outcome_get(rec.outcome, a, true, &o);
	for (size_t i = 0; e == ERR_OK && i < o.n_facts; i++)
		if (o.facts[i].kind == FACT_OBS)
			look_at(l, &o.facts[i].obs);
	return e;
}

static void each_observation(struct judging *c, uint32_t unit, seen_f *fn, void *arg)
{
	struct looking l = {c, unit, 0, fn, arg};
	struct journal_reader *jr = NULL;
	uint64_t revs[REVS_ONCE], from = 1;
	size_t n = REVS_ONCE;
	enum err e = journal_read_begin(c->v->store, &jr);
	while (e == ERR_OK && n == REVS_ONCE) {
		e = posting_read(c->v, unit, from, REVS_ONCE, revs, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			l.rev = revs[i];
			from = revs[i] + 1;
			e = look_at_record(&l, jr);
		}
	}
	journal_read_end(jr);
	for (l.rev = c->v->reached_rev + 1; l.rev < c->in->rev; l.rev++)
		overlay_revision(c->v->over, l.rev, look_at_row, &l);
	if (e != ERR_OK && c->v->err == ERR_OK)
		c->v->err = e;
}

static void name_series(struct judging *c, const struct fact_obs *f, void *arg)
{
	name_add(arg, word_text(c, SPACE_SERIES, f->series));
}

/* ---- what would resolve otherwise ---- */

struct spelled {
	struct msg_unit_ref ref;
	const char *text;
	uint32_t means;
};
struct whatif {
	size_t n, room;
	struct spelled *list;
};

static uint32_t meaning(struct judging *c, const struct reform *r, const struct msg_unit_ref *ref)
{
	struct resolved found;
	resolve_unit(c->v, ref, 0, r->day, c->a, &found);
	return found.unit;
}

static void spell(struct judging *c, const struct reform *r, struct whatif *w, uint32_t scheme, const char *text)
{
	struct spelled s = {.text = text};
	if (scheme) {
		s.ref.code = arena_alloc(c->a, sizeof *s.ref.code);
		*s.ref.code = (struct msg_unit_by_code){.scheme = word_text(c, SPACE_TERM, scheme), .code = text};
	} else {
		s.ref.name = arena_alloc(c->a, sizeof *s.ref.name);
		*s.ref.name = (struct msg_unit_by_name){.name = text, .kind = "", .within = ""};
	}
	s.means = meaning(c, r, &s.ref);
	w->list = arena_grow(c->a, w->list, w->n, w->n + 1, sizeof *w->list, &w->room);
	w->list[w->n++] = s;
}

struct whatif *whatif_before(struct judging *c, const struct reform *r)
{
	struct whatif *w = arena_alloc(c->a, sizeof *w);
	for (size_t i = 0; i < r->m->n_sources; i++) {
		struct unit_text *t;
		size_t n = unit_names_at(c->v, r->sources[i], r->before, c->a, &t);
		for (size_t k = 0; k < n; k++)
			spell(c, r, w, 0, t[k].text);
		n = unit_codes_at(c->v, r->sources[i], r->before, c->a, &t);
		for (size_t k = 0; k < n; k++)
			spell(c, r, w, t[k].scheme, t[k].text);
	}
	for (size_t i = 0; i < r->m->n_targets; i++) {
		const struct msg_target *t = &r->m->targets[i];
		for (size_t k = 0; k < t->n_names; k++)
			spell(c, r, w, 0, t->names[k]);
		for (size_t k = 0; k < t->n_codes; k++)
			spell(c, r, w, word_take(c, SPACE_TERM, t->codes[k].scheme), t->codes[k].code);
	}
	return w;
}

static void tell_otherwise(struct judging *c, const struct reform *r, const struct whatif *w)
{
	struct names s = {.a = c->a};
	for (size_t i = 0; i < w->n; i++)
		/* What meant nobody has no statements that would be read otherwise. */
		if (w->list[i].means && meaning(c, r, &w->list[i].ref) != w->list[i].means)
			name_add(&s, w->list[i].text);
	tell(c, RULE_EFFECT_RESOLVES_OTHERWISE, &s);
}

/* ---- flows ---- */

/* The one unit that all of `unit` is after the event; 0 = there is no such one. */
static uint32_t after(struct judging *c, const struct reform *r, uint32_t unit)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	uint32_t to = 0;
	size_t n = 0;
	bool part = false;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_EDGE, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK || f.edge.event != r->event || f.edge.state == STATE_RETRACTED)
			continue;
		to = f.edge.to;
		part |= f.edge.part;
		n++;
	}
	if (n == 1 && !part)
		return to;
	struct unit_life life;
	return unit_life_at(c->v, unit, r->day, &life) ? unit : 0;
}

static bool has_weight(struct judging *c, const struct fact_edge *e)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	key_event(&key, e->event);
	walk_begin(&w, c->v, TABLE_WEIGHT, buf_view(&key));
	while (walk_next(&w, &row))
		if (row_fact(&row, &f) == ERR_OK && f.weight.from == e->from && f.weight.to == e->to &&
		    f.weight.state != STATE_RETRACTED)
			return true;
	return false;
}

static bool redraws(const struct reform *r)
{
	switch (r->m->type) {
	case CHANGE_TYPE_CODE_CHANGE:
	case CHANGE_TYPE_NAME_CHANGE:
	case CHANGE_TYPE_RELOCATION:
	case CHANGE_TYPE_TRANSFER_OF_TASK:
	case CHANGE_TYPE_CREATION:
	case CHANGE_TYPE_UNSPECIFIED:
		return false;
	case CHANGE_TYPE_DELETION:
	case CHANGE_TYPE_MERGING:
	case CHANGE_TYPE_TAKE_OVER:
	case CHANGE_TYPE_BREAKDOWN:
	case CHANGE_TYPE_SPLIT_OFF:
	case CHANGE_TYPE_TRANSFER_OF_PART:
	case CHANGE_TYPE_BOUNDARY_ADJUSTMENT:
	case CHANGE_TYPE_REPARENTING:
	case CHANGE_TYPE_REORGANISATION:
		break;
	}
	return true;
}

static void tell_flows(struct judging *c, const struct reform *r)
{
	struct names missing = {.a = c->a}, series = {.a = c->a};
	for (size_t i = 0; i < r->m->n_sources; i++) {
		AUTO_BUF struct buf key = {0};
		AUTO_WALK struct walk w = {0};
		struct row row;
		struct fact f;
		if (redraws(r) && r->m->type != CHANGE_TYPE_REPARENTING)
			each_observation(c, r->sources[i], name_series, &series);
		key_unit(&key, r->sources[i]);
		walk_begin(&w, c->v, TABLE_EDGE, buf_view(&key));
		while (walk_next(&w, &row))
			if (row_fact(&row, &f) == ERR_OK && f.edge.event == r->event && f.edge.part &&
			    f.edge.state != STATE_RETRACTED && !has_weight(c, &f.edge))
				name_add(&missing, PATH(c, "%s → %s", word_text(c, SPACE_UNIT, f.edge.from),
							word_text(c, SPACE_UNIT, f.edge.to)));
	}
	if (series.n) {
		const char *shown = "";
		for (size_t i = 0; i < series.n && i < NAMED_MAX; i++)
			shown = PATH(c, "%s%s%s", shown, i ? ", " : "", series.list[i]);
		give_candidates(
		    c, finding_add(&c->f, RULE_EFFECT_SERIES_BREAK, "event", PATH(c, "%zu", series.n), shown, NULL),
		    &series);
	}
	tell(c, RULE_EFFECT_WEIGHTS_MISSING, &missing);
}

/* ---- arrangements and coverage ---- */

static bool has_host(struct judging *c, const struct reform *r, uint32_t arrangement)
{
	struct unit_link *links;
	return unit_links_to(c->v, LINK_TYPE_HOSTS, arrangement, r->day, c->a, &links) > 0;
}

/* Two participants or more before, and one unit after. */
static bool internalised(struct judging *c, const struct reform *r, uint32_t arrangement)
{
	struct unit_link *links;
	uint32_t one = 0;
	bool several = false;
	size_t n = unit_links_to(c->v, LINK_TYPE_PARTICIPATES_IN, arrangement, r->before, c->a, &links);
	for (size_t i = 0; i < n; i++) {
		uint32_t now = after(c, r, links[i].link.a);
		several |= links[i].link.a != links[0].link.a;
		if (!now || (one && now != one))
			return false;
		one = now;
	}
	return several;
}

static void tell_arrangements(struct judging *c, const struct reform *r)
{
	struct names lost = {.a = c->a}, inside = {.a = c->a};
	for (size_t i = 0; i < r->m->n_sources; i++) {
		struct unit_link *links;
		size_t n = unit_links_from(c->v, LINK_TYPE_HOSTS, r->sources[i], r->before, c->a, &links);
		for (size_t k = 0; k < n; k++)
			if (!has_host(c, r, links[k].link.b))
				name_unit(c, &lost, links[k].link.b);
		n = unit_links_from(c->v, LINK_TYPE_PARTICIPATES_IN, r->sources[i], r->before, c->a, &links);
		for (size_t k = 0; k < n; k++)
			if (internalised(c, r, links[k].link.b))
				name_unit(c, &inside, links[k].link.b);
	}
	tell(c, RULE_EFFECT_HOST_LOST, &lost);
	tell(c, RULE_EFFECT_INTERNALISED, &inside);
}

/* Who covers the unit, its parts, or what it lies in. */
static size_t coverers(struct judging *c, const struct reform *r, uint32_t unit, uint32_t *ret, size_t n, size_t max)
{
	uint32_t *all;
	struct unit_link *links;
	size_t parts = unit_subtree(c->v, unit, r->before, c->a, &all);
	for (size_t i = 0; i < parts; i++) {
		size_t k = unit_links_to(c->v, LINK_TYPE_COVERS, all[i], r->before, c->a, &links);
		for (size_t x = 0; x < k; x++) {
			bool known = false;
			for (size_t y = 0; y < n; y++)
				known |= ret[y] == links[x].link.a;
			if (!known && n < max)
				ret[n++] = links[x].link.a;
		}
	}
	return n;
}

static void tell_coverage(struct judging *c, const struct reform *r)
{
	struct names crosses = {.a = c->a};
	for (size_t t = 0; t < r->m->n_targets && redraws(r); t++) {
		uint32_t by[64];
		size_t n = 0;
		for (size_t s = 0; s < r->m->n_sources; s++)
			n = coverers(c, r, r->sources[s], by, n, sizeof by / sizeof *by);
		/* Two of one kind (an agency's regions) that meet in one new unit. */
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < n; k++)
				if (i != k && kind_of(c, by[i]) == kind_of(c, by[k]))
					name_unit(c, &crosses, by[i]);
	}
	tell(c, RULE_EFFECT_COVERAGE_CROSSES, &crosses);
}

void whatif_after(struct judging *c, const struct reform *r, struct whatif *w)
{
	struct names units = {.a = c->a};
	judging_lay(c);
	for (size_t i = 0; i < c->n_facts; i++) {
		const struct fact *f = &c->facts[i];
		uint32_t two[2];
		if (f->kind == FACT_LIFE || f->kind == FACT_NAME || f->kind == FACT_CODE || f->kind == FACT_EDGE)
			for (unsigned k = fact_units(f, two); k > 0; k--)
				name_unit(c, &units, two[k - 1]);
		else if (f->kind == FACT_LINK)
			name_unit(c, &units, f->link.a);
	}
	tell(c, RULE_EFFECT_UNITS, &units);
	tell_flows(c, r);
	tell_arrangements(c, r);
	tell_coverage(c, r);
	tell_otherwise(c, r, w);
}

/* ---- what depended on an event that is taken back ---- */

static void count_one(struct judging *c, const struct fact_obs *f, void *arg)
{
	(void)c;
	(void)f;
	++*(size_t *)arg;
}

static size_t rows_of(struct judging *c, enum table t, uint32_t unit)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	size_t n = 0;
	if (t == TABLE_LINK || t == TABLE_LINK_TO) {
		for (uint8_t type = 1; type <= LINK_TYPE_NOT_SAME_AS; type++) {
			key_link(&key, type, unit);
			walk_begin(&w, c->v, t, buf_view(&key));
			while (walk_next(&w, &row))
				n += row_fact(&row, &f) == ERR_OK && f.link.state != STATE_RETRACTED &&
				     f.link.born_by == 0;
			walk_end(&w);
		}
		return n;
	}
	key_unit(&key, unit);
	walk_begin(&w, c->v, t, buf_view(&key));
	while (walk_next(&w, &row)) {
		if (row_fact(&row, &f) != ERR_OK)
			continue;
		n += f.kind == FACT_ATTR && f.attr.state != STATE_RETRACTED;
		n += f.kind == FACT_NAME && f.name.state != STATE_RETRACTED;
		n += f.kind == FACT_CODE && f.code.state != STATE_RETRACTED;
	}
	return n;
}

static void tell_statements(struct judging *c, size_t n, const char *what, const struct names *units)
{
	if (n)
		give_candidates(
		    c, finding_add(&c->f, RULE_DEPENDANT_STATEMENTS, "event", PATH(c, "%zu", n), what, NULL), units);
}

void tell_dependants(struct judging *c, const struct replay *p, const struct replay_event *old)
{
	struct names later = {.a = c->a}, units = {.a = c->a};
	size_t links = 0, attributes = 0, names = 0, codes = 0, figures = 0;
	for (size_t i = 0; i < p->n; i++)
		if (!p->events[i].self)
			name_add(&later, p->events[i].m->id);
	tell(c, RULE_DEPENDANT_EVENTS, &later);
	for (size_t i = 0; i < old->m->n_targets; i++) {
		const struct msg_target *t = &old->m->targets[i];
		uint32_t unit = t->unit ? ref_unit(c, t->unit) : word_find(c, SPACE_UNIT, t->id);
		if (!unit || unit_kind(c->v, unit))
			continue;
		name_unit(c, &units, unit);
		links += rows_of(c, TABLE_LINK, unit) + rows_of(c, TABLE_LINK_TO, unit);
		attributes += rows_of(c, TABLE_ATTR, unit);
		names += rows_of(c, TABLE_NAME_OF, unit);
		codes += rows_of(c, TABLE_CODE_OF, unit);
		each_observation(c, unit, count_one, &figures);
	}
	tell_statements(c, figures, "observations", &units);
	tell_statements(c, links, "links", &units);
	tell_statements(c, attributes, "attributes", &units);
	tell_statements(c, names, "names", &units);
	tell_statements(c, codes, "codes", &units);
}
