/* SPDX-License-Identifier: Apache-2.0
 *
 * explanation.c - see explanation.h.
 */
#include "tests/unit/explanation.h"

struct msg_explain_answer explanation(struct world *w, const char *question)
{
	struct answers all = asked(w, "{'explain': {%s}}", question);
	struct msg_explain_answer whole = {0};
	size_t room = 0, notes_room = 0;
	for (size_t p = 0; p < all.n; p++) {
		const struct msg_explain_answer *e = all.list[p].explain;
		assert_non_null(e);
		whole.row = e->row ? e->row : whole.row;
		whole.recomputed = e->recomputed ? e->recomputed : whole.recomputed;
		whole.agrees |= e->agrees;
		for (size_t i = 0; i < e->n_items; i++) {
			whole.items =
			    arena_grow(w->a, whole.items, whole.n_items, whole.n_items + 1, sizeof *whole.items, &room);
			whole.items[whole.n_items++] = e->items[i];
		}
		for (size_t i = 0; i < e->n_notes; i++) {
			whole.notes = arena_grow(w->a, whole.notes, whole.n_notes, whole.n_notes + 1,
						 sizeof *whole.notes, &notes_room);
			whole.notes[whole.n_notes++] = e->notes[i];
		}
	}
	assert_non_null(whole.recomputed);
	return whole;
}
