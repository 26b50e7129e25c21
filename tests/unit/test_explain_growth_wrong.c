/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_growth_wrong.c - growth that the log does not bear out does not agree.
 */
#include "query/value.h"
#include "tests/unit/explain_kit.h"

/* The change record says what `value` is; what is folded into the index is another. */
static void say_wrong(struct world *w, const char *unit, const char *period, const char *value, const char *folded)
{
	AUTO_BUF struct buf b = {0};
	struct fact *f = w_obs(w, unit, "people", period, value);
	value_put(&b, w_value(w, folded));
	f->obs.value = (struct slice){arena_text(w->a, (const char *)b.data, b.len), b.len};
	w_commit(w);
}

static struct msg_explain_answer *grown(struct world *w, const char *unit, const char *figure)
{
	struct msg_trend_question t = x_question(w, "people", "unit", MEASURE_VALUE);
	return x_explain(
	    w, &(struct msg_explain_question){.trend = &t, .group = unit, .period = "2021", .figure = figure});
}

static void a_figure_of_either_time_that_the_message_said_otherwise_is_seen(void **state)
{
	struct world *w = *state;
	x_lay(w);
	w->round = "r2021";
	say_wrong(w, "Vega", "2021", "1204", "9204");
	struct msg_explain_answer *e = grown(w, "Vega", "growth");
	assert_string_equal(e->row->figures[0].shown, "8003");
	assert_string_equal(e->recomputed->shown, "3");
	assert_false(e->agrees);
	assert_false(grown(w, "Vega", "percent")->agrees);
	assert_true(grown(w, "Bodo", "growth")->agrees);
	assert_true(grown(w, "Bodo", "percent")->agrees);
	/* Bodo grew by 802: second to what Vega is said to have. */
	e = grown(w, "Bodo", "growth_rank");
	assert_string_equal(e->row->figures[0].shown, "2");
	assert_string_equal(e->recomputed->shown, "1");
	assert_false(e->agrees);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_figure_of_either_time_that_the_message_said_otherwise_is_seen)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
