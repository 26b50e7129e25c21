/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_kit.h - small histories of municipalities, and the parts of a change as one line of text.
 *
 * Most histories have two rounds: r0 (reference 2014) and r1 (reference 2022). Municipalities are part of a county for
 * all of their life.
 */
#pragma once
#include "tests/unit/history.h"

/* A round with a frame: named members ("A B"), or a size and an area. */
void k_round(struct world *w, const char *id, const char *reference, uint32_t frame, const char *members,
	     const char *area);
/* h_say() in that round. */
void k_say(struct world *w, const char *round, const char *series, const char *period, const char *list);
/* People of 2014 in r0 and of 2022 in r1, as one revision, which is returned. */
uint64_t k_people(struct world *w, const char *then, const char *later);
/* Corrects: the same key again. */
void k_correct(struct world *w, const char *round, const char *series, const char *period, const char *list);

/* West and East, people and money, both rounds. Nobody has said anything yet. */
void k_lay(struct world *w);
void k_same_towns(struct world *w); /* and A B C in West, X Y in East, all the time */

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
extern bool k_silent;  /* they are not: of many histories it is enough to ask some */
extern bool k_lenient; /* where nothing is said at a point there is no answer: NULL */
struct msg_decompose_answer *k_decompose(struct world *w, const struct k_ask *ask);
/* "15 → 17 = 2: structure 0 (-10..0), real 2 (2..12)"; parts that are 0 and have no bounds are left out; "nothing" when
 * there is none. A row that does not agree says so. */
const char *k_text(struct world *w, const struct msg_decompose_row *row);
/* Of the only row. */
const char *k_parts(struct world *w, const struct k_ask *ask);
const struct msg_decompose_part *k_part(const struct msg_decompose_row *row, enum cause c);
bool k_noted(const struct msg_decompose_part *p, const char *text);

/* Of `w`, asked with the fields of struct k_ask. */
#define PARTS(expected, ...) assert_string_equal(k_parts(w, &(struct k_ask){__VA_ARGS__}), expected)
