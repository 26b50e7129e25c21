/* SPDX-License-Identifier: Apache-2.0
 *
 * judge.h - decides what becomes of a message: verdict, findings, receipt, change records, facts.
 *
 * Happy path  the daemon receives an item, looks its id up (judge_known), and if it is new asks judge_message() for an
 *             outcome, appends the record and adds it to the overlay of the view, so that the next message sees it.
 * Failing     when the commit of a group fails, the daemon drops the overlay and calls judge_forget().
 * Purity      the outcome depends on the view, the input and nothing else; no clock, no socket, no log. The judge
 *             keeps only caches of the view's words and the numbers it has given out.
 * Threads     the writer's.
 */
#pragma once
#include "storage/outcome.h"
#include "storage/view.h"

struct judge_limits {
	uint32_t statements_max; /* of one message, all kinds together */
	uint32_t expansion_max;  /* memory that decoding one may take, as a multiple of its bytes; 0 = any */
};
struct judge_input {
	uint64_t pos, rev;     /* that it will have if appended (rev: if accepted) */
	int64_t time_us;       /* system time, > that of the revision before */
	const char *submitter; /* name of the key, or "plain:…" */
	uint8_t id[16];
	struct slice content; /* Item.content as received */
	const uint8_t *hash;  /* BLAKE2b-256 of content */
	bool dry_run;         /* verdicts WOULD_…; position and revision 0; nothing is remembered */
};
struct judgement {
	struct outcome outcome; /* slices and arrays in the arena; outcome.receipt is the encoded Receipt */
	uint32_t submitter;     /* its number (given now if new) */
	uint64_t rev;           /* in.rev when accepted, else 0 */
};
struct judge;
struct judge *judge_new(const struct store_facts *about, const struct judge_limits *l);
struct judge *judge_free(struct judge *j);

/* Judge one message against the view (with overlay). ERR_OK also when the verdict is REFUSED; anything else is a
 * failure of the store, or ERR_TOO_LARGE for a message that decodes to more than the limit; nothing is remembered. */
enum err judge_message(struct judge *j, struct view *v, const struct judge_input *in, struct arena *a,
		       struct judgement *ret, struct why *why) MUST_CHECK;
/* The civil day has turned to `day`: what is due since the last tick takes effect. in.content must be
 * judge_tick_body(). */
enum err judge_tick(struct judge *j, struct view *v, const struct judge_input *in, int32_t day, struct arena *a,
		    struct judgement *ret, struct why *why) MUST_CHECK;
struct slice judge_tick_body(struct arena *a, int32_t day, const char *zone); /* the encoded Message of a tick */
/* Forget everything cached: the overlay was dropped. */
void judge_forget(struct judge *j);

/* Was this id used? true: *ret_pos is its record's position (which may not be durable yet). */
bool judge_known(struct judge *j, struct view *v, const char *submitter, const uint8_t id[16], uint64_t *ret_pos);
/* A Receipt with verdict NOT_PROCESSED: never stored. `first` (may be NULL) is the record that used the id first. */
struct slice judge_not_processed(struct arena *a, const uint8_t id[16], const uint8_t *hash, const char *submitter,
				 enum err e, const char *text, const struct journal_record *first);
