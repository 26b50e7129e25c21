/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_odd.c - sums as reported of units whose lives were taken back, and of units that are declared one: they
 * stand, and not without a word.
 */
#include "tests/unit/asking.h"

/* "bodo 7 rissa 8": staff of a period. */
static void tell(struct world *w, const char *period, const char *figures)
{
	char text[200], *save = NULL;
	const char *list = "";
	snprintf(text, sizeof text, "%s", figures);
	for (char *unit = strtok_r(text, " ", &save); unit; unit = strtok_r(NULL, " ", &save)) {
		const char *value = strtok_r(NULL, " ", &save);
		list = arena_printf(
		    w->a, "%s%s{'unit': '%s', 'indicator': 'staff', 'period': '%s', 'status': 'main', 'value': %s}",
		    list, *list ? ", " : "", unit, period,
		    *value == '?' ? "{'missing': {'kind': 'not_answered'}}" : value);
	}
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'observations': [%s]}}", list);
}

/* "GROUP PERIOD: figure, figure; note" a line, but for notes of frames. */
static const char *trend(struct world *w, const char *more)
{
	struct answers all = asked(w, "{'trend': {'indicator': 'staff', %s}}", more);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; all.list[p].trend && i < all.list[p].trend->n_rows; i++) {
			const struct msg_trend_row *x = &all.list[p].trend->rows[i];
			text = arena_printf(w->a, "%s%s %s:", text, x->group_name, x->period);
			for (size_t k = 0; k < x->n_figures; k++)
				text =
				    arena_printf(w->a, "%s%s %s", text, k ? "," : "",
						 *x->figures[k].refused ? x->figures[k].refused : x->figures[k].shown);
			for (size_t k = 0; k < x->n_notes; k++)
				text = arena_printf(w->a, "%s; %s", text, x->notes[k]);
			text = arena_printf(w->a, "%s\n", text);
		}
	return text;
}

#define SUMS    "'measures': ['sum', 'count']"
#define BY      ", 'group_by': 'county'"
#define OF_2019 ", 'periods': ['2019']"
#define GROUPED ", 'group_structure_at': '2016-01-01'"
#define GHOST(n)                                                                                                       \
	"; figures of units that do not exist any more, since what made them was taken back, are counted here: " n
#define TWICE                                                                                                          \
	"; rissa and bjugn are declared one unit: what is said of both counts twice here, and does not with "          \
	"structure_at"

/* Rissa and Bjugn became one in 2018, which reported in 2019; then all of that was taken back. */
static void annulled(struct world *w)
{
	world_base(w);
	uint64_t rev =
	    accepted(w, "{'event': {'id': 'm', 'type': 'merging', 'effective': '2018-01-01', 'status': "
			"'effective', 'source': 'a', 'sources': ['rissa', 'bjugn'], 'targets': [{'id': 'new', "
			"'names': ['New']}]}}")
		->rev;
	tell(w, "2019", "bodo 7 new 5");
	tell(w, "2019-06-30", "bodo 7 new 5");
	tell(w, "2019-12-30", "bodo 6 new 6");
	assert_string_equal(trend(w, SUMS OF_2019), " 2019: 12, 2\n");
	accepted(w,
		 "{'event': {'id': 'm', 'type': 'merging', 'status': 'annulled', 'source': 'a', 'supersedes': "
		 "{'revision': %llu, 'reason': 'withdrawn'}}}",
		 (unsigned long long)rev);
}

static void figures_of_a_unit_that_was_never_there_are_named(void **state)
{
	struct world *w = *state;
	annulled(w);
	assert_string_equal(trend(w, SUMS OF_2019), " 2019: 12, 2" GHOST("1, the first of new") "\n");
	assert_string_equal(trend(w, SUMS BY OF_2019),
			    "(no county) 2019: 5, 1" GHOST("1, the first of new") "\n"
										  "Nordland 2019: 7, 1\n");
	assert_string_equal(trend(w, "'measures': ['sum'], 'latest_rounds': true" OF_2019),
			    " 2019: 12" GHOST("1, the first of new") "\n");
}

static void with_another_grouping_they_are_named_too(void **state)
{
	struct world *w = *state;
	annulled(w);
	const char *text = trend(w, SUMS BY GROUPED);
	if (!strstr(text, GHOST("1, the first of new")))
		fail_msg("%s", text);
}

static void same(struct world *w)
{
	world_base(w);
	tell(w, "2014", "bodo 7 rissa 5 bjugn 5");
	tell(w, "2015", "bodo 8 rissa 6 bjugn ?");
	assert_string_equal(trend(w, SUMS ", 'periods': ['2014']"), " 2014: 17, 3\n");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'one', 'identities': [{'type': "
		    "'same_as', 'a': 'rissa', 'b': 'bjugn'}]}}");
}

static void what_is_said_of_both_of_two_units_that_are_one_is_named(void **state)
{
	struct world *w = *state;
	same(w);
	assert_string_equal(trend(w, SUMS ", 'periods': ['2014']"), " 2014: 17, 3" TWICE "\n");
	assert_string_equal(trend(w, SUMS BY ", 'periods': ['2014']"), "Nordland 2014: 7, 1\n"
								       "Sør-Trøndelag 2014: 10, 2" TWICE "\n");
	assert_string_equal(trend(w, "'measures': ['sum'], 'periods': ['2014'], 'latest_rounds': true"),
			    " 2014: 17" TWICE "\n");
	const char *text = trend(w, SUMS BY GROUPED ", 'periods': ['2014']");
	if (!strstr(text, "10, 2" TWICE))
		fail_msg("%s", text);
	text = trend(w, SUMS ", 'periods': ['2014'], 'structure_at': '2016-01-01'");
	assert_null(strstr(text, "17"));
	assert_null(strstr(text, "declared one unit"));
}

static void what_one_of_them_does_not_say_is_not_twice(void **state)
{
	struct world *w = *state;
	same(w);
	assert_null(strstr(trend(w, SUMS ", 'periods': ['2015']"), "declared one unit"));
	assert_null(
	    strstr(trend(w, "'measures': ['value'], 'group_by': 'unit', 'periods': ['2014']"), "declared one unit"));
}

#define OF_CHANGE(from, to)                                                                                            \
	"'from': {'period': '" from "'}, 'to': {'period': '" to "'}, 'indicator': 'staff', 'measure': 'sum'"

/* "17 → 19", of which the parts add up to the change. */
static const char *decomposed(struct world *w, const char *from, const char *to)
{
	struct answers all = asked(w,
				   "{'decompose': {'from': {'period': '%s'}, 'to': {'period': '%s'}, 'indicator': "
				   "'staff', 'measure': 'sum'}}",
				   from, to);
	const struct msg_decompose_row *row = &all.list[0].decompose->rows[0];
	assert_true(row->agrees);
	return arena_printf(w->a, "%s → %s", row->from->shown, row->to->shown);
}

/* The explanation agrees, and has the note. */
static void explained(struct world *w, const char *question, const char *note)
{
	struct answers all = asked(w, "{'explain': {%s}}", question);
	bool agrees = false, noted = false;
	for (size_t p = 0; p < all.n; p++) {
		const struct msg_explain_answer *x = all.list[p].explain;
		agrees |= x->agrees;
		for (size_t i = 0; i < x->n_notes; i++)
			noted |= strstr(x->notes[i], note) != NULL;
	}
	assert_true(agrees && noted);
}

/* The explanation of such a sum agrees and has its notes; the parts of its change add up to what the trend says. */
static void explanations_and_decompositions_are_of_the_same_sum(void **state)
{
	struct world *w = *state;
	same(w);
	explained(w, "'trend': {'indicator': 'staff', 'measures': ['sum'], 'periods': ['2014']}, 'period': '2014'",
		  "declared one unit");
	tell(w, "2014-06-30", "bodo 7 rissa 5 bjugn 5");
	tell(w, "2016-06-30", "bodo 7 rissa 6 bjugn 6");
	assert_string_equal(decomposed(w, "2014-06-30", "2016-06-30"), "17 → 19");
}

static void a_change_of_what_a_unit_that_was_never_there_said_adds_up(void **state)
{
	struct world *w = *state;
	annulled(w);
	assert_string_equal(decomposed(w, "2019-06-30", "2019-12-30"), "12 → 12");
	explained(w, "'decompose': {" OF_CHANGE("2019-06-30", "2019-12-30") "}", "do not exist any more");
	explained(w, "'trend': {'indicator': 'staff', 'measures': ['sum'], 'periods': ['2019']}, 'period': '2019'",
		  "do not exist any more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(figures_of_a_unit_that_was_never_there_are_named),
	    BOTH(with_another_grouping_they_are_named_too),
	    BOTH(what_is_said_of_both_of_two_units_that_are_one_is_named),
	    BOTH(what_one_of_them_does_not_say_is_not_twice),
	    BOTH(explanations_and_decompositions_are_of_the_same_sum),
	    BOTH(a_change_of_what_a_unit_that_was_never_there_said_adds_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
