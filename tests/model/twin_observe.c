/* SPDX-License-Identifier: Apache-2.0
 *
 * twin_observe.c - observations, complete reports, and what is taken back.
 */
#include "tests/model/twin.h"
#include <string.h>

static const struct msg_indicator *indicator(struct twin *t, const char *id)
{
	size_t i;
	if (!twin_known(t, t->rev, SAID_DEFINED, twin_joined(t, "indicator", id), &i))
		return NULL;
	return t->list[i].body;
}

static void check_value(struct twin *t, const struct msg_indicator *def, const struct msg_value *v)
{
	if (!v || (!v->exact && !v->missing && !v->verbal))
		twin_wrong(t, "no value");
	else if (v->exact && def->type == VALUE_TYPE_COUNT && (v->exact->digits < 0 || v->exact->scale > 0))
		twin_wrong(t, "no count");
}

static unsigned series(struct twin *t, const struct msg_indicator *def, const struct msg_observation *m)
{
	if (m->n_categories != def->n_dimensions)
		twin_wrong(t, "dimensions");
	else if (m->n_categories && strcmp(m->categories[0].dimension, def->dimensions[0].id) != 0)
		twin_wrong(t, "dimensions");
	else if (m->n_categories && strcmp(m->categories[0].code, "m") != 0 && strcmp(m->categories[0].code, "f") != 0)
		twin_wrong(t, "unknown code");
	if (t->wrong)
		return 0;
	return m->n_categories ? twin_word(t, arena_printf(t->arena, "%s|%s=%s", def->id, m->categories[0].dimension,
							   m->categories[0].code))
			       : twin_word(t, def->id);
}

static bool same_key(const struct said *a, const struct said *b)
{
	return a->kind == SAID_OBS && a->unit == b->unit && a->what == b->what && a->period == b->period;
}

static bool same_words(const struct said *a, const struct said *b)
{
	return a->source == b->source && a->text == b->text && a->locator == b->locator && a->status == b->status;
}

/* The observation as a statement; wrong where it cannot be one. */
static struct said observation(struct twin *t, const struct msg_observation *m)
{
	struct said s = {
	    .kind = SAID_OBS, .source = t->source, .status = m->status, .round = t->round ? t->round->what : 0};
	const struct msg_indicator *def = indicator(t, m->indicator);
	if (!def)
		twin_wrong(t, "unknown indicator");
	if (!*m->period && !t->round)
		twin_wrong(t, "no period");
	if (t->wrong)
		return s;
	check_value(t, def, m->value);
	s.what = series(t, def, m);
	struct when w = *m->period ? twin_date(t, m->period) : t->round->from;
	if (t->wrong)
		return s;
	char text[WHEN_TEXT_MAX];
	s.period = twin_word(t, when_format(&w, text));
	s.unit = twin_unit(t, m->unit, t->has_expressed ? t->structure_day : when_reference_day(&w));
	if (*def->unit_kind && twin_kind(t, t->rev, s.unit) != twin_word(t, def->unit_kind))
		twin_wrong(t, "wrong kind");
	s.text = twin_word(t, value_word(t->arena, m->value));
	s.locator = twin_word(t, *m->locator ? m->locator : t->locator);
	return s;
}

static void supersede(struct twin *t, const struct said *s, const struct msg_supersedes *m)
{
	long old = -1;
	if (!*m->reason && !*t->reason)
		twin_wrong(t, "no reason");
	for (size_t i = 0; i < t->first; i++) {
		const struct said *o = &t->list[i];
		if (same_key(o, s) && o->rev == m->revision && twin_now(t, o) &&
		    (old < 0 || (o->source == s->source && o->locator == s->locator)))
			old = (long)i;
	}
	if (old < 0) {
		twin_wrong(t, "supersedes nothing");
		return;
	}
	twin_end(t, (size_t)old);
	twin_add(t, s);
}

void twin_observations(struct twin *t, const struct msg_submission *m)
{
	struct said *said = arena_alloc(t->arena, (m->n_observations + 1) * sizeof *said);
	for (size_t i = 0; i < m->n_observations && !t->wrong; i++) {
		said[i] = observation(t, &m->observations[i]);
		for (size_t k = 0; k < i; k++)
			if (same_key(&said[i], &said[k]) && said[i].text == said[k].text &&
			    said[i].locator == said[k].locator)
				twin_wrong(t, "said twice");
		bool stands = false;
		for (size_t k = 0; k < t->first; k++)
			stands |= same_key(&t->list[k], &said[i]) && same_words(&t->list[k], &said[i]) &&
				  twin_now(t, &t->list[k]);
		if (t->wrong)
			return;
		if (m->observations[i].supersedes)
			supersede(t, &said[i], m->observations[i].supersedes);
		else if (!stands)
			twin_add(t, &said[i]);
	}
	if (!t->complete)
		return;
	/* All that this source says for the round and scope has been said; the rest is taken back. */
	unsigned period = t->round->period;
	for (size_t i = 0; i < t->first && !t->wrong; i++) {
		const struct said *s = &t->list[i];
		bool again = false;
		if (s->kind != SAID_OBS || s->period != period || s->source != t->source || !twin_now(t, s) ||
		    !twin_inside(t, t->rev, s->unit, t->scope, t->structure_day))
			continue;
		for (size_t k = 0; k < m->n_observations; k++)
			again |= same_key(&said[k], s) && same_words(&said[k], s);
		if (again)
			continue;
		if (!*t->reason)
			twin_wrong(t, "no reason");
		twin_end(t, i);
	}
}

/* ---- retractions ---- */

void twin_retraction(struct twin *t, const struct msg_retraction *m)
{
	unsigned unit = twin_unit(t, m->unit, t->structure_day);
	bool any = false;
	if (!*m->reason && !*t->reason)
		twin_wrong(t, "no reason");
	if (m->revision == 0 || m->revision >= t->rev)
		twin_wrong(t, "no such revision");
	if (*m->indicator && !indicator(t, m->indicator))
		twin_wrong(t, "unknown indicator");
	for (size_t i = 0; i < t->first && !t->wrong; i++) {
		const struct said *s = &t->list[i];
		const char *what = twin_text(t, s->what);
		size_t len = strlen(m->indicator);
		if (s->rev == m->revision && s->kind == SAID_DEFINED && strncmp(what, "event:", 6) == 0)
			twin_wrong(t, "what an event did is not taken back piece by piece");
		if (s->rev != m->revision || !twin_now(t, s) || s->kind > SAID_OBS ||
		    (s->unit != unit && s->other != unit))
			continue;
		if (len &&
		    (s->kind != SAID_OBS || strncmp(what, m->indicator, len) != 0 || (what[len] && what[len] != '|')))
			continue;
		twin_end(t, i);
		any = true;
		size_t older =
		    s->older; /* it had only been given an end: that is open again, unless the same revision began it */
		while (older && t->list[older - 1].rev == m->revision)
			older = t->list[older - 1].older;
		if (older) {
			struct said again = t->list[older - 1];
			again.older = i + 1;
			twin_add(t, &again);
		}
	}
	if (!any)
		twin_wrong(t, "retracts nothing");
}
