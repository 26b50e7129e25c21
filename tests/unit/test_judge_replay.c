/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_replay.c - events amended, given another date, annulled, entered late: the state is that of the events
 * that stand, in the order of their days.
 */
#include "tests/unit/judge_kit.h"

#define MERGER                                                                                                         \
	"'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen'], 'codes': "                \
	"{'kommunenummer': '5054'}, 'part_of': 'st'}]"

static void an_annulled_event_leaves_everything_as_before_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *before = state_of(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER)->rev;
	const char *after = state_of(w);
	struct said *s = annul(w, "m", rev);
	assert_string_equal(state_of(w), before);
	assert_int_equal(s->changes[0].kind, CHANGE_KIND_ANNULLED);
	assert_int_equal(s->changes[0].n_units, 3);
	rev = s->rev;
	rev = accepted(w,
		       "{'event': {'id': 'm', 'type': 'merging', 'effective': '2018-01-01', 'status': 'effective', "
		       "'source': 'a',"
		       "'supersedes': {'revision': %llu, 'reason': 'after all'}, " MERGER "}}",
		       rev)
		  ->rev;
	assert_string_equal(state_of(w), after);
	annul(w, "m", rev);
	assert_string_equal(state_of(w), before);
}

static void another_date_moves_all_of_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER)->rev;
	accepted(
	    w,
	    "{'event': {'id': 'm', 'type': 'merging', 'effective': '2020-01-01', 'status': 'effective', 'source': 'a',"
	    "'supersedes': {'revision': %llu, 'reason': 'put off'}, " MERGER "}}",
	    rev);
	assert_string_equal(lives_of(w, "rissa"), "1:  to 2020-01-01");
	assert_string_equal(lives_of(w, "if"), "1: 2020-01-01 to ");
	assert_string_equal(codes_at(w, "if", "2020-01-01"), "5054");
	assert_string_equal(inside_at(w, "if", "2020-01-01"), "st");
	assert_string_equal(edges_of(w, "rissa"), "if");
}

static void a_version_must_name_the_one_it_supersedes(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER)->rev;
	struct said *s =
	    refused(w,
		    "{'event': {'id': 'm', 'type': 'merging', 'status': 'annulled', 'source': 'a', 'supersedes':"
		    "{'revision': %llu, 'reason': 'r'}}}",
		    rev - 1);
	finding_at(s, "SUPERSEDES_NOTHING", "event.supersedes.revision");
	assert_string_equal(lives_of(w, "if"), "1: 2018-01-01 to ");
}

static void a_proposed_event_is_adopted_later(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev =
	    accepted(w, "{'event': {'id': 'm', 'type': 'merging', 'effective': '2030-01-01', 'status':"
			"'proposed', 'source': 'a', " MERGER "}}")
		->rev;
	assert_string_equal(lives_of(w, "if"), "");
	accepted(
	    w,
	    "{'event': {'id': 'm', 'type': 'merging', 'effective': '2030-01-01', 'status': 'adopted', 'source': 'a',"
	    "'supersedes': {'revision': %llu, 'reason': 'decided'}, " MERGER "}}",
	    rev);
	assert_string_equal(lives_of(w, "if"), "1: 2030-01-01 to ");
	assert_string_equal(changes_text(w, tick(w, "2030-01-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT EVENT |  → event\nTOOK_EFFECT LINK if st |  → link begins");
}

static void an_annulled_event_does_not_take_effect(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "m", "merging", "2030-01-01", MERGER)->rev;
	annul(w, "m", rev);
	assert_string_equal(changes_text(w, tick(w, "2030-01-02"), CHANGE_KIND_TOOK_EFFECT), "");
}

static void what_depends_on_an_annulled_event_is_named_and_comes_back_with_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *before = state_of(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER)->rev;
	event(w, "n", "name_change", "2020-01-01",
	      "'sources': ['if'], 'targets': [{'unit': 'if', 'names': ['Fosen']}]");
	const char *after = state_of(w);
	accepted(
	    w, SUB
	    "'observations': [{'unit': 'if', 'indicator': 'staff', 'period': '2019', 'value': 5, 'status': 'main'}]}}");
	struct said *s = annul(w, "m", rev);
	const struct msg_finding *f = finding_at(s, "DEPENDANT", "event");
	assert_string_equal(f->arguments[0], "n");
	f = finding_at(s, "DEPENDANT_EVENTS", "event");
	assert_string_equal(f->candidates[0], "n");
	f = finding_at(s, "DEPENDANT_STATEMENTS", "event");
	assert_string_equal(f->arguments[0], "1");
	assert_string_equal(f->arguments[1], "observations");
	assert_string_equal(state_of(w), before);
	accepted(
	    w,
	    "{'event': {'id': 'm', 'type': 'merging', 'effective': '2018-01-01', 'status': 'effective', 'source': 'a',"
	    "'supersedes': {'revision': %llu, 'reason': 'after all'}, " MERGER "}}",
	    (unsigned long long)s->rev);
	assert_string_equal(state_of(w), after);
}

static void a_late_code_change_ends_where_the_next_one_begins(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "late", "code_change", "2018-01-01",
	      "'sources': ['bodo'], 'targets': [{'unit': 'bodo', 'codes': {'kommunenummer': '3'}}]");
	struct said *s =
	    accepted(w, "{'event': {'id': 'early', 'type': 'code_change', 'effective': '2010-01-01', 'status':"
			"'effective', 'source': 'a', 'sources': ['bodo'], 'targets': [{'unit': 'bodo', 'codes':"
			"{'kommunenummer': '2'}}]}}");
	assert_string_equal(codes_at(w, "bodo", "2009-12-31"), "1804");
	assert_string_equal(codes_at(w, "bodo", "2010-01-01"), "2");
	assert_string_equal(codes_at(w, "bodo", "2018-01-01"), "3");
	assert_int_equal(s->changes[0].kind, CHANGE_KIND_REORGANISED);
	annul(w, "late", s->rev - 1);
	assert_string_equal(codes_at(w, "bodo", "2018-01-01"), "2");
}

/* A statement about what an event began is not lost when the event is applied anew. */
static void an_end_that_was_stated_outlives_a_replay(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "m", "merging", "2018-01-01", MERGER);
	accepted(w, SUB "'units': [{'id': 'if', 'valid_from': '2018-01-01', 'valid_to': '2025-01-01'}]}}");
	event(w, "c", "code_change", "2010-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'codes': {'kommunenummer': '2'}}]");
	assert_string_equal(lives_of(w, "if"), "1: 2018-01-01 to 2025-01-01");
}

static void heirs_lie_where_a_late_merger_carried_what_they_came_from(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "m", "merging", "2019-01-01",
	      "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen']}]");
	assert_string_equal(inside_at(w, "if", "2020-01-01"), "");
	event(w, "c", "merging", "2011-01-01", "'sources': ['st', 'nt'], 'targets': [{'id': 't', 'names': ['T']}]");
	assert_string_equal(inside_at(w, "rissa", "2015-01-01"), "t");
	assert_string_equal(inside_at(w, "if", "2020-01-01"), "t");
}

static void heirs_lie_in_a_container_whose_end_is_annulled(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "d", "deletion", "2015-01-01", "'sources': ['st']")->rev;
	event(w, "s", "split_off", "2018-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'id': 'n', 'names': ['N']}]");
	assert_string_equal(inside_at(w, "n", "2020-01-01"), "");
	annul(w, "d", rev);
	assert_string_equal(inside_at(w, "n", "2020-01-01"), "st");
}

static void what_was_put_elsewhere_leaves_a_container_whose_end_is_annulled(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "d", "deletion", "2015-01-01", "'sources': ['st']")->rev;
	event(w, "n", "creation", "2018-01-01",
	      "'targets': [{'id': 'n', 'kind': 'county', 'names': ['N'], 'parts': ['rissa']}]");
	annul(w, "d", rev);
	assert_string_equal(inside_at(w, "rissa", "2017-01-01"), "st");
	assert_string_equal(inside_at(w, "rissa", "2020-01-01"), "n");
}

/* Its id comes before that of the birth, and so does its turn, were it not for what it names. */
static void a_task_passes_to_a_unit_born_that_day(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'task', 'kind': 'task',"
		    "'names': ['T']}], 'links': [{'type': 'responsible_for', 'from': 'rissa', 'to': 'task'}]}}");
	event(w, "m", "merging", "2018-01-01",
	      "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen']}]");
	event(w, "a", "transfer_of_task", "2018-01-01",
	      "'moves': [{'link': 'responsible_for', 'what': 'task', 'from': 'rissa', 'to': 'if'}]");
	assert_non_null(strstr(state_of(w), "link if task 2018-01-01 \n"));
	assert_non_null(strstr(state_of(w), "link rissa task  2018-01-01\n"));
}

static struct said *merger_again(struct world *w, const char *day, const char *name, unsigned long long rev)
{
	return accepted(w,
			"{'event': {'id': 'm', 'type': 'merging', 'effective': '%s', 'status': 'effective', 'source':"
			"'a', 'sources': ['st', 'nt'], 'targets': [{'id': 't', 'names': ['%s']}], 'supersedes':"
			"{'revision': %llu, 'reason': 'again'}}}",
			day, name, rev);
}

/* It once ended where an event is on record that cannot be applied any more. */
static void an_end_of_an_event_that_fails_now_does_not_come_back(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev =
	    event(w, "m", "merging", "1980-01-01", "'sources': ['st', 'nt'], 'targets': [{'id': 't', 'names': ['T']}]")
		->rev;
	event(w, "n", "name_change", "2016-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'names': ['Newest']}]");
	event(w, "r", "reparenting", "2001-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'names': ['New'], 'part_of': 't'}]");
	assert_string_equal(names_at(w, "rissa", "2012-01-01"), "New");
	rev = merger_again(w, "2004-01-01", "T", rev)->rev;
	assert_string_equal(names_at(w, "rissa", "2012-01-01"), "Rissa");
	rev = merger_again(w, "2004-01-01", "U", rev)->rev;
	assert_string_equal(names_at(w, "rissa", "2012-01-01"), "Rissa");
	merger_again(w, "1990-01-01", "T", rev);
	assert_string_equal(names_at(w, "rissa", "2012-01-01"), "New");
}

/* The end that a later event gave a unit is undone; the unit begins when its event says now, not when it once said. */
static void a_life_begun_another_day_outlives_a_replay(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *n = "'targets': [{'id': 'n', 'kind': 'municipality', 'names': ['N']}]";
	unsigned long long rev = event(w, "c", "creation", "1980-01-01", n)->rev;
	event(w, "m", "merging", "2010-01-01",
	      "'sources': ['rissa', 'n'], 'targets': [{'id': 'if', 'names': ['Indre Fosen']}]");
	rev = annul(w, "c", rev)->rev;
	accepted(w,
		 "{'event': {'id': 'c', 'type': 'creation', 'effective': '1985-01-01', 'status': 'effective', 'source':"
		 "'a', 'supersedes': {'revision': %llu, 'reason': 'after all'}, %s}}",
		 rev, n);
	event(w, "t", "take_over", "2009-01-01", "'sources': ['n', 'bjugn'], 'targets': [{'unit': 'n'}]");
	assert_string_equal(lives_of(w, "n"), "1: 1985-01-01 to 2010-01-01");
}

static void what_failed_for_want_of_a_container_is_applied_when_it_is_there(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "p", "reparenting", "2016-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'nt'}]");
	unsigned long long rev = event(w, "d", "deletion", "2015-01-01", "'sources': ['nt']")->rev;
	assert_string_equal(inside_at(w, "rissa", "2017-01-01"), "st");
	annul(w, "d", rev);
	assert_string_equal(inside_at(w, "rissa", "2017-01-01"), "nt");
}

/* Between its old day and the new one, its unit has ended. */
static void an_event_is_not_put_off_past_the_end_of_its_unit(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "n", "name_change", "2010-01-01",
				       "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'names': ['R']}]")
				     ->rev;
	event(w, "m", "merging", "2018-01-01", MERGER);
	const char *before = state_of(w);
	struct said *s = refused(w,
				 "{'event': {'id': 'n', 'type': 'name_change', 'effective': '2020-01-01', 'status':"
				 "'effective', 'source': 'a', 'supersedes': {'revision': %llu, 'reason': 'put off'},"
				 "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'names': ['R']}]}}",
				 rev);
	finding_at(s, "ALREADY_ENDED", "event.sources[0]");
	assert_string_equal(state_of(w), before);
}

/* The receipt's revision is what the next version names, also when nothing changed. */
static void a_version_that_says_the_same_again_is_one(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = event(w, "m", "merging", "2018-01-01", MERGER)->rev;
	rev = annul(w, "m", rev)->rev;
	rev = annul(w, "m", rev)->rev;
	annul(w, "m", rev);
}

static void a_proposal_that_could_not_be_carried_out_is_a_proposal_also_when_it_is_tried(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "d", "deletion", "2015-01-01", "'sources': ['nt']");
	struct slice m = world_message(
	    w, "{'event': {'id': 'p', 'type': 'reparenting', 'effective': '2016-01-01', 'status': 'proposed',"
	       "'source': 'a', 'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'nt'}]}}");
	struct said *s = dry(w, m);
	assert_int_equal(s->receipt->verdict, VERDICT_WOULD_ACCEPT);
	assert_int_equal(finding_at(s, "NOT_THERE", "event.targets[0].part_of")->severity, SEVERITY_WARNING);
	assert_true(say_bytes(w, m)->accepted);
}

static void a_proposal_that_names_a_unit_of_later_days_is_one_also_when_it_is_tried(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'office', 'kind': 'office',"
		    "'names': ['O']}], 'links': [{'type': 'located_in', 'from': 'office', 'to': 'rissa'}]}}");
	event(w, "c", "creation", "2018-01-01", "'targets': [{'id': 'n', 'kind': 'municipality', 'names': ['N']}]");
	struct slice m = world_message(
	    w, "{'event': {'id': 'p', 'type': 'relocation', 'effective': '2010-01-01', 'status': 'proposed',"
	       "'source': 'a', 'moves': [{'link': 'located_in', 'what': 'office', 'from': 'rissa', 'to': 'n'}]}}");
	struct said *s = dry(w, m);
	assert_int_equal(s->receipt->verdict, VERDICT_WOULD_ACCEPT);
	assert_int_equal(finding_at(s, "UNRESOLVED_UNIT", "event.moves[0].to")->severity, SEVERITY_WARNING);
	assert_true(say_bytes(w, m)->accepted);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(an_annulled_event_leaves_everything_as_before_it),
	    BOTH(another_date_moves_all_of_it),
	    BOTH(a_version_must_name_the_one_it_supersedes),
	    BOTH(a_proposed_event_is_adopted_later),
	    BOTH(an_annulled_event_does_not_take_effect),
	    BOTH(what_depends_on_an_annulled_event_is_named_and_comes_back_with_it),
	    BOTH(a_late_code_change_ends_where_the_next_one_begins),
	    BOTH(an_end_that_was_stated_outlives_a_replay),
	    BOTH(heirs_lie_where_a_late_merger_carried_what_they_came_from),
	    BOTH(heirs_lie_in_a_container_whose_end_is_annulled),
	    BOTH(what_was_put_elsewhere_leaves_a_container_whose_end_is_annulled),
	    BOTH(a_task_passes_to_a_unit_born_that_day),
	    BOTH(an_end_of_an_event_that_fails_now_does_not_come_back),
	    BOTH(a_life_begun_another_day_outlives_a_replay),
	    BOTH(what_failed_for_want_of_a_container_is_applied_when_it_is_there),
	    BOTH(an_event_is_not_put_off_past_the_end_of_its_unit),
	    BOTH(a_version_that_says_the_same_again_is_one),
	    BOTH(a_proposal_that_could_not_be_carried_out_is_a_proposal_also_when_it_is_tried),
	    BOTH(a_proposal_that_names_a_unit_of_later_days_is_one_also_when_it_is_tried),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
