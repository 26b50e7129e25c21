/* SPDX-License-Identifier: Apache-2.0
 *
 * describe.h - rows of a snapshot: what is true of a unit, a link, an arrangement, an observation at a day.
 *
 * Rows live in the answer's row arena: put them before the next is made.
 */
#pragma once
#include "query/arrangement.h"
#include "query/observe.h"

/* `life` is the one that holds at `day`. */
void describe_unit(struct answer *r, uint32_t unit, const struct unit_life *life, int32_t day,
		   struct msg_unit_row *ret);
void describe_link(struct answer *r, const struct unit_link *l, struct msg_link_row *ret);
/* Names of participants are those of `day`. The arrangement must live until the row is put. */
void describe_arrangement(struct answer *r, const struct arrangement *x, int32_t day, struct msg_arrangement_row *ret);
/* One of the statements of a cell; `period` is the text of its reference. */
void describe_observation(struct answer *r, const struct series *s, const char *period, const struct stated *one,
			  const struct choice *choice, bool chosen, struct msg_observation_row *ret);
