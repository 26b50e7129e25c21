/* SPDX-License-Identifier: Apache-2.0
 *
 * test_percent_bounds.c - percentages of units that merged, of which several whole numbers print alike: what the merged one
 * has is between bounds, by every measure, and not refused by one of them.
 */
#include "query/value.h"
#include "tests/unit/asking.h"

static void base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}], 'indicators': ["
		    "{'id': 'people', 'label': 'P', 'type': 'count', 'over_units': 'additive', 'over_time': 'none'},"
		    "{'id': 'young', 'label': 'Y', 'type': 'percent', 'over_units': 'relative', 'over_time': 'none', "
		    "'denominator': 'people'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		    "{'id': 'a', 'kind': 'town', 'names': ['A'], 'valid_from': '2000-01-01'},"
		    "{'id': 'b', 'kind': 'town', 'names': ['B'], 'valid_from': '2000-01-01'}]}}");
	accepted(w, "{'event': {'id': 'e', 'type': 'merging', 'effective': '2015-01-01', 'sources': ['a', 'b'], "
		    "'targets': [{'id': 'ab', 'names': ['AB']}], 'status': 'effective', 'source': 'q'}}");
	static const struct {
		const char *indicator, *town;
		int value;
	} said[] = {{"people", "a", 100}, {"people", "b", 300}, {"young", "a", 20}, {"young", "b", 30}};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 'q', 'observations': [{'unit': '%s', 'indicator': "
			 "'%s', 'period': '2010', 'value': %d, 'status': 'main'}]}}",
			 said[i].town, said[i].indicator, said[i].value);
	tick(w, "2021-06-01");
}

/* 20 of 100, and 89 to 91 of 300. */
static void a_merged_percentage_is_between_the_bounds_that_its_rate_has(void **state)
{
	struct world *w = *state;
	static const char *const measures[] = {"value", "rate", "max"};
	base(w);
	for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
		const char *q = arena_printf(w->a,
					     "'indicator': 'young', 'group_by': 'unit', 'structure_at': "
					     "'2020-01-01', 'decimals': 1, 'measures': ['%s']",
					     measures[i]);
		struct answers all = asked(w, "{'trend': {%s}}", q),
			       more = asked(w, "{'explain': {'trend': {%s}, 'measure': '%s'}}", q, measures[i]);
		assert_string_equal(all.list[0].trend->rows[0].figures[0].shown, "27.2–27.8");
		assert_true(more.list[more.n - 1].explain->agrees);
	}
	struct answers s =
	    asked(w, "{'snapshot': {'indicator': 'young', 'period': '2010', 'structure_at': '2020-01-01', "
		     "'observations': true}}");
	assert_string_equal(value_text(w->a, s.list[0].snapshot->observations[0].value), "27.25–27.75");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_merged_percentage_is_between_the_bounds_that_its_rate_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
