/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_cover.c - how much of a unit is covered, where the same units had other territories from date to date.
 *
 *   D ─2005─▷ A ─2010─▷ T ◁─2010─ B          A has what was D's from 2005 on
 */
#include "tests/unit/trend_kit.h"

static void lay(struct world *w)
{
	h_towns(w, "A B ..2010, D ..2005, T 2010..");
	h_event(w, "taken over", "2005-01-01", "D>A");
	h_event(w, "merged", "2010-01-01", "A>T B>T");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_commit(w);
}

static void assert_t(const struct msg_trend_answer *t, const char *period, const char *shown, const char *covered)
{
	const struct msg_trend_row *row = t_row(t, "T", period);
	assert_string_equal(row->figures[0].shown, shown);
	assert_string_equal(row->covered, covered);
}

static void the_same_units_cover_more_when_they_have_grown(void **state)
{
	struct world *w = *state;
	lay(w);
	w_say(w, "people", "2003-01-01", "A 10 B 20");
	w_say(w, "people", "2004-01-01", "A 11 B 20");
	w_say(w, "people", "2005-06-01", "A 15 B 20");
	w_say(w, "people", "2006-01-01", "A 16 B 20");
	w_say(w, "people", "2007-01-01", "B 20");
	w_say(w, "people", "2008-01-01", "A 17 B 20");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "people", "unit", MEASURE_SUM);
	q.structure_at = "2020-01-01";
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_t(t, "2003-01-01", "at least 30", "2 of 3");
	assert_t(t, "2004-01-01", "at least 31", "2 of 3");
	assert_t(t, "2005-06-01", "35", "3 of 3");
	assert_t(t, "2006-01-01", "36", "3 of 3");
	assert_t(t, "2007-01-01", "at least 20", "1 of 3");
	assert_t(t, "2008-01-01", "37", "3 of 3");
}

/* Of one reference, where one unit's figure was printed in the structure of another day. */
static void parts_said_of_two_days_are_counted_by_their_days(void **state)
{
	struct world *w = *state;
	lay(w);
	w_say(w, "people", "2004-01-01", "A 11 B 20 D 3");
	w_say(w, "people", "2006-01-01", "A 16 B 20");
	w_obs(w, "A", "people", "2008-01-01", "12")->obs.expressed_in = w_when("2004-01-01").lo;
	w_say(w, "people", "2008-01-01", "B 20");
	w_say(w, "people", "2009-01-01", "A 17 B 20");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "people", "unit", MEASURE_SUM);
	q.structure_at = "2020-01-01";
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_t(t, "2004-01-01", "34", "3 of 3");
	assert_t(t, "2006-01-01", "36", "3 of 3");
	assert_t(t, "2008-01-01", "at least 32", "2 of 3");
	assert_t(t, "2009-01-01", "37", "3 of 3");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_same_units_cover_more_when_they_have_grown),
	    CASE(parts_said_of_two_days_are_counted_by_their_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
