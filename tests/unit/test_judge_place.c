/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_place.c - where units lie after a reform, and what several reforms of one day make of it.
 */
#include "tests/unit/judge_kit.h"

static void a_merger_carries_the_parts_of_its_sources(void **state)
{
	struct world *w = *state;
	world_base(w);
	trondelag(w);
	assert_string_equal(inside_at(w, "rissa", "2017-12-31"), "st");
	assert_string_equal(inside_at(w, "rissa", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "bjugn", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "leksvik", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "bodo", "2018-01-01"), "no");
}

static void a_part_that_left_that_day_is_not_carried(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "r", "reparenting", "2018-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'mr'}]");
	trondelag(w);
	assert_string_equal(inside_at(w, "rissa", "2018-01-01"), "mr");
	assert_string_equal(inside_at(w, "bjugn", "2018-01-01"), "tr");
}

static void reparenting_keeps_the_unit(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "r", "reparenting", "2019-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'codes': {'kommunenummer': '5061'}, 'part_of': "
	      "'mr'}]");
	assert_string_equal(inside_at(w, "rissa", "2018-12-31"), "st");
	assert_string_equal(inside_at(w, "rissa", "2019-01-01"), "mr");
	assert_string_equal(lives_of(w, "rissa"), "1:  to ");
}

static void reparenting_to_where_it_lies_adds_no_link(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = event(w, "r", "reparenting", "2019-01-01",
			       "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'st'}]");
	assert_string_equal(inside_at(w, "rissa", "2019-01-01"), "st");
	for (size_t i = 0; i < s->n_changes; i++)
		assert_int_not_equal(s->changes[i].subject, SUBJECT_LINK);
}

static void parts_of_a_new_unit_inherit_where_their_sources_agree(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "m", "merging", "2016-01-01",
	      "'sources': ['rissa', 'bjugn'], 'targets': [{'id': 'x', 'names': ['X']}]");
	assert_string_equal(inside_at(w, "x", "2016-01-01"), "st");
	event(w, "m2", "merging", "2017-01-01",
	      "'sources': ['x', 'leksvik'], 'targets': [{'id': 'y', 'names': ['Y']}]");
	assert_string_equal(inside_at(w, "y", "2017-01-01"), ""); /* they do not agree: nobody says */
}

static void a_county_merger_then_a_merger_across_its_border(void **state)
{
	struct world *w = *state;
	world_base(w);
	trondelag(w);
	indre_fosen(w, ", 'part_of': 'tr'");
	assert_string_equal(inside_at(w, "if", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "bjugn", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "rissa", "2017-12-31"), "st");
	assert_string_equal(inside_at(w, "rissa", "2018-01-01"), "");
}

static void both_orders(struct world *w, bool county_first)
{
	accepted(w, SUB "'units': [{'id': 'orland', 'kind': 'municipality', 'names': ['Ørland'], 'part_of': 'st'}]}}");
	if (county_first)
		trondelag(w);
	indre_fosen(w, "");                    /* of two counties */
	event(w, "m", "merging", "2018-01-01", /* of one county */
	      "'sources': ['bjugn', 'orland'], 'targets': [{'id': 'x', 'names': ['X']}]");
	if (!county_first)
		trondelag(w);
	assert_string_equal(inside_at(w, "if", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "x", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "x", "2030-01-01"), "tr");
	assert_string_equal(inside_at(w, "bjugn", "2018-01-01"), "");
	uint32_t *all;
	assert_int_equal(unit_subtree(&w->view, unit_of(w, "tr"), day_at("2018-01-01"), w->a, &all), 3);
	assert_int_equal(unit_subtree(&w->view, unit_of(w, "st"), day_at("2017-12-31"), w->a, &all), 4);
}

static void mergers_across_the_border_after_the_county_lie_in_the_new_one(void **state)
{
	world_base(*state);
	both_orders(*state, true);
}

/* Whoever merged on the day on which the county ended lay nowhere from then on. */
static void mergers_across_the_border_before_the_county_lie_in_the_new_one(void **state)
{
	world_base(*state);
	both_orders(*state, false);
}

static void a_merger_that_chose_another_county_is_not_carried(void **state)
{
	struct world *w = *state;
	world_base(w);
	indre_fosen(w, ", 'part_of': 'mr'");
	trondelag(w);
	assert_string_equal(inside_at(w, "if", "2018-01-01"), "mr");
}

static void one_of_a_foreign_county_is_not_carried_along(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "m", "merging", "2018-01-01",
	      "'sources': ['rissa', 'bodo'], 'targets': [{'id': 'x', 'names': ['X']}]"); /* bodo is of Nordland */
	trondelag(w);
	assert_string_equal(inside_at(w, "x", "2018-01-01"), "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(a_merger_carries_the_parts_of_its_sources),
	    BOTH(a_part_that_left_that_day_is_not_carried),
	    BOTH(reparenting_keeps_the_unit),
	    BOTH(reparenting_to_where_it_lies_adds_no_link),
	    BOTH(parts_of_a_new_unit_inherit_where_their_sources_agree),
	    BOTH(a_county_merger_then_a_merger_across_its_border),
	    BOTH(mergers_across_the_border_after_the_county_lie_in_the_new_one),
	    BOTH(mergers_across_the_border_before_the_county_lie_in_the_new_one),
	    BOTH(a_merger_that_chose_another_county_is_not_carried),
	    BOTH(one_of_a_foreign_county_is_not_carried_along),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
