/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_among.c - what lies among units of which not all are asked for.
 *
 *   Old (South) ─┬─▷ East (South)     2020, and nobody knows how
 *                └─▷ West (North)
 */
#include "tests/unit/history.h"

static void lay(struct world *w)
{
	h_counties(w, "North South");
	h_towns_of(w, "South", "Old ..2020, East 2020..");
	h_towns_of(w, "North", "Bodo, West 2020..");
	h_event(w, "o2020", "2020-01-01", "Old>*East Old>*West");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_attr(w, "Bodo", "class", "", "", "coast");
	w_obs(w, "Bodo", "people", "2014", "100");
	w_obs(w, "Old", "people", "2014", "11");
	w_tick(w, "2024-06-01");
	w_commit(w);
}

/* "East West 11" of the only row that lies among several. */
static const char *unallocated(struct world *w, const char *group_by)
{
	struct msg_decimal limit = {.digits = 50};
	enum measure sum = MEASURE_SUM;
	bool size = strcmp(group_by, "size") == 0;
	struct msg_trend_question q = {.indicator = "people",
				       .group_by = group_by,
				       .n_measures = 1,
				       .measures = &sum,
				       .n_units = 1,
				       .units = w_by_id(w, "North"),
				       .subtree = true,
				       .size_indicator = size ? "people" : "",
				       .n_size_limits = size,
				       .size_limits = &limit,
				       .structure_at = "2022-01-01"};
	const struct msg_trend_answer *t = w_trend(w, &q);
	const char *text = NULL;
	for (size_t i = 0; i < t->n_rows; i++) {
		if (!t->rows[i].n_among)
			continue;
		assert_null(text);
		text = "";
		for (size_t k = 0; k < t->rows[i].n_among; k++)
			text = arena_printf(w->a, "%s%s ", text, t->rows[i].among[k]);
		text = arena_printf(w->a, "%s%s", text, t->rows[i].figures[0].shown);
	}
	return text ? text : "nothing";
}

/* Their numbers were taken for those of classes and values, so that they had no names, or others'. */
static void units_are_named_where_groups_are_no_units(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(unallocated(w, "county"), "East West 11");
	assert_string_equal(unallocated(w, "size"), "East West 11");
	assert_string_equal(unallocated(w, "attr:class"), "East West 11");
	assert_string_equal(unallocated(w, "source"), "East West 11");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(units_are_named_where_groups_are_no_units, world_setup, world_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
