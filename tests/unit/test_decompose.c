/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose.c - why a sum changed: histories made by hand, whose parts are known beforehand.
 *
 * Two counties, West (A B C) and East (X Y), unless a diagram says otherwise. r0 is of 2014, r1 of 2022.
 */
#include "tests/unit/decompose_kit.h"

/*   A 10 ──▶ A 12        nothing moved but the figures
 *   B 20 ──▶ B 19                                         */
static void what_changed_in_the_same_units_is_real(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	k_people(w, "A 10 B 20", "A 12 B 19");
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
	k_lay(w);
	h_towns_of(w, "West", "A B ..2018, AB 2018..");
	h_event(w, "m", "2018-01-01", "A>AB B>AB");
	k_people(w, "A 10 B 20", "AB 30");
	PARTS("30 → 30 = 0: nothing", .indicator = "people");
	PARTS("30 → 30 = 0: nothing", .indicator = "people", .in = "West");
}

/*   A 10 ══▶ (as known later) A 13 ──▶ A 13     a correction alone */
static void a_correction_alone_is_only_correction(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	uint64_t before = k_people(w, "A 10 B 20", "A 13 B 20");
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
	k_same_towns(w);
	uint64_t before = k_people(w, "A 10 B 20", "A 10 B 20");
	k_say(w, "r0", "people", "2014", "A -");
	w_commit(w);
	PARTS("30 → 30 = 0: correction -10, response 10", .indicator = "people", .from_rev = before);
	PARTS("30 → 20 = -10: correction -10", .indicator = "people", .from_rev = before, .to = "r0");
}

/*   (A unsaid) ══▶ A 10 ──▶ A 12    said first after the earlier point was known */
static void what_was_first_said_later_is_found_late(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	uint64_t before = k_people(w, "B 20", "A 12 B 20");
	k_say(w, "r0", "people", "2014", "A 10");
	w_commit(w);
	PARTS("20 → 32 = 12: late 10, real 2", .indicator = "people", .from_rev = before);
	PARTS("30 → 32 = 2: real 2", .indicator = "people");
}

/*   A ? ══▶ A 10     known to be missing, and then known: a statement that was corrected */
static void a_missing_value_that_is_filled_in_is_a_correction(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	uint64_t before = k_people(w, "A ? B 20", "A 12 B 20");
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

/*   West  A 10 ──▶ A 10        C moves from West to East on 2020-01-01
 *         C  7 ─┐
 *   East  X  5  └▶ C 8                                          */
static void a_unit_that_changes_county_is_structure_there_and_here(void **state)
{
	struct world *w = *state;
	k_lay(w);
	h_towns_of(w, "West", "A");
	h_towns_of(w, "East", "X");
	h_towns(w, "C");
	h_inside(w, "C", "West ..2020, East 2020..");
	k_people(w, "A 10 C 7 X 5", "A 10 C 8 X 5");
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
	k_lay(w);
	h_towns_of(w, "West", "A, T ..2020");
	h_towns_of(w, "East", "S ..2020, TS 2020..");
	h_event(w, "m", "2020-01-01", "T>TS S>TS");
	k_people(w, "A 10 T 15 S 30", "A 11 TS 47");
	PARTS("25 → 11 = -14: structure -15, real 1", .indicator = "people", .in = "West");
	PARTS("30 → 47 = 17: structure 15, real 2", .indicator = "people", .in = "East");
	PARTS("55 → 58 = 3: real 3", .indicator = "people");
}

/*   A 30 ─┬▶ A1 12      both in West: the block's sum is exact
 *         └▶ A2 19                                             */
static void a_split_inside_the_scope_is_compared_as_a_whole(void **state)
{
	struct world *w = *state;
	k_lay(w);
	h_towns_of(w, "West", "A ..2020, A1 A2 2020..");
	h_event(w, "s", "2020-01-01", "A>*A1 A>*A2");
	k_people(w, "A 30", "A1 12 A2 19");
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
	k_lay(w);
	h_towns_of(w, "West", "A ..2020, B 2020.., C");
	h_towns_of(w, "East", "O 2020..");
	h_event(w, "s", "2020-01-01", "A>*B A>*O");
	k_people(w, "A 10 C 5", "B 12 O 4 C 5");
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
	k_lay(w);
	h_towns_of(w, "West", "A ..2020, B 2020..");
	h_towns_of(w, "East", "O 2020..");
	h_event(w, "s", "2020-01-01", "A>*B A>*O");
	h_weight(w, "s", "A>B", 4, 0);
	h_weight(w, "s", "A>O", 1, 0);
	k_people(w, "A 10", "B 12 O 4");
	PARTS("10 → 12 = 2: structure -2, real 4", .indicator = "people", .in = "West", .weights = "population");
	PARTS("0 → 4 = 4: structure 2, real 2", .indicator = "people", .in = "East", .weights = "population");
	PARTS("10 → 12 = 2: structure 0 (-10..0), real 2 (2..12)", .indicator = "people", .in = "West");
}

/*   2014  A 3, B 4 ─▶ 2018 AB ─▶ 2020 A, B again     what is undone cancels out */
static void a_merger_that_is_undone_cancels_out(void **state)
{
	struct world *w = *state;
	k_lay(w);
	h_towns_of(w, "West", "A B ..2018, AB 2018..2020, A2 2020..");
	h_towns_of(w, "East", "B2 2020..");
	h_event(w, "m", "2018-01-01", "A>AB B>AB");
	h_event(w, "u", "2020-01-01", "AB>*A2=A AB>*B2=B");
	k_people(w, "A 3 B 4", "A2 5 B2 4");
	PARTS("7 → 5 = -2: structure -4, real 2", .indicator = "people", .in = "West");
	PARTS("0 → 4 = 4: structure 4", .indicator = "people", .in = "East");
}

/*   A 5..8 ──▶ A 10 */
static void intervals_give_what_is_certain_and_leave_the_rest(void **state)
{
	struct world *w = *state;
	k_same_towns(w);
	uint64_t before = k_people(w, "A 5..8 B 20", "A 10 B 20");
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
	k_same_towns(w);
	k_people(w, "A ~20 B 4", "A 25 B 6");
	PARTS("at least 4 → 31 = at most 27: real 0 (..27), undetermined at most 27", .indicator = "people");
}

/*   printed in the units of 2020: A and B of 2014 as AB */
static void figures_printed_in_later_units_flow_from_these(void **state)
{
	struct world *w = *state;
	k_lay(w);
	h_towns_of(w, "West", "A B ..2018, AB 2018..");
	h_event(w, "m", "2018-01-01", "A>AB B>AB");
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
	k_lay(w);
	h_towns_of(w, "West", "A B C, T ..2020, D 2021..");
	h_towns_of(w, "East", "S ..2020, TS 2020..");
	h_event(w, "m", "2020-01-01", "T>TS S>TS");
	k_say(w, "r0", "people", "2014", "A 10 B 20 T 15 S 30");
	uint64_t before = w_commit(w);
	k_correct(w, "r0", "people", "2014", "A 13");
	k_people(w, "C 40", "A 14 C 45 TS 44 D 2");
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
	k_same_towns(w);
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
	    T(a_unit_that_changes_county_is_structure_there_and_here),
	    T(a_merger_over_the_border_takes_the_figure_along),
	    T(a_split_inside_the_scope_is_compared_as_a_whole),
	    T(a_split_over_the_border_is_between_two_ends),
	    T(weights_make_the_split_exact),
	    T(a_merger_that_is_undone_cancels_out),
	    T(intervals_give_what_is_certain_and_leave_the_rest),
	    T(words_bound_nothing),
	    T(figures_printed_in_later_units_flow_from_these),
	    T(all_causes_at_once_add_up),
	    T(what_cannot_be_asked_is_said_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
