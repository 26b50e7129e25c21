/* SPDX-License-Identifier: Apache-2.0
 *
 * test_published_random.c - what had been published by a year, against what was known: where sources are told in the
 * order of their years, and long after them, what was published by a year is what was on record behind its last message.
 *
 * VARDE_SEED the world.
 */
#include <stdlib.h>
#include "tests/unit/asking.h"

#define SOURCES  6
#define MESSAGES 8 /* of each */
#define THINGS   10

static const char *const units[] = {"bodo", "heroy-no", "heroy-mr", "rissa", "bjugn", "leksvik"};

static const char *some_unit(uint64_t *seed)
{
	return units[kit_below(seed, sizeof units / sizeof *units)];
}

/* One statement about one arrangement; what the judge refuses says nothing, and is as good as not told. */
static void tell(struct world *w, uint64_t *seed, int source)
{
	static const char *const more[] = {", 'ended': '2013-01-01'",
					   ", 'ended': '2016'",
					   ", 'tasks': ['fire']",
					   ", 'tasks': ['water', 'fire']",
					   ", 'sector': 'technical'",
					   "",
					   "",
					   ""};
	static const char *const complete[] = {"yes", "no", "unknown"};
	const char *round = kit_below(seed, 2) ? ", 'round': 'r2014'" : "", *members = "", *host = "";
	if (kit_below(seed, 3))
		members = arena_printf(w->a, ", 'participants': ['%s', '%s']", some_unit(seed), some_unit(seed));
	if (!kit_below(seed, 3))
		host = arena_printf(w->a, ", 'host': '%s'", some_unit(seed));
	if (!kit_below(seed, 5)) {
		(void)say_bytes(
		    w, world_message(w,
				     "{'submission': {'round': 'r2014', 'mode': 'patch', 'source': 'p%d', "
				     "'completeness': [{'scope': 'no', 'kind': 'arrangement', 'complete': '%s'}]}}",
				     source, complete[kit_below(seed, 3)]));
		return;
	}
	(void)say_bytes(
	    w, world_message(w,
			     "{'submission': {'mode': 'patch', 'source': 'p%d'%s, 'arrangements': [{'id': "
			     "'x%d', 'name': 'x', 'established': '%s', 'participants_complete': '%s'%s%s%s}]}}",
			     source, round, 1 + (int)kit_below(seed, THINGS),
			     kit_below(seed, 4) ? "2010" : "2012-06-01", complete[kit_below(seed, 3)], members, host,
			     more[kit_below(seed, sizeof more / sizeof *more)]));
}

static const char *answer(struct world *w, const char *what, uint64_t as_of, const char *by)
{
	struct answers all = asked(w,
				   "{'as_of_revision': %llu, 'count': {'counted': %s, 'measures': ['count'], "
				   "'published_by': '%s'}}",
				   (unsigned long long)as_of, what, by);
	const char *text = "";
	for (size_t i = 0; i < all.list[0].trend->n_rows; i++) {
		const struct msg_trend_row *x = &all.list[0].trend->rows[i];
		text = arena_printf(w->a, "%s%s/%s/%s: %s\n", text, x->group_name,
				    x->n_categories ? x->categories[0].code : "", x->period, x->figures[0].shown);
	}
	return text;
}

static void what_was_published_by_a_year_is_what_was_known_behind_it(void **state)
{
	static const char *const questions[] = {
	    "'arrangements', 'dates': ['2012', '2014', '2020']",
	    "'arrangements', 'dates': ['2014', '2020'], 'group_by': 'county', 'then_by': 'task'",
	    "'arrangements', 'dates': ['2014'], 'group_by': 'host'",
	    "'arrangements', 'rounds': ['r2014'], 'units': [{'id': 'no'}], 'subtree': true",
	    "'participants', 'kind': 'municipality', 'dates': ['2012', '2020'], 'group_by': 'sector'",
	    "'links', 'link': 'participates_in', 'dates': ['2011', '2020'], 'group_by': 'unit'",
	    "'units', 'kind': 'arrangement', 'dates': ['2011', '2020'], 'group_by': 'attr:task'"};
	struct world *w = *state;
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20260514, last[SOURCES];
	print_message("VARDE_SEED=%llu\n", (unsigned long long)seed);
	world_base(w);
	accepted(w, "{'define': {'sources': [{'id': 'old', 'title': 'P', 'published': '2000'}]}}");
	accepted(
	    w, "{'submission': {'round': 'r2014', 'mode': 'patch', 'source': 'old', 'arrangements': [{'id': 'x0', "
	       "'name': 'x', 'established': '2010', 'participants_complete': 'yes', 'participants': ['bodo'], 'host': "
	       "'bodo', 'tasks': ['fire'], 'sector': 'technical'}]}}");
	for (int i = 0; i < SOURCES; i++)
		accepted(w, "{'define': {'sources': [{'id': 'p%d', 'title': 'P', 'published': '%d'}]}}", i, 2010 + i);
	for (int i = 0; i < SOURCES; i++) {
		for (int k = 0; k < MESSAGES; k++)
			tell(w, &seed, i);
		last[i] = w->rev;
	}
	tick(w, "2021-06-01");
	for (int i = 0; i < SOURCES; i++)
		for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
			const char *by = arena_printf(w->a, "%d", 2010 + i);
			assert_string_equal(answer(w, questions[q], 0, by), answer(w, questions[q], last[i], ""));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(what_was_published_by_a_year_is_what_was_known_behind_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
