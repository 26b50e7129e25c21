/* SPDX-License-Identifier: Apache-2.0
 *
 * test_when_covers.c - what is valid from one time to another is true on a day, possibly or for certain.
 */
#include "tests/test.h"
#include "base/when.h"

/* "-" and "+" are the first and the last day there are. */
static void check_covers(const char *from, const char *to, const char *on, enum truth want)
{
	struct when f, t, d = {.lo = *on == '-' ? WHEN_DAY_MIN : WHEN_DAY_MAX};
	assert_ok(when_parse(from, &f, NULL));
	assert_ok(when_parse(to, &t, NULL));
	if (*on != '-' && *on != '+')
		assert_ok(when_parse(on, &d, NULL));
	enum truth got = when_covers(&f, &t, d.lo);
	if (got != want)
		fail_msg("[%s, %s) on %s: %d, not %d", from, to, on, (int)got, (int)want);
}

static void validity_begins_on_its_day_and_ends_before_its_end(void **state)
{
	(void)state;
	check_covers("2018-01-01", "2020-01-01", "2017-12-31", TRUTH_NO);
	check_covers("2018-01-01", "2020-01-01", "2018-01-01", TRUTH_CERTAIN);
	check_covers("2018-01-01", "2020-01-01", "2018-01-02", TRUTH_CERTAIN);
	check_covers("2018-01-01", "2020-01-01", "2019-12-31", TRUTH_CERTAIN);
	check_covers("2018-01-01", "2020-01-01", "2020-01-01", TRUTH_NO);
	check_covers("2018-01-01", "2020-01-01", "2020-01-02", TRUTH_NO);
	check_covers("2018-01-01", "2018-01-01", "2018-01-01", TRUTH_NO); /* nothing lies in [a, a) */
	check_covers("2018-01-01", "", "2017-12-31", TRUTH_NO);
	check_covers("2018-01-01", "", "2018-01-01", TRUTH_CERTAIN);
	check_covers("2018-01-01", "", "+", TRUTH_CERTAIN);
	check_covers("", "2020-01-01", "-", TRUTH_CERTAIN);
	check_covers("", "2020-01-01", "2019-12-31", TRUTH_CERTAIN);
	check_covers("", "2020-01-01", "2020-01-01", TRUTH_NO);
	check_covers("", "", "-", TRUTH_CERTAIN);
	check_covers("", "", "+", TRUTH_CERTAIN);
}

static void an_uncertain_start_is_possible_until_its_last_day(void **state)
{
	(void)state;
	check_covers("2018", "", "2017-12-31", TRUTH_NO);
	check_covers("2018", "", "2018-01-01", TRUTH_POSSIBLE);
	check_covers("2018", "", "2018-12-30", TRUTH_POSSIBLE);
	check_covers("2018", "", "2018-12-31", TRUTH_CERTAIN);
	check_covers("2018-06", "", "2018-05-31", TRUTH_NO);
	check_covers("2018-06", "", "2018-06-01", TRUTH_POSSIBLE);
	check_covers("2018-06", "", "2018-06-30", TRUTH_CERTAIN);
	check_covers("../2018", "", "-", TRUTH_POSSIBLE);
	check_covers("../2018", "", "2018-12-30", TRUTH_POSSIBLE);
	check_covers("../2018", "", "2018-12-31", TRUTH_CERTAIN);
	check_covers("2007/..", "", "2006-12-31", TRUTH_NO);
	check_covers("2007/..", "", "2007-01-01", TRUTH_POSSIBLE);
	check_covers("2007/..", "", "+", TRUTH_POSSIBLE);
	check_covers("2004~", "", "2002-12-31", TRUTH_NO);
	check_covers("2004~", "", "2003-01-01", TRUTH_POSSIBLE);
	check_covers("2004~", "", "2005-12-31", TRUTH_CERTAIN);
	check_covers("XXXX", "", "-", TRUTH_POSSIBLE);
	check_covers("XXXX", "", "+", TRUTH_POSSIBLE);
	check_covers("XXXX-06-08", "", "-", TRUTH_POSSIBLE);
	check_covers("XXXX-06-08", "", "2018-06-08", TRUTH_POSSIBLE);
}

static void an_uncertain_end_is_possible_from_its_first_day(void **state)
{
	(void)state;
	check_covers("", "2018", "2017-12-31", TRUTH_CERTAIN);
	check_covers("", "2018", "2018-01-01", TRUTH_POSSIBLE);
	check_covers("", "2018", "2018-12-30", TRUTH_POSSIBLE);
	check_covers("", "2018", "2018-12-31", TRUTH_NO);
	check_covers("", "../2018", "-", TRUTH_POSSIBLE);
	check_covers("", "../2018", "2018-12-30", TRUTH_POSSIBLE);
	check_covers("", "../2018", "2018-12-31", TRUTH_NO);
	check_covers("", "2007/..", "2006-12-31", TRUTH_CERTAIN);
	check_covers("", "2007/..", "2007-01-01", TRUTH_POSSIBLE);
	check_covers("", "2007/..", "+", TRUTH_POSSIBLE);
	check_covers("", "XXXX", "-", TRUTH_POSSIBLE);
	check_covers("", "XXXX", "+", TRUTH_POSSIBLE);
	check_covers("", "XXXX-06-08", "2018-06-08", TRUTH_POSSIBLE);
}

static void both_ends_uncertain_are_certain_only_between_them(void **state)
{
	(void)state;
	check_covers("2010", "2014", "2009-12-31", TRUTH_NO);
	check_covers("2010", "2014", "2010-01-01", TRUTH_POSSIBLE);
	check_covers("2010", "2014", "2010-12-31", TRUTH_CERTAIN);
	check_covers("2010", "2014", "2013-12-31", TRUTH_CERTAIN);
	check_covers("2010", "2014", "2014-01-01", TRUTH_POSSIBLE);
	check_covers("2010", "2014", "2014-12-31", TRUTH_NO);
	check_covers("2018", "2018", "2018-06-01", TRUTH_POSSIBLE);
	check_covers("2018", "2017", "2017-06-01", TRUTH_NO);
	check_covers("XXXX", "2018", "2017-01-01", TRUTH_POSSIBLE);
	check_covers("XXXX", "2018", "2019-01-01", TRUTH_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(validity_begins_on_its_day_and_ends_before_its_end),
	    cmocka_unit_test(an_uncertain_start_is_possible_until_its_last_day),
	    cmocka_unit_test(an_uncertain_end_is_possible_from_its_first_day),
	    cmocka_unit_test(both_ends_uncertain_are_certain_only_between_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
