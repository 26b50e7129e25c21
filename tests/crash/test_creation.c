/* SPDX-License-Identifier: Apache-2.0
 *
 * test_creation.c - the power goes while a store is made, written, folded and rebuilt: what was promised is there.
 *
 * A process of our own does all that under the shim, which writes down every change of a file; then hundreds of states
 * that the disk could be in are laid out and opened. VARDE_CRASH_STATES and VARDE_CRASH_SEED choose how many and which.
 */
#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "storage/index.h"
#include "storage/lmdb_env.h"
#include "storage/outcome.h"
#include "tests/crash/disk.h"
#include "tests/crash/trace.h"
#include "tests/test.h"

#define GROUPS       14
#define STATES       1000
#define STATES_LYING 60
#define VERIFY_EVERY 10

enum { SKIPPED = 77 }; /* exit status of the child when it runs without the shim */

static struct store_options options(const char *dir)
{
	return (struct store_options){.dir = dir,
				      .log_map_bytes = 16 << 20,
				      .index_map_bytes = 16 << 20,
				      .local_map_bytes = 1 << 20,
				      .readers_max = 8,
				      .zone = "Europe/Oslo",
				      .create = true};
}

/* ---- the process that is cut off -------------------------------------------------------------------------- */

/* The body of a position, long enough for pages of its own now and then. */
static struct slice body_of(uint64_t pos, uint8_t room[6000])
{
	size_t len = pos % 5 == 0 ? 6000 : 40 + pos;
	for (size_t i = 0; i < len; i++)
		room[i] = (uint8_t)(pos * 31 + i);
	return (struct slice){room, len};
}

static enum err append_group(struct store *s, unsigned n)
{
	struct journal_head head;
	enum err e = journal_head(s, &head);
	struct journal_record r[3];
	AUTO_BUF struct buf out = {0};
	static uint8_t bodies[3][6000];
	struct fact f = {.kind = FACT_OBS, .obs = {.series = 1, .ref = 1, .src = 1, .state = STATE_ASSERTED}};
	f.obs.unit = (uint32_t)head.pos;
	outcome_put(&out, &(struct outcome){.verdict = OUTCOME_ACCEPTED, .n_facts = 1, .facts = &f});
	for (unsigned i = 0; i < n; i++) {
		r[i] = (struct journal_record){.pos = head.pos + 1 + i,
					       .rev = head.rev + 1 + i,
					       .kind = RECORD_MESSAGE,
					       .epoch = 1,
					       .time_us = (int64_t)(head.rev + 1 + i),
					       .submitter = 1,
					       .body = body_of(head.pos + 1 + i, bodies[i]),
					       .outcome = buf_view(&out)};
		be64_put(r[i].id, r[i].pos);
	}
	return e == ERR_OK ? journal_append(s, r, n, NULL) : e;
}

typedef void note_f(uint64_t promised);

/* Make a store, append groups, fold, rebuild; after each step say what is promised: the newest position. */
static int child(const char *dir)
{
	note_f *note = (note_f *)(uintptr_t)dlsym(RTLD_DEFAULT, "shim_note");
	if (!note)
		return SKIPPED;
	struct store_options o = options(dir);
	struct store *s;
	const struct index_limits l = {.records_max = 4, .rows_max = 1000};
	struct index_progress p;
	uint64_t records;
	uint8_t digest[32];
	if (store_open(&o, &s, NULL) != ERR_OK)
		return 1;
	note(1);
	for (unsigned g = 1; g <= GROUPS; g++) {
		if (append_group(s, 1 + g % 3) != ERR_OK)
			return 2;
		struct journal_head head;
		if (journal_head(s, &head) != ERR_OK)
			return 3;
		note(head.pos);
		if (g % 3 == 0 && index_fold(s, &l, &p, NULL) != ERR_OK)
			return 4;
		if (g % 4 == 0 && local_put(s, "cursor", &g, sizeof g) != ERR_OK)
			return 5;
		if (g != GROUPS / 2)
			continue;
		store_close(s);
		if (store_rebuild(&o, digest, &records, NULL) != ERR_OK || store_open(&o, &s, NULL) != ERR_OK)
			return 6;
	}
	store_close(s);
	return 0;
}

/* ---- what is left ----------------------------------------------------------------------------------------- */

/* 0 when all that was promised is there; else a number that says what is not. In a process of its own. */
static int check_state(const char *dir, uint64_t promised, const uint8_t id[16], bool verify)
{
	struct store_options o = options(dir);
	struct store *s;
	struct journal_head head;
	struct journal_reader *r;
	static uint8_t room[6000];
	struct why why = {{0}};
	if (store_open(&o, &s, &why) != ERR_OK) {
		fprintf(stderr, "not opened: %s\n", why.text);
		return 1;
	}
	if (promised && memcmp(store_about(s)->id, id, 16) != 0)
		return 2; /* another store than the one that was promised */
	if (journal_head(s, &head) != ERR_OK || head.pos < promised)
		return 3;
	if (journal_read_begin(s, &r) != ERR_OK)
		return 4;
	for (uint64_t pos = 2; pos <= head.pos; pos++) {
		struct journal_record rec;
		if (journal_get(r, pos, &rec) != ERR_OK || rec.rev != pos - 1 ||
		    !slice_eq(rec.body, body_of(pos, room)))
			return 5;
	}
	journal_read_end(r);
	struct index_progress p = {.more = true};
	const struct index_limits l = {.records_max = 100, .rows_max = 1000};
	while (p.more) {
		if (index_fold(s, &l, &p, &why) != ERR_OK)
			return 6;
	}
	if (p.pos != head.pos || append_group(s, 2) != ERR_OK)
		return 7;
	store_close(s);
	return verify && store_verify(&o, NULL, NULL, NULL) != ERR_OK ? 8 : 0;
}

struct scene {
	char base[256], root[280], trace[280], dir[300];
	uint8_t id[16];
	struct disk *disk;
};

/* check_state() in a process of its own, since a torn map may crash who opens it; 100 + signal then. */
static int check_apart(const char *dir, uint64_t promised, const uint8_t id[16], bool verify, bool quiet)
{
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (quiet && !freopen("/dev/null", "w", stderr))
			_exit(99);
		_exit(check_state(dir, promised, id, verify));
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

/* Lay out the state in which the power went during `op`, and check it. */
static int try_state(const struct scene *sc, size_t op, uint64_t seed, bool lies, bool verify)
{
	char into[300], dir[310];
	snprintf(into, sizeof into, "%s/state", sc->base);
	snprintf(dir, sizeof dir, "%s/store", into);
	assert_ok(tree_remove(into, NULL));
	assert_int_equal(mkdir(into, 0700), 0);
	assert_true(disk_crash(sc->disk, op, seed, lies, into));
	return check_apart(dir, disk_promised(sc->disk, op), sc->id, verify, lies);
}

static unsigned states_wanted(unsigned usual)
{
	const char *given = getenv("VARDE_CRASH_STATES");
	return given && *given ? (unsigned)strtoul(given, NULL, 10) : test_rounds(usual);
}

static uint64_t first_seed(void)
{
	const char *given = getenv("VARDE_CRASH_SEED");
	return given && *given ? strtoull(given, NULL, 10) : 1;
}

static uint64_t spread(uint64_t n)
{
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9u;
	n = (n ^ n >> 27) * 0x94d049bb133111ebu;
	return n ^ n >> 31;
}

static void what_was_promised_survives_any_power_cut(void **state)
{
	const struct scene *sc = *state;
	if (!sc->disk)
		skip();
	unsigned n = states_wanted(STATES), torn = 0, before = 0;
	for (uint64_t seed = first_seed(); seed < first_seed() + n; seed++) {
		size_t op = spread(seed * 0x9e3779b97f4a7c15u) % disk_ops(sc->disk);
		torn += disk_in_flight(sc->disk, op) > 0;
		before += disk_promised(sc->disk, op) == 0;
		int rc = try_state(sc, op, seed, false, seed % VERIFY_EVERY == 0);
		if (rc != 0)
			fail_msg("VARDE_CRASH_SEED=%llu VARDE_CRASH_STATES=1: at operation %zu of %zu: %d",
				 (unsigned long long)seed, op, disk_ops(sc->disk), rc);
	}
	print_message("%u states, %u with writes in flight, %u before the store was there\n", n, torn, before);
	assert_true(n < 50 || torn >= n / 10); /* else nothing was put to the test */
	assert_true(n < 50 || before > 0);
}

/* Each moment of the creation, and each around a sync, once. */
static void each_operation_is_a_moment_to_be_cut_off(void **state)
{
	const struct scene *sc = *state;
	if (!sc->disk)
		skip();
	size_t step = test_rounds(100) < 100 ? 50 : 1;
	size_t most = disk_ops(sc->disk) < 300 ? disk_ops(sc->disk) : 300;
	for (size_t op = 0; op < most; op += step) {
		int rc = try_state(sc, op, op + 7, false, false);
		if (rc != 0)
			fail_msg("at operation %zu: %d", op, rc);
	}
}

/* The check can fail: a disk whose syncs do nothing loses what was promised. */
static void a_disk_that_lies_is_found_out(void **state)
{
	const struct scene *sc = *state;
	if (!sc->disk)
		skip();
	unsigned n = STATES_LYING, bad = 0;
	for (uint64_t seed = 1; seed <= n && bad < 3; seed++) {
		size_t op = disk_ops(sc->disk) / 2 + spread(seed * 0x9e3779b97f4a7c15u) % (disk_ops(sc->disk) / 2);
		bad += try_state(sc, op, seed, true, false) != 0;
	}
	assert_true(bad >= 3);
}

/* ---- the scene -------------------------------------------------------------------------------------------- */

/* Where LD_PRELOAD finds the shim: beside this program. */
static void shim_path(char *self, size_t room, char *ret, size_t ret_room)
{
	ssize_t n = readlink("/proc/self/exe", self, room - 1);
	assert_true(n > 0);
	self[n] = 0;
	snprintf(ret, ret_room, "%.*s/shim_writes.so", (int)(strrchr(self, '/') - self), self);
}

static int run_traced(const struct scene *sc)
{
	char self[1024], shim[1100];
	shim_path(self, sizeof self, shim, sizeof shim);
	if (access(shim, R_OK) != 0) {
		fprintf(stderr, "%s is missing\n", shim);
		return 1;
	}
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		setenv("LD_PRELOAD", shim, 1);
		setenv(TRACE_DIR, sc->root, 1);
		setenv(TRACE_FILE, sc->trace, 1);
		/* The sanitizer's library would insist on being the first; leaks are looked for elsewhere. */
		setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
		execl(self, self, "--child", sc->dir, (char *)NULL);
		_exit(127);
	}
	int status;
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static int scene_setup(void **state)
{
	struct scene *sc = mem_zero(1, sizeof *sc);
	/* In memory where there is room for it: the disk is simulated, so nothing is gained from a real one. */
	snprintf(sc->base, sizeof sc->base, "%s/varde-crash-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(sc->base))
		return -1;
	snprintf(sc->root, sizeof sc->root, "%s/root", sc->base);
	snprintf(sc->trace, sizeof sc->trace, "%s/trace", sc->base);
	snprintf(sc->dir, sizeof sc->dir, "%s/store", sc->root);
	if (mkdir(sc->root, 0700) != 0)
		return -1;
	*state = sc;
	int rc = run_traced(sc);
	if (rc == SKIPPED) {
		fprintf(stderr, "the shim cannot be loaded under this sanitizer: skipped\n");
		return 0;
	}
	struct store_options o = options(sc->dir);
	struct store *s;
	if (rc != 0 || store_open(&o, &s, NULL) != ERR_OK) {
		fprintf(stderr, "the traced process ended with %d\n", rc);
		return -1;
	}
	memcpy(sc->id, store_about(s)->id, 16);
	store_close(s);
	sc->disk = disk_load(sc->trace, sc->root);
	return sc->disk ? 0 : -1;
}

static int scene_teardown(void **state)
{
	struct scene *sc = *state;
	if (!sc)
		return 0;
	disk_free(sc->disk);
	enum err e = tree_remove(sc->base, NULL);
	free(sc);
	return e == ERR_OK ? 0 : -1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--child") == 0)
		return child(argv[2]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_promised_survives_any_power_cut),
	    cmocka_unit_test(each_operation_is_a_moment_to_be_cut_off),
	    cmocka_unit_test(a_disk_that_lies_is_found_out),
	};
	return cmocka_run_group_tests(tests, scene_setup, scene_teardown);
}
