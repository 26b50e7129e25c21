/* SPDX-License-Identifier: Apache-2.0
 *
 * test_overlap.c - small maps drawn by hand, cut in two ways.
 *
 *   counties 2017      north = n1 n2 n3     south = s1 s2     east = (no municipality known)
 *   2020               north and east become great, but n3 goes to south
 */
#include <stdlib.h>
#include <time.h>
#include "query/overlap.h"
#include "tests/unit/history.h"

/* ---- saying and asking ---- */

static void covers(struct world *w, const char *a, const char *b, const char *from, const char *role, const char *part)
{
	uint32_t r = w_word(w, SPACE_TERM, role), p = w_word(w, SPACE_TERM, part);
	w_link(w, LINK_TYPE_COVERS, a, b, from, "");
	w->facts[w->n_facts - 1].link.role = r;
	w->facts[w->n_facts - 1].link.part = p;
}

/* The map above. */
static void map(struct world *w)
{
	w_unit(w, "north", "county", "", "2020-01-01", "North");
	w_unit(w, "south", "county", "", "", "South");
	w_unit(w, "east", "county", "", "2020-01-01", "East");
	w_unit(w, "great", "county", "2020-01-01", "", "Great");
	h_towns(w, "n1 n2 n3 s1 s2");
	h_inside(w, "n1", "north ..2020, great 2020..");
	h_inside(w, "n2", "north ..2020, great 2020..");
	h_inside(w, "n3", "north ..2020, south 2020..");
	h_inside(w, "s1", "south");
	h_inside(w, "s2", "south");
	h_event(w, "great-2020", "2020-01-01", "north>great east>great");
	w_unit(w, "agency", "agency", "", "", "Agency");
	w_unit(w, "other", "agency", "", "", "Other");
}

static void region(struct world *w, const char *id, const char *agency)
{
	w_unit(w, id, "agency-region", "", "", arena_printf(w->a, "Region %s", id));
	h_inside(w, id, agency);
}

static struct msg_query_reply *ask_reply(struct world *w, struct msg_overlap_question q)
{
	struct msg_query_request r = w_request();
	r.overlap = &q;
	return w_ask(w, &r);
}

static struct msg_overlap_question on(const char *day)
{
	return (struct msg_overlap_question){.valid_at = day, .kind_a = "agency-region", .kind_b = "county"};
}

static const char *listed(struct world *w, const char *text, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text = arena_printf(w->a, "%s%s%s", text, i ? "," : "", list[i]);
	return text;
}

/* "a b EXTENT common [-apart] [?parts] [contains_a: in]; …" */
static const char *told(struct world *w, struct msg_overlap_question q)
{
	static const char *const extents[] = {"-", "WHOLE", "PART", "UNKNOWN"};
	struct msg_query_reply *reply = ask_reply(w, q);
	if (!reply->overlap)
		fail_msg("no overlap: %s", reply->error ? reply->error->text : "?");
	const char *text = "";
	for (size_t i = 0; i < reply->overlap->n_rows; i++) {
		const struct msg_overlap_row *x = &reply->overlap->rows[i];
		text = arena_printf(w->a, "%s%s%s %s %s%s %u", text, i ? "; " : "", x->a, x->b, extents[x->extent],
				    x->contains_a ? " in" : "", x->common);
		if (x->n_apart)
			text = listed(w, arena_printf(w->a, "%s -", text), x->apart, x->n_apart);
		if (x->n_parts)
			text = listed(w, arena_printf(w->a, "%s ?", text), x->parts, x->n_parts);
	}
	return text;
}

static const char *spans(struct world *w, struct msg_overlap_question q)
{
	const struct msg_overlap_answer *o = ask_reply(w, q)->overlap;
	const char *text = "";
	for (size_t i = 0; i < o->n_spans; i++)
		text = arena_printf(w->a, "%s%s%s %u/%u", text, i ? "; " : "", o->spans[i].unit, o->spans[i].others,
				    o->spans[i].whole);
	return text;
}

/* ---- the tests ---- */

static void regions_of_whole_counties_contain_them(void **state)
{
	struct world *w = *state;
	map(w);
	region(w, "r1", "agency");
	region(w, "r2", "agency");
	covers(w, "r1", "north", "2017-05-01", "fixed", "");
	covers(w, "r1", "east", "2017-05-01", "fixed", "");
	covers(w, "r2", "south", "2017-05-01", "fixed", "");
	w_commit(w);
	assert_string_equal(told(w, on("2018-01-01")), "r1 east WHOLE 1; r1 north WHOLE 3; r2 south WHOLE in 2");
	assert_string_equal(spans(w, on("2018-01-01")), "r1 2/2; r2 1/1; east 1/0; north 1/0; south 1/1");
}

/* The territory of 2017 against the counties of 2020: derived through the municipalities, and never typed in. */
static void fixed_coverage_is_held_against_the_counties_of_another_day(void **state)
{
	struct world *w = *state;
	map(w);
	region(w, "r1", "agency");
	region(w, "r2", "agency");
	region(w, "r3", "agency");
	covers(w, "r1", "north", "2017-05-01", "fixed", "");
	covers(w, "r2", "south", "2017-05-01", "fixed", "");
	covers(w, "r3", "east", "2017-05-01", "fixed", "");
	w_commit(w);
	assert_string_equal(told(w, on("2019-12-31")), "r1 north WHOLE in 3; r2 south WHOLE in 2; r3 east WHOLE in 1");
	/* n3 is where the region and the county part ways; east is known by its old name, great has others' names
	 * besides. */
	assert_string_equal(told(w, on("2020-01-01")), "r1 great PART 2 -East; r1 south PART 1 -s1,s2; "
						       "r2 south PART in 2 -n3; r3 great PART in 1 -n1,n2");
	struct msg_overlap_question crossing = on("2020-01-01");
	crossing.crossing = true;
	assert_string_equal(told(w, crossing), "r1 great PART 2 -East; r1 south PART 1 -s1,s2");
	assert_string_equal(spans(w, crossing), "r1 2/0; r2 1/0; r3 1/0; great 2/1; south 2/1");
}

/* The south as it was in 2017 is the region of one agency, and as it changes that of another. */
static void south_fixed_and_moving(struct world *w)
{
	map(w);
	region(w, "fixed", "agency");
	region(w, "moving", "other");
	covers(w, "fixed", "south", "2017-05-01", "fixed", "");
	covers(w, "moving", "south", "2017-05-01", "", "");
	w_commit(w);
}

static void coverage_of_a_unit_as_it_changes_goes_with_it(void **state)
{
	struct world *w = *state;
	south_fixed_and_moving(w);
	assert_string_equal(told(w, on("2019-06-01")), "fixed south WHOLE in 2; moving south WHOLE in 2");
	assert_string_equal(told(w, on("2020-06-01")), "fixed south PART in 2 -n3; moving south WHOLE in 3");
}

static void only_the_regions_of_one_agency(void **state)
{
	struct world *w = *state;
	south_fixed_and_moving(w);
	struct msg_overlap_question q = on("2020-06-01");
	q.within_a = w_by_id(w, "other");
	assert_string_equal(told(w, q), "moving south WHOLE in 3");
	q.within_b = w_by_id(w, "great");
	assert_string_equal(told(w, q), "");
	/* Two agencies against each other. */
	q = (struct msg_overlap_question){.valid_at = "2020-06-01",
					  .kind_a = "agency-region",
					  .kind_b = "agency-region",
					  .within_a = w_by_id(w, "agency"),
					  .within_b = w_by_id(w, "other")};
	assert_string_equal(told(w, q), "fixed moving PART in 2 -n3");
	/* The agency holds what its regions cover. */
	q = on("2020-06-01");
	q.kind_a = "agency";
	assert_string_equal(told(w, q), "agency south PART in 2 -n3; other south WHOLE in 3");
}

static void a_named_part_has_an_unknown_extent(void **state)
{
	struct world *w = *state;
	map(w);
	region(w, "r1", "agency");
	region(w, "r2", "agency");
	covers(w, "r1", "south", "2017-05-01", "fixed", "The hills");
	covers(w, "r2", "south", "2017-05-01", "fixed", "The coast");
	covers(w, "r2", "s1", "2017-05-01", "fixed", "");
	covers(w, "r2", "east", "2017-05-01", "fixed", "");
	w_commit(w);
	assert_string_equal(told(w, on("2018-01-01")), "r1 south UNKNOWN in 0 ?The hills; r2 east WHOLE 1; "
						       "r2 south PART 1 ?The coast");
}

static void regions_of_municipalities_are_held_against_counties(void **state)
{
	struct world *w = *state;
	map(w);
	w_unit(w, "p1", "police-district", "", "", "P1");
	w_unit(w, "p2", "police-district", "", "", "P2");
	h_inside(w, "n1", "p1");
	h_inside(w, "n2", "p1");
	h_inside(w, "n3", "p2");
	h_inside(w, "s1", "p2");
	h_inside(w, "s2", "p2");
	w_commit(w);
	struct msg_overlap_question q = on("2019-01-01");
	q.kind_a = "police-district";
	assert_string_equal(told(w, q), "p1 north PART in 2 -n3; p2 north PART 1 -n1,n2; p2 south WHOLE 2");
	q.valid_at = "2020-01-01";
	assert_string_equal(told(w, q), "p1 great WHOLE in 2; p2 south WHOLE in 3");
	q.kind_a = "county";
	q.kind_b = "municipality";
	assert_string_equal(told(w, q), "great n1 WHOLE 1; great n2 WHOLE 1; south n3 WHOLE 1; south s1 WHOLE 1; "
					"south s2 WHOLE 1");
}

/* Printed "per May 2018" of a county that ended with 2017: the county as it last was. */
static void coverage_that_began_when_its_county_was_gone_means_the_county_as_it_was(void **state)
{
	struct world *w = *state;
	map(w);
	region(w, "r1", "agency");
	covers(w, "r1", "north", "../2020-05", "fixed", "");
	w_commit(w);
	assert_string_equal(told(w, on("2020-06-01")), "r1 great PART 2 -East; r1 south PART 1 -s1,s2");
}

static void at_most_twenty_are_named_apart(void **state)
{
	struct world *w = *state;
	w_unit(w, "big", "county", "", "", "Big");
	for (int i = 0; i < 30; i++) {
		const char *id = arena_printf(w->a, "m%02d", i);
		w_unit(w, id, "municipality", "", "", id);
		h_inside(w, id, "big");
	}
	w_unit(w, "r1", "agency-region", "", "", "R1");
	covers(w, "r1", "m00", "", "", "");
	w_commit(w);
	const struct msg_overlap_answer *o = ask_reply(w, on("2020-06-01"))->overlap;
	assert_int_equal(o->n_rows, 1);
	assert_int_equal(o->rows[0].n_apart, 20);
	assert_string_equal(o->rows[0].apart[0], "m01");
	assert_string_equal(o->rows[0].apart[19], "m20");
}

static void what_cannot_be_answered_is_said(void **state)
{
	struct world *w = *state;
	map(w);
	region(w, "r1", "agency");
	w_commit(w);
	struct msg_overlap_question q = on("2020");
	assert_int_equal(ask_reply(w, q)->error->code, ERROR_CODE_INVALID);
	q = on("");
	assert_non_null(strstr(ask_reply(w, q)->error->text, "no day has turned"));
	q = on("2020-01-01");
	q.kind_b = "";
	assert_non_null(strstr(ask_reply(w, q)->error->text, "kind_b"));
	q.kind_b = "parish";
	assert_int_equal(ask_reply(w, q)->error->code, ERROR_CODE_NOT_FOUND);
	q = on("2020-01-01");
	q.kind_a = "county";
	assert_string_equal(told(w, q), "");
}

/* 400 municipalities in 20 counties, regions of 7 municipalities each across all borders, against counting. */
static void a_country_at_municipality_level(void **state)
{
	struct world *w = *state;
	for (int c = 0; c < 20; c++)
		w_unit(w, arena_printf(w->a, "c%02d", c), "county", "", "", NULL);
	for (int r = 0; r < 58; r++)
		w_unit(w, arena_printf(w->a, "r%02d", r), "agency-region", "", "", NULL);
	for (int i = 0; i < 400; i++) {
		const char *id = arena_printf(w->a, "m%03d", i);
		w_unit(w, id, "municipality", "", "", id);
		h_inside(w, id, arena_printf(w->a, "c%02d", i / 20));
		covers(w, arena_printf(w->a, "r%02d", i / 7), id, "2010-01-01", "fixed", "");
	}
	w_commit(w);
	struct timespec before, after;
	clock_gettime(CLOCK_MONOTONIC, &before);
	const struct msg_overlap_answer *o = ask_reply(w, on("2020-06-01"))->overlap;
	clock_gettime(CLOCK_MONOTONIC, &after);
	size_t rows = 0;
	uint32_t common = 0;
	for (int r = 0; r < 58; r++)
		for (int c = 0; c < 20; c++) {
			int low = r * 7 > c * 20 ? r * 7 : c * 20,
			    high = r * 7 + 7 < c * 20 + 20 ? r * 7 + 7 : c * 20 + 20;
			rows += low < high && low < 400;
		}
	assert_int_equal(o->n_rows, rows);
	for (size_t i = 0; i < o->n_rows; i++)
		common += o->rows[i].common;
	assert_int_equal(common, 400);
	print_message("          overlap of 400 municipalities: %ld ms\n",
		      (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(regions_of_whole_counties_contain_them),
	    TEST(fixed_coverage_is_held_against_the_counties_of_another_day),
	    TEST(coverage_of_a_unit_as_it_changes_goes_with_it),
	    TEST(only_the_regions_of_one_agency),
	    TEST(a_named_part_has_an_unknown_extent),
	    TEST(regions_of_municipalities_are_held_against_counties),
	    TEST(coverage_that_began_when_its_county_was_gone_means_the_county_as_it_was),
	    TEST(at_most_twenty_are_named_apart),
	    TEST(what_cannot_be_answered_is_said),
	    TEST(a_country_at_municipality_level),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
