/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_kit.h - small histories of municipalities, and the parts of a change as one line of text.
 *
 * Most histories have two rounds: r0 (reference 2014) and r1 (reference 2022). Municipalities are part of a county for
 * all of their life.
 */
#pragma once
#include "tests/unit/query_kit.h"

/* A municipality inside a county ("" = none). */
void k_town(struct world *w, const char *id, const char *county, const char *from, const char *to);
void k_towns(struct world *w, const char *ids, const char *county, const char *from, const char *to); /* "A B C" */
void k_county(struct world *w, const char *id, const char *from, const char *to);
/* An edge of an event; territory NULL = not said. */
void k_flow(struct world *w, const char *event, const char *day, const char *from, const char *to, bool part,
	    const char *territory);
void k_weight(struct world *w, const char *event, const char *from, const char *to, int64_t n);
/* A round with a frame: named members ("A B"), or a size and an area. */
void k_round(struct world *w, const char *id, const char *reference, uint32_t frame, const char *members,
	     const char *area);
/* "A 5 B 7 C ?": of each unit its value, in the round. Value "-" retracts. */
void k_say(struct world *w, const char *round, const char *series, const char *period, const char *list);
/* Corrects: the same key again. */
void k_correct(struct world *w, const char *round, const char *series, const char *period, const char *list);

struct k_ask {
	const char *indicator, *indicator_to, *from, *to, *in, *group_by, *weights, *dim, *code, *kind;
	bool alone; /* `in` without what is inside it */
	uint64_t from_rev, to_rev;
	enum measure measure;
	enum counted counted;
	uint32_t decimals;
	const char *field, *value; /* filter */
};
/* Every figure of a change that is asked for is explained too, and agrees; so many were. */
extern size_t k_explained;
struct msg_decompose_answer *k_decompose(struct world *w, const struct k_ask *ask);
/* "15 → 17 = 2: structure 0 (-10..0), real 2 (2..12)"; parts that are 0 and have no bounds are left out; "nothing" when
 * there is none. A row that does not agree says so. */
const char *k_text(struct world *w, const struct msg_decompose_row *row);
/* Of the only row. */
const char *k_parts(struct world *w, const struct k_ask *ask);
const struct msg_decompose_part *k_part(const struct msg_decompose_row *row, enum cause c);
bool k_noted(const struct msg_decompose_part *p, const char *text);
