/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge.c - messages that are refused, or too much, or only tried; and what the judge remembers.
 */
#include "tests/unit/judge_kit.h"

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

/* ---- too long ---- */

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

/* A name of 900 KB was kept, and every table had it. */
static void a_name_a_label_or_a_title_is_short_as_it_is_shown_in_a_line(void **state)
{
	struct world *w = *state;
	world_base(w);
	const char *fits = repeated(w, 'x', 1000), *long_one = repeated(w, 'x', 1001);
	static const char
	    *const unit = "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'nn', 'kind': "
			  "'office', 'names': ['%s']}]}}",
		   *const arrangement = "{'submission': {'mode': 'patch', 'source': 'a', 'arrangements': "
					"[{'id': 'x', 'name': '%s', 'participants_complete': 'no'}]}}",
		   *const source = "{'define': {'sources': [{'id': 'long', 'title': '%s'}]}}",
		   *const renamed = "{'event': {'id': 'e', 'type': 'name_change', 'effective': '2015-01-01', 'status': "
				    "'effective', 'source': 'a', 'sources': ['bodo'], 'targets': [{'unit': 'bodo', "
				    "'names': ['%s']}]}}";
	finding_at(refused(w, unit, long_one), "BAD_VALUE", "submission.units[0].names[0].text");
	finding_at(refused(w, arrangement, long_one), "BAD_VALUE", "submission.arrangements[0].name");
	finding_at(refused(w, source, long_one), "BAD_VALUE", "define.sources[0].title");
	finding_at(refused(w, renamed, long_one), "BAD_VALUE", "event.targets[0].names[0]");
	accepted(w, unit, fits);
	accepted(w, arrangement, fits);
	accepted(w, source, fits);
	accepted(w, renamed, fits);
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
	    BOTH(what_is_too_long_for_a_word_is_refused),
	    BOTH(a_key_that_is_too_long_is_refused),
	    BOTH(a_locator_or_reason_is_short_as_it_is_kept_with_every_statement),
	    BOTH(a_name_a_label_or_a_title_is_short_as_it_is_shown_in_a_line),
	    BOTH(a_set_of_many_values_costs_what_it_holds),
	    BOTH(statements_side_by_side_under_one_key_have_an_end),
	    BOTH(codes_and_dimensions_are_counted),
	    BOTH(a_finding_quotes_only_the_beginning_of_a_long_text),
	    BOTH(a_content_that_decodes_to_too_much_is_not_processed),
	    BOTH(a_dry_run_remembers_nothing),
	    BOTH(after_a_failed_group_no_stale_word_is_used),
	    BOTH(an_id_is_known_once_its_record_is_laid),
	    BOTH(many_changes_come_in_chunks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
