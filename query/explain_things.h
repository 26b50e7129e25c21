/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_things.h - what a count counts, one by one, and what the log says of each. Only query/explain_count.c,
 * explain_cause_count.c, explain_cause_participant.c and explain_things.c include it.
 */
#pragma once
#include "query/count_round.h"
#include "query/explaining.h"
#include "query/filter.h"
#include "query/same.h"
#include "query/scope.h"

struct thing {
	uint64_t counted;      /* equal for what counts once: the unit; of links a number */
	uint32_t unit, other;  /* other: the arrangement that it takes part in; of links the far end; 0 = none */
	uint32_t log_a, log_b; /* as the change record names them: reported units */
	uint64_t rev;          /* that said so last */
	enum truth limit;      /* no more certain than that: a unit that was divided, an arrangement's own life */
	enum truth anywhere;   /* likewise, whatever its group: an arrangement may be in one group or in another */
	enum truth truth;      /* by the change record: in its group */
	enum truth whole;      /* whatever its group */
	bool heard;
	bool internalised; /* all who take part in it are one unit there */
	size_t n_keys;
	const char *const *keys;
	const char *source, *locator, *submitter;
	struct slice message_id;
	int64_t time_us;
};
struct things {
	struct explain *x;
	const struct msg_count_question *q;
	struct scope *scope;
	struct filter *where;
	struct atoms *atoms; /* NULL = as reported */
	int32_t day, place;  /* of the row; in whose units participants stand */
	uint32_t kind;
	bool grouped, by_units;     /* groups are matters of a unit */
	bool pairs;                 /* things are participations */
	bool open;                  /* a list of participants is not said to be complete */
	struct open_ask *open_ask;  /* of counts: what is declared of the lists */
	struct round_word *word;    /* what the rounds asked for leave out; NULL = nothing */
	uint32_t n_unspoken;        /* left out */
	struct explain_sizes sizes; /* of groups by size */
	const char **size_of;       /* by unit: its class; NULL = not looked up */
	size_t n_same;
	struct same *same; /* units that are one */
	size_t n, room;
	struct thing *list;
};
enum err things_group_ask(struct things *t) MUST_CHECK;
size_t things_unit_keys(struct things *t, uint32_t unit, const char *const **ret);
enum err things_gather(struct things *t) MUST_CHECK;
enum err things_hear(struct things *t) MUST_CHECK;
/* explain_count.c: a new item of the answer that says who said so; what it adds is the caller's. */
struct msg_explain_item *things_item(struct things *t, const struct thing *thing);
