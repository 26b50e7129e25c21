/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_network.h - inside the explain question: what a network counts. Only query/explain_network*.c include it.
 */
#pragma once
#include "query/explain_things.h"

enum counting { ARRANGEMENTS, POSSIBLE, PARTNERS, CONSTELLATIONS, CROSSING, HOSTS, CONSTELLATION };
#define COUNTINGS (CONSTELLATION + 1)

struct part { /* a unit in an arrangement */
	uint32_t arrangement, unit;
	bool certain;
	const struct thing *thing;
};
struct meeting { /* an arrangement that is asked about, and who takes part */
	uint32_t unit;
	size_t n;
	const struct part *parts; /* by unit, each once */
};
struct web {
	struct things t; /* first: all that take part in anything */
	struct explain *x;
	const struct msg_network_question *q;
	enum counting what;
	size_t n_named;
	uint32_t *named; /* the unit, the two, or the set; ascending */
	struct scope *scope, *border;
	uint32_t kind;
	size_t n, room;
	struct meeting *list;
	bool *in;       /* by arrangement: is it asked about? */
	uint64_t count; /* made */
};

/* explain_network_host.c: how many arrangements the unit hosts; each is told. */
enum err network_hosts_again(struct web *w) MUST_CHECK;
