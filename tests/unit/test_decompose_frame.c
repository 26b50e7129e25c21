/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose_frame.c - changes of a sum by who was asked: frames, silence, what is between two ends.
 */
#include "tests/unit/decompose_kit.h"

/*   B 20 ──▶ B ?     */
static void who_answers_at_one_point_only_is_response(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	k_people(w, "A 10 B 20", "A 11 B ? C 5");
	PARTS("30 → 16 = -14: response -15, real 1", .indicator = "people");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "people"});
	assert_int_equal(k_part(&a->rows[0], CAUSE_RESPONSE)->units, 2);
	assert_string_equal(k_part(&a->rows[0], CAUSE_RESPONSE)->among[0], "B -20");
	assert_string_equal(a->rows[0].notes[0], "2022: 1 without a value; the figure is the sum of what was reported");
}

/*   frame r0: A B, frame r1: A C      C comes to the frame, B leaves it; both lived all the time */
static void frames_by_name_tell_frame_from_response(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	k_round(w, "r0", "2014", 3, "A B X", "");
	k_round(w, "r1", "2022", 3, "A C X", "");
	k_people(w, "A 10 B 20 X 7", "A 10 C 5");
	PARTS("37 → 15 = -22: frame -15, response -7", .indicator = "people");
	PARTS("30 → 15 = -15: frame -15", .indicator = "people", .in = "West");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "people"});
	assert_string_equal(a->notes[0], "2014: its frame names its members");
}

/*   r0 counts 3 of West, r1 counts 3 of West, and West has A B C: so the frame is known */
static void a_frame_that_counts_all_of_its_area_is_known(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	h_towns_of(w, "West", "N 2020.."); /* on no one's territory */
	k_round(w, "r0", "2014", 3, "", "West");
	k_round(w, "r1", "2022", 4, "", "West");
	k_people(w, "A 10 B 20 X 1", "A 10 B 20 C 5 N 2 X 1 Y 4");
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
	k_lay(w);
	h_towns_of(w, "West", "A, B ..2019, N 2020..");
	k_people(w, "A 10 B 20", "A 10 N 3");
	PARTS("30 → 13 = -17: frame -17", .indicator = "people");
	PARTS("30 → 13 = -17: frame -17", .indicator = "people", .in = "West");
}

/*   A 10 ─┐                 B was silent in 2014, so how much of AB's 30 is
 *   B  - ─┴▶ AB 30          response and how much is real nobody knows      */
static void a_merged_unit_of_which_only_a_part_had_reported_is_between_two_ends(void **state)
{
	struct world *w = *state;
	k_lay(w);
	h_towns_of(w, "West", "A B ..2018, AB 2018..");
	h_event(w, "m", "2018-01-01", "A>AB B>AB");
	k_people(w, "A 10", "AB 30");
	PARTS("10 → 30 = 20: response 0 (0..30), real 0 (-10..20), undetermined 20", .indicator = "people");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "people"});
	assert_true(
	    k_noted(k_part(&a->rows[0], CAUSE_UNDETERMINED), "of AB only a part reported at the earlier point"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(who_answers_at_one_point_only_is_response),
	    T(frames_by_name_tell_frame_from_response),
	    T(a_frame_that_counts_all_of_its_area_is_known),
	    T(a_unit_that_ends_without_an_heir_leaves_the_frame),
	    T(a_merged_unit_of_which_only_a_part_had_reported_is_between_two_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
