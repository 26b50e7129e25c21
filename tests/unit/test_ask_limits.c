/* SPDX-License-Identifier: Apache-2.0
 *
 * test_ask_limits.c - questions that ask for more than an answer may cost: each is refused by one sentence, or costs no
 * more for being asked of thousands of days; and a deadline that was seen is told.
 */
#include "query/scope.h"
#include "tests/unit/answer_kit.h"

#define UNITS 300u

/* Two counties, 300 municipalities, an arrangement of each two of them, all in the first county. */
static void lay(struct world *w)
{
	char id[32], other[64], a[32];
	w_unit(w, "north", "county", "", "", "North");
	w_unit(w, "south", "county", "", "", "South");
	for (unsigned i = 0; i < UNITS; i++) {
		snprintf(id, sizeof id, "m%u", i);
		w_unit(w, id, "municipality", "", "", id);
		w_link(w, LINK_TYPE_PART_OF, id, "north", "", "");
	}
	for (unsigned i = 0; i + 1 < UNITS; i += 2) {
		snprintf(a, sizeof a, "a%u", i);
		snprintf(id, sizeof id, "m%u", i);
		snprintf(other, sizeof other, "m%u %s", i + 1, id);
		w_arrangement(w, a, other, id);
		w_attrs(w, a, "sector", "", "", "health");
	}
	w_round(w, "r", "2014", UNITS);
	w_fact(w, FACT_SCOPE)->scope = (struct fact_scope){.round = w_word(w, SPACE_ROUND, "r"),
							   .unit = w_word(w, SPACE_UNIT, "north"),
							   .kind = w_word(w, SPACE_TERM, "arrangement"),
							   .state = STATE_ASSERTED,
							   .completion = COMPLETION_YES,
							   .src = w_word(w, SPACE_SOURCE, "s1")};
	w_indicator(w, "N", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (unsigned i = 0; i < UNITS; i++) {
		snprintf(id, sizeof id, "m%u", i);
		w_obs(w, id, "N", "2014", "5");
		w_obs(w, id, "N", "2018", "6");
	}
	w_tick(w, "2021-01-01");
	w_commit(w);
}

static void refused(struct world *w, struct msg_query_request *q, enum err e, const char *text)
{
	struct msg_query_reply *reply = w_ask(w, q);
	if (!reply->error)
		fail_msg("answered");
	if (reply->error->code != (enum error_code)e || !strstr(reply->error->text, text))
		fail_msg("%d %s", (int)reply->error->code, reply->error->text);
}

static enum measure count_measure[] = {MEASURE_COUNT};

static struct msg_count_question count_of(struct world *w, enum counted what, const char *group_by, unsigned n_days)
{
	struct msg_count_question q = {.counted = what,
				       .kind = what == COUNTED_ARRANGEMENTS ? "" : "municipality",
				       .group_by = group_by,
				       .survey = "",
				       .n_measures = 1,
				       .measures = count_measure,
				       .n_dates = n_days,
				       .dates = arena_alloc(w->a, n_days * sizeof *q.dates)};
	for (unsigned i = 0; i < n_days; i++)
		q.dates[i] = arena_printf(w->a, "2014-%02u-%02u", 1 + i / 28 % 12, 1 + i % 28);
	return q;
}

static void refused_count(struct world *w, struct msg_count_question *q, enum err e, const char *text)
{
	struct msg_query_request r = w_request();
	r.count = q;
	refused(w, &r, e, text);
}

/* Each place was computed: four billion of them ended the daemon. */
static void a_count_shows_at_most_six_decimals(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = count_of(w, COUNTED_UNITS, "", 1);
	q.decimals = UINT32_MAX;
	refused_count(w, &q, ERR_INVALID, "4294967295 decimals: 0 to 6 can be shown");
}

static void a_count_explained_without_measures_is_no_empty_copy(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = count_of(w, COUNTED_UNITS, "", 1);
	q.n_measures = 0;
	q.measures = NULL;
	struct msg_explain_question x = {.count = &q, .group = "", .period = "", .round = ""};
	struct msg_query_request r = w_request();
	r.explain = &x;
	refused(w, &r, ERR_INVALID, "say which measure");
}

/* Every value was compared with every attribute on record before the deadline was looked at. */
static void values_of_filters_are_bounded(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = count_of(w, COUNTED_ARRANGEMENTS, "", 1);
	struct msg_filter where[2] = {{.field = "sector", .n_values = 1000}, {.field = "sector", .n_values = 1}};
	where[0].values = where[1].values = arena_alloc(w->a, 1000 * sizeof *where[0].values);
	for (unsigned i = 0; i < 1000; i++)
		where[0].values[i] = "health";
	q.n_where = 2;
	q.where = where;
	refused_count(w, &q, ERR_TOO_LARGE, "values of filters: 1001 are more than a question may name, 1000");
	struct msg_query_request r = w_request();
	r.count = &q;
	q.n_where = 1;
	assert_null(w_ask(w, &r)->error);
	struct msg_network_question n = {
	    .border_kind = "", .structure_at = "", .kind = "", .n_where = 2, .where = where};
	r = w_request();
	r.network = &n;
	refused(w, &r, ERR_TOO_LARGE, "values of filters: 1001");
}

static void groups_on_thousands_of_days_are_refused_before_they_are_ranked(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = count_of(w, COUNTED_UNITS, "unit", 100);
	w->limits.rows_max = 1000;
	q.limit = 1;
	q.measures[0] = MEASURE_RANK;
	refused_count(w, &q, ERR_TOO_LARGE, "name fewer days");
	q.n_dates = 20;
	struct msg_query_request r = w_request();
	r.count = &q;
	struct msg_query_reply *reply = w_ask(w, &r);
	q.measures[0] = MEASURE_COUNT;
	assert_null(reply->error);
	assert_int_equal(reply->trend->n_rows, 1);
}

static void units_of_thousands_of_days_are_refused_before_they_are_read(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = count_of(w, COUNTED_ARRANGEMENTS, "", 300);
	w->limits.rows_max = 300;
	refused_count(w, &q, ERR_TOO_LARGE, "units on record on 300 days are too many");
}

/* Each day costs five bytes for every unit on record: ten thousand days of a large store took gigabytes. */
static void a_scope_of_a_thousand_days_remembers_only_some(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answer *r = w_answer(w);
	struct scope *s;
	uint32_t unit = w_word(w, SPACE_UNIT, "m1"), north = w_word(w, SPACE_UNIT, "north");
	assert_ok(scope_ask(r, w_by_id(w, "north"), 1, true, 0, &s));
	assert_ok(scope_group_ask(s, "county"));
	size_t used = 0;
	for (int32_t day = 0; day < 1000; day++) {
		assert_true(scope_has(s, unit, day));
		assert_false(scope_has(s, w_word(w, SPACE_UNIT, "south"), day));
		assert_int_equal(scope_group(s, unit, day), north);
		used = day == 100 ? arena_used(w->a) : used;
	}
	assert_int_equal(arena_used(w->a), used);
	assert_true(scope_has(s, unit, 3));
}

/* ---- deadlines -------------------------------------------------------------------------------------- */

static unsigned looks, passes_at;

/* True once: who does not tell it at once gives an answer. */
static bool at_one_look(void *arg)
{
	(void)arg;
	return ++looks == passes_at;
}

static unsigned looks_of(struct world *w, struct msg_query_request *r)
{
	looks = 0;
	passes_at = 0;
	w->expired = at_one_look;
	struct msg_query_reply *reply = w_ask(w, r);
	if (reply->error)
		fail_msg("%s", reply->error->text);
	return looks;
}

static unsigned told_at_every_look(struct world *w, struct msg_query_request *r)
{
	unsigned n = looks_of(w, r), step = n / (test_rounds(n) + 1) + 1;
	for (unsigned i = 1; i <= n; i += step) {
		looks = 0;
		passes_at = i;
		refused(w, r, ERR_DEADLINE, "the deadline passed");
	}
	w->expired = NULL;
	return n;
}

/* Whether lists are declared complete everywhere was looked up, and what ended that was forgotten. */
static void a_deadline_seen_while_counting_is_told(void **state)
{
	struct world *w = *state;
	lay(w);
	static const enum counted all[] = {COUNTED_UNITS, COUNTED_ARRANGEMENTS, COUNTED_PARTICIPANTS};
	for (unsigned i = 0; i < 3; i++) {
		struct msg_count_question q = count_of(w, all[i], "county", 5);
		struct msg_query_request r = w_request();
		r.count = &q;
		assert_true(told_at_every_look(w, &r) > 0);
	}
}

static void a_deadline_seen_in_any_question_of_change_is_told(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_point from = {.valid_at = "", .round = "", .period = "2014", .as_of_time = "", .as_of_tag = ""},
			 to = from;
	to.period = "2018";
	struct msg_network_question n = {.border_kind = "county", .structure_at = "", .kind = ""};
	struct msg_quality_question q = {.survey = "", .indicator = ""};
	struct msg_diff_question d = {
	    .from = &from, .to = &to, .kind = "", .indicator = "", .structure_at = "", .survey = ""};
	struct msg_balance_question b = {.counted = COUNTED_ARRANGEMENTS,
					 .kind = "",
					 .indicator = "",
					 .group_by = "county",
					 .from = &from,
					 .to = &to};
	struct msg_decompose_question c = {.indicator = "N",
					   .kind = "",
					   .group_by = "",
					   .measure = MEASURE_SUM,
					   .from = &from,
					   .to = &to,
					   .weight_basis = "",
					   .indicator_to = ""};
	struct msg_query_request r[5];
	for (unsigned i = 0; i < 5; i++)
		r[i] = w_request();
	r[0].network = &n;
	r[1].quality = &q;
	r[2].diff = &d;
	r[3].balance = &b;
	r[4].decompose = &c;
	for (unsigned i = 0; i < 5; i++)
		assert_true(told_at_every_look(w, &r[i]) > 0 || i == 3);
}

/* Each row of a chain is made of all figures: a deadline was looked at only between groups, of which there may be one.
 */
static void a_deadline_seen_in_a_chain_of_balances_is_told(void **state)
{
	struct world *w = *state;
	w_indicator(w, "N", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "new", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (unsigned i = 0; i < UNITS; i++) {
		const char *id = arena_printf(w->a, "m%u", i);
		w_unit(w, id, "municipality", "", "", id);
		for (unsigned y = 2001; y <= 2005; y++) {
			const char *year = arena_printf(w->a, "%u", y);
			w_obs(w, id, "N", year, "5");
			w_obs(w, id, "new", year, "1");
		}
	}
	w_commit(w);
	struct msg_point from = {.valid_at = "", .round = "", .period = "2001", .as_of_time = "", .as_of_tag = ""},
			 to = from;
	to.period = "2005";
	const char *in[] = {"new"};
	struct msg_balance_question b = {
	    .kind = "", .indicator = "N", .n_inflows = 1, .inflows = in, .group_by = "", .from = &from, .to = &to};
	struct msg_query_request r = w_request();
	r.balance = &b;
	looks_of(w, &r);
	unsigned alone = looks;
	b.chain = true;
	unsigned n = told_at_every_look(w, &r);
	if (n < alone + 9)
		fail_msg("%u looks, %u without links", n, alone); /* five while reading, one each link */
	assert_string_equal(w_ask(w, &r)->balance->rows[0].opening->shown, "1500");
	assert_int_equal(w->replies[0]->balance->n_rows, 5);
}

/* A note of each unit was compared with the notes of all others. */
static void the_notes_of_a_balance_are_bounded(void **state)
{
	struct world *w = *state;
	w_indicator(w, "N", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (unsigned i = 0; i < UNITS; i++) {
		const char *unit = arena_printf(w->a, "m%u", i);
		w_unit(w, unit, "municipality", "", "", unit);
		for (unsigned k = 0; k < 2; k++) {
			const char *value = arena_printf(w->a, "%u", i + k * UNITS);
			w->source = k ? "s2" : "s1";
			w_obs(w, unit, "N", "2001", value);
			w_obs(w, unit, "N", "2005", value);
		}
	}
	w_commit(w);
	struct msg_point from = {.valid_at = "", .round = "", .period = "2001", .as_of_time = "", .as_of_tag = ""},
			 to = from;
	to.period = "2005";
	struct msg_balance_question b = {.kind = "", .indicator = "N", .group_by = "", .from = &from, .to = &to};
	struct msg_query_request r = w_request();
	r.balance = &b;
	struct msg_query_reply *reply = w_ask(w, &r);
	if (reply->error)
		fail_msg("%s", reply->error->text);
	assert_int_equal(reply->balance->n_rows, 1);
	assert_int_equal(reply->balance->rows[0].n_notes, 101);
	assert_non_null(strstr(reply->balance->rows[0].notes[100], "more to note"));
}

/* ---- memory ----------------------------------------------------------------------------------------- */

/* What a count notes of each day was held until the end, half a gigabyte of it before the deadline came. */
static void a_question_that_would_hold_too_much_is_refused(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question few_days = count_of(w, COUNTED_PARTICIPANTS, "unit", 2),
				  days = count_of(w, COUNTED_PARTICIPANTS, "unit", 100);
	struct msg_query_request r = w_request();
	w->limits.rows_max = 100000;
	w->limits.work_max = 1 << 20;
	refused_count(w, &days, ERR_TOO_LARGE, "more than 1 MiB are needed to work this out");
	r.count = &few_days;
	assert_null(w_ask(w, &r)->error);
	w->limits.work_max = 0;
	r.count = &days;
	assert_null(w_ask(w, &r)->error);
}

/* Each set had room for as many names as there were sets: 20,000 of them took more than a gigabyte. */
static void constellations_take_room_for_what_they_have(void **state)
{
	struct world *w = *state;
	for (unsigned i = 0; i < 2 * UNITS; i++) {
		const char *id = arena_printf(w->a, "m%u", i);
		w_unit(w, id, "municipality", "", "", id);
	}
	for (unsigned i = 0; i < 2 * UNITS; i++)
		w_arrangement(w, arena_printf(w->a, "a%u", i), arena_printf(w->a, "m%u", i),
			      arena_printf(w->a, "m%u", i));
	w_tick(w, "2021-01-01");
	w_commit(w);
	struct msg_network_question n = {.constellations = true, .border_kind = "", .structure_at = "", .kind = ""};
	struct msg_query_request r = w_request();
	r.network = &n;
	w->limits.work_max = 1 << 20; /* as many names as sets, of each set: 1.4 MiB */
	struct msg_query_reply *reply = w_ask(w, &r);
	if (reply->error)
		fail_msg("%s", reply->error->text);
	assert_int_equal(reply->network->n_constellations, 2 * UNITS);
	assert_string_equal(reply->network->constellations[0].names[0], reply->network->constellations[0].units[0]);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_count_shows_at_most_six_decimals),
	    TEST(a_count_explained_without_measures_is_no_empty_copy),
	    TEST(values_of_filters_are_bounded),
	    TEST(groups_on_thousands_of_days_are_refused_before_they_are_ranked),
	    TEST(units_of_thousands_of_days_are_refused_before_they_are_read),
	    TEST(a_scope_of_a_thousand_days_remembers_only_some),
	    TEST(a_deadline_seen_while_counting_is_told),
	    TEST(a_deadline_seen_in_any_question_of_change_is_told),
	    TEST(a_deadline_seen_in_a_chain_of_balances_is_told),
	    TEST(the_notes_of_a_balance_are_bounded),
	    TEST(a_question_that_would_hold_too_much_is_refused),
	    TEST(constellations_take_room_for_what_they_have),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
