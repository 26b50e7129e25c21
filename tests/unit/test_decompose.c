/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose.c - why a sum changed: histories made by hand, whose parts are known beforehand.
 *
 * Two counties, West (A B C) and East (X Y), unless a diagram says otherwise. r0 is of 2014, r1 of 2022.
 */
#include "tests/unit/decompose_kit.h"

static void lay(struct world *w)
{
	k_county(w, "West", "", "");
	k_county(w, "East", "", "");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "money", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, "municipality");
	k_round(w, "r0", "2014", 0, "", "");
	k_round(w, "r1", "2022", 0, "", "");
	w_tick(w, "2026-01-01");
}

static void same_towns(struct world *w)
{
	lay(w);
	k_towns(w, "A B C", "West", "", "");
	k_towns(w, "X Y", "East", "", "");
}

#define PARTS(expected, ...) assert_string_equal(k_parts(w, &(struct k_ask){__VA_ARGS__}), expected)

/*   A 10 ──▶ A 12        nothing moved but the figures
 *   B 20 ──▶ B 19                                         */
static void what_changed_in_the_same_units_is_real(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	k_say(w, "r1", "people", "2022", "A 12 B 19");
	w_commit(w);
	PARTS("30 → 31 = 1: real 1", .indicator = "people");
	const struct msg_decompose_part *real =
	    k_part(&k_decompose(w, &(struct k_ask){.indicator = "people"})->rows[0], CAUSE_REAL);
	assert_int_equal(real->units, 2);
	assert_int_equal(real->n_among, 2);
	assert_string_equal(real->among[0], "A +2"); /* the largest first */
	assert_string_equal(real->among[1], "B -1");
}

/*   A 10 ─┐
 *   B 20 ─┴▶ AB 30       a merger that changes nothing on the ground */
static void a_merger_that_changes_nothing_on_the_ground_is_nothing(void **state)
{
	struct world *w = *state;
	lay(w);
	k_towns(w, "A B", "West", "", "2018-01-01");
	k_town(w, "AB", "West", "2018-01-01", "");
	k_flow(w, "m", "2018-01-01", "A", "AB", false, NULL);
	k_flow(w, "m", "2018-01-01", "B", "AB", false, NULL);
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	k_say(w, "r1", "people", "2022", "AB 30");
	w_commit(w);
	PARTS("30 → 30 = 0: nothing", .indicator = "people");
	PARTS("30 → 30 = 0: nothing", .indicator = "people", .in = "West");
}

/*   A 10 ══▶ (as known later) A 13 ──▶ A 13     a correction alone */
static void a_correction_alone_is_only_correction(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	k_say(w, "r1", "people", "2022", "A 13 B 20");
	uint64_t before = w_commit(w);
	k_correct(w, "r0", "people", "2014", "A 13");
	w_commit(w);
	PARTS("30 → 33 = 3: correction 3", .indicator = "people", .from_rev = before);
	PARTS("33 → 33 = 0: nothing", .indicator = "people");
	/* The same round as known before and after. */
	PARTS("30 → 33 = 3: correction 3", .indicator = "people", .from_rev = before, .to = "r0");
	/* As known then at both points it was a change. */
	PARTS("30 → 33 = 3: real 3", .indicator = "people", .from_rev = before, .to_rev = before);
}

/*   A 10 ══▶ retracted ──▶ A 10    */
static void what_is_retracted_is_correction_and_its_unit_answers_at_one_point(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	k_say(w, "r1", "people", "2022", "A 10 B 20");
	uint64_t before = w_commit(w);
	k_say(w, "r0", "people", "2014", "A -");
	w_commit(w);
	PARTS("30 → 30 = 0: correction -10, response 10", .indicator = "people", .from_rev = before);
	PARTS("30 → 20 = -10: correction -10", .indicator = "people", .from_rev = before, .to = "r0");
}

/*   (A unsaid) ══▶ A 10 ──▶ A 12    said first after the earlier point was known */
static void what_was_first_said_later_is_found_late(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_say(w, "r0", "people", "2014", "B 20");
	k_say(w, "r1", "people", "2022", "A 12 B 20");
	uint64_t before = w_commit(w);
	k_say(w, "r0", "people", "2014", "A 10");
	w_commit(w);
	PARTS("20 → 32 = 12: late 10, real 2", .indicator = "people", .from_rev = before);
	PARTS("30 → 32 = 2: real 2", .indicator = "people");
}

/*   A ? ══▶ A 10     known to be missing, and then known: a statement that was corrected */
static void a_missing_value_that_is_filled_in_is_a_correction(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_say(w, "r0", "people", "2014", "A ? B 20");
	k_say(w, "r1", "people", "2022", "A 12 B 20");
	uint64_t before = w_commit(w);
	k_correct(w, "r0", "people", "2014", "A 10");
	w_commit(w);
	PARTS("20 → 32 = 12: correction 10, real 2", .indicator = "people", .from_rev = before);
	/* Retracted and said again is no news. */
	k_say(w, "r0", "people", "2014", "A -");
	uint64_t gone = w_commit(w);
	k_say(w, "r0", "people", "2014", "A 11");
	w_commit(w);
	PARTS("20 → 32 = 12: correction 11, real 1", .indicator = "people", .from_rev = gone);
}

/*   B 20 ──▶ B ?     */
static void who_answers_at_one_point_only_is_response(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	k_say(w, "r1", "people", "2022", "A 11 B ? C 5");
	w_commit(w);
	PARTS("30 → 16 = -14: response -15, real 1", .indicator = "people");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "people"});
	assert_int_equal(k_part(&a->rows[0], CAUSE_RESPONSE)->units, 2);
	assert_string_equal(k_part(&a->rows[0], CAUSE_RESPONSE)->among[0], "B -20");
	assert_string_equal(a->rows[0].notes[0], "2022: 1 without a value; the figure is the sum of what was reported");
}

/*   West  A 10 ──▶ A 10        C moves from West to East on 2020-01-01
 *         C  7 ─┐
 *   East  X  5  └▶ C 8                                          */
static void a_unit_that_changes_county_is_structure_there_and_here(void **state)
{
	struct world *w = *state;
	lay(w);
	k_towns(w, "A", "West", "", "");
	k_towns(w, "X", "East", "", "");
	w_unit(w, "C", "municipality", "", "", "C");
	w_link(w, LINK_TYPE_PART_OF, "C", "West", "", "2020-01-01");
	w_link(w, LINK_TYPE_PART_OF, "C", "East", "2020-01-01", "");
	k_say(w, "r0", "people", "2014", "A 10 C 7 X 5");
	k_say(w, "r1", "people", "2022", "A 10 C 8 X 5");
	w_commit(w);
	PARTS("17 → 10 = -7: structure -7", .indicator = "people", .in = "West");
	PARTS("5 → 13 = 8: structure 7, real 1", .indicator = "people", .in = "East");
	PARTS("22 → 23 = 1: real 1", .indicator = "people"); /* of everything no border moves */
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "people", .group_by = "county"});
	assert_int_equal(a->n_rows, 2);
	assert_string_equal(a->rows[0].group_name, "East");
	assert_string_equal(k_text(w, &a->rows[0]), "5 → 13 = 8: structure 7, real 1");
	assert_string_equal(k_text(w, &a->rows[1]), "17 → 10 = -7: structure -7");
}

/*   West  T 15 ─┐
 *   East  S 30 ─┴▶ TS 47 (East)      Tjeldsund */
static void a_merger_over_the_border_takes_the_figure_along(void **state)
{
	struct world *w = *state;
	lay(w);
	k_town(w, "A", "West", "", "");
	k_town(w, "T", "West", "", "2020-01-01");
	k_town(w, "S", "East", "", "2020-01-01");
	k_town(w, "TS", "East", "2020-01-01", "");
	k_flow(w, "m", "2020-01-01", "T", "TS", false, NULL);
	k_flow(w, "m", "2020-01-01", "S", "TS", false, NULL);
	k_say(w, "r0", "people", "2014", "A 10 T 15 S 30");
	k_say(w, "r1", "people", "2022", "A 11 TS 47");
	w_commit(w);
	PARTS("25 → 11 = -14: structure -15, real 1", .indicator = "people", .in = "West");
	PARTS("30 → 47 = 17: structure 15, real 2", .indicator = "people", .in = "East");
	PARTS("55 → 58 = 3: real 3", .indicator = "people");
}

/*   A 30 ─┬▶ A1 12      both in West: the block's sum is exact
 *         └▶ A2 19                                             */
static void a_split_inside_the_scope_is_compared_as_a_whole(void **state)
{
	struct world *w = *state;
	lay(w);
	k_town(w, "A", "West", "", "2020-01-01");
	k_towns(w, "A1 A2", "West", "2020-01-01", "");
	k_flow(w, "s", "2020-01-01", "A", "A1", true, NULL);
	k_flow(w, "s", "2020-01-01", "A", "A2", true, NULL);
	k_say(w, "r0", "people", "2014", "A 30");
	k_say(w, "r1", "people", "2022", "A1 12 A2 19");
	w_commit(w);
	PARTS("30 → 31 = 1: real 1", .indicator = "people", .in = "West");
	/* One half is silent: what of A would have been its own nobody knows. */
	k_say(w, "r1", "people", "2022", "A2 -");
	w_commit(w);
	PARTS("30 → 12 = -18: response 0 (-30..0), real 0 (-18..12), undetermined -18", .indicator = "people",
	      .in = "West");
}

/*   A 10 ─┬▶ B 12 (West)      10 divided over the border by nobody knows what:
 *         └▶ O  4 (East)      structure in [-10, 0], real in [2, 12], together 2  */
static void a_split_over_the_border_is_between_two_ends(void **state)
{
	struct world *w = *state;
	lay(w);
	k_town(w, "A", "West", "", "2020-01-01");
	k_town(w, "B", "West", "2020-01-01", "");
	k_town(w, "O", "East", "2020-01-01", "");
	k_town(w, "C", "West", "", "");
	k_flow(w, "s", "2020-01-01", "A", "B", true, NULL);
	k_flow(w, "s", "2020-01-01", "A", "O", true, NULL);
	k_say(w, "r0", "people", "2014", "A 10 C 5");
	k_say(w, "r1", "people", "2022", "B 12 O 4 C 5");
	w_commit(w);
	PARTS("15 → 17 = 2: structure 0 (-10..0), real 2 (2..12)", .indicator = "people", .in = "West");
	PARTS("0 → 4 = 4: structure 0 (0..10), real 0 (-6..4), undetermined 4", .indicator = "people", .in = "East");
	PARTS("15 → 21 = 6: real 6", .indicator = "people");
	/* Were it fewer, it may all be the border. */
	k_correct(w, "r1", "people", "2022", "B 8");
	w_commit(w);
	PARTS("15 → 13 = -2: structure 0 (-10..0), real 0 (-2..8), undetermined -2", .indicator = "people",
	      .in = "West");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "people", .in = "West"});
	assert_true(k_noted(k_part(&a->rows[0], CAUSE_UNDETERMINED), "A was divided among B, O, and nobody knows how"));
	/* What may be negative may be divided into more than there is. */
	k_say(w, "r0", "money", "2014", "A 10 C 5");
	k_say(w, "r1", "money", "2022", "B 8 O 4 C 5");
	w_commit(w);
	PARTS("15 → 13 = -2: structure 0 (..), real 0 (..), undetermined -2", .indicator = "money", .in = "West");
	a = k_decompose(w, &(struct k_ask){.indicator = "money", .in = "West"});
	assert_string_equal(k_part(&a->rows[0], CAUSE_REAL)->figure->low, "");
}

/*   A 10 ─┬▶ B 12 (West)  population 4 : 1, so 8 : 2
 *         └▶ O  4 (East)                                                               */
static void weights_make_the_split_exact(void **state)
{
	struct world *w = *state;
	lay(w);
	k_town(w, "A", "West", "", "2020-01-01");
	k_town(w, "B", "West", "2020-01-01", "");
	k_town(w, "O", "East", "2020-01-01", "");
	k_flow(w, "s", "2020-01-01", "A", "B", true, NULL);
	k_flow(w, "s", "2020-01-01", "A", "O", true, NULL);
	k_weight(w, "s", "A", "B", 4);
	k_weight(w, "s", "A", "O", 1);
	k_say(w, "r0", "people", "2014", "A 10");
	k_say(w, "r1", "people", "2022", "B 12 O 4");
	w_commit(w);
	PARTS("10 → 12 = 2: structure -2, real 4", .indicator = "people", .in = "West", .weights = "population");
	PARTS("0 → 4 = 4: structure 2, real 2", .indicator = "people", .in = "East", .weights = "population");
	PARTS("10 → 12 = 2: structure 0 (-10..0), real 2 (2..12)", .indicator = "people", .in = "West");
}

/*   2014  A 3, B 4 ─▶ 2018 AB ─▶ 2020 A, B again     what is undone cancels out */
static void a_merger_that_is_undone_cancels_out(void **state)
{
	struct world *w = *state;
	lay(w);
	k_towns(w, "A B", "West", "", "2018-01-01");
	k_town(w, "AB", "West", "2018-01-01", "2020-01-01");
	k_town(w, "A2", "West", "2020-01-01", "");
	k_town(w, "B2", "East", "2020-01-01", "");
	k_flow(w, "m", "2018-01-01", "A", "AB", false, NULL);
	k_flow(w, "m", "2018-01-01", "B", "AB", false, NULL);
	k_flow(w, "u", "2020-01-01", "AB", "A2", true, "A");
	k_flow(w, "u", "2020-01-01", "AB", "B2", true, "B");
	k_say(w, "r0", "people", "2014", "A 3 B 4");
	k_say(w, "r1", "people", "2022", "A2 5 B2 4");
	w_commit(w);
	PARTS("7 → 5 = -2: structure -4, real 2", .indicator = "people", .in = "West");
	PARTS("0 → 4 = 4: structure 4", .indicator = "people", .in = "East");
}

/*   frame r0: A B, frame r1: A C      C comes to the frame, B leaves it; both lived all the time */
static void frames_by_name_tell_frame_from_response(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_round(w, "r0", "2014", 3, "A B X", "");
	k_round(w, "r1", "2022", 3, "A C X", "");
	k_say(w, "r0", "people", "2014", "A 10 B 20 X 7");
	k_say(w, "r1", "people", "2022", "A 10 C 5");
	w_commit(w);
	PARTS("37 → 15 = -22: frame -15, response -7", .indicator = "people");
	PARTS("30 → 15 = -15: frame -15", .indicator = "people", .in = "West");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "people"});
	assert_string_equal(a->notes[0], "2014: its frame names its members");
}

/*   r0 counts 3 of West, r1 counts 3 of West, and West has A B C: so the frame is known */
static void a_frame_that_counts_all_of_its_area_is_known(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_town(w, "N", "West", "2020-01-01", ""); /* on no one's territory */
	k_round(w, "r0", "2014", 3, "", "West");
	k_round(w, "r1", "2022", 4, "", "West");
	k_say(w, "r0", "people", "2014", "A 10 B 20 X 1");
	k_say(w, "r1", "people", "2022", "A 10 B 20 C 5 N 2 X 1 Y 4");
	w_commit(w);
	PARTS("31 → 42 = 11: frame 6, response 5", .indicator = "people");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "people"});
	assert_string_equal(a->rows[0].notes[0], "frame changed, 3 → 4");
	assert_string_equal(k_part(&a->rows[0], CAUSE_FRAME)->among[0], "Y +4");
	assert_string_equal(k_part(&a->rows[0], CAUSE_FRAME)->among[1], "N +2");
	assert_string_equal(a->notes[0], "2014: its frame of 3 is known: West has as many on record (municipality)");
}

/*   B 20 ends in 2019, without an heir; N begins in 2020 on no one's territory */
static void a_unit_that_ends_without_an_heir_leaves_the_frame(void **state)
{
	struct world *w = *state;
	lay(w);
	k_town(w, "A", "West", "", "");
	k_town(w, "B", "West", "", "2019-01-01");
	k_town(w, "N", "West", "2020-01-01", "");
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	k_say(w, "r1", "people", "2022", "A 10 N 3");
	w_commit(w);
	PARTS("30 → 13 = -17: frame -17", .indicator = "people");
	PARTS("30 → 13 = -17: frame -17", .indicator = "people", .in = "West");
}

/*   A 10 ─┐                 B was silent in 2014, so how much of AB's 30 is
 *   B  - ─┴▶ AB 30          response and how much is real nobody knows      */
static void a_merged_unit_of_which_only_a_part_had_reported_is_between_two_ends(void **state)
{
	struct world *w = *state;
	lay(w);
	k_towns(w, "A B", "West", "", "2018-01-01");
	k_town(w, "AB", "West", "2018-01-01", "");
	k_flow(w, "m", "2018-01-01", "A", "AB", false, NULL);
	k_flow(w, "m", "2018-01-01", "B", "AB", false, NULL);
	k_say(w, "r0", "people", "2014", "A 10");
	k_say(w, "r1", "people", "2022", "AB 30");
	w_commit(w);
	PARTS("10 → 30 = 20: response 0 (0..30), real 0 (-10..20), undetermined 20", .indicator = "people");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "people"});
	assert_true(
	    k_noted(k_part(&a->rows[0], CAUSE_UNDETERMINED), "of AB only a part reported at the earlier point"));
}

/*   A 5..8 ──▶ A 10 */
static void intervals_give_what_is_certain_and_leave_the_rest(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_say(w, "r0", "people", "2014", "A 5..8 B 20");
	k_say(w, "r1", "people", "2022", "A 10 B 20");
	uint64_t before = w_commit(w);
	PARTS("25–28 → 30 = 2–5: real 2 (2..5), undetermined 0–3", .indicator = "people");
	/* The same interval said at both points is no knowledge of no change. */
	k_say(w, "r1", "people", "2022", "B 15..25");
	k_correct(w, "r0", "people", "2014", "A 10 B 15..25");
	w_commit(w);
	PARTS("25–35 → 25–35 = -10 to 10: real 0 (-10..10), undetermined -10 to 10", .indicator = "people");
	/* And what was corrected from one interval to another is bounded by both. */
	PARTS("25–28 → 25–35 = -3 to 10: correction 0 (-3..10), real 0 (-10..10), undetermined -3 to 10",
	      .indicator = "people", .from_rev = before);
}

/*   A nearly 20 ──▶ A 25 */
static void words_bound_nothing(void **state)
{
	struct world *w = *state;
	same_towns(w);
	k_say(w, "r0", "people", "2014", "A ~20 B 4");
	k_say(w, "r1", "people", "2022", "A 25 B 6");
	w_commit(w);
	PARTS("at least 4 → 31 = at most 27: real 0 (..27), undetermined at most 27", .indicator = "people");
}

/*   people (A 10 B 20) ──▶ heads (A 14 B 21), and heads of 2014: A 13 B 20 */
static void another_definition_is_told_apart_where_both_were_measured(void **state)
{
	struct world *w = *state;
	same_towns(w);
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
	same_towns(w);
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
	same_towns(w);
	k_say(w, "r0", "people", "2014", "A 10 B 20");
	k_say(w, "r1", "people", "2022", "A 12 B 25");
	uint64_t before = w_commit(w);
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
	same_towns(w);
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

/*   printed in the units of 2020: A and B of 2014 as AB */
static void figures_printed_in_later_units_flow_from_these(void **state)
{
	struct world *w = *state;
	lay(w);
	k_towns(w, "A B", "West", "", "2018-01-01");
	k_town(w, "AB", "West", "2018-01-01", "");
	k_flow(w, "m", "2018-01-01", "A", "AB", false, NULL);
	k_flow(w, "m", "2018-01-01", "B", "AB", false, NULL);
	w->round = "r0";
	w_obs(w, "AB", "people", "2014", "28")->obs.expressed_in = w_when("2020-01-01").lo;
	k_say(w, "r1", "people", "2022", "AB 30");
	w_commit(w);
	PARTS("28 → 30 = 2: real 2", .indicator = "people", .in = "West");
}

/*   everything at once:  West loses T to East by a merger, A is corrected, B is silent, C is found late, D is new */
static void all_causes_at_once_add_up(void **state)
{
	struct world *w = *state;
	lay(w);
	k_towns(w, "A B C", "West", "", "");
	k_town(w, "T", "West", "", "2020-01-01");
	k_town(w, "S", "East", "", "2020-01-01");
	k_town(w, "TS", "East", "2020-01-01", "");
	k_town(w, "D", "West", "2021-01-01", "");
	k_flow(w, "m", "2020-01-01", "T", "TS", false, NULL);
	k_flow(w, "m", "2020-01-01", "S", "TS", false, NULL);
	k_say(w, "r0", "people", "2014", "A 10 B 20 T 15 S 30");
	uint64_t before = w_commit(w);
	k_correct(w, "r0", "people", "2014", "A 13");
	k_say(w, "r0", "people", "2014", "C 40");
	k_say(w, "r1", "people", "2022", "A 14 C 45 TS 44 D 2");
	w_commit(w);
	PARTS("45 → 61 = 16: correction 3, structure -15, frame 2, response -20, late 40, real 6",
	      .indicator = "people", .from_rev = before, .in = "West");
	PARTS("30 → 44 = 14: structure 15, real -1", .indicator = "people", .from_rev = before, .in = "East");
	PARTS("75 → 105 = 30: correction 3, frame 2, response -20, late 40, real 5", .indicator = "people",
	      .from_rev = before);
}

/* ---- errors ----------------------------------------------------------------------------------------- */

static void wrong(struct world *w, struct msg_decompose_question q, const char *text)
{
	struct msg_point from = {.round = "r0"}, to = {.round = "r1"};
	struct msg_query_request r = w_request();
	q.from = q.from ? q.from : &from;
	q.to = q.to ? q.to : &to;
	r.decompose = &q;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->error);
	if (!strstr(reply->error->text, text))
		fail_msg("\"%s\" is not in \"%s\"", text, reply->error->text);
}

static void what_cannot_be_asked_is_said_at_once(void **state)
{
	struct world *w = *state;
	struct msg_point day = {.valid_at = "2020-01-01"}, nowhere = {.round = "r7"};
	same_towns(w);
	k_say(w, "r0", "people", "2014", "A 10");
	w_commit(w);
	const struct msg_decompose_question good = {.indicator = "people", .measure = MEASURE_SUM};
	struct msg_decompose_question q = good;
	q.indicator = "peoples";
	wrong(w, q, "no indicator \"peoples\"");
	q = good;
	q.measure = MEASURE_MEAN;
	wrong(w, q, "SUM, VALUE or RATE");
	q.measure = MEASURE_UNSPECIFIED;
	wrong(w, q, "no measure");
	q = good;
	q.to = &day;
	wrong(w, q, "to names only a day");
	q.to = &nowhere;
	wrong(w, q, "no round \"r7\"");
	q = good;
	q.group_by = "canton";
	wrong(w, q, "canton");
	q = (struct msg_decompose_question){.measure = MEASURE_COUNT};
	wrong(w, q, "name an indicator, or what is counted");
	q.counted = COUNTED_UNITS;
	wrong(w, q, "kind is not given");
	q = good;
	q.units = w_by_id(w, "X");
	q.n_units = 1;
	q.subtree = true;
	wrong(w, q, "no value of \"people\" is said for 2022, and that is not 0");
	q = good;
	q.decimals = 7;
	wrong(w, q, "7 decimals");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_changed_in_the_same_units_is_real),
	    T(a_merger_that_changes_nothing_on_the_ground_is_nothing),
	    T(a_correction_alone_is_only_correction),
	    T(what_is_retracted_is_correction_and_its_unit_answers_at_one_point),
	    T(what_was_first_said_later_is_found_late),
	    T(a_missing_value_that_is_filled_in_is_a_correction),
	    T(who_answers_at_one_point_only_is_response),
	    T(a_unit_that_changes_county_is_structure_there_and_here),
	    T(a_merger_over_the_border_takes_the_figure_along),
	    T(a_split_inside_the_scope_is_compared_as_a_whole),
	    T(a_split_over_the_border_is_between_two_ends),
	    T(weights_make_the_split_exact),
	    T(a_merger_that_is_undone_cancels_out),
	    T(frames_by_name_tell_frame_from_response),
	    T(a_frame_that_counts_all_of_its_area_is_known),
	    T(a_unit_that_ends_without_an_heir_leaves_the_frame),
	    T(a_merged_unit_of_which_only_a_part_had_reported_is_between_two_ends),
	    T(intervals_give_what_is_certain_and_leave_the_rest),
	    T(words_bound_nothing),
	    T(another_definition_is_told_apart_where_both_were_measured),
	    T(a_break_without_a_bridge_is_undetermined),
	    T(a_correction_brings_no_figure_under_a_newer_definition),
	    T(a_bridge_across_a_break_is_none),
	    T(figures_printed_in_later_units_flow_from_these),
	    T(all_causes_at_once_add_up),
	    T(what_cannot_be_asked_is_said_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
