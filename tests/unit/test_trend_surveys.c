/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_surveys.c - two surveys report of one period: what the next report of the one grew from is its own figure,
 * not that of the other, which happens to be defined later.
 */
#include "tests/unit/asking.h"

static void told(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}], 'surveys': [{'id': 's', 'title': 'S'}, {'id': "
		    "'t', 'title': 'T'}], 'indicators': [{'id': 'n', 'label': 'N', 'type': 'count', 'over_units': "
		    "'additive', 'over_time': 'none'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		    "{'id': 'a', 'kind': 'town', 'names': ['a'], 'valid_from': '2000-01-01'},"
		    "{'id': 'b', 'kind': 'town', 'names': ['b'], 'valid_from': '2000-01-01'}]}}");
	accepted(w, "{'define': {'rounds': [{'id': 's2010', 'survey': 's', 'reference': '2010'},"
		    "{'id': 't2010', 'survey': 't', 'reference': '2010'},"
		    "{'id': 's2012', 'survey': 's', 'reference': '2012'},"
		    "{'id': 't2012', 'survey': 't', 'reference': '2012'}]}}");
	static const struct {
		const char *round, *town;
		int value;
	} said[] = {{"s2010", "a", 10}, {"t2010", "a", 40}, {"s2012", "a", 11}, {"t2012", "a", 44}};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		accepted(w,
			 "{'submission': {'round': '%s', 'mode': 'patch', 'source': 'q', 'observations': [{'unit': "
			 "'%s', 'indicator': 'n', 'value': %d, 'status': 'main'}]}}",
			 said[i].round, said[i].town, said[i].value);
	tick(w, "2021-06-01");
}

/* "s2012 +1; …" */
static const char *grown(struct world *w, const char *more)
{
	struct answers all = asked(w, "{'trend': {'indicator': 'n'%s, 'measures': ['sum']}}", more);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].trend->n_rows; i++) {
			const struct msg_trend_row *x = &all.list[p].trend->rows[i];
			if (x->figures[0].growth)
				text = arena_printf(w->a, "%s%s%s %s", text, *text ? "; " : "", x->round,
						    x->figures[0].growth->absolute);
		}
	return text;
}

static void growth_is_from_the_report_of_the_same_survey(void **state)
{
	struct world *w = *state;
	told(w);
	assert_string_equal(grown(w, ""), "s2012 1; t2012 4");
	assert_string_equal(grown(w, ", 'units': ['a']"), "s2012 1; t2012 4");
	assert_string_equal(grown(w, ", 'group_by': 'unit'"), "s2012 1; t2012 4");
	assert_string_equal(grown(w, ", 'group_by': 'unit', 'structure_at': '2020-01-01'"), "s2012 1; t2012 4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(growth_is_from_the_report_of_the_same_survey),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
