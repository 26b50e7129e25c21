/* SPDX-License-Identifier: Apache-2.0
 *
 * publishing.h - inside published.h: only query/published*.c include it.
 */
#pragma once
#include "query/number_map.h"
#include "query/published.h"

struct published {
	struct answer *r;
	const char *text;
	int32_t by;
	uint64_t entered; /* the last revision by then */
	uint8_t *sources; /* by source: 0 = not looked up */
	uint32_t n_sources;
	uint64_t n[PUBLICATIONS]; /* statements */
	/* published_view.c: */
	struct published_of of;
	struct number_map left;   /* left out by now, each counted once */
	struct number_map sayers; /* by revision: 1 + the source that said all of it */
	struct arena *record;     /* of the record of the log at hand */
	uint32_t read;            /* records */
};
