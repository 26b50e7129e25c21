/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_bounds.c - figures that are not exact must hold whatever is true: worlds told as JSON, answers by hand.
 *
 *   Ask (100) ──┐ 2012        Dal (7) ─┬─▷ Eid (8 + ?)
 *   Bru  (10) ──┴─▷ Askbru             └─▷ Fet (9 + ?)
 */
#include "tests/test.h"
#include "tests/unit/asking.h"

static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}], 'code_lists': [{'id': 'sexes', 'codes': ["
		    "{'code': 'm', 'label': 'M'}, {'code': 'f', 'label': 'F'},"
		    "{'code': 't', 'label': 'T', 'total': true}]}], 'indicators': ["
		    "{'id': 'people', 'label': 'People', 'type': 'count', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'town'},"
		    "{'id': 'balance', 'label': 'Balance', 'type': 'number', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'town'},"
		    "{'id': 'percent', 'label': 'Percent', 'type': 'percent', 'over_units': 'relative',"
		    " 'over_time': 'none', 'unit_kind': 'town', 'denominator': 'people'},"
		    "{'id': 'sex', 'label': 'By sex', 'type': 'count', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'town',"
		    " 'dimensions': [{'id': 'sex', 'code_list': 'sexes', 'aggregation': 'additive'}]},"
		    "{'id': 'sexbalance', 'label': 'Balance by sex', 'type': 'number', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'town',"
		    " 'dimensions': [{'id': 'sex', 'code_list': 'sexes', 'aggregation': 'additive'}]}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'X', 'kind': 'shire', 'names': ['X'], 'valid_from': '2000-01-01'},"
		    "{'id': 'ask', 'kind': 'town', 'names': ['Ask'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'bru', 'kind': 'town', 'names': ['Bru'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
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

/* "dal 7 eid 8": of an indicator in 2010; a code after a colon. */
static void tell_in(struct world *w, const char *indicator, const char *code, const char *figures, const char *day)
{
	char text[200], *save = NULL;
	const char *list = "";
	snprintf(text, sizeof text, "%s", figures);
	for (char *unit = strtok_r(text, " ", &save); unit; unit = strtok_r(NULL, " ", &save)) {
		const char *value = strtok_r(NULL, " ", &save);
		list = arena_printf(w->a,
				    "%s%s{'unit': '%s', 'indicator': '%s', %s 'period': '2010', 'status': 'main', "
				    "'value': %s}",
				    list, *list ? ", " : "", unit, indicator,
				    *code ? arena_printf(w->a, "'categories': {'sex': '%s'},", code) : "", value);
	}
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'expressed_in': '%s', 'observations': [%s]}}", day,
		 list);
}

static void tell(struct world *w, const char *indicator, const char *code, const char *figures)
{
	tell_in(w, indicator, code, figures, "");
}

/* The first figure of the row of that group (and code), and its notes behind it: "7; note". */
static const char *row_told(struct world *w, const struct answers *a, const char *group, const char *code)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct msg_trend_answer *t = a->list[i].trend;
		for (size_t k = 0; t && k < t->n_rows; k++) {
			const struct msg_trend_row *row = &t->rows[k];
			const char *at = row->n_categories ? row->categories[0].code : "";
			if (strcmp(row->group, group) != 0 || row->n_among || strcmp(at, code) != 0)
				continue;
			const struct msg_figure *f = &row->figures[0];
			const char *text = *f->refused ? arena_printf(w->a, "refused: %s", f->refused) : f->shown;
			for (size_t n = 0; n < row->n_notes; n++)
				text = arena_printf(w->a, "%s; %s", text, row->notes[n]);
			return text;
		}
	}
	fail_msg("no row of %s %s", group, code);
	return "";
}

#define SHOWN(group, code, expected) assert_string_equal(row_told(w, &a, group, code), expected)
#define TREND(measure, group_by, rest)                                                                                 \
	"{'trend': {'indicator': '%s', 'measures': ['" measure "'], 'group_by': '" group_by "', 'decimals': 1" rest "}}"
#define AT_2011  ", 'structure_at': '2011-06-01'"
#define AT_2013  ", 'structure_at': '2013-06-01'"
#define OF_SEXES ", 'share_of': 'dim:sex'"

/* What explain makes of the same figure once more agrees with it. */
static void agreed(struct answers a)
{
	const struct msg_explain_answer *e = NULL;
	for (size_t i = 0; i < a.n; i++)
		e = a.list[i].explain && a.list[i].explain->recomputed ? a.list[i].explain : e;
	assert_non_null(e);
	assert_true(e->agrees);
}

static void explained_of(struct world *w, const char *indicator, const char *measure, const char *group_by,
			 const char *group, const char *rest)
{
	agreed(asked(w,
		     "{'explain': {'trend': {'indicator': '%s', 'measures': ['%s'], 'group_by': '%s', "
		     "'decimals': 1%s}, 'group': '%s', 'period': '2010'}}",
		     indicator, measure, group_by, rest, group));
}

static void explained(struct world *w, const char *measure, const char *group_by, const char *group, const char *code,
		      const char *rest)
{
	explained_of(w, "sex", measure, group_by, group,
		     arena_printf(w->a, ", 'categories': {'sex': '%s'}%s", code, rest));
}

static void a_town_that_may_get_a_part_and_says_nothing_itself_has_no_upper_end(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "", "ask 100 dal 7 fet 9");
	struct answers a = asked(w, TREND("value", "unit", AT_2013), "people");
	SHOWN("eid", "", "at least 0"); /* not 0 to 7: Eid's own are not told */
	SHOWN("fet", "", "9–16");
	SHOWN("askbru", "", "at least 100");
	a = asked(w, TREND("sum", "shire", AT_2013), "people");
	SHOWN("X", "", "at least 116");
}

static void a_share_of_a_total_of_other_towns_is_refused(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sex", "m", "dal 3");
	tell(w, "sex", "f", "eid 10");
	tell(w, "sex", "t", "dal 7");
	struct answers a = asked(w, TREND("share", "shire", OF_SEXES), "sex");
	SHOWN("X", "f", /* not 142.9 */
	      "refused: the total along sex is of other units: none is on record of Eid");
	SHOWN("X", "m", "42.9");
	SHOWN("X", "t", "100.0");
	explained(w, "share", "shire", "X", "m", OF_SEXES);
}

static void a_part_told_of_fewer_towns_than_the_total_is_at_least_what_is_known(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sex", "f", "dal 4");
	tell(w, "sex", "m", "dal 3 eid 2");
	tell(w, "sex", "t", "dal 7 eid 8");
	struct answers a = asked(w, TREND("share", "shire", OF_SEXES), "sex");
	SHOWN("X", "f", "26.6–100.0"); /* 4 of 15, and Eid's */
	SHOWN("X", "m", "33.3");
	explained(w, "share", "shire", "X", "f", OF_SEXES);
	explained(w, "share", "shire", "X", "m", OF_SEXES);
}

static void the_total_may_get_a_part_too_and_is_all_of_itself(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sex", "m", "dal 3 eid 4 fet 5");
	tell(w, "sex", "f", "dal 4 eid 4 fet 4");
	tell(w, "sex", "t", "dal 7 eid 8 fet 9");
	struct answers a = asked(w, TREND("share", "unit", AT_2013 OF_SEXES), "sex");
	/* Should all three men of Dal be Eid's, and none of its women: 4 of 11, which is 36.4. At least 4 of 15. */
	SHOWN("eid", "f", "26.6–100.0");
	SHOWN("eid", "t", "100.0");
	explained(w, "share", "unit", "eid", "f", AT_2013 OF_SEXES);
	explained(w, "share", "unit", "eid", "t", AT_2013 OF_SEXES);
}

static void a_total_between_two_ends_is_all_of_itself(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sex", "m", "dal {'low':3,'high':4}");
	tell(w, "sex", "t", "dal {'low':6,'high':8}");
	struct answers a = asked(w, TREND("share", "unit", OF_SEXES), "sex");
	SHOWN("dal", "t", "100.0"); /* not 75.0 to 133.3 */
	SHOWN("dal", "m", "37.5–66.7");
	explained(w, "share", "unit", "dal", "t", OF_SEXES);
}

static void ends_are_rounded_outwards_so_that_nothing_possible_lies_outside(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "", "ask 7 bru {'low':20,'high':100}");
	struct answers a = asked(w, TREND("share", "unit", ""), "people");
	SHOWN("ask", "", "6.5–26.0");  /* 6.54 to 25.93 */
	SHOWN("bru", "", "74.0–93.5"); /* 74.07 to 93.46 */
	tell(w, "balance", "", "ask '0.125' bru {'low':'-1','high':'0.005'} dal {'low':'-0.5','high':4}");
	a = asked(w, TREND("median", "shire", ""), "balance");
	SHOWN("X", "", "-0.500 to 0.125");
}

static void a_share_below_zero_is_least_of_the_smallest_total(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "sexbalance", "m", "dal -3 eid {'low':-2,'high':2}");
	tell(w, "sexbalance", "t", "dal {'low':10,'high':20} eid {'low':4,'high':5}");
	struct answers a = asked(w, TREND("share", "unit", OF_SEXES), "sexbalance");
	SHOWN("dal", "m", "-30.0 to -15.0");
	SHOWN("eid", "m", "-50.0 to 50.0");
}

static void what_may_be_negative_and_was_divided_may_have_any_rank(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "balance", "", "ask 70 bru 1 dal -13 eid -12 fet -11");
	struct answers a = asked(w, TREND("rank", "unit", AT_2013), "balance");
	SHOWN("eid", "", "1–3"); /* not 3 to 2 */
	SHOWN("askbru", "", "1–3");
	a = asked(w, TREND("share", "unit", AT_2013), "balance");
	assert_non_null(strstr(row_told(w, &a, "eid", ""), "refused: figures may be negative"));
}

static void only_groups_without_a_figure_are_said_to_have_none_to_rank(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "", "ask 100 bru 10 dal 7 eid 8 fet 9");
	struct answers a = asked(w, TREND("rank", "unit", AT_2013), "people");
	SHOWN("askbru", "", "1"); /* what is unallocated is no group */
}

static void a_figure_that_is_refused_for_a_town_is_told_in_the_sum(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "", "ask 100 bru 10 dal 7");
	tell(w, "percent", "", "ask 50 bru 30 dal '42.9'");
	struct answers a = asked(w, TREND("count", "shire", AT_2013), "percent");
	const char *text = row_told(w, &a, "X", "");
	assert_non_null(strstr(text, "2 of 3 without a value: 2 refused (relative: only a part of Dal lies here"));
}

static void what_is_printed_in_the_units_of_two_days_is_not_added_up(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "", "ask 100 bru 10");
	tell_in(w, "people", "", "askbru 111", "2013");
	struct answers a = asked(w, TREND("value", "unit", AT_2013), "people");
	SHOWN("askbru", "", /* not 221 */
	      "111; the same territory is told of twice: left out is Ask 100, Bru 10");
	a = asked(w, TREND("sum", "shire", AT_2013), "people");
	assert_int_equal(strncmp(row_told(w, &a, "X", ""), "111;", 4), 0);
	a = asked(w, TREND("value", "unit", AT_2011), "people");
	SHOWN("ask", "", "100; the same territory is told of twice: left out is Askbru 111");
	SHOWN("bru", "", "10");
	explained_of(w, "people", "value", "unit", "askbru", AT_2013);
	explained_of(w, "people", "sum", "shire", "X", AT_2013);
	explained_of(w, "people", "value", "unit", "ask", AT_2011);
	explained_of(w, "people", "value", "unit", "bru", AT_2011);
}

static void a_report_said_to_be_incomplete_leaves_no_exact_share_or_concentration(void **state)
{
	struct world *w = *state;
	lay(w);
	accepted(
	    w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
	       "{'id': 'N', 'kind': 'land', 'names': ['N'], 'valid_from': '2000-01-01'}],"
	       " 'links': [{'type': 'part_of', 'from': {'id': 'X'}, 'to': {'id': 'N'}, 'valid_from': '2000-01-01'}]}}");
	accepted(w, "{'define': {'surveys': [{'id': 'v', 'title': 'V'}], 'rounds': [{'id': 'r', 'survey': 'v', "
		    "'reference': '2010', 'area': 'N', 'unit_kind': 'town', 'source': 's'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'round': 'r', 'completeness': "
		    "[{'scope': {'id': 'N'}, 'kind': 'people', 'complete': 'no'}], 'observations': ["
		    "{'unit': 'ask', 'indicator': 'people', 'status': 'main', 'value': 100},"
		    "{'unit': 'bru', 'indicator': 'people', 'status': 'main', 'value': 10}]}}");
	struct answers a = asked(w, TREND("sum", "shire", ""), "people");
	SHOWN("X", "", "at least 110"); /* all of the land may lack some */
	a = asked(w, TREND("concentration", "", ""), "people");
	SHOWN("", "", /* not 0.835 */
	      "refused: the report was said to be incomplete: there may be more units");
	a = asked(w, TREND("share", "unit", ""), "people");
	SHOWN("ask", "", "0.0–91.0"); /* at most 100 of 110 */
	a = asked(w, TREND("value", "unit", ""), "people");
	SHOWN("ask", "", "100");
	explained_of(w, "people", "share", "unit", "ask", "");
	explained_of(w, "people", "sum", "shire", "X", "");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'round': 'r', 'completeness': "
		    "[{'scope': {'id': 'X'}, 'kind': 'people', 'complete': 'yes'}]}}");
	a = asked(w, TREND("sum", "shire", ""), "people");
	SHOWN("X", "", "110");
	explained_of(w, "people", "sum", "shire", "X", "");
}

static void a_sum_over_units_of_two_days_says_that_it_may_count_twice(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "", "ask 100 bru 10");
	struct answers a = asked(w, TREND("sum", "shire", ""), "people");
	SHOWN("X", "", "110");
	tell_in(w, "people", "", "askbru 111", "2013");
	a = asked(w, TREND("sum", "shire", ""), "people");
	SHOWN("X", "",
	      "221; printed in the units of several days: the same territory may "
	      "count twice here, and does not with structure_at");
}

static void a_larger_territory_counts_where_its_parts_do_not_make_it_up(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "", "ask 100");
	tell_in(w, "people", "", "askbru 111", "2013");
	struct answers a = asked(w, TREND("value", "unit", AT_2011), "people");
	SHOWN("ask", "", /* between both, and all 111 are there */
	      "0–111; the same territory is told of twice: left out is Ask 100");
	a = asked(w, TREND("sum", "shire", AT_2011), "people");
	assert_int_equal(strncmp(row_told(w, &a, "X", ""), "111", 3), 0);
	explained_of(w, "people", "sum", "shire", "X", AT_2011);
	explained_of(w, "people", "value", "unit", "ask", AT_2011);
}

static void eid_again(struct world *w)
{
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 'eid2', 'kind': 'town', "
		    "'names': ['Eid again'], 'valid_from': '2000-01-01', 'part_of': 'X'}]}}");
}

static void eid_again_is(struct world *w, const char *town)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's', 'reason': 'one', 'identities': "
		 "[{'type': 'same_as', 'a': {'id': '%s'}, 'b': {'id': 'eid2'}}]}}",
		 town);
}

static void two_units_that_are_one_are_not_added_up(void **state)
{
	struct world *w = *state;
	lay(w);
	eid_again(w);
	tell(w, "people", "", "eid 20 dal 7 fet 1");
	tell(w, "people", "", "eid2 21");
	eid_again_is(w, "eid");
	struct answers a = asked(w, TREND("value", "unit", AT_2011), "people");
	SHOWN("eid", "", /* not 41 */
	      "20; the same territory is told of twice: left out is Eid again 21");
	explained_of(w, "people", "value", "unit", "eid", AT_2011);
}

static const char *covered_of(struct world *w, const struct answers *a, const char *group)
{
	const char *covered = "";
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; a->list[i].trend && k < a->list[i].trend->n_rows; k++)
			if (strcmp(a->list[i].trend->rows[k].group, group) == 0)
				covered = a->list[i].trend->rows[k].covered;
	(void)w;
	return covered;
}

static void two_units_that_are_one_are_covered_once(void **state)
{
	struct world *w = *state;
	lay(w);
	eid_again(w);
	tell(w, "people", "", "ask 1 bru 2 eid 20 dal 7 fet 1");
	eid_again_is(w, "bru");
	struct answers a = asked(w, TREND("sum", "shire", AT_2011), "people");
	assert_string_equal(covered_of(w, &a, "X"), "6 of 6"); /* Dal is two, and not 6 of 7 */
}

static const char *notes_of(struct world *w, struct answers a)
{
	const char *text = "";
	for (size_t i = 0; i < a.n; i++)
		for (size_t k = 0; a.list[i].trend && k < a.list[i].trend->n_notes; k++)
			text = arena_printf(w->a, "%s%s; ", text, a.list[i].trend->notes[k]);
	return text;
}

static void a_day_on_which_a_reform_may_have_come_is_told(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "people", "", "ask 1 bru 2 eid 20 dal 7 fet 1");
	accepted(w, "{'event': {'id': 'e3', 'type': 'merging', 'effective': '2014', 'status': 'effective',"
		    " 'source': 's', 'sources': ['eid', 'fet'], 'targets': [{'id': 'eidfet', 'names': ['Eidfet']}]}}");
	const char *text = notes_of(w, asked(w, TREND("sum", "", ", 'structure_at': '2014-06-01'"), "people"));
	assert_non_null(strstr(text, "whether e3 had taken effect on 2014-06-01 is not certain: the units are those of "
				     "before"));
	text = notes_of(w, asked(w, TREND("sum", "", ", 'structure_at': '2014-12-31'"), "people"));
	assert_null(strstr(text, "not certain"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_town_that_may_get_a_part_and_says_nothing_itself_has_no_upper_end),
	    BOTH(a_share_of_a_total_of_other_towns_is_refused),
	    BOTH(a_part_told_of_fewer_towns_than_the_total_is_at_least_what_is_known),
	    BOTH(the_total_may_get_a_part_too_and_is_all_of_itself),
	    BOTH(a_total_between_two_ends_is_all_of_itself),
	    BOTH(ends_are_rounded_outwards_so_that_nothing_possible_lies_outside),
	    BOTH(a_share_below_zero_is_least_of_the_smallest_total),
	    BOTH(what_may_be_negative_and_was_divided_may_have_any_rank),
	    BOTH(only_groups_without_a_figure_are_said_to_have_none_to_rank),
	    BOTH(a_figure_that_is_refused_for_a_town_is_told_in_the_sum),
	    BOTH(what_is_printed_in_the_units_of_two_days_is_not_added_up),
	    BOTH(a_report_said_to_be_incomplete_leaves_no_exact_share_or_concentration),
	    BOTH(a_sum_over_units_of_two_days_says_that_it_may_count_twice),
	    BOTH(a_larger_territory_counts_where_its_parts_do_not_make_it_up),
	    BOTH(two_units_that_are_one_are_not_added_up),
	    BOTH(two_units_that_are_one_are_covered_once),
	    BOTH(a_day_on_which_a_reform_may_have_come_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
