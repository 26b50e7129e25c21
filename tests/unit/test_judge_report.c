/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_report.c - a complete report: what it does not say again is retracted.
 */
#include "tests/unit/judge_kit.h"

static struct said *report(struct world *w, const char *reason, const char *observations)
{
	return say_bytes(w, world_message(w,
					  "{'submission': {'mode': 'complete', 'source': 'a', 'round': 'r2014',"
					  "'reason': '%s', 'observations': [%s]}}",
					  reason, observations));
}

static void a_complete_report_corrects_and_retracts(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = report(w, "", OBS("bodo", "staff", "", "10") "," OBS("heroy-no", "staff", "", "20"));
	assert_true(s->accepted); /* the first one needs no reason */
	s = report(w, "second count", OBS("bodo", "staff", "", "11"));
	assert_true(s->accepted);
	assert_string_equal(changes_text(w, s, 0),
			    "CORRECTED OBSERVATION bodo | 10 → 11\nRETRACTED OBSERVATION heroy-no | 20 → ");
	assert_string_equal(figures(w, "staff", "2014-03", "bodo"), "a 11 MAIN ");
	assert_string_equal(figures(w, "staff", "2014-03", "heroy-no"), "");
	s = report(w, "third count", OBS("bodo", "staff", "", "11") "," OBS("heroy-no", "staff", "", "20"));
	assert_true(s->accepted); /* what was retracted can be said again */
	finding_at(s, "CONFIRMED", "submission.observations[0]");
	assert_string_equal(figures(w, "staff", "2014-03", "heroy-no"), "a 20 MAIN ");
}

static void a_complete_report_needs_a_reason_where_it_changes_something(void **state)
{
	struct world *w = *state;
	world_base(w);
	report(w, "", OBS("bodo", "staff", "", "10") "," OBS("heroy-no", "staff", "", "20"));
	struct said *s = report(w, "", OBS("bodo", "staff", "", "11"));
	assert_false(s->accepted);
	finding_at(s, "REASON_REQUIRED", "submission.observations[0]");
	finding_at(s, "REASON_REQUIRED", "submission.reason");
	assert_string_equal(figures(w, "staff", "2014-03", "bodo"), "a 10 MAIN ");
}

static void a_complete_report_leaves_others_alone(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'b', 'round': 'r2014', 'observations': [" OBS(
			"bodo", "staff", "", "9") "]}}"); /* another source */
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2020', 'observations': [" OBS(
			"bodo", "staff", "", "8") "]}}"); /* another round */
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [" OBS(
			"rissa", "staff", "", "7") "]}}"); /* outside the scope */
	report(w, "r", OBS("heroy-no", "staff", "", "1"));
	assert_string_equal(figures(w, "staff", "2014-03", "bodo"), "b 9 MAIN ");
	assert_string_equal(figures(w, "staff", "2020", "bodo"), "a 8 MAIN ");
	assert_string_equal(figures(w, "staff", "2014-03", "rissa"), "a 7 MAIN ");
}

/* A value at a new place took the statement of another place, which was then confirmed on top of it, and lost. */
static void a_complete_report_keeps_each_place_of_its_source_apart(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *one = "{'unit': 'bodo', 'indicator': 'staff', 'value': 10, 'status': 'main', 'locator': 'p. 1'}";
	report(w, "", one);
	struct said *s = report(w, "r",
				arena_printf(w->a,
					     "{'unit': 'bodo', 'indicator': 'staff', 'value': 12, 'status':"
					     "'conflict', 'locator': 'p. 7'}, %s",
					     one));
	assert_true(s->accepted);
	assert_string_equal(figures(w, "staff", "2014-03", "bodo"), "a 10 MAIN p. 1; a 12 CONFLICT p. 7");
}

static void a_complete_report_of_links_is_not_applied_yet(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = refused(w, "{'submission': {'mode': 'complete', 'source': 'a', 'round': 'r2014', 'links': ["
				    "{'type': 'member_of', 'from': 'bodo', 'to': 'no'}]}}");
	finding_at(s, "NOT_YET_APPLIED", "submission.mode");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(a_complete_report_corrects_and_retracts),
	    BOTH(a_complete_report_needs_a_reason_where_it_changes_something),
	    BOTH(a_complete_report_leaves_others_alone),
	    BOTH(a_complete_report_keeps_each_place_of_its_source_apart),
	    BOTH(a_complete_report_of_links_is_not_applied_yet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
