/* SPDX-License-Identifier: Apache-2.0
 *
 * observe.h - reading observations: which series there are, the cells of a series, and the choice among values that
 * stand side by side (design, rule 8).
 */
#pragma once
#include "query/define.h"
#include "query/value.h"
#include "storage/obs_scan.h"

struct series {
	uint32_t id;
	const char *indicator;
	size_t n_categories;
	struct msg_category *categories;
};
/* The series of an indicator ("" = of all) that `c` selects (categories_hold() in category.h), in the order of their
 * texts (all: of their numbers). Categories that name a series exactly give that one alone. */
size_t series_find(struct view *v, const char *indicator, const struct msg_category *c, size_t n, struct arena *a,
		   struct series **ret);

/* What stands under one key (series, reference, unit): one statement (obs_scan.h) a source and locator, in key order. */
struct cell {
	uint32_t ref, unit;
	size_t n;                  /* at least 1 */
	const struct stated *list; /* until the next call */
};
/* Cells of a series in the order of (ref, unit), those without a standing statement left out. No overlay. */
#define CELLS_AHEAD 16u
struct cells {
	struct obs_scan scan;
	unsigned n, at, want;             /* statements read ahead, from `at` on not yet given; how many to read */
	struct stated ahead[CELLS_AHEAD]; /* the one given last is what a cell of one statement lends */
	struct buf list;                  /* what others do */
};
void cells_begin(struct cells *c, struct view *v, uint32_t series, uint32_t ref, uint32_t unit); /* 0 = all */
bool cells_next(struct cells *c, struct cell *ret);
/* The statements that come next, as many as were read by now, which may be all of a cell or not: at least two, unless
 * there are fewer. cells_pass() leaves the first n of them behind. A cell given before lends nothing any more. */
size_t cells_ahead(struct cells *c, const struct stated **ret);
void cells_pass(struct cells *c, size_t n);
void cells_seek(struct cells *c, uint32_t ref,
		uint32_t unit);  /* go on at the first cell ≥ (ref, unit); forwards only */
void cells_end(struct cells *c); /* {0} allowed */
#define AUTO_CELLS __attribute__((cleanup(cells_end)))

/* A list of units, ascending, and where a scan of cells stands in it. */
struct unit_list {
	size_t n, at;
	const uint32_t *units;
};
/* Is the cell's unit in the list? If not, the scan goes on at the next one that is. Call for every cell. */
bool cells_wanted(struct cells *c, const struct cell *cell, struct unit_list *l);

enum choice_rule { CHOICE_ONLY, CHOICE_STATUS, CHOICE_SOURCES, CHOICE_FIRST };
struct choice {
	size_t chosen;         /* index in the list */
	uint32_t values;       /* different values there are */
	enum choice_rule rule; /* that decided */
};
/* A status MAIN before others, CONFLICT last; then the value that more sources say; then the lowest revision. */
enum err choose_value(const struct stated *list, size_t n, struct arena *a, struct choice *ret) MUST_CHECK;
const char *choice_name(enum choice_rule r); /* "ONLY" …; static */

/* Of a correction: what it put right, as it stood before, its texts in the arena; false = it corrects nothing. */
bool stated_before(struct view *v, const struct stated *s, struct arena *a, struct stated *ret);
/* The revision whose definition a statement is made under: its own; of a correction that of what it corrects, since a
 * figure does not come under a new definition by being put right. (What was measured anew is said anew: retracted, or
 * under another indicator.) */
uint64_t stated_under(struct view *v, const struct stated *s);

/* The time that a reference stands for; false when it is broken (then view.err). */
bool ref_when(struct view *v, uint32_t ref, struct when *ret);
