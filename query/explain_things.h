/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_things.h - what a count counts, one by one, and what the log says of each. Only query/explain_count.c,
 * explain_cause_count.c, explain_cause_participant.c, explain_things.c and explain_thing_key.c include it.
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
	enum truth by_host;    /* where its host is asked for: POSSIBLE it may be another one */
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
	bool grouped, by_units; /* groups are matters of a unit: those of one grouping at least */
	size_t n_axes;
	struct things_axis { /* a grouping */
		const char *by;
		bool by_units, by_attr;
		struct scope *scope;        /* of groups */
		struct explain_sizes sizes; /* of groups by size */
		const char **size_of;       /* by unit: its class; NULL = not looked up */
	} axes[COUNT_GROUPINGS];
	bool pairs;                  /* things are participations */
	bool open;                   /* a list of participants is not said to be complete */
	struct open_ask *open_ask;   /* of counts: what is declared of the lists */
	struct published *published; /* NULL = whenever it was */
	struct round_word *word;     /* what the rounds asked for leave out; NULL = nothing */
	uint32_t n_unspoken;         /* left out */
	uint32_t n_unnamed;          /* participations likewise, of those that are not */
	size_t n_same;
	struct same *same; /* units that are one */
	size_t n, room;
	struct thing *list;
};
enum err things_gather(struct things *t) MUST_CHECK;
enum err things_hear(struct things *t) MUST_CHECK;
/* explain_count.c: a new item of the answer that says who said so; what it adds is the caller's. */
struct msg_explain_item *things_item(struct things *t, const struct thing *thing);

/* explain_thing_key.c: the groups of things. Of two groupings a key is of one of each. */
enum err things_group_ask(struct things *t) MUST_CHECK;
/* Of a unit (0 = none), an arrangement (NULL = none), or one that takes part in the other. */
size_t things_keys(struct things *t, uint32_t unit, const struct arrangement *in, const char *const **ret);
enum truth things_host_truth(const struct arrangement *x); /* POSSIBLE: any of several is its host */
/* How sure it is that the thing stands in the key's groups. */
enum truth things_truth(struct things *t, const struct thing *thing, const char *key);
const char *const *things_key_list(struct things *t, const char *key);      /* of one */
bool things_each_its_own(const struct things *t);                           /* each unit is a group */
bool things_key_less(const struct things *t, const char *x, const char *y); /* y says all that x says, and more */
const char *things_row_key(struct things *t, const struct msg_trend_row *row);
/* The key's group by one grouping, whatever its other one; or its groups that are matters of a unit (NULL = none). */
const char *things_whole_key(struct things *t, const char *key, size_t axis);
const char *things_units_key(struct things *t, const char *key);
const char *things_key_part(struct things *t, const char *key, size_t axis); /* the group of one grouping */
bool things_has_key(const char *const *keys, size_t n, const char *key);
