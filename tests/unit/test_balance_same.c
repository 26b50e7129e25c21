/* SPDX-License-Identifier: Apache-2.0
 *
 * test_balance_same.c - balances where units or arrangements are one.
 */
#include "tests/unit/points_kit.h"

#define MUNICIPALITY "'counted': 'units', 'kind': 'municipality'"
#define EVENT(id, type)                                                                                                \
	"{'event': {'id': '" id "', 'type': '" type "', 'effective': '2018-01-01', 'status': 'effective',"             \
	"'source': 'a', "

#define OFFICES      "'counted': 'units', 'kind': 'office'"
#define ONE(a, b)    "{'type': 'same_as', 'a': '" a "', 'b': '" b "'}"
#define TWO(a, b)    "{'type': 'not_same_as', 'a': '" a "', 'b': '" b "'}"
#define KNOWN(w, r)  arena_printf((w)->a, A_2017 ", 'as_of_revision': %llu", (unsigned long long)(r))
#define OFFICE(id)   "{'id': '" id "', 'kind': 'office', 'names': ['" id "']}"
#define OFFICES_SAID "'units': [" OFFICE("a1") "," OFFICE("a2") "," OFFICE("b1") "]"

static void units_that_are_one_are_counted_once(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, OFFICES_SAID);
	assert_string_equal(balance(w, A_2017, A_2019, OFFICES), "3; = 3, 0\n");
	patch(w, "'identities': [" ONE("a1", "a2") "]");
	assert_string_equal(balance(w, A_2017, A_2019, OFFICES), "2; = 2, 0\n");
	patch(w, "'identities': [" ONE("a2", "b1") "]");
	assert_string_equal(balance(w, A_2017, A_2019, OFFICES), "1; = 1, 0\n");
	struct answers count = asked(w, "{'count': {'counted': 'units', 'kind': 'office', 'dates': ['2017-06-01'],"
					"'measures': ['count']}}");
	assert_string_equal(count.list[0].trend->rows[0].figures[0].shown, "1");
}

static void that_they_are_one_or_two_after_all_is_corrected(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t apart = patch(w, OFFICES_SAID)->rev;
	uint64_t one = patch(w, "'identities': [" ONE("a1", "a2") "]")->rev;
	assert_string_equal(balance(w, KNOWN(w, apart), A_2019, OFFICES), "3; CORRECTED -1 a2; = 2, 0\n");
	assert_string_equal(balance(w, KNOWN(w, apart), A_2017, OFFICES), "3; CORRECTED -1 a2; = 2, 0\n");
	patch(w, "'identities': [" TWO("a1", "a2") "]");
	assert_string_equal(balance(w, KNOWN(w, one), A_2019, OFFICES), "2; CORRECTED 1 a2; = 3, 0\n");
	assert_string_equal(balance(w, KNOWN(w, apart), A_2019, OFFICES), "3; = 3, 0\n");
	/* a2 goes over from the one to the other: as many as before. */
	patch(w, "'identities': [" ONE("a2", "b1") "]");
	assert_string_equal(balance(w, KNOWN(w, one), A_2019, OFFICES), "2; = 2, 0\n");
}

static void who_is_found_late_to_be_one_that_was_known_is_no_more(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first = patch(w, OFFICES_SAID)->rev;
	patch(w, "'units': [" OFFICE("late") "," OFFICE("later") "], 'identities': [" ONE("a1", "late") "]");
	assert_string_equal(balance(w, KNOWN(w, first), A_2019, OFFICES), "3; FOUND_LATE 1 later; = 4, 0\n");
}

static void where_one_gives_way_to_itself_nothing_begins_or_ends(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'a1', 'kind': 'office', 'names': ['A'], 'valid_to': '2018-01-01'},"
		 "{'id': 'a2', 'kind': 'office', 'names': ['A'], 'valid_from': '2018-01-01'},"
		 "{'id': 'b1', 'kind': 'office', 'names': ['B'], 'valid_from': '2018-03-01'},"
		 "{'id': 'b2', 'kind': 'office', 'names': ['B'], 'valid_from': '2018-02-01'},"
		 "{'id': 'c1', 'kind': 'office', 'names': ['C'], 'valid_to': '2018-01-01'},"
		 "{'id': 'c2', 'kind': 'office', 'names': ['C'], 'valid_from': '2018-06-01'},"
		 "{'id': 'd1', 'kind': 'office', 'names': ['D'], 'valid_to': '2018'},"
		 "{'id': 'd2', 'kind': 'office', 'names': ['D'], 'valid_from': '2018-05-01'}],"
		 "'identities': [" ONE("a1", "a2") "," ONE("b1", "b2") "," ONE("c1", "c2") "," ONE("d1", "d2") "]");
	/* There is a gap in C; none in D for certain. */
	assert_string_equal(balance(w, A_2017, A_2019, OFFICES), "3; NEW 2 b2,c2; ENDED -1 c1; = 4, 0\n");
}

static void who_is_in_another_group_under_its_other_number_has_moved(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'm1', 'kind': 'municipality', 'names': ['M'], 'part_of': 'st',"
		 "'valid_to': '2018-01-01'}, {'id': 'm2', 'kind': 'municipality', 'names': ['M'], 'part_of': 'no',"
		 "'valid_from': '2018-01-01'}], 'identities': [" ONE("m1", "m2") "]");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY ", 'group_by': 'county'"),
			    "no: 2; MOVED_IN 1 m1; = 3, 0\n"
			    "st: 3; MOVED_OUT -1 m1; = 2, 0\n"
			    "nt: 1; = 1, 0\n"
			    "mr: 1; = 1, 0\n");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "7; = 7, 0\n");
}

/* Each register has its own numbers and its own event. */
static void a_merger_that_two_registers_tell_of_is_one(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'rissa2', 'kind': 'municipality', 'names': ['Rissa'], 'part_of': 'st'},"
		 "{'id': 'bjugn2', 'kind': 'municipality', 'names': ['Bjugn'], 'part_of': 'st'}],"
		 "'identities': [" ONE("rissa", "rissa2") "," ONE("bjugn2", "bjugn") "]");
	accepted(w, EVENT("one", "merging") "'sources': ['rissa', 'bjugn'],"
					    "'targets': [{'id': 'p', 'names': ['P'], 'part_of': 'st'}]}}");
	/* The other has not heard of it: both are there still, beside what they became. */
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY),
			    "6; MERGED -1 {one} rissa,bjugn; SPLIT 2 {one} p; = 7, 0\n");
	accepted(w, EVENT("two", "merging") "'sources': ['rissa2', 'bjugn2'],"
					    "'targets': [{'id': 'p2', 'names': ['P'], 'part_of': 'st'}]}}");
	assert_string_equal(
	    balance(w, A_2017, A_2019, MUNICIPALITY),
	    "6; MERGED -1 {one} rissa,bjugn; MERGED -1 {two} rissa2,bjugn2; SPLIT 2 {two} p2; = 6, 0\n");
	patch(w, "'identities': [" ONE("p", "p2") "]");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "6; MERGED -1 {one} rissa,bjugn; = 5, 0\n");
}

#define MERGED_ON(id, sources, target)                                                                                 \
	"{'event': {'id': '" id "', 'type': 'merging', 'effective': '%s', 'status': 'effective', 'source': 'a',"       \
	"'sources': [" sources "], 'targets': [{'id': '" target "', 'names': ['P'], 'part_of': 'st'}]}}"

/* The one register knows the day, the other the year only, or has it later. */
static void a_merger_that_two_registers_date_otherwise_adds_up(void **unused)
{
	static const char *const cases[][3] = {
	    {"2018-01-01", "2018",
	     "6; MERGED -1 {one} rissa,bjugn; MERGED -2 {two} p2,rissa2,bjugn2; SPLIT 2 {one} p; = 5, 0\n"},
	    {"2018-12-31", "2018", "6; MERGED -1 {two} rissa2,bjugn2; = 5, 0\n"},
	    {"2018-01-01", "2018-03-01",
	     "6; MERGED -1 {one} rissa,bjugn; MERGED -2 {two} p2,rissa2,bjugn2; SPLIT 2 {one} p; = 5, 0\n"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *state = NULL;
		assert_int_equal(world_folded(&state), 0);
		struct world *w = state;
		world_base(w);
		patch(w, "'units': [{'id': 'rissa2', 'kind': 'municipality', 'names': ['Rissa'], 'part_of': 'st'},"
			 "{'id': 'bjugn2', 'kind': 'municipality', 'names': ['Bjugn'], 'part_of': 'st'}],"
			 "'identities': [" ONE("rissa", "rissa2") "," ONE("bjugn2", "bjugn") "]");
		accepted(w, MERGED_ON("one", "'rissa', 'bjugn'", "p"), cases[i][0]);
		accepted(w, MERGED_ON("two", "'rissa2', 'bjugn2'", "p2"), cases[i][1]);
		patch(w, "'identities': [" ONE("p", "p2") "]");
		assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), cases[i][2]);
		world_gone(&state);
	}
	(void)unused;
}

static void a_unit_that_flows_into_itself_is_one_still(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("off", "split_off") "'sources': ['rissa'], 'targets': [{'unit': 'rissa'},"
					      "{'id': 'p', 'names': ['P'], 'part_of': 'st'}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "6; SPLIT 1 {off} p; = 7, 0\n");
	patch(w, "'identities': [" ONE("p", "rissa") "]");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "6; = 6, 0\n");
}

static void arrangements_that_are_one_are_counted_once_between_rounds_and_days(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN_ROUND("r2014") "{'id': 'a1', 'name': 'A', 'established': '2010', " MEMBER "},"
				      "{'id': 'b1', 'name': 'B', 'established': '2010', " MEMBER "},"
				      "{'id': 'b2', 'name': 'B', 'established': '2010', " MEMBER "}]}}");
	uint64_t apart =
	    accepted(w, IN_ROUND("r2020") "{'id': 'a2', 'name': 'A', 'established': '2010', " MEMBER "},"
					  "{'id': 'b2', 'name': 'B', 'established': '2010', " MEMBER "}]}}")
		->rev;
	patch(w, "'identities': [" ONE("a1", "a2") "," ONE("b1", "b2") "]");
#define R2014 "'round': 'r2014'"
#define R2020 "'round': 'r2020'"
	assert_string_equal(balance(w, R2014, R2020, COUNTED), "at least 2; = at least 2, 0\n");
	assert_string_equal(balance(w, AT("2014-12-31"), AT("2020-12-31"), COUNTED), "at least 2; = at least 2, 0\n");
	assert_string_equal(
	    balance(w, arena_printf(w->a, R2014 ", 'as_of_revision': %llu", (unsigned long long)apart), R2020, COUNTED),
	    "at least 3; CORRECTED -1 b2; = at least 2, 0\n");
	patch(w, "'identities': [" TWO("a1", "a2") "]");
	assert_string_equal(balance(w, R2014, R2020, COUNTED),
			    "at least 2; NOT_FOUND_AGAIN -1 a1; FOUND_LATE 1 a2; = at least 2, 0\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(units_that_are_one_are_counted_once),
	    T(that_they_are_one_or_two_after_all_is_corrected),
	    T(who_is_found_late_to_be_one_that_was_known_is_no_more),
	    T(where_one_gives_way_to_itself_nothing_begins_or_ends),
	    T(who_is_in_another_group_under_its_other_number_has_moved),
	    T(a_merger_that_two_registers_tell_of_is_one),
	    cmocka_unit_test(a_merger_that_two_registers_date_otherwise_adds_up),
	    T(a_unit_that_flows_into_itself_is_one_still),
	    T(arrangements_that_are_one_are_counted_once_between_rounds_and_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
