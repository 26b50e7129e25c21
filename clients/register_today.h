/* SPDX-License-Identifier: Apache-2.0
 *
 * register_today.h - the rows of one day, tied into components: what register_tie.c makes and register_day.c reads.
 */
#pragma once
#include "clients/register_part.h"

struct register_pair {
	struct register_code *from, *to; /* NULL = none: creation, deletion */
	struct register_row *row;
};
struct register_part { /* one component: one event */
	struct register_pair *pairs;
	size_t n, room;
	struct register_row *first;
	struct register_code **sources, **targets;
	size_t n_sources, n_targets;
	bool *survives; /* a flag a source */
	bool bad;
	struct register_event *e;
};
struct register_today {
	struct register_model *m;
	struct register_row *rows;
	size_t n, stamp;
	int32_t day;
	bool stocked;
	size_t *parent, n_nodes;
	struct register_part *parts;
	size_t n_parts;
};

/* A finding about the changes; an ERROR makes the component bad. */
void register_tell(struct register_today *d, struct register_part *p, enum register_severity s, size_t line,
		   const char *rule, const char *text);
#define SAY(severity, line, rule, ...) register_tell(d, p, severity, line, rule, arena_printf(d->m->arena, __VA_ARGS__))

/* Components of the day's rows. */
void register_tie(struct register_today *d);
/* Codes that begin and end on the day are taken out of the pairs. */
void register_chains(struct register_today *d, struct register_part *p);
