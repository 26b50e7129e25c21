/* SPDX-License-Identifier: Apache-2.0
 *
 * fact.h - what an accepted message did to the state, in the smallest words. The state is the fold of these.
 *
 * A fact is decided once, by the judge, under one revision; it stands in the record's outcome and is never
 * judged again. table.h turns a fact into rows, and a row back into its fact; how both are written stands in
 * fact.def. Everything is named by numbers that the outcome itself gave out (FACT_TERM), 1, 2, 3 … within each
 * space; 0 = none.
 *
 * A later fact with the same key replaces an earlier one as of its revision; nothing is ever deleted.
 */
#pragma once
#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/when.h"

/* Number spaces; part of the stored format, only ever appended to. */
enum space {
	SPACE_UNIT = 1,  /* unit ids */
	SPACE_SOURCE,    /* source ids */
	SPACE_CODE_LIST, /* code list ids */
	SPACE_INDICATOR, /* indicator ids */
	SPACE_SURVEY,    /* survey ids */
	SPACE_ROUND,     /* round ids */
	SPACE_EVENT,     /* reorganisation event ids */
	SPACE_TAG,       /* tag names */
	SPACE_SUBMITTER, /* names of keys, "plain:…" */
	SPACE_TERM,      /* kinds, code schemes, attribute names, roles, parts */
	SPACE_SERIES, /* indicator and its categories: "ID|dim=code|dim=code", dimensions in the order of their ids */
	SPACE_REF,    /* reference dates and periods as printed by when_format() */
	SPACE_COUNT
};

/* How a statement stands; part of the stored format. */
enum fact_state {
	STATE_ASSERTED = 1,
	STATE_CORRECTED = 2, /* this row replaces an older one under the same key: it was known wrong */
	STATE_RETRACTED = 3, /* it should never have been said; the value is empty */
	STATE_ERASED = 4,    /* legal erasure (later) */
};
/* Was it said, and not taken back? What does not stand is nothing to a question. */
static inline bool state_stands(enum fact_state s)
{
	return s == STATE_ASSERTED || s == STATE_CORRECTED;
}

enum fact_kind {
	FACT_TERM = 1,
	FACT_DEF,
	FACT_LIFE,
	FACT_NAME,
	FACT_CODE,
	FACT_ATTR,
	FACT_LINK,
	FACT_OBS,
	FACT_SCOPE,
	FACT_EVENT,
	FACT_EVENT_UNIT,
	FACT_EDGE,
	FACT_DUE,
	FACT_TICK,
	FACT_WEIGHT,
};

/* A text gets its number. */
struct fact_term {
	enum space space;
	uint32_t id;
	struct slice text;
};
/* A definition (source, code list, indicator, survey, round, tag): its encoded wire message. A newer one is its next
 * version. */
struct fact_def {
	enum space space;
	uint32_t id;
	struct slice body;
};
/* One life of a unit, from 1. */
struct fact_life {
	uint32_t unit;
	uint16_t life;
	uint32_t kind; /* SPACE_TERM */
	enum fact_state state;
	struct when from, to;
	uint32_t src, born_by, ended_by; /* events */
};
/* key: unit, from, text. Several names at once are allowed. born_by and ended_by: the events that began and ended it, 0
 * = none. */
struct fact_name {
	uint32_t unit;
	enum fact_state state;
	struct when from, to;
	uint32_t src;
	struct slice text;
	uint32_t born_by, ended_by;
};
/* key: unit, scheme, from, text */
struct fact_code {
	uint32_t unit, scheme;
	enum fact_state state;
	struct when from, to;
	uint32_t src;
	struct slice text;
	uint32_t born_by, ended_by;
};
/* key: unit, name, from, src, seq. values: count as varint, then each text as buf_slice(), sorted, no repeats. */
struct fact_attr {
	uint32_t unit, name;
	struct when from, to;
	uint32_t src;
	uint16_t seq;
	enum fact_state state;
	struct slice values, locator;
};
/* key: type, a, b, from, src, seq. type is the wire's LinkType; role and part are SPACE_TERM, 0 = none. */
struct fact_link {
	uint8_t type;
	uint32_t a, b;
	struct when from, to;
	uint32_t src;
	uint16_t seq;
	enum fact_state state;
	uint32_t role, part;
	struct slice locator;
	uint32_t born_by, ended_by;
};
/* key: series, ref, unit, src, seq. status is the wire's ObservationStatus; value is query/value.h's encoding, empty
 * when retracted; expressed_in 0 = the reference date's structure, else the day. */
struct fact_obs {
	uint32_t series, ref, unit, src;
	uint16_t seq;
	enum fact_state state;
	uint8_t status;
	uint32_t round;
	int32_t expressed_in;
	struct slice locator, value;
};
/* key: round, unit, kind. Completeness of `kind` (SPACE_TERM) inside `unit`; completion is the wire's Completion. */
struct fact_scope {
	uint32_t round, unit, kind;
	enum fact_state state;
	uint8_t completion;
	uint32_t src;
};
/* A reorganisation event: its wire message, status and effective date. */
struct fact_event {
	uint32_t event;
	uint8_t status;
	struct when effective;
	struct slice body;
};
/* key: unit, day, event. The units of an event. RETRACTED: no longer, as it was annulled or given another date. */
enum event_role { ROLE_SOURCE = 1, ROLE_TARGET, ROLE_BOTH, ROLE_WAITS /* named by an event that waits for it */ };
struct fact_event_unit {
	uint32_t unit, event;
	int32_t day;
	uint8_t role; /* enum event_role */
	enum fact_state state;
};
/* key: from, to, event. A lineage edge: `from` flows to `to`; part = only a part of it, or the extent is not known to
 * be whole; territory = the former unit whose territory it is that flows, 0 = not said. */
struct fact_edge {
	uint32_t from, to, event;
	enum fact_state state;
	struct when effective;
	bool part;
	uint32_t territory;
};
/* key: event, from, to, basis (SPACE_TERM: "population"), src. How much of `from` the flow to `to` carries: digits ×
 * 10^-scale. */
struct fact_weight {
	uint32_t event, from, to, basis, src;
	enum fact_state state;
	int64_t digits;
	uint8_t scale;
	struct when date;
};
/* Something takes effect on `day`: kind 1 = event, 2 = unit's life begins, 3 = life ends, 4 = link begins, 5 = link
 * ends. id is the event or unit (of a link: a, and b in id2). state RETRACTED cancels it. */
struct fact_due {
	int32_t day;
	uint8_t kind;
	uint32_t id, id2;
	enum fact_state state;
};
/* The civil day has turned to `day`. */
struct fact_tick {
	int32_t day;
};

struct fact {
	enum fact_kind kind;
	union {
		struct fact_term term;
		struct fact_def def;
		struct fact_life life;
		struct fact_name name;
		struct fact_code code;
		struct fact_attr attr;
		struct fact_link link;
		struct fact_obs obs;
		struct fact_scope scope;
		struct fact_event event;
		struct fact_event_unit event_unit;
		struct fact_edge edge;
		struct fact_due due;
		struct fact_tick tick;
		struct fact_weight weight;
	};
};

void fact_put(struct buf *b, const struct fact *f); /* the encoding of FORMAT.md */
/* Slices of the result are borrowed from the reader's bytes. false at the end or when broken (see rd_ok). */
bool fact_get(struct rd *r, struct fact *ret);
/* One that there is; else the reader is spoilt. */
static inline enum fact_state fact_get_state(struct rd *r)
{
	uint8_t v = rd_u8(r);
	if (v < STATE_ASSERTED || v > STATE_ERASED)
		rd_spoil(r);
	return (enum fact_state)v;
}
static inline enum space fact_get_space(struct rd *r)
{
	uint8_t v = rd_u8(r);
	if (v == 0 || v >= SPACE_COUNT)
		rd_spoil(r);
	return (enum space)v;
}
/* The units that a fact touches: at most 2, into ret; returns how many. */
unsigned fact_units(const struct fact *f, uint32_t ret[2]);
