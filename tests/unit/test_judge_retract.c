/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_retract.c - what should never have been said is taken back, and may be said again.
 */
#include "tests/unit/judge_kit.h"

static void a_retracted_figure_is_gone_and_can_be_said_again(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *first = total(w, "a", "62", "");
	struct said *s = accepted(w,
				  "{'submission': {'mode': 'patch', 'source': 'a', 'retractions': [{'revision': %llu,"
				  "'unit': 'bodo', 'indicator': 'count', 'reason': 'wrong table'}]}}",
				  (unsigned long long)first->rev);
	assert_string_equal(changes_text(w, s, 0), "RETRACTED OBSERVATION bodo | 62 → ");
	assert_string_equal(totals(w), "");
	s = total(w, "a", "62", "");
	assert_int_equal(s->receipt->n_findings, 0);
	assert_string_equal(totals(w), "a 62 MAIN ");
	s = refused(w,
		    "{'submission': {'mode': 'patch', 'source': 'a', 'retractions': [{'revision': %llu, 'unit': 'bodo',"
		    "'reason': 'again'}]}}",
		    (unsigned long long)first->rev);
	finding_at(s, "RETRACTS_NOTHING", "submission.retractions[0]");
}

/* Taking back a correction by another source "retracted" once more what it had taken away. */
static void what_a_correction_took_away_is_not_retracted_with_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *first = total(w, "a", "62", "");
	struct said *fix = total(
	    w, "b", "64",
	    arena_printf(w->a, ", 'supersedes': {'revision': %llu, 'reason': 'r'}", (unsigned long long)first->rev));
	struct said *s = accepted(w,
				  "{'submission': {'mode': 'patch', 'source': 'b', 'reason': 'r', 'retractions': ["
				  "{'revision': %llu, 'unit': 'bodo'}]}}",
				  (unsigned long long)fix->rev);
	assert_string_equal(changes_text(w, s, 0), "RETRACTED OBSERVATION bodo | 64 → ");
	assert_string_equal(totals(w), "");
}

static void a_statement_is_retracted_once_in_a_message(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = total(w, "a", "62", "")->rev;
	struct said *s = refused(w,
				 "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'r', 'retractions': ["
				 "{'revision': %llu, 'unit': 'bodo'}, {'revision': %llu, 'unit': 'bodo'}]}}",
				 rev, rev);
	finding_at(s, "RETRACTS_NOTHING", "submission.retractions[1]");
}

static struct said *retract(struct world *w, uint64_t rev, const char *id)
{
	return accepted(w, SUB "'reason': 'never so', 'retractions': [{'revision': %llu, 'unit': '%s'}]}}",
			(unsigned long long)rev, id);
}

static void a_retracted_link_is_gone_and_can_be_said_again(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *link = SUB "'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from': '2001'}]}}";
	struct said *s = accepted(w, "%s", link);
	s = retract(w, s->rev, "no"); /* either end names it */
	assert_string_equal(changes_text(w, s, 0), "RETRACTED LINK bodo no |  → ");
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2015-01-01"), "");
	accepted(w, "%s", link);
	assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, "no", "2015-01-01"), "bodo");
}

static void a_retracted_attribute_name_and_code_are_gone_and_can_be_said_again(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *said = "{'id': 'bodo', 'names': ['Bådåddjo'], 'codes': {'orgnr': '972418013'}, 'attributes': ["
			   "{'name': 'coast', 'values': ['yes']}]}";
	struct said *s = unit(w, said);
	assert_string_equal(names_at(w, "bodo", "2015-01-01"), "Bodø; Bådåddjo");
	s = retract(w, s->rev, "bodo");
	assert_string_equal(changes_text(w, s, 0), "RETRACTED NAME bodo | Bådåddjo → \n"
						   "RETRACTED CODE bodo | 972418013 → \n"
						   "RETRACTED ATTRIBUTE bodo |  → ");
	assert_string_equal(names_at(w, "bodo", "2015-01-01"), "Bodø");
	assert_string_equal(codes_at(w, "bodo", "2015-01-01"), "1804");
	assert_string_equal(attrs_of(w, "bodo", "coast"), "");
	unit(w, said);
	assert_string_equal(names_at(w, "bodo", "2015-01-01"), "Bodø; Bådåddjo");
	assert_string_equal(codes_at(w, "bodo", "2015-01-01"), "1804; 972418013");
	assert_string_equal(attrs_of(w, "bodo", "coast"), "yes  to  a");
}

/* The kind of a unit was remembered beyond its retraction. */
static void a_retracted_unit_can_come_back_as_something_else(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = unit(w, "{'id': 'k', 'kind': 'county', 'names': ['K']}");
	accepted(w, SUB "'links': [{'type': 'member_of', 'from': 'k', 'to': 'no'}]}}"); /* its kind is remembered */
	retract(w, s->rev, "k");
	assert_string_equal(kind_at(w, "k"), "");
	s = refused(w, SUB "'links': [{'type': 'hosts', 'from': 'k', 'to': 'no'}]}}");
	finding_at(s, "UNRESOLVED_UNIT", "submission.links[0].from");
	unit(w, "{'id': 'k', 'kind': 'municipality', 'names': ['K']}");
	assert_string_equal(kind_at(w, "k"), "municipality");
	accepted(w, SUB "'round': 'r2014', 'observations': [{'unit': 'k', 'indicator': 'staff', 'value': 1, 'status':"
			"'main'}]}}");
}

/* Taking back the end of a life took the whole life. */
static void an_end_that_is_taken_back_leaves_the_life_open(void **state)
{
	struct world *w = *state;
	world_base(w);
	unit(w, "{'id': 'k', 'kind': 'office', 'valid_from': '2001', 'names': ['K'], 'codes': {'orgnr': '1'}}");
	struct said *s =
	    unit(w, "{'id': 'k', 'valid_from': '2001', 'valid_to': '2010', 'names': [{'text': 'K',"
		    "'valid_to': '2009'}], 'codes': [{'scheme': 'orgnr', 'code': '1', 'valid_to': '2008'}]}");
	assert_string_equal(codes_at(w, "k", "2009-01-01"), "");
	s = retract(w, s->rev, "k");
	assert_string_equal(s->changes[0].after_text, "no end");
	assert_string_equal(s->changes[0].valid_from, "2001");
	assert_string_equal(lives_of(w, "k"), "1: 2001 to ");
	assert_string_equal(names_at(w, "k", "2020-01-01"), "K");
	assert_string_equal(codes_at(w, "k", "2020-01-01"), "1");
}

static void what_an_event_did_is_not_taken_back_piece_by_piece(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    accepted(w, "{'event': {'id': 'e', 'type': 'merging', 'effective': '2018-01-01', 'sources': ['rissa',"
			"'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen']}], 'status': 'effective',"
			"'source': 'a'}}");
	s = refused(w, SUB "'reason': 'r', 'retractions': [{'revision': %llu, 'unit': 'rissa'}]}}",
		    (unsigned long long)s->rev);
	finding_at(s, "NOT_YET_APPLIED", "submission.retractions[0].revision");
	assert_string_equal(lives_of(w, "rissa"), "1:  to 2018-01-01");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(a_retracted_figure_is_gone_and_can_be_said_again),
	    BOTH(what_a_correction_took_away_is_not_retracted_with_it),
	    BOTH(a_statement_is_retracted_once_in_a_message),
	    BOTH(a_retracted_link_is_gone_and_can_be_said_again),
	    BOTH(a_retracted_attribute_name_and_code_are_gone_and_can_be_said_again),
	    BOTH(a_retracted_unit_can_come_back_as_something_else),
	    BOTH(an_end_that_is_taken_back_leaves_the_life_open),
	    BOTH(what_an_event_did_is_not_taken_back_piece_by_piece),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
