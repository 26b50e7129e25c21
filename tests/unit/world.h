/* SPDX-License-Identifier: Apache-2.0
 *
 * world.h - a store, a judge, and a way of talking to them: say something, look at what stands.
 *
 * Every test of the judge runs twice (BOTH): with everything said still in the overlay, and with everything folded into
 * the index at once. Messages are written as JSON (clients/json.h) with ' for ". What is there is told as text, so that
 * a test compares one line.
 */
#pragma once
#include "base/when.h"
#include "query/judge.h"
#include "query/unit.h"
#include "proto/msg.h"
#include "tests/unit/storage_kit.h"

struct said {
	bool accepted;
	uint64_t pos, rev; /* rev 0: refused, or dry */
	const struct msg_receipt *receipt;
	size_t n_changes; /* of all chunks */
	const struct msg_change *changes;
	struct outcome outcome;
	uint32_t submitter;
	struct slice content;
};
struct world {
	struct kit *kit;
	struct view view;
	struct overlay *over;
	struct store_facts about;
	struct judge *judge;
	struct arena *a;
	uint64_t pos, rev, ids;
	int64_t time_us;
	const char *submitter;
	bool folding; /* fold after every message */
};
int world_laid(void **state);   /* a world that leaves everything in the overlay */
int world_folded(void **state); /* one that folds at once */
int world_gone(void **state);
#define BOTH(f)                                                                                                        \
	{#f ", in the overlay", f, world_laid, world_gone, NULL},                                                      \
	{                                                                                                              \
#f ", folded", f, world_folded, world_gone, NULL                                                       \
	}

/* The message of a JSON text, where ' stands for ". Encoded, in the world's arena. */
struct slice world_message(struct world *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Append to a text that is being built; *b stays NUL-terminated. */
void text_add(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Judge, append, lay (and fold): what the daemon does with one message. */
struct said *say_bytes(struct world *w, struct slice content);
struct said *say(struct world *w, const struct msg_message *m);
/* Say JSON. The verdict must be that one. */
struct said *accepted(struct world *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct said *refused(struct world *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct said *dry(struct world *w, struct slice content);
struct said *judged(struct world *w, struct slice content, bool dry_run); /* only judged */
void world_lay(struct world *w, const struct said *s);                    /* into the overlay, not on disk */
/* Say all messages of a JSON file; each must be accepted. Returns how many. */
size_t accepted_file(struct world *w, const char *path);
struct said *tick(struct world *w, const char *day);
void fold(struct world *w);
/* Digest over all rows but those of the records themselves (TABLE_ID). Folds. */
void world_state(struct world *w, uint8_t ret[32]);

/* The one finding of that rule at that path; fails when there is none or several. */
const struct msg_finding *finding_at(const struct said *s, const char *rule, const char *path);
bool has_rule(const struct said *s, const char *rule);
/* "ERROR RULE path" a line. */
const char *findings_text(struct world *w, const struct said *s);
/* "CORRECTED OBSERVATION a b | before → after", a line a change of that kind (0 = all). */
const char *changes_text(struct world *w, const struct said *s, enum change_kind kind);

uint32_t unit_of(struct world *w, const char *id); /* its number; 0 = not known */
int32_t day_at(const char *text);
const char *lives_of(struct world *w, const char *id);                   /* "1: 1964 to 2018-01-01" a line */
const char *kind_at(struct world *w, const char *id);                    /* "" = no such unit */
const char *names_at(struct world *w, const char *id, const char *day);  /* sorted, "A; B" */
const char *codes_at(struct world *w, const char *id, const char *day);  /* likewise */
const char *inside_at(struct world *w, const char *id, const char *day); /* direct containers, likewise */
const char *links_at(struct world *w, enum link_type t, const char *to,
		     const char *day);                                   /* "from(role)" sorted, "; " */
const char *edges_of(struct world *w, const char *from);                 /* "to" or "to(part)" sorted, "; " */
const char *attrs_of(struct world *w, const char *id, const char *name); /* "values from-to source", sorted, "; " */
/* What stands under a key: "source value STATUS locator" sorted, "; ". */
const char *figures(struct world *w, const char *series, const char *period, const char *unit);

/* Two sources, two code lists, four indicators, a survey, three counties with municipalities, two rounds (README of the
 * test in world.c). */
void world_base(struct world *w);
