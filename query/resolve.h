/* SPDX-License-Identifier: Apache-2.0
 *
 * resolve.h - from what a message calls a unit to the unit (design, rule 7).
 *
 * An id names its unit. A code or name is looked up: 1. inside the declared scope at the day; 2. among all units at the
 * day;
 * 3. the only unit that ever bore it, with a warning; 4. not at all, with the candidates. A name that says `within` is
 * looked up inside that unit in step 1 and nowhere else.
 */
#pragma once
#include "proto/msg.h"
#include "query/unit.h"

enum resolved_how { RESOLVED_NOT = 0, RESOLVED_ID, RESOLVED_SCOPE, RESOLVED_EVERYWHERE, RESOLVED_ONLY_LIFE };
struct resolved {
	uint32_t unit; /* 0 = not resolved */
	enum resolved_how how;
	size_t n_candidates;  /* of an ambiguous or dead name */
	uint32_t *candidates; /* in the arena, at most RESOLVE_CANDIDATES_MAX */
	const char *said;     /* what the message said, for findings: "name Herøy" */
};
#define RESOLVE_CANDIDATES_MAX 20

/* scope 0 = none. `day` is the structure to look in. Only codes and names look at the day. */
void resolve_unit(struct view *v, const struct msg_unit_ref *ref, uint32_t scope, int32_t day, struct arena *a,
		  struct resolved *ret);
