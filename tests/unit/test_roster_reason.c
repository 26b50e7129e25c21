/* SPDX-License-Identifier: Apache-2.0
 *
 * test_roster_reason.c - why a figure of a county lies among several: it was divided, or not all of it is on record.
 *
 *   A: a ─┐                 C was never divided; a and b are all that is on record of it
 *         ├─ 2020: C: a b
 *   B: b ─┘
 */
#include "tests/test.h"
#include "tests/unit/trend_told.h"

static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}], 'surveys': [{'id': 'v', 'title': 'V'}], "
		    "'indicators': [{'id': 'people', 'label': 'People', 'type': 'count', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'county'}], 'rounds': [{'id': 'r', 'survey': 'v', 'reference': "
		    "'2021', 'unit_kind': 'county'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'A', 'kind': 'county', 'names': ['A'], 'valid_from': '2000-01-01'},"
		    "{'id': 'B', 'kind': 'county', 'names': ['B'], 'valid_from': '2000-01-01'},"
		    "{'id': 'a', 'kind': 'town', 'names': ['a'], 'valid_from': '2000-01-01', 'part_of': 'A'},"
		    "{'id': 'b', 'kind': 'town', 'names': ['b'], 'valid_from': '2000-01-01', 'part_of': 'B'}]}}");
	accepted(w, "{'event': {'id': 'e1', 'type': 'merging', 'effective': '2020-01-01', 'status': 'effective',"
		    " 'source': 's', 'sources': ['A', 'B'], 'targets': [{'id': 'C', 'names': ['C']}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'links': ["
		    "{'type': 'part_of', 'from': 'a', 'to': 'C', 'valid_from': '2020-01-01'},"
		    "{'type': 'part_of', 'from': 'b', 'to': 'C', 'valid_from': '2020-01-01'}], 'observations': ["
		    "{'unit': 'C', 'indicator': 'people', 'period': '2021', 'status': 'main', 'value': 9},"
		    "{'unit': 'A', 'indicator': 'people', 'period': '2018', 'status': 'main', 'value': 4},"
		    "{'unit': 'B', 'indicator': 'people', 'period': '2018', 'status': 'main', 'value': 4}]}}");
	tick(w, "2022-01-01");
}

#define DECLARED(scope)                                                                                                \
	"{'submission': {'mode': 'patch', 'source': 's', 'round': 'r', 'completeness': [{'scope': '" scope             \
	"', 'kind': 'town', 'complete': 'no'}]}}"
#define MOVED                                                                                                          \
	"{'indicator': 'people', 'measures': ['sum'], 'periods': ['2021'], 'group_by': 'unit', 'structure_at': "       \
	"'2019-01-01'}"
#define DIVIDED "of C, which was divided: no weights tell how"
#define GAPS    "of C, of which not all units of kind town are on record: nobody knows how much of it lies in which"

static const char *snapshot(struct world *w)
{
	struct answers all = asked(w, "{'snapshot': {'observations': true, 'period': '2021', 'indicator': 'people', "
				      "'structure_at': '2019-01-01'}}");
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].snapshot->n_observations; i++)
			if (all.list[p].snapshot->observations[i].n_among)
				return all.list[p].snapshot->observations[i].notes[0];
	return "";
}

static bool explained_by(struct world *w, const char *rule)
{
	struct answers all = asked(w, "{'explain': {'trend': " MOVED ", 'group': 'A; B', 'measure': 'sum'}}");
	bool agrees = false, found = false;
	for (size_t p = 0; p < all.n; p++) {
		assert_non_null(all.list[p].explain);
		agrees |= all.list[p].explain->agrees;
		for (size_t i = 0; i < all.list[p].explain->n_rules; i++)
			found |= strcmp(all.list[p].explain->rules[i], rule) == 0;
	}
	assert_true(agrees);
	return found;
}

/* D was divided in 2020: d into E, e into F. */
static void lay_divided(struct world *w)
{
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'D', 'kind': 'county', 'names': ['D'], 'valid_from': '2000-01-01'},"
		    "{'id': 'd', 'kind': 'town', 'names': ['d'], 'valid_from': '2000-01-01', 'part_of': 'D'},"
		    "{'id': 'e', 'kind': 'town', 'names': ['e'], 'valid_from': '2000-01-01', 'part_of': 'D'}]}}");
	accepted(w, "{'event': {'id': 'e2', 'type': 'breakdown', 'effective': '2020-01-01', 'status': 'effective',"
		    " 'source': 's', 'sources': ['D'], 'targets': [{'id': 'E', 'names': ['E']}, "
		    "{'id': 'F', 'names': ['F']}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'links': ["
		    "{'type': 'part_of', 'from': 'd', 'to': 'E', 'valid_from': '2020-01-01'},"
		    "{'type': 'part_of', 'from': 'e', 'to': 'F', 'valid_from': '2020-01-01'}], 'observations': ["
		    "{'unit': 'D', 'indicator': 'people', 'period': '2018', 'status': 'main', 'value': 4},"
		    "{'unit': 'E', 'indicator': 'people', 'period': '2021', 'status': 'main', 'value': 4}]}}");
}

static const char *decomposed(struct world *w)
{
	struct answers all =
	    asked(w, "{'decompose': {'indicator': 'people', 'measure': 'sum', 'from': {'period': '2018'}, "
		     "'to': {'period': '2021'}, 'units': [{'id': 'E'}]}}");
	const char *text = "";
	for (size_t i = 0; i < all.list[0].decompose->n_rows; i++) {
		const struct msg_decompose_row *row = &all.list[0].decompose->rows[i];
		for (size_t k = 0; k < row->n_parts; k++)
			for (size_t n = 0; n < row->parts[k].n_notes && row->parts[k].cause == CAUSE_STRUCTURE; n++)
				text = arena_printf(w->a, "%s%s\n", text, row->parts[k].notes[n]);
	}
	return text;
}

static void a_county_that_is_not_wholly_on_record_was_not_divided(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_non_null(strstr(trend_rows(w, MOVED), DIVIDED));
	assert_non_null(strstr(snapshot(w), DIVIDED));
	assert_true(explained_by(w, "what was divided and has no weights stays among the units it was divided among"));
	accepted(w, DECLARED("C"));
	const char *rows = trend_rows(w, MOVED);
	assert_non_null(strstr(rows, GAPS));
	assert_null(strstr(rows, "which was divided"));
	assert_string_equal(snapshot(w), GAPS);
	assert_true(explained_by(w, "what is more than its parts on record stays among the units that it may lie in"));
}

static void a_decomposition_says_it_too(void **state)
{
	struct world *w = *state;
	lay(w);
	lay_divided(w);
	assert_string_equal(decomposed(w), "D was divided among E, F, and nobody knows how\n");
	accepted(w, DECLARED("D"));
	assert_string_equal(decomposed(w),
			    "D lies in E, F, and not all its units of kind town are on record: nobody knows "
			    "how much in which\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_county_that_is_not_wholly_on_record_was_not_divided),
	    BOTH(a_decomposition_says_it_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
