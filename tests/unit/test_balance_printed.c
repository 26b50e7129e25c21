/* SPDX-License-Identifier: Apache-2.0
 *
 * test_balance_printed.c - balances of printed figures: openings, flows and closings as a source has them; and questions that make none.
 */
#include "tests/unit/balance_explained.h"
#include "tests/unit/points_kit.h"

#define MUNICIPALITY "'counted': 'units', 'kind': 'municipality'"

/* Returns the revision of what the round of 2014 said. */
static uint64_t stock(struct world *w)
{
	world_base(w);
	accepted(w, "{'define': {'code_lists': [{'id': 'sectors', 'codes': [{'code': 'all', 'total': true}, {'code': "
		    "'fire'}]}],"
		    "'indicators': [{'id': 'new', 'label': 'New', 'type': 'count', 'over_units': 'distinct',"
		    "'over_time': 'additive', 'dimensions': [{'id': 'sector', 'code_list': 'sectors', 'aggregation': "
		    "'additive'}]}, {'id': 'gone', 'label': 'Gone', 'type': 'count', 'over_units': 'distinct',"
		    "'over_time': 'additive'}]}}");
	accepted(w, "{'define': {'rounds': [{'id': 'r2010', 'survey': 'survey', 'reference': '2010', 'area': 'no',"
		    "'unit_kind': 'municipality', 'frame': 44}]}}");
#define FIGURE(indicator, categories, period, value)                                                                   \
	"{'unit': 'no', 'indicator': '" indicator "', 'categories': " categories ", 'period': '" period                \
	"', 'value': " value ", 'status': 'main'}"
#define IN(round, source, figures)                                                                                     \
	"{'submission': {'round': '" round "', 'mode': 'patch', 'source': '" source "', 'observations': [" figures "]" \
	"}"                                                                                                            \
	"}"
	accepted(w, IN("r2010", "a", FIGURE("count", "{'level': 'total'}", "", "270")));
	uint64_t rev = accepted(w, IN("r2014", "a",
				      FIGURE("count", "{'level': 'total'}", "",
					     "297") "," FIGURE("new", "{'sector': 'all'}", "2010/2013", "62")))
			   ->rev;
	accepted(w, IN("r2020", "a",
		       FIGURE("count", "{'level': 'total'}", "",
			      "263") "," FIGURE("new", "{'sector': 'all'}", "2014/2020",
						"65") "," FIGURE("new", "{'sector': 'fire'}", "2014/2020", "9")));
	return rev;
}
#define STOCK "'indicator': 'count', 'categories': {'level': 'total'}, 'units': ['no'], 'inflows': ['new']"

/* The figures of Nordland: 297 and 65 new, but 263 are left. */
static void what_nobody_lists_is_unexplained(void **state)
{
	struct world *w = *state;
	stock(w);
	assert_string_equal(balance(w, "'round': 'r2014'", "'round': 'r2020'", STOCK),
			    "297; NEW 65 new no; = 263, -99\n");
	assert_string_equal(balance(w, "'round': 'r2010'", "'round': 'r2014'", STOCK),
			    "270; NEW 62 new no; = 297, -35\n");
	struct answers all = balance_asked(w, "'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " STOCK "");
	assert_string_equal(balance_notes(w, &all),
			    "the frame changed, 44 → 41 municipality\n"
			    "nobody lists what ended or was merged: it is in what is unexplained\n");
}

static void a_chain_has_the_whole_and_each_of_its_links(void **state)
{
	struct world *w = *state;
	stock(w);
	assert_string_equal(balance(w, "'round': 'r2010'", "'round': 'r2020'", STOCK ", 'chain': true"),
			    "270; NEW 127 new no; = 263, -134\n"
			    "270; NEW 62 new no; = 297, -35\n"
			    "297; NEW 65 new no; = 263, -99\n");
}

static void outflows_are_taken_away_and_bounds_are_carried(void **state)
{
	struct world *w = *state;
	stock(w);
	accepted(w, IN("r2020", "a", FIGURE("gone", "{}", "2014/2020", "{'low': 90, 'high': 100}")));
	assert_string_equal(balance(w, "'round': 'r2014'", "'round': 'r2020'", STOCK ", 'outflows': ['gone']"),
			    "297; NEW 65 new no; ENDED -100 to -90 gone no; = 263, -9 to 1\n");
}

static void what_is_no_number_makes_no_balance_and_what_is_missing_is_said(void **state)
{
	struct world *w = *state;
	stock(w);
	struct answers all =
	    balance_asked(w, "'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " STOCK ", 'outflows': ['gone']");
	assert_non_null(strstr(balance_notes(w, &all), "no figure of gone lies between\n"));
	accepted(w, IN("r2020", "a", FIGURE("gone", "{}", "2014/2020", "{'words': 'most of them'}")));
	assert_string_equal(
	    balance(w, "'round': 'r2014'", "'round': 'r2020'", STOCK ", 'outflows': ['gone']"),
	    "297; NEW 65 new no; ENDED gone of 2014/2020 is most of them, which is no number gone; = 263, "
	    "gone of 2014/2020 is most of them, which is no number\n");
}

static void flows_that_share_days_or_only_partly_lie_between_are_left_out(void **state)
{
	struct world *w = *state;
	stock(w);
	accepted(w, IN("r2020", "a",
		       FIGURE("new", "{'sector': 'all'}", "2016/2018", "30") "," FIGURE("new", "{'sector': 'all'}",
											"2009/2012", "20")));
	struct answers all = balance_asked(w, "'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " STOCK "");
	assert_string_equal(balance_rows(w, &all), "297; NEW 65 new no; = 263, -99\n");
	assert_non_null(
	    strstr(balance_notes(w, &all), "new of 2016/2018 is left out: it shares days with another figure\n"));
	all = balance_asked(w, "'from': {'round': 'r2010'}, 'to': {'round': 'r2014'}, " STOCK "");
	assert_non_null(
	    strstr(balance_notes(w, &all), "new of 2009/2012 is left out: only a part of it lies between\n"));
}

static void sources_that_disagree_are_told_with_the_one_that_was_chosen(void **state)
{
	struct world *w = *state;
	stock(w);
	accepted(w, "{'submission': {'round': 'r2014', 'mode': 'patch', 'source': 'b', 'observations': ["
		    "{'unit': 'no', 'indicator': 'count', 'categories': {'level': 'total'}, 'period': '',"
		    "'value': 299, 'status': 'conflict'}]}}");
	struct answers all = balance_asked(w, "'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " STOCK "");
	assert_string_equal(balance_rows(w, &all), "297; NEW 65 new no; = 263, -99\n");
	assert_non_null(strstr(balance_notes(w, &all),
			       "opening of 2014-03: 297 in a, 299 in b stand side by side; chosen by STATUS\n"));
}

static void an_opening_that_was_corrected_since_says_so(void **state)
{
	struct world *w = *state;
	uint64_t said = stock(w), first = w->rev;
	accepted(
	    w,
	    "{'submission': {'round': 'r2014', 'mode': 'patch', 'source': 'a', 'reason': 'misread', 'observations': ["
	    "{'unit': 'no', 'indicator': 'count', 'categories': {'level': 'total'}, 'period': '', 'value': 290,"
	    "'status': 'main', 'supersedes': %llu}]}}",
	    (unsigned long long)said);
	assert_string_equal(
	    balance(w, arena_printf(w->a, "'round': 'r2014', 'as_of_revision': %llu", (unsigned long long)first),
		    "'round': 'r2020'", STOCK),
	    "297; NEW 65 new no; CORRECTED -7 count; = 263, -92\n");
}

/* ---- the question ---- */

static void what_makes_no_balance_is_refused(void **state)
{
	struct world *w = *state;
	stock(w);
#define REFUSED(e, text, question) assert_non_null(strstr(ask_refused(w, e, 100, "{'balance': {" question "}}"), text))
#define BOTH_POINTS                "'from': {" A_2017 "}, 'to': {" A_2019 "}, "
	REFUSED(ERR_INVALID, "from is not given", "'to': {" A_2019 "}, 'counted': 'arrangements'");
	REFUSED(ERR_INVALID,
		"from (2019-06-01) is later than to (2017-06-01): a change is told from the earlier to the "
		"later, so swap them",
		"'from': {" A_2019 "}, 'to': {" A_2017 "}, 'counted': 'arrangements'");
	REFUSED(ERR_INVALID, "revision 3, later than to, revision 2: give both the same as_of, or from the earlier one",
		"'from': {" A_2017 ", 'as_of_revision': 3}, 'to': {" A_2019 ", 'as_of_revision': 2}, " COUNTED);
	REFUSED(ERR_INVALID, "a balance is of", BOTH_POINTS "'group_by': 'county'");
	REFUSED(ERR_INVALID, "of what kind", BOTH_POINTS "'counted': 'units'");
	REFUSED(ERR_NOT_FOUND, "no unit is of kind", BOTH_POINTS "'counted': 'units', 'kind': 'village'");
	REFUSED(ERR_INVALID, "nothing else", BOTH_POINTS "'counted': 'links'");
	REFUSED(ERR_INVALID, "either counted on record or",
		BOTH_POINTS "'counted': 'units', 'kind': 'county', 'inflows': ['new']");
	REFUSED(ERR_NOT_FOUND, "no indicator \"stuff\"", BOTH_POINTS "'indicator': 'stuff'");
	REFUSED(ERR_NOT_FOUND, "no indicator \"stuff\"", BOTH_POINTS "'indicator': 'count', 'inflows': ['stuff']");
	REFUSED(ERR_INVALID, "no count of things", BOTH_POINTS "'indicator': 'share'");
	REFUSED(ERR_NOT_FOUND, "no figure of", BOTH_POINTS "'indicator': 'count'");
	REFUSED(ERR_NOT_FOUND, "no figures in these categories",
		BOTH_POINTS "'indicator': 'count', 'categories': {'level': 'local'}");
	REFUSED(ERR_NOT_FOUND, "nothing was ever said", BOTH_POINTS "'indicator': 'staff'");
	REFUSED(ERR_NOT_FOUND, "lives there at either point",
		BOTH_POINTS MUNICIPALITY ", 'units': ['bodo'], 'subtree': true, 'group_by': '', 'kind': 'county'");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_nobody_lists_is_unexplained),
	    T(a_chain_has_the_whole_and_each_of_its_links),
	    T(outflows_are_taken_away_and_bounds_are_carried),
	    T(what_is_no_number_makes_no_balance_and_what_is_missing_is_said),
	    T(flows_that_share_days_or_only_partly_lie_between_are_left_out),
	    T(sources_that_disagree_are_told_with_the_one_that_was_chosen),
	    T(an_opening_that_was_corrected_since_says_so),
	    T(what_makes_no_balance_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
