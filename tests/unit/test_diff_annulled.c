/* SPDX-License-Identifier: Apache-2.0
 *
 * test_diff_annulled.c - an event that is annulled takes back the units that it made: the difference names the revision
 * that did, not the one that had made them.
 */
#include "tests/unit/asking.h"

static void a_unit_that_was_taken_back_names_the_revision_that_did(void **state)
{
	struct world *w = *state;
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		    "{'id': 'a', 'kind': 'town', 'names': ['A'], 'valid_from': '2000-01-01'}]}}");
	uint64_t made = accepted(w, "{'event': {'id': 'e', 'type': 'breakdown', 'effective': '2016-01-01', 'sources': "
				    "['a'], 'targets': [{'id': 'b', 'names': ['B']}, {'id': 'c', 'names': ['C']}], "
				    "'status': 'effective', 'source': 'q'}}")
			    ->rev;
	uint64_t annulled = accepted(w,
				     "{'event': {'id': 'e', 'type': 'breakdown', 'status': 'annulled', 'source': 'q', "
				     "'supersedes': {'revision': %llu, 'reason': 'r'}}}",
				     (unsigned long long)made)
				->rev;
	tick(w, "2021-06-01");
	struct answers all = asked(w,
				   "{'diff': {'from': {'valid_at': '2017-01-01', 'as_of_revision': %llu}, 'to': "
				   "{'valid_at': '2017-01-01'}, 'units': true}}",
				   (unsigned long long)made);
	unsigned n = 0;
	for (size_t i = 0; i < all.list[0].diff->n_rows; i++) {
		const struct msg_diff_row *x = &all.list[0].diff->rows[i];
		if (x->what != DIFFERENCE_RETRACTED)
			continue;
		assert_int_equal(x->revision, annulled);
		n++;
	}
	assert_int_equal(n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_unit_that_was_taken_back_names_the_revision_that_did),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
