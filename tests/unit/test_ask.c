/* SPDX-License-Identifier: Apache-2.0
 *
 * test_ask.c - snapshot, history, changes, status, as_of, parts and errors.
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

/* Two municipalities in a county; figures of two periods; an arrangement. Revisions 1 to 3. */
static void say_all(struct world *w)
{
	w_unit(w, "c:nordland", "county", "", "", "Nordland");
	w_unit(w, "m:bodo", "municipality", "", "", "Bodø");
	w_unit(w, "m:rana", "municipality", "", "", "Rana");
	w_code(w, "m:bodo", "kommunenummer", "", "", "1804");
	w_attr(w, "m:bodo", "size", "", "", "large");
	w_link(w, LINK_TYPE_PART_OF, "m:bodo", "c:nordland", "", "");
	w_link(w, LINK_TYPE_PART_OF, "m:rana", "c:nordland", "", "");
	w_indicator(w, "IKS", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "BY", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_round(w, "r2014", "2014", 44);
	w_commit(w);
	w->round = "r2014";
	w_obs(w, "m:bodo", "IKS", "2014", "12");
	w_obs(w, "m:rana", "IKS", "2014", "7.50");
	w_obs(w, "m:bodo", "BY|sector=health", "2014", "3");
	w_obs(w, "m:bodo", "BY|sector=roads", "2014", "4");
	w->round = "";
	w_obs(w, "m:bodo", "IKS", "2020", "20");
	w_commit(w);
	w_unit(w, "a:waste", "arrangement", "2010-01-01", "", "Waste IKS");
	w_attr(w, "a:waste", "sector", "2010-01-01", "", "environment");
	w_attr(w, "a:waste", "task", "2010-01-01", "", "collect waste");
	w_attr(w, "a:waste", "participants_complete", "2010-01-01", "", "YES");
	w_attr(w, "a:waste", "printed_participants", "2010-01-01", "", "2");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "m:rana", "a:waste", "2010-01-01", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "m:bodo", "a:waste", "2010-01-01", "");
	w_link(w, LINK_TYPE_HOSTS, "m:bodo", "a:waste", "2010-01-01", "");
	w_tick(w, "2026-11-21");
	w_commit(w);
}

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
	q.period = "1999";
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
	assert_int_equal(w_snapshot(w, &q)->n_observations, 0);
	q = (struct msg_snapshot_question){.round = "r2014", .observations = true};
	assert_int_equal(w_snapshot(w, &q)->n_observations, 4);
	q.period = "2020";
	assert_int_equal(w_snapshot(w, &q)->n_observations, 0);
	q.round = "";
	assert_int_equal(w_snapshot(w, &q)->n_observations, 1);
	q.period = "1999";
	assert_int_equal(w_snapshot(w, &q)->n_observations, 0);
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
	assert_int_equal(w_ask(w, &q)->history->n_rows, 1);
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
	    TEST(a_point_question_gives_the_one_value),
	    TEST(a_snapshot_tells_what_its_indicators_are_called_where_asked),
	    TEST(categories_and_rounds_narrow_what_is_told),
	    TEST(a_snapshot_of_a_county_holds_all_sections),
	    TEST(a_scope_without_arrangements_tells_none_and_everywhere_tells_all),
	    TEST(values_side_by_side_are_all_told_and_one_is_chosen_by_a_named_rule),
	    TEST(a_retraction_hides_the_value_but_not_what_was_known_before),
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
