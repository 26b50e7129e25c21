/* SPDX-License-Identifier: Apache-2.0
 *
 * test_project_weight.c - what was divided is divided by the weights on its flows.
 *
 * Time runs to the right. A─┐ B is a whole flow, A╌╌B a part. Figures are asked for the day before, of and after.
 */
#include "tests/unit/history.h"

/* Haram───┐         ┌Haram (a second life)
 * Ålesund─┴─Ålesund─┴Ålesund
 *         2020      2024            */
static void haram(struct world *w)
{
	h_towns(w, "Haram Old 1950..2020, New 2020.., Haram 2024..");
	h_event(w, "join", "2020-01-01", "Haram>New Old>New");
	h_event(w, "leave", "2024-01-01", "New>*Haram=Haram New>*New");
}

static void weights_of_the_flows_divide_a_unit_that_gives_back_a_territory(void **state)
{
	struct world *w = *state;
	haram(w);
	h_weight(w, "leave", "New>Haram", 14, 1);
	h_weight(w, "leave", "New>New", 86, 1);
	assert_flow(w, "New", "2023-12-31", "2024-01-01", NULL, "APPORTIONED Haram 7/50 New 43/50");
	assert_flow(w, "New", "2021-01-01", "2019-12-31", NULL, "APPORTIONED Haram 7/50 Old 43/50");
	assert_flow(w, "Haram", "2013-01-01", "2024-01-01", NULL, "EXACT Haram");
}

/* The same, where Ålesund lives on without a flow to itself. */
static void who_lives_on_without_a_flow_keeps_the_rest(void **state)
{
	struct world *w = *state;
	h_towns(w, "Haram 1950..2020, Alesund 1950.., Haram2 2024..");
	h_event(w, "join", "2020-01-01", "Haram>Alesund");
	h_event(w, "leave", "2024-01-01", "Alesund>*Haram2=Haram");
	assert_flow(w, "Haram", "2013-01-01", "2024-01-01", NULL, "EXACT Haram2");
	assert_flow(w, "Alesund", "2013-01-01", "2024-01-01", NULL, "EXACT Alesund");
	assert_flow(w, "Alesund", "2013-01-01", "2022-01-01", NULL, "MERGED Alesund");
	assert_flow(w, "Alesund", "2022-01-01", "2024-01-01", NULL, "UNALLOCATED Alesund Haram2 ?");
}

/* Snillfjord╌╌Heim, ╌╌Orkland, ╌╌Hitra (lives on); Hemne, Halsa─Heim; Orkdal─Orkland: one decision, n:m */
static void snillfjord(struct world *w)
{
	h_towns(w, "Snillfjord Hemne Orkdal 1950..2020, Hitra 1950.., Heim Orkland 2020..");
	h_event(w, "e", "2020-01-01",
		"Snillfjord>*Heim Snillfjord>*Orkland Snillfjord>*Hitra Hemne>Heim Orkdal>Orkland Hitra>Hitra");
}

static void weights_three_ways_add_up(void **state)
{
	struct world *w = *state;
	snillfjord(w);
	h_weight(w, "e", "Snillfjord>Heim", 200, 0);
	h_weight(w, "e", "Snillfjord>Orkland", 300, 0);
	assert_flow(w, "Snillfjord", "2019-12-31", "2020-01-01", NULL, "UNALLOCATED Heim Hitra Orkland ?");
	h_weight(w, "e", "Snillfjord>Hitra", 5000, 1);
	assert_flow(w, "Snillfjord", "2019-12-31", "2020-01-01", NULL, "APPORTIONED Heim 1/5 Hitra 1/2 Orkland 3/10");
}

static void of_conflicting_weights_the_better_attested_counts_and_then_the_first(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950..2000, B C 2000..");
	h_event(w, "e", "2000-01-01", "A>*B A>*C");
	h_weight(w, "e", "A>B", 1, 0);
	h_weight(w, "e", "A>C", 3, 0);
	w_commit(w);
	w->source = "s2";
	h_weight(w, "e", "A>B", 3, 0);
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "APPORTIONED B 1/4 C 3/4");
	w->source = "s3";
	h_weight(w, "e", "A>B", 30, 1);
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "APPORTIONED B 1/2 C 1/2");
	w->source = "s4";
	h_weight(w, "e", "A>C", 0, 0);
	w->source = "s5";
	h_weight(w, "e", "A>C", 0, 0);
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "APPORTIONED B");
}

static void weights_that_are_all_nothing_say_nothing(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950..2000, B C 2000..");
	h_event(w, "e", "2000-01-01", "A>*B A>*C");
	h_weight(w, "e", "A>B", 0, 0);
	h_weight(w, "e", "A>C", 0, 0);
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "UNALLOCATED B C ?");
}

/* A──A      a split-off, by a flow to itself or by living on
 *  ╌╌B      */
static void a_part_that_leaves_is_unknown_without_weights_and_known_with(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950.., B 2000.., C 2010..");
	h_event(w, "e1", "2000-01-01", "A>*B A>*A");
	h_event(w, "e2", "2010-01-01", "A>*C");
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "UNALLOCATED A B ?");
	assert_flow(w, "B", "2000-01-01", "1999-12-31", NULL, "MERGED A");
	assert_flow(w, "A", "2005-01-01", "2010-01-01", NULL, "UNALLOCATED A C ?");
	h_weight(w, "e1", "A>A", 3, 0);
	h_weight(w, "e1", "A>B", 1, 0);
	h_weight(w, "e2", "A>A", 1, 0);
	h_weight(w, "e2", "A>C", 1, 0);
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "APPORTIONED A 3/4 B 1/4");
	assert_flow(w, "A", "1999-12-31", "2010-01-01", NULL, "APPORTIONED A 3/8 B 1/4 C 3/8");
	assert_flow(w, "A", "1999-12-31", "2010-01-01", "municipality", "APPORTIONED A 3/8 B 1/4 C 3/8");
}

/* A╌╌B 3/4 known, B╌╌C, B╌╌D unknown: what is known stays known. */
static void a_share_is_known_beside_unknown_ones(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950.., B 2000..2010, C D 2010..");
	h_event(w, "e1", "2000-01-01", "A>*B A>*A");
	h_event(w, "e2", "2010-01-01", "B>*C B>*D");
	h_weight(w, "e1", "A>A", 3, 0);
	h_weight(w, "e1", "A>B", 1, 0);
	assert_flow(w, "A", "1999-12-31", "2010-01-01", NULL, "UNALLOCATED A 3/4 C D ?");
}

/*   ╌B─┐   ╌B2
 * A╌   ├─D╌      3 to 2 when it was divided first, 1 to 1 when it was again
 *   ╌C─┘   ╌C2     */
static void forwards_the_later_weights_count_and_backwards_the_earlier_ones(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950..1990, B C 1990..2000, D 2000..2010, B2 C2 2010..");
	h_event(w, "e1", "1990-01-01", "A>*B A>*C");
	h_event(w, "e2", "2000-01-01", "B>D C>D");
	h_event(w, "e3", "2010-01-01", "D>*B2=B D>*C2=C");
	h_weight(w, "e1", "A>B", 3, 0);
	h_weight(w, "e1", "A>C", 2, 0);
	h_weight(w, "e3", "D>B2", 1, 0);
	h_weight(w, "e3", "D>C2", 1, 0);
	assert_flow(w, "D", "2005-01-01", "2010-01-01", NULL, "APPORTIONED B2 1/2 C2 1/2");
	assert_flow(w, "D", "2005-01-01", "1995-01-01", NULL, "APPORTIONED B 3/5 C 2/5");
	assert_flow(w, "B", "1995-01-01", "2010-01-01", NULL, "EXACT B2");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    T(weights_of_the_flows_divide_a_unit_that_gives_back_a_territory),
	    T(who_lives_on_without_a_flow_keeps_the_rest),
	    T(weights_three_ways_add_up),
	    T(of_conflicting_weights_the_better_attested_counts_and_then_the_first),
	    T(weights_that_are_all_nothing_say_nothing),
	    T(a_part_that_leaves_is_unknown_without_weights_and_known_with),
	    T(a_share_is_known_beside_unknown_ones),
	    T(forwards_the_later_weights_count_and_backwards_the_earlier_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
