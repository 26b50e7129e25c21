/* SPDX-License-Identifier: Apache-2.0
 *
 * test_diff_beside.c - what was learned of a value that stands beside the one that counts: a difference between two
 * revisions tells it, though no figure changed.
 */
#include "query/value.h"
#include "tests/unit/asking.h"

static uint64_t says(struct world *w, const char *source, const char *value, const char *more)
{
	return accepted(w,
			"{'submission': {'mode': 'patch', 'source': '%s', 'observations': [{'unit': 'a', 'indicator': "
			"'n', 'period': '2010', 'value': %s, 'status': 'main'%s}]}}",
			source, value, more)
	    ->rev;
}

static void base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'p', 'title': 'P'}, {'id': 'q', 'title': 'Q'}], 'indicators': "
		    "[{'id': 'n', 'label': 'N', 'type': 'count', 'over_units': 'additive', 'over_time': 'none'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		    "{'id': 'a', 'kind': 'town', 'names': ['A'], 'valid_from': '2000-01-01'}]}}");
	tick(w, "2021-06-01");
}

/* "FOUND_LATE - 12 (beside 10, which counts)" a line */
static const char *learned(struct world *w, uint64_t from, uint64_t to)
{
	struct answers all = asked(w,
				   "{'diff': {'from': {'as_of_revision': %llu}, 'to': {'as_of_revision': %llu}, "
				   "'observations': true}}",
				   (unsigned long long)from, (unsigned long long)to);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].diff->n_rows; i++) {
			const struct msg_diff_row *x = &all.list[p].diff->rows[i];
			text = arena_printf(w->a, "%s%s %s %s (%s)\n", text,
					    msg_code_name(&msg_enum_difference, (int)x->what),
					    x->before ? value_text(w->a, x->before) : "-",
					    x->after ? value_text(w->a, x->after) : "-", x->n_notes ? x->notes[0] : "");
		}
	return text;
}

static void what_was_said_beside_since_is_told(void **state)
{
	struct world *w = *state;
	base(w);
	uint64_t first = says(w, "p", "10", "");
	uint64_t beside = says(w, "q", "12", "");
	assert_string_equal(learned(w, first, beside), "FOUND_LATE - 12 (beside 10, which counts)\n");
	/* Said again by the first, it confirms what stands. */
	assert_string_equal(learned(w, beside, says(w, "p", "10", "")), "");
	uint64_t put_right =
	    says(w, "q", "13",
		 arena_printf(w->a, ", 'supersedes': {'revision': %llu, 'reason': 'r'}", (unsigned long long)beside));
	assert_string_equal(learned(w, beside, put_right), "CORRECTED 12 13 (beside 10, which counts)\n");
	uint64_t gone = accepted(w,
				 "{'submission': {'mode': 'patch', 'source': 'q', 'reason': 'r', 'retractions': "
				 "[{'revision': %llu, 'unit': 'a', 'indicator': 'n'}]}}",
				 (unsigned long long)put_right)
			    ->rev;
	assert_string_equal(learned(w, put_right, gone), "RETRACTED 13 - (beside 10, which counts)\n");
	assert_string_equal(learned(w, first, gone), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(what_was_said_beside_since_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
