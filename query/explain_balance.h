/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_balance.h - inside the explain question: one line of a balance made once more. Only query/explain_balance.c,
 * explain_lived.c, explain_flow*.c and explain_stock.c include it.
 *
 * What a line of a balance is, PROTOCOL.md says; this is another hand that follows it. Of what is counted on record the
 * lives of units and the flows of events are read from the facts of the log; every thing writes its entries into a account
 * of the one group that is asked about: so much more or less, on which line, by which event, since which statement. A
 * line is the sum of its entries. Of printed figures the statements are read from the log and chosen again.
 */
#pragma once
#include "query/explaining.h"
#include "query/filter.h"
#include "query/point.h"
#include "query/same.h"
#include "query/scope.h"

/* Lines that are no flows; those that are have the numbers of enum flow_kind. */
enum { LINE_OPENING = 0x100, LINE_CLOSING, LINE_UNEXPLAINED };

struct lived { /* one life of a unit of the kind, as the log has it */
	uint32_t unit;
	uint16_t life;
	uint64_t rev;
	bool heard;
	struct when from, to; /* no start: WHEN_DAY_MIN; no end: WHEN_DAY_MAX */
	uint32_t born_by, ended_by;
};
struct lives {
	size_t n, room;
	struct lived *list; /* by unit, life */
};
struct passed { /* `from` became `to` in an event, or a part of it did */
	uint32_t from, to, event;
	uint64_t rev;
	bool heard;
	struct when effective;
};
struct kin { /* which units are one */
	size_t n;
	const struct same *list, *by_class;
};
struct entry {
	int line;
	uint32_t event;
	uint32_t thing;       /* the lowest number of all that is one with it, by either point */
	uint32_t unit, other; /* told of; the other end of a flow of an event, or what it is placed by; 0 = none */
	int low, high;
	uint64_t rev;            /* that said so; 0 = not told */
	bool link;               /* rev is of the link between `unit` and `other` */
	const struct passed *by; /* the flow of an event */
};
struct account {
	struct explain *x;
	const struct msg_balance_question *q;
	struct point from, to;
	struct scope *scope;
	struct filter *where;
	uint32_t kind, group; /* of the row; 0 = all, or in none */
	int line;
	uint32_t event; /* of the flow */
	struct arena *work;
	/* explain_lived.c */
	size_t n_units;
	uint32_t *units; /* ever of the kind, ascending */
	struct kin then, now, either;
	struct lives lived[2]; /* as known at the opening, at the closing */
	size_t n_passed, passed_room;
	struct passed *passed; /* of the events between the points, both ends of the kind */
	uint32_t *joined;      /* by thing */
	/* made */
	size_t n_entries, entries_room;
	struct entry *entries;
};

/* explain_lived.c. `late`: as known at the closing. */
enum err account_read(struct account *b) MUST_CHECK;
size_t kin_of(struct account *b, const struct kin *k, uint32_t unit,
	      const uint32_t **ret);                            /* of the kind; itself at least */
uint32_t account_thing(const struct account *b, uint32_t unit); /* by either point */
enum being { BEING_NO, BEING_PERHAPS, BEING_SURE };
struct stands {
	enum being here; /* in the row's group */
	bool anywhere;   /* in the scope, whatever its group */
};
/* `sure`: that it lives there is beyond doubt. */
struct stands account_stands(struct account *b, bool late, const uint32_t *units, size_t n, int32_t day, bool sure);
bool account_lives(struct account *b, const uint32_t *units, size_t n,
		   int32_t day);                                        /* perhaps; as known at the closing */
bool account_known(struct account *b, const uint32_t *units, size_t n); /* of any day, as known at the opening */
/* While something of a thing is there without a gap, as known at the closing. */
struct stay {
	struct when from, to;
	const struct lived *first, *last; /* that begins it, ends it */
	bool came, goes;                  /* from, to another of the kind, by an event */
};
size_t account_stays(struct account *b, const uint32_t *units, size_t n, struct stay **ret);
/* The life of a unit that counts on a day, as known then or now; NULL = none. */
const struct lived *account_life(struct account *b, bool late, uint32_t unit, int32_t day);

/* explain_flow.c: entries */
void account_enter(struct account *b, const struct entry *e);
/* One more, or one less, where it stands: for certain where that is. */
void account_one(struct account *b, struct entry e, struct stands where, int n, bool certain);
/* It stood so and stands so: more, less, or neither. */
void account_move(struct account *b, struct entry e, struct stands was, struct stands is, int in, int out,
		  bool certain);
void account_join(struct account *b, uint32_t unit, uint32_t other);
enum passing { PASSING_NO, PASSING_PERHAPS, PASSING_YES };
enum passing account_passes(const struct account *b, const struct when *w);
/* What is known of a thing's opening by now and was not then, where it stood and stands. */
struct stood {
	struct stands at;
	uint32_t unit;
	bool known;
};
void account_learned(struct account *b, struct stood *then, size_t n_then, struct stood *now, size_t n_now);
enum err account_days(struct account *b) MUST_CHECK;
/* explain_flow_round.c: of arrangements that two rounds speak of */
enum err account_rounds(struct account *b) MUST_CHECK;
/* explain_flow_item.c: the entries of the line, as items */
enum err account_tell(struct account *b) MUST_CHECK;
/* explain_stock.c: of printed figures; `open`: not of the whole, but of one link of a chain */
enum err explain_stock(struct account *b, const struct msg_balance_row *row, const char *through,
		       struct made *ret) MUST_CHECK;
