/* SPDX-License-Identifier: Apache-2.0
 *
 * test_round_scopes.c - rounds whose list is declared complete county by county, told to a judge: what lies in two of the
 * counties, and what belonged to those who merged since, is in these lists as well as what lies in one.
 */
#include "tests/unit/asking.h"

#define IN(round) "{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'arrangements': ["
#define OF(id, members)                                                                                                \
	"{'id': '" id "', 'name': '" id "', 'established': '2010', 'participants': [" members                          \
	"], 'participants_complete': 'yes'}"
#define COMPLETE(scope) "{'scope': '" scope "', 'kind': 'arrangement', 'complete': 'yes'}"

static void all_complete(struct world *w, const char *round, const char *scopes)
{
	accepted(w, "{'submission': {'round': '%s', 'mode': 'patch', 'source': 'a', 'completeness': [%s]}}", round,
		 scopes);
}

/* Bodø and Herøy are in Nordland, Rissa is in Trøndelag; these two are all that has municipalities. */
static void told(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'a', 'title': 'A'}], 'surveys': [{'id': 's', 'title': 'S'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': ["
		    "{'id': 'no', 'kind': 'county', 'names': ['Nordland'], 'valid_from': '2000-01-01'},"
		    "{'id': 'tr', 'kind': 'county', 'names': ['Trøndelag'], 'valid_from': '2000-01-01'}]}}");
	accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'units': ["
	    "{'id': 'bodo', 'kind': 'municipality', 'names': ['Bodø'], 'valid_from': '2000-01-01', 'part_of': 'no'},"
	    "{'id': 'heroy', 'kind': 'municipality', 'names': ['Herøy'], 'valid_from': '2000-01-01', 'part_of': 'no'},"
	    "{'id': 'rissa', 'kind': 'municipality', 'names': ['Rissa'], 'valid_from': '2000-01-01', 'part_of': "
	    "'tr'}]}}");
	accepted(w, "{'define': {'rounds': ["
		    "{'id': 'r2014', 'survey': 's', 'reference': '2014-06-01', 'unit_kind': 'municipality'},"
		    "{'id': 'r2020', 'survey': 's', 'reference': '2020-06-01', 'unit_kind': 'municipality'}]}}");
	accepted(w, IN("r2014") OF("both", "'bodo', 'rissa'") ", " OF("one", "'rissa'") ", " OF(
			"old", "'bodo', 'heroy'") "]}}");
	accepted(w, IN("r2020") OF("one", "'rissa'") "]}}");
	tick(w, "2021-06-01");
}

static const char *count_of_2020(struct world *w)
{
	struct answers all = asked(w, "{'count': {'counted': 'arrangements', 'rounds': ['r2020'], 'measures': "
				      "['count']}}");
	return all.list[0].trend->rows[0].figures[0].shown;
}

/* "3 ended -2 closing 1" */
static const char *balanced(struct world *w)
{
	struct answers all = asked(w, "{'balance': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, "
				      "'counted': 'arrangements'}}");
	const struct msg_balance_row *row = &all.list[0].balance->rows[0];
	const char *text = row->opening->shown;
	for (size_t i = 0; i < row->n_flows; i++)
		text = arena_printf(w->a, "%s %s %s", text, msg_code_name(&msg_enum_flow_kind, (int)row->flows[i].kind),
				    row->flows[i].figure->shown);
	return arena_printf(w->a, "%s closing %s", text, row->closing->shown);
}

static void what_lies_in_two_complete_lists_and_in_neither_of_them_has_ended(void **state)
{
	struct world *w = *state;
	told(w);
	all_complete(w, "r2020", COMPLETE("no"));
	/* It may be in the list of Trøndelag. */
	assert_string_equal(count_of_2020(w), "at least 1");
	assert_string_equal(balanced(w), "at least 3 ENDED -1 NOT_FOUND_AGAIN -1 closing at least 1");
	all_complete(w, "r2020", COMPLETE("tr"));
	assert_string_equal(count_of_2020(w), "1");
	assert_string_equal(balanced(w), "at least 3 ENDED -2 closing 1");
	struct answers all = asked(w, "{'decompose': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, "
				      "'counted': 'arrangements', 'measure': 'count'}}");
	assert_true(all.list[0].decompose->rows[0].agrees);
	causes_explained(w,
			 "'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, 'counted': 'arrangements', 'measure': "
			 "'count'",
			 &all.list[0].decompose->rows[0]);
}

static void a_balance_of_all_is_exact_where_all_its_counties_declare_their_lists_complete(void **state)
{
	struct world *w = *state;
	told(w);
	all_complete(w, "r2014", COMPLETE("no") ", " COMPLETE("tr"));
	all_complete(w, "r2020", COMPLETE("no") ", " COMPLETE("tr"));
	assert_string_equal(balanced(w), "3 ENDED -2 closing 1");
}

/* Bodø and Herøy are one since 2018: nobody who took part in `old` lives, and its county's list does not have it. */
static void what_belonged_to_units_that_merged_is_left_out_of_the_count_as_of_the_balance(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, "{'event': {'id': 'm', 'type': 'merging', 'effective': '2018-01-01', 'sources': ['bodo', 'heroy'], "
		    "'targets': [{'id': 'new', 'names': ['New'], 'part_of': 'no'}], 'status': 'effective', 'source': "
		    "'a'}}");
	all_complete(w, "r2020", COMPLETE("no") ", " COMPLETE("tr"));
	assert_string_equal(count_of_2020(w), "1");
	assert_string_equal(balanced(w), "at least 3 ENDED -2 closing 1");
	struct answers all =
	    asked(w, "{'explain': {'count': {'counted': 'arrangements', 'rounds': ['r2020'], 'measures': ['count']}, "
		     "'measure': 'count'}}");
	bool agrees = false;
	for (size_t p = 0; p < all.n; p++)
		agrees |= all.list[p].explain->agrees;
	assert_true(agrees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(what_lies_in_two_complete_lists_and_in_neither_of_them_has_ended),
	    BOTH(a_balance_of_all_is_exact_where_all_its_counties_declare_their_lists_complete),
	    BOTH(what_belonged_to_units_that_merged_is_left_out_of_the_count_as_of_the_balance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
