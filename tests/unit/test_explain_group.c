/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_group.c - figures of groups made once more: by size in another structure, of what lies among units, and
 * of counts, by hand.
 *
 *   counted:   fire A B C    water A B    port C        North: A B   South: C D
 */
#include "query/value.h"
#include "tests/unit/answer_kit.h"
#include "tests/unit/explain_kit.h"

static struct msg_trend_question by_size(struct world *w, const char *indicator, enum measure m)
{
	static struct msg_decimal limits[] = {{5000, 0}, {30000, 0}};
	struct msg_trend_question t = x_question(w, indicator, "size", m);
	t.size_indicator = "people";
	t.n_size_limits = 2;
	t.size_limits = limits;
	t.structure_at = "2022-01-01";
	t.weight_basis = "population";
	return t;
}

/* Rissa 6600 and Leksvik 3500 are Indre: 10100 together; of Snill and Old only parts lie in their heirs. */
static void a_unit_of_another_structure_is_as_large_as_what_it_is_made_of(void **state)
{
	struct world *w = *state;
	x_lay(w);
	struct msg_trend_question t = by_size(w, "arr", MEASURE_COUNT);
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "5000 to under 30000", .period = "2014"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "2"); /* Indre, and Rana with 26000 */
	assert_int_equal(e->n_items, 3);
	assert_string_equal(e->items[0].unit, "Leksvik");
	assert_string_equal(e->items[1].unit, "Rana");
	assert_string_equal(e->items[2].unit, "Rissa");
	assert_true(x_told(e->rules, e->n_rules, "as large as the units that it is made of together"));
	t = by_size(w, "people", MEASURE_SUM);
	e = x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "(size unknown)", .period = "2014"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown,
			    "1808"); /* 997 of Snill, 811 of Old: nobody knows how large their heirs are */
}

static void a_wrong_size_in_the_index_puts_a_unit_into_another_class(void **state)
{
	struct world *w = *state;
	x_lay(w);
	w->round = "r2014";
	AUTO_BUF struct buf b = {0};
	struct fact *f = w_obs(w, "Vega", "people", "2014", "1201");
	value_put(&b, w_value(w, "9201"));
	f->obs.value = (struct slice){arena_text(w->a, (const char *)b.data, b.len), b.len};
	f->obs.state = STATE_CORRECTED;
	w_commit(w);
	struct msg_trend_question t = by_size(w, "arr", MEASURE_SUM);
	t.measures[0] = MEASURE_MAX;
	struct msg_explain_question q = {.trend = &t, .group = "5000 to under 30000", .period = "2014"};
	assert_true(x_explain(w, &q)->agrees); /* 99 of Indre: Vega says nothing of arr */
	w_obs(w, "Vega", "arr", "2014", "120")->obs.state = STATE_CORRECTED;
	w_commit(w);
	struct msg_explain_answer *e = x_explain(w, &q);
	assert_string_equal(e->row->figures[0].shown, "120");
	assert_false(e->agrees);
}

/* Hitra lies in North, Heim in South; asked is North alone, and nobody knows how Snill was divided. */
static void what_lies_partly_outside_of_what_is_asked_is_explained_by_its_units(void **state)
{
	struct world *w = *state;
	x_lay(w);
	struct msg_trend_question t = x_question(w, "people", "county", MEASURE_SUM);
	t.structure_at = "2022-01-01";
	t.n_units = 1;
	t.units = w_by_id(w, "North");
	t.subtree = true;
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "Heim; Hitra", .period = "2014"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "997");
	assert_int_equal(e->n_items, 1);
	assert_string_equal(e->items[0].unit, "Snill");
	t.group_by = "";
	e = x_explain(w, &(struct msg_explain_question){.trend = &t, .period = "2014"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->low, "79202");
	assert_string_equal(e->recomputed->high, "81010");
}

static void what_lies_outside_every_unit_has_no_place_in_a_median(void **state)
{
	struct world *w = *state;
	x_lay(w);
	x_town(w, "Gone", "North", "", "2019-01-01");
	w_commit(w);
	w->round = "r2014";
	x_say(w, "people", "Gone", "2014", "1300");
	struct msg_trend_question t = x_question(w, "people", "", MEASURE_MIN);
	t.structure_at = "2022-01-01";
	t.weight_basis = "population";
	struct msg_explain_answer *e = x_explain(w, &(struct msg_explain_question){.trend = &t, .period = "2014"});
	assert_true(e->agrees);
	t.measures[0] = MEASURE_MEDIAN;
	e = x_explain(w, &(struct msg_explain_question){.trend = &t, .period = "2014"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, e->row->figures[0].shown);
}

/* Of Bodo in 2021 s1 says 41, the others 43: in the units of another day they were put together to one figure. */
static void each_source_speaks_for_itself_in_another_structure(void **state)
{
	struct world *w = *state;
	x_lay(w);
	struct msg_trend_question t = x_question(w, "arr", "source", MEASURE_MEAN);
	t.structure_at = "2019-01-01";
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "s1", .period = "2021"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "41.0");
	e = x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "s3", .period = "2021"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "43.0");
}

/* ---- counts ----------------------------------------------------------------------------------------------- */

static void counted(struct world *w)
{
	w_unit(w, "North", "county", "", "", "North");
	w_unit(w, "South", "county", "", "", "South");
	x_town(w, "A", "North", "", "");
	x_town(w, "B", "North", "", "");
	x_town(w, "C", "South", "", "");
	x_town(w, "D", "South", "", "");
	w_arrangement(w, "fire", "A B C", "A");
	w_arrangement(w, "water", "A B", "A");
	w_arrangement(w, "port", "C", "C");
	static const char *const all[] = {"fire", "water", "port"};
	for (size_t i = 0; i < 3; i++)
		w_attrs(w, all[i], "participants_complete", "", "", "yes");
	w_round(w, "r2014", "2014", 0);
	static const char *const counties[] = {"North", "South"};
	for (size_t i = 0; i < 2; i++)
		w_fact(w, FACT_SCOPE)->scope = (struct fact_scope){.round = w_word(w, SPACE_ROUND, "r2014"),
								   .unit = w_word(w, SPACE_UNIT, counties[i]),
								   .kind = w_word(w, SPACE_TERM, "arrangement"),
								   .state = STATE_ASSERTED,
								   .completion = COMPLETION_YES,
								   .src = w_word(w, SPACE_SOURCE, "s1")};
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_tick(w, "2024-06-01");
	w_commit(w);
	x_say(w, "people", "A", "2014", "12000");
	x_say(w, "people", "B", "2014", "1500");
	x_say(w, "people", "C", "2014", "900");
}

static struct msg_explain_answer *of_count(struct world *w, enum counted what, const char *by, const char *group,
					   enum measure m)
{
	static struct msg_decimal limits[] = {{2000, 0}};
	static const char *day[] = {"2014-12-31"};
	struct msg_count_question *q = arena_alloc(w->a, sizeof *q);
	enum measure *one = arena_alloc(w->a, sizeof *one);
	bool size = strcmp(by, "size") == 0;
	*one = m;
	*q = (struct msg_count_question){.counted = what,
					 .kind = "municipality",
					 .group_by = by,
					 .n_dates = 1,
					 .dates = day,
					 .n_measures = 1,
					 .measures = one,
					 .size_indicator = size ? "people" : "",
					 .n_size_limits = size,
					 .size_limits = limits,
					 .decimals = 3};
	return x_explain(w, &(struct msg_explain_question){.count = q, .group = group});
}

static void a_rank_of_counts_names_what_it_was_compared_with(void **state)
{
	struct world *w = *state;
	counted(w);
	struct msg_explain_answer *e = of_count(w, COUNTED_ARRANGEMENTS, "unit", "C", MEASURE_RANK);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "1"); /* fire and port: two, as A and B have */
	assert_int_equal(e->n_items, 2);
	assert_string_equal(e->items[0].unit, "fire");
	assert_string_equal(e->items[1].unit, "port");
	assert_true(x_told(e->rules, e->n_rules, "equal ones share it"));
	e = of_count(w, COUNTED_PARTICIPANTS, "county", "South", MEASURE_RANK);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "2"); /* C alone; A and B in North */
	assert_true(x_told(e->notes, e->n_notes, "among 2 groups; larger, for certain or perhaps: North 2"));
}

/* Six participations: A 2, B 2, C 2; in North four of two units. */
static void a_concentration_of_participations_is_that_of_the_units_shares(void **state)
{
	struct world *w = *state;
	counted(w);
	struct msg_explain_answer *e = of_count(w, COUNTED_PARTICIPANTS, "", "", MEASURE_CONCENTRATION);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->numerator, "1");
	assert_string_equal(e->recomputed->denominator, "3");
	assert_int_equal(e->n_items, 6);
	assert_string_equal(e->items[0].unit_name, "A, in fire");
	e = of_count(w, COUNTED_PARTICIPANTS, "county", "North", MEASURE_CONCENTRATION);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "0.500");
}

static void counts_by_size_class_units_by_what_the_log_says_of_them(void **state)
{
	struct world *w = *state;
	counted(w);
	struct msg_explain_answer *e = of_count(w, COUNTED_PARTICIPANTS, "size", "under 2000", MEASURE_COUNT);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "2");
	assert_int_equal(e->n_items, 2);
	assert_string_equal(e->items[0].unit, "B");
	assert_string_equal(e->items[1].unit, "C");
	e = of_count(w, COUNTED_UNITS, "size", "(no people)", MEASURE_SHARE);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "25.000"); /* D, of four */
	e = of_count(w, COUNTED_ARRANGEMENTS, "size", "2000 or more", MEASURE_COUNT);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "2"); /* fire and water, for A */
	e = of_count(w, COUNTED_UNITS, "size", "2000 or more", MEASURE_RANK);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "2"); /* one, as D; two are smaller */
}

/* The change record says 900, the index 90000: then C stands in another class. */
static void a_size_that_the_log_does_not_know_does_not_agree(void **state)
{
	struct world *w = *state;
	AUTO_BUF struct buf b = {0};
	counted(w);
	struct fact *f = w_obs(w, "C", "people", "2014", "900");
	value_put(&b, w_value(w, "90000"));
	f->obs.value = (struct slice){arena_text(w->a, (const char *)b.data, b.len), b.len};
	f->obs.state = STATE_CORRECTED;
	w_commit(w);
	struct msg_explain_answer *e = of_count(w, COUNTED_UNITS, "size", "under 2000", MEASURE_COUNT);
	assert_string_equal(e->row->figures[0].shown, "1");
	assert_string_equal(e->recomputed->shown, "2");
	assert_false(e->agrees);
}

static void a_unit_that_no_message_made_is_seen_in_a_rank_and_a_concentration(void **state)
{
	struct world *w = *state;
	counted(w);
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "C", "water", "2010", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "D", "water", "2010", "");
	w->n_changes = 0; /* in the index, and in no change record */
	w_commit(w);
	struct msg_explain_answer *e = of_count(w, COUNTED_PARTICIPANTS, "", "", MEASURE_CONCENTRATION);
	assert_string_equal(e->row->figures[0].shown, "0.281"); /* 2 2 3 1 of 8 */
	assert_string_equal(e->recomputed->shown, "0.333");
	assert_false(e->agrees);
	e = of_count(w, COUNTED_PARTICIPANTS, "county", "South", MEASURE_RANK);
	assert_string_equal(e->row->figures[0].shown, "1");
	assert_string_equal(e->recomputed->shown, "2");
	assert_false(e->agrees);
	assert_true(x_told(e->notes, e->n_notes, "change records do not have"));
}

/* An arrangement of a divided participant is there for certain, wherever; a share took it for possible. */
static void the_whole_of_a_share_has_what_is_certain_in_no_single_group(void **state)
{
	struct world *w = *state;
	counted(w);
	x_town(w, "E", "North", "", "2020-01-01");
	x_town(w, "EN", "North", "2020-01-01", "");
	x_town(w, "ES", "South", "2020-01-01", "");
	h_event(w, "split", "2020-01-01", "E>*EN E>*ES");
	w_arrangement(w, "lone", "E", NULL);
	w_attrs(w, "lone", "participants_complete", "", "", "yes");
	w_commit(w);
	static const char *day[] = {"2014-12-31"};
	enum measure m = MEASURE_SHARE;
	struct msg_count_question q = {.counted = COUNTED_ARRANGEMENTS,
				       .group_by = "county",
				       .n_dates = 1,
				       .dates = day,
				       .n_measures = 1,
				       .measures = &m,
				       .structure_at = "2020-06-01"};
	struct msg_explain_answer *e = x_explain(w, &(struct msg_explain_question){.count = &q, .group = "North"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "50–75"); /* fire and water, perhaps lone, of four */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_unit_of_another_structure_is_as_large_as_what_it_is_made_of),
	    TEST(a_wrong_size_in_the_index_puts_a_unit_into_another_class),
	    TEST(what_lies_partly_outside_of_what_is_asked_is_explained_by_its_units),
	    TEST(what_lies_outside_every_unit_has_no_place_in_a_median),
	    TEST(each_source_speaks_for_itself_in_another_structure),
	    TEST(a_rank_of_counts_names_what_it_was_compared_with),
	    TEST(a_concentration_of_participations_is_that_of_the_units_shares),
	    TEST(counts_by_size_class_units_by_what_the_log_says_of_them),
	    TEST(a_size_that_the_log_does_not_know_does_not_agree),
	    TEST(a_unit_that_no_message_made_is_seen_in_a_rank_and_a_concentration),
	    TEST(the_whole_of_a_share_has_what_is_certain_in_no_single_group),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
