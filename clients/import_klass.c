/* SPDX-License-Identifier: Apache-2.0
 *
 * varde import klass-changes, klass-codes: the classifications of Statistics Norway (Klass), as its API gives them.
 *
 * Both come as JSON ({"codeChanges": […]}, {"codes": […]}) or as CSV, in ISO-8859-1 unless asked otherwise. Lines of
 * findings are those of the file in both forms.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "clients/import.h"

#define FIELDS_MAX 5

/* ---- both forms as rows of texts ---- */

struct rows {
	struct import_table *t;
	const char *const *(*cells)(struct rows *r, size_t i); /* of the wanted fields */
	size_t n, n_fields;
	const char *got[FIELDS_MAX];
	int column[FIELDS_MAX];
	const char *const *keys;
	json_t *list;
	size_t *lines;
};

/* The lines on which the objects of the list in an object begin: braces two deep, outside of texts. */
static size_t *object_lines(const char *text, size_t len, size_t n, struct arena *a)
{
	size_t *lines = arena_alloc(a, (n + 1) * sizeof *lines), line = 1, found = 0;
	unsigned deep = 0;
	bool quoted = false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		line += c == '\n';
		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{') {
			if (++deep == 2 && found < n)
				lines[found++] = line;
		} else if (c == '}' && deep) {
			deep--;
		}
	}
	return lines;
}

static const char *const *json_cells(struct rows *r, size_t i)
{
	json_t *item = json_array_get(r->list, i);
	for (size_t k = 0; k < r->n_fields; k++) {
		const char *text = json_string_value(json_object_get(item, r->keys[k]));
		r->got[k] = text ? arena_text(r->t->arena, text, strlen(text)) : "";
	}
	return r->got;
}

static const char *const *csv_cells(struct rows *r, size_t i)
{
	for (size_t k = 0; k < r->n_fields; k++)
		r->got[k] = import_cell(r->t, i, r->column[k]);
	return r->got;
}

static bool looks_like_json(const char *text, size_t len)
{
	size_t i = 0;
	while (i < len && strchr(" \t\r\n", text[i]) && text[i])
		i++;
	return i < len && text[i] == '{';
}

/* False after an ERROR. */
static bool open_json(struct rows *r, const char *text, size_t len, const char *list, json_t **root)
{
	json_error_t error;
	*root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!*root) {
		register_say(r->t->findings, REGISTER_ERROR, r->t->file, (size_t)(error.line > 0 ? error.line : 0),
			     "JSON", "this is not JSON: %s", error.text);
		return false;
	}
	r->list = json_object_get(*root, list);
	if (!json_is_array(r->list)) {
		register_say(r->t->findings, REGISTER_ERROR, r->t->file, 1, "JSON", "there is no list \"%s\"", list);
		return false;
	}
	r->n = json_array_size(r->list);
	r->lines = object_lines(text, len, r->n, r->t->arena);
	r->cells = json_cells;
	return true;
}

static bool open_csv(struct rows *r, const char *text, size_t len, const bool *needed)
{
	if (!import_table_read(r->t, text, len))
		return false;
	bool good = true;
	for (size_t k = 0; k < r->n_fields; k++) {
		r->column[k] = import_column(r->t, r->keys[k], r->keys[k], needed[k]);
		good = good && (!needed[k] || r->column[k] >= 0);
	}
	r->n = r->t->csv.n_rows;
	r->cells = csv_cells;
	return good;
}

static size_t line_of(const struct rows *r, size_t i)
{
	return r->lines ? r->lines[i] : IMPORT_LINE(i);
}

/* ---- changes ---- */

static bool take_change(struct rows *r, size_t i, struct register_row *ret)
{
	const char *const *c = r->cells(r, i);
	*ret = (struct register_row){
	    .line = line_of(r, i), .old_code = c[0], .old_name = c[1], .new_code = c[2], .new_name = c[3], .event = ""};
	return import_day(r->t->findings, r->t->file, ret->line, c[4], false, &ret->day);
}

bool import_klass_changes(const char *text, size_t len, struct import_table *t, struct register_row **ret, size_t *n)
{
	static const char *const keys[] = {"oldCode", "oldName", "newCode", "newName", "changeOccurred"};
	static const bool needed[] = {true, false, true, false, true};
	struct rows r = {.t = t, .n_fields = 5, .keys = keys};
	json_t *root = NULL;
	bool json = looks_like_json(text, len);
	bool good = json ? open_json(&r, text, len, "codeChanges", &root) : open_csv(&r, text, len, needed);
	*n = 0;
	*ret = arena_alloc(t->arena, (r.n + 1) * sizeof **ret);
	for (size_t i = 0; good && i < r.n; i++)
		if (take_change(&r, i, &(*ret)[*n]))
			++*n;
	json_decref(root);
	return good;
}

/* ---- codes ---- */

static bool take_version(struct rows *r, size_t i, struct register_version *ret)
{
	const char *const *c = r->cells(r, i);
	*ret = (struct register_version){.line = line_of(r, i), .code = c[0], .name = c[1], .to = REGISTER_OPEN};
	bool good = import_day(r->t->findings, r->t->file, ret->line, c[2], false, &ret->from);
	if (*c[3])
		good = import_day(r->t->findings, r->t->file, ret->line, c[3], false, &ret->to) && good;
	return good;
}

bool import_klass_codes(const char *text, size_t len, struct import_table *t, struct register_version **ret, size_t *n)
{
	static const char *const keys[] = {"code", "name", "validFrom", "validTo"};
	static const bool needed[] = {true, true, true, true};
	struct rows r = {.t = t, .n_fields = 4, .keys = keys};
	json_t *root = NULL;
	bool json = looks_like_json(text, len);
	bool good = json ? open_json(&r, text, len, "codes", &root) : open_csv(&r, text, len, needed);
	*n = 0;
	*ret = arena_alloc(t->arena, (r.n + 1) * sizeof **ret);
	for (size_t i = 0; good && i < r.n; i++)
		if (take_version(&r, i, &(*ret)[*n]))
			++*n;
	json_decref(root);
	return good;
}

/* ---- commands ---- */

static int load_codes(struct import *im, const char *path, struct register_version **ret, size_t *n)
{
	struct import_table t;
	char *text;
	size_t len;
	int status = import_plan(im, "codes", &t);
	if (status == EXIT_DONE)
		status = import_load(im, path, &text, &len);
	if (status != EXIT_DONE)
		return status;
	import_klass_codes(text, len, &t, ret, n);
	return EXIT_DONE;
}

/* 9999 is what statistics book under when they do not know the municipality. */
static const char *const no_unit[] = {"9999"};

static void model_begin(struct import *im, struct register_model *m)
{
	struct options *o = &im->r->o;
	bool given = option_given(o, OPT_SKIP);
	struct register_options ro = {.kind = im->kind,
				      .skip = given ? o->given[OPT_SKIP].list : (const char **)(uintptr_t)no_unit,
				      .n_skip = given ? o->given[OPT_SKIP].n : 1};
	register_init(m, im->r->arena, &ro);
	m->findings = im->findings;
}

int import_run_klass_changes(struct run *r, const char *path)
{
	struct import im;
	struct import_table t;
	struct register_model m;
	struct register_row *rows;
	struct register_version *versions;
	char *text;
	size_t len, n, n_versions;
	const char *codes = option_text(&r->o, OPT_CODES, NULL);
	int status =
	    import_begin(r, "klass", "Klass, classifications of Statistics Norway", "kommune", "kommunenummer", &im);
	if (status == EXIT_DONE)
		status = import_plan(&im, "changes", &t);
	if (status == EXIT_DONE)
		status = import_load(&im, path, &text, &len);
	if (status != EXIT_DONE)
		return status;
	import_klass_changes(text, len, &t, &rows, &n);
	n_versions = 0;
	if (codes)
		status = load_codes(&im, codes, &versions, &n_versions);
	if (status != EXIT_DONE)
		return status;
	model_begin(&im, &m);
	if (register_build(&m, rows, n) && codes)
		register_check(&m, versions, n_versions);
	return import_model(&im, &m);
}

static int by_begin(const void *x, const void *y)
{
	const struct register_unit *const *a = x, *const *b = y;
	if ((*a)->from != (*b)->from)
		return (*a)->from < (*b)->from ? -1 : 1;
	return strcmp((*a)->id, (*b)->id);
}

/* A list of codes knows no lineage: a code that names another unit on the server must not begin a second one. */
static enum err refuse_known(struct import *im, struct register_model *m, struct why *why)
{
	struct lookup known;
	qsort(m->units, m->n_units, sizeof *m->units, by_begin);
	for (size_t i = 0; i < m->n_units; i++) {
		const struct register_unit *u = m->units[i];
		if (i == 0 || u->from != m->units[i - 1]->from) {
			enum err e = import_units_at(im, register_day(im->r->arena, u->from), &known, why);
			if (e == ERR_NOT_FOUND) /* nothing of that kind at all */
				return ERR_OK;
			if (e != ERR_OK)
				return e;
		}
		const struct msg_unit_row *there = lookup_get(&known, u->spans[0].code);
		if (there && strcmp(there->id, u->id) != 0)
			register_say(&m->findings, REGISTER_ERROR, "codes", u->line, "KNOWN",
				     "%s is the code of %s on %s: import the changes with --codes instead",
				     u->spans[0].code, there->id, register_day(im->r->arena, u->from));
	}
	return ERR_OK;
}

int import_run_klass_codes(struct run *r, const char *path)
{
	struct import im;
	struct register_model m;
	struct register_version *versions = NULL;
	size_t n = 0;
	int status =
	    import_begin(r, "klass", "Klass, classifications of Statistics Norway", "kommune", "kommunenummer", &im);
	if (status == EXIT_DONE)
		status = load_codes(&im, path, &versions, &n);
	if (status != EXIT_DONE)
		return status;
	model_begin(&im, &m);
	if (register_check(&m, versions, n) && !im.dry && m.n_units) {
		struct why why = {{0}};
		enum err e = refuse_known(&im, &m, &why);
		if (e != ERR_OK)
			return run_failed(e, &why);
	}
	return import_model(&im, &m);
}
