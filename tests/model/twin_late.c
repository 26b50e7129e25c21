/* SPDX-License-Identifier: Apache-2.0
 *
 * twin_late.c - events entered in any order, amended and annulled: made anew from the start, in the order of their
 * days.
 *
 * What was told of parishes and deaneries at first, and then every event that stands, the earliest day first, each
 * under a revision of its own in a list of its own. An event that is wrong in its turn changes nothing. What the list
 * says at the end is what stands; of what stood before, all that says something else does not stand any more.
 */
#include "tests/model/twin.h"
#include <string.h>

#define FIRST_REVISIONS 4 /* before this one everything is told that is told of these units */
#define EVENTS_MAX      200

bool twin_is_late(const char *event)
{
	return strncmp(event, "late", 4) == 0;
}

bool twin_is_late_unit(const struct twin *t, unsigned unit)
{
	const char *id = twin_text(t, unit);
	return *id && strchr("pdotk", *id);
}

static bool about_late(const struct twin *t, const struct said *s)
{
	return (s->kind == SAID_LIFE || s->kind == SAID_NAME || s->kind == SAID_CODE || s->kind == SAID_LINK ||
		s->kind == SAID_EDGE) &&
	       twin_is_late_unit(t, s->unit);
}

/* Within a day, what moves links comes last: it may name who is born that day. */
static bool is_before(const struct said *a, const struct said *b)
{
	const struct msg_reorganisation_event *x = a->body, *y = b->body;
	return a->from.lo != b->from.lo ? a->from.lo < b->from.lo : !x->n_moves && y->n_moves;
}

/* The last version of each event, the earliest day first. */
static size_t events(const struct twin *t, const struct said **ret)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n && n < EVENTS_MAX; i++) {
		const struct said *s = &t->list[i];
		const char *what = twin_text(t, s->what);
		if (s->kind != SAID_DEFINED || strncmp(what, "event:", 6) != 0 || !twin_is_late(what + 6))
			continue;
		size_t k = 0;
		while (k < n && ret[k]->what != s->what)
			k++;
		ret[k] = s;
		n += k == n;
	}
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && is_before(ret[k], ret[k - 1]); k--) {
			const struct said *s = ret[k];
			ret[k] = ret[k - 1];
			ret[k - 1] = s;
		}
	return n;
}

static bool applies(const struct msg_reorganisation_event *m)
{
	return m->status == EVENT_STATUS_ADOPTED || m->status == EVENT_STATUS_EFFECTIVE;
}

/* The start and the events before `until`, but `own` whatever its day: it must not be wrong in its turn. What it is
 * made with lies in *t; what was there comes back with restore(). */
static void make_anew(struct twin *t, int32_t until, const struct msg_reorganisation_event *own)
{
	const struct twin was = *t;
	const struct said *list[EVENTS_MAX];
	const char *wrong = NULL;
	size_t n = events(&was, list);
	t->list = NULL;
	t->n = t->room = 0;
	t->rev = 1;
	for (size_t i = 0; i < was.n; i++)
		if (was.list[i].rev < FIRST_REVISIONS && about_late(&was, &was.list[i]))
			twin_add(t, &was.list[i]);
	for (size_t i = 0; i < n; i++) {
		const struct msg_reorganisation_event *m = list[i]->body;
		if (m != own && (list[i]->from.lo >= until || !applies(m)))
			continue;
		t->rev++;
		t->first = t->n;
		t->wrong = NULL;
		t->source = twin_word(t, m->source);
		twin_event_apply(t, m);
		if (t->wrong && m == own)
			wrong = t->wrong;
		if (t->wrong)
			twin_forget(t, t->rev - 1);
	}
	t->wrong = wrong;
	t->first = t->n;
	t->rev++;
}

/* Back to what was, but for new words and for what was found wrong. */
static void restore(struct twin *t, const struct twin *was)
{
	struct twin made = *t;
	*t = *was;
	t->words = made.words;
	t->n_words = made.n_words;
	t->words_room = made.words_room;
	t->wrong = made.wrong;
}

static bool same(const struct said *a, const struct said *b)
{
	return a->kind == b->kind && a->unit == b->unit && a->other == b->other && a->what == b->what &&
	       a->text == b->text && a->role == b->role && a->part == b->part && a->type == b->type &&
	       a->life == b->life && a->status == b->status && when_eq(&a->from, &b->from) && when_eq(&a->to, &b->to);
}

static bool has(const struct twin *t, const struct said *s)
{
	for (size_t i = 0; i < t->n; i++)
		if (twin_now(t, &t->list[i]) && same(&t->list[i], s))
			return true;
	return false;
}

void twin_late(struct twin *t, const struct said *event, long old)
{
	const struct msg_reorganisation_event *m = event->body;
	struct said said = *event;
	/* What it says must fit what is known; of an event that is amended, what was known before it. */
	if (m->status == EVENT_STATUS_ANNULLED) {
		said.from = t->list[old].from;
	} else if (old < 0) {
		twin_event_read(t, m);
	} else {
		const struct twin was = *t;
		make_anew(t, was.list[old].from.lo, NULL);
		twin_event_read(t, m);
		restore(t, &was);
	}
	twin_add(t, &said);
	if (t->wrong)
		return;
	const struct twin was = *t;
	/* What is only proposed, and was not before, has no turn: what it names need not be there on its day. */
	make_anew(t, INT32_MAX, m->status == EVENT_STATUS_ANNULLED || (old < 0 && !applies(m)) ? NULL : m);
	struct twin made = *t;
	restore(t, &was);
	if (t->wrong)
		return;
	for (size_t i = 0; i < t->n; i++)
		if (about_late(t, &t->list[i]) && twin_now(t, &t->list[i]) && !has(&made, &t->list[i]))
			twin_end(t, i);
	for (size_t i = 0; i < made.n; i++)
		if (twin_now(&made, &made.list[i]) && !has(t, &made.list[i]))
			twin_add(t, &made.list[i]);
	twin_event_weights(t, m, old < 0 ? NULL : was.list[old].body);
}
