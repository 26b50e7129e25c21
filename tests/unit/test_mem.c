/* SPDX-License-Identifier: Apache-2.0
 *
 * test_mem.c - an arena hands out separate, aligned memory up to its cap, and forgets it all at once.
 */
#include "tests/test.h"
#include "base/mem.h"
#include "tests/unit/death.h"

static void what_it_hands_out_is_aligned_and_does_not_overlap(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	enum { N = 2000 };
	unsigned char *p[N];
	size_t len[N];
	for (size_t i = 0; i < N; i++) {
		len[i] = i * 7919 % 1500;
		p[i] = arena_try(a, len[i]);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % 16, 0);
		memset(p[i], (int)(i & 255), len[i]);
	}
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < len[i]; j++)
			if (p[i][j] != (i & 255))
				fail_msg("allocation %zu was written over at byte %zu", i, j);
}

static void over_the_cap_try_gives_null_and_changes_nothing(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(64);
	assert_non_null(arena_try(a, 48));
	assert_null(arena_try(a, 17));
	assert_int_equal(arena_used(a), 48);
	assert_non_null(arena_try(a, 16));
	assert_null(arena_try(a, 0)); /* even nothing takes a place */
	assert_int_equal(arena_used(a), 64);
	assert_null(arena_try(a, SIZE_MAX));
	assert_null(arena_try(a, SIZE_MAX - 16));
}

static void a_cap_can_be_changed(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(32);
	assert_null(arena_try(a, 100));
	arena_cap(a, 200);
	assert_non_null(arena_try(a, 100));
	arena_cap(a, 50); /* below what is in use already */
	assert_null(arena_try(a, 1));
	arena_cap(a, 0);
	assert_non_null(arena_try(a, 1 << 20));
}

static void alloc_over_the_cap(void)
{
	struct arena *a = arena_new(32);
	arena_alloc(a, 33);
}

static void alloc_over_the_cap_aborts(void **state)
{
	(void)state;
	char said[256];
	assert_true(aborts(alloc_over_the_cap, said, sizeof said));
	assert_non_null(strstr(said, "cap"));
}

static void a_reset_forgets_all_and_reuses_the_memory(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(1 << 20);
	void *first = arena_try(a, 100), *second = arena_try(a, 20000), *third = arena_try(a, 100);
	for (int round = 0; round < 3; round++) {
		arena_reset(a);
		assert_int_equal(arena_used(a), 0);
		assert_ptr_equal(arena_try(a, 100), first);
		assert_ptr_equal(arena_try(a, 20000), second);
		assert_ptr_equal(arena_try(a, 100), third);
		assert_int_equal(arena_used(a), 112 + 20000 + 112);
	}
}

static void a_reset_gives_the_cap_back(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(4096);
	for (int round = 0; round < 100; round++) {
		assert_non_null(arena_try(a, 4096));
		assert_null(arena_try(a, 1));
		arena_reset(a);
	}
}

static void large_allocations_survive_among_small_ones_over_resets(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	arena_reset(a); /* of an empty one */
	for (unsigned round = 0; round < 20; round++) {
		unsigned char *small = arena_alloc(a, 10);
		unsigned char *large = arena_alloc(a, (size_t)(round % 5) << 19);
		unsigned char *after = arena_alloc(a, 5000);
		for (size_t i = 0; i < 5000; i++)
			assert_int_equal(after[i], 0);
		memset(small, 1, 10);
		memset(large, 2, (size_t)(round % 5) << 19);
		memset(after, 3, 5000);
		assert_int_equal(small[9], 1);
		assert_int_equal(after[0], 3);
		arena_reset(a);
	}
}

static void alloc_is_zeroed_also_after_a_reset(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	memset(arena_try(a, 500), 0xff, 500);
	arena_reset(a);
	unsigned char *p = arena_alloc(a, 500);
	for (size_t i = 0; i < 500; i++)
		assert_int_equal(p[i], 0);
}

static void texts_are_copied_and_ended(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	assert_string_equal(arena_text(a, "Herøy kommune", 6), "Herøy");
	assert_string_equal(arena_text(a, NULL, 0), "");
	assert_string_equal(arena_printf(a, "%d of %s", 5, "11"), "5 of 11");
	char long_text[600];
	memset(long_text, 'v', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	char *p = arena_printf(a, "<%s>", long_text);
	assert_int_equal(strlen(p), 601);
	assert_int_equal(p[600], '>');
	for (size_t len = 250; len < 262; len++)
		assert_int_equal(strlen(arena_printf(a, "%.*s", (int)len, long_text)), len);
}

static void an_array_grows_and_keeps_its_elements(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	uint32_t *array = NULL;
	size_t room = 0;
	for (uint32_t i = 0; i < 10000; i++) {
		array = arena_grow(a, array, i, i + 1, sizeof *array, &room);
		assert_true(room > i);
		array[i] = i * 3;
	}
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(array[i], i * 3);
	for (size_t i = 10000; i < room; i++)
		assert_int_equal(array[i], 0);
	assert_true(room < 20000);
	uint32_t *same = arena_grow(a, array, 10000, room, sizeof *array, &room);
	assert_ptr_equal(same, array);
	size_t none = 0;
	assert_non_null(arena_grow(a, NULL, 0, 0, 8, &none)); /* a place even for no element */
}

static void grow_beyond_all_memory(void)
{
	struct arena *a = arena_new(0);
	size_t room = 0;
	arena_grow(a, NULL, 0, SIZE_MAX / 4, 16, &room);
}

static void a_size_that_overflows_aborts(void **state)
{
	(void)state;
	char said[256];
	assert_true(aborts(grow_beyond_all_memory, said, sizeof said));
}

static void the_heap_gives_what_was_asked(void **state)
{
	(void)state;
	unsigned char *z = mem_zero(10, 10);
	for (int i = 0; i < 100; i++)
		assert_int_equal(z[i], 0);
	z[99] = 7;
	z = mem_grow(z, 10000);
	assert_int_equal(z[99], 7);
	free(z);
	char *copy = mem_dup("Nord-Fron");
	assert_string_equal(copy, "Nord-Fron");
	free(copy);
	void *nothing = mem_alloc(0), *none = mem_zero(0, 8);
	assert_non_null(nothing);
	assert_non_null(none);
	free(nothing);
	free(none);
}

static void freeing_nothing_is_allowed(void **state)
{
	(void)state;
	assert_null(arena_free(NULL));
	assert_null(arena_free(arena_new(1)));
}

static void what_arenas_under_another_hand_out_counts_as_its_own(void **state)
{
	(void)state;
	struct arena *a = arena_new(64), *b = arena_under(a), *c = arena_under(b);
	arena_alloc(a, 16);
	arena_alloc(b, 1000);
	arena_alloc(c, 4000);
	assert_int_equal(arena_used(a), 16 + 1008 + 4000);
	assert_int_equal(arena_used(b), 1008 + 4000);
	arena_reset(c);
	assert_int_equal(arena_used(a), 16 + 1008);
	arena_alloc(c, 160);
	arena_free(c);
	assert_int_equal(arena_used(b), 1008);
	arena_alloc(a, 48); /* its cap is its own */
	arena_free(b);
	assert_int_equal(arena_used(a), 64);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_it_hands_out_is_aligned_and_does_not_overlap),
	    cmocka_unit_test(over_the_cap_try_gives_null_and_changes_nothing),
	    cmocka_unit_test(a_cap_can_be_changed),
	    cmocka_unit_test(alloc_over_the_cap_aborts),
	    cmocka_unit_test(a_reset_forgets_all_and_reuses_the_memory),
	    cmocka_unit_test(a_reset_gives_the_cap_back),
	    cmocka_unit_test(large_allocations_survive_among_small_ones_over_resets),
	    cmocka_unit_test(alloc_is_zeroed_also_after_a_reset),
	    cmocka_unit_test(texts_are_copied_and_ended),
	    cmocka_unit_test(an_array_grows_and_keeps_its_elements),
	    cmocka_unit_test(a_size_that_overflows_aborts),
	    cmocka_unit_test(the_heap_gives_what_was_asked),
	    cmocka_unit_test(freeing_nothing_is_allowed),
	    cmocka_unit_test(what_arenas_under_another_hand_out_counts_as_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
