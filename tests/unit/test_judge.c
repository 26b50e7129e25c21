/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge.c - definitions, submissions, observations: what is kept, what is flagged, what is refused.
 */
#include "tests/unit/world.h"

#define OBS(unit, indicator, cats, value)                                                                              \
	"{'unit': '" unit "', 'indicator': '" indicator "'" cats ", 'value': " value ", 'status': 'main'}"
#define LEVEL(code) ", 'categories': {'level': '" code "'}"

/* One observation of bodo's total, from a source, in the round of 2014. */
static struct said *total(struct world *w, const char *source, const char *value, const char *more)
{
	return accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': '%s', 'round': 'r2014', 'observations': [{'unit': "
	    "'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': %s, 'status': 'main'%s}]}}",
	    source, value, more);
}

static const char *totals(struct world *w)
{
	return figures(w, "count|level=total", "2014-03", "bodo");
}

/* ---- refusing ---- */

static void five_different_mistakes_give_one_receipt_with_five_findings(void **state)
{
	struct world *w = *state;
	uint8_t before[32], after[32];
	world_base(w);
	world_state(w, before);
	struct said *s = refused(
	    w, "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': ["
	       "{'unit': 'bodo', 'indicator': 'nothing', 'value': 1, 'status': 'main'},"
	       "{'unit': {'name': 'Atlantis'}, 'indicator': 'staff', 'value': 1, 'status': 'main'},"
	       "{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'moon'}, 'value': 1, 'status': 'main'},"
	       "{'unit': 'bodo', 'indicator': 'staff', 'period': '2014-13', 'value': 1, 'status': 'main'},"
	       "{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': '1.5', 'status': "
	       "'main'},"
	       "{'unit': 'bodo', 'indicator': 'staff', 'value': 1, 'status': 'main'}]}}");
	assert_int_equal(s->receipt->n_findings, 5);
	finding_at(s, "UNKNOWN_INDICATOR", "submission.observations[0].indicator");
	finding_at(s, "UNRESOLVED_UNIT", "submission.observations[1].unit");
	finding_at(s, "UNKNOWN_CODE", "submission.observations[2].categories");
	finding_at(s, "BAD_DATE", "submission.observations[3].period");
	finding_at(s, "BAD_VALUE", "submission.observations[4].value");
	assert_int_equal(s->receipt->revision, 0);
	assert_int_equal(s->receipt->position, s->pos);
	world_state(w, after);
	assert_memory_equal(before, after, 32);
}

static void a_refused_message_leaves_only_its_submitters_number(void **state)
{
	struct world *w = *state;
	world_base(w);
	w->submitter = "plain:new";
	struct said *s = refused(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': ["
				    "{'id': 'new', 'kind': 'strange', 'names': ['New'], 'part_of': 'nowhere'}]}}");
	assert_int_equal(s->outcome.n_changes, 0);
	assert_int_equal(s->outcome.n_facts, 1);
	assert_int_equal(s->outcome.facts[0].kind, FACT_TERM);
	assert_int_equal(s->outcome.facts[0].term.space, SPACE_SUBMITTER);
	assert_int_equal(s->outcome.facts[0].term.id, s->submitter);
	assert_int_equal(unit_of(w, "new"), 0);
	s = refused(w, "{'submission': {'mode': 'patch', 'source': 'x', 'units': [{'id': 'new'}]}}");
	assert_int_equal(s->outcome.n_facts, 0); /* the number is known by now */
	s = accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': ["
			"{'id': 'new', 'kind': 'strange', 'names': ['New']}]}}");
	assert_string_equal(kind_at(w, "new"), "strange");
}

static void garbage_is_refused_as_malformed(void **state)
{
	struct world *w = *state;
	struct said *s = say_bytes(w, slice_text("\xff\xff\xff\xff"));
	assert_false(s->accepted);
	finding_at(s, "MALFORMED", "");
}

static void an_unsaid_enum_hides_no_other_mistake(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    refused(w, "{'submission': {'source': 'x', 'observations': [" OBS("bodo", "staff", "", "1") "]}}");
	finding_at(s, "REQUIRED", "submission.mode");
	finding_at(s, "UNKNOWN_SOURCE", "submission.source");
	finding_at(s, "NO_PERIOD", "submission.observations[0].period");
}

/* The 201st finding took the place of the last one, and its candidates were written behind the other's. */
static void findings_beyond_the_limit_leave_the_last_one_as_it_is(void **state)
{
	struct world *w = *state;
	world_base(w);
	judge_free(w->judge);
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 1000});
	AUTO_BUF struct buf text = {0};
	text_add(
	    &text,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'scope': 'bodo', 'observations': [");
	for (int i = 0; i < 199; i++)
		text_add(&text, "{'indicator': 'none%d', 'value': 1, 'status': 'main'},", i);
	for (int i = 0; i < 40; i++)
		text_add(&text, "%s{'unit': {'name': 'Herøy'}, 'indicator': 'staff', 'value': 1, 'status': 'main'}",
			 i ? "," : "");
	text_add(&text, "]}}");
	struct said *s = say_bytes(w, world_message(w, "%s", (const char *)text.data));
	assert_false(s->accepted);
	assert_int_equal(s->receipt->n_findings, 200);
	const struct msg_finding *last = &s->receipt->findings[199];
	assert_string_equal(last->path, "submission.observations[199].unit");
	assert_int_equal(last->n_candidates, 2);
	assert_string_equal(last->remedy, "say which: by id, or by the unit it lies within (and 39 findings more)");
}

/* ---- definitions ---- */

static void the_same_definition_again_is_confirmed(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = accepted(w, "{'define': {'sources': [{'id': 'a', 'title': 'Report A'}]}}");
	finding_at(s, "CONFIRMED", "define.sources[0]");
	assert_int_equal(s->n_changes, 0);
	assert_int_equal(s->outcome.n_changes, 1); /* every revision is in the feed */
	for (size_t i = 0; i < s->outcome.n_facts; i++)
		assert_int_not_equal(s->outcome.facts[i].kind, FACT_DEF);
	s = accepted(w, "{'define': {'rounds': [{'id': 'r2020', 'survey': 'survey', 'reference': '2020', 'area':"
			"{'name': 'Nordland'}, 'unit_kind': 'municipality', 'frame': 41}]}}");
	finding_at(s, "CONFIRMED", "define.rounds[0]"); /* the area is stored as the unit it names */
}

static void a_changed_definition_is_its_next_version(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = accepted(w, "{'define': {'sources': [{'id': 'a', 'title': 'Report A, second edition'}]}}");
	assert_string_equal(changes_text(w, s, 0), "DEFINED DEFINITION |  → Report A, second edition");
	assert_true(s->changes[0].supersedes > 0);
}

static void an_indicator_keeps_its_shape_and_a_list_its_codes(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    refused(w, "{'define': {'code_lists': [{'id': 'levels', 'codes': [{'code': 'local'},"
		       "{'code': 'total', 'total': true}]}], 'indicators': [{'id': 'staff', 'label': 'Staff',"
		       "'type': 'count', 'over_units': 'additive', 'over_time': 'none'}]}}");
	finding_at(s, "BAD_VALUE", "define.code_lists[0].codes");
	finding_at(s, "BAD_VALUE", "define.indicators[0].dimensions");
}

static void a_new_version_of_a_code_list_is_used_at_once(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *moon = "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [" OBS(
	    "bodo", "count", LEVEL("moon"), "1") "]}}";
	refused(w, "%s", moon);
	accepted(w, "{'define': {'code_lists': [{'id': 'levels', 'codes': [{'code': 'local'}, {'code': 'regional'},"
		    "{'code': 'moon'}, {'code': 'total', 'total': true}]}]}}");
	accepted(w, "%s", moon);
}

static void definitions_of_one_message_may_name_each_other(void **state)
{
	struct world *w = *state;
	accepted(w, "{'define': {'rounds': [{'id': 'r', 'survey': 's', 'reference': '2014', 'source': 'src'}],"
		    "'surveys': [{'id': 's', 'title': 'S'}], 'indicators': [{'id': 'i', 'label': 'I', 'type': 'count',"
		    "'over_units': 'additive', 'over_time': 'none', 'dimensions': [{'id': 'd', 'code_list': 'l',"
		    "'aggregation': 'none'}]}], 'code_lists': [{'id': 'l', 'codes': [{'code': 'x'}]}],"
		    "'sources': [{'id': 'src', 'title': 'T'}]}}");
}

/* Definitions that pushed each other out of the table were decoded again and again into memory that only grew. */
static void indicators_that_share_a_place_cost_no_memory(void **state)
{
	struct world *w = *state;
	world_base(w);
	for (int i = 0; i < 260; i++)
		accepted(
		    w,
		    "{'define': {'indicators': [{'id': 'i%d', 'label': 'L', 'type': 'number', 'over_units': 'none',"
		    "'over_time': 'none'}]}}",
		    i);
	for (int i = 0; i < 3; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': ["
			 "{'unit': 'bodo', 'indicator': 'i1', 'value': %d, 'status': 'main'},"
			 "{'unit': 'bodo', 'indicator': 'i257', 'value': %d, 'status': 'main'}]}}",
			 i, i);
	assert_string_equal(figures(w, "i257", "2014-03", "bodo"), "a 0 MAIN ; a 1 MAIN ; a 2 MAIN ");
}

/* A long role, part, kind or key went into a word that the store cannot hold, and the daemon died of it. */
static void what_is_too_long_for_a_word_is_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	char text[501];
	memset(text, 'x', 500);
	text[500] = 0;
	struct said *s =
	    refused(w,
		    "{'submission': {'mode': 'patch', 'source': 'a', 'links': [{'type': 'member_of',"
		    "'from': 'bodo', 'to': 'no', 'role': '%s', 'part': '%s'}], 'arrangements': [{'id': 'o',"
		    "'name': 'O', 'participants': [{'unit': 'bodo', 'role': '%s', 'part': '%s'}],"
		    "'participants_complete': 'yes'}]}}",
		    text, text, text, text);
	finding_at(s, "BAD_VALUE", "submission.links[0].role");
	finding_at(s, "BAD_VALUE", "submission.links[0].part");
	finding_at(s, "BAD_VALUE", "submission.arrangements[0].participants[0].role");
	finding_at(s, "BAD_VALUE", "submission.arrangements[0].participants[0].part");
	s = refused(w,
		    "{'define': {'indicators': [{'id': 'i', 'label': 'L', 'type': 'count', 'over_units': 'none',"
		    "'over_time': 'none', 'unit_kind': '%s'}]}}",
		    text);
	finding_at(s, "BAD_ID", "define.indicators[0].unit_kind");
	s = refused(
	    w,
	    "{'submission': {'mode': 'patch', 'source': '%s', 'round': '%s', 'observations': ["
	    "{'unit': '%s', 'indicator': '%s', 'value': 1, 'status': 'main'},"
	    "{'unit': {'code': '%s', 'scheme': 'kommunenummer'}, 'indicator': 'staff', 'value': 1, 'status': 'main'},"
	    "{'unit': {'code': '1', 'scheme': '%s'}, 'indicator': 'staff', 'value': 1, 'status': 'main'},"
	    "{'unit': {'name': '%s', 'within': '%s', 'kind': '%s'}, 'indicator': 'staff', 'value': 1,"
	    "'status': 'main'}]}}",
	    text, text, text, text, text, text, text, text, text);
	finding_at(s, "UNKNOWN_SOURCE", "submission.source");
}

static void a_key_that_is_too_long_is_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	char x[191];
	memset(x, 'x', 190);
	x[190] = 0;
	accepted(w,
		 "{'define': {'code_lists': [{'id': 'l', 'codes': [{'code': '%s'}]}], 'indicators': [{'id': '%s',"
		 "'label': 'L', 'type': 'count', 'over_units': 'none', 'over_time': 'none', 'dimensions': [{'id': '%s',"
		 "'code_list': 'l', 'aggregation': 'none'}]}]}}",
		 x, x, x);
	struct said *s = refused(w,
				 "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': ["
				 "{'unit': 'bodo', 'indicator': '%s', 'categories': {'%s': '%s'}, 'value': 1,"
				 "'status': 'main'}]}}",
				 x, x, x);
	finding_at(s, "BAD_VALUE", "submission.observations[0].categories");
}

/* ---- little that would become much ---- */

static char *repeated(struct world *w, char c, size_t n)
{
	char *text = arena_alloc(w->a, n + 1);
	memset(text, c, n);
	return text;
}

/* A locator of 300 KB with 10,000 figures became 6 GB of facts and changes, and the daemon died of it. */
static void a_locator_or_reason_is_short_as_it_is_kept_with_every_statement(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *fits = repeated(w, 'x', 1000), *long_one = repeated(w, 'x', 1001);
	static const char *const form =
	    "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'locator': '%s', 'reason': '%s',"
	    "'units': [{'id': 'nn', 'kind': 'office', 'names': ['N'], 'locator': '%s'}], 'observations': ["
	    "{'unit': 'bodo', 'indicator': 'staff', 'value': 1, 'status': 'main'}]}}";
	accepted(w, form, fits, fits, fits);
	struct said *s = refused(w, form, long_one, long_one, long_one);
	finding_at(s, "BAD_VALUE", "submission.locator");
	finding_at(s, "BAD_VALUE", "submission.reason");
	finding_at(s, "BAD_VALUE", "submission.units[0].locator");
}

/* The text of a set was made anew for each of its values, and every one was kept: 20,000 values took a gigabyte. */
static void a_set_of_many_values_costs_what_it_holds(void **state)
{
	struct world *w = *state;
	world_base(w);
	AUTO_BUF struct buf text = {0};
	for (int i = 0; i < 390; i++)
		text_add(&text, "%s'%s%03d'", i ? "," : "", repeated(w, 'v', 97), i);
	struct slice m = world_message(w,
				       "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'bodo',"
				       "'kind': 'municipality', 'attributes': [{'name': 'many', 'values': [%s]}]}]}}",
				       (const char *)text.data);
	size_t before = arena_used(w->a);
	assert_true(say_bytes(w, m)->accepted);
	assert_true(arena_used(w->a) - before < 20 * m.len);
}

/* Each new value was compared with all that stand, for every statement of the message. */
static void statements_side_by_side_under_one_key_have_an_end(void **state)
{
	struct world *w = *state;
	world_base(w);
	for (int round = 0; round < 3; round++) {
		AUTO_BUF struct buf text = {0};
		text_add(&text, "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [");
		for (int i = 0; i < 100; i++)
			text_add(&text, "%s{'unit': 'bodo', 'indicator': 'staff', 'value': %d, 'status': 'main'}",
				 i ? "," : "", round * 100 + i);
		text_add(&text, "]}}");
		if (round < 2)
			accepted(w, "%s", (const char *)text.data);
		else
			assert_true(has_rule(refused(w, "%s", (const char *)text.data), "TOO_MANY"));
	}
}

/* An indicator of 3000 dimensions decoded their code list 3000 times; a list of 80,000 codes was compared with itself.
 */
static void codes_and_dimensions_are_counted(void **state)
{
	struct world *w = *state;
	world_base(w);
	AUTO_BUF struct buf codes = {0}, dimensions = {0};
	for (int i = 0; i < 101; i++)
		text_add(&codes, "%s{'code': 'c%d'}", i ? "," : "", i);
	for (int i = 0; i < 33; i++)
		text_add(&dimensions, "%s{'id': 'd%d', 'code_list': 'l', 'aggregation': 'none'}", i ? "," : "", i);
	finding_at(refused(w, "{'define': {'code_lists': [{'id': 'l', 'codes': [%s]}]}}", (const char *)codes.data),
		   "TOO_MANY", "define");
	finding_at(
	    refused(w,
		    "{'define': {'code_lists': [{'id': 'l', 'codes': [{'code': 'c'}]}], 'indicators': [{'id': 'i',"
		    "'label': 'L', 'type': 'count', 'over_units': 'none', 'over_time': 'none',"
		    "'dimensions': [%s]}]}}",
		    (const char *)dimensions.data),
	    "TOO_MANY", "define.indicators[0].dimensions");
}

/* What is wrong may be long, and wrong in many places. */
static void a_finding_quotes_only_the_beginning_of_a_long_text(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = refused(w, "{'submission': {'mode': 'patch', 'source': '%s', 'observations': []}}",
				 repeated(w, 'x', 10000));
	const struct msg_finding *f = finding_at(s, "UNKNOWN_SOURCE", "submission.source");
	assert_true(strlen(f->text) < 500 && strlen(f->arguments[0]) < 500);
}

/* Two bytes an observation: a content of 800 KB took 350 MB to decode. */
static void a_content_that_decodes_to_too_much_is_not_processed(void **state)
{
	struct world *w = *state;
	world_base(w);
	judge_free(w->judge);
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 1000000, .expansion_max = 8});
	enum { N = 60000 };
	uint8_t *bytes = arena_alloc(w->a, N);
	bytes[0] = 0x12; /* Message.submission, of N - 4 bytes */
	bytes[1] = (uint8_t)((N - 4) | 0x80);
	bytes[2] = (uint8_t)((N - 4) >> 7 | 0x80);
	bytes[3] = (N - 4) >> 14;
	for (size_t i = 4; i < N; i += 2)
		bytes[i] = 0x5a; /* an observation that says nothing */
	uint8_t hash[32] = {0};
	struct judge_input in = {.pos = w->pos + 1,
				 .rev = w->rev + 1,
				 .time_us = w->time_us + 1,
				 .submitter = w->submitter,
				 .content = {bytes, N},
				 .hash = hash};
	struct judgement j;
	struct why why = {0};
	size_t before = arena_used(w->a);
	assert_err(ERR_TOO_LARGE, judge_message(w->judge, &w->view, &in, w->a, &j, &why));
	assert_non_null(strstr(why.text, "8 times its 60000 bytes"));
	assert_true(arena_used(w->a) - before < 10 * (size_t)N + 100000);
	accepted(w, "{'define': {'sources': [{'id': 'later', 'title': 'L'}]}}");
}

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
	    w,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': ["
	    "{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 218, 'status': 'main',"
	    "'locator': '4.1'},"
	    "{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 212, 'status': "
	    "'conflict',"
	    "'locator': '5.4'},"
	    "{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 218, 'status': 'main',"
	    "'locator': '6.1'}]}}");
	finding_at(s, "CONFLICTING_VALUES", "submission.observations[1].value");
	assert_string_equal(totals(w), "a 212 CONFLICT 5.4; a 218 MAIN 4.1; a 218 MAIN 6.1");
}

/* The same value at two places of a source was called a conflict of "218" with "218". */
static void the_same_value_at_two_places_is_no_conflict(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': ["
	    "{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 218, 'status': 'main',"
	    "'locator': '4.1'},"
	    "{'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 218, 'status': 'main',"
	    "'locator': '6.1'}]}}");
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

/* ---- a complete report ---- */

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

/* ---- taking back ---- */

static void a_retracted_figure_is_gone_and_can_be_said_again(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *first = total(w, "a", "62", "");
	struct said *s = accepted(w,
				  "{'submission': {'mode': 'patch', 'source': 'a', 'retractions': [{'revision': %llu,"
				  "'unit': 'bodo', 'indicator': 'count', 'reason': 'wrong table'}]}}",
				  (unsigned long long)first->rev);
	assert_string_equal(changes_text(w, s, 0), "RETRACTED OBSERVATION bodo | 62 → ");
	assert_string_equal(totals(w), "");
	s = total(w, "a", "62", "");
	assert_int_equal(s->receipt->n_findings, 0);
	assert_string_equal(totals(w), "a 62 MAIN ");
	s = refused(w,
		    "{'submission': {'mode': 'patch', 'source': 'a', 'retractions': [{'revision': %llu, 'unit': 'bodo',"
		    "'reason': 'again'}]}}",
		    (unsigned long long)first->rev);
	finding_at(s, "RETRACTS_NOTHING", "submission.retractions[0]");
}

/* Taking back a correction by another source "retracted" once more what it had taken away. */
static void what_a_correction_took_away_is_not_retracted_with_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *first = total(w, "a", "62", "");
	struct said *fix = total(
	    w, "b", "64",
	    arena_printf(w->a, ", 'supersedes': {'revision': %llu, 'reason': 'r'}", (unsigned long long)first->rev));
	struct said *s = accepted(w,
				  "{'submission': {'mode': 'patch', 'source': 'b', 'reason': 'r', 'retractions': ["
				  "{'revision': %llu, 'unit': 'bodo'}]}}",
				  (unsigned long long)fix->rev);
	assert_string_equal(changes_text(w, s, 0), "RETRACTED OBSERVATION bodo | 64 → ");
	assert_string_equal(totals(w), "");
}

static void a_statement_is_retracted_once_in_a_message(void **state)
{
	struct world *w = *state;
	world_base(w);
	unsigned long long rev = total(w, "a", "62", "")->rev;
	struct said *s = refused(w,
				 "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'r', 'retractions': ["
				 "{'revision': %llu, 'unit': 'bodo'}, {'revision': %llu, 'unit': 'bodo'}]}}",
				 rev, rev);
	finding_at(s, "RETRACTS_NOTHING", "submission.retractions[1]");
}

/* ---- dry runs, failed groups ---- */

static void a_dry_run_remembers_nothing(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct slice m =
	    world_message(w, "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'units': ["
			     "{'id': 'new', 'kind': 'office', 'names': ['New']}], 'observations': ["
			     "{'unit': 'new', 'indicator': 'words', 'value': {'words': 'w'}, 'status': 'main'}]}}");
	struct said *one = dry(w, m);
	assert_int_equal(one->receipt->verdict, VERDICT_WOULD_ACCEPT);
	assert_int_equal(one->receipt->position, 0);
	assert_int_equal(one->receipt->revision, 0);
	assert_int_equal(unit_of(w, "new"), 0);
	struct said *two = say_bytes(w, m);
	assert_true(two->accepted);
	assert_int_equal(one->outcome.n_facts, two->outcome.n_facts);
	AUTO_BUF struct buf a = {0}, b = {0};
	for (size_t i = 0; i < two->outcome.n_facts; i++) {
		fact_put(&a, &one->outcome.facts[i]);
		fact_put(&b, &two->outcome.facts[i]);
	}
	assert_true(slice_eq(buf_view(&a), buf_view(&b))); /* the same numbers */
	m = world_message(w, "{'submission': {'mode': 'patch', 'source': 'nowhere', 'units': [{'id': 'x', 'kind': 'k',"
			     "'names': ['X']}]}}");
	assert_int_equal(dry(w, m)->receipt->verdict, VERDICT_WOULD_REFUSE);
}

static void after_a_failed_group_no_stale_word_is_used(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t pos = w->pos, rev = w->rev;
	struct said *lost = judged(w,
				   world_message(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id':"
						    "'lost', 'kind': 'office', 'names': ['Lost']}]}}"),
				   false);
	assert_true(lost->accepted);
	world_lay(w, lost);
	uint32_t number = unit_of(w, "lost");
	assert_int_not_equal(number, 0);
	struct said *next = judged(w,
				   world_message(w, "{'submission': {'mode': 'patch', 'source': 'a', 'links': [{'type':"
						    "'member_of', 'from': 'lost', 'to': 'no'}]}}"),
				   false);
	assert_true(next->accepted); /* the second of the group sees the first */
	overlay_drop_after(w->over, pos);
	judge_forget(w->judge);
	w->pos = pos;
	w->rev = rev;
	struct said *s =
	    refused(w, "{'submission': {'mode': 'patch', 'source': 'a', 'links': [{'type': 'member_of', 'from':"
		       "'lost', 'to': 'no'}]}}");
	finding_at(s, "UNRESOLVED_UNIT", "submission.links[0].from");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'kept', 'kind': 'office', 'names':"
		 "['Kept']}]}}");
	assert_true(unit_of(w, "kept") > number); /* a number is never given to two texts */
}

static void an_id_is_known_once_its_record_is_laid(void **state)
{
	struct world *w = *state;
	uint8_t id[16];
	uint64_t pos = 0;
	world_base(w);
	be64_put(id, 7);
	be64_put(id + 8, w->ids);
	assert_true(judge_known(w->judge, &w->view, "plain:test", id, &pos));
	assert_int_equal(pos, w->pos);
	assert_false(judge_known(w->judge, &w->view, "plain:other", id, &pos));
	be64_put(id + 8, w->ids + 1);
	assert_false(judge_known(w->judge, &w->view, "plain:test", id, &pos));
}

static void a_tag_names_a_revision_and_is_never_moved(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t rev = w->rev;
	struct said *s = accepted(w, "{'tag': {'name': 'release-1'}}");
	assert_string_equal(changes_text(w, s, 0),
			    arena_printf(w->a, "TAGGED TAG |  → revision %llu", (unsigned long long)rev));
	s = refused(w, "{'tag': {'name': 'release-1'}}");
	finding_at(s, "TAG_EXISTS", "tag.name");
	s = refused(w, "{'tag': {'name': 'release-2', 'revision': 4711}}");
	finding_at(s, "NO_SUCH_REVISION", "tag.revision");
}

static void many_changes_come_in_chunks(void **state)
{
	struct world *w = *state;
	world_base(w);
	judge_free(w->judge);
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 1000});
	AUTO_BUF struct buf text = {0};
	text_add(&text, "{'submission': {'mode': 'patch', 'source': 'a', 'units': [");
	for (int i = 0; i < 501; i++)
		text_add(&text, "%s{'id': 'u%d', 'kind': 'office', 'names': ['U']}", i ? "," : "", i);
	text_add(&text, "]}}");
	struct said *s = accepted(w, "%s", (const char *)text.data);
	assert_int_equal(s->n_changes, 1002); /* read_outcome() has looked at the chunks */
	assert_int_equal(s->outcome.n_changes, 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(five_different_mistakes_give_one_receipt_with_five_findings),
	    BOTH(a_refused_message_leaves_only_its_submitters_number),
	    BOTH(garbage_is_refused_as_malformed),
	    BOTH(an_unsaid_enum_hides_no_other_mistake),
	    BOTH(findings_beyond_the_limit_leave_the_last_one_as_it_is),
	    BOTH(the_same_definition_again_is_confirmed),
	    BOTH(a_changed_definition_is_its_next_version),
	    BOTH(an_indicator_keeps_its_shape_and_a_list_its_codes),
	    BOTH(a_new_version_of_a_code_list_is_used_at_once),
	    BOTH(definitions_of_one_message_may_name_each_other),
	    BOTH(indicators_that_share_a_place_cost_no_memory),
	    BOTH(what_is_too_long_for_a_word_is_refused),
	    BOTH(a_key_that_is_too_long_is_refused),
	    BOTH(a_locator_or_reason_is_short_as_it_is_kept_with_every_statement),
	    BOTH(a_set_of_many_values_costs_what_it_holds),
	    BOTH(statements_side_by_side_under_one_key_have_an_end),
	    BOTH(codes_and_dimensions_are_counted),
	    BOTH(a_finding_quotes_only_the_beginning_of_a_long_text),
	    BOTH(a_content_that_decodes_to_too_much_is_not_processed),
	    BOTH(a_correction_of_the_same_source_takes_the_place_of_what_it_names),
	    BOTH(a_correction_by_another_source_ends_the_corrected_statement),
	    BOTH(superseding_a_wrong_revision_lists_the_right_ones),
	    BOTH(a_correction_needs_a_reason),
	    BOTH(a_statement_is_corrected_once_in_a_message),
	    BOTH(a_second_value_stands_beside_the_first_with_a_warning),
	    BOTH(equal_values_of_two_sources_both_stand_without_a_word),
	    BOTH(the_same_statement_again_is_confirmed_and_adds_nothing),
	    BOTH(a_source_may_print_another_value_elsewhere),
	    BOTH(the_same_value_at_two_places_is_no_conflict),
	    BOTH(every_kind_of_value_is_kept_as_said),
	    BOTH(values_that_the_indicator_does_not_take_are_refused),
	    BOTH(counts_must_add_up_exactly),
	    BOTH(counts_that_add_up_are_not_flagged),
	    BOTH(a_gap_among_the_parts_is_not_added_up),
	    BOTH(percentages_may_be_off_by_their_rounding),
	    BOTH(each_percentage_is_rounded_in_its_own_place),
	    BOTH(a_conflicting_part_is_not_added_up),
	    BOTH(a_conflicting_total_is_not_checked),
	    BOTH(a_percentage_must_fit_a_whole_number_of_the_frame),
	    BOTH(a_complete_report_corrects_and_retracts),
	    BOTH(a_complete_report_needs_a_reason_where_it_changes_something),
	    BOTH(a_complete_report_leaves_others_alone),
	    BOTH(a_complete_report_keeps_each_place_of_its_source_apart),
	    BOTH(a_complete_report_of_links_is_not_applied_yet),
	    BOTH(a_retracted_figure_is_gone_and_can_be_said_again),
	    BOTH(what_a_correction_took_away_is_not_retracted_with_it),
	    BOTH(a_statement_is_retracted_once_in_a_message),
	    BOTH(a_dry_run_remembers_nothing),
	    BOTH(after_a_failed_group_no_stale_word_is_used),
	    BOTH(an_id_is_known_once_its_record_is_laid),
	    BOTH(a_tag_names_a_revision_and_is_never_moved),
	    BOTH(many_changes_come_in_chunks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
