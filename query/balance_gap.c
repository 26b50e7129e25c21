/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_gap.c - a balance of units is of those on record: a row says so where their list is declared to have gaps.
 */
#include "query/balancing.h"
#include "query/roster_note.h"

/* What the list is asked for: a group, or all that is asked about. */
static size_t lists_of(struct balance *b, const struct balance_row *row, uint32_t **ret)
{
	size_t n = row->group ? 1 : b->q->n_units;
	*ret = arena_alloc(b->r->a, (n + 1) * sizeof **ret);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = row->group ? row->group : scope_unit(b->scope, i);
	return n;
}

/* Of the two points; NULL = nothing is declared of the kind, or the units are named, which are no list. */
static const struct roster *lists_read(struct balance *b)
{
	struct answer *r = b->r;
	const int32_t days[] = {b->from.day, b->to.day};
	if (b->q->counted != COUNTED_UNITS || (b->q->n_units && !b->q->subtree))
		return NULL;
	if (!b->roster) {
		b->roster = roster_read(r->v, r->a);
		for (size_t i = 0; i < 2; i++)
			roster_gaps_read(b->roster, r->v, b->kind, days[i], r->a, &b->gaps[i]);
	}
	return roster_speaks(b->roster, b->kind) ? b->roster : NULL;
}

void balance_gaps(struct balance *b, struct balance_row *row)
{
	struct answer *r = b->r;
	const struct roster *t = lists_read(b);
	uint32_t *units;
	if (!t || (row->group && unit_kind(r->v, row->group) == b->kind))
		return;
	size_t n_units = lists_of(b, row, &units);
	for (size_t i = 0; i < 2; i++) {
		const struct roster_gaps *g = &b->gaps[i];
		const struct roster_word **words;
		const char **texts;
		if (row->group && !roster_gap(t, r->v, g, row->group))
			continue;
		size_t n = roster_gap_words(t, r->v, g, units, n_units, r->a, &words);
		n = roster_notes(r, g, words, n, &texts);
		for (size_t k = 0; k < n; k++)
			balance_note(b, row, arena_printf(r->a, "of those on record: %s", texts[k]));
	}
}
