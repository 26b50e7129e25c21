/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_move.c - links that an event moves, and objects that are inherited, shared, dropped or left.
 */
#include "tests/unit/judge_kit.h"

static void an_office_moves_and_a_task_gets_another_actor(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(
	    w, SUB
	    "'units': [{'id': 'office', 'kind': 'office', 'names': ['O']}, {'id': 'task', 'kind': 'task', 'names':"
	    "['T']}], 'links': [{'type': 'located_in', 'from': 'office', 'to': 'bodo'}, {'type': 'responsible_for',"
	    "'from': 'no', 'to': 'task', 'role': 'decides'}, {'type': 'responsible_for', 'from': 'no', 'to': 'task',"
	    "'role': 'performs'}]}}");
	event(w, "o", "relocation", "2019-01-01",
	      "'moves': [{'link': 'located_in', 'what': 'office', 'from': 'bodo', 'to': 'rissa'}]");
	assert_string_equal(links_at(w, LINK_TYPE_LOCATED_IN, "bodo", "2018-12-31"), "office");
	assert_string_equal(links_at(w, LINK_TYPE_LOCATED_IN, "bodo", "2019-01-01"), "");
	assert_string_equal(links_at(w, LINK_TYPE_LOCATED_IN, "rissa", "2019-01-01"), "office");
	unsigned long long rev = event(w, "t", "transfer_of_task", "2020-01-01",
				       "'moves': [{'link': 'responsible_for', 'what': 'task', 'from': 'no', 'to': 'mr',"
				       "'role': 'performs'}]")
				     ->rev;
	assert_string_equal(links_at(w, LINK_TYPE_RESPONSIBLE_FOR, "task", "2020-01-01"), "mr(performs); no(decides)");
	accepted(w,
		 "{'event': {'id': 't', 'type': 'transfer_of_task', 'effective': '2020-01-01', 'status': 'annulled',"
		 "'source': 'a', 'supersedes': {'revision': %llu, 'reason': 'withdrawn'}}}",
		 rev);
	assert_string_equal(links_at(w, LINK_TYPE_RESPONSIBLE_FOR, "task", "2020-01-01"), "no(decides); no(performs)");
	struct said *s =
	    no_event(w, "relocation", "'moves': [{'link': 'located_in', 'what': 'office', 'from': 'no', 'to': 'mr'}]");
	finding_at(s, "NO_SUCH_LINK", "event.moves[0]");
}

static void objects_are_inherited_shared_dropped_or_left(void **state)
{
	struct world *w = *state;
	static const char *const what[] = {"inherit", "share", "drop", "unknown"};
	static const char *const there[] = {"plan", "plan", "", ""};
	world_base(w);
	for (int i = 0; i < 4; i++) {
		accepted(
		    w,
		    SUB
		    "'units': [{'id': 'plan%d', 'kind': 'plan', 'names': ['P']}, {'id': 's%d', 'kind': 'k', 'names':"
		    "['S']}], 'links': [{'type': 'member_of', 'from': 'plan%d', 'to': 's%d'}]}}",
		    i, i, i, i);
		event(w, arena_printf(w->a, "e%d", i), "reorganisation", "2018-01-01",
		      arena_printf(w->a,
				   "'sources': ['s%d'], 'targets': [{'id': 't%d', 'names': ['T']}], 'dispositions':"
				   "[{'kind': 'plan', 'disposition': '%s'}]",
				   i, i, what[i]));
		const char *now = links_at(w, LINK_TYPE_MEMBER_OF, arena_printf(w->a, "t%d", i), "2018-01-01");
		assert_string_equal(now, *there[i] ? arena_printf(w->a, "plan%d", i) : "");
	}
}

static void what_is_inherited_leaves_a_source_that_lives_on_what_is_shared_stays(void **state)
{
	struct world *w = *state;
	static const char *const what[] = {"inherit", "share"};
	world_base(w);
	for (int i = 0; i < 2; i++) {
		accepted(w,
			 SUB "'units': [{'id': 'plan%d', 'kind': 'plan', 'names': ['P']},"
			     "{'id': 's%d', 'kind': 'k', 'names': ['S']}, {'id': 't%d', 'kind': 'k', 'names': ['T']}],"
			     "'links': [{'type': 'member_of', 'from': 'plan%d', 'to': 's%d'}]}}",
			 i, i, i, i, i);
		event(w, arena_printf(w->a, "e%d", i), "transfer_of_part", "2018-01-01",
		      arena_printf(w->a,
				   "'sources': ['s%d'], 'targets': [{'unit': 't%d'}], 'dispositions':"
				   "[{'kind': 'plan', 'disposition': '%s'}]",
				   i, i, what[i]));
		const char *plan = arena_printf(w->a, "plan%d", i);
		assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, arena_printf(w->a, "t%d", i), "2018-01-01"), plan);
		assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, arena_printf(w->a, "s%d", i), "2018-01-01"),
				    i ? plan : "");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(an_office_moves_and_a_task_gets_another_actor),
	    BOTH(objects_are_inherited_shared_dropped_or_left),
	    BOTH(what_is_inherited_leaves_a_source_that_lives_on_what_is_shared_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
