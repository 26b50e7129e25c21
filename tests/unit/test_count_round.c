/* SPDX-License-Identifier: Apache-2.0
 *
 * test_count_round.c - counts at a round, told by a judge: what a complete list does not speak of does not count, as
 * between rounds, and is named; a date has what is on record.
 */
#include "tests/unit/balance_explained.h"
#include "tests/unit/asking.h"

#define IN(round) "{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'arrangements': ["
#define OF(id, member)                                                                                                 \
	"{'id': '" id "', 'name': '" id "', 'established': '2010', 'participants': [" member                           \
	"], 'participants_complete': 'yes'}"
#define COMPLETE(round, scope)                                                                                         \
	"{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'completeness': [{'scope': '" scope     \
	"', 'kind': 'arrangement', 'complete': 'yes'}]}}"
#define IN_NO   "'units': [{'id': 'no'}], 'subtree': true"
#define AT_2020 "'rounds': ['r2020']"

/* Two older ones, a and b; the round of 2020 speaks of c, d and e. */
static void told(struct world *w)
{
	world_base(w);
	accepted(w, IN("r2014") OF("a", "'bodo'") ", " OF("b", "'bodo'") "]}}");
	accepted(w, IN("r2020") OF("c", "'bodo'") ", " OF("d", "'bodo'") ", " OF("e", "'bodo'") "]}}");
	tick(w, "2021-06-01");
}

/* "3", "3–5"; rows by "; ", then the notes that say what a round does not speak of, a line each. */
static const char *counted(struct world *w, const char *what, const char *when)
{
	struct answers all = asked(w, "{'count': {'counted': %s, %s, 'measures': ['count']}}", what, when);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].trend->n_rows; i++)
			text = arena_printf(w->a, "%s%s%s", text, *text ? "; " : "",
					    all.list[p].trend->rows[i].figures[0].shown);
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].trend->n_notes; i++)
			if (strstr(all.list[p].trend->notes[i], "speak") ||
			    strstr(all.list[p].trend->notes[i], "filtered"))
				text = arena_printf(w->a, "%s\n%s", text, all.list[p].trend->notes[i]);
	return text;
}

/* How many the log tells of, by the explanation, which agrees with the count. */
static unsigned explained(struct world *w, const char *what, const char *when)
{
	struct answers all = asked(
	    w, "{'explain': {'count': {'counted': %s, %s, 'measures': ['count']}, 'measure': 'count'}}", what, when);
	size_t n = 0;
	bool agrees = false;
	for (size_t p = 0; p < all.n; p++) {
		assert_non_null(all.list[p].explain);
		n += all.list[p].explain->n_items;
		agrees |= all.list[p].explain->agrees;
	}
	assert_true(agrees);
	return (unsigned)n;
}

#define LEFT_OUT(n, what)                                                                                              \
	"\n2020-12-31: " n " " what                                                                                    \
	" on record are not counted: r2020, whose list is declared complete, does not speak of them"
#define ARRANGEMENTS "'arrangements', " IN_NO
#define PARTICIPANTS "'participants', 'kind': 'municipality', " IN_NO
#define UNITS        "'units', 'kind': 'arrangement'"
#define LINKS        "'links', 'link': 'participates_in', " IN_NO

static void what_a_complete_list_does_not_speak_of_does_not_count(void **state)
{
	struct world *w = *state;
	told(w);
	assert_string_equal(counted(w, ARRANGEMENTS, AT_2020), "at least 5");
	accepted(w, COMPLETE("r2020", "no"));
	assert_string_equal(counted(w, ARRANGEMENTS, AT_2020), "3" LEFT_OUT("2", "arrangements"));
	assert_string_equal(counted(w, ARRANGEMENTS, "'survey': 'survey'"),
			    "at least 5; 3" LEFT_OUT("2", "arrangements"));
	assert_string_equal(counted(w, ARRANGEMENTS, "'dates': ['2020-12-31']"), "5");
	assert_string_equal(counted(w, UNITS, AT_2020), "at least 3" LEFT_OUT("2", "arrangements"));
	assert_string_equal(counted(w, LINKS, AT_2020), "3" LEFT_OUT("2", "links of arrangements"));
	assert_int_equal(explained(w, ARRANGEMENTS, AT_2020), 3);
	assert_int_equal(explained(w, ARRANGEMENTS, "'dates': ['2020-12-31']"), 5);
	assert_int_equal(explained(w, UNITS, AT_2020), 3);
	assert_int_equal(explained(w, LINKS, AT_2020), 3);
}

static void a_count_at_a_round_is_the_closing_of_its_balance(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, COMPLETE("r2020", "no"));
	struct answers all = balance_asked(w, "'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, "
					      "'counted': 'arrangements', 'units': ['no'], 'subtree': true");
	assert_string_equal(all.list[0].balance->rows[0].closing->shown, "3");
}

/* One in whose list it may be: some of its units lie in what is declared complete. */
static void what_lies_in_a_complete_list_in_part_is_only_possible(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, IN("r2014") OF("f", "'bodo', 'rissa'") "]}}");
	accepted(w, COMPLETE("r2020", "no"));
	assert_string_equal(
	    counted(w, ARRANGEMENTS, AT_2020),
	    "3–4" LEFT_OUT("2", "arrangements") "\n2020-12-31: 1 arrangements on record are only "
						"possible: r2020, whose list is declared complete where "
						"some of their units are, does not speak of them");
	assert_string_equal(
	    counted(w, "'participants', 'kind': 'municipality'", AT_2020),
	    "1–6" LEFT_OUT("2", "arrangements") "\n2020-12-31: 1 arrangements on record are only "
						"possible: r2020, whose list is declared complete where "
						"some of their units are, does not speak of them");
	assert_int_equal(explained(w, ARRANGEMENTS, AT_2020), 4);
	assert_true(explained(w, "'participants', 'kind': 'municipality'", AT_2020) >= 2);
}

static void one_who_takes_part_only_in_what_is_left_out_does_not_take_part(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, IN("r2014") OF("f", "'heroy-no'") "]}}");
	assert_string_equal(counted(w, PARTICIPANTS, "'dates': ['2020-12-31']"), "2");
	accepted(w, COMPLETE("r2020", "no"));
	assert_string_equal(counted(w, PARTICIPANTS, AT_2020), "1" LEFT_OUT("3", "arrangements"));
	assert_int_equal(explained(w, PARTICIPANTS, AT_2020), 1);
}

/* Nothing is said of their tasks: of three, that is, since the other two are not in the list. */
static void what_is_left_out_is_not_silent_about_a_filter_either(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, IN("r2020") "{'id': 'g', 'name': 'g', 'participants': ['bodo'], 'participants_complete': 'yes', "
				"'tasks': ['fire']}]}}");
	accepted(w, COMPLETE("r2020", "no"));
	assert_string_equal(counted(w, ARRANGEMENTS ", 'where': [{'field': 'task', 'values': ['fire']}]", AT_2020),
			    "1\n2020-12-31: 3 arrangements are left out, since nothing is said of what is filtered: "
			    "they may be among them");
}

static void a_round_whose_word_was_taken_back_did_not_speak_of_it(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, COMPLETE("r2020", "no"));
	uint64_t rev = accepted(w, IN("r2020") "{'id': 'a', 'name': 'a', 'participants_complete': 'unknown'}]}}")->rev;
	assert_string_equal(counted(w, ARRANGEMENTS, AT_2020), "4" LEFT_OUT("1", "arrangements"));
	accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'wrong', 'retractions': [{'revision': %llu, "
	    "'unit': 'a'}]}}",
	    (unsigned long long)rev);
	assert_string_equal(counted(w, ARRANGEMENTS, AT_2020), "3" LEFT_OUT("2", "arrangements"));
}

/* Another survey of the same day speaks of a; it declares nothing. */
static void rounds_of_one_day_speak_together(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, COMPLETE("r2020", "no"));
	accepted(w, "{'define': {'rounds': [{'id': 'other', 'survey': 'survey', 'reference': '2020', 'area': 'no', "
		    "'unit_kind': 'municipality'}]}}");
	accepted(w, IN("other") OF("a", "'bodo'") "]}}");
	assert_string_equal(counted(w, ARRANGEMENTS, "'rounds': ['r2020', 'other']"),
			    "4" LEFT_OUT("1", "arrangements"));
	assert_string_equal(counted(w, ARRANGEMENTS, AT_2020), "3" LEFT_OUT("2", "arrangements"));
	assert_string_equal(counted(w, ARRANGEMENTS, "'rounds': ['other']"), "5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(what_a_complete_list_does_not_speak_of_does_not_count),
	    BOTH(a_count_at_a_round_is_the_closing_of_its_balance),
	    BOTH(what_lies_in_a_complete_list_in_part_is_only_possible),
	    BOTH(one_who_takes_part_only_in_what_is_left_out_does_not_take_part),
	    BOTH(what_is_left_out_is_not_silent_about_a_filter_either),
	    BOTH(a_round_whose_word_was_taken_back_did_not_speak_of_it),
	    BOTH(rounds_of_one_day_speak_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
