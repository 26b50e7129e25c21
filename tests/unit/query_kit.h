/* SPDX-License-Identifier: Apache-2.0
 *
 * query_kit.h - a small world in a throw-away store, made of facts without a judge, and questions about it.
 *
 * w_…() say something; w_commit() makes one revision of what was said since the last; asking opens a view of its own.
 */
#pragma once
#include "proto/codec.h"
#include "query/ask.h"
#include "query/unit.h"
#include "tests/unit/storage_kit.h"

struct world {
	struct kit *kit;
	struct arena *a;
	size_t n_facts, facts_room;
	struct fact *facts;
	size_t n_changes, changes_room;
	struct msg_change *changes;
	size_t n_words, words_room;
	struct word {
		enum space space;
		uint32_t id;
		const char *text;
	} * words;
	uint32_t last[SPACE_COUNT];
	uint64_t rev;
	const char *source; /* of what is said: "s1" */
	const char *round;  /* "" = none */
	struct ask_limits limits;
	struct view view; /* for direct reading: w_view() */
	size_t n_replies, replies_room;
	struct msg_query_reply **replies;
	struct slice *raw; /* the bytes of each */
	size_t raw_room;
	bool end;
	bool (*expired)(void *arg);
	struct kept *kept; /* of the test; NULL = each question reads everything anew */
	struct known *known;
	struct buf lent[2]; /* answers are made in them, one after the other */
};
int world_setup(void **state);
int world_teardown(void **state);

uint32_t w_word(struct world *w, enum space s, const char *text);
struct when w_when(const char *text);
struct fact *w_fact(struct world *w, enum fact_kind kind);
void w_def(struct world *w, enum space s, const char *id, const struct msg_type *type, const void *def);
/* An indicator of municipalities with the label "Label of ID". */
void w_indicator(struct world *w, const char *id, enum value_type type, enum aggregation over_units,
		 const char *unit_kind);
void w_round(struct world *w, const char *id, const char *reference, uint32_t frame); /* frame 0 = unknown */
/* The change record of a unit or link that stands; w_unit() and w_link() make it themselves. */
void w_standing(struct world *w, enum subject subject, const char *field, const char *a, const char *b,
		const char *from, const char *to);
uint32_t w_unit(struct world *w, const char *id, const char *kind, const char *from, const char *to, const char *name);
void w_name(struct world *w, const char *unit, const char *from, const char *to, const char *text);
void w_code(struct world *w, const char *unit, const char *scheme, const char *from, const char *to, const char *text);
void w_attr(struct world *w, const char *unit, const char *name, const char *from, const char *to, const char *value);
void w_link(struct world *w, enum link_type type, const char *from_unit, const char *to_unit, const char *from,
	    const char *to);
/* "12.10", "5..8", "5..", "..8", "~20" (nearly 20), "?" (not answered); anything else is words. */
struct msg_value *w_value(struct world *w, const char *text);
/* Says it, with its change record. `series` is "ID" or "ID|dim=code". Text NULL retracts. */
struct fact *w_obs(struct world *w, const char *unit, const char *series, const char *period, const char *value);
/* "A 5 B 7 C ?": of each unit its value; "-" retracts. */
void w_say(struct world *w, const char *series, const char *period, const char *list);
const char *w_next(struct world *w, const char **list); /* the next word of a list; NULL at its end */
void w_tick(struct world *w, const char *day);
uint64_t w_commit(struct world *w);

struct view *w_view(struct world *w); /* fresh; lives until the next w_ call that opens one, or the end */
/* Ask; all replies are kept in w->replies. Returns the last. */
struct msg_query_reply *w_ask(struct world *w, struct msg_query_request *q);
struct msg_error *w_ask_error(struct world *w, struct msg_query_request *q, enum err e, const char *text);
/* What is told from here on is entered in that year, or later. */
void w_entered(struct world *w, int year);
/* A request with one empty question of each sort, texts "". */
struct msg_query_request w_request(void);
struct msg_unit_ref *w_by_id(struct world *w, const char *id);
/* The only reply, which must be a trend or a snapshot. */
struct msg_trend_answer *w_trend(struct world *w, struct msg_trend_question *q);
struct msg_snapshot_answer *w_snapshot(struct world *w, struct msg_snapshot_question *q);
/* Encode and decode, so that no text is NULL. */
void *w_settle(struct world *w, const struct msg_type *type, const void *msg);
/* Two municipalities in a county; figures of two periods; an arrangement. Revisions 1 to 3. */
void say_all(struct world *w);
