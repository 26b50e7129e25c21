/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_adds.c - what the statements of a sum are told to add is the sum: also what was divided, nobody knows how,
 * among units that all stand in the row.
 */
#include "tests/unit/asking.h"

static void base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}], 'indicators': ["
		    "{'id': 'n', 'label': 'N', 'type': 'count', 'over_units': 'additive', 'over_time': 'none'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		    "{'id': 'x', 'kind': 'shire', 'names': ['X'], 'valid_from': '2000-01-01'},"
		    "{'id': 'y', 'kind': 'shire', 'names': ['Y'], 'valid_from': '2000-01-01'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		    "{'id': 'a', 'kind': 'town', 'names': ['A'], 'valid_from': '2000-01-01', 'part_of': 'x'},"
		    "{'id': 'b', 'kind': 'town', 'names': ['B'], 'valid_from': '2000-01-01', 'part_of': 'x'},"
		    "{'id': 'c', 'kind': 'town', 'names': ['C'], 'valid_from': '2000-01-01', 'part_of': 'y'}]}}");
	accepted(w,
		 "{'event': {'id': 'e', 'type': 'merging', 'effective': '2015-01-01', 'sources': ['a', 'b'], "
		 "'targets': [{'id': 'ab', 'names': ['AB'], 'part_of': 'x'}], 'status': 'effective', 'source': 'q'}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'observations': ["
		    "{'unit': 'ab', 'indicator': 'n', 'period': '2020', 'value': 30, 'status': 'main'},"
		    "{'unit': 'c', 'indicator': 'n', 'period': '2020', 'value': 5, 'status': 'main'}]}}");
	tick(w, "2021-06-01");
}

/* "ab 30 MERGED; c 5 EXACT" */
static const char *adds(struct world *w, const char *more)
{
	struct answers all = asked(w,
				   "{'explain': {'trend': {'indicator': 'n', 'structure_at': '2010-01-01', 'measures': "
				   "['sum']%s, 'measure': 'sum'}}",
				   more);
	const char *text = "";
	assert_true(all.list[all.n - 1].explain->agrees);
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].explain->n_items; i++) {
			const struct msg_explain_item *x = &all.list[p].explain->items[i];
			text = arena_printf(w->a, "%s%s%s %s %s", text, *text ? "; " : "", x->unit, x->used->shown,
					    msg_code_name(&msg_enum_method, (int)x->method));
		}
	return text;
}

static void what_was_divided_within_the_row_adds_all_of_it(void **state)
{
	struct world *w = *state;
	base(w);
	assert_string_equal(adds(w, "}"), "ab 30 MERGED; c 5 EXACT");
	assert_string_equal(adds(w, ", 'group_by': 'shire'}, 'group': 'x'"), "ab 30 MERGED");
	/* Of one of the two nobody knows how much it is. */
	assert_string_equal(adds(w, ", 'group_by': 'unit'}, 'group': 'a'"), "ab 0 UNALLOCATED");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(what_was_divided_within_the_row_adds_all_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
