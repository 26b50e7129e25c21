/* SPDX-License-Identifier: Apache-2.0
 *
 * twin.h - a second, naive varde: one list of everything ever said, each with the revisions between which it stands.
 *
 * It answers by scanning that list, at any day and as of any revision. It is made from the contract (design.md,
 * varde.proto, PROTOCOL.md) and shares no code with judge, fold or readers; of base it uses the parser of dates only.
 * Nothing is ever removed but by twin_forget(), which is what a failed commit does.
 */
#pragma once
#include "base/mem.h"
#include "base/when.h"
#include "proto/msg.h"

#define FOREVER UINT64_MAX

enum said_kind {
	SAID_LIFE,
	SAID_NAME,
	SAID_CODE,
	SAID_ATTR,
	SAID_LINK,
	SAID_OBS,
	SAID_DEFINED,
	SAID_ROUND,
	SAID_TICK,
	SAID_EDGE,
	SAID_WEIGHT
};

/* Words are numbers of texts (twin_word); 0 = "". Which of them a kind of statement uses:
 *   LIFE unit what=kind    NAME unit text    CODE unit what=scheme text    ATTR unit what=name text=values
 *   LINK unit other role part    OBS unit what=series text=value period locator status round
 *   EDGE unit other what=event status=part text=unit    WEIGHT unit other what=event role=basis text=value source, date
 * in `from` DEFINED what=which    ROUND what=id period unit=area    TICK day in `from` */
struct said {
	enum said_kind kind;
	uint64_t rev, until; /* stands as of every revision in [rev, until) */
	unsigned unit, other, what, text, role, part, period, locator, source, round;
	unsigned type, status, life;
	const void *body; /* of a definition: lives as long as its message */
	size_t older; /* index + 1 of the statement that this one only gave an end (or took the end from); 0 = none */
	struct when from, to;
};

struct twin {
	struct arena *arena;
	size_t n, room;
	struct said *list;
	size_t n_words, words_room;
	const char **words;
	/* the message at hand */
	uint64_t rev;
	const char *wrong; /* why it is refused; NULL = nothing yet */
	unsigned source, scope;
	const char *locator, *reason;
	const struct said *round;
	int32_t structure_day;
	bool has_expressed, complete;
	size_t first; /* of the list: what this message added */
};

struct twin *twin_new(void);
struct twin *twin_free(struct twin *t);
unsigned twin_word(struct twin *t, const char *text);
const char *twin_text(const struct twin *t, unsigned word);

/* Say a message under revision `rev`: true = accepted, and it stands from then on; false = refused, nothing changed,
 * the reason is in t->wrong. `today` is the day of the system time, for a store without a tick. */
bool twin_say(struct twin *t, const struct msg_message *m, uint64_t rev, int32_t today);
void twin_tick(struct twin *t, uint64_t rev, int32_t day);
void twin_forget(struct twin *t, uint64_t rev); /* all that was said after `rev` */

/* ---- parts of saying (twin_say.c, twin_observe.c, twin_event.c) ---- */

void twin_wrong(struct twin *t, const char *why);
struct said *twin_add(struct twin *t, const struct said *s); /* stands from t->rev on; the list may move */
void twin_end(struct twin *t, size_t i);                     /* stands no longer from t->rev on */
struct when twin_date(struct twin *t, const char *text);     /* wrong when it is none */
unsigned twin_unit(struct twin *t, const struct msg_unit_ref *ref, int32_t day);
unsigned twin_source(struct twin *t, const char *id);
void twin_link(struct twin *t, unsigned type, unsigned from_unit, unsigned to_unit, struct when from, struct when to,
	       unsigned role, unsigned part);
bool twin_now(const struct twin *t, const struct said *s);          /* stands as of the message at hand */
unsigned twin_joined(struct twin *t, const char *a, const char *b); /* the word "a:b" */
void twin_event(struct twin *t, const struct msg_reorganisation_event *m);
void twin_event_read(struct twin *t, const struct msg_reorganisation_event *m);  /* wrong when it is */
void twin_event_apply(struct twin *t, const struct msg_reorganisation_event *m); /* reads it first */
/* What flows say of how much, in the versions of an event and later. */
void twin_event_weights(struct twin *t, const struct msg_reorganisation_event *m,
			const struct msg_reorganisation_event *old); /* old: NULL = it is the first version */
void twin_weight(struct twin *t, const struct msg_weight_statement *m);
void twin_observations(struct twin *t, const struct msg_submission *m);
void twin_retraction(struct twin *t, const struct msg_retraction *m);

/* ---- events in any order (twin_late.c) ---- */

/* Parishes and deaneries (p…, d…), and the offices, tasks and plans that hang on them (o…, t…, k…), are told of once,
 * before everything else; after that, nothing but events with an id late… changes them. So what they are can be made
 * anew from the start, of all events that stand, day by day. */
bool twin_is_late(const char *event);
bool twin_is_late_unit(const struct twin *t, unsigned unit);
void twin_late(struct twin *t, const struct said *event, long old);

/* ---- reading, as of a revision (twin.c) ---- */

/* 0 = no, 1 = possible, 2 = certain */
int truth_of(const struct when *from, const struct when *to, int32_t day);
bool stands_at(const struct said *s, uint64_t rev);
/* Index of the life that holds on the day, -1 = none; *ret_truth may be NULL. */
long twin_life(const struct twin *t, uint64_t rev, unsigned unit, int32_t day, int *ret_truth);
unsigned twin_kind(const struct twin *t, uint64_t rev, unsigned unit); /* 0 = no such unit */
int twin_link_truth(const struct twin *t, uint64_t rev, const struct said *link, int32_t day);
bool twin_inside(const struct twin *t, uint64_t rev, unsigned unit, unsigned container, int32_t day);
bool twin_contains_directly(const struct twin *t, uint64_t rev, unsigned unit, unsigned container, int32_t day);
bool twin_today(const struct twin *t, uint64_t rev, int32_t *ret);
bool twin_known(const struct twin *t, uint64_t rev, enum said_kind kind, unsigned what, size_t *ret);

/* ---- answers as lines, sorted, so that two can be compared (twin_read.c) ---- */

struct lines {
	struct arena *arena;
	size_t n, room;
	const char **line;
};
void line_add(struct lines *l, const char *fmt, ...) PRINTF_LIKE(2, 3);
void lines_sort(struct lines *l); /* and repeats dropped */
/* A set of texts as one: sorted, without repeats. */
const char *set_text(struct arena *a, const char **list, size_t n);
const char *value_word(struct arena *a,
		       const struct msg_value *v); /* "x:12.5", "m:NOT_ASKED": equal values, equal texts */

/* What the question must answer. false: it must be refused (unknown scope). */
bool twin_snapshot(struct twin *t, uint64_t rev, const struct msg_snapshot_question *q, struct lines *ret);
/* The flows from and to a unit. */
void twin_lineage(struct twin *t, uint64_t rev, unsigned unit, struct lines *ret);
const char *decimal_word(struct arena *a, const struct msg_decimal *d); /* equal numbers, equal texts */
/* The observation of a round that a figure would use, -1 = none. *ret_tie: one revision said two that are equally good.
 */
long twin_chosen(const struct twin *t, uint64_t rev, unsigned series, unsigned period, unsigned unit, unsigned round,
		 bool *ret_tie);
