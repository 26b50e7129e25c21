/* SPDX-License-Identifier: Apache-2.0
 *
 * gen.h - random messages: mostly right, made from what the twin knows, now and then wrong.
 *
 * The same seed and the same twin give the same message.
 */
#pragma once
#include "tests/model/twin.h"

/* Zeroed room for n structs and one of a list. */
#define NEW(g, type, n) ((struct type *)arena_alloc((g)->a, ((size_t)(n) + 1) * sizeof(struct type)))
#define PICK(g, list)   ((list)[gen_below(g, sizeof(list) / sizeof *(list))])

struct gen {
	uint64_t state;  /* of the random numbers */
	struct arena *a; /* messages live here */
	struct twin *t;
	uint64_t rev; /* the newest revision */
};
uint64_t gen_next(struct gen *g);
unsigned gen_below(struct gen *g, unsigned n); /* 0..n-1; 0 for n = 0 */
bool gen_one_in(struct gen *g, unsigned n);
struct msg_message *gen_message(struct gen *g);
struct msg_message *gen_preamble(struct gen *g, unsigned n); /* 0, 1, 2: what all else stands on; then NULL */
struct msg_snapshot_question *gen_snapshot(struct gen *g, uint64_t as_of);
struct msg_unit_ref *gen_id_ref(struct gen *g, unsigned unit);
unsigned gen_unit(struct gen *g, const char *kind); /* one that is known; "" = any kind; 0 = none */
const char *gen_day(struct gen *g);                 /* "2014-07-01" */
struct msg_message *gen_event(struct gen *g);
struct msg_message *gen_late(struct gen *g);
void gen_weights(struct gen *g, struct msg_submission *m); /* of events on record */
struct msg_message *gen_definitions(struct gen *g);
struct msg_message *gen_tag(struct gen *g);
#define GEN_PERIODS 4
#define GEN_SOURCES 4
extern const char *const gen_periods[GEN_PERIODS], *const gen_rounds[GEN_PERIODS], *const gen_sources[GEN_SOURCES];
