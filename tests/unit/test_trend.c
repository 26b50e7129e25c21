/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend.c - figures over rounds, and what must be said beside them.
 */
#include "tests/unit/trend_kit.h"

static struct msg_trend_question ask_for(const char *indicator, enum measure *m)
{
	return (struct msg_trend_question){.indicator = indicator, .n_measures = 1, .measures = m};
}

/* Nordland's arrangements: the counts and frames of three rounds. */
static void say_nordland(struct world *w)
{
	static const char *const rounds[][3] = {
	    {"r2010", "2010", "270"}, {"r2014", "2014", "297"}, {"r2020", "2020", "263"}};
	w_unit(w, "c:nordland", "county", "", "", "Nordland");
	w_indicator(w, "A", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "county");
	for (size_t i = 0; i < 3; i++) {
		w_round(w, rounds[i][0], rounds[i][1], i == 2 ? 41 : 44);
		w->round = rounds[i][0];
		w_obs(w, "c:nordland", "A", rounds[i][1], rounds[i][2]);
	}
	w_commit(w);
}

static void a_value_grows_from_round_to_round_and_the_frame_is_watched(void **state)
{
	struct world *w = *state;
	say_nordland(w);
	enum measure m = MEASURE_VALUE;
	struct msg_trend_question q = ask_for("A", &m);
	q.decimals = 1;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t->label, "Label of A");
	assert_int_equal(t->n_rows, 3);
	assert_string_equal(t->rows[0].period, "2010");
	assert_string_equal(t->rows[0].round, "r2010");
	assert_int_equal(t->rows[0].frame->population, 44);
	assert_string_equal(t->rows[0].figures[0].shown, "270");
	assert_null(t->rows[0].figures[0].growth);
	struct msg_growth *g = t->rows[1].figures[0].growth;
	assert_string_equal(g->from_period, "2010");
	assert_string_equal(g->absolute, "27");
	assert_string_equal(g->percent, "10.0");
	assert_string_equal(g->percent_numerator, "10");
	assert_string_equal(g->percent_denominator, "1");
	assert_string_equal(g->points, "");
	assert_int_equal(t->rows[1].n_notes, 0);
	g = t->rows[2].figures[0].growth;
	assert_string_equal(g->absolute, "-34");
	assert_string_equal(g->percent, "-11.4");
	assert_string_equal(g->percent_numerator, "-3400");
	assert_string_equal(g->percent_denominator, "297");
	assert_true(t_noted_whole(&t->rows[2], "frame changed, 44 → 41 municipalities"));
}

static void a_trend_as_of_before_a_correction_shows_what_was_known_then(void **state)
{
	struct world *w = *state;
	say_nordland(w);
	w->round = "r2014";
	w_obs(w, "c:nordland", "A", "2014", "300")->obs.state = STATE_CORRECTED;
	w_commit(w);
	enum measure m = MEASURE_VALUE;
	struct msg_trend_question t = ask_for("A", &m);
	struct msg_query_request q = w_request();
	q.trend = &t;
	assert_string_equal(w_ask(w, &q)->trend->rows[1].figures[0].shown, "300");
	q.as_of_revision = 1;
	assert_string_equal(w_ask(w, &q)->trend->rows[1].figures[0].shown, "297");
}

static void rounds_periods_and_surveys_narrow_a_trend(void **state)
{
	struct world *w = *state;
	say_nordland(w);
	w->round = "";
	w_obs(w, "c:nordland", "A", "2021", "1");
	w_word(w, SPACE_SURVEY, "other");
	w_commit(w);
	enum measure m = MEASURE_VALUE;
	const char *rounds[] = {"r2020", "r2010"}, *periods[] = {"2014", "1900"};
	struct msg_trend_question q = ask_for("A", &m);
	assert_int_equal(w_trend(w, &q)->n_rows, 4);
	q.survey = "survey";
	assert_int_equal(w_trend(w, &q)->n_rows, 3);
	q.survey = "other";
	struct msg_query_request r = w_request();
	r.trend = &q;
	w_ask_error(w, &r, ERR_NOT_FOUND, "rounds r2010, r2014, r2020");
	q = ask_for("A", &m);
	q.n_rounds = 2;
	q.rounds = rounds;
	assert_int_equal(w_trend(w, &q)->n_rows, 2);
	q = ask_for("A", &m);
	q.n_periods = 2;
	q.periods = periods;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	assert_string_equal(t->rows[0].period, "2014");
	q.periods = periods + 1;
	q.n_periods = 1;
	w_ask_error(w, &r, ERR_NOT_FOUND, "nothing is on record of 1900: there are 2010, 2014, 2020, 2021");
}

static void a_value_as_reported_tells_its_ends_and_why_it_is_missing(void **state)
{
	static const char *const said[] = {"10", "5..8", "..3", "?", "~20"};
	static const char *const ends[][2] = {{"", ""}, {"5", "8"}, {"", "3"}, {"", ""}, {"", ""}};
	struct world *w = *state;
	w_unit(w, "u", "municipality", "", "", "U");
	w_indicator(w, "A", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	for (unsigned i = 0; i < 5; i++)
		w_obs(w, "u", "A", arena_printf(w->a, "%u", 2010 + i), said[i]);
	w_commit(w);
	enum measure m = MEASURE_VALUE;
	struct msg_trend_question q = ask_for("A", &m);
	for (int moved = 0; moved < 2; moved++, q.structure_at = "2020-01-01", q.group_by = "unit") {
		struct msg_trend_answer *t = w_trend(w, &q);
		assert_int_equal(t->n_rows, 5);
		for (size_t i = 0; i < 5; i++) {
			const struct msg_figure *f = &t->rows[i].figures[0];
			assert_int_equal(f->missing, i == 3 ? MISSING_KIND_NOT_ANSWERED : MISSING_KIND_UNSPECIFIED);
			assert_string_equal(f->low, moved && i == 2 ? "0" : ends[i][0]); /* a count is none below */
			assert_string_equal(f->high, ends[i][1]);
		}
	}
}

static void growth_from_zero_or_to_what_is_not_exact_is_undefined(void **state)
{
	struct world *w = *state;
	w_unit(w, "m:1", "municipality", "", "", "One");
	w_indicator(w, "I", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, "");
	w_obs(w, "m:1", "I", "2010", "0");
	w_obs(w, "m:1", "I", "2011", "5");
	w_obs(w, "m:1", "I", "2012", "~20");
	w_obs(w, "m:1", "I", "2013", "-1");
	w_obs(w, "m:1", "I", "2014", "1");
	w_commit(w);
	enum measure m = MEASURE_VALUE;
	struct msg_trend_question q = ask_for("I", &m);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 5);
	struct msg_growth *g = t->rows[1].figures[0].growth;
	assert_string_equal(g->absolute, "5");
	assert_string_equal(g->percent, "");
	assert_string_equal(g->undefined, "from zero");
	assert_string_equal(t->rows[2].figures[0].shown, "nearly 20");
	assert_string_equal(t->rows[2].figures[0].growth->undefined, "this figure is not exact");
	assert_string_equal(t->rows[3].figures[0].growth->undefined, "there is no exact figure in 2012");
	assert_string_equal(t->rows[4].figures[0].growth->undefined, "from a negative figure");
	assert_string_equal(t->rows[4].figures[0].growth->absolute, "2");
}

static void percentages_grow_in_points_rounded_once_half_away_from_zero(void **state)
{
	struct world *w = *state;
	w_unit(w, "m:1", "municipality", "", "", "One");
	w_indicator(w, "P", VALUE_TYPE_PERCENT, AGGREGATION_RELATIVE, "");
	w_obs(w, "m:1", "P", "2010", "40.00");
	w_obs(w, "m:1", "P", "2011", "41.25");
	w_obs(w, "m:1", "P", "2012", "40.00");
	w_commit(w);
	enum measure m = MEASURE_VALUE;
	struct msg_trend_question q = ask_for("P", &m);
	q.decimals = 1;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t->rows[1].figures[0].shown, "41.25"); /* as said */
	assert_string_equal(t->rows[1].figures[0].growth->points, "1.3");
	assert_string_equal(t->rows[2].figures[0].growth->points, "-1.3");
	assert_string_equal(t->rows[1].figures[0].growth->percent, "3.1");
	assert_string_equal(t->rows[1].figures[0].growth->percent_numerator, "25");
	assert_string_equal(t->rows[1].figures[0].growth->percent_denominator, "8");
}

static void values_side_by_side_are_noted_with_the_rule_that_chose(void **state)
{
	struct world *w = *state;
	w_unit(w, "m:1", "municipality", "", "", "One");
	w_unit(w, "m:2", "municipality", "", "", "Two");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_say(w, "I", "2014", "m:1 218 m:2 1");
	w->source = "s2";
	w_obs(w, "m:1", "I", "2014", "212")->obs.status = OBSERVATION_STATUS_CONFLICT;
	w_commit(w);
	enum measure m = MEASURE_SUM;
	struct msg_trend_question q = ask_for("I", &m);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t->rows[0].figures[0].shown, "219");
	assert_true(t_noted_whole(&t->rows[0], "One: two values stand side by side: 218, 212; chosen by status"));
	q.group_by = "unit";
	t = w_trend(w, &q);
	assert_true(t_noted_whole(&t->rows[0], "two values stand side by side: 218, 212; chosen by status"));
	assert_int_equal(t->rows[1].n_notes, 0);
}

static void two_rounds_about_one_period_are_two_rows(void **state)
{
	struct world *w = *state;
	say_nordland(w);
	w->round = "r2014";
	w->source = "s2";
	w_obs(w, "c:nordland", "A", "2010", "271");
	w_commit(w);
	enum measure m = MEASURE_VALUE;
	struct msg_trend_question q = ask_for("A", &m);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 4);
	assert_string_equal(t->rows[1].round, "r2014");
	assert_string_equal(t->rows[1].figures[0].shown, "271");
	assert_null(t->rows[1].figures[0].growth);
	assert_true(t_noted_whole(&t->rows[1], "reported in round r2014 of 2014"));
	assert_string_equal(t->rows[2].figures[0].growth->absolute, "26"); /* from what its own round says of 2010 */
}

static void a_break_in_the_definition_is_noted_where_it_falls(void **state)
{
	struct world *w = *state;
	w_unit(w, "m:1", "municipality", "", "", "One");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_obs(w, "m:1", "I", "2010", "1");
	w_obs(w, "m:1", "I", "2011", "2");
	w_commit(w);
	struct msg_indicator def = {.id = "I",
				    .label = "Second",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_ADDITIVE,
				    .break_before = true};
	w_def(w, SPACE_INDICATOR, "I", &msg_type_indicator, &def);
	w_obs(w, "m:1", "I", "2012", "3");
	w_commit(w);
	enum measure m = MEASURE_VALUE;
	struct msg_trend_question q = ask_for("I", &m);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t->label, "Second");
	assert_int_equal(t->rows[1].n_notes, 0);
	assert_true(t_noted_whole(&t->rows[2], "the definition changed: not comparable with 2011"));
	/* A figure of before that is put right later stands under the definition of before. */
	w_obs(w, "m:1", "I", "2011", "4")->obs.state = STATE_CORRECTED;
	w_commit(w);
	t = w_trend(w, &q);
	assert_string_equal(t->rows[1].figures[0].shown, "4");
	assert_int_equal(t->rows[1].n_notes, 0);
	assert_true(t_noted_whole(&t->rows[2], "the definition changed: not comparable with 2011"));
}

static void dimensions_left_out_are_shown_row_by_row(void **state)
{
	struct world *w = *state;
	w_unit(w, "m:1", "municipality", "", "", "One");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_obs(w, "m:1", "I|sector=roads|sex=f", "2014", "1");
	w_obs(w, "m:1", "I|sector=health|sex=f", "2014", "2");
	w_obs(w, "m:1", "I|sector=health|sex=f", "2015", "3");
	w_obs(w, "m:1", "I|sector=health|sex=m", "2014", "9");
	w_commit(w);
	enum measure m = MEASURE_VALUE;
	struct msg_category c = {.dimension = "sex", .code = "f"};
	struct msg_trend_question q = ask_for("I", &m);
	assert_int_equal(w_trend(w, &q)->n_rows, 4);
	q.n_categories = 1;
	q.categories = &c;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 3);
	assert_string_equal(t->rows[0].categories[0].code, "health");
	assert_string_equal(t->rows[1].figures[0].growth->absolute, "1");
	assert_null(t->rows[2].figures[0].growth);
	assert_string_equal(t->rows[2].categories[0].code, "roads");
}

static void a_wrong_trend_question_is_refused_with_the_reason(void **state)
{
	struct world *w = *state;
	say_nordland(w);
	enum measure m = MEASURE_VALUE;
	struct msg_category misspelt = {.dimension = "levle", .code = "total"};
	const char *none[] = {"nothing"};
	struct msg_trend_question q = ask_for("A", &m), wrong[] = {q, q, q, q, q, q, q, q};
	enum error_code codes[] = {ERROR_CODE_NOT_FOUND, ERROR_CODE_INVALID,   ERROR_CODE_INVALID,
				   ERROR_CODE_NOT_FOUND, ERROR_CODE_NOT_FOUND, ERROR_CODE_NOT_FOUND,
				   ERROR_CODE_INVALID,   ERROR_CODE_NOT_FOUND};
	wrong[0].indicator = "Z";
	wrong[1].n_measures = 0;
	wrong[2].decimals = 7;
	wrong[3].group_by = "planet";
	wrong[4].survey = "nothing";
	wrong[5].n_rounds = 1;
	wrong[5].rounds = none;
	wrong[6].n_periods = 1;
	wrong[6].periods = none;
	wrong[7].n_categories = 1;
	wrong[7].categories = &misspelt;
	for (size_t i = 0; i < 8; i++) {
		struct msg_query_request r = w_request();
		r.trend = &wrong[i];
		struct msg_query_reply *reply = w_ask(w, &r);
		assert_non_null(reply->error);
		assert_int_equal(reply->error->code, codes[i]);
	}
	w->limits.rows_max = 2;
	struct msg_query_request r = w_request();
	r.trend = &q;
	assert_int_equal(w_ask(w, &r)->error->code, ERROR_CODE_TOO_LARGE);
}

static void the_labels_of_the_codes_that_rows_have_come_with_the_last_part(void **state)
{
	struct world *w = *state;
	struct msg_code codes[] = {{.code = "a", .label = "All of it"}, {.code = "b", .label = "A bit"}};
	struct msg_code_list list = {.id = "L", .n_codes = 2, .codes = codes};
	struct msg_dimension dimension = {.id = "dim", .code_list = "L", .aggregation = AGGREGATION_ADDITIVE};
	struct msg_indicator def = {.id = "D",
				    .label = "Of codes",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_ADDITIVE,
				    .over_time = AGGREGATION_NONE,
				    .n_dimensions = 1,
				    .dimensions = &dimension};
	enum measure m = MEASURE_VALUE;
	struct msg_trend_question q = ask_for("D", &m);
	w_unit(w, "u", "k", "", "", "U");
	w_def(w, SPACE_CODE_LIST, "L", &msg_type_code_list, &list);
	w_def(w, SPACE_INDICATOR, "D", &msg_type_indicator, &def);
	w_obs(w, "u", "D|dim=b", "2014", "5");
	w_commit(w);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	assert_int_equal(t->n_labels, 1);
	assert_string_equal(t->labels[0].id, "dim");
	assert_int_equal(t->labels[0].n_codes, 1);
	assert_string_equal(t->labels[0].codes[0].code, "b");
	assert_string_equal(t->labels[0].codes[0].label, "A bit");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_value_grows_from_round_to_round_and_the_frame_is_watched),
	    TEST(a_trend_as_of_before_a_correction_shows_what_was_known_then),
	    TEST(rounds_periods_and_surveys_narrow_a_trend),
	    TEST(a_value_as_reported_tells_its_ends_and_why_it_is_missing),
	    TEST(growth_from_zero_or_to_what_is_not_exact_is_undefined),
	    TEST(percentages_grow_in_points_rounded_once_half_away_from_zero),
	    TEST(values_side_by_side_are_noted_with_the_rule_that_chose),
	    TEST(two_rounds_about_one_period_are_two_rows),
	    TEST(a_break_in_the_definition_is_noted_where_it_falls),
	    TEST(dimensions_left_out_are_shown_row_by_row),
	    TEST(a_wrong_trend_question_is_refused_with_the_reason),
	    TEST(the_labels_of_the_codes_that_rows_have_come_with_the_last_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
