/* SPDX-License-Identifier: Apache-2.0
 *
 * test_diff_figure.c - differences of figures, and where units are one.
 */
#include "tests/unit/points_kit.h"

#define NOT_BEFORE "'mode': 'patch', 'source': 'a', 'reason': 'told'"

static void figures_are_compared_whatever_their_periods_with_what_is_not_certain(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'observations': ["
		 "{'unit': 'bodo', 'indicator': 'staff', 'period': '2014-03', 'value': {'low': 5, 'high': 8}, "
		 "'status': 'main'},"
		 "{'unit': 'bodo', 'indicator': 'staff', 'period': '2020', 'value': 7, 'status': 'main'},"
		 "{'unit': 'rissa', 'indicator': 'staff', 'period': '2014-03', 'value': {'low': 5, 'high': 8}, "
		 "'status': 'main'},"
		 "{'unit': 'rissa', 'indicator': 'staff', 'period': '2020', 'value': 9, 'status': 'main'},"
		 "{'unit': 'bjugn', 'indicator': 'staff', 'period': '2014-03', 'value': 3, 'status': 'main'},"
		 "{'unit': 'bjugn', 'indicator': 'staff', 'period': '2020', 'value': {'missing': 'not_answered'}, "
		 "'status': 'main'},"
		 "{'unit': 'leksvik', 'indicator': 'staff', 'period': '2014-03', 'value': 4, 'status': 'main'},"
		 "{'unit': 'leksvik', 'indicator': 'staff', 'period': '2020', 'value': '4.0', 'status': 'main'}]");
	assert_string_equal(diff_noted(w, "'period': '2014-03'", "'period': '2020'", "'indicator': 'staff'"),
			    "CHANGED OBSERVATION bjugn staff: 3 -> (not answered)\n"
			    "CHANGED OBSERVATION bodo staff: 5–8 -> 7 (not certain: the two may be the same number)\n"
			    "CHANGED OBSERVATION rissa staff: 5–8 -> 9\n");
	/* A day has no figures of its own. */
	assert_string_equal(diff(w, AT("2014-03-15"), AT("2020-02-02"), "'indicator': 'staff', 'scope': 'rissa'"), "");
}

static void a_break_in_the_definition_stands_beside_the_row(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first =
	    patch(w, "'observations': [{'unit': 'bodo', 'indicator': 'staff', 'period': '2017', 'value': 5,"
		     "'status': 'main'}]")
		->rev;
	accepted(w, "{'define': {'indicators': [{'id': 'staff', 'label': 'Staff', 'type': 'number', 'over_units':"
		    "'additive', 'over_time': 'none', 'unit_kind': 'municipality', 'break_before': true}]}}");
	patch(
	    w,
	    "'observations': [{'unit': 'bodo', 'indicator': 'staff', 'period': '2019', 'value': 6, 'status': 'main'}]");
	assert_string_equal(diff_noted(w, "'period': '2017'", "'period': '2019'", "'indicator': 'staff'"),
			    "CHANGED OBSERVATION bodo staff: 5 -> 6 (the definition changed between the two: not "
			    "comparable)\n");
	/* A figure of before that is put right later stands under the definition of before. */
	accepted(w,
		 "{'submission': {" NOT_BEFORE ", 'observations': [{'unit': 'bodo', 'indicator': 'staff', 'period':"
		 "'2017', 'value': 4, 'status': 'main', 'supersedes': %llu}]}}",
		 (unsigned long long)first);
	assert_string_equal(diff_noted(w, "'period': '2017'", "'period': '2019'", "'indicator': 'staff'"),
			    "CHANGED OBSERVATION bodo staff: 4 -> 6 (the definition changed between the two: not "
			    "comparable)\n");
}

static void figures_of_both_points_in_one_structure(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'observations': ["
		 "{'unit': 'rissa', 'indicator': 'staff', 'period': '2017', 'value': 5, 'status': 'main'},"
		 "{'unit': 'leksvik', 'indicator': 'staff', 'period': '2017', 'value': 2, 'status': 'main'}]");
	accepted(w, "{'event': {'id': 'merge', 'type': 'merging', 'effective': '2018-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['rissa', 'leksvik'],"
		    "'targets': [{'id': 'indre', 'names': ['Indre Fosen'], 'part_of': 'st'}]}}");
	patch(w, "'observations': [{'unit': 'indre', 'indicator': 'staff', 'period': '2019', 'value': 8, 'status': "
		 "'main'}]");
	assert_string_equal(diff(w, "'period': '2017'", "'period': '2019'", "'indicator': 'staff'"),
			    "NEW OBSERVATION indre staff:  -> 8\n"
			    "NOT_FOUND_AGAIN OBSERVATION leksvik staff: 2 -> \n"
			    "NOT_FOUND_AGAIN OBSERVATION rissa staff: 5 -> \n");
	assert_string_equal(
	    diff(w, "'period': '2017'", "'period': '2019'", "'indicator': 'staff', 'structure_at': '2019-06-01'"),
	    "CHANGED OBSERVATION indre staff: 7 -> 8\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(figures_are_compared_whatever_their_periods_with_what_is_not_certain),
	    T(a_break_in_the_definition_stands_beside_the_row),
	    T(figures_of_both_points_in_one_structure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
