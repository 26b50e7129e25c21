/* SPDX-License-Identifier: Apache-2.0
 *
 * test_operator.c - what happens to a daemon at night: full disks, damaged and half-restored stores, wrong owners,
 * clocks that jump. The real program; every refusal must say what is wrong and what to do, and nothing damaged may be
 * taken for whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/integration/daemon.h"
#include "tests/integration/raw.h"
#include "tests/test.h"

static int teardown(void **state)
{
	struct daemon *d = *state;
	char path[200];
	daemon_kill(d);
	snprintf(path, sizeof path, "%s/store", d->dir);
	while (umount(path) == 0)
		;
	daemon_fini(d);
	return 0;
}

/* A path inside the store; valid until the next call but three. */
static const char *in_store(const struct daemon *d, const char *name)
{
	static char paths[4][256];
	static unsigned at;
	char *p = paths[at++ % 4];
	snprintf(p, sizeof paths[0], "%s/store/%s", d->dir, name);
	return p;
}

static const struct msg_receipt *submit(struct raw *r, const char *source, uint64_t id)
{
	struct msg_item item = raw_source(r, source, id);
	struct msg_ingest_reply *reply = raw_exchange(r, &item, 1);
	assert_int_equal(reply->n_receipts, 1);
	return &reply->receipts[0];
}

static void fill(struct daemon *d, uint64_t n)
{
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	for (uint64_t i = 1; i <= n; i++)
		assert_int_equal(submit(&r, arena_printf(r.a, "source-%0*llu", 100, (unsigned long long)i), i)->verdict,
				 VERDICT_ACCEPTED);
	raw_close(&r);
}

/* A store with n messages, and the daemon gone. */
static void make_store(struct daemon *d, uint64_t n)
{
	daemon_start(d, NULL);
	fill(d, n);
	assert_int_equal(daemon_stop(d), 0);
}

static uint64_t durable(struct daemon *d, uint64_t min_revision)
{
	struct raw r;
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status, .min_revision = min_revision};
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	raw_ask(&r, &q);
	struct msg_query_reply *answer = raw_answer(&r, RAW_WAIT_MS);
	assert_non_null(answer);
	if (answer->error)
		fail_msg("%s", answer->error->text);
	assert_non_null(answer->status);
	uint64_t rev = answer->status->durable_revision;
	raw_close(&r);
	return rev;
}

static void expect(struct daemon *d, const char *const *args, int status, const char *line)
{
	assert_true(truncate(d->log, 0) == 0 || errno == ENOENT);
	int ended = daemon_run(d, args);
	char *log = daemon_logged(d);
	if (ended != status || !strstr(log, line))
		fail_msg("ended with %d, wanted %d and \"%s\"; it said: %s", ended, status, line, log);
	free(log);
}
#define RUN(...) ((const char *[]){__VA_ARGS__, NULL})

static void cut(const char *path, off_t size)
{
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > size);
	assert_int_equal(truncate(path, size), 0);
}

/* Put `with` wherever `was` stands in the file, of the same length; it must stand there. */
static void exchange(const char *path, const char *was, const char *with, size_t len)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool found = false;
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	size_t size = (size_t)st.st_size;
	char *all = malloc(size);
	assert_non_null(all);
	assert_int_equal(pread(fd, all, size, 0), size);
	for (char *p = all; (p = memmem(p, size - (size_t)(p - all), was, len)) != NULL; p += len) {
		memcpy(p, with, len);
		found = true;
	}
	assert_true(found);
	assert_int_equal(pwrite(fd, all, size, 0), size);
	free(all);
	close(fd);
}

static bool may_mount(const struct daemon *d, const char *options)
{
	char path[200];
	snprintf(path, sizeof path, "%s/store", d->dir);
	if ((mkdir(path, 0700) == 0 || errno == EEXIST) && mount("tmpfs", path, "tmpfs", 0, options) == 0)
		return true;
	print_message("skipped: mounting a small disk is not allowed here (%s)\n", strerror(errno));
	return false;
}

/* ---- a full disk ---- */

static void a_full_disk_holds_messages_back_until_there_is_room(void **state)
{
	struct daemon *d = *state;
	char store[200];
	if (!may_mount(d, "size=24m"))
		skip();
	snprintf(store, sizeof store, "--store=%s/store/s", d->dir);
	const char *const *args = RUN(store, "--reserve=4MiB");
	daemon_start(d, args);
	char junk[200];
	snprintf(junk, sizeof junk, "%s/store/junk", d->dir);
	int fd = open(junk, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	static const char block[65536];
	fill(d, 20);
	while (write(fd, block, sizeof block) > 0)
		;
	close(fd);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->ingest, NULL);
	const struct msg_receipt *no;
	uint64_t id = 21, taken = 20;
	do { /* the disk is looked at ten times a second */
		no = submit(&r, "late", id);
		if (no->verdict == VERDICT_ACCEPTED) {
			taken++;
			id++;
		}
	} while (no->verdict == VERDICT_ACCEPTED && id < 100000);
	assert_int_equal(no->verdict, VERDICT_NOT_PROCESSED);
	assert_int_equal(no->error->code, ERROR_CODE_NO_SPACE);
	assert_true(no->error->retryable);
	assert_int_equal(durable(d, 0), taken + 1); /* questions go on, up to where the index came */
	if (!daemon_says(d, "nothing is stored: ", 3000)) {
		char *log = daemon_logged(d);
		fail_msg("%s", log);
	}

	assert_int_equal(unlink(junk), 0);
	for (unsigned i = 0; i < 200000 && no->verdict != VERDICT_ACCEPTED; i++)
		no = submit(&r, "late", id);
	assert_int_equal(no->verdict, VERDICT_ACCEPTED); /* the same id: nothing was burnt */
	assert_int_equal(no->revision, taken + 2);
	assert_int_equal(durable(d, taken + 2), taken + 2); /* the index went on too, by itself */
	raw_close(&r);
	assert_int_equal(daemon_stop(d), 0);
	assert_int_equal(daemon_run(d, RUN(store, "--verify")), 0);
}

/* ---- damage ---- */

static void a_log_that_is_cut_off_is_told_and_never_served(void **state)
{
	struct daemon *d = *state;
	make_store(d, 200);
	cut(in_store(d, "log/data.mdb"), 3 * 4096);
	/* In its mapped pages the kernel finds it, at its header LMDB does. */
	expect(d, NULL, 1, "a log is restored from a backup");
	expect(d, RUN("--verify"), 1, "a log is restored from a backup");
	cut(in_store(d, "log/data.mdb"), 100);
	expect(d, NULL, 1, "cannot open the store");
	expect(d, RUN("--verify"), 1, "MDB_INVALID");
	cut(in_store(d, "log/data.mdb"), 0);
	expect(d, NULL, 1, "holds no log of a store: restore it from a backup");
}

static void a_store_without_its_log_is_told_and_left_alone(void **state)
{
	struct daemon *d = *state;
	make_store(d, 3);
	/* Once this was a crash: the log's absence was taken for that of the local environment. */
	assert_int_equal(unlink(in_store(d, "log/data.mdb")), 0);
	expect(d, NULL, 1, "log holds no data.mdb: restore it from a backup");
	expect(d, RUN("--verify"), 1, "log holds no data.mdb");
	assert_int_equal(unlink(in_store(d, "log/lock.mdb")), 0);
	assert_int_equal(rmdir(in_store(d, "log")), 0);
	expect(d, NULL, 1, "holds other things and no log: name a new or empty directory, or restore the log");
	assert_int_equal(access(in_store(d, "index/data.mdb"), F_OK), 0);
}

static void a_bit_turned_in_the_log_is_found_by_reading_and_by_verify(void **state)
{
	struct daemon *d = *state;
	make_store(d, 200);
	exchange(in_store(d, "log/data.mdb"), "0000150", "0000140", 7);
	expect(d, RUN("--verify"), 1, "checksum, hash or chain fails");
	daemon_start(d, NULL);
	struct raw r;
	raw_open(&r, ZMQ_DEALER, d->query, NULL);
	struct msg_changes_question changes = {.from_revision = 140};
	struct msg_query_request q = {.changes = &changes};
	raw_ask(&r, &q);
	struct msg_query_reply *answer;
	do {
		answer = raw_answer(&r, RAW_WAIT_MS);
		assert_non_null(answer);
		for (size_t i = 0; answer->changes && i < answer->changes->n_sets; i++)
			assert_true(answer->changes->sets[i].revision < 151);
	} while (!answer->error && !answer->end);
	assert_non_null(answer->error);
	assert_int_equal(answer->error->code, ERROR_CODE_CORRUPT);
	raw_close(&r);
	daemon_stop(d);
}

static void a_bit_turned_in_the_index_is_found_by_verify_and_cured_by_rebuild(void **state)
{
	struct daemon *d = *state;
	make_store(d, 200);
	exchange(in_store(d, "index/data.mdb"), "0000150", "0000140", 7);
	expect(d, RUN("--verify"), 1, "the index differs from the log: rebuild it");
	assert_int_equal(daemon_run(d, RUN("--rebuild")), 0);
	assert_int_equal(daemon_run(d, RUN("--verify")), 0);
}

static void an_index_that_is_cut_off_or_gone_is_made_anew(void **state)
{
	struct daemon *d = *state;
	make_store(d, 200);
	cut(in_store(d, "index/data.mdb"), 3 * 4096);
	expect(d, RUN("--verify"), 1, "an index is made anew by varded --rebuild");
	assert_int_equal(daemon_run(d, RUN("--rebuild")), 0);
	assert_int_equal(daemon_run(d, RUN("--verify")), 0);

	cut(in_store(d, "index/data.mdb"), 100);
	/* Once it was quietly replaced by an empty one, which then was proved. */
	expect(d, RUN("--verify"), 1, "the index cannot be read: rebuild it");
	daemon_start(d, NULL);
	assert_true(daemon_said(d, "the index is made anew from the log"));
	assert_int_equal(durable(d, 201), 201);
	assert_int_equal(daemon_stop(d), 0);
	assert_int_equal(daemon_run(d, RUN("--verify")), 0);

	unlink(in_store(d, "index/data.mdb"));
	unlink(in_store(d, "index/lock.mdb"));
	assert_int_equal(rmdir(in_store(d, "index")), 0);
	daemon_start(d, NULL);
	assert_int_equal(durable(d, 201), 201);
	assert_int_equal(daemon_stop(d), 0);
	assert_int_equal(daemon_run(d, RUN("--verify")), 0);
}

static void a_store_of_a_later_format_is_named_and_left_alone(void **state)
{
	struct daemon *d = *state;
	static const char mine[] = "format\0\0\0\1", later[] = "format\0\0\0\2";
	make_store(d, 3);
	exchange(in_store(d, "log/data.mdb"), mine, later, sizeof mine - 1);
	expect(d, NULL, 1, "the store has format 2, this version knows format 1");
	expect(d, RUN("--verify"), 1, "the store has format 2");
	expect(d, RUN("--rebuild"), 1, "the store has format 2");
	exchange(in_store(d, "log/data.mdb"), later, mine, sizeof mine - 1);
	daemon_start(d, NULL);
	assert_int_equal(durable(d, 4), 4);
	assert_int_equal(daemon_stop(d), 0);
}

/* ---- who holds what ---- */

static void a_store_in_use_is_neither_proved_nor_rebuilt(void **state)
{
	struct daemon *d = *state;
	daemon_start(d, NULL);
	struct daemon other = *d;
	other.pid = 0;
	expect(&other, RUN("--verify"), 1, "another process holds");
	expect(&other, RUN("--rebuild"), 1, "another process holds");
	fill(d, 3);
	assert_int_equal(daemon_stop(d), 0);
}

static void an_ipc_path_that_is_listened_on_is_not_taken_away(void **state)
{
	struct daemon *d = *state;
	struct daemon other;
	char arg[200];
	snprintf(arg, sizeof arg, "--ingest=ipc://%s/i", d->dir);
	daemon_start(d, RUN(arg));
	daemon_init(&other);
	expect(&other, RUN(arg), 1, "Address already in use");
	daemon_fini(&other);
	fill(d, 3); /* the first one is still heard */
	daemon_kill(d);
	daemon_start(d, RUN(arg)); /* what a dead one left is no hindrance */
	assert_int_equal(durable(d, 4), 4);
}

static void a_store_that_belongs_to_another_is_named(void **state)
{
	struct daemon *d = *state;
	if (geteuid() == 0) {
		print_message("skipped: root may open anything\n");
		skip();
	}
	make_store(d, 1);
	assert_int_equal(chmod(in_store(d, "lock"), 0), 0);
	expect(d, NULL, 1, "lock: Permission denied");
}

static void a_read_only_disk_is_named(void **state)
{
	struct daemon *d = *state;
	char store[200], path[200];
	if (!may_mount(d, ""))
		skip();
	snprintf(store, sizeof store, "--store=%s/store/s", d->dir);
	daemon_start(d, RUN(store));
	fill(d, 3);
	assert_int_equal(daemon_stop(d), 0);
	snprintf(path, sizeof path, "%s/store", d->dir);
	assert_int_equal(mount("tmpfs", path, NULL, MS_REMOUNT | MS_RDONLY, ""), 0);
	expect(d, RUN(store), 1, "Read-only file system");
}

/* ---- configuration ---- */

static void what_dump_prints_is_a_configuration_again(void **state)
{
	struct daemon *d = *state;
	char config[200], arg[220];
	assert_int_equal(daemon_run(d, RUN("--log-map=3GiB", "--zone=UTC", "--dump")), 0);
	snprintf(config, sizeof config, "%s/conf", d->dir);
	assert_int_equal(rename(d->log, config), 0);
	snprintf(arg, sizeof arg, "--config=%s", config);
	assert_int_equal(daemon_run(d, RUN(arg, "--check")), 0);
	assert_int_equal(daemon_run(d, RUN(arg, "--log-map=3GiB", "--dump")), 0);
	char *again = daemon_logged(d);
	assert_non_null(strstr(again, "log-map = 3GiB"));
	free(again);
}

static void check_refuses_what_a_start_would_refuse(void **state)
{
	struct daemon *d = *state;
	expect(d, RUN("--check", "--zone=Mars/Olympus"), 2, "the system knows no zone");
	expect(d, RUN("--check", "--ingest-curve=tcp://127.0.0.1:*", "--server-key=/nowhere/key", "--client-keys=/tmp"),
	       2, "/nowhere/key");
	expect(d, RUN("--check", "--log-map=bananas"), 2, "log-map: \"bananas\" is not a number from");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, daemon_new, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_full_disk_holds_messages_back_until_there_is_room),
	    TEST(a_log_that_is_cut_off_is_told_and_never_served),
	    TEST(a_store_without_its_log_is_told_and_left_alone),
	    TEST(a_bit_turned_in_the_log_is_found_by_reading_and_by_verify),
	    TEST(a_bit_turned_in_the_index_is_found_by_verify_and_cured_by_rebuild),
	    TEST(an_index_that_is_cut_off_or_gone_is_made_anew),
	    TEST(a_store_of_a_later_format_is_named_and_left_alone),
	    TEST(a_store_in_use_is_neither_proved_nor_rebuilt),
	    TEST(an_ipc_path_that_is_listened_on_is_not_taken_away),
	    TEST(a_store_that_belongs_to_another_is_named),
	    TEST(a_read_only_disk_is_named),
	    TEST(what_dump_prints_is_a_configuration_again),
	    TEST(check_refuses_what_a_start_would_refuse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
