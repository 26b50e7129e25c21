/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_reform.c - what each type of event changes: lives, names, codes, lineage, territories.
 */
#include "tests/unit/judge_kit.h"

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

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(a_merger_ends_its_sources_and_begins_its_target),
	    BOTH(a_take_over_lets_one_source_live_on),
	    BOTH(a_breakdown_gives_each_target_the_parts_it_names),
	    BOTH(a_split_off_lets_its_source_live_on),
	    BOTH(codes_and_names_change_from_a_day_on),
	    BOTH(two_new_codes_of_one_scheme_end_the_old_one_once),
	    BOTH(creation_and_deletion_begin_and_end),
	    BOTH(snillfjord_goes_to_three_in_one_decision),
	    BOTH(an_uncertain_date_keeps_its_precision),
	    BOTH(a_part_is_transferred_and_all_live_on),
	    BOTH(a_former_unit_comes_back_with_its_territory),
	    BOTH(what_left_before_a_former_unit_came_is_none_of_its_territory),
	    BOTH(a_target_that_is_on_record_from_that_day_is_not_born_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
