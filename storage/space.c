/* SPDX-License-Identifier: Apache-2.0
 *
 * space.c - is there room for another group (declared in store.h)?
 *
 * A map counts as used up to its highest page ever: freed pages inside are a bonus that is not relied on. The disk is
 * asked rarely; in between, what was admitted is taken off what was seen.
 */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include "storage/lmdb_env.h"

#define DISK_LOOK_MS 100
#define GROWTH       8 /* bytes that a byte of a group may come to, log and index together */

static uint64_t used_bytes(MDB_env *env)
{
	MDB_envinfo info;
	MDB_stat st;
	if (mdb_env_info(env, &info) != 0 || mdb_env_stat(env, &st) != 0)
		return UINT64_MAX;
	return ((uint64_t)info.me_last_pgno + 1) * st.ms_psize;
}

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum err disk_admits(struct store *s, uint64_t need, struct why *why)
{
	int64_t now = now_ms();
	pthread_mutex_lock(&s->lock);
	int rc = 0;
	if (now - s->disk_seen_ms > DISK_LOOK_MS || s->disk_free < need) {
		struct statvfs fs;
		rc = statvfs(s->opt.dir, &fs) == 0 ? 0 : errno;
		s->disk_free = rc == 0 ? (uint64_t)fs.f_bavail * fs.f_frsize : 0;
		s->disk_seen_ms = now;
	}
	uint64_t left = s->disk_free;
	bool room = left >= need;
	if (room)
		s->disk_free -= need - s->opt.reserve_bytes;
	pthread_mutex_unlock(&s->lock);
	if (rc != 0)
		return fail(why, err_from_errno(rc), "cannot ask the disk of %s: %s", s->opt.dir, strerror(rc));
	return room ? ERR_OK
		    : fail(why, ERR_NO_SPACE, "the disk of %s has %llu MB left, of which %llu MB are a reserve",
			   s->opt.dir, (unsigned long long)(left >> 20),
			   (unsigned long long)(s->opt.reserve_bytes >> 20));
}

static enum err map_admits(MDB_env *env, const char *name, uint64_t map_bytes, uint64_t need, struct why *why)
{
	uint64_t used = used_bytes(env);
	if (used <= map_bytes && map_bytes - used >= need)
		return ERR_OK;
	return fail(why, ERR_NO_SPACE, "the %s has used %llu of %llu MB of its map", name,
		    (unsigned long long)(used >> 20), (unsigned long long)(map_bytes >> 20));
}

enum err store_admits(struct store *s, uint64_t bytes, struct why *why)
{
	if (bytes > (UINT64_MAX >> 1) / GROWTH)
		return fail(why, ERR_NO_SPACE, "a group of %llu bytes", (unsigned long long)bytes);
	uint64_t need = s->opt.reserve_bytes + bytes * GROWTH;
	enum err e = map_admits(s->log, "log", s->opt.log_map_bytes, need, why);
	if (e == ERR_OK && s->index.env)
		e = map_admits(s->index.env, "index", s->opt.index_map_bytes, need, why);
	return e == ERR_OK ? disk_admits(s, need, why) : e;
}

void store_sizes(struct store *s, uint64_t *ret_log, uint64_t *ret_index)
{
	*ret_log = used_bytes(s->log);
	*ret_index = s->index.env ? used_bytes(s->index.env) : 0;
}
