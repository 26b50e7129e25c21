/* SPDX-License-Identifier: Apache-2.0
 *
 * cube_kit.h - an answer to a trend by hand, for tests of what is written and drawn of it.
 */
#pragma once
#include <stdio.h>
#include "clients/cube.h"
#include "tests/test.h"

#define ANSWER_ROWS 64

struct answer_made {
	struct arena *arena;
	struct msg_trend_answer trend;
	struct msg_query_reply reply;
	struct msg_trend_row rows[ANSWER_ROWS];
	enum measure measures[4];
	struct cube_asked asked;
	struct cube cube;
};

/* Of "arrangements", one measure (VALUE), at revision 7 on 2026-11-21. */
void answer_begin_made(struct answer_made *m, const char *group_by);
/* A row of one figure: "45" is exact, "?" in front makes a figure without a fraction: words, a kind of
 * missing "?(not asked)", or "?5|8|5–8" with its ends. `category` "" = none. */
struct msg_trend_row *answer_row_made(struct answer_made *m, const char *group, const char *category,
				      const char *period, const char *shown);
void answer_cube_made(struct answer_made *m); /* lays it out, which must go well */
/* What is written of it, to be freed; and that the rules of the field hold for it. */
char *answer_jsonstat(struct answer_made *m);
char *answer_sdmx(struct answer_made *m, bool labels);
void answer_fields_hold(struct answer_made *m, bool any_period);
void answer_end_made(struct answer_made *m);
