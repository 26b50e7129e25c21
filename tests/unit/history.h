/* SPDX-License-Identifier: Apache-2.0
 *
 * history.h - reorganisations made of facts, as short as they are drawn, and figures projected over them.
 *
 * Units are written by their ids; "*X" as a target in a flow means part of it. A day is written as a date.
 */
#pragma once
#include "query/project.h"
#include "tests/unit/query_kit.h"

/* A municipality from a date to a date ("" = open). */
void h_unit(struct world *w, const char *id, const char *from, const char *to);
void h_county(struct world *w, const char *id, const char *from, const char *to);
/* Flows of one event, one a line of "A>B", "A>*B" (part), "A>*B=U" (part, the territory of U), separated by blanks. */
void h_event(struct world *w, const char *event, const char *day, const char *flows);
void h_weight(struct world *w, const char *event, const char *flow, int64_t digits, uint8_t scale);
void h_inside(struct world *w, const char *unit, const char *whole, const char *from, const char *to);
void h_same(struct world *w, const char *a, const char *b);

/* The projection as text: "EXACT B", "APPORTIONED B 3/5 C 2/5", "UNALLOCATED B C ?", known shares in fractions, "-" for
 * outside. Checks that the shares add up. kind NULL = 0. Commits what was said before. */
const char *h_project(struct world *w, const char *unit, const char *from, const char *to, const char *kind);
#define assert_flow(w, unit, from, to, kind, text) assert_string_equal(h_project(w, unit, from, to, kind), text)
