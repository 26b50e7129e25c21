/* SPDX-License-Identifier: Apache-2.0
 *
 * posting.h - which revisions touch a unit, as runs of sorted (unit, revision) pairs.
 *
 * A row per pair would dirty a page per unit in every commit. Instead each fold commit appends one run, packed into
 * chunks; when RUNS_MERGED runs stand at a level, they become one of the next. Runs never overlap in revisions, so
 * reading a unit is one seek a run and the answers stand one behind the other. A merge is never larger than
 * MERGE_PAIRS_MAX, and there is at most that much of it in a commit; a run that would grow beyond goes up a level as it
 * is.
 */
#pragma once
#include "storage/lmdb_env.h"

#define RUNS_MERGED     16
#define MERGE_PAIRS_MAX ((size_t)1 << 20)
#define POST_CHUNK_MAX  3500u /* bytes of a chunk's value: one overflow page of LMDB's */

struct pair {
	uint64_t rev;
	uint32_t unit;
};
struct pairs {
	struct pair *p;
	size_t n, room;
};
void pairs_add(struct pairs *ps, uint32_t unit, uint64_t rev);
void pairs_free(struct pairs *ps);

/* Append one run, and merge where it is due. `batch` is sorted and freed of repeats here; `scratch` is memory to reuse.
 */
enum err posting_append(const struct index_env *x, MDB_txn *txn, struct pairs *batch, struct pairs *scratch) MUST_CHECK;

/* All pairs, by unit, then revision; `each` for one after the other. */
enum err posting_each(const struct index_env *x, MDB_txn *txn, void (*each)(void *arg, struct pair p),
		      void *arg) MUST_CHECK;
