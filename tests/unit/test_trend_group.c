/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_group.c - groups that are not units, the newest round of each unit, dates of publication, pages, and what
 * is told where nothing was found.
 */
#include <stdlib.h>
#include "tests/unit/trend_kit.h"

static const char *ask_text(struct world *w, const char *indicator, const char *group_by)
{
	struct msg_trend_question q = t_ask(w, indicator, group_by, MEASURE_SUM);
	return t_rows(w, w_trend(w, &q));
}

/* ---- sizes and attributes --------------------------------------------------------------------------- */

static void units_are_as_large_as_their_newest_exact_figure_was_then(void **state)
{
	struct world *w = *state;
	t_towns(w, "I", 4);
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (int i = 0; i < 4; i++) {
		w_obs(w, arena_printf(w->a, "m:%d", i), "I", "2014", arena_printf(w->a, "%d", 1 << i));
		w_obs(w, arena_printf(w->a, "m:%d", i), "I", "2020", arena_printf(w->a, "%d", 10 << i));
	}
	w_obs(w, "m:0", "people", "2012", "1999");
	w_obs(w, "m:0", "people", "2018", "2000"); /* the limit belongs to the next class */
	w_say(w, "people", "2014", "m:1 2000 m:2 7000");
	w_obs(w, "m:2", "people", "2016", "~100");
	w_obs(w, "m:3", "people", "2015", "100"); /* not known in 2014 */
	w_commit(w);
	struct msg_decimal limits[] = {{.digits = 2000}, {.digits = 5000}};
	struct msg_trend_question q = t_ask(w, "I", "size", MEASURE_SUM);
	q.size_indicator = "people";
	q.n_size_limits = 2;
	q.size_limits = limits;
	assert_string_equal(t_rows(w, w_trend(w, &q)), "under 2000|under 2000|2014|1\n"
						       "under 2000|under 2000|2020|80\n"
						       "2000 to under 5000|2000 to under 5000|2014|2\n"
						       "2000 to under 5000|2000 to under 5000|2020|30\n"
						       "5000 or more|5000 or more|2014|4\n"
						       "5000 or more|5000 or more|2020|40\n"
						       "|(size unknown)|2014|8");
	q.n_size_limits = 0;
	t_wrong(w, &q, ERR_INVALID, "want size_indicator");
	q.n_size_limits = 2;
	limits[1].digits = 2000;
	t_wrong(w, &q, ERR_INVALID, "2000 is not above 2000");
	q.size_indicator = "peopel";
	t_wrong(w, &q, ERR_NOT_FOUND, "size_indicator: no indicator \"peopel\"");
	q = t_ask(w, "I", "", MEASURE_SUM);
	q.size_indicator = "people";
	t_wrong(w, &q, ERR_INVALID, "are for groups by \"size\"");
}

static void attribute_of(struct world *w, const char *unit, const char *name, const char *one, const char *two,
			 const char *from)
{
	struct buf b = {0};
	buf_varint(&b, two ? 2 : 1);
	buf_slice(&b, slice_text(one));
	if (two)
		buf_slice(&b, slice_text(two));
	uint32_t u = w_word(w, SPACE_UNIT, unit), n = w_word(w, SPACE_TERM, name), s = w_word(w, SPACE_SOURCE, "s1");
	uint8_t *copy = arena_alloc(w->a, b.len);
	memcpy(copy, b.data, b.len);
	w_fact(w, FACT_ATTR)->attr = (struct fact_attr){
	    .unit = u, .name = n, .from = w_when(from), .src = s, .state = STATE_ASSERTED, .values = {copy, b.len}};
	buf_free(&b);
}

static void a_unit_with_several_values_of_an_attribute_stands_in_several_groups(void **state)
{
	struct world *w = *state;
	t_towns(w, "I", 3);
	for (int i = 0; i < 3; i++) {
		w_obs(w, arena_printf(w->a, "m:%d", i), "I", "2014", arena_printf(w->a, "%d", 1 << i));
		w_obs(w, arena_printf(w->a, "m:%d", i), "I", "2020", "1");
	}
	attribute_of(w, "m:0", "language", "bokmål", NULL, "");
	attribute_of(w, "m:1", "language", "nynorsk", NULL, "");
	attribute_of(w, "m:1", "language", "bokmål", "nynorsk", "2018");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "attr:language", MEASURE_SUM);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "|(no language)|2014|4\n|(no language)|2020|1\nbokmål|bokmål|2014|1\n"
					  "bokmål|bokmål|2020|2\nnynorsk|nynorsk|2014|2\nnynorsk|nynorsk|2020|1");
	assert_true(t->overlapping);
	assert_true(t_listed(t->notes, t->n_notes, "may stand in several groups"));
	q.structure_at = "2020-01-01";
	t = w_trend(w, &q);
	assert_true(t->overlapping);
	assert_string_equal(t_rows(w, t), "|(no language)|2014|4\n|(no language)|2020|1\nbokmål|bokmål|2014|3\n"
					  "bokmål|bokmål|2020|2\nnynorsk|nynorsk|2014|2\nnynorsk|nynorsk|2020|1");
	q = t_ask(w, "I", "attr:size", MEASURE_SUM);
	t_wrong(w, &q, ERR_NOT_FOUND, "no unit has an attribute \"size\": there are language");
	q = t_ask(w, "I", "kind:municipality", MEASURE_SUM);
	assert_string_equal(w_trend(w, &q)->rows[0].group, "m:0");
	q = t_ask(w, "I", "kind:survey", MEASURE_SUM);
	t_wrong(w, &q, ERR_NOT_FOUND, "no unit is of kind \"survey\"");
}

/* ---- dimensions ------------------------------------------------------------------------------------- */

static void say_table(struct world *w, enum aggregation along_sex)
{
	static struct msg_code sectors[] = {{.code = "roads", .label = "Roads"},
					    {.code = "health", .label = "Health"},
					    {.code = "all", .label = "All", .total = true}},
			       sexes[] = {{.code = "f", .label = ""},
					  {.code = "m", .label = ""},
					  {.code = "t", .label = "", .total = true}};
	struct msg_code_list a = {.id = "sectors", .n_codes = 3, .codes = sectors},
			     b = {.id = "sexes", .n_codes = 3, .codes = sexes};
	struct msg_dimension dims[] = {{.id = "sector", .code_list = "sectors", .aggregation = AGGREGATION_ADDITIVE},
				       {.id = "sex", .code_list = "sexes", .aggregation = along_sex}};
	struct msg_indicator def = {.id = "T",
				    .label = "T",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_ADDITIVE,
				    .n_dimensions = 2,
				    .dimensions = dims};
	w_def(w, SPACE_CODE_LIST, "sectors", &msg_type_code_list, &a);
	w_def(w, SPACE_CODE_LIST, "sexes", &msg_type_code_list, &b);
	w_def(w, SPACE_INDICATOR, "T", &msg_type_indicator, &def);
	for (int i = 0; i < 2; i++)
		w_unit(w, arena_printf(w->a, "m:%d", i), "municipality", "", "", arena_printf(w->a, "M%d", i));
	w_obs(w, "m:0", "T|sector=roads|sex=f", "2014", "1");
	w_obs(w, "m:0", "T|sector=roads|sex=m", "2014", "2");
	w_obs(w, "m:0", "T|sector=roads|sex=t", "2014", "3");
	w_obs(w, "m:0", "T|sector=health|sex=f", "2014", "10");
	w_obs(w, "m:0", "T|sector=health|sex=m", "2014", "20..21");
	w_obs(w, "m:0", "T|sector=all|sex=t", "2014", "34");
	w_obs(w, "m:1", "T|sector=roads|sex=f", "2014", "4");
	w_obs(w, "m:1", "T|sector=roads|sex=m", "2014", "8");
	w_commit(w);
}

static void codes_are_groups_and_other_dimensions_are_summed(void **state)
{
	struct world *w = *state;
	enum measure m[] = {MEASURE_SUM, MEASURE_COUNT, MEASURE_MAX, MEASURE_SHARE};
	say_table(w, AGGREGATION_ADDITIVE);
	struct msg_trend_question q = t_ask(w, "T", "dim:sector", MEASURE_SUM);
	q.n_measures = 4;
	q.measures = m;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "roads|Roads|2014|15\nhealth|Health|2014|30–31");
	assert_int_equal(t->rows[0].n_categories, 0);
	assert_string_equal(t->rows[0].figures[1].shown, "2"); /* units, not cells */
	assert_string_equal(t->rows[0].figures[2].shown, "12");
	assert_string_equal(t->rows[0].figures[3].shown, "32.6–33.4"); /* 15/46, 15/45 */
	assert_true(t_listed(t->notes, t->n_notes, "summed over sex, totals left out"));
	struct msg_category f = {.dimension = "sex", .code = "f"};
	q.n_categories = 1;
	q.categories = &f;
	t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "roads|Roads|2014|5\nhealth|Health|2014|10");
	assert_string_equal(t->rows[0].categories[0].code, "f");
	assert_int_equal(t->n_notes, 1); /* the frame: nothing is summed over */
	f.code = "t";
	assert_string_equal(ask_text(w, "T", "dim:sex"), "f|f|2014|at least 15\nm|m|2014|at least 30");
	q.structure_at = "2020-01-01";
	q.n_categories = 0;
	assert_string_equal(t_rows(w, w_trend(w, &q)), "roads|Roads|2014|15\nhealth|Health|2014|30–31");
	q = t_ask(w, "T", "dim:colour", MEASURE_SUM);
	t_wrong(w, &q, ERR_NOT_FOUND, "no dimension \"colour\"");
}

static void a_dimension_that_does_not_add_up_is_not_summed_over(void **state)
{
	struct world *w = *state;
	say_table(w, AGGREGATION_DISTINCT);
	struct msg_trend_question q = t_ask(w, "T", "dim:sector", MEASURE_SUM);
	t_wrong(w, &q, ERR_INVALID, "along \"sex\" the figures are not additive");
	assert_string_equal(ask_text(w, "T", "dim:sex"), "f|f|2014|at least 15\nm|m|2014|at least 30");
}

/* ---- the newest round of each unit ------------------------------------------------------------------ */

static void the_newest_of_each_unit_make_one_row_and_tell_their_dates(void **state)
{
	struct world *w = *state;
	t_towns(w, "I", 3);
	w_round(w, "r10", "2010", 0);
	w_round(w, "r14", "2014", 0);
	w->round = "r10";
	w_say(w, "I", "2010", "m:0 1 m:1 2 m:2 4");
	w->round = "r14";
	w_obs(w, "m:1", "I", "2014", "16");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "", MEASURE_SUM);
	assert_string_equal(t_rows(w, w_trend(w, &q)), "||2010|7\n||2014|16");
	q.latest_rounds = true;
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "||2010/2014|21");
	assert_string_equal(t->rows[0].round, "");
	assert_int_equal(t->rows[0].units, 3);
	assert_true(t_noted(&t->rows[0], "the newest round of each unit: 2 of 2010, 1 of 2014"));
	q.structure_at = "2014-06-01";
	t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "||2010/2014|21");
	assert_true(t_noted(&t->rows[0], "the newest round of each unit: 2 of 2010, 1 of 2014"));
	q.structure_at = "";
	const char *rounds[] = {"r10"};
	q.n_rounds = 1;
	q.rounds = rounds;
	assert_string_equal(t_rows(w, w_trend(w, &q)), "||2010|7");
}

static void what_became_another_unit_is_not_counted_beside_it(void **state)
{
	struct world *w = *state;
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	h_towns(w, "Rissa Leksvik ..2018, Indre 2018.., Bodo");
	h_event(w, "e", "2018-01-01", "Rissa>Indre Leksvik>Indre");
	w_say(w, "I", "2014", "Rissa 1 Leksvik 2 Bodo 4");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "", MEASURE_SUM);
	q.latest_rounds = true;
	assert_string_equal(t_rows(w, w_trend(w, &q)), "||2014|7");
	w_obs(w, "Indre", "I", "2020", "8");
	w_commit(w);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "||2014/2020|12");
	assert_true(t_listed(t->notes, t->n_notes, "Rissa"));
	assert_true(t_listed(t->notes, t->n_notes, "left out, as what they became reports newer figures"));
}

/* ---- in another structure --------------------------------------------------------------------------- */

/* A (900 people) and B (600) become C in 2020; D stands still with 2000. */
static void say_merger(struct world *w)
{
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	h_towns(w, "A B ..2020, C 2020.., D");
	h_event(w, "e", "2020-01-01", "A>C B>C");
	w_say(w, "people", "2018", "A 900 B 600 D 2000");
	w_say(w, "I", "2019", "A 1 B 2 D 4");
}

static void a_merged_unit_is_as_large_as_its_parts_together(void **state)
{
	struct world *w = *state;
	say_merger(w);
	w_commit(w);
	struct msg_decimal limits[] = {{.digits = 1000}, {.digits = 1600}};
	struct msg_trend_question q = t_ask(w, "I", "size", MEASURE_SUM);
	q.size_indicator = "people";
	q.n_size_limits = 2;
	q.size_limits = limits;
	assert_string_equal(t_rows(w, w_trend(w, &q)),
			    "under 1000|under 1000|2019|3\n1600 or more|1600 or more|2019|4");
	q.structure_at = "2020-06-01";
	assert_string_equal(t_rows(w, w_trend(w, &q)),
			    "1000 to under 1600|1000 to under 1600|2019|3\n1600 or more|1600 or more|2019|4");
}

static void a_merged_unit_stands_in_the_groups_of_its_own_attribute(void **state)
{
	struct world *w = *state;
	say_merger(w);
	attribute_of(w, "A", "coast", "yes", NULL, "");
	attribute_of(w, "C", "coast", "yes", "no", "");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "attr:coast", MEASURE_SUM);
	assert_string_equal(t_rows(w, w_trend(w, &q)), "|(no coast)|2019|6\nyes|yes|2019|1");
	q.structure_at = "2020-06-01";
	assert_string_equal(t_rows(w, w_trend(w, &q)), "|(no coast)|2019|4\nno|no|2019|3\nyes|yes|2019|3");
}

static void the_newest_of_each_unit_go_into_a_structure_together(void **state)
{
	struct world *w = *state;
	say_merger(w);
	w_obs(w, "B", "I", "2017", "100"); /* older: does not count */
	w_obs(w, "D", "I", "2021", "16");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "unit", MEASURE_SUM);
	q.latest_rounds = true;
	q.structure_at = "2020-06-01";
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(t_rows(w, t), "C|C|2019|3\nD|D|2021|16");
	assert_int_equal(t->rows[0].method, METHOD_MERGED);
	q.published_by = "2015"; /* nobody says when s1 was published */
	t_wrong(w, &q, ERR_NOT_FOUND, "no source that says something here is known to have been published by 2015");
}

/* ---- pages ------------------------------------------------------------------------------------------ */

static void pages_put_together_are_the_whole_also_after_more_was_said(void **state)
{
	struct world *w = *state;
	static const char *const groups[] = {"unit", "", "source"};
	t_towns(w, "I", 7);
	for (int i = 0; i < 7; i++)
		for (int year = 2010; year < 2013; year++)
			w_obs(w, arena_printf(w->a, "m:%d", (i * 3) % 7), "I", arena_printf(w->a, "%d", year), "1");
	w_commit(w);
	for (size_t g = 0; g < 3; g++) {
		struct msg_trend_question q = t_ask(w, "I", groups[g], MEASURE_SUM);
		struct msg_query_request r = w_request();
		r.trend = &q;
		struct msg_query_reply *all = w_ask(w, &r);
		const char *whole = t_rows(w, all->trend), *paged = "";
		assert_int_equal(all->trend->next_skip, 0);
		r.as_of_revision = all->revision;
		q.limit = 4;
		do {
			struct msg_trend_answer *t = w_ask(w, &r)->trend;
			assert_true(t->n_rows > 0 && t->n_rows <= 4);
			paged = arena_printf(w->a, "%s%s%s", paged, *paged ? "\n" : "", t_rows(w, t));
			q.skip = t->next_skip;
			w_obs(w, "m:0", "I", arena_printf(w->a, "%d", 1990 + (int)w->rev), "9"); /* meanwhile */
			w_commit(w);
		} while (q.skip);
		assert_string_equal(paged, whole);
		q.skip = 1000;
		t_wrong(w, &q, ERR_NOT_FOUND, "skip 1000");
	}
}

/* ---- breaks ----------------------------------------------------------------------------------------- */

static void every_series_across_a_break_has_it_drawn(void **state)
{
	struct world *w = *state;
	t_towns(w, "I", 2);
	for (int i = 0; i < 2; i++)
		w_obs(w, arena_printf(w->a, "m:%d", i), "I", "2010", "1");
	w_commit(w);
	struct msg_indicator def = {.id = "I",
				    .label = "Second",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_ADDITIVE,
				    .break_before = true};
	w_def(w, SPACE_INDICATOR, "I", &msg_type_indicator, &def);
	for (int i = 0; i < 2; i++) {
		w_obs(w, arena_printf(w->a, "m:%d", i), "I", "2014", "2");
		w_obs(w, arena_printf(w->a, "m:%d", i), "I", "2020", "3");
	}
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "I", "unit", MEASURE_SUM);
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 6);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(t->rows[i].break_before, i % 3 == 1);
}

/* ---- nonsense --------------------------------------------------------------------------------------- */

static void nonsense_is_one_clear_sentence(void **state)
{
	struct world *w = *state;
	say_table(w, AGGREGATION_ADDITIVE);
	w_unit(w, "m:9", "municipality", "", "", "Silent");
	w_unit(w, "c:0", "county", "1900-01-01", "", "County");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "T", "", MEASURE_SUM);
	enum measure many = (enum measure)99;
	q.measures = &many;
	t_wrong(w, &q, ERR_INVALID, "ask for VALUE, SUM, MEAN, MEDIAN, MIN, MAX");
	q = t_ask(w, "T", "", MEASURE_SUM);
	q.group_structure_at = "1200-01-01";
	q.group_by = "county";
	t_wrong(w, &q, ERR_NOT_FOUND, "no county is on record as living on 1200-01-01");
	q = t_ask(w, "T", "", MEASURE_SUM);
	const char *periods[] = {"1999"};
	q.n_periods = 1;
	q.periods = periods;
	t_wrong(w, &q, ERR_NOT_FOUND, "nothing is on record of 1999: there are 2014");
	q = t_ask(w, "T", "", MEASURE_SUM);
	struct msg_unit_ref silent = *w_by_id(w, "m:9");
	q.n_units = 1;
	q.units = &silent;
	t_wrong(w, &q, ERR_NOT_FOUND, "nothing is on record of Silent itself");
	q.subtree = true;
	t_wrong(w, &q, ERR_NOT_FOUND, "nothing is on record of what is inside Silent");
	q = t_ask(w, "T", "", MEASURE_SUM);
	struct msg_category c[] = {{.dimension = "sector", .code = "all"}, {.dimension = "sex", .code = "f"}};
	q.n_categories = 2;
	q.categories = c;
	t_wrong(w, &q, ERR_NOT_FOUND, "nothing was ever said of \"T\" in these categories: there are sector:");
	q = t_ask(w, "T", "", MEASURE_SUM);
	q.share_of = "dim:sex";
	t_wrong(w, &q, ERR_INVALID, "share_of is for SHARE");
	q = t_ask(w, "T", "source", MEASURE_SUM);
	q.group_structure_at = "2014-01-01";
	t_wrong(w, &q, ERR_INVALID, "group_structure_at");
	w->limits.rows_max = 1;
	q = t_ask(w, "T", "unit", MEASURE_SUM);
	t_wrong(w, &q, ERR_TOO_LARGE, "the answer has more than 1 rows");
	q = t_ask(w, "T", "dim:sector", MEASURE_SUM);
	t_wrong(w, &q, ERR_TOO_LARGE, "more than 4 figures would have to be put together");
	w->limits.rows_max = 10000;
	w_indicator(w, "NEW", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_commit(w);
	q = t_ask(w, "NEW", "", MEASURE_SUM);
	t_wrong(w, &q, ERR_NOT_FOUND, "nothing was ever said of \"NEW\"");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(units_are_as_large_as_their_newest_exact_figure_was_then),
	    TEST(a_unit_with_several_values_of_an_attribute_stands_in_several_groups),
	    TEST(codes_are_groups_and_other_dimensions_are_summed),
	    TEST(a_dimension_that_does_not_add_up_is_not_summed_over),
	    TEST(the_newest_of_each_unit_make_one_row_and_tell_their_dates),
	    TEST(what_became_another_unit_is_not_counted_beside_it),
	    TEST(a_merged_unit_is_as_large_as_its_parts_together),
	    TEST(a_merged_unit_stands_in_the_groups_of_its_own_attribute),
	    TEST(the_newest_of_each_unit_go_into_a_structure_together),
	    TEST(pages_put_together_are_the_whole_also_after_more_was_said),
	    TEST(every_series_across_a_break_has_it_drawn),
	    TEST(nonsense_is_one_clear_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
