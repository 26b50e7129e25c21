/* SPDX-License-Identifier: Apache-2.0
 *
 * roster_note.c - see roster_note.h.
 */
#include "query/roster_note.h"
#include <string.h>
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

struct texts {
	size_t n, room;
	const char **list;
};

static void once(struct answer *r, struct texts *all, const char *text)
{
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->list[i], text) == 0)
			return;
	}
	all->list = arena_grow(r->a, all->list, all->n, all->n + 1, sizeof *all->list, &all->room);
	all->list[all->n++] = text;
}

/* A unit of the kind itself is no list of them. */
static void about_kind(struct answer *r, const struct roster *t, uint32_t kind, const struct roster_about *about,
		       struct texts *ret)
{
	size_t n_units = about->inside != 0;
	if (about->inside && unit_kind(r->v, about->inside) == kind)
		return;
	for (size_t d = 0; d < about->n_days; d++) {
		struct roster_gaps g;
		const struct roster_word **words;
		const char **texts;
		roster_gaps_read(t, r->v, kind, about->days[d], r->a, &g);
		size_t n = roster_gap_words(t, r->v, &g, &about->inside, n_units, r->a, &words);
		n = roster_notes(r, &g, words, n, &texts);
		for (size_t i = 0; i < n; i++)
			once(r, ret, texts[i]);
	}
}

size_t roster_notes_about(struct answer *r, const struct roster_about *about, const char ***ret)
{
	const struct roster *t = roster_read(r->v, r->a);
	struct texts all = {0};
	for (size_t i = 0; i < t->n; i++) { /* by kind */
		bool first = !i || t->list[i].kind != t->list[i - 1].kind;
		if (first && (!about->kind || t->list[i].kind == about->kind))
			about_kind(r, t, t->list[i].kind, about, &all);
	}
	*ret = all.list;
	return all.n;
}
