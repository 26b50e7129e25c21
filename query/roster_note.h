/* SPDX-License-Identifier: Apache-2.0
 *
 * roster_note.h - for people: which lists have gaps, and who says so. A sentence for each round that declared some.
 *
 * Memory  r->a.
 */
#pragma once
#include "query/answer.h"
#include "query/roster.h"

size_t roster_notes(struct answer *r, const struct roster_gaps *g, const struct roster_word *const *words, size_t n,
		    const char ***ret);
/* What a question about units has to say of their lists: of a kind, or (0) of all kinds, inside a unit, or (0) anywhere,
 * on some days. Each sentence once. */
struct roster_about {
	uint32_t kind, inside;
	size_t n_days;
	const int32_t *days;
};
size_t roster_notes_about(struct answer *r, const struct roster_about *about, const char ***ret);
