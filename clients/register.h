/* SPDX-License-Identifier: Apache-2.0
 *
 * register.h - a register of units and its changes: from rows "this code became that code on that day" to units with
 * lives, and typed events of n sources and m targets.
 *
 * Rules     rows of one day whose codes hang together are one event; the code before and the same code after are tied
 *           by the rows alone, so that a code which passes from one unit to another on a day joins nobody. An old code
 *           that begins that very day is looked through: the event leads from what was there the day before.
 * Units     a code is no identity. KIND/CODE is the first unit that ever bore the code, KIND/CODE:YYYY-MM-DD one that
 *           begins with a code that had been borne before. A code change keeps the unit.
 * Pure      no file, no socket, no clock. Everything lives in the model's arena.
 * Findings  an ERROR means that the register contradicts itself and nothing of it may be sent; a WARNING that it is
 *           taken as said and somebody should look; INFO what was done with a row that changes nothing.
 */
#pragma once
#include "base/mem.h"
#include "base/when.h"
#include "clients/lookup.h"
#include "proto/msg.h"

#define REGISTER_EVER WHEN_DAY_MIN /* from: before everything that the register tells */
#define REGISTER_OPEN WHEN_DAY_MAX /* to: still there */

enum register_severity { REGISTER_ERROR, REGISTER_WARNING, REGISTER_INFO };
struct register_finding {
	enum register_severity severity;
	const char *file; /* "changes", "codes" */
	size_t line;      /* 0 = the file as a whole */
	const char *rule, *text;
};
struct register_findings {
	struct arena *arena;
	struct register_finding *list;
	size_t n, room;
	size_t count[3]; /* by severity */
};
void register_say(struct register_findings *f, enum register_severity severity, const char *file, size_t line,
		  const char *rule, const char *fmt, ...) PRINTF_LIKE(6, 7);
void register_sort(struct register_findings *f); /* by file and line, errors first */

/* What a register says: one row, one pair of codes. "" = not given: without an old code it is a creation, without a new
 * one a deletion. */
struct register_row {
	size_t line;
	int32_t day;
	const char *old_code, *old_name, *new_code, *new_name;
	const char *part_of;   /* id of what contains the new code's unit from `day` on; NULL or "" = not said */
	const char *event;     /* "" = tied by codes alone */
	enum change_type type; /* UNSPECIFIED = by the rules */
	struct msg_weight *weights;
	size_t n_weights;
	bool stock; /* the new code is there from `day` (REGISTER_EVER allowed); nothing led to it */
};
/* A version of a code in a list of codes: [from, to). */
struct register_version {
	size_t line;
	const char *code, *name;
	int32_t from, to;
};

struct register_span {
	const char *code, *name;
	int32_t from, to;
};
struct register_unit {
	const char *id;
	size_t line; /* where it was first met */
	int32_t from, to;
	bool first;                  /* it was there before any event: a submission says it, no event */
	bool listed;                 /* known from the list of codes alone */
	const char *part_of;         /* of a first unit; NULL = not said */
	struct register_span *spans; /* its codes and names, in order */
	size_t n_spans, room;
};
struct register_target {
	struct register_unit *unit;
	bool is_new;
	const char *code, *name; /* new ones of a unit that lives on; NULL = unchanged */
	const char *part_of;     /* id of the container from then on; NULL = not said */
};
struct register_flow {
	uint32_t source, target;
	bool part;
	size_t line;
	struct msg_weight *weights;
	size_t n_weights;
};
struct register_event {
	const char *id;
	enum change_type type;
	int32_t day;
	size_t line; /* the first of its rows */
	struct register_unit **sources;
	struct register_target *targets;
	struct register_flow *flows;
	size_t n_sources, n_targets, n_flows;
	bool late; /* takes a code that another event of the day gives up */
};

struct register_options {
	const char *kind;  /* "kommune": of the ids */
	bool strict;       /* a survivor that no row names is an ERROR, not a WARNING */
	const char **skip; /* codes that name no unit */
	size_t n_skip;
};
struct register_code; /* register_part.h */
struct register_model {
	struct arena *arena;
	struct register_options o;
	struct register_findings findings;
	struct lookup codes;          /* struct register_code */
	struct register_unit **units; /* in the order met */
	size_t n_units, units_room;
	struct register_event **events; /* by day, then as they are to be sent */
	size_t n_events, events_room;
};

void register_init(struct register_model *m, struct arena *a, const struct register_options *o);
/* Take all rows in, once. `rows` are sorted. False when there is an ERROR. */
bool register_build(struct register_model *m, struct register_row *rows, size_t n);
/* Hold a list of codes against the model, after register_build() (or without it: then the list is all there is). It
 * adds units that no change ever mentions, and the first days of those that were there before any change; never an
 * event. `versions` are sorted. False when there is an ERROR. */
bool register_check(struct register_model *m, struct register_version *versions, size_t n);

/* The unit that bears the code on that day, or NULL. */
const struct register_unit *register_find(const struct register_model *m, const char *code, int32_t day);
const struct register_span *register_span_at(const struct register_unit *u, int32_t day);
size_t register_living(const struct register_model *m, int32_t day); /* how many units live */
const char *register_day(struct arena *a, int32_t day);              /* 2020-01-01; "" for ever and open */

/* The model as messages, in the order to send them: submissions with the units that were there before, `split` a
 * message, then one message an event. The same model gives the same bytes. */
struct register_emission {
	const char *source, *scheme; /* id of the source; register of codes ("kommunenummer") */
	const char *kind;            /* of the units: "municipality" */
	const char *part_of;         /* container of first units that name none; "" = none */
	size_t split;
};
struct msg_message **register_messages(const struct register_model *m, const struct register_emission *e, size_t *n);
