/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose_definition.c - changes of a sum by what was measured: bridges, and breaks without one.
 */
#include "tests/unit/decompose_kit.h"

/*   people (A 10 B 20) ──▶ heads (A 14 B 21), and heads of 2014: A 13 B 20 */
static void another_definition_is_told_apart_where_both_were_measured(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	w_indicator(w, "heads", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	k_say(w, "r0", "heads", "2014", "A 13 B 20");
	k_say(w, "r1", "heads", "2022", "A 14 B 21");
	w_commit(w);
	PARTS("30 → 35 = 5: definition 3, real 2", .indicator = "people", .indicator_to = "heads");
	/* Measured by the first at the later point. */
	k_say(w, "r0", "heads", "2014", "A - B -");
	k_say(w, "r1", "people", "2022", "A 11 B 21");
	w_commit(w);
	PARTS("30 → 35 = 5: definition 3, real 2", .indicator = "people", .indicator_to = "heads");
	/* Of one unit only. */
	k_say(w, "r1", "people", "2022", "B -");
	w_commit(w);
	PARTS("30 → 35 = 5: definition 0 (..24), real 0 (-19..), undetermined 5", .indicator = "people",
	      .indicator_to = "heads");
	struct msg_decompose_answer *a =
	    k_decompose(w, &(struct k_ask){.indicator = "people", .indicator_to = "heads"});
	assert_true(k_noted(k_part(&a->rows[0], CAUSE_UNDETERMINED), "heads continues people"));
}

static void redefine(struct world *w, const char *indicator)
{
	struct msg_indicator def = {.id = indicator,
				    .label = "People",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_ADDITIVE,
				    .over_time = AGGREGATION_NONE,
				    .unit_kind = "municipality",
				    .break_before = true};
	w_def(w, SPACE_INDICATOR, indicator, &msg_type_indicator, &def);
	w_commit(w);
}

/*   people, people redefined, people */
static void a_break_without_a_bridge_is_undetermined(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	w_commit(w);
	redefine(w, "people");
	k_say(w, "r1", "people", "2022", "A 12 B 25 C 4");
	w_commit(w);
	PARTS("30 → 41 = 11: response 4, definition 0 (..37), real 0 (-30..), undetermined 7", .indicator = "people");
}

/*   people, people redefined, people; a figure of before is put right after that */
static void a_correction_brings_no_figure_under_a_newer_definition(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	uint64_t before = k_people(w, "A 10 B 20", "A 12 B 25");
	redefine(w, "people");
	k_correct(w, "r0", "people", "2014", "A 11");
	w_commit(w);
	PARTS("30 → 37 = 7: correction 1, real 6", .indicator = "people", .from_rev = before);
	/* Nor does it under an older one what was said under the newer. */
	k_say(w, "r1", "people", "2022", "C 3");
	w_commit(w);
	k_correct(w, "r1", "people", "2022", "C 4");
	k_say(w, "r0", "people", "2014", "C 2");
	w_commit(w);
	PARTS("33 → 41 = 8: real 8", .indicator = "people");
}

/*   people ──▶ heads, and heads of 2014 under another definition than heads of 2022 */
static void a_bridge_across_a_break_is_none(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	w_indicator(w, "heads", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	k_say(w, "r0", "heads", "2014", "A 13 B 20");
	w_commit(w);
	redefine(w, "heads");
	k_say(w, "r1", "heads", "2022", "A 14 B 21");
	w_commit(w);
	PARTS("30 → 35 = 5: definition 0 (..35), real 0 (-30..), undetermined 5", .indicator = "people",
	      .indicator_to = "heads");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(another_definition_is_told_apart_where_both_were_measured),
	    T(a_break_without_a_bridge_is_undetermined),
	    T(a_correction_brings_no_figure_under_a_newer_definition),
	    T(a_bridge_across_a_break_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
