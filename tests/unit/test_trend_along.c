/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_along.c - groups that are the codes of one dimension, summed over another along which totals are printed too:
 * told to a judge, so that the log can be asked what the sums are made of.
 */
#include "tests/unit/asking.h"

static const char *const towns[] = {"a", "b", "c"}, *const levels[] = {"l", "r", "t"}, *const sexes[] = {"m", "f", "s"};

/* a and b become ab in 2020. */
static void base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}], 'surveys': [{'id': 's', 'title': 'S'}], "
		    "'code_lists': ["
		    "{'id': 'ls', 'codes': [{'code': 'l'}, {'code': 'r'}, {'code': 't', 'total': true}]},"
		    "{'id': 'ss', 'codes': [{'code': 'm'}, {'code': 'f'}, {'code': 's', 'total': true}]}],"
		    "'indicators': [{'id': 'n', 'label': 'N', 'type': 'count', 'over_units': 'additive', 'over_time': "
		    "'none', 'dimensions': [{'id': 'level', 'code_list': 'ls', 'aggregation': 'additive'},"
		    "{'id': 'sex', 'code_list': 'ss', 'aggregation': 'additive'}]}]}}");
	for (int i = 0; i < 3; i++)
		accepted(
		    w,
		    "{'submission': {'mode': 'patch', 'source': 'q', 'units': [{'id': '%s', 'kind': 'town', 'names': "
		    "['%s'], 'valid_from': '2000-01-01'}]}}",
		    towns[i], towns[i]);
	accepted(w, "{'define': {'rounds': [{'id': 'r1', 'survey': 's', 'reference': '2010'},"
		    "{'id': 'r2', 'survey': 's', 'reference': '2012'}]}}");
	accepted(w, "{'event': {'id': 'm', 'type': 'merging', 'effective': '2020-01-01', 'sources': ['a', 'b'], "
		    "'targets': [{'id': 'ab', 'names': ['ab']}], 'status': 'effective', 'source': 'q'}}");
	tick(w, "2021-06-01");
}

static void says(struct world *w, const char *round, const char *town, const char *level, const char *sex,
		 const char *value)
{
	accepted(w,
		 "{'submission': {'round': '%s', 'mode': 'patch', 'source': 'q', 'observations': [{'unit': '%s', "
		 "'indicator': 'n', 'categories': {'level': '%s', 'sex': '%s'}, 'value': %s, 'status': 'main'}]}}",
		 round, town, level, sex, value);
}

#define SUPPRESSED "{'missing': 'suppressed'}"

/* "m 2010 30; f 2010 at least 7" */
static const char *rows(struct world *w, const char *group_by)
{
	struct answers all =
	    asked(w, "{'trend': {'indicator': 'n', 'group_by': 'dim:%s', 'measures': ['sum']}}", group_by);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].trend->n_rows; i++) {
			const struct msg_trend_row *x = &all.list[p].trend->rows[i];
			text = arena_printf(w->a, "%s%s%s %s %s", text, *text ? "; " : "", x->group, x->period,
					    x->figures[0].shown);
		}
	return text;
}

static void a_round_that_prints_totals_alone_is_summed_by_its_totals(void **state)
{
	struct world *w = *state;
	base(w);
	says(w, "r1", "a", "l", "m", "10");
	says(w, "r1", "a", "r", "m", "20");
	says(w, "r1", "a", "t", "m", "31"); /* it does not add up: the parts count */
	says(w, "r2", "a", "l", "m", "10"); /* one level of one town, and no more */
	says(w, "r2", "a", "t", "m", "40");
	says(w, "r2", "b", "t", "m", "50");
	assert_string_equal(rows(w, "sex"), "m 2010 30; m 2012 90");
}

static void a_suppressed_part_is_in_the_total(void **state)
{
	struct world *w = *state;
	base(w);
	says(w, "r1", "a", "l", "m", "10");
	says(w, "r1", "a", "r", "m", SUPPRESSED);
	says(w, "r1", "a", "t", "m", "40");
	says(w, "r1", "b", "l", "m", "10");
	says(w, "r1", "b", "r", "m", SUPPRESSED);
	assert_string_equal(rows(w, "sex"), "m 2010 at least 50");
	says(w, "r1", "b", "t", "m", "15");
	assert_string_equal(rows(w, "sex"), "m 2010 55");
}

/* By another hand, of the log. */
static void explained(struct world *w, uint64_t seed, const char *group_by, const char *at, const char *measure)
{
	const char *q =
	    arena_printf(w->a, "'indicator': 'n', 'group_by': 'dim:%s'%s, 'measures': ['%s']", group_by, at, measure);
	struct answers all = asked(w, "{'trend': {%s}}", q);
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].trend->n_rows; i++) {
			const struct msg_trend_row *x = &all.list[p].trend->rows[i];
			const struct msg_figure *again = NULL;
			struct answers more =
			    asked(w,
				  "{'explain': {'trend': {%s}, 'group': '%s', 'period': '%s', 'round': '%s', "
				  "'measure': '%s'}}",
				  q, x->group, x->period, x->round, measure);
			for (size_t k = 0; k < more.n; k++)
				again = more.list[k].explain->recomputed ? more.list[k].explain->recomputed : again;
			if (!*x->figures[0].refused && !more.list[more.n - 1].explain->agrees)
				fail_msg("seed %llu: {%s} %s %s: %s, made once more %s", (unsigned long long)seed, q,
					 x->group, x->period, x->figures[0].shown, again ? again->shown : "nothing");
		}
}

static void one_history(uint64_t seed)
{
	static const char *const values[] = {"1", "20", "300", SUPPRESSED, "{'low': 5, 'high': 7}"},
				 *const measures[] = {"sum", "count", "mean", "max", "median"};
	void *state = NULL;
	uint64_t first = seed;
	assert_int_equal(world_folded(&state), 0);
	struct world *w = state;
	base(w);
	for (int i = 0; i < 34; i++)
		says(w, kit_below(&seed, 2) ? "r1" : "r2", towns[kit_below(&seed, 3)], levels[kit_below(&seed, 3)],
		     sexes[kit_below(&seed, 3)], values[kit_below(&seed, 5)]);
	for (size_t m = 0; m < sizeof measures / sizeof *measures; m++) {
		explained(w, first, "sex", "", measures[m]);
		explained(w, first, "level", "", measures[m]);
		explained(w, first, "sex", ", 'structure_at': '2020-06-01'", measures[m]);
		explained(w, first, "sex", ", 'latest_rounds': true", measures[m]);
	}
	world_gone(&state);
}

static void sums_of_codes_are_explained_whatever_was_said(void **state)
{
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20261121;
	(void)state;
	for (unsigned i = 0; i < test_rounds(12); i++) {
		print_message("seed %llu\n", (unsigned long long)(seed + i));
		one_history(seed + i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_round_that_prints_totals_alone_is_summed_by_its_totals),
	    BOTH(a_suppressed_part_is_in_the_total),
	    cmocka_unit_test(sums_of_codes_are_explained_whatever_was_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
