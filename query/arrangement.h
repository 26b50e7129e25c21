/* SPDX-License-Identifier: Apache-2.0
 *
 * arrangement.h - the arrangements of a day, one after the other, with their participants as reported or in the units
 * of another day. Counts, differences, balances, decompositions and networks all read them here.
 *
 * Rules     a participant or host that is a part of one unit there is that unit; one that was divided may be any of
 *           those it was divided among (`possible`); participants are de-duplicated; several that end up in one unit
 *           make it internalised (design, section 5). What lives nowhere there stays under its own number.
 * As known  as of the view's as_of when arrangements_open() is called.
 * Certain   a participant is as certain as the arrangement itself: of one that only may live on the day (life.truth),
 *           its participants are those that it then has.
 * Rounds    as on record, where no round is asked for (count_round.h).
 * Memory    what a struct arrangement holds lives until the next arrangements_next(); `keep` copies it into an arena.
 */
#pragma once
#include "query/answer.h"
#include "query/atom.h"
#include "query/attribute.h"

struct round_word;
struct arrangement {
	uint32_t unit;         /* its number */
	const char *id, *name; /* name at the day */
	struct unit_life life; /* at the day */
	size_t n_tasks;        /* a set, sorted as in the snapshot */
	const char *const *tasks;
	const char *sector, *legal_form, *level; /* "" = not said */
	uint32_t host;                           /* in the structure; 0 = not said */
	size_t n_participants;                   /* certain ones, ascending numbers */
	const uint32_t *participants;
	size_t n_possible; /* may take part: one that was divided may be it, or its dates are uncertain; not among the
			      certain ones */
	const uint32_t *possible;
	uint32_t host_reported;
	size_t n_possible_hosts; /* any: `host` is as reported, and may be one of these */
	const uint32_t *possible_hosts;
	size_t n_attrs; /* all that stand at the day: attribute.h */
	const struct attr_at *attrs;
	size_t reported; /* participants as reported, before they were expressed in another structure */
	enum completion complete;
	uint32_t printed; /* as the source counts them; 0 = not printed */
	bool internalised;
	uint32_t unnamed; /* certain participants on record that are left out by `word` */
	uint64_t rev;     /* that touched its life last */
};
struct arrangements_ask {
	int32_t day;
	struct atoms *atoms;           /* NULL = participants as reported */
	int32_t structure;             /* with atoms: the day whose units participants become */
	const uint8_t *only;           /* bits by unit number; NULL = all */
	const struct round_word *word; /* of the day's rounds: whom these leave out does not take part; NULL = nobody */
};
struct arrangements;
struct arrangements *arrangements_open(struct answer *r, const struct arrangements_ask *ask);
/* In the order of their numbers; false at the end or when something failed (then view.err or the answer's). Calls
 * answer_work(). */
bool arrangements_next(struct arrangements *l, const struct arrangement **ret);
enum err arrangements_close(struct arrangements *l) MUST_CHECK; /* NULL allowed; what ended it early */
struct arrangement *arrangement_keep(const struct arrangement *x, struct arena *a);
bool arrangement_has(const struct arrangement *x, uint32_t unit);      /* as a certain participant */
bool arrangement_may_have(const struct arrangement *x, uint32_t unit); /* as a possible one */
