/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_told.h - trends of a world told as JSON (asking.h): all rows of an answer as text, and what explain makes of
 * them.
 */
#pragma once
#include "tests/unit/asking.h"

/* "GROUP PERIOD: figures | note | note", a line a row. A figure is "12", "12 (+2, 20.0 %)" with its growth, "12 (no
 * growth: WHY)", or "refused: WHY"; several are separated by "; ". `trend` is the JSON of a TrendQuestion. What rows grew is explained too, and agrees. */
const char *trend_rows(struct world *w, const char *trend);
/* The notes of the whole answer, a line each. */
const char *trend_notes_told(struct world *w, const char *trend);
/* Every figure of every row of the answer, explained: what is made of the log agrees. Returns how many there are. */
size_t trend_explained(struct world *w, const char *trend);
