/* SPDX-License-Identifier: Apache-2.0
 *
 * test_unit.c - units as they were on a day.
 */
#include "tests/unit/query_kit.h"

static int32_t day(const char *text)
{
	return w_when(text).lo;
}

static void a_life_counts_between_its_dates_and_a_retracted_one_never(void **state)
{
	struct world *w = *state;
	struct unit_life life, *lives;
	uint32_t tysfjord = w_unit(w, "m:tysfjord", "municipality", "1869-01-01", "2020-01-01", "Tysfjord");
	uint32_t wrong = w_unit(w, "m:wrong", "municipality", "2000", "", "Wrong");
	w_commit(w);
	w_fact(w, FACT_LIFE)->life = (struct fact_life){.unit = wrong,
							.life = 1,
							.kind = w_word(w, SPACE_TERM, "municipality"),
							.state = STATE_RETRACTED,
							.from = w_when("2000")};
	w_commit(w);
	struct view *v = w_view(w);
	assert_true(unit_life_at(v, tysfjord, day("2019-12-31"), &life));
	assert_int_equal(life.truth, TRUTH_CERTAIN);
	assert_int_equal(life.rev, 1);
	assert_false(unit_life_at(v, tysfjord, day("2020-01-01"), &life));
	assert_false(unit_life_at(v, wrong, day("2010-01-01"), &life));
	assert_int_equal(unit_lives(v, tysfjord, w->a, &lives), 1);
	assert_int_equal(unit_lives(v, wrong, w->a, &lives), 0);
	assert_int_equal(unit_kind(v, tysfjord), w_word(w, SPACE_TERM, "municipality"));
	assert_int_equal(unit_kind(v, 999), 0);
	v->as_of = 1;
	assert_true(unit_life_at(v, wrong, day("2010-01-01"), &life));
	assert_int_equal(v->err, ERR_OK);
}

static void of_two_possible_names_both_count_until_one_is_certain(void **state)
{
	struct world *w = *state;
	struct unit_text *names;
	uint32_t u = w_unit(w, "m:1", "municipality", "", "", NULL);
	w_name(w, "m:1", "", "2018", "Old");
	w_name(w, "m:1", "2018", "", "New");
	w_commit(w);
	struct view *v = w_view(w);
	assert_int_equal(unit_names_at(v, u, day("2018-06-01"), w->a, &names), 2);
	assert_int_equal(unit_names_at(v, u, day("2017-06-01"), w->a, &names), 1);
	assert_string_equal(names[0].text, "Old");
	assert_int_equal(unit_names_at(v, u, day("2019-06-01"), w->a, &names), 1);
	assert_string_equal(names[0].text, "New");
	assert_string_equal(unit_name(v, u, day("2019-06-01"), w->a), "New");
}

static void a_unit_without_a_name_then_shows_the_nearest_or_its_id(void **state)
{
	struct world *w = *state;
	uint32_t u = w_unit(w, "m:1", "municipality", "", "", NULL),
		 bare = w_unit(w, "m:2", "municipality", "", "", NULL);
	w_name(w, "m:1", "1990-01-01", "2000-01-01", "First");
	w_name(w, "m:1", "2010-01-01", "", "Second");
	w_commit(w);
	struct view *v = w_view(w);
	assert_string_equal(unit_name(v, u, day("1980-01-01"), w->a), "First");
	assert_string_equal(unit_name(v, u, day("2001-01-01"), w->a), "First");
	assert_string_equal(unit_name(v, u, day("2009-01-01"), w->a), "Second");
	assert_string_equal(unit_name(v, bare, day("2009-01-01"), w->a), "m:2");
	assert_string_equal(unit_name(v, 0, 0, w->a), "");
}

static void codes_are_told_for_their_scheme_and_time(void **state)
{
	struct world *w = *state;
	struct unit_text *codes;
	uint32_t u = w_unit(w, "m:bodo", "municipality", "", "", "Bodø");
	w_code(w, "m:bodo", "kommunenummer", "", "2020-01-01", "1804");
	w_code(w, "m:bodo", "kommunenummer", "2020-01-01", "", "9999");
	w_code(w, "m:bodo", "orgnr", "", "", "972418013");
	w_commit(w);
	struct view *v = w_view(w);
	assert_int_equal(unit_codes_at(v, u, day("2019-01-01"), w->a, &codes), 2);
	assert_string_equal(codes[0].text, "1804");
	assert_int_equal(codes[0].scheme, w_word(w, SPACE_TERM, "kommunenummer"));
	assert_string_equal(codes[1].text, "972418013");
}

/* Norway, two counties, three municipalities of which one moves in 2020. */
static void say_norway(struct world *w)
{
	w_unit(w, "no", "country", "", "", "Norway");
	w_unit(w, "c:nordland", "county", "", "", "Nordland");
	w_unit(w, "c:troms", "county", "", "", "Troms");
	w_unit(w, "m:bodo", "municipality", "", "", "Bodø");
	w_unit(w, "m:tjeldsund", "municipality", "", "", "Tjeldsund");
	w_unit(w, "m:tysfjord", "municipality", "", "2020-01-01", "Tysfjord");
	w_link(w, LINK_TYPE_PART_OF, "c:nordland", "no", "", "");
	w_link(w, LINK_TYPE_PART_OF, "c:troms", "no", "", "");
	w_link(w, LINK_TYPE_PART_OF, "m:bodo", "c:nordland", "", "");
	w_link(w, LINK_TYPE_PART_OF, "m:tysfjord", "c:nordland", "", "");
	w_link(w, LINK_TYPE_PART_OF, "m:tjeldsund", "c:nordland", "", "2020-01-01");
	w_link(w, LINK_TYPE_PART_OF, "m:tjeldsund", "c:troms", "2020-01-01", "");
}

static void containment_is_followed_upwards_on_the_day(void **state)
{
	struct world *w = *state;
	say_norway(w);
	w_commit(w);
	struct view *v = w_view(w);
	uint32_t nordland = w_word(w, SPACE_UNIT, "c:nordland"), troms = w_word(w, SPACE_UNIT, "c:troms");
	uint32_t tjeldsund = w_word(w, SPACE_UNIT, "m:tjeldsund"), no = w_word(w, SPACE_UNIT, "no");
	uint32_t county = w_word(w, SPACE_TERM, "county"), country = w_word(w, SPACE_TERM, "country");
	assert_int_equal(unit_container(v, tjeldsund, county, day("2019-12-31")), nordland);
	assert_int_equal(unit_container(v, tjeldsund, county, day("2020-01-01")), troms);
	assert_int_equal(unit_container(v, tjeldsund, country, day("2020-01-01")), no);
	assert_int_equal(unit_container(v, tjeldsund, 0, day("2020-01-01")), troms);
	assert_int_equal(unit_container(v, no, 0, day("2020-01-01")), 0);
	assert_true(unit_inside(v, tjeldsund, no, day("2020-01-01")));
	assert_true(unit_inside(v, tjeldsund, tjeldsund, day("2020-01-01")));
	assert_false(unit_inside(v, tjeldsund, nordland, day("2020-01-01")));
	assert_false(unit_inside(v, nordland, tjeldsund, day("2019-01-01")));
}

static void a_subtree_holds_only_what_lives_and_belongs_there_then(void **state)
{
	struct world *w = *state;
	uint32_t *list;
	say_norway(w);
	w_commit(w);
	struct view *v = w_view(w);
	uint32_t nordland = w_word(w, SPACE_UNIT, "c:nordland");
	assert_int_equal(unit_subtree(v, nordland, day("2019-06-01"), w->a, &list), 4);
	assert_int_equal(unit_subtree(v, nordland, day("2020-06-01"), w->a, &list), 2);
	assert_int_equal(list[0], nordland);
	assert_int_equal(list[1], w_word(w, SPACE_UNIT, "m:bodo"));
	assert_int_equal(unit_subtree(v, w_word(w, SPACE_UNIT, "no"), day("2019-06-01"), w->a, &list), 6);
	for (size_t i = 1; i < 6; i++)
		assert_true(list[i - 1] < list[i]);
}

static void while_a_move_is_uncertain_both_containers_are_possible(void **state)
{
	struct world *w = *state;
	uint32_t *list;
	w_unit(w, "c:1", "county", "", "", "One");
	w_unit(w, "c:2", "county", "", "", "Two");
	w_unit(w, "m:1", "municipality", "", "", "Mover");
	w_link(w, LINK_TYPE_PART_OF, "m:1", "c:1", "", "2020");
	w_link(w, LINK_TYPE_PART_OF, "m:1", "c:2", "2020", "");
	w_commit(w);
	struct view *v = w_view(w);
	uint32_t one = w_word(w, SPACE_UNIT, "c:1"), two = w_word(w, SPACE_UNIT, "c:2"),
		 m = w_word(w, SPACE_UNIT, "m:1");
	assert_true(unit_inside(v, m, one, day("2020-06-01")));
	assert_true(unit_inside(v, m, two, day("2020-06-01")));
	assert_int_equal(unit_subtree(v, two, day("2020-06-01"), w->a, &list), 2);
	assert_int_equal(unit_subtree(v, two, day("2019-06-01"), w->a, &list), 1);
	assert_int_equal(unit_subtree(v, one, day("2021-06-01"), w->a, &list), 1);
}

static void a_link_counts_only_while_both_ends_live(void **state)
{
	struct world *w = *state;
	struct unit_link *links;
	w_unit(w, "a:1", "arrangement", "2010-01-01", "", "Waste");
	w_unit(w, "m:1", "municipality", "", "2018-01-01", "Ended");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "m:1", "a:1", "", "");
	w_commit(w);
	struct view *v = w_view(w);
	uint32_t m = w_word(w, SPACE_UNIT, "m:1"), a = w_word(w, SPACE_UNIT, "a:1");
	assert_int_equal(unit_links_from(v, LINK_TYPE_PARTICIPATES_IN, m, day("2012-01-01"), w->a, &links), 1);
	assert_int_equal(links[0].link.b, a);
	assert_int_equal(links[0].truth, TRUTH_CERTAIN);
	assert_int_equal(unit_links_to(v, LINK_TYPE_PARTICIPATES_IN, a, day("2012-01-01"), w->a, &links), 1);
	assert_int_equal(links[0].link.a, m);
	assert_int_equal(unit_links_from(v, LINK_TYPE_PARTICIPATES_IN, m, day("2009-01-01"), w->a, &links), 0);
	assert_int_equal(unit_links_to(v, LINK_TYPE_PARTICIPATES_IN, a, day("2018-01-01"), w->a, &links), 0);
}

static void today_is_the_last_tick_as_known_then(void **state)
{
	struct world *w = *state;
	int32_t today;
	w_unit(w, "no", "country", "", "", "Norway");
	w_commit(w);
	assert_false(unit_today(w_view(w), &today));
	w_tick(w, "2026-11-20");
	uint64_t first = w_commit(w);
	w_tick(w, "2026-11-21");
	w_commit(w);
	struct view *v = w_view(w);
	assert_true(unit_today(v, &today));
	assert_int_equal(today, day("2026-11-21"));
	v->as_of = first;
	assert_true(unit_today(v, &today));
	assert_int_equal(today, day("2026-11-20"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_life_counts_between_its_dates_and_a_retracted_one_never),
	    TEST(of_two_possible_names_both_count_until_one_is_certain),
	    TEST(a_unit_without_a_name_then_shows_the_nearest_or_its_id),
	    TEST(codes_are_told_for_their_scheme_and_time),
	    TEST(containment_is_followed_upwards_on_the_day),
	    TEST(a_subtree_holds_only_what_lives_and_belongs_there_then),
	    TEST(while_a_move_is_uncertain_both_containers_are_possible),
	    TEST(a_link_counts_only_while_both_ends_live),
	    TEST(today_is_the_last_tick_as_known_then),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
