/* SPDX-License-Identifier: Apache-2.0
 *
 * twin.c - the list, and what it says at a day as of a revision.
 */
#include "tests/model/twin.h"
#include <stdlib.h>
#include <string.h>

struct twin *twin_new(void)
{
	struct twin *t = mem_zero(1, sizeof *t);
	t->arena = arena_new(0);
	twin_word(t, "");
	return t;
}

struct twin *twin_free(struct twin *t)
{
	if (t)
		arena_free(t->arena);
	free(t);
	return NULL;
}

unsigned twin_word(struct twin *t, const char *text)
{
	for (size_t i = 0; i < t->n_words; i++)
		if (strcmp(t->words[i], text) == 0)
			return (unsigned)i;
	if (t->n_words == t->words_room)
		t->words = arena_grow(t->arena, t->words, t->n_words, t->n_words + 1, sizeof *t->words, &t->words_room);
	t->words[t->n_words] = arena_text(t->arena, text, strlen(text));
	return (unsigned)t->n_words++;
}

const char *twin_text(const struct twin *t, unsigned word)
{
	return t->words[word];
}

struct said *twin_add(struct twin *t, const struct said *s)
{
	if (t->n == t->room)
		t->list = arena_grow(t->arena, t->list, t->n, t->n + 1, sizeof *t->list, &t->room);
	struct said *n = &t->list[t->n++];
	*n = *s;
	n->rev = t->rev;
	n->until = FOREVER;
	return n;
}

void twin_end(struct twin *t, size_t i)
{
	t->list[i].until = t->rev;
}

void twin_forget(struct twin *t, uint64_t rev)
{
	while (t->n && t->list[t->n - 1].rev > rev)
		t->n--;
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].until != FOREVER && t->list[i].until > rev)
			t->list[i].until = FOREVER;
}

void twin_tick(struct twin *t, uint64_t rev, int32_t day)
{
	t->rev = rev;
	twin_add(t, &(struct said){.kind = SAID_TICK, .from = when_day(day)});
}

/* ---- reading ---- */

int truth_of(const struct when *from, const struct when *to, int32_t day)
{
	int begun = from->precision == WHEN_NONE || day >= from->hi ? 2 : day >= from->lo;
	int gone = to->precision == WHEN_NONE ? 0 : day >= to->hi ? 2 : day >= to->lo;
	if (!begun || gone == 2)
		return 0;
	return begun == 2 && !gone ? 2 : 1;
}

bool stands_at(const struct said *s, uint64_t rev)
{
	return s->rev <= rev && rev < s->until;
}

long twin_life(const struct twin *t, uint64_t rev, unsigned unit, int32_t day, int *ret_truth)
{
	long found = -1;
	int best = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind != SAID_LIFE || s->unit != unit || !stands_at(s, rev))
			continue;
		int truth = truth_of(&s->from, &s->to, day);
		if (!truth || truth < best || (truth == best && s->life < t->list[found].life))
			continue;
		best = truth;
		found = (long)i;
	}
	if (ret_truth)
		*ret_truth = best;
	return found;
}

unsigned twin_kind(const struct twin *t, uint64_t rev, unsigned unit)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].kind == SAID_LIFE && t->list[i].unit == unit && stands_at(&t->list[i], rev))
			return t->list[i].what;
	return 0;
}

int twin_link_truth(const struct twin *t, uint64_t rev, const struct said *l, int32_t day)
{
	int truth = truth_of(&l->from, &l->to, day), a, b;
	if (!truth || !stands_at(l, rev))
		return 0;
	twin_life(t, rev, l->unit, day, &a);
	twin_life(t, rev, l->other, day, &b);
	truth = a < truth ? a : truth;
	return b < truth ? b : truth;
}

/* A container that is only possible counts where no container of its kind is certain. */
bool twin_contains_directly(const struct twin *t, uint64_t rev, unsigned unit, unsigned container, int32_t day)
{
	int best = 0, rival = 0;
	unsigned kind = twin_kind(t, rev, container);
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind != SAID_LINK || s->type != LINK_TYPE_PART_OF || s->unit != unit)
			continue;
		int truth = twin_link_truth(t, rev, s, day);
		if (s->other == container)
			best = truth > best ? truth : best;
		else if (truth == 2 && twin_kind(t, rev, s->other) == kind)
			rival = 2;
	}
	return best == 2 || (best == 1 && !rival);
}

static bool inside(const struct twin *t, uint64_t rev, unsigned unit, unsigned container, int32_t day, int depth)
{
	if (unit == container)
		return true;
	if (depth == 0)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		const struct said *s = &t->list[i];
		if (s->kind == SAID_LINK && s->type == LINK_TYPE_PART_OF && s->unit == unit && stands_at(s, rev) &&
		    twin_contains_directly(t, rev, unit, s->other, day) &&
		    inside(t, rev, s->other, container, day, depth - 1))
			return true;
	}
	return false;
}

bool twin_inside(const struct twin *t, uint64_t rev, unsigned unit, unsigned container, int32_t day)
{
	return inside(t, rev, unit, container, day, 6);
}

bool twin_today(const struct twin *t, uint64_t rev, int32_t *ret)
{
	bool found = false;
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].kind == SAID_TICK && t->list[i].rev <= rev) {
			*ret = t->list[i].from.lo;
			found = true;
		}
	return found;
}

bool twin_known(const struct twin *t, uint64_t rev, enum said_kind kind, unsigned what, size_t *ret)
{
	bool found = false;
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].kind == kind && t->list[i].what == what && stands_at(&t->list[i], rev)) {
			if (ret)
				*ret = i;
			found = true;
		}
	return found;
}
