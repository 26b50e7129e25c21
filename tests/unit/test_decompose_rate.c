/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose_rate.c - why a percentage or a count of sets changed: what does not add up over units.
 */
#include "tests/unit/decompose_kit.h"

static void rate_indicator(struct world *w, const char *denominator)
{
	struct msg_indicator def = {.id = "takes-part",
				    .label = "Takes part",
				    .type = VALUE_TYPE_PERCENT,
				    .over_units = AGGREGATION_RELATIVE,
				    .over_time = AGGREGATION_NONE,
				    .denominator = denominator,
				    .unit_kind = "county"};
	w_def(w, SPACE_INDICATOR, "takes-part", &msg_type_indicator, &def);
	w_tick(w, "2026-01-01");
}

#define RATE .indicator = "takes-part", .measure = MEASURE_RATE, .in = "Nordland", .alone = true, .decimals = 2

/*   Nordland 2014: 44                          2020: 41
 *   M1 … M39  ────────────────────────────────▶ M1 … M39
 *   Tjeldsund ─┐
 *   (Skånland) ┴──────────────────────────────▶ (Tjeldsund, in Troms)
 *   Ballangen ─────────────┐
 *   Narvik ────────────────┴┬─────────────────▶ Narvik
 *   Tysfjord ───────────────┼┐
 *   Hamarøy ─────────────────┴────────────────▶ Hamarøy         */
static void nordland(struct world *w, uint32_t frame0, uint32_t frame1)
{
	h_counties(w, "Nordland Troms");
	for (int i = 1; i <= 39; i++)
		h_towns_of(w, "Nordland", arena_printf(w->a, "M%d", i));
	h_towns_of(w, "Nordland", "Tjeldsund Ballangen Tysfjord ..2020, Narvik Hamaroy");
	h_towns_of(w, "Troms", "Skanland ..2020, Tjeldsund20 2020..");
	h_event(w, "t", "2020-01-01", "Tjeldsund>Tjeldsund20 Skanland>Tjeldsund20");
	h_event(w, "n", "2020-01-01",
		"Tysfjord>*Narvik Tysfjord>*Hamaroy Narvik>Narvik Ballangen>Narvik Hamaroy>Hamaroy");
	k_round(w, "r0", "2014-03", frame0, "", "Nordland");
	k_round(w, "r1", "2020", frame1, "", "Nordland");
	rate_indicator(w, "frame");
}

/* Of the municipalities of the frame that took part, in 2014 and in 2020. Returns the revision. */
static uint64_t percents(struct world *w, const char *then, const char *later)
{
	k_say(w, "r0", "takes-part", "2014-03", arena_printf(w->a, "Nordland %s", then));
	k_say(w, "r1", "takes-part", "2020", arena_printf(w->a, "Nordland %s", later));
	return w_commit(w);
}

/* 40 of 44 and 40 of 41: three municipalities less, and no change on the ground that anybody could prove. Tysfjord may
 * have taken its participation to Narvik, to Hamarøy, to both or to neither: 37 to 41. */
static void fewer_municipalities_are_no_real_change(void **state)
{
	struct world *w = *state;
	nordland(w, 44, 41);
	percents(w, "91", "98");
	PARTS("90.91 → 97.56 = 6.65: structure 6.65 (-0.67..9.10), real 0.00 (-2.44..7.32)", RATE);
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){RATE});
	const struct msg_decompose_part *s = k_part(&a->rows[0], CAUSE_STRUCTURE);
	assert_string_equal(s->figure->numerator, "3000"); /* 100 × (40/41 − 40/44) */
	assert_string_equal(s->figure->denominator, "451");
	assert_int_equal(s->units, 3);
	assert_string_equal(s->among[0], "Tjeldsund: became Tjeldsund20, which is outside the frame");
	assert_string_equal(s->among[1], "Ballangen: became Narvik");
	assert_string_equal(s->among[2], "Tysfjord: divided among Narvik and Hamaroy");
	assert_true(k_noted(s, "40 of 44 became between 37 and 41 of 41"));
	assert_true(k_noted(k_part(&a->rows[0], CAUSE_REAL), "no real change is certain"));
	assert_true(a->rows[0].agrees);
}

/* 30 of 44 and 40 of 41: at most 31 could have come of them (Narvik and Hamarøy both, by Tysfjord), so that nine are
 * new.
 */
static void what_the_borders_cannot_explain_is_real(void **state)
{
	struct world *w = *state;
	nordland(w, 44, 41);
	percents(w, "68", "98");
	PARTS("68.18 → 97.56 = 29.38: structure 7.43 (-2.33..7.43), real 21.95 (21.95..31.71)", RATE);
}

/* All 44 and all 41. */
static void all_stay_all(void **state)
{
	struct world *w = *state;
	nordland(w, 44, 41);
	percents(w, "100", "100");
	PARTS("100.00 → 100.00 = 0.00: nothing", RATE);
	k_correct(w, "r1", "takes-part", "2020", "Nordland 98");
	w_commit(w);
	PARTS("100.00 → 97.56 = -2.44: real -2.44", RATE);
}

/* The frame says 45, and there are 44 on record: who they are is not known. */
static void a_frame_known_by_its_size_is_frame(void **state)
{
	struct world *w = *state;
	nordland(w, 45, 41);
	percents(w, "89", "98"); /* 40 of 45 */
	PARTS("88.89 → 97.56 = 8.67: frame 8.67 (-1.09..8.68), real 0.00 (0.00..9.76)", RATE);
}

/* 91 corrected to 89 (39 of 44) */
static void a_corrected_percentage_is_correction(void **state)
{
	struct world *w = *state;
	nordland(w, 44, 41);
	uint64_t before = percents(w, "91", "98");
	k_correct(w, "r0", "takes-part", "2014-03", "Nordland 89");
	w_commit(w);
	PARTS("90.91 → 97.56 = 6.65: correction -2.27, structure 8.92 (-0.84..8.93), real 0.00 (0.00..9.76)", RATE,
	      .from_rev = before);
	/* A frame known wrong corrects the rate too. */
	k_correct(w, "r0", "takes-part", "2014-03", "Nordland 91");
	uint64_t again = w_commit(w);
	k_round(w, "r0", "2014-03", 43, "", "Nordland");
	w_commit(w);
	struct msg_decompose_answer *a =
	    k_decompose(w, &(struct k_ask){RATE, .from_rev = again}); /* 91 % of 43 is 39 */
	assert_true(k_noted(k_part(&a->rows[0], CAUSE_CORRECTION), "40 of 44 as known then, 39 of 43 now"));
	assert_true(a->rows[0].agrees);
}

/* 48 percent of 41 is no whole number. */
static void a_percentage_that_contradicts_its_frame_has_no_parts(void **state)
{
	struct world *w = *state;
	nordland(w, 44, 41);
	percents(w, "91", "48");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){RATE});
	assert_non_null(strstr(a->rows[0].to->refused, "contradict"));
	assert_string_equal(a->rows[0].change->refused, a->rows[0].to->refused);
	assert_int_equal(a->rows[0].n_parts, CAUSE_UNDETERMINED);
}

/* Frames by name: A B C D, then A B E; D is dropped as it stands, C merged into B, E comes. */
static void dropped_and_added_members_are_frame(void **state)
{
	struct world *w = *state;
	h_counties(w, "Nordland");
	h_towns_of(w, "Nordland", "A B D E, C ..2018");
	h_event(w, "m", "2018-01-01", "C>B B>B");
	k_round(w, "r0", "2014", 4, "A B C D", "Nordland");
	k_round(w, "r1", "2020", 3, "A B E", "Nordland");
	rate_indicator(w, "frame");
	k_say(w, "r0", "takes-part", "2014", "Nordland 50");    /* 2 of 4 */
	k_say(w, "r1", "takes-part", "2020", "Nordland 66.67"); /* 2 of 3 */
	w_commit(w);
	/* A B+C D: 1 or 2 of 3; without D and with E: 0 to 3 of 3; so 2 of 3 needs no real change. */
	PARTS("50.00 → 66.67 = 16.67: structure 16.67 (-16.67..16.67), frame 0.00 (-66.67..66.67), real 0.00 "
	      "(-33.34..66.67)",
	      RATE);
}

/* Printed percentages that several counts fit: 33 % of 1000 is 325 to 334. */
static void several_numerators_are_a_range(void **state)
{
	struct world *w = *state;
	h_counties(w, "Nordland");
	k_round(w, "r0", "2014", 1000, "", "Nordland");
	k_round(w, "r1", "2020", 1000, "", "Nordland");
	rate_indicator(w, "frame");
	k_say(w, "r0", "takes-part", "2014", "Nordland 33");
	k_say(w, "r1", "takes-part", "2020", "Nordland 35");
	w_commit(w);
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){RATE});
	assert_true(a->rows[0].agrees);
	const struct msg_figure *real = k_part(&a->rows[0], CAUSE_REAL)->figure;
	assert_string_equal(real->low, "1.10");
	assert_string_equal(real->high, "2.90");
	assert_string_equal(real->shown, "1.10");
}

/* Of another indicator: 10 of 40, then 12 of 40, on the same territory. */
static void a_rate_of_another_indicator_is_real_where_nothing_moved(void **state)
{
	struct world *w = *state;
	h_counties(w, "Nordland");
	k_round(w, "r0", "2014", 0, "", "");
	k_round(w, "r1", "2020", 0, "", "");
	rate_indicator(w, "schools");
	w_indicator(w, "schools", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "county");
	k_say(w, "r0", "schools", "2014", "Nordland 40");
	k_say(w, "r1", "schools", "2020", "Nordland 40");
	k_say(w, "r0", "takes-part", "2014", "Nordland 25");
	k_say(w, "r1", "takes-part", "2020", "Nordland 30");
	w_commit(w);
	PARTS("25.00 → 30.00 = 5.00: real 5.00", RATE);
}

/* ---- counts of sets --------------------------------------------------------------------------------- */

#define SETS .indicator = "arr", .measure = MEASURE_VALUE, .alone = true

/*   Sør 212 ─┐
 *   Nord 218 ┴▶ Trøndelag 300     what both counted once is counted once: 218 to 430 of it, never 430 */
static void two_counties_together_are_bounds_and_never_their_sum(void **state)
{
	struct world *w = *state;
	h_counties(w, "Sor Nord ..2018, Trondelag 2018..");
	h_event(w, "c", "2018-01-01", "Sor>Trondelag Nord>Trondelag");
	w_indicator(w, "arr", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "county");
	k_round(w, "r0", "2014", 0, "", "");
	k_round(w, "r1", "2022", 0, "", "");
	w_tick(w, "2026-01-01");
	k_say(w, "r0", "arr", "2014", "Sor 212 Nord 218");
	k_say(w, "r1", "arr", "2022", "Trondelag 300");
	w_commit(w);
	PARTS("0 → 300 = 300: structure 218 (218..430), real 0 (-130..82), undetermined 82", SETS, .in = "Trondelag");
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){SETS, .in = "Trondelag"});
	assert_true(k_noted(k_part(&a->rows[0], CAUSE_STRUCTURE), "what they had in common counts once"));
	assert_true(k_noted(k_part(&a->rows[0], CAUSE_STRUCTURE), "Trondelag"));
	/* More than both together is real beyond doubt. */
	k_correct(w, "r1", "arr", "2022", "Trondelag 500");
	w_commit(w);
	PARTS("0 → 500 = 500: structure 218 (218..430), real 70 (70..282), undetermined 212", SETS, .in = "Trondelag");
	/* Seen from a part, all of it went. */
	PARTS("218 → 0 = -218: structure -218", SETS, .in = "Nord");
}

/*   Haram 41 ─┐              ┌▶ Haram again (exactly its former territory): 44
 *   Ålesund 30┴▶ Ålesund20 ──┴▶ Ålesund20                                       */
static void a_territory_that_returns_is_the_same(void **state)
{
	struct world *w = *state;
	h_counties(w, "More");
	h_towns_of(w, "More", "Haram Alesund ..2020, Alesund20 2020.., Haram24 2024..");
	h_event(w, "m", "2020-01-01", "Haram>Alesund20 Alesund>Alesund20");
	h_event(w, "s", "2024-01-01", "Alesund20>*Haram24=Haram Alesund20>*Alesund20");
	w_indicator(w, "arr", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "municipality");
	k_round(w, "r0", "2013", 0, "", "");
	k_round(w, "r1", "2025", 0, "", "");
	w_tick(w, "2026-01-01");
	k_say(w, "r0", "arr", "2013", "Haram 41 Alesund 30");
	k_say(w, "r1", "arr", "2025", "Haram24 44 Alesund20 30");
	w_commit(w);
	PARTS("0 → 44 = 44: structure 41, real 3", SETS, .in = "Haram24");
	struct msg_decompose_answer *a =
	    k_decompose(w, &(struct k_ask){.indicator = "arr", .measure = MEASURE_VALUE, .group_by = "unit"});
	assert_int_equal(a->n_rows, 4);
	for (size_t i = 0; i < a->n_rows; i++)
		assert_true(a->rows[i].agrees);
}

/*   Rissa 53 ──┐
 *   Leksvik 46 ┴▶ Indre Fosen     53 to 99 */
static void two_municipalities_together_are_bounds(void **state)
{
	struct world *w = *state;
	h_counties(w, "Trondelag");
	h_towns_of(w, "Trondelag", "Rissa Leksvik ..2018, Indre 2018..");
	h_event(w, "m", "2018-01-01", "Rissa>Indre Leksvik>Indre");
	w_indicator(w, "arr", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "municipality");
	k_round(w, "r0", "2013", 0, "", "");
	k_round(w, "r1", "2025", 0, "", "");
	w_tick(w, "2026-01-01");
	k_say(w, "r0", "arr", "2013", "Rissa 53 Leksvik 46");
	k_say(w, "r1", "arr", "2025", "Indre 50");
	w_commit(w);
	PARTS("0 → 50 = 50: structure 53 (53..99), real -3 (-49..-3)", SETS, .in = "Indre");
	/* Only one of the two reported: the other may have had any. */
	k_say(w, "r0", "arr", "2013", "Leksvik -");
	w_commit(w);
	PARTS("0 → 50 = 50: structure 53 (53..), real -3 (..-3)", SETS, .in = "Indre");
}

/* A sum of sets is refused, with the trend's reason. */
static void a_sum_of_sets_is_refused(void **state)
{
	struct world *w = *state;
	h_counties(w, "Trondelag");
	h_towns_of(w, "Trondelag", "A B");
	w_indicator(w, "arr", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "municipality");
	k_round(w, "r0", "2013", 0, "", "");
	k_round(w, "r1", "2025", 0, "", "");
	w_tick(w, "2026-01-01");
	k_say(w, "r0", "arr", "2013", "A 5 B 6");
	k_say(w, "r1", "arr", "2025", "A 5 B 7");
	w_commit(w);
	struct msg_decompose_answer *a = k_decompose(w, &(struct k_ask){.indicator = "arr", .in = "Trondelag"});
	assert_non_null(strstr(a->rows[0].change->refused, "distinct"));
	PARTS("6 → 7 = 1: real 1", SETS, .in = "B");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(fewer_municipalities_are_no_real_change),
	    T(what_the_borders_cannot_explain_is_real),
	    T(all_stay_all),
	    T(a_frame_known_by_its_size_is_frame),
	    T(a_corrected_percentage_is_correction),
	    T(a_percentage_that_contradicts_its_frame_has_no_parts),
	    T(dropped_and_added_members_are_frame),
	    T(several_numerators_are_a_range),
	    T(a_rate_of_another_indicator_is_real_where_nothing_moved),
	    T(two_counties_together_are_bounds_and_never_their_sum),
	    T(a_territory_that_returns_is_the_same),
	    T(two_municipalities_together_are_bounds),
	    T(a_sum_of_sets_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
