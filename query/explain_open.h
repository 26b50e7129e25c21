/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_open.h - may there be more than is on record? Inside the explain question, for what is counted: made once
 * more of the declarations of completeness, as the facts of the log have them. Only query/explain_count.c,
 * explain_cause_count.c, explain_balance.c and explain_open.c include it.
 *
 * What is declared of lists of arrangements, and of lists of units, PROTOCOL.md says; this is another hand that follows
 * it. As known as of the view when open_read() is called.
 */
#pragma once
#include "query/explaining.h"
#include "query/scope.h"

struct declaration {
	uint32_t round, unit, kind;
	uint64_t rev;
	bool heard, yes;
	struct when when; /* of the round's reference */
	uint32_t of_kind; /* the round's reporting units */
	bool told;
};
struct open_ask {
	struct explain *x;
	struct scope *scope;
	bool subtree;
	size_t n_units;    /* named */
	bool arrangements; /* are counted, in one way or another; else units of the kind */
	bool participants; /* or links: whose lists must be complete too */
	size_t n_axes;     /* groupings */
	struct open_axis {
		bool by_unit, by_size;
	} axes[COUNT_GROUPINGS];
	bool open_lists;      /* a list of participants is not said to be complete */
	uint32_t kind;        /* of units, or that take part; 0 = none */
	uint32_t arrangement; /* that word; 0 = not counted */
	int32_t day, place;   /* of arrangements; of units */
	size_t n, room;
	struct declaration *list;
	unsigned whole, gap; /* 1 + what is known of all that is asked about; 0 = not looked up */
};
enum err open_read(struct open_ask *o) MUST_CHECK;
#define OPEN_TOTAL UINT32_MAX /* whichever group */
/* Of the cell of a group of each grouping: its unit, where it is one; 0 = of no unit. */
bool open_more(struct open_ask *o, const uint32_t *groups);  /* may there be more of what is counted in it? */
const char *open_rule(const struct open_ask *o);             /* why there may, in words */
bool open_units(struct open_ask *o, const uint32_t *groups); /* may there be more units of the kind? */
