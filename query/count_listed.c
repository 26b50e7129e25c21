/* SPDX-License-Identifier: Apache-2.0
 *
 * count_listed.c - see count_listed.h.
 */
#include "query/count_listed.h"
#include "query/count.h"
#include "query/roster_note.h"

struct listed {
	struct count c;
	struct count_day d;
	struct msg_count_question q;
};

/* In a list of participants that is not said to be complete any unit may be. */
static enum err open_lists(struct listed *l)
{
	const struct arrangement *x;
	struct arrangements_ask ask = {.day = l->d.day};
	struct arrangements *list = arrangements_open(l->c.r, &ask);
	while (arrangements_next(list, &x))
		l->d.open_anywhere += x->complete != COMPLETION_YES;
	return arrangements_close(list);
}

static struct count_group *groups_of(struct answer *r, const struct listed_ask *ask)
{
	struct count_group *groups = arena_alloc(r->a, (ask->n_groups + 1) * sizeof *groups);
	for (size_t i = 0; i < ask->n_groups; i++)
		groups[i] = (struct count_group){.key = ask->groups[i]};
	return groups;
}

enum err listed_read(struct answer *r, const struct listed_ask *ask, struct listed **ret)
{
	struct listed *l = arena_alloc(r->a, sizeof *l);
	*ret = l;
	l->q = (struct msg_count_question){.counted = ask->arrangements ? COUNTED_ARRANGEMENTS : COUNTED_UNITS,
					   .n_units = ask->n_units,
					   .subtree = ask->subtree};
	msg_fill_texts(&msg_type_count_question, &l->q);
	l->d.day = ask->day;
	l->c = (struct count){.r = r,
			      .q = &l->q,
			      .scope = ask->scope,
			      .n_axes = 1,
			      .axes = {{.by = scope_grouped(ask->scope) ? COUNT_BY_UNIT : COUNT_BY_ALL,
					.n_groups = ask->n_groups,
					.groups = groups_of(r, ask)}},
			      .kind = ask->arrangements ? 0 : ask->kind,
			      .of_arrangements = ask->arrangements};
	enum err e = count_complete_ask(&l->c);
	if (e == ERR_OK)
		e = count_complete_day(&l->c, &l->d);
	if (e == ERR_OK)
		e = count_complete_groups(&l->c, &l->d);
	return e == ERR_OK && ask->arrangements && l->c.n_declared ? open_lists(l) : e;
}

bool listed_open(struct listed *l, uint32_t group)
{
	return count_open(&l->c, &l->d, group);
}

size_t listed_gaps(struct listed *l, const uint32_t *units, size_t n, const char ***ret)
{
	struct answer *r = l->c.r;
	const struct roster_word **words;
	if (!l->c.roster)
		return 0;
	n = roster_gap_words(l->c.roster, r->v, &l->d.lists, units, n, r->a, &words);
	return roster_notes(r, &l->d.lists, words, n, ret);
}
