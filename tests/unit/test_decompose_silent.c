/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose_silent.c - a point at which nothing is said is not 0: there is no change to take apart.
 */
#include "tests/test.h"
#include "tests/unit/decompose_kit.h"

static void lay(struct world *w)
{
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_tick(w, "2026-01-01");
}

static void two_towns(struct world *w)
{
	lay(w);
	h_counties(w, "West");
	h_towns_of(w, "West", "A B");
	k_round(w, "r0", "2014", 2, "A B", "");
	k_round(w, "r1", "2022", 2, "A B", "");
}

static void a_round_without_any_figure_is_refused(void **state)
{
	struct world *w = *state;
	struct msg_point from = {.round = "r0"}, to = {.round = "r1"};
	struct msg_decompose_question q = {.indicator = "people", .from = &from, .to = &to, .measure = MEASURE_SUM};
	struct msg_query_request r = w_request();
	two_towns(w);
	k_say(w, "r0", "people", "2014", "A 35 B 20");
	w_commit(w);
	r.decompose = &q;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->error);
	assert_string_equal(reply->error->text,
			    "no value of \"people\" is said for 2022, and that is not 0: there is no change to take "
			    "apart");
}

#define ONLY(unit, expected)                                                                                           \
	assert_string_equal(                                                                                           \
	    k_parts(w, &(struct k_ask){.indicator = "people", .in = unit, .alone = true, .measure = MEASURE_VALUE}),   \
	    expected)
#define REFUSED                                                                                                        \
	"refused: correction refused, structure refused, frame refused, response refused, definition refused, "        \
	"late refused, real refused, undetermined refused"

/* Others answered; who did not, or said only why not, has no figure. */
static void a_unit_that_did_not_answer_has_not_gone_to_nought(void **state)
{
	struct world *w = *state;
	two_towns(w);
	k_say(w, "r0", "people", "2014", "A 35 B ?");
	k_say(w, "r1", "people", "2022", "A ? B 20");
	w_commit(w);
	ONLY("A", "35 → refused = " REFUSED);
	ONLY("B", "refused → 20 = " REFUSED);
	/* Of both together it is a sum of what was reported. */
	assert_string_equal(k_parts(w, &(struct k_ask){.indicator = "people", .in = "West"}),
			    "35 → 20 = -15: response -15");
}

/* C took over from A: what A said is C's territory, so that C's figure begins with it. */
static void what_reported_as_something_else_is_structure_still(void **state)
{
	struct world *w = *state;
	lay(w);
	h_counties(w, "West");
	h_towns_of(w, "West", "A ..2018, C 2018..");
	h_event(w, "e", "2018-01-01", "A>C");
	k_round(w, "r0", "2014", 1, "A", "");
	k_round(w, "r1", "2022", 1, "C", "");
	k_say(w, "r0", "people", "2014", "A 30");
	k_say(w, "r1", "people", "2022", "C 34");
	w_commit(w);
	ONLY("C", "0 → 34 = 34: structure 30, real 4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_round_without_any_figure_is_refused, world_setup, world_teardown),
	    cmocka_unit_test_setup_teardown(a_unit_that_did_not_answer_has_not_gone_to_nought, world_setup,
					    world_teardown),
	    cmocka_unit_test_setup_teardown(what_reported_as_something_else_is_structure_still, world_setup,
					    world_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
