/* SPDX-License-Identifier: Apache-2.0
 *
 * count_listed.h - may there be more on a day than is on record? The word of a count (count_complete.c), for questions
 * that count by themselves.
 *
 * As known   as of the view's as_of of the moment it is read.
 * Memory     r->a.
 */
#pragma once
#include "query/answer.h"
#include "query/scope.h"

struct listed;
struct listed_ask {
	int32_t day;
	struct scope *scope; /* of the units named, grouped or not */
	size_t n_units;      /* named */
	bool subtree;        /* and all inside them */
	bool arrangements;
	uint32_t kind; /* SPACE_TERM: of units, where it is not arrangements */
	size_t n_groups;
	const uint32_t *groups; /* that are asked for after; 0 = all, or what is in no group */
};
enum err listed_read(struct answer *r, const struct listed_ask *ask, struct listed **ret) MUST_CHECK;
bool listed_open(struct listed *l, uint32_t group);
/* Of units: which lists in any of these (none named: anywhere) have gaps, a sentence for each round that says so. */
size_t listed_gaps(struct listed *l, const uint32_t *units, size_t n, const char ***ret);
