/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_source.c - trends by source and survey, and of what was published by then.
 */
#include "tests/unit/trend_kit.h"

static enum measure sum = MEASURE_SUM;

static void say_source(struct world *w, const char *id, const char *title, const char *published)
{
	struct msg_source def = {.id = id, .title = title, .published = published};
	w_entered(w, 2026);
	w_def(w, SPACE_SOURCE, id, &msg_type_source, &def);
}

static void sources_that_disagree_stand_in_two_rows(void **state)
{
	struct world *w = *state;
	t_towns(w, "I", 2);
	say_source(w, "s1", "Report", "");
	say_source(w, "s2", "Appendix", "");
	w_say(w, "I", "2014", "m:0 1 m:1 2");
	w->source = "s2";
	w_obs(w, "m:0", "I", "2014", "5")->obs.status = OBSERVATION_STATUS_CONFLICT;
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "source", MEASURE_SUM);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "s2|Appendix|2014|5\ns1|Report|2014|3");
	assert_true(t->overlapping);
	q.group_by = "";
	t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "||2014|3");
	assert_false(t->overlapping);
	assert_true(t_noted(&t->rows[0], "two values stand side by side: 1, 5; chosen by status"));
}

static void surveys_are_groups_of_their_rounds(void **state)
{
	struct world *w = *state;
	t_towns(w, "I", 2);
	w_round(w, "r1", "2014", 0);
	w_word(w, SPACE_SURVEY, "other");
	struct msg_survey survey = {.id = "survey", .title = "The survey"};
	struct msg_round def = {.id = "r2", .survey = "other", .reference = "2014"};
	w_def(w, SPACE_SURVEY, "survey", &msg_type_survey, &survey);
	w_def(w, SPACE_ROUND, "r2", &msg_type_round, &def);
	w->round = "r1";
	w_say(w, "I", "2014", "m:0 1 m:1 2");
	w->source = "s2";
	w->round = "r2";
	w_obs(w, "m:0", "I", "2014", "7");
	w->source = "s3";
	w->round = "";
	w_obs(w, "m:1", "I", "2014", "9");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "survey", MEASURE_SUM);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "|(outside any survey)|2014|9\nsurvey|The survey|2014|3\nother|other|2014|7");
	assert_true(t->overlapping);
	enum measure share = MEASURE_SHARE;
	q.measures = &share;
	assert_non_null(strstr(t_rows(w, w_trend(w, &q)), "side by side"));
	q.measures = &sum;
	q.structure_at = "2020-01-01"; /* the same in a structure: nothing moved */
	assert_string_equal(t_rows(w, w_trend(w, &q)),
			    "|(outside any survey)|2014|9\nsurvey|The survey|2014|3\nother|other|2014|7");
}

static void what_was_not_published_by_then_is_left_out_before_values_are_chosen(void **state)
{
	struct world *w = *state;
	static const char *const sources[][3] = {
	    {"s1", "2014", "10"}, {"s2", "2016-05-01", "20"}, {"s3", "2015~", "30"}, {"s4", "", "40"}};
	t_towns(w, "I", 3);
	for (size_t i = 0; i < 4; i++) {
		say_source(w, sources[i][0], sources[i][0], sources[i][1]);
		w->source = sources[i][0];
		w_obs(w, "m:0", "I", "2013", sources[i][2])->obs.status =
		    i == 1 ? OBSERVATION_STATUS_MAIN : OBSERVATION_STATUS_CONFLICT;
	}
	w->source = "s1";
	w_obs(w, "m:1", "I", "2013", "1");
	w->source = "s2";
	w_obs(w, "m:2", "I", "2013", "2");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "", MEASURE_SUM);
	assert_string_equal(t_rows(w, w_trend(w, &q)), "||2013|23");
	q.published_by = "2015";
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "||2013|11");
	assert_true(
	    t_listed(t->notes, t->n_notes,
		     "only what was published by 2015; statements left out: 2 published later, 1 perhaps published "
		     "later, 1 of sources without a date"));
	assert_false(strstr(t_rows(w, t), "side by side") != NULL);
	struct msg_unit_ref one = *w_by_id(w, "m:2");
	q.n_units = 1;
	q.units = &one;
	t_wrong(w, &q, ERR_NOT_FOUND, "");
	q.n_units = 0;
	q.published_by = "2013";
	t_wrong(w, &q, ERR_NOT_FOUND, "known to have been published by 2013");
	q.published_by = "yesterday";
	t_wrong(w, &q, ERR_INVALID, "published_by");
	q.published_by = "2015/..";
	t_wrong(w, &q, ERR_INVALID, "published_by is a date");
}

static void weights_and_sizes_are_of_sources_published_by_then_too(void **state)
{
	struct world *w = *state;
	enum measure mean = MEASURE_MEAN;
	say_source(w, "early", "early", "2010");
	say_source(w, "late", "late", "2020");
	t_towns(w, "I", 2);
	w_indicator(w, "W", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (int i = 0; i < 2; i++) {
		const char *unit = arena_printf(w->a, "m:%d", i);
		w->source = "early";
		w_obs(w, unit, "I", "2009", i ? "30" : "10");
		w_obs(w, unit, "W", "2009", "1");
		w->source = "late";
		if (i)
			w_obs(w, unit, "W", "2009", "3")->obs.status = OBSERVATION_STATUS_MAIN;
	}
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "", MEASURE_SUM);
	q.measures = &mean;
	q.mean_weight = "W";
	q.published_by = "2012";
	assert_string_equal(t_rows(w, w_trend(w, &q)), "||2009|20.0");
	q.published_by = "";
	w->source = "later";
	w_obs(w, "m:1", "W", "2009", "3"); /* now two sources say 3 */
	w_commit(w);
	assert_string_equal(t_rows(w, w_trend(w, &q)), "||2009|25.0"); /* (10 + 3·30) / 4 */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(sources_that_disagree_stand_in_two_rows),
	    TEST(surveys_are_groups_of_their_rounds),
	    TEST(what_was_not_published_by_then_is_left_out_before_values_are_chosen),
	    TEST(weights_and_sizes_are_of_sources_published_by_then_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
