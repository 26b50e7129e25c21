/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_part.c - units of which only a part is told, or which are between two ends: what they do to a rate and a
 * mean.
 *
 *   Ask ─┐ 2012        Dal ─┬─▷ Eid
 *   Bru ─┴─▷ Askbru         └─▷ Fet
 */
#include "tests/test.h"
#include "tests/unit/trend_told.h"

static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}], 'indicators': ["
		    "{'id': 'people', 'label': 'People', 'type': 'count', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'town'},"
		    "{'id': 'area', 'label': 'Area', 'type': 'number', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'town'},"
		    "{'id': 'sets', 'label': 'Sets', 'type': 'count', 'over_units': 'distinct',"
		    " 'over_time': 'none', 'unit_kind': 'town'},"
		    "{'id': 'built', 'label': 'Built', 'type': 'percent', 'over_units': 'relative',"
		    " 'over_time': 'none', 'unit_kind': 'town', 'denominator': 'area'},"
		    "{'id': 'percent', 'label': 'Percent', 'type': 'percent', 'over_units': 'relative',"
		    " 'over_time': 'none', 'unit_kind': 'town', 'denominator': 'people'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'X', 'kind': 'shire', 'names': ['X'], 'valid_from': '2000-01-01'},"
		    "{'id': 'ask', 'kind': 'town', 'names': ['Ask'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'bru', 'kind': 'town', 'names': ['Bru'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'cod', 'kind': 'town', 'names': ['Cod'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'dal', 'kind': 'town', 'names': ['Dal'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'eid', 'kind': 'town', 'names': ['Eid'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'fet', 'kind': 'town', 'names': ['Fet'], 'valid_from': '2000-01-01', 'part_of': 'X'}]}}");
	accepted(w, "{'event': {'id': 'e1', 'type': 'merging', 'effective': '2012-01-01', 'status': 'effective',"
		    " 'source': 's', 'sources': ['ask', 'bru'], 'targets': [{'id': 'askbru', 'names': ['Askbru']}]}}");
	accepted(w, "{'event': {'id': 'e2', 'type': 'reorganisation', 'effective': '2012-01-01',"
		    " 'status': 'effective', 'source': 's', 'sources': ['dal', 'eid', 'fet'],"
		    " 'targets': [{'unit': 'eid'}, {'unit': 'fet'}],"
		    " 'flows': [{'source': 0, 'target': 0, 'part': true}, {'source': 0, 'target': 1, 'part': true},"
		    " {'source': 1, 'target': 0}, {'source': 2, 'target': 1}]}}");
}

/* "dal 7 eid 8": of an indicator in 2010. */
static void tell_as(struct world *w, const char *status, const char *indicator, const char *figures)
{
	char text[200], *save = NULL;
	const char *list = "";
	snprintf(text, sizeof text, "%s", figures);
	for (char *unit = strtok_r(text, " ", &save); unit; unit = strtok_r(NULL, " ", &save))
		list = arena_printf(w->a,
				    "%s%s{'unit': '%s', 'indicator': '%s', 'period': '2010', 'status': '%s', "
				    "'value': %s}",
				    list, *list ? ", " : "", unit, indicator, status, strtok_r(NULL, " ", &save));
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'observations': [%s]}}", list);
}

static void tell(struct world *w, const char *indicator, const char *figures)
{
	tell_as(w, "main", indicator, figures);
}

#define TREND(indicator, measures, group_by, rest)                                                                     \
	"{'indicator': '" indicator "', 'measures': [" measures "], 'group_by': '" group_by "', 'decimals': 1" rest "}"
#define AT_2013  ", 'structure_at': '2013-06-01'"
#define ASK_ONLY ", 'units': [{'id': {'id': 'askbru'}}]"

static void a_rate_of_a_unit_of_which_a_part_is_not_told_is_refused_as_its_value_is(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "ask 100 bru 10 cod 10");
	tell(w, "percent", "ask 50");
	const char *of_unit = TREND("percent", "'value', 'rate'", "unit", AT_2013);
	assert_string_equal(trend_rows(w, of_unit),
			    "askbru 2010: refused: relative: not all parts of the unit have a figure, so the whole "
			    "cannot be recomputed; refused: not all parts of the unit have a figure, so the whole "
			    "cannot be recomputed\n");
	/* Nor where the other part says that it does not know. */
	tell(w, "percent", "cod 20");
	tell_as(w, "conflict", "percent", "bru {'missing':'NOT_ANSWERED'}");
	assert_non_null(strstr(trend_rows(w, TREND("percent", "'rate'", "unit", AT_2013)),
			       "askbru 2010: refused: no unit says a percentage"));
	/* Together with others it is left out, with a note. */
	const char *of_all = TREND("percent", "'rate'", "shire", AT_2013);
	assert_string_equal(trend_rows(w, of_all),
			    "X 2010: 20.0 | 1 of 2 without a value: 1 refused (Bru says (not answered), from which no "
			    "count follows) | rate: 2 of 10; numerators derived from rounded percentages | the rate is "
			    "over 1 of 2 units: the others have no percentage or no denominator of all their parts\n");
	assert_int_equal(trend_explained(w, of_all), 1);
	/* Told of both, all of it counts. */
	tell(w, "percent", "bru 10");
	assert_non_null(strstr(trend_rows(w, TREND("percent", "'rate'", "unit", AT_2013)), "askbru 2010: 46.4"));
	assert_int_equal(trend_explained(w, of_unit), 4);
}

static void a_rate_of_numerators_between_two_ends_is_made_of_the_log_too(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "ask 1000 bru 10 cod 20 eid 20");
	tell(w, "percent", "ask 50 bru 10 cod {'low':5,'high':10}");
	const char *moved = TREND("percent", "'value', 'rate'", "unit", AT_2013),
		   *all = TREND("percent", "'rate'", "shire", "");
	assert_non_null(strstr(trend_rows(w, moved),
			       "49.1–50.0; 49.1–50.0 | 496–505 of 1010: Ask 495–504 of 1000, Bru 1 of 10; counts "
			       "derived from rounded percentages | rate: 496–505 of 1010"));
	assert_int_equal(trend_explained(w, moved), 4);
	assert_int_equal(trend_explained(w, all), 1);
	tell(w, "area", "ask '12.5' bru '3.25' cod 7");
	tell(w, "built", "ask '1.5' bru 10 cod {'high':5}");
	assert_int_equal(trend_explained(w, TREND("built", "'rate'", "unit", AT_2013)), 2);
	assert_int_equal(trend_explained(w, TREND("built", "'rate'", "shire", "")), 1);
}

static void the_mean_of_units_between_two_ends_leaves_none_of_them_out(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sets", "ask 20 bru 30 cod 10 eid {'low':12,'high':14}");
	const char *reported = TREND("sets", "'mean'", "shire", ""), *moved = TREND("sets", "'mean'", "shire", AT_2013);
	assert_string_equal(trend_rows(w, reported), "X 2010: 18.0–18.5\n");
	/* Askbru 30 to 50, Cod, and Eid, which may have more of Dal's: not 10, which is that of Cod alone. */
	assert_string_equal(trend_rows(w, moved), "X 2010: at least 17.3\n");
	tell(w, "sets", "dal 0");
	assert_string_equal(trend_rows(w, moved),
			    "X 2010: at least 13.0\n"); /* Fet too, from 0: 30, 10, 12 and 0 of four */
	tell(w, "sets", "fet 6");
	assert_string_equal(trend_rows(w, moved), "X 2010: 14.5–20.0\n");
	assert_string_equal(trend_rows(w, reported), "X 2010: 13.0–13.4\n"); /* of six: 78 to 80 */
	assert_int_equal(trend_explained(w, reported), 1);
	assert_int_equal(trend_explained(w, moved), 1);
	tell(w, "people", "ask 20 bru {'low':30,'high':32} fet {'missing':'NOT_ANSWERED'}");
	reported = TREND("people", "'mean'", "shire", "");
	assert_string_equal(trend_rows(w, reported),
			    "X 2010: 25.0–26.0 | 1 of 3 without a value: 1 (not answered) | the mean is over 2 of 3 "
			    "units: the others say no number\n");
	assert_int_equal(trend_explained(w, reported), 1);
}

static void what_was_divided_within_the_group_leaves_its_mean_exact(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "dal 7 eid 8 fet 9");
	tell(w, "area", "dal '-7' eid '8.5' fet 9");
	const char *people = TREND("people", "'sum', 'mean', 'median'", "shire", AT_2013),
		   *area = TREND("area", "'sum', 'mean'", "shire", AT_2013);
	assert_string_equal(trend_rows(w, people), "X 2010: 24; 12.0; 8.5–15.5\n");
	assert_string_equal(trend_rows(w, area), "X 2010: 10.5; 5.3\n"); /* of two towns */
	assert_int_equal(trend_explained(w, people), 3);
	assert_int_equal(trend_explained(w, area), 2);
}

static void growth_from_or_to_a_mean_between_two_ends_is_none(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sets", "ask 20 bru {'low':4,'high':6}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'observations': ["
		    "{'unit': 'ask', 'indicator': 'sets', 'period': '2011', 'status': 'main', 'value': 21},"
		    "{'unit': 'bru', 'indicator': 'sets', 'period': '2011', 'status': 'main', 'value': 5}]}}");
	assert_string_equal(trend_rows(w, TREND("sets", "'mean'", "shire", "")),
			    "X 2010: 12.0–13.0\nX 2011: 13.0 (no growth: there is no exact figure in 2010)\n");
}

static void a_count_of_sets_between_two_ends_says_what_keeps_them_apart(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sets", "ask 20 bru 30 cod 10 dal 4 eid 5 fet 6");
	assert_string_equal(trend_rows(w, TREND("sets", "'value'", "unit", AT_2013)),
			    "askbru 2010: 30–50 | one thing may count in both Ask and Bru\n"
			    "cod 2010: 10\n"
			    "eid 2010: 5–9 | one thing may count in both Dal and Eid; only a part of Dal lies here\n"
			    "fet 2010: 6–10 | one thing may count in both Dal and Fet; only a part of Dal lies here\n");
	/* A row of several units says it of none. */
	assert_null(strstr(trend_rows(w, TREND("sets", "'mean'", "shire", AT_2013)), "one thing"));
	tell(w, "people", "ask 1 bru 2");
	assert_string_equal(trend_rows(w, TREND("people", "'value'", "unit", AT_2013)), "askbru 2010: 3\n");
}

static const char *covered(struct world *w, const char *trend)
{
	struct answers a = asked(w, "{'trend': %s}", trend);
	assert_int_equal(a.list[0].trend->n_rows, 1);
	return a.list[0].trend->rows[0].covered;
}

static void regions_that_lie_over_the_towns_are_no_parts_beside_them(void **state)
{
	struct world *w = *state;
	lay(w);
	accepted(w, "{'define': {'indicators': [{'id': 'whole', 'label': 'W', 'type': 'count', 'over_units': "
		    "'distinct', 'over_time': 'none', 'unit_kind': 'shire'}]}}");
	tell(w, "whole", "X 5");
	const char *towns = TREND("whole", "'value'", "unit", AT_2013);
	/* Ask, Bru, Cod, Eid, Fet and two parts of Dal. */
	assert_string_equal(covered(w, towns), "7 of 7");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'north', 'kind': 'region', 'names': ['North'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'south', 'kind': 'region', 'names': ['South'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'Y', 'kind': 'shire', 'names': ['Y'], 'valid_from': '2000-01-01'},"
		    "{'id': 'far', 'kind': 'region', 'names': ['Far'], 'valid_from': '2000-01-01', 'part_of': 'Y'},"
		    "{'id': 'off', 'kind': 'region', 'names': ['Off'], 'valid_from': '2000-01-01', 'part_of': 'Y'}]}}");
	assert_string_equal(covered(w, towns), "7 of 7"); /* not 9 of 9 */
	/* What has no others consists of its regions. */
	tell(w, "whole", "Y 6");
	assert_string_equal(covered(w, TREND("whole", "'value'", "unit", AT_2013 ", 'units': [{'id': 'Y'}]")),
			    "2 of 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_rate_of_a_unit_of_which_a_part_is_not_told_is_refused_as_its_value_is),
	    BOTH(a_rate_of_numerators_between_two_ends_is_made_of_the_log_too),
	    BOTH(the_mean_of_units_between_two_ends_leaves_none_of_them_out),
	    BOTH(what_was_divided_within_the_group_leaves_its_mean_exact),
	    BOTH(a_count_of_sets_between_two_ends_says_what_keeps_them_apart),
	    BOTH(regions_that_lie_over_the_towns_are_no_parts_beside_them),
	    BOTH(growth_from_or_to_a_mean_between_two_ends_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
