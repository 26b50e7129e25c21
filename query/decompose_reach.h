/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_reach.h - how many units take part in something, expressed in the units of another day. Only
 * query/decompose*.c include it.
 *
 * Of `from` (units of one day) so many take part, and nobody need know which. A unit of the other day takes part when
 * one that is whole in it does (`any`). Of one that is divided each heir may take part, or none: who inherits is not
 * said by the borders (design, section 5: dispositions), and so it is with arrangements in the units of another day
 * (arrangement.h). Territory that came from outside `from` may take part or not.
 */
#pragma once
#include "query/decompose.h"

struct reach {
	struct decompose *d;
	struct atoms *atoms;
	int32_t from_day, to_day;
	size_t n_from, n_to;
	const uint32_t *from, *to; /* ascending */
	/* made by reach_find() */
	struct reach_edge {
		uint32_t source, target; /* indices */
		bool whole;
	} * edges;
	size_t n_edges, edges_room;
	bool *outside;   /* by target: territory of none of them */
	bool *came;      /* by target: territory of any of them */
	uint32_t *group; /* union-find over sources, then targets */
};
enum err reach_find(struct reach *x) MUST_CHECK;
bool reach_source(const struct reach *x, uint32_t unit, uint32_t *ret); /* its index */
/* Between which numbers of `to` take part where n of `from` do; `who` (by source) says which, NULL = not known. */
void reach_range(const struct reach *x, uint32_t n, const bool *who, uint32_t *ret_min, uint32_t *ret_max);
