/* SPDX-License-Identifier: Apache-2.0
 *
 * twin_reform.h - an event while the twin reads and applies it: what it names, found.
 */
#pragma once
#include "tests/model/twin.h"

#define REFORM_MAX 8

struct reform {
	struct twin *t;
	const struct msg_reorganisation_event *m;
	struct when effective;
	int32_t before, after;
	unsigned sources[REFORM_MAX], targets[REFORM_MAX];
	unsigned what[REFORM_MAX], from[REFORM_MAX], to[REFORM_MAX]; /* of moves; 0 = not said */
	unsigned objects[REFORM_MAX];                                /* of dispositions; 0 = all of the kind */
	unsigned territory[REFORM_MAX];                              /* by target: whose it has; 0 = not said */
	bool applies;
};
bool reform_ends(const struct reform *r, unsigned unit); /* is it a source that ends? */

bool reform_all_live(const struct reform *r);

/* ---- flows (twin_flow.c) ---- */

void reform_read_territories(struct reform *r); /* wrong when they are */
void reform_read_flows(struct reform *r);       /* wrong when they are */
void reform_flow(const struct reform *r);

/* ---- links (twin_move.c) ---- */

void reform_read_links(struct reform *r); /* moves and dispositions; wrong when they are */
void reform_move(const struct reform *r);
void reform_dispose(const struct reform *r);
