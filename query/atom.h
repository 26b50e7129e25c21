/* SPDX-License-Identifier: Apache-2.0
 *
 * atom.h - territories cut into atoms: the coarsest parts that every event on record maps whole (design, section 5).
 *
 * A unit's own territory at a day is a set of atoms. A unit that was never touched is one atom for ever. A merger puts
 * sets together; a split that says which former territory returns (Edge.territory) gives exactly those atoms back; a
 * split that does not say cuts every atom of the source into one piece a target, of unknown share, or of known share
 * where weights of the basis stand on every flow of that source. So a merger that is later undone cancels out, and
 * parts that come together again are whole again. The territory of a unit with parts (part_of, at the day) is the union
 * of its parts' territories, down to the units without parts. Units that are SAME_AS one another share their atoms.
 * Where the list of such parts is declared to have gaps (roster.h), the parts on record are not all of it: its own
 * territory is in the union too, as the rest that no part on record holds. That goes where the unit's own events say.
 *
 * Order    events are applied by effective day (the latest of an uncertain one), those of one day so that a unit is
 *          born before it flows on; the order in which they were entered does not matter. What a unit gives away on a
 *          day is of what it had in the morning; one born that day passes on what it got. A date that names no latest
 *          day ("2007/..") has not come. A territory is what the unit had when it last had any.
 * Rest     what no flow's territory names goes to the flows without one, and to the source that lives on; if there is
 *          no such flow, it may lie with any of the targets.
 * Limits   a cut goes through every atom of the source; more than four million pieces in all are ERR_TOO_LARGE, and so
 *          are eight million moves of pieces from unit to unit. The view's look (view.h) ends it where it takes too long.
 * as_of    what the view shows. An atom's number is only good with the struct atoms that gave it.
 * Pure     no state but what atoms_new() read.
 * Threads  one.
 */
#pragma once
#include <gmp.h>
#include "query/unit.h"

struct atoms;
/* Read all standing edges, weights and lives. `basis` (SPACE_TERM) chooses the weights; 0 = none. Memory in the arena
 * and on the heap: atoms_free(). An error of the view sticks there; the result is then empty. Untouched units cost
 * nothing. */
struct atoms *atoms_new(struct view *v, uint32_t basis, struct arena *a);
struct atoms *atoms_free(struct atoms *t); /* NULL allowed; returns NULL. What kept.h keeps stays there */

/* The atoms of `unit` at `day`, ascending; own = only its own territory, else with all its parts. 0 when it does not
 * live then. The list lives as long as the struct. */
size_t atoms_of(struct atoms *t, uint32_t unit, int32_t day, bool own, const uint32_t **ret);
/* Of a unit with parts of several kinds those of the kinds that events move, where there are any: parts of one
 * partition, as figures are told to cover. Else all. */
size_t atoms_parts(struct atoms *t, uint32_t unit, int32_t day, const uint32_t **ret);
/* Of a unit that is more than its parts on record, since a list of such parts is declared to have gaps: their kind
 * (SPACE_TERM); 0 = it is its parts, or is itself. */
uint32_t atoms_gaps(struct atoms *t, uint32_t unit, int32_t day);
/* The unit whose own territory the atom is at `day`; 0 = none lives there then. */
uint32_t atoms_holder(struct atoms *t, uint32_t atom, int32_t day);
/* The share of a unit's own territory at `day` that the atom is, if weights tell; the atoms of a unit that is one atom
 * have share 1. `ret` initialised by the caller. */
bool atoms_share(struct atoms *t, uint32_t unit, int32_t day, uint32_t atom, mpq_t ret);
/* The events that may have taken effect by `day` or not, since their dates are uncertain; they are taken as not yet
 * come. Returns how many, the first of them (by number) in *ret_event (SPACE_EVENT). */
size_t atoms_unsure(const struct atoms *t, int32_t day, uint32_t *ret_event);
/* What somebody works out of lives, containers and territories alone for all units: `bytes` of room, zero at first. It
 * is the same room for whoever names the same, in a later question too where the atoms are kept. NULL = there are too
 * many of them. */
enum atoms_about { ATOMS_STILL = 1, ATOMS_COUNTED };
struct atoms_worked {
	enum atoms_about about;
	int32_t day, group_day;
	uint32_t group_kind, kind, n_units;
};
void *atoms_worked(struct atoms *t, const struct atoms_worked *of, size_t bytes);
