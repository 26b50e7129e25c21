/* SPDX-License-Identifier: Apache-2.0
 *
 * test_resolve.c - the four steps from a name or code to a unit: scope, everywhere, the only life, the candidates.
 */
#include "query/resolve.h"
#include "tests/unit/world.h"

#define SUB "{'submission': {'mode': 'patch', 'source': 'a', "

static struct resolved ask(struct world *w, struct msg_unit_ref ref, const char *scope, const char *day)
{
	struct resolved r;
	resolve_unit(&w->view, &ref, scope ? unit_of(w, scope) : 0, day_at(day), w->a, &r);
	assert_ok(w->view.err);
	return r;
}

static struct resolved by_name(struct world *w, const char *name, const char *kind, const char *within,
			       const char *scope, const char *day)
{
	struct msg_unit_by_name n = {name, kind, within};
	return ask(w, (struct msg_unit_ref){.name = &n}, scope, day);
}

static struct resolved by_code(struct world *w, const char *scheme, const char *code, const char *scope,
			       const char *day)
{
	struct msg_unit_by_code c = {scheme, code};
	return ask(w, (struct msg_unit_ref){.code = &c}, scope, day);
}

static void expect(struct world *w, struct resolved r, const char *id, enum resolved_how how)
{
	assert_string_equal(r.unit ? unit_id(&w->view, r.unit, w->a) : "", id);
	assert_int_equal(r.how, how);
}

static bool candidate(struct world *w, const struct resolved *r, const char *id)
{
	for (size_t i = 0; i < r->n_candidates; i++)
		if (r->candidates[i] == unit_of(w, id))
			return true;
	return false;
}

static void of_two_heroy_the_one_in_the_scope_is_meant(void **state)
{
	struct world *w = *state;
	world_base(w);
	expect(w, by_name(w, "Herøy", "", "", "no", "2015-01-01"), "heroy-no", RESOLVED_SCOPE);
	expect(w, by_name(w, "HERØY ", "", "", "mr", "2015-01-01"), "heroy-mr", RESOLVED_SCOPE);
}

static void outside_every_scope_two_heroy_are_ambiguous(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct resolved r = by_name(w, "Herøy", "", "", NULL, "2015-01-01");
	expect(w, r, "", RESOLVED_NOT);
	assert_int_equal(r.n_candidates, 2);
	assert_true(candidate(w, &r, "heroy-no") && candidate(w, &r, "heroy-mr"));
	assert_string_equal(r.said, "name \"Herøy\"");
	r = by_name(w, "Herøy", "", "", "st", "2015-01-01"); /* a scope that has none */
	expect(w, r, "", RESOLVED_NOT);
	assert_int_equal(r.n_candidates, 2);
}

static void what_the_scope_lacks_is_looked_up_everywhere(void **state)
{
	struct world *w = *state;
	world_base(w);
	expect(w, by_name(w, "Rissa", "", "", "no", "2015-01-01"), "rissa", RESOLVED_EVERYWHERE);
	expect(w, by_name(w, "Rissa", "", "", NULL, "2015-01-01"), "rissa", RESOLVED_EVERYWHERE);
}

static void the_scope_itself_is_inside_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	expect(w, by_name(w, "Nordland", "", "", "no", "2015-01-01"), "no", RESOLVED_SCOPE);
}

static void within_is_looked_up_there_and_nowhere_else(void **state)
{
	struct world *w = *state;
	world_base(w);
	expect(w, by_name(w, "Herøy", "", "no", "mr", "2015-01-01"), "heroy-no", RESOLVED_SCOPE);
	expect(w, by_name(w, "Herøy", "", "Møre og Romsdal", "no", "2015-01-01"), "heroy-mr", RESOLVED_SCOPE);
	struct resolved r = by_name(w, "Rissa", "", "no", NULL, "2015-01-01");
	expect(w, r, "", RESOLVED_NOT);
	assert_true(candidate(w, &r, "rissa")); /* that is all there is of the name */
	expect(w, by_name(w, "Rissa", "", "Atlantis", NULL, "2015-01-01"), "", RESOLVED_NOT);
}

static void a_kind_narrows_the_candidates(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'units': [{'id': 'island', 'kind': 'island', 'names': ['Herøy'], 'part_of': 'heroy-no'}]}}");
	expect(w, by_name(w, "Herøy", "", "", "no", "2015-01-01"), "", RESOLVED_NOT);
	expect(w, by_name(w, "Herøy", "island", "", "no", "2015-01-01"), "island", RESOLVED_SCOPE);
	expect(w, by_name(w, "Herøy", "municipality", "", "no", "2015-01-01"), "heroy-no", RESOLVED_SCOPE);
	expect(w, by_name(w, "Herøy", "planet", "", "no", "2015-01-01"), "", RESOLVED_NOT);
}

static void a_name_is_looked_up_in_the_structure_of_its_day(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'units': [{'id': 'os-h', 'kind': 'municipality', 'valid_to': '2020-01-01', 'names': ['Os']},"
			"{'id': 'os-i', 'kind': 'municipality', 'names': ['Os']}]}}");
	expect(w, by_name(w, "Os", "", "", NULL, "2021-01-01"), "os-i", RESOLVED_EVERYWHERE);
	expect(w, by_name(w, "Os", "", "", NULL, "2019-01-01"), "", RESOLVED_NOT);
}

static void the_only_unit_that_ever_bore_it_is_taken(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w,
		 SUB "'units': [{'id': 'r', 'kind': 'municipality', 'valid_to': '2018-01-01', 'names': ['Roan']}]}}");
	expect(w, by_name(w, "Roan", "", "", "no", "2020-01-01"), "r", RESOLVED_ONLY_LIFE);
	struct said *s =
	    accepted(w, SUB "'round': 'r2020', 'observations': [{'unit': {'name': 'Roan'}, 'indicator': 'staff',"
			    "'value': 1, 'status': 'main'}]}}");
	const struct msg_finding *f = finding_at(s, "ONLY_LIFE", "submission.observations[0].unit");
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_string_equal(figures(w, "staff", "2020", "r"), "a 1 MAIN ");
}

static void of_two_that_are_gone_none_is_taken(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'units': [{'id': 'v1', 'kind': 'municipality', 'valid_to': '2018', 'names': ['Våler']},"
			"{'id': 'v2', 'kind': 'municipality', 'valid_to': '2019', 'names': ['Våler']}]}}");
	struct resolved r = by_name(w, "Våler", "", "", NULL, "2022-01-01");
	expect(w, r, "", RESOLVED_NOT);
	assert_int_equal(r.n_candidates, 2);
}

static void a_reused_code_names_each_bearer_in_its_time(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(
	    w, SUB
	    "'units': [{'id': 'old', 'kind': 'municipality', 'valid_to': '1964', 'names': ['Old'], 'codes':"
	    "{'kommunenummer': '1501'}}, {'id': 'new', 'kind': 'municipality', 'valid_from': '2020', 'names': ['New'],"
	    "'codes': {'kommunenummer': '1501'}}]}}");
	expect(w, by_code(w, "kommunenummer", "1501", NULL, "1950-01-01"), "old", RESOLVED_EVERYWHERE);
	expect(w, by_code(w, "kommunenummer", "1501", NULL, "2022-01-01"), "new", RESOLVED_EVERYWHERE);
	struct resolved r = by_code(w, "kommunenummer", "1501", NULL, "1990-01-01");
	expect(w, r, "", RESOLVED_NOT); /* nobody's then */
	assert_int_equal(r.n_candidates, 2);
	expect(w, by_code(w, "fylkesnummer", "1501", NULL, "1950-01-01"), "", RESOLVED_NOT);
	expect(w, by_code(w, "no such scheme", "1501", NULL, "1950-01-01"), "", RESOLVED_NOT);
	assert_string_equal(by_code(w, "kommunenummer", "0000", NULL, "1950-01-01").said, "kommunenummer 0000");
}

static void a_code_is_a_text(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB "'units': [{'id': 'oslo', 'kind': 'municipality', 'names': ['Oslo'], 'codes': {'kommunenummer':"
			"'0301'}}]}}");
	expect(w, by_code(w, "kommunenummer", "0301", NULL, "2015-01-01"), "oslo", RESOLVED_EVERYWHERE);
	expect(w, by_code(w, "kommunenummer", "301", NULL, "2015-01-01"), "", RESOLVED_NOT);
}

static void an_id_needs_no_search(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct msg_unit_by_id id = {"bodo"}, none = {"Bodø"};
	expect(w, ask(w, (struct msg_unit_ref){.id = &id}, NULL, "1000-01-01"), "bodo", RESOLVED_ID);
	expect(w, ask(w, (struct msg_unit_ref){.id = &none}, NULL, "2015-01-01"), "", RESOLVED_NOT);
	expect(w, ask(w, (struct msg_unit_ref){0}, NULL, "2015-01-01"), "", RESOLVED_NOT);
}

/* An id that a proposed event mentions is a word, but no unit. */
static void a_word_without_a_life_is_no_unit(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w,
		 "{'event': {'id': 'p', 'type': 'merging', 'effective': '2030-01-01', 'sources': ['rissa', 'leksvik'],"
		 "'targets': [{'id': 'if', 'names': ['Indre Fosen']}], 'status': 'proposed', 'source': 'a'}}");
	assert_int_not_equal(unit_of(w, "if"), 0);
	struct msg_unit_by_id id = {"if"};
	expect(w, ask(w, (struct msg_unit_ref){.id = &id}, NULL, "2031-01-01"), "", RESOLVED_NOT);
	expect(w, by_name(w, "Indre Fosen", "", "", NULL, "2031-01-01"), "", RESOLVED_NOT);
}

static void retracted_names_name_nobody(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = accepted(w, SUB "'units': [{'id': 'bodo', 'names': ['Budejju']}]}}")->rev;
	expect(w, by_name(w, "Budejju", "", "", NULL, "2015-01-01"), "bodo", RESOLVED_EVERYWHERE);
	accepted(w, SUB "'reason': 'r', 'retractions': [{'revision': %llu, 'unit': 'bodo'}]}}", rev);
	expect(w, by_name(w, "Budejju", "", "", NULL, "2015-01-01"), "", RESOLVED_NOT);
}

/* A later reform never silently re-binds what was resolved. */
static void what_was_resolved_stays_bound(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w,
		 SUB "'round': 'r2014', 'observations': [{'unit': {'name': 'Bodø'}, 'indicator': 'staff', 'value': 7,"
		     "'status': 'main'}]}}");
	accepted(w,
		 "{'event': {'id': 'e', 'type': 'merging', 'effective': '2014-01-01', 'sources': ['bodo', 'heroy-no'],"
		 "'targets': [{'id': 'bodo-2014', 'names': ['Bodø']}], 'status': 'effective', 'source': 'a'}}");
	assert_string_equal(figures(w, "staff", "2014-03", "bodo"), "a 7 MAIN ");
	expect(w, by_name(w, "Bodø", "", "", NULL, "2014-03-31"), "bodo-2014", RESOLVED_EVERYWHERE);
}

static void figures_are_looked_up_in_the_structure_they_are_printed_in(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w,
		 "{'event': {'id': 'e', 'type': 'merging', 'effective': '2018-01-01', 'sources': ['bodo', 'heroy-no'],"
		 "'targets': [{'id': 'bodo-2018', 'names': ['Bodø']}], 'status': 'effective', 'source': 'a'}}");
	accepted(w, SUB
		 "'round': 'r2014', 'expressed_in': '2020', 'observations': [{'unit': {'name': 'Bodø'}, 'indicator':"
		 "'staff', 'value': 7, 'status': 'main'}]}}");
	assert_string_equal(figures(w, "staff", "2014-03", "bodo-2018"), "a 7 MAIN ");
	assert_string_equal(figures(w, "staff", "2014-03", "bodo"), "");
}

static void more_candidates_than_can_be_listed_are_cut(void **state)
{
	struct world *w = *state;
	world_base(w);
	AUTO_BUF struct buf text = {0};
	text_add(&text, SUB "'units': [");
	for (int i = 0; i < 30; i++)
		text_add(&text, "%s{'id': 'c%d', 'kind': 'church', 'names': ['Kirke']}", i ? "," : "", i);
	text_add(&text, "]}}");
	accepted(w, "%s", (const char *)text.data);
	struct resolved r = by_name(w, "Kirke", "", "", NULL, "2015-01-01");
	expect(w, r, "", RESOLVED_NOT);
	assert_int_equal(r.n_candidates, RESOLVE_CANDIDATES_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(of_two_heroy_the_one_in_the_scope_is_meant),
	    BOTH(outside_every_scope_two_heroy_are_ambiguous),
	    BOTH(what_the_scope_lacks_is_looked_up_everywhere),
	    BOTH(the_scope_itself_is_inside_it),
	    BOTH(within_is_looked_up_there_and_nowhere_else),
	    BOTH(a_kind_narrows_the_candidates),
	    BOTH(a_name_is_looked_up_in_the_structure_of_its_day),
	    BOTH(the_only_unit_that_ever_bore_it_is_taken),
	    BOTH(of_two_that_are_gone_none_is_taken),
	    BOTH(a_reused_code_names_each_bearer_in_its_time),
	    BOTH(a_code_is_a_text),
	    BOTH(an_id_needs_no_search),
	    BOTH(a_word_without_a_life_is_no_unit),
	    BOTH(retracted_names_name_nobody),
	    BOTH(what_was_resolved_stays_bound),
	    BOTH(figures_are_looked_up_in_the_structure_they_are_printed_in),
	    BOTH(more_candidates_than_can_be_listed_are_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
