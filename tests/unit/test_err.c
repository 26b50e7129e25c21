/* SPDX-License-Identifier: Apache-2.0
 *
 * test_err.c - errors carry a name, a sentence and whether to retry; a defect ends the process.
 */
#include "tests/test.h"
#include <errno.h>
#include "base/text.h"
#include "tests/unit/death.h"

static void every_error_has_a_name_of_its_own_and_a_sentence(void **state)
{
	(void)state;
	for (int i = 0; i < ERR_COUNT; i++) {
		assert_true(*err_symbol((enum err)i));
		assert_true(*err_text((enum err)i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(err_symbol((enum err)i), err_symbol((enum err)j));
	}
	assert_string_equal(err_symbol(ERR_OK), "OK");
	assert_string_equal(err_symbol(ERR_NO_SPACE), "NO_SPACE");
	assert_string_equal(err_text(ERR_LOCKED), "another process holds the store");
	assert_true(err_retryable(ERR_NO_SPACE));
	assert_false(err_retryable(ERR_INVALID));
	assert_false(err_retryable(ERR_OK));
}

static void a_number_that_is_no_error_reads_as_a_defect(void **state)
{
	(void)state;
	assert_string_equal(err_symbol(ERR_COUNT), "INTERNAL");
	assert_string_equal(err_symbol((enum err) - 1), "INTERNAL");
	assert_false(err_retryable((enum err)4711));
}

static void fail_says_why_and_returns_the_error(void **state)
{
	(void)state;
	struct why why = {{0}};
	assert_err(ERR_INVALID, fail(&why, ERR_INVALID, "row %d: %s", 7, "no name"));
	assert_string_equal(why.text, "row 7: no name");
	assert_err(ERR_IO, fail(NULL, ERR_IO, "nobody asks"));
}

static void a_cause_can_be_wrapped_in_more_words(void **state)
{
	(void)state;
	struct why why = {{0}};
	assert_err(ERR_IO, fail(&why, ERR_IO, "no space"));
	assert_err(ERR_IO, fail(&why, ERR_IO, "cannot write: %s", why.text));
	assert_string_equal(why.text, "cannot write: no space");
}

static void a_long_sentence_is_cut_between_characters(void **state)
{
	(void)state;
	for (size_t lead = 0; lead < 4; lead++) {
		for (int kind = 0; kind < 4; kind++) {
			static const char *const letters[] = {"a", "\u00e5", "\u20ac", "\U0001F5FB"};
			char text[400] = {0};
			memset(text, 'x', lead);
			size_t one = strlen(letters[kind]), len = lead;
			for (; len + one < sizeof text; len += one)
				memcpy(text + len, letters[kind], one);
			struct why why;
			assert_err(ERR_IO, fail(&why, ERR_IO, "%s", text));
			size_t kept = strlen(why.text);
			assert_int_equal(kept, 255 - (255 - lead) % one);
			assert_memory_equal(why.text, text, kept);
			assert_true(text_valid(why.text, kept));
		}
	}
}

static void foreign_numbers_map_to_ours(void **state)
{
	(void)state;
	assert_err(ERR_OK, err_from_errno(0));
	assert_err(ERR_NO_SPACE, err_from_errno(ENOSPC));
	assert_err(ERR_NO_SPACE, err_from_errno(EDQUOT));
	assert_err(ERR_NOT_FOUND, err_from_errno(ENOENT));
	assert_err(ERR_EXISTS, err_from_errno(EEXIST));
	assert_err(ERR_NOT_ALLOWED, err_from_errno(EACCES));
	assert_err(ERR_NO_MEMORY, err_from_errno(ENOMEM));
	assert_err(ERR_BUSY, err_from_errno(EAGAIN));
	assert_err(ERR_TOO_LARGE, err_from_errno(EMSGSIZE));
	assert_err(ERR_UNREACHABLE, err_from_errno(ECONNREFUSED));
	assert_err(ERR_IO, err_from_errno(EIO));
	assert_err(ERR_IO, err_from_errno(123456));
}

static void break_a_promise(void)
{
	ALWAYS(1 + 1 == 3);
}

static void a_defect_names_its_condition_and_aborts(void **state)
{
	(void)state;
	char said[512];
	assert_true(aborts(break_a_promise, said, sizeof said));
	assert_non_null(strstr(said, "test_err.c:"));
	assert_non_null(strstr(said, "1 + 1 == 3"));
	ALWAYS(1 + 1 == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_error_has_a_name_of_its_own_and_a_sentence),
	    cmocka_unit_test(a_number_that_is_no_error_reads_as_a_defect),
	    cmocka_unit_test(fail_says_why_and_returns_the_error),
	    cmocka_unit_test(a_cause_can_be_wrapped_in_more_words),
	    cmocka_unit_test(a_long_sentence_is_cut_between_characters),
	    cmocka_unit_test(foreign_numbers_map_to_ours),
	    cmocka_unit_test(a_defect_names_its_condition_and_aborts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
