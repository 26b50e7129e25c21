/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/field_check.h"
#include <csv.h>
#include <jansson.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

#define SAY(...)                                                                                                       \
	do {                                                                                                           \
		(void)!fail(why, ERR_INVALID, __VA_ARGS__);                                                            \
		return false;                                                                                          \
	} while (0)

/* ---- JSON-stat -------------------------------------------------------------------------------------- */

static bool string_is(const json_t *j, const char *text)
{
	return json_is_string(j) && strcmp(json_string_value(j), text) == 0;
}

/* Every key of `some` is a category. */
static bool keys_known(const json_t *some, const json_t *index, const char *what, const char *dim, struct why *why)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)some, key, value)
	{
		bool known = json_object_get(index, key);
		for (size_t i = 0; json_is_array(index) && i < json_array_size(index); i++)
			known |= string_is(json_array_get(index, i), key);
		if (!known)
			SAY("%s: %s of \"%s\", which is no category", dim, what, key);
	}
	return true;
}

static bool category_check(const json_t *category, size_t n, const char *dim, struct why *why)
{
	const json_t *index = json_object_get(category, "index");
	size_t have = json_is_array(index) ? json_array_size(index) : json_object_size(index);
	char *taken = mem_zero(n + 1, 1);
	const char *key;
	json_t *at;
	bool good = have == n;
	if (json_is_object(index))
		json_object_foreach((json_t *)(uintptr_t)index, key, at)
		{
			json_int_t place = json_integer_value(at);
			good &= json_is_integer(at) && place >= 0 && (size_t)place < n && !taken[place];
			if (good)
				taken[place] = 1;
		}
	free(taken);
	if (!good)
		SAY("%s: the index is not of %zu categories at the places from 0 on", dim, n);
	return keys_known(json_object_get(category, "label"), index, "a label", dim, why) &&
	       keys_known(json_object_get(category, "unit"), index, "a unit", dim, why) &&
	       keys_known(json_object_get(category, "note"), index, "a note", dim, why);
}

static bool dimensions_check(const json_t *j, size_t *ret_cells, struct why *why)
{
	const json_t *id = json_object_get(j, "id"), *size = json_object_get(j, "size");
	const json_t *all = json_object_get(j, "dimension");
	if (!json_is_array(id) || !json_is_array(size) || json_array_size(id) != json_array_size(size))
		SAY("id and size are not lists of the same length");
	if (json_object_size(all) != json_array_size(id))
		SAY("there are %zu dimensions and %zu ids", json_object_size(all), json_array_size(id));
	*ret_cells = 1;
	for (size_t i = 0; i < json_array_size(id); i++) {
		const char *name = json_string_value(json_array_get(id, i));
		const json_t *n = json_array_get(size, i), *d = name ? json_object_get(all, name) : NULL;
		if (!d || !json_is_integer(n) || json_integer_value(n) < 0)
			SAY("dimension %zu is not there, or has no size", i);
		if (!category_check(json_object_get(d, "category"), (size_t)json_integer_value(n), name, why))
			return false;
		*ret_cells *= (size_t)json_integer_value(n);
	}
	return true;
}

static bool roles_check(const json_t *j, struct why *why)
{
	const char *role;
	json_t *names;
	json_object_foreach(json_object_get(j, "role"), role, names)
	{
		if (strcmp(role, "time") != 0 && strcmp(role, "geo") != 0 && strcmp(role, "metric") != 0)
			SAY("there is no role \"%s\"", role);
		for (size_t i = 0; i < json_array_size(names); i++) {
			const char *name = json_string_value(json_array_get(names, i));
			if (!name || !json_object_get(json_object_get(j, "dimension"), name))
				SAY("role %s names a dimension that is not there", role);
		}
	}
	return true;
}

/* A list of as many as there are cells, or an object by position. */
static bool cells_check(const json_t *some, size_t cells, bool numbers, struct why *why)
{
	const char *key;
	json_t *one;
	char *end;
	if (json_is_array(some) && json_array_size(some) != cells)
		SAY("a list of %zu for %zu cells", json_array_size(some), cells);
	for (size_t i = 0; i < json_array_size(some); i++) {
		one = json_array_get(some, i);
		if (!json_is_null(one) && !(numbers ? json_is_number(one) : json_is_string(one)))
			SAY("cell %zu is of another type", i);
	}
	json_object_foreach((json_t *)(uintptr_t)some, key, one)
	{
		unsigned long at = strtoul(key, &end, 10);
		if (*end || at >= cells || (key[0] == '0' && key[1]))
			SAY("\"%s\" is no position of %zu cells", key, cells);
		if (!json_is_null(one) && !(numbers ? json_is_number(one) : json_is_string(one)))
			SAY("cell %s is of another type", key);
	}
	return true;
}

static bool dataset_check(const json_t *j, struct why *why)
{
	size_t cells;
	const json_t *value = json_object_get(j, "value"), *status = json_object_get(j, "status");
	if (!string_is(json_object_get(j, "version"), "2.0") || !string_is(json_object_get(j, "class"), "dataset"))
		SAY("no dataset of version 2.0");
	if (!dimensions_check(j, &cells, why) || !roles_check(j, why))
		return false;
	if (!json_is_array(value) && !json_is_object(value))
		SAY("there is no value");
	return cells_check(value, cells, true, why) &&
	       (!status || json_is_string(status) || cells_check(status, cells, false, why));
}

static bool collection_check(const json_t *j, struct why *why)
{
	const json_t *items = json_object_get(json_object_get(j, "link"), "item");
	if (!string_is(json_object_get(j, "version"), "2.0") || !json_is_array(items))
		SAY("no collection of version 2.0 with a list of items");
	for (size_t i = 0; i < json_array_size(items); i++)
		if (!dataset_check(json_array_get(items, i), why))
			return false;
	return true;
}

bool jsonstat_check(const char *text, struct why *why)
{
	json_error_t error;
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!j)
		SAY("no JSON: line %d: %s", error.line, error.text);
	bool several = string_is(json_object_get(j, "class"), "collection");
	bool good = several ? collection_check(j, why) : dataset_check(j, why);
	json_decref(j);
	return good;
}

/* ---- SDMX-CSV --------------------------------------------------------------------------------------- */

#define COLUMNS_MAX 64
struct reading {
	struct arena *a;
	const char *names[COLUMNS_MAX], *cells[COLUMNS_MAX];
	size_t n_names, n, records, n_keys, keys_room;
	const char **keys;
	bool any_period, labels, bad;
	struct why *why;
};

static void take_cell(void *text, size_t len, void *arg)
{
	struct reading *r = arg;
	if (r->n < COLUMNS_MAX)
		r->cells[r->n++] = arena_text(r->a, text, len);
}

static const char *cell(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->n_names; i++)
		if (strcmp(r->names[i], name) == 0)
			return r->cells[i];
	return NULL;
}

/* ObservationalTimePeriod of SDMX 3.0: Gregorian, reporting, and a start with a duration. */
static bool period_known(const char *text)
{
#define MONTH "(0[1-9]|1[0-2])"
#define DAY   "(0[1-9]|[12][0-9]|3[01])"
	static const char form[] = "^[0-9]{4}(-" MONTH "(-" DAY "(/P([0-9]+[YMD])+)?)?|-A1|-S[12]|-T[123]|-Q[1-4]|"
				   "-M" MONTH "|-W[0-5][0-9]|-D[0-3][0-9]{2})?$";
	regex_t re;
	if (regcomp(&re, form, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	bool known = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return known;
}

/* Is the column the name of the one before? */
static bool is_label(const struct reading *r, size_t column)
{
	return r->labels && column > 3 && column % 2;
}

static bool header_check(struct reading *r)
{
	struct why *why = r->why;
	static const char *const first[] = {"STRUCTURE", "STRUCTURE_ID", "ACTION", NULL}, *const named[] = {
											      "STRUCTURE",
											      "STRUCTURE_ID",
											      "STRUCTURE_NAME",
											      "ACTION", NULL};
	memcpy(r->names, r->cells, sizeof r->names);
	r->n_names = r->n;
	r->labels = r->n > 3 && strcmp(r->names[2], "STRUCTURE_NAME") == 0;
	if (r->labels && r->n % 2)
		SAY("a column has no name beside it");
	for (size_t i = 0; (r->labels ? named : first)[i]; i++)
		if (r->n < 4 || strcmp(r->names[i], (r->labels ? named : first)[i]) != 0)
			SAY("column %zu is not %s", i + 1, first[i]);
	for (size_t i = 0; i < r->n; i++) {
		for (const char *p = r->names[i]; *p && !is_label(r, i); p++)
			if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", *p))
				SAY("\"%s\" is no name of a column", r->names[i]);
		for (size_t k = 0; k < i; k++)
			if (strcmp(r->names[i], r->names[k]) == 0)
				SAY("two columns are %s", r->names[i]);
	}
	if (!cell(r, "OBS_VALUE") || !cell(r, "TIME_PERIOD") || !cell(r, "OBS_STATUS"))
		SAY("OBS_VALUE, TIME_PERIOD or OBS_STATUS is not there");
	return true;
}

static bool record_check(struct reading *r)
{
	struct why *why = r->why;
	const char *key = "";
	if (r->n != r->n_names)
		SAY("record %zu has %zu cells, not %zu", r->records, r->n, r->n_names);
	const char *status = cell(r, "OBS_STATUS"), *value = cell(r, "OBS_VALUE"), *period = cell(r, "TIME_PERIOD");
	if (strlen(status) != 1 || !strchr("ABDEFGHIJKLMNOPQSUVW", *status))
		SAY("%s is no code of CL_OBS_STATUS", status);
	if (strlen(cell(r, "ACTION")) != 1 || !strchr("IARDM", *cell(r, "ACTION")))
		SAY("%s is no action", cell(r, "ACTION"));
	if (!*value != !!strchr("OMLHQK", *status) && *status != 'B')
		SAY("record %zu: status %s and the value \"%s\"", r->records, status, value);
	if (!r->any_period && !period_known(period))
		SAY("%s is no period of SDMX", period);
	for (size_t i = 0; strcmp(r->names[i], "OBS_VALUE") != 0; i++) {
		if (is_label(r, i))
			continue;
		if (!*r->cells[i])
			SAY("record %zu has no %s", r->records, r->names[i]);
		key = arena_printf(r->a, "%s%s\n", key, r->cells[i]);
	}
	for (size_t i = 0; i < r->n_keys; i++)
		if (strcmp(r->keys[i], key) == 0)
			SAY("record %zu repeats a key", r->records);
	r->keys = arena_grow(r->a, r->keys, r->n_keys, r->n_keys + 1, sizeof *r->keys, &r->keys_room);
	r->keys[r->n_keys++] = key;
	return true;
}

static void take_record(int end, void *arg)
{
	struct reading *r = arg;
	(void)end;
	if (!r->bad)
		r->bad = !(r->records++ ? record_check(r) : header_check(r));
	r->n = 0;
}

bool sdmx_check(const char *text, bool any_period, struct why *why)
{
	struct reading r = {.a = arena_new(0), .any_period = any_period, .why = why};
	struct csv_parser p;
	bool good = csv_init(&p, CSV_STRICT | CSV_STRICT_FINI) == 0;
	good = good && csv_parse(&p, text, strlen(text), take_cell, take_record, &r) == strlen(text);
	good = csv_fini(&p, take_cell, take_record, &r) == 0 && good;
	csv_free(&p);
	if (!good)
		(void)!fail(why, ERR_INVALID, "no CSV as RFC 4180 has it, at record %zu", r.records);
	good = good && !r.bad && r.records > 0;
	arena_free(r.a);
	return good;
}
