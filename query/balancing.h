/* SPDX-License-Identifier: Apache-2.0
 *
 * balancing.h - inside the balance question. Only query/balance*.c include it.
 *
 * Opening and closing are each counted, or read, by themselves; the flows are what is said to have happened between.
 * Closing − (opening + flows) is therefore a check on the record, and of printed figures what nobody lists.
 */
#pragma once
#include "query/answer.h"
#include "query/figure.h"
#include "query/filter.h"
#include "query/point.h"
#include "query/same.h"
#include "query/scope.h"
#include "query/spoken.h"

#define BALANCE_NAMES_MAX 100u

/* One flow of a row: of one kind, and one event or one indicator. */
struct balance_flow {
	enum flow_kind kind;
	uint32_t event;
	const char *indicator; /* "" = from the record */
	const char *refused;   /* why there is no number; NULL = there is one */
	struct amount amount;
	size_t n_units, units_room;
	uint32_t *units;
};
struct balance_row {
	uint32_t group;
	const char *from, *to;
	int32_t day; /* of the closing, for names */
	struct amount opening, closing;
	const char *opening_refused, *closing_refused; /* NULL = there is a number */
	struct amount *left;                           /* unexplained; NULL = closing − (opening + flows) */
	size_t n_flows, flows_room;
	struct balance_flow *flows;
	size_t n_notes, notes_room;
	const char **notes;
};
struct balance {
	struct answer *r;
	const struct msg_balance_question *q;
	struct point from, to;
	struct scope *scope;
	struct filter *where;
	uint32_t kind; /* SPACE_TERM of what is counted; 0 = a printed indicator */
	struct amounts *all;
	struct arena *work;
	size_t n_rows, rows_room;
	struct balance_row *rows;
};

/* The row of a group between two times; made where there is none. */
struct balance_row *balance_row(struct balance *b, uint32_t group, const char *from, const char *to);
/* Add low..high to a flow; `unit` 0 = none to list. */
void balance_add(struct balance *b, struct balance_row *row, enum flow_kind kind, uint32_t event, int low, int high,
		 uint32_t unit);
struct balance_flow *balance_flow(struct balance *b, struct balance_row *row, enum flow_kind kind, uint32_t event,
				  const char *indicator);
void balance_name(struct balance *b, struct balance_flow *f, uint32_t unit);
void balance_note(struct balance *b, struct balance_row *row, const char *text); /* the text must last; each once */
const char *balance_text(struct balance *b, enum space s, uint32_t id);

/* balance_thing.c: what is counted once. Units that are one (SAME_AS) are one thing: it is there while any of them is,
 * in every group in which one of them is. They may be one as known at the opening and not at the closing, or the other
 * way round. */
struct ones { /* which units are one, as known at a point */
	size_t n;
	const struct same *list, *by_class;
};
struct thing {
	size_t n;
	const uint32_t *units; /* of the kind, ascending */
};
/* In which groups a thing is counted on a day, for certain or perhaps. */
struct place {
	uint32_t group;
	bool sure;
};
struct places {
	size_t n;
	struct place *list; /* by group */
};
/* While it is there without a gap: from the first of its lives to the last. Lives that may touch leave no gap. */
struct span {
	struct when from, to;
	size_t n;
	const struct fact_life *lives; /* by when they begin */
	const struct fact_life *first, *last;
};
/* Of a thing, in a row: closing − (opening + flows), as far as one of these adds to it. */
struct left {
	uint32_t row, thing;
	int low, high;
};
/* A thing at an event. */
struct turn {
	uint32_t event, unit, thing; /* the lowest number of all that is one with the unit */
	int32_t lo, hi;              /* when the event takes effect */
	bool certain;                /* between the points */
};
struct record {
	struct balance *b;
	const char *from, *to;
	size_t n_units;
	uint32_t *units;               /* of the kind, ever; ascending */
	struct ones then, now, either; /* as known at the opening, at the closing, by either */
	size_t n_turns, turns_room;
	struct turn *turns;    /* by when, then by thing */
	struct turn *by_thing; /* the same */
	uint32_t at;           /* whose numbers are being told */
	size_t n_left, left_room;
	struct left *left;
	uint32_t *joined; /* by thing: another that an event connects it with, or itself */
};
void thing_read(struct record *c); /* then, now and either; of units already found */
struct thing thing_of(struct record *c, const struct ones *o, uint32_t unit);
/* As known as of a revision. `living`: that it lives on the day is beyond doubt, as somebody speaks of it there. */
struct places thing_places(struct record *c, uint64_t as_of, const struct thing *x, int32_t day, bool living);
bool thing_lives(struct record *c, const struct thing *x, int32_t day); /* as one of the kind, perhaps */
bool thing_known(struct record *c, uint64_t as_of, const struct thing *x);
size_t thing_spans(struct record *c, const struct thing *x, struct span **ret);   /* as known as of the view */
const struct span *thing_span_at(const struct span *list, size_t n, int32_t day); /* NULL = none */
bool thing_counted(struct record *c, uint32_t unit);                              /* is it of the kind? */
/* Is there anything else of the kind on the other side of the event: to which the unit flowed (forward), or from which
 * it came? Of a span: of an event that ended it (forward), or that began it. */
bool thing_flows(struct record *c, uint32_t unit, uint32_t event, bool forward);
bool thing_has_other(struct record *c, const struct span *s, bool forward);

/* balance_left.c */
void left_join(struct record *c, uint32_t unit, uint32_t other);                   /* by an event between the points */
void left_add(struct record *c, const struct balance_row *row, int low, int high); /* of c->at */
/* After all flows: what is left of each row, and whether there may be more at either end than is on record. */
enum err balance_left(struct record *c, bool rounds) MUST_CHECK;

/* balance_event.c: the flows of all turns. */
enum err record_events(struct record *c) MUST_CHECK;

/* balance_record.c */
enum passing { PASSING_NO, PASSING_PERHAPS, PASSING_YES };
struct balance_row *record_row(struct record *c, uint32_t group);
void record_count(struct record *c, const struct places *p, bool closing);
/* +1 or −1 in every group of p. */
void record_each(struct record *c, const struct places *p, enum flow_kind kind, uint32_t event, int n, bool certain,
		 uint32_t unit);
/* What lives on: more in the groups that it is in only afterwards, less in those it has left. */
struct move {
	enum flow_kind in, out;
	uint32_t event, unit_in, unit_out;
	bool certain;
};
void record_move(struct record *c, const struct places *before, const struct places *after, const struct move *m);
/* Of all that hangs together by either state of knowledge, where each thing is: as known then, and as known now. */
struct standing {
	uint32_t group, unit;
	bool sure;
	bool known; /* of one as known now: something of it was known then */
};
struct standings {
	size_t n, room;
	struct standing *list;
};
void record_stands(struct record *c, struct standings *s, const struct places *p, uint32_t unit, bool known);
/* The opening as known at its own as_of, and as it is known at the closing's. */
void record_learned(struct record *c, struct standings *then, struct standings *now);
enum passing record_passes(const struct balance *b, const struct when *w); /* between the opening and the closing? */
enum err balance_record(struct balance *b) MUST_CHECK;
enum err balance_rounds(struct record *c) MUST_CHECK;   /* balance_round.c: arrangements that two rounds speak of */
enum err balance_printed(struct balance *b) MUST_CHECK; /* balance_printed.c */
