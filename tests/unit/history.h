/* SPDX-License-Identifier: Apache-2.0
 *
 * history.h - reorganisations made of facts, as short as they are drawn, and figures projected over them.
 *
 * Units are written by their ids. A list of them says when: "A B ..2018, C 2018..2020, D" are A and B until 2018-01-01,
 * C from then to 2020-01-01 and D for ever: a year is its first day, and other dates are written out. A unit that comes
 * twice has two lives.
 */
#pragma once
#include "query/project.h"
#include "tests/unit/query_kit.h"

void h_towns(struct world *w, const char *list);                        /* municipalities */
void h_towns_of(struct world *w, const char *county, const char *list); /* in that county for all of their lives */
void h_counties(struct world *w, const char *list);
void h_inside(struct world *w, const char *unit, const char *whole_list); /* where it lies, and when */
/* Flows of one event, one a line of "A>B", "A>*B" (part), "A>*B=U" (part, the territory of U), separated by blanks.
 * Returns the last one. */
struct fact_edge *h_event(struct world *w, const char *event, const char *day, const char *flows);
void h_weight(struct world *w, const char *event, const char *flow, int64_t digits, uint8_t scale);
void h_same(struct world *w, const char *a, const char *b);

/* The projection as text: "EXACT B", "APPORTIONED B 3/5 C 2/5", "UNALLOCATED B C ?", known shares in fractions, "-" for
 * outside. Checks that the shares add up. kind NULL = 0. Commits what was said before. */
const char *h_project(struct world *w, const char *unit, const char *from, const char *to, const char *kind);
#define assert_flow(w, unit, from, to, kind, text) assert_string_equal(h_project(w, unit, from, to, kind), text)
