/* SPDX-License-Identifier: Apache-2.0
 *
 * test_structure_outside.c - a reform that is entered after figures of its units were: what they say of a later day is of
 * units that do not live then. It stays in the total, and the row says whose it is.
 */
#include "tests/unit/asking.h"

static void base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}], 'indicators': ["
		    "{'id': 'n', 'label': 'N', 'type': 'count', 'over_units': 'additive', 'over_time': 'none'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		    "{'id': 'a', 'kind': 'town', 'names': ['A'], 'valid_from': '2000-01-01'},"
		    "{'id': 'b', 'kind': 'town', 'names': ['B'], 'valid_from': '2000-01-01'},"
		    "{'id': 'c', 'kind': 'town', 'names': ['C'], 'valid_from': '2000-01-01'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'observations': ["
		    "{'unit': 'a', 'indicator': 'n', 'period': '2020', 'value': 10, 'status': 'main'},"
		    "{'unit': 'b', 'indicator': 'n', 'period': '2020', 'value': 20, 'status': 'main'},"
		    "{'unit': 'c', 'indicator': 'n', 'period': '2020', 'value': 30, 'status': 'main'}]}}");
	accepted(w, "{'event': {'id': 'e', 'type': 'merging', 'effective': '2019-01-01', 'sources': ['a', 'b'], "
		    "'targets': [{'id': 'ab', 'names': ['AB']}], 'status': 'effective', 'source': 'q'}}");
	tick(w, "2021-06-01");
}

static void figures_of_units_that_a_late_reform_ended_are_named_where_they_stand(void **state)
{
	struct world *w = *state;
	base(w);
	struct answers all = asked(w, "{'trend': {'indicator': 'n', 'group_by': 'unit', 'structure_at': '2021-01-01', "
				      "'measures': ['sum']}}");
	const char *text = "";
	for (size_t i = 0; i < all.list[0].trend->n_rows; i++) {
		const struct msg_trend_row *x = &all.list[0].trend->rows[i];
		text = arena_printf(w->a, "%s%s %s (%s)\n", text, x->group_name, x->figures[0].shown,
				    x->n_notes ? x->notes[0] : "");
	}
	assert_string_equal(text,
			    "(outside all units) 30 (A does not live on 2020-12-31; B does not live on 2020-12-31)\n"
			    "C 30 ()\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(figures_of_units_that_a_late_reform_ended_are_named_where_they_stand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
