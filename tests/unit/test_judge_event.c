/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_event.c - reorganisations: what each type changes, reforms of one day, and what takes effect when.
 */
#include "tests/unit/world.h"

#define SUB "{'submission': {'mode': 'patch', 'source': 'a', "

/* An event of the source a. */
static struct said *event(struct world *w, const char *id, const char *type, const char *effective, const char *rest)
{
	return accepted(
	    w, "{'event': {'id': '%s', 'type': '%s', 'effective': '%s', 'status': 'effective', 'source': 'a', %s}}", id,
	    type, effective, rest);
}

static struct said *no_event(struct world *w, const char *type, const char *rest)
{
	return refused(
	    w,
	    "{'event': {'id': 'e', 'type': '%s', 'effective': '2018-01-01', 'status': 'effective', 'source': 'a'"
	    ", %s}}",
	    type, rest);
}

static struct said *indre_fosen(struct world *w, const char *more)
{
	return event(w, "m2018-if", "merging", "2018-01-01",
		     arena_printf(w->a,
				  "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen'],"
				  "'codes': {'kommunenummer': '5054'}%s}]",
				  more));
}

static struct said *trondelag(struct world *w)
{
	return event(
	    w, "c2018", "merging", "2018-01-01",
	    "'sources': ['st', 'nt'], 'targets': [{'id': 'tr', 'names': ['Trøndelag'], 'codes': {'fylkesnummer':"
	    "'50'}}]");
}

/* ---- each type ---- */

static void a_merger_ends_its_sources_and_begins_its_target(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = indre_fosen(w, ", 'part_of': 'st'");
	assert_string_equal(lives_of(w, "rissa"), "1:  to 2018-01-01");
	assert_string_equal(lives_of(w, "leksvik"), "1:  to 2018-01-01");
	assert_string_equal(lives_of(w, "if"), "1: 2018-01-01 to ");
	assert_string_equal(kind_at(w, "if"), "municipality"); /* that of the sources */
	assert_string_equal(names_at(w, "if", "2018-01-01"), "Indre Fosen");
	assert_string_equal(codes_at(w, "if", "2018-01-01"), "5054");
	assert_string_equal(inside_at(w, "if", "2018-01-01"), "st");
	assert_string_equal(inside_at(w, "rissa", "2017-12-31"), "st");
	assert_string_equal(edges_of(w, "rissa"), "if");
	assert_string_equal(edges_of(w, "leksvik"), "if");
	assert_string_equal(changes_text(w, s, CHANGE_KIND_REORGANISED),
			    "REORGANISED EVENT rissa leksvik if | rissa + leksvik → if");
	struct unit_life life;
	assert_true(unit_life_at(&w->view, unit_of(w, "rissa"), day_at("2017-12-31"), &life));
	assert_int_not_equal(life.life.ended_by, 0);
	assert_false(unit_life_at(&w->view, unit_of(w, "rissa"), day_at("2018-01-01"), &life));
}

static void a_merger_carries_the_parts_of_its_sources(void **state)
{
	struct world *w = *state;
	world_base(w);
	trondelag(w);
	assert_string_equal(inside_at(w, "rissa", "2017-12-31"), "st");
	assert_string_equal(inside_at(w, "rissa", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "bjugn", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "leksvik", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "bodo", "2018-01-01"), "no");
}

static void a_part_that_left_that_day_is_not_carried(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "r", "reparenting", "2018-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'mr'}]");
	trondelag(w);
	assert_string_equal(inside_at(w, "rissa", "2018-01-01"), "mr");
	assert_string_equal(inside_at(w, "bjugn", "2018-01-01"), "tr");
}

static void a_take_over_lets_one_source_live_on(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "t", "take_over", "2020-01-01",
	      "'sources': ['rissa', 'bjugn'], 'targets': [{'unit': 'rissa', 'codes': {'kommunenummer': '5054'}}]");
	assert_string_equal(lives_of(w, "rissa"), "1:  to ");
	assert_string_equal(lives_of(w, "bjugn"), "1:  to 2020-01-01");
	assert_string_equal(codes_at(w, "rissa", "2019-12-31"), "1624");
	assert_string_equal(codes_at(w, "rissa", "2020-01-01"), "5054");
	assert_string_equal(names_at(w, "rissa", "2020-01-01"), "Rissa");
	assert_string_equal(edges_of(w, "bjugn"), "rissa");
}

static void a_breakdown_gives_each_target_the_parts_it_names(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "b", "breakdown", "2024-01-01",
	      "'sources': ['st'], 'targets': [{'id': 'st1', 'names': ['One'], 'parts': ['rissa']},"
	      "{'id': 'st2', 'names': ['Two'], 'parts': [{'name': 'Bjugn'}]}]");
	assert_string_equal(lives_of(w, "st"), "1:  to 2024-01-01");
	assert_string_equal(inside_at(w, "rissa", "2023-12-31"), "st");
	assert_string_equal(inside_at(w, "rissa", "2024-01-01"), "st1");
	assert_string_equal(inside_at(w, "bjugn", "2024-01-01"), "st2");
	assert_string_equal(edges_of(w, "st"), "st1(part); st2(part)");
	assert_string_equal(kind_at(w, "st2"), "county");
}

static void a_split_off_lets_its_source_live_on(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(
	    w, "s", "split_off", "2024-01-01",
	    "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'id': 'new', 'names': ['New'], 'codes': "
	    "{'kommunenummer':"
	    "'1580'}}], 'flows': [{'source': 0, 'target': 0, 'part': true}, {'source': 0, 'target': 1, 'part': true}]");
	assert_string_equal(lives_of(w, "rissa"), "1:  to ");
	assert_string_equal(lives_of(w, "new"), "1: 2024-01-01 to ");
	assert_string_equal(inside_at(w, "new", "2024-01-01"), "st"); /* where its source lies */
	assert_string_equal(edges_of(w, "rissa"), "new(part); rissa(part)");
}

static void codes_and_names_change_from_a_day_on(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "c", "code_change", "2018-01-01",
	      "'sources': [{'code': '1804', 'scheme': 'kommunenummer'}], 'targets': [{'unit': 'bodo', 'codes': "
	      "{'kommunenummer':"
	      "'9999'}}]");
	struct said *s = event(w, "n", "name_change", "2019",
			       "'sources': ['bodo'], 'targets': [{'unit': 'bodo', 'names': ['Bodø–Bådåddjo']}]");
	assert_string_equal(codes_at(w, "bodo", "2017-12-31"), "1804");
	assert_string_equal(codes_at(w, "bodo", "2018-01-01"), "9999");
	assert_string_equal(names_at(w, "bodo", "2018-06-01"), "Bodø");
	assert_string_equal(names_at(w, "bodo", "2020-01-01"), "Bodø–Bådåddjo");
	assert_string_equal(names_at(w, "bodo", "2019-06-01"), "Bodø; Bodø–Bådåddjo"); /* either is possible */
	assert_string_equal(lives_of(w, "bodo"), "1:  to ");
	finding_at(s, "DATE_UNCERTAIN", "event.effective");
}

static void two_new_codes_of_one_scheme_end_the_old_one_once(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    event(w, "c", "code_change", "2018-01-01",
		  "'sources': ['bodo'], 'targets': [{'unit': 'bodo', 'codes': [{'scheme': 'kommunenummer', 'code':"
		  "'1'}, {'scheme': 'kommunenummer', 'code': '2'}]}]");
	assert_string_equal(codes_at(w, "bodo", "2018-01-01"), "1; 2");
	assert_string_equal(changes_text(w, s, CHANGE_KIND_ENDED), "ENDED CODE bodo |  → 1804");
}

static void reparenting_keeps_the_unit(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "r", "reparenting", "2019-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'codes': {'kommunenummer': '5061'}, 'part_of': "
	      "'mr'}]");
	assert_string_equal(inside_at(w, "rissa", "2018-12-31"), "st");
	assert_string_equal(inside_at(w, "rissa", "2019-01-01"), "mr");
	assert_string_equal(lives_of(w, "rissa"), "1:  to ");
}

static void reparenting_to_where_it_lies_adds_no_link(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = event(w, "r", "reparenting", "2019-01-01",
			       "'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'st'}]");
	assert_string_equal(inside_at(w, "rissa", "2019-01-01"), "st");
	for (size_t i = 0; i < s->n_changes; i++)
		assert_int_not_equal(s->changes[i].subject, SUBJECT_LINK);
}

static void creation_and_deletion_begin_and_end(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "n", "creation", "2010-01-01",
	      "'targets': [{'id': 'office', 'kind': 'office', 'names': ['O'], 'part_of': 'no'}]");
	assert_string_equal(inside_at(w, "office", "2010-01-01"), "no");
	event(w, "d", "deletion", "2012-01-01", "'sources': ['office']");
	assert_string_equal(lives_of(w, "office"), "1: 2010-01-01 to 2012-01-01");
	event(w, "n2", "creation", "2014-01-01", "'targets': [{'unit': 'office'}]"); /* it comes back */
	assert_string_equal(lives_of(w, "office"), "1: 2010-01-01 to 2012-01-01\n2: 2014-01-01 to ");
}

/* Seven sources, three targets, one of which lives on; Snillfjord goes to all three. */
static void snillfjord_goes_to_three_in_one_decision(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(
	    w, SUB
	    "'units': ["
	    "{'id': 'snillfjord', 'kind': 'municipality', 'names': ['Snillfjord'], 'part_of': 'st'},"
	    "{'id': 'hemne', 'kind': 'municipality', 'names': ['Hemne'], 'part_of': 'st'},"
	    "{'id': 'halsa', 'kind': 'municipality', 'names': ['Halsa'], 'part_of': 'mr'},"
	    "{'id': 'hitra', 'kind': 'municipality', 'names': ['Hitra'], 'part_of': 'st', 'codes': {'kommunenummer':"
	    "'5013'}},"
	    "{'id': 'agdenes', 'kind': 'municipality', 'names': ['Agdenes'], 'part_of': 'st'},"
	    "{'id': 'meldal', 'kind': 'municipality', 'names': ['Meldal'], 'part_of': 'st'},"
	    "{'id': 'orkdal', 'kind': 'municipality', 'names': ['Orkdal'], 'part_of': 'st'}]}}");
	struct said *s = event(
	    w, "m2020", "reorganisation", "2020-01-01",
	    "'sources': ['snillfjord', 'hemne', 'halsa', 'hitra', 'agdenes', 'meldal', 'orkdal'], 'targets': ["
	    "{'id': 'heim', 'names': ['Heim'], 'codes': {'kommunenummer': '5055'}, 'part_of': 'st'},"
	    "{'unit': 'hitra', 'codes': {'kommunenummer': '5056'}},"
	    "{'id': 'orkland', 'names': ['Orkland'], 'codes': {'kommunenummer': '5059'}, 'part_of': 'st'}], 'flows': ["
	    "{'source': 0, 'target': 0, 'part': true}, {'source': 0, 'target': 1, 'part': true},"
	    "{'source': 0, 'target': 2, 'part': true}, {'source': 1, 'target': 0}, {'source': 2, 'target': 0},"
	    "{'source': 3, 'target': 1}, {'source': 4, 'target': 2}, {'source': 5, 'target': 2}, {'source': 6, "
	    "'target': 2}]");
	assert_string_equal(edges_of(w, "snillfjord"), "heim(part); hitra(part); orkland(part)");
	assert_string_equal(edges_of(w, "hitra"), "hitra");
	assert_string_equal(edges_of(w, "halsa"), "heim");
	assert_string_equal(lives_of(w, "snillfjord"), "1:  to 2020-01-01");
	assert_string_equal(lives_of(w, "hitra"), "1:  to ");
	assert_string_equal(lives_of(w, "orkland"), "1: 2020-01-01 to ");
	assert_string_equal(codes_at(w, "hitra", "2020-01-01"), "5056");
	assert_string_equal(inside_at(w, "heim", "2020-01-01"), "st");
	assert_string_equal(inside_at(w, "hitra", "2020-01-01"), "st");
	assert_int_equal(s->changes[0].kind, CHANGE_KIND_REORGANISED);
	assert_int_equal(s->changes[0].n_units, 9);
}

static void parts_of_a_new_unit_inherit_where_their_sources_agree(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "m", "merging", "2016-01-01",
	      "'sources': ['rissa', 'bjugn'], 'targets': [{'id': 'x', 'names': ['X']}]");
	assert_string_equal(inside_at(w, "x", "2016-01-01"), "st");
	event(w, "m2", "merging", "2017-01-01",
	      "'sources': ['x', 'leksvik'], 'targets': [{'id': 'y', 'names': ['Y']}]");
	assert_string_equal(inside_at(w, "y", "2017-01-01"), ""); /* they do not agree: nobody says */
}

/* ---- reforms of one day ---- */

static void a_county_merger_then_a_merger_across_its_border(void **state)
{
	struct world *w = *state;
	world_base(w);
	trondelag(w);
	indre_fosen(w, ", 'part_of': 'tr'");
	assert_string_equal(inside_at(w, "if", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "bjugn", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "rissa", "2017-12-31"), "st");
	assert_string_equal(inside_at(w, "rissa", "2018-01-01"), "");
}

static void both_orders(struct world *w, bool county_first)
{
	accepted(w, SUB "'units': [{'id': 'orland', 'kind': 'municipality', 'names': ['Ørland'], 'part_of': 'st'}]}}");
	if (county_first)
		trondelag(w);
	indre_fosen(w, "");                    /* of two counties */
	event(w, "m", "merging", "2018-01-01", /* of one county */
	      "'sources': ['bjugn', 'orland'], 'targets': [{'id': 'x', 'names': ['X']}]");
	if (!county_first)
		trondelag(w);
	assert_string_equal(inside_at(w, "if", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "x", "2018-01-01"), "tr");
	assert_string_equal(inside_at(w, "x", "2030-01-01"), "tr");
	assert_string_equal(inside_at(w, "bjugn", "2018-01-01"), "");
	uint32_t *all;
	assert_int_equal(unit_subtree(&w->view, unit_of(w, "tr"), day_at("2018-01-01"), w->a, &all), 3);
	assert_int_equal(unit_subtree(&w->view, unit_of(w, "st"), day_at("2017-12-31"), w->a, &all), 4);
}

static void mergers_across_the_border_after_the_county_lie_in_the_new_one(void **state)
{
	world_base(*state);
	both_orders(*state, true);
}

/* Whoever merged on the day on which the county ended lay nowhere from then on. */
static void mergers_across_the_border_before_the_county_lie_in_the_new_one(void **state)
{
	world_base(*state);
	both_orders(*state, false);
}

static void a_merger_that_chose_another_county_is_not_carried(void **state)
{
	struct world *w = *state;
	world_base(w);
	indre_fosen(w, ", 'part_of': 'mr'");
	trondelag(w);
	assert_string_equal(inside_at(w, "if", "2018-01-01"), "mr");
}

static void one_of_a_foreign_county_is_not_carried_along(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "m", "merging", "2018-01-01",
	      "'sources': ['rissa', 'bodo'], 'targets': [{'id': 'x', 'names': ['X']}]"); /* bodo is of Nordland */
	trondelag(w);
	assert_string_equal(inside_at(w, "x", "2018-01-01"), "");
}

/* ---- dates ---- */

static void an_uncertain_date_keeps_its_precision(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s = event(w, "m", "merging", "2018",
			       "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'if', 'names': ['Indre Fosen']}]");
	finding_at(s, "DATE_UNCERTAIN", "event.effective");
	assert_string_equal(lives_of(w, "rissa"), "1:  to 2018");
	assert_string_equal(lives_of(w, "if"), "1: 2018 to ");
	struct unit_life life;
	assert_true(unit_life_at(&w->view, unit_of(w, "rissa"), day_at("2018-06-01"), &life));
	assert_int_equal(life.truth, TRUTH_POSSIBLE);
	assert_true(unit_life_at(&w->view, unit_of(w, "if"), day_at("2018-06-01"), &life));
	assert_int_equal(life.truth, TRUTH_POSSIBLE);
}

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

static void start_in_2017(struct world *w)
{
	w->time_us = (int64_t)day_of(2017, 6, 1) * 86400000000;
	judge_free(w->judge);
	w->about.created_us = w->time_us;
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 100});
	world_base(w);
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

static void what_lies_ahead_takes_effect_once(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	indre_fosen(w, ", 'part_of': 'st'");
	assert_string_equal(changes_text(w, tick(w, "2017-12-31"), CHANGE_KIND_TOOK_EFFECT), "");
	struct said *s = tick(w, "2018-01-01");
	assert_string_equal(changes_text(w, s, CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT EVENT |  → event\nTOOK_EFFECT LINK if st |  → link begins");
	assert_string_equal(s->changes[1].field, "m2018-if");
	assert_string_equal(changes_text(w, tick(w, "2018-01-02"), CHANGE_KIND_TOOK_EFFECT), "");
}

static void what_fell_due_in_a_gap_takes_effect_at_the_next_tick(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	indre_fosen(w, "");
	struct said *s = tick(w, "2018-03-09");
	assert_string_equal(changes_text(w, s, 0), "TICKED DAY |  → 2018-03-09\nTOOK_EFFECT EVENT |  → event");
	assert_string_equal(s->changes[1].valid_from, "2018-01-01");
	assert_string_equal(changes_text(w, tick(w, "2018-03-10"), CHANGE_KIND_TOOK_EFFECT), "");
}

/* What was said before the very first tick, and fell due with it, never took effect. */
static void the_first_tick_fires_what_was_said_before_it(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	indre_fosen(w, "");
	assert_string_equal(changes_text(w, tick(w, "2018-01-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT EVENT |  → event");
	assert_string_equal(changes_text(w, tick(w, "2018-01-02"), CHANGE_KIND_TOOK_EFFECT), "");
}

static void what_has_happened_already_is_not_due(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2018-01-01");
	indre_fosen(w, ""); /* told on the very day */
	assert_string_equal(changes_text(w, tick(w, "2018-01-02"), CHANGE_KIND_TOOK_EFFECT), "");
}

static void an_uncertain_date_takes_effect_when_it_has_certainly_come(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	event(w, "e", "deletion", "2018", "'sources': ['bjugn']");
	assert_string_equal(changes_text(w, tick(w, "2018-12-30"), CHANGE_KIND_TOOK_EFFECT), "");
	assert_string_equal(changes_text(w, tick(w, "2018-12-31"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT EVENT |  → event");
}

static void statements_that_lie_ahead_take_effect_too(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	accepted(
	    w,
	    SUB "'units': [{'id': 'k', 'kind': 'office', 'valid_from': '2017-07-01', 'valid_to': '2017-09-01', 'names':"
		"['K']}], 'links': [{'type': 'member_of', 'from': 'k', 'to': 'no', 'valid_from': '2017-07-01',"
		"'valid_to': '2017-08-01'}]}}");
	assert_string_equal(changes_text(w, tick(w, "2017-07-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT UNIT k |  → unit begins\nTOOK_EFFECT LINK k no |  → link begins");
	assert_string_equal(changes_text(w, tick(w, "2017-08-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT LINK k no |  → link ends");
	assert_string_equal(changes_text(w, tick(w, "2017-09-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT UNIT k |  → unit ends");
}

/* What was retracted, or corrected to another day, still took effect on the first one. */
static void what_was_taken_back_does_not_take_effect(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	unsigned long long rev =
	    accepted(w, SUB "'units': [{'id': 'k', 'kind': 'office', 'valid_from': '2017-07-01', 'names': ['K']}]}}")
		->rev;
	accepted(w, SUB "'reason': 'r', 'retractions': [{'revision': %llu, 'unit': 'k'}]}}", rev);
	rev = accepted(w,
		       SUB "'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from': '2017-07-01'}]}}")
		  ->rev;
	accepted(
	    w,
	    SUB "'reason': 'r', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from': '2017-07-02',"
		"'supersedes': %llu}]}}",
	    rev);
	assert_string_equal(changes_text(w, tick(w, "2017-07-01"), CHANGE_KIND_TOOK_EFFECT), "");
	assert_string_equal(changes_text(w, tick(w, "2017-07-02"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT LINK bodo no |  → link begins");
}

static void a_day_does_not_turn_twice(void **state)
{
	struct world *w = *state;
	world_base(w);
	tick(w, "2026-01-01");
	struct judgement j;
	uint8_t hash[32] = {0};
	struct judge_input in = {
	    .pos = w->pos + 1, .rev = w->rev + 1, .time_us = ++w->time_us, .submitter = "", .hash = hash};
	int32_t day = day_at("2026-01-01");
	in.content = judge_tick_body(w->a, day, "Europe/Oslo");
	assert_err(ERR_INVALID, judge_tick(w->judge, &w->view, &in, day, w->a, &j, NULL));
	assert_err(ERR_INVALID, judge_tick(w->judge, &w->view, &in, day - 1, w->a, &j, NULL));
	int32_t today;
	assert_true(unit_today(&w->view, &today));
	assert_int_equal(today, day);
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

static void a_part_is_transferred_and_all_live_on(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "t", "transfer_of_part", "2018-01-01", "'sources': ['rissa'], 'targets': [{'unit': 'bjugn'}]");
	assert_string_equal(lives_of(w, "rissa"), "1:  to ");
	assert_string_equal(lives_of(w, "bjugn"), "1:  to ");
	assert_string_equal(edges_of(w, "rissa"), "bjugn(part); rissa(part)");
	assert_string_equal(edges_of(w, "bjugn"), "");
	event(w, "b", "boundary_adjustment", "2019-01-01",
	      "'sources': ['leksvik', 'bodo'], 'targets': [{'unit': 'leksvik'}, {'unit': 'bodo'}]");
	assert_string_equal(edges_of(w, "bodo"), "bodo(part); leksvik(part)");
}

static uint32_t territory(struct world *w, const char *from, const char *to)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk k = {0};
	struct row r;
	struct fact f;
	key_unit(&key, unit_of(w, from));
	walk_begin(&k, &w->view, TABLE_EDGE, buf_view(&key));
	while (walk_next(&k, &r)) {
		assert_ok(row_fact(&r, &f));
		if (f.edge.to == unit_of(w, to))
			return f.edge.territory;
	}
	return 0;
}

static void a_former_unit_comes_back_with_its_territory(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "m", "take_over", "2020-01-01", "'sources': ['rissa', 'bjugn'], 'targets': [{'unit': 'rissa'}]");
	event(w, "s", "split_off", "2024-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'unit': 'bjugn', 'restores': true}]");
	assert_string_equal(lives_of(w, "bjugn"), "1:  to 2020-01-01\n2: 2024-01-01 to ");
	assert_int_equal(territory(w, "rissa", "bjugn"), unit_of(w, "bjugn"));
	assert_int_equal(territory(w, "rissa", "rissa"), 0);
	event(w, "x", "split_off", "2025-01-01",
	      "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'id': 'n', 'names': ['N'], 'territory_of': "
	      "'bjugn'}]");
	assert_int_equal(territory(w, "rissa", "n"), unit_of(w, "bjugn"));
	struct said *s = refused(w, "{'event': {'id': 'y', 'type': 'split_off', 'effective': '2026-01-01', 'status': "
				    "'effective', 'source': 'a',"
				    "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'id': 'o', 'names': ['O'], "
				    "'territory_of': 'bodo'}]}}");
	finding_at(s, "NEVER_FLOWED", "event.targets[1].territory_of");
}

static void what_left_before_a_former_unit_came_is_none_of_its_territory(void **state)
{
	struct world *w = *state;
	world_base(w);
	event(w, "t", "transfer_of_part", "2010-01-01", "'sources': ['leksvik'], 'targets': [{'unit': 'bjugn'}]");
	event(w, "m", "take_over", "2015-01-01", "'sources': ['leksvik', 'rissa'], 'targets': [{'unit': 'leksvik'}]");
	struct said *s = no_event(w, "split_off",
				  "'sources': ['bjugn'], 'targets': [{'unit': 'bjugn'}, {'id': 'n', 'names': ['N'],"
				  "'territory_of': 'rissa'}]");
	finding_at(s, "NEVER_FLOWED", "event.targets[1].territory_of");
}

static void an_office_moves_and_a_task_gets_another_actor(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(
	    w, SUB
	    "'units': [{'id': 'office', 'kind': 'office', 'names': ['O']}, {'id': 'task', 'kind': 'task', 'names':"
	    "['T']}], 'links': [{'type': 'located_in', 'from': 'office', 'to': 'bodo'}, {'type': 'responsible_for',"
	    "'from': 'no', 'to': 'task', 'role': 'decides'}, {'type': 'responsible_for', 'from': 'no', 'to': 'task',"
	    "'role': 'performs'}]}}");
	event(w, "o", "relocation", "2019-01-01",
	      "'moves': [{'link': 'located_in', 'what': 'office', 'from': 'bodo', 'to': 'rissa'}]");
	assert_string_equal(links_at(w, LINK_TYPE_LOCATED_IN, "bodo", "2018-12-31"), "office");
	assert_string_equal(links_at(w, LINK_TYPE_LOCATED_IN, "bodo", "2019-01-01"), "");
	assert_string_equal(links_at(w, LINK_TYPE_LOCATED_IN, "rissa", "2019-01-01"), "office");
	unsigned long long rev = event(w, "t", "transfer_of_task", "2020-01-01",
				       "'moves': [{'link': 'responsible_for', 'what': 'task', 'from': 'no', 'to': 'mr',"
				       "'role': 'performs'}]")
				     ->rev;
	assert_string_equal(links_at(w, LINK_TYPE_RESPONSIBLE_FOR, "task", "2020-01-01"), "mr(performs); no(decides)");
	accepted(w,
		 "{'event': {'id': 't', 'type': 'transfer_of_task', 'effective': '2020-01-01', 'status': 'annulled',"
		 "'source': 'a', 'supersedes': {'revision': %llu, 'reason': 'withdrawn'}}}",
		 rev);
	assert_string_equal(links_at(w, LINK_TYPE_RESPONSIBLE_FOR, "task", "2020-01-01"), "no(decides); no(performs)");
	struct said *s =
	    no_event(w, "relocation", "'moves': [{'link': 'located_in', 'what': 'office', 'from': 'no', 'to': 'mr'}]");
	finding_at(s, "NO_SUCH_LINK", "event.moves[0]");
}

static void objects_are_inherited_shared_dropped_or_left(void **state)
{
	struct world *w = *state;
	static const char *const what[] = {"inherit", "share", "drop", "unknown"};
	static const char *const there[] = {"plan", "plan", "", ""};
	world_base(w);
	for (int i = 0; i < 4; i++) {
		accepted(
		    w,
		    SUB
		    "'units': [{'id': 'plan%d', 'kind': 'plan', 'names': ['P']}, {'id': 's%d', 'kind': 'k', 'names':"
		    "['S']}], 'links': [{'type': 'member_of', 'from': 'plan%d', 'to': 's%d'}]}}",
		    i, i, i, i);
		event(w, arena_printf(w->a, "e%d", i), "reorganisation", "2018-01-01",
		      arena_printf(w->a,
				   "'sources': ['s%d'], 'targets': [{'id': 't%d', 'names': ['T']}], 'dispositions':"
				   "[{'kind': 'plan', 'disposition': '%s'}]",
				   i, i, what[i]));
		const char *now = links_at(w, LINK_TYPE_MEMBER_OF, arena_printf(w->a, "t%d", i), "2018-01-01");
		assert_string_equal(now, *there[i] ? arena_printf(w->a, "plan%d", i) : "");
	}
}

static void what_is_inherited_leaves_a_source_that_lives_on_what_is_shared_stays(void **state)
{
	struct world *w = *state;
	static const char *const what[] = {"inherit", "share"};
	world_base(w);
	for (int i = 0; i < 2; i++) {
		accepted(w,
			 SUB "'units': [{'id': 'plan%d', 'kind': 'plan', 'names': ['P']},"
			     "{'id': 's%d', 'kind': 'k', 'names': ['S']}, {'id': 't%d', 'kind': 'k', 'names': ['T']}],"
			     "'links': [{'type': 'member_of', 'from': 'plan%d', 'to': 's%d'}]}}",
			 i, i, i, i, i);
		event(w, arena_printf(w->a, "e%d", i), "transfer_of_part", "2018-01-01",
		      arena_printf(w->a,
				   "'sources': ['s%d'], 'targets': [{'unit': 't%d'}], 'dispositions':"
				   "[{'kind': 'plan', 'disposition': '%s'}]",
				   i, i, what[i]));
		const char *plan = arena_printf(w->a, "plan%d", i);
		assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, arena_printf(w->a, "t%d", i), "2018-01-01"), plan);
		assert_string_equal(links_at(w, LINK_TYPE_MEMBER_OF, arena_printf(w->a, "s%d", i), "2018-01-01"),
				    i ? plan : "");
	}
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

/* A target whose life was on record got a second one across it. */
static void a_target_that_is_on_record_from_that_day_is_not_born_twice(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, SUB
		 "'units': [{'id': 'if', 'kind': 'municipality', 'valid_from': '2018-01-01', 'names': ['Indre Fosen']},"
		 "{'id': 'late', 'kind': 'municipality', 'valid_from': '2020-01-01', 'names': ['Late']}]}}");
	struct said *s = no_event(w, "merging", "'sources': ['rissa', 'leksvik'], 'targets': [{'unit': 'late'}]");
	finding_at(s, "OVERLAPPING_LIVES", "event.targets[0].unit");
	event(w, "m", "merging", "2018-01-01", "'sources': ['rissa', 'leksvik'], 'targets': [{'unit': 'if'}]");
	assert_string_equal(lives_of(w, "if"), "1: 2018-01-01 to ");
	assert_string_equal(edges_of(w, "rissa"), "if");
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
	    BOTH(a_merger_ends_its_sources_and_begins_its_target),
	    BOTH(a_merger_carries_the_parts_of_its_sources),
	    BOTH(a_part_that_left_that_day_is_not_carried),
	    BOTH(a_take_over_lets_one_source_live_on),
	    BOTH(a_breakdown_gives_each_target_the_parts_it_names),
	    BOTH(a_split_off_lets_its_source_live_on),
	    BOTH(codes_and_names_change_from_a_day_on),
	    BOTH(two_new_codes_of_one_scheme_end_the_old_one_once),
	    BOTH(reparenting_keeps_the_unit),
	    BOTH(reparenting_to_where_it_lies_adds_no_link),
	    BOTH(creation_and_deletion_begin_and_end),
	    BOTH(snillfjord_goes_to_three_in_one_decision),
	    BOTH(parts_of_a_new_unit_inherit_where_their_sources_agree),
	    BOTH(a_county_merger_then_a_merger_across_its_border),
	    BOTH(mergers_across_the_border_after_the_county_lie_in_the_new_one),
	    BOTH(mergers_across_the_border_before_the_county_lie_in_the_new_one),
	    BOTH(a_merger_that_chose_another_county_is_not_carried),
	    BOTH(one_of_a_foreign_county_is_not_carried_along),
	    BOTH(an_uncertain_date_keeps_its_precision),
	    BOTH(a_date_without_two_ends_is_refused),
	    BOTH(flows_that_are_not_said_are_counted_too),
	    BOTH(what_lies_ahead_takes_effect_once),
	    BOTH(what_fell_due_in_a_gap_takes_effect_at_the_next_tick),
	    BOTH(the_first_tick_fires_what_was_said_before_it),
	    BOTH(what_has_happened_already_is_not_due),
	    BOTH(an_uncertain_date_takes_effect_when_it_has_certainly_come),
	    BOTH(statements_that_lie_ahead_take_effect_too),
	    BOTH(what_was_taken_back_does_not_take_effect),
	    BOTH(a_day_does_not_turn_twice),
	    BOTH(a_proposed_event_changes_nothing_and_is_kept),
	    BOTH(all_that_is_wrong_with_an_event_is_told),
	    BOTH(a_part_is_transferred_and_all_live_on),
	    BOTH(a_former_unit_comes_back_with_its_territory),
	    BOTH(what_left_before_a_former_unit_came_is_none_of_its_territory),
	    BOTH(an_office_moves_and_a_task_gets_another_actor),
	    BOTH(objects_are_inherited_shared_dropped_or_left),
	    BOTH(what_is_inherited_leaves_a_source_that_lives_on_what_is_shared_stays),
	    BOTH(each_type_asks_for_its_sources_and_targets),
	    BOTH(an_event_id_is_used_once),
	    BOTH(a_source_must_live_the_day_before),
	    BOTH(a_source_that_ends_another_day_is_refused),
	    BOTH(a_target_that_is_on_record_from_that_day_is_not_born_twice),
	    BOTH(the_real_example_is_accepted_and_hangs_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
