/* SPDX-License-Identifier: Apache-2.0
 *
 * test_balance.c - opening, flows and closing: histories by hand for every kind of flow, told by a judge.
 */
#include "tests/unit/balance_explained.h"
#include "tests/unit/points_kit.h"

#define MUNICIPALITY "'counted': 'units', 'kind': 'municipality'"
#define EVENT(id, type)                                                                                                \
	"{'event': {'id': '" id "', 'type': '" type "', 'effective': '2018-01-01', 'status': 'effective',"             \
	"'source': 'a', "

/* ---- on record ---- */

static void what_begins_and_ends_without_an_event_is_new_and_ended(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'a1', 'kind': 'office', 'names': ['A'], 'valid_to': '2018-01-01'},"
		 "{'id': 'b1', 'kind': 'office', 'names': ['B'], 'valid_from': '2018-03-01'},"
		 "{'id': 'c1', 'kind': 'office', 'names': ['C'], 'valid_from': '2018-03-01', 'valid_to': '2018-05-01'},"
		 "{'id': 'd1', 'kind': 'office', 'names': ['D']}]");
	assert_string_equal(balance(w, A_2017, A_2019, "'counted': 'units', 'kind': 'office'"),
			    "2; NEW 2 b1,c1; ENDED -2 a1,c1; = 2, 0\n");
}

static void a_merger_makes_fewer_and_a_breakdown_more(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("merge", "merging") "'sources': ['rissa', 'bjugn', 'leksvik'],"
					      "'targets': [{'id': 'indre', 'names': ['Indre'], 'part_of': 'st'}]}}");
	accepted(w, EVENT("break", "breakdown") "'sources': ['bodo'], 'targets': [{'id': 'x', 'names': ['X']},"
						"{'id': 'y', 'names': ['Y']}, {'id': 'z', 'names': ['Z']}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY),
			    "6; MERGED -2 {merge} rissa,bjugn,leksvik; SPLIT 2 {break} x,y,z; = 6, 0\n");
	/* Leksvik comes from another county. */
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY ", 'group_by': 'county'"),
			    "no: 2; SPLIT 2 {break} x,y,z; = 4, 0\n"
			    "st: 2; MERGED -2 {merge} rissa,bjugn,leksvik; MOVED_IN 1 {merge} indre; = 1, 0\n"
			    "nt: 1; MOVED_OUT -1 {merge} leksvik; = 0, 0\n"
			    "mr: 1; = 1, 0\n");
}

static void what_lives_on_may_take_over_split_off_and_give_a_part(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("take", "take_over") "'sources': ['heroy-no', 'bodo'], 'targets': [{'unit': 'bodo'}]}}");
	accepted(w, EVENT("off", "split_off") "'sources': ['rissa'], 'targets': [{'unit': 'rissa'},"
					      "{'id': 'new', 'names': ['New'], 'part_of': 'st'}]}}");
	accepted(w, EVENT("part", "transfer_of_part") "'sources': ['bjugn', 'leksvik'],"
						      "'targets': [{'unit': 'bjugn'}, {'unit': 'leksvik'}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY),
			    "6; MERGED -1 {take} bodo,heroy-no; SPLIT 1 {off} new; = 6, 0\n");
}

/* As Tysfjord in 2020: divided between two, each of which others came to. */
static void one_decision_that_divides_and_merges_adds_up(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("n-m",
			  "reorganisation") "'sources': ['rissa', 'bjugn', 'leksvik'], 'targets': ["
					    "{'id': 'p', 'names': ['P'], 'part_of': 'st'},"
					    "{'id': 'q', 'names': ['Q'], 'part_of': 'st'}], 'flows': ["
					    "{'source': 0, 'target': 0}, {'source': 1, 'target': 0, 'part': true},"
					    "{'source': 1, 'target': 1, 'part': true}, {'source': 2, 'target': 1}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY ", 'units': ['st'], 'subtree': true"),
			    "2; MERGED -2 {n-m} rissa,bjugn,leksvik; SPLIT 1 {n-m} p,q; MOVED_IN 1 {n-m} q; = 2, 0\n");
}

static void what_merges_and_merges_again_between_the_points_adds_up(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("one", "merging") "'sources': ['rissa', 'bjugn'],"
					    "'targets': [{'id': 'p', 'names': ['P'], 'part_of': 'st'}]}}");
	accepted(w, "{'event': {'id': 'two', 'type': 'merging', 'effective': '2019-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['p', 'leksvik'],"
		    "'targets': [{'id': 'q', 'names': ['Q'], 'part_of': 'st'}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY),
			    "6; MERGED -1 {one} rissa,bjugn; MERGED -1 {two} leksvik,p; = 4, 0\n");
}

static void who_lives_on_in_another_group_has_moved(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("move",
			  "reparenting") "'sources': ['leksvik'], 'targets': [{'unit': 'leksvik', 'part_of': 'st'}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY ", 'group_by': 'county'"),
			    "no: 2; = 2, 0\n"
			    "st: 2; MOVED_IN 1 leksvik; = 3, 0\n"
			    "nt: 1; MOVED_OUT -1 leksvik; = 0, 0\n"
			    "mr: 1; = 1, 0\n");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "6; = 6, 0\n");
}

static void uncertain_dates_are_carried_as_bounds(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'd1', 'kind': 'office', 'names': ['D']},"
		 "{'id': 's1', 'kind': 'office', 'names': ['S'], 'valid_from': '2018/2020'}]");
	assert_string_equal(balance(w, A_2017, A_2019, "'counted': 'units', 'kind': 'office'"),
			    "1; NEW 0–1 s1; = 1–2, 0\n");
}

static void what_is_known_only_since_is_found_late_or_corrected(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first = patch(w, "'units': [{'id': 'a1', 'kind': 'office', 'names': ['A']},"
				  "{'id': 'wrong', 'kind': 'office', 'names': ['W']}]")
			     ->rev;
	accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', 'units': ["
	    "{'id': 'late1', 'kind': 'office', 'names': ['L']}, {'id': 'late2', 'kind': 'office', 'names': ['M']}],"
	    "'retractions': [{'revision': %llu, 'unit': 'wrong'}]}}",
	    (unsigned long long)first);
	assert_string_equal(balance(w, arena_printf(w->a, A_2017 ", 'as_of_revision': %llu", (unsigned long long)first),
				    A_2019, "'counted': 'units', 'kind': 'office'"),
			    "2; FOUND_LATE 2 late1,late2; CORRECTED -1 wrong; = 3, 0\n");
}

static void between_two_rounds_arrangements_are_those_that_they_speak_of(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN_ROUND("r2014") "{'id': 'a1', 'name': 'A', " MEMBER "}, {'id': 'b1', 'name': 'B', " MEMBER "},"
				      "{'id': 'c1', 'name': 'C', 'ended': '2016-01-01', " MEMBER "}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'b', 'arrangements': ["
		    "{'id': 'd1', 'name': 'D', 'established': '2010', " MEMBER "}]}}");
	accepted(w, IN_ROUND("r2020") "{'id': 'a1', 'name': 'A', " MEMBER "}, {'id': 'd1', 'name': 'D', " MEMBER "},"
				      "{'id': 'e1', 'name': 'E', 'established': '2018', " MEMBER "},"
				      "{'id': 'f1', 'name': 'F', " MEMBER "}]}}");
	struct answers all =
	    balance_asked(w, "'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, 'counted': 'arrangements'");
	assert_string_equal(balance_rows(w, &all),
			    "at least 3; NEW 1–2 e1,f1; ENDED -1 c1; NOT_FOUND_AGAIN -1 b1; FOUND_LATE 1 d1; = at "
			    "least 4, 0\n");
	assert_string_equal(balance_notes(w, &all),
			    "counted are the arrangements that each round speaks of\n"
			    "1 may be new, or were there before and not listed: r2014 does not "
			    "speak of them, and nobody says for certain that they began since\n"
			    "at least so many: what is on record is not declared complete there\n");
	/* On record, between days, nobody ended b1. */
	assert_string_equal(balance(w, AT("2014-12-31"), AT("2020-12-31"), "'counted': 'arrangements'"),
			    "at least 4; NEW 1–2 e1,f1; ENDED -1 c1; = at least 5, 0\n");
}

/* A register has all of them. Of the round of 2014 it is known later that it never spoke of B, and of what else. */
static void the_opening_of_a_round_is_what_was_known_then(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'arrangements': [{'id': 'a1', 'name': 'A', 'established': '2010', " MEMBER "},"
		 "{'id': 'b1', 'name': 'B', 'established': '2010', " MEMBER "},"
		 "{'id': 'c1', 'name': 'C', 'established': '2010', " MEMBER "}]");
#define SAY(id) "{'id': '" id "', 'name': '" id "', 'participants_complete': 'unknown'}"
	accepted(w, IN_ROUND("r2014") SAY("a1") "]}}");
	uint64_t wrong = accepted(w, IN_ROUND("r2014") SAY("b1") "]}}")->rev;
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told',"
		 "'retractions': [{'revision': %llu, 'unit': 'b1'}]}}",
		 (unsigned long long)wrong);
	accepted(w, IN_ROUND("r2014") SAY("c1") "]}}");
	accepted(w, IN_ROUND("r2020") SAY("a1") "]}}");
	const char *then = arena_printf(w->a, "'round': 'r2014', 'as_of_revision': %llu", (unsigned long long)wrong);
	assert_string_equal(balance(w, "'round': 'r2014'", "'round': 'r2020'", COUNTED),
			    "at least 2; NOT_FOUND_AGAIN -1 c1; = at least 1, 0\n");
	assert_string_equal(balance(w, then, "'round': 'r2020'", COUNTED),
			    "at least 2; NOT_FOUND_AGAIN -1 c1; FOUND_LATE 1 c1; CORRECTED -1 b1; = at least 1, 0\n");
	/* The same round: nothing happened, but it is known otherwise. */
	struct answers all = balance_asked(w, "'from': {%s}, 'to': {'round': 'r2014'}, " COUNTED "", then);
	assert_string_equal(balance_rows(w, &all), "at least 2; FOUND_LATE 1 c1; CORRECTED -1 b1; = at least 2, 0\n");
	assert_string_equal(balance_notes(w, &all),
			    "counted are the arrangements that each round speaks of\n"
			    "at least so many: what is on record is not declared complete there\n");
}

/* Two states of knowledge of one day, also where what is there may have begun before it or after. */
static void of_one_day_what_was_known_wrong_is_balanced(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first = patch(w, "'units': [{'id': 'a1', 'kind': 'office', 'names': ['A']},"
				  "{'id': 's1', 'kind': 'office', 'names': ['S'], 'valid_from': '2016/2018'}]")
			     ->rev;
	patch(w, "'units': [{'id': 'late', 'kind': 'office', 'names': ['L']},"
		 "{'id': 'may', 'kind': 'office', 'names': ['M'], 'valid_from': '2016/2019'}]");
	assert_string_equal(balance(w, arena_printf(w->a, A_2017 ", 'as_of_revision': %llu", (unsigned long long)first),
				    A_2017, "'counted': 'units', 'kind': 'office'"),
			    "1–2; FOUND_LATE 1–2 late,may; = 2–4, 0\n");
}

/* Bjugn is first named in 2020: whether it took part in 2014 nobody knows, so nobody knows whether its county did. */
static void who_may_have_taken_part_before_is_counted_between_bounds(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN_ROUND("r2014") "{'id': 'a1', 'name': 'A', " MEMBER "}]}}");
	accepted(w, IN_ROUND("r2020") "{'id': 'a1', 'name': 'A', 'participants': ['bodo', 'bjugn'],"
				      "'participants_complete': 'yes'}]}}");
	assert_string_equal(balance(w, "'round': 'r2014'", "'round': 'r2020'", COUNTED ", 'group_by': 'county'"),
			    "no: at least 1; = at least 1, 0\n"
			    "st: at least 0; MOVED_IN 0–1 a1; = at least 1, 0\n");
	assert_string_equal(
	    balance(w, AT("2014-12-31"), AT("2020-12-31"), COUNTED ", 'units': ['st'], 'subtree': true"),
	    "at least 0; MOVED_IN 0–1 a1; = at least 1, 0\n");
}

/* What the earlier round declares not to be on its list was not there. */
static void new_beyond_doubt_where_the_earlier_list_was_complete(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'round': 'r2014', 'mode': 'patch', 'source': 'a', 'completeness':"
		    "[{'scope': 'no', 'kind': 'arrangement', 'complete': 'yes'}], 'arrangements': ["
		    "{'id': 'a1', 'name': 'A', " MEMBER "}]}}");
	accepted(w, IN_ROUND("r2020") "{'id': 'f1', 'name': 'F', " MEMBER "}, {'id': 'x1', 'name': 'X',"
				      "'participants': ['rissa'], 'participants_complete': 'yes'}]}}");
	struct answers all =
	    balance_asked(w, "'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, 'counted': 'arrangements'");
	assert_string_equal(balance_rows(w, &all),
			    "at least 1; NEW 1–2 f1,x1; NOT_FOUND_AGAIN -1 a1; = at least 2, 0\n");
	assert_string_equal(balance_notes(w, &all),
			    "counted are the arrangements that each round speaks of\n"
			    "1 may be new, or were there before and not listed: r2014 does not "
			    "speak of them, and nobody says for certain that they began since\n"
			    "1 are outside what r2014 asked about\n"
			    "at least so many: what is on record is not declared complete there\n");
	/* Inside what it declares, the opening is all there was. */
	assert_string_equal(
	    balance(w, "'round': 'r2014'", "'round': 'r2020'", COUNTED ", 'units': ['no'], 'subtree': true"),
	    "1; NEW 1 f1; NOT_FOUND_AGAIN -1 a1; = at least 1, 0\n");
}

static void an_arrangement_is_in_every_group_that_takes_part(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'arrangements': [{'id': 'a1', 'name': 'A', 'established': '2010', 'participants': ['bodo', 'rissa'],"
		 "'participants_complete': 'yes', 'tasks': ['fire']}, {'id': 'b1', 'name': 'B', 'established': '2018',"
		 "'participants': ['rissa', 'bjugn'], 'participants_complete': 'yes', 'tasks': ['water']}]");
	assert_string_equal(balance(w, A_2017, A_2019, "'counted': 'arrangements', 'group_by': 'county'"),
			    "no: at least 1; = at least 1, 0\n"
			    "st: at least 1; NEW 1 b1; = at least 2, 0\n");
	assert_string_equal(
	    balance(w, A_2017, A_2019, "'counted': 'arrangements', 'where': [{'field': 'task', 'values': ['water']}]"),
	    "at least 0; NEW 1 b1; = at least 1, 0\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_begins_and_ends_without_an_event_is_new_and_ended),
	    T(a_merger_makes_fewer_and_a_breakdown_more),
	    T(what_lives_on_may_take_over_split_off_and_give_a_part),
	    T(one_decision_that_divides_and_merges_adds_up),
	    T(what_merges_and_merges_again_between_the_points_adds_up),
	    T(who_lives_on_in_another_group_has_moved),
	    T(uncertain_dates_are_carried_as_bounds),
	    T(what_is_known_only_since_is_found_late_or_corrected),
	    T(between_two_rounds_arrangements_are_those_that_they_speak_of),
	    T(the_opening_of_a_round_is_what_was_known_then),
	    T(of_one_day_what_was_known_wrong_is_balanced),
	    T(who_may_have_taken_part_before_is_counted_between_bounds),
	    T(new_beyond_doubt_where_the_earlier_list_was_complete),
	    T(an_arrangement_is_in_every_group_that_takes_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
