/* SPDX-License-Identifier: Apache-2.0
 *
 * test_nothing.c - questions that nothing answers: each is told which of its filters leaves nothing, and what there is.
 *
 * County n has figures of 2010 (round n10) and 2014 (n14), county s of 2013 (s13) alone; the source of 2014 is
 * published in 2015. County v lives from 2020 to 2024.
 */
#include "tests/unit/asking.h"

static void say_one(struct world *w, const char *unit, const char *round, const char *source, const char *value)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'round': '%s', 'source': '%s', 'observations': [{'unit': '%s', "
		 "'indicator': 'arr', 'value': %s, 'status': 'main'}]}}",
		 round, source, unit, value);
}

static void lay(struct world *w)
{
	accepted(
	    w, "{'define': {'sources': [{'id': 's1', 'title': 'One', 'published': '2011'},"
	       "  {'id': 's2', 'title': 'Two', 'published': '2015'}],"
	       "'indicators': [{'id': 'arr', 'label': 'A', 'type': 'count', 'over_units': 'additive', 'over_time': "
	       "'none'}, {'id': 'new', 'label': 'N', 'type': 'count', 'over_units': 'additive', 'over_time': 'none'}],"
	       "'surveys': [{'id': 'north', 'title': 'N'}, {'id': 'south', 'title': 'S'}]}}");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's1', 'units': ["
		 "{'id': 'n', 'kind': 'county', 'names': ['North']}, {'id': 's', 'kind': 'county', 'names': ['South']},"
		 "{'id': 'a', 'kind': 'municipality', 'names': ['Aa'], 'part_of': 'n'},"
		 "{'id': 'v', 'kind': 'county', 'names': ['View'], 'valid_from': '2020-01-01', 'valid_to': "
		 "'2024-01-01'}]}}");
	accepted(w, "{'define': {'rounds': [{'id': 'n10', 'survey': 'north', 'reference': '2010', 'area': 'n'},"
		    "{'id': 'n14', 'survey': 'north', 'reference': '2014', 'area': 'n'},"
		    "{'id': 's13', 'survey': 'south', 'reference': '2013', 'area': 's'}]}}");
	say_one(w, "n", "n10", "s1", "4");
	say_one(w, "n", "n14", "s2", "5");
	say_one(w, "s", "s13", "s1", "6");
}

static void trend_says(struct world *w, const char *more, const char *sentence)
{
	const char *said =
	    ask_refused(w, ERR_NOT_FOUND, 100, "{'trend': {'indicator': 'arr', 'measures': ['sum'], %s}}", more);
	if (!strstr(said, sentence))
		fail_msg("%s: said \"%s\", not \"%s\"", more, said, sentence);
}

static void filters_that_each_leave_something_say_what_they_leave_together(void **state)
{
	struct world *w = *state;
	lay(w);
	trend_says(w, "'units': ['n'], 'periods': ['2013']",
		   "of North nothing is on record of 2013: there are figures of 2010, 2014");
	trend_says(w, "'units': ['n'], 'subtree': true, 'periods': ['2013']", "of North nothing is on record of 2013");
	trend_says(w, "'units': ['n'], 'rounds': ['s13']",
		   "of North nothing is on record of round s13: there are the rounds n10, n14");
	trend_says(w, "'units': ['s'], 'survey': 'north'",
		   "of South nothing is on record of survey north: there are the rounds s13");
	trend_says(w, "'periods': ['2010'], 'rounds': ['n14']", "no figure is both of the periods and of the rounds");
	trend_says(w, "'units': ['n', 's'], 'periods': ['2014'], 'rounds': ['s13']", "no figure is both");
	trend_says(w, "'rounds': ['n14'], 'published_by': '2012'", "published by 2012");
}

static void one_filter_alone_that_leaves_nothing_is_named(void **state)
{
	struct world *w = *state;
	lay(w);
	trend_says(w, "'periods': ['1999']", "nothing is on record of 1999: there are 2010, 2013, 2014");
	trend_says(w, "'units': ['a']", "nothing is on record of Aa itself");
	trend_says(w, "'published_by': '2000'", "published by 2000");
	const char *said = ask_refused(w, ERR_NOT_FOUND, 100, "{'trend': {'indicator': 'new', 'measures': ['sum']}}");
	assert_non_null(strstr(said, "nothing was ever said of \"new\""));
}

static void an_indicator_whose_figures_were_all_retracted_has_none(void **state)
{
	struct world *w = *state;
	lay(w);
	static const char *const sources[] = {"s1", "s2", "s1"}, *const units[] = {"n", "n", "s"};
	for (unsigned i = 0; i < 3; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': '%s', 'reason': 'x', 'retractions': [{'revision': "
			 "%u, 'unit': '%s', 'indicator': 'arr'}]}}",
			 sources[i], 4 + i, units[i]);
	trend_says(w, "'decimals': 1", "nothing that was said of \"arr\" stands");
}

static void units_of_a_day_that_nothing_lies_in_are_told(void **state)
{
	struct world *w = *state;
	lay(w);
	trend_says(w, "'units': ['v'], 'structure_at': '2020-06-01'", "as they are on 2020-06-01");
}

static void a_basis_that_no_weight_has_is_an_error(void **state)
{
	struct world *w = *state;
	lay(w);
	trend_says(w, "'structure_at': '2020-06-01', 'weight_basis': 'people'",
		   "no weights of \"people\" are on record: there are none at all");
}

static void a_unit_that_does_not_live_on_the_day_is_not_counted_as_nothing(void **state)
{
	struct world *w = *state;
	lay(w);
	const char *said =
	    ask_refused(w, ERR_NOT_FOUND, 100,
			"{'count': {'counted': 'arrangements', 'units': ['v'], 'subtree': true, 'dates': "
			"['2014'], 'measures': ['count']}}");
	assert_string_equal(said, "View does not live on 2014-12-31: it lives from 2020-01-01 to 2024-01-01");
	struct answers a = asked(w, "{'count': {'counted': 'arrangements', 'units': ['v'], 'subtree': true, 'dates': "
				    "['2014', '2021'], 'measures': ['count']}}");
	assert_int_equal(a.list[0].trend->n_rows, 1);
	assert_string_equal(a.list[0].trend->rows[0].period, "2021-12-31");
	bool told = false;
	for (size_t i = 0; i < a.list[0].trend->n_notes; i++)
		told |= strstr(a.list[0].trend->notes[i], "no row for 2014-12-31") != NULL;
	assert_true(told);
}

static void groups_of_nothing_are_an_error_and_all_of_it_is_none(void **state)
{
	struct world *w = *state;
	lay(w);
	(void)ask_refused(w, ERR_NOT_FOUND, 100,
			  "{'count': {'counted': 'arrangements', 'group_by': 'task', 'dates': ['2014'], 'measures': "
			  "['count']}}");
	struct answers a = asked(w, "{'count': {'counted': 'arrangements', 'dates': ['2014'], 'measures': ['count']}}");
	assert_int_equal(a.list[0].trend->n_rows, 1);
}

static void a_snapshot_of_a_period_that_nobody_spoke_of_names_those_that_there_are(void **state)
{
	struct world *w = *state;
	lay(w);
	const char *said = ask_refused(
	    w, ERR_NOT_FOUND, 100,
	    "{'snapshot': {'observations': true, 'indicator': 'arr', 'period': '1999', 'valid_at': '1999-12-31'}}");
	assert_string_equal(said, "nothing was ever said of 1999: there are figures of 2010, 2013, 2014");
}

/* A decomposition asks for both points: of a unit that has nothing at one of them it is an answer all the same. */
static void within_another_question_finding_nothing_is_an_answer(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a =
	    asked(w, "{'diff': {'from': {'period': '2013'}, 'to': {'period': '2014'}, 'indicator': 'arr', "
		     "'observations': true, 'structure_at': '2014-06-01', 'scope': 'n'}}");
	assert_non_null(a.list[0].diff);
	a = asked(w, "{'decompose': {'counted': 'units', 'kind': 'county', 'units': ['v'], 'measure': 'count', "
		     "'from': {'valid_at': '2014-01-01'}, 'to': {'valid_at': '2021-01-01'}}}");
	assert_non_null(a.list[0].decompose);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(filters_that_each_leave_something_say_what_they_leave_together),
	    BOTH(one_filter_alone_that_leaves_nothing_is_named),
	    BOTH(an_indicator_whose_figures_were_all_retracted_has_none),
	    BOTH(units_of_a_day_that_nothing_lies_in_are_told),
	    BOTH(a_basis_that_no_weight_has_is_an_error),
	    BOTH(a_unit_that_does_not_live_on_the_day_is_not_counted_as_nothing),
	    BOTH(groups_of_nothing_are_an_error_and_all_of_it_is_none),
	    BOTH(a_snapshot_of_a_period_that_nobody_spoke_of_names_those_that_there_are),
	    BOTH(within_another_question_finding_nothing_is_an_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
