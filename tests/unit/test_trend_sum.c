/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_sum.c - sums and means of a trend: what may be added up, and what is said where it may not.
 */
#include "tests/unit/trend_kit.h"

static struct msg_trend_question ask_for(const char *indicator, enum measure *m)
{
	return (struct msg_trend_question){.indicator = indicator, .n_measures = 1, .measures = m};
}

/* Four municipalities of two counties, one of which moves in 2020; an additive indicator. */
static void say_counties(struct world *w)
{
	w_unit(w, "c:n", "county", "", "", "Nordland");
	w_unit(w, "c:t", "county", "", "", "Finnmark"); /* sorts before Nordland by name, after it by id */
	for (int i = 1; i <= 4; i++) {
		const char *id = arena_printf(w->a, "m:%d", i);
		w_unit(w, id, "municipality", "", "", arena_printf(w->a, "M%d", i));
		if (i != 3)
			w_link(w, LINK_TYPE_PART_OF, id, i < 3 ? "c:n" : "c:t", "", "");
	}
	w_link(w, LINK_TYPE_PART_OF, "m:3", "c:n", "", "2020-01-01");
	w_link(w, LINK_TYPE_PART_OF, "m:3", "c:t", "2020-01-01", "");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	static const char *const periods[] = {"2014", "2020"};
	for (size_t p = 0; p < 2; p++) {
		w_obs(w, "m:1", "I", periods[p], "1");
		w_obs(w, "m:2", "I", periods[p], "2.5");
		w_obs(w, "m:3", "I", periods[p], "4");
		w_obs(w, "m:4", "I", periods[p], "8");
	}
}

static void sums_are_grouped_by_the_container_of_the_day(void **state)
{
	struct world *w = *state;
	say_counties(w);
	w_commit(w);
	enum measure m = MEASURE_SUM;
	struct msg_trend_question q = ask_for("I", &m);
	q.group_by = "county";
	q.decimals = 2;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 4);
	assert_string_equal(t->rows[0].group, "c:t");
	assert_string_equal(t->rows[0].group_name, "Finnmark");
	assert_string_equal(t->rows[0].figures[0].shown, "8");
	assert_string_equal(t->rows[1].figures[0].shown, "12"); /* m:3 has moved */
	assert_string_equal(t->rows[1].figures[0].growth->percent, "50.00");
	assert_string_equal(t->rows[2].figures[0].shown, "7.5");
	assert_string_equal(t->rows[2].figures[0].numerator, "15");
	assert_string_equal(t->rows[2].figures[0].denominator, "2");
	assert_string_equal(t->rows[3].figures[0].shown, "3.5");
	assert_string_equal(t->rows[3].figures[0].growth->absolute, "-4.0");
	assert_int_equal(t->rows[3].units, 2);
	assert_int_equal(t->n_notes, 1);
	assert_string_equal(t->notes[0], "frame unknown");
	q.group_by = "";
	t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 2);
	assert_string_equal(t->rows[1].figures[0].shown, "15.5");
	assert_string_equal(t->rows[1].figures[0].growth->percent, "0.00");
	q.group_by = "unit";
	assert_int_equal(w_trend(w, &q)->n_rows, 8);
}

static void what_is_expressed_in_later_units_is_grouped_by_them(void **state)
{
	struct world *w = *state;
	say_counties(w);
	struct fact *f = w_obs(w, "m:3", "I", "2017", "4");
	f->obs.expressed_in = w_when("2020-06-01").lo;
	w_commit(w);
	enum measure m = MEASURE_SUM;
	const char *period = "2017";
	struct msg_trend_question q = ask_for("I", &m);
	q.group_by = "county";
	q.n_periods = 1;
	q.periods = &period;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	assert_string_equal(t->rows[0].group, "c:t");
}

static void units_and_subtrees_narrow_a_trend_on_the_day(void **state)
{
	struct world *w = *state;
	say_counties(w);
	w_commit(w);
	enum measure m = MEASURE_COUNT;
	struct msg_trend_question q = ask_for("I", &m);
	struct msg_unit_ref units[] = {*w_by_id(w, "m:4"), *w_by_id(w, "m:2")};
	q.n_units = 2;
	q.units = units;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 2);
	assert_string_equal(t->rows[0].figures[0].shown, "2");
	struct msg_unit_ref county = *w_by_id(w, "c:n");
	q.n_units = 1;
	q.units = &county;
	struct msg_query_request r = w_request();
	r.trend = &q;
	w_ask_error(w, &r, ERR_NOT_FOUND, "nothing is on record of Nordland itself");
	q.subtree = true;
	t = w_trend(w, &q);
	assert_string_equal(t->rows[0].figures[0].shown, "3");
	assert_string_equal(t->rows[1].figures[0].shown, "2");
}

static const char *sum_of(struct world *w, const char *indicator, struct msg_trend_row *ret)
{
	static enum measure measures[] = {MEASURE_SUM, MEASURE_MEAN, MEASURE_COUNT, MEASURE_VALUE};
	struct msg_trend_question q = {.indicator = indicator, .n_measures = 4, .measures = measures, .decimals = 2};
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	*ret = t->rows[0];
	return t_told(ret, MEASURE_SUM);
}

static void say_five(struct world *w, const char *id, enum value_type type, enum aggregation over_units,
		     const char *const *values)
{
	w_indicator(w, id, type, over_units, "municipality");
	for (int i = 0; values[i]; i++) {
		const char *unit = arena_printf(w->a, "m:%d", i);
		if (!w->last[SPACE_UNIT] || w->last[SPACE_UNIT] <= (uint32_t)i)
			w_unit(w, unit, "municipality", "", "", arena_printf(w->a, "M%d", i));
		w_obs(w, unit, id, "2014", values[i]);
	}
	w_commit(w);
}

static void sums_of_what_is_not_exact_are_bounds_or_refused(void **state)
{
	struct world *w = *state;
	struct msg_trend_row row;
	say_five(w, "MISSING", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"1", "2", "?", NULL});
	assert_string_equal(sum_of(w, "MISSING", &row), "at least 3");
	assert_string_equal(t_figure(&row, MEASURE_SUM)->numerator, "");
	assert_string_equal(t_figure(&row, MEASURE_MEAN)->shown, "1.50");
	assert_string_equal(t_figure(&row, MEASURE_MEAN)->numerator, "3");
	assert_string_equal(t_figure(&row, MEASURE_MEAN)->denominator, "2");
	assert_string_equal(t_figure(&row, MEASURE_COUNT)->shown, "2");
	assert_int_equal(row.units, 2);
	assert_true(t_noted_whole(&row, "1 of 3 without a value: 1 (not answered)"));
	assert_true(t_noted_whole(&row, "the mean is over 2 of 3 units: the others say no number"));
	assert_true(*t_figure(&row, MEASURE_VALUE)->refused);

	say_five(w, "BETWEEN", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE,
		 (const char *const[]){"10", "5..8", "1..2.5", NULL});
	assert_string_equal(sum_of(w, "BETWEEN", &row), "16–20.5");
	say_five(w, "OPEN", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"10", "5..", NULL});
	assert_string_equal(sum_of(w, "OPEN", &row), "at least 15");
	say_five(w, "MOST", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"10", "..5", NULL});
	assert_string_equal(sum_of(w, "MOST", &row), "10–15");
	say_five(w, "NEARLY", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"10", "~20", NULL});
	assert_string_equal(sum_of(w, "NEARLY", &row), "M1 says \"nearly 20\", which bounds nothing");
	assert_string_equal(t_figure(&row, MEASURE_COUNT)->shown, "2");
	say_five(w, "SIGNED", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, (const char *const[]){"-1", "?", NULL});
	assert_non_null(strstr(sum_of(w, "SIGNED", &row), "negative"));
	say_five(w, "NONE", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"?", "?", NULL});
	assert_string_equal(sum_of(w, "NONE", &row), "none of the 2 units has a value");
	assert_string_equal(t_figure(&row, MEASURE_MEAN)->refused, "no unit says a number");
	assert_string_equal(t_figure(&row, MEASURE_COUNT)->shown, "0");
	say_five(w, "LONE", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"?", NULL});
	assert_string_equal(sum_of(w, "LONE", &row), "(not answered)");
	assert_string_equal(t_figure(&row, MEASURE_VALUE)->shown, "(not answered)");
}

static void what_may_not_be_summed_or_averaged_says_why(void **state)
{
	struct world *w = *state;
	struct msg_trend_row row;
	const char *const values[] = {"1", "2", NULL};
	say_five(w, "SETS", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, values);
	assert_string_equal(sum_of(w, "SETS", &row),
			    "distinct: the same thing counts in several municipalities, so the sum "
			    "counts it several times; ask for VALUE by unit, or recount from the sets "
			    "(varde count)");
	assert_string_equal(t_figure(&row, MEASURE_MEAN)->shown, "1.50");
	say_five(w, "PERCENT", VALUE_TYPE_PERCENT, AGGREGATION_RELATIVE, values);
	assert_non_null(strstr(sum_of(w, "PERCENT", &row), "relative"));
	assert_non_null(strstr(t_figure(&row, MEASURE_MEAN)->refused, "plain mean"));
	say_five(w, "NOTHING", VALUE_TYPE_COUNT, AGGREGATION_NONE, values);
	assert_string_equal(sum_of(w, "NOTHING", &row),
			    "the indicator has no meaning for a whole; ask for VALUE by unit");
}

static void a_sum_over_a_unit_and_its_container_is_refused(void **state)
{
	struct world *w = *state;
	struct msg_trend_row row;
	w_unit(w, "c:1", "county", "", "", "County");
	w_unit(w, "m:1", "municipality", "", "", "Part");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_say(w, "I", "2014", "c:1 5 m:1 5");
	w_commit(w);
	assert_non_null(strstr(sum_of(w, "I", &row), "several kinds"));
}

static void an_incomplete_scope_makes_a_sum_a_lower_bound(void **state)
{
	struct world *w = *state;
	struct msg_trend_row row;
	w_unit(w, "c:1", "county", "", "", "County");
	w_unit(w, "m:1", "municipality", "", "", "Part");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_round(w, "r", "2014", 0);
	w->round = "r";
	w_obs(w, "m:1", "I", "2014", "5");
	w_commit(w);
	assert_string_equal(sum_of(w, "I", &row), "5");
	uint32_t round = w_word(w, SPACE_ROUND, "r"), unit = w_word(w, SPACE_UNIT, "c:1"),
		 kind = w_word(w, SPACE_TERM, "I");
	w_fact(w, FACT_SCOPE)->scope = (struct fact_scope){round, unit, kind, STATE_ASSERTED, COMPLETION_NO, 1};
	w_commit(w);
	assert_string_equal(sum_of(w, "I", &row), "at least 5");
	w_fact(w, FACT_SCOPE)->scope = (struct fact_scope){round, unit, kind, STATE_CORRECTED, COMPLETION_YES, 1};
	w_commit(w);
	assert_string_equal(sum_of(w, "I", &row), "5");
}

static void huge_values_are_summed_exactly(void **state)
{
	struct world *w = *state;
	struct msg_trend_row row;
	say_five(
	    w, "BIG", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE,
	    (const char *const[]){"9223372036854775807", "9223372036854775807", "0.000000000000000001", "-1.5", NULL});
	assert_string_equal(sum_of(w, "BIG", &row), "18446744073709551612.500000000000000001");
	say_five(w, "LOW", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE,
		 (const char *const[]){"-9223372036854775808", "-9223372036854775808", "-0.25", NULL});
	assert_string_equal(sum_of(w, "LOW", &row), "-18446744073709551616.25");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(sums_are_grouped_by_the_container_of_the_day),
	    TEST(what_is_expressed_in_later_units_is_grouped_by_them),
	    TEST(units_and_subtrees_narrow_a_trend_on_the_day),
	    TEST(sums_of_what_is_not_exact_are_bounds_or_refused),
	    TEST(what_may_not_be_summed_or_averaged_says_why),
	    TEST(a_sum_over_a_unit_and_its_container_is_refused),
	    TEST(an_incomplete_scope_makes_a_sum_a_lower_bound),
	    TEST(huge_values_are_summed_exactly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
