/* SPDX-License-Identifier: Apache-2.0
 *
 * test_num.c - numbers are kept exactly or refused, and rounded once.
 */
#include "tests/test.h"
#include "base/num.h"

static struct num of(const char *text)
{
	struct num n;
	struct why why = {{0}};
	if (num_parse(text, &n, &why) != ERR_OK)
		fail_msg("%s: %s", text, why.text);
	return n;
}

static void a_number_prints_as_it_was_given(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "0",
	    "7",
	    "-7",
	    "12.1",
	    "12.10",
	    "-12.10",
	    "0.5",
	    "-0.05",
	    "0.000000000000000001",
	    "-0.000000000000000001",
	    "1.000000000000000000",
	    "9223372036854775807",
	    "-9223372036854775808",
	    "9.223372036854775807",
	    "-9.223372036854775808",
	    "0.000000000000000000",
	    "100",
	    "100.00",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char text[NUM_TEXT_MAX];
		assert_string_equal(num_format(of(texts[i]), text), texts[i]);
	}
	struct num n = of("-12.10");
	assert_true(n.digits == -1210 && n.scale == 2);
	char text[NUM_TEXT_MAX];
	assert_string_equal(num_format(of("-0"), text), "0");
}

static void what_is_no_number_is_refused_with_the_remedy(void **state)
{
	(void)state;
	static const char *const texts[] = {"12,5", " 7", "7 ",    "+7",    "1e3",    "1E3",      ".5",
					    "5.",   "-",  "--7",   "-.5",   "1.2.3",  "0x10",     "NaN",
					    "inf",  "7-", "1 000", "1_000", "\u00bd", "\u2212 7", "."};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct num n = {4711, 3};
		struct why why = {{0}};
		if (num_parse(texts[i], &n, &why) != ERR_INVALID)
			fail_msg("%s was not refused", texts[i]);
		assert_non_null(strstr(why.text, "is not a number"));
		assert_non_null(strstr(why.text, "-12.10"));
		assert_true(n.digits == 4711 && n.scale == 3);
	}
	struct num n;
	struct why why = {{0}};
	assert_err(ERR_INVALID, num_parse("", &n, &why));
	assert_non_null(strstr(why.text, "missing"));
	assert_err(ERR_INVALID, num_parse(NULL, &n, NULL));
}

static void what_does_not_fit_overflows_and_is_never_rounded(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "9223372036854775808",   "-9223372036854775809",  "92233720368547758070",
	    "18446744073709551616",  "18446744073709551617",  "9.2233720368547758070",
	    "0.0000000000000000000", "10.000000000000000000", "99999999999999999999999999999999999999999",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct num n = {4711, 3};
		struct why why = {{0}};
		if (num_parse(texts[i], &n, &why) != ERR_OVERFLOW)
			fail_msg("%s did not overflow", texts[i]);
		assert_non_null(strstr(why.text, "9223372036854775807"));
		assert_true(n.digits == 4711 && n.scale == 3);
	}
	assert_true(of("000000000000000000000000000007").digits == 7);
}

static void comparison_is_by_value_at_any_scale(void **state)
{
	(void)state;
	/* In rising order; neighbours with the same rank are equal. */
	static const struct {
		struct num n;
		int rank;
	} list[] = {
	    {{INT64_MIN, 0}, 0},
	    {{INT64_MIN + 1, 0}, 1},
	    {{INT64_MIN, 1}, 2},
	    {{INT64_MIN, 18}, 3},
	    {{-1, 0}, 4},
	    {{-10, 1}, 4},
	    {{-1, 18}, 5},
	    {{0, 0}, 6},
	    {{0, 18}, 6},
	    {{1, 18}, 7},
	    {{121, 1}, 8},
	    {{1210, 2}, 8},
	    {{INT64_MAX, 17}, 9},
	    {{INT64_MAX, 1}, 10},
	    {{INT64_MAX - 1, 0}, 11},
	    {{INT64_MAX, 0}, 12},
	};
	static const size_t count = sizeof list / sizeof *list;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			int want = (list[i].rank > list[j].rank) - (list[i].rank < list[j].rank);
			if (num_cmp(list[i].n, list[j].n) != want)
				fail_msg("%zu against %zu: not %d", i, j, want);
		}
}

static void sums_take_the_larger_scale(void **state)
{
	(void)state;
	struct num r;
	assert_ok(num_add(of("1.5"), of("2.25"), &r));
	assert_true(r.digits == 375 && r.scale == 2);
	assert_ok(num_sub(of("1.5"), of("2.25"), &r));
	assert_true(r.digits == -75 && r.scale == 2);
	assert_ok(num_add(of("1.50"), of("-1.5"), &r));
	assert_true(r.digits == 0 && r.scale == 2);
}

static void sums_reach_the_edges_and_overflow_beyond(void **state)
{
	(void)state;
	struct num r = {4711, 3}, max = {INT64_MAX, 0}, min = {INT64_MIN, 0}, one = {1, 0};
	assert_err(ERR_OVERFLOW, num_add(max, one, &r));
	assert_err(ERR_OVERFLOW, num_sub(min, one, &r));
	assert_err(ERR_OVERFLOW, num_sub((struct num){0, 0}, min, &r));
	assert_err(ERR_OVERFLOW, num_add(max, (struct num){0, 1}, &r));
	assert_err(ERR_OVERFLOW, num_add(max, (struct num){INT64_MAX, 18}, &r));
	assert_err(ERR_OVERFLOW, num_add(max, max, &r));
	assert_err(ERR_OVERFLOW, num_add(min, min, &r));
	assert_true(r.digits == 4711 && r.scale == 3);
	assert_ok(num_add(max, min, &r));
	assert_true(r.digits == -1);
	assert_ok(num_sub(max, max, &r));
	assert_true(r.digits == 0);
	assert_ok(num_add((struct num){INT64_MAX - 1, 0}, one, &r));
	assert_true(r.digits == INT64_MAX);
	assert_ok(num_sub((struct num){INT64_MIN + 1, 5}, (struct num){1, 5}, &r));
	assert_true(r.digits == INT64_MIN && r.scale == 5);
}

static void check_fraction(long num, unsigned long den, unsigned decimals, const char *want)
{
	mpq_t q;
	mpq_init(q);
	mpq_set_si(q, num, den);
	mpq_canonicalize(q);
	char *text = fraction_format(q, decimals);
	assert_string_equal(text, want);
	free(text);
	mpq_clear(q);
}

static void fractions_round_half_away_from_zero(void **state)
{
	(void)state;
	check_fraction(1, 2, 0, "1");
	check_fraction(-1, 2, 0, "-1");
	check_fraction(5, 2, 0, "3");
	check_fraction(-5, 2, 0, "-3");
	check_fraction(49, 100, 0, "0");
	check_fraction(-49, 100, 0, "0");
	check_fraction(1, 3, 3, "0.333");
	check_fraction(2, 3, 3, "0.667");
	check_fraction(-2, 3, 3, "-0.667");
	check_fraction(1, 8, 2, "0.13");
	check_fraction(-1, 8, 2, "-0.13");
	check_fraction(1, 200, 2, "0.01");
	check_fraction(-1, 200, 2, "-0.01");
	check_fraction(1, 201, 2, "0.00");
	check_fraction(-1, 201, 2, "0.00");
	check_fraction(999, 1000, 2, "1.00");
	check_fraction(-9999, 1000, 2, "-10.00");
	check_fraction(0, 1, 0, "0");
	check_fraction(0, 1, 3, "0.000");
	check_fraction(12, 1, 2, "12.00");
	check_fraction(3100, 44, 1, "70.5");
	check_fraction(1, 3, 30, "0.333333333333333333333333333333");
	check_fraction(1234567, 1, 0, "1234567");
}

static void a_number_becomes_a_fraction_exactly(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "-12.10", "9223372036854775807", "-9223372036854775808", "-9.223372036854775808", "0.000000000000000001",
	    "0"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		mpq_t q;
		mpq_init(q);
		num_to_fraction(of(texts[i]), q);
		char *text = fraction_format(q, of(texts[i]).scale);
		assert_string_equal(text, texts[i]);
		free(text);
		mpq_clear(q);
	}
	mpq_t q;
	mpq_init(q);
	num_to_fraction(of("0.50"), q);
	assert_int_equal(mpq_cmp_ui(q, 1, 2), 0); /* in lowest terms */
	assert_int_equal(mpz_cmp_ui(mpq_denref(q), 2), 0);
	mpq_clear(q);
}

static void a_percentage_gives_its_count_where_one_fits(void **state)
{
	(void)state;
	uint32_t k = 0;
	assert_int_equal(num_percent_counts(of("70"), 44, &k), 1);
	assert_int_equal(k, 31);
	assert_int_equal(num_percent_counts(of("91"), 44, &k), 1);
	assert_int_equal(k, 40);
	assert_int_equal(num_percent_counts(of("98"), 41, &k), 1);
	assert_int_equal(k, 40);
	assert_int_equal(num_percent_counts(of("97.6"), 41, &k), 1);
	assert_int_equal(k, 40);
	assert_int_equal(num_percent_counts(of("100"), 44, &k), 1);
	assert_int_equal(k, 44);
	assert_int_equal(num_percent_counts(of("0"), 44, &k), 1);
	assert_int_equal(k, 0);
	assert_int_equal(num_percent_counts(of("0.5"), 200, &k), 1);
	assert_int_equal(k, 1);
	/* The printed scale matters: 33.30 is not what a third prints as, 33.33 is. */
	assert_int_equal(num_percent_counts(of("33.33"), 3, &k), 1);
	assert_int_equal(num_percent_counts(of("33.30"), 3, &k), 0);
}

static void a_percentage_that_fits_none_or_several_says_so(void **state)
{
	(void)state;
	uint32_t k = 4711;
	assert_int_equal(num_percent_counts(of("99"), 44, &k), 0);
	assert_int_equal(num_percent_counts(of("50"), 3, &k), 0);
	assert_int_equal(num_percent_counts(of("101"), 44, &k), 0);
	assert_int_equal(num_percent_counts(of("-1"), 44, &k), 0);
	assert_int_equal(num_percent_counts(of("0"), 0, &k), 0);
	assert_int_equal(num_percent_counts(of("9223372036854775807"), UINT32_MAX, &k), 0);
	assert_int_equal(num_percent_counts(of("9.223372036854775807"), 7, &k), 0);
	assert_int_equal(k, 4711);
	assert_int_equal(num_percent_counts(of("50"), 1000, &k), 10); /* 49.5 % to 50.4 % */
	assert_int_equal(k, 495);
	assert_int_equal(num_percent_counts(of("50"), UINT32_MAX, &k), 42949672);
	assert_int_equal(k, 2126008812);
}

/* Against the plain definition: format every count and compare the texts. */
static void counts_agree_with_printing_each_of_them(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= 60; n++) {
		for (unsigned scale = 0; scale <= 1; scale++) {
			unsigned matches[1001] = {0};
			uint32_t first[1001] = {0};
			for (uint32_t k = n + 1; k-- > 0;) {
				mpq_t q;
				mpq_init(q);
				mpq_set_ui(q, 100 * k, n);
				mpq_canonicalize(q);
				char *text = fraction_format(q, scale);
				int64_t digits = of(text).digits;
				matches[digits]++;
				first[digits] = k;
				free(text);
				mpq_clear(q);
			}
			for (int64_t d = 0; d <= (scale ? 1000 : 100); d++) {
				uint32_t k = 0;
				unsigned got = num_percent_counts((struct num){d, (uint8_t)scale}, n, &k);
				if (got != matches[d] || k != first[d])
					fail_msg("%d at scale %u of %u: %u from %u", (int)d, scale, n, got, k);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_number_prints_as_it_was_given),
	    cmocka_unit_test(what_is_no_number_is_refused_with_the_remedy),
	    cmocka_unit_test(what_does_not_fit_overflows_and_is_never_rounded),
	    cmocka_unit_test(comparison_is_by_value_at_any_scale),
	    cmocka_unit_test(sums_take_the_larger_scale),
	    cmocka_unit_test(sums_reach_the_edges_and_overflow_beyond),
	    cmocka_unit_test(fractions_round_half_away_from_zero),
	    cmocka_unit_test(a_number_becomes_a_fraction_exactly),
	    cmocka_unit_test(a_percentage_gives_its_count_where_one_fits),
	    cmocka_unit_test(a_percentage_that_fits_none_or_several_says_so),
	    cmocka_unit_test(counts_agree_with_printing_each_of_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
