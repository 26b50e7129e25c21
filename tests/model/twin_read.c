/* SPDX-License-Identifier: Apache-2.0
 *
 * twin_read.c - what the twin answers, as lines.
 */
#include "tests/model/twin.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void line_add(struct lines *l, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (l->n == l->room)
		l->line = arena_grow(l->arena, l->line, l->n, l->n + 1, sizeof *l->line, &l->room);
	l->line[l->n++] = arena_text(l->arena, text, strlen(text));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void lines_sort(struct lines *l)
{
	size_t n = 0;
	if (l->n)
		qsort(l->line, l->n, sizeof *l->line, by_text);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || strcmp(l->line[n - 1], l->line[i]) != 0)
			l->line[n++] = l->line[i];
	l->n = n;
}

const char *set_text(struct arena *a, const char **list, size_t n)
{
	struct lines l = {.arena = a};
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		line_add(&l, "%s", list[i]);
	lines_sort(&l);
	for (size_t i = 0; i < l.n; i++)
		text = arena_printf(a, "%s%s%s", text, i ? "," : "", l.line[i]);
	return text;
}

const char *value_word(struct arena *a, const struct msg_value *v)
{
	if (v && v->exact) {
		int64_t d = v->exact->digits;
		uint32_t scale = v->exact->scale;
		for (; scale && d % 10 == 0; scale--)
			d /= 10;
		return arena_printf(a, "x:%lld/%u", (long long)d, scale);
	}
	if (v && v->missing)
		return arena_printf(a, "m:%d", (int)v->missing->kind);
	if (v && v->verbal)
		return arena_printf(a, "v:%s", v->verbal->text);
	return "?";
}

/* ---- snapshot ---- */

struct asking {
	struct twin *t;
	uint64_t rev;
	const struct msg_snapshot_question *q;
	int32_t day;
	unsigned scope, kind;
	struct lines *out;
};

static const char *word(const struct asking *s, unsigned w)
{
	return twin_text(s->t, w);
}

static const char *date(const struct asking *s, const struct when *w)
{
	char text[WHEN_TEXT_MAX];
	when_format(w, text);
	return arena_text(s->out->arena, text, strlen(text));
}

static bool asked_about(const struct asking *s, unsigned unit)
{
	if (s->kind) {
		long life = twin_life(s->t, s->rev, unit, s->day, NULL);
		if (life < 0 || s->t->list[life].what != s->kind)
			return false;
	}
	if (!s->scope)
		return true;
	return s->q->subtree ? twin_inside(s->t, s->rev, unit, s->scope, s->day) : unit == s->scope;
}

/* The names (or codes, attributes) of a unit at the day: what is certain takes the place of what is only possible. */
static const char *texts(const struct asking *s, enum said_kind kind, unsigned unit)
{
	const char *list[64];
	size_t n = 0;
	for (size_t i = 0; i < s->t->n; i++) {
		const struct said *o = &s->t->list[i];
		if (o->kind != kind || o->unit != unit || !stands_at(o, s->rev))
			continue;
		int truth = truth_of(&o->from, &o->to, s->day);
		for (size_t k = 0; k < s->t->n && truth == 1; k++) {
			const struct said *p = &s->t->list[k];
			if (p->kind == kind && p->unit == unit && p->what == o->what && stands_at(p, s->rev) &&
			    truth_of(&p->from, &p->to, s->day) == 2)
				truth = 0;
		}
		if (truth && n < 64)
			list[n++] = arena_printf(s->out->arena, "%s=%s", word(s, o->what), word(s, o->text));
	}
	return set_text(s->out->arena, list, n);
}

static void tell_unit(const struct asking *s, unsigned unit, bool arrangements)
{
	int truth;
	long life = twin_life(s->t, s->rev, unit, s->day, &truth);
	if (life < 0)
		return;
	const struct said *l = &s->t->list[life];
	if (arrangements && strcmp(s->q->kind, "arrangement") != 0 && strcmp(word(s, l->what), "arrangement") == 0)
		return;
	line_add(s->out, "unit %s %s life %u from %s to %s certainty %d rev %llu names {%s} codes {%s} attributes {%s}",
		 word(s, unit), word(s, l->what), l->life, date(s, &l->from), date(s, &l->to), truth == 2 ? 1 : 2,
		 (unsigned long long)l->rev, texts(s, SAID_NAME, unit), texts(s, SAID_CODE, unit),
		 texts(s, SAID_ATTR, unit));
}

static void tell_links(const struct asking *s)
{
	for (size_t i = 0; i < s->t->n; i++) {
		const struct said *l = &s->t->list[i];
		int truth = 0;
		if (l->kind != SAID_LINK || !(asked_about(s, l->unit) || asked_about(s, l->other)))
			continue;
		for (size_t k = 0; k < s->t->n; k++) {
			const struct said *o = &s->t->list[k];
			if (o->kind != SAID_LINK || o->type != l->type || o->unit != l->unit || o->other != l->other ||
			    o->role != l->role || o->part != l->part)
				continue;
			int is = twin_link_truth(s->t, s->rev, o, s->day);
			truth = is > truth ? is : truth;
		}
		if (truth)
			line_add(s->out, "link %u %s %s (%s) (%s) certainty %d", l->type, word(s, l->unit),
				 word(s, l->other), word(s, l->role), word(s, l->part), truth == 2 ? 1 : 2);
	}
}

/* How sure is it that a unit takes part, whatever its role? */
static int participation(const struct asking *s, unsigned member, unsigned arrangement)
{
	int best = 0;
	for (size_t i = 0; i < s->t->n; i++) {
		const struct said *l = &s->t->list[i];
		if (l->kind != SAID_LINK || l->type != LINK_TYPE_PARTICIPATES_IN || l->other != arrangement ||
		    l->unit != member)
			continue;
		int is = twin_link_truth(s->t, s->rev, l, s->day);
		best = is > best ? is : best;
	}
	return best;
}

static void tell_arrangement(const struct asking *s, unsigned unit)
{
	const char *list[64], *may[64];
	size_t n = 0, n_may = 0;
	int truth;
	long life = twin_life(s->t, s->rev, unit, s->day, &truth);
	bool about = asked_about(s, unit) || (!s->scope && !s->kind);
	if (life < 0 || strcmp(word(s, s->t->list[life].what), "arrangement") != 0)
		return;
	for (size_t i = 0; i < s->t->n; i++) {
		const struct said *l = &s->t->list[i];
		if (l->kind != SAID_LINK || l->other != unit || !twin_link_truth(s->t, s->rev, l, s->day))
			continue;
		if (l->type == LINK_TYPE_PARTICIPATES_IN && n < 64 && n_may < 64) {
			if (participation(s, l->unit, unit) >= truth) /* as sure as the arrangement itself */
				list[n++] = word(s, l->unit);
			else
				may[n_may++] = word(s, l->unit);
		}
		about |=
		    (l->type == LINK_TYPE_PARTICIPATES_IN || l->type == LINK_TYPE_HOSTS) && asked_about(s, l->unit);
	}
	if (about)
		line_add(s->out, "arrangement %s certainty %d participants {%s} possible {%s}", word(s, unit),
			 truth == 2 ? 1 : 2, set_text(s->out->arena, list, n), set_text(s->out->arena, may, n_may));
}

static void tell_observations(const struct asking *s)
{
	struct when w;
	size_t len = strlen(s->q->indicator);
	for (size_t i = 0; i < s->t->n; i++) {
		const struct said *o = &s->t->list[i];
		const char *what = word(s, o->what);
		if (o->kind != SAID_OBS || !stands_at(o, s->rev) || !asked_about(s, o->unit))
			continue;
		if (len && (strncmp(what, s->q->indicator, len) != 0 || (what[len] && what[len] != '|')))
			continue;
		if (*s->q->period && strcmp(word(s, o->period), s->q->period) != 0)
			continue;
		if (*s->q->round && strcmp(word(s, o->round), s->q->round) != 0)
			continue;
		if (!*s->q->period && !*s->q->round &&
		    (when_parse(word(s, o->period), &w, NULL) != ERR_OK || s->day < w.lo || s->day > w.hi))
			continue;
		line_add(s->out, "observation %s %s %s = %s status %u source %s at (%s) round %s rev %llu",
			 word(s, o->unit), what, word(s, o->period), word(s, o->text), o->status, word(s, o->source),
			 word(s, o->locator), word(s, o->round), (unsigned long long)o->rev);
	}
}

/* The period, or the round's, that a question names. */
static bool named_time(const struct asking *s, struct when *ret)
{
	size_t i;
	if (*s->q->period)
		return when_parse(s->q->period, ret, NULL) == ERR_OK;
	if (!*s->q->round || !twin_known(s->t, s->rev, SAID_ROUND, twin_word(s->t, s->q->round), &i))
		return false;
	*ret = s->t->list[i].from;
	return true;
}

bool twin_snapshot(struct twin *t, uint64_t rev, const struct msg_snapshot_question *q, struct lines *ret)
{
	struct asking s = {.t = t, .rev = rev, .q = q, .out = ret};
	bool all = !q->units && !q->links && !q->arrangements && !q->observations;
	struct when at;
	if (when_parse(q->valid_at, &at, NULL) != ERR_OK)
		return false;
	if (at.precision == WHEN_DAY)
		s.day = at.lo;
	else if (q->observations && !q->units && !q->links && !q->arrangements && named_time(&s, &at))
		s.day = at.hi; /* observations of a named time need no day */
	else if (!twin_today(t, rev, &s.day))
		return false;
	s.kind = *q->kind ? twin_word(t, q->kind) : 0;
	s.scope = q->scope ? twin_word(t, q->scope->id->id) : 0;
	if (s.scope && !twin_kind(t, rev, s.scope))
		return false;
	for (unsigned unit = 1; unit < t->n_words; unit++) {
		if ((all || q->units) && asked_about(&s, unit))
			tell_unit(&s, unit, all || q->arrangements);
		if (all || q->arrangements)
			tell_arrangement(&s, unit);
	}
	if (all || q->links)
		tell_links(&s);
	if (all || q->observations)
		tell_observations(&s);
	lines_sort(ret);
	return true;
}

/* ---- the choice among values that stand side by side ---- */

static int rank(unsigned status)
{
	return status == OBSERVATION_STATUS_MAIN ? 0 : status == OBSERVATION_STATUS_CONFLICT ? 2 : 1;
}

struct cell {
	const struct twin *t;
	uint64_t rev;
	unsigned series, period, unit, round;
};

static bool in_cell(const struct cell *c, const struct said *o)
{
	return o->kind == SAID_OBS && o->what == c->series && o->period == c->period && o->unit == c->unit &&
	       o->round == c->round && stands_at(o, c->rev);
}

/* How many different sources say this value. */
static unsigned supporters(const struct cell *c, const struct said *o)
{
	unsigned n = 0;
	for (size_t i = 0; i < c->t->n; i++) {
		const struct said *p = &c->t->list[i];
		bool first = in_cell(c, p) && p->text == o->text;
		for (size_t k = 0; k < i && first; k++) {
			const struct said *x = &c->t->list[k];
			first = !(in_cell(c, x) && x->text == o->text && x->source == p->source);
		}
		n += first;
	}
	return n;
}

/* < 0: a is the better choice */
static int compare(const struct cell *c, const struct said *a, const struct said *b)
{
	int d = rank(a->status) - rank(b->status);
	if (d == 0)
		d = (int)supporters(c, b) - (int)supporters(c, a);
	return d ? d : (a->rev > b->rev) - (a->rev < b->rev);
}

long twin_chosen(const struct twin *t, uint64_t rev, unsigned series, unsigned period, unsigned unit, unsigned round,
		 bool *ret_tie)
{
	struct cell c = {t, rev, series, period, unit, round};
	long best = -1;
	*ret_tie = false;
	for (size_t i = 0; i < t->n; i++)
		if (in_cell(&c, &t->list[i]) && (best < 0 || compare(&c, &t->list[i], &t->list[best]) < 0))
			best = (long)i;
	for (size_t i = 0; best >= 0 && i < t->n; i++)
		*ret_tie |= in_cell(&c, &t->list[i]) && t->list[i].text != t->list[best].text &&
			    compare(&c, &t->list[i], &t->list[best]) == 0;
	return best;
}
