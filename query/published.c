/* SPDX-License-Identifier: Apache-2.0
 *
 * published.c - see published.h.
 */
#include "query/published.h"
#include "query/define.h"
#include "query/publishing.h"

enum { UNSEEN = 0 }; /* else 1 + an enum publication */

enum err published_ask(struct answer *r, const char *text, struct published **ret)
{
	struct when w;
	*ret = NULL;
	if (!*text)
		return ERR_OK;
	enum err e = answer_when(r, text, "published_by", &w);
	if (e != ERR_OK)
		return e;
	if (w.hi == WHEN_DAY_MAX || w.precision == WHEN_NONE || w.precision == WHEN_DAY_WITHOUT_YEAR)
		return fail(&r->why, ERR_INVALID, "published_by is a date, such as 2015 or 2015-06-30, not \"%.32s\"",
			    text);
	struct published *p = arena_alloc(r->a, sizeof *p);
	*p = (struct published){.r = r, .text = text, .by = w.hi, .n_sources = view_terms(r->v, SPACE_SOURCE)};
	p->sources = arena_alloc(r->a, p->n_sources + 1);
	*ret = p;
	return answer_entered_by(r, w.hi, &p->entered);
}

static enum publication look_up(const struct published *p, uint32_t source)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	struct when w;
	const struct msg_source *def = source ? define_get(p->r->v, SPACE_SOURCE, source, work, NULL) : NULL;
	if (!def || when_parse(def->published, &w, NULL) != ERR_OK || w.precision == WHEN_NONE ||
	    w.precision == WHEN_UNKNOWN || w.precision == WHEN_DAY_WITHOUT_YEAR)
		return PUBLISHED_UNDATED;
	if (w.hi <= p->by)
		return PUBLISHED;
	return w.lo <= p->by ? PUBLISHED_MAYBE : PUBLISHED_LATER;
}

enum publication published_when(struct published *p, uint32_t source, uint64_t rev)
{
	if (rev <= p->entered)
		return PUBLISHED;
	if (source > p->n_sources)
		return PUBLISHED_UNDATED;
	if (p->sources[source] == UNSEEN)
		p->sources[source] = (uint8_t)(1 + look_up(p, source));
	return (enum publication)(p->sources[source] - 1);
}

void published_leave(struct published *p, enum publication how)
{
	p->n[how]++;
}

bool published_left(const struct published *p)
{
	return p->n[PUBLISHED_LATER] || p->n[PUBLISHED_MAYBE] || p->n[PUBLISHED_UNDATED];
}

const char *published_note(const struct published *p)
{
	static const char *const words[PUBLICATIONS] = {[PUBLISHED_LATER] = "published later",
							[PUBLISHED_MAYBE] = "perhaps published later",
							[PUBLISHED_UNDATED] = "of sources without a date"};
	struct arena *a = p->r->a;
	const char *text = "";
	for (int i = PUBLISHED_LATER; i < PUBLICATIONS; i++) {
		if (p->n[i])
			text = arena_printf(a, "%s%s%llu %s", text, *text ? ", " : "", (unsigned long long)p->n[i],
					    words[i]);
	}
	return arena_printf(a, "only what was published by %s%s%s", p->text, *text ? "; statements left out: " : "",
			    text);
}
