/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_balance_wrong.c - a balance that the log does not bear out does not agree.
 */
#include "query/value.h"
#include "tests/unit/explain_kit.h"

static void lay(struct world *w)
{
	w_unit(w, "North", "county", "", "", "North");
	x_town(w, "Bodo", "North", "", "");
	x_town(w, "Vega", "North", "", "");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_round(w, "r2014", "2014", 2);
	w_round(w, "r2021", "2021", 2);
	w_commit(w);
	w->round = "r2014";
	x_say(w, "people", "Bodo", "2014", "52001");
	x_say(w, "people", "Vega", "2014", "1201");
	w->round = "r2021";
	x_say(w, "people", "Bodo", "2021", "52803");
	w_tick(w, "2024-06-01");
	w_commit(w);
}

static struct msg_balance_question of_units(struct world *w)
{
	static struct msg_point from = {.valid_at = "2017-06-01"}, to = {.valid_at = "2021-06-01"};
	(void)w;
	return (struct msg_balance_question){
	    .counted = COUNTED_UNITS, .kind = "municipality", .from = &from, .to = &to};
}

static struct msg_explain_answer *line(struct world *w, struct msg_balance_question *b, const char *figure)
{
	return x_explain(w, &(struct msg_explain_question){.balance = b, .figure = figure});
}

static void what_the_log_says_too_agrees(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_balance_question b = of_units(w);
	static const char *const lines[] = {"opening", "closing", "unexplained"};
	for (size_t i = 0; i < 3; i++)
		assert_true(line(w, &b, lines[i])->agrees);
}

static void a_unit_that_no_message_made_does_not_agree(void **state)
{
	struct world *w = *state;
	lay(w);
	w_unit(w, "Ghost", "municipality", "2019", "", "Ghost");
	w->n_changes = 0; /* in the index, and in no change record */
	w_commit(w);
	struct msg_balance_question b = of_units(w);
	struct msg_explain_answer *e = line(w, &b, "new");
	assert_string_equal(e->row->figures[0].shown, "1");
	assert_string_equal(e->recomputed->shown, "0");
	assert_false(e->agrees);
	assert_false(line(w, &b, "closing")->agrees);
}

static void an_end_that_the_message_said_otherwise_does_not_agree(void **state)
{
	struct world *w = *state;
	lay(w);
	w_unit(w, "Short", "municipality", "", "2019-01-01", "Short");
	w->changes[w->n_changes - 1].valid_to = "2031-01-01"; /* and folded was another */
	w_commit(w);
	struct msg_balance_question b = of_units(w);
	struct msg_explain_answer *e = line(w, &b, "ended");
	assert_string_equal(e->row->figures[0].shown, "-1");
	assert_string_equal(e->recomputed->shown, "0");
	assert_false(e->agrees);
}

static void a_printed_figure_that_the_message_said_otherwise_does_not_agree(void **state)
{
	struct world *w = *state;
	AUTO_BUF struct buf bytes = {0};
	lay(w);
	w->round = "r2021";
	struct fact *f = w_obs(w, "Vega", "people", "2021", "1204");
	value_put(&bytes, w_value(w, "9204"));
	f->obs.value = (struct slice){arena_text(w->a, (const char *)bytes.data, bytes.len), bytes.len};
	w_commit(w);
	struct msg_point from = {.round = "r2014"}, to = {.round = "r2021"};
	struct msg_balance_question b = {.indicator = "people", .group_by = "unit", .from = &from, .to = &to};
	struct msg_explain_question q = {.balance = &b, .group = "Vega", .figure = "unexplained"};
	struct msg_explain_answer *e = x_explain(w, &q);
	assert_string_equal(e->row->figures[0].shown, "8003");
	assert_string_equal(e->recomputed->shown, "3");
	assert_false(e->agrees);
	q.group = "Bodo";
	assert_true(x_explain(w, &q)->agrees);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_the_log_says_too_agrees),
	    TEST(a_unit_that_no_message_made_does_not_agree),
	    TEST(an_end_that_the_message_said_otherwise_does_not_agree),
	    TEST(a_printed_figure_that_the_message_said_otherwise_does_not_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
