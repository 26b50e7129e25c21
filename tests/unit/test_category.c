/* SPDX-License-Identifier: Apache-2.0
 *
 * test_category.c - several categories in one question: of different dimensions together, of one dimension either.
 *
 * People of two municipalities of a county in 2014 and 2020, by sex and age. In 2020 nobody counts the old.
 */
#include "tests/unit/asking.h"
#include "query/category.h"

static void lay(struct world *w)
{
	static const char *const said[][4] = {
	    {"a", "f", "young", "1"},   {"a", "f", "grown", "10"}, {"a", "f", "old", "100"},  {"a", "m", "young", "2"},
	    {"a", "m", "grown", "20"},  {"a", "m", "old", "200"},  {"b", "f", "young", "4"},  {"b", "f", "grown", "40"},
	    {"b", "f", "old", "400"},   {"b", "m", "young", "8"},  {"b", "m", "grown", "80"}, {"b", "m", "old", "800"},
	    {"a", "all", "grown", "30"}};
	accepted(
	    w,
	    "{'define': {'sources': [{'id': 's1', 'title': 'One'}],"
	    "'code_lists': [{'id': 'sexes', 'codes': [{'code': 'f'}, {'code': 'm'}, {'code': 'all', 'total': true}]},"
	    "  {'id': 'ages', 'codes': [{'code': 'young'}, {'code': 'grown'}, {'code': 'old'}, {'code': 'dead'}]}],"
	    "'indicators': [{'id': 'people', 'label': 'P', 'type': 'count', 'over_units': 'additive',"
	    "  'over_time': 'none', 'unit_kind': 'municipality', 'dimensions': ["
	    "  {'id': 'sex', 'code_list': 'sexes', 'aggregation': 'additive'},"
	    "  {'id': 'age', 'code_list': 'ages', 'aggregation': 'additive'}]}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's1', 'units': ["
		    "{'id': 'n', 'kind': 'county', 'names': ['North']},"
		    "{'id': 'a', 'kind': 'municipality', 'names': ['Aa'], 'part_of': 'n'},"
		    "{'id': 'b', 'kind': 'municipality', 'names': ['Bb'], 'part_of': 'n'}]}}");
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 's1', 'observations': [{'unit': '%s',"
			 "'indicator': 'people', 'categories': {'sex': '%s', 'age': '%s'}, 'period': '2014',"
			 "'value': %s, 'status': 'main'}]}}",
			 said[i][0], said[i][1], said[i][2], said[i][3]);
}

#define BOTH_SEXES "{'dimension': 'sex', 'code': 'f'}, {'dimension': 'sex', 'code': 'm'}"
#define GROWN      "{'dimension': 'age', 'code': 'grown'}"
#define YOUNG      "{'dimension': 'age', 'code': 'young'}"

/* "f/young 5, …": categories and first figure of all rows, by group where there is one. */
static const char *rows(struct world *w, const struct answers *a)
{
	const char *text = "";
	for (size_t p = 0; p < a->n; p++)
		for (size_t i = 0; i < a->list[p].trend->n_rows; i++) {
			const struct msg_trend_row *row = &a->list[p].trend->rows[i];
			text = arena_printf(w->a, "%s%s%s", text, *text ? ", " : "", row->group);
			for (size_t k = 0; k < row->n_categories; k++)
				text = arena_printf(w->a, "%s%s%s", text, k ? "/" : "", row->categories[k].code);
			for (size_t k = 0; k < row->n_figures; k++)
				text = arena_printf(w->a, "%s %s", text, row->figures[k].shown);
		}
	return text;
}

static void codes_of_one_dimension_are_alternatives_and_dimensions_hold_together(void **state)
{
	static const struct msg_category have[] = {{"age", "old"}, {"sex", "f"}};
	static const struct msg_category sexes[] = {{"sex", "m"}, {"sex", "f"}},
					 ages[] = {{"age", "old"}, {"sex", "m"}};
	(void)state;
	assert_true(categories_hold(have, 2, sexes, 2));
	assert_true(categories_hold(have, 2, sexes, 0));
	assert_false(categories_hold(have, 2, sexes, 1));
	assert_false(categories_hold(have, 2, ages, 2));
	assert_false(categories_hold(have, 0, sexes, 2));
	assert_true(categories_fix(ages, 2, "age"));
	assert_false(categories_fix(sexes, 2, "sex"));
	assert_false(categories_fix(sexes, 2, "age"));
}

static void two_codes_of_one_dimension_give_the_rows_of_both(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a = asked(w, "{'trend': {'indicator': 'people', 'measures': ['sum'], 'categories': [" BOTH_SEXES
				    ", " GROWN "]}}");
	assert_string_equal(rows(w, &a), "grown/f 50, grown/m 100");
	a = asked(w, "{'trend': {'indicator': 'people', 'measures': ['sum'], 'categories': [" GROWN ", " GROWN
		     ", {'dimension': 'sex', 'code': 'f'}]}}");
	assert_string_equal(rows(w, &a), "grown/f 50"); /* the same twice is the same */
}

static void groups_by_a_dimension_sum_over_the_codes_named_of_another(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a = asked(w, "{'trend': {'indicator': 'people', 'group_by': 'dim:age', 'measures': ['sum'], "
				    "'categories': [" BOTH_SEXES "]}}");
	assert_string_equal(rows(w, &a), "young 15, grown 150, old 1500");
	a = asked(w,
		  "{'trend': {'indicator': 'people', 'group_by': 'dim:sex', 'measures': ['sum'], 'categories': [" GROWN
		  ", " YOUNG ", " BOTH_SEXES "]}}");
	assert_string_equal(rows(w, &a), "f 55, m 110");
}

static void a_share_along_a_dimension_shows_the_codes_named_of_the_whole(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a =
	    asked(w, "{'trend': {'indicator': 'people', 'measures': ['share'], 'decimals': 1, 'share_of': 'dim:age', "
		     "'categories': [{'dimension': 'sex', 'code': 'f'}, " GROWN ", " YOUNG "]}}");
	assert_string_equal(rows(w, &a), "grown/f 9.0, young/f 0.9"); /* of 555 */
}

static void what_is_explained_of_several_codes_agrees(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a = asked(w, "{'explain': {'trend': {'indicator': 'people', 'group_by': 'dim:age', 'measures': ["
				    "'sum'], 'categories': [" BOTH_SEXES "]}, 'group': 'grown'}}");
	assert_true(a.list[a.n - 1].explain->agrees);
	assert_string_equal(a.list[a.n - 1].explain->recomputed->shown, "150");
}

static void a_code_that_nothing_was_said_of_is_not_passed_over_beside_others(void **state)
{
	struct world *w = *state;
	lay(w);
	const char *said = ask_refused(w, ERR_NOT_FOUND, 100,
				       "{'trend': {'indicator': 'people', 'measures': ['sum'], 'categories': [" GROWN
				       ", {'dimension': 'age', 'code': 'dead'}]}}");
	assert_non_null(strstr(said, "age:dead"));
	said = ask_refused(w, ERR_NOT_FOUND, 100,
			   "{'trend': {'indicator': 'people', 'measures': ['sum'], 'categories': [" GROWN
			   ", {'dimension': 'age', 'code': 'teen'}]}}");
	assert_non_null(strstr(said, "no code \"teen\""));
	assert_non_null(strstr(said, "varde catalogue codes ages"));
}

static void snapshots_and_histories_take_either_code(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a = asked(w, "{'snapshot': {'observations': true, 'indicator': 'people', 'period': '2014', "
				    "'categories': [" BOTH_SEXES ", " GROWN "]}}");
	assert_int_equal(a.list[0].snapshot->n_observations, 4);
	a = asked(w, "{'history': {'unit': 'a', 'indicator': 'people', 'categories': [" BOTH_SEXES ", " GROWN "]}}");
	assert_int_equal(a.list[0].history->n_rows, 2);
}

static void a_snapshot_in_categories_that_nothing_was_said_of_is_refused(void **state)
{
	struct world *w = *state;
	lay(w);
	const char *said =
	    ask_refused(w, ERR_NOT_FOUND, 100,
			"{'snapshot': {'observations': true, 'indicator': 'people', 'period': '2014', "
			"'categories': [{'dimension': 'sex', 'code': 'all'}, {'dimension': 'age', 'code': "
			"'old'}]}}");
	assert_non_null(strstr(said, "in these categories"));
}

static void questions_of_one_series_refuse_several_codes(void **state)
{
	struct world *w = *state;
	lay(w);
	const char *said =
	    ask_refused(w, ERR_INVALID, 100,
			"{'balance': {'indicator': 'people', 'from': {'period': '2014'}, 'to': {'period': '2020'}, "
			"'categories': [" BOTH_SEXES ", " GROWN "]}}");
	assert_non_null(strstr(said, "several codes of dimension \"sex\""));
	said = ask_refused(w, ERR_INVALID, 100,
			   "{'decompose': {'indicator': 'people', 'measure': 'sum', 'from': {'period': '2014'}, 'to': "
			   "{'period': '2020'}, 'categories': [" BOTH_SEXES "]}}");
	assert_non_null(strstr(said, "several codes of dimension \"sex\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes_of_one_dimension_are_alternatives_and_dimensions_hold_together),
	    BOTH(two_codes_of_one_dimension_give_the_rows_of_both),
	    BOTH(groups_by_a_dimension_sum_over_the_codes_named_of_another),
	    BOTH(a_share_along_a_dimension_shows_the_codes_named_of_the_whole),
	    BOTH(what_is_explained_of_several_codes_agrees),
	    BOTH(a_code_that_nothing_was_said_of_is_not_passed_over_beside_others),
	    BOTH(snapshots_and_histories_take_either_code),
	    BOTH(a_snapshot_in_categories_that_nothing_was_said_of_is_refused),
	    BOTH(questions_of_one_series_refuse_several_codes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
