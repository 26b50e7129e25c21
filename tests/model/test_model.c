/* SPDX-License-Identifier: Apache-2.0
 *
 * test_model.c - thousands of random sequences, said to varde and to its naive twin.
 *
 * A sequence is a list of numbers; each is the seed of one step, made from what the twin knows when its turn comes. So
 * any part of a failing sequence is a sequence too, and it is shortened by leaving out halves, quarters … as long as it
 * fails. VARDE_SEED runs one sequence and tells each step; VARDE_ROUNDS says how many to run.
 */
#include "tests/test.h"
#include <sodium.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/model/world.h"

#define STEPS  60
#define ROUNDS 3000u

static uint64_t now_running;

static bool step(struct world *w, uint64_t seed)
{
	struct gen *g = &w->gen;
	g->state = seed;
	g->rev = w->rev;
	unsigned what = gen_below(g, 1000);
	if (what < 720)
		return world_message(w, gen_message(g)) && (!gen_one_in(g, 4) || world_commit(w)) &&
		       (!gen_one_in(g, 6) ||
			world_fold(w, 1 + gen_below(g, 64), w->n_pending == 0 || gen_one_in(g, 4)));
	if (what < 760)
		return world_repeat(w);
	if (what < 790)
		return world_tick(w, 1 + (int32_t)gen_below(g, gen_one_in(g, 4) ? 900 : 20));
	if (what < 810)
		return world_drop(w);
	if (what < 820)
		return gen_one_in(g, 10) ? world_rebuild(w) : world_reopen(w);
	if (what < 860)
		return world_commit(w) && world_fold(w, 1000, true) && world_ask(w);
	return world_ask(w);
}

static bool run(struct world *w, const char *dir, const uint64_t *steps, size_t n, bool say)
{
	bool good = world_open(w, dir, say);
	struct msg_message *m;
	w->time_us = (int64_t)day_of(2021, 3, 1) * 86400000000;
	for (unsigned i = 0; good && (m = gen_preamble(&w->gen, i)); i++) {
		good = world_message(w, m);
		w->gen.rev = w->rev;
	}
	good = good && world_commit(w) && world_fold(w, 100, true);
	for (size_t i = 0; good && i < n; i++)
		good = step(w, steps[i]);
	good = good && world_commit(w) && world_fold(w, 1000, true) && world_replay(w);
	for (unsigned i = 0; good && i < 4; i++)
		good = world_ask(w);
	world_close(w);
	return good;
}

/* Leave out ever smaller parts for as long as it fails without them. */
static size_t shrink(struct world *w, const char *dir, uint64_t *steps, size_t n)
{
	uint64_t try[STEPS];
	for (size_t part = n / 2; part; part /= 2)
		for (size_t at = 0; at + part <= n;) {
			memcpy(try, steps, at * sizeof *try);
			memcpy(try + at, steps + at + part, (n - at - part) * sizeof *try);
			if (run(w, dir, try, n - part, false)) {
				at += part;
				continue;
			}
			n -= part;
			memcpy(steps, try, n * sizeof *steps);
		}
	return n;
}

static void say_seed(int sig)
{
	char text[64];
	int len = snprintf(text, sizeof text, "\nVARDE_SEED=%llu\n", (unsigned long long)now_running);
	if (write(STDERR_FILENO, text, (size_t)len) < 0)
		_exit(1);
	signal(sig, SIG_DFL);
	raise(sig);
}

static const char *fast_dir(void)
{
	const char *dir = getenv("TMPDIR");
	return dir && *dir ? dir : access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

static void one_sequence(const char *dir, uint64_t seed, bool say)
{
	static struct world w;
	struct gen g = {.state = seed};
	uint64_t steps[STEPS];
	now_running = seed;
	for (size_t i = 0; i < STEPS; i++)
		steps[i] = gen_next(&g);
	if (run(&w, dir, steps, STEPS, false))
		return;
	size_t n = shrink(&w, dir, steps, STEPS);
	run(&w, dir, steps, n, say);
	fail_msg("VARDE_SEED=%llu, %zu steps:\n%s", (unsigned long long)seed, n, w.failure);
}

static void varde_and_its_twin_tell_the_same(void **state)
{
	(void)state;
	char dir[100];
	const char *seed = getenv("VARDE_SEED"), *rounds = getenv("VARDE_ROUNDS");
	uint64_t first = seed && *seed ? strtoull(seed, NULL, 10) : 1;
	unsigned n = rounds && *rounds ? (unsigned)strtoul(rounds, NULL, 10) : seed && *seed ? 1 : test_rounds(ROUNDS);
	assert_true(sodium_init() >= 0);
	signal(SIGABRT, say_seed);
	snprintf(dir, sizeof dir, "%s/varde-model-XXXXXX", fast_dir());
	assert_non_null(mkdtemp(dir));
	for (unsigned i = 0; i < n; i++)
		one_sequence(dir, first + i, seed && *seed);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(varde_and_its_twin_tell_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
