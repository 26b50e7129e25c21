/* SPDX-License-Identifier: Apache-2.0
 *
 * test_snapshot_project.c - arrangements and observations of a snapshot in the units of another day.
 *
 *   2020   A ──┐                2020   D ─┬─▷ E
 *          B ──┴─▷ AB                     └─▷ F
 *          C stays
 */
#include "query/value.h"
#include "tests/unit/answer_kit.h"

static void lay(struct world *w)
{
	h_towns(w, "A B D ..2020, AB E F 2020.., C");
	h_event(w, "m", "2020-01-01", "A>AB B>AB");
	h_event(w, "s", "2020-01-01", "D>*E D>*F");
	w_arrangement(w, "of-ab", "A B", "B");
	w_arrangement(w, "of-abc", "A B C", "A");
	w_arrangement(w, "of-ad", "A D", "D");
	w_arrangement(w, "of-c", "C", NULL);
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_indicator(w, "arr", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "");
	w_say(w, "people", "2019", "A 100 B 20 C 7 D 50");
	w_say(w, "people", "2018", "A 99");
	w_say(w, "arr", "2019", "A 41 B 30");
	w_commit(w);
}

static struct msg_snapshot_question question(void)
{
	return (struct msg_snapshot_question){.valid_at = "2019-06-30", .structure_at = "2020-01-01"};
}

static const struct msg_arrangement_row *named(const struct msg_snapshot_answer *s, const char *id)
{
	for (size_t i = 0; i < s->n_arrangements; i++) {
		if (strcmp(s->arrangements[i].id, id) == 0)
			return &s->arrangements[i];
	}
	fail_msg("no arrangement %s", id);
	return NULL;
}

static const struct msg_observation_row *said_of(const struct msg_snapshot_answer *s, const char *unit,
						 const char *indicator, const char *period)
{
	for (size_t i = 0; i < s->n_observations; i++) {
		const struct msg_observation_row *x = &s->observations[i];
		if (strcmp(x->unit, unit) == 0 && strcmp(x->indicator, indicator) == 0 &&
		    strcmp(x->period, period) == 0)
			return x;
	}
	fail_msg("nothing of %s", unit);
	return NULL;
}

static void participants_are_mapped_once_and_internalised_arrangements_are_told(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_snapshot_question q = question();
	q.arrangements = true;
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	assert_int_equal(s->n_arrangements, 4);
	const struct msg_arrangement_row *x = named(s, "of-ab");
	assert_int_equal(x->n_participants, 1);
	assert_string_equal(x->participants[0], "AB");
	assert_string_equal(x->participant_names[0], "AB");
	assert_string_equal(x->host, "AB");
	assert_true(x->internalised);
	x = named(s, "of-abc");
	assert_int_equal(x->n_participants, 2);
	assert_string_equal(x->participants[0], "AB");
	assert_string_equal(x->participants[1], "C");
	assert_false(x->internalised);
	x = named(s, "of-c"); /* one unit alone was never a co-operation that ended inside it */
	assert_false(x->internalised);
}

static void a_divided_participant_may_be_any_of_its_successors(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_snapshot_question q = question();
	q.arrangements = true;
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	const struct msg_arrangement_row *x = named(s, "of-ad");
	assert_int_equal(x->n_participants, 1);
	assert_string_equal(x->participants[0], "AB");
	assert_int_equal(x->n_possible_participants, 2);
	assert_string_equal(x->possible_participants[0], "E");
	assert_string_equal(x->possible_participants[1], "F");
	assert_false(x->internalised);
	assert_string_equal(x->host, "D");
	q.structure_at = "";
	x = named(w_snapshot(w, &q), "of-ad");
	assert_int_equal(x->n_participants, 2);
	assert_int_equal(x->n_possible_participants, 0);
}

static void a_scope_is_a_unit_of_the_structure(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_snapshot_question q = question();
	q.arrangements = q.observations = true;
	q.period = "2019";
	q.scope = w_by_id(w, "F");
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	assert_int_equal(s->n_arrangements, 1);
	assert_string_equal(s->arrangements[0].id, "of-ad");
	assert_int_equal(s->n_observations, 2);
	assert_string_equal(s->observations[0].unit, "F");
	assert_string_equal(value_text(w->a, s->observations[0].value), "0–50");
	assert_int_equal(s->observations[1].method, METHOD_UNALLOCATED);
	assert_string_equal(value_text(w->a, s->observations[1].value), "50");
	/* One that is no more is where its figures went. */
	q.scope = w_by_id(w, "A");
	s = w_snapshot(w, &q);
	assert_string_equal(said_of(s, "AB", "people", "2019")->covered, "1 of 2");
	assert_string_equal(value_text(w->a, said_of(s, "AB", "people", "2019")->value), "at least 100");
}

static void observations_are_put_together_and_what_is_divided_is_unallocated(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_snapshot_question q = question();
	q.observations = true;
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	const struct msg_observation_row *x = said_of(s, "AB", "people", "2019");
	assert_int_equal(x->method, METHOD_MERGED);
	assert_string_equal(value_text(w->a, x->value), "120");
	assert_string_equal(x->covered, "2 of 2");
	x = said_of(s, "", "people", "2019");
	assert_int_equal(x->n_among, 2);
	assert_string_equal(x->among[0], "E");
	assert_string_equal(value_text(w->a, x->value), "50");
	x = said_of(s, "AB", "arr", "2019");
	assert_int_equal(x->method, METHOD_BOUNDS);
	assert_string_equal(value_text(w->a, x->value), "41–71");
	assert_int_equal(said_of(s, "C", "people", "2019")->method, METHOD_EXACT);
	/* All references, one block after the other. */
	q.round = "";
	q.indicator = "people";
	q.period = "2018";
	s = w_snapshot(w, &q);
	assert_int_equal(s->n_observations, 1);
	assert_string_equal(value_text(w->a, s->observations[0].value), "at least 99");
}

static void weigh(struct world *w, const char *to, int64_t n)
{
	uint32_t e = w_word(w, SPACE_EVENT, "s"), a = w_word(w, SPACE_UNIT, "D"), b = w_word(w, SPACE_UNIT, to),
		 basis = w_word(w, SPACE_TERM, "population"), src = w_word(w, SPACE_SOURCE, "s1");
	w_fact(w, FACT_WEIGHT)->weight = (struct fact_weight){
	    .event = e, .from = a, .to = b, .basis = basis, .src = src, .state = STATE_ASSERTED, .digits = n};
}

static void weights_that_are_asked_for_apportion_observations_and_no_participation(void **state)
{
	struct world *w = *state;
	lay(w);
	uint64_t before = w->rev;
	weigh(w, "E", 2);
	weigh(w, "F", 1);
	w_commit(w);
	struct msg_snapshot_question q = question();
	q.observations = q.arrangements = true;
	q.weight_basis = "population";
	struct msg_snapshot_answer *s = w_snapshot(w, &q);
	/* 50 by two to one, in whole people: 33 and a third, 16 and two thirds. */
	assert_string_equal(value_text(w->a, said_of(s, "E", "people", "2019")->value), "33");
	assert_int_equal(said_of(s, "E", "people", "2019")->method, METHOD_APPORTIONED);
	assert_string_equal(value_text(w->a, said_of(s, "F", "people", "2019")->value), "17");
	assert_int_equal(named(s, "of-ad")->n_possible_participants, 2);
	struct msg_query_request r = w_request();
	r.snapshot = &q;
	r.as_of_revision = before;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->snapshot);
	assert_string_equal(value_text(w->a, said_of(reply->snapshot, "", "people", "2019")->value), "50");
	/* Not asked for, not used; of another basis there are none. */
	q.weight_basis = "";
	assert_string_equal(value_text(w->a, said_of(w_snapshot(w, &q), "E", "people", "2019")->value), "0–50");
	r = w_request();
	r.snapshot = &q;
	q.weight_basis = "area";
	w_ask_error(w, &r, ERR_NOT_FOUND, "no weights of \"area\" are on record: there are population");
	q.structure_at = "";
	w_ask_error(w, &r, ERR_INVALID, "name structure_at");
}

static void a_small_part_size_changes_nothing(void **state)
{
	struct world *w = *state;
	lay(w);
	for (int year = 1990; year < 2010; year++) {
		const char *period = arena_printf(w->a, "%d", year);
		w_obs(w, "A", "people", period, "1");
		w_obs(w, "B", "people", period, "2");
	}
	w_round(w, "r", "2019", 0);
	w->round = "r";
	for (int year = 1990; year < 2010; year++)
		w_obs(w, "C", "people", arena_printf(w->a, "%d", year), "3");
	w_commit(w);
	w->limits.part_bytes = 100;
	struct msg_snapshot_question q = question();
	q.valid_at = "";
	q.observations = true;
	q.round = "r";
	q.indicator = "people";
	struct msg_query_request r = w_request();
	r.snapshot = &q;
	w_ask(w, &r);
	size_t n = 0;
	for (size_t i = 0; i < w->n_replies; i++) {
		assert_non_null(w->replies[i]->snapshot);
		n += w->replies[i]->snapshot->n_observations;
	}
	assert_true(w->n_replies > 2);
	assert_int_equal(n, 20);
}

static void a_day_without_a_structure_is_one_clear_error(void **state)
{
	struct world *w = *state;
	w_unit(w, "a", "municipality", "1838-01-01", "", "A");
	w_arrangement(w, "x", "a", NULL);
	w_commit(w);
	struct msg_snapshot_question q = question();
	q.structure_at = "1700-01-01";
	struct msg_query_request r = w_request();
	r.snapshot = &q;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->error);
	assert_non_null(strstr(reply->error->text, "no municipality is on record as living on 1700-01-01"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(participants_are_mapped_once_and_internalised_arrangements_are_told),
	    TEST(a_divided_participant_may_be_any_of_its_successors),
	    TEST(a_scope_is_a_unit_of_the_structure),
	    TEST(observations_are_put_together_and_what_is_divided_is_unallocated),
	    TEST(weights_that_are_asked_for_apportion_observations_and_no_participation),
	    TEST(a_small_part_size_changes_nothing),
	    TEST(a_day_without_a_structure_is_one_clear_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
