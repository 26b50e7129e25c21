/* SPDX-License-Identifier: Apache-2.0
 *
 * test_diff_same.c - differences where units or arrangements are one.
 */
#include "tests/unit/points_kit.h"

#define BETWEEN "'round': 'r2014'", "'round': 'r2020'"

#define ONE(a, b) "'identities': [{'type': 'same_as', 'a': '" a "', 'b': '" b "'}]"
#define TWO(a, b) "'identities': [{'type': 'not_same_as', 'a': '" a "', 'b': '" b "'}]"

static void where_a_unit_gives_way_to_itself_it_has_changed(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'a1', 'kind': 'office', 'names': ['A'], 'valid_to': '2018-01-01'},"
		 "{'id': 'a2', 'kind': 'office', 'names': ['A'], 'valid_from': '2018-01-01'},"
		 "{'id': 'b1', 'kind': 'office', 'names': ['B'], 'valid_from': '2018-01-01'}]");
	patch(w, ONE("a2", "a1"));
	assert_string_equal(diff_noted(w, A_2017, A_2019, "'kind': 'office'"),
			    "CHANGED UNIT a1: A, until 2018-01-01 ->  [a2] (it is one with a2, which is there after)\n"
			    "CHANGED UNIT a2:  -> A, from 2018-01-01 [a1] (it is one with a1, which was there before)\n"
			    "NEW UNIT b1:  -> B, from 2018-01-01\n");
	patch(w, TWO("a2", "a1"));
	assert_string_equal(diff_noted(w, A_2017, A_2019, "'kind': 'office'"),
			    "ENDED UNIT a1: A, until 2018-01-01 -> \n"
			    "NEW UNIT a2:  -> A, from 2018-01-01\n"
			    "NEW UNIT b1:  -> B, from 2018-01-01\n");
}

static void that_units_are_one_is_told_where_it_was_not_known_before(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t apart = patch(w, "'units': [{'id': 'a1', 'kind': 'office', 'names': ['A'], 'valid_to': '2016'},"
				  "{'id': 'a2', 'kind': 'office', 'names': ['B']}]")
			     ->rev;
	uint64_t one = patch(w, "'units': [{'id': 'late', 'kind': 'office', 'names': ['L']}]," ONE("a1", "a2"))->rev;
#define THEN(rev) arena_printf(w->a, A_2017 ", 'as_of_revision': %llu", (unsigned long long)(rev))
	assert_string_equal(diff(w, THEN(apart), A_2017, ""), "FOUND_LATE UNIT late:  -> L\n"
							      "FOUND_LATE LINK a1 SAME_AS:  -> B [a2]\n");
	assert_string_equal(diff(w, THEN(apart), A_2019, "'links': true, 'scope': 'a2'"),
			    "FOUND_LATE LINK a2 SAME_AS:  -> A [a1]\n");
	patch(w, ONE("late", "a2"));
	assert_string_equal(diff_noted(w, THEN(apart), A_2017, "'units': true"),
			    "FOUND_LATE UNIT late:  -> L (it is one with a2, which was known then)\n");
	patch(w, TWO("a1", "a2"));
	assert_string_equal(diff(w, THEN(one), A_2019, "'links': true"), "RETRACTED LINK a1 SAME_AS: B ->  [a2]\n"
									 "FOUND_LATE LINK a2 SAME_AS:  -> L [late]\n");
}

static void an_arrangement_that_a_round_finds_under_its_other_number_is_found_again(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'bodo2', 'kind': 'municipality', 'names': ['Bodø']}]");
#define SAID(id, who)                                                                                                  \
	"{'id': '" id "', 'name': '" id "', 'established': '2010', 'participants': ['" who "'],"                       \
	"'participants_complete': 'unknown'}"
	accepted(w, IN_ROUND("r2014") SAID("a1", "bodo") "," SAID("b1", "bodo") "]}}");
	accepted(w, IN_ROUND("r2020") SAID("a2", "bodo") "," SAID("b1", "bodo2") "]}}");
	assert_string_equal(diff(w, BETWEEN, "'arrangements': true"),
			    "NOT_FOUND_AGAIN UNIT a1: a1: Bodø ->  [bodo]\n"
			    "NOT_FOUND_AGAIN LINK b1 PARTICIPATES_IN: Bodø ->  [bodo]\n"
			    "NEW LINK b1 PARTICIPATES_IN: Bodø -> Bodø [bodo2]\n");
	patch(w, ONE("a1", "a2"));
	patch(w, ONE("bodo", "bodo2"));
	assert_string_equal(diff(w, BETWEEN, "'arrangements': true"), "");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(where_a_unit_gives_way_to_itself_it_has_changed),
	    T(that_units_are_one_is_told_where_it_was_not_known_before),
	    T(an_arrangement_that_a_round_finds_under_its_other_number_is_found_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
