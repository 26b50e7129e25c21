/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_define.c - definitions: kept once, versioned, never made into something else.
 */
#include "tests/unit/judge_kit.h"

/* ---- definitions ---- */

static void the_same_definition_again_is_confirmed(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = accepted(w, "{'define': {'sources': [{'id': 'a', 'title': 'Report A'}]}}");
	finding_at(s, "CONFIRMED", "define.sources[0]");
	assert_int_equal(s->n_changes, 0);
	assert_int_equal(s->outcome.n_changes, 1); /* every revision is in the feed */
	for (size_t i = 0; i < s->outcome.n_facts; i++)
		assert_int_not_equal(s->outcome.facts[i].kind, FACT_DEF);
	s = accepted(w, "{'define': {'rounds': [{'id': 'r2020', 'survey': 'survey', 'reference': '2020', 'area':"
			"{'name': 'Nordland'}, 'unit_kind': 'municipality', 'frame': 41}]}}");
	finding_at(s, "CONFIRMED", "define.rounds[0]"); /* the area is stored as the unit it names */
}

static void a_changed_definition_is_its_next_version(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = accepted(w, "{'define': {'sources': [{'id': 'a', 'title': 'Report A, second edition'}]}}");
	assert_string_equal(changes_text(w, s, 0), "DEFINED DEFINITION |  → Report A, second edition");
	assert_true(s->changes[0].supersedes > 0);
}

static void an_indicator_keeps_its_shape_and_a_list_its_codes(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    refused(w, "{'define': {'code_lists': [{'id': 'levels', 'codes': [{'code': 'local'},"
		       "{'code': 'total', 'total': true}]}], 'indicators': [{'id': 'staff', 'label': 'Staff',"
		       "'type': 'count', 'over_units': 'additive', 'over_time': 'none'}]}}");
	finding_at(s, "BAD_VALUE", "define.code_lists[0].codes");
	finding_at(s, "BAD_VALUE", "define.indicators[0].dimensions");
}

static void a_new_version_of_a_code_list_is_used_at_once(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *moon = "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [" OBS(
	    "bodo", "count", LEVEL("moon"), "1") "]}}";
	refused(w, "%s", moon);
	accepted(w, "{'define': {'code_lists': [{'id': 'levels', 'codes': [{'code': 'local'}, {'code': 'regional'},"
		    "{'code': 'moon'}, {'code': 'total', 'total': true}]}]}}");
	accepted(w, "%s", moon);
}

static void definitions_of_one_message_may_name_each_other(void **state)
{
	struct world *w = *state;
	accepted(w, "{'define': {'rounds': [{'id': 'r', 'survey': 's', 'reference': '2014', 'source': 'src'}],"
		    "'surveys': [{'id': 's', 'title': 'S'}], 'indicators': [{'id': 'i', 'label': 'I', 'type': 'count',"
		    "'over_units': 'additive', 'over_time': 'none', 'dimensions': [{'id': 'd', 'code_list': 'l',"
		    "'aggregation': 'none'}]}], 'code_lists': [{'id': 'l', 'codes': [{'code': 'x'}]}],"
		    "'sources': [{'id': 'src', 'title': 'T'}]}}");
}

/* Definitions that pushed each other out of the table were decoded again and again into memory that only grew. */
static void indicators_that_share_a_place_cost_no_memory(void **state)
{
	struct world *w = *state;
	world_base(w);
	for (int i = 0; i < 260; i++)
		accepted(
		    w,
		    "{'define': {'indicators': [{'id': 'i%d', 'label': 'L', 'type': 'number', 'over_units': 'none',"
		    "'over_time': 'none'}]}}",
		    i);
	for (int i = 0; i < 3; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': ["
			 "{'unit': 'bodo', 'indicator': 'i1', 'value': %d, 'status': 'main'},"
			 "{'unit': 'bodo', 'indicator': 'i257', 'value': %d, 'status': 'main'}]}}",
			 i, i);
	assert_string_equal(figures(w, "i257", "2014-03", "bodo"), "a 0 MAIN ; a 1 MAIN ; a 2 MAIN ");
}

/* ---- dry runs, failed groups ---- */

static void a_tag_names_a_revision_and_is_never_moved(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t rev = w->rev;
	struct said *s = accepted(w, "{'tag': {'name': 'release-1'}}");
	assert_string_equal(changes_text(w, s, 0),
			    arena_printf(w->a, "TAGGED TAG |  → revision %llu", (unsigned long long)rev));
	s = refused(w, "{'tag': {'name': 'release-1'}}");
	finding_at(s, "TAG_EXISTS", "tag.name");
	s = refused(w, "{'tag': {'name': 'release-2', 'revision': 4711}}");
	finding_at(s, "NO_SUCH_REVISION", "tag.revision");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(the_same_definition_again_is_confirmed),
	    BOTH(a_changed_definition_is_its_next_version),
	    BOTH(an_indicator_keeps_its_shape_and_a_list_its_codes),
	    BOTH(a_new_version_of_a_code_list_is_used_at_once),
	    BOTH(definitions_of_one_message_may_name_each_other),
	    BOTH(indicators_that_share_a_place_cost_no_memory),
	    BOTH(a_tag_names_a_revision_and_is_never_moved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
