/* SPDX-License-Identifier: Apache-2.0
 *
 * test_remedy.c - what a refused or unallocated figure says to do: what it names is not refused in turn.
 */
#include "tests/unit/asking.h"

static void base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		    "{'id': 'a', 'kind': 'town', 'names': ['A'], 'valid_from': '2000-01-01'},"
		    "{'id': 'b', 'kind': 'town', 'names': ['B'], 'valid_from': '2000-01-01'}]}}");
	tick(w, "2021-06-01");
}

static void say_both(struct world *w, const char *type, const char *aggregation, const char *value)
{
	accepted(w,
		 "{'define': {'indicators': [{'id': 'n-%s-%s', 'label': 'N', 'type': '%s', 'over_units': '%s', "
		 "'over_time': 'none'%s}]}}",
		 type, aggregation, type, aggregation,
		 strcmp(aggregation, "relative") == 0 ? ", 'denominator': 'frame'" : "");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'q', 'observations': ["
		 "{'unit': 'a', 'indicator': 'n-%s-%s', 'period': '2010', 'value': %s, 'status': 'main'},"
		 "{'unit': 'b', 'indicator': 'n-%s-%s', 'period': '2010', 'value': %s, 'status': 'main'}]}}",
		 type, aggregation, value, type, aggregation, value);
}

static void what_is_named_in_place_of_a_value_is_answered(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *type, *aggregation, *value;
	} all[] = {{"count", "additive", "1"},
		   {"count", "distinct", "1"},
		   {"count", "any", "1"},
		   {"count", "all", "1"},
		   {"count", "none", "1"},
		   {"number", "relative", "1"},
		   {"text", "none", "{'words': 'x'}"}};
	static const char *const words[] = {"SUM", "MEAN", "MEDIAN", "RATE", "COUNT"}, *const measures[] = {
											   "sum", "mean", "median",
											   "rate", "count"};
	base(w);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		say_both(w, all[i].type, all[i].aggregation, all[i].value);
		struct answers x = asked(w, "{'trend': {'indicator': 'n-%s-%s', 'measures': ['value', 'count']}}",
					 all[i].type, all[i].aggregation);
		const char *why = x.list[0].trend->rows[0].figures[0].refused;
		assert_non_null(strstr(why, "COUNT"));
		for (size_t m = 0; m < sizeof words / sizeof *words; m++) {
			if (!strstr(why, words[m]))
				continue;
			struct answers y = asked(w, "{'trend': {'indicator': 'n-%s-%s', 'measures': ['%s']}}",
						 all[i].type, all[i].aggregation, measures[m]);
			if (*y.list[0].trend->rows[0].figures[0].refused)
				fail_msg("%s %s: \"%s\", but %s: %s", all[i].type, all[i].aggregation, why, measures[m],
					 y.list[0].trend->rows[0].figures[0].refused);
		}
	}
}

static const char *note_of_rest(struct world *w, const char *more)
{
	struct answers all = asked(w,
				   "{'trend': {'indicator': 'n-count-additive', 'group_by': 'unit', 'structure_at': "
				   "'2018-01-01', 'measures': ['sum']%s}}",
				   more);
	for (size_t i = 0; i < all.list[0].trend->n_rows; i++)
		if (all.list[0].trend->rows[i].n_among)
			return all.list[0].trend->rows[i].notes[0];
	return "nothing is unallocated";
}

static void weigh(struct world *w, const char *to, int value)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'q', 'weights': [{'event': 'e', 'from': 'a', 'to': '%s', "
		 "'weight': {'basis': 'people', 'value': %d}}]}}",
		 to, value);
}

static void what_stays_unallocated_says_which_weights_there_are(void **state)
{
	struct world *w = *state;
	base(w);
	say_both(w, "count", "additive", "10");
	accepted(w,
		 "{'event': {'id': 'e', 'type': 'breakdown', 'effective': '2016-01-01', 'sources': ['a'], 'targets': "
		 "[{'id': 'c', 'names': ['C']}, {'id': 'd', 'names': ['D']}], 'status': 'effective', 'source': "
		 "'q'}}");
	assert_string_equal(note_of_rest(w, ""), "of A, which was divided: no weights tell how");
	weigh(w, "c", 3);
	assert_string_equal(note_of_rest(w, ""), "of A, which was divided: weight_basis names none of the weights that "
						 "there are (people)");
	assert_string_equal(note_of_rest(w, ", 'weight_basis': 'people'"),
			    "of A, which was divided: the weights of people do not tell how");
	weigh(w, "d", 2);
	assert_string_equal(note_of_rest(w, ", 'weight_basis': 'people'"), "nothing is unallocated");
}

static void a_decomposition_names_the_dimension_of_which_no_category_is_named(void **state)
{
	struct world *w = *state;
	base(w);
	accepted(w, "{'define': {'code_lists': [{'id': 'l', 'codes': [{'code': 'x'}]}], 'indicators': [{'id': 'd', "
		    "'label': 'D', 'type': 'count', 'over_units': 'additive', 'over_time': 'none', 'dimensions': ["
		    "{'id': 'level', 'code_list': 'l', 'aggregation': 'additive'}, {'id': 'sex', 'code_list': 'l', "
		    "'aggregation': 'additive'}]}]}}");
	assert_non_null(strstr(ask_refused(w, ERR_INVALID, 10,
					   "{'decompose': {'from': {'period': '2010'}, 'to': {'period': '2012'}, "
					   "'indicator': 'd', 'measure': 'sum', 'categories': [{'dimension': 'level', "
					   "'code': 'x'}]}}"),
			       "has \"sex\", and no category of it is named"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(what_is_named_in_place_of_a_value_is_answered),
	    BOTH(what_stays_unallocated_says_which_weights_there_are),
	    BOTH(a_decomposition_names_the_dimension_of_which_no_category_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
