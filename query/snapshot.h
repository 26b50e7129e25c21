/* SPDX-License-Identifier: Apache-2.0
 *
 * snapshot.h - inside the snapshot question. Only query/snapshot*.c include it.
 */
#pragma once
#include "query/describe.h"
#include "query/recast.h"

struct snapshot {
	struct answer *r;
	const struct msg_snapshot_question *q;
	const char *unweighted; /* basis_why() */
	bool units, links, arrangements, observations;
	int32_t day;
	uint32_t root, kind; /* asked for; 0 = none */
	bool everywhere;     /* no list: all units */
	struct unit_list in;
	uint32_t round, ref;
	const char *period;              /* canonical; NULL = any */
	bool any_time;                   /* observations of all references */
	uint8_t *seen;                   /* bits: arrangements found */
	uint32_t n_units;                /* that there are */
	struct arena *work;              /* of the unit or cell at hand */
	size_t n_told;                   /* rows of observations */
	struct msg_snapshot_answer last; /* labels */
	size_t indicators_room, code_lists_room;
	/* In another structure: */
	struct snapshot_project *project; /* NULL = as reported */
	int32_t to;
	bool by_target; /* the question is about units of that day: */
	struct unit_list targets;
};
bool snapshot_in_list(const struct unit_list *l, uint32_t unit); /* ascending */
/* Is the reference asked for? Its text, or NULL. */
const char *snapshot_period(struct snapshot *s, uint32_t ref);

enum err snapshot_observation(struct snapshot *s, const struct msg_observation_row *row) MUST_CHECK;

/* snapshot_project.c */
enum err snapshot_project_ask(struct snapshot *s) MUST_CHECK;
void snapshot_project_free(struct snapshot *s);
struct atoms *snapshot_project_atoms(const struct snapshot *s); /* NULL = as reported */
enum err snapshot_project_series(struct snapshot *s, const struct series *series) MUST_CHECK;
