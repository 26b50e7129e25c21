/* SPDX-License-Identifier: Apache-2.0
 *
 * test_point_text.c - points in time as written on a command line.
 */
#include "tests/test.h"
#include "clients/point_text.h"

static struct arena *arena;
static struct why why;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

/* What was understood, as one line. */
static const char *read_point(const char *text)
{
	struct msg_point *p;
	why = (struct why){{0}};
	if (point_parse(text, arena, &p, &why) != ERR_OK)
		return "refused";
	return arena_printf(arena, "%s|%s|%s|%llu|%s|%s", p->valid_at, p->round, p->period,
			    (unsigned long long)p->as_of_revision, p->as_of_time, p->as_of_tag);
}

static void a_point_is_a_day_a_round_or_a_period(void **state)
{
	(void)state;
	assert_string_equal(read_point("2020-06-30"), "2020-06-30|||0||");
	assert_string_equal(read_point("round=nordland-2014"), "|nordland-2014||0||");
	assert_string_equal(read_point("period=2014"), "||2014|0||");
	assert_string_equal(read_point("period=2014-33"), "||2014-33|0||");
}

static void what_is_behind_the_last_at_sign_says_as_known_when(void **state)
{
	(void)state;
	assert_string_equal(read_point("2020-06-30@17"), "2020-06-30|||17||");
	assert_string_equal(read_point("round=a@b@17"), "|a@b||17||");
	assert_string_equal(read_point("period=2014@2026-11-21T10:00:00Z"), "||2014|0|2026-11-21T10:00:00Z|");
	assert_string_equal(read_point("period=2014@2026-11-21"), "||2014|0|2026-11-21T23:59:59.999999Z|");
	assert_string_equal(read_point("@tag:report"), "|||0||report");
	assert_string_equal(read_point("@9223372036854775799"), "|||9223372036854775799||");
}

static void what_is_no_point_is_refused_with_what_to_write(void **state)
{
	(void)state;
	assert_string_equal(read_point(""), "refused");
	assert_non_null(strstr(why.text, "round=ID"));
	assert_string_equal(read_point("2014"), "refused");
	assert_non_null(strstr(why.text, "period=2014"));
	assert_string_equal(read_point("2020-06-31"), "refused");
	assert_string_equal(read_point("round="), "refused");
	assert_string_equal(read_point("period=twice"), "refused");
	assert_string_equal(read_point("2020-06-30@"), "refused");
	assert_non_null(strstr(why.text, "behind @"));
	assert_string_equal(read_point("2020-06-30@0"), "refused");
	assert_string_equal(read_point("2020-06-30@tag:"), "refused");
	assert_string_equal(read_point("@99999999999999999999"), "refused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_point_is_a_day_a_round_or_a_period),
	    cmocka_unit_test(what_is_behind_the_last_at_sign_says_as_known_when),
	    cmocka_unit_test(what_is_no_point_is_refused_with_what_to_write),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
