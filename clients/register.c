/* SPDX-License-Identifier: Apache-2.0
 *
 * The model itself: codes, units, their spans, and the walk through the days. What the rows of a day mean is
 * register_day.c's.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "clients/register_part.h"

/* ---- findings ---- */

void register_say(struct register_findings *f, enum register_severity severity, const char *file, size_t line,
		  const char *rule, const char *fmt, ...)
{
	char text[512];
	va_list args;
	va_start(args, fmt);
	int len = vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (len >= (int)sizeof text)
		text[text_cut(text, sizeof text - 1)] = 0;
	f->list = arena_grow(f->arena, f->list, f->n, f->n + 1, sizeof *f->list, &f->room);
	f->list[f->n++] = (struct register_finding){.severity = severity,
						    .file = file,
						    .line = line,
						    .rule = rule,
						    .text = arena_text(f->arena, text, strlen(text))};
	f->count[severity]++;
}

static int by_line(const void *x, const void *y)
{
	const struct register_finding *a = x, *b = y;
	if (a->severity != b->severity)
		return a->severity < b->severity ? -1 : 1;
	int files = strcmp(a->file, b->file);
	if (files || a->line != b->line)
		return files ? files : a->line < b->line ? -1 : 1;
	int rules = strcmp(a->rule, b->rule);
	return rules ? rules : strcmp(a->text, b->text);
}

void register_sort(struct register_findings *f)
{
	if (f->n)
		qsort(f->list, f->n, sizeof *f->list, by_line);
}

/* ---- codes, units, spans ---- */

void register_init(struct register_model *m, struct arena *a, const struct register_options *o)
{
	*m = (struct register_model){.arena = a, .o = *o, .findings = {.arena = a}};
	lookup_init(&m->codes, a);
}

struct register_code *register_code(struct register_model *m, const char *code)
{
	void **at = lookup_put(&m->codes, code);
	if (!*at) {
		struct register_code *c = arena_alloc(m->arena, sizeof *c);
		c->code = code;
		*at = c;
	}
	return *at;
}

bool register_skips(const struct register_model *m, const char *code)
{
	for (size_t i = 0; i < m->o.n_skip; i++)
		if (strcmp(m->o.skip[i], code) == 0)
			return true;
	return false;
}

const char *register_day(struct arena *a, int32_t day)
{
	char text[WHEN_TEXT_MAX];
	if (day == REGISTER_EVER || day == REGISTER_OPEN)
		return "";
	struct when w = when_day(day);
	when_format(&w, text);
	return arena_text(a, text, strlen(text));
}

static void bear(struct register_model *m, struct register_code *c, struct register_unit *u)
{
	c->bearers =
	    arena_grow(m->arena, c->bearers, c->n_bearers, c->n_bearers + 1, sizeof *c->bearers, &c->bearers_room);
	c->bearers[c->n_bearers++] = u;
	c->living = u;
}

void register_span_end(struct register_unit *u, int32_t day)
{
	u->spans[u->n_spans - 1].to = day;
}

void register_span_begin(struct register_model *m, struct register_unit *u, const char *code, const char *name,
			 int32_t from)
{
	struct register_code *c = register_code(m, code);
	u->spans = arena_grow(m->arena, u->spans, u->n_spans, u->n_spans + 1, sizeof *u->spans, &u->room);
	u->spans[u->n_spans++] =
	    (struct register_span){.code = c->code, .name = name, .from = from, .to = REGISTER_OPEN};
	if (c->living != u)
		bear(m, c, u);
}

struct register_unit *register_begin(struct register_model *m, struct register_code *c, const char *name, int32_t from,
				     size_t line)
{
	struct register_unit *u = arena_alloc(m->arena, sizeof *u);
	u->id = c->n_bearers ? arena_printf(m->arena, "%s/%s:%s", m->o.kind, c->code, register_day(m->arena, from))
			     : arena_printf(m->arena, "%s/%s", m->o.kind, c->code);
	u->line = line;
	u->from = from;
	u->to = REGISTER_OPEN;
	m->units = arena_grow(m->arena, m->units, m->n_units, m->n_units + 1, sizeof *m->units, &m->units_room);
	m->units[m->n_units++] = u;
	register_span_begin(m, u, c->code, name, from);
	return u;
}

void register_event_add(struct register_model *m, struct register_event *e)
{
	m->events = arena_grow(m->arena, m->events, m->n_events, m->n_events + 1, sizeof *m->events, &m->events_room);
	m->events[m->n_events++] = e;
}

/* ---- what is there ---- */

const struct register_span *register_span_at(const struct register_unit *u, int32_t day)
{
	for (size_t i = 0; i < u->n_spans; i++)
		if (u->spans[i].from <= day && day < u->spans[i].to)
			return &u->spans[i];
	return NULL;
}

const struct register_unit *register_find(const struct register_model *m, const char *code, int32_t day)
{
	const struct register_code *c = lookup_get(&m->codes, code);
	for (size_t i = 0; c && i < c->n_bearers; i++) {
		const struct register_span *s = register_span_at(c->bearers[i], day);
		if (s && strcmp(s->code, code) == 0)
			return c->bearers[i];
	}
	return NULL;
}

size_t register_living(const struct register_model *m, int32_t day)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n_units; i++)
		n += m->units[i]->from <= day && day < m->units[i]->to;
	return n;
}

/* ---- the walk ---- */

static int by_day(const void *x, const void *y)
{
	const struct register_row *a = x, *b = y;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static void touch(struct register_model *m, const char *code, const struct register_row *r, bool as_new)
{
	struct register_code *c = register_code(m, code);
	c->touches =
	    arena_grow(m->arena, c->touches, c->n_touches, c->n_touches + 1, sizeof *c->touches, &c->touches_room);
	c->touches[c->n_touches++] =
	    (struct register_touch){.day = r->day, .line = r->line, .as_old = !as_new, .as_new = as_new};
}

/* An id of a unit is made of the code: it must be able to stand there. */
static bool code_good(struct register_model *m, const struct register_row *r, const char *code)
{
	if (!*code || text_is_id(code, 100))
		return true;
	register_say(&m->findings, REGISTER_ERROR, "changes", r->line, "BAD_CODE",
		     "\"%s\" cannot be a code: letters, digits and . _ - : / without blanks", code);
	return false;
}

static bool row_good(struct register_model *m, struct register_row *r)
{
	if (!*r->old_code && !*r->new_code) {
		register_say(&m->findings, REGISTER_ERROR, "changes", r->line, "NO_CODE",
			     "neither an old code nor a new one");
		return false;
	}
	bool good = code_good(m, r, r->old_code);
	return code_good(m, r, r->new_code) && good;
}

/* Units that the register itself says were there. */
static bool take_stock(struct register_model *m, struct register_row *rows, size_t n)
{
	bool any = false;
	for (size_t i = 0; i < n; i++) {
		struct register_row *r = &rows[i];
		if (!r->stock)
			continue;
		struct register_code *c = register_code(m, r->new_code);
		any = true;
		if (c->living)
			register_say(&m->findings, REGISTER_ERROR, "changes", r->line, "OVERLAP",
				     "%s is there already, since line %zu", c->code, c->living->line);
		else {
			struct register_unit *u =
			    register_begin(m, c, *r->new_name ? r->new_name : c->code, r->day, r->line);
			u->first = true;
			u->part_of = r->part_of && *r->part_of ? r->part_of : NULL;
		}
	}
	return any;
}

static size_t keep_rows(struct register_model *m, struct register_row *rows, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		struct register_row *r = &rows[i];
		if (!row_good(m, r))
			continue;
		if (register_skips(m, r->old_code) || register_skips(m, r->new_code)) {
			register_say(&m->findings, REGISTER_INFO, "changes", r->line, "SKIPPED",
				     "%s → %s names no unit: left out", r->old_code, r->new_code);
			continue;
		}
		rows[kept++] = *r;
	}
	return kept;
}

bool register_build(struct register_model *m, struct register_row *rows, size_t n)
{
	size_t stamp = 0;
	n = keep_rows(m, rows, n);
	if (n)
		qsort(rows, n, sizeof *rows, by_day);
	bool stocked = take_stock(m, rows, n);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (!rows[i].stock)
			rows[kept++] = rows[i];
	for (size_t i = 0; i < kept; i++) {
		if (*rows[i].old_code)
			touch(m, rows[i].old_code, &rows[i], false);
		if (*rows[i].new_code)
			touch(m, rows[i].new_code, &rows[i], true);
	}
	for (size_t i = 0, k; i < kept; i = k) {
		for (k = i; k < kept && rows[k].day == rows[i].day; k++)
			;
		register_take_day(m, rows + i, k - i, ++stamp, stocked);
	}
	return m->findings.count[REGISTER_ERROR] == 0;
}
