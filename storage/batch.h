/* SPDX-License-Identifier: Apache-2.0
 *
 * batch.h - the rows of one fold commit, collected a table at a time, then put in key order.
 */
#pragma once
#include "storage/lmdb_env.h"

struct batch;
struct batch *batch_new(void);
struct batch *batch_free(struct batch *b);
void batch_clear(struct batch *b); /* memory is kept for the next commit */
/* A row; `key` without revision, which is added for versioned tables. Later rows under the same key win. */
void batch_add(struct batch *b, enum table t, struct slice key, struct slice val, uint64_t rev);
size_t batch_rows(const struct batch *b);
/* Put all; LMDB's return code. Rows behind a table's last key are appended. */
int batch_put(struct batch *b, const struct index_env *x, MDB_txn *txn);
