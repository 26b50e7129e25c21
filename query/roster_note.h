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
