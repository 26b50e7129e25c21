/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_measure.c - medians, extremes, shares, ranks, concentrations, rates and weighted means: answers by hand,
 * and a thousand small worlds against sums that share no code with the answers.
 */
#include <stdlib.h>
#include "tests/unit/trend_kit.h"

static enum measure all_measures[] = {MEASURE_MEDIAN, MEASURE_MIN,  MEASURE_MAX, MEASURE_CONCENTRATION,
				      MEASURE_SHARE,  MEASURE_RANK, MEASURE_RATE};

static struct msg_trend_question ask_all(const char *indicator)
{
	return t_ask_these(indicator, all_measures, 7);
}

/* Units m:0, m:1 … with a value each, in 2014. */
static void say_units(struct world *w, const char *id, enum value_type type, enum aggregation over_units,
		      const char *const *values)
{
	w_indicator(w, id, type, over_units, "municipality");
	for (int i = 0; values[i]; i++) {
		const char *unit = arena_printf(w->a, "m:%d", i);
		if (w->last[SPACE_UNIT] <= (uint32_t)i)
			w_unit(w, unit, "municipality", "", "", arena_printf(w->a, "M%d", i));
		w_obs(w, unit, id, "2014", values[i]);
	}
	w_commit(w);
}

static const struct msg_trend_row *only(struct world *w, const char *id)
{
	struct msg_trend_question q = ask_all(id);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	return &t->rows[0];
}

/* ---- order ------------------------------------------------------------------------------------------ */

static void the_median_of_an_even_number_lies_between_the_middle_two(void **state)
{
	struct world *w = *state;
	say_units(w, "EVEN", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE,
		  (const char *const[]){"8", "1", "2.5", "-3", NULL});
	const struct msg_trend_row *row = only(w, "EVEN");
	assert_string_equal(t_told(row, MEASURE_MEDIAN), "1.8"); /* 1.75 */
	assert_string_equal(t_figure(row, MEASURE_MEDIAN)->numerator, "7");
	assert_string_equal(t_figure(row, MEASURE_MEDIAN)->denominator, "4");
	assert_string_equal(t_told(row, MEASURE_MIN), "-3.0");
	assert_string_equal(t_told(row, MEASURE_MAX), "8.0");
	assert_true(t_noted(row, "smallest: M3"));
	assert_true(t_noted(row, "largest: M0"));
	say_units(w, "ODD", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, (const char *const[]){"8", "1", "8", NULL});
	row = only(w, "ODD");
	assert_string_equal(t_told(row, MEASURE_MEDIAN), "8");
	assert_true(t_noted(row, "largest: M0, M2"));
}

static void units_between_two_ends_put_the_median_between_two_ends(void **state)
{
	struct world *w = *state;
	say_units(w, "BETWEEN", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE,
		  (const char *const[]){"10", "5..8", "1", "?", "~20", NULL});
	const struct msg_trend_row *row = only(w, "BETWEEN");
	assert_string_equal(t_told(row, MEASURE_MEDIAN), "5–8");
	assert_string_equal(t_figure(row, MEASURE_MEDIAN)->low, "5");
	assert_string_equal(t_figure(row, MEASURE_MEDIAN)->high, "8");
	assert_string_equal(t_figure(row, MEASURE_MEDIAN)->numerator, "");
	assert_string_equal(t_told(row, MEASURE_MAX), "10");
	assert_true(t_noted(row, "over 3 of 5 units: the others say no number"));
	say_units(w, "OPEN", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"5..", "1", "2", NULL});
	row = only(w, "OPEN");
	assert_string_equal(t_told(row, MEASURE_MEDIAN), "2");
	assert_string_equal(t_told(row, MEASURE_MAX), "at least 5");
	say_units(w, "WIDE", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"3..9", "4..5", NULL});
	row = only(w, "WIDE");
	assert_string_equal(t_told(row, MEASURE_MIN), "3–5");
	assert_true(t_noted(row, "smallest: one of M0, M1"));
	assert_string_equal(t_told(row, MEASURE_MEDIAN), "3.5–7.0");
	say_units(w, "NONE", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"?", "~4", NULL});
	assert_string_equal(t_told(only(w, "NONE"), MEASURE_MEDIAN), "no unit says a number");
}

static void what_has_no_meaning_is_refused_with_its_reason(void **state)
{
	struct world *w = *state;
	const char *const values[] = {"1", "2", NULL}, *const words[] = {"one", "two", NULL};
	say_units(w, "SETS", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, values);
	const struct msg_trend_row *row = only(w, "SETS");
	assert_string_equal(t_told(row, MEASURE_MEDIAN), "1.5");
	assert_non_null(strstr(t_told(row, MEASURE_SHARE), "distinct"));
	assert_non_null(strstr(t_told(row, MEASURE_RANK), "distinct"));
	assert_non_null(strstr(t_told(row, MEASURE_CONCENTRATION), "distinct"));
	assert_non_null(strstr(t_told(row, MEASURE_RATE), "not relative"));
	say_units(w, "PERCENT", VALUE_TYPE_PERCENT, AGGREGATION_RELATIVE, values);
	row = only(w, "PERCENT");
	assert_string_equal(t_told(row, MEASURE_MAX), "2");
	assert_non_null(strstr(t_told(row, MEASURE_SHARE), "not additive"));
	assert_non_null(strstr(t_told(row, MEASURE_RANK), "relative"));
	assert_non_null(strstr(t_told(row, MEASURE_CONCENTRATION), "relative"));
	assert_non_null(strstr(t_told(row, MEASURE_RATE), "names no denominator"));
	say_units(w, "WORDS", VALUE_TYPE_TEXT, AGGREGATION_NONE, words);
	row = only(w, "WORDS");
	for (size_t i = 0; i < 7; i++)
		assert_int_not_equal(*t_figure(row, all_measures[i])->refused, 0);
	assert_string_equal(t_told(row, MEASURE_MIN), "the values are words");
	say_units(w, "NOTHING", VALUE_TYPE_COUNT, AGGREGATION_NONE, values);
	assert_string_equal(t_told(only(w, "NOTHING"), MEASURE_MEDIAN),
			    "the indicator has no meaning for several units together");
	say_units(w, "TRUE", VALUE_TYPE_COUNT, AGGREGATION_ANY, values);
	assert_non_null(strstr(t_told(only(w, "TRUE"), MEASURE_MAX), "whether something is so"));
	w_unit(w, "c:1", "county", "", "", "County");
	w_indicator(w, "MIXED", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_say(w, "MIXED", "2014", "c:1 5 m:1 5");
	w_commit(w);
	row = only(w, "MIXED");
	assert_non_null(strstr(t_told(row, MEASURE_MEDIAN), "several kinds"));
	assert_non_null(strstr(t_told(row, MEASURE_SHARE), "several kinds"));
	assert_non_null(strstr(t_told(row, MEASURE_CONCENTRATION), "several kinds"));
}

/* ---- concentration, weights ------------------------------------------------------------------------- */

static void concentration_is_the_sum_of_squared_shares(void **state)
{
	struct world *w = *state;
	say_units(w, "C", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"1", "2", "3", "0", NULL});
	const struct msg_trend_row *row = only(w, "C");
	assert_string_equal(t_told(row, MEASURE_CONCENTRATION), "0.389"); /* 14/36 */
	assert_string_equal(t_figure(row, MEASURE_CONCENTRATION)->numerator, "7");
	assert_string_equal(t_figure(row, MEASURE_CONCENTRATION)->denominator, "18");
	say_units(w, "ZERO", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"0", "0", NULL});
	assert_non_null(strstr(t_told(only(w, "ZERO"), MEASURE_CONCENTRATION), "the sum is zero"));
	say_units(w, "GAP", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"1", "?", NULL});
	assert_non_null(strstr(t_told(only(w, "GAP"), MEASURE_CONCENTRATION), "M1 has no exact figure"));
	say_units(w, "SIGNED", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, (const char *const[]){"1", "-1", NULL});
	assert_non_null(strstr(t_told(only(w, "SIGNED"), MEASURE_CONCENTRATION), "negative"));
	assert_non_null(strstr(t_told(only(w, "SIGNED"), MEASURE_SHARE), "the sum is zero"));
}

static void a_mean_is_weighted_by_a_named_indicator_of_the_same_reference(void **state)
{
	struct world *w = *state;
	static enum measure mean = MEASURE_MEAN;
	say_units(w, "X", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"10", "20", "90", "?", NULL});
	say_units(w, "P", VALUE_TYPE_PERCENT, AGGREGATION_RELATIVE, (const char *const[]){"10", "20..30", NULL});
	say_units(w, "W", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"3", "1", NULL});
	say_units(w, "EMPTY", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"0", "0", NULL});
	struct msg_trend_question q = t_ask_these("X", &mean, 1);
	assert_string_equal(t_told(&w_trend(w, &q)->rows[0], MEASURE_MEAN), "40.0");
	q.mean_weight = "W";
	struct msg_trend_row *row = &w_trend(w, &q)->rows[0];
	assert_string_equal(t_told(row, MEASURE_MEAN), "12.5"); /* (3·10 + 1·20) / 4 */
	assert_true(t_noted(row, "the mean is over 2 of 4 units"));
	q.mean_weight = "EMPTY";
	assert_string_equal(t_told(&w_trend(w, &q)->rows[0], MEASURE_MEAN), "the weights add up to zero");
	q = t_ask_these("P", &mean, 1);
	assert_non_null(strstr(t_told(&w_trend(w, &q)->rows[0], MEASURE_MEAN), "plain mean"));
	q.mean_weight = "W";
	assert_string_equal(t_told(&w_trend(w, &q)->rows[0], MEASURE_MEAN), "12.5–15.0");
}

/* ---- rates ------------------------------------------------------------------------------------------ */

static void relative_to(struct world *w, const char *id, const char *denominator)
{
	struct msg_indicator def = {.id = id,
				    .label = id,
				    .type = VALUE_TYPE_PERCENT,
				    .over_units = AGGREGATION_RELATIVE,
				    .unit_kind = "municipality",
				    .denominator = denominator};
	w_def(w, SPACE_INDICATOR, id, &msg_type_indicator, &def);
}

static void say_rate(struct world *w, const char *id, const char *of, const char *const *percents,
		     const char *const *totals)
{
	say_units(w, of, VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, totals);
	relative_to(w, id, of);
	for (int i = 0; percents[i]; i++)
		w_obs(w, arena_printf(w->a, "m:%d", i), id, "2014", percents[i]);
	w_commit(w);
}

static void a_rate_is_numerators_over_denominators_derived_where_one_number_fits(void **state)
{
	struct world *w = *state;
	/* 27.3 % of 11 is 3; 50 % of 4 is 2; nobody knows of how many the third is */
	say_rate(w, "R", "N", (const char *const[]){"27.3", "50", "80", NULL}, (const char *const[]){"11", "4", NULL});
	const struct msg_trend_row *row = only(w, "R");
	assert_string_equal(t_told(row, MEASURE_RATE), "33.3");
	assert_string_equal(t_figure(row, MEASURE_RATE)->numerator, "100");
	assert_string_equal(t_figure(row, MEASURE_RATE)->denominator, "3");
	assert_true(t_noted(row, "rate: 5 of 15; numerators derived from rounded percentages"));
	assert_true(t_noted(row, "the rate is over 2 of 3 units"));
	/* 50 % of 201 is 100 or 101 */
	say_rate(w, "TWO", "N2", (const char *const[]){"50", "49", NULL}, (const char *const[]){"201", "99", NULL});
	row = only(w, "TWO");
	/* and 49 % of 99 is 49 alone */
	assert_string_equal(t_told(row, MEASURE_RATE), "49.6–50.0");
	assert_true(t_noted(row, "rate: 149–150 of 300"));
	say_rate(w, "LIE", "N3", (const char *const[]){"30", NULL}, (const char *const[]){"4", NULL});
	assert_string_equal(t_told(only(w, "LIE"), MEASURE_RATE),
			    "30 % of 4 in M0 fits no whole number: the two contradict each other");
	say_rate(w, "OPEN", "N4", (const char *const[]){"50..", "?", NULL}, (const char *const[]){"4", "8", NULL});
	assert_string_equal(t_told(only(w, "OPEN"), MEASURE_RATE), "50.0–100.0");
	say_rate(w, "NOBODY", "N5", (const char *const[]){"50", NULL}, (const char *const[]){"0", NULL});
	assert_string_equal(t_told(only(w, "NOBODY"), MEASURE_RATE), "the denominators add up to zero");
}

static void a_rate_of_a_frame_counts_the_frames_of_the_units_own_rounds(void **state)
{
	struct world *w = *state;
	relative_to(w, "R", "frame");
	for (int i = 0; i < 3; i++) {
		const char *unit = arena_printf(w->a, "m:%d", i), *round = arena_printf(w->a, "r%d", i);
		struct msg_frame_size size = {.population = i ? 8 : 5};
		struct msg_unit_ref area = *w_by_id(w, unit);
		w_unit(w, unit, "municipality", "", "", unit);
		struct msg_round def = {
		    .id = round, .survey = "survey", .reference = "2014", .area = i < 2 ? &area : NULL, .frame = &size};
		w_def(w, SPACE_ROUND, round, &msg_type_round, &def);
		w->round = round;
		w_obs(w, unit, "R", "2014", i ? "25" : "80");
	}
	w_commit(w);
	struct msg_trend_question q = ask_all("R");
	q.latest_rounds = true; /* each has a round of its own */
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	/* 4 of 5 and 2 of 8; the third round's frame is of nobody knows whom */
	assert_string_equal(t_told(&t->rows[0], MEASURE_RATE), "46.2");
	assert_true(t_noted(&t->rows[0], "rate: 6 of 13"));
	assert_true(t_noted(&t->rows[0], "the rate is over 2 of 3 units"));
}

/* ---- in another structure --------------------------------------------------------------------------- */

/* A and B become C; D is divided between E and F, that take over E0 and F0; G stands still. */
static void say_merger(struct world *w, enum value_type type, enum aggregation over_units)
{
	w_indicator(w, "I", type, over_units, "");
	h_towns(w, "A B D E0 F0 ..2020, C E F 2020.., G");
	h_event(w, "e", "2020-01-01", "A>C B>C D>*E D>*F E0>E F0>F");
	w_say(w, "I", "2019-01-01", "A 1 B 2 D 10 E0 3 F0 5 G 1");
	w_commit(w);
}

static void measures_of_another_structure_are_over_its_units(void **state)
{
	struct world *w = *state;
	say_merger(w, VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE);
	struct msg_trend_question q = ask_all("I");
	q.structure_at = "2020-06-01";
	struct msg_trend_answer *t = w_trend(w, &q);
	const struct msg_trend_row *row = t_row(t, "", NULL);
	/* C 3, E 3–13, F 5–15, G 1 */
	assert_string_equal(t_told(row, MEASURE_MEDIAN), "3–8");
	assert_string_equal(t_told(row, MEASURE_MIN), "1");
	assert_string_equal(t_told(row, MEASURE_MAX), "5–15");
	assert_true(t_noted(row, "largest: one of E, F"));
	assert_non_null(strstr(t_told(row, MEASURE_CONCENTRATION), "E has no exact figure"));
	q.group_by = "unit";
	static enum measure places[] = {MEASURE_RANK, MEASURE_SHARE};
	q.n_measures = 2; /* of which sums alone are needed */
	q.measures = places;
	t = w_trend(w, &q);
	assert_string_equal(t_told(t_row(t, "C", NULL), MEASURE_RANK), "2–3");
	assert_string_equal(t_told(t_row(t, "E", NULL), MEASURE_RANK), "1–2");
	assert_string_equal(t_told(t_row(t, "F", NULL), MEASURE_RANK), "1–2");
	assert_string_equal(t_told(t_row(t, "G", NULL), MEASURE_RANK), "4");
	assert_string_equal(t_told(t_row(t, "C", NULL), MEASURE_SHARE), "13.6");      /* 3/22 */
	assert_string_equal(t_told(t_row(t, "E", NULL), MEASURE_SHARE), "13.6–59.1"); /* 3/22, 13/22 */
	for (size_t i = 0; i < t->n_rows; i++) {
		if (t->rows[i].n_among) {
			assert_string_equal(t_told(&t->rows[i], MEASURE_SHARE), "45.5"); /* 10/22 */
			assert_non_null(strstr(t_told(&t->rows[i], MEASURE_RANK), "unallocated"));
		}
	}
}

static void a_rate_in_another_structure_is_made_of_whole_parts_alone(void **state)
{
	struct world *w = *state;
	static enum measure m[] = {MEASURE_RATE, MEASURE_MEAN};
	say_merger(w, VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE);
	relative_to(w, "R", "I");
	w_say(w, "R", "2019-01-01", "A 100 B 50 D 40");
	w_commit(w);
	struct msg_trend_question q = t_ask_these("R", m, 2);
	q.mean_weight = "I";
	q.structure_at = "2020-06-01";
	q.group_by = "unit";
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t_told(t_row(t, "C", NULL), MEASURE_RATE), "66.7"); /* 1 of 1, 1 of 2 */
	assert_string_equal(t_told(t_row(t, "C", NULL), MEASURE_MEAN), "66.7"); /* of its own recomputed figure */
	assert_non_null(strstr(t_told(t_row(t, "E", NULL), MEASURE_RATE), "only a part of D lies here"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(the_median_of_an_even_number_lies_between_the_middle_two),
	    TEST(units_between_two_ends_put_the_median_between_two_ends),
	    TEST(what_has_no_meaning_is_refused_with_its_reason),
	    TEST(concentration_is_the_sum_of_squared_shares),
	    TEST(a_mean_is_weighted_by_a_named_indicator_of_the_same_reference),
	    TEST(a_rate_is_numerators_over_denominators_derived_where_one_number_fits),
	    TEST(a_rate_of_a_frame_counts_the_frames_of_the_units_own_rounds),
	    TEST(measures_of_another_structure_are_over_its_units),
	    TEST(a_rate_in_another_structure_is_made_of_whole_parts_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
