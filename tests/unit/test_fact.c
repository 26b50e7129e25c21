/* SPDX-License-Identifier: Apache-2.0
 *
 * test_fact.c - facts as bytes and back; damage is noticed.
 */
#include "tests/unit/storage_kit.h"

static void every_kind_comes_back_as_it_was(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	uint64_t seed = 1;
	unsigned kinds[FACT_WEIGHT + 1] = {0};
	for (unsigned i = 0; i < test_rounds(20000); i++) {
		AUTO_BUF struct buf b = {0};
		struct fact f = kit_fact(&seed, a), back;
		fact_put(&b, &f);
		struct rd r = rd_of(buf_view(&b));
		assert_true(fact_get(&r, &back));
		assert_true(rd_done(&r));
		assert_int_equal(back.kind, f.kind);
		assert_true(fact_same(&f, &back));
		kinds[f.kind]++;
		arena_reset(a);
	}
	for (int k = FACT_TERM; k <= FACT_WEIGHT; k++)
		assert_true(kinds[k] > 0);
}

static void each_field_of_an_observation_comes_back(void **state)
{
	(void)state;
	AUTO_BUF struct buf b = {0};
	struct fact f = {.kind = FACT_OBS,
			 .obs = {.series = UINT32_MAX,
				 .ref = 2,
				 .unit = 3,
				 .src = 4,
				 .seq = UINT16_MAX,
				 .state = STATE_RETRACTED,
				 .status = 255,
				 .round = 7,
				 .expressed_in = INT32_MIN,
				 .locator = slice_text("p. 4"),
				 .value = {"\0\1", 2}}},
		    back;
	fact_put(&b, &f);
	struct rd r = rd_of(buf_view(&b));
	assert_true(fact_get(&r, &back));
	assert_int_equal(back.obs.series, UINT32_MAX);
	assert_int_equal(back.obs.ref, 2);
	assert_int_equal(back.obs.unit, 3);
	assert_int_equal(back.obs.src, 4);
	assert_int_equal(back.obs.seq, UINT16_MAX);
	assert_int_equal(back.obs.state, STATE_RETRACTED);
	assert_int_equal(back.obs.status, 255);
	assert_int_equal(back.obs.round, 7);
	assert_int_equal(back.obs.expressed_in, INT32_MIN);
	assert_true(slice_eq(back.obs.locator, f.obs.locator));
	assert_true(slice_eq(back.obs.value, f.obs.value));
}

static void a_fact_cut_short_is_not_a_fact(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	uint64_t seed = 2;
	for (unsigned i = 0; i < 200; i++) {
		AUTO_BUF struct buf b = {0};
		struct fact f = kit_fact(&seed, a), back;
		fact_put(&b, &f);
		for (size_t len = 0; len < b.len && len < 60; len++) {
			struct rd r = rd_of((struct slice){b.data, len});
			assert_false(fact_get(&r, &back));
			assert_true(len == 0 || !rd_ok(&r));
		}
	}
}

static void random_bytes_never_make_a_fact_that_reads_past_them(void **state)
{
	(void)state;
	uint64_t seed = 3;
	for (unsigned i = 0; i < test_rounds(50000); i++) {
		size_t len = kit_below(&seed, 64);
		uint8_t *bytes = mem_alloc(len); /* its own, so that ASan sees the end */
		for (size_t j = 0; j < len; j++)
			bytes[j] = (uint8_t)(kit_below(&seed, 3) ? kit_below(&seed, 20) : kit_random(&seed));
		struct rd r = rd_of((struct slice){bytes, len});
		struct fact f;
		while (fact_get(&r, &f))
			assert_in_range(f.kind, FACT_TERM, FACT_WEIGHT);
		free(bytes);
	}
}

static void an_impossible_state_or_space_is_broken(void **state)
{
	(void)state;
	AUTO_BUF struct buf b = {0};
	struct fact f = {.kind = FACT_SCOPE, .scope = {.round = 1, .unit = 2, .kind = 3, .state = (enum fact_state)5}},
		    back;
	fact_put(&b, &f);
	struct rd r = rd_of(buf_view(&b));
	assert_false(fact_get(&r, &back));
	assert_false(rd_ok(&r));
	buf_clear(&b);
	f = (struct fact){.kind = FACT_TERM, .term = {.space = SPACE_COUNT, .id = 1, .text = slice_text("x")}};
	fact_put(&b, &f);
	r = rd_of(buf_view(&b));
	assert_false(fact_get(&r, &back));
}

static void a_fact_names_the_units_it_touches_once(void **state)
{
	(void)state;
	uint32_t u[2];
	struct fact link = {.kind = FACT_LINK, .link = {.a = 4, .b = 9}};
	assert_int_equal(fact_units(&link, u), 2);
	assert_int_equal(u[0], 4);
	assert_int_equal(u[1], 9);
	link.link.b = 4;
	assert_int_equal(fact_units(&link, u), 1);
	struct fact scope = {.kind = FACT_SCOPE, .scope = {.unit = 0}};
	assert_int_equal(fact_units(&scope, u), 0);
	struct fact tick = {.kind = FACT_TICK, .tick = {7}};
	assert_int_equal(fact_units(&tick, u), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_kind_comes_back_as_it_was),
	    cmocka_unit_test(each_field_of_an_observation_comes_back),
	    cmocka_unit_test(a_fact_cut_short_is_not_a_fact),
	    cmocka_unit_test(random_bytes_never_make_a_fact_that_reads_past_them),
	    cmocka_unit_test(an_impossible_state_or_space_is_broken),
	    cmocka_unit_test(a_fact_names_the_units_it_touches_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
