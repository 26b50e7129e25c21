/* SPDX-License-Identifier: Apache-2.0
 *
 * table.h - the tables of the index, their keys, and rows ↔ facts. fact.def has the whole rows of facts, FORMAT.md all.
 *
 * Keys are big-endian. A day sorts as int32 with its sign bit flipped (key_day()). Tables marked V are versioned:
 * the key ends with the inverted 48-bit revision, so that the newest comes first; `struct row.key` is without it.
 * No key is the beginning of another one of its table, so that rows stand in the order of their keys.
 * from4 is the earliest day of the statement's start; "not given" counts as since ever (WHEN_DAY_MIN).
 * `bucket` is how many bytes of a key (0 = all) a reader with an overlay always names: the overlay is hashed by them.
 */
#pragma once
#include "storage/fact.h"

#define KEY_TEXT_MAX 400 /* bytes of a text that stands in a key: terms and codes; longer ones are refused before */
#define KEY_MAX      511 /* bytes of a whole key: LMDB's limit */

/* clang-format off */
enum table {
	TABLE_META = 0,   /*    text; reached, format … (never through a view)                     */
	TABLE_ID,         /*    submitter4 id16 → pos8 rev6                      bucket all        */
	TABLE_TERM,       /*    space1 text                                      bucket all        */
	TABLE_TERM_BY_ID, /*    space1 id4                                       bucket all        */
	TABLE_DEF,        /* V  space1 id4                                       bucket all        */
	TABLE_LIFE,       /* V  unit4 life2                                      bucket 4          */
	TABLE_KIND,       /* V  kind4 unit4 life2   to list units of a kind      bucket 4          */
	TABLE_NAME,       /* V  folded 0 from4 unit4                             bucket folded+0   */
	TABLE_NAME_OF,    /* V  unit4 from4 folded 0                             bucket 4          */
	TABLE_CODE,       /* V  scheme4 code 0 from4 unit4                       bucket …0         */
	TABLE_CODE_OF,    /* V  unit4 scheme4 from4 code 0                       bucket 4          */
	TABLE_ATTR,       /* V  unit4 name4 from4 src4 seq2                      bucket 4          */
	TABLE_LINK,       /* V  type1 a4 b4 from4 src4 seq2                      bucket 5          */
	TABLE_LINK_TO,    /* V  type1 b4 a4 from4 src4 seq2                      bucket 5          */
	TABLE_OBS,        /* V  series4 ref4 unit4 src4 seq2                     bucket 12         */
	TABLE_SCOPE,      /* V  round4 unit4 kind4                               bucket 4          */
	TABLE_EVENT,      /* V  event4                                           bucket 4          */
	TABLE_EVENT_OF,   /* V  unit4 day4 event4                                bucket 4          */
	TABLE_EDGE,       /* V  from4 to4 event4                                 bucket 4          */
	TABLE_EDGE_TO,    /* V  to4 from4 event4                                 bucket 4          */
	TABLE_STRUCTURE,  /*    rev6   one a revision with a life, edge, weight or part_of link (not by judges) */
	TABLE_DUE,        /* V  day4 kind1 id4 id4                               bucket 4          */
	TABLE_TICK,       /* V  one zero byte   the last civil day               bucket all        */
	TABLE_WEIGHT,     /* V  event4 from4 to4 basis4 src4                     bucket 4          */
	TABLE_POST,       /*    posting runs: unit → revisions, see posting.h (never through a view) */
	TABLE_COUNT
};
/* clang-format on */

struct row {
	enum table tab;
	struct slice key; /* without the revision */
	struct slice val;
	uint64_t rev; /* of versioned tables; else 0 */
};

bool table_versioned(enum table t);
const char *table_name(enum table t); /* lower case, as in FORMAT.md */
/* Length of the bucket prefix of a key (it may be found by looking for the 0 byte); more than key.len where the key
 * does not name its whole bucket. */
size_t table_bucket(enum table t, struct slice key);

/* Key builders. Each clears `b` and writes the leading parts of a key; stop early for a prefix. */
void key_day(struct buf *b, int32_t day);
void key_submission(struct buf *b, uint32_t submitter, const uint8_t id[16]);
void key_term(struct buf *b, enum space s, struct slice text);
void key_number(struct buf *b, enum space s, uint32_t id); /* TERM_BY_ID and DEF */
void key_unit(struct buf *b, uint32_t unit); /* LIFE, NAME_OF, CODE_OF, ATTR, EVENT_OF, EDGE…: all of a unit */
void key_kind(struct buf *b, uint32_t kind);
void key_name(struct buf *b, const char *folded, size_t len);
void key_code(struct buf *b, uint32_t scheme, struct slice code);
void key_link(struct buf *b, uint8_t type, uint32_t end);                  /* LINK by a, LINK_TO by b: all of one end */
void key_obs(struct buf *b, uint32_t series, uint32_t ref, uint32_t unit); /* unit 0: all units; ref 0: all refs */
void key_scope(struct buf *b, uint32_t round);
void key_event(struct buf *b, uint32_t event);
void key_due(struct buf *b, int32_t day);
void key_tick(struct buf *b);

/* A row of a V table (or TERM, TERM_BY_ID) back into its fact, slices borrowed from the row. ERR_CORRUPT when broken;
 * *ret is then of no use.
 * KIND gives a life, NAME and NAME_OF a name, LINK_TO a link with a and b the right way round, and so on. */
enum err row_fact(const struct row *r, struct fact *ret) MUST_CHECK;

/* The rows of one fact: `emit` is called for each; key and val are valid during the call only. key is without revision.
 */
typedef void row_emit_f(void *arg, enum table t, struct slice key, struct slice val);
void fact_rows(const struct fact *f, uint64_t rev, row_emit_f *emit, void *arg);
/* The row of the id table, which every record has, refused ones too (rev 0). */
void record_rows(uint32_t submitter, const uint8_t id[16], uint64_t pos, uint64_t rev, row_emit_f *emit, void *arg);
