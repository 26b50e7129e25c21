/* SPDX-License-Identifier: Apache-2.0
 *
 * test_roster_told.c - a list of units that is declared to have gaps is told by every answer that lists its units.
 */
#include "tests/unit/asking.h"

#define DECLARED(round, scope, kind, how)                                                                              \
	"{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'completeness': [{'scope': '" scope     \
	"', 'kind': '" kind "', 'complete': '" how "'}]}}"
#define GAPS(kind, where, round)                                                                                       \
	"the list of units of kind " kind " has gaps, or may have, in " where ": so declares " round " (The survey)\n"

static const char *lines(struct world *w, const char *const *notes, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = arena_printf(w->a, "%s%s\n", text, notes[i]);
	return text;
}

/* Notes are in one part alone, the last. */
static const char *snapshot(struct world *w, const char *more)
{
	struct answers all = asked(w, "{'snapshot': {%s}}", more);
	for (size_t i = 0; i + 1 < all.n; i++)
		assert_int_equal(all.list[i].snapshot->n_notes, 0);
	const struct msg_snapshot_answer *last = all.list[all.n - 1].snapshot;
	return lines(w, last->notes, last->n_notes);
}

static const char *diff(struct world *w, const char *from, const char *to, const char *more)
{
	struct answers all =
	    asked(w, "{'diff': {'from': {'valid_at': '%s'}, 'to': {'valid_at': '%s'}%s}}", from, to, more);
	const struct msg_diff_answer *first = all.list[0].diff;
	const char *text = "";
	for (size_t i = 0; i < first->n_notes; i++)
		if (strstr(first->notes[i], "gaps"))
			text = arena_printf(w->a, "%s%s\n", text, first->notes[i]);
	return text;
}

#define UNITS ", 'units': true"

static void a_snapshot_of_units_names_lists_with_gaps(void **state)
{
	struct world *w = *state;
	world_base(w);
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31'" UNITS), "");
	accepted(w, DECLARED("r2014", "no", "municipality", "no"));
	accepted(w, DECLARED("r2020", "no", "municipality", "yes"));
	accepted(w, DECLARED("r2020", "st", "municipality", "unknown"));
	accepted(w, DECLARED("r2020", "st", "count", "no")); /* of an indicator: that is another matter */
	const char *no = GAPS("municipality", "Nordland", "r2014"),
		   *st = GAPS("municipality", "Sør-Trøndelag", "r2020");
	assert_string_equal(snapshot(w, "'valid_at': '2021-01-01'" UNITS), st);
	/* What is not declared complete by then was not before either. */
	const char *both = arena_printf(w->a, "%s%s", no, st);
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31'" UNITS), both);
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31'"), both);
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31', 'kind': 'municipality'" UNITS), both);
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31', 'kind': 'county'" UNITS), "");
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31', 'scope': 'no', 'subtree': true" UNITS), no);
	assert_string_equal(snapshot(w, "'valid_at': '2021-01-01', 'scope': 'no', 'subtree': true" UNITS), "");
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31', 'scope': 'nt', 'subtree': true" UNITS), "");
	/* A unit that is named is no list, nor are links one. */
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31', 'scope': 'no'" UNITS), "");
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31', 'scope': 'bodo', 'subtree': true" UNITS), "");
	assert_string_equal(snapshot(w, "'valid_at': '2014-12-31', 'links': true"), "");
}

static void a_difference_of_units_is_of_those_on_record(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'fin', 'kind': 'municipality', "
		    "'names': ['Finnøy'], 'valid_from': '2016-01-01', 'part_of': 'no'}]}}");
	tick(w, "2021-06-01");
	assert_string_equal(diff(w, "2014-12-31", "2021-01-01", UNITS), "");
	accepted(w, DECLARED("r2014", "no", "municipality", "no"));
	accepted(w, DECLARED("r2020", "no", "municipality", "yes"));
	const char *no = "of those on record: " GAPS("municipality", "Nordland", "r2014");
	assert_string_equal(diff(w, "2014-12-31", "2021-01-01", UNITS), no);
	assert_string_equal(diff(w, "2014-12-31", "2015-01-01", UNITS), no); /* once for both days */
	assert_string_equal(diff(w, "2014-12-31", "2021-01-01", ", 'scope': 'no', 'subtree': true"), no);
	assert_string_equal(diff(w, "2014-12-31", "2021-01-01", ", 'scope': 'st', 'subtree': true"), "");
	assert_string_equal(diff(w, "2020-12-31", "2021-01-01", UNITS), "");
	assert_string_equal(diff(w, "2014-12-31", "2021-01-01", ", 'arrangements': true"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_snapshot_of_units_names_lists_with_gaps),
	    BOTH(a_difference_of_units_is_of_those_on_record),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
