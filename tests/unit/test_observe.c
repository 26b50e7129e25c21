/* SPDX-License-Identifier: Apache-2.0
 *
 * test_observe.c - cells are whole, wherever the scan was when it read on.
 */
#include <stdlib.h>
#include <string.h>
#include "query/observe.h"
#include "tests/unit/storage_kit.h"

#define STATEMENTS 3000u

/* What stands, one after the other. */
struct all {
	size_t n;
	struct stated list[STATEMENTS];
};

/* Cells of one statement in long stretches, and of up to forty. */
static void fill(struct kit *k, uint64_t *seed)
{
	for (unsigned i = 0; i < STATEMENTS / 6; i++) {
		struct fact facts[6];
		for (size_t x = 0; x < 6; x++) {
			bool crowd = kit_below(seed, 4) == 0;
			struct fact_obs obs = {.series = 1 + (uint32_t)kit_below(seed, 2),
					       .ref = 1 + (uint32_t)kit_below(seed, 3),
					       .unit = crowd ? 50 : 1 + (uint32_t)kit_below(seed, 300),
					       .src = crowd ? 1 + (uint32_t)kit_below(seed, 40) : 1,
					       .state = kit_below(seed, 5) ? STATE_ASSERTED : STATE_RETRACTED};
			facts[x] = (struct fact){.kind = FACT_OBS, .obs = obs};
		}
		kit_append(k, facts, 6);
	}
	kit_fold(k);
}

static struct all *read_all(struct view *v)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct all *all = mem_zero(1, sizeof *all);
	struct fact f;
	uint64_t rev;
	key_obs(&key, 1, 0, 0);
	walk_begin(&w, v, TABLE_OBS, buf_view(&key));
	while (walk_fact(&w, &f, &rev)) {
		if (state_stands(f.obs.state))
			all->list[all->n++] = (struct stated){f.obs, rev};
	}
	assert_ok(v->err);
	return all;
}

static bool before(const struct stated *s, uint32_t ref, uint32_t unit)
{
	return s->obs.ref < ref || (s->obs.ref == ref && s->obs.unit < unit);
}

static void assert_same(const struct stated *a, const struct stated *b)
{
	struct fact x = {.kind = FACT_OBS, .obs = a->obs}, y = {.kind = FACT_OBS, .obs = b->obs};
	assert_true(fact_same(&x, &y));
	assert_int_equal(a->rev, b->rev);
}

/* From `at` on; returns behind it. */
static size_t one_cell(struct cells *cells, const struct all *all, size_t at)
{
	struct cell cell;
	bool there = cells_next(cells, &cell);
	assert_int_equal(there, at < all->n);
	if (!there)
		return at;
	assert_int_equal(cell.ref, all->list[at].obs.ref);
	assert_int_equal(cell.unit, all->list[at].obs.unit);
	for (size_t i = 0; i < cell.n; i++)
		assert_same(&cell.list[i], &all->list[at + i]);
	at += cell.n;
	assert_true(at == all->n || before(&all->list[at - 1], all->list[at].obs.ref, all->list[at].obs.unit));
	return at;
}

/* Some of what comes next is passed, as far as whole cells go. */
static size_t some_ahead(struct cells *cells, const struct all *all, size_t at, uint64_t *seed)
{
	const struct stated *list;
	size_t n = cells_ahead(cells, &list), left = all->n - at, pass = 0;
	assert_true(n >= (left < 2 ? left : 2) && n <= left);
	for (size_t i = 0; i < n; i++)
		assert_same(&list[i], &all->list[at + i]);
	for (size_t i = 1; i < n; i++) {
		if (before(&list[i - 1], list[i].obs.ref, list[i].obs.unit) && kit_below(seed, 4))
			pass = i;
	}
	cells_pass(cells, pass);
	return at + pass;
}

static void cells_are_whole_wherever_the_scan_reads_on(void **state)
{
	struct kit *k = *state;
	uint64_t seed = 11;
	struct view v;
	size_t whole = 0;
	fill(k, &seed);
	assert_ok(view_open(k->store, &v));
	for (unsigned i = 0; i < 60; i++) {
		AUTO_CELLS struct cells cells = {0};
		v.as_of = i % 3 ? kit_below(&seed, STATEMENTS / 6) : REV_NEWEST;
		struct all *all = read_all(&v);
		size_t at = 0;
		unsigned jumps = i % 2 ? 20 : 400;
		cells_begin(&cells, &v, 1, 0, 0);
		for (bool more = true; more;) {
			size_t was;
			if (kit_below(&seed, jumps) == 0) { /* forwards, or to where it is */
				uint32_t ref = 1 + (uint32_t)kit_below(&seed, 3),
					 unit = (uint32_t)kit_below(&seed, 320);
				cells_seek(&cells, ref, unit);
				while (at < all->n && before(&all->list[at], ref, unit))
					at++;
			}
			if (kit_below(&seed, 2))
				at = some_ahead(&cells, all, at, &seed);
			was = at;
			at = one_cell(&cells, all, at);
			more = at > was;
			whole += more;
		}
		assert_int_equal(at, all->n);
		free(all);
	}
	assert_true(whole > 1000);
	view_close(&v);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(cells_are_whole_wherever_the_scan_reads_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
