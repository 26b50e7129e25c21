/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_sum.c - do parts add up to what was printed as their total?
 */
#include "tests/unit/judge_kit.h"

static struct said *parts(struct world *w, const char *indicator, const char *local, const char *regional,
			  const char *sum, const char *more)
{
	return accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': ["
	    "{'unit': 'bodo', 'indicator': '%s', 'categories': {'level': 'local'}, 'value': %s, 'status': 'main'},"
	    "{'unit': 'bodo', 'indicator': '%s', 'categories': {'level': 'regional'}, 'value': %s, 'status': 'main'},"
	    "{'unit': 'bodo', 'indicator': '%s', 'categories': {'level': 'total'}, 'value': %s, 'status': 'main'}"
	    "%s]}}",
	    indicator, local, indicator, regional, indicator, sum, more);
}

static void counts_must_add_up_exactly(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = parts(w, "count", "30", "32", "63", "");
	const struct msg_finding *f = finding_at(s, "SUM_MISMATCH", "submission.observations[2].value");
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_string_equal(f->arguments[1], "62");
	assert_string_equal(f->arguments[2], "63");
	assert_string_equal(totals(w), "a 63 MAIN "); /* stored as said */
}

static void counts_that_add_up_are_not_flagged(void **state)
{
	struct world *w = *state;
	world_base(w);
	assert_int_equal(parts(w, "count", "30", "32", "62", "")->receipt->n_findings, 0);
}

static void a_gap_among_the_parts_is_not_added_up(void **state)
{
	struct world *w = *state;
	world_base(w);
	assert_int_equal(parts(w, "count", "30", "{'missing': 'blank'}", "62", "")->receipt->n_findings, 0);
}

static void percentages_may_be_off_by_their_rounding(void **state)
{
	struct world *w = *state;
	world_base(w);
	assert_false(has_rule(parts(w, "mix", "'33.3'", "'66.6'", "'100.0'", ""), "SUM_MISMATCH"));
	assert_true(has_rule(parts(w, "mix", "'33.3'", "'66.5'", "'100.0'", ""), "SUM_MISMATCH"));
}

/* The slack was that of the total's places, whatever those of the parts. */
static void each_percentage_is_rounded_in_its_own_place(void **state)
{
	struct world *w = *state;
	world_base(w);
	assert_false(has_rule(parts(w, "mix", "33", "66", "'100.0'", ""), "SUM_MISMATCH"));
	assert_true(has_rule(parts(w, "mix", "'33.3'", "'65.4'", "100", ""), "SUM_MISMATCH"));
}

/* A value in conflict took the place of the main one among the parts. */
static void a_conflicting_part_is_not_added_up(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = parts(w, "count", "30", "32", "62",
			       ", {'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'local'}, 'value': 31,"
			       "'status': 'conflict', 'locator': 'p. 9'}");
	assert_false(has_rule(s, "SUM_MISMATCH"));
}

static void a_conflicting_total_is_not_checked(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = parts(w, "count", "30", "32", "62",
			       ", {'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 65,"
			       "'status': 'conflict', 'locator': 'p. 9'}");
	assert_false(has_rule(s, "SUM_MISMATCH"));
	assert_true(has_rule(s, "CONFLICTING_VALUES"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(counts_must_add_up_exactly),
	    BOTH(counts_that_add_up_are_not_flagged),
	    BOTH(a_gap_among_the_parts_is_not_added_up),
	    BOTH(percentages_may_be_off_by_their_rounding),
	    BOTH(each_percentage_is_rounded_in_its_own_place),
	    BOTH(a_conflicting_part_is_not_added_up),
	    BOTH(a_conflicting_total_is_not_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
