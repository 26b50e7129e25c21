/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_kit.h - what tests of the judge say over and over, in the world of world_base().
 */
#pragma once
#include "tests/unit/world.h"

/* The head of a submission of the source a. */
#define SUB "{'submission': {'mode': 'patch', 'source': 'a', "
/* One observation; LEVEL is its category. */
#define OBS(unit, indicator, cats, value)                                                                              \
	"{'unit': '" unit "', 'indicator': '" indicator "'" cats ", 'value': " value ", 'status': 'main'}"
#define LEVEL(code) ", 'categories': {'level': '" code "'}"

/* One observation of bodo's total, from a source, in the round of 2014; `more` is the rest of its fields. */
struct said *total(struct world *w, const char *source, const char *value, const char *more);
const char *totals(struct world *w);                  /* what stands of it */
struct said *unit(struct world *w, const char *json); /* a unit, or several */

/* An event of the source a; `rest` is what follows its head. The second must be refused. */
struct said *event(struct world *w, const char *id, const char *type, const char *effective, const char *rest);
struct said *no_event(struct world *w, const char *type, const char *rest);
/* Rissa and Leksvik merge; the two counties do, on the same day. `more` is of the target. */
struct said *indre_fosen(struct world *w, const char *more);
struct said *trondelag(struct world *w);

/* Takes back an event of type merging, of which `rev` is the newest version. */
struct said *annul(struct world *w, const char *id, unsigned long long rev);
/* All that stands of lives, names, codes, links and edges, without numbers of rows and revisions. */
const char *state_of(struct world *w);
