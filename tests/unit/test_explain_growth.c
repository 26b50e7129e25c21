/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_growth.c - what grew, down to the statements of both times; and of random histories all of it.
 */
#include "tests/unit/growth_explained.h"

static void lay(struct world *w)
{
	accepted(w,
		 "{'define': {'sources': [{'id': 's', 'title': 'S'}, {'id': 's2', 'title': 'S2'}], 'indicators': ["
		 "{'id': 'people', 'label': 'People', 'type': 'count', 'over_units': 'additive',"
		 " 'over_time': 'none', 'unit_kind': 'town'},"
		 "{'id': 'part', 'label': 'Part', 'type': 'percent', 'over_units': 'relative', 'denominator': 'people',"
		 " 'over_time': 'none', 'unit_kind': 'town'}]}}");
	accepted(w, "{'define': {'surveys': [{'id': 'v', 'title': 'V'}]}}");
	for (int i = 0; i < 3; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 'c%d', 'kind': 'shire', "
			 "'names': ['C%d'], 'valid_from': '2000-01-01'}]}}",
			 i, i);
}

static void town(struct world *w, int i)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 't%d', 'kind': 'town', 'names': "
		 "['T%d'], 'valid_from': '2000-01-01', 'part_of': 'c%d'}]}}",
		 i, i, i % 3);
}

static void say_of(struct world *w, const char *source, const char *round, const char *indicator, int unit, int year,
		   const char *value)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': '%s', %s 'observations': [{'unit': 't%d', 'indicator': "
		 "'%s', 'period': '%d', 'status': 'main', 'value': %s}]}}",
		 source, *round ? arena_printf(w->a, "'round': '%s',", round) : "", unit, indicator, year, value);
}

#define PEOPLE "'trend': {'indicator': 'people', 'group_by': 'unit', 'measures': ['value'], 'decimals': 1}"

static void growth_is_told_by_the_statements_of_both_times(void **state)
{
	struct world *w = *state;
	lay(w);
	town(w, 0);
	say_of(w, "s", "", "people", 0, 2010, "80");
	say_of(w, "s", "", "people", 0, 2015, "100");
	struct msg_explain_answer e = growth_line(w, PEOPLE, "'group': 't0', 'period': '2015', 'figure': 'percent'");
	assert_true(e.agrees);
	assert_string_equal(e.row->figures[0].shown, "25.0");
	assert_string_equal(e.recomputed->numerator, "25");
	assert_string_equal(e.row->period, "2010 → 2015");
	assert_int_equal(e.n_items, 2);
	assert_string_equal(e.items[0].used->shown, "100");
	assert_string_equal(e.items[1].used->shown, "-80");
	e = growth_line(w, PEOPLE, "'group': 't0', 'period': '2015', 'figure': 'growth'");
	assert_string_equal(e.recomputed->shown, "20");
}

static void what_grew_from_zero_has_no_percentage(void **state)
{
	struct world *w = *state;
	lay(w);
	town(w, 0);
	say_of(w, "s", "", "people", 0, 2010, "0");
	say_of(w, "s", "", "people", 0, 2015, "7");
	struct msg_explain_answer e = growth_line(w, PEOPLE, "'group': 't0', 'period': '2015', 'figure': 'percent'");
	assert_true(e.agrees);
	assert_string_equal(e.row->figures[0].refused, "from zero");
	e = growth_line(w, PEOPLE, "'group': 't0', 'period': '2015', 'figure': 'growth'");
	assert_true(e.agrees);
	assert_string_equal(e.recomputed->shown, "7");
}

static void who_grew_alike_shares_the_rank_of_growth(void **state)
{
	struct world *w = *state;
	static const char *const ranks[] = {"2", "1", "2"};
	lay(w);
	for (int i = 0; i < 3; i++) {
		town(w, i);
		say_of(w, "s", "", "people", i, 2010, "10");
		say_of(w, "s", "", "people", i, 2015, i == 1 ? "30" : "20");
	}
	for (int i = 0; i < 3; i++) {
		struct msg_explain_answer e = growth_line(
		    w, PEOPLE, arena_printf(w->a, "'group': 't%d', 'period': '2015', 'figure': 'growth_rank'", i));
		assert_true(e.agrees);
		assert_string_equal(e.recomputed->shown, ranks[i]);
	}
}

static void the_first_of_its_group_has_not_grown(void **state)
{
	struct world *w = *state;
	lay(w);
	town(w, 0);
	say_of(w, "s", "", "people", 0, 2010, "80");
	assert_non_null(strstr(ask_refused(w, ERR_NOT_FOUND, 100, "{'explain': {" PEOPLE ", 'figure': 'growth'}}"),
			       "has no growth"));
	assert_non_null(strstr(ask_refused(w, ERR_INVALID, 100, "{'explain': {" PEOPLE ", 'figure': 'sideways'}}"),
			       "growth, percent, points or growth_rank"));
}

/* ---- random histories ---- */

#define TOWNS 7

static const char *value(struct world *w, uint64_t *seed, bool percent)
{
	unsigned n = (unsigned)kit_below(seed, percent ? 101 : 40);
	switch (kit_below(seed, 9)) {
	case 0:
		return arena_printf(w->a, "{'interval': {'low': {'value': %u}}}", n);
	case 1:
		return "{'missing': 'not_answered'}";
	case 2:
		return "0";
	default:
		return arena_printf(w->a, "%u", n);
	}
}

static void tell_year(struct world *w, uint64_t *seed, int year, int towns)
{
	bool rounds = kit_below(seed, 3) != 0;
	for (int i = 0; i < 2 && rounds; i++)
		accepted(w,
			 "{'define': {'rounds': [{'id': 'r%d-%d', 'survey': 'v', 'reference': '%d', 'area': 'c%d',"
			 "'unit_kind': 'town', 'frame': %u}]}}",
			 year, i, year, i, 2 + (unsigned)kit_below(seed, 3));
	for (int i = 0; i < towns; i++) {
		const char *source = kit_below(seed, 4) ? "s" : "s2";
		const char *round =
		    rounds && kit_below(seed, 4) ? arena_printf(w->a, "r%d-%d", year, (int)kit_below(seed, 2)) : "";
		if (kit_below(seed, 6))
			say_of(w, source, round, "people", i, year, value(w, seed, false));
		if (kit_below(seed, 2))
			say_of(w, source, round, "part", i, year, value(w, seed, true));
	}
}

static size_t explain_all(struct world *w, uint64_t *seed)
{
	static const char *const groups[] = {"", "unit", "shire", "source", "survey"},
				 *const of_people[] = {"sum", "mean", "count", "median", "max", "share", "rank"},
				 *const of_part[] = {"rate", "mean", "count", "min"};
	bool people = kit_below(seed, 3);
	const char *group = groups[kit_below(seed, 5)],
		   *measure = people ? of_people[kit_below(seed, 7)] : of_part[kit_below(seed, 4)];
	const char *rest = kit_below(seed, 4) ? "" : ", 'structure_at': '2021-01-01'";
	const char *trend = arena_printf(
	    w->a, "'trend': {'indicator': '%s', 'group_by': '%s', 'measures': ['%s', 'count'], 'decimals': 1%s}",
	    people ? "people" : "part", group, measure, rest);
	struct answers all = asked(w, "{%s}", trend);
	size_t told = 0;
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].trend->n_rows; i++)
			told += growth_explained(w, trend, &all.list[p].trend->rows[i]);
	return told;
}

static size_t one_history(uint64_t seed)
{
	void *state = NULL;
	size_t told = 0;
	assert_int_equal(world_folded(&state), 0);
	struct world *w = state;
	lay(w);
	for (int i = 0; i < TOWNS; i++)
		town(w, i);
	for (int year = 2010; year < 2014; year++)
		tell_year(w, &seed, year, TOWNS);
	accepted(w, "{'event': {'id': 'm', 'type': 'take_over', 'effective': '2020-01-01', 'status': 'effective', "
		    "'source': 's', 'sources': ['t0', 't1'], 'targets': [{'unit': 't0'}]}}");
	for (int i = 0; i < 5; i++)
		told += explain_all(w, &seed);
	world_gone(&state);
	return told;
}

static void all_growth_of_random_histories_agrees(void **state)
{
	(void)state;
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20261121;
	size_t told = 0;
	for (unsigned i = 0; i < test_rounds(8); i++) {
		print_message("seed %llu\n", (unsigned long long)(seed + i));
		told += one_history(seed + i);
	}
	print_message("%zu figures explained\n", told);
	assert_true(told > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(growth_is_told_by_the_statements_of_both_times),    TEST(what_grew_from_zero_has_no_percentage),
	    TEST(who_grew_alike_shares_the_rank_of_growth),          TEST(the_first_of_its_group_has_not_grown),
	    cmocka_unit_test(all_growth_of_random_histories_agrees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
