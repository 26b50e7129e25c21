/* SPDX-License-Identifier: Apache-2.0
 *
 * test_text.c - names that people mean as one compare as one, and others do not.
 */
#include "tests/test.h"
#include "base/text.h"

static void check_fold(const char *text, const char *want)
{
	char folded[TEXT_FOLD_MAX + 1];
	size_t len = 0;
	assert_ok(text_fold(text, folded, &len));
	assert_string_equal(folded, want);
	assert_int_equal(len, strlen(want));
	char again[TEXT_FOLD_MAX + 1]; /* folding a folded name changes nothing */
	assert_ok(text_fold(folded, again, &len));
	assert_string_equal(again, want);
}

static void spellings_of_one_name_fold_to_one(void **state)
{
	(void)state;
	check_fold("\u00c5lesund", "\u00e5lesund");
	check_fold("A\u030alesund", "\u00e5lesund");
	check_fold("\u212blesund", "\u00e5lesund"); /* the angstrom sign */
	check_fold("HER\u00d8Y", "her\u00f8y");
	check_fold("Stra\u00dfe", "strasse");
	check_fold("STRASSE", "strasse");
	check_fold("\ufb01ord", "fiord"); /* the ligature fi */
	check_fold("Kom\u00admune", "kommune");
	check_fold("\ufeffBod\u00f8\u200b", "bod\u00f8");
	check_fold("M\u00f8re og\u00a0Romsdal", "m\u00f8re og romsdal");
}

static void dashes_and_blanks_of_all_kinds_are_one(void **state)
{
	(void)state;
	static const char *const dashes[] = {"-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\uff0d"};
	static const char *const blanks[] = {" ",      "  ",     "\t",     "\n",     " \n\t ", "\u00a0",
					     "\u2003", "\u2009", "\u202f", "\u3000", "\u2028", "\u2029"};
	char text[64];
	for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++) {
		snprintf(text, sizeof text, "Nord%sFron", dashes[i]);
		check_fold(text, "nord-fron");
	}
	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
		snprintf(text, sizeof text, "%sIndre%sFosen%s", blanks[i], blanks[i], blanks[i]);
		check_fold(text, "indre fosen");
	}
}

static void letters_of_their_own_stay_so(void **state)
{
	(void)state;
	static const char *const names[] = {"\u00c6", "AE", "A",      "\u00d8", "O",      "OE",
					    "\u00c5", "AA", "\u00c4", "\u00d6", "\u0110", "D"};
	enum { N = sizeof names / sizeof *names };
	char folded[N][TEXT_FOLD_MAX + 1];
	for (size_t i = 0; i < N; i++) {
		size_t len;
		assert_ok(text_fold(names[i], folded[i], &len));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(folded[i], folded[j]);
	}
}

static void what_is_no_text_or_nothing_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "",        " ",      "\t\n",     "\u00ad",       "\u200b \ufeff",    "\xff",
	    "Bod\xc3", "\xc3(",  "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80",
	    "B\x01o",  "a\x7fz", "a\rb",     "\xc2\x85",     "\xe2\x82",         "\xf0\x9f\x97",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char folded[TEXT_FOLD_MAX + 1];
		size_t len;
		if (text_fold(bad[i], folded, &len) != ERR_INVALID)
			fail_msg("text %zu was not refused", i);
	}
	char folded[TEXT_FOLD_MAX + 1];
	size_t len;
	assert_err(ERR_INVALID, text_fold(NULL, folded, &len));
}

static void a_long_name_is_cut_between_characters(void **state)
{
	(void)state;
	char text[200], folded[TEXT_FOLD_MAX + 1];
	size_t len;
	memset(text, 'x', sizeof text);
	memcpy(text + 63, "\u00f8", 2); /* bytes 63 and 64: does not fit into 64 */
	text[150] = '\0';
	assert_ok(text_fold(text, folded, &len));
	assert_int_equal(len, 63);
	assert_true(text_valid(folded, len));
	memcpy(text + 62, "\u00f8x", 3); /* bytes 62 and 63: fits exactly */
	assert_ok(text_fold(text, folded, &len));
	assert_int_equal(len, 64);
	assert_memory_equal(folded + 62, "\u00f8", 3);
	memset(text, 'x', sizeof text);
	text[63] = ' '; /* a blank is never the last byte */
	text[150] = '\0';
	assert_ok(text_fold(text, folded, &len));
	assert_int_equal(len, 63);
	text[64] = '\0';
	assert_ok(text_fold(text, folded, &len));
	assert_int_equal(len, 63);
}

static void cutting_keeps_whole_characters(void **state)
{
	(void)state;
	const char *text = "a\u00f8\u20ac\U0001F5FB"; /* 1 + 2 + 3 + 4 bytes */
	static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
	for (size_t max = 0; max <= 10; max++)
		assert_int_equal(text_cut(text, max), want[max]);
}

static void validity_covers_every_byte(void **state)
{
	(void)state;
	assert_true(text_valid("", 0));
	assert_true(text_valid(NULL, 0));
	assert_true(text_valid("line\n\tB\u00f8 \U0001F5FB", 14));
	assert_false(text_valid("a\0b", 3));
	assert_false(text_valid("\u20ac", 2));
	assert_true(text_valid("\u20ac", 3));
	for (int c = 0; c < 256; c++) {
		char byte = (char)c;
		bool want = (c >= ' ' && c < 0x7f) || c == '\t' || c == '\n';
		assert_int_equal(text_valid(&byte, 1), want);
	}
	for (int c = 0x80; c < 0x100; c++) {
		char two[2] = {(char)(0xc0 | c >> 6), (char)(0x80 | (c & 0x3f))};
		assert_int_equal(text_valid(two, 2), c >= 0xa0);
	}
}

static void what_turns_the_direction_of_text_is_a_control_character(void **state)
{
	(void)state;
	static const char *const turning[] = {"\u202a", "\u202e", "\u2066", "\u2069"};
	static const char *const harmless[] = {"\u2029", "\u202f", "\u2065", "\u206a", "\u200f", "\u05d0", "a", " "};
	for (size_t i = 0; i < sizeof turning / sizeof *turning; i++) {
		assert_int_equal(text_control(turning[i]), 3);
		assert_false(text_valid(turning[i], 3));
	}
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
		assert_int_equal(text_control(harmless[i]), 0);
	assert_int_equal(text_control("\x1b[2J"), 1);
	assert_int_equal(text_control("\t"), 1);
	assert_int_equal(text_control("\xc2\x9b"), 2);
	assert_int_equal(text_control("\x9b"), 0); /* no text at all */
	assert_int_equal(text_control(""), 0);
}

static void identifiers_are_letters_digits_and_five_marks(void **state)
{
	(void)state;
	static const char *const good[] = {"a",         "unit/1804",    "NO-18", "v1.2_x:y",
					   "Bod\u00f8", "\u5317\u4eac", "0",     "-"};
	static const char *const bad[] = {"",        " a",     "a b",  "a\n",  "a,b",   "a;b",
					  "a\"",     "a@b",    "a\\b", "\xff", "a\xc3", "\u2013",
					  "A\u030a", "\u00a0", "a+b",  "a?",   "(a)",   "\u200b"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!text_is_id(good[i], 64))
			fail_msg("%s was refused", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (text_is_id(bad[i], 64))
			fail_msg("%s was taken", bad[i]);
	assert_false(text_is_id(NULL, 64));
	assert_true(text_is_id("abcd", 4));
	assert_false(text_is_id("abcde", 4));
	assert_true(text_is_id("ab\u00f8", 4));
	assert_false(text_is_id("abc\u00f8", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(spellings_of_one_name_fold_to_one),
	    cmocka_unit_test(dashes_and_blanks_of_all_kinds_are_one),
	    cmocka_unit_test(letters_of_their_own_stay_so),
	    cmocka_unit_test(what_is_no_text_or_nothing_is_refused),
	    cmocka_unit_test(a_long_name_is_cut_between_characters),
	    cmocka_unit_test(cutting_keeps_whole_characters),
	    cmocka_unit_test(validity_covers_every_byte),
	    cmocka_unit_test(what_turns_the_direction_of_text_is_a_control_character),
	    cmocka_unit_test(identifiers_are_letters_digits_and_five_marks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
