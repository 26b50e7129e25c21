/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend.c - figures over rounds, and what must be said beside them.
 */
#include "tests/unit/query_kit.h"

static bool noted(struct msg_trend_row *row, const char *text)
{
	for (size_t i = 0; i < row->n_notes; i++) {
		if (strcmp(row->notes[i], text) == 0)
			return true;
	}
	for (size_t i = 0; i < row->n_notes; i++)
		print_message("note: %s\n", row->notes[i]);
	return false;
}

static struct msg_figure *figure(struct msg_trend_row *row, enum measure m)
{
	for (size_t i = 0; i < row->n_figures; i++) {
		if (row->figures[i].measure == m)
			return &row->figures[i];
	}
	fail_msg("no such figure");
	return NULL;
}

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
	assert_true(noted(&t->rows[2], "frame changed, 44 → 41 municipalities"));
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
	struct msg_figure *f = figure(ret, MEASURE_SUM);
	assert_true((*f->shown != 0) != (*f->refused != 0));
	return *f->shown ? f->shown : f->refused;
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
	assert_string_equal(figure(&row, MEASURE_SUM)->numerator, "");
	assert_string_equal(figure(&row, MEASURE_MEAN)->shown, "1.50");
	assert_string_equal(figure(&row, MEASURE_MEAN)->numerator, "3");
	assert_string_equal(figure(&row, MEASURE_MEAN)->denominator, "2");
	assert_string_equal(figure(&row, MEASURE_COUNT)->shown, "2");
	assert_int_equal(row.units, 2);
	assert_true(noted(&row, "1 of 3 without a value: 1 (not answered)"));
	assert_true(noted(&row, "the mean is over 2 of 3 units: the others say no number"));
	assert_true(*figure(&row, MEASURE_VALUE)->refused);

	say_five(w, "BETWEEN", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE,
		 (const char *const[]){"10", "5..8", "1..2.5", NULL});
	assert_string_equal(sum_of(w, "BETWEEN", &row), "16–20.5");
	say_five(w, "OPEN", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"10", "5..", NULL});
	assert_string_equal(sum_of(w, "OPEN", &row), "at least 15");
	say_five(w, "MOST", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"10", "..5", NULL});
	assert_string_equal(sum_of(w, "MOST", &row), "10–15");
	say_five(w, "NEARLY", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"10", "~20", NULL});
	assert_string_equal(sum_of(w, "NEARLY", &row), "M1 says \"nearly 20\", which bounds nothing");
	assert_string_equal(figure(&row, MEASURE_COUNT)->shown, "2");
	say_five(w, "SIGNED", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, (const char *const[]){"-1", "?", NULL});
	assert_non_null(strstr(sum_of(w, "SIGNED", &row), "negative"));
	say_five(w, "NONE", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"?", "?", NULL});
	assert_string_equal(sum_of(w, "NONE", &row), "none of the 2 units has a value");
	assert_string_equal(figure(&row, MEASURE_MEAN)->refused, "no unit says a number");
	assert_string_equal(figure(&row, MEASURE_COUNT)->shown, "0");
	say_five(w, "LONE", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, (const char *const[]){"?", NULL});
	assert_string_equal(sum_of(w, "LONE", &row), "(not answered)");
	assert_string_equal(figure(&row, MEASURE_VALUE)->shown, "(not answered)");
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
	assert_string_equal(figure(&row, MEASURE_MEAN)->shown, "1.50");
	say_five(w, "PERCENT", VALUE_TYPE_PERCENT, AGGREGATION_RELATIVE, values);
	assert_non_null(strstr(sum_of(w, "PERCENT", &row), "relative"));
	assert_non_null(strstr(figure(&row, MEASURE_MEAN)->refused, "plain mean"));
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
	w_obs(w, "c:1", "I", "2014", "5");
	w_obs(w, "m:1", "I", "2014", "5");
	w_commit(w);
	assert_non_null(strstr(sum_of(w, "I", &row), "several kinds"));
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
	w_obs(w, "m:1", "I", "2014", "218");
	w_obs(w, "m:2", "I", "2014", "1");
	w->source = "s2";
	w_obs(w, "m:1", "I", "2014", "212")->obs.status = OBSERVATION_STATUS_CONFLICT;
	w_commit(w);
	enum measure m = MEASURE_SUM;
	struct msg_trend_question q = ask_for("I", &m);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t->rows[0].figures[0].shown, "219");
	assert_true(noted(&t->rows[0], "One: two values stand side by side: 218, 212; chosen by status"));
	q.group_by = "unit";
	t = w_trend(w, &q);
	assert_true(noted(&t->rows[0], "two values stand side by side: 218, 212; chosen by status"));
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
	assert_true(noted(&t->rows[1], "reported in round r2014 of 2014"));
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
	assert_true(noted(&t->rows[2], "the definition changed: not comparable with 2011"));
	/* A figure of before that is put right later stands under the definition of before. */
	w_obs(w, "m:1", "I", "2011", "4")->obs.state = STATE_CORRECTED;
	w_commit(w);
	t = w_trend(w, &q);
	assert_string_equal(t->rows[1].figures[0].shown, "4");
	assert_int_equal(t->rows[1].n_notes, 0);
	assert_true(noted(&t->rows[2], "the definition changed: not comparable with 2011"));
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
	    TEST(sums_are_grouped_by_the_container_of_the_day),
	    TEST(what_is_expressed_in_later_units_is_grouped_by_them),
	    TEST(units_and_subtrees_narrow_a_trend_on_the_day),
	    TEST(sums_of_what_is_not_exact_are_bounds_or_refused),
	    TEST(what_may_not_be_summed_or_averaged_says_why),
	    TEST(a_sum_over_a_unit_and_its_container_is_refused),
	    TEST(a_value_as_reported_tells_its_ends_and_why_it_is_missing),
	    TEST(an_incomplete_scope_makes_a_sum_a_lower_bound),
	    TEST(growth_from_zero_or_to_what_is_not_exact_is_undefined),
	    TEST(percentages_grow_in_points_rounded_once_half_away_from_zero),
	    TEST(values_side_by_side_are_noted_with_the_rule_that_chose),
	    TEST(two_rounds_about_one_period_are_two_rows),
	    TEST(a_break_in_the_definition_is_noted_where_it_falls),
	    TEST(dimensions_left_out_are_shown_row_by_row),
	    TEST(a_wrong_trend_question_is_refused_with_the_reason),
	    TEST(huge_values_are_summed_exactly),
	    TEST(the_labels_of_the_codes_that_rows_have_come_with_the_last_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
