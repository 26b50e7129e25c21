/* SPDX-License-Identifier: Apache-2.0
 *
 * test_published.c - published_by: whatever a source says of its own date, it was published when it was entered.
 */
#include "tests/unit/query_kit.h"

/* Two reports: nobody says when the one was published, and of the other only when at the earliest. */
static void two_reports(struct world *w)
{
	static const char *const sources[][2] = {{"s1", "2016-12/.."}, {"s2", ""}};
	w_unit(w, "A", "municipality", "", "", "A");
	w_unit(w, "B", "municipality", "", "", "B");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (int i = 0; i < 2; i++) {
		struct msg_source def = {.id = sources[i][0], .title = "Report", .published = sources[i][1]};
		w_def(w, SPACE_SOURCE, def.id, &msg_type_source, &def);
		w->source = sources[i][0];
		w_obs(w, i ? "B" : "A", "I", "2013", i ? "20" : "1");
		w_entered(w, 2018 + 2 * i);
		w_commit(w);
	}
}

static struct msg_query_request asked(struct msg_trend_question *q)
{
	struct msg_query_request r = w_request();
	r.trend = q;
	return r;
}

static void a_source_without_an_end_counts_once_it_was_entered(void **state)
{
	struct world *w = *state;
	enum measure sum = MEASURE_SUM;
	struct msg_trend_question q = {.indicator = "I", .n_measures = 1, .measures = &sum};
	two_reports(w);
	static const char *const by[] = {"2099-01-01", "2020", "2019", "2018"}, *const shown[] = {"21", "21", "1", "1"};
	for (int i = 0; i < 4; i++) {
		q.published_by = by[i];
		struct msg_trend_answer *t = w_trend(w, &q);
		assert_int_equal(t->n_rows, 1);
		assert_string_equal(t->rows[0].figures[0].shown, shown[i]);
	}
	q.published_by = "2017";
	struct msg_query_request r = asked(&q);
	w_ask_error(w, &r, ERR_NOT_FOUND, "known to have been published by 2017");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_source_without_an_end_counts_once_it_was_entered, world_setup,
					    world_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
