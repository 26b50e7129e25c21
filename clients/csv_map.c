/* SPDX-License-Identifier: Apache-2.0
 *
 * From a table and a plan to messages: columns are found once, then every row is taken by its kind's function.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clients/csv_map.h"
#include "clients/ref.h"

static const char no_template[] = "";

void csv_fault(struct csv_map *m, const char *column, const char *remedy, const char *fmt, ...)
{
	char text[400];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	fault_add(m->faults, NULL, m->row + 2, column, remedy, "%s", text);
	m->good = false;
}

/* ---- columns ---- */

static int column_find(const struct csv_map *m, const char *header)
{
	for (size_t i = 0; i < m->table.n_columns; i++)
		if (strcmp(m->table.header[i], header) == 0)
			return (int)i;
	return -1;
}

static void fault_no_column(struct csv_map *m, const char *header, const char *option)
{
	const char *names = "the columns are: ";
	for (size_t i = 0; i < m->table.n_columns; i++)
		names = arena_printf(m->arena, "%s%s%s", names, i ? ", " : "", m->table.header[i]);
	fault_add(m->faults, NULL, 1, NULL, names, "there is no column \"%s\", which %s names", header, option);
	m->good = false;
}

static int column_want(struct csv_map *m, const char *header, const char *option)
{
	int i = column_find(m, header);
	if (i < 0)
		fault_no_column(m, header, option);
	else
		m->used[i] = true;
	return i;
}

static const char *pair_last(const struct csv_pairs *pairs, const char *key)
{
	for (size_t i = pairs->n; i > 0; i--)
		if (strcmp(pairs->list[i - 1].key, key) == 0)
			return pairs->list[i - 1].value;
	return NULL;
}

static void prefixed_add(struct csv_map *m, const char *field, int column, const char *template)
{
	struct csv_prefixed **list;
	size_t *n, *room;
	if (strncmp(field, "dim:", 4) == 0)
		list = &m->dims, n = &m->n_dims, room = &m->dims_room;
	else if (strncmp(field, "code:", 5) == 0)
		list = &m->codes, n = &m->n_codes, room = &m->codes_room;
	else
		list = &m->attrs, n = &m->n_attrs, room = &m->attrs_room;
	const char *name = strchr(field, ':') + 1;
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*list)[i].name, name) == 0) {
			if (column >= 0)
				(*list)[i].column = column;
			else
				(*list)[i].template = template;
			return;
		}
	*list = arena_grow(m->arena, *list, *n, *n + 1, sizeof **list, room);
	(*list)[(*n)++] = (struct csv_prefixed){name, column, template ? template : no_template};
}

/* Is the header dim:…, code:… or attr:… of a kind of table that has such? */
static bool prefixed_header(const struct csv_map *m, const char *header)
{
	if (strncmp(header, "dim:", 4) == 0)
		return header[4] && m->plan->kind == CSV_OBSERVATIONS;
	if (strncmp(header, "code:", 5) == 0)
		return header[5] && (m->plan->kind == CSV_UNITS || m->plan->kind == CSV_EVENTS);
	return strncmp(header, "attr:", 5) == 0 && header[5] && m->plan->kind == CSV_UNITS;
}

static void columns_find(struct csv_map *m)
{
	static const int kinds[] = {
#define FIELD(sym, name, kinds) kinds,
#include "clients/csv_field.def"
#undef FIELD
	};
	const struct csv_plan *p = m->plan;
	for (int f = 0; f < CSV_FIELD_COUNT; f++) {
		const char *name = csv_field_name((enum csv_field)f), *renamed = pair_last(&p->columns, name);
		const char *template = pair_last(&p->sets, name);
		m->template[f] = template ? template : no_template;
		m->column[f] = -1;
		if (!(kinds[f] & (int)p->kind))
			continue;
		if (renamed && *renamed)
			m->column[f] = column_want(m, renamed, "--column");
		else if (!renamed && (m->column[f] = column_find(m, name)) >= 0)
			m->used[m->column[f]] = true;
	}
	for (size_t i = 0; i < p->columns.n; i++)
		if (strchr(p->columns.list[i].key, ':') && *p->columns.list[i].value)
			prefixed_add(m, p->columns.list[i].key, column_want(m, p->columns.list[i].value, "--column"),
				     NULL);
	for (size_t i = 0; i < p->sets.n; i++)
		if (strchr(p->sets.list[i].key, ':'))
			prefixed_add(m, p->sets.list[i].key, -1, p->sets.list[i].value);
	for (size_t i = 0; i < m->table.n_columns; i++)
		if (prefixed_header(m, m->table.header[i])) {
			prefixed_add(m, m->table.header[i], (int)i, NULL);
			m->used[i] = true;
		}
	for (size_t i = 0; i < p->n_values; i++)
		(void)column_want(m, p->values[i].header, "--value-column");
	for (size_t i = 0; i < p->by.n; i++)
		(void)column_want(m, p->by.list[i].key, "--by");
}

/* ---- cells ---- */

static const char *trimmed(struct csv_map *m, const char *text)
{
	size_t from = strspn(text, " \t\r\n"), to = strlen(text);
	while (to > from && strchr(" \t\r\n", text[to - 1]))
		to--;
	if (from == 0 && !text[to])
		return text;
	return arena_text(m->arena, text + from, to - from);
}

/* An id holds no blanks: "Møre og Romsdal" becomes "Møre-og-Romsdal". */
static const char *as_id(struct csv_map *m, const char *text)
{
	char *copy = arena_text(m->arena, text, strlen(text));
	for (char *p = copy; *p; p++)
		if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
			*p = '-';
	return copy;
}

/* {HEADER} stands for the row's cell; {{ for a brace. */
static const char *expand(struct csv_map *m, const char *template, bool id)
{
	if (!strchr(template, '{'))
		return template;
	const char *out = "";
	for (const char *at = template; *at;) {
		size_t plain = strcspn(at, "{");
		out = arena_printf(m->arena, "%s%.*s", out, (int)plain, at);
		at += plain;
		if (at[0] == '{' && at[1] == '{') {
			out = arena_printf(m->arena, "%s{", out);
			at += 2;
		} else if (*at == '{') {
			const char *end = strchr(at, '}');
			const char *name = arena_text(m->arena, at + 1, end ? (size_t)(end - at - 1) : strlen(at + 1));
			int i = column_find(m, name);
			if (!end || i < 0) {
				if (m->row == 0)
					fault_no_column(m, name, arena_printf(m->arena, "\"%s\"", template));
				m->good = false;
				return "";
			}
			m->used[i] = true;
			const char *cell = trimmed(m, m->table.rows[m->row][i]);
			out = arena_printf(m->arena, "%s%s", out, id ? as_id(m, cell) : cell);
			at = end + 1;
		}
	}
	return out;
}

static const char *get(struct csv_map *m, int column, const char *template, bool id)
{
	if (column >= 0) {
		const char *cell = trimmed(m, m->table.rows[m->row][column]);
		if (*cell)
			return cell;
	}
	return expand(m, template, id);
}

static bool is_id(enum csv_field f)
{
	return f == CSV_F_ID || f == CSV_F_ROUND || f == CSV_F_SOURCE || f == CSV_F_INDICATOR || f == CSV_F_NEW_IDS;
}

const char *csv_get(struct csv_map *m, enum csv_field f)
{
	return get(m, m->column[f], m->template[f], is_id(f));
}

const char *csv_get_set(struct csv_map *m, enum csv_field f)
{
	return expand(m, m->template[f], is_id(f));
}

const char *csv_get_prefixed(struct csv_map *m, const struct csv_prefixed *p)
{
	return get(m, p->column, p->template, false);
}

const char *csv_where(const struct csv_map *m, enum csv_field f)
{
	return m->column[f] >= 0 ? m->table.header[m->column[f]] : csv_field_name(f);
}

const char **csv_split(struct csv_map *m, const char *text, bool all, size_t *n)
{
	const char **list = NULL;
	size_t room = 0;
	*n = 0;
	for (const char *at = text; *text;) {
		size_t len = strcspn(at, ";");
		const char *part = trimmed(m, arena_text(m->arena, at, len));
		if (*part || all) {
			list = arena_grow(m->arena, list, *n, *n + 1, sizeof *list, &room);
			list[(*n)++] = part;
		}
		if (!at[len])
			break;
		at += len + 1;
	}
	return list;
}

struct msg_unit_ref *csv_name(struct csv_map *m, const char *name)
{
	return ref_name(name, csv_get(m, CSV_F_KIND), csv_get(m, CSV_F_WITHIN), m->arena);
}

struct msg_unit_ref *csv_ref(struct csv_map *m, enum csv_field ref, enum csv_field name)
{
	const char *text = csv_get(m, ref);
	struct why why = {{0}};
	if (*text) {
		struct msg_unit_ref *r = ref_parse(text, m->arena, &why);
		if (!r)
			csv_fault(m, csv_where(m, ref), NULL, "%s", why.text);
		return r;
	}
	text = name < CSV_FIELD_COUNT ? csv_get(m, name) : "";
	return *text ? csv_name(m, text) : NULL;
}

int csv_code(struct csv_map *m, enum csv_field f, const struct msg_enum *codes, int otherwise)
{
	const char *text = csv_get(m, f);
	char names[256];
	size_t n = 0;
	if (!*text)
		return otherwise;
	int code = msg_code_number(codes, text);
	if (code > 0)
		return code;
	for (unsigned i = 0; i < codes->count && n < sizeof names; i++)
		if (codes->values[i].number)
			n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "one of ",
					      codes->values[i].name);
	csv_fault(m, csv_where(m, f), names, "\"%s\" is not known here", text);
	return 0;
}

bool csv_u64(struct csv_map *m, enum csv_field f, uint64_t high, uint64_t *ret)
{
	const char *text = csv_get(m, f);
	uint64_t n = 0;
	bool good = *text != 0;
	for (const char *p = text; good && *p; p++) {
		good = *p >= '0' && *p <= '9' && n <= (high - (uint64_t)(*p - '0')) / 10;
		n = n * 10 + (uint64_t)(*p - '0');
	}
	if (!good)
		csv_fault(m, csv_where(m, f), NULL, "\"%s\" is not a whole number from 0 to %llu", text,
			  (unsigned long long)high);
	*ret = n;
	return good;
}

/* ---- messages and their places ---- */

size_t csv_message(struct csv_map *m)
{
	struct csv_load *l = m->load;
	l->messages = arena_grow(m->arena, l->messages, l->n, l->n + 1, sizeof(struct msg_message *), &l->room);
	l->places = arena_grow(m->arena, l->places, l->n, l->n + 1, sizeof *l->places, &l->places_room);
	l->messages[l->n] = arena_alloc(m->arena, sizeof(struct msg_message));
	return l->n++;
}

void csv_place(struct csv_map *m, size_t message, const char *column)
{
	struct csv_places *p = &m->load->places[message];
	p->list = arena_grow(m->arena, p->list, p->n, p->n + 1, sizeof *p->list, &p->room);
	p->list[p->n++] = (struct csv_place){m->row + 2, column};
}

const struct csv_place *csv_place_of(const struct csv_load *load, size_t message, const char *path)
{
	if (message >= load->n || !load->places[message].n)
		return NULL;
	const struct csv_places *p = &load->places[message];
	const char *bracket = NULL;
	static const char *const lists[] = {"observations[", "arrangements[", "units["};
	for (size_t i = 0; i < sizeof lists / sizeof *lists && !bracket; i++) {
		bracket = strstr(path, lists[i]);
		if (bracket)
			bracket += strlen(lists[i]);
	}
	if (!bracket)
		return load->messages[message]->event ? &p->list[0] : NULL;
	unsigned long i = strtoul(bracket, NULL, 10);
	return i < p->n ? &p->list[i] : NULL;
}

/* ---- all of it ---- */

static void unused_list(struct csv_map *m)
{
	size_t room = 0;
	for (size_t i = 0; i < m->table.n_columns; i++) {
		struct csv_load *l = m->load;
		if (m->used[i])
			continue;
		l->unused = arena_grow(m->arena, l->unused, l->n_unused, l->n_unused + 1, sizeof *l->unused, &room);
		l->unused[l->n_unused++] = m->table.header[i];
	}
}

bool csv_messages(const char *text, size_t len, const struct csv_plan *plan, struct arena *a, struct csv_load *ret,
		  struct faults *faults)
{
	struct csv_map m = {.plan = plan, .arena = a, .faults = faults, .load = ret, .good = true};
	*ret = (struct csv_load){0};
	if (!csv_read(text, len, plan->delimiter, a, &m.table, faults))
		return false;
	m.used = arena_alloc(a, (m.table.n_columns + 1) * sizeof *m.used);
	columns_find(&m);
	bool good = m.good;
	/* Go on after a fault in a row, so that all of them show. */
	for (m.row = 0; good && m.row < m.table.n_rows && !faults->more; m.row++) {
		switch (plan->kind) {
		case CSV_OBSERVATIONS:
			csv_row_observations(&m);
			break;
		case CSV_ARRANGEMENTS:
			csv_row_arrangement(&m);
			break;
		case CSV_UNITS:
			csv_row_unit(&m);
			break;
		case CSV_EVENTS:
			csv_row_event(&m);
			break;
		}
	}
	good = m.good;
	unused_list(&m);
	if (good && !ret->n) {
		fault_add(faults, NULL, 0, NULL, "a row holds one statement or more",
			  "the table says nothing: it has a header only");
		return false;
	}
	return good;
}
