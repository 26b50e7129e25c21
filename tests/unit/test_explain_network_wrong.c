/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_network_wrong.c - who takes part, and no message said so, is seen.
 */
#include "tests/unit/explain_kit.h"

static struct msg_explain_answer *of_bodo(struct world *w, const char *figure)
{
	static const char *dates[] = {"2019-06-01"};
	struct msg_network_question n = {.n_dates = 1, .dates = dates};
	return x_explain(w, &(struct msg_explain_question){.network = &n, .group = "Bodo", .figure = figure});
}

static void a_participation_that_no_message_made_does_not_agree(void **state)
{
	struct world *w = *state;
	x_lay(w);
	w_unit(w, "water", "arrangement", "", "", "Water");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "Bodo", "water", "2010-01-01", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "Rana", "water", "2010-01-01", "");
	w_commit(w);
	assert_true(of_bodo(w, "partners")->agrees);
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "Vega", "water", "2010-01-01", "");
	w->n_changes = 0; /* in the index, and in no change record */
	w_commit(w);
	struct msg_explain_answer *e = of_bodo(w, "partners");
	assert_string_equal(e->row->figures[0].shown, "2");
	assert_string_equal(e->recomputed->shown, "1");
	assert_false(e->agrees);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_participation_that_no_message_made_does_not_agree)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
