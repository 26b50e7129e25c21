/* SPDX-License-Identifier: Apache-2.0
 *
 * test_balance_alike.c - balances of printed figures that are not of one thing: of other units, though as many; of another
 * definition; of values that stand side by side, in one of several units.
 */
#include "tests/unit/asking.h"

static void says(struct world *w, const char *round, const char *town, const char *value, const char *source)
{
	accepted(w,
		 "{'submission': {'round': '%s', 'mode': 'patch', 'source': '%s', 'observations': [{'unit': '%s', "
		 "'indicator': 'n', 'value': %s, 'status': 'main'}]}}",
		 round, source, town, value);
}

static void define(struct world *w, const char *more)
{
	accepted(w,
		 "{'define': {'indicators': [{'id': 'n', 'label': 'N', 'type': 'count', 'over_units': 'additive', "
		 "'over_time': 'none'%s}]}}",
		 more);
}

static void base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'p', 'title': 'P'}, {'id': 'q', 'title': 'Q'}], 'surveys': [{'id': "
		    "'s', 'title': 'S'}]}}");
	define(w, "");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		    "{'id': 'a', 'kind': 'town', 'names': ['A'], 'valid_from': '2000-01-01'},"
		    "{'id': 'b', 'kind': 'town', 'names': ['B'], 'valid_from': '2000-01-01'},"
		    "{'id': 'c', 'kind': 'town', 'names': ['C'], 'valid_from': '2000-01-01'}]}}");
	accepted(w, "{'define': {'rounds': [{'id': 'r1', 'survey': 's', 'reference': '2010'},"
		    "{'id': 'r2', 'survey': 's', 'reference': '2012'}]}}");
	says(w, "r1", "a", "1", "q");
	says(w, "r1", "b", "2", "q");
	tick(w, "2021-06-01");
}

/* The notes of the only row, a line each; what refuses a side first. */
static const char *told(struct world *w)
{
	struct answers all =
	    asked(w, "{'balance': {'from': {'round': 'r1'}, 'to': {'round': 'r2'}, 'indicator': 'n'}}");
	const struct msg_balance_row *row = &all.list[0].balance->rows[0];
	const char *text = *row->closing->refused ? arena_printf(w->a, "%s\n", row->closing->refused) : "";
	for (size_t i = 0; i < row->n_notes; i++)
		if (!strstr(row->notes[i], "nobody lists"))
			text = arena_printf(w->a, "%s%s\n", text, row->notes[i]);
	return text;
}

static void as_many_units_that_are_others_are_told(void **state)
{
	struct world *w = *state;
	base(w);
	says(w, "r2", "a", "1", "q");
	says(w, "r2", "c", "2", "q");
	assert_string_equal(told(w), "the opening is of 2 units, the closing of 2: 1 are in both\n");
	says(w, "r2", "b", "2", "q");
	assert_string_equal(told(w), "the opening is of 2 units, the closing of 3: 2 are in both\n");
}

static void a_definition_that_changed_between_the_two_is_told(void **state)
{
	struct world *w = *state;
	base(w);
	define(w, ", 'break_before': true");
	says(w, "r2", "a", "10", "q");
	says(w, "r2", "b", "20", "q");
	assert_string_equal(told(w), "the definition changed between the two: not comparable\n");
}

static void values_side_by_side_are_told_with_their_unit_where_there_are_several(void **state)
{
	struct world *w = *state;
	base(w);
	says(w, "r2", "a", "1", "q");
	says(w, "r2", "b", "2", "q");
	says(w, "r2", "b", "3", "p");
	assert_string_equal(told(w), "closing of B, 2012: 3 in p, 2 in q stand side by side; chosen by FIRST\n");
	says(w, "r2", "c", "{'words': 'some'}", "q");
	assert_non_null(strstr(told(w), "n of C, 2012 is some, which is no number\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(as_many_units_that_are_others_are_told),
	    BOTH(a_definition_that_changed_between_the_two_is_told),
	    BOTH(values_side_by_side_are_told_with_their_unit_where_there_are_several),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
