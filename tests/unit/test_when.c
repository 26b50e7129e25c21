/* SPDX-License-Identifier: Apache-2.0
 *
 * test_when.c - a time keeps the precision it was given in; an impossible one is refused with the remedy.
 */
#include "tests/test.h"
#include "base/when.h"

static struct when of(const char *text)
{
	struct when w;
	struct why why = {{0}};
	if (when_parse(text, &w, &why) != ERR_OK)
		fail_msg("%s: %s", text, why.text);
	return w;
}

/* "2018-06-08" → its day number; "-" and "+" → since ever and for ever. */
static int32_t day(const char *text)
{
	if (*text == '-')
		return WHEN_DAY_MIN;
	if (*text == '+')
		return WHEN_DAY_MAX;
	int y, m, d;
	assert_int_equal(sscanf(text, "%d-%d-%d", &y, &m, &d), 3);
	return day_of(y, m, d);
}

/* Every form, with the days it can mean and the day that stands for it. */
static const struct {
	const char *text;
	enum precision precision;
	const char *lo, *hi, *reference;
} forms[] = {
    {"2018-06-08", WHEN_DAY, "2018-06-08", "2018-06-08", "2018-06-08"},
    {"0001-01-01", WHEN_DAY, "0001-01-01", "0001-01-01", "0001-01-01"},
    {"9999-12-31", WHEN_DAY, "9999-12-31", "9999-12-31", "9999-12-31"},
    {"2000-02-29", WHEN_DAY, "2000-02-29", "2000-02-29", "2000-02-29"},
    {"2020-02-29", WHEN_DAY, "2020-02-29", "2020-02-29", "2020-02-29"},
    {"2018-06", WHEN_MONTH, "2018-06-01", "2018-06-30", "2018-06-30"},
    {"2019-02", WHEN_MONTH, "2019-02-01", "2019-02-28", "2019-02-28"},
    {"2020-02", WHEN_MONTH, "2020-02-01", "2020-02-29", "2020-02-29"},
    {"1900-02", WHEN_MONTH, "1900-02-01", "1900-02-28", "1900-02-28"},
    {"2018-12", WHEN_MONTH, "2018-12-01", "2018-12-31", "2018-12-31"},
    {"2018-33", WHEN_QUARTER, "2018-01-01", "2018-03-31", "2018-03-31"},
    {"2018-34", WHEN_QUARTER, "2018-04-01", "2018-06-30", "2018-06-30"},
    {"2018-35", WHEN_QUARTER, "2018-07-01", "2018-09-30", "2018-09-30"},
    {"2018-36", WHEN_QUARTER, "2018-10-01", "2018-12-31", "2018-12-31"},
    {"2018-21", WHEN_SEASON, "2018-03-01", "2018-05-31", "2018-05-31"},
    {"2018-22", WHEN_SEASON, "2018-06-01", "2018-08-31", "2018-08-31"},
    {"2018-23", WHEN_SEASON, "2018-09-01", "2018-11-30", "2018-11-30"},
    {"2018-24", WHEN_SEASON, "2018-12-01", "2019-02-28", "2019-02-28"},
    {"2019-24", WHEN_SEASON, "2019-12-01", "2020-02-29", "2020-02-29"},
    {"2018", WHEN_YEAR, "2018-01-01", "2018-12-31", "2018-12-31"},
    {"0001", WHEN_YEAR, "0001-01-01", "0001-12-31", "0001-12-31"},
    {"2012/2014", WHEN_RANGE, "2012-01-01", "2014-12-31", "2014-12-31"},
    {"2012/2012", WHEN_RANGE, "2012-01-01", "2012-12-31", "2012-12-31"},
    {"2012-03/2012-03-05", WHEN_RANGE, "2012-03-01", "2012-03-05", "2012-03-05"},
    {"2012-11-30/2014-02", WHEN_RANGE, "2012-11-30", "2014-02-28", "2014-02-28"},
    {"2012-01-01/2014-12-31", WHEN_RANGE, "2012-01-01", "2014-12-31", "2014-12-31"},
    {"2018-06/2018", WHEN_RANGE, "2018-06-01", "2018-12-31", "2018-12-31"},
    {"../2018", WHEN_BEFORE, "-", "2018-12-31", "2018-12-31"},
    {"../2018-06", WHEN_BEFORE, "-", "2018-06-30", "2018-06-30"},
    {"../2018-06-08", WHEN_BEFORE, "-", "2018-06-08", "2018-06-08"},
    {"2007/..", WHEN_AFTER, "2007-01-01", "+", "2007-12-31"},
    {"2007-02/..", WHEN_AFTER, "2007-02-01", "+", "2007-02-28"},
    {"2007-02-03/..", WHEN_AFTER, "2007-02-03", "+", "2007-02-03"},
    {"2004~", WHEN_AROUND, "2003-01-01", "2005-12-31", "2004-12-31"},
    {"2004-02~", WHEN_AROUND, "2004-01-01", "2004-03-31", "2004-02-29"},
    {"2004-01~", WHEN_AROUND, "2003-12-01", "2004-02-29", "2004-01-31"},
    {"2004-12~", WHEN_AROUND, "2004-11-01", "2005-01-31", "2004-12-31"},
    {"2004-03-01~", WHEN_AROUND, "2004-02-29", "2004-03-02", "2004-03-01"},
    {"0001~", WHEN_AROUND, "0000-01-01", "0002-12-31", "0001-12-31"},
    {"0001-01~", WHEN_AROUND, "0000-12-01", "0001-02-28", "0001-01-31"},
    {"9999~", WHEN_AROUND, "9998-01-01", "10000-12-31", "9999-12-31"},
    {"XXXX", WHEN_UNKNOWN, "-", "+", "+"},
};
#define FORMS (sizeof forms / sizeof *forms)

static void every_form_means_its_days_and_prints_as_given(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMS; i++) {
		struct when w = of(forms[i].text);
		char text[WHEN_TEXT_MAX];
		assert_string_equal(when_format(&w, text), forms[i].text);
		assert_int_equal(w.precision, forms[i].precision);
		if (w.lo != day(forms[i].lo) || w.hi != day(forms[i].hi))
			fail_msg("%s: from %d to %d", forms[i].text, w.lo, w.hi);
		if (when_reference_day(&w) != day(forms[i].reference))
			fail_msg("%s: stands for %d", forms[i].text, when_reference_day(&w));
	}
}

static void a_day_without_its_year_keeps_month_and_day(void **state)
{
	(void)state;
	static const char *const texts[] = {"XXXX-06-08", "XXXX-02-29", "XXXX-01-01", "XXXX-12-31"};
	static const int32_t days[] = {608, 229, 101, 1231};
	for (size_t i = 0; i < 4; i++) {
		struct when w = of(texts[i]);
		char text[WHEN_TEXT_MAX];
		assert_int_equal(w.precision, WHEN_DAY_WITHOUT_YEAR);
		assert_true(w.lo == days[i] && w.hi == days[i]);
		assert_string_equal(when_format(&w, text), texts[i]);
		assert_int_equal(when_reference_day(&w), WHEN_DAY_MAX);
	}
}

static void an_empty_text_is_no_time_at_all(void **state)
{
	(void)state;
	struct when w = of("2018"), none = {0};
	assert_ok(when_parse(NULL, &w, NULL));
	assert_true(when_eq(&w, &none));
	w = of("");
	assert_int_equal(w.precision, WHEN_NONE);
	char text[WHEN_TEXT_MAX] = "x";
	assert_string_equal(when_format(&w, text), "");
	assert_int_equal(when_reference_day(&w), WHEN_DAY_MAX);
}

static void an_impossible_date_is_refused_with_what_is_possible(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} bad[] = {
	    {"2018-04-31", "the day in April 2018 is 01 to 30, not 31"},
	    {"2018-02-29", "the day in February 2018 is 01 to 28, not 29"},
	    {"1900-02-29", "the day in February 1900 is 01 to 28, not 29"},
	    {"2020-02-30", "the day in February 2020 is 01 to 29, not 30"},
	    {"2018-06-00", "the day in June 2018 is 01 to 30, not 00"},
	    {"2018-12-32", "the day in December 2018 is 01 to 31, not 32"},
	    {"2018-13-01", "the month of a day is 01 to 12, not 13"},
	    {"2018-00-01", "the month of a day is 01 to 12, not 00"},
	    {"2018-33-01", "the month of a day is 01 to 12, not 33"},
	    {"2018-13", "a month 01 to 12, a season 21 to 24 or a quarter 33 to 36, not 13"},
	    {"2018-00", "not 00"},
	    {"2018-20", "not 20"},
	    {"2018-25", "not 25"},
	    {"2018-32", "not 32"},
	    {"2018-37", "not 37"},
	    {"0000", "years are 0001 to 9999"},
	    {"0000-01-01", "years are 0001 to 9999"},
	    {"XXXX-02-30", "the day in February is 01 to 29, not 30"},
	    {"XXXX-13-01", "the month of a day is 01 to 12, not 13"},
	    {"2018/2017", "ends before it starts"},
	    {"2018-06/2018-05", "ends before it starts"},
	    {"2018-06-08/2018-06-07", "ends before it starts"},
	    {"2018-33/2019", "not a quarter"},
	    {"../2018-21", "not a season"},
	    {"2018-36~", "not a quarter"},
	    {"../..", "write XXXX"},
	    {"2018-04-31/2019", "the day in April 2018"},
	    {"2018/2019-04-31", "the day in April 2019"},
	    {"../2018-02-29", "February 2018"},
	    {"2018-02-29~", "February 2018"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct when w = when_day(4711);
		struct why why = {{0}};
		assert_err(ERR_INVALID, when_parse(bad[i].text, &w, &why));
		if (!strstr(why.text, bad[i].says) || !strstr(why.text, bad[i].text))
			fail_msg("%s: says \"%s\"", bad[i].text, why.text);
		assert_true(w.lo == 4711);
	}
}

static void what_is_no_date_is_refused_with_all_forms(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "x",
	    "201",
	    "20180",
	    "08.06.2018",
	    "2018-6",
	    "2018-6-8",
	    "2018-06-8",
	    "20180608",
	    "2018/06/08",
	    "2018-06-08T12:00",
	    "2018-06-08Z",
	    "2018-W23",
	    "2018-159",
	    " 2018",
	    "2018 ",
	    "-2018",
	    "+2018",
	    "2018~~",
	    "~2018",
	    "~",
	    "/",
	    "2018/",
	    "/2018",
	    "2018/2019/2020",
	    "..",
	    "2018..",
	    "..2018",
	    "../",
	    "/..",
	    "2018/2019~",
	    "2018~/2019",
	    "XXXX~",
	    "XXXX-06",
	    "XXXX/2018",
	    "2018/XXXX",
	    "XXX",
	    "XXXXX",
	    "XXXX-6-8",
	    "20XX",
	    "201X",
	    "2018?",
	    "2018-06-XX",
	    "2018\n",
	    "2018-06-0a",
	    "\xff\xff\xff\xff",
	    "2018_06",
	    "2018-0608",
	    "2018-06/08",
	    "2018-06-08/2019-06-08/extra and more",
	    "11111111111111111111111111111111111111111111111111111111",
	    "XXXX-06-08~",
	    "XXXX-0a-01",
	    "2018:06",
	    "2018-06:08",
	    "XXXX:06-08",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct when w = when_day(4711);
		struct why why = {{0}};
		if (when_parse(bad[i], &w, &why) != ERR_INVALID)
			fail_msg("%s was not refused", bad[i]);
		if (!strstr(why.text, "is not a date") || !strstr(why.text, "2018-06-08, 2018-33 (quarter"))
			fail_msg("%s: says \"%s\"", bad[i], why.text);
		assert_non_null(strstr(why.text, "XXXX-06-08, XXXX")); /* the sentence is whole */
		for (const char *p = why.text; *p; p++)
			assert_true(*p >= ' ' && *p <= '~');
		assert_true(w.lo == 4711);
	}
}

static void days_and_dates_agree_over_all_years(void **state)
{
	(void)state;
	assert_int_equal(day_of(1970, 1, 1), 0);
	assert_int_equal(day_of(1969, 12, 31), -1);
	assert_int_equal(day_of(2000, 3, 1), 11017);
	assert_int_equal(day_of(1, 1, 1), -719162);
	assert_int_equal(day_of(9999, 12, 31), 2932896);
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t n = day_of(0, 1, 1);
	for (int y = 0; y <= 10000; y++) {
		bool leap = y % 400 == 0 || (y % 4 == 0 && y % 100 != 0);
		for (int m = 1; m <= 12; m++)
			for (int d = 1; d <= lengths[m - 1] + (m == 2 && leap); d++, n++) {
				int yy, mm, dd;
				day_parts(n, &yy, &mm, &dd);
				if (day_of(y, m, d) != n || yy != y || mm != m || dd != d)
					fail_msg("%d is not %d-%d-%d", n, y, m, d);
			}
	}
}

/* Days that no text gives can come from elsewhere: they print as something, and overflow nothing. */
static void any_day_number_prints_within_its_room(void **state)
{
	(void)state;
	static const int32_t days[] = {WHEN_DAY_MIN,     WHEN_DAY_MIN + 1,   -800000,     0, 3000000,
				       WHEN_DAY_MAX - 1, WHEN_DAY_MAX - 400, WHEN_DAY_MAX};
	static const uint8_t ways[] = {WHEN_DAY, WHEN_MONTH, WHEN_YEAR};
	static const uint8_t precisions[] = {WHEN_DAY,   WHEN_MONTH,  WHEN_QUARTER, WHEN_SEASON, WHEN_YEAR,
					     WHEN_RANGE, WHEN_BEFORE, WHEN_AFTER,   WHEN_AROUND};
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		for (size_t j = 0; j < sizeof precisions; j++)
			for (size_t k = 0; k < sizeof ways; k++) {
				struct when w = {precisions[j], ways[k], ways[k], days[i], days[i]};
				char text[WHEN_TEXT_MAX];
				assert_in_range(strlen(when_format(&w, text)), 4, WHEN_TEXT_MAX - 1);
				(void)when_reference_day(&w);
			}
}

static void times_order_by_their_days_then_by_how_they_were_said(void **state)
{
	(void)state;
	static const char *const rising[] = {
	    "../2017",   "XXXX",         "2017",    "2018-01-01", "2018-01", "2018-33", "2018", "2018-01-01/2018-12-31",
	    "2018/2018", "2018-01/2019", "2018/..", "2018-06",
	};
	static const size_t count = sizeof rising / sizeof *rising;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			struct when a = of(rising[i]), b = of(rising[j]);
			int want = (i > j) - (i < j);
			if (when_cmp(&a, &b) != (want))
				fail_msg("%s against %s", rising[i], rising[j]);
			assert_int_equal(when_eq(&a, &b), i == j);
		}
}

static void every_time_reads_back_from_its_bytes(void **state)
{
	(void)state;
	static const char *const more[] = {"", "XXXX-06-08", "XXXX-02-29"};
	AUTO_BUF struct buf b = {0};
	for (size_t i = 0; i < FORMS + 3; i++) {
		struct when w = of(i < FORMS ? forms[i].text : more[i - FORMS]);
		buf_clear(&b);
		when_put(&b, &w);
		assert_in_range(b.len, 1, 11);
		struct rd r = rd_of(buf_view(&b));
		struct when back = when_get(&r);
		assert_true(rd_done(&r));
		assert_true(when_eq(&w, &back));
		for (size_t cut = 0; cut < b.len; cut++) {
			r = rd_of((struct slice){b.data, cut});
			back = when_get(&r);
			assert_false(rd_ok(&r));
			assert_int_equal(back.precision, WHEN_NONE);
		}
	}
	static const int32_t days[] = {WHEN_DAY_MIN, -1, 0, 1, WHEN_DAY_MAX};
	for (size_t i = 0; i < 5; i++)
		for (size_t j = i; j < 5; j++) {
			struct when w = {WHEN_RANGE, WHEN_DAY, WHEN_MONTH, days[i], days[j]};
			buf_clear(&b);
			when_put(&b, &w);
			assert_in_range(b.len, 1, 11);
			struct rd r = rd_of(buf_view(&b));
			struct when back = when_get(&r);
			assert_true(rd_done(&r) && when_eq(&w, &back));
		}
}

static void a_day_takes_four_bytes_and_unknown_one(void **state)
{
	(void)state;
	AUTO_BUF struct buf b = {0};
	struct when w = of("2020-01-01");
	when_put(&b, &w);
	assert_int_equal(b.len, 4);
	buf_clear(&b);
	w = of("XXXX");
	when_put(&b, &w);
	assert_int_equal(b.len, 1);
}

static void bytes_that_are_never_written_spoil_the_reader(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[12];
		size_t len;
	} bad[] = {
	    {{12}, 1},                                         /* a precision of no version */
	    {{WHEN_UNKNOWN | 1 << 4}, 1},                      /* an end where there is none */
	    {{WHEN_DAY | 1 << 4, 2}, 2},                       /* the same */
	    {{WHEN_RANGE | 1 << 4, 2, 2}, 3},                  /* an end not said how */
	    {{WHEN_AFTER, 2}, 2},                              /* the same */
	    {{WHEN_BEFORE | 1 << 4, 2}, 2},                    /* the wrong end */
	    {{WHEN_DAY, 0x80, 0x80, 0x80, 0x80, 0x10}, 6},     /* one day beyond int32 */
	    {{WHEN_YEAR, 2, 0xff, 0xff, 0xff, 0xff, 0x0f}, 7}, /* ends beyond int32 */
	    {{WHEN_DAY_WITHOUT_YEAR, 1}, 2},                   /* no month and day */
	    {{WHEN_DAY_WITHOUT_YEAR, 0xb4, 0x14}, 3},          /* 1306: month 13 */
	    {{WHEN_DAY_WITHOUT_YEAR, 0xb0, 0x09}, 3},          /* 600: day 0 */
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct rd r = rd_of((struct slice){bad[i].bytes, bad[i].len});
		struct when w = when_get(&r);
		if (rd_ok(&r) || w.precision != WHEN_NONE)
			fail_msg("bytes %zu were read", i);
	}
}

/* Whatever the bytes: a good reader has a time that prints and writes itself again. */
static void no_bytes_make_a_time_that_cannot_be_written_again(void **state)
{
	(void)state;
	uint64_t x = 88172645463325252u;
	unsigned good = 0;
	AUTO_BUF struct buf b = {0};
	for (unsigned round = test_rounds(200000); round; round--) {
		uint8_t bytes[12];
		for (size_t i = 0; i < sizeof bytes; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			bytes[i] = (uint8_t)(x >> 24);
		}
		struct rd r = rd_of((struct slice){bytes, sizeof bytes});
		struct when w = when_get(&r), back;
		if (!rd_ok(&r))
			continue;
		good++;
		char text[WHEN_TEXT_MAX];
		assert_true(w.lo <= w.hi);
		assert_true(strlen(when_format(&w, text)) < WHEN_TEXT_MAX);
		(void)when_reference_day(&w);
		buf_clear(&b);
		when_put(&b, &w);
		r = rd_of(buf_view(&b));
		back = when_get(&r);
		assert_true(rd_done(&r) && when_eq(&w, &back));
	}
	assert_true(good > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_form_means_its_days_and_prints_as_given),
	    cmocka_unit_test(a_day_without_its_year_keeps_month_and_day),
	    cmocka_unit_test(an_empty_text_is_no_time_at_all),
	    cmocka_unit_test(an_impossible_date_is_refused_with_what_is_possible),
	    cmocka_unit_test(what_is_no_date_is_refused_with_all_forms),
	    cmocka_unit_test(days_and_dates_agree_over_all_years),
	    cmocka_unit_test(any_day_number_prints_within_its_room),
	    cmocka_unit_test(times_order_by_their_days_then_by_how_they_were_said),
	    cmocka_unit_test(every_time_reads_back_from_its_bytes),
	    cmocka_unit_test(a_day_takes_four_bytes_and_unknown_one),
	    cmocka_unit_test(bytes_that_are_never_written_spoil_the_reader),
	    cmocka_unit_test(no_bytes_make_a_time_that_cannot_be_written_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
