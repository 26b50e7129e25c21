/* SPDX-License-Identifier: Apache-2.0
 *
 * test_store.c - creating, locking, versions, remains, verify, rebuild, local things.
 */
#include "tests/unit/storage_kit.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "storage/lmdb_env.h"

static void path_in(const struct kit *k, const char *name, char ret[300])
{
	snprintf(ret, 300, "%s%s", k->dir, name);
}

static void a_store_keeps_what_it_was_made_with(void **state)
{
	struct kit *k = *state;
	struct store_facts made = *store_about(k->store);
	assert_int_equal(made.epoch, 1);
	assert_true(made.created_us > 0);
	assert_string_equal(made.zone, "Europe/Oslo");
	k->opt.zone = "America/New_York"; /* not asked again */
	kit_reopen(k);
	assert_memory_equal(&made, store_about(k->store), sizeof made);
}

static void no_store_and_not_asked_to_make_one_is_not_found(void **state)
{
	struct kit *k = *state;
	struct store_options o = k->opt;
	char dir[300];
	path_in(k, ".none", dir);
	o.dir = dir;
	o.create = false;
	struct store *s;
	struct why why = {{0}};
	assert_err(ERR_NOT_FOUND, store_open(&o, &s, &why));
	assert_false(path_exists(dir));
	assert_non_null(strstr(why.text, dir));
	o.create = true;
	o.zone = "";
	assert_err(ERR_INVALID, store_open(&o, &s, &why));
}

static void an_empty_directory_becomes_a_store(void **state)
{
	struct kit *k = *state;
	struct store_options o = k->opt;
	char dir[300];
	path_in(k, ".empty", dir);
	o.dir = dir;
	assert_int_equal(mkdir(dir, 0700), 0);
	struct store *s;
	assert_ok(store_open(&o, &s, NULL));
	store_close(s);
}

static void a_directory_with_something_else_in_it_is_left_alone(void **state)
{
	struct kit *k = *state;
	struct store_options o = k->opt;
	char dir[300], file[310];
	path_in(k, ".other", dir);
	o.dir = dir;
	assert_int_equal(mkdir(dir, 0700), 0);
	snprintf(file, sizeof file, "%s/notes", dir);
	int fd = open(file, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	struct store *s;
	assert_int_not_equal(store_open(&o, &s, NULL), ERR_OK);
	assert_true(path_exists(file));
}

static void a_second_opener_is_told_that_it_is_locked(void **state)
{
	struct kit *k = *state;
	struct store *second;
	struct why why = {{0}};
	assert_err(ERR_LOCKED, store_open(&k->opt, &second, &why));
	assert_true(strlen(why.text) > 0);
	kit_reopen(k);
}

static void another_format_is_refused(void **state)
{
	struct kit *k = *state;
	kit_close(k);
	kit_put_format(k, STORE_FORMAT + 1);
	struct why why = {{0}};
	assert_err(ERR_WRONG_VERSION, store_open(&k->opt, &k->store, &why));
	assert_non_null(strstr(why.text, "format 2"));
	kit_put_format(k, STORE_FORMAT);
	assert_ok(store_open(&k->opt, &k->store, NULL));
}

static void remains_of_a_creator_that_died_are_removed(void **state)
{
	struct kit *k = *state;
	char temp[300], sub[310], file[320];
	path_in(k, ".creating", temp);
	snprintf(sub, sizeof sub, "%s/log", temp);
	snprintf(file, sizeof file, "%s/data.mdb", sub);
	for (int whole = 0; whole < 2; whole++) {
		kit_close(k);
		if (!whole)
			assert_ok(tree_remove(k->dir, NULL)); /* it died before the store was there */
		assert_int_equal(mkdir(temp, 0700), 0);
		assert_int_equal(mkdir(sub, 0700), 0);
		int fd = open(file, O_CREAT | O_WRONLY, 0600);
		assert_true(fd >= 0);
		close(fd);
		assert_ok(store_open(&k->opt, &k->store, NULL));
		assert_false(path_exists(temp));
	}
}

static void a_creator_at_work_is_not_disturbed(void **state)
{
	struct kit *k = *state;
	struct store_options o = k->opt;
	char dir[300], temp[320], busy[330];
	path_in(k, ".two", dir);
	o.dir = dir;
	snprintf(temp, sizeof temp, "%s.creating", dir);
	/* The lock of a store that is being made: ours moves in under that name. */
	kit_close(k);
	assert_ok(store_open(&k->opt, &k->store, NULL));
	snprintf(busy, sizeof busy, "%s", k->dir);
	assert_int_equal(rename(busy, temp), 0);
	struct store *s;
	assert_err(ERR_LOCKED, store_open(&o, &s, NULL));
	assert_true(path_exists(temp));
	assert_int_equal(rename(temp, busy), 0);
}

/* Each state that a rebuild can leave when it is cut off. */
static void a_rebuild_cut_anywhere_still_opens(void **state)
{
	struct kit *k = *state;
	char index[300], old[300], aside[300], proof[300];
	path_in(k, "/index", index);
	path_in(k, "/index.old", old);
	path_in(k, "/index.new", aside);
	path_in(k, "/verify.new", proof);
	kit_append(k, (struct fact[]){{.kind = FACT_TICK, .tick = {1}}}, 1);
	kit_fold(k);
	uint8_t before[32], after[32];
	uint64_t rows;
	assert_ok(index_digest(k->store, before, &rows));
	for (int cut = 0; cut < 4; cut++) {
		kit_close(k);
		if (cut == 0 || cut == 1) /* being built; or built, the old one moved away */
			assert_int_equal(mkdir(aside, 0700), 0);
		if (cut == 1)
			assert_int_equal(rename(index, old), 0);
		if (cut == 2) { /* swapped, the old one not removed */
			assert_int_equal(mkdir(old, 0700), 0);
			assert_int_equal(mkdir(proof, 0700), 0);
		}
		if (cut == 3) /* lost altogether */
			assert_ok(tree_remove(index, NULL));
		assert_ok(store_open(&k->opt, &k->store, NULL));
		assert_false(path_exists(old) || path_exists(aside) || path_exists(proof));
		kit_fold(k);
		assert_ok(index_digest(k->store, after, &rows));
		assert_memory_equal(before, after, 32);
	}
}

static void an_index_changed_behind_our_back_fails_verify(void **state)
{
	struct kit *k = *state;
	kit_append(k, (struct fact[]){{.kind = FACT_TICK, .tick = {1}}}, 1);
	kit_fold(k);
	kit_close(k);
	assert_ok(store_verify(&k->opt, NULL, NULL, NULL));
	assert_ok(store_open(&k->opt, &k->store, NULL));
	MDB_txn *txn;
	assert_int_equal(mdb_txn_begin(k->store->index.env, NULL, 0, &txn), 0);
	MDB_val key = val_of("\1x", 2), val = val_of("y", 1);
	assert_int_equal(mdb_put(txn, k->store->index.tab[TABLE_TERM], &key, &val, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	kit_close(k);
	struct why why = {{0}};
	assert_err(ERR_CORRUPT, store_verify(&k->opt, NULL, NULL, &why));
	assert_non_null(strstr(why.text, "index"));
	uint8_t digest[32];
	uint64_t records;
	assert_ok(store_rebuild(&k->opt, digest, &records, NULL));
	assert_ok(store_verify(&k->opt, NULL, NULL, NULL));
}

static void lines_of(void *arg, const char *line)
{
	struct buf *b = arg;
	buf_put(b, line, strlen(line));
	buf_u8(b, '\n');
}

static void verify_says_what_it_proved(void **state)
{
	struct kit *k = *state;
	kit_append(k, NULL, 0);
	kit_append(k, (struct fact[]){{.kind = FACT_TICK, .tick = {1}}}, 1);
	kit_close(k);
	AUTO_BUF struct buf said = {0};
	assert_ok(store_verify(&k->opt, lines_of, &said, NULL));
	buf_u8(&said, 0);
	assert_non_null(strstr((const char *)said.data, "3 records, 1 revisions"));
	assert_non_null(strstr((const char *)said.data, "digest: "));
}

static void a_group_is_admitted_only_above_the_reserve(void **state)
{
	struct kit *k = *state;
	struct why why = {{0}};
	assert_ok(store_admits(k->store, 1 << 20, &why));
	assert_err(ERR_NO_SPACE, store_admits(k->store, 8 << 20, &why)); /* eight times that is the map */
	assert_err(ERR_NO_SPACE, store_admits(k->store, UINT64_MAX, &why));
	k->opt.reserve_bytes = 63 << 20;
	kit_reopen(k);
	assert_err(ERR_NO_SPACE, store_admits(k->store, 1 << 20, &why));
	uint64_t log, index;
	store_sizes(k->store, &log, &index);
	assert_true(log > 0 && log < 1 << 20 && index > 0);
}

static void local_things_are_kept(void **state)
{
	struct kit *k = *state;
	char got[16];
	size_t len;
	assert_err(ERR_NOT_FOUND, local_get(k->store, "cursor", got, sizeof got, &len));
	assert_ok(local_put(k->store, "cursor", "abc", 3));
	assert_ok(local_put(k->store, "empty", "", 0));
	kit_reopen(k);
	assert_ok(local_get(k->store, "cursor", got, sizeof got, &len));
	assert_int_equal(len, 3);
	assert_memory_equal(got, "abc", 3);
	assert_err(ERR_TOO_LARGE, local_get(k->store, "cursor", got, 2, &len));
	assert_ok(local_get(k->store, "empty", got, sizeof got, &len));
	assert_int_equal(len, 0);
	assert_err(ERR_INVALID, local_put(k->store, "", "x", 1));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_store_keeps_what_it_was_made_with),
	    CASE(no_store_and_not_asked_to_make_one_is_not_found),
	    CASE(an_empty_directory_becomes_a_store),
	    CASE(a_directory_with_something_else_in_it_is_left_alone),
	    CASE(a_second_opener_is_told_that_it_is_locked),
	    CASE(another_format_is_refused),
	    CASE(remains_of_a_creator_that_died_are_removed),
	    CASE(a_creator_at_work_is_not_disturbed),
	    CASE(a_rebuild_cut_anywhere_still_opens),
	    CASE(an_index_changed_behind_our_back_fails_verify),
	    CASE(verify_says_what_it_proved),
	    CASE(a_group_is_admitted_only_above_the_reserve),
	    CASE(local_things_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
