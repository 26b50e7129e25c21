/* SPDX-License-Identifier: Apache-2.0
 *
 * test_catalogue.c - what there is to ask about, of a world that a judge accepted.
 */
#include "tests/unit/asking.h"

static void lay(struct world *w)
{
	accepted(
	    w,
	    "{'define': {'sources': [{'id': 's1', 'title': 'One', 'published': '2015-02'}],"
	    "'code_lists': [{'id': 'levels', 'codes': [{'code': 'x', 'label': 'Ex'}, {'code': 't', 'total': true}]},"
	    "               {'id': 'ages', 'codes': [{'code': 'x'}]}],"
	    "'indicators': [{'id': 'arr', 'label': 'A', 'type': 'count', 'over_units': 'distinct', 'over_time': 'none',"
	    "  'dimensions': [{'id': 'level', 'code_list': 'levels', 'aggregation': 'additive'}]},"
	    " {'id': 'staff', 'label': 'S', 'type': 'number', 'over_units': 'additive', 'over_time': 'none'},"
	    " {'id': 'new', 'label': 'N', 'type': 'count', 'over_units': 'distinct', 'over_time': 'none',"
	    "  'dimensions': [{'id': 'level', 'code_list': 'levels', 'aggregation': 'additive'},"
	    "                 {'id': 'age', 'code_list': 'ages', 'aggregation': 'additive'}]}],"
	    "'surveys': [{'id': 'coop', 'title': 'Co-operation'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's1', 'units': ["
		    "{'id': 'n', 'kind': 'county', 'names': ['North']},"
		    "{'id': 'a', 'kind': 'municipality', 'names': ['Aa'], 'part_of': 'n',"
		    " 'attributes': [{'name': 'sea', 'values': ['yes']}], 'codes': {'nr': '01'}},"
		    "{'id': 'b', 'kind': 'municipality', 'names': ['Bb'], 'part_of': 'n', 'valid_to': '2018',"
		    " 'attributes': [{'name': 'sea', 'values': ['no', 'yes']}]}]}}");
	accepted(w,
		 "{'define': {'rounds': [{'id': 'r1', 'survey': 'coop', 'reference': '2014', 'area': 'n', 'unit_kind': "
		 "'municipality', 'frame': {'population': 2}}]}}");
}

static void say_arr(struct world *w, const char *unit, const char *period, const char *value)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's1', 'observations': [{'unit': '%s', 'indicator': 'arr',"
		 "'categories': {'level': 'x'}, 'period': '%s', 'value': %s, 'status': 'main'}]}}",
		 unit, period, value);
}

/* "id id id", of all parts. */
static const char *ids(struct world *w, const struct answers *a)
{
	const char *text = "";
	for (size_t p = 0; p < a->n; p++) {
		const struct msg_catalogue_answer *c = a->list[p].catalogue;
		assert_non_null(c);
		for (size_t i = 0; i < c->n_entries; i++)
			text = arena_printf(w->a, "%s%s%s", text, *text ? " " : "", c->entries[i].id);
	}
	return text;
}

static const struct msg_catalogue_entry *entry(const struct answers *a, size_t i)
{
	assert_int_equal(a->n, 1);
	assert_true(i < a->list[0].catalogue->n_entries);
	return &a->list[0].catalogue->entries[i];
}

static void definitions_are_listed_whole_in_the_order_they_were_said(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a = asked(w, "{'catalogue': {'list': 'indicators'}}");
	assert_string_equal(ids(w, &a), "arr staff new");
	assert_int_equal(entry(&a, 0)->revision, 1);
	assert_string_equal(entry(&a, 0)->indicator->label, "A");
	assert_string_equal(entry(&a, 0)->indicator->dimensions[0].id, "level");
	a = asked(w, "{'catalogue': {'list': 'rounds'}}");
	assert_string_equal(entry(&a, 0)->round->reference, "2014");
	assert_string_equal(entry(&a, 0)->name, "North");
	assert_int_equal(entry(&a, 0)->round->frame->population, 2);
	a = asked(w, "{'catalogue': {'list': 'sources'}}");
	assert_string_equal(entry(&a, 0)->source->published, "2015-02");
	a = asked(w, "{'catalogue': {'list': 'surveys'}}");
	assert_string_equal(entry(&a, 0)->survey->title, "Co-operation");
	a = asked(w, "{'catalogue': {'list': 'code_lists', 'id': 'levels'}}");
	assert_string_equal(ids(w, &a), "levels");
	assert_string_equal(entry(&a, 0)->code_list->codes[0].label, "Ex");
	assert_true(entry(&a, 0)->code_list->codes[1].total);
}

static void an_indicator_tells_the_periods_that_it_has_figures_of(void **state)
{
	struct world *w = *state;
	lay(w);
	say_arr(w, "a", "2014", "4");
	say_arr(w, "a", "2010", "3");
	say_arr(w, "b", "2010", "5");
	struct answers a = asked(w, "{'catalogue': {'list': 'indicators'}}");
	assert_int_equal(entry(&a, 0)->n_periods, 2);
	assert_string_equal(entry(&a, 0)->periods[0], "2010");
	assert_string_equal(entry(&a, 0)->periods[1], "2014");
	assert_int_equal(entry(&a, 1)->n_periods, 0); /* nothing was said of staff */
}

static void a_period_whose_only_figure_was_retracted_is_no_period(void **state)
{
	struct world *w = *state;
	lay(w);
	say_arr(w, "a", "2010", "3");
	uint64_t before = w->rev;
	accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': 's1', 'reason': 'wrong', 'retractions': [{'revision': %llu,"
	    "'unit': 'a', 'indicator': 'arr'}]}}",
	    (unsigned long long)before);
	struct answers a = asked(w, "{'catalogue': {'list': 'indicators', 'id': 'arr'}}");
	assert_int_equal(entry(&a, 0)->n_periods, 0);
	a = asked(w, "{'as_of_revision': %llu, 'catalogue': {'list': 'indicators', 'id': 'arr'}}",
		  (unsigned long long)before);
	assert_int_equal(entry(&a, 0)->n_periods, 1);
}

static void the_catalogue_is_as_of_a_revision(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a = asked(w, "{'as_of_revision': 2, 'catalogue': {'list': 'rounds'}}");
	assert_string_equal(ids(w, &a), "");
	accepted(w, "{'define': {'surveys': [{'id': 'coop', 'title': 'Another'}]}}");
	a = asked(w, "{'catalogue': {'list': 'surveys'}}");
	assert_string_equal(entry(&a, 0)->survey->title, "Another");
	a = asked(w, "{'as_of_revision': 3, 'catalogue': {'list': 'surveys'}}");
	assert_string_equal(entry(&a, 0)->survey->title, "Co-operation");
	assert_string_equal(ids(w, &a), "coop");
}

static void kinds_count_units_on_record_and_those_that_live_today(void **state)
{
	struct world *w = *state;
	lay(w);
	tick(w, "2020-01-01");
	struct answers a = asked(w, "{'catalogue': {'list': 'kinds'}}");
	assert_string_equal(ids(w, &a), "county municipality");
	assert_int_equal(entry(&a, 1)->count, 2);
	assert_int_equal(entry(&a, 1)->living, 1);
	a = asked(w, "{'catalogue': {'list': 'schemes'}}");
	assert_string_equal(ids(w, &a), "nr");
	assert_int_equal(entry(&a, 0)->count, 1);
}

static void attributes_and_their_values_count_the_units_that_have_them(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a = asked(w, "{'catalogue': {'list': 'attributes'}}");
	assert_string_equal(ids(w, &a), "sea");
	assert_int_equal(entry(&a, 0)->count, 2);
	a = asked(w, "{'catalogue': {'list': 'values', 'id': 'sea'}}");
	assert_string_equal(ids(w, &a), "no yes");
	assert_int_equal(entry(&a, 0)->count, 1);
	assert_int_equal(entry(&a, 1)->count, 2);
}

static void a_dimension_with_other_codes_is_another_entry(void **state)
{
	struct world *w = *state;
	lay(w);
	accepted(
	    w,
	    "{'define': {'indicators': [{'id': 'by-age', 'label': 'B', 'type': 'count', 'over_units': 'distinct',"
	    "'over_time': 'none', 'dimensions': [{'id': 'level', 'code_list': 'ages', 'aggregation': 'additive'}]}]}}");
	struct answers a = asked(w, "{'catalogue': {'list': 'dimensions'}}");
	assert_string_equal(ids(w, &a), "level age level");
	assert_int_equal(entry(&a, 0)->n_indicators, 2);
	assert_string_equal(entry(&a, 0)->indicators[1], "new");
	assert_string_equal(entry(&a, 0)->code_list->id, "levels");
	assert_string_equal(entry(&a, 2)->code_list->id, "ages");
	assert_string_equal(entry(&a, 2)->indicators[0], "by-age");
}

static void tags_and_events_are_listed(void **state)
{
	struct world *w = *state;
	lay(w);
	accepted(w, "{'tag': {'name': 'report', 'revision': 2, 'note': 'as printed'}}");
	accepted(w, "{'event': {'id': 'e1', 'type': 'name_change', 'effective': '2016-01-01', 'status': 'adopted', "
		    "'title': 'Aa is called Xx', 'source': 's1', 'sources': ['a'], 'targets': [{'unit': 'a', 'names': "
		    "['Xx']}]}}");
	struct answers a = asked(w, "{'catalogue': {'list': 'tags'}}");
	assert_string_equal(entry(&a, 0)->id, "report");
	assert_int_equal(entry(&a, 0)->tag->revision, 2);
	a = asked(w, "{'catalogue': {'list': 'events'}}");
	assert_string_equal(entry(&a, 0)->id, "e1");
	assert_string_equal(entry(&a, 0)->event->effective, "2016-01-01");
}

static void without_a_list_the_lists_are_told_with_how_many_each_has(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a = asked(w, "{'catalogue': {}}");
	assert_string_equal(ids(w, &a), "INDICATORS ROUNDS SURVEYS SOURCES CODE_LISTS DIMENSIONS EVENTS TAGS KINDS "
					"SCHEMES ATTRIBUTES VALUES");
	assert_int_equal(entry(&a, 0)->count, 3);
	assert_int_equal(entry(&a, 5)->count, 2);
	assert_int_equal(entry(&a, 6)->count, 0);
	assert_int_equal(entry(&a, 8)->count, 2);
}

static void pages_are_of_one_list(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a = asked(w, "{'catalogue': {'list': 'indicators', 'limit': 2}}");
	assert_string_equal(ids(w, &a), "arr staff");
	assert_int_equal(a.list[0].catalogue->next_skip, 2);
	a = asked(w, "{'catalogue': {'list': 'indicators', 'limit': 2, 'skip': 2}}");
	assert_string_equal(ids(w, &a), "new");
	assert_int_equal(a.list[0].catalogue->next_skip, 0);
	a = asked(w, "{'catalogue': {'list': 'indicators', 'limit': 3}}");
	assert_int_equal(a.list[0].catalogue->next_skip, 0);
}

static void what_is_not_in_a_list_is_not_found(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_non_null(
	    strstr(ask_refused(w, ERR_NOT_FOUND, 100, "{'catalogue': {'list': 'rounds', 'id': 'r9'}}"), "r9"));
	(void)ask_refused(w, ERR_NOT_FOUND, 100, "{'catalogue': {'list': 'values', 'id': 'nosuch'}}");
	(void)ask_refused(w, ERR_INVALID, 100, "{'catalogue': {'list': 'values'}}");
	const char *said =
	    ask_refused(w, ERR_NOT_FOUND, 100, "{'trend': {'indicator': 'nosuch', 'measures': ['sum']}}");
	assert_non_null(strstr(said, "varde catalogue indicators"));
}

static void a_list_longer_than_an_answer_may_be_is_too_large(void **state)
{
	struct world *w = *state;
	lay(w);
	(void)ask_refused(w, ERR_TOO_LARGE, 2, "{'catalogue': {'list': 'indicators'}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(definitions_are_listed_whole_in_the_order_they_were_said),
	    BOTH(an_indicator_tells_the_periods_that_it_has_figures_of),
	    BOTH(a_period_whose_only_figure_was_retracted_is_no_period),
	    BOTH(the_catalogue_is_as_of_a_revision),
	    BOTH(kinds_count_units_on_record_and_those_that_live_today),
	    BOTH(attributes_and_their_values_count_the_units_that_have_them),
	    BOTH(a_dimension_with_other_codes_is_another_entry),
	    BOTH(tags_and_events_are_listed),
	    BOTH(without_a_list_the_lists_are_told_with_how_many_each_has),
	    BOTH(pages_are_of_one_list),
	    BOTH(what_is_not_in_a_list_is_not_found),
	    BOTH(a_list_longer_than_an_answer_may_be_is_too_large),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
