/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_word.c - numbers of texts, and definitions decoded once: what makes judging a small message cheap.
 *
 * A cache holds only what is on record (or stands in the group being written; judge_forget() empties it when that
 * fails).
 */
#include "query/judging.h"
#include <string.h>

uint32_t word_find(struct judging *c, enum space s, const char *text)
{
	struct slice word = slice_text(text);
	if (word.len == 0)
		return 0;
	uint32_t id = words_number(c->j->words, s, word);
	if (id)
		return id;
	for (size_t i = 0; i < c->n_words; i++)
		if (c->words[i].space == s && strcmp(c->words[i].text, text) == 0)
			return c->words[i].id;
	id = view_term(c->v, s, word);
	if (id)
		words_keep(c->j->words, s, word, id);
	return id;
}

uint32_t word_take(struct judging *c, enum space s, const char *text)
{
	uint32_t id = word_find(c, s, text);
	if (id || !*text)
		return id;
	ALWAYS(strlen(text) <= KEY_TEXT_MAX); /* longer ones are refused where they are taken */
	if (c->n_words == c->words_room)
		c->words = arena_grow(c->a, c->words, c->n_words, c->n_words + 1, sizeof *c->words, &c->words_room);
	struct new_word *w = &c->words[c->n_words++];
	*w = (struct new_word){s, text, c->next[s]++};
	/* Also a fact at once, so that laying makes it visible to look-ups by name. */
	judging_fact(c, FACT_TERM)->term = (struct fact_term){s, w->id, slice_text(text)};
	return w->id;
}

const char *word_text(struct judging *c, enum space s, uint32_t id)
{
	if (!id)
		return "";
	for (size_t i = c->n_words; i-- > 0;)
		if (c->words[i].space == s && c->words[i].id == id)
			return c->words[i].text;
	struct slice t = view_text(c->v, s, id);
	return arena_text(c->a, t.data, t.len);
}

void kinds_forget(struct judge *j)
{
	memset(j->kinds, 0, KIND_SLOTS * sizeof *j->kinds);
}

void judging_keep_words(struct judging *c)
{
	for (size_t i = 0; i < c->n_words; i++)
		words_keep(c->j->words, c->words[i].space, slice_text(c->words[i].text), c->words[i].id);
}

uint32_t kind_of(struct judging *c, uint32_t unit)
{
	struct kind_slot *k = &c->j->kinds[unit % KIND_SLOTS];
	if (k->unit == unit && unit)
		return k->kind;
	uint32_t kind = unit_kind(c->v, unit);
	/* A unit of this very message may yet be refused: only what is laid by others is kept. */
	if (kind && c->laid == 0)
		*k = (struct kind_slot){unit, kind};
	return kind;
}

const struct indicator_info *indicator_find(struct judging *c, const char *text)
{
	uint32_t id = word_find(c, SPACE_INDICATOR, text);
	if (!id)
		return NULL;
	struct indicator_info *known = c->j->indicators[id % INFO_SLOTS];
	if (known && known->id == id && !c->defines)
		return known;
	struct arena *a = c->defines ? c->a : c->j->info;
	const struct msg_indicator *def = define_get(c->v, SPACE_INDICATOR, id, a, NULL);
	if (!def)
		return NULL;
	struct indicator_info *info = arena_alloc(a, sizeof *info);
	info->id = id;
	info->def = def;
	info->lists = arena_alloc(a, (def->n_dimensions + 1) * sizeof *info->lists);
	for (size_t i = 0; i < def->n_dimensions; i++)
		info->lists[i] = define_find(c->v, SPACE_CODE_LIST, def->dimensions[i].code_list, a, NULL);
	if (!c->defines)
		c->j->indicators[id % INFO_SLOTS] = info;
	return info;
}

const struct round_info *round_find(struct judging *c, const char *text)
{
	uint32_t id = word_find(c, SPACE_ROUND, text);
	if (!id)
		return NULL;
	struct round_info *known = c->j->rounds[id % INFO_SLOTS];
	if (known && known->id == id && !c->defines)
		return known;
	struct arena *a = c->defines ? c->a : c->j->info;
	const struct msg_round *def = define_get(c->v, SPACE_ROUND, id, a, NULL);
	struct round_info *info = arena_alloc(a, sizeof *info);
	if (!def || when_parse(def->reference, &info->reference, NULL) != ERR_OK)
		return NULL;
	info->id = id;
	info->def = def;
	if (def->area && def->area->id)
		info->area = word_find(c, SPACE_UNIT, def->area->id->id);
	if (!c->defines)
		c->j->rounds[id % INFO_SLOTS] = info;
	return info;
}
