/* SPDX-License-Identifier: Apache-2.0
 *
 * balance_stock.h - the printed figures of a stock, and of what came and went, that a balance of them is made of.
 * Only query/balance_printed.c and balance_stock.c include it.
 *
 * A flow's own dimensions are not those of the stock: the category asked for holds where it has that dimension, else
 * the code that is its total.
 * Memory     b->r->a.
 */
#pragma once
#include "query/balancing.h"
#include "query/observe.h"

struct printed {
	uint32_t unit;
	struct when when;
	const char *period;
	struct msg_value *value;
	uint32_t group, place; /* in the scope at its reference; in the order read */
	uint32_t values;       /* different ones side by side */
	const char *rule, *all;
	uint64_t under; /* the revision whose definition it was stated under */
	bool taken;
};
struct printed_list {
	size_t n, room;
	struct printed *list;
	const struct printed **of_unit; /* all of it, those of a unit together; not of flows */
};
struct flows {
	const char *indicator;
	bool out;
	struct printed_list list;
};
struct stock {
	struct balance *b;
	const struct msg_indicator *def;
	struct printed_list then, now; /* as known at the opening, at the closing: of its round */
	struct printed_list any;       /* of all rounds: for the links of a chain */
	struct printed_list closing;
	size_t n_flows;
	struct flows *flows;
};

/* As the question of s->b asks. ERR_NOT_FOUND: no such indicator, or no figures of it. */
enum err stock_read(struct stock *s) MUST_CHECK;
/* Where a group's begin; how many there are. */
size_t printed_of_group(const struct printed_list *l, uint32_t group, struct printed **ret);
