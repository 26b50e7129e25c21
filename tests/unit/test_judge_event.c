/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_event.c - events that are refused, proposed or uncertain, and all of the real example.
 */
#include "tests/unit/judge_kit.h"

/* ---- dates ---- */

static void a_date_without_two_ends_is_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	static const char *const bad[] = {"../2018", "2018/..", "XXXX", "XXXX-01-01", "2018-02-30"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct said *s =
		    refused(w,
			    "{'event': {'id': 'e', 'type': 'deletion', 'effective': '%s', 'status': 'effective',"
			    "'source': 'a', 'sources': ['rissa']}}",
			    bad[i]);
		finding_at(s, "BAD_DATE", "event.effective");
	}
}

/* Without flows every source leads to every target: an event of 20 KB made a million of them. */
static void flows_that_are_not_said_are_counted_too(void **state)
{
	struct world *w = *state;
	world_base(w);
	judge_free(w->judge);
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 50});
	AUTO_BUF struct buf sources = {0}, targets = {0};
	for (int i = 0; i < 8; i++) {
		text_add(&sources, "%s'u%d'", i ? "," : "", i);
		text_add(&targets, "%s{'id': 'n%d', 'names': ['N']}", i ? "," : "", i);
	}
	finding_at(refused(w,
			   "{'event': {'id': 'e', 'type': 'reorganisation', 'effective': '2020', 'source': 'a',"
			   "'status': 'effective', 'sources': [%s], 'targets': [%s]}}",
			   (const char *)sources.data, (const char *)targets.data),
		   "TOO_MANY", "event");
}

/* ---- proposed ---- */

static void a_proposed_event_changes_nothing_and_is_kept(void **state)
{
	struct world *w = *state;
	world_base(w);
	static const char *const status[] = {"proposed", "undecided", "lapsed"};
	for (size_t i = 0; i < 3; i++) {
		struct said *s =
		    accepted(w,
			     "{'event': {'id': 'p-%s', 'type': 'merging', 'effective': '2030-01-01', 'sources':"
			     "['rissa', 'leksvik'], 'targets': [{'id': 'if-%s', 'names': ['Indre Fosen']}],"
			     "'status': '%s', 'source': 'a'}}",
			     status[i], status[i], status[i]);
		assert_int_equal(s->n_changes, 1);
		assert_int_equal(s->changes[0].kind, CHANGE_KIND_ASSERTED);
		assert_string_equal(lives_of(w, arena_printf(w->a, "if-%s", status[i])), "");
	}
	assert_string_equal(lives_of(w, "rissa"), "1:  to ");
	assert_string_equal(edges_of(w, "rissa"), "");
	assert_string_equal(changes_text(w, tick(w, "2030-01-02"), CHANGE_KIND_TOOK_EFFECT), "");
	accepted(w, SUB
		 "'units': [{'id': 'if-proposed', 'kind': 'municipality', 'valid_from': '2031', 'names': ['IF']}]}}");
	assert_string_equal(lives_of(w, "if-proposed"), "1: 2031 to ");
	event(w, "real", "merging", "2032-01-01",
	      "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if-undecided', 'names': ['Indre Fosen']}]");
	assert_string_equal(lives_of(w, "if-undecided"), "1: 2032-01-01 to ");
}

/* ---- refused ---- */

static void all_that_is_wrong_with_an_event_is_told(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = refused(
	    w, "{'event': {'id': 'e', 'type': 'transfer_of_part', 'effective': '2018-01-01', 'sources': ['rissa', "
	       "'nobody'],"
	       "'targets': [{'unit': 'rissa'}, {'id': 'x', 'names': ['X'], 'restores': true}], 'flows': [{'source': 0,"
	       "'target': 1, 'weights': [{'basis': 'population', 'value': -5, 'date': '2018', 'source': 'a'}]}],"
	       "'dispositions': [{'kind': 'plan', 'disposition': 'inherit'}], 'status': 'annulled', 'source': 'a'}}");
	finding_at(s, "EVENT_NEEDS", "event.supersedes");
	finding_at(s, "EVENT_NEEDS", "event.targets[1]");
	finding_at(s, "EVENT_NEEDS", "event.dispositions[0].disposition");
	finding_at(s, "BAD_VALUE", "event.flows[0].weights[0].value");
	finding_at(s, "BAD_VALUE", "event.targets[1].restores");
	finding_at(s, "UNRESOLVED_UNIT", "event.sources[1]");
}

static void each_type_asks_for_its_sources_and_targets(void **state)
{
	struct world *w = *state;
	world_base(w);
	static const struct {
		const char *type, *rest, *rule, *path;
	} bad[] = {
	    {"creation", "'sources': ['rissa']", "EVENT_NEEDS", "event.targets"},
	    {"creation", "'sources': ['rissa'], 'targets': [{'id': 'x', 'names': ['X']}]", "EVENT_NEEDS",
	     "event.sources"},
	    {"creation", "'targets': [{'unit': 'rissa'}]", "UNIT_EXISTS", "event.targets[0].unit"},
	    {"creation", "'targets': [{'id': 'x', 'names': ['X']}]", "NEW_UNIT_NEEDS", "event.targets[0].kind"},
	    {"creation", "'targets': [{'id': 'x', 'kind': 'k'}]", "NEW_UNIT_NEEDS", "event.targets[0].names"},
	    {"creation", "'targets': [{'id': 'rissa', 'kind': 'k', 'names': ['X']}]", "UNIT_EXISTS",
	     "event.targets[0].id"},
	    {"creation", "'targets': [{'unit': 'rissa', 'id': 'x'}]", "BAD_VALUE", "event.targets[0].id"},
	    {"deletion", "'targets': [{'id': 'x', 'names': ['X']}]", "EVENT_NEEDS", "event.sources"},
	    {"deletion", "'sources': ['rissa'], 'targets': [{'id': 'x', 'names': ['X']}]", "EVENT_NEEDS",
	     "event.targets"},
	    {"merging", "'sources': ['rissa'], 'targets': [{'id': 'x', 'names': ['X']}]", "EVENT_NEEDS",
	     "event.sources"},
	    {"merging", "'sources': ['rissa', 'bjugn'], 'targets': [{'unit': 'rissa'}]", "EVENT_NEEDS",
	     "event.targets"},
	    {"merging", "'sources': ['rissa', 'bjugn'], 'targets': [{'unit': 'leksvik'}]", "NOT_A_SURVIVOR",
	     "event.targets[0].unit"},
	    {"take_over", "'sources': ['rissa', 'bjugn'], 'targets': [{'id': 'x', 'names': ['X']}]", "NOT_A_SURVIVOR",
	     "event.targets"},
	    {"breakdown", "'sources': ['rissa'], 'targets': [{'id': 'x', 'names': ['X']}]", "EVENT_NEEDS",
	     "event.targets"},
	    {"breakdown", "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'id': 'x', 'names': ['X']}]",
	     "EVENT_NEEDS", "event.targets"},
	    {"split_off", "'sources': ['rissa'], 'targets': [{'id': 'y', 'names': ['Y']}, {'id': 'x', 'names': ['X']}]",
	     "NOT_A_SURVIVOR", "event.targets"},
	    {"code_change", "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}]", "EVENT_NEEDS",
	     "event.targets[0].codes"},
	    {"name_change", "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}]", "EVENT_NEEDS",
	     "event.targets[0].names"},
	    {"reparenting", "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}]", "EVENT_NEEDS",
	     "event.targets[0].part_of"},
	    {"reparenting", "'sources': ['rissa'], 'targets': [{'unit': 'bjugn', 'part_of': 'mr'}]", "NOT_A_SURVIVOR",
	     "event.targets[0].unit"},
	    {"reorganisation", "'sources': ['rissa']", "EVENT_NEEDS", "event.targets"},
	    {"reorganisation", "'targets': [{'unit': 'rissa'}]", "EVENT_NEEDS", "event.sources"},
	    {"reparenting", "'sources': ['no'], 'targets': [{'unit': 'no', 'part_of': 'bodo'}]", "CYCLE",
	     "event.targets[0].part_of"},
	    {"merging", "'sources': ['rissa', 'rissa'], 'targets': [{'id': 'x', 'names': ['X']}]",
	     "DUPLICATE_IN_MESSAGE", "event.sources[1]"},
	    {"breakdown", "'sources': ['rissa'], 'targets': [{'id': 'x', 'names': ['X']}, {'id': 'x', 'names': ['X']}]",
	     "DUPLICATE_IN_MESSAGE", "event.targets[1]"},
	    {"deletion", "'sources': ['rissa'], 'flows': [{'source': 0, 'target': 0}]", "BAD_VALUE", "event.flows[0]"},
	    {"merging", "'sources': ['rissa', 'bjugn'], 'targets': [{'id': 'x', 'names': ['X']}], 'flows': [{}, {}]",
	     "DUPLICATE_IN_MESSAGE", "event.flows[1]"},
	    {"deletion", "'sources': ['rissa'], 'scope': 'nowhere'", "UNRESOLVED_UNIT", "event.scope"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		finding_at(no_event(w, bad[i].type, bad[i].rest), bad[i].rule, bad[i].path);
}

static void an_event_id_is_used_once(void **state)
{
	struct world *w = *state;
	world_base(w);
	indre_fosen(w, "");
	struct said *s =
	    refused(w, "{'event': {'id': 'm2018-if', 'type': 'deletion', 'effective': '2019', 'status': 'effective',"
		       "'source': 'a', 'sources': ['bodo']}}");
	finding_at(s, "EVENT_EXISTS", "event.id");
}

static void a_source_must_live_the_day_before(void **state)
{
	struct world *w = *state;
	world_base(w);
	indre_fosen(w, "");
	struct said *s =
	    refused(w, "{'event': {'id': 'e', 'type': 'deletion', 'effective': '2019-01-01', 'status': 'effective',"
		       "'source': 'a', 'sources': ['rissa']}}");
	finding_at(s, "ALREADY_ENDED", "event.sources[0]");
}

/* A second event moved the end that the first had given. */
static void a_source_that_ends_another_day_is_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	indre_fosen(w, "");
	struct said *s =
	    refused(w, "{'event': {'id': 'e', 'type': 'deletion', 'effective': '2016-01-01', 'status': 'effective',"
		       "'source': 'a', 'sources': ['rissa']}}");
	finding_at(s, "OVERLAPPING_LIVES", "event.sources[0]");
	assert_string_equal(lives_of(w, "rissa"), "1:  to 2018-01-01");
}

/* ---- all of it ---- */

static void the_real_example_is_accepted_and_hangs_together(void **state)
{
	struct world *w = *state;
	judge_free(w->judge);
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 10000});
	static const char *const files[] = {"definitions", "units",         "rounds",
					    "events",      "county_totals", "arrangements"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		assert_true(accepted_file(w, arena_printf(w->a, "examples/%s.json", files[i])) > 0);
	assert_string_equal(inside_at(w, "kommune/indre-fosen", "2018-01-01"), "fylke/trondelag");
	assert_string_equal(inside_at(w, "kommune/leksvik", "2017-12-31"), "fylke/nord-trondelag");
	assert_string_equal(inside_at(w, "kommune/rindal", "2019-01-01"), "fylke/trondelag");
	assert_string_equal(inside_at(w, "kommune/lunner", "2019-12-31"), "fylke/oppland");
	assert_string_equal(inside_at(w, "kommune/lunner", "2020-01-01"), "fylke/viken");
	assert_string_equal(inside_at(w, "kommune/lunner", "2024-01-01"), "fylke/akershus-2024");
	assert_string_equal(inside_at(w, "kommune/haram-2024", "2024-01-01"),
			    inside_at(w, "kommune/alesund-2020", "2024-01-01"));
	assert_string_equal(edges_of(w, "kommune/snillfjord"),
			    "kommune/heim(part); kommune/hitra(part); kommune/orkland(part)");
	assert_string_equal(links_at(w, LINK_TYPE_PARTICIPATES_IN, "ordning/hald-ikt", "2020-12-31"),
			    "kommune/alstahaug; kommune/donna; kommune/heroy-nordland; kommune/leirfjord");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(a_date_without_two_ends_is_refused),
	    BOTH(flows_that_are_not_said_are_counted_too),
	    BOTH(a_proposed_event_changes_nothing_and_is_kept),
	    BOTH(all_that_is_wrong_with_an_event_is_told),
	    BOTH(each_type_asks_for_its_sources_and_targets),
	    BOTH(an_event_id_is_used_once),
	    BOTH(a_source_must_live_the_day_before),
	    BOTH(a_source_that_ends_another_day_is_refused),
	    BOTH(the_real_example_is_accepted_and_hangs_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
