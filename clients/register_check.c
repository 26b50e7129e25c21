/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of codes against what the changes say. Each version of a code should begin on a day on which a change makes
 * the code, end on one that takes it, bear the name that the changes give it, and nothing should happen to it between.
 * What does not fit is told; the changes stand.
 */
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "clients/register_part.h"

struct check {
	struct register_model *m;
	struct register_version *v;
	size_t n;
	int32_t last; /* the first end in the list: from there on it can be expected to be whole */
};

#define TELL(severity, line, rule, ...) register_say(&k->m->findings, severity, "codes", line, rule, __VA_ARGS__)
#define DAY(day)                        register_day(k->m->arena, day)

static int by_code_day(const void *x, const void *y)
{
	const struct register_version *a = x, *b = y;
	int codes = strcmp(a->code, b->code);
	if (codes)
		return codes;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static const char *shown(struct check *k, int32_t day)
{
	return day == REGISTER_OPEN ? "today" : day == REGISTER_EVER ? "ever" : DAY(day);
}

/* ---- the list itself ---- */

static void check_list(struct check *k)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct register_version *v = &k->v[i], *next = i + 1 < k->n ? v + 1 : NULL;
		if (!*v->code || !text_is_id(v->code, 100))
			TELL(REGISTER_ERROR, v->line, "BAD_CODE", "\"%s\" cannot be a code", v->code);
		if (v->to <= v->from)
			TELL(REGISTER_ERROR, v->line, "ORDER_OF_DATES", "%s ends (%s) before it begins (%s)", v->code,
			     shown(k, v->to), shown(k, v->from));
		if (next && strcmp(next->code, v->code) == 0 && next->from < v->to)
			TELL(REGISTER_ERROR, next->line, "OVERLAP",
			     "%s is valid twice from %s: line %zu is valid to %s", v->code, shown(k, next->from),
			     v->line, shown(k, v->to));
	}
}

/* ---- codes that no change mentions ---- */

static void add_listed(struct check *k, size_t from, size_t to)
{
	struct register_code *c = register_code(k->m, k->v[from].code);
	bool known = k->m->n_events || c->n_bearers;
	struct register_unit *u = NULL;
	for (size_t i = from; i < to; i++) {
		const struct register_version *v = &k->v[i];
		if (u && u->to == v->from) { /* the next version of the same unit */
			if (strcmp(u->spans[u->n_spans - 1].name, v->name) != 0) {
				register_span_end(u, v->from);
				register_span_begin(k->m, u, v->code, v->name, v->from);
			}
		} else {
			c->living = NULL;
			u = register_begin(k->m, c, *v->name ? v->name : v->code, v->from, v->line);
			u->first = u->listed = true;
		}
		u->to = v->to;
		register_span_end(u, v->to);
		if (known)
			TELL(REGISTER_WARNING, v->line, "NEVER_CHANGED",
			     "%s %s, valid from %s to %s, is in no change: taken as a unit by the list of codes alone",
			     v->code, v->name, shown(k, v->from), shown(k, v->to));
	}
	if (u && u->to != REGISTER_OPEN)
		c->living = NULL;
}

/* ---- versions of codes that changes mention ---- */

static const struct register_touch *touched(const struct register_code *c, int32_t day, bool as_new)
{
	for (size_t i = 0; i < c->n_touches; i++)
		if (c->touches[i].day == day && (as_new ? c->touches[i].as_new : c->touches[i].as_old))
			return &c->touches[i];
	return NULL;
}

/* The first days of a unit that was there before any change: those of a version that is older than all changes of the
 * code. A version that begins with a change is a later one, and says nothing of them. */
static void date_first(const struct register_version *v, const struct register_code *c, struct register_unit *u)
{
	if (!u->first || u->listed || u->spans[0].from != REGISTER_EVER || strcmp(u->spans[0].code, v->code) != 0)
		return;
	if (c->n_touches && c->touches[0].day <= v->from)
		return;
	u->from = u->spans[0].from = v->from;
}

static struct register_unit *bearer(const struct register_code *c, int32_t day)
{
	for (size_t i = 0; i < c->n_bearers; i++) {
		const struct register_span *s = register_span_at(c->bearers[i], day);
		if (s && strcmp(s->code, c->code) == 0)
			return c->bearers[i];
	}
	return NULL;
}

static void check_begin(struct check *k, const struct register_version *v, const struct register_code *c,
			const struct register_version *before)
{
	if (v->from == REGISTER_EVER || touched(c, v->from, true))
		return;
	const struct register_unit *u = bearer(c, v->from);
	if (u && u->first && u->spans[0].from == v->from)
		return;
	if (before && strcmp(before->name, v->name) != 0)
		TELL(REGISTER_WARNING, v->line, "RENAME_LEFT_OUT", "%s becomes \"%s\" on %s, and no change says so",
		     v->code, v->name, shown(k, v->from));
	else
		TELL(REGISTER_WARNING, v->line, "BEGIN_LEFT_OUT", "%s %s is valid from %s, and no change leads to it",
		     v->code, v->name, shown(k, v->from));
}

static void check_end(struct check *k, const struct register_version *v, const struct register_code *c)
{
	if (v->to == REGISTER_OPEN || touched(c, v->to, false))
		return;
	const struct register_unit *u = bearer(c, v->to);
	if (u)
		TELL(REGISTER_WARNING, v->line, "STILL_LIVING",
		     "%s %s is valid to %s only, and lives on by the changes (as %s)", v->code, v->name,
		     shown(k, v->to), u->id);
	else
		TELL(REGISTER_WARNING, v->line, "END_LEFT_OUT", "%s %s is valid to %s, and no change leads on from it",
		     v->code, v->name, shown(k, v->to));
}

/* What the changes do to a code while the list says that nothing does. */
static void check_between(struct check *k, const struct register_version *v, const struct register_code *c)
{
	for (size_t i = 0; i < c->n_touches; i++) {
		const struct register_touch *t = &c->touches[i];
		bool again = i && c->touches[i - 1].day == t->day;
		if (again || t->day <= v->from || t->day >= v->to)
			continue;
		if (bearer(c, t->day))
			TELL(REGISTER_WARNING, v->line, "CHANGED_WITHIN",
			     "%s %s is one version from %s to %s, and is changed on %s (line %zu of the changes)",
			     v->code, v->name, shown(k, v->from), shown(k, v->to), DAY(t->day), t->line);
		else
			TELL(REGISTER_WARNING, v->line, "ENDED_BEFORE",
			     "%s %s is valid to %s, and ended on %s by the changes (line %zu)", v->code, v->name,
			     shown(k, v->to), DAY(t->day), t->line);
	}
}

static void check_version(struct check *k, size_t i, size_t first)
{
	const struct register_version *v = &k->v[i];
	struct register_code *c = register_code(k->m, v->code);
	struct register_unit *u = bearer(c, v->from);
	if (u)
		date_first(v, c, u);
	check_begin(k, v, c, i > first ? v - 1 : NULL);
	if (!u)
		TELL(REGISTER_WARNING, v->line, "NOT_LIVING", "%s %s is valid from %s, and not there by the changes",
		     v->code, v->name, shown(k, v->from));
	const struct register_span *s = u ? register_span_at(u, v->from) : NULL;
	if (s && *v->name && strcmp(s->name, v->name) != 0)
		TELL(REGISTER_WARNING, v->line, "OTHER_NAME", "%s is called \"%s\" from %s, and \"%s\" by the changes",
		     v->code, v->name, shown(k, v->from), s->name);
	check_between(k, v, c);
	check_end(k, v, c);
}

/* ---- units that the list should have and has not ---- */

static bool listed_on(const struct check *k, const char *code, int32_t day)
{
	size_t lo = 0, hi = k->n;
	while (lo < hi) { /* the last version of the code that begins on or before the day */
		size_t mid = lo + (hi - lo) / 2;
		int cmp = strcmp(k->v[mid].code, code);
		if (cmp < 0 || (cmp == 0 && k->v[mid].from <= day))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && strcmp(k->v[lo - 1].code, code) == 0 && k->v[lo - 1].to > day;
}

static void check_unlisted(struct check *k)
{
	for (size_t i = 0; i < k->m->n_units; i++) {
		const struct register_unit *u = k->m->units[i];
		for (size_t s = 0; s < u->n_spans; s++) {
			const struct register_span *x = &u->spans[s];
			int32_t day = x->to - 1;
			if (x->to <= k->last || u->listed || listed_on(k, x->code, day))
				continue;
			register_say(
			    &k->m->findings, REGISTER_WARNING, "changes", u->line, "NOT_LISTED",
			    "%s %s is there until %s by the changes, and the list of codes has no version of it then",
			    x->code, x->name, shown(k, x->to));
		}
	}
}

bool register_check(struct register_model *m, struct register_version *versions, size_t n)
{
	struct check check = {.m = m, .v = versions, .last = REGISTER_OPEN}, *k = &check;
	for (size_t i = 0; i < n; i++) {
		if (register_skips(m, versions[i].code))
			TELL(REGISTER_INFO, versions[i].line, "SKIPPED", "%s %s names no unit: left out",
			     versions[i].code, versions[i].name);
		else
			versions[k->n++] = versions[i];
	}
	if (k->n)
		qsort(versions, k->n, sizeof *versions, by_code_day);
	check_list(k);
	if (m->findings.count[REGISTER_ERROR])
		return false;
	for (size_t i = 0; i < k->n; i++)
		if (versions[i].to < k->last)
			k->last = versions[i].to;
	for (size_t i = 0, to; i < k->n; i = to) {
		for (to = i; to < k->n && strcmp(versions[to].code, versions[i].code) == 0; to++)
			;
		if (register_code(m, versions[i].code)->n_bearers == 0)
			add_listed(k, i, to);
		else
			for (size_t v = i; v < to; v++)
				check_version(k, v, i);
	}
	check_unlisted(k);
	return m->findings.count[REGISTER_ERROR] == 0;
}
