/* SPDX-License-Identifier: Apache-2.0
 *
 * test_outcome.c - an outcome comes back, in whole and in part, and damage is noticed.
 */
#include "tests/unit/storage_kit.h"

static struct slice changes[] = {{"change one", 10}, {"", 0}, {"three", 5}};

static void make(struct buf *b, struct fact *facts, size_t n)
{
	struct outcome o = {.verdict = OUTCOME_ACCEPTED,
			    .receipt = slice_text("a receipt"),
			    .n_changes = 3,
			    .changes = changes,
			    .n_facts = n,
			    .facts = facts};
	outcome_put(b, &o);
}

static void an_outcome_comes_back_as_it_was(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	AUTO_BUF struct buf b = {0};
	uint64_t seed = 4;
	struct fact facts[30];
	for (size_t i = 0; i < 30; i++)
		facts[i] = kit_fact(&seed, a);
	make(&b, facts, 30);
	struct outcome back;
	assert_ok(outcome_get(buf_view(&b), a, true, &back));
	assert_int_equal(back.verdict, OUTCOME_ACCEPTED);
	assert_true(slice_eq(back.receipt, slice_text("a receipt")));
	assert_int_equal(back.n_changes, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(slice_eq(back.changes[i], changes[i]));
	assert_int_equal(back.n_facts, 30);
	for (size_t i = 0; i < 30; i++)
		assert_true(fact_same(&facts[i], &back.facts[i]));
}

static void its_parts_are_read_without_the_rest(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	AUTO_BUF struct buf b = {0};
	struct fact tick = {.kind = FACT_TICK, .tick = {-5}}, fact;
	make(&b, &tick, 1);
	struct slice receipt;
	assert_ok(outcome_receipt(buf_view(&b), &receipt));
	assert_true(slice_eq(receipt, slice_text("a receipt")));
	struct outcome o;
	assert_ok(outcome_get(buf_view(&b), a, false, &o));
	assert_int_equal(o.n_changes, 3);
	assert_int_equal(o.n_facts, 0);
	struct rd r;
	size_t n;
	assert_ok(outcome_facts(buf_view(&b), &r, &n));
	assert_int_equal(n, 1);
	assert_true(fact_get(&r, &fact));
	assert_int_equal(fact.tick.day, -5);
	assert_true(rd_done(&r));
}

static void a_refusal_has_no_facts(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	AUTO_BUF struct buf b = {0};
	outcome_put(&b, &(struct outcome){.verdict = OUTCOME_REFUSED, .receipt = slice_text("no")});
	struct outcome o;
	assert_ok(outcome_get(buf_view(&b), a, true, &o));
	assert_int_equal(o.verdict, OUTCOME_REFUSED);
	assert_int_equal(o.n_changes, 0);
	assert_int_equal(o.n_facts, 0);
}

static void any_cut_and_any_addition_is_damage(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	AUTO_BUF struct buf b = {0};
	struct fact tick = {.kind = FACT_TICK, .tick = {100000}};
	make(&b, &tick, 1);
	struct outcome o;
	for (size_t len = 0; len < b.len; len++)
		assert_err(ERR_CORRUPT, outcome_get((struct slice){b.data, len}, a, true, &o));
	buf_u8(&b, 0);
	assert_err(ERR_CORRUPT, outcome_get(buf_view(&b), a, true, &o));
}

static void a_count_beyond_the_bytes_takes_no_memory(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(1 << 16);
	AUTO_BUF struct buf b = {0};
	buf_u8(&b, OUTCOME_ACCEPTED);
	buf_u8(&b, 0);
	buf_varint(&b, UINT64_MAX / 8);
	struct outcome o;
	assert_err(ERR_CORRUPT, outcome_get(buf_view(&b), a, true, &o));
	assert_int_equal(arena_used(a), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_outcome_comes_back_as_it_was),
	    cmocka_unit_test(its_parts_are_read_without_the_rest),
	    cmocka_unit_test(a_refusal_has_no_facts),
	    cmocka_unit_test(any_cut_and_any_addition_is_damage),
	    cmocka_unit_test(a_count_beyond_the_bytes_takes_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
