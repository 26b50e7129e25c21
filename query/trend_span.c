/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_span.c - rows of several dates: the time from the first to the last of what each is made of.
 *
 * With the newest round of each unit a row is of the dates of its own figures, whatever other rows there are: of one
 * date, or of the time from the first to the last. Until all are made they are of one reference, t->row_ref.
 */
#include <string.h>
#include "query/trend_measuring.h"

uint32_t trend_span(struct trend *t, uint32_t first, uint32_t last)
{
	char from[WHEN_TEXT_MAX], to[WHEN_TEXT_MAX];
	struct when w;
	if (first == last)
		return first;
	const char *text = arena_printf(t->r->a, "%s/%s", t->refs[first].text, t->refs[last].text);
	if (when_parse(text, &w, NULL) != ERR_OK) {
		struct when a = when_day(t->refs[first].when.lo), b = when_day(t->refs[last].when.hi);
		text = arena_printf(t->r->a, "%s/%s", when_format(&a, from), when_format(&b, to));
		if (when_parse(text, &w, NULL) != ERR_OK)
			return 0;
	}
	for (uint32_t i = t->n_refs + 1; i <= t->n_refs + t->n_spans; i++) {
		if (strcmp(t->refs[i].text, text) == 0)
			return i;
	}
	size_t n = (size_t)t->n_refs + 1 + t->n_spans++;
	t->refs = arena_grow(t->r->a, t->refs, n, n + 1, sizeof *t->refs, &t->refs_room);
	t->refs[n] =
	    (struct trend_ref){.known = true, .wanted = true, .when = w, .day = when_reference_day(&w), .text = text};
	return (uint32_t)n;
}

void trend_span_see(struct trend *t, struct trend_row *row, uint32_t ref)
{
	if (!t->row_ref)
		return;
	if (!row->first_ref || t->refs[ref].when.lo < t->refs[row->first_ref].when.lo)
		row->first_ref = ref;
	if (!row->last_ref || t->refs[ref].when.hi > t->refs[row->last_ref].when.hi)
		row->last_ref = ref;
}

enum err trend_span_end(struct trend *t)
{
	for (uint32_t i = 0; t->row_ref && i < t->n_rows; i++) {
		struct trend_row *row = &t->rows[i];
		if (!row->first_ref)
			continue;
		row->ref = trend_span(t, row->first_ref, row->last_ref);
		if (!row->ref)
			return fail(&t->r->why, ERR_INVALID, "%.60s and %.60s are no ends of a time: name the periods",
				    t->refs[row->first_ref].text, t->refs[row->last_ref].text);
	}
	return ERR_OK;
}
