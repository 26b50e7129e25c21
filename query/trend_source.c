/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_source.c - only what was published by a date: the sources' own dates, not those of the record.
 *
 * A source was published at the latest when something of it was entered, whatever it says itself, or does not. What may
 * have been published by then, and what does not say when it was, is left out; each sort is counted. What a correction
 * that is left out put right stands in its place, if it was published by then. Values are chosen among what is left.
 */
#include "query/trend_measuring.h"

enum publication { UNSEEN, PUBLISHED, LATER, MAYBE, UNDATED, PUBLICATIONS };

struct trend_published {
	int32_t by;
	uint64_t entered; /* the last revision by then */
	uint8_t *sources; /* enum publication, by source */
	uint32_t n_sources;
	uint64_t n[PUBLICATIONS]; /* statements */
};

enum err trend_source_ask(struct trend *t)
{
	struct when w;
	struct answer *r = t->r;
	if (!*t->q->published_by)
		return ERR_OK;
	enum err e = answer_when(r, t->q->published_by, "published_by", &w);
	if (e != ERR_OK)
		return e;
	if (w.hi == WHEN_DAY_MAX || w.precision == WHEN_NONE || w.precision == WHEN_DAY_WITHOUT_YEAR)
		return fail(&r->why, ERR_INVALID, "published_by is a date, such as 2015 or 2015-06-30, not \"%.32s\"",
			    t->q->published_by);
	t->sources = arena_alloc(r->a, sizeof *t->sources);
	t->sources->by = w.hi;
	t->sources->n_sources = view_terms(r->v, SPACE_SOURCE);
	t->sources->sources = arena_alloc(r->a, t->sources->n_sources + 1);
	return answer_entered_by(r, w.hi, &t->sources->entered);
}

static enum publication look_up(struct trend *t, uint32_t source)
{
	struct when w;
	const struct msg_source *def = source ? define_get(t->r->v, SPACE_SOURCE, source, t->r->a, NULL) : NULL;
	if (!def || when_parse(def->published, &w, NULL) != ERR_OK || w.precision == WHEN_NONE ||
	    w.precision == WHEN_UNKNOWN || w.precision == WHEN_DAY_WITHOUT_YEAR)
		return UNDATED;
	if (w.hi <= t->sources->by)
		return PUBLISHED;
	return w.lo <= t->sources->by ? MAYBE : LATER;
}

static enum publication publication(struct trend *t, const struct stated *one)
{
	struct trend_published *s = t->sources;
	uint32_t source = one->obs.src;
	if (one->rev <= s->entered)
		return PUBLISHED;
	if (source > s->n_sources)
		return UNDATED;
	if (s->sources[source] == UNSEEN)
		s->sources[source] = (uint8_t)look_up(t, source);
	return (enum publication)s->sources[source];
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
			t->sources->n[p]++;
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
	static const char *const words[PUBLICATIONS] = {
	    [LATER] = "published later", [MAYBE] = "perhaps published later", [UNDATED] = "of sources without a date"};
	struct arena *a = t->r->a;
	const char *text = "";
	if (!t->sources)
		return ERR_OK;
	for (int p = LATER; p < PUBLICATIONS; p++) {
		if (t->sources->n[p])
			text = arena_printf(a, "%s%s%llu %s", text, *text ? ", " : "",
					    (unsigned long long)t->sources->n[p], words[p]);
	}
	return answer_bytes(t->r, 5,
			    slice_text(arena_printf(a, "only what was published by %s%s%s", t->q->published_by,
						    *text ? "; statements left out: " : "", text)));
}
