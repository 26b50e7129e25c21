/* SPDX-License-Identifier: Apache-2.0
 *
 * filter.c - "only what has one of these values".
 *
 * What is not found is looked up once more, so that the error can say what there is: all values that any unit ever had
 * under the name.
 */
#include "query/filter.h"
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

#define TOLD_MAX  12u  /* values that an error lists */
#define FOUND_MAX 500u /* of so many */

struct filter {
	struct view *v;
	uint32_t name; /* SPACE_TERM of the attribute; 0 = the host */
	size_t n;
	const char *const *values;
	uint32_t *hosts; /* of a host: as many */
	struct filter *next;
};

/* A folded name is cut; of long ones the whole text counts. */
static bool same_text(const char *x, const char *y)
{
	char a[TEXT_FOLD_MAX + 1], b[TEXT_FOLD_MAX + 1];
	size_t an, bn;
	if (strcmp(x, y) == 0)
		return true;
	if (text_fold(x, a, &an) != ERR_OK || text_fold(y, b, &bn) != ERR_OK)
		return false;
	return an == bn && an < TEXT_FOLD_MAX - 4 && memcmp(a, b, an) == 0;
}

static bool same_as(const char *x, struct slice y)
{
	AUTO_BUF struct buf text = {0};
	buf_put(&text, y.data, y.len);
	buf_u8(&text, 0);
	return same_text(x, (const char *)text.data);
}

/* ---- what there is ---------------------------------------------------------------------------------- */

struct found {
	size_t n, room;
	const char **list; /* each once, as far as FOUND_MAX goes */
};

static void found_add(struct arena *a, struct found *f, struct slice text)
{
	for (size_t i = 0; i < f->n; i++) {
		if (slice_eq(slice_text(f->list[i]), text))
			return;
	}
	if (f->n == FOUND_MAX)
		return;
	f->list = arena_grow(a, f->list, f->n, f->n + 1, sizeof *f->list, &f->room);
	f->list[f->n++] = arena_text(a, text.data, text.len);
}

/* Every value that any unit ever had under the name; with name 0 every attribute's name. `seen` (may be NULL) marks
 * those of `f` that are among them. */
static enum err find_all(struct answer *r, uint32_t name, const struct filter *f, bool *seen, struct found *ret)
{
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact at;
	uint32_t last = 0;
	walk_begin(&w, r->v, TABLE_ATTR, (struct slice){0});
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &at);
		if (e == ERR_OK)
			e = answer_work(r);
		if (e != ERR_OK)
			return e;
		if (!state_stands(at.attr.state))
			continue;
		if (!name && at.attr.name != last)
			found_add(r->a, ret, view_text(r->v, SPACE_TERM, last = at.attr.name));
		struct rd rd = rd_of(at.attr.values);
		for (uint64_t n = name && at.attr.name == name ? rd_varint(&rd) : 0; n && rd_ok(&rd); n--) {
			struct slice s = rd_slice(&rd);
			if (view_work(r->v, (seen ? f->n : 0) / 32) != ERR_OK)
				break;
			found_add(r->a, ret, s);
			for (size_t i = 0; seen && i < f->n; i++)
				seen[i] = seen[i] || same_as(f->values[i], s);
		}
	}
	return r->v->err;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *told(struct arena *a, struct found *f)
{
	const char *text = "";
	if (f->n)
		qsort(f->list, f->n, sizeof *f->list, by_text);
	for (size_t i = 0; i < f->n && i < TOLD_MAX && strlen(text) < 120; i++)
		text = arena_printf(a, "%s%s%s", text, i ? ", " : "", f->list[i]);
	return f->n ? text : "nothing";
}

/* ---- asking ----------------------------------------------------------------------------------------- */

static enum err no_field(struct answer *r, const char *field)
{
	return fail(&r->why, ERR_INVALID,
		    "where: there is no field \"%.60s\": name task, sector, legal_form, level, host, or attr:NAME",
		    field);
}

static enum err ask_name(struct answer *r, const char *field, struct filter *f)
{
	static const char *const fields[] = {"task", "sector", "legal_form", "level"};
	const char *name = strncmp(field, "attr:", 5) == 0 ? field + 5 : NULL;
	for (size_t i = 0; i < sizeof fields / sizeof *fields && !name; i++) {
		if (strcmp(field, fields[i]) == 0)
			name = field;
	}
	if (!name || !*name)
		return no_field(r, field);
	struct found all = {0};
	f->name = view_term(r->v, SPACE_TERM, slice_text(name));
	if (f->name)
		return r->v->err;
	enum err e = find_all(r, 0, NULL, NULL, &all);
	return e ? e
		 : fail(&r->why, ERR_NOT_FOUND, "where: nothing on record has a %.60s; there is: %s", name,
			told(r->a, &all));
}

static enum err ask_values(struct answer *r, const char *field, struct filter *f)
{
	struct found all = {0};
	bool *seen = arena_alloc(r->a, f->n * sizeof *seen);
	enum err e = find_all(r, f->name, f, seen, &all);
	for (size_t i = 0; i < f->n && e == ERR_OK; i++) {
		if (!seen[i])
			return fail(&r->why, ERR_NOT_FOUND,
				    "where: nothing on record ever had the %s \"%.60s\"; there is: %s", field,
				    f->values[i], told(r->a, &all));
	}
	return e;
}

/* By id, or by the name it has today, or ever had. */
static enum err ask_hosts(struct answer *r, struct filter *f)
{
	enum err e = ERR_OK;
	f->hosts = arena_alloc(r->a, (f->n + 1) * sizeof *f->hosts);
	for (size_t i = 0; i < f->n && e == ERR_OK; i++) {
		f->hosts[i] = view_term(r->v, SPACE_UNIT, slice_text(f->values[i]));
		if (f->hosts[i])
			continue;
		struct msg_unit_by_name name = {.name = f->values[i], .kind = "", .within = ""};
		struct msg_unit_ref ref = {.name = &name};
		e = answer_unit(r, &ref, r->has_today ? r->today : WHEN_DAY_MAX, &f->hosts[i]);
	}
	return e;
}

enum err filter_ask(struct answer *r, const struct msg_filter *list, size_t n, struct filter **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < n; i++) {
		struct filter *f = arena_alloc(r->a, sizeof *f);
		bool host = strcmp(list[i].field, "host") == 0;
		f->v = r->v;
		f->n = list[i].n_values;
		f->values = (const char *const *)list[i].values;
		enum err e = host ? ERR_OK : ask_name(r, list[i].field, f);
		if (e == ERR_OK && !f->n)
			e = fail(&r->why, ERR_INVALID, "where: %.60s names no value", list[i].field);
		if (e == ERR_OK)
			e = host ? ask_hosts(r, f) : ask_values(r, list[i].field, f);
		if (e != ERR_OK)
			return e;
		f->next = *ret;
		*ret = f;
	}
	return ERR_OK;
}

/* ---- filtering -------------------------------------------------------------------------------------- */

static bool in_values(const struct filter *f, struct slice stored)
{
	struct rd rd = rd_of(stored);
	for (uint64_t n = rd_varint(&rd); n && rd_ok(&rd) && view_work(f->v, f->n / 32) == ERR_OK; n--) {
		struct slice s = rd_slice(&rd);
		for (size_t i = 0; i < f->n; i++) {
			if (same_as(f->values[i], s))
				return true;
		}
	}
	return false;
}

static bool by_attributes(const struct filter *f, const struct attr_at *attrs, size_t n)
{
	const struct attr_at *found = attribute_named(attrs, n, f->name);
	return found && in_values(f, found->attr.values);
}

static bool by_host(const struct filter *f, const struct arrangement *x)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->hosts[i] == x->host || f->hosts[i] == x->host_reported)
			return true;
	}
	return false;
}

bool filter_arrangement(const struct filter *f, const struct arrangement *x)
{
	for (; f; f = f->next) {
		if (!(f->name ? by_attributes(f, x->attrs, x->n_attrs) : by_host(f, x)))
			return false;
	}
	return true;
}

bool filter_silent(const struct filter *f, const struct arrangement *x)
{
	bool silent = false;
	for (; f; f = f->next) {
		bool said = f->name ? attribute_named(x->attrs, x->n_attrs, f->name) != NULL : x->host_reported != 0;
		if (said && !(f->name ? by_attributes(f, x->attrs, x->n_attrs) : by_host(f, x)))
			return false;
		silent |= !said;
	}
	return silent;
}

bool filter_unit(struct answer *r, const struct filter *f, uint32_t unit, int32_t day)
{
	struct attr_at *attrs;
	if (!f)
		return true;
	size_t n = attributes_at(r->v, unit, day, r->row, &attrs);
	for (; f; f = f->next) {
		if (!f->name || !by_attributes(f, attrs, n))
			return false;
	}
	return true;
}
