/* SPDX-License-Identifier: Apache-2.0
 *
 * test_diff.c - what is different between two points: histories by hand for every kind of difference, told by a judge.
 */
#include "tests/unit/points_kit.h"

#define NOT_BEFORE "'mode': 'patch', 'source': 'a', 'reason': 'told'"

/* ---- the world ---- */

static void units_begin_and_end(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'old', 'kind': 'office', 'names': ['Old'], 'valid_to': '2018-01-01'},"
		 "{'id': 'new', 'kind': 'office', 'names': ['New'], 'valid_from': '2018-03-01'},"
		 "{'id': 'still', 'kind': 'office', 'names': ['Still']},"
		 "{'id': 'some', 'kind': 'office', 'names': ['Some'], 'valid_from': '2017/2020'}]");
	assert_string_equal(diff(w, A_2017, A_2019, "'kind': 'office'"), "NEW UNIT new:  -> New, from 2018-03-01\n"
									 "ENDED UNIT old: Old, until 2018-01-01 -> \n");
	assert_string_equal(diff_noted(w, AT("2016-12-31"), A_2019, "'kind': 'office', 'units': true"),
			    "NEW UNIT new:  -> New, from 2018-03-01\n"
			    "ENDED UNIT old: Old, until 2018-01-01 -> \n"
			    "NEW UNIT some:  -> Some, from 2017/2020 (not certain: it holds from 2017/2020)\n");
	assert_string_equal(diff(w, AT("2018-03-01"), AT("2018-03-01"), "'kind': 'office'"), "");
}

static void fields_change_one_by_one(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'x', 'kind': 'office', 'names': ["
		 "{'text': 'First', 'valid_to': '2018-01-01'}, {'text': 'Second', 'valid_from': '2018-01-01'}],"
		 "'codes': [{'scheme': 's', 'code': '1', 'valid_to': '2018-01-01'},"
		 "{'scheme': 's', 'code': '2', 'valid_from': '2018-01-01'}, {'scheme': 't', 'code': '9'}],"
		 "'attributes': [{'name': 'rank', 'values': ['b', 'a'], 'valid_to': '2018-01-01'},"
		 "{'name': 'rank', 'values': ['c'], 'valid_from': '2018-01-01'}, {'name': 'same', 'values': ['z']}]}],"
		 "'links': [{'type': 'located_in', 'from': 'x', 'to': 'no', 'valid_to': '2018-01-01'},"
		 "{'type': 'located_in', 'from': 'x', 'to': 'mr', 'valid_from': '2018-01-01'},"
		 "{'type': 'member_of', 'from': 'x', 'to': 'st'}]");
	assert_string_equal(diff(w, A_2017, A_2019, "'kind': 'office'"),
			    "CHANGED NAME x: First -> Second\n"
			    "CHANGED CODE x s: 1 -> 2\n"
			    "CHANGED ATTRIBUTE x rank: a; b -> c\n"
			    "NEW LINK x LOCATED_IN:  -> Møre og Romsdal [mr]\n"
			    "ENDED LINK x LOCATED_IN: Nordland ->  [no]\n");
}

static void a_reorganisation_is_told_with_its_event_and_who_came_before_and_after(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'event': {'id': 'merge', 'type': 'merging', 'effective': '2018-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['rissa', 'leksvik'],"
		    "'targets': [{'id': 'indre', 'names': ['Indre Fosen'], 'part_of': 'st'}]}}");
	accepted(w, "{'event': {'id': 'call', 'type': 'name_change', 'effective': '2018-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['bodo'], 'targets': [{'unit': 'bodo', 'names': ['Bådåddjo']}]}}");
	accepted(w, "{'event': {'id': 'take', 'type': 'take_over', 'effective': '2018-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['heroy-no', 'bodo'], 'targets': [{'unit': 'bodo'}]}}");
	assert_string_equal(diff(w, A_2017, A_2019, "'units': true, 'kind': 'municipality'"),
			    "REORGANISED UNIT bodo: Herøy ->  [heroy-no] {take}\n"
			    "REORGANISED UNIT heroy-no: Herøy, until 2018-01-01 ->  [bodo] {take}\n"
			    "REORGANISED UNIT indre:  -> Indre Fosen, from 2018-01-01 [rissa, leksvik] {merge}\n"
			    "REORGANISED UNIT leksvik: Leksvik, until 2018-01-01 ->  [indre] {merge}\n"
			    "REORGANISED UNIT rissa: Rissa, until 2018-01-01 ->  [indre] {merge}\n"
			    "REORGANISED NAME bodo: Bodø -> Bådåddjo {call}\n");
	assert_string_equal(diff(w, A_2017, A_2019, "'links': true, 'scope': 'st', 'subtree': true"),
			    "REORGANISED LINK indre PART_OF:  -> Sør-Trøndelag [st] {merge}\n"
			    "REORGANISED LINK rissa PART_OF: Sør-Trøndelag ->  [st] {merge}\n");
}

/* Leksvik leaves one county for another: it is in the scope of either, and is no new unit there. */
static void who_moves_out_of_the_scope_has_not_ended(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'event': {'id': 'move', 'type': 'reparenting', 'effective': '2018-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['leksvik'], 'targets': [{'unit': 'leksvik', 'part_of': 'st'}]}}");
	for (int i = 0; i < 2; i++)
		assert_string_equal(
		    diff(w, A_2017, A_2019, i ? "'scope': 'st', 'subtree': true" : "'scope': 'nt', 'subtree': true"),
		    "REORGANISED LINK leksvik PART_OF: Nord-Trøndelag ->  [nt] {move}\n"
		    "REORGANISED LINK leksvik PART_OF:  -> Sør-Trøndelag [st] {move}\n");
}

/* ---- arrangements and rounds ---- */
#define BETWEEN "'round': 'r2014'", "'round': 'r2020'"

static void two_rounds(struct world *w, const char *declared)
{
	world_base(w);
	accepted(w, IN_ROUND("r2014") "{'id': 'fire', 'name': 'Fire', 'participants': ['bodo', 'heroy-no'],"
				      "'participants_complete': 'yes', 'host': 'bodo', 'tasks': ['fire']},"
				      "{'id': 'waste', 'name': 'Waste', 'participants': ['bodo', 'heroy-no'],"
				      "'participants_complete': 'yes'},"
				      "{'id': 'port', 'name': 'Port', 'participants': ['bodo'],"
				      "'participants_complete': 'no', 'ended': '2016-01-01'}]}}");
	accepted(w,
		 "{'submission': {'round': 'r2020', 'mode': 'patch', 'source': 'b', 'arrangements': ["
		 "{'id': 'fire', 'name': 'Fire', 'participants': [{'name': 'Bodø'}, 'bjugn'],"
		 "'participants_complete': 'no', 'host': 'bjugn', 'tasks': ['fire', 'rescue']},"
		 "{'id': 'doctor', 'name': 'Doctor', 'established': '2018', 'participants': ['bodo'],"
		 "'participants_complete': 'yes'}]%s}}",
		 declared);
}

static void silence_ends_nothing(void **state)
{
	struct world *w = *state;
	two_rounds(w, "");
	assert_string_equal(
	    diff_noted(w, BETWEEN, "'arrangements': true"),
	    "NEW UNIT doctor:  -> Doctor, from 2018: Bodø [bodo]\n"
	    "ENDED UNIT port: Port, from ../2014-03-31 until 2016-01-01: Bodø ->  [bodo]\n"
	    "NOT_FOUND_AGAIN UNIT waste: Waste: Bodø; Herøy ->  [bodo, heroy-no] (r2020 does not speak of it; nobody "
	    "said "
	    "that it ended)\n"
	    "CHANGED ATTRIBUTE fire task: fire -> fire; rescue\n"
	    "CHANGED LINK fire HOSTS: Bodø -> Bjugn [bodo, bjugn]\n"
	    "NEW LINK fire PARTICIPATES_IN:  -> Bjugn [bjugn]\n"
	    "NOT_FOUND_AGAIN LINK fire PARTICIPATES_IN: Herøy ->  [heroy-no] (r2020 does not name it, nor says that it "
	    "names all)\n");
}

static void a_round_that_declares_its_list_complete_ends_what_is_not_on_it(void **state)
{
	struct world *w = *state;
	two_rounds(w, ", 'completeness': [{'scope': 'no', 'kind': 'arrangement', 'complete': 'yes'}]");
	assert_non_null(strstr(diff(w, BETWEEN, "'arrangements': true"), "ENDED UNIT waste: Waste: Bodø; Herøy ->"));
}

/* Waste is spoken of in 2020, but not who takes part in it. */
static void a_round_that_names_nobody_says_nothing_of_them(void **state)
{
	struct world *w = *state;
	two_rounds(w, "");
	accepted(w, IN_ROUND("r2020") "{'id': 'waste', 'name': 'Waste', 'participants_complete': 'unknown'}]}}");
	assert_null(strstr(diff(w, BETWEEN, "'arrangements': true"), "waste"));
	accepted(w, IN_ROUND("r2020") "{'id': 'waste', 'name': 'Waste', 'participants_complete': 'yes'}]}}");
	assert_non_null(
	    strstr(diff(w, BETWEEN, "'arrangements': true"), "ENDED LINK waste PARTICIPATES_IN: Bodø ->  [bodo]\n"));
}

/* Nobody says when Bus began: the round of 2014 says whether it was there then. */
static void what_has_no_start_is_new_where_the_earlier_list_was_complete(void **state)
{
	struct world *w = *state;
	for (int complete = 0; complete < 2; complete++) {
		if (!complete)
			two_rounds(w, "");
		else
			accepted(w, "{'submission': {'round': 'r2014', 'mode': 'patch', 'source': 'a', 'completeness':"
				    "[{'scope': 'no', 'kind': 'arrangement', 'complete': 'yes'}]}}");
		if (!complete)
			accepted(w, IN_ROUND("r2020") "{'id': 'bus', 'name': 'Bus', 'participants': ['bodo'],"
						      "'participants_complete': 'yes'}]}}");
		assert_non_null(strstr(
		    diff_noted(w, BETWEEN, "'arrangements': true"),
		    complete ? "NEW UNIT bus:  -> Bus, from ../2020-12-31: Bodø [bodo] (r2014 declares its list of "
			       "arrangements complete, and it is not on it)\n"
			     : "NOT_LISTED_BEFORE UNIT bus:  -> Bus, from ../2020-12-31: Bodø [bodo] (not certain: it "
			       "holds from "
			       "../2020-12-31, r2014 does not speak of it)\n"));
	}
}

static void a_list_that_is_complete_elsewhere_ends_nothing(void **state)
{
	struct world *w = *state;
	two_rounds(w, ", 'completeness': [{'scope': 'bodo', 'kind': 'arrangement', 'complete': 'yes'}]");
	assert_non_null(
	    strstr(diff_noted(w, BETWEEN, "'arrangements': true"),
		   "NOT_FOUND_AGAIN UNIT waste: Waste: Bodø; Herøy ->  [bodo, heroy-no] (r2020 is complete for "
		   "some of its participants only)"));
}

static void days_alone_say_what_is_on_record_and_a_survey_its_rounds(void **state)
{
	struct world *w = *state;
	two_rounds(w, "");
	const char *alone = diff(w, AT("2014-12-31"), AT("2021-01-01"), "'arrangements': true");
	assert_null(strstr(alone, "NOT_FOUND_AGAIN"));
	const char *asked_for = diff(w, AT("2014-12-31"), AT("2021-01-01"), "'arrangements': true, 'survey': 'survey'");
	assert_non_null(strstr(asked_for, "NOT_FOUND_AGAIN UNIT waste"));
	/* A register outside the survey speaks of it too: the survey's silence says nothing. */
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'b', 'arrangements': [{'id': 'waste', 'name': 'Waste',"
		    "'participants_complete': 'unknown'}]}}");
	asked_for = diff(w, AT("2014-12-31"), AT("2021-01-01"), "'arrangements': true, 'survey': 'survey'");
	assert_null(strstr(asked_for, "NOT_FOUND_AGAIN UNIT waste"));
}

static void a_merger_of_participants_is_no_change_in_the_structure_after_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'arrangements': [{'id': 'f', 'name': 'F', 'established': '2010', 'participants': ['rissa', 'bjugn'],"
		 "'participants_complete': 'yes'}]");
	accepted(w, "{'event': {'id': 'merge', 'type': 'merging', 'effective': '2018-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['rissa', 'leksvik'],"
		    "'targets': [{'id': 'indre', 'names': ['Indre Fosen'], 'part_of': 'st'}]}}");
	patch(w, "'links': [{'type': 'participates_in', 'from': 'indre', 'to': 'f', 'valid_from': '2018-01-01'}]");
	assert_string_equal(diff(w, A_2017, A_2019, "'arrangements': true"),
			    "NEW LINK f PARTICIPATES_IN:  -> Indre Fosen [indre]\n"
			    "REORGANISED LINK f PARTICIPATES_IN: Rissa ->  [rissa] {merge}\n");
	assert_string_equal(diff(w, A_2017, A_2019, "'arrangements': true, 'structure_at': '2019-06-01'"), "");
}

/* ---- knowledge ---- */

#define AS_OF(rev) arena_printf(w->a, "'valid_at': '2017-06-01', 'as_of_revision': %llu", (unsigned long long)(rev))

static void the_same_time_known_otherwise_is_corrected_retracted_or_found_late(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first = patch(w, "'units': [{'id': 'x', 'kind': 'office', 'names': ['X']},"
				  "{'id': 'wrong', 'kind': 'office', 'names': ['Wrong']}],"
				  "'links': [{'type': 'located_in', 'from': 'x', 'to': 'no'},"
				  "{'type': 'member_of', 'from': 'x', 'to': 'no', 'valid_from': '2010'}]")
			     ->rev;
	uint64_t second =
	    accepted(w,
		     "{'submission': {" NOT_BEFORE ", 'units': [{'id': 'late', 'kind': 'office', 'names': ['Late']},"
		     "{'id': 'x', 'kind': 'office', 'attributes': [{'name': 'rank', 'values': ['1']}]}],"
		     "'links': [{'type': 'member_of', 'from': 'x', 'to': 'no', 'valid_from': '2018',"
		     "'supersedes': %llu}],"
		     "'retractions': [{'revision': %llu, 'unit': 'wrong'}]}}",
		     (unsigned long long)first, (unsigned long long)first)
		->rev;
	accepted(w, "{'submission': {" NOT_BEFORE ", 'links': [{'type': 'located_in', 'from': 'x', 'to': 'mr'}]}}");
	assert_string_equal(diff(w, AS_OF(first), AS_OF(second), "'kind': 'office'"),
			    "FOUND_LATE UNIT late:  -> Late\n"
			    "RETRACTED UNIT wrong: Wrong -> \n"
			    "FOUND_LATE ATTRIBUTE x rank:  -> 1\n"
			    "CORRECTED LINK x MEMBER_OF: Nordland ->  [no]\n");
	assert_string_equal(diff(w, AS_OF(second), A_2017, "'kind': 'office'"),
			    "FOUND_LATE LINK x LOCATED_IN:  -> Møre og Romsdal [mr]\n");
	uint64_t third = w->rev;
	patch(w, "'units': [{'id': 'some', 'kind': 'office', 'names': ['Some'], 'valid_from': '2017/2020'}]");
	assert_string_equal(diff_noted(w, AS_OF(third), A_2017, "'kind': 'office'"),
			    "FOUND_LATE UNIT some:  -> Some, from 2017/2020 (not certain: it holds from 2017/2020)\n");
}

static void both_at_once_are_two_rows(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first =
	    patch(w, "'observations': [{'unit': 'bodo', 'indicator': 'staff', 'period': '2017', 'value': 5,"
		     "'status': 'main'}, {'unit': 'rissa', 'indicator': 'staff', 'period': '2017',"
		     "'value': 8, 'status': 'main'}]")
		->rev;
	accepted(w,
		 "{'submission': {" NOT_BEFORE ", 'observations': [{'unit': 'bodo', 'indicator': 'staff',"
		 "'period': '2017', 'value': 6, 'status': 'main', 'supersedes': %llu},"
		 "{'unit': 'bodo', 'indicator': 'staff', 'period': '2019', 'value': 9, 'status': 'main'},"
		 "{'unit': 'bjugn', 'indicator': 'staff', 'period': '2017', 'value': 1, 'status': 'main'}],"
		 "'retractions': [{'revision': %llu, 'unit': 'rissa'}]}}",
		 (unsigned long long)first, (unsigned long long)first);
	const char *from = arena_printf(w->a, "'period': '2017', 'as_of_revision': %llu", (unsigned long long)first);
	assert_string_equal(diff(w, from, "'period': '2019'", "'indicator': 'staff'"),
			    "FOUND_LATE OBSERVATION bjugn staff:  -> 1\n"
			    "NOT_FOUND_AGAIN OBSERVATION bjugn staff: 1 -> \n"
			    "CORRECTED OBSERVATION bodo staff: 5 -> 6\n"
			    "CHANGED OBSERVATION bodo staff: 6 -> 9\n"
			    "RETRACTED OBSERVATION rissa staff: 8 -> \n");
	assert_string_equal(diff(w, from, "'period': '2017'", "'indicator': 'staff'"),
			    "FOUND_LATE OBSERVATION bjugn staff:  -> 1\n"
			    "CORRECTED OBSERVATION bodo staff: 5 -> 6\n"
			    "RETRACTED OBSERVATION rissa staff: 8 -> \n");
}

/* A register has Waste; the round of 2014 is said to have reported it, and later that it never did. */
static void a_round_that_never_spoke_of_it_is_retracted_corrected_or_found_late(void **state)
{
	struct world *w = *state;
	two_rounds(w, "");
	patch(w, "'arrangements': [{'id': 'bin', 'name': 'Bin', 'established': '2010', 'participants': ['bodo'],"
		 "'participants_complete': 'yes'}]");
	uint64_t none = w->rev;
#define BIN "{'id': 'bin', 'name': 'Bin', 'participants_complete': 'unknown'}]}}"
	uint64_t first = accepted(w, IN_ROUND("r2014") BIN)->rev;
#define ROUND_2014(rev) arena_printf(w->a, "'round': 'r2014', 'as_of_revision': %llu", (unsigned long long)(rev))
	/* Said, it is not found again. */
	assert_non_null(strstr(diff(w, BETWEEN, "'arrangements': true"), "NOT_FOUND_AGAIN UNIT bin: Bin: Bodø ->"));
	assert_string_equal(diff(w, ROUND_2014(none), "'round': 'r2014'", "'arrangements': true"),
			    "FOUND_LATE UNIT bin round:  -> r2014\n");
	accepted(w, "{'submission': {" NOT_BEFORE ", 'retractions': [{'revision': %llu, 'unit': 'bin'}]}}",
		 (unsigned long long)first);
	assert_null(strstr(diff(w, BETWEEN, "'arrangements': true"), "bin"));
	assert_non_null(strstr(diff(w, ROUND_2014(first), "'round': 'r2020'", "'arrangements': true"),
			       "RETRACTED UNIT bin round: r2014 -> \n"));
	assert_null(strstr(diff(w, ROUND_2014(first), "'round': 'r2020'", "'arrangements': true"), "AGAIN UNIT bin"));
	/* The same time, a day later, no round there: known otherwise all the same. */
	assert_string_equal(diff(w, ROUND_2014(first), "'round': 'r2014'", "'arrangements': true"),
			    "RETRACTED UNIT bin round: r2014 -> \n");
	assert_non_null(strstr(diff(w, ROUND_2014(first), AT("2016-06-01"), "'arrangements': true"),
			       "RETRACTED UNIT bin round: r2014 -> \n"));
	assert_string_equal(diff(w, ROUND_2014(none), "'round': 'r2014'", "'arrangements': true"), "");
	struct answers all =
	    asked(w, "{'diff': {'from': {%s}, 'to': {'round': 'r2014'}, 'arrangements': true}}", ROUND_2014(first));
	const struct msg_diff_row *row = &all.list[0].diff->rows[0];
	assert_int_equal(row->revision, w->rev);
	assert_string_equal(row->source, "a");
	assert_string_equal(row->unit_name, "Bin");
}

/* The same list was entered under the wrong round, and is put right: of a survey's rounds it is another one. */
static void a_statement_that_was_another_rounds_is_corrected(void **state)
{
	struct world *w = *state;
	two_rounds(w, "");
	accepted(w, "{'define': {'rounds': [{'id': 'r2012', 'survey': 'survey', 'reference': '2012', 'area': 'no',"
		    "'unit_kind': 'municipality', 'frame': 44}]}}");
	patch(w, "'arrangements': [{'id': 'bin', 'name': 'Bin', 'established': '2010', 'participants': ['bodo'],"
		 "'participants_complete': 'yes'}]");
	uint64_t first = accepted(w, IN_ROUND("r2014") BIN)->rev;
	accepted(w,
		 "{'submission': {'round': 'r2012', " NOT_BEFORE ", 'retractions': [{'revision': %llu, 'unit': 'bin'}],"
		 "'arrangements': [" BIN,
		 (unsigned long long)first);
	assert_string_equal(
	    diff(w, arena_printf(w->a, AT("2014-12-31") ", 'as_of_revision': %llu", (unsigned long long)first),
		 AT("2014-12-31"), "'arrangements': true, 'survey': 'survey'"),
	    "CORRECTED UNIT bin round: r2014 -> r2012\n");
}

/* That it named one who takes part may be taken back as well. */
static void a_round_that_never_named_a_participant_does_not_name_it(void **state)
{
	struct world *w = *state;
	two_rounds(w, "");
	uint64_t named =
	    accepted(w, "{'submission': {'round': 'r2020', 'mode': 'patch', 'source': 'b', 'arrangements': ["
			"{'id': 'fire', 'name': 'Fire', 'participants': [{'unit': 'heroy-no', 'role': 'observer'}],"
			"'participants_complete': 'no'}]}}")
		->rev;
	assert_null(strstr(diff(w, BETWEEN, "'arrangements': true"), "NOT_FOUND_AGAIN LINK fire"));
	accepted(w, "{'submission': {" NOT_BEFORE ", 'retractions': [{'revision': %llu, 'unit': 'heroy-no'}]}}",
		 (unsigned long long)named);
	assert_non_null(
	    strstr(diff(w, BETWEEN, "'arrangements': true"), "NOT_FOUND_AGAIN LINK fire PARTICIPATES_IN: Herøy"));
}

static void a_merger_entered_late_corrects_what_was_known_of_the_day(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first = w->rev;
	accepted(w, "{'event': {'id': 'merge', 'type': 'merging', 'effective': '2016-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['rissa', 'leksvik'],"
		    "'targets': [{'id': 'indre', 'names': ['Indre Fosen'], 'part_of': 'st'}]}}");
	assert_non_null(strstr(diff_noted(w, AS_OF(first), A_2017, "'units': true, 'kind': 'municipality'"),
			       "{merge} (it lives until 2016-01-01)"));
	assert_string_equal(diff(w, AS_OF(first), A_2017, "'units': true, 'kind': 'municipality'"),
			    "FOUND_LATE UNIT indre:  -> Indre Fosen, from 2016-01-01 [rissa, leksvik] {merge}\n"
			    "CORRECTED UNIT leksvik: Leksvik ->  [indre] {merge}\n"
			    "CORRECTED UNIT rissa: Rissa ->  [indre] {merge}\n");
}

/* ---- the question ---- */

static void points_and_names_that_make_no_sense_are_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
#define REFUSED(e, text, question) assert_non_null(strstr(ask_refused(w, e, 100, "{'diff': {" question "}}"), text))
	REFUSED(ERR_INVALID, "from is not given", "'to': {" A_2019 "}");
	REFUSED(ERR_INVALID, "swap them", "'from': {" A_2019 "}, 'to': {" A_2017 "}");
	REFUSED(ERR_INVALID, "from is as known as of revision 3, later than to, revision 2: give both the same as_of",
		"'from': {" A_2017 ", 'as_of_revision': 3}, 'to': {" A_2019 ", 'as_of_revision': 2}");
	REFUSED(ERR_INVALID, "what was known first comes first, so swap them",
		"'from': {" A_2017 ", 'as_of_revision': 3}, 'to': {" A_2017 ", 'as_of_revision': 2}");
	REFUSED(ERR_NOT_FOUND, "no round", "'from': {'round': 'r2013'}, 'to': {" A_2019 "}");
	REFUSED(ERR_NOT_FOUND, "no indicator \"stuff\"",
		"'from': {" A_2017 "}, 'to': {" A_2019 "}, 'indicator': 'stuff'");
	REFUSED(ERR_NOT_FOUND, "no unit is of kind \"village\"",
		"'from': {" A_2017 "}, 'to': {" A_2019 "}, 'kind': 'village'");
	REFUSED(ERR_NOT_FOUND, "no round of a survey", "'from': {" A_2017 "}, 'to': {" A_2019 "}, 'survey': 'none'");
	REFUSED(ERR_INVALID, "structure_at is one day",
		"'from': {" A_2017 "}, 'to': {" A_2019 "}, 'structure_at': '2019'");
}

static void more_rows_than_are_allowed_are_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'n1', 'kind': 'office', 'names': ['A'], 'valid_from': '2018-01-01'},"
		 "{'id': 'n2', 'kind': 'office', 'names': ['B'], 'valid_from': '2018-01-01'}]");
	assert_non_null(strstr(
	    ask_refused(w, ERR_TOO_LARGE, 1, "{'diff': {'from': {" A_2017 "}, 'to': {" A_2019 "}, 'units': true}}"),
	    "more than 1 rows"));
}

static void the_last_part_counts_the_rows(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'n1', 'kind': 'office', 'names': ['A'], 'valid_from': '2018-01-01'},"
		 "{'id': 'n2', 'kind': 'office', 'names': ['B'], 'valid_from': '2018-01-01'}]");
	struct answers all = asked(w, "{'diff': {'from': {" A_2017 "}, 'to': {" A_2019 "}, 'units': true}}");
	const struct msg_diff_answer *last = all.list[all.n - 1].diff;
	assert_int_equal(last->n_counts, 1);
	assert_int_equal(last->counts[0].rows, 2);
	assert_int_equal(last->counts[0].what, DIFFERENCE_NEW);
	assert_int_equal(last->counts[0].subject, SUBJECT_UNIT);
	assert_string_equal(all.list[0].diff->to->valid_at, "2019-06-01");
	assert_int_equal(all.list[0].diff->to->as_of_revision, w->rev);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(units_begin_and_end),
	    T(fields_change_one_by_one),
	    T(a_reorganisation_is_told_with_its_event_and_who_came_before_and_after),
	    T(who_moves_out_of_the_scope_has_not_ended),
	    T(silence_ends_nothing),
	    T(a_round_that_declares_its_list_complete_ends_what_is_not_on_it),
	    T(a_round_that_names_nobody_says_nothing_of_them),
	    T(what_has_no_start_is_new_where_the_earlier_list_was_complete),
	    T(a_list_that_is_complete_elsewhere_ends_nothing),
	    T(days_alone_say_what_is_on_record_and_a_survey_its_rounds),
	    T(a_merger_of_participants_is_no_change_in_the_structure_after_it),
	    T(the_same_time_known_otherwise_is_corrected_retracted_or_found_late),
	    T(both_at_once_are_two_rows),
	    T(a_round_that_never_spoke_of_it_is_retracted_corrected_or_found_late),
	    T(a_statement_that_was_another_rounds_is_corrected),
	    T(a_round_that_never_named_a_participant_does_not_name_it),
	    T(a_merger_entered_late_corrects_what_was_known_of_the_day),
	    T(points_and_names_that_make_no_sense_are_refused),
	    T(more_rows_than_are_allowed_are_refused),
	    T(the_last_part_counts_the_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
