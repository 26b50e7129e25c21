/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_quality_wrong.c - an answer that the log does not bear out does not agree.
 */
#include "query/value.h"
#include "tests/unit/explain_kit.h"

static struct msg_explain_answer *line(struct world *w, const char *figure)
{
	static const char *rounds[] = {"r2021"};
	struct msg_quality_question q = {.n_rounds = 1, .rounds = rounds, .indicator = "people", .survey = ""};
	return x_explain(w, &(struct msg_explain_question){.quality = &q, .figure = figure});
}

static void an_answer_that_the_message_did_not_give_does_not_agree(void **state)
{
	struct world *w = *state;
	AUTO_BUF struct buf b = {0};
	x_lay(w);
	assert_true(line(w, "answered")->agrees);
	assert_true(line(w, "rate")->agrees);
	w->round = "r2021";
	struct fact *f = w_obs(w, "Vega", "people", "2021", "?"); /* the change record: not answered */
	value_put(&b, w_value(w, "1204"));
	f->obs.value = (struct slice){arena_text(w->a, (const char *)b.data, b.len), b.len};
	w_commit(w);
	struct msg_explain_answer *e = line(w, "answered");
	assert_string_equal(e->row->figures[0].shown, "3");
	assert_string_equal(e->recomputed->shown, "2");
	assert_false(e->agrees);
	assert_false(line(w, "rate")->agrees);
	assert_false(line(w, "missing")->agrees);
	assert_true(line(w, "silent")->agrees);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(an_answer_that_the_message_did_not_give_does_not_agree)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
