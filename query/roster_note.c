/* SPDX-License-Identifier: Apache-2.0
 *
 * roster_note.c - see roster_note.h.
 */
#include "query/roster_note.h"
#include "query/define.h"

#define NAMED 5u /* in a sentence */

/* "Innlandet, Oslo and 12 more", of those that one round declares. */
static const char *names(struct answer *r, const struct roster_gaps *g, const struct roster_word *const *words,
			 size_t n, uint32_t round)
{
	const char *text = "";
	size_t told = 0;
	for (size_t i = 0; i < n; i++) {
		if (words[i]->round == round && told++ < NAMED)
			text = arena_printf(r->a, "%s%s%s", text, *text ? ", " : "",
					    unit_name(r->v, words[i]->scope, g->day, r->a));
	}
	return told > NAMED ? arena_printf(r->a, "%s and %zu more", text, told - NAMED) : text;
}

static const char *title(struct answer *r, uint32_t round)
{
	const struct msg_round *def = define_get(r->v, SPACE_ROUND, round, r->a, NULL);
	const struct msg_survey *survey = def ? define_find(r->v, SPACE_SURVEY, def->survey, r->a, NULL) : NULL;
	return survey ? survey->title : "";
}

size_t roster_notes(struct answer *r, const struct roster_gaps *g, const struct roster_word *const *words, size_t n,
		    const char ***ret)
{
	size_t kept = 0;
	*ret = arena_alloc(r->a, (n + 1) * sizeof **ret);
	for (size_t i = 0; i < n; i++) {
		uint32_t round = words[i]->round;
		size_t k = 0;
		while (words[k]->round != round)
			k++;
		if (k == i)
			(*ret)[kept++] = arena_printf(
			    r->a, "the list of units of kind %s has gaps, or may have, in %s: so declares %s (%s)",
			    answer_text(r, SPACE_TERM, g->kind), names(r, g, words, n, round),
			    answer_text(r, SPACE_ROUND, round), title(r, round));
	}
	return kept;
}
