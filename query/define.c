/* SPDX-License-Identifier: Apache-2.0
 *
 * define.c - definitions, and the text of a series.
 *
 * A series' text is its key's spelling: the same categories in another order are the same series, so they are sorted by
 * dimension. Ids hold neither '|' nor '=' (base/text.h), so that the text can be taken apart again.
 */
#include "query/define.h"
#include <stdlib.h>
#include <string.h>
#include "proto/codec.h"

static const struct msg_type *type_of(enum space s)
{
	switch (s) {
	case SPACE_SOURCE:
		return &msg_type_source;
	case SPACE_CODE_LIST:
		return &msg_type_code_list;
	case SPACE_INDICATOR:
		return &msg_type_indicator;
	case SPACE_SURVEY:
		return &msg_type_survey;
	case SPACE_ROUND:
		return &msg_type_round;
	case SPACE_TAG:
		return &msg_type_tag;
	case SPACE_UNIT:
	case SPACE_EVENT:
	case SPACE_SUBMITTER:
	case SPACE_TERM:
	case SPACE_SERIES:
	case SPACE_REF:
	case SPACE_COUNT:
		break;
	}
	return NULL;
}

const void *define_get(struct view *v, enum space s, uint32_t id, struct arena *a, uint64_t *ret_rev)
{
	const struct msg_type *type = type_of(s);
	ALWAYS(type);
	if (!id)
		return NULL;
	AUTO_BUF struct buf key = {0};
	key_number(&key, s, id);
	struct row row;
	struct fact f;
	if (!view_get(v, TABLE_DEF, buf_view(&key), &row))
		return NULL;
	void *def = NULL;
	enum err e = row_fact(&row, &f);
	if (e == ERR_OK)
		e = codec_decode(type, f.def.body, CODEC_TOLERANT, a, &def, NULL);
	if (e != ERR_OK) {
		if (v->err == ERR_OK)
			v->err = e == ERR_TOO_LARGE ? e : ERR_CORRUPT;
		return NULL;
	}
	if (ret_rev)
		*ret_rev = row.rev;
	return def;
}

const void *define_find(struct view *v, enum space s, const char *text, struct arena *a, uint32_t *ret_id)
{
	uint32_t id = text && *text ? view_term(v, s, slice_text(text)) : 0;
	if (ret_id)
		*ret_id = id;
	return define_get(v, s, id, a, NULL);
}

/* ---- series ----------------------------------------------------------------------------------------- */

bool define_breaks(struct view *v, const char *indicator, uint64_t one, uint64_t other, struct arena *a)
{
	uint64_t low = one < other ? one : other, high = one < other ? other : one;
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	bool found = false;
	key_number(&key, SPACE_INDICATOR, view_term(v, SPACE_INDICATOR, slice_text(indicator)));
	walk_begin(&w, v, TABLE_DEF, buf_view(&key));
	w.all_revisions = true;
	while (!found && walk_next(&w, &row)) {
		void *def;
		if (row.rev <= low || row.rev > high || row_fact(&row, &f) != ERR_OK ||
		    codec_decode(&msg_type_indicator, f.def.body, CODEC_TOLERANT, a, &def, NULL) != ERR_OK)
			continue;
		found = ((const struct msg_indicator *)def)->break_before;
	}
	return found;
}

static int by_dimension(const void *a, const void *b)
{
	const struct msg_category *const *x = a, *const *y = b;
	int d = strcmp((*x)->dimension, (*y)->dimension);
	return d ? d : strcmp((*x)->code, (*y)->code);
}

const char *series_text(struct arena *a, const char *indicator, const struct msg_category *c, size_t n)
{
	const struct msg_category **sorted = arena_alloc(a, (n + 1) * sizeof *sorted);
	size_t len = strlen(indicator);
	for (size_t i = 0; i < n; i++) {
		sorted[i] = &c[i];
		len += strlen(c[i].dimension) + strlen(c[i].code) + 2;
	}
	if (n > 1)
		qsort(sorted, n, sizeof *sorted, by_dimension);
	char *text = arena_alloc(a, len + 1), *p = stpcpy(text, indicator);
	for (size_t i = 0; i < n; i++) {
		*p++ = '|';
		p = stpcpy(p, sorted[i]->dimension);
		*p++ = '=';
		p = stpcpy(p, sorted[i]->code);
	}
	return text;
}

bool series_parts(struct arena *a, struct slice text, const char **ret_indicator, struct msg_category **ret,
		  size_t *ret_n)
{
	char *p = arena_text(a, text.data, text.len);
	size_t n = 0;
	for (const char *bar = p; (bar = strchr(bar, '|')); bar++)
		n++;
	struct msg_category *list = arena_alloc(a, (n + 1) * sizeof *list);
	char *next = strchr(p, '|');
	if (next)
		*next++ = '\0';
	if (!*p)
		return false;
	*ret_indicator = p;
	for (size_t i = 0; i < n; i++) {
		char *part = next, *equals = strchr(part, '=');
		next = strchr(part, '|');
		if (next)
			*next++ = '\0';
		if (!equals || (next && equals >= next))
			return false;
		*equals = '\0';
		list[i].dimension = part;
		list[i].code = equals + 1;
		if (!*list[i].dimension || !*list[i].code)
			return false;
	}
	*ret = list;
	*ret_n = n;
	return true;
}
