/* SPDX-License-Identifier: Apache-2.0
 *
 * test_number_map.c - numbers for keys and texts.
 */
#include "query/number_map.h"
#include "tests/test.h"

static void a_key_keeps_its_number_as_the_map_grows(void **state)
{
	struct arena *a = arena_new(0);
	struct number_map m = {0};
	(void)state;
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 5000; i++) {
			/* Keys that differ in their upper half alone, as pairs do. */
			uint32_t *n = number_map_at(&m, a, (uint64_t)i << 32);
			assert_int_equal(*n, round ? i + 1 : 0);
			*n = i + 1;
		}
	}
	assert_int_equal(m.n, 5000);
	arena_free(a);
}

static void a_text_has_one_number(void **state)
{
	struct arena *a = arena_new(0);
	struct text_list l = {0};
	char text[16];
	(void)state;
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 1000; i++) {
			snprintf(text, sizeof text, "t%u", i);
			assert_int_equal(text_list_number(&l, a, text), i + 1);
		}
	}
	assert_int_equal(text_list_number(&l, a, ""), 1001);
	assert_int_equal(l.n, 1001);
	assert_string_equal(l.list[7], "t7");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_keeps_its_number_as_the_map_grows),
	    cmocka_unit_test(a_text_has_one_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
