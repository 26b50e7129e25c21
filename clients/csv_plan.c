/* SPDX-License-Identifier: Apache-2.0
 *
 * What the options say about a table.
 */
#include <stdio.h>
#include <string.h>
#include "clients/csv.h"

static const struct {
	const char *name;
	int kinds;
} fields[CSV_FIELD_COUNT] = {
#define FIELD(sym, name, kinds) {name, kinds},
#include "clients/csv_field.def"
#undef FIELD
};

static const struct {
	const char *name;
	enum csv_kind kind;
} kinds[] = {{"observations", CSV_OBSERVATIONS},
	     {"arrangements", CSV_ARRANGEMENTS},
	     {"units", CSV_UNITS},
	     {"events", CSV_EVENTS}};

const char *csv_field_name(enum csv_field f)
{
	return fields[f].name;
}

const char *csv_field_names(enum csv_kind kind, struct arena *a)
{
	const char *names = "";
	for (int f = 0; f < CSV_FIELD_COUNT; f++)
		if (fields[f].kinds & (int)kind)
			names = arena_printf(a, "%s%s%s", names, *names ? ", " : "", fields[f].name);
	return names;
}

/* Is it a field of such a table, a dim:, code: or attr: included? */
static bool field_known(enum csv_kind kind, const char *name)
{
	for (int f = 0; f < CSV_FIELD_COUNT; f++)
		if ((fields[f].kinds & (int)kind) && strcmp(fields[f].name, name) == 0)
			return true;
	switch (kind) {
	case CSV_OBSERVATIONS:
		return strncmp(name, "dim:", 4) == 0 && name[4];
	case CSV_UNITS:
		return (strncmp(name, "code:", 5) == 0 || strncmp(name, "attr:", 5) == 0) && name[5];
	case CSV_EVENTS:
		return strncmp(name, "code:", 5) == 0 && name[5];
	case CSV_ARRANGEMENTS:
		return false;
	}
	return false;
}

static void pair_add(struct csv_plan *p, struct csv_pairs *pairs, const char *key, size_t key_len, const char *value,
		     size_t value_len)
{
	pairs->list = arena_grow(p->arena, pairs->list, pairs->n, pairs->n + 1, sizeof *pairs->list, &pairs->room);
	pairs->list[pairs->n++] =
	    (struct csv_pair){arena_text(p->arena, key, key_len), arena_text(p->arena, value, value_len)};
}

static const char *pair_get(const struct csv_pairs *pairs, const char *key)
{
	for (size_t i = pairs->n; i > 0; i--)
		if (strcmp(pairs->list[i - 1].key, key) == 0)
			return pairs->list[i - 1].value;
	return NULL;
}

void csv_plan_init(struct csv_plan *p, struct arena *a)
{
	*p = (struct csv_plan){.kind = CSV_OBSERVATIONS, .arena = a};
}

enum err csv_plan_kind(struct csv_plan *p, const char *name, struct why *why)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			p->kind = kinds[i].kind;
			return ERR_OK;
		}
	return fail(why, ERR_INVALID, "--table %s: one of observations, arrangements, units, events", name);
}

static enum err field_check(const struct csv_plan *p, const char *name, struct why *why)
{
	if (field_known(p->kind, name))
		return ERR_OK;
	return fail(why, ERR_INVALID,
		    "\"%s\" is no field of such a table; `varde help csv` lists them (give --table first)", name);
}

enum err csv_plan_column(struct csv_plan *p, const char *field_header, struct why *why)
{
	const char *eq = strchr(field_header, '=');
	if (!eq || eq == field_header)
		return fail(why, ERR_INVALID, "--column %s: write FIELD=HEADER, as in --column unit_name=municipality",
			    field_header);
	pair_add(p, &p->columns, field_header, (size_t)(eq - field_header), eq + 1, strlen(eq + 1));
	return field_check(p, p->columns.list[p->columns.n - 1].key, why);
}

enum err csv_plan_set(struct csv_plan *p, const char *field, const char *template, struct why *why)
{
	enum err e = field_check(p, field, why);
	if (e == ERR_OK && pair_get(&p->sets, field))
		return fail(why, ERR_INVALID, "%s is set twice", field);
	if (e == ERR_OK)
		pair_add(p, &p->sets, field, strlen(field), template, strlen(template));
	return e;
}

enum err csv_plan_value_column(struct csv_plan *p, const char *text, struct why *why)
{
	/* The header may hold a '=' or ':' of its own; what follows the last '=' is ours. */
	const char *eq = strrchr(text, '=');
	if (!eq || eq == text)
		return fail(
		    why, ERR_INVALID,
		    "--value-column %s: write HEADER=DIMENSION:CODE, as in --value-column regional=level:regional",
		    text);
	p->values = arena_grow(p->arena, p->values, p->n_values, p->n_values + 1, sizeof *p->values, &p->values_room);
	struct csv_value_column *c = &p->values[p->n_values++];
	c->header = arena_text(p->arena, text, (size_t)(eq - text));
	for (const char *at = eq + 1; *at;) {
		size_t len = strcspn(at, ",");
		const char *colon = memchr(at, ':', len);
		if (!colon || colon == at || colon + 1 == at + len)
			return fail(why, ERR_INVALID, "--value-column %s: \"%.*s\" is not DIMENSION:CODE", text,
				    (int)len, at);
		pair_add(p, &c->pairs, at, (size_t)(colon - at), colon + 1, (size_t)(at + len - colon - 1));
		at += len + (at[len] == ',');
	}
	return ERR_OK;
}

enum err csv_plan_blank(struct csv_plan *p, const char *text, struct why *why)
{
	int kind = msg_code_number(&msg_enum_missing_kind, text);
	if (strcmp(text, "skip") == 0) {
		p->blank = CSV_BLANK_SKIP;
		return ERR_OK;
	}
	if (kind > 0 && kind != MISSING_KIND_ERASED) {
		p->blank = kind;
		return ERR_OK;
	}
	return fail(why, ERR_INVALID,
		    "--blank %s: one of skip, not_asked, not_answered, not_applicable, unclear, suppressed, "
		    "not_published, blank, "
		    "not_yet_due",
		    text);
}

enum err csv_plan_by(struct csv_plan *p, const char *header, struct why *why)
{
	if (!*header)
		return fail(why, ERR_INVALID, "--by wants the header of a column");
	pair_add(p, &p->by, header, strlen(header), "", 0);
	return ERR_OK;
}

enum err csv_plan_completeness(struct csv_plan *p, const char *kind_completion, struct why *why)
{
	const char *eq = strchr(kind_completion, '=');
	if (!eq || eq == kind_completion || msg_code_number(&msg_enum_completion, eq + 1) <= 0)
		return fail(why, ERR_INVALID,
			    "--complete %s: write KIND=yes, no or unknown, as in --complete arrangement=yes",
			    kind_completion);
	pair_add(p, &p->completeness, kind_completion, (size_t)(eq - kind_completion), eq + 1, strlen(eq + 1));
	return ERR_OK;
}
