/* SPDX-License-Identifier: Apache-2.0
 *
 * test_quality.c - how good the answers are: by hand, as messages that a judge accepted.
 *
 *   county n: a b c d (the frame of r1)       arrangements fire (a b c), port (a b)
 */
#include "tests/unit/asking.h"

static void lay(struct world *w)
{
	accepted(
	    w,
	    "{'define': {'sources': [{'id': 's1', 'title': 'One'}, {'id': 's2', 'title': 'Two'}, {'id': 's3', 'title': "
	    "'Three'}],"
	    "'code_lists': [{'id': 'levels', 'codes': [{'code': 'x'}, {'code': 'y'}, {'code': 't', 'total': true}]}],"
	    "'indicators': [{'id': 'arr', 'label': 'A', 'type': 'count', 'over_units': 'distinct', 'over_time': 'none',"
	    "  'unit_kind': 'municipality', 'dimensions': [{'id': 'level', 'code_list': 'levels', 'aggregation': "
	    "'additive'}]},"
	    " {'id': 'staff', 'label': 'S', 'type': 'number', 'over_units': 'additive', 'over_time': 'none', "
	    "'unit_kind': "
	    "'municipality'}],"
	    "'surveys': [{'id': 'coop', 'title': 'Co-operation'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's1', 'units': ["
		    "{'id': 'n', 'kind': 'county', 'names': ['North']},"
		    "{'id': 'a', 'kind': 'municipality', 'names': ['Aa'], 'part_of': 'n'},"
		    "{'id': 'b', 'kind': 'municipality', 'names': ['Bb'], 'part_of': 'n'},"
		    "{'id': 'c', 'kind': 'municipality', 'names': ['Cc'], 'part_of': 'n'},"
		    "{'id': 'd', 'kind': 'municipality', 'names': ['Dd'], 'part_of': 'n'}]}}");
	accepted(w,
		 "{'define': {'rounds': [{'id': 'r1', 'survey': 'coop', 'reference': '2014', 'area': 'n', 'unit_kind': "
		 "'municipality', 'frame': {'population': 4}}, {'id': 'r2', 'survey': 'coop', 'reference': '2020', "
		 "'area': 'n', "
		 "'unit_kind': 'municipality'}]}}");
}

/* One statement of arr, level t. */
static struct said *say_arr(struct world *w, const char *unit, const char *level, const char *value, const char *more)
{
	return accepted(w,
			"{'submission': {'round': 'r1', 'mode': 'patch', 'source': 's1', 'reason': 'why', "
			"'observations': [{'unit': '%s', "
			"'indicator': 'arr', 'categories': {'level': '%s'}, 'value': %s, 'status': 'main'%s}]}}",
			unit, level, value, more);
}

/* All rows of one part, whichever parts of the answer they came in. */
struct told {
	size_t n_response, n_missing, n_conflicts, n_findings, n_asymmetries, n_notes;
	struct msg_response_row response[20];
	struct msg_missing_row missing[20];
	struct msg_conflict_row conflicts[20];
	struct msg_open_finding_row findings[20];
	struct msg_asymmetry_row asymmetries[20];
	const char *notes[20];
};

static struct told quality(struct world *w, const char *question)
{
	struct told t = {0};
	struct answers a = asked(w, "{'quality': {%s}}", question);
	for (size_t p = 0; p < a.n; p++) {
		const struct msg_quality_answer *q = a.list[p].quality;
		assert_non_null(q);
		for (size_t i = 0; i < q->n_response; i++)
			t.response[t.n_response++] = q->response[i];
		for (size_t i = 0; i < q->n_missing; i++)
			t.missing[t.n_missing++] = q->missing[i];
		for (size_t i = 0; i < q->n_conflicts; i++)
			t.conflicts[t.n_conflicts++] = q->conflicts[i];
		for (size_t i = 0; i < q->n_findings; i++)
			t.findings[t.n_findings++] = q->findings[i];
		for (size_t i = 0; i < q->n_asymmetries; i++)
			t.asymmetries[t.n_asymmetries++] = q->asymmetries[i];
		for (size_t i = 0; i < q->n_notes; i++)
			t.notes[t.n_notes++] = q->notes[i];
	}
	return t;
}

/* ---- response and missing ------------------------------------------------------------------------------ */

static void a_unit_that_says_nothing_is_named_and_one_without_a_value_is_counted_apart(void **state)
{
	struct world *w = *state;
	lay(w);
	say_arr(w, "a", "t", "12", "");
	say_arr(w, "a", "x", "{'missing': 'blank'}", "");
	say_arr(w, "b", "t", "{'missing': 'not_answered'}", "");
	say_arr(w, "c", "t", "7", "");
	struct told t = quality(w, "'response': true, 'missing': true");
	assert_int_equal(t.n_response, 1);
	const struct msg_response_row *r = &t.response[0];
	assert_string_equal(r->round, "r1");
	assert_string_equal(r->indicator, "arr");
	assert_int_equal(r->frame->population, 4);
	assert_int_equal(r->answered, 2); /* a has a value, though not in every category */
	assert_int_equal(r->missing, 1);
	assert_int_equal(r->silent, 1);
	assert_string_equal(r->rate->shown, "50.0");
	assert_int_equal(r->n_silent_names, 1);
	assert_string_equal(r->silent_names[0], "Dd"); /* the area has just four: they are the frame */
	assert_int_equal(r->complete, COMPLETION_UNSPECIFIED);
	assert_int_equal(t.n_missing, 2);
	assert_int_equal(t.missing[0].kind, MISSING_KIND_NOT_ANSWERED);
	assert_string_equal(t.missing[0].names[0], "Bb");
	assert_int_equal(t.missing[1].kind, MISSING_KIND_BLANK);
	assert_int_equal(t.missing[1].cells, 1);
	assert_int_equal(t.n_conflicts + t.n_findings + t.n_asymmetries, 0);
}

static void an_unknown_frame_has_no_rate_and_a_declaration_is_told(void **state)
{
	struct world *w = *state;
	lay(w);
	accepted(w, "{'submission': {'round': 'r2', 'mode': 'patch', 'source': 's1', 'scope': 'n', 'observations': "
		    "[{'unit': 'a', "
		    "'indicator': 'staff', 'value': '1.5', 'status': 'main'}], 'completeness': [{'kind': 'staff', "
		    "'complete': 'no'}]}}");
	struct told t = quality(w, "'rounds': ['r2'], 'response': true");
	assert_int_equal(t.n_response, 1);
	assert_null(t.response[0].frame);
	assert_null(t.response[0].rate);
	assert_int_equal(t.response[0].silent, 0);
	assert_int_equal(t.response[0].complete, COMPLETION_NO);
	assert_string_equal(t.notes[0], "r2: frame unknown");
	/* One unit of the area asked for: how many should report there nobody said. */
	say_arr(w, "a", "t", "12", "");
	t = quality(w, "'rounds': ['r1'], 'response': true, 'scope': 'a'");
	assert_int_equal(t.response[0].answered, 1);
	assert_null(t.response[0].frame);
}

/* ---- values side by side ------------------------------------------------------------------------------- */

static void values_side_by_side_are_told_with_the_one_chosen_first(void **state)
{
	struct world *w = *state;
	lay(w);
	struct said *first = say_arr(w, "a", "t", "12", "");
	accepted(w, "{'submission': {'round': 'r1', 'mode': 'patch', 'source': 's2', 'observations': [{'unit': 'a', "
		    "'indicator': 'arr', "
		    "'categories': {'level': 't'}, 'value': 13, 'status': 'main', 'locator': 'p. 9'}]}}");
	accepted(w, "{'submission': {'round': 'r2', 'mode': 'patch', 'source': 's3', 'observations': [{'unit': 'a', "
		    "'indicator': 'arr', "
		    "'categories': {'level': 't'}, 'period': '2014', 'value': 13, 'status': 'main'}]}}");
	struct told t = quality(w, "'conflicts': true");
	assert_int_equal(t.n_conflicts, 1);
	const struct msg_conflict_row *c = &t.conflicts[0];
	assert_string_equal(c->unit_name, "Aa");
	assert_string_equal(c->period, "2014");
	assert_string_equal(c->rule, "SOURCES");
	assert_int_equal(c->n_values, 3);
	assert_int_equal(c->values[0].value->exact->digits, 13);
	assert_string_equal(c->values[0].source, "s2");
	assert_string_equal(c->values[0].locator, "p. 9");
	assert_int_equal(c->values[1].value->exact->digits, 12);
	assert_int_equal(c->values[1].revision, first->rev);
	assert_string_equal(c->values[2].round, "r2");
	/* One of another unit is not told. */
	assert_int_equal(quality(w, "'conflicts': true, 'scope': 'b'").n_conflicts, 0);
	assert_int_equal(quality(w, "'conflicts': true, 'indicator': 'staff'").n_conflicts, 0);
	/* The one that stood alone is corrected: nothing is left of the conflict. */
	accepted(
	    w,
	    "{'submission': {'round': 'r1', 'mode': 'patch', 'source': 's1', 'reason': 'typing error', 'observations': "
	    "[{'unit': 'a', "
	    "'indicator': 'arr', 'categories': {'level': 't'}, 'value': 13, 'status': 'main', 'supersedes': %llu}]}}",
	    (unsigned long long)first->rev);
	t = quality(w, "'conflicts': true, 'findings': true");
	assert_int_equal(t.n_conflicts, 0);
	assert_int_equal(t.n_findings, 0);
}

/* ---- findings ------------------------------------------------------------------------------------------ */

static struct said *mismatch(struct world *w)
{
	return accepted(
	    w,
	    "{'submission': {'round': 'r1', 'mode': 'patch', 'source': 's1', 'observations': ["
	    "{'unit': {'name': 'Bb'}, 'indicator': 'arr', 'categories': {'level': 'x'}, 'value': 6, 'status': 'main'},"
	    "{'unit': {'name': 'Bb'}, 'indicator': 'arr', 'categories': {'level': 'y'}, 'value': 12, 'status': 'main'},"
	    "{'unit': {'name': 'Bb'}, 'indicator': 'arr', 'categories': {'level': 't'}, 'value': 34, 'status': 'main'},"
	    "{'unit': {'name': 'Cc'}, 'indicator': 'arr', 'categories': {'level': 't'}, 'value': 34, 'status': "
	    "'main'}]}}");
}

static void a_warning_is_open_while_its_statement_stands(void **state)
{
	struct world *w = *state;
	lay(w);
	struct said *s = mismatch(w);
	struct told t = quality(w, "'survey': 'coop', 'findings': true");
	assert_int_equal(t.n_findings, 1);
	assert_int_equal(t.findings[0].revision, s->rev);
	assert_string_equal(t.findings[0].finding->rule, "SUM_MISMATCH");
	assert_string_equal(t.findings[0].finding->text, "Bb: the parts add up to 18, printed is 34");
	assert_string_equal(t.findings[0].finding->path, "submission.observations[2].value");
	assert_int_equal(t.findings[0].message_id.len, 16);
	assert_int_equal(quality(w, "'rounds': ['r2'], 'findings': true").n_findings, 0);
	assert_int_equal(quality(w, "'indicator': 'staff', 'findings': true").n_findings, 0);
	assert_int_equal(quality(w, "'scope': 'c', 'findings': true").n_findings, 0);
	assert_int_equal(quality(w, "'scope': 'b', 'findings': true").n_findings, 1);
	/* The total is corrected: the finding was about what is no longer said. */
	say_arr(w, "b", "t", "18", arena_printf(w->a, ", 'supersedes': %llu", (unsigned long long)s->rev));
	assert_int_equal(quality(w, "'findings': true").n_findings, 0);
}

static void a_sum_that_adds_up_by_now_is_no_open_finding(void **state)
{
	struct world *w = *state;
	lay(w);
	struct said *s = mismatch(w);
	const char *supersedes = arena_printf(w->a, ", 'supersedes': %llu", (unsigned long long)s->rev);
	say_arr(w, "b", "x", "21", supersedes);
	assert_int_equal(quality(w, "'findings': true").n_findings, 1); /* 21 + 12 */
	struct said *again = say_arr(w, "b", "y", "13", supersedes);
	(void)again;
	assert_int_equal(quality(w, "'findings': true").n_findings, 0);
}

static void a_retracted_statement_takes_its_finding_along(void **state)
{
	struct world *w = *state;
	lay(w);
	struct said *s = mismatch(w);
	accepted(w,
		 "{'submission': {'round': 'r1', 'mode': 'patch', 'source': 's1', 'reason': 'never said', "
		 "'retractions': [{'revision': %llu, "
		 "'unit': 'b', 'indicator': 'arr'}]}}",
		 (unsigned long long)s->rev);
	assert_int_equal(quality(w, "'findings': true").n_findings, 0);
}

/* ---- asymmetric reports -------------------------------------------------------------------------------- */

static void report(struct world *w, const char *scope, const char *arrangements)
{
	accepted(
	    w, "{'submission': {'round': 'r2', 'mode': 'patch', 'source': '%s', 'scope': '%s', 'arrangements': [%s]}}",
	    *scope == 'a' ? "s1" : "s2", scope, arrangements);
}

static void a_report_that_names_another_who_is_silent_about_it_is_told(void **state)
{
	static const char fire[] = "{'id': 'fire', 'name': 'Fire', 'participants': ['a', {'name': 'Bb'}, 'c'], "
				   "'participants_complete': 'yes'}";
	static const char port[] =
	    "{'id': 'port', 'name': 'Port', 'participants': ['a', 'b'], 'participants_complete': 'yes'}";
	struct world *w = *state;
	lay(w);
	report(w, "a", arena_printf(w->a, "%s, %s", fire, port));
	struct told t = quality(w, "'asymmetries': true");
	assert_int_equal(t.n_asymmetries, 0); /* nobody else has a report */
	report(w, "b", port);
	t = quality(w, "'asymmetries': true, 'rounds': ['r2']");
	assert_int_equal(t.n_asymmetries, 1);
	const struct msg_asymmetry_row *x = &t.asymmetries[0];
	assert_string_equal(x->arrangement, "fire");
	assert_string_equal(x->name, "Fire");
	assert_string_equal(x->named, "b");
	assert_string_equal(x->named_name, "Bb");
	assert_int_equal(x->n_by, 1);
	assert_string_equal(x->by[0], "a");
	assert_string_equal(x->round, "r2");
	assert_int_equal(quality(w, "'asymmetries': true, 'scope': 'c'").n_asymmetries, 0);
	assert_int_equal(quality(w, "'asymmetries': true, 'rounds': ['r1']").n_asymmetries, 0);
	report(w, "b", fire); /* now it speaks of it */
	assert_int_equal(quality(w, "'asymmetries': true").n_asymmetries, 0);
}

static void a_report_of_figures_alone_is_not_expected_to_list_arrangements(void **state)
{
	struct world *w = *state;
	lay(w);
	report(w, "a", "{'id': 'fire', 'name': 'Fire', 'participants': ['a', 'b'], 'participants_complete': 'yes'}");
	accepted(w, "{'submission': {'round': 'r2', 'mode': 'patch', 'source': 's2', 'scope': 'b', 'observations': "
		    "[{'unit': 'b', "
		    "'indicator': 'staff', 'value': 2, 'status': 'main'}]}}");
	assert_int_equal(quality(w, "'asymmetries': true").n_asymmetries, 0);
	/* One that declares its list complete, and lists nothing, is. */
	accepted(
	    w,
	    "{'submission': {'round': 'r2', 'mode': 'patch', 'source': 's2', 'scope': 'b', 'completeness': [{'kind': "
	    "'arrangement', 'complete': 'yes'}]}}");
	assert_int_equal(quality(w, "'asymmetries': true").n_asymmetries, 1);
}

/* ---- what is asked ------------------------------------------------------------------------------------- */

static void what_is_not_there_is_an_error(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_non_null(
	    strstr(ask_refused(w, ERR_NOT_FOUND, 100, "{'quality': {'survey': 'none'}}"), "no survey \"none\""));
	assert_non_null(
	    strstr(ask_refused(w, ERR_NOT_FOUND, 100, "{'quality': {'rounds': ['r9']}}"), "no round \"r9\""));
	assert_non_null(
	    strstr(ask_refused(w, ERR_NOT_FOUND, 100, "{'quality': {'indicator': 'nil'}}"), "no indicator \"nil\""));
}

static void as_of_an_old_revision_the_old_finding_is_open(void **state)
{
	struct world *w = *state;
	lay(w);
	struct said *s = mismatch(w);
	say_arr(w, "b", "t", "18", arena_printf(w->a, ", 'supersedes': %llu", (unsigned long long)s->rev));
	struct answers a =
	    asked(w, "{'as_of_revision': %llu, 'quality': {'findings': true}}", (unsigned long long)s->rev);
	assert_int_equal(a.list[0].quality->n_findings, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_unit_that_says_nothing_is_named_and_one_without_a_value_is_counted_apart),
	    TEST(an_unknown_frame_has_no_rate_and_a_declaration_is_told),
	    TEST(values_side_by_side_are_told_with_the_one_chosen_first),
	    TEST(a_warning_is_open_while_its_statement_stands),
	    TEST(a_sum_that_adds_up_by_now_is_no_open_finding),
	    TEST(a_retracted_statement_takes_its_finding_along),
	    TEST(a_report_that_names_another_who_is_silent_about_it_is_told),
	    TEST(a_report_of_figures_alone_is_not_expected_to_list_arrangements),
	    TEST(what_is_not_there_is_an_error),
	    TEST(as_of_an_old_revision_the_old_finding_is_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
