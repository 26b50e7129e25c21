/* SPDX-License-Identifier: Apache-2.0
 *
 * test_published_corrected.c - what a later report put right had been published all the same: by a date before it, the
 * earlier word counts. And what another source puts right stays under the definition that it was measured by.
 */
#include "tests/unit/asking.h"

static void define(struct world *w, const char *more)
{
	accepted(w,
		 "{'define': {'indicators': [{'id': 'n', 'label': 'N', 'type': 'count', 'over_units': 'additive', "
		 "'over_time': 'none'%s}]}}",
		 more);
}

static uint64_t says(struct world *w, const char *source, const char *town, const char *period, int value,
		     uint64_t supersedes)
{
	const char *more = supersedes ? arena_printf(w->a, ", 'supersedes': {'revision': %llu, 'reason': 'r'}",
						     (unsigned long long)supersedes)
				      : "";
	return accepted(w,
			"{'submission': {'mode': 'patch', 'source': '%s', 'observations': [{'unit': '%s', 'indicator': "
			"'n', 'period': '%s', 'value': %d, 'status': 'main'%s}]}}",
			source, town, period, value, more)
	    ->rev;
}

static void base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'p', 'title': 'P', 'published': '2015'}, {'id': 'q', 'title': 'Q', "
		    "'published': '2018'}, {'id': 'r', 'title': 'R', 'published': '2020'}]}}");
	define(w, "");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'p', 'units': ["
		    "{'id': 'a', 'kind': 'town', 'names': ['A'], 'valid_from': '2000-01-01'},"
		    "{'id': 'b', 'kind': 'town', 'names': ['B'], 'valid_from': '2000-01-01'}]}}");
	tick(w, "2021-06-01");
}

static const char *sum_by(struct world *w, const char *published_by)
{
	const char *q = arena_printf(w->a, "'indicator': 'n', 'measures': ['sum'], 'published_by': '%s'", published_by);
	struct answers all = asked(w, "{'trend': {%s}}", q),
		       more = asked(w, "{'explain': {'trend': {%s}, 'measure': 'sum'}}", q);
	bool agrees = false;
	for (size_t i = 0; i < more.n; i++)
		agrees |= more.list[i].explain->agrees;
	assert_true(agrees);
	return all.list[0].trend->rows[0].figures[0].shown;
}

static void what_was_put_right_later_was_published_all_the_same(void **state)
{
	struct world *w = *state;
	base(w);
	says(w, "p", "b", "2014", 100, 0);
	uint64_t first = says(w, "p", "a", "2014", 1, 0), second = says(w, "q", "a", "2014", 2, first);
	assert_string_equal(sum_by(w, "2016"), "101");
	assert_string_equal(sum_by(w, "2019"), "102");
	says(w, "r", "a", "2014", 3, second);
	assert_string_equal(sum_by(w, "2016"), "101");
	assert_string_equal(sum_by(w, "2019"), "102");
	assert_string_equal(sum_by(w, "2021"), "103");
}

static void what_another_source_puts_right_stays_under_its_definition(void **state)
{
	struct world *w = *state;
	base(w);
	uint64_t first = says(w, "p", "a", "2014", 1, 0);
	define(w, ", 'break_before': true");
	says(w, "p", "a", "2016", 5, 0);
	says(w, "q", "a", "2014", 2, first);
	struct answers all = asked(w, "{'trend': {'indicator': 'n', 'measures': ['sum']}}");
	assert_int_equal(all.list[0].trend->n_rows, 2);
	assert_true(all.list[0].trend->rows[1].break_before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(what_was_put_right_later_was_published_all_the_same),
	    BOTH(what_another_source_puts_right_stays_under_its_definition),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
