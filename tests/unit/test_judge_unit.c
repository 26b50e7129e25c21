/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_unit.c - units with their lives, names and codes, links, arrangements.
 */
#include "tests/unit/judge_kit.h"

/* ---- units ---- */

static void a_unit_has_several_names_and_codes_at_once(void **state)
{
	struct world *w = *state;
	world_base(w);
	unit(w,
	     "{'id': 'k', 'kind': 'municipality', 'valid_from': '1838', 'names': ['Kautokeino', 'Guovdageaidnu',"
	     "{'text': 'Kautokeino herred', 'valid_to': '1964'}], 'codes': [{'scheme': 'kommunenummer', 'code': '2011',"
	     "'valid_to': '2020'}, {'scheme': 'kommunenummer', 'code': '5430', 'valid_from': '2020', 'valid_to': "
	     "'2024'},"
	     "{'scheme': 'orgnr', 'code': '945475056'}]}");
	assert_string_equal(names_at(w, "k", "2015-01-01"), "Guovdageaidnu; Kautokeino");
	assert_string_equal(names_at(w, "k", "1900-01-01"), "Guovdageaidnu; Kautokeino; Kautokeino herred");
	assert_string_equal(codes_at(w, "k", "2015-01-01"), "2011; 945475056");
	assert_string_equal(codes_at(w, "k", "2022-01-01"), "5430; 945475056");
	assert_string_equal(lives_of(w, "k"), "1: 1838 to ");
}

static void the_same_unit_again_adds_nothing(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *said =
	    "{'id': 'k', 'kind': 'office', 'valid_from': '2001', 'names': ['K'], 'codes': {'orgnr': '1'},"
	    "'attributes': [{'name': 'sector', 'values': ['health', 'care']}], 'part_of': 'no'}";
	unit(w, said);
	struct said *s = unit(w, said);
	assert_int_equal(s->n_changes, 0);
	assert_int_equal(s->outcome.n_facts, 0);
	s = unit(w, "{'id': 'k', 'attributes': [{'name': 'sector', 'values': ['care', 'health', 'care']}]}");
	assert_int_equal(s->n_changes, 0); /* a set has no order */
}

/* It was told that the name is missing, of a name that stood there. */
static void a_name_with_control_characters_is_told_from_one_that_is_missing(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = refused(w, SUB "'units': [{'id': 'k', 'kind': 'office', 'names': ['K\\u001b[2J', '']}]}}");
	const struct msg_receipt *r = s->receipt;
	assert_true(r->n_findings >= 2);
	assert_string_equal(r->findings[0].text, "a name that can be read, without control characters, is missing");
	assert_string_equal(r->findings[1].text, "the name is missing");
}

static void an_open_life_is_ended_later(void **state)
{
	struct world *w = *state;
	world_base(w);
	unit(w, "{'id': 'k', 'kind': 'office', 'valid_from': '2001', 'names': ['K']}");
	struct said *s = unit(w, "{'id': 'k', 'valid_from': '2001', 'valid_to': '2010-07-01'}");
	assert_string_equal(lives_of(w, "k"), "1: 2001 to 2010-07-01");
	assert_string_equal(changes_text(w, s, CHANGE_KIND_ENDED), "ENDED UNIT k |  → ");
	assert_string_equal(names_at(w, "k", "2005-01-01"), "K");
	s = refused(w, SUB "'units': [{'id': 'k', 'valid_from': '2001', 'valid_to': '2011'}]}}");
	finding_at(s, "OVERLAPPING_LIVES", "submission.units[0].valid_to");
}

static void a_unit_that_comes_back_has_another_life(void **state)
{
	struct world *w = *state;
	world_base(w);
	unit(w, "{'id': 'haram', 'kind': 'municipality', 'valid_to': '2020-01-01', 'names': ['Haram']}");
	unit(w, "{'id': 'haram', 'valid_from': '2024-01-01', 'names': ['Haram']}");
	assert_string_equal(lives_of(w, "haram"), "1:  to 2020-01-01\n2: 2024-01-01 to ");
	assert_string_equal(names_at(w, "haram", "2025-01-01"), "Haram");
	struct unit_life life;
	assert_false(unit_life_at(&w->view, unit_of(w, "haram"), day_at("2022-01-01"), &life));
}

static void two_units_may_bear_one_name_at_different_times(void **state)
{
	struct world *w = *state;
	world_base(w);
	unit(w, "{'id': 'buskerud', 'kind': 'county', 'valid_to': '2020-01-01', 'names': ['Buskerud']},"
		"{'id': 'buskerud-2024', 'kind': 'county', 'valid_from': '2024-01-01', 'names': ['Buskerud']}");
	assert_int_not_equal(unit_of(w, "buskerud"), unit_of(w, "buskerud-2024"));
	assert_string_equal(lives_of(w, "buskerud-2024"), "1: 2024-01-01 to ");
}

static void overlapping_lives_are_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	unit(w, "{'id': 'k', 'kind': 'office', 'valid_from': '2001', 'valid_to': '2010', 'names': ['K']}");
	struct said *s = refused(w, SUB "'units': [{'id': 'k', 'valid_from': '2009', 'valid_to': '2015'}]}}");
	const struct msg_finding *f = finding_at(s, "OVERLAPPING_LIVES", "submission.units[0].valid_from");
	assert_string_equal(f->arguments[1], "2001");
	assert_string_equal(f->arguments[2], "2010");
	unit(w, "{'id': 'k', 'valid_from': '2010', 'valid_to': '2015'}"); /* one ends where the other begins */
}

static void what_a_message_says_of_one_unit_twice_is_checked_against_itself(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = refused(w, SUB "'units': [{'id': 'k', 'kind': 'office', 'valid_from': '2001', 'names': ['K']},"
					"{'id': 'k', 'valid_from': '2005'}, {'id': 'k', 'kind': 'ship'}]}}");
	finding_at(s, "OVERLAPPING_LIVES", "submission.units[1].valid_from");
	finding_at(s, "CHANGED_KIND", "submission.units[2].kind");
}

static void a_unit_first_seen_in_a_round_began_at_the_latest_then(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'round': 'r2014', 'units': [{'id': 'k', 'kind': 'office', 'names': ['K']}]}}");
	assert_string_equal(lives_of(w, "k"), "1: ../2014-03-31 to ");
}

/* Two values of one attribute with one start wrote the same row, and the first was lost. */
static void two_statements_of_one_attribute_both_stand(void **state)
{
	struct world *w = *state;
	world_base(w);
	unit(w, "{'id': 'k', 'kind': 'office', 'valid_from': '2001', 'names': ['K'], 'attributes': ["
		"{'name': 'task', 'values': ['fire']}, {'name': 'task', 'values': ['water']},"
		"{'name': 'task', 'values': ['rescue'], 'valid_from': '2001-01-01'}]}");
	assert_string_equal(attrs_of(w, "k", "task"), "fire 2001 to  a; rescue 2001-01-01 to  a; water 2001 to  a");
}

/* Names of containers were looked up before the scope that the submission names was known. */
static void containers_are_looked_up_in_the_scope(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'scope': 'no', 'units': [{'id': 'ward', 'kind': 'ward', 'names': ['Ward'], 'part_of':"
			"{'name': 'Herøy'}}]}}");
	assert_string_equal(inside_at(w, "ward", "2015-01-01"), "heroy-no");
}

static void the_scope_may_be_a_unit_of_the_message(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'scope': 'region', 'units': [{'id': 'part', 'kind': 'office', 'names': ['P'], 'part_of':"
			"'region'}, {'id': 'region', 'kind': 'region', 'names': ['R']}]}}");
	assert_string_equal(inside_at(w, "part", "2015-01-01"), "region");
}

static void dates_of_names_and_codes_are_in_order(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    refused(w, SUB "'units': [{'id': 'k', 'kind': 'office', 'names': [{'text': 'K', 'valid_from':"
			   "'2010', 'valid_to': '2009'}], 'codes': [{'scheme': 's', 'code': 'c', 'valid_from':"
			   "'2010', 'valid_to': '2010-02-30'}]}, {'id': 'l', 'kind': 'office', 'names': ['L'],"
			   "'valid_from': '2010', 'valid_to': '2008'}]}}");
	finding_at(s, "ORDER_OF_DATES", "submission.units[0].names[0].valid_to");
	finding_at(s, "BAD_DATE", "submission.units[0].codes[0].valid_to");
	finding_at(s, "ORDER_OF_DATES", "submission.units[1].valid_to");
}

/* ---- links ---- */

static void a_unit_cannot_contain_itself(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    refused(w, SUB "'links': [{'type': 'part_of', 'from': 'no', 'to': 'bodo', 'valid_from': '2015'},"
			   "{'type': 'part_of', 'from': 'no', 'to': 'no'}]}}");
	finding_at(s, "CYCLE", "submission.links[0]");
	finding_at(s, "CYCLE", "submission.links[1]");
}

/* Containers said in one message were not seen by each other. */
static void a_circle_within_one_message_is_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = refused(w, SUB "'units': [{'id': 'x', 'kind': 'k', 'names': ['X'], 'part_of': 'y'},"
					"{'id': 'y', 'kind': 'k', 'names': ['Y'], 'part_of': 'x'}]}}");
	finding_at(s, "CYCLE", "submission.units[1].part_of");
}

/* Two roles of one unit in one message wrote the same row, and the first was lost. */
static void a_unit_may_take_part_in_two_roles(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w,
		 SUB "'arrangements': [{'id': 'o', 'name': 'O', 'participants': [{'unit': 'bodo', 'role': 'observer'},"
		     "{'unit': 'bodo', 'role': 'chair'}, 'rissa'], 'participants_complete': 'yes',"
		     "'printed_participants': 2}]}}");
	assert_string_equal(links_at(w, LINK_TYPE_PARTICIPATES_IN, "o", "2015-01-01"),
			    "bodo(chair); bodo(observer); rissa");
}

static void a_link_is_corrected_in_place(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = accepted(w, SUB "'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from':"
					 "'2001', 'role': 'full'}, {'type': 'member_of', 'from': 'bodo', 'to': 'no',"
					 "'valid_from': '2001', 'role': 'observer'}]}}");
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2002-01-01"), "bodo(full); bodo(observer)");
	unsigned long long rev = s->rev;
	s = accepted(w,
		     SUB "'reason': 'misread', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no',"
			 "'valid_from': '2005', 'role': 'observer', 'supersedes': %llu}]}}",
		     rev);
	assert_string_equal(changes_text(w, s, 0), "CORRECTED LINK bodo no | 2001 –  → 2005 – ");
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2002-01-01"), "bodo(full)");
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2006-01-01"), "bodo(full); bodo(observer)");
}

static void of_two_links_the_one_with_the_role_is_corrected(void **state)
{
	struct world *w = *state;
	world_base(w);
	static const char *const roles[] = {"full", "observer"};
	for (size_t i = 0; i < 2; i++) {
		const char *to = i ? "st" : "nt";
		unsigned long long rev =
		    accepted(w,
			     SUB
			     "'links': [{'type': 'member_of', 'from': 'bodo', 'to': '%s', 'valid_from': '2001', 'role':"
			     "'full'}, {'type': 'member_of', 'from': 'bodo', 'to': '%s', 'valid_from': '2001', 'role':"
			     "'observer'}]}}",
			     to, to)
			->rev;
		accepted(
		    w,
		    SUB
		    "'reason': 'r', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': '%s', 'valid_from': '2005',"
		    "'role': '%s', 'supersedes': %llu}]}}",
		    to, roles[i], rev);
		assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, to, "2002-01-01"),
				    i ? "bodo(full)" : "bodo(observer)");
	}
}

/* A correction took the number of the old key along, and fell upon another link there. */
static void a_corrected_link_falls_on_no_other(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev =
	    accepted(w, SUB "'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from':"
			    "'2001', 'role': 'old'}]}}")
		->rev;
	accepted(w, SUB "'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from': '2005', 'role':"
			"'other'}]}}");
	accepted(w,
		 SUB "'reason': 'r', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from': '2005',"
		     "'role': 'old', 'supersedes': %llu}]}}",
		 rev);
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2006-01-01"), "bodo(old); bodo(other)");
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2003-01-01"), "");
}

static void a_correction_of_no_link_is_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    refused(w, SUB "'reason': 'r', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no',"
			   "'supersedes': 2}, {'type': 'part_of', 'from': 'no', 'to': 'bodo', 'supersedes':"
			   "{'revision': 2}}]}}");
	finding_at(s, "SUPERSEDES_NOTHING", "submission.links[0].supersedes.revision");
}

/* ---- arrangements ---- */

static void an_arrangement_has_participants_host_tasks_and_attributes(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = accepted(
	    w, SUB
	    "'round': 'r2014', 'locator': 'Vedlegg 4', 'arrangements': [{'id': 'ordning/legevakt', 'name': 'Legevakt',"
	    "'tasks': ['emergency', 'care'], 'sector': 'health', 'legal_form': 'vertskommune', 'level': 'local',"
	    "'host': {'name': 'Bodø'}, 'participants': [{'name': 'Bodø'}, {'name': 'Herøy'}],"
	    "'participants_complete': 'yes', 'printed_participants': 2, 'established': '2004'}]}}");
	assert_int_equal(s->receipt->n_findings, 0);
	assert_string_equal(kind_at(w, "ordning/legevakt"), "arrangement");
	assert_string_equal(lives_of(w, "ordning/legevakt"), "1: 2004 to ");
	assert_string_equal(links_at(w, LINK_TYPE_PARTICIPATES_IN, "ordning/legevakt", "2015-01-01"), "bodo; heroy-no");
	assert_string_equal(links_at(w, LINK_TYPE_HOSTS, "ordning/legevakt", "2015-01-01"), "bodo");
	assert_string_equal(attrs_of(w, "ordning/legevakt", "task"), "care,emergency 2004 to  a");
	assert_string_equal(attrs_of(w, "ordning/legevakt", "participants_complete"), "YES 2004 to  a");
}

static void thirty_three_participants_are_all_kept(void **state)
{
	struct world *w = *state;
	world_base(w);
	AUTO_BUF struct buf text = {0};
	text_add(&text, SUB "'units': [");
	for (int i = 0; i < 33; i++)
		text_add(&text, "%s{'id': 'm%02d', 'kind': 'municipality', 'names': ['M%d']}", i ? "," : "", i, i);
	text_add(&text, "], 'arrangements': [{'id': 'o', 'name': 'O', 'participants_complete': 'yes',"
			"'printed_participants': 33, 'participants': [");
	for (int i = 0; i < 33; i++)
		text_add(&text, "%s{'name': 'M%d'}", i ? "," : "", i);
	text_add(&text, "]}]}}");
	struct said *s = accepted(w, "%s", (const char *)text.data);
	assert_int_equal(s->receipt->n_findings, 0);
	struct unit_link *l;
	assert_int_equal(
	    unit_links_to(&w->view, LINK_TYPE_PARTICIPATES_IN, unit_of(w, "o"), day_at("2015-01-01"), w->a, &l), 33);
}

static void a_participant_named_twice_is_refused_and_a_wrong_count_flagged(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = refused(w, SUB "'arrangements': [{'id': 'o', 'name': 'O', 'participants': ['bodo', 'rissa',"
					"{'name': 'Bodø'}], 'participants_complete': 'yes'}]}}");
	finding_at(s, "DUPLICATE_IN_MESSAGE", "submission.arrangements[0].participants[2].unit");
	s = accepted(w, SUB "'arrangements': [{'id': 'o', 'name': 'O', 'participants': ['bodo', 'rissa'],"
			    "'participants_complete': 'yes', 'printed_participants': 3}]}}");
	const struct msg_finding *f =
	    finding_at(s, "PARTICIPANT_COUNT", "submission.arrangements[0].printed_participants");
	assert_string_equal(f->arguments[0], "3");
	assert_string_equal(f->arguments[1], "2");
}

/* Paths named fields that an arrangement does not have. */
static void paths_of_an_arrangement_name_its_own_fields(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    refused(w, SUB "'arrangements': [{'id': 'o', 'participants_complete': 'yes'},"
			   "{'id': 'p', 'name': 'P', 'established': '2010', 'ended': '2009',"
			   "'participants_complete': 'yes'}, {'id': 'bodo', 'name': 'B', 'participants_complete':"
			   "'yes'}, {'id': 'q', 'name': 'Q', 'established': 'x', 'participants_complete': 'yes'},"
			   "{'id': 'r', 'name': ' ', 'participants_complete': 'yes'}]}}");
	finding_at(s, "NEW_UNIT_NEEDS", "submission.arrangements[0].name");
	finding_at(s, "ORDER_OF_DATES", "submission.arrangements[1].ended");
	finding_at(s, "CHANGED_KIND", "submission.arrangements[2].id");
	finding_at(s, "BAD_DATE", "submission.arrangements[3].established");
	finding_at(s, "REQUIRED", "submission.arrangements[4].name");
}

/* Who joined between two rounds was told to have taken part since the arrangement was first seen. */
static void a_later_round_attests_new_participants_for_its_own_time(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'round': 'r2014', 'arrangements': [{'id': 'o', 'name': 'O', 'participants': ['bodo'],"
			"'level': 'local', 'participants_complete': 'yes'}]}}");
	struct said *s =
	    accepted(w, "{'submission': {'mode': 'patch', 'source': 'b', 'round': 'r2020', 'arrangements': ["
			"{'id': 'o', 'name': 'O', 'participants': ['bodo', 'heroy-no'], 'level': 'regional',"
			"'participants_complete': 'yes'}]}}");
	assert_string_equal(links_at(w, LINK_TYPE_PARTICIPATES_IN, "o", "2015-01-01"), "bodo; heroy-no?");
	assert_string_equal(links_at(w, LINK_TYPE_PARTICIPATES_IN, "o", "2021-01-01"), "bodo; heroy-no");
	assert_string_equal(attrs_of(w, "o", "level"), "local ../2014-03-31 to  a; regional ../2020-12-31 to  b");
	assert_string_equal(changes_text(w, s, 0), "ASSERTED ATTRIBUTE o |  → regional\n"
						   "ASSERTED ATTRIBUTE o |  → YES\n"
						   "ASSERTED LINK heroy-no o |  → ");
}

/* An earlier round that is entered late attests more than the later one, and was dropped. */
static void an_earlier_round_entered_late_attests_earlier(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'round': 'r2020', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no'}]}}");
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2017-01-01"), "bodo?");
	accepted(w, SUB "'round': 'r2014', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no'}]}}");
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2017-01-01"), "bodo; bodo?");
	struct said *s =
	    accepted(w, SUB "'round': 'r2020', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no'}]}}");
	assert_int_equal(s->n_changes, 0);
}

/* A link that begins later was taken for one that a round before it attests. */
static void a_round_attests_a_link_that_is_only_known_from_later(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from': '2018'}]}}");
	accepted(w, SUB "'round': 'r2014', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no'}]}}");
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2015-01-01"), "bodo");
}

/* ---- completeness ---- */

static void completeness_is_declared_for_a_scope_round_and_kind(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    accepted(w, SUB "'round': 'r2014', 'completeness': [{'kind': 'arrangement', 'complete': 'yes'},"
			    "{'scope': 'bodo', 'kind': 'staff', 'complete': 'no'}]}}");
	assert_string_equal(changes_text(w, s, 0), "ASSERTED COMPLETENESS no |  → YES\n"
						   "ASSERTED COMPLETENESS bodo |  → NO");
	s = refused(w, SUB
		    "'completeness': [{'kind': 'arrangement', 'complete': 'yes'}, {'scope': 'no', 'complete': 'yes'},"
		    "{'scope': 'no', 'kind': 'x'}]}}");
	finding_at(s, "REQUIRED", "submission.completeness[0].scope");
	finding_at(s, "REQUIRED", "submission.completeness[1].kind");
	finding_at(s, "REQUIRED", "submission.completeness[2].complete");
	assert_true(has_rule(s, "COMPLETE_NEEDS"));
}

/* ---- who is who ---- */

/* Its number goes to the next unit, which may be of another kind. */
static void the_kind_of_a_refused_unit_is_forgotten(void **state)
{
	struct world *w = *state;
	world_base(w);
	refused(w, SUB
		"'units': [{'id': 'k', 'kind': 'office', 'names': ['K']}], 'links': [{'type': 'member_of', 'from': 'k',"
		"'to': 'nowhere'}]}}");
	accepted(w, SUB
		 "'round': 'r2014', 'units': [{'id': 'l', 'kind': 'municipality', 'names': ['L']}], 'observations': ["
		 "{'unit': 'l', 'indicator': 'staff', 'value': 1, 'status': 'main'}]}}");
}

static void two_units_are_one_until_they_are_not(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'identities': [{'type': 'same_as', 'a': 'rissa', 'b': 'bodo'}]}}");
	assert_string_equal(links_at(w, LINK_TYPE_SAME_AS, "rissa", "2020-01-01"), "bodo");
	assert_int_equal(accepted(w, SUB "'identities': [{'type': 'same_as', 'a': 'bodo', 'b': 'rissa'}]}}")->n_changes,
			 0);
	accepted(w, SUB "'identities': [{'type': 'not_same_as', 'a': 'rissa', 'b': 'bodo'}]}}");
	assert_string_equal(links_at(w, LINK_TYPE_SAME_AS, "rissa", "2020-01-01"), "");
	assert_string_equal(links_at(w, LINK_TYPE_NOT_SAME_AS, "rissa", "2020-01-01"), "bodo");
	accepted(w, SUB "'identities': [{'type': 'same_as', 'a': 'rissa', 'b': 'bodo'}]}}");
	assert_string_equal(links_at(w, LINK_TYPE_SAME_AS, "rissa", "2020-01-01"), "bodo");
	assert_string_equal(links_at(w, LINK_TYPE_NOT_SAME_AS, "rissa", "2020-01-01"), "");
	struct said *s = refused(w, SUB "'identities': [{'type': 'same_as', 'a': 'bodo', 'b': 'bodo'},"
					"{'type': 'same_as', 'a': 'bodo', 'b': 'no'}]}}");
	finding_at(s, "BAD_VALUE", "submission.identities[0].b");
	finding_at(s, "WRONG_KIND", "submission.identities[1].b");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(a_unit_has_several_names_and_codes_at_once),
	    BOTH(the_same_unit_again_adds_nothing),
	    BOTH(a_name_with_control_characters_is_told_from_one_that_is_missing),
	    BOTH(an_open_life_is_ended_later),
	    BOTH(a_unit_that_comes_back_has_another_life),
	    BOTH(two_units_may_bear_one_name_at_different_times),
	    BOTH(overlapping_lives_are_refused),
	    BOTH(what_a_message_says_of_one_unit_twice_is_checked_against_itself),
	    BOTH(a_unit_first_seen_in_a_round_began_at_the_latest_then),
	    BOTH(two_statements_of_one_attribute_both_stand),
	    BOTH(containers_are_looked_up_in_the_scope),
	    BOTH(the_scope_may_be_a_unit_of_the_message),
	    BOTH(dates_of_names_and_codes_are_in_order),
	    BOTH(a_unit_cannot_contain_itself),
	    BOTH(a_circle_within_one_message_is_refused),
	    BOTH(a_unit_may_take_part_in_two_roles),
	    BOTH(a_link_is_corrected_in_place),
	    BOTH(of_two_links_the_one_with_the_role_is_corrected),
	    BOTH(the_kind_of_a_refused_unit_is_forgotten),
	    BOTH(a_corrected_link_falls_on_no_other),
	    BOTH(a_correction_of_no_link_is_refused),
	    BOTH(an_arrangement_has_participants_host_tasks_and_attributes),
	    BOTH(thirty_three_participants_are_all_kept),
	    BOTH(a_participant_named_twice_is_refused_and_a_wrong_count_flagged),
	    BOTH(paths_of_an_arrangement_name_its_own_fields),
	    BOTH(a_later_round_attests_new_participants_for_its_own_time),
	    BOTH(an_earlier_round_entered_late_attests_earlier),
	    BOTH(a_round_attests_a_link_that_is_only_known_from_later),
	    BOTH(completeness_is_declared_for_a_scope_round_and_kind),
	    BOTH(two_units_are_one_until_they_are_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
