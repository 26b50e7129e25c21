/* SPDX-License-Identifier: Apache-2.0
 *
 * test_ask.c - history, changes, status, as_of, parts and errors; snapshots are test_snapshot.c's.
 */
#include "tests/unit/query_kit.h"

static struct msg_error *refused(struct world *w, struct msg_query_request *q, enum error_code code)
{
	struct msg_query_reply *reply = w_ask(w, q);
	if (!reply->error)
		fail_msg("answered");
	assert_int_equal(reply->error->code, code);
	assert_true(*reply->error->text);
	return reply->error;
}

static void as_of_may_be_a_time_or_a_tag(void **state)
{
	struct world *w = *state;
	say_all(w); /* revisions at 2, 3 and 4 seconds */
	struct msg_tag tag = {.name = "release", .revision = 2};
	w_def(w, SPACE_TAG, "release", &msg_type_tag, &tag);
	w_commit(w);
	struct msg_status_question s = {0};
	struct msg_query_request q = w_request();
	q.status = &s;
	q.as_of_tag = "release";
	assert_int_equal(w_ask(w, &q)->revision, 2);
	q.as_of_tag = "";
	q.as_of_time = "1970-01-01T00:00:03Z";
	assert_int_equal(w_ask(w, &q)->revision, 2);
	q.as_of_time = "1970-01-01T00:00:02.999999Z";
	assert_int_equal(w_ask(w, &q)->revision, 1);
	q.as_of_time = "2030-01-01T00:00:00Z";
	assert_int_equal(w_ask(w, &q)->revision, 4);
	q.as_of_time = "1969-12-31T23:59:59Z";
	refused(w, &q, ERROR_CODE_NOT_FOUND);
	const char *wrong[] = {"2026-02-30T00:00:00Z", "2026-02-01", "2026-02-01T24:00:00Z", "2026-02-01T00:00:00",
			       "x"};
	for (size_t i = 0; i < 5; i++) {
		q.as_of_time = wrong[i];
		refused(w, &q, ERROR_CODE_INVALID);
	}
}

static void an_as_of_that_is_not_there_or_given_twice_is_an_error(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_status_question s = {0};
	struct msg_query_request q = w_request();
	q.status = &s;
	q.as_of_revision = 4;
	assert_non_null(strstr(refused(w, &q, ERROR_CODE_NOT_FOUND)->text, "the newest is 3"));
	q.as_of_revision = 2;
	q.as_of_tag = "release";
	refused(w, &q, ERROR_CODE_INVALID);
	q.as_of_revision = 0;
	assert_non_null(strstr(refused(w, &q, ERROR_CODE_NOT_FOUND)->text, "release"));
	q = w_request();
	refused(w, &q, ERROR_CODE_INVALID);
	q.version = 2;
	q.status = &s;
	refused(w, &q, ERROR_CODE_WRONG_VERSION);
}

static void without_a_tick_there_is_no_today_and_only_what_needs_it_says_so(void **state)
{
	struct world *w = *state;
	w_unit(w, "m:1", "municipality", "", "", "One");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_obs(w, "m:1", "I", "2014", "1");
	w_commit(w);
	struct msg_snapshot_question s = {.observations = true};
	struct msg_query_request q = w_request();
	q.snapshot = &s;
	assert_non_null(strstr(refused(w, &q, ERROR_CODE_INVALID)->text, "valid_at"));
	s.period = "2014";
	assert_int_equal(w_snapshot(w, &s)->n_observations, 1);
	s.units = true;
	refused(w, &q, ERROR_CODE_INVALID);
	s.valid_at = "2014";
	refused(w, &q, ERROR_CODE_INVALID);
	s.valid_at = "2014-01-01";
	assert_int_equal(w_snapshot(w, &s)->n_units, 1);
}

static void names_that_mean_nothing_or_too_much_are_told_with_candidates(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_unit_by_name name = {.name = "bodø"};
	struct msg_unit_ref ref = {.name = &name};
	struct msg_snapshot_question s = {.scope = &ref, .units = true};
	struct msg_query_request q = w_request();
	q.snapshot = &s;
	w_unit(w, "m:heroy1", "municipality", "", "", "Herøy");
	w_unit(w, "m:heroy2", "municipality", "", "", "Herøy");
	w_commit(w);
	assert_int_equal(w_snapshot(w, &s)->n_units, 1);
	name.name = "Herøy";
	struct msg_error *e = refused(w, &q, ERROR_CODE_INVALID);
	assert_int_equal(e->n_findings, 1);
	assert_int_equal(e->findings[0].n_candidates, 2);
	assert_string_equal(e->findings[0].rule, "AMBIGUOUS_UNIT");
	name.name = "Atlantis";
	assert_string_equal(refused(w, &q, ERROR_CODE_NOT_FOUND)->findings[0].rule, "UNRESOLVED_UNIT");
	s = (struct msg_snapshot_question){.indicator = "NOPE", .observations = true};
	refused(w, &q, ERROR_CODE_NOT_FOUND);
	s = (struct msg_snapshot_question){.kind = "planet"};
	refused(w, &q, ERROR_CODE_NOT_FOUND);
	s = (struct msg_snapshot_question){.round = "r1999"};
	refused(w, &q, ERROR_CODE_NOT_FOUND);
	s = (struct msg_snapshot_question){.period = "soon"};
	refused(w, &q, ERROR_CODE_INVALID);
}

static void a_long_answer_comes_in_parts_and_adds_up(void **state)
{
	struct world *w = *state;
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	for (int i = 0; i < 300; i++) {
		const char *id = arena_printf(w->a, "m:%03d", i);
		w_unit(w, id, "municipality", "", "", id);
		w_obs(w, id, "I", "2014", "1");
	}
	w_commit(w);
	w->limits.part_bytes = 1000;
	struct msg_snapshot_question s = {.indicator = "I", .period = "2014", .observations = true};
	struct msg_query_request q = w_request();
	q.snapshot = &s;
	w_ask(w, &q);
	assert_true(w->n_replies > 10);
	size_t n = 0;
	for (size_t i = 0; i < w->n_replies; i++) {
		assert_string_equal(w->replies[i]->snapshot->valid_at, "2014-12-31"); /* what every part repeats */
		for (size_t k = 0; k < w->replies[i]->snapshot->n_observations; k++)
			assert_string_equal(w->replies[i]->snapshot->observations[k].unit,
					    arena_printf(w->a, "m:%03zu", n++));
	}
	assert_int_equal(n, 300);
	size_t units = 0;
	s = (struct msg_snapshot_question){.valid_at = "2014-01-01", .units = true};
	w_ask(w, &q);
	assert_true(w->n_replies > 10);
	for (size_t i = 0; i < w->n_replies; i++)
		units += w->replies[i]->snapshot->n_units;
	assert_int_equal(units, 300);
	s = (struct msg_snapshot_question){.indicator = "I", .period = "2014", .observations = true};
	w->limits.rows_max = 299;
	refused(w, &q, ERROR_CODE_TOO_LARGE);
	w->limits.rows_max = 300;
	assert_null(w_ask(w, &q)->error);
}

static bool at_once(void *arg)
{
	(void)arg;
	return true;
}

static void a_passed_deadline_ends_a_long_answer(void **state)
{
	struct world *w = *state;
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	for (int i = 0; i < 300; i++) {
		const char *id = arena_printf(w->a, "m:%03d", i);
		w_unit(w, id, "municipality", "", "", id);
		w_obs(w, id, "I", "2014", "1");
	}
	w_commit(w);
	w->expired = at_once;
	struct msg_snapshot_question s = {.indicator = "I", .period = "2014", .observations = true};
	struct msg_query_request q = w_request();
	q.snapshot = &s;
	assert_true(refused(w, &q, ERROR_CODE_DEADLINE)->retryable);
}

static void history_tells_every_statement_about_a_unit_in_pages(void **state)
{
	struct world *w = *state;
	say_all(w);
	w_obs(w, "m:bodo", "IKS", "2020", "21");
	w_commit(w);
	w_obs(w, "m:bodo", "IKS", "2020", NULL);
	w_commit(w);
	struct msg_history_question h = {.unit = w_by_id(w, "m:bodo"), .indicator = "IKS", .period = "2020"};
	struct msg_query_request q = w_request();
	q.history = &h;
	struct msg_history_answer *a = w_ask(w, &q)->history;
	assert_string_equal(a->unit, "m:bodo");
	assert_int_equal(a->n_rows, 3);
	assert_int_equal(a->next_revision, 0);
	assert_int_equal(a->rows[0].revision, 2);
	assert_string_equal(a->rows[0].submitter, "plain:test");
	assert_int_equal(a->rows[0].message_id.len, 16);
	assert_int_equal(a->rows[0].change->after->exact->digits, 20);
	assert_int_equal(a->rows[2].revision, 5);
	assert_int_equal(a->rows[2].change->kind, CHANGE_KIND_RETRACTED);
	h.limit = 1;
	a = w_ask(w, &q)->history;
	assert_int_equal(a->n_rows, 1);
	assert_int_equal(a->next_revision, 3);
	h.from_revision = a->next_revision;
	a = w_ask(w, &q)->history;
	assert_int_equal(a->rows[0].revision, 4);
	q.as_of_revision = 4;
	assert_int_equal(w_ask(w, &q)->history->next_revision, 0);
	h = (struct msg_history_question){.unit = w_by_id(w, "m:rana")};
	q.as_of_revision = 0;
	/* That it is there, where it lies, what it takes part in, and its figure. */
	assert_int_equal(w_ask(w, &q)->history->n_rows, 4);
	h.unit = NULL;
	refused(w, &q, ERROR_CODE_INVALID);
}

static void changes_are_the_stored_bytes_in_order_and_by_pages(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_changes_question c = {0};
	struct msg_query_request q = w_request();
	q.changes = &c;
	struct msg_changes_answer *a = w_ask(w, &q)->changes;
	assert_int_equal(a->n_sets, 3);
	assert_int_equal(a->next_revision, 4);
	assert_int_equal(a->sets[1].revision, 2);
	assert_int_equal(a->sets[1].n_changes, 5);
	struct journal_reader *j;
	struct journal_record rec;
	struct outcome o;
	assert_ok(journal_read_begin(w->kit->store, &j));
	uint64_t pos;
	assert_ok(journal_find(j, 2, &pos));
	assert_ok(journal_get(j, pos, &rec));
	assert_ok(outcome_get(rec.outcome, w->a, false, &o));
	assert_non_null(memmem(w->raw[0].data, w->raw[0].len, o.changes[0].data, o.changes[0].len));
	journal_read_end(j);
	c.from_revision = 2;
	c.limit = 1;
	a = w_ask(w, &q)->changes;
	assert_int_equal(a->n_sets, 1);
	assert_int_equal(a->sets[0].revision, 2);
	assert_int_equal(a->next_revision, 3);
	c = (struct msg_changes_question){.from_revision = 9};
	a = w_ask(w, &q)->changes;
	assert_int_equal(a->n_sets, 0);
	assert_int_equal(a->next_revision, 9);
	c = (struct msg_changes_question){.to_revision = 2};
	a = w_ask(w, &q)->changes;
	assert_int_equal(a->n_sets, 2);
	assert_int_equal(a->next_revision, 3);
	q.as_of_revision = 1;
	a = w_ask(w, &q)->changes;
	assert_int_equal(a->n_sets, 1);
	assert_int_equal(a->next_revision, 2);
}

static void changes_can_be_narrowed_to_units_and_kinds(void **state)
{
	struct world *w = *state;
	say_all(w);
	w_obs(w, "m:rana", "IKS", "2021", "1");
	w_commit(w);
	w_obs(w, "m:rana", "IKS", "2021", NULL);
	w_commit(w);
	const char *units[] = {"m:rana"};
	enum change_kind kinds[] = {CHANGE_KIND_RETRACTED};
	struct msg_changes_question c = {.from_revision = 2, .n_units = 1, .units = units};
	struct msg_query_request q = w_request();
	q.changes = &c;
	struct msg_changes_answer *a = w_ask(w, &q)->changes;
	assert_int_equal(a->n_sets, 4); /* 2 says a figure, 3 a link, 4 and 5 */
	assert_int_equal(a->next_revision, 6);
	c.n_kinds = 1;
	c.kinds = kinds;
	a = w_ask(w, &q)->changes;
	assert_int_equal(a->n_sets, 1);
	assert_int_equal(a->sets[0].revision, 5);
	c.n_units = 0;
	c.from_revision = 0;
	assert_int_equal(w_ask(w, &q)->changes->n_sets, 1);
	units[0] = "m:nobody";
	c.n_units = 1;
	refused(w, &q, ERROR_CODE_NOT_FOUND);
}

static void status_tells_where_the_log_and_the_index_are(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_status_question s = {.sizes = true};
	struct msg_query_request q = w_request();
	q.status = &s;
	struct msg_status_answer *a = w_ask(w, &q)->status;
	assert_int_equal(a->durable_revision, 3);
	assert_int_equal(a->indexed_revision, 3);
	assert_int_equal(a->format_version, STORE_FORMAT);
	assert_string_equal(a->zone, "Europe/Oslo");
	assert_string_equal(a->server_version, "test");
	assert_int_equal(a->chain_head.len, 32);
	assert_true(a->log_bytes > 0 && a->index_bytes > 0);
}

static void a_revision_to_wait_for_that_is_not_there_is_retryable(void **state)
{
	struct world *w = *state;
	say_all(w);
	struct msg_status_question s = {0};
	struct msg_query_request q = w_request();
	q.status = &s;
	q.min_revision = 3;
	assert_null(w_ask(w, &q)->error);
	q.min_revision = 4;
	assert_true(refused(w, &q, ERROR_CODE_NOT_REACHED)->retryable);
}

/* A question of two million units took 4 GB before the first one was looked up. */
static void a_question_that_names_too_much_is_refused_at_once(void **state)
{
	struct world *w = *state;
	say_all(w);
	const char **units = arena_alloc(w->a, 1001 * sizeof *units);
	for (size_t i = 0; i < 1001; i++)
		units[i] = "m:bodo";
	enum measure measures[13];
	for (size_t i = 0; i < 13; i++)
		measures[i] = MEASURE_SUM;
	struct msg_changes_question c = {.n_units = 1001, .units = units};
	struct msg_trend_question t = {.indicator = "I", .n_measures = 13, .measures = measures};
	struct msg_query_request q = w_request();
	q.changes = &c;
	assert_string_equal(refused(w, &q, ERROR_CODE_TOO_LARGE)->text,
			    "units: 1001 are more than a question may name, 1000");
	c.n_units = 1000;
	assert_null(w_ask(w, &q)->error);
	q.changes = NULL;
	q.trend = &t;
	assert_non_null(strstr(refused(w, &q, ERROR_CODE_TOO_LARGE)->text, "measures: 13 are more"));
}

static void bounded_questions_are_short_and_scans_are_long(void **state)
{
	struct world *w = *state;
	struct msg_unit_ref *one = w_by_id(w, "m:1");
	struct msg_snapshot_question s[] = {
	    {.scope = one, .indicator = "I", .observations = true},
	    {.scope = one, .units = true, .links = true},
	    {.scope = one, .observations = true},
	    {.scope = one, .arrangements = true},
	    {.scope = one, .indicator = "I"},
	    {.scope = one, .indicator = "I", .subtree = true},
	    {.indicator = "I"},
	    {.scope = one},
	};
	for (size_t i = 0; i < sizeof s / sizeof *s; i++) {
		struct msg_query_request q = w_request();
		q.snapshot = &s[i];
		assert_int_equal(ask_weight(w_settle(w, &msg_type_query_request, &q)), i < 2 ? ASK_SHORT : ASK_LONG);
	}
	struct msg_changes_question c = {.limit = 10};
	struct msg_query_request q = w_request();
	q.changes = &c;
	assert_int_equal(ask_weight(&q), ASK_SHORT);
	c.limit = 0;
	assert_int_equal(ask_weight(&q), ASK_LONG);
	struct msg_history_question h = {.unit = one, .indicator = "", .limit = 10};
	q.changes = NULL;
	q.history = &h;
	assert_int_equal(ask_weight(&q), ASK_SHORT);
	h.indicator = "I"; /* all may have to be read to find a few */
	assert_int_equal(ask_weight(&q), ASK_LONG);
}

static void an_error_can_be_told_for_what_could_not_be_read(void **state)
{
	struct world *w = *state;
	struct msg_query_request q = w_request();
	struct msg_error *e = w_ask_error(w, NULL, ERR_MALFORMED, "no message at all");
	assert_int_equal(e->code, ERROR_CODE_MALFORMED);
	assert_string_equal(e->text, "no message at all");
	assert_false(e->retryable);
	e = w_ask_error(w, &q, ERR_BUSY, NULL);
	assert_string_equal(e->text, err_text(ERR_BUSY));
	assert_true(e->retryable);
	assert_int_equal(w->replies[0]->request_id.len, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(as_of_may_be_a_time_or_a_tag),
	    TEST(an_as_of_that_is_not_there_or_given_twice_is_an_error),
	    TEST(without_a_tick_there_is_no_today_and_only_what_needs_it_says_so),
	    TEST(names_that_mean_nothing_or_too_much_are_told_with_candidates),
	    TEST(a_long_answer_comes_in_parts_and_adds_up),
	    TEST(a_passed_deadline_ends_a_long_answer),
	    TEST(history_tells_every_statement_about_a_unit_in_pages),
	    TEST(changes_are_the_stored_bytes_in_order_and_by_pages),
	    TEST(changes_can_be_narrowed_to_units_and_kinds),
	    TEST(status_tells_where_the_log_and_the_index_are),
	    TEST(a_revision_to_wait_for_that_is_not_there_is_retryable),
	    TEST(a_question_that_names_too_much_is_refused_at_once),
	    TEST(bounded_questions_are_short_and_scans_are_long),
	    TEST(an_error_can_be_told_for_what_could_not_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
