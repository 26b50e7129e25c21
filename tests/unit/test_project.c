/* SPDX-License-Identifier: Apache-2.0
 *
 * test_project.c - histories made by hand, each drawn, with the answers that follow from the drawing.
 *
 * Time runs to the right. A─┐ B is a whole flow, A╌╌B a part. Figures are asked for the day before, of and after.
 */
#include "tests/unit/history.h"

/* A┄┄┄┄┄┄┄ */
static void a_unit_that_nothing_touched_stays_what_it_is(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950.., B 2000..");
	assert_flow(w, "A", "1990-01-01", "2020-01-01", NULL, "EXACT A");
	assert_flow(w, "A", "2020-01-01", "1990-01-01", "municipality", "EXACT A");
	assert_flow(w, "B", "2020-01-01", "1990-01-01", NULL, "UNALLOCATED -");
}

/* A unit unknown at the day, or altogether. */
static void a_unit_that_does_not_live_then_is_not_found(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 2000..2020");
	w_word(w, SPACE_UNIT, "never");
	assert_flow(w, "A", "1999-12-31", "2010-01-01", NULL, "NOT_FOUND");
	assert_flow(w, "A", "2000-01-01", "2010-01-01", NULL, "EXACT A");
	assert_flow(w, "A", "2020-01-01", "2010-01-01", NULL, "NOT_FOUND");
	assert_flow(w, "never", "2010-01-01", "2010-01-01", NULL, "NOT_FOUND");
}

/* Rissa───┐
 *         ├─Indre Fosen   2018
 * Leksvik─┘                        */
static void a_merger_on_the_day_before_of_and_after(void **state)
{
	struct world *w = *state;
	h_towns(w, "Rissa Leksvik 1950..2018, Fosen 2018..");
	h_event(w, "e", "2018-01-01", "Rissa>Fosen Leksvik>Fosen");
	assert_flow(w, "Rissa", "2017-12-31", "2017-12-31", NULL, "EXACT Rissa");
	assert_flow(w, "Rissa", "2017-12-31", "2018-01-01", NULL, "MERGED Fosen");
	assert_flow(w, "Rissa", "2017-12-31", "2018-01-02", NULL, "MERGED Fosen");
	assert_flow(w, "Rissa", "2018-01-01", "2018-01-01", NULL, "NOT_FOUND");
	assert_flow(w, "Fosen", "2018-01-01", "2018-01-02", NULL, "EXACT Fosen");
	assert_flow(w, "Fosen", "2018-01-01", "2017-12-31", NULL, "UNALLOCATED Leksvik Rissa ?");
	assert_flow(w, "Fosen", "2017-12-31", "2018-01-01", NULL, "NOT_FOUND");
}

/* A─┐
 * B─┴─C─┐
 * D─────┴─E─┐
 * F─────────┴─G */
static void a_chain_of_mergers_ends_in_the_last(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B 1950..1990, C 1990..2000, D 1950..2000, E 2000..2010, F 1950..2010, G 2010..");
	h_event(w, "e3", "2010-01-01", "E>G F>G");
	h_event(w, "e1", "1990-01-01", "A>C B>C");
	h_event(w, "e2", "2000-01-01", "C>E D>E");
	assert_flow(w, "A", "1980-01-01", "2020-01-01", NULL, "MERGED G");
	assert_flow(w, "A", "1980-01-01", "2005-01-01", NULL, "MERGED E");
	assert_flow(w, "G", "2020-01-01", "1995-01-01", NULL, "UNALLOCATED C D F ?");
	assert_flow(w, "G", "2020-01-01", "1980-01-01", NULL, "UNALLOCATED A B D F ?");
	assert_flow(w, "C", "1995-01-01", "1980-01-01", NULL, "UNALLOCATED A B ?");
}

/*   ╌B─┐
 * A╌   ├─D   split without knowledge, and together again: exact
 *   ╌C─┘      */
static void a_diamond_is_exact_from_end_to_end(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950..2000, B C 2000..2010, D 2010..");
	h_event(w, "split", "2000-01-01", "A>*B A>*C");
	h_event(w, "join", "2010-01-01", "B>D C>D");
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "UNALLOCATED B C ?");
	assert_flow(w, "A", "1999-12-31", "2010-01-01", NULL, "EXACT D");
	assert_flow(w, "D", "2010-01-01", "1999-12-31", NULL, "EXACT A");
	assert_flow(w, "B", "2005-01-01", "1999-12-31", NULL, "MERGED A");
	assert_flow(w, "B", "2005-01-01", "2010-01-01", NULL, "MERGED D");
	assert_flow(w, "D", "2010-01-01", "2009-12-31", NULL, "UNALLOCATED B C ?");
}

/* Haram───┐         ┌Haram (a second life)
 * Ålesund─┴─Ålesund─┴Ålesund
 *         2020      2024            */
static void haram(struct world *w)
{
	h_towns(w, "Haram Old 1950..2020, New 2020.., Haram 2024..");
	h_event(w, "join", "2020-01-01", "Haram>New Old>New");
	h_event(w, "leave", "2024-01-01", "New>*Haram=Haram New>*New");
}

static void haram_comes_back_exactly_as_it_was(void **state)
{
	struct world *w = *state;
	haram(w);
	assert_flow(w, "Haram", "2013-01-01", "2024-01-01", NULL, "EXACT Haram");
	assert_flow(w, "Haram", "2013-01-01", "2020-01-01", NULL, "MERGED New");
	assert_flow(w, "Haram", "2024-01-01", "2019-12-31", NULL, "EXACT Haram");
	assert_flow(w, "Old", "2019-12-31", "2024-01-01", NULL, "EXACT New");
	assert_flow(w, "New", "2023-12-31", "2024-01-01", NULL, "UNALLOCATED Haram New ?");
	assert_flow(w, "New", "2024-01-01", "2023-12-31", NULL, "MERGED New");
	assert_flow(w, "Haram", "2022-01-01", "2024-01-01", NULL, "NOT_FOUND");
}

/* Snillfjord╌╌Heim, ╌╌Orkland, ╌╌Hitra (lives on); Hemne, Halsa─Heim; Orkdal─Orkland: one decision, n:m */
static void snillfjord(struct world *w)
{
	h_towns(w, "Snillfjord Hemne Orkdal 1950..2020, Hitra 1950.., Heim Orkland 2020..");
	h_event(w, "e", "2020-01-01",
		"Snillfjord>*Heim Snillfjord>*Orkland Snillfjord>*Hitra Hemne>Heim Orkdal>Orkland Hitra>Hitra");
}

static void snillfjord_went_three_ways_in_one_decision(void **state)
{
	struct world *w = *state;
	snillfjord(w);
	assert_flow(w, "Snillfjord", "2019-12-31", "2020-01-01", NULL, "UNALLOCATED Heim Hitra Orkland ?");
	assert_flow(w, "Hemne", "2019-12-31", "2020-01-01", NULL, "MERGED Heim");
	assert_flow(w, "Hitra", "2019-12-31", "2020-01-01", NULL, "MERGED Hitra");
	assert_flow(w, "Hitra", "2020-01-01", "2019-12-31", NULL, "UNALLOCATED Hitra Snillfjord ?");
	assert_flow(w, "Heim", "2020-01-01", "2019-12-31", NULL, "UNALLOCATED Hemne Snillfjord ?");
}

/* Tysfjord╌╌Narvik (with Narvik, Ballangen), ╌╌Hamarøy */
static void tysfjord_went_two_ways(void **state)
{
	struct world *w = *state;
	h_towns(w, "Tysfjord Narvik0 Ballangen Hamaroy0 1950..2020, Narvik Hamaroy 2020..");
	h_event(w, "e", "2020-01-01",
		"Tysfjord>*Narvik Tysfjord>*Hamaroy Narvik0>Narvik Ballangen>Narvik Hamaroy0>Hamaroy");
	assert_flow(w, "Tysfjord", "2019-12-31", "2020-01-01", NULL, "UNALLOCATED Hamaroy Narvik ?");
	assert_flow(w, "Narvik", "2020-01-01", "2019-12-31", NULL, "UNALLOCATED Ballangen Narvik0 Tysfjord ?");
	assert_flow(w, "Hamaroy", "2020-01-01", "2019-12-31", NULL, "UNALLOCATED Hamaroy0 Tysfjord ?");
}

/* A─┐
 * B─┴─X─┐         X is born and goes on the same day
 * C─────┴─Y       */
static void two_reforms_on_one_day_are_two_steps(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B C 1950..2020, Y 2020..");
	h_event(w, "a-second", "2020-01-01", "X>Y C>Y");
	h_event(w, "b-first", "2020-01-01", "A>X B>X");
	assert_flow(w, "A", "2019-12-31", "2020-01-01", NULL, "MERGED Y");
	assert_flow(w, "Y", "2020-01-01", "2019-12-31", NULL, "UNALLOCATED A B C ?");
}

/* A gives part to B, and on the same day by another decision part to C; B gives part to D. What B gives is of its own.
 */
static void what_is_given_on_a_day_is_what_was_there_in_the_morning(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B C D 1950..");
	h_event(w, "e1", "2020-01-01", "A>*B A>A");
	h_event(w, "e2", "2020-01-01", "A>*C A>A");
	h_event(w, "e3", "2020-01-01", "B>*D");
	assert_flow(w, "A", "2019-12-31", "2020-01-01", NULL, "UNALLOCATED A B C ?");
	assert_flow(w, "B", "2019-12-31", "2020-01-01", NULL, "UNALLOCATED B D ?");
	assert_flow(w, "C", "2020-01-01", "2019-12-31", NULL, "UNALLOCATED A C ?");
	assert_flow(w, "D", "2020-01-01", "2019-12-31", NULL, "UNALLOCATED B D ?");
}

/* A unit divided by two decisions of one day, which ends that day: nothing of it is left behind. */
static void a_source_of_two_decisions_goes_by_both(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950..2020, B C 1950..");
	h_event(w, "e1", "2020-01-01", "A>*B");
	h_event(w, "e2", "2020-01-01", "A>*C");
	assert_flow(w, "A", "2019-12-31", "2020-01-01", NULL, "UNALLOCATED B C ?");
}

/* B─┐
 * A─┴─A      a take-over; with and without a flow of A to itself */
static void who_takes_over_has_more_than_before(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950.., B 1950..2000, C 1950..2010");
	h_event(w, "e1", "2000-01-01", "B>A A>A");
	h_event(w, "e2", "2010-01-01", "C>A");
	assert_flow(w, "B", "1999-12-31", "2000-01-01", NULL, "MERGED A");
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "MERGED A");
	assert_flow(w, "A", "2000-01-01", "2009-12-31", NULL, "EXACT A");
	assert_flow(w, "A", "2010-01-01", "1999-12-31", NULL, "UNALLOCATED A B C ?");
}

/* A part moves from A to B, both live on, and back again by its own name: exact. */
static void a_boundary_moved_and_moved_back_cancels_out(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B 1950.., strip 2000..2005");
	h_event(w, "e1", "2000-01-01", "A>*strip");
	h_event(w, "e2", "2005-01-01", "strip>B");
	h_event(w, "e3", "2010-01-01", "B>*A=strip");
	assert_flow(w, "A", "1999-12-31", "2005-01-01", NULL, "UNALLOCATED A B ?");
	assert_flow(w, "A", "1999-12-31", "2010-01-01", NULL, "EXACT A");
	assert_flow(w, "B", "1999-12-31", "2010-01-01", NULL, "EXACT B");
	assert_flow(w, "B", "2007-01-01", "2010-01-01", NULL, "UNALLOCATED A B ?");
}

/* A─┐     ╌D      cut without knowledge, every territory in it is cut
 * B─┴─C╌╌╌
 *         ╌E     */
static void a_cut_goes_through_all_that_the_unit_was_made_of(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B 1950..1990, C 1990..2000, D E 2000..");
	h_event(w, "e1", "1990-01-01", "A>C B>C");
	h_event(w, "e2", "2000-01-01", "C>*D C>*E");
	assert_flow(w, "A", "1980-01-01", "2000-01-01", NULL, "UNALLOCATED D E ?");
	assert_flow(w, "D", "2000-01-01", "1980-01-01", NULL, "UNALLOCATED A B ?");
	h_weight(w, "e2", "C>D", 1, 0);
	h_weight(w, "e2", "C>E", 2, 0);
	assert_flow(w, "C", "1995-01-01", "2000-01-01", NULL, "APPORTIONED D 1/3 E 2/3");
	assert_flow(w, "A", "1980-01-01", "2000-01-01", NULL, "APPORTIONED D 1/3 E 2/3");
	assert_flow(w, "D", "2000-01-01", "1980-01-01", NULL, "UNALLOCATED A B ?");
}

/* C = A + B + D; a split gives A back by name, divides the rest between E and F. */
static void named_territories_go_whole_and_the_rest_is_divided(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B D 1950..1990, C 1990..2000, A2 E F 2000..");
	h_event(w, "e1", "1990-01-01", "A>C B>C D>C");
	h_event(w, "e2", "2000-01-01", "C>*A2=A C>*E C>*F");
	assert_flow(w, "A", "1980-01-01", "2000-01-01", NULL, "EXACT A2");
	assert_flow(w, "B", "1980-01-01", "2000-01-01", NULL, "UNALLOCATED E F ?");
	assert_flow(w, "C", "1995-01-01", "2000-01-01", NULL, "UNALLOCATED A2 E F ?");
	h_weight(w, "e2", "C>A2", 50, 0);
	h_weight(w, "e2", "C>E", 20, 0);
	h_weight(w, "e2", "C>F", 30, 0);
	assert_flow(w, "C", "1995-01-01", "2000-01-01", NULL, "APPORTIONED A2 1/2 E 1/5 F 3/10");
	assert_flow(w, "B", "1980-01-01", "2000-01-01", NULL, "APPORTIONED E 2/5 F 3/5");
	assert_flow(w, "C", "1995-01-01", "1980-01-01", NULL, "UNALLOCATED A 1/2 B D ?");
}

/* The one flow without a name gets all the rest, whole. */
static void the_one_flow_without_a_territory_gets_the_rest(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B 1950..1990, C 1990..2000, A2 B2 2000..");
	h_event(w, "e1", "1990-01-01", "A>C B>C");
	h_event(w, "e2", "2000-01-01", "C>*A2=A C>*B2");
	assert_flow(w, "A", "1980-01-01", "2000-01-01", NULL, "EXACT A2");
	assert_flow(w, "B", "1980-01-01", "2000-01-01", NULL, "EXACT B2");
}

/* All flows name a territory, and there is something that none of them names: it may lie with any of them. */
static void what_no_territory_names_is_lost_to_nobody(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B X 1950..1990, C 1990..2000, A2 B2 2000..");
	h_event(w, "e1", "1990-01-01", "A>C B>C X>C");
	h_event(w, "e2", "2000-01-01", "C>*A2=A C>*B2=B");
	assert_flow(w, "A", "1980-01-01", "2000-01-01", NULL, "MERGED A2");
	assert_flow(w, "X", "1980-01-01", "2000-01-01", NULL, "UNALLOCATED A2 B2 ?");
}

/* A territory named by a unit whose own land was cut since: all of its pieces that are there. */
static void a_territory_is_found_in_pieces(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B 1950..1990, C 1990.., D 2000.., A2 2010..");
	h_event(w, "e1", "1990-01-01", "A>C B>C");
	h_event(w, "e2", "2000-01-01", "C>*D");
	h_event(w, "e3", "2010-01-01", "C>*A2=A");
	assert_flow(w, "A", "1980-01-01", "2010-01-01", NULL, "UNALLOCATED A2 D ?");
	assert_flow(w, "A2", "2010-01-01", "1980-01-01", NULL, "MERGED A");
	assert_flow(w, "C", "2010-01-01", "1980-01-01", NULL, "MERGED B");
}

/* A code or name change makes no flow; a unit renamed as a new one is a flow of all to one that has nothing else. */
static void one_to_one_is_exact(void **state)
{
	struct world *w = *state;
	h_towns(w, "A 1950..2000, B 2000..");
	h_event(w, "e", "2000-01-01", "A>B");
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "EXACT B");
	assert_flow(w, "B", "2000-01-01", "1999-12-31", NULL, "EXACT A");
}

/* A unit that ends without a successor takes its figure out of every unit. */
static void who_ends_without_heirs_lies_outside(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B 1950..2000, C 2000..2010");
	h_event(w, "e", "2000-01-01", "A>C B>C");
	assert_flow(w, "A", "1999-12-31", "2015-01-01", NULL, "UNALLOCATED -");
	assert_flow(w, "C", "2005-01-01", "2015-01-01", NULL, "UNALLOCATED -");
	assert_flow(w, "C", "2005-01-01", "1999-01-01", NULL, "UNALLOCATED A B ?");
}

/* 2018, no day said: until its last day the old unit has the land, and the new one knows what it will have. */
static void an_uncertain_date_counts_from_its_latest_day(void **state)
{
	struct world *w = *state;
	w_unit(w, "A", "municipality", "", "2018", NULL);
	w_unit(w, "B", "municipality", "", "2018", NULL);
	w_unit(w, "C", "municipality", "2018", "", NULL);
	h_event(w, "e", "2018", "A>C B>C");
	assert_flow(w, "A", "2017-12-31", "2018-12-30", NULL, "EXACT A");
	assert_flow(w, "A", "2017-12-31", "2018-12-31", NULL, "MERGED C");
	assert_flow(w, "A", "2018-06-01", "2019-01-01", NULL, "MERGED C");
	assert_flow(w, "C", "2018-06-01", "2019-01-01", NULL, "EXACT C");
	assert_flow(w, "C", "2018-06-01", "2017-01-01", NULL, "UNALLOCATED A B ?");
}

static void a_date_without_an_end_never_comes(void **state)
{
	struct world *w = *state;
	h_towns(w, "A C 1950..");
	h_event(w, "e", "2018/..", "A>C");
	assert_flow(w, "A", "2017-12-31", "2030-01-01", NULL, "EXACT A");
}

/* A and A' are the same; A─┐
 *                       B──┴─C    is on record with A', the figures with A */
static void the_same_unit_under_two_ids_has_one_territory(void **state)
{
	struct world *w = *state;
	h_towns(w, "A A' 1950..2000, A'' 1940..1950, B 1950..2000, C 2000..");
	h_event(w, "e", "2000-01-01", "A'>C B>C");
	h_same(w, "A''", "A'");
	h_same(w, "A", "A'");
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "MERGED C");
	assert_flow(w, "A''", "1945-01-01", "2000-01-01", NULL, "MERGED C");
	assert_flow(w, "C", "2000-01-01", "1999-12-31", NULL, "UNALLOCATED A B ?");
	assert_flow(w, "C", "2000-01-01", "1945-01-01", NULL, "UNALLOCATED - A'' ?");
	assert_flow(w, "A'", "1999-12-31", "1999-12-31", NULL, "EXACT A");
}

/* Flows of an event that was annulled are not there; of one that was not known yet neither. */
static void what_is_retracted_or_not_known_yet_does_not_flow(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B 1950..");
	h_event(w, "e", "2000-01-01", "A>B");
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "MERGED B");
	h_event(w, "e", "2000-01-01", "A>B")->state = STATE_RETRACTED;
	assert_flow(w, "A", "1999-12-31", "2000-01-01", NULL, "EXACT A");
}

/* All the histories above in reverse order of entry, and with the numbers the other way round. */
static void the_order_of_entry_does_not_matter(void **state)
{
	struct world *w = *state;
	const char *events[][3] = {{"e4", "2020-01-01", "H>*A=A H>*I"},
				   {"e2b", "2000-01-01", "X>*E X>*F"},
				   {"e3", "2010-01-01", "E>H F>H D>H"},
				   {"e2a", "2000-01-01", "C>X"},
				   {"e1", "1990-01-01", "A>C B>C"}};
	const char *units[] = {"I 2020..",     "H 2010..2020", "F 2000..2010", "E 2000..2010",
			       "D 1950..2010", "C 1990..2000", "B 1950..1990", "A 1950..1990"};
	for (unsigned turn = 0; turn < 2; turn++) {
		const char *name[2] = {"", "r"};
		for (size_t i = 0; i < 8; i++) {
			size_t k = turn ? 7 - i : i;
			h_towns(w, arena_printf(w->a, "%s%s", name[turn], units[k]));
		}
		for (size_t i = 0; i < 5; i++) {
			size_t k = turn ? 4 - i : i;
			AUTO_BUF struct buf b = {0};
			for (const char *c = events[k][2]; *c; c++) {
				if (turn && *c >= 'A' && *c <= 'Z')
					buf_u8(&b, 'r');
				buf_u8(&b, (uint8_t)*c);
			}
			buf_u8(&b, 0);
			h_event(w, arena_printf(w->a, "%s%s", name[turn], events[k][0]), events[k][1],
				(const char *)b.data);
		}
	}
	h_towns(w, "A rA 2020..");
	assert_flow(w, "A", "1980-01-01", "2020-01-01", NULL, "EXACT A");
	assert_flow(w, "rA", "1980-01-01", "2020-01-01", NULL, "EXACT rA");
	assert_flow(w, "C", "1995-01-01", "2005-01-01", NULL, "UNALLOCATED E F ?");
	assert_flow(w, "rC", "1995-01-01", "2005-01-01", NULL, "UNALLOCATED rE rF ?");
	assert_flow(w, "I", "2020-01-01", "1980-01-01", NULL, "UNALLOCATED B D ?");
	assert_flow(w, "rI", "2020-01-01", "1980-01-01", NULL, "UNALLOCATED rB rD ?");
}

static void coverage_counts_the_atoms_that_lie_there(void **state)
{
	struct world *w = *state;
	haram(w);
	w_commit(w);
	AUTO_ARENA struct arena *a = arena_new(0);
	struct atoms *t = atoms_new(w_view(w), 0, a);
	uint32_t of, all, units[2] = {w_word(w, SPACE_UNIT, "Haram"), w_word(w, SPACE_UNIT, "Old")},
			  new = w_word(w, SPACE_UNIT, "New");
	int32_t then = day_of(2013, 1, 1), now = day_of(2021, 1, 1), later = day_of(2024, 1, 1);
	project_coverage(t, new, now, units, 1, then, &of, &all);
	assert_int_equal(of, 1);
	assert_int_equal(all, 2);
	project_coverage(t, new, now, units, 2, then, &of, &all);
	assert_int_equal(of, 2);
	project_coverage(t, new, later, units, 1, then, &of, &all);
	assert_int_equal(of, 0);
	assert_int_equal(all, 1);
	project_coverage(t, new, now, units, 0, then, &of, &all);
	assert_int_equal(of, 0);
	assert_int_equal(all, 2);
	atoms_free(t);
}

static void whole(const char *shares_text, int64_t total, const char *expected)
{
	mpq_t shares[4];
	mpz_t counts[4], z;
	char text[128] = "", copy[64], *rest = copy, *one;
	size_t n = 0;
	snprintf(copy, sizeof copy, "%s", shares_text);
	while ((one = strtok_r(rest, " ", &rest))) {
		mpq_init(shares[n]);
		assert_int_equal(mpq_set_str(shares[n], one, 10), 0);
		mpq_canonicalize(shares[n]);
		mpz_init(counts[n++]);
	}
	mpz_init_set_si(z, total);
	project_whole((const mpq_t *)shares, n, z, counts);
	for (size_t i = 0; i < n; i++) {
		size_t at = strlen(text);
		gmp_snprintf(text + at, sizeof text - at, "%s%Zd", i ? " " : "", counts[i]);
		mpq_clear(shares[i]);
		mpz_clear(counts[i]);
	}
	mpz_clear(z);
	assert_string_equal(text, expected);
}

static void whole_things_go_by_largest_remainder_and_then_in_order(void **state)
{
	(void)state;
	whole("1/3 1/3 1/3", 10, "4 3 3");
	whole("1/3 1/3 1/3", 11, "4 4 3");
	whole("1/10 2/10 7/10", 7, "1 1 5");
	whole("1", 7, "7");
	whole("1/2 1/2", -3, "-1 -2");
	whole("0 1", 5, "0 5");
	whole("1/4 3/4", 0, "0 0");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    T(a_unit_that_nothing_touched_stays_what_it_is),
	    T(a_unit_that_does_not_live_then_is_not_found),
	    T(a_merger_on_the_day_before_of_and_after),
	    T(a_chain_of_mergers_ends_in_the_last),
	    T(a_diamond_is_exact_from_end_to_end),
	    T(haram_comes_back_exactly_as_it_was),
	    T(snillfjord_went_three_ways_in_one_decision),
	    T(tysfjord_went_two_ways),
	    T(two_reforms_on_one_day_are_two_steps),
	    T(what_is_given_on_a_day_is_what_was_there_in_the_morning),
	    T(a_source_of_two_decisions_goes_by_both),
	    T(who_takes_over_has_more_than_before),
	    T(a_boundary_moved_and_moved_back_cancels_out),
	    T(a_cut_goes_through_all_that_the_unit_was_made_of),
	    T(named_territories_go_whole_and_the_rest_is_divided),
	    T(the_one_flow_without_a_territory_gets_the_rest),
	    T(what_no_territory_names_is_lost_to_nobody),
	    T(a_territory_is_found_in_pieces),
	    T(one_to_one_is_exact),
	    T(who_ends_without_heirs_lies_outside),
	    T(an_uncertain_date_counts_from_its_latest_day),
	    T(a_date_without_an_end_never_comes),
	    T(the_same_unit_under_two_ids_has_one_territory),
	    T(what_is_retracted_or_not_known_yet_does_not_flow),
	    T(the_order_of_entry_does_not_matter),
	    T(coverage_counts_the_atoms_that_lie_there),
	    cmocka_unit_test(whole_things_go_by_largest_remainder_and_then_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
