/* SPDX-License-Identifier: Apache-2.0
 *
 * test_finding.c - the texts of findings, and that a message exists for every rule.
 */
#include "query/finding.h"
#include "tests/unit/world.h"

static struct arena *arena;
static struct findings findings;

static int start(void **state)
{
	(void)state;
	arena = arena_new(0);
	findings_init(&findings, arena);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

static void a_finding_says_its_rules_sentence_with_the_arguments(void **state)
{
	(void)state;
	char path[] = "a.b";
	const struct msg_finding *f = finding_add(&findings, RULE_SUM_MISMATCH, path, "Bodø", "62", "63", NULL);
	path[0] = 'x'; /* it was copied */
	assert_string_equal(f->path, "a.b");
	assert_string_equal(f->rule, "SUM_MISMATCH");
	assert_string_equal(f->text, "Bodø: the parts add up to 62, printed is 63");
	assert_string_equal(f->remedy, "stored as said; check the source");
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_int_equal(f->n_arguments, 3);
	assert_string_equal(f->arguments[2], "63");
	assert_false(findings.errors);
}

static void arguments_are_put_where_the_sentence_wants_them(void **state)
{
	(void)state;
	assert_string_equal(finding_add(&findings, RULE_ORDER_OF_DATES, "", "2010", "{1}{2}", NULL)->text,
			    "ends ({1}{2}) before it begins (2010)");
	assert_string_equal(finding_add(&findings, RULE_BAD_VALUE, "", "only one", NULL)->text, "only one: ");
	assert_string_equal(finding_add(&findings, RULE_NO_PERIOD, "", NULL)->text,
			    "no period, and no round to take it from");
	assert_true(findings.errors);
}

static void warnings_refuse_nothing(void **state)
{
	(void)state;
	finding_add(&findings, RULE_CONFIRMED, "", "1", NULL);
	finding_add(&findings, RULE_PERCENT_RANGE, "", "101", NULL);
	assert_false(findings.errors);
	finding_add(&findings, RULE_CYCLE, "", "x", NULL);
	assert_true(findings.errors);
}

static void findings_beyond_the_limit_are_counted_in_the_last(void **state)
{
	(void)state;
	for (size_t i = 0; i < FINDINGS_MAX; i++)
		finding_add(&findings, RULE_CONFIRMED, "", "1", NULL);
	assert_string_equal(findings.list[FINDINGS_MAX - 1].remedy, "nothing to do");
	/* The first error takes the last warning's place: many warnings do not hide why a message is refused. */
	assert_ptr_equal(finding_add(&findings, RULE_CYCLE, "x", "x", NULL), &findings.list[FINDINGS_MAX - 1]);
	assert_string_equal(findings.list[FINDINGS_MAX - 1].rule, "CYCLE");
	for (size_t i = 0; i < 2; i++) {
		struct msg_finding *f = finding_add(&findings, RULE_CYCLE, "x", "x", NULL);
		assert_ptr_not_equal(f, &findings.list[FINDINGS_MAX - 1]);
		assert_int_equal(f->n_candidates, 0);
		f->n_candidates = 5; /* as callers do */
	}
	assert_int_equal(findings.n, FINDINGS_MAX);
	assert_int_equal(findings.more, 3);
	assert_true(findings.errors);
	assert_non_null(strstr(findings.list[FINDINGS_MAX - 1].remedy, "(and 3 findings more)"));
}

static void every_rule_has_a_sentence_and_a_remedy(void **state)
{
	(void)state;
	for (int r = 0; r < RULE_COUNT; r++) {
		const struct msg_finding *f = finding_add(&findings, (enum rule)r, "", "argument", "2", "3", NULL);
		assert_string_equal(f->rule, rule_id((enum rule)r));
		assert_true(strlen(f->text) > 5 && strlen(f->remedy) > 5);
		assert_null(strchr(f->text, '{'));
		assert_true(f->severity >= SEVERITY_FATAL && f->severity <= SEVERITY_INFO);
	}
}

/* ---- a message for every rule ---- */

#define SUB(rest)   "{'submission': {'mode': 'patch', 'source': 'a', " rest "}}"
#define OBS(rest)   "{'submission': {'mode': 'patch', 'source': 'a', 'round': 'r2014', 'observations': [{" rest "}]}}"
#define FIG(rest)   OBS("'unit': 'bodo', 'status': 'main', " rest)
#define EVENT(rest) "{'event': {'id': 'e', 'effective': '2018-01-01', 'status': 'effective', 'source': 'a', " rest "}}"
#define DEF(rest)   "{'define': {" rest "}}"

/* Said after world_base(): `before` (may be NULL) is accepted, then `message` provokes the rule at just that path. */
static const struct {
	enum rule rule;
	const char *path, *before, *message;
} provoked[] = {
    {RULE_REQUIRED, "submission.source", NULL, "{'submission': {'mode': 'patch', 'units': [{'id': 'x'}]}}"},
    {RULE_BAD_DATE, "submission.expressed_in", NULL, SUB("'expressed_in': 'soon', 'units': [{'id': 'bodo'}]")},
    {RULE_BAD_ID, "submission.units[0].id", NULL, SUB("'units': [{'id': 'a b'}]")},
    {RULE_BAD_VALUE, "submission.observations[0].value", NULL, FIG("'indicator': 'words', 'value': 5")},
    {RULE_ORDER_OF_DATES, "submission.links[0].valid_to", NULL,
     SUB("'links': [{'type': 'hosts', 'from': 'bodo', 'to': 'no', 'valid_from': '2010', 'valid_to': '2009'}]")},
    {RULE_UNKNOWN_INDICATOR, "define.indicators[0].denominator", NULL,
     DEF("'indicators': [{'id': 'i', 'label': 'L', 'type': 'percent', 'over_units': 'relative', 'over_time': 'none',"
	 "'denominator': 'x'}]")},
    {RULE_UNKNOWN_SOURCE, "define.rounds[0].source", NULL,
     DEF("'rounds': [{'id': 'r', 'survey': 'survey', 'reference': '2014', 'source': 'x'}]")},
    {RULE_UNKNOWN_ROUND, "submission.round", NULL, SUB("'round': 'x', 'units': [{'id': 'bodo'}]")},
    {RULE_UNKNOWN_SURVEY, "define.rounds[0].survey", NULL,
     DEF("'rounds': [{'id': 'r', 'survey': 'x', 'reference': '2014'}]")},
    {RULE_UNKNOWN_CODE_LIST, "define.indicators[0].dimensions[0].code_list", NULL,
     DEF("'indicators': [{'id': 'i', 'label': 'L', 'type': 'count', 'over_units': 'none', 'over_time': 'none',"
	 "'dimensions': [{'id': 'd', 'code_list': 'x', 'aggregation': 'none'}]}]")},
    {RULE_UNKNOWN_DIMENSION, "submission.observations[0].categories[1]", NULL,
     FIG("'indicator': 'count', 'categories': {'level': 'total', 'sex': 'f'}, 'value': 1")},
    {RULE_UNKNOWN_CODE, "submission.observations[0].categories", NULL,
     FIG("'indicator': 'count', 'categories': {'level': 'x'}, 'value': 1")},
    {RULE_MISSING_DIMENSION, "submission.observations[0].categories", NULL, FIG("'indicator': 'count', 'value': 1")},
    {RULE_UNRESOLVED_UNIT, "submission.scope", NULL, SUB("'scope': 'x', 'units': [{'id': 'bodo'}]")},
    {RULE_AMBIGUOUS_UNIT, "submission.links[0].to", NULL,
     SUB("'links': [{'type': 'hosts', 'from': 'bodo', 'to': {'name': 'Herøy'}}]")},
    {RULE_ONLY_LIFE, "submission.links[0].from",
     SUB("'units': [{'id': 'g', 'kind': 'k', 'valid_to': '2000', 'names': ['Gone']}]"),
     SUB("'links': [{'type': 'hosts', 'from': {'name': 'Gone'}, 'to': 'no', 'valid_from': '2010'}]")},
    {RULE_OUTSIDE_LIFE, "submission.links[0].from",
     SUB("'units': [{'id': 'g', 'kind': 'k', 'valid_from': '2010', 'names': ['Young']}]"),
     SUB("'links': [{'type': 'hosts', 'from': 'g', 'to': 'no', 'valid_from': '2000'}]")},
    {RULE_WRONG_KIND, "submission.observations[0].unit", NULL,
     OBS("'unit': 'no', 'indicator': 'staff', 'value': 1, 'status': 'main'")},
    {RULE_NEW_UNIT_NEEDS, "submission.units[0].kind", NULL, SUB("'units': [{'id': 'x', 'names': ['X']}]")},
    {RULE_UNIT_EXISTS, "event.targets[0].id", NULL,
     EVENT("'type': 'creation', 'targets': [{'id': 'bodo', 'kind': 'k', 'names': ['X']}]")},
    {RULE_OVERLAPPING_LIVES, "submission.units[0].valid_from", NULL,
     SUB("'units': [{'id': 'bodo', 'valid_from': '2015'}]")},
    {RULE_DUPLICATE_IN_MESSAGE, "define.sources[1]", NULL,
     DEF("'sources': [{'id': 'x', 'title': 'X'}, {'id': 'x', 'title': 'X'}]")},
    {RULE_SUPERSEDES_NOTHING, "submission.observations[0].supersedes.revision", NULL,
     FIG("'indicator': 'staff', 'value': 1, 'supersedes': {'revision': 1, 'reason': 'r'}")},
    {RULE_REASON_REQUIRED, "submission.retractions[0].reason", NULL,
     SUB("'retractions': [{'revision': 1, 'unit': 'bodo'}]")},
    {RULE_NOT_YET_APPLIED, "submission.mode", NULL,
     "{'submission': {'mode': 'complete', 'source': 'a', 'round': 'r2014', 'units': [{'id': 'bodo'}]}}"},
    {RULE_CYCLE, "submission.arrangements[0].part_of", NULL,
     SUB("'arrangements': [{'id': 'o', 'name': 'O', 'participants_complete': 'no', 'part_of': 'o'}]")},
    {RULE_EVENT_EXISTS, "event.id", EVENT("'type': 'deletion', 'sources': ['bjugn']"),
     EVENT("'type': 'deletion', 'sources': ['rissa']")},
    {RULE_EVENT_NEEDS, "event.sources", NULL, EVENT("'type': 'deletion'")},
    {RULE_NOT_A_SURVIVOR, "event.targets", NULL,
     EVENT("'type': 'take_over', 'sources': ['rissa', 'bjugn'], 'targets': [{'id': 'x', 'names': ['X']}]")},
    {RULE_ALREADY_ENDED, "event.sources[0]",
     SUB("'units': [{'id': 'g', 'kind': 'k', 'valid_to': '2000', 'names': ['G']}]"),
     EVENT("'type': 'deletion', 'sources': ['g']")},
    {RULE_TAG_EXISTS, "tag.name", "{'tag': {'name': 't'}}", "{'tag': {'name': 't'}}"},
    {RULE_NO_SUCH_REVISION, "submission.retractions[0].revision", NULL,
     SUB("'reason': 'r', 'retractions': [{'revision': 99, 'unit': 'bodo'}]")},
    {RULE_RESERVED, "tick", NULL, "{'tick': {'day': '2026-01-01', 'zone': 'Europe/Oslo'}}"},
    {RULE_TOO_MANY, "submission", NULL, NULL},
    {RULE_MALFORMED, "", NULL, NULL},
    {RULE_UNKNOWN_FIELD, "submission.units[0].99", NULL, NULL},
    {RULE_EMPTY_MESSAGE, "submission", NULL, SUB("'reason': 'r'")},
    {RULE_SUM_MISMATCH, "submission.observations[2].value", NULL,
     OBS("'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'local'}, 'value': 1, 'status': 'main'}, {"
	 "'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'regional'}, 'value': 1, 'status': 'main'}, {"
	 "'unit': 'bodo', 'indicator': 'count', 'categories': {'level': 'total'}, 'value': 3, 'status': 'main'")},
    {RULE_PERCENT_FITS_NO_COUNT, "submission.observations[0].value", NULL,
     OBS("'unit': 'no', 'indicator': 'share', 'value': '50.1', 'status': 'main'")},
    {RULE_PERCENT_RANGE, "submission.observations[0].value", NULL, FIG("'indicator': 'share', 'value': '100.1'")},
    {RULE_CONFLICTING_VALUES, "submission.observations[0].value", FIG("'indicator': 'staff', 'value': 1"),
     FIG("'indicator': 'staff', 'value': 2")},
    {RULE_CONFIRMED, "submission.observations[0]", FIG("'indicator': 'staff', 'value': 1"),
     FIG("'indicator': 'staff', 'value': 1")},
    {RULE_PARTICIPANT_COUNT, "submission.arrangements[0].printed_participants", NULL,
     SUB("'arrangements': [{'id': 'o', 'name': 'O', 'participants_complete': 'no', 'printed_participants': 4}]")},
    {RULE_DATE_UNCERTAIN, "event.effective", NULL,
     "{'event': {'id': 'e', 'type': 'deletion', 'effective': '2018', 'status': 'effective', 'source': 'a', 'sources':"
     "['rissa']}}"},
    {RULE_FRAME_MEMBERS, "define.rounds[0].frame", NULL,
     DEF("'rounds': [{'id': 'r', 'survey': 'survey', 'reference': '2014', 'frame': {'population': 1, 'members': "
	 "['bodo',"
	 "'rissa']}}]")},
    {RULE_RETRACTS_NOTHING, "submission.retractions[0]", NULL,
     SUB("'reason': 'r', 'retractions': [{'revision': 1, 'unit': 'bodo'}]")},
    {RULE_CHANGED_KIND, "submission.units[0].kind", NULL, SUB("'units': [{'id': 'bodo', 'kind': 'county'}]")},
    {RULE_NO_PERIOD, "submission.observations[0].period", NULL,
     SUB("'observations': [{'unit': 'bodo', 'indicator': 'staff', 'value': 1, 'status': 'main'}]")},
    {RULE_UNKNOWN_KIND, "submission.completeness[0].kind", NULL,
     SUB("'round': 'r2014', 'completeness': [{'scope': 'no', 'kind': 'municpality', 'complete': 'yes'}]")},
    {RULE_COMPLETE_NEEDS, "submission.scope", DEF("'rounds': [{'id': 'r', 'survey': 'survey', 'reference': '2014'}]"),
     "{'submission': {'mode': 'complete', 'source': 'a', 'round': 'r', 'observations': [{'unit': 'bodo', 'indicator': "
     "'staff',"
     "'value': 1, 'status': 'main'}]}}"},
};

/* ---- of events, also of those that are only tried ---- */

#define WEIGHT(from, to, value)                                                                                        \
	SUB("'weights': [{'event': 'e', 'from': '" from "', 'to': '" to "', 'weight': {'basis': 'population', "        \
	    "'value': " value "}}]")
#define SPLIT(weights)                                                                                                 \
	EVENT("'type': 'split_off', 'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'id': 'n', 'names': "        \
	      "['N']}], 'flows': [{'source': 0, 'target': 0, 'part': true}, {'source': 0, 'target': 1, 'part': true, " \
	      "'weights': [" weights "]}]")
#define MERGER   "'type': 'merging', 'sources': ['rissa', 'bjugn'], 'targets': [{'id': 'n', 'names': ['N']}]"
#define CREATION EVENT("'type': 'creation', 'targets': [{'id': 'n', 'kind': 'k', 'names': ['N']}]")
#define WITHDRAWN                                                                                                      \
	"{'event': {'id': 'e', 'type': 'creation', 'status': 'annulled', 'source': 'a', 'supersedes': "                \
	"{'revision': @, 'reason': 'r'}}}"

/* Said after world_base(): `before` is accepted, then `message`; @ is the revision of the first of `before`. */
static const struct {
	enum rule rule;
	const char *path, *before[2], *message;
	bool dry_run;
} by_events[] = {
    {RULE_UNKNOWN_EVENT, "submission.weights[0].event", {NULL}, WEIGHT("rissa", "bjugn", "1"), false},
    {RULE_NOT_A_FLOW, "submission.weights[0]", {SPLIT("")}, WEIGHT("n", "rissa", "1"), false},
    {RULE_WEIGHT_STANDS,
     "submission.weights[0].weight",
     {SPLIT(""), WEIGHT("rissa", "n", "1")},
     WEIGHT("rissa", "n", "2"),
     false},
    {RULE_WEIGHTS_OVER_ONE, "event.flows[1].weights[0]", {NULL}, SPLIT("{'basis': 'share', 'value': '1.1'}"), false},
    {RULE_NEVER_FLOWED,
     "event.targets[0].territory_of",
     {NULL},
     EVENT("'type': 'breakdown', 'sources': ['rissa'], 'targets': [{'id': 'n', 'names': ['N'], 'territory_of': "
	   "'bjugn'}, {'id': 'o', 'names': ['O']}]"),
     false},
    {RULE_NO_SUCH_LINK,
     "event.moves[0]",
     {NULL},
     EVENT("'type': 'relocation', 'moves': [{'link': 'located_in', 'what': 'bodo', 'from': 'rissa', 'to': 'bjugn'}]"),
     false},
    {RULE_NOT_THERE,
     "event.targets[0].part_of",
     {SUB("'units': [{'id': 'g', 'kind': 'county', 'valid_to': '2000', 'names': ['Gone']}]")},
     EVENT("'type': 'reparenting', 'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'g'}]"),
     false},
    {RULE_SPLIT_INTO_ITSELF,
     "event.targets",
     {NULL},
     EVENT("'type': 'split_off', 'sources': ['rissa'], 'targets': [{'unit': 'rissa'}]"),
     false},
    {RULE_DEPENDANT,
     "event",
     {CREATION, "{'event': {'id': 'f', 'type': 'deletion', 'effective': '2019-01-01', 'status': 'effective', "
		"'source': 'a', 'sources': ['n']}}"},
     WITHDRAWN,
     false},
    {RULE_DEPENDANT_EVENTS,
     "event",
     {CREATION, "{'event': {'id': 'f', 'type': 'name_change', 'effective': '2019-01-01', 'status': 'effective', "
		"'source': 'a', 'sources': ['n'], 'targets': [{'unit': 'n', 'names': ['M']}]}}"},
     WITHDRAWN,
     false},
    {RULE_DEPENDANT_STATEMENTS,
     "event",
     {CREATION, SUB("'links': [{'type': 'hosts', 'from': 'n', 'to': 'no', 'valid_from': '2019'}]")},
     WITHDRAWN,
     false},
    {RULE_EFFECT_UNITS, "event", {NULL}, EVENT(MERGER), true},
    {RULE_EFFECT_SERIES_BREAK,
     "event",
     {FIG("'indicator': 'staff', 'value': 1")},
     EVENT("'type': 'deletion', 'sources': ['bodo']"),
     true},
    {RULE_EFFECT_WEIGHTS_MISSING, "event", {NULL}, SPLIT(""), true},
    {RULE_EFFECT_HOST_LOST,
     "event",
     {SUB("'links': [{'type': 'hosts', 'from': 'rissa', 'to': 'bodo'}]")},
     EVENT(MERGER),
     true},
    {RULE_EFFECT_INTERNALISED,
     "event",
     {SUB("'arrangements': [{'id': 'o', 'name': 'O', 'participants_complete': 'yes', 'participants': ['rissa', "
	  "'bjugn']}]")},
     EVENT(MERGER),
     true},
    {RULE_EFFECT_COVERAGE_CROSSES,
     "event",
     {SUB("'units': [{'id': 'r1', 'kind': 'region', 'names': ['R']}, {'id': 'r2', 'kind': 'region', 'names': ['R']}]"),
      SUB("'links': [{'type': 'covers', 'from': 'r1', 'to': 'rissa'}, {'type': 'covers', 'from': 'r2', 'to': "
	  "'bjugn'}]")},
     EVENT(MERGER),
     true},
    {RULE_EFFECT_RESOLVES_OTHERWISE,
     "event",
     {NULL},
     EVENT("'type': 'creation', 'targets': [{'id': 'n', 'kind': 'k', 'names': ['Bodø']}]"),
     true},
};

/* What JSON cannot say. */
static struct slice bytes_for(struct world *w, enum rule rule)
{
	if (rule == RULE_MALFORMED)
		return slice_text("\x12\x7f");
	if (rule == RULE_UNKNOWN_FIELD) /* submission { source: "a" mode: PATCH units { 99: 1 } } */
		return (struct slice){"\x12\x0a\x18\x01\x22\x01\x61\x42\x03\x98\x06\x01", 12};
	AUTO_BUF struct buf text = {0}; /* TOO_MANY: one more than the world's judge allows */
	text_add(&text, "{'submission': {'mode': 'patch', 'source': 'a', 'units': [");
	for (int i = 0; i < 101; i++)
		text_add(&text, "%s{'id': 'u%d', 'kind': 'k', 'names': ['U']}", i ? "," : "", i);
	text_add(&text, "]}}");
	return world_message(w, "%s", (const char *)text.data);
}

/* The text with the revision in the place of @. */
static const char *naming(struct world *w, const char *text, uint64_t rev)
{
	const char *at = strchr(text, '@');
	return at ? arena_printf(w->a, "%.*s%llu%s", (int)(at - text), text, (unsigned long long)rev, at + 1) : text;
}

static void provoke(enum rule rule, const char *path, const char *const before[2], const char *message, bool dry_run)
{
	void *world = NULL;
	uint64_t rev = 0;
	world_laid(&world);
	struct world *w = world;
	world_base(w);
	for (int i = 0; i < 2 && before[i]; i++) {
		struct said *s = accepted(w, "%s", before[i]);
		rev = i ? rev : s->rev;
	}
	struct slice content = message ? world_message(w, "%s", naming(w, message, rev)) : bytes_for(w, rule);
	struct said *s = dry_run ? dry(w, content) : say_bytes(w, content);
	const struct msg_finding *f = finding_at(s, rule_id(rule), path);
	bool refuses = f->severity == SEVERITY_ERROR || f->severity == SEVERITY_FATAL;
	assert_int_equal(s->accepted, !refuses);
	world_gone(&world);
}

static void every_rule_is_provoked_at_its_path(void **state)
{
	(void)state;
	bool seen[RULE_COUNT] = {false};
	for (size_t i = 0; i < sizeof provoked / sizeof *provoked; i++) {
		provoke(provoked[i].rule, provoked[i].path, (const char *[]){provoked[i].before, NULL},
			provoked[i].message, false);
		seen[provoked[i].rule] = true;
	}
	for (size_t i = 0; i < sizeof by_events / sizeof *by_events; i++) {
		provoke(by_events[i].rule, by_events[i].path, by_events[i].before, by_events[i].message,
			by_events[i].dry_run);
		seen[by_events[i].rule] = true;
	}
	for (int r = 0; r < RULE_COUNT; r++)
		if (!seen[r])
			fail_msg("no message provokes %s: provoke it, or take it out of rule.def",
				 rule_id((enum rule)r));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_finding_says_its_rules_sentence_with_the_arguments, start, stop),
	    cmocka_unit_test_setup_teardown(arguments_are_put_where_the_sentence_wants_them, start, stop),
	    cmocka_unit_test_setup_teardown(warnings_refuse_nothing, start, stop),
	    cmocka_unit_test_setup_teardown(findings_beyond_the_limit_are_counted_in_the_last, start, stop),
	    cmocka_unit_test_setup_teardown(every_rule_has_a_sentence_and_a_remedy, start, stop),
	    cmocka_unit_test(every_rule_is_provoked_at_its_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
