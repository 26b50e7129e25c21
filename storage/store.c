/* SPDX-License-Identifier: Apache-2.0
 *
 * store.c - making, opening and closing a store.
 *
 * Creation: everything is made in `<dir>.creating`, committed and synced, down to the directories; then one rename puts
 * it in place and the parent is synced. The lock file is made and held first and moves along with the rename, so two
 * creators never meet. LMDB alone does not survive a power cut during its very first write; a directory that was
 * renamed only when whole does.
 *
 * The index is disposable: where it is missing, of another format, or reaches what this log does not hold, an empty one
 * takes its place (made aside and renamed in like the store) and the fold begins again.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>
#include "storage/lmdb_env.h"
#include "storage/outcome.h"

#define MAP_DEFAULT     ((uint64_t)1 << 30)
#define READERS_DEFAULT 126
#define LOG_DBIS        3
#define DISK_LOOK_MS    100

static const char body_magic[] = "varde store"; /* with its NUL: 12 bytes */

void store_record_put(struct buf *b, const struct store_facts *f)
{
	buf_put(b, body_magic, sizeof body_magic);
	buf_be32(b, STORE_FORMAT);
	buf_put(b, f->id, sizeof f->id);
	buf_be64(b, f->epoch);
	buf_be64(b, (uint64_t)f->created_us);
	buf_slice(b, slice_text(f->zone));
}

enum err store_record_get(struct slice body, struct store_facts *ret)
{
	struct rd r = rd_of(body);
	struct slice magic = rd_bytes(&r, sizeof body_magic);
	uint32_t format = rd_be32(&r);
	struct slice id = rd_bytes(&r, sizeof ret->id);
	*ret = (struct store_facts){.epoch = rd_be64(&r), .created_us = (int64_t)rd_be64(&r)};
	struct slice zone = rd_slice(&r);
	if (!rd_done(&r) || memcmp(magic.data, body_magic, sizeof body_magic) != 0 || zone.len >= STORE_ZONE_MAX)
		return ERR_CORRUPT;
	if (format != STORE_FORMAT)
		return ERR_WRONG_VERSION;
	memcpy(ret->id, id.data, id.len);
	if (zone.len)
		memcpy(ret->zone, zone.data, zone.len);
	return ERR_OK;
}

static struct env_spec spec_of(const struct store *s, const char *path, uint64_t map_bytes, unsigned dbis, bool create)
{
	return (struct env_spec){path, map_bytes, s->opt.readers_max, dbis, 0, create};
}

/* ---- the lock --------------------------------------------------------------------------------------------- */

/* Take the lock file of `dir`. The file must still be the one of that name once it is held: between our open and our
 * lock its holder may have removed or renamed it. */
static enum err lock_take(const char *dir, int *ret, struct why *why)
{
	char *path = path_join(dir, "lock");
	enum err e = ERR_OK;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct stat held, named;
	if (fd < 0)
		e = fail(why, err_from_errno(errno), "cannot open %s: %s", path, strerror(errno));
	else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		e = errno == EWOULDBLOCK
			? fail(why, ERR_LOCKED, "another process holds %s", path)
			: fail(why, err_from_errno(errno), "cannot lock %s: %s", path, strerror(errno));
	else if (fstat(fd, &held) != 0 || stat(path, &named) != 0 || held.st_ino != named.st_ino ||
		 held.st_dev != named.st_dev)
		e = fail(why, ERR_LOCKED, "another process has just replaced %s", path);
	free(path);
	if (e != ERR_OK) {
		if (fd >= 0)
			close(fd);
		return e;
	}
	*ret = fd;
	return ERR_OK;
}

/* ---- creation --------------------------------------------------------------------------------------------- */

static enum err open_log(struct store *s, const char *dir, bool create, struct why *why);
static enum err open_local(struct store *s, const char *dir, bool create, struct why *why);
static enum err make_index(struct store *s, const char *dir, struct why *why);

/* The first record: what the store is. Revision 0, so that the first accepted message is revision 1. */
static enum err first_record(struct store *s, struct why *why)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	struct store_facts f = {.epoch = 1, .created_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000};
	randombytes_buf(f.id, sizeof f.id);
	snprintf(f.zone, sizeof f.zone, "%s", s->opt.zone);
	AUTO_BUF struct buf body = {0}, outcome = {0};
	store_record_put(&body, &f);
	outcome_put(&outcome, &(struct outcome){.verdict = OUTCOME_ACCEPTED});
	struct journal_record r = {.pos = 1,
				   .kind = RECORD_STORE,
				   .epoch = f.epoch,
				   .time_us = f.created_us,
				   .body = buf_view(&body),
				   .outcome = buf_view(&outcome)};
	return journal_append(s, &r, 1, why);
}

/* Envs sync their data, not the directory that names it. */
static enum err sync_parts(const char *dir, struct why *why)
{
	static const char *const parts[] = {"log", "index", "local"};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char *path = path_join(dir, parts[i]);
		enum err e = path_exists(path) ? dir_sync(path, why) : ERR_OK;
		free(path);
		if (e != ERR_OK)
			return e;
	}
	return dir_sync(dir, why);
}

static void close_envs(struct store *s)
{
	if (s->log)
		mdb_env_close(s->log);
	if (s->local)
		mdb_env_close(s->local);
	index_env_close(&s->index);
	s->log = s->local = NULL;
}

static enum err sync_parent(const char *path, struct why *why)
{
	char *parent = mem_dup(path);
	char *slash = strrchr(parent, '/');
	if (slash)
		slash[slash == parent ? 1 : 0] = 0;
	enum err e = dir_sync(slash ? parent : ".", why);
	free(parent);
	return e;
}

static enum err fill_new(struct store *s, const char *temp, struct why *why)
{
	enum err e = open_log(s, temp, true, why);
	if (e == ERR_OK)
		e = open_local(s, temp, true, why);
	if (e == ERR_OK)
		e = make_index(s, temp, why);
	if (e == ERR_OK)
		e = first_record(s, why);
	close_envs(s);
	return e == ERR_OK ? sync_parts(temp, why) : e;
}

static enum err create(struct store *s, const char *temp, struct why *why)
{
	if (!s->opt.zone[0] || strlen(s->opt.zone) >= STORE_ZONE_MAX)
		return fail(why, ERR_INVALID, "a new store needs the name of its time zone");
	if (mkdir(temp, 0700) != 0 && errno != EEXIST)
		return fail(why, err_from_errno(errno), "cannot make %s: %s", temp, strerror(errno));
	enum err e = lock_take(temp, &s->lock_fd, why);
	if (e != ERR_OK)
		return e;
	e = tree_remove(temp, "lock"); /* what a creator left that died */
	if (e != ERR_OK)
		return fail(why, e, "cannot clear %s", temp);
	e = fill_new(s, temp, why);
	if (e == ERR_OK && rename(temp, s->opt.dir) != 0)
		e = errno == ENOTEMPTY || errno == EEXIST
			? fail(why, ERR_LOCKED,
			       "%s holds other things and no log: name a new or empty directory, or restore the log "
			       "from a backup",
			       s->opt.dir)
			: fail(why, err_from_errno(errno), "cannot rename %s: %s", temp, strerror(errno));
	if (e == ERR_OK)
		e = sync_parent(s->opt.dir, why);
	return e;
}

/* Remains of a creation beside a store that is whole. Somebody may be at work there: then leave it alone. */
static void remove_remains(const char *temp)
{
	int fd;
	if (!path_exists(temp) || lock_take(temp, &fd, NULL) != ERR_OK)
		return;
	enum err e = tree_remove(temp, NULL);
	(void)e; /* the next start tries again */
	close(fd);
}

/* ---- opening ---------------------------------------------------------------------------------------------- */

static enum err check_format(struct store *s, MDB_txn *txn, bool create, struct why *why)
{
	uint8_t mine[4];
	be32_put(mine, STORE_FORMAT);
	MDB_val k = val_of("format", 6), v = val_of(mine, 4);
	if (create)
		return store_lmdb_err(mdb_put(txn, s->log_meta, &k, &v, 0));
	int rc = mdb_get(txn, s->log_meta, &k, &v);
	if (rc != 0 || v.mv_size != 4)
		return fail(why, ERR_CORRUPT, "the log names no format");
	uint32_t format = be32_get(v.mv_data);
	if (format != STORE_FORMAT)
		return fail(why, ERR_WRONG_VERSION, "the store has format %u, this version knows format %u", format,
			    STORE_FORMAT);
	return ERR_OK;
}

static enum err open_log(struct store *s, const char *dir, bool create, struct why *why)
{
	char *path = path_join(dir, "log");
	struct env_spec spec = spec_of(s, path, s->opt.log_map_bytes, LOG_DBIS, create);
	enum err e = env_open(&spec, &s->log, why);
	free(path);
	if (e == ERR_NOT_FOUND)
		return fail(why, ERR_CORRUPT, "%s/log holds no data.mdb: restore it from a backup", dir);
	if (e != ERR_OK)
		return e;
	MDB_txn *txn = NULL;
	unsigned flags = create ? MDB_CREATE : 0;
	int rc = mdb_txn_begin(s->log, NULL, create ? 0 : MDB_RDONLY, &txn);
	if (rc == 0)
		rc = mdb_dbi_open(txn, "meta", flags, &s->log_meta);
	if (rc == 0)
		rc = mdb_dbi_open(txn, "rec", flags, &s->rec);
	if (rc == 0)
		rc = mdb_dbi_open(txn, "mark", flags, &s->mark);
	e = rc == 0 ? check_format(s, txn, create, why) : lmdb_fail(why, rc, "log");
	if (e == ERR_OK)
		return store_lmdb_err(mdb_txn_commit(txn));
	if (txn)
		mdb_txn_abort(txn);
	if (e == ERR_NOT_FOUND)
		return fail(why, ERR_CORRUPT, "%s/log holds no log of a store: restore it from a backup", dir);
	return e;
}

static enum err open_local(struct store *s, const char *dir, bool create, struct why *why)
{
	char *path = path_join(dir, "local");
	struct env_spec spec = spec_of(s, path, s->opt.local_map_bytes, 1, create);
	enum err e = env_open(&spec, &s->local, why);
	free(path);
	if (e != ERR_OK)
		return e;
	MDB_txn *txn = NULL;
	int rc = mdb_txn_begin(s->local, NULL, create ? 0 : MDB_RDONLY, &txn);
	if (rc == 0)
		rc = mdb_dbi_open(txn, "local", create ? MDB_CREATE : 0, &s->local_dbi);
	if (rc == 0) {
		rc = mdb_txn_commit(txn);
		txn = NULL;
	}
	if (txn)
		mdb_txn_abort(txn);
	return rc == 0 ? ERR_OK : lmdb_fail(why, rc, "local");
}

/* An empty index in `dir`/index, open in s->index. */
static enum err make_index(struct store *s, const char *dir, struct why *why)
{
	char *path = path_join(dir, "index"), *aside = path_join(dir, "index.new");
	struct env_spec spec = spec_of(s, aside, s->opt.index_map_bytes, TABLE_COUNT, true);
	enum err e = tree_remove(aside, NULL);
	if (e == ERR_OK)
		e = tree_remove(path, NULL);
	if (e == ERR_OK)
		e = index_env_open(&spec, &s->index, why);
	MDB_txn *txn = NULL;
	if (e == ERR_OK)
		e = store_lmdb_err(mdb_txn_begin(s->index.env, NULL, 0, &txn));
	if (e == ERR_OK) {
		e = index_mark_put(&s->index, txn, &(struct index_mark){0});
		if (e == ERR_OK)
			e = store_lmdb_err(mdb_txn_commit(txn));
		else
			mdb_txn_abort(txn);
	}
	index_env_close(&s->index);
	if (e == ERR_OK)
		e = dir_sync(aside, why);
	if (e == ERR_OK && rename(aside, path) != 0)
		e = err_from_errno(errno);
	if (e == ERR_OK)
		e = dir_sync(dir, why);
	spec.path = path;
	spec.create = false;
	if (e == ERR_OK)
		e = index_env_open(&spec, &s->index, why);
	free(path);
	free(aside);
	return e;
}

/* Does the index belong to this log, and can this version read it? */
static bool index_fits(struct store *s)
{
	MDB_txn *txn;
	struct index_mark m;
	uint8_t chain[32];
	if (env_read(s->index.env, &txn) != ERR_OK)
		return false;
	enum err e = index_mark_get(&s->index, txn, &m);
	mdb_txn_abort(txn);
	if (e != ERR_OK)
		return false;
	return m.pos == 0 || (journal_chain_at(s, m.pos, chain) && memcmp(chain, m.chain, 32) == 0);
}

/* A rebuild that was cut between its two renames left no `index` but `index.old`; any other remains are thrown away. */
static enum err settle_index(const char *dir)
{
	char *path = path_join(dir, "index"), *old = path_join(dir, "index.old");
	char *aside = path_join(dir, "index.new"), *proof = path_join(dir, "verify.new");
	enum err e = ERR_OK;
	if (!path_exists(path) && path_exists(old) && rename(old, path) != 0)
		e = err_from_errno(errno);
	if (e == ERR_OK)
		e = tree_remove(old, NULL);
	if (e == ERR_OK)
		e = tree_remove(aside, NULL);
	if (e == ERR_OK)
		e = tree_remove(proof, NULL);
	free(path);
	free(old);
	free(aside);
	free(proof);
	return e;
}

enum err store_open_index(struct store *s, bool mend, struct why *why)
{
	enum err e = settle_index(s->opt.dir);
	if (e != ERR_OK)
		return fail(why, e, "cannot clear what a rebuild left in %s", s->opt.dir);
	char *path = path_join(s->opt.dir, "index");
	struct env_spec spec = spec_of(s, path, s->opt.index_map_bytes, TABLE_COUNT, false);
	e = index_env_open(&spec, &s->index, why);
	free(path);
	if (e == ERR_OK && index_fits(s))
		return ERR_OK;
	if (e == ERR_OK && !mend)
		return fail(why, ERR_CORRUPT, "the index is not one of this log: rebuild it");
	if (e != ERR_OK && !mend)
		return fail(why, e, "the index cannot be read: rebuild it");
	if (e != ERR_OK && e != ERR_NOT_FOUND && e != ERR_CORRUPT && e != ERR_WRONG_VERSION)
		return e;
	index_env_close(&s->index);
	return make_index(s, s->opt.dir, why);
}

static enum err load_about(struct store *s, struct why *why)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	enum err e = journal_read_begin(s, &r);
	if (e == ERR_OK)
		e = journal_get(r, 1, &rec);
	if (e == ERR_OK)
		e = rec.kind == RECORD_STORE ? store_record_get(rec.body, &s->about) : ERR_CORRUPT;
	journal_read_end(r);
	return e == ERR_OK ? e : fail(why, e == ERR_NOT_FOUND ? ERR_CORRUPT : e, "the first record is not a store's");
}

static enum err open_parts(struct store *s, enum store_parts parts, struct why *why)
{
	enum err e = open_log(s, s->opt.dir, false, why);
	if (e == ERR_OK)
		e = load_about(s, why);
	if (e == ERR_OK) {
		e = journal_head_load(s);
		if (e != ERR_OK)
			return fail(why, e, "the end of the log cannot be read");
	}
	if (e != ERR_OK)
		return e;
	e = open_local(s, s->opt.dir, false, why);
	if (e == ERR_NOT_FOUND) /* it holds nothing that cannot be had again */
		e = open_local(s, s->opt.dir, true, why);
	if (e == ERR_OK && parts == STORE_WHOLE)
		e = store_open_index(s, true, why);
	return e;
}

static struct store *store_new(const struct store_options *o)
{
	struct store *s = mem_zero(1, sizeof *s);
	s->opt = *o;
	char *dir = mem_dup(o->dir);
	size_t len = strlen(dir);
	while (len > 1 && dir[len - 1] == '/')
		dir[--len] = 0;
	s->opt.dir = dir;
	s->opt.zone = mem_dup(o->zone ? o->zone : "");
	if (!s->opt.log_map_bytes)
		s->opt.log_map_bytes = MAP_DEFAULT;
	if (!s->opt.index_map_bytes)
		s->opt.index_map_bytes = MAP_DEFAULT;
	if (!s->opt.local_map_bytes)
		s->opt.local_map_bytes = (uint64_t)64 << 20;
	if (!s->opt.readers_max)
		s->opt.readers_max = READERS_DEFAULT;
	s->lock_fd = -1;
	s->disk_seen_ms = -DISK_LOOK_MS - 1;
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

/* Open the store in its directory, or make it where there is none. */
static enum err open_or_create(struct store *s, enum store_parts parts, struct why *why)
{
	size_t room = strlen(s->opt.dir) + sizeof ".creating";
	char *temp = mem_alloc(room), *log = path_join(s->opt.dir, "log");
	snprintf(temp, room, "%s.creating", s->opt.dir);
	enum err e = ERR_OK;
	if (path_exists(log)) {
		e = lock_take(s->opt.dir, &s->lock_fd, why);
		if (e == ERR_OK)
			remove_remains(temp);
	} else if (!s->opt.create) {
		e = fail(why, ERR_NOT_FOUND, "there is no store in %s", s->opt.dir);
	} else {
		e = create(s, temp, why);
	}
	free(temp);
	free(log);
	return e == ERR_OK ? open_parts(s, parts, why) : e;
}

enum err store_open_parts(const struct store_options *o, enum store_parts parts, struct store **ret, struct why *why)
{
	if (!o->dir || !o->dir[0])
		return fail(why, ERR_INVALID, "a store needs a directory");
	if (sodium_init() < 0)
		return fail(why, ERR_INTERNAL, "libsodium does not start");
	struct store *s = store_new(o);
	enum err e = open_or_create(s, parts, why);
	if (e != ERR_OK) {
		store_close(s);
		return e;
	}
	*ret = s;
	return ERR_OK;
}

enum err store_open(const struct store_options *o, struct store **ret, struct why *why)
{
	return store_open_parts(o, STORE_WHOLE, ret, why);
}

struct store *store_close(struct store *s)
{
	if (!s)
		return NULL;
	close_envs(s);
	fold_free(s->fold);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	pthread_mutex_destroy(&s->lock);
	free((char *)(uintptr_t)s->opt.dir);
	free((char *)(uintptr_t)s->opt.zone);
	free(s);
	return NULL;
}

const struct store_facts *store_about(const struct store *s)
{
	return &s->about;
}
