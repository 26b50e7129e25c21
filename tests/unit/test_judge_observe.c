/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_observe.c - figures: corrected, confirmed, side by side, and values that an indicator does not take.
 */
#include "tests/unit/judge_kit.h"

/* Bodo's total as printed in one place. */
#define PRINTED(value, status, place)                                                                                  \
	"{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': " value                     \
	", 'status': '" status "', 'locator': '" place "'}"

/* ---- one key, several statements ---- */

static void a_correction_of_the_same_source_takes_the_place_of_what_it_names(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *first = total(w, "a", "62", "");
	struct said *s = total(w, "a", "64",
			       arena_printf(w->a, ", 'supersedes': {'revision': %llu, 'reason': 'misread'}",
					    (unsigned long long)first->rev));
	assert_int_equal(s->receipt->n_findings, 0);
	assert_string_equal(totals(w), "a 64 MAIN ");
	assert_string_equal(changes_text(w, s, 0), "CORRECTED OBSERVATION bodo | 62 → 64");
	assert_int_equal(s->changes[0].supersedes, first->rev);
	assert_string_equal(s->changes[0].reason, "misread");
	w->view.as_of = first->rev;
	assert_string_equal(totals(w), "a 62 MAIN "); /* as known then */
	w->view.as_of = REV_NEWEST;
}

static void a_correction_by_another_source_ends_the_corrected_statement(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *first = total(w, "a", "62", "");
	total(w, "b", "64",
	      arena_printf(w->a, ", 'supersedes': {'revision': %llu, 'reason': 'B counted'}",
			   (unsigned long long)first->rev));
	assert_string_equal(totals(w), "b 64 MAIN ");
}

static const char *many(struct world *w, unsigned n, unsigned from)
{
	const char *text = "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [";
	for (unsigned i = 0; i < n; i++)
		text = arena_printf(w->a,
				    "%s%s{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': "
				    "'total'}, 'value': %u, 'status': 'main', 'locator': '%u'}",
				    text, i ? "," : "", from + i, from + i);
	return arena_printf(w->a, "%s]}}", text);
}

static unsigned told(const struct said *s, const char *rule)
{
	unsigned n = 0;
	for (size_t i = 0; i < s->receipt->n_findings; i++)
		n += strcmp(s->receipt->findings[i].rule, rule) == 0;
	return n;
}

/* Thousands that were too many were each compared with those that were not: seconds, and hundreds of megabytes. */
static void more_than_may_stand_side_by_side_are_refused_without_comparing_them(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "%s", many(w, 100, 1));
	accepted(w, "%s", many(w, 100, 101));
	struct said *s = refused(w, "%s", many(w, 57, 201));
	assert_int_equal(told(s, "TOO_MANY"), 1);
	accepted(w, "%s", many(w, 56, 201));
	s = refused(w, "%s", many(w, 2, 1000));
	assert_int_equal(told(s, "TOO_MANY"), 2);
	assert_int_equal(told(s, "CONFLICTING_VALUES"), 0);
	s = accepted(w, "%s", many(w, 2, 1)); /* what stands there already is confirmed */
	assert_int_equal(told(s, "CONFIRMED"), 2);
}

static void superseding_a_wrong_revision_lists_the_right_ones(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *one = total(w, "a", "62", ""), *two = total(w, "b", "64", "");
	struct said *s =
	    refused(w, "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [{"
		       "'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 63,"
		       "'status': 'main', 'supersedes': {'revision': 1, 'reason': 'r'}}]}}");
	const struct msg_finding *f =
	    finding_at(s, "SUPERSEDES_NOTHING", "submission.observations[0].supersedes.revision");
	assert_int_equal(f->n_candidates, 2);
	char text[24];
	snprintf(text, sizeof text, "%llu", (unsigned long long)one->rev);
	assert_string_equal(f->candidates[0], text);
	snprintf(text, sizeof text, "%llu", (unsigned long long)two->rev);
	assert_string_equal(f->candidates[1], text);
}

static void a_correction_needs_a_reason(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *first = total(w, "a", "62", "");
	struct said *s = refused(w,
				 "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [{"
				 "'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 63,"
				 "'status': 'main', 'supersedes': %llu}]}}",
				 (unsigned long long)first->rev);
	finding_at(s, "REASON_REQUIRED", "submission.observations[0].supersedes.reason");
}

/* Two corrections of one statement in one message wrote the same row, and the first was lost. */
static void a_statement_is_corrected_once_in_a_message(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *first = total(w, "a", "62", "");
	struct said *s = refused(
	    w,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'reason': 'r', 'observations': ["
	    "{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 63, 'status': 'main',"
	    "'supersedes': %llu, 'locator': 'p. 1'},"
	    "{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 64, 'status': 'main',"
	    "'supersedes': %llu, 'locator': 'p. 2'}]}}",
	    (unsigned long long)first->rev, (unsigned long long)first->rev);
	finding_at(s, "DUPLICATE_IN_MESSAGE", "submission.observations[1].supersedes");
}

static void a_second_value_stands_beside_the_first_with_a_warning(void **state)
{
	struct world *w = *state;
	world_base(w);
	total(w, "a", "62", "");
	struct said *s = total(w, "a", "64", "");
	const struct msg_finding *f = finding_at(s, "CONFLICTING_VALUES", "submission.observations[0].value");
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_string_equal(totals(w), "a 62 MAIN ; a 64 MAIN ");
	s = total(w, "b", "63", "");
	assert_string_equal(totals(w), "a 62 MAIN ; a 64 MAIN ; b 63 MAIN ");
	assert_int_equal(s->receipt->n_findings, 2);
}

static void equal_values_of_two_sources_both_stand_without_a_word(void **state)
{
	struct world *w = *state;
	world_base(w);
	total(w, "a", "62", "");
	struct said *s = total(w, "b", "'62.0'", "");
	assert_int_equal(s->receipt->n_findings, 0);
	assert_string_equal(totals(w), "a 62 MAIN ; b 62.0 MAIN ");
}

static void the_same_statement_again_is_confirmed_and_adds_nothing(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *first = total(w, "a", "62", "");
	struct said *s = total(w, "a", "62", "");
	const struct msg_finding *f = finding_at(s, "CONFIRMED", "submission.observations[0]");
	char text[24];
	snprintf(text, sizeof text, "%llu", (unsigned long long)first->rev);
	assert_string_equal(f->arguments[0], text);
	assert_int_equal(s->outcome.n_facts, 0);
	assert_string_equal(totals(w), "a 62 MAIN ");
}

static void a_source_may_print_another_value_elsewhere(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = accepted(
	    w, "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [" PRINTED(
		   "218", "main", "4.1") "," PRINTED("212", "conflict", "5.4") "," PRINTED("218", "main", "6.1") "]}}");
	finding_at(s, "CONFLICTING_VALUES", "submission.observations[1].value");
	assert_string_equal(totals(w), "a 212 CONFLICT 5.4; a 218 MAIN 4.1; a 218 MAIN 6.1");
}

/* The same value at two places of a source was called a conflict of "218" with "218". */
static void the_same_value_at_two_places_is_no_conflict(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [" PRINTED(
			    "218", "main", "4.1") "," PRINTED("218", "main", "6.1") "]}}");
	assert_false(has_rule(s, "CONFLICTING_VALUES"));
}

static void every_kind_of_value_is_kept_as_said(void **state)
{
	struct world *w = *state;
	world_base(w);
	static const char *const said[] = {"'12.10'",
					   "{'low': {'value': 50, 'exclusive': true}}",
					   "{'about': 20, 'qualifier': 'nearly'}",
					   "{'words': 'few'}",
					   "{'missing': 'not_answered'}",
					   "{'low': 5, 'high': 8}",
					   "-3"};
	static const char *const kept[] = {"12.10", "over 50", "nearly 20", "few", "(not answered)", "5–8", "-3"};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		accepted(
		    w,
		    "{'submission': {'mode': 'patch', 'source': 'a', 'observations': [{'unit': 'bodo', 'indicator':"
		    "'staff', 'period': '20%02zu', 'value': %s, 'status': 'main'}]}}",
		    i, said[i]);
		assert_string_equal(figures(w, "staff", arena_printf(w->a, "20%02zu", i), "bodo"),
				    arena_printf(w->a, "a %s MAIN ", kept[i]));
	}
}

static void values_that_the_indicator_does_not_take_are_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	static const char *const bad[][2] = {
	    {"count", "-1"},
	    {"count", "'0.5'"},
	    {"words", "5"},
	    {"words", "{'low': 5}"},
	    {"words", "{'about': 5, 'qualifier': 'nearly'}"},
	    {"staff", "{'about': 5}"},
	    {"staff", "{'low': 8, 'high': 5}"},
	    {"staff", "{'words': ''}"},
	    {"staff", "{'missing': 'erased'}"},
	    {"staff", "{}"},
	    {"staff", "{'exact': {'digits': 1, 'scale': 19}}"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct said *s = refused(w,
					 "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', "
					 "'observations': [{'unit': 'bodo',"
					 "'indicator': '%s' %s, 'value': %s, 'status': 'main'}]}}",
					 bad[i][0], strcmp(bad[i][0], "count") == 0 ? LEVEL("local") : "", bad[i][1]);
		finding_at(s, "BAD_VALUE", "submission.observations[0].value");
	}
}

/* ---- figures that do not fit ---- */

static void a_percentage_must_fit_a_whole_number_of_the_frame(void **state)
{
	struct world *w = *state;
	world_base(w);
	static const char *const fits[] = {"2.3", "25", "100", "0", "97.7"}, *const misfits[] = {"2.4", "50.1", "99"};
	for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
		struct slice m = world_message(w,
					       "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014',"
					       "'observations': [{'unit': 'no', 'indicator': 'share', 'value': '%s',"
					       "'status': 'main'}]}}",
					       fits[i]);
		assert_false(has_rule(dry(w, m), "PERCENT_FITS_NO_COUNT"));
	}
	for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++) {
		struct slice m = world_message(w,
					       "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014',"
					       "'observations': [{'unit': 'no', 'indicator': 'share', 'value': '%s',"
					       "'status': 'main'}]}}",
					       misfits[i]);
		struct said *s = dry(w, m);
		assert_true(s->accepted);
		finding_at(s, "PERCENT_FITS_NO_COUNT", "submission.observations[0].value");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(a_correction_of_the_same_source_takes_the_place_of_what_it_names),
	    BOTH(a_correction_by_another_source_ends_the_corrected_statement),
	    BOTH(superseding_a_wrong_revision_lists_the_right_ones),
	    BOTH(more_than_may_stand_side_by_side_are_refused_without_comparing_them),
	    BOTH(a_correction_needs_a_reason),
	    BOTH(a_statement_is_corrected_once_in_a_message),
	    BOTH(a_second_value_stands_beside_the_first_with_a_warning),
	    BOTH(equal_values_of_two_sources_both_stand_without_a_word),
	    BOTH(the_same_statement_again_is_confirmed_and_adds_nothing),
	    BOTH(a_source_may_print_another_value_elsewhere),
	    BOTH(the_same_value_at_two_places_is_no_conflict),
	    BOTH(every_kind_of_value_is_kept_as_said),
	    BOTH(values_that_the_indicator_does_not_take_are_refused),
	    BOTH(a_percentage_must_fit_a_whole_number_of_the_frame),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
