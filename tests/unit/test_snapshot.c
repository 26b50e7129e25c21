/* SPDX-License-Identifier: Apache-2.0
 *
 * test_snapshot.c - what a snapshot and a point question tell.
 */
#include "tests/unit/query_kit.h"

static void a_point_question_gives_the_one_value(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_snapshot_question q = {
	    .scope = w_by_id(w, "m:rana"), .indicator = "IKS", .period = "2014", .observations = true};
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	assert_int_equal(s->n_units + s->n_links + s->n_arrangements, 0);
	assert_int_equal(s->n_observations, 1);
	struct msg_observation_row *o = &s->observations[0];
	assert_string_equal(o->unit, "m:rana");
	assert_string_equal(o->unit_name, "Rana");
	assert_string_equal(o->indicator, "IKS");
	assert_string_equal(o->period, "2014");
	assert_int_equal(o->value->exact->digits, 750);
	assert_int_equal(o->value->exact->scale, 2);
	assert_string_equal(o->round, "r2014");
	assert_string_equal(o->source, "s1");
	assert_int_equal(o->revision, 2);
	assert_true(o->chosen);
	assert_int_equal(o->alternatives, 0);
	assert_string_equal(o->rule, "ONLY");
	assert_int_equal(w->replies[0]->revision, 3);
	assert_string_equal(w->replies[0]->today, "2026-11-21");
	assert_int_equal(w->replies[0]->store_id.len, 16);
}

static void a_snapshot_tells_what_its_indicators_are_called_where_asked(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_code codes[] = {{.code = "roads", .label = "Roads"}, {.code = "water", .label = "Water"}};
	struct msg_code_list list = {.id = "sectors", .n_codes = 2, .codes = codes};
	struct msg_dimension sector = {.id = "sector", .code_list = "sectors"};
	struct msg_indicator by = {.id = "BY", .label = "By sector", .unit_of_measure = "things"};
	by.n_dimensions = 1;
	by.dimensions = &sector;
	w_def(w, SPACE_CODE_LIST, "sectors", &msg_type_code_list, &list);
	w_def(w, SPACE_INDICATOR, "BY", &msg_type_indicator, &by);
	w_commit(w);
	struct msg_snapshot_question q = {.scope = w_by_id(w, "m:bodo"), .period = "2014", .observations = true};
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	assert_true(s->n_observations > 1);
	assert_int_equal(s->n_indicators + s->n_code_lists, 0);
	q.labels = true;
	s = w_snapshot(w, &q);
	size_t named = 0;
	for (size_t i = 0; i < s->n_observations; i++)
		for (size_t k = 0; k < s->n_indicators; k++)
			named += strcmp(s->observations[i].indicator, s->indicators[k].id) == 0;
	assert_int_equal(named, s->n_observations); /* each of them, and each once */
	assert_int_equal(s->n_code_lists, 1);
	assert_string_equal(s->code_lists[0].codes[0].label, "Roads");
	q.scope = w_by_id(w, "m:rana"); /* of whom there is one figure: no other indicator is told */
	s = w_snapshot(w, &q);
	assert_int_equal(s->n_observations, 1);
	assert_int_equal(s->n_indicators, 1);
	assert_string_equal(s->indicators[0].id, "IKS");
	q.scope = w_by_id(w, "m:bodo");
	q.indicator = "BY";
	s = w_snapshot(w, &q);
	assert_int_equal(s->n_indicators, 1);
	assert_string_equal(s->indicators[0].unit_of_measure, "things");
	q.period = "2020"; /* of which there are figures of others */
	s = w_snapshot(w, &q);
	assert_int_equal(s->n_observations + s->n_indicators, 0);
}

static void categories_and_rounds_narrow_what_is_told(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_category c = {.dimension = "sector", .code = "roads"};
	struct msg_snapshot_question q = {
	    .scope = w_by_id(w, "m:bodo"), .indicator = "BY", .period = "2014", .observations = true};
	assert_int_equal(w_snapshot(w, &q)->n_observations, 2);
	q.n_categories = 1;
	q.categories = &c;
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	assert_int_equal(s->n_observations, 1);
	assert_string_equal(s->observations[0].categories[0].code, "roads");
	c.code = "water";
	struct msg_query_request r = w_request();
	r.snapshot = &q;
	w_ask_error(w, &r, ERR_NOT_FOUND, "in these categories");
	q = (struct msg_snapshot_question){.round = "r2014", .observations = true};
	assert_int_equal(w_snapshot(w, &q)->n_observations, 4);
	q.period = "2020";
	assert_int_equal(w_snapshot(w, &q)->n_observations, 0);
	q.round = "";
	assert_int_equal(w_snapshot(w, &q)->n_observations, 1);
	q.period = "1999";
	w_ask_error(w, &r, ERR_NOT_FOUND, "nothing was ever said of 1999: there are figures of ");
}

static void a_snapshot_of_a_county_holds_all_sections(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_snapshot_question q = {.valid_at = "2014-06-30", .scope = w_by_id(w, "c:nordland"), .subtree = true};
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	assert_string_equal(s->valid_at, "2014-06-30");
	assert_int_equal(s->n_units, 3);
	assert_string_equal(s->units[1].id, "m:bodo");
	assert_string_equal(s->units[1].kind, "municipality");
	assert_string_equal(s->units[1].names[0], "Bodø");
	assert_string_equal(s->units[1].codes[0].scheme, "kommunenummer");
	assert_string_equal(s->units[1].codes[0].code, "1804");
	assert_string_equal(s->units[1].attributes[0].name, "size");
	assert_string_equal(s->units[1].attributes[0].values[0], "large");
	assert_int_equal(s->units[1].certainty, CERTAINTY_CERTAIN);
	assert_int_equal(s->n_links, 5);
	assert_int_equal(s->n_observations, 4); /* what the reference 2014 says; not 2020 */
	assert_int_equal(s->n_arrangements, 1);
	struct msg_arrangement_row *a = &s->arrangements[0];
	assert_string_equal(a->name, "Waste IKS");
	assert_string_equal(a->sector, "environment");
	assert_string_equal(a->tasks[0], "collect waste");
	assert_string_equal(a->host, "m:bodo");
	assert_int_equal(a->n_participants, 2);
	assert_string_equal(a->participants[0], "m:bodo");
	assert_string_equal(a->participant_names[1], "Rana");
	assert_int_equal(a->participants_complete, COMPLETION_YES);
	assert_int_equal(a->printed_participants->count, 2);
	assert_string_equal(a->established, "2010-01-01");
	q.valid_at = "2009-01-01";
	assert_int_equal(w_snapshot(w, &q)->n_arrangements, 0);
}

static void a_scope_without_arrangements_tells_none_and_everywhere_tells_all(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_snapshot_question q = {.scope = w_by_id(w, "c:nordland"), .arrangements = true};
	assert_int_equal(w_snapshot(w, &q)->n_arrangements, 0);
	q.scope = NULL;
	assert_int_equal(w_snapshot(w, &q)->n_arrangements, 1);
	q = (struct msg_snapshot_question){.units = true};
	assert_int_equal(w_snapshot(w, &q)->n_units, 4);
	q.kind = "municipality";
	assert_int_equal(w_snapshot(w, &q)->n_units, 2);
	q = (struct msg_snapshot_question){.kind = "municipality", .links = true};
	assert_int_equal(w_snapshot(w, &q)->n_links, 5);
}

static void values_side_by_side_are_all_told_and_one_is_chosen_by_a_named_rule(void **state)
{
	struct world *w = *state;
	w_unit(w, "m:1", "municipality", "", "", "One");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_obs(w, "m:1", "I", "2014", "212");
	w->source = "s2";
	w_obs(w, "m:1", "I", "2014", "218")->obs.status = OBSERVATION_STATUS_ESTIMATED;
	w_commit(w);
	struct msg_snapshot_question q = {
	    .scope = w_by_id(w, "m:1"), .indicator = "I", .period = "2014", .observations = true};
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	assert_int_equal(s->n_observations, 2);
	assert_string_equal(s->observations[0].rule, "STATUS");
	assert_int_equal(s->observations[0].alternatives, 1);
	assert_true(s->observations[0].chosen);
	assert_false(s->observations[1].chosen);
	w->source = "s3";
	w_obs(w, "m:1", "I", "2014", "218");
	w_commit(w);
	s = w_snapshot(w, &q);
	assert_string_equal(s->observations[0].rule, "SOURCES"); /* 218 is said by s2 and s3 */
	assert_false(s->observations[0].chosen);
	assert_true(s->observations[2].chosen);
	w->source = "s4";
	w_obs(w, "m:1", "I", "2014", "212.0");
	w_commit(w);
	s = w_snapshot(w, &q);
	assert_int_equal(s->n_observations, 4);
	assert_string_equal(s->observations[0].rule, "FIRST"); /* two say each: the first said */
	assert_true(s->observations[0].chosen);
	assert_int_equal(s->observations[3].alternatives, 1);
}

static void a_retraction_hides_the_value_but_not_what_was_known_before(void **state)
{
	struct world *w = *state;
	say_all(w);
	w->round = "r2014";
	w_obs(w, "m:rana", "IKS", "2014", NULL);
	uint64_t rev = w_commit(w);
	struct msg_snapshot_question s = {
	    .scope = w_by_id(w, "m:rana"), .indicator = "IKS", .period = "2014", .observations = true};
	struct msg_query_request q = w_request();
	q.snapshot = &s;
	assert_int_equal(w_ask(w, &q)->snapshot->n_observations, 0);
	q.as_of_revision = rev - 1;
	assert_int_equal(w_ask(w, &q)->snapshot->n_observations, 1);
	assert_int_equal(w->replies[0]->revision, rev - 1);
	q.as_of_revision = 1;
	assert_int_equal(w_ask(w, &q)->snapshot->n_observations, 0);
	assert_string_equal(w->replies[0]->today, "");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_point_question_gives_the_one_value),
	    TEST(a_snapshot_tells_what_its_indicators_are_called_where_asked),
	    TEST(categories_and_rounds_narrow_what_is_told),
	    TEST(a_snapshot_of_a_county_holds_all_sections),
	    TEST(a_scope_without_arrangements_tells_none_and_everywhere_tells_all),
	    TEST(values_side_by_side_are_all_told_and_one_is_chosen_by_a_named_rule),
	    TEST(a_retraction_hides_the_value_but_not_what_was_known_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
