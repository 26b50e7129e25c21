/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_label.c - what the codes of a trend's rows are called.
 */
#include <stdlib.h>
#include <string.h>
#include "query/define.h"
#include "query/trend.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The codes of a dimension that rows have, sorted. */
static size_t codes_of(const struct trend *t, const char *dimension, const char **ret)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n_series; i++) {
		const struct series *s = &t->series[i];
		for (size_t k = 0; k < s->n_categories && !(t->hidden && t->hidden[i]); k++)
			if (strcmp(s->categories[k].dimension, dimension) == 0)
				ret[n++] = s->categories[k].code;
	}
	if (n)
		qsort(ret, n, sizeof *ret, by_text);
	return n;
}

enum err trend_labels(struct trend *t, struct msg_trend_answer *last)
{
	struct arena *a = t->r->a;
	const char **codes = arena_alloc(a, (t->n_series + 1) * sizeof *codes);
	last->labels = arena_alloc(a, (t->def->n_dimensions + 1) * sizeof *last->labels);
	for (size_t i = 0; i < t->def->n_dimensions; i++) {
		const struct msg_dimension *d = &t->def->dimensions[i];
		const struct msg_code_list *l = define_find(t->r->v, SPACE_CODE_LIST, d->code_list, a, NULL);
		struct msg_code_list *told = &last->labels[last->n_labels];
		if (!l)
			continue;
		*told =
		    (struct msg_code_list){.id = d->id, .codes = arena_alloc(a, (l->n_codes + 1) * sizeof *l->codes)};
		size_t n = codes_of(t, d->id, codes);
		for (size_t k = 0; k < l->n_codes; k++)
			if (bsearch(&l->codes[k].code, codes, n, sizeof *codes, by_text))
				told->codes[told->n_codes++] = l->codes[k];
		last->n_labels += told->n_codes != 0;
	}
	return t->r->v->err;
}

void trend_tell_units(struct trend *t, struct msg_trend_answer *last)
{
	if (!*t->q->group_by)
		answer_tell_units(t->r, t->asked, t->q->n_units, trend_project_day(t), last);
}
