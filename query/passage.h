/* SPDX-License-Identifier: Apache-2.0
 *
 * passage.h - what reorganisation events did to a unit between two days.
 *
 * A unit passes through an event as one of its sources or targets; whoever flows to it or from it stands on the other
 * side. Differences and balances tell a change in the world from a reorganisation by this.
 * As known   as of the view's as_of. What was annulled is not there.
 * Memory     the arena. Errors stick in the view.
 */
#pragma once
#include "storage/view.h"

/* Events in which the unit is a source or a target that take effect after `from` and on or before `to`, ascending days.
 */
size_t passage_events(struct view *v, uint32_t unit, int32_t from, int32_t to, struct arena *a, uint32_t **ret);
/* Units that `unit` flowed to (forward) or came from in that event, ascending numbers, without itself. */
size_t passage_others(struct view *v, uint32_t unit, uint32_t event, bool forward, struct arena *a, uint32_t **ret);
