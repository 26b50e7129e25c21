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

/* balance_record.c: in which groups a thing is counted on a day, for certain or perhaps. */
struct place {
	uint32_t group;
	bool sure;
};
struct places {
	size_t n;
	struct place *list; /* by group */
};
struct record {
	struct balance *b;
	const char *from, *to;
	size_t n_units;
	uint32_t *units; /* of the kind, ever; ascending */
	size_t n_turns, turns_room;
	struct turn *turns;
};
enum passing { PASSING_NO, PASSING_PERHAPS, PASSING_YES };
/* As known as of a revision. `living`: that it lives on the day is beyond doubt, as somebody speaks of it there. */
struct places record_places(struct record *c, uint64_t as_of, uint32_t unit, int32_t day, bool living);
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
/* The opening as known at its own as_of, and as it is known at the closing's; `known`: then already. */
void record_learned(struct record *c, uint32_t unit, const struct places *then, const struct places *now, bool known);
enum passing record_passes(const struct balance *b, const struct when *w); /* between the opening and the closing? */
/* Is there anything of the kind on the event's other side? */
bool record_has_other(struct record *c, uint32_t unit, uint32_t event, bool forward);
enum err balance_record(struct balance *b) MUST_CHECK;
enum err balance_rounds(struct record *c) MUST_CHECK;   /* balance_round.c: arrangements that two rounds speak of */
enum err balance_printed(struct balance *b) MUST_CHECK; /* balance_printed.c */
