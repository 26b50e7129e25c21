/* SPDX-License-Identifier: Apache-2.0
 *
 * gen_reform.h - the body of random events: sources and targets that fit the type, with what goes with them.
 *
 * gen_event.c and gen_late.c say by a manner which units, days, names and codes theirs are of.
 */
#pragma once
#include "tests/model/gen.h"

#define REFORM_SOURCES 4

struct making;
struct manner {
	const char *const
	    *names; /* none of units of the other manner: a statement that names those would change sides */
	unsigned n_names;
	const char *scheme; /* of codes */
	unsigned n_codes;
	const char *inner, *outer;                            /* kinds: what is part of what */
	bool parts;                                           /* new containers name their parts */
	bool hangs;                                           /* offices, tasks and plans hang on them */
	unsigned (*unit)(struct making *e, const char *kind); /* one to name; 0 = none */
	const char *(*new_id)(struct making *e);
};
struct making {
	struct gen *g;
	struct msg_reorganisation_event *m;
	const struct manner *is;
	const char *kind; /* of what is reorganised */
	int32_t day;      /* gen_late.c: its own; gen_event.c: the last one that is on record of its units */
	unsigned sources[REFORM_SOURCES];
};

/* An event without sources and targets; fill_reform() gives it those that its type needs. */
struct msg_message *gen_reform(struct making *e, const char *id, enum change_type type);
void fill_reform(struct making *e);
void gen_moves(struct making *e);        /* of RELOCATION and TRANSFER_OF_TASK */
void gen_dispositions(struct making *e); /* of what hangs on the sources, now and then */
void gen_flows(struct making *e);        /* now and then, with weights */
void one_name(struct making *e, struct msg_target *t);
