/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_source.c - only what was published by a date: the sources' own dates, not those of the record.
 *
 * What was not published by then, for certain, is left out (published.h). What a correction that is left out put right
 * stands in its place, if it was published by then. Values are chosen among what is left.
 */
#include "query/published.h"
#include "query/trend_measuring.h"

enum err trend_source_ask(struct trend *t)
{
	return published_ask(t->r, t->q->published_by, &t->sources);
}

static enum publication publication(struct trend *t, const struct stated *one)
{
	return published_when(t->sources, one->obs.src, one->rev);
}

const struct stated *trend_source_filter(struct trend *t, const struct stated *list, size_t n, bool count,
					 size_t *ret_n)
{
	struct stated *some = NULL;
	size_t all = 0;
	while (all < n && publication(t, &list[all]) == PUBLISHED)
		all++;
	*ret_n = all;
	if (all == n)
		return list;
	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		enum publication p = publication(t, &list[i]);
		if (count)
			published_leave(t->sources, p);
		struct stated one = list[i], before;
		while (p != PUBLISHED && stated_before(t->r->v, &one, t->work, &before)) {
			one = before;
			p = publication(t, &one);
		}
		if (p != PUBLISHED)
			continue;
		if (!some)
			some = arena_alloc(t->work, (n - i) * sizeof *some);
		some[(*ret_n)++] = one;
	}
	return some;
}

enum err trend_source_notes(struct trend *t)
{
	return t->sources ? answer_bytes(t->r, 5, slice_text(published_note(t->sources))) : ERR_OK;
}
