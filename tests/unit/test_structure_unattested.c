/* SPDX-License-Identifier: Apache-2.0
 *
 * test_structure_unattested.c - days before anything attests the units: they may have been there, and that is all.
 */
#include "tests/unit/asking.h"

static void told(struct world *w)
{
	world_base(w);
	accepted(
	    w, "{'define': {'indicators': [{'id': 'beds', 'label': 'Beds', 'type': 'number', 'over_units': 'additive',"
	       "'over_time': 'none', 'unit_kind': 'office'}]}}");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', 'units': ["
		 "{'id': 'o1', 'kind': 'office', 'names': ['O1'], 'valid_from': '../1839'},"
		 "{'id': 'o2', 'kind': 'office', 'names': ['O2'], 'valid_from': '../1905-01-01'}],"
		 "'observations': [{'unit': 'o1', 'indicator': 'beds', 'period': '2014', 'value': 5, 'status': 'main'},"
		 "{'unit': 'o2', 'indicator': 'beds', 'period': '2014', 'value': 7, 'status': 'main'}]}}");
}

static const char *counted(struct world *w, const char *day)
{
	struct answers all =
	    asked(w, "{'count': {'counted': 'units', 'kind': 'office', 'dates': ['%s'], 'measures': ['count']}}", day);
	return all.list[0].trend->rows[0].figures[0].shown;
}

static void units_that_nobody_attests_by_the_day_are_possible_only(void **state)
{
	struct world *w = *state;
	told(w);
	assert_string_equal(counted(w, "1700-01-01"), "0–2");
	assert_string_equal(counted(w, "1900-01-01"), "1–2");
	assert_string_equal(counted(w, "2014-01-01"), "2");
}

static void a_day_before_all_of_them_is_no_structure(void **state)
{
	struct world *w = *state;
	told(w);
#define QUESTION "{'trend': {'indicator': 'beds', 'measures': ['sum'], 'structure_at': '%s'}}"
	assert_string_equal(ask_refused(w, ERR_NOT_FOUND, 100, QUESTION, "1700-01-01"),
			    "no office is on record as living on 1700-01-01: there is no structure to express the "
			    "figures in");
	struct answers all = asked(w, QUESTION, "1906-01-01");
	assert_string_equal(all.list[0].trend->rows[0].figures[0].shown, "12");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(units_that_nobody_attests_by_the_day_are_possible_only),
	    T(a_day_before_all_of_them_is_no_structure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
