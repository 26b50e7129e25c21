/* SPDX-License-Identifier: Apache-2.0
 *
 * overlap.h - two structures against each other on a day: which units of one share which units of the other.
 *
 * What a unit holds is a set of atoms (atom.h): its own territory with that of all its parts, and what it and they
 * cover. A COVERS link means the covered unit as it changes, with the territory of the day asked; with the role "fixed"
 * it means the territory that the covered unit had when the link began (the latest day that its start may mean, on
 * which the unit lived), so that regions laid out over the counties of 2017 can be held against the counties of 2020. A
 * link with a named part says that some of the unit is covered, and nobody knows how much.
 *
 * Parts  The map is often incomplete: a county may be known with two of its forty municipalities. A unit's own
 *        territory therefore counts besides that of its parts, but only against somebody who holds it too, and not
 *        where it was divided since: then the parts tell. What a unit that covers something has of its own counts in
 *        the same way only: an agency's region has no territory but what it covers.
 * Pure   no state; reads the view as of its revision.
 */
#pragma once
#include "query/answer.h"

#define OVERLAP_APART_MAX 20 /* names of smallest units in a row */

enum err ask_overlap(struct answer *r, const struct msg_overlap_question *q) MUST_CHECK;
