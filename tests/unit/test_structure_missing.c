/* SPDX-License-Identifier: Apache-2.0
 *
 * test_structure_missing.c - figures put together in the units of another day, of which one part is suppressed: who it is
 * that says no value is told, and its territory is not said to be covered.
 */
#include "query/value.h"
#include "tests/unit/asking.h"

static void base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}], 'indicators': ["
		    "{'id': 'people', 'label': 'P', 'type': 'count', 'over_units': 'additive', 'over_time': 'none'},"
		    "{'id': 'sets', 'label': 'S', 'type': 'count', 'over_units': 'distinct', 'over_time': 'none'},"
		    "{'id': 'net', 'label': 'N', 'type': 'number', 'over_units': 'additive', 'over_time': 'none'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': [{'id': 'c', 'kind': 'town', 'names': "
		    "['C'], 'valid_from': '2000-01-01'}]}}");
	accepted(w,
		 "{'event': {'id': 'b', 'type': 'breakdown', 'effective': '2016-01-01', 'sources': ['c'], 'targets': "
		 "[{'id': 'c1', 'names': ['C one']}, {'id': 'c2', 'names': ['C two']}], 'status': 'effective', "
		 "'source': 'q'}}");
	for (int i = 0; i < 3; i++) {
		static const char *const indicators[] = {"people", "sets", "net"};
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 'q', 'observations': ["
			 "{'unit': 'c1', 'indicator': '%s', 'period': '2020', 'value': 600, 'status': 'main'},"
			 "{'unit': 'c2', 'indicator': '%s', 'period': '2020', 'value': {'missing': 'suppressed'}, "
			 "'status': 'main'}]}}",
			 indicators[i], indicators[i]);
	}
	tick(w, "2021-06-01");
}

/* "at least 600, 1 of 2, C two: (suppressed)" */
static const char *trend_of(struct world *w, const char *indicator)
{
	struct answers all = asked(w,
				   "{'trend': {'indicator': '%s', 'group_by': 'unit', 'structure_at': '2010-01-01', "
				   "'measures': ['value']}}",
				   indicator);
	const struct msg_trend_row *x = &all.list[0].trend->rows[0];
	const char *text = arena_printf(w->a, "%s, %s", x->figures[0].shown, x->covered);
	for (size_t i = 0; i < x->n_notes; i++)
		text = arena_printf(w->a, "%s, %s", text, x->notes[i]);
	return text;
}

static const char *snapshot_of(struct world *w, const char *indicator)
{
	struct answers all = asked(w,
				   "{'snapshot': {'indicator': '%s', 'period': '2020', 'structure_at': '2010-01-01', "
				   "'observations': true}}",
				   indicator);
	const struct msg_observation_row *x = &all.list[0].snapshot->observations[0];
	const char *text = arena_printf(w->a, "%s, %s", value_text(w->a, x->value), x->covered);
	for (size_t i = 0; i < x->n_notes; i++)
		text = arena_printf(w->a, "%s, %s", text, x->notes[i]);
	return text;
}

static void a_part_that_is_suppressed_is_named_and_not_covered(void **state)
{
	struct world *w = *state;
	base(w);
	assert_string_equal(trend_of(w, "people"), "at least 600, 1 of 2, C two: (suppressed)");
	assert_string_equal(trend_of(w, "sets"), "at least 600, 1 of 2, C two: (suppressed)");
	assert_string_equal(snapshot_of(w, "people"), "at least 600, 1 of 2, C two: (suppressed)");
}

/* Of what may be negative nothing is known then: the reason is told where it is no figure. */
static void a_snapshot_says_why_nothing_bounds_a_value(void **state)
{
	struct world *w = *state;
	base(w);
	assert_string_equal(snapshot_of(w, "net"),
			    "(unclear), 1 of 2, values are missing or open, and may be negative: "
			    "there is no bound on either side, C two: (suppressed)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_part_that_is_suppressed_is_named_and_not_covered),
	    BOTH(a_snapshot_says_why_nothing_bounds_a_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
