/* SPDX-License-Identifier: Apache-2.0
 *
 * twin_say.c - what a message adds to the list, and what it ends; or why it is wrong.
 *
 * The twin applies as it goes. A message that turns out wrong is forgotten again, whole.
 */
#include "tests/model/twin.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

void twin_wrong(struct twin *t, const char *why)
{
	if (!t->wrong)
		t->wrong = why;
}

struct when twin_date(struct twin *t, const char *text)
{
	struct when w = {0};
	if (when_parse(text, &w, NULL) != ERR_OK)
		twin_wrong(t, "date");
	return w;
}

bool twin_now(const struct twin *t, const struct said *s)
{
	return stands_at(s, t->rev);
}

unsigned twin_joined(struct twin *t, const char *a, const char *b)
{
	return twin_word(t, arena_printf(t->arena, "%s:%s", a, b));
}

unsigned twin_source(struct twin *t, const char *id)
{
	if (!twin_known(t, t->rev, SAID_DEFINED, twin_joined(t, "source", id), NULL))
		twin_wrong(t, "unknown source");
	return twin_word(t, id);
}

/* ---- references ---- */

static unsigned by_text(struct twin *t, enum said_kind kind, unsigned scheme, const char *text, const char *unit_kind,
			int32_t day)
{
	unsigned word = twin_word(t, text), ever = 0, here = 0, there = 0, n_ever = 0, n_here = 0, n_there = 0;
	for (unsigned u = 1; u < t->n_words; u++) {
		bool bears = false, bears_now = false;
		for (size_t i = 0; i < t->n; i++) {
			const struct said *s = &t->list[i];
			if (s->kind != kind || s->unit != u || s->text != word || s->what != scheme || !twin_now(t, s))
				continue;
			bears = true;
			bears_now |= truth_of(&s->from, &s->to, day) > 0;
		}
		unsigned is = twin_kind(t, t->rev, u);
		if (!bears || !is || (*unit_kind && strcmp(twin_text(t, is), unit_kind) != 0))
			continue;
		ever = u;
		n_ever++;
		if (!bears_now || twin_life(t, t->rev, u, day, NULL) < 0)
			continue;
		here = u;
		n_here++;
		if (t->scope && twin_inside(t, t->rev, u, t->scope, day)) {
			there = u;
			n_there++;
		}
	}
	if (n_there == 1)
		return there;
	if (n_there == 0 && n_here == 1)
		return here;
	if (n_here == 0 && n_ever == 1)
		return ever;
	twin_wrong(t, "unit not found or ambiguous");
	return 0;
}

unsigned twin_unit(struct twin *t, const struct msg_unit_ref *ref, int32_t day)
{
	if (ref && ref->code)
		return by_text(t, SAID_CODE, twin_word(t, ref->code->scheme), ref->code->code, "", day);
	if (ref && ref->name)
		return by_text(t, SAID_NAME, 0, ref->name->name, ref->name->kind, day);
	unsigned unit = ref && ref->id ? twin_word(t, ref->id->id) : 0;
	if (unit && twin_kind(t, t->rev, unit))
		return unit;
	twin_wrong(t, "no such unit");
	return 0;
}

/* ---- times ---- */

static bool inverted(const struct when *from, const struct when *to)
{
	return from->precision != WHEN_NONE && to->precision != WHEN_NONE && to->hi <= from->lo;
}

/* A start that is not said: in a round it lies on or before the round's last day; else it is since ever. */
static struct when attested(struct twin *t, const char *from)
{
	struct when w = twin_date(t, from);
	if (w.precision == WHEN_NONE && t->round) {
		char text[WHEN_TEXT_MAX], before[WHEN_TEXT_MAX + 3];
		struct when last = when_day(t->round->from.hi);
		snprintf(before, sizeof before, "../%s", when_format(&last, text));
		w = twin_date(t, before);
	}
	return w;
}

/* Does "since a" say all that "since b" says? */
static bool start_says(const struct when *a, const struct when *b)
{
	if (when_eq(a, b))
		return true;
	return b->precision == WHEN_BEFORE && (a->precision == WHEN_NONE || a->hi <= b->hi);
}

/* ---- units ---- */

static void add_life(struct twin *t, unsigned unit, unsigned kind, unsigned number, struct when from, struct when to)
{
	twin_add(t,
		 &(struct said){.kind = SAID_LIFE, .unit = unit, .what = kind, .life = number, .from = from, .to = to});
}

static bool overlapping(const struct when *f1, const struct when *t1, const struct when *f2, const struct when *t2)
{
	int64_t a = f1->precision ? f1->lo : INT64_MIN, b = t1->precision ? t1->lo : INT64_MAX;
	int64_t c = f2->precision ? f2->lo : INT64_MIN, d = t2->precision ? t2->lo : INT64_MAX;
	return (a > c ? a : c) < (b < d ? b : d);
}

/* The life of a known unit that a statement is about, ended or begun by it. */
static void known_life(struct twin *t, const struct msg_unit_statement *m, unsigned unit, unsigned kind,
		       struct when *from, struct when *to)
{
	long about = -1;
	unsigned last = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind != SAID_LIFE || s->unit != unit || !twin_now(t, s))
			continue;
		if (*m->valid_from ? when_eq(&s->from, from) : s->life >= last)
			about = (long)i;
		last = s->life > last ? s->life : last;
	}
	if (about >= 0) {
		struct said old = t->list[about];
		*from = old.from;
		if (*m->valid_to && !when_eq(&old.to, to)) {
			if (old.to.precision != WHEN_NONE)
				twin_wrong(t, "contradicts the end of a life");
			if (inverted(from, to))
				twin_wrong(t, "order of dates");
			twin_end(t, (size_t)about);
			add_life(t, unit, kind, old.life, old.from, *to);
			t->list[t->n - 1].older = (size_t)about + 1;
			return;
		}
		*to = old.to;
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind == SAID_LIFE && s->unit == unit && twin_now(t, s) &&
		    overlapping(&s->from, &s->to, from, to))
			twin_wrong(t, "overlapping lives");
	}
	add_life(t, unit, kind, last + 1, *from, *to);
}

/* The same text from the same day: said again, or given another end. */
static void add_text(struct twin *t, struct said s)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct said *o = &t->list[i];
		if (o->kind != s.kind || o->unit != s.unit || o->what != s.what || o->text != s.text || !twin_now(t, o))
			continue;
		if (when_eq(&o->from, &s.from) && when_eq(&o->to, &s.to))
			return;
		if (when_eq(&o->from, &s.from)) {
			twin_end(t, i);
			s.older = i + 1;
		}
	}
	s.source = t->source;
	twin_add(t, &s);
}

static void add_attr(struct twin *t, unsigned unit, const char *name, const char **values, size_t n, struct when from,
		     struct when to)
{
	struct said s = {
	    .kind = SAID_ATTR, .unit = unit, .what = twin_word(t, name), .source = t->source, .from = from, .to = to};
	s.text = twin_word(t, set_text(t->arena, values, n));
	for (size_t i = 0; i < t->n; i++) {
		const struct said *o = &t->list[i];
		if (o->kind == SAID_ATTR && o->unit == unit && o->what == s.what && o->text == s.text &&
		    o->source == s.source && when_eq(&o->to, &to) && start_says(&o->from, &from) && twin_now(t, o))
			return;
	}
	twin_add(t, &s);
}

static void span(struct twin *t, const char *from, const char *to, struct when life_from, struct when life_to,
		 struct said *ret)
{
	ret->from = *from ? twin_date(t, from) : life_from;
	ret->to = *to ? twin_date(t, to) : life_to;
	if (inverted(&ret->from, &ret->to))
		twin_wrong(t, "order of dates");
}

static void details(struct twin *t, const struct msg_unit_statement *m, unsigned unit, struct when from, struct when to)
{
	for (size_t i = 0; i < m->n_names; i++) {
		const struct msg_name *n = &m->names[i];
		struct said s = {.kind = SAID_NAME, .unit = unit, .text = twin_word(t, n->text)};
		span(t, n->valid_from, n->valid_to, from, to, &s);
		add_text(t, s);
	}
	for (size_t i = 0; i < m->n_codes; i++) {
		const struct msg_code_value *c = &m->codes[i];
		struct said s = {
		    .kind = SAID_CODE, .unit = unit, .what = twin_word(t, c->scheme), .text = twin_word(t, c->code)};
		span(t, c->valid_from, c->valid_to, from, to, &s);
		add_text(t, s);
	}
	for (size_t i = 0; i < m->n_attributes; i++) {
		const struct msg_attribute *a = &m->attributes[i];
		struct said s = {0};
		span(t, a->valid_from, a->valid_to, from, to, &s);
		if (a->n_values == 0)
			twin_wrong(t, "an attribute without values");
		add_attr(t, unit, a->name, a->values, a->n_values, s.from, s.to);
	}
}

static unsigned say_unit(struct twin *t, const struct msg_unit_statement *m, struct when *from, struct when *to)
{
	unsigned unit = twin_word(t, m->id), kind = twin_kind(t, t->rev, unit);
	if (!text_is_id(m->id, 200))
		twin_wrong(t, "id");
	*from = attested(t, m->valid_from);
	*to = twin_date(t, m->valid_to);
	if (inverted(from, to))
		twin_wrong(t, "order of dates");
	if (t->wrong)
		return unit;
	if (kind && *m->kind && kind != twin_word(t, m->kind))
		twin_wrong(t, "another kind");
	if (!kind && (!*m->kind || m->n_names == 0))
		twin_wrong(t, "a new unit needs a kind and a name");
	if (!kind)
		add_life(t, unit, twin_word(t, m->kind), 1, *from, *to);
	else
		known_life(t, m, unit, kind, from, to);
	details(t, m, unit, *from, *to);
	return unit;
}

static void say_scope(struct twin *t, const struct msg_submission *m)
{
	t->scope = t->round ? t->round->unit : 0;
	if (m->scope)
		t->scope = twin_unit(t, m->scope, t->structure_day);
	if (t->complete && !t->scope)
		twin_wrong(t, "complete without a scope");
}

/* Units first: the scope and their containers may be among them. */
static void say_units(struct twin *t, const struct msg_submission *m)
{
	struct when *from = arena_alloc(t->arena, (m->n_units + 1) * sizeof *from);
	struct when *to = arena_alloc(t->arena, (m->n_units + 1) * sizeof *to);
	unsigned *unit = arena_alloc(t->arena, (m->n_units + 1) * sizeof *unit);
	for (size_t i = 0; i < m->n_units && !t->wrong; i++)
		unit[i] = say_unit(t, &m->units[i], &from[i], &to[i]);
	say_scope(t, m);
	for (size_t i = 0; i < m->n_units && !t->wrong; i++)
		if (m->units[i].part_of) {
			int32_t day = from[i].precision == WHEN_NONE ? t->structure_day : from[i].hi;
			unsigned whole = twin_unit(t, m->units[i].part_of, day);
			twin_link(t, LINK_TYPE_PART_OF, unit[i], whole, from[i], to[i], 0, 0);
		}
}

/* ---- links and arrangements ---- */

void twin_link(struct twin *t, unsigned type, unsigned a, unsigned b, struct when from, struct when to, unsigned role,
	       unsigned part)
{
	int32_t day = from.precision == WHEN_NONE ? t->structure_day : from.hi;
	if (t->wrong)
		return;
	if (type == LINK_TYPE_PART_OF && twin_inside(t, t->rev, b, a, day))
		twin_wrong(t, "would contain itself");
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind == SAID_LINK && s->type == type && s->unit == a && s->other == b && s->role == role &&
		    s->part == part && twin_now(t, s) && when_eq(&s->to, &to) && start_says(&s->from, &from))
			return;
	}
	twin_add(t, &(struct said){.kind = SAID_LINK,
				   .type = type,
				   .unit = a,
				   .other = b,
				   .from = from,
				   .to = to,
				   .role = role,
				   .part = part,
				   .source = t->source});
}

static void say_link(struct twin *t, const struct msg_link_statement *m)
{
	struct when from = attested(t, m->valid_from), to = twin_date(t, m->valid_to);
	if (inverted(&from, &to))
		twin_wrong(t, "order of dates");
	int32_t day = from.precision == WHEN_NONE ? t->structure_day : from.hi;
	unsigned a = twin_unit(t, m->from, day), b = twin_unit(t, m->to, day);
	if (t->wrong)
		return;
	if (m->supersedes) {
		long old = -1;
		if (!*m->supersedes->reason && !*t->reason)
			twin_wrong(t, "no reason");
		for (size_t i = 0; i < t->first; i++) {
			const struct said *s = &t->list[i];
			if (s->kind == SAID_LINK && s->type == m->type && s->unit == a && s->other == b &&
			    s->rev == m->supersedes->revision && twin_now(t, s))
				old = (long)i;
		}
		if (old < 0)
			twin_wrong(t, "supersedes nothing");
		else if (m->type == LINK_TYPE_PART_OF && twin_inside(t, t->rev, b, a, day))
			twin_wrong(t, "would contain itself");
		else
			twin_end(t, (size_t)old);
		twin_add(t, &(struct said){.kind = SAID_LINK,
					   .type = m->type,
					   .unit = a,
					   .other = b,
					   .from = from,
					   .to = to,
					   .role = twin_word(t, m->role),
					   .part = twin_word(t, m->part),
					   .source = t->source});
		return;
	}
	twin_link(t, m->type, a, b, from, to, twin_word(t, m->role), twin_word(t, m->part));
}

static void say_arrangement(struct twin *t, const struct msg_arrangement_statement *m)
{
	struct msg_name name = {.text = m->name, .valid_from = "", .valid_to = ""};
	struct msg_unit_statement u = {.id = m->id,
				       .kind = "arrangement",
				       .valid_from = m->established,
				       .valid_to = m->ended,
				       .n_names = *m->name ? 1 : 0,
				       .names = &name,
				       .locator = m->locator};
	struct when from, to;
	bool known = twin_kind(t, t->rev, twin_word(t, m->id)) != 0;
	unsigned unit = say_unit(t, &u, &from, &to);
	/* What a later round sees is attested by that round, not since the arrangement began. */
	if (known && t->round)
		from = attested(t, "");
	if (t->wrong)
		return;
	if (*m->sector)
		add_attr(t, unit, "sector", (const char *[]){m->sector}, 1, from, to);
	add_attr(t, unit, "participants_complete",
		 (const char *[]){msg_code_name(&msg_enum_completion, (int)m->participants_complete)}, 1, from, to);
	for (size_t i = 0; i < m->n_participants; i++) {
		const struct msg_participant *p = &m->participants[i];
		unsigned member = twin_unit(t, p->unit, t->structure_day);
		for (size_t k = 0; k < i; k++)
			if (twin_unit(t, m->participants[k].unit, t->structure_day) == member &&
			    strcmp(p->role, m->participants[k].role) == 0)
				twin_wrong(t, "a participant twice");
		twin_link(t, LINK_TYPE_PARTICIPATES_IN, member, unit, from, to, twin_word(t, p->role), 0);
	}
	if (m->host)
		twin_link(t, LINK_TYPE_HOSTS, twin_unit(t, m->host, t->structure_day), unit, from, to, 0, 0);
}

/* ---- whole messages ---- */

static void say_submission(struct twin *t, const struct msg_submission *m)
{
	size_t i;
	t->source = twin_source(t, m->source);
	t->locator = m->locator;
	t->reason = m->reason;
	t->complete = m->mode == SUBMISSION_MODE_COMPLETE;
	if (*m->round && !twin_known(t, t->rev, SAID_ROUND, twin_word(t, m->round), &i))
		twin_wrong(t, "unknown round");
	else if (*m->round) {
		struct said *round = arena_alloc(t->arena, sizeof *round);
		*round = t->list[i];
		t->round = round;
		t->structure_day = when_reference_day(&round->from);
	}
	if (t->complete && (!t->round || m->n_units + m->n_links + m->n_arrangements))
		twin_wrong(t, "complete without a round, or of more than observations");
	if (*m->expressed_in) {
		struct when w = twin_date(t, m->expressed_in);
		t->has_expressed = true;
		t->structure_day = when_reference_day(&w);
	}
	if (m->n_units + m->n_links + m->n_arrangements + m->n_observations + m->n_retractions + m->n_weights == 0)
		twin_wrong(t, "empty");
	if (t->wrong)
		return;
	say_units(t, m);
	for (i = 0; i < m->n_arrangements && !t->wrong; i++)
		say_arrangement(t, &m->arrangements[i]);
	for (i = 0; i < m->n_links && !t->wrong; i++)
		say_link(t, &m->links[i]);
	if (!t->wrong)
		twin_observations(t, m);
	for (i = 0; i < m->n_retractions && !t->wrong; i++)
		twin_retraction(t, &m->retractions[i]);
	for (i = 0; i < m->n_weights && !t->wrong; i++)
		twin_weight(t, &m->weights[i]);
}

static void say_define(struct twin *t, const struct msg_define *m)
{
	struct said s = {.kind = SAID_DEFINED};
	for (size_t i = 0; i < m->n_sources; i++) {
		s.what = twin_joined(t, "source", m->sources[i].id);
		twin_add(t, &s);
	}
	for (size_t i = 0; i < m->n_indicators; i++) {
		s.what = twin_joined(t, "indicator", m->indicators[i].id);
		s.body = &m->indicators[i];
		twin_add(t, &s);
	}
	for (size_t i = 0; i < m->n_rounds; i++) {
		const struct msg_round *r = &m->rounds[i];
		struct said n = {.kind = SAID_ROUND, .what = twin_word(t, r->id)};
		char text[WHEN_TEXT_MAX];
		n.from = twin_date(t, r->reference);
		n.period = twin_word(t, when_format(&n.from, text));
		if (r->area)
			n.unit = twin_unit(t, r->area, when_reference_day(&n.from));
		twin_add(t, &n);
	}
}

static void say_tag(struct twin *t, const struct msg_tag *m)
{
	unsigned what = twin_joined(t, "tag", m->name);
	if (twin_known(t, t->rev, SAID_DEFINED, what, NULL))
		twin_wrong(t, "a tag is never moved");
	if (m->revision >= t->rev)
		twin_wrong(t, "no such revision");
	twin_add(t, &(struct said){.kind = SAID_DEFINED, .what = what});
}

bool twin_say(struct twin *t, const struct msg_message *m, uint64_t rev, int32_t today)
{
	t->rev = rev;
	t->wrong = NULL;
	t->source = t->scope = 0;
	t->locator = t->reason = "";
	t->round = NULL;
	t->has_expressed = t->complete = false;
	t->first = t->n;
	if (!twin_today(t, rev, &t->structure_day))
		t->structure_day = today;
	if (m->submission)
		say_submission(t, m->submission);
	else if (m->define)
		say_define(t, m->define);
	else if (m->event)
		twin_event(t, m->event);
	else if (m->tag)
		say_tag(t, m->tag);
	else
		twin_wrong(t, "empty message");
	if (t->wrong)
		twin_forget(t, rev - 1);
	return !t->wrong;
}
