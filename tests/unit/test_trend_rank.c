/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_rank.c - where a row stands among the others: shares and ranks.
 */
#include "tests/unit/trend_kit.h"

static void say_counties(struct world *w, const char *const *values)
{
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (int i = 0; values[i]; i++) {
		const char *county = arena_printf(w->a, "c:%d", i / 2), *unit = arena_printf(w->a, "m:%d", i);
		if (i % 2 == 0)
			w_unit(w, county, "county", "", "", arena_printf(w->a, "C%d", i / 2));
		w_unit(w, unit, "municipality", "", "", arena_printf(w->a, "M%d", i));
		w_link(w, LINK_TYPE_PART_OF, unit, county, "", "");
		if (*values[i])
			w_obs(w, unit, "I", "2014", values[i]);
	}
}

static struct msg_trend_answer *ask_places(struct world *w, const char *group_by)
{
	static enum measure m[] = {MEASURE_SHARE, MEASURE_RANK};
	struct msg_trend_question q = t_ask_these("I", m, 2);
	q.group_by = group_by;
	return w_trend(w, &q);
}

static void shares_are_of_all_groups_and_equal_ones_share_a_rank(void **state)
{
	struct world *w = *state;
	say_counties(w, (const char *const[]){"1", "2", "2", "1", "8", "2", NULL});
	w_say(w, "I", "2020", "m:0 4 m:2 4");
	w_commit(w);
	struct msg_trend_answer *t = ask_places(w, "county");
	assert_int_equal(t->n_rows, 5);
	assert_string_equal(t_told(t_row(t, "c:0", "2014"), MEASURE_SHARE), "18.8"); /* 3/16 */
	assert_string_equal(t_figure(t_row(t, "c:0", "2014"), MEASURE_SHARE)->numerator, "75");
	assert_string_equal(t_figure(t_row(t, "c:0", "2014"), MEASURE_SHARE)->denominator, "4");
	assert_string_equal(t_told(t_row(t, "c:2", "2014"), MEASURE_SHARE), "62.5");
	assert_string_equal(t_told(t_row(t, "c:2", "2014"), MEASURE_RANK), "1");
	assert_string_equal(t_told(t_row(t, "c:0", "2014"), MEASURE_RANK), "2");
	assert_string_equal(t_told(t_row(t, "c:1", "2014"), MEASURE_RANK), "2");
	const struct msg_growth *g = t_figure(t_row(t, "c:0", "2020"), MEASURE_SHARE)->growth;
	assert_string_equal(g->points, "31.3"); /* 18.75 to 50 */
	g = t_figure(t_row(t, "c:0", "2020"), MEASURE_RANK)->growth;
	assert_string_equal(g->absolute, "-1");
	assert_string_equal(g->percent, "");
	assert_string_equal(g->points, "");
	t = ask_places(w, "unit");
	assert_string_equal(t_told(t_row(t, "m:4", NULL), MEASURE_RANK), "1");
	assert_string_equal(t_told(t_row(t, "m:1", NULL), MEASURE_RANK), "2");
	assert_string_equal(t_told(t_row(t, "m:3", NULL), MEASURE_RANK), "5"); /* behind 8 and three times 2 */
	t = ask_places(w, "");
	assert_string_equal(t_told(t_row(t, "", "2014"), MEASURE_SHARE), "100.0");
}

static void intervals_have_shares_and_ranks_between_two_ends(void **state)
{
	struct world *w = *state;
	say_counties(w, (const char *const[]){"10", "", "4..6", "", "5", "", "1", "", "?", "", NULL});
	w_commit(w);
	struct msg_trend_answer *t = ask_places(w, "county");
	assert_string_equal(t_told(t_row(t, "c:0", NULL), MEASURE_RANK), "1");
	assert_string_equal(t_told(t_row(t, "c:1", NULL), MEASURE_RANK), "2–3");
	assert_string_equal(t_told(t_row(t, "c:2", NULL), MEASURE_RANK), "2–3");
	assert_string_equal(t_told(t_row(t, "c:3", NULL), MEASURE_RANK), "4");
	assert_string_equal(t_told(t_row(t, "c:4", NULL), MEASURE_RANK), "there is no value");
	assert_true(t_noted(t_row(t, "c:3", NULL), "ranked among 4; 1 more has no figure to rank"));
	/* nobody knows how many the fifth has, so that the shares have an upper end alone */
	assert_string_equal(t_told(t_row(t, "c:0", NULL), MEASURE_SHARE), "0.0–50.0"); /* 10/(10+4+5+1) */
	say_counties(w, (const char *const[]){"10", "", "4..6", "", "5", "", "1", "", NULL});
	w_obs(w, "m:8", "I", "2014", "4");
	w_commit(w);
	t = ask_places(w, "county");
	assert_string_equal(t_told(t_row(t, "c:0", NULL), MEASURE_SHARE), "38.4–41.7"); /* 10/26, 10/24 */
	assert_string_equal(t_told(t_row(t, "c:1", NULL), MEASURE_SHARE), "16.6–23.1"); /* 4/24, 6/26 */
}

static void counties_with_rounds_of_their_own_stand_together(void **state)
{
	struct world *w = *state;
	say_counties(w, (const char *const[]){"", "", "", "", NULL});
	w_round(w, "r0", "2014", 0);
	w_round(w, "r1", "2014", 0);
	w->round = "r0";
	w_obs(w, "m:0", "I", "2014", "1");
	w->round = "r1";
	w_obs(w, "m:2", "I", "2014", "3");
	w_commit(w);
	struct msg_trend_answer *t = ask_places(w, "county");
	assert_string_equal(t_told(t_row(t, "c:0", NULL), MEASURE_SHARE), "25.0");
	assert_string_equal(t_told(t_row(t, "c:1", NULL), MEASURE_RANK), "1");
	assert_string_equal(t_told(t_row(t, "c:0", NULL), MEASURE_RANK), "2");
	w_obs(w, "m:1", "I", "2014", "5"); /* r1 speaks of the first county too */
	w_commit(w);
	t = ask_places(w, "county");
	assert_int_equal(t->n_rows, 3);
	assert_string_equal(t_told(&t->rows[0], MEASURE_SHARE), "100.0");
	assert_string_equal(t_told(&t->rows[1], MEASURE_SHARE), "62.5");
	assert_true(t_noted(&t->rows[1], "compared within the round"));
}

static void say_levels(struct world *w)
{
	static struct msg_code codes[] = {{.code = "all", .label = "All", .total = true},
					  {.code = "a", .label = "First"},
					  {.code = "b", .label = "Second"},
					  {.code = "c", .label = "Third"}};
	struct msg_code_list list = {.id = "levels", .n_codes = 4, .codes = codes};
	struct msg_dimension dim = {.id = "level", .code_list = "levels", .aggregation = AGGREGATION_ADDITIVE};
	struct msg_indicator def = {.id = "A",
				    .label = "A",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_DISTINCT,
				    .n_dimensions = 1,
				    .dimensions = &dim};
	w_def(w, SPACE_CODE_LIST, "levels", &msg_type_code_list, &list);
	w_def(w, SPACE_INDICATOR, "A", &msg_type_indicator, &def);
	w_unit(w, "c:0", "county", "", "", "C0");
	w_obs(w, "c:0", "A|level=a", "2014", "30");
	w_obs(w, "c:0", "A|level=b", "2014", "9");
	w_commit(w);
}

static void a_share_along_a_dimension_is_of_its_total_code_or_of_its_parts(void **state)
{
	struct world *w = *state;
	static enum measure share = MEASURE_SHARE;
	say_levels(w);
	struct msg_category a = {.dimension = "level", .code = "a"};
	struct msg_trend_question q = t_ask_these("A", &share, 1);
	q.share_of = "dim:level";
	q.n_categories = 1;
	q.categories = &a;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	assert_string_equal(t_told(&t->rows[0], share), "76.9"); /* 30/39 */
	assert_true(t_noted(&t->rows[0], "no total is"));
	w_obs(w, "c:0", "A|level=all", "2014", "40"); /* one is of neither */
	w_commit(w);
	t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	assert_string_equal(t_told(&t->rows[0], share), "75.0");
	q.n_categories = 0;
	t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 3);
	assert_string_equal(t_told(&t->rows[1], share), "100.0");
	assert_string_equal(t_told(&t->rows[2], share), "22.5");
	q.share_of = "";
	assert_non_null(strstr(t_told(&w_trend(w, &q)->rows[0], share), "distinct"));
	struct msg_query_request r = w_request();
	r.trend = &q;
	struct msg_category silent = {.dimension = "level", .code = "c"};
	q.n_categories = 1;
	q.categories = &silent;
	q.share_of = "dim:level";
	w_ask_error(w, &r, ERR_NOT_FOUND, "nothing was ever said of \"A\" in these categories: there are level:");
	q.n_categories = 0;
	q.share_of = "levels";
	w_ask_error(w, &r, ERR_INVALID, "share_of");
	q.share_of = "dim:colour";
	w_ask_error(w, &r, ERR_NOT_FOUND, "no dimension \"colour\"");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(shares_are_of_all_groups_and_equal_ones_share_a_rank),
	    TEST(intervals_have_shares_and_ranks_between_two_ends),
	    TEST(counties_with_rounds_of_their_own_stand_together),
	    TEST(a_share_along_a_dimension_is_of_its_total_code_or_of_its_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
