/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose_count.c - why there are more or fewer units, arrangements, participants.
 */
#include "tests/unit/decompose_kit.h"
#define POINTS       .measure = MEASURE_COUNT, .from = "2014-06-30", .to = "2022-06-30"
#define UNITS        POINTS, .counted = COUNTED_UNITS, .kind = "municipality"
#define ARRANGEMENTS POINTS, .counted = COUNTED_ARRANGEMENTS
#define PARTICIPANTS POINTS, .counted = COUNTED_PARTICIPANTS, .kind = "municipality"

static void counties(struct world *w)
{
	h_counties(w, "West East");
	w_tick(w, "2026-01-01");
}

static void life(struct world *w, const char *id, const char *kind, const char *from, const char *to,
		 enum fact_state state)
{
	w_fact(w, FACT_LIFE)->life = (struct fact_life){.unit = w_word(w, SPACE_UNIT, id),
							.life = 1,
							.kind = w_word(w, SPACE_TERM, kind),
							.state = state,
							.from = w_when(from),
							.to = w_when(to),
							.src = w_word(w, SPACE_SOURCE, "s1")};
	w_standing(w, SUBJECT_UNIT, "", id, NULL, from, to);
}

/* "a1 A B": an arrangement and who takes part for all of its life. */
static void arrangement(struct world *w, const char *id, const char *members, const char *from, const char *to)
{
	w_unit(w, id, "arrangement", from, to, id);
	for (size_t len; *members; members += len + strspn(members + len, " ")) {
		len = strcspn(members, " ");
		w_link(w, LINK_TYPE_PARTICIPATES_IN, arena_text(w->a, members, len), id, from, to);
	}
}

/*   A ─┐
 *   B ─┴▶ AB     C stands, D is new from nothing, E ends without an heir, X moves from East to West */
static void units_are_merged_moved_created_and_ended(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "A B ..2018, AB 2018..");
	h_event(w, "m", "2018-01-01", "A>AB B>AB");
	h_towns_of(w, "West", "C, D D2 D3 2019.., E ..2019");
	h_towns(w, "X");
	h_inside(w, "X", "East ..2020, West 2020..");
	w_commit(w);
	/* C + A B E = 4, then C AB D D2 D3 X = 6 */
	PARTS("4 → 6 = 2: real 2", UNITS, .in = "West");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){UNITS, .in = "West"});
	assert_int_equal(k_part(&a->rows[0], CAUSE_STRUCTURE)->units, 4); /* A B AB X: −1 and +1 */
	PARTS("1 → 0 = -1: structure -1", UNITS, .in = "East");
	PARTS("5 → 6 = 1: structure -1, real 2", UNITS);
	a = k_decompose(w, &(struct k_ask){UNITS, .group_by = "county"});
	assert_int_equal(a->n_rows, 2);
	assert_string_equal(k_text(w, &a->rows[0]), "1 → 0 = -1: structure -1");
	assert_string_equal(k_text(w, &a->rows[1]), "4 → 6 = 2: real 2");
}

/*   A said at first, retracted later; B first said later */
static void units_are_known_otherwise_later(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "A C");
	uint64_t before = w_commit(w);
	life(w, "A", "municipality", "", "", STATE_RETRACTED);
	h_towns_of(w, "West", "B B2");
	life(w, "C", "municipality", "", "2020-01-01", STATE_CORRECTED);
	w_commit(w);
	PARTS("2 → 2 = 0: correction -1, late 2, real -1", UNITS, .from_rev = before);
	PARTS("3 → 2 = -1: real -1", UNITS);
	PARTS("2 → 2 = 0: nothing", UNITS, .from_rev = before, .to_rev = before);
}

/*   West A B C, East X. a1 {A B} stays, a2 {A X} ends, a3 {C} new, a4 {T} leaves with T, a5 {P Q} internalised */
static void arrangements_end_begin_and_move(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "A B C");
	h_towns_of(w, "East", "X");
	h_towns_of(w, "West", "P Q ..2018, PQ 2018..");
	h_event(w, "m", "2018-01-01", "P>PQ Q>PQ");
	h_towns_of(w, "West", "T ..2020");
	h_towns_of(w, "East", "TX 2020..");
	h_event(w, "t", "2020-01-01", "T>TX");
	arrangement(w, "a1", "A B", "", "");
	arrangement(w, "a2", "A X", "", "2019-01-01");
	arrangement(w, "a3", "C", "2019-01-01", "");
	w_unit(w, "a4", "arrangement", "", "", "a4");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "T", "a4", "", "2020-01-01");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "TX", "a4", "2020-01-01", "");
	arrangement(w, "a5", "P Q", "", "2018-01-01");
	/* a6 lives on, and A leaves it for X. */
	w_unit(w, "a6", "arrangement", "", "", "a6");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "A", "a6", "", "2020-01-01");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "X", "a6", "2020-01-01", "");
	w_commit(w);
	/* West: a1 a2 a4 a5 a6, then a1 a3 */
	PARTS("5 → 2 = -3: structure -2, real -1", ARRANGEMENTS, .in = "West");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){ARRANGEMENTS, .in = "West"});
	const struct msg_decompose_part *s = k_part(&a->rows[0], CAUSE_STRUCTURE);
	assert_int_equal(s->units, 2);
	assert_true(k_noted(s, "a5 ended as all its participants became one unit"));
	assert_int_equal(k_part(&a->rows[0], CAUSE_REAL)->units, 3); /* a2 a6 ended there, a3 new */
	assert_non_null(strstr(a->rows[0].notes[0], "not declared complete"));
	/* East: a2, then a4 a6 */
	PARTS("1 → 2 = 1: structure 1", ARRANGEMENTS, .in = "East");
	PARTS("5 → 4 = -1: structure -1", ARRANGEMENTS);
}

/*   a1 merges with a2 into a3: arrangements have reorganisations of their own */
static void merged_arrangements_are_structure(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "A B");
	arrangement(w, "a1", "A", "", "2019-01-01");
	arrangement(w, "a2", "B", "", "2019-01-01");
	arrangement(w, "a3", "A B", "2019-01-01", "");
	h_event(w, "am", "2019-01-01", "a1>a3 a2>a3");
	w_commit(w);
	PARTS("2 → 1 = -1: structure -1", ARRANGEMENTS);
}

/*   a1 retracted, a2 first said later, a3 was said to be of East's alone and is corrected */
static void arrangements_are_known_otherwise_later(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "A B");
	h_towns_of(w, "East", "X");
	arrangement(w, "a1", "A", "", "");
	arrangement(w, "a3", "X", "", "");
	uint64_t before = w_commit(w);
	life(w, "a1", "arrangement", "", "", STATE_RETRACTED);
	arrangement(w, "a2", "A B", "", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "B", "a3", "", "");
	w_commit(w);
	PARTS("1 → 2 = 1: late 1", ARRANGEMENTS, .in = "West", .from_rev = before);
	struct msg_decompose_answer *a =
	    k_decompose(w, &(struct k_ask){ARRANGEMENTS, .in = "West", .from_rev = before});
	assert_int_equal(k_part(&a->rows[0], CAUSE_CORRECTION)->units, 2); /* a1 −1, a3 +1 */
}

/*   T {a1} is divided over the border: whether a1 goes along nobody knows */
static void an_arrangement_of_a_divided_participant_is_undetermined(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "A, T ..2020, TW 2020..");
	h_towns_of(w, "East", "TE 2020..");
	h_event(w, "t", "2020-01-01", "T>*TW T>*TE");
	arrangement(w, "a1", "T", "", "2020-01-01");
	arrangement(w, "a2", "A", "", "");
	w_commit(w);
	PARTS("2 → 1 = -1: structure 0 (-1..0), real 0 (-1..0), undetermined -1", ARRANGEMENTS, .in = "West");
}

/*   A and B take part and become AB, which takes part; C ceases, D begins; T leaves West taking part */
static void participants_are_merged_and_leave(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "A B ..2018, AB 2018..");
	h_event(w, "m", "2018-01-01", "A>AB B>AB");
	h_towns_of(w, "West", "C D D2, T ..2020");
	h_towns_of(w, "East", "TX 2020..");
	h_event(w, "t", "2020-01-01", "T>TX");
	arrangement(w, "a1", "A B C T", "", "2018-01-01");
	arrangement(w, "a2", "AB D D2", "2018-01-01", "");
	w_commit(w);
	/* A B C T = 4; in the units of then AB C = 2; at last AB D D2 = 3 */
	PARTS("4 → 3 = -1: structure -2, real 1", PARTICIPANTS, .in = "West");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){PARTICIPANTS, .in = "West"});
	const struct msg_decompose_part *real = k_part(&a->rows[0], CAUSE_REAL);
	assert_int_equal(real->units, 3);
	assert_string_equal(real->among[0], "C -1");
	/* 4 of 6, then 3 of 4: after the borders 2 of 4 */
	PARTS("66.67 → 75.00 = 8.33: structure -16.67, real 25.00", .counted = COUNTED_PARTICIPANTS,
	      .kind = "municipality", .from = "2014-06-30", .to = "2022-06-30", .measure = MEASURE_RATE, .decimals = 2,
	      .in = "West");
}

/*   X of East takes part, and comes to West with the borders */
static void participants_come_with_the_borders(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "A");
	h_towns(w, "X");
	h_inside(w, "X", "East ..2020, West 2020..");
	arrangement(w, "a1", "X", "", "");
	w_commit(w);
	PARTS("0 → 1 = 1: structure 1", PARTICIPANTS, .in = "West");
	PARTS("1 → 0 = -1: structure -1", PARTICIPANTS, .in = "East");
	PARTS("1 → 1 = 0: nothing", PARTICIPANTS);
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){PARTICIPANTS, .group_by = "county"});
	assert_int_equal(a->n_rows, 2);
}

/*   T is divided: each of its heirs may go on taking part, or neither; nobody says which (design, section 5) */
static void a_divided_participant_may_go_on_in_each_of_its_heirs(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "T ..2020, T1 T2 2020..");
	h_event(w, "t", "2020-01-01", "T>*T1 T>*T2");
	arrangement(w, "a1", "T", "", "2020-01-01");
	arrangement(w, "a2", "T1", "2020-01-01", "");
	w_commit(w);
	PARTS("1 → 1 = 0: structure 0 (-1..1), real 0 (-1..1)", PARTICIPANTS);
	arrangement(w, "a3", "T2", "2020-01-01", "");
	w_commit(w);
	PARTS("1 → 2 = 1: structure 1 (-1..1), real 0 (0..2)", PARTICIPANTS);
	/* One more than heirs is real beyond doubt. */
	h_towns_of(w, "West", "U U2");
	arrangement(w, "a4", "U", "2020-01-01", "");
	w_commit(w);
	PARTS("1 → 3 = 2: structure 1 (-1..1), real 1 (1..3)", PARTICIPANTS);
}

/*   T0 … T13 are each divided between two neighbours: more than can be tried, but who takes part is known */
static void many_divided_participants_are_between_their_heirs(void **state)
{
	struct world *w = *state;
	counties(w);
	for (int i = 0; i < 14; i++)
		h_towns_of(w, "West", arena_printf(w->a, "T%d ..2020", i));
	for (int i = 0; i < 15; i++)
		h_towns_of(w, "West", arena_printf(w->a, "N%d 2020..", i));
	for (int i = 0; i < 14; i++)
		h_event(w, "t", "2020-01-01", arena_printf(w->a, "T%d>*N%d T%d>*N%d", i, i, i, i + 1));
	arrangement(w, "a1", "T0 T1 T7", "", "2020-01-01"); /* N0 N1 N2, N7 N8 */
	arrangement(w, "a2", "N0 N1 N2 N3 N4 N7 N8", "2020-01-01", "");
	w_commit(w);
	PARTS("3 → 7 = 4: structure 2 (-3..2), real 2 (2..7)", PARTICIPANTS);
}

/*   a1 is first attested in 2020: whether it was there in 2014 nobody knows; a2 began in 2016 */
static void what_may_have_been_there_before_is_no_certain_change(void **state)
{
	struct world *w = *state;
	counties(w);
	h_towns_of(w, "West", "A B");
	arrangement(w, "a1", "A", "../2020-01-01", "");
	arrangement(w, "a2", "B", "2016-01-01", "");
	w_commit(w);
	PARTS("0 → 2 = 2: real 1 (1..2), undetermined 1", ARRANGEMENTS);
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){ARRANGEMENTS});
	assert_string_equal(k_part(&a->rows[0], CAUSE_UNDETERMINED)->among[0], "a1 +1");
	assert_true(k_noted(k_part(&a->rows[0], CAUSE_UNDETERMINED), "it may have been there at both points"));
	PARTS("0 → 2 = 2: real 1 (1..2), undetermined 1", PARTICIPANTS);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(units_are_merged_moved_created_and_ended),
	    T(units_are_known_otherwise_later),
	    T(arrangements_end_begin_and_move),
	    T(merged_arrangements_are_structure),
	    T(arrangements_are_known_otherwise_later),
	    T(an_arrangement_of_a_divided_participant_is_undetermined),
	    T(many_divided_participants_are_between_their_heirs),
	    T(participants_are_merged_and_leave),
	    T(a_divided_participant_may_go_on_in_each_of_its_heirs),
	    T(participants_come_with_the_borders),
	    T(what_may_have_been_there_before_is_no_certain_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
