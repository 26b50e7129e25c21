/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_cause.c - single causes of a change, made once more from what the log says.
 *
 * Whether they agree wherever there is a decomposition, all tests of these ask (decompose_kit.h).
 */
#include "query/value.h"
#include "tests/unit/decompose_kit.h"

static struct msg_query_reply *reply_of(struct world *w, struct msg_decompose_question *q, enum cause cause)
{
	struct msg_explain_question *e = arena_alloc(w->a, sizeof *e);
	*e = (struct msg_explain_question){.decompose = q, .cause = cause};
	struct msg_query_request r = w_request();
	r.explain = e;
	return w_ask(w, &r);
}

static struct msg_explain_answer *explained(struct world *w, struct msg_decompose_question *q, enum cause cause)
{
	struct msg_query_reply *reply = reply_of(w, q, cause);
	if (!reply->explain)
		fail_msg("not explained: %s", reply->error ? reply->error->text : "?");
	return reply->explain;
}

/* "Bodo 5, Rana -3 = 2"; what does not agree says so. */
static const char *text_of(struct world *w, const struct msg_explain_answer *e)
{
	const char *text = "";
	for (size_t i = 0; i < e->n_items; i++)
		text = arena_printf(w->a, "%s%s%s %s", text, i ? ", " : "", e->items[i].unit_name,
				    e->items[i].used->shown);
	text = arena_printf(w->a, "%s = %s", text,
			    *e->recomputed->refused ? e->recomputed->refused : e->recomputed->shown);
	return e->agrees ? text : arena_printf(w->a, "%s, NOT %s", text, e->part->figure->shown);
}

static const char *cause_of(struct world *w, struct msg_decompose_question *q, enum cause cause)
{
	return text_of(w, explained(w, q, cause));
}

static bool told(const char *const *list, size_t n, const char *part)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(list[i], part))
			return true;
	return false;
}

static struct msg_point *point(struct world *w, const char *round, const char *day, uint64_t rev)
{
	struct msg_point *p = arena_alloc(w->a, sizeof *p);
	*p = (struct msg_point){.round = round, .valid_at = day, .as_of_revision = rev};
	return p;
}

static struct msg_decompose_question of_people(struct world *w, uint64_t then)
{
	return (struct msg_decompose_question){.indicator = "people",
					       .n_units = 1,
					       .units = w_by_id(w, "West"),
					       .subtree = true,
					       .measure = MEASURE_SUM,
					       .weight_basis = "population",
					       .from = point(w, "r0", "", then),
					       .to = point(w, "r1", "", 0)};
}

/*   West A B C D, East X.   2018: B moves to East; X ─▶ XW (West, 3/4) and XE (East, 1/4)
 *   2014: A 10, B 20, X 40; found since: C 5; corrected since: A 11.   2022: A 15, XW 28, D 7; framed are all but D  */
static uint64_t lay(struct world *w)
{
	h_counties(w, "West East");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_tick(w, "2026-01-01");
	h_towns_of(w, "West", "A C, D 2019..");
	w_unit(w, "B", "municipality", "", "", "B");
	w_link(w, LINK_TYPE_PART_OF, "B", "West", "", "2018-01-01");
	w_link(w, LINK_TYPE_PART_OF, "B", "East", "2018-01-01", "");
	h_towns_of(w, "East", "X ..2018");
	h_towns_of(w, "West", "XW 2018..");
	h_towns_of(w, "East", "XE 2018..");
	h_event(w, "split", "2018-01-01", "X>*XW X>*XE");
	h_weight(w, "split", "X>XW", 3, 0);
	h_weight(w, "split", "X>XE", 1, 0);
	k_round(w, "r0", "2014", 4, "A B C X", "");
	k_round(w, "r1", "2022", 6, "A C D XW XE B", "");
	k_say(w, "r0", "people", "2014", "A 10 B 20 X 40");
	uint64_t then = w_commit(w);
	k_correct(w, "r0", "people", "2014", "A 11");
	k_say(w, "r0", "people", "2014", "C 5");
	w_commit(w);
	k_say(w, "r1", "people", "2022", "A 15 XW 28 D 7");
	w_commit(w);
	return then;
}

static void each_cause_names_the_statements_that_make_it(void **state)
{
	struct world *w = *state;
	struct msg_decompose_question q = of_people(w, lay(w));
	/* 10 + 20 then; 15 + 28 + 7 now */
	assert_string_equal(cause_of(w, &q, CAUSE_UNSPECIFIED), "A -10, A 15, B -20, D 7, XW 28 = 20");
	assert_string_equal(cause_of(w, &q, CAUSE_CORRECTION), "A 11, A -10 = 1");
	assert_string_equal(cause_of(w, &q, CAUSE_FOUND_LATE), "C 5 = 5");
	assert_string_equal(cause_of(w, &q, CAUSE_STRUCTURE), "B -20, X 30 = 10");
	assert_string_equal(cause_of(w, &q, CAUSE_FRAME), "D 7 = 7");
	assert_string_equal(cause_of(w, &q, CAUSE_RESPONSE), "C -5 = -5");
	assert_string_equal(cause_of(w, &q, CAUSE_DEFINITION), " = 0");
	assert_string_equal(cause_of(w, &q, CAUSE_REAL), "A -11, A 15, X -30, XW 28 = 2");
	assert_string_equal(cause_of(w, &q, CAUSE_UNDETERMINED), " = 0");
}

static void a_statement_of_a_cause_has_its_message_source_and_events(void **state)
{
	struct world *w = *state;
	uint64_t then = lay(w);
	struct msg_decompose_question q = of_people(w, then);
	const struct msg_explain_answer *e = explained(w, &q, CAUSE_STRUCTURE);
	const struct msg_explain_item *x = &e->items[1];
	assert_int_equal(e->part->cause, CAUSE_STRUCTURE);
	assert_string_equal(x->unit, "X");
	assert_string_equal(x->source, "s1");
	assert_string_equal(x->round, "r0");
	assert_string_equal(x->submitter, "plain:test");
	assert_int_equal(x->revision, then);
	assert_int_equal(x->message_id.len, 16);
	assert_int_equal(x->value->exact->digits, 40);
	assert_string_equal(x->used->numerator, "30");
	assert_int_equal(x->n_steps, 1);
	assert_string_equal(x->steps[0].event, "split");
	assert_string_equal(x->steps[0].to, "XW");
	assert_true(told(e->rules, e->n_rules, "came into the scope with the borders"));
	e = explained(w, &q, CAUSE_FOUND_LATE);
	assert_int_equal(e->items[0].revision, then + 1);
}

static void what_nobody_can_divide_is_between_two_ends_and_undetermined(void **state)
{
	struct world *w = *state;
	struct msg_decompose_question q = of_people(w, lay(w));
	q.weight_basis = "";
	struct msg_explain_answer *e = explained(w, &q, CAUSE_STRUCTURE);
	assert_string_equal(text_of(w, e), "B -20, X 0–40 = 0"); /* −20 to 20 */
	assert_string_equal(e->recomputed->low, "-20");
	assert_string_equal(e->recomputed->high, "20");
	assert_true(told(e->rules, e->n_rules, "nearest to zero"));
	/* 15 + 28 − 11 − (0 to 40) */
	assert_string_equal(cause_of(w, &q, CAUSE_REAL), "A -11, A 15, X -40 to 0, XW 28 = 0");
	e = explained(w, &q, CAUSE_UNDETERMINED);
	assert_string_equal(text_of(w, e), "X  = 12"); /* 20 − 1 − 5 − 7 + 5 */
	assert_true(told(e->notes, e->n_notes, "the change made once more: 20"));
	assert_true(told(e->rules, e->n_rules, "less what is certain of each cause"));
}

static void a_count_of_units_names_who_came_and_who_left(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_decompose_question q = {.counted = COUNTED_UNITS,
					   .kind = "municipality",
					   .n_units = 1,
					   .units = w_by_id(w, "West"),
					   .subtree = true,
					   .measure = MEASURE_COUNT,
					   .from = point(w, "", "2014-06-30", 0),
					   .to = point(w, "", "2022-06-30", 0)};
	assert_string_equal(cause_of(w, &q, CAUSE_STRUCTURE), "B -1, XW 1 = 0");
	assert_string_equal(cause_of(w, &q, CAUSE_REAL), "D 1 = 1");
	assert_string_equal(cause_of(w, &q, CAUSE_UNSPECIFIED), "A -1, A 1, B -1, C -1, C 1, D 1, XW 1 = 1");
	const struct msg_explain_answer *e = explained(w, &q, CAUSE_REAL);
	assert_int_equal(e->items[0].revision, 1);
	assert_string_equal(e->items[0].submitter, "plain:test");
	assert_string_equal(e->items[0].period, "2022-06-30");
}

/*   West 2014: P Q R S (75 percent are three)     2022: PQ R S T (75 percent are three; T is new, from nowhere)   */
static struct msg_decompose_question of_rate(struct world *w)
{
	struct msg_indicator def = {.id = "share",
				    .label = "Share",
				    .type = VALUE_TYPE_PERCENT,
				    .over_units = AGGREGATION_RELATIVE,
				    .over_time = AGGREGATION_NONE,
				    .denominator = "frame",
				    .unit_kind = "county"};
	h_counties(w, "West");
	h_towns_of(w, "West", "P Q ..2018, PQ 2018.., R S, T 2018..");
	h_event(w, "m", "2018-01-01", "P>PQ Q>PQ");
	k_round(w, "r0", "2014", 4, "", "West");
	k_round(w, "r1", "2022", 4, "", "West");
	w_def(w, SPACE_INDICATOR, "share", &msg_type_indicator, &def);
	w_tick(w, "2026-01-01");
	k_say(w, "r0", "share", "2014", "West 75");
	k_say(w, "r1", "share", "2022", "West 75");
	w_commit(w);
	return (struct msg_decompose_question){.indicator = "share",
					       .n_units = 1,
					       .units = w_by_id(w, "West"),
					       .measure = MEASURE_RATE,
					       .from = point(w, "r0", "", 0),
					       .to = point(w, "r1", "", 0),
					       .decimals = 2};
}

/* Three of four: P and Q with one other become two of three, or three of three without one of them. With T, which may
 * have joined, 50 to 100 percent: nothing need have changed. */
static void causes_of_a_rate_are_what_no_reading_of_the_borders_excludes(void **state)
{
	struct world *w = *state;
	struct msg_decompose_question q = of_rate(w);
	struct msg_explain_answer *e = explained(w, &q, CAUSE_REAL);
	assert_string_equal(text_of(w, e), "West 3 of 4, West 3 of 4 = 0.00");
	assert_string_equal(e->recomputed->low, "-25.00");
	assert_string_equal(e->recomputed->high, "25.00");
	assert_true(told(e->notes, e->n_notes, "with the borders 2–3 of 3, with the frame 2–4 of 4 take part"));
	assert_true(told(e->rules, e->n_rules, "least really changed"));
	e = explained(w, &q, CAUSE_STRUCTURE);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "25.00"); /* three of three, from three of four */
	e = explained(w, &q, CAUSE_FRAME);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "-25.00"); /* three of four again, T among them */
	assert_string_equal(cause_of(w, &q, CAUSE_RESPONSE), " = 0.00");
}

static struct msg_decompose_question of_participants(struct world *w)
{
	h_counties(w, "West");
	h_towns_of(w, "West", "P Q ..2018, PQ 2018.., R S");
	h_event(w, "m", "2018-01-01", "P>PQ Q>PQ");
	w_unit(w, "old", "arrangement", "", "", "old");
	w_unit(w, "new", "arrangement", "2019-01-01", "", "new");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "P", "old", "", "2018-01-01");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "Q", "old", "", "2018-01-01");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "PQ", "old", "2018-01-01", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "R", "new", "2019-01-01", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "S", "new", "2019-01-01", "");
	w_tick(w, "2026-01-01");
	w_commit(w);
	return (struct msg_decompose_question){.counted = COUNTED_PARTICIPANTS,
					       .kind = "municipality",
					       .measure = MEASURE_COUNT,
					       .from = point(w, "", "2014-06-30", 0),
					       .to = point(w, "", "2022-06-30", 0)};
}

static void participants_are_told_by_those_who_take_part_at_each_point(void **state)
{
	struct world *w = *state;
	struct msg_decompose_question q = of_participants(w);
	struct msg_explain_answer *e = explained(w, &q, CAUSE_STRUCTURE);
	assert_string_equal(text_of(w, e), "P, in old -1, Q, in old -1 = -1"); /* two became one */
	assert_true(told(e->notes, e->n_notes, "with the borders they are 1 to 1 of 3"));
	e = explained(w, &q, CAUSE_REAL);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "2"); /* R and S */
	assert_int_equal(e->n_items, 5);
	q.measure = MEASURE_RATE;
	assert_string_equal(explained(w, &q, CAUSE_UNSPECIFIED)->recomputed->shown, "50"); /* 2 of 4, 3 of 3 */
	assert_true(explained(w, &q, CAUSE_UNSPECIFIED)->agrees);
}

static void a_participation_that_no_message_made_is_no_real_change(void **state)
{
	struct world *w = *state;
	struct msg_decompose_question q = of_participants(w);
	h_towns_of(w, "West", "U");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "U", "new", "2019-01-01", "");
	w->n_changes = 0; /* in the index, and in no change record */
	w_commit(w);
	struct msg_explain_answer *e = explained(w, &q, CAUSE_REAL);
	assert_string_equal(e->part->figure->shown, "3");
	assert_string_equal(e->recomputed->shown, "2");
	assert_false(e->agrees);
	assert_true(told(e->notes, e->n_notes, "change records do not have"));
}

/* ---- a second path ---- */

/* The change record says one thing, what is folded into the index another. */
static void say_wrong(struct world *w, const char *round, const char *unit, const char *period, const char *said,
		      const char *folded)
{
	AUTO_BUF struct buf b = {0};
	w->round = round;
	struct fact *f = w_obs(w, unit, "people", period, said);
	value_put(&b, w_value(w, folded));
	f->obs.value = (struct slice){arena_text(w->a, (const char *)b.data, b.len), b.len};
	f->obs.state = STATE_CORRECTED;
	w_commit(w);
}

static void a_wrong_row_of_the_index_shows_in_the_causes_that_it_makes(void **state)
{
	struct world *w = *state;
	struct msg_decompose_question q = of_people(w, lay(w));
	say_wrong(w, "r0", "B", "2014", "20", "90");
	assert_string_equal(cause_of(w, &q, CAUSE_STRUCTURE), "B -20, X 30 = 10, NOT -60");
	assert_string_equal(cause_of(w, &q, CAUSE_CORRECTION), "A 11, A -10 = 1, NOT 71");
	assert_true(explained(w, &q, CAUSE_REAL)->agrees);
	assert_true(explained(w, &q, CAUSE_FRAME)->agrees);
	say_wrong(w, "r1", "XW", "2022", "28", "1028");
	assert_string_equal(cause_of(w, &q, CAUSE_REAL), "A -11, A 15, X -30, XW 28 = 2, NOT 1002");
	assert_string_equal(cause_of(w, &q, CAUSE_UNSPECIFIED), "A -10, A 15, B -20, D 7, XW 28 = 20, NOT 1020");
	assert_true(explained(w, &q, CAUSE_FOUND_LATE)->agrees);
}

static void a_statement_that_no_message_made_is_no_part_of_a_cause(void **state)
{
	struct world *w = *state;
	struct msg_decompose_question q = of_people(w, lay(w));
	w->round = "r1";
	w_obs(w, "C", "people", "2022", "9");
	w->n_changes = 0; /* in the index, and in no change record */
	w_commit(w);
	const struct msg_explain_answer *e = explained(w, &q, CAUSE_REAL);
	assert_string_equal(text_of(w, e), "A -11, A 15, X -30, XW 28 = 2, NOT 6");
	assert_true(told(e->notes, e->n_notes, "change records do not have"));
}

static void a_unit_that_no_message_made_is_not_counted(void **state)
{
	struct world *w = *state;
	lay(w);
	h_towns_of(w, "West", "G 2020..");
	w->n_changes = 0;
	w_commit(w);
	struct msg_decompose_question q = {.counted = COUNTED_UNITS,
					   .kind = "municipality",
					   .measure = MEASURE_COUNT,
					   .from = point(w, "", "2014-06-30", 0),
					   .to = point(w, "", "2022-06-30", 0)};
	const struct msg_explain_answer *e = explained(w, &q, CAUSE_REAL);
	assert_string_equal(text_of(w, e), "D 1 = 1, NOT 2");
	assert_true(told(e->notes, e->n_notes, "change records do not have"));
}

/* ---- another definition ---- */

static void of_two_definitions_what_is_definition_and_what_is_real_is_explained(void **state)
{
	struct world *w = *state;
	struct msg_decompose_question q = of_people(w, lay(w));
	w_indicator(w, "residents", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	k_say(w, "r1", "residents", "2022", "A 115 XW 128 D 107");
	w_commit(w);
	q.indicator_to = "residents";
	assert_string_equal(cause_of(w, &q, CAUSE_STRUCTURE), "B -20, X 30 = 10");
	assert_string_equal(cause_of(w, &q, CAUSE_FRAME), "D 107 = 107");
	assert_string_equal(cause_of(w, &q, CAUSE_UNSPECIFIED), "A -10, A 115, B -20, D 107, XW 128 = 320");
	/* At the later point both were measured. */
	assert_string_equal(cause_of(w, &q, CAUSE_REAL), "A 15, A -11, X -30, XW 28 = 2");
	assert_string_equal(cause_of(w, &q, CAUSE_DEFINITION), "A -15, A 115, XW -28, XW 128 = 200");
	assert_string_equal(cause_of(w, &q, CAUSE_UNDETERMINED), " = 0");
	/* At the earlier point too, which comes first. */
	k_say(w, "r0", "residents", "2014", "A 101 X 121");
	w_commit(w);
	assert_string_equal(cause_of(w, &q, CAUSE_DEFINITION), "A 101, A -11, X 91, X -30 = 151");
	assert_string_equal(cause_of(w, &q, CAUSE_REAL), "A -101, A 115, X -91, XW 128 = 51");
}

static void define_people(struct world *w, bool breaks)
{
	struct msg_indicator def = {.id = "people",
				    .label = "People",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_ADDITIVE,
				    .over_time = AGGREGATION_NONE,
				    .unit_kind = "municipality",
				    .break_before = breaks};
	w_def(w, SPACE_INDICATOR, "people", &msg_type_indicator, &def);
	w_commit(w);
}

static void a_break_matters_where_something_was_said_on_both_sides_of_it(void **state)
{
	struct world *w = *state;
	define_people(w, true); /* before all that is said */
	struct msg_decompose_question q = of_people(w, lay(w));
	assert_string_equal(cause_of(w, &q, CAUSE_REAL), "A -11, A 15, X -30, XW 28 = 2");
	define_people(w, true); /* a figure that is put right stays under the definition that it was measured by */
	k_correct(w, "r1", "people", "2022", "A 16");
	w_commit(w);
	assert_string_equal(cause_of(w, &q, CAUSE_REAL), "A -11, A 16, X -30, XW 28 = 3");
	k_say(w, "r1", "people", "2022", "C 6");
	w_commit(w);
	assert_string_equal(cause_of(w, &q, CAUSE_REAL), "A -11, A 16, C at least -5, X -30, XW 28 = 0");
	assert_string_equal(cause_of(w, &q, CAUSE_DEFINITION), "C at most 6 = 0");
	assert_string_equal(cause_of(w, &q, CAUSE_STRUCTURE), "B -20, X 30 = 10");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(each_cause_names_the_statements_that_make_it),
	    TEST(a_statement_of_a_cause_has_its_message_source_and_events),
	    TEST(what_nobody_can_divide_is_between_two_ends_and_undetermined),
	    TEST(a_count_of_units_names_who_came_and_who_left),
	    TEST(causes_of_a_rate_are_what_no_reading_of_the_borders_excludes),
	    TEST(participants_are_told_by_those_who_take_part_at_each_point),
	    TEST(a_participation_that_no_message_made_is_no_real_change),
	    TEST(a_wrong_row_of_the_index_shows_in_the_causes_that_it_makes),
	    TEST(a_statement_that_no_message_made_is_no_part_of_a_cause),
	    TEST(a_unit_that_no_message_made_is_not_counted),
	    TEST(a_break_matters_where_something_was_said_on_both_sides_of_it),
	    TEST(of_two_definitions_what_is_definition_and_what_is_real_is_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
