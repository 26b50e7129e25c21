/* SPDX-License-Identifier: Apache-2.0
 *
 * test_words.c - what is kept is right, and stays where it was lent.
 */
#include "tests/test.h"
#include "storage/words.h"

static void a_word_is_found_by_text_and_by_number(void **state)
{
	(void)state;
	struct words *w = words_new();
	words_keep(w, SPACE_UNIT, slice_text("kommune/bodo"), 7);
	assert_int_equal(words_number(w, SPACE_UNIT, slice_text("kommune/bodo")), 7);
	assert_true(slice_eq(words_text(w, SPACE_UNIT, 7), slice_text("kommune/bodo")));
	words_free(w);
}

static void another_space_or_text_is_another_word(void **state)
{
	(void)state;
	struct words *w = words_new();
	words_keep(w, SPACE_UNIT, slice_text("a"), 1);
	assert_int_equal(words_number(w, SPACE_TERM, slice_text("a")), 0);
	assert_int_equal(words_number(w, SPACE_UNIT, slice_text("b")), 0);
	assert_int_equal(words_text(w, SPACE_TERM, 1).len, 0);
	assert_int_equal(words_text(w, SPACE_UNIT, 0).len, 0);
	words_free(w);
}

static void a_text_at_the_limit_is_kept_and_one_over_it_is_not(void **state)
{
	(void)state;
	struct words *w = words_new();
	char text[WORD_TEXT_MAX + 2];
	memset(text, 'x', sizeof text);
	words_keep(w, SPACE_TERM, (struct slice){text, WORD_TEXT_MAX}, 1);
	words_keep(w, SPACE_TERM, (struct slice){text, WORD_TEXT_MAX + 1}, 2);
	assert_int_equal(words_number(w, SPACE_TERM, (struct slice){text, WORD_TEXT_MAX}), 1);
	assert_int_equal(words_number(w, SPACE_TERM, (struct slice){text, WORD_TEXT_MAX + 1}), 0);
	words_free(w);
}

static void more_words_than_places_are_missed_but_never_mistaken(void **state)
{
	(void)state;
	struct words *w = words_new();
	char text[32];
	unsigned kept = 0, n = test_rounds(400000);
	for (unsigned i = 1; i <= n; i++) {
		int len = snprintf(text, sizeof text, "municipality/%06u", i);
		words_keep(w, SPACE_UNIT, (struct slice){text, (size_t)len}, i);
	}
	for (unsigned i = 1; i <= n; i++) {
		int len = snprintf(text, sizeof text, "municipality/%06u", i);
		uint32_t id = words_number(w, SPACE_UNIT, (struct slice){text, (size_t)len});
		struct slice back = words_text(w, SPACE_UNIT, i);
		kept += id != 0;
		assert_true(id == 0 || id == i);
		assert_true(back.len == 0 || slice_eq(back, (struct slice){text, (size_t)len}));
	}
	assert_true(kept > 0);
	words_free(w);
}

static void nearly_all_of_a_hundred_thousand_words_are_kept(void **state)
{
	(void)state;
	struct words *w = words_new();
	char text[32];
	unsigned by_text = 0, by_number = 0, n = test_rounds(100000);
	for (int again = 0; again < 2; again++)
		for (unsigned i = 1; i <= n; i++) {
			struct slice word = {text, (size_t)snprintf(text, sizeof text, "municipality/%06u", i)};
			words_keep(w, SPACE_UNIT, word, i);
			by_text += again && words_number(w, SPACE_UNIT, word) == i;
			by_number += again && slice_eq(words_text(w, SPACE_UNIT, i), word);
		}
	assert_true(by_text > n - n / 50);
	assert_int_equal(by_number, by_text);
	words_free(w);
}

static void what_was_cleared_is_gone(void **state)
{
	(void)state;
	struct words *w = words_new();
	words_keep(w, SPACE_UNIT, slice_text("a"), 1);
	words_clear(w);
	assert_int_equal(words_number(w, SPACE_UNIT, slice_text("a")), 0);
	words_keep(w, SPACE_UNIT, slice_text("a"), 2);
	assert_int_equal(words_number(w, SPACE_UNIT, slice_text("a")), 2);
	words_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_word_is_found_by_text_and_by_number),
	    cmocka_unit_test(another_space_or_text_is_another_word),
	    cmocka_unit_test(a_text_at_the_limit_is_kept_and_one_over_it_is_not),
	    cmocka_unit_test(more_words_than_places_are_missed_but_never_mistaken),
	    cmocka_unit_test(nearly_all_of_a_hundred_thousand_words_are_kept),
	    cmocka_unit_test(what_was_cleared_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
