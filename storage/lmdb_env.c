/* SPDX-License-Identifier: Apache-2.0
 *
 * lmdb_env.c - environments and files, with the choices that were made once: default sync mode, no WRITEMAP, readers
 * not bound to threads, fixed maps, all tables opened at the start.
 */
#include "storage/lmdb_env.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum err store_lmdb_err(int rc)
{
	switch (rc) { /* not an enum */
	case MDB_SUCCESS:
		return ERR_OK;
	case MDB_NOTFOUND:
		return ERR_NOT_FOUND;
	case MDB_KEYEXIST:
		return ERR_EXISTS;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case ENOSPC:
	case EDQUOT:
		return ERR_NO_SPACE;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_PANIC:
		return ERR_CORRUPT;
	case MDB_VERSION_MISMATCH:
		return ERR_WRONG_VERSION;
	case MDB_READERS_FULL:
		return ERR_BUSY;
	}
	return rc > 0 ? err_from_errno(rc) : ERR_INTERNAL;
}

enum err lmdb_fail(struct why *why, int rc, const char *what)
{
	bool damaged = rc == MDB_VERSION_MISMATCH || rc == MDB_INVALID || rc == MDB_CORRUPTED;
	return fail(why, store_lmdb_err(rc), "%s: %s%s", what, mdb_strerror(rc),
		    damaged ? ": its file is damaged, or of another LMDB: restore it from a backup" : "");
}

char *path_join(const char *dir, const char *name)
{
	size_t len = strlen(dir) + strlen(name) + 2;
	char *p = mem_alloc(len);
	snprintf(p, len, "%s/%s", dir, name);
	return p;
}

bool path_exists(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0;
}

enum err dir_sync(const char *path, struct why *why)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) != 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	return rc ? fail(why, err_from_errno(rc), "cannot sync %s: %s", path, strerror(rc)) : ERR_OK;
}

enum err tree_remove(const char *path, const char *keep)
{
	DIR *d = opendir(path);
	if (!d) {
		if (errno == ENOTDIR && unlink(path) == 0)
			return ERR_OK;
		return errno == ENOENT ? ERR_OK : err_from_errno(errno);
	}
	enum err e = ERR_OK;
	for (const struct dirent *de; e == ERR_OK && (de = readdir(d));) {
		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0)
			continue;
		if (keep && strcmp(de->d_name, keep) == 0)
			continue;
		char *child = path_join(path, de->d_name);
		struct stat st;
		if (lstat(child, &st) != 0)
			e = err_from_errno(errno);
		else if (S_ISDIR(st.st_mode))
			e = tree_remove(child, NULL);
		else if (unlink(child) != 0)
			e = err_from_errno(errno);
		free(child);
	}
	closedir(d);
	if (e == ERR_OK && !keep && rmdir(path) != 0)
		e = err_from_errno(errno);
	return e;
}

enum err env_open(const struct env_spec *spec, MDB_env **ret, struct why *why)
{
	if (spec->create && mkdir(spec->path, 0700) != 0 && errno != EEXIST)
		return fail(why, err_from_errno(errno), "cannot make %s: %s", spec->path, strerror(errno));
	char *data = path_join(spec->path, "data.mdb");
	bool there = path_exists(data);
	free(data);
	if (!there && !spec->create)
		return fail(why, ERR_NOT_FOUND, "%s holds no data.mdb", spec->path);
	MDB_env *env = NULL;
	int rc = mdb_env_create(&env);
	if (rc == 0)
		rc = mdb_env_set_mapsize(env, (size_t)spec->map_bytes);
	if (rc == 0)
		rc = mdb_env_set_maxreaders(env, spec->readers);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(env, spec->dbis);
	if (rc == 0)
		rc = mdb_env_open(env, spec->path, MDB_NOTLS | spec->flags, 0600);
	if (rc == 0)
		rc = mdb_reader_check(env, NULL);
	if (rc != 0) {
		mdb_env_close(env);
		return lmdb_fail(why, rc, spec->path);
	}
	*ret = env;
	return ERR_OK;
}

enum err env_read(MDB_env *env, MDB_txn **ret)
{
	int rc = mdb_txn_begin(env, NULL, MDB_RDONLY, ret);
	if (rc == MDB_READERS_FULL && mdb_reader_check(env, NULL) == 0)
		rc = mdb_txn_begin(env, NULL, MDB_RDONLY, ret);
	return store_lmdb_err(rc);
}

bool env_newest(MDB_env *env, MDB_txn *txn)
{
	MDB_envinfo info;
	return mdb_env_info(env, &info) == 0 && info.me_last_txnid == mdb_txn_id(txn);
}

enum err index_env_open(const struct env_spec *spec, struct index_env *ret, struct why *why)
{
	struct index_env x = {0};
	enum err e = env_open(spec, &x.env, why);
	if (e != ERR_OK)
		return e;
	MDB_txn *txn = NULL;
	int rc = mdb_txn_begin(x.env, NULL, spec->create ? 0 : MDB_RDONLY, &txn);
	for (int t = 0; rc == 0 && t < TABLE_COUNT; t++)
		rc = mdb_dbi_open(txn, table_name((enum table)t), spec->create ? MDB_CREATE : 0, &x.tab[t]);
	if (rc == 0) {
		rc = mdb_txn_commit(txn); /* also of a read: aborting it would close the tables */
		txn = NULL;
	}
	if (txn)
		mdb_txn_abort(txn);
	if (rc != 0) {
		mdb_env_close(x.env);
		return lmdb_fail(why, rc, spec->path);
	}
	*ret = x;
	return ERR_OK;
}

void index_env_close(struct index_env *x)
{
	if (x->env)
		mdb_env_close(x->env);
	x->env = NULL;
}
