/* SPDX-License-Identifier: Apache-2.0
 *
 * arrangement.c - the arrangements of a day.
 *
 * The list of those that live on the day is made at the start; each is read when it is its turn, so that between two of
 * them the view may be renewed.
 */
#include "query/arrangement.h"
#include <stdlib.h>
#include <string.h>
#include "query/count_round.h"
#include "query/recast.h"

struct arrangements {
	struct answer *r;
	struct arrangements_ask ask;
	uint64_t as_of;
	struct recast *recast; /* with atoms */
	struct arena *list_in, *work;
	uint32_t *list;
	size_t n, at;
	struct {
		uint32_t task, sector, legal_form, level, complete, printed;
	} names; /* SPACE_TERM */
	struct arrangement now;
	enum err err;
};

static uint32_t term(struct answer *r, const char *text)
{
	return view_term(r->v, SPACE_TERM, slice_text(text));
}

struct arrangements *arrangements_open(struct answer *r, const struct arrangements_ask *ask)
{
	static const struct msg_indicator none;
	struct arrangements *l = mem_zero(1, sizeof *l);
	*l = (struct arrangements){.r = r, .ask = *ask, .as_of = r->v->as_of};
	l->list_in = arena_under(r->a);
	l->work = arena_under(r->a);
	l->names.task = term(r, "task");
	l->names.sector = term(r, "sector");
	l->names.legal_form = term(r, "legal_form");
	l->names.level = term(r, "level");
	l->names.complete = term(r, "participants_complete");
	l->names.printed = term(r, "printed_participants");
	uint32_t kind = term(r, "arrangement");
	if (kind)
		l->n = unit_all_of_kind(r->v, kind, ask->day, l->list_in, &l->list);
	if (ask->atoms) {
		struct recast_ask in = {.view = r->v,
					.atoms = ask->atoms,
					.day = ask->structure,
					.def = &none,
					.n_units = view_terms(r->v, SPACE_UNIT)};
		l->recast = recast_new(&in);
	}
	return l;
}

enum err arrangements_close(struct arrangements *l)
{
	if (!l)
		return ERR_OK;
	enum err e = l->err ? l->err : l->r->v->err;
	recast_free(l->recast);
	arena_free(l->list_in);
	arena_free(l->work);
	free(l);
	return e;
}

/* ---- what is said of it ----------------------------------------------------------------------------- */

static size_t values(struct arrangements *l, uint32_t name, const char ***ret)
{
	const struct attr_at *found = attribute_named(l->now.attrs, l->now.n_attrs, name);
	return found ? attribute_values(l->r->v, found->attr.values, l->work, ret) : 0;
}

static const char *value(struct arrangements *l, uint32_t name)
{
	const char **list;
	return values(l, name, &list) ? list[0] : "";
}

static void read_attributes(struct arrangements *l)
{
	struct arrangement *x = &l->now;
	struct attr_at *attrs;
	const char **tasks;
	x->n_attrs = attributes_at(l->r->v, x->unit, l->ask.day, l->work, &attrs);
	x->attrs = attrs;
	x->n_tasks = values(l, l->names.task, &tasks);
	x->tasks = x->n_tasks ? tasks : NULL;
	x->sector = value(l, l->names.sector);
	x->legal_form = value(l, l->names.legal_form);
	x->level = value(l, l->names.level);
	int complete = msg_code_number(&msg_enum_completion, value(l, l->names.complete));
	enum completion word = round_word_complete(l->ask.word, l->ask.day, x->unit);
	x->complete = word != COMPLETION_UNSPECIFIED ? word
		      : complete > 0                 ? (enum completion)complete
						     : COMPLETION_UNKNOWN;
	struct num n;
	const char *printed = value(l, l->names.printed);
	if (*printed && num_parse(printed, &n, NULL) == ERR_OK && !n.scale && n.digits >= 0 && n.digits <= UINT32_MAX)
		x->printed = (uint32_t)n.digits;
}

/* ---- who takes part --------------------------------------------------------------------------------- */

struct members {
	size_t n, room;
	uint32_t *list;
};

static void member_add(struct arrangements *l, struct members *m, uint32_t unit)
{
	m->list = arena_grow(l->work, m->list, m->n, m->n + 1, sizeof *m->list, &m->room);
	m->list[m->n++] = unit;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void members_sort(struct members *m)
{
	size_t kept = 0;
	if (m->n)
		qsort(m->list, m->n, sizeof *m->list, by_number);
	for (size_t i = 0; i < m->n; i++) {
		if (!i || m->list[i] != m->list[i - 1])
			m->list[kept++] = m->list[i];
	}
	m->n = kept;
}

static bool sorted_has(const uint32_t *list, size_t n, uint32_t unit)
{
	return n && bsearch(&unit, list, n, sizeof *list, by_number);
}

static enum err no_structure(struct arrangements *l, uint32_t kind)
{
	char text[WHEN_TEXT_MAX];
	struct when day = when_day(l->ask.structure);
	when_format(&day, text);
	return fail(&l->r->why, l->r->v->err ? l->r->v->err : ERR_NOT_FOUND,
		    "no %s is on record as living on %s: there is no structure to express it in",
		    answer_text(l->r, SPACE_TERM, kind), text);
}

/* Where a unit of the day is in the structure: one unit, or those it was divided among. What is nowhere stays under its
 * own number. */
static enum err map_unit(struct arrangements *l, uint32_t unit, struct members *certain, struct members *possible)
{
	const struct projected *p;
	struct unit_life life;
	if (!l->recast || !unit_life_at(l->r->v, unit, l->ask.day, &life)) {
		member_add(l, certain, unit);
		return l->r->v->err;
	}
	if (!recast_kind_lives(l->recast, life.life.kind))
		return no_structure(l, life.life.kind);
	enum err e = recast_where(l->recast, unit, l->ask.day, life.life.kind, &p);
	if (e != ERR_OK)
		return e;
	bool one = p->n == 1 && p->parts[0].target, any = false;
	for (size_t i = 0; i < p->n; i++) {
		if (!p->parts[i].target)
			continue;
		member_add(l, one ? certain : possible, p->parts[i].target);
		any = true;
	}
	if (!any)
		member_add(l, certain, unit);
	return ERR_OK;
}

static enum err read_participants(struct arrangements *l)
{
	struct arrangement *x = &l->now;
	struct members certain = {0}, possible = {0};
	struct unit_link *links;
	size_t n = unit_links_to(l->r->v, LINK_TYPE_PARTICIPATES_IN, x->unit, l->ask.day, l->work, &links);
	enum err e = ERR_OK;
	for (size_t i = 0, next; i < n && e == ERR_OK; i = next) {
		/* Links of one participant follow each other: they are in the order of its number. */
		enum truth truth = links[i].truth;
		for (next = i + 1; next < n && links[next].link.a == links[i].link.a; next++)
			truth = links[next].truth > truth ? links[next].truth : truth;
		if (round_word_leaves_out(l->ask.word, l->ask.day, x->unit, links[i].link.a)) {
			x->unnamed += truth >= x->life.truth;
			continue;
		}
		e = map_unit(l, links[i].link.a, truth >= x->life.truth ? &certain : &possible, &possible);
		x->reported++;
	}
	members_sort(&certain);
	members_sort(&possible);
	size_t kept = 0;
	for (size_t i = 0; i < possible.n; i++) {
		if (!sorted_has(certain.list, certain.n, possible.list[i]))
			possible.list[kept++] = possible.list[i];
	}
	x->n_participants = certain.n;
	x->participants = certain.list;
	x->n_possible = kept;
	x->possible = possible.list;
	x->internalised = x->reported > 1 && certain.n == 1 && !kept;
	return e;
}

/* The host: a certain one, then the one said first. As certain as the arrangement, or a possible one. */
static enum err read_host(struct arrangements *l)
{
	struct arrangement *x = &l->now;
	struct members certain = {0}, possible = {0};
	struct unit_link *links;
	const struct unit_link *best = NULL;
	size_t n = unit_links_to(l->r->v, LINK_TYPE_HOSTS, x->unit, l->ask.day, l->work, &links);
	for (size_t i = 0; i < n; i++) {
		if (!best || links[i].truth > best->truth ||
		    (links[i].truth == best->truth && links[i].rev < best->rev))
			best = &links[i];
	}
	if (!best)
		return ERR_OK;
	x->host = x->host_reported = best->link.a;
	enum err e = map_unit(l, best->link.a, best->truth >= x->life.truth ? &certain : &possible, &possible);
	if (certain.n)
		x->host = certain.list[0];
	members_sort(&possible);
	x->n_possible_hosts = possible.n;
	x->possible_hosts = possible.list;
	return e;
}

static enum err read(struct arrangements *l, uint32_t unit, const struct unit_life *life)
{
	struct answer *r = l->r;
	l->now = (struct arrangement){.unit = unit, .life = *life, .rev = life->rev};
	l->now.id = unit_id(r->v, unit, l->work);
	l->now.name = unit_name(r->v, unit, l->ask.day, l->work);
	read_attributes(l);
	enum err e = read_participants(l);
	if (e == ERR_OK)
		e = read_host(l);
	if (e == ERR_OK)
		e = answer_work(r);
	return e;
}

bool arrangements_next(struct arrangements *l, const struct arrangement **ret)
{
	struct view *v = l->r->v;
	uint64_t as_of = v->as_of;
	bool found = false;
	v->as_of = l->as_of;
	while (!found && l->err == ERR_OK && v->err == ERR_OK && l->at < l->n) {
		uint32_t unit = l->list[l->at++];
		struct unit_life life;
		if ((l->ask.only && !(l->ask.only[unit / 8] >> unit % 8 & 1)) ||
		    !unit_life_at(v, unit, l->ask.day, &life)) {
			answer_did(l->r, 1);
			continue;
		}
		arena_reset(l->work);
		l->err = read(l, unit, &life);
		found = l->err == ERR_OK && v->err == ERR_OK;
	}
	v->as_of = as_of;
	*ret = found ? &l->now : NULL;
	return found;
}

/* ---- keeping ---------------------------------------------------------------------------------------- */

static const char *text_keep(const char *text, struct arena *a)
{
	return *text ? arena_text(a, text, strlen(text)) : "";
}

static const uint32_t *list_keep(const uint32_t *list, size_t n, struct arena *a)
{
	uint32_t *copy = arena_alloc(a, (n + 1) * sizeof *copy);
	if (n)
		memcpy(copy, list, n * sizeof *copy);
	return copy;
}

struct arrangement *arrangement_keep(const struct arrangement *x, struct arena *a)
{
	struct arrangement *k = arena_alloc(a, sizeof *k);
	*k = *x;
	k->id = text_keep(x->id, a);
	k->name = text_keep(x->name, a);
	k->sector = text_keep(x->sector, a);
	k->legal_form = text_keep(x->legal_form, a);
	k->level = text_keep(x->level, a);
	const char **tasks = arena_alloc(a, (x->n_tasks + 1) * sizeof *tasks);
	for (size_t i = 0; i < x->n_tasks; i++)
		tasks[i] = text_keep(x->tasks[i], a);
	k->tasks = tasks;
	k->participants = list_keep(x->participants, x->n_participants, a);
	k->possible = list_keep(x->possible, x->n_possible, a);
	k->possible_hosts = list_keep(x->possible_hosts, x->n_possible_hosts, a);
	struct attr_at *attrs = arena_alloc(a, (x->n_attrs + 1) * sizeof *attrs);
	for (size_t i = 0; i < x->n_attrs; i++) {
		attrs[i] = x->attrs[i];
		if (attrs[i].attr.values.len)
			attrs[i].attr.values.data = arena_text(a, attrs[i].attr.values.data, attrs[i].attr.values.len);
	}
	k->attrs = attrs;
	return k;
}

bool arrangement_has(const struct arrangement *x, uint32_t unit)
{
	return sorted_has(x->participants, x->n_participants, unit);
}

bool arrangement_may_have(const struct arrangement *x, uint32_t unit)
{
	return sorted_has(x->possible, x->n_possible, unit);
}
