/* SPDX-License-Identifier: Apache-2.0
 *
 * world_look.c - what came of a message, and what stands, as text; see world.h.
 */
#include "tests/unit/world.h"
#include "query/value.h"

/* ---- findings and changes ---- */

const char *findings_text(struct world *w, const struct said *s)
{
	const char *text = "";
	for (size_t i = 0; i < s->receipt->n_findings; i++) {
		const struct msg_finding *f = &s->receipt->findings[i];
		text = arena_printf(w->a, "%s%s%s %s %s (%s)", text, i ? "\n" : "",
				    msg_code_name(&msg_enum_severity, (int)f->severity), f->rule, f->path, f->text);
	}
	return text;
}

const struct msg_finding *finding_at(const struct said *s, const char *rule, const char *path)
{
	const struct msg_finding *found = NULL;
	for (size_t i = 0; i < s->receipt->n_findings; i++) {
		const struct msg_finding *f = &s->receipt->findings[i];
		if (strcmp(f->rule, rule) != 0 || strcmp(f->path, path) != 0)
			continue;
		if (found)
			fail_msg("%s at %s is there twice", rule, path);
		found = f;
	}
	if (!found) {
		for (size_t i = 0; i < s->receipt->n_findings; i++)
			print_error("  there is: %s at \"%s\"\n", s->receipt->findings[i].rule,
				    s->receipt->findings[i].path);
		fail_msg("no %s at \"%s\"", rule, path);
	}
	return found;
}

bool has_rule(const struct said *s, const char *rule)
{
	for (size_t i = 0; i < s->receipt->n_findings; i++)
		if (strcmp(s->receipt->findings[i].rule, rule) == 0)
			return true;
	return false;
}

const char *changes_text(struct world *w, const struct said *s, enum change_kind kind)
{
	const char *text = "";
	for (size_t i = 0; i < s->n_changes; i++) {
		const struct msg_change *c = &s->changes[i];
		if (kind && c->kind != kind)
			continue;
		text = arena_printf(w->a, "%s%s%s %s", text, *text ? "\n" : "",
				    msg_code_name(&msg_enum_change_kind, (int)c->kind),
				    msg_code_name(&msg_enum_subject, (int)c->subject));
		for (size_t k = 0; k < c->n_units; k++)
			text = arena_printf(w->a, "%s %s", text, c->units[k]);
		text = arena_printf(w->a, "%s | %s%s → %s%s", text, c->before_text, value_text(w->a, c->before),
				    c->after_text, value_text(w->a, c->after));
	}
	return text;
}

/* ---- what stands ---- */

uint32_t unit_of(struct world *w, const char *id)
{
	return view_term(&w->view, SPACE_UNIT, slice_text(id));
}

int32_t day_at(const char *text)
{
	struct when d;
	assert_ok(when_parse(text, &d, NULL));
	assert_int_equal(d.precision, WHEN_DAY);
	return d.lo;
}

static const char *shown(struct world *w, const struct when *d)
{
	char text[WHEN_TEXT_MAX];
	when_format(d, text);
	return arena_text(w->a, text, strlen(text));
}

const char *lives_of(struct world *w, const char *id)
{
	struct unit_life *lives;
	const char *text = "";
	size_t n = unit_lives(&w->view, unit_of(w, id), w->a, &lives);
	for (size_t i = 0; i < n; i++)
		text = arena_printf(w->a, "%s%s%u: %s to %s", text, i ? "\n" : "", lives[i].life.life,
				    shown(w, &lives[i].life.from), shown(w, &lives[i].life.to));
	return text;
}

const char *kind_at(struct world *w, const char *id)
{
	uint32_t unit = unit_of(w, id), kind = unit ? unit_kind(&w->view, unit) : 0;
	struct slice s = kind ? view_text(&w->view, SPACE_TERM, kind) : (struct slice){0};
	return arena_text(w->a, s.data, s.len);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *joined(struct world *w, const char **list, size_t n)
{
	const char *text = "";
	if (n > 1)
		qsort(list, n, sizeof *list, by_text);
	for (size_t i = 0; i < n; i++)
		text = arena_printf(w->a, "%s%s%s", text, i ? "; " : "", list[i]);
	return text;
}

static const char *texts_at(struct world *w, const char *id, const char *day, bool codes)
{
	struct unit_text *t;
	uint32_t unit = unit_of(w, id);
	size_t n = codes ? unit_codes_at(&w->view, unit, day_at(day), w->a, &t)
			 : unit_names_at(&w->view, unit, day_at(day), w->a, &t);
	const char **list = arena_alloc(w->a, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = t[i].text;
	return joined(w, list, n);
}

const char *names_at(struct world *w, const char *id, const char *day)
{
	return texts_at(w, id, day, false);
}

const char *codes_at(struct world *w, const char *id, const char *day)
{
	return texts_at(w, id, day, true);
}

const char *inside_at(struct world *w, const char *id, const char *day)
{
	struct unit_link *l;
	size_t n = unit_links_from(&w->view, LINK_TYPE_PART_OF, unit_of(w, id), day_at(day), w->a, &l);
	const char **list = arena_alloc(w->a, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = unit_id(&w->view, l[i].link.b, w->a);
	return joined(w, list, n);
}

const char *links_at(struct world *w, enum link_type t, const char *to, const char *day)
{
	struct unit_link *l;
	size_t n = unit_links_to(&w->view, (uint8_t)t, unit_of(w, to), day_at(day), w->a, &l);
	const char **list = arena_alloc(w->a, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++) {
		const char *id = unit_id(&w->view, l[i].link.a, w->a);
		struct slice role = view_text(&w->view, SPACE_TERM, l[i].link.role);
		list[i] = role.len ? arena_printf(w->a, "%s(%.*s)", id, (int)role.len, (const char *)role.data) : id;
		if (l[i].truth == TRUTH_POSSIBLE)
			list[i] = arena_printf(w->a, "%s?", list[i]);
	}
	return joined(w, list, n);
}

#define LIST_MAX 64

const char *edges_of(struct world *w, const char *from)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk k = {0};
	struct row r;
	struct fact f;
	const char *list[LIST_MAX];
	size_t n = 0;
	key_unit(&key, unit_of(w, from));
	walk_begin(&k, &w->view, TABLE_EDGE, buf_view(&key));
	while (n < LIST_MAX && walk_next(&k, &r)) {
		assert_ok(row_fact(&r, &f));
		if (f.edge.state == STATE_RETRACTED)
			continue;
		list[n++] = arena_printf(w->a, "%s%s", unit_id(&w->view, f.edge.to, w->a), f.edge.part ? "(part)" : "");
	}
	return joined(w, list, n);
}

const char *attrs_of(struct world *w, const char *id, const char *name)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk k = {0};
	struct row r;
	struct fact f;
	const char *list[LIST_MAX];
	size_t n = 0;
	key_unit(&key, unit_of(w, id));
	uint32_t term = view_term(&w->view, SPACE_TERM, slice_text(name));
	walk_begin(&k, &w->view, TABLE_ATTR, buf_view(&key));
	while (n < LIST_MAX && walk_next(&k, &r)) {
		assert_ok(row_fact(&r, &f));
		if (f.attr.name != term || f.attr.state == STATE_RETRACTED)
			continue;
		struct rd rd = rd_of(f.attr.values);
		const char *text = "";
		for (uint64_t m = rd_varint(&rd); m > 0; m--) {
			struct slice s = rd_slice(&rd);
			text = arena_printf(w->a, "%s%s%.*s", text, *text ? "," : "", (int)s.len, (const char *)s.data);
		}
		assert_true(rd_done(&rd));
		struct slice src = view_text(&w->view, SPACE_SOURCE, f.attr.src);
		list[n++] = arena_printf(w->a, "%s %s to %s %.*s", text, shown(w, &f.attr.from), shown(w, &f.attr.to),
					 (int)src.len, (const char *)src.data);
	}
	return joined(w, list, n);
}

const char *figures(struct world *w, const char *series, const char *period, const char *unit)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk k = {0};
	struct row r;
	struct fact f;
	const char *list[LIST_MAX];
	size_t n = 0;
	uint32_t s = view_term(&w->view, SPACE_SERIES, slice_text(series));
	uint32_t ref = view_term(&w->view, SPACE_REF, slice_text(period)), u = unit_of(w, unit);
	if (!s || !ref || !u)
		return "";
	key_obs(&key, s, ref, u);
	walk_begin(&k, &w->view, TABLE_OBS, buf_view(&key));
	while (n < LIST_MAX && walk_next(&k, &r)) {
		struct msg_value *v;
		assert_ok(row_fact(&r, &f));
		if (f.obs.state == STATE_RETRACTED)
			continue;
		assert_ok(value_get(f.obs.value, w->a, &v));
		struct slice src = view_text(&w->view, SPACE_SOURCE, f.obs.src);
		list[n++] = arena_printf(w->a, "%.*s %s %s %.*s", (int)src.len, (const char *)src.data,
					 value_text(w->a, v), msg_code_name(&msg_enum_observation_status, f.obs.status),
					 (int)f.obs.locator.len, (const char *)f.obs.locator.data);
	}
	return joined(w, list, n);
}
