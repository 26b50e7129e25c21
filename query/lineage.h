/* SPDX-License-Identifier: Apache-2.0
 *
 * lineage.h - where a unit came from and where it went, through every event on record.
 *
 * A walk over the edges of events, level by level, back to the first and forward to the last. It goes with time: what
 * came to a predecessor after it had given its part away is no predecessor, so that siblings and later additions stay
 * out. An event in which a unit lives on has an edge from the unit to itself: it is told, and is no step. Units that
 * were found to be the same (SAME_AS) are met together, at the same distance. Kinds make no difference: arrangements
 * have lineage as counties have.
 *
 * as_of    what the view shows: an annulled event has no edges that stand.
 * Limits   units and edges together are bounded by ask_limits.rows_max: ERR_TOO_LARGE, with the advice to take fewer
 * steps.
 */
#pragma once
#include "query/answer.h"

enum err ask_lineage(struct answer *r, const struct msg_lineage_question *q) MUST_CHECK;
