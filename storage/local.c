/* SPDX-License-Identifier: Apache-2.0
 *
 * local.c - small named things of this machine: cursors, quotas, the clock guard (declared in store.h).
 */
#include <string.h>
#include "storage/lmdb_env.h"

enum err local_get(struct store *s, const char *key, void *data, size_t room, size_t *ret_len)
{
	MDB_txn *txn;
	enum err e = env_read(s->local, &txn);
	if (e != ERR_OK)
		return e;
	MDB_val k = val_of(key, strlen(key)), v;
	e = store_lmdb_err(mdb_get(txn, s->local_dbi, &k, &v));
	if (e == ERR_OK && v.mv_size > room)
		e = ERR_TOO_LARGE;
	if (e == ERR_OK) {
		if (v.mv_size)
			memcpy(data, v.mv_data, v.mv_size);
		*ret_len = v.mv_size;
	}
	mdb_txn_abort(txn);
	return e;
}

enum err local_put(struct store *s, const char *key, const void *data, size_t len)
{
	size_t key_len = strlen(key);
	if (key_len == 0 || key_len > KEY_MAX)
		return ERR_INVALID;
	MDB_txn *txn;
	int rc = mdb_txn_begin(s->local, NULL, 0, &txn);
	if (rc != 0)
		return store_lmdb_err(rc);
	MDB_val k = val_of(key, key_len), v = val_of(data, len);
	rc = mdb_put(txn, s->local_dbi, &k, &v, 0);
	if (rc != 0) {
		mdb_txn_abort(txn);
		return store_lmdb_err(rc);
	}
	return store_lmdb_err(mdb_txn_commit(txn));
}
