/* SPDX-License-Identifier: Apache-2.0
 *
 * test_tick.c - civil days in a zone, over summer time, and clocks that cannot be believed.
 */
#include "base/when.h"
#include "daemon/tick.h"
#include "tests/test.h"

#define HOUR_US INT64_C(3600000000)

/* Microseconds of a UTC day and hour. */
static int64_t utc(int y, int m, int d, int hour)
{
	return day_of(y, m, d) * TICK_DAY_US + hour * HOUR_US;
}

static void a_day_begins_at_the_zones_midnight(void **state)
{
	(void)state;
	assert_ok(tick_zone("Europe/Oslo", NULL));
	assert_int_equal(tick_day(utc(2026, 11, 20, 22)), day_of(2026, 11, 20)); /* 23:00 */
	assert_int_equal(tick_day(utc(2026, 11, 20, 23)), day_of(2026, 11, 21)); /* 00:00 */
	assert_int_equal(tick_day(utc(2026, 7, 1, 22) - 1), day_of(2026, 7, 1));
	assert_int_equal(tick_day(utc(2026, 7, 1, 22)), day_of(2026, 7, 2)); /* summer time */
	assert_ok(tick_zone("UTC", NULL));
	assert_int_equal(tick_day(utc(2026, 11, 21, 0) - 1), day_of(2026, 11, 20));
	assert_int_equal(tick_day(-1), day_of(1969, 12, 31));
	assert_int_equal(tick_day(0), day_of(1970, 1, 1));
}

static void the_next_day_is_found_also_when_days_have_23_or_25_hours(void **state)
{
	(void)state;
	assert_ok(tick_zone("Europe/Oslo", NULL));
	assert_int_equal(tick_next(utc(2026, 3, 28, 23)), utc(2026, 3, 29, 22));   /* the day of 23 hours */
	assert_int_equal(tick_next(utc(2026, 10, 24, 22)), utc(2026, 10, 25, 23)); /* the day of 25 */
	assert_int_equal(tick_next(utc(2026, 11, 20, 23)), utc(2026, 11, 21, 23));
	assert_int_equal(tick_next(utc(2026, 11, 20, 23) - 1), utc(2026, 11, 20, 23));
	/* A zone whose midnight is skipped by summer time: the day begins at one o'clock. */
	assert_ok(tick_zone("America/Asuncion", NULL));
	int64_t next = tick_next(utc(2023, 9, 30, 12));
	assert_int_equal(tick_day(next), day_of(2023, 10, 1));
	assert_int_equal(tick_day(next - 1), day_of(2023, 9, 30));
}

static void a_zone_that_the_system_does_not_know_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"Mars/Olympus", "", "/etc/passwd", "../../etc/passwd", "Europe/Oslo/"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct why why = {0};
		assert_err(ERR_INVALID, tick_zone(bad[i], &why));
		assert_non_null(strstr(why.text, bad[i]));
	}
}

static void days_are_written_as_dates(void **state)
{
	(void)state;
	char text[16];
	assert_string_equal(tick_text(day_of(2026, 11, 21), text), "2026-11-21");
}

static struct tick_guard guard(void)
{
	assert_ok(tick_zone("UTC", NULL));
	return (struct tick_guard){.ticked = true,
				   .last_day = day_of(2026, 1, 1),
				   .newest_us = utc(2026, 1, 1, 12),
				   .ahead_max = 400,
				   .accept = ""};
}

static void a_clock_far_ahead_waits_for_a_person(void **state)
{
	(void)state;
	struct tick_guard g = guard();
	bool behind;
	struct why why = {0};
	assert_ok(tick_believe(&g, utc(2026, 1, 1, 13), &behind, &why));
	assert_false(behind);
	assert_ok(tick_believe(&g, (day_of(2026, 1, 1) + 400) * TICK_DAY_US, &behind, &why));
	assert_err(ERR_INVALID, tick_believe(&g, (day_of(2026, 1, 1) + 401) * TICK_DAY_US, &behind, &why));
	assert_string_equal(
	    why.text, "the clock says 2027-02-06, 401 days after the last civil day of the store (2026-01-01): set the "
		      "clock, or confirm it with --accept-clock 2027-02-06");
	g.accept = "2027-02-06";
	assert_ok(tick_believe(&g, (day_of(2026, 1, 1) + 401) * TICK_DAY_US, &behind, &why));
	assert_err(ERR_INVALID,
		   tick_believe(&g, (day_of(2026, 1, 1) + 402) * TICK_DAY_US, &behind, &why)); /* that day only */
}

static void a_clock_behind_is_told_but_believed(void **state)
{
	(void)state;
	struct tick_guard g = guard();
	bool behind;
	assert_ok(tick_believe(&g, utc(2026, 1, 1, 11), &behind, NULL));
	assert_true(behind);
	assert_ok(tick_believe(&g, utc(2025, 12, 31, 23), &behind, NULL));
	assert_true(behind);
}

static void a_store_without_a_day_believes_any_clock(void **state)
{
	(void)state;
	struct tick_guard g = guard();
	bool behind;
	g.ticked = false;
	g.newest_us = 0;
	assert_ok(tick_believe(&g, utc(2099, 1, 1, 0), &behind, NULL));
	assert_false(behind);
	g.newest_us = utc(2026, 1, 1, 12); /* messages, but no tick yet: they count */
	assert_err(ERR_INVALID, tick_believe(&g, utc(2099, 1, 1, 0), &behind, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_day_begins_at_the_zones_midnight),
	    cmocka_unit_test(the_next_day_is_found_also_when_days_have_23_or_25_hours),
	    cmocka_unit_test(a_zone_that_the_system_does_not_know_is_refused),
	    cmocka_unit_test(days_are_written_as_dates),
	    cmocka_unit_test(a_clock_far_ahead_waits_for_a_person),
	    cmocka_unit_test(a_clock_behind_is_told_but_believed),
	    cmocka_unit_test(a_store_without_a_day_believes_any_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
